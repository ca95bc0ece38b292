"""What a sweep shows: a page of charts, and a table on the terminal."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cos.report.behaviour import sweep_charts
from cos.report.chart import words
from cos.report.page import Section, cos, render_page, table

if TYPE_CHECKING:
    from cos.economy.sweep import Sweep

_HEAD = (
    *("window, days", "caps, %", "checks a month", "for no work, COS", "bonus kept, COS"),
    *("caught", "too late", "wrong", "honest lost, COS"),
)


def render_sweep(result: Sweep) -> str:
    """Return the page. The same sweep gives the same page."""
    summary = result.summary
    points = table(_HEAD, map(_cells, summary["points"]), "Every point")
    return render_page(
        "Farming, and what keeps it down",
        f"{summary['runs']:,} runs of {summary['months']:,} months with {summary['members']:,} "
        f"members each; seeds from {summary['first_seed']}.",
        [
            ("runs", f"{summary['runs']:,}"),
            ("seeds a point", f"{summary['seeds']:,}"),
            ("invariants checked", f"{summary['checked']:,}"),
            ("violated", f"{summary['violated']:,}"),
        ],
        sweep_charts(result),
        [Section("points", "What came out at every point?", points)],
        verdict=_verdict(summary),
    )


def show_sweep(result: Sweep, folder: Path, *, as_json: bool) -> None:
    """Print the summary on stdout: JSON, or a table at most 100 columns wide."""
    if as_json:
        print(json.dumps(result.summary, indent=2))
        return
    from rich.console import Console
    from rich.table import Table

    rows = Table(title=f"{result.summary['runs']:,} runs")
    for name in ("window", "caps", "checks", "for no work", "bonus kept", "caught", "late", "of"):
        rows.add_column(name, justify="right")
    for point in result.summary["points"]:
        rows.add_row(
            f"{point['window_days']} d",
            f"{point['caps_bps'] / 100:g} %",
            f"{point['checks_monthly']}",
            words(int(point["principal"])).removesuffix(" COS"),
            words(int(point["bonus_kept"])).removesuffix(" COS"),
            f"{point['caught_batches']:,}",
            f"{point['late_batches']:,}",
            f"{point['wrong_batches']:,}",
        )
    console = Console(width=min(100, Console().width))
    console.print(rows)
    console.print(_verdict_text(result.summary))
    console.print(f"Report     {folder / 'sweep.html'}", soft_wrap=True)


def _cells(point: dict[str, Any]) -> list[str]:
    lost = int(point["honest_sponsors_lost"]) + int(point["clean_batches_lost"])
    return [
        str(point["window_days"]),
        f"{point['caps_bps'] / 100:g}",
        str(point["checks_monthly"]),
        cos(point["principal"]),
        cos(point["bonus_kept"]),
        f"{point['caught_batches']:,}",
        f"{point['late_batches']:,}",
        f"{point['wrong_batches']:,}",
        cos(lost),
    ]


def _verdict_text(summary: dict[str, Any]) -> str:
    checked, violated = summary["checked"], summary["violated"]
    if violated:
        return f"{violated:,} of {checked:,} checks of the invariants fail."
    return f"{checked:,} checks of the invariants, all of them hold."


def _verdict(summary: dict[str, Any]) -> str:
    style = ' class="bad"' if summary["violated"] else ""
    return f"<p{style}>{_verdict_text(summary)}</p>"
