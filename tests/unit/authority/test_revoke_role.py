"""Authority.revokeRole(role, account)

the caller is
├── not an admin: reverts
└── an admin, and the account
    ├── does not hold the role: nothing happens, nothing is logged
    ├── is the last admin, losing the admin role: reverts, also against itself
    └── holds the role: loses it, is not counted any more, logs RoleRevoked
        └── the last holder of another role than the admin's may go
"""

from __future__ import annotations

import pytest

from cos.chain import Event
from tests.models.authority import AUDITOR_ROLE, DEFAULT_ADMIN_ROLE, GOVERNANCE_ROLE
from tests.reverts import reverts


@pytest.mark.parametrize("role", [DEFAULT_ADMIN_ROLE, GOVERNANCE_ROLE, AUDITOR_ROLE])
def test_reverts_for_anyone_but_an_admin(authority, state, admin, attacker, role):
    authority.grantRole(GOVERNANCE_ROLE, attacker, sender=admin)
    with reverts("authority: not admin", state):
        authority.revokeRole(role, admin, sender=attacker)


def test_nothing_happens_for_an_account_without_the_role(authority, state, admin, attacker):
    before = state()
    for role in (DEFAULT_ADMIN_ROLE, GOVERNANCE_ROLE, AUDITOR_ROLE):
        assert authority.transact("revokeRole", role, attacker, sender=admin).logs == []
    assert state() == before


def test_reverts_for_the_last_admin(authority, state, admin):
    with reverts("authority: last admin", state):
        authority.revokeRole(DEFAULT_ADMIN_ROLE, admin, sender=admin)


def test_the_last_admin_stays_after_others_have_gone(authority, state, admin, successor):
    authority.grantRole(DEFAULT_ADMIN_ROLE, successor, sender=admin)
    authority.revokeRole(DEFAULT_ADMIN_ROLE, admin, sender=successor)
    with reverts("authority: last admin", state):
        authority.revokeRole(DEFAULT_ADMIN_ROLE, successor, sender=successor)


@pytest.mark.parametrize("role", [DEFAULT_ADMIN_ROLE, GOVERNANCE_ROLE, AUDITOR_ROLE])
def test_takes_the_role(authority, admin, auditor, role):
    before = authority.member_count(role)
    authority.grantRole(role, auditor, sender=admin)
    receipt = authority.transact("revokeRole", role, auditor, sender=admin)
    assert not authority.hasRole(role, auditor)
    assert authority.member_count(role) == before
    args = {"role": role, "account": auditor, "sender": admin}
    assert receipt.logs == [Event(authority.address, "RoleRevoked", args)]


def test_the_last_governor_may_go_and_come_back(authority, admin):
    authority.revokeRole(GOVERNANCE_ROLE, admin, sender=admin)
    assert authority.member_count(GOVERNANCE_ROLE) == 0
    authority.grantRole(GOVERNANCE_ROLE, admin, sender=admin)
    assert authority.hasRole(GOVERNANCE_ROLE, admin)
