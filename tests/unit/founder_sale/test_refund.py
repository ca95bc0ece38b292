"""FounderSale.refund()

├── the caller has no reserved seat, none any more, or an activated one: reverts
├── the coin does not pay the founder (test_attacks): reverts as a whole; the founder can still
│   activate
└── else, at any time until the activation
    ├── the founder has the whole payment back, to the unit, whatever the price is now; of a
    │   recorded payment nothing moves here, its receipt stays used
    ├── nobody else's escrow is touched
    ├── the seat is free, the next one sold; the person and the account may be admitted again, with
    │   the same admission until its deadline
    └── logs SeatFreed, without a reason
"""

from __future__ import annotations

import pytest

from cos.chain import Event
from tests.founder_shop import DAY, INDUSTRY, MONEY, PRICE, SERVICE
from tests.models import ZERO_ADDRESS
from tests.unit.founder_sale.conftest import INFINITE, OTHER_RECEIPT, RECEIPT

NOTHING = "sale: no reserved seat"


@pytest.mark.parametrize("seconds", [0, 1, 30 * DAY, 3_650 * DAY])
@pytest.mark.parametrize("tier", [SERVICE, INDUSTRY])
def test_pays_back_all_of_it(chain, shop, sale, coin, state, tier, seconds):
    untouched = state()
    shop.buy(shop.admit(shop.buyer, tier), coin)
    chain.advance(seconds)
    receipt = sale.transact("refund", sender=shop.buyer)
    coin.approve(sale, INFINITE, sender=shop.buyer)
    assert coin.balanceOf(shop.buyer) == MONEY
    assert state() == untouched
    args = {
        "founder": shop.buyer,
        "tier": tier,
        "seat": 1,
        "coin": coin.address,
        "payment": PRICE[tier],
        "reason_hash": bytes(32),
    }
    assert receipt.logs == [Event(sale.address, "SeatFreed", args)]


@pytest.mark.parametrize("price", [0, 1, PRICE[0] * 2])
def test_pays_back_what_was_paid_not_what_it_costs(shop, sale, coin, price):
    shop.buy(shop.admit(shop.other_buyer), coin)
    shop.buy(shop.admit(shop.buyer), coin)
    sale.set_price(SERVICE, coin, price, sender=shop.governance)
    sale.refund(sender=shop.buyer)
    assert coin.balanceOf(shop.buyer) == MONEY
    assert sale.escrowed(coin) == coin.balanceOf(sale) == PRICE[0]


def test_of_a_recorded_payment_nothing_moves(chain, shop, sale, refuses):
    shop.record(shop.admit(shop.buyer), RECEIPT)
    before = shop.state(sale)
    chain.advance(5 * DAY)
    receipt = sale.transact("refund", sender=shop.buyer)
    assert shop.state(sale) == before
    args = {
        "founder": shop.buyer,
        "tier": SERVICE,
        "seat": 1,
        "coin": ZERO_ADDRESS,
        "payment": 0,
        "reason_hash": bytes(32),
    }
    assert receipt.logs == [Event(sale.address, "SeatFreed", args)]
    with refuses("sale: receipt already used"):
        shop.record(shop.admit(shop.buyer), RECEIPT)
    shop.record(shop.admit(shop.buyer), OTHER_RECEIPT)


def test_reverts_without_a_reserved_seat(shop, sale, coin, refuses):
    with refuses(NOTHING):
        sale.refund(sender=shop.buyer)
    shop.buy(shop.admit(shop.buyer), coin)
    with refuses(NOTHING):
        sale.refund(sender=shop.attacker)
    sale.refund(sender=shop.buyer)
    with refuses(NOTHING):
        sale.refund(sender=shop.buyer)


def test_reverts_once_the_seat_is_activated(shop, sale, coin, refuses):
    """Also while somebody else's payment is in escrow."""
    shop.buy(shop.admit(shop.buyer), coin)
    shop.buy(shop.admit(shop.other_buyer), coin)
    sale.activate(sender=shop.buyer)
    with refuses(NOTHING):
        sale.refund(sender=shop.buyer)


def test_the_seat_is_sold_next_and_the_admission_good_again(shop, sale, coin):
    admission = shop.admit(shop.buyer)
    shop.buy(admission, coin)
    shop.buy(shop.admit(shop.other_buyer), coin)
    sale.refund(sender=shop.buyer)
    assert (sale.next_seat(SERVICE), sale.holder(SERVICE, 1)) == (1, ZERO_ADDRESS)
    assert sale.free_seats(SERVICE) == 2**100 - 1 - 2
    assert sale.seated(admission.person) == ZERO_ADDRESS
    shop.buy(shop.admit(shop.attacker), coin)
    shop.buy(admission, coin)
    assert [sale.holder(SERVICE, seat) for seat in (1, 2, 3)] == [
        shop.attacker,
        shop.other_buyer,
        shop.buyer,
    ]


def test_one_may_change_the_tier(shop, sale, coin):
    shop.buy(shop.admit(shop.buyer), coin)
    sale.refund(sender=shop.buyer)
    shop.buy(shop.admit(shop.buyer, INDUSTRY), coin)
    assert sale.reservation(shop.buyer)[:2] == (INDUSTRY, 1)
    assert sale.next_seat(SERVICE) == 1
