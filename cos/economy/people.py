"""Who takes part: founders, communities with their admins and managers, members."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from cos.economy.books import Entry
from cos.economy.conduct import HONEST
from cos.economy.streams import Streams
from cos.economy.truth import Truth

if TYPE_CHECKING:
    from random import Random

    from cos.economy.auditor import Auditor
    from cos.economy.drops import OpenDrop
    from cos.economy.issuers import Issuer, Plan
    from cos.economy.lists import Pot
    from cos.economy.loop import Loop
    from cos.economy.pricing import Rules
    from cos.economy.scenario import Scenario

NATIONAL, REGION, CITY = "national", "region", "city"


@dataclass(slots=True)
class Founder:
    """A seat of a tier, from 1 on; amounts in base units, capital in fen."""

    label: str
    quota: int
    unlocked: int
    tier: int
    seat: int
    capital_fen: int


@dataclass(slots=True)
class Ring:
    """A colluding manager's other accounts, by label, and the lots that it donated to itself."""

    founder: Founder
    puppets: list[str]
    lots: set[int] = field(default_factory=set)


@dataclass(slots=True)
class Manager:
    """A manager of one community. Level 1 is its secretary."""

    label: str
    level: int
    waiting: list[Entry] = field(default_factory=list)
    """Contributions that the manager has accepted and not granted yet."""

    character: str = HONEST
    friends: list[str] = field(default_factory=list)
    """Of a nepotistic manager: addresses of members."""

    ring: Ring | None = None
    """Of a colluding manager."""


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
class Experience:
    """What a member has lived through lately: sums in which the past fades month by month."""

    worth: float = 0.0
    """Of the work that it really did, in base units."""

    paid: float = 0.0
    submitted: float = 0.0
    refused: float = 0.0


@dataclass(slots=True)
class Member:
    """A member with the mean number of contributions that it makes a month."""

    label: str
    activity: float
    has_welcome: bool = False
    welcome_due: int | None = None
    """From when on it claims its welcome (UNIX time); None: never."""

    experience: Experience = field(default_factory=Experience)


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
    streams: Streams = field(init=False)
    truth: Truth = field(default_factory=Truth)
    auditor: Auditor = field(init=False)
    characters: dict[str, str] = field(default_factory=dict)
    """Label of every manager that there ever was -> its character."""

    rings: dict[str, Ring] = field(default_factory=dict)
    """Label of every manager that ever colluded -> its ring."""

    dismissals: list[tuple[Community, Manager]] = field(default_factory=list)
    """Managers whose dismissal waits until their community is not frozen any more."""

    withdrawn: int = 0
    """How many of them nobody wants to grant any more."""

    turned_down: int = 0
    """How many contributions managers did not accept."""

    left: Counter[str] = field(default_factory=Counter)
    """Why members left -> how many."""

    recent: dict[int, dict[str, float]] = field(default_factory=dict)
    """Community -> contributor -> what it was paid lately, in base units, fading."""

    events: int = 0
    events_paid: int = 0
    """How many events were held, and what was paid for them so far, in base units."""

    listed_events: int = 0
    """How many of them are paid by lists."""

    pots: list[Pot] = field(default_factory=list)
    """Lists that wait for their publication."""

    drops: list[OpenDrop] = field(default_factory=list)
    """Those that are not empty and settled yet."""

    stakers_drawn: dict[str, float] = field(default_factory=dict)
    """Label of a holder -> the number that says whether it ever stakes."""

    issuers: list[Issuer] = field(default_factory=list)
    """Everyone who has opened a sub-token, in that order."""

    market_plans: list[Plan] | None = None
    """Sub-tokens that are still to be opened; None: not drawn yet."""

    def __post_init__(self) -> None:
        self.streams = Streams(self.scenario.seed)

    @property
    def communities(self) -> list[Community]:
        """The open communities, parents before children."""
        return self.national.open_ones()

    def chance(self, probability: float) -> bool:
        """Draw once."""
        return self.rng.random() < probability
