"""Sweeps: every point, in processes of their own, each once, always the same bytes."""

import json
from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest

from cos.economy import sweep as sweep_module
from cos.economy.scenario import load_scenario
from cos.economy.sweep import (
    ROW_COLUMNS,
    SWEEP_SCENARIO,
    Axes,
    Point,
    Sweep,
    changed,
    digest_of,
    mean,
    parse_factor,
    run_point,
    sweep,
)
from cos.errors import CosError, InputError
from cos.report.behaviour import sweep_charts
from cos.suite import load_config
from tests.unit.economy.small import BUSY

CONFIG = load_config()
RULES = CONFIG.rule_table.by_key
AXES = Axes(windows=(14,), caps_bps=(5_000, 10_000), checks=(0, 20), seeds=1)


@pytest.fixture(scope="module")
def scenario_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The busy scenario of three months."""
    path = tmp_path_factory.mktemp("scenario") / "short.toml"
    path.write_text(BUSY.read_text().replace("months = 5", "months = 3", 1))
    return path


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("sweep") / "out"


@pytest.fixture(scope="module")
def result(out: Path, scenario_file: Path) -> Sweep:
    return sweep(AXES, scenario_file=scenario_file, out=out)


@pytest.fixture
def runs(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """The names of the runs that are made from here on."""
    made: list[str] = []
    really = sweep_module._run_apart

    def run_apart(folder: Path, scenario: Path, point: Point, digest: str) -> None:
        made.append(point.name)
        really(folder, scenario, point, digest)

    monkeypatch.setattr(sweep_module, "_run_apart", run_apart)
    return made


def files(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_the_default_axes_are_all_combinations() -> None:
    points = Axes().points(5)
    assert len(set(points)) == len(points) == 3 * 3 * 3 * 3
    assert {point.seed for point in points} == {5, 6, 7}


def test_the_sweep_s_scenario_is_small_and_not_honest() -> None:
    scenario = load_scenario(SWEEP_SCENARIO, RULES)
    assert scenario.months * scenario.members.count < 3_000
    assert scenario.characters.colluding > load_scenario(BUSY, RULES).characters.colluding / 2


def test_a_point_changes_window_caps_and_budget_and_nothing_else() -> None:
    before = load_scenario(SWEEP_SCENARIO, RULES)
    scenario, config = changed(before, CONFIG, Point(30, 2_500, 9, 77))
    assert config.bonus.window_days == 30
    assert config.bonus.steps == CONFIG.bonus.steps
    assert scenario.caps.contributor == before.caps.contributor // 4
    assert (scenario.audit.checks_monthly, scenario.seed) == (9, 77)
    back = scenario.model_copy(
        update={"caps": before.caps, "audit": before.audit, "seed": before.seed}
    )
    assert back == before
    tiny, _ = changed(before, CONFIG, Point(14, 1, 0, 0))
    assert min(tiny.caps.model_dump().values()) >= 1


@pytest.mark.parametrize(("text", "bps"), [("1", 10_000), ("0.25", 2_500), ("2.5", 25_000)])
def test_factors_are_exact(text: str, bps: int) -> None:
    assert parse_factor(text) == bps


@pytest.mark.parametrize("text", ["0", "-1", "0.00001", "2000"])
def test_factors_that_are_none_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match=text):
        parse_factor(text)


def test_every_point_is_a_row_of_its_own(result: Sweep, out: Path) -> None:
    frame = pl.read_parquet(out / "sweep.parquet")
    assert frame.columns == list(ROW_COLUMNS)
    places = frame.select("window_days", "caps_bps", "checks_monthly").rows()
    assert places == [(14, 5_000, 0), (14, 5_000, 20), (14, 10_000, 0), (14, 10_000, 20)]
    assert frame["violated"].sum() == 0
    assert frame["checked"].min() > 50
    assert frame["seed"].unique().to_list() == [7]
    assert {path.name for path in out.iterdir()} == sweep_module.FILES
    assert len(list((out / "runs").iterdir())) == 4


def test_more_checks_catch_more_and_lower_caps_farm_less(result: Sweep) -> None:
    rows = result.rows
    blind = [row for row in rows if row["checks_monthly"] == 0]
    assert all(row["caught_principal"] == row["late_principal"] == 0 for row in blind)
    assert all(row["caught_principal"] > 0 for row in rows if row["checks_monthly"])
    low, high = ([row for row in blind if row["caps_bps"] == caps] for caps in (5_000, 10_000))
    assert mean(low, "farmed") < mean(high, "farmed")
    for row in rows:
        assert row["principal"] == row["padded"] + row["invented"] + row["farmed"]
        assert row["bonus_kept"] <= row["sponsor_bonus"] + row["manager_bonus"]


def test_a_run_of_its_own_comes_to_the_same_row(result: Sweep, scenario_file: Path) -> None:
    row = result.rows[3]
    point = Point(*(row[name] for name in Point._fields))
    assert run_point(scenario_file, point) == row


def test_the_summary_has_means_as_strings_of_base_units(result: Sweep, out: Path) -> None:
    summary = json.loads((out / "sweep.json").read_text())
    assert summary == result.summary
    assert summary["runs"] == 4
    assert summary["violated"] == 0
    assert [point["principal"] for point in summary["points"]] == [
        str(row["principal"]) for row in result.rows
    ]


def test_finished_runs_are_not_repeated(
    result: Sweep, out: Path, scenario_file: Path, runs: list[str]
) -> None:
    before = files(out)
    assert sweep(AXES, scenario_file=scenario_file, out=out) == result
    assert runs == []
    assert files(out) == before


def test_an_interrupted_sweep_goes_on_and_ends_with_the_same_bytes(
    result: Sweep, out: Path, scenario_file: Path, tmp_path: Path, runs: list[str]
) -> None:
    again = tmp_path / "again"

    def stop(done: int, total: int, name: str) -> None:
        if done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        sweep(AXES, scenario_file=scenario_file, jobs=1, out=again, progress=stop)
    assert {path.name for path in again.iterdir()} == {"runs"}
    first = list(runs)
    assert 2 <= len(first) < 4
    sweep(AXES, scenario_file=scenario_file, jobs=2, out=again)
    assert sorted(runs) == sorted(set(runs))  # none of them twice
    assert files(again) == files(out)


def test_a_torn_or_old_file_of_a_run_is_run_again(
    result: Sweep, out: Path, scenario_file: Path, runs: list[str]
) -> None:
    before = files(out)
    torn, old = sorted((out / "runs").iterdir())[:2]
    torn.write_text(torn.read_text()[:40])
    old.write_text(old.read_text().replace('"inputs": "', '"inputs": "0', 1))
    sweep(AXES, scenario_file=scenario_file, out=out)
    assert sorted(runs) == [torn.stem, old.stem]
    assert files(out) == before


def test_a_changed_scenario_has_another_digest() -> None:
    scenario = load_scenario(SWEEP_SCENARIO, RULES)
    other, config = changed(scenario, CONFIG, Point(14, 10_000, 3, 1))
    assert digest_of(scenario, CONFIG) == digest_of(scenario, CONFIG)
    assert digest_of(other, CONFIG) != digest_of(scenario, CONFIG)
    _, long = changed(scenario, CONFIG, Point(30, 10_000, 3, 1))
    assert digest_of(other, config) != digest_of(other, long)


def test_a_run_that_fails_says_why(tmp_path: Path) -> None:
    path = tmp_path / "boundless.toml"
    text = BUSY.read_text()
    path.write_text(text.replace("national = 10_000_000", "national = 10_000_000_000_000_000", 1))
    axes = Axes(windows=(14,), caps_bps=(10_000,), checks=(0,), seeds=1)
    with pytest.raises(CosError, match="window-14-caps-10000-checks-0-seed-7: .*ledger: cap"):
        sweep(axes, scenario_file=path, out=tmp_path / "out")
    assert list((tmp_path / "out" / "runs").iterdir()) == []


def test_somebody_else_s_folder_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "diary.txt").write_text("mine")
    with pytest.raises(InputError, match="holds 'diary.txt', which this command did not write"):
        sweep(AXES, out=tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["diary.txt"]


def test_charts_and_page_answer_in_words(result: Sweep, out: Path) -> None:
    page = (out / "sweep.html").read_text()
    charts = sweep_charts(result)
    assert len(charts) == 5
    for chart in charts:
        assert chart.question.endswith("?")
        assert chart.answer.startswith("In the mean of all runs, with ")
        assert chart.answer.endswith(".")
        assert f'id="{chart.name}"' in page
        table, _, columns = chart.columns.partition(": ")
        assert table == "sweep.parquet"
        assert set(columns.split(", ")) <= set(ROW_COLUMNS)
        for trace in chart.figure["data"]:
            assert len(trace["x"]) == len(trace["y"]) == len(trace["customdata"])
    assert "all of them hold" in page
