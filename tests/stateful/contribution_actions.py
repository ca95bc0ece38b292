"""The actions of the contribution machine, and what must hold after each of them.

Every call goes to a contract of the loop and to its model. What came of it is also counted from the
events, apart from both, so that the invariants are held on the chain's own word:

1. sum of balances = total supply
2. ledger and pool hold exactly what they owe and what was sent to them directly
3. quota issued = undonated + in lots + granted, and the same for own coins
4. accrued bonus = granted * rate at grant time - voided - paid, to 1e-4 base units; the reserve
   covers it and what open quota can still earn
5. one record for each granted entry; points = point-bearing records; past digests never change
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

from cos.chain import Chain, Contract, Event, Receipt
from tests.contribution_loop import (
    BUCKETS_PERCENT,
    CAP,
    COMMUNITY_CAP,
    CONTRIBUTOR_CAP,
    INCENTIVE_BUCKET,
    MANAGER_CAP,
    POOL,
    RULES,
    UTC_8,
    WINDOW,
    ContributionLoop,
    default_schedule,
    digest_of,
)
from tests.models import INFINITE
from tests.models.authority import AUDITOR_ROLE, SECRETARIAT_ROLE, SELLER_ROLE, AuthorityModel
from tests.models.bonus_pool import BonusPoolModel
from tests.models.clock import Clock
from tests.models.community_registry import CommunityRegistryModel
from tests.models.cos_credit import CosCreditModel
from tests.models.quota_ledger import Batch, Entry, QuotaLedgerModel
from tests.models.rule_book import RuleBookModel
from tests.models.spending_caps import SpendingCapsModel
from tests.stateful.machine import Machine

REASON = digest_of("reason")
E4 = 10_000


@cache
def deployed_once() -> ContributionLoop:
    """One chain for all examples: each goes back to the deployment at its end."""
    return ContributionLoop(Chain(timestamp=1_700_000_000))


class ContributionActions(Machine):
    """Every call goes to contract and model; what came of it is counted apart from both."""

    def __init__(self) -> None:
        super().__init__()
        self.deployed = loop = deployed_once()
        self.snapshot = loop.chain.snapshot()
        self.chain, self.token, self.registry = loop.chain, loop.token, loop.registry
        self.rules, self.pool, self.ledger = loop.rules, loop.pool, loop.ledger
        self.treasury = loop.treasury
        self.governance, self.auditor, self.seller = loop.governance, loop.auditor, loop.seller
        self.center = loop.center
        # Anyone of them may be sponsor, admin, manager and contributor, also at the same time.
        self.people = [
            *(loop.sponsor, loop.other_sponsor, loop.contributor, loop.other_contributor),
            *(loop.admin, loop.child_admin, loop.manager, loop.sub_manager, loop.child_manager),
            loop.attacker,
        ]
        self.everyone = [*self.people, *loop.admins[3:], *loop.managers[3:], *loop.sub_managers[2:]]
        self._model(loop)
        self.gifts = dict.fromkeys((self.ledger.address, self.pool.address), 0)
        self.issued = self.own_in = self.own_out = 0
        self.granted = {False: 0, True: 0}  # is_own -> base units
        self.earned_e4 = self.voided_e4 = self.paid = 0
        self.records: Counter[tuple[int, str]] = Counter()
        self.points: Counter[tuple[int, str]] = Counter()
        self.digests: dict[tuple[int, int], bytes] = {}

    def teardown(self) -> None:
        self.everything_is_equal()
        self.chain.restore(self.snapshot)

    def _model(self, loop: ContributionLoop) -> None:
        """The models in the state of the deployment."""
        self.clock = Clock(loop.chain.timestamp)
        authority = AuthorityModel(loop.governance)
        for role, account in (
            (AUDITOR_ROLE, loop.auditor),
            (SECRETARIAT_ROLE, loop.secretariat),
            (SELLER_ROLE, loop.seller),
        ):
            authority.grant_role(loop.governance, role, account)
        self.token_model = CosCreditModel(authority, loop.token.address)
        self.token_model.set_minter(loop.governance, loop.treasury.address)
        for account, percent in ((loop.center, 5), (loop.seller, 25)):
            self.token_model.mint(loop.treasury.address, account, CAP * percent // 100)
        for owner, spender in (
            *((loop.seller, loop.ledger), (loop.sponsor, loop.ledger), (loop.center, loop.pool)),
        ):
            self.token_model.approve(owner, spender.address, INFINITE)
        self.registry_model = CommunityRegistryModel(authority, self.clock)
        self.rules_model = RuleBookModel(authority, self.registry_model, UTC_8, self.clock)
        schedule = default_schedule(loop.month)
        self.pool_model = BonusPoolModel(
            self.token_model, loop.pool.address, self.clock, UTC_8, WINDOW, schedule
        )
        self.pool_model.set_ledger(loop.governance, loop.ledger.address, True)
        caps = (COMMUNITY_CAP, CONTRIBUTOR_CAP, MANAGER_CAP)
        self.caps_model = SpendingCapsModel(
            authority, self.registry_model, self.clock, UTC_8, *caps
        )
        self.model = QuotaLedgerModel(
            loop.ledger.address,
            loop.chain.chain_id,
            self.rules_model,
            self.pool_model,
            self.caps_model,
        )
        for community, parent in ((1, 0), (2, 1), (3, 2), (4, 0)):
            admin = loop.admins[community]
            self.registry_model.create(loop.secretariat, parent, admin, "community", bytes(32))
            for hand, level in ((loop.managers, 1), (loop.sub_managers, 2)):
                self.registry_model.set_manager(admin, community, hand[community], level, "manager")
        for number, definition in RULES.items():
            self.rules_model.set_rule(loop.governance, number, definition, "rule")

    # --- calls

    def call(
        self, contract: Contract, model: Any, function: str, sender: str, *args: Any
    ) -> Receipt | None:
        """The receipt if both sides succeeded, with equal results; None if both refused."""
        return self.call_with(
            function,
            lambda: contract.transact(function, *args, sender=sender),
            lambda: getattr(model, function)(sender, *args),
        )

    def call_with(
        self, name: str, contract: Callable[[], Receipt], model: Callable[[], Any]
    ) -> Receipt | None:
        done: list[Any] = []
        if not self.attempt(name, lambda: done.append(contract()), lambda: done.append(model())):
            return None
        expected, receipt = done
        assert expected is None or receipt.value in (expected, None), (
            name,
            expected,
            receipt.value,
        )
        return receipt

    def on_ledger(self, function: str, sender: str, *args: Any) -> Receipt | None:
        return self.call(self.ledger, self.model, function, sender, *args)

    def on_registry(self, function: str, sender: str, *args: Any) -> Receipt | None:
        return self.call(self.registry, self.registry_model, function, sender, *args)

    def on_rules(self, function: str, sender: str, *args: Any) -> Receipt | None:
        return self.call(self.rules, self.rules_model, function, sender, *args)

    def on_pool(self, function: str, sender: str, *args: Any) -> Receipt | None:
        return self.call(self.pool, self.pool_model, function, sender, *args)

    def events(self, receipt: Receipt, name: str) -> list[Event]:
        return [log for log in receipt.logs if log.name == name]

    # --- actions that need more than the call itself

    def fund(self, amount: int) -> None:
        """Through the Treasury, as in the real suite."""
        if amount > 0:
            self.treasury.issue(INCENTIVE_BUCKET, self.center, amount, sender=self.governance)
            self.token_model.mint(self.treasury.address, self.center, amount)
            self.on_pool("fund", self.center, amount)

    def issue(self, sender: str, sponsor: str, amount: int) -> None:
        if self.on_ledger("issue_quota", sender, sponsor, amount):
            self.issued += amount

    def give(self, account: str, amount: int, allowance: int) -> None:
        """Free COS of the Center's, and an allowance for the ledger."""
        self.call(self.token, self.token_model, "transfer", self.center, account, amount)
        self.call(self.token, self.token_model, "approve", account, self.ledger.address, allowance)

    def donate_own(self, sponsor: str, community: int, amount: int) -> None:
        if self.on_ledger("donate_own", sponsor, community, amount):
            self.own_in += amount

    def grant(
        self, manager: str, lot: int, community: int, entries: Sequence[Entry], evidence: bytes
    ) -> None:
        receipt = self.on_ledger("grant", manager, lot, community, entries, evidence)
        if receipt is None:
            return
        batch = self.model.batches[community][-1]
        (event,) = self.events(receipt, "BatchGranted")
        assert event.args == {
            name: value for name, value in batch.header._asdict().items() if name != "timestamp"
        }
        is_own = self.ledger.lot(lot)[2]
        assert (event.args["sponsor_bps"] == 0) == is_own
        records = self.events(receipt, "ContributionRecorded")
        assert len(records) == event.args["count"]
        for record in records:
            key = (community, record.args["contributor"])
            self.records[key] += 1
            self.points[key] += 0 if is_own else record.args["work"] >> 128
        total = event.args["total"]
        assert sum(record.args["work"] >> 128 for record in records) == total
        self.granted[is_own] += total
        self.earned_e4 += total * (event.args["sponsor_bps"] + event.args["manager_bps"])
        self.digests[community, receipt.value] = self.ledger.batch_digest(community, receipt.value)

    def void_batch(self, sender: str, batch: Batch, is_manager: bool, reason: bytes) -> None:
        receipt = self.on_ledger("void_bonus", sender, batch.header, is_manager, reason)
        if receipt:
            (event,) = self.events(receipt, "BatchBonusVoided")
            self.voided_e4 += event.args["amount_e4"]

    def void_month(self, sender: str, manager: str, month: int) -> None:
        receipt = self.call_with(
            "void_month",
            lambda: self.pool.transact("void_month", manager, month, REASON, sender=sender),
            lambda: self.pool_model.void_month(sender, manager, month, REASON) and None,
        )
        if receipt:
            (event,) = self.events(receipt, "MonthVoided")
            self.voided_e4 += event.args["amount_e4"]

    def claim(self, account: str, months: Sequence[int]) -> None:
        receipt = self.on_pool("claim", self.people[-1], account, list(months))
        if receipt:
            self.paid += receipt.value

    def return_lot(self, lot: int, community: int, holders: Sequence[str]) -> None:
        receipt = self.call_with(
            "return_lot",
            lambda: self.ledger.transact(
                "return_lot", lot, community, list(holders), sender=self.people[-1]
            ),
            lambda: self.model.return_lot(lot, community, holders),
        )
        if receipt and self.ledger.lot(lot)[2]:
            self.own_out += receipt.value

    def send_directly(self, contract: Contract, amount: int) -> None:
        self.call(self.token, self.token_model, "transfer", self.center, contract.address, amount)
        self.gifts[contract.address] += amount

    def warp(self, to: int) -> None:
        self.chain.warp(to)
        self.clock.now = to

    @property
    def month(self) -> int:
        return self.caps_model.month()

    # --- what must be equal, and what must hold on the chain's own word

    def lots_are_equal(self) -> None:
        ledger, model = self.ledger, self.model
        assert ledger.lot_count() == len(model.lots)
        for number, lot in enumerate(model.lots, 1):
            assert ledger.lot(number) == (lot.sponsor, lot.community, lot.is_own)
            for (community, holder), amount in lot.parts.items():
                assert ledger.holding(number, community, holder) == amount
        for person in self.everyone:
            assert ledger.quota_of(person) == model.quota[person]
        assert ledger.quota_issued() == model.quota_issued
        assert ledger.locked_quota() == model.undonated + model.in_lots(False)
        assert ledger.locked_own() == model.in_lots(True)

    def records_are_equal(self) -> None:
        ledger, model = self.ledger, self.model
        for community in self.registry_model.communities:
            assert ledger.caps(community) == self.caps_model.caps(community)
        for community, person in model.records:
            assert ledger.standing(community, person) == model.standing(community, person)
        for (community, manager), month in self.caps_model.last_month_of.items():
            expected = self.caps_model.manager_spent(community, manager, month)
            assert ledger.manager_spent(community, manager, month) == expected
        for community, batches in model.batches.items():
            for batch in batches:
                number = batch.header.number
                assert ledger.batch_digest(community, number) == batch.digest
                parts = sum(1 << is_manager for is_manager in batch.voided)
                assert ledger.voided_parts(community, number) == parts

    def pool_is_equal(self) -> None:
        assert self.pool.totals() == self.pool_model.totals
        for (account, month), bucket in self.pool_model.buckets.items():
            expected = (bucket.sponsor_e4, bucket.manager_e4, bucket.manager_voided)
            assert self.pool.bucket(account, month) == expected

    def everything_is_equal(self) -> None:
        """Also where nothing should be: every hand of every lot in every community."""
        for number, lot in enumerate(self.model.lots, 1):
            for community in self.registry_model.communities:
                for holder in (POOL, *self.people):
                    held = self.ledger.holding(number, community, holder)
                    assert held == lot.held(community, holder)
        for community in self.registry_model.communities:
            for person in self.people:
                expected = self.model.standing(community, person)
                assert self.ledger.standing(community, person) == expected

    def supply_adds_up(self) -> None:
        """Invariant 1."""
        accounts = {*self.everyone, self.center, self.seller, *self.gifts}
        balances = {account: self.token.balanceOf(account) for account in accounts}
        assert sum(balances.values()) == self.token.totalSupply() <= CAP
        assert all(balances[a] == self.token_model.balances[a] for a in accounts)
        cap = CAP * BUCKETS_PERCENT[INCENTIVE_BUCKET] // 100
        assert self.treasury.issued(INCENTIVE_BUCKET) <= cap

    def contracts_hold_what_they_owe(self) -> None:
        """Invariant 2; exactly, as every gift is known."""
        ledger, pool = self.ledger, self.pool
        owed = ledger.locked_quota() + ledger.locked_own()
        stuck = self.paid_to(ledger.address)
        assert self.token.balanceOf(ledger.address) == owed + self.gifts[ledger.address] + stuck
        surplus = self.gifts[pool.address] + self.paid_to(pool.address)
        assert self.token.balanceOf(pool.address) == pool.totals()[0] + surplus

    def paid_to(self, contract: str) -> int:
        """What was granted to a contract of the loop itself."""
        return sum(
            record.entry.amount
            for (_, contributor), records in self.model.records.items()
            if contributor == contract
            for record in records
        )

    def quota_adds_up(self) -> None:
        """Invariant 3, on holdings and events."""
        ledger = self.ledger
        held = {False: 0, True: 0}
        for number, lot in enumerate(self.model.lots, 1):
            is_own = ledger.lot(number)[2]
            held[is_own] += sum(ledger.holding(number, *place) for place in lot.parts)
        undonated = sum(ledger.quota_of(person) for person in self.everyone)
        assert ledger.quota_issued() == self.issued
        assert self.issued == undonated + held[False] + self.granted[False]
        assert self.own_in == held[True] + self.granted[True] + self.own_out
        assert ledger.locked_quota() == undonated + held[False] == self.pool.totals()[1]
        assert ledger.locked_own() == held[True]

    def lots_stay_below_their_community(self) -> None:
        """What was donated to a community is held by it and those below it."""
        for number, lot in enumerate(self.model.lots, 1):
            origin = self.ledger.lot(number)[1]
            for community in {place for (place, _), amount in lot.parts.items() if amount}:
                above = community
                while above not in (origin, 0):
                    above = self.registry.parent_of(above)
                assert above == origin

    def bonus_adds_up(self) -> None:
        """Invariant 4, in 1e-4 base units, from the events of grants, voids and claims."""
        reserve, open_quota, accrued_e4 = self.pool.totals()
        assert self.earned_e4 == accrued_e4 + self.voided_e4 + self.paid * E4
        months = {self.month, *(step[0] for step in self.pool.schedule() if step[0] > self.month)}
        for month in months:
            assert reserve * E4 >= open_quota * sum(self.pool.rates(month)) + accrued_e4

    def records_add_up(self) -> None:
        """Invariant 5, from the events; and no digest of the past has changed."""
        for (community, person), count in self.records.items():
            found = self.ledger.standing(community, person)
            assert found[:2] == (self.points[community, person], count)
        for key, digest in self.digests.items():
            assert self.ledger.batch_digest(*key) == digest
