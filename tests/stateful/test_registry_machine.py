"""CommunityRegistry and RuleBook against their models, call by call.

Six people, three officials and the contracts' own calendar at UTC+8. Each call goes to the model
first: the contract must return the same or revert with the same reason. After each call all that
the ledger asks is compared; at the end of an example, everything. Invitations are signed off chain
and kept, also those that time, a dismissal or a revocation has made void.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, precondition, rule

from cos.chain import Chain, Revert
from tests.invitations import Invitation
from tests.models import ZERO_ADDRESS, ModelRevert
from tests.models.authority import (
    AUDITOR_ROLE,
    SECRETARIAT_ROLE,
    AuthorityModel,
)
from tests.models.calendar_months import month_start
from tests.models.clock import Clock
from tests.models.community_registry import (
    FREEZE_PAUSE_SECONDS,
    MAX_DEPTH,
    MAX_EXTENSION_SECONDS,
    MAX_FREEZE_SECONDS,
    Community,
    CommunityRegistryModel,
    SignedInvitation,
)
from tests.models.rule_book import BPS, MAX_AMOUNT, Rule, RuleBookModel
from tests.stateful.machine import Machine, check_call_mix, run_settings

DAY = 86_400
UTC_8 = 8 * 3_600
MAX_COMMUNITIES = 14
KEPT_INVITATIONS = 24
LATE = 1_700_000_000 + 3_650 * DAY
RULE_NUMBERS = (1, 2, 255)
ROOT = (0, None)
ONCE_BITS = (0, 0, 1, 40)

HASHES = st.binary(min_size=32, max_size=32)
LEVELS = st.sampled_from([1, 1, 2, 17, 254, 255, 255, 0, 256])
AMOUNTS = st.one_of(
    st.integers(0, 10**12),
    st.integers(0, 30),
    st.sampled_from([0, 1, MAX_AMOUNT]),
)
SHARES = st.fractions("0.4", "2.2", max_denominator=9)

# All but those that only a deployment, a full counter, or a time far beyond these runs gives.
REASONS = {
    f"registry: {reason}"
    for reason in (
        "already a member",
        "already frozen",
        "bad duration",
        "bad extension",
        "bad level",
        "community closed",
        "community frozen",
        "frozen too recently",
        "invalid signature",
        "invitation expired",
        "no admin",
        "no manager",
        "no name",
        "no such community",
        "nobody has applied",
        "not a manager",
        "not a member",
        "not admin",
        "not admin or manager",
        "not auditor",
        "not auditor or governance",
        "not frozen",
        "not governance",
        "not secretariat",
        "not the pending admin",
        "too deep",
    )
} | {
    f"rules: {reason}"
    for reason in (
        "amount too large",
        "bad category",
        "bad once bit",
        "bad rule number",
        "bad unit",
        "factor out of range",
        "index is zero",
        "index may only fall",
        "maximum outside the factor",
        "minimum above maximum",
        "minimum outside the factor",
        "no name",
        "no override",
        "no such rule",
        "not admin",
        "not governance",
        "once bit is fixed",
        "once bit taken",
        "too many participants",
    )
}


class RegistryActions(Machine):
    """Calls to contract and model alike, and what must be equal between them."""

    def __init__(self) -> None:
        super().__init__()
        self.chain = chain = Chain(timestamp=1_700_000_000)
        self.clock = Clock(chain.timestamp)
        self.governance, self.auditor, self.secretariat = (
            chain.account(label) for label in ("governance", "auditor", "secretariat")
        )
        labels = ("governance", "auditor", "secretariat", *(f"person {n}" for n in range(6)))
        self.labels = {chain.account(label): label for label in labels}
        self.actors = list(self.labels)
        self.people = self.actors[3:]

        deployer = self.governance
        authority = chain.deploy("Authority", deployer, sender=deployer)
        authority_model = AuthorityModel(deployer)
        for role, holder in (
            (AUDITOR_ROLE, self.auditor),
            (SECRETARIAT_ROLE, self.secretariat),
        ):
            authority.grantRole(role, holder, sender=deployer)
            authority_model.grant_role(deployer, role, holder)
        self.registry = chain.deploy("CommunityRegistry", authority.address, sender=deployer)
        self.book = chain.deploy(
            "RuleBook", authority.address, self.registry.address, UTC_8, sender=deployer
        )
        self.registry_model = CommunityRegistryModel(authority_model, self.clock)
        self.book_model = RuleBookModel(authority_model, self.registry_model, UTC_8, self.clock)
        self.closed: set[int] = set()
        self.invitations: list[SignedInvitation] = []
        self.void: set[SignedInvitation] = set()
        self.lowest_index = BPS

    # ---- calls

    def act(self, function: str, sender: str, *args: Any) -> bool:
        """The same call to contract and model: the same result, or the same reason."""
        on_registry = hasattr(self.registry_model, function)
        contract = self.registry if on_registry else self.book
        model = self.registry_model if on_registry else self.book_model
        results: list[object] = []
        succeeded = self.attempt(
            function,
            lambda: results.append(contract.transact(function, *args, sender=sender).value),
            lambda: results.append(getattr(model, function)(sender, *args)),
        )
        if succeeded:
            assert results[0] == results[1]
        return succeeded

    def present(
        self,
        sender: str,
        number: int,
        manager: str,
        deadline: int,
        profile: bytes,
        signed: SignedInvitation,
    ) -> bool:
        """accept_invitation: the contract gets the signature's bytes, the model what it says."""
        typed = Invitation(self.registry.address, *signed[1:], chain_id=self.chain.chain_id)
        signature = bytes(typed.sign(self.chain.signer(self.labels[signed.signer])).signature)
        arguments = (number, manager, deadline, profile)
        return self.attempt(
            "accept_invitation",
            lambda: self.registry.accept_invitation(*arguments, signature, sender=sender),
            lambda: self.registry_model.accept_invitation(sender, *arguments, signed),
        )

    def void_older(self, number: int, person: str) -> None:
        """From now on no invitation to the person that there is may be accepted, except one that
        was signed ahead for a nonce to come."""
        nonce = self.registry.invitation_nonce(number, person)
        for signed in self.invitations:
            if (signed.community, signed.invitee) == (number, person) and signed.nonce < nonce:
                self.void.add(signed)

    def same_view(self, contract: Any, model: Any, view: str, *args: Any) -> None:
        """A view of the contract and of the model: the same value, or the same reason."""
        try:
            expected: object = getattr(model, view)(*args)
        except ModelRevert as refusal:
            expected = refusal.reason
        try:
            value: object = contract.call(view, *args)
        except Revert as revert:
            value = revert.reason
        assert value == expected, (view, args)

    def warp(self, to: int) -> None:
        self.chain.warp(to)
        self.clock.now = to

    # ---- what there is to choose from

    @property
    def now(self) -> int:
        return self.clock.now

    def numbered(self, state: str = "any") -> list[tuple[int, Community]]:
        """Communities with their numbers: "any", "open" (frozen or not), "active", "frozen"."""
        chosen = []
        for number, community in self.registry_model.communities.items():
            frozen = self.now < community.frozen_until
            fits = {
                "any": True,
                "open": not community.closed,
                "active": not community.closed and not frozen,
                "frozen": not community.closed and frozen,
            }
            if fits[state]:
                chosen.append((number, community))
        return chosen

    @property
    def admins(self) -> list[tuple]:
        """(admin, community) of the active ones."""
        return [(c.admin, n) for n, c in self.numbered("active")]

    @property
    def offers(self) -> list[tuple]:
        """(who may accept, community)."""
        offered = ((c.pending_admin, n) for n, c in self.numbered("active"))
        return [(who, n) for who, n in offered if who != ZERO_ADDRESS]

    @property
    def managed(self) -> list[tuple]:
        """(admin, community, manager)."""
        return [(c.admin, n, manager) for n, c in self.numbered("open") for manager in c.levels]

    @property
    def outsiders(self) -> list[tuple]:
        """(who is no member, community)."""
        open_ones = self.numbered("open")
        return [(who, n) for n, c in open_ones for who in self.people if who not in c.members]

    @property
    def waiting(self) -> list[tuple]:
        """(who may approve, community, one of its applicants)."""
        active = ((n, c) for n, c in self.numbered("active") if c.applicants)
        return [(who, n, min(c.applicants)) for n, c in active for who in (c.admin, *c.levels)]

    @property
    def in_charge(self) -> list[tuple]:
        """(admin or manager, open community)."""
        return [(who, n) for n, c in self.numbered("open") for who in (c.admin, *c.levels)]

    @property
    def invitable(self) -> list[tuple]:
        """(admin or manager, active community, who is no member)."""
        return [
            (who, n, person)
            for n, c in self.numbered("active")
            for who in (c.admin, *c.levels)
            for person in self.people
            if person not in c.members
        ]

    @property
    def in_force(self) -> list[SignedInvitation]:
        """Those that would be accepted now, were it not for the deadline of some."""
        active = dict(self.numbered("active"))
        return [
            signed
            for signed in self.invitations
            if (c := active.get(signed.community))
            and signed.signer in (c.admin, *c.levels)
            and signed.invitee not in c.members
            and signed.nonce == c.nonces[signed.invitee]
        ]

    @property
    def inside(self) -> list[tuple]:
        """(admin, open community, member or applicant)."""
        open_ones = self.numbered("open")
        return [(c.admin, n, who) for n, c in open_ones for who in sorted(c.profiles)]

    @property
    def rested(self) -> list[tuple]:
        """(auditor, community that may be frozen)."""
        candidates = []
        for number, community in self.numbered("active"):
            last = community.frozen_until
            if last == 0 or self.now >= last + FREEZE_PAUSE_SECONDS:
                candidates.append((self.auditor, number))
        return candidates

    @property
    def frozen(self) -> list[tuple]:
        """(governance, frozen community)."""
        return [(self.governance, n) for n, _ in self.numbered("frozen")]

    @property
    def extendable(self) -> list[tuple]:
        """(governance, frozen community that is not frozen for a year already)."""
        late = self.now + MAX_EXTENSION_SECONDS - DAY
        return [(self.governance, n) for n, c in self.numbered("frozen") if c.frozen_until < late]

    @property
    def overridden(self) -> list[tuple]:
        """(admin, community, rule with an override)."""
        return [
            (c.admin, n, number)
            for n, c in self.numbered("active")
            for number in RULE_NUMBERS
            if (made := self.book_model.overrides[n, number]) and made[-1].amounts is not None
        ]

    def act_on_one(
        self, data: st.DataObject, function: str, candidates: list[tuple], *args: Any
    ) -> tuple | None:
        """A (sender, community, ...) that should do; sometimes with a stray sender or community.

        Returns what it was called with, or None if it was refused."""
        sender, number, *rest = data.draw(st.sampled_from(candidates))
        if self.is_stray(data):
            sender = data.draw(st.sampled_from(self.actors))
        elif self.is_stray(data):
            number = data.draw(st.integers(0, self.registry_model.community_count + 1))
        succeeded = self.act(function, sender, number, *rest, *args)
        return (sender, number, *rest) if succeeded else None

    def right_or_stray(self, data: st.DataObject, right: str) -> str:
        """The right sender, or sometimes anyone."""
        return data.draw(st.sampled_from(self.actors)) if self.is_stray(data) else right

    @staticmethod
    def is_stray(data: st.DataObject) -> bool:
        # not at an end of the range: those are drawn more often than others
        return data.draw(st.integers(0, 15), label="stray") == 9

    # ---- what must hold

    def check_registry_views(self) -> None:
        registry, model = self.registry, self.registry_model
        assert registry.community_count() == model.community_count
        for number in range(model.community_count + 2):
            for view in ("admin_of_open", "parent_of", "is_closed", "clock_of"):
                self.same_view(registry, model, view, number)
            for person in self.people:
                self.same_view(registry, model, "spender_level", number, person)
                self.same_view(registry, model, "is_member", number, person)

    def check_terms(self) -> None:
        month = self.book_model.current_month
        for number in RULE_NUMBERS:
            for community in {1, *(c for c, n in self.book_model.overrides if n == number)}:
                for later in (0, 1):
                    arguments = (number, community, month + later)
                    self.same_view(self.book, self.book_model, "terms", *arguments)

    def check_everything(self) -> None:
        registry, book = self.registry, self.book
        for number, community in self.registry_model.communities.items():
            assert registry.admin_of(number) == community.admin
            assert registry.pending_admin_of(number) == community.pending_admin
            assert registry.depth_of(number) == community.depth
            assert registry.name_of(number) == community.name
            assert registry.profile_hash_of(number) == community.profile_hash
            assert registry.frozen_until(number) == community.frozen_until
            for person in self.actors:
                assert registry.manager_level(number, person) == community.levels.get(person, 0)
                assert registry.manager_title(number, person) == community.titles.get(person, "")
                nonce = self.registry_model.invitation_nonce(number, person)
                assert registry.invitation_nonce(number, person) == nonce
                applied = person in community.applicants
                assert registry.has_applied(number, person) == applied
                profile = community.profiles.get(person, bytes(32))
                assert registry.member_profile(number, person) == profile
        for number in RULE_NUMBERS:
            versions = self.book_model.versions[number]
            assert book.version_of(number) == len(versions)
            for version, definition in enumerate(versions, start=1):
                assert Rule(*book.rule_at(number, version)) == definition
            if versions:
                assert Rule(*book.rule_of(number)) == versions[-1]
                assert book.name_of(number) == self.book_model.names[number]
        for bit in (1, 40):
            assert book.once_bit_owner(bit) == self.book_model.bit_owners.get(bit, 0)


class RegistryMachine(RegistryActions):
    """The rules: what is called, by whom, with what."""

    @initialize()
    def found(self) -> None:
        """A line of six communities with a manager, a member, an applicant and two invited people
        each, the first one offered, the last one frozen; rules and an override."""
        calls = Counter(self.calls)
        for parent in range(6):
            admin, manager, member, applicant = (self.people * 2)[parent : parent + 4]
            self.act("create", self.secretariat, parent, admin, f"No. {parent + 1}", bytes(32))
            self.act("set_manager", admin, parent + 1, manager, 255, "Host")
            self.act("apply", member, parent + 1, b"m" * 32)
            self.act("approve_members", manager, parent + 1, [member])
            for who in (applicant, manager):
                self.act("apply", who, parent + 1, b"a" * 32)
            soon = self.now + DAY
            for signer, invitee, last in ((admin, applicant, LATE), (manager, admin, soon)):
                terms = SignedInvitation(signer, parent + 1, invitee, 0, last)
                self.invitations.append(terms)
        self.act("freeze", self.auditor, parent + 1, bytes(32), MAX_FREEZE_SECONDS)
        for number in RULE_NUMBERS:
            definition = Rule(1, 1 + number % 4, 1_000, 4_000 * (number % 2), 0, 0, True)
            self.act("set_rule", self.governance, number, definition, f"Rule {number}")
        self.act("set_override_factor", self.governance, 2 * BPS)
        self.act("set_override", self.people[0], 1, 1, 1_000, 4_000)
        self.act("transfer_admin", self.people[0], 1, self.people[5])
        # a foundation that always succeeds says nothing of the strategies
        type(self).calls = calls

    # ---- communities and admins

    @precondition(lambda self: self.registry_model.community_count < MAX_COMMUNITIES)
    @rule(data=st.data(), by_admin=st.booleans(), name=st.text("xyz", max_size=64), profile=HASHES)
    def create(self, data: st.DataObject, by_admin: bool, name: str, profile: bytes) -> None:
        deepest_first = sorted(self.numbered(), key=lambda entry: -entry[1].depth)
        parent, above = data.draw(st.sampled_from([*deepest_first[:2] * 4, *deepest_first, ROOT]))
        right = above.admin if by_admin and above else self.secretariat
        admin = data.draw(st.sampled_from([*self.people * 3, ZERO_ADDRESS]))
        self.act("create", self.right_or_stray(data, right), parent, admin, name, profile)

    @precondition(lambda self: self.admins)
    @rule(data=st.data(), profile=HASHES)
    def update_community_profile(self, data: st.DataObject, profile: bytes) -> None:
        self.act_on_one(data, "update_community_profile", self.admins, profile)

    @precondition(lambda self: len(self.numbered("open")) > 3)
    @rule(data=st.data(), by_governance=st.booleans(), reason=HASHES)
    def close(self, data: st.DataObject, by_governance: bool, reason: bytes) -> None:
        who = self.governance if by_governance else None
        candidates = [(who or c.admin, n) for n, c in self.numbered("open")]
        self.act_on_one(data, "close", candidates, reason)

    @precondition(lambda self: self.admins)
    @rule(data=st.data())
    def transfer_admin(self, data: st.DataObject) -> None:
        new_admin = data.draw(st.sampled_from([*self.people, ZERO_ADDRESS]))
        self.act_on_one(data, "transfer_admin", self.admins, new_admin)

    @precondition(lambda self: self.offers)
    @rule(data=st.data())
    def accept_admin(self, data: st.DataObject) -> None:
        self.act_on_one(data, "accept_admin", [*self.offers * 4, *self.admins])

    @rule(data=st.data())
    def replace_admin(self, data: st.DataObject) -> None:
        candidates = [(self.governance, n) for n, _ in self.numbered()]
        new_admin = data.draw(st.sampled_from([*self.people, ZERO_ADDRESS]))
        self.act_on_one(data, "replace_admin", candidates, new_admin)

    # ---- managers

    @precondition(lambda self: self.admins)
    @rule(data=st.data(), level=LEVELS, title=st.text("mn", max_size=32))
    def set_manager(self, data: st.DataObject, level: int, title: str) -> None:
        manager = data.draw(st.sampled_from([*self.people * 2, ZERO_ADDRESS]))
        self.act_on_one(data, "set_manager", self.admins, manager, level, title)

    @precondition(lambda self: self.managed)
    @rule(data=st.data())
    def remove_manager(self, data: st.DataObject) -> None:
        self.act_on_one(data, "remove_manager", self.managed)

    @precondition(lambda self: self.managed)
    @rule(data=st.data())
    def resign_manager(self, data: st.DataObject) -> None:
        self.act_on_one(data, "resign_manager", [(who, n) for _, n, who in self.managed])

    # ---- members

    @precondition(lambda self: self.outsiders)
    @rule(data=st.data(), profile=HASHES)
    def apply(self, data: st.DataObject, profile: bytes) -> None:
        self.act_on_one(data, "apply", self.outsiders, profile)

    @precondition(lambda self: self.waiting)
    @rule(data=st.data())
    def approve_members(self, data: st.DataObject) -> None:
        others = data.draw(st.lists(st.sampled_from(self.people), max_size=7))
        with_one = [(who, n, [*others, applicant]) for who, n, applicant in self.waiting]
        others_only = [(who, n, others) for who, n, _ in self.waiting]
        self.act_on_one(data, "approve_members", [*with_one * 3, *others_only])

    @precondition(lambda self: self.invitable)
    @rule(data=st.data())
    def invite(self, data: st.DataObject) -> None:
        """Sign an invitation; nothing is called. The signer need not be in charge, now or later."""
        signer, number, invitee = data.draw(st.sampled_from(self.invitable))
        signer = self.right_or_stray(data, signer)
        nonce = self.registry_model.invitation_nonce(number, invitee) + self.is_stray(data)
        lasts = data.draw(st.sampled_from([0, 1, DAY, 60 * DAY, 3_650 * DAY, 3_650 * DAY]))
        signed = SignedInvitation(signer, number, invitee, nonce, self.now + lasts)
        self.invitations = [*self.invitations, signed][-KEPT_INVITATIONS:]

    @precondition(lambda self: self.in_force)
    @rule(data=st.data(), profile=HASHES)
    def accept_invitation(self, data: st.DataObject, profile: bytes) -> None:
        """One that should do unless it is late, or any; sometimes with one thing of it changed."""
        late = [signed for signed in self.in_force if signed.deadline < self.now]
        choices = [*self.in_force * 3, *late * 2, *self.invitations]
        signed = data.draw(st.sampled_from(choices))
        signer, number, invitee, _, deadline = signed
        if self.is_stray(data):
            invitee = data.draw(st.sampled_from(self.actors))
        elif self.is_stray(data):
            signer = data.draw(st.sampled_from(self.actors))
        elif self.is_stray(data):
            number = data.draw(st.integers(0, self.registry_model.community_count + 1))
        elif self.is_stray(data):
            deadline += 1
        if self.present(invitee, number, signer, deadline, profile, signed):
            assert signed not in self.void
            assert self.registry.is_member(number, invitee)
            self.void_older(number, invitee)

    @precondition(lambda self: self.in_charge)
    @rule(data=st.data())
    def revoke_invitations(self, data: st.DataObject) -> None:
        invited = [signed.invitee for signed in self.invitations]
        invitee = data.draw(st.sampled_from([*self.people, *invited]))
        revoked = self.act_on_one(data, "revoke_invitations", self.in_charge, invitee)
        if revoked:
            self.void_older(revoked[1], invitee)

    @precondition(lambda self: self.inside)
    @rule(data=st.data())
    def leave(self, data: st.DataObject) -> None:
        self.act_on_one(data, "leave", [(who, n) for _, n, who in self.inside])

    @precondition(lambda self: self.inside)
    @rule(data=st.data(), reason=HASHES)
    def remove_member(self, data: st.DataObject, reason: bytes) -> None:
        removed = self.act_on_one(data, "remove_member", self.inside, reason)
        if removed:
            self.void_older(*removed[1:])

    @precondition(lambda self: self.inside)
    @rule(data=st.data(), profile=HASHES)
    def update_profile(self, data: st.DataObject, profile: bytes) -> None:
        candidates = [(who, n) for _, n, who in self.inside]
        self.act_on_one(data, "update_profile", candidates, profile)

    # ---- freezing and time

    @precondition(lambda self: self.rested)
    @rule(data=st.data(), reason=HASHES)
    def freeze(self, data: st.DataObject, reason: bytes) -> None:
        most = MAX_FREEZE_SECONDS
        duration = data.draw(st.sampled_from([1, DAY, 40 * DAY, most, most, 0, most + 1]))
        candidates = [*self.rested * 3, *((self.auditor, n) for n, _ in self.numbered("open"))]
        self.act_on_one(data, "freeze", candidates, reason, duration)

    @precondition(lambda self: self.extendable)
    @rule(data=st.data())
    def extend_freeze(self, data: st.DataObject) -> None:
        latest = self.now + MAX_EXTENSION_SECONDS
        until = data.draw(st.sampled_from([latest - DAY, latest - 1, latest, latest, latest + 1]))
        candidates = [
            *self.extendable * 4,
            *((self.governance, n) for n, _ in self.numbered("open")),
        ]
        self.act_on_one(data, "extend_freeze", candidates, until)

    @precondition(lambda self: self.frozen)
    @rule(data=st.data())
    def unfreeze(self, data: st.DataObject) -> None:
        officials = [self.auditor, self.governance]
        sender = data.draw(st.sampled_from([*officials * 2, self.secretariat]))
        numbers = [*(n for _, n in self.frozen * 4), *(n for n, _ in self.numbered("open"))]
        self.act_on_one(data, "unfreeze", [(sender, n) for n in numbers])

    @rule(data=st.data())
    def pass_time(self, data: st.DataObject) -> None:
        """By a little, or to a boundary: the end of a freeze or its pause, of an invitation, or
        of the month."""
        boundaries = [month_start(self.book_model.current_month + 1, UTC_8)]
        boundaries += [signed.deadline for signed in self.invitations if signed.deadline < LATE]
        for _, community in self.numbered("open"):
            if community.frozen_until:
                boundaries.append(community.frozen_until)
                boundaries.append(community.frozen_until + FREEZE_PAUSE_SECONDS)
        near = [b + off for b in boundaries for off in (-1, 0, 1) if b + off >= self.now]
        self.warp(data.draw(st.sampled_from([self.now + 1, self.now + 20 * DAY, *near])))

    # ---- rules and overrides

    @rule(
        data=st.data(),
        amounts=st.tuples(AMOUNTS, AMOUNTS),
        open_ended=st.booleans(),
        unit=st.integers(1, 5),
        active=st.sampled_from([True, True, True, False]),
        flaw=st.sampled_from([None] * 12 + list(range(7))),
    )
    def set_rule(
        self,
        data: st.DataObject,
        amounts: tuple[int, int],
        open_ended: bool,
        unit: int,
        active: bool,
        flaw: int | None,
    ) -> None:
        number = data.draw(st.sampled_from(RULE_NUMBERS))
        minimum, maximum = sorted(amounts)
        once_bit = data.draw(st.sampled_from(ONCE_BITS))
        definition = Rule(
            category=data.draw(st.sampled_from([1, 255])),
            unit=unit,
            minimum=minimum,
            maximum=0 if open_ended else maximum,
            once_bit=once_bit,
            min_participants=data.draw(st.sampled_from([0, 50, 2**32 - 1])),
            active=active,
        )
        flaws = (
            definition._replace(category=0),
            definition._replace(unit=6),
            definition._replace(once_bit=41),
            definition._replace(min_participants=2**32),
            definition._replace(maximum=2**64),
            definition._replace(minimum=5, maximum=4),
            definition,
        )
        if flaw is not None:
            definition = flaws[flaw]
            if flaw == len(flaws) - 1:
                number = data.draw(st.sampled_from([0, 256]))
        name = data.draw(st.text("rule", max_size=64))
        self.act("set_rule", self.right_or_stray(data, self.governance), number, definition, name)

    @rule(data=st.data())
    def set_index(self, data: st.DataObject) -> None:
        present = self.book_model.index_bps
        lower = [max(present * 9 // 10, 1), max(present - 1, 1)]
        index_bps = data.draw(st.sampled_from([*lower * 4, 0, present, BPS]))
        self.act("set_index", self.right_or_stray(data, self.governance), index_bps)

    @rule(data=st.data(), factor_bps=st.integers(BPS - 1_000, 4 * BPS))
    def set_override_factor(self, data: st.DataObject, factor_bps: int) -> None:
        self.act("set_override_factor", self.right_or_stray(data, self.governance), factor_bps)

    @precondition(lambda self: self.admins)
    @rule(data=st.data(), shares=st.tuples(SHARES, SHARES))
    def set_override(self, data: st.DataObject, shares: tuple) -> None:
        number = data.draw(st.sampled_from([*RULE_NUMBERS * 4, 7]))
        versions = self.book_model.versions[number]
        if versions:
            default = versions[-1]
            minimum = int(default.minimum * shares[0])
            maximum = int(default.maximum * max(shares))
        else:
            minimum = maximum = 0
        self.act_on_one(data, "set_override", self.admins, number, minimum, maximum)

    @precondition(lambda self: self.overridden)
    @rule(data=st.data())
    def clear_override(self, data: st.DataObject) -> None:
        admins = {(admin, n) for admin, n, _ in self.overridden}
        other = [(*admin, number) for admin in sorted(admins) for number in RULE_NUMBERS]
        self.act_on_one(data, "clear_override", [*self.overridden * 4, *other])

    # ---- after each call

    @invariant()
    def ledger_views_are_the_models(self) -> None:
        self.check_registry_views()
        self.check_terms()

    @invariant()
    def the_tree_is_sound(self) -> None:
        for number, community in self.numbered():
            assert community.parent < number
            assert self.registry.depth_of(number) <= MAX_DEPTH
            if community.parent:
                assert community.depth == self.registry.depth_of(community.parent) + 1

    @invariant()
    def what_is_final_stays(self) -> None:
        closed = {n for n, _ in self.numbered() if self.registry.is_closed(n)}
        assert closed >= self.closed
        self.closed = closed
        index_bps = self.book.index_bps()
        assert index_bps <= self.lowest_index
        self.lowest_index = index_bps

    @invariant()
    def freezes_are_bounded(self) -> None:
        for number, _ in self.numbered():
            assert self.registry.frozen_until(number) <= self.now + MAX_EXTENSION_SECONDS

    def teardown(self) -> None:
        self.check_everything()


class TestRegistry(RegistryMachine.TestCase):
    settings = run_settings(examples=30, steps=40)

    def runTest(self) -> None:  # noqa: N802, the name is unittest's
        RegistryMachine.calls.clear()
        super().runTest()
        check_call_mix(RegistryMachine, REASONS)
