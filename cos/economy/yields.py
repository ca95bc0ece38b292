"""What stakes earn by their age, measured on the chain at each month's end.

A position is measured over a span of months in which its stake did not change: what it earned is
the difference of what it was paid and could claim, by the chain's word. Beside it stands the closed
form, `stake x (208 + 2 x age)` of each epoch's share, for coins of any age.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from cos.calendar import month_name
from cos.economy.staking_book import NEW_WEIGHT, SCALE, WEIGHT_STEP
from cos.economy.tables import AMOUNT, COUNT, REAL, TEXT

if TYPE_CHECKING:
    from cos.economy.books import Books
    from cos.economy.state import State

YEAR = 12

YIELD_COLUMNS = {
    "month": TEXT,
    "months": COUNT,
    "holder": TEXT,
    "staked": AMOUNT,
    "age_weeks": REAL,
    "earned": AMOUNT,
    "analytic": AMOUNT,
}
"""A row for each stake that was not changed in the last `months` (1 or 12) up to the end of
`month`: its mean age when they began, what it has earned meanwhile by the chain's word, and by the
closed form, rounded down. Base units."""


@dataclass(frozen=True, slots=True)
class Line:
    """What one coin earns in a span of time by its age when that begins: a line, as weights are.

    `share` is the sum of the epochs' shares, `moment` that of share x (epoch - first epoch).
    """

    first_epoch: int
    share: int
    moment: int

    def earned(self, age_weeks: float) -> float:
        """Part of a coin that a coin of this age has earned."""
        weight = self.share * (NEW_WEIGHT + WEIGHT_STEP * age_weeks) + WEIGHT_STEP * self.moment
        return weight / SCALE

    def multiple(self, earned: int, staked: int) -> float:
        """What a stake has earned in multiples of coins that were new in every epoch."""
        return earned * SCALE / (staked * self.share * NEW_WEIGHT)

    def mean_age(self, age_weeks: float) -> float:
        """The age that such a stake had in the mean epoch, by what they gave."""
        return age_weeks + self.moment / self.share

    def analytic(self, active: int, starts: int) -> int:
        """What coins have earned whose first epochs add up to `starts`, in base units."""
        per_unit = NEW_WEIGHT + WEIGHT_STEP * self.first_epoch
        weight = self.share * (active * per_unit - WEIGHT_STEP * starts)
        return (weight + WEIGHT_STEP * active * self.moment) // SCALE


class Snapshot(NamedTuple):
    """A position at a month's end; `earned` is all that it has ever earned, by the chain's word."""

    changes: int
    active: int
    starts: int
    earned: int


@dataclass
class Yields:
    """The last thirteen month ends of every position."""

    ends: deque[int] = field(default_factory=lambda: deque(maxlen=YEAR + 1))
    """Epochs in which they were."""

    snapshots: dict[str, deque[Snapshot | None]] = field(default_factory=dict)
    lines: dict[int, Line] = field(default_factory=dict)
    """Months (1 or 12) -> the line over the last so many months."""

    def month_has_ended(self, state: State, books: Books, labels: dict[str, str]) -> Iterator[dict]:
        """Take in a month's end; yield its rows in the order of YIELD_COLUMNS."""
        staking, stakes = state.staking, books.staking
        before = len(self.ends)
        self.ends.append(staking.epoch)
        for account, position in stakes.positions.items():
            found = staking.stakes[account]
            earned = position.paid + found.claimable
            kept = None
            if found.active and not found.pending:
                kept = Snapshot(position.changes, found.active, found.starts, earned)
            history = self.snapshots.setdefault(account, deque([None] * before, YEAR + 1))
            history.append(kept)
        self.lines = {
            months: self._line(books, months) for months in (1, YEAR) if months < len(self.ends)
        }
        for months, line in self.lines.items():
            for account in stakes.positions:
                if row := self._row(account, months, line):
                    yield {
                        "month": month_name(state.month),
                        "months": months,
                        "holder": labels[account],
                        **row,
                    }

    def _line(self, books: Books, months: int) -> Line:
        """Shares of the epochs that were divided in the last months: those since the first of the
        two ends; that of the second is not over."""
        first, last = self.ends[-1 - months], self.ends[-1]
        shares = [each for each in books.staking.shares if first <= each.epoch < last]
        return Line(
            first,
            sum(each.share for each in shares),
            sum(each.share * (each.epoch - first) for each in shares),
        )

    def _row(self, account: str, months: int, line: Line) -> dict[str, Any] | None:
        then, now = self.snapshots[account][-1 - months], self.snapshots[account][-1]
        if then is None or now is None or then.changes != now.changes:
            return None
        return {
            "staked": now.active,
            "age_weeks": line.first_epoch - now.starts / now.active,
            "earned": now.earned - then.earned,
            "analytic": line.analytic(now.active, now.starts),
        }


def times_a_new_coin(age_weeks: float) -> float:
    """How much more than a new coin one earns in an epoch by its age: 3 after four years."""
    return 1 + (WEIGHT_STEP / NEW_WEIGHT) * age_weeks
