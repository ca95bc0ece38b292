"""The report and the terminal: complete, self-contained, safe with any name, narrow enough."""

import hashlib
import io
import json
import math
import re
from contextlib import redirect_stdout
from dataclasses import replace
from decimal import Decimal
from html import escape
from itertools import combinations
from pathlib import Path

import pytest

from cos import report
from cos.economy.cases import CASE_COLUMNS
from cos.economy.command import run
from cos.economy.govern_state import POWER_COLUMNS, PROPOSAL_COLUMNS
from cos.economy.market_state import MARKET_COLUMNS, REDEMPTION_COLUMNS, SUB_TOKEN_COLUMNS
from cos.economy.market_terms import KINDS
from cos.economy.run import Leader, Refusal, Result
from cos.economy.stake_state import STAKING_COLUMNS
from cos.economy.vesting import RELEASE_COLUMNS
from cos.economy.yields import YIELD_COLUMNS
from cos.report.behaviour import behaviour_charts
from cos.report.chart import PALETTE, Chart, exact, figure, share, unit_of, words
from cos.report.figures import charts
from cos.report.governance import governance_charts
from cos.report.market import market_charts, pool_prices
from cos.report.page import numbers, render, render_page
from cos.report.staking import staking_charts
from cos.report.terminal import progress_bar, show

LIBRARY_SHA256 = "99784e3abfb07b142a15e521a439e6d9addceadb3f79553fd24c72774f0649ba"
PAGE = (Path(report.__file__).parent / "page.html").read_text()
# Linear RGB as seen with all cones, without those for red, green, blue (Machado and others, 2009).
COLOUR_BLIND = (
    ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
    (
        (1.255528, -0.076749, -0.178779),
        (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.303900),
    ),
)
Vector = tuple[float, ...]
LOOP = ["supply", "loop", "unlocking", "bonuses", "people", "points", "leaders"]
RELEASE = ["release", "fetched", "management"]
STAKING = ["staked", "income", "fees", "yields", "ageing"]
MARKET = ["cover", "collateral", "redemptions", "prices", "trade-fees"]
GOVERNANCE = ["turnout", "votes", "power", "proposals"]
BUSY = Path(__file__).parents[2] / "integration" / "busy.toml"
EVIL = "</script><script>alert(1)</script><img src=x onerror=alert(1)>"


def base_units(text: str) -> int:
    """The amount that a page tells as `1,234.5 COS` or `1,234.5`."""
    return int(Decimal(text.removesuffix(" COS").replace(",", "")) * 10**8)


def linear(colour: str) -> Vector:
    parts = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    return tuple(p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)


def luminance(colour: str) -> float:
    red, green, blue = linear(colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def oklab(colour: str, eyes: tuple[Vector, ...]) -> Vector:
    """A colour as eyes of some kind see it, where distances are those that people perceive."""

    def times(matrix: tuple[Vector, ...], vector: Vector) -> Vector:
        return tuple(sum(a * b for a, b in zip(row, vector, strict=True)) for row in matrix)

    seen = tuple(min(max(part, 0), 1) for part in times(eyes, linear(colour)))
    cones = (
        (0.4122214708, 0.5363325363, 0.0514459929),
        (0.2119034982, 0.6806995451, 0.1073969566),
        (0.0883024619, 0.2817188376, 0.6299787005),
    )
    opponents = (
        (0.2104542553, 0.7936177850, -0.0040720468),
        (1.9779984951, -2.4285922050, 0.4505937099),
        (0.0259040371, 0.7827717662, -0.8086757660),
    )
    return times(opponents, tuple(part ** (1 / 3) for part in times(cones, seen)))


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


def test_the_library_is_the_published_one() -> None:
    folder = Path(report.__file__).parent / "plotly"
    library = (folder / "plotly-basic.min.js").read_bytes()
    assert hashlib.sha256(library).hexdigest() == LIBRARY_SHA256
    version = re.search(rb"\(basic - minified\) v([\d.]+)", library)
    assert version is not None
    assert f"{version[1].decode()}, unchanged" in (folder / "README.md").read_text()


def test_the_report_needs_no_network(result: Result, folder: Path) -> None:
    page = (folder / "report.html").read_text()
    assert "window.Plotly = Plotly" in page
    assert "default-src 'none'" in page
    own = without_library(page)
    assert not re.search(r"""(src|href)\s*=\s*["']?(https?:)?//""", own)
    assert "cdn" not in own
    assert len(own) < 200_000
    assert len(page) < 1_500_000


def test_each_chart_stands_with_its_question_its_answer_and_its_columns(
    result: Result, folder: Path
) -> None:
    own = without_library((folder / "report.html").read_text())
    for chart in charts(result):
        assert chart.question.endswith("?")
        assert chart.answer.endswith(".")
        assert f'<a href="#{chart.name}">{escape(chart.question)}</a>' in own
        assert f'<h2 id="{chart.name}-heading">{escape(chart.question)}</h2>' in own
        answer = chart.answer.replace(" %", "\u00a0%")
        assert f'<p class="answer">{escape(answer)}</p>' in own
        assert f"Columns: {chart.columns}" in own
        assert f'id="chart-{chart.name}"' in own


def test_the_charts_of_the_loop_come_first_and_those_of_behaviour_follow(result: Result) -> None:
    names = [chart.name for chart in charts(result)]
    behaviour = [chart.name for chart in behaviour_charts(result)]
    assert names == [*LOOP, *RELEASE, *STAKING, *MARKET, *GOVERNANCE, *behaviour]
    assert behaviour
    assert len(set(names)) == len(names)


def test_a_replay_has_no_charts_of_behaviour(result: Result) -> None:
    summary = {key: value for key, value in result.summary.items() if key != "behaviour"}
    replayed = Result(summary, result.metrics, result.leaders, [])
    assert [chart.name for chart in charts(replayed)] == LOOP
    assert 'id="farmed"' not in render(replayed)


def test_a_chart_of_zeros_is_told_and_not_drawn() -> None:
    zeros = figure([{"type": "bar", "x": ["a", "b"], "y": [0, 0], "name": "none"}])
    page = without_library(
        render_page("Title", "", [], [Chart("zeros", "Any?", "a", zeros, "No.")])
    )
    assert "there is nothing to draw" in page
    assert 'id="chart-zeros"' not in page
    assert '"figures":{}' in page


def test_figures_use_what_the_basic_bundle_has_and_the_palette(result: Result) -> None:
    for chart in charts(result):
        for trace in chart.figure["data"]:
            assert trace["type"] in {"scatter", "bar", "pie"}
        colours = set(re.findall(r"#[0-9a-fA-F]{6}", json.dumps(chart.figure)))
        assert colours <= set(PALETTE)


def test_the_columns_that_a_chart_names_are_columns(result: Result) -> None:
    columns = {
        "metrics.parquet": set(result.metrics[0]),
        "cases.parquet": set(CASE_COLUMNS),
        "release.parquet": set(RELEASE_COLUMNS),
        "staking.parquet": set(STAKING_COLUMNS),
        "yields.parquet": set(YIELD_COLUMNS),
        "market.parquet": set(MARKET_COLUMNS),
        "sub_tokens.parquet": set(SUB_TOKEN_COLUMNS),
        "redemptions.parquet": set(REDEMPTION_COLUMNS),
        "governance.parquet": set(PROPOSAL_COLUMNS),
        "power.parquet": set(POWER_COLUMNS),
        "summary.json": set(result.summary),
    }
    for chart in charts(result):
        sources = [part.partition(": ") for part in chart.columns.split("; ")]
        for file, _, named in sources:
            if file in columns:
                assert {each.split(".")[0] for each in named.split(", ")} <= columns[file]
            else:
                assert file.endswith("at the end")


def test_what_stakes_earned_lies_on_the_formula(result: Result) -> None:
    found = {chart.name: chart for chart in staking_charts(result)}
    for name in ("yields", "ageing"):
        curve, dots = found[name].figure["data"]
        assert len(dots["x"]) == len(result.yields) > 3
        (x0, x1), (y0, y1) = (values[:: len(values) - 1] for values in (curve["x"], curve["y"]))
        for x, y in zip(dots["x"], dots["y"], strict=True):
            assert y == pytest.approx(y0 + (y1 - y0) * (x - x0) / (x1 - x0), rel=1e-6)
    assert "differs from the formula by 1 base unit at most" in found["yields"].answer
    assert found["yields"].question.startswith("What did a coin earn in the last month")
    curve = found["ageing"].figure["data"][0]
    assert [curve["y"][curve["x"].index(years)] for years in (0, 4, 8)] == [1, 3, 5]
    assert "After four years (208 epochs) 3 times" in found["ageing"].answer


def test_the_parts_of_the_fees_add_up_to_them(result: Result) -> None:
    fees = next(chart for chart in staking_charts(result) if chart.name == "fees")
    parts = [base_units(trace["customdata"][-1]) for trace in fees.figure["data"]]
    assert sum(parts) == result.staking[-1]["fees"] > 0


def test_without_a_measured_month_there_is_the_formula_alone(result: Result) -> None:
    once = replace(result, yields=[], lines={})
    names = [chart.name for chart in staking_charts(once)]
    assert names == [name for name in STAKING if name != "yields"]
    ageing = staking_charts(once)[-1]
    assert [trace["name"] for trace in ageing.figure["data"]] == ["formula"]
    assert "nothing was measured" in ageing.answer


def test_without_stakes_and_fees_there_are_no_charts_of_them(result: Result) -> None:
    none = [{**row, "staked": 0, "fees": 0} for row in result.staking]
    assert staking_charts(replace(result, staking=none)) == []
    assert staking_charts(replace(result, staking=[])) == []


def test_the_charts_of_governance_tell_of_every_proposal(result: Result) -> None:
    found = {chart.name: chart for chart in governance_charts(result)}
    rows = result.proposals
    assert len(rows) > 5
    cast, quorum = found["turnout"].figure["data"]
    assert cast["y"] == [pytest.approx(100 * row["turnout"]) for row in rows]
    assert len(quorum["y"]) == len(rows)
    assert "line" not in quorum["marker"]
    for place, row in enumerate(rows):
        parts = sum(trace["y"][place] for trace in found["votes"].figure["data"])
        assert parts == pytest.approx(100 * row["turnout"])
    outcomes = found["proposals"].figure["data"]
    assert sum(sum(trace["x"]) for trace in outcomes) == len(rows)
    _, lines = found["proposals"].table
    assert [line[4] for line in lines] == [row["change"] for row in rows]
    executed = sum(row["state"] == "executed" for row in rows)
    assert f"{executed:,} executed" in found["proposals"].answer
    assert found["power"].figure["data"][0]["y"] == [
        row["founders_nakamoto"] for row in result.power
    ]


def test_without_proposals_there_are_no_charts_of_them(result: Result) -> None:
    assert governance_charts(replace(result, proposals=[])) == []


def test_every_request_has_one_outcome(result: Result) -> None:
    chart = next(chart for chart in market_charts(result) if chart.name == "redemptions")
    shown = sum(sum(trace["y"]) for trace in chart.figure["data"])
    last = [row for row in result.redemptions if row["month"] == result.market[-1]["month"]]
    assert shown == sum(row["asked"] for row in last) > 0
    kinds = chart.figure["data"][0]["x"]
    assert kinds == [kind for kind in KINDS if kind in kinds]


def test_cover_is_shown_as_the_chain_says(result: Result) -> None:
    cover = next(chart for chart in market_charts(result) if chart.name == "cover")
    (line,) = cover.figure["data"]
    assert line["y"] == [1.0] * len(result.market)
    assert "covered 1.00 times at least" in cover.answer
    less = [{**row, "least_cover": 0.5} for row in result.market]
    cover = market_charts(replace(result, market=less))[0]
    assert "covered 0.50 times at least" in cover.answer


def test_prices_are_those_of_coupons_with_a_pool(result: Result) -> None:
    prices = pool_prices(result.sub_tokens)
    assert prices
    for row in prices:
        assert 0 < row["lowest"] <= row["middle"] <= row["highest"]
    none = [{**row, "of_face": 0} for row in result.sub_tokens]
    names = [chart.name for chart in market_charts(replace(result, sub_tokens=none))]
    assert names == [name for name in MARKET if name != "prices"]


def test_without_issuers_there_are_no_charts_of_them(result: Result) -> None:
    none = [{**row, "issuers": 0} for row in result.market]
    assert market_charts(replace(result, market=none)) == []
    assert market_charts(replace(result, market=[])) == []


def test_the_supply_chart_adds_up_to_what_was_issued(result: Result) -> None:
    (supply,) = (chart for chart in charts(result) if chart.name == "supply")
    (bars,) = supply.figure["data"]
    assert sum(map(base_units, bars["customdata"])) == int(result.summary["supply"]["issued"])


def test_the_table_below_a_chart_has_its_numbers_exactly(result: Result) -> None:
    (bonuses,) = (chart for chart in charts(result) if chart.name == "bonuses")
    head, lines = numbers(bonuses.figure)
    assert head[:2] == ["month", "earned by sponsors (COS)"]
    assert [line[0] for line in lines] == [row["month"] for row in result.metrics]
    columns = ("sponsor_bonus", "manager_bonus", "bonus_claimed", "bonus_voided")
    for line, row in zip(lines, result.metrics, strict=True):
        assert [base_units(each) for each in line[1:]] == [row[column] for column in columns]


def test_a_table_keeps_places_that_only_some_traces_have() -> None:
    traces = [
        {"type": "scatter", "x": ["a", "b"], "y": [1, 2], "name": "one"},
        {"type": "scatter", "x": ["b", "c"], "y": [3, 4.5], "name": "two"},
    ]
    lines = [["a", "1", ""], ["b", "2", "3"], ["c", "", "4.5"]]
    assert numbers(figure(traces)) == (["name", "one", "two"], lines)


def test_every_contributor_is_in_the_distribution(result: Result) -> None:
    (points,) = (chart for chart in charts(result) if chart.name == "points")
    assert sum(points.figure["data"][0]["y"]) == len(result.leaders)


def test_two_contributors_with_the_same_long_name_have_a_bar_each(result: Result) -> None:
    leaders = [Leader("x" * 40 + "1", 200, 1), Leader("x" * 40 + "2", 100, 1)]
    changed = Result(result.summary, result.metrics, leaders, [])
    (chart,) = (chart for chart in charts(changed) if chart.name == "leaders")
    assert len(set(chart.figure["data"][0]["y"])) == 2
    assert chart.table is not None
    assert [row[1:] for row in chart.table[1]] == [
        [leaders[0].label, "0.000002", "1"],
        [leaders[1].label, "0.000001", "1"],
    ]


@pytest.mark.parametrize(
    ("amount", "in_words", "in_digits"),
    [
        (0, "0 COS", "0"),
        (1, "0 COS", "0.00000001"),
        (123_450_000_000, "1.23 thousand COS", "1,234.5"),
        (45_600_000 * 10**8, "45.6 million COS", "45,600,000"),
        (-789 * 10**17 - 1, "-789 billion COS", "-789,000,000,000.00000001"),
    ],
)
def test_amounts_are_told_in_words_and_in_digits(
    amount: int, in_words: str, in_digits: str
) -> None:
    assert words(amount) == in_words
    assert exact(amount) == in_digits


def test_units_and_shares_of_nothing_are_told_too() -> None:
    assert unit_of([]).name == "COS"
    assert share(0, 0) == "0.0 %"
    assert share(1, 1_000) == "0.1 %"
    assert share(1, 3) == "33.3 %"


def test_a_page_can_be_made_of_anything() -> None:
    chart = Chart(
        "one", "Is <this> so?", "a, b", figure([{"type": "bar", "x": ["a"], "y": [1]}]), "Yes & no."
    )
    page = without_library(render_page("A <title>", "b & c", [("runs", "1,234,567,890")], [chart]))
    assert "<h1>A &lt;title&gt;</h1>" in page
    assert "<dd>1.23 billion<small>1,234,567,890</small></dd>" in page
    assert "Is &lt;this&gt; so?</h2>" in page
    assert "Yes &amp; no.</p>" in page


@pytest.mark.parametrize("dark", [False, True])
def test_colours_stand_out_from_the_card_and_from_each_other(dark: bool) -> None:
    colours = list(PALETTE.values() if dark else PALETTE)
    card = "#1f211e" if dark else "#ffffff"
    assert f"--card: {card if dark else '#fff'};" in PAGE
    for colour in colours:
        lighter, darker = sorted((luminance(colour), luminance(card)), reverse=True)
        assert (lighter + 0.05) / (darker + 0.05) >= 3, colour
    for eyes in COLOUR_BLIND:
        for one, other in combinations(colours, 2):
            assert math.dist(oklab(one, eyes), oklab(other, eyes)) >= 0.07, (one, other)


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
    assert own.count("</script>") == without_library(render(result)).count("</script>")


def test_the_same_result_renders_to_the_same_page(result: Result) -> None:
    assert render(result) == render(result)


def test_a_violation_is_told_first_of_all_in_red(result: Result) -> None:
    invariants = {"checked": 5, "violated": 1, "violations": ["1 at noon: 2 against <3>"]}
    broken = Result(
        {**result.summary, "invariants": invariants}, result.metrics, result.leaders, []
    )
    own = without_library(render(broken))
    told = own.index('class="bad">&#10007; 1 of 5 checks fail')
    assert told < own.index("<nav")
    assert "2 against &lt;3&gt;" in own
    assert "checks of the invariants hold" not in own


def test_refusals_are_listed_and_the_most_frequent_reason_is_told(result: Result) -> None:
    refusals = [
        *(Refusal(line, "ann", "talk", "e", "ledger: cap") for line in range(2, 80)),
        Refusal(80, "bob", "talk", "e", "ledger: rule"),
    ]
    refused = Result(result.summary, result.metrics, result.leaders, refusals)
    own = without_library(render(refused))
    assert "79 contributions; the most frequent reason is &ldquo;ledger: cap&rdquo;: 78." in own
    assert "50 of 79 are listed" in own
    assert own.count("<td>ann</td>") == 50


def test_the_table_fits_100_columns(result: Result, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "300")
    text = io.StringIO()
    with redirect_stdout(text):
        show(result, Path("out"), as_json=False)
    lines = text.getvalue().splitlines()
    assert max(map(len, lines)) <= 100
    assert "…" not in text.getvalue()
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
