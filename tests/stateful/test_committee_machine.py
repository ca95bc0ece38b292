"""Committee against its model, call by call, with the real staking, ledger, founders, management
pool and registry behind it.

Five people stake, contribute, stand, challenge and leave; members propose, sign and execute;
governance removes, seizes and changes everything; points are voided, and time passes. After every
call all that the committee tells is compared, and invariant 19 is held by the chain's own word:
seats belong to distinct accounts whose bonds are locked, and what was executed was executed once,
with enough signatures of members of that moment.
"""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, precondition, rule

from cos.chain import Chain
from tests.committee_house import (
    BOND,
    BUDGET,
    MANAGEMENT,
    NOTICE,
    REASON,
    RELEASE,
    SETTINGS,
    CommitteeHouse,
)
from tests.contribution_loop import (
    BUCKETS_PERCENT,
    CAP,
    CHILD,
    COS,
    GRANDCHILD,
    OTHER,
    ROOT,
    UTC_8,
    digest_of,
)
from tests.models import INFINITE, ZERO_ADDRESS
from tests.models.authority import (
    COMMITTEE_ROLE,
    LOCKER_ROLE,
    SECRETARIAT_ROLE,
    AuthorityModel,
)
from tests.models.calendar_months import month_of
from tests.models.clock import Clock
from tests.models.committee import AWARD, LIFETIME, CommitteeModel
from tests.models.community_registry import CommunityRegistryModel
from tests.models.cos_credit import CosCreditModel
from tests.models.cos_staking import CosStakingModel
from tests.models.founder_register import FounderRegisterModel
from tests.models.management_pool import ManagementPoolModel
from tests.models.treasury import TreasuryModel
from tests.models.vesting_vault import VestingVaultModel
from tests.stateful.machine import Machine, check_call_mix, run_settings

DAY = 86_400
FUND = 10**6 * COS

REASONS = {
    f"committee: {reason}"
    for reason in (
        "action expired",
        "already executed",
        "already seated",
        "already signed",
        "another action",
        "bad account",
        "barred",
        "barred too long",
        "below your bond",
        "bond is free",
        "bond not free yet",
        "bond out of bounds",
        "bond too small",
        "communities not ascending",
        "community not counted",
        "more than the bond",
        "neither seated nor standing",
        "no bond",
        "no reason",
        "no such action",
        "no such community",
        "no vacancy",
        "not a founder",
        "not a member",
        "not governance",
        "not seated",
        "not signed",
        "not standing",
        "nothing voided",
        "notice is running",
        "open already",
        "score too low",
        "seat is vacant",
        "seat taken",
        "seated or standing",
        "seated too late",
        "term is over",
        "threshold out of bounds",
        "too few signatures",
    )
} | {"staking: stake is locked", "pool: above released"}

RARELY = st.integers(0, 15).map(lambda n: n == 15)
AT_TIMES = st.integers(0, 4).map(lambda n: n == 4)
PERSON = st.integers(0, 4)
CHOICE = st.integers(0, 61)
LISTS = st.sampled_from([[], [ROOT], [OTHER], [ROOT, OTHER], [ROOT, OTHER]])
BAD_LISTS = st.sampled_from([[OTHER, ROOT], [CHILD], [ROOT, ROOT]])


class CommitteeActions(Machine):
    """Calls to both sides, and what must be equal between them or hold on the chain alone."""

    def __init__(self) -> None:
        super().__init__()
        self.chain = Chain(timestamp=1_700_000_000)
        self.house = CommitteeHouse(self.chain)
        self.committee = self.house.committee
        self.clock = Clock(self.chain.timestamp)
        self.governance, self.stranger = self.house.governance, self.house.attacker
        self.people = [self.chain.account(name) for name in ("ada", "ben", "cyd", "dan", "eve")]
        self.points: dict[tuple[int, str], int] = {}
        self.grants: list[tuple[Any, int, str]] = []
        self.executed: list[int] = []
        self.awarded = 0
        self._build_models()
        for person in self.people:
            self.house.token.transfer(person, FUND, sender=self.house.center)
            self.house.token.approve(self.house.staking, INFINITE, sender=person)
            self.token_model.transfer(self.house.center, person, FUND)
            self.token_model.approve(person, self.staking_model.address, INFINITE)
        self.communities = self.house.registry.community_count()

    def _build_models(self) -> None:
        house, governance, clock = self.house, self.governance, self.clock
        authority = AuthorityModel(governance)
        for role in (LOCKER_ROLE, COMMITTEE_ROLE, SECRETARIAT_ROLE):
            authority.grant_role(governance, role, self.committee.address)
        authority.grant_role(governance, SECRETARIAT_ROLE, house.secretariat)
        self.token_model = token = CosCreditModel(authority, house.token.address)
        caps = [CAP * percent // 100 for percent in BUCKETS_PERCENT]
        treasury = TreasuryModel(token, house.treasury.address, caps)
        token.set_minter(governance, treasury.address)
        genesis = [(0, house.center, CAP * 5 // 100), (1, house.seller, CAP * 25 // 100)]
        treasury.genesis(governance, genesis)
        vault = VestingVaultModel(token, treasury, house.vault.address, clock, UTC_8)
        treasury.set_issuer(governance, MANAGEMENT, vault.address, BUDGET)
        vault.set_grantor(governance, MANAGEMENT, house.management.address, BUDGET)
        pool = ManagementPoolModel(vault, house.management.address, clock, BUDGET, 24)
        registry = CommunityRegistryModel(authority, clock)
        for number, parent in ((ROOT, 0), (CHILD, ROOT), (GRANDCHILD, CHILD), (OTHER, 0)):
            admin = house.admins[number]
            registry.create(house.secretariat, parent, admin, f"community {number}", bytes(32))
        self.founders_model = FounderRegisterModel(authority, clock)
        self.founders_model.set_registrar(governance, governance)
        self.staking_model = CosStakingModel(token, house.staking.address, clock)
        self.model = CommitteeModel(
            self.committee.address,
            self.staking_model,
            lambda community, account: self.points.get((community, account), 0),
            *(self.founders_model, pool, registry, SETTINGS),
        )
        for community in (ROOT, OTHER):
            self.model.set_counted(governance, community, True)

    # --- calls

    def call(self, function: str, sender: str, *args: Any) -> bool:
        return self._call(self.committee, self.model, function, sender, args, args)

    def call_staking(self, function: str, sender: str, *args: Any) -> bool:
        return self._call(self.house.staking, self.staking_model, function, sender, args, args)

    def _call(
        self, contract: Any, model: Any, function: str, sender: str, args: Any, told: Any
    ) -> bool:
        """`told` are the model's arguments; whether both succeeded, with equal results."""
        results = []
        succeeded = self.attempt(
            function,
            lambda: results.append(contract.transact(function, *args, sender=sender).value),
            lambda: results.append(getattr(model, function)(sender, *told)),
        )
        assert not succeeded or results[0] == results[1], (function, *results)
        return succeeded

    def warp(self, timestamp: int) -> None:
        self.chain.warp(timestamp)
        self.clock.now = timestamp

    def later(self, seconds: int) -> None:
        self.warp(self.clock.now + seconds)

    def admit(self, person: str) -> None:
        number = self.house.admit(person)
        args = (person, 0, number, 3_000_000, False)
        assert self.founders_model.admit(self.governance, *args) == number

    def stake(self, person: str, amount: int) -> None:
        if self.call_staking("stake", person, amount):
            self.call_staking("approve_lock", person, self.committee.address, INFINITE)

    def sign(self, member: str, number: int, is_right: bool = True) -> bool:
        there = 0 < number <= len(self.model.actions)
        digest = self.committee.action(number)[1] if there and is_right else b"\x01" * 32
        args = (number, digest)
        return self._call(
            self.committee, self.model, "sign", member, args, (number, there and is_right)
        )

    def execute(self, sender: str, number: int, changed: bool = False) -> bool:
        action = self.model.actions[number - 1]
        terms = [*action.terms]
        if changed:
            terms[1] = terms[1] + 1 if action.kind == AWARD else self.stranger
        members = {
            (seat[0], seat[4])
            for seat in self.committee.members()
            if seat[5] > self.chain.timestamp
        }
        signed = len(members & set(action.signers.values()))
        kind = "award" if action.kind == AWARD else "community"
        if not self.call(f"execute_{kind}", sender, number, *terms):
            return False
        assert number not in self.executed, "invariant 19: executed twice"
        assert signed >= self.committee.threshold(), "invariant 19: too few members have signed"
        self.executed.append(number)
        if action.kind == AWARD:
            self.awarded += terms[1]
        else:
            self.communities += 1
        return True

    # --- who there is

    def members_now(self) -> list[str]:
        return [person for person in self.people if self.model.is_member(person)]

    def candidates(self) -> list[str]:
        return [person for person in self.people if self.model.accounts[person].standing]

    def one_of(self, people: list[str], choice: int, otherwise: bool = False) -> str:
        """Of `people` if there are any; of all people otherwise, or if told so."""
        some = self.people if otherwise or not people else people
        return some[choice % len(some)]

    def governance_or(self, stranger: bool) -> str:
        return self.stranger if stranger else self.governance

    # --- what must hold

    def both_are_equal(self) -> None:
        committee, model = self.committee, self.model
        assert [tuple(seat) for seat in committee.members()] == [*map(tuple, model.members())]
        assert committee.settings() == tuple(model.settings)
        assert committee.seat_to_take() == model.seat_to_take()
        assert committee.is_open() == model.is_open
        for person in self.people:
            assert committee.candidate(person) == tuple(model.candidate(person))
            assert committee.is_member(person) == model.is_member(person)
        assert committee.action_count() == len(model.actions)
        for number in range(max(1, len(model.actions) - 5), len(model.actions) + 1):
            kind, _, *rest = committee.action(number)
            assert (kind, *rest) == tuple(model.action(number))

    def seats_and_actions_hold(self) -> None:
        """Invariant 19, by what the chain tells alone."""
        committee, staking = self.committee, self.house.staking
        seats = [(number, seat) for number, seat in enumerate(committee.members(), 1) if seat[5]]
        holders = [seat[0] for _, seat in seats]
        assert ZERO_ADDRESS not in holders, "invariant 19: a seat of nobody's"
        assert len(set(holders)) == len(holders), "invariant 19: two seats of one account"
        for number, seat in seats:
            about = committee.candidate(seat[0])
            assert about[4] == number, "invariant 19: seat and holder differ"
            assert about[2] >= seat[2], "invariant 19: more votes than the bond"
        for person in self.people:
            bond = committee.candidate(person)[2]
            locked = staking.lock_of(person, committee)[1]
            assert locked == bond, "invariant 19: a bond that is not locked"
        assert self.house.management.awarded() == self.awarded, "invariant 19: other awards"
        assert self.house.registry.community_count() == self.communities, (
            "invariant 19: communities"
        )


class CommitteeMachine(CommitteeActions):
    @initialize(choices=st.permutations(range(5)), more=st.integers(0, 9))
    def a_committee(self, choices: list[int], more: int) -> None:
        """Four founders, three of whom take the seats."""
        for number in range(more):
            self.admit(self.chain.account(f"founder {number}"))
        first = [self.people[choice] for choice in choices[:4]]
        for person in first:
            self.admit(person)
            self.stake(person, 3 * BOND)
        self.stake(self.people[choices[4]], 3 * BOND)
        self.later(1)
        for person in first[:3]:
            self.call("stand", person, [], BOND)
        self.later(NOTICE)
        for person in first[:3]:
            self.call("take_seat", person)
        self.later(1)

    @rule(who=PERSON, bonds=st.integers(1, 4))
    def stakes(self, who: int, bonds: int) -> None:
        self.stake(self.people[who], bonds * BOND // 2 + bonds)

    @rule(who=PERSON, part=st.integers(1, 10), too_much=RARELY)
    def withdraws(self, who: int, part: int, too_much: bool) -> None:
        person = self.people[who]
        free = self.staking_model.positions[person].units - self.staking_model.locked(person)
        amount = free + 1 if too_much else free * part // 10
        if amount:
            self.call_staking("withdraw", person, amount)

    @rule(who=PERSON, community=st.sampled_from([ROOT, ROOT, OTHER]), cos=st.integers(1, 9_000))
    def contributes(self, who: int, community: int, cos: int) -> None:
        person, amount = self.people[who], cos * COS
        self.contribute(person, community, amount)
        if cos % 3 and community in self.model.counted:
            self.stand(person, [community], BOND + cos)

    @rule(who=PERSON, cos=st.integers(1, 9_000), more=st.sampled_from([BOND, 2 * BOND]))
    def is_found_out(self, who: int, cos: int, more: int) -> None:
        """Somebody gets a seat by points that are voided later."""
        person = self.people[who]
        if ROOT not in self.model.counted:
            self.call("set_counted", self.governance, ROOT, True)
        self.contribute(person, ROOT, cos * COS)
        self.outbid(person, more, [ROOT])
        if self.model.seat_of(person) and self.is_voidable(self.grants[-1][0].timestamp):
            self.void(self.grants[-1])
            self.call("assess", self.stranger, person)

    def contribute(self, person: str, community: int, amount: int) -> None:
        header = self.house.contribute(person, amount, community)
        self.points[community, person] = self.points.get((community, person), 0) + amount
        self.grants.append((header, amount, person))

    def void(self, grant: tuple[Any, int, str]) -> None:
        header, amount, person = grant
        self.grants.remove(grant)
        self.house.void(header, amount, person)
        self.points[header.community, person] -= amount

    def is_voidable(self, timestamp: int) -> bool:
        month = month_of(timestamp, UTC_8)
        return self.clock.now < self.house.pool.claimable_from(month)

    @precondition(lambda self: self.grants)
    @rule(choice=CHOICE)
    def is_voided(self, choice: int) -> None:
        still = [each for each in self.grants if self.is_voidable(each[0].timestamp)]
        if still:
            grant = still[choice % len(still)]
            self.void(grant)
            if self.model.seat_of(grant[2]):
                self.call("assess", self.stranger, grant[2])

    @rule(who=PERSON, odd=RARELY)
    def is_assessed(self, who: int, odd: bool) -> None:
        seated = [
            person
            for person in self.people
            if (number := self.model.seat_of(person))
            and self.model.points_of(person, self.model.seats[number].communities)
            < self.model.seats[number].points
        ]
        if seated or odd:
            self.call("assess", self.stranger, self.one_of(seated, who))

    @rule(
        who=PERSON,
        named=LISTS,
        part=st.integers(1, 10),
        odd=st.sampled_from([0] * 12 + [1, 2, 3, 4, 4, 4]),
        bad=BAD_LISTS,
        at_once=st.booleans(),
    )
    def stands(
        self, who: int, named: list[int], part: int, odd: int, bad: list[int], at_once: bool
    ) -> None:
        communities = bad if odd == 1 else [each for each in named if each in self.model.counted]
        self.stand(self.people[who], communities, part * BOND // 2, odd, at_once)

    def stand(
        self, person: str, communities: list[int], more: int, odd: int = 0, at_once: bool = False
    ) -> None:
        """Everything is done for it to succeed, unless `odd`."""
        model = self.model
        if not (model.is_open or model.founders.number_of(person)) and odd != 4:
            self.admit(person)
        about = model.accounts[person]
        units = self.staking_model.positions[person].units
        bond = max(about.bond, model.settings.min_bond, min(more, units))
        if odd in (2, 3):
            bond = about.bond - 1 if about.bond else model.settings.min_bond - 1
            bond = max(bond, 0) if odd == 2 else units + 1
        elif units < bond:
            self.stake(person, bond - units)
            self.later(not at_once)
        self.call("stand", person, communities, bond)

    @rule(choice=CHOICE, odd=RARELY, early=RARELY, which=RARELY)
    def takes_a_seat(self, choice: int, odd: bool, early: bool, which: bool) -> None:
        """By the function that is the right one now, mostly; after the notice, mostly."""
        model = self.model
        if not self.candidates() and not odd:
            return
        person = self.one_of(self.candidates(), choice, odd)
        standing = model.accounts[person].standing
        if standing and not early:
            over = standing[2] + model.settings.notice_seconds
            self.warp(max(self.clock.now, over))
        _, is_vacant = model.seat_to_take()
        renews = model.seat_of(person) > 0
        if (is_vacant or renews) != which:
            self.call("take_seat", person)
        else:
            self.call("challenge", person)

    @rule(who=PERSON, more=st.sampled_from([BOND, 2 * BOND, 4 * BOND]))
    def outbids(self, who: int, more: int) -> None:
        """Who has no seat stands with a higher bond and takes one, if need be by a challenge."""
        model = self.model
        outside = [person for person in self.people if not model.seat_of(person)]
        if not outside:
            return
        self.outbid(self.one_of(outside, who), more, [])

    def outbid(self, person: str, more: int, communities: list[int]) -> None:
        model = self.model
        least = min((seat.votes for seat in model.seats.values()), default=0)
        units = self.staking_model.positions[person].units
        if units < least + more:
            self.stake(person, least + more - units)
            self.later(1)
        self.stand(person, communities, least + more)
        if model.accounts[person].standing:
            self.later(model.settings.notice_seconds)
            _, is_vacant = model.seat_to_take()
            self.call("take_seat" if is_vacant or model.seat_of(person) else "challenge", person)

    @rule(who=PERSON, odd=RARELY, often=st.integers(0, 3))
    def resigns(self, who: int, odd: bool, often: int) -> None:
        if often == 0:
            somewhere = [p for p in self.people if self.model.seat_of(p) or p in self.candidates()]
            self.call("resign", self.one_of(somewhere, who, odd))

    @rule(who=PERSON, odd=RARELY, early=RARELY)
    def has_its_bond_released(self, who: int, odd: bool, early: bool) -> None:
        about = self.model.accounts
        free = [
            person
            for person in self.people
            if about[person].bond and not about[person].standing and not self.model.seat_of(person)
        ]
        if not free and not odd:
            return
        person = self.one_of(free, who, odd)
        if not early and not odd:
            self.warp(max(self.clock.now, about[person].free_from))
        self.call("release_bond", self.stranger, person)

    # --- actions

    def of_members(self, odd: bool, choice: int) -> str:
        return self.stranger if odd and choice % 2 else self.one_of(self.members_now(), choice, odd)

    def an_action(self, choice: int, odd: bool) -> int:
        """An open one, mostly; 0 if there is none."""
        actions = list(enumerate(self.model.actions, 1))
        still = [
            number
            for number, action in actions
            if not action.is_executed and self.clock.now < action.proposed_at + LIFETIME
        ]
        if odd or not still:
            return choice % (len(actions) + 2) if odd else 0
        return still[choice % len(still)]

    @rule(choice=CHOICE, to=PERSON, share=st.integers(1, 60), odd=RARELY, bad=RARELY, above=RARELY)
    def proposes_an_award(
        self, choice: int, to: int, share: int, odd: bool, bad: bool, above: bool
    ) -> None:
        self.later(choice % 2)
        if odd and choice % 3 == 0:
            self.later(SETTINGS.term_seconds)
        beneficiary = self.committee.address if bad else self.people[to]
        left = self.model.pool.unallocated
        amount = left + 1 if above else left * share // 100 + 1
        member = self.of_members(odd, choice)
        self.call("propose_award", member, beneficiary, amount, REASON)
        self._signed_by_others(member, choice)

    @rule(choice=CHOICE, admin=PERSON, odd=RARELY, bad=RARELY)
    def proposes_a_community(self, choice: int, admin: int, odd: bool, bad: bool) -> None:
        self.later(choice % 2)
        account = self.committee.address if bad else self.people[admin]
        terms = (0, account, f"place {choice}", digest_of("profile"))
        member = self.of_members(odd, choice)
        self.call("propose_community", member, *terms)
        self._signed_by_others(member, choice)

    def _signed_by_others(self, proposer: str, choice: int) -> None:
        """Some others sign, so that actions get executed."""
        number = len(self.model.actions)
        if number and choice % 3:
            for member in self.members_now():
                if member != proposer:
                    self.sign(member, number)
                    break

    @rule(choice=CHOICE, odd=RARELY, wrong=RARELY, who=CHOICE, stranger=RARELY)
    def signs(self, choice: int, odd: bool, wrong: bool, who: int, stranger: bool) -> None:
        number = self.an_action(choice, odd)
        if number or odd:
            self.later(1)
            signers = self._who_may_sign(number)
            if signers or stranger:
                member = self.of_members(True, who) if stranger else signers[who % len(signers)]
                self.sign(member, number, not wrong)

    def _who_may_sign(self, number: int) -> list[str]:
        if not 0 < number <= len(self.model.actions):
            return self.members_now()
        action = self.model.actions[number - 1]
        return [
            member
            for member in self.members_now()
            if self.model.seats[self.model.seat_of(member)].since < action.proposed_at
            and self.model.seat_of(member) not in action.signers
        ]

    @rule(choice=CHOICE, odd=AT_TIMES, who=CHOICE, often=st.integers(0, 3))
    def takes_its_signature_back(self, choice: int, odd: bool, who: int, often: int) -> None:
        number = self.an_action(choice, odd)
        if not number or often or number > len(self.model.actions):
            return
        signers = [account for account, _ in self.model.actions[number - 1].signers.values()]
        self.call("withdraw_signature", self.one_of(signers, who, odd), number)

    @rule(choice=CHOICE, odd=RARELY, changed=RARELY)
    def executes(self, choice: int, odd: bool, changed: bool) -> None:
        number = self.an_action(choice, odd)
        enough = [
            number
            for number, action in enumerate(self.model.actions, 1)
            if self.model.valid(action) >= self.model.settings.threshold
            and not action.is_executed
            and self.clock.now < action.proposed_at + LIFETIME
        ]
        if enough and not odd:
            number = enough[choice % len(enough)]
        if 0 < number <= len(self.model.actions) and (enough or odd or choice % 3 == 0):
            self.execute(self.stranger, number, changed)
            if choice % 4 == 0:
                self.execute(self.stranger, number)

    # --- governance

    @rule(who=PERSON, bar=st.sampled_from([0, 0, 30 * DAY, 10**9]), odd=RARELY, silent=RARELY,
          often=st.integers(0, 3))  # fmt: skip
    def is_removed(self, who: int, bar: int, odd: bool, silent: bool, often: int) -> None:
        if often == 0:
            until = self.clock.now + bar if bar else 0
            reason = bytes(32) if silent else REASON
            self.call("remove", self.governance_or(odd), self.people[who], until, reason)

    @rule(who=PERSON, part=st.integers(1, 11), odd=RARELY, any_=RARELY, late=RARELY)
    def is_seized(self, who: int, part: int, odd: bool, any_: bool, late: bool) -> None:
        model = self.model
        former = [
            person
            for person, about in model.accounts.items()
            if about.bond and not about.standing and not model.seat_of(person)
            and self.clock.now < about.free_from
        ]  # fmt: skip
        if former or any_:
            person = self.one_of(former, who, any_)
            if late:
                self.warp(max(self.clock.now, model.accounts[person].free_from))
            amount = model.accounts[person].bond * part // 10 + 1
            args = (person, self.stranger, amount, REASON)
            self.call("seize_bond", self.governance_or(odd), *args)

    @rule(odd=RARELY, often=st.integers(0, 7))
    def opens(self, odd: bool, often: int) -> None:
        if often == 0:
            self.call("open_to_all", self.governance_or(odd))

    @rule(community=st.sampled_from([ROOT, OTHER, OTHER, 0]), counted=st.booleans(), odd=RARELY)
    def counts_a_community(self, community: int, counted: bool, odd: bool) -> None:
        self.call("set_counted", self.governance_or(odd), community, counted)
        for each in (ROOT, OTHER):
            if len(self.model.counted) == 0:
                self.call("set_counted", self.governance, each, True)

    @rule(
        seats=st.sampled_from([3, 3, 3, 3, 3, 4]),
        points_bps=st.integers(1_000, 9_000),
        bond=st.sampled_from([BOND, BOND, 2 * BOND]),
        term=st.sampled_from([90, 180, 365]),
        odd=st.sampled_from([0] * 12 + [1, 2, 3, 4]),
    )
    def changes_settings(self, seats: int, points_bps: int, bond: int, term: int, odd: int) -> None:
        taken = max(self.model.seats, default=3)
        if seats < taken and odd != 3:
            seats = taken
        new = SETTINGS._replace(
            seats=seats,
            threshold=seats // 2 + (odd != 1),
            points_bps=points_bps,
            min_bond=1 if odd == 2 else bond,
            term_seconds=term * DAY,
        )
        self.call("set_settings", self.governance_or(odd == 4), new)

    @rule(seconds=st.sampled_from([1, 1, DAY, DAY, 7 * DAY, NOTICE, RELEASE, 100 * DAY]))
    def time_passes(self, seconds: int) -> None:
        self.later(seconds)

    @invariant()
    def all_is_held(self) -> None:
        self.seats_and_actions_hold()
        self.both_are_equal()


class TestCommittee(CommitteeMachine.TestCase):
    settings = run_settings(examples=40, steps=50)

    def runTest(self) -> None:  # noqa: N802, the name is unittest's
        CommitteeMachine.calls.clear()
        super().runTest()
        check_call_mix(CommitteeMachine, REASONS)
