# pragma version 0.4.3
"""
@title Merkle root of a stream of leaves
@notice Builds the root of up to 256 leaves one leaf at a time, holding one node a level.
@dev The tree is that of the usual level-by-level construction in which an odd node is carried up
     unchanged (never doubled): the perfect subtrees of the binary digits of the leaf count, folded
     from the smallest. Pairs are hashed in sorted order, so any library with commutative hashing
     makes and checks the proofs. Leaves must not be 64 bytes of data, or an inner node could pose as
     one. Nine words of memory instead of 256 make small batches cheap.
     Whoever holds the stack adds leaf number `index` (from 0) like this, where level k of the stack
     is in use iff bit k of `index` is set:
         node = leaf; height = 0
         while bit `height` of `index` is set: node = hash_pair(stack[height], node); height += 1
         stack[height] = node
@custom:license AGPL-3.0-only
"""

LEVELS: constant(uint256) = 9  # 2**8 leaves: levels 0 to 8


@pure
@internal
def _root(stack: bytes32[LEVELS], count: uint256) -> bytes32:
    """
    @notice The root of all leaves.
    @param stack The stack after the last leaf
    @param count The number of leaves, 1 to 256
    @return The Merkle root
    """
    node: bytes32 = empty(bytes32)
    rest: uint256 = count
    for subtree: bytes32 in stack:
        if rest & 1 == 1:
            # Leaves are hashes, never zero: a zero node means that nothing has been folded yet.
            node = subtree if node == empty(bytes32) else self._hash_pair(subtree, node)
        rest >>= 1
        if rest == 0:
            break
    return node


@pure
@internal
def _hash_pair(a: bytes32, b: bytes32) -> bytes32:
    if convert(a, uint256) < convert(b, uint256):
        return keccak256(abi_encode(a, b))
    return keccak256(abi_encode(b, a))
