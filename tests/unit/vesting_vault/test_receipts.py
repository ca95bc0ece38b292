"""VestingVault on a whole node's rules: receipts, everything cold, 21,000 and call data included

├── a hundred grants to newcomers in one batch, its id's slot included
├── a later release
└── after ten idle years, among many grants: no dearer (pitfalls 9, 22)
"""

from __future__ import annotations

import pytest

from cos.report.gas import COS, TIMESTAMP, _account, _plain_address, on_a_node
from tests.models.calendar_months import month_of, month_start
from tests.models.vesting_vault import Award
from tests.unit.vesting_vault.conftest import BATCH, CAPS, OFFSET, REASON, TEAM

AMOUNT = 12_345 * COS
MONTH = month_of(TIMESTAMP, OFFSET)


@pytest.fixture(scope="module")
def node():
    """chain, vault, and governance; one batch and one grant were created before."""
    chain = on_a_node()
    governance = _account(chain, "governance")
    authority = chain.deploy("Authority", governance, sender=governance)
    token = chain.deploy("CosCredit", authority, sender=governance)
    treasury = chain.deploy("Treasury", authority, token, CAPS, sender=governance)
    token.set_minter(treasury, sender=governance)
    vault = chain.deploy("VestingVault", authority, token, treasury, OFFSET, sender=governance)
    rest = 30_720_000_000 * COS - CAPS[TEAM]
    allocations = [(TEAM, vault.address, CAPS[TEAM]), (1, governance, rest)]
    treasury.genesis(allocations, sender=governance)
    awards = [Award(_plain_address("first"), AMOUNT).word]
    vault.create_batch(REASON, TEAM, [(MONTH, 48, 0, False)], awards, sender=governance)
    return chain, vault, governance


def test_a_hundred_grants(node):
    _, vault, governance = node
    people = [_plain_address(f"member {k}") for k in range(100)]
    awards = [Award(person, AMOUNT).word for person in people]
    terms = [(MONTH, 48, 0, False)]
    receipt = vault.transact("create_batch", BATCH, TEAM, terms, awards, sender=governance)
    assert receipt.gas_used <= 2_450_000


def test_releases(node):
    chain, vault, governance = node
    few, many = _plain_address("few"), _plain_address("many")
    for person in [few, *[many] * 4]:
        vault.create(TEAM, person, AMOUNT, MONTH, 240, 0, False, sender=governance)
    anyone = _account(chain, "anyone")
    for boundary in (1, 2, 122):
        chain.warp(month_start(MONTH + boundary, OFFSET))
        costs = [
            vault.transact("release", person, index, sender=anyone).gas_used
            for person, index in ((few, 0), (many, 3))
        ]
        if boundary > 1:
            assert max(costs) <= 48_000
            assert max(costs) - min(costs) < 100
