"""Simulates the contribution loop on an embedded chain: `ape run simulate --help`."""

from pathlib import Path

import click

# Ape takes the project off the path again before the command runs: imported now, it is found then.
from cos.errors import one_line_errors


@click.command(name="simulate")
@click.option(
    "--scenario",
    "scenario_file",
    type=click.Path(path_type=Path),
    help="A scenario in TOML.  [default: config/scenarios/default.toml]",
)
@click.option(
    "--contributions",
    "log_file",
    type=click.Path(path_type=Path),
    help="A contribution log in CSV to replay; needs --map.",
)
@click.option(
    "--git",
    "git_repo",
    type=click.Path(path_type=Path),
    help="A git repository whose history to replay; names and addresses are not kept.",
)
@click.option(
    "--map",
    "map_file",
    type=click.Path(path_type=Path),
    help="The map of the log, in TOML.  [default with --git: config/maps/git.toml]",
)
@click.option("--months", type=click.IntRange(1, 1_200), help="Calendar months to simulate.")
@click.option("--seed", type=click.IntRange(min=0), help="Seed of all chance.")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    default=Path("out/simulation"),
    show_default=True,
    help="Folder for the results; those of an earlier run are replaced.",
)
@click.option("--json", "as_json", is_flag=True, help="Print summary.json and nothing else.")
def cli(
    scenario_file: Path | None,
    log_file: Path | None,
    git_repo: Path | None,
    map_file: Path | None,
    months: int | None,
    seed: int | None,
    out: Path,
    as_json: bool,
) -> None:
    """Simulate a scenario, or replay a log or a git history, with real transactions only."""
    from cos.economy.command import run
    from cos.report.terminal import progress_bar, show

    with one_line_errors(), progress_bar(quiet=as_json) as progress:
        result = run(
            scenario_file=scenario_file,
            log_file=log_file,
            git_repo=git_repo,
            map_file=map_file,
            months=months,
            seed=seed,
            out=out,
            progress=progress,
        )
    show(result, out, as_json=as_json)
