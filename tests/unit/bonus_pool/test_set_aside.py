"""BonusPool.set_aside(manager, amount, month), called by a ledger when a drop is published

├── open quota turns into bonus that is still to be earned, at the month's rates; it returns them
│   ├── all of it counts as accrued; no bucket is written; no event
│   ├── the rate is that of the step in force: last second before a step, first second of it (8)
│   └── after a new schedule: that of the new one
├── the manager's month is void: its rate is 0, and nothing is kept for it
│   └── another month's, another manager's: as ever
├── the reserve that is needed stays the same at the highest rate, and falls at a lower one (24)
├── n parts keep exactly what the whole keeps (19)
├── the whole range of 64 bits at the highest rates spills into no neighbour (36)
├── 0 changes nothing
├── more than the open quota -> revert; all of it is possible
└── not a ledger, or not any more -> revert
"""

from __future__ import annotations

import pytest

from tests.unit.bonus_pool.conftest import MONTH, QUOTA, REASON, RESERVE, SUPPLY, start_of

E4 = 10_000
NOTHING = (0, 0, False)


@pytest.fixture
def set_aside(chain, pool, ledger, manager):
    """Into a drop of the running month by `manager`; returns the rates."""

    def put(amount: int, manager: str = manager) -> tuple[int, int]:
        return pool.set_aside(manager, amount, pool.month_of(chain.timestamp), sender=ledger)

    return put


def test_set_aside_turns_quota_into_what_can_be_earned(pool, ledger, sponsor, manager):
    receipt = pool.transact("set_aside", manager, 7, MONTH, sender=ledger)
    assert receipt.value == (2_500, 1_000)
    assert receipt.logs == []
    assert pool.totals() == (RESERVE, QUOTA - 7, 7 * 3_500)
    assert pool.bucket(sponsor, MONTH) == pool.bucket(manager, MONTH) == NOTHING


@pytest.mark.parametrize(
    ("month", "before", "rates"),
    [
        (MONTH + 12, (2_500, 1_000), (2_200, 900)),
        (MONTH + 24, (2_200, 900), (1_000, 500)),
    ],
)
def test_set_aside_at_the_boundary_of_a_step(chain, pool, set_aside, month, before, rates):
    chain.warp(start_of(month) - 1)
    assert set_aside(1) == before
    chain.advance(1)
    assert set_aside(1) == rates
    assert pool.totals()[2] == sum(before) + sum(rates)


def test_set_aside_by_a_new_schedule(chain, pool, governance, set_aside, accrue):
    assert set_aside(1) == (2_500, 1_000)
    pool.set_schedule([(MONTH, 2_400, 990), (MONTH + 3, 2_300, 980)], sender=governance)
    assert set_aside(1) == (2_400, 990)
    chain.warp(start_of(MONTH + 3))
    assert set_aside(1) == accrue(1) == (2_300, 980), "the rates that it read hold for grants"


def test_set_aside_in_a_void_month(chain, pool, auditor, set_aside, manager, other_manager):
    pool.void_month(manager, MONTH, REASON, sender=auditor)
    assert set_aside(7) == (2_500, 0)
    assert pool.totals() == (RESERVE, QUOTA - 7, 7 * 2_500)
    assert set_aside(7, other_manager) == (2_500, 1_000)
    chain.warp(start_of(MONTH + 1))
    assert set_aside(7) == (2_500, 1_000)


def test_set_aside_needs_no_more_reserve(chain, pool, set_aside):
    needed = pool.required_reserve()
    set_aside(1_001)
    assert pool.required_reserve() == needed
    chain.warp(start_of(MONTH + 12))
    set_aside(QUOTA - 1_001)
    kept_e4 = 1_001 * 3_500 + (QUOTA - 1_001) * 3_100
    assert pool.totals() == (RESERVE, 0, kept_e4)
    assert pool.required_reserve() == -(-kept_e4 // E4) < needed


@pytest.mark.parametrize("parts", [[1] * 10, [3, 3, 3, 1], [9, 1]])
def test_set_aside_in_parts_keeps_exactly_the_same(chain, pool, set_aside, parts):
    with chain.anchor():
        set_aside(10)
        whole = pool.totals()
    for part in parts:
        set_aside(part)
    assert pool.totals() == whole


def test_set_aside_the_whole_range_at_the_highest_rates(pool, funder, ledger, set_aside):
    pool.fund(SUPPLY - RESERVE, sender=funder)
    pool.open_quota(2**64 - 1 - QUOTA, sender=ledger)
    set_aside(2**64 - 2)
    set_aside(1)
    assert pool.totals() == (SUPPLY, 0, (2**64 - 1) * 3_500)
    assert set_aside(0) == (2_500, 1_000), "the rates beside it are whole"


def test_set_aside_of_nothing_changes_nothing(set_aside, state):
    before = state()
    assert set_aside(0) == (2_500, 1_000)
    assert state() == before


@pytest.mark.parametrize("excess", [1, 2**64, 2**256 - 1 - QUOTA])
def test_set_aside_reverts_above_the_open_quota(pool, set_aside, refuses, excess):
    with refuses("bonus: quota not open"):
        set_aside(QUOTA + excess)
    set_aside(QUOTA)
    with refuses("bonus: quota not open"):
        set_aside(1)


def test_set_aside_is_no_quota_for_grants_any_more(set_aside, accrue, refuses):
    set_aside(QUOTA - 1)
    with refuses("bonus: quota not open"):
        accrue(2)
    accrue(1)


def test_set_aside_reverts_for_others(pool, governance, auditor, manager, sponsor, refuses):
    for sender in (governance, auditor, manager, sponsor):
        with refuses("bonus: not a ledger"):
            pool.set_aside(manager, 1, MONTH, sender=sender)


def test_set_aside_reverts_for_a_former_ledger(pool, governance, ledger, set_aside, refuses):
    pool.set_ledger(ledger, False, sender=governance)
    with refuses("bonus: not a ledger"):
        set_aside(1)
