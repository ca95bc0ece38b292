"""CosStaking.approve_lock, approve_lock_signature, lock, release, seize

approve_lock
├── replaces the allowance, event; not what is locked
├── all from 2^64 - 1 on is never used up (pitfall 36)
└── by signature: a key's, a wallet's (pitfall 29), anybody submits it
    └── too late, used, of other terms, another chain, another's -> revert (pitfall 31)
lock
├── uses the allowance up; locked stake earns and votes on (pitfalls 7, 43)
├── without the role, without the owner's allowance, for another locker, more than offered,
│   more than is free, nothing -> revert (pitfall 43)
├── pending stake, too
└── several lockers share one stake
release
├── frees it for the owner, event; the allowance does not come back
├── more than locked, of another locker's, nothing -> revert
└── a locker without the role can still let go
seize
├── pays by an exit ticket, takes votes and age like a withdrawal, pays the owner its dividends
├── to the owner itself; several to one recipient
├── without the role, more than locked, nothing, to nobody -> revert
└── what other lockers hold stays locked
"""

from __future__ import annotations

import pytest

from cos.chain import Chain, Revert
from tests.models import INFINITE, ZERO_ADDRESS
from tests.models.authority import LOCKER_ROLE
from tests.models.cos_staking import COS, EXIT_DELAY, UNLIMITED
from tests.unit.cos_credit.conftest import place_code
from tests.unit.cos_staking.conftest import EPOCH, is_share

pytestmark = pytest.mark.usefixtures("old_stake")


def submit(staking, approval, signature, sender):
    fields = (approval.owner, approval.locker, approval.amount, approval.nonce, approval.deadline)
    return staking.transact("approve_lock_signature", *fields, signature, sender=sender)


def test_approve_lock(staking, ada, locker, event):
    receipt = staking.transact("approve_lock", locker, 5, sender=ada)
    assert receipt.logs == [event("LockApproved", owner=ada, locker=locker, old=0, new=5)]
    staking.lock(ada, 3, sender=locker)
    receipt = staking.transact("approve_lock", locker, 7, sender=ada)
    assert receipt.logs == [event("LockApproved", owner=ada, locker=locker, old=2, new=7)]
    assert staking.lock_of(ada, locker) == (7, 3)
    staking.approve_lock(locker, 0, sender=ada)
    assert (staking.lock_of(ada, locker), staking.locked(ada)) == ((0, 3), 3)


@pytest.mark.parametrize("amount", [2**64 - 2, 2**64 - 1, 2**64, INFINITE])
def test_an_allowance_without_end(staking, ada, locker, amount):
    staking.approve_lock(locker, amount, sender=ada)
    assert staking.lock_of(ada, locker)[0] == min(amount, UNLIMITED)
    for _ in range(3):
        staking.lock(ada, 3 * COS, sender=locker)
        staking.release(ada, 3 * COS, sender=locker)
    left = UNLIMITED if amount >= UNLIMITED else amount - 9 * COS
    assert staking.lock_of(ada, locker) == (left, 0)


def test_approve_by_signature(chain, staking, ada, locker, attacker, approval, event, refuses):
    signature = approval.sign(chain.signer("ada"))
    receipt = submit(staking, approval, signature, attacker)
    expected = {"owner": ada, "locker": locker, "old": 0, "new": 2 * COS}
    assert receipt.logs == [event("LockApproved", **expected)]
    assert staking.nonces(ada) == 1
    with refuses("votes: wrong nonce"):
        submit(staking, approval, signature, attacker)
    later = approval.but(nonce=1, deadline=chain.timestamp - 1)
    with refuses("votes: signature expired"):
        submit(staking, later, later.sign(chain.signer("ada")), attacker)


@pytest.mark.parametrize(
    "field",
    [
        {"contract": "0x" + "11" * 20},
        {"name": "COS Stacking"},
        {"version": "2"},
        {"chain_id": 1},
        {"owner": "0x" + "22" * 20},
        {"locker": "0x" + "33" * 20},
        {"amount": 3},
        {"nonce": 1},
        {"deadline": 1},
    ],
    ids=lambda field: next(iter(field)),
)
def test_another_signature_is_refused(chain, staking, approval, attacker, refuses, field):
    other = approval.but(**field).sign(chain.signer("ada"))
    foreign = approval.sign(chain.signer("attacker"))
    for signature in (other, foreign, b""):
        with refuses("votes: invalid signature"):
            submit(staking, approval, signature, attacker)


def test_signatures_of_other_things(chain, staking, ada, attacker, delegation, approval, refuses):
    """One row of nonces: a delegation's signature is no approval, and uses its nonce up."""
    signature = approval.sign(chain.signer("ada"))
    as_delegation = bytes(delegation.sign(chain.signer("ada")).signature)
    with refuses("votes: invalid signature"):
        submit(staking, approval, as_delegation, attacker)
    fields = (delegation.delegatee, delegation.nonce, delegation.expiry)
    with refuses("votes: invalid signature"):
        staking.delegate_signature(ada, *fields, signature, sender=attacker)
    staking.delegate_signature(ada, *fields, as_delegation, sender=attacker)
    with refuses("votes: wrong nonce"):
        submit(staking, approval, signature, attacker)


def test_a_wallets_signature(
    chain, staking, token, governance, approval, locker, attacker, refuses
):
    owners = [chain.account(label) for label in ("ann", "bob")]
    wallet = chain.deploy("SharedWallet", owners, 2, sender=attacker).address
    approval = approval.but(owner=wallet)
    signers = sorted((chain.signer(label) for label in ("ann", "bob")), key=lambda s: s.address)
    signers.sort(key=lambda signer: int(signer.address, 16))
    signatures = [approval.sign(signer) for signer in signers]
    with refuses("votes: invalid signature"):
        submit(staking, approval, signatures[0], attacker)
    submit(staking, approval, b"".join(signatures), attacker)
    assert staking.lock_of(wallet, locker) == (2 * COS, 0)


def test_another_chain(chain, staking, ada, approval):
    other = Chain(timestamp=chain.timestamp, chain_id=chain.chain_id + 1)
    place_code(other, staking.address, chain.backend.code(staking.address))
    there = other.at("CosStaking", staking.address)
    sender = other.account("submitter")
    with pytest.raises(Revert, match="votes: invalid signature"):
        submit(there, approval, approval.sign(chain.signer("ada")), sender)
    new = approval.but(chain_id=other.chain_id)
    submit(there, new, new.sign(chain.signer("ada")), sender)
    assert there.lock_of(ada, approval.locker)[0] == 2 * COS


def test_lock(staking, ada, ben, giver, locker, next_epoch, event):
    staking.approve_lock(locker, 2 * COS, sender=ada)
    receipt = staking.transact("lock", ada, COS, sender=locker)
    assert receipt.logs == [event("Locked", owner=ada, locker=locker, amount=COS)]
    assert staking.lock_of(ada, locker) == (COS, COS)
    assert (staking.locked(ada), staking.staked(ada)) == (COS, 3 * COS)
    assert staking.getVotes(ada) == 3 * COS
    staking.notify(10**6, sender=giver)
    next_epoch()
    assert is_share([staking.claimable(ada), staking.claimable(ben)], [750_000, 250_000])


def test_lock_reverts(
    staking, authority, governance, ada, ben, locker, other_locker, attacker, refuses
):
    with refuses("staking: not offered"):
        staking.lock(ada, 1, sender=locker)
    staking.approve_lock(locker, 4 * COS, sender=ada)
    staking.approve_lock(attacker, 4 * COS, sender=ada)
    for sender, owner, amount, reason in (
        (attacker, ada, 1, "not a locker"),
        (ada, ada, 1, "not a locker"),
        (locker, ada, 0, "no amount"),
        (locker, ada, 4 * COS + 1, "not offered"),
        (locker, ada, INFINITE, "not offered"),
        (locker, ada, 3 * COS + 1, "stake is locked"),
        (other_locker, ada, 1, "not offered"),
        (locker, ben, 1, "not offered"),
        (locker, ZERO_ADDRESS, 1, "not offered"),
    ):
        with refuses(f"staking: {reason}"):
            staking.lock(owner, amount, sender=sender)
    staking.lock(ada, 3 * COS, sender=locker)
    with refuses("staking: stake is locked"):
        staking.lock(ada, 1, sender=locker)
    authority.revokeRole(LOCKER_ROLE, locker, sender=governance)
    with refuses("staking: not a locker"):
        staking.lock(ada, 1, sender=locker)


def test_lockers_share_one_stake(staking, ada, locker, other_locker, refuses):
    staking.stake(COS, sender=ada)
    for each in (locker, other_locker):
        staking.approve_lock(each, INFINITE, sender=ada)
    staking.lock(ada, 3 * COS, sender=locker)
    staking.lock(ada, COS, sender=other_locker)
    assert staking.locked(ada) == 4 * COS
    with refuses("staking: stake is locked"):
        staking.lock(ada, 1, sender=other_locker)
    with refuses("staking: stake is locked"):
        staking.withdraw(1, sender=ada)
    with refuses("staking: more than locked"):
        staking.release(ada, COS + 1, sender=other_locker)
    with refuses("staking: more than locked"):
        staking.seize(ada, other_locker, COS + 1, sender=other_locker)
    staking.seize(ada, other_locker, COS, sender=other_locker)
    assert (staking.locked(ada), staking.staked(ada)) == (3 * COS, 3 * COS)
    with refuses("staking: stake is locked"):
        staking.withdraw(1, sender=ada)


def test_release(staking, authority, governance, ada, locker, attacker, event, refuses):
    staking.approve_lock(locker, 2 * COS, sender=ada)
    staking.lock(ada, 2 * COS, sender=locker)
    receipt = staking.transact("release", ada, COS, sender=locker)
    assert receipt.logs == [event("Released", owner=ada, locker=locker, amount=COS)]
    assert (staking.lock_of(ada, locker), staking.locked(ada)) == ((0, COS), COS)
    for sender, amount, reason in (
        (locker, COS + 1, "more than locked"),
        (locker, INFINITE, "more than locked"),
        (ada, 1, "more than locked"),
        (attacker, 1, "more than locked"),
        (locker, 0, "no amount"),
    ):
        with refuses(f"staking: {reason}"):
            staking.release(ada, amount, sender=sender)
    authority.revokeRole(LOCKER_ROLE, locker, sender=governance)
    with refuses("staking: not a locker"):
        staking.seize(ada, locker, COS, sender=locker)
    staking.release(ada, COS, sender=locker)
    staking.withdraw(3 * COS, sender=ada)


def test_seize(chain, staking, token, ada, ben, cyd, giver, locker, next_epoch, event, moved):
    staking.stake(COS, sender=ada)
    staking.approve_lock(locker, 2 * COS, sender=ada)
    staking.lock(ada, 2 * COS, sender=locker)
    staking.notify(10**6, sender=giver)
    next_epoch()
    staking.stake(5, sender=ada)
    staking.notify(10**6, sender=giver)
    next_epoch()
    units, earned = 4 * COS + 5, staking.claimable(ada)
    starts = staking.position(ada)[2]
    receipt = staking.transact("seize", ada, cyd, 2 * COS, sender=locker)
    due_at = chain.timestamp + EXIT_DELAY
    assert receipt.value == due_at
    gone = {"owner": ada, "locker": locker, "recipient": cyd, "amount": 2 * COS}
    fewer = {"delegate": ada, "previousVotes": units, "newVotes": units - 2 * COS}
    assert receipt.logs == [
        event("DelegateVotesChanged", **fewer),
        event("Seized", **gone, due_at=due_at),
        event("DividendsPaid", account=ada, amount=earned),
        moved(staking.address, ada, earned),
    ]
    # Age leaves with the coins, at the mean.
    assert staking.position(ada)[2] == starts - starts * 2 * COS // units
    assert staking.exits(cyd)[:3] == (0, 2 * COS, due_at)
    assert (staking.locked(ada), staking.lock_of(ada, locker)) == (0, (0, 0))
    assert (staking.getVotes(cyd), staking.staked(cyd)) == (0, 0)
    chain.warp(due_at)
    before = token.balanceOf(cyd)
    staking.pay_exit(cyd, sender=ben)
    assert token.balanceOf(cyd) == before + 2 * COS


def test_seize_to_one_recipient_again_and_again(chain, staking, ada, cyd, locker):
    """A recipient can't be crowded out, and is not delayed for more than 14 days (pitfall 22)."""
    staking.approve_lock(locker, INFINITE, sender=ada)
    staking.lock(ada, COS, sender=locker)
    begin = chain.timestamp
    for _ in range(100):
        staking.seize(ada, cyd, 1, sender=locker)
        chain.advance(3_600)
    chain.warp(begin + EXIT_DELAY)
    assert staking.exits(cyd)[0] == 1
    chain.warp(begin + 2 * EXIT_DELAY)
    assert staking.pay_exit(cyd, sender=ada) == 100


def test_seize_to_the_owner(staking, ada, locker):
    staking.approve_lock(locker, COS, sender=ada)
    staking.lock(ada, COS, sender=locker)
    staking.seize(ada, ada, COS, sender=locker)
    assert (staking.exits(ada)[1], staking.staked(ada)) == (COS, 2 * COS)


def test_seize_reverts(staking, token, ada, ben, locker, other_locker, attacker, refuses):
    staking.approve_lock(locker, 2 * COS, sender=ada)
    staking.lock(ada, COS, sender=locker)
    for sender, to, amount, reason in (
        (attacker, attacker, 1, "not a locker"),
        (ada, ada, 1, "not a locker"),
        (locker, locker, 0, "no amount"),
        (locker, ZERO_ADDRESS, 1, "bad account"),
        (locker, token.address, 1, "bad account"),
        (locker, staking.address, 1, "bad account"),
        (locker, ben, COS + 1, "more than locked"),
        (locker, ben, INFINITE, "more than locked"),
        (other_locker, ben, 1, "more than locked"),
    ):
        with refuses(f"staking: {reason}"):
            staking.seize(ada, to, amount, sender=sender)
    assert staking.position(ada)[2] == 3 * COS * (EPOCH + 1)
