"""The Merkle tree of a batch's records, as contracts/lib/merkle_stack.vy builds its root.

Pairs are hashed in sorted order, and an odd node at the end of a level goes up as it is. (Lists of
drops have another tree: `cos.drops.tree`.)
"""

from __future__ import annotations

from collections.abc import Sequence

from eth_hash.auto import keccak


class BatchTree:
    """All levels over the leaves (32 bytes each) of one batch, at least one."""

    def __init__(self, leaves: Sequence[bytes]) -> None:
        self._levels = [list(leaves)]
        while len(below := self._levels[-1]) > 1:
            pairs = zip(below[::2], below[1::2], strict=False)
            above = [keccak(min(pair) + max(pair)) for pair in pairs]
            self._levels.append(above + below[len(above) * 2 :])

    @property
    def root(self) -> bytes:
        """What the batch's header has."""
        return self._levels[-1][0]

    def proof(self, index: int) -> list[bytes]:
        """The siblings from leaf `index` up; a level that carries its node gives none."""
        siblings = []
        for level in self._levels[:-1]:
            siblings += level[index ^ 1 : (index ^ 1) + 1]
            index //= 2
        return siblings
