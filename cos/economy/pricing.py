"""What a contribution is worth: quantities in hundredths, amounts in base units, exact."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cos.suite.rules import Rule

BASE_UNITS = 10**8
"""Base units of one COS."""

HUNDREDTHS = 100
"""Quantity of one unit of a rule."""

Rules = Mapping[str, "Rule"]
"""The rules by key, as `rules.toml` has them."""


def check_rule(key: str, rules: Rules) -> tuple[str, str] | None:
    """Return problem and remedy if there is no such rule."""
    if key in rules:
        return None
    close = difflib.get_close_matches(key, rules, n=1)
    hint = f"did you mean '{close[0]}'?" if close else "see config/rules.toml for the keys"
    return f"there is no rule '{key}'", hint


def lowest_amount(quantity: int, per_unit: int) -> int:
    """Return the least amount that is not below `per_unit` base units a unit (rounded up)."""
    return -(-quantity * per_unit // HUNDREDTHS)


def highest_amount(quantity: int, per_unit: int) -> int:
    """Return the greatest amount that is not above `per_unit` base units a unit (rounded down)."""
    return quantity * per_unit // HUNDREDTHS


def twelfth(yearly: int, month: int) -> int:
    """Return a calendar month's part of a year's amount; twelve of them add up to it exactly."""
    position = month % 12
    return yearly * (position + 1) // 12 - yearly * position // 12
