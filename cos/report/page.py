"""The report as one HTML file that needs nothing else: no network, no other files."""

from __future__ import annotations

from html import escape
from pathlib import Path
from string import Template
from typing import Any

from cos.economy.pricing import BASE_UNITS
from cos.economy.run import Refusal, Result
from cos.report.figures import Chart, charts

LISTED_REFUSALS = 50
_TEMPLATE = Path(__file__).with_name("page.html")
_CONFIG = {"responsive": True, "displaylogo": False, "displayModeBar": False}


def render(result: Result) -> str:
    """Return the page. The same result gives the same page but for the measured speed."""
    from plotly.offline import get_plotlyjs

    summary = result.summary
    span = f"{summary['first_month']} to {summary['last_month']}"
    return Template(_TEMPLATE.read_text(encoding="utf-8")).substitute(
        title=f"Contribution loop, {span}",
        subtitle=f"seed {summary['seed']}; {summary['actions']:,} transactions on real bytecode, "
        f"{summary['reverts']:,} of them refused by a contract; "
        f"{summary['actions_per_second']:,.0f} a second",
        plotly=get_plotlyjs(),
        figures="".join(_figure(*each) for each in key_figures(summary)),
        charts="\n".join(_section(chart) for chart in charts(result)),
        refusals=_refusals(result.refusals),
        verdict=_verdict(summary["invariants"]),
        state_hash=summary["state_hash"],
    )


def cos(amount: str | int) -> str:
    """Return base units as whole COS with thousands separators, rounded down."""
    return f"{int(amount) // BASE_UNITS:,}"


def key_figures(summary: dict[str, Any]) -> list[tuple[str, str]]:
    """Return the numbers that sum a simulation up, with their names."""
    supply = summary["supply"]
    return [
        ("months", f"{summary['months']:,}"),
        ("open communities", f"{summary['communities']:,}"),
        ("members", f"{summary['members']:,}"),
        ("contributions", f"{summary['rows']:,}"),
        ("records", f"{summary['records']:,}"),
        ("refused", f"{summary['refused']:,}"),
        ("COS issued", cos(supply["issued"])),
        ("COS locked", cos(supply["locked"])),
        ("COS unlocked", cos(supply["unlocked"])),
        ("COS granted", cos(summary["granted"])),
        ("sponsors' bonus, COS", cos(summary["sponsor_bonus"])),
        ("managers' bonus, COS", cos(summary["manager_bonus"])),
    ]


def _figure(name: str, value: str) -> str:
    return f"<div><dt>{escape(name)}</dt><dd>{escape(value)}</dd></div>"


def _section(chart: Chart) -> str:
    from plotly.io import to_html

    body = to_html(
        chart.figure,
        config=_CONFIG,
        include_plotlyjs=False,
        full_html=False,
        div_id=f"chart-{chart.name}",
        default_width="100%",
        default_height=f"{chart.figure['layout']['height']}px",
    )
    return (
        f"<section>\n<h2>{escape(chart.question)}</h2>\n{body}\n"
        f'<p class="faint">{escape(chart.columns)}</p>\n</section>'
    )


def _refusals(refusals: list[Refusal]) -> str:
    """Return a table of what the chain did not take; nothing if it took everything."""
    if not refusals:
        return ""
    head = "".join(f"<th>{escape(name)}</th>" for name in Refusal._fields)
    rows = "\n".join(
        "<tr>" + "".join(f"<td>{escape(str(value))}</td>" for value in refusal) + "</tr>"
        for refusal in refusals[:LISTED_REFUSALS]
    )
    return (
        "<section>\n<h2>What did the chain refuse, and why?</h2>\n"
        f'<div class="scroll"><table><tr>{head}</tr>\n{rows}</table></div>\n'
        f'<p class="faint">{min(len(refusals), LISTED_REFUSALS):,} of {len(refusals):,}; '
        "all of them are in refused.csv</p>\n</section>"
    )


def _verdict(invariants: dict[str, Any]) -> str:
    checked, violated = invariants["checked"], invariants["violated"]
    if not violated:
        return f"<p>{checked:,} checks of the invariants against the chain, all of them hold.</p>"
    items = "\n".join(f"<li>{escape(each)}</li>" for each in invariants["violations"])
    return f'<p class="bad">{violated:,} of {checked:,} checks fail.</p>\n<ul>{items}</ul>'
