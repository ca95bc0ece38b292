"""Nobody earns more by a trick than by holding (pitfalls 13, 14, 19, 37, 46; invariant 13)

├── splitting over accounts, merging by topping up: the parts earn what one whole earns
├── topping up with a unit in every epoch: what two accounts earn
├── withdrawing and staking again, moving to another account: never more than holding
├── any stakes and withdrawals: never more weight than if the youngest coins went first
├── stake that comes just in time has no part in the running epoch
├── dust: can't take an income, can't make weights out of rounding
├── the income itself: giving it to oneself returns at most the own share
└── one quotient for both sums: weights of very different ages and amounts never overpay
"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.models.cos_staking import COS, EXIT_DELAY, WEEK, K, N
from tests.unit.cos_staking.fresh import Setup

AMOUNTS = st.one_of(st.integers(1, 100), st.integers(COS // 2, 10**15))
INCOMES = st.lists(st.integers(1, 10**13), min_size=1, max_size=5)
GAPS = st.lists(st.integers(1, 80), min_size=6, max_size=6)


def earn(setup: Setup, incomes: list[int], gaps: list[int]) -> None:
    """Epochs with income, and some without."""
    for amount, gap in zip(incomes, gaps, strict=False):
        setup.staking.notify(amount, sender=setup.giver)
        setup.next_epoch(gap)


@given(parts=st.lists(AMOUNTS, min_size=3, max_size=3), others=AMOUNTS, incomes=INCOMES, gaps=GAPS)
def test_splitting(parts, others, incomes, gaps):
    """The same stakes at the same times: by one account, and by three."""
    earned = []
    for is_split in (False, True):
        setup = Setup()
        staking, (ada, *rest) = setup.staking, setup.people
        staking.stake(others + 10 * COS, sender=setup.giver)
        for number, part in enumerate(parts):
            account = [ada, *rest][number] if is_split else ada
            staking.stake_for(account, part, sender=ada)
            setup.next_epoch()
            setup.staking.notify(incomes[0], sender=setup.giver)
            setup.next_epoch(gaps[number])
        earn(setup, incomes, gaps)
        # Some have been paid as they were topped up: exact in 2^-22, everything together.
        claimed = setup.token.balanceOf(ada) - 10**9 * COS + sum(parts)
        earned.append(sum(setup.earned(ada, *rest)) + claimed * 2**22)
    whole, split = earned
    assert -8 <= split - whole <= 8, "a grain of 2^-22 for each rounding, in either direction"


@given(stake=st.integers(COS, 10**14), incomes=INCOMES, epochs=st.integers(1, 30))
def test_a_unit_in_every_epoch(stake, incomes, epochs):
    """Ada tops up what she has; ben holds as much, and dan adds the units apart."""
    setup = Setup()
    staking, (ada, ben, _, dan) = setup.staking, setup.people
    staking.stake(stake, sender=ada)
    staking.stake(stake, sender=ben)
    setup.next_epoch()
    before = setup.token.balanceOf(ada)
    for epoch in range(epochs):
        staking.notify(incomes[epoch % len(incomes)], sender=setup.giver)
        staking.stake(1, sender=ada)
        staking.stake_for(dan, 1, sender=setup.giver)
        setup.next_epoch()
    claimed = setup.token.balanceOf(ada) - before + epochs
    paid_to_dan = setup.token.balanceOf(dan) - 10**9 * COS
    of_ada, of_ben, of_dan = setup.earned(ada, ben, dan)
    of_ada += claimed * 2**22
    of_dan += paid_to_dan * 2**22
    grains = 2 * epochs + 2
    assert of_ben + of_dan - grains <= of_ada <= of_ben + of_dan + grains
    assert staking.weight(ada) == staking.weight(ben) + staking.weight(dan)


@given(
    stake=st.integers(COS, 10**15),
    share=st.integers(1, 100),
    incomes=INCOMES,
    gaps=GAPS,
    to_another=st.booleans(),
)
def test_withdrawing_and_staking_again(stake, share, incomes, gaps, to_another):
    """Even if she replaces what leaves at once, from other coins: the seven days aside."""
    amount = max(1, stake * share // 100)
    wealth = []
    for is_moving in (False, True):
        setup = Setup()
        staking, (ada, ben, cyd, _) = setup.staking, setup.people
        staking.stake(stake, sender=ada)
        staking.stake(3 * COS, sender=cyd)
        setup.next_epoch()
        earn(setup, incomes, gaps)
        for _ in range(2):
            staking.notify(incomes[0], sender=setup.giver)
            leaving = min(amount, staking.staked(ada))
            if is_moving and leaving:
                staking.withdraw(leaving, sender=ada)
                staking.stake_for(ben if to_another else ada, leaving, sender=ada)
            setup.next_epoch(3)
        earn(setup, incomes, gaps)
        exits = sum(staking.exits(ada)[at] for at in (0, 1, 3))
        units = setup.token.balanceOf(ada) + exits + staking.staked(ada) + staking.staked(ben)
        wealth.append(units * 2**22 + sum(setup.earned(ada, ben)))
    holding, moving = wealth
    assert moving <= holding + 8, "grains of 2^-22 base units"


STEPS = st.lists(
    st.tuples(st.booleans(), AMOUNTS, st.integers(1, 100), st.integers(0, 60)),
    min_size=1,
    max_size=25,
)


@given(steps=STEPS)
def test_any_stakes_and_withdrawals(steps):
    """At most the weight of one who may choose: the youngest coins are withdrawn first. Exactly
    that if only pending coins are."""
    setup = Setup()
    staking, ada = setup.staking, setup.people[0]
    lots: list[list[int]] = []  # [amount, first epoch], ascending
    for is_stake, amount, share, epochs in steps:
        epoch = setup.chain.timestamp // WEEK
        if is_stake:
            staking.stake(amount, sender=ada)
            lots.append([amount, epoch + 1])
        elif lots:
            left = amount = max(1, sum(lot[0] for lot in lots) * share // 100)
            staking.withdraw(amount, sender=ada)
            while left:
                taken = min(left, lots[-1][0])
                lots[-1][0] -= taken
                left -= taken
                if not lots[-1][0]:
                    lots.pop()
        if epochs:
            setup.next_epoch(epochs)
        now = setup.chain.timestamp // WEEK
        best = sum(a * (N + K * (now - s)) for a, s in lots if s <= now)
        units = sum(a for a, s in lots if s <= now)
        weight = staking.weight(ada)
        assert N * units <= weight <= best
        assert staking.total_weight() == weight
        # For ever: it does not catch up later.
        later = staking.position(ada)
        assert later[0] == units and later[2] >= sum(a * s for a, s in lots if s <= now)


def test_stake_just_in_time(chain, staking, old_stake, ada, ben, giver, attacker, next_epoch):
    """Before, with and after the income; also out again at once, or at the epoch's end."""
    staking.stake(10**6 * COS, sender=attacker)
    staking.notify(10**9, sender=giver)
    staking.stake(10**6 * COS, sender=attacker)
    chain.advance(WEEK - 1)
    staking.withdraw(10**6 * COS, sender=attacker)
    next_epoch()
    assert staking.claimable(attacker) == 0
    assert 10**9 - 2 <= staking.claimable(ada) + staking.claimable(ben) <= 10**9
    # Out in the first second of the next: its income is not theirs either.
    staking.notify(10**9, sender=giver)
    staking.withdraw(10**6 * COS, sender=attacker)
    next_epoch()
    assert staking.claimable(attacker) == 0


def test_dust_takes_no_income(chain, staking, ada, giver, attacker, next_epoch):
    """Alone with a unit of stake in an epoch of a large income: it waits for real stake."""
    staking.stake(1, sender=attacker)
    next_epoch()
    staking.notify(10**14, sender=giver)
    staking.stake(COS, sender=ada)
    next_epoch()
    assert staking.claimable(attacker) == 0
    next_epoch()
    assert staking.claimable(attacker) <= 10**14 * 212 // (COS * 208)
    assert staking.claimable(ada) >= 10**14 - 2 * 10**6


@pytest.mark.parametrize("epochs", [1, 7, 500])
def test_withdrawing_units_one_by_one(staking, ada, ben, next_epoch, epochs):
    """Every rounding is against the staker: a hundred withdrawals of 1 leave no more than one of
    100."""
    for person in (ada, ben):
        staking.stake(1_000, sender=person)
    next_epoch(epochs)
    for person in (ada, ben):
        staking.stake(333, sender=person)
    next_epoch()
    for _ in range(100):
        staking.withdraw(1, sender=ada)
    staking.withdraw(100, sender=ben)
    assert staking.staked(ada) == staking.staked(ben)
    assert staking.weight(ada) <= staking.weight(ben)
    assert staking.weight(ada) + staking.weight(ben) == staking.total_weight()


def test_giving_to_oneself(staking, token, old_stake, ada, ben, giver, next_epoch):
    before = token.balanceOf(ada)
    staking.notify(10**9, sender=ada)
    next_epoch()
    staking.claim(sender=ada)
    assert before - 10**9 // 4 - 1 <= token.balanceOf(ada) <= before - 10**9 // 4


@given(
    stakes=st.lists(AMOUNTS, min_size=4, max_size=4),
    ages=st.lists(st.integers(0, 2_000), min_size=4, max_size=4),
    incomes=INCOMES,
    gaps=GAPS,
)
def test_linked_sums_never_overpay(stakes, ages, incomes, gaps):
    setup = Setup()
    staking, token = setup.staking, setup.token
    staking.stake(COS, sender=setup.giver)
    for person, amount, age in zip(setup.people, stakes, ages, strict=True):
        staking.stake(amount, sender=person)
        setup.next_epoch(1 + age)
    earn(setup, incomes, gaps)
    given_to_all = sum(incomes[: len(gaps)])
    accounts = [*setup.people, setup.giver]
    exact = sum(setup.earned(*accounts))
    pot, carry = staking.income()
    assert exact <= (given_to_all - pot) * 2**22
    assert (given_to_all - pot) * 2**22 - exact <= len(accounts) + (carry >> 56) + 1
    for person in accounts:
        if staking.claimable(person):
            staking.claim(sender=person)
    left = token.balanceOf(staking.address) - staking.total_staked() - pot
    assert 0 <= left <= len(accounts), "less than a unit an account"


def test_what_seven_days_cost(chain, staking, old_stake, ada, ben, giver, next_epoch):
    """Out and in again: no income meanwhile, and the age is gone."""
    due_at = staking.withdraw(3 * COS, sender=ada)
    staking.notify(10**6, sender=giver)
    chain.warp(due_at)
    assert due_at == chain.timestamp and EXIT_DELAY == WEEK
    staking.pay_exit(ada, sender=ada)
    staking.stake(3 * COS, sender=ada)
    staking.notify(10**6, sender=giver)
    next_epoch()
    assert staking.claimable(ada) == 0
    assert staking.weight(ada) == 3 * COS * 208 < 3 * staking.weight(ben)
