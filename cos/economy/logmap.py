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

The map of a git history (`config/maps/git.toml`) also says which commits are of which kind::

    [[commits]]                 # the first that matches a commit gives its kind
    kind = "writing"
    paths = ["docs/*", "*.md"]
    subject = ["docs"]
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, Self, TypeVar

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


class CommitRule(Strict):
    """Gives a kind to the commits that meet all of its conditions; without any, to every commit.

    `subject`: the commit's subject begins with one of these, in whatever case. `paths`: each file
    that the commit changes (by its new name, from the top of the repository) matches one of these
    patterns, in which ``*`` stands for any text, slashes too; an empty list asks for a commit
    without files.
    """

    kind: Name
    subject: Annotated[tuple[Name, ...], Field(min_length=1)] | None = None
    paths: tuple[Name, ...] | None = None

    @property
    def matches_all(self) -> bool:
        """Whether it has no condition."""
        return self.subject is None and self.paths is None

    def matches(self, subject: str, paths: Sequence[str]) -> bool:
        """Say whether a commit meets the conditions."""
        if self.subject is not None:
            starts = tuple(start.casefold() for start in self.subject)
            if not subject.casefold().startswith(starts):
                return False
        if self.paths is None:
            return True
        patterns = self.paths
        if not paths:
            return not patterns
        return all(any(fnmatchcase(path, each) for each in patterns) for path in paths)


class GitMap(LogMap):
    """A validated map of a git history."""

    commits: Annotated[tuple[CommitRule, ...], Field(min_length=1)]

    def kind_of(self, subject: str, paths: Sequence[str]) -> str:
        """Return the kind of a commit: that of the first rule that matches."""
        return next(rule.kind for rule in self.commits if rule.matches(subject, paths))


MapT = TypeVar("MapT", bound=LogMap)


def load_git_map(path: Path, rules: Rules) -> GitMap:
    """Read the map file of a git history. Raises InputError with file, line and remedy."""
    gitmap = _load(path, rules, GitMap)
    last = len(gitmap.commits) - 1
    for position, rule in enumerate(gitmap.commits):
        line = line_of(read_text(path), ("commits", position, "kind"))
        if rule.kind not in gitmap.kinds:
            known = ", ".join(gitmap.kinds)
            remedy = f"add [kinds.{rule.kind}] or use one of: {known}"
            raise refusal(path, line, f"there is no kind '{rule.kind}'", remedy)
        if rule.matches_all and position != last:
            problem = f"kind '{rule.kind}' takes every commit, so that nothing after it matches"
            raise refusal(path, line, problem, "give it paths or a subject, or move it to the end")
        if position == last and not rule.matches_all:
            problem = "a commit might match none of [[commits]]"
            raise refusal(path, line, problem, "end with a kind without paths and subject")
    return gitmap


def load_map(path: Path, rules: Rules) -> LogMap:
    """Read a map file. Raises InputError with file, line and remedy."""
    return _load(path, rules, LogMap)


def _load(path: Path, rules: Rules, model: type[MapT]) -> MapT:
    logmap = load_toml(path, model)
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
