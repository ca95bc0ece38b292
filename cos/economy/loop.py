"""The contribution loop as people use it: quota, lots, allotments, grants, bonuses.

Each function sends a transaction and, if it succeeded, enters it in the books. Amounts are base
units; people are labels; communities are the chain's ids.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from eth_hash.auto import keccak

from cos.economy.books import POOL, Books, Entry
from cos.economy.contributions import MAX_BATCH
from cos.economy.drop_loop import DropLoop
from cos.economy.govern_loop import GovernLoop
from cos.economy.market_loop import MarketLoop
from cos.economy.stake_loop import StakeLoop
from cos.economy.trade_loop import TradeLoop
from cos.suite.batch_tree import BatchTree

if TYPE_CHECKING:
    from cos.chain import Receipt
    from cos.economy.drop_loop import Drop, Settled
    from cos.economy.world import World

MAX_CLAIM_MONTHS = 60
MAX_VOIDED = 32
"""Records in one transaction."""

VERSION_BIT, VERSION_MASK = 8, 2**56 - 1
"""Where the version of its rule stands in a record's packed work."""


@dataclass(slots=True)
class Grants:
    """What became of the entries that a manager wanted to grant."""

    granted: list[Entry] = field(default_factory=list)
    refused: list[tuple[Entry, str]] = field(default_factory=list)
    """Entries that can't be granted as they are, with the chain's reason."""

    waiting: list[Entry] = field(default_factory=list)
    """Entries for which there was no allotment left, or whose community can't grant now."""

    reason: str = ""
    """Why the community can't grant now."""


@dataclass(frozen=True, slots=True)
class Batch:
    """A grant, or the settlement of a drop, as everyone can see it: addresses, base units, rates of
    its bonus."""

    community: int
    number: int
    lot: int
    sponsor: str
    manager: str
    timestamp: int
    month: int
    total: int
    sponsor_bps: int
    manager_bps: int
    entries: tuple[Entry, ...]
    receipt: Receipt
    settled: Settled | None = None
    """Of a drop; its claims are the entries."""

    @property
    def key(self) -> tuple[int, int]:
        """Community and number."""
        return self.community, self.number

    @property
    def is_welcome(self) -> bool:
        """Whether members claimed it for themselves."""
        return self.settled is not None and self.settled.drop.list is None

    @property
    def sponsor_e4(self) -> int:
        """The sponsor's bonus, in 1e-4 base units."""
        return self.total * self.sponsor_bps

    @property
    def manager_e4(self) -> int:
        """The manager's bonus, in 1e-4 base units."""
        return self.total * self.manager_bps

    def header(self) -> dict[str, Any]:
        """Return the batch's `BatchHeader` by field name, out of its BatchGranted event."""
        event = next(log for log in self.receipt.logs if log.name == "BatchGranted")
        return {**event.args, "timestamp": self.timestamp}

    def works(self) -> list[tuple[int, str, int, bytes]]:
        """Return position, contributor, packed work and evidence of each record, out of its
        ContributionRecorded event."""
        events = [log.args for log in self.receipt.logs if log.name == "ContributionRecorded"]
        return [
            (position, each["contributor"], each["work"], each["evidence"])
            for position, each in enumerate(events)
        ]


def leaf_of(position: int, contributor: str, work: int, evidence: bytes) -> bytes:
    """Return the Merkle leaf of a record: the hash of four words."""
    words = (position, int(contributor, 16), work)
    return keccak(b"".join(word.to_bytes(32, "big") for word in words) + evidence)


class Loop:
    """The transactions of sponsors, admins, managers and the auditor."""

    def __init__(self, world: World, books: Books) -> None:
        self.world = world
        self.books = books
        self._ledger = world.suite.quota_ledger
        self._pool = world.suite.bonus_pool
        self._token = world.suite.token
        self.drops = DropLoop(world, books)
        self.stakes = StakeLoop(world, books)
        self.market = MarketLoop(world, books, self.stakes)
        self.trades = TradeLoop(world, books, self.market)
        self.governing = GovernLoop(world, books)
        self.on_batch: Callable[[Batch], None] = lambda batch: None
        """Called after each grant and each settlement."""

    # --- sponsors --------------------------------------------------------------------------------

    def donate(self, sponsor: str, community: int, amount: int) -> int | None:
        """Donate quota; return the lot, or None if it was refused."""
        receipt = self.world.act(sponsor, self._ledger, "donate", community, amount, amount=amount)
        return self._donated(receipt and receipt.value, sponsor, community, amount, is_own=False)

    def donate_own(self, sponsor: str, community: int, amount: int) -> int | None:
        """Donate own free coins; return the lot, or None if it was refused."""
        self.world.act(sponsor, self._token, "approve", self._ledger.address, amount, amount=amount)
        receipt = self.world.act(
            sponsor, self._ledger, "donate_own", community, amount, amount=amount
        )
        return self._donated(receipt and receipt.value, sponsor, community, amount, is_own=True)

    def _donated(
        self, lot: int | None, sponsor: str, community: int, amount: int, *, is_own: bool
    ) -> int | None:
        if lot is not None:
            address = self.world.address(sponsor)
            self.books.was_donated(lot, address, community, amount, is_own=is_own)
        return lot

    # --- allotments ------------------------------------------------------------------------------

    def allot(self, admin: str, community: int, to_community: int, to: str, amount: int) -> int:
        """Pass up to `amount` out of a community's pool, oldest lots first; return what moved.

        `to` is a manager's address, or POOL for a child's pool.
        """
        source, target = (community, POOL), (to_community, to)
        return self._move(admin, "allot", source, target, amount)

    def allot_lot(self, admin: str, community: int, lot: int, to: str) -> int:
        """Pass all that a community's pool has of one lot to a manager; return what moved."""
        source, target = (community, POOL), (community, to)
        amount = self.books.holdings[source][lot]
        return self._move(admin, "allot", source, target, amount, [lot])

    def pass_on(
        self, manager: str, community: int, to: str, amount: int, lots: Sequence[int] | None = None
    ) -> int:
        """Pass up to `amount` of one's own allotment to a manager of lower rank."""
        source = (community, self.world.address(manager))
        return self._move(manager, "pass_on", source, (community, to), amount, lots)

    def _move(
        self,
        actor: str,
        function: str,
        source: tuple[int, str],
        target: tuple[int, str],
        amount: int,
        lots: Sequence[int] | None = None,
    ) -> int:
        moved = 0
        for lot, held in self._held(*source, lots):
            part = min(held, amount - moved)
            if part == 0:
                break
            args = (lot, source[0], *target, part)
            if not self.world.act(actor, self._ledger, function, *args, amount=part):
                break
            self.books.was_moved(lot, source, target, part)
            moved += part
        return moved

    def _held(
        self, community: int, holder: str, lots: Collection[int] | None
    ) -> list[tuple[int, int]]:
        """Return what is held of the given lots, or of all, the oldest lot first."""
        held = self.books.holdings[community, holder].items()
        return [each for each in held if lots is None or each[0] in lots]

    def take_back(self, admin: str, community: int, holder: str) -> int:
        """Bring all that a manager has not spent back into the community's pool."""
        taken = 0
        for lot, held in list(self.books.holdings[community, holder].items()):
            args = (lot, community, holder, community, held)
            if not self.world.act(admin, self._ledger, "take_back", *args, amount=held):
                break
            self.books.was_moved(lot, (community, holder), (community, POOL), held)
            taken += held
        return taken

    def return_lots(self, actor: str, community: int, holders: Sequence[str]) -> int:
        """Return all that a closed community and its managers hold to the sponsors."""
        held = {lot for each in (POOL, *holders) for lot in self.books.holdings[community, each]}
        returned = 0
        for lot in sorted(held):
            if self.world.act(actor, self._ledger, "return_lot", lot, community, list(holders)):
                returned += self.books.was_returned(lot, community, holders)
        return returned

    # --- grants ----------------------------------------------------------------------------------

    def grant(
        self,
        manager: str,
        community: int,
        entries: Sequence[Entry],
        lots: Collection[int] | None = None,
    ) -> Grants:
        """Grant entries out of the manager's allotment, oldest lots first, in their order; out of
        certain lots only, if they are given.

        A batch that reverts because of single entries is sifted: each entry is in iff the chain
        accepts it after those before it.
        """
        outcome = Grants(waiting=list(entries))
        holder = self.world.address(manager)
        for lot, held in self._held(community, holder, lots):
            while outcome.waiting:
                batch, outcome.waiting = _fitting(held, outcome.waiting)
                if not batch:
                    break
                held -= self._grant_batch(manager, community, lot, batch, outcome)
                if outcome.reason:
                    return outcome
        return outcome

    def _grant_batch(
        self, manager: str, community: int, lot: int, batch: list[Entry], outcome: Grants
    ) -> int:
        """Grant a batch, or what the chain accepts of it; return the amount granted."""
        granted = self._send_batch(manager, community, lot, batch)
        if granted is None and self.world.last_reason.startswith("registry: "):
            outcome.reason = self.world.last_reason
            outcome.waiting = [*batch, *outcome.waiting]
            return 0
        if granted is None:
            batch, refused = self._sift(manager, community, lot, batch)
            outcome.refused += refused
            granted = self._send_batch(manager, community, lot, batch) if batch else 0
            assert granted is not None  # the chain has just accepted exactly this batch
        outcome.granted += batch
        return granted

    def _send_batch(self, manager: str, community: int, lot: int, batch: list[Entry]) -> int | None:
        evidence = keccak(b"".join(entry.evidence for entry in batch))
        args = (lot, community, batch, evidence)
        total = sum(entry.amount for entry in batch)
        receipt = self.world.act(manager, self._ledger, "grant", *args, amount=total)
        if not receipt:
            return None
        address, month, books = self.world.address(manager), self.world.month, self.books
        rates = books.bonus_rates(lot, address, month)
        granted = books.was_granted(lot, community, address, batch, month)
        parts = (community, receipt.value, lot)
        self.on_batch(self._batch(*parts, address, granted, rates, batch, receipt))
        return granted

    def _batch(
        self,
        community: int,
        number: int,
        lot: int,
        manager: str,
        total: int,
        rates: tuple[int, int],
        entries: Sequence[Entry],
        receipt: Receipt,
        settled: Settled | None = None,
    ) -> Batch:
        sponsor, now = self.books.lots[lot].sponsor, self.world.chain.timestamp
        origin = (community, number, lot, sponsor, manager, now, self.world.month)
        return Batch(*origin, total, *rates, tuple(entries), receipt, settled)

    def _sift(
        self, manager: str, community: int, lot: int, batch: list[Entry]
    ) -> tuple[list[Entry], list[tuple[Entry, str]]]:
        """Part a batch that reverts into entries to grant and entries with a reason, by halving."""
        accepted: list[Entry] = []
        refused: list[tuple[Entry, str]] = []

        def sift(part: list[Entry]) -> None:
            args = (lot, community, [*accepted, *part], bytes(32))
            reason = self.world.probe(manager, self._ledger, "grant", *args)
            if not reason:
                accepted.extend(part)
            elif len(part) == 1:
                refused.append((part[0], reason))
            else:
                middle = len(part) // 2
                sift(part[:middle])
                sift(part[middle:])

        sift(batch)
        return accepted, refused

    # --- drops -----------------------------------------------------------------------------------

    def settle(self, drop: Drop) -> Batch | None:
        """Settle a drop; return the batch."""
        settled = self.drops.settle(drop)
        if settled is None:
            return None
        batch = self._batch(
            drop.community,
            settled.number,
            drop.lot,
            self.world.address(drop.manager),
            settled.total,
            (settled.sponsor_bps, settled.manager_bps),
            [claim.entry for claim in settled.claims],
            settled.receipt,
            settled,
        )
        self.on_batch(batch)
        return batch

    # --- bonuses ---------------------------------------------------------------------------------

    def void_bonus(self, batch: Batch, *, is_manager: bool, reason_hash: bytes) -> bool:
        """Let the auditor void the sponsor's or the manager's part of a batch's bonus."""
        args = (batch.header(), is_manager, reason_hash)
        if not self.world.act(self.world.auditor, self._ledger, "void_bonus", *args):
            return False
        self.books.bonus_was_voided(
            batch.manager if is_manager else batch.sponsor,
            batch.month,
            batch.manager_e4 if is_manager else batch.sponsor_e4,
            is_manager=is_manager,
        )
        return True

    def void_month(self, manager: str, month: int, reason_hash: bytes) -> bool:
        """Let the auditor void all that an address has earned as a manager in a month."""
        args = (manager, month, reason_hash)
        if not self.world.act(self.world.auditor, self._pool, "void_month", *args):
            return False
        self.books.month_was_voided(manager, month)
        return True

    def void_points(self, batch: Batch, positions: Sequence[int], reason_hash: bytes) -> int:
        """Let the auditor void the points of some of a batch's records; return what was voided."""
        if batch.settled:
            return self.drops.void_points(batch.settled, positions, reason_hash)
        leaves = batch.works()
        tree = BatchTree([leaf_of(*each) for each in leaves])
        voided = 0
        for start in range(0, len(positions), MAX_VOIDED):
            part = positions[start : start + MAX_VOIDED]
            records = [
                (
                    position,
                    batch.entries[position],
                    (leaves[position][2] >> VERSION_BIT) & VERSION_MASK,
                    tree.proof(position),
                )
                for position in part
            ]
            args = (batch.header(), records, reason_hash)
            if self.world.act(self.world.auditor, self._ledger, "void_points", *args):
                entries = [batch.entries[position] for position in part]
                voided += self.books.points_were_voided(batch.community, entries)
        return voided

    def claim(self, account: str, months: Sequence[int]) -> int:
        """Claim an account's bonus of months whose challenge window is over."""
        address = self.world.address(account)
        paid = 0
        for start in range(0, len(months), MAX_CLAIM_MONTHS):
            part = list(months[start : start + MAX_CLAIM_MONTHS])
            receipt = self.world.act(account, self._pool, "claim", address, part)
            if receipt:
                paid += self.books.was_claimed(address, part)
        return paid

    def claim_all(self, accounts: Sequence[str]) -> None:
        """Let accounts claim everything that is claimable now."""
        now = self.world.chain.timestamp
        months: dict[str, list[int]] = {}
        for (address, month), bonus in self.books.bonuses.items():
            if bonus.sponsor_e4 + bonus.manager_e4 > 0:
                months.setdefault(address, []).append(month)
        for account in accounts:
            open_months = sorted(months.get(self.world.address(account), ()))
            due = [month for month in open_months if self._pool.claimable_from(month) <= now]
            if due:
                self.claim(account, due)


def _fitting(held: int, entries: Sequence[Entry]) -> tuple[list[Entry], list[Entry]]:
    """Split entries into a batch that `held` base units can pay, and the others."""
    batch: list[Entry] = []
    others: list[Entry] = []
    for entry in entries:
        if entry.amount <= held and len(batch) < MAX_BATCH:
            batch.append(entry)
            held -= entry.amount
        else:
            others.append(entry)
    return batch, others
