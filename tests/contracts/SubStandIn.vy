# pragma version 0.4.3
"""
@title SubStandIn
@custom:license AGPL-3.0-only
"""

decimals: public(uint8)
symbol: public(String[16])
is_transferable: public(bool)
balanceOf: public(HashMap[address, uint256])
allowance: public(HashMap[address, HashMap[address, uint256]])
totalSupply: public(uint256)


@deploy
def __init__(decimals: uint8, symbol: String[16], is_transferable: bool):
    self.decimals = decimals
    self.symbol = symbol
    self.is_transferable = is_transferable


@external
def mint(to: address, amount: uint256):
    self.balanceOf[to] += amount
    self.totalSupply += amount


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
    allowed: uint256 = self.allowance[owner][msg.sender]
    assert amount <= allowed, "sub: insufficient allowance"
    if allowed != max_value(uint256):
        self.allowance[owner][msg.sender] -= amount
    self._move(owner, to, amount)
    return True


@internal
def _move(owner: address, to: address, amount: uint256):
    assert amount <= self.balanceOf[owner], "sub: insufficient balance"
    self.balanceOf[owner] -= amount
    self.balanceOf[to] += amount
