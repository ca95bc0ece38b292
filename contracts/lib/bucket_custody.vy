# pragma version 0.4.3
# pragma nonreentrancy on
"""
@title Custody of a Treasury bucket's COS
@notice For contracts that pay COS out of the Treasury's buckets: what genesis issued to the contract
        is used up first, and what is missing is issued by the Treasury, within the allowance that
        governance has given the contract.
@dev How much of the balance is custody stands in the Treasury (`genesis_allocation`), not in the
     balance: COS that is sent to the contract directly belongs to no bucket and is never paid out.
@custom:license AGPL-3.0-only
"""

from interfaces import ITreasury

TREASURY: public(immutable(address))

# bucket -> how much of what genesis issued to this contract has been drawn.
# Invariant: at most Treasury.genesis_allocation(bucket, self), which never changes after genesis.
_drawn: HashMap[uint256, uint256]


@deploy
def __init__(treasury: address):
    assert treasury != empty(address), "custody: no treasury"
    TREASURY = treasury


@external
@view
def custody_of(bucket: uint256) -> uint256:
    """
    @notice What genesis issued to this contract out of a bucket and has not been drawn yet.
    @param bucket Id of the Treasury's bucket
    @return Base units
    """
    return self._custody(bucket)


@internal
@view
def _custody(bucket: uint256) -> uint256:
    return staticcall ITreasury(TREASURY).genesis_allocation(bucket, self) - self._drawn[bucket]


@internal
def _draw(bucket: uint256, amount: uint256):
    """
    @dev Makes `amount` of a bucket's COS this contract's own, to owe or to pay out. The Treasury
         refuses, with its reason, what the allowance or the bucket does not cover.
    @param bucket Id of the Treasury's bucket
    @param amount Base units
    """
    held: uint256 = min(amount, self._custody(bucket))
    self._drawn[bucket] += held
    if amount > held:
        extcall ITreasury(TREASURY).issue(bucket, self, unsafe_sub(amount, held))
