from __future__ import annotations

import os

import pytest
from hypothesis import HealthCheck, settings

from cos.chain import Chain

# Deterministic and short in every run of the suite; random and long in `make fuzz`.
_SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]
settings.register_profile(
    "ci", max_examples=25, stateful_step_count=30, deadline=None, derandomize=True
)
settings.register_profile(
    "fuzz",
    max_examples=1_200,
    stateful_step_count=150,
    deadline=None,
    suppress_health_check=_SLOW,
    print_blob=True,
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))


@pytest.fixture
def chain() -> Chain:
    """A fresh chain; it costs less than a millisecond."""
    return Chain(timestamp=1_700_000_000)
