"""Reference model of contracts/governance/CosGovernor.vy. Votes are fen (founders) or base units.

Nothing is packed, summed up or looked up by version: a proposal keeps a copy of the settings under
which it was made, the assembly that votes on it, the codes of its targets, and each vote with its
weight; its state is worked out of these. That more than the switch's stake was staked is read from
the whole history of stakes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from copy import deepcopy
from dataclasses import dataclass, field, replace
from typing import Protocol

from tests.models import ModelRevert, require
from tests.models.authority import COMMITTEE_ROLE, GUARDIAN_ROLE, AuthorityModel
from tests.models.clock import Clock

HOUR, DAY = 3_600, 86_400
GRACE = 30 * DAY
SAMPLE = 6 * DAY
CAP = 102_400_000_000 * 10**8
YUAN = 100

PENDING, ACTIVE, CANCELED, DEFEATED, SUCCEEDED, QUEUED, EXPIRED, EXECUTED = range(8)
AGAINST, FOR, ABSTAIN = range(3)
FOUNDERS, GENERAL = range(2)
DELEGATED = "delegated"  # the code of an account with EIP-7702 delegation

TIMES = {
    "voting_delay": (HOUR, 14 * DAY),
    "voting_period": (DAY, 30 * DAY),
    "vote_extension": (HOUR, 7 * DAY),
    "execution_delay": (DAY, 30 * DAY),
}
MAX_THRESHOLD = (300_000 * YUAN, CAP // 1_000)
FLOORS = ((33_000 * YUAN, 3_300_000 * YUAN), (CAP // 10_000, CAP // 100))
QUORUM_BPS = (100, 5_000)

_SUFFIX = re.compile(r"#proposer=(0x[0-9a-fA-F]{40})", re.DOTALL)


class PastVotes(Protocol):
    """A source of votes."""

    def past_votes(self, account: str, timepoint: int) -> int: ...

    def past_total_supply(self, timepoint: int) -> int: ...


@dataclass(frozen=True)
class Settings:
    """`terms` are (threshold, quorum in bps, floor) of the founders and of the general assembly."""

    voting_delay: int
    voting_period: int
    vote_extension: int
    execution_delay: int
    terms: tuple[tuple[int, int, int], tuple[int, int, int]]

    @property
    def words(self) -> tuple:
        """As `settings()` tells them."""
        times = (self.voting_delay, self.voting_period, self.vote_extension, self.execution_delay)
        return (*times, *self.terms)


@dataclass(frozen=True)
class Call:
    """One action. `act` does on the models what the call does; `removes_guardian`: nothing else."""

    target: str
    act: Callable[[], None]
    has_data: bool = True
    removes_guardian: bool = False


@dataclass
class Proposal:
    """All that is known of one."""

    calls: Sequence[Call]
    proposer: str
    snapshot: int
    deadline: int
    settings: Settings
    assembly: int
    codes: list[str]
    votes: dict[str, tuple[int, int]] = field(default_factory=dict)  # support, weight
    due: int = 0
    is_canceled: bool = False
    is_executed: bool = False

    def cast(self, support: int) -> int:
        return sum(weight for choice, weight in self.votes.values() if choice == support)


class GovernorModel:
    """The contract at `address`. `world` are the (model, attribute) that calls may change; `codes`
    the code of every account that has any."""

    def __init__(
        self,
        authority: AuthorityModel,
        address: str,
        clock: Clock,
        sources: tuple[PastVotes, PastVotes],
        settings: Settings,
        switch: tuple[int, int],
        guardian_expires_at: int,
    ) -> None:
        self.authority = authority
        self.address = address
        self.clock = clock
        self.sources = sources
        self.settings = settings
        self.switch_stake, self.switch_seconds = switch
        self.guardian_expires_at = guardian_expires_at
        self.history = [(clock.now, settings)]
        self.general_from = 0
        self.held_since = 0
        self.latest_snapshot = 0
        self.proposals: dict[int, Proposal] = {}
        self.codes: dict[str, str] = {}
        self.world: list[tuple[object, str]] = [
            (self, "settings"),
            (self, "history"),
            (self, "guardian_expires_at"),
            (self, "latest_snapshot"),
            (authority, "members"),
        ]

    # ---- proposals

    def propose(self, sender: str, number: int, calls: Sequence[Call], description: str) -> int:
        """`number` is the id, which is a hash of all of it."""
        require(len(calls) > 0, "governor: no actions")
        suffix = _SUFFIX.fullmatch(description[-52:])
        is_bound = suffix is not None and suffix[1].lower() != sender.lower()
        require(not is_bound, "governor: another's proposal")
        settings = self.settings
        snapshot = self.clock.now + settings.voting_delay
        assembly = self.assembly_at(snapshot)
        votes = self.sources[assembly].past_votes(sender, self.clock.now - 1)
        is_member = self.authority.has_role(COMMITTEE_ROLE, sender)
        enough = votes >= settings.terms[assembly][0]
        require(enough or is_member, "governor: below threshold")
        for call in calls:
            is_there = call.target in self.codes or not call.has_data
            require(is_there, "governor: no code to call")
        codes = self._codes_of(calls)
        require(number not in self.proposals, "governor: proposal exists")
        deadline = snapshot + settings.voting_period
        self.proposals[number] = Proposal(
            calls, sender, snapshot, deadline, settings, assembly, codes
        )
        return number

    def queue(self, sender: str, number: int) -> int:
        require(self.state(number) == SUCCEEDED, "governor: not succeeded")
        proposal = self.proposals[number]
        proposal.due = self.clock.now + proposal.settings.execution_delay
        return number

    def execute(self, sender: str, number: int, calls: Sequence[Call]) -> int:
        """`calls` are those that `number` is the hash of."""
        codes = self._codes_of(calls)
        require(self.state(number) == QUEUED, "governor: not queued")
        proposal = self.proposals[number]
        require(self.clock.now >= proposal.due, "governor: not due")
        require(codes == proposal.codes, "governor: code has changed")
        before = [deepcopy(getattr(model, name)) for model, name in self.world]
        try:
            for call in proposal.calls:
                call.act()
        except ModelRevert:
            for (model, name), value in zip(self.world, before, strict=True):
                setattr(model, name, value)
            raise
        proposal.is_executed = True
        return number

    def cancel(self, sender: str, number: int) -> int:
        state, proposal = self.state(number), self.proposals[number]
        if state != PENDING or sender != proposal.proposer:
            is_in_time = self.clock.now < self.guardian_expires_at
            is_guardian = self.authority.has_role(GUARDIAN_ROLE, sender)
            require(is_in_time and is_guardian, "governor: may not cancel")
            running = state in (PENDING, ACTIVE, SUCCEEDED, QUEUED)
            require(running, "governor: nothing to cancel")
            removes = all(call.removes_guardian for call in proposal.calls)
            require(not removes, "governor: removes the guardian")
        proposal.is_canceled = True
        return number

    def cast_vote(self, sender: str, number: int, support: int) -> int:
        proposal = self._known(number)
        require(self.state(number) == ACTIVE, "governor: not active")
        require(support in (AGAINST, FOR, ABSTAIN), "governor: no such vote")
        require(sender not in proposal.votes, "governor: voted already")
        source = self.sources[proposal.assembly]
        weight = source.past_votes(sender, proposal.snapshot)
        before = self._leads(proposal), self._has_quorum(proposal)
        proposal.votes[sender] = (support, weight)
        if (self._leads(proposal), self._has_quorum(proposal)) != before:
            settings = proposal.settings
            latest = proposal.snapshot + 2 * settings.voting_period
            extended = min(self.clock.now + settings.vote_extension, latest)
            proposal.deadline = max(proposal.deadline, extended)
        return weight

    # ---- the switch

    def start_switch(self, sender: str) -> None:
        require(self.general_from == 0, "governor: switched")
        require(self.held_since == 0, "governor: clock is running")
        require(self._is_enough(self.clock.now - 1), "governor: too little staked")
        self.held_since = self.clock.now

    def stop_switch(self, sender: str, timepoint: int) -> None:
        require(self.general_from == 0, "governor: switched")
        require(self.held_since != 0, "governor: clock is not running")
        require(timepoint >= self.held_since, "governor: before the start")
        require(not self._is_enough(timepoint), "governor: enough was staked")
        self.held_since = 0

    def switch_assembly(self, sender: str) -> None:
        now, since = self.clock.now, self.held_since
        require(self.general_from == 0, "governor: switched")
        require(since != 0, "governor: clock is not running")
        require(now >= since + self.switch_seconds, "governor: too early to switch")
        samples = range(since + SAMPLE, since + self.switch_seconds, SAMPLE)
        enough = all(self._is_enough(second) for second in (now - 1, *samples))
        require(enough, "governor: too little staked")
        self.general_from = max(now + self.settings.voting_delay, self.latest_snapshot) + 1

    # ---- settings; the sender is the governor itself, out of `execute`

    def set_time(self, sender: str, name: str, value: int) -> None:
        """One of TIMES."""
        self._check_executor(sender)
        lowest, highest = TIMES[name]
        require(lowest <= value <= highest, "governor: out of bounds")
        if name == "voting_delay":
            latest = self.clock.now + self.settings.voting_delay
            self.latest_snapshot = max(self.latest_snapshot, latest)
        self._change(replace(self.settings, **{name: value}))

    def set_threshold(self, sender: str, assembly: int, threshold: int) -> None:
        self._check_executor(sender)
        require(assembly in (FOUNDERS, GENERAL), "governor: no such assembly")
        require(1 <= threshold <= MAX_THRESHOLD[assembly], "governor: out of bounds")
        self._set_terms(assembly, (threshold, *self.settings.terms[assembly][1:]))

    def set_quorum(self, sender: str, assembly: int, bps: int, floor: int) -> None:
        self._check_executor(sender)
        require(assembly in (FOUNDERS, GENERAL), "governor: no such assembly")
        require(QUORUM_BPS[0] <= bps <= QUORUM_BPS[1], "governor: out of bounds")
        lowest, highest = FLOORS[assembly]
        require(lowest <= floor <= highest, "governor: out of bounds")
        self._set_terms(assembly, (self.settings.terms[assembly][0], bps, floor))

    def set_guardian_expiry(self, sender: str, expiry: int) -> None:
        self._check_executor(sender)
        require(expiry < self.guardian_expires_at, "governor: expiry not earlier")
        self.guardian_expires_at = expiry

    # ---- views

    def state(self, number: int) -> int:
        proposal, now = self._known(number), self.clock.now
        if proposal.is_executed:
            return EXECUTED
        if proposal.is_canceled:
            return CANCELED
        if now <= proposal.snapshot:
            return PENDING
        if now <= proposal.deadline:
            return ACTIVE
        if not (self._leads(proposal) and self._has_quorum(proposal)):
            return DEFEATED
        if proposal.due:
            return QUEUED if now <= proposal.due + GRACE else EXPIRED
        return SUCCEEDED if now <= proposal.deadline + GRACE else EXPIRED

    def quorum_of(self, number: int) -> int:
        proposal = self._known(number)
        return self._quorum(proposal.settings, proposal.assembly, proposal.snapshot)

    def quorum(self, timepoint: int) -> int:
        """By the settings of that time."""
        then = [settings for since, settings in self.history if since <= timepoint]
        settings = then[-1] if then else self.history[0][1]
        return self._quorum(settings, self.assembly_at(timepoint), timepoint)

    def assembly_at(self, timepoint: int) -> int:
        return GENERAL if 0 < self.general_from <= timepoint else FOUNDERS

    # ---- internal

    def _known(self, number: int) -> Proposal:
        require(number in self.proposals, "governor: unknown proposal")
        return self.proposals[number]

    def _codes_of(self, calls: Sequence[Call]) -> list[str]:
        codes = [self.codes.get(call.target, "") for call in calls]
        require(DELEGATED not in codes, "governor: delegated target")
        return codes

    def _leads(self, proposal: Proposal) -> bool:
        return proposal.cast(FOR) > proposal.cast(AGAINST)

    def _has_quorum(self, proposal: Proposal) -> bool:
        needed = self._quorum(proposal.settings, proposal.assembly, proposal.snapshot)
        return proposal.cast(FOR) + proposal.cast(ABSTAIN) >= needed

    def _quorum(self, settings: Settings, assembly: int, timepoint: int) -> int:
        _, bps, floor = settings.terms[assembly]
        total = self.sources[assembly].past_total_supply(timepoint)
        return max(-(-total * bps // 10_000), floor)

    def _is_enough(self, timepoint: int) -> bool:
        return self.sources[GENERAL].past_total_supply(timepoint) > self.switch_stake

    def _check_executor(self, sender: str) -> None:
        require(sender == self.address, "governor: only by proposal")

    def _set_terms(self, assembly: int, terms: tuple[int, int, int]) -> None:
        both = list(self.settings.terms)
        both[assembly] = terms
        self._change(replace(self.settings, terms=tuple(both)))

    def _change(self, settings: Settings) -> None:
        self.settings = settings
        self.history.append((self.clock.now, settings))
