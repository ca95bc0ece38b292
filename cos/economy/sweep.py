"""Many runs of one scenario: how do the farmed amounts respond to window, caps and audit budget?

Every run is a process of its own (the embedded EVM's memory only grows) and leaves a file of its
own, so that an interrupted sweep goes on where it was: a run is repeated only if its scenario, the
deployment's configuration or the code has changed. The same inputs give the same bytes.
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from itertools import product
from pathlib import Path
from typing import Any, NamedTuple

from cos.calendar import month_start
from cos.chain import Chain
from cos.economy.engine import simulate
from cos.economy.scenario import Scenario, load_scenario
from cos.economy.tables import AMOUNT, COUNT, TEXT, Table
from cos.errors import CosError
from cos.folders import check_target
from cos.paths import CONFIG_FOLDER, PROJECT_ROOT
from cos.suite import deploy, load_config
from cos.suite.config import Config

SWEEP_SCENARIO = CONFIG_FOLDER / "scenarios" / "sweep.toml"
DEFAULT_OUT = Path("out/sweep")

RUNS, TABLE, SUMMARY, REPORT = "runs", "sweep.parquet", "sweep.json", "sweep.html"
FILES = frozenset({RUNS, TABLE, SUMMARY, REPORT})
BPS = 10_000

Progress = Callable[[int, int, str], None]
"""Called after each run: runs done, runs in all, name of the run."""

_SOURCES = (
    *("config", "contracts", "interfaces"),
    *("cos/chain", "cos/drops", "cos/economy", "cos/suite"),
)

ROW_COLUMNS = {
    "window_days": COUNT,
    "caps_bps": COUNT,
    "checks_monthly": COUNT,
    "seed": COUNT,
    "granted": AMOUNT,
    "principal": AMOUNT,
    "padded": AMOUNT,
    "invented": AMOUNT,
    "farmed": AMOUNT,
    "sponsor_bonus": AMOUNT,
    "manager_bonus": AMOUNT,
    "bonus_kept": AMOUNT,
    "wrong_batches": COUNT,
    "caught_batches": COUNT,
    "late_batches": COUNT,
    "caught_principal": AMOUNT,
    "late_principal": AMOUNT,
    "days_until_found": COUNT,
    "honest_sponsors_lost": AMOUNT,
    "clean_batches_lost": AMOUNT,
    "findings": COUNT,
    "false_suspicions": COUNT,
    "members": COUNT,
    "members_left": COUNT,
    "aggrieved": COUNT,
    "waiting": COUNT,
    "checked": COUNT,
    "violated": COUNT,
    "state_hash": TEXT,
}
"""A row of the table. Amounts are base units: `principal` was granted for no work, `sponsor_bonus`
and `manager_bonus` are earned on it, `bonus_kept` is what was not voided of both. `caps_bps` are
1/10,000 of the scenario's caps. `days_until_found` is a median, null without a finding. `aggrieved`
are those of `members_left` who would have stayed; `waiting` contributions are granted by nobody
yet, mostly for want of room under the caps. `checked` and `violated` are of the invariants."""

_OF_A_RUN = ("window_days", "caps_bps", "checks_monthly", "seed")
_MEANS = (
    *("granted", "principal", "sponsor_bonus", "manager_bonus", "bonus_kept"),
    *("caught_principal", "late_principal", "honest_sponsors_lost", "clean_batches_lost"),
)


class Point(NamedTuple):
    """One run: days of the challenge window, caps in 1/10,000 of the scenario's, checks a month."""

    window_days: int
    caps_bps: int
    checks_monthly: int
    seed: int

    @property
    def name(self) -> str:
        """As its file is called."""
        return (
            f"window-{self.window_days}-caps-{self.caps_bps}"
            f"-checks-{self.checks_monthly}-seed-{self.seed}"
        )


@dataclass(frozen=True)
class Axes:
    """What is varied; every combination is run with every seed."""

    windows: tuple[int, ...] = (7, 14, 30)
    caps_bps: tuple[int, ...] = (2_500, 5_000, 10_000)
    checks: tuple[int, ...] = (0, 4, 16)
    seeds: int = 3

    def points(self, first_seed: int) -> list[Point]:
        """Return all runs, in the order of the table."""
        seeds = range(first_seed, first_seed + self.seeds)
        return [Point(*each) for each in product(self.windows, self.caps_bps, self.checks, seeds)]


@dataclass(frozen=True)
class Sweep:
    """A finished sweep: its summary and the rows of its table."""

    summary: dict[str, Any]
    rows: list[dict[str, Any]]


# --- a single run --------------------------------------------------------------------------------


def changed(scenario: Scenario, config: Config, point: Point) -> tuple[Scenario, Config]:
    """Return scenario and deployment as a point has them; caps are rounded down, at least 1."""
    caps = scenario.caps.model_copy(
        update={
            name: max(1, cap * point.caps_bps // BPS)
            for name, cap in scenario.caps.model_dump().items()
        }
    )
    audit = scenario.audit.model_copy(update={"checks_monthly": point.checks_monthly})
    bonus = config.bonus.model_copy(update={"window_days": point.window_days})
    update = {"caps": caps, "audit": audit, "seed": point.seed}
    return scenario.model_copy(update=update), config.model_copy(update={"bonus": bonus})


def run_point(scenario_file: Path, point: Point) -> dict[str, Any]:
    """Simulate one point; return its row."""
    config = load_config()
    rules, offset = config.rule_table.by_key, config.utc_offset_seconds
    scenario, config = changed(load_scenario(scenario_file, rules), config, point)
    chain = Chain(timestamp=month_start(scenario.first_month - 1, offset))
    with tempfile.TemporaryDirectory() as folder:
        suite = deploy(chain, config)
        result = simulate(scenario, rules, Path(folder), chain, suite, lambda *_: None)
    return row_of(point, result.summary)


def row_of(point: Point, summary: dict[str, Any]) -> dict[str, Any]:
    """Return a run's row in the columns of ROW_COLUMNS."""
    behaviour = summary["behaviour"]
    farmed, caught, late = (behaviour[name] for name in ("farmed", "caught", "too_late"))
    left = behaviour["members_left"]
    amounts = ("principal", "padded", "invented", "farmed", "sponsor_bonus", "manager_bonus")
    row = {
        **point._asdict(),
        "granted": int(summary["granted"]),
        **{name: int(farmed[name]) for name in amounts},
        "bonus_kept": int(farmed["sponsor_bonus_kept"]) + int(farmed["manager_bonus_kept"]),
        "wrong_batches": farmed["batches"],
        "caught_batches": caught["batches"],
        "late_batches": late["batches"],
        "caught_principal": int(caught["principal"]),
        "late_principal": int(late["principal"]),
        "days_until_found": behaviour["days_until_found"].get("median"),
        "honest_sponsors_lost": int(behaviour["voided"]["honest_sponsors"]),
        "clean_batches_lost": int(behaviour["voided"]["managers_of_clean_batches"]),
        "findings": behaviour["audit"]["findings"],
        "false_suspicions": behaviour["audit"]["false_suspicions"],
        "members": summary["members"],
        "members_left": sum(left.values()),
        "aggrieved": sum(left.values()) - left.get("no grievance", 0),
        "waiting": summary["waiting"],
        "checked": summary["invariants"]["checked"],
        "violated": summary["invariants"]["violated"],
        "state_hash": summary["state_hash"],
    }
    return {name: row[name] for name in ROW_COLUMNS}


# --- all of them ---------------------------------------------------------------------------------


def sweep(
    axes: Axes,
    *,
    scenario_file: Path = SWEEP_SCENARIO,
    jobs: int = 2,
    out: Path = DEFAULT_OUT,
    progress: Progress = lambda *_: None,
) -> Sweep:
    """Run every point that has not been run yet, then write table, summary and page to `out`.

    Raises InputError for a bad scenario, or if `out` holds what no sweep wrote.
    """
    config = load_config()
    scenario = load_scenario(scenario_file, config.rule_table.by_key)
    check_target(out, FILES)
    runs = out / RUNS
    runs.mkdir(parents=True, exist_ok=True)
    points = axes.points(scenario.seed)
    digests = {point: digest_of(*changed(scenario, config, point)) for point in points}
    missing = [point for point in points if _finished(runs, point, digests[point]) is None]
    if missing:
        # Compiled once, here: the runs find it in the cache.
        deploy(Chain(timestamp=month_start(scenario.first_month - 1, 0)), config)
    done = len(points) - len(missing)
    progress(done, len(points), "")
    with ThreadPoolExecutor(max_workers=jobs) as pool:
        try:
            futures = {
                pool.submit(_run_apart, runs, scenario_file, point, digests[point]): point
                for point in missing
            }
            for future in as_completed(futures):
                future.result()
                done += 1
                progress(done, len(points), futures[future].name)
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise
    rows = [_finished(runs, point, digests[point]) for point in points]
    return _write(out, axes, scenario, [row for row in rows if row is not None])


def digest_of(scenario: Scenario, config: Config) -> str:
    """Return a SHA-256 over all that a run depends on: its settings and the code."""
    text = scenario.model_dump_json() + config.model_dump_json() + _code()
    return hashlib.sha256(text.encode()).hexdigest()


@cache
def _code() -> str:
    digest = hashlib.sha256()
    for folder in _SOURCES:
        for path in sorted((PROJECT_ROOT / folder).rglob("*")):
            if path.suffix in {".py", ".vy", ".vyi", ".toml"}:
                digest.update(f"{path.relative_to(PROJECT_ROOT)}\0".encode())
                digest.update(path.read_bytes())
    return digest.hexdigest()


def _finished(runs: Path, point: Point, digest: str) -> dict[str, Any] | None:
    """Return the row of a run that was finished with the same inputs."""
    try:
        kept = json.loads((runs / f"{point.name}.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    is_same = isinstance(kept, dict) and kept.get("inputs") == digest
    return kept["row"] if is_same else None


def _run_apart(runs: Path, scenario_file: Path, point: Point, digest: str) -> None:
    """Run a point in a process of its own and keep its row."""
    command = [sys.executable, "-m", "cos.economy.sweep", str(scenario_file.resolve())]
    run = subprocess.run(
        [*command, *map(str, point)],
        capture_output=True,
        text=True,
        check=False,
        cwd=PROJECT_ROOT,
        env={**os.environ, "PYTHONPATH": str(PROJECT_ROOT)},
    )
    if run.returncode:
        last = (run.stderr.strip().splitlines() or ["no message"])[-1]
        raise CosError(f"{point.name}: {last}")
    kept = {"inputs": digest, "row": json.loads(run.stdout)}
    target = runs / f"{point.name}.json"
    unfinished = target.with_suffix(".part")
    unfinished.write_text(json.dumps(kept, indent=2) + "\n", encoding="utf-8")
    unfinished.replace(target)


def _write(out: Path, axes: Axes, scenario: Scenario, rows: Sequence[dict[str, Any]]) -> Sweep:
    from cos.report.sweep_page import render_sweep

    table = Table(out / TABLE, ROW_COLUMNS)
    for row in rows:
        table.append(*row.values())
    table.close()
    result = Sweep(_summary(axes, scenario, rows), list(rows))
    text = json.dumps(result.summary, indent=2) + "\n"
    (out / SUMMARY).write_text(text, encoding="utf-8")
    (out / REPORT).write_text(render_sweep(result), encoding="utf-8")
    return result


def _summary(axes: Axes, scenario: Scenario, rows: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Return the means over the seeds of each point. Amounts are strings of base units."""
    return {
        "windows_days": list(axes.windows),
        "caps_bps": list(axes.caps_bps),
        "checks_monthly": list(axes.checks),
        "seeds": axes.seeds,
        "first_seed": scenario.seed,
        "months": scenario.months,
        "members": scenario.members.count,
        "runs": len(rows),
        "checked": sum(row["checked"] for row in rows),
        "violated": sum(row["violated"] for row in rows),
        "points": [
            _means(group) for group in groups(rows, ("window_days", "caps_bps", "checks_monthly"))
        ],
    }


def groups(rows: Sequence[dict[str, Any]], columns: Sequence[str]) -> list[list[dict[str, Any]]]:
    """Return the rows in groups of equal values in some columns, in ascending order."""
    found: dict[tuple[Any, ...], list[dict[str, Any]]] = {}
    for row in rows:
        found.setdefault(tuple(row[column] for column in columns), []).append(row)
    return [found[key] for key in sorted(found)]


def mean(rows: Sequence[dict[str, Any]], column: str) -> int:
    """Return a column's mean, rounded down."""
    return sum(row[column] for row in rows) // len(rows)


def _means(rows: Sequence[dict[str, Any]]) -> dict[str, Any]:
    first = rows[0]
    return {
        **{name: first[name] for name in _OF_A_RUN[:-1]},
        **{name: str(mean(rows, name)) for name in _MEANS},
        "wrong_batches": sum(row["wrong_batches"] for row in rows),
        "caught_batches": sum(row["caught_batches"] for row in rows),
        "late_batches": sum(row["late_batches"] for row in rows),
        "false_suspicions": sum(row["false_suspicions"] for row in rows),
        "aggrieved": sum(row["aggrieved"] for row in rows),
        "waiting": sum(row["waiting"] for row in rows),
    }


def parse_factor(text: str) -> int:
    """Return a factor such as 0.25 in 1/10,000. Raises ValueError unless it is one exactly."""
    bps = Decimal(text) * BPS
    if bps != int(bps) or not 0 < bps <= 1_000 * BPS:
        raise ValueError(text)
    return int(bps)


if __name__ == "__main__":
    _scenario, *_numbers = sys.argv[1:]
    print(json.dumps(run_point(Path(_scenario), Point(*map(int, _numbers)))))
