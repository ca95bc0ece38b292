"""Sub-tokens and their exchange: the part of a scenario that says who issues and what holders do.

Chances and shares are parts of 1, amounts whole COS or whole units (no decimals), months calendar
months. All of it is assumption: the white paper knows the things, and gives no numbers.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Self

from pydantic import Field, model_validator

from cos.toml_input import Strict

Chance = Annotated[float, Field(ge=0, le=1)]
Share = Annotated[Decimal, Field(ge=0, le=1)]
Value = Annotated[Decimal, Field(ge=0, le=100)]
Few = Annotated[int, Field(strict=True, ge=0, le=200)]
Price = Annotated[int, Field(strict=True, ge=1, le=1_000_000)]
Units = Annotated[int, Field(strict=True, ge=1, le=10_000_000)]
Months = Annotated[int, Field(strict=True, ge=1, le=600)]

HONEST, LAZY, DISHONEST, VANISHING = KINDS = ("honest", "lazy", "dishonest", "vanishing")
"""What issuers do with requests: answer them; never do; say that they are fulfilled, which they
aren't; leave one day, with the money of their desk."""


class IssuerKinds(Strict):
    """Which part of the issuers is of which kind; exactly so, as far as whole issuers allow."""

    honest: Share
    lazy: Share
    dishonest: Share
    vanishing: Share

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if sum(self.parts()) != 1:
            raise ValueError("the kinds of issuers do not add up to 1; correct one")
        return self

    def parts(self) -> list[Decimal]:
        """In the order of KINDS."""
        return [self.honest, self.lazy, self.dishonest, self.vanishing]


class DeskTerms(Strict):
    """What desks take and give for a unit, and what issuers put there."""

    premium: Share
    """Above the face value (or the price of points), at which a desk sells."""

    discount: Share
    """Below it, at which a desk buys back."""

    cos_part: Share
    """Of the units' worth, in COS, to buy back with."""

    pool_part: Share
    """Of the first units, which the issuer puts into a pool with as much COS as they are worth."""

    restock_below: Share
    """Of the first units: with fewer left an honest issuer mints half as many more."""


class CustomerTerms(Strict):
    """What members and holders do in a month; counts are people."""

    buyers: Few
    bought: tuple[Units, Units]
    worth: tuple[Value, Value]
    """What a unit is worth to a buyer, in parts of the face value (or the price of points)."""

    thanked: Few
    """Contributors to whom each community with points gives some."""

    thanks: tuple[Units, Units]
    spenders: Few
    """Holders who ask for the right."""

    sellers: Few
    patience: Chance
    """That a seller who is offered less than the face value redeems and waits seven days."""

    routes: Few
    providers: Few
    leaving_chance: Chance
    """That a provider of liquidity takes it out."""

    confirm_chance: Chance
    """That a holder confirms what it was given; otherwise its silence does."""

    dispute_chance: Chance
    """That a holder disputes what it was not given."""

    false_dispute_chance: Chance
    """That a holder disputes what it was given."""

    face_chance: Chance
    """That a holder whom an issuer has failed leaves with the face value, not with the units."""

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        _check_ascending(self, "bought", "worth", "thanks")
        if self.confirm_chance + self.false_dispute_chance > 1:
            raise ValueError(
                "confirm_chance and false_dispute_chance add up to more than 1; lower one"
            )
        return self


class MarketTerms(Strict):
    """Issuers, their sub-tokens, who decides disputes, and customers."""

    points: Few
    """Communities whose secretaries open plain points."""

    coupons: Few
    """Members who open a coupon, as soon as they can pay for its collateral."""

    opening_months: Months
    points_price: tuple[Price, Price]
    face_value: tuple[Price, Price]
    units: tuple[Units, Units]
    lifetime_months: tuple[Months, Months]
    grace_days: Annotated[int, Field(strict=True, ge=30, le=3_660)]
    window_days: Annotated[int, Field(strict=True, ge=8, le=90)]
    """The simulated steps are up to seven days apart."""

    vanishing_months: tuple[Months, Months]
    """After which the vanishing leave."""

    arbiters: Annotated[int, Field(strict=True, ge=1, le=100)]
    silent_share: Chance
    """Of the arbiters, who never decide."""

    right_chance: Chance
    """That a decision is right."""

    issuers: IssuerKinds
    desk: DeskTerms
    customers: CustomerTerms

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        spans = ("points_price", "face_value", "units", "lifetime_months", "vanishing_months")
        _check_ascending(self, *spans)
        return self


def _check_ascending(table: Strict, *names: str) -> None:
    for name in names:
        low, high = getattr(table, name)
        if low > high:
            raise ValueError(f"{name} falls; write the smaller number first")
