"""Authority.renounceRole(role, account)

the account is
├── not the caller (an admin's attempt included): reverts
└── the caller, who
    ├── does not hold the role: nothing happens, nothing is logged
    ├── is the last admin, giving up the admin role: reverts
    └── holds the role: loses it, is not counted any more, logs RoleRevoked
the hand-over: the first admin gives both roles to the governor, which may be a contract, and
renounces them: the governor is the only holder, the first admin can do nothing (pitfall 33)
"""

from __future__ import annotations

import pytest

from cos.chain import Event
from tests.models.authority import AUDITOR_ROLE, DEFAULT_ADMIN_ROLE, GOVERNANCE_ROLE
from tests.reverts import reverts


def test_reverts_for_another_account(authority, state, admin, auditor, attacker):
    authority.grantRole(AUDITOR_ROLE, auditor, sender=admin)
    for sender in (admin, attacker):
        with reverts("authority: not your own role", state):
            authority.renounceRole(AUDITOR_ROLE, auditor, sender=sender)


def test_nothing_happens_without_the_role(authority, state, attacker):
    before = state()
    for role in (DEFAULT_ADMIN_ROLE, GOVERNANCE_ROLE, AUDITOR_ROLE):
        assert authority.transact("renounceRole", role, attacker, sender=attacker).logs == []
    assert state() == before


def test_reverts_for_the_last_admin(authority, state, admin):
    with reverts("authority: last admin", state):
        authority.renounceRole(DEFAULT_ADMIN_ROLE, admin, sender=admin)


@pytest.mark.parametrize("role", [DEFAULT_ADMIN_ROLE, GOVERNANCE_ROLE, AUDITOR_ROLE])
def test_gives_the_role_up(authority, admin, auditor, role):
    authority.grantRole(role, auditor, sender=admin)
    before = authority.member_count(role)
    receipt = authority.transact("renounceRole", role, auditor, sender=auditor)
    assert not authority.hasRole(role, auditor)
    assert authority.member_count(role) == before - 1
    args = {"role": role, "account": auditor, "sender": auditor}
    assert receipt.logs == [Event(authority.address, "RoleRevoked", args)]


def test_the_hand_over_leaves_the_governor_alone(chain, authority, state, admin):
    owner = chain.account("owner")
    governor = chain.deploy("SharedWallet", [owner], 1, sender=owner)
    for role in (GOVERNANCE_ROLE, DEFAULT_ADMIN_ROLE):
        authority.grantRole(role, governor, sender=admin)
        authority.renounceRole(role, admin, sender=admin)
    for role in (GOVERNANCE_ROLE, DEFAULT_ADMIN_ROLE):
        assert authority.hasRole(role, governor)
        assert authority.member_count(role) == 1
        with reverts("authority: not admin", state):
            authority.grantRole(role, admin, sender=admin)
    # The governor, a contract, is an admin in full.
    grant = authority.abi.functions["grantRole"].encode([AUDITOR_ROLE, owner])
    governor.execute(authority, grant, sender=owner)
    assert authority.hasRole(AUDITOR_ROLE, owner)
