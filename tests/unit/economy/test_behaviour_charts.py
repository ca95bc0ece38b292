"""The charts on misconduct: they add up to the tables, and say so in words."""

import pytest

from cos.economy.cases import CASE_COLUMNS
from cos.economy.run import Result
from cos.report.behaviour import behaviour_charts
from cos.report.chart import Chart, exact
from tests.unit.economy.small import HONEST, Lived, live


@pytest.fixture(scope="module")
def lived() -> Lived:
    return live(months=4, members={"leaving_monthly_chance": 0.05})


@pytest.fixture(scope="module")
def charts(lived: Lived) -> dict[str, Chart]:
    return {chart.name: chart for chart in behaviour_charts(lived.result)}


def drawn(chart: Chart) -> int:
    """The sum of all bars, in base units (or a count), by the exact numbers for readers."""
    texts = [text for trace in chart.figure["data"] for text in trace["customdata"]]
    total = 0
    for text in texts:
        whole, _, rest = text.removesuffix(" COS").replace(",", "").partition(".")
        digits = int(whole + rest.ljust(8, "0")) if text.endswith(" COS") else int(whole)
        total += digits
    return total


def test_each_has_a_question_an_answer_and_columns_that_are_there(
    lived: Lived, charts: dict[str, Chart]
) -> None:
    assert list(charts) == ["farmed", "farmed-bonus", "found-after", "audit-cost", "leaving"]
    for chart in charts.values():
        assert chart.question.endswith("?")
        assert chart.answer.endswith(".")
        if chart.columns.startswith("cases.parquet: "):
            named = chart.columns.removeprefix("cases.parquet: ").partition(";")[0]
            assert set(named.split(", ")) <= set(CASE_COLUMNS)


def test_bars_add_up_to_the_summary(lived: Lived, charts: dict[str, Chart]) -> None:
    behaviour = lived.behaviour
    farmed = behaviour["farmed"]
    assert drawn(charts["farmed"]) == int(farmed["principal"]) > 0
    bonus = int(farmed["sponsor_bonus"]) + int(farmed["manager_bonus"])
    assert abs(drawn(charts["farmed-bonus"]) - bonus) < 20  # rounded down by character
    assert drawn(charts["found-after"]) == behaviour["days_until_found"]["count"] > 0
    assert drawn(charts["audit-cost"]) == sum(map(int, behaviour["voided"].values())) > 0
    assert drawn(charts["leaving"]) == sum(behaviour["members_left"].values()) > 0


def test_exact_amounts_stand_beside_rounded_ones(charts: dict[str, Chart]) -> None:
    for trace in charts["farmed"].figure["data"]:
        for text, height in zip(trace["customdata"], trace["y"], strict=True):
            assert (height == 0) == (text == f"{exact(0)} COS")


def test_a_replay_has_no_such_charts(lived: Lived) -> None:
    summary = {key: value for key, value in lived.result.summary.items() if key != "behaviour"}
    assert behaviour_charts(Result(summary, lived.result.metrics, [], [])) == []


def test_an_honest_economy_draws_charts_of_nothing() -> None:
    lived = live(characters=HONEST, months=1)
    charts = {chart.name: chart for chart in behaviour_charts(lived.result)}
    assert drawn(charts["farmed"]) == drawn(charts["audit-cost"]) == 0
    assert charts["found-after"].answer == "Nothing was found."
    assert charts["farmed"].answer.startswith("0 COS, 0.0 % of all that was granted")
