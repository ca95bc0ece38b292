from __future__ import annotations

import pytest

from cos.chain import Chain


@pytest.fixture
def chain() -> Chain:
    """A fresh chain; it costs less than a millisecond."""
    return Chain(timestamp=1_700_000_000)
