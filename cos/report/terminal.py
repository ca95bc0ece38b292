"""What a simulation shows on a terminal: progress while it runs, a table at the end."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from cos.report.page import key_figures

if TYPE_CHECKING:
    from cos.economy.run import Progress, Result

WIDTH = 100


@contextmanager
def progress_bar(*, quiet: bool) -> Iterator[Progress]:
    """Give a function that moves a bar on stderr; on anything but a terminal it does nothing."""
    if quiet or not sys.stderr.isatty():
        yield lambda done, months, name: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bars:
        task = bars.add_task("deploying", total=None)
        yield lambda done, months, name: bars.update(
            task, completed=done, total=months, description=name
        )


def show_facts(title: str, facts: dict[str, str]) -> None:
    """Print names and values on stdout, at most 100 columns wide."""
    from rich.console import Console
    from rich.table import Table

    table = Table(show_header=False, title=title, title_justify="left")
    table.add_column(style="dim")
    table.add_column()
    for name, value in facts.items():
        table.add_row(name, value)
    Console(width=min(WIDTH, Console().width)).print(table)


def show_sections(title: str, sections: Mapping[str, Sequence[Sequence[str]]]) -> None:
    """Print titled rows on stdout, at most 100 columns wide."""
    from rich.console import Console
    from rich.table import Table

    console = Console(width=min(WIDTH, Console().width))
    console.print(title, style="bold")
    for section, rows in sections.items():
        console.print(f"\n{section}", highlight=False)
        table = Table(box=None, show_header=False, padding=(0, 1))
        for _ in rows[0]:
            table.add_column(overflow="fold")
        for row in rows:
            table.add_row(*row)
        console.print(table)


def show(result: Result, folder: Path, *, as_json: bool) -> None:
    """Print the summary on stdout: JSON, or a table at most 100 columns wide."""
    if as_json:
        print(json.dumps(result.summary, indent=2))
        return
    from rich.console import Console
    from rich.table import Table

    summary = result.summary
    table = Table(show_header=False, title=f"{summary['first_month']} to {summary['last_month']}")
    table.add_column(style="dim")
    table.add_column(justify="right")
    for name, value in key_figures(summary):
        table.add_row(name, value)
    invariants = summary["invariants"]
    table.add_row("transactions", f"{summary['actions']:,}")
    table.add_row("a second", f"{summary['actions_per_second']:,.0f}")
    table.add_row("invariants", f"{invariants['checked']:,} checked")
    violated = f"{invariants['violated']:,} violated"
    table.add_row("", violated, style="bold red" if invariants["violated"] else "")
    console = Console(width=min(WIDTH, Console().width))
    console.print(table)
    console.print(f"State hash {summary['state_hash']}")
    console.print(f"Report     {folder / 'report.html'}", soft_wrap=True)
