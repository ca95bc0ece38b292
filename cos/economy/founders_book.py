"""The founders' seats kept beside the chain, from the transactions that succeeded."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple


class Seat(NamedTuple):
    """An activated seat, by what its founder was sold; its number is its place in the list."""

    account: str
    tier: int
    seat: int
    capital_fen: int


@dataclass
class Sale:
    """The sale as it should stand, from the transactions that succeeded."""

    custody: int = 0
    """What genesis issued to the sale, in base units."""

    seats: list[Seat] = field(default_factory=list)
    paid_out: int = 0
    """Quota issued and free COS paid."""

    coin: str = ""
    """Address of the stablecoin, if there is one."""

    income: int = 0
    """What the Center received of it, in its base units."""
