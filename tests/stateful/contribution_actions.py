"""The actions of the contribution machine: every call goes to a contract of the loop and to its
model, and every receipt into the books (chain_books.py), which hold the invariants against the
chain's own word. A difference between contract and model is reported only when the books agree:
what breaks an invariant is named by its number.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from typing import Any

from cos.chain import Chain, Contract, Event, Receipt
from tests.contribution_loop import (
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
from tests.models.grant_drops import GrantDropsModel
from tests.models.quota_ledger import Batch, Entry, QuotaLedgerModel
from tests.models.rule_book import RuleBookModel
from tests.models.spending_caps import SpendingCapsModel
from tests.stateful.chain_books import FULL_EVERY, ChainBooks, InvariantError
from tests.stateful.machine import Machine

REASON = digest_of("reason")
NO_HASH = bytes(32)


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
        self.treasury, self.drops = loop.treasury, loop.drops
        self.governance, self.auditor, self.seller = loop.governance, loop.auditor, loop.seller
        self.secretariat, self.center = loop.secretariat, loop.center
        # Anyone of them may be sponsor, admin, manager and contributor, also at the same time.
        self.people = [
            *(loop.sponsor, loop.other_sponsor, loop.contributor, loop.other_contributor),
            *(loop.admin, loop.child_admin, loop.manager, loop.sub_manager, loop.child_manager),
            loop.attacker,
        ]
        self.everyone = [*self.people, *loop.admins[3:], *loop.managers[3:], *loop.sub_managers[2:]]
        self.officials = [self.governance, self.auditor, self.secretariat, self.seller]
        self._model(loop)
        self.books = ChainBooks(loop)
        self.steps = 0
        self.has_failed = False

    def teardown(self) -> None:
        try:
            if not self.has_failed:  # what failed first is what is reported
                self.books.check(is_full=True)
                self.everything_is_equal()
        finally:  # also of an example that fails: the next one is not to begin with its state
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
            loop.drops.address,
        )
        self.drops_model = GrantDropsModel(self.model)
        for community, parent in ((1, 0), (2, 1), (3, 2), (4, 0)):
            admin = loop.admins[community]
            self.registry_model.create(
                loop.secretariat, parent, admin, f"community {community}", NO_HASH
            )
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
        receipts: list[Receipt] = []
        results: list[Any] = []

        def send() -> None:
            receipts.append(contract())
            self.books.saw(receipts[0])

        with self.invariants_first():
            if not self.attempt(name, send, lambda: results.append(model())):
                return None
            expected, value = results[0], receipts[0].value
            assert expected is None or value in (expected, None), (name, value, expected)
        return receipts[0]

    @contextmanager
    def invariants_first(self) -> Iterator[None]:
        """A difference breaks an invariant, too, or it is one between contract and model alone."""
        try:
            yield
        except InvariantError:
            self.has_failed = True
            raise
        except AssertionError:
            self.has_failed = True
            self.books.check(is_full=True)
            raise

    def on_ledger(self, function: str, sender: str, *args: Any) -> Receipt | None:
        return self.call(self.ledger, self.model, function, sender, *args)

    def on_drops(self, function: str, sender: str, *args: Any) -> Receipt | None:
        return self.call(self.drops, self.drops_model, function, sender, *args)

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

    def give(self, account: str, amount: int, allowance: int) -> None:
        """Free COS of the Center's, and an allowance for the ledger."""
        self.call(self.token, self.token_model, "transfer", self.center, account, amount)
        self.call(self.token, self.token_model, "approve", account, self.ledger.address, allowance)

    def grant(
        self, manager: str, lot: int, community: int, entries: Sequence[Entry], evidence: bytes
    ) -> None:
        receipt = self.on_ledger("grant", manager, lot, community, entries, evidence)
        if receipt:
            batch = self.model.batches[community][-1]
            (event,) = self.events(receipt, "BatchGranted")
            header = batch.header._asdict()
            assert event.args == {name: header[name] for name in header if name != "timestamp"}

    def void_batch(self, sender: str, batch: Batch, is_manager: bool, reason: bytes) -> None:
        self.on_ledger("void_bonus", sender, batch.header, is_manager, reason)

    def void_month(self, sender: str, manager: str, month: int, reason: bytes = REASON) -> None:
        self.call_with(
            "void_month",
            lambda: self.pool.transact("void_month", manager, month, reason, sender=sender),
            lambda: self.pool_model.void_month(sender, manager, month, reason) and None,
        )

    def claim(self, account: str, months: Sequence[int]) -> None:
        self.on_pool("claim", self.people[-1], account, list(months))

    def return_lot(self, lot: int, community: int, holders: Sequence[str]) -> None:
        self.call_with(
            "return_lot",
            lambda: self.ledger.transact(
                "return_lot", lot, community, list(holders), sender=self.people[-1]
            ),
            lambda: self.model.return_lot(lot, community, holders),
        )

    def send_directly(self, contract: Contract, amount: int) -> None:
        self.call(self.token, self.token_model, "transfer", self.center, contract.address, amount)
        self.books.gave(contract.address, amount)

    def warp(self, to: int) -> None:
        self.chain.warp(to)
        self.clock.now = to

    @property
    def month(self) -> int:
        return self.caps_model.month()

    # --- what must be equal

    def both_sides_are_equal(self) -> None:
        """What one step can change, and now and then the rest of it."""
        self.steps += 1
        self.lots_are_equal()
        self.communities_are_equal()
        self.drops_are_equal()
        assert self.pool.totals() == self.pool_model.totals
        if self.steps % FULL_EVERY == 0:
            self.records_are_equal()
            self.buckets_are_equal()

    def lots_are_equal(self) -> None:
        ledger, model = self.ledger, self.model
        assert ledger.lot_count() == len(model.lots)
        for number, lot in enumerate(model.lots, 1):
            for (community, holder), amount in lot.parts.items():
                assert ledger.holding(number, community, holder) == amount
        for person, amount in model.quota.items():
            assert ledger.quota_of(person) == amount
        assert ledger.quota_issued() == model.quota_issued
        assert ledger.quota_aside() == model.quota_aside
        assert ledger.locked_quota() == model.undonated + model.in_lots(False)
        assert ledger.locked_own() == model.in_lots(True)

    def communities_are_equal(self) -> None:
        """What the ledger asks of everybody who is something in a community."""
        registry, model = self.registry, self.registry_model
        for number, state in model.communities.items():
            assert registry.admin_of(number) == state.admin
            assert registry.is_closed(number) == state.closed
            assert registry.clock_of(number) == model.clock_of(number)
            assert self.ledger.caps(number) == self.caps_model.caps(number)
            for manager, level in state.levels.items():
                assert registry.manager_level(number, manager) == level

    def drops_are_equal(self) -> None:
        for published in self.drops_model.drops.values():
            assert self.drops.state_of(published.terms) == self.drops_model.state_of(
                published.terms
            )

    def records_are_equal(self) -> None:
        ledger, model = self.ledger, self.model
        for key in model.records:
            assert ledger.standing(*key) == model.standing(*key)
            assert ledger.voided_points(*key) == model.voided_points(*key)
        for (community, manager), month in self.caps_model.last_month_of.items():
            expected = self.caps_model.manager_spent(community, manager, month)
            assert ledger.manager_spent(community, manager, month) == expected
        for community, batches in model.batches.items():
            for batch in batches:
                number = batch.header.number
                assert ledger.batch_digest(community, number) == batch.digest
                parts = sum(1 << is_manager for is_manager in batch.voided)
                assert ledger.voided_parts(community, number) == parts
                voided = model.voided_records(community, number)
                assert ledger.voided_records(community, number) == voided

    def buckets_are_equal(self) -> None:
        for (account, month), bucket in self.pool_model.buckets.items():
            expected = (bucket.sponsor_e4, bucket.manager_e4, bucket.manager_voided)
            assert self.pool.bucket(account, month) == expected

    def everything_is_equal(self) -> None:
        """Also where nothing should be: every hand of every lot in every community, everybody in
        every community, every place of every drop."""
        self.records_are_equal()
        self.buckets_are_equal()
        for account in self.books.accounts:
            assert self.token.balanceOf(account) == self.token_model.balances[account]
        for number, lot in enumerate(self.model.lots, 1):
            assert self.ledger.lot(number) == (lot.sponsor, lot.community, lot.is_own)
            for community in self.registry_model.communities:
                for holder in (POOL, *self.people):
                    held = self.ledger.holding(number, community, holder)
                    assert held == lot.held(community, holder)
        for community, state in self.registry_model.communities.items():
            for person in self.people:
                expected = self.model.standing(community, person)
                assert self.ledger.standing(community, person) == expected
                self.person_is_equal(community, person)
            assert self.registry.pending_admin_of(community) == state.pending_admin
            assert self.registry.name_of(community) == state.name
            assert self.registry.depth_of(community) == state.depth
            assert self.registry.profile_hash_of(community) == state.profile_hash

    def person_is_equal(self, community: int, person: str) -> None:
        registry, model = self.registry, self.registry_model
        state = model.communities[community]
        assert registry.manager_level(community, person) == state.levels.get(person, 0)
        assert registry.manager_title(community, person) == state.titles.get(person, "")
        assert registry.is_member(community, person) == (person in state.members)
        assert registry.has_applied(community, person) == (person in state.applicants)
        assert registry.member_profile(community, person) == state.profiles.get(person, NO_HASH)
        nonce = model.invitation_nonce(community, person)
        assert registry.invitation_nonce(community, person) == nonce
