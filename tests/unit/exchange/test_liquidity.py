"""Exchange.open_pool, add_liquidity, remove_liquidity

open_pool
|- by anyone, once: the share token knows its exchange and its sub-token; event
`- again, no sub-token of the issuer's, not transferable, COS itself -> revert (PITFALLS 17)
add_liquidity
|- into an empty pool: all of both, shares are the root of their product, event
|- later: only what the shares cost, in the pool's ratio, rounded up by less than a unit
|- the quote is the execution; shares are never worth less afterwards, for anybody (17)
|- exactly the minimum -> done; one more -> revert; at the deadline, and later
|- nothing of either side, too little for a share -> revert; no pool -> revert
|- above the fields' bounds -> revert (36)
`- without allowance or coins on either side -> revert, and nothing is taken
remove_liquidity
|- what the shares are worth, rounded down, no fee, event; the quote is the execution
|- exactly the minimums -> done; one more of either -> revert; deadline
|- nothing, more than there are, more than one's own, no pool -> revert
|- everything -> all reserves to the unit; then a new first deposit sets a new price (18)
|- 1e6 shares may stay, fewer not
|- of who was given the shares
`- works while trades can't: the router refuses, another one is named
shares
`- splitting an addition or a removal never gains (19)
"""

from __future__ import annotations

import random
from math import isqrt

import pytest

from cos.chain import Event, Revert
from tests.models import ZERO_ADDRESS
from tests.models.exchange import Liquidity
from tests.unit.exchange.conftest import COS, LATER, POOL_COS, POOL_SUB

SHARES = isqrt(POOL_COS * POOL_SUB * 10**12)
MIN_SHARES = 10**6


def add(exchange, sub, cos: int, units: int, sender: str, least: int = 0) -> Liquidity:
    return Liquidity(*exchange.add_liquidity(sub, cos, units, least, LATER, sender=sender))


def remove(exchange, sub, shares: int, sender: str) -> Liquidity:
    return Liquidity(*exchange.remove_liquidity(sub, shares, 0, 0, LATER, sender=sender))


# --- opening


def test_open_pool(chain, exchange, points, trader, event):
    receipt = exchange.transact("open_pool", points, sender=trader)
    shares = chain.at("PoolShare", receipt.value)
    opened = {"sub_token": points.address, "share_token": shares.address, "opener": trader}
    assert receipt.logs == [event("PoolOpened", **opened)]
    assert exchange.pool(points) == (shares.address, 0, 0)
    assert shares.exchange() == exchange.address
    assert shares.sub_token() == points.address
    assert shares.totalSupply() == 0


def test_open_pool_once(exchange, points, trader, provider, refuses):
    exchange.open_pool(points, sender=trader)
    with refuses("exchange: pool is open"):
        exchange.open_pool(points, sender=provider)


def test_open_pool_of_nothing_but_sub_tokens(chain, exchange, token, attacker, refuses):
    fake = chain.deploy("FeeCoin", 8, sender=attacker)
    for foreign in (fake, token, exchange, attacker, ZERO_ADDRESS):
        with refuses("exchange: not a sub-token"):
            exchange.open_pool(foreign, sender=attacker)


def test_open_pool_of_what_can_be_transferred(market, exchange, issuer, refuses):
    fixed = market.open(issuer, "FIX", 0, is_transferable=False)
    with refuses("exchange: not transferable"):
        exchange.open_pool(fixed, sender=issuer)


# --- adding


@pytest.mark.parametrize(
    ("cos", "units"), [(1, 1), (1, 10**9), (10**9, 1), (123, 456), (10**14, 7), (10**15, 10**17)]
)
def test_the_first_addition_takes_all(
    exchange, chain, points, provider, moves, event, all_is_booked, cos, units
):
    shares = chain.at("PoolShare", exchange.open_pool(points, sender=provider))
    expected = Liquidity(cos, units, isqrt(cos * units * 10**12))
    assert exchange.quote_add(points, cos, units) == expected
    receipts = []
    args = ("add_liquidity", points, cos, units, expected.shares, LATER)
    call = lambda: receipts.append(exchange.transact(*args, sender=provider))  # noqa: E731
    assert moves(provider, points, call) == (-cos, -units)
    (receipt,) = receipts
    assert receipt.value == expected
    added = {"sub_token": points.address, "provider": provider, **expected._asdict()}
    assert receipt.logs[0] == event("LiquidityAdded", **added)
    minted = {"sender": ZERO_ADDRESS, "receiver": provider, "value": expected.shares}
    assert receipt.logs[1] == Event(shares.address, "Transfer", minted)
    assert shares.balanceOf(provider) == shares.totalSupply() == expected.shares
    assert exchange.pool(points)[1:] == (cos, units)
    all_is_booked()


def test_a_later_addition_takes_what_its_shares_cost(
    exchange, points, pool, other_provider, moves, all_is_booked
):
    """In the pool's ratio of two to one, whichever side is offered in excess."""
    for cos, units in ((2_000, 5_000), (5_000, 1_000)):
        call = lambda: add(exchange, points, cos, units, other_provider)  # noqa: B023,E731
        assert moves(other_provider, points, call) == (-2_000, -1_000)
    assert pool.balanceOf(other_provider) == pytest.approx(2 * SHARES * 1_000 // POOL_SUB, abs=4)
    all_is_booked()


@pytest.mark.parametrize("seed", range(3))
def test_additions_and_removals_are_as_quoted(
    exchange, points, pool, provider, other_provider, trader, moves, all_is_booked, seed
):
    rng = random.Random(seed)
    for _ in range(25):
        _, cos, sub = exchange.pool(points)
        supply = pool.totalSupply()
        person = rng.choice((provider, other_provider))
        if rng.random() < 0.3:
            trade = rng.choice(("buy_with", "sell"))
            exchange.transact(trade, points, rng.randrange(10**5, 10**14), 0, LATER, sender=trader)
            continue
        if own := rng.random() < 0.5 and pool.balanceOf(person):
            shares = rng.randrange(1, own)
            quote = Liquidity(*exchange.quote_remove(points, shares))
            args = ("remove_liquidity", points, shares, quote.cos, quote.sub, LATER)
            expected = (quote.cos, quote.sub)
            assert quote == (shares * cos // supply, shares * sub // supply, shares)
        else:
            offer = rng.randrange(10, 10**13), rng.randrange(10, 10**13)
            quote = Liquidity(*exchange.quote_add(points, *offer))
            args = ("add_liquidity", points, *offer, quote.shares, LATER)
            expected = (-quote.cos, -quote.sub)
            fair = quote.shares * cos / supply, quote.shares * sub / supply
            assert quote.cos <= offer[0] and quote.sub <= offer[1]
            assert -1 < quote.cos - fair[0] < 1.1 and -1 < quote.sub - fair[1] < 1.1
            more = quote.shares + 1
            costs = -(-more * cos // supply), -(-more * sub // supply)
            assert costs[0] > offer[0] or costs[1] > offer[1], "another share could be paid"
        assert moves(person, points, lambda: exchange.transact(*args, sender=person)) == expected  # noqa: B023
        _, cos_after, sub_after = exchange.pool(points)
        after = pool.totalSupply()
        assert cos_after * supply >= cos * after, "a share has lost COS"
        assert sub_after * supply >= sub * after, "a share has lost sub-tokens"
        assert after**2 <= cos_after * sub_after * 10**12
        all_is_booked()


def test_addition_at_the_minimum(exchange, points, pool, other_provider, refuses):
    shares = exchange.quote_add(points, COS, COS)[2]
    with refuses("exchange: below your minimum"):
        add(exchange, points, COS, COS, other_provider, least=shares + 1)
    assert add(exchange, points, COS, COS, other_provider, least=shares).shares == shares


def test_addition_and_removal_at_the_deadline(chain, exchange, points, pool, provider, refuses):
    now = chain.timestamp
    exchange.add_liquidity(points, COS, COS, 0, now, sender=provider)
    exchange.remove_liquidity(points, MIN_SHARES, 0, 0, now, sender=provider)
    with refuses("exchange: expired"):
        exchange.add_liquidity(points, COS, COS, 0, now - 1, sender=provider)
    with refuses("exchange: expired"):
        exchange.remove_liquidity(points, MIN_SHARES, 0, 0, now - 1, sender=provider)


def test_addition_reverts_with_too_little(exchange, points, coupon, provider, refuses):
    exchange.open_pool(coupon, sender=provider)
    for cos, units in ((0, 0), (0, 5), (5, 0)):
        with refuses("exchange: no shares"):
            add(exchange, coupon, cos, units, provider)
    add(exchange, coupon, 10**15, 1, provider)
    for cos, units in ((0, 5), (5, 0), (1, 0)):
        with refuses("exchange: no shares"):
            add(exchange, coupon, cos, units, provider)


def test_addition_and_removal_revert_without_a_pool(exchange, points, token, provider, refuses):
    for sub in (points, token, provider):
        with refuses("exchange: no pool"):
            add(exchange, sub, 1, 1, provider)
        with refuses("exchange: no pool"):
            remove(exchange, sub, 1, provider)


def test_addition_reverts_above_the_bounds(market, exchange, issuer, provider, refuses):
    big = market.open(issuer, "BIG", 0)
    exchange.open_pool(big, sender=provider)
    for cos, units in ((2**64, 1), (1, 2**96), (2**256 - 1, 2**256 - 1)):
        with refuses("exchange: amount too large"):
            add(exchange, big, cos, units, provider)
    market.mint(big, provider, 2**96 - 1)
    add(exchange, big, 10, 2**96 - 1, provider)
    assert exchange.pool(big)[1:] == (10, 2**96 - 1)
    with refuses("exchange: amount too large"):
        add(exchange, big, 10, 2**96 - 1, provider)


@pytest.mark.parametrize("empty", [True, False])
def test_addition_reverts_without_means(
    exchange, token, points, coupon, pool, provider, other_provider, refuses, empty
):
    sub = coupon if empty else points
    if empty:
        exchange.open_pool(coupon, sender=provider)
    for coin, prefix in ((token, "token"), (sub, "points")):
        coin.approve(exchange, 5, sender=other_provider)
        with refuses(f"{prefix}: insufficient allowance"):
            add(exchange, sub, COS, COS, other_provider)
        coin.approve(exchange, 2**255, sender=other_provider)
        coin.transfer(provider, coin.balanceOf(other_provider) - 5, sender=other_provider)
        with refuses(f"{prefix}: insufficient balance"):
            add(exchange, sub, COS, COS, other_provider)
        coin.transfer(other_provider, 10 * COS, sender=provider)


# --- removing


def test_removal(exchange, points, pool, router, provider, moves, event, all_is_booked):
    shares = SHARES // 3
    expected = Liquidity(shares * POOL_COS // SHARES, shares * POOL_SUB // SHARES, shares)
    assert exchange.quote_remove(points, shares) == expected
    receipts = []
    args = ("remove_liquidity", points, shares, expected.cos, expected.sub, LATER)
    call = lambda: receipts.append(exchange.transact(*args, sender=provider))  # noqa: E731
    assert moves(provider, points, call) == (expected.cos, expected.sub)
    (receipt,) = receipts
    removed = {"sub_token": points.address, "provider": provider, **expected._asdict()}
    assert receipt.logs[0] == event("LiquidityRemoved", **removed)
    burnt = {"sender": provider, "receiver": ZERO_ADDRESS, "value": shares}
    assert receipt.logs[1] == Event(pool.address, "Transfer", burnt)
    assert receipt.value == expected
    assert pool.totalSupply() == pool.balanceOf(provider) == SHARES - shares
    assert router.total_owed() == 0, "no fee"
    all_is_booked()


def test_removal_at_the_minimums(exchange, points, pool, provider, refuses):
    cos, sub, shares = exchange.quote_remove(points, SHARES // 7)
    for least in ((cos + 1, sub), (cos, sub + 1)):
        with refuses("exchange: below your minimum"):
            exchange.remove_liquidity(points, shares, *least, LATER, sender=provider)
    assert exchange.remove_liquidity(points, shares, cos, sub, LATER, sender=provider)


def test_removal_reverts_with_shares_that_are_not_there(
    exchange, points, pool, provider, other_provider, refuses
):
    with refuses("exchange: no shares"):
        remove(exchange, points, 0, provider)
    for more in (1, 2**256 - 1 - SHARES):
        with refuses("exchange: more than all shares"):
            remove(exchange, points, SHARES + more, provider)
    pool.transfer(other_provider, 10**7, sender=provider)
    with refuses("share: insufficient balance"):
        remove(exchange, points, 10**7 + 1, other_provider)
    with refuses("share: insufficient balance"):
        remove(exchange, points, SHARES, provider)


def test_removal_by_who_was_given_the_shares(exchange, points, pool, provider, trader):
    pool.transfer(trader, SHARES // 2, sender=provider)
    assert remove(exchange, points, SHARES // 2, trader).cos == SHARES // 2 * POOL_COS // SHARES


def test_supply_to_zero_and_back(
    exchange, token, points, pool, provider, other_provider, trader, attacker, moves, all_is_booked
):
    add(exchange, points, 777 * COS + 1, 333 * COS + 1, other_provider)
    for kind in ("buy_with", "sell"):
        exchange.transact(kind, points, 1_234_567_891, 0, LATER, sender=trader)
    remove(exchange, points, pool.balanceOf(other_provider), other_provider)
    _, cos, sub = exchange.pool(points)
    for coin in (token, points):
        coin.transfer(exchange, 17 * COS, sender=attacker)
    call = lambda: remove(exchange, points, SHARES, provider)  # noqa: E731
    assert moves(provider, points, call) == (cos, sub), "the last one takes all, and no gift"
    assert exchange.pool(points) == (pool.address, 0, 0)
    assert pool.totalSupply() == 0
    all_is_booked(surplus=17 * COS)
    # A new first deposit sets a new price, and gets nothing of what was sent here either.
    assert add(exchange, points, 9 * COS, COS, provider).shares == isqrt(9 * COS**2 * 10**12)
    assert remove(exchange, points, isqrt(9 * COS**2 * 10**12), provider)[:2] == (9 * COS, COS)
    all_is_booked(surplus=17 * COS)


def test_a_million_shares_may_stay_and_no_fewer(exchange, points, pool, provider, refuses):
    for left in (1, MIN_SHARES - 1):
        with refuses("exchange: too few shares would stay"):
            remove(exchange, points, SHARES - left, provider)
    remove(exchange, points, SHARES - MIN_SHARES, provider)
    assert pool.totalSupply() == MIN_SHARES
    assert min(exchange.pool(points)[1:]) >= 1
    with refuses("exchange: too few shares would stay"):
        remove(exchange, points, 1, provider)
    remove(exchange, points, MIN_SHARES, provider)


def test_removal_works_whatever_becomes_of_the_router(
    chain, exchange, points, pool, desk, governance, provider, issuer, trader
):
    exchange.set_fee_router(chain.account("nobody"), sender=governance)
    with pytest.raises(Revert):  # an account without code gives no reason
        exchange.buy(points, COS, 2**64, LATER, sender=trader)
    assert remove(exchange, points, SHARES, provider) == (POOL_COS, POOL_SUB, SHARES)
    exchange.withdraw_desk(points, desk.stock_cos, desk.stock_sub, sender=issuer)


def test_splitting_never_gains(chain, exchange, points, pool, provider, other_provider, moves):
    exchange.buy_with(points, 123_456_789_123, 0, LATER, sender=provider)
    offer = 10**11 + 7, 10**11 + 3
    whole = exchange.quote_add(points, *offer)[2]
    for parts in (2, 9, 40):
        with chain.anchor():
            each = [side // parts for side in offer]
            for _ in range(parts):
                add(exchange, points, *each, other_provider)
            assert pool.balanceOf(other_provider) <= whole
    removed = exchange.quote_remove(points, SHARES // 2)
    for parts in (2, 9, 40):
        shares = [SHARES // 2 // parts] * (parts - 1)
        shares.append(SHARES // 2 - sum(shares))
        with chain.anchor():
            in_parts = [remove(exchange, points, each, provider) for each in shares]
            assert sum(part.cos for part in in_parts) <= removed[0]
            assert sum(part.sub for part in in_parts) <= removed[1]


def test_adding_and_removing_at_once_never_gains(exchange, coupon, provider, attacker, moves):
    exchange.open_pool(coupon, sender=provider)
    add(exchange, coupon, 1_009, 31, provider)
    for cos in range(1, 70):
        for units in (1, 2, 5, 31):

            def there_and_back(cos: int = cos, units: int = units) -> None:
                if exchange_can_add(exchange, coupon, cos, units):
                    added = add(exchange, coupon, cos, units, attacker)
                    remove(exchange, coupon, added.shares, attacker)

            gained = moves(attacker, coupon, there_and_back)
            assert gained[0] <= 0 and gained[1] <= 0


def exchange_can_add(exchange, sub, cos: int, units: int) -> bool:
    try:
        exchange.quote_add(sub, cos, units)
    except Revert:
        return False
    return True
