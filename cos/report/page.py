"""The report as one HTML file that needs nothing else: no network, no other files."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from html import escape, unescape
from pathlib import Path
from string import Template
from typing import Any, NamedTuple

from cos.economy.pricing import BASE_UNITS
from cos.economy.run import Refusal, Result
from cos.report.chart import MONTH, PALETTE, Chart, Figure, words
from cos.report.figures import charts

LISTED_REFUSALS = 50
LONGEST_TABLE = 500
"""Rows of numbers below a chart; a longer table has its last ones."""

_TEMPLATE = Path(__file__).with_name("page.html")
_LIBRARY = Path(__file__).with_name("plotly") / "plotly-basic.min.js"


class Section(NamedTuple):
    """A part of a page that is no chart. `body` is HTML."""

    name: str
    heading: str
    body: str


def render(result: Result) -> str:
    """Return the page. The same result gives the same page but for the measured speed."""
    summary = result.summary
    span = f"{summary['first_month']} to {summary['last_month']}"
    sections = [Section("invariants", "Does it hold?", _checks(summary))]
    if result.refusals:
        refusals = Section(
            "refusals", "What did the chain refuse, and why?", _refusals(result.refusals)
        )
        sections.insert(0, refusals)
    return render_page(
        f"Contribution loop, {span}",
        f"Seed {summary['seed']}; {summary['actions']:,} transactions on real bytecode, "
        f"{summary['reverts']:,} of them refused by a contract; "
        f"{summary['actions_per_second']:,.0f} a second.",
        key_figures(summary),
        charts(result),
        sections,
        verdict=_verdict(summary["invariants"]),
        footer=_FOOTER,
    )


def render_page(
    title: str,
    subtitle: str,
    figures: Iterable[tuple[str, str]],
    charts: Sequence[Chart],
    sections: Sequence[Section] = (),
    *,
    verdict: str = "",
    footer: str = "",
) -> str:
    """Return a page of key figures (name and value), charts and further sections.

    Everything is plain text but `verdict`, `footer` and the sections' bodies, which are HTML.
    """
    parts = [
        Section("key-figures", "Key figures", _key_figures(figures)),
        *(Section(chart.name, chart.question, _chart(chart)) for chart in charts),
        *sections,
    ]
    drawn = {chart.name: chart.figure for chart in charts if _has_marks(chart.figure)}
    plots = {"palette": PALETTE, "figures": drawn}
    return Template(_TEMPLATE.read_text(encoding="utf-8")).substitute(
        title=escape(title),
        subtitle=escape(subtitle),
        verdict=verdict,
        footer=footer,
        plotly=_LIBRARY.read_text(encoding="utf-8"),
        contents="\n".join(
            f'<li><a href="#{escape(part.name)}">{escape(part.heading)}</a></li>' for part in parts
        ),
        sections="\n".join(map(_section, parts)),
        # Inside a script element only a "<" could begin anything else.
        figures=json.dumps(plots, allow_nan=False, separators=(",", ":")).replace("<", "\\u003c"),
    )


def table(head: Sequence[str], rows: Iterable[Sequence[str]], name: str) -> str:
    """Return a table of plain texts that scrolls inside itself; numbers stand on the right."""
    cells = "".join(f'<th scope="col">{escape(each)}</th>' for each in head)
    lines = "\n".join("<tr>" + "".join(map(_cell, row)) + "</tr>" for row in rows)
    return (
        f'<div class="scroll" tabindex="0" role="region" aria-label="{escape(name)}">'
        f"<table><thead><tr>{cells}</tr></thead>\n<tbody>{lines}</tbody></table></div>"
    )


def cos(amount: str | int) -> str:
    """Return base units as whole COS with thousands separators, rounded down."""
    return f"{int(amount) // BASE_UNITS:,}"


def key_figures(summary: dict[str, Any]) -> list[tuple[str, str]]:
    """Return the numbers that sum a simulation up, with their names."""
    supply, governance = summary["supply"], summary["governance"]
    proposals = [
        ("proposals", f"{governance['proposals']:,}"),
        ("proposals executed", f"{governance['executed']:,}"),
    ]
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
        ("COS staked", cos(summary["staking"]["staked"])),
        ("COS as collateral", cos(summary["market"]["collateral"])),
        ("sub-token trades", f"{summary['market']['trades']:,}"),
        ("COS granted", cos(summary["granted"])),
        ("sponsors' bonus, COS", cos(summary["sponsor_bonus"])),
        ("managers' bonus, COS", cos(summary["manager_bonus"])),
        *(proposals if governance["proposals"] else ()),
    ]


def numbers(figure: Figure) -> tuple[list[str], list[list[str]]]:
    """Return what a figure shows as a table: its head, and a row for each place on its axis."""
    layout, where = figure["layout"], ""
    columns: list[str] = []
    rows: dict[str, list[str]] = {}
    for trace in figure["data"]:
        where = "y" if trace.get("orientation") == "h" else "x"
        where = "labels" if trace["type"] == "pie" else where
        ticks = _ticks(layout.get(f"{where}axis", {}))
        values = trace.get("customdata") or [f"{value:,.6g}" for value in _values(trace)]
        unit = " COS" if all(str(value).endswith(" COS") for value in values) else ""
        columns.append(f"{trace.get('name', '')}{f' ({unit.strip()})' if unit else ''}".strip())
        for place, value in zip(trace[where], values, strict=True):
            row = rows.setdefault(ticks.get(place, str(place)), [])
            row += [""] * (len(columns) - 1 - len(row)) + [str(value).removesuffix(unit)]
    title = layout.get(f"{where}axis", {}).get("title", {}).get("text")
    first = "month" if all(map(MONTH.fullmatch, rows)) else title or "name"
    lines = [[place, *row, *[""] * (len(columns) - len(row))] for place, row in rows.items()]
    return [first, *columns], lines


def _values(trace: dict[str, Any]) -> Sequence[float]:
    if trace["type"] == "pie":
        return trace["values"]
    return trace["x" if trace.get("orientation") == "h" else "y"]


def _has_marks(figure: Figure) -> bool:
    return any(any(_values(trace)) for trace in figure["data"])


def _key_figures(figures: Iterable[tuple[str, str]]) -> str:
    return "<dl>" + "".join(_key_figure(*each) for each in figures) + "</dl>"


def _key_figure(name: str, value: str) -> str:
    """A term of a description list; large numbers are in words, with all digits below."""
    text = escape(value)
    if re.fullmatch(r"[\d,]{9,}", value):
        short = words(int(value.replace(",", "")) * BASE_UNITS).removesuffix(" COS")
        text = f"{short}<small>{value}</small>"
    return f"<div><dt>{escape(name)}</dt><dd>{text}</dd></div>"


def _section(section: Section) -> str:
    name = escape(section.name)
    return (
        f'<section class="card" id="{name}" aria-labelledby="{name}-heading">\n'
        f'<h2 id="{name}-heading">{escape(section.heading)}</h2>\n{section.body}\n</section>'
    )


def _chart(chart: Chart) -> str:
    answer = escape(chart.answer.replace(" %", "\u00a0%"))
    head, rows = chart.table or numbers(chart.figure)
    height = chart.figure["layout"]["height"]
    about = f"Chart. {chart.question} {chart.answer} Its numbers are in the table that follows."
    plot = '<p class="faint">All its numbers are zero: there is nothing to draw.</p>'
    if _has_marks(chart.figure):
        plot = (
            f'<div class="plot" id="chart-{escape(chart.name)}" role="img" '
            f'aria-label="{escape(about)}" style="height: {height}px"></div>'
        )
    return (
        f'<p class="answer">{answer}</p>\n{plot}\n'
        f"<details><summary>All numbers, exact</summary>\n"
        f"{table(head, rows[-LONGEST_TABLE:], chart.question)}</details>\n"
        f'<p class="source">Columns: {escape(chart.columns)}</p>'
    )


def _cell(text: str) -> str:
    is_number = re.fullmatch(r"-?[\d,.]+( %)?", text)
    kind = ' class="number"' if is_number else ' class="long"' if len(text) > 40 else ""
    return f"<td{kind}>{escape(text)}</td>"


def _ticks(axis: dict[str, Any]) -> dict[Any, str]:
    """Texts that a figure has in place of numbers, as plain text."""
    return {
        value: unescape(text)
        for value, text in zip(axis.get("tickvals", ()), axis.get("ticktext", ()), strict=True)
    }


def _refusals(refusals: Sequence[Refusal]) -> str:
    """Return a table of what the chain did not take."""
    reasons: dict[str, int] = {}
    for refusal in refusals:
        reasons[refusal.reason] = reasons.get(refusal.reason, 0) + 1
    reason, count = max(reasons.items(), key=lambda item: item[1])
    listed = refusals[:LISTED_REFUSALS]
    head = ["contributor", "kind", "reason", "evidence"]
    rows = [[each.contributor, each.kind, each.reason, each.evidence] for each in listed]
    if listed[0].line:
        head = ["line", *head]
        rows = [[str(each.line), *row] for each, row in zip(listed, rows, strict=True)]
    return (
        f'<p class="answer">{len(refusals):,} contributions; the most frequent reason is '
        f"&ldquo;{escape(reason)}&rdquo;: {count:,}.</p>\n"
        f"{table(head, rows, 'Refused contributions')}\n"
        f'<p class="source">{len(rows):,} of {len(refusals):,} are listed; '
        "all of them are in refused.csv</p>"
    )


def _verdict(invariants: dict[str, Any]) -> str:
    checked, violated = invariants["checked"], invariants["violated"]
    if violated:
        text = f'<span class="bad">&#10007; {violated:,} of {checked:,} checks fail</span>'
    else:
        text = f'<span class="good">&#10003; All {checked:,} checks of the invariants hold</span>'
    return f'<p class="verdict">{text} (<a href="#invariants">what was checked</a>)</p>'


def _checks(summary: dict[str, Any]) -> str:
    invariants = summary["invariants"]
    checked, violated = invariants["checked"], invariants["violated"]
    state = f'<p class="source">State hash <code>{escape(summary["state_hash"])}</code></p>'
    if not violated:
        return (
            f'<p class="answer">Yes: at the end of each month the invariants were checked against '
            f"the chain's own state, {checked:,} checks in all, and all of them hold.</p>\n{state}"
        )
    items = "\n".join(f"<li>{escape(each)}</li>" for each in invariants["violations"])
    return f'<p class="bad">{violated:,} of {checked:,} checks fail.</p>\n<ul>{items}</ul>\n{state}'


_FOOTER = (
    "<p>Beside this page: summary.json has the totals in base units (1 COS is 100,000,000 of "
    "them), metrics.parquet a row a month, actions.parquet a row a transaction, refused.csv every "
    "refused contribution, cases.parquet what was wrong or found to be, staking.parquet and "
    "yields.parquet stakes, fees and what stakes earned, governance.parquet and power.parquet "
    "proposals, votes and how they are spread. The same seed and inputs "
    "give the same state hash.</p>"
)
