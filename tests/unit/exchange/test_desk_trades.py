"""Exchange.desk_buy, desk_sell: what is true of desks only (the rest: test_trades.py)

|- the whole price is the rate's, rounded up for the desk; what it pays, rounded down
|- there and back never gains, for every small size and all rates, in parts neither (invariant 17)
|- limits and stocks
|  |- exactly what is left can be traded, a unit more -> revert, then nothing more
|  `- exactly the stock can be traded, a unit more -> revert
|- what came in can go out again: COS of sales pays for purchases, and units alike
|- rates above and below one base unit a unit
`- the largest amounts and rates (PITFALLS 36)
"""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.models import ModelRevert
from tests.models.exchange import Desk, Erc20Model, ExchangeQuotes, Listed, Trade
from tests.unit.exchange.conftest import BUY_RATE, COS, DESK, LATER, SELL_RATE

E8 = 10**8
MAX_RATE, MAX_SUB = 2**80 - 1, 2**96 - 1
SUB = "the sub-token"


def test_desk_prices_are_the_rates(exchange, points, desk, trader, moves):
    for amount in (1, 2, 3, 7, 10**8, 123_456_789):
        net = -(-amount * SELL_RATE // E8)
        gross = -(-net * 10_000 // 9_990)
        buy = lambda: exchange.desk_buy(points, amount, gross, LATER, sender=trader)  # noqa: B023,E731
        assert moves(trader, points, buy) == (-gross, amount)
        gross = amount * BUY_RATE // E8
        net = gross - -(-gross * 10 // 10_000)
        if net:
            sell = lambda: exchange.desk_sell(points, amount, net, LATER, sender=trader)  # noqa: B023,E731
            assert moves(trader, points, sell) == (net, -amount)


def _round_trip(buy_rate: int, sell_rate: int, fee_bps: int, amount: int) -> None:
    model = ExchangeQuotes(fee_bps)
    desk = Desk(buy_rate, sell_rate, MAX_SUB, MAX_SUB, 2**63, MAX_SUB)
    model.listed[SUB] = Listed(Erc20Model(SUB, "points"), "", desk=desk)
    try:
        bought, sold = model.quote_desk_buy(SUB, amount), model.quote_desk_sell(SUB, amount)
    except ModelRevert:
        return
    assert sold.gross_cos <= bought.net_cos, "invariant 17: the trader has gained"
    assert sold.net_cos <= bought.gross_cos - bought.fee - sold.fee


def test_there_and_back_never_gains_in_small_sizes():
    rates = (1, 2, 3, 7, E8 // 3, E8 - 1, E8, E8 + 1, 5 * E8 // 2, 10**12 + 1)
    for sell_rate, buy_rate, fee_bps in product(rates, rates, (0, 10, 100)):
        if buy_rate <= sell_rate:
            for amount in (*range(1, 30), E8 - 1, E8, E8 + 1):
                _round_trip(buy_rate, sell_rate, fee_bps, amount)


@given(
    buy_rate=st.integers(1, 2**60),
    more=st.one_of(st.integers(0, 3), st.integers(0, 2**60)),
    fee_bps=st.integers(0, 100),
    amount=st.integers(1, 2**40),
)
def test_there_and_back_never_gains(buy_rate, more, fee_bps, amount):
    _round_trip(buy_rate, buy_rate + more, fee_bps, amount)


@given(
    rate=st.integers(1, 3 * E8),
    spread=st.integers(0, 3),
    parts=st.lists(st.integers(1, 10**4), min_size=1, max_size=8),
)
def test_there_and_back_in_parts_never_gains(rate, spread, parts):
    """PITFALLS 19: bought in parts and sold at once, or the other way round."""
    model = ExchangeQuotes(0)
    desk = Desk(rate, rate + spread, MAX_SUB, MAX_SUB, 2**63, MAX_SUB)
    model.listed[SUB] = Listed(Erc20Model(SUB, "points"), "", desk=desk)
    sizes = [*parts, sum(parts)]
    paid = [model.quote_desk_buy(SUB, size).net_cos for size in sizes]
    got = [size * rate // E8 for size in sizes]
    assert sum(paid[:-1]) >= paid[-1] >= got[-1] >= sum(got[:-1])


@pytest.mark.parametrize("rate", [1, 3, E8 // 3, E8, 5 * E8 // 2])
def test_there_and_back_on_the_chain(
    exchange, token, coupon, issuer, attacker, governance, all_is_booked, rate
):
    """At equal rates and without a fee, the worst case for the desk."""
    exchange.set_fee(0, sender=governance)
    exchange.set_desk(coupon, rate, rate, MAX_SUB, MAX_SUB, sender=issuer)
    exchange.fund_desk(coupon, 10**6, 10**6, sender=issuer)
    books = Desk(*exchange.desk(coupon))
    for amount in range(1, 12):
        before = token.balanceOf(attacker)
        exchange.desk_buy(coupon, amount, 2**64, LATER, sender=attacker)
        if amount * rate >= E8:
            exchange.desk_sell(coupon, amount, 0, LATER, sender=attacker)
            assert token.balanceOf(attacker) <= before, "invariant 17: the trader has gained"
        all_is_booked()
    after = Desk(*exchange.desk(coupon))
    worth = (after.stock_sub - books.stock_sub) * rate + (after.stock_cos - books.stock_cos) * E8
    assert worth >= 0, "the desk has lost"


def test_the_limit_is_what_can_be_sold(exchange, points, desk, trader, refuses):
    with refuses("exchange: above desk limit"):
        exchange.desk_buy(points, DESK.sell_left + 1, 2**64, LATER, sender=trader)
    exchange.desk_buy(points, DESK.sell_left - 5, 2**64, LATER, sender=trader)
    exchange.desk_buy(points, 5, 2**64, LATER, sender=trader)
    with refuses("exchange: above desk limit"):
        exchange.desk_buy(points, 1, 2**64, LATER, sender=trader)


def test_the_limit_is_what_can_be_bought(exchange, points, desk, trader, refuses):
    with refuses("exchange: above desk limit"):
        exchange.desk_sell(points, DESK.buy_left + 1, 0, LATER, sender=trader)
    exchange.desk_sell(points, DESK.buy_left - 5, 0, LATER, sender=trader)
    exchange.desk_sell(points, 5, 0, LATER, sender=trader)
    with refuses("exchange: above desk limit"):
        exchange.desk_sell(points, 1, 0, LATER, sender=trader)


def test_the_stock_is_what_can_be_traded(exchange, points, issuer, trader, refuses):
    exchange.set_desk(points, E8, E8, 10 * COS, 10 * COS, sender=issuer)
    exchange.fund_desk(points, 100, 200, sender=issuer)
    with refuses("exchange: desk holds less"):
        exchange.desk_buy(points, 201, COS, LATER, sender=trader)
    with refuses("exchange: desk holds less"):
        exchange.desk_sell(points, 101, 0, LATER, sender=trader)
    exchange.desk_sell(points, 100, 0, LATER, sender=trader)
    exchange.desk_buy(points, 300, COS, LATER, sender=trader)
    assert exchange.desk(points)[4:] == (300, 0), "what came in went out again"
    exchange.desk_sell(points, 300, 0, LATER, sender=trader)
    assert exchange.desk(points)[4:] == (0, 300)


def test_the_largest_of_everything(market, exchange, points, issuer, trader, refuses):
    big = market.open(issuer, "BIG", 0)
    market.mint(big, issuer, MAX_SUB)
    exchange.set_desk(big, MAX_RATE, MAX_RATE, MAX_SUB, MAX_SUB, sender=issuer)
    exchange.fund_desk(big, COS, MAX_SUB, sender=issuer)
    full = (MAX_RATE, MAX_RATE, MAX_SUB, MAX_SUB, COS, MAX_SUB)
    assert exchange.desk(big) == full
    assert exchange.desk(points) == (0,) * 6
    quote = Trade(*exchange.quote_desk_buy(big, MAX_SUB))
    assert quote.gross_cos > 2**140, "more than there is, but a price"
    with refuses("exchange: amount too large"):
        exchange.desk_buy(big, MAX_SUB, 2**255, LATER, sender=trader)
    with refuses("exchange: desk holds less"):
        exchange.desk_sell(big, 1, 0, LATER, sender=trader)
    exchange.set_desk(big, 1, 1, MAX_SUB, MAX_SUB, sender=issuer)
    with refuses("exchange: amount too large"):
        exchange.desk_sell(big, 2 * E8, 0, LATER, sender=trader)
    exchange.desk_buy(big, MAX_SUB // 2**32, 2**64, LATER, sender=trader)
    assert exchange.desk(big)[3] == MAX_SUB - MAX_SUB // 2**32
    assert exchange.desk(big)[:3] == (1, 1, MAX_SUB)
