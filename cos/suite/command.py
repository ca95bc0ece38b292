"""What `ape run deploy`, `grants` and `parameters` do, for tests and for other programs."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any

from cos.calendar import month_name, month_of
from cos.chain import Chain, Revert, address_of, compile_contract
from cos.errors import CosError, InputError
from cos.fields import cos_text
from cos.folders import write_whole
from cos.suite.config import BUCKET_NAMES, CONFIG_FILE, Config, load_config
from cos.suite.deploy import deploy
from cos.suite.deployment import Deployment, deployment_of
from cos.suite.grant_loading import Table, check_new, load, pending_of
from cos.suite.grants import (
    Grant,
    GrantBatch,
    batches,
    check_addresses,
    check_contracts,
    check_room,
    check_start,
    load_grants,
)
from cos.suite.network import DEFAULT_RPC, DEPLOYMENTS, Network, check_names, connect
from cos.suite.parameters import (
    PAGE,
    Change,
    Value,
    in_words,
    read_parameters,
    to_markdown,
    with_table,
)
from cos.suite.plan import Created, Plan, make_plan

Progress = Callable[[int, int, str], None]


@dataclass(frozen=True)
class Deployed:
    """A deployment that stands as planned, its file, and what it took this time."""

    deployment: Deployment
    file: Path
    transactions: int
    gas_used: int

    def facts(self) -> dict[str, str]:
        """In words."""
        made = self.deployment
        return {
            **made.addresses,
            "deployer": made.deployer or "",
            "bonuses since": month_name(made.month) if made.month is not None else "",
            "transactions": f"{self.transactions:,}",
            "gas": f"{self.gas_used:,}",
        }

    def summary(self) -> dict[str, Any]:
        """For JSON."""
        return {
            **self.deployment.model_dump(exclude={"unfinished"}),
            "file": str(self.file),
            "transactions": self.transactions,
            "gas_used": self.gas_used,
        }


def deploy_to(
    *,
    config_file: Path = CONFIG_FILE,
    rpc: str = DEFAULT_RPC,
    network: str | None = None,
    account: str | None = None,
    folder: Path = DEPLOYMENTS,
    progress: Progress = lambda *_: None,
) -> Deployed:
    """Deploy a configuration, or go on with a deployment that broke off, and read all of it back.

    Raises InputError before anything is sent if an input is wrong, CosError if the node or the
    chain refuses a step, ReadBackError if the chain does not show the plan's state in the end.
    """
    config = load_config(config_file)
    target = connect(rpc, network, folder)
    earlier = target.deployment(unfinished=True)
    month = earlier.month if earlier else None
    if month is None:
        month = month_of(target.chain.timestamp, config.utc_offset_seconds)
    plan = make_plan(config, month)
    if not target.is_development:
        check_names(config_file, plan, target.name)
        for table in config.grants:
            path = config.path_of(table)
            check_addresses(path, load_grants(path), target.name)
    if earlier:
        _check_tables(target, config, earlier)
    journal = _Journal(target, month, _deployer(target, earlier, account), earlier)
    steps = _Steps(plan, progress)
    try:
        suite = deploy(
            target.chain,
            config,
            deployer=journal.deployer,
            month=month,
            addresses=earlier.addresses if earlier else {},
            record=journal.record,
            progress=steps,
        )
    except Revert as error:
        raise CosError(
            f"{steps.name}: the chain refuses it: {error.reason or 'no reason'}"
        ) from None
    finished = deployment_of(suite, target.name, target.chain.chain_id, month)
    write_whole(target.file, finished.to_json())
    backend = target.backend
    return Deployed(finished, target.file, backend.transactions, backend.gas_used)


def _check_tables(target: Network, config: Config, earlier: Deployment) -> None:
    """Refuse tables of grants that were changed after a part of them was loaded."""
    address = earlier.contracts.get("VestingVault")
    if not config.grants or not address or not target.backend.code(address):
        return
    vault = target.chain.at("VestingVault", address)
    batches_of = [tuple(made) for made in config.grant_tables]
    pending = pending_of(vault, (batch for made in batches_of for batch in made))
    loaded = [batch for made in batches_of for batch in made if batch not in pending]
    for entry, made in zip(config.grants, batches_of, strict=True):
        table = Table(config.path_of(entry), made, _resolve)
        check_new(vault, table, [batch for batch in made if batch in pending], loaded)


def _deployer(target: Network, earlier: Deployment | None, account: str | None) -> str:
    """Who sends; what is finished is only read back, which needs no key."""
    if earlier is None or earlier.deployer is None:
        return target.sender(account, "deployer")
    if account is None and not earlier.unfinished:
        return earlier.deployer
    address = target.sender(account, "deployer")
    if address != earlier.deployer:
        problem = f"the deployment was begun by {earlier.deployer}, not by {address}"
        raise InputError(f"{target.file}:1: {problem}; name that account, or another --network")
    return address


class _Journal:
    """Keeps the file of a deployment that is under way."""

    def __init__(
        self, target: Network, month: int, deployer: str, earlier: Deployment | None
    ) -> None:
        self.deployer = deployer
        self._target = target
        self._month = month
        self._known = earlier

    def record(self, name: str, address: str) -> None:
        if self._known is None:
            self._known = Deployment(
                network=self._target.name,
                chain_id=self._target.chain.chain_id,
                month=self._month,
                deployer=self.deployer,
                unfinished=True,
                contracts={name: address},
                blueprints={},
            )
        else:
            self._known = self._known.with_address(name, address)
        write_whole(self._target.file, self._known.to_json())


class _Steps:
    """Turns the names of a plan's steps, each told before it is taken, into a progress."""

    def __init__(self, plan: Plan, progress: Progress) -> None:
        deployments = (part for part in plan.deployments if not isinstance(part, Created))
        self._names = [f"deploy {part.name}" for part in deployments]
        self._names += [setting.name for setting in plan.settings] + ["read back"]
        self._progress = progress
        self._at = 0
        self.name = "the deployment"

    def __call__(self, name: str) -> None:
        later = enumerate(islice(self._names, self._at, None), self._at)
        self._at = next((place for place, each in later if each == name), self._at)
        self.name = name
        self._progress(self._at, len(self._names), name)


@dataclass(frozen=True)
class Checked:
    """A table of grants and its division into batches."""

    path: Path
    grants: list[Grant]
    batches: list[GrantBatch]

    def facts(self) -> dict[str, str]:
        """In words, for a person to compare with what was decided."""
        starts = [grant.start_month for grant in self.grants]
        terms = sorted({(grant.months, grant.cliff_months) for grant in self.grants})
        most = max(self.grants, key=lambda grant: grant.amount)
        shown = ", ".join(f"{months} months, cliff {cliff}" for months, cliff in terms[:3])
        return {
            "grants": f"{len(self.grants):,}",
            "accounts": f"{len({grant.account for grant in self.grants}):,}",
            "of them names": f"{len({g.account for g in self.grants if g.is_named}):,}",
            "total": cos_text(sum(grant.amount for grant in self.grants)),
            "most": f"{cos_text(most.amount)} (line {most.line})",
            "starts": f"{month_name(min(starts))} to {month_name(max(starts))}",
            "terms": shown + (f" and {len(terms) - 3} more" if len(terms) > 3 else ""),
            "batches": f"{len(self.batches):,}",
        }

    def summary(self) -> dict[str, Any]:
        """For JSON; amounts are base units, as text."""
        return {
            "file": str(self.path),
            "grants": len(self.grants),
            "accounts": len({grant.account for grant in self.grants}),
            "total": str(sum(grant.amount for grant in self.grants)),
            "batches": [
                {
                    "key": "0x" + batch.key.hex(),
                    "first_line": batch.grants[0].line,
                    "last_line": batch.grants[-1].line,
                    "grants": len(batch.grants),
                    "total": str(batch.total),
                }
                for batch in self.batches
            ],
        }


@dataclass(frozen=True)
class Loaded:
    """A table that the vault has got, of which `sent` batches were sent this time."""

    checked: Checked
    network: str
    bucket: str
    sent: int

    def summary(self) -> dict[str, Any]:
        """For JSON."""
        target = {"network": self.network, "bucket": self.bucket, "sent": self.sent}
        return {**target, **self.checked.summary()}


def check_grants(
    file: Path,
    *,
    bucket: str | None = None,
    revocable: bool = False,
    config_file: Path = CONFIG_FILE,
) -> Checked:
    """Check a table without a node. The month is this machine's, the room the bucket's cap."""
    config = load_config(config_file)
    grants = load_grants(file)
    check_start(file, grants, month_of(int(time.time()), config.utc_offset_seconds))
    number = 0
    if bucket is not None:
        number = bucket_number(bucket)
        check_room(file, grants, config.buckets.caps()[number], f"bucket '{bucket}'")
    return Checked(file, grants, batches(grants, number, revocable))


def load_into(
    file: Path,
    *,
    bucket: str,
    revocable: bool = False,
    rpc: str = DEFAULT_RPC,
    network: str | None = None,
    account: str | None = None,
    folder: Path = DEPLOYMENTS,
    progress: Progress = lambda *_: None,
) -> Loaded:
    """Load a table into the vault of a deployment, or go on with that, and read all of it back.

    Raises as `deploy_to` does.
    """
    number = bucket_number(bucket)
    grants = load_grants(file)
    target = connect(rpc, network, folder)
    deployment = target.deployment()
    if deployment is None:
        raise InputError(f"{target.file}: is not there; `ape run deploy` writes it")
    if not target.is_development:
        check_addresses(file, grants, target.name)
    vault, treasury, authority = (
        _contract(target, deployment, name) for name in ("VestingVault", "Treasury", "Authority")
    )
    check_contracts(file, grants, {at: name for name, at in deployment.contracts.items()})
    table = Table(file, tuple(batches(grants, number, revocable)), _resolve)
    sender = target.sender(account, "governance")
    sent = load(target.chain, vault, treasury, authority, table, sender, progress)
    return Loaded(Checked(file, grants, list(table.batches)), target.name, bucket, sent)


@dataclass(frozen=True)
class Parameters:
    """What governance has set on a network, each with the time of its last change."""

    network: str
    values: list[tuple[Value, int | None]]
    names: dict[str, str]

    def sections(self) -> dict[str, list[tuple[str, str, str]]]:
        """By parameter and its bounds: key, value, date of the last change (UTC)."""
        made: dict[str, list[tuple[str, str, str]]] = {}
        for value, timestamp in self.values:
            parameter = value.parameter
            title = f"{parameter.contract}: {parameter.name}"
            if parameter.bounds:
                title += f" ({parameter.bounds})"
            date = f"{datetime.fromtimestamp(timestamp, UTC):%Y-%m-%d}" if timestamp else ""
            made.setdefault(title, []).append((*in_words(value, self.names), date))
        return made

    def summary(self) -> dict[str, Any]:
        """For JSON."""
        values = [value.facts() | {"timestamp": timestamp} for value, timestamp in self.values]
        return {"network": self.network, "parameters": values}


def parameters_on(
    *,
    rpc: str = DEFAULT_RPC,
    network: str | None = None,
    folder: Path = DEPLOYMENTS,
    since: int = 0,
) -> Parameters:
    """Read every governed value of a deployment; changes from block `since` on are looked for.

    Raises InputError for wrong options, NodeError if the node is not there.
    """
    target = connect(rpc, network, folder)
    deployment = target.deployment()
    if deployment is None:
        raise InputError(f"{target.file}: is not there; `ape run deploy` writes it")
    contracts = {name: _contract(target, deployment, name) for name in deployment.contracts}
    logs = list(target.backend.past_logs(deployment.contracts.values(), since))
    events = target.chain.decode_logs([log for log, _ in logs])
    changes = [Change(event, block) for event, (_, block) in zip(events, logs, strict=True)]
    values = list(read_parameters(contracts, changes))
    times = {
        block: target.backend.time_of(block)
        for block in {value.change.block for value in values if value.change}
    }
    names = {contract.address: name for name, contract in contracts.items()}
    return Parameters(
        target.name,
        [(value, times[value.change.block] if value.change else None) for value in values],
        names,
    )


def parameters_page() -> str:
    """docs/parameters.md as it is after a default deployment on the embedded EVM."""
    suite = deploy(Chain())
    names = {contract.address: name for name, contract in suite.deployed.items()}
    names[address_of(suite.config.fees.center)] = f"`{suite.config.fees.center}`"
    table = to_markdown(read_parameters(suite.deployed), names)
    return with_table(PAGE.read_text(), table)


def bucket_number(name: str) -> int:
    """The id of a bucket. Raises InputError."""
    try:
        return BUCKET_NAMES.index(name)
    except ValueError:
        known = ", ".join(BUCKET_NAMES)
        raise InputError(f"--bucket: '{name}' is no bucket; use one of {known}") from None


def _contract(target: Network, deployment: Deployment, name: str) -> Any:
    address = deployment.contracts.get(name)
    if address is None:
        raise InputError(f"{target.file}:1: names no {name}; deploy a suite that has one")
    if not compile_contract(name).is_code_of(target.backend.code(address)):
        raise InputError(
            f"{target.file}:1: there is no {name} of this source at {address}; correct --rpc or "
            "--network"
        )
    return target.chain.at(name, address)


def _resolve(account: str) -> str:
    return account if account.startswith("0x") else address_of(account)
