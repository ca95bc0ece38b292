"""The release curve of the management bucket, integer for integer as the contracts compute it.

    curve = ReleaseCurve.start(budget, peak=24)
    curve.released(12)                        # base units, after twelve months
    curve.with_peak(36, month=12).monthly(13)

After n months `q**n * (1 + n * (1 - q))` of the budget is left, with q = (2m - 1) / (2m + 1) for a
peak at month m. Source, error bound and proofs: docs/economics.md, "Management bonus". Months are
numbers from 1 on; what is left is rounded up, what is released down.
"""

from __future__ import annotations

from dataclasses import dataclass

from cos.errors import InputError

MIN_PEAK, MAX_PEAK = 6, 120
MAX_MONTH = 2**17 - 1  # later months are taken for this one
MAX_BUDGET = 2**64 - 1
POINT = 128  # bits behind the point of a power


def power(peak: int, exponent: int) -> int:
    """q**exponent times 2**POINT, by repeated squaring, each product rounded up."""
    odd = 2 * peak + 1
    square, result = _ceil((odd - 2) << POINT, odd), 1 << POINT
    while exponent:
        if exponent & 1:
            result = _ceil(result * square, 1 << POINT)
        square = _ceil(square * square, 1 << POINT)
        exponent >>= 1
    return result


def rest_after(rest: int, begin: int, month: int, peak: int) -> int:
    """What is left after `month` months of what was left after `begin`, in base units."""
    month = min(month, MAX_MONTH)
    odd = 2 * peak + 1
    return _ceil(rest * power(peak, month - begin) * (odd + 2 * month), (odd + 2 * begin) << POINT)


@dataclass(frozen=True)
class Change:
    """After the month `begin`, in which `rest` is left, the curve with this peak holds."""

    begin: int
    peak: int
    rest: int


@dataclass(frozen=True)
class ReleaseCurve:
    """A budget in base units, and every change of the peak; the first begins at month 0."""

    budget: int
    changes: tuple[Change, ...]

    @classmethod
    def start(cls, budget: int, peak: int) -> ReleaseCurve:
        """Raises InputError for a budget or a peak out of bounds."""
        if not 0 < budget <= MAX_BUDGET:
            raise InputError(f"a budget of {budget} base units: 1 to {MAX_BUDGET} would be right")
        return cls(budget, (Change(0, _checked(peak), budget),))

    def with_peak(self, peak: int, month: int) -> ReleaseCurve:
        """The curve after a change of its peak in a month, the last change's or a later one."""
        begun = self.changes[-1].begin
        if month < max(begun, 1):
            raise InputError(f"a change in month {month}: {max(begun, 1)} or later would be right")
        change = Change(month, _checked(peak), self.rest(month))
        kept = self.changes if begun < month else self.changes[:-1]
        return ReleaseCurve(self.budget, (*kept, change))

    def rest(self, month: int) -> int:
        """What is left after a month; all of it before the first one."""
        month = max(month, 0)
        now = next(each for each in reversed(self.changes) if each.begin <= month)
        return rest_after(now.rest, now.begin, month, now.peak)

    def released(self, month: int) -> int:
        """What is released after a month, its own part included."""
        return self.budget - self.rest(month)

    def monthly(self, month: int) -> int:
        """What a month releases."""
        return self.rest(month - 1) - self.rest(month)


def _checked(peak: int) -> int:
    if not MIN_PEAK <= peak <= MAX_PEAK:
        raise InputError(f"a peak at month {peak}: {MIN_PEAK} to {MAX_PEAK} would be right")
    return peak


def _ceil(above: int, below: int) -> int:
    return -(-above // below)
