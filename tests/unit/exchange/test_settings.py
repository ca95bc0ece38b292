"""The constructor, set_fee, set_fee_router

constructor
|- reads back, events; nothing is there
`- zero addresses, a fee above 100 bps -> revert
set_fee
|- 0 to 100 bps reads back, event with old and new; above -> revert (invariant 17)
`- holds for later trades only
set_fee_router
|- reads back, event; the next fee goes there, what the old one was paid stays (PITFALLS 25)
|- zero, the exchange, the token, the issuer -> revert
`- a router that does not take the fee, or takes another amount -> trades revert (12, 16)
both
`- not governance, or not any more -> revert
costs
`- the same among 2 and among 40 sub-tokens with pools and desks (22)
"""

from __future__ import annotations

import pytest

from cos.chain import Revert
from tests.models import ZERO_ADDRESS
from tests.models.authority import GOVERNANCE_ROLE
from tests.unit.exchange.conftest import COS, LATER


def test_the_constructor_reads_back(market):
    exchange = market.deploy(fee_bps=7)
    logs = market.chain.last_logs
    assert [log.name for log in logs if log.address == exchange.address] == [
        "FeeRouterChanged",
        "FeeChanged",
    ]
    assert exchange.AUTHORITY() == market.authority.address
    assert exchange.TOKEN() == market.token.address
    assert exchange.ISSUER() == market.issuing.address
    assert exchange.SHARE_TEMPLATE() == market.template.address
    assert exchange.fee_router() == market.router.address
    assert exchange.fee_bps() == 7
    assert exchange.MAX_FEE_BPS() == 100
    assert exchange.pool(market.token) == (ZERO_ADDRESS, 0, 0)
    assert exchange.desk(market.token) == (0,) * 6


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"authority": ZERO_ADDRESS}, "governed: zero authority"),
        ({"token": ZERO_ADDRESS}, "exchange: no token"),
        ({"issuer": ZERO_ADDRESS}, "exchange: no issuer"),
        ({"share_template": ZERO_ADDRESS}, "exchange: no template"),
        ({"fee_router": ZERO_ADDRESS}, "exchange: bad account"),
        ({"fee_bps": 101}, "exchange: fee too large"),
        ({"fee_bps": 2**256 - 1}, "exchange: fee too large"),
    ],
)
def test_the_constructor_refuses(market, changes, reason):
    with pytest.raises(Revert) as caught:
        market.deploy(**changes)
    assert caught.value.reason == reason


@pytest.mark.parametrize("fee_bps", [0, 1, 99, 100])
def test_set_fee_reads_back(exchange, router, governance, event, fee_bps):
    receipt = exchange.transact("set_fee", fee_bps, sender=governance)
    assert receipt.logs == [event("FeeChanged", old_bps=10, new_bps=fee_bps)]
    assert exchange.fee_bps() == fee_bps
    assert exchange.fee_router() == router.address


@pytest.mark.parametrize("fee_bps", [101, 2**96, 2**256 - 1])
def test_set_fee_is_bounded(exchange, governance, refuses, fee_bps):
    with refuses("exchange: fee too large"):
        exchange.set_fee(fee_bps, sender=governance)


def test_set_fee_holds_for_later_trades(market, exchange, points, pool, governance, trader):
    first = exchange.quote_buy(points, COS)
    exchange.buy(points, COS, 2**64, LATER, sender=trader)
    assert market.fees() == first[2]
    exchange.set_fee(100, sender=governance)
    assert market.fees() == first[2]
    second = exchange.quote_buy(points, COS)
    assert second[2] == -(-second[0] // 100)
    exchange.buy(points, COS, 2**64, LATER, sender=trader)
    assert market.fees() == first[2] + second[2]


def test_set_fee_router(market, exchange, points, pool, governance, trader, event):
    arguments = (market.authority, market.token, market.treasury, market.staking)
    settings = (market.chain.account("center"), 5_000, 1_000, 1_000)
    other = market.chain.deploy("FeeRouter", *arguments, *settings, sender=governance)
    exchange.buy(points, COS, 2**64, LATER, sender=trader)
    paid = market.router.total_owed()
    receipt = exchange.transact("set_fee_router", other, sender=governance)
    changed = {"old": market.router.address, "new": other.address}
    assert receipt.logs == [event("FeeRouterChanged", **changed)]
    assert (exchange.fee_router(), exchange.fee_bps()) == (other.address, 10)
    fee = exchange.quote_buy(points, COS)[2]
    exchange.buy(points, COS, 2**64, LATER, sender=trader)
    assert (market.router.total_owed(), other.total_owed()) == (paid, fee)


def test_set_fee_router_refuses_what_is_none(market, exchange, token, governance, refuses):
    for account in (ZERO_ADDRESS, exchange, token, market.issuing):
        with refuses("exchange: bad account"):
            exchange.set_fee_router(account, sender=governance)


@pytest.mark.parametrize("function", ["buy", "sell"])
def test_a_router_that_leaves_fees_is_refused(
    chain, market, exchange, points, pool, governance, trader, refuses, function
):
    lazy = chain.deploy("LazyRouter", market.token, sender=governance)
    exchange.set_fee_router(lazy, sender=governance)
    limit = 2**64 if function == "buy" else 0
    for short in (1, 2**255):
        lazy.set_short(short, sender=governance)
        with refuses("exchange: fee not taken"):
            exchange.transact(function, points, COS, limit, LATER, sender=trader)
    # More than the fee was never approved.
    lazy.set_greed(1, sender=governance)
    with refuses("token: insufficient allowance"):
        exchange.transact(function, points, COS, limit, LATER, sender=trader)
    lazy.set_greed(0, sender=governance)
    lazy.set_short(0, sender=governance)
    exchange.transact(function, points, COS, limit, LATER, sender=trader)


@pytest.mark.parametrize("function", ["set_fee", "set_fee_router"])
def test_only_governance_changes_settings(
    market, exchange, router, governance, attacker, refuses, function
):
    argument = 1 if function == "set_fee" else router
    with refuses("exchange: not governance"):
        exchange.transact(function, argument, sender=attacker)
    market.authority.revokeRole(GOVERNANCE_ROLE, governance, sender=governance)
    with refuses("exchange: not governance"):
        exchange.transact(function, argument, sender=governance)


def test_costs_do_not_depend_on_how_many_there_are(
    chain, market, exchange, points, pool, desk, issuer, provider, trader
):
    """The embedded chain counts gas with warm slots, the same in both measurements."""

    def costs() -> list[int]:
        with chain.anchor():
            calls = (
                ("buy_with", points, COS, 0, LATER),
                ("sell", points, COS, 0, LATER),
                ("desk_buy", points, COS, 2**64, LATER),
                ("desk_sell", points, COS, 0, LATER),
                ("add_liquidity", points, COS, COS, 0, LATER),
                ("remove_liquidity", points, 10**10, 0, 0, LATER),
            )
            for call in calls:
                exchange.transact(*call, sender=provider)
            return [exchange.transact(*call, sender=provider).gas_used for call in calls]

    few = costs()
    for number in range(40):
        sub = market.open(issuer, f"S{number}", 8)
        market.mint(sub, provider, 10 * COS)
        exchange.open_pool(sub, sender=provider)
        exchange.add_liquidity(sub, COS, COS, 0, LATER, sender=provider)
        exchange.set_desk(sub, 1, 1, 1, 1, sender=issuer)
    for before, after in zip(few, costs(), strict=True):
        assert abs(after - before) <= before // 100
