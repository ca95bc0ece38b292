# pragma version 0.4.3
# pragma nonreentrancy on
"""
@title Free pools
@notice One constant-product pool a sub-token: its reserves and its shares, which are an ERC-20 of
        their own (PoolShare). Books only; all coins are the Exchange's.
@dev Reserves are booked, never read from a balance, so what is sent here directly is no liquidity.
     k = reserve_cos * reserve_sub never falls by a trade, and k / shares^2 by nothing at all.
     A pool has no shares and no reserves, or at least 1e6 shares and a unit of each: the last
     provider takes everything, and the next one starts anew.
@custom:license AGPL-3.0-only
"""

from ethereum.ercs import IERC20
from interfaces import IExchange
from interfaces import IPoolShare
from contracts.lib import trade_maths


# --- constants -----------------------------------------------------------------------------------

# What the smallest first deposit gives, one unit of each.
MIN_SHARES: constant(uint256) = 10**6

MASK_64: constant(uint256) = 2**64 - 1
MASK_96: constant(uint256) = 2**96 - 1


# --- storage -------------------------------------------------------------------------------------

# sub_token -> reserve_cos 64 | reserve_sub 96. Both or none are zero.
_reserves: HashMap[address, uint256]

_share_tokens: HashMap[address, address]


# --- opening -------------------------------------------------------------------------------------

@internal
def _open(sub_token: address, template: address) -> address:
    """
    @dev The clone learns its exchange in the same transaction, so nobody can come between.
    """
    assert self._share_tokens[sub_token] == empty(address), "exchange: pool is open"
    share_token: address = create_minimal_proxy_to(template)
    self._share_tokens[sub_token] = share_token
    log IExchange.PoolOpened(sub_token=sub_token, share_token=share_token, opener=msg.sender)
    extcall IPoolShare(share_token).initialize(sub_token)
    return share_token


# --- liquidity -----------------------------------------------------------------------------------

@view
@internal
def _addition(sub_token: address, max_cos: uint256, max_sub: uint256) -> IExchange.Liquidity:
    """
    @dev As many shares as both amounts pay for, and what they cost, rounded up.
    """
    assert max_cos <= MASK_64 and max_sub <= MASK_96, "exchange: amount too large"
    cos: uint256 = 0
    sub: uint256 = 0
    cos, sub = self._load(sub_token)
    if cos == 0:
        self._share_token(sub_token)
        first: uint256 = trade_maths._first_shares(max_cos, max_sub)
        assert first > 0, "exchange: no shares"
        return IExchange.Liquidity(cos=max_cos, sub=max_sub, shares=first)
    supply: uint256 = self._supply(sub_token)
    shares: uint256 = min(
        trade_maths._shares_for(max_cos, cos, supply), trade_maths._shares_for(max_sub, sub, supply)
    )
    assert shares > 0, "exchange: no shares"
    return IExchange.Liquidity(
        cos=trade_maths._cost_of(shares, cos, supply),
        sub=trade_maths._cost_of(shares, sub, supply),
        shares=shares,
    )


@view
@internal
def _removal(sub_token: address, shares: uint256) -> IExchange.Liquidity:
    """
    @dev What shares take out, rounded down.
    """
    supply: uint256 = self._supply(sub_token)
    assert shares > 0, "exchange: no shares"
    assert shares <= supply, "exchange: more than all shares"
    # Fewer could be made worth so much apiece that nobody can afford another one.
    left: uint256 = supply - shares
    assert left == 0 or left >= MIN_SHARES, "exchange: too few shares would stay"
    cos: uint256 = 0
    sub: uint256 = 0
    cos, sub = self._load(sub_token)
    return IExchange.Liquidity(
        cos=trade_maths._worth_of(shares, cos, supply),
        sub=trade_maths._worth_of(shares, sub, supply),
        shares=shares,
    )


@internal
def _add(sub_token: address, added: IExchange.Liquidity):
    cos: uint256 = 0
    sub: uint256 = 0
    cos, sub = self._load(sub_token)
    self._store(sub_token, cos + added.cos, sub + added.sub)
    log IExchange.LiquidityAdded(
        sub_token=sub_token,
        provider=msg.sender,
        cos=added.cos,
        sub=added.sub,
        shares=added.shares,
    )
    extcall IPoolShare(self._share_tokens[sub_token]).mint(msg.sender, added.shares)


@internal
def _remove(sub_token: address, removed: IExchange.Liquidity):
    cos: uint256 = 0
    sub: uint256 = 0
    cos, sub = self._load(sub_token)
    self._store(sub_token, cos - removed.cos, sub - removed.sub)
    log IExchange.LiquidityRemoved(
        sub_token=sub_token,
        provider=msg.sender,
        cos=removed.cos,
        sub=removed.sub,
        shares=removed.shares,
    )
    extcall IPoolShare(self._share_tokens[sub_token]).burn(msg.sender, removed.shares)


# --- trades --------------------------------------------------------------------------------------

@view
@internal
def _price(sub_token: address, sub_amount: uint256) -> uint256:
    """
    @dev The least COS, without fee, that buys an amount.
    """
    cos: uint256 = 0
    sub: uint256 = 0
    cos, sub = self._stocked(sub_token)
    assert sub_amount < sub, "exchange: pool holds less"
    return trade_maths._paid(sub_amount, cos, sub)


@view
@internal
def _affordable(sub_token: address, net_cos: uint256) -> uint256:
    """
    @dev The most that COS, without fee, buys.
    """
    cos: uint256 = 0
    sub: uint256 = 0
    cos, sub = self._stocked(sub_token)
    return trade_maths._out(net_cos, cos, sub)


@view
@internal
def _payment(sub_token: address, sub_amount: uint256) -> uint256:
    """
    @dev The most COS, the fee included, that an amount sells for.
    """
    assert sub_amount <= MASK_96, "exchange: amount too large"
    cos: uint256 = 0
    sub: uint256 = 0
    cos, sub = self._stocked(sub_token)
    return trade_maths._out(sub_amount, sub, cos)


@view
@internal
def _needed(sub_token: address, gross_cos: uint256) -> uint256:
    """
    @dev The least amount that sells for COS, the fee included.
    """
    cos: uint256 = 0
    sub: uint256 = 0
    cos, sub = self._stocked(sub_token)
    assert gross_cos < cos, "exchange: pool holds less"
    return trade_maths._paid(gross_cos, sub, cos)


@internal
def _book_sale(sub_token: address, sub_amount: uint256, net_cos: uint256):
    """
    @dev The pool has sold.
    """
    cos: uint256 = 0
    sub: uint256 = 0
    cos, sub = self._load(sub_token)
    self._store(sub_token, cos + net_cos, sub - sub_amount)


@internal
def _book_purchase(sub_token: address, sub_amount: uint256, gross_cos: uint256):
    """
    @dev The pool has bought.
    """
    cos: uint256 = 0
    sub: uint256 = 0
    cos, sub = self._load(sub_token)
    self._store(sub_token, cos - gross_cos, sub + sub_amount)


# --- views ---------------------------------------------------------------------------------------

@view
@internal
def _pool(sub_token: address) -> IExchange.Pool:
    cos: uint256 = 0
    sub: uint256 = 0
    cos, sub = self._load(sub_token)
    return IExchange.Pool(
        share_token=self._share_tokens[sub_token], reserve_cos=cos, reserve_sub=sub
    )


# --- internal ------------------------------------------------------------------------------------

@view
@internal
def _load(sub_token: address) -> (uint256, uint256):
    word: uint256 = self._reserves[sub_token]
    return word & MASK_64, word >> 64


@view
@internal
def _stocked(sub_token: address) -> (uint256, uint256):
    word: uint256 = self._reserves[sub_token]
    assert word != 0, "exchange: pool is empty"
    return word & MASK_64, word >> 64


@internal
def _store(sub_token: address, cos: uint256, sub: uint256):
    assert cos <= MASK_64 and sub <= MASK_96, "exchange: amount too large"
    self._reserves[sub_token] = cos | (sub << 64)


@view
@internal
def _share_token(sub_token: address) -> address:
    share_token: address = self._share_tokens[sub_token]
    assert share_token != empty(address), "exchange: no pool"
    return share_token


@view
@internal
def _supply(sub_token: address) -> uint256:
    return staticcall IERC20(self._share_token(sub_token)).totalSupply()
