"""apply(community, profile_hash)

├── by anybody: applied, profile kept, event; not a member yet
├── again: the profile is replaced
├── by a manager: it stays one
├── while frozen: possible
├── without a profile
├── by a member -> revert
├── after leaving: possible again
├── closed -> revert
└── unknown community -> revert
"""

import pytest

from tests.unit.community_registry.conftest import CHILD, PROFILE, ROOT, UNKNOWN

OTHER = b"\xff" * 32


def test_apply_waits_for_approval(registry, newcomer, event):
    receipt = registry.transact("apply", ROOT, OTHER, sender=newcomer)
    assert receipt.logs == [
        event("MembershipApplied", community=ROOT, account=newcomer, profile_hash=OTHER)
    ]
    assert registry.has_applied(ROOT, newcomer)
    assert not registry.is_member(ROOT, newcomer)
    assert registry.member_profile(ROOT, newcomer) == OTHER
    assert not registry.has_applied(CHILD, newcomer)


def test_apply_again_replaces_the_profile(registry, applicant):
    registry.apply(ROOT, OTHER, sender=applicant)
    assert registry.has_applied(ROOT, applicant)
    assert registry.member_profile(ROOT, applicant) == OTHER


def test_apply_by_a_manager(registry, manager):
    registry.apply(ROOT, PROFILE, sender=manager)
    assert registry.has_applied(ROOT, manager)
    assert registry.manager_level(ROOT, manager) == 3


@pytest.mark.usefixtures("frozen")
def test_apply_while_frozen(registry, newcomer):
    registry.apply(ROOT, PROFILE, sender=newcomer)
    assert registry.has_applied(ROOT, newcomer)


def test_apply_without_a_profile(registry, newcomer):
    registry.apply(ROOT, bytes(32), sender=newcomer)
    assert registry.has_applied(ROOT, newcomer)
    assert registry.member_profile(ROOT, newcomer) == bytes(32)


def test_apply_reverts_for_a_member(registry, member, refuses):
    with refuses("registry: already a member"):
        registry.apply(ROOT, OTHER, sender=member)


def test_apply_after_leaving(registry, member):
    registry.leave(ROOT, sender=member)
    registry.apply(ROOT, OTHER, sender=member)
    assert registry.has_applied(ROOT, member)
    assert not registry.is_member(ROOT, member)


@pytest.mark.usefixtures("closed")
def test_apply_reverts_when_closed(registry, newcomer, refuses):
    with refuses("registry: community closed"):
        registry.apply(ROOT, PROFILE, sender=newcomer)


def test_apply_reverts_for_an_unknown_community(registry, newcomer, refuses):
    for community in (0, UNKNOWN):
        with refuses("registry: no such community"):
            registry.apply(community, PROFILE, sender=newcomer)
