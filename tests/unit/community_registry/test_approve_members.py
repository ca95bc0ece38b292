"""approve_members(community, accounts) -> approved

├── by the admin: a member, no applicant any more, event
├── by a manager of any level
├── a manager who applied: it stays a manager
├── a list: passes over who has not applied, who is a member, and repetitions
│   └── an applicant who withdraws in time does not void the list (the attack)
├── nobody of the list has applied, or no list -> revert
├── the application was to another community -> revert
├── 256 accounts; 257 are refused by the ABI
├── by a member, governance, the parent's admin -> revert
├── frozen -> revert
├── closed -> revert
└── unknown community -> revert
"""

import pytest

from cos.chain import Revert
from tests.unit.community_registry.conftest import CHILD, PROFILE, ROOT, UNKNOWN


def test_approve_members_by_the_admin(registry, admin, applicant, event):
    receipt = registry.transact("approve_members", ROOT, [applicant], sender=admin)
    assert receipt.value == 1
    assert receipt.logs == [event("MemberApproved", community=ROOT, account=applicant, by=admin)]
    assert registry.is_member(ROOT, applicant)
    assert not registry.has_applied(ROOT, applicant)
    assert registry.member_profile(ROOT, applicant) == PROFILE


def test_approve_members_by_a_manager_of_the_lowest_level(registry, admin, manager, applicant):
    registry.set_manager(ROOT, manager, 255, "Host", sender=admin)
    assert registry.approve_members(ROOT, [applicant], sender=manager) == 1
    assert registry.is_member(ROOT, applicant)


def test_approve_members_keeps_a_managers_level(registry, admin, manager):
    registry.set_manager(ROOT, manager, 255, "Host", sender=admin)
    registry.apply(ROOT, PROFILE, sender=manager)
    registry.approve_members(ROOT, [manager], sender=admin)
    assert registry.manager_level(ROOT, manager) == 255
    assert registry.is_member(ROOT, manager)


def test_approve_members_passes_over_who_has_not_applied(
    registry, admin, member, applicant, newcomer, attacker, event
):
    registry.apply(ROOT, PROFILE, sender=attacker)
    registry.apply(ROOT, PROFILE, sender=newcomer)
    registry.leave(ROOT, sender=attacker)
    receipt = registry.transact(
        "approve_members", ROOT, [attacker, applicant, member, applicant, newcomer], sender=admin
    )
    assert receipt.value == 2
    assert receipt.logs == [
        event("MemberApproved", community=ROOT, account=account, by=admin)
        for account in (applicant, newcomer)
    ]
    assert not registry.is_member(ROOT, attacker)


def test_approve_members_reverts_when_nobody_has_applied(
    registry, admin, member, newcomer, refuses
):
    for accounts in ([], [newcomer], [member, newcomer]):
        with refuses("registry: nobody has applied"):
            registry.approve_members(ROOT, accounts, sender=admin)


def test_approve_members_reverts_for_an_application_elsewhere(
    registry, child_admin, applicant, refuses
):
    with refuses("registry: nobody has applied"):
        registry.approve_members(CHILD, [applicant], sender=child_admin)


def test_approve_members_takes_256_accounts(chain, registry, admin):
    people = [chain.account(f"person {number}") for number in range(256)]
    for person in people:
        registry.apply(CHILD, PROFILE, sender=person)
        registry.apply(ROOT, PROFILE, sender=person)
    assert registry.approve_members(ROOT, people, sender=admin) == 256
    assert all(registry.is_member(ROOT, person) for person in people)
    assert not any(registry.is_member(CHILD, person) for person in people)


def test_approve_members_refuses_257_accounts(registry, admin, applicant, state):
    before = state()
    with pytest.raises((Revert, ValueError)):
        registry.approve_members(ROOT, [applicant] * 257, sender=admin)
    assert state() == before


def test_approve_members_reverts_for_others(
    registry, member, governance, admin, applicant, refuses
):
    for community, sender in ((ROOT, member), (ROOT, governance), (CHILD, admin)):
        with refuses("registry: not admin or manager"):
            registry.approve_members(community, [applicant], sender=sender)


@pytest.mark.usefixtures("frozen")
def test_approve_members_reverts_while_frozen(registry, admin, manager, applicant, refuses):
    for sender in (admin, manager):
        with refuses("registry: community frozen"):
            registry.approve_members(ROOT, [applicant], sender=sender)


@pytest.mark.usefixtures("closed")
def test_approve_members_reverts_when_closed(registry, admin, applicant, refuses):
    with refuses("registry: community closed"):
        registry.approve_members(ROOT, [applicant], sender=admin)


def test_approve_members_reverts_for_an_unknown_community(registry, admin, applicant, refuses):
    with refuses("registry: no such community"):
        registry.approve_members(UNKNOWN, [applicant], sender=admin)
