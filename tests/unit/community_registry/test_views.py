"""spender_level, admin_of_open, and the plain views

spender_level(community, account)
├── a manager's level
├── not a manager (the admin, a member, a manager of the parent) -> revert
├── frozen -> revert, at t - 1; again at t and t + 1 of its end
├── a freeze of the parent does not count
├── closed -> revert, even if frozen too
└── unknown community (also 0 and the largest number) -> revert
admin_of_open(community)
├── the admin
├── frozen, closed, unknown -> revert
the others
├── of an unknown community: those that tell of a community revert
└── of an unknown community: those that tell of a person say no
"""

import pytest

from tests.unit.community_registry.conftest import CHILD, DAY, REASON, ROOT, UNKNOWN


def test_spender_level_of_a_manager(registry, manager):
    assert registry.spender_level(ROOT, manager) == 3


def test_spender_level_reverts_for_others(registry, admin, member, manager, refuses):
    for community, account in ((ROOT, admin), (ROOT, member), (CHILD, manager)):
        with refuses("registry: not a manager"):
            registry.spender_level(community, account)


def test_spender_level_at_the_end_of_a_freeze(chain, registry, auditor, manager, refuses):
    registry.freeze(ROOT, REASON, DAY, sender=auditor)
    until = registry.frozen_until(ROOT)
    for second in (chain.timestamp, until - 1):
        chain.warp(second)
        with refuses("registry: community frozen"):
            registry.spender_level(ROOT, manager)
    for second in (until, until + 1):
        chain.warp(second)
        assert registry.spender_level(ROOT, manager) == 3


@pytest.mark.usefixtures("frozen")
def test_spender_level_ignores_a_freeze_of_the_parent(registry, child_admin, manager):
    registry.set_manager(CHILD, manager, 7, "Host", sender=child_admin)
    assert registry.spender_level(CHILD, manager) == 7
    assert registry.admin_of_open(CHILD) == child_admin


@pytest.mark.usefixtures("frozen")
def test_spender_level_reverts_when_closed(registry, governance, manager, refuses):
    registry.close(ROOT, REASON, sender=governance)
    with refuses("registry: community closed"):
        registry.spender_level(ROOT, manager)
    with refuses("registry: community closed"):
        registry.admin_of_open(ROOT)


@pytest.mark.parametrize("community", [0, UNKNOWN, 2**256 - 1])
def test_spender_level_reverts_for_an_unknown_community(registry, manager, community, refuses):
    with refuses("registry: no such community"):
        registry.spender_level(community, manager)


def test_admin_of_open(registry, admin, child_admin):
    assert registry.admin_of_open(ROOT) == admin
    assert registry.admin_of_open(CHILD) == child_admin


@pytest.mark.usefixtures("frozen")
def test_admin_of_open_reverts_while_frozen(registry, refuses):
    with refuses("registry: community frozen"):
        registry.admin_of_open(ROOT)


def test_admin_of_open_reverts_for_an_unknown_community(registry, refuses):
    with refuses("registry: no such community"):
        registry.admin_of_open(UNKNOWN)


@pytest.mark.parametrize(
    "view",
    ["parent_of", "admin_of", "depth_of", "is_closed", "is_frozen", "frozen_until", "clock_of"],
)
@pytest.mark.parametrize("community", [0, UNKNOWN])
def test_views_of_an_unknown_community_revert(registry, refuses, view, community):
    with refuses("registry: no such community"):
        registry.call(view, community)


def test_views_of_persons_say_no_for_an_unknown_community(registry, admin):
    assert registry.manager_level(UNKNOWN, admin) == 0
    assert registry.manager_title(UNKNOWN, admin) == ""
    assert registry.is_member(UNKNOWN, admin) is False
    assert registry.has_applied(UNKNOWN, admin) is False
    assert registry.member_profile(UNKNOWN, admin) == bytes(32)
    assert registry.name_of(UNKNOWN) == ""
    assert registry.profile_hash_of(UNKNOWN) == bytes(32)
    assert registry.pending_admin_of(UNKNOWN) == "0x" + "00" * 20
