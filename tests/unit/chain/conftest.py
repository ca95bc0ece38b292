from __future__ import annotations

import pytest

from cos.chain import Chain, Contract


@pytest.fixture
def alice(chain: Chain) -> str:
    return chain.account("alice")


@pytest.fixture
def probe(chain: Chain, alice: str) -> Contract:
    return chain.deploy("ChainProbe", 7, sender=alice)
