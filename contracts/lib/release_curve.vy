# pragma version 0.4.3
"""
@title Release curve
@notice A budget that is released month by month along a right-skewed curve with an endless tail:
        little at first, most in the peak month, then less and less, and never all of it.
@dev For a peak at month m let q = (2m - 1) / (2m + 1). After n months a part of the budget is left:

         S(n) = q**n * (1 + n * (1 - q)) = q**n * (2m + 1 + 2n) / (2m + 1)

     so month n releases the part n * (1 - q)**2 * q**(n - 1), which is largest at n = m alone. From
     month c on, of a rest r,

         r * S(n) / S(c) = r * q**(n - c) * (2m + 1 + 2n) / (2m + 1 + 2c)

     is left in month n: nothing is subtracted that is nearly equal, so nothing cancels, however
     small S(c) is. Powers are fixed-point numbers with 128 bits behind the point; every step rounds
     up, so the rest is rounded up and what is released down, in favour of whoever holds the budget:

         exact rest <= computed rest < exact rest + 1 + 2**-31 base units, or zero for a rest of zero.

     The computed rest never rises with n, and is never below one base unit unless it began at zero.
     Proofs: docs/economics.md, "Management bonus".
@custom:license AGPL-3.0-only
"""

# Bounds of the peak month, from half a year to ten years. In no month more than 2 / (2m + 1) of the
# rest is released: with the earliest peak at most 2 / 13, about 15 %.
MIN_PEAK: constant(uint256) = 6
MAX_PEAK: constant(uint256) = 120

# Month numbers beyond this one are taken for it: 10,922 years, more than the calendar has.
MONTH_BITS: constant(uint256) = 17
MAX_MONTH: constant(uint256) = 2**MONTH_BITS - 1

POINT: constant(uint256) = 128
ONE: constant(uint256) = 2**POINT


@internal
@pure
def _check_peak(peak: uint256):
    """
    @dev For constructors and setters: the functions below take the peak as checked.
    @param peak Number of the month that releases most, from 1 on
    """
    assert peak >= MIN_PEAK and peak <= MAX_PEAK, "curve: peak out of bounds"


@internal
@pure
def _rest(rest: uint256, begin: uint256, month: uint256, peak: uint256) -> uint256:
    """
    @dev What is left in a month of what was left in an earlier one. Rounds up.
    @param rest Base units left when month `begin` had begun, below 2**64
    @param begin Number of that month, at most MAX_MONTH; 0 for the time before the first month
    @param month Number of the month that is asked for, not before `begin`
    @param peak Number of the month that releases most, within the bounds of _check_peak
    @return Base units left when `month` has begun
    """
    last: uint256 = min(month, MAX_MONTH)
    odd: uint256 = 2 * peak + 1
    # At most 2**64 * 2**128 * 2**19, and divided by at most 2**128 * 2**19.
    above: uint256 = rest * self._power(peak, last - begin) * (odd + 2 * last)
    below: uint256 = (odd + 2 * begin) << POINT
    return (above + below - 1) // below


@internal
@pure
def _power(peak: uint256, exponent: uint256) -> uint256:
    """
    @dev q**exponent by repeated squaring, each product rounded up: a product of k factors is less
         than 2k units of the last place above the exact one. About 180 gas a bit of the exponent.
    @param peak Number of the month that releases most
    @param exponent At most MAX_MONTH
    @return Times 2**128; 2**128 for an exponent of 0, less for all others, never 0
    """
    odd: uint256 = 2 * peak + 1
    square: uint256 = (((odd - 2) << POINT) + odd - 1) // odd
    power: uint256 = ONE
    left: uint256 = exponent
    for _: uint256 in range(MONTH_BITS):
        if left == 0:
            break
        # Unchecked, because `square` is below ONE and `power` at most ONE, so that
        # power * square + ONE - 1 <= ONE * (ONE - 1) + ONE - 1 < 2**256.
        if left & 1 == 1:
            power = unsafe_add(unsafe_mul(power, square), ONE - 1) >> POINT
        square = unsafe_add(unsafe_mul(square, square), ONE - 1) >> POINT
        left >>= 1
    return power
