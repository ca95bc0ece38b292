# pragma version 0.4.3
"""
@title MerklePathHarness
@notice Opens the function of contracts/lib/merkle_path.vy to tests.
@custom:license AGPL-3.0-only
"""

from contracts.lib import merkle_path


@external
@pure
def root(leaf: bytes32, index: uint256, proof: DynArray[bytes32, 32]) -> bytes32:
    return merkle_path._root(leaf, index, proof)
