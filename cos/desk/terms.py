"""What a rule allows, as the RuleBook and the ledger compute it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from cos.economy.pricing import check_rule
from cos.errors import InputError
from cos.fields import cos_text
from cos.suite.rules import RULES_FILE, Rule, RuleTable, Unit, load_rules

FULL_INDEX = 10_000  # bps
SCALE = 1_000_000  # hundredths of a unit times bps of the index
WHOLE = 1_000_000
"""Scaled amounts of a yearly rule are a multiple of it: 100 base units."""


@dataclass(frozen=True)
class Rules:
    """A table of rules at an index of the RuleBook.

    A community with amounts of its own keeps a copy of the table with those.
    """

    table: RuleTable
    index_bps: int = FULL_INDEX

    def bounds(self, rule: Rule, quantity: int) -> tuple[int, int | None]:
        """The least and the greatest amount (None: any) for so many hundredths of a unit."""
        minimum, maximum = rule.minimum * self.index_bps, rule.maximum * self.index_bps
        if rule.unit is Unit.YEAR:  # by twelfths, rounded outwards: as RuleBook.terms
            minimum = minimum // (12 * WHOLE) * WHOLE
            maximum = -(-maximum // (12 * WHOLE)) * WHOLE
        # Exact: amounts of the table are whole COS, and yearly terms are multiples of SCALE.
        least = max(1, quantity * minimum // SCALE)
        return least, quantity * maximum // SCALE if maximum else None

    def problem(self, rule: Rule, quantity: int, amount: int) -> tuple[str, str] | None:
        """Problem and remedy if the ledger would refuse an amount under a rule."""
        least, most = self.bounds(rule, quantity)
        if amount < least:
            problem = f"{cos_text(amount)} is under the rule '{rule.key}'"
            return problem, f"give {cos_text(least)} at least"
        if most is not None and amount > most:
            problem = f"{cos_text(amount)} is over the rule '{rule.key}'"
            return problem, f"give {cos_text(most)} at most"
        return None

    def named(self, option: str, key: str) -> Rule:
        """The active rule of a key. Raises InputError naming the option."""
        if refused := self.refused(key):
            raise InputError(f"{option}: {refused[0]}; {refused[1]}")
        return self.table[key]

    def refused(self, key: str) -> tuple[str, str] | None:
        """Problem and remedy if there is no such rule, or if it is retired."""
        if problem := check_rule(key, self.table.by_key):
            return problem
        if not self.table[key].active:
            return f"the rule '{key}' is not active", "use another"
        return None


def load(path: Path | None, index_bps: int) -> Rules:
    """Read a table of rules; without a path that of the project. Raises InputError."""
    return Rules(load_rules(path or RULES_FILE), index_bps)
