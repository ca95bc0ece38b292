"""Rules of the contribution machine for people, communities and freezes: everything that the
registry does, in the middle of grants and drops."""

from __future__ import annotations

from eth_account import Account

from cos.chain.accounts import key_of
from tests.contribution_loop import DAY, POOL
from tests.invitations import Invitation
from tests.models.community_registry import (
    FREEZE_PAUSE_SECONDS,
    MAX_EXTENSION_SECONDS,
    MAX_FREEZE_SECONDS,
    SignedInvitation,
)
from tests.stateful import draws as st
from tests.stateful.contribution_actions import NO_HASH, REASON
from tests.stateful.contribution_choices import ContributionChoices
from tests.stateful.draws import action

MAX_COMMUNITIES = 13
KEPT_INVITATIONS = 12

PICK = st.integers(0, 10**6)
RARELY = st.integers(0, 19).map(lambda n: n == 19)


class RegistryRules(ContributionChoices):
    """`pick` chooses; `is_wild` any community, `is_stranger` any sender."""

    def __init__(self) -> None:
        super().__init__()
        self.invitations: list[SignedInvitation] = []

    def anybody(self, pick: int) -> str:
        actors = [*self.people, *self.officials]
        return actors[pick % len(actors)]

    def right_sender(self, right: str, pick: int, is_stranger: bool) -> str:
        return self.anybody(pick // 11) if is_stranger else right

    # --- managers and admins

    @action(
        pick=PICK,
        level=st.sampled_from([1, 1, 2, 2, 3, 255]),
        fault=st.integers(0, 30),
        is_wild=RARELY,
        is_stranger=RARELY,
    )
    def appoints(self, pick: int, level: int, fault: int, is_wild: bool, is_stranger: bool) -> None:
        community = self.community(pick, is_wild)
        sender = self.right_sender(self.admin_of(community), pick, is_stranger)
        manager = POOL if fault == 30 else self.person(pick // 7)
        level = {28: 0, 29: 256}.get(fault, level)
        self.on_registry("set_manager", sender, community, manager, level, f"manager {level}")

    @action(pick=PICK, resigns=st.booleans(), is_wild=RARELY, is_stranger=RARELY)
    def dismisses(self, pick: int, resigns: bool, is_wild: bool, is_stranger: bool) -> None:
        """One of several, or nobody would grant anything any more."""
        staffed = [n for n, c in self.registry_model.communities.items() if len(c.levels) > 2]
        if not staffed and not is_wild:
            return
        community = self.community(pick, True) if is_wild else staffed[pick % len(staffed)]
        known = self.registry_model.communities.get(community)
        managers = sorted(known.levels) if known and known.levels else self.people
        manager = managers[pick % len(managers)]
        if resigns:
            sender = self.right_sender(manager, pick, is_stranger)
            self.on_registry("resign_manager", sender, community)
        else:
            sender = self.right_sender(self.admin_of(community), pick, is_stranger)
            self.on_registry("remove_manager", sender, community, manager)

    @action(
        weight=3,
        pick=PICK,
        kind=st.sampled_from(["offer", "offer", "accept", "accept", "accept", "replace"]),
        is_wild=RARELY,
        is_stranger=RARELY,
    )
    def hands_over(self, pick: int, kind: str, is_wild: bool, is_stranger: bool) -> None:
        community = self.community(pick, is_wild)
        states = self.registry_model.communities
        new = POOL if pick % 23 == 22 else self.person(pick // 7)
        if kind == "offer":
            sender = self.right_sender(self.admin_of(community), pick, is_stranger)
            if self.on_registry("transfer_admin", sender, community, new) and pick % 3 == 1:
                self.on_registry("accept_admin", new, community)
        elif kind == "accept":
            offered = [n for n, c in states.items() if c.pending_admin != POOL]
            offered = [n for n in offered if is_wild or self.is_active(n)]
            if offered or is_stranger:
                community = offered[pick % len(offered)] if offered else community
                pending = states[community].pending_admin if community in states else POOL
                sender = self.anybody(pick) if is_stranger or pending == POOL else pending
                self.on_registry("accept_admin", sender, community)
        else:
            sender = self.right_sender(self.governance, pick, is_stranger)
            self.on_registry("replace_admin", sender, community, new)

    # --- members

    @action(
        weight=8,
        pick=PICK,
        how=st.sampled_from(["both", "both", "both", "apply", "approve"]),
        is_wild=RARELY,
        is_stranger=RARELY,
    )
    def joins(self, pick: int, how: str, is_wild: bool, is_stranger: bool) -> None:
        community = self.community(pick, is_wild)
        state = self.registry_model.communities.get(community)
        members = state.members if state else set()
        newcomers = [p for p in self.people if p not in members or is_stranger][: 1 + pick % 4]
        if how != "approve":
            for newcomer in newcomers:
                self.on_registry("apply", newcomer, community, REASON)
        if how != "apply":
            asking = sorted(state.applicants) if state else []
            managers = self.managers(community) if state else []
            seniors = [self.admin_of(community), *managers]
            sender = self.right_sender(seniors[pick % len(seniors)], pick, is_stranger)
            if asking or is_wild:
                accounts = [*asking, self.person(pick)]
                self.on_registry("approve_members", sender, community, accounts)

    @action(
        weight=3,
        pick=PICK,
        flaw=st.sampled_from([None] * 12 + ["late", "nonce", "signer", "other", "again", "wild"]),
        is_kept=st.booleans(),
    )
    def invites(self, pick: int, flaw: str | None, is_kept: bool) -> None:
        """Signed now; accepted now or later."""
        community = self.community(pick, flaw == "wild")
        state = self.registry_model.communities.get(community)
        outside = [p for p in self.people if not state or p not in state.members]
        if not outside:
            return
        seniors = [self.admin_of(community), *(self.managers(community) if state else [])]
        invitee = outside[pick % len(outside)]
        signer = self.anybody(pick // 3) if flaw == "signer" else seniors[pick % len(seniors)]
        nonce = self.registry_model.invitation_nonce(community, invitee) + (flaw == "nonce")
        deadline = self.clock.now + (-1 if flaw == "late" else pick % (60 * DAY))
        signed = SignedInvitation(signer, community, invitee, nonce, deadline)
        self.invitations = [*self.invitations, signed][-KEPT_INVITATIONS:]
        if not is_kept:
            person = self.person(pick // 5) if flaw == "other" else invitee
            self.present(signed, person)
            if flaw == "again":
                self.present(signed, person)

    @action(weight=3, pick=PICK, is_revoked=st.integers(0, 5).map(lambda n: n == 5))
    def accepts(self, pick: int, is_revoked: bool) -> None:
        """An invitation of earlier, whatever has happened since; or it is revoked."""
        if self.invitations:
            signed = self.invitations[pick % len(self.invitations)]
            if is_revoked:
                sender = self.right_sender(signed.signer, pick, pick % 4 == 3)
                args = (signed.community, signed.invitee)
                self.on_registry("revoke_invitations", sender, *args)
            else:
                self.present(signed, signed.invitee)

    def present(self, signed: SignedInvitation, sender: str) -> None:
        typed = Invitation(self.registry.address, *signed[1:], chain_id=self.chain.chain_id)
        signature = bytes(typed.sign(Account.from_key(key_of(signed.signer))).signature)
        args = (signed.community, signed.signer, signed.deadline, REASON)
        self.call_with(
            "accept_invitation",
            lambda: self.registry.transact("accept_invitation", *args, signature, sender=sender),
            lambda: self.registry_model.accept_invitation(sender, *args, signed),
        )

    @action(
        pick=PICK,
        kind=st.sampled_from(["leave", "remove", "profile", "community profile"]),
        is_wild=RARELY,
        is_stranger=RARELY,
    )
    def leaves_or_changes(self, pick: int, kind: str, is_wild: bool, is_stranger: bool) -> None:
        community = self.community(pick, is_wild)
        state = self.registry_model.communities.get(community)
        admin = self.right_sender(self.admin_of(community), pick, is_stranger)
        inside = sorted(state.profiles) if state else []
        person = inside[pick % len(inside)] if inside else self.person(pick)
        if kind == "community profile":
            self.on_registry("update_community_profile", admin, community, REASON)
        elif inside or is_wild:
            myself = self.right_sender(person, pick, is_stranger)
            if kind == "remove":
                self.on_registry("remove_member", admin, community, person, REASON)
            elif kind == "leave":
                self.on_registry("leave", myself, community)
            else:
                self.on_registry("update_profile", myself, community, NO_HASH)

    # --- communities

    @action(
        pick=PICK,
        kind=st.sampled_from(["deepest", "deepest", "child", "root"]),
        is_stranger=RARELY,
        fault=st.integers(0, 20),
    )
    def opens(self, pick: int, kind: str, is_stranger: bool, fault: int) -> None:
        states = self.registry_model.communities
        parent = 0 if kind == "root" else self.community(pick, fault == 18)
        if kind == "deepest":
            alive = [n for n in states if self.is_active(n)] or [1]
            parent = max(alive, key=lambda n: states[n].depth)
        is_full = len(states) >= MAX_COMMUNITIES
        if is_full and not (parent in states and states[parent].depth == 8 and pick % 9 == 1):
            return
        right = self.secretariat if parent == 0 or pick % 2 else self.admin_of(parent)
        sender = self.right_sender(right, pick, is_stranger)
        admin = POOL if fault == 20 else self.person(pick)
        name = "" if fault == 19 else f"No. {len(states) + 1}"
        if receipt := self.on_registry("create", sender, parent, admin, name, REASON):
            manager = self.person(pick + 1)
            self.on_registry("set_manager", admin, receipt.value, manager, 1, "manager")

    @action(weight=1)
    def builds_a_tower(self) -> None:
        """Below the deepest, as far down as it goes, and one more."""
        states = self.registry_model.communities
        alive = [n for n in states if self.is_active(n)]
        if alive and len(states) < MAX_COMMUNITIES:
            parent = max(alive, key=lambda n: states[n].depth)
            args = (self.secretariat, self.person(parent), "tower", REASON)
            while receipt := self.on_registry("create", args[0], parent, *args[1:]):
                parent = receipt.value

    @action(weight=3, pick=PICK, by_admin=st.booleans(), is_wild=RARELY, is_stranger=RARELY)
    def closes(self, pick: int, by_admin: bool, is_wild: bool, is_stranger: bool) -> None:
        """One in a while, and never the last three."""
        states = self.registry_model.communities
        still_open = [n for n, state in states.items() if not state.closed]
        if len(still_open) > 3 and pick % 3 == 1:
            community = (
                self.community(pick, True) if is_wild else still_open[pick % len(still_open)]
            )
            right = self.admin_of(community) if by_admin else self.governance
            sender = self.right_sender(right, pick, is_stranger)
            self.on_registry("close", sender, community, REASON)

    # --- freezes

    @action(
        weight=2,
        pick=PICK,
        seconds=st.sampled_from([1, 3_600, 3_600, DAY, DAY, 30 * DAY, 90 * DAY]),
        fault=st.integers(0, 20),
        is_wild=RARELY,
    )
    def freezes(self, pick: int, seconds: int, fault: int, is_wild: bool) -> None:
        """One at a time, mostly, or nothing else would happen."""
        states = self.registry_model.communities
        frozen = [n for n in states if self.registry_model.is_frozen(n)]
        rested = [
            n
            for n, state in states.items()
            if self.is_active(n)
            and (
                not state.frozen_until
                or self.clock.now >= state.frozen_until + FREEZE_PAUSE_SECONDS
            )
        ]
        if (rested and not frozen) or is_wild:
            community = self.community(pick, True) if is_wild or not rested else rested[0]
            if rested and not is_wild:
                community = rested[pick % len(rested)]
            sender = self.anybody(pick) if fault == 20 else self.auditor
            seconds = {19: 0, 18: MAX_FREEZE_SECONDS + 1}.get(fault, seconds)
            self.on_registry("freeze", sender, community, REASON, seconds)

    @action(
        weight=4,
        pick=PICK,
        kind=st.sampled_from(["lift", "lift", "lift", "extend", "again"]),
        fault=st.integers(0, 20),
        is_stranger=RARELY,
    )
    def goes_on_with_a_freeze(self, pick: int, kind: str, fault: int, is_stranger: bool) -> None:
        states = self.registry_model.communities
        frozen = [n for n, c in states.items() if self.registry_model.is_frozen(n) and not c.closed]
        if not frozen and fault < 19:
            return
        community = frozen[pick % len(frozen)] if frozen else self.community(pick)
        if kind == "extend":
            until = states[community].frozen_until + pick % (2 * DAY)
            until = {18: until - 3 * DAY, 17: self.clock.now + MAX_EXTENSION_SECONDS + 1}.get(
                fault, until
            )
            sender = self.right_sender(self.governance, pick, is_stranger)
            self.on_registry("extend_freeze", sender, community, max(until, 0))
        elif kind == "again":
            self.on_registry("freeze", self.auditor, community, REASON, DAY)
        else:
            right = (self.auditor, self.governance)[pick % 2]
            sender = self.right_sender(right, pick, is_stranger)
            self.on_registry("unfreeze", sender, community)

    @action(weight=2, pick=PICK, late=st.sampled_from([-1, 0, 0, 1]))
    def it_thaws(self, pick: int, late: int) -> None:
        """To the second around the end of a freeze, or of the pause after it."""
        states = self.registry_model.communities.values()
        ends = [state.frozen_until + late for state in states if state.frozen_until]
        ends += [end + FREEZE_PAUSE_SECONDS for end in ends if pick % 5 == 1]
        if ahead := [end for end in ends if end >= self.clock.now]:
            self.warp(ahead[pick % len(ahead)])
