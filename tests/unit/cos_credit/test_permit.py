"""CosCredit.permit(owner, spender, amount, deadline, v, r, s)

the deadline is
├── a second ago: reverts
└── this second or later, also after 2106, and the signature is
    ├── the owner's over exactly this: sets the allowance, uses the nonce, logs Approval,
    │   whoever submits it
    ├── used before: reverts
    ├── over another owner, spender, amount, nonce, deadline: reverts
    ├── for another token, chain, name or version: reverts
    ├── someone else's: reverts
    ├── malleated (s in the upper half): reverts
    ├── broken (recovers to the zero address): reverts, also for the zero address as owner
    └── from before a fork: reverts on the chain with the new id, where a new one is accepted
a front-runner who submits the permit first only does what it says (pitfall 15)
an account with EIP-7702 code uses its key as before (pitfall 29)
"""

from __future__ import annotations

import pytest

from cos.chain import Event
from tests.models import INFINITE, ZERO_ADDRESS
from tests.permits import Permit, malleated, words
from tests.reverts import reverts
from tests.unit.cos_credit.conftest import place_code


@pytest.fixture
def owner(chain, holder):
    return chain.signer("holder")


@pytest.fixture
def permit(chain, token, holder, spender):
    return Permit(
        token=token.address,
        owner=holder,
        spender=spender,
        amount=500,
        nonce=0,
        deadline=chain.timestamp + 60,
        chain_id=chain.chain_id,
    )


def submit(token, permit, signature, sender):
    return token.transact(
        "permit",
        permit.owner,
        permit.spender,
        permit.amount,
        permit.deadline,
        *signature,
        sender=sender,
    )


@pytest.mark.parametrize("submitter", ["holder", "spender", "attacker"])
def test_sets_the_allowance(chain, token, permit, owner, submitter):
    receipt = submit(token, permit, words(permit.sign(owner)), chain.account(submitter))
    assert token.allowance(permit.owner, permit.spender) == 500
    assert token.nonces(permit.owner) == 1
    args = {"owner": permit.owner, "spender": permit.spender, "value": 500}
    assert receipt.logs == [Event(token.address, "Approval", args)]


def test_replaces_an_allowance(token, permit, owner, holder, spender):
    token.approve(spender, 7, sender=holder)
    for nonce, amount in enumerate([INFINITE, 0]):
        later = permit.but(nonce=nonce, amount=amount)
        submit(token, later, words(later.sign(owner)), spender)
        assert token.allowance(holder, spender) == amount
    assert token.nonces(holder) == 2


def test_reverts_a_second_after_the_deadline(chain, token, state, permit, owner, spender):
    signature = words(permit.sign(owner))
    chain.warp(to=permit.deadline + 1)
    with reverts("token: permit expired", state):
        submit(token, permit, signature, spender)


def test_is_valid_in_the_second_of_the_deadline(chain, token, permit, owner, spender):
    chain.warp(to=permit.deadline)
    submit(token, permit, words(permit.sign(owner)), spender)
    assert token.allowance(permit.owner, spender) == 500


@pytest.mark.parametrize("deadline", [2**32 + 5, INFINITE])
def test_is_valid_after_2106(chain, token, permit, owner, spender, deadline):
    late = permit.but(deadline=deadline)
    chain.warp(to=2**32 + 5)
    submit(token, late, words(late.sign(owner)), spender)
    assert token.allowance(permit.owner, spender) == 500


def test_reverts_after_a_deadline_beyond_2106(chain, token, state, permit, owner, spender):
    """A deadline cut to 32 bits would be 1, a timestamp cut to 32 bits would be 2."""
    late = permit.but(deadline=2**32 + 1)
    chain.warp(to=2**32 + 2)
    with reverts("token: permit expired", state):
        submit(token, late, words(late.sign(owner)), spender)


def test_reverts_when_used_again(token, state, permit, owner, spender):
    signature = words(permit.sign(owner))
    submit(token, permit, signature, spender)
    with reverts("token: invalid signature", state):
        submit(token, permit, signature, spender)


def test_a_used_permit_does_not_come_back_after_a_change_of_allowance(
    token, state, permit, owner, holder, spender
):
    signature = words(permit.sign(owner))
    submit(token, permit, signature, spender)
    token.approve(spender, 0, sender=holder)
    with reverts("token: invalid signature", state):
        submit(token, permit, signature, spender)


@pytest.mark.parametrize(
    "signed",
    [
        {"owner": "spender"},
        {"spender": "attacker"},
        {"amount": 499},
        {"nonce": 1},
        {"deadline": 2**40},
        {"token": "attacker"},
        {"chain_id": 1},
        {"name": "COS"},
        {"version": "2"},
    ],
    ids=lambda fields: next(iter(fields)),
)
def test_reverts_over_anything_else(chain, token, state, permit, owner, spender, signed):
    fields = {k: chain.account(v) if v in ("spender", "attacker") else v for k, v in signed.items()}
    signature = words(permit.but(**fields).sign(owner))
    with reverts("token: invalid signature", state):
        submit(token, permit, signature, spender)


def test_reverts_with_someone_elses_signature(chain, token, state, permit, attacker):
    with reverts("token: invalid signature", state):
        submit(token, permit, words(permit.sign(chain.signer("attacker"))), attacker)


def test_reverts_with_a_malleated_signature(token, state, permit, owner, spender):
    signature = permit.sign(owner)
    with reverts("ecdsa: invalid signature `s` value", state):
        submit(token, permit, malleated(signature), spender)
    submit(token, permit, words(signature), spender)  # the same one as signed is good


@pytest.mark.parametrize("v", [0, 1, 26, 29, 255])
@pytest.mark.parametrize("owned_by_zero", [False, True])
def test_reverts_with_a_broken_signature(token, state, permit, owner, spender, v, owned_by_zero):
    """ecrecover answers zero: the zero address must not count as the signer."""
    _, r, s = words(permit.sign(owner))
    broken = permit.but(owner=ZERO_ADDRESS) if owned_by_zero else permit
    with reverts("ecdsa: invalid signature", state):
        submit(token, broken, (v, r, s), spender)


def test_reverts_for_the_zero_address_with_an_empty_signature(token, state, permit, attacker):
    with reverts("ecdsa: invalid signature", state):
        submit(token, permit.but(owner=ZERO_ADDRESS), (27, bytes(32), bytes(32)), attacker)


def test_reverts_with_the_other_recovery_id(token, state, permit, owner, spender):
    v, r, s = words(permit.sign(owner))
    with reverts("token: invalid signature", state):
        submit(token, permit, (55 - v, r, s), spender)


def test_a_refused_permit_uses_no_nonce(chain, token, permit, owner, spender, state):
    with reverts("token: invalid signature", state):
        submit(token, permit, words(permit.sign(chain.signer("attacker"))), spender)
    assert token.nonces(permit.owner) == 0
    submit(token, permit, words(permit.sign(owner)), spender)
    assert token.allowance(permit.owner, spender) == 500


def test_a_fork_separates_the_chains(token, forked, permit, owner, spender):
    other, same_token = forked
    signature = words(permit.sign(owner))
    submit(token, permit, signature, spender)
    with reverts("token: invalid signature", lambda: same_token.nonces(permit.owner)):
        submit(same_token, permit, signature, spender)
    there = permit.but(chain_id=other.chain_id)
    submit(same_token, there, words(there.sign(owner)), spender)
    assert same_token.allowance(permit.owner, spender) == 500


def test_another_token_refuses_the_signature(chain, authority, token, permit, owner, spender):
    twin = chain.deploy("CosCredit", authority, sender=chain.account("deployer"))
    with reverts("token: invalid signature", lambda: twin.nonces(permit.owner)):
        submit(twin, permit, words(permit.sign(owner)), spender)


def test_a_front_runner_does_only_what_the_permit_says(
    token, state, permit, owner, holder, spender, recipient, attacker
):
    """A deposit that tolerates the failed permit goes on with the allowance that it gave."""
    signature = words(permit.sign(owner))
    submit(token, permit, signature, attacker)
    with reverts("token: invalid signature", state):
        submit(token, permit, signature, spender)
    token.transferFrom(holder, recipient, 500, sender=spender)
    assert token.balanceOf(recipient) == 500
    assert token.allowance(holder, attacker) == 0


def test_an_account_with_code_uses_its_key(chain, token, permit, owner, holder, spender):
    wallet = chain.deploy("DelegateWallet", sender=chain.account("deployer"))
    place_code(chain, holder, chain.backend.code(wallet.address))
    submit(token, permit, words(permit.sign(owner)), spender)
    assert token.allowance(holder, spender) == 500
