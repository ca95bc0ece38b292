"""PoolShare: the shares of a pool as an ERC-20

|- name, symbol, decimals; of pools of different sub-tokens different ones
|- transfer, transferFrom, approve move balances, events; infinite allowance stays
|- more than there is, more than allowed, to zero, to itself -> revert; to oneself: nothing changes
|- mint, burn: only the exchange, not even the share's holder (PITFALLS 17)
|- initialize: once, and the template never
|- clones share no storage
`- moving shares changes no reserves
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from cos.chain import Event
from tests.models import INFINITE, ZERO_ADDRESS
from tests.unit.exchange.conftest import COS, LATER


@pytest.fixture
def state(exchange, points, pool, provider, other_provider, trader, attacker) -> Callable:
    people = (provider, other_provider, trader, attacker, ZERO_ADDRESS, pool.address)

    def read() -> object:
        return (
            [pool.balanceOf(person) for person in people],
            [[pool.allowance(owner, spender) for owner in people] for spender in people],
            (pool.totalSupply(), pool.exchange(), pool.sub_token()),
            exchange.pool(points),
        )

    return read


def moved(pool, sender: str, receiver: str, value: int) -> Event:
    return Event(pool.address, "Transfer", {"sender": sender, "receiver": receiver, "value": value})


def test_what_it_is_called(chain, exchange, pool, coupon, provider):
    other = chain.at("PoolShare", exchange.open_pool(coupon, sender=provider))
    assert (pool.name(), pool.symbol(), pool.decimals()) == ("COS pool PTS", "COS-PTS", 14)
    assert (other.name(), other.symbol(), other.decimals()) == ("COS pool TEA", "COS-TEA", 14)
    assert other.totalSupply() == other.balanceOf(provider) == 0
    assert pool.totalSupply() > 0


def test_transfer(exchange, points, pool, provider, trader):
    total, reserves = pool.totalSupply(), exchange.pool(points)
    receipt = pool.transact("transfer", trader, 5, sender=provider)
    assert receipt.value is True
    assert receipt.logs == [moved(pool, provider, trader, 5)]
    assert pool.balanceOf(trader) == 5
    assert pool.balanceOf(provider) == total - 5
    pool.transfer(trader, 0, sender=provider)
    pool.transfer(provider, total - 5, sender=provider)  # to oneself
    assert (pool.balanceOf(provider), pool.totalSupply()) == (total - 5, total)
    assert exchange.pool(points) == reserves


def test_transfer_from(pool, provider, trader, attacker, refuses):
    receipt = pool.transact("approve", trader, 7, sender=provider)
    approval = {"owner": provider, "spender": trader, "value": 7}
    assert receipt.logs == [Event(pool.address, "Approval", approval)]
    receipt = pool.transact("transferFrom", provider, attacker, 5, sender=trader)
    assert receipt.value is True
    assert receipt.logs == [moved(pool, provider, attacker, 5)]
    assert (pool.balanceOf(attacker), pool.allowance(provider, trader)) == (5, 2)
    with refuses("share: insufficient allowance"):
        pool.transferFrom(provider, attacker, 3, sender=trader)
    pool.approve(trader, INFINITE, sender=provider)
    pool.transferFrom(provider, attacker, 3, sender=trader)
    assert pool.allowance(provider, trader) == INFINITE
    with refuses("share: insufficient allowance"):
        pool.transferFrom(provider, attacker, 1, sender=attacker)


def test_transfer_reverts(pool, provider, trader, refuses):
    total = pool.totalSupply()
    pool.approve(trader, INFINITE, sender=provider)
    for to, amount, reason in (
        (trader, total + 1, "insufficient balance"),
        (trader, INFINITE, "insufficient balance"),
        (ZERO_ADDRESS, 1, "transfer to zero"),
        (pool.address, 1, "transfer to token"),
    ):
        with refuses(f"share: {reason}"):
            pool.transfer(to, amount, sender=provider)
        with refuses(f"share: {reason}"):
            pool.transferFrom(provider, to, amount, sender=trader)


def test_only_the_exchange_mints_and_burns(market, pool, provider, attacker, governance, refuses):
    for account in (provider, attacker, governance):
        for function in ("mint", "burn"):
            with refuses("share: not the exchange"):
                pool.transact(function, provider, 1, sender=account)


def test_initialize_once(market, exchange, points, pool, attacker, refuses):
    with refuses("share: already initialised"):
        pool.initialize(points, sender=attacker)
    with refuses("share: already initialised"):
        market.template.initialize(points, sender=attacker)
    assert market.template.exchange() == market.template.address
    with refuses("share: not the exchange"):
        market.template.mint(attacker, 1, sender=attacker)


def test_a_clone_of_somebody_elses_has_no_pool(chain, exchange, points, pool, attacker, refuses):
    """Anybody can deploy shares of its own; the exchange asks its own register."""
    fake = chain.deploy("PoolShare", sender=attacker)
    assert exchange.pool(points)[0] == pool.address != fake.address
    with refuses("share: insufficient balance"):
        exchange.remove_liquidity(points, COS, 0, 0, LATER, sender=attacker)
