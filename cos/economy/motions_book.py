"""Proposals kept beside the chain, from the transactions that succeeded and their events.

Votes of the founders' assembly are fen, of the general assembly base units of COS.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

DAY = 86_400
GRACE = 30 * DAY
PENDING, ACTIVE, CANCELED, DEFEATED, SUCCEEDED, QUEUED, EXPIRED, EXECUTED = range(8)
STATES = (
    *("pending", "active", "canceled", "defeated", "succeeded", "queued", "expired", "executed"),
)
AGAINST, FOR, ABSTAIN = range(3)
FOUNDERS, STAKERS = "founders", "stakers"


class Tally(NamedTuple):
    """As `CosGovernor.proposalVotes` shows it."""

    against: int
    in_favour: int
    abstaining: int

    @property
    def cast(self) -> int:
        """All votes that were cast."""
        return self.against + self.in_favour + self.abstaining


class Terms(NamedTuple):
    """What an assembly asks for."""

    threshold: int
    quorum_bps: int
    floor: int

    def quorum(self, total: int) -> int:
        """The votes, for and abstaining, that a proposal needs, of so many."""
        return max(-(-total * self.quorum_bps // 10_000), self.floor)


NO_TERMS = Terms(0, 0, 0)


@dataclass
class Motion:
    """A proposal, and what has become of it."""

    number: int
    place: int
    """Among all proposals, from 1 on."""

    kind: str
    proposer: str
    is_hostile: bool
    calls: str
    change: str
    words: tuple[Any, ...]
    """The arguments of `queue`, `execute` and `cancel`."""

    enact: Callable[[], None]
    """Books what it changes."""

    made_at: int
    snapshot: int
    deadline: int
    assembly: str
    votes: dict[str, tuple[int, int]] = field(default_factory=dict)
    """Voter's address -> support and weight, by the events."""

    sittings: int = 0
    """On how many days the assembly has voted."""

    queued_at: int = 0
    due_at: int = 0
    executed_at: list[int] = field(default_factory=list)
    canceled_at: int = 0
    failed: int = 0
    """How often its execution was refused when it was due."""

    @property
    def tally(self) -> Tally:
        """The sums of all votes."""
        sums = [0, 0, 0]
        for support, weight in self.votes.values():
            sums[support] += weight
        return Tally(*sums)

    def has_passed(self, quorum: int) -> bool:
        """Whether the votes carry it."""
        tally = self.tally
        return tally.in_favour > tally.against and tally.in_favour + tally.abstaining >= quorum

    def state(self, now: int, quorum: int) -> int:
        """What it must be now, given its quorum."""
        if self.executed_at:
            return EXECUTED
        if self.canceled_at:
            return CANCELED
        if now <= self.snapshot:
            return PENDING
        if now <= self.deadline:
            return ACTIVE
        if not self.has_passed(quorum):
            return DEFEATED
        if not self.due_at:
            return SUCCEEDED if now <= self.deadline + GRACE else EXPIRED
        return QUEUED if now <= self.due_at + GRACE else EXPIRED


@dataclass
class Governance:
    """Who governs, and all proposals."""

    founders: Terms = NO_TERMS
    general: Terms = NO_TERMS
    execution_delay: int = 0
    handed_over_at: int = 0
    outsiders: list[str] = field(default_factory=list)
    """Addresses that a proposal gave the governance role."""

    motions: dict[int, Motion] = field(default_factory=dict)
    general_from: int = 0
    held_since: int = 0
    root: int = 0
    """The community whose cap governance sets, and that cap in whole COS."""

    root_cap: int = 0
    refused: int = 0
    """How many attempts to act without a vote were refused."""

    def let_in(self, address: str) -> None:
        """Book that a proposal gave an account the governance role."""
        if address not in self.outsiders:
            self.outsiders.append(address)

    def assembly_at(self, snapshot: int) -> str:
        """Which assembly votes at a snapshot."""
        is_general = self.general_from and snapshot >= self.general_from
        return STAKERS if is_general else FOUNDERS

    def terms_of(self, motion: Motion) -> Terms:
        """What its assembly asks for."""
        return self.founders if motion.assembly == FOUNDERS else self.general


def nakamoto(votes: Sequence[int]) -> int:
    """The least number of accounts that have more than half of all votes; 0 without votes."""
    total, sum_of_largest = sum(votes), 0
    if not total:
        return 0
    for count, each in enumerate(sorted(votes, reverse=True), start=1):
        sum_of_largest += each
        if 2 * sum_of_largest > total:
            return count
    raise AssertionError("all have more than half")
