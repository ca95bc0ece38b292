"""Contribution machine: ledger, drops, pool, registry, rule book and token against their models

quota is issued and donated, own coins are donated; lots go down the tree of communities, from hand
to hand, and back; managers grant them by rules and within caps, or publish drops from which listed
people, voucher holders and members fetch their grants; drops are settled, cancelled, run out and
go back; the auditor voids bonuses and points and freezes; sponsors and managers claim; people come,
go, are invited, appointed, dismissed and succeed each other; communities open and close, and what
they hold returns; rules, caps, rates and windows change; months pass, also to their last second;
coins are sent to the contracts directly. After every step the invariants hold on the chain's own
word (chain_books.py) and both sides have the same state (contribution_actions.py).
"""

from __future__ import annotations

import re

from hypothesis import note, strategies
from hypothesis.stateful import invariant, rule

from cos.paths import PROJECT_ROOT
from tests.stateful.contribution_rules import ContributionRules
from tests.stateful.draws import Repertoire
from tests.stateful.drop_rules import AS_DROPS, DropRules
from tests.stateful.machine import check_call_mix, run_settings
from tests.stateful.registry_rules import RegistryRules

PREFIXES = ("ledger", "drops", "registry", "bonus")
# No call of this machine can meet these, and why.
UNREACHABLE = {
    # Only a deployment, or a token that answers no instead of reverting.
    "bonus: no token": "deployment",
    "ledger: no token": "deployment",
    "ledger: no registry": "deployment",
    "ledger: no rule book": "deployment",
    "ledger: no bonus pool": "deployment",
    "ledger: no drops blueprint": "deployment",
    "bonus: transfer failed": "COS reverts and never answers no",
    "ledger: transfer failed": "COS reverts and never answers no",
    "drops: transfer failed": "COS reverts and never answers no",
    "drops: approval failed": "COS reverts and never answers no",
    # Bounds beyond the supply, the calendar, or what a machine can count to.
    "bonus: reserve too large": "the supply is below 2**64",
    "bonus: quota too large": "the supply is below 2**64",
    "ledger: too many lots": "2**64 lots",
    "ledger: too many batches": "2**28 batches",
    "registry: too many communities": "2**31 communities",
    "registry: too many invitations": "2**64 invitations",
    "registry: time out of range": "the year 36812",
    "ledger: no such month": "the year 5461",
    # Another check comes first; these hold the line for other callers.
    "ledger: no such community": "the registry refuses an unknown community first",
    "bonus: more than accrued": "the ledger voids a part once; test_bonus_machine plays a ledger",
    "bonus: quota not open": "all that the ledger holds is open; the same",
}


def reasons_in_sources() -> set[str]:
    """Every reason of the contracts whose names these are."""
    folders = (PROJECT_ROOT / "contracts" / name for name in ("contribution", "lib"))
    text = "".join(path.read_text() for folder in folders for path in folder.glob("*.vy"))
    return set(re.findall(rf'"((?:{"|".join(PREFIXES)}): [^"]+)"', text))


REASONS = (reasons_in_sources() - UNREACHABLE.keys()) | {
    "rules: no such rule",
    "rules: rule not active",
    "token: insufficient allowance",
    "token: insufficient balance",
    "token: transfer to token",
    "token: transfer to zero",
}


class ContributionMachine(ContributionRules, DropRules, RegistryRules):
    """Everything that can be done, in one world."""

    @rule(seed=strategies.binary(min_size=6, max_size=6))
    def acts(self, seed: bytes) -> None:
        name, arguments = REPERTOIRE.choose(seed, self.steps)
        note(f"{name}: {arguments}")
        getattr(self, name)(**arguments)

    @invariant()
    def after_every_step(self) -> None:
        """The invariants first: a difference between both sides is then one of these two alone."""
        with self.invariants_first():
            self.books.check()
            self.both_sides_are_equal()


REPERTOIRE = Repertoire(ContributionMachine)


class TestContribution(ContributionMachine.TestCase):
    settings = run_settings(examples=40, steps=80)

    def runTest(self) -> None:  # noqa: N802, the name is unittest's
        ContributionMachine.calls.clear()
        super().runTest()
        check_call_mix(ContributionMachine, REASONS, never=frozenset({AS_DROPS}))


def test_every_reason_that_is_called_unreachable_is_in_the_sources() -> None:
    assert UNREACHABLE.keys() <= reasons_in_sources()
