"""The exchange as people use it: each function sends a transaction and, if it succeeded, enters it
in the books. `amount` is units, COS is base units, people are labels, sub-tokens are addresses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cos.economy.exchange_book import Pool
from cos.economy.stake_loop import WITHOUT_END

if TYPE_CHECKING:
    from cos.chain import Contract, Receipt
    from cos.economy.books import Books
    from cos.economy.exchange_book import Liquidity, Trade
    from cos.economy.market_loop import MarketLoop
    from cos.economy.world import World

SLIPPAGE = 100
"""Traders accept what is a hundredth worse than they computed."""


class TradeLoop:
    """The transactions of traders, providers of liquidity, and issuers at their desks."""

    def __init__(self, world: World, books: Books, market: MarketLoop) -> None:
        self.world = world
        self.book = books.exchange
        self.shares: dict[str, Contract] = {}
        """Sub-token -> the token of its pool's shares."""

        self._exchange = world.suite.exchange
        self._market = market
        self._approved: set[tuple[str, str]] = set()

    # --- desks -----------------------------------------------------------------------------------

    def set_desk(
        self, issuer: str, sub_token: str, rates: tuple[int, int], left: tuple[int, int]
    ) -> bool:
        """Set what a desk pays and takes for a unit, and how many units it still buys and sells."""
        rates_e8 = [rate * 10**8 for rate in rates]
        if not self._act(issuer, "set_desk", sub_token, *rates_e8, *left):
            return False
        desk = self.book.desks[sub_token]
        desk.buy_rate_e8, desk.sell_rate_e8 = rates_e8
        desk.buy_left, desk.sell_left = left
        return True

    def fund_desk(self, issuer: str, sub_token: str, cos: int, amount: int) -> bool:
        """Add to what a desk holds."""
        self._offer(issuer, sub_token)
        if not self._act(issuer, "fund_desk", sub_token, cos, amount, cos=cos):
            return False
        desk = self.book.desks[sub_token]
        desk.stock_cos += cos
        desk.stock_sub += amount
        self._moved(sub_token, issuer, amount, is_in=True)
        return True

    def empty_desk(self, issuer: str, sub_token: str) -> bool:
        """Take everything out of a desk."""
        desk = self.book.desks[sub_token]
        cos, amount = desk.stock_cos, desk.stock_sub
        if not cos and not amount:
            return False
        if not self._act(issuer, "withdraw_desk", sub_token, cos, amount, cos=cos):
            return False
        desk.stock_cos = desk.stock_sub = 0
        self._moved(sub_token, issuer, amount, is_in=False)
        return True

    # --- liquidity -------------------------------------------------------------------------------

    def open_pool(self, opener: str, sub_token: str) -> bool:
        """Open a sub-token's pool, empty."""
        receipt = self._act(opener, "open_pool", sub_token)
        if receipt is None:
            return False
        self.book.pools[sub_token] = Pool()
        self.shares[sub_token] = self.world.chain.at("PoolShare", receipt.value)
        return True

    def add_liquidity(self, provider: str, sub_token: str, cos: int, amount: int) -> bool:
        """Add so much of both at most."""
        self._offer(provider, sub_token)
        added = self.book.adding(sub_token, cos, amount)
        if not added.shares or not self._act(
            provider,
            "add_liquidity",
            *(sub_token, cos, amount, added.shares * (SLIPPAGE - 1) // SLIPPAGE, self._now),
            cos=added.cos,
        ):
            return False
        self.book.was_added(sub_token, self.world.address(provider), added)
        self._moved(sub_token, provider, added.sub, is_in=True)
        return True

    def remove_liquidity(self, provider: str, sub_token: str, shares: int) -> Liquidity | None:
        """Take out what shares are worth."""
        removed = self.book.removing(sub_token, shares)
        args = (sub_token, shares, 0, 0, self._now)
        if not self._act(provider, "remove_liquidity", *args, cos=removed.cos):
            return None
        self.book.was_removed(sub_token, self.world.address(provider), removed)
        self._moved(sub_token, provider, removed.sub, is_in=False)
        return removed

    # --- trades ----------------------------------------------------------------------------------

    def buy(self, trader: str, sub_token: str, amount: int, *, at_desk: bool) -> Trade | None:
        """Buy units."""
        self._market.stakes.approve(trader, self._exchange)
        trade = self.book.buying(sub_token, amount, at_desk=at_desk)
        most = trade.gross_cos + trade.gross_cos // SLIPPAGE
        function = "desk_buy" if at_desk else "buy"
        if not self._trade(trader, function, trade, sub_token, amount, most, at_desk=at_desk):
            return None
        self.book.was_bought(sub_token, trade, at_desk=at_desk)
        self._moved(sub_token, trader, amount, is_in=False)
        return trade

    def sell(self, trader: str, sub_token: str, amount: int, *, at_desk: bool) -> Trade | None:
        """Sell units."""
        self._offer(trader, sub_token)
        trade = self.book.selling(sub_token, amount, at_desk=at_desk)
        least = trade.net_cos - trade.net_cos // SLIPPAGE
        function = "desk_sell" if at_desk else "sell"
        if not self._trade(trader, function, trade, sub_token, amount, least, at_desk=at_desk):
            return None
        self.book.was_sold(sub_token, trade, at_desk=at_desk)
        self._moved(sub_token, trader, amount, is_in=True)
        return trade

    def route(
        self, trader: str, sold: str, amount: int, at_desk: bool, bought: str, from_desk: bool
    ) -> bool:
        """Sell one sub-token and buy another for what that gives."""
        self._offer(trader, sold)
        passage = self.book.passing(sold, amount, at_desk, bought, from_desk)
        before = self._k(sold, at_desk), self._k(bought, from_desk)
        args = (sold, amount, at_desk, bought, passage.bought.sub_amount, from_desk, self._now)
        receipt = self._act(trader, "route", *args, cos=passage.sold.gross_cos)
        if receipt is None:
            return False
        self._check_k(sold, at_desk, before[0])
        self._check_k(bought, from_desk, before[1])
        self.book.was_sold(sold, passage.sold, at_desk=at_desk)
        self.book.was_bought(bought, passage.bought, at_desk=from_desk)
        self._moved(sold, trader, amount, is_in=True)
        self._moved(bought, trader, passage.bought.sub_amount, is_in=False)
        self._fee_was_paid(receipt, passage.sold.fee + passage.bought.fee)
        return True

    # --- internal --------------------------------------------------------------------------------

    @property
    def _now(self) -> int:
        return self.world.chain.timestamp

    def _act(self, actor: str, function: str, *args: Any, cos: int = 0) -> Receipt | None:
        return self.world.act(actor, self._exchange, function, *args, amount=cos)

    def _trade(
        self,
        trader: str,
        function: str,
        trade: Trade,
        sub_token: str,
        amount: int,
        limit: int,
        *,
        at_desk: bool,
    ) -> bool:
        before = self._k(sub_token, at_desk)
        args = (sub_token, amount, limit, self._now)
        receipt = self._act(trader, function, *args, cos=trade.gross_cos)
        if receipt is None:
            return False
        self._check_k(sub_token, at_desk, before)
        self._fee_was_paid(receipt, trade.fee)
        return True

    def _fee_was_paid(self, receipt: Receipt, fee: int) -> None:
        """Both by the book and by the chain's events."""
        self.book.fees_by_chain += sum(
            log.args["fee"]
            for log in receipt.logs
            if log.name == "Traded" and log.address == self._exchange.address
        )
        self._market.stakes.fee_was_taken(fee, "trades")

    def _k(self, sub_token: str, is_desk: bool) -> int:
        """A pool's k by the chain's word."""
        if is_desk:
            return 0
        _, cos, sub = self._exchange.pool(sub_token)
        return cos * sub

    def _check_k(self, sub_token: str, is_desk: bool, before: int) -> None:
        after = self._k(sub_token, is_desk)
        if after < before:
            self.book.falls.append(f"{sub_token} at {self._now}: {before} to {after}")

    def _offer(self, holder: str, sub_token: str) -> None:
        """Let the exchange take a holder's COS and units, once and for all."""
        self._market.stakes.approve(holder, self._exchange)
        if (holder, sub_token) not in self._approved:
            self._approved.add((holder, sub_token))
            token = self._market.tokens[sub_token]
            self.world.must(holder, token, "approve", self._exchange.address, WITHOUT_END)

    def _moved(self, sub_token: str, holder: str, amount: int, *, is_in: bool) -> None:
        if amount:
            pair = self.world.address(holder), self._exchange.address
            owner, to = pair if is_in else pair[::-1]
            self._market.book.was_moved(sub_token, owner, to, amount)
