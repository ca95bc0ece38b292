"""founder_seats: amounts, order, views; and all seats sold to the end

seat_terms, tier
├── no such tier, no such seat: reverts
├── each seat as cos.suite.founders says, integer for integer; ends and totals as the white paper's
│   table says; never more for a later seat (pitfall 19: no seat is worth more by being later)
└── for any other range: between both ends, the hundred add up to 50 * (first + last)
next_seat, free_seats, holder, is_activated
├── no such tier: next_seat and free_seats revert; the others: nobody, no
└── a freed seat is sold next, the lowest one first; none is skipped, none is sold twice; the last
    one can be freed and sold again
records_left (test_record_payment), reservation, activatable_from
└── no reserved seat: empty; activatable_from reverts
all 200 seats (on the default suite)
├── a hundred of a tier, then sold out: reverts, by a coin and by the cashier
└── activated: quota, free COS, credit, votes and payments add up exactly; custody, allowances and
    the founders' bucket are used up as planned, to the unit
"""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from math import ceil

import pytest

from cos.chain import Chain, Revert
from cos.suite import deploy
from cos.suite.config import Bucket
from tests.admissions import Admission
from tests.contribution_loop import COS
from tests.founder_shop import (
    CAPITAL,
    INDUSTRY,
    PRICE,
    QUOTAS,
    RECEIPTS,
    SERVICE,
    TIERS,
    UNLOCKED,
)
from tests.models import ZERO_ADDRESS
from tests.unit.founder_sale.conftest import INFINITE, RECEIPT

TABLE = {  # of the white paper: capital in fen, ends and total of quota in COS
    SERVICE: (3_000_000, 100_000_000, 12_000_000, 5_600_000_000),
    INDUSTRY: (30_000_000, 500_000_000, 40_000_000, 27_000_000_000),
}


def amounts(first: int, last: int) -> list[int]:
    """S(k) - S(k - 1) in fractions: k * first less the ceiling of the fall."""
    sums = [
        seat * first - ceil(Fraction((first - last) * seat * (seat - 1), 2 * 99))
        for seat in range(101)
    ]
    return [after - before for before, after in pairwise(sums)]


@pytest.mark.parametrize("tier", [SERVICE, INDUSTRY])
def test_seats_get_what_the_white_paper_says(sale, tier):
    found = [sale.seat_terms(tier, seat) for seat in range(1, 101)]
    quotas, unlocked = ([terms[part] for terms in found] for part in (0, 1))
    assert quotas == list(QUOTAS[tier]) == TIERS[tier].quotas()
    assert unlocked == list(UNLOCKED[tier]) == TIERS[tier].unlocked_amounts()
    capital, first, last, total = TABLE[tier]
    assert sale.tier(tier)[0] == capital
    assert (quotas[0], quotas[-1], sum(quotas)) == (first * COS, last * COS, total * COS)
    ends = (unlocked[0], unlocked[-1], sum(unlocked))
    assert ends == (3_000_000 * COS, 200_000 * COS, 160_000_000 * COS)
    for part in (quotas, unlocked):
        assert part == sorted(part, reverse=True)


@pytest.mark.parametrize(
    ("first", "last"),
    [(1, 1), (2, 1), (99, 1), (100, 1), (101, 2), (10**18 + 7, 3), (2**64 - 1, 1), (10**9, 10**9)],
)
def test_any_range_ends_and_adds_up_exactly(shop, first, last):
    sale = shop.deploy("FounderSale", *shop.arguments(tiers=[(1, first, last, first, last)] * 2))
    found = [sale.seat_terms(INDUSTRY, seat)[0] for seat in range(1, 101)]
    assert found == amounts(first, last)
    assert (found[0], found[-1], sum(found)) == (first, last, 50 * (first + last))
    assert (max(found), min(found)) == (first, last)


@pytest.mark.parametrize("tier", [2, 2**255])
def test_there_is_no_third_tier(sale, refuses, tier):
    for ask in (
        lambda: sale.tier(tier),
        lambda: sale.seat_terms(tier, 1),
        lambda: sale.next_seat(tier),
        lambda: sale.free_seats(tier),
    ):
        with refuses("sale: no such tier"):
            ask()
    assert sale.holder(tier, 1) == ZERO_ADDRESS
    assert sale.is_activated(tier, 1) is False


@pytest.mark.parametrize("seat", [0, 101, 2**256 - 1])
def test_there_are_seats_1_to_100(shop, sale, coin, refuses, seat):
    shop.buy(shop.admit(shop.buyer), coin)
    sale.activate(sender=shop.buyer)
    with refuses("sale: no such seat"):
        sale.seat_terms(SERVICE, seat)
    assert sale.holder(SERVICE, seat) == ZERO_ADDRESS
    assert sale.is_activated(SERVICE, seat) is False


def test_without_a_reserved_seat_there_is_nothing_to_tell(sale, shop, refuses):
    empty = (0, 0, bytes(32), False, 0, ZERO_ADDRESS, 0, bytes(32))
    assert sale.reservation(shop.buyer) == empty
    with refuses("sale: no reserved seat"):
        sale.activatable_from(shop.buyer)


def test_freed_seats_are_sold_lowest_first(chain, shop, sale, coin):
    people = [chain.account(f"person {k}") for k in range(12)]
    for k, person in enumerate(people[:6]):
        coin.mint(person, PRICE[0], sender=shop.governance)
        coin.approve(sale, INFINITE, sender=person)
        assert shop.buy(shop.admit(person), coin).value == k + 1
    sale.activate(sender=people[2])
    for k in (4, 1):
        sale.refund(sender=people[k])
    assert sale.free_seats(SERVICE) == 2**100 - 1 - 0b101101
    found = [shop.record(shop.admit(people[6 + k]), RECEIPTS[k]).value for k in range(4)]
    assert found == [2, 5, 7, 8]
    assert sale.holder(SERVICE, 3) == people[2]
    sale.refund(sender=people[9])
    assert sale.next_seat(SERVICE) == 8


# --- all seats


class Founding:
    """The default suite, on which everyone who is admitted buys."""

    def __init__(self):
        self.chain = chain = Chain(timestamp=1_767_196_800)
        self.suite = suite = deploy(chain)
        self.sale = suite.founder_sale
        self.governance, self.center = chain.account("governance"), self.sale.center()
        self.coin = chain.deploy("FeeCoin", 6, sender=self.governance)
        for tier in (SERVICE, INDUSTRY):
            self.sale.set_price(tier, self.coin, PRICE[tier], sender=self.governance)

    def admission(self, person, tier):
        fields = (bytes.fromhex(person[2:]).rjust(32), tier, False, 0, self.chain.timestamp)
        return Admission(self.sale.address, person, *fields, self.chain.chain_id)

    def shown(self, person, tier):
        admission = self.admission(person, tier)
        signature = bytes(admission.sign(self.chain.signer("admission")).signature)
        return admission.terms, self.chain.account("admission"), signature

    def buy(self, person, tier, seat):
        self.coin.mint(person, PRICE[tier], sender=self.governance)
        self.coin.approve(self.sale, PRICE[tier], sender=person)
        terms = (self.coin, QUOTAS[tier][seat - 1], PRICE[tier])
        return self.sale.buy(*self.shown(person, tier), *terms, sender=person)


@pytest.fixture(scope="module")
def founding():
    return Founding()


def test_all_seats_are_sold_to_the_last_unit(founding):
    chain, suite, sale, coin = founding.chain, founding.suite, founding.sale, founding.coin
    people = {t: [chain.account(f"founder {t} {k}") for k in range(1, 101)] for t in (0, 1)}
    late = chain.account("late")
    for tier, founders in people.items():
        for seat, person in enumerate(founders, start=1):
            assert sale.next_seat(tier) == seat
            assert founding.buy(person, tier, seat) == seat
        assert (sale.next_seat(tier), sale.free_seats(tier)) == (0, 0)
        with pytest.raises(Revert, match="sale: tier is sold out"):
            founding.buy(late, tier, 100)
        shown = founding.shown(late, tier)
        with pytest.raises(Revert, match="sale: tier is sold out"):
            sale.record_payment(*shown, RECEIPT, 0, sender=chain.account("cashier"))
        # The last seat given back is sold again, and is the last one again.
        sale.refund(sender=founders[-1])
        assert founding.buy(late, tier, 100) == 100
        sale.refund(sender=late)
        founding.buy(founders[-1], tier, 100)
    paid = 100 * sum(PRICE)
    assert sale.escrowed(coin) == coin.balanceOf(sale) == paid

    minted = [suite.treasury.minted(bucket) for bucket in range(8)]
    custody = sale.custody_of(Bucket.FOUNDERS)
    # From the end: neither numbers nor sums depend on the order.
    order = [(tier, seat) for tier in (1, 0) for seat in range(100, 0, -1)]
    for number, (tier, seat) in enumerate(order, start=1):
        person = people[tier][seat - 1]
        assert sale.activate(sender=person) == number
        assert suite.quota_ledger.quota_of(person) == QUOTAS[tier][seat - 1]
        assert suite.token.balanceOf(person) == UNLOCKED[tier][seat - 1]
        assert suite.service_credit.balanceOf(person) == CAPITAL[tier]
        assert suite.founder_register.getVotes(person) == CAPITAL[tier]
        assert sale.is_activated(tier, seat) and sale.holder(tier, seat) == person

    quota, unlocked = 32_600_000_000 * COS, 320_000_000 * COS
    assert suite.quota_ledger.quota_issued() == quota
    assert suite.founder_register.count() == 200
    assert suite.service_credit.totalSupply() == 100 * (3_000_000 + 30_000_000)
    assert coin.balanceOf(founding.center) == paid
    assert coin.balanceOf(sale) == sale.escrowed(coin) == 0
    # What the suite's plan allowed is what was needed, but for the roundings of seats' reserves,
    # which another seller may have used.
    assert sale.custody_of(Bucket.FOUNDERS) == suite.token.balanceOf(sale) == 0
    assert suite.treasury.issuer_allowance(Bucket.FOUNDERS, sale) == 0
    assert suite.treasury.issuer_allowance(Bucket.INCENTIVE_RESERVE, sale) == 90
    after = [suite.treasury.minted(bucket) for bucket in range(8)]
    grown = [new - old for old, new in zip(minted, after, strict=True)]
    reserve = quota * 35 // 100
    expected = {Bucket.FOUNDERS: quota + unlocked - custody, Bucket.INCENTIVE_RESERVE: reserve}
    assert grown == [expected.get(bucket, 0) for bucket in range(8)]
    assert suite.bonus_pool.totals() == (reserve, quota, 0)
    for spender in (suite.bonus_pool, suite.quota_ledger):
        assert suite.token.allowance(sale, spender) == 0
    with pytest.raises(Revert, match="sale: tier is sold out"):
        founding.buy(late, SERVICE, 100)


def test_another_seller_that_uses_each_rounding_keeps_no_founder_out():
    """Each seat's reserve is rounded up by itself; what one leaves over others may use at once."""
    founding = Founding()
    chain, suite, sale, coin = founding.chain, founding.suite, founding.sale, founding.coin
    buyer, quota_sale = chain.account("buyer of quota"), suite.quota_sale
    coin.mint(buyer, 10**9, sender=founding.governance)
    coin.approve(quota_sale, 10**9, sender=buyer)
    terms = (coin.address, 1, 1, 10**6, 10**6, 0, 2**40 - 1)
    offer = quota_sale.open_offer(terms, sender=founding.governance)
    people = [(t, k, chain.account(f"founder {t} {k}")) for t in (0, 1) for k in range(1, 101)]
    for tier, seat, person in people:
        founding.buy(person, tier, seat)
    bought = 0
    for *_, person in people:
        sale.activate(sender=person)
        reserve, quota, accrued_e4 = suite.bonus_pool.totals()
        covered = (reserve * 10_000 - quota * 3_500 - accrued_e4) // 3_500
        if covered:
            quota_sale.buy(offer, covered, covered, sender=buyer)
            bought += covered
    assert suite.founder_register.count() == 200
    assert bought > 0
    assert suite.treasury.issuer_allowance(Bucket.INCENTIVE_RESERVE, sale) < 90
