"""update_community_profile(community, profile_hash)

├── by the admin: stored, event; zero clears it
├── not the admin (a manager, the parent's admin) -> revert
├── frozen -> revert
├── closed -> revert
└── unknown community -> revert
"""

import pytest

from tests.unit.community_registry.conftest import CHILD, REASON, ROOT, UNKNOWN

NEW = b"\xff" * 32


def test_update_community_profile_by_the_admin(registry, admin, event):
    receipt = registry.transact("update_community_profile", ROOT, NEW, sender=admin)
    assert receipt.logs == [event("CommunityProfileUpdated", community=ROOT, profile_hash=NEW)]
    assert registry.profile_hash_of(ROOT) == NEW
    registry.update_community_profile(ROOT, bytes(32), sender=admin)
    assert registry.profile_hash_of(ROOT) == bytes(32)


def test_update_community_profile_reverts_for_others(registry, manager, admin, refuses):
    with refuses("registry: not admin"):
        registry.update_community_profile(ROOT, NEW, sender=manager)
    with refuses("registry: not admin"):
        registry.update_community_profile(CHILD, NEW, sender=admin)


@pytest.mark.usefixtures("frozen")
def test_update_community_profile_reverts_while_frozen(registry, admin, refuses):
    with refuses("registry: community frozen"):
        registry.update_community_profile(ROOT, NEW, sender=admin)


@pytest.mark.usefixtures("closed")
def test_update_community_profile_reverts_when_closed(registry, admin, refuses):
    with refuses("registry: community closed"):
        registry.update_community_profile(ROOT, REASON, sender=admin)


def test_update_community_profile_reverts_for_an_unknown_community(registry, admin, refuses):
    with refuses("registry: no such community"):
        registry.update_community_profile(UNKNOWN, NEW, sender=admin)
