"""FounderRegister against its model, call by call.

Founders are admitted and delegate, by themselves and by signature, some of them before they are
founders, several times in one second or years apart. After every call the entries and all votes of
now are compared; past votes of every second in which something happened, and of those around it,
are noted when they are first past and must never change.
"""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, precondition, rule

from cos.chain import Chain
from tests.models import ZERO_ADDRESS
from tests.models.authority import AuthorityModel
from tests.models.clock import Clock
from tests.models.founder_register import FounderRegisterModel
from tests.stateful.machine import Machine, check_call_mix, run_settings
from tests.unit.founder_register.conftest import Delegation

PEOPLE = 9

REASONS = {
    *(
        f"founders: {reason}"
        for reason in (
            "already a founder",
            "capital out of bounds",
            "no account",
            "not governance",
            "not registrar",
            "seat out of bounds",
        )
    ),
}

RARELY = st.integers(0, 15).map(lambda n: n == 15)
CAPITALS = st.one_of(st.sampled_from([3_000_000, 30_000_000]), st.integers(1, 2**40))
WAITS = st.sampled_from([0, 1, 2, 86_400, 400 * 86_400, 10**9])


class FounderActions(Machine):
    """Calls to the register and its model alike, and what must be equal between them."""

    def __init__(self) -> None:
        super().__init__()
        self.chain = chain = Chain(timestamp=1_700_000_000)
        self.clock = Clock(chain.timestamp)
        self.governance, self.registrar, self.stranger = (
            chain.account(label) for label in ("governance", "registrar", "stranger")
        )
        self.labels = [f"founder {number}" for number in range(PEOPLE)]
        self.people = [chain.account(label) for label in self.labels]
        authority = chain.deploy("Authority", self.governance, sender=self.governance)
        self.register = chain.deploy("FounderRegister", authority, sender=self.governance)
        self.model = FounderRegisterModel(AuthorityModel(self.governance), self.clock)
        # second -> votes of each person, and all of them, as first read once it was past
        self.past: dict[int, tuple[list[int], int]] = {}
        self.moments = {self.clock.now}

    def call(self, function: str, sender: str, *args: Any) -> bool:
        results = []
        succeeded = self.attempt(
            function,
            lambda: results.append(getattr(self.register, function)(*args, sender=sender)),
            lambda: results.append(getattr(self.model, function)(sender, *args)),
        )
        assert not succeeded or results[0] == results[1], (function, *results)
        self.moments.add(self.clock.now)
        return succeeded

    def delegate_by_sig(self, who: int, asked: Delegation, signed: Delegation) -> None:
        signature = signed.sign(self.chain.signer(self.labels[who]))
        words = (signature.v, signature.r.to_bytes(32, "big"), signature.s.to_bytes(32, "big"))
        terms = (asked.delegatee, asked.nonce, asked.expiry)
        self.attempt(
            "delegateBySig",
            lambda: self.register.delegateBySig(*terms, *words, sender=self.stranger),
            lambda: self.model.delegate_by_sig(self.people[who], *terms),
        )
        self.moments.add(self.clock.now)

    def warp(self, seconds: int) -> None:
        self.clock.now += seconds
        self.chain.warp(self.clock.now)

    def entries_are_equal(self) -> None:
        register, model = self.register, self.model
        count = len(model.founders)
        assert register.count() == count
        assert register.registrar() == model.registrar
        if count:
            assert register.page(1, 100) == model.founders
        for number in range(count + 2):
            assert register.has_founding_title(number) == model.has_founding_title(number)
            assert register.has_principal_priority(number) == model.has_principal_priority(number)
        for person in self.people:
            assert register.number_of(person) == model.number_of(person)

    def votes_are_equal(self) -> None:
        """Invariant 32, of now."""
        register, model = self.register, self.model
        votes = [register.getVotes(person) for person in self.people]
        assert votes == [model.votes(person) for person in self.people]
        assert sum(votes) == model.total_votes()
        for person in self.people:
            assert register.delegates(person) == model.delegates(person)

    def past_never_changes(self) -> None:
        """Invariant 32, of every past second that could differ from the one before."""
        for moment in sorted({m + d for m in self.moments for d in (-1, 0, 1)}):
            if moment < self.clock.now:
                self._check_past(moment)

    def _check_past(self, moment: int) -> None:
        register, model = self.register, self.model
        votes = [register.getPastVotes(person, moment) for person in self.people]
        total = register.getPastTotalSupply(moment)
        if moment not in self.past:
            assert votes == [model.past_votes(person, moment) for person in self.people]
            assert total == model.past_total_supply(moment) == sum(votes)
            self.past[moment] = votes, total
        assert self.past[moment] == (votes, total)


class FounderMachine(FounderActions):
    """Which calls are made, in what order."""

    person = st.integers(0, PEOPLE - 1)

    @initialize()
    def begins(self) -> None:
        self.call("set_registrar", self.governance, self.registrar)
        self.call("admit", self.registrar, self.people[0], 1, 1, 3_000_000, True)

    @precondition(lambda self: len(self.model.founders) < PEOPLE)
    @rule(choice=person, capital=CAPITALS, is_team=st.booleans(), stranger=RARELY)
    def admits(self, choice: int, capital: int, is_team: bool, stranger: bool) -> None:
        rest = [person for person in self.people if not self.model.number_of(person)]
        sender = self.stranger if stranger else self.registrar
        seat = len(self.model.founders) + 1
        self.call("admit", sender, rest[choice % len(rest)], 2, seat, capital, is_team)

    @rule(fault=st.integers(0, 5))
    def admits_wrongly(self, fault: int) -> None:
        fresh = self.stranger
        entry = {
            0: (self.people[0], 1, 1, 1),
            1: (ZERO_ADDRESS, 1, 1, 1),
            2: (fresh, 2**32, 1, 1),
            3: (fresh, 1, 2**32, 1),
            4: (fresh, 1, 1, 0),
            5: (fresh, 1, 1, 2**64),
        }[fault]
        self.call("admit", self.registrar, *entry, False)

    @rule(who=person, to=person, nobody=RARELY)
    def delegates(self, who: int, to: int, nobody: bool) -> None:
        self.call("delegate", self.people[who], ZERO_ADDRESS if nobody else self.people[to])

    @rule(who=person, to=person, wait=st.sampled_from([0, 1, 3_600, 3_600, -1]), again=RARELY)
    def delegates_by_signature(self, who: int, to: int, wait: int, again: bool) -> None:
        nonce = self.model.nonces[self.people[who]]
        signed = Delegation(
            self.register.address,
            self.people[to],
            nonce + again,
            self.clock.now + wait,
            self.chain.chain_id,
        )
        self.delegate_by_sig(who, signed, signed)

    @rule(stranger=RARELY)
    def sets_the_registrar(self, stranger: bool) -> None:
        sender = self.stranger if stranger else self.governance
        self.call("set_registrar", sender, self.registrar)

    @rule(wait=WAITS)
    def time_passes(self, wait: int) -> None:
        self.warp(wait)

    @rule()
    def the_priority_ends_about_now(self) -> None:
        """To the seconds around the end of the first founder's two years."""
        end = self.model.founders[0].admitted_at + 731 * 86_400
        self.warp(max(0, end - 1 - self.clock.now))
        self.entries_are_equal()
        self.warp(1)

    @invariant()
    def both_sides_are_equal(self) -> None:
        self.entries_are_equal()
        self.votes_are_equal()
        self.past_never_changes()


class TestFounders(FounderMachine.TestCase):
    settings = run_settings(examples=15, steps=30)

    def runTest(self) -> None:  # noqa: N802, the name is unittest's
        FounderMachine.calls.clear()
        super().runTest()
        check_call_mix(FounderMachine, REASONS)
