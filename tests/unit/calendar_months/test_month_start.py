"""calendar_months._month_start(month, offset_seconds), on the compiled bytecode

the month is
├── before January 1970: reverts
├── January 1970
│   ├── at an offset of zero or west of UTC: Python's first second
│   └── east of UTC: reverts, it begins before the first timestamp
├── from February 1970 to December 2150, at any whole-hour offset: Python's first second,
│   whose month is this one, while the second before has the month before
├── December 9999: Python's first second
└── later: reverts
"""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest

from tests.models import ModelRevert, calendar_months
from tests.reverts import reverts

HOUR = 3_600
OFFSETS = range(-12, 15)


def no_state() -> None:
    """The functions are pure."""


def python_start(month: int, offset_hours: int) -> int:
    zone = timezone(timedelta(hours=offset_hours))
    return int(datetime(month // 12, month % 12 + 1, 1, tzinfo=zone).timestamp())


@pytest.mark.parametrize("offset_hours", OFFSETS)
def test_every_month_to_2150_starts_when_python_says(calendar, offset_hours):
    for month in range(1970 * 12 + 1, 2151 * 12):
        start = calendar.month_start(month, offset_hours * HOUR)
        assert start == python_start(month, offset_hours)


@pytest.mark.parametrize("offset_hours", [-12, -1, 0, 1, 8, 14])
def test_is_the_inverse_of_month_of(calendar, offset_hours):
    offset = offset_hours * HOUR
    for month in range(1970 * 12 + 1, 2151 * 12, 7):
        start = calendar.month_start(month, offset)
        assert calendar.month_of(start, offset) == month
        assert calendar.month_of(start - 1, offset) == month - 1


@pytest.mark.parametrize("offset_hours", [-12, -1, 0])
def test_january_1970_west_of_utc(calendar, offset_hours):
    assert calendar.month_start(1970 * 12, offset_hours * HOUR) == -offset_hours * HOUR


@pytest.mark.parametrize("offset_hours", [1, 8, 14])
def test_reverts_for_january_1970_east_of_utc(calendar, offset_hours):
    with reverts("calendar: month out of range", no_state):
        calendar.month_start(1970 * 12, offset_hours * HOUR)


def test_the_last_month_of_9999(calendar):
    assert calendar.month_start(9999 * 12 + 11, 0) == python_start(9999 * 12 + 11, 0)


@pytest.mark.parametrize("month", [0, 1, 2, 1970 * 12 - 1, 10_000 * 12, 2**128, 2**256 - 1])
def test_reverts_out_of_range(calendar, month):
    with reverts("calendar: month out of range", no_state):
        calendar.month_start(month, 0)
    with pytest.raises(ModelRevert, match="calendar: month out of range"):
        calendar_months.month_start(month, 0)
