# pragma version 0.4.3
"""
@title Sum of what was booked in the last so many seconds
@notice Exactly, for any window, however many entries there are.
@dev Every entry keeps the total up to itself, so the sum over a window is the difference of two
     totals, the older of which is found by binary search. A limit that refills with time would
     admit twice its size within a window: once what is full, once what refills.
@custom:license AGPL-3.0-only
"""

MASK_64: constant(uint256) = 2**64 - 1
TOTAL_SHIFT: constant(uint256) = 64

# number from 1 on -> time 64 | total 192, of this and all earlier entries; times never fall.
# A caller that books at most 2^64 at a time, 2^128 times, stays below 2^192.
_entries: HashMap[uint256, uint256]
_count: uint256


@internal
def _book(amount: uint256):
    """
    @dev Adds an entry of this second.
    @param amount Below 2^64, in whatever unit the caller counts
    """
    count: uint256 = self._count
    total: uint256 = (self._entries[count] >> TOTAL_SHIFT) + amount
    self._entries[count + 1] = block.timestamp | (total << TOTAL_SHIFT)
    self._count = count + 1


@internal
@view
def _booked_within(window_seconds: uint256) -> uint256:
    """
    @dev What was booked less than so many seconds ago: an entry of time t counts up to the second
         t + window - 1.
    @param window_seconds Above zero
    """
    cutoff: uint256 = block.timestamp - min(window_seconds, block.timestamp)
    low: uint256 = 0  # of the last entry that is known to be too old; 0 is none, and its total is 0
    high: uint256 = self._count
    latest: uint256 = self._entries[high] >> TOTAL_SHIFT
    for _: uint256 in range(64):  # halves: enough for 2^64 entries
        if low == high:
            break
        middle: uint256 = (low + high + 1) // 2
        if self._entries[middle] & MASK_64 <= cutoff:
            low = middle
        else:
            high = middle - 1
    return latest - (self._entries[low] >> TOTAL_SHIFT)
