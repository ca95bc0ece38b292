# pragma version 0.4.3
"""
@title IdleStaking
@notice Says nothing when income is announced, and doesn't take it: what a contract that governance
        named by mistake may do.
@custom:license AGPL-3.0-only
"""


@external
def notify(amount: uint256):
    """
    @notice Takes nothing.
    """
    pass
