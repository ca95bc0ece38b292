"""CosStaking.claim(), restake(), claimable(account)

claim
├── pays the whole base units of all epochs that are over, event, transfer; keeps the fraction
├── nothing earned, twice, an epoch that is not over, nobody -> revert
├── for any number of epochs, with and without income, pays the sum of their shares
├── pending coins: not of their own epoch, of all later ones
├── often or seldom: the same, but for 2^-22 of a base unit a claim (pitfalls 11, 19)
├── in any order: nobody's claim changes another's
├── after ten idle years (pitfall 9)
└── after 2106 (pitfall 35)
restake
├── adds what was earned as new coins, with votes; no coins move
├── nothing earned -> revert
└── equals a claim and a stake
"""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.models.cos_staking import COS, WEEK
from tests.unit.cos_staking.conftest import EPOCH, is_share, start_of
from tests.unit.cos_staking.fresh import Setup

HALF = (2**21, 2**21 - 1)  # a fraction in 2^-22: income rarely divides exactly


def test_pays_whole_units(staking, token, old_stake, ada, giver, next_epoch, event, moved):
    staking.notify(10, sender=giver)
    next_epoch()
    assert staking.claimable(ada) == 7
    before = token.balanceOf(ada)
    receipt = staking.transact("claim", sender=ada)
    assert receipt.value == 7
    assert receipt.logs == [
        event("DividendsPaid", account=ada, amount=7),
        moved(staking.address, ada, 7),
    ]
    assert token.balanceOf(ada) == before + 7
    assert staking.position(ada)[5] in HALF
    staking.notify(11, sender=giver)
    next_epoch()
    assert staking.claim(sender=ada) == 8  # 8.25 and the half: 8.75


def test_reverts(staking, old_stake, ada, cyd, giver, attacker, next_epoch, refuses):
    for person in (ada, attacker):
        with refuses("staking: nothing earned"):
            staking.claim(sender=person)
    staking.notify(1_000, sender=giver)
    with refuses("staking: nothing earned"):
        staking.claim(sender=ada)
    next_epoch()
    staking.claim(sender=ada)
    for function in ("claim", "restake"):
        with refuses("staking: nothing earned"):
            getattr(staking, function)(sender=ada)
        with refuses("staking: nothing earned"):
            getattr(staking, function)(sender=cyd)


def test_sums_up_the_epochs(staking, ada, ben, cyd, giver, next_epoch):
    """Ada comes every epoch, ben only at the end: each has the sum of its epochs' shares."""
    for person in (ada, ben, cyd):
        staking.stake(COS, sender=person)
    next_epoch()
    claimed = 0
    for epoch in range(40):
        if epoch % 3 != 1:
            staking.notify(900 + epoch, sender=giver)
        next_epoch(1 + epoch % 4)
        if staking.claimable(ada):
            claimed += staking.claim(sender=ada)
    assert claimed == sum(900 + epoch for epoch in range(40) if epoch % 3 != 1) // 3
    assert staking.claim(sender=ben) == staking.claim(sender=cyd) == claimed


@pytest.mark.parametrize("income_of_own_epoch", [False, True])
@pytest.mark.parametrize("income_before", [False, True])
@pytest.mark.parametrize("comes", [False, True])
def test_pending_coins(
    staking, ada, ben, cyd, giver, next_epoch, income_of_own_epoch, income_before, comes
):
    """Whether or not anything was divided in, before or right after the epoch of the stake."""
    staking.stake(COS, sender=ada)
    next_epoch()
    if income_before:
        staking.notify(100, sender=giver)
        next_epoch()
    staking.stake(COS, sender=cyd)
    if income_of_own_epoch:
        staking.notify(100, sender=giver)
    next_epoch()
    if comes:
        staking.stake(1, sender=cyd)
    assert staking.claimable(cyd) == 0
    next_epoch()
    staking.notify(10**6, sender=giver)
    next_epoch()
    weights = {ada: 208 + 2 * (2 + income_before), cyd: 208 + 2 * 1}
    expected = 10**6 * weights[cyd] // sum(weights.values())  # a unit more changes nothing
    assert staking.claimable(cyd) == expected
    assert staking.claim(sender=cyd) == expected


AMOUNTS = st.lists(st.integers(1, 10**12), min_size=1, max_size=8)


@given(
    stakes=st.tuples(*[st.integers(COS, 10**15)] * 2),
    income=AMOUNTS,
    gaps=st.lists(st.integers(1, 60), min_size=8, max_size=8),
    coming=st.integers(0, 2**8 - 1),
)
def test_often_or_seldom(stakes, income, gaps, coming):
    """One comes after each epoch, one in some, one at the end; all have the same stake."""
    setup = Setup()
    often, some, seldom, other = setup.people
    for person in (often, some, seldom):
        setup.staking.stake(stakes[0], sender=person)
    setup.staking.stake(stakes[1], sender=other)
    setup.next_epoch()
    paid = dict.fromkeys(setup.people, 0)
    for number, (amount, gap) in enumerate(zip(income, gaps, strict=False)):
        setup.staking.notify(amount, sender=setup.giver)
        setup.next_epoch(gap)
        for person in (often, some):
            if person == some and not coming >> number & 1:
                continue
            if setup.staking.claimable(person):
                paid[person] += setup.staking.claim(sender=person)
    for person in setup.people:
        if setup.staking.claimable(person):
            paid[person] += setup.staking.claim(sender=person)
    assert paid[seldom] - 1 <= paid[often] <= paid[some] <= paid[seldom]
    fraction = {person: setup.staking.position(person)[5] for person in setup.people}
    exact = {person: paid[person] * 2**22 + fraction[person] for person in setup.people}
    assert 0 <= exact[seldom] - exact[often] <= len(income)
    assert sum(income) - 5 <= sum(paid.values()) <= sum(income)


def test_in_any_order(chain, staking, old_stake, ada, ben, cyd, giver, next_epoch):
    staking.stake(5 * COS + 7, sender=cyd)
    for amount in (1_000, 999, 7):
        next_epoch()
        staking.notify(amount, sender=giver)
    next_epoch(3)
    people = (ada, ben, cyd)
    expected = [staking.claimable(person) for person in people]
    for order in itertools.permutations(people):
        with chain.anchor():
            paid = {person: staking.claim(sender=person) for person in order}
            assert [paid[person] for person in people] == expected


@pytest.mark.parametrize("epochs", [522, 4_300])
def test_after_idle_years(chain, staking, token, old_stake, ada, ben, giver, next_epoch, epochs):
    staking.notify(1_000, sender=giver)
    next_epoch(epochs)
    assert is_share(staking.claim(sender=ada), 750)
    assert staking.weight(ada) == 3 * COS * (208 + 2 * epochs)
    staking.notify(1_000, sender=giver)
    chain.advance(WEEK)
    assert is_share(staking.claim(sender=ben), 500)
    if epochs > 4_200:
        assert chain.timestamp > 2**32


def test_restake(staking, token, old_stake, ada, giver, next_epoch, event):
    staking.notify(10, sender=giver)
    next_epoch()
    held = token.balanceOf(staking.address)
    receipt = staking.transact("restake", sender=ada)
    assert receipt.value == 7
    assert receipt.logs == [
        event("DelegateVotesChanged", delegate=ada, previousVotes=3 * COS, newVotes=3 * COS + 7),
        event("Restaked", account=ada, amount=7),
    ]
    assert staking.position(ada)[:3] == (3 * COS, 7, 3 * COS * (EPOCH + 1))
    assert (staking.claimable(ada), token.balanceOf(staking.address)) == (0, held)
    assert staking.total_staked() == 4 * COS + 7
    assert staking.position(ada)[5] in HALF


def test_restake_equals_claim_and_stake(chain, staking, old_stake, ada, ben, giver, next_epoch):
    staking.notify(123_457, sender=giver)
    next_epoch(2)
    with chain.anchor():
        staking.restake(sender=ada)
        chain.warp(start_of(EPOCH + 9))
        restaked = staking.position(ada), staking.totals(), staking.getVotes(ada)
    staking.stake(staking.claim(sender=ada), sender=ada)
    chain.warp(start_of(EPOCH + 9))
    assert (staking.position(ada), staking.totals(), staking.getVotes(ada)) == restaked
