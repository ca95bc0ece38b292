"""Runs a deployment plan on a chain and reads everything back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from cos.calendar import month_of
from cos.chain import Chain, Contract, compile_contract
from cos.chain.accounts import checksum
from cos.chain.chain import blueprint_code
from cos.errors import CosError, InputError
from cos.suite.config import Config, load_config
from cos.suite.grants import award_word
from cos.suite.plan import Account, Award, Created, Deployment, Plan, Ref, Setting, View, make_plan

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
    def vesting_vault(self) -> Contract:
        return self.deployed["VestingVault"]

    @property
    def management_pool(self) -> Contract:
        return self.deployed["ManagementPool"]

    @property
    def founder_register(self) -> Contract:
        return self.deployed["FounderRegister"]

    @property
    def service_credit(self) -> Contract:
        return self.deployed["ServiceCredit"]

    @property
    def founder_sale(self) -> Contract:
        return self.deployed["FounderSale"]

    @property
    def quota_sale(self) -> Contract:
        return self.deployed["QuotaSale"]

    @property
    def staking(self) -> Contract:
        return self.deployed["CosStaking"]

    @property
    def fee_router(self) -> Contract:
        return self.deployed["FeeRouter"]

    @property
    def sub_tokens(self) -> Contract:
        return self.deployed["SubTokenIssuer"]

    @property
    def exchange(self) -> Contract:
        return self.deployed["Exchange"]

    @property
    def committee(self) -> Contract:
        return self.deployed["Committee"]

    @property
    def resolutions(self) -> Contract:
        return self.deployed["Resolutions"]

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

    `deployer` is the label or the address of the account that sends everything, `month` the
    calendar month (year * 12 + month - 1) in which the bonus schedule begins: now, unless a
    deployment that broke off in another month is resumed. `addresses` are that deployment's
    contracts: they are taken if they have the plan's code, and no setting that is in force already
    is sent again. `record` is told name and address of each contract and blueprint before it is
    sent: what a resumed deployment needs, also if it broke off while it waited for the chain.
    `progress` is told each step before it is taken.

    Raises InputError if governance is the deployer or the addresses are of another chain, `Revert`
    if the chain refuses a step, and ReadBackError if it ends in any other state than the plan's.
    """
    config = config or load_config()
    suite = Suite(config, _address_of(chain, deployer))
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
        addresses = self._there(plan, addresses)
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
        """Replace `Ref`s and `Account`s, however deep, by addresses; lists become tuples, awards
        words."""
        if isinstance(value, Ref):
            if value.contract in self._suite.blueprints:
                return self._suite.blueprints[value.contract]
            return self._suite.deployed[value.contract].address
        if isinstance(value, Account):
            return self._address_of(value.name)
        if isinstance(value, Award):
            address = self._address_of(value.account.name)
            return award_word(address, value.amount, value.schedule)
        if isinstance(value, list | tuple):
            return tuple(self.resolve(item) for item in value)
        return value

    def _address_of(self, account: str) -> str:
        return _address_of(self._chain, account) if account else self._suite.deployer

    def _there(self, plan: Plan, addresses: Mapping[str, str]) -> dict[str, str]:
        """Addresses that have code. The last one recorded may have none: it was never mined."""
        names = [part.name for part in plan.deployments if isinstance(part, Deployment)]
        recorded = [name for name in names if name in addresses]
        there = {name: addresses[name] for name in recorded if self._code(addresses[name])}
        for name in recorded[:-1]:
            if name not in there:
                raise InputError(
                    f"{name}: there is no contract at {addresses[name]} on this chain; name "
                    "the deployment's chain, or remove its file to begin anew"
                )
        return there

    def _code(self, address: str) -> bytes:
        return self._chain.backend.code(address)

    def _deploy(self, deployment: Deployment, address: str | None) -> None:
        if address is None:
            self._progress(f"deploy {deployment.name}")
            expected = self._chain.next_address(self._suite.deployer)
            self._record(deployment.name, expected)
            address = self._create(deployment)
            if address != expected:
                self._record(deployment.name, address)
        self._check_code(deployment, address)
        if deployment.is_blueprint:
            self._suite.blueprints[deployment.name] = address
        else:
            self._attach(deployment, address)

    def _check_code(self, deployment: Deployment, address: str) -> None:
        artifact, code = compile_contract(deployment.contract), self._code(address)
        if deployment.is_blueprint:
            is_right = code == blueprint_code(artifact)
        else:
            is_right = artifact.is_code_of(code)
        if not is_right:
            raise ReadBackError(
                f"{deployment.name}: the code at {address} is not what this source compiles to"
            )

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


def _address_of(chain: Chain, account: str) -> str:
    """The address of an account of a configuration, a label or an address."""
    if account.startswith("0x"):
        return checksum(bytes.fromhex(account[2:]))
    return chain.account(account)
