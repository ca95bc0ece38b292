"""The table of contribution rules: `config/rules.toml`, checked, as arguments of the RuleBook.

    table = load_rules()
    table["secretary_general"].minimum  # base units a year
    for rule in table.rules:
        rule_book.set_rule(*rule.arguments(), sender=governance)

The file gives amounts in whole COS; from here on they are base units (1e-8 COS).
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Self

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from cos.paths import CONFIG_FOLDER
from cos.toml_input import Strict, line_of, load_toml, read_text, refusal

RULES_FILE = CONFIG_FOLDER / "rules.toml"
BASE_UNITS_PER_COS = 10**8
MAX_COS = (2**64 - 1) // BASE_UNITS_PER_COS
"""The RuleBook keeps amounts in 64 bits."""

Definition = tuple[int, int, int, int, int, int, bool]
"""`IRuleBook.Rule`: category, unit, minimum, maximum, once bit, minimum participants, active."""


class Category(IntEnum):
    """The sections of the table, with their numbers on chain."""

    GENERAL = 1
    OFFICE = 2
    MERIT = 3
    EVENT_ORGANISATION = 4
    EVENT_SERVICE = 5
    EVENT_PARTICIPATION = 6
    WRITING = 7
    PUBLISHING = 8
    CHAT_GROUP = 9


class Unit(IntEnum):
    """What a quantity of 1 means, with its number on chain.

    YEAR is paid in twelfths: the amounts are a year's, a quantity of 1 is a twelfth of it.
    """

    ITEM = 1
    HOUR = 2
    YUAN = 3
    YEAR = 4
    CASE = 5


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. Amounts are COS base units per unit; `maximum` 0 means none."""

    id: int
    key: str
    name: str
    name_zh: str
    wording_zh: str
    category: Category
    unit: Unit
    minimum: int
    maximum: int
    once_bit: int = 0
    min_participants: int = 0
    active: bool = True

    @property
    def once_per_member(self) -> bool:
        """Whether each member can use the rule only once."""
        return self.once_bit != 0

    def arguments(self) -> tuple[int, Definition, str]:
        """The arguments of `RuleBook.set_rule`."""
        definition = (
            int(self.category),
            int(self.unit),
            self.minimum,
            self.maximum,
            self.once_bit,
            self.min_participants,
            self.active,
        )
        return self.id, definition, self.name


@dataclass(frozen=True)
class RuleTable:
    """All rules in the order of their numbers; `table[key]` raises KeyError for an unknown key."""

    rules: tuple[Rule, ...]
    override_factor_bps: int

    @cached_property
    def by_key(self) -> MappingProxyType[str, Rule]:
        """Rules by key."""
        return MappingProxyType({rule.key: rule for rule in self.rules})

    def __getitem__(self, key: str) -> Rule:
        return self.by_key[key]

    def __contains__(self, key: object) -> bool:
        return key in self.by_key


def load_rules(path: Path = RULES_FILE) -> RuleTable:
    """Read and check a table of rules.

    Raises InputError, one line with file, line, key and remedy, for the first thing wrong.
    """
    table = load_toml(path, _Table)
    for name in ("id", "key", "name", "once_bit"):
        _check_unique(path, table.rules, name)
    rules = sorted((entry.rule() for entry in table.rules), key=lambda rule: rule.id)
    return RuleTable(tuple(rules), table.override_factor_bps)


def _key(text: str) -> str:
    if not re.fullmatch(r"[a-z][a-z0-9_]*", text):
        raise ValueError("is not snake_case; use lower-case letters, digits and underscores")
    return text


def _ascii(text: str) -> str:
    if not (text.isascii() and text.isprintable() and text.strip() and len(text) <= 64):
        raise ValueError("does not fit the chain; use 1 to 64 printable ASCII characters")
    return text


def _not_blank(text: str) -> str:
    if not text.strip():
        raise ValueError("is empty; quote the white paper or say what the rule means")
    return text


def _whole_cos(amount: int) -> int:
    if not 0 <= amount <= MAX_COS:
        raise ValueError(f"is out of range; give whole COS from 0 to {MAX_COS}")
    return amount


def _member_of(kind: type[IntEnum]) -> Callable[[object], IntEnum]:
    names = {member.name.lower(): member for member in kind}

    def convert(name: object) -> IntEnum:
        if not isinstance(name, str) or name not in names:
            raise ValueError(f"is unknown; use one of {', '.join(names)}")
        return names[name]

    return convert


Text = Annotated[str, AfterValidator(_not_blank)]
Amount = Annotated[int, Field(strict=True), AfterValidator(_whole_cos)]


class _Entry(Strict):
    """A rule as the file has it: amounts in whole COS, category and unit by name."""

    id: Annotated[int, Field(strict=True, ge=1, le=255)]
    key: Annotated[str, AfterValidator(_key)]
    name: Annotated[str, AfterValidator(_ascii)]
    name_zh: Text
    wording_zh: Text
    category: Annotated[Category, BeforeValidator(_member_of(Category))]
    unit: Annotated[Unit, BeforeValidator(_member_of(Unit))]
    minimum: Amount
    maximum: Amount
    once_bit: Annotated[int, Field(strict=True, ge=0, le=40)] = 0
    min_participants: Annotated[int, Field(strict=True, ge=0, lt=2**32)] = 0
    active: Annotated[bool, Field(strict=True)] = True

    @model_validator(mode="after")
    def _minimum_below_maximum(self) -> Self:
        if self.maximum and self.minimum > self.maximum:
            raise ValueError(
                f"minimum of '{self.key}' is above its maximum; lower it, or set maximum = 0"
            )
        return self

    def rule(self) -> Rule:
        return Rule(
            id=self.id,
            key=self.key,
            name=self.name,
            name_zh=self.name_zh,
            wording_zh=self.wording_zh,
            category=self.category,
            unit=self.unit,
            minimum=self.minimum * BASE_UNITS_PER_COS,
            maximum=self.maximum * BASE_UNITS_PER_COS,
            once_bit=self.once_bit,
            min_participants=self.min_participants,
            active=self.active,
        )


class _Table(Strict):
    override_factor_bps: Annotated[int, Field(strict=True, ge=10_000, le=100_000)]
    rules: Annotated[list[_Entry], Field(min_length=1)]


def _check_unique(path: Path, entries: list[_Entry], name: str) -> None:
    first: dict[int | str, _Entry] = {}
    for index, entry in enumerate(entries):
        value = getattr(entry, name)
        if name == "once_bit" and value == 0:
            continue
        if value in first:
            line = line_of(read_text(path), ("rules", index, name))
            problem = f"{name} {value!r} of '{entry.key}' is already used by '{first[value].key}'"
            raise refusal(path, line, problem, "choose another")
        first[value] = entry
