"""What the chain says of governance at a month's end; rows of proposals and of the month."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from cos.calendar import month_name, month_of
from cos.economy.govern_loop import GOVERNANCE
from cos.economy.motions_book import (
    CANCELED,
    DEFEATED,
    EXECUTED,
    FOUNDERS,
    STATES,
    Tally,
    nakamoto,
)
from cos.economy.tables import AMOUNT, COUNT, FLAG, REAL, TEXT
from cos.suite.plan import ADMIN_ROLE

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cos.economy.books import Books
    from cos.economy.state import State
    from cos.economy.world import World

PROPOSAL_COLUMNS = {
    "place": COUNT,
    "id": TEXT,
    "month": TEXT,
    "proposed": AMOUNT,
    "proposer": TEXT,
    "kind": TEXT,
    "is_hostile": FLAG,
    "assembly": TEXT,
    "calls": TEXT,
    "change": TEXT,
    "against": AMOUNT,
    "in_favour": AMOUNT,
    "abstaining": AMOUNT,
    "possible": AMOUNT,
    "quorum": AMOUNT,
    "voters": COUNT,
    "turnout": REAL,
    "state": TEXT,
    "why": TEXT,
    "queued": AMOUNT,
    "executed": AMOUNT,
}
"""A row a proposal, as it stands in the end. Votes are fen of the founders' assembly, base units of
the stakers'; times UNIX seconds, 0: never. `possible` are all votes at the snapshot."""

POWER_COLUMNS = {
    "month": TEXT,
    "governed_by": TEXT,
    "founders": COUNT,
    "founders_votes": AMOUNT,
    "founders_largest": REAL,
    "founders_nakamoto": COUNT,
    "stakers": COUNT,
    "stakers_votes": AMOUNT,
    "stakers_largest": REAL,
    "stakers_nakamoto": COUNT,
    "proposals": COUNT,
    "executed": COUNT,
    "clock_days": REAL,
}
"""A row a month. Votes are fen and base units; `largest` is the largest account's share of them,
`nakamoto` the least number of accounts with more than half. `proposals` and `executed` are totals.
`clock_days` says for how long the stake has been enough for the switch."""


class ProposalState(NamedTuple):
    """What the governor's views say; quorum and possible votes once they are known."""

    state: int
    tally: Tally
    snapshot: int
    deadline: int
    due_at: int
    quorum: int
    possible: int


class Holders(NamedTuple):
    """How many hold a role, and whether the governor, the wallet and the outsiders do."""

    count: int
    governor: bool
    wallet: bool
    outsiders: int


@dataclass(frozen=True)
class GovernanceState:
    """What the chain says of proposals, roles, votes, and of what proposals change."""

    proposals: dict[int, ProposalState] = field(default_factory=dict)
    holders: dict[str, Holders] = field(default_factory=dict)
    founders_votes: dict[str, int] = field(default_factory=dict)
    general_from: int = 0
    held_since: int = 0
    values: dict[str, Any] = field(default_factory=dict)
    """What proposals set, as the contracts show it."""


def read_governance(world: World, books: Books) -> GovernanceState:
    """Ask the chain for every proposal."""
    suite, book, now = world.suite, books.governance, world.chain.timestamp
    governor = suite.governor
    proposals = {}
    for number, motion in book.motions.items():
        source = suite.founder_register if motion.assembly == FOUNDERS else suite.staking
        is_known = now > motion.snapshot
        proposals[number] = ProposalState(
            state=governor.state(number),
            tally=Tally(*governor.proposalVotes(number)),
            snapshot=governor.proposalSnapshot(number),
            deadline=governor.proposalDeadline(number),
            due_at=governor.proposalEta(number),
            quorum=governor.proposal_quorum(number) if is_known else 0,
            possible=source.getPastTotalSupply(motion.snapshot) if is_known else 0,
        )
    router, pool = suite.fee_router, suite.bonus_pool
    root_cap = suite.quota_ledger.caps(book.root)[0] if book.root else 0
    return GovernanceState(
        proposals=proposals,
        holders=_holders(world, book.outsiders),
        founders_votes={
            seat.account: suite.founder_register.getVotes(seat.account) for seat in books.sale.seats
        },
        general_from=governor.general_from(),
        held_since=governor.held_since(),
        values={
            "system share": router.system_bps(),
            "shares": tuple(router.shares()),
            "schedule": [tuple(step) for step in pool.schedule()],
            "national cap": root_cap,
            "fee of trades": suite.exchange.fee_bps(),
        },
    )


def _holders(world: World, outsiders: Sequence[str]) -> dict[str, Holders]:
    authority, governor = world.suite.authority, world.suite.governor.address
    wallet = world.address(world.governance)
    found = {}
    for name, identifier in (("admin", ADMIN_ROLE), ("GOVERNANCE", GOVERNANCE)):
        has = authority.hasRole
        found[name] = Holders(
            authority.member_count(identifier),
            has(identifier, governor),
            has(identifier, wallet),
            sum(has(identifier, each) for each in outsiders),
        )
    return found


def proposal_rows(state: State, books: Books, offset_seconds: int) -> Iterator[dict[str, Any]]:
    """Yield a row for each proposal in the order of PROPOSAL_COLUMNS."""
    for number, motion in books.governance.motions.items():
        found = state.governance.proposals[number]
        yield {
            "place": motion.place,
            "id": f"{number:064x}",
            "month": month_name(month_of(motion.made_at, offset_seconds)),
            "proposed": motion.made_at,
            "proposer": motion.proposer,
            "kind": motion.kind,
            "is_hostile": motion.is_hostile,
            "assembly": motion.assembly,
            "calls": motion.calls,
            "change": motion.change,
            **found.tally._asdict(),
            "possible": found.possible,
            "quorum": found.quorum,
            "voters": len(motion.votes),
            "turnout": found.tally.cast / found.possible if found.possible else 0.0,
            "state": STATES[found.state],
            "why": _why(found),
            "queued": motion.queued_at,
            "executed": motion.executed_at[0] if motion.executed_at else 0,
        }


def _why(found: ProposalState) -> str:
    tally = found.tally
    if found.state == CANCELED:
        return "canceled by the guardian"
    if found.state != DEFEATED:
        return ""
    if tally.in_favour + tally.abstaining < found.quorum:
        return "no quorum"
    return "not more votes for it than against"


def power_row(state: State, books: Books) -> dict[str, Any]:
    """Return the row of a month's end in the order of POWER_COLUMNS."""
    governance, book = state.governance, books.governance
    assembly = book.assembly_at(state.time) if book.handed_over_at else "wallet"
    stakers = {who: votes for who, votes in state.staking.votes.items() if votes}
    states = [each.state for each in governance.proposals.values()]
    held = state.time - governance.held_since if governance.held_since else 0
    return {
        "month": month_name(state.month),
        "governed_by": assembly,
        **_power("founders", governance.founders_votes),
        **_power("stakers", stakers),
        "proposals": len(states),
        "executed": states.count(EXECUTED),
        "clock_days": held / 86_400,
    }


def _power(name: str, votes: Mapping[str, int]) -> dict[str, Any]:
    each = list(votes.values())
    total = sum(each)
    return {
        name: len(each),
        f"{name}_votes": total,
        f"{name}_largest": max(each) / total if total else 0.0,
        f"{name}_nakamoto": nakamoto(each),
    }


def summary_of(rows: list[dict[str, Any]], power: dict[str, Any], refused: int) -> dict[str, Any]:
    """Return the summary's section on governance out of all proposals and the last month."""
    states = [row["state"] for row in rows]
    voted = [row for row in rows if row["possible"]]
    hostile = [row["state"] for row in rows if row["is_hostile"]]
    return {
        "governed_by": power["governed_by"],
        "proposals": len(rows),
        **{name: states.count(name) for name in ("executed", "defeated", "canceled", "expired")},
        "mean_turnout": (
            round(sum(row["turnout"] for row in voted) / len(voted), 4) if voted else 0.0
        ),
        "founders_nakamoto": power["founders_nakamoto"],
        "stakers_nakamoto": power["stakers_nakamoto"],
        "refused_attempts": refused,
        "take_overs": {
            "proposed": len(hostile),
            **{name: hostile.count(name) for name in ("executed", "defeated", "canceled")},
        },
        "changes": [row["change"] for row in rows if row["state"] == "executed"],
    }
