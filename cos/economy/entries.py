"""Contributions as managers note them, with what is behind them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cos.economy.books import Entry
from cos.economy.founding import text_hash
from cos.economy.pricing import HUNDREDTHS
from cos.economy.truth import Kind

if TYPE_CHECKING:
    from cos.economy.people import Economy


def new_entry(
    economy: Economy,
    contributor: str,
    rule: str,
    amount: int,
    quantity: int = HUNDREDTHS,
    kind: Kind = Kind.GENUINE,
    worth: int = 0,
) -> Entry:
    """Return the next contribution: a contributor's address, a rule's key, base units, hundredths.

    `worth` is how much of it is for real work, unless all of it is.
    """
    economy.contributions += 1
    evidence = text_hash(f"{economy.scenario.seed}: {economy.contributions}")
    economy.truth.note(evidence, kind, worth)
    return Entry(contributor, economy.rules[rule].id, quantity, amount, evidence)
