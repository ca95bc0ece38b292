"""An exchange with a sub-token of eight decimals (`points`) and one without (`coupon`), both of
`issuer`'s; everybody has COS and units of both. In the pool of points there are two COS a point."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from cos.chain import Chain, Contract, Event
from tests.market import COS, START, Market
from tests.models.exchange import Desk, Liquidity, Trade

PEOPLE = ("issuer", "other issuer", "trader", "provider", "other provider", "attacker", "staker")
UNITS = 10**9 * COS  # of each sub-token, smallest units
LATER = 2**40
POOL_COS, POOL_SUB = 2_000_000 * COS, 1_000_000 * COS
BUY_RATE, SELL_RATE = 150_000_000, 160_000_000  # base units for 1e8 smallest units
DESK = Desk(BUY_RATE, SELL_RATE, 10_000 * COS, 20_000 * COS, 50_000 * COS, 30_000 * COS)


@pytest.fixture
def chain() -> Chain:
    return Chain(timestamp=START)


@pytest.fixture
def market(chain: Chain) -> Market:
    return Market(chain, PEOPLE)


@pytest.fixture
def exchange(market: Market) -> Contract:
    return market.exchange


@pytest.fixture
def token(market: Market) -> Contract:
    return market.token


@pytest.fixture
def router(market: Market) -> Contract:
    return market.router


@pytest.fixture
def governance(market: Market) -> str:
    return market.governance


@pytest.fixture
def issuer(market: Market) -> str:
    return market.people["issuer"]


@pytest.fixture
def other_issuer(market: Market) -> str:
    return market.people["other issuer"]


@pytest.fixture
def trader(market: Market) -> str:
    return market.people["trader"]


@pytest.fixture
def provider(market: Market) -> str:
    return market.people["provider"]


@pytest.fixture
def other_provider(market: Market) -> str:
    return market.people["other provider"]


@pytest.fixture
def attacker(market: Market) -> str:
    return market.people["attacker"]


@pytest.fixture
def staker(market: Market) -> str:
    return market.people["staker"]


def spread(market: Market, sub: Contract) -> Contract:
    for person in market.people.values():
        market.mint(sub, person, UNITS)
    return sub


@pytest.fixture
def points(market: Market, issuer: str) -> Contract:
    return spread(market, market.open(issuer, "PTS", 8))


@pytest.fixture
def coupon(market: Market, issuer: str) -> Contract:
    return spread(market, market.open(issuer, "TEA", 0))


@pytest.fixture
def pool(chain: Chain, exchange: Contract, points: Contract, provider: str) -> Contract:
    """The share token of the pool of points, which `provider` has filled."""
    shares = exchange.open_pool(points, sender=provider)
    exchange.add_liquidity(points, POOL_COS, POOL_SUB, 0, LATER, sender=provider)
    return chain.at("PoolShare", shares)


@pytest.fixture
def desk(exchange: Contract, points: Contract, issuer: str) -> Desk:
    """The desk of points, with rates, limits and stocks."""
    terms = (DESK.buy_rate_e8, DESK.sell_rate_e8, DESK.buy_left, DESK.sell_left)
    exchange.set_desk(points, *terms, sender=issuer)
    exchange.fund_desk(points, DESK.stock_cos, DESK.stock_sub, sender=issuer)
    return DESK


@pytest.fixture
def state(market: Market, points: Contract, coupon: Contract) -> Callable[[], object]:
    """Everything that the exchange tells, and where all coins are."""
    exchange, token = market.exchange, market.token
    places = (*market.people.values(), exchange, market.router, market.staking)

    def read() -> object:
        pools = [exchange.pool(sub) for sub in (points, coupon)]
        shares = [market.chain.at("PoolShare", pool[0]) for pool in pools if int(pool[0], 16)]
        return (
            pools,
            [exchange.desk(sub) for sub in (points, coupon)],
            (exchange.fee_bps(), exchange.fee_router()),
            [[each.balanceOf(place) for place in places] for each in (token, points, coupon)],
            [[each.balanceOf(person) for person in market.people.values()] for each in shares],
            [each.totalSupply() for each in shares],
            [
                each.allowance(person, exchange)
                for each in (token, points, coupon)
                for person in market.people.values()
            ],
            token.allowance(exchange, market.router),
            market.router.owed(),
        )

    return read


@pytest.fixture
def event(exchange: Contract) -> Callable[..., Event]:
    """An event as the exchange emits it."""
    return lambda name, /, **args: Event(exchange.address, name, args)


@pytest.fixture
def traded(event: Callable[..., Event]) -> Callable[..., Event]:
    """The event of a trade."""

    def create(sub: Contract, trader: str, trade: Trade, is_buy: bool, is_desk: bool) -> Event:
        sides = {"is_buy": is_buy, "is_desk": is_desk}
        parts = trade._asdict()
        return event("Traded", sub_token=sub.address, trader=trader, **sides, **parts)

    return create


@pytest.fixture
def all_is_booked(market: Market, points: Contract, coupon: Contract) -> Callable[..., None]:
    """Invariant 17: what lies here, but for `surplus`, is some desk's or pool's; no allowance."""
    exchange, token = market.exchange, market.token

    def check(surplus: int = 0) -> None:
        """`surplus` of COS and of points were sent here directly."""
        desks = {sub: Desk(*exchange.desk(sub)) for sub in (points, coupon)}
        pools = {sub: exchange.pool(sub) for sub in (points, coupon)}
        booked = sum(desk.stock_cos for desk in desks.values()) + sum(p[1] for p in pools.values())
        assert token.balanceOf(exchange) == booked + surplus
        for sub in (points, coupon):
            booked = desks[sub].stock_sub + pools[sub][2]
            assert sub.balanceOf(exchange) == booked + surplus * (sub is points)
        assert token.allowance(exchange, exchange.fee_router()) == 0

    return check


@pytest.fixture
def moves(market: Market) -> Callable[..., tuple[int, int]]:
    """What an account has more of, COS and a sub-token, after a call."""

    def measure(account: str, sub: Contract, call: Callable[[], object]) -> tuple[int, int]:
        before = market.token.balanceOf(account), sub.balanceOf(account)
        call()
        after = market.token.balanceOf(account), sub.balanceOf(account)
        return after[0] - before[0], after[1] - before[1]

    return measure


def as_trade(value: tuple) -> Trade:
    return Trade(*value)


def as_liquidity(value: tuple) -> Liquidity:
    return Liquidity(*value)
