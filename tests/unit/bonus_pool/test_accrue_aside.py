"""BonusPool.accrue_aside(sponsor, manager, amount, sponsor_bps, manager_bps, month), by a ledger

├── both bonuses go to the month's buckets, at the rates given, whatever the schedule says (25)
│   └── it returns the manager's rate; reserve, open quota and what is accrued stay; no event
├── sponsors, managers and months are kept apart; sponsor and manager may be one account
├── n parts earn exactly what the whole earns, and what a grant of it earns (19)
├── the manager's month is void: its part goes back to the free reserve, and its rate is 0
│   ├── the sponsor's is earned; the same account still earns as a sponsor
│   └── it was void at `set_aside` (rate 0): nothing to go back
├── it can be voided and claimed like a grant's
├── the whole range of 64 bits (36)
├── more than was set aside: what goes back can't fall below zero -> revert
└── not a ledger, or not any more -> revert
"""

from __future__ import annotations

import pytest

from tests.unit.bonus_pool.conftest import MONTH, QUOTA, REASON, RESERVE, SUPPLY, due, start_of

RATES = (2_500, 1_000)


@pytest.fixture
def aside(pool, ledger, manager) -> int:
    """Base units that are in drops, at 25 % and 10 %."""
    assert pool.set_aside(manager, 1_000, MONTH, sender=ledger) == RATES
    return 1_000


@pytest.fixture
def settle(chain, pool, ledger, sponsor, manager):
    """A settlement in the running month; returns the manager's rate that was earned."""

    def accrue(amount, *, sponsor=sponsor, manager=manager, rates=RATES) -> int:
        month = pool.month_of(chain.timestamp)
        return pool.accrue_aside(sponsor, manager, amount, *rates, month, sender=ledger)

    return accrue


def test_accrue_aside_earns_both_bonuses(pool, ledger, sponsor, manager, aside):
    totals = pool.totals()
    receipt = pool.transact("accrue_aside", sponsor, manager, 7, *RATES, MONTH, sender=ledger)
    assert receipt.value == 1_000
    assert receipt.logs == []
    assert pool.bucket(sponsor, MONTH) == (7 * 2_500, 0, False)
    assert pool.bucket(manager, MONTH) == (0, 7 * 1_000, False)
    assert pool.totals() == totals == (RESERVE, QUOTA - aside, aside * 3_500)


def test_accrue_aside_at_the_rates_given(chain, pool, governance, aside, settle, sponsor, manager):
    """Pitfall 25: the schedule has fallen since, by steps and by a vote."""
    chain.warp(start_of(MONTH + 24))
    assert settle(3) == 1_000
    pool.set_schedule([(MONTH, 1_100, 600)], sender=governance)
    assert settle(4) == 1_000
    assert pool.bucket(sponsor, MONTH + 24) == (7 * 2_500, 0, False)
    assert pool.bucket(manager, MONTH + 24) == (0, 7 * 1_000, False)
    assert pool.bucket(sponsor, MONTH) == (0, 0, False)


def test_accrue_aside_keeps_accounts_and_months_apart(
    chain, pool, aside, settle, accrue, sponsor, manager, other_manager
):
    settle(1)
    settle(10, manager=other_manager)
    settle(100, sponsor=manager, manager=other_manager)
    accrue(5)
    chain.warp(start_of(MONTH + 1))
    settle(200)
    assert pool.bucket(sponsor, MONTH) == (16 * 2_500, 0, False)
    assert pool.bucket(manager, MONTH) == (100 * 2_500, 6 * 1_000, False)
    assert pool.bucket(other_manager, MONTH) == (0, 110 * 1_000, False)
    assert pool.bucket(sponsor, MONTH + 1) == (200 * 2_500, 0, False)


def test_accrue_aside_for_one_account_in_both_parts(pool, aside, settle, sponsor):
    settle(10, manager=sponsor)
    assert pool.bucket(sponsor, MONTH) == (10 * 2_500, 10 * 1_000, False)


@pytest.mark.parametrize("parts", [[1] * 10, [3, 3, 3, 1], [9, 1]])
def test_accrue_aside_in_parts_earns_what_a_grant_earns(
    chain, pool, settle, accrue, ledger, sponsor, manager, parts
):
    def outcome():
        return pool.bucket(sponsor, MONTH), pool.bucket(manager, MONTH), pool.totals()

    with chain.anchor():
        accrue(10)
        granted = outcome()
    pool.set_aside(manager, 10, MONTH, sender=ledger)
    for part in parts:
        settle(part)
    assert outcome() == granted


def test_accrue_aside_in_a_void_month(pool, auditor, aside, settle, sponsor, manager):
    settle(5)
    pool.void_month(manager, MONTH, REASON, sender=auditor)
    before = pool.totals()
    assert before[2] == aside * 3_500 - 5 * 1_000
    assert settle(7) == 0
    assert pool.bucket(manager, MONTH) == (0, 0, True)
    assert pool.bucket(sponsor, MONTH) == (12 * 2_500, 0, False)
    assert pool.totals() == (*before[:2], before[2] - 7 * 1_000)


def test_accrue_aside_as_a_sponsor_in_ones_void_month(pool, auditor, aside, settle, manager):
    pool.void_month(manager, MONTH, REASON, sender=auditor)
    assert settle(7, sponsor=manager) == 0
    assert pool.bucket(manager, MONTH) == (7 * 2_500, 0, True)
    assert pool.totals()[2] == aside * 3_500 - 7 * 1_000


def test_accrue_aside_of_a_drop_published_in_a_void_month(
    chain, pool, ledger, auditor, settle, sponsor, manager
):
    pool.void_month(manager, MONTH, REASON, sender=auditor)
    rates = pool.set_aside(manager, 10, MONTH, sender=ledger)
    assert rates == (2_500, 0)
    assert settle(4, rates=rates) == 0
    chain.warp(start_of(MONTH + 1))
    assert settle(6, rates=rates) == 0
    assert pool.bucket(manager, MONTH + 1) == (0, 0, False)
    assert pool.totals()[2] == 10 * 2_500


def test_accrue_aside_is_voided_and_claimed_like_a_grants(
    chain, pool, ledger, token, aside, settle, sponsor, manager
):
    settle(40)
    pool.void_bonus(manager, MONTH, 10 * 1_000, True, sender=ledger)
    chain.warp(due(MONTH))
    assert pool.claim(sponsor, [MONTH], sender=sponsor) == 10
    assert pool.claim(manager, [MONTH], sender=sponsor) == 3
    assert pool.totals() == (RESERVE - 13, QUOTA - aside, (aside - 40) * 3_500)
    assert token.balanceOf(manager) == 3


def test_accrue_aside_the_whole_range(pool, funder, ledger, settle, sponsor, manager):
    pool.fund(SUPPLY - RESERVE, sender=funder)
    pool.open_quota(2**64 - 1 - QUOTA, sender=ledger)
    pool.set_aside(manager, 2**64 - 1, MONTH, sender=ledger)
    settle(2**64 - 2, manager=sponsor)
    settle(1, manager=sponsor)
    assert pool.bucket(sponsor, MONTH) == ((2**64 - 1) * 2_500, (2**64 - 1) * 1_000, False)
    assert pool.totals() == (SUPPLY, 0, (2**64 - 1) * 3_500)


def test_accrue_aside_of_nothing_changes_nothing(aside, settle, state):
    before = state()
    assert settle(0) == 1_000
    assert state() == before


def test_accrue_aside_cannot_free_more_than_is_accrued(pool, auditor, settle, manager, refuses):
    """A ledger that settles what was never set aside does not get it past the sum."""
    pool.void_month(manager, MONTH, REASON, sender=auditor)
    with refuses(""):
        settle(1)


def test_accrue_aside_reverts_for_others(pool, governance, auditor, manager, sponsor, refuses):
    for sender in (governance, auditor, manager, sponsor):
        with refuses("bonus: not a ledger"):
            pool.accrue_aside(sponsor, manager, 1, *RATES, MONTH, sender=sender)


def test_accrue_aside_reverts_for_a_former_ledger(pool, governance, ledger, aside, settle, refuses):
    pool.set_ledger(ledger, False, sender=governance)
    with refuses("bonus: not a ledger"):
        settle(1)
