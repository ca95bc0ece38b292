"""accept_invitation(community, manager, deadline, profile_hash, signature), by whom and when

(what a signature must be: test_invitation_signature.py)

signed by
├── the admin, a manager of any level: a member, profile, nonce + 1, event
├── a manager for itself: a member and still a manager
├── anyone else (a member, the parent's admin, an official, the pending admin, zero) -> revert
├── a manager dismissed or resigned since -> revert; appointed again: valid again
├── the admin replaced since -> revert; its managers' invitations stay valid
└── a manager of another community only -> revert
accepted
├── in the second of the deadline; a second later -> revert; also after 2106, and without an end
├── by an applicant: the application is used up
├── by a member -> revert
├── by anybody but the invitee (the attack: a copied transaction) -> revert
└── by a contract
replay (PITFALLS 31)
├── at once, after leaving, after removal -> revert
├── unused, and the member was approved and removed since -> revert
├── unused, and the application was turned down since -> revert
├── two managers' invitations with one nonce: one of them only
├── unused, and the member was approved and left: still valid, until revoked
├── a new one after leaving or removal: valid
└── signed ahead for nonces to come: each in its turn, until its manager is dismissed
the community
├── frozen -> revert until the last second; closed, unknown -> revert
the nonce (PITFALLS 36)
├── survives every other change of the person's word, and changes nothing in it
├── is each community's own
└── at its bound nobody is invited, but removed and revoked
"""

import pytest
from eth_hash.auto import keccak

from cos.chain import compile_contract
from tests.unit.community_registry.conftest import CHILD, DAY, PROFILE, REASON, ROOT, UNKNOWN

ZERO = "0x" + "00" * 20
MAX_NONCE = 2**64 - 1


# --- signed by whom


@pytest.mark.parametrize("by", ["manager", "admin"])
def test_an_invitation_makes_a_member(chain, registry, newcomer, invitation, accept, event, by):
    receipt = accept(invitation, by)
    assert receipt.logs == [
        event(
            "InvitationAccepted",
            community=ROOT,
            account=newcomer,
            manager=chain.account(by),
            profile_hash=PROFILE,
        )
    ]
    assert registry.is_member(ROOT, newcomer)
    assert not registry.has_applied(ROOT, newcomer)
    assert registry.member_profile(ROOT, newcomer) == PROFILE
    assert registry.invitation_nonce(ROOT, newcomer) == 1
    assert registry.manager_level(ROOT, newcomer) == 0
    assert not registry.is_member(CHILD, newcomer)


def test_a_manager_of_the_lowest_level_invites(registry, admin, manager, invitation, accept):
    registry.set_manager(ROOT, manager, 255, "Host", sender=admin)
    accept(invitation)
    assert registry.is_member(ROOT, invitation.invitee)


def test_a_manager_invites_itself(registry, manager, invitation, accept):
    accept(invitation.but(invitee=manager))
    assert registry.is_member(ROOT, manager)
    assert registry.spender_level(ROOT, manager) == 3
    assert registry.manager_title(ROOT, manager) == "Treasurer"


@pytest.mark.parametrize(
    "by",
    ["member", "applicant", "newcomer", "child admin", "governance", "auditor", "secretariat"],
)
def test_others_do_not_invite(invitation, accept, refuses, by):
    with refuses("registry: not admin or manager"):
        accept(invitation, by)


def test_a_parents_admin_and_managers_do_not_invite(invitation, accept, refuses):
    for by in ("admin", "manager"):
        with refuses("registry: not admin or manager"):
            accept(invitation.but(community=CHILD), by)


def test_the_pending_admin_does_not_invite(registry, admin, attacker, invitation, accept, refuses):
    registry.transfer_admin(ROOT, attacker, sender=admin)
    with refuses("registry: not admin or manager"):
        accept(invitation, "attacker")


@pytest.mark.parametrize("signature", [b"", bytes(65), b"\xff" * 65])
def test_nobody_is_invited_by_the_zero_address(invitation, accept, refuses, signature):
    with refuses("registry: not admin or manager"):
        accept(invitation, signature=signature, manager=ZERO)


@pytest.mark.parametrize("how", ["dismissed", "resigned"])
def test_a_former_manager_does_not_invite(
    registry, admin, manager, invitation, accept, refuses, how
):
    if how == "dismissed":
        registry.remove_manager(ROOT, manager, sender=admin)
    else:
        registry.resign_manager(ROOT, sender=manager)
    with refuses("registry: not admin or manager"):
        accept(invitation)
    registry.set_manager(ROOT, manager, 9, "Host", sender=admin)
    accept(invitation)
    assert registry.is_member(ROOT, invitation.invitee)


def test_a_replaced_admin_does_not_invite(
    chain, registry, governance, attacker, invitation, accept, refuses
):
    registry.replace_admin(ROOT, attacker, sender=governance)
    with refuses("registry: not admin or manager"):
        accept(invitation, "admin")
    with chain.anchor():
        accept(invitation, "attacker")
    accept(invitation, "manager")
    assert registry.is_member(ROOT, invitation.invitee)


# --- accepted when, by whom


@pytest.mark.parametrize("deadline", [1_700_000_000, 1_700_000_000 + DAY, 2**32 + 5])
def test_an_invitation_is_valid_until_its_deadline(
    chain, registry, invitation, accept, refuses, deadline
):
    last = invitation.but(deadline=deadline)
    with chain.anchor():
        chain.warp(deadline + 1)
        with refuses("registry: invitation expired"):
            accept(last)
    chain.warp(deadline)
    accept(last)
    assert registry.is_member(ROOT, last.invitee)


def test_an_invitation_may_be_without_an_end(chain, registry, invitation, accept):
    chain.warp(2**40)
    accept(invitation.but(deadline=2**256 - 1))
    assert registry.is_member(ROOT, invitation.invitee)


def test_an_invitation_long_expired_is_refused(invitation, accept, refuses):
    for deadline in (0, 1_700_000_000 - 1):
        with refuses("registry: invitation expired"):
            accept(invitation.but(deadline=deadline))


def test_an_invitation_uses_an_application_up(
    registry, admin, applicant, invitation, accept, refuses
):
    registry.update_profile(ROOT, REASON, sender=applicant)
    accept(invitation.but(invitee=applicant))
    assert registry.is_member(ROOT, applicant)
    assert not registry.has_applied(ROOT, applicant)
    assert registry.member_profile(ROOT, applicant) == PROFILE
    with refuses("registry: nobody has applied"):
        registry.approve_members(ROOT, [applicant], sender=admin)


def test_a_member_is_refused(registry, member, invitation, accept, refuses):
    with refuses("registry: already a member"):
        accept(invitation.but(invitee=member))
    assert registry.invitation_nonce(ROOT, member) == 0


def test_a_copied_invitation_is_refused(registry, attacker, invitation, accept, refuses):
    with refuses("registry: invalid signature"):
        accept(invitation, sender=attacker)
    accept(invitation)
    with refuses("registry: invalid signature"):
        accept(invitation, sender=attacker)


def test_a_contract_accepts(chain, registry, manager, invitation):
    wallet = chain.deploy("SharedWallet", [manager], 1, sender=manager)
    own = invitation.but(invitee=wallet.address)
    signature = bytes(own.sign(chain.signer("manager")).signature)
    arguments = [ROOT, manager, own.deadline, PROFILE, signature]
    data = registry.abi.functions["accept_invitation"].encode(arguments)
    wallet.execute(registry.address, data, sender=manager)
    assert registry.is_member(ROOT, wallet.address)


# --- replay


def test_an_invitation_is_not_accepted_twice(invitation, accept, refuses):
    accept(invitation)
    with refuses("registry: already a member"):
        accept(invitation)


def test_an_invitation_is_not_accepted_again_after_leaving(
    registry, newcomer, invitation, accept, refuses
):
    accept(invitation)
    registry.leave(ROOT, sender=newcomer)
    with refuses("registry: invalid signature"):
        accept(invitation)
    accept(invitation.but(nonce=1))
    assert registry.is_member(ROOT, newcomer)
    assert registry.invitation_nonce(ROOT, newcomer) == 2


def test_an_invitation_is_not_accepted_again_after_removal(
    registry, admin, newcomer, invitation, accept, refuses
):
    accept(invitation)
    registry.remove_member(ROOT, newcomer, REASON, sender=admin)
    assert registry.invitation_nonce(ROOT, newcomer) == 2
    for nonce in (0, 1):  # also one that was signed while it was a member
        with refuses("registry: invalid signature"):
            accept(invitation.but(nonce=nonce))
    accept(invitation.but(nonce=2))
    assert registry.is_member(ROOT, newcomer)


def test_a_removed_member_does_not_come_back_by_an_old_invitation(
    registry, admin, manager, newcomer, invitation, accept, refuses
):
    registry.apply(ROOT, PROFILE, sender=newcomer)
    registry.approve_members(ROOT, [newcomer], sender=manager)
    registry.remove_member(ROOT, newcomer, REASON, sender=admin)
    with refuses("registry: invalid signature"):
        accept(invitation)


def test_whoever_is_turned_down_does_not_get_in_by_an_old_invitation(
    registry, admin, applicant, invitation, accept, refuses
):
    registry.remove_member(ROOT, applicant, REASON, sender=admin)
    with refuses("registry: invalid signature"):
        accept(invitation.but(invitee=applicant))


def test_of_two_invitations_with_one_nonce_one_is_accepted(
    registry, newcomer, invitation, accept, refuses
):
    accept(invitation, "admin")
    registry.leave(ROOT, sender=newcomer)
    with refuses("registry: invalid signature"):
        accept(invitation, "manager")


def test_leaving_does_not_void_an_unused_invitation(
    chain, registry, manager, newcomer, invitation, accept, refuses
):
    registry.apply(ROOT, PROFILE, sender=newcomer)
    registry.approve_members(ROOT, [newcomer], sender=manager)
    registry.leave(ROOT, sender=newcomer)
    with chain.anchor():
        accept(invitation)
        assert registry.is_member(ROOT, newcomer)
    registry.revoke_invitations(ROOT, newcomer, sender=manager)
    with refuses("registry: invalid signature"):
        accept(invitation)


def test_what_a_manager_signs_ahead_is_void_once_it_is_dismissed(
    registry, admin, manager, newcomer, invitation, accept, refuses
):
    """An accomplice with a stack of invitations: removing it takes dismissing the manager, too."""
    for nonce in (1, 2, 4):
        with refuses("registry: invalid signature"):
            accept(invitation.but(nonce=nonce))
    accept(invitation)
    registry.remove_member(ROOT, newcomer, REASON, sender=admin)
    accept(invitation.but(nonce=2))
    registry.remove_member(ROOT, newcomer, REASON, sender=admin)
    registry.remove_manager(ROOT, manager, sender=admin)
    with refuses("registry: not admin or manager"):
        accept(invitation.but(nonce=4))


# --- the community


def test_a_frozen_community_takes_nobody_in(chain, registry, auditor, invitation, accept, refuses):
    later = invitation.but(deadline=chain.timestamp + 5 * DAY)
    registry.freeze(ROOT, REASON, DAY, sender=auditor)
    for seconds in (0, DAY - 1):
        chain.advance(seconds)
        for by in ("manager", "admin"):
            with refuses("registry: community frozen"):
                accept(later, by)
    chain.advance(1)
    accept(later)
    assert registry.is_member(ROOT, later.invitee)


@pytest.mark.usefixtures("closed")
def test_a_closed_community_takes_nobody_in(invitation, accept, refuses):
    for by in ("manager", "admin"):
        with refuses("registry: community closed"):
            accept(invitation, by)


@pytest.mark.parametrize("community", [0, UNKNOWN, 2**256 - 1])
def test_an_unknown_community_takes_nobody_in(invitation, accept, refuses, community):
    with refuses("registry: no such community"):
        accept(invitation.but(community=community))


# --- the nonce


def test_the_nonce_survives_everything_else(
    registry, admin, manager, child_admin, newcomer, invitation, accept
):
    registry.revoke_invitations(ROOT, newcomer, sender=manager)
    accept(invitation.but(nonce=1))

    def is_now(level: int, applied: bool, member: bool) -> None:
        assert registry.invitation_nonce(ROOT, newcomer) == 2
        assert registry.invitation_nonce(CHILD, newcomer) == 0
        assert registry.manager_level(ROOT, newcomer) == level
        assert registry.has_applied(ROOT, newcomer) is applied
        assert registry.is_member(ROOT, newcomer) is member

    is_now(0, False, True)
    registry.set_manager(ROOT, newcomer, 255, "Host", sender=admin)
    is_now(255, False, True)
    registry.leave(ROOT, sender=newcomer)
    is_now(255, False, False)
    registry.apply(ROOT, PROFILE, sender=newcomer)
    is_now(255, True, False)
    registry.set_manager(ROOT, newcomer, 1, "Host", sender=admin)
    is_now(1, True, False)
    registry.approve_members(ROOT, [newcomer], sender=manager)
    is_now(1, False, True)
    registry.remove_manager(ROOT, newcomer, sender=admin)
    is_now(0, False, True)
    registry.set_manager(ROOT, newcomer, 254, "Host", sender=admin)
    registry.resign_manager(ROOT, sender=newcomer)
    is_now(0, False, True)
    registry.leave(ROOT, sender=newcomer)
    registry.set_manager(ROOT, newcomer, 254, "Host", sender=admin)
    accept(invitation.but(nonce=2))
    assert registry.manager_level(ROOT, newcomer) == 254
    registry.remove_member(ROOT, newcomer, REASON, sender=admin)
    assert registry.manager_level(ROOT, newcomer) == 254
    assert registry.invitation_nonce(ROOT, newcomer) == 4


def test_the_nonce_is_each_communitys_own(
    registry, admin, child_admin, newcomer, invitation, accept
):
    registry.revoke_invitations(ROOT, newcomer, sender=admin)
    accept(invitation.but(community=CHILD), "child admin")
    assert registry.invitation_nonce(CHILD, newcomer) == 1
    accept(invitation.but(nonce=1))
    assert registry.invitation_nonce(ROOT, newcomer) == 2


def place_nonce(chain, registry, person, nonce, level):
    """A person's word in the root as 2^64 - 1 calls would leave it."""
    layout = compile_contract("CommunityRegistry").storage_layout["storage_layout"]
    slot = layout["people"]["slot"]
    for key in (ROOT, int(person, 16)):
        slot = int.from_bytes(keccak(slot.to_bytes(32, "big") + key.to_bytes(32, "big")), "big")
    word = level | nonce << 10
    chain.backend._evm.insert_account_storage(registry.address, slot, word)
    assert registry.invitation_nonce(ROOT, person) == nonce


@pytest.mark.parametrize("nonce", [2**32, 2**64 - 2])
def test_large_nonces_touch_nothing_else(
    chain, registry, admin, newcomer, invitation, accept, nonce
):
    place_nonce(chain, registry, newcomer, nonce, 255)
    accept(invitation.but(nonce=nonce))
    assert registry.invitation_nonce(ROOT, newcomer) == nonce + 1
    assert registry.manager_level(ROOT, newcomer) == 255
    assert registry.is_member(ROOT, newcomer)
    assert not registry.has_applied(ROOT, newcomer)


def test_at_the_bound_nobody_is_invited_but_removed(
    chain, registry, admin, newcomer, invitation, accept, refuses, event
):
    place_nonce(chain, registry, newcomer, MAX_NONCE, 255)
    with refuses("registry: too many invitations"):
        accept(invitation.but(nonce=MAX_NONCE))
    receipt = registry.transact("revoke_invitations", ROOT, newcomer, sender=admin)
    assert receipt.logs == [
        event("InvitationsRevoked", community=ROOT, account=newcomer, by=admin, nonce=MAX_NONCE)
    ]
    registry.apply(ROOT, PROFILE, sender=newcomer)
    registry.approve_members(ROOT, [newcomer], sender=admin)
    registry.remove_member(ROOT, newcomer, REASON, sender=admin)
    assert registry.invitation_nonce(ROOT, newcomer) == MAX_NONCE
    assert registry.manager_level(ROOT, newcomer) == 255
    assert not registry.is_member(ROOT, newcomer)
    assert not registry.has_applied(ROOT, newcomer)
