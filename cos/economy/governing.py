"""How founders, later stakers, govern: the part of a scenario on proposals and votes.

Chances and shares are parts of 1, months calendar months. All of it is assumption.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Self

from pydantic import Field, model_validator

from cos.toml_input import Strict

Chance = Annotated[float, Field(ge=0, le=1)]
Every = Annotated[int, Field(strict=True, ge=0, le=120)]
"""So many months; 0: never."""


class Changes(Strict):
    """How often what is proposed."""

    schedule_every: Every
    system_share_every: Every
    shares_every: Every
    cap_every: Every
    trade_fee_every: Every


class BlocTerms(Strict):
    """Voters who act as one and want to take over."""

    share: Annotated[Decimal, Field(ge=0, le=1)]
    """Of all votes that they have at most."""

    every_months: Every
    fooled_share: Chance
    """Of the others who vote, who vote with them by mistake."""


class GovernanceTerms(Strict):
    """When the wallet hands over to CosGovernor, and what voters then do."""

    hand_over_month: Annotated[int, Field(strict=True, ge=0)]
    """From 1 on; 0: never."""

    turnout: Chance
    alarm_turnout: Chance
    """When somebody tries to take over."""

    late_share: Chance
    approval: tuple[Chance, Chance]
    """Which part of the voters a proposal convinces: drawn for each between these."""

    abstain_share: Chance
    guardian_chance: Chance
    """That the guardian cancels a take-over that has passed."""

    changes: Changes
    bloc: BlocTerms

    @model_validator(mode="after")
    def _ascending(self) -> Self:
        if self.approval[0] > self.approval[1]:
            raise ValueError("approval falls; write the smaller number first")
        return self
