"""FounderSale.cancel(founder, reason_hash)

├── the caller is not governance: reverts
├── no reason, no reserved seat, an activated one: reverts
├── earlier than 30 days after the seat was reserved: reverts; t - 1, t, t + 1
├── a seat that was given back and reserved again: its own 30 days count
└── else
    ├── bought: the payment is owed to the founder, stays here, and nobody else gets it (pitfall
    │   26); what is owed adds up; recorded: nothing is owed
    ├── the seat is free, the next one sold; the person may be admitted again
    └── logs SeatFreed with the reason
"""

from __future__ import annotations

import pytest

from cos.chain import Event
from tests.founder_shop import DAY, INDUSTRY, PRICE, SERVICE
from tests.models import ZERO_ADDRESS
from tests.unit.founder_sale.conftest import NOW, REASON, RECEIPT

EARLY = "sale: founder may still accept"


@pytest.mark.parametrize("is_bought", [True, False])
def test_frees_the_seat_and_owes_the_payment(chain, shop, sale, coin, is_bought):
    admission = shop.admit(shop.buyer, INDUSTRY)
    if is_bought:
        shop.buy(admission, coin)
    else:
        shop.record(admission, RECEIPT)
    chain.advance(30 * DAY)
    before, balance = shop.state(sale), coin.balanceOf(sale)
    receipt = sale.transact("cancel", shop.buyer, REASON, sender=shop.governance)
    payment = PRICE[INDUSTRY] * is_bought
    args = {
        "founder": shop.buyer,
        "tier": INDUSTRY,
        "seat": 1,
        "coin": coin.address if is_bought else ZERO_ADDRESS,
        "payment": payment,
        "reason_hash": REASON,
    }
    assert receipt.logs == [Event(sale.address, "SeatFreed", args)]
    assert (sale.owed(shop.buyer, coin), sale.owed(shop.buyer, ZERO_ADDRESS)) == (payment, 0)
    assert sale.escrowed(coin) == 0
    assert coin.balanceOf(sale) == balance == payment
    assert shop.state(sale) == before
    assert sale.holder(INDUSTRY, 1) == sale.seated(admission.person) == ZERO_ADDRESS
    assert sale.reservation(shop.buyer)[1] == 0
    assert sale.next_seat(INDUSTRY) == 1


@pytest.mark.parametrize("actor", ["auditor", "cashier", "admission", "buyer", "attacker"])
def test_reverts_for_anyone_but_governance(chain, shop, sale, coin, refuses, actor):
    shop.buy(shop.admit(shop.buyer), coin)
    chain.advance(30 * DAY)
    with refuses("sale: not governance"):
        sale.cancel(shop.buyer, REASON, sender=chain.account(actor))


def test_reverts_without_a_reason(chain, shop, sale, coin, refuses):
    shop.buy(shop.admit(shop.buyer), coin)
    chain.advance(30 * DAY)
    with refuses("sale: no reason"):
        sale.cancel(shop.buyer, bytes(32), sender=shop.governance)


def test_reverts_without_a_reserved_seat(chain, shop, sale, coin, refuses):
    with refuses("sale: no reserved seat"):
        sale.cancel(shop.buyer, REASON, sender=shop.governance)
    shop.buy(shop.admit(shop.buyer), coin)
    sale.activate(sender=shop.buyer)
    chain.advance(30 * DAY)
    with refuses("sale: no reserved seat"):
        sale.cancel(shop.buyer, REASON, sender=shop.governance)


@pytest.mark.parametrize(("late", "is_due"), [(-1, False), (0, True), (1, True)])
def test_waits_thirty_days(chain, shop, sale, coin, refuses, late, is_due):
    shop.buy(shop.admit(shop.buyer), coin)
    chain.warp(to=NOW + 30 * DAY + late)
    if is_due:
        sale.cancel(shop.buyer, REASON, sender=shop.governance)
        assert sale.owed(shop.buyer, coin) == PRICE[SERVICE]
    else:
        with refuses(EARLY):
            sale.cancel(shop.buyer, REASON, sender=shop.governance)


def test_a_seat_that_was_reserved_again_has_its_own_time(chain, shop, sale, coin, refuses):
    shop.buy(shop.admit(shop.buyer), coin)
    chain.advance(29 * DAY)
    sale.refund(sender=shop.buyer)
    shop.buy(shop.admit(shop.buyer), coin)
    chain.advance(2 * DAY)
    with refuses(EARLY):
        sale.cancel(shop.buyer, REASON, sender=shop.governance)


def test_what_is_owed_adds_up_beside_a_new_seat(chain, shop, sale, coin):
    for _ in range(2):
        shop.buy(shop.admit(shop.buyer), coin)
        chain.advance(30 * DAY)
        sale.cancel(shop.buyer, REASON, sender=shop.governance)
    shop.buy(shop.admit(shop.buyer), coin)
    assert sale.owed(shop.buyer, coin) == 2 * PRICE[SERVICE]
    assert sale.escrowed(coin) == PRICE[SERVICE]
    assert coin.balanceOf(sale) == 3 * PRICE[SERVICE]
    sale.activate(sender=shop.buyer)
    assert sale.withdraw(shop.buyer, coin, sender=shop.buyer) == 2 * PRICE[SERVICE]
    assert coin.balanceOf(sale) == 0
