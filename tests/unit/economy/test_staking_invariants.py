"""The simulator's checks of stakes and fees: nothing is wrong, and what is wrong is seen.

Bugs are planted in the books, in what the chain is said to say, and (tests/mutants) in contracts.
"""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from cos.economy import engine
from cos.economy import state as state_module
from cos.economy.fees_book import Fees
from cos.economy.staking_book import Position, Staking
from tests.unit.economy.small import begin, scenario_with
from tests.unit.economy.test_staking import STILL


def violations(folder: Path, **changes: Any) -> set[str]:
    """Numbers of the invariants that a run violates."""
    run, economy = begin(scenario_with(**changes), folder)
    found = engine.live(run, economy).summary["invariants"]["violations"]
    return {each.split(" ")[0] for each in found}


def test_no_invariant_is_violated(tmp_path: Path) -> None:
    """Of the sound contracts: bugs planted in them are seen here (tests/mutants)."""
    assert violations(tmp_path) == set()


def _young_for_ever(position: Position, epoch: int) -> int:
    return position.active * 208


def _forgets_an_exit(staking: Staking, account: str, amount: int, time: int) -> None:
    pass


@pytest.mark.parametrize(
    ("kind", "function", "bug"),
    [(Position, "weight", _young_for_ever), (Staking, "_open_exit", _forgets_an_exit)],
)
def test_a_bug_in_the_account_of_stakes_is_found(
    kind: type, function: str, bug: Callable[..., Any], tmp_path: Path, monkeypatch: Any
) -> None:
    monkeypatch.setattr(kind, function, bug)
    assert "13" in violations(tmp_path, staking={**STILL, "leave_chance": 0.5})


def test_a_fee_that_nobody_is_owed_is_found(tmp_path: Path, monkeypatch: Any) -> None:
    def books_half(fees: Fees, amount: int, part_bps: int, source: str) -> int:
        fees.split[part_bps] += amount // 2
        return 0

    monkeypatch.setattr(Fees, "_book", books_half)
    assert "15" in violations(tmp_path)


@pytest.mark.parametrize(
    ("number", "lie"),
    [
        ("2", {"total": 2**63}),
        ("13", {"pot": 1}),
        ("14", {"total": 1}),
        ("14", {"past_total": 7}),
    ],
)
def test_a_chain_that_says_otherwise_is_found(
    number: str, lie: dict[str, int], tmp_path: Path, monkeypatch: Any
) -> None:
    told = state_module.read_staking
    monkeypatch.setattr(state_module, "read_staking", lambda *args: replace(told(*args), **lie))
    assert number in violations(tmp_path)
