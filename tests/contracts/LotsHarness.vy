# pragma version 0.4.3
"""
@title Test harness: lots at the bounds of their fields
@notice The lots module alone, with a way to bring its counter to the end.
@custom:license AGPL-3.0-only
"""
from contracts.lib import quota_lots

initializes: quota_lots

exports: (
    quota_lots.donate,
    quota_lots.allot,
    quota_lots.pass_on,
    quota_lots.take_back,
    quota_lots.quota_of,
    quota_lots.lot,
    quota_lots.lot_count,
    quota_lots.holding,
)


@deploy
def __init__(registry: address):
    quota_lots.__init__(registry)


@external
def put_lot_count(count: uint256):
    quota_lots.lot_count = count


@external
def put_quota(sponsor: address, amount: uint256):
    quota_lots._quota[sponsor] = amount
