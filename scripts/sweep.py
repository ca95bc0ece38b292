"""Runs a scenario over windows, caps and audit budgets: `ape run sweep --help`."""

from collections.abc import Callable
from decimal import DecimalException
from pathlib import Path

import click

# Ape takes the project off the path again before the command runs: imported now, it is found then.
from cos.errors import one_line_errors, resumable


def _list_of(what: str, parse: Callable[[str], int]) -> Callable[..., tuple[int, ...]]:
    """Return a click callback that reads numbers with commas between them."""

    def read(context: click.Context, option: click.Parameter, text: str) -> tuple[int, ...]:
        try:
            return tuple(dict.fromkeys(parse(part.strip()) for part in text.split(",")))
        except (ValueError, DecimalException):
            problem = f"'{text}' is no list of {what}, such as {option.default}"
            raise click.BadParameter(problem) from None

    return read


def _window(text: str) -> int:
    if not 1 <= int(text) <= 90:
        raise ValueError(text)
    return int(text)


def _budget(text: str) -> int:
    if int(text) < 0:
        raise ValueError(text)
    return int(text)


def _factor(text: str) -> int:
    from cos.economy.sweep import parse_factor

    return parse_factor(text)


@click.command(name="sweep")
@click.option(
    "--windows",
    default="7,14,30",
    show_default=True,
    callback=_list_of("days from 1 to 90", _window),
    help="Days of the challenge window.",
)
@click.option(
    "--caps",
    default="0.25,0.5,1",
    show_default=True,
    callback=_list_of("factors", _factor),
    help="Factors of the scenario's caps.",
)
@click.option(
    "--checks",
    default="0,4,16",
    show_default=True,
    callback=_list_of("numbers", _budget),
    help="The auditor's checks a month.",
)
@click.option("--seeds", type=click.IntRange(1, 1_000), default=3, show_default=True)
@click.option(
    "--scenario",
    "scenario_file",
    type=click.Path(path_type=Path),
    help="A scenario in TOML.  [default: config/scenarios/sweep.toml]",
)
@click.option(
    "--jobs", type=click.IntRange(1, 64), default=2, show_default=True, help="Runs at a time."
)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    default=Path("out/sweep"),
    show_default=True,
    help="Folder for the results. Runs that are there already are not repeated.",
)
@click.option("--json", "as_json", is_flag=True, help="Print sweep.json and nothing else.")
def cli(
    windows: tuple[int, ...],
    caps: tuple[int, ...],
    checks: tuple[int, ...],
    seeds: int,
    scenario_file: Path | None,
    jobs: int,
    out: Path,
    as_json: bool,
) -> None:
    """Ask how much is farmed, and how much of it caught, over windows, caps and audit budgets.

    An interrupted sweep goes on where it was when it is started again.
    """
    from cos.economy.sweep import SWEEP_SCENARIO, Axes, sweep
    from cos.report.sweep_page import show_sweep
    from cos.report.terminal import progress_bar

    with resumable(), one_line_errors(), progress_bar(quiet=as_json) as progress:
        result = sweep(
            Axes(windows, caps, checks, seeds),
            scenario_file=scenario_file or SWEEP_SCENARIO,
            jobs=jobs,
            out=out,
            progress=progress,
        )
    show_sweep(result, out, as_json=as_json)
