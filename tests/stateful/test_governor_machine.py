"""CosGovernor against its model, with the real register, staking, Authority and token.

Founders are admitted and delegate, stakers stake and leave, and all of them propose payments,
changed settings, roles, the guardian's removal and calls of an account whose code is swapped
meanwhile; they vote, queue, execute and cancel at the boundary seconds, and the assemblies are
switched. The model says in which state each proposal is; invariant 18 is held on the chain's own
word.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, precondition, rule

from cos.chain import Chain
from tests import governing
from tests.governing import (
    COS,
    GUARDIAN_TIME,
    SWITCH_SECONDS,
    SWITCH_STAKE,
    House,
    build,
    calls_of,
)
from tests.models import require
from tests.models.authority import (
    COMMITTEE_ROLE,
    DEFAULT_ADMIN_ROLE,
    GOVERNANCE_ROLE,
    GUARDIAN_ROLE,
    AuthorityModel,
)
from tests.models.clock import Clock
from tests.models.cos_credit import CosCreditModel
from tests.models.founder_register import FounderRegisterModel
from tests.models.governor import (
    ACTIVE,
    CANCELED,
    CAP,
    DAY,
    DEFEATED,
    DELEGATED,
    EXECUTED,
    EXPIRED,
    FLOORS,
    FOR,
    FOUNDERS,
    GENERAL,
    GRACE,
    MAX_THRESHOLD,
    PENDING,
    QUEUED,
    QUORUM_BPS,
    SUCCEEDED,
    TIMES,
    YUAN,
    Call,
    GovernorModel,
    Settings,
)
from tests.models.votes import VotesModel
from tests.stateful.machine import Machine, check_call_mix, run_settings
from tests.unit.cos_credit.conftest import place_code

# All but those that unit tests reach alone: lengths, no actions, signatures, the constructor's.
REASONS = {
    *(
        f"governor: {reason}"
        for reason in (
            "another's proposal",
            "before the start",
            "below threshold",
            "clock is not running",
            "clock is running",
            "code has changed",
            "delegated target",
            "enough was staked",
            "expiry not earlier",
            "may not cancel",
            "no code to call",
            "not active",
            "not due",
            "not queued",
            "not succeeded",
            "nothing to cancel",
            "only by proposal",
            "out of bounds",
            "proposal exists",
            "removes the guardian",
            "switched",
            "too early to switch",
            "too little staked",
            "unknown proposal",
            "voted already",
        )
    ),
    "token: insufficient balance",
}
FINAL = (CANCELED, DEFEATED, EXPIRED, EXECUTED)
SETTERS = {
    "voting_delay": "setVotingDelay",
    "voting_period": "setVotingPeriod",
    "vote_extension": "setLateQuorumVoteExtension",
    "execution_delay": "set_execution_delay",
}
RARELY = st.integers(0, 15).map(lambda n: n == 15)
SOMETIMES = st.sampled_from([False] * 3 + [True])
PERSON = st.integers(0, 5)
KIND = st.sampled_from([0, 0, 1, 1, 2, 3, 4, 5, 5, 5, 6])
ANY = st.integers(0, 34)  # every kind of call, each of them odd at times
EDGE = st.sampled_from([0, 1, 1, 1, 2, 3_600, -1])


class GovernorActions(Machine):
    """Both sides, and what is done to both."""

    def __init__(self) -> None:
        super().__init__()
        self.chain = chain = Chain(timestamp=1_700_000_000)
        self.house: House = build(chain)
        self.clock = Clock(chain.timestamp)
        names = ("ada", "ben", "cyd", "staker", "other staker", "member")
        self.people = [chain.account(name) for name in names]
        self.guardian, self.stranger = chain.account("guardian"), chain.account("stranger")
        self.governor = governor = self.house.governor
        self.recipient = chain.account("recipient")
        self._make_models()
        self.shop = chain.deploy("DelegateWallet", sender=self.stranger)
        self.shop_code = chain.backend.code(self.shop.address)
        accounts = (governor, self.house.token, self.house.authority, self.shop)
        self.model.codes.update({each.address: "own" for each in accounts})
        self.words: dict[int, tuple] = {}
        self.acts: dict[int, list[Call]] = {}
        self.executed: set[int] = set()
        self.queued_at: dict[int, int] = {}
        self.made = 0

    def _make_models(self) -> None:
        house, governor = self.house, self.governor.address
        authority = AuthorityModel(governor)
        for role, label in ((GUARDIAN_ROLE, "guardian"), (COMMITTEE_ROLE, "member")):
            authority.grant_role(governor, role, self.chain.account(label))
        self.token_model = CosCreditModel(authority, house.token.address)
        self.token_model.balances[governor] = 1_000 * COS
        self.register_model = FounderRegisterModel(authority, self.clock)
        self.register_model.registrar = house.governance
        self.stakes = VotesModel(self.clock)
        first = governing.Settings()
        times = first.words[:4]
        self.model = GovernorModel(
            authority,
            governor,
            self.clock,
            (self.register_model, self.stakes),
            Settings(*times, (first.founders, first.general)),
            (SWITCH_STAKE, SWITCH_SECONDS),
            self.clock.now + GUARDIAN_TIME,
        )
        self.model.world.append((self.token_model, "balances"))

    # ---- both sides

    def call(
        self,
        rule_: str,
        function: str,
        sender: str,
        args: tuple,
        model: Callable,
        holds: Callable[[], None] = lambda: None,
    ) -> bool:
        """Whether both succeeded, with equal results; `holds` checks what the contract has done."""
        results: list[Any] = []

        def contract() -> None:
            results.append(self.governor.transact(function, *args, sender=sender).value)
            holds()

        succeeded = self.attempt(rule_, contract, lambda: results.append(model()))
        assert not succeeded or results[0] == results[1], (function, *results)
        return succeeded

    def warp(self, to: int) -> None:
        if to > self.clock.now:
            self.chain.warp(to)
            self.clock.now = to

    def propose(self, sender: str, calls: list[tuple], acts: list[Call], text: str) -> int:
        """The id, also if it is refused."""
        proposal = calls_of(calls, text)
        self.words[proposal.id], self.acts[proposal.id] = proposal.hashed, acts
        self.call(
            "propose",
            "propose",
            sender,
            proposal.words,
            lambda: self.model.propose(sender, proposal.id, acts, text),
        )
        return proposal.id

    def vote(self, number: int, voter: str, support: int) -> bool:
        return self.call(
            "vote",
            "castVote",
            voter,
            (number, support),
            lambda: self.model.cast_vote(voter, number, support),
        )

    def queue(self, number: int, sender: str) -> bool:
        def holds() -> None:
            self.check_passed(number)
            self.queued_at[number] = self.clock.now

        words = self.words[number]
        return self.call(
            "queue", "queue", sender, words, lambda: self.model.queue(sender, number), holds
        )

    def execute(self, number: int, sender: str) -> bool:
        def holds() -> None:
            events = [each for each in self.chain.last_logs if each.name == "ProposalExecuted"]
            assert [each.args["proposalId"] for each in events] == [number]
            assert number not in self.executed, "invariant 18: executed twice"
            now = self.clock.now
            assert now >= self.governor.proposalEta(number), "invariant 18: executed too early"
            assert now >= self.queued_at[number] + DAY, "invariant 18: executed too early"
            self.executed.add(number)
            self.check_passed(number)
            self.check_bounds()

        return self.call(
            "execute",
            "execute",
            sender,
            self.words[number],
            lambda: self.model.execute(sender, number, self.acts[number]),
            holds,
        )

    # ---- invariant 18, without the model

    def check_passed(self, number: int) -> None:
        against, for_, abstaining = self.governor.proposalVotes(number)
        quorum = self.governor.proposal_quorum(number)
        assert self.clock.now > self.governor.proposalDeadline(number)
        assert for_ > against, "invariant 18: passed against the votes"
        assert for_ + abstaining >= quorum > 0, "invariant 18: passed without a quorum"

    def check_bounds(self) -> None:
        settings = self.governor.settings()
        for value, (lowest, highest) in zip(settings, TIMES.values(), strict=False):
            assert lowest <= value <= highest, "invariant 18: a setting out of bounds"
        for assembly in (FOUNDERS, GENERAL):
            threshold, bps, floor = settings[4 + assembly]
            assert 1 <= threshold <= MAX_THRESHOLD[assembly], "invariant 18: out of bounds"
            assert QUORUM_BPS[0] <= bps <= QUORUM_BPS[1], "invariant 18: out of bounds"
            lowest, highest = FLOORS[assembly]
            assert lowest <= floor <= highest, "invariant 18: out of bounds"

    # ---- what is chosen

    def of_state(self, choice: int, *states: int) -> int | None:
        """A proposal in one of these states."""
        found = [each for each in self.model.proposals if self.model.state(each) in states]
        return found[choice % len(found)] if found else None

    def a_call(self, kind: int, choice: int, odd: bool) -> tuple[tuple, Call]:
        """What a proposal does: for the contract and for the model."""
        house, model, me = self.house, self.model, self.governor.address
        governor = self.governor
        assembly = choice % 2
        if kind == 0:
            amount = 2_000 * COS if odd else choice + 1
            call = (house.token, "transfer", self.recipient, amount)
            token = self.token_model
            return call, Call(call[0].address, lambda: token.transfer(me, self.recipient, amount))
        if kind == 1:
            name = list(TIMES)[choice % 4]
            lowest, highest = TIMES[name]
            value = (lowest, highest, 2 * lowest, highest // 2)[choice // 4 % 4]
            value = highest + 1 if odd else value
            call = (governor, SETTERS[name], value)
            return call, Call(me, lambda: model.set_time(me, name, value))
        if kind == 2:
            highest = MAX_THRESHOLD[assembly]
            value = highest + 1 if odd else (1, highest, highest // 2)[choice % 3]
            call = (governor, "set_threshold", assembly, value)
            return call, Call(me, lambda: model.set_threshold(me, assembly, value))
        if kind == 3:
            bps = (*QUORUM_BPS, 2_000, 1_000)[choice % 4] - odd * 5_000
            bps = max(bps, 99)
            floor = FLOORS[assembly][choice // 4 % 2]
            call = (governor, "set_quorum", assembly, bps, floor)
            return call, Call(me, lambda: model.set_quorum(me, assembly, bps, floor))
        if kind == 4:
            expiry = model.guardian_expires_at + (1 if odd else -DAY)
            call = (governor, "set_guardian_expiry", expiry)
            act = Call(me, lambda: model.set_guardian_expiry(me, expiry), removes_guardian=True)
            return call, act
        if kind == 5:
            call = (self.shop, "isValidSignature", b"\x11" * 32, b"")
            return call, Call(self.shop.address, self.is_answered)
        roles = model.authority
        role, account = ((GUARDIAN_ROLE, self.guardian), (COMMITTEE_ROLE, self.people[5]))[assembly]
        if odd:
            call = (house.authority, "revokeRole", role, account)
            return call, Call(
                house.authority.address,
                lambda: roles.revoke_role(me, role, account),
                removes_guardian=role == GUARDIAN_ROLE,
            )
        call = (house.authority, "grantRole", role, account)
        return call, Call(house.authority.address, lambda: roles.grant_role(me, role, account))

    def is_answered(self) -> None:
        """By the shop's own code alone; a pinned code may be another from the beginning."""
        require(self.model.codes.get(self.shop.address) == "own", "(no reason)")

    # ---- what must hold

    def compare(self, number: int) -> None:
        model, governor = self.model, self.governor
        proposal, state = model.proposals[number], model.state(number)
        found = governor.state(number)
        if found in (SUCCEEDED, QUEUED, EXECUTED):
            self.check_passed(number)
        if number in self.executed:
            assert found == EXECUTED, "invariant 18: can be executed again"
        assert found == state
        told = (
            governor.proposalVotes(number),
            governor.proposalSnapshot(number),
            governor.proposalDeadline(number),
            governor.proposalEta(number),
            governor.proposalProposer(number),
        )
        cast = tuple(proposal.cast(support) for support in range(3))
        times = (proposal.snapshot, proposal.deadline, proposal.due)
        assert told == (cast, *times, proposal.proposer)
        if state != PENDING and proposal.snapshot < self.clock.now:
            assert governor.proposal_quorum(number) == model.quorum_of(number)
            house = self.house
            source = house.staking if proposal.assembly == GENERAL else house.register
            total = source.getPastTotalSupply(proposal.snapshot)
            assert sum(told[0]) <= total, "invariant 18: more votes cast than there were"

    def compare_settings(self) -> None:
        governor, model = self.governor, self.model
        settings = governor.settings()
        assert settings == model.settings.words
        self.check_bounds()
        assert governor.guardian_expires_at() == model.guardian_expires_at
        assert governor.general_from() == model.general_from
        assert governor.held_since() == model.held_since
        authority = self.house.authority
        for role in (DEFAULT_ADMIN_ROLE, GOVERNANCE_ROLE):
            assert authority.member_count(role) == 1
            assert authority.hasRole(role, governor.address)
        balance = self.house.token.balanceOf(self.recipient)
        assert balance == self.token_model.balances[self.recipient]


class GovernorMachine(GovernorActions):
    """Which calls are made, in what order."""

    @initialize(capital=st.sampled_from([30_000, 300_000, 299_999]))
    def begins(self, capital: int) -> None:
        for person in range(2):
            self.admits(person, 300_000)
        self.admits(2, capital)
        self.stakes_(3, 1)
        self.warp(self.clock.now + 1)

    def admits(self, person: int, yuan: int) -> None:
        founder = self.people[person]
        args = (founder, 1, person + 1, yuan * YUAN, False)
        self.house.register.admit(*args, sender=self.house.governance)
        self.register_model.admit(self.house.governance, *args)

    def stakes_(self, person: int, amount: int) -> None:
        account, house = self.people[person], self.house
        if house.token.balanceOf(house.treasurer) < amount:
            self.brings_back()
        house.staking.stake_for(account, amount, sender=house.treasurer)
        self.stakes.add(account, amount)

    def brings_back(self) -> None:
        """What has left, once its exits are due."""
        house = self.house
        self.warp(self.clock.now + 15 * DAY)
        for account in self.people[3:5]:
            if house.staking.exits(account)[0]:
                house.staking.pay_exit(account, sender=account)
            left = house.token.balanceOf(account)
            house.token.transfer(house.treasurer, left, sender=account)

    @rule(
        kind=KIND,
        more=st.sampled_from([None, None, None, 0, 3, 6]),
        choice=ANY,
        who=PERSON,
        odd=SOMETIMES,
        suffix=st.sampled_from([None, None, "own", "own"]),
        others=RARELY,
        again=RARELY,
        stranger=RARELY,
    )
    def proposes(
        self,
        kind: int,
        more: int | None,
        choice: int,
        who: int,
        odd: bool,
        suffix: str | None,
        others: bool,
        again: bool,
        stranger: bool,
    ) -> None:
        """Not more than are voted on, or nothing ever came to its end."""
        open_ = [each for each in self.model.proposals if self.model.state(each) not in FINAL]
        if len(open_) >= 4:
            self.carries_out(choice, 0)
            return
        assembly = self.model.assembly_at(self.clock.now + self.model.settings.voting_delay)
        sender = self.people[5 if who == 5 else (3 if assembly == GENERAL else who % 2)]
        sender = self.stranger if stranger else sender
        self.made += 1
        text = f"proposal {self.made}"
        if suffix or others:
            text += f"#proposer={self.guardian if others else sender}"
        made = [self.a_call(each, choice, odd) for each in (kind, more) if each is not None]
        calls, acts = zip(*made, strict=True)
        for _ in range(1 + again):
            self.propose(sender, list(calls), list(acts), text)

    @rule(choice=ANY, who=PERSON, support=st.sampled_from([0, 1, 1, 2]), edge=EDGE)
    def votes(self, choice: int, who: int, support: int, edge: int) -> None:
        number = self.of_state(choice, ACTIVE)
        if number is None:
            number = self.bring(choice, PENDING)
            if number in self.model.proposals:
                self.warp(self.model.proposals[number].snapshot + max(edge, 0))
        self.vote(number, self.people[who], support)

    @rule(choice=ANY, support=st.sampled_from([0, 1, 2]), edge=EDGE, who=PERSON)
    def votes_late(self, choice: int, support: int, edge: int, who: int) -> None:
        """At the deadline and around it."""
        number = self.bring(choice, ACTIVE)
        if number in self.model.proposals:
            self.warp(self.model.proposals[number].deadline - edge)
        self.vote(number, self.people[who], support)

    @rule(choice=ANY, edge=EDGE)
    def carries_out(self, choice: int, edge: int) -> None:
        """All who haven't voted yet vote for one, and it is waited for."""
        number = self.bring(choice, QUEUED)
        if number in self.model.proposals and self.model.state(number) == QUEUED:
            self.warp(self.model.proposals[number].due + edge)
            self.execute(number, self.stranger)

    @rule(choice=ANY, edge=EDGE, any_=RARELY)
    def queues(self, choice: int, edge: int, any_: bool) -> None:
        number = self.of_state(choice, *range(8)) if any_ else None
        if number is None:
            number = self.bring(choice, SUCCEEDED)
        if edge == -1 and number in self.model.proposals:
            self.warp(self.model.proposals[number].deadline + GRACE + choice % 2)
        self.queue(number, self.stranger)

    @rule(
        choice=ANY,
        edge=st.sampled_from([0, 0, 1, -1, GRACE, GRACE + 1, DAY, 0]),
        any_=RARELY,
        again=RARELY,
    )
    def executes(self, choice: int, edge: int, any_: bool, again: bool) -> None:
        number = self.of_state(choice, *range(8)) if any_ else None
        if number is None:
            number = self.bring(choice, QUEUED)
        if number in self.model.proposals:
            self.warp(self.model.proposals[number].due + edge)
        for _ in range(1 + again):
            self.execute(number, self.stranger)

    @rule(
        choice=ANY,
        who=st.sampled_from([0, 1, 1, 1, 1, 2]),
        final=RARELY,
        removing=RARELY,
        spares=st.booleans(),
    )
    def cancels(self, choice: int, who: int, final: bool, removing: bool, spares: bool) -> None:
        """By the proposer, the guardian, a stranger. Not all, or nothing would ever be executed."""
        states = FINAL if final else (PENDING, ACTIVE, SUCCEEDED, QUEUED)
        number = self.of_state(choice, *states)
        if removing:
            self.made += 1
            call, act = self.a_call(4, choice, False)
            number = self.propose(self.proposer(), [call], [act], f"removal {self.made}")
            number = number if number in self.model.proposals else None
        if number is None or (spares and not (final or removing)):
            return
        proposer = self.model.proposals[number].proposer
        sender = (proposer, self.guardian, self.stranger)[who]
        self.call(
            "cancel",
            "cancel",
            sender,
            self.words[number],
            lambda: self.model.cancel(sender, number),
        )

    @rule(who=st.integers(0, 2), to=PERSON)
    def delegates(self, who: int, to: int) -> None:
        self.house.register.delegate(self.people[to], sender=self.people[who])
        self.register_model.delegate(self.people[who], self.people[to])

    @rule(
        who=st.integers(3, 4),
        amount=st.sampled_from([1, CAP // 1_000, CAP // 100, SWITCH_STAKE, SWITCH_STAKE]),
        same_second=RARELY,
    )
    def stakes_more(self, who: int, amount: int, same_second: bool) -> None:
        if self.stakes.total_votes() + amount > CAP // 3:
            return
        self.stakes_(who, amount)
        self.warp(self.clock.now + (not same_second))

    @rule(who=st.integers(3, 4), share=st.sampled_from([1, 2, 10]), to=PERSON, moves=st.booleans())
    def leaves_or_delegates(self, who: int, share: int, to: int, moves: bool) -> None:
        account = self.people[who]
        amount = self.stakes.units[account] // share
        if moves or amount == 0:
            self.house.staking.delegate(self.people[to], sender=account)
            self.stakes.delegate(account, self.people[to])
            return
        self.house.staking.withdraw(amount, sender=account)
        self.stakes.remove(account, amount)
        self.warp(self.clock.now + 1)

    def proposer(self) -> str:
        """Who has the threshold, unless it has given its votes away."""
        assembly = self.model.assembly_at(self.clock.now + self.model.settings.voting_delay)
        votes = self.model.sources[assembly]
        able = [p for p in self.people if votes.past_votes(p, self.clock.now - 1)]
        return max(able or self.people[5:], key=lambda p: votes.past_votes(p, self.clock.now - 1))

    def bring(self, choice: int, state: int) -> int:
        """A proposal in this state; without any, a payment that is brought there, if it can be."""
        number = self.of_state(choice, state)
        if number is not None:
            return number
        number = self.of_state(choice, PENDING, ACTIVE)
        if number is None:
            self.made += 1
            call, act = self.a_call(choice % 7, choice, choice % 5 == 4)
            number = self.propose(self.proposer(), [call], [act], f"brought {self.made}")
            if number not in self.model.proposals:
                return number
        proposal = self.model.proposals[number]
        if state != PENDING:
            self.warp(proposal.snapshot + 1)
        if state in (SUCCEEDED, QUEUED):
            for person in self.people[:5]:
                if person not in proposal.votes and self.clock.now <= proposal.deadline:
                    self.vote(number, person, FOR)
            self.warp(proposal.deadline + 1)
        if state == QUEUED and self.model.state(number) == SUCCEEDED:
            self.queue(number, self.stranger)
        return number

    def switches(self, function: str, *args: int) -> bool:
        """A step towards the general assembly."""
        sender = self.stranger
        step = getattr(self.model, function)
        return self.call(function, function, sender, args, lambda: step(sender, *args))

    def makes_enough(self) -> None:
        """More than the switch's stake is staked, a second ago."""
        missing = SWITCH_STAKE + 1 - self.stakes.total_votes()
        if missing > 0:
            self.stakes_(3, missing)
        self.warp(self.clock.now + 1)

    @precondition(lambda self: self.model.general_from == 0)
    @rule(edge=st.sampled_from([0, 0, 0, 1, -1, 30 * DAY]), tries=SOMETIMES, ready=st.booleans())
    def goes_to_the_switch(self, edge: int, tries: bool, ready: bool) -> None:
        model = self.model
        if ready:
            self.makes_enough()
        if model.held_since == 0 or tries:
            self.switches("start_switch")
            return
        self.warp(model.held_since + SWITCH_SECONDS + edge)
        self.switches("switch_assembly")

    @precondition(lambda self: self.model.general_from == 0)
    @rule(back=st.sampled_from([1, 2, DAY]), odd=SOMETIMES)
    def stops_the_clock(self, back: int, odd: bool) -> None:
        """Just enough leave while it runs; or there is no such second."""
        if odd:
            self.switches("stop_switch", self.clock.now - back)
            return
        if self.model.held_since == 0:
            self.makes_enough()
            self.switches("start_switch")
        for account in self.people[3:5]:
            excess = max(self.stakes.total_votes() - SWITCH_STAKE, 0)
            if amount := min(self.stakes.units[account], excess):
                self.house.staking.withdraw(amount, sender=account)
                self.stakes.remove(account, amount)
        self.warp(self.clock.now + back)
        self.switches("stop_switch", self.clock.now - 1)

    @precondition(lambda self: self.model.general_from > 0)
    @rule(really=RARELY)
    def tries_the_switch_again(self, really: bool) -> None:
        if really:
            for step in (("start_switch",), ("stop_switch", self.clock.now), ("switch_assembly",)):
                self.switches(*step)

    @rule(to=st.sampled_from(["own", "own", "own", "other", DELEGATED, ""]))
    def code_is_swapped(self, to: str) -> None:
        delegation = bytes.fromhex("ef0100") + bytes.fromhex(self.house.token.address[2:])
        other = self.chain.backend.code(self.house.register.address)
        codes = {"own": self.shop_code, "other": other, DELEGATED: delegation, "": b""}
        place_code(self.chain, self.shop.address, codes[to])
        self.model.codes.pop(self.shop.address, None)
        if to:
            self.model.codes[self.shop.address] = to

    @rule(who=PERSON, really=RARELY)
    def somebody_sets(self, who: int, really: bool) -> None:
        """Nobody can but a proposal."""
        if not really:
            return
        value, person = DAY, self.people[who]
        self.call(
            "set",
            "setVotingDelay",
            person,
            (value,),
            lambda: self.model.set_time(person, "voting_delay", value),
        )

    @rule(seconds=st.sampled_from([1, 3_600, DAY, 3 * DAY, 8 * DAY]))
    def time_passes(self, seconds: int) -> None:
        self.warp(self.clock.now + seconds)

    @precondition(lambda self: self.clock.now < 2**32 and self.model.held_since == 0)
    @rule(rare=RARELY)
    def decades_pass(self, rare: bool) -> None:
        if rare:
            self.warp(2**32 + DAY)

    @invariant()
    def both_sides_are_equal(self) -> None:
        self.compare_settings()
        for number in self.model.proposals:
            self.compare(number)
        if self.clock.now > 1_700_000_001:
            timepoint = self.clock.now - 1
            assert self.governor.quorum(timepoint) == self.model.quorum(timepoint)


class TestGovernor(GovernorMachine.TestCase):
    settings = run_settings(examples=50, steps=40)

    def runTest(self) -> None:  # noqa: N802, the name is unittest's
        GovernorMachine.calls.clear()
        super().runTest()
        check_call_mix(GovernorMachine, REASONS, never=frozenset({"set"}))
