"""Sub-tokens with a face value on the exchange, from their opening to their end

|- what was bought at a desk or in a pool is redeemed for its face value
|- units that lie here can be redeemed by nobody, and their collateral stays locked
|- from the expiry to the closing and after it trades go on, and all can be taken out (PITFALLS 26)
`- nothing more is minted than is backed, so nothing more is sold into the pool
"""

from __future__ import annotations

import pytest
from eth_hash.auto import keccak

from cos.chain import Revert
from tests.market import DAY, HASH
from tests.models import INFINITE
from tests.models.exchange import Desk
from tests.unit.exchange.conftest import COS, LATER

FACE = 25 * COS
MINTED = 10_000
LIFE, GRACE = 100 * DAY, 30 * DAY


@pytest.fixture
def coupon(chain, market, token, issuer, governance):
    """Coupons without decimals, each backed by 25 COS of the issuer's stake."""
    staking, issuing = market.staking, market.issuing
    market.authority.grantRole(keccak(b"LOCKER"), issuing, sender=governance)
    token.approve(staking, INFINITE, sender=issuer)
    staking.stake(MINTED * FACE, sender=issuer)
    staking.approve_lock(issuing, MINTED * FACE, sender=issuer)
    times = (chain.timestamp + LIFE, GRACE, 7 * DAY, chain.account("arbiter"))
    terms = ("A cup of tea", "TEA", 0, FACE, HASH, *times, True)
    coupon = chain.at("SubToken", issuing.open(terms, 0, sender=issuer))
    issuing.mint(coupon, issuer, MINTED, sender=issuer)
    for person in market.people.values():
        coupon.approve(market.exchange, INFINITE, sender=person)
    return coupon


@pytest.fixture
def ready(exchange, coupon, issuer):
    """A pool and a desk around the face value."""
    exchange.open_pool(coupon, sender=issuer)
    exchange.add_liquidity(coupon, 2_000 * FACE, 2_000, 0, LATER, sender=issuer)
    exchange.set_desk(coupon, 24 * COS * COS, 26 * COS * COS, 1_000, 1_000, sender=issuer)
    exchange.fund_desk(coupon, 1_000 * FACE, 1_000, sender=issuer)


def test_what_was_bought_is_redeemed(chain, market, exchange, token, coupon, ready, trader):
    exchange.desk_buy(coupon, 7, INFINITE, LATER, sender=trader)
    exchange.buy(coupon, 5, INFINITE, LATER, sender=trader)
    before = token.balanceOf(trader)
    market.issuing.redeem(coupon, 12, sender=trader)
    chain.advance(8 * DAY)
    market.staking.pay_exit(trader, sender=trader)
    assert token.balanceOf(trader) == before + 12 * FACE
    assert market.issuing.collateral(coupon) == (MINTED - 12) * FACE


def test_units_that_lie_here_are_nobodys_to_redeem(
    market, exchange, coupon, ready, issuer, trader, all_is_booked
):
    held = coupon.balanceOf(exchange)
    assert held == 3_000
    for person in (trader, issuer):
        own = coupon.balanceOf(person)
        with pytest.raises(Revert) as caught:
            market.issuing.redeem(coupon, own + 1, sender=person)
        assert caught.value.reason == "points: insufficient balance"
        with pytest.raises(Revert):
            market.issuing.burn(coupon, own + 1, sender=person)
    assert coupon.balanceOf(exchange) == held
    assert market.issuing.collateral(coupon) == MINTED * FACE
    all_is_booked()


def test_everything_has_a_way_out_after_the_closing(
    chain, market, exchange, token, coupon, ready, issuer, trader, provider, all_is_booked
):
    exchange.desk_buy(coupon, 20, INFINITE, LATER, sender=trader)
    share = chain.at("PoolShare", exchange.pool(coupon)[0])
    share.transfer(provider, share.totalSupply() // 2, sender=issuer)
    chain.advance(LIFE)
    exchange.sell(coupon, 1, 0, LATER, sender=trader)
    with pytest.raises(Revert) as caught:
        market.issuing.mint(coupon, issuer, 1, sender=issuer)
    assert caught.value.reason == "subtoken: expired"
    chain.advance(GRACE)
    market.issuing.reclaim(coupon, sender=issuer)
    exchange.sell(coupon, 1, 0, LATER, sender=trader)
    exchange.desk_sell(coupon, 1, 0, LATER, sender=trader)
    all_is_booked()
    for person in (provider, issuer):
        args = (coupon, share.balanceOf(person), 0, 0, LATER)
        exchange.remove_liquidity(*args, sender=person)
    desk = Desk(*exchange.desk(coupon))
    exchange.withdraw_desk(coupon, desk.stock_cos, desk.stock_sub, sender=issuer)
    assert token.balanceOf(exchange) == coupon.balanceOf(exchange) == 0


def test_no_more_is_minted_than_is_backed(market, exchange, coupon, ready, issuer, refuses):
    with refuses("staking: not offered"):
        market.issuing.mint(coupon, issuer, 1, sender=issuer)
