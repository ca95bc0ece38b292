# pragma version 0.4.3
"""
@title CapsHarness
@notice Opens the storage words of contracts/lib/spending_caps.vy to tests, for the values of packed
        fields that no ledger reaches in a lifetime.
@custom:license AGPL-3.0-only
"""

from contracts.lib import governed
from contracts.lib import spending_caps

initializes: governed
initializes: spending_caps[governed := governed]

exports: (
    spending_caps.caps,
    spending_caps.manager_spent,
    spending_caps.set_community_cap,
    spending_caps.set_member_caps,
)


@deploy
def __init__(authority: address, registry: address, utc_offset_seconds: int256):
    governed.__init__(authority)
    spending_caps.__init__(registry, utc_offset_seconds, 1, 1, 1)


@external
def put(community: uint256, word: uint256):
    spending_caps._communities[community] = word


@external
@view
def word(community: uint256) -> uint256:
    return spending_caps._communities[community]


@external
def set_aside(community: uint256, manager: address, amount: uint256):
    """
    @notice What a drop books: no batch.
    """
    month: uint256 = spending_caps._current_month()
    spending_caps._spend(community, spending_caps._caps(community), manager, amount, month, 0)


@external
def next_batch(community: uint256) -> uint256:
    """
    @notice What a drop's settlement books: a batch, no amount.
    """
    return spending_caps._next_batch(community)


@external
def spend(community: uint256, manager: address, amount: uint256) -> uint256:
    """
    @notice What a grant books: the running month, the caps as they are.
    """
    month: uint256 = spending_caps._current_month()
    return spending_caps._spend(
        community, spending_caps._caps(community), manager, amount, month, 1
    )
