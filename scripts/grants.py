"""Checks and loads tables of vesting grants: `ape run grants --help`."""

from collections.abc import Callable
from pathlib import Path

import click

# See simulate.py: Ape takes the project off the path again before the command runs.
from cos.errors import one_line_errors, resumable


@click.group(name="grants")
def cli() -> None:
    """Vesting grants from a table of address,amount,start,months,cliff."""


def common(function: Callable[..., None]) -> Callable[..., None]:
    """Add what both commands have."""
    for option in (
        click.option("--json", "as_json", is_flag=True, help="Print JSON and nothing else."),
        click.option("--revocable", is_flag=True, help="Governance may revoke these grants."),
        click.argument("file", type=click.Path(path_type=Path)),
    ):
        function = option(function)
    return function


@cli.command()
@common
@click.option("--bucket", help="Bucket that the grants come out of: its cap is checked.")
@click.option(
    "--config",
    "config_file",
    type=click.Path(path_type=Path),
    help="The deployment's configuration, TOML.  [default: config/default.toml]",
)
def check(
    file: Path, bucket: str | None, revocable: bool, config_file: Path | None, as_json: bool
) -> None:
    """Check every row of FILE; no node is asked."""
    import json

    from cos.report.terminal import show_facts
    from cos.suite.command import check_grants
    from cos.suite.config import CONFIG_FILE

    with one_line_errors():
        checked = check_grants(
            file, bucket=bucket, revocable=revocable, config_file=config_file or CONFIG_FILE
        )
    if as_json:
        click.echo(json.dumps(checked.summary(), indent=2))
        return
    show_facts(file.name, checked.facts())


@cli.command()
@common
@click.option("--bucket", required=True, help="Bucket that the grants come out of.")
@click.option(
    "--rpc",
    default="http://127.0.0.1:8545",
    envvar="COS_RPC",
    show_default="$COS_RPC or http://127.0.0.1:8545",
    help="Address of the node.",
)
@click.option(
    "--network",
    help="Name of the file in deployments/.  [default: by the chain, such as sepolia or local]",
)
@click.option(
    "--account",
    help="Who pays: alias of an Ape account.  [default on a development node: governance]",
)
@click.option(
    "--folder",
    type=click.Path(path_type=Path),
    help="Folder of the deployments' files.  [default: deployments]",
)
def load(
    file: Path,
    bucket: str,
    revocable: bool,
    rpc: str,
    network: str | None,
    account: str | None,
    folder: Path | None,
    as_json: bool,
) -> None:
    """Load FILE into the vault of a deployment.

    Nothing is sent unless every row is right. Whatever interrupted it, run it again: the vault says
    which batches it has got. At the end every grant is read back.
    """
    import json

    from cos.report.terminal import progress_bar, show_facts
    from cos.suite.command import load_into
    from cos.suite.network import DEPLOYMENTS

    with resumable(), one_line_errors(), progress_bar(quiet=as_json) as progress:
        loaded = load_into(
            file,
            bucket=bucket,
            revocable=revocable,
            rpc=rpc,
            network=network,
            account=account,
            folder=folder or DEPLOYMENTS,
            progress=progress,
        )
    if as_json:
        click.echo(json.dumps(loaded.summary(), indent=2))
        return
    title = f"{file.name}, bucket {bucket}, {loaded.network}"
    sent = "1 batch" if loaded.sent == 1 else f"{loaded.sent:,} batches"
    show_facts(title, {**loaded.checked.facts(), "sent now": sent})
    click.echo("Every grant was read back.")
