"""Reference model of contracts/treasury/ManagementPool.vy. Amounts are base units (1e-8 COS).

What is released is computed from the first month on each time, through every change of the peak
(tests/models/release_curve.py); what is awarded is the sum over the awards.
"""

from __future__ import annotations

from typing import NamedTuple

from tests.models import release_curve, require
from tests.models.authority import COMMITTEE_ROLE, GOVERNANCE_ROLE
from tests.models.calendar_months import month_of
from tests.models.clock import Clock
from tests.models.vesting_vault import VestingVaultModel

BUCKET = 3
VESTING_MONTHS = 48
MAX_BUDGET = 2**64 - 1


class Curve(NamedTuple):
    """What `curve_of` and `curve_at` return."""

    begin_month: int
    peak: int
    rest: int


class Award(NamedTuple):
    """One of `awards`; `month` is the calendar month in which it was made."""

    awarder: str
    beneficiary: str
    amount: int
    index: int
    month: int


class ManagementPoolModel:
    """The pool at `address`, a grantor of `vault`."""

    def __init__(
        self, vault: VestingVaultModel, address: str, clock: Clock, budget: int, peak: int
    ) -> None:
        self.vault = vault
        self.authority = vault.authority
        self.address = address
        self.clock = clock
        require(budget > 0, "pool: no budget")
        require(budget <= MAX_BUDGET, "pool: budget too large")
        release_curve.check_peak(peak)
        self.budget = budget
        self.first_month = self.running_month
        self.changes = [(0, peak)]  # (number of the month after which it holds, peak)
        self.awards: list[Award] = []

    # ---- actions

    def award(self, sender: str, beneficiary: str, amount: int, reason_hash: bytes) -> int:
        """Returns the index of the grant in the vault."""
        may = [self.authority.has_role(role, sender) for role in (COMMITTEE_ROLE, GOVERNANCE_ROLE)]
        require(any(may), "pool: not committee or governance")
        require(reason_hash != bytes(32), "pool: no reason")
        require(beneficiary != self.address, "pool: bad beneficiary")
        require(amount <= self.unallocated, "pool: above released")
        terms = (self.running_month, VESTING_MONTHS, 0, False)
        index = self.vault.create(self.address, BUCKET, beneficiary, amount, *terms)
        self.awards.append(Award(sender, beneficiary, amount, index, self.running_month))
        return index

    def set_peak(self, sender: str, peak: int) -> None:
        require(self.authority.has_role(GOVERNANCE_ROLE, sender), "pool: not governance")
        release_curve.check_peak(peak)
        number = self.number(self.running_month)
        earlier = [change for change in self.changes if change[0] < number]
        self.changes = [*earlier, (number, peak)]

    # ---- views

    @property
    def running_month(self) -> int:
        return month_of(self.clock.now, self.vault.utc_offset_seconds)

    @property
    def awarded(self) -> int:
        return sum(award.amount for award in self.awards)

    @property
    def released(self) -> int:
        return self.released_by(self.running_month)

    @property
    def unallocated(self) -> int:
        return self.released - self.awarded

    def released_by(self, month: int) -> int:
        return release_curve.released(self.budget, self.changes, self.number(month))

    def monthly_release(self, month: int) -> int:
        return self.released_by(month) - self.released_by(month - 1)

    def curve_at(self, position: int) -> Curve:
        require(position < len(self.changes), "pool: no such curve")
        begin, peak = self.changes[position]
        month = self.first_month + begin - 1
        return Curve(month, peak, self.budget - self.released_by(month))

    def curve_of(self, month: int) -> Curve:
        """The curve that gives a month its part."""
        begun = [begin for begin, _ in self.changes if begin < self.number(month)]
        return self.curve_at(max(len(begun) - 1, 0))

    # ---- internal

    def number(self, month: int) -> int:
        """1 for the first month, 0 for all before it."""
        return max(month - self.first_month + 1, 0)
