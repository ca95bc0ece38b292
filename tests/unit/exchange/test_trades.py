"""What all six trades have in common: buy, buy_with, sell, sell_for, desk_buy, desk_sell

|- the quote is the execution, to the unit, for every size and every fee
|  |- the trader's coins change by that and nothing else, one event says so
|  |- the fee is the part of the COS side rounded up, and all of it is the router's (invariant 17)
|  |- k does not fall (17); what lies here is booked, nothing is approved any more (16, 17)
|  `- it is what the model finds from definitions
|- at the caller's limit -> done; a unit beyond -> revert
|- at the deadline -> done; a second later -> revert
|- nothing -> revert; amounts that can't be, up to 2^256 - 1 -> revert with a reason (36)
|- neither pool nor desk -> revert, also for what is no sub-token at all (17)
|- without allowance, without coins -> revert
|- without a fee the router is not asked; a lone base unit is all fee -> revert
`- stakers see the fee as income of the same epoch, from the router's threshold on
"""

from __future__ import annotations

import random
from typing import NamedTuple

import pytest

from tests.market import WEEK
from tests.models.exchange import Desk, Erc20Model, ExchangeQuotes, Listed, Pool, Trade
from tests.unit.exchange.conftest import COS, LATER

LARGEST = 2**256 - 1


class Kind(NamedTuple):
    """A function that trades; `is_cos` if its exact amount is COS."""

    function: str
    is_buy: bool
    is_cos: bool
    is_desk: bool

    @property
    def has_maximum(self) -> bool:
        return self.is_buy != self.is_cos

    @property
    def loosest(self) -> int:
        return LARGEST if self.has_maximum else 0

    def result(self, trade: Trade) -> int:
        """What the function returns, and what the caller limits."""
        if self.is_cos:
            return trade.sub_amount
        return trade.gross_cos if self.is_buy else trade.net_cos

    def amount(self, trade: Trade) -> int:
        """The exact amount that the caller states."""
        if not self.is_cos:
            return trade.sub_amount
        return trade.gross_cos if self.is_buy else trade.net_cos

    def moved(self, trade: Trade) -> tuple[int, int]:
        if self.is_buy:
            return -trade.gross_cos, trade.sub_amount
        return trade.net_cos, -trade.sub_amount


KINDS = [
    Kind("buy", True, False, False),
    Kind("buy_with", True, True, False),
    Kind("sell", False, False, False),
    Kind("sell_for", False, True, False),
    Kind("desk_buy", True, False, True),
    Kind("desk_sell", False, False, True),
]
kinds = pytest.mark.parametrize("kind", KINDS, ids=[kind.function for kind in KINDS])
POOLS = [kind for kind in KINDS if not kind.is_desk]


@pytest.fixture
def ready(pool, desk):
    """A pool and a desk of points."""


def quote_of(exchange, kind: Kind, sub, amount: int) -> Trade:
    return Trade(*exchange.call(f"quote_{kind.function}", sub, amount))


def model_of(exchange, points, fee_bps: int) -> ExchangeQuotes:
    """A model with the same books."""
    model = ExchangeQuotes(fee_bps)
    _, cos, sub = exchange.pool(points)
    token = Erc20Model(points.address, "points")
    desk = Desk(*exchange.desk(points))
    model.listed[points.address] = Listed(token, "", desk=desk, pool=Pool(None, cos, sub))
    return model


@kinds
@pytest.mark.parametrize("fee_bps", [0, 1, 10, 100])
def test_a_trade_is_as_quoted(
    market, exchange, points, ready, trader, governance, moves, traded, all_is_booked, kind, fee_bps
):
    exchange.set_fee(fee_bps, sender=governance)
    rng = random.Random(f"{kind.function} {fee_bps}")
    sizes = (6, 11, 1_000, 10_007, 10**5, COS - 1, 12_345_678_901, 500 * COS + 1, 2_000 * COS)
    for size in sizes:
        amount = size + rng.randrange(size)
        before, desk, fees = exchange.pool(points), Desk(*exchange.desk(points)), market.fees()
        quote = quote_of(exchange, kind, points, amount)
        expected = getattr(model_of(exchange, points, fee_bps), f"quote_{kind.function}")
        assert quote == expected(points.address, amount)
        assert kind.amount(quote) == amount
        receipts = []
        args = (points, amount, kind.result(quote), LATER)
        moved = moves(
            trader,
            points,
            lambda: receipts.append(exchange.transact(kind.function, *args, sender=trader)),  # noqa: B023
        )
        (receipt,) = receipts
        assert receipt.value == kind.result(quote)
        assert moved == kind.moved(quote)
        event = traded(points, trader, quote, kind.is_buy, kind.is_desk)
        assert [log for log in receipt.logs if log.address == exchange.address] == [event]

        assert quote.fee == -(-quote.gross_cos * fee_bps // 10_000), "invariant 17: not rounded up"
        assert market.fees() - fees == quote.fee, "invariant 17: the router has less than the fee"
        _, cos, sub = exchange.pool(points)
        given = quote.net_cos if kind.is_buy else -quote.gross_cos
        taken = -quote.sub_amount if kind.is_buy else quote.sub_amount
        if kind.is_desk:
            assert exchange.pool(points) == before
            left = {
                "sell_left": desk.sell_left - kind.is_buy * quote.sub_amount,
                "buy_left": desk.buy_left - (not kind.is_buy) * quote.sub_amount,
            }
            stocks = {"stock_cos": desk.stock_cos + given, "stock_sub": desk.stock_sub + taken}
            assert Desk(*exchange.desk(points)) == Desk(**{**vars(desk), **left, **stocks})
        else:
            assert (cos, sub) == (before[1] + given, before[2] + taken)
            assert cos * sub >= before[1] * before[2], "invariant 17: k has fallen"
            assert Desk(*exchange.desk(points)) == desk
        all_is_booked()


@kinds
def test_a_trade_at_the_callers_limit(exchange, points, ready, trader, refuses, kind):
    limit = kind.result(quote_of(exchange, kind, points, COS))
    beyond = limit - 1 if kind.has_maximum else limit + 1
    which = "above your maximum" if kind.has_maximum else "below your minimum"
    with refuses(f"exchange: {which}"):
        exchange.transact(kind.function, points, COS, beyond, LATER, sender=trader)
    assert exchange.transact(kind.function, points, COS, limit, LATER, sender=trader).value == limit


@kinds
def test_a_trade_at_the_deadline(chain, exchange, points, ready, trader, refuses, kind):
    now = chain.timestamp
    exchange.transact(kind.function, points, COS, kind.loosest, now, sender=trader)
    with refuses("exchange: expired"):
        exchange.transact(kind.function, points, COS, kind.loosest, now - 1, sender=trader)


@kinds
@pytest.mark.parametrize("amount", [0, 2**64 - 1, 2**64, 2**96 - 1, 2**96, 2**128, 2**255, LARGEST])
def test_a_trade_of_an_impossible_amount(exchange, points, ready, trader, refuses, kind, amount):
    expected = {
        "buy": ("no amount", "pool holds less"),
        "buy_with": ("no output", "amount too large"),
        "sell": ("no output", "amount too large"),
        "sell_for": ("no amount", "amount too large"),
        "desk_buy": ("no amount", "above desk limit"),
        "desk_sell": ("no output", "above desk limit"),
    }
    reason = "exchange: " + expected[kind.function][amount > 0]
    if amount == 2**64 - 1 and kind.is_cos:
        # What all COS there is would buy or be sold for: more than anybody has.
        reason = "token: insufficient balance" if kind.is_buy else "exchange: pool holds less"
    if 2**64 - 1 <= amount < 2**96 and kind.function == "sell":
        # It fits; nobody has it, and at the end of the range the pool could not hold it.
        reason = "points: insufficient balance"
        if amount == 2**96 - 1:
            reason = "exchange: amount too large"
    with refuses(reason):
        exchange.transact(kind.function, points, amount, kind.loosest, LATER, sender=trader)


@kinds
def test_a_trade_with_nobody(exchange, points, coupon, provider, issuer, trader, refuses, kind):
    which = "desk does not " + ("sell" if kind.is_buy else "buy")
    reason = "exchange: " + (which if kind.is_desk else "pool is empty")
    exchange.open_pool(coupon, sender=provider)
    exchange.fund_desk(coupon, COS, COS, sender=issuer)
    for sub in (points, coupon, trader, exchange.TOKEN()):
        with refuses(reason):
            exchange.transact(kind.function, sub, 1, kind.loosest, LATER, sender=trader)


@kinds
def test_a_trade_without_means(exchange, token, points, ready, trader, refuses, kind):
    coin, prefix = (token, "token") if kind.is_buy else (points, "points")
    args = (kind.function, points, COS, kind.loosest, LATER)
    coin.approve(exchange, 1, sender=trader)
    with refuses(f"{prefix}: insufficient allowance"):
        exchange.transact(*args, sender=trader)
    coin.approve(exchange, LARGEST, sender=trader)
    coin.transfer(exchange, coin.balanceOf(trader) - 1, sender=trader)
    with refuses(f"{prefix}: insufficient balance"):
        exchange.transact(*args, sender=trader)


@kinds
def test_a_trade_free_of_fee(market, exchange, points, ready, governance, trader, kind):
    exchange.set_fee(0, sender=governance)
    receipt = exchange.transact(kind.function, points, COS, kind.loosest, LATER, sender=trader)
    assert market.fees() == 0
    assert [log.name for log in receipt.logs if log.address != points.address] == [
        "Traded",
        "Transfer",
    ]


@pytest.mark.parametrize("kind", [kind for kind in KINDS if not kind.is_buy and not kind.is_cos])
def test_a_sale_for_a_lone_unit_is_all_fee(exchange, points, ready, governance, trader, kind):
    exchange.set_fee(1, sender=governance)
    with pytest.raises(Exception, match="exchange: no output"):
        exchange.transact(kind.function, points, 1, 0, LATER, sender=trader)
    exchange.set_fee(0, sender=governance)
    assert exchange.transact(kind.function, points, 1, 0, LATER, sender=trader).value == 1


@kinds
def test_stakers_see_the_fee_in_the_same_epoch(
    chain, market, exchange, points, ready, router, governance, staker, trader, attacker, kind
):
    staking, token = market.staking, market.token
    router.set_push_threshold(1, sender=governance)
    for account in (staker, attacker):
        token.approve(staking, LARGEST, sender=account)
    staking.stake(1_000 * COS, sender=staker)
    chain.advance(WEEK)
    staking.stake(10**6 * COS, sender=attacker)  # just in time: no part in this epoch
    args = (kind.function, points, 500 * COS, kind.loosest, LATER)
    fee = quote_of(exchange, kind, points, 500 * COS).fee
    assert fee < 2 * COS, "half of it is below the threshold of one COS"
    waiting = 0
    while staking.income()[0] == 0:
        fee = quote_of(exchange, kind, points, 500 * COS).fee
        exchange.transact(*args, sender=trader)
        waiting += fee
    assert waiting // 2 >= COS, "the threshold was reached"
    assert staking.income()[0] == waiting // 2, "with that fee all of it was forwarded"
    chain.advance(WEEK)
    assert 0 <= waiting // 2 - staking.claimable(staker) <= 1
    assert staking.claimable(attacker) == 0
