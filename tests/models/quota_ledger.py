"""Reference model of contracts/contribution/QuotaLedger.vy with its lots and records.

Amounts are base units (1e-8 COS), quantities hundredths of a rule's unit. Every lot, batch and
record is kept as it was made, and so is what went into drops and came back; totals, standings
and digests are worked out from them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from eth_abi import encode
from eth_hash.auto import keccak

from tests.models import ZERO_ADDRESS, ModelRevert, merkle, require
from tests.models.authority import AUDITOR_ROLE, SELLER_ROLE
from tests.models.bonus_pool import BonusPoolModel
from tests.models.rule_book import RuleBookModel, Terms
from tests.models.spending_caps import SpendingCapsModel

POOL = ZERO_ADDRESS
COS = 10**8
ONE = 100
MAX_64 = 2**64 - 1
MAX_RECORDS = 2**24 - 1
TERMS_SCALE = 10**6

HEADER_TYPE = f"(uint256,uint256,uint256,address,{'uint256,' * 5}bytes32,bytes32)"


class Entry(NamedTuple):
    contributor: str
    rule: int
    quantity: int
    amount: int
    evidence: bytes


class RecordProof(NamedTuple):
    """A record of a batch with what proves it."""

    index: int
    entry: Entry
    rule_version: int
    proof: Sequence[bytes]


class Header(NamedTuple):
    community: int
    number: int
    lot: int
    manager: str
    timestamp: int
    count: int
    total: int
    sponsor_bps: int
    manager_bps: int
    evidence: bytes
    root: bytes


class Standing(NamedTuple):
    """What `standing()` returns."""

    points: int
    records: int
    last_timestamp: int
    month: int
    month_amount: int
    once_bits: int


class Aside(NamedTuple):
    """Coins of a lot that went into a drop, or came back from one."""

    lot: int
    amount: int


class Record(NamedTuple):
    """An entry as it was granted, or claimed from a drop (then `terms` have no amounts). `points`
    is 0 for own coins."""

    entry: Entry
    terms: Terms
    timestamp: int
    month: int
    points: int


@dataclass
class Lot:
    """A donation, and who holds which part of it, or once did: (community, holder) -> amount."""

    sponsor: str
    community: int
    is_own: bool
    parts: dict[tuple[int, str], int]

    def held(self, community: int, holder: str) -> int:
        return self.parts.get((community, holder), 0)


@dataclass
class Batch:
    """A grant, or a settlement of a drop: then it has no records, as its root is that of the drop's
    list."""

    header: Header
    digest: bytes
    records: list[Record]
    voided: set[bool] = field(default_factory=set)  # is_manager
    voided_records: set[int] = field(default_factory=set)  # their points

    def proof(self, index: int) -> list[bytes]:
        return merkle.proof(leaves(self.records), index)

    def has(self, index: int, entry: Entry, rule_version: int, proof: Sequence[bytes]) -> bool:
        """Whether this is its record at `index`, and its proof."""
        if index >= len(self.records):
            return False
        record = self.records[index]
        is_same = (record.entry, record.terms.version) == (entry, rule_version)
        return is_same and list(proof) == self.proof(index)


def leaf(index: int, entry: Entry, rule_version: int) -> bytes:
    """The record as its event has it, and its place in the batch."""
    work = entry.rule | rule_version << 8 | entry.quantity << 64 | entry.amount << 128
    types = ["uint256", "address", "uint256", "bytes32"]
    return keccak(encode(types, [index, entry.contributor, work, entry.evidence]))


def leaves(records: Sequence[Record]) -> list[bytes]:
    return [leaf(i, record.entry, record.terms.version) for i, record in enumerate(records)]


class QuotaLedgerModel:
    """The ledger at `address`. It shares its parts' token, registry and clock.

    `drops_address` is that of its GrantDrops, who alone may call what is under "drops"; a
    GrantDropsModel takes it from here. The zero address: a ledger without drops.
    """

    def __init__(
        self,
        address: str,
        chain_id: int,
        rules: RuleBookModel,
        pool: BonusPoolModel,
        caps: SpendingCapsModel,
        drops_address: str = ZERO_ADDRESS,
    ) -> None:
        self.address = address
        self.drops_address = drops_address
        self.chain_id = chain_id
        self.rules = rules
        self.pool = pool
        self.caps = caps
        self.token = pool.token
        self.authority = pool.authority
        self.clock = pool.clock
        self.registry = rules.registry
        self.quota: dict[str, int] = defaultdict(int)
        self.quota_issued = 0
        self.lots: list[Lot] = []
        self.batches: dict[int, list[Batch]] = defaultdict(list)
        self.records: dict[tuple[int, str], list[Record]] = defaultdict(list)
        self.voided: dict[tuple[int, str], list[int]] = defaultdict(list)  # points, each void
        self.set_asides: list[Aside] = []
        self.put_backs: list[Aside] = []

    # ---- quota, donations and the way down the tree

    def issue_quota(self, sender: str, sponsor: str, amount: int) -> None:
        require(self.authority.has_role(SELLER_ROLE, sender), "ledger: not a seller")
        require(sponsor != ZERO_ADDRESS, "ledger: no sponsor")
        require(amount > 0, "ledger: no amount")
        self.pool.open_quota(self.address, amount)
        try:
            self.token.transfer_from(self.address, sender, self.address, amount)
        except ModelRevert:
            self.pool.opened -= amount
            raise
        self.quota[sponsor] += amount
        self.quota_issued += amount

    def donate(self, sender: str, community: int, amount: int) -> int:
        require(amount <= self.quota[sender], "ledger: quota too small")
        self._check_donation(community, amount)
        self.quota[sender] -= amount
        return self._open_lot(sender, community, amount, is_own=False)

    def donate_own(self, sender: str, community: int, amount: int) -> int:
        self._check_donation(community, amount)
        self.token.transfer_from(self.address, sender, self.address, amount)
        return self._open_lot(sender, community, amount, is_own=True)

    def allot(
        self, sender: str, lot: int, community: int, to_community: int, to: str, amount: int
    ) -> None:
        require(sender == self.registry.admin_of_open(community), "ledger: not admin")
        if to_community == community:
            level = self.registry.manager_level(community, to)
            require(level > 0, "ledger: not a manager")
        else:
            self._check_child_pool(community, to_community, to)
        self._move(lot, (community, POOL), (to_community, to), amount)

    def pass_on(
        self, sender: str, lot: int, community: int, to_community: int, to: str, amount: int
    ) -> None:
        level = self.registry.spender_level(community, sender)
        if to_community == community:
            below = self.registry.manager_level(community, to) > level
            require(below, "ledger: not a sub-manager")
        else:
            self._check_child_pool(community, to_community, to)
        self._move(lot, (community, sender), (to_community, to), amount)

    def take_back(
        self,
        sender: str,
        lot: int,
        from_community: int,
        holder: str,
        to_community: int,
        amount: int,
    ) -> None:
        admin = self.registry.admin_of_open(from_community)
        may = {admin if holder == POOL else holder}
        if to_community == from_community:
            require(holder != POOL, "ledger: already in the pool")
            may.add(admin)
        else:
            parent = self.registry.parent_of(from_community)
            require(to_community == parent, "ledger: not the parent")
            origin = self._lot(lot).community
            require(origin != from_community, "ledger: donated to this community")
            may.add(self.registry.admin_of_open(to_community))
        require(sender in may, "ledger: not admin or holder")
        self._move(lot, (from_community, holder), (to_community, POOL), amount)

    def return_lot(self, lot: int, community: int, holders: Iterable[str]) -> int:
        """By anyone. Returns the base units that went back to the sponsor."""
        donation = self._lot(lot)
        require(self.registry.is_closed(community), "ledger: community is open")
        places = {(community, holder) for holder in (POOL, *holders)}
        amount = sum(donation.held(*place) for place in places)
        require(amount > 0, "ledger: nothing to return")
        if donation.is_own:
            self.token.transfer(self.address, donation.sponsor, amount)
        else:
            self.quota[donation.sponsor] += amount
        for place in places:
            donation.parts.pop(place, None)
        return amount

    # ---- grants

    def grant(
        self, sender: str, lot: int, community: int, entries: Sequence[Entry], evidence: bytes
    ) -> int:
        """Returns the number of the batch in its community."""
        require(len(entries) > 0, "ledger: no entries")
        self.registry.spender_level(community, sender)
        held = self._held(lot, community, sender)
        known = 1 <= lot <= len(self.lots) and (community, sender) in self.lots[lot - 1].parts
        donation = self.lots[lot - 1] if known else None
        records: list[Record] = []
        coins = self.token.balances[self.address]
        for entry in entries:
            require(
                donation is None or entry.contributor != donation.sponsor,
                "ledger: sponsor as contributor",
            )
            require(entry.contributor != sender, "ledger: manager as contributor")
            bears_points = donation is not None and not donation.is_own
            records.append(self._checked(community, entry, records, bears_points))
            # Each entry is paid before the sum is held against the allotment.
            require(entry.amount <= coins, "token: insufficient balance")
            coins -= entry.amount if entry.contributor != self.address else 0
        total = sum(entry.amount for entry in entries)
        require(total <= held, "ledger: allotment too small")
        assert donation is not None
        self.caps.check_spend(community, sender, total)
        rates = (0, 0)
        if not donation.is_own:
            rates = self.pool.accrue(
                self.address, donation.sponsor, sender, total, self.caps.month()
            )
        number = self.caps.spend(community, sender, total)
        donation.parts[community, sender] -= total
        for record in records:
            self.token.transfer(self.address, record.entry.contributor, record.entry.amount)
            self.records[community, record.entry.contributor].append(record)
        header = Header(
            community=community,
            number=number,
            lot=lot,
            manager=sender,
            timestamp=self.clock.now,
            count=len(entries),
            total=total,
            sponsor_bps=rates[0],
            manager_bps=rates[1],
            evidence=evidence,
            root=merkle.root(leaves(records)),
        )
        self._seal(header, records)
        return number

    def void_bonus(self, sender: str, header: Header, is_manager: bool, reason_hash: bytes) -> None:
        require(self.authority.has_role(AUDITOR_ROLE, sender), "ledger: not auditor")
        require(reason_hash != bytes(32), "ledger: no reason")
        batch = self.batch(header)
        require(batch is not None, "ledger: no such batch")
        assert batch is not None
        account = header.manager if is_manager else self.lots[header.lot - 1].sponsor
        amount_e4 = header.total * (header.manager_bps if is_manager else header.sponsor_bps)
        require(amount_e4 > 0, "ledger: no bonus in batch")
        require(is_manager not in batch.voided, "ledger: already void")
        month = self.pool.month_of(header.timestamp)
        self.pool.void_bonus(self.address, account, month, amount_e4, is_manager)
        batch.voided.add(is_manager)

    def void_points(
        self, sender: str, header: Header, records: Sequence[RecordProof], reason_hash: bytes
    ) -> None:
        require(self.authority.has_role(AUDITOR_ROLE, sender), "ledger: not auditor")
        require(reason_hash != bytes(32), "ledger: no reason")
        batch = self.batch(header)
        require(batch is not None, "ledger: no such batch")
        assert batch is not None
        require(header.sponsor_bps > 0, "ledger: no points in batch")
        month = self.pool.month_of(header.timestamp)
        require(self.clock.now < self.pool.claimable_from(month), "ledger: window is over")
        require(len(records) > 0, "ledger: no records")
        voided: set[int] = set()
        for record in records:
            require(batch.has(*record), "ledger: no such record")
            fresh = record.index not in batch.voided_records | voided
            require(fresh, "ledger: points already void")
            voided.add(record.index)
        batch.voided_records |= voided
        for record in records:
            self.voided[header.community, record.entry.contributor].append(record.entry.amount)

    # ---- drops: by the GrantDrops of this ledger

    def set_aside(
        self, sender: str, manager: str, lot: int, community: int, amount: int
    ) -> tuple[str, int, int, int]:
        """Returns sponsor, contributor cap (whole COS), sponsor's and manager's rate in bps."""
        self._check_drops(sender)
        require(amount > 0, "ledger: no amount")
        self.registry.spender_level(community, manager)
        require(lot <= MAX_64, "ledger: no such lot")
        require(amount <= self._held(lot, community, manager), "ledger: allotment too small")
        self.caps.check_spend(community, manager, amount, batches=0)
        donation = self.lots[lot - 1]
        rates = (0, 0)
        if not donation.is_own:
            rates = self.pool.set_aside(self.address, manager, amount, self.caps.month())
        self.caps.spend(community, manager, amount, batches=0)
        donation.parts[community, manager] -= amount
        self.set_asides.append(Aside(lot, amount))
        self.token.transfer(self.address, self.drops_address, amount)
        return donation.sponsor, self.caps.caps(community).contributor, *rates

    def record_claim(
        self,
        sender: str,
        community: int,
        contributor: str,
        work: int,
        evidence: bytes,
        contributor_cap: int,
        once_bit: int,
        bears_points: bool,
    ) -> None:
        """`contributor_cap` in whole COS; `work` as in ContributionRecorded."""
        record = self.check_claim(
            sender,
            community,
            contributor,
            work,
            evidence,
            contributor_cap,
            once_bit,
            bears_points,
        )
        self.records[community, contributor].append(record)

    def check_claim(
        self,
        sender: str,
        community: int,
        contributor: str,
        work: int,
        evidence: bytes,
        contributor_cap: int,
        once_bit: int,
        bears_points: bool,
    ) -> Record:
        """The record that `record_claim` would make; raises what it would raise."""
        self._check_drops(sender)
        rule, version = work & 255, (work >> 8) & (2**32 - 1)
        quantity, amount = (work >> 64) & MAX_64, work >> 128
        own = self.records.get((community, contributor), [])
        self._check_standing(amount, contributor_cap * COS, once_bit, own)
        return Record(
            entry=Entry(contributor, rule, quantity, amount, evidence),
            terms=Terms(version, 0, 0, once_bit),
            timestamp=self.clock.now,
            month=self.caps.month(),
            points=amount if bears_points else 0,
        )

    def settle_drop(self, sender: str, header: Header) -> int:
        """Number and time are set here, and the rate of a manager whose month is void. Returns the
        number of the batch in its community."""
        self._check_drops(sender)
        manager_bps = header.manager_bps
        if header.sponsor_bps > 0:
            manager_bps = self.pool.accrue_aside(
                self.address,
                self._lot(header.lot).sponsor,
                header.manager,
                header.total,
                header.sponsor_bps,
                header.manager_bps,
                self.caps.month(),
            )
        number = self.caps.next_batch(header.community)
        self._seal(
            header._replace(number=number, timestamp=self.clock.now, manager_bps=manager_bps), []
        )
        return number

    def put_back(self, sender: str, lot: int, community: int, amount: int, rate_bps: int) -> None:
        """`rate_bps`: the sum of the rates that `set_aside` returned."""
        self._check_drops(sender)
        donation = self._lot(lot)
        if not donation.is_own:
            self.pool.put_back(self.address, amount, rate_bps)
        self.token.transfer_from(self.address, sender, self.address, amount)
        self.put_backs.append(Aside(lot, amount))
        if not self.registry.is_closed(community):
            held = donation.held(community, POOL)
            donation.parts[community, POOL] = held + amount
        elif donation.is_own:
            self.token.transfer(self.address, donation.sponsor, amount)
        else:
            self.quota[donation.sponsor] += amount

    def void_claim_points(self, sender: str, community: int, contributor: str, amount: int) -> None:
        self._check_drops(sender)
        self.voided[community, contributor].append(amount)

    # ---- caps

    def set_community_cap(self, sender: str, community: int, cap: int) -> None:
        self.caps.set_community_cap(sender, community, cap)

    def set_member_caps(
        self, sender: str, community: int, contributor_cap: int, manager_cap: int
    ) -> None:
        self.caps.set_member_caps(sender, community, contributor_cap, manager_cap)

    # ---- views

    @property
    def undonated(self) -> int:
        return sum(self.quota.values())

    def in_lots(self, is_own: bool) -> int:
        return sum(sum(lot.parts.values()) for lot in self.lots if lot.is_own == is_own)

    @property
    def quota_aside(self) -> int:
        """Quota in drops, neither settled nor put back."""
        return self.in_drops(is_own=False)

    def in_drops(self, is_own: bool) -> int:
        """What was set aside and neither settled (then it counts as granted) nor put back."""
        out = self._sum_of(self.set_asides, is_own) - self._sum_of(self.put_backs, is_own)
        return out - sum(
            batch.header.total
            for batches in self.batches.values()
            for batch in batches
            if not batch.records and self.lots[batch.header.lot - 1].is_own == is_own
        )

    def granted(self, is_own: bool) -> int:
        """By grants, and from drops as far as they are settled."""
        return sum(
            batch.header.total
            for batches in self.batches.values()
            for batch in batches
            if self.lots[batch.header.lot - 1].is_own == is_own
        )

    def holding(self, lot: int, community: int, holder: str) -> int:
        return self._held(lot, community, holder)

    def standing(self, community: int, contributor: str) -> Standing:
        records = self.records.get((community, contributor))
        if not records:
            return Standing(0, 0, 0, 0, 0, 0)
        last = records[-1]
        return Standing(
            points=min(sum(record.points for record in records), MAX_64),
            records=min(len(records), MAX_RECORDS),
            last_timestamp=last.timestamp,
            month=last.month,
            month_amount=sum(r.entry.amount for r in records if r.month == last.month),
            once_bits=sum(1 << (r.terms.once_bit - 1) for r in records if r.terms.once_bit),
        )

    def voided_points(self, community: int, contributor: str) -> int:
        return sum(self.voided.get((community, contributor), []))

    def voided_records(self, community: int, number: int) -> int:
        """Bit k: the record at index k."""
        batches = self.batches.get(community, [])
        voided = batches[number - 1].voided_records if 1 <= number <= len(batches) else set()
        return sum(1 << index for index in voided)

    def batch(self, header: Header) -> Batch | None:
        """The batch with exactly this header."""
        batches = self.batches.get(header.community, [])
        return next((batch for batch in batches if batch.header == header), None)

    def batch_digest(self, community: int, number: int) -> bytes:
        batches = self.batches.get(community, [])
        return batches[number - 1].digest if 1 <= number <= len(batches) else bytes(32)

    def digest(self, previous: bytes, header: Header) -> bytes:
        types = ["uint256", "address", "bytes32", HEADER_TYPE]
        return keccak(encode(types, [self.chain_id, self.address, previous, tuple(header)]))

    def verify_record(
        self, header: Header, index: int, entry: Entry, rule_version: int, proof: Sequence[bytes]
    ) -> bool:
        batch = self.batch(header)
        return batch is not None and batch.has(index, entry, rule_version, proof)

    # ---- internal

    def _checked(
        self, community: int, entry: Entry, earlier: list[Record], bears_points: bool
    ) -> Record:
        """The record of an entry that may follow `earlier` ones of the same batch."""
        require(entry.evidence != bytes(32), "ledger: no evidence")
        require(entry.amount > 0, "ledger: no amount")
        require(entry.quantity > 0, "ledger: no quantity")
        require(max(entry.amount, entry.quantity) <= MAX_64, "ledger: number too large")
        month = self.caps.month()
        terms = self.rules.terms(entry.rule, community, month)
        scaled = entry.amount * TERMS_SCALE
        require(scaled >= entry.quantity * terms.minimum_scaled, "ledger: amount under rule")
        if terms.maximum_scaled > 0:
            require(scaled <= entry.quantity * terms.maximum_scaled, "ledger: amount over rule")
        own = [
            *self.records.get((community, entry.contributor), []),
            *(r for r in earlier if r.entry.contributor == entry.contributor),
        ]
        if terms.once_bit > 0:
            require(entry.quantity == ONE, "ledger: once means one")
            is_member = self.registry.is_member(community, entry.contributor)
            require(is_member, "ledger: not a member")
        cap = self.caps.caps(community).contributor * COS
        self._check_standing(entry.amount, cap, terms.once_bit, own)
        require(entry.contributor != ZERO_ADDRESS, "token: transfer to zero")
        require(entry.contributor != self.token.address, "token: transfer to token")
        points = entry.amount if bears_points else 0
        return Record(entry, terms, self.clock.now, month, points)

    def _check_standing(self, amount: int, cap: int, once_bit: int, own: Iterable[Record]) -> None:
        """For a contributor with the records `own`, to be paid `amount`; `cap` in base units."""
        month = self.caps.month()
        month_amount = amount + sum(r.entry.amount for r in own if r.month == month)
        require(month_amount <= cap, "ledger: contributor cap")
        used = {r.terms.once_bit for r in own if r.terms.once_bit}
        require(once_bit not in used, "ledger: rule already used")

    def _seal(self, header: Header, records: list[Record]) -> None:
        digest = self.digest(self.batch_digest(header.community, header.number - 1), header)
        self.batches[header.community].append(Batch(header, digest, records))

    def _sum_of(self, moved: Iterable[Aside], is_own: bool) -> int:
        return sum(part.amount for part in moved if self.lots[part.lot - 1].is_own == is_own)

    def _check_drops(self, sender: str) -> None:
        allowed = sender == self.drops_address != ZERO_ADDRESS
        require(allowed, "ledger: not the drops contract")

    def _check_donation(self, community: int, amount: int) -> None:
        require(amount > 0, "ledger: no amount")
        self.registry.admin_of_open(community)
        require(amount <= MAX_64, "ledger: amount too large")

    def _check_child_pool(self, community: int, child: int, to: str) -> None:
        require(self.registry.parent_of(child) == community, "ledger: not a child")
        require(to == POOL, "ledger: only to the child's pool")
        self.registry.admin_of_open(child)

    def _open_lot(self, sponsor: str, community: int, amount: int, is_own: bool) -> int:
        self.lots.append(Lot(sponsor, community, is_own, {(community, POOL): amount}))
        return len(self.lots)

    def _lot(self, lot: int) -> Lot:
        require(1 <= lot <= len(self.lots), "ledger: no such lot")
        return self.lots[lot - 1]

    def _held(self, lot: int, community: int, holder: str) -> int:
        known = 1 <= lot <= len(self.lots)
        return self.lots[lot - 1].held(community, holder) if known else 0

    def _move(
        self, lot: int, source: tuple[int, str], target: tuple[int, str], amount: int
    ) -> None:
        require(amount > 0, "ledger: no amount")
        require(amount <= self._held(lot, *source), "ledger: allotment too small")
        parts = self.lots[lot - 1].parts
        parts[source] -= amount
        parts[target] = parts.get(target, 0) + amount
