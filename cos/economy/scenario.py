"""Scenarios: what a simulated economy begins with and how its people behave.

Everything is configuration (`config/scenarios/*.toml`). Amounts are whole COS, shares and chances
are parts of 1, months are calendar months of the suite's UTC offset.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Generic, Self, TypeVar

from pydantic import Field, field_validator, model_validator

from cos.economy.conduct import Audit, Characters, Events, Misconduct, Retention, Welcome
from cos.economy.governing import GovernanceTerms
from cos.economy.holding import FeesTerms, PolicyDividends, StakingTerms
from cos.economy.market_terms import MarketTerms
from cos.economy.merit import COS_PER_HOUR
from cos.economy.pricing import BASE_UNITS, Rules, check_rule
from cos.paths import CONFIG_FOLDER
from cos.suite.founders import SEATS
from cos.toml_input import Location, Strict, line_of, load_toml, read_text, refusal

DEFAULT_SCENARIO = CONFIG_FOLDER / "scenarios" / "default.toml"

MAX_MONTHS = 1_200

Chance = Annotated[float, Field(ge=0, le=1)]
Part = Annotated[Decimal, Field(ge=0, le=1)]
"""A part of an amount: exact, because money is never a float."""

Positive = Annotated[int, Field(strict=True, gt=0)]
NotNegative = Annotated[int, Field(strict=True, ge=0)]
Seats = Annotated[int, Field(strict=True, ge=0, le=SEATS)]
Span = tuple[Annotated[Decimal, Field(ge=0)], Annotated[Decimal, Field(ge=0)]]
"""From and to, both included, in steps of a hundredth."""


class Founders(Strict):
    """How many seats of each tier are activated when the economy begins, the earliest ones."""

    service: Seats
    industry: Seats
    fiat_share: Chance
    """Of the founders, who pay the cashier; the others pay in a stablecoin."""

    @property
    def activated(self) -> dict[str, int]:
        """Seats by the tier's name."""
        return {"service": self.service, "industry": self.industry}


class VestingTerms(Strict):
    """What beneficiaries of grants do."""

    fetch_chance: Chance


class ManagementTerms(Strict):
    """What the committee awards in a month, out of what is unallocated."""

    people: Positive
    awards_monthly: NotNegative
    awarded_part: tuple[Part, Part]

    @model_validator(mode="after")
    def _ascending(self) -> Self:
        if self.awarded_part[0] > self.awarded_part[1]:
            raise ValueError("awarded_part falls; write the smaller number first")
        return self


class Donations(Strict):
    """What founders do with quota and with own coins."""

    monthly_chance: Chance
    quota_part: Part
    national_share: Chance
    own_monthly_chance: Chance
    own_part: Part


class Communities(Strict):
    """The tree: one national community, its regions, their cities."""

    regions: NotNegative
    cities: NotNegative
    closing_month: NotNegative

    @model_validator(mode="after")
    def _cities_have_regions(self) -> Self:
        if self.cities and not self.regions:
            raise ValueError("cities need a region; set regions to 1 or more")
        return self

    @property
    def count(self) -> int:
        """How many communities the tree has."""
        return 1 + self.regions + self.cities


T = TypeVar("T")


class PerLevel(Strict, Generic[T]):
    """A value for each level of the tree."""

    national: T
    region: T
    city: T

    def at(self, level: str) -> T:
        """The value for ``national``, ``region`` or ``city``."""
        return getattr(self, level)


class Managers(Strict):
    """Managers of each community and how their allotments are filled."""

    count: PerLevel[Positive]
    allotment: PerLevel[Positive]
    replaced_monthly_chance: Chance

    @field_validator("count")
    @classmethod
    def _two_nationals(cls, count: PerLevel[int]) -> PerLevel[int]:
        if count.national < 2:
            raise ValueError("nobody else could pay the secretary general; use 2 or more")
        return count


class Caps(PerLevel[Positive]):
    """Caps of a calendar month, in whole COS. A community's cap includes its children's."""

    contributor: Positive
    manager: Positive


class Members(Strict):
    """Who joins, and how active they are."""

    count: NotNegative
    joining_months: Positive
    leaving_monthly_chance: Chance
    welcome_rule: str
    contributions_monthly: Annotated[float, Field(ge=0, le=100)]
    activity_tail: Annotated[float, Field(gt=1)]
    activity_limit: Annotated[float, Field(gt=1)]


class Work(Strict):
    """One thing that members do: rule, relative frequency, units, and COS per unit."""

    rule: str
    weight: Positive
    quantity: Span
    price: tuple[NotNegative, NotNegative] | None = None

    @model_validator(mode="after")
    def _spans_ascend(self) -> Self:
        if self.quantity[0] > self.quantity[1]:
            raise ValueError("quantity falls; write the smaller number first")
        if self.price is not None and self.price[0] > self.price[1]:
            raise ValueError("price falls; write the smaller number first")
        return self


class Scenario(Strict):
    """A validated scenario."""

    seed: NotNegative
    months: Annotated[int, Field(strict=True, ge=1, le=MAX_MONTHS)]
    start: Annotated[str, Field(pattern=r"^(19[7-9]\d|20\d\d|21[0-4]\d)-(0[1-9]|1[0-2])$")]
    founders: Founders
    vesting: VestingTerms
    management: ManagementTerms
    donations: Donations
    communities: Communities
    managers: Managers
    salaries: PerLevel[str]
    """The secretaries' yearly rules, paid in twelfths."""

    caps: Caps
    members: Members
    work: Annotated[list[Work], Field(min_length=1)]
    characters: Characters
    misconduct: Misconduct
    audit: Audit
    retention: Retention
    events: Events
    welcome: Welcome
    staking: StakingTerms
    fees: FeesTerms
    policy_dividends: PolicyDividends
    market: MarketTerms
    governance: GovernanceTerms

    @model_validator(mode="after")
    def _caps_fit_the_tree(self) -> Self:
        cities_per_region = -(-self.communities.cities // max(self.communities.regions, 1))
        if self.caps.region < cities_per_region * self.caps.city:
            raise ValueError(
                f"caps.region is less than its {cities_per_region} cities' caps together; raise it"
            )
        if self.caps.national < self.communities.regions * self.caps.region:
            raise ValueError("caps.national is less than the regions' caps together; raise it")
        return self

    @property
    def first_month(self) -> int:
        """The index of the first simulated month."""
        year, month = self.start.split("-")
        return int(year) * 12 + int(month) - 1


def load_scenario(path: Path, rules: Rules) -> Scenario:
    """Read a scenario file. Raises InputError with file, line and remedy."""
    scenario = load_toml(path, Scenario)
    named = [
        (("members", "welcome_rule"), scenario.members.welcome_rule),
        (("misconduct", "rule"), scenario.misconduct.rule),
        (("events", "effort_rule"), scenario.events.effort_rule),
        (("events", "merit_rule"), scenario.events.merit_rule),
        *((("salaries", level), rule) for level, rule in scenario.salaries.model_dump().items()),
        *((("work", index, "rule"), work.rule) for index, work in enumerate(scenario.work)),
    ]
    for location, key in named:
        if problem := check_rule(key, rules):
            raise refusal(path, line_of(read_text(path), location), *problem)
    for index, work in enumerate(scenario.work):
        if problem := _check_price(work, rules):
            raise refusal(path, line_of(read_text(path), ("work", index)), *problem)
    for location, problem in _check_open_rules(scenario, rules):
        raise refusal(path, line_of(read_text(path), location), *problem)
    return scenario


def _check_open_rules(
    scenario: Scenario, rules: Rules
) -> Iterator[tuple[Location, tuple[str, str]]]:
    """Yield key, problem and remedy of rules that don't let their amounts be paid."""
    for location, key in (
        (("misconduct", "rule"), scenario.misconduct.rule),
        (("events", "merit_rule"), scenario.events.merit_rule),
    ):
        if rules[key].minimum or rules[key].maximum:
            yield location, (f"rule '{key}' has a price", "use one that is case by case")
    if not rules[scenario.members.welcome_rule].once_bit:
        problem = f"rule '{scenario.members.welcome_rule}' can be used more than once"
        yield ("members", "welcome_rule"), (problem, "use 'member_welcome'")
    hour = COS_PER_HOUR * BASE_UNITS
    effort = rules[scenario.events.effort_rule]
    if effort.minimum > hour or (effort.maximum and effort.maximum < hour):
        problem = f"rule '{effort.key}' does not allow {COS_PER_HOUR:,} COS an hour"
        yield ("events", "effort_rule"), (problem, "use 'give_time'")


def _check_price(work: Work, rules: Rules) -> tuple[str, str] | None:
    """Return problem and remedy if a kind of work is priced outside its rule."""
    rule = rules[work.rule]
    if work.price is None:
        if rule.minimum == 0:
            return f"rule '{rule.key}' has no price of its own", "add price = [from, to]"
        return None
    low, high = (price * BASE_UNITS for price in work.price)
    if low < rule.minimum or (rule.maximum and high > rule.maximum):
        highest = rule.maximum // BASE_UNITS or "any"
        allowed = f"{rule.minimum // BASE_UNITS} to {highest}"
        return f"price is outside rule '{rule.key}'", f"use whole COS from {allowed}"
    return None
