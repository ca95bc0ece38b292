"""Authority.grantRole(role, account)

the caller is
├── not an admin (a holder of the governance or of the granted role included): reverts
└── an admin, and the account is
    ├── the zero address: reverts
    ├── a holder already: nothing happens, nothing is logged
    └── not a holder: holds the role, is counted, logs RoleGranted; other roles are untouched
every role's admin is the admin role, and nothing can change that
"""

from __future__ import annotations

import pytest

from cos.chain import Event
from tests.models import ZERO_ADDRESS
from tests.models.authority import AUDITOR_ROLE, DEFAULT_ADMIN_ROLE, GOVERNANCE_ROLE
from tests.reverts import reverts


@pytest.mark.parametrize("held", [None, GOVERNANCE_ROLE, AUDITOR_ROLE])
@pytest.mark.parametrize("wanted", [DEFAULT_ADMIN_ROLE, GOVERNANCE_ROLE, AUDITOR_ROLE])
def test_reverts_for_anyone_but_an_admin(
    authority, state, admin, attacker, successor, held, wanted
):
    if held is not None:
        authority.grantRole(held, attacker, sender=admin)
    for account in (attacker, successor):
        with reverts("authority: not admin", state):
            authority.grantRole(wanted, account, sender=attacker)


def test_reverts_for_a_former_admin(authority, state, admin, successor):
    authority.grantRole(DEFAULT_ADMIN_ROLE, successor, sender=admin)
    authority.renounceRole(DEFAULT_ADMIN_ROLE, admin, sender=admin)
    with reverts("authority: not admin", state):
        authority.grantRole(AUDITOR_ROLE, admin, sender=admin)


@pytest.mark.parametrize("role", [DEFAULT_ADMIN_ROLE, GOVERNANCE_ROLE, AUDITOR_ROLE])
def test_reverts_for_the_zero_address(authority, state, admin, role):
    with reverts("authority: zero account", state):
        authority.grantRole(role, ZERO_ADDRESS, sender=admin)


@pytest.mark.parametrize("role", [DEFAULT_ADMIN_ROLE, GOVERNANCE_ROLE])
def test_nothing_happens_for_a_holder(authority, state, admin, role):
    before = state()
    assert authority.transact("grantRole", role, admin, sender=admin).logs == []
    assert state() == before


@pytest.mark.parametrize("role", [DEFAULT_ADMIN_ROLE, GOVERNANCE_ROLE, AUDITOR_ROLE, b"\xff" * 32])
def test_gives_the_role(authority, admin, auditor, role):
    before = authority.member_count(role)
    receipt = authority.transact("grantRole", role, auditor, sender=admin)
    assert authority.hasRole(role, auditor)
    assert authority.member_count(role) == before + 1
    args = {"role": role, "account": auditor, "sender": admin}
    assert receipt.logs == [Event(authority.address, "RoleGranted", args)]
    for other in {DEFAULT_ADMIN_ROLE, GOVERNANCE_ROLE, AUDITOR_ROLE} - {role}:
        assert not authority.hasRole(other, auditor)


def test_every_role_has_the_admin_role_as_its_admin(authority):
    for role in (DEFAULT_ADMIN_ROLE, GOVERNANCE_ROLE, AUDITOR_ROLE):
        assert authority.getRoleAdmin(role) == DEFAULT_ADMIN_ROLE
    assert "set_role_admin" not in authority.abi.functions
