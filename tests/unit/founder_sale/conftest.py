"""The sale with all seats free, and a coin with 6 decimals that both tiers accept."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from cos.chain import Chain, Contract
from tests.contribution_loop import COS
from tests.founder_shop import FounderShop
from tests.quota_shop import FOUNDERS

NOW = 1_700_000_000
CUSTODY = 150_000_000 * COS  # of the founders' bucket: for the first service seat, and a part
RECEIPT, OTHER_RECEIPT, REASON = b"\1" * 32, b"\2" * 32, b"\x0a" * 32
INFINITE = 2**256 - 1


@pytest.fixture(scope="session")
def _deployed() -> tuple[FounderShop, Contract]:
    shop = FounderShop(Chain(timestamp=NOW), {FOUNDERS: CUSTODY})
    return shop, shop.make_coin("FeeCoin", 6)


@pytest.fixture
def shop(_deployed: tuple[FounderShop, Contract]) -> Iterator[FounderShop]:
    """The shop as deployed; what a test does to it is undone."""
    with _deployed[0].chain.anchor():
        yield _deployed[0]


@pytest.fixture
def chain(shop: FounderShop) -> Chain:
    return shop.chain


@pytest.fixture
def sale(shop: FounderShop) -> Contract:
    return shop.sale


@pytest.fixture
def coin(_deployed: tuple[FounderShop, Contract], shop: FounderShop) -> Contract:
    return _deployed[1]


@pytest.fixture
def state(shop: FounderShop, coin: Contract) -> Callable[[], object]:
    return lambda: shop.all_of(coin)
