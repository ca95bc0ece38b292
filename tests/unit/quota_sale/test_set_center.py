"""QuotaSale.set_center(new_center)

├── the caller is not governance: reverts
├── zero, or the sale itself, which could not pay out: reverts
└── else: payments go there from now on; logs both
"""

from __future__ import annotations

import pytest

from cos.chain import Event
from tests.models import ZERO_ADDRESS


@pytest.mark.parametrize("actor", ["center", "buyer", "attacker"])
def test_reverts_for_anyone_but_governance(chain, shop, sale, refuses, actor):
    with refuses("quota sale: not governance"):
        sale.set_center(shop.attacker, sender=chain.account(actor))


@pytest.mark.parametrize("place", ["zero", "the sale"])
def test_reverts_where_payments_would_be_lost(shop, sale, refuses, place):
    with refuses("quota sale: bad center"):
        sale.set_center({"zero": ZERO_ADDRESS}.get(place, sale.address), sender=shop.governance)


def test_changes_the_center(shop, sale):
    receipt = sale.transact("set_center", shop.holder, sender=shop.governance)
    args = {"old_center": shop.center, "new_center": shop.holder}
    assert receipt.logs == [Event(sale.address, "CenterChanged", args)]
    assert sale.center() == shop.holder
