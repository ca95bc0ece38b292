"""The map file: how the columns and kinds of a contribution log become entries of a grant.

A map is TOML::

    [columns]
    time = "timestamp"          # ISO 8601 with an offset
    contributor = "contributor"
    kind = "kind"
    evidence = "evidence"
    # community = "chapter"     # optional

    [kinds.writing]
    rule = "write_short_article"  # key in rules.toml
    quantity = 1                # or { column = "words", scale = 0.002, minimum = 1, maximum = 5 }
    amount = "minimum"          # or "maximum", or COS per unit
    manager = "editors"         # who grants this kind
"""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, Self

from pydantic import AfterValidator, Field, field_validator, model_validator

from cos.economy.pricing import BASE_UNITS, Rules, check_rule, highest_amount, lowest_amount
from cos.toml_input import Strict, line_of, load_toml, read_text, refusal

if TYPE_CHECKING:
    from cos.suite.rules import Rule

ABSURD_QUANTITY = Decimal(1_000_000)
"""No single contribution is this many units of any rule: such a row is a mistake."""


def _not_blank(text: str) -> str:
    if not text.strip():
        raise ValueError("is empty; give a name")
    return text


def _at_most(size: int) -> AfterValidator:
    """Check the length in UTF-8, which is how the chain counts."""

    def check(text: str) -> str:
        if len(text.encode()) > size:
            raise ValueError(f"is longer than {size} bytes; shorten it")
        return text

    return AfterValidator(check)


COMMUNITY_BYTES = 64
TITLE_BYTES = 32

Name = Annotated[str, AfterValidator(_not_blank)]


class Columns(Strict):
    """The names of the log's columns."""

    time: Name = "timestamp"
    contributor: Name = "contributor"
    kind: Name = "kind"
    evidence: Name = "evidence"
    community: Name | None = None


class Quantity(Strict):
    """How many units of its rule a row counts for: a constant, or a column's number.

    Of a column: ``number * scale``, then raised to `minimum` and cut to `maximum`.
    """

    constant: Annotated[Decimal, Field(ge=0, lt=ABSURD_QUANTITY)] | None = None
    column: Name | None = None
    scale: Annotated[Decimal, Field(gt=0)] = Decimal(1)
    minimum: Annotated[Decimal, Field(ge=0, lt=ABSURD_QUANTITY)] | None = None
    maximum: Annotated[Decimal, Field(gt=0, lt=ABSURD_QUANTITY)] | None = None

    @model_validator(mode="after")
    def _one_source(self) -> Self:
        if (self.constant is None) == (self.column is None):
            raise ValueError('needs a number or a column; write 1 or { column = "hours" }')
        if self.minimum is not None and self.maximum is not None and self.minimum > self.maximum:
            raise ValueError("minimum is above maximum; swap them")
        return self


class Kind(Strict):
    """What one kind of contribution is worth and who grants it."""

    rule: Name
    quantity: Quantity
    amount: Literal["minimum", "maximum"] | Decimal = "minimum"
    manager: Annotated[Name, _at_most(TITLE_BYTES)] = "manager"

    @field_validator("quantity", mode="before")
    @classmethod
    def _number_is_a_constant(cls, value: Any) -> Any:
        return value if isinstance(value, dict) else {"constant": value}

    @field_validator("amount", mode="before")
    @classmethod
    def _policy_or_price(cls, value: Any) -> Any:
        if value in ("minimum", "maximum"):
            return value
        if isinstance(value, bool) or not isinstance(value, int | Decimal) or value <= 0:
            raise ValueError('is no amount policy; write "minimum", "maximum" or COS per unit')
        return Decimal(value)


class LogCaps(Strict):
    """Caps in whole COS a calendar month; what is left out keeps the scenario's value."""

    contributor: Annotated[int, Field(gt=0)] | None = None
    manager: Annotated[int, Field(gt=0)] | None = None
    community: Annotated[int, Field(gt=0)] | None = None


class LogMap(Strict):
    """A validated map file."""

    columns: Columns = Columns()
    community: Annotated[Name, _at_most(COMMUNITY_BYTES)] = "community"
    caps: LogCaps = LogCaps()
    kinds: Annotated[dict[str, Kind], Field(min_length=1)]


def load_map(path: Path, rules: Rules) -> LogMap:
    """Read a map file. Raises InputError with file, line and remedy."""
    logmap = load_toml(path, LogMap)
    for name, kind in logmap.kinds.items():
        if problem := check_rule(kind.rule, rules):
            raise refusal(path, line_of(read_text(path), ("kinds", name, "rule")), *problem)
        if problem := _check_amount(kind, rules[kind.rule]):
            raise refusal(path, line_of(read_text(path), ("kinds", name, "amount")), *problem)
    return logmap


def amount_of(kind: Kind, quantity: int, rule: Rule) -> int:
    """Return what `quantity` hundredths of a kind are paid, in base units."""
    if kind.amount == "minimum":
        return lowest_amount(quantity, rule.minimum)
    if kind.amount == "maximum":
        return highest_amount(quantity, rule.maximum)
    return highest_amount(quantity, int(kind.amount * BASE_UNITS))


def _check_amount(kind: Kind, rule: Rule) -> tuple[str, str] | None:
    """Return problem and remedy if a kind is paid outside its rule."""
    if isinstance(kind.amount, Decimal):
        price = kind.amount * BASE_UNITS
        if price < rule.minimum or (rule.maximum and price > rule.maximum):
            highest = rule.maximum // BASE_UNITS or "any"
            allowed = f"{rule.minimum // BASE_UNITS} to {highest}"
            return f"{kind.amount} COS is outside rule '{rule.key}'", f"use {allowed} COS per unit"
    elif not getattr(rule, kind.amount):
        return f"rule '{rule.key}' has no {kind.amount}", "give amount as COS per unit"
    return None
