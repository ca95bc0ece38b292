"""Reference model of contracts/lib/merkle_path.vy: the full binary tree of a published list.

Leaves are given hashed (32 bytes) and filled up with zeros to a power of two. A pair is hashed left
to right; the root is the hash of the depth (one word) and the top.
"""

from __future__ import annotations

from collections.abc import Sequence

from eth_hash.auto import keccak


def levels(leaves: Sequence[bytes]) -> list[list[bytes]]:
    """All levels, leaves first, top last. Raises ValueError without leaves."""
    if not leaves:
        raise ValueError("a tree needs a leaf")
    depth = (len(leaves) - 1).bit_length()
    tree = [[*leaves, *[bytes(32)] * (2**depth - len(leaves))]]
    while len(below := tree[-1]) > 1:
        tree.append([keccak(below[i] + below[i + 1]) for i in range(0, len(below), 2)])
    return tree


def root(leaves: Sequence[bytes]) -> bytes:
    tree = levels(leaves)
    return _seal(len(tree) - 1, tree[-1][0])


def proof(leaves: Sequence[bytes], index: int) -> list[bytes]:
    """Siblings from the leaf at `index` up."""
    return [level[index >> height ^ 1] for height, level in enumerate(levels(leaves)[:-1])]


def verify(leaf: bytes, index: int, siblings: Sequence[bytes], root: bytes) -> bool:
    """What anyone can check with a leaf, its place, its proof and the root."""
    node = leaf
    for height, sibling in enumerate(siblings):
        node = keccak(sibling + node if index >> height & 1 else node + sibling)
    return _seal(len(siblings), node) == root


def _seal(depth: int, top: bytes) -> bytes:
    return keccak(depth.to_bytes(32, "big") + top)
