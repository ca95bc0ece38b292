"""Exchange.route(sold, sub_amount, at_desk, bought, min_sub, from_desk, deadline)

|- through two pools, two desks, a desk and a pool: what two trades in a row would give, and the
|  change that the second one, made for the least COS that buys as much, leaves (four ways)
|  |- the quote is the execution, to the unit; two events; both fees at once (invariant 17)
|  `- k of neither pool falls
|- change is paid out: of coupons a large one; none -> no transfer
|- exactly the minimum -> done; one more -> revert; deadline
|- the same token twice -> revert
|- nothing, too little for a unit -> revert; without means -> revert, and nothing is taken
|- no pool or desk on either side, no sub-token -> revert (PITFALLS 17)
|- limits and stocks of desks hold
`- there and back never gains, for every small size
"""

from __future__ import annotations

import random

import pytest

from cos.chain import Revert
from tests.models.exchange import Desk, Passage, Trade
from tests.unit.exchange.conftest import COS, LATER

WAYS = [(False, False), (False, True), (True, False), (True, True)]
ways = pytest.mark.parametrize(("at_desk", "from_desk"), WAYS)
PRICE = 25 * COS  # of a coupon


@pytest.fixture
def coupons(exchange, coupon, provider, issuer):
    """A pool and a desk of coupons."""
    exchange.open_pool(coupon, sender=provider)
    exchange.add_liquidity(coupon, 10_000 * PRICE, 10_000, 0, LATER, sender=provider)
    exchange.set_desk(coupon, PRICE * COS - 1, PRICE * COS + 3, 10**6, 10**6, sender=issuer)
    exchange.fund_desk(coupon, 10_000 * PRICE, 10_000, sender=issuer)
    return coupon


def as_passage(value: tuple) -> Passage:
    sold, bought, change = value
    return Passage(Trade(*sold), Trade(*bought), change)


def k_of(exchange, sub) -> int:
    _, cos, units = exchange.pool(sub)
    return cos * units


@ways
@pytest.mark.parametrize("forth", [True, False])
def test_route_is_two_trades(
    chain, market, exchange, token, points, pool, desk, coupons, trader, traded, all_is_booked,
    at_desk, from_desk, forth,
):  # fmt: skip
    sold, bought = (points, coupons) if forth else (coupons, points)
    rng = random.Random(17)
    for size in (1, 2, 7) if not forth else (30 * COS, 31 * COS + 1, 999 * COS):
        amount = size + rng.randrange(size)
        with chain.anchor():
            sell, buy = (
                ("desk_" if d else "") + f for d, f in ((at_desk, "sell"), (from_desk, "buy"))
            )
            given = exchange.transact(sell, sold, amount, 0, LATER, sender=trader).value
            if from_desk:
                most = (
                    (given - -(-given * 10 // 10_000))
                    * COS
                    // Desk(*exchange.desk(bought)).sell_rate_e8
                )
            else:
                most = exchange.quote_buy_with(bought, given)[1]
            paid = exchange.transact(buy, bought, most, given, LATER, sender=trader).value
            with pytest.raises(Revert):
                exchange.transact(buy, bought, most + 1, given - paid, LATER, sender=trader)
        quote = as_passage(exchange.quote_route(sold, amount, at_desk, bought, from_desk))
        assert quote.sold.net_cos == given and quote.bought.gross_cos == paid
        assert quote.bought.sub_amount == most and quote.change == given - paid
        before = [coin.balanceOf(trader) for coin in (token, sold, bought)]
        ks, fees = [k_of(exchange, sub) for sub in (points, coupons)], market.fees()
        args = (sold, amount, at_desk, bought, most, from_desk, LATER)
        receipt = exchange.transact("route", *args, sender=trader)
        assert as_passage(receipt.value) == quote
        after = [coin.balanceOf(trader) for coin in (token, sold, bought)]
        assert [b - a for a, b in zip(before, after, strict=True)] == [quote.change, -amount, most]
        assert [log for log in receipt.logs if log.address == exchange.address] == [
            traded(sold, trader, quote.sold, False, at_desk),
            traded(bought, trader, quote.bought, True, from_desk),
        ]
        assert market.fees() - fees == quote.sold.fee + quote.bought.fee
        assert len([log for log in receipt.logs if log.name == "FeePaid"]) == 1
        for sub, k in zip((points, coupons), ks, strict=True):
            assert k_of(exchange, sub) >= k, "invariant 17: k has fallen"
        all_is_booked()


def test_route_pays_change(exchange, token, points, pool, coupons, trader):
    """What would not buy another coupon comes back, and is less than a coupon's price."""
    _, _, change = exchange.quote_route(points, 90 * COS, False, coupons, False)
    assert COS < change < 26 * COS
    before = token.balanceOf(trader)
    exchange.route(points, 90 * COS, False, coupons, 0, False, LATER, sender=trader)
    assert token.balanceOf(trader) == before + change


def test_route_without_change(exchange, token, points, coupon, pool, issuer, governance, trader):
    exchange.set_fee(0, sender=governance)
    exchange.set_desk(coupon, 0, COS, 0, 10**9, sender=issuer)
    exchange.fund_desk(coupon, 0, 10**9, sender=issuer)
    args = (points, 1_000, False, coupon, 0, True, LATER)
    receipt = exchange.transact("route", *args, sender=trader)
    assert receipt.value[2] == 0
    assert [log for log in receipt.logs if log.address == token.address] == []


def test_route_at_the_minimum(exchange, points, pool, coupons, trader, refuses):
    most = as_passage(exchange.quote_route(points, 90 * COS, False, coupons, False))
    least = most.bought.sub_amount
    with refuses("exchange: below your minimum"):
        args = (points, 90 * COS, False, coupons, least + 1, False, LATER)
        exchange.route(*args, sender=trader)
    exchange.route(points, 90 * COS, False, coupons, least, False, LATER, sender=trader)


def test_route_at_the_deadline(chain, exchange, points, pool, coupons, trader, refuses):
    now = chain.timestamp
    exchange.route(points, 90 * COS, False, coupons, 0, False, now, sender=trader)
    with refuses("exchange: expired"):
        exchange.route(points, 90 * COS, False, coupons, 0, False, now - 1, sender=trader)


@ways
def test_route_reverts_with_one_token(
    exchange, points, pool, desk, trader, refuses, at_desk, from_desk
):
    with refuses("exchange: same token"):
        exchange.route(points, COS, at_desk, points, 0, from_desk, LATER, sender=trader)


def test_route_reverts_with_too_little(exchange, points, pool, coupons, trader, refuses):
    for amount in (0, 1, COS):
        with refuses("exchange: no output"):
            exchange.route(points, amount, False, coupons, 0, False, LATER, sender=trader)


def test_route_reverts_without_means(exchange, points, pool, coupons, trader, refuses):
    args = (points, 90 * COS, False, coupons, 0, False, LATER)
    points.approve(exchange, 5, sender=trader)
    with refuses("points: insufficient allowance"):
        exchange.route(*args, sender=trader)
    points.approve(exchange, 2**255, sender=trader)
    points.transfer(exchange, points.balanceOf(trader) - 5, sender=trader)
    with refuses("points: insufficient balance"):
        exchange.route(*args, sender=trader)


def test_route_reverts_without_a_way(chain, exchange, token, points, pool, coupon, trader, refuses):
    fake = chain.deploy("FeeCoin", 8, sender=trader)
    fake.mint(trader, 10**20, sender=trader)
    for foreign in (coupon, fake, token, trader):
        for sold, bought in ((points, foreign), (foreign, points)):
            with refuses("exchange: pool is empty"):
                exchange.route(sold, COS, False, bought, 0, False, LATER, sender=trader)
        with refuses("exchange: desk does not buy"):
            exchange.route(foreign, COS, True, points, 0, False, LATER, sender=trader)
        with refuses("exchange: desk does not sell"):
            exchange.route(points, COS, False, foreign, 0, True, LATER, sender=trader)


def test_route_within_desks_limits_and_stocks(
    exchange, points, desk, coupons, issuer, trader, refuses
):
    amount = 1_000 * COS
    args = (points, amount, True, coupons, 0, True, LATER)
    units = as_passage(exchange.quote_route(points, amount, True, coupons, True)).bought.sub_amount
    rates = (0, PRICE * COS + 3)
    exchange.set_desk(coupons, *rates, 0, units - 1, sender=issuer)
    with refuses("exchange: above desk limit"):
        exchange.route(*args, sender=trader)
    exchange.set_desk(coupons, *rates, 0, units, sender=issuer)
    exchange.withdraw_desk(coupons, 0, exchange.desk(coupons)[5] - units + 1, sender=issuer)
    with refuses("exchange: desk holds less"):
        exchange.route(*args, sender=trader)
    exchange.fund_desk(coupons, 0, 1, sender=issuer)
    exchange.route(*args, sender=trader)
    assert Desk(*exchange.desk(coupons)).sell_left == Desk(*exchange.desk(coupons)).stock_sub == 0


@ways
def test_route_there_and_back_never_gains(
    exchange, token, points, coupon, issuer, provider, governance, attacker, at_desk, from_desk
):
    """In small pools and at desks with equal rates, without a fee: the roundings are left."""
    exchange.set_fee(0, sender=governance)
    for sub, units, rate in ((points, 101, 3 * COS), (coupon, 53, 7 * COS)):
        exchange.open_pool(sub, sender=provider)
        exchange.add_liquidity(sub, 401, units, 0, LATER, sender=provider)
        exchange.set_desk(sub, rate, rate, 10**9, 10**9, sender=issuer)
        exchange.fund_desk(sub, 10**9, 10**9, sender=issuer)
    for amount in range(1, 40):
        before = [coin.balanceOf(attacker) for coin in (token, points, coupon)]
        try:
            args = (points, amount, at_desk, coupon, 0, from_desk, LATER)
            there = as_passage(exchange.route(*args, sender=attacker))
            units = there.bought.sub_amount
            args = (coupon, units, from_desk, points, 0, at_desk, LATER)
            back = as_passage(exchange.route(*args, sender=attacker))
        except Revert:
            continue
        after = [coin.balanceOf(attacker) for coin in (token, points, coupon)]
        change = there.change + back.change
        assert after[0] - before[0] == change and after[2] == before[2]
        # What the change would buy of points at most, at the best of both prices.
        lost = before[1] - after[1]
        if change == 0:
            assert lost >= 0
        elif at_desk:
            assert 3 * lost >= change
