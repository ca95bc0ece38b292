"""Lists what governance has set: `ape run parameters --help`."""

from pathlib import Path

import click

# See simulate.py: Ape takes the project off the path again before the command runs.
from cos.errors import one_line_errors


@click.command(name="parameters")
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
    "--folder",
    type=click.Path(path_type=Path),
    help="Folder of the deployments' files.  [default: deployments]",
)
@click.option(
    "--since",
    type=click.IntRange(min=0),
    default=0,
    show_default=True,
    help="Block of the deployment, or later: older changes are not looked for.",
)
@click.option(
    "--page",
    is_flag=True,
    help="Ask no node: write docs/parameters.md from a default deployment.",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON and nothing else.")
def cli(
    rpc: str, network: str | None, folder: Path | None, since: int, page: bool, as_json: bool
) -> None:
    """List every value that governance sets: where it stands, its bounds, its last change."""
    import json

    from cos.report.terminal import show_sections
    from cos.suite.command import parameters_on, parameters_page
    from cos.suite.network import DEPLOYMENTS
    from cos.suite.parameters import PAGE

    if page:
        PAGE.write_text(parameters_page())
        return
    with one_line_errors():
        found = parameters_on(rpc=rpc, network=network, folder=folder or DEPLOYMENTS, since=since)
    if as_json:
        click.echo(json.dumps(found.summary(), indent=2))
        return
    show_sections(f"Governed values, {found.network}", found.sections())
