"""leave(community), remove_member(community, account, reason_hash)

leave
├── a member: gone, profile erased, event
├── an applicant: withdrawn, profile erased, its own event
├── a manager who is a member: stays a manager
├── also while frozen, also when closed
└── neither (also in an unknown community) -> revert
remove_member
├── a member by the admin: gone, profile erased, event; its management stays
├── an applicant: turned down, same event
├── also while frozen
├── neither -> revert
├── not the admin (a manager, governance) -> revert
├── closed -> revert
└── unknown community -> revert
"""

import pytest

from tests.unit.community_registry.conftest import PROFILE, REASON, ROOT, UNKNOWN


def test_leave_as_a_member(registry, member, event):
    receipt = registry.transact("leave", ROOT, sender=member)
    assert receipt.logs == [event("MemberLeft", community=ROOT, account=member)]
    assert not registry.is_member(ROOT, member)
    assert registry.member_profile(ROOT, member) == bytes(32)


def test_leave_as_an_applicant(registry, admin, applicant, event, refuses):
    receipt = registry.transact("leave", ROOT, sender=applicant)
    assert receipt.logs == [event("ApplicationWithdrawn", community=ROOT, account=applicant)]
    assert not registry.has_applied(ROOT, applicant)
    assert registry.member_profile(ROOT, applicant) == bytes(32)
    with refuses("registry: nobody has applied"):
        registry.approve_members(ROOT, [applicant], sender=admin)


def test_leave_keeps_management(registry, admin, member):
    registry.set_manager(ROOT, member, 255, "Host", sender=admin)
    registry.leave(ROOT, sender=member)
    assert registry.manager_level(ROOT, member) == 255
    assert registry.manager_title(ROOT, member) == "Host"


@pytest.mark.usefixtures("frozen")
def test_leave_while_frozen(registry, member):
    registry.leave(ROOT, sender=member)
    assert not registry.is_member(ROOT, member)


@pytest.mark.usefixtures("closed")
def test_leave_when_closed(registry, member):
    registry.leave(ROOT, sender=member)
    assert not registry.is_member(ROOT, member)


def test_leave_reverts_for_others(registry, manager, member, refuses):
    for community, sender in ((ROOT, manager), (UNKNOWN, member)):
        with refuses("registry: not a member"):
            registry.leave(community, sender=sender)


def test_remove_member_by_the_admin(registry, admin, member, event):
    registry.set_manager(ROOT, member, 1, "Host", sender=admin)
    receipt = registry.transact("remove_member", ROOT, member, REASON, sender=admin)
    assert receipt.logs == [
        event("MemberRemoved", community=ROOT, account=member, reason_hash=REASON)
    ]
    assert not registry.is_member(ROOT, member)
    assert registry.member_profile(ROOT, member) == bytes(32)
    assert registry.manager_level(ROOT, member) == 1


def test_remove_member_turns_an_application_down(registry, admin, applicant, event):
    receipt = registry.transact("remove_member", ROOT, applicant, REASON, sender=admin)
    assert receipt.logs == [
        event("MemberRemoved", community=ROOT, account=applicant, reason_hash=REASON)
    ]
    assert not registry.has_applied(ROOT, applicant)
    assert registry.member_profile(ROOT, applicant) == bytes(32)


@pytest.mark.usefixtures("frozen")
def test_remove_member_while_frozen(registry, admin, member):
    registry.remove_member(ROOT, member, REASON, sender=admin)
    assert not registry.is_member(ROOT, member)


def test_remove_member_reverts_for_a_stranger(registry, admin, manager, refuses):
    with refuses("registry: not a member"):
        registry.remove_member(ROOT, manager, REASON, sender=admin)


def test_remove_member_reverts_for_others(registry, manager, governance, member, refuses):
    for sender in (manager, governance):
        with refuses("registry: not admin"):
            registry.remove_member(ROOT, member, REASON, sender=sender)


@pytest.mark.usefixtures("closed")
def test_remove_member_reverts_when_closed(registry, admin, member, refuses):
    with refuses("registry: community closed"):
        registry.remove_member(ROOT, member, REASON, sender=admin)


def test_remove_member_reverts_for_an_unknown_community(registry, admin, member, refuses):
    with refuses("registry: no such community"):
        registry.remove_member(UNKNOWN, member, PROFILE, sender=admin)
