"""QuotaSale(authority, token, treasury, quota_ledger, bonus_pool, center)

├── any of them zero: reverts
└── else: no offers; tells its parts; logs the Center as if it had been changed
"""

from __future__ import annotations

import pytest

from cos.chain import Event, Revert
from tests.models import ZERO_ADDRESS
from tests.quota_shop import INCENTIVE


@pytest.fixture
def parts(shop):
    return [shop.authority, shop.token, shop.treasury, shop.ledger, shop.pool, shop.center]


@pytest.mark.parametrize(
    ("position", "reason"),
    enumerate(
        (
            "governed: zero authority",
            "quota: no token",
            "custody: no treasury",
            "quota: no ledger",
            "quota: no pool",
            "quota sale: bad center",
        )
    ),
)
def test_reverts_without_one_of_its_parts(shop, parts, position, reason):
    parts[position] = ZERO_ADDRESS
    with pytest.raises(Revert) as caught:
        shop.deploy("QuotaSale", *parts)
    assert caught.value.reason == reason


def test_tells_its_parts(chain, shop, parts):
    sale = shop.deploy("QuotaSale", *parts)
    args = {"old_center": ZERO_ADDRESS, "new_center": shop.center}
    assert chain.last_logs == [Event(sale.address, "CenterChanged", args)]
    told = [
        sale.AUTHORITY(),
        sale.TOKEN(),
        sale.TREASURY(),
        sale.QUOTA_LEDGER(),
        sale.BONUS_POOL(),
        sale.center(),
    ]
    assert told == [getattr(part, "address", part) for part in parts]
    assert sale.offer_count() == sale.custody_of(INCENTIVE) == 0
