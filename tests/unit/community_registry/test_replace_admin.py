"""replace_admin(community, new_admin)

├── by governance: admin changed, event, the rest as before
├── also while frozen, and the freeze goes on
├── an offer of the old admin is void (the attack: offer to oneself before one is replaced)
├── not governance (the admin, the auditor, the secretariat) -> revert
├── no admin -> revert
├── closed -> revert
└── unknown community -> revert
"""

import pytest

from tests.unit.community_registry.conftest import CHILD, REASON, ROOT, UNKNOWN

ZERO = "0x" + "00" * 20


def test_replace_admin_by_governance(registry, governance, child_admin, newcomer, event):
    receipt = registry.transact("replace_admin", CHILD, newcomer, sender=governance)
    assert receipt.logs == [
        event("AdminChanged", community=CHILD, old_admin=child_admin, new_admin=newcomer)
    ]
    assert registry.admin_of(CHILD) == newcomer
    assert (registry.parent_of(CHILD), registry.depth_of(CHILD)) == (ROOT, 2)


@pytest.mark.usefixtures("frozen")
def test_replace_admin_of_a_frozen_community(registry, governance, manager, newcomer):
    until = registry.frozen_until(ROOT)
    registry.replace_admin(ROOT, newcomer, sender=governance)
    assert registry.admin_of(ROOT) == newcomer
    assert registry.frozen_until(ROOT) == until
    assert registry.manager_level(ROOT, manager) == 3
    registry.remove_manager(ROOT, manager, sender=newcomer)


def test_replace_admin_voids_an_offer(registry, governance, admin, attacker, newcomer, refuses):
    registry.transfer_admin(ROOT, attacker, sender=admin)
    registry.replace_admin(ROOT, newcomer, sender=governance)
    assert registry.pending_admin_of(ROOT) == ZERO
    with refuses("registry: not the pending admin"):
        registry.accept_admin(ROOT, sender=attacker)


def test_replace_admin_reverts_for_others(registry, admin, auditor, secretariat, refuses):
    for sender in (admin, auditor, secretariat):
        with refuses("registry: not governance"):
            registry.replace_admin(ROOT, sender, sender=sender)


def test_replace_admin_reverts_without_an_admin(registry, governance, refuses):
    with refuses("registry: no admin"):
        registry.replace_admin(ROOT, ZERO, sender=governance)


def test_replace_admin_reverts_when_closed(registry, governance, admin, newcomer, refuses):
    registry.close(ROOT, REASON, sender=admin)
    with refuses("registry: community closed"):
        registry.replace_admin(ROOT, newcomer, sender=governance)


def test_replace_admin_reverts_for_an_unknown_community(registry, governance, newcomer, refuses):
    with refuses("registry: no such community"):
        registry.replace_admin(UNKNOWN, newcomer, sender=governance)
