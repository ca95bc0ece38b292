"""QuotaSale against its model, call by call, over years of offers.

Two coins, one with 6 decimals that sometimes takes a fee and one with 18 that returns nothing; two
buyers and a stranger. The sale has some COS in custody since genesis and an allowance that runs out
and is renewed; the bonus schedule falls year by year, so that the reserve has a surplus at times.
After every call all that the sale tells is compared, and what Treasury, token, pool and ledger tell
about it. COS that is sent to the sale directly must change nothing.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, precondition, rule

from cos.chain import Chain, Contract
from tests.contribution_loop import (
    CAP,
    COMMUNITY_CAP,
    CONTRIBUTOR_CAP,
    COS,
    MANAGER_CAP,
    UTC_8,
    WINDOW,
)
from tests.models import INFINITE, ZERO_ADDRESS
from tests.models.authority import SELLER_ROLE, AuthorityModel
from tests.models.bonus_pool import E4, BonusPoolModel
from tests.models.bucket_custody import BucketCustodyModel
from tests.models.clock import Clock
from tests.models.community_registry import CommunityRegistryModel
from tests.models.cos_credit import CosCreditModel
from tests.models.exact_payment import CoinModel
from tests.models.quota_issuing import QuotaIssuingModel
from tests.models.quota_ledger import QuotaLedgerModel
from tests.models.quota_sale import Offer, QuotaSaleModel, Terms
from tests.models.rule_book import RuleBookModel
from tests.models.spending_caps import SpendingCapsModel
from tests.models.treasury import TreasuryModel
from tests.quota_shop import FOUNDERS, INCENTIVE, QuotaShop
from tests.stateful.machine import Machine, check_call_mix, run_settings

DAY = 86_400
CUSTODY = 100 * COS
NO_COIN = "0x" + "11" * 20

REASONS = {
    "payment: not the exact amount",
    "treasury: above allowance",
    "treasury: not an issuer",
    *(
        f"quota sale: {reason}"
        for reason in (
            "above buyer's limit",
            "above limit",
            "above max payment",
            "bad center",
            "bad time",
            "limit out of bounds",
            "no amount",
            "no coin",
            "no such offer",
            "not begun",
            "not governance",
            "offer closed",
            "over",
            "price out of bounds",
        )
    ),
}

# Parts of something in hundredths: mostly within it, sometimes all of it or too much.
SHARES = st.integers(0, 69).map(lambda n: (n or 1) if n <= 60 else (100, 101, 0)[n % 3])
RARELY = st.integers(0, 15).map(lambda n: n == 15)
PRICES = st.one_of(st.integers(1, 100), st.integers(10**6, 10**12))
PERS = st.sampled_from([1, 7, 3 * COS, COS, 1_000 * COS])
AMOUNTS = st.one_of(st.integers(1, 30), st.integers(COS, 500 * COS))


@cache
def deployed() -> tuple[QuotaShop, Contract, tuple[Contract, Contract]]:
    shop = QuotaShop(Chain(timestamp=1_700_000_000))
    parts = (shop.authority, shop.token, shop.treasury, shop.ledger, shop.pool, shop.center)
    sale = shop.deploy_seller("QuotaSale", *parts, custody={INCENTIVE: CUSTODY})
    coins = (shop.deploy("FeeCoin", 6), shop.deploy("SilentCoin", 18))
    for coin in coins:
        for person in (shop.buyer, shop.other_buyer, shop.center):
            coin.mint(person, 10**40, sender=shop.governance)
            coin.approve(sale, INFINITE, sender=person)
    return shop, sale, coins


class QuotaSaleActions(Machine):
    """Calls to the sale and its model alike, and what must be equal between them."""

    def __init__(self) -> None:
        super().__init__()
        self.shop, self.sale, self.coins = deployed()
        self.chain = self.shop.chain
        self.snapshot = self.chain.snapshot()
        self.clock = Clock(self.chain.timestamp)
        self.people = [self.shop.buyer, self.shop.other_buyer, self.shop.attacker]
        self.sent = 0
        self._model()

    def teardown(self) -> None:
        self.chain.restore(self.snapshot)

    def _model(self) -> None:
        """The models in the state of the deployment."""
        shop, sale = self.shop, self.sale.address
        authority = AuthorityModel(shop.governance)
        authority.grant_role(shop.governance, SELLER_ROLE, sale)
        self.token_model = token = CosCreditModel(authority, shop.token.address)
        token.set_minter(shop.governance, shop.treasury.address)
        caps = [shop.treasury.bucket_cap(bucket) for bucket in range(8)]
        self.treasury_model = TreasuryModel(token, shop.treasury.address, caps)
        five = CAP * 5 // 100
        allocations = [
            (INCENTIVE, sale, CUSTODY),
            (0, shop.holder, five),
            (1, shop.holder, CAP * 30 // 100 - CUSTODY - five),
        ]
        self.treasury_model.genesis(shop.governance, allocations)
        for bucket in (FOUNDERS, INCENTIVE):
            allowance = shop.treasury.issuer_allowance(bucket, sale)
            self.treasury_model.set_issuer(shop.governance, bucket, sale, allowance)
        registry = CommunityRegistryModel(authority, self.clock)
        caps = (COMMUNITY_CAP, CONTRIBUTOR_CAP, MANAGER_CAP)
        self.pool_model = BonusPoolModel(
            token, shop.pool.address, self.clock, UTC_8, WINDOW, shop.schedule
        )
        self.pool_model.set_ledger(shop.governance, shop.ledger.address, True)
        self.ledger_model = QuotaLedgerModel(
            shop.ledger.address,
            self.chain.chain_id,
            RuleBookModel(authority, registry, UTC_8, self.clock),
            self.pool_model,
            SpendingCapsModel(authority, registry, self.clock, UTC_8, *caps),
        )
        self.custody_model = BucketCustodyModel(self.treasury_model, sale)
        issuing = QuotaIssuingModel(self.custody_model, self.ledger_model)
        self.coin_models = (CoinModel(), CoinModel())
        for coin in self.coin_models:
            for person in (shop.buyer, shop.other_buyer, shop.center):
                coin.mint(person, 10**40)
                coin.approve(person, sale, INFINITE)
        known = dict(zip((c.address for c in self.coins), self.coin_models, strict=True))
        self.model = QuotaSaleModel(issuing, shop.center, known)

    def call(self, function: str, sender: str, *args: Any) -> bool:
        """Both sides with the same arguments; whether they succeeded, with equal results."""
        results = []
        succeeded = self.attempt(
            function,
            lambda: results.append(getattr(self.sale, function)(*args, sender=sender)),
            lambda: results.append(getattr(self.model, function)(sender, *args)),
        )
        assert not succeeded or results[0] == results[1], (function, *results)
        return succeeded

    def buy(self, offer: int, buyer: str, amount: int, is_mean: bool) -> None:
        """`is_mean`: the buyer would pay one unit less than it costs."""
        found = self.model.offers[offer - 1] if 0 < offer <= len(self.model.offers) else None
        payment = 0
        if found and amount <= found.terms.limit:
            payment = self.model.payment_for(offer, amount)
            assert self.sale.payment_for(offer, amount) == payment
        self.call("buy", buyer, offer, amount, max(0, payment - is_mean))

    def warp(self, to: int) -> None:
        self.chain.warp(to)
        self.clock.now = to

    def offers_are_equal(self) -> None:
        sale, model = self.sale, self.model
        assert sale.offer_count() == len(model.offers)
        for number, offer in enumerate(model.offers, start=1):
            assert sale.terms(number) == offer.terms
            assert sale.sold(number) == offer.sold <= offer.terms.limit
            assert sale.is_selling(number) == model.is_selling(number)
            bought = [sale.bought(number, person) for person in (*self.people, self.shop.center)]
            assert bought[:3] == [offer.bought(person) for person in self.people]
            assert sum(bought) == offer.sold
            assert max(bought) <= offer.terms.buyer_limit
        assert sale.center() == model.center

    def coins_are_equal(self) -> None:
        accounts = (*self.people, self.shop.center, self.model.center, self.sale.address)
        for coin, model in zip(self.coins, self.coin_models, strict=True):
            for account in accounts:
                assert coin.balanceOf(account) == model.balances[account]
            assert coin.balanceOf(self.sale) == 0

    def the_suite_is_equal(self) -> None:
        """DESIGN section 4, invariants 1 to 4: and nothing is left of an approval."""
        shop, sale = self.shop, self.sale
        token, treasury = self.token_model, self.treasury_model
        for bucket in (FOUNDERS, INCENTIVE):
            assert shop.treasury.minted(bucket) == treasury.buckets[bucket].minted
            allowance = treasury.allowances[bucket, sale.address]
            assert shop.treasury.issuer_allowance(bucket, sale) == allowance
            assert sale.custody_of(bucket) == self.custody_model.custody_of(bucket)
        assert shop.token.totalSupply() == token.total_supply
        assert shop.token.balanceOf(sale) == sale.custody_of(INCENTIVE) + self.sent
        for spender in (shop.pool, shop.ledger):
            assert shop.token.allowance(sale, spender) == 0
        assert shop.pool.totals() == self.pool_model.totals
        reserve, open_quota, _ = shop.pool.totals()
        assert reserve * E4 >= open_quota * self.pool_model.highest_bps()
        sold = sum(offer.sold for offer in self.model.offers)
        assert shop.ledger.quota_issued() == open_quota == sold
        for person in self.people:
            assert shop.ledger.quota_of(person) == self.ledger_model.quota[person]


class QuotaSaleMachine(QuotaSaleActions):
    """Which calls are made, in what order."""

    choice = st.integers(0, 30)

    def governance_or_stranger(self, is_stranger: bool) -> str:
        return self.shop.attacker if is_stranger else self.shop.governance

    @property
    def selling(self) -> list[int]:
        return [n + 1 for n in range(len(self.model.offers)) if self.model.is_selling(n + 1)]

    def chosen(self, choice: int) -> int:
        """The number of an offer, mostly of one that sells."""
        if choice < 28 and self.selling:
            return self.selling[choice % len(self.selling)]
        return choice % (len(self.model.offers) + 2)

    @initialize()
    def begins(self) -> None:
        now = self.clock.now
        for coin in self.coins:
            terms = Terms(coin.address, 41, 3 * COS, 10**12, 10**11, now, now + 400 * DAY)
            self.call("open_offer", self.shop.governance, terms)

    @rule(
        coin=st.integers(0, 1),
        price=PRICES,
        per=PERS,
        limit=AMOUNTS,
        share=st.integers(1, 100),
        wait=st.sampled_from([-DAY, 0, 0, 0, DAY]),
        length=st.sampled_from([2 * DAY, 30 * DAY, 400 * DAY]),
        stranger=RARELY,
    )
    def opens(
        self,
        coin: int,
        price: int,
        per: int,
        limit: int,
        share: int,
        wait: int,
        length: int,
        stranger: bool,
    ) -> None:
        start = self.clock.now + wait
        buyer_limit = max(1, limit * share // 100)
        terms = Terms(
            self.coins[coin].address, price, per, limit, buyer_limit, start, start + length
        )
        self.call("open_offer", self.governance_or_stranger(stranger), terms)

    @rule(fault=st.integers(0, 19))
    def opens_a_bad_offer(self, fault: int) -> None:
        now = self.clock.now
        good = Terms(self.coins[0].address, 1, 1, 10, 10, now, now + 1)
        bad = {
            14: {"coin": NO_COIN},
            15: {"price": 0},
            16: {"per": 0},
            17: {"buyer_limit": 11},
            18: {"end": now},
            19: {"start": now - 1, "end": now},
        }
        terms = good._replace(**bad.get(fault, {"end": now + 300 * DAY}))
        self.call("open_offer", self.shop.governance, terms)

    @precondition(lambda self: self.selling and len(self.model.offers) > 3)
    @rule(choice=choice, stranger=RARELY)
    def closes(self, choice: int, stranger: bool) -> None:
        self.call("close_offer", self.governance_or_stranger(stranger), self.chosen(choice))

    @precondition(lambda self: self.selling)
    @rule(choice=choice, buyer=st.integers(0, 1), share=SHARES, mean=RARELY, stranger=RARELY)
    def buys_a_part(self, choice: int, buyer: int, share: int, mean: bool, stranger: bool) -> None:
        """Of what the offer still has for the buyer."""
        offer = self.chosen(choice)
        person = self.shop.center if stranger else self.people[buyer]
        found = self.model.offers[offer - 1] if 0 < offer <= len(self.model.offers) else None
        amount = (self._room(found, person) if found else 10) * share // 100 + (share > 100)
        self.buy(offer, person, amount, mean)

    @precondition(lambda self: self.selling)
    @rule(choice=choice, buyer=st.integers(0, 1), amount=st.integers(1, 9), mean=RARELY)
    def buys_dust(self, choice: int, buyer: int, amount: int, mean: bool) -> None:
        self.buy(self.chosen(choice), self.people[buyer], amount, mean)

    @precondition(lambda self: self.selling)
    @rule(choice=choice, late=st.sampled_from([0, -1, 1]), is_end=st.booleans())
    def buys_around_a_bound(self, choice: int, late: int, is_end: bool) -> None:
        """In the second around an offer's beginning or end."""
        offer = self.chosen(choice)
        if 0 < offer <= len(self.model.offers):
            terms = self.model.offers[offer - 1].terms
            self.warp(max(self.clock.now, (terms.end if is_end else terms.start) + late))
            self.buy(offer, self.people[0], 1, False)

    @rule(number=st.sampled_from([0, 1, 0, 1, 0, 1, 2, 3]), stranger=RARELY)
    def sets_the_center(self, number: int, stranger: bool) -> None:
        center = [self.shop.center, self.shop.holder, ZERO_ADDRESS, self.sale.address][number]
        self.call("set_center", self.governance_or_stranger(stranger), center)

    @rule(fee_bps=st.sampled_from([0, 0, 0, 0, 0, 500]))
    def the_coin_takes_a_fee(self, fee_bps: int) -> None:
        self.coins[0].set_fee(fee_bps, sender=self.shop.governance)
        self.coin_models[0].fee_bps = fee_bps

    @rule(allowance=st.sampled_from([10**6 * COS, 10**5 * COS, 10**4 * COS, 10 * COS, 0]))
    def the_allowance_changes(self, allowance: int) -> None:
        self.shop.treasury.set_issuer(INCENTIVE, self.sale, allowance, sender=self.shop.governance)
        self.treasury_model.set_issuer(
            self.shop.governance, INCENTIVE, self.sale.address, allowance
        )

    @rule(amount=AMOUNTS, is_funding=st.booleans())
    def coins_come_from_outside(self, amount: int, is_funding: bool) -> None:
        """To the reserve, or to the sale, where they must change nothing."""
        shop, holder = self.shop, self.shop.holder
        if is_funding:
            shop.token.approve(shop.pool, amount, sender=holder)
            shop.pool.fund(amount, sender=holder)
            self.token_model.approve(holder, shop.pool.address, amount)
            self.pool_model.fund(holder, amount)
        else:
            shop.token.transfer(self.sale, amount, sender=holder)
            self.token_model.transfer(holder, self.sale.address, amount)
            self.sent += amount

    @rule(days=st.sampled_from([1, 5, 20, 400]))
    def time_passes(self, days: int) -> None:
        self.warp(self.clock.now + days * DAY)

    def _room(self, offer: Offer, buyer: str) -> int:
        return min(offer.terms.limit - offer.sold, offer.terms.buyer_limit - offer.bought(buyer))

    @invariant()
    def all_is_equal(self) -> None:
        self.offers_are_equal()
        self.coins_are_equal()
        self.the_suite_is_equal()


class TestQuotaSale(QuotaSaleMachine.TestCase):
    settings = run_settings(examples=25, steps=40)

    def runTest(self) -> None:  # noqa: N802, the name is unittest's
        QuotaSaleMachine.calls.clear()
        super().runTest()
        check_call_mix(QuotaSaleMachine, REASONS)
