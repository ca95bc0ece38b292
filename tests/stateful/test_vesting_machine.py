"""VestingVault against its model, call by call, over years of calendar months.

Angels' and team's grants come out of what genesis left in the vault, and the team's runs out; the
management bucket's are issued by the Treasury. Three people are granted, release, hand over to each
other and are revoked; somebody sends COS to the vault and gives COS to its buckets. After every
step the chain's own word must keep invariants 2 and 10, and all that vault, Treasury and token tell
must equal the model.
"""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, precondition, rule

from cos.chain import Chain
from tests.models import INFINITE, ZERO_ADDRESS
from tests.models.authority import AuthorityModel
from tests.models.calendar_months import month_of, month_start
from tests.models.clock import Clock
from tests.models.cos_credit import CAP, CosCreditModel
from tests.models.treasury import GENESIS_AMOUNT, TreasuryModel
from tests.models.vesting_vault import Award, Grant, Schedule, Shown, VestingVaultModel
from tests.stateful.machine import Machine, check_call_mix, run_settings

DAY = 86_400
UTC_8 = 8 * 3_600
REASON = b"\x22" * 32
ANGELS, FOUNDERS, TEAM, MANAGEMENT = range(4)
CAPS = [CAP * percent // 100 for percent in (5, 33, 8, 12, 27, 5, 5, 5)]
TEAM_CUSTODY = 10**9  # little, so that it runs out
Place = tuple[str, int]

# All but those that COS, 32 bits of grants or the arguments of a machine rule out.
REASONS = {
    "vault: above allowance",
    "vault: allowance above cap",
    "vault: already revoked",
    "vault: amount too large",
    "vault: bad beneficiary",
    "vault: batch already loaded",
    "vault: bucket too large",
    "vault: cliff out of bounds",
    "vault: fully vested",
    "vault: grant was moved",
    "vault: less than expected",
    "vault: months out of bounds",
    "vault: no amount",
    "vault: no awards",
    "vault: no batch id",
    "vault: no grantor",
    "vault: no reason",
    "vault: no such grant",
    "vault: no such schedule",
    "vault: not a grantor",
    "vault: not governance",
    "vault: not offered to you",
    "vault: not revocable",
    "vault: nothing to hand over",
    "vault: nothing to release",
    "vault: own grant",
    "vault: start out of bounds",
    "treasury: above allowance",
    "treasury: not an issuer",
}

RARELY = st.integers(0, 15).map(lambda n: n == 15)
PERSON = st.integers(0, 2)
CHOICE = st.integers(0, 999)
AMOUNT = st.one_of(st.integers(1, 100), st.integers(10**3, 10**8))
BUCKET = st.sampled_from([TEAM, TEAM, ANGELS, MANAGEMENT, MANAGEMENT])
# months; the cliff in percent of them; the start in months from now; revocable or not
TERMS = st.tuples(
    st.one_of(st.integers(1, 12), st.integers(13, 60)),
    st.sampled_from([0, 0, 25, 50, 100]),
    st.integers(-6, 4),
    st.sampled_from([True, True, False]),
)
FLAW = st.one_of(st.none(), st.none(), st.none(), st.none(), st.none(), st.integers(0, 9))


class VestingActions(Machine):
    """Calls to the vault and its model alike, and what must be equal between them."""

    def __init__(self) -> None:
        super().__init__()
        self.chain = chain = Chain(timestamp=1_700_000_000)
        self.clock = Clock(chain.timestamp)
        self.governance, self.loader, self.pool, self.founder, self.stranger = (
            chain.account(label)
            for label in ("governance", "loader", "pool", "founder", "stranger")
        )
        self.people = [chain.account(label) for label in ("ada", "ben", "cyd")]
        self._deploy()
        self.batches: list[bytes] = []
        # The grants by the places at which they were created, and what was seen vested of them.
        self.seen: dict[Place, int] = {}
        # What nobody is owed: sent here, or without room in its bucket when it was revoked.
        self.surplus = 0

    def _deploy(self) -> None:
        chain, governance = self.chain, self.governance
        authority = chain.deploy("Authority", governance, sender=governance)
        self.token = token = chain.deploy("CosCredit", authority, sender=governance)
        self.treasury = treasury = chain.deploy(
            "Treasury", authority, token, CAPS, sender=governance
        )
        token.set_minter(treasury, sender=governance)
        parts = (authority, token, treasury, UTC_8)
        self.vault = vault = chain.deploy("VestingVault", *parts, sender=governance)
        coins = CosCreditModel(AuthorityModel(governance), token.address)
        coins.set_minter(governance, treasury.address)
        books = TreasuryModel(coins, treasury.address, CAPS)
        self.model = VestingVaultModel(coins, books, vault.address, self.clock, UTC_8)
        self.coins, self.books = coins, books

        allocations = [
            (ANGELS, vault.address, CAPS[ANGELS]),
            (TEAM, vault.address, TEAM_CUSTODY),
            (FOUNDERS, self.founder, GENESIS_AMOUNT - CAPS[ANGELS] - TEAM_CUSTODY),
        ]
        treasury.genesis(allocations, sender=governance)
        books.genesis(governance, allocations)
        token.approve(treasury.address, INFINITE, sender=self.founder)
        coins.approve(self.founder, treasury.address, INFINITE)
        for bucket, grantor in (
            (ANGELS, self.loader),
            (TEAM, self.loader),
            (MANAGEMENT, self.pool),
        ):
            self.call("set_grantor", governance, bucket, grantor, 10**12)
        for bucket in (TEAM, MANAGEMENT):
            self.set_issuer(bucket, 10**12)

    # --- calls

    @property
    def month(self) -> int:
        return month_of(self.clock.now, UTC_8)

    def call(self, function: str, sender: str, *args: Any) -> bool:
        """Both sides with the same arguments; whether they succeeded, with equal results."""
        return self.call_apart(function, sender, args, args)

    def call_apart(self, function: str, sender: str, args: tuple, model_args: tuple) -> bool:
        """Where the model takes an argument in another form."""
        results = []
        succeeded = self.attempt(
            function,
            lambda: results.append(getattr(self.vault, function)(*args, sender=sender)),
            lambda: results.append(getattr(self.model, function)(sender, *model_args)),
        )
        assert not succeeded or results[0] == results[1], (function, *results)
        return succeeded

    def create(self, sender: str, bucket: int, award: Award, schedule: Schedule) -> None:
        place = award.beneficiary, len(self.model.places.get(award.beneficiary, ()))
        if self.call("create", sender, bucket, award.beneficiary, award.amount, *schedule):
            self.seen[place] = 0

    def create_batch(
        self,
        sender: str,
        batch_id: bytes,
        bucket: int,
        schedules: list[Schedule],
        awards: list[Award],
    ) -> None:
        before = {person: len(self.model.places[person]) for person in self.people}
        common = (batch_id, bucket, schedules)
        words = [award.word for award in awards]
        if self.call_apart("create_batch", sender, (*common, words), (*common, awards)):
            self.batches.append(batch_id)
            for person in self.people:
                new = range(before[person], len(self.model.places[person]))
                self.seen |= {(person, index): 0 for index in new}

    def revoke(self, sender: str, place: Place, reason: bytes) -> None:
        places = self.model.places[place[0]]
        grant = places[place[1]] if place[1] < len(places) else None
        rest = grant.amount - grant.vested(self.clock.now) if grant else 0
        before = self.total_returned()
        if self.call("revoke", sender, *place, reason):
            self.surplus += rest - (self.total_returned() - before)

    def send_directly(self, amount: int) -> None:
        self.token.transfer(self.vault.address, amount, sender=self.founder)
        self.coins.transfer(self.founder, self.vault.address, amount)
        self.surplus += amount

    def give_to_a_bucket(self, bucket: int, percent: int) -> None:
        """So that the Treasury has less room for what is revoked."""
        amount = self.books.buckets[bucket].issued * percent // 100
        if amount > 0:
            self.treasury.give_back(bucket, amount, sender=self.founder)
            self.books.give_back(self.founder, bucket, amount)

    def set_issuer(self, bucket: int, allowance: int) -> None:
        self.treasury.set_issuer(bucket, self.vault.address, allowance, sender=self.governance)
        self.books.set_issuer(self.governance, bucket, self.vault.address, allowance)

    def warp(self, to: int) -> None:
        self.chain.warp(to)
        self.clock.now = to

    # --- choices

    def total_returned(self) -> int:
        return sum(self.treasury.returned(bucket) for bucket in range(len(CAPS)))

    def open_grants(self) -> list[Grant]:
        grants = {id(g): g for places in self.model.places.values() for g in places}
        return [grant for grant in grants.values() if grant.unreleased > 0]

    def places(self) -> list[Place]:
        """Every place there ever was."""
        return [
            (person, index)
            for person in self.people
            for index in range(len(self.model.places[person]))
        ]

    def schedule(self, terms: tuple[int, int, int, bool]) -> Schedule:
        months, percent, start, revocable = terms
        return Schedule(self.month + start, months, months * percent // 100, revocable)

    # --- what must hold

    def the_chain_keeps_its_invariants(self) -> None:
        """On the chain's own word (docs/invariants.md)."""
        vault, owed = self.vault, 0
        for origin, before in self.seen.items():
            place = vault.current_place(*origin)
            grant = Shown(*vault.grant_at(*place))
            ordered = 0 <= grant.released <= grant.vested <= grant.amount
            assert ordered, f"invariant 10: released, vested, granted: {grant}"
            assert grant.vested >= before, f"invariant 10: vested fell from {before}: {grant}"
            is_over = self.month >= grant.start_month + grant.months
            assert not is_over or grant.revoked or grant.vested == grant.amount, (
                f"invariant 10: not all is vested after the last month: {grant}"
            )
            held_back = self.month < grant.start_month + max(grant.cliff_months, 1)
            assert not held_back or grant.vested == 0, f"invariant 10: vested too early: {grant}"
            self.seen[origin] = grant.vested
            owed += 0 if grant.revoked else grant.amount - grant.released
        custody = sum(vault.custody_of(bucket) for bucket in range(len(CAPS)))
        held = self.token.balanceOf(vault.address)
        assert held >= owed + custody, f"invariant 2: {held} held, {owed} + {custody} owed"
        assert held == owed + custody + self.surplus, "dust, or a part of what was sent here"

    def both_sides_are_equal(self) -> None:
        vault, model, treasury = self.vault, self.model, self.treasury
        for person in self.people:
            count = vault.grant_count(person)
            assert count == len(model.places[person])
            for start in range(0, count + 1, 50):
                assert vault.grants_of(person, start, 50) == model.grants_of(person, start, 50)
            for index in range(count):
                assert vault.current_place(person, index) == model.current_place(person, index)
        for bucket, books in enumerate(self.books.buckets):
            assert (treasury.minted(bucket), treasury.returned(bucket)) == (
                books.minted,
                books.returned,
            )
            assert vault.custody_of(bucket) == model.custody.custody_of(bucket)
            for grantor in (self.loader, self.pool, self.governance):
                allowance = model.allowances[bucket, grantor]
                assert vault.grantor_allowance(bucket, grantor) == allowance
        for account in (*self.people, vault.address, treasury.address, self.founder):
            assert self.token.balanceOf(account) == self.coins.balances[account]
        assert self.token.allowance(vault.address, treasury.address) == 0
        for batch in self.batches[-3:]:
            assert vault.is_loaded(batch)
            assert vault.loaded_by(batch) == model.batches[batch]


class VestingMachine(VestingActions):
    """Which calls are made, in what order."""

    def grantor_of(self, bucket: int, is_stranger: bool, by_vote: bool = False) -> str:
        if is_stranger:
            return self.stranger
        if by_vote:
            return self.governance
        return self.pool if bucket == MANAGEMENT else self.loader

    @initialize(amount=AMOUNT, terms=TERMS)
    def begins(self, amount: int, terms: tuple) -> None:
        """So that there is something to release, to hand over and to revoke in every example."""
        for person, bucket in zip(self.people, (ANGELS, TEAM, MANAGEMENT), strict=True):
            schedule = self.schedule(terms)._replace(revocable=person != self.people[0])
            self.create(self.grantor_of(bucket, False), bucket, Award(person, amount), schedule)

    @rule(bucket=BUCKET, person=PERSON, amount=AMOUNT, terms=TERMS, stranger=RARELY, vote=RARELY)
    def creates(
        self, bucket: int, person: int, amount: int, terms: tuple, stranger: bool, vote: bool
    ) -> None:
        sender = self.grantor_of(bucket, stranger, vote)
        self.create(sender, bucket, Award(self.people[person], amount), self.schedule(terms))

    @rule(flaw=st.integers(0, 11), person=PERSON, terms=TERMS)
    def creates_badly(self, flaw: int, person: int, terms: tuple) -> None:
        schedule, award, bucket = self.schedule(terms), Award(self.people[person], 9), ANGELS
        if flaw == 0:
            schedule = schedule._replace(start_month=self.month + 241)
        elif flaw == 1:
            schedule = schedule._replace(start_month=self.month - 241)
        elif flaw == 2:
            schedule = schedule._replace(months=(0, 481)[person % 2], cliff_months=0)
        elif flaw == 3:
            schedule = schedule._replace(cliff_months=schedule.months + 1)
        elif flaw == 4:
            award = award._replace(amount=0)
        elif flaw == 5:
            award = award._replace(amount=2**64)
        elif flaw == 6:
            award = award._replace(beneficiary=(ZERO_ADDRESS, self.token.address)[person % 2])
        elif flaw == 7:
            bucket = 16
        elif flaw == 8:
            award = award._replace(amount=self.model.allowances[ANGELS, self.loader] + 1)
        elif flaw == 9:
            bucket = FOUNDERS
        sender = self.governance if flaw in (7, 9) else self.loader
        self.create(sender, bucket, award, schedule)

    @rule(
        bucket=BUCKET,
        rows=st.lists(st.tuples(PERSON, AMOUNT, st.integers(0, 1)), min_size=1, max_size=5),
        terms=st.tuples(TERMS, TERMS),
        flaw=FLAW,
    )
    def creates_a_batch(self, bucket: int, rows: list, terms: tuple, flaw: int | None) -> None:
        batch = len(self.model.batches).to_bytes(32, "big")[1:] + b"\1"
        schedules = [self.schedule(each) for each in terms]
        awards = [Award(self.people[person], *rest) for person, *rest in rows]
        sender = self.grantor_of(bucket, flaw == 0)
        if flaw == 1:
            batch = bytes(32)
        elif flaw == 2 and self.batches:
            batch = self.batches[0]
        elif flaw == 3:
            awards = []
        elif flaw == 4:
            awards.append(Award(self.people[0], 1, 2))
        elif flaw == 5:
            awards.append(Award(self.people[0], 0))
        self.create_batch(sender, batch, bucket, schedules, awards)

    @precondition(lambda self: self.open_grants())
    @rule(choice=CHOICE, early=RARELY, again=RARELY)
    def releases(self, choice: int, early: bool, again: bool) -> None:
        """As soon as there is something; sometimes a second too early, or twice."""
        grants = self.open_grants()
        grant = grants[choice % len(grants)]
        if grant.vested(self.clock.now) == grant.released:
            due, _ = grant.next_unlock(self.clock.now)
            self.warp(max(self.clock.now, due - early))
        for _ in range(1 + again):
            self.call("release", self.stranger, *grant.place)

    @precondition(lambda self: self.places())
    @rule(choice=CHOICE)
    def releases_any(self, choice: int) -> None:
        """Of any place there ever was, moved ones too; or the next one, which is none."""
        due = [
            grant.place
            for grant in self.open_grants()
            if grant.vested(self.clock.now) > grant.released
        ]
        if not due or choice % 8 == 0:
            due = [*self.places(), (self.people[0], len(self.model.places[self.people[0]]))]
        self.call("release", self.stranger, *due[choice // 8 % len(due)])

    @precondition(lambda self: self.open_grants())
    @rule(early=RARELY, flaw=RARELY)
    def releases_all(self, early: bool, flaw: bool) -> None:
        grants, now = self.open_grants()[:99], self.clock.now
        if not early and all(grant.vested(now) == grant.released for grant in grants):
            self.warp(min(grant.next_unlock(now)[0] for grant in grants))
        places = [grant.place for grant in grants]
        if flaw:
            places = [*places, *self.places()][:99]
        self.call("release_many", self.stranger, [*places, places[0]])

    @precondition(lambda self: self.open_grants())
    @rule(choice=CHOICE, to=PERSON, any_place=RARELY)
    def offers(self, choice: int, to: int, any_place: bool) -> None:
        open_places = [grant.place for grant in self.open_grants()]
        places = self.places() if any_place else open_places
        beneficiary, index = places[choice % len(places)]
        recipient = self.people[to]
        if recipient == beneficiary and choice % 8:
            recipient = self.people[(to + 1) % 3]
        self.call("offer", beneficiary, index, recipient)

    @precondition(lambda self: self.model.offers)
    @rule(choice=CHOICE, too_much=RARELY)
    def withdraws(self, choice: int, too_much: bool) -> None:
        offers = list(self.model.offers)
        beneficiary, index = offers[choice % len(offers)]
        self.call("offer", beneficiary, index, ZERO_ADDRESS)

    @precondition(lambda self: self.open_grants())
    @rule(choice=CHOICE, to=PERSON, least=st.sampled_from([0, 0, 1, 50, 100, 101]), late=RARELY)
    def hands_over(self, choice: int, to: int, least: int, late: bool) -> None:
        """Offered and accepted at once; sometimes a release comes in between."""
        grants = self.open_grants()
        grant = grants[choice % len(grants)]
        beneficiary, index = grant.place
        others = [person for person in self.people if person != beneficiary]
        recipient = others[to % 2]
        self.call("offer", beneficiary, index, recipient)
        expected = grant.unreleased
        if late and grant.vested(self.clock.now) > grant.released:
            self.call("release", self.stranger, beneficiary, index)
            least = 100
        min_remaining = expected + 1 if least > 100 else expected * least // 100
        self.call("accept", recipient, beneficiary, index, min_remaining)

    @precondition(lambda self: self.model.offers)
    @rule(choice=CHOICE, stranger=RARELY)
    def accepts(self, choice: int, stranger: bool) -> None:
        """An offer of some time ago."""
        offers = list(self.model.offers.items())
        (beneficiary, index), recipient = offers[choice % len(offers)]
        if stranger or recipient == ZERO_ADDRESS:
            recipient = self.stranger if stranger else self.people[choice % 3]
        self.call("accept", recipient, beneficiary, index, 0)

    @precondition(lambda self: self.places())
    @rule(
        choice=CHOICE,
        open_only=st.sampled_from([True] * 7 + [False]),
        stranger=RARELY,
        silent=RARELY,
    )
    def revokes(self, choice: int, open_only: bool, stranger: bool, silent: bool) -> None:
        """By any place at which the grant ever was; mostly one that can be revoked."""
        now = self.clock.now
        revocable = [
            (person, index)
            for person, index in self.places()
            if (grant := self.model.places[person][index]).schedule.revocable
            and not grant.is_revoked
            and grant.vested(now) < grant.amount
        ]
        places = [*self.places(), (self.people[2], len(self.model.places[self.people[2]]))]
        if open_only and revocable:
            places = revocable
        sender = self.stranger if stranger else self.governance
        self.revoke(sender, places[choice % len(places)], bytes(32) if silent else REASON)

    @rule(bucket=BUCKET, allowance=st.sampled_from([10**12, 10**12, 10**10, 5, 0]), flaw=FLAW)
    def sets_a_grantor(self, bucket: int, allowance: int, flaw: int | None) -> None:
        sender = self.stranger if flaw == 0 else self.governance
        grantor = ZERO_ADDRESS if flaw == 1 else self.grantor_of(bucket, False)
        cap = self.books.buckets[bucket].cap
        self.call("set_grantor", sender, bucket, grantor, cap + 1 if flaw == 2 else allowance)

    @rule(
        bucket=st.sampled_from([TEAM, MANAGEMENT]), allowance=st.sampled_from([10**12] * 3 + [9, 0])
    )
    def sets_the_vaults_allowance(self, bucket: int, allowance: int) -> None:
        self.set_issuer(bucket, allowance)

    @rule(amount=AMOUNT)
    def sends_directly(self, amount: int) -> None:
        self.send_directly(amount)

    @rule(bucket=st.sampled_from([TEAM, MANAGEMENT]), percent=st.sampled_from([1, 50, 100]))
    def gives_to_a_bucket(self, bucket: int, percent: int) -> None:
        self.give_to_a_bucket(bucket, percent)

    @rule(seconds=st.sampled_from([1, DAY, 20 * DAY]))
    def time_passes(self, seconds: int) -> None:
        self.warp(self.clock.now + seconds)

    @rule(months=st.sampled_from([1, 1, 1, 1, 1, 2, 3, 12]), late=st.sampled_from([-1, 0, 1]))
    def a_month_begins(self, months: int, late: int) -> None:
        """To the second around the beginning of a month to come."""
        self.warp(max(self.clock.now, month_start(self.month + months, UTC_8) + late))

    @invariant()
    def all_holds(self) -> None:
        self.the_chain_keeps_its_invariants()
        self.both_sides_are_equal()


class TestVesting(VestingMachine.TestCase):
    settings = run_settings(examples=20, steps=50)

    def runTest(self) -> None:  # noqa: N802, the name is unittest's
        VestingMachine.calls.clear()
        super().runTest()
        check_call_mix(VestingMachine, REASONS)
