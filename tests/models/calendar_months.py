"""Reference model of contracts/lib/calendar_months.vy: Python's own calendar."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from tests.models import ModelRevert, require

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
FIRST = datetime(1970, 1, 2, tzinfo=UTC)
FIRST_MONTH = 1970 * 12
END_MONTH = 10_000 * 12
HOUR = 3_600


def check_offset(offset_seconds: int) -> None:
    require(-12 * HOUR <= offset_seconds <= 14 * HOUR, "calendar: offset out of range")


def month_of(timestamp: int, offset_seconds: int) -> int:
    """Index of the calendar month, year * 12 + month - 1, in local time."""
    try:
        local = EPOCH + timedelta(seconds=timestamp + offset_seconds)
    except OverflowError:
        raise ModelRevert("calendar: time out of range") from None
    require(local >= FIRST, "calendar: time out of range")
    return local.year * 12 + local.month - 1


def month_start(month: int, offset_seconds: int) -> int:
    """UTC timestamp of the month's first second in local time."""
    require(FIRST_MONTH <= month < END_MONTH, "calendar: month out of range")
    local = datetime(month // 12, month % 12 + 1, 1, tzinfo=UTC)
    start = (local - EPOCH) // timedelta(seconds=1) - offset_seconds
    require(start >= 0, "calendar: month out of range")
    return start
