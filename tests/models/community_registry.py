"""Reference model of contracts/contribution/CommunityRegistry.vy."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from tests.models import ZERO_ADDRESS, require
from tests.models.authority import (
    AUDITOR_ROLE,
    GOVERNANCE_ROLE,
    SECRETARIAT_ROLE,
    AuthorityModel,
)
from tests.models.clock import Clock

DAY = 86_400
MAX_DEPTH = 8
MAX_FREEZE_SECONDS = 90 * DAY
FREEZE_PAUSE_SECONDS = 30 * DAY
MAX_EXTENSION_SECONDS = 365 * DAY
MAX_TIME = 2**40 - 1
MAX_NONCE = 2**64 - 1
NO_HASH = bytes(32)


class SignedInvitation(NamedTuple):
    """What a signature says, and whose it is."""

    signer: str
    community: int
    invitee: str
    nonce: int
    deadline: int


@dataclass
class Community:
    """`freezes` are [begin, end) in order of time; the last one may still be running."""

    parent: int
    admin: str
    depth: int
    name: str
    profile_hash: bytes
    pending_admin: str = ZERO_ADDRESS
    closed: bool = False
    levels: dict[str, int] = field(default_factory=dict)
    titles: dict[str, str] = field(default_factory=dict)
    applicants: set[str] = field(default_factory=set)
    members: set[str] = field(default_factory=set)
    profiles: dict[str, bytes] = field(default_factory=dict)
    nonces: Counter[str] = field(default_factory=Counter)
    freezes: list[tuple[int, int]] = field(default_factory=list)

    @property
    def frozen_until(self) -> int:
        """The end of the last freeze; 0 if it never was frozen."""
        return self.freezes[-1][1] if self.freezes else 0

    def frozen_seconds(self, now: int) -> int:
        """How long it has been frozen until now, freeze by freeze."""
        return sum(min(end, now) - begin for begin, end in self.freezes)


class CommunityRegistryModel:
    """Communities by number, from 1 on."""

    def __init__(self, authority: AuthorityModel, clock: Clock) -> None:
        self.authority = authority
        self.clock = clock
        self.communities: dict[int, Community] = {}

    # ---- communities

    def create(self, sender: str, parent: int, admin: str, name: str, profile_hash: bytes) -> int:
        require(admin != ZERO_ADDRESS, "registry: no admin")
        require(name != "", "registry: no name")
        depth = 1
        by_admin = False
        if parent != 0:
            above = self._open(parent)
            depth = above.depth + 1
            require(depth <= MAX_DEPTH, "registry: too deep")
            by_admin = sender == above.admin
            if by_admin:
                require(not self._frozen(above), "registry: community frozen")
        if not by_admin:
            may = self.authority.has_role(SECRETARIAT_ROLE, sender)
            require(may, "registry: not secretariat")
        number = len(self.communities) + 1
        self.communities[number] = Community(parent, admin, depth, name, profile_hash)
        return number

    def update_community_profile(self, sender: str, number: int, profile_hash: bytes) -> None:
        community = self._active(number)
        self._check_admin(sender, community)
        community.profile_hash = profile_hash

    def close(self, sender: str, number: int, reason_hash: bytes) -> None:
        community = self._open(number)
        if sender == community.admin:
            require(not self._frozen(community), "registry: community frozen")
        else:
            self._check_governance(sender)
        community.closed = True

    # ---- admins

    def transfer_admin(self, sender: str, number: int, new_admin: str) -> None:
        community = self._active(number)
        self._check_admin(sender, community)
        community.pending_admin = new_admin

    def accept_admin(self, sender: str, number: int) -> None:
        community = self._active(number)
        require(sender == community.pending_admin, "registry: not the pending admin")
        community.admin, community.pending_admin = sender, ZERO_ADDRESS

    def replace_admin(self, sender: str, number: int, new_admin: str) -> None:
        self._check_governance(sender)
        require(new_admin != ZERO_ADDRESS, "registry: no admin")
        community = self._open(number)
        community.admin, community.pending_admin = new_admin, ZERO_ADDRESS

    # ---- managers

    def set_manager(self, sender: str, number: int, manager: str, level: int, title: str) -> None:
        community = self._active(number)
        self._check_admin(sender, community)
        require(manager != ZERO_ADDRESS, "registry: no manager")
        require(1 <= level <= 255, "registry: bad level")
        community.levels[manager] = level
        community.titles[manager] = title

    def remove_manager(self, sender: str, number: int, manager: str) -> None:
        community = self._open(number)
        self._check_admin(sender, community)
        self._remove_manager(community, manager)

    def resign_manager(self, sender: str, number: int) -> None:
        self._remove_manager(self._existing_or_empty(number), sender)

    # ---- members

    def apply(self, sender: str, number: int, profile_hash: bytes) -> None:
        community = self._open(number)
        require(sender not in community.members, "registry: already a member")
        community.applicants.add(sender)
        community.profiles[sender] = profile_hash

    def approve_members(self, sender: str, number: int, accounts: Sequence[str]) -> int:
        community = self._active(number)
        self._check_admin_or_manager(sender, community)
        approved = community.applicants & set(accounts)
        require(bool(approved), "registry: nobody has applied")
        community.applicants -= approved
        community.members |= approved
        return len(approved)

    def accept_invitation(
        self,
        sender: str,
        number: int,
        manager: str,
        deadline: int,
        profile_hash: bytes,
        signature: SignedInvitation,
    ) -> None:
        community = self._active(number)
        self._check_admin_or_manager(manager, community)
        require(self.clock.now <= deadline, "registry: invitation expired")
        require(sender not in community.members, "registry: already a member")
        nonce = community.nonces[sender]
        require(nonce < MAX_NONCE, "registry: too many invitations")
        must_say = SignedInvitation(manager, number, sender, nonce, deadline)
        require(signature == must_say, "registry: invalid signature")
        community.nonces[sender] = nonce + 1
        community.applicants.discard(sender)
        community.members.add(sender)
        community.profiles[sender] = profile_hash

    def revoke_invitations(self, sender: str, number: int, invitee: str) -> None:
        community = self._open(number)
        self._check_admin_or_manager(sender, community)
        self._raise_nonce(community, invitee)

    def leave(self, sender: str, number: int) -> None:
        self._remove_member(self._existing_or_empty(number), sender)

    def remove_member(self, sender: str, number: int, account: str, reason_hash: bytes) -> None:
        community = self._open(number)
        self._check_admin(sender, community)
        self._remove_member(community, account)
        self._raise_nonce(community, account)

    def update_profile(self, sender: str, number: int, profile_hash: bytes) -> None:
        community = self._existing_or_empty(number)
        require(sender in community.members | community.applicants, "registry: not a member")
        community.profiles[sender] = profile_hash

    # ---- freezing

    def freeze(self, sender: str, number: int, reason_hash: bytes, duration_seconds: int) -> None:
        require(self.authority.has_role(AUDITOR_ROLE, sender), "registry: not auditor")
        community = self._open(number)
        require(not self._frozen(community), "registry: already frozen")
        last = community.frozen_until
        rested = last == 0 or self.clock.now >= last + FREEZE_PAUSE_SECONDS
        require(rested, "registry: frozen too recently")
        require(1 <= duration_seconds <= MAX_FREEZE_SECONDS, "registry: bad duration")
        until = self._time(self.clock.now + duration_seconds)
        community.freezes.append((self.clock.now, until))

    def extend_freeze(self, sender: str, number: int, until: int) -> None:
        self._check_governance(sender)
        community = self._open(number)
        require(self._frozen(community), "registry: not frozen")
        latest = self.clock.now + MAX_EXTENSION_SECONDS
        require(community.frozen_until < until <= latest, "registry: bad extension")
        self._end_freeze(community, until)

    def unfreeze(self, sender: str, number: int) -> None:
        may = self.authority.has_role(AUDITOR_ROLE, sender)
        may = may or self.authority.has_role(GOVERNANCE_ROLE, sender)
        require(may, "registry: not auditor or governance")
        community = self._open(number)
        require(self._frozen(community), "registry: not frozen")
        self._end_freeze(community, self.clock.now)

    # ---- views

    @property
    def community_count(self) -> int:
        return len(self.communities)

    def spender_level(self, number: int, account: str) -> int:
        community = self._active(number)
        require(account in community.levels, "registry: not a manager")
        return community.levels[account]

    def admin_of_open(self, number: int) -> str:
        return self._active(number).admin

    def parent_of(self, number: int) -> int:
        return self._existing(number).parent

    def admin_of(self, number: int) -> str:
        return self._existing(number).admin

    def is_closed(self, number: int) -> bool:
        return self._existing(number).closed

    def is_frozen(self, number: int) -> bool:
        return self._frozen(self._existing(number))

    def clock_of(self, number: int) -> tuple[int, bool]:
        community = self._existing(number)
        now = self.clock.now
        return now - community.frozen_seconds(now), self._frozen(community)

    def manager_level(self, number: int, account: str) -> int:
        return self._existing_or_empty(number).levels.get(account, 0)

    def is_member(self, number: int, account: str) -> bool:
        return account in self._existing_or_empty(number).members

    def invitation_nonce(self, number: int, account: str) -> int:
        return self._existing_or_empty(number).nonces[account]

    # ---- checks

    def _existing(self, number: int) -> Community:
        require(number in self.communities, "registry: no such community")
        return self.communities[number]

    def _existing_or_empty(self, number: int) -> Community:
        """For what asks only about a person: nobody is anything in a community that isn't."""
        return self.communities.get(number) or Community(0, ZERO_ADDRESS, 0, "", NO_HASH)

    def _open(self, number: int) -> Community:
        community = self._existing(number)
        require(not community.closed, "registry: community closed")
        return community

    def _active(self, number: int) -> Community:
        community = self._open(number)
        require(not self._frozen(community), "registry: community frozen")
        return community

    def _frozen(self, community: Community) -> bool:
        return self.clock.now < community.frozen_until

    def _check_admin(self, sender: str, community: Community) -> None:
        require(sender == community.admin, "registry: not admin")

    def _check_admin_or_manager(self, account: str, community: Community) -> None:
        may = account == community.admin or account in community.levels
        require(may, "registry: not admin or manager")

    def _check_governance(self, sender: str) -> None:
        may = self.authority.has_role(GOVERNANCE_ROLE, sender)
        require(may, "registry: not governance")

    def _end_freeze(self, community: Community, until: int) -> None:
        begin, _ = community.freezes[-1]
        community.freezes[-1] = begin, self._time(until)

    def _time(self, time: int) -> int:
        require(time <= MAX_TIME, "registry: time out of range")
        return time

    def _remove_manager(self, community: Community, manager: str) -> None:
        require(manager in community.levels, "registry: not a manager")
        del community.levels[manager], community.titles[manager]

    def _remove_member(self, community: Community, account: str) -> None:
        known = account in community.members | community.applicants
        require(known, "registry: not a member")
        community.members.discard(account)
        community.applicants.discard(account)
        del community.profiles[account]

    def _raise_nonce(self, community: Community, account: str) -> None:
        community.nonces[account] = min(community.nonces[account] + 1, MAX_NONCE)
