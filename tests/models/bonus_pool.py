"""Reference model of contracts/contribution/BonusPool.vy.

Amounts are base units (1e-8 COS), `*_e4` 1/10000 of one, `month` is year * 12 + month - 1. Nothing
is counted twice here: the contract's running totals are sums over all that happened, and a month's
window is looked up in the history of changes.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from tests.models import ZERO_ADDRESS, require
from tests.models.authority import AUDITOR_ROLE, GOVERNANCE_ROLE
from tests.models.calendar_months import check_offset, month_of, month_start
from tests.models.clock import Clock
from tests.models.cos_credit import CosCreditModel

E4 = 10_000
DAY = 86_400
MAX_AMOUNT = 2**64 - 1
MAX_MONTH = 2**16 - 1
SPONSOR_BPS = (1_000, 2_500)
MANAGER_BPS = (500, 1_000)
WINDOW_SECONDS = (1 * DAY, 90 * DAY)


class Step(NamedTuple):
    """Rates from `month` on."""

    month: int
    sponsor_bps: int
    manager_bps: int


class Totals(NamedTuple):
    """What `totals()` returns."""

    reserve: int
    open_quota: int
    accrued_e4: int


@dataclass
class Bucket:
    """What an account earned in a month as a sponsor and as a manager, and has not claimed."""

    sponsor_e4: int = 0
    manager_e4: int = 0
    manager_voided: bool = False


class BonusPoolModel:
    """The pool at `address`."""

    def __init__(
        self,
        token: CosCreditModel,
        address: str,
        clock: Clock,
        utc_offset_seconds: int,
        window_seconds: int,
        steps: Sequence[tuple[int, int, int]],
    ) -> None:
        self.token = token
        self.authority = token.authority
        self.address = address
        self.clock = clock
        check_offset(utc_offset_seconds)
        self.utc_offset_seconds = utc_offset_seconds
        self.funded = 0
        self.paid = 0
        self.opened = 0
        self.granted = 0  # and what was claimed from drops, as it is settled
        self.aside: Counter[int] = Counter()  # sum of both rates in bps -> base units in drops
        self.buckets: dict[tuple[str, int], Bucket] = defaultdict(Bucket)
        self.carried_e4: dict[str, int] = defaultdict(int)
        self.ledgers: set[str] = set()
        self.steps: list[Step] = []
        self.windows: dict[int, int] = {}  # first month -> seconds
        self._set_schedule(steps)
        self._set_window(0, window_seconds)

    # ---- actions

    def fund(self, sender: str, amount: int) -> None:
        require(amount > 0, "bonus: no amount")
        require(self.totals.reserve + amount <= MAX_AMOUNT, "bonus: reserve too large")
        self.token.transfer_from(self.address, sender, self.address, amount)
        self.funded += amount

    def open_quota(self, sender: str, amount: int) -> None:
        self._check_ledger(sender)
        required_e4 = self.required_e4(self.totals.open_quota + amount)
        require(self.totals.reserve * E4 >= required_e4, "bonus: reserve too small")
        require(self.totals.open_quota + amount <= MAX_AMOUNT, "bonus: quota too large")
        self.opened += amount

    def accrue(
        self, sender: str, sponsor: str, manager: str, amount: int, month: int
    ) -> tuple[int, int]:
        """Returns the rates that held, in bps."""
        self._check_ledger(sender)
        require(amount <= self.totals.open_quota, "bonus: quota not open")
        sponsor_bps, manager_bps = self.rates(month)
        if self._is_void(manager, month):
            manager_bps = 0
        self.buckets[sponsor, month].sponsor_e4 += amount * sponsor_bps
        self.buckets[manager, month].manager_e4 += amount * manager_bps
        self.granted += amount
        return sponsor_bps, manager_bps

    def set_aside(self, sender: str, manager: str, amount: int, month: int) -> tuple[int, int]:
        """Open quota goes into a drop. Returns the rates that it will earn, in bps."""
        self._check_ledger(sender)
        require(amount <= self.totals.open_quota, "bonus: quota not open")
        sponsor_bps, manager_bps = self.rates(month)
        if self._is_void(manager, month):
            manager_bps = 0
        self.aside[sponsor_bps + manager_bps] += amount
        return sponsor_bps, manager_bps

    def accrue_aside(
        self,
        sender: str,
        sponsor: str,
        manager: str,
        amount: int,
        sponsor_bps: int,
        manager_bps: int,
        month: int,
    ) -> int:
        """What was claimed from a drop earns its bonus, at the rates that `set_aside` returned.
        Returns the manager's rate that was earned. (That no more is settled than was set aside is
        the ledger's to see to; the same in `put_back`.)"""
        self._check_ledger(sender)
        assert amount <= self.aside[sponsor_bps + manager_bps]
        earned_bps = 0 if self._is_void(manager, month) else manager_bps
        self.aside[sponsor_bps + manager_bps] -= amount
        self.granted += amount
        self.buckets[sponsor, month].sponsor_e4 += amount * sponsor_bps
        self.buckets[manager, month].manager_e4 += amount * earned_bps
        return earned_bps

    def put_back(self, sender: str, amount: int, rate_bps: int) -> None:
        """What nobody claimed is open quota again. `rate_bps`: the sum of the drop's rates."""
        self._check_ledger(sender)
        assert amount <= self.aside[rate_bps]
        required_e4 = self.required_e4(self.totals.open_quota + amount) - amount * rate_bps
        require(self.totals.reserve * E4 >= required_e4, "bonus: reserve too small")
        self.aside[rate_bps] -= amount

    def void_bonus(
        self, sender: str, account: str, month: int, amount_e4: int, is_manager: bool
    ) -> None:
        self._check_ledger(sender)
        require(self.clock.now < self.claimable_from(month), "bonus: window is over")
        bucket = self.buckets[account, month]
        if is_manager:
            require(not bucket.manager_voided, "bonus: month already void")
            require(amount_e4 <= bucket.manager_e4, "bonus: more than accrued")
            bucket.manager_e4 -= amount_e4
        else:
            require(amount_e4 <= bucket.sponsor_e4, "bonus: more than accrued")
            bucket.sponsor_e4 -= amount_e4

    def void_month(self, sender: str, manager: str, month: int, reason_hash: bytes) -> None:
        require(self.authority.has_role(AUDITOR_ROLE, sender), "bonus: not auditor")
        require(reason_hash != bytes(32), "bonus: no reason")
        require(month <= self.month_of(self.clock.now), "bonus: month not begun")
        require(self.clock.now < self.claimable_from(month), "bonus: window is over")
        bucket = self.buckets[manager, month]
        require(not bucket.manager_voided, "bonus: month already void")
        bucket.manager_voided = True
        bucket.manager_e4 = 0

    def claim(self, sender: str, account: str, months: Sequence[int]) -> int:
        """By anyone. Returns the base units paid to `account`."""
        for month in months:
            require(self.clock.now >= self.claimable_from(month), "bonus: window is open")
        keys = {(account, month) for month in months}
        earned_e4 = sum(self.buckets[key].sponsor_e4 + self.buckets[key].manager_e4 for key in keys)
        require(earned_e4 > 0, "bonus: nothing to claim")
        amount, carried_e4 = divmod(self.carried_e4[account] + earned_e4, E4)
        self.token.transfer(self.address, account, amount)
        for key in keys:
            self.buckets[key] = Bucket(manager_voided=self.buckets[key].manager_voided)
        self.carried_e4[account] = carried_e4
        self.paid += amount
        return amount

    # ---- governance

    def set_ledger(self, sender: str, ledger: str, allowed: bool) -> None:
        self._check_governance(sender)
        require(ledger != ZERO_ADDRESS, "bonus: no ledger")
        (self.ledgers.add if allowed else self.ledgers.discard)(ledger)

    def set_schedule(self, sender: str, steps: Sequence[tuple[int, int, int]]) -> None:
        self._check_governance(sender)
        self._set_schedule(steps)

    def set_window(self, sender: str, window_seconds: int) -> None:
        self._check_governance(sender)
        self._set_window(self.month_of(self.clock.now) + 1, window_seconds)

    # ---- views

    @property
    def totals(self) -> Totals:
        unpaid_e4 = sum(b.sponsor_e4 + b.manager_e4 for b in self.buckets.values())
        return Totals(
            reserve=self.funded - self.paid,
            open_quota=self.opened - self.granted - self.aside.total(),
            accrued_e4=unpaid_e4 + sum(self.carried_e4.values()) + self.aside_e4,
        )

    @property
    def aside_e4(self) -> int:
        """What the drops can still earn."""
        return sum(rate_bps * amount for rate_bps, amount in self.aside.items())

    def rates(self, month: int, steps: Sequence[Step] | None = None) -> tuple[int, int]:
        """The sponsor's and the manager's rate in bps; the first step's before the first step."""
        steps = self.steps if steps is None else steps
        begun = [step for step in steps if step.month <= month] or steps[:1]
        return begun[-1].sponsor_bps, begun[-1].manager_bps

    def highest_bps(self, steps: Sequence[Step] | None = None) -> int:
        """The highest sum of both rates in the running month or any later one."""
        steps = self.steps if steps is None else steps
        now = self.month_of(self.clock.now)
        months = [now, *(step.month for step in steps if step.month > now)]
        return max(sum(self.rates(month, steps)) for month in months)

    def required_e4(self, open_quota: int, steps: Sequence[Step] | None = None) -> int:
        """What covers all that is earned, and all that `open_quota` can earn by the schedule."""
        return open_quota * self.highest_bps(steps) + self.totals.accrued_e4

    def required_reserve(self) -> int:
        return _ceil(self.required_e4(self.totals.open_quota))

    def shortfall(self, quota: int) -> int:
        required_e4 = self.required_e4(self.totals.open_quota + quota)
        return max(0, _ceil(required_e4) - self.totals.reserve)

    def window_of(self, month: int) -> int:
        return self.windows[max(first for first in self.windows if first <= month)]

    def claimable_from(self, month: int) -> int:
        month_end = month_start((month + 1) % 2**256, self.utc_offset_seconds)
        return month_end + self.window_of(month)

    def month_of(self, timestamp: int) -> int:
        return month_of(timestamp, self.utc_offset_seconds)

    # ---- internal

    def _check_governance(self, sender: str) -> None:
        require(self.authority.has_role(GOVERNANCE_ROLE, sender), "bonus: not governance")

    def _is_void(self, manager: str, month: int) -> bool:
        return (manager, month) in self.buckets and self.buckets[manager, month].manager_voided

    def _check_ledger(self, sender: str) -> None:
        require(sender in self.ledgers, "bonus: not a ledger")

    def _set_schedule(self, steps: Sequence[tuple[int, int, int]]) -> None:
        require(len(steps) > 0, "bonus: no steps")
        new = [Step(*step) for step in steps]
        now = self.month_of(self.clock.now)
        require(new[0].month <= now, "bonus: first step in the future")
        earlier = 0
        for step in new:
            require(step.month > earlier, "bonus: months not ascending")
            require(step.month <= MAX_MONTH, "bonus: month too large")
            require(_within(step.sponsor_bps, SPONSOR_BPS), "bonus: rate out of bounds")
            require(_within(step.manager_bps, MANAGER_BPS), "bonus: rate out of bounds")
            earlier = step.month
        required_e4 = self.required_e4(self.totals.open_quota, new)
        require(self.totals.reserve * E4 >= required_e4, "bonus: reserve too small")
        self.steps = new

    def _set_window(self, from_month: int, window_seconds: int) -> None:
        require(_within(window_seconds, WINDOW_SECONDS), "bonus: window out of bounds")
        self.windows[from_month] = window_seconds


def _within(value: int, bounds: tuple[int, int]) -> bool:
    return bounds[0] <= value <= bounds[1]


def _ceil(amount_e4: int) -> int:
    """1e-4 base units in whole base units, rounded up."""
    return -(-amount_e4 // E4)
