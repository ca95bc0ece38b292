"""Whoever acts may be a contract (PITFALLS 29): nothing asks whether there is code at an account

a wallet with several owners
├── accepts the administration, appoints, approves, opens a child, closes
├── manages, applies and is a member
└── freezes as the auditor, replaces an admin as governance
"""

import pytest

from tests.models.authority import AUDITOR_ROLE, GOVERNANCE_ROLE
from tests.unit.community_registry.conftest import CHILD, DAY, PROFILE, REASON, ROOT


@pytest.fixture
def wallet(chain, registry, manager):
    """`wallet(function, *args)`: the wallet calls the registry."""
    wallet = chain.deploy("SharedWallet", [manager], 1, sender=manager)

    def call(function, *args):
        data = registry.abi.functions[function].encode(args)
        wallet.execute(registry.address, data, sender=manager)

    call.address = wallet.address
    return call


def test_a_wallet_is_an_admin(registry, admin, applicant, newcomer, wallet):
    registry.transfer_admin(ROOT, wallet.address, sender=admin)
    wallet("accept_admin", ROOT)
    assert registry.admin_of_open(ROOT) == wallet.address
    wallet("set_manager", ROOT, newcomer, 1, "Host")
    wallet("approve_members", ROOT, [applicant])
    wallet("create", ROOT, wallet.address, "City", PROFILE)
    wallet("close", ROOT, REASON)
    assert registry.manager_level(ROOT, newcomer) == 1
    assert registry.is_member(ROOT, applicant)
    assert registry.admin_of_open(3) == wallet.address
    assert registry.is_closed(ROOT)


def test_a_wallet_is_a_manager_and_a_member(registry, admin, applicant, wallet):
    registry.set_manager(ROOT, wallet.address, 2, "Treasurer", sender=admin)
    wallet("approve_members", ROOT, [applicant])
    wallet("apply", ROOT, PROFILE)
    registry.approve_members(ROOT, [wallet.address], sender=admin)
    assert registry.spender_level(ROOT, wallet.address) == 2
    assert registry.is_member(ROOT, wallet.address)
    assert registry.is_member(ROOT, applicant)


def test_a_wallet_is_auditor_and_governance(registry, authority, governance, newcomer, wallet):
    for role in (AUDITOR_ROLE, GOVERNANCE_ROLE):
        authority.grantRole(role, wallet.address, sender=governance)
    wallet("freeze", CHILD, REASON, DAY)
    wallet("replace_admin", CHILD, newcomer)
    assert registry.is_frozen(CHILD)
    assert registry.admin_of(CHILD) == newcomer
