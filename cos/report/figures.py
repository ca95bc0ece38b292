"""The charts of the report: each answers one question from named columns."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from statistics import median_low
from typing import Any

from cos.economy.pricing import BASE_UNITS
from cos.economy.run import Leader, Result
from cos.report.behaviour import behaviour_charts
from cos.report.chart import (
    BLUE,
    GREEN,
    GREY,
    ORANGE,
    PURPLE,
    SKY,
    YELLOW,
    Chart,
    Figure,
    Rows,
    Series,
    amounts,
    axis,
    counts,
    exact,
    figure,
    months,
    named_amounts,
    over_months,
    share,
    unit_of,
    words,
)
from cos.report.governance import governance_charts
from cos.report.market import market_charts
from cos.report.release import release_charts
from cos.report.staking import staking_charts

LEADERS = 20
LONGEST_NAME = 22
"""Of a contributor on an axis; a phone is 360 pixels wide."""

_SUPPLY = (
    Series("unlocked", "circulating", GREEN),
    Series("in_own_lots", "sponsors' own coins", ORANGE),
    Series("in_allotments", "allotted to managers", PURPLE),
    Series("in_pools", "in communities' pools", BLUE),
    Series("in_drops", "in drops", YELLOW),
    Series("undonated", "quota of sponsors", SKY),
    Series("bonus_reserve", "reserve for bonuses", GREY),
    Series("unvested", "in grants that vest", GREY),
    Series("in_custody", "unsold founders' seats", GREY),
    Series("other_locked", "elsewhere out of circulation", GREY),
)
_DONATED = (Series("granted", "granted", GREEN), *_SUPPLY[1:5])
_BONUSES = (
    Series("sponsor_bonus", "earned by sponsors", BLUE),
    Series("manager_bonus", "earned by managers", ORANGE),
    Series("bonus_claimed", "claimed by both", GREEN),
    Series("bonus_voided", "voided by the auditor", PURPLE),
)
_PEOPLE = (
    Series("members", "members", BLUE),
    Series("contributors", "contributors so far", GREEN),
    Series("active", "active in the month", ORANGE),
)


def charts(result: Result) -> list[Chart]:
    """Return all charts of a simulation, in the order of the page."""
    rows, leaders = result.metrics, result.leaders
    return [
        Chart(
            "supply",
            "Where is all the COS that has been issued?",
            _columns(_SUPPLY),
            supply(rows[-1]),
            _about_supply(rows[-1]),
        ),
        Chart(
            "loop",
            "What becomes of the quota that sponsors donate?",
            _columns(_DONATED),
            over_months(rows, _DONATED, stacked=True),
            _about_loop(rows),
        ),
        Chart(
            "unlocking",
            "How fast do contributions unlock COS?",
            "metrics.parquet: granted_in_month, granted",
            unlocking(rows),
            _about_unlocking(rows),
        ),
        Chart(
            "bonuses",
            "What have sponsors and managers earned by it?",
            _columns(_BONUSES),
            over_months(rows, _BONUSES),
            _about_bonuses(rows[-1]),
        ),
        Chart(
            "people",
            "How many people take part?",
            _columns(_PEOPLE),
            over_months(rows, _PEOPLE, unit="people"),
            _about_people(rows[-1]),
        ),
        Chart(
            "points",
            "How are points spread among contributors?",
            f"points of {len(leaders):,} contributors at the end; metrics.parquet: points_gini",
            distribution(leaders),
            _about_points(leaders, rows[-1]["points_gini"]),
        ),
        Chart(
            "leaders",
            "Who contributed most?",
            f"points and records of the first {min(LEADERS, len(leaders))} at the end",
            leaderboard(leaders[:LEADERS]),
            _about_leaders(leaders),
            _places(leaders[:LEADERS]),
        ),
        *release_charts(result),
        *staking_charts(result),
        *market_charts(result),
        *governance_charts(result),
        *behaviour_charts(result),
    ]


def supply(row: dict[str, Any]) -> Figure:
    """Bars that add up to what has been issued, each with its amount."""
    return named_amounts(
        [each.name for each in _SUPPLY],
        [row[each.column] for each in _SUPPLY],
        [each.colour for each in _SUPPLY],
    )


def unlocking(rows: Rows) -> Figure:
    """Bars for the months; below them the total."""
    monthly = [row["granted_in_month"] for row in rows]
    total = [row["granted"] for row in rows]
    bars = {
        "type": "bar",
        "x": months(rows),
        **amounts(monthly, unit_of(monthly)),
        "name": "granted in the month",
        "showlegend": False,
        "marker": {"color": GREEN},
    }
    line = {
        "type": "scatter",
        "mode": "lines" if len(rows) > 1 else "markers",
        "x": months(rows),
        **amounts(total, unit_of(total)),
        "name": "granted so far",
        "showlegend": False,
        "line": {"color": BLUE, "width": 2.5},
        "yaxis": "y2",
    }
    return figure(
        [bars, line],
        height=440,
        xaxis={"anchor": "y2"},
        yaxis=axis(f"{unit_of(monthly).name} a month", domain=[0.56, 1]),
        yaxis2=axis(f"{unit_of(total).name} so far", domain=[0, 0.44], rangemode="tozero"),
    )


def distribution(leaders: Sequence[Leader]) -> Figure:
    """How many people have points in each range; ranges begin at 1, 2, 5, 10, 20, 50..."""
    starts = [0, *(digit * 10**power for power in range(12) for digit in (1, 2, 5))]
    tally: dict[int, int] = {}
    for leader in leaders:
        place = bisect_right(starts, leader.points // BASE_UNITS) - 1
        tally[place] = tally.get(place, 0) + 1
    places = range(min(tally, default=0), max(tally, default=0) + 1)
    bars = {
        "type": "bar",
        "x": [f"{_short(starts[place])} to {_short(starts[place + 1])}" for place in places],
        **counts([tally.get(place, 0) for place in places]),
        "marker": {"color": BLUE},
        "name": "contributors",
    }
    return figure(
        [bars],
        xaxis=axis("points (COS)", type="category", tickangle=-45),
        yaxis=axis("contributors"),
    )


def leaderboard(leaders: Sequence[Leader]) -> Figure:
    """Bars of points, the highest on top. Names of any length and content are shown as text."""
    values = [leader.points for leader in leaders]
    places = list(range(1, len(leaders) + 1))
    bars = {
        "type": "bar",
        "orientation": "h",
        "y": places,
        **amounts(values, unit_of(values), along="x"),
        "hovertext": [_records(leader) for leader in leaders],
        "hovertemplate": "%{hovertext}<extra></extra>",
        "marker": {"color": GREEN},
        "name": "points",
    }
    return figure(
        [bars],
        height=90 + 22 * len(leaders),
        hovermode="y",
        xaxis=axis(f"points ({unit_of(values).name})"),
        yaxis={
            "range": [len(leaders) + 0.6, 0.4],
            "showgrid": False,
            "tickvals": places,
            "ticktext": [_plain(leader.label, LONGEST_NAME) for leader in leaders],
        },
    )


def _about_supply(row: dict[str, Any]) -> str:
    issued = row["issued"]
    return (
        f"{words(issued)} have been issued: {share(row['unvested'], issued)} of them lie in "
        f"grants that vest, {share(row['unlocked'], issued)} circulate."
    )


def _about_loop(rows: Rows) -> str:
    last = rows[-1]
    return (
        f"At the end {words(last['in_pools'])} wait in communities' pools and "
        f"{words(last['in_allotments'])} with managers; {words(last['granted'])} were granted."
    )


def _about_unlocking(rows: Rows) -> str:
    best = max(rows, key=lambda row: row["granted_in_month"])
    return (
        f"{words(rows[-1]['granted'])} were granted in all; the best month was {best['month']} "
        f"with {words(best['granted_in_month'])}."
    )


def _about_bonuses(row: dict[str, Any]) -> str:
    granted = row["granted"]
    return (
        f"Sponsors earned {words(row['sponsor_bonus'])} and managers "
        f"{words(row['manager_bonus'])}: {share(row['sponsor_bonus'], granted)} and "
        f"{share(row['manager_bonus'], granted)} of what was granted."
    )


def _about_people(row: dict[str, Any]) -> str:
    return (
        f"At the end there are {row['members']:,} members; {row['contributors']:,} people have "
        f"contributed so far, {row['active']:,} of them in the last month."
    )


def _about_points(leaders: Sequence[Leader], gini: float) -> str:
    points = [leader.points for leader in leaders]
    if not sum(points):
        return "Nobody has points."
    tenth = points[: -(-len(points) // 10)]
    return (
        f"The median contributor has {words(median_low(points))} of points, the first tenth has "
        f"{share(sum(tenth), sum(points))} of all; the Gini coefficient is {gini:.2f} "
        "(0: all have the same, 1: one has everything)."
    )


def _about_leaders(leaders: Sequence[Leader]) -> str:
    if not leaders:
        return "Nobody has contributed."
    first = leaders[0]
    records = "1 record" if first.records == 1 else f"{first.records:,} records"
    return f"{first.label} leads with {words(first.points)} of points in {records}."


def _places(leaders: Sequence[Leader]) -> tuple[Sequence[str], list[list[str]]]:
    rows = [
        [str(place), leader.label, exact(leader.points), f"{leader.records:,}"]
        for place, leader in enumerate(leaders, start=1)
    ]
    return ("place", "contributor", "points (COS)", "records"), rows


def _records(leader: Leader) -> str:
    name = f"{_plain(leader.label, 40)}<br>" if len(leader.label) > LONGEST_NAME else ""
    return f"{name}{exact(leader.points)} COS<br>in {leader.records:,} records"


def _columns(series: Sequence[Series]) -> str:
    return "metrics.parquet: " + ", ".join(each.column for each in series)


def _plain(text: str, length: int) -> str:
    """Text for a figure, in which Plotly would read tags and entities."""
    short = text if len(text) <= length else text[: length - 1] + "…"
    return short.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _short(number: int) -> str:
    for size, letter in ((10**9, "G"), (10**6, "M"), (10**3, "k")):
        if number >= size:
            return f"{number // size}{letter}"
    return str(number)
