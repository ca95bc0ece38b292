"""What became of every batch: what was wrong with it, and what the auditor made of it.

A batch is a case if something is wrong with it, or if the auditor found something or voided a
bonus. Amounts are base units; bonuses are kept in 1e-4 base units and rounded down at the end.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cos.calendar import DAY, month_name
from cos.economy.conduct import CHARACTERS
from cos.economy.tables import AMOUNT, COUNT, FLAG, TEXT
from cos.economy.truth import Wrong

if TYPE_CHECKING:
    from cos.economy.books import Books
    from cos.economy.loop import Batch
    from cos.economy.people import Economy

CAUGHT, LATE, OPEN, MISSED, FALSE = "caught", "too late", "open", "missed", "false suspicion"
COLLATERAL = "collateral"
OUTCOMES = (CAUGHT, LATE, OPEN, MISSED)

CASE_COLUMNS = {
    "month": TEXT,
    "time": AMOUNT,
    "community": TEXT,
    "batch": COUNT,
    "manager": TEXT,
    "character": TEXT,
    "sponsor": TEXT,
    "sponsor_is_in": FLAG,
    "records": COUNT,
    "wrong_records": COUNT,
    "granted": AMOUNT,
    "padded": AMOUNT,
    "invented": AMOUNT,
    "farmed": AMOUNT,
    "principal": AMOUNT,
    "sponsor_bonus": AMOUNT,
    "manager_bonus": AMOUNT,
    "outcome": TEXT,
    "checks": COUNT,
    "chosen_by": TEXT,
    "flags": TEXT,
    "days": COUNT,
    "sponsor_voided": AMOUNT,
    "manager_voided": AMOUNT,
    "points_voided": AMOUNT,
}
"""`principal` is what was granted for no work: padded + invented + farmed. `sponsor_bonus` and
`manager_bonus` are earned on it; `sponsor_voided` and `manager_voided` are what was voided of the
whole batch's bonus. `days` from the grant to the finding, null without one. Outcomes: caught (found
while the challenge window was open), too late, open (at the end of the run it can still be caught),
missed, false suspicion (a finding where nothing is wrong), collateral (nothing is wrong and nothing
was found, but the manager's whole month was voided)."""


@dataclass(slots=True)
class Case:
    """A batch, what is behind it, and what became of it."""

    batch: Batch
    wrong: Wrong
    character: str
    sponsor_is_in: bool
    checks: int = 0
    how: str = ""
    flags: tuple[str, ...] = ()
    found_at: int | None = None
    is_in_time: bool = False
    is_sponsor_void: bool = False
    is_manager_void: bool = False
    points_voided: int = 0

    @property
    def is_wrong(self) -> bool:
        """Whether anything was granted for no work."""
        return self.wrong.records > 0

    @property
    def is_listed(self) -> bool:
        """Whether it is worth a row."""
        is_void = self.is_sponsor_void or self.is_manager_void
        return self.is_wrong or self.found_at is not None or is_void

    @property
    def sponsor_voided_e4(self) -> int:
        """What was voided of the sponsor's bonus."""
        return self.batch.sponsor_e4 if self.is_sponsor_void else 0

    @property
    def manager_voided_e4(self) -> int:
        """What was voided of the manager's bonus."""
        return self.batch.manager_e4 if self.is_manager_void else 0

    @property
    def sponsor_farmed_e4(self) -> int:
        """The sponsor's bonus on what was granted for no work."""
        return self.wrong.amount * self.batch.sponsor_bps

    @property
    def manager_farmed_e4(self) -> int:
        """The manager's bonus on what was granted for no work."""
        return self.wrong.amount * self.batch.manager_bps

    @property
    def days(self) -> int | None:
        """Whole days from the grant to the finding."""
        return None if self.found_at is None else (self.found_at - self.batch.timestamp) // DAY

    def outcome(self, open_months: Iterable[int]) -> str:
        """Return what became of it; the challenge windows of `open_months` are still open."""
        if not self.is_wrong:
            return COLLATERAL if self.found_at is None else FALSE
        if self.found_at is not None:
            return CAUGHT if self.is_in_time else LATE
        return OPEN if self.batch.month in open_months else MISSED


def case_rows(economy: Economy) -> list[dict[str, Any]]:
    """Return the cases in the order of their grants, in the columns of CASE_COLUMNS."""
    labels, names = economy.loop.world.labels, _names(economy)
    months = open_months(economy)
    return [
        {
            "month": month_name(case.batch.month),
            "time": case.batch.timestamp,
            "community": names[case.batch.community],
            "batch": case.batch.number,
            "manager": labels[case.batch.manager],
            "character": case.character,
            "sponsor": labels[case.batch.sponsor],
            "sponsor_is_in": case.sponsor_is_in,
            "records": len(case.batch.entries),
            "wrong_records": case.wrong.records,
            "granted": case.batch.total,
            "padded": case.wrong.padded,
            "invented": case.wrong.invented,
            "farmed": case.wrong.farmed,
            "principal": case.wrong.amount,
            "sponsor_bonus": case.sponsor_farmed_e4 // 10_000,
            "manager_bonus": case.manager_farmed_e4 // 10_000,
            "outcome": case.outcome(months),
            "checks": case.checks,
            "chosen_by": case.how,
            "flags": " ".join(case.flags),
            "days": case.days,
            "sponsor_voided": case.sponsor_voided_e4 // 10_000,
            "manager_voided": case.manager_voided_e4 // 10_000,
            "points_voided": case.points_voided,
        }
        for case in economy.auditor.cases.values()
        if case.is_listed
    ]


def open_months(economy: Economy) -> set[int]:
    """Return the months of batches whose challenge window is open now."""
    world = economy.loop.world
    months = {case.batch.month for case in economy.auditor.cases.values()}
    now, pool = world.chain.timestamp, world.suite.bonus_pool
    return {month for month in months if now < pool.claimable_from(month)}


def _names(economy: Economy) -> dict[int, str]:
    return {community.id: community.label for community in economy.national.walk()}


def voided_e4(economy: Economy) -> int:
    """Return all bonus that was voided, added up batch by batch."""
    cases = economy.auditor.cases.values()
    return sum(case.sponsor_voided_e4 + case.manager_voided_e4 for case in cases)


def behaviour_summary(economy: Economy) -> dict[str, Any]:
    """Return the section `behaviour` of a summary. Amounts are strings of base units.

    What was voided on top of the bonus on unearned amounts is what honest work lost: `honest_lost`.
    """
    cases, months = list(economy.auditor.cases.values()), open_months(economy)
    wrong = [case for case in cases if case.is_wrong]
    by_outcome = {outcome: [] for outcome in OUTCOMES}
    for case in wrong:
        by_outcome[case.outcome(months)].append(case)
    tally = economy.auditor.tally
    findings = [case for case in cases if case.found_at is not None]
    return {
        "managers": _counts(economy.characters.values(), CHARACTERS),
        "farmed": _sums(wrong),
        **{outcome.replace(" ", "_"): _sums(each) for outcome, each in by_outcome.items()},
        "by_character": {
            character: _sums([case for case in wrong if case.character == character])
            for character in CHARACTERS
        },
        "voided": _voided(cases),
        "days_until_caught": _spread([case.days or 0 for case in by_outcome[CAUGHT]]),
        "days_until_found": _spread([case.days or 0 for case in wrong if case.found_at]),
        "audit": {
            "checks": tally.checks,
            "checked": sum(1 for case in cases if case.checks),
            "batches": len(cases),
            "findings": len(findings),
            "false_suspicions": sum(1 for case in findings if not case.is_wrong),
            "freezes": tally.freezes,
            "dismissals": tally.dismissals,
            "void_months": tally.void_months,
            "points_voided": str(sum(case.points_voided for case in cases)),
        },
        "members_left": dict(sorted(economy.left.items())),
        "turned_down": economy.turned_down,
        "events": {
            "held": economy.events,
            "listed": economy.listed_events,
            "paid": str(economy.events_paid),
        },
        "drops": _drops(economy.loop.books),
    }


def _drops(books: Books) -> dict[str, Any]:
    """Return what became of what was set aside; the three amounts add up to it."""
    drops = books.drops.values()
    return {
        "published": len(drops),
        "cancelled": sum(1 for drop in drops if drop.is_cancelled),
        "claims": books.claims,
        "claimed": str(books.claimed),
        "returned": str(books.returned_unclaimed),
        "left": str(sum(drop.left for drop in drops)),
    }


def _counts(values: Iterable[str], names: Sequence[str]) -> dict[str, int]:
    counts = Counter(values)
    return {name: counts[name] for name in names}


def _sums(cases: Sequence[Case]) -> dict[str, Any]:
    """Add up what was granted for no work, and the bonus on it."""
    return {
        "batches": len(cases),
        "principal": str(sum(case.wrong.amount for case in cases)),
        "padded": str(sum(case.wrong.padded for case in cases)),
        "invented": str(sum(case.wrong.invented for case in cases)),
        "farmed": str(sum(case.wrong.farmed for case in cases)),
        "sponsor_bonus": _units(case.sponsor_farmed_e4 for case in cases),
        "manager_bonus": _units(case.manager_farmed_e4 for case in cases),
        "sponsor_bonus_kept": _units(
            case.sponsor_farmed_e4 for case in cases if not case.is_sponsor_void
        ),
        "manager_bonus_kept": _units(
            case.manager_farmed_e4 for case in cases if not case.is_manager_void
        ),
    }


def _voided(cases: Sequence[Case]) -> dict[str, str]:
    """Part all that was voided by whom it hit: who did it, or who did not."""
    honest = [case for case in cases if not case.sponsor_is_in]
    guilty = [case for case in cases if case.sponsor_is_in]
    return {
        "sponsors_in_it": _units(case.sponsor_voided_e4 for case in guilty),
        "honest_sponsors": _units(case.sponsor_voided_e4 for case in honest),
        "managers_of_wrong_batches": _units(
            case.manager_voided_e4 for case in cases if case.is_wrong
        ),
        "managers_of_clean_batches": _units(
            case.manager_voided_e4 for case in cases if not case.is_wrong
        ),
    }


def _units(amounts_e4: Iterable[int]) -> str:
    return str(sum(amounts_e4) // 10_000)


def _spread(days: Sequence[int]) -> dict[str, Any]:
    """Return number, quartiles (nearest rank) and extremes of some days."""
    ordered = sorted(days)
    if not ordered:
        return {"count": 0}
    last = len(ordered) - 1
    names = ("least", "quarter", "median", "three_quarters", "most")
    return {"count": len(ordered)} | {
        name: ordered[round(last * part / 4)] for part, name in enumerate(names)
    }
