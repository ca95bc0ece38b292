"""The effort and merit split: what an event's budget gives to each of those who made it.

The white paper (rule `give_time`): work is worth 1,000 COS an equivalent hour, 20 % of it for
effort (苦劳) and 80 % for merit (功劳). Everything is exact:

- The budget is hours x 1,000 COS. It is cut into two pots: effort gets 20 % rounded down to a base
  unit, merit gets the rest, so that the one odd unit, if there is one, is merit's. A budget made
  of hours at a rate in whole COS is cut without any rounding.
- Each pot is divided by largest remainders: everyone gets the exact share rounded down, and the
  units that are left go one each to the largest remainders, the earlier position first among
  equals. Every part is thus less than one base unit away from the exact share of its pot.
- Without a single merit point the whole budget is the effort pot.

Effort and merit parts of all add up to the budget to the last base unit.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from cos.economy.pricing import BASE_UNITS, HUNDREDTHS

COS_PER_HOUR = 1_000
EFFORT_BPS = 2_000
WHOLE_BPS = 10_000


def _check_count(name: str, value: object) -> None:
    """Raises ValueError unless `value` is an integer from 0 on (bool and float are none)."""
    if isinstance(value, bool) or not isinstance(value, int):
        raise ValueError(f"{name} must be an integer, not {value!r}")
    if value < 0:
        raise ValueError(f"{name} must not be negative: {value}")


@dataclass(frozen=True, slots=True)
class Participant:
    """One who took part: `hours` in hundredths of an equivalent hour, `merit` in points.

    A point is whatever the organisers count in: only the proportions matter. Raises ValueError for
    anything but integers from 0 on.
    """

    hours: int
    merit: int = 0

    def __post_init__(self) -> None:
        _check_count("hours (in hundredths)", self.hours)
        _check_count("merit", self.merit)


@dataclass(frozen=True, slots=True)
class Part:
    """What one participant gets, in base units."""

    effort: int
    merit: int

    @property
    def amount(self) -> int:
        """Both together."""
        return self.effort + self.merit


def budget_of(participants: Sequence[Participant], cos_per_hour: int = COS_PER_HOUR) -> int:
    """Return what the hours of all are worth, in base units. `cos_per_hour` is whole COS."""
    _check_count("COS an hour", cos_per_hour)
    return sum(each.hours for each in participants) * cos_per_hour * BASE_UNITS // HUNDREDTHS


def split_budget(
    participants: Sequence[Participant],
    *,
    budget: int | None = None,
    cos_per_hour: int = COS_PER_HOUR,
    effort_bps: int = EFFORT_BPS,
) -> list[Part]:
    """Divide a budget (base units; by default `budget_of` the hours) among the participants.

    Returns one part for each participant, in their order. Raises ValueError without participants,
    without a single hour, or for terms that are not integers within their bounds.
    """
    if not participants:
        raise ValueError("there are no participants to divide a budget among")
    hours = [each.hours for each in participants]
    merit = [each.merit for each in participants]
    if not any(hours):
        raise ValueError("the participants have no hours; give at least one of them some")
    if budget is None:
        budget = budget_of(participants, cos_per_hour)
    _check_count("budget (base units)", budget)
    _check_count("effort (basis points)", effort_bps)
    if effort_bps > WHOLE_BPS:
        raise ValueError(f"effort must be at most {WHOLE_BPS} basis points: {effort_bps}")

    effort_pot = budget * effort_bps // WHOLE_BPS if any(merit) else budget
    efforts = largest_remainders(effort_pot, hours)
    merits = largest_remainders(budget - effort_pot, merit) if any(merit) else [0] * len(merit)
    return [Part(*both) for both in zip(efforts, merits, strict=True)]


def largest_remainders(total: int, weights: Sequence[int]) -> list[int]:
    """Divide `total` units by weights: integers that add up to it, in the order of the weights.

    Raises ValueError for negative numbers or if no weight is above zero.
    """
    if total < 0 or any(weight < 0 for weight in weights):
        raise ValueError("neither the total nor a weight may be negative")
    whole = sum(weights)
    if whole == 0:
        raise ValueError("no weight is above zero")
    shares = [divmod(total * weight, whole) for weight in weights]
    parts = [share for share, _ in shares]
    by_remainder = sorted(range(len(shares)), key=lambda position: -shares[position][1])
    for position in by_remainder[: total - sum(parts)]:
        parts[position] += 1
    return parts
