"""VestingVault(authority, token, treasury, utc_offset_seconds)

├── keeps what it is given
└── a zero authority, token or treasury, an offset that is none: reverts
"""

from __future__ import annotations

import pytest

from cos.chain import Revert
from tests.models import ZERO_ADDRESS
from tests.unit.vesting_vault.conftest import OFFSET


def test_keeps_what_it_is_given(empty_vault, authority, token, treasury):
    assert empty_vault.AUTHORITY() == authority.address
    assert empty_vault.TOKEN() == token.address
    assert empty_vault.TREASURY() == treasury.address
    assert empty_vault.UTC_OFFSET_SECONDS() == OFFSET


@pytest.mark.parametrize(
    ("position", "reason"),
    [(0, "governed: zero authority"), (1, "vault: no token"), (2, "custody: no treasury")],
)
def test_reverts_without_its_neighbours(
    chain, authority, token, treasury, governance, position, reason
):
    parts = [authority.address, token.address, treasury.address]
    parts[position] = ZERO_ADDRESS
    with pytest.raises(Revert) as refusal:
        chain.deploy("VestingVault", *parts, OFFSET, sender=governance)
    assert refusal.value.reason == reason


@pytest.mark.parametrize("hours", [-13, 15])
def test_reverts_at_an_offset_that_is_none(chain, authority, token, treasury, governance, hours):
    with pytest.raises(Revert) as refusal:
        chain.deploy("VestingVault", authority, token, treasury, hours * 3_600, sender=governance)
    assert refusal.value.reason == "calendar: offset out of range"
