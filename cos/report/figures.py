"""The charts of the report, as Plotly figures in plain dictionaries.

Each chart answers one question from named columns. Amounts become COS here; floats are only for
looking at.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from cos.economy.pricing import BASE_UNITS
from cos.economy.run import Leader, Result

Figure = dict[str, Any]
Rows = Sequence[dict[str, Any]]

# Okabe and Ito's palette, which colour-blind readers can tell apart, on light and on dark.
BLUE, ORANGE, GREEN, PURPLE, SKY, YELLOW, GREY = (
    "#0072B2",
    "#E69F00",
    "#009E73",
    "#CC79A7",
    "#56B4E9",
    "#C9B800",
    "#8C8C8C",
)
LEADERS = 20


class Chart(NamedTuple):
    """A question, the figure that answers it, and where its numbers come from."""

    name: str
    question: str
    columns: str
    figure: Figure


def charts(result: Result) -> list[Chart]:
    """Return all charts of a simulation, in the order of the page."""
    rows, leaders = result.metrics, result.leaders
    return [
        Chart(
            "supply",
            "Where is all the COS that has been issued?",
            "metrics.parquet: " + ", ".join(column for column, *_ in _SUPPLY),
            supply(rows),
        ),
        Chart(
            "unlocking",
            "How fast do contributions unlock COS?",
            "metrics.parquet: granted_in_month, granted",
            unlocking(rows),
        ),
        Chart(
            "bonuses",
            "What have sponsors and managers earned by it?",
            "metrics.parquet: sponsor_bonus, manager_bonus, bonus_claimed, bonus_voided",
            bonuses(rows),
        ),
        Chart(
            "people",
            "How many people take part?",
            "metrics.parquet: members, contributors, active",
            people(rows),
        ),
        Chart(
            "points",
            "How are points spread among contributors?",
            f"final points of {len(leaders):,} contributors; metrics.parquet: points_gini = "
            f"{rows[-1]['points_gini']:.2f} (0 equal, 1 all with one)",
            distribution(leaders),
        ),
        Chart(
            "leaders",
            "Who contributed most?",
            f"final points and records of the first {min(LEADERS, len(leaders))}",
            leaderboard(leaders[:LEADERS]),
        ),
    ]


_SUPPLY = (
    ("other_locked", "unvested or unsold", GREY),
    ("bonus_reserve", "bonus reserve", YELLOW),
    ("undonated", "quota with sponsors", SKY),
    ("in_pools", "donated, in communities' pools", BLUE),
    ("in_allotments", "allotted to managers", PURPLE),
    ("in_own_lots", "sponsors' own coins, donated", ORANGE),
    ("unlocked", "unlocked: circulating", GREEN),
)


def supply(rows: Rows) -> Figure:
    """Stacked areas that add up to what has been issued."""
    return _figure(
        [
            _line(rows, column, name, colour, stackgroup="supply", line={"width": 0.5})
            for column, name, colour in _SUPPLY
        ],
        yaxis={"title": {"text": "COS"}},
    )


def unlocking(rows: Rows) -> Figure:
    """Bars for the months, a line for the total on an axis of its own."""
    bars = {
        "type": "bar",
        "x": _months(rows),
        "y": _cos(rows, "granted_in_month"),
        "name": "granted in the month",
        "marker": {"color": GREEN},
    }
    total = _line(rows, "granted", "granted in all", BLUE, yaxis="y2")
    return _figure(
        [bars, total],
        yaxis={"title": {"text": "COS a month"}},
        yaxis2={
            "title": {"text": "COS in all"},
            "overlaying": "y",
            "side": "right",
            "showgrid": False,
            "rangemode": "tozero",
        },
    )


def bonuses(rows: Rows) -> Figure:
    """Running totals of what was earned, paid and voided."""
    return _figure(
        [
            _line(rows, "sponsor_bonus", "earned by sponsors", BLUE),
            _line(rows, "manager_bonus", "earned by managers", ORANGE),
            _line(rows, "bonus_claimed", "claimed by both", GREEN, line={"dash": "dot"}),
            _line(rows, "bonus_voided", "voided by the auditor", PURPLE),
        ],
        yaxis={"title": {"text": "COS"}},
    )


def people(rows: Rows) -> Figure:
    """Members, contributors so far, and those of the month."""
    plain = [
        ("members", "members", BLUE),
        ("contributors", "contributors so far", GREEN),
        ("active", "active in the month", ORANGE),
    ]
    traces = [_line(rows, column, name, colour, scale=1) for column, name, colour in plain]
    return _figure(traces, yaxis={"title": {"text": "people"}})


def distribution(leaders: Sequence[Leader]) -> Figure:
    """How many people have points in each range; the ranges double."""
    counts: dict[int, int] = {}
    for leader in leaders:
        size = (leader.points // BASE_UNITS).bit_length()
        counts[size] = counts.get(size, 0) + 1
    sizes = range(min(counts, default=0), max(counts, default=0) + 1)
    labels = [f"{_short(2**size // 2)} to {_short(2**size)}" for size in sizes]
    bars = {
        "type": "bar",
        "x": labels,
        "y": [counts.get(size, 0) for size in sizes],
        "marker": {"color": BLUE},
        "name": "contributors",
    }
    return _figure(
        [bars],
        xaxis={"title": {"text": "points (COS)"}, "type": "category"},
        yaxis={"title": {"text": "contributors"}},
        showlegend=False,
    )


def leaderboard(leaders: Sequence[Leader]) -> Figure:
    """Bars of points, the highest on top."""
    bars = {
        "type": "bar",
        "orientation": "h",
        "y": [leader.label for leader in leaders],
        "x": [leader.points / BASE_UNITS for leader in leaders],
        "text": [f"{leader.records:,} records" for leader in leaders],
        "marker": {"color": GREEN},
        "name": "points",
    }
    return _figure(
        [bars],
        xaxis={"title": {"text": "points (COS)"}},
        yaxis={"autorange": "reversed", "type": "category", "automargin": True},
        height=120 + 24 * len(leaders),
        showlegend=False,
    )


def _line(
    rows: Rows,
    column: str,
    name: str,
    colour: str,
    scale: int = BASE_UNITS,
    line: dict[str, Any] | None = None,
    **more: Any,
) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "lines",
        "x": _months(rows),
        "y": [row[column] / scale for row in rows],
        "name": name,
        "line": {"color": colour, **(line or {})},
        **more,
    }


def _figure(traces: list[dict[str, Any]], **layout: Any) -> Figure:
    base = {
        "margin": {"l": 60, "r": 20, "t": 10, "b": 40},
        "height": 360,
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "hovermode": "closest" if "height" in layout else "x unified",
        "legend": {"orientation": "h", "y": -0.2},
        "xaxis": {},
        "font": {"family": "system-ui, sans-serif", "size": 13},
    }
    return {"data": traces, "layout": {**base, **layout}}


def _months(rows: Rows) -> list[str]:
    return [row["month"] for row in rows]


def _cos(rows: Rows, column: str) -> list[float]:
    return [row[column] / BASE_UNITS for row in rows]


def _short(number: int) -> str:
    for size, letter in ((10**9, "G"), (10**6, "M"), (10**3, "k")):
        if number >= size:
            return f"{number / size:.3g}{letter}"
    return str(number)
