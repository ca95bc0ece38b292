"""Charts about stakes: how much there is, what comes in, and what a coin earns by its age.

What the chain said of stakes that nobody changed meanwhile lies as dots on the closed form.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from cos.economy.staking_book import FOUR_YEARS
from cos.economy.yields import YEAR, times_a_new_coin
from cos.report.chart import (
    BLUE,
    GREEN,
    GREY,
    ORANGE,
    PURPLE,
    Chart,
    Figure,
    Series,
    axis,
    exact,
    figure,
    over_months,
    share,
    words,
)

if TYPE_CHECKING:
    from cos.economy.run import Result

WEEKS_A_YEAR = 52
"""Four years are 208 epochs in the formula."""

_YEARS_SHOWN = 8
_AGES = range(0, _YEARS_SHOWN * WEEKS_A_YEAR + 1, WEEKS_A_YEAR // 4)
_STAKED = (
    Series("circulating", "circulating, staked or not", GREY),
    Series("staked", "staked", BLUE),
    Series("leaving", "on its way out", ORANGE),
)
_INCOME = (
    Series("income_policy", "policy dividends of the Center", BLUE),
    Series("income_fees", "stakers' part of fees", ORANGE),
    Series("dividends", "dividends paid", GREEN),
    Series("claimable", "earned, not claimed yet", PURPLE),
)
_FEES = (
    Series("income_fees", "forwarded to the stakers", BLUE),
    Series("to_developers", "paid to developers", GREEN),
    Series("to_center", "paid to the Center", PURPLE),
    Series("owed_by_router", "owed still", GREY),
)
_YIELD_COLUMNS = "yields.parquet: months, age_weeks, staked, earned, analytic"


def staking_charts(result: Result) -> list[Chart]:
    """Return the charts of stakes and fees; none if nobody staked and nobody paid."""
    rows = result.staking
    if not any(row["staked"] or row["fees"] for row in rows):
        return []
    charts = [
        Chart(
            "staked",
            "How much COS is staked?",
            _columns(_STAKED),
            over_months(rows, _STAKED),
            _about_staked(rows[-1]),
        ),
        Chart(
            "income",
            "What do stakers receive, and what was paid to them?",
            _columns(_INCOME),
            over_months(rows, _INCOME),
            _about_income(rows[-1]),
        ),
        Chart(
            "fees",
            "What becomes of the fees?",
            _columns(_FEES),
            over_months(rows, _FEES, stacked=True),
            _about_fees(rows[-1]),
        ),
        Chart(
            "ageing",
            "How many times as much as a new coin does an old one earn?",
            _YIELD_COLUMNS,
            ageing(result),
            _about_ageing(result),
            _ageing_table(result),
        ),
    ]
    if result.lines:
        charts.insert(-1, _yields_chart(result))
    return charts


def _yields_chart(result: Result) -> Chart:
    span = "year" if max(result.lines) == YEAR else "month"
    return Chart(
        "yields",
        f"What did a coin earn in the last {span}, by how long it had been staked?",
        _YIELD_COLUMNS,
        yields(result),
        _about_yields(result, span),
        _yields_table(result),
    )


def yields(result: Result) -> Figure:
    """The closed form of the last year for coins of any age; dots where the chain was asked."""
    months = max(result.lines)
    line = result.lines[months]
    curve = [(weeks / WEEKS_A_YEAR, 100 * line.earned(weeks)) for weeks in _AGES]
    dots = [
        (row["age_weeks"] / WEEKS_A_YEAR, 100 * row["earned"] / row["staked"])
        for row in _rows(result, months)
    ]
    return _by_age(curve, dots, "percent of the coin", "%")


def ageing(result: Result) -> Figure:
    """The multiple of a new coin's income by the formula; dots by what stakes earned in the last
    month."""
    curve = [(weeks / WEEKS_A_YEAR, times_a_new_coin(weeks)) for weeks in _AGES]
    dots = [(weeks / WEEKS_A_YEAR, times) for _, weeks, times in _multiples(result)]
    return _by_age(curve, dots, "times a new coin", "times")


def _by_age(
    curve: Sequence[tuple[float, float]],
    dots: Sequence[tuple[float, float]],
    title: str,
    unit: str,
) -> Figure:
    traces = [_trace("formula", curve, unit, mode="lines", line={"color": BLUE, "width": 2.5})]
    if dots:
        marker = {"color": ORANGE, "size": 7}
        traces.append(_trace("on the chain", dots, unit, mode="markers", marker=marker))
    return figure(
        traces,
        hovermode="closest",
        xaxis=axis("years of 52 weeks staked", rangemode="tozero", dtick=1),
        yaxis=axis(title),
    )


def _trace(name: str, places: Sequence[tuple[float, float]], unit: str, **look: Any) -> dict:
    return {
        "type": "scatter",
        "x": [x for x, _ in places],
        "y": [y for _, y in places],
        "customdata": [f"{y:,.3f} {unit}" for _, y in places],
        "hovertemplate": "%{customdata}",
        "name": name,
        **look,
    }


def _rows(result: Result, months: int) -> list[dict[str, Any]]:
    """Of the stakes that were measured over so many months, the youngest first."""
    rows = [row for row in result.yields if row["months"] == months]
    return sorted(rows, key=lambda row: (row["age_weeks"], row["holder"]))


def _multiples(result: Result) -> list[tuple[str, float, float]]:
    """Holder, mean age in the epochs with income of the last month, and what was earned in them in
    multiples of what new coins did."""
    line = result.lines.get(1)
    if line is None or not line.share:
        return []
    return [
        (
            row["holder"],
            line.mean_age(row["age_weeks"]),
            line.multiple(row["earned"], row["staked"]),
        )
        for row in _rows(result, 1)
    ]


def _about_staked(row: dict[str, Any]) -> str:
    staked, circulating = row["staked"], row["circulating"]
    people = "1 account" if row["stakers"] == 1 else f"{row['stakers']:,} accounts"
    return (
        f"{people} have staked {words(staked)}, {share(staked, circulating)} of what circulates; "
        f"a staked coin is {row['mean_age_weeks']:.0f} weeks old on average."
    )


def _about_income(row: dict[str, Any]) -> str:
    received = row["income_policy"] + row["income_fees"]
    return (
        f"{words(received)} came in, {share(row['income_policy'], received)} of it policy "
        f"dividends out of the Center reserve; {words(row['dividends'])} were paid, of which "
        f"{words(row['restaked'])} were staked again."
    )


def _about_fees(row: dict[str, Any]) -> str:
    fees = row["fees"]
    return (
        f"{words(fees)} were paid in fees, among them {row['app_uses']:,} uses of apps: "
        f"{share(row['income_fees'], fees)} went to the stakers, "
        f"{share(row['to_developers'], fees)} to developers, {share(row['to_center'], fees)} to "
        f"the Center, {share(row['owed_by_router'], fees)} are still owed."
    )


def _about_yields(result: Result, span: str) -> str:
    line = result.lines[max(result.lines)]
    rows = _rows(result, max(result.lines))
    most = max((abs(row["earned"] - row["analytic"]) for row in rows), default=0)
    agrees = (
        f"what {len(rows):,} unchanged stakes earned on the chain differs from the formula by "
        f"{most} base unit{'' if most == 1 else 's'} at most"
        if rows
        else "no stake stayed unchanged for so long"
    )
    return (
        f"New coins earned {100 * line.earned(0):.2f} percent in the {span}, coins staked for four "
        f"years {100 * line.earned(FOUR_YEARS):.2f} percent, both ageing meanwhile; {agrees}."
    )


def _about_ageing(result: Result) -> str:
    dots = _multiples(result)
    measured = "nothing was measured on the chain"
    if dots:
        _, weeks, times = max(dots, key=lambda each: each[1])
        measured = (
            f"the oldest stake measured on the chain was {weeks:.1f} weeks old and earned "
            f"{times:.4f} times as much, by the formula {times_a_new_coin(weeks):.4f}"
        )
    return (
        f"After four years ({FOUR_YEARS} epochs) {times_a_new_coin(FOUR_YEARS):g} times, for each "
        f"coin and epoch; {measured}."
    )


def _yields_table(result: Result) -> tuple[Sequence[str], list[list[str]]]:
    head = ("holder", "weeks staked", "staked (COS)", "earned (COS)", "by the formula (COS)")
    rows = [
        [
            row["holder"],
            f"{row['age_weeks']:,.2f}",
            *(exact(row[key]) for key in ("staked", "earned", "analytic")),
        ]
        for row in _rows(result, max(result.lines))
    ]
    return head, rows


def _ageing_table(result: Result) -> tuple[Sequence[str], list[list[str]]]:
    """The formula for whole years, then what was measured."""
    head = ("who", "weeks staked", "times a new coin", "by the formula")
    years = range(0, _YEARS_SHOWN + 1)
    rows = [
        [f"after {year} years", f"{year * WEEKS_A_YEAR}", "", _times(year * WEEKS_A_YEAR)]
        for year in years
    ]
    rows += [
        [holder, f"{weeks:,.2f}", f"{times:.6f}", _times(weeks)]
        for holder, weeks, times in _multiples(result)
    ]
    return head, rows


def _times(weeks: float) -> str:
    return f"{times_a_new_coin(weeks):.6f}"


def _columns(series: Sequence[Series]) -> str:
    return "staking.parquet: " + ", ".join(each.column for each in series)
