"""What the chain says of sub-tokens and their exchange at a month's end; the rows of the month."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from cos.calendar import month_name
from cos.economy.fees_book import E8
from cos.economy.market_terms import KINDS
from cos.economy.pricing import BASE_UNITS
from cos.economy.sub_token_book import FINAL, PAID, REDEEMED, RETURNED, Ask, SubToken
from cos.economy.tables import AMOUNT, COUNT, REAL, TEXT

if TYPE_CHECKING:
    from cos.economy.books import Books
    from cos.economy.loop import Loop
    from cos.economy.state import State

MARKET_COLUMNS = {
    "month": TEXT,
    "sub_tokens": COUNT,
    "issuers": COUNT,
    "owed": AMOUNT,
    "collateral": AMOUNT,
    "least_cover": REAL,
    "face_paid": AMOUNT,
    "desk_trades": COUNT,
    "desk_volume": AMOUNT,
    "pool_trades": COUNT,
    "pool_volume": AMOUNT,
    "in_desks": AMOUNT,
    "in_pools": AMOUNT,
    "trade_fees": AMOUNT,
    "issue_fees": AMOUNT,
    "stakers_trades": AMOUNT,
    "stakers_issues": AMOUNT,
    "stakers_apps": AMOUNT,
    "stakers_others": AMOUNT,
}
"""A row a month. `sub_tokens` are open, `issuers` ever were. `owed` is the face value of all units
that must be covered, by the books; `collateral` is what is locked for them by the chain's word, and
`least_cover` the smallest quotient of both of any sub-token (1 if there is none). Totals so far:
face values paid, trades with the COS side in them, fees, and the stakers' part of each kind of fee,
forwarded or not."""

SUB_TOKEN_COLUMNS = {
    "month": TEXT,
    "symbol": TEXT,
    "issuer": TEXT,
    "kind": TEXT,
    "face_value": AMOUNT,
    "outstanding": AMOUNT,
    "aside": AMOUNT,
    "collateral": AMOUNT,
    "cover": REAL,
    "pool_cos": AMOUNT,
    "pool_units": AMOUNT,
    "pool_price": REAL,
    "of_face": REAL,
}
"""A row for each month and sub-token that is not closed without units that must be covered, by the
chain's word. `face_value` is base units for a unit, `outstanding`, `aside` (open requests) and
`pool_units` are units; `cover` is collateral / (face value x units that must be covered), 1 without
any. `pool_price` is COS for a unit, `of_face` its quotient by the face value; 0 without a pool or a
face value. `kind` is the simulation's."""

REDEMPTION_COLUMNS = {
    "month": TEXT,
    "kind": TEXT,
    "asked": COUNT,
    "open": COUNT,
    "delivered": COUNT,
    "cheated": COUNT,
    "units_back": COUNT,
    "face_back": COUNT,
    "disputed": COUNT,
    "face_redemptions": COUNT,
    "face_paid": AMOUNT,
}
"""A row for each month and kind of issuer; totals so far. Requests for the right: how many were
asked, are `open`, ended as redeemed (`delivered`, or `cheated`: the holder got nothing), with the
units back, or with the face value; `disputed` are those that ever were. Beside them
redemptions for the face value without asking, and all that was paid, base units."""


class Backing(NamedTuple):
    """A sub-token by the chain's word: units, and base units locked for them."""

    outstanding: int
    aside: int
    collateral: int


class Locked(NamedTuple):
    """An issuer's stake: what SubTokenIssuer has locked, what everybody has, and all of it."""

    by_issuer: int
    by_all: int
    staked: int


class PoolWord(NamedTuple):
    """A pool by the chain's word."""

    cos: int
    sub: int
    shares: int


@dataclass(frozen=True)
class MarketState:
    """What the chain says of sub-tokens and the exchange."""

    backing: dict[str, Backing] = field(default_factory=dict)
    held: dict[tuple[str, str], int] = field(default_factory=dict)
    """(sub-token, holder) -> units, the exchange's among them."""

    locks: dict[str, Locked] = field(default_factory=dict)
    requests: list[Ask] = field(default_factory=list)
    desks: dict[str, tuple[int, ...]] = field(default_factory=dict)
    pools: dict[str, PoolWord] = field(default_factory=dict)
    shares: dict[tuple[str, str], int] = field(default_factory=dict)
    """(sub-token, provider) -> shares."""

    in_exchange: dict[str, int] = field(default_factory=dict)
    """Sub-token -> units that the exchange has."""

    allowance: int = 0
    """Of the exchange for the router; between transactions there is none."""

    fee_bps: int = 0


def read_market(loop: Loop) -> MarketState:
    """Ask the chain for every sub-token, request, holder, desk and pool of the books."""
    suite, book, pools = loop.world.suite, loop.books.sub_tokens, loop.books.exchange.pools
    issuer, exchange, staking = suite.sub_tokens, suite.exchange, suite.staking
    tokens, shares = loop.market.tokens, loop.trades.shares
    return MarketState(
        backing={
            at: Backing(token.totalSupply(), token.balanceOf(issuer.address), issuer.collateral(at))
            for at, token in tokens.items()
        },
        held={
            (at, holder): tokens[at].balanceOf(holder)
            for at, sub_token in book.sub_tokens.items()
            for holder in sub_token.held
        },
        locks={
            owner: Locked(
                staking.lock_of(owner, issuer.address)[1],
                staking.locked(owner),
                staking.staked(owner),
            )
            for owner in book.issuers()
        },
        requests=[
            Ask(*issuer.request_of(number)) for number in range(1, issuer.request_count() + 1)
        ],
        desks={at: tuple(exchange.desk(at)) for at in tokens},
        pools={
            at: PoolWord(*exchange.pool(at)[1:], token.totalSupply())
            for at, token in shares.items()
        },
        shares={
            (at, holder): shares[at].balanceOf(holder)
            for at, pool in pools.items()
            for holder in pool.holders
        },
        in_exchange={at: token.balanceOf(exchange.address) for at, token in tokens.items()},
        allowance=suite.token.allowance(exchange.address, suite.fee_router.address),
        fee_bps=exchange.fee_bps(),
    )


def cover_of(token: SubToken, state: MarketState) -> float:
    """What is locked for a sub-token by the chain's word, in parts of what is owed by the books."""
    owed = token.collateral
    return state.backing[token.address].collateral / owed if owed else 1.0


def least_cover(state: MarketState, books: Books) -> float:
    """The smallest cover of all sub-tokens, and of all issuers' locks; 1 without any."""
    book = books.sub_tokens
    covers = [cover_of(token, state) for token in book.sub_tokens.values()]
    covers += [
        state.locks[issuer].by_issuer / owed
        for issuer in book.issuers()
        if (owed := book.locked(issuer))
    ]
    return min(covers, default=1.0)


def market_row(state: State, books: Books) -> dict[str, Any]:
    """Return the row of a month's end in the order of MARKET_COLUMNS."""
    market, book, exchange, fees = state.market, books.sub_tokens, books.exchange, books.fees
    tokens = book.sub_tokens.values()
    return {
        "month": month_name(state.month),
        "sub_tokens": sum(1 for token in tokens if token.is_open(state.time)),
        "issuers": len(book.issuers()),
        "owed": sum(token.collateral for token in tokens),
        "collateral": sum(each.by_issuer for each in market.locks.values()),
        "least_cover": least_cover(market, books),
        "face_paid": book.paid_by_chain,
        "desk_trades": exchange.trades["desk"],
        "desk_volume": exchange.volume["desk"],
        "pool_trades": exchange.trades["pool"],
        "pool_volume": exchange.volume["pool"],
        "in_desks": sum(desk[4] for desk in market.desks.values()),
        "in_pools": sum(pool.cos for pool in market.pools.values()),
        "trade_fees": exchange.fees_by_chain,
        "issue_fees": book.issue_fees,
        "stakers_trades": fees.stakers_e8("trades") // E8,
        "stakers_issues": fees.stakers_e8("issues") // E8,
        "stakers_apps": fees.stakers_e8("apps") // E8,
        "stakers_others": fees.stakers_e8("others") // E8,
    }


def sub_token_rows(state: State, loop: Loop) -> Iterator[dict[str, Any]]:
    """Yield the rows of a month's end in the order of SUB_TOKEN_COLUMNS."""
    market, labels = state.market, loop.world.labels
    for at, token in loop.books.sub_tokens.sub_tokens.items():
        if token.is_closed and not token.backed:
            continue
        backing, pool = market.backing[at], market.pools.get(at, PoolWord(0, 0, 0))
        price = pool.cos / pool.sub if pool.sub else 0.0
        yield {
            "month": month_name(state.month),
            "symbol": token.symbol,
            "issuer": labels[token.issuer],
            "kind": token.kind,
            "face_value": token.face_value,
            "outstanding": backing.outstanding,
            "aside": backing.aside,
            "collateral": backing.collateral,
            "cover": cover_of(token, market),
            "pool_cos": pool.cos,
            "pool_units": pool.sub,
            "pool_price": price / BASE_UNITS,
            "of_face": price / token.face_value if token.face_value else 0.0,
        }


def redemption_rows(state: State, books: Books) -> Iterator[dict[str, Any]]:
    """Yield the rows of a month's end in the order of REDEMPTION_COLUMNS; none without issuers."""
    book = books.sub_tokens
    for kind in KINDS:
        tokens = [each for each in book.sub_tokens.values() if each.kind == kind]
        if not tokens:
            continue
        places = {each.address for each in tokens}
        asks = {
            number: ask.state
            for number, ask in enumerate(state.market.requests, start=1)
            if ask.sub_token in places
        }
        ended = [number for number, each in asks.items() if each == REDEEMED]
        delivered = sum(1 for number in ended if number in book.delivered)
        states = list(asks.values())
        yield {
            "month": month_name(state.month),
            "kind": kind,
            "asked": len(asks),
            "open": sum(1 for each in states if each not in FINAL),
            "delivered": delivered,
            "cheated": len(ended) - delivered,
            "units_back": states.count(RETURNED),
            "face_back": states.count(PAID),
            "disputed": sum(1 for number in asks if number in book.disputed),
            "face_redemptions": sum(each.redemptions for each in tokens),
            "face_paid": sum(each.face_value * each.paid for each in tokens),
        }


def market_summary(row: dict[str, Any], redemptions: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the summary's section on sub-tokens out of the last month's rows; amounts are strings
    of base units."""
    sums = {
        key: sum(each[key] for each in redemptions)
        for key in ("asked", "delivered", "cheated", "units_back", "face_back", "face_redemptions")
    }
    amounts = ("collateral", "face_paid", "desk_volume", "pool_volume", "trade_fees", "issue_fees")
    return {
        "sub_tokens": row["sub_tokens"],
        "issuers": row["issuers"],
        "least_cover": round(row["least_cover"], 6),
        "trades": row["desk_trades"] + row["pool_trades"],
        **{key: str(row[key]) for key in amounts},
        **sums,
    }
