"""BonusPool.set_schedule(steps)

├── replaces the whole schedule, event with old and new, 1 to 6 steps read back; 0 or 7 -> revert
├── the rates of a month: the step in force, the first step's before it
├── the first step may begin in the running month or before (PITFALLS 8); later -> revert
├── months that do not ascend, month 0 -> revert
├── months of 16 bits fit; more -> revert (36)
├── rates at their bounds fit; beyond, and beyond 12 bits -> revert
├── the reserve must cover the new rates (24)
│   ├── a rise now or later: one unit too little -> revert
│   ├── steps that are over don't count
│   └── a fall frees reserve
├── what was earned is unchanged to the last fraction (25)
├── a hundred changes leave one word, and cost the same (22)
└── not governance (the auditor, a ledger), or not any more -> revert
"""

from __future__ import annotations

import pytest

from tests.models.authority import GOVERNANCE_ROLE
from tests.unit.bonus_pool.conftest import MONTH, QUOTA, RESERVE, STEPS, start_of

E4 = 10_000
LOW = (1_000, 500)
HIGH = (2_500, 1_000)


def word_of(steps):
    return sum(
        (month | sponsor_bps << 16 | manager_bps << 28) << 40 * position
        for position, (month, sponsor_bps, manager_bps) in enumerate(steps)
    )


@pytest.mark.parametrize("count", range(1, 7))
def test_set_schedule_replaces_all_steps(pool, governance, event, count):
    steps = [(MONTH + 7 * k, 2_000 - k, 700 + k) for k in range(count)]
    receipt = pool.transact("set_schedule", steps, sender=governance)
    assert pool.schedule() == steps
    assert receipt.logs == [event("ScheduleChanged", old=word_of(STEPS), new=word_of(steps))]


def test_set_schedule_gives_each_month_its_rates(pool, governance):
    steps = [(MONTH - 2 + 2 * k, 2_000 - 10 * k, 700 - k) for k in range(6)]
    pool.set_schedule(steps, sender=governance)
    for month, position in [
        (0, 0),
        (MONTH - 3, 0),
        (MONTH - 2, 0),
        (MONTH - 1, 0),
        (MONTH, 1),
        (MONTH + 6, 4),
        (MONTH + 7, 4),
        (MONTH + 8, 5),
        (MONTH + 9, 5),
        (2**16, 5),
        (2**256 - 1, 5),
    ]:
        assert pool.rates(month) == steps[position][1:], month


def test_set_schedule_reverts_without_steps(pool, governance, refuses):
    with refuses("bonus: no steps"):
        pool.set_schedule([], sender=governance)


def test_set_schedule_reverts_with_seven_steps(pool, governance, refuses):
    with refuses(""):
        pool.set_schedule([(MONTH + k, *LOW) for k in range(7)], sender=governance)


def test_set_schedule_from_the_first_second_of_its_first_month(chain, pool, governance, refuses):
    chain.warp(start_of(MONTH + 1) - 1)
    with refuses("bonus: first step in the future"):
        pool.set_schedule([(MONTH + 1, *LOW)], sender=governance)
    chain.advance(1)
    pool.set_schedule([(MONTH + 1, *LOW)], sender=governance)
    assert pool.schedule() == [(MONTH + 1, *LOW)]


@pytest.mark.parametrize(
    "months", [[0], [0, MONTH], [MONTH, MONTH], [MONTH, MONTH - 1], [MONTH, MONTH + 2, MONTH + 1]]
)
def test_set_schedule_reverts_unless_months_ascend(pool, governance, months, refuses):
    with refuses("bonus: months not ascending"):
        pool.set_schedule([(month, *LOW) for month in months], sender=governance)


def test_set_schedule_fits_months_of_16_bits(pool, governance, refuses):
    for month in (2**16, 2**40, 2**256 - 1):
        with refuses("bonus: month too large"):
            pool.set_schedule([(1, *LOW), (month, *LOW)], sender=governance)
    steps = [(1, *LOW), *((2**16 - 5 + k, *HIGH) for k in range(5))]
    pool.set_schedule(steps, sender=governance)
    assert pool.schedule() == steps


@pytest.mark.parametrize("rates", [LOW, HIGH, (1_000, 1_000), (2_500, 500)])
def test_set_schedule_with_rates_at_their_bounds(pool, governance, rates):
    pool.set_schedule([(MONTH, *rates)], sender=governance)
    assert pool.rates(MONTH) == rates


@pytest.mark.parametrize(
    "rates",
    [
        (999, 500),
        (2_501, 500),
        (0, 500),
        (4_096 + 1_000, 500),
        (2**256 - 1, 500),
        (1_000, 499),
        (1_000, 1_001),
        (1_000, 0),
        (1_000, 4_096 + 500),
        (1_000, 2**256 - 1),
    ],
)
def test_set_schedule_reverts_with_rates_out_of_bounds(pool, governance, rates, refuses):
    for steps in ([(MONTH, *rates)], [(MONTH, *LOW), (MONTH + 1, *rates)]):
        with refuses("bonus: rate out of bounds"):
            pool.set_schedule(steps, sender=governance)


@pytest.mark.parametrize("at", [0, 1, 60])
def test_set_schedule_reverts_unless_the_reserve_covers_a_rise(
    pool, governance, ledger, at, refuses
):
    pool.set_schedule([(MONTH, *LOW)], sender=governance)
    pool.open_quota(RESERVE * E4 // 3_500 + 1 - QUOTA, sender=ledger)
    rise = [(MONTH, *HIGH)] if at == 0 else [(MONTH, *LOW), (MONTH + at, *HIGH)]
    with refuses("bonus: reserve too small"):
        pool.set_schedule(rise, sender=governance)


@pytest.mark.parametrize("at", [0, 1, 60])
def test_set_schedule_rises_when_the_reserve_just_covers_it(pool, governance, ledger, at):
    pool.set_schedule([(MONTH, *LOW)], sender=governance)
    pool.open_quota(RESERVE * E4 // 3_500 - QUOTA, sender=ledger)
    rise = [(MONTH, *HIGH)] if at == 0 else [(MONTH, *LOW), (MONTH + at, *HIGH)]
    pool.set_schedule(rise, sender=governance)
    assert pool.required_reserve() == RESERVE


def test_set_schedule_counts_no_step_that_is_over(pool, governance, ledger):
    pool.set_schedule([(MONTH, *LOW)], sender=governance)
    pool.open_quota(RESERVE * E4 // 1_500 - QUOTA, sender=ledger)
    pool.set_schedule([(MONTH - 1, *HIGH), (MONTH, *LOW)], sender=governance)
    assert pool.rates(MONTH) == LOW


def test_set_schedule_frees_reserve_by_a_fall(pool, governance):
    assert pool.required_reserve() == QUOTA * 35 // 100
    pool.set_schedule([(MONTH, *LOW)], sender=governance)
    assert pool.required_reserve() == QUOTA * 15 // 100


def test_set_schedule_leaves_what_was_earned(pool, governance, accrue, sponsor, manager):
    accrue(1_001)
    earned = pool.bucket(sponsor, MONTH), pool.bucket(manager, MONTH), pool.totals()
    for rates in (LOW, HIGH, (1_717, 717)):
        pool.set_schedule([(1, *rates)], sender=governance)
        assert (pool.bucket(sponsor, MONTH), pool.bucket(manager, MONTH), pool.totals()) == earned
    assert accrue(1) == (1_717, 717)
    assert pool.bucket(sponsor, MONTH) == (earned[0][0] + 1_717, 0, False)


def test_set_schedule_leaves_one_word_however_often(pool, governance, accrue):
    def gas_of_a_change():
        return pool.transact("set_schedule", STEPS, sender=governance).gas_used

    pool.set_schedule([(1, *LOW)], sender=governance)
    first = gas_of_a_change()
    for k in range(100):
        pool.set_schedule([(1, 1_000 + k, 500 + k)], sender=governance)
    assert gas_of_a_change() == first
    assert pool.schedule() == STEPS
    assert accrue(1) == HIGH


def test_set_schedule_reverts_for_others(pool, auditor, ledger, attacker, refuses):
    for sender in (auditor, ledger, attacker):
        with refuses("bonus: not governance"):
            pool.set_schedule([(MONTH, *LOW)], sender=sender)


def test_set_schedule_reverts_for_former_governance(pool, authority, governance, refuses):
    authority.revokeRole(GOVERNANCE_ROLE, governance, sender=governance)
    with refuses("bonus: not governance"):
        pool.set_schedule([(MONTH, *LOW)], sender=governance)
