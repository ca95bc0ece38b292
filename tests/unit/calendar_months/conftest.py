from __future__ import annotations

import pytest

from cos.chain import Chain, Contract


@pytest.fixture(scope="package")
def calendar() -> Contract:
    """The module's functions, opened; it has no state, so one serves all tests."""
    chain = Chain()
    return chain.deploy("CalendarHarness", sender=chain.account("deployer"))
