"""Reference model of contracts/contribution/GrantDrops.vy, and the lists that drops carry.

Amounts are base units (1e-8 COS), quantities hundredths of a rule's unit, times of deadlines those
of the community's own clock. Every drop keeps its claims, settlements, returns and voids as they
were made; what is left and what is unsettled is worked out from them.

    people = [Listed(account, quantity, amount), Listed(key, quantity, amount, VOUCHER)]
    roll = Roll(chain_id, drops_address, model.next_drop(manager), people)
    terms = model.publish(manager, roll.drop, lot, community, total, rule, max_amount, duration,
                          roll.root, list_hash)
    model.claim(anyone, terms, *roll.claim(0))
    model.claim_by_voucher(anyone, terms, *roll.claim(1), recipient, signature)
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from eth_abi import encode
from eth_hash.auto import keccak

from cos.chain.accounts import checksum
from tests.models import ZERO_ADDRESS, merkle_path, require
from tests.models.authority import AUDITOR_ROLE
from tests.models.quota_ledger import MAX_64, ONE, TERMS_SCALE, Header, QuotaLedgerModel

DAY = 86_400
MIN_DURATION = 1 * DAY
MAX_DURATION = 366 * DAY
COUNT_BITS = 96
NO_HASH = bytes(32)

ADDRESS, VOUCHER = 0, 1

# chain id, contract, drop, index, kind, account or key, quantity, amount
LEAF_TYPES = "uint256 address uint256 uint256 uint256 address uint256 uint256"


class Drop(NamedTuple):
    """The terms of a drop, as `publish` returns them and every other function takes them."""

    drop: int
    community: int
    lot: int
    sponsor: str
    contributor_cap: int  # whole COS
    rule: int
    rule_version: int
    once_bit: int  # 0 for a list
    minimum_scaled: int
    maximum_scaled: int
    amount: int  # list: the most of one claim; members: that of each claim
    sponsor_bps: int  # 0: own coins
    manager_bps: int
    deadline: int
    root: bytes  # zero for members
    evidence: bytes

    @property
    def manager(self) -> str:
        return manager_of(self.drop)


class DropState(NamedTuple):
    """What `state_of` returns."""

    is_published: bool
    is_cancelled: bool
    left: int
    unsettled: int
    unsettled_claims: int


class SignedVoucher(NamedTuple):
    """What the signature of a voucher's key says, and whose it is. (That the curve's arithmetic is
    right, and that a malleated signature is refused, is for unit tests.)"""

    signer: str
    drop: int
    index: int
    recipient: str


class Listed(NamedTuple):
    """A line of a list: an account, or with kind VOUCHER the address of a voucher's key."""

    account: str
    quantity: int
    amount: int
    kind: int = ADDRESS


class Claim(NamedTuple):
    """A claim as it was paid. `kind` is None for a member, whose index is its address."""

    kind: int | None
    index: int
    account: str
    recipient: str
    quantity: int
    amount: int


@dataclass
class Published:
    """Everything that has happened to a drop."""

    terms: Drop
    total: int
    claims: list[Claim] = field(default_factory=list)
    settled_claims: int = 0  # the first so many of them
    settlements: list[int] = field(default_factory=list)  # batch numbers
    returns: list[int] = field(default_factory=list)  # base units
    voided: list[Claim] = field(default_factory=list)
    is_cancelled: bool = False

    @property
    def left(self) -> int:
        return self.total - sum(claim.amount for claim in self.claims) - sum(self.returns)

    @property
    def unsettled(self) -> list[Claim]:
        return self.claims[self.settled_claims :]


class Roll:
    """The list of a drop: leaves, tree and proofs. `drop` is the number that it will have."""

    def __init__(self, chain_id: int, contract: str, drop: int, people: Sequence[Listed]) -> None:
        self.drop = drop
        self.people = list(people)
        self.leaves = [
            leaf(chain_id, contract, drop, index, *person) for index, person in enumerate(people)
        ]
        self.root = merkle_path.root(self.leaves)

    def proof(self, index: int) -> list[bytes]:
        return merkle_path.proof(self.leaves, index)

    def claim(self, index: int) -> tuple[int, str, int, int, list[bytes]]:
        """Index, account or key, quantity, amount and proof: what both ways to claim take."""
        account, quantity, amount, _ = self.people[index]
        return index, account, quantity, amount, self.proof(index)


def leaf(
    chain_id: int,
    contract: str,
    drop: int,
    index: int,
    account: str,
    quantity: int,
    amount: int,
    kind: int = ADDRESS,
) -> bytes:
    """A line of a list as its tree has it: eight words."""
    words = [chain_id, contract, drop, index, kind, account, quantity, amount]
    return keccak(encode(LEAF_TYPES.split(), words))


def drop_number(manager: str, count: int) -> int:
    """The number of a manager's drop, from 1."""
    return int(manager, 16) << COUNT_BITS | count


def manager_of(drop: int) -> str:
    """The manager in a drop's number, in checksum form."""
    return address_of_number(drop >> COUNT_BITS)


def address_of_number(number: int) -> str:
    """The address that a number stands for, in checksum form; that of a member's index, too."""
    return checksum(number.to_bytes(20, "big"))


class GrantDropsModel:
    """The GrantDrops of a ledger, at `ledger.drops_address`. It shares the ledger's parts."""

    def __init__(self, ledger: QuotaLedgerModel) -> None:
        self.ledger = ledger
        self.address = ledger.drops_address
        self.chain_id = ledger.chain_id
        self.token = ledger.token
        self.registry = ledger.registry
        self.rules = ledger.rules
        self.pool = ledger.pool
        self.authority = ledger.authority
        self.drops: dict[int, Published] = {}  # by number

    # ---- publication

    def publish(
        self,
        sender: str,
        drop: int,
        lot: int,
        community: int,
        total: int,
        rule: int,
        max_amount: int,
        duration_seconds: int,
        root: bytes,
        list_hash: bytes,
    ) -> Drop:
        require(root != NO_HASH, "drops: no root")
        require(drop == self.next_drop(sender), "drops: not the next drop")
        terms = self._terms(sender, rule, community)
        require(terms.once_bit == 0, "drops: once-per-member rule")
        terms = terms._replace(lot=lot, amount=max_amount, root=root, evidence=list_hash)
        return self._publish(sender, terms, total, duration_seconds)

    def open_claims(
        self,
        sender: str,
        lot: int,
        community: int,
        total: int,
        rule: int,
        amount: int,
        duration_seconds: int,
        evidence: bytes,
    ) -> Drop:
        terms = self._terms(sender, rule, community)
        require(terms.once_bit > 0, "drops: not once per member")
        _check_amount(ONE, amount, terms)
        terms = terms._replace(lot=lot, amount=amount, evidence=evidence)
        return self._publish(sender, terms, total, duration_seconds)

    # ---- claims

    def claim(
        self,
        sender: str,
        drop: Drop,
        index: int,
        account: str,
        quantity: int,
        amount: int,
        proof: Sequence[bytes],
    ) -> None:
        require(not self._is_used(drop.drop, ADDRESS, index), "drops: already claimed")
        self._check_listed(drop, index, ADDRESS, account, quantity, amount, proof)
        self._pay(drop, Claim(ADDRESS, index, account, account, quantity, amount))

    def claim_by_voucher(
        self,
        sender: str,
        drop: Drop,
        index: int,
        key: str,
        quantity: int,
        amount: int,
        proof: Sequence[bytes],
        recipient: str,
        signature: SignedVoucher,
    ) -> None:
        """`signature` stands for the contract's v, r and s."""
        require(recipient != ZERO_ADDRESS, "drops: no recipient")
        require(not self._is_used(drop.drop, VOUCHER, index), "drops: already claimed")
        self._check_listed(drop, index, VOUCHER, key, quantity, amount, proof)
        must_say = SignedVoucher(key, drop.drop, index, recipient)
        require(signature == must_say and key != ZERO_ADDRESS, "drops: invalid signature")
        self._pay(drop, Claim(VOUCHER, index, key, recipient, quantity, amount))

    def claim_once(self, sender: str, drop: Drop) -> None:
        require(drop.root == NO_HASH, "drops: not open to members")
        require(self.registry.is_member(drop.community, sender), "drops: not a member")
        self._pay(drop, Claim(None, int(sender, 16), sender, sender, ONE, drop.amount))

    # ---- settlement, cancellation, return

    def settle(self, sender: str, drop: Drop) -> int:
        """By anyone. Returns the number of the batch in the community."""
        published = self._drop(drop)
        claims = published.unsettled
        require(len(claims) > 0, "drops: nothing to settle")
        header = Header(
            community=drop.community,
            number=0,
            lot=drop.lot,
            manager=drop.manager,
            timestamp=0,
            count=len(claims),
            total=sum(claim.amount for claim in claims),
            sponsor_bps=drop.sponsor_bps,
            manager_bps=drop.manager_bps,
            evidence=drop.evidence,
            root=drop.root,
        )
        number = self.ledger.settle_drop(self.address, header)
        published.settled_claims = len(published.claims)
        published.settlements.append(number)
        return number

    def cancel(self, sender: str, drop: Drop, reason_hash: bytes) -> None:
        require(self.authority.has_role(AUDITOR_ROLE, sender), "drops: not auditor")
        require(reason_hash != NO_HASH, "drops: no reason")
        published = self._drop(drop)
        require(not published.is_cancelled, "drops: already cancelled")
        published.is_cancelled = True

    def return_unclaimed(self, sender: str, drop: Drop) -> int:
        """By anyone. Returns the base units that went back."""
        published = self._drop(drop)
        if not published.is_cancelled:
            require(self._clock(drop.community) > drop.deadline, "drops: still open")
        amount = published.left
        require(amount > 0, "drops: nothing to return")
        self.token.approve(self.address, self.ledger.address, amount)
        rate_bps = drop.sponsor_bps + drop.manager_bps
        try:
            self.ledger.put_back(self.address, drop.lot, drop.community, amount, rate_bps)
        finally:
            self.token.approve(self.address, self.ledger.address, 0)  # used up, or reverted
        published.returns.append(amount)
        return amount

    def void_points(
        self,
        sender: str,
        drop: Drop,
        index: int,
        account: str,
        recipient: str,
        quantity: int,
        amount: int,
        proof: Sequence[bytes],
        reason_hash: bytes,
    ) -> None:
        require(self.authority.has_role(AUDITOR_ROLE, sender), "drops: not auditor")
        require(reason_hash != NO_HASH, "drops: no reason")
        require(drop.sponsor_bps > 0, "drops: no points in drop")
        claim = self._claim(drop, index, account, recipient, quantity, amount, proof)
        require(claim is not None, "drops: no such claim")
        assert claim is not None
        window_ends = self.pool.claimable_from(self.pool.month_of(drop.deadline))
        require(self._clock(drop.community) < window_ends, "drops: window is over")
        published = self._drop(drop)
        require(claim not in published.voided, "drops: already void")
        self.ledger.void_claim_points(self.address, drop.community, recipient, amount)
        published.voided.append(claim)

    # ---- views

    def next_drop(self, manager: str) -> int:
        mine = sum(1 for number in self.drops if number >> COUNT_BITS == int(manager, 16))
        return drop_number(manager, mine + 1)

    def state_of(self, drop: Drop) -> DropState:
        published = self._find(drop)
        if published is None:
            return DropState(False, False, 0, 0, 0)
        return DropState(
            is_published=True,
            is_cancelled=published.is_cancelled,
            left=published.left,
            unsettled=sum(claim.amount for claim in published.unsettled),
            unsettled_claims=len(published.unsettled),
        )

    def closes_at(self, drop: Drop) -> int:
        return self.ledger.clock.now + drop.deadline - self._clock(drop.community)

    def is_claimed(self, drop: int, index: int) -> bool:
        """By the drop's number."""
        return any(claim.index == index for claim in self._claims(drop))

    def recipient_of(self, drop: int, index: int) -> str:
        """By the drop's number; the zero address for a listed account."""
        paid = (c for c in self._claims(drop) if c.index == index and c.kind != ADDRESS)
        return next((claim.recipient for claim in paid), ZERO_ADDRESS)

    def verify_claim(
        self,
        drop: Drop,
        index: int,
        account: str,
        recipient: str,
        quantity: int,
        amount: int,
        proof: Sequence[bytes],
    ) -> bool:
        return self._claim(drop, index, account, recipient, quantity, amount, proof) is not None

    @property
    def owed(self) -> int:
        """What the contract must hold: all that is left in all drops."""
        return sum(published.left for published in self.drops.values())

    # ---- internal

    def _terms(self, sender: str, rule: int, community: int) -> Drop:
        """Number and rule of a new drop; the rest is still to come."""
        version, minimum, maximum, once_bit = self.rules.terms(
            rule, community, self.rules.current_month
        )
        return Drop(
            drop=self.next_drop(sender),
            community=community,
            lot=0,
            sponsor=ZERO_ADDRESS,
            contributor_cap=0,
            rule=rule,
            rule_version=version,
            once_bit=once_bit,
            minimum_scaled=minimum,
            maximum_scaled=maximum,
            amount=0,
            sponsor_bps=0,
            manager_bps=0,
            deadline=0,
            root=NO_HASH,
            evidence=NO_HASH,
        )

    def _publish(self, sender: str, terms: Drop, total: int, duration_seconds: int) -> Drop:
        require(terms.evidence != NO_HASH, "drops: no evidence")
        require(terms.amount > 0, "drops: no amount")
        require(MIN_DURATION <= duration_seconds <= MAX_DURATION, "drops: bad duration")
        deadline = self._clock(terms.community) + duration_seconds
        sponsor, contributor_cap, sponsor_bps, manager_bps = self.ledger.set_aside(
            self.address, sender, terms.lot, terms.community, total
        )
        terms = terms._replace(
            sponsor=sponsor,
            contributor_cap=contributor_cap,
            sponsor_bps=sponsor_bps,
            manager_bps=manager_bps,
            deadline=deadline,
        )
        self.drops[terms.drop] = Published(terms, total)
        return terms

    def _pay(self, drop: Drop, claim: Claim) -> None:
        published = self._drop(drop)
        require(not published.is_cancelled, "drops: cancelled")
        clock, is_frozen = self.registry.clock_of(drop.community)
        require(not is_frozen, "drops: community frozen")
        require(clock <= drop.deadline, "drops: deadline is over")
        require(claim.recipient != drop.sponsor, "drops: sponsor as contributor")
        require(claim.recipient != drop.manager, "drops: manager as contributor")
        require(claim.amount <= drop.amount, "drops: amount over maximum")
        _check_amount(claim.quantity, claim.amount, drop)
        require(claim.amount <= published.left, "drops: nothing left")
        work = drop.rule | drop.rule_version << 8 | claim.quantity << 64 | claim.amount << 128
        record = (
            drop.community,
            claim.recipient,
            work,
            drop.evidence,
            drop.contributor_cap,
            drop.once_bit,
            drop.sponsor_bps > 0,
        )
        # The contract records before it pays; here both must be possible before either is done.
        self.ledger.check_claim(self.address, *record)
        self.token.transfer(self.address, claim.recipient, claim.amount)
        self.ledger.record_claim(self.address, *record)
        published.claims.append(claim)

    def _check_listed(
        self,
        drop: Drop,
        index: int,
        kind: int,
        account: str,
        quantity: int,
        amount: int,
        proof: Sequence[bytes],
    ) -> None:
        node = self._leaf(drop, index, kind, account, quantity, amount)
        require(merkle_path.verify(node, index, proof, drop.root), "drops: not in the list")

    def _leaf(
        self, drop: Drop, index: int, kind: int, account: str, quantity: int, amount: int
    ) -> bytes:
        return leaf(self.chain_id, self.address, drop.drop, index, account, quantity, amount, kind)

    def _claim(
        self,
        drop: Drop,
        index: int,
        account: str,
        recipient: str,
        quantity: int,
        amount: int,
        proof: Sequence[bytes],
    ) -> Claim | None:
        """The claim with all of these particulars, and whose proof this is."""
        published = self._find(drop)
        for claim in published.claims if published else ():
            if claim[1:] != (index, account, recipient, quantity, amount):
                continue
            if claim.kind is None:
                return claim  # a member's needs no proof; whatever is given is not looked at
            node = self._leaf(drop, index, claim.kind, account, quantity, amount)
            if merkle_path.verify(node, index, proof, drop.root):
                return claim
        return None

    def _find(self, drop: Drop) -> Published | None:
        published = self.drops.get(drop.drop)
        return published if published and published.terms == drop else None

    def _drop(self, drop: Drop) -> Published:
        published = self._find(drop)
        require(published is not None, "drops: no such drop")
        assert published is not None
        return published

    def _claims(self, drop: int) -> list[Claim]:
        return self.drops[drop].claims if drop in self.drops else []

    def _is_used(self, drop: int, kind: int, index: int) -> bool:
        """Whether this position was claimed in this way."""
        return any(c.index == index for c in self._claims(drop) if c.kind == kind)

    def _clock(self, community: int) -> int:
        return self.registry.clock_of(community)[0]


def _check_amount(quantity: int, amount: int, terms: Drop) -> None:
    require(amount > 0, "drops: no amount")
    require(quantity > 0, "drops: no quantity")
    require(max(amount, quantity) <= MAX_64, "drops: number too large")
    scaled = amount * TERMS_SCALE
    require(scaled >= quantity * terms.minimum_scaled, "drops: amount under rule")
    if terms.maximum_scaled > 0:
        require(scaled <= quantity * terms.maximum_scaled, "drops: amount over rule")
