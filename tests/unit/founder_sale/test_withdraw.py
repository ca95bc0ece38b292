"""FounderSale.withdraw(founder, coin)

├── nothing is owed (never, in another coin, any more): reverts
├── the coin does not pay (test_attacks): reverts, it stays owed
└── else, whoever calls
    ├── the founder has all that it is owed in this coin; nobody else's escrow or claim is touched
    └── logs RefundPaid
"""

from __future__ import annotations

import pytest

from cos.chain import Event
from tests.founder_shop import DAY, MONEY, PRICE, SERVICE
from tests.unit.founder_sale.conftest import REASON

NOTHING = "sale: nothing owed"


@pytest.fixture
def cancelled(chain, shop, sale, coin):
    """Two founders' seats were freed, a third one is in escrow."""
    for person in (shop.buyer, shop.other_buyer):
        shop.buy(shop.admit(person), coin)
    chain.advance(30 * DAY)
    for person in (shop.buyer, shop.other_buyer):
        sale.cancel(person, REASON, sender=shop.governance)
    shop.buy(shop.admit(shop.attacker), coin)


@pytest.mark.parametrize("caller", ["buyer", "attacker", "governance", "other buyer"])
def test_pays_the_founder(chain, shop, sale, coin, cancelled, caller):
    receipt = sale.transact("withdraw", shop.buyer, coin, sender=chain.account(caller))
    assert receipt.value == PRICE[SERVICE]
    assert coin.balanceOf(shop.buyer) == MONEY
    assert (sale.owed(shop.buyer, coin), sale.owed(shop.other_buyer, coin)) == (0, PRICE[SERVICE])
    assert sale.escrowed(coin) == PRICE[SERVICE]
    assert coin.balanceOf(sale) == 2 * PRICE[SERVICE]
    args = {"founder": shop.buyer, "coin": coin.address, "payment": PRICE[SERVICE]}
    assert receipt.logs == [Event(sale.address, "RefundPaid", args)]


def test_reverts_when_nothing_is_owed(shop, sale, coin, cancelled, refuses):
    other = shop.make_coin("SilentCoin", 6)
    other.mint(sale, MONEY, sender=shop.governance)
    with refuses(NOTHING):
        sale.withdraw(shop.buyer, other, sender=shop.buyer)
    with refuses(NOTHING):
        sale.withdraw(shop.attacker, coin, sender=shop.attacker)
    sale.withdraw(shop.buyer, coin, sender=shop.buyer)
    with refuses(NOTHING):
        sale.withdraw(shop.buyer, coin, sender=shop.buyer)


def test_also_of_a_coin_that_is_not_accepted_any_more(shop, sale, coin, cancelled):
    sale.set_price(SERVICE, coin, 0, sender=shop.governance)
    for person in (shop.buyer, shop.other_buyer):
        assert sale.withdraw(person, coin, sender=shop.attacker) == PRICE[SERVICE]
    assert coin.balanceOf(sale) == sale.escrowed(coin) == PRICE[SERVICE]
