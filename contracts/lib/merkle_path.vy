# pragma version 0.4.3
"""
@title Merkle proofs whose path is the leaf's index
@notice Root of a published list, from a leaf, its place and its proof.
@dev The tree is binary and full: the leaves are filled up with zeros to a power of two, 2**depth, and
     bit k of a leaf's index says on which side it stands at height k. The root is the hash of the
     depth and the tree's top, so all proofs of a list have one length. Hence a place holds one leaf,
     and whoever makes the list can't put two leaves that name the same index into it; with pairs in
     sorted order (as in merkle_stack, whose leaves the chain itself numbers) one could.
     Leaves must not be hashes of 64 bytes, or an inner node could pose as one.
@custom:license AGPL-3.0-only
"""

MAX_PROOF: constant(uint256) = 32


@pure
@internal
def _root(leaf: bytes32, index: uint256, proof: DynArray[bytes32, MAX_PROOF]) -> bytes32:
    """
    @notice The root that a proof leads to.
    @param leaf The leaf
    @param index Its place, from 0
    @param proof The siblings on the way, leaf to top
    @return The list's root if the leaf stands there
    """
    node: bytes32 = leaf
    path: uint256 = index
    for sibling: bytes32 in proof:
        if path & 1 == 0:
            node = keccak256(abi_encode(node, sibling))
        else:
            node = keccak256(abi_encode(sibling, node))
        path >>= 1
    return keccak256(abi_encode(len(proof), node))
