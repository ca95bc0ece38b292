"""Reference model of contracts/governance/Committee.vy. Amounts are base units (1e-8 COS).

Nothing is packed. A signature is an account with the time since which it had its seat, and seats
are compared by sorting all of them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from tests.models import ZERO_ADDRESS, require
from tests.models.authority import GOVERNANCE_ROLE
from tests.models.community_registry import CommunityRegistryModel
from tests.models.cos_staking import CosStakingModel
from tests.models.founder_register import FounderRegisterModel
from tests.models.management_pool import ManagementPoolModel

COS, E4, DAY, YEAR = 10**8, 10_000, 86_400, 366 * 86_400
MAX_SEATS, MAX_COMMUNITY, MAX_PAGE = 15, 2**32 - 1, 50
LIFETIME = 14 * DAY
MAX_BAR = 4 * YEAR
AWARD, COMMUNITY = 1, 2
MAX_AMOUNT = 2**64 - 1


class Settings(NamedTuple):
    """As `ICommittee.Settings`."""

    seats: int
    threshold: int
    points_bps: int
    min_bond: int
    notice_seconds: int
    term_seconds: int
    release_seconds: int


class Candidate(NamedTuple):
    """What `candidate` returns."""

    points: int
    votes: int
    bond: int
    stood_at: int
    seat: int
    free_from: int
    barred_until: int
    communities: list[int]


class SeatShown(NamedTuple):
    """One of what `members` returns."""

    member: str
    points: int
    votes: int
    score: int
    since: int
    until: int
    priority: int
    communities: list[int]


class ActionShown(NamedTuple):
    """What `action` returns, without the digest."""

    kind: int
    proposed_at: int
    expires_at: int
    signatures: int
    valid: int
    is_executed: bool


@dataclass
class Account:
    """What there is about an account; `standing` is points, votes and when it stood."""

    bond: int = 0
    standing: tuple[int, int, int] | None = None
    communities: tuple[int, ...] = ()
    free_from: int = 0
    barred_until: int = 0


@dataclass
class Seat:
    """With its holder."""

    member: str
    points: int
    votes: int
    since: int
    until: int
    priority: int
    communities: tuple[int, ...]


@dataclass
class Action:
    """`signers`: seat number -> (account, since when it had the seat)."""

    kind: int
    terms: tuple[Any, ...]
    proposed_at: int
    signers: dict[int, tuple[str, int]] = field(default_factory=dict)
    is_executed: bool = False


class CommitteeModel:
    """The contract at `address`. `points(community, account)`: the ledger's less what is void."""

    def __init__(
        self,
        address: str,
        staking: CosStakingModel,
        points: Callable[[int, str], int],
        founders: FounderRegisterModel,
        pool: ManagementPoolModel,
        registry: CommunityRegistryModel,
        settings: Settings,
    ) -> None:
        self.address = address
        self.staking, self.founders = staking, founders
        self.pool, self.registry = pool, registry
        self.ledger_points = points
        self.authority = staking.authority
        self.clock = staking.clock
        self.accounts: dict[str, Account] = defaultdict(Account)
        self.seats: dict[int, Seat] = {}  # by number, from 1
        self.counted: set[int] = set()
        self.is_open = False
        self.actions: list[Action] = []
        self._check_settings(settings)
        self.settings = settings

    # ---- candidates

    def stand(self, sender: str, communities: Sequence[int], bond: int) -> None:
        account = self.accounts[sender]
        require(self.is_open or self.founders.number_of(sender) > 0, "committee: not a founder")
        require(self.clock.now >= account.barred_until, "committee: barred")
        require(bond >= self.settings.min_bond, "committee: bond too small")
        require(bond >= account.bond, "committee: below your bond")
        require(bond <= MAX_AMOUNT, "committee: bond too large")
        earlier = 0
        for community in communities:
            require(community > earlier, "committee: communities not ascending")
            require(community in self.counted, "committee: community not counted")
            earlier = community
        if bond > account.bond:
            self.staking.lock(self.address, sender, bond - account.bond)
        votes = min(self.staking.votes.past_votes(sender, self.clock.now - 1), bond)
        account.bond = bond
        account.communities = tuple(communities)
        account.standing = (self.points_of(sender, communities), votes, self.clock.now)

    def take_seat(self, sender: str) -> int:
        points, votes = self._ready(sender)
        number, since = self.seat_of(sender), self.clock.now
        if number:
            if self._is_current(number):
                since = self.seats[number].since
        else:
            number, is_vacant = self.seat_to_take()
            require(is_vacant, "committee: no vacancy")
            self._vacate(number)
        self._seat(sender, number, points, votes, since)
        return number

    def challenge(self, sender: str) -> int:
        points, votes = self._ready(sender)
        require(not self.seat_of(sender), "committee: already seated")
        number, is_vacant = self.seat_to_take()
        require(not is_vacant, "committee: seat is vacant")
        lowest = self.seats[number]
        mine = self.score(points, votes), self.priority(sender)
        theirs = self.score(lowest.points, lowest.votes), lowest.priority
        require(mine > theirs, "committee: score too low")
        self._vacate(number)
        self._seat(sender, number, points, votes, self.clock.now)
        return number

    def assess(self, _sender: str, member: str) -> None:
        number = self.seat_of(member)
        require(number > 0, "committee: not seated")
        seat = self.seats[number]
        now = self.points_of(member, seat.communities)
        require(now < seat.points, "committee: nothing voided")
        seat.points = now

    def resign(self, sender: str) -> None:
        self._leave(sender)

    def release_bond(self, _sender: str, account: str) -> int:
        bond = self._free_bond(account)
        require(self.clock.now >= self.accounts[account].free_from, "committee: bond not free yet")
        self.staking.release(self.address, account, bond)
        self.accounts[account].bond = 0
        return bond

    # ---- actions

    def propose_award(self, sender: str, beneficiary: str, amount: int, reason_hash: bytes) -> int:
        require(beneficiary != self.address, "committee: bad account")
        return self._propose(sender, AWARD, (beneficiary, amount, reason_hash))

    def propose_community(
        self, sender: str, parent: int, admin: str, name: str, profile_hash: bytes
    ) -> int:
        require(admin != self.address, "committee: bad account")
        return self._propose(sender, COMMUNITY, (parent, admin, name, profile_hash))

    def sign(self, sender: str, number: int, is_right: bool = True) -> None:
        """`is_right`: whether the digest that is given is the action's."""
        self.member_seat(sender)
        action = self._open_action(number)
        require(is_right, "committee: another action")
        seat = self.signing_seat(sender, action.proposed_at)
        require(seat not in action.signers, "committee: already signed")
        action.signers[seat] = (sender, self.seats[seat].since)

    def withdraw_signature(self, sender: str, number: int) -> None:
        self.member_seat(sender)
        action = self._open_action(number)
        seat = self.signing_seat(sender, action.proposed_at)
        require(seat in action.signers, "committee: not signed")
        del action.signers[seat]

    def execute_award(self, _sender: str, number: int, *terms: Any) -> int:
        action = self._executable(number, (AWARD, terms))
        index = self.pool.award(self.address, *terms)
        action.is_executed = True
        return index

    def execute_community(self, _sender: str, number: int, *terms: Any) -> int:
        action = self._executable(number, (COMMUNITY, terms))
        community = self.registry.create(self.address, *terms)
        action.is_executed = True
        return community

    # ---- governance

    def remove(self, sender: str, account: str, barred_until: int, reason_hash: bytes) -> None:
        self._check_governance(sender)
        require(reason_hash != bytes(32), "committee: no reason")
        require(barred_until <= self.clock.now + MAX_BAR, "committee: barred too long")
        self.accounts[account].barred_until = barred_until
        if self.seat_of(account) or self.accounts[account].standing:
            self._leave(account)

    def seize_bond(
        self, sender: str, account: str, to: str, amount: int, reason_hash: bytes
    ) -> None:
        self._check_governance(sender)
        require(reason_hash != bytes(32), "committee: no reason")
        bond = self._free_bond(account)
        require(self.clock.now < self.accounts[account].free_from, "committee: bond is free")
        require(amount <= bond, "committee: more than the bond")
        self.staking.seize(self.address, account, to, amount)
        self.accounts[account].bond -= amount

    def open_to_all(self, sender: str) -> None:
        self._check_governance(sender)
        require(not self.is_open, "committee: open already")
        self.is_open = True

    def set_counted(self, sender: str, community: int, counted: bool) -> None:
        self._check_governance(sender)
        require(0 < community <= MAX_COMMUNITY, "committee: no such community")
        (self.counted.add if counted else self.counted.discard)(community)

    def set_settings(self, sender: str, new: Settings) -> None:
        self._check_governance(sender)
        self._check_settings(new)
        self.settings = new

    # ---- views

    def candidate(self, account: str) -> Candidate:
        about = self.accounts[account]
        points, votes, stood_at = about.standing or (0, 0, 0)
        return Candidate(
            *(points, votes, about.bond, stood_at, self.seat_of(account)),
            *(about.free_from, about.barred_until, list(about.communities)),
        )

    def members(self) -> list[SeatShown]:
        found = []
        for number in range(1, self.settings.seats + 1):
            if seat := self.seats.get(number):
                score = self.score(seat.points, seat.votes)
                shown = (seat.member, seat.points, seat.votes, score)
                times = (seat.since, seat.until, seat.priority, list(seat.communities))
                found.append(SeatShown(*shown, *times))
            else:
                found.append(SeatShown(ZERO_ADDRESS, 0, 0, 0, 0, 0, 0, []))
        return found

    def is_member(self, account: str) -> bool:
        return self._is_current(self.seat_of(account))

    def points_of(self, account: str, communities: Sequence[int]) -> int:
        counted = [community for community in communities if community in self.counted]
        return min(sum(self.ledger_points(each, account) for each in counted), MAX_AMOUNT)

    def seat_to_take(self) -> tuple[int, bool]:
        numbers = range(1, self.settings.seats + 1)
        if empty := [number for number in numbers if number not in self.seats]:
            return empty[0], True
        if expired := [number for number in numbers if not self._is_current(number)]:
            return expired[0], True
        return min(numbers, key=self._rank), False

    def member_seat(self, member: str) -> int:
        number = self.seat_of(member)
        require(number > 0, "committee: not a member")
        require(self._is_current(number), "committee: term is over")
        return number

    def signing_seat(self, member: str, before: int) -> int:
        number = self.member_seat(member)
        require(self.seats[number].since < before, "committee: seated too late")
        return number

    def action(self, number: int) -> ActionShown:
        require(0 < number <= len(self.actions), "committee: no such action")
        action = self.actions[number - 1]
        signatures = sum(1 << (seat - 1) for seat in action.signers)
        times = action.proposed_at, action.proposed_at + LIFETIME
        return ActionShown(action.kind, *times, signatures, self.valid(action), action.is_executed)

    def valid(self, action: Action) -> int:
        """Signatures of who has been a member without a break since before the proposal."""
        now = {
            (seat.member, seat.since) for number, seat in self.seats.items()
            if self._is_current(number)
        }  # fmt: skip
        return len(now & set(action.signers.values()))

    def seat_of(self, account: str) -> int:
        held = [number for number, seat in self.seats.items() if seat.member == account]
        return held[0] if held else 0

    def score(self, points: int, votes: int) -> int:
        return points * self.settings.points_bps + votes * (E4 - self.settings.points_bps)

    def priority(self, account: str) -> int:
        number = self.founders.number_of(account)
        return 0 if number == 0 else 2 if number <= 10 else 1 if number <= 30 else 0

    # ---- internal

    def _rank(self, number: int) -> tuple[int, int, int, int]:
        seat = self.seats[number]
        return self.score(seat.points, seat.votes), seat.priority, -seat.since, -number

    def _is_current(self, number: int) -> bool:
        return number in self.seats and self.clock.now < self.seats[number].until

    def _ready(self, sender: str) -> tuple[int, int]:
        """Points and votes that count when the sender takes a seat."""
        account = self.accounts[sender]
        require(account.standing is not None, "committee: not standing")
        points, votes, stood_at = account.standing
        over = self.clock.now >= stood_at + self.settings.notice_seconds
        require(over, "committee: notice is running")
        return min(points, self.points_of(sender, account.communities)), votes

    def _seat(self, sender: str, number: int, points: int, votes: int, since: int) -> None:
        account = self.accounts[sender]
        until = self.clock.now + self.settings.term_seconds
        rank = self.priority(sender)
        self.seats[number] = Seat(sender, points, votes, since, until, rank, account.communities)
        account.standing = None

    def _vacate(self, number: int) -> None:
        if number in self.seats:
            holder = self.seats.pop(number).member
            self.accounts[holder].free_from = self.clock.now + self.settings.release_seconds

    def _leave(self, account: str) -> None:
        number, about = self.seat_of(account), self.accounts[account]
        require(bool(number or about.standing), "committee: neither seated nor standing")
        self._vacate(number)
        about.standing = None

    def _free_bond(self, account: str) -> int:
        about = self.accounts[account]
        require(not self.seat_of(account) and not about.standing, "committee: seated or standing")
        require(about.bond > 0, "committee: no bond")
        return about.bond

    def _propose(self, sender: str, kind: int, terms: tuple[Any, ...]) -> int:
        seat = self.signing_seat(sender, self.clock.now)
        signers = {seat: (sender, self.seats[seat].since)}
        self.actions.append(Action(kind, terms, self.clock.now, signers))
        return len(self.actions)

    def _open_action(self, number: int) -> Action:
        require(0 < number <= len(self.actions), "committee: no such action")
        action = self.actions[number - 1]
        require(not action.is_executed, "committee: already executed")
        require(self.clock.now < action.proposed_at + LIFETIME, "committee: action expired")
        return action

    def _executable(self, number: int, what: tuple[int, tuple[Any, ...]]) -> Action:
        action = self._open_action(number)
        require((action.kind, action.terms) == what, "committee: another action")
        require(self.valid(action) >= self.settings.threshold, "committee: too few signatures")
        return action

    def _check_governance(self, sender: str) -> None:
        require(self.authority.has_role(GOVERNANCE_ROLE, sender), "committee: not governance")

    def _check_settings(self, new: Settings) -> None:
        seats, threshold = new.seats, new.threshold
        require(3 <= seats <= MAX_SEATS, "committee: seats out of bounds")
        require(seats < 2 * threshold <= 2 * seats, "committee: threshold out of bounds")
        require(1_000 <= new.points_bps <= 9_000, "committee: weight out of bounds")
        require(10**3 * COS <= new.min_bond <= 10**8 * COS, "committee: bond out of bounds")
        require(7 * DAY <= new.notice_seconds <= 90 * DAY, "committee: notice out of bounds")
        require(90 * DAY <= new.term_seconds <= 4 * YEAR, "committee: term out of bounds")
        require(21 * DAY <= new.release_seconds <= YEAR, "committee: release out of bounds")
        require(all(number <= seats for number in self.seats), "committee: seat taken")
