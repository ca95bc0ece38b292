"""remove_manager(community, manager), resign_manager(community)

remove_manager
├── by the admin: level and title gone, membership kept, event
├── also while frozen
├── not a manager -> revert
├── not the admin (a higher manager, governance) -> revert
├── closed -> revert
└── unknown community -> revert
resign_manager
├── by the manager: gone, event
├── also while frozen, also when closed
└── not a manager (also in an unknown community) -> revert
"""

import pytest

from tests.unit.community_registry.conftest import PROFILE, REASON, ROOT, UNKNOWN


def test_remove_manager_by_the_admin(registry, admin, member, event):
    registry.set_manager(ROOT, member, 255, "Host", sender=admin)
    receipt = registry.transact("remove_manager", ROOT, member, sender=admin)
    assert receipt.logs == [event("ManagerRemoved", community=ROOT, manager=member, by=admin)]
    assert registry.manager_level(ROOT, member) == 0
    assert registry.manager_title(ROOT, member) == ""
    assert registry.is_member(ROOT, member)
    assert registry.member_profile(ROOT, member) == PROFILE


@pytest.mark.usefixtures("frozen")
def test_remove_manager_while_frozen(registry, admin, manager):
    registry.remove_manager(ROOT, manager, sender=admin)
    assert registry.manager_level(ROOT, manager) == 0


def test_remove_manager_reverts_for_a_mere_member(registry, admin, member, refuses):
    with refuses("registry: not a manager"):
        registry.remove_manager(ROOT, member, sender=admin)


def test_remove_manager_reverts_for_others(registry, admin, governance, manager, member, refuses):
    registry.set_manager(ROOT, member, 1, "Chief", sender=admin)
    for sender in (member, governance):
        with refuses("registry: not admin"):
            registry.remove_manager(ROOT, manager, sender=sender)


@pytest.mark.usefixtures("closed")
def test_remove_manager_reverts_when_closed(registry, admin, manager, refuses):
    with refuses("registry: community closed"):
        registry.remove_manager(ROOT, manager, sender=admin)


def test_remove_manager_reverts_for_an_unknown_community(registry, admin, manager, refuses):
    with refuses("registry: no such community"):
        registry.remove_manager(UNKNOWN, manager, sender=admin)


def test_resign_manager(registry, manager, event):
    receipt = registry.transact("resign_manager", ROOT, sender=manager)
    assert receipt.logs == [event("ManagerRemoved", community=ROOT, manager=manager, by=manager)]
    assert registry.manager_level(ROOT, manager) == 0
    assert registry.manager_title(ROOT, manager) == ""


@pytest.mark.usefixtures("frozen")
def test_resign_manager_while_frozen(registry, manager):
    registry.resign_manager(ROOT, sender=manager)
    assert registry.manager_level(ROOT, manager) == 0


def test_resign_manager_when_closed(registry, admin, manager):
    registry.close(ROOT, REASON, sender=admin)
    registry.resign_manager(ROOT, sender=manager)
    assert registry.manager_level(ROOT, manager) == 0


def test_resign_manager_reverts_for_others(registry, admin, manager, refuses):
    for community, sender in ((ROOT, admin), (UNKNOWN, manager)):
        with refuses("registry: not a manager"):
            registry.resign_manager(community, sender=sender)
