"""CosStaking.stake(amount), stake_for(account, amount), stake_with_permit(amount, deadline, ...)

stake
├── first of an account: pending until the epoch is over, votes at once, events, transfer
├── several in one epoch add up; later ones keep the age of what was there (pitfall 14)
├── pays what the position has earned, and keeps its fraction
├── nothing, more than approved, more than one has -> revert
├── at the epoch's last second counts from the next one on (pitfall 8)
└── amounts that don't fit, all units too many -> revert (pitfall 36)
stake_for
├── is the account's, its dividends go to it, the payer pays
├── somebody else's unit changes nobody's age, delegate or earnings
└── zero, the token, the contract itself -> revert
stake_with_permit
├── with the caller's permit; the allowance is used up
├── a permit that somebody else has submitted (pitfall 15)
├── no valid permit and no allowance -> revert; with an allowance it needs none
└── nobody stakes another's coins by a permit
"""

from __future__ import annotations

import pytest

from tests.models import INFINITE, ZERO_ADDRESS
from tests.models.cos_staking import COS, LAST_EPOCH, WEEK
from tests.permits import Permit, words
from tests.unit.cos_staking.conftest import EPOCH, FUND, is_share, start_of


def parts(staking, account):
    return staking.position(account)[:3]


def test_a_first_stake(staking, token, ada, event, moved):
    receipt = staking.transact("stake", 3 * COS, sender=ada)
    assert receipt.logs == [
        event("DelegateChanged", delegator=ada, fromDelegate=ZERO_ADDRESS, toDelegate=ada),
        event("DelegateVotesChanged", delegate=ada, previousVotes=0, newVotes=3 * COS),
        event("Staked", account=ada, payer=ada, amount=3 * COS),
        moved(ada, staking.address, 3 * COS),
    ]
    assert staking.position(ada) == (0, 3 * COS, 0, EPOCH, 0, 0)
    assert staking.totals() == (0, 3 * COS, 0, EPOCH, 0)
    assert (staking.weight(ada), staking.total_weight()) == (0, 0)
    assert staking.getVotes(ada) == staking.staked(ada) == staking.total_staked() == 3 * COS
    assert token.balanceOf(staking.address) == 3 * COS


def test_counts_from_the_next_epoch_on(staking, ada, next_epoch):
    staking.stake(3 * COS, sender=ada)
    next_epoch()
    assert parts(staking, ada) == (3 * COS, 0, 3 * COS * (EPOCH + 1))
    assert staking.weight(ada) == staking.total_weight() == 3 * COS * 208
    next_epoch(104)
    assert staking.weight(ada) == staking.total_weight() == 3 * COS * 208 * 2
    next_epoch(104)
    assert staking.weight(ada) == 3 * COS * 208 * 3, "three times as much after four years"


@pytest.mark.parametrize("late", [-1, 0, 1])
def test_around_the_beginning_of_an_epoch(chain, staking, ada, late):
    chain.warp(start_of(EPOCH + 1) + late)
    staking.stake(COS, sender=ada)
    first = EPOCH + 1 if late < 0 else EPOCH + 2
    chain.warp(start_of(first) - 1)
    assert staking.weight(ada) == 0
    chain.warp(start_of(first))
    assert staking.weight(ada) == COS * 208


def test_adds_up_and_keeps_the_age(staking, ada, next_epoch):
    staking.stake(COS, sender=ada)
    staking.stake(2 * COS, sender=ada)
    assert parts(staking, ada) == (0, 3 * COS, 0)
    next_epoch(10)
    before = staking.weight(ada)
    staking.stake(7, sender=ada)
    assert parts(staking, ada) == (3 * COS, 7, 3 * COS * (EPOCH + 1))
    assert staking.weight(ada) == before, "the old ones are as old as before"
    next_epoch()
    starts = 3 * COS * (EPOCH + 1) + 7 * (EPOCH + 11)
    assert parts(staking, ada) == (3 * COS + 7, 0, starts)
    assert staking.weight(ada) == before + 3 * COS * 2 + 7 * 208


def test_pays_what_was_earned(
    chain, staking, token, old_stake, ada, giver, next_epoch, moved, event
):
    staking.notify(10, sender=giver)
    next_epoch()
    before = token.balanceOf(ada)
    receipt = staking.transact("stake", COS, sender=ada)
    assert receipt.logs[1:] == [
        event("Staked", account=ada, payer=ada, amount=COS),
        moved(ada, staking.address, COS),
        event("DividendsPaid", account=ada, amount=7),  # of 7.5
        moved(staking.address, ada, 7),
    ]
    assert token.balanceOf(ada) == before - COS + 7
    assert staking.position(ada)[5] in (2**21, 2**21 - 1), "a half stays"
    assert staking.claimable(ada) == 0


def test_reverts(chain, staking, token, ada, refuses):
    with refuses("staking: no amount"):
        staking.stake(0, sender=ada)
    with refuses("token: insufficient balance"):
        staking.stake(FUND + 1, sender=ada)
    with refuses("staking: too much"):
        staking.stake(2**64, sender=ada)
    with refuses("staking: too much"):
        staking.stake(INFINITE, sender=ada)
    staking.stake(1, sender=ada)
    with refuses("votes: too many"):
        staking.stake(2**64 - 1, sender=ada)
    token.approve(staking.address, 5, sender=ada)
    with refuses("token: insufficient allowance"):
        staking.stake(6, sender=ada)


def test_for_somebody_else(staking, token, ada, ben, event, moved):
    receipt = staking.transact("stake_for", ben, COS, sender=ada)
    assert receipt.logs[2:] == [
        event("Staked", account=ben, payer=ada, amount=COS),
        moved(ada, staking.address, COS),
    ]
    assert (staking.staked(ada), staking.staked(ben)) == (0, COS)
    assert (staking.getVotes(ada), staking.getVotes(ben)) == (0, COS)
    assert staking.delegates(ben) == ben


def test_a_strangers_unit_harms_nobody(
    staking, token, old_stake, ada, ben, giver, attacker, next_epoch
):
    staking.delegate(ben, sender=ada)
    staking.notify(1_000, sender=giver)
    next_epoch(30)
    weight, before = staking.weight(ada), token.balanceOf(ada)
    staking.stake_for(ada, 1, sender=attacker)
    assert is_share(token.balanceOf(ada), before + 750), "its dividends are paid to the account"
    assert (staking.weight(ada), staking.delegates(ada)) == (weight, ben)
    next_epoch()
    assert staking.weight(ada) == weight + 3 * COS * 2 + 208


def test_for_nobody_reverts(staking, token, ada, refuses):
    for account in (ZERO_ADDRESS, token.address, staking.address):
        with refuses("staking: bad account"):
            staking.stake_for(account, COS, sender=ada)


@pytest.fixture
def permit(chain, staking, token, ada):
    token.approve(staking.address, 0, sender=ada)
    until = chain.timestamp + 60
    return Permit(token.address, ada, staking.address, COS, 0, until, chain.chain_id)


def with_permit(staking, permit, signature, sender, amount=COS):
    return staking.stake_with_permit(amount, permit.deadline, *signature, sender=sender)


def test_by_a_permit(chain, staking, token, permit, ada):
    with_permit(staking, permit, words(permit.sign(chain.signer("ada"))), ada)
    assert (staking.staked(ada), token.allowance(ada, staking.address)) == (COS, 0)
    assert token.nonces(ada) == 1


def test_by_a_permit_that_somebody_was_faster_with(chain, staking, token, permit, ada, attacker):
    signature = words(permit.sign(chain.signer("ada")))
    token.permit(ada, staking.address, COS, permit.deadline, *signature, sender=attacker)
    with_permit(staking, permit, signature, ada)
    assert (staking.staked(ada), token.allowance(ada, staking.address)) == (COS, 0)


def test_without_a_valid_permit(chain, staking, token, permit, ada, ben, attacker, refuses):
    v, r, s = words(permit.sign(chain.signer("ada")))
    for signature in ((v, s, r), (0, bytes(32), bytes(32))):
        with refuses("token: insufficient allowance"):
            with_permit(staking, permit, signature, ada)
    with refuses("token: insufficient allowance"):
        with_permit(staking, permit, (v, r, s), ada, COS + 1)
    # Another's permit gives the caller nothing.
    token.approve(staking.address, 0, sender=attacker)
    with refuses("token: insufficient allowance"):
        with_permit(staking, permit, (v, r, s), attacker)
    token.approve(staking.address, COS, sender=ada)
    with_permit(staking, permit, (0, bytes(32), bytes(32)), ada)
    assert staking.staked(ada) == COS
    chain.warp(permit.deadline + 1)
    token.approve(staking.address, 0, sender=ada)
    with refuses("token: insufficient allowance"):
        with_permit(staking, permit, (v, r, s), ada)


def test_when_the_calendar_has_ended(chain, staking, ada):
    """After 2283 the epoch stands still; nothing is trapped, nothing spills."""
    chain.warp(LAST_EPOCH * WEEK + 500 * WEEK)
    staking.stake(COS, sender=ada)
    assert staking.position(ada) == (0, COS, 0, LAST_EPOCH, 0, 0)
    chain.advance(100 * WEEK)
    staking.stake(COS, sender=ada)
    assert (staking.getVotes(ada), staking.weight(ada)) == (2 * COS, 0)
