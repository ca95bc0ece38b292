"""Exchange.buy, buy_with, sell, sell_for: what is true of pools only (the rest: test_trades.py)

|- each is the best that keeps k: a unit less paid, or a unit more given, would make it fall
|- exact in and exact out agree: buying what COS buys costs no more than it, selling alike
|- in parts never better than at once, but for the fee's and the pool's roundings (PITFALLS 19)
|- there and back never gains, for every small size, in pools of every small size (invariant 17)
|- in pools of every small size the contract finds what the definitions say, or refuses alike
|- all but a unit of a reserve can be taken out, never all
`- COS and sub-tokens that are sent directly change no price (12, 18)
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cos.chain import Revert
from tests.models import ModelRevert
from tests.models.exchange import Erc20Model, ExchangeQuotes, Listed, Pool, Trade
from tests.unit.exchange.conftest import COS, LATER

SUB = "the sub-token"


def quotes(cos: int, sub: int, fee_bps: int) -> ExchangeQuotes:
    """A model of a pool; the contract's quotes are the model's (test_trades.py, the machine)."""
    model = ExchangeQuotes(fee_bps)
    model.listed[SUB] = Listed(Erc20Model(SUB, "points"), "", pool=Pool(None, cos, sub))
    return model


def test_pool_trades_are_the_best_that_keep_k(exchange, points, pool, trader, governance):
    exchange.set_fee(0, sender=governance)
    rng = random.Random(5)
    for _ in range(30):
        _, cos, sub = exchange.pool(points)
        amount = rng.choice((rng.randrange(10, 10**4), rng.randrange(10, 10**13)))
        price = exchange.quote_buy(points, amount)[0]
        assert (cos + price) * (sub - amount) >= cos * sub > (cos + price - 1) * (sub - amount)
        got = exchange.quote_buy_with(points, amount)[1]
        assert (cos + amount) * (sub - got) >= cos * sub > (cos + amount) * (sub - got - 1)
        gross = exchange.quote_sell(points, amount)[0]
        assert (cos - gross) * (sub + amount) >= cos * sub > (cos - gross - 1) * (sub + amount)
        need = exchange.quote_sell_for(points, amount)[1]
        assert (cos - amount) * (sub + need) >= cos * sub > (cos - amount) * (sub + need - 1)
        trade = rng.choice(("buy_with", "sell"))
        exchange.transact(trade, points, amount, 0, LATER, sender=trader)


@pytest.mark.parametrize("fee_bps", [0, 1, 10, 100])
def test_exact_in_and_exact_out_agree(exchange, points, pool, governance, fee_bps):
    exchange.set_fee(fee_bps, sender=governance)
    rng = random.Random(fee_bps)
    for _ in range(30):
        amount = rng.choice((rng.randrange(10, 10**4), rng.randrange(10, 10**13)))
        bought = Trade(*exchange.quote_buy_with(points, amount))
        assert Trade(*exchange.quote_buy(points, bought.sub_amount)).gross_cos <= amount
        exact = Trade(*exchange.quote_buy(points, amount))
        assert Trade(*exchange.quote_buy_with(points, exact.gross_cos)).sub_amount >= amount
        sold = Trade(*exchange.quote_sell(points, amount))
        assert Trade(*exchange.quote_sell_for(points, sold.net_cos)).sub_amount <= amount
        exact = Trade(*exchange.quote_sell_for(points, amount))
        again = Trade(*exchange.quote_sell(points, exact.sub_amount))
        assert again.net_cos >= amount


def test_there_and_back_never_gains_in_small_pools():
    """Every pool of up to 12 by 12 units, every size, every order of the four trades."""
    for cos, sub, fee_bps in product(range(1, 13), range(1, 13), (0, 10, 100)):
        for amount in range(1, 13):
            _buy_and_sell(cos, sub, fee_bps, amount)
            _sell_and_buy(cos, sub, fee_bps, amount)


@given(
    cos=st.integers(1, 2**63),
    sub=st.integers(1, 2**90),
    fee_bps=st.integers(0, 100),
    amount=st.integers(1, 2**62),
)
def test_there_and_back_never_gains(cos, sub, fee_bps, amount):
    _buy_and_sell(cos, sub, fee_bps, amount)
    _sell_and_buy(cos, sub, fee_bps, amount)


def _after(cos: int, sub: int, trade: Trade, is_buy: bool) -> tuple[int, int]:
    after = (
        (cos + trade.net_cos, sub - trade.sub_amount)
        if is_buy
        else (cos - trade.gross_cos, sub + trade.sub_amount)
    )
    assert after[0] * after[1] >= cos * sub, "invariant 17: k has fallen"
    assert min(after) > 0
    return after


def _buy_and_sell(cos: int, sub: int, fee_bps: int, amount: int) -> None:
    for first in ("quote_buy", "quote_buy_with"):
        try:
            bought = getattr(quotes(cos, sub, fee_bps), first)(SUB, amount)
        except ModelRevert:
            continue
        after = quotes(*_after(cos, sub, bought, True), fee_bps)
        try:
            sold = after.quote_sell(SUB, bought.sub_amount)
        except ModelRevert:
            continue
        assert sold.net_cos <= bought.gross_cos - bought.fee - sold.fee, "a gain of COS"


def _sell_and_buy(cos: int, sub: int, fee_bps: int, amount: int) -> None:
    for first in ("quote_sell", "quote_sell_for"):
        try:
            sold = getattr(quotes(cos, sub, fee_bps), first)(SUB, amount)
        except ModelRevert:
            continue
        after = quotes(*_after(cos, sub, sold, False), fee_bps)
        try:
            bought = after.quote_buy_with(SUB, sold.net_cos)
        except ModelRevert:
            continue
        assert bought.sub_amount <= sold.sub_amount, "a gain of sub-tokens"


@pytest.mark.parametrize("fee_bps", [0, 10, 100])
def test_small_pools_are_the_models(chain, exchange, coupon, provider, governance, fee_bps):
    exchange.set_fee(fee_bps, sender=governance)
    exchange.open_pool(coupon, sender=provider)
    found: Counter[type] = Counter()
    for cos, sub in product((1, 2, 3, 7, 100, 1_009), (1, 2, 3, 7, 13)):
        with chain.anchor():
            exchange.add_liquidity(coupon, cos, sub, 0, LATER, sender=provider)
            model = quotes(cos, sub, fee_bps)
            for amount in (0, 1, 2, 3, 5, 6, 7, 8, 12, 13, 101):
                for kind in ("buy", "buy_with", "sell", "sell_for"):
                    name = f"quote_{kind}"
                    expected = outcome(getattr(model, name), SUB, amount)
                    assert outcome(exchange.call, name, coupon, amount) == expected
                    found.update([type(expected)])
    assert min(found.values()) > 200, "both refusals and trades"


def outcome(call: Callable[..., object], *args: object) -> object:
    """What it returns, or why it refuses."""
    try:
        return call(*args)
    except (ModelRevert, Revert) as refused:
        return refused.reason


def test_there_and_back_on_the_chain(exchange, token, coupon, provider, attacker, all_is_booked):
    """Small trades in a tiny pool, one after the other: the roundings of each are the pool's."""
    exchange.open_pool(coupon, sender=provider)
    exchange.add_liquidity(coupon, 997, 13, 0, LATER, sender=provider)
    k = 997 * 13
    for amount in range(1, 13):
        before = token.balanceOf(attacker)
        exchange.buy(coupon, amount, 2**64, LATER, sender=attacker)
        exchange.sell(coupon, amount, 0, LATER, sender=attacker)
        assert token.balanceOf(attacker) < before
        _, cos, sub = exchange.pool(coupon)
        assert sub == 13 and cos * sub >= k
        k = cos * sub
        all_is_booked()


def test_parts_are_never_better_than_the_whole(chain, exchange, points, pool, trader, governance):
    for fee_bps in (0, 10):
        exchange.set_fee(fee_bps, sender=governance)
        for kind, amount, sign in (
            ("buy", 700 * COS + 13, 1),
            ("sell", 700 * COS + 13, -1),
            ("buy_with", 700 * COS + 13, -1),
            ("sell_for", 700 * COS + 13, 1),
        ):
            limit = 2**255 if sign > 0 else 0

            def do(part: int, kind: str = kind, limit: int = limit) -> int:
                return exchange.transact(kind, points, part, limit, LATER, sender=trader).value

            with chain.anchor():
                whole = do(amount)
            for parts in (2, 7, 50):
                with chain.anchor():
                    shares = [amount // parts] * (parts - 1)
                    total = sum(map(do, [*shares, amount - sum(shares)]))
                # Paying more, or getting less. A part's rounding is a unit of the pool's reserves.
                assert sign * (total - whole) >= 0, (kind, parts)


def test_direct_transfers_change_no_price(
    exchange, token, points, pool, desk, attacker, all_is_booked
):
    before = [exchange.quote_buy(points, COS), exchange.quote_sell(points, COS)]
    books = exchange.pool(points), exchange.desk(points)
    for coin in (token, points):
        coin.transfer(exchange, 10**6 * COS, sender=attacker)
    assert [exchange.quote_buy(points, COS), exchange.quote_sell(points, COS)] == before
    assert (exchange.pool(points), exchange.desk(points)) == books


def test_all_but_a_unit_can_be_bought(exchange, coupon, provider, trader, refuses, all_is_booked):
    exchange.open_pool(coupon, sender=provider)
    exchange.add_liquidity(coupon, 100 * COS, 10, 0, LATER, sender=provider)
    with refuses("exchange: pool holds less"):
        exchange.buy(coupon, 10, 2**255, LATER, sender=trader)
    exchange.buy(coupon, 9, 2**255, LATER, sender=trader)
    assert exchange.pool(coupon)[1:] == (1_000 * COS, 1)
    with refuses("exchange: no output"):
        exchange.buy_with(coupon, 10**8 * COS, 0, LATER, sender=trader)
    all_is_booked()
