"""Measures gas from receipts: `ape run gas`."""

import click

# Ape takes the project off the path again before the command runs: imported now, it is found then.
import cos  # noqa: F401


@click.command(name="gas")
def cli() -> None:
    """Measure the token's and the ledger's operations and write the table into docs/gas.md."""
    from cos.report.gas import PAGE, measure, on_a_node, to_markdown, with_table

    table = to_markdown(measure(on_a_node()))
    click.echo(table, nl=False)
    PAGE.write_text(with_table(PAGE.read_text(), table))
