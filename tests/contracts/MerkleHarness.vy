# pragma version 0.4.3
"""
@title MerkleHarness
@notice Opens the functions of contracts/lib/merkle_stack.vy to tests.
@custom:license AGPL-3.0-only
"""

from snekmate.utils import merkle_proof_verification as merkle
from contracts.lib import merkle_stack

MAX_LEAVES: constant(uint256) = 256


@external
@pure
def root(leaves: DynArray[bytes32, MAX_LEAVES]) -> bytes32:
    """
    @notice The root by the rule that the module states, one leaf at a time.
    """
    stack: bytes32[merkle_stack.LEVELS] = empty(bytes32[merkle_stack.LEVELS])
    count: uint256 = 0
    for leaf: bytes32 in leaves:
        node: bytes32 = leaf
        height: uint256 = 0
        for level: uint256 in range(merkle_stack.LEVELS):
            if (count >> level) & 1 == 0:
                break
            node = merkle_stack._hash_pair(stack[level], node)
            height += 1
        stack[height] = node
        count += 1
    return merkle_stack._root(stack, count)


@external
@pure
def verify(proof: DynArray[bytes32, 32], root: bytes32, leaf: bytes32) -> bool:
    """
    @notice snekmate's check, which is that of OpenZeppelin's MerkleProof.
    """
    return merkle._verify(proof, root, leaf)
