from __future__ import annotations

import pytest

from cos.chain import Chain, Contract

BUDGET = 12_288_000_000 * 10**8  # the management bucket's 12 %
MAX_BUDGET = 2**64 - 1
MAX_MONTH = 2**17 - 1
PEAKS = range(6, 121)


@pytest.fixture(scope="package")
def curve() -> Contract:
    """The module's functions, opened; it has no state, so one serves all tests."""
    chain = Chain()
    return chain.deploy("CurveHarness", sender=chain.account("deployer"))
