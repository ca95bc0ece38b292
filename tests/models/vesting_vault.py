"""Reference model of contracts/treasury/VestingVault.vy. Amounts are base units (1e-8 COS).

Nothing here divides an amount by months after k of them: a grant is walked through Python's
calendar, from the first day of one month to that of the next, and each boundary pays a tranche.
Tranches differ by at most one unit, the larger ones where the remainders have added up to another
whole (as in Bresenham's line). A grant is an object, which stays the same when it is handed over:
a place points to it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from tests.models import ZERO_ADDRESS, require
from tests.models.authority import GOVERNANCE_ROLE
from tests.models.bucket_custody import BucketCustodyModel
from tests.models.calendar_months import EPOCH, check_offset
from tests.models.clock import Clock
from tests.models.cos_credit import CosCreditModel
from tests.models.treasury import TreasuryModel

MAX_MONTHS = 480
MAX_START_DISTANCE = 240
MAX_AMOUNT = 2**64 - 1
MAX_BUCKET = 15
MAX_PAGE = 50


class Schedule(NamedTuple):
    """The terms of a grant; `start_month` is year * 12 + month - 1."""

    start_month: int
    months: int
    cliff_months: int
    revocable: bool


class Award(NamedTuple):
    """A row of a batch; `schedule` is a position in the batch's schedules."""

    beneficiary: str
    amount: int
    schedule: int = 0

    @property
    def word(self) -> int:
        """As the contract takes it."""
        return int(self.beneficiary, 16) | self.amount << 160 | self.schedule << 224


class Shown(NamedTuple):
    """What `grant_at` returns."""

    index: int
    bucket: int = 0
    amount: int = 0
    vested: int = 0
    released: int = 0
    releasable: int = 0
    start_month: int = 0
    months: int = 0
    cliff_months: int = 0
    revocable: bool = False
    revoked: bool = False
    moved: bool = False
    offered_to: str = ZERO_ADDRESS
    next_unlock: int = 0
    next_amount: int = 0


@dataclass
class Grant:
    """A grant, and where it is now."""

    bucket: int
    amount: int
    schedule: Schedule
    utc_offset_seconds: int
    beneficiary: str
    index: int
    released: int = 0
    is_revoked: bool = False

    @property
    def place(self) -> tuple[str, int]:
        return self.beneficiary, self.index

    @property
    def unreleased(self) -> int:
        return 0 if self.is_revoked else self.amount - self.released

    def boundaries(self) -> Iterator[tuple[int, int]]:
        """When each boundary is (Unix time), and what is vested from then on."""
        start_month, months, cliff_months, _ = self.schedule
        day = datetime(start_month // 12, start_month % 12 + 1, 1, tzinfo=UTC)
        tranche, extra = divmod(self.amount, months)
        vested = held_back = carried = 0
        for number in range(months + 1):
            if number > 0:
                day = first_of_next_month(day)
                carried += extra
                held_back += tranche + carried // months
                carried %= months
            if number >= cliff_months:
                vested, held_back = vested + held_back, 0
            yield unix_time(day, self.utc_offset_seconds), vested
        assert (vested, carried) == (self.amount, 0)

    def vested(self, now: int) -> int:
        if self.is_revoked:
            return self.released
        vested = 0
        for time, vested_then in self.boundaries():
            if time > now:
                break
            vested = vested_then
        return vested

    def next_unlock(self, now: int) -> tuple[int, int]:
        """Time and amount of the first boundary to come that unlocks something, or zeros."""
        vested = self.vested(now)
        if not self.is_revoked:
            for time, vested_then in self.boundaries():
                if time > now and vested_then > vested:
                    return time, vested_then - vested
        return 0, 0


class VestingVaultModel:
    """The vault at `address`."""

    def __init__(
        self,
        token: CosCreditModel,
        treasury: TreasuryModel,
        address: str,
        clock: Clock,
        utc_offset_seconds: int,
    ) -> None:
        check_offset(utc_offset_seconds)
        self.token = token
        self.treasury = treasury
        self.authority = token.authority
        self.address = address
        self.clock = clock
        self.utc_offset_seconds = utc_offset_seconds
        self.custody = BucketCustodyModel(treasury, address)
        self.places: dict[str, list[Grant]] = defaultdict(list)
        self.offers: dict[tuple[str, int], str] = {}
        self.allowances: dict[tuple[int, str], int] = defaultdict(int)
        self.batches: dict[bytes, str] = {}

    # ---- actions

    def create(self, sender: str, bucket: int, beneficiary: str, amount: int, *terms: int) -> int:
        schedule = Schedule(*terms)
        self._check_schedule(bucket, schedule)
        self._check_award(beneficiary, amount)
        self._fund(sender, bucket, amount)
        return self._append(beneficiary, bucket, amount, schedule)

    def create_batch(
        self,
        sender: str,
        batch_id: bytes,
        bucket: int,
        schedules: Sequence[Schedule],
        awards: Sequence[Award],
    ) -> None:
        require(batch_id != bytes(32), "vault: no batch id")
        require(batch_id not in self.batches, "vault: batch already loaded")
        for schedule in schedules:
            self._check_schedule(bucket, schedule)
        for award in awards:
            self._check_award(award.beneficiary, award.amount)
            require(award.schedule < len(schedules), "vault: no such schedule")
        total = sum(award.amount for award in awards)
        require(total > 0, "vault: no awards")
        self._fund(sender, bucket, total)
        for award in awards:
            self._append(award.beneficiary, bucket, award.amount, schedules[award.schedule])
        self.batches[batch_id] = sender

    def release(self, _sender: str, beneficiary: str, index: int) -> int:
        amount = self.releasable(beneficiary, index)
        require(amount > 0, "vault: nothing to release")
        self._pay(self._grant(beneficiary, index), amount)
        return amount

    def release_many(self, _sender: str, places: Sequence[tuple[str, int]]) -> int:
        """Those that were moved are passed over."""
        here = [place for place in places if self._anywhere(*place).place == tuple(place)]
        due = {place: self.releasable(*place) for place in here}
        require(sum(due.values()) > 0, "vault: nothing to release")
        for place, amount in due.items():
            self._pay(self._grant(*place), amount)
        return sum(due.values())

    def offer(self, sender: str, index: int, recipient: str) -> None:
        grant = self._grant(sender, index)
        require(grant.unreleased > 0, "vault: nothing to hand over")
        require(recipient != sender, "vault: own grant")
        self.offers[sender, index] = recipient

    def accept(self, sender: str, beneficiary: str, index: int, min_remaining: int) -> int:
        offered_to = self.offers.get((beneficiary, index), ZERO_ADDRESS)
        require(offered_to == sender, "vault: not offered to you")
        grant = self._grant(beneficiary, index)
        require(grant.unreleased > 0, "vault: nothing to hand over")
        require(grant.unreleased >= min_remaining, "vault: less than expected")
        del self.offers[beneficiary, index]
        grant.beneficiary, grant.index = sender, len(self.places[sender])
        self.places[sender].append(grant)
        return grant.index

    def revoke(self, sender: str, beneficiary: str, index: int, reason_hash: bytes) -> None:
        self._check_governance(sender)
        require(reason_hash != bytes(32), "vault: no reason")
        grant = self._anywhere(beneficiary, index)
        require(not grant.is_revoked, "vault: already revoked")
        require(grant.schedule.revocable, "vault: not revocable")
        vested = grant.vested(self.clock.now)
        rest = grant.amount - vested
        require(rest > 0, "vault: fully vested")
        self._pay(grant, vested - grant.released)
        grant.is_revoked = True
        # What others gave to the bucket before is not taken twice.
        rest = min(rest, self.treasury.buckets[grant.bucket].issued)
        if rest > 0:
            self.token.approve(self.address, self.treasury.address, rest)
            self.treasury.give_back(self.address, grant.bucket, rest)

    def set_grantor(self, sender: str, bucket: int, grantor: str, allowance: int) -> None:
        self._check_governance(sender)
        require(grantor != ZERO_ADDRESS, "vault: no grantor")
        caps = [bucket.cap for bucket in self.treasury.buckets]
        cap = caps[bucket] if bucket < len(caps) else 0
        require(allowance <= cap, "vault: allowance above cap")
        self.allowances[bucket, grantor] = allowance

    # ---- views

    def vested(self, beneficiary: str, index: int) -> int:
        return self._grant(beneficiary, index).vested(self.clock.now)

    def releasable(self, beneficiary: str, index: int) -> int:
        grant = self._grant(beneficiary, index)
        return grant.vested(self.clock.now) - grant.released

    def next_unlock(self, beneficiary: str, index: int) -> tuple[int, int]:
        return self._grant(beneficiary, index).next_unlock(self.clock.now)

    def current_place(self, beneficiary: str, index: int) -> tuple[str, int]:
        return self._anywhere(beneficiary, index).place

    def grant_at(self, beneficiary: str, index: int) -> Shown:
        grant = self._anywhere(beneficiary, index)
        if grant.place != (beneficiary, index):
            return Shown(index, moved=True)
        vested = grant.vested(self.clock.now)
        offered_to = self.offers.get((beneficiary, index), ZERO_ADDRESS)
        return Shown(
            index=index,
            bucket=grant.bucket,
            amount=grant.amount,
            vested=vested,
            released=grant.released,
            releasable=vested - grant.released,
            start_month=grant.schedule.start_month,
            months=grant.schedule.months,
            cliff_months=grant.schedule.cliff_months,
            revocable=grant.schedule.revocable,
            revoked=grant.is_revoked,
            offered_to=offered_to if grant.unreleased > 0 else ZERO_ADDRESS,
            next_unlock=grant.next_unlock(self.clock.now)[0],
            next_amount=grant.next_unlock(self.clock.now)[1],
        )

    def grants_of(self, beneficiary: str, start: int, count: int) -> list[Shown]:
        indices = range(len(self.places[beneficiary]))[start:][: min(count, MAX_PAGE)]
        return [self.grant_at(beneficiary, index) for index in indices]

    def owed(self) -> int:
        """What the vault holds for its beneficiaries, vested or not."""
        grants = {id(grant): grant for places in self.places.values() for grant in places}
        return sum(grant.unreleased for grant in grants.values())

    # ---- internal

    def _check_governance(self, sender: str) -> None:
        require(self.authority.has_role(GOVERNANCE_ROLE, sender), "vault: not governance")

    def _check_schedule(self, bucket: int, schedule: Schedule) -> None:
        require(bucket <= MAX_BUCKET, "vault: bucket too large")
        local = EPOCH + timedelta(seconds=self.clock.now + self.utc_offset_seconds)
        distance = schedule.start_month - (local.year * 12 + local.month - 1)
        require(abs(distance) <= MAX_START_DISTANCE, "vault: start out of bounds")
        require(1 <= schedule.months <= MAX_MONTHS, "vault: months out of bounds")
        require(schedule.cliff_months <= schedule.months, "vault: cliff out of bounds")

    def _check_award(self, beneficiary: str, amount: int) -> None:
        nobody = (ZERO_ADDRESS, self.token.address, self.address)
        require(beneficiary not in nobody, "vault: bad beneficiary")
        require(amount > 0, "vault: no amount")
        require(amount <= MAX_AMOUNT, "vault: amount too large")

    def _fund(self, sender: str, bucket: int, amount: int) -> None:
        is_governance = self.authority.has_role(GOVERNANCE_ROLE, sender)
        allowed = self.allowances[bucket, sender]
        if not is_governance:
            require(allowed > 0, "vault: not a grantor")
            require(amount <= allowed, "vault: above allowance")
        self.custody.draw(bucket, amount)
        if not is_governance:
            self.allowances[bucket, sender] = allowed - amount

    def _append(self, beneficiary: str, bucket: int, amount: int, schedule: Schedule) -> int:
        places = self.places[beneficiary]
        index, offset = len(places), self.utc_offset_seconds
        places.append(Grant(bucket, amount, schedule, offset, beneficiary, index))
        return index

    def _anywhere(self, beneficiary: str, index: int) -> Grant:
        """The grant that is or was at a place."""
        places = self.places[beneficiary]
        require(index < len(places), "vault: no such grant")
        return places[index]

    def _grant(self, beneficiary: str, index: int) -> Grant:
        grant = self._anywhere(beneficiary, index)
        require(grant.place == (beneficiary, index), "vault: grant was moved")
        return grant

    def _pay(self, grant: Grant, amount: int) -> None:
        self.token.transfer(self.address, grant.beneficiary, amount)
        grant.released += amount


def first_of_next_month(day: datetime) -> datetime:
    """From the first day of a month, by days of Python's calendar."""
    return (day + timedelta(days=31)).replace(day=1)


def unix_time(local_day: datetime, utc_offset_seconds: int) -> int:
    return (local_day - EPOCH) // timedelta(seconds=1) - utc_offset_seconds
