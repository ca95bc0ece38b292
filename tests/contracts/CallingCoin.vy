# pragma version 0.4.3
"""
@title CallingCoin
@notice A coin that answers what it was told to, and calls somebody each time it has moved, or before
        it moves. It can also be used as an account of its own.
@custom:license AGPL-3.0-only
"""

balanceOf: public(HashMap[address, uint256])
allowance: public(HashMap[address, HashMap[address, uint256]])
calls_made: public(uint256)
calls_refused: public(uint256)

answer: bool
calls: address
call_data: Bytes[1024]
is_early: bool
passes_on: bool


@deploy
def __init__():
    self.answer = True


@external
def behave(answer: bool, calls: address, call_data: Bytes[1024], is_early: bool, passes_on: bool):
    """
    @param answer What transfers return
    @param calls A contract that each of them calls, zero for none
    @param call_data What it is called with
    @param is_early Whether it is called before the coins move
    @param passes_on Whether a revert of it reverts the transfer
    """
    self.answer = answer
    self.calls = calls
    self.call_data = call_data
    self.is_early = is_early
    self.passes_on = passes_on


@external
def execute(target: address, data: Bytes[1024]):
    """
    @notice Calls a contract in the coin's own name.
    """
    raw_call(target, data)


@external
def mint(to: address, amount: uint256):
    self.balanceOf[to] += amount


@external
def approve(spender: address, amount: uint256) -> bool:
    self.allowance[msg.sender][spender] = amount
    return True


@external
def transfer(to: address, amount: uint256) -> bool:
    self._move(msg.sender, to, amount)
    return self.answer


@external
def transferFrom(owner: address, to: address, amount: uint256) -> bool:
    self.allowance[owner][msg.sender] -= amount
    self._move(owner, to, amount)
    return self.answer


@internal
def _move(owner: address, to: address, amount: uint256):
    if self.is_early:
        self._call()
    self.balanceOf[owner] -= amount
    self.balanceOf[to] += amount
    if not self.is_early:
        self._call()


@internal
def _call():
    if self.calls == empty(address):
        return
    success: bool = raw_call(self.calls, self.call_data, revert_on_failure=False)
    assert success or not self.passes_on, "coin: called in vain"
    self.calls_made += 1
    if not success:
        self.calls_refused += 1
