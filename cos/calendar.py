"""Calendar months in one fixed UTC offset, as Python's `datetime` knows them.

A month is an index, ``year * 12 + month - 1``, as on the chain. Times are UNIX seconds (UTC).
"""

from datetime import UTC, datetime, timedelta, timezone

DAY = 86_400


def month_of(time: int, offset_seconds: int) -> int:
    """Return the index of the calendar month that `time` falls in."""
    local = datetime.fromtimestamp(time, timezone(timedelta(seconds=offset_seconds)))
    return local.year * 12 + local.month - 1


def month_start(month: int, offset_seconds: int) -> int:
    """Return the first second of a month."""
    year, month0 = divmod(month, 12)
    local = datetime(year, month0 + 1, 1, tzinfo=timezone(timedelta(seconds=offset_seconds)))
    return int(local.timestamp())


def month_name(month: int) -> str:
    """Return a month as ``2019-03``."""
    year, month0 = divmod(month, 12)
    return f"{year:04d}-{month0 + 1:02d}"


def utc_text(time: int) -> str:
    """Return a time as ``2019-03-31 16:00:00``, UTC."""
    return datetime.fromtimestamp(time, UTC).strftime("%Y-%m-%d %H:%M:%S")
