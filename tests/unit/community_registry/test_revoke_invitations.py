"""revoke_invitations(community, invitee)

├── by the admin, by any manager: nonce + 1, event; what was signed is void, whoever signed it
├── what is signed afterwards is valid
├── again and again, for someone who was never invited
├── of a member: it stays one; of an applicant: it stays one; its management stays
├── in another community nothing changes
├── by others (a member, the invitee, governance, the parent's admin, a former manager) -> revert
├── also while frozen
├── closed -> revert
└── unknown community -> revert
"""

import pytest

from tests.unit.community_registry.conftest import CHILD, PROFILE, ROOT, UNKNOWN


@pytest.mark.parametrize("by", ["admin", "manager"])
@pytest.mark.parametrize("signer", ["admin", "manager"])
def test_revoke_invitations_voids_what_was_signed(
    chain, registry, newcomer, invitation, accept, event, refuses, by, signer
):
    sender = chain.account(by)
    receipt = registry.transact("revoke_invitations", ROOT, newcomer, sender=sender)
    assert receipt.logs == [
        event("InvitationsRevoked", community=ROOT, account=newcomer, by=sender, nonce=1)
    ]
    assert registry.invitation_nonce(ROOT, newcomer) == 1
    assert not registry.is_member(ROOT, newcomer)
    with refuses("registry: invalid signature"):
        accept(invitation, signer)
    accept(invitation.but(nonce=1), signer)
    assert registry.is_member(ROOT, newcomer)


def test_revoke_invitations_again_and_again(registry, manager, newcomer):
    for nonce in range(1, 6):
        registry.revoke_invitations(ROOT, newcomer, sender=manager)
        assert registry.invitation_nonce(ROOT, newcomer) == nonce


def test_revoke_invitations_leaves_the_person_as_it_is(registry, admin, manager, member, applicant):
    for person in (member, applicant, manager):
        registry.revoke_invitations(ROOT, person, sender=admin)
        assert registry.invitation_nonce(ROOT, person) == 1
    assert registry.is_member(ROOT, member)
    assert registry.member_profile(ROOT, member) == PROFILE
    assert registry.has_applied(ROOT, applicant)
    assert registry.spender_level(ROOT, manager) == 3


def test_revoke_invitations_changes_nothing_elsewhere(
    registry, manager, newcomer, invitation, accept
):
    registry.revoke_invitations(ROOT, newcomer, sender=manager)
    assert registry.invitation_nonce(CHILD, newcomer) == 0
    accept(invitation.but(community=CHILD), "child admin")
    assert registry.is_member(CHILD, newcomer)


def test_revoke_invitations_reverts_for_others(
    registry, admin, manager, member, newcomer, governance, refuses
):
    cases = [(ROOT, sender) for sender in (member, newcomer, governance)]
    for community, sender in (*cases, (CHILD, admin), (CHILD, manager)):
        with refuses("registry: not admin or manager"):
            registry.revoke_invitations(community, newcomer, sender=sender)
    registry.remove_manager(ROOT, manager, sender=admin)
    with refuses("registry: not admin or manager"):
        registry.revoke_invitations(ROOT, newcomer, sender=manager)


@pytest.mark.usefixtures("frozen")
def test_revoke_invitations_while_frozen(registry, admin, manager, newcomer):
    for nonce, sender in enumerate((admin, manager), start=1):
        registry.revoke_invitations(ROOT, newcomer, sender=sender)
        assert registry.invitation_nonce(ROOT, newcomer) == nonce


@pytest.mark.usefixtures("closed")
def test_revoke_invitations_reverts_when_closed(registry, admin, manager, newcomer, refuses):
    for sender in (admin, manager):
        with refuses("registry: community closed"):
            registry.revoke_invitations(ROOT, newcomer, sender=sender)


def test_revoke_invitations_reverts_for_an_unknown_community(registry, admin, newcomer, refuses):
    with refuses("registry: no such community"):
        registry.revoke_invitations(UNKNOWN, newcomer, sender=admin)
