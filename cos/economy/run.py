"""What every simulation does around its behaviour: record actions, close months, sum up."""

from __future__ import annotations

import csv
import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from cos.calendar import month_name, month_start
from cos.economy import output
from cos.economy.books import Books, Rates
from cos.economy.cases import CASE_COLUMNS
from cos.economy.checks import equal
from cos.economy.fees_book import Fees
from cos.economy.govern_checks import check_governance
from cos.economy.govern_state import POWER_COLUMNS, PROPOSAL_COLUMNS, power_row, proposal_rows
from cos.economy.govern_state import summary_of as governance_summary
from cos.economy.invariants import Invariants
from cos.economy.loop import Loop
from cos.economy.market_record import MarketRecord
from cos.economy.metrics import METRIC_COLUMNS, metrics_row, points_by_person
from cos.economy.stake_state import STAKING_COLUMNS, staking_row, summary_of
from cos.economy.state import State, read_state
from cos.economy.tables import Table
from cos.economy.vesting import RELEASE_COLUMNS, Vesting, configured, release_rows
from cos.economy.world import ACTION_COLUMNS, World
from cos.economy.yields import YIELD_COLUMNS, Line, Yields
from cos.suite.config import Bucket
from cos.suite.plan import schedule_of

if TYPE_CHECKING:
    from cos.chain import Chain
    from cos.suite import Suite

Progress = Callable[[int, int, str], None]
"""Called after each month: months done, months in all, name of the month."""


PERSON = "person "
"""Prefix of the labels of people in a log, who may be called anything."""


class Refusal(NamedTuple):
    """A contribution that the chain did not take; `line` is that of the log, 0 without one."""

    line: int
    contributor: str
    kind: str
    evidence: str
    reason: str


class Population(NamedTuple):
    """Counts that only the behaviour knows; all are totals but `active`, a month's contributors."""

    communities: int
    members: int
    active: int
    rows: int
    refused: int


class Leader(NamedTuple):
    """A contributor with points in base units and records, over all communities."""

    label: str
    points: int
    records: int


@dataclass(frozen=True)
class Result:
    """A finished simulation, as summary, report and tests need it."""

    summary: dict[str, Any]
    metrics: list[dict[str, Any]]
    leaders: list[Leader]
    """Everyone with a record, most points first."""

    refusals: list[Refusal]
    cases: list[dict[str, Any]] = field(default_factory=list)
    """Batches with something wrong, and the auditor's findings, in the columns of CASE_COLUMNS."""

    release: list[dict[str, Any]] = field(default_factory=list)
    """What vests, a row a month and bucket, in the columns of RELEASE_COLUMNS."""

    vesting: Vesting | None = None
    """The grants and the management pool's curve at the end."""

    staking: list[dict[str, Any]] = field(default_factory=list)
    """Stakes, income and fees, a row a month, in the columns of STAKING_COLUMNS."""

    yields: list[dict[str, Any]] = field(default_factory=list)
    """What stakes earned up to the last month's end, in the columns of YIELD_COLUMNS."""

    lines: dict[int, Line] = field(default_factory=dict)
    """Months (1 or 12) -> the closed form of what a coin earned in the last so many months."""

    market: list[dict[str, Any]] = field(default_factory=list)
    """Sub-tokens and their exchange, a row a month, in the columns of MARKET_COLUMNS."""

    sub_tokens: list[dict[str, Any]] = field(default_factory=list)
    """A row a month and sub-token, in the columns of SUB_TOKEN_COLUMNS."""

    redemptions: list[dict[str, Any]] = field(default_factory=list)
    """What became of requests, a row a month and kind of issuer, in the columns of
    REDEMPTION_COLUMNS."""

    proposals: list[dict[str, Any]] = field(default_factory=list)
    """As they stand in the end, in the columns of PROPOSAL_COLUMNS."""

    power: list[dict[str, Any]] = field(default_factory=list)
    """How votes are spread, a row a month, in the columns of POWER_COLUMNS."""


class Run:
    """Chain, books, invariants and files of one simulation. Files go to `folder`."""

    def __init__(
        self, folder: Path, chain: Chain, suite: Suite, months: int, progress: Progress
    ) -> None:
        self._started = time.perf_counter()
        self._folder = folder
        self._progress = progress
        self._actions = Table(folder / output.ACTIONS, ACTION_COLUMNS)
        self._metrics = Table(folder / output.METRICS, METRIC_COLUMNS)
        self._release = Table(folder / output.RELEASE, RELEASE_COLUMNS)
        self._staking = Table(folder / output.STAKING, STAKING_COLUMNS)
        self._yields = Table(folder / output.YIELDS, YIELD_COLUMNS)
        self._proposals = Table(folder / output.GOVERNANCE, PROPOSAL_COLUMNS)
        self._power = Table(folder / output.POWER, POWER_COLUMNS)
        self._proposal_rows: list[dict[str, Any]] = []
        self._power_rows: list[dict[str, Any]] = []
        self._rows: list[dict[str, Any]] = []
        self._release_rows: list[dict[str, Any]] = []
        self._staking_rows: list[dict[str, Any]] = []
        self._last_yields: list[dict[str, Any]] = []
        self._ages = Yields()
        self._market = MarketRecord(folder)
        self.months = months
        self.world = World(chain, suite, self._actions)
        schedule = schedule_of(suite.config, self.world.month)
        vesting = configured(suite.config, self.world.month, self.world.address)
        books = Books([Rates(*step) for step in schedule], vesting)
        books.sale.custody = suite.founder_sale.custody_of(Bucket.FOUNDERS)
        terms = suite.config.fees
        books.fees = Fees(terms.stakers_bps, 0, terms.system_bps, terms.push_threshold)
        books.exchange.fee_bps = suite.exchange.fee_bps()
        self.loop = Loop(self.world, books)
        self.invariants = Invariants(genesis_supply=suite.token.totalSupply())

    def end_month(self, population: Population) -> State:
        """Let the month end, check the invariants, add a row of metrics."""
        world, books = self.world, self.loop.books
        month = world.month
        world.wait_until(month_start(month + 1, world.offset_seconds) - 1)
        state = read_state(self.loop)
        self.invariants.check(state, books)
        self.invariants.check_months(world)
        row = metrics_row(state, self.loop, self.invariants, population)
        self._metrics.append(*row.values())
        self._rows.append(row)
        for each in release_rows(state, books.vesting):
            self._release.append(*each.values())
            self._release_rows.append(each)
        self._end_month_of_stakes(state)
        self._market.month_has_ended(state, self.loop)
        books.exchange.last = {
            at: (pool.cos * pool.sub, pool.shares) for at, pool in state.market.pools.items()
        }
        self._end_month_of_governance(state)
        self._progress(len(self._rows), self.months, month_name(month))
        return state

    def _end_month_of_stakes(self, state: State) -> None:
        books = self.loop.books
        row = staking_row(state, books)
        self._staking.append(*row.values())
        self._staking_rows.append(row)
        self._last_yields = list(self._ages.month_has_ended(state, books, self.world.labels))
        for each in self._last_yields:
            self._yields.append(*each.values())
        off = [each for each in self._last_yields if abs(each["earned"] - each["analytic"]) > 1]
        self.invariants.note(equal(13, "earned off the closed form", off, []), state.time)
        books.staking.month_has_ended(state.time)

    def _end_month_of_governance(self, state: State) -> None:
        books = self.loop.books
        for check in check_governance(state, books):
            self.invariants.note(check, state.time)
        row = power_row(state, books)
        self._power.append(*row.values())
        self._power_rows.append(row)
        self._proposal_rows = list(proposal_rows(state, books, self.world.offset_seconds))

    def finish(
        self,
        state: State,
        seed: int,
        population: Population,
        refusals: Sequence[Refusal],
        behaviour: dict[str, Any] | None = None,
        cases: Sequence[dict[str, Any]] = (),
    ) -> Result:
        """Write all files but the report; `state` is that of the last month's end. `behaviour` is
        the summary's section of that name; a replay has none."""
        seconds = time.perf_counter() - self._started
        self._actions.close()
        self._metrics.close()
        self._release.close()
        self._staking.close()
        self._yields.close()
        self._market.close()
        for each in self._proposal_rows:
            self._proposals.append(*each.values())
        self._proposals.close()
        self._power.close()
        _write_refusals(self._folder / output.REFUSED, refusals)
        _write_cases(self._folder / output.CASES, cases)
        summary = self._summary(state, seed, population, seconds)
        if behaviour is not None:
            summary["behaviour"] = behaviour
        text = json.dumps(summary, indent=2) + "\n"
        (self._folder / output.SUMMARY).write_text(text, encoding="utf-8")
        return Result(
            summary,
            self._rows,
            self._leaders(state),
            list(refusals),
            list(cases),
            self._release_rows,
            self.loop.books.vesting,
            self._staking_rows,
            self._last_yields,
            self._ages.lines,
            self._market.market,
            self._market.sub_tokens,
            self._market.redemptions,
            self._proposal_rows,
            self._power_rows,
        )

    def _summary(
        self, state: State, seed: int, population: Population, seconds: float
    ) -> dict[str, Any]:
        """Amounts are strings of base units: JSON numbers lose digits in many readers."""
        world, books = self.world, self.loop.books
        return {
            "seed": seed,
            "months": len(self._rows),
            "first_month": self._rows[0]["month"],
            "last_month": self._rows[-1]["month"],
            "members": population.members,
            "communities": population.communities,
            "contributors": len(points_by_person(state)),
            "rows": population.rows,
            "records": books.records,
            "refused": population.refused,
            "waiting": population.rows - books.records - population.refused,
            "actions": world.actions,
            "reverts": world.reverts,
            "seconds": round(seconds, 3),
            "actions_per_second": round(world.actions / seconds, 1),
            "supply": {
                "cap": str(state.supply_cap),
                "issued": str(state.supply),
                "locked": str(state.supply - state.circulating),
                "unlocked": str(state.circulating),
            },
            "granted": str(books.granted_quota + books.granted_own),
            "sponsor_bonus": str(books.sponsor_e4 // 10_000),
            "manager_bonus": str(books.manager_e4 // 10_000),
            "bonus_voided": str(books.voided_e4 // 10_000),
            "bonus_claimed": str(books.paid),
            "points": str(sum(points_by_person(state).values())),
            "staking": summary_of(self._staking_rows[-1]),
            "market": self._market.summary(),
            "governance": governance_summary(
                self._proposal_rows, self._power_rows[-1], books.governance.refused
            ),
            "state_hash": state.hash(),
            "invariants": {
                "checked": self.invariants.checked,
                "violated": self.invariants.violated,
                "violations": self.invariants.violations,
            },
        }

    def _leaders(self, state: State) -> list[Leader]:
        records: dict[str, int] = {}
        for (_, person), standing in state.standings.items():
            records[person] = records.get(person, 0) + standing.records
        leaders = [
            Leader(self.world.labels[person].removeprefix(PERSON), points, records[person])
            for person, points in points_by_person(state).items()
        ]
        return sorted(leaders, key=lambda leader: (-leader.points, leader.label))


def _write_cases(path: Path, cases: Sequence[dict[str, Any]]) -> None:
    table = Table(path, CASE_COLUMNS)
    for case in cases:
        table.append(*case.values())
    table.close()


def _write_refusals(path: Path, refusals: Sequence[Refusal]) -> None:
    """Write every refused contribution with its reason; only the header if there is none."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(Refusal._fields)
        writer.writerows(refusals)
