"""FounderSale.buy(admission, signer, signature, coin, min_quota, max_payment)

├── the admission is somebody else's (a thief of the voucher): reverts
├── no such tier: reverts
├── the coin has no price for the tier, or none any more: reverts
├── the price is above max_payment by one, because it was raised just before: reverts
├── the founder has a seat, reserved or activated: reverts, for either tier
├── the admission is refused (test_admissions): reverts
├── the seat has less quota than min_quota, because somebody came first: reverts; at the same
│   quota: buys
├── the tier is sold out (test_seats): reverts
├── the coin says no, or the buyer has not approved or does not have it: reverts as a whole
└── else
    ├── the lowest free seat is reserved; the payment is in escrow, to the unit, of any coin: with
    │   6 or 18 decimals, or one that returns nothing
    ├── no COS moves, no credit, no number, no vote
    ├── each tier has seats and prices of its own
    ├── also after 2106
    └── logs SeatReserved
"""

from __future__ import annotations

import pytest

from cos.chain import Event, Revert
from tests.founder_shop import INDUSTRY, MONEY, PRICE, QUOTAS, SERVICE
from tests.models import ZERO_ADDRESS
from tests.reverts import reverts
from tests.unit.founder_sale.conftest import NOW, RECEIPT

NO_RECEIPT = bytes(32)


@pytest.mark.parametrize("tier", [SERVICE, INDUSTRY])
@pytest.mark.parametrize("is_team", [False, True])
def test_reserves_a_seat_for_an_escrowed_payment(shop, sale, coin, tier, is_team):
    admission = shop.admit(shop.buyer, tier, is_team=is_team)
    before = shop.state(sale)
    receipt = shop.buy(admission, coin, QUOTAS[tier][0], PRICE[tier])
    assert receipt.value == 1
    reserved = (tier, 1, admission.person, is_team, NOW, coin.address, PRICE[tier], NO_RECEIPT)
    assert sale.reservation(shop.buyer) == reserved
    assert sale.activatable_from(shop.buyer) == NOW
    assert (sale.holder(tier, 1), sale.is_activated(tier, 1)) == (shop.buyer, False)
    assert (sale.next_seat(tier), sale.next_seat(1 - tier)) == (2, 1)
    assert sale.free_seats(tier) == 2**100 - 2
    assert sale.seated(admission.person) == shop.buyer
    assert sale.escrowed(coin) == coin.balanceOf(sale) == PRICE[tier]
    assert coin.balanceOf(shop.buyer) == MONEY - PRICE[tier]
    assert (coin.balanceOf(shop.center), sale.owed(shop.buyer, coin)) == (0, 0)
    assert shop.state(sale) == before
    assert shop.credit.totalSupply() == shop.register.count() == 0
    args = {
        "founder": shop.buyer,
        "tier": tier,
        "seat": 1,
        "person": admission.person,
        "coin": coin.address,
        "payment": PRICE[tier],
        "receipt_hash": NO_RECEIPT,
    }
    assert receipt.logs == [Event(sale.address, "SeatReserved", args)]


@pytest.mark.parametrize("decimals", [6, 18])
@pytest.mark.parametrize("contract", ["FeeCoin", "SilentCoin"])
def test_takes_coins_of_any_kind(shop, sale, contract, decimals):
    """A coin that returns nothing is as good."""
    price = 4_200 * 10**decimals
    other = shop.make_coin(contract, decimals, prices=(price, 10 * price))
    other.mint(shop.buyer, price, sender=shop.governance)
    before = other.balanceOf(shop.buyer)
    shop.buy(shop.admit(shop.buyer), other, max_payment=price)
    assert sale.escrowed(other) == other.balanceOf(sale) == price
    assert other.balanceOf(shop.buyer) == before - price
    assert sale.reservation(shop.buyer)[5:7] == (other.address, price)


def test_counts_escrow_by_coin_over_tiers(shop, sale, coin):
    other = shop.make_coin("SilentCoin", 6, prices=(7, 11))
    shop.buy(shop.admit(shop.buyer), coin)
    shop.buy(shop.admit(shop.other_buyer, INDUSTRY), coin)
    shop.buy(shop.admit(shop.attacker, INDUSTRY), other)
    assert (sale.escrowed(coin), sale.escrowed(other)) == (sum(PRICE), 11)
    seats = [sale.reservation(p)[:2] for p in (shop.buyer, shop.other_buyer, shop.attacker)]
    assert seats == [(SERVICE, 1), (INDUSTRY, 1), (INDUSTRY, 2)]


def test_buys_after_2106(chain, shop, sale, coin):
    """Pitfall 35."""
    late = 2**32 + 12_345
    chain.warp(to=late)
    shop.buy(shop.admit(shop.buyer), coin)
    assert sale.reservation(shop.buyer)[4] == late


def test_reverts_for_a_thief_of_the_voucher(shop, coin, refuses):
    with refuses("sale: not your admission"):
        shop.buy(shop.admit(shop.buyer), coin, sender=shop.attacker)


@pytest.mark.parametrize("tier", [2, 2**256 - 1])
def test_reverts_without_such_a_tier(shop, coin, refuses, tier):
    with refuses("sale: no such tier"):
        shop.buy(shop.admit(shop.buyer, tier), coin)


def test_reverts_for_a_coin_without_a_price(shop, sale, coin, refuses):
    for other in (ZERO_ADDRESS, shop.token.address, "0x" + "22" * 20):
        with refuses("sale: coin not accepted"):
            shop.buy(shop.admit(shop.buyer), other)
    sale.set_price(SERVICE, coin, 0, sender=shop.governance)
    with refuses("sale: coin not accepted"):
        shop.buy(shop.admit(shop.buyer), coin)
    shop.buy(shop.admit(shop.buyer, INDUSTRY), coin)


def test_reverts_when_the_price_was_raised_just_before(shop, sale, coin, refuses):
    sale.set_price(SERVICE, coin, PRICE[0] + 1, sender=shop.governance)
    with refuses("sale: price above maximum"):
        shop.buy(shop.admit(shop.buyer), coin, max_payment=PRICE[0])
    sale.set_price(SERVICE, coin, PRICE[0] - 1, sender=shop.governance)
    shop.buy(shop.admit(shop.buyer), coin, max_payment=PRICE[0])
    assert sale.escrowed(coin) == PRICE[0] - 1


def test_reverts_when_somebody_came_first(shop, sale, coin, refuses):
    shop.buy(shop.admit(shop.other_buyer), coin)
    with refuses("sale: seat has moved"):
        shop.buy(shop.admit(shop.buyer), coin, QUOTAS[0][0])
    with refuses("sale: seat has moved"):
        shop.buy(shop.admit(shop.buyer), coin, QUOTAS[0][1] + 1)
    shop.buy(shop.admit(shop.buyer), coin, QUOTAS[0][1])
    assert sale.holder(SERVICE, 2) == shop.buyer


@pytest.mark.parametrize("is_activated", [False, True])
@pytest.mark.parametrize("tier", [SERVICE, INDUSTRY])
def test_reverts_for_a_founder_with_a_seat(shop, sale, coin, refuses, is_activated, tier):
    """Also by another person's admission to the same account."""
    shop.buy(shop.admit(shop.buyer), coin)
    if is_activated:
        sale.activate(sender=shop.buyer)
    for person in (shop.admit(shop.buyer).person, b"\7" * 32):
        with refuses("sale: founder has a seat"):
            shop.buy(shop.admit(shop.buyer, tier, person=person), coin)


def test_reverts_after_a_fiat_seat(shop, coin, refuses):
    shop.record(shop.admit(shop.buyer), RECEIPT)
    with refuses("sale: founder has a seat"):
        shop.buy(shop.admit(shop.buyer), coin)


def test_reverts_without_allowance_or_coins(shop, sale, coin, state):
    coin.approve(sale, PRICE[0] - 1, sender=shop.buyer)
    with pytest.raises(Revert):
        shop.buy(shop.admit(shop.buyer), coin)
    coin.approve(sale, PRICE[0], sender=shop.buyer)
    poor = shop.chain.account("poor")
    coin.approve(sale, PRICE[0], sender=poor)
    before = state()
    with pytest.raises(Revert):
        shop.buy(shop.admit(poor), coin)
    assert state() == before
    shop.buy(shop.admit(shop.buyer), coin)
    assert coin.allowance(shop.buyer, sale) == 0


def test_reverts_for_a_coin_that_takes_a_fee(shop, coin, state):
    coin.set_fee(1, sender=shop.governance)
    with reverts("payment: not the exact amount", state):
        shop.buy(shop.admit(shop.buyer), coin)
