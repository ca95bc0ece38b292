"""QuotaSale.open_offer(terms)

├── the caller is not governance: reverts
├── no code at the coin's address: reverts
├── price or `per` zero or beyond what can be multiplied: reverts; the bounds themselves hold
├── limit zero or above 2^64 - 1, the buyer's zero or above it: reverts
├── it would end before it begins, in the past, or after the year 36,812: reverts
└── else: the next number, the terms as given, nothing sold; logs them; earlier offers stay
"""

from __future__ import annotations

import pytest

from cos.chain import Event
from tests.models import ZERO_ADDRESS
from tests.unit.quota_sale.conftest import DAY, LIMIT, NOW

PRICE, LIMITS, TIME = "price out of bounds", "limit out of bounds", "bad time"


def test_opens_offers_one_by_one(shop, sale, terms):
    other = terms._replace(price=1, per=7, limit=5, buyer_limit=5, start=NOW + 1, end=NOW + 2)
    receipts = [
        sale.transact("open_offer", each, sender=shop.governance) for each in (terms, other)
    ]
    assert [receipt.value for receipt in receipts] == [1, 2]
    assert sale.offer_count() == 2
    assert (sale.terms(1), sale.terms(2)) == (terms, other)
    assert (sale.sold(1), sale.sold(2)) == (0, 0)
    for number, (receipt, each) in enumerate(zip(receipts, (terms, other), strict=True), start=1):
        args = {"offer": number, **each._asdict()}
        assert receipt.logs == [Event(sale.address, "OfferOpened", args)]


@pytest.mark.parametrize("actor", ["center", "buyer", "attacker"])
def test_reverts_for_anyone_but_governance(chain, sale, terms, refuses, actor):
    with refuses("quota sale: not governance"):
        sale.open_offer(terms, sender=chain.account(actor))


@pytest.mark.parametrize("address", [ZERO_ADDRESS, "0x" + "11" * 20])
def test_reverts_without_a_coin(shop, sale, terms, refuses, address):
    with refuses("quota sale: no coin"):
        sale.open_offer(terms._replace(coin=address), sender=shop.governance)


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"price": 0}, PRICE),
        ({"price": 2**128}, PRICE),
        ({"per": 0}, PRICE),
        ({"per": 2**64}, PRICE),
        ({"limit": 0, "buyer_limit": 0}, LIMITS),
        ({"limit": 2**64}, LIMITS),
        ({"buyer_limit": 0}, LIMITS),
        ({"buyer_limit": LIMIT + 1}, LIMITS),
        ({"start": NOW + 5, "end": NOW + 5}, TIME),
        ({"start": NOW + 6, "end": NOW + 5}, TIME),
        ({"start": NOW - DAY, "end": NOW}, TIME),
        ({"end": 2**40}, TIME),
        ({"start": 2**256 - 2, "end": 2**256 - 1}, TIME),
    ],
    ids=str,
)
def test_reverts_out_of_bounds(shop, sale, terms, refuses, fields, reason):
    with refuses(f"quota sale: {reason}"):
        sale.open_offer(terms._replace(**fields), sender=shop.governance)


@pytest.mark.parametrize(
    "fields",
    [
        {"price": 1},
        {"price": 2**128 - 1},
        {"per": 1},
        {"per": 2**64 - 1},
        {"limit": 2**64 - 1, "buyer_limit": 2**64 - 1},
        {"limit": 1, "buyer_limit": 1},
        {"start": 0, "end": NOW + 1},
        {"start": 2**40 - 2, "end": 2**40 - 1},
    ],
    ids=str,
)
def test_the_bounds_themselves_hold(shop, sale, terms, fields):
    offer = sale.open_offer(terms._replace(**fields), sender=shop.governance)
    assert sale.terms(offer) == terms._replace(**fields)


def test_the_dearest_offer_can_be_asked_for_its_price(shop, sale, terms):
    """2^128 - 1 for one base unit, 2^64 - 1 of them: below 2^192."""
    most = {"price": 2**128 - 1, "per": 1, "limit": 2**64 - 1, "buyer_limit": 2**64 - 1}
    offer = sale.open_offer(terms._replace(**most), sender=shop.governance)
    assert sale.payment_for(offer, 2**64 - 1) == (2**128 - 1) * (2**64 - 1)
