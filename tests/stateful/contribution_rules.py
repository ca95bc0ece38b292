"""Rules of the contribution machine for quota, lots, grants, bonuses, caps and terms."""

from __future__ import annotations

from hypothesis import strategies
from hypothesis.stateful import initialize

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
from tests.stateful import draws as st
from tests.stateful.contribution_actions import REASON
from tests.stateful.contribution_choices import FLAWS, ContributionChoices, part
from tests.stateful.draws import action

MAX_LOTS = 60

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


class ContributionRules(ContributionChoices):
    """Which calls are made, how often, with how many that will be refused."""

    @initialize(amount=strategies.integers(10**6 * COS, 10**7 * COS))
    def begins(self, amount: int) -> None:
        """Something in every hand, so that every rule has something to do from the start."""
        loop, governance = self.deployed, self.governance
        self.fund(amount)
        self.on_ledger("issue_quota", self.seller, loop.sponsor, amount)
        self.on_ledger("issue_quota", self.seller, loop.other_sponsor, amount // 2)
        self.on_ledger("issue_quota", self.seller, loop.sponsor, self.coverable() + 1)  # refused
        self.give(loop.other_sponsor, amount, amount)
        self.on_ledger("set_community_cap", governance, ROOT, 2 * COMMUNITY_CAP)
        for child, admin in ((2, loop.admin), (3, loop.child_admin)):
            self.on_ledger("set_community_cap", admin, child, COMMUNITY_CAP // child)
        self.on_rules("set_override_factor", governance, 20_000)
        self.on_pool("set_ledger", governance, self.ledger.address, True)
        for sponsor, community in ((loop.sponsor, ROOT), (loop.other_sponsor, OTHER)):
            self.on_ledger("donate", sponsor, community, amount // 4)
        self.on_ledger("donate_own", loop.other_sponsor, ROOT, amount // 4)
        for lot, community in ((1, ROOT), (2, OTHER), (3, ROOT)):
            args = (lot, community, community, loop.managers[community], amount // 8)
            self.on_ledger("allot", loop.admins[community], *args)
        args = (1, ROOT, 2, POOL, amount // 16)
        self.on_ledger("allot", loop.admin, *args)
        self.on_registry("apply", loop.contributor, ROOT, bytes(32))
        self.on_registry("approve_members", loop.admin, ROOT, [loop.contributor])

    # --- quota and donations

    @action(pick=PICK, amount=AMOUNT, is_short=SOMETIMES, is_stranger=RARELY)
    def issues(self, pick: int, amount: int, is_short: bool, is_stranger: bool) -> None:
        if is_short:
            amount = self.coverable() + 1
        else:
            self.fund(self.pool_model.shortfall(amount))
        sender = self.person(pick) if is_stranger else self.seller
        self.on_ledger("issue_quota", sender, self.person(pick), 0 if pick % 50 == 49 else amount)

    @action(pick=PICK, share=SHARE, is_wild=RARELY)
    def donates(self, pick: int, share: int, is_wild: bool) -> None:
        sponsors = sorted(person for person, amount in self.model.quota.items() if amount)
        if len(self.model.lots) < MAX_LOTS and sponsors:
            sponsor = sponsors[pick % len(sponsors)]
            amount = part(self.model.quota[sponsor], share)
            self.on_ledger("donate", sponsor, self.community(pick, is_wild), amount)

    @action(pick=PICK, amount=AMOUNT, lack=st.integers(0, 30), is_wild=RARELY)
    def donates_own(self, pick: int, amount: int, lack: int, is_wild: bool) -> None:
        if len(self.model.lots) < MAX_LOTS:
            sponsor, balances = self.person(pick), self.token_model.balances
            self.give(sponsor, max(amount - balances[sponsor], 0), amount - (lack == 30))
            if lack in (28, 29):
                self.give(sponsor, 0, INFINITE)
                amount = 2**64 if lack == 28 else balances[sponsor] + 1
            self.on_ledger("donate_own", sponsor, self.community(pick, is_wild), amount)

    # --- down the tree and back

    @action(weight=8, moves=MOVES)
    def allots(self, moves: list[tuple[int, int, bool, bool]]) -> None:
        for pick, share, is_wild, is_stranger in moves:
            if hands := self.hands(is_pool=True, is_wild=is_wild):
                hand = hands[pick % len(hands)]
                sender = self.person(pick) if is_stranger else self.admin_of(hand[1])
                self.move_down("allot", sender, hand, pick, share, is_wild)

    @action(moves=MOVES)
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

    @action(moves=MOVES, is_up=st.booleans())
    def takes_back(self, moves: list[tuple[int, int, bool, bool]], is_up: bool) -> None:
        for pick, share, is_wild, is_stranger in moves:
            is_lax = is_wild or pick % 6 == 1
            hands = [hand for hand in self.all_hands() if is_lax or self.may_go(hand, is_up)]
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

    @action(weight=10, batches=BATCHES)
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

    @action(weight=3, batches=BATCHES, seconds=st.sampled_from([1, 3_600, DAY, 5 * DAY]))
    def grants_later(self, batches: list, seconds: int) -> None:
        self.warp(self.clock.now + seconds)
        self.grants(batches)

    @action(pick=PICK, other_pick=PICK)
    def proves(self, pick: int, other_pick: int) -> None:
        """Any record of any batch; and not at another place; and in another batch's name never."""
        if batches := [batch for batch in self.batches() if batch.records]:
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

    @action(pick=PICK, is_manager=st.booleans(), fault=st.integers(0, 25))
    def voids(self, pick: int, is_manager: bool, fault: int) -> None:
        if batches := self.batches() if fault < 5 else self.voidable(is_manager):
            batch = batches[pick % len(batches)]
            if fault == 0:
                header = batch.header._replace(total=batch.header.total + 1)
                batch = Batch(header, batch.digest, batch.records)
            sender = self.person(pick) if fault == 1 else self.auditor
            for _ in range(1 + (fault > 20)):
                self.void_batch(sender, batch, is_manager, bytes(32) if fault == 2 else REASON)

    @action(pick=PICK, back=st.integers(0, 1))
    def voids_a_month(self, pick: int, back: int) -> None:
        """Of a manager who has something to lose, mostly."""
        month = self.month - back
        managers = sorted({batch.header.manager for batch in self.batches()})
        losers = [m for m in managers if self.pool_model.buckets[m, month].manager_e4]
        if pick % 5 != 3:
            managers = losers
        if managers:
            self.void_month(self.auditor, managers[pick % len(managers)], month)

    @action(weight=4, pick=PICK, is_hasty=RARELY, is_again=SOMETIMES)
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

    @action(pick=PICK, cap=st.integers(0, 20_000_000), fault=st.integers(0, 20))
    def sets_a_root_cap(self, pick: int, cap: int, fault: int) -> None:
        roots = [n for n, c in self.registry_model.communities.items() if c.parent == 0]
        community = roots[pick % len(roots)]
        if fault != 18:
            cap = max(cap, self.caps_model.carved(community))
        cap = CAP // COS + fault - 20 if fault > 18 else cap
        sender = self.person(pick) if fault == 17 else self.governance
        self.on_ledger("set_community_cap", sender, community, cap)

    @action(pick=PICK, share=SHARE, is_wild=SOMETIMES, is_stranger=RARELY)
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

    @action(
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

    # --- returns, terms

    @action(pick=PICK, is_closing=st.integers(0, 3).map(lambda n: n == 3), is_wild=RARELY)
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

    @action(
        pick=PICK,
        kind=st.sampled_from(["rule", "index", "override", "override", "clear", "schedule"]),
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
        elif kind == "clear":
            made = self.rules_model.overrides.items()
            own = [n for (n, number), each in made if number == HOURS and each and each[-1].amounts]
            if own:
                community = own[pick % len(own)]
                args = (community, HOURS)
                self.on_rules("clear_override", self.admin_of(community), *args)
        elif kind == "schedule":
            steps = [
                (self.month + 2 * k, 1_000 + pick * (k + 3) % 1_501, 500 + pick * (k + 7) % 501)
                for k in range(1 + pick % 3)
            ]
            self.on_pool("set_schedule", self.governance, steps)

    @action(weight=1, days=st.sampled_from([1, 7, 14, 30, 90]))
    def changes_the_window(self, days: int) -> None:
        self.on_pool("set_window", self.governance, days * DAY)

    @action(weight=2, pick=PICK)
    def asks_the_impossible(self, pick: int) -> None:
        """Calls that nobody may make, ever, or not like this."""
        now, person, governance = self.month, self.person(pick), self.governance
        calls = (
            (self.on_pool, "fund", self.center, 0),
            (self.on_pool, "set_ledger", governance, POOL, True),
            (self.on_pool, "set_ledger", person, person, True),
            (self.on_pool, "set_schedule", governance, []),
            (self.on_pool, "set_schedule", governance, [(now + 1, 1_000, 500)]),
            (self.on_pool, "set_schedule", governance, [(now, 1_000, 500), (now, 1_000, 500)]),
            (self.on_pool, "set_schedule", governance, [(now, 1_000, 500), (2**16, 1_000, 500)]),
            (self.on_pool, "set_schedule", governance, [(now, 2_501, 500)]),
            (self.on_pool, "set_window", governance, 0),
            (self.on_pool, "claim", person, person, [now]),
            (self.on_ledger, "issue_quota", self.seller, POOL, 1),
            (self.on_ledger, "set_community_cap", governance, ROOT, CAP // COS + 1),
            (self.on_ledger, "set_member_caps", self.admin_of(ROOT), ROOT, 1, CAP // COS + 1),
        )
        call, function, sender, *args = calls[pick % len(calls)]
        call(function, sender, *args)
        if pick % 7 == 1:
            self.void_month(person, person, now)
            self.void_month(self.auditor, person, now, bytes(32))
            self.void_month(self.auditor, person, now + 1)

    # --- the world

    @action(weight=1, to=st.integers(0, 2), amount=st.integers(1, 10**6 * COS))
    def sends_directly(self, to: int, amount: int) -> None:
        self.send_directly((self.pool, self.ledger, self.drops)[to], amount)

    @action(weight=3, seconds=st.sampled_from([1, 3_600, DAY, DAY, 7 * DAY, 30 * DAY]))
    def time_passes(self, seconds: int) -> None:
        self.warp(self.clock.now + seconds)

    @action(weight=1, back=st.integers(0, 2), late=st.sampled_from([-1, 0, 1]))
    def a_window_ends(self, back: int, late: int) -> None:
        """To the second around the end of a challenge window."""
        end = self.pool_model.claimable_from(self.month - back)
        self.warp(max(self.clock.now, end + late))

    @action(
        weight=1, months=st.sampled_from([1, 1, 1, 2, 12, 40]), late=st.sampled_from([-1, 0, 1])
    )
    def a_month_begins(self, months: int, late: int) -> None:
        """To the second before, at or after the start of a month, in UTC+8."""
        self.warp(max(self.clock.now, month_start(self.month + months, UTC_8) + late))

    @action(weight=1)
    def it_is_after_2106(self) -> None:
        """Pitfall 35; the rest of the example goes on there."""
        if len(self.batches()) > 30:
            self.warp(max(self.clock.now, 2**32 + 12_345))
