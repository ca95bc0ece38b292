"""The founders' tiers: what each seat costs and gets. Amounts are whole COS and whole yuan.

tier.quotas()[0]                   # base units of quota that the first seat gets
"""

from typing import Annotated, Self

from pydantic import Field, model_validator

from cos.suite.rules import BASE_UNITS_PER_COS
from cos.toml_input import Strict

SEATS = 100
"""Of a tier, fixed in FounderSale."""

FEN_PER_YUAN = 100

Positive = Annotated[int, Field(strict=True, gt=0)]


class SeatRange(Strict):
    """What the first and the last seat of a tier get, in whole COS."""

    first: Positive
    last: Positive

    @model_validator(mode="after")
    def _falling(self) -> Self:
        if self.last > self.first:
            raise ValueError("the last seat gets more than the first; earlier founders get more")
        return self


class Tier(Strict):
    """A tier of founders: the price of each seat and what the seats get."""

    capital_yuan: Positive
    quota: SeatRange
    unlocked: SeatRange

    @property
    def capital_fen(self) -> int:
        """The capital of a seat: its votes, and its service credit."""
        return self.capital_yuan * FEN_PER_YUAN

    def on_chain(self) -> tuple[int, int, int, int, int]:
        """The tier as FounderSale takes it: fen and base units."""
        ends = (self.quota.first, self.quota.last, self.unlocked.first, self.unlocked.last)
        return (self.capital_fen, *(end * BASE_UNITS_PER_COS for end in ends))

    def quotas(self) -> list[int]:
        """Quota of each seat, in base units."""
        return seat_amounts(self.quota)

    def unlocked_amounts(self) -> list[int]:
        """Free COS of each seat, in base units."""
        return seat_amounts(self.unlocked)


def seat_amounts(tier: SeatRange) -> list[int]:
    """What each seat of a tier gets, in base units; the ends and the total are exact.

    Earlier seats get more, linearly: with S(k) = k * hi - ceil((hi - lo) * k * (k - 1) /
    (2 * (seats - 1))), seat k gets S(k) - S(k - 1).
    """
    first, last = tier.first * BASE_UNITS_PER_COS, tier.last * BASE_UNITS_PER_COS

    def total(count: int) -> int:
        return count * first + -(first - last) * count * (count - 1) // (2 * (SEATS - 1))

    return [total(seat) - total(seat - 1) for seat in range(1, SEATS + 1)]
