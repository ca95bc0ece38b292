# pragma version 0.4.3
"""
@title RollingSumHarness
@notice The module's functions, to be called from outside.
@custom:license AGPL-3.0-only
"""

from contracts.lib import rolling_sum

initializes: rolling_sum


@external
def book(amount: uint256):
    """
    @notice Adds an entry of this second.
    """
    rolling_sum._book(amount)


@external
@view
def booked_within(window_seconds: uint256) -> uint256:
    """
    @notice What was booked less than so many seconds ago.
    """
    return rolling_sum._booked_within(window_seconds)
