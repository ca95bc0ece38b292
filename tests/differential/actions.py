"""A random sequence of transactions over all contracts, for two chains to agree on.

`Sequence.next()` proposes; `Sequence.saw()` is told what became of it, so that later proposals can
name lots, batches and drops that exist. Most proposals are meant to succeed; the rest has a wrong
caller, a wrong number or bad timing. All chance comes from one seed.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from random import Random
from typing import Any, NamedTuple

from cos.chain import Contract, Receipt
from cos.chain.accounts import key_of
from cos.drops import ADDRESS, VOUCHER, Entry, Terms, Tree, leaf, sign_voucher
from tests.contribution_loop import (
    COS,
    DAY,
    FREE,
    HOURS,
    ONCE,
    ONCE_40,
    ONE,
    ROOT,
    YEARLY,
    ContributionLoop,
    digest_of,
)
from tests.models import merkle, quota_ledger
from tests.models.authority import AUDITOR_ROLE, GOVERNANCE_ROLE, SELLER_ROLE
from tests.permits import Permit, words

POOL = "0x" + "00" * 20
FAR = 2**40
HEADER = (
    *("community", "number", "lot", "manager", "timestamp", "count", "total"),
    *("sponsor_bps", "manager_bps", "evidence", "root"),
)


class Action(NamedTuple):
    """A transaction: contract and function by name."""

    contract: str
    function: str
    args: tuple[Any, ...]
    sender: str


class Batch(NamedTuple):
    """A batch that a grant made: its header and what was granted, with the rules' versions."""

    header: tuple[Any, ...]
    entries: list[tuple[Any, ...]]
    versions: list[int]


class List(NamedTuple):
    """A published drop with its list; without entries it is open to members."""

    terms: tuple[Any, ...]
    bound: Terms | None
    entries: list[Entry]
    tree: Tree | None
    keys: list[bytes | None]


def contracts_of(loop: ContributionLoop) -> dict[str, Contract]:
    """All contracts of a loop by name."""
    return {
        "Authority": loop.authority,
        "CosCredit": loop.token,
        "Treasury": loop.treasury,
        "CommunityRegistry": loop.registry,
        "RuleBook": loop.rules,
        "QuotaLedger": loop.ledger,
        "BonusPool": loop.pool,
        "GrantDrops": loop.drops,
    }


def prepare(loop: ContributionLoop) -> None:
    """Allowances that the sequence counts on."""
    for spender in (loop.ledger, loop.treasury):
        loop.token.approve(spender.address, 2**256 - 1, sender=loop.center)


class Sequence:
    """Proposes actions on a contribution loop. Numbers and addresses are those of both chains."""

    def __init__(self, loop: ContributionLoop, seed: int) -> None:
        self.loop = loop
        self.rng = Random(seed)
        self.people = [loop.chain.account(f"person {k}") for k in range(6)]
        self.sponsors = [loop.sponsor, loop.other_sponsor]
        self.staff = [*loop.managers[1:], *loop.sub_managers[1:]]
        self.everyone = [
            *(loop.governance, loop.auditor, loop.secretariat, loop.seller, loop.center),
            *(*self.sponsors, *loop.admins[1:], *self.staff, *self.people, loop.attacker),
        ]
        self.communities = [1, 2, 3, 4]
        self.admins = dict(enumerate(loop.admins))
        self.lots: list[int] = []
        self.batches: list[Batch] = []
        self.drops: list[List] = []
        self._proposals: list[tuple[int, Callable[[], Action]]] = [
            (weight, getattr(self, f"_{name}")) for name, weight in WEIGHTS.items()
        ]
        self._door = count()
        self._pending: tuple[str, Any] | None = None

    def next(self) -> Action:
        """The next transaction."""
        self._pending = None
        weights = [weight for weight, _ in self._proposals]
        (_, propose), *_ = self.rng.choices(self._proposals, weights)
        action = propose()
        if self._odds(0.06):
            action = action._replace(sender=self.rng.choice(self.everyone))
        return action

    def pause(self) -> int:
        """Seconds until the next transaction: mostly a few hours, at times a month."""
        if self._odds(0.008):
            return self.rng.randrange(20, 50) * DAY
        return self.rng.randrange(60, DAY // 4)

    def saw(self, action: Action, receipt: Receipt) -> None:
        """Take note of a transaction that succeeded."""
        if action.function in ("donate", "donate_own"):
            self.lots.append(receipt.value)
        elif action.function == "create":
            self.communities.append(receipt.value)
            self.admins[receipt.value] = action.args[1]
        elif action.function == "replace_admin":
            self.admins[action.args[0]] = action.args[1]
        elif action.function == "accept_admin":
            self.admins[action.args[0]] = action.sender
        elif action.function == "grant":
            self._saw_grant(action, receipt)
        elif action.function == "publish":
            _, (bound, entries, tree, keys) = self._pending or ("", None)
            self.drops.append(List(receipt.value, bound, entries, tree, keys))
        elif action.function == "open_claims":
            self.drops.append(List(receipt.value, None, [], None, []))

    def _saw_grant(self, action: Action, receipt: Receipt) -> None:
        header, versions = {}, []
        for log in receipt.logs:
            if log.name == "BatchGranted":
                header = {**log.args, "timestamp": self.loop.chain.timestamp}
            elif log.name == "ContributionRecorded":
                versions.append((log.args["work"] >> 8) & (2**32 - 1))
        batch = Batch(tuple(header[name] for name in HEADER), list(action.args[2]), versions)
        self.batches.append(batch)

    # --- chance ----------------------------------------------------------------------------------

    def _odds(self, chance: float) -> bool:
        return self.rng.random() < chance

    def _community(self) -> int:
        communities = self.communities
        if self._odds(0.95):
            closed = self.loop.registry.is_closed
            communities = [each for each in communities if not closed(each)]
        return self.rng.choice([ROOT, ROOT, ROOT, *communities])

    def _manager(self, community: int) -> str:
        if community >= len(self.loop.managers):
            return self.rng.choice(self.staff)
        pair = (self.loop.managers[community], self.loop.sub_managers[community])
        return self.rng.choice([pair[0], pair[0], pair[1]])

    def _amount(self, most: int = 2_000) -> int:
        return self.rng.choice([1, self.rng.randrange(COS), self.rng.randrange(1, most) * COS])

    def _lot(self) -> int:
        recent = self.lots[-6:]
        return self.rng.choice(recent) if recent and not self._odds(0.03) else 10**6

    def _hash(self) -> bytes:
        return bytes(32) if self._odds(0.03) else digest_of(str(self.rng.random()))

    def _place(self) -> tuple[int, int, str, int]:
        """A lot with a community, a holder and what it holds: mostly something."""
        holding, level = self.loop.ledger.holding, self.loop.registry.manager_level
        places = [
            (lot, community, holder, held)
            for lot in self.lots[-12:]
            for community in (1, 2, 3, 4)
            for holder in (self.loop.managers[community], self.loop.sub_managers[community])
            if level(community, holder) and (held := holding(lot, community, holder)) > 10 * COS
        ]
        if not places or self._odds(0.03):
            return self._lot(), ROOT, self.loop.manager, COS
        return self.rng.choice(places)

    def _part(self, held: int) -> int:
        """Some of what is held, seldom more."""
        return held + 1 if self._odds(0.03) else self.rng.randrange(1, max(held // 4, 2))

    def _least(self, rule: int, community: int, quantity: int = ONE) -> int:
        """The least that a rule allows there now."""
        _, minimum, _, _ = self.loop.rules.terms(rule, community, self.loop.month)
        return -(-quantity * minimum // 10**6)

    # --- token, treasury, roles ------------------------------------------------------------------

    def _transfer(self) -> Action:
        return Action(
            "CosCredit", "transfer", (self.rng.choice(self.people), self._amount()),
            self.rng.choice([self.loop.center, self.loop.center, *self.people]),
        )  # fmt: skip

    def _transfer_from(self) -> Action:
        owner, spender = self.rng.sample(self.people[:3], 2)
        args = (owner, self.rng.choice(self.people), self._amount(20))
        return Action("CosCredit", "transferFrom", args, spender)

    def _approve(self) -> Action:
        owner, spender = self.rng.sample(self.people[:3], 2)
        return Action("CosCredit", "approve", (spender, self._amount()), owner)

    def _permit(self) -> Action:
        token, chain = self.loop.token, self.loop.chain
        number = self.rng.randrange(len(self.people))
        owner, spender = self.people[number], self.rng.choice(self.people)
        nonce = token.nonces(owner) + self._odds(0.1)
        permit = Permit(token.address, owner, spender, self._amount(), nonce, FAR, chain.chain_id)
        signature = permit.sign(chain.signer(f"person {number}"))
        args = (owner, spender, permit.amount, FAR, *words(signature))
        return Action("CosCredit", "permit", args, self.loop.attacker)

    def _permit_signature(self) -> Action:
        args = (self.people[0], self.people[1], COS, FAR, b"\1" * self.rng.randrange(70))
        return Action("CosCredit", "permit_signature", args, self.loop.attacker)

    def _transfer_batch(self) -> Action:
        people = self.rng.sample(self.people, 3)
        amounts = [self._amount(50) for _ in range(3 - self._odds(0.1))]
        return Action("CosCredit", "transfer_batch", (people, amounts), self.loop.center)

    def _burn(self) -> Action:
        return Action("CosCredit", "burn", (self._amount(5),), self.rng.choice(self.people))

    def _mint(self) -> Action:
        args = (self.rng.choice(self.everyone), self._amount())
        return Action("CosCredit", "mint", args, self.loop.governance)

    def _set_minter(self) -> Action:
        minter = self.loop.treasury.address
        return Action("CosCredit", "set_minter", (minter,), self.loop.governance)

    def _genesis(self) -> Action:
        return Action("Treasury", "genesis", ([(0, self.people[0], 1)],), self.loop.governance)

    def _issue(self) -> Action:
        args = (self.rng.randrange(9), self.loop.center, self._amount(10**6))
        sender = self.rng.choice([self.loop.governance, self.loop.governance, self.people[0]])
        return Action("Treasury", "issue", args, sender)

    def _set_issuer(self) -> Action:
        args = (self.rng.randrange(8), self.people[0], self._amount(10**6))
        return Action("Treasury", "set_issuer", args, self.loop.governance)

    def _give_back(self) -> Action:
        args = (self.rng.choice([0, 1, 4, 7]), self._amount(100))
        return Action("Treasury", "give_back", args, self.loop.center)

    def _merge(self) -> Action:
        return Action("Treasury", "merge_center_reserve", (self._amount(),), self.loop.governance)

    def _set_custodian(self) -> Action:
        args = (self.rng.choice(self.people), self._odds(0.5))
        return Action("Treasury", "set_custodian", args, self.loop.governance)

    def _grant_role(self) -> Action:
        role = self.rng.choice([AUDITOR_ROLE, SELLER_ROLE])
        args = (role, self.rng.choice(self.people))
        return Action("Authority", "grantRole", args, self.loop.governance)

    def _revoke_role(self) -> Action:
        role = self.rng.choice([AUDITOR_ROLE, SELLER_ROLE])
        args = (role, self.rng.choice(self.people))
        return Action("Authority", "revokeRole", args, self.loop.governance)

    def _renounce_role(self) -> Action:
        person = self.rng.choice(self.people)
        role = self.rng.choice([AUDITOR_ROLE, SELLER_ROLE, GOVERNANCE_ROLE])
        return Action("Authority", "renounceRole", (role, person), person)

    # --- registry --------------------------------------------------------------------------------

    def _create(self) -> Action:
        parent = self.rng.choice([0, *self.communities])
        admin = self.rng.choice(self.people)
        sender = self.loop.secretariat if self._odds(0.6) else self.admins.get(parent, admin)
        if len(self.communities) > 14:
            parent = 10**6
        args = (parent, admin, self.rng.choice(["", "quarter", "quarter"]), self._hash())
        return Action("CommunityRegistry", "create", args, sender)

    def _profile(self) -> Action:
        community = self._community()
        args = (community, self._hash())
        admin = self.admins[community]
        return Action("CommunityRegistry", "update_community_profile", args, admin)

    def _close(self) -> Action:
        late = [each for each in self.communities if each > 4]
        is_closed = self.loop.registry.is_closed
        if len(late) - sum(map(is_closed, late)) < 2 and not self._odds(0.1):
            return self._create()
        community = self.rng.choice(late or [10**6])
        sender = self.admins.get(community, self.loop.governance)
        return Action("CommunityRegistry", "close", (community, self._hash()), sender)

    def _offer_admin(self) -> Action:
        community = self._community()
        args = (community, self.loop.admins[min(community, 4)])
        return Action("CommunityRegistry", "transfer_admin", args, self.admins[community])

    def _accept_admin(self) -> Action:
        community = self._community()
        sender = self.loop.admins[min(community, 4)]
        return Action("CommunityRegistry", "accept_admin", (community,), sender)

    def _replace_admin(self) -> Action:
        community = self._community()
        args = (community, self.loop.admins[min(community, 4)])
        return Action("CommunityRegistry", "replace_admin", args, self.loop.governance)

    def _set_manager(self) -> Action:
        community = self._community()
        level = 256 if self._odds(0.05) else self.rng.randrange(1, 4)
        args = (community, self._manager(community), level, "manager")
        return Action("CommunityRegistry", "set_manager", args, self.admins[community])

    def _remove_manager(self) -> Action:
        community = self._community()
        args = (community, self.rng.choice(self.staff))
        return Action("CommunityRegistry", "remove_manager", args, self.admins[community])

    def _resign(self) -> Action:
        community = self.rng.randrange(1, 5)
        sender = self.loop.sub_managers[community]
        return Action("CommunityRegistry", "resign_manager", (community,), sender)

    def _apply(self) -> Action:
        community, person = self._community(), self.rng.choice(self.people)
        if self.loop.registry.is_member(community, person) and not self._odds(0.1):
            return self._donate()
        args = (community, self._hash())
        return Action("CommunityRegistry", "apply", args, person)

    def _approve_members(self) -> Action:
        community = self._community()
        asking = [each for each in self.people if self.loop.registry.has_applied(community, each)]
        if not asking and not self._odds(0.1):
            return self._apply()
        args = (community, [*asking, self.people[0]])
        sender = self.rng.choice([self.admins[community], self._manager(community)])
        return Action("CommunityRegistry", "approve_members", args, sender)

    def _accept_invitation(self) -> Action:
        """Signed by a community's first manager, at times for another nonce."""
        community, person = self.rng.randrange(1, 5), self.rng.choice(self.people)
        registry, chain = self.loop.registry, self.loop.chain
        names = ("root", "child", "grandchild", "other")
        signer = chain.signer(f"{names[community - 1]} manager")
        nonce = registry.invitation_nonce(community, person) + self._odds(0.1)
        deadline = chain.timestamp + (-1 if self._odds(0.1) else 60 * DAY)
        types = {
            "Invitation": [
                {"name": "community", "type": "uint256"},
                {"name": "invitee", "type": "address"},
                {"name": "nonce", "type": "uint256"},
                {"name": "deadline", "type": "uint256"},
            ]
        }
        domain = {
            "name": "COS CommunityRegistry",
            "version": "1",
            "chainId": chain.chain_id,
            "verifyingContract": registry.address,
        }
        message = {
            "community": community,
            "invitee": person,
            "nonce": nonce,
            "deadline": deadline,
        }
        signature = bytes(signer.sign_typed_data(domain, types, message).signature)
        args = (community, self.loop.managers[community], deadline, self._hash(), signature)
        return Action("CommunityRegistry", "accept_invitation", args, person)

    def _revoke_invitations(self) -> Action:
        community = self._community()
        args = (community, self.rng.choice(self.people))
        return Action("CommunityRegistry", "revoke_invitations", args, self.admins[community])

    def _leave(self) -> Action:
        return Action(
            "CommunityRegistry", "leave", (self._community(),), self.rng.choice(self.people)
        )

    def _remove_member(self) -> Action:
        community = self._community()
        args = (community, self.rng.choice(self.people), self._hash())
        return Action("CommunityRegistry", "remove_member", args, self.admins[community])

    def _update_profile(self) -> Action:
        args = (self._community(), self._hash())
        return Action("CommunityRegistry", "update_profile", args, self.rng.choice(self.people))

    def _freeze(self) -> Action:
        args = (self._community(), self._hash(), self.rng.choice([DAY, 9 * DAY, 91 * DAY]))
        return Action("CommunityRegistry", "freeze", args, self.loop.auditor)

    def _extend_freeze(self) -> Action:
        frozen = [each for each in self.communities if self.loop.registry.is_frozen(each)]
        if not frozen and not self._odds(0.1):
            return self._freeze()
        args = (self.rng.choice(frozen or [ROOT]), self.loop.chain.timestamp + 12 * DAY)
        return Action("CommunityRegistry", "extend_freeze", args, self.loop.governance)

    def _unfreeze(self) -> Action:
        frozen = [each for each in self.communities if self.loop.registry.is_frozen(each)]
        if not frozen and not self._odds(0.1):
            return self._grant()
        community = self.rng.choice(frozen or [ROOT])
        sender = self.rng.choice([self.loop.auditor, self.loop.governance])
        return Action("CommunityRegistry", "unfreeze", (community,), sender)

    # --- rules -----------------------------------------------------------------------------------

    def _set_rule(self) -> Action:
        rule = self.rng.randrange(6, 12)
        low = self._amount(100)
        definition = (1, self.rng.randrange(7), low, low * self.rng.randrange(3), 0, 0, True)
        return Action("RuleBook", "set_rule", (rule, definition, "rule"), self.loop.governance)

    def _set_index(self) -> Action:
        index = self.loop.rules.index_bps() - self.rng.randrange(3)
        return Action("RuleBook", "set_index", (index,), self.loop.governance)

    def _set_factor(self) -> Action:
        factor = self.rng.choice([9_999, 15_000, 20_000])
        return Action("RuleBook", "set_override_factor", (factor,), self.loop.governance)

    def _set_override(self) -> Action:
        community, low = self._community(), self.rng.randrange(400, 900) * COS
        args = (community, HOURS, low, 2_000 * COS)
        return Action("RuleBook", "set_override", args, self.admins[community])

    def _clear_override(self) -> Action:
        community = self._community()
        if not self.loop.rules.overrides_of(community, HOURS)[1][0] and not self._odds(0.1):
            return self._set_override()
        return Action("RuleBook", "clear_override", (community, HOURS), self.admins[community])

    # --- ledger ----------------------------------------------------------------------------------

    def _issue_quota(self) -> Action:
        shortfall, amount = self.loop.pool.shortfall, self._amount(10**6)
        if shortfall(amount) and not self._odds(0.2):
            return Action("BonusPool", "fund", (shortfall(10**6 * COS),), self.loop.center)
        args = (self.rng.choice(self.sponsors), amount)
        return Action("QuotaLedger", "issue_quota", args, self.loop.seller)

    def _donate(self) -> Action:
        sponsor = self.rng.choice(self.sponsors)
        quota = self.loop.ledger.quota_of(sponsor)
        if quota < COS and not self._odds(0.1):
            return self._issue_quota()
        args = (self._community(), self._part(quota))
        return Action("QuotaLedger", "donate", args, sponsor)

    def _donate_own(self) -> Action:
        return Action(
            "QuotaLedger", "donate_own", (self._community(), self._amount(5_000)), self.loop.center
        )

    def _allot(self) -> Action:
        for _ in range(20):
            lot, community = self._lot(), self._community()
            held = self.loop.ledger.holding(lot, community, POOL)
            if held:
                break
        target, to = community, self._manager(community)
        children = {1: 2, 2: 3}
        if community in children and self._odds(0.3):
            target, to = children[community], POOL
        args = (lot, community, target, to, self._part(held))
        return Action("QuotaLedger", "allot", args, self.admins[community])

    def _pass_on(self) -> Action:
        lot, community, manager, held = self._place()
        to = self.loop.sub_managers[min(community, 4)]
        if to == manager:
            return self._grant()
        args = (lot, community, community, to, self._part(held))
        return Action("QuotaLedger", "pass_on", args, manager)

    def _take_back(self) -> Action:
        lot, community, manager, held = self._place()
        target = community
        if self._odds(0.3):
            target = self.loop.registry.parent_of(community)
        args = (lot, community, manager, target, self._part(held))
        return Action("QuotaLedger", "take_back", args, self.admins[community])

    def _return_lot(self) -> Action:
        registry, ledger = self.loop.registry, self.loop.ledger
        closed = [each for each in self.communities if registry.is_closed(each)]
        there = [
            (lot, community)
            for community in closed
            for lot in self.lots[-40:]
            if ledger.holding(lot, community, POOL)
        ]
        if not there and not self._odds(0.1):
            return self._close() if self._odds(0.3) else self._donate()
        lot, community = self.rng.choice(there or [(self._lot(), ROOT)])
        args = (lot, community, self.rng.sample(self.staff, 2))
        return Action("QuotaLedger", "return_lot", args, self.loop.attacker)

    def _entry(self, community: int, most: int) -> tuple[Any, ...]:
        rule = self.rng.choice([FREE] * 9 + [HOURS, HOURS, YEARLY, ONCE, ONCE_40])
        quantity = 30 if rule == HOURS else ONE
        amount = self.rng.randrange(1, max(most, 2))
        if rule != FREE:
            amount = self._least(rule, community, quantity) - self._odds(0.02)
        if self._odds(0.03):
            rule, amount = self.rng.randrange(6, 12), self._amount(100)
        person = self.rng.choice(self.people * 6 + self.sponsors)
        return person, rule, quantity, amount, self._hash()

    def _grant(self) -> Action:
        lot, community, manager, held = self._place()
        size = self.rng.choice([1, 1, 1, 2, 3])
        entries = [self._entry(community, held // 8) for _ in range(size)]
        if not self._odds(0.05):  # the dear ones only where they can be paid
            entries = [each for each in entries if each[3] <= held // size]
        if not entries and not self._odds(0.1):
            return self._donate()
        args = (lot, community, entries, self._hash())
        return Action("QuotaLedger", "grant", args, manager)

    def _void_bonus(self) -> Action:
        if not self.batches:
            return self._grant()
        args = (self.rng.choice(self.batches[-4:]).header, self._odds(0.5), self._hash())
        return Action("QuotaLedger", "void_bonus", args, self.loop.auditor)

    def _void_points(self) -> Action:
        if not self.batches:
            return self._grant()
        batch = self.rng.choice(self.batches[-4:])
        leaves = [
            quota_ledger.leaf(index, quota_ledger.Entry(*entry), version)
            for index, (entry, version) in enumerate(
                zip(batch.entries, batch.versions, strict=True)
            )
        ]
        index = self.rng.randrange(len(leaves))
        proof = merkle.proof(leaves, index) if self._odds(0.9) else [bytes(32)]
        record = (index, batch.entries[index], batch.versions[index], proof)
        args = (batch.header, [record], self._hash())
        return Action("QuotaLedger", "void_points", args, self.loop.auditor)

    def _set_community_cap(self) -> Action:
        community = self._community()
        parent = self.loop.registry.parent_of(community)
        sender = self.admins[parent] if parent else self.loop.governance
        cap = self.rng.randrange(5_000_000) if parent else self.rng.randrange(4 * 10**6, 10**8)
        return Action("QuotaLedger", "set_community_cap", (community, cap), sender)

    def _set_member_caps(self) -> Action:
        community = self._community()
        args = (community, self.rng.randrange(10**6), self.rng.randrange(10**7))
        return Action("QuotaLedger", "set_member_caps", args, self.admins[community])

    def _not_the_drops(self) -> Action:
        """The ledger's and the pool's doors for contracts, by somebody who is none."""
        header = (1, 0, 1, self.loop.manager, 0, 1, 1, 0, 0, bytes(32), bytes(32))
        doors = [
            ("QuotaLedger", "set_aside", (self.loop.manager, self._lot(), ROOT, 1)),
            ("QuotaLedger", "record_claim", (1, self.people[0], 1, bytes(32), 1, 0, True)),
            ("QuotaLedger", "settle_drop", (header,)),
            ("QuotaLedger", "put_back", (self._lot(), 1, 1, 0)),
            ("QuotaLedger", "void_claim_points", (1, self.people[0], 1)),
            ("BonusPool", "open_quota", (1,)),
            ("BonusPool", "accrue", (self.people[0], self.people[1], 1, 24_000)),
            ("BonusPool", "set_aside", (self.people[0], 1, 24_000)),
            ("BonusPool", "accrue_aside", (self.people[0], self.people[1], 1, 1, 1, 24_000)),
            ("BonusPool", "put_back", (1, 1)),
            ("BonusPool", "void_bonus", (self.people[0], 24_000, 1, True)),
        ]
        contract, function, args = doors[next(self._door) % len(doors)]
        return Action(contract, function, args, self.rng.choice(self.everyone))

    # --- bonus pool ------------------------------------------------------------------------------

    def _fund(self) -> Action:
        return Action("BonusPool", "fund", (self._amount(10**6),), self.loop.center)

    def _claim_bonus(self) -> Action:
        month = self.loop.month
        account = self.rng.choice([*self.sponsors, *self.staff])
        months = [
            back
            for back in range(month - 6, month - 1)
            if any(self.loop.pool.bucket(account, back)[:2])
        ]
        if not months and not self._odds(0.1):
            return self._grant()
        args = (account, months or [month - 1])
        return Action("BonusPool", "claim", args, self.loop.attacker)

    def _void_month(self) -> Action:
        month = self.loop.month - self.rng.randrange(2)
        args = (self.rng.choice(self.loop.sub_managers[1:]), month, self._hash())
        return Action("BonusPool", "void_month", args, self.loop.auditor)

    def _set_schedule(self) -> Action:
        month = self.loop.month + self._odds(0.2)
        steps = [(month, self.rng.randrange(900, 2_500), self.rng.randrange(500, 1_000))]
        return Action("BonusPool", "set_schedule", (steps,), self.loop.governance)

    def _set_window(self) -> Action:
        window = self.rng.choice([0, DAY, 7 * DAY, 14 * DAY])
        return Action("BonusPool", "set_window", (window,), self.loop.governance)

    def _set_ledger(self) -> Action:
        args = (self.loop.ledger.address, True)
        return Action("BonusPool", "set_ledger", args, self.loop.governance)

    # --- drops -----------------------------------------------------------------------------------

    def _publish(self) -> Action:
        lot, community, manager, held = self._place()
        drops, chain = self.loop.drops, self.loop.chain
        number = drops.next_drop(manager)
        bound = Terms(number, chain.chain_id, drops.address, 50 * COS)
        entries: list[Entry] = []
        keys: list[bytes | None] = []
        for _ in range(self.rng.randrange(1, 8)):
            kind = VOUCHER if self._odds(0.3) else ADDRESS
            account = self.rng.choice([*self.people, *self.people, self.sponsors[0]])
            entries.append(Entry(kind, account, ONE, self.rng.randrange(1, 60 * COS)))
            keys.append(key_of(account) if kind == VOUCHER else None)
        tree = Tree([leaf(bound, index, entry) for index, entry in enumerate(entries)])
        self._pending = ("publish", (bound, entries, tree, keys))
        number += self._odds(0.03)
        duration = self.rng.choice([*[DAY, 9 * DAY, 20 * DAY] * 5, 400 * DAY])
        rule = ONCE if self._odds(0.04) else FREE
        total = min(self.rng.randrange(COS, 200 * COS), held)
        args = (
            *(number, lot, community, total, rule, 50 * COS, duration, tree.root),
            self._hash(),
        )
        return Action("GrantDrops", "publish", args, manager)

    def _open_claims(self) -> Action:
        lot, community, manager, held = self._place()
        rule = FREE if self._odds(0.05) else self.rng.choice([ONCE, ONCE_40])
        amount = max(self._least(rule, community), 1)
        args = (lot, community, min(3 * amount, held), rule, amount, 9 * DAY, self._hash())
        return Action("GrantDrops", "open_claims", args, manager)

    def _is_open(self, drop: List) -> bool:
        """Whether a drop can be claimed; sometimes without looking."""
        if self._odds(0.04):
            return True
        clock, is_frozen = self.loop.registry.clock_of(drop.terms[1])
        _, is_cancelled, left, _, _ = self.loop.drops.state_of(drop.terms)
        return not is_frozen and not is_cancelled and clock <= drop.terms[13] and left > 50 * COS

    def _claim(self) -> Action:
        listed = [drop for drop in self.drops[-12:] if drop.tree and self._is_open(drop)]
        if not listed:
            return self._publish()
        drop = self.rng.choice(listed)
        claimed, number = self.loop.drops.is_claimed, drop.terms[0]
        left = [index for index in range(len(drop.entries)) if not claimed(number, index)]
        if not left and not self._odds(0.05):
            return self._publish()
        index = self.rng.choice(left or [0])
        entry, key = drop.entries[index], drop.keys[index]
        assert drop.tree and drop.bound
        amount = entry.amount + self._odds(0.03)
        args = (drop.terms, index, entry.account, entry.quantity, amount, drop.tree.proof(index))
        if key is None or self._odds(0.05):
            return Action("GrantDrops", "claim", args, self.loop.attacker)
        recipient = self.rng.choice(self.people)
        signature = sign_voucher(drop.bound, index, recipient, key)
        if self._odds(0.05):
            recipient = self.loop.attacker
        args = (*args, recipient, *signature)
        return Action("GrantDrops", "claim_by_voucher", args, self.loop.attacker)

    def _claim_once(self) -> Action:
        opened = [drop for drop in self.drops if not drop.tree and self._is_open(drop)][-3:]
        if not opened:
            return self._open_claims()
        drop = self.rng.choice(opened)
        is_member, there = self.loop.registry.is_member, drop.terms[1]
        members = [each for each in self.people if is_member(there, each)]
        if not members and not self._odds(0.1):
            return self._apply()
        sender = self.rng.choice(members or self.people)
        return Action("GrantDrops", "claim_once", (drop.terms,), sender)

    def _with_drop(
        self,
        function: str,
        sender: str,
        *args: Any,
        where: Callable[[tuple[Any, ...], tuple[Any, ...]], bool] = lambda *_: True,
    ) -> Action:
        state_of = self.loop.drops.state_of
        drops = [drop.terms for drop in self.drops[-10:]]
        if self._odds(0.9):
            drops = [terms for terms in drops if where(state_of(terms), terms)]
        if not drops:
            return self._claim()
        terms = self.rng.choice(drops)
        if self._odds(0.03):
            terms = (*terms[:-1], bytes(32))
        return Action("GrantDrops", function, (terms, *args), sender)

    def _settle(self) -> Action:
        return self._with_drop("settle", self.loop.attacker, where=lambda state, _: state[4] > 0)

    def _return_unclaimed(self) -> Action:
        """Of a drop that is over, if there is one."""
        clock_of = self.loop.registry.clock_of

        def is_over(state: tuple[Any, ...], terms: tuple[Any, ...]) -> bool:
            return state[2] > 0 and (state[1] or clock_of(terms[1])[0] > terms[13])

        return self._with_drop("return_unclaimed", self.loop.attacker, where=is_over)

    def _cancel(self) -> Action:
        return self._with_drop("cancel", self.loop.auditor, self._hash())

    def _void_claim(self) -> Action:
        listed = [drop for drop in self.drops[-12:] if drop.tree]
        claimed = [
            (drop, index)
            for drop in listed
            for index, entry in enumerate(drop.entries)
            if entry.kind == ADDRESS and self.loop.drops.is_claimed(drop.terms[0], index)
        ]
        if not claimed:
            return self._claim()
        drop, index = self.rng.choice(claimed)
        entry = drop.entries[index]
        assert drop.tree
        args = (
            *(drop.terms, index, entry.account, entry.account, entry.quantity, entry.amount),
            *(drop.tree.proof(index), self._hash()),
        )
        return Action("GrantDrops", "void_points", args, self.loop.auditor)


WEIGHTS = {
    **dict.fromkeys(("grant", "allot"), 22),
    **dict.fromkeys(("donate", "claim"), 14),
    **dict.fromkeys(("issue_quota", "fund", "publish", "claim_once", "settle"), 8),
    **dict.fromkeys(("transfer", "apply", "approve_members", "void_points", "claim_bonus"), 7),
    **dict.fromkeys(("open_claims", "return_unclaimed", "accept_invitation"), 6),
    **dict.fromkeys(("donate_own", "pass_on", "take_back", "void_bonus", "void_claim"), 5),
    **dict.fromkeys(("set_manager", "not_the_drops", "set_member_caps", "approve"), 4),
    **dict.fromkeys(("set_community_cap", "unfreeze", "return_lot", "permit"), 4),
    **dict.fromkeys(("transfer_from", "set_override", "transfer_batch", "set_rule"), 3),
    **dict.fromkeys(("create", "close", "freeze", "leave", "issue", "cancel"), 2),
    **dict.fromkeys(("profile", "update_profile", "remove_member", "revoke_invitations"), 2),
    **dict.fromkeys(("offer_admin", "accept_admin", "replace_admin"), 2),
    "extend_freeze": 4,
    **dict.fromkeys(("clear_override", "set_issuer", "give_back", "void_month"), 2),
    **dict.fromkeys(("burn", "set_minter", "merge", "set_custodian"), 2),
    **dict.fromkeys(("mint", "genesis"), 1),
    **dict.fromkeys(("grant_role", "revoke_role", "renounce_role", "permit_signature"), 2),
    **dict.fromkeys(("remove_manager", "resign", "set_index", "set_factor", "set_window"), 1),
    **dict.fromkeys(("set_schedule", "set_ledger"), 1),
}
"""How often each action is proposed."""
