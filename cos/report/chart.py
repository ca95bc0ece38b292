"""What a chart is: a question, a Plotly figure in plain dictionaries, an answer in words.

Figures may use the trace types of plotly.js's basic bundle (scatter, bar, pie) and the colours of
PALETTE, which the page exchanges for their partners in the dark. Amounts become COS here; floats
are only for looking at, what readers are told is exact.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from cos.economy.pricing import BASE_UNITS

Figure = dict[str, Any]
Rows = Sequence[Mapping[str, Any]]

# Each has a contrast of 3 at least, on white and on the page's dark; any two differ for readers
# with any kind of colour blindness.
PALETTE = {
    "#2c63c1": "#646cef",
    "#eb4e0d": "#ed7a04",
    "#359589": "#38b37f",
    "#a821a0": "#ba86d3",
    "#2599f8": "#86cff0",
    "#718d4d": "#e0c349",
    "#686360": "#7f7571",
}
"""Colours on light, and what they become on dark."""

BLUE, ORANGE, GREEN, PURPLE, SKY, YELLOW, GREY = PALETTE
DASHES = ("solid", "dash", "dot", "dashdot", "longdash", "longdashdot")
HEIGHT = 340
MONTH = re.compile(r"\d{4}-\d{2}")
FEW_MONTHS = 6
"""Plotly would name days between so few months."""


class Chart(NamedTuple):
    """A question, the figure that answers it, and where its numbers come from."""

    name: str
    question: str
    columns: str
    figure: Figure
    answer: str = ""
    """One sentence of plain text, computed from the data."""

    table: tuple[Sequence[str], Sequence[Sequence[str]]] | None = None
    """Head and rows of the table below the chart, where the figure alone does not tell them."""


class Unit(NamedTuple):
    """How many base units one step of an axis is, and its name."""

    size: int
    name: str


class Series(NamedTuple):
    """A column of the metrics with its name for readers."""

    column: str
    name: str
    colour: str


def over_months(
    rows: Rows, series: Sequence[Series], *, unit: str = "", stacked: bool = False
) -> Figure:
    """Lines over the months. `unit` names plain counts; without it, columns are base units.

    Stacked areas lie on each other in the order of `series`.
    """
    scale = None if unit else unit_of(row[each.column] for row in rows for each in series)
    traces = []
    for number, each in enumerate(series):
        values = [row[each.column] for row in rows]
        look: dict[str, Any] = {"line": {"color": each.colour, "width": 2.5}}
        if stacked:
            look = {"line": {"color": each.colour, "width": 1}, "stackgroup": "all"}
            look["fillcolor"] = each.colour
        elif len(series) > 1:
            look["line"]["dash"] = DASHES[number % len(DASHES)]
        traces.append(
            {
                "type": "scatter",
                "mode": "lines" if len(rows) > 1 else "markers",
                "x": months(rows),
                **(counts(values) if scale is None else amounts(values, scale)),
                "name": each.name,
                **look,
            }
        )
    return figure(traces, yaxis=axis(unit if scale is None else scale.name))


def named_amounts(names: Sequence[str], values: Sequence[int], colours: Sequence[str]) -> Figure:
    """Horizontal bars with amounts in base units beside them; the first is on top."""
    unit = unit_of(values)
    highest = max(values, default=0)
    bars = {
        "type": "bar",
        "orientation": "h",
        "name": "amount",
        "y": list(names),
        **amounts(values, unit, along="x"),
        "text": [words(value).removesuffix(" COS") for value in values],
        "textposition": ["inside" if 2 * value > highest else "outside" for value in values],
        "textangle": 0,
        "constraintext": "none",
        "cliponaxis": False,
        "marker": {"color": list(colours)},
    }
    return _named([bars], unit.name)


def named_counts(
    names: Sequence[str], values: Sequence[int], colours: Sequence[str], title: str
) -> Figure:
    """Horizontal bars of plain counts; the first is on top."""
    bars = {
        "type": "bar",
        "orientation": "h",
        "name": title,
        "y": list(names),
        **counts(values, along="x"),
        "marker": {"color": list(colours)},
    }
    return _named([bars], title)


def _named(traces: list[dict[str, Any]], title: str) -> Figure:
    return figure(
        traces,
        height=80 + 36 * len(traces[0]["y"]),
        hovermode="y",
        xaxis=axis(title, rangemode="tozero"),
        yaxis={"autorange": "reversed", "type": "category"},
    )


def months(rows: Rows) -> list[str]:
    """The months as dates, which the axis thins out where the screen is narrow."""
    return [row["month"] for row in rows]


def unit_of(values: Iterable[int]) -> Unit:
    """The unit in which amounts in base units are easy to read on an axis."""
    highest = max(map(abs, values), default=0) // BASE_UNITS
    for size, name in ((10**9, "billion"), (10**6, "million"), (10**3, "thousand")):
        if highest >= size:
            return Unit(size * BASE_UNITS, f"{name} COS")
    return Unit(BASE_UNITS, "COS")


def amounts(values: Sequence[int], unit: Unit, *, along: str = "y") -> dict[str, Any]:
    """Amounts in base units as a trace's values, with the exact ones for readers."""
    return {
        along: [value / unit.size for value in values],
        "customdata": [f"{exact(value)} COS" for value in values],
        "hovertemplate": "%{customdata}",
    }


def counts(values: Sequence[int], *, along: str = "y") -> dict[str, Any]:
    """Counts as a trace's values."""
    return {
        along: list(values),
        "customdata": [f"{value:,}" for value in values],
        "hovertemplate": "%{customdata}",
    }


def exact(amount: int) -> str:
    """Base units as COS to the last digit: 1,234.5."""
    whole, rest = divmod(abs(amount), BASE_UNITS)
    digits = f".{rest:08d}".rstrip("0").rstrip(".")
    return f"{'-' if amount < 0 else ''}{whole:,}{digits}"


def words(amount: int) -> str:
    """Base units as COS in three digits and a word: 32.8 billion COS."""
    unit = unit_of([amount])
    value = amount / unit.size
    decimals = 0 if abs(value) >= 100 or unit.size == BASE_UNITS else 1 if abs(value) >= 10 else 2
    return f"{value:,.{decimals}f} {unit.name}"


def share(part: int, whole: int) -> str:
    """A part as a percentage of the whole; of nothing, 0 %."""
    percent = 100 * part / whole if whole else 0.0
    return f"{percent:.2g} %" if 0 < percent < 1 else f"{percent:.1f} %"


def axis(title: str, **more: Any) -> dict[str, Any]:
    """An axis whose title is its unit."""
    return {"title": {"text": title, "standoff": 8}, "automargin": True, **more}


def figure(traces: list[dict[str, Any]], **layout: Any) -> Figure:
    """A figure in the style of the page; it does not get in the way of scrolling by touch."""
    layout = {
        "height": HEIGHT,
        "margin": {"l": 8, "r": 12, "t": 8, "b": 8},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "hovermode": "x unified",
        "dragmode": False,
        "showlegend": False,
        "bargap": 0.15,
        "font": {"family": "system-ui, sans-serif", "size": 13},
        "xaxis": {},
        "yaxis": {},
        **layout,
    }
    for name in layout:
        if name.startswith(("xaxis", "yaxis")):
            style = {"automargin": True, "fixedrange": True, "separatethousands": True}
            style["showgrid"] = layout[name].get("type") != "category"
            layout[name] = {**style, **layout[name]}
    layout["xaxis"] = {**_for_months(traces), **layout["xaxis"]}
    if "type" not in layout["yaxis"]:
        layout["yaxis"].setdefault("rangemode", "tozero")
    return {"data": traces, "layout": layout}


def _for_months(traces: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """An axis of dates that names months only, if the places are months."""
    places = {place for trace in traces for place in trace.get("x", ())}
    if not places or not all(isinstance(place, str) and MONTH.fullmatch(place) for place in places):
        return {}
    every_month = {"dtick": "M1", "tickformat": "%b %Y"} if len(places) <= FEW_MONTHS else {}
    return {"type": "date", "hoverformat": "%B %Y", **every_month}
