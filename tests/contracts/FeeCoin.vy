# pragma version 0.4.3
"""
@title FeeCoin
@notice A stablecoin with any number of decimals that keeps a fee of each transfer, none at first.
@custom:license AGPL-3.0-only
"""

decimals: public(immutable(uint8))

balanceOf: public(HashMap[address, uint256])
allowance: public(HashMap[address, HashMap[address, uint256]])
fee_bps: public(uint256)
sender_fee: public(uint256)


@deploy
def __init__(decimals_: uint8):
    decimals = decimals_


@external
def mint(to: address, amount: uint256):
    self.balanceOf[to] += amount


@external
def set_fee(fee_bps: uint256):
    self.fee_bps = fee_bps


@external
def charge_senders(fee: uint256):
    """
    @notice Takes so much from who sends, beside the amount that arrives.
    """
    self.sender_fee = fee


@external
def approve(spender: address, amount: uint256) -> bool:
    self.allowance[msg.sender][spender] = amount
    return True


@external
def transfer(to: address, amount: uint256) -> bool:
    self._move(msg.sender, to, amount)
    return True


@external
def transferFrom(owner: address, to: address, amount: uint256) -> bool:
    self.allowance[owner][msg.sender] -= amount
    self._move(owner, to, amount)
    return True


@internal
def _move(owner: address, to: address, amount: uint256):
    self.balanceOf[owner] -= amount + self.sender_fee
    self.balanceOf[to] += amount - amount * self.fee_bps // 10_000
