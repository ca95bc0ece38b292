"""Invariant 18: nothing is wrong, and what is wrong is seen.

Bugs are planted in what the chain is said to say, in the books, and (tests/mutants) in contracts.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from cos.economy import engine
from cos.economy import state as state_module
from cos.economy.govern_loop import GovernLoop
from cos.economy.govern_state import GovernanceState, Holders, ProposalState
from cos.economy.motions_book import EXPIRED, Motion, Tally
from tests.unit.economy.small import begin, scenario_with


def violations(folder: Path, **changes: Any) -> list[str]:
    run, economy = begin(scenario_with(**changes), folder)
    return engine.live(run, economy).summary["invariants"]["violations"]


LIVELY = {
    **{"hand_over_month": 1, "turnout": 0.5, "alarm_turnout": 0.4, "guardian_chance": 1},
    "approval": [0.9, 1],
    "bloc": {"share": 0.6, "every_months": 1},
}


def test_no_invariant_is_violated(tmp_path: Path) -> None:
    """Of the sound contracts: bugs planted in them are seen here (tests/mutants)."""
    run, economy = begin(scenario_with(months=6, governance=LIVELY), tmp_path)
    result = engine.live(run, economy)
    assert result.summary["invariants"]["violations"] == []
    assert {row["state"] for row in result.proposals} >= {"executed", "defeated", "canceled"}
    assert any(
        row["why"] == "no quorum" and row["in_favour"] > row["against"] for row in result.proposals
    )


Lie = Callable[[GovernanceState], GovernanceState]


def of_first(**fields: Any) -> Lie:
    """Say something else of the first proposal."""

    def lie(state: GovernanceState) -> GovernanceState:
        proposals = dict(state.proposals)
        for number in list(proposals)[:1]:
            found: ProposalState = proposals[number]
            proposals[number] = found._replace(**fields)
        return replace(state, proposals=proposals)

    return lie


def a_vote_too_many(state: GovernanceState) -> GovernanceState:
    proposals = {
        number: each._replace(tally=Tally(0, each.possible, 1))
        for number, each in state.proposals.items()
    }
    return replace(state, proposals=proposals)


def of_values(**values: Any) -> Lie:
    return lambda state: replace(state, values={**state.values, **values})


def of_roles(name: str, found: Holders) -> Lie:
    return lambda state: replace(state, holders={**state.holders, name: found})


@pytest.mark.parametrize(
    ("text", "lie"),
    [
        ("state of proposal", of_first(state=EXPIRED)),
        ("votes by the events", of_first(tally=Tally(1, 2, 3))),
        ("more votes than there are", a_vote_too_many),
        ("snapshot, deadline, due time", of_first(due_at=1)),
        ("quorum", of_first(quorum=1)),
        ("founders' votes other than their capital", of_first(possible=1)),
        ("changed by executed proposals alone", of_values(**{"system share": 2_999})),
        ("changed by executed proposals alone", of_values(schedule=[])),
        ("number, governor, wallet", of_roles("admin", Holders(1, False, False, 0))),
        ("number, governor, wallet", of_roles("GOVERNANCE", Holders(2, True, True, 0))),
        ("general assembly from", lambda state: replace(state, general_from=1)),
        ("enough staked since", lambda state: replace(state, held_since=1)),
    ],
)
def test_a_chain_that_says_otherwise_is_found(
    text: str, lie: Lie, tmp_path: Path, monkeypatch: Any
) -> None:
    told = state_module.read_governance
    monkeypatch.setattr(state_module, "read_governance", lambda *args: lie(told(*args)))
    assert any(each.startswith("18 ") and text in each for each in violations(tmp_path))


def _executes_at_once(self: Motion) -> None:
    self.queued_at = self.executed_at[0] - 1


def _executes_without_passing(self: Motion) -> None:
    self.votes = {}


def _executes_twice(self: Motion) -> None:
    self.executed_at *= 2


@pytest.mark.parametrize(
    ("text", "bug"),
    [
        ("executed before its delay", _executes_at_once),
        ("executed without having passed", _executes_without_passing),
        ("executed twice", _executes_twice),
        ("executed although canceled", lambda self: setattr(self, "canceled_at", 1)),
    ],
)
def test_what_must_not_be_executed_is_found(
    text: str, bug: Callable[[Motion], None], tmp_path: Path, monkeypatch: Any
) -> None:
    """The events are those of a governor with this bug."""
    plain = GovernLoop.execute

    def execute(self: GovernLoop, caller: str, motion: Motion) -> bool:
        done = plain(self, caller, motion)
        if done:
            bug(motion)
        return done

    monkeypatch.setattr(GovernLoop, "execute", execute)
    assert any(each.startswith("18 ") and text in each for each in violations(tmp_path))


def test_a_wallet_that_keeps_a_role_is_found(tmp_path: Path, monkeypatch: Any) -> None:
    plain = GovernLoop.hand_over

    def hand_over(self: GovernLoop) -> None:
        must = self.world.must
        monkeypatch.setattr(
            self.world,
            "must",
            lambda actor, contract, function, *args: (
                None if function == "renounceRole" else must(actor, contract, function, *args)
            ),
        )
        plain(self)
        monkeypatch.undo()

    monkeypatch.setattr(GovernLoop, "hand_over", hand_over)
    found = violations(tmp_path)
    assert any("18 " in each and "number, governor, wallet" in each for each in found)
    assert any("18 " in each and "changed by executed proposals" in each for each in found)
