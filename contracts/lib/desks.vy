# pragma version 0.4.3
"""
@title Desks with fixed rates
@notice One desk a sub-token: what it holds, at which rates it buys and sells, and how much more.
        Books only; who may do what, and all coins, are the Exchange's.
@dev A round trip never profits the trader: the sell rate is at least the buy rate while both are
     set, what the desk is paid is rounded up and what it pays rounded down. `*_rate_e8` is COS base
     units for 1e8 smallest units of the sub-token, so that a unit may cost a fraction of a base unit.
@custom:license AGPL-3.0-only
"""

from interfaces import IExchange
from contracts.lib import trade_maths


# --- constants -----------------------------------------------------------------------------------

E8: constant(uint256) = 10**8
MASK_64: constant(uint256) = 2**64 - 1
MASK_80: constant(uint256) = 2**80 - 1
MASK_96: constant(uint256) = 2**96 - 1


# --- storage -------------------------------------------------------------------------------------

# sub_token -> stock_cos 64 | stock_sub 96 | sell_left 96: all that a sale writes.
_stocks: HashMap[address, uint256]

# sub_token -> buy_left 96 | buy_rate_e8 80 | sell_rate_e8 80.
_terms: HashMap[address, uint256]


# --- terms and stock -----------------------------------------------------------------------------

@internal
def _set(
    sub_token: address,
    buy_rate_e8: uint256,
    sell_rate_e8: uint256,
    buy_left: uint256,
    sell_left: uint256,
):
    """
    @dev Stocks stay as they are.
    """
    assert max(buy_rate_e8, sell_rate_e8) <= MASK_80, "exchange: rate too large"
    assert sell_rate_e8 == 0 or buy_rate_e8 <= sell_rate_e8, "exchange: sells below its buy rate"
    assert max(buy_left, sell_left) <= MASK_96, "exchange: amount too large"
    old: IExchange.Desk = self._desk(sub_token)
    new: IExchange.Desk = old
    new.buy_rate_e8 = buy_rate_e8
    new.sell_rate_e8 = sell_rate_e8
    new.buy_left = buy_left
    new.sell_left = sell_left
    self._store(sub_token, new)
    log IExchange.DeskChanged(sub_token=sub_token, issuer=msg.sender, old=old, new=new)


@internal
def _fund(sub_token: address, cos: uint256, sub: uint256):
    assert cos <= MASK_64 and sub <= MASK_96, "exchange: amount too large"
    desk: IExchange.Desk = self._desk(sub_token)
    desk.stock_cos += cos
    desk.stock_sub += sub
    self._store(sub_token, desk)
    log IExchange.DeskFunded(sub_token=sub_token, issuer=msg.sender, cos=cos, sub=sub)


@internal
def _withdraw(sub_token: address, cos: uint256, sub: uint256):
    desk: IExchange.Desk = self._desk(sub_token)
    assert cos <= desk.stock_cos and sub <= desk.stock_sub, "exchange: desk holds less"
    desk.stock_cos -= cos
    desk.stock_sub -= sub
    self._store(sub_token, desk)
    log IExchange.DeskWithdrawn(sub_token=sub_token, issuer=msg.sender, cos=cos, sub=sub)


# --- trades --------------------------------------------------------------------------------------

@view
@internal
def _price(sub_token: address, sub_amount: uint256) -> uint256:
    """
    @dev What the desk is to be paid for an amount that it sells, rounded up.
    """
    stock: uint256 = self._stocks[sub_token]
    rate_e8: uint256 = self._sell_rate_e8(sub_token)
    assert sub_amount <= stock >> 160, "exchange: above desk limit"
    assert sub_amount <= (stock >> 64) & MASK_96, "exchange: desk holds less"
    return trade_maths._ceil_div(sub_amount * rate_e8, E8)


@view
@internal
def _affordable(sub_token: address, net_cos: uint256) -> uint256:
    """
    @dev How much the desk would sell for `net_cos`, its limit and its stock aside.
    """
    return net_cos * E8 // self._sell_rate_e8(sub_token)


@view
@internal
def _payment(sub_token: address, sub_amount: uint256) -> uint256:
    """
    @dev What the desk gives for an amount that it buys, the fee included, rounded down.
    """
    terms: uint256 = self._terms[sub_token]
    rate_e8: uint256 = (terms >> 96) & MASK_80
    assert rate_e8 > 0, "exchange: desk does not buy"
    assert sub_amount <= terms & MASK_96, "exchange: above desk limit"
    cos: uint256 = sub_amount * rate_e8 // E8
    assert cos <= self._stocks[sub_token] & MASK_64, "exchange: desk holds less"
    return cos


@internal
def _book_sale(sub_token: address, sub_amount: uint256, net_cos: uint256):
    """
    @dev The desk has sold; `_price` was asked before.
    """
    stock: uint256 = self._stocks[sub_token]
    assert (stock & MASK_64) + net_cos <= MASK_64, "exchange: amount too large"
    self._stocks[sub_token] = stock + net_cos - (sub_amount << 64) - (sub_amount << 160)


@internal
def _book_purchase(sub_token: address, sub_amount: uint256, gross_cos: uint256):
    """
    @dev The desk has bought; `_payment` was asked before.
    """
    stock: uint256 = self._stocks[sub_token]
    assert ((stock >> 64) & MASK_96) + sub_amount <= MASK_96, "exchange: amount too large"
    self._stocks[sub_token] = stock + (sub_amount << 64) - gross_cos
    self._terms[sub_token] -= sub_amount


# --- views ---------------------------------------------------------------------------------------

@view
@internal
def _desk(sub_token: address) -> IExchange.Desk:
    stock: uint256 = self._stocks[sub_token]
    terms: uint256 = self._terms[sub_token]
    return IExchange.Desk(
        buy_rate_e8=(terms >> 96) & MASK_80,
        sell_rate_e8=terms >> 176,
        buy_left=terms & MASK_96,
        sell_left=stock >> 160,
        stock_cos=stock & MASK_64,
        stock_sub=(stock >> 64) & MASK_96,
    )


@view
@internal
def _sell_rate_e8(sub_token: address) -> uint256:
    rate_e8: uint256 = self._terms[sub_token] >> 176
    assert rate_e8 > 0, "exchange: desk does not sell"
    return rate_e8


# --- internal ------------------------------------------------------------------------------------

@internal
def _store(sub_token: address, desk: IExchange.Desk):
    assert desk.stock_cos <= MASK_64 and desk.stock_sub <= MASK_96, "exchange: amount too large"
    self._stocks[sub_token] = desk.stock_cos | (desk.stock_sub << 64) | (desk.sell_left << 160)
    self._terms[sub_token] = desk.buy_left | (desk.buy_rate_e8 << 96) | (desk.sell_rate_e8 << 176)
