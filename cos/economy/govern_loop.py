"""Governance as people use it: each function sends transactions and, if they succeeded, enters them
in the books by the events. People are labels."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from eth_hash.auto import keccak

from cos.economy.motions_book import Motion, Terms
from cos.suite.plan import ADMIN_ROLE, role

if TYPE_CHECKING:
    from cos.chain import Contract, Receipt
    from cos.economy.books import Books
    from cos.economy.world import World

GOVERNANCE = role("GOVERNANCE")
HANDED = (GOVERNANCE, ADMIN_ROLE)


class Call(NamedTuple):
    """A call of a contract."""

    contract: Contract
    function: str
    args: tuple[Any, ...]


class Plan(NamedTuple):
    """What is proposed: its kind, its calls, what it changes in words, and how that is booked."""

    kind: str
    calls: Sequence[Call]
    change: str
    enact: Callable[[], None]


class GovernLoop:
    """The transactions of the wallet, proposers, voters and guardians."""

    def __init__(self, world: World, books: Books) -> None:
        self.world = world
        self.book = books.governance
        self.governor = world.suite.governor
        config = world.suite.config.governor
        self.book.founders = Terms(*config.founders.on_chain())
        self.book.general = Terms(*config.general.on_chain())
        self.book.execution_delay = config.execution_delay_hours * 3_600

    @property
    def is_handed_over(self) -> bool:
        """Whether the wallet has handed over."""
        return self.book.handed_over_at > 0

    def hand_over(self) -> None:
        """The four calls of the wallet."""
        world, authority = self.world, self.world.suite.authority
        wallet, governor = world.governance, self.governor.address
        for identifier in HANDED:
            world.must(wallet, authority, "grantRole", identifier, governor)
        for identifier in HANDED:
            world.must(wallet, authority, "renounceRole", identifier, world.address(wallet))
        self.book.handed_over_at = self._now

    def attempt(self, actor: str, contract: Contract, function: str, *args: Any) -> None:
        """Try something that only a vote can do."""
        if self.world.act(actor, contract, function, *args) is None:
            self.book.refused += 1

    def propose(self, proposer: str, plan: Plan, *, is_hostile: bool = False) -> Motion | None:
        """Propose a plan."""
        place = len(self.book.motions) + 1
        targets = [call.contract.address for call in plan.calls]
        datas = [
            call.contract.abi.functions[call.function].encode(call.args) for call in plan.calls
        ]
        description = f"{place}. {plan.change}"
        words = (targets, [0] * len(targets), datas)
        receipt = self.world.act(proposer, self.governor, "propose", *words, description)
        if receipt is None:
            return None
        made = self._event(receipt, "ProposalCreated")
        motion = Motion(
            number=made["proposalId"],
            place=place,
            kind=plan.kind,
            proposer=proposer,
            is_hostile=is_hostile,
            calls="; ".join(f"{call.contract.label}.{call.function}" for call in plan.calls),
            change=plan.change,
            words=(*words, keccak(description.encode())),
            enact=plan.enact,
            made_at=self._now,
            snapshot=made["voteStart"],
            deadline=made["voteEnd"],
            assembly=self.book.assembly_at(made["voteStart"]),
        )
        self.book.motions[motion.number] = motion
        return motion

    def vote(self, voter: str, motion: Motion, support: int) -> None:
        """Vote, for good."""
        receipt = self.world.act(voter, self.governor, "castVote", motion.number, support)
        if receipt is None:
            return
        cast = self._event(receipt, "VoteCast")
        motion.votes[cast["voter"]] = cast["support"], cast["weight"]
        for log in receipt.logs:
            if log.name == "ProposalExtended":
                motion.deadline = log.args["extendedDeadline"]

    def queue(self, caller: str, motion: Motion) -> bool:
        """Let its delay begin."""
        receipt = self.world.act(caller, self.governor, "queue", *motion.words)
        if receipt is not None:
            motion.queued_at = self._now
            motion.due_at = self._event(receipt, "ProposalQueued")["etaSeconds"]
        return receipt is not None

    def cancel(self, guardian: str, motion: Motion) -> bool:
        """Veto it."""
        receipt = self.world.act(guardian, self.governor, "cancel", *motion.words)
        if receipt is not None:
            motion.canceled_at = self._now
        return receipt is not None

    def execute(self, caller: str, motion: Motion) -> bool:
        """Make its calls; what they change is booked."""
        receipt = self.world.act(caller, self.governor, "execute", *motion.words)
        for log in receipt.logs if receipt else ():
            if log.name == "ProposalExecuted":
                motion.executed_at.append(self._now)
        if receipt is not None:
            motion.enact()
        return receipt is not None

    # --- the switch ------------------------------------------------------------------------------

    def tend_switch(self, keeper: str) -> None:
        """Start the clock, stop it, or make the switch: whatever the stake and the time allow."""
        book, governor, staking = self.book, self.governor, self.world.suite.staking
        if book.general_from:
            return
        least, now = governor.SWITCH_STAKE(), self._now
        is_enough = staking.getPastTotalSupply(now - 1) > least
        if not book.held_since:
            if is_enough and self.world.act(keeper, governor, "start_switch"):
                book.held_since = now
        elif not is_enough:
            if self.world.act(keeper, governor, "stop_switch", now - 1):
                book.held_since = 0
        elif now >= book.held_since + governor.SWITCH_SECONDS() and (
            receipt := self.world.act(keeper, governor, "switch_assembly")
        ):
            book.general_from = self._event(receipt, "AssemblySwitched")["general_from"]

    # --- internal --------------------------------------------------------------------------------

    @property
    def _now(self) -> int:
        return self.world.chain.timestamp

    def _event(self, receipt: Receipt, name: str) -> dict[str, Any]:
        """The arguments of the governor's event of this name."""
        return next(
            log.args
            for log in receipt.logs
            if log.name == name and log.address == self.governor.address
        )
