"""The exchange kept beside the chain: desks, pools and their shares.

What a trade comes to is found from its definition (the least, or the most, that keeps k or the
desk's rate whole), in fractions, not by the contract's formulas. COS is base units, sub-tokens are
units (smallest ones), people are addresses.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from fractions import Fraction
from math import ceil, floor, isqrt
from typing import NamedTuple

E4, E8 = 10**4, 10**8
FIRST_SCALE = 10**6
"""Shares of a pool with a reserve of one unit on each side."""


class Trade(NamedTuple):
    """A trade as `Exchange.quote_*` shows it: `gross_cos` has the fee in it."""

    gross_cos: int
    sub_amount: int
    fee: int

    @property
    def net_cos(self) -> int:
        """What a seller gets, or a desk or pool is paid."""
        return self.gross_cos - self.fee


class Liquidity(NamedTuple):
    """What is added to or taken out of a pool."""

    cos: int
    sub: int
    shares: int


class Passage(NamedTuple):
    """A route: both trades, and the COS that is left between them."""

    sold: Trade
    bought: Trade
    change: int


@dataclass(slots=True)
class Desk:
    """An issuer's desk, in the order of `Exchange.desk`."""

    buy_rate_e8: int = 0
    sell_rate_e8: int = 0
    buy_left: int = 0
    sell_left: int = 0
    stock_cos: int = 0
    stock_sub: int = 0

    def as_view(self) -> tuple[int, ...]:
        """As the chain shows it."""
        return (
            self.buy_rate_e8,
            self.sell_rate_e8,
            self.buy_left,
            self.sell_left,
            self.stock_cos,
            self.stock_sub,
        )


@dataclass(slots=True)
class Pool:
    """A free pool; `holders` of its shares."""

    cos: int = 0
    sub: int = 0
    holders: Counter[str] = field(default_factory=Counter)

    @property
    def shares(self) -> int:
        """All shares."""
        return self.holders.total()

    @property
    def price(self) -> Fraction:
        """COS base units for a unit; of a pool that is not empty."""
        return Fraction(self.cos, self.sub)


@dataclass
class Exchange:
    """All desks and pools, by the address of the sub-token."""

    fee_bps: int = 0
    desks: dict[str, Desk] = field(default_factory=lambda: defaultdict(Desk))
    pools: dict[str, Pool] = field(default_factory=dict)
    """Those that were opened."""

    fees: int = 0
    fees_by_chain: int = 0
    """What the chain's own events say of fees."""

    trades: Counter[str] = field(default_factory=Counter)
    volume: Counter[str] = field(default_factory=Counter)
    """At "desk" and in "pool": how many trades, and their COS side with the fee."""

    last: dict[str, tuple[int, int]] = field(default_factory=dict)
    """Sub-token -> its pool's k and shares at the end of the month before, by the chain's word."""

    falls: list[str] = field(default_factory=list)
    """Trades after which a pool's k, by the chain's word, was smaller than before."""

    # --- what a trade comes to -------------------------------------------------------------------

    def fee_of(self, gross_cos: int) -> int:
        """The fee within an amount."""
        return ceil(Fraction(gross_cos * self.fee_bps, E4))

    def buying(self, sub_token: str, amount: int, *, at_desk: bool) -> Trade:
        """What units cost."""
        if at_desk:
            net = ceil(Fraction(amount * self.desks[sub_token].sell_rate_e8, E8))
        else:
            pool = self.pools[sub_token]
            net = ceil(Fraction(pool.cos * pool.sub, pool.sub - amount)) - pool.cos
        gross = floor(Fraction(net * E4, E4 - self.fee_bps))
        while gross - self.fee_of(gross) < net:
            gross += 1
        return Trade(gross, amount, gross - net)

    def selling(self, sub_token: str, amount: int, *, at_desk: bool) -> Trade:
        """What units sell for."""
        if at_desk:
            gross = floor(Fraction(amount * self.desks[sub_token].buy_rate_e8, E8))
        else:
            pool = self.pools[sub_token]
            gross = pool.cos - ceil(Fraction(pool.cos * pool.sub, pool.sub + amount))
        return Trade(gross, amount, self.fee_of(gross))

    def affordable(self, sub_token: str, gross_cos: int, *, at_desk: bool) -> int:
        """The most units that COS buys, the fee included; the desk's stock aside."""
        net = gross_cos - self.fee_of(gross_cos)
        if at_desk:
            return floor(Fraction(net * E8, self.desks[sub_token].sell_rate_e8))
        pool = self.pools[sub_token]
        return pool.sub - ceil(Fraction(pool.cos * pool.sub, pool.cos + net))

    def passing(
        self, sold: str, amount: int, at_desk: bool, bought: str, from_desk: bool
    ) -> Passage:
        """What a route comes to."""
        sale = self.selling(sold, amount, at_desk=at_desk)
        most = self.affordable(bought, sale.net_cos, at_desk=from_desk)
        purchase = self.buying(bought, most, at_desk=from_desk)
        return Passage(sale, purchase, sale.net_cos - purchase.gross_cos)

    def adding(self, sub_token: str, most_cos: int, most_sub: int) -> Liquidity:
        """What is added for as many shares as both amounts pay for."""
        pool = self.pools[sub_token]
        if not pool.shares:
            return Liquidity(
                most_cos, most_sub, isqrt(most_cos * most_sub * FIRST_SCALE * FIRST_SCALE)
            )
        part = min(Fraction(most_cos, pool.cos), Fraction(most_sub, pool.sub))
        shares = floor(part * pool.shares)
        part = Fraction(shares, pool.shares)
        return Liquidity(ceil(part * pool.cos), ceil(part * pool.sub), shares)

    def removing(self, sub_token: str, shares: int) -> Liquidity:
        """What shares take out."""
        pool = self.pools[sub_token]
        part = Fraction(shares, pool.shares)
        return Liquidity(floor(part * pool.cos), floor(part * pool.sub), shares)

    # --- what happened ---------------------------------------------------------------------------

    def was_bought(self, sub_token: str, trade: Trade, *, at_desk: bool) -> None:
        """Book that somebody bought."""
        self._count(trade, at_desk)
        if at_desk:
            desk = self.desks[sub_token]
            desk.stock_cos += trade.net_cos
            desk.stock_sub -= trade.sub_amount
            desk.sell_left -= trade.sub_amount
        else:
            self.pools[sub_token].cos += trade.net_cos
            self.pools[sub_token].sub -= trade.sub_amount

    def was_sold(self, sub_token: str, trade: Trade, *, at_desk: bool) -> None:
        """Book that somebody sold."""
        self._count(trade, at_desk)
        if at_desk:
            desk = self.desks[sub_token]
            desk.stock_cos -= trade.gross_cos
            desk.stock_sub += trade.sub_amount
            desk.buy_left -= trade.sub_amount
        else:
            self.pools[sub_token].cos -= trade.gross_cos
            self.pools[sub_token].sub += trade.sub_amount

    def was_added(self, sub_token: str, provider: str, added: Liquidity) -> None:
        """Book new liquidity."""
        pool = self.pools[sub_token]
        pool.cos += added.cos
        pool.sub += added.sub
        pool.holders[provider] += added.shares

    def was_removed(self, sub_token: str, provider: str, removed: Liquidity) -> None:
        """Book liquidity that was taken out."""
        pool = self.pools[sub_token]
        pool.cos -= removed.cos
        pool.sub -= removed.sub
        pool.holders[provider] -= removed.shares
        if not pool.holders[provider]:
            del pool.holders[provider]
        if not pool.shares:
            self.last.pop(sub_token, None)

    def _count(self, trade: Trade, at_desk: bool) -> None:
        place = "desk" if at_desk else "pool"
        self.fees += trade.fee
        self.trades[place] += 1
        self.volume[place] += trade.gross_cos

    # --- what follows from it --------------------------------------------------------------------

    @property
    def cos(self) -> int:
        """All COS that lies there."""
        desks = sum(desk.stock_cos for desk in self.desks.values())
        return desks + sum(pool.cos for pool in self.pools.values())

    def units(self, sub_token: str) -> int:
        """All units of a sub-token that lie there."""
        pool = self.pools.get(sub_token)
        return self.desks[sub_token].stock_sub + (pool.sub if pool else 0)
