"""QuotaSale.buy(offer, amount, max_payment)

├── no such offer, closed (test_close_offer): reverts
├── before it begins, or from the second of its end on: reverts; t - 1, t, t + 1 of both
├── no amount: reverts
├── above what the offer has left, for all or for the buyer, in one go or in several: reverts
├── above max_payment by one: reverts
├── the coin says no, or the buyer has not approved: reverts as a whole
├── the Treasury or the ledger says no (test_issue_quota of quota_issuing): reverts as a whole, the
│   coins stay with the buyer
└── else
    ├── the Center has exactly the payment, amount * price / per rounded up, also of the smallest
    │   amount; parts never cost less than the whole (pitfall 19)
    ├── the buyer has the quota, the reserve covers it, the rest is as it was; no approvals are left
    └── logs QuotaSold
"""

from __future__ import annotations

import pytest

from cos.chain import Event
from tests.contribution_loop import COS
from tests.quota_shop import ALLOWANCE
from tests.unit.quota_sale.conftest import BUYER_LIMIT, DAY, INFINITE, LIMIT, MONEY, NOW


def cost(amount: int) -> int:
    """41 for 3 COS, rounded up."""
    return -(-amount * 41 // (3 * COS))


def reserve(amount: int) -> int:
    return -(-amount * 35 // 100)


@pytest.mark.parametrize("amount", [1, COS, 3 * COS, 3 * COS + 1, 100 * COS, BUYER_LIMIT])
def test_sells_quota_for_coins(shop, sale, coin, offer, allowed, amount):
    payment = cost(amount)
    receipt = sale.transact("buy", offer, amount, payment, sender=shop.buyer)
    assert receipt.value == payment == sale.payment_for(offer, amount)
    assert coin.balanceOf(shop.buyer) == MONEY - payment
    assert coin.balanceOf(shop.center) == payment
    assert coin.balanceOf(sale) == 0
    assert shop.ledger.quota_of(shop.buyer) == shop.ledger.quota_issued() == amount
    assert shop.pool.totals() == (reserve(amount), amount, 0)
    assert (sale.sold(offer), sale.bought(offer, shop.buyer)) == (amount, amount)
    assert shop.token.balanceOf(sale) == 0
    assert [shop.token.allowance(sale, each) for each in (shop.pool, shop.ledger)] == [0, 0]
    assert allowed() == ALLOWANCE - amount - reserve(amount)
    args = {"offer": offer, "buyer": shop.buyer, "amount": amount, "payment": payment}
    assert [log for log in receipt.logs if log.address == sale.address] == [
        Event(sale.address, "QuotaSold", args)
    ]


def test_what_was_bought_can_be_donated_only(shop, sale, offer):
    sale.buy(offer, COS, INFINITE, sender=shop.buyer)
    assert shop.token.balanceOf(shop.buyer) == 0


def test_parts_never_cost_less_than_the_whole(shop, sale, coin, offer):
    parts = [1, 2, COS - 3, 2 * COS, 7, 10 * COS - 7]
    for amount in parts:
        sale.buy(offer, amount, INFINITE, sender=shop.buyer)
    sale.buy(offer, sum(parts), INFINITE, sender=shop.other_buyer)
    paid = [MONEY - coin.balanceOf(person) for person in (shop.buyer, shop.other_buyer)]
    assert paid == [sum(map(cost, parts)), cost(sum(parts))]
    assert paid[0] > paid[1]


@pytest.mark.parametrize("decimals", [6, 18])
@pytest.mark.parametrize("contract", ["FeeCoin", "SilentCoin"])
def test_takes_coins_of_any_kind(shop, sale, make_coin, terms, contract, decimals):
    """0.012 of the coin for a COS; a coin that returns nothing is as good."""
    coin = make_coin(contract, decimals)
    price = 12 * 10 ** (decimals - 3)
    coin.mint(shop.buyer, 10 * price, sender=shop.governance)
    own = terms._replace(coin=coin.address, price=price, per=COS)
    offer = sale.open_offer(own, sender=shop.governance)
    before = coin.balanceOf(shop.buyer)
    assert sale.buy(offer, 5 * COS, 5 * price, sender=shop.buyer) == 5 * price
    assert coin.balanceOf(shop.center) == before - coin.balanceOf(shop.buyer) == 5 * price
    assert sale.buy(offer, 1, INFINITE, sender=shop.buyer) == -(-price // COS)


@pytest.mark.parametrize("number", [0, 2, 2**256 - 1])
def test_reverts_without_such_an_offer(shop, sale, offer, refuses, number):
    with refuses("quota sale: no such offer"):
        sale.buy(number, COS, INFINITE, sender=shop.buyer)


@pytest.mark.parametrize(
    ("seconds", "reason"),
    [(-1, "not begun"), (0, ""), (1, ""), (DAY - 1, ""), (DAY, "over"), (DAY + 1, "over")],
)
def test_sells_from_the_first_second_to_the_last(
    chain, shop, sale, terms, refuses, seconds, reason
):
    start = NOW + 1_000
    own = terms._replace(start=start, end=start + DAY)
    offer = sale.open_offer(own, sender=shop.governance)
    chain.warp(to=start + seconds)
    assert sale.is_selling(offer) is not bool(reason)
    if reason:
        with refuses(f"quota sale: {reason}"):
            sale.buy(offer, COS, INFINITE, sender=shop.buyer)
    else:
        sale.buy(offer, COS, INFINITE, sender=shop.buyer)
        assert sale.sold(offer) == COS


def test_sells_after_2106(chain, shop, sale, terms):
    """Pitfall 35."""
    late = 2**32 + 12_345
    chain.warp(to=late)
    own = terms._replace(start=late, end=late + 1)
    offer = sale.open_offer(own, sender=shop.governance)
    sale.buy(offer, COS, INFINITE, sender=shop.buyer)
    assert sale.terms(offer)[5:] == (late, late + 1)


def test_reverts_without_an_amount(shop, sale, offer, refuses):
    with refuses("quota sale: no amount"):
        sale.buy(offer, 0, INFINITE, sender=shop.buyer)


def test_reverts_above_the_limit_of_one_buyer(shop, sale, terms, offer, refuses):
    with refuses("quota sale: above buyer's limit"):
        sale.buy(offer, BUYER_LIMIT + 1, INFINITE, sender=shop.buyer)
    sale.buy(offer, COS, INFINITE, sender=shop.buyer)
    with refuses("quota sale: above buyer's limit"):
        sale.buy(offer, BUYER_LIMIT - COS + 1, INFINITE, sender=shop.buyer)
    sale.buy(offer, BUYER_LIMIT - COS, INFINITE, sender=shop.buyer)
    with refuses("quota sale: above buyer's limit"):
        sale.buy(offer, 1, INFINITE, sender=shop.buyer)
    # Another offer counts by itself.
    other = sale.open_offer(terms, sender=shop.governance)
    sale.buy(other, BUYER_LIMIT, INFINITE, sender=shop.buyer)


def test_reverts_above_the_limit_of_all(shop, sale, offer, refuses):
    sale.buy(offer, BUYER_LIMIT, INFINITE, sender=shop.buyer)
    rest = LIMIT - BUYER_LIMIT
    for amount in (rest + 1, LIMIT, INFINITE):
        with refuses("quota sale: above limit"):
            sale.buy(offer, amount, INFINITE, sender=shop.other_buyer)
    sale.buy(offer, rest, INFINITE, sender=shop.other_buyer)
    assert (sale.sold(offer), sale.is_selling(offer)) == (LIMIT, False)
    with refuses("quota sale: above limit"):
        sale.buy(offer, 1, INFINITE, sender=shop.attacker)


def test_reverts_above_max_payment(shop, sale, offer, refuses):
    for too_little in (0, 13):
        with refuses("quota sale: above max payment"):
            sale.buy(offer, COS, too_little, sender=shop.buyer)
    assert sale.buy(offer, COS, 14, sender=shop.buyer) == 14


def test_reverts_without_the_coins_or_the_approval(shop, sale, coin, offer, refuses):
    coin.approve(sale, 13, sender=shop.buyer)
    with refuses(""):
        sale.buy(offer, COS, INFINITE, sender=shop.buyer)
    coin.approve(sale, INFINITE, sender=shop.buyer)
    coin.transfer(shop.center, MONEY - 13, sender=shop.buyer)
    with refuses(""):
        sale.buy(offer, COS, INFINITE, sender=shop.buyer)


def test_the_center_cannot_sell_to_itself_for_nothing(shop, sale, coin, offer, refuses):
    coin.mint(shop.center, MONEY, sender=shop.governance)
    coin.approve(sale, INFINITE, sender=shop.center)
    with refuses("payment: not the exact amount"):
        sale.buy(offer, COS, INFINITE, sender=shop.center)


@pytest.mark.parametrize(
    ("allowance", "reason"),
    [
        (0, "treasury: not an issuer"),
        (35 * COS // 100 - 1, "treasury: above allowance"),
        (COS + 35 * COS // 100 - 1, "treasury: above allowance"),
    ],
)
def test_reverts_as_a_whole_with_the_treasury(shop, sale, offer, refuses, allowance, reason):
    """What was paid before must come back: an offer may promise more than there is."""
    shop.treasury.set_issuer(4, sale, allowance, sender=shop.governance)
    with refuses(reason):
        sale.buy(offer, COS, INFINITE, sender=shop.buyer)


def test_pays_the_center_of_the_day(shop, sale, coin, offer):
    sale.buy(offer, COS, INFINITE, sender=shop.buyer)
    sale.set_center(shop.holder, sender=shop.governance)
    sale.buy(offer, COS, INFINITE, sender=shop.buyer)
    assert (coin.balanceOf(shop.center), coin.balanceOf(shop.holder)) == (14, 14)
