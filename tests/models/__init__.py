"""Exact reference models of the contracts: integers only, the same checks in the same order.

A model method takes the caller first, then the contract's arguments. It raises `ModelRevert` with
the contract's own reason, and has changed nothing when it does.
"""

from __future__ import annotations

ZERO_ADDRESS = "0x" + "00" * 20
INFINITE = 2**256 - 1


class ModelRevert(Exception):
    """What the contract answers with a revert of the same `reason`."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def require(condition: bool, reason: str) -> None:
    """Raise `ModelRevert` with `reason` unless `condition` holds."""
    if not condition:
        raise ModelRevert(reason)
