"""The report and the terminal: complete, self-contained, safe with any name, narrow enough."""

import io
import json
import re
from contextlib import redirect_stdout
from pathlib import Path

import pytest

from cos.economy.command import run
from cos.economy.run import Leader, Refusal, Result
from cos.report.figures import charts
from cos.report.page import render
from cos.report.terminal import progress_bar, show

BUSY = Path(__file__).parents[2] / "integration" / "busy.toml"
EVIL = "</script><script>alert(1)</script><img src=x onerror=alert(1)>"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("report") / "out"


@pytest.fixture(scope="module")
def result(folder: Path) -> Result:
    return run(scenario_file=BUSY, months=3, out=folder)


def without_library(page: str) -> str:
    """The page without the charting library's own text."""
    start = page.index("<script>") + len("<script>")
    return page[:start] + page[page.index("</script>", start) :]


def test_the_report_needs_no_network(result: Result, folder: Path) -> None:
    page = (folder / "report.html").read_text()
    assert page.count("Plotly=") >= 1 or "plotly.js" in page
    own = without_library(page)
    assert not re.search(r"""(src|href)\s*=\s*["']?(https?:)?//""", own)
    assert "cdn" not in own
    assert len(own) < 200_000


def test_each_chart_stands_with_its_question_and_columns(result: Result, folder: Path) -> None:
    own = without_library((folder / "report.html").read_text())
    names = [chart.name for chart in charts(result)]
    assert names == ["supply", "unlocking", "bonuses", "people", "points", "leaders"]
    for chart in charts(result):
        assert chart.question.endswith("?")
        assert f"<h2>{chart.question}</h2>" in own
        assert chart.columns in own
        assert f'id="chart-{chart.name}"' in own


def test_the_columns_that_a_chart_names_are_columns(result: Result) -> None:
    for chart in charts(result):
        if chart.columns.startswith("metrics.parquet: "):
            named = chart.columns.removeprefix("metrics.parquet: ").split(", ")
            assert set(named) <= set(result.metrics[0])


def test_the_supply_chart_adds_up_to_what_was_issued(result: Result) -> None:
    (supply,) = (chart for chart in charts(result) if chart.name == "supply")
    last = sum(trace["y"][-1] for trace in supply.figure["data"])
    assert last == pytest.approx(int(result.summary["supply"]["issued"]) / 10**8)


def test_every_contributor_is_in_the_distribution(result: Result) -> None:
    (points,) = (chart for chart in charts(result) if chart.name == "points")
    assert sum(points.figure["data"][0]["y"]) == len(result.leaders)


def test_the_page_is_for_phones_and_for_the_dark(result: Result, folder: Path) -> None:
    own = without_library((folder / "report.html").read_text())
    assert 'name="viewport"' in own
    assert "prefers-color-scheme: dark" in own
    assert '"responsive": true' in own


def test_names_from_a_log_cannot_become_markup(result: Result) -> None:
    hostile = Result(
        result.summary,
        result.metrics,
        [Leader(EVIL, 10**12, 3), *result.leaders],
        [Refusal(2, EVIL, EVIL, EVIL, EVIL)],
    )
    own = without_library(render(hostile))
    assert "alert(1)" in own
    assert "<script>alert" not in own
    assert "<img" not in own


def test_the_same_result_renders_to_the_same_page(result: Result) -> None:
    assert render(result) == render(result)


def test_a_violation_is_told_first_of_all_in_red(result: Result) -> None:
    invariants = {"checked": 5, "violated": 1, "violations": ["1 at noon: 2 against <3>"]}
    broken = Result(
        {**result.summary, "invariants": invariants}, result.metrics, result.leaders, []
    )
    own = without_library(render(broken))
    assert 'class="bad">1 of 5 checks fail' in own
    assert "2 against &lt;3&gt;" in own


def test_the_table_fits_100_columns(result: Result, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "300")
    text = io.StringIO()
    with redirect_stdout(text):
        show(result, Path("out"), as_json=False)
    lines = text.getvalue().splitlines()
    assert max(map(len, lines)) <= 100
    assert any(result.summary["state_hash"] in line for line in lines)


def test_json_is_the_summary_and_nothing_else(result: Result) -> None:
    text = io.StringIO()
    with redirect_stdout(text):
        show(result, Path("out"), as_json=True)
    assert json.loads(text.getvalue()) == result.summary


def test_there_is_no_progress_bar_without_a_terminal(capfd: pytest.CaptureFixture[str]) -> None:
    with progress_bar(quiet=False) as progress:
        progress(1, 2, "2020-01")
    assert capfd.readouterr() == ("", "")
