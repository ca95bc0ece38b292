"""Rules of the contribution machine for drops and for voiding points."""

from __future__ import annotations

from tests.contribution_loop import POOL
from tests.models.grant_drops import Published
from tests.models.quota_ledger import Batch, RecordProof
from tests.stateful import draws as st
from tests.stateful.contribution_actions import NO_HASH, REASON
from tests.stateful.contribution_choices import Hand
from tests.stateful.draws import action
from tests.stateful.drop_choices import (
    CLAIM_FLAWS,
    LIST_FLAWS,
    MEMBERS_FLAWS,
    DropChoices,
    ListDrop,
)

MAX_DROPS = 25
AS_DROPS = "a contract's part"  # never succeeds

PICK = st.integers(0, 10**6)
RARELY = st.integers(0, 19).map(lambda n: n == 19)
SOMETIMES = st.integers(0, 5).map(lambda n: n == 5)
DAYS = st.sampled_from([1, 2, 2, 5, 10, 30, 40, 366])
LINES = st.lists(st.tuples(PICK, st.integers(0, 2).map(lambda n: n == 2)), min_size=1, max_size=7)


def seldom(flaws: tuple[str, ...]) -> st.Draw:
    return st.one_of(*[st.none()] * 4, st.sampled_from(flaws))


class DropRules(DropChoices):
    """What is published, claimed, settled, cancelled, returned and voided."""

    def next_hand(self, pick: int) -> Hand | None:
        """One of the fullest hands."""
        hands = sorted(self.hands(is_pool=False), key=self.room, reverse=True)[:4]
        hands = [hand for hand in hands if self.room(hand)]
        return hands[pick % len(hands)] if hands and len(self.lists) < MAX_DROPS else None

    @action(weight=8, pick=PICK, people=LINES, days=DAYS, flaw=seldom(LIST_FLAWS))
    def publishes(
        self, pick: int, people: list[tuple[int, bool]], days: int, flaw: str | None
    ) -> None:
        if hand := self.next_hand(pick):
            self.publish(hand, people, pick, days, flaw)

    @action(weight=5, pick=PICK, places=st.integers(1, 5), days=DAYS, flaw=seldom(MEMBERS_FLAWS))
    def opens_to_members(self, pick: int, places: int, days: int, flaw: str | None) -> None:
        rule_number, hand = self.once_rule(pick), self.next_hand(pick)
        if rule_number and hand:
            self.open_claims(hand, rule_number, places, pick, days, flaw)

    @action(
        weight=20,
        picks=st.lists(PICK, min_size=1, max_size=6),
        flaw=seldom(CLAIM_FLAWS),
        is_wild=SOMETIMES,
    )
    def claims_from_lists(self, picks: list[int], flaw: str | None, is_wild: bool) -> None:
        """The flaw is in the last of them."""
        for position, pick in enumerate(picks):
            is_last = position == len(picks) - 1
            if places := self.places(is_wild=is_wild and is_last):
                drop, index = places[-1 - pick % len(places)]
                self.claim_place(drop, index, pick, flaw if is_last else None)

    @action(weight=5, pick=PICK)
    def claims_a_flawed_line(self, pick: int) -> None:
        """The last line of a list, whatever is wrong with it."""
        listed = [drop for drop in self.lists if drop.roll and self.is_claimable(drop.terms)]
        listed = [drop for drop in listed if not self.is_payable_last(drop)]
        if listed:
            drop = listed[pick % len(listed)]
            assert drop.roll
            self.claim_place(drop, len(drop.roll.people) - 1, pick, None)

    def is_payable_last(self, drop: ListDrop) -> bool:
        assert drop.roll
        index = len(drop.roll.people) - 1
        return self.is_payable(drop, index, drop.roll.people[index])

    @action(weight=10, picks=st.lists(PICK, min_size=1, max_size=4), flaw=st.integers(0, 15))
    def claims_as_members(self, picks: list[int], flaw: int) -> None:
        for pick in picks:
            if claimants := self.claimants():
                terms, person = claimants[pick % len(claimants)]
                if flaw == 15:
                    person = self.person(pick)
                self.claim_once(terms, person)
                if flaw == 14:
                    self.claim_once(terms, person)
        if flaw == 13 and self.lists:
            self.claim_once(self.lists[picks[0] % len(self.lists)].terms, self.person(picks[0]))

    @action(weight=6, pick=PICK, is_wild=RARELY)
    def settles(self, pick: int, is_wild: bool) -> None:
        drops = [each for each in self.published() if each.unsettled or is_wild]
        if drops:
            terms = drops[pick % len(drops)].terms
            self.on_drops("settle", self.people[-1], terms)
            if is_wild:
                self.on_drops("settle", self.people[-1], terms._replace(sponsor_bps=2_500))

    @action(weight=3, pick=PICK, fault=st.integers(0, 24))
    def cancels(self, pick: int, fault: int) -> None:
        drops = [each for each in self.published() if not each.is_cancelled or fault == 24]
        # Most drops stay, or there would be nothing to claim.
        if drops and (len(drops) > 4 or fault > 20):
            terms = drops[pick % len(drops)].terms
            sender = self.person(pick) if fault == 23 else self.auditor
            self.on_drops("cancel", sender, terms, NO_HASH if fault == 22 else REASON)

    @action(weight=4, pick=PICK, is_wild=RARELY)
    def brings_back(self, pick: int, is_wild: bool) -> None:
        """Of a drop that is over or cancelled; wildly, of any."""
        drops = [
            each
            for each in self.published()
            if is_wild or (each.left and (each.is_cancelled or self.is_over(each)))
        ]
        if drops:
            self.on_drops("return_unclaimed", self.people[-1], drops[pick % len(drops)].terms)

    def is_over(self, published: Published) -> bool:
        clock, _ = self.registry_model.clock_of(published.terms.community)
        return clock > published.terms.deadline

    @action(weight=4, pick=PICK, late=st.sampled_from([-1, 0, 1, 1]))
    def a_drop_closes(self, pick: int, late: int) -> None:
        """To the second before, at or after its deadline, as the community's clock has it now."""
        if self.lists and pick % 3 == 1:
            drop = self.lists[pick % len(self.lists)]
            self.warp(max(self.clock.now, self.drops_model.closes_at(drop.terms) + late))
            assert self.drops.closes_at(drop.terms) == self.drops_model.closes_at(drop.terms)
            left = self.drop_state(drop.terms).left
            if drop.roll and left:
                self.claim_place(drop, pick % len(drop.roll.people), pick, None)
            elif left:
                self.claim_once(drop.terms, self.person(pick))
            self.on_drops("return_unclaimed", self.people[-1], drop.terms)

    # --- points

    @action(weight=4, picks=st.lists(PICK, min_size=1, max_size=4), fault=st.integers(8, 20))
    def voids_points(self, picks: list[int], fault: int) -> None:
        """Of records of one batch, mostly of one in an open window."""
        batches = [b for b in self.batches() if b.records and (fault > 15 or self.can_unpoint(b))]
        if batches:
            batch = batches[-1 - picks[0] % len(batches)]
            free = [k for k in range(len(batch.records)) if k not in batch.voided_records]
            chosen = {free[pick % len(free)] for pick in picks if free} or {0}
            proofs = [self.record_proof(batch, index) for index in sorted(chosen)]
            wrong = {
                20: [],
                19: [*proofs, proofs[0]],
                18: [proofs[0]._replace(rule_version=99)],
            }
            sender = self.person(picks[0]) if fault == 17 else self.auditor
            reason = NO_HASH if fault == 16 else REASON
            header = batch.header
            if fault == 15:
                header = header._replace(count=header.count + 1)
            self.on_ledger("void_points", sender, header, wrong.get(fault, proofs), reason)

    @staticmethod
    def record_proof(batch: Batch, index: int) -> RecordProof:
        record = batch.records[index]
        return RecordProof(index, record.entry, record.terms.version, batch.proof(index))

    def can_unpoint(self, batch: Batch) -> bool:
        month = self.pool_model.month_of(batch.header.timestamp)
        is_open = self.clock.now < self.pool_model.claimable_from(month)
        is_left = len(batch.voided_records) < len(batch.records)
        return batch.header.sponsor_bps > 0 and is_open and is_left

    @action(weight=4, pick=PICK, fault=st.integers(10, 20))
    def voids_points_of_a_claim(self, pick: int, fault: int) -> None:
        claims = [each for each in self.paid_claims() if fault > 15 or self.can_void(*each)]
        if claims:
            drop, claim = claims[pick % len(claims)]
            if fault == 20:
                claim = claim._replace(amount=claim.amount + 1)
            sender = self.person(pick) if fault == 19 else self.auditor
            reason = NO_HASH if fault == 18 else REASON
            args = (drop.terms, *claim[1:], self.proof_of(drop, claim), reason)
            self.call_void_points(sender, *args)
            if fault == 17:
                self.call_void_points(sender, *args)

    def call_void_points(self, sender: str, *args) -> None:
        """Its own name: the ledger has one of the same name."""
        self.call_with(
            "void_points of a claim",
            lambda: self.drops.transact("void_points", *args, sender=sender),
            lambda: self.drops_model.void_points(sender, *args),
        )

    @action(weight=3, pick=PICK)
    def proves_claims(self, pick: int) -> None:
        """Any that was ever paid; and no place of a list that was not."""
        if claims := self.paid_claims():
            drop, claim = claims[pick % len(claims)]
            self.vouched_for(drop.terms, claim, self.proof_of(drop, claim))
        if places := self.places(is_wild=True):
            drop, index = places[pick % len(places)]
            assert drop.roll
            index, account, quantity, amount, proof = drop.roll.claim(index)
            for recipient in (account, self.person(pick)):
                place = (index, account, recipient, quantity, amount, proof)
                expected = self.drops_model.verify_claim(drop.terms, *place)
                assert self.drops.verify_claim(drop.terms, *place) == expected

    @action(weight=2, pick=PICK)
    def plays_a_contracts_part(self, pick: int) -> None:
        """What only the drops may ask of the ledger, and the ledger of the pool."""
        if pick % 2:
            return
        pick //= 2
        stranger = self.person(pick)
        header = (1, 0, 1, stranger, 0, 1, 1, 0, 0, NO_HASH, NO_HASH)
        function, args = (
            ("set_aside", (stranger, 1, 1, 1)),
            ("record_claim", (1, stranger, 1 << 128, REASON, 1, 0, True)),
            ("settle_drop", (header,)),
            ("put_back", (1, 1, 1, 0)),
            ("void_claim_points", (1, stranger, 1)),
        )[pick % 5]
        contract, model = self.ledger, self.model
        if pick % 4 == 1:
            contract, model = self.pool, self.pool_model
            function, args = (
                ("open_quota", (1,)),
                ("accrue", (stranger, POOL, 1, self.month)),
                ("set_aside", (stranger, 1, self.month)),
                ("accrue_aside", (stranger, stranger, 1, 1_000, 500, self.month)),
                ("put_back", (1, 1_500)),
                ("void_bonus", (stranger, self.month, 1, True)),
            )[pick % 6]
        self.call_with(
            AS_DROPS,
            lambda: contract.transact(function, *args, sender=stranger),
            lambda: getattr(model, function)(stranger, *args),
        )
