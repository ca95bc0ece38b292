"""What vests: the grants of angels, team and management, kept beside the chain and released month
by month.

Like the books, nothing here is read from the chain: the grants are those of the deployment's
configuration and of the awards that succeeded, and what is vested is counted by Python's calendar.
Amounts are base units, months are indices of calendar months.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from cos.calendar import month_name
from cos.economy.tables import AMOUNT, TEXT
from cos.release_curve import ReleaseCurve
from cos.suite.config import Bucket

if TYPE_CHECKING:
    from cos.chain import Contract
    from cos.economy.state import State
    from cos.suite import Suite
    from cos.suite.config import Config

AWARD_MONTHS = 48
"""Over which every award of the management pool vests."""

_IN_CUSTODY = (Bucket.ANGELS, Bucket.INITIAL_TEAM)

BUDGET = "management_budget"
"""The budget of the management pool: vested is what its curve has released, released what was
awarded out of it."""

RELEASE_COLUMNS = {
    "month": TEXT,
    "bucket": TEXT,
    "issued": AMOUNT,
    "vested": AMOUNT,
    "released": AMOUNT,
    "analytic": AMOUNT,
}
"""A row a month and bucket: what the chain says is issued in grants, vested and released at the end
of the month, and what should be vested by the closed form. Base units."""


class Place(NamedTuple):
    """Where a grant lies in the vault."""

    beneficiary: str
    index: int


@dataclass(slots=True)
class Grant:
    """A grant that vests month by month."""

    bucket: Bucket
    amount: int
    start_month: int
    months: int
    cliff_months: int = 0
    released: int = 0

    def vested(self, month: int) -> int:
        """What is vested after all whole months before `month`."""
        passed = month - self.start_month
        if passed < self.cliff_months or passed <= 0:
            return 0
        return self.amount if passed >= self.months else self.amount * passed // self.months

    def releasable(self, month: int) -> int:
        """What can be fetched."""
        return self.vested(month) - self.released


@dataclass
class Vesting:
    """All grants by their place, and the management pool out of which some of them come."""

    first_month: int
    """The month of the deployment, the first of the management pool's curve."""

    curve: ReleaseCurve
    grants: dict[Place, Grant] = field(default_factory=dict)
    awarded: int = 0

    def was_granted(self, beneficiary: str, grant: Grant) -> Place:
        """Add a grant at the next place of its beneficiary."""
        index = sum(1 for place in self.grants if place.beneficiary == beneficiary)
        place = Place(beneficiary, index)
        self.grants[place] = grant
        return place

    def was_awarded(self, beneficiary: str, grant: Grant) -> None:
        """Add a grant out of the management pool."""
        self.was_granted(beneficiary, grant)
        self.awarded += grant.amount

    def was_released(self, place: Place, month: int) -> int:
        """Pay out what was due; return it."""
        grant = self.grants[place]
        amount = grant.releasable(month)
        grant.released += amount
        return amount

    def due(self, month: int) -> list[Place]:
        """Grants out of which something can be fetched."""
        return [place for place, grant in self.grants.items() if grant.releasable(month)]

    def total(self, bucket: Bucket) -> int:
        """What was granted out of a bucket."""
        return sum(each.amount for each in self.grants.values() if each.bucket is bucket)

    def vested(self, bucket: Bucket, month: int) -> int:
        """What of it is vested."""
        return sum(each.vested(month) for each in self.grants.values() if each.bucket is bucket)

    def unallocated(self, month: int) -> int:
        """What the management pool can award."""
        return self.budget_released(month) - self.awarded

    def budget_released(self, month: int) -> int:
        """What its curve has released, the month's own part included."""
        return self.curve.released(month - self.first_month + 1)


def configured(config: Config, first_month: int, resolve: Callable[[str], str]) -> Vesting:
    """The grants that a deployment in `first_month` begins with; `resolve` gives addresses."""
    budget = config.buckets.caps()[Bucket.MANAGEMENT_TEAM]
    vesting = Vesting(first_month, ReleaseCurve.start(budget, config.management.peak_month))
    for batch in (batch for table in config.grant_tables for batch in table):
        for row in batch.grants:
            grant = Grant(
                Bucket(batch.bucket), row.amount, row.start_month, row.months, row.cliff_months
            )
            vesting.was_granted(resolve(row.account), grant)
    return vesting


class Vested(NamedTuple):
    """A grant as `VestingVault.grant_at` shows it; amounts in base units."""

    bucket: int
    amount: int
    vested: int
    released: int


@dataclass(frozen=True)
class VestingState:
    """What the chain says of the vault and the management pool; amounts in base units."""

    grants: dict[tuple[str, int], Vested]
    """(beneficiary, index) -> grant."""

    custody: dict[int, int]
    """Bucket -> what genesis issued to the vault and no grant has used."""

    budget_released: int
    awarded: int

    @property
    def unreleased(self) -> int:
        """What the vault owes to beneficiaries, vested or not."""
        return sum(grant.amount - grant.released for grant in self.grants.values())


def read_vesting(suite: Suite, vesting: Vesting) -> VestingState:
    """Ask the chain for every grant that there should be."""
    vault, pool = suite.vesting_vault, suite.management_pool
    return VestingState(
        grants={tuple(place): _shown(vault, place) for place in vesting.grants},
        custody={int(bucket): vault.custody_of(bucket) for bucket in _IN_CUSTODY},
        budget_released=pool.released(),
        awarded=pool.awarded(),
    )


def _shown(vault: Contract, place: Place) -> Vested:
    grant = vault.grant_at(*place)
    return Vested(bucket=grant[1], amount=grant[2], vested=grant[3], released=grant[4])


def release_rows(state: State, vesting: Vesting) -> Iterator[dict[str, Any]]:
    """Yield the rows of a month's end, in the order of RELEASE_COLUMNS."""
    month = month_name(state.month)
    for bucket in (Bucket.ANGELS, Bucket.INITIAL_TEAM, Bucket.MANAGEMENT_TEAM):
        grants = [grant for grant in state.vesting.grants.values() if grant.bucket == bucket]
        yield {
            "month": month,
            "bucket": bucket.name.lower(),
            "issued": sum(grant.amount for grant in grants),
            "vested": sum(grant.vested for grant in grants),
            "released": sum(grant.released for grant in grants),
            "analytic": vesting.vested(bucket, state.month),
        }
    yield {
        "month": month,
        "bucket": BUDGET,
        "issued": vesting.curve.budget,
        "vested": state.vesting.budget_released,
        "released": state.vesting.awarded,
        "analytic": vesting.budget_released(state.month),
    }
