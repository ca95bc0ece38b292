"""The founders' sale with all that it needs, deployed and wired on an embedded chain for tests.

Its tiers are those of the default configuration; genesis may have left COS of the founders' bucket
in its custody. `buy` and `record` sign the admission that they show.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cos.chain import Chain, Contract, Receipt
from cos.suite.config import load_config
from tests.admissions import Admission
from tests.contribution_loop import COS
from tests.models import INFINITE
from tests.models.authority import ADMISSION_ROLE, AUDITOR_ROLE, CASHIER_ROLE
from tests.quota_shop import FOUNDERS, INCENTIVE, QuotaShop

DAY = 86_400
SERVICE, INDUSTRY = 0, 1
TIERS = tuple(tier for _, tier in load_config().founder_sale.tiers())
QUOTAS = tuple(tuple(tier.quotas()) for tier in TIERS)
UNLOCKED = tuple(tuple(tier.unlocked_amounts()) for tier in TIERS)
CAPITAL = tuple(tier.capital_fen for tier in TIERS)
ROOM = 1_000_000_000 * COS  # that the sale may issue, in each of the two buckets
PRICE = (4_200 * 10**6, 42_000 * 10**6)  # in a coin with 6 decimals
MONEY = 10**12


class FounderShop(QuotaShop):
    """The suite's part that founders see; `sale` is the FounderSale."""

    def __init__(self, chain: Chain, custody: Mapping[int, int] | None = None) -> None:
        super().__init__(chain)
        names = ("auditor", "cashier", "admission")
        self.auditor, self.cashier, self.admission = map(chain.account, names)
        for role, holder in (
            (AUDITOR_ROLE, self.auditor),
            (CASHIER_ROLE, self.cashier),
            (ADMISSION_ROLE, self.admission),
        ):
            self.authority.grantRole(role, holder, sender=self.governance)
        self.register = self.deploy("FounderRegister", self.authority)
        self.credit = self.deploy("ServiceCredit", self.authority)
        self.sale = self.deploy_seller("FounderSale", *self.arguments(), custody=custody)
        self.register.set_registrar(self.sale, sender=self.governance)
        self.credit.set_minter(self.sale, sender=self.governance)
        for bucket in (FOUNDERS, INCENTIVE):
            self.treasury.set_issuer(bucket, self.sale, ROOM, sender=self.governance)

    def arguments(self, **changes: Any) -> list[Any]:
        """Of the constructor."""
        found = {
            "authority": self.authority,
            "token": self.token,
            "treasury": self.treasury,
            "quota_ledger": self.ledger,
            "bonus_pool": self.pool,
            "register": self.register,
            "service_credit": self.credit,
            "center": self.center,
            "tiers": [tier.on_chain() for tier in TIERS],
        }
        return list({**found, **changes}.values())

    def make_coin(self, contract: str, *args: Any, prices: tuple[int, int] = PRICE) -> Contract:
        """A coin that the sale accepts and of which each buyer has MONEY, approved for the sale."""
        coin = self.deploy(contract, *args)
        for person in (self.buyer, self.other_buyer, self.attacker):
            coin.mint(person, MONEY, sender=self.governance)
            coin.approve(self.sale, INFINITE, sender=person)
        for tier, price in enumerate(prices):
            self.sale.set_price(tier, coin, price, sender=self.governance)
        return coin

    def admit(self, founder: str, tier: int = SERVICE, **fields: Any) -> Admission:
        """An admission of a founder, whose address stands for the person unless told otherwise."""
        person = fields.pop("person", bytes.fromhex(founder[2:]).rjust(32, b"\1"))
        usual = {
            "is_team": False,
            "nonce": self.sale.admission_nonce(person),
            "deadline": self.chain.timestamp + 10 * DAY,
            "chain_id": self.chain.chain_id,
        }
        return Admission(self.sale.address, founder, person, tier, **{**usual, **fields})

    def signed(self, admission: Admission, label: str = "admission") -> bytes:
        return bytes(admission.sign(self.chain.signer(label)).signature)

    def buy(
        self,
        admission: Admission,
        coin: Any,
        min_quota: int = 0,
        max_payment: int = INFINITE,
        *,
        signer: str | None = None,
        signature: bytes | None = None,
        sender: str | None = None,
    ) -> Receipt:
        """The founder shows its admission, signed by the admission role unless told otherwise."""
        signature = self.signed(admission) if signature is None else signature
        return self.sale.transact(
            "buy",
            *(admission.terms, signer or self.admission, signature, coin, min_quota, max_payment),
            sender=sender or admission.founder,
        )

    def record(
        self,
        admission: Admission,
        receipt_hash: bytes,
        min_quota: int = 0,
        *,
        signer: str | None = None,
        signature: bytes | None = None,
        sender: str | None = None,
    ) -> Receipt:
        """The cashier records a payment."""
        signature = self.signed(admission) if signature is None else signature
        return self.sale.transact(
            "record_payment",
            *(admission.terms, signer or self.admission, signature, receipt_hash, min_quota),
            sender=sender or self.cashier,
        )

    def all_of(self, *coins: Contract) -> list[Any]:
        """Everything that the sale, its coins and the suite tell about it."""
        sale, people = self.sale, (self.buyer, self.other_buyer, self.attacker)
        accounts = (*people, self.center, self.holder, sale.address)
        persons = [self.admit(person).person for person in people]
        return [
            self.state(sale),
            sale.center(),
            sale.records_left(),
            [(sale.next_seat(tier), sale.free_seats(tier)) for tier in (SERVICE, INDUSTRY)],
            [(sale.holder(t, s), sale.is_activated(t, s)) for t in (0, 1) for s in (1, 2, 3, 100)],
            [sale.reservation(person) for person in people],
            [(sale.seated(person), sale.admission_nonce(person)) for person in persons],
            [sale.is_receipt_used(receipt) for receipt in RECEIPTS],
            [[sale.price(tier, coin) for tier in (SERVICE, INDUSTRY)] for coin in coins],
            [sale.escrowed(coin) for coin in coins],
            [sale.owed(person, coin) for person in people for coin in coins],
            [(c.balanceOf(a), c.allowance(a, sale)) for c in coins for a in accounts],
            [self.credit.balanceOf(person) for person in people],
            [(self.register.number_of(p), self.register.getVotes(p)) for p in people],
            self.register.count(),
        ]


RECEIPTS = tuple(bytes([number]) * 32 for number in range(1, 13))
