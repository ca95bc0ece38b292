"""BonusPool.accrue(sponsor, manager, amount, month), called by a ledger that grants

├── open quota turns into both bonuses at the rates of the month, which it returns; no event
├── sponsors, managers and months are kept apart
├── sponsor and manager are one account: both parts (PITFALLS 23)
├── the rate is that of the step in force: last second before a step, first second of it (8)
│   ├── after idle years: that of the month, not of the last grant (9)
│   └── a new schedule holds from the next grant on, whatever rates and steps the old one had
├── n parts earn exactly what the whole earns, whatever the order and the sizes (19)
├── the manager's month is void
│   ├── its rate is 0; the sponsor earns as ever
│   ├── the same account still earns as a sponsor
│   └── its other months are untouched
├── the reserve that is needed stays the same at the highest rate, and falls at a lower one (24)
├── the whole range of 64 bits at the highest rates spills into no neighbour (36)
├── after 2106 (35)
├── 0 changes nothing
├── more than the open quota -> revert; all of it is possible
└── not a ledger, or not any more -> revert
"""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.unit.bonus_pool.conftest import (
    COS,
    MONTH,
    QUOTA,
    REASON,
    RESERVE,
    SUPPLY,
    due,
    start_of,
)

E4 = 10_000
NOTHING = (0, 0, False)


def test_accrue_turns_quota_into_bonuses(pool, ledger, sponsor, manager):
    receipt = pool.transact("accrue", sponsor, manager, 7, MONTH, sender=ledger)
    assert receipt.value == (2_500, 1_000)
    assert receipt.logs == []
    assert pool.totals() == (RESERVE, QUOTA - 7, 7 * 3_500)
    assert pool.bucket(sponsor, MONTH) == (7 * 2_500, 0, False)
    assert pool.bucket(manager, MONTH) == (0, 7 * 1_000, False)


def test_accrue_keeps_accounts_and_months_apart(pool, ledger, sponsor, manager, other_manager):
    pool.accrue(sponsor, manager, 1, MONTH, sender=ledger)
    pool.accrue(sponsor, other_manager, 10, MONTH, sender=ledger)
    pool.accrue(manager, other_manager, 100, MONTH, sender=ledger)
    pool.accrue(sponsor, manager, 1_000, MONTH + 1, sender=ledger)
    assert pool.bucket(sponsor, MONTH) == (11 * 2_500, 0, False)
    assert pool.bucket(manager, MONTH) == (100 * 2_500, 1 * 1_000, False)
    assert pool.bucket(other_manager, MONTH) == (0, 110 * 1_000, False)
    assert pool.bucket(sponsor, MONTH + 1) == (1_000 * 2_500, 0, False)
    assert pool.bucket(manager, MONTH + 1) == (0, 1_000 * 1_000, False)
    assert pool.bucket(other_manager, MONTH + 1) == NOTHING
    assert pool.totals() == (RESERVE, QUOTA - 1_111, 1_111 * 3_500)


def test_accrue_for_one_account_in_both_parts(chain, pool, token, accrue, sponsor):
    accrue(10 * COS, sponsor=sponsor, manager=sponsor)
    assert pool.bucket(sponsor, MONTH) == (10 * COS * 2_500, 10 * COS * 1_000, False)
    chain.warp(due(MONTH))
    pool.claim(sponsor, [MONTH], sender=sponsor)
    assert token.balanceOf(sponsor) == 3.5 * COS


@pytest.mark.parametrize(
    ("month", "before", "rates"),
    [
        (MONTH + 12, (2_500, 1_000), (2_200, 900)),
        (MONTH + 24, (2_200, 900), (1_000, 500)),
    ],
)
def test_accrue_at_the_boundary_of_a_step(chain, pool, accrue, sponsor, month, before, rates):
    chain.warp(start_of(month) - 1)
    assert accrue(1) == before
    chain.advance(1)
    assert accrue(1) == rates
    assert pool.bucket(sponsor, month - 1) == (before[0], 0, False)
    assert pool.bucket(sponsor, month) == (rates[0], 0, False)


def test_accrue_after_idle_years(chain, pool, accrue):
    assert accrue(1) == (2_500, 1_000)
    chain.warp(start_of(MONTH + 120))
    assert accrue(1) == (1_000, 500)


def test_accrue_by_a_new_schedule(chain, pool, governance, accrue):
    assert accrue(1) == (2_500, 1_000)
    pool.set_schedule([(MONTH, 2_400, 990), (MONTH + 3, 2_300, 980)], sender=governance)
    assert accrue(1) == (2_400, 990)
    chain.warp(start_of(MONTH + 3) - 1)
    assert accrue(1) == (2_400, 990)
    chain.advance(1)
    assert accrue(1) == (2_300, 980)
    pool.set_schedule([(MONTH + 2, 2_200, 970)], sender=governance)
    assert accrue(1) == (2_200, 970)
    chain.warp(start_of(2**16))
    assert accrue(1) == (2_200, 970)


@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    parts=st.lists(st.integers(0, QUOTA // 8), min_size=1, max_size=8),
    at=st.sampled_from([0, 12, 24]),
)
def test_accrue_in_parts_earns_exactly_the_same(chain, pool, accrue, sponsor, manager, parts, at):
    def bonuses_of(amounts):
        with chain.anchor():
            chain.warp(start_of(MONTH + at) if at else chain.timestamp)
            for amount in amounts:
                accrue(amount)
            month = MONTH + at
            return pool.bucket(sponsor, month), pool.bucket(manager, month), pool.totals()

    whole = bonuses_of([sum(parts)])
    assert bonuses_of(parts) == whole
    assert bonuses_of(parts[::-1]) == whole
    assert whole[0][0] > 0 or sum(parts) == 0


def test_accrue_in_a_void_month(pool, auditor, accrue, sponsor, manager):
    accrue(5)
    pool.void_month(manager, MONTH, REASON, sender=auditor)
    assert accrue(7) == (2_500, 0)
    assert pool.bucket(manager, MONTH) == (0, 0, True)
    assert pool.bucket(sponsor, MONTH) == (12 * 2_500, 0, False)
    assert pool.totals() == (RESERVE, QUOTA - 12, 12 * 2_500)


def test_accrue_as_a_sponsor_in_ones_void_month(pool, auditor, accrue, manager):
    pool.void_month(manager, MONTH, REASON, sender=auditor)
    assert accrue(7, sponsor=manager, manager=manager) == (2_500, 0)
    assert pool.bucket(manager, MONTH) == (7 * 2_500, 0, True)
    assert pool.totals() == (RESERVE, QUOTA - 7, 7 * 2_500)


def test_accrue_in_the_month_after_a_void_one(chain, pool, auditor, accrue, manager):
    pool.void_month(manager, MONTH, REASON, sender=auditor)
    chain.warp(start_of(MONTH + 1))
    assert accrue(7) == (2_500, 1_000)
    assert pool.bucket(manager, MONTH + 1) == (0, 7 * 1_000, False)


def test_accrue_needs_no_more_reserve(chain, pool, accrue):
    needed = pool.required_reserve()
    accrue(1_001)
    assert pool.required_reserve() == needed
    chain.warp(start_of(MONTH + 12))
    accrue(QUOTA - 1_001)
    earned_e4 = 1_001 * 3_500 + (QUOTA - 1_001) * 3_100
    assert pool.totals() == (RESERVE, 0, earned_e4)
    assert pool.required_reserve() == -(-earned_e4 // E4) < needed


def test_accrue_the_whole_range_at_the_highest_rates(
    pool, funder, ledger, accrue, sponsor, manager
):
    pool.fund(SUPPLY - RESERVE, sender=funder)
    pool.open_quota(2**64 - 1 - QUOTA, sender=ledger)
    accrue(2**64 - 2, manager=sponsor)
    accrue(1, manager=sponsor)
    assert pool.bucket(sponsor, MONTH) == ((2**64 - 1) * 2_500, (2**64 - 1) * 1_000, False)
    assert pool.totals() == (SUPPLY, 0, (2**64 - 1) * 3_500)
    assert accrue(0) == (2_500, 1_000), "the rates beside it are whole"


@pytest.mark.parametrize("timestamp", [2**32 - 1, 2**32, 2**32 + 1, 2**37])
def test_accrue_after_2106(chain, pool, accrue, sponsor, manager, timestamp):
    chain.warp(timestamp)
    assert accrue(7) == (1_000, 500)
    month = pool.month_of(timestamp)
    assert pool.bucket(sponsor, month) == (7_000, 0, False)
    chain.warp(due(month))
    assert pool.claim(sponsor, [month], sender=sponsor) == 0
    assert pool.carried_e4(sponsor) == 7_000


def test_accrue_of_nothing_changes_nothing(accrue, state):
    before = state()
    assert accrue(0) == (2_500, 1_000)
    assert state() == before


@pytest.mark.parametrize("excess", [1, 2**64, 2**256 - 1 - QUOTA])
def test_accrue_reverts_above_the_open_quota(pool, accrue, refuses, excess):
    with refuses("bonus: quota not open"):
        accrue(QUOTA + excess)
    accrue(QUOTA)
    assert pool.totals()[1] == 0
    with refuses("bonus: quota not open"):
        accrue(1)


def test_accrue_reverts_for_others(pool, governance, auditor, manager, sponsor, refuses):
    for sender in (governance, auditor, manager):
        with refuses("bonus: not a ledger"):
            pool.accrue(sponsor, manager, 1, MONTH, sender=sender)


def test_accrue_reverts_for_a_former_ledger(pool, governance, ledger, accrue, refuses):
    pool.set_ledger(ledger, False, sender=governance)
    with refuses("bonus: not a ledger"):
        accrue(1)
