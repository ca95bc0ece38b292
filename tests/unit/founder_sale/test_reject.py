"""FounderSale.reject(founder, reason_hash)

├── the caller is not the auditor: reverts
├── no reason, no reserved seat: reverts
├── the seat was paid into escrow: reverts
├── three days after the record: reverts; t - 1, t, t + 1: in each second either the auditor can
│   reject or the founder activate
└── else
    ├── the seat is free; the person may be admitted again; the receipt stays used
    ├── nothing moves
    └── logs SeatFreed with the reason
"""

from __future__ import annotations

import pytest

from cos.chain import Event, Revert
from tests.founder_shop import DAY, INDUSTRY, SERVICE
from tests.models import ZERO_ADDRESS
from tests.unit.founder_sale.conftest import NOW, OTHER_RECEIPT, REASON, RECEIPT


def test_frees_the_seat(chain, shop, sale, coin):
    admission = shop.admit(shop.buyer, INDUSTRY)
    shop.record(admission, RECEIPT)
    before = shop.state(sale)
    chain.advance(DAY)
    receipt = sale.transact("reject", shop.buyer, REASON, sender=shop.auditor)
    args = {
        "founder": shop.buyer,
        "tier": INDUSTRY,
        "seat": 1,
        "coin": ZERO_ADDRESS,
        "payment": 0,
        "reason_hash": REASON,
    }
    assert receipt.logs == [Event(sale.address, "SeatFreed", args)]
    assert shop.state(sale) == before
    assert sale.reservation(shop.buyer)[1] == 0
    assert sale.holder(INDUSTRY, 1) == sale.seated(admission.person) == ZERO_ADDRESS
    assert sale.next_seat(INDUSTRY) == 1
    assert sale.is_receipt_used(RECEIPT)
    shop.record(admission, OTHER_RECEIPT)
    sale.reject(shop.buyer, REASON, sender=shop.auditor)
    shop.buy(admission, coin)


@pytest.mark.parametrize("actor", ["cashier", "governance", "admission", "buyer", "attacker"])
def test_reverts_for_anyone_but_the_auditor(chain, shop, sale, refuses, actor):
    shop.record(shop.admit(shop.buyer), RECEIPT)
    with refuses("sale: not auditor"):
        sale.reject(shop.buyer, REASON, sender=chain.account(actor))


def test_reverts_without_a_reason(shop, sale, refuses):
    shop.record(shop.admit(shop.buyer), RECEIPT)
    with refuses("sale: no reason"):
        sale.reject(shop.buyer, bytes(32), sender=shop.auditor)


def test_reverts_without_a_reserved_seat(chain, shop, sale, refuses):
    with refuses("sale: no reserved seat"):
        sale.reject(shop.buyer, REASON, sender=shop.auditor)
    shop.record(shop.admit(shop.buyer), RECEIPT)
    sale.reject(shop.buyer, REASON, sender=shop.auditor)
    with refuses("sale: no reserved seat"):
        sale.reject(shop.buyer, REASON, sender=shop.auditor)


def test_reverts_for_an_escrowed_payment(shop, sale, coin, refuses):
    shop.buy(shop.admit(shop.buyer), coin)
    with refuses("sale: paid into escrow"):
        sale.reject(shop.buyer, REASON, sender=shop.auditor)


@pytest.mark.parametrize("late", [-1, 0, 1])
def test_either_the_auditor_or_the_founder_acts(chain, shop, sale, state, refuses, late):
    shop.record(shop.admit(shop.buyer), RECEIPT)
    chain.warp(to=NOW + 3 * DAY + late)
    with chain.anchor():
        if late < 0:
            sale.reject(shop.buyer, REASON, sender=shop.auditor)
            assert sale.next_seat(SERVICE) == 1
        else:
            with refuses("sale: objection is over"):
                sale.reject(shop.buyer, REASON, sender=shop.auditor)
    if late < 0:
        with pytest.raises(Revert, match="auditor may object"):
            sale.activate(sender=shop.buyer)
    else:
        sale.activate(sender=shop.buyer)
