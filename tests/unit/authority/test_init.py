"""Authority.__init__(admin)

the admin is
├── the zero address: reverts
├── another account than the deployer: holds the admin and the governance role alone,
│   the deployer holds nothing (pitfall 33)
└── the deployer: the same
"""

from __future__ import annotations

import pytest

from cos.chain import Revert
from tests.models import ZERO_ADDRESS
from tests.models.authority import DEFAULT_ADMIN_ROLE, GOVERNANCE_ROLE
from tests.reverts import reverts


def test_reverts_without_an_admin(chain):
    with pytest.raises(Revert) as caught:
        chain.deploy("Authority", ZERO_ADDRESS, sender=chain.account("deployer"))
    assert caught.value.reason == "authority: zero account"


@pytest.mark.parametrize("role", [DEFAULT_ADMIN_ROLE, GOVERNANCE_ROLE])
def test_the_admin_holds_both_roles_and_the_deployer_none(chain, authority, admin, role):
    assert authority.hasRole(role, admin)
    assert authority.member_count(role) == 1
    assert not authority.hasRole(role, chain.account("deployer"))


def test_the_deployer_can_grant_nothing(chain, authority, state):
    deployer = chain.account("deployer")
    with reverts("authority: not admin", state):
        authority.grantRole(GOVERNANCE_ROLE, deployer, sender=deployer)


def test_the_deployer_may_be_the_admin(chain, admin):
    authority = chain.deploy("Authority", admin, sender=admin)
    for role in (DEFAULT_ADMIN_ROLE, GOVERNANCE_ROLE):
        assert authority.hasRole(role, admin)
        assert authority.member_count(role) == 1


def test_logs_what_remains(chain, admin):
    """Replaying the events gives the holders: the module's grant to the deployer is undone."""
    deployer = chain.account("deployer")
    authority = chain.deploy("Authority", admin, sender=deployer)
    holders = set()
    for event in chain.last_logs:
        assert event.address == authority.address
        held = (event.args["role"], event.args["account"])
        if event.name == "RoleGranted":
            holders.add(held)
        else:
            assert event.name == "RoleRevoked"
            holders.remove(held)
    assert holders == {(DEFAULT_ADMIN_ROLE, admin), (GOVERNANCE_ROLE, admin)}
