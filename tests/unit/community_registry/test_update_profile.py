"""update_profile(community, profile_hash)

├── by a member, by an applicant: replaced, event, status as before
├── to none: the zero hash
├── also while frozen, also when closed
└── by anyone else (a manager who is no member, in an unknown community) -> revert
"""

import pytest

from tests.unit.community_registry.conftest import REASON, ROOT, UNKNOWN

NEW = b"\xff" * 32


@pytest.mark.parametrize("role", ["member", "applicant"])
def test_update_profile(chain, registry, event, role):
    person = chain.account(role)
    receipt = registry.transact("update_profile", ROOT, NEW, sender=person)
    assert receipt.logs == [
        event("ProfileUpdated", community=ROOT, account=person, profile_hash=NEW)
    ]
    assert registry.member_profile(ROOT, person) == NEW
    assert registry.is_member(ROOT, person) == (role == "member")
    assert registry.has_applied(ROOT, person) == (role == "applicant")


def test_update_profile_to_none(registry, member):
    registry.update_profile(ROOT, bytes(32), sender=member)
    assert registry.member_profile(ROOT, member) == bytes(32)
    assert registry.is_member(ROOT, member)


@pytest.mark.usefixtures("frozen")
def test_update_profile_while_frozen(registry, member):
    registry.update_profile(ROOT, NEW, sender=member)
    assert registry.member_profile(ROOT, member) == NEW


def test_update_profile_when_closed(registry, admin, member):
    registry.close(ROOT, REASON, sender=admin)
    registry.update_profile(ROOT, NEW, sender=member)
    assert registry.member_profile(ROOT, member) == NEW


def test_update_profile_reverts_for_others(registry, manager, member, refuses):
    for community, sender in ((ROOT, manager), (UNKNOWN, member)):
        with refuses("registry: not a member"):
            registry.update_profile(community, NEW, sender=sender)
