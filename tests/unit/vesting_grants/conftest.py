from __future__ import annotations

import pytest

from cos.chain import Chain, Contract


@pytest.fixture
def grants(chain: Chain) -> Contract:
    """The module's functions, opened."""
    return chain.deploy("VestingHarness", sender=chain.account("deployer"))


@pytest.fixture
def ada(chain: Chain) -> str:
    return chain.account("ada")


@pytest.fixture
def ben(chain: Chain) -> str:
    return chain.account("ben")
