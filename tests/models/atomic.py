"""All or nothing, for models whose actions go through several others."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy

from tests.models import ModelRevert


@contextmanager
def atomic(*state: tuple[object, str]) -> Iterator[None]:
    """If the block raises ModelRevert, each (model, attribute) is as it was before."""
    before = [deepcopy(getattr(model, attribute)) for model, attribute in state]
    try:
        yield
    except ModelRevert:
        for (model, attribute), value in zip(state, before, strict=True):
            setattr(model, attribute, value)
        raise
