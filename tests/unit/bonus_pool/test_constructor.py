"""BonusPool.__init__(authority, token, utc_offset_seconds, window_seconds, steps)

├── reads back: Authority, token, offset, schedule, window of every month, an empty reserve
├── logs the first schedule and the first window, old values zero
├── no Authority -> revert
├── no token -> revert
├── an offset below -12 or above +14 hours -> revert
├── a window below 1 or above 90 days -> revert; the bounds fit
└── a schedule that set_schedule would refuse -> revert
"""

from __future__ import annotations

import pytest

from cos.chain import Event, Revert
from tests.models import ZERO_ADDRESS
from tests.unit.bonus_pool.conftest import DAY, MONTH, OFFSET, STEPS, WINDOW

HOUR = 3_600


@pytest.fixture
def deploy(chain, authority, token, governance):
    def create(**changes):
        arguments = {
            "authority": authority,
            "token": token,
            "offset": OFFSET,
            "window": WINDOW,
            "steps": STEPS,
            **changes,
        }
        return chain.deploy("BonusPool", *arguments.values(), sender=governance)

    return create


def test_constructor_reads_back(deploy, authority, token):
    pool = deploy()
    assert pool.AUTHORITY() == authority.address
    assert pool.TOKEN() == token.address
    assert pool.UTC_OFFSET_SECONDS() == OFFSET
    assert pool.schedule() == STEPS
    assert {pool.window_of(month) for month in (0, MONTH, MONTH + 999, 2**256 - 1)} == {WINDOW}
    assert pool.totals() == (0, 0, 0)
    assert pool.required_reserve() == 0


def test_constructor_logs_schedule_and_window(chain, deploy):
    month, sponsor_bps, manager_bps = MONTH, 2_000, 800
    pool = deploy(steps=[(month, sponsor_bps, manager_bps)])
    word = month | sponsor_bps << 16 | manager_bps << 28
    window = {"from_month": 0, "old_seconds": 0, "new_seconds": WINDOW}
    assert chain.last_logs == [
        Event(pool.address, "ScheduleChanged", {"old": 0, "new": word}),
        Event(pool.address, "WindowChanged", window),
    ]


@pytest.mark.parametrize("window", [1 * DAY, 90 * DAY])
@pytest.mark.parametrize("offset", [-12 * HOUR, 0, 14 * HOUR])
def test_constructor_accepts_the_bounds(deploy, window, offset):
    pool = deploy(window=window, offset=offset)
    assert pool.window_of(MONTH) == window
    assert pool.UTC_OFFSET_SECONDS() == offset


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"authority": ZERO_ADDRESS}, "governed: zero authority"),
        ({"token": ZERO_ADDRESS}, "bonus: no token"),
        ({"offset": -12 * HOUR - 1}, "calendar: offset out of range"),
        ({"offset": 14 * HOUR + 1}, "calendar: offset out of range"),
        ({"window": 1 * DAY - 1}, "bonus: window out of bounds"),
        ({"window": 90 * DAY + 1}, "bonus: window out of bounds"),
        ({"steps": []}, "bonus: no steps"),
        ({"steps": [(MONTH + 1, 2_500, 1_000)]}, "bonus: first step in the future"),
        ({"steps": [(MONTH, 2_500, 1_001)]}, "bonus: rate out of bounds"),
    ],
)
def test_constructor_reverts(deploy, changes, reason):
    with pytest.raises(Revert) as caught:
        deploy(**changes)
    assert caught.value.reason == reason
