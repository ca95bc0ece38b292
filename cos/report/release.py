"""Charts about what vests: the grants of angels, team and management, and the management pool.

What the chain said at each month's end lies as dots on the analytic curve, which goes on beyond the
simulated months.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from cos.calendar import month_name
from cos.economy.vesting import BUDGET
from cos.report.chart import (
    BLUE,
    DASHES,
    GREEN,
    ORANGE,
    PURPLE,
    Chart,
    Figure,
    amounts,
    axis,
    exact,
    figure,
    share,
    unit_of,
    words,
)
from cos.suite.config import Bucket

if TYPE_CHECKING:
    from cos.economy.run import Result
    from cos.economy.vesting import Vesting

_GRANTS = (
    (Bucket.ANGELS, "angels", BLUE),
    (Bucket.INITIAL_TEAM, "initial team", ORANGE),
    (Bucket.MANAGEMENT_TEAM, "management", GREEN),
)
_OUTLOOK_MONTHS = 60
_BUDGET_MONTHS = 120


def release_charts(result: Result) -> list[Chart]:
    """Return the charts of the release schedule; none if nothing is known of it."""
    if result.vesting is None:
        return []
    return [
        Chart(
            "release",
            "How do the grants vest, and does the chain follow the curve?",
            "release.parquet: bucket, vested, analytic",
            vesting_figure(result),
            _about_vesting(result),
            _vesting_table(result),
        ),
        Chart(
            "fetched",
            "How much of what has vested was fetched?",
            "release.parquet: bucket, issued, vested, released",
            fetched(result),
            _about_fetched(result),
        ),
        Chart(
            "management",
            "How fast is the management's bucket released, and what of it is awarded?",
            "release.parquet: bucket, issued, vested, released",
            management(result),
            _about_management(result),
        ),
    ]


def vesting_figure(result: Result) -> Figure:
    """A line a bucket by the closed form, into the future; dots where the chain was asked."""
    vesting, first = result.vesting, _first_month(result)
    future = range(first, first + len(result.metrics) + _OUTLOOK_MONTHS)
    values = {bucket: [vesting.vested(bucket, month) for month in future] for bucket, *_ in _GRANTS}
    unit = unit_of(value for each in values.values() for value in each)
    traces: list[dict[str, Any]] = []
    for number, (bucket, name, colour) in enumerate(_GRANTS):
        line = {"color": colour, "width": 2.5, "dash": DASHES[number]}
        curve = amounts(values[bucket], unit)
        traces.append(_line(f"{name}, analytic", _names(future), curve, line=line))
        rows = _rows(result, bucket.name.lower())
        dots = amounts([row["vested"] for row in rows], unit)
        where = [row["month"] for row in rows]
        look = _dots(colour)
        traces.append(_line(f"{name}, on the chain", where, dots, **look))
    return figure(traces, yaxis=axis(f"{unit.name} vested"))


def fetched(result: Result) -> Figure:
    """For each bucket what is vested and what of it is released at the end, below all issued."""
    last = [_rows(result, bucket.name.lower())[-1] for bucket, *_ in _GRANTS]
    names = [name for _, name, _ in _GRANTS]
    parts = (
        ("released to the beneficiaries", [row["released"] for row in last], GREEN),
        ("vested, not fetched yet", [row["vested"] - row["released"] for row in last], ORANGE),
        ("not vested yet", [row["issued"] - row["vested"] for row in last], BLUE),
    )
    unit = unit_of([row["issued"] for row in last])
    traces = [
        {
            "type": "bar",
            "orientation": "h",
            "y": names,
            **amounts(values, unit, along="x"),
            "name": name,
            "marker": {"color": colour},
        }
        for name, values, colour in parts
    ]
    return figure(
        traces,
        height=230,
        barmode="stack",
        hovermode="y",
        xaxis=axis(unit.name, rangemode="tozero"),
        yaxis={"autorange": "reversed", "type": "category"},
    )


def management(result: Result) -> Figure:
    """Bars of what each month releases over ten years; below them awarded and released so far."""
    vesting, rows = result.vesting, _rows(result, BUDGET)
    first = vesting.first_month
    future = range(first, first + max(_BUDGET_MONTHS, len(rows)))
    monthly = [_monthly(vesting, month) for month in future]
    total = [vesting.budget_released(month) for month in future]
    where = [row["month"] for row in rows]
    unit = unit_of(total)
    released = amounts([row["vested"] for row in rows], unit)
    awarded = amounts([row["released"] for row in rows], unit)
    bars = {
        "type": "bar",
        "x": _names(future),
        **amounts(monthly, unit_of(monthly)),
        "name": "released in the month",
        "marker": {"color": GREEN},
    }
    below = {"yaxis": "y2"}
    return figure(
        [
            bars,
            _line("released, analytic", _names(future), amounts(total, unit), **below),
            _line("released, on the chain", where, released, **_dots(BLUE), **below),
            _line(
                "awarded",
                where,
                awarded,
                line={"color": PURPLE, "width": 2.5, "dash": "dash"},
                **below,
            ),
        ],
        height=440,
        xaxis={"anchor": "y2"},
        yaxis=axis(f"{unit_of(monthly).name} a month", domain=[0.56, 1]),
        yaxis2=axis(f"{unit.name} so far", domain=[0, 0.44], rangemode="tozero"),
    )


def _line(name: str, where: Sequence[str], values: dict[str, Any], **look: Any) -> dict[str, Any]:
    style = {"mode": "lines", **look}
    if style["mode"] == "lines":
        style = {"line": {"color": BLUE, "width": 2.5}, **style}
    return {"type": "scatter", "x": list(where), **values, "name": name, **style}


def _dots(colour: str) -> dict[str, Any]:
    return {"mode": "markers", "marker": {"color": colour, "size": 6}}


def _monthly(vesting: Vesting, month: int) -> int:
    return vesting.budget_released(month) - vesting.budget_released(month - 1)


def _about_vesting(result: Result) -> str:
    differ = sum(row["vested"] != row["analytic"] for row in result.release)
    asked = len(result.metrics)
    agrees = (
        f"at each of the {asked:,} month ends it equals the closed form to the base unit"
        if not differ
        else f"{differ:,} of {len(result.release):,} numbers differ from the closed form"
    )
    last = [_rows(result, bucket.name.lower())[-1] for bucket, *_ in _GRANTS]
    vested, issued = (sum(row[key] for row in last) for key in ("vested", "issued"))
    return (
        f"{words(vested)} of the {words(issued)} in grants have vested, {share(vested, issued)}; "
        f"what the chain says: {agrees}."
    )


def _about_fetched(result: Result) -> str:
    last = [_rows(result, bucket.name.lower())[-1] for bucket, *_ in _GRANTS]
    vested, released = (sum(row[key] for row in last) for key in ("vested", "released"))
    return f"{words(released)} of {words(vested)} were fetched, {share(released, vested)}."


def _about_management(result: Result) -> str:
    last = _rows(result, BUDGET)[-1]
    peak = result.vesting.curve.changes[-1].peak
    name = month_name(result.vesting.first_month + peak - 1)
    return (
        f"{words(last['vested'])} of the budget of {words(last['issued'])} are released so far, "
        f"{words(last['released'])} of them awarded, the others wait as unallocated bonus; "
        f"the month that releases most is {name}."
    )


def _vesting_table(result: Result) -> tuple[Sequence[str], list[list[str]]]:
    head = ("month", "bucket", "issued", "vested", "released", "analytic")
    rows = [
        [row["month"], row["bucket"].replace("_", " "), *(exact(row[key]) for key in head[2:])]
        for row in result.release
    ]
    return [*head[:2], *(f"{name} (COS)" for name in head[2:])], rows


def _rows(result: Result, bucket: str) -> list[dict[str, Any]]:
    return [row for row in result.release if row["bucket"] == bucket]


def _first_month(result: Result) -> int:
    year, month = result.metrics[0]["month"].split("-")
    return int(year) * 12 + int(month) - 1


def _names(months: range) -> list[str]:
    return [month_name(month) for month in months]
