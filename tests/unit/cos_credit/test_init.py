"""CosCredit.__init__(authority)

the Authority is
├── the zero address: reverts
└── an address
    ├── metadata: COS Credit, COS, 8 decimals, the cap of 102.4 billion COS, which fits 64 bits
    └── nothing exists yet: no supply, no minter
"""

from __future__ import annotations

import pytest

from cos.chain import Revert
from tests.models import ZERO_ADDRESS
from tests.models.cos_credit import CAP, MAX_BATCH


def test_reverts_without_an_authority(chain):
    with pytest.raises(Revert) as caught:
        chain.deploy("CosCredit", ZERO_ADDRESS, sender=chain.account("deployer"))
    assert caught.value.reason == "governed: zero authority"


def test_metadata(token, authority):
    assert (token.name(), token.symbol(), token.decimals()) == ("COS Credit", "COS", 8)
    assert token.CAP() == CAP == 10_240_000_000_000_000_000 < 2**64
    assert token.MAX_BATCH() == MAX_BATCH
    assert token.AUTHORITY() == authority.address


def test_nothing_exists_at_first(chain, authority):
    deployer = chain.account("deployer")
    fresh = chain.deploy("CosCredit", authority, sender=deployer)
    assert fresh.totalSupply() == 0
    assert fresh.minter() == ZERO_ADDRESS
    assert fresh.balanceOf(deployer) == 0
