"""What really happened behind each record. Only the simulation knows it.

The auditor's choice never reads this: it goes by `cos.economy.flags`, which see what everyone sees.
A check of a batch reads it, and finds something with a probability.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from enum import StrEnum
from typing import NamedTuple

from cos.economy.books import Entry


class Kind(StrEnum):
    """What a record is."""

    GENUINE = "genuine"
    PADDED = "padded"
    """Work that was done, and more than was done."""

    INVENTED = "invented"
    """A member or a manager's friend, and no work."""

    FARMED = "farmed"
    """A sponsor's and manager's own accounts as contributors."""


class Fact(NamedTuple):
    """A record's kind, and how much of its amount is for real work, in base units."""

    kind: Kind
    worth: int


class Wrong(NamedTuple):
    """How much of a batch is for no work, by kind, in base units, in how many records."""

    padded: int
    invented: int
    farmed: int
    records: int

    @property
    def amount(self) -> int:
        """All kinds together."""
        return self.padded + self.invented + self.farmed


class Truth:
    """The facts behind records, by their evidence; a record without one is genuine."""

    def __init__(self) -> None:
        self._facts: dict[bytes, Fact] = {}
        self._paid: dict[tuple[int, str], list[int]] = defaultdict(lambda: [0, 0])

    def note(self, evidence: bytes, kind: Kind, worth: int) -> None:
        """Remember what is behind a record."""
        if kind is not Kind.GENUINE:
            self._facts[evidence] = Fact(kind, worth)

    def of(self, entry: Entry) -> Fact:
        """Return the fact behind a record."""
        return self._facts.get(entry.evidence) or Fact(Kind.GENUINE, entry.amount)

    def wrong_in(self, entries: Iterable[Entry]) -> Wrong:
        """Return what is wrong with the records of a batch."""
        amounts = dict.fromkeys(Kind, 0)
        records = 0
        for entry in entries:
            kind, worth = self.of(entry)
            amounts[kind] += entry.amount - worth
            records += kind is not Kind.GENUINE
        return Wrong(amounts[Kind.PADDED], amounts[Kind.INVENTED], amounts[Kind.FARMED], records)

    def was_granted(self, community: int, entries: Iterable[Entry]) -> None:
        """Add up what each contributor of a community got, and got for no work."""
        for entry in entries:
            sums = self._paid[community, entry.contributor]
            sums[0] += entry.amount
            sums[1] += entry.amount - self.of(entry).worth

    def is_farmer(self, community: int, contributor: str) -> bool:
        """Whether most of what a contributor got in a community was for no work."""
        paid, unearned = self._paid[community, contributor]
        return unearned * 2 > paid
