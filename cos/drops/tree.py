"""The Merkle tree of a list, as contracts/lib/merkle_stack.vy climbs it.

Pairs are hashed in sorted order, so a proof is a list of siblings without sides; an odd node at the
end of a level goes up as it is. Leaves are hashes (32 bytes) of something that is not 64 bytes
long: what is hashed for an inner node is, so that no inner node passes for a leaf.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce

from eth_hash.auto import keccak

HASH_BYTES = 32
MAX_PROOF = 32
"""Hashes of the longest proof that GrantDrops takes: lists of up to 2**32 entries."""


def hash_pair(one: bytes, other: bytes) -> bytes:
    """Return the node above two nodes, which way round they are given."""
    return keccak(one + other if one < other else other + one)


class Tree:
    """All levels over `leaves` (32 bytes each), kept for proofs. Raises ValueError without leaves
    or for one of another size."""

    def __init__(self, leaves: Sequence[bytes]) -> None:
        if not leaves:
            raise ValueError("a tree needs a leaf")
        if any(len(leaf) != HASH_BYTES for leaf in leaves):
            raise ValueError(f"a leaf is a hash of {HASH_BYTES} bytes")
        self._levels = [list(leaves)]
        while len(below := self._levels[-1]) > 1:
            above = [hash_pair(*pair) for pair in zip(below[::2], below[1::2], strict=False)]
            if len(below) % 2:
                above.append(below[-1])
            self._levels.append(above)

    def __len__(self) -> int:
        """How many leaves there are."""
        return len(self._levels[0])

    @property
    def root(self) -> bytes:
        """The node over all leaves; a single leaf is its own root."""
        return self._levels[-1][0]

    def proof(self, index: int) -> list[bytes]:
        """Return the siblings from leaf `index` up; a level that carries its node gives none.

        Raises IndexError outside 0 to the number of leaves.
        """
        if not 0 <= index < len(self):
            raise IndexError(f"leaf {index} of {len(self)}")
        siblings = []
        for level in self._levels[:-1]:
            sibling = index ^ 1
            if sibling < len(level):
                siblings.append(level[sibling])
            index //= 2
        return siblings


def verify(leaf: bytes, proof: Sequence[bytes], root: bytes) -> bool:
    """Say whether `proof` leads from `leaf` to `root`, as the contract does."""
    if len(proof) > MAX_PROOF or any(len(node) != HASH_BYTES for node in (leaf, *proof)):
        return False
    return reduce(hash_pair, proof, leaf) == root
