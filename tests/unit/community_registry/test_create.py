"""create(parent, admin, name, profile_hash) -> community

by the secretariat
├── a root: depth 1, next number, open, event
├── a child of an open community, also while that is frozen
├── parent unknown -> revert
├── parent closed -> revert
├── parent at depth 8 -> revert; at depth 7 a child of depth 8
by the parent's admin
├── a child, event
├── parent frozen -> revert, also for an admin who is the secretariat
├── ends at the freeze's last second
├── a grandchild of a frozen community: freezes are not inherited
├── a root -> revert
by anyone else
├── the admin of another community -> revert
├── a manager of the parent -> revert
└── governance without the role -> revert
input
├── no admin -> revert
├── no name -> revert
├── a name of 64 bytes, an admin and a hash with every bit set, no hash
└── the 2**31 - 1st community is the last one
"""

import pytest

from tests.reverts import reverts
from tests.unit.community_registry.conftest import CHILD, DAY, PROFILE, REASON, ROOT, UNKNOWN

ZERO = "0x" + "00" * 20
FULL = "0x" + "Ff" * 20


def test_create_a_root_by_the_secretariat(registry, secretariat, newcomer, event):
    receipt = registry.transact("create", 0, newcomer, "South", PROFILE, sender=secretariat)
    assert receipt.value == 3 == registry.community_count()
    assert receipt.logs == [
        event(
            "CommunityCreated",
            community=3,
            parent=0,
            admin=newcomer,
            depth=1,
            name="South",
            profile_hash=PROFILE,
        )
    ]
    assert registry.parent_of(3) == 0
    assert registry.admin_of(3) == registry.admin_of_open(3) == newcomer
    assert registry.pending_admin_of(3) == ZERO
    assert registry.depth_of(3) == 1
    assert registry.name_of(3) == "South"
    assert registry.profile_hash_of(3) == PROFILE
    assert not registry.is_closed(3)
    assert not registry.is_frozen(3)
    assert registry.frozen_until(3) == 0


def test_create_a_child_by_the_secretariat(registry, secretariat, newcomer):
    community = registry.create(CHILD, newcomer, "City", PROFILE, sender=secretariat)
    assert (registry.parent_of(community), registry.depth_of(community)) == (CHILD, 3)


@pytest.mark.usefixtures("frozen")
def test_create_a_child_of_a_frozen_community_by_the_secretariat(registry, secretariat, newcomer):
    community = registry.create(ROOT, newcomer, "City", PROFILE, sender=secretariat)
    assert registry.parent_of(community) == ROOT


def test_create_reverts_below_an_unknown_parent(registry, secretariat, newcomer, refuses):
    with refuses("registry: no such community"):
        registry.create(UNKNOWN, newcomer, "City", PROFILE, sender=secretariat)


@pytest.mark.usefixtures("closed")
def test_create_reverts_below_a_closed_parent(registry, secretariat, admin, refuses):
    for sender in (secretariat, admin):
        with refuses("registry: community closed"):
            registry.create(ROOT, admin, "City", PROFILE, sender=sender)


def test_create_reaches_depth_8_and_no_further(registry, secretariat, admin, refuses):
    parent = CHILD
    for depth in range(3, 9):
        parent = registry.create(parent, admin, "Deeper", PROFILE, sender=secretariat)
        assert registry.depth_of(parent) == depth
    for sender in (secretariat, admin):
        with refuses("registry: too deep"):
            registry.create(parent, admin, "Too deep", PROFILE, sender=sender)


def test_create_a_child_by_the_parents_admin(registry, admin, newcomer, event):
    receipt = registry.transact("create", ROOT, newcomer, "City", PROFILE, sender=admin)
    assert receipt.value == 3
    assert receipt.logs == [
        event(
            "CommunityCreated",
            community=3,
            parent=ROOT,
            admin=newcomer,
            depth=2,
            name="City",
            profile_hash=PROFILE,
        )
    ]
    assert registry.parent_of(3) == ROOT


@pytest.mark.usefixtures("frozen")
def test_create_reverts_for_the_admin_of_a_frozen_parent(registry, admin, refuses):
    with refuses("registry: community frozen"):
        registry.create(ROOT, admin, "Way out", PROFILE, sender=admin)


def test_create_reverts_for_a_frozen_admin_who_is_the_secretariat(
    registry, secretariat, auditor, refuses
):
    own = registry.create(0, secretariat, "Center", PROFILE, sender=secretariat)
    registry.freeze(own, REASON, DAY, sender=auditor)
    with refuses("registry: community frozen"):
        registry.create(own, secretariat, "Way out", PROFILE, sender=secretariat)


def test_create_by_the_admin_again_from_the_second_the_freeze_ends(
    chain, registry, admin, auditor, refuses
):
    registry.freeze(ROOT, REASON, DAY, sender=auditor)
    chain.advance(DAY - 1)
    with refuses("registry: community frozen"):
        registry.create(ROOT, admin, "City", PROFILE, sender=admin)
    chain.advance(1)
    assert registry.create(ROOT, admin, "City", PROFILE, sender=admin) == 3


@pytest.mark.usefixtures("frozen")
def test_create_below_a_child_of_a_frozen_community(registry, child_admin):
    assert registry.create(CHILD, child_admin, "City", PROFILE, sender=child_admin) == 3


def test_create_a_root_reverts_for_an_admin(registry, admin, refuses):
    with refuses("registry: not secretariat"):
        registry.create(0, admin, "Root", PROFILE, sender=admin)


def test_create_reverts_for_the_admin_of_another_community(registry, child_admin, refuses):
    with refuses("registry: not secretariat"):
        registry.create(ROOT, child_admin, "City", PROFILE, sender=child_admin)


def test_create_reverts_for_a_manager(registry, manager, refuses):
    with refuses("registry: not secretariat"):
        registry.create(ROOT, manager, "City", PROFILE, sender=manager)


def test_create_reverts_for_governance_without_the_role(registry, governance, refuses):
    with refuses("registry: not secretariat"):
        registry.create(0, governance, "Root", PROFILE, sender=governance)


def test_create_reverts_without_an_admin(registry, secretariat, refuses):
    with refuses("registry: no admin"):
        registry.create(0, ZERO, "Root", PROFILE, sender=secretariat)


def test_create_reverts_without_a_name(registry, secretariat, admin, refuses):
    with refuses("registry: no name"):
        registry.create(0, admin, "", PROFILE, sender=secretariat)


def test_create_keeps_boundary_values_apart(registry, secretariat):
    name, profile = "n" * 64, b"\xff" * 32
    community = registry.create(ROOT, FULL, name, profile, sender=secretariat)
    assert registry.admin_of(community).lower() == FULL.lower()
    assert registry.parent_of(community) == ROOT
    assert registry.depth_of(community) == 2
    assert registry.frozen_until(community) == 0
    assert not registry.is_closed(community)
    assert registry.name_of(community) == name
    assert registry.profile_hash_of(community) == profile


def test_create_without_a_profile(registry, secretariat, admin):
    community = registry.create(0, admin, "Root", bytes(32), sender=secretariat)
    assert registry.profile_hash_of(community) == bytes(32)


def test_create_ends_at_the_last_number_that_fits(chain, authority, governance, secretariat, admin):
    registry = chain.deploy("RegistryHarness", authority.address, sender=governance)
    last = 2**31 - 1
    registry.put_community_count(last - 2, sender=admin)
    parent = registry.create(0, admin, "Parent", PROFILE, sender=secretariat)
    assert parent == last - 1
    child = registry.create(parent, admin, "Child", PROFILE, sender=admin)
    assert child == last
    assert (registry.parent_of(child), registry.depth_of(child)) == (parent, 2)
    # the largest parent number that could ever be stored
    with reverts("registry: too many communities", registry.community_count):
        registry.create(child, admin, "Grandchild", PROFILE, sender=admin)
