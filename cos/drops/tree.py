"""The Merkle tree of a list, as contracts/lib/merkle_path.vy climbs it.

The tree is binary and full: the leaves are filled up with zeros to a power of two, and the bits of
a leaf's index are its path. The root is the hash of the depth and the top, so every proof of a list
has the same length and every place holds one leaf. Leaves are hashes (32 bytes) of something that
is not 64 bytes long: what is hashed for an inner node is, so that none passes for a leaf.
"""

from __future__ import annotations

from collections.abc import Sequence

from eth_hash.auto import keccak

HASH_BYTES = 32
MAX_PROOF = 32
"""Hashes of the longest proof that GrantDrops takes: lists of up to 2**32 entries."""

_NOTHING = bytes(HASH_BYTES)


class Tree:
    """All levels over `leaves` (32 bytes each), kept for proofs. Raises ValueError without leaves
    or for one of another size."""

    def __init__(self, leaves: Sequence[bytes]) -> None:
        if not leaves:
            raise ValueError("a tree needs a leaf")
        if any(len(leaf) != HASH_BYTES for leaf in leaves):
            raise ValueError(f"a leaf is a hash of {HASH_BYTES} bytes")
        self._count = len(leaves)
        self._levels = [list(leaves)]
        # What is only filled up is the same all over a level: one node stands for it.
        self._fillers = [_NOTHING]
        while len(self._levels) <= (self._count - 1).bit_length():
            below, filler = self._levels[-1], self._fillers[-1]
            if len(below) % 2:
                below.append(filler)
            pairs = zip(below[::2], below[1::2], strict=True)
            self._levels.append([keccak(left + right) for left, right in pairs])
            self._fillers.append(keccak(filler + filler))

    def __len__(self) -> int:
        """How many leaves there are, those that fill up left aside."""
        return self._count

    @property
    def root(self) -> bytes:
        """The hash of the depth (one word) and the node over all leaves."""
        return _seal(len(self._levels) - 1, self._levels[-1][0])

    def proof(self, index: int) -> list[bytes]:
        """Return the siblings from leaf `index` up, one a level.

        Raises IndexError outside 0 to the number of leaves.
        """
        if not 0 <= index < len(self):
            raise IndexError(f"leaf {index} of {len(self)}")
        siblings = []
        for level, filler in zip(self._levels[:-1], self._fillers[:-1], strict=True):
            sibling = index ^ 1
            siblings.append(level[sibling] if sibling < len(level) else filler)
            index //= 2
        return siblings


def verify(leaf: bytes, index: int, proof: Sequence[bytes], root: bytes) -> bool:
    """Say whether `proof` leads from `leaf` at `index` to `root`, as the contract does."""
    if len(proof) > MAX_PROOF or any(len(node) != HASH_BYTES for node in (leaf, *proof)):
        return False
    node = leaf
    for height, sibling in enumerate(proof):
        node = keccak(sibling + node if index >> height & 1 else node + sibling)
    return _seal(len(proof), node) == root


def _seal(depth: int, top: bytes) -> bytes:
    return keccak(depth.to_bytes(HASH_BYTES, "big") + top)
