"""Reference models of contracts/lib/release_curve.vy: exact rationals, and the contract's integers.

The rationals follow the white paper's wording: months that each release their part of the budget.
Nothing of the closed form is used, so they hold the closed form, too.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import pairwise

from tests.models import require

MIN_PEAK, MAX_PEAK = 6, 120
MAX_MONTH = 131_071
# What is computed to be left is less than this above what is exactly left, for each curve.
ERROR = 1 + Fraction(1, 2**31)


def ratio(peak: int) -> Fraction:
    """q, for which n * q**(n - 1) is largest at n = peak."""
    return Fraction(2 * peak - 1, 2 * peak + 1)


def parts(peak: int) -> Iterator[Fraction]:
    """What months 1, 2, ... release of a budget of 1."""
    q = ratio(peak)
    weight, month = (1 - q) ** 2, 1
    while True:
        yield month * weight
        weight, month = weight * q, month + 1


def exact_released(
    budget: int, changes: Sequence[tuple[int, int]], months: int
) -> Iterator[Fraction]:
    """R(0), R(1), ... R(months) for changes (month, peak), the first one at month 0:
    R(n) = R(c) + (B - R(c)) * (F(n) - F(c)) / (1 - F(c)) after a change in month c."""
    ends = [*(begin for begin, _ in changes[1:]), months]
    released = Fraction(0)
    yield released
    for (begin, peak), end in zip(changes, ends, strict=True):
        part = parts(peak)
        done = sum((next(part) for _ in range(begin)), Fraction(0))
        scale = (budget - released) / (1 - done)
        for _ in range(begin, end):
            released += scale * next(part)
            yield released


def power(peak: int, exponent: int) -> int:
    """The contract's fixed-point power: squares of squares, multiplied from the first one on."""
    unit = 2**128
    squares = [-(-unit * (2 * peak - 1) // (2 * peak + 1))]
    for _ in range(exponent.bit_length()):
        squares.append((squares[-1] ** 2 + unit - 1) // unit)
    product = unit
    for bit, square in zip(reversed(f"{exponent:b}"), squares, strict=False):
        if bit == "1":
            product = (product * square + unit - 1) // unit
    return product


def rest(left: int, begin: int, month: int, peak: int) -> int:
    """What is left in `month` of what was left in `begin`, to the unit as the contract says it."""
    month = min(month, MAX_MONTH)
    above = left * power(peak, month - begin) * (2 * peak + 1 + 2 * month)
    whole, more = divmod(above, 2**128 * (2 * peak + 1 + 2 * begin))
    return whole + (more > 0)


def released(budget: int, changes: Sequence[tuple[int, int]], month: int) -> int:
    """R(month) of the contract, from the beginning on, whatever was computed before."""
    left = budget
    begun = [change for change in changes if change[0] <= month]
    for (begin, peak), (end, _) in pairwise([*begun, (month, 0)]):
        left = rest(left, begin, end, peak)
    return budget - left


def check_peak(peak: int) -> None:
    require(MIN_PEAK <= peak <= MAX_PEAK, "curve: peak out of bounds")
