"""The contracts of the contribution loop, deployed and wired on an embedded chain for tests.

Actors have roles for names (`loop.sponsor`, `loop.manager`). Four communities are there: ROOT with
its CHILD and GRANDCHILD, and the unrelated OTHER root; each has an admin and two managers.
"""

from __future__ import annotations

from typing import Any

from eth_hash.auto import keccak

from cos.chain import Chain, Contract, Receipt
from tests.models import ZERO_ADDRESS
from tests.models.authority import AUDITOR_ROLE, SECRETARIAT_ROLE, SELLER_ROLE
from tests.models.bonus_pool import Step
from tests.models.calendar_months import month_of, month_start
from tests.models.quota_ledger import Entry, Header
from tests.models.rule_book import Rule

COS = 10**8
CAP = 102_400_000_000 * COS
POOL = ZERO_ADDRESS
DAY = 86_400
UTC_8 = 8 * 3_600

ROOT, CHILD, GRANDCHILD, OTHER = 1, 2, 3, 4

BUCKETS_PERCENT = (5, 33, 8, 12, 27, 5, 5, 5)
INCENTIVE_BUCKET = 4
COMMUNITY_CAP, CONTRIBUTOR_CAP, MANAGER_CAP = 5_000_000, 200_000, 2_000_000
WINDOW = 14 * DAY

# Rule numbers.
HOURS, FREE, ONCE, ONCE_40, YEARLY, RETIRED = 1, 2, 3, 4, 5, 255
ONE = 100  # a quantity of 1, in hundredths


# Category, unit (1 item, 2 hour, 4 year in twelfths, 5 case by case), minimum and maximum per unit,
# once bit, minimum participants, active.
RULES = {
    HOURS: Rule(1, 2, 500 * COS, 2_000 * COS, 0, 0, True),
    FREE: Rule(1, 5, 0, 0, 0, 0, True),
    ONCE: Rule(1, 1, 500 * COS, 500 * COS, 1, 0, True),
    ONCE_40: Rule(1, 1, 100 * COS, 100 * COS, 40, 0, True),
    YEARLY: Rule(1, 4, 1_000 * COS, 1_000 * COS, 0, 0, True),
    RETIRED: Rule(1, 5, 0, 0, 0, 0, False),
}


def digest_of(text: str) -> bytes:
    return keccak(text.encode())


def default_schedule(month: int) -> list[Step]:
    """25 % and 10 % from `month` on, down to 10 % and 5 % after five years."""
    return [Step(month + 12 * k, 2_500 - 300 * k, 1_000 - 100 * k) for k in range(6)]


class ContributionLoop:
    """All contracts with their wiring; every method is a short way to a state that a test needs."""

    def __init__(self, chain: Chain) -> None:
        self.chain = chain
        self.governance = chain.account("governance")
        self.auditor = chain.account("auditor")
        self.secretariat = chain.account("secretariat")
        self.seller = chain.account("seller")
        self.center = chain.account("center")
        self.sponsor = chain.account("sponsor")
        self.other_sponsor = chain.account("other sponsor")
        self.contributor = chain.account("contributor")
        self.other_contributor = chain.account("other contributor")
        self.attacker = chain.account("attacker")
        names = ("root", "child", "grandchild", "other")
        self.admins = [POOL, *(chain.account(f"{name} admin") for name in names)]
        self.managers = [POOL, *(chain.account(f"{name} manager") for name in names)]
        self.sub_managers = [POOL, *(chain.account(f"{name} sub-manager") for name in names)]
        self.admin, self.child_admin = self.admins[ROOT], self.admins[CHILD]
        self.manager, self.child_manager = self.managers[ROOT], self.managers[CHILD]
        self.sub_manager = self.sub_managers[ROOT]
        self._deploy()
        self._wire()
        self._open_communities()
        for rule, definition in RULES.items():
            self.rules.set_rule(rule, definition, f"rule {rule}", sender=self.governance)

    def _deploy(self) -> None:
        deployer = self.chain.account("deployer")

        def deploy(name: str, *args: Any) -> Contract:
            return self.chain.deploy(name, *args, sender=deployer)

        self.authority = deploy("Authority", self.governance)
        self.token = deploy("CosCredit", self.authority)
        caps = [CAP * percent // 100 for percent in BUCKETS_PERCENT]
        self.treasury = deploy("Treasury", self.authority, self.token, caps)
        self.registry = deploy("CommunityRegistry", self.authority)
        self.rules = deploy("RuleBook", self.authority, self.registry, UTC_8)
        schedule = default_schedule(self.month)
        self.pool = deploy("BonusPool", self.authority, self.token, UTC_8, WINDOW, schedule)
        self.drops_blueprint = self.chain.deploy_blueprint("GrantDrops", sender=deployer)
        self.ledger = deploy(
            "QuotaLedger",
            self.authority,
            self.token,
            self.registry,
            self.rules,
            self.pool,
            self.drops_blueprint,
            COMMUNITY_CAP,
            CONTRIBUTOR_CAP,
            MANAGER_CAP,
        )
        self.drops = self.chain.at("GrantDrops", self.ledger.DROPS())

    def _wire(self) -> None:
        governance = self.governance
        for role, account in (
            (AUDITOR_ROLE, self.auditor),
            (SECRETARIAT_ROLE, self.secretariat),
            (SELLER_ROLE, self.seller),
        ):
            self.authority.grantRole(role, account, sender=governance)
        self.token.set_minter(self.treasury.address, sender=governance)
        self.pool.set_ledger(self.ledger.address, True, sender=governance)
        genesis = [(0, self.center, CAP * 5 // 100), (1, self.seller, CAP * 25 // 100)]
        self.treasury.genesis(genesis, sender=governance)
        for owner, spender in (
            (self.seller, self.ledger),
            (self.sponsor, self.ledger),
            (self.center, self.pool),
        ):
            self.token.approve(spender.address, 2**256 - 1, sender=owner)

    def _open_communities(self) -> None:
        for community, parent in ((ROOT, 0), (CHILD, ROOT), (GRANDCHILD, CHILD), (OTHER, 0)):
            admin = self.admins[community]
            opened = self.registry.create(
                parent, admin, f"community {community}", bytes(32), sender=self.secretariat
            )
            assert opened == community
            for manager, level in ((self.managers, 1), (self.sub_managers, 2)):
                self.registry.set_manager(
                    community, manager[community], level, "manager", sender=admin
                )

    # --- time

    @property
    def month(self) -> int:
        return month_of(self.chain.timestamp, UTC_8)

    def warp_to_month(self, month: int, seconds: int = 0) -> None:
        """To `seconds` after the month's first second, in UTC+8."""
        self.chain.warp(month_start(month, UTC_8) + seconds)

    # --- coins and quota

    def give(self, account: str, amount: int) -> None:
        """Free COS that the account lets the ledger pull."""
        self.token.transfer(account, amount, sender=self.center)
        self.token.approve(self.ledger.address, amount, sender=account)

    def fund(self, amount: int) -> None:
        """Adds COS of the incentive bucket to the bonus reserve."""
        if amount > 0:
            self.treasury.issue(INCENTIVE_BUCKET, self.center, amount, sender=self.governance)
            self.pool.fund(amount, sender=self.center)

    def issue(self, amount: int, sponsor: str | None = None) -> Receipt:
        """Quota for a sponsor, after funding the reserve that it needs."""
        self.fund(self.pool.shortfall(amount))
        return self.ledger.transact(
            "issue_quota", sponsor or self.sponsor, amount, sender=self.seller
        )

    def donate(self, amount: int, community: int = ROOT, sponsor: str | None = None) -> int:
        """A new lot out of new quota."""
        sponsor = sponsor or self.sponsor
        self.issue(amount, sponsor)
        return self.ledger.donate(community, amount, sender=sponsor)

    def donate_own(self, amount: int, community: int = ROOT, sponsor: str | None = None) -> int:
        """A new lot of the sponsor's own coins."""
        sponsor = sponsor or self.sponsor
        self.give(sponsor, amount)
        return self.ledger.donate_own(community, amount, sender=sponsor)

    def allot(self, lot: int, amount: int, community: int = ROOT, manager: str = "") -> None:
        """From a community's pool to its manager."""
        manager = manager or self.managers[community]
        self.ledger.allot(lot, community, community, manager, amount, sender=self.admins[community])

    def allotted(self, amount: int, community: int = ROOT, manager: str = "") -> int:
        """A new lot out of new quota, all of it in a manager's hands."""
        lot = self.donate(amount, community)
        self.allot(lot, amount, community, manager)
        return lot

    def allotted_own(self, amount: int, community: int = ROOT, manager: str = "") -> int:
        """A new lot of own coins, all of it in a manager's hands."""
        lot = self.donate_own(amount, community)
        self.allot(lot, amount, community, manager)
        return lot

    def join(self, account: str, community: int = ROOT) -> None:
        """Makes the account a member."""
        self.registry.apply(community, bytes(32), sender=account)
        self.registry.approve_members(community, [account], sender=self.admins[community])

    def set_caps(
        self, community: int = ROOT, total: int = 0, contributor: int = 0, manager: int = 0
    ) -> None:
        """Caps of a root community, in whole COS; 0 leaves one as it is."""
        caps = self.ledger.caps(community)
        if total:
            self.ledger.set_community_cap(community, total, sender=self.governance)
        self.ledger.set_member_caps(
            community, contributor or caps[2], manager or caps[3], sender=self.admins[community]
        )

    def lift_caps(self, community: int = ROOT) -> None:
        """Caps of a root community out of the way."""
        self.set_caps(community, *[CAP // COS] * 3)

    def give_child_cap(self, cap: int, child: int = CHILD) -> None:
        """Carves a child's cap out of its parent's."""
        parent = self.registry.parent_of(child)
        self.ledger.set_community_cap(child, cap, sender=self.admins[parent])

    def freeze(self, community: int = ROOT, seconds: int = 90 * DAY) -> None:
        self.registry.freeze(community, digest_of("reason"), seconds, sender=self.auditor)

    def close(self, community: int = ROOT) -> None:
        self.registry.close(community, digest_of("reason"), sender=self.governance)

    # --- grants

    def entry(
        self,
        contributor: str | None = None,
        amount: int = COS,
        rule: int = FREE,
        quantity: int = ONE,
        evidence: str | bytes = "evidence",
    ) -> Entry:
        raw = digest_of(evidence) if isinstance(evidence, str) else evidence
        return Entry(contributor or self.contributor, rule, quantity, amount, raw)

    def grant(
        self,
        lot: int,
        *entries: Entry,
        community: int = ROOT,
        manager: str = "",
        evidence: bytes = bytes(32),
    ) -> Receipt:
        manager = manager or self.managers[community]
        return self.ledger.transact(
            "grant", lot, community, list(entries), evidence, sender=manager
        )

    def header(self, receipt: Receipt) -> Header:
        """The header of the batch that a grant has just made, from its event."""
        (event,) = [log for log in receipt.logs if log.name == "BatchGranted"]
        return Header(**event.args, timestamp=self.chain.timestamp)

    def contributions(self, receipt: Receipt) -> list[tuple[Entry, int, int]]:
        """Entry, rule version and community of each record event, unpacked."""
        found = []
        for name, args in self.logs(receipt):
            if name == "ContributionRecorded":
                work = args["work"]
                assert work >> 192 == 0
                assert (work >> 40) & (2**24 - 1) == 0
                rule, version = work & 255, (work >> 8) & (2**32 - 1)
                quantity, amount = (work >> 64) & (2**64 - 1), work >> 128
                entry = Entry(args["contributor"], rule, quantity, amount, args["evidence"])
                found.append((entry, version, args["community"]))
        return found

    # --- reading everything back

    def logs(self, receipt: Receipt, contract: Contract | None = None) -> list[tuple[str, dict]]:
        """Name and arguments of the events of one contract, the ledger by default."""
        address = (contract or self.ledger).address
        return [(log.name, log.args) for log in receipt.logs if log.address == address]

    def state(self) -> list[Any]:
        """All that the ledger says, and what the pool and the token say about it.

        For comparisons before and after: covers the accounts of this class, every lot and every
        community. Reads under the re-entrancy lock work, as no call is running.
        """
        ledger, pool, token = self.ledger, self.pool, self.token
        people = [
            *self.admins[1:],
            *self.managers[1:],
            *self.sub_managers[1:],
            *(self.sponsor, self.other_sponsor, self.contributor, self.other_contributor),
            *(self.attacker, self.seller, self.governance, self.auditor),
        ]
        communities = range(1, self.registry.community_count() + 1)
        lots = range(1, ledger.lot_count() + 1)
        seen: list[Any] = [
            ledger.quota_issued(),
            ledger.locked_quota(),
            ledger.locked_own(),
            pool.totals(),
            len(lots),
            [ledger.lot(lot) for lot in lots],
            [token.balanceOf(a) for a in (*people, self.center, ledger.address, pool.address)],
            [ledger.quota_of(person) for person in people],
            [pool.bucket(person, self.month) for person in people],
            *(ledger.quota_aside(), token.balanceOf(self.drops.address)),
        ]
        for community in communities:
            caps = ledger.caps(community)
            seen.append(caps)
            seen += [ledger.batch_digest(community, number + 1) for number in range(caps[6])]
            seen += [ledger.voided_parts(community, number + 1) for number in range(caps[6])]
            seen += [ledger.voided_records(community, number + 1) for number in range(caps[6])]
            seen += [ledger.standing(community, person) for person in people]
            seen += [ledger.voided_points(community, person) for person in people]
            seen += [ledger.manager_spent(community, person, self.month) for person in people]
            seen += [ledger.holding(lot, community, h) for lot in lots for h in (POOL, *people)]
        return seen
