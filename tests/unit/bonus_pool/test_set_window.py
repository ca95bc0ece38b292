"""BonusPool.set_window(window_seconds)

├── holds from the next month on, event with old and new; 1 and 90 days fit, more or less -> revert
├── the running month and those before keep theirs (PITFALLS 40)
│   ├── lengthening locks nothing again: neither what is claimable nor what soon is
│   ├── shortening takes no time from the auditor
│   └── the month begins at the first second: change at t - 1, t (8)
├── a second change in one month replaces the first
├── a long history: every month has the window that was in force when it began
├── at most one entry a month, and a bounded look-up however long the history is (22)
├── in the last month of 16 bits no neighbour is touched (36)
└── not governance (the auditor, a ledger), or not any more -> revert
"""

from __future__ import annotations

import random

import pytest

from cos.chain import compile_contract
from tests.models.authority import GOVERNANCE_ROLE
from tests.unit.bonus_pool.conftest import DAY, MONTH, WINDOW, due, start_of


def windows(pool, *months):
    return [pool.window_of(month) // DAY for month in months]


@pytest.mark.parametrize("days", [1, 13, 15, 90])
def test_set_window_holds_from_the_next_month(pool, governance, event, days):
    receipt = pool.transact("set_window", days * DAY, sender=governance)
    assert receipt.logs == [
        event("WindowChanged", from_month=MONTH + 1, old_seconds=WINDOW, new_seconds=days * DAY)
    ]
    assert windows(pool, 0, MONTH - 1, MONTH, MONTH + 1, MONTH + 999) == [14, 14, 14, days, days]
    assert pool.claimable_from(MONTH) == due(MONTH)
    assert pool.claimable_from(MONTH + 1) == start_of(MONTH + 2) + days * DAY


@pytest.mark.parametrize("seconds", [0, DAY - 1, 90 * DAY + 1, 2**32 + DAY, 2**256 - 1])
def test_set_window_reverts_out_of_bounds(pool, governance, seconds, refuses):
    with refuses("bonus: window out of bounds"):
        pool.set_window(seconds, sender=governance)


def test_set_window_longer_locks_no_earned_money_again(chain, pool, governance, accrue, sponsor):
    accrue(40)
    chain.warp(start_of(MONTH + 1))
    accrue(40)
    chain.warp(due(MONTH))
    pool.set_window(90 * DAY, sender=governance)
    assert pool.claim(sponsor, [MONTH], sender=sponsor) == 10, "was claimable"
    chain.warp(due(MONTH + 1))
    assert pool.claim(sponsor, [MONTH + 1], sender=sponsor) == 10, "had begun"


def test_set_window_longer_in_the_last_second_of_a_month(
    chain, pool, governance, accrue, sponsor, refuses
):
    chain.warp(start_of(MONTH + 1) - 1)
    pool.set_window(90 * DAY, sender=governance)
    assert windows(pool, MONTH, MONTH + 1, MONTH + 2) == [14, 90, 90]
    chain.advance(1)
    accrue(40)
    pool.set_window(1 * DAY, sender=governance)
    assert windows(pool, MONTH, MONTH + 1, MONTH + 2) == [14, 90, 1]
    chain.warp(start_of(MONTH + 2) + 90 * DAY - 1)
    with refuses("bonus: window is open"):
        pool.claim(sponsor, [MONTH + 1], sender=sponsor)
    chain.advance(1)
    assert pool.claim(sponsor, [MONTH + 1], sender=sponsor) == 10


def test_set_window_shorter_takes_no_time_from_the_auditor(
    chain, pool, governance, ledger, accrue, sponsor
):
    accrue(40)
    pool.set_window(1 * DAY, sender=governance)
    chain.warp(due(MONTH) - 1)
    pool.void_bonus(sponsor, MONTH, 1, False, sender=ledger)
    assert pool.bucket(sponsor, MONTH) == (40 * 2_500 - 1, 0, False)


def test_set_window_again_in_the_same_month(pool, governance, event):
    pool.set_window(90 * DAY, sender=governance)
    receipt = pool.transact("set_window", 7 * DAY, sender=governance)
    assert receipt.logs == [
        event("WindowChanged", from_month=MONTH + 1, old_seconds=90 * DAY, new_seconds=7 * DAY)
    ]
    assert windows(pool, MONTH, MONTH + 1, MONTH + 2) == [14, 7, 7]


def test_set_window_keeps_a_long_history(chain, pool, governance):
    rng = random.Random(7)
    in_force, expected = 14, dict.fromkeys(range(MONTH + 1), 14)
    for month in range(MONTH, MONTH + 120):
        chain.warp(max(chain.timestamp, start_of(month)))
        expected[month] = in_force
        for _ in range(rng.choice([0, 0, 1, 2])):
            in_force = rng.randrange(1, 91)
            pool.set_window(in_force * DAY, sender=governance)
    months = range(MONTH - 5, MONTH + 120)
    assert windows(pool, *months) == [expected[month] for month in months]
    assert len(set(expected.values())) > 30, "the history has many windows"


def test_set_window_leaves_one_entry_a_month(chain, pool, governance):
    layout = compile_contract("BonusPool").storage_layout["storage_layout"]
    slot = layout["_window_count"]["slot"]

    def count():
        return chain.backend._evm.storage(pool.address, slot)

    assert count() == 1
    for days in range(1, 60):
        pool.set_window(days * DAY, sender=governance)
        assert count() == 2
    chain.warp(start_of(MONTH + 1))
    pool.set_window(1 * DAY, sender=governance)
    assert count() == 3


def test_set_window_look_up_is_bounded(chain, pool, governance, accrue, sponsor):
    """A hundred years of changes cost a claim no more than 7 further steps of the search."""

    def gas_of_a_claim():
        month = pool.month_of(chain.timestamp)
        accrue(40_000)
        with chain.anchor():
            chain.warp(start_of(month + 1) + pool.window_of(month))
            return pool.transact("claim", sponsor, [month], sender=sponsor).gas_used

    short = gas_of_a_claim()
    for month in range(MONTH + 1, MONTH + 1_201):
        chain.warp(start_of(month))
        pool.set_window((1 + month % 2) * DAY, sender=governance)
    assert gas_of_a_claim() - short < 12 * 2_500
    assert windows(pool, MONTH + 1, MONTH + 601, MONTH + 602) == [
        14,
        *windows(pool, MONTH + 3, MONTH + 2),
    ]


def test_set_window_beyond_16_bits_of_months(chain, pool, governance):
    chain.warp(start_of(2**16 - 1))
    pool.set_window(90 * DAY, sender=governance)
    assert windows(pool, 0, MONTH, 2**16 - 1, 2**16, 2**16 + 1) == [14, 14, 14, 90, 90]
    assert pool.claimable_from(2**16) == start_of(2**16 + 1) + 90 * DAY


def test_set_window_reverts_for_others(pool, auditor, ledger, attacker, refuses):
    for sender in (auditor, ledger, attacker):
        with refuses("bonus: not governance"):
            pool.set_window(30 * DAY, sender=sender)


def test_set_window_reverts_for_former_governance(pool, authority, governance, refuses):
    authority.revokeRole(GOVERNANCE_ROLE, governance, sender=governance)
    with refuses("bonus: not governance"):
        pool.set_window(30 * DAY, sender=governance)
