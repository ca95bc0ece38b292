"""The committee with all that it needs, deployed and wired on an embedded chain for tests.

Founders are admitted by governance, which plays the registrar. ROOT and OTHER count, CHILD does
not. `seat` leads an account all the way from its founder's seat into the committee.
"""

from __future__ import annotations

from typing import Any

from cos.chain import Chain, Contract, Event
from tests.contribution_loop import (
    BUCKETS_PERCENT,
    CAP,
    COS,
    DAY,
    OTHER,
    ROOT,
    UTC_8,
    ContributionLoop,
)
from tests.models import INFINITE, ZERO_ADDRESS
from tests.models.authority import COMMITTEE_ROLE, LOCKER_ROLE, SECRETARIAT_ROLE
from tests.models.committee import Candidate, SeatShown, Settings
from tests.models.quota_ledger import Header, RecordProof

MANAGEMENT = 3
BUDGET = CAP * BUCKETS_PERCENT[MANAGEMENT] // 100
NOTICE, TERM, RELEASE = 14 * DAY, 365 * DAY, 30 * DAY
LIFETIME = 14 * DAY
BOND = 10_000 * COS
SETTINGS = Settings(3, 2, 5_000, BOND, NOTICE, TERM, RELEASE)
REASON = b"\x22" * 32
PEOPLE = ("ada", "ben", "cyd", "dan", "eve", "attacker", "governance")


class CommitteeHouse(ContributionLoop):
    """The loop with staking, founders, ManagementPool and committee; `pool` is the BonusPool."""

    def __init__(self, chain: Chain, settings: Settings = SETTINGS) -> None:
        super().__init__(chain)
        self.lift_caps(ROOT)
        self.lift_caps(OTHER)
        governance = self.governance
        self.staking = self.create("CosStaking", self.authority, self.token)
        self.founders = self.create("FounderRegister", self.authority)
        self.founders.set_registrar(governance, sender=governance)
        self.vault = self.create("VestingVault", self.authority, self.token, self.treasury, UTC_8)
        self.management = self.create("ManagementPool", self.authority, self.vault, BUDGET, 24)
        self.treasury.set_issuer(MANAGEMENT, self.vault, BUDGET, sender=governance)
        self.vault.set_grantor(MANAGEMENT, self.management, BUDGET, sender=governance)
        self.committee = self.create("Committee", *self.arguments(settings=settings))
        for role in (LOCKER_ROLE, COMMITTEE_ROLE, SECRETARIAT_ROLE):
            self.authority.grantRole(role, self.committee, sender=governance)
        for community in (ROOT, OTHER):
            self.committee.set_counted(community, True, sender=governance)
        self.people = [chain.account(label) for label in PEOPLE]

    def create(self, name: str, *args: Any) -> Contract:
        return self.chain.deploy(name, *args, sender=self.governance)

    def arguments(self, **changes: Any) -> list[Any]:
        """Of the committee's constructor."""
        found = {
            "authority": self.authority,
            "staking": self.staking,
            "quota_ledger": self.ledger,
            "founders": self.founders,
            "management_pool": self.management,
            "registry": self.registry,
            "settings": SETTINGS,
        }
        return list({**found, **changes}.values())

    # --- time

    def later(self, seconds: int) -> None:
        self.chain.warp(self.chain.timestamp + seconds)

    # --- people

    def admit(self, account: str) -> int:
        """Makes the account a founder; returns its number."""
        seat = self.founders.count() + 1
        return self.founders.admit(account, 0, seat, 3_000_000, False, sender=self.governance)

    def admit_others(self, count: int) -> None:
        """So many founders who do nothing else."""
        for _ in range(count):
            self.admit(self.chain.account(f"founder {self.founders.count() + 1}"))

    def stake(self, account: str, amount: int) -> None:
        """Free COS staked, all of which the committee may lock; its votes are a second old."""
        self.token.transfer(account, amount, sender=self.center)
        self.token.approve(self.staking, amount, sender=account)
        self.staking.stake(amount, sender=account)
        self.staking.approve_lock(self.committee, INFINITE, sender=account)
        self.later(1)

    def contribute(self, account: str, amount: int, community: int = ROOT) -> Header:
        """Points of a grant out of donated quota; returns the header of its batch."""
        lot = self.allotted(amount, community)
        return self.header(self.grant(lot, self.entry(account, amount), community=community))

    def void(self, header: Header, amount: int, account: str) -> None:
        """The auditor voids the points of a grant of one record."""
        proof = RecordProof(0, self.entry(account, amount), 1, [])
        self.ledger.void_points(header, [proof], REASON, sender=self.auditor)

    def stand(self, account: str, bond: int = BOND, *communities: int) -> None:
        self.committee.stand(list(communities), bond, sender=account)

    def prepare(
        self, account: str, bond: int = BOND, points: int = 0, is_founder: bool = True
    ) -> None:
        """A candidate whose notice is over."""
        if is_founder and not self.founders.is_founder(account):
            self.admit(account)
        self.stake(account, bond)
        if points:
            self.contribute(account, points)
        self.stand(account, bond, *([ROOT] if points else []))
        self.later(NOTICE)

    def seat(self, account: str, bond: int = BOND, points: int = 0) -> int:
        """A member; returns its seat's number."""
        self.prepare(account, bond, points)
        return self.committee.take_seat(sender=account)

    def seat_all(self, *accounts: str) -> None:
        """Members with equal scores, a second in office."""
        for account in accounts:
            self.seat(account)
        self.later(1)

    # --- reading back

    def about(self, account: str) -> Candidate:
        return Candidate(*self.committee.candidate(account))

    def shown(self, number: int) -> SeatShown:
        return SeatShown(*self.committee.members()[number - 1])

    def holders(self) -> list[str]:
        """Who has the seats, in order; the zero address for nobody."""
        return [seat[0] for seat in self.committee.members()]

    def locked(self, account: str) -> int:
        """What the committee has locked of an account's stake."""
        return self.staking.lock_of(account, self.committee)[1]

    def event(self, name: str, /, **args: Any) -> Event:
        """As the committee emits it."""
        return Event(self.committee.address, name, args)

    def committee_state(self) -> object:
        """Everything that the committee tells, and what the suite tells about it."""
        committee, staking = self.committee, self.staking
        count = committee.action_count()
        everybody = [*self.people, ZERO_ADDRESS]
        return (
            committee.settings(),
            (committee.is_open(), committee.seat_to_take(), count),
            [committee.is_counted(number) for number in range(6)],
            committee.members(),
            [committee.candidate(account) for account in everybody],
            [committee.action(number) for number in range(1, count + 1)],
            [staking.lock_of(account, committee) for account in everybody],
            [(staking.staked(each), staking.exits(each)) for each in everybody],
            [self.vault.grants_of(account, 0, 20) for account in everybody],
            (self.management.awarded(), self.registry.community_count()),
            [self.token.balanceOf(account) for account in (*everybody, committee)],
        )
