"""Runs a deployment plan on a chain and reads everything back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from cos.calendar import month_of
from cos.chain import Chain, Contract
from cos.chain.accounts import checksum
from cos.errors import CosError, InputError
from cos.suite.config import Config, load_config
from cos.suite.plan import Account, Created, Deployment, Plan, Ref, Setting, View, make_plan

Progress = Callable[[str], None]
Record = Callable[[str, str], None]


class ReadBackError(CosError):
    """The chain doesn't show what the plan asked for."""


@dataclass
class Suite:
    """The deployed contracts. `deployed` maps their names to them, in the plan's order;
    `blueprints` maps the names of blueprints to their addresses."""

    config: Config
    deployer: str
    deployed: dict[str, Contract] = field(default_factory=dict)
    blueprints: dict[str, str] = field(default_factory=dict)

    @property
    def authority(self) -> Contract:
        return self.deployed["Authority"]

    @property
    def token(self) -> Contract:
        return self.deployed["CosCredit"]

    @property
    def treasury(self) -> Contract:
        return self.deployed["Treasury"]

    @property
    def registry(self) -> Contract:
        return self.deployed["CommunityRegistry"]

    @property
    def rule_book(self) -> Contract:
        return self.deployed["RuleBook"]

    @property
    def bonus_pool(self) -> Contract:
        return self.deployed["BonusPool"]

    @property
    def quota_ledger(self) -> Contract:
        return self.deployed["QuotaLedger"]

    @property
    def grant_drops(self) -> Contract:
        return self.deployed["GrantDrops"]


def deploy(
    chain: Chain,
    config: Config | None = None,
    *,
    deployer: str = "deployer",
    month: int | None = None,
    addresses: Mapping[str, str] | None = None,
    record: Record = lambda *_: None,
    progress: Progress = lambda _: None,
) -> Suite:
    """Deploy the suite, hand it over to governance and read all of it back.

    `deployer` is the label of the account that sends everything, `month` the calendar month (year *
    12 + month - 1) in which the bonus schedule begins: now, unless a deployment that broke off in
    another month is resumed. `addresses` are that deployment's contracts: they are taken as they
    are, and no setting that is in force already is sent again. `record` is told name and address of
    each contract and blueprint as soon as it is there: what a resumed deployment needs. `progress`
    is told each step before it is taken.

    Raises InputError if governance is the deployer, `Revert` if the chain refuses a step, and
    ReadBackError if it ends in any other state than the plan's.
    """
    config = config or load_config()
    suite = Suite(config, chain.account(deployer))
    run = _Run(chain, suite, record, progress)
    if run.resolve(Account(config.roles.governance)) == suite.deployer:
        raise InputError(
            f"roles.governance: '{config.roles.governance}' is the deployer, who must end without "
            "any role; name another account"
        )
    if month is None:
        month = month_of(chain.timestamp, config.utc_offset_seconds)
    run.execute(make_plan(config, month), addresses or {})
    return suite


class _Run:
    def __init__(self, chain: Chain, suite: Suite, record: Record, progress: Progress) -> None:
        self._chain = chain
        self._suite = suite
        self._record = record
        self._progress = progress

    def execute(self, plan: Plan, addresses: Mapping[str, str]) -> None:
        for part in plan.deployments:
            if isinstance(part, Created):
                self._attach(part, self._read(part.found_by))
            else:
                self._deploy(part, addresses.get(part.name))
        for setting in plan.settings:
            if self._read(setting.shown_by) != self.resolve(setting.shown_by.expected):
                self._send(setting)
        self._progress("read back")
        for setting in plan.settings:
            self._check(setting.shown_by)
        for view in plan.final:
            self._check(view)

    def resolve(self, value: Any) -> Any:
        """Replace `Ref`s and `Account`s, however deep, by addresses; lists become tuples."""
        if isinstance(value, Ref):
            if value.contract in self._suite.blueprints:
                return self._suite.blueprints[value.contract]
            return self._suite.deployed[value.contract].address
        if isinstance(value, Account):
            return self._address_of(value.name)
        if isinstance(value, list | tuple):
            return tuple(self.resolve(item) for item in value)
        return value

    def _address_of(self, account: str) -> str:
        if not account:
            return self._suite.deployer
        if account.startswith("0x"):
            return checksum(bytes.fromhex(account[2:]))
        return self._chain.account(account)

    def _deploy(self, deployment: Deployment, address: str | None) -> None:
        if address is None:
            self._progress(f"deploy {deployment.name}")
            address = self._create(deployment)
            self._record(deployment.name, address)
        if deployment.is_blueprint:
            self._suite.blueprints[deployment.name] = address
        else:
            self._attach(deployment, address)

    def _create(self, deployment: Deployment) -> str:
        name, sender = deployment.contract, self._suite.deployer
        if deployment.is_blueprint:
            return self._chain.deploy_blueprint(name, sender=sender)
        args = self.resolve(deployment.args)
        return self._chain.deploy(name, *args, sender=sender).address

    def _attach(self, part: Deployment | Created, address: str) -> None:
        self._suite.deployed[part.contract] = self._chain.at(part.contract, address)
        for function, expected in part.reads:
            self._check(View(part.contract, function, (), expected))

    def _send(self, setting: Setting) -> None:
        self._progress(setting.name)
        contract = self._suite.deployed[setting.contract]
        args = self.resolve(setting.args)
        contract.transact(setting.function, *args, sender=self._suite.deployer)

    def _read(self, view: View) -> Any:
        contract = self._suite.deployed[view.contract]
        return self.resolve(contract.call(view.function, *self.resolve(view.args)))

    def _check(self, view: View) -> None:
        found, expected = self._read(view), self.resolve(view.expected)
        if found != expected:
            call = f"{view.contract}.{view.function}{self.resolve(view.args)}"
            raise ReadBackError(f"{call} is {found}, not {expected}")
