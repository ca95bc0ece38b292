"""What somebody would try who wants other people's coins

sandwich
|- a trade between two others gains while the victim accepts any result: fees are all that it costs
|- a limit of one's own refuses it; the attacker has paid two fees for nothing
`- a rate, a fee or the router changed in the same block: refused by the same limits (PITFALLS 25)
first deposit (18)
|- a wrong first price in front of the victim's deposit: refused by its minimum of shares
|- one share kept and its price driven up: too few may not stay; what a victim loses is a rounding
|- gifts between the two: nobody's, neither then nor after everybody has left
`- a dust holder can't hold back what others take out, but for 1e6 shares
fees
|- a collector of the router finds nothing approved, even during a trade (16)
`- fees can't be avoided by splitting: parts pay at least as much
counterparties (17)
|- a token that is not the issuer's: neither listed nor traded, whatever it answers
|- a clone of the sub-token's code, a sub-token of another issuer contract: not listed
`- an issuer withdraws its own desk only, never a pool or another desk
re-entrancy (28)
|- COS that calls back, on every way in and out, into every function and view -> revert
`- a router that calls back -> revert
"""

from __future__ import annotations

import pytest

from cos.chain import Revert
from tests.market import DAY, HASH, YEAR, Market
from tests.models import INFINITE, ZERO_ADDRESS
from tests.models.exchange import Desk
from tests.unit.exchange.conftest import COS, LATER, POOL_COS, POOL_SUB

MIN_SHARES = 10**6


# --- sandwich


def test_a_sandwich_gains_only_if_the_victim_accepts_anything(
    chain, exchange, token, points, pool, trader, attacker, moves, refuses
):
    sent = 20_000 * COS
    fair = exchange.quote_buy_with(points, sent)[1]

    def sandwich(least: int) -> tuple[int, int]:
        got = []

        def attack() -> None:
            got.append(exchange.buy_with(points, 50_000 * COS, 0, LATER, sender=attacker))
            if least:
                with refuses("exchange: below your minimum"):
                    exchange.buy_with(points, sent, least, LATER, sender=trader)
            else:
                exchange.buy_with(points, sent, least, LATER, sender=trader)
            exchange.sell(points, got[0], 0, LATER, sender=attacker)

        return moves(attacker, points, attack)

    with chain.anchor():
        assert sandwich(0)[0] > 0, "the attack works on who accepts anything"
    before = points.balanceOf(trader)
    lost, _ = sandwich(fair * 99 // 100)
    assert points.balanceOf(trader) == before, "the victim was not served worse than it accepts"
    assert lost < -2 * 50_000 * COS * 10 // 10_000 + COS, "two fees for nothing"


@pytest.mark.parametrize("change", ["rate", "fee", "limit"])
def test_a_change_in_the_same_block_is_refused_by_the_limits(
    chain, exchange, points, desk, issuer, governance, trader, refuses, change
):
    """No time passes between the quote, the change and the trade."""
    now = chain.timestamp
    price = exchange.quote_desk_buy(points, COS)[0]
    sold = exchange.quote_desk_sell(points, COS)
    if change == "rate":
        rates = desk.buy_rate_e8 - 1, desk.sell_rate_e8 + 1
        exchange.set_desk(points, *rates, desk.buy_left, desk.sell_left, sender=issuer)
    elif change == "fee":
        exchange.set_fee(11, sender=governance)
    else:
        rates = desk.buy_rate_e8, desk.sell_rate_e8
        exchange.set_desk(points, *rates, COS - 1, COS - 1, sender=issuer)
    reasons = {"limit": ("above desk limit",) * 2}
    above, below = reasons.get(change, ("above your maximum", "below your minimum"))
    assert chain.timestamp == now
    with refuses(f"exchange: {above}"):
        exchange.desk_buy(points, COS, price, now, sender=trader)
    with refuses(f"exchange: {below}"):
        exchange.desk_sell(points, COS, sold[0] - sold[2], now, sender=trader)


# --- first deposit


def test_a_wrong_first_price_is_refused_by_the_minimum(
    exchange, points, provider, attacker, moves, refuses
):
    """The victim offers two COS a point; the attacker was there first with a ratio of its own."""
    exchange.open_pool(points, sender=provider)
    offer = 2_000 * COS, 1_000 * COS
    least = exchange.quote_add(points, *offer)[2] * 999 // 1_000
    exchange.add_liquidity(points, 100 * COS, COS, 0, LATER, sender=attacker)
    with refuses("exchange: below your minimum"):
        exchange.add_liquidity(points, *offer, least, LATER, sender=provider)


def test_a_share_that_was_driven_up_costs_the_victim_a_rounding(
    exchange, token, coupon, provider, attacker, moves, refuses, all_is_booked
):
    """The attacker keeps as few shares as it may, gives away by trades and gifts what it can, and
    hopes that the victim's deposit is rounded down to less than it paid."""
    share = exchange.open_pool(coupon, sender=attacker)
    shares = exchange.add_liquidity(coupon, 10**6, 10**6, 0, LATER, sender=attacker)[2]
    for left in (1, MIN_SHARES - 1):
        with refuses("exchange: too few shares would stay"):
            exchange.remove_liquidity(coupon, shares - left, 0, 0, LATER, sender=attacker)
    exchange.remove_liquidity(coupon, shares - MIN_SHARES, 0, 0, LATER, sender=attacker)
    assert exchange.pool(coupon) == (share, 1, 1)
    for coin in (token, coupon):
        coin.transfer(exchange, 10**6, sender=attacker)
    assert exchange.pool(coupon) == (share, 1, 1), "gifts are nobody's"
    for function in ("buy_with", "sell"):
        with refuses("exchange: no output"):
            exchange.transact(function, coupon, 10**15, 0, LATER, sender=attacker)
    # Whoever comes now pays what a million shares cost, and less than one unit of each above.
    offer = 777, 777
    added = exchange.quote_add(coupon, *offer)
    paid = moves(
        provider,
        coupon,
        lambda: exchange.add_liquidity(coupon, *offer, added[2], LATER, sender=provider),
    )
    assert paid == (-777, -777)
    removed = moves(
        provider,
        coupon,
        lambda: exchange.remove_liquidity(coupon, added[2], 0, 0, LATER, sender=provider),
    )
    assert removed == (777, 777)
    exchange.remove_liquidity(coupon, MIN_SHARES, 0, 0, LATER, sender=attacker)
    assert exchange.pool(coupon) == (share, 0, 0)
    assert token.balanceOf(exchange) == coupon.balanceOf(exchange) == 10**6


def test_roundings_of_many_rounds_stay_roundings(exchange, coupon, provider, attacker, moves):
    """Adding and removing drives up a share by a unit a round at most, which the attacker pays."""

    def there_and_back() -> None:
        shares = exchange.add_liquidity(coupon, 99, 99, 0, LATER, sender=attacker)[2]
        exchange.remove_liquidity(coupon, shares - 1, 0, 0, LATER, sender=attacker)

    exchange.open_pool(coupon, sender=attacker)
    exchange.add_liquidity(coupon, 1, 1, 0, LATER, sender=attacker)
    given = [-sum(moves(attacker, coupon, there_and_back)) for _ in range(60)]
    assert set(given) <= {0, 1, 2} and sum(given) > 60
    _, cos, units = exchange.pool(coupon)
    assert cos + units == 2 + sum(given), "all that it drove up, it gave"
    offer = 1_000 * COS, 1_000 * COS

    def deposit() -> None:
        shares = exchange.add_liquidity(coupon, *offer, 0, LATER, sender=provider)[2]
        exchange.remove_liquidity(coupon, shares, 0, 0, LATER, sender=provider)

    assert min(moves(provider, coupon, deposit)) >= -1


def test_a_dust_holder_holds_nobody_back(
    exchange, token, points, pool, provider, attacker, moves, refuses
):
    pool.transfer(attacker, 1, sender=provider)
    shares = pool.balanceOf(provider)
    with refuses("exchange: too few shares would stay"):
        exchange.remove_liquidity(points, shares, 0, 0, LATER, sender=provider)
    most = shares + 1 - MIN_SHARES
    got = moves(
        provider,
        points,
        lambda: exchange.remove_liquidity(points, most, 0, 0, LATER, sender=provider),
    )
    assert POOL_COS - got[0] < COS // 1_000 and POOL_SUB - got[1] < COS // 1_000


# --- fees


def test_a_collector_finds_nothing_approved(
    chain, market, exchange, points, pool, desk, router, governance, attacker, refuses
):
    """A standing allowance for the router would be the collectors' to spend."""
    router.set_collector(attacker, True, sender=governance)
    exchange.buy(points, COS, 2**64, LATER, sender=attacker)
    with refuses("token: insufficient allowance"):
        router.pay_fee_from(exchange, 1, sender=attacker)


def test_splitting_pays_at_least_as_much_in_fees(chain, market, exchange, points, desk, trader):
    costs = []
    for parts in (1, 2, 10, 100):
        with chain.anchor():
            before = market.fees()
            for _ in range(parts):
                exchange.desk_buy(points, 10**4 // parts, 2**64, LATER, sender=trader)
            costs.append(market.fees() - before)
    assert costs == sorted(costs) and costs[0] < costs[-1]


# --- counterparties


def test_foreign_tokens_are_not_listed(chain, market, exchange, points, pool, attacker, refuses):
    fickle = chain.deploy("FickleToken", sender=attacker)
    clone = chain.deploy("SubToken", sender=attacker)
    arguments = (market.authority, market.staking, market.router, clone, 0)
    other = chain.deploy("SubTokenIssuer", *arguments, sender=attacker)
    times = (chain.timestamp + YEAR, 30 * DAY, 7 * DAY, chain.account("arbiter"))
    theirs = other.open(("Points", "PTS", 8, 0, HASH, *times, True), 0, sender=attacker)
    for foreign in (fickle, clone, theirs, pool):
        with refuses("exchange: not a sub-token"):
            exchange.open_pool(foreign, sender=attacker)
        with refuses("exchange: not a sub-token"):
            exchange.set_desk(foreign, 1, 1, 1, 1, sender=attacker)
        with refuses("exchange: not a sub-token"):
            exchange.fund_desk(foreign, 1, 1, sender=attacker)
        with refuses("exchange: no pool"):
            exchange.add_liquidity(foreign, COS, COS, 0, LATER, sender=attacker)
        with refuses("exchange: pool is empty"):
            exchange.sell(foreign, COS, 0, LATER, sender=attacker)
        with refuses("exchange: pool is empty"):
            exchange.route(foreign, COS, False, points, 0, False, LATER, sender=attacker)


def test_an_issuer_takes_its_own_desk_only(
    market, exchange, points, pool, desk, attacker, refuses, all_is_booked
):
    """It mints as many units as it likes, so what it could sell must be what others bought."""
    mine = market.open(attacker, "EVIL", 0)
    market.mint(mine, attacker, 10**20)
    exchange.set_desk(mine, 2**79, 2**79, 2**95, 2**95, sender=attacker)
    with refuses("exchange: desk holds less"):
        exchange.desk_sell(mine, 1, 0, LATER, sender=attacker)
    with refuses("exchange: desk holds less"):
        exchange.withdraw_desk(mine, 1, 0, sender=attacker)
    exchange.open_pool(mine, sender=attacker)
    exchange.add_liquidity(mine, 1, 10**19, 0, LATER, sender=attacker)
    with refuses("exchange: no output"):
        exchange.sell(mine, 10**19, 0, LATER, sender=attacker)
    assert Desk(*exchange.desk(points)) == desk
    assert exchange.pool(points)[1:] == (POOL_COS, POOL_SUB)


# --- re-entrancy

CALLS = (
    ("open_pool", ("points",)),
    ("add_liquidity", ("points", COS, COS, 0, LATER)),
    ("remove_liquidity", ("points", MIN_SHARES, 0, 0, LATER)),
    ("buy", ("points", 10, 2**64, LATER)),
    ("buy_with", ("points", 100, 0, LATER)),
    ("sell", ("points", 100, 0, LATER)),
    ("sell_for", ("points", 10, 2**64, LATER)),
    ("desk_buy", ("points", 10, 2**64, LATER)),
    ("desk_sell", ("points", 100, 0, LATER)),
    ("route", ("points", 10**6, False, "other", 0, False, LATER)),
    ("set_desk", ("points", 1, 1, 1, 1)),
    ("fund_desk", ("points", 10, 10)),
    ("withdraw_desk", ("points", 10, 10)),
    ("set_fee", (1,)),
    ("set_fee_router", ("points",)),
)
QUOTES = (
    ("quote_buy", ("points", 10)),
    ("quote_sell", ("points", 100)),
    ("quote_add", ("points", COS, COS)),
    ("quote_remove", ("points", MIN_SHARES)),
    ("quote_route", ("points", 10**6, False, "other", False)),
    ("pool", ("points",)),
    ("desk", ("points",)),
)
# What moves COS, in order: on its way in or out.
MOVING = [name for name, _ in CALLS if name not in ("open_pool", "set_desk", "set_fee")][:-1]


class Fickle:
    """An exchange whose COS calls back, with a pool and a desk of real sub-tokens."""

    def __init__(self, market: Market, points, other, issuer: str) -> None:
        self.market, self.issuer = market, issuer
        chain = market.chain
        self.coin = chain.deploy("FickleToken", sender=issuer)
        self.names = {"points": points.address, "other": other.address}
        self.exchange = market.deploy(token=self.coin, fee_bps=0)
        for sub, units in ((points, 10 * COS), (other, 10**4)):
            sub.approve(self.exchange, INFINITE, sender=issuer)
            self.exchange.open_pool(sub, sender=issuer)
            self.exchange.add_liquidity(sub, 10 * COS, units, 0, LATER, sender=issuer)
            self.exchange.set_desk(sub, COS, COS, COS, COS, sender=issuer)
            self.exchange.fund_desk(sub, COS, COS, sender=issuer)

    def arguments(self, arguments: tuple) -> tuple:
        return tuple(self.names.get(each, each) for each in arguments)

    def data(self, function: str, arguments: tuple) -> bytes:
        return self.exchange._function(function).encode(self.arguments(arguments))

    def call(self, function: str) -> None:
        arguments = self.arguments(dict(CALLS)[function])
        self.exchange.transact(function, *arguments, sender=self.issuer)

    def state(self) -> object:
        sides = self.names.values()
        return [(self.exchange.pool(sub), self.exchange.desk(sub)) for sub in sides]


@pytest.fixture
def fickle(market, points, coupon, issuer) -> Fickle:
    return Fickle(market, points, coupon, issuer)


@pytest.mark.parametrize("function", MOVING)
def test_cos_that_calls_back(chain, fickle, function):
    """COS does not; were it to, nothing could be done, or even read, in the middle of a call."""
    # The route has change to pay out, else it would move no COS but the fee.
    assert fickle.exchange.quote_route(*fickle.arguments(dict(QUOTES)["quote_route"]))[2] > 0
    with chain.anchor():
        fickle.call(function)
    before = fickle.state()
    for target, arguments in (*CALLS, *QUOTES):
        data = fickle.data(target, arguments)
        fickle.coin.behave(True, fickle.exchange, data, sender=fickle.issuer)
        with pytest.raises(Revert) as caught:
            fickle.call(function)
        assert caught.value.reason == "", f"{function} let {target} in"
        fickle.coin.behave(True, ZERO_ADDRESS, b"", sender=fickle.issuer)
        assert fickle.state() == before


@pytest.mark.parametrize("function", MOVING)
def test_cos_that_refuses(chain, fickle, function):
    before = fickle.state()
    fickle.coin.behave(False, ZERO_ADDRESS, b"", sender=fickle.issuer)
    with pytest.raises(Revert) as caught:
        fickle.call(function)
    assert caught.value.reason == "exchange: transfer failed"
    assert fickle.state() == before


def test_an_approval_that_is_refused(fickle, governance):
    fickle.exchange.set_fee(10, sender=governance)
    # The sale of a sub-token asks the token for the approval first.
    fickle.coin.behave(False, ZERO_ADDRESS, b"", sender=fickle.issuer)
    with pytest.raises(Revert) as caught:
        fickle.call("sell")
    assert caught.value.reason == "exchange: approval failed"


@pytest.mark.parametrize("function", ["buy", "sell", "desk_buy", "desk_sell", "route"])
def test_a_router_that_calls_back(
    chain, market, exchange, points, coupon, pool, desk, issuer, governance, provider, trader,
    refuses, function,
):  # fmt: skip
    exchange.open_pool(coupon, sender=provider)
    exchange.add_liquidity(coupon, COS, 10**6, 0, LATER, sender=provider)
    names = {"points": points.address, "other": coupon.address}
    resolve = lambda arguments: tuple(names.get(each, each) for each in arguments)  # noqa: E731
    router = chain.deploy("LazyRouter", market.token, sender=governance)
    exchange.set_fee_router(router, sender=governance)
    for target, arguments in (*CALLS, *QUOTES):
        data = exchange._function(target).encode(resolve(arguments))
        router.call_back(exchange, data, sender=governance)
        with refuses(""):
            exchange.transact(function, *resolve(dict(CALLS)[function]), sender=trader)
    router.call_back(ZERO_ADDRESS, b"", sender=governance)
    exchange.transact(function, *resolve(dict(CALLS)[function]), sender=trader)
