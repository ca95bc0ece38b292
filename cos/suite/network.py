"""A network to deploy to: its node, its name, the account that pays."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cos.chain import Chain
from cos.chain.accounts import checksum
from cos.chain.node import NodeBackend
from cos.errors import InputError
from cos.fields import read_address
from cos.paths import PROJECT_ROOT
from cos.suite.deployment import Deployment, load_deployment
from cos.suite.plan import Account, Plan
from cos.toml_input import read_text, refusal

DEPLOYMENTS = PROJECT_ROOT / "deployments"
DEFAULT_RPC = "http://127.0.0.1:8545"
NAMES = {
    1: "mainnet",
    1337: "local",
    17000: "holesky",
    31337: "local",
    560048: "hoodi",
    11155111: "sepolia",
}

_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,31}")


@dataclass(frozen=True)
class Network:
    """A node that answers. `name` is that of the deployment's file."""

    chain: Chain
    backend: NodeBackend
    name: str
    file: Path

    @property
    def is_development(self) -> bool:
        """Whether account names stand for keys that everybody knows."""
        return self.backend.is_development

    def deployment(self, *, unfinished: bool = False) -> Deployment | None:
        """What the file says, if there is one. Raises InputError if it is of another network."""
        if not self.file.exists():
            return None
        found = load_deployment(self.file, unfinished=unfinished)
        if found.chain_id != self.chain.chain_id:
            problem = f"is of chain id {found.chain_id}; the node has {self.chain.chain_id}"
            raise refusal(self.file, 1, problem, "name another --network or --rpc")
        return found

    def sender(self, account: str | None, default: str) -> str:
        """The address of the account that pays, ready to sign and with coins.

        `account` is the alias of an Ape account or the address of one of the node's own; on a
        development network also a label, `default` if none is given.
        """
        address = self._sender(account, default)
        if self.is_development:
            self.chain.fund(address)
        elif not self.backend.balance(address):
            raise InputError(
                f"--account: {address} has no coins on {self.name} to pay for gas; send it some"
            )
        return address

    def _sender(self, account: str | None, default: str) -> str:
        if account is None:
            if self.is_development:
                return self.chain.account(default)
            raise InputError(
                f"--account: who pays on {self.name}? give an alias of `ape accounts list`"
            )
        if account.startswith("0x"):
            try:
                address = read_address(account)
            except ValueError as error:
                raise InputError(f"--account: '{account}' {error}") from None
            if address not in self.backend.own_accounts():
                raise InputError(
                    f"--account: the node does not sign for {address}; give an alias of "
                    "`ape accounts list`"
                )
            return address
        from cos.chain.ape_signer import find_signer

        signer = find_signer(account)
        if signer is not None:
            signer.unlock()
            self.backend.add_signer(signer)
            return checksum(bytes.fromhex(signer.address[2:]))
        if self.is_development:
            return self.chain.account(account)
        raise InputError(
            f"--account: there is no '{account}'; import it by `ape accounts import {account}`, or "
            "give an alias of `ape accounts list`"
        )


def connect(rpc: str, name: str | None, folder: Path = DEPLOYMENTS) -> Network:
    """Ask a node who it is. Raises InputError for wrong options, NodeError if it is not there."""
    if name is not None and not _NAME.fullmatch(name):
        raise InputError(
            f"--network: '{name}' is no name of a file; use small letters, digits, - and _"
        )
    backend = NodeBackend(rpc)
    chain = Chain(backend=backend)
    name = name or NAMES.get(chain.chain_id, f"chain-{chain.chain_id}")
    file = folder / f"{name}.json"
    here = Path.cwd()
    return Network(
        chain, backend, name, file.relative_to(here) if file.is_relative_to(here) else file
    )


def check_names(path: Path, plan: Plan, network: str) -> None:
    """Refuse a configuration with accounts' names, which a public network can't resolve.

    Names that only its tables of grants have are for `check_addresses`, which knows their lines.
    """
    text = read_text(path)
    names = [name for name in account_names(plan) if f'"{name}"' in text]
    if not names:
        return
    quoted = [f'"{name}"' for name in names]
    lines = enumerate(text.splitlines(), 1)
    found = (number for number, line in lines if any(each in line for each in quoted))
    shown = ", ".join(f"'{name}'" for name in names[:5]) + (", ..." if len(names) > 5 else "")
    problem = f"{network} does not resolve names of accounts ({shown})"
    raise refusal(path, next(found, 1), problem, "write addresses, 0x..., in a file of its own")


def account_names(plan: Plan) -> list[str]:
    """Names of accounts that a plan needs resolved, each once."""
    return list(dict.fromkeys(_names(plan)))


def _names(value: Any) -> Iterator[str]:
    """Names of all accounts, however deep, but the deployer's and addresses."""
    if isinstance(value, Account):
        if value.name and not value.name.startswith("0x"):
            yield value.name
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _names(item)
    elif hasattr(value, "__dataclass_fields__"):
        for name in value.__dataclass_fields__:
            yield from _names(getattr(value, name))
