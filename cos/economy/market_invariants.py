"""Sub-tokens (16) and their exchange (17): the chain's state against the books."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from cos.economy.checks import Check, at_most, equal, same
from cos.economy.market_state import Backing, PoolWord

if TYPE_CHECKING:
    from cos.economy.books import Books
    from cos.economy.state import State

MAX_FEE_BPS = 100


def sub_token_checks(state: State, books: Books) -> Iterator[Check]:
    """What is locked is face value x units, of every sub-token and issuer; every unit is somebody's
    or put aside, and ends once."""
    market, book = state.market, books.sub_tokens
    tokens = book.sub_tokens
    backing = {
        at: Backing(each.outstanding, each.aside, each.collateral) for at, each in tokens.items()
    }
    yield same(16, "outstanding, aside, collateral of", market.backing, backing)
    held = {(at, who): units for at, each in tokens.items() for who, units in each.held.items()}
    yield same(16, "units of (sub-token, holder)", market.held, held)
    somewhere = {at: each.aside for at, each in market.backing.items()}
    for (at, _), units in market.held.items():
        somewhere[at] = somewhere.get(at, 0) + units
    outstanding = {at: each.outstanding for at, each in market.backing.items()}
    yield same(16, "held + aside = outstanding of", somewhere, outstanding)
    locked = {issuer: each.by_issuer for issuer, each in market.locks.items()}
    owed = {issuer: book.locked(issuer) for issuer in book.issuers()}
    yield same(16, "locked = face value x units of issuer", locked, owed)
    backed = dict.fromkeys(owed, 0)
    for at, each in market.backing.items():
        backed[tokens[at].issuer] += each.collateral
    yield same(16, "locked = sum of collateral of issuer", locked, backed)
    over = [issuer for issuer, each in market.locks.items() if each.by_all > each.staked]
    yield equal(16, "locked above the stake", over, [])
    found = dict(enumerate(market.requests, start=1))
    yield same(16, "request", found, dict(enumerate(book.requests, start=1)))
    aside = dict.fromkeys(tokens, 0)
    for _, ask in book.open_requests():
        aside[ask.sub_token] += ask.amount
    on_chain = {at: each.aside for at, each in market.backing.items()}
    yield same(16, "aside = open requests of", on_chain, aside)
    yield equal(16, "face values paid by the events", book.paid_by_chain, book.paid)


def exchange_checks(state: State, books: Books) -> Iterator[Check]:
    """The exchange has what desks and pools own; trades never make a pool's k smaller."""
    market, book = state.market, books.exchange
    desks = {at: book.desks[at].as_view() for at in books.sub_tokens.sub_tokens}
    yield same(17, "desk of", market.desks, desks)
    pools = {at: PoolWord(each.cos, each.sub, each.shares) for at, each in book.pools.items()}
    yield same(17, "pool of", market.pools, pools)
    shares = {(at, who): n for at, each in book.pools.items() for who, n in each.holders.items()}
    yield same(17, "shares of (sub-token, provider)", market.shares, shares)
    owed = sum(desk[4] for desk in market.desks.values())
    owed += sum(pool.cos for pool in market.pools.values())
    held = state.contract_balances["Exchange"]
    yield equal(17, "COS held = desks' and pools'", held, owed)
    units = {at: desk[5] for at, desk in market.desks.items()}
    for at, pool in market.pools.items():
        units[at] = units.get(at, 0) + pool.sub
    yield same(17, "units held = desk's and pool's of", market.in_exchange, units)
    yield equal(17, "trades that made k smaller", book.falls, [])
    fallen = [
        at
        for at, (k, shares_then) in book.last.items()
        if market.pools[at].cos * market.pools[at].sub * shares_then**2
        < k * market.pools[at].shares ** 2
    ]
    yield equal(17, "pools whose k / shares^2 is smaller than a month ago", fallen, [])
    yield equal(17, "fees by the events", book.fees_by_chain, book.fees)
    yield at_most(17, "fee in bps", market.fee_bps, MAX_FEE_BPS)
    yield equal(17, "allowance left to the router", market.allowance, 0)
