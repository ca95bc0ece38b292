"""BonusPool.void_month(manager, month, reason_hash)

├── by the auditor: all that the manager earned as a manager in the month, event
│   ├── what it earned as a sponsor stays, and stays claimable; so do its other months
│   ├── what is taken back covers new quota
│   └── grants that follow in the month earn it nothing, whoever sponsors them
├── nothing earned yet: void all the same
├── a month stays void after its other part is claimed
├── a month that has not begun -> revert; possible from its first second on (PITFALLS 8)
├── until the last second of the window; then -> revert
├── void already -> revert
├── no reason -> revert
└── not the auditor (governance, a ledger, the manager), or not any more -> revert
"""

from __future__ import annotations

import pytest

from tests.models.authority import AUDITOR_ROLE
from tests.unit.bonus_pool.conftest import MONTH, QUOTA, REASON, RESERVE, due, start_of


def test_void_month_takes_what_was_earned_as_a_manager(
    pool, auditor, accrue, sponsor, manager, other_manager, event
):
    accrue(70)
    accrue(30, sponsor=manager, manager=manager)
    accrue(5, manager=other_manager)
    receipt = pool.transact("void_month", manager, MONTH, REASON, sender=auditor)
    assert receipt.logs == [
        event(
            "MonthVoided", manager=manager, month=MONTH, amount_e4=100 * 1_000, reason_hash=REASON
        )
    ]
    assert pool.bucket(manager, MONTH) == (30 * 2_500, 0, True)
    assert pool.bucket(sponsor, MONTH) == (75 * 2_500, 0, False)
    assert pool.bucket(other_manager, MONTH) == (0, 5 * 1_000, False)
    assert pool.totals() == (RESERVE, QUOTA - 105, 105 * 3_500 - 100 * 1_000)


def test_void_month_leaves_the_part_of_a_sponsor_claimable(chain, pool, auditor, accrue, manager):
    accrue(40, sponsor=manager, manager=manager)
    pool.void_month(manager, MONTH, REASON, sender=auditor)
    chain.warp(due(MONTH))
    assert pool.claim(manager, [MONTH], sender=manager) == 10
    assert pool.bucket(manager, MONTH) == (0, 0, True), "the month stays void"
    assert pool.totals() == (RESERVE - 10, QUOTA - 40, 0)


def test_void_month_leaves_other_months(chain, pool, auditor, accrue, manager):
    accrue(70)
    chain.warp(start_of(MONTH + 1))
    accrue(30)
    pool.void_month(manager, MONTH + 1, REASON, sender=auditor)
    assert pool.bucket(manager, MONTH) == (0, 70_000, False)
    assert pool.bucket(manager, MONTH + 1) == (0, 0, True)


def test_void_month_frees_the_reserve(pool, auditor, accrue, manager):
    accrue(QUOTA)
    before = pool.shortfall(QUOTA)
    pool.void_month(manager, MONTH, REASON, sender=auditor)
    assert before - pool.shortfall(QUOTA) == QUOTA // 10


def test_void_month_holds_for_the_grants_that_follow(pool, auditor, accrue, manager, sponsor):
    pool.void_month(manager, MONTH, REASON, sender=auditor)
    assert pool.bucket(manager, MONTH) == (0, 0, True)
    for other_sponsor in (sponsor, auditor, manager):
        assert accrue(70, sponsor=other_sponsor) == (2_500, 0)
    assert pool.bucket(manager, MONTH) == (70 * 2_500, 0, True)
    assert pool.totals() == (RESERVE, QUOTA - 210, 210 * 2_500)


def test_void_month_from_its_first_second_on(chain, pool, auditor, manager, refuses):
    chain.warp(start_of(MONTH + 1) - 1)
    with refuses("bonus: month not begun"):
        pool.void_month(manager, MONTH + 1, REASON, sender=auditor)
    chain.advance(1)
    pool.void_month(manager, MONTH + 1, REASON, sender=auditor)
    assert pool.bucket(manager, MONTH + 1) == (0, 0, True)


@pytest.mark.parametrize("month", [MONTH + 2, 2**16, 2**256 - 1])
def test_void_month_reverts_in_months_to_come(pool, auditor, manager, month, refuses):
    with refuses("bonus: month not begun"):
        pool.void_month(manager, month, REASON, sender=auditor)


def test_void_month_until_the_last_second_of_the_window(
    chain, pool, auditor, accrue, manager, other_manager, refuses
):
    accrue(70)
    accrue(70, manager=other_manager)
    chain.warp(due(MONTH) - 1)
    pool.void_month(manager, MONTH, REASON, sender=auditor)
    chain.advance(1)
    with refuses("bonus: window is over"):
        pool.void_month(other_manager, MONTH, REASON, sender=auditor)
    chain.advance(1)
    with refuses("bonus: window is over"):
        pool.void_month(other_manager, MONTH, REASON, sender=auditor)


def test_void_month_reverts_outside_the_calendar(pool, auditor, manager, refuses):
    with refuses("calendar: month out of range"):
        pool.void_month(manager, 0, REASON, sender=auditor)


def test_void_month_reverts_when_void_already(pool, auditor, accrue, manager, refuses):
    accrue(70)
    pool.void_month(manager, MONTH, REASON, sender=auditor)
    with refuses("bonus: month already void"):
        pool.void_month(manager, MONTH, REASON, sender=auditor)


def test_void_month_reverts_without_a_reason(pool, auditor, accrue, manager, refuses):
    accrue(70)
    with refuses("bonus: no reason"):
        pool.void_month(manager, MONTH, bytes(32), sender=auditor)


def test_void_month_reverts_for_others(pool, governance, ledger, accrue, manager, refuses):
    accrue(70)
    for sender in (governance, ledger, manager):
        with refuses("bonus: not auditor"):
            pool.void_month(manager, MONTH, REASON, sender=sender)


def test_void_month_reverts_for_a_former_auditor(
    pool, authority, governance, auditor, accrue, manager, refuses
):
    accrue(70)
    authority.revokeRole(AUDITOR_ROLE, auditor, sender=governance)
    with refuses("bonus: not auditor"):
        pool.void_month(manager, MONTH, REASON, sender=auditor)
