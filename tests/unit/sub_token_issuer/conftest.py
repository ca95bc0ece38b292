"""Two merchants with staked COS, two customers, an arbiter; a coupon of which both have some."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from cos.chain import Chain, Contract
from tests.sub_token_shop import START, SubTokenShop


@pytest.fixture
def chain() -> Chain:
    return Chain(timestamp=START)


@pytest.fixture
def shop(chain: Chain) -> SubTokenShop:
    return SubTokenShop(chain)


@pytest.fixture
def issuer(shop: SubTokenShop) -> Contract:
    return shop.issuer


@pytest.fixture
def staking(shop: SubTokenShop) -> Contract:
    return shop.staking


@pytest.fixture
def token(shop: SubTokenShop) -> Contract:
    return shop.token


@pytest.fixture
def merchant(chain: Chain) -> str:
    return chain.account("merchant")


@pytest.fixture
def other_merchant(chain: Chain) -> str:
    return chain.account("other merchant")


@pytest.fixture
def ann(chain: Chain) -> str:
    return chain.account("ann")


@pytest.fixture
def ben(chain: Chain) -> str:
    return chain.account("ben")


@pytest.fixture
def arbiter(chain: Chain) -> str:
    return chain.account("arbiter")


@pytest.fixture
def attacker(chain: Chain) -> str:
    return chain.account("attacker")


@pytest.fixture
def governance(chain: Chain) -> str:
    return chain.account("governance")


@pytest.fixture
def coupon(shop: SubTokenShop, merchant: str, ann: str, ben: str) -> Contract:
    """Of face value FACE; ann has 1,000 units, ben 500."""
    coupon = shop.open(merchant)
    shop.issuer.mint(coupon, ann, 1_000, sender=merchant)
    shop.issuer.mint(coupon, ben, 500, sender=merchant)
    return coupon


@pytest.fixture
def points(shop: SubTokenShop, merchant: str, ann: str) -> Contract:
    """Plain points without a face value; ann has 1,000."""
    points = shop.open(merchant, name="Stars", symbol="STAR", face_value=0)
    shop.issuer.mint(points, ann, 1_000, sender=merchant)
    return points


@pytest.fixture
def asked(shop: SubTokenShop, coupon: Contract, ann: str) -> int:
    """Ann's request for 300 units."""
    return shop.ask(coupon, 300, ann)


@pytest.fixture
def state(shop: SubTokenShop) -> Callable[[], object]:
    return shop.state
