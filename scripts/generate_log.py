"""Writes an invented contribution log to stdout: `ape run generate_log > log.csv`."""

import click

# See simulate.py: Ape takes the project off the path again before the command runs.
import cos  # noqa: F401


@click.command(name="generate_log")
@click.option("--rows", type=click.IntRange(min=1), default=200, show_default=True)
@click.option("--people", type=click.IntRange(min=1), default=30, show_default=True)
@click.option("--months", type=click.IntRange(min=1), default=18, show_default=True)
@click.option("--seed", type=click.IntRange(min=0), default=1, show_default=True)
def cli(rows: int, people: int, months: int, seed: int) -> None:
    """Print a contribution log that `examples/contributions.toml` maps."""
    from random import Random

    from cos.economy.examples import generate_log

    click.echo(generate_log(Random(seed), rows, people, months), nl=False)
