# pragma version 0.4.3
"""
@title BlockingCoin
@notice A stablecoin whose issuer can block accounts: nothing can be sent to them, nor by them.
@custom:license AGPL-3.0-only
"""

balanceOf: public(HashMap[address, uint256])
allowance: public(HashMap[address, HashMap[address, uint256]])
is_blocked: public(HashMap[address, bool])


@external
def mint(to: address, amount: uint256):
    self.balanceOf[to] += amount


@external
def set_blocked(account: address, blocked: bool):
    self.is_blocked[account] = blocked


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
    assert not self.is_blocked[owner] and not self.is_blocked[to], "coin: blocked"
    self.balanceOf[owner] -= amount
    self.balanceOf[to] += amount
