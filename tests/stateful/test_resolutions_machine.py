"""Resolutions against their model, call by call, over the real committee, staking and token.

Members and governance open, adopt, vote and decide; assignees report and decline; seats change
hands, and time passes. After every call all that the register tells is compared, and invariant 20
is held by the chain's own word: what is in escrow is the sum of the rewards that are still open,
the register holds at least that whatever is sent to it, and each reward went one way, once.
"""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, rule

from tests.contribution_loop import COS
from tests.models import INFINITE, ZERO_ADDRESS
from tests.models.resolutions import (
    ADOPTED,
    DECISION_SECONDS,
    DRAFT,
    DRAFT_SECONDS,
    GRACE_SECONDS,
    MAX_AHEAD,
    OPEN,
    REPORTED,
    ResolutionsModel,
    Task,
)
from tests.stateful.machine import check_call_mix, run_settings
from tests.stateful.test_committee_machine import (
    BOND,
    CHOICE,
    DAY,
    NOTICE,
    PERSON,
    RARELY,
    REASON,
    CommitteeActions,
)

DOCUMENT, EVIDENCE = b"\x44" * 32, b"\x55" * 32

REASONS = {
    f"resolutions: {reason}"
    for reason in (
        "another report",
        "another resolution",
        "bad assignee",
        "draft expired",
        "due in the past",
        "due too late",
        "item is closed",
        "no evidence",
        "no reason",
        "no text",
        "not a draft",
        "not adopted",
        "not governance",
        "not lapsed yet",
        "not reported",
        "not the assignee",
        "not the maker",
        "own item",
        "reported already",
    )
} | {"committee: not a member", "committee: seated too late", "token: insufficient balance"}

ODD = st.sampled_from([0] * 12 + [1, 2, 3])


class ResolutionsMachine(CommitteeActions):
    def __init__(self) -> None:
        super().__init__()
        house = self.house
        self.register = house.create("Resolutions", house.authority, house.token, self.committee)
        self.books = ResolutionsModel(self.token_model, self.model, self.register.address)
        self.token_model.transfer(house.center, self.governance, 10**6 * COS)
        house.token.transfer(self.governance, 10**6 * COS, sender=house.center)
        for maker in (self.governance, *self.people):
            house.token.approve(self.register, INFINITE, sender=maker)
            self.token_model.approve(maker, self.register.address, INFINITE)
        self.gifts = 0

    # --- calls

    def ask(self, function: str, sender: str, *args: Any, told: Any = None) -> bool:
        return self._call(
            self.register, self.books, function, sender, args, args if told is None else told
        )

    def items_in(self, *states: int) -> list[int]:
        """Items of adopted resolutions in one of these states."""
        books = self.books
        return [
            number
            for number, item in enumerate(books.items, 1)
            if item.status in states and books.resolutions[item.resolution - 1].status == ADOPTED
        ]

    def an_item(self, choice: int, odd: bool, *states: int) -> int:
        """0 if there is none, but for odd ones."""
        some = self.items_in(*states)
        if odd or not some:
            return choice % (len(self.books.items) + 2) if odd else 0
        return some[choice % len(some)]

    def a_draft(self, choice: int, odd: bool) -> int:
        some = [k for k, each in enumerate(self.books.resolutions, 1) if each.status == DRAFT]
        if odd or not some:
            return choice % (len(self.books.resolutions) + 2) if odd else 0
        return some[choice % len(some)]

    # --- rules

    @initialize(choices=st.permutations(range(5)))
    def a_committee(self, choices: list[int]) -> None:
        first = [self.people[choice] for choice in choices[:3]]
        for person in self.people:
            self.admit(person)
            self.stake(person, 3 * BOND)
        self.later(1)
        for person in first:
            self.call("stand", person, [], BOND)
        self.later(NOTICE)
        for person in first:
            self.call("take_seat", person)
        self.later(1)

    @rule(
        who=CHOICE,
        by_vote=st.booleans(),
        to=st.lists(PERSON, min_size=1, max_size=3),
        days=st.integers(1, 90),
        cos=st.integers(0, 900),
        odd=st.sampled_from([0] * 16 + [1, 2, 3, 4, 5, 6]),
    )
    def opens(self, who: int, by_vote: bool, to: list[int], days: int, cos: int, odd: int) -> None:
        self.later(who % 2)
        maker = self.governance if by_vote else self.one_of(self.members_now(), who, odd == 1)
        due_at = self.clock.now + days * DAY
        tasks = [Task(self.people[one], due_at + k, cos * (k + 1)) for k, one in enumerate(to)]
        extra = {
            2: Task(ZERO_ADDRESS, due_at, 1),
            3: Task(self.stranger, self.clock.now, 1),
            4: Task(self.stranger, self.clock.now + MAX_AHEAD + 1, 1),
            5: Task(self.stranger, due_at, 10**7 * COS),
        }
        tasks += [extra[odd]] if odd in extra else []
        text = "" if odd == 6 else f"decision {who}"
        self.ask("open", maker, text, DOCUMENT, tasks)

    @rule(choice=CHOICE, who=CHOICE, odd=ODD)
    def adopts(self, choice: int, who: int, odd: int) -> None:
        number = self.a_draft(choice, odd == 1)
        if not number and not odd:
            return
        there = 0 < number <= len(self.books.resolutions)
        if odd != 2 and there:
            self.later(self.clock.now == self.books.resolutions[number - 1].opened_at)
        digest = self.register.resolution(number)[6] if there and odd != 3 else REASON
        member = self.one_of(self.members_now(), who, odd == 2)
        self.ask("adopt", member, number, digest, told=(number, there and odd != 3))

    @rule(choice=CHOICE, odd=ODD, late=st.booleans(), often=st.integers(0, 3))
    def withdraws_a_draft(self, choice: int, odd: int, late: bool, often: int) -> None:
        number = self.a_draft(choice, odd == 1)
        if often or (not number and not odd):
            return
        there = 0 < number <= len(self.books.resolutions)
        sender = self.books.resolutions[number - 1].maker if there else self.stranger
        if odd == 2:
            sender = self.stranger
        elif late and there and number in (self.a_draft(choice, False),):
            end = self.books.resolutions[number - 1].opened_at + DRAFT_SECONDS
            self.warp(max(self.clock.now, end))
            sender = self.stranger
        self.ask("withdraw", sender, number)

    @rule(choice=CHOICE, odd=ODD)
    def reports(self, choice: int, odd: int) -> None:
        number = self.an_item(choice, odd == 1, OPEN)
        if number or odd == 1:
            there = 0 < number <= len(self.books.items)
            assignee = self.books.items[number - 1].task.assignee if there else self.stranger
            evidence = bytes(32) if odd == 3 else EVIDENCE
            self.ask("report", self.stranger if odd == 2 else assignee, number, evidence)

    @rule(choice=CHOICE, who=CHOICE, accepts=st.booleans(), odd=ODD)
    def votes(self, choice: int, who: int, accepts: bool, odd: int) -> None:
        number = self.an_item(choice, odd == 1, REPORTED)
        if not number and odd != 1:
            return
        there = 0 < number <= len(self.books.items)
        if there:
            self.later(self.clock.now == self.books.items[number - 1].reported_at)
        assignee = self.books.items[number - 1].task.assignee if there else ""
        others = [member for member in self.members_now() if member != assignee]
        member = self.one_of(others, who, odd == 2)
        self.ask("vote", member, number, REASON if odd == 3 else EVIDENCE, accepts)

    @rule(choice=CHOICE, accepts=st.booleans(), odd=ODD, often=st.integers(0, 2))
    def governance_decides(self, choice: int, accepts: bool, odd: int, often: int) -> None:
        states = (REPORTED,) if accepts else (OPEN, REPORTED)
        number = self.an_item(choice, odd == 1, *states)
        if often == 0 and (number or odd == 1):
            sender = self.governance_or(odd == 2)
            self.ask("decide", sender, number, accepts, bytes(32) if odd == 3 else REASON)

    @rule(choice=CHOICE, odd=ODD, often=st.integers(0, 3))
    def declines(self, choice: int, odd: int, often: int) -> None:
        number = self.an_item(choice, odd == 1, OPEN, REPORTED)
        if often == 0 and number:
            there = number <= len(self.books.items)
            assignee = self.books.items[number - 1].task.assignee if there else self.stranger
            self.ask("decline", self.stranger if odd == 2 else assignee, number)

    @rule(choice=CHOICE, odd=ODD, often=st.integers(0, 2))
    def lapses(self, choice: int, odd: int, often: int) -> None:
        number = self.an_item(choice, odd == 1, OPEN, REPORTED)
        if often or not number:
            return
        if number <= len(self.books.items) and odd != 2:
            item = self.books.items[number - 1]
            end = item.task.due_at + GRACE_SECONDS
            if item.status == REPORTED:
                end = item.reported_at + DECISION_SECONDS
            self.warp(max(self.clock.now, end))
        self.ask("lapse", self.stranger, number)

    @rule(who=CHOICE, to=PERSON, cos=st.integers(1, 900), accepts=st.booleans(), stop=ODD)
    def runs_its_course(self, who: int, to: int, cos: int, accepts: bool, stop: int) -> None:
        """From a draft to a decision, or as far as `stop` and the members lead."""
        members = self.members_now()
        if len(members) < 2:
            return
        self.later(1)
        maker = members[who % len(members)]
        task = Task(self.people[to], self.clock.now + 30 * DAY, cos)
        if not self.ask("open", maker, "all the way", DOCUMENT, [task]):
            return
        number, item = len(self.books.resolutions), len(self.books.items)
        if stop == 1:
            if cos % 3:
                self.ask("withdraw", self.stranger if cos % 3 == 2 else maker, number)
            return
        digest = self.register.resolution(number)[6]
        for member in members:
            if self.books.resolutions[number - 1].status == DRAFT and member != maker:
                self.ask("adopt", member, number, digest, told=(number, True))
        adopted = self.books.resolutions[number - 1].status == ADOPTED
        if stop == 2 and adopted and cos % 3 == 0:
            self.ask("decline", task.assignee, item)
        elif stop == 2 and adopted:
            self.ask("decide", self.governance, item, False, REASON)
        if stop == 2 or not adopted or not self.ask("report", task.assignee, item, EVIDENCE):
            return
        if cos % 10 == 1:
            self.ask("report", task.assignee, item, EVIDENCE)
        self.later(1)
        for member in members:
            is_own = member == task.assignee and cos % 4
            if self.books.items[item - 1].status == REPORTED and not is_own:
                self.ask("vote", member, item, EVIDENCE, accepts != (stop == 3))

    @rule(who=PERSON, often=st.integers(0, 2))
    def a_seat_changes_hands(self, who: int, often: int) -> None:
        """Somebody comes; if there was no vacancy, somebody goes."""
        model = self.model
        if often and len(self.members_now()) > 1:
            return
        outside = [person for person in self.people if not model.seat_of(person)]
        person = self.one_of(outside, who)
        least = min((seat.votes for seat in model.seats.values()), default=0)
        amount = max(BOND, model.accounts[person].bond, least + 1)
        if self.staking_model.positions[person].units < amount:
            self.stake(person, amount)
            self.later(1)
        if self.call("stand", person, [], amount):
            self.later(NOTICE)
            _, is_vacant = model.seat_to_take()
            self.call("take_seat" if is_vacant or model.seat_of(person) else "challenge", person)

    @rule(who=PERSON, often=st.integers(0, 3))
    def a_member_resigns(self, who: int, often: int) -> None:
        if often == 0 and (members := self.members_now()):
            self.call("resign", self.one_of(members, who))

    @rule(amount=st.integers(1, 10**12), often=RARELY)
    def a_gift_comes(self, amount: int, often: bool) -> None:
        if often:
            self.house.token.transfer(self.register, amount, sender=self.house.center)
            self.token_model.transfer(self.house.center, self.register.address, amount)
            self.gifts += amount

    @rule(seconds=st.sampled_from([1, 1, DAY, 5 * DAY, 40 * DAY]))
    def time_passes(self, seconds: int) -> None:
        self.later(seconds)

    # --- what must hold

    @invariant()
    def escrow_is_what_is_open(self) -> None:
        """Invariant 20, by what the chain tells alone."""
        register = self.register
        open_rewards = 0
        for number in range(1, register.item_count() + 1):
            item = register.item(number)
            if item[4] <= REPORTED and register.resolution(item[0])[1] in (DRAFT, ADOPTED):
                open_rewards += item[3]
        escrowed = register.escrowed()
        assert escrowed == open_rewards, "invariant 20: escrow is not what is open"
        held = self.house.token.balanceOf(register)
        assert held == escrowed + self.gifts, "invariant 20: other coins than the escrow"

    @invariant()
    def both_tell_the_same(self) -> None:
        register, books = self.register, self.books
        assert register.resolution_count() == len(books.resolutions)
        assert register.item_count() == len(books.items)
        for number in range(1, len(books.resolutions) + 1):
            *shown, _, document = register.resolution(number)
            assert (*shown, document) == tuple(books.resolution(number))
        for number in range(1, len(books.items) + 1):
            assert register.item(number) == tuple(books.item(number))
        pages = range(1, len(books.items) + 1, 50)
        assert [k for first in pages for k in register.overdue(first, 50)] == books.overdue()
        for person in (*self.people, self.governance, self.stranger):
            assert self.house.token.balanceOf(person) == self.token_model.balances[person]


class TestResolutions(ResolutionsMachine.TestCase):
    settings = run_settings(examples=30, steps=40)

    def runTest(self) -> None:  # noqa: N802, the name is unittest's
        ResolutionsMachine.calls.clear()
        super().runTest()
        check_call_mix(ResolutionsMachine, REASONS)
