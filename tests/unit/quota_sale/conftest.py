"""An open offer, and buyers who have the coin and let the sale take it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from cos.chain import Chain, Contract
from tests.contribution_loop import COS
from tests.models.quota_sale import Terms
from tests.quota_shop import INCENTIVE, QuotaShop

NOW = 1_700_000_000
DAY = 86_400
MONEY = 10**12  # of the coin, for each buyer
LIMIT, BUYER_LIMIT = 1_000 * COS, 600 * COS
INFINITE = 2**256 - 1


@pytest.fixture(scope="session")
def _deployed() -> tuple[QuotaShop, Contract]:
    shop = QuotaShop(Chain(timestamp=NOW))
    parts = (shop.authority, shop.token, shop.treasury, shop.ledger, shop.pool, shop.center)
    return shop, shop.deploy_seller("QuotaSale", *parts)


@pytest.fixture
def shop(_deployed: tuple[QuotaShop, Contract]) -> Iterator[QuotaShop]:
    """The shop as deployed; what a test does to it is undone."""
    with _deployed[0].chain.anchor():
        yield _deployed[0]


@pytest.fixture
def chain(shop: QuotaShop) -> Chain:
    return shop.chain


@pytest.fixture
def sale(_deployed: tuple[QuotaShop, Contract], shop: QuotaShop) -> Contract:
    return _deployed[1]


@pytest.fixture
def make_coin(shop: QuotaShop, sale: Contract) -> Callable[..., Contract]:
    """A coin of which each buyer has MONEY, approved for the sale."""

    def make(contract: str, *args: object) -> Contract:
        coin = shop.deploy(contract, *args)
        for person in (shop.buyer, shop.other_buyer, shop.attacker):
            coin.mint(person, MONEY, sender=shop.governance)
            coin.approve(sale, INFINITE, sender=person)
        return coin

    return make


@pytest.fixture
def coin(make_coin: Callable[..., Contract]) -> Contract:
    return make_coin("FeeCoin", 6)


@pytest.fixture
def terms(coin: Contract) -> Terms:
    """41 base units of the coin for 3 COS, for ten days from now."""
    return Terms(coin.address, 41, 3 * COS, LIMIT, BUYER_LIMIT, NOW, NOW + 10 * DAY)


@pytest.fixture
def offer(shop: QuotaShop, sale: Contract, terms: Terms) -> int:
    return sale.open_offer(terms, sender=shop.governance)


@pytest.fixture
def state(shop: QuotaShop, sale: Contract, coin: Contract) -> Callable[[], object]:
    """All that the sale tells, and what its coin and the suite tell about it."""
    people = (shop.buyer, shop.other_buyer, shop.attacker)
    accounts = (*people, shop.center, sale.address)

    def read() -> object:
        offers = range(1, sale.offer_count() + 1)
        return (
            sale.center(),
            [(sale.terms(k), sale.is_selling(k), sale.sold(k)) for k in offers],
            [sale.bought(k, person) for k in offers for person in people],
            [(coin.balanceOf(a), coin.allowance(a, sale)) for a in accounts],
            shop.state(sale),
        )

    return read


@pytest.fixture
def allowed(shop: QuotaShop, sale: Contract) -> Callable[[], int]:
    """What the sale may still issue."""
    return lambda: shop.treasury.issuer_allowance(INCENTIVE, sale)
