"""Exchange.set_desk, fund_desk, withdraw_desk

set_desk
|- rates and limits read back, the event has old and new, stocks stay; zero closes a side
|- at equal rates -> done; a sell rate below the buy rate -> revert; one side closed: no relation
|- the bounds of every field -> done, and spill into no other (PITFALLS 36); beyond -> revert
`- a change holds for later trades only: earlier ones are what they were (25)
fund_desk
|- adds to either side, pulled, event; nothing -> revert; above the bounds -> revert
`- without allowance or coins of either -> revert, and nothing is taken
withdraw_desk
|- takes out of either side, event, down to nothing; more than there is -> revert
`- what traders brought is the issuer's, too
all three
`- only the issuer, and only of a sub-token that can be transferred; else -> revert (17)
"""

from __future__ import annotations

import pytest

from tests.models import ZERO_ADDRESS
from tests.models.exchange import Desk
from tests.unit.exchange.conftest import BUY_RATE, COS, DESK, LATER, SELL_RATE, UNITS

E8 = 10**8
MAX_RATE, MAX_SUB, MAX_COS = 2**80 - 1, 2**96 - 1, 2**64 - 1


def terms_of(desk: Desk) -> tuple[int, int, int, int]:
    return (desk.buy_rate_e8, desk.sell_rate_e8, desk.buy_left, desk.sell_left)


def test_set_desk_reads_back(exchange, points, coupon, desk, issuer, event):
    terms = (3, 4, 5, 6)
    receipt = exchange.transact("set_desk", points, *terms, sender=issuer)
    new = Desk(*terms, DESK.stock_cos, DESK.stock_sub)
    changed = {"sub_token": points.address, "issuer": issuer}
    expected = event("DeskChanged", **changed, old=DESK.as_view(), new=new.as_view())
    assert receipt.logs == [expected]
    assert Desk(*exchange.desk(points)) == new
    assert exchange.desk(coupon) == (0,) * 6


@pytest.mark.parametrize(
    "terms",
    [
        (MAX_RATE, MAX_RATE, 0, 0),
        (0, MAX_RATE, 0, 0),
        (MAX_RATE, 0, 0, 0),
        (0, 0, MAX_SUB, 0),
        (0, 0, 0, MAX_SUB),
        (MAX_RATE, MAX_RATE, MAX_SUB, MAX_SUB),
        (1, 1, 1, 1),
        (0, 0, 0, 0),
    ],
)
def test_set_desk_bounds_fit(exchange, points, desk, issuer, terms):
    exchange.set_desk(points, *terms, sender=issuer)
    assert Desk(*exchange.desk(points)) == Desk(*terms, DESK.stock_cos, DESK.stock_sub)
    # And back: what was set to all its bits leaves nothing behind.
    exchange.set_desk(points, *terms_of(DESK), sender=issuer)
    assert Desk(*exchange.desk(points)) == DESK


@pytest.mark.parametrize(
    ("terms", "reason"),
    [
        ((MAX_RATE + 1, 0, 0, 0), "rate too large"),
        ((0, MAX_RATE + 1, 0, 0), "rate too large"),
        ((0, 2**256 - 1, 0, 0), "rate too large"),
        ((0, 0, MAX_SUB + 1, 0), "amount too large"),
        ((0, 0, 0, MAX_SUB + 1), "amount too large"),
        ((0, 0, 0, 2**256 - 1), "amount too large"),
        ((2, 1, 0, 0), "sells below its buy rate"),
        ((MAX_RATE, MAX_RATE - 1, 1, 1), "sells below its buy rate"),
    ],
)
def test_set_desk_reverts_beyond_the_bounds(exchange, points, desk, issuer, refuses, terms, reason):
    with refuses(f"exchange: {reason}"):
        exchange.set_desk(points, *terms, sender=issuer)


def test_set_desk_closes_a_side(exchange, points, desk, issuer, trader, refuses):
    exchange.set_desk(points, BUY_RATE, 0, COS, COS, sender=issuer)
    with refuses("exchange: desk does not sell"):
        exchange.desk_buy(points, 1, COS, LATER, sender=trader)
    exchange.desk_sell(points, 1_000, 0, LATER, sender=trader)
    exchange.set_desk(points, 0, SELL_RATE, COS, COS, sender=issuer)
    with refuses("exchange: desk does not buy"):
        exchange.desk_sell(points, 1_000, 0, LATER, sender=trader)
    exchange.desk_buy(points, 1_000, COS, LATER, sender=trader)


def test_set_desk_changes_later_trades_only(
    exchange, token, points, desk, issuer, trader, all_is_booked
):
    exchange.desk_buy(points, COS, 2 * COS, LATER, sender=trader)
    held = token.balanceOf(trader), points.balanceOf(trader), exchange.desk(points)[4:]
    exchange.set_desk(points, 1, 10 * SELL_RATE, COS, COS, sender=issuer)
    assert (token.balanceOf(trader), points.balanceOf(trader)) == held[:2]
    assert exchange.desk(points)[4:] == held[2]
    all_is_booked()


@pytest.mark.parametrize(("cos", "units"), [(5, 0), (0, 7), (11, 13), (1, UNITS)])
def test_fund_and_withdraw(exchange, points, desk, issuer, moves, event, all_is_booked, cos, units):
    parts = {"sub_token": points.address, "issuer": issuer, "cos": cos, "sub": units}
    receipts = []
    for function, name, sign in (
        ("fund_desk", "DeskFunded", 1),
        ("withdraw_desk", "DeskWithdrawn", -1),
    ):
        units_left = min(units, points.balanceOf(issuer) if sign > 0 else units)
        args = (function, points, cos, units_left)
        call = lambda: receipts.append(exchange.transact(*args, sender=issuer))  # noqa: B023,E731
        assert moves(issuer, points, call) == (-sign * cos, -sign * units_left)
        assert receipts[-1].logs[0] == event(name, **{**parts, "sub": units_left})
        held = (DESK.stock_cos + cos, DESK.stock_sub + units_left) if sign > 0 else DESK_STOCKS
        assert exchange.desk(points)[4:] == held
        units = units_left
        all_is_booked()


DESK_STOCKS = (DESK.stock_cos, DESK.stock_sub)


@pytest.mark.parametrize("function", ["fund_desk", "withdraw_desk"])
def test_nothing_is_no_amount(exchange, points, desk, issuer, refuses, function):
    with refuses("exchange: no amount"):
        exchange.transact(function, points, 0, 0, sender=issuer)


def test_fund_desk_reverts_above_the_bounds(market, exchange, points, issuer, refuses):
    for cos, units in ((MAX_COS + 1, 0), (0, MAX_SUB + 1), (2**256 - 1, 2**256 - 1)):
        with refuses("exchange: amount too large"):
            exchange.fund_desk(points, cos, units, sender=issuer)
    big = market.open(issuer, "BIG", 0)
    market.mint(big, issuer, MAX_SUB)
    exchange.fund_desk(big, 0, MAX_SUB, sender=issuer)
    assert exchange.desk(big) == (0, 0, 0, 0, 0, MAX_SUB)
    with refuses("exchange: amount too large"):
        exchange.fund_desk(big, 0, 1, sender=issuer)


def test_fund_desk_reverts_without_means(exchange, token, points, issuer, trader, refuses):
    for coin, prefix in ((token, "token"), (points, "points")):
        coin.approve(exchange, 5, sender=issuer)
        with refuses(f"{prefix}: insufficient allowance"):
            exchange.fund_desk(points, COS, COS, sender=issuer)
        coin.approve(exchange, 2**255, sender=issuer)
        coin.transfer(trader, coin.balanceOf(issuer) - 5, sender=issuer)
        with refuses(f"{prefix}: insufficient balance"):
            exchange.fund_desk(points, COS, COS, sender=issuer)
        coin.transfer(issuer, COS, sender=trader)


def test_withdraw_desk_down_to_nothing(exchange, points, desk, issuer, refuses, all_is_booked):
    for cos, units in ((1, 0), (0, 1), (2**256 - 1 - DESK.stock_cos, 0)):
        with refuses("exchange: desk holds less"):
            args = (points, DESK.stock_cos + cos, DESK.stock_sub + units)
            exchange.withdraw_desk(*args, sender=issuer)
    exchange.withdraw_desk(points, DESK.stock_cos, DESK.stock_sub, sender=issuer)
    assert Desk(*exchange.desk(points)) == Desk(*terms_of(DESK))
    all_is_booked()
    with refuses("exchange: desk holds less"):
        exchange.withdraw_desk(points, 1, 0, sender=issuer)


def test_withdraw_desk_takes_what_traders_brought(exchange, points, desk, issuer, trader, moves):
    exchange.desk_buy(points, COS, 2 * COS, LATER, sender=trader)
    cos, units = exchange.desk(points)[4:]
    assert cos == DESK.stock_cos + SELL_RATE
    call = lambda: exchange.withdraw_desk(points, cos, units, sender=issuer)  # noqa: E731
    assert moves(issuer, points, call) == (cos, units)


@pytest.mark.parametrize(
    ("function", "arguments"),
    [("set_desk", (1, 1, 1, 1)), ("fund_desk", (1, 1)), ("withdraw_desk", (1, 1))],
)
def test_only_the_issuer(
    market, chain, exchange, token, points, desk, issuer, other_issuer, attacker, refuses,
    function, arguments,
):  # fmt: skip
    for stranger in (other_issuer, attacker):
        with refuses("exchange: not the issuer"):
            exchange.transact(function, points, *arguments, sender=stranger)
    fake = chain.deploy("FeeCoin", 8, sender=attacker)
    for foreign in (fake, token, exchange, attacker, ZERO_ADDRESS):
        with refuses("exchange: not a sub-token"):
            exchange.transact(function, foreign, *arguments, sender=attacker)
    fixed = market.open(issuer, "FIX", 0, is_transferable=False)
    with refuses("exchange: not transferable"):
        exchange.transact(function, fixed, *arguments, sender=issuer)
