"""VestingVault.set_grantor(bucket, grantor, allowance)

├── replaces the allowance, zero included, logs old and new; others' stay
├── the zero address, more than the bucket's cap, an unknown bucket: reverts
└── not governance, the grantor itself, or not any more: reverts
"""

from __future__ import annotations

import pytest

from tests.models import ZERO_ADDRESS
from tests.models.authority import GOVERNANCE_ROLE
from tests.reverts import reverts
from tests.unit.vesting_vault.conftest import ALLOWANCE, ANGELS, CAPS, TEAM


@pytest.mark.parametrize("allowance", [0, 1, CAPS[TEAM]])
def test_replaces_the_allowance(vault, governance, loader, event, allowance):
    receipt = vault.transact("set_grantor", TEAM, loader, allowance, sender=governance)
    args = {"bucket": TEAM, "grantor": loader}
    assert receipt.logs == [
        event("GrantorSet", **args, old_allowance=ALLOWANCE, new_allowance=allowance)
    ]
    assert vault.grantor_allowance(TEAM, loader) == allowance
    assert vault.grantor_allowance(ANGELS, loader) == CAPS[ANGELS]


@pytest.mark.parametrize(
    ("bucket", "allowance"),
    [(TEAM, CAPS[TEAM] + 1), (TEAM, 2**256 - 1), (8, 1), (16, 1), (2**256 - 1, 1)],
)
def test_reverts_above_the_buckets_cap(vault, governance, loader, state, bucket, allowance):
    with reverts("vault: allowance above cap", state):
        vault.set_grantor(bucket, loader, allowance, sender=governance)


def test_reverts_for_the_zero_address(vault, governance, state):
    with reverts("vault: no grantor", state):
        vault.set_grantor(TEAM, ZERO_ADDRESS, 1, sender=governance)


def test_reverts_for_others(vault, authority, governance, loader, attacker, state):
    for sender in (loader, attacker):
        with reverts("vault: not governance", state):
            vault.set_grantor(TEAM, sender, 1, sender=sender)
    authority.revokeRole(GOVERNANCE_ROLE, governance, sender=governance)
    with reverts("vault: not governance", state):
        vault.set_grantor(TEAM, governance, 1, sender=governance)
