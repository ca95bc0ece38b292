"""The views of BonusPool that no other test file is about

required_reserve()
├── open quota at the highest rate now or later, and all that is unpaid, rounded up
└── falls with the month in which a lower step begins
shortfall(quota)
├── 0 as long as the reserve suffices, then what is missing, rounded up
└── funding exactly that much is enough, one unit less is not
claimable_from(month)
├── the end of the month and its window; at every offset
└── months that the calendar doesn't know -> revert
month_of(timestamp)
└── as Python's calendar at the pool's offset, around the end of a month and far away
"""

from __future__ import annotations

import pytest

from cos.chain import Revert
from tests.models.calendar_months import month_of, month_start
from tests.reverts import reverts
from tests.unit.bonus_pool.conftest import MONTH, OFFSET, QUOTA, RESERVE, STEPS, WINDOW, start_of

E4 = 10_000


def test_required_reserve_rounds_up(pool, ledger, accrue, sponsor):
    pool.open_quota(1, sender=ledger)
    assert pool.required_reserve() == QUOTA * 35 // 100 + 1
    accrue(1)
    assert pool.required_reserve() == QUOTA * 35 // 100 + 1
    pool.void_bonus(sponsor, MONTH, 2_500, False, sender=ledger)
    assert pool.required_reserve() == QUOTA * 35 // 100 + 1


def test_required_reserve_falls_with_a_step(chain, pool):
    for month, bps in ((MONTH + 12, 3_100), (MONTH + 24, 1_500)):
        before = pool.required_reserve()
        chain.warp(start_of(month) - 1)
        assert pool.required_reserve() == before
        chain.advance(1)
        assert pool.required_reserve() == QUOTA * bps // E4


def test_shortfall_is_what_has_to_be_funded(pool, funder, ledger, state):
    room = RESERVE * E4 // 3_500 - QUOTA
    assert [pool.shortfall(quota) for quota in (0, 1, room)] == [0, 0, 0]
    quota = room + 1_000_001
    missing = pool.shortfall(quota)
    assert missing == -(-(QUOTA + quota) * 3_500 // E4) - RESERVE > 350_000
    pool.fund(missing - 1, sender=funder)
    with reverts("bonus: reserve too small", state):
        pool.open_quota(quota, sender=ledger)
    pool.fund(1, sender=funder)
    pool.open_quota(quota, sender=ledger)
    assert pool.shortfall(0) == 0


@pytest.mark.parametrize("hours", [-12, 0, 8, 14])
def test_claimable_from_at_every_offset(chain, authority, token, governance, hours):
    offset = hours * 3_600
    pool = chain.deploy("BonusPool", authority, token, offset, WINDOW, STEPS, sender=governance)
    for month in (1970 * 12 + 1, MONTH, 2024 * 12 + 1, 2106 * 12 + 1, 2**16 - 1, 2**16):
        assert pool.claimable_from(month) == month_start(month + 1, offset) + WINDOW


@pytest.mark.parametrize("month", [0, 1970 * 12 - 2, 10_000 * 12 - 1, 2**16 * 2, 2**256 - 1])
def test_claimable_from_reverts_outside_the_calendar(pool, month):
    with pytest.raises(Revert, match="^calendar: month out of range$"):
        pool.claimable_from(month)


def test_month_of_is_local(pool):
    start = start_of(MONTH + 1)
    assert [pool.month_of(t) for t in (start - 1, start, start + 1)] == [
        MONTH,
        MONTH + 1,
        MONTH + 1,
    ]
    for timestamp in (86_400, 951_782_400, 2**32, 2**37):
        assert pool.month_of(timestamp) == month_of(timestamp, OFFSET)
