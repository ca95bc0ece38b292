"""Reference model of contracts/treasury/QuotaSale.vy.

Quota is base units (1e-8 COS), payments and prices are a coin's base units. What an offer has sold
is the sum over its purchases.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from math import ceil
from typing import NamedTuple

from tests.models import ZERO_ADDRESS, require
from tests.models.atomic import atomic
from tests.models.authority import GOVERNANCE_ROLE
from tests.models.exact_payment import CoinModel
from tests.models.quota_issuing import QuotaIssuingModel
from tests.models.treasury import INCENTIVE_RESERVE

MAX_AMOUNT = 2**64 - 1
MAX_PRICE = 2**128 - 1
MAX_TIME = 2**40 - 1


class Terms(NamedTuple):
    """As `IQuotaSale.Terms`."""

    coin: str
    price: int
    per: int
    limit: int
    buyer_limit: int
    start: int
    end: int


@dataclass
class Offer:
    """`purchases` are (buyer, amount)."""

    terms: Terms
    is_closed: bool = False
    purchases: list[tuple[str, int]] = field(default_factory=list)

    @property
    def sold(self) -> int:
        return sum(amount for _, amount in self.purchases)

    def bought(self, buyer: str) -> int:
        return sum(amount for who, amount in self.purchases if who == buyer)


class QuotaSaleModel:
    """The sale, selling by `issuing`; `coins` are the contracts that exist, by address."""

    def __init__(
        self, issuing: QuotaIssuingModel, center: str, coins: dict[str, CoinModel]
    ) -> None:
        self.issuing = issuing
        self.authority = issuing.ledger.authority
        self.clock = issuing.ledger.clock
        self.address = issuing.custody.address
        self.coins = coins
        self.offers: list[Offer] = []
        self._set_center(center)

    # ---- actions

    def open_offer(self, sender: str, terms: Terms) -> int:
        self._check_governance(sender)
        terms = Terms(*terms)
        require(terms.coin in self.coins, "quota sale: no coin")
        require(0 < terms.price <= MAX_PRICE, "quota sale: price out of bounds")
        require(0 < terms.per <= MAX_AMOUNT, "quota sale: price out of bounds")
        require(0 < terms.limit <= MAX_AMOUNT, "quota sale: limit out of bounds")
        require(0 < terms.buyer_limit <= terms.limit, "quota sale: limit out of bounds")
        require(terms.start < terms.end <= MAX_TIME, "quota sale: bad time")
        require(terms.end > self.clock.now, "quota sale: bad time")
        self.offers.append(Offer(terms))
        return len(self.offers)

    def close_offer(self, sender: str, offer: int) -> None:
        self._check_governance(sender)
        found = self._offer(offer)
        require(not found.is_closed, "quota sale: offer closed")
        found.is_closed = True

    def buy(self, sender: str, offer: int, amount: int, max_payment: int) -> int:
        """Returns the payment."""
        found = self._offer(offer)
        terms = found.terms
        require(not found.is_closed, "quota sale: offer closed")
        require(self.clock.now >= terms.start, "quota sale: not begun")
        require(self.clock.now < terms.end, "quota sale: over")
        require(amount > 0, "quota sale: no amount")
        require(found.sold + amount <= terms.limit, "quota sale: above limit")
        require(
            found.bought(sender) + amount <= terms.buyer_limit, "quota sale: above buyer's limit"
        )
        payment = self.payment_for(offer, amount)
        require(payment <= max_payment, "quota sale: above max payment")
        coin = self.coins[terms.coin]
        with atomic((coin, "balances"), (coin, "allowances")):
            coin.take(self.address, sender, self.center, payment)
            self.issuing.issue_quota(INCENTIVE_RESERVE, sender, amount)
        found.purchases.append((sender, amount))
        return payment

    def set_center(self, sender: str, new_center: str) -> None:
        self._check_governance(sender)
        self._set_center(new_center)

    # ---- views

    def is_selling(self, offer: int) -> bool:
        found = self.offers[offer - 1]
        in_time = found.terms.start <= self.clock.now < found.terms.end
        return not found.is_closed and in_time and found.sold < found.terms.limit

    def payment_for(self, offer: int, amount: int) -> int:
        terms = self._offer(offer).terms
        require(amount <= terms.limit, "quota sale: above limit")
        return ceil(Fraction(amount * terms.price, terms.per))

    # ---- internal

    def _check_governance(self, sender: str) -> None:
        require(self.authority.has_role(GOVERNANCE_ROLE, sender), "quota sale: not governance")

    def _offer(self, offer: int) -> Offer:
        require(0 < offer <= len(self.offers), "quota sale: no such offer")
        return self.offers[offer - 1]

    def _set_center(self, new_center: str) -> None:
        require(new_center not in (ZERO_ADDRESS, self.address), "quota sale: bad center")
        self.center = new_center
