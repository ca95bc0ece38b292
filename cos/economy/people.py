"""Who takes part: founders, communities with their admins and managers, members."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from cos.economy.books import Entry

if TYPE_CHECKING:
    from random import Random

    from cos.economy.loop import Loop
    from cos.economy.pricing import Rules
    from cos.economy.scenario import Scenario

NATIONAL, REGION, CITY = "national", "region", "city"


@dataclass(slots=True)
class Founder:
    """A seat; amounts in base units."""

    label: str
    quota: int
    unlocked: int


@dataclass(slots=True)
class Manager:
    """A manager of one community. Level 1 is its secretary."""

    label: str
    level: int
    waiting: list[Entry] = field(default_factory=list)
    """Contributions that the manager has accepted and not granted yet."""


@dataclass
class Community:
    """A node of the tree; `id` is the chain's."""

    id: int
    label: str
    level: str
    parent: Community | None
    managers: list[Manager] = field(default_factory=list)
    children: list[Community] = field(default_factory=list)
    members: list[Member] = field(default_factory=list)
    is_closed: bool = False
    managers_named: int = 0

    @property
    def admin(self) -> str:
        """The label of its admin."""
        return f"admin of {self.label}"

    @property
    def secretary(self) -> Manager:
        """Its first manager."""
        return self.managers[0]

    def walk(self) -> Iterator[Community]:
        """Yield this community and all below it, parents before children."""
        yield self
        for child in self.children:
            yield from child.walk()

    def open_ones(self) -> list[Community]:
        """Return the communities from here on down that are not closed."""
        return [community for community in self.walk() if not community.is_closed]


@dataclass(slots=True)
class Member:
    """A member with the mean number of contributions that it makes a month."""

    label: str
    activity: float
    community: Community | None = None
    has_welcome: bool = False


@dataclass
class Economy:
    """Everything that the behaviours share."""

    loop: Loop
    scenario: Scenario
    rules: Rules
    rng: Random
    founders: list[Founder]
    national: Community
    members: list[Member] = field(default_factory=list)
    applicants: dict[int, list[Member]] = field(default_factory=lambda: defaultdict(list))
    claimants: list[str] = field(default_factory=list)
    """Everyone who may have earned a bonus: founders, and managers past and present."""

    contributions: int = 0
    """How many contributions were made, whether they were granted or not."""

    refused: list[tuple[Entry, str]] = field(default_factory=list)

    @property
    def communities(self) -> list[Community]:
        """The open communities, parents before children."""
        return self.national.open_ones()

    def chance(self, probability: float) -> bool:
        """Draw once."""
        return self.rng.random() < probability
