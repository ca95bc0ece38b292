"""What the contribution machine may do with drops: lists that fit what the models have, places that
can be claimed, and everything that can be wrong with either."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from cos.chain import Receipt
from cos.chain.accounts import key_of
from cos.drops import sign_voucher
from cos.drops.leaves import Terms as Bound
from tests.contribution_loop import COS, DAY, FREE, HOURS, ONCE, ONCE_40, ONE, digest_of
from tests.models import ZERO_ADDRESS
from tests.models.grant_drops import (
    MAX_DURATION,
    VOUCHER,
    Claim,
    Drop,
    Listed,
    Published,
    Roll,
    SignedVoucher,
)
from tests.models.quota_ledger import TERMS_SCALE
from tests.stateful.contribution_actions import NO_HASH
from tests.stateful.contribution_choices import ContributionChoices, Hand

# What can be wrong with a list: its last line, or the publication itself.
LIST_FLAWS = (
    *("no root", "not next", "once", "no evidence", "no amount", "too short", "too long"),
    *("too much", "stranger", "nothing", "no work", "too large", "under", "over", "above maximum"),
    *(
        "sponsor",
        "manager",
        "token",
        "short total",
        "short total",
        "far lot",
        "nothing at all",
        "no key",
    ),
)
MEMBERS_FLAWS = (
    *("not once", "no evidence", "no amount", "too short", "too much", "stranger", "too dear"),
)
CLAIM_FLAWS = (
    *(
        "again",
        "again",
        "again",
        "again",
        "amount",
        "other terms",
        "other kind",
        "recipient",
        "nobody",
        "signer",
    ),
    *("index", "proof", "zero key"),
)
FAR_LOT = 2**64


@dataclass
class ListDrop:
    """A drop with its list; without one it is open to members."""

    terms: Drop
    roll: Roll | None


class DropChoices(ContributionChoices):
    """`pick` is any number: it chooses from a list. A flaw is one of those above, or None."""

    def __init__(self) -> None:
        super().__init__()
        self.lists: list[ListDrop] = []

    def drop_state(self, terms: Drop) -> Published:
        return self.drops_model.drops[terms.drop]

    # --- publication

    def publish(
        self, hand: Hand, people: list[tuple[int, bool]], pick: int, days: int, flaw: str | None
    ) -> None:
        """A list that hand's room pays for; its flaw in the last line or in the publication."""
        lot, community, manager = hand
        rule = HOURS if flaw in ("under", "over") or pick % 5 == 1 else FREE
        if not self.rules_model.rule_of(rule).active:
            rule = FREE
        room = min(self.room(hand), 10**4 * COS * (1 + pick % 20))
        listed = self._listed(hand, people, room, rule, flaw)
        # Often more than the list adds up to: only a place's mark keeps it from a second claim.
        total = max(1, min(room, sum(line.amount for line in listed) * (1 + pick % 2)))
        maximum = max(1, *(line.amount for line in listed))
        if flaw == "short total":
            total = max(1, total // 2)
        elif flaw == "above maximum":
            maximum = max(1, listed[-1].amount - 1)
        number = self.drops_model.next_drop(manager)
        roll = Roll(self.chain.chain_id, self.drops.address, number, listed)
        args = {
            "drop": number + 1 if flaw == "not next" else number,
            "lot": FAR_LOT if flaw == "far lot" else lot,
            "community": community,
            "total": self._total(flaw, total, hand),
            "rule": ONCE if flaw == "once" else rule,
            "max_amount": 0 if flaw == "no amount" else maximum,
            "duration_seconds": self._seconds(flaw, days),
            "root": NO_HASH if flaw == "no root" else roll.root,
            "list_hash": NO_HASH if flaw == "no evidence" else digest_of(f"list {number}"),
        }
        sender = self.person(pick) if flaw == "stranger" else manager
        self._published(self.on_drops("publish", sender, *args.values()), roll)

    def open_claims(
        self, hand: Hand, rule: int, places: int, pick: int, days: int, flaw: str | None
    ) -> None:
        lot, community, manager = hand
        low, high = self.bounds(rule, community, ONE)
        amount = {"no amount": 0, "too dear": high + 1}.get(flaw or "", low)
        total = max(1, min(places * low, self.room(hand)))
        args = {
            "lot": lot,
            "community": community,
            "total": self._total(flaw, total, hand),
            "rule": FREE if flaw == "not once" else rule,
            "amount": amount,
            "duration_seconds": self._seconds(flaw, days),
            "evidence": NO_HASH if flaw == "no evidence" else digest_of(f"call {pick}"),
        }
        sender = self.person(pick) if flaw == "stranger" else manager
        self._published(self.on_drops("open_claims", sender, *args.values()), None)

    def _published(self, receipt: Receipt | None, roll: Roll | None) -> None:
        if receipt:
            terms = Drop(*receipt.value)
            (event,) = self.events(receipt, "DropPublished")
            assert all(event.args[name] == value for name, value in terms._asdict().items())
            assert event.args["manager"] == terms.manager
            self.lists.append(ListDrop(terms, roll))

    def _total(self, flaw: str | None, total: int, hand: Hand) -> int:
        wrong = {"nothing at all": 0, "too much": self.model.holding(*hand) + 1}
        return wrong.get(flaw or "", total)

    def _seconds(self, flaw: str | None, days: int) -> int:
        wrong = {"too short": DAY - 1, "too long": MAX_DURATION + 1}
        return wrong.get(flaw or "", days * DAY)

    def _listed(
        self,
        hand: Hand,
        people: list[tuple[int, bool]],
        room: int,
        rule: int,
        flaw: str | None,
    ) -> list[Listed]:
        """Lines that terms, room and caps allow, but for the flaw of the last one."""
        lot, community, manager = hand
        sponsor = self.model.lots[lot - 1].sponsor
        others = [person for person in self.people if person not in (sponsor, manager)]
        share = max(1, room // len(people))
        listed = []
        for choice, is_voucher in people:
            quantity = choice % 300 + 1
            low, high = self.bounds(rule, community, quantity)
            amount = low + (max(low, min(high or share, share)) - low) * (choice % 101) // 100
            kind = VOUCHER if is_voucher else 0
            listed.append(Listed(others[choice % len(others)], quantity, amount, kind))
        last = listed[-1]
        low, high = self.bounds(rule, community, 33)
        changes: dict[str, dict[str, Any]] = {
            "nothing": {"amount": 0},
            "no work": {"quantity": 0},
            "too large": {"quantity": 2**64},
            "under": {"quantity": 33, "amount": low - 1},
            "over": {"quantity": 33, "amount": high + 1},
            "sponsor": {"account": sponsor, "kind": 0},
            "manager": {"account": manager, "kind": 0},
            "token": {"account": self.token.address, "kind": 0},
            "no key": {"account": ZERO_ADDRESS, "kind": VOUCHER},
        }
        listed[-1] = last._replace(**changes.get(flaw or "", {}))
        return listed

    # --- claims

    def places(self, *, is_wild: bool) -> list[tuple[ListDrop, int]]:
        """Lines that can be claimed now; wildly, any."""
        return [
            (drop, index)
            for drop in self.lists
            if drop.roll and (is_wild or self.is_claimable(drop.terms))
            for index, line in enumerate(drop.roll.people)
            if is_wild or self.is_payable(drop, index, line)
        ]

    def is_claimable(self, terms: Drop) -> bool:
        state = self.drop_state(terms)
        clock, is_frozen = self.registry_model.clock_of(terms.community)
        return not (state.is_cancelled or is_frozen or clock > terms.deadline) and state.left > 0

    def is_payable(self, drop: ListDrop, index: int, line: Listed) -> bool:
        """Not paid yet, and small enough; the flawed lines of a list fail now and then."""
        terms = drop.terms
        state = self.drop_state(terms)
        barred = (terms.sponsor, terms.manager) if line.kind != VOUCHER else ()
        low, high = terms.minimum_scaled * line.quantity, terms.maximum_scaled * line.quantity
        return (
            0 < line.amount <= min(state.left, terms.amount)
            and low <= line.amount * TERMS_SCALE <= (high or 2**256)
            and 0 < line.quantity < 2**64
            and line.account not in (*barred, self.token.address, ZERO_ADDRESS)
            and self.claimable_by(terms, line.account) >= line.amount
            and not any(claim.index == index for claim in state.claims)
        )

    def claimable_by(self, terms: Drop, person: str) -> int:
        """What the contributor may still be paid in this month by the drop's cap."""
        standing = self.model.standing(terms.community, person)
        spent = standing.month_amount if standing.month == self.month else 0
        return max(0, terms.contributor_cap * COS - spent)

    def claim_place(self, drop: ListDrop, index: int, pick: int, flaw: str | None) -> None:
        """The way that the line says: by its account, or by its voucher."""
        roll, terms = drop.roll, drop.terms
        assert roll
        is_voucher = roll.people[index].kind == VOUCHER
        if flaw == "other kind":
            is_voucher = not is_voucher
        index, account, quantity, amount, proof = roll.claim(index)
        if flaw == "amount":
            amount += 1
        elif flaw == "index":
            index += len(roll.people)
        elif flaw == "proof":
            proof = [*proof, roll.root]
        elif flaw == "other terms":
            terms = terms._replace(amount=terms.amount + 1)
        elif flaw == "zero key":
            is_voucher, account = True, ZERO_ADDRESS
        line = (index, account, quantity, amount, proof)
        if is_voucher:
            self._claim_by_voucher(terms, line, pick, flaw)
        else:
            self._claim_listed(terms, line)
            if flaw == "again":
                self._claim_listed(terms, line)

    def _claim_listed(self, terms: Drop, line: tuple) -> None:
        if self.on_drops("claim", self.people[-1], terms, *line):
            index, account, quantity, amount, proof = line
            self.vouched_for(terms, Claim(0, index, account, account, quantity, amount), proof)

    def _claim_by_voucher(self, terms: Drop, line: tuple, pick: int, flaw: str | None) -> None:
        index, key, quantity, amount, proof = line
        recipients = [person for person in self.people if person != terms.sponsor]
        fitting = [p for p in recipients if self.claimable_by(terms, p) >= amount]
        recipient = (fitting or recipients)[pick % len(fitting or recipients)]
        if flaw == "nobody":
            recipient = ZERO_ADDRESS
        named = self.person(pick + 1) if flaw == "recipient" else recipient
        signer = key
        if flaw == "signer" or key not in self.people:
            signer = self.people[0] if key != self.people[0] else self.people[1]
        bound = Bound(terms.drop, self.chain.chain_id, self.drops.address, max(1, terms.amount))
        words = sign_voucher(bound, index, named, key_of(signer))
        if key == ZERO_ADDRESS:  # what a bad signature recovers to
            signer, words = key, (27, NO_HASH, NO_HASH)
        said = SignedVoucher(signer, terms.drop, index, named)
        for _ in range(1 + (flaw == "again")):
            if self.call_with(
                "claim_by_voucher",
                lambda: self.drops.transact(
                    "claim_by_voucher", terms, *line, recipient, *words, sender=self.people[-1]
                ),
                lambda: self.drops_model.claim_by_voucher(
                    self.people[-1], terms, *line, recipient, said
                ),
            ):
                claim = Claim(VOUCHER, index, key, recipient, quantity, amount)
                self.vouched_for(terms, claim, proof)

    def claimants(self) -> list[tuple[Drop, str]]:
        """Members who may claim now, by a drop."""
        return [
            (drop.terms, person)
            for drop in self.lists
            if not drop.roll
            and self.is_claimable(drop.terms)
            and self.drop_state(drop.terms).left >= drop.terms.amount
            for person in sorted(self.registry_model.communities[drop.terms.community].members)
            if person not in (drop.terms.sponsor, drop.terms.manager)
            and not self.has_used(drop.terms.community, person, drop.terms.rule)
            and self.claimable_by(drop.terms, person) >= drop.terms.amount
        ]

    def claim_once(self, terms: Drop, person: str) -> None:
        if self.on_drops("claim_once", person, terms):
            claim = Claim(None, int(person, 16), person, person, ONE, terms.amount)
            self.vouched_for(terms, claim, [])

    def vouched_for(self, terms: Drop, claim: Claim, proof: list[bytes]) -> None:
        """The chain vouches for the claim, and for none that differs from it (invariant 5)."""
        verify, expected = self.drops.verify_claim, self.drops_model.verify_claim
        assert verify(terms, *claim[1:], proof)
        assert self.drops.is_claimed(terms.drop, claim.index)
        recipient = self.drops_model.recipient_of(terms.drop, claim.index)
        assert self.drops.recipient_of(terms.drop, claim.index) == recipient
        stranger = self.people[0] if claim.recipient != self.people[0] else self.people[1]
        for other in (
            claim._replace(index=claim.index + 1),
            claim._replace(account=stranger),
            claim._replace(recipient=stranger),
            claim._replace(quantity=claim.quantity + 1),
            claim._replace(amount=claim.amount - 1),
        ):
            found = verify(terms, *other[1:], proof)
            assert found == expected(terms, *other[1:], proof)
            assert found == (other == claim)
        assert not verify(terms._replace(deadline=terms.deadline + 1), *claim[1:], proof)

    # --- what has been claimed

    def published(self) -> list[Published]:
        return [self.drop_state(drop.terms) for drop in self.lists]

    def paid_claims(self) -> list[tuple[ListDrop, Claim]]:
        found = [
            (drop, claim) for drop in self.lists for claim in self.drop_state(drop.terms).claims
        ]
        return found[::-1]

    def proof_of(self, drop: ListDrop, claim: Claim) -> list[bytes]:
        return drop.roll.proof(claim.index) if drop.roll else []

    def can_void(self, drop: ListDrop, claim: Claim) -> bool:
        terms = drop.terms
        month = self.pool_model.month_of(terms.deadline)
        clock, _ = self.registry_model.clock_of(terms.community)
        is_open = clock < self.pool_model.claimable_from(month)
        return terms.sponsor_bps > 0 and is_open and claim not in self.drop_state(terms).voided

    def once_rule(self, pick: int) -> int | None:
        """A once-per-member rule that is active."""
        for rule in ((ONCE, ONCE_40), (ONCE_40, ONCE))[pick % 2]:
            if self.rules_model.rule_of(rule).active:
                return rule
        return None
