"""Reference model of contracts/market/SubTokenIssuer.vy and SubToken.vy.

Amounts are smallest units of a sub-token, everything of COS in base units (1e-8 COS). Nothing is
kept twice: who holds what is one table a sub-token, what is set aside is the sum over its open
requests, the supply the sum of both; collateral is a sum of these, while CosStaking's model is told
of each lock and release as the contract's is.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from tests.models import INFINITE, ZERO_ADDRESS, require
from tests.models.atomic import atomic
from tests.models.authority import GOVERNANCE_ROLE
from tests.models.clock import Clock
from tests.models.cos_staking import CosStakingModel
from tests.models.fee_router import FeeRouterModel

COS = 10**8
DAY = 86_400
MAX_ISSUE_FEE = 100_000 * COS
MAX_FACE = 2**64 - 1
MAX_DECIMALS = 8
MAX_SUPPLY = 2**96 - 1
LAST_EXPIRY = 2**40 - 1
WINDOW_BOUNDS = (3 * DAY, 90 * DAY)
GRACE_BOUNDS = (30 * DAY, 3_660 * DAY)
NO_HASH = bytes(32)

UNKNOWN, OPEN, EXPIRED, RECLAIMABLE, CLOSED = range(5)
ASKED, ACCEPTED, FULFILLED, DISPUTED, GRANTED, REDEEMED, RETURNED, PAID = range(1, 9)
FINAL = (REDEEMED, RETURNED, PAID)


class Terms(NamedTuple):
    """What `open` is given."""

    name: str
    symbol: str
    decimals: int
    face_value: int
    description_hash: bytes
    expiry: int
    grace_seconds: int
    window_seconds: int
    arbiter: str
    is_transferable: bool


class Info(NamedTuple):
    """What `info()` returns."""

    issuer: str
    arbiter: str
    face_value: int
    description_hash: bytes
    expiry: int
    grace_ends_at: int
    window_seconds: int
    is_closed: bool


class Order(NamedTuple):
    """A part of what `request` is given."""

    sub_token: str
    amount: int
    details_hash: bytes


@dataclass
class Request:
    """Where a request stands, and whose turn ends when."""

    holder: str
    sub_token: str
    amount: int
    state: int
    deadline: int

    @property
    def is_open(self) -> bool:
        return self.state not in FINAL

    def as_view(self) -> tuple:
        """As `request_of()` returns it."""
        return (self.holder, self.sub_token, self.amount, self.state, self.deadline)


@dataclass
class SubTokenModel:
    """One sub-token: its terms, and who holds units but for what is set aside."""

    address: str
    minter: str
    issuer: str
    terms: Terms
    held: Counter[str] = field(default_factory=Counter)
    allowances: Counter[tuple[str, str]] = field(default_factory=Counter)
    is_closed: bool = False

    @property
    def face_value(self) -> int:
        return self.terms.face_value

    @property
    def grace_ends_at(self) -> int:
        return self.terms.expiry + self.terms.grace_seconds

    # ---- ERC-20

    def transfer(self, sender: str, to: str, amount: int) -> None:
        require(self.terms.is_transferable, "points: not transferable")
        self.check_recipient(to)
        self.take(sender, amount)
        self.held[to] += amount

    def transfer_from(self, sender: str, owner: str, to: str, amount: int) -> None:
        allowed = self.allowances[owner, sender]
        require(amount <= allowed, "points: insufficient allowance")
        self.transfer(owner, to, amount)
        if allowed != INFINITE:
            self.allowances[owner, sender] -= amount

    def approve(self, sender: str, spender: str, amount: int) -> None:
        self.allowances[sender, spender] = amount

    # ---- for the minter

    def take(self, owner: str, amount: int) -> None:
        require(amount <= self.held[owner], "points: insufficient balance")
        self.held[owner] -= amount

    def check_recipient(self, to: str) -> None:
        require(to not in (ZERO_ADDRESS, self.address, self.minter), "points: bad recipient")


class SubTokenIssuerModel:
    """The contract at `address`, with its sub-tokens by their addresses."""

    def __init__(
        self,
        staking: CosStakingModel,
        router: FeeRouterModel,
        address: str,
        clock: Clock,
        issue_fee: int,
    ) -> None:
        self.staking = staking
        self.router = router
        self.authority = staking.authority
        self.address = address
        self.clock = clock
        self.sub_tokens: dict[str, SubTokenModel] = {}
        self.requests: list[Request] = []
        self._set_issue_fee(issue_fee)

    # ---- issuers

    def open(self, sender: str, terms: Terms, max_fee: int, address: str) -> str:
        """`address` is that of the clone which the contract will make."""
        now = self.clock.now
        require(bool(terms.name) and bool(terms.symbol), "subtoken: no name")
        require(terms.decimals <= MAX_DECIMALS, "subtoken: too many decimals")
        require(terms.face_value <= MAX_FACE, "subtoken: face value too large")
        require(terms.description_hash != NO_HASH, "subtoken: no description")
        require(now < terms.expiry <= LAST_EXPIRY, "subtoken: expiry out of bounds")
        low, high = GRACE_BOUNDS
        require(low <= terms.grace_seconds <= high, "subtoken: grace out of bounds")
        low, high = WINDOW_BOUNDS
        require(low <= terms.window_seconds <= high, "subtoken: window out of bounds")
        nobody = (ZERO_ADDRESS, self.address, sender)
        require(terms.arbiter not in nobody, "subtoken: bad arbiter")
        require(self.issue_fee <= max_fee, "subtoken: above your maximum")
        if self.issue_fee:
            self.router.pay_fee_from(self.address, sender, self.issue_fee)
        self.sub_tokens[address] = SubTokenModel(address, self.address, sender, terms)
        return address

    def mint(self, sender: str, address: str, to: str, amount: int) -> None:
        sub_token = self._own(sender, address)
        self._check_open(sub_token)
        require(amount > 0, "subtoken: no amount")
        sub_token.check_recipient(to)
        require(self.supply(address) + amount <= MAX_SUPPLY, "points: too many units")
        if collateral := sub_token.face_value * amount:
            self.staking.lock(self.address, sender, collateral)
        sub_token.held[to] += amount

    def mint_batch(
        self, sender: str, address: str, recipients: Sequence[str], amounts: Sequence[int]
    ) -> None:
        sub_token = self._own(sender, address)
        self._check_open(sub_token)
        require(len(recipients) == len(amounts), "subtoken: lengths differ")
        total = 0
        for to, amount in zip(recipients, amounts, strict=True):
            sub_token.check_recipient(to)
            total += amount
            require(self.supply(address) + total <= MAX_SUPPLY, "points: too many units")
        require(total > 0, "subtoken: no amount")
        if collateral := sub_token.face_value * total:
            self.staking.lock(self.address, sender, collateral)
        for to, amount in zip(recipients, amounts, strict=True):
            sub_token.held[to] += amount

    def burn(self, sender: str, address: str, amount: int) -> None:
        sub_token = self._sub_token(address)
        require(amount > 0, "subtoken: no amount")
        sub_token.take(sender, amount)
        if not sub_token.is_closed:
            self._release(sub_token, amount)

    def close(self, sender: str, address: str) -> None:
        sub_token = self._own(sender, address)
        require(not sub_token.is_closed, "subtoken: closed")
        require(self.supply(address) == 0, "subtoken: units outstanding")
        sub_token.is_closed = True

    def reclaim(self, sender: str, address: str) -> int:
        """Returns base units unlocked."""
        sub_token = self._own(sender, address)
        require(not sub_token.is_closed, "subtoken: closed")
        require(self.clock.now >= sub_token.grace_ends_at, "subtoken: grace not over")
        sub_token.is_closed = True
        return self._release(sub_token, sum(sub_token.held.values()))

    # ---- the face value

    def redeem(self, sender: str, address: str, amount: int) -> int:
        """Returns when the exit is due."""
        sub_token = self._sub_token(address)
        require(not sub_token.is_closed, "subtoken: closed")
        require(sub_token.face_value > 0, "subtoken: no face value")
        require(amount > 0, "subtoken: no amount")
        with atomic((sub_token, "held")):
            sub_token.take(sender, amount)
            return self._pay(sub_token, sender, amount)

    # ---- the right

    def request(self, sender: str, orders: Sequence[Order]) -> int:
        """Returns the first request's id."""
        require(len(orders) > 0, "subtoken: nothing to do")
        first = len(self.requests) + 1
        with atomic((self, "sub_tokens"), (self, "requests")):
            for address, amount, _ in orders:
                sub_token = self._sub_token(address)
                self._check_open(sub_token)
                require(amount > 0, "subtoken: no amount")
                require(sender != sub_token.terms.arbiter, "subtoken: arbiter can't ask")
                sub_token.take(sender, amount)
                deadline = self.clock.now + sub_token.terms.window_seconds
                self.requests.append(Request(sender, address, amount, ASKED, deadline))
        return first

    def accept(self, sender: str, ids: Sequence[int]) -> None:
        require(len(ids) > 0, "subtoken: nothing to do")
        with atomic((self, "requests")):
            for request, sub_token in map(self._request, ids):
                require(sub_token.issuer == sender, "subtoken: not the issuer")
                require(request.state == ASKED, "subtoken: not asked")
                self._turn(request, ACCEPTED)

    def fulfil(self, sender: str, ids: Sequence[int], evidence_hashes: Sequence[bytes]) -> None:
        require(len(ids) > 0, "subtoken: nothing to do")
        require(len(ids) == len(evidence_hashes), "subtoken: lengths differ")
        with atomic((self, "requests")):
            for number, evidence_hash in zip(ids, evidence_hashes, strict=True):
                require(evidence_hash != NO_HASH, "subtoken: no evidence")
                request, sub_token = self._request(number)
                require(sub_token.issuer == sender, "subtoken: not the issuer")
                require(request.state in (ASKED, ACCEPTED), "subtoken: not accepted")
                self._turn(request, FULFILLED)

    def confirm(self, sender: str, ids: Sequence[int]) -> None:
        require(len(ids) > 0, "subtoken: nothing to do")
        with atomic((self, "requests"), (self.staking, "locks")):
            for request, sub_token in map(self._request, ids):
                require(request.holder == sender, "subtoken: not the holder")
                require(request.state <= DISPUTED, "subtoken: not open")
                self._redeem_right(request, sub_token)

    def settle(self, sender: str, ids: Sequence[int]) -> None:
        require(len(ids) > 0, "subtoken: nothing to do")
        with atomic((self, "requests"), (self.staking, "locks")):
            for request, sub_token in map(self._request, ids):
                require(request.state == FULFILLED, "subtoken: not fulfilled")
                require(self.clock.now >= request.deadline, "subtoken: window is open")
                self._redeem_right(request, sub_token)

    def dispute(self, sender: str, number: int, reason_hash: bytes) -> None:
        require(reason_hash != NO_HASH, "subtoken: no reason")
        request, _ = self._request(number)
        require(request.holder == sender, "subtoken: not the holder")
        require(request.state == FULFILLED, "subtoken: not fulfilled")
        self._turn(request, DISPUTED)

    def decide(self, sender: str, number: int, for_holder: bool, reason_hash: bytes) -> None:
        require(reason_hash != NO_HASH, "subtoken: no reason")
        request, sub_token = self._request(number)
        require(sub_token.terms.arbiter == sender, "subtoken: not the arbiter")
        require(request.state == DISPUTED, "subtoken: not disputed")
        require(self.clock.now < request.deadline, "subtoken: too late")
        if for_holder:
            request.state, request.deadline = GRANTED, self.clock.now
        else:
            self._redeem_right(request, sub_token)

    def take_units(self, sender: str, number: int) -> None:
        request, sub_token = self._request(number)
        require(request.holder == sender, "subtoken: not the holder")
        is_safe = sub_token.face_value == 0 or self.clock.now < sub_token.grace_ends_at
        require(is_safe, "subtoken: take the face value")
        self._check_leaving(request)
        request.state, request.deadline = RETURNED, self.clock.now
        sub_token.held[sender] += request.amount

    def take_face(self, sender: str, number: int) -> int:
        """Returns when the exit is due."""
        request, sub_token = self._request(number)
        last = max(sub_token.grace_ends_at, request.deadline)
        may = sender == request.holder or self.clock.now >= last
        require(may, "subtoken: not the holder")
        require(sub_token.face_value > 0, "subtoken: no face value")
        self._check_leaving(request)
        due_at = self._pay(sub_token, request.holder, request.amount)
        request.state, request.deadline = PAID, self.clock.now
        return due_at

    # ---- settings

    def set_issue_fee(self, sender: str, fee: int) -> None:
        self._check_governance(sender)
        self._set_issue_fee(fee)

    # ---- views

    def aside(self, address: str) -> int:
        """Units of open requests."""
        return sum(
            each.amount for each in self.requests if each.is_open and each.sub_token == address
        )

    def supply(self, address: str) -> int:
        return sum(self.sub_tokens[address].held.values()) + self.aside(address)

    def collateral(self, address: str) -> int:
        sub_token = self.sub_tokens[address]
        backed = self.aside(address) if sub_token.is_closed else self.supply(address)
        return sub_token.face_value * backed

    def state(self, address: str) -> int:
        if address not in self.sub_tokens:
            return UNKNOWN
        sub_token, now = self.sub_tokens[address], self.clock.now
        if sub_token.is_closed:
            return CLOSED
        return OPEN + (now >= sub_token.terms.expiry) + (now >= sub_token.grace_ends_at)

    def info(self, address: str) -> Info:
        found = self.sub_tokens[address]
        terms = found.terms
        fixed = (found.issuer, terms.arbiter, terms.face_value, terms.description_hash)
        times = (terms.expiry, found.grace_ends_at, terms.window_seconds)
        return Info(*fixed, *times, found.is_closed)

    # ---- internal

    def _sub_token(self, address: str) -> SubTokenModel:
        require(address in self.sub_tokens, "subtoken: not a sub-token")
        return self.sub_tokens[address]

    def _own(self, sender: str, address: str) -> SubTokenModel:
        sub_token = self._sub_token(address)
        require(sub_token.issuer == sender, "subtoken: not the issuer")
        return sub_token

    def _request(self, number: int) -> tuple[Request, SubTokenModel]:
        require(1 <= number <= len(self.requests), "subtoken: no such request")
        request = self.requests[number - 1]
        return request, self.sub_tokens[request.sub_token]

    def _check_open(self, sub_token: SubTokenModel) -> None:
        require(not sub_token.is_closed, "subtoken: closed")
        require(self.clock.now < sub_token.terms.expiry, "subtoken: expired")

    def _turn(self, request: Request, state: int) -> None:
        """To the next state in time, with a new window."""
        require(self.clock.now < request.deadline, "subtoken: too late")
        window = self.sub_tokens[request.sub_token].terms.window_seconds
        request.state, request.deadline = state, self.clock.now + window

    def _check_leaving(self, request: Request) -> None:
        is_open = request.is_open and request.state != FULFILLED
        require(is_open, "subtoken: not open")
        is_their_turn = request.state == ASKED or self.clock.now >= request.deadline
        require(is_their_turn, "subtoken: window is open")

    def _redeem_right(self, request: Request, sub_token: SubTokenModel) -> None:
        request.state, request.deadline = REDEEMED, self.clock.now
        self._release(sub_token, request.amount)

    def _release(self, sub_token: SubTokenModel, amount: int) -> int:
        released = sub_token.face_value * amount
        if released:
            self.staking.release(self.address, sub_token.issuer, released)
        return released

    def _pay(self, sub_token: SubTokenModel, holder: str, amount: int) -> int:
        paid = sub_token.face_value * amount
        return self.staking.seize(self.address, sub_token.issuer, holder, paid)

    def _check_governance(self, sender: str) -> None:
        require(self.authority.has_role(GOVERNANCE_ROLE, sender), "subtoken: not governance")

    def _set_issue_fee(self, fee: int) -> None:
        require(fee <= MAX_ISSUE_FEE, "subtoken: fee too large")
        self.issue_fee = fee
