"""Contribution machine: ledger, bonus pool, registry, rule book and token against their models

quota is issued and donated, own coins are donated; lots go down the tree of communities, from hand
to hand, and back; managers grant them by rules and within caps; the auditor voids and freezes;
sponsors and managers claim; people come, go, are appointed and dismissed; communities open and
close, and what they hold returns; rules, caps, rates and windows change; months pass, also to their
last second; coins are sent to the contracts directly. After every step both sides have the same
state and the invariants hold (contribution_actions.py).
"""

from __future__ import annotations

from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, rule

from tests.contribution_loop import (
    CAP,
    COMMUNITY_CAP,
    COS,
    DAY,
    FREE,
    HOURS,
    ONCE,
    ONCE_40,
    OTHER,
    POOL,
    ROOT,
    RULES,
    UTC_8,
    YEARLY,
    digest_of,
)
from tests.models import INFINITE
from tests.models.calendar_months import month_start
from tests.models.quota_ledger import Batch
from tests.stateful.contribution_actions import REASON
from tests.stateful.contribution_choices import FLAWS, ContributionChoices, part
from tests.stateful.machine import check_call_mix, run_settings

MAX_COMMUNITIES = 9
MAX_LOTS = 60

LEDGER_REASONS = (
    "allotment too small",
    "already in the pool",
    "already void",
    "amount over rule",
    "amount too large",
    "amount under rule",
    "cap over parent's",
    "cap under children's",
    "child spent it",
    "community cap",
    "community is open",
    "contributor cap",
    "donated to this community",
    "manager as contributor",
    "manager cap",
    "member cap is zero",
    "no amount",
    "no bonus in batch",
    "no entries",
    "no evidence",
    "no quantity",
    "no such batch",
    "no such lot",
    "not a child",
    "not a manager",
    "not a member",
    "not a seller",
    "not a sub-manager",
    "not admin",
    "not admin or holder",
    "not auditor",
    "not governance",
    "not parent's admin",
    "not the parent",
    "nothing to return",
    "number too large",
    "once means one",
    "only to the child's pool",
    "parent spent it",
    "quota too small",
    "rule already used",
    "sponsor as contributor",
)
REASONS = {f"ledger: {reason}" for reason in LEDGER_REASONS} | {
    "bonus: month already void",
    "bonus: nothing to claim",
    "bonus: reserve too small",
    "bonus: window is open",
    "bonus: window is over",
    "registry: community closed",
    "registry: community frozen",
    "registry: no such community",
    "registry: not a manager",
    "rules: no such rule",
    "rules: rule not active",
    "token: insufficient allowance",
    "token: insufficient balance",
}


PICK = st.integers(0, 10**6)
RARELY = st.integers(0, 19).map(lambda n: n == 19)
SOMETIMES = st.integers(0, 5).map(lambda n: n == 5)
# Hundredths of what there is; above 100: one base unit more than that.
SHARE = st.sampled_from([1, 3, 10, 25, 30, 50, 50, 60, 75, 90, 100, 100, 100, 101])
AMOUNT = st.one_of(
    st.integers(1, 10), st.integers(COS, 50_000 * COS), st.integers(10**5 * COS, 3 * 10**6 * COS)
)
# Choice, share, wild, by a stranger.
MOVES = st.lists(st.tuples(PICK, SHARE, RARELY, RARELY), min_size=1, max_size=3)
ENTRY = st.tuples(PICK, st.sampled_from([FREE, FREE, FREE, HOURS, HOURS, ONCE, ONCE_40, YEARLY]))
FLAW = st.one_of(st.none(), st.none(), st.none(), st.none(), st.none(), st.sampled_from(FLAWS))
# Choice of the hand, entries, flaw of the last one, wild, 29: no entries, 30: entries repeated.
BATCHES = st.lists(
    st.tuples(PICK, st.lists(ENTRY, min_size=1, max_size=7), FLAW, RARELY, st.integers(0, 30)),
    min_size=1,
    max_size=4,
)


class ContributionMachine(ContributionChoices):
    """Which calls are made, how often, with how many that will be refused."""

    @initialize(amount=st.integers(10**6 * COS, 10**7 * COS))
    def begins(self, amount: int) -> None:
        """Something in every hand, so that every rule has something to do from the start."""
        loop, governance = self.deployed, self.governance
        self.fund(amount)
        self.issue(self.seller, loop.sponsor, amount)
        self.issue(self.seller, loop.other_sponsor, amount // 2)
        self.give(loop.other_sponsor, amount, amount)
        self.on_ledger("set_community_cap", governance, ROOT, 2 * COMMUNITY_CAP)
        for child, admin in ((2, loop.admin), (3, loop.child_admin)):
            self.on_ledger("set_community_cap", admin, child, COMMUNITY_CAP // child)
        self.on_rules("set_override_factor", governance, 20_000)
        for sponsor, community in ((loop.sponsor, ROOT), (loop.other_sponsor, OTHER)):
            self.on_ledger("donate", sponsor, community, amount // 4)
        self.donate_own(loop.other_sponsor, ROOT, amount // 4)
        for lot, community in ((1, ROOT), (2, OTHER), (3, ROOT)):
            args = (lot, community, community, loop.managers[community], amount // 8)
            self.on_ledger("allot", loop.admins[community], *args)
        args = (1, ROOT, 2, POOL, amount // 16)
        self.on_ledger("allot", loop.admin, *args)
        self.on_registry("apply", loop.contributor, ROOT, bytes(32))
        self.on_registry("approve_members", loop.admin, ROOT, [loop.contributor])

    # --- quota and donations

    @rule(pick=PICK, amount=AMOUNT, is_short=RARELY, is_stranger=RARELY)
    def issues(self, pick: int, amount: int, is_short: bool, is_stranger: bool) -> None:
        if is_short:
            amount = self.coverable() + 1
        else:
            self.fund(self.pool_model.shortfall(amount))
        sender = self.person(pick) if is_stranger else self.seller
        self.issue(sender, self.person(pick), 0 if pick % 50 == 49 else amount)

    @rule(pick=PICK, share=SHARE, is_wild=RARELY)
    def donates(self, pick: int, share: int, is_wild: bool) -> None:
        sponsors = sorted(person for person, amount in self.model.quota.items() if amount)
        if len(self.model.lots) < MAX_LOTS and sponsors:
            sponsor = sponsors[pick % len(sponsors)]
            amount = part(self.model.quota[sponsor], share)
            self.on_ledger("donate", sponsor, self.community(pick, is_wild), amount)

    @rule(pick=PICK, amount=AMOUNT, lack=st.integers(0, 30), is_wild=RARELY)
    def donates_own(self, pick: int, amount: int, lack: int, is_wild: bool) -> None:
        if len(self.model.lots) < MAX_LOTS:
            sponsor, balances = self.person(pick), self.token_model.balances
            self.give(sponsor, max(amount - balances[sponsor], 0), amount - (lack == 30))
            if lack in (28, 29):
                self.give(sponsor, 0, INFINITE)
                amount = 2**64 if lack == 28 else balances[sponsor] + 1
            self.donate_own(sponsor, self.community(pick, is_wild), amount)

    # --- down the tree and back

    @rule(moves=MOVES)
    def allots(self, moves: list[tuple[int, int, bool, bool]]) -> None:
        for pick, share, is_wild, is_stranger in moves:
            if hands := self.hands(is_pool=True, is_wild=is_wild):
                hand = hands[pick % len(hands)]
                sender = self.person(pick) if is_stranger else self.admin_of(hand[1])
                self.move_down("allot", sender, hand, pick, share, is_wild)

    @rule(moves=MOVES)
    def passes_on(self, moves: list[tuple[int, int, bool, bool]]) -> None:
        for pick, share, is_wild, is_stranger in moves:
            if hands := self.hands(is_pool=False, is_wild=is_wild):
                hand = hands[pick % len(hands)]
                sender = self.person(pick) if is_stranger else hand[2]
                self.move_down("pass_on", sender, hand, pick, share, is_wild)

    def move_down(
        self, function: str, sender: str, hand: tuple, pick: int, share: int, is_wild: bool
    ) -> None:
        lot, community, holder = hand
        if target := self.target(hand, pick, is_wild):
            amount = part(self.model.holding(lot, community, holder), share)
            if is_wild and share == 1:
                lot, amount = lot + pick % 2 * MAX_LOTS, pick % 2
            self.on_ledger(function, sender, lot, community, *target, amount)

    @rule(moves=MOVES, is_up=st.booleans())
    def takes_back(self, moves: list[tuple[int, int, bool, bool]], is_up: bool) -> None:
        for pick, share, is_wild, is_stranger in moves:
            hands = [hand for hand in self.all_hands() if is_wild or self.may_go(hand, is_up)]
            if hands:
                lot, community, holder = hands[pick % len(hands)]
                target = self.registry_model.parent_of(community) if is_up else community
                amount = part(self.model.holding(lot, community, holder), share)
                senders = [self.admin_of(target), holder]
                if holder == POOL:
                    senders[1] = self.admin_of(community)
                sender = self.person(pick) if is_stranger else senders[pick % 2]
                if is_wild and pick % 2 == 1:
                    target = self.community(pick // 3, True)
                if is_wild and pick % 7 == 1:
                    lot = MAX_LOTS + 1
                self.on_ledger("take_back", sender, lot, community, holder, target, amount)

    # --- grants

    @rule(batches=BATCHES)
    def grants(self, batches: list) -> None:
        for pick, drawn, flaw, is_wild, fault in batches:
            if hands := self.hands(is_pool=False, is_wild=is_wild):
                # The fullest hands first: in the end most of them hold next to nothing.
                hands.sort(key=self.room, reverse=True)
                hand = hands[pick % len(hands) if is_wild else pick % min(4, len(hands))]
                if not self.room(hand) and pick % 5 != 2:
                    continue  # most caps are used up, or have been lowered
                entries = self.entries(hand, drawn, flaw)
                if fault == 30:  # the largest batches cost too much here: unit tests have them
                    entries = (entries * 40)[:40]
                sender = self.person(pick) if is_wild and pick % 3 == 1 else hand[2]
                evidence = digest_of("batch") if pick % 2 else bytes(32)
                self.grant(sender, *hand[:2], [] if fault == 29 else entries, evidence)

    @rule(batches=BATCHES)
    def grants_again(self, batches: list) -> None:
        self.grants(batches)

    @rule(batches=BATCHES, seconds=st.sampled_from([1, 3_600, DAY, 5 * DAY]))
    def grants_later(self, batches: list, seconds: int) -> None:
        self.warp(self.clock.now + seconds)
        self.grants(batches)

    @rule(pick=PICK, other_pick=PICK)
    def proves(self, pick: int, other_pick: int) -> None:
        """Any record of any batch; and not at another place; and in another batch's name never."""
        if batches := self.batches():
            batch, other = batches[pick % len(batches)], batches[other_pick % len(batches)]
            index = other_pick % len(batch.records)
            record = batch.records[index]
            proven = (record.entry, record.terms.version, batch.proof(index))
            verify = self.ledger.verify_record
            assert verify(batch.header, index, *proven)
            assert not verify(batch.header, index + 1, *proven)
            expected = self.model.verify_record(other.header, index, *proven)
            assert verify(other.header, index, *proven) == expected

    # --- bonuses

    @rule(pick=PICK, is_manager=st.booleans(), fault=st.integers(0, 25))
    def voids(self, pick: int, is_manager: bool, fault: int) -> None:
        if batches := self.batches() if fault < 5 else self.voidable(is_manager):
            batch = batches[pick % len(batches)]
            if fault == 0:
                header = batch.header._replace(total=batch.header.total + 1)
                batch = Batch(header, batch.digest, batch.records)
            sender = self.person(pick) if fault == 1 else self.auditor
            self.void_batch(sender, batch, is_manager, bytes(32) if fault == 2 else REASON)

    @rule(pick=PICK, back=st.integers(0, 1))
    def voids_a_month(self, pick: int, back: int) -> None:
        """Of a manager who has something to lose, mostly."""
        month = self.month - back
        managers = sorted({batch.header.manager for batch in self.batches()})
        losers = [m for m in managers if self.pool_model.buckets[m, month].manager_e4]
        if pick % 5 != 3:
            managers = losers
        if managers:
            self.void_month(self.auditor, managers[pick % len(managers)], month)

    @rule(pick=PICK, is_hasty=RARELY, is_again=SOMETIMES)
    def claims(self, pick: int, is_hasty: bool, is_again: bool) -> None:
        """All that someone may claim; now and then time passes to when the first of it is due."""
        if earned := self.unclaimed():
            account, months = list(earned.items())[pick % len(earned)]
            first = self.pool_model.claimable_from(months[0])
            if not is_hasty and pick % 3 == 1:
                self.warp(max(self.clock.now, first))
            claimable = self.pool_model.claimable_from
            due = [month for month in months if claimable(month) <= self.clock.now]
            for months_now in [months if is_hasty else due] + [due] * is_again:
                if months_now:
                    self.claim(account, months_now[:60])

    # --- caps

    @rule(pick=PICK, cap=st.integers(0, 20_000_000), fault=st.integers(0, 20))
    def sets_a_root_cap(self, pick: int, cap: int, fault: int) -> None:
        roots = [n for n, c in self.registry_model.communities.items() if c.parent == 0]
        community = roots[pick % len(roots)]
        if fault != 18:
            cap = max(cap, self.caps_model.carved(community))
        cap = CAP // COS + fault - 20 if fault > 18 else cap
        sender = self.person(pick) if fault == 17 else self.governance
        self.on_ledger("set_community_cap", sender, community, cap)

    @rule(pick=PICK, share=SHARE, is_wild=SOMETIMES, is_stranger=RARELY)
    def sets_a_childs_cap(self, pick: int, share: int, is_wild: bool, is_stranger: bool) -> None:
        """Between what its children have and what its parent can give."""
        model, caps = self.registry_model, self.caps_model
        children = [
            n for n, c in model.communities.items() if c.parent and self.is_active(c.parent)
        ]
        if children:
            community = children[pick % len(children)]
            parent = model.parent_of(community)
            own, above = caps.caps(community), caps.caps(parent)
            spent = [-(-caps.spent[number, self.month] // COS) for number in (community, parent)]
            low = own.carved + spent[0]
            high = max(low, own.total + above.total - above.carved - spent[1])
            cap = low + (high - low) * share // 100
            if is_wild:
                cap = (own.carved - 1, low - 1, high + 1, high + spent[1] + 1)[pick % 4]
            sender = self.person(pick) if is_stranger else model.admin_of(parent)
            self.on_ledger("set_community_cap", sender, community, max(cap, 0))

    @rule(
        pick=PICK,
        contributor=st.sampled_from([1, 1_000, 200_000, 10**7, 10**9]),
        manager=st.sampled_from([1, 10_000, 2_000_000, 10**8, 10**9]),
        fault=st.integers(0, 30),
    )
    def sets_member_caps(self, pick: int, contributor: int, manager: int, fault: int) -> None:
        community = self.community(pick, fault == 30)
        sender = self.person(pick) if fault == 29 else self.admin_of(community)
        caps = (0 if fault == 28 else contributor, manager)
        self.on_ledger("set_member_caps", sender, community, *caps)

    # --- people, communities, terms

    @rule(
        pick=PICK,
        kind=st.sampled_from(["appoint", "appoint", "dismiss", "replace", "join", "leave"]),
    )
    def changes_people(self, pick: int, kind: str) -> None:
        community, person = self.community(pick), self.person(pick // 7)
        state, admin = self.registry_model.communities[community], self.admin_of(community)
        if kind == "appoint":
            level = (1, 2, 3, 255)[pick % 4]
            self.on_registry("set_manager", admin, community, person, level, "manager")
        elif kind == "dismiss" and len(state.levels) > 2:
            manager = self.managers(community)[pick % len(state.levels)]
            self.on_registry("remove_manager", admin, community, manager)
        elif kind == "replace":
            self.on_registry("replace_admin", self.governance, community, person)
        elif kind == "join":
            newcomers = [each for each in self.people if each not in state.members][: 1 + pick % 4]
            for newcomer in newcomers:
                self.on_registry("apply", newcomer, community, bytes(32))
            if newcomers:
                self.on_registry("approve_members", admin, community, newcomers)
        elif kind == "leave" and state.members:
            member = sorted(state.members)[pick % len(state.members)]
            self.on_registry("leave", member, community)

    @rule(
        pick=PICK,
        kind=st.sampled_from(["open", "open", "freeze", "unfreeze"]),
    )
    def changes_communities(self, pick: int, kind: str) -> None:
        """Freezes are mostly short, or nothing else would happen."""
        model = self.registry_model
        states = model.communities.items()
        if kind == "open" and len(states) < MAX_COMMUNITIES:
            parent = 0 if pick % 3 == 0 else self.community(pick)
            args = (parent, self.person(pick), "new", bytes(32))
            if receipt := self.on_registry("create", self.deployed.secretariat, *args):
                args = (receipt.value, self.person(pick + 1), 1, "manager")
                self.on_registry("set_manager", self.person(pick), *args)
        elif kind == "freeze":
            rested = [n for n, state in states if not state.frozen_until and self.is_active(n)]
            if rested:
                seconds = 30 * DAY if pick % 5 == 1 else 1 + pick % DAY
                args = (rested[pick % len(rested)], REASON, seconds)
                self.on_registry("freeze", self.auditor, *args)
        elif frozen := [n for n, state in states if model.is_frozen(n) and not state.closed]:
            self.on_registry("unfreeze", self.auditor, frozen[pick % len(frozen)])

    @rule(pick=PICK, is_closing=st.integers(0, 3).map(lambda n: n == 3), is_wild=RARELY)
    def returns(self, pick: int, is_closing: bool, is_wild: bool) -> None:
        """What a closed community holds; wildly, what an open one holds, or a lot unknown."""
        states = self.registry_model.communities
        still_open = sorted({c for _, c, _ in self.all_hands() if not states[c].closed})
        if is_closing and len(still_open) > 2:
            args = (still_open[pick % len(still_open)], REASON)
            self.on_registry("close", self.governance, *args)
        hands = [hand for hand in self.all_hands() if is_wild or states[hand[1]].closed]
        if hands:
            lot, community, holder = hands[pick % len(hands)]
            if is_wild and pick % 3 == 1:
                lot = pick % 2 * (MAX_LOTS + 1)
            holders = [self.person(pick)] if is_wild else [holder, holder, self.person(pick)]
            self.return_lot(lot, community, holders)

    @rule(
        pick=PICK,
        kind=st.sampled_from(["rule", "index", "override", "override", "schedule", "window"]),
    )
    def changes_terms(self, pick: int, kind: str) -> None:
        if kind == "rule":
            number = (FREE, HOURS, HOURS, ONCE)[pick % 4]
            old, factor = RULES[number], pick % 3 + 1
            new = old._replace(
                minimum=old.minimum * factor // 2,
                maximum=old.maximum * factor // 2,
                active=number == FREE or pick % 5 > 0,
            )
            self.on_rules("set_rule", self.governance, number, new, "changed")
        elif kind == "index" and self.rules_model.index_bps > 5_000:
            index = self.rules_model.index_bps - 1 - pick % 300
            self.on_rules("set_index", self.governance, index)
        elif kind == "override":
            community, default = self.community(pick), self.rules_model.rule_of(HOURS)
            percent = 51 + pick % 149
            amounts = (default.minimum * percent // 100, default.maximum * percent // 100)
            self.on_rules("set_override", self.admin_of(community), community, HOURS, *amounts)
        elif kind == "schedule":
            steps = [
                (self.month + 2 * k, 1_000 + pick * (k + 3) % 1_501, 500 + pick * (k + 7) % 501)
                for k in range(1 + pick % 3)
            ]
            self.on_pool("set_schedule", self.governance, steps)
        elif kind == "window":
            self.on_pool("set_window", self.governance, (1 + pick % 90) * DAY)

    # --- the world

    @rule(is_pool=st.booleans(), amount=st.integers(1, 10**6 * COS))
    def sends_directly(self, is_pool: bool, amount: int) -> None:
        self.send_directly(self.pool if is_pool else self.ledger, amount)

    @rule(months=st.sampled_from([1, 1, 1, 2, 12, 40]), late=st.sampled_from([-1, 0, 1]))
    def a_month_begins(self, months: int, late: int) -> None:
        """To the second before, at or after the start of a month, in UTC+8."""
        self.warp(max(self.clock.now, month_start(self.month + months, UTC_8) + late))

    @rule()
    def it_is_after_2106(self) -> None:
        """Pitfall 35; the rest of the example goes on there."""
        if len(self.batches()) > 10:
            self.warp(max(self.clock.now, 2**32 + 12_345))

    # --- after every step

    @invariant()
    def both_sides_have_the_same_state(self) -> None:
        self.lots_are_equal()
        self.records_are_equal()
        self.pool_is_equal()

    @invariant()
    def the_invariants_hold(self) -> None:
        self.supply_adds_up()
        self.contracts_hold_what_they_owe()
        self.quota_adds_up()
        self.lots_stay_below_their_community()
        self.bonus_adds_up()
        self.records_add_up()


class TestContribution(ContributionMachine.TestCase):
    settings = run_settings(examples=30, steps=60)

    def runTest(self) -> None:  # noqa: N802, the name is unittest's
        ContributionMachine.calls.clear()
        super().runTest()
        check_call_mix(ContributionMachine, REASONS)
