"""Reference model of contracts/treasury/FounderSale.vy with its modules.

Amounts are base units (1e-8 COS), capital is fen, payments and prices are a coin's base units.
Nothing is counted twice: what is in escrow and which seats are free are sums over reserved and
activated seats, and the weekly limit is counted over all records.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil
from typing import NamedTuple

from tests.admissions import Terms
from tests.models import ZERO_ADDRESS, require
from tests.models.atomic import atomic
from tests.models.authority import ADMISSION_ROLE, AUDITOR_ROLE, CASHIER_ROLE, GOVERNANCE_ROLE
from tests.models.exact_payment import CoinModel
from tests.models.founder_register import FounderRegisterModel
from tests.models.quota_issuing import QuotaIssuingModel
from tests.models.service_credit import ServiceCreditModel

FOUNDERS = 1
SEATS = 100
DAY = 86_400
OBJECTION_SECONDS = 3 * DAY
ACCEPTANCE_SECONDS = 30 * DAY
WEEK, RECORDS_A_WEEK = 7 * DAY, 10
MAX_CAPITAL = MAX_AMOUNT = 2**64 - 1
MAX_PRICE = 2**128 - 1
NOTHING = bytes(32)


class Tier(NamedTuple):
    """As `IFounderSale.Tier`."""

    capital_fen: int
    first_quota: int
    last_quota: int
    first_unlocked: int
    last_unlocked: int


class Signature(NamedTuple):
    """Who has signed exactly what: the terms, with this nonce of the person's."""

    signer: str
    terms: Terms
    nonce: int


class Reservation(NamedTuple):
    """As `IFounderSale.Reservation`."""

    tier: int
    seat: int
    person: bytes
    is_team: bool
    reserved_at: int
    coin: str
    payment: int
    receipt_hash: bytes


NO_RESERVATION = Reservation(0, 0, NOTHING, False, 0, ZERO_ADDRESS, 0, NOTHING)


@dataclass(frozen=True)
class Activated:
    """A seat for good."""

    founder: str
    terms: Reservation


def seat_amount(first: int, last: int, seat: int) -> int:
    """S(seat) - S(seat - 1)."""

    def total(count: int) -> int:
        return count * first - ceil(Fraction((first - last) * count * (count - 1), 2 * (SEATS - 1)))

    return total(seat) - total(seat - 1)


class FounderSaleModel:
    """The sale, which issues by `issuing`; `coins` are the contracts that exist, by address."""

    def __init__(
        self,
        issuing: QuotaIssuingModel,
        register: FounderRegisterModel,
        credit: ServiceCreditModel,
        center: str,
        tiers: Sequence[Tier],
        coins: dict[str, CoinModel],
    ) -> None:
        for tier in map(Tier._make, tiers):
            require(0 < tier.capital_fen <= MAX_CAPITAL, "sale: bad tier")
            require(0 < tier.last_quota <= tier.first_quota <= MAX_AMOUNT, "sale: bad tier")
            unlocked = (tier.last_unlocked, tier.first_unlocked)
            require(0 < unlocked[0] <= unlocked[1] <= MAX_AMOUNT, "sale: bad tier")
        self.issuing = issuing
        self.register = register
        self.credit = credit
        self.authority = register.authority
        self.clock = register.clock
        self.address = issuing.custody.address
        self.token = issuing.token
        self.tiers = [Tier(*tier) for tier in tiers]
        self.coins = coins
        self.prices: dict[tuple[int, str], int] = defaultdict(int)
        self.reservations: dict[str, Reservation] = {}
        self.activated: list[Activated] = []
        self.nonces: Counter[bytes] = Counter()
        self.debts: Counter[tuple[str, str]] = Counter()
        self.receipts: set[bytes] = set()
        self.records: list[int] = []
        self._set_center(center)

    # ---- actions

    def buy(
        self,
        sender: str,
        terms: Terms,
        signer: str,
        signature: Signature,
        coin: str,
        min_quota: int,
        max_payment: int,
    ) -> int:
        """Returns the seat."""
        require(terms.founder == sender, "sale: not your admission")
        require(0 <= terms.tier < len(self.tiers), "sale: no such tier")
        payment = self.prices[terms.tier, coin]
        require(payment > 0, "sale: coin not accepted")
        require(payment <= max_payment, "sale: price above maximum")
        reserved = self._reserve(terms, signer, signature, coin, payment, NOTHING, min_quota)
        self.coins[coin].take(self.address, sender, self.address, payment)
        self.reservations[sender] = reserved
        return reserved.seat

    def record_payment(
        self,
        sender: str,
        terms: Terms,
        signer: str,
        signature: Signature,
        receipt_hash: bytes,
        min_quota: int,
    ) -> int:
        """Returns the seat."""
        require(self.authority.has_role(CASHIER_ROLE, sender), "sale: not cashier")
        require(0 <= terms.tier < len(self.tiers), "sale: no such tier")
        require(receipt_hash != NOTHING, "sale: no receipt")
        require(receipt_hash not in self.receipts, "sale: receipt already used")
        require(self.records_left() > 0, "sale: weekly limit")
        reserved = self._reserve(terms, signer, signature, ZERO_ADDRESS, 0, receipt_hash, min_quota)
        self.reservations[terms.founder] = reserved
        self.receipts.add(receipt_hash)
        self.records.append(self.clock.now)
        return reserved.seat

    def activate(self, sender: str) -> int:
        """Returns the founder's number."""
        reserved = self._reservation(sender)
        require(self.clock.now >= self.activatable_from(sender), "sale: auditor may object")
        tier = self.tiers[reserved.tier]
        state = [*self.issuing.state, (self.credit, "minted"), (self.register, "founders")]
        if reserved.payment:
            state.append((self.coins[reserved.coin], "balances"))
        with atomic(*state):
            quota, unlocked = self.seat_terms(reserved.tier, reserved.seat)
            self.issuing.issue_quota(FOUNDERS, sender, quota)
            self.issuing.custody.draw(FOUNDERS, unlocked)
            self.token.transfer(self.address, sender, unlocked)
            self.credit.mint(self.address, sender, tier.capital_fen)
            number = self.register.admit(
                self.address,
                sender,
                reserved.tier,
                reserved.seat,
                tier.capital_fen,
                reserved.is_team,
            )
            if reserved.payment:
                self.coins[reserved.coin].pay(self.address, self.center, reserved.payment)
        del self.reservations[sender]
        self.activated.append(Activated(sender, reserved))
        return number

    def refund(self, sender: str) -> None:
        reserved = self._reservation(sender)
        if reserved.payment:
            self.coins[reserved.coin].pay(self.address, sender, reserved.payment)
        del self.reservations[sender]

    def reject(self, sender: str, founder: str, reason_hash: bytes) -> None:
        require(self.authority.has_role(AUDITOR_ROLE, sender), "sale: not auditor")
        require(reason_hash != NOTHING, "sale: no reason")
        reserved = self._reservation(founder)
        require(reserved.coin == ZERO_ADDRESS, "sale: paid into escrow")
        effective = reserved.reserved_at + OBJECTION_SECONDS
        require(self.clock.now < effective, "sale: objection is over")
        del self.reservations[founder]

    def cancel(self, sender: str, founder: str, reason_hash: bytes) -> None:
        self._check_governance(sender)
        require(reason_hash != NOTHING, "sale: no reason")
        reserved = self._reservation(founder)
        due = reserved.reserved_at + ACCEPTANCE_SECONDS
        require(self.clock.now >= due, "sale: founder may still accept")
        del self.reservations[founder]
        if reserved.payment:
            self.debts[founder, reserved.coin] += reserved.payment

    def withdraw(self, _: str, founder: str, coin: str) -> int:
        """By anyone. Returns what was paid."""
        payment = self.debts[founder, coin]
        require(payment > 0, "sale: nothing owed")
        self.coins[coin].pay(self.address, founder, payment)
        del self.debts[founder, coin]
        return payment

    def revoke_admissions(self, sender: str, person: bytes) -> None:
        may = any(self.authority.has_role(r, sender) for r in (ADMISSION_ROLE, GOVERNANCE_ROLE))
        require(may, "sale: not admission")
        self.nonces[person] += 1

    def set_price(self, sender: str, tier: int, coin: str, price: int) -> None:
        self._check_governance(sender)
        require(0 <= tier < len(self.tiers), "sale: no such tier")
        is_cos = coin == self.token.address
        require(is_cos or coin in self.coins, "sale: no coin")
        require(not is_cos, "sale: coin is COS")
        require(price <= MAX_PRICE, "sale: price out of bounds")
        self.prices[tier, coin] = price

    def set_center(self, sender: str, new_center: str) -> None:
        self._check_governance(sender)
        self._set_center(new_center)

    # ---- views

    def seat_terms(self, tier: int, seat: int) -> tuple[int, int]:
        terms = self.tiers[tier]
        return (
            seat_amount(terms.first_quota, terms.last_quota, seat),
            seat_amount(terms.first_unlocked, terms.last_unlocked, seat),
        )

    def holders(self, tier: int) -> dict[int, str]:
        """Seat -> who has reserved or activated it."""
        seats = [(each.terms, each.founder) for each in self.activated]
        seats += [(reserved, founder) for founder, reserved in self.reservations.items()]
        return {terms.seat: founder for terms, founder in seats if terms.tier == tier}

    def next_seat(self, tier: int) -> int:
        free = set(range(1, SEATS + 1)) - set(self.holders(tier))
        return min(free, default=0)

    def is_activated(self, tier: int, seat: int) -> bool:
        return any((a.terms.tier, a.terms.seat) == (tier, seat) for a in self.activated)

    def reservation(self, founder: str) -> Reservation:
        return self.reservations.get(founder, NO_RESERVATION)

    def activatable_from(self, founder: str) -> int:
        reserved = self._reservation(founder)
        waits = OBJECTION_SECONDS if reserved.coin == ZERO_ADDRESS else 0
        return reserved.reserved_at + waits

    def escrowed(self, coin: str) -> int:
        return sum(each.payment for each in self.reservations.values() if each.coin == coin)

    def owed(self, coin: str) -> int:
        """To all together."""
        return sum(payment for (_, paid_in), payment in self.debts.items() if paid_in == coin)

    def seated(self, person: bytes) -> str:
        seats = [(each.terms, each.founder) for each in self.activated]
        seats += [(reserved, founder) for founder, reserved in self.reservations.items()]
        found = [founder for terms, founder in seats if terms.person == person]
        return found[0] if found else ZERO_ADDRESS

    def records_left(self) -> int:
        return RECORDS_A_WEEK - sum(time > self.clock.now - WEEK for time in self.records)

    # ---- internal

    def _check_governance(self, sender: str) -> None:
        require(self.authority.has_role(GOVERNANCE_ROLE, sender), "sale: not governance")

    def _reservation(self, founder: str) -> Reservation:
        require(founder in self.reservations, "sale: no reserved seat")
        return self.reservations[founder]

    def _reserve(
        self,
        terms: Terms,
        signer: str,
        signature: Signature,
        coin: str,
        payment: int,
        receipt_hash: bytes,
        min_quota: int,
    ) -> Reservation:
        founder = terms.founder
        require(founder not in self.reservations, "sale: founder has a seat")
        require(self.register.number_of(founder) == 0, "sale: founder has a seat")
        self._check_admission(terms, signer, signature)
        seat = self.next_seat(terms.tier)
        require(seat > 0, "sale: tier is sold out")
        require(self.seat_terms(terms.tier, seat)[0] >= min_quota, "sale: seat has moved")
        return Reservation(
            terms.tier,
            seat,
            terms.person,
            terms.is_team,
            self.clock.now,
            coin,
            payment,
            receipt_hash,
        )

    def _check_admission(self, terms: Terms, signer: str, signature: Signature) -> None:
        require(terms.founder != ZERO_ADDRESS, "sale: no founder")
        require(terms.person != NOTHING, "sale: no person")
        require(self.clock.now <= terms.deadline, "sale: admission expired")
        require(self.seated(terms.person) == ZERO_ADDRESS, "sale: person has a seat")
        require(self.authority.has_role(ADMISSION_ROLE, signer), "sale: signer not admission")
        expected = Signature(signer, terms, self.nonces[terms.person])
        require(signature == expected, "sale: invalid signature")

    def _set_center(self, new_center: str) -> None:
        require(new_center not in (ZERO_ADDRESS, self.address), "sale: no center")
        self.center = new_center
