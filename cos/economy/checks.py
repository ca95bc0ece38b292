"""Comparisons of which invariants are made."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple


class Check(NamedTuple):
    """One comparison."""

    number: int
    text: str
    holds: bool
    left: object
    right: object


def equal(number: int, text: str, left: object, right: object) -> Check:
    """Compare two values."""
    return Check(number, text, left == right, left, right)


def at_most(number: int, text: str, left: int, right: int) -> Check:
    """Check an upper bound."""
    return Check(number, text, left <= right, left, right)


def same(number: int, text: str, left: Mapping[Any, Any], right: Mapping[Any, Any]) -> Check:
    """Compare two tables; the values cited are those of the first key that differs."""
    if left == right:
        return Check(number, text, True, len(left), len(right))
    differing = [key for key in left.keys() | right.keys() if left.get(key) != right.get(key)]
    first = min(differing, key=repr)
    return Check(number, f"{text} {first}", False, left.get(first), right.get(first))
