"""Transactions for community secretaries and their wallets: `ape run desk --help`."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

# See simulate.py: Ape takes the project off the path again before the command runs.
from cos.errors import one_line_errors

if TYPE_CHECKING:
    from cos.desk import Deployment, Outcome

FILE = click.Path(path_type=Path)
COMMUNITY = click.IntRange(1, 2**31 - 1)
LOT = click.IntRange(1, 2**64 - 1)


@click.group(name="desk")
def cli() -> None:
    """Make transactions for a Safe or another wallet; no node is asked, nothing is sent."""


def command(name: str) -> Callable[[Callable[..., Outcome]], click.Command]:
    """Make a command of a function that takes a deployment and its options; adds the common ones.

    A function that writes more than its outcome's files takes `out` and checks it itself.
    """

    def decorate(function: Callable[..., Outcome]) -> click.Command:
        @wraps(function)
        def run(contracts: Path, out: Path | None, as_json: bool, **options: Any) -> None:
            from cos.desk import load_deployment, write
            from cos.desk.outcome import check_out

            target = out or Path("out/desk") / name
            with one_line_errors():
                check_out(target)
                outcome = function(load_deployment(contracts), **options)
                paths = write(outcome, target)
            show(outcome, paths, as_json=as_json)

        run.__doc__ = function.__doc__
        made: Callable[..., Any] = run
        for option in (
            click.option("--json", "as_json", is_flag=True, help="Print JSON and nothing else."),
            click.option(
                "--out",
                type=FILE,
                help=f"Folder for the files; those of an earlier run are replaced.  "
                f"[default: out/desk/{name}]",
            ),
            click.option(
                "--contracts",
                type=FILE,
                required=True,
                help="The deployment's file: deployments/<network>.json.",
            ),
        ):
            made = option(made)
        return cli.command(name)(made)

    return decorate


def show(outcome: Outcome, paths: list[Path], *, as_json: bool) -> None:
    """Print what will happen and where the files are."""
    if not as_json:
        click.echo("\n".join(outcome.lines([str(path) for path in paths])))
        return
    import json

    found = {
        "title": outcome.title,
        "facts": dict(outcome.facts),
        "sender": outcome.sender,
        "chain_id": outcome.deployment.chain_id,
        "files": [str(path) for path in paths],
        "contents": outcome.files(),
    }
    click.echo(json.dumps(found, indent=2, ensure_ascii=False))


def rules_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that say which rules are in force."""
    for option in (
        click.option(
            "--index-bps",
            type=click.IntRange(1, 10_000),
            default=10_000,
            show_default=True,
            help="The RuleBook's index_bps.",
        ),
        click.option(
            "--rules",
            "rules_file",
            type=FILE,
            help="Rules with the community's own amounts.  [default: config/rules.toml]",
        ),
    ):
        function = option(function)
    return function


community_option = click.option(
    "--community", type=COMMUNITY, required=True, help="The community's number."
)
lot_option = click.option("--lot", type=LOT, required=True, help="The donation's number.")
manager_option = click.option("--manager", required=True, help="Address of the manager.")
sponsor_option = click.option("--sponsor", help="Address of the lot's sponsor, who is not paid.")
amount_option = click.option("--amount", required=True, help="COS, up to 8 decimals.")
profile_option = click.option(
    "--profile-hash", help="Hash of a profile kept elsewhere; no personal data."
)
publication_option = click.option(
    "--publication", type=FILE, required=True, help="Receipt of the drop's publication, JSON."
)


@command("create")
@click.option("--name", required=True, help="Shown to people: at most 64 bytes.")
@click.option("--admin", required=True, help="Address of its admin, a Safe for example.")
@click.option(
    "--parent",
    type=click.IntRange(0, 2**31 - 1),
    default=0,
    show_default=True,
    help="The community above it; 0 for none.",
)
@profile_option
def create(deployment: Deployment, **options: Any) -> Outcome:
    """Open a community."""
    from cos.desk import communities

    return communities.create(deployment, **options)


@command("manager")
@community_option
@manager_option
@click.option("--level", type=click.IntRange(1, 255), required=True, help="1 is the highest.")
@click.option("--title", required=True, help="Shown to people: at most 32 bytes.")
def manager(deployment: Deployment, **options: Any) -> Outcome:
    """Appoint a manager."""
    from cos.desk import communities

    return communities.appoint(deployment, **options)


@command("apply")
@community_option
@profile_option
def apply(deployment: Deployment, **options: Any) -> Outcome:
    """Ask to become a member."""
    from cos.desk import communities

    return communities.apply(deployment, **options)


@command("approve")
@click.argument("people_file", metavar="PEOPLE", type=FILE)
@community_option
def approve(deployment: Deployment, **options: Any) -> Outcome:
    """Make the applicants of PEOPLE members, a CSV of name,account."""
    from cos.desk import communities

    return communities.approve(deployment, **options)


@command("invite")
@community_option
@click.option("--invitee", required=True, help="Address of the person.")
@click.option(
    "--nonce",
    type=click.IntRange(0, 2**53 - 1),
    default=0,
    show_default=True,
    help="The registry's invitation_nonce of the person; 0 for the first.",
)
@click.option("--until", required=True, help="Last moment: 2030-12-31T23:59:59+08:00.")
def invite(deployment: Deployment, **options: Any) -> Outcome:
    """Make an invitation for a manager to sign (EIP-712, eth_signTypedData_v4)."""
    from cos.desk import invitations

    return invitations.invite(deployment, **options)


@command("accept")
@click.argument("invitation_file", metavar="INVITATION", type=FILE)
@click.option(
    "--signature", "signature_file", type=FILE, required=True, help="File with the signature."
)
@click.option("--manager", required=True, help="Address of who signed.")
@click.option(
    "--contract-wallet",
    "is_contract_wallet",
    is_flag=True,
    help="A Safe or another contract signed: the signature can't be checked here.",
)
@profile_option
def accept(deployment: Deployment, **options: Any) -> Outcome:
    """Make the transaction of who accepts a signed INVITATION."""
    from cos.desk import invitations

    return invitations.accept(deployment, **options)


@command("donate")
@community_option
@amount_option
def donate(deployment: Deployment, **options: Any) -> Outcome:
    """Donate quota to a community."""
    from cos.desk import grants

    return grants.donate(deployment, **options)


@command("allot")
@lot_option
@community_option
@click.option("--manager", help="Address of the manager who gets it.")
@click.option("--child", type=COMMUNITY, help="Instead: the child community whose pool gets it.")
@amount_option
def allot(
    deployment: Deployment, manager: str | None, child: int | None, **options: Any
) -> Outcome:
    """Allot a part of a donation to a manager or a child community."""
    from cos.desk import grants
    from cos.errors import InputError

    if (manager is None) == (child is None):
        raise InputError("--manager, --child: give one of the two")
    return grants.allot(deployment, manager=manager, child=child, **options)


@command("grant")
@click.argument("contributions_file", metavar="CONTRIBUTIONS", type=FILE)
@lot_option
@community_option
@manager_option
@sponsor_option
@click.option("--evidence", help="What shows all of it: a text or a hash.")
@rules_options
def grant(
    deployment: Deployment, rules_file: Path | None, index_bps: int, **options: Any
) -> Outcome:
    """Grant CONTRIBUTIONS, a CSV of contributor,rule,quantity,amount,evidence.

    At most 256 rows become one transaction.
    """
    from cos.desk import grants, terms

    return grants.grant(deployment, rules=terms.load(rules_file, index_bps), **options)


@command("drop")
@click.argument("people_file", metavar="PEOPLE", type=FILE)
@lot_option
@community_option
@manager_option
@sponsor_option
@click.option(
    "--number",
    type=click.IntRange(1, 2**96 - 1),
    required=True,
    help="Which drop of the manager it is: 1 for the first.",
)
@click.option("--rule", "rule_key", required=True, help="Key of the rule, for all of them.")
@click.option(
    "--days", type=click.IntRange(1, 366), required=True, help="How long it can be claimed."
)
@click.option(
    "--folder",
    type=FILE,
    default=Path("out/drop"),
    show_default=True,
    help="Folder for the list, as of `ape run drop build`.",
)
@click.option("--replace-vouchers", is_flag=True, help="Replace an earlier run's vouchers too.")
@rules_options
def drop(
    deployment: Deployment,
    lot: int,
    community: int,
    days: int,
    folder: Path,
    replace_vouchers: bool,
    rules_file: Path | None,
    index_bps: int,
    **options: Any,
) -> Outcome:
    """Publish a list of people who fetch their grants: a CSV of name,account,quantity,amount.

    Who has no account gets a voucher. list.csv, drop.json and claims.json in the folder are for
    publication; vouchers.csv is secret, names.csv is private.
    """
    from cos.desk import drops, terms
    from cos.drops.folder import check_drop_target, write_drop

    check_drop_target(folder, replace_vouchers=replace_vouchers)
    made, rule = drops.prepare(deployment, rules=terms.load(rules_file, index_bps), **options)
    outcome = drops.publish(deployment, made, rule, lot=lot, community=community, days=days)
    outcome.files()
    write_drop(made, folder, replace_vouchers=replace_vouchers)
    return outcome


@command("claim")
@click.argument("folder", type=FILE)
@publication_option
@click.option("--account", help="The listed account.")
@click.option("--voucher", "voucher_file", type=FILE, help="Instead: file with a voucher's key.")
@click.option("--recipient", help="With --voucher: the account that is paid.")
def claim(
    deployment: Deployment,
    account: str | None,
    voucher_file: Path | None,
    recipient: str | None,
    **options: Any,
) -> Outcome:
    """Claim from the drop whose published list is in FOLDER."""
    from cos.desk import drops
    from cos.errors import InputError

    if (account is None) == (voucher_file is None):
        raise InputError("--account, --voucher: give one of the two")
    if (voucher_file is None) != (recipient is None):
        raise InputError("--voucher, --recipient: give both, or --account alone")
    return drops.claim(
        deployment, account=account, voucher_file=voucher_file, recipient=recipient, **options
    )


@command("settle")
@publication_option
def settle(deployment: Deployment, **options: Any) -> Outcome:
    """Accrue the bonus of what was claimed from a drop so far."""
    from cos.desk import drops

    return drops.settle(deployment, **options)


@command("return")
@publication_option
def return_unclaimed(deployment: Deployment, **options: Any) -> Outcome:
    """Return what nobody claimed of a drop, after its deadline."""
    from cos.desk import drops

    return drops.return_unclaimed(deployment, **options)


@command("bonus")
@click.option("--account", required=True, help="Address of the sponsor or manager.")
@click.option("--month", "months", multiple=True, required=True, help="Such as 2026-03; repeat it.")
def bonus(deployment: Deployment, **options: Any) -> Outcome:
    """Pay out the bonus of months whose challenge window is over."""
    from cos.desk import grants

    return grants.bonus(deployment, **options)


@command("prove")
@click.argument("receipt_file", metavar="RECEIPT", type=FILE)
@click.option("--contributor", required=True, help="Address of who was paid.")
@click.option("--time", help="Of a grant: the time of its block, such as 2026-03-01T12:00:00Z.")
@click.option(
    "--batch", "batch_number", type=click.IntRange(min=1), help="Choose among several batches."
)
@click.option("--index", type=click.IntRange(min=0), help="Choose among several records.")
@click.option(
    "--publication", type=FILE, help="Of a drop's claim: receipt of the drop's publication."
)
@click.option("--folder", type=FILE, help="Of a drop's claim: folder of the published list.")
def prove(
    deployment: Deployment,
    time: str | None,
    batch_number: int | None,
    index: int | None,
    publication: Path | None,
    folder: Path | None,
    **options: Any,
) -> Outcome:
    """Prove a record: RECEIPT is that of the grant, or of a drop's claim (JSON of any node)."""
    from cos.desk import records
    from cos.errors import InputError

    if (time is None) == (publication is None):
        raise InputError("--time, --publication: give the first of a grant, the second of a claim")
    if publication is None:
        if folder is not None:
            raise InputError("--folder: is of a drop's claim; add --publication, remove --time")
        return records.prove(
            deployment, time=time, batch_number=batch_number, index=index, **options
        )
    if batch_number is not None or index is not None:
        raise InputError("--batch, --index: are of a grant; remove them")
    return records.prove_claim(deployment, publication=publication, folder=folder, **options)
