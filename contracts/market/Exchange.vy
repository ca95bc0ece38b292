# pragma version 0.4.3
# pragma nonreentrancy on
"""
@title Exchange
@notice Sub-tokens against COS. Each sub-token may have a desk, at which its issuer buys and sells at
        fixed rates, and a free pool of what anybody provides. Of the COS side of every trade a fee
        goes to the FeeRouter.
@dev Amounts are COS base units (1e-8 COS) and a sub-token's smallest units. All that lies here is
     booked as it comes in by `transferFrom` of a stated amount, and at every moment

         COS held >= sum over all desks and pools of their COS
         each sub-token held >= what its desk and its pool have of it

     whatever is sent here directly. Only sub-tokens of one issuer contract are traded, plain ERC-20s
     of our own that call nobody. The fee is rounded up and paid by the trader, on top of what a desk
     or a pool is to get, or out of what it gives; desks and pools never bear it.
     Every trade names the worst result that its caller accepts and a deadline: a changed rate, fee
     or price can refuse it, not make it dearer. Liquidity and a desk's stock can always be taken
     out, without a fee, whatever becomes of the router.
@custom:license AGPL-3.0-only
"""

from ethereum.ercs import IERC20
from interfaces import IExchange
from interfaces import IFeeRouter
from interfaces import ISubToken
from interfaces import ISubTokenIssuer
from contracts.lib import desks
from contracts.lib import governed
from contracts.lib import pools
from contracts.lib import roles
from contracts.lib import trade_maths

implements: IExchange

initializes: governed
initializes: desks
initializes: pools

exports: governed.AUTHORITY


# --- constants -----------------------------------------------------------------------------------

MAX_FEE_BPS: public(constant(uint256)) = 100

MASK_64: constant(uint256) = 2**64 - 1
ADDRESS_MASK: constant(uint256) = 2**160 - 1
FEE_SHIFT: constant(uint256) = 160


# --- immutables ----------------------------------------------------------------------------------

TOKEN: public(immutable(address))

# @notice The only contract whose sub-tokens are traded.
ISSUER: public(immutable(address))

# @notice What each pool's share token is a clone of.
SHARE_TEMPLATE: public(immutable(address))


# --- storage -------------------------------------------------------------------------------------

# fee router 160 | fee_bps 7: every trade reads both.
_settings: uint256


# --- constructor ---------------------------------------------------------------------------------

@deploy
def __init__(
    authority: address,
    token: address,
    issuer: address,
    fee_router: address,
    share_template: address,
    fee_bps: uint256,
):
    """
    @notice Creates the exchange without desks and pools.
    @param authority The suite's Authority
    @param token CosCredit
    @param issuer The SubTokenIssuer
    @param fee_router The FeeRouter
    @param share_template A PoolShare that is never used itself
    @param fee_bps The fee of every trade (at most 100 bps)
    """
    governed.__init__(authority)
    assert token != empty(address), "exchange: no token"
    assert issuer != empty(address), "exchange: no issuer"
    assert share_template != empty(address), "exchange: no template"
    TOKEN = token
    ISSUER = issuer
    SHARE_TEMPLATE = share_template
    self._set_fee_router(fee_router)
    self._set_fee(fee_bps)


# --- pools: liquidity ----------------------------------------------------------------------------

@external
def open_pool(sub_token: address) -> address:
    """
    @notice Opens the pool of a sub-token, empty. Anyone may; there is one for each.
    @param sub_token A sub-token of the issuer contract
    @return The token of the pool's shares
    """
    self._check_sub_token(sub_token)
    return pools._open(sub_token, SHARE_TEMPLATE)


@external
def add_liquidity(
    sub_token: address, max_cos: uint256, max_sub: uint256, min_shares: uint256, deadline: uint256
) -> IExchange.Liquidity:
    """
    @notice Adds COS and a sub-token to its pool, in the pool's ratio, for new shares. Into an empty
            pool goes all of both, and their ratio is the first price.
    @dev Only what the shares cost is taken: as many shares as both maximums pay for, each side
         rounded up for the pool by less than a unit. `min_shares` refuses a pool whose price is not
         the one in which the maximums were chosen: any other gives fewer shares for them.
    @param sub_token A sub-token whose pool is open
    @param max_cos COS base units at most
    @param max_sub Smallest units of the sub-token at most
    @param min_shares The fewest shares that the caller accepts
    @param deadline The last second in which it may be done
    @return What was taken, and the shares
    """
    self._check_deadline(deadline)
    added: IExchange.Liquidity = pools._addition(sub_token, max_cos, max_sub)
    assert added.shares >= min_shares, "exchange: below your minimum"
    pools._add(sub_token, added)
    self._take(TOKEN, added.cos)
    self._take(sub_token, added.sub)
    return added


@external
def remove_liquidity(
    sub_token: address, shares: uint256, min_cos: uint256, min_sub: uint256, deadline: uint256
) -> IExchange.Liquidity:
    """
    @notice Takes COS and the sub-token out of its pool for shares of the caller's. No fee.
    @dev Each side is rounded down for the pool; all shares take out all there is. Otherwise at least
         1e6 shares have to stay.
    @param sub_token A sub-token
    @param shares How many of the caller's shares
    @param min_cos The least COS that the caller accepts, base units
    @param min_sub The least of the sub-token that the caller accepts, smallest units
    @param deadline The last second in which it may be done
    @return What was paid out, and the shares
    """
    self._check_deadline(deadline)
    removed: IExchange.Liquidity = pools._removal(sub_token, shares)
    assert removed.cos >= min_cos, "exchange: below your minimum"
    assert removed.sub >= min_sub, "exchange: below your minimum"
    pools._remove(sub_token, removed)
    self._give(TOKEN, removed.cos)
    self._give(sub_token, removed.sub)
    return removed


# --- pools: trades -------------------------------------------------------------------------------

@external
def buy(sub_token: address, sub_amount: uint256, max_cos: uint256, deadline: uint256) -> uint256:
    """
    @notice Buys an exact amount of a sub-token from its pool.
    @dev The price is rounded up for the pool, the fee for the router.
    @param sub_token A sub-token
    @param sub_amount Smallest units
    @param max_cos The most that the caller pays, base units, the fee included
    @param deadline The last second in which it may be done
    @return Base units paid
    """
    self._check_deadline(deadline)
    trade: IExchange.Trade = self._buying(sub_token, sub_amount, False)
    assert trade.gross_cos <= max_cos, "exchange: above your maximum"
    self._buy(sub_token, trade, False)
    return trade.gross_cos


@external
def buy_with(sub_token: address, cos: uint256, min_sub: uint256, deadline: uint256) -> uint256:
    """
    @notice Buys a sub-token from its pool for an exact amount of COS.
    @dev What it buys is rounded down for the pool. Of a sub-token without decimals that may be nearly
         a whole one: `buy` pays for whole ones exactly.
    @param sub_token A sub-token
    @param cos Base units, the fee included
    @param min_sub The least that the caller accepts, smallest units
    @param deadline The last second in which it may be done
    @return Smallest units bought
    """
    self._check_deadline(deadline)
    trade: IExchange.Trade = self._buying_with(sub_token, cos, False)
    assert trade.sub_amount >= min_sub, "exchange: below your minimum"
    self._buy(sub_token, trade, False)
    return trade.sub_amount


@external
def sell(sub_token: address, sub_amount: uint256, min_cos: uint256, deadline: uint256) -> uint256:
    """
    @notice Sells an exact amount of a sub-token to its pool.
    @dev What it sells for is rounded down for the pool, the fee within it up.
    @param sub_token A sub-token
    @param sub_amount Smallest units
    @param min_cos The least that the caller accepts, base units, after the fee
    @param deadline The last second in which it may be done
    @return Base units that the caller gets
    """
    self._check_deadline(deadline)
    trade: IExchange.Trade = self._selling(sub_token, sub_amount, False)
    net: uint256 = trade.gross_cos - trade.fee
    assert net >= min_cos, "exchange: below your minimum"
    self._sell(sub_token, trade, False)
    return net


@external
def sell_for(sub_token: address, cos: uint256, max_sub: uint256, deadline: uint256) -> uint256:
    """
    @notice Sells as much of a sub-token to its pool as gives an exact amount of COS.
    @dev The amount is rounded up for the pool, the fee for the router.
    @param sub_token A sub-token
    @param cos Base units that the caller is to get, after the fee
    @param max_sub The most that the caller sells, smallest units
    @param deadline The last second in which it may be done
    @return Smallest units sold
    """
    self._check_deadline(deadline)
    trade: IExchange.Trade = self._selling_for(sub_token, cos)
    assert trade.sub_amount <= max_sub, "exchange: above your maximum"
    self._sell(sub_token, trade, False)
    return trade.sub_amount


# --- desks: trades -------------------------------------------------------------------------------

@external
def desk_buy(
    sub_token: address, sub_amount: uint256, max_cos: uint256, deadline: uint256
) -> uint256:
    """
    @notice Buys an exact amount of a sub-token at its issuer's desk.
    @dev The price is rounded up for the desk, the fee for the router.
    @param sub_token A sub-token
    @param sub_amount Smallest units
    @param max_cos The most that the caller pays, base units, the fee included
    @param deadline The last second in which it may be done
    @return Base units paid
    """
    self._check_deadline(deadline)
    trade: IExchange.Trade = self._buying(sub_token, sub_amount, True)
    assert trade.gross_cos <= max_cos, "exchange: above your maximum"
    self._buy(sub_token, trade, True)
    return trade.gross_cos


@external
def desk_sell(
    sub_token: address, sub_amount: uint256, min_cos: uint256, deadline: uint256
) -> uint256:
    """
    @notice Sells an exact amount of a sub-token at its issuer's desk.
    @dev What it sells for is rounded down for the desk, the fee within it up.
    @param sub_token A sub-token
    @param sub_amount Smallest units
    @param min_cos The least that the caller accepts, base units, after the fee
    @param deadline The last second in which it may be done
    @return Base units that the caller gets
    """
    self._check_deadline(deadline)
    trade: IExchange.Trade = self._selling(sub_token, sub_amount, True)
    net: uint256 = trade.gross_cos - trade.fee
    assert net >= min_cos, "exchange: below your minimum"
    self._sell(sub_token, trade, True)
    return net


# --- routes --------------------------------------------------------------------------------------

@external
def route(
    sold: address,
    sub_amount: uint256,
    at_desk: bool,
    bought: address,
    min_sub: uint256,
    from_desk: bool,
    deadline: uint256,
) -> IExchange.Passage:
    """
    @notice Sells one sub-token and buys another for what that gives, each at the desk or in the pool.
    @dev Two trades, as if made one after the other, with a fee each, which are paid at once. What
         was bought is the most that the COS in the middle buys; what it does not cost is paid out to
         the caller, because nobody chose that amount.
    @param sold The sub-token to sell
    @param sub_amount Smallest units of it
    @param at_desk Whether to sell at its desk instead of its pool
    @param bought Another sub-token
    @param min_sub The least of it that the caller accepts, smallest units
    @param from_desk Whether to buy at its desk instead of its pool
    @param deadline The last second in which it may be done
    @return Both trades, and the change in COS
    """
    self._check_deadline(deadline)
    passage: IExchange.Passage = self._passing(sold, sub_amount, at_desk, bought, from_desk)
    assert passage.bought.sub_amount >= min_sub, "exchange: below your minimum"
    self._book_purchase(sold, passage.sold, at_desk)
    self._book_sale(bought, passage.bought, from_desk)
    self._take(sold, sub_amount)
    self._pay_fee(passage.sold.fee + passage.bought.fee)
    self._give(bought, passage.bought.sub_amount)
    if passage.change > 0:
        self._give(TOKEN, passage.change)
    return passage


# --- desks: issuers ------------------------------------------------------------------------------

@external
def set_desk(
    sub_token: address,
    buy_rate_e8: uint256,
    sell_rate_e8: uint256,
    buy_left: uint256,
    sell_left: uint256,
):
    """
    @notice The issuer of a sub-token says at which rates its desk trades from now on, and how much.
    @dev Rates and limits are replaced, stocks stay. Who trades in the same block is protected by its
         own maximum or minimum.
    @param sub_token A sub-token of the caller's
    @param buy_rate_e8 Base units that the desk pays for 1e8 smallest units, the fee included; below
           2^80; zero: it does not buy
    @param sell_rate_e8 Base units that it takes for 1e8 smallest units, without the fee; at least the
           buy rate, below 2^80; zero: it does not sell
    @param buy_left Smallest units that it buys in all, below 2^96
    @param sell_left Smallest units that it sells in all, below 2^96
    """
    self._check_issuer(sub_token)
    desks._set(sub_token, buy_rate_e8, sell_rate_e8, buy_left, sell_left)


@external
def fund_desk(sub_token: address, cos: uint256, sub: uint256):
    """
    @notice The issuer of a sub-token adds to what its desk holds.
    @param sub_token A sub-token of the caller's
    @param cos Base units, pulled from the caller by `transferFrom`
    @param sub Smallest units of the sub-token, pulled alike
    """
    self._check_issuer(sub_token)
    assert max(cos, sub) > 0, "exchange: no amount"
    desks._fund(sub_token, cos, sub)
    if cos > 0:
        self._take(TOKEN, cos)
    if sub > 0:
        self._take(sub_token, sub)


@external
def withdraw_desk(sub_token: address, cos: uint256, sub: uint256):
    """
    @notice The issuer of a sub-token takes out of what its desk holds, at any time.
    @param sub_token A sub-token of the caller's
    @param cos Base units
    @param sub Smallest units of the sub-token
    """
    self._check_issuer(sub_token)
    assert max(cos, sub) > 0, "exchange: no amount"
    desks._withdraw(sub_token, cos, sub)
    if cos > 0:
        self._give(TOKEN, cos)
    if sub > 0:
        self._give(sub_token, sub)


# --- settings ------------------------------------------------------------------------------------

@external
def set_fee(fee_bps: uint256):
    """
    @notice Changes the fee of all trades from now on. Only governance.
    @param fee_bps At most 100 bps of the COS side
    """
    self._check_governance()
    self._set_fee(fee_bps)


@external
def set_fee_router(fee_router: address):
    """
    @notice Changes where fees are paid. Only governance. It can take no more than the fees, and
            liquidity and desks' stocks go out without it.
    @param fee_router A contract with `pay_fee` that pulls exactly what it is told
    """
    self._check_governance()
    self._set_fee_router(fee_router)


# --- views ---------------------------------------------------------------------------------------

@view
@external
def fee_bps() -> uint256:
    """
    @notice The fee of every trade.
    @return Bps of the COS side
    """
    return self._settings >> FEE_SHIFT


@view
@external
def fee_router() -> address:
    """
    @notice Where fees are paid.
    @return The FeeRouter
    """
    return convert(self._settings & ADDRESS_MASK, address)


@view
@external
def pool(sub_token: address) -> IExchange.Pool:
    """
    @notice A sub-token's pool.
    @param sub_token Any address
    @return Its share token (zero: never opened) and its reserves
    """
    return pools._pool(sub_token)


@view
@external
def desk(sub_token: address) -> IExchange.Desk:
    """
    @notice A sub-token's desk.
    @param sub_token Any address
    @return Its rates, limits and stocks; all zero before they are set
    """
    return desks._desk(sub_token)


@view
@external
def quote_add(sub_token: address, max_cos: uint256, max_sub: uint256) -> IExchange.Liquidity:
    """
    @notice What `add_liquidity` would take and give now, to the unit.
    @param sub_token A sub-token whose pool is open
    @param max_cos Base units
    @param max_sub Smallest units
    @return What would be taken, and the shares
    """
    return pools._addition(sub_token, max_cos, max_sub)


@view
@external
def quote_remove(sub_token: address, shares: uint256) -> IExchange.Liquidity:
    """
    @notice What `remove_liquidity` would pay out now, to the unit.
    @param sub_token A sub-token
    @param shares How many shares
    @return What would be paid out, and the shares
    """
    return pools._removal(sub_token, shares)


@view
@external
def quote_buy(sub_token: address, sub_amount: uint256) -> IExchange.Trade:
    """
    @notice What `buy` would do now, to the unit.
    @param sub_token A sub-token
    @param sub_amount Smallest units
    @return The trade; the caller pays its gross_cos
    """
    return self._buying(sub_token, sub_amount, False)


@view
@external
def quote_buy_with(sub_token: address, cos: uint256) -> IExchange.Trade:
    """
    @notice What `buy_with` would do now, to the unit.
    @param sub_token A sub-token
    @param cos Base units, the fee included
    @return The trade; the caller gets its sub_amount
    """
    return self._buying_with(sub_token, cos, False)


@view
@external
def quote_sell(sub_token: address, sub_amount: uint256) -> IExchange.Trade:
    """
    @notice What `sell` would do now, to the unit.
    @param sub_token A sub-token
    @param sub_amount Smallest units
    @return The trade; the caller gets its gross_cos without the fee
    """
    return self._selling(sub_token, sub_amount, False)


@view
@external
def quote_sell_for(sub_token: address, cos: uint256) -> IExchange.Trade:
    """
    @notice What `sell_for` would do now, to the unit.
    @param sub_token A sub-token
    @param cos Base units, after the fee
    @return The trade; the caller sells its sub_amount
    """
    return self._selling_for(sub_token, cos)


@view
@external
def quote_desk_buy(sub_token: address, sub_amount: uint256) -> IExchange.Trade:
    """
    @notice What `desk_buy` would do now, to the unit.
    @param sub_token A sub-token
    @param sub_amount Smallest units
    @return The trade; the caller pays its gross_cos
    """
    return self._buying(sub_token, sub_amount, True)


@view
@external
def quote_desk_sell(sub_token: address, sub_amount: uint256) -> IExchange.Trade:
    """
    @notice What `desk_sell` would do now, to the unit.
    @param sub_token A sub-token
    @param sub_amount Smallest units
    @return The trade; the caller gets its gross_cos without the fee
    """
    return self._selling(sub_token, sub_amount, True)


@view
@external
def quote_route(
    sold: address, sub_amount: uint256, at_desk: bool, bought: address, from_desk: bool
) -> IExchange.Passage:
    """
    @notice What `route` would do now, to the unit.
    @param sold The sub-token to sell
    @param sub_amount Smallest units of it
    @param at_desk Whether to sell at its desk
    @param bought The sub-token to buy
    @param from_desk Whether to buy at its desk
    @return Both trades, and the change in COS
    """
    return self._passing(sold, sub_amount, at_desk, bought, from_desk)


# --- internal: what a trade comes to -------------------------------------------------------------

@view
@internal
def _buying(sub_token: address, sub_amount: uint256, is_desk: bool) -> IExchange.Trade:
    assert sub_amount > 0, "exchange: no amount"
    net: uint256 = 0
    if is_desk:
        net = desks._price(sub_token, sub_amount)
    else:
        net = pools._price(sub_token, sub_amount)
    gross: uint256 = trade_maths._gross(net, self._settings >> FEE_SHIFT)
    return IExchange.Trade(gross_cos=gross, sub_amount=sub_amount, fee=gross - net)


@view
@internal
def _buying_with(sub_token: address, gross: uint256, is_desk: bool) -> IExchange.Trade:
    assert gross <= MASK_64, "exchange: amount too large"
    fee: uint256 = trade_maths._fee(gross, self._settings >> FEE_SHIFT)
    sub_amount: uint256 = 0
    if is_desk:
        sub_amount = desks._affordable(sub_token, gross - fee)
    else:
        sub_amount = pools._affordable(sub_token, gross - fee)
    assert sub_amount > 0, "exchange: no output"
    return IExchange.Trade(gross_cos=gross, sub_amount=sub_amount, fee=fee)


@view
@internal
def _selling(sub_token: address, sub_amount: uint256, is_desk: bool) -> IExchange.Trade:
    gross: uint256 = 0
    if is_desk:
        gross = desks._payment(sub_token, sub_amount)
    else:
        gross = pools._payment(sub_token, sub_amount)
    fee: uint256 = trade_maths._fee(gross, self._settings >> FEE_SHIFT)
    assert gross > fee, "exchange: no output"
    return IExchange.Trade(gross_cos=gross, sub_amount=sub_amount, fee=fee)


@view
@internal
def _selling_for(sub_token: address, net: uint256) -> IExchange.Trade:
    assert net > 0, "exchange: no amount"
    assert net <= MASK_64, "exchange: amount too large"
    gross: uint256 = trade_maths._gross(net, self._settings >> FEE_SHIFT)
    return IExchange.Trade(
        gross_cos=gross, sub_amount=pools._needed(sub_token, gross), fee=gross - net
    )


@view
@internal
def _passing(
    sold: address, sub_amount: uint256, at_desk: bool, bought: address, from_desk: bool
) -> IExchange.Passage:
    # Two tokens, so two desks or pools: neither trade changes what the other one comes to.
    assert sold != bought, "exchange: same token"
    sale: IExchange.Trade = self._selling(sold, sub_amount, at_desk)
    given: uint256 = sale.gross_cos - sale.fee
    most: IExchange.Trade = self._buying_with(bought, given, from_desk)
    purchase: IExchange.Trade = self._buying(bought, most.sub_amount, from_desk)
    # The least that buys as much is no more than what bought it.
    return IExchange.Passage(sold=sale, bought=purchase, change=given - purchase.gross_cos)


# --- internal: trades ----------------------------------------------------------------------------

@internal
def _buy(sub_token: address, trade: IExchange.Trade, is_desk: bool):
    # All is booked when the first call goes out.
    self._book_sale(sub_token, trade, is_desk)
    self._take(TOKEN, trade.gross_cos)
    self._pay_fee(trade.fee)
    self._give(sub_token, trade.sub_amount)


@internal
def _sell(sub_token: address, trade: IExchange.Trade, is_desk: bool):
    self._book_purchase(sub_token, trade, is_desk)
    self._take(sub_token, trade.sub_amount)
    self._pay_fee(trade.fee)
    self._give(TOKEN, trade.gross_cos - trade.fee)


@internal
def _book_sale(sub_token: address, trade: IExchange.Trade, is_desk: bool):
    """
    @dev The desk or pool sells, the caller buys.
    """
    net: uint256 = trade.gross_cos - trade.fee
    if is_desk:
        desks._book_sale(sub_token, trade.sub_amount, net)
    else:
        pools._book_sale(sub_token, trade.sub_amount, net)
    self._log(sub_token, trade, True, is_desk)


@internal
def _book_purchase(sub_token: address, trade: IExchange.Trade, is_desk: bool):
    """
    @dev The desk or pool buys, the caller sells.
    """
    if is_desk:
        desks._book_purchase(sub_token, trade.sub_amount, trade.gross_cos)
    else:
        pools._book_purchase(sub_token, trade.sub_amount, trade.gross_cos)
    self._log(sub_token, trade, False, is_desk)


@internal
def _log(sub_token: address, trade: IExchange.Trade, is_buy: bool, is_desk: bool):
    log IExchange.Traded(
        sub_token=sub_token,
        trader=msg.sender,
        is_buy=is_buy,
        is_desk=is_desk,
        gross_cos=trade.gross_cos,
        sub_amount=trade.sub_amount,
        fee=trade.fee,
    )


# --- internal: coins -----------------------------------------------------------------------------

@internal
def _take(token: address, amount: uint256):
    assert extcall IERC20(token).transferFrom(msg.sender, self, amount), "exchange: transfer failed"


@internal
def _give(token: address, amount: uint256):
    assert extcall IERC20(token).transfer(msg.sender, amount), "exchange: transfer failed"


@internal
def _pay_fee(fee: uint256):
    """
    @dev Exactly the fee is approved and none of it may be left: the router's collectors can spend
         what is approved to it, and a standing allowance would offer them everything that lies here.
    """
    if fee == 0:
        return
    router: address = convert(self._settings & ADDRESS_MASK, address)
    assert extcall IERC20(TOKEN).approve(router, fee), "exchange: approval failed"
    extcall IFeeRouter(router).pay_fee(fee)
    assert staticcall IERC20(TOKEN).allowance(self, router) == 0, "exchange: fee not taken"


# --- internal: checks and settings ---------------------------------------------------------------

@view
@internal
def _check_deadline(deadline: uint256):
    assert block.timestamp <= deadline, "exchange: expired"


@view
@internal
def _check_sub_token(sub_token: address):
    assert staticcall ISubTokenIssuer(ISSUER).is_sub_token(sub_token), "exchange: not a sub-token"
    # Fixed for good when it was opened, so nothing that came in can be held back later.
    assert staticcall ISubToken(sub_token).is_transferable(), "exchange: not transferable"


@view
@internal
def _check_issuer(sub_token: address):
    self._check_sub_token(sub_token)
    issuer: address = staticcall ISubTokenIssuer(ISSUER).issuer_of(sub_token)
    assert msg.sender == issuer, "exchange: not the issuer"


@view
@internal
def _check_governance():
    assert governed._holds(roles.GOVERNANCE_ROLE, msg.sender), "exchange: not governance"


@internal
def _set_fee(fee_bps: uint256):
    assert fee_bps <= MAX_FEE_BPS, "exchange: fee too large"
    settings: uint256 = self._settings
    self._settings = (settings & ADDRESS_MASK) | (fee_bps << FEE_SHIFT)
    log IExchange.FeeChanged(old_bps=settings >> FEE_SHIFT, new_bps=fee_bps)


@internal
def _set_fee_router(fee_router: address):
    assert fee_router not in [empty(address), self, TOKEN, ISSUER], "exchange: bad account"
    settings: uint256 = self._settings
    self._settings = (settings & ~ADDRESS_MASK) | convert(fee_router, uint256)
    log IExchange.FeeRouterChanged(old=convert(settings & ADDRESS_MASK, address), new=fee_router)
