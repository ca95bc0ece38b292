"""Fees kept beside the chain: what was paid to the router, by whom it is owed, what it paid out.

Amounts are base units; `_e8` are 1e-8 base units, in which the router's parts are exact.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import NamedTuple

from cos.economy.pricing import BASE_UNITS

E4, E8 = 10**4, 10**8
POLICY_WINDOW = 366 * 86_400


class Owed(NamedTuple):
    """What the router owes, as `FeeRouter.owed` shows it; `_e8`."""

    stakers_e8: int
    nodes_e8: int
    center_e8: int
    developers_e8: int


class App(NamedTuple):
    """An app of the register; its number is its place in the list, from 1 on."""

    developer: str
    fee: int
    is_official: bool = False


@dataclass
class Fees:
    """All fees so far; `split` are those under the shares that are in force."""

    stakers_bps: int = E4
    nodes_bps: int = 0
    system_bps: int = 0
    push_threshold: int = 0
    """Whole COS."""

    apps: list[App] = field(default_factory=list)
    split: Counter[int] = field(default_factory=Counter)
    """Which part of a fee was split (bps) -> base units of such fees."""

    sources: Counter[str] = field(default_factory=Counter)
    """Where fees came from (apps, trades, issues, others) -> the stakers' part of them, `_e8`."""

    earned: Counter[str] = field(default_factory=Counter)
    """Developer -> what its apps earned, `_e8`."""

    forwarded: int = 0
    """To the stakers."""

    paid_center: int = 0
    paid: Counter[str] = field(default_factory=Counter)
    """Developer -> what it was paid."""

    uses: int = 0
    earlier: int = 0
    """Fees under earlier shares, and what they are for stakers, nodes and the Center, `_e8`."""

    earlier_e8: tuple[int, int, int] = (0, 0, 0)
    policy: list[tuple[int, int]] = field(default_factory=list)
    """Time and amount of each policy dividend."""

    def was_paid(self, amount: int, source: str = "others") -> int:
        """Book a fee that is split as a whole; return what is forwarded to the stakers."""
        return self._book(amount, E4, source)

    def was_used(self, number: int, times: int) -> int:
        """Book uses of an app; return what is forwarded to the stakers."""
        app = self.apps[number - 1]
        part_bps = E4 if app.is_official else self.system_bps
        self.earned[app.developer] += app.fee * times * (E4 - part_bps) * E4
        self.uses += times
        return self._book(app.fee * times, part_bps, "apps")

    def was_distributed(self) -> int:
        """Book that all whole units that wait for the stakers are forwarded; return them."""
        amount = self.owed().stakers_e8 // E8
        self.forwarded += amount
        return amount

    def was_withdrawn(self, developer: str) -> int:
        """Book the payment of a developer; return it."""
        amount = self.owed_to(developer) // E8
        self.paid[developer] += amount
        return amount

    def center_was_paid(self) -> int:
        """Book the payment of the Center; return it."""
        amount = self.owed().center_e8 // E8
        self.paid_center += amount
        return amount

    def shares_were_set(self, stakers_bps: int, nodes_bps: int) -> None:
        """Book how fees to come are split; those so far are what they were."""
        self.earlier_e8 = self._parts_e8()
        self.earlier, self.split = self.received, Counter()
        self.stakers_bps, self.nodes_bps = stakers_bps, nodes_bps

    def _parts_e8(self) -> tuple[int, int, int]:
        """What all fees are for stakers, nodes and the Center."""
        parts_e4 = sum(amount * part_bps for part_bps, amount in self.split.items())
        center_bps = E4 - self.stakers_bps - self.nodes_bps
        stakers, nodes, center = self.earlier_e8
        return (
            stakers + parts_e4 * self.stakers_bps,
            nodes + parts_e4 * self.nodes_bps,
            center + parts_e4 * center_bps,
        )

    def _book(self, amount: int, part_bps: int, source: str) -> int:
        self.split[part_bps] += amount
        self.sources[source] += amount * part_bps * self.stakers_bps
        waiting_e8 = self.owed().stakers_e8
        if waiting_e8 < self.push_threshold * BASE_UNITS * E8:
            return 0
        return self.was_distributed()

    @property
    def received(self) -> int:
        """All fees so far."""
        return self.earlier + sum(self.split.values())

    @property
    def dividends(self) -> int:
        """All policy dividends so far."""
        return sum(amount for _, amount in self.policy)

    def owed(self) -> Owed:
        """What is owed to whom: the Center has what the other shares leave."""
        stakers, nodes, center = self._parts_e8()
        return Owed(
            stakers_e8=stakers - self.forwarded * E8,
            nodes_e8=nodes,
            center_e8=center - self.paid_center * E8,
            developers_e8=sum(self.earned.values()) - sum(self.paid.values()) * E8,
        )

    def stakers_e8(self, source: str) -> int:
        """The stakers' part of a kind of fee so far, forwarded or not, `_e8`."""
        return self.sources[source]

    def owed_to(self, developer: str) -> int:
        """What is owed to a developer, `_e8`."""
        return self.earned[developer] - self.paid[developer] * E8

    def most_dividends(self) -> int:
        """The most policy dividends that any window of 366 days has seen."""
        return max(
            (
                sum(amount for at, amount in self.policy if start <= at < start + POLICY_WINDOW)
                for start, _ in self.policy
            ),
            default=0,
        )
