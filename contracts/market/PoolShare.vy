# pragma version 0.4.3
"""
@title PoolShare
@notice Shares of one pool of the Exchange: a plain ERC-20 that can be transferred. A minimal clone a
        pool.
@dev Only the exchange that created a clone mints and burns, as liquidity is added and removed. 14
     decimals: a deposit of one COS and one sub-token of 8 decimals gives 1.0.
     Infinite allowance: max_value(uint256) is never decremented. Nothing is called but the
     sub-token's symbol, statically, so there is nothing to lock.
@custom:license AGPL-3.0-only
"""

from ethereum.ercs import IERC20
from interfaces import IPoolShare

implements: IERC20
implements: IPoolShare


interface Named:
    def symbol() -> String[16]: view


decimals: public(constant(uint8)) = 14


# Invariant: sum of balanceOf = totalSupply.
balanceOf: public(HashMap[address, uint256])
allowance: public(HashMap[address, HashMap[address, uint256]])
totalSupply: public(uint256)

# @notice Who mints and burns: the exchange that created this clone, for ever.
exchange: public(address)

# @notice Whose pool it is.
sub_token: public(address)


@deploy
def __init__():
    """
    @notice Creates the template of the clones, which can never be initialised itself.
    """
    self.exchange = self


@external
def initialize(sub_token: address):
    """
    @notice The exchange says whose pool a clone is, in the transaction that creates it.
    @param sub_token The sub-token
    """
    assert self.exchange == empty(address), "share: already initialised"
    self.exchange = msg.sender
    self.sub_token = sub_token


@external
def transfer(to: address, amount: uint256) -> bool:
    """
    @notice Moves the caller's shares.
    @param to Recipient; not the zero address, not this token
    @param amount Shares, zero included
    @return Always true: a transfer that cannot be made reverts
    """
    self._move(msg.sender, to, amount)
    return True


@external
def transferFrom(owner: address, to: address, amount: uint256) -> bool:
    """
    @notice Moves shares that their owner allowed the caller to move.
    @param owner Account that pays
    @param to Recipient; not the zero address, not this token
    @param amount Shares, zero included
    @return Always true: a transfer that cannot be made reverts
    """
    allowed: uint256 = self.allowance[owner][msg.sender]
    if allowed != max_value(uint256):
        assert amount <= allowed, "share: insufficient allowance"
        self.allowance[owner][msg.sender] = allowed - amount
    self._move(owner, to, amount)
    return True


@external
def approve(spender: address, amount: uint256) -> bool:
    """
    @notice Allows `spender` to move up to `amount` of the caller's shares; replaces the old
            allowance.
    @param spender Account that may spend
    @param amount Shares; max_value(uint256) is infinite
    @return Always true
    """
    self.allowance[msg.sender][spender] = amount
    log IERC20.Approval(owner=msg.sender, spender=spender, value=amount)
    return True


@external
def mint(to: address, amount: uint256):
    """
    @notice Creates the shares of who has added liquidity. Only the exchange.
    @param to The provider
    @param amount Shares
    """
    assert msg.sender == self.exchange, "share: not the exchange"
    self.totalSupply += amount
    self.balanceOf[to] += amount
    log IERC20.Transfer(sender=empty(address), receiver=to, value=amount)


@external
def burn(owner: address, amount: uint256):
    """
    @notice Destroys shares of who takes liquidity out. Only the exchange, for its caller.
    @param owner The provider
    @param amount Shares
    """
    assert msg.sender == self.exchange, "share: not the exchange"
    assert amount <= self.balanceOf[owner], "share: insufficient balance"
    self.balanceOf[owner] -= amount
    self.totalSupply -= amount
    log IERC20.Transfer(sender=owner, receiver=empty(address), value=amount)


@view
@external
def name() -> String[32]:
    """
    @notice The token's name.
    @return "COS pool " and the sub-token's symbol
    """
    return concat("COS pool ", staticcall Named(self.sub_token).symbol())


@view
@external
def symbol() -> String[32]:
    """
    @notice The token's symbol.
    @return "COS-" and the sub-token's symbol
    """
    return concat("COS-", staticcall Named(self.sub_token).symbol())


@internal
def _move(owner: address, to: address, amount: uint256):
    assert to != empty(address), "share: transfer to zero"
    assert to != self, "share: transfer to token"
    assert amount <= self.balanceOf[owner], "share: insufficient balance"
    self.balanceOf[owner] -= amount
    self.balanceOf[to] += amount
    log IERC20.Transfer(sender=owner, receiver=to, value=amount)
