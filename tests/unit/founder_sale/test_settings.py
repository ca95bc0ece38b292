"""FounderSale.__init__, set_price, set_center

__init__
├── authority, token, treasury, ledger, pool, register, card or center zero: reverts
├── a tier without capital or with a seat that gets nothing, a later seat that gets more than an
│   earlier one, a number of more than 64 bits: reverts; the bounds themselves hold
└── else: all seats are free, no coin accepted; logs CenterChanged
set_price
├── the caller is not governance: reverts
├── no such tier, not a contract, COS itself, a price of 2^128: reverts; 2^128 - 1: not
└── else: the price of this tier in this coin, 0 for none; logs old and new
set_center
├── the caller is not governance: reverts
├── zero, or the sale itself, which could not pay out: reverts
└── else: logs both (where payments go: test_activate)
"""

from __future__ import annotations

import pytest

from cos.chain import Event
from tests.founder_shop import CAPITAL, INDUSTRY, MONEY, PRICE, SERVICE, TIERS
from tests.models import ZERO_ADDRESS
from tests.reverts import reverts

SOUND = (3_000_000, 100, 12, 30, 2)
WORD = 2**64 - 1


@pytest.mark.parametrize(
    ("argument", "reason"),
    [
        ("authority", "governed: zero authority"),
        ("token", "quota: no token"),
        ("treasury", "custody: no treasury"),
        ("quota_ledger", "quota: no ledger"),
        ("bonus_pool", "quota: no pool"),
        ("register", "sale: no register"),
        ("service_credit", "sale: no service credit"),
        ("center", "sale: no center"),
    ],
)
def test_needs_all_its_counterparts(shop, refuses, argument, reason):
    with refuses(reason):
        shop.deploy("FounderSale", *shop.arguments(**{argument: ZERO_ADDRESS}))


@pytest.mark.parametrize(
    "changes",
    [
        {0: 0},
        {0: 2**64},
        {1: 11},
        {1: 2**64},
        {2: 0},
        {2: 101},
        {3: 1},
        {3: 2**64},
        {4: 0},
        {4: 31},
    ],
    ids=str,
)
@pytest.mark.parametrize("place", [0, 1])
def test_refuses_bad_tiers(shop, refuses, changes, place):
    tier = tuple(changes.get(field, value) for field, value in enumerate(SOUND))
    tiers = [tier, SOUND] if place == 0 else [SOUND, tier]
    with refuses("sale: bad tier"):
        shop.deploy("FounderSale", *shop.arguments(tiers=tiers))


def test_the_bounds_of_a_tier_hold(shop):
    tiers = [(1, 1, 1, 1, 1), (WORD, WORD, 1, WORD, WORD)]
    sale = shop.deploy("FounderSale", *shop.arguments(tiers=tiers))
    assert [sale.tier(tier) for tier in (0, 1)] == tiers
    assert [sale.seat_terms(0, seat) for seat in (1, 50, 100)] == [(1, 1)] * 3
    assert [sale.seat_terms(1, seat) for seat in (1, 100)] == [(WORD, WORD), (1, WORD)]
    total = sum(sale.seat_terms(1, seat)[0] for seat in range(1, 101))
    assert total == 50 * (WORD + 1)


def test_starts_with_all_seats_free(shop):
    arguments = shop.arguments()
    sale = shop.deploy("FounderSale", *arguments)
    logs = shop.chain.last_logs
    assert logs == [
        Event(
            sale.address, "CenterChanged", {"old_center": ZERO_ADDRESS, "new_center": shop.center}
        )
    ]
    for number, tier in enumerate(TIERS):
        assert sale.tier(number) == tier.on_chain()
        assert sale.tier(number)[0] == CAPITAL[number]
        assert sale.next_seat(number) == 1
        assert sale.free_seats(number) == 2**100 - 1
    assert sale.records_left() == 10
    names = ("AUTHORITY", "TOKEN", "TREASURY", "QUOTA_LEDGER", "BONUS_POOL", "REGISTER")
    found = [getattr(sale, name)() for name in (*names, "SERVICE_CREDIT", "center")]
    assert found == [getattr(each, "address", each) for each in arguments[:-1]]


# --- set_price


@pytest.mark.parametrize("actor", ["center", "cashier", "auditor", "buyer", "attacker"])
def test_a_price_is_governances(chain, shop, sale, coin, refuses, actor):
    with refuses("sale: not governance"):
        sale.set_price(SERVICE, coin, 1, sender=chain.account(actor))


@pytest.mark.parametrize("tier", [SERVICE, INDUSTRY])
@pytest.mark.parametrize("price", [0, 1, 2**128 - 1])
def test_sets_the_price_of_one_tier(shop, sale, coin, tier, price):
    receipt = sale.transact("set_price", tier, coin, price, sender=shop.governance)
    args = {
        "tier": tier,
        "coin": coin.address,
        "old_price": PRICE[tier],
        "new_price": price,
    }
    assert receipt.logs == [Event(sale.address, "PriceSet", args)]
    assert sale.price(tier, coin) == price
    assert sale.price(1 - tier, coin) == PRICE[1 - tier]


def test_refuses_prices_that_cannot_be(shop, sale, coin, refuses):
    for tier in (2, 2**256 - 1):
        with refuses("sale: no such tier"):
            sale.set_price(tier, coin, 1, sender=shop.governance)
    for address in (ZERO_ADDRESS, shop.buyer, "0x" + "11" * 20):
        with refuses("sale: no coin"):
            sale.set_price(SERVICE, address, 1, sender=shop.governance)
    with refuses("sale: coin is COS"):
        sale.set_price(SERVICE, shop.token, 1, sender=shop.governance)
    for price in (2**128, 2**256 - 1):
        with refuses("sale: price out of bounds"):
            sale.set_price(SERVICE, coin, price, sender=shop.governance)


def test_the_dearest_seats_are_escrowed_exactly(shop, sale, coin):
    price = 2**128 - 1
    sale.set_price(SERVICE, coin, price, sender=shop.governance)
    for person in (shop.buyer, shop.other_buyer):
        coin.mint(person, price - MONEY, sender=shop.governance)
        shop.buy(shop.admit(person), coin)
    assert sale.escrowed(coin) == 2 * price
    sale.refund(sender=shop.buyer)
    assert coin.balanceOf(shop.buyer) == price == sale.escrowed(coin)


# --- set_center


@pytest.mark.parametrize("actor", ["center", "cashier", "auditor", "buyer", "attacker"])
def test_the_center_is_governances(chain, shop, sale, refuses, actor):
    with refuses("sale: not governance"):
        sale.set_center(shop.attacker, sender=chain.account(actor))


@pytest.mark.parametrize("place", ["zero", "the sale"])
def test_refuses_a_center_that_loses_payments(shop, sale, refuses, place):
    with refuses("sale: no center"):
        sale.set_center({"zero": ZERO_ADDRESS}.get(place, sale.address), sender=shop.governance)


def test_changes_the_center(shop, sale):
    receipt = sale.transact("set_center", shop.holder, sender=shop.governance)
    args = {"old_center": shop.center, "new_center": shop.holder}
    assert receipt.logs == [Event(sale.address, "CenterChanged", args)]
    assert sale.center() == shop.holder


def test_a_constructor_cannot_be_its_own_center(shop, state):
    with reverts("sale: no center", state):
        shop.deploy("FounderSale", *shop.arguments(center=ZERO_ADDRESS))
