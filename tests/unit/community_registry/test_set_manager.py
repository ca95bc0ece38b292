"""set_manager(community, manager, level, title)

├── by the admin: level and title, event; in this community only
├── again: both are replaced
├── levels 1 and 255, with all the other bits of the person's word in use and kept
├── a member stays one, an applicant stays one
├── the admin may appoint itself
├── a title of 32 bytes, no title
├── level 0, 256, 257, 2**256 - 1 -> revert
├── the zero address -> revert
├── not the admin (a manager, governance) -> revert
├── frozen -> revert: no new hands during an inquiry
├── closed -> revert
└── unknown community -> revert
"""

import pytest

from tests.unit.community_registry.conftest import CHILD, PROFILE, ROOT, UNKNOWN

ZERO = "0x" + "00" * 20


def test_set_manager_by_the_admin(registry, admin, newcomer, event):
    receipt = registry.transact("set_manager", ROOT, newcomer, 2, "Secretary", sender=admin)
    assert receipt.logs == [
        event("ManagerSet", community=ROOT, manager=newcomer, level=2, title="Secretary")
    ]
    assert registry.manager_level(ROOT, newcomer) == 2
    assert registry.spender_level(ROOT, newcomer) == 2
    assert registry.manager_title(ROOT, newcomer) == "Secretary"
    assert not registry.is_member(ROOT, newcomer)
    assert registry.manager_level(CHILD, newcomer) == 0


def test_set_manager_again_replaces(registry, admin, manager):
    registry.set_manager(ROOT, manager, 9, "", sender=admin)
    assert registry.manager_level(ROOT, manager) == 9
    assert registry.manager_title(ROOT, manager) == ""


@pytest.mark.parametrize("level", [1, 255])
def test_set_manager_at_the_bounds_of_level_keeps_membership(
    registry, admin, member, applicant, level
):
    for person in (member, applicant):
        registry.set_manager(ROOT, person, level, "t" * 32, sender=admin)
        assert registry.manager_level(ROOT, person) == level
        assert registry.manager_title(ROOT, person) == "t" * 32
    assert registry.is_member(ROOT, member)
    assert not registry.has_applied(ROOT, member)
    assert registry.has_applied(ROOT, applicant)
    assert not registry.is_member(ROOT, applicant)
    assert registry.member_profile(ROOT, member) == PROFILE


def test_set_manager_the_admin_itself(registry, admin):
    registry.set_manager(ROOT, admin, 1, "President", sender=admin)
    assert registry.spender_level(ROOT, admin) == 1


@pytest.mark.parametrize("level", [0, 256, 257, 512, 2**256 - 1])
def test_set_manager_reverts_with_a_level_out_of_range(registry, admin, manager, level, refuses):
    with refuses("registry: bad level"):
        registry.set_manager(ROOT, manager, level, "Treasurer", sender=admin)


def test_set_manager_reverts_for_nobody(registry, admin, refuses):
    with refuses("registry: no manager"):
        registry.set_manager(ROOT, ZERO, 1, "Nobody", sender=admin)


def test_set_manager_reverts_for_others(registry, manager, governance, refuses):
    for sender in (manager, governance):
        with refuses("registry: not admin"):
            registry.set_manager(ROOT, sender, 1, "Usurper", sender=sender)


@pytest.mark.usefixtures("frozen")
def test_set_manager_reverts_while_frozen(registry, admin, manager, newcomer, refuses):
    for account in (manager, newcomer):
        with refuses("registry: community frozen"):
            registry.set_manager(ROOT, account, 1, "Accomplice", sender=admin)


@pytest.mark.usefixtures("closed")
def test_set_manager_reverts_when_closed(registry, admin, newcomer, refuses):
    with refuses("registry: community closed"):
        registry.set_manager(ROOT, newcomer, 1, "Late", sender=admin)


def test_set_manager_reverts_for_an_unknown_community(registry, admin, refuses):
    with refuses("registry: no such community"):
        registry.set_manager(UNKNOWN, admin, 1, "Ghost", sender=admin)
