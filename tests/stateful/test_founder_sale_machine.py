"""FounderSale against its model, call by call: the last seats of one tier, the first of the other.

97 seats of the service tier are activated before it begins. Two coins, one with 6 decimals that
sometimes takes a fee and one with 18 that returns nothing; the sale has some COS in custody since
genesis and allowances that run out and are renewed. After every call all that the sale tells is
compared, and what the suite tells about it. COS and coins that are sent to the sale directly must
change nothing.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import invariant, precondition, rule

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
from tests.founder_shop import DAY, INDUSTRY, PRICE, QUOTAS, ROOM, SERVICE, TIERS, FounderShop
from tests.models import INFINITE, ZERO_ADDRESS
from tests.models.authority import (
    ADMISSION_ROLE,
    AUDITOR_ROLE,
    CASHIER_ROLE,
    SELLER_ROLE,
    AuthorityModel,
)
from tests.models.bonus_pool import E4, BonusPoolModel
from tests.models.bucket_custody import BucketCustodyModel
from tests.models.clock import Clock
from tests.models.community_registry import CommunityRegistryModel
from tests.models.cos_credit import CosCreditModel
from tests.models.exact_payment import CoinModel
from tests.models.founder_register import FounderRegisterModel
from tests.models.founder_sale import (
    ACCEPTANCE_SECONDS,
    OBJECTION_SECONDS,
    SEATS,
    WEEK,
    FounderSaleModel,
    Signature,
)
from tests.models.quota_issuing import QuotaIssuingModel
from tests.models.quota_ledger import QuotaLedgerModel
from tests.models.rule_book import RuleBookModel
from tests.models.service_credit import ServiceCreditModel
from tests.models.spending_caps import SpendingCapsModel
from tests.models.treasury import TreasuryModel
from tests.quota_shop import FOUNDERS, INCENTIVE
from tests.stateful.machine import Machine, check_call_mix, run_settings

EARLY, PEOPLE = 97, 60
FULL, OPEN = SERVICE, INDUSTRY
CUSTODY = 6_500_000_000 * COS  # of which the early seats leave a part
EARLY_ROOM = 8_000_000_000 * COS
WEALTH = 10**40
NO_COIN = "0x" + "11" * 20
REASON = b"\x0a" * 32

REASONS = {
    "payment: not the exact amount",
    "treasury: above allowance",
    "treasury: not an issuer",
    *(
        f"sale: {reason}"
        for reason in (
            "coin is COS",
            "admission expired",
            "auditor may object",
            "coin not accepted",
            "founder has a seat",
            "founder may still accept",
            "invalid signature",
            "no center",
            "no coin",
            "no founder",
            "no person",
            "no reason",
            "no receipt",
            "no reserved seat",
            "no such tier",
            "not admission",
            "not auditor",
            "not cashier",
            "not governance",
            "not your admission",
            "nothing owed",
            "objection is over",
            "paid into escrow",
            "person has a seat",
            "price above maximum",
            "price out of bounds",
            "receipt already used",
            "seat has moved",
            "signer not admission",
            "tier is sold out",
            "weekly limit",
        )
    ),
}

RARELY = st.integers(0, 15).map(lambda n: n == 15)
CHOICE = st.integers(0, 1_000)
# What is wrong with an admission, mostly nothing.
FLAWS = st.integers(0, 59).map(
    lambda n: (
        (
            "expired",
            "other tier",
            "other nonce",
            "other signer",
            "no role",
            "no person",
            "somebody's person",
            "seat has moved",
            "no such tier",
            "too dear",
            "a thief",
            "no founder",
        )[n]
        if n < 12
        else ""
    )
)


@cache
def deployed() -> tuple[FounderShop, tuple[Contract, Contract], list[str], list[str]]:
    """With 97 activated seats; the founders-to-be have coins, approved for the sale."""
    shop = FounderShop(Chain(timestamp=1_700_000_000), {FOUNDERS: CUSTODY})
    chain, sale = shop.chain, shop.sale
    coins = (
        shop.make_coin("FeeCoin", 6),
        shop.make_coin("SilentCoin", 18, prices=(4_200 * 10**18, 42_000 * 10**18)),
    )
    early = [chain.account(f"early {k}") for k in range(EARLY)]
    people = [chain.account(f"founder {k}") for k in range(PEOPLE)]
    for person in (*early, *people):
        for coin in coins:
            coin.mint(person, WEALTH, sender=shop.governance)
            coin.approve(sale, INFINITE, sender=person)
    for person in early:
        shop.buy(shop.admit(person, FULL), coins[0])
    for bucket in (FOUNDERS, INCENTIVE):
        shop.treasury.set_issuer(bucket, sale, EARLY_ROOM, sender=shop.governance)
    for person in early:
        sale.activate(sender=person)
    for bucket in (FOUNDERS, INCENTIVE):
        shop.treasury.set_issuer(bucket, sale, ROOM, sender=shop.governance)
    return shop, coins, early, people


class FounderSaleActions(Machine):
    """Calls to the sale and its model alike, and what must be equal between them."""

    def __init__(self) -> None:
        super().__init__()
        self.shop, self.coins, self.early, self.people = deployed()
        self.chain, self.sale = self.shop.chain, self.shop.sale
        self.snapshot = self.chain.snapshot()
        self.clock = Clock(self.chain.timestamp)
        self.second_signer = self.chain.account("second signer")
        self.gifts = {coin.address: 0 for coin in self.coins}
        self.sent = 0
        self.number = 0  # of the last receipt
        self.touched: dict[str, None] = dict.fromkeys(self.early[-1:])
        self.persons: dict[bytes, None] = {}
        self._model()

    def teardown(self) -> None:
        self.chain.restore(self.snapshot)

    def _model(self) -> None:
        """The models in the state of the deployment."""
        shop, sale = self.shop, self.sale.address
        governance = shop.governance
        self.authority_model = authority = AuthorityModel(governance)
        for role, account in (
            (SELLER_ROLE, sale),
            (AUDITOR_ROLE, shop.auditor),
            (CASHIER_ROLE, shop.cashier),
            (ADMISSION_ROLE, shop.admission),
        ):
            authority.grant_role(governance, role, account)
        self.token_model = token = CosCreditModel(authority, shop.token.address)
        token.set_minter(governance, shop.treasury.address)
        caps = [shop.treasury.bucket_cap(bucket) for bucket in range(8)]
        self.treasury_model = TreasuryModel(token, shop.treasury.address, caps)
        five = CAP * 5 // 100
        allocations = [
            (FOUNDERS, sale, CUSTODY),
            (0, shop.holder, five),
            (1, shop.holder, CAP * 30 // 100 - CUSTODY - five),
        ]
        self.treasury_model.genesis(governance, allocations)
        registry = CommunityRegistryModel(authority, self.clock)
        caps = (COMMUNITY_CAP, CONTRIBUTOR_CAP, MANAGER_CAP)
        self.pool_model = BonusPoolModel(
            token, shop.pool.address, self.clock, UTC_8, WINDOW, shop.schedule
        )
        self.pool_model.set_ledger(governance, shop.ledger.address, True)
        self.ledger_model = QuotaLedgerModel(
            shop.ledger.address,
            self.chain.chain_id,
            RuleBookModel(authority, registry, UTC_8, self.clock),
            self.pool_model,
            SpendingCapsModel(authority, registry, self.clock, UTC_8, *caps),
        )
        self.custody_model = BucketCustodyModel(self.treasury_model, sale)
        self.register_model = FounderRegisterModel(authority, self.clock)
        self.register_model.set_registrar(governance, sale)
        self.credit_model = ServiceCreditModel(authority, self.clock)
        self.credit_model.set_minter(governance, sale)
        self.coin_models = (CoinModel(), CoinModel())
        known = dict(zip((c.address for c in self.coins), self.coin_models, strict=True))
        self.model = FounderSaleModel(
            QuotaIssuingModel(self.custody_model, self.ledger_model),
            self.register_model,
            self.credit_model,
            shop.center,
            [tier.on_chain() for tier in TIERS],
            known,
        )
        self._early_seats()

    def _early_seats(self) -> None:
        governance, sale, model = self.shop.governance, self.sale.address, self.model
        for coin, ledger in zip(self.coins, self.coin_models, strict=True):
            for person in (*self.early, *self.people):
                ledger.mint(person, WEALTH)
                ledger.approve(person, sale, INFINITE)
            for tier in (SERVICE, INDUSTRY):
                price = self.sale.price(tier, coin)
                model.set_price(governance, tier, coin.address, price)
        for bucket in (FOUNDERS, INCENTIVE):
            self.treasury_model.set_issuer(governance, bucket, sale, EARLY_ROOM)
        coin = self.coins[0].address
        for person in self.early:
            terms = self.shop.admit(person, FULL).terms
            signature = Signature(self.shop.admission, terms, 0)
            model.buy(person, terms, self.shop.admission, signature, coin, 0, INFINITE)
            model.activate(person)
        for bucket in (FOUNDERS, INCENTIVE):
            self.treasury_model.set_issuer(governance, bucket, sale, ROOM)

    # ---- calls

    def call(self, function: str, sender: str, *args: Any) -> bool:
        """Both sides with the same arguments; whether they succeeded, with equal results."""
        return self.call_both(function, sender, args, args)

    def call_both(self, function: str, sender: str, args: tuple, model_args: tuple) -> bool:
        results = []
        succeeded = self.attempt(
            function,
            lambda: results.append(getattr(self.sale, function)(*args, sender=sender)),
            lambda: results.append(getattr(self.model, function)(sender, *model_args)),
        )
        assert not succeeded or results[0] == results[1], (function, *results)
        return succeeded

    def reserve(
        self, founder: str, tier: int, flaw: str, paid: tuple[int, int] | None, receipt: bytes = b""
    ) -> bool:
        """By an admission with a flaw or none; `paid`: which coin, and how much less than the price
        the founder would pay; else by the cashier, with a receipt."""
        shop, model = self.shop, self.model
        label = "second signer" if self.is_second else "admission"
        fields: dict[str, Any] = {}
        if flaw == "expired":
            fields["deadline"] = self.clock.now - 1
        elif flaw == "no person":
            fields["person"] = bytes(32)
        elif flaw == "somebody's person":
            fields["person"] = model.activated[0].terms.person
        if flaw == "no such tier":
            tier = 2
        account = ZERO_ADDRESS if flaw == "no founder" else founder
        admission = shop.admit(account, tier, **fields)
        signed = admission
        if flaw == "other tier":
            signed = admission.but(tier=1 - tier)
        elif flaw == "other nonce":
            signed = admission.but(nonce=admission.nonce + 1)
        signer = self.chain.account(label)
        if flaw == "no role":
            label, signer = "auditor", shop.auditor
        by = "cashier" if flaw == "other signer" else label
        proof = shop.signed(signed, by)
        shown = Signature(self.chain.account(by), signed.terms, signed.nonce)
        seat = 0 if tier == 2 else model.next_seat(tier)
        quota = model.seat_terms(tier, seat)[0] if seat else 0
        least = quota + 1 if flaw == "seat has moved" else quota
        self.touched[account] = None
        self.persons[admission.person] = None
        sender = self.people[-1] if flaw == "a thief" else founder
        head = admission.terms, signer
        if paid is None:
            cashier = shop.auditor if flaw == "a thief" else shop.cashier
            tail = (receipt, least)
            function = "record_payment"
            return self.call_both(function, cashier, (*head, proof, *tail), (*head, shown, *tail))
        coin = self.coins[paid[0]].address if paid[0] < 2 else NO_COIN
        price = model.prices[tier, coin]
        tail = (coin, least, max(0, price - (flaw == "too dear")))
        return self.call_both("buy", sender, (*head, proof, *tail), (*head, shown, *tail))

    @property
    def is_second(self) -> bool:
        return self.authority_model.has_role(ADMISSION_ROLE, self.second_signer)

    def fresh_receipt(self) -> bytes:
        self.number += 1
        return self.number.to_bytes(32, "big")

    def warp(self, to: int) -> None:
        to = max(to, self.clock.now)
        self.chain.warp(to)
        self.clock.now = to

    # ---- what must be equal

    def seats_are_equal(self) -> None:
        """Invariant 12: each seat is free, reserved or activated."""
        sale, model = self.sale, self.model
        for tier in (SERVICE, INDUSTRY):
            holders = model.holders(tier)
            free = sum(1 << (seat - 1) for seat in range(1, SEATS + 1) if seat not in holders)
            assert sale.free_seats(tier) == free, "invariant 12: a seat is free, or somebody's"
            assert sale.next_seat(tier) == model.next_seat(tier)
            later = [seat for seat in holders if tier == OPEN or seat >= EARLY]
            for seat in (*later, min(SEATS, len(holders) + 1), SEATS):
                assert sale.holder(tier, seat) == holders.get(seat, ZERO_ADDRESS)
                assert sale.is_activated(tier, seat) == model.is_activated(tier, seat)
        for founder in self.touched:
            assert sale.reservation(founder) == model.reservation(founder)
        for person in self.persons:
            assert sale.seated(person) == model.seated(person)
            assert sale.admission_nonce(person) == model.nonces[person]

    def escrow_is_equal(self) -> None:
        """Invariant 12: escrow = sum of the reservations; the balance covers it and all debts."""
        sale, model = self.sale, self.model
        assert sale.center() == model.center
        assert sale.records_left() == model.records_left()
        reserved = [sale.reservation(founder) for founder in self.touched]
        for coin, ledger in zip(self.coins, self.coin_models, strict=True):
            escrowed = sum(each[6] for each in reserved if each[5] == coin.address)
            assert sale.escrowed(coin) == escrowed, "invariant 12: escrow is the reservations' sum"
            assert escrowed == model.escrowed(coin.address)
            owed = sum(sale.owed(founder, coin) for founder in self.touched)
            assert owed == model.owed(coin.address)
            balance = escrowed + owed + self.gifts[coin.address]
            assert coin.balanceOf(sale) == balance, "invariant 12: escrow and debts are here"
            for account in (*self.touched, self.shop.center, self.shop.holder):
                assert coin.balanceOf(account) == ledger.balances[account]
            for tier in (SERVICE, INDUSTRY):
                assert sale.price(tier, coin) == model.prices[tier, coin.address]

    def the_suite_is_equal(self) -> None:
        """Invariants 1 to 4, 30 and 32; and nothing is left of an approval."""
        shop, sale, model = self.shop, self.sale, self.model
        token, treasury = self.token_model, self.treasury_model
        for bucket in (FOUNDERS, INCENTIVE):
            assert shop.treasury.minted(bucket) == treasury.buckets[bucket].minted
            allowance = treasury.allowances[bucket, sale.address]
            assert shop.treasury.issuer_allowance(bucket, sale) == allowance
        assert sale.custody_of(FOUNDERS) == self.custody_model.custody_of(FOUNDERS)
        assert shop.token.totalSupply() == token.total_supply
        assert shop.token.balanceOf(sale) == sale.custody_of(FOUNDERS) + self.sent
        for spender in (shop.pool, shop.ledger):
            assert shop.token.allowance(sale, spender) == 0
        assert shop.pool.totals() == self.pool_model.totals
        reserve, open_quota, _ = shop.pool.totals()
        assert reserve * E4 >= open_quota * self.pool_model.highest_bps()
        terms = [each.terms for each in model.activated]
        seats = [model.seat_terms(each.tier, each.seat) for each in terms[EARLY:]]
        quota = sum(quota for quota, _ in seats) + sum(QUOTAS[FULL][:EARLY])
        assert shop.ledger.quota_issued() == open_quota == quota, "invariant 12: seats by formula"
        capital = sum(model.tiers[each.tier].capital_fen for each in terms)
        assert shop.credit.totalSupply() == self.credit_model.total_supply == capital
        assert shop.register.count() == len(terms)
        for each in model.activated[EARLY:]:
            founder = each.founder
            quota, unlocked = model.seat_terms(each.terms.tier, each.terms.seat)
            assert shop.ledger.quota_of(founder) == self.ledger_model.quota[founder] == quota
            assert shop.token.balanceOf(founder) == token.balances[founder] == unlocked
            number = shop.register.number_of(founder)
            assert number == self.register_model.number_of(founder)
            assert shop.register.founder(number) == self.register_model.founders[number - 1]
            assert shop.register.getVotes(founder) == self.register_model.votes(founder)


class FounderSaleMachine(FounderSaleActions):
    """Which calls are made, in what order."""

    def newcomer(self, choice: int) -> str:
        """Mostly somebody without a seat."""
        taken = {*self.model.reservations, *(each.founder for each in self.model.activated)}
        free = [person for person in self.people[:-1] if person not in taken]
        if choice % 20 == 0 or not free:
            return self.people[choice // 20 % 9]
        return free[choice % min(4, len(free))]

    def reserved(self, choice: int, is_fiat: bool | None = None) -> str:
        """Mostly somebody with a reserved seat, of this kind of payment."""
        found = [
            founder
            for founder, terms in self.model.reservations.items()
            if is_fiat is None or (terms.coin == ZERO_ADDRESS) == is_fiat
        ]
        if choice % 25 == 0 or not found:
            return self.people[choice // 25 % 9]
        return found[choice % len(found)]

    def governance_or_stranger(self, is_stranger: bool) -> str:
        return self.shop.attacker if is_stranger else self.shop.governance

    @rule(choice=CHOICE, tier=st.integers(0, 1), coin=st.sampled_from([0, 0, 1, 1]), flaw=FLAWS)
    def buys(self, choice: int, tier: int, coin: int, flaw: str) -> None:
        if self.model.next_seat(FULL) == 0 and choice % 4:
            tier = OPEN
        self.reserve(self.newcomer(choice), tier, flaw, (2 if choice == 7 else coin, 0))

    @rule(choice=CHOICE, coin=st.integers(0, 1), flaw=FLAWS)
    def buys_more(self, choice: int, coin: int, flaw: str) -> None:
        self.reserve(self.newcomer(choice), OPEN, flaw, (coin, 0))

    @rule(choice=CHOICE, tier=st.integers(0, 1), flaw=FLAWS)
    def records(self, choice: int, tier: int, flaw: str) -> None:
        if self.model.next_seat(FULL) == 0 and choice % 4:
            tier = OPEN
        if self.model.records_left() == 0 and choice % 4:
            self.warp(self.model.records[-10] + WEEK + (choice % 3) - 1)
        receipt = self.fresh_receipt()
        if choice % 40 == 3:
            flaw = "no founder"
        if choice % 10 == 9:
            receipt = bytes(32) if choice % 20 == 9 else (1).to_bytes(32, "big")
        self.reserve(self.newcomer(choice), tier, flaw, None, receipt)

    @precondition(lambda self: len(self.model.reservations) < 8)
    @rule(choice=CHOICE, times=st.integers(2, 12))
    def the_cashier_is_busy(self, choice: int, times: int) -> None:
        """And the auditor rejects each of it, until the week's records are used up."""
        for k in range(min(times, self.model.records_left() + (choice % 3 == 0))):
            founder = self.newcomer(choice + k)
            if not self.reserve(founder, OPEN, "", None, self.fresh_receipt()):
                break
            self.call("reject", self.shop.auditor, founder, REASON)

    @precondition(lambda self: self.model.reservations)
    @rule(choice=CHOICE)
    def accepts_at_once(self, choice: int) -> None:
        """What was bought last."""
        last = list(self.model.reservations)[-1]
        self.call("activate", last if choice % 10 else self.reserved(choice))

    @precondition(lambda self: self.model.reservations)
    @rule(choice=CHOICE)
    def accepts(self, choice: int) -> None:
        founder = self.reserved(choice)
        terms = self.model.reservation(founder)
        if terms.seat and choice % 8 and self.model.activatable_from(founder) > self.clock.now:
            self.warp(self.model.activatable_from(founder))
        self.call("activate", founder)

    @precondition(lambda self: self.model.reservations)
    @rule(choice=CHOICE)
    def gives_back(self, choice: int) -> None:
        self.call("refund", self.reserved(choice))

    @precondition(lambda self: any(not r.payment for r in self.model.reservations.values()))
    @rule(choice=CHOICE, stranger=RARELY)
    def is_rejected(self, choice: int, stranger: bool) -> None:
        founder = self.reserved(choice, None if choice % 9 == 0 else True)
        reason = bytes(32) if choice % 30 == 7 else REASON
        sender = self.shop.governance if stranger else self.shop.auditor
        self.call("reject", sender, founder, reason)

    @precondition(lambda self: self.model.reservations)
    @rule(choice=CHOICE, late=st.sampled_from([-1, 0, 1]), act=st.integers(0, 1))
    def acts_around_the_objections_end(self, choice: int, late: int, act: int) -> None:
        founder = self.reserved(choice, True)
        terms = self.model.reservation(founder)
        if terms.seat and terms.reserved_at + OBJECTION_SECONDS + late >= self.clock.now:
            self.warp(terms.reserved_at + OBJECTION_SECONDS + late)
            if act:
                self.call("reject", self.shop.auditor, founder, REASON)
            else:
                self.call("activate", founder)

    @precondition(lambda self: self.model.reservations)
    @rule(choice=CHOICE, late=st.sampled_from([-1, 0, 0, 1, 10**6]), stranger=RARELY)
    def is_cancelled(self, choice: int, late: int, stranger: bool) -> None:
        founder = self.reserved(choice)
        terms = self.model.reservation(founder)
        if terms.seat:
            self.warp(terms.reserved_at + ACCEPTANCE_SECONDS + late)
        reason = bytes(32) if choice % 30 == 7 else REASON
        self.call("cancel", self.governance_or_stranger(stranger), founder, reason)
        if choice % 3 == 0:
            self.withdraws(choice)

    @precondition(lambda self: self.model.debts)
    @rule(choice=CHOICE)
    def withdraws(self, choice: int) -> None:
        owed = list(self.model.debts)
        if choice % 12 == 0 or not owed:
            self.call("withdraw", self.shop.attacker, self.people[0], self.coins[0].address)
            return
        founder, coin = owed[choice % len(owed)]
        self.call("withdraw", self.shop.attacker, founder, coin)

    @rule(choice=CHOICE)
    def admissions_are_revoked(self, choice: int) -> None:
        """Of one person; or all of one signer's, by another one in its place."""
        if choice % 2:
            self.the_signer_changes()
            return
        shop = self.shop
        person = shop.admit(self.people[choice % 6]).person
        self.persons[person] = None
        signer = self.second_signer if self.is_second else shop.admission
        who = (signer, shop.governance, signer, shop.governance, shop.attacker)[choice // 2 % 5]
        self.call("revoke_admissions", who, person)

    def the_signer_changes(self) -> None:
        governance = self.shop.governance
        old, new = self.shop.admission, self.second_signer
        if self.is_second:
            old, new = new, old
        self.shop.authority.revokeRole(ADMISSION_ROLE, old, sender=governance)
        self.shop.authority.grantRole(ADMISSION_ROLE, new, sender=governance)
        self.authority_model.revoke_role(governance, ADMISSION_ROLE, old)
        self.authority_model.grant_role(governance, ADMISSION_ROLE, new)

    @rule(
        tier=st.sampled_from([0, 0, 0, 1, 1, 1, 1, 1, 2]),
        coin=st.integers(0, 9),
        factor=st.sampled_from([50, 100, 100, 100, 200, 0]),
        stranger=RARELY,
        dear=RARELY,
    )
    def a_price_changes(
        self, tier: int, coin: int, factor: int, stranger: bool, dear: bool
    ) -> None:
        which = coin % 2
        address = self.coins[which].address
        if coin >= 8:
            address = (NO_COIN, self.shop.token.address)[which]
        price = PRICE[tier % 2] * 10 ** (12 * which) * factor // 100
        price = 2**128 if dear else price
        self.call("set_price", self.governance_or_stranger(stranger), tier, address, price)
        if factor == 0:
            usual = PRICE[tier % 2] * 10 ** (12 * which)
            self.reserve(self.newcomer(tier + coin), min(tier, 1), "", (which, 0))
            address = self.coins[which].address
            self.call("set_price", self.shop.governance, min(tier, 1), address, usual)

    @rule(number=st.sampled_from([0, 1, 0, 1, 0, 1, 0, 1, 2, 3]), stranger=RARELY)
    def the_center_changes(self, number: int, stranger: bool) -> None:
        center = [self.shop.center, self.shop.holder, ZERO_ADDRESS, self.sale.address][number]
        self.call("set_center", self.governance_or_stranger(stranger), center)

    @rule(fee_bps=st.sampled_from([0, 0, 0, 0, 0, 500]))
    def the_coin_takes_a_fee(self, fee_bps: int) -> None:
        self.coins[0].set_fee(fee_bps, sender=self.shop.governance)
        self.coin_models[0].fee_bps = fee_bps

    @rule(
        bucket=st.sampled_from([FOUNDERS, INCENTIVE]),
        allowance=st.sampled_from([ROOM] * 6 + [40_000_000 * COS, 0]),
    )
    def an_allowance_changes(self, bucket: int, allowance: int) -> None:
        governance = self.shop.governance
        self.shop.treasury.set_issuer(bucket, self.sale, allowance, sender=governance)
        self.treasury_model.set_issuer(governance, bucket, self.sale.address, allowance)

    @rule(amount=st.integers(1, 10**15), which=st.integers(0, 3))
    def something_is_sent(self, amount: int, which: int) -> None:
        """COS to the sale or to the reserve, or coins to the sale."""
        shop, holder = self.shop, self.shop.holder
        if which < 2:
            self.coins[which].mint(self.sale, amount, sender=holder)
            self.coin_models[which].mint(self.sale.address, amount)
            self.gifts[self.coins[which].address] += amount
        elif which == 2:
            shop.token.transfer(self.sale, amount, sender=holder)
            self.token_model.transfer(holder, self.sale.address, amount)
            self.sent += amount
        else:
            shop.token.approve(shop.pool, amount, sender=holder)
            shop.pool.fund(amount, sender=holder)
            self.token_model.approve(holder, shop.pool.address, amount)
            self.pool_model.fund(holder, amount)

    @rule(seconds=st.sampled_from([1, 3_600, DAY, 2 * DAY, 40 * DAY]))
    def time_passes(self, seconds: int) -> None:
        self.warp(self.clock.now + seconds)

    @invariant()
    def all_is_equal(self) -> None:
        self.seats_are_equal()
        self.escrow_is_equal()
        self.the_suite_is_equal()


class TestFounderSale(FounderSaleMachine.TestCase):
    settings = run_settings(examples=20, steps=40)

    def runTest(self) -> None:  # noqa: N802, the name is unittest's
        FounderSaleMachine.calls.clear()
        super().runTest()
        check_call_mix(FounderSaleMachine, REASONS)
