# pragma version 0.4.3
"""
@title CalendarHarness
@notice Opens the functions of contracts/lib/calendar_months.vy to tests.
@custom:license AGPL-3.0-only
"""

from contracts.lib import calendar_months

DAY: constant(uint256) = 86_400
MAX_RUNS: constant(uint256) = 3_000


@external
@pure
def check_offset(offset_seconds: int256):
    calendar_months._check_offset(offset_seconds)


@external
@pure
def month_of(timestamp: uint256, offset_seconds: int256) -> uint256:
    return calendar_months._month_of(timestamp, offset_seconds)


@external
@pure
def month_start(month: uint256, offset_seconds: int256) -> uint256:
    return calendar_months._month_start(month, offset_seconds)


@external
@view
def gas_of(timestamp: uint256, offset_seconds: int256) -> (uint256, uint256):
    """
    @return Gas of one _month_of and of one _month_start, the measurement itself included
    """
    before: uint256 = msg.gas
    month: uint256 = calendar_months._month_of(timestamp, offset_seconds)
    between: uint256 = msg.gas
    start: uint256 = calendar_months._month_start(month, offset_seconds)
    after: uint256 = msg.gas
    return before - between, between - after


@external
@pure
def runs(first_day: uint256, days: uint256, offset_seconds: int256) -> DynArray[uint256, MAX_RUNS]:
    """
    @notice Asks for the month of every local day of a range, at its first and at its last second.
    @dev A run is a first day and the month of all days from there to the next run, so that a range
         of many years comes back as a few thousand words.
    @param first_day Local day, counted from 1970-01-01
    @param days Number of days
    @param offset_seconds Local time minus UTC
    @return first day * 2**32 + month of each run
    """
    found: DynArray[uint256, MAX_RUNS] = []
    last: uint256 = 0
    for i: uint256 in range(days, bound=70_000):
        day: uint256 = first_day + i
        midnight: uint256 = convert(convert(day * DAY, int256) - offset_seconds, uint256)
        month: uint256 = calendar_months._month_of(midnight, offset_seconds)
        assert month == calendar_months._month_of(
            midnight + DAY - 1, offset_seconds
        ), "harness: torn day"
        if month != last:
            found.append((day << 32) | month)
            last = month
    return found
