"""BonusPool.void_bonus(account, month, amount_e4, is_manager), called by a ledger

├── takes back the sponsor's or the manager's part, all or some, event
│   ├── the other part of the same account stays, at the largest amounts too (PITFALLS 36)
│   └── what is taken back covers new quota
├── while the month runs, and until the last second of its window (8); then -> revert
├── more than the account has earned in that part of that month -> revert
│   ├── its other part, another month, another account don't count
│   └── a month to come holds nothing
├── the manager's part of a void month -> revert; the sponsor's part goes
├── after a claim nothing is left to be voided, before it nothing can be claimed
├── what an unregistered ledger accrued can be voided when it is registered again
├── a month that the calendar doesn't know -> revert
└── not a ledger (the auditor itself), or not any more -> revert
"""

from __future__ import annotations

import pytest

from tests.unit.bonus_pool.conftest import MONTH, QUOTA, REASON, RESERVE, SUPPLY, due


@pytest.mark.parametrize(
    ("is_manager", "voided_e4", "left"),
    [
        (False, 70 * 2_500, (0, 70_000, False)),
        (True, 70 * 1_000, (70 * 2_500, 0, False)),
        (False, 1, (70 * 2_500 - 1, 70_000, False)),
        (True, 1, (70 * 2_500, 69_999, False)),
    ],
)
def test_void_bonus_takes_one_part(
    pool, ledger, accrue, sponsor, event, is_manager, voided_e4, left
):
    accrue(70, manager=sponsor)
    receipt = pool.transact("void_bonus", sponsor, MONTH, voided_e4, is_manager, sender=ledger)
    assert receipt.logs == [
        event(
            "BonusVoided",
            account=sponsor,
            month=MONTH,
            amount_e4=voided_e4,
            is_manager=is_manager,
        )
    ]
    assert pool.bucket(sponsor, MONTH) == left
    assert pool.totals() == (RESERVE, QUOTA - 70, 70 * 3_500 - voided_e4)


@pytest.mark.parametrize("is_manager", [False, True])
def test_void_bonus_of_the_largest_amounts(pool, funder, ledger, accrue, sponsor, is_manager):
    most = 2**64 - 1
    pool.fund(SUPPLY - RESERVE, sender=funder)
    pool.open_quota(most - QUOTA, sender=ledger)
    accrue(most, manager=sponsor)
    pool.void_bonus(
        sponsor, MONTH, most * (1_000 if is_manager else 2_500), is_manager, sender=ledger
    )
    left = (most * 2_500, 0) if is_manager else (0, most * 1_000)
    assert pool.bucket(sponsor, MONTH) == (*left, False)
    assert pool.totals() == (SUPPLY, 0, sum(left))


def test_void_bonus_frees_the_reserve(pool, ledger, accrue, sponsor):
    accrue(QUOTA)
    before = pool.shortfall(QUOTA)
    pool.void_bonus(sponsor, MONTH, QUOTA * 2_500, False, sender=ledger)
    assert before - pool.shortfall(QUOTA) == before == QUOTA * 7 // 10 - RESERVE
    pool.open_quota(QUOTA, sender=ledger)


def test_void_bonus_until_the_last_second_of_the_window(
    chain, pool, ledger, accrue, sponsor, refuses
):
    accrue(70)
    chain.warp(due(MONTH) - 1)
    pool.void_bonus(sponsor, MONTH, 2_500, False, sender=ledger)
    chain.advance(1)
    with refuses("bonus: window is over"):
        pool.void_bonus(sponsor, MONTH, 2_500, False, sender=ledger)
    chain.advance(1)
    with refuses("bonus: window is over"):
        pool.void_bonus(sponsor, MONTH, 2_500, False, sender=ledger)


@pytest.mark.parametrize("month", [MONTH - 1, MONTH + 1, MONTH + 1_000])
def test_void_bonus_reverts_in_another_month(pool, ledger, accrue, sponsor, month, refuses):
    accrue(70)
    reason = "bonus: more than accrued" if month > MONTH else "bonus: window is over"
    with refuses(reason):
        pool.void_bonus(sponsor, month, 1, False, sender=ledger)


@pytest.mark.parametrize("excess", [1, 2**96, 2**160, 2**256 - 1 - 70 * 2_500])
def test_void_bonus_reverts_above_what_was_earned(pool, ledger, accrue, sponsor, excess, refuses):
    accrue(70, manager=sponsor)
    with refuses("bonus: more than accrued"):
        pool.void_bonus(sponsor, MONTH, 70 * 2_500 + excess, False, sender=ledger)
    with refuses("bonus: more than accrued"):
        pool.void_bonus(sponsor, MONTH, 70 * 1_000 + excess, True, sender=ledger)


def test_void_bonus_reverts_for_the_wrong_part(pool, ledger, accrue, sponsor, manager, refuses):
    accrue(70)
    for account, is_manager in ((sponsor, True), (manager, False)):
        with refuses("bonus: more than accrued"):
            pool.void_bonus(account, MONTH, 1, is_manager, sender=ledger)


def test_void_bonus_in_a_void_month(pool, ledger, auditor, accrue, manager, refuses):
    accrue(70, sponsor=manager)
    pool.void_month(manager, MONTH, REASON, sender=auditor)
    for amount_e4 in (0, 70_000):
        with refuses("bonus: month already void"):
            pool.void_bonus(manager, MONTH, amount_e4, True, sender=ledger)
    pool.void_bonus(manager, MONTH, 70 * 2_500, False, sender=ledger)
    assert pool.bucket(manager, MONTH) == (0, 0, True)
    assert pool.totals() == (RESERVE, QUOTA - 70, 0)


def test_void_bonus_and_claim_exclude_each_other(chain, pool, ledger, accrue, sponsor, refuses):
    accrue(70)
    chain.warp(due(MONTH) - 1)
    with refuses("bonus: window is open"):
        pool.claim(sponsor, [MONTH], sender=sponsor)
    pool.void_bonus(sponsor, MONTH, 30 * 2_500, False, sender=ledger)
    chain.advance(1)
    assert pool.claim(sponsor, [MONTH], sender=sponsor) == 40 * 2_500 // 10_000
    with refuses("bonus: window is over"):
        pool.void_bonus(sponsor, MONTH, 0, False, sender=ledger)


def test_void_bonus_by_a_ledger_registered_again(
    pool, governance, ledger, accrue, sponsor, refuses
):
    accrue(70)
    pool.set_ledger(ledger, False, sender=governance)
    with refuses("bonus: not a ledger"):
        pool.void_bonus(sponsor, MONTH, 70 * 2_500, False, sender=ledger)
    pool.set_ledger(ledger, True, sender=governance)
    pool.void_bonus(sponsor, MONTH, 70 * 2_500, False, sender=ledger)
    assert pool.bucket(sponsor, MONTH) == (0, 0, False)


@pytest.mark.parametrize("month", [0, 1970 * 12 - 2, 10_000 * 12 - 1, 2**256 - 1])
def test_void_bonus_reverts_outside_the_calendar(pool, ledger, sponsor, month, refuses):
    with refuses("calendar: month out of range"):
        pool.void_bonus(sponsor, month, 0, False, sender=ledger)


def test_void_bonus_reverts_for_others(pool, governance, auditor, accrue, sponsor, refuses):
    accrue(70)
    for sender in (governance, auditor, sponsor):
        with refuses("bonus: not a ledger"):
            pool.void_bonus(sponsor, MONTH, 1, False, sender=sender)
