"""How people behave: the part of a scenario on misconduct, audit, retention and events.

Chances and shares are parts of 1, amounts whole COS. All of it is assumption: the white paper says
that abuse is to be reduced (运营统计), not how much of it there is.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Self

from pydantic import Field, model_validator

from cos.toml_input import Strict

Chance = Annotated[float, Field(ge=0, le=1)]
Weight = Annotated[float, Field(ge=0, le=100)]
Positive = Annotated[int, Field(strict=True, gt=0)]
NotNegative = Annotated[int, Field(strict=True, ge=0)]
OpenDays = Annotated[int, Field(strict=True, ge=1, le=366)]
"""As long as a drop can be open."""


HONEST, LAZY, NEPOTISTIC, COLLUDING = "honest", "lazy", "nepotistic", "colluding"
CHARACTERS = (HONEST, LAZY, NEPOTISTIC, COLLUDING)


class Characters(Strict):
    """Which part of the managers is of which character; together 1."""

    honest: Annotated[Decimal, Field(ge=0, le=1)]
    lazy: Annotated[Decimal, Field(ge=0, le=1)]
    nepotistic: Annotated[Decimal, Field(ge=0, le=1)]
    colluding: Annotated[Decimal, Field(ge=0, le=1)]

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if (total := sum(self.parts())) != 1:
            raise ValueError(f"the parts add up to {total}, not to 1; correct one of them")
        return self

    def parts(self) -> list[Decimal]:
        """The parts in the order of CHARACTERS."""
        return [self.honest, self.lazy, self.nepotistic, self.colluding]


class MembersMisconduct(Strict):
    """What some members hand in."""

    padding_chance: Chance
    padding_factor: Annotated[int, Field(strict=True, ge=2, le=10)]
    inventing_chance: Chance

    @model_validator(mode="after")
    def _at_most_one(self) -> Self:
        if self.padding_chance + self.inventing_chance > 1:
            raise ValueError("padding and inventing add up to more than 1; lower one of them")
        return self


class HonestConduct(Strict):
    """Honest managers look at everything, and err."""

    wrong_refusal_chance: Chance


class LazyConduct(Strict):
    """Lazy managers accept everything without looking, and put off granting."""

    late_chance: Chance


class NepotisticConduct(Strict):
    """Nepotistic managers pay friends for work that nobody did."""

    friends: NotNegative
    records_monthly: NotNegative
    price: tuple[Positive, Positive]


class CollusionConduct(Strict):
    """Sponsor, manager and contributors are one person with several accounts."""

    puppets: Positive
    joining_share: Chance


class Misconduct(Strict):
    """What can go wrong between members and managers. `rule` is that of records without work."""

    rule: str
    members: MembersMisconduct
    honest: HonestConduct
    lazy: LazyConduct
    nepotistic: NepotisticConduct
    colluding: CollusionConduct


class Flags(Strict):
    """From where on a public fact about a batch is a flag; see `cos.economy.flags`."""

    contributors: Annotated[float, Field(ge=1)]
    amount_share: Chance
    cap_share: Chance
    new_months: NotNegative
    price_factor: Annotated[float, Field(gt=1)]
    pair_share: Chance
    favourite_share: Chance
    needed: Positive


class Audit(Strict):
    """What the auditor can do in a month, and how well."""

    checks_monthly: NotNegative
    random_share: Chance
    check_days: tuple[NotNegative, NotNegative]
    lookback_days: Positive
    detection_chance: Chance
    false_alarm_chance: Chance
    wrong_suspicion_chance: Chance
    removal_chance: Chance
    month_void_after: Positive
    freezing_days: Annotated[int, Field(strict=True, ge=1, le=90)]
    flags: Flags

    @model_validator(mode="after")
    def _days_ascend(self) -> Self:
        if self.check_days[0] > self.check_days[1]:
            raise ValueError("check_days fall; write the smaller number first")
        return self


class Retention(Strict):
    """Weights of the grievances that make members leave; see `cos.economy.retention`."""

    memory: Annotated[float, Field(ge=0, lt=1)]
    shortfall: Weight
    overtaken: Weight
    refused: Weight
    farmers: Weight
    leaderboard: Positive


class Welcome(Strict):
    """How the members claim their once-per-member rule, and how much of it secretaries open."""

    claims: Positive
    low: Positive
    open_days: OpenDays
    prompt_share: Chance
    prompt_days: tuple[NotNegative, NotNegative]
    late_share: Chance
    late_days: tuple[NotNegative, NotNegative]

    @model_validator(mode="after")
    def _fits(self) -> Self:
        _check_ascending(self.prompt_days, self.late_days)
        if self.low > self.claims:
            raise ValueError("low is above what is opened, again each month; lower it")
        if self.prompt_share + self.late_share > 1:
            raise ValueError("prompt and late members add up to more than 1; lower one of them")
        return self


class Lists(Strict):
    """Events with more than `above` participants, which are paid by published lists."""

    above: NotNegative
    guest_share: Chance
    never_share: Chance
    claim_days: tuple[NotNegative, NotNegative]
    open_days: OpenDays

    @model_validator(mode="after")
    def _days_ascend(self) -> Self:
        _check_ascending(self.claim_days)
        return self


class Events(Strict):
    """Monthly events paid by the split of effort and merit."""

    communities: NotNegative
    participants: tuple[Positive, Positive]
    hours: tuple[Positive, Positive]
    merit: tuple[NotNegative, NotNegative]
    effort_rule: str
    merit_rule: str
    lists: Lists

    @model_validator(mode="after")
    def _spans_ascend(self) -> Self:
        _check_ascending(self.participants, self.hours, self.merit)
        return self


def _check_ascending(*spans: tuple[int, int]) -> None:
    """Raises ValueError."""
    if any(low > high for low, high in spans):
        raise ValueError("a span falls; write the smaller number first")
