"""QuotaSale.terms, is_selling, payment_for

├── terms, payment_for: no such offer: reverts
├── payment_for: above the limit: reverts, also what would overflow; zero costs nothing; rounds up
└── is_selling: no such offer: no; in its time: yes (times: test_buy; closed: test_close_offer; sold
    out: test_buy)
"""

from __future__ import annotations

import pytest

from tests.contribution_loop import COS
from tests.unit.quota_sale.conftest import LIMIT


@pytest.mark.parametrize("number", [0, 2])
def test_revert_without_such_an_offer(sale, offer, refuses, number):
    with refuses("quota sale: no such offer"):
        sale.terms(number)
    with refuses("quota sale: no such offer"):
        sale.payment_for(number, 1)
    assert sale.is_selling(number) is False


@pytest.mark.parametrize("amount", [LIMIT + 1, 2**256 - 1])
def test_the_price_of_too_much_is_refused(sale, offer, refuses, amount):
    with refuses("quota sale: above limit"):
        sale.payment_for(offer, amount)


def test_prices_round_up(sale, offer):
    amounts = (0, 1, 3 * COS // 41, 3 * COS // 41 + 1, 3 * COS, 3 * COS + 1, LIMIT)
    assert [sale.payment_for(offer, amount) for amount in amounts] == [0, 1, 1, 2, 41, 42, 13_667]
    assert sale.is_selling(offer) is True
