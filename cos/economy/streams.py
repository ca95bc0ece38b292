"""Chance by name: each decision draws from a stream of its own.

What one person does then moves nobody else's dice: two runs that differ in the auditor's budget
alone differ by what the auditor does, not by luck.
"""

from __future__ import annotations

from random import Random


class Streams:
    """Random generators by seed and key; the same key gives the same numbers."""

    def __init__(self, seed: int) -> None:
        self._seed = seed

    def of(self, *key: object) -> Random:
        """Return a new generator for a key."""
        return Random(":".join(map(str, (self._seed, *key))))

    def draw(self, *key: object) -> float:
        """Return a key's number from 0 to 1."""
        return self.of(*key).random()
