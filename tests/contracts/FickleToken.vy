# pragma version 0.4.3
"""
@title FickleToken
@notice A token that moves nothing, answers what it was told to, and may call back while it is asked:
        what COS never does, but a contract that moves coins must survive.
@custom:license AGPL-3.0-only
"""

CAP: public(constant(uint256)) = 102_400_000_000 * 10**8

answer: bool
calls_back: address
call_back_data: Bytes[1024]


@deploy
def __init__():
    self.answer = True


@external
def behave(answer: bool, calls_back: address, call_back_data: Bytes[1024]):
    """
    @param answer What transfers and approvals return
    @param calls_back A contract that each of them calls first, zero for none
    @param call_back_data What it is called with; its revert is passed on
    """
    self.answer = answer
    self.calls_back = calls_back
    self.call_back_data = call_back_data


@external
def transfer(to: address, amount: uint256) -> bool:
    return self._answer()


@external
def transferFrom(owner: address, to: address, amount: uint256) -> bool:
    return self._answer()


@external
def approve(spender: address, amount: uint256) -> bool:
    return self._answer()


@external
@view
def allowance(owner: address, spender: address) -> uint256:
    return 0


@internal
def _answer() -> bool:
    if self.calls_back != empty(address):
        raw_call(self.calls_back, self.call_back_data)
    return self.answer
