"""Reference model of contracts/lib/merkle_stack.vy: the whole tree, level by level.

Pairs are hashed in sorted order, so a proof is a list of siblings without sides; an odd node at the
end of a level goes up as it is. Leaves are given hashed (32 bytes).
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce

from eth_hash.auto import keccak


def hash_pair(a: bytes, b: bytes) -> bytes:
    return keccak(min(a, b) + max(a, b))


def levels(leaves: Sequence[bytes]) -> list[list[bytes]]:
    """All levels, leaves first, root last. Raises ValueError without leaves."""
    if not leaves:
        raise ValueError("a tree needs a leaf")
    tree = [list(leaves)]
    while len(below := tree[-1]) > 1:
        above = [hash_pair(*below[i : i + 2]) for i in range(0, len(below) - 1, 2)]
        if len(below) % 2:
            above.append(below[-1])
        tree.append(above)
    return tree


def root(leaves: Sequence[bytes]) -> bytes:
    return levels(leaves)[-1][0]


def proof(leaves: Sequence[bytes], index: int) -> list[bytes]:
    """Siblings from the leaf at `index` up; a level at which its node is carried gives none."""
    siblings = []
    for level in levels(leaves)[:-1]:
        sibling = index ^ 1
        if sibling < len(level):
            siblings.append(level[sibling])
        index //= 2
    return siblings


def verify(leaf: bytes, siblings: Sequence[bytes], root: bytes) -> bool:
    """What anyone can check with a leaf, its proof and the root: no tree, no chain, no key."""
    return reduce(hash_pair, siblings, leaf) == root
