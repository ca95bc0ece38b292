"""Opening a community, appointing its managers, letting its members in."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from cos.csv_input import read_table, wrong_field
from cos.desk.options import read_account, read_hash, read_name
from cos.desk.outcome import Outcome
from cos.desk.safe import Call
from cos.fields import read_address
from cos.suite.deployment import Deployment
from cos.toml_input import refusal

REGISTRY = "CommunityRegistry"
MAX_APPROVALS = 256
NAME_BYTES, TITLE_BYTES = 64, 32
_PEOPLE = ["name", "account"]


def create(
    deployment: Deployment, *, name: str, admin: str, parent: int, profile_hash: str | None
) -> Outcome:
    """Open a community under a parent (0: at the root)."""
    arguments = {
        "parent": parent,
        "admin": read_account("--admin", admin),
        "name": read_name("--name", name, NAME_BYTES),
        "profile_hash": read_hash("--profile-hash", profile_hash),
    }
    place = f"below community {parent}" if parent else "at the root"
    return Outcome(
        deployment,
        f"Open the community '{name}' {place}",
        {"admin": arguments["admin"]},
        "the secretariat" + (f", or the admin of community {parent}" if parent else ""),
        [_call(deployment, "create", arguments)],
    )


def appoint(
    deployment: Deployment, *, community: int, manager: str, level: int, title: str
) -> Outcome:
    """Appoint a manager, or change its level and title."""
    arguments = {
        "community": community,
        "manager": read_account("--manager", manager),
        "level": level,
        "title": read_name("--title", title, TITLE_BYTES),
    }
    return Outcome(
        deployment,
        f"Appoint a manager of community {community}",
        {"manager": arguments["manager"], "level": str(level), "title": title},
        f"the admin of community {community}",
        [_call(deployment, "set_manager", arguments)],
    )


def apply(deployment: Deployment, *, community: int, profile_hash: str | None) -> Outcome:
    """Ask to become a member."""
    arguments = {
        "community": community,
        "profile_hash": read_hash("--profile-hash", profile_hash),
    }
    return Outcome(
        deployment,
        f"Apply for membership of community {community}",
        {},
        "the person who wants to be a member",
        [_call(deployment, "apply", arguments)],
    )


def approve(deployment: Deployment, *, community: int, people_file: Path) -> Outcome:
    """Make applicants members: those of a table, at most 256 in a transaction."""
    accounts = list(read_accounts(people_file))
    return Outcome(
        deployment,
        f"Approve members of community {community}",
        {"people": str(len(accounts)), "note": "who has not applied is passed over"},
        f"the admin or a manager of community {community}",
        [
            _call(
                deployment,
                "approve_members",
                {"community": community, "accounts": accounts[start : start + MAX_APPROVALS]},
            )
            for start in range(0, len(accounts), MAX_APPROVALS)
        ],
    )


def read_accounts(path: Path) -> Iterator[str]:
    """Yield the accounts of a table of name,account in the order of its rows.

    Names are for the reader of the table. Raises InputError for the first thing that is wrong.
    """
    seen: dict[str, int] = {}
    for line, (_, text) in read_table(path, _PEOPLE):
        try:
            account = read_address(text)
        except ValueError as error:
            raise wrong_field(path, line, f"account '{text}'", error) from None
        first = seen.setdefault(account, line)
        if first != line:
            raise refusal(path, line, f"account {account} repeats line {first}", "remove one")
        yield account


def _call(deployment: Deployment, function: str, arguments: dict) -> Call:
    return Call(REGISTRY, deployment.address(REGISTRY), function, arguments)
