"""CosStaking.__init__(authority, token)

├── no stakes, no income, the running epoch
└── zero authority, zero token -> revert
"""

from __future__ import annotations

import pytest

from cos.chain import Revert
from tests.models import ZERO_ADDRESS
from tests.models.cos_staking import WEEK
from tests.unit.cos_staking.conftest import EPOCH


def test_begins_empty(chain, staking, ada):
    assert staking.epoch() == EPOCH == chain.timestamp // WEEK
    assert staking.totals() == (0, 0, 0, EPOCH, 0)
    assert (staking.income(), staking.total_staked(), staking.total_weight()) == ((0, 0), 0, 0)
    assert staking.position(ada) == (0, 0, 0, EPOCH, 0, 0)
    assert (staking.claimable(ada), staking.exits(ada)) == (0, (0, 0, 0, 0, 0))


def test_reverts(chain, authority, token, governance):
    for arguments, reason in (
        ((ZERO_ADDRESS, token), "governed: zero authority"),
        ((authority, ZERO_ADDRESS), "staking: no token"),
    ):
        with pytest.raises(Revert) as caught:
            chain.deploy("CosStaking", *arguments, sender=governance)
        assert caught.value.reason == reason
