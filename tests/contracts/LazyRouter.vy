# pragma version 0.4.3
"""
@title LazyRouter
@notice Where fees go by mistake: takes less than it is told, or tries to take more, or calls back.
@custom:license AGPL-3.0-only
"""

from ethereum.ercs import IERC20

TOKEN: immutable(address)

short: uint256
greed: uint256
calls_back: address
call_back_data: Bytes[1024]


@deploy
def __init__(token: address):
    TOKEN = token


@external
def set_short(short: uint256):
    """
    @param short How much less it takes; all of it at most
    """
    self.short = short


@external
def set_greed(greed: uint256):
    """
    @param greed How much more it takes, instead
    """
    self.greed = greed


@external
def call_back(account: address, data: Bytes[1024]):
    """
    @param account What it calls first, zero for nothing
    @param data What with; its revert is passed on
    """
    self.calls_back = account
    self.call_back_data = data


@external
def pay_fee(amount: uint256):
    if self.calls_back != empty(address):
        raw_call(self.calls_back, self.call_back_data)
    taken: uint256 = amount - min(amount, self.short)
    if self.greed > 0:
        taken = amount + self.greed
    assert extcall IERC20(TOKEN).transferFrom(msg.sender, self, taken)
