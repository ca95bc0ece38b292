"""BonusPool against its model, call by call, over years of calendar months.

Two plain accounts play ledgers, three people are sponsors and managers in turn, of each other and
of themselves. After every call all that the pool tells is compared, and the reserve must cover what
is earned and what open quota can earn in any month to come. Whatever is sent to the pool directly
must change nothing.
"""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, precondition, rule

from cos.chain import Chain
from tests.models import INFINITE, ZERO_ADDRESS
from tests.models.authority import AUDITOR_ROLE, AuthorityModel
from tests.models.bonus_pool import E4, BonusPoolModel
from tests.models.clock import Clock
from tests.models.cos_credit import CAP, CosCreditModel
from tests.stateful.machine import Machine, check_call_mix, run_settings

DAY = 86_400
UTC_8 = 8 * 3_600
REASON = b"\x22" * 32
WINDOW = 14 * DAY

# All but those that COS, a supply of 64 bits or a calendar until 9999 rule out.
REASONS = {
    f"bonus: {reason}"
    for reason in (
        "first step in the future",
        "month already void",
        "month not begun",
        "months not ascending",
        "more than accrued",
        "no amount",
        "no ledger",
        "no reason",
        "no steps",
        "not a ledger",
        "not auditor",
        "not governance",
        "nothing to claim",
        "quota not open",
        "rate out of bounds",
        "reserve too small",
        "window is open",
        "window is over",
        "window out of bounds",
    )
}

# Parts of something in hundredths: mostly within it, sometimes all of it or too much.
SHARES = st.integers(0, 69).map(lambda n: n if n <= 60 else (100, 101, 150)[n % 3])
RARELY = st.integers(0, 15).map(lambda n: n == 15)
AMOUNTS = st.one_of(st.integers(1, 30), st.integers(10**3, 10**12))
BATCHES = st.lists(st.tuples(*[st.integers(0, 2)] * 2, SHARES), min_size=1, max_size=5)
GAPS = st.lists(st.integers(1, 20), max_size=5)
RATES = st.tuples(st.integers(1_000, 2_500), st.integers(500, 1_000))
BAD_RATES = st.sampled_from([(999, 500), (2_501, 500), (1_000, 499), (1_000, 1_001)])


class BonusActions(Machine):
    """Calls to the pool and its model alike, and what must be equal between them."""

    def __init__(self) -> None:
        super().__init__()
        self.chain = chain = Chain(timestamp=1_700_000_000)
        self.clock = Clock(chain.timestamp)
        self.governance, self.auditor, self.funder, self.stranger = (
            chain.account(label) for label in ("governance", "auditor", "funder", "stranger")
        )
        self.ledgers = [chain.account("ledger"), chain.account("other ledger")]
        self.people = [chain.account(label) for label in ("ada", "ben", "cyd")]
        self._deploy()
        # What came in and went out, counted apart from the model: exact in 1e-4 base units.
        self.sent = self.earned_e4 = self.voided_e4 = self.paid = 0

    def _deploy(self) -> None:
        chain, governance = self.chain, self.governance
        authority = chain.deploy("Authority", governance, sender=governance)
        authority.grantRole(AUDITOR_ROLE, self.auditor, sender=governance)
        self.token = token = chain.deploy("CosCredit", authority, sender=governance)
        token.set_minter(governance, sender=governance)
        token.mint(self.funder, CAP, sender=governance)
        steps = [(24_286, 2_500, 1_000), (24_298, 2_000, 800)]
        arguments = (authority, token, UTC_8, WINDOW, steps)
        self.pool = chain.deploy("BonusPool", *arguments, sender=governance)
        token.approve(self.pool.address, INFINITE, sender=self.funder)
        self.pool.set_ledger(self.ledgers[0], True, sender=governance)

        authority_model = AuthorityModel(governance)
        authority_model.grant_role(governance, AUDITOR_ROLE, self.auditor)
        self.token_model = CosCreditModel(authority_model, token.address)
        self.token_model.set_minter(governance, governance)
        self.token_model.mint(governance, self.funder, CAP)
        self.token_model.approve(self.funder, self.pool.address, INFINITE)
        self.model = BonusPoolModel(
            self.token_model, self.pool.address, self.clock, UTC_8, WINDOW, steps
        )
        self.model.set_ledger(governance, self.ledgers[0], True)

    @property
    def month(self) -> int:
        return self.model.month_of(self.clock.now)

    def call(self, function: str, sender: str, *args: Any) -> bool:
        """Both sides with the same arguments; whether they succeeded, with equal results."""
        results = []
        succeeded = self.attempt(
            function,
            lambda: results.append(getattr(self.pool, function)(*args, sender=sender)),
            lambda: results.append(getattr(self.model, function)(sender, *args)),
        )
        assert not succeeded or results[0] == results[1], (function, *results)
        return succeeded

    def fund(self, amount: int) -> None:
        self.call("fund", self.funder, amount)

    def send_directly(self, amount: int) -> None:
        before = self.pool.totals()
        self.token.transfer(self.pool.address, amount, sender=self.funder)
        self.token_model.transfer(self.funder, self.pool.address, amount)
        self.sent += amount
        assert self.pool.totals() == before

    def open_quota(self, ledger: str, share: int) -> None:
        free_e4 = self.model.totals.reserve * E4 - self.model.required_e4(
            self.model.totals.open_quota
        )
        room = free_e4 // self.model.highest_bps()
        if self.call("open_quota", ledger, room * share // 100 + (share > 100)):
            assert self.pool.shortfall(0) == 0

    def accrue(self, ledger: str, sponsor: str, manager: str, share: int) -> None:
        quota = self.model.totals.open_quota
        amount = quota * share // 100 + (share > 100)
        rates = self.model.rates(self.month)
        voided = self.model.buckets[manager, self.month].manager_voided
        if self.call("accrue", ledger, sponsor, manager, amount, self.month):
            self.earned_e4 += amount * (rates[0] + (0 if voided else rates[1]))

    def void_bonus(
        self, ledger: str, account: str, month: int, share: int, is_manager: bool
    ) -> None:
        bucket = self.model.buckets[account, month]
        held = bucket.manager_e4 if is_manager else bucket.sponsor_e4
        amount_e4 = held * share // 100 + (share > 100)
        if self.call("void_bonus", ledger, account, month, amount_e4, is_manager):
            self.voided_e4 += amount_e4

    def void_month(self, sender: str, manager: str, month: int, reason: bytes) -> None:
        held = self.model.buckets[manager, month].manager_e4
        if self.call("void_month", sender, manager, month, reason):
            self.voided_e4 += held

    def claim(self, account: str, months: list[int]) -> None:
        before = self.token.balanceOf(account)
        self.call("claim", self.stranger, account, months)
        self.paid += self.token.balanceOf(account) - before

    def earner(self, choice: int, is_manager: bool) -> tuple[str, int]:
        """An account and a month in which it has something to be voided, mostly."""
        held = [
            (account, month)
            for (account, month), bucket in self.model.buckets.items()
            if (bucket.manager_e4 if is_manager else bucket.sponsor_e4) > 0
        ]
        recent = [key for key in held if self.clock.now < self.model.claimable_from(key[1])]
        if choice < 18 and recent:
            return recent[choice % len(recent)]
        # Void already, too late, too early, or nothing earned.
        voided = [key for key, bucket in self.model.buckets.items() if bucket.manager_voided]
        others = (voided[-1:], held[:1])[choice % 2]
        return others[0] if others else (self.people[0], self.month + choice % 2)

    def unclaimed(self, account: str) -> list[int]:
        """The months in which the account has earned something, in order."""
        return sorted(
            month
            for (owner, month), bucket in self.model.buckets.items()
            if owner == account and bucket.sponsor_e4 + bucket.manager_e4 > 0
        )

    def warp(self, to: int) -> None:
        self.chain.warp(to)
        self.clock.now = to

    def totals_are_equal(self) -> None:
        pool, model = self.pool, self.model
        assert pool.totals() == model.totals
        assert pool.required_reserve() == model.required_reserve()
        assert pool.schedule() == model.steps
        months = range(self.month - 4, self.month + 4)
        assert [pool.window_of(m) for m in months] == [model.window_of(m) for m in months]
        assert [pool.rates(m) for m in months] == [model.rates(m) for m in months]

    def accounts_are_equal(self) -> None:
        pool, model = self.pool, self.model
        for (account, month), bucket in model.buckets.items():
            expected = (bucket.sponsor_e4, bucket.manager_e4, bucket.manager_voided)
            assert pool.bucket(account, month) == expected
        for account in self.people:
            assert pool.carried_e4(account) == model.carried_e4[account] < E4
            assert self.token.balanceOf(account) == self.token_model.balances[account]
        for ledger in self.ledgers:
            assert pool.is_ledger(ledger) == (ledger in model.ledgers)

    def reserve_covers_all(self) -> None:
        """DESIGN section 4, invariants 2 and 4."""
        reserve, open_quota, accrued_e4 = self.pool.totals()
        months = {self.month, *(month for month, *_ in self.model.steps if month > self.month)}
        for month in months:
            assert reserve * E4 >= open_quota * sum(self.pool.rates(month)) + accrued_e4
        assert self.token.balanceOf(self.pool.address) == reserve + self.sent
        assert self.earned_e4 == self.voided_e4 + self.paid * E4 + accrued_e4
        assert self.pool.shortfall(0) == 0


class BonusMachine(BonusActions):
    """Which calls are made, in what order."""

    ledger = st.integers(0, 9).map(lambda n: int(n == 9))
    person = st.integers(0, 2)

    def sender_or_stranger(self, sender: str, is_stranger: bool) -> str:
        return self.stranger if is_stranger else sender

    @initialize(batches=BATCHES)
    def begins(self, batches: list[tuple[int, int, int]]) -> None:
        """So that there is something to claim or to void in every example."""
        self.fund(10**9)
        self.open_quota(self.ledgers[0], 50)
        self.grants(0, [(0, 1, 5), *batches])

    @rule(amount=AMOUNTS, nothing=RARELY)
    def funds(self, amount: int, nothing: bool) -> None:
        self.fund(0 if nothing else amount)

    @rule(amount=AMOUNTS)
    def sends_directly(self, amount: int) -> None:
        self.send_directly(amount)

    @rule(number=ledger, share=SHARES)
    def opens(self, number: int, share: int) -> None:
        self.open_quota(self.ledgers[number], share)

    @rule(number=ledger, batches=BATCHES)
    def grants(self, number: int, batches: list[tuple[int, int, int]]) -> None:
        for sponsor, manager, share in batches:
            self.accrue(self.ledgers[number], self.people[sponsor], self.people[manager], share)

    @rule(number=ledger, choice=st.integers(0, 20), share=SHARES, is_manager=st.booleans())
    def voids(self, number: int, choice: int, share: int, is_manager: bool) -> None:
        account, month = self.earner(choice, is_manager)
        self.void_bonus(self.ledgers[number], account, month, share, is_manager)

    @rule(choice=st.integers(0, 20), stranger=RARELY, silent=RARELY)
    def voids_a_month(self, choice: int, stranger: bool, silent: bool) -> None:
        auditor = self.sender_or_stranger(self.auditor, stranger)
        account, month = self.earner(choice, True)
        self.void_month(auditor, account, month, bytes(32) if silent else REASON)
        # What the manager grants from now on in that month must earn it nothing.
        self.accrue(self.ledgers[0], self.people[0], account, 10)

    @precondition(lambda self: any(map(self.unclaimed, self.people)))
    @rule(choice=person, early=RARELY, again=RARELY)
    def claims(self, choice: int, early: bool, again: bool) -> None:
        """All that is due to someone, as soon as something is; sometimes too early, or twice."""
        people = [*self.people[choice:], *self.people[:choice]]
        person = next(filter(self.unclaimed, people))
        months = self.unclaimed(person)
        self.warp(max(self.clock.now, self.model.claimable_from(months[0]) - early))
        # Never both: what can be claimed can't be voided any more.
        self.void_bonus(self.ledgers[0], person, months[0], 10, False)
        due = [m for m in months if self.model.claimable_from(m) <= self.clock.now][:30]
        self.claim(person, months[:60] if early else due + due[:1])
        if again:
            self.claim(person, due)

    @rule(gaps=GAPS, rates=st.lists(RATES, min_size=6, max_size=6), since=st.integers(0, 9))
    def sets_the_schedule(self, gaps: list[int], rates: list[tuple[int, int]], since: int) -> None:
        months = [self.month - since]
        for gap in gaps:
            months.append(months[-1] + gap)
        steps = [(month, *rates[position]) for position, month in enumerate(months)]
        self.call("set_schedule", self.governance, steps)

    @rule(fault=st.integers(0, 9), rates=BAD_RATES, stranger=RARELY)
    def sets_a_bad_schedule(self, fault: int, rates: tuple[int, int], stranger: bool) -> None:
        sender = self.sender_or_stranger(self.governance, stranger)
        now = self.month
        bad = {
            0: [],
            1: [(now + 1, 1_000, 500)],
            2: [(now, 1_000, 500), (now, 1_000, 500)],
            3: [(now, 1_000, 500), (now + 1, *rates)],
        }
        self.call("set_schedule", sender, bad.get(fault, [(now, 1_000, 500)]))

    @rule(days=st.sampled_from([1, 2, 7, 14, 30, 45, 60, 90, 0, 91]), stranger=RARELY)
    def sets_the_window(self, days: int, stranger: bool) -> None:
        sender = self.sender_or_stranger(self.governance, stranger)
        self.call("set_window", sender, days * DAY)

    @rule(number=st.sampled_from([1, 1, 1, 0, 0, 2]), allowed=st.booleans(), stranger=RARELY)
    def sets_a_ledger(self, number: int, allowed: bool, stranger: bool) -> None:
        sender = self.sender_or_stranger(self.governance, stranger)
        ledger = [*self.ledgers, ZERO_ADDRESS][number]
        # The first ledger stays, or nothing would happen any more.
        self.call("set_ledger", sender, ledger, allowed or number == 0)

    @rule(seconds=st.sampled_from([1, DAY, 5 * DAY, 20 * DAY]))
    def time_passes(self, seconds: int) -> None:
        self.warp(self.clock.now + seconds)

    @rule(months=st.sampled_from([1, 1, 1, 2, 13, 40]), late=st.sampled_from([-1, 0, 1]))
    def a_month_begins(self, months: int, late: int) -> None:
        """To the second around the beginning of a month to come."""
        start = self.model.claimable_from(self.month + months - 1)
        self.warp(max(self.clock.now, start - self.model.window_of(self.month + months - 1) + late))

    @rule(ago=st.integers(1, 3), late=st.sampled_from([-1, 0, 1]))
    def a_window_ends(self, ago: int, late: int) -> None:
        """To the second around the end of a past month's window."""
        self.warp(max(self.clock.now, self.model.claimable_from(self.month - ago) + late))

    @invariant()
    def both_sides_are_equal(self) -> None:
        self.totals_are_equal()
        self.accounts_are_equal()

    @invariant()
    def the_reserve_covers_all(self) -> None:
        self.reserve_covers_all()


class TestBonus(BonusMachine.TestCase):
    settings = run_settings(examples=20, steps=50)

    def runTest(self) -> None:  # noqa: N802, the name is unittest's
        BonusMachine.calls.clear()
        super().runTest()
        check_call_mix(BonusMachine, REASONS)
