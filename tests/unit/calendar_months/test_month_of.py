"""calendar_months._month_of(timestamp, offset_seconds), on the compiled bytecode

the local time is
├── before 1970-01-02: reverts
├── at 1970-01-02 00:00:00: month of that day
├── on any day from 1970-01-02 to 2150-12-31, at any whole-hour offset: Python's month,
│   at the day's first and last second
├── within a second of any month boundary: Python's month
├── beyond 32 bits (2106): Python's month
├── the last second of 9999: its month
└── in the year 10000, or anything that wraps around: reverts
gas: under 700
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from tests.models import ModelRevert, calendar_months
from tests.reverts import reverts

HOUR = 3_600
DAY = 86_400
OFFSETS = range(-12, 15)
END = 253_402_300_800  # 10000-01-01 UTC


def no_state() -> None:
    """The functions are pure."""


def python_runs(offset_hours: int) -> list[tuple[int, int]]:
    """(local day, month) of the days at which Python's month changes, asked day by day."""
    zone = timezone(timedelta(hours=offset_hours))
    found: list[tuple[int, int]] = []
    first, last = date(1970, 1, 2), date(2150, 12, 31)
    for day in range(1, 1 + (last - first).days + 1):
        noon = datetime.fromtimestamp(day * DAY + DAY // 2 - offset_hours * HOUR, zone)
        month = noon.year * 12 + noon.month - 1
        if not found or month != found[-1][1]:
            found.append((day, month))
    return found


@pytest.mark.parametrize("offset_hours", OFFSETS)
def test_every_day_to_2150_has_the_month_of_python(calendar, offset_hours):
    # As many days a call as the gas limit of a transaction allows.
    days = (date(2150, 12, 31) - date(1970, 1, 1)).days
    found: list[tuple[int, int]] = []
    for first in range(1, days + 1, 20_000):
        count = min(20_000, days + 1 - first)
        for word in calendar.runs(first, count, offset_hours * HOUR):
            day, month = word >> 32, word & 0xFFFFFFFF
            if not found or month != found[-1][1]:
                found.append((day, month))
    assert found == python_runs(offset_hours)
    assert len(found) == 181 * 12


@pytest.mark.parametrize("offset_hours", [-12, 0, 8, 14])
def test_a_second_around_every_month_boundary(calendar, offset_hours):
    zone = timezone(timedelta(hours=offset_hours))
    for month in range(1970 * 12 + 1, 2151 * 12):
        boundary = int(datetime(month // 12, month % 12 + 1, 1, tzinfo=zone).timestamp())
        around = [calendar.month_of(boundary + k, offset_hours * HOUR) for k in (-1, 0, 1)]
        assert around == [month - 1, month, month]


@pytest.mark.parametrize("offset_hours", OFFSETS)
def test_the_first_second_of_the_range(calendar, offset_hours):
    first = DAY - offset_hours * HOUR
    assert calendar.month_of(first, offset_hours * HOUR) == 1970 * 12


@pytest.mark.parametrize("offset_hours", OFFSETS)
def test_reverts_a_second_before_the_range(calendar, offset_hours):
    with reverts("calendar: time out of range", no_state):
        calendar.month_of(DAY - offset_hours * HOUR - 1, offset_hours * HOUR)


@pytest.mark.parametrize("offset_hours", OFFSETS)
def test_the_last_second_of_9999(calendar, offset_hours):
    last = END - 1 - offset_hours * HOUR
    assert calendar.month_of(last, offset_hours * HOUR) == 9999 * 12 + 11


@pytest.mark.parametrize("offset_hours", OFFSETS)
def test_reverts_in_the_year_10000(calendar, offset_hours):
    with reverts("calendar: time out of range", no_state):
        calendar.month_of(END - offset_hours * HOUR, offset_hours * HOUR)


@pytest.mark.parametrize("timestamp", [0, 2**64, 2**255, 2**256 - 1])
@pytest.mark.parametrize("offset_hours", [-12, 0, 14])
def test_reverts_where_addition_could_wrap_around(calendar, timestamp, offset_hours):
    with reverts("calendar: time out of range", no_state):
        calendar.month_of(timestamp, offset_hours * HOUR)


@pytest.mark.parametrize("timestamp", [2**31 - 1, 2**31, 2**32 - 1, 2**32, 2**32 + 1, 2**37])
def test_times_beyond_32_bits(calendar, timestamp):
    expected = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=timestamp + 8 * HOUR)
    assert calendar.month_of(timestamp, 8 * HOUR) == expected.year * 12 + expected.month - 1


@pytest.mark.parametrize("offset_seconds", [20_700, -12_600, 34_200])
def test_offsets_of_a_quarter_of_an_hour(calendar, offset_seconds):
    """Nepal, Newfoundland, Adelaide: not needed today, exact all the same."""
    for timestamp in range(1_600_000_000, 1_700_000_000, 777_777):
        expected = calendar_months.month_of(timestamp, offset_seconds)
        assert calendar.month_of(timestamp, offset_seconds) == expected


def test_the_model_refuses_what_the_contract_refuses():
    for timestamp, offset in [(DAY - 1, 0), (END, 0), (0, 14 * HOUR), (2**256 - 1, 0)]:
        with pytest.raises(ModelRevert, match="calendar: time out of range"):
            calendar_months.month_of(timestamp, offset)


def test_gas_stays_low(calendar):
    for timestamp in (DAY, 1_700_000_000, 2**32, END - 1):
        of_month, of_start = calendar.gas_of(timestamp, 0)
        assert 100 < of_month < 700
        assert 100 < of_start < 700
