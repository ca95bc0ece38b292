from __future__ import annotations

from collections.abc import Callable

import pytest

from cos.chain import Chain, Contract
from tests.models import ZERO_ADDRESS
from tests.models.authority import AUDITOR_ROLE, DEFAULT_ADMIN_ROLE, GOVERNANCE_ROLE

ACTORS = ("admin", "auditor", "successor", "attacker", "deployer")
ROLES = (DEFAULT_ADMIN_ROLE, GOVERNANCE_ROLE, AUDITOR_ROLE)


@pytest.fixture
def admin(chain: Chain) -> str:
    return chain.account("admin")


@pytest.fixture
def auditor(chain: Chain) -> str:
    return chain.account("auditor")


@pytest.fixture
def successor(chain: Chain) -> str:
    return chain.account("successor")


@pytest.fixture
def attacker(chain: Chain) -> str:
    return chain.account("attacker")


@pytest.fixture
def authority(chain: Chain, admin: str) -> Contract:
    return chain.deploy("Authority", admin, sender=chain.account("deployer"))


@pytest.fixture
def state(chain: Chain, authority: Contract) -> Callable[[], object]:
    accounts = [*(chain.account(actor) for actor in ACTORS), authority.address, ZERO_ADDRESS]

    def dump() -> object:
        return (
            [authority.member_count(role) for role in ROLES],
            [authority.hasRole(role, account) for role in ROLES for account in accounts],
            [authority.getRoleAdmin(role) for role in ROLES],
        )

    return dump
