"""What holders of free COS do with it: the part of a scenario on staking, fees and dividends.

Chances and shares are parts of 1, amounts whole COS. All of it is assumption: the white paper gives
no rates.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Self

from pydantic import Field, model_validator

from cos.toml_input import Strict

Chance = Annotated[float, Field(ge=0, le=1)]
Part = Annotated[Decimal, Field(ge=0, le=1)]
Positive = Annotated[int, Field(strict=True, gt=0)]
NotNegative = Annotated[int, Field(strict=True, ge=0)]
AppFee = Annotated[int, Field(strict=True, ge=1, le=1_000_000)]
"""As FeeRouter takes it."""


class StakingTerms(Strict):
    """Who stakes, and what stakers do in a month: at most one of these things."""

    members_share: Chance
    founders_share: Chance
    beneficiaries_share: Chance
    least: Positive
    """Whole COS that somebody must have free to stake any."""

    begin_chance: Chance
    part: tuple[Part, Part]
    leave_chance: Chance
    withdraw_chance: Chance
    withdrawn_part: tuple[Part, Part]
    top_up_chance: Chance
    restake_chance: Chance
    claim_chance: Chance
    collect_chance: Chance
    delegate_share: Chance

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        for name in ("part", "withdrawn_part"):
            low, high = getattr(self, name)
            if low > high:
                raise ValueError(f"{name} falls; write the smaller number first")
        if sum(self.chances()) > 1:
            raise ValueError("the chances of a staker's month add up to more than 1; lower one")
        return self

    def chances(self) -> list[float]:
        """Of leaving, withdrawing a part, topping up, restaking, claiming."""
        return [
            self.leave_chance,
            self.withdraw_chance,
            self.top_up_chance,
            self.restake_chance,
            self.claim_chance,
        ]


class FeesTerms(Strict):
    """What members pay in a month: uses of apps, and fees that stand for what is not simulated."""

    apps: NotNegative
    official_apps: NotNegative
    app_fee: tuple[AppFee, AppFee]
    uses_monthly: NotNegative
    plain_monthly: NotNegative
    payers: Annotated[int, Field(strict=True, ge=1, le=1_000)]
    fetch_chance: Chance

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.official_apps > self.apps:
            raise ValueError("official_apps is more than apps; lower it")
        if self.uses_monthly and not self.apps:
            raise ValueError("uses need an app; set apps to 1 or more, or uses_monthly to 0")
        if self.app_fee[0] > self.app_fee[1]:
            raise ValueError("app_fee falls; write the smaller number first")
        return self


class PolicyDividends(Strict):
    """What governance pays out of the Center reserve: so much of the cap a year, in so many parts
    as there are periods of `every_months`. The contract allows a hundredth in any 366 days."""

    yearly_share: Annotated[Decimal, Field(ge=0, le=Decimal("0.01"))]
    every_months: Annotated[int, Field(strict=True, ge=1, le=12)]
