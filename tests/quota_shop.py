"""What selling quota needs, deployed and wired on an embedded chain for tests.

A seller, `QuotaSale` or a harness of its modules, may issue out of the founders' and the incentive
bucket and sells quota; genesis may have left COS of both in its custody.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cos.chain import Chain, Contract
from tests.contribution_loop import (
    BUCKETS_PERCENT,
    CAP,
    COMMUNITY_CAP,
    CONTRIBUTOR_CAP,
    COS,
    MANAGER_CAP,
    UTC_8,
    WINDOW,
    default_schedule,
)
from tests.models.authority import SELLER_ROLE
from tests.models.calendar_months import month_of

FOUNDERS, INCENTIVE = 1, 4
ALLOWANCE = 1_000_000 * COS  # of the seller, in each of the two buckets
HIGHEST_BPS = 3_500  # of the bonus, of both together
BUYERS = ("buyer", "other buyer", "attacker")


class QuotaShop:
    """Authority, token, Treasury, ledger and pool; `deploy_seller` completes it."""

    def __init__(self, chain: Chain) -> None:
        self.chain = chain
        self.governance = chain.account("governance")
        self.center = chain.account("center")
        self.holder = chain.account("holder")  # of free COS
        self.buyer, self.other_buyer, self.attacker = map(chain.account, BUYERS)
        self.authority = self.deploy("Authority", self.governance)
        self.token = self.deploy("CosCredit", self.authority)
        caps = [CAP * percent // 100 for percent in BUCKETS_PERCENT]
        self.treasury = self.deploy("Treasury", self.authority, self.token, caps)
        registry = self.deploy("CommunityRegistry", self.authority)
        rules = self.deploy("RuleBook", self.authority, registry, UTC_8)
        self.schedule = default_schedule(month_of(chain.timestamp, UTC_8))
        pool_arguments = (self.authority, self.token, UTC_8, WINDOW, self.schedule)
        self.pool = self.deploy("BonusPool", *pool_arguments)
        self.ledger = self.deploy(
            "QuotaLedger",
            self.authority,
            self.token,
            registry,
            rules,
            self.pool,
            chain.deploy_blueprint("GrantDrops", sender=self.governance),
            COMMUNITY_CAP,
            CONTRIBUTOR_CAP,
            MANAGER_CAP,
        )
        self.token.set_minter(self.treasury, sender=self.governance)
        self.pool.set_ledger(self.ledger, True, sender=self.governance)

    def deploy(self, contract: str, *args: Any) -> Contract:
        return self.chain.deploy(contract, *args, sender=self.governance)

    def deploy_seller(
        self, contract: str, *args: Any, custody: Mapping[int, int] | None = None
    ) -> Contract:
        """The seller, after a genesis that leaves it `custody` (bucket -> base units)."""
        seller = self.deploy(contract, *args)
        custody = dict(custody or {})
        rest = CAP * 30 // 100 - sum(custody.values())
        allocations = [(bucket, seller, amount) for bucket, amount in custody.items()]
        allocations += [(0, self.holder, CAP * 5 // 100), (1, self.holder, rest - CAP * 5 // 100)]
        self.treasury.genesis(allocations, sender=self.governance)
        self.authority.grantRole(SELLER_ROLE, seller, sender=self.governance)
        for bucket in (FOUNDERS, INCENTIVE):
            self.treasury.set_issuer(bucket, seller, ALLOWANCE, sender=self.governance)
        return seller

    def state(self, seller: Contract) -> list[Any]:
        """What Treasury, token, pool and ledger tell about the seller and the buyers."""
        token, treasury, ledger = self.token, self.treasury, self.ledger
        contracts = (seller, self.pool, ledger, treasury)
        people = [self.buyer, self.other_buyer, self.attacker, self.center]
        return [
            [treasury.minted(bucket) for bucket in range(len(BUCKETS_PERCENT))],
            [treasury.issuer_allowance(bucket, seller) for bucket in (FOUNDERS, INCENTIVE)],
            [seller.custody_of(bucket) for bucket in (FOUNDERS, INCENTIVE)],
            [token.balanceOf(account) for account in (*contracts, *people)],
            [token.allowance(seller, other) for other in (self.pool, ledger)],
            token.totalSupply(),
            self.pool.totals(),
            ledger.quota_issued(),
            [ledger.quota_of(person) for person in people],
        ]
