"""QuotaSale.close_offer(offer)

├── the caller is not governance: reverts
├── no such offer: reverts
├── closed already: reverts
└── else: it sells no more, what was bought stays; logs what it has sold
"""

from __future__ import annotations

import pytest

from cos.chain import Event
from tests.contribution_loop import COS
from tests.unit.quota_sale.conftest import INFINITE


@pytest.mark.parametrize("actor", ["center", "buyer", "attacker"])
def test_reverts_for_anyone_but_governance(chain, sale, offer, refuses, actor):
    with refuses("quota sale: not governance"):
        sale.close_offer(offer, sender=chain.account(actor))


@pytest.mark.parametrize("number", [0, 2, 2**256 - 1])
def test_reverts_without_such_an_offer(shop, sale, offer, refuses, number):
    with refuses("quota sale: no such offer"):
        sale.close_offer(number, sender=shop.governance)


def test_closes_for_good(shop, sale, terms, offer, refuses):
    sale.buy(offer, 5 * COS, INFINITE, sender=shop.buyer)
    receipt = sale.transact("close_offer", offer, sender=shop.governance)
    args = {"offer": offer, "sold": 5 * COS}
    assert receipt.logs == [Event(sale.address, "OfferClosed", args)]
    assert sale.is_selling(offer) is False
    assert sale.terms(offer) == terms
    assert shop.ledger.quota_of(shop.buyer) == 5 * COS
    with refuses("quota sale: offer closed"):
        sale.buy(offer, COS, INFINITE, sender=shop.buyer)
    with refuses("quota sale: offer closed"):
        sale.close_offer(offer, sender=shop.governance)


def test_leaves_other_offers_open(shop, sale, terms, offer):
    other = sale.open_offer(terms, sender=shop.governance)
    sale.close_offer(offer, sender=shop.governance)
    sale.buy(other, COS, INFINITE, sender=shop.buyer)
    assert sale.sold(other) == COS
