"""Reference model of contracts/market/Exchange.vy with its desks, pools and shares.

COS is base units (1e-8 COS), sub-tokens are smallest units. What a trade costs is found from its
definition (the least that leaves k or the desk's price whole), not from the contract's formulas.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from fractions import Fraction
from math import ceil, floor, isqrt
from typing import NamedTuple

from tests.models import INFINITE, ZERO_ADDRESS, require
from tests.models.atomic import atomic
from tests.models.authority import GOVERNANCE_ROLE
from tests.models.clock import Clock
from tests.models.cos_credit import CosCreditModel
from tests.models.fee_router import FeeRouterModel

E4, E8 = 10**4, 10**8
MAX_FEE_BPS = 100
MIN_SHARES = 10**6
MAX_COS = 2**64 - 1
MAX_SUB = 2**96 - 1
MAX_RATE = 2**80 - 1


class Trade(NamedTuple):
    gross_cos: int
    sub_amount: int
    fee: int

    @property
    def net_cos(self) -> int:
        return self.gross_cos - self.fee


class Liquidity(NamedTuple):
    cos: int
    sub: int
    shares: int


class Passage(NamedTuple):
    sold: Trade
    bought: Trade
    change: int


class Erc20Model:
    """Balances and allowances of a plain token whose reasons begin with `prefix`."""

    def __init__(self, address: str, prefix: str) -> None:
        self.address = address
        self.prefix = prefix
        self.balances: dict[str, int] = defaultdict(int)
        self.allowances: dict[tuple[str, str], int] = defaultdict(int)

    @property
    def total_supply(self) -> int:
        return sum(self.balances.values())

    def approve(self, sender: str, spender: str, amount: int) -> None:
        self.allowances[sender, spender] = amount

    def transfer(self, sender: str, to: str, amount: int) -> None:
        self._check_recipient(to)
        self._move(sender, to, amount)

    def transfer_from(self, sender: str, owner: str, to: str, amount: int) -> None:
        allowed = self.allowances[owner, sender]
        require(amount <= allowed, f"{self.prefix}: insufficient allowance")
        self._check_recipient(to)
        self._move(owner, to, amount)
        if allowed != INFINITE:
            self.allowances[owner, sender] -= amount

    def mint(self, to: str, amount: int) -> None:
        self.balances[to] += amount

    def burn(self, owner: str, amount: int) -> None:
        require(amount <= self.balances[owner], f"{self.prefix}: insufficient balance")
        self.balances[owner] -= amount

    def _check_recipient(self, to: str) -> None:
        require(to != ZERO_ADDRESS, f"{self.prefix}: transfer to zero")
        require(to != self.address, f"{self.prefix}: transfer to token")

    def _move(self, owner: str, to: str, amount: int) -> None:
        require(amount <= self.balances[owner], f"{self.prefix}: insufficient balance")
        self.balances[owner] -= amount
        self.balances[to] += amount


@dataclass
class Desk:
    buy_rate_e8: int = 0
    sell_rate_e8: int = 0
    buy_left: int = 0
    sell_left: int = 0
    stock_cos: int = 0
    stock_sub: int = 0

    def as_view(self) -> tuple[int, ...]:
        return tuple(vars(self).values())


@dataclass
class Pool:
    shares: Erc20Model | None = None
    cos: int = 0
    sub: int = 0

    @property
    def k(self) -> int:
        return self.cos * self.sub

    def as_view(self) -> tuple[str, int, int]:
        return (self.shares.address if self.shares else ZERO_ADDRESS, self.cos, self.sub)


@dataclass
class Listed:
    """A sub-token of the issuer contract with what the exchange has for it."""

    token: Erc20Model
    issuer: str
    is_transferable: bool = True
    desk: Desk = field(default_factory=Desk)
    pool: Pool = field(default_factory=Pool)


class ExchangeQuotes:
    """What trades and liquidity come to; `listed` are the issuer's sub-tokens by address."""

    def __init__(self, fee_bps: int) -> None:
        self.fee_bps = fee_bps
        self.listed: dict[str, Listed] = {}
        self._unlisted = Listed(Erc20Model(ZERO_ADDRESS, "none"), ZERO_ADDRESS)

    def quote_add(self, sub_token: str, max_cos: int, max_sub: int) -> Liquidity:
        self._check_fits(max_cos, max_sub)
        pool = self._at(sub_token).pool
        require(pool.shares is not None, "exchange: no pool")
        supply = pool.shares.total_supply
        if supply == 0:
            shares = isqrt(max_cos * max_sub * MIN_SHARES**2)
            require(shares > 0, "exchange: no shares")
            return Liquidity(max_cos, max_sub, shares)
        shares = floor(supply * min(Fraction(max_cos, pool.cos), Fraction(max_sub, pool.sub)))
        require(shares > 0, "exchange: no shares")
        part = Fraction(shares, supply)
        return Liquidity(ceil(part * pool.cos), ceil(part * pool.sub), shares)

    def quote_remove(self, sub_token: str, shares: int) -> Liquidity:
        pool = self._at(sub_token).pool
        require(pool.shares is not None, "exchange: no pool")
        supply = pool.shares.total_supply
        require(shares > 0, "exchange: no shares")
        require(shares <= supply, "exchange: more than all shares")
        left = supply - shares
        require(not 0 < left < MIN_SHARES, "exchange: too few shares would stay")
        part = Fraction(shares, supply)
        return Liquidity(floor(part * pool.cos), floor(part * pool.sub), shares)

    def quote_buy(self, sub_token: str, sub_amount: int) -> Trade:
        return self._buying(sub_token, sub_amount, is_desk=False)

    def quote_desk_buy(self, sub_token: str, sub_amount: int) -> Trade:
        return self._buying(sub_token, sub_amount, is_desk=True)

    def quote_buy_with(self, sub_token: str, cos: int, is_desk: bool = False) -> Trade:
        require(cos <= MAX_COS, "exchange: amount too large")
        fee = self.fee_of(cos)
        net = cos - fee
        if is_desk:
            rate = self._at(sub_token).desk.sell_rate_e8
            require(rate > 0, "exchange: desk does not sell")
            amount = floor(Fraction(net * E8, rate))
        else:
            pool = self._stocked(sub_token)
            # The most for which (cos + net) * (sub - amount) >= k.
            amount = pool.sub - ceil(Fraction(pool.k, pool.cos + net))
        require(amount > 0, "exchange: no output")
        return Trade(cos, amount, fee)

    def quote_sell(self, sub_token: str, sub_amount: int) -> Trade:
        return self._selling(sub_token, sub_amount, is_desk=False)

    def quote_desk_sell(self, sub_token: str, sub_amount: int) -> Trade:
        return self._selling(sub_token, sub_amount, is_desk=True)

    def quote_sell_for(self, sub_token: str, cos: int) -> Trade:
        require(cos > 0, "exchange: no amount")
        require(cos <= MAX_COS, "exchange: amount too large")
        gross = self.gross_of(cos)
        pool = self._stocked(sub_token)
        require(gross < pool.cos, "exchange: pool holds less")
        amount = ceil(Fraction(pool.k, pool.cos - gross)) - pool.sub
        return Trade(gross, amount, gross - cos)

    def quote_route(
        self, sold: str, sub_amount: int, at_desk: bool, bought: str, from_desk: bool
    ) -> Passage:
        require(sold != bought, "exchange: same token")
        sale = self._selling(sold, sub_amount, at_desk)
        most = self.quote_buy_with(bought, sale.net_cos, from_desk)
        purchase = self._buying(bought, most.sub_amount, from_desk)
        return Passage(sale, purchase, sale.net_cos - purchase.gross_cos)

    def fee_of(self, gross: int) -> int:
        return ceil(Fraction(gross * self.fee_bps, E4))

    def gross_of(self, net: int) -> int:
        """The least that leaves `net` after its fee, found from a guess that is too low."""
        gross = floor(Fraction(net * E4, E4 - self.fee_bps))
        while gross - self.fee_of(gross) < net:
            gross += 1
        return gross

    # ---- internal

    def _buying(self, sub_token: str, sub_amount: int, is_desk: bool) -> Trade:
        require(sub_amount > 0, "exchange: no amount")
        if is_desk:
            desk = self._at(sub_token).desk
            require(desk.sell_rate_e8 > 0, "exchange: desk does not sell")
            require(sub_amount <= desk.sell_left, "exchange: above desk limit")
            require(sub_amount <= desk.stock_sub, "exchange: desk holds less")
            net = ceil(Fraction(sub_amount * desk.sell_rate_e8, E8))
        else:
            pool = self._stocked(sub_token)
            require(sub_amount < pool.sub, "exchange: pool holds less")
            net = ceil(Fraction(pool.k, pool.sub - sub_amount)) - pool.cos
        gross = self.gross_of(net)
        return Trade(gross, sub_amount, gross - net)

    def _selling(self, sub_token: str, sub_amount: int, is_desk: bool) -> Trade:
        if is_desk:
            desk = self._at(sub_token).desk
            require(desk.buy_rate_e8 > 0, "exchange: desk does not buy")
            require(sub_amount <= desk.buy_left, "exchange: above desk limit")
            gross = floor(Fraction(sub_amount * desk.buy_rate_e8, E8))
            require(gross <= desk.stock_cos, "exchange: desk holds less")
        else:
            require(sub_amount <= MAX_SUB, "exchange: amount too large")
            pool = self._stocked(sub_token)
            gross = pool.cos - ceil(Fraction(pool.k, pool.sub + sub_amount))
        fee = self.fee_of(gross)
        require(gross > fee, "exchange: no output")
        return Trade(gross, sub_amount, fee)

    def _at(self, sub_token: str) -> Listed:
        """What there is for an address: empty books for one that is no sub-token."""
        return self.listed.get(sub_token, self._unlisted)

    def _stocked(self, sub_token: str) -> Pool:
        pool = self._at(sub_token).pool
        require(pool.k > 0, "exchange: pool is empty")
        return pool

    def _check_fits(self, cos: int, sub: int) -> None:
        require(cos <= MAX_COS and sub <= MAX_SUB, "exchange: amount too large")


class ExchangeModel(ExchangeQuotes):
    """Desks and pools of the exchange at `address`; `listed` are the issuer's sub-tokens."""

    def __init__(self, router: FeeRouterModel, address: str, clock: Clock, fee_bps: int) -> None:
        self.authority = router.authority
        self.token = router.token
        self.routers = {router.address: router}
        self.fee_router = router.address
        self.address = address
        self.clock = clock
        super().__init__(fee_bps)
        self._set_fee(fee_bps)

    # ---- liquidity

    def open_pool(self, sender: str, sub_token: str, share_token: str) -> None:
        """`share_token` is the address at which the contract creates it."""
        pool = self._known(sub_token).pool
        require(pool.shares is None, "exchange: pool is open")
        pool.shares = Erc20Model(share_token, "share")

    def add_liquidity(
        self, sender: str, sub_token: str, max_cos: int, max_sub: int, least: int, deadline: int
    ) -> Liquidity:
        self._check_deadline(deadline)
        added = self.quote_add(sub_token, max_cos, max_sub)
        require(added.shares >= least, "exchange: below your minimum")
        pool = self._at(sub_token).pool
        self._check_fits(pool.cos + added.cos, pool.sub + added.sub)
        with atomic((self.token, "balances"), (self.token, "allowances")):
            self._take(sender, self.token, added.cos)
            self._take(sender, self._at(sub_token).token, added.sub)
        pool.cos += added.cos
        pool.sub += added.sub
        pool.shares.mint(sender, added.shares)
        return added

    def remove_liquidity(
        self, sender: str, sub_token: str, shares: int, min_cos: int, min_sub: int, deadline: int
    ) -> Liquidity:
        self._check_deadline(deadline)
        removed = self.quote_remove(sub_token, shares)
        enough = removed.cos >= min_cos and removed.sub >= min_sub
        require(enough, "exchange: below your minimum")
        pool = self._at(sub_token).pool
        pool.shares.burn(sender, shares)
        pool.cos -= removed.cos
        pool.sub -= removed.sub
        self.token.transfer(self.address, sender, removed.cos)
        self._at(sub_token).token.transfer(self.address, sender, removed.sub)
        return removed

    # ---- trades

    def buy(self, sender: str, sub_token: str, sub_amount: int, most: int, deadline: int) -> int:
        return self._buys(sender, sub_token, sub_amount, most, deadline, is_desk=False)

    def desk_buy(
        self, sender: str, sub_token: str, sub_amount: int, most: int, deadline: int
    ) -> int:
        return self._buys(sender, sub_token, sub_amount, most, deadline, is_desk=True)

    def buy_with(self, sender: str, sub_token: str, cos: int, least: int, deadline: int) -> int:
        self._check_deadline(deadline)
        trade = self.quote_buy_with(sub_token, cos)
        require(trade.sub_amount >= least, "exchange: below your minimum")
        self._buy(sender, sub_token, trade, is_desk=False)
        return trade.sub_amount

    def sell(self, sender: str, sub_token: str, sub_amount: int, least: int, deadline: int) -> int:
        return self._sells(sender, sub_token, sub_amount, least, deadline, is_desk=False)

    def desk_sell(
        self, sender: str, sub_token: str, sub_amount: int, least: int, deadline: int
    ) -> int:
        return self._sells(sender, sub_token, sub_amount, least, deadline, is_desk=True)

    def sell_for(self, sender: str, sub_token: str, cos: int, most: int, deadline: int) -> int:
        self._check_deadline(deadline)
        trade = self.quote_sell_for(sub_token, cos)
        require(trade.sub_amount <= most, "exchange: above your maximum")
        self._sell(sender, sub_token, trade, is_desk=False)
        return trade.sub_amount

    def route(
        self,
        sender: str,
        sold: str,
        sub_amount: int,
        at_desk: bool,
        bought: str,
        least: int,
        from_desk: bool,
        deadline: int,
    ) -> Passage:
        self._check_deadline(deadline)
        passage = self.quote_route(sold, sub_amount, at_desk, bought, from_desk)
        require(passage.bought.sub_amount >= least, "exchange: below your minimum")
        self._check_purchase(sold, passage.sold, at_desk)
        self._check_sale(bought, passage.bought, from_desk)
        self._take(sender, self._at(sold).token, sub_amount)
        self._pay_fee(passage.sold.fee + passage.bought.fee)
        self._at(bought).token.transfer(self.address, sender, passage.bought.sub_amount)
        self.token.transfer(self.address, sender, passage.change)
        self._book_purchase(sold, passage.sold, at_desk)
        self._book_sale(bought, passage.bought, from_desk)
        return passage

    # ---- desks

    def set_desk(
        self, sender: str, sub_token: str, buy_rate: int, sell_rate: int, buy_left: int, left: int
    ) -> None:
        desk = self._own(sender, sub_token).desk
        require(max(buy_rate, sell_rate) <= MAX_RATE, "exchange: rate too large")
        require(not 0 < sell_rate < buy_rate, "exchange: sells below its buy rate")
        require(max(buy_left, left) <= MAX_SUB, "exchange: amount too large")
        desk.buy_rate_e8, desk.sell_rate_e8 = buy_rate, sell_rate
        desk.buy_left, desk.sell_left = buy_left, left

    def fund_desk(self, sender: str, sub_token: str, cos: int, sub: int) -> None:
        listed = self._own(sender, sub_token)
        desk = listed.desk
        require(cos + sub > 0, "exchange: no amount")
        self._check_fits(cos, sub)
        self._check_fits(desk.stock_cos + cos, desk.stock_sub + sub)
        with atomic((self.token, "balances"), (self.token, "allowances")):
            if cos:
                self._take(sender, self.token, cos)
            if sub:
                self._take(sender, listed.token, sub)
        desk.stock_cos += cos
        desk.stock_sub += sub

    def withdraw_desk(self, sender: str, sub_token: str, cos: int, sub: int) -> None:
        listed = self._own(sender, sub_token)
        desk = listed.desk
        require(cos + sub > 0, "exchange: no amount")
        require(cos <= desk.stock_cos and sub <= desk.stock_sub, "exchange: desk holds less")
        self.token.transfer(self.address, sender, cos)
        listed.token.transfer(self.address, sender, sub)
        desk.stock_cos -= cos
        desk.stock_sub -= sub

    # ---- settings

    def set_fee(self, sender: str, fee_bps: int) -> None:
        self._check_governance(sender)
        self._set_fee(fee_bps)

    def set_fee_router(self, sender: str, fee_router: str) -> None:
        self._check_governance(sender)
        bad = (ZERO_ADDRESS, self.address, self.token.address)
        require(fee_router not in bad, "exchange: bad account")
        self.fee_router = fee_router

    # ---- internal: trades

    def _buys(
        self, sender: str, sub_token: str, amount: int, most: int, deadline: int, is_desk: bool
    ) -> int:
        self._check_deadline(deadline)
        trade = self._buying(sub_token, amount, is_desk)
        require(trade.gross_cos <= most, "exchange: above your maximum")
        self._buy(sender, sub_token, trade, is_desk)
        return trade.gross_cos

    def _sells(
        self, sender: str, sub_token: str, amount: int, least: int, deadline: int, is_desk: bool
    ) -> int:
        self._check_deadline(deadline)
        trade = self._selling(sub_token, amount, is_desk)
        require(trade.net_cos >= least, "exchange: below your minimum")
        self._sell(sender, sub_token, trade, is_desk)
        return trade.net_cos

    def _buy(self, sender: str, sub_token: str, trade: Trade, is_desk: bool) -> None:
        self._check_sale(sub_token, trade, is_desk)
        self._take(sender, self.token, trade.gross_cos)
        self._pay_fee(trade.fee)
        self._at(sub_token).token.transfer(self.address, sender, trade.sub_amount)
        self._book_sale(sub_token, trade, is_desk)

    def _sell(self, sender: str, sub_token: str, trade: Trade, is_desk: bool) -> None:
        self._check_purchase(sub_token, trade, is_desk)
        self._take(sender, self._at(sub_token).token, trade.sub_amount)
        self._pay_fee(trade.fee)
        self.token.transfer(self.address, sender, trade.net_cos)
        self._book_purchase(sub_token, trade, is_desk)

    def _check_sale(self, sub_token: str, trade: Trade, is_desk: bool) -> None:
        listed = self._at(sub_token)
        held = listed.desk.stock_cos if is_desk else listed.pool.cos
        self._check_fits(held + trade.net_cos, 0)

    def _check_purchase(self, sub_token: str, trade: Trade, is_desk: bool) -> None:
        listed = self._at(sub_token)
        held = listed.desk.stock_sub if is_desk else listed.pool.sub
        self._check_fits(0, held + trade.sub_amount)

    def _book_sale(self, sub_token: str, trade: Trade, is_desk: bool) -> None:
        listed = self._at(sub_token)
        if is_desk:
            listed.desk.stock_cos += trade.net_cos
            listed.desk.stock_sub -= trade.sub_amount
            listed.desk.sell_left -= trade.sub_amount
        else:
            listed.pool.cos += trade.net_cos
            listed.pool.sub -= trade.sub_amount

    def _book_purchase(self, sub_token: str, trade: Trade, is_desk: bool) -> None:
        listed = self._at(sub_token)
        if is_desk:
            listed.desk.stock_cos -= trade.gross_cos
            listed.desk.stock_sub += trade.sub_amount
            listed.desk.buy_left -= trade.sub_amount
        else:
            listed.pool.cos -= trade.gross_cos
            listed.pool.sub += trade.sub_amount

    # ---- internal: coins

    def _take(self, sender: str, token: CosCreditModel | Erc20Model, amount: int) -> None:
        token.transfer_from(self.address, sender, self.address, amount)

    def _pay_fee(self, fee: int) -> None:
        if fee:
            self.token.approve(self.address, self.fee_router, fee)
            self.routers[self.fee_router].pay_fee(self.address, fee)

    # ---- internal: checks

    def _known(self, sub_token: str) -> Listed:
        require(sub_token in self.listed, "exchange: not a sub-token")
        require(self.listed[sub_token].is_transferable, "exchange: not transferable")
        return self.listed[sub_token]

    def _own(self, sender: str, sub_token: str) -> Listed:
        listed = self._known(sub_token)
        require(sender == listed.issuer, "exchange: not the issuer")
        return listed

    def _check_deadline(self, deadline: int) -> None:
        require(self.clock.now <= deadline, "exchange: expired")

    def _check_governance(self, sender: str) -> None:
        require(self.authority.has_role(GOVERNANCE_ROLE, sender), "exchange: not governance")

    def _set_fee(self, fee_bps: int) -> None:
        require(fee_bps <= MAX_FEE_BPS, "exchange: fee too large")
        self.fee_bps = fee_bps
