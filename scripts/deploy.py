"""Deploys the suite to a node: `ape run deploy --help`."""

from pathlib import Path

import click

# See simulate.py: Ape takes the project off the path again before the command runs.
from cos.errors import one_line_errors, resumable


@click.command(name="deploy")
@click.option(
    "--config",
    "config_file",
    type=click.Path(path_type=Path),
    help="The deployment's configuration, TOML.  [default: config/default.toml]",
)
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
    help="Who pays: alias of an Ape account.  [default on a development node: deployer]",
)
@click.option(
    "--folder",
    type=click.Path(path_type=Path),
    help="Folder of the deployments' files.  [default: deployments]",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON and nothing else.")
def cli(
    config_file: Path | None,
    rpc: str,
    network: str | None,
    account: str | None,
    folder: Path | None,
    as_json: bool,
) -> None:
    """Deploy a configuration, hand it over to governance and read all of it back.

    Addresses are kept in deployments/<network>.json. Whatever interrupted it, run it again: it goes
    on where it was and repeats nothing.
    """
    import json

    from cos.report.terminal import progress_bar, show_facts
    from cos.suite.command import deploy_to
    from cos.suite.config import CONFIG_FILE
    from cos.suite.network import DEPLOYMENTS

    with resumable(), one_line_errors(), progress_bar(quiet=as_json) as progress:
        done = deploy_to(
            config_file=config_file or CONFIG_FILE,
            rpc=rpc,
            network=network,
            account=account,
            folder=folder or DEPLOYMENTS,
            progress=progress,
        )
    if as_json:
        click.echo(json.dumps(done.summary(), indent=2))
        return
    show_facts(f"{done.deployment.network}, chain id {done.deployment.chain_id}", done.facts())
    click.echo(f"Written to {done.file}; every address, role and setting was read back.")
