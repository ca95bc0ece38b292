"""Expect a revert: its exact reason, and a state that is the same afterwards."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from cos.chain import Revert


@contextmanager
def reverts(reason: str, state: Callable[[], object]) -> Iterator[None]:
    """The block must revert with exactly `reason`; `state()` must be the same before and after."""
    before = state()
    with pytest.raises(Revert) as caught:
        yield
    assert caught.value.reason == reason
    assert state() == before
