# pragma version 0.4.3
"""
@title CustodyHarness
@notice Opens contracts/lib/bucket_custody.vy to tests.
@custom:license AGPL-3.0-only
"""

from contracts.lib import bucket_custody

initializes: bucket_custody

exports: (bucket_custody.TREASURY, bucket_custody.custody_of)


@deploy
def __init__(treasury: address):
    bucket_custody.__init__(treasury)


@external
def draw(bucket: uint256, amount: uint256):
    bucket_custody._draw(bucket, amount)


@external
def draw_twice(bucket: uint256, first: uint256, second: uint256):
    """
    @notice Two draws in one transaction.
    """
    bucket_custody._draw(bucket, first)
    bucket_custody._draw(bucket, second)
