# pragma version 0.4.3
"""
@title Calendar months
@notice Turns a UTC timestamp into the index of its calendar month (year * 12 + month - 1) at a UTC
        offset, and a month into the timestamp of its first second. Proleptic Gregorian calendar,
        as Python's datetime; valid from 1970-01-02 to 9999-12-31 local time.
@dev Days are counted from 0000-03-01: with March as the first month a leap day is the last day of
     its year, so that years and months of a year are plain divisions. 4 * days + 3 divided by
     146,097 (days of 400 years) gives centuries, the rest divided by 1,461 (days of 4 years) gives
     years, and (5 * day + 2) / 153 the month (153 days for each five months from March on).
     Source: E. G. Richards, in Explanatory Supplement to the Astronomical Almanac, 3rd ed., 15.11.
     About 450 gas a call, with the jump there and back.
@custom:license AGPL-3.0-only
"""

SECONDS_A_DAY: constant(uint256) = 86_400
MIN_OFFSET_SECONDS: constant(int256) = -12 * 3_600
MAX_OFFSET_SECONDS: constant(int256) = 14 * 3_600

# 1970-01-02 and 10000-01-01, local time. The first day of 1970 is left out, so that local time is
# positive at every offset.
FIRST_SECOND: constant(uint256) = 86_400
END_SECOND: constant(uint256) = 253_402_300_800
# January 1970, and January 10000.
FIRST_MONTH: constant(uint256) = 1_970 * 12
END_MONTH: constant(uint256) = 10_000 * 12
# From 0000-03-01 to 1970-01-01.
EPOCH_DAYS: constant(uint256) = 719_468


@internal
@pure
def _check_offset(offset_seconds: int256):
    """
    @dev For constructors: the functions below take the offset as checked.
    @param offset_seconds Local time minus UTC, -12 to +14 hours
    """
    assert offset_seconds >= MIN_OFFSET_SECONDS, "calendar: offset out of range"
    assert offset_seconds <= MAX_OFFSET_SECONDS, "calendar: offset out of range"


@internal
@pure
def _month_of(timestamp: uint256, offset_seconds: int256) -> uint256:
    """
    @param timestamp UTC, in seconds
    @param offset_seconds Local time minus UTC, within the bounds of _check_offset
    @return Index of the calendar month in local time: year * 12 + month - 1
    """
    # Two's complement: adding the bits of a negative offset subtracts. What wraps around is far out
    # of the range that the assertion admits, which also keeps all that follows far below 2**256.
    local: uint256 = unsafe_add(timestamp, convert(convert(offset_seconds, bytes32), uint256))
    since_first: uint256 = unsafe_sub(local, FIRST_SECOND)
    assert (since_first < END_SECOND - FIRST_SECOND), "calendar: time out of range"
    days: uint256 = unsafe_add(unsafe_div(local, SECONDS_A_DAY), EPOCH_DAYS)
    quarters: uint256 = unsafe_add(unsafe_mul(days, 4), 3)
    century: uint256 = unsafe_div(quarters, 146_097)
    # Day of the century times 4, plus 3: the rest is a multiple of 4 plus 0 to 3.
    quarters = unsafe_sub(quarters, unsafe_mul(century, 146_097)) | 3
    year: uint256 = unsafe_div(quarters, 1_461)
    day: uint256 = unsafe_div(unsafe_sub(quarters, unsafe_mul(year, 1_461)), 4)
    march_month: uint256 = unsafe_div(unsafe_add(unsafe_mul(day, 5), 2), 153)
    years: uint256 = unsafe_add(unsafe_mul(century, 100), year)
    # March is month 2 of its calendar year; January and February carry into the next one.
    return unsafe_add(unsafe_add(unsafe_mul(years, 12), march_month), 2)


@internal
@pure
def _month_start(month: uint256, offset_seconds: int256) -> uint256:
    """
    @param month Index of a calendar month: year * 12 + month - 1
    @param offset_seconds Local time minus UTC, within the bounds of _check_offset
    @return UTC timestamp of the month's first second
    """
    # This also keeps all that follows far below 2**255.
    assert (
        unsafe_sub(month, FIRST_MONTH) < END_MONTH - FIRST_MONTH
    ), "calendar: month out of range"
    march_months: uint256 = unsafe_sub(month, 2)
    year: uint256 = unsafe_div(march_months, 12)
    march_month: uint256 = unsafe_sub(march_months, unsafe_mul(year, 12))
    # Days before the year, then before the month: 31 + 30 + 31 + 30 + 31 = 153 for each five.
    days: uint256 = unsafe_add(unsafe_mul(year, 365), unsafe_div(year, 4))
    days = unsafe_add(unsafe_sub(days, unsafe_div(year, 100)), unsafe_div(year, 400))
    days = unsafe_add(days, unsafe_div(unsafe_add(unsafe_mul(march_month, 153), 2), 5))
    midnight: uint256 = unsafe_mul(unsafe_sub(days, EPOCH_DAYS), SECONDS_A_DAY)
    start: int256 = unsafe_sub(convert(midnight, int256), offset_seconds)
    # January 1970 begins before the first timestamp at offsets east of UTC.
    assert start >= 0, "calendar: month out of range"
    return convert(start, uint256)
