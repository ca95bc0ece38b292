"""Drops as people use them: lists and open claims, claims, settlements, what comes back.

As in `cos.economy.loop`, each function sends a transaction and, if it succeeded, enters it in the
books. Lists, proofs and vouchers are made by `cos.drops`, as organisers make them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from cos.calendar import DAY
from cos.drops import VOUCHER, Person, Terms, build_drop, sign_voucher

if TYPE_CHECKING:
    from cos.chain import Receipt
    from cos.drops import Drop as List
    from cos.economy.books import Books, Entry
    from cos.economy.world import World


class Claim(NamedTuple):
    """A claim that was paid: the account or voucher key that stands at `index` of the list (a
    member stands at its address), and the record, whose contributor is who was paid."""

    index: int
    account: str
    entry: Entry


@dataclass(slots=True)
class Drop:
    """A drop that was published. `terms` are the chain's, `manager` is a label, `list` is None if
    it is open to members."""

    id: int
    terms: Any
    lot: int
    community: int
    manager: str
    list: List | None
    unsettled: list[Claim] = field(default_factory=list)
    """Claims since the last settlement."""


@dataclass(frozen=True, slots=True)
class Settled:
    """A settlement as everyone can see it: what a batch's header is made of, and its claims."""

    drop: Drop
    number: int
    total: int
    sponsor_bps: int
    manager_bps: int
    claims: tuple[Claim, ...]
    receipt: Receipt


class DropLoop:
    """The transactions of managers, listed people, members and the auditor on GrantDrops."""

    def __init__(self, world: World, books: Books) -> None:
        self._world = world
        self._books = books
        self._contract = world.suite.grant_drops

    # --- publication -----------------------------------------------------------------------------

    def publish(
        self,
        manager: str,
        community: int,
        lot: int,
        rule: int,
        people: Sequence[Person],
        days: int,
        seed: bytes,
    ) -> Drop | None:
        """Set aside what a list adds up to, and publish it; return None if it was refused.

        Who has no account gets a voucher, whose key follows from the `seed`.
        """
        number = self._contract.next_drop(self._world.address(manager))
        most = max(person.amount for person in people)
        terms = Terms(number, self._world.chain.chain_id, self._contract.address, most)
        built = build_drop(people, terms, seed)
        args = (number, lot, community, built.total, rule, most, days * DAY)
        args = (*args, built.tree.root, built.list_hash)
        receipt = self._world.act(manager, self._contract, "publish", *args, amount=built.total)
        return self._published(receipt, manager, lot, community, built.total, built)

    def open_claims(
        self,
        manager: str,
        community: int,
        lot: int,
        rule: int,
        amount: int,
        claims: int,
        days: int,
        evidence: bytes,
    ) -> Drop | None:
        """Set `amount` aside for so many members who claim a once-per-member rule themselves;
        return None if it was refused."""
        total = amount * claims
        args = (lot, community, total, rule, amount, days * DAY, evidence)
        receipt = self._world.act(manager, self._contract, "open_claims", *args, amount=total)
        return self._published(receipt, manager, lot, community, total, None)

    def _published(
        self,
        receipt: Receipt | None,
        manager: str,
        lot: int,
        community: int,
        total: int,
        built: List | None,
    ) -> Drop | None:
        if receipt is None:
            return None
        terms, address = receipt.value, self._world.address(manager)
        number = terms[0]
        month = self._world.month
        self._books.was_set_aside(number, terms, lot, community, address, total, month)
        return Drop(number, terms, lot, community, manager, built)

    # --- claims ----------------------------------------------------------------------------------

    def claim(self, drop: Drop, index: int, label: str, entry: Entry) -> bool:
        """Let someone claim its place on a list: for its own account, which the list names, or by
        the voucher that it holds."""
        assert drop.list is not None
        listed, proof = drop.list.entries[index], drop.list.tree.proof(index)
        args = (drop.terms, index, listed.account, listed.quantity, listed.amount, proof)
        function = "claim"
        if listed.kind == VOUCHER:
            function, recipient = "claim_by_voucher", self._world.address(label)
            key = drop.list.keys[index]
            args = (*args, recipient, *sign_voucher(drop.list.terms, index, recipient, key))
        return self._claimed(drop, Claim(index, listed.account, entry), label, function, *args)

    def claim_once(self, drop: Drop, label: str, entry: Entry) -> bool:
        """Let a member claim a once-per-member rule for itself."""
        claim = Claim(int(entry.contributor, 16), entry.contributor, entry)
        return self._claimed(drop, claim, label, "claim_once", drop.terms)

    def _claimed(self, drop: Drop, claim: Claim, label: str, function: str, *args: Any) -> bool:
        amount = claim.entry.amount
        if not self._world.act(label, self._contract, function, *args, amount=amount):
            return False
        self._books.was_drawn(drop.id, claim.entry.contributor, amount, self._world.month)
        drop.unsettled.append(claim)
        return True

    # --- settlement, cancellation, return --------------------------------------------------------

    def settle(self, drop: Drop) -> Settled | None:
        """Let the drop's manager seal what was claimed as a batch; it need not be in office."""
        aside = self._books.drops[drop.id]
        amount = aside.unsettled
        receipt = self._world.act(drop.manager, self._contract, "settle", drop.terms, amount=amount)
        if receipt is None:
            return None
        total, *rates = self._books.was_settled(drop.id, self._world.month)
        claims, drop.unsettled = tuple(drop.unsettled), []
        return Settled(drop, receipt.value, total, *rates, claims, receipt)

    def cancel(self, drop: Drop, reason_hash: bytes) -> bool:
        """Let the auditor stop a drop."""
        aside, auditor = self._books.drops[drop.id], self._world.auditor
        args = (drop.terms, reason_hash)
        if not self._world.act(auditor, self._contract, "cancel", *args, amount=aside.left):
            return False
        aside.is_cancelled = True
        return True

    def return_unclaimed(self, drop: Drop, *, is_closed: bool) -> int:
        """Let the drop's manager bring back what nobody claimed, to the pool, or to the sponsor if
        the community is closed; return what it was."""
        left = self._books.drops[drop.id].left
        args = ("return_unclaimed", drop.terms)
        if not self._world.act(drop.manager, self._contract, *args, amount=left):
            return 0
        return self._books.was_put_back(drop.id, is_closed=is_closed)

    def is_over(self, drop: Drop) -> bool:
        """Whether nothing can be claimed any more."""
        is_cancelled = self._books.drops[drop.id].is_cancelled
        return is_cancelled or self._contract.closes_at(drop.terms) < self._world.chain.timestamp

    def left(self, drop: Drop) -> int:
        """What nobody has claimed yet."""
        return self._books.drops[drop.id].left

    # --- points ----------------------------------------------------------------------------------

    def void_points(self, settled: Settled, positions: Sequence[int], reason_hash: bytes) -> int:
        """Let the auditor void the points of some of a settlement's claims; return what was
        voided."""
        drop, voided = settled.drop, 0
        for position in positions:
            index, account, entry = settled.claims[position]
            proof = drop.list.tree.proof(index) if drop.list else []
            work = (entry.contributor, entry.quantity, entry.amount)
            args = (drop.terms, index, account, *work, proof, reason_hash)
            if self._world.act(self._world.auditor, self._contract, "void_points", *args):
                voided += self._books.points_were_voided(drop.community, [entry])
        return voided
