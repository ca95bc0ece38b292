"""Builds and checks lists for GrantDrops: `ape run drop --help`."""

from pathlib import Path

import click

# See simulate.py: Ape takes the project off the path again before the command runs.
from cos.errors import one_line_errors


@click.group(name="drop")
def cli() -> None:
    """Make the list of a Merkle drop, or check one that was published."""


@cli.command()
@click.argument("people", type=click.Path(path_type=Path))
@click.option("--drop", required=True, help="The drop's id: what next_drop(manager) says.")
@click.option("--chain-id", type=click.IntRange(min=1), required=True, help="Id of the chain.")
@click.option("--contract", required=True, help="Address of GrantDrops.")
@click.option("--max-amount", required=True, help="The most that one claim may be, in COS.")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    default=Path("out/drop"),
    show_default=True,
    help="Folder for the files; those of an earlier run are replaced.",
)
@click.option("--replace-vouchers", is_flag=True, help="Replace an earlier run's vouchers too.")
@click.option("--json", "as_json", is_flag=True, help="Print drop.json and nothing else.")
def build(
    people: Path,
    drop: str,
    chain_id: int,
    contract: str,
    max_amount: str,
    out: Path,
    replace_vouchers: bool,
    as_json: bool,
) -> None:
    """Build a drop from PEOPLE, a CSV of name,account,quantity,amount.

    Who has no account gets a voucher. list.csv, drop.json and claims.json are for publication;
    vouchers.csv is secret, names.csv is private.
    """
    import json

    from cos.drops import command
    from cos.drops.folder import summary_of
    from cos.fields import show_cos

    with one_line_errors():
        made = command.build(
            people,
            drop=drop,
            chain_id=chain_id,
            contract=contract,
            max_amount=max_amount,
            out=out,
            replace_vouchers=replace_vouchers,
        )
    summary = summary_of(made)
    if as_json:
        click.echo(json.dumps(summary, indent=2))
        return
    click.echo(f"{summary['count']:,} entries, {len(made.keys):,} of them vouchers")
    click.echo(f"total      {show_cos(made.total)} COS")
    click.echo(f"root       {summary['root']}")
    click.echo(f"list hash  {summary['list_hash']}")
    click.echo(f"files      {out}")


@cli.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print the checked drop.json.")
def check(folder: Path, as_json: bool) -> None:
    """Check that list.csv in FOLDER is the list behind drop.json.

    Ends with code 1 and the first mismatch if it is not. Compare root, list hash and total with
    those of the publication on chain.
    """
    from cos.drops import check_folder
    from cos.fields import show_cos

    with one_line_errors():
        summary = check_folder(folder)
    if as_json:
        click.echo(summary.model_dump_json(indent=2))
        return
    click.echo(f"{summary.count:,} entries match drop.json")
    click.echo(f"total      {show_cos(int(summary.total))} COS")
    click.echo(f"root       {summary.root}")
    click.echo(f"list hash  {summary.list_hash}")
