"""The deployment plan: contracts, their arguments, and the state that they must end in.

A plan is data. Each `Setting` names the view that shows whether it is in force: the view decides
whether its transaction is still needed (so a deployment that broke off is resumed and repeats
nothing) and is read back at the end.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any, NamedTuple

from eth_hash.auto import keccak

from cos.suite.config import CAP_COS, Bucket, Config
from cos.suite.rules import BASE_UNITS_PER_COS

ADMIN_ROLE = b"\0" * 32
DAY = 86_400


@cache
def role(name: str) -> bytes:
    """The identifier of a role other than the admin's."""
    return keccak(name.encode())


class Ref(NamedTuple):
    """The address of a contract of the plan."""

    contract: str


class Account(NamedTuple):
    """The address of an account of the configuration; "" is the deployer."""

    name: str


class Award(NamedTuple):
    """An award of a batch of grants, which VestingVault takes as one word."""

    account: Account
    amount: int
    schedule: int


DEPLOYER = Account("")

CUSTODY = ("VestingVault", "FounderSale")
"""Contracts that genesis issues COS to."""


def blueprint_of(contract: str) -> str:
    """The name of a contract's blueprint in a plan."""
    return f"{contract} blueprint"


def is_blueprint(name: str) -> bool:
    """Whether this is a blueprint's name in a plan."""
    return name.endswith(blueprint_of(""))


@dataclass(frozen=True)
class Deployment:
    """A contract and the arguments of its constructor, `Ref`s and `Account`s unresolved.

    `reads` are views of the new contract with what they must return. A blueprint (ERC-5202) is the
    contract's creation code as data, for another one to create it: no arguments, no views.
    """

    contract: str
    args: tuple[Any, ...]
    reads: tuple[tuple[str, Any], ...] = ()
    is_blueprint: bool = False

    @property
    def name(self) -> str:
        """The name under which others refer to its address."""
        return blueprint_of(self.contract) if self.is_blueprint else self.contract


@dataclass(frozen=True)
class View:
    """A view and the value that shows a setting to be in force."""

    contract: str
    function: str
    args: tuple[Any, ...] = ()
    expected: Any = None


@dataclass(frozen=True)
class Created:
    """A contract that an earlier one created, and the view that says where it is."""

    contract: str
    found_by: View
    reads: tuple[tuple[str, Any], ...] = ()


@dataclass(frozen=True)
class Setting:
    """A transaction of the deployer and the view that shows its effect."""

    name: str
    contract: str
    function: str
    args: tuple[Any, ...]
    shown_by: View


@dataclass(frozen=True)
class Plan:
    """What to deploy, in order; what to set, in order; and what must hold when all is done."""

    deployments: tuple[Deployment | Created, ...]
    settings: tuple[Setting, ...]
    final: tuple[View, ...]


def make_plan(config: Config, month: int) -> Plan:
    """The plan of a configuration for a deployment in a calendar month (year * 12 + month - 1)."""
    hand_over = tuple(_hand_over(config))
    return Plan(
        deployments=tuple(_deployments(config, month)),
        settings=(
            *_wiring(config),
            *_rules(config),
            *_genesis(config),
            *_issuers(config),
            *_grantors(config),
            *_prices(config),
            *_grants(config),
            *_roles(config),
            *hand_over,
        ),
        final=tuple(_final(config)),
    )


def schedule_of(config: Config, month: int) -> list[tuple[int, int, int]]:
    """The bonus steps (first month, sponsor_bps, manager_bps) of a deployment in a month."""
    return [
        (month + step.after_months, step.sponsor_bps, step.manager_bps)
        for step in config.bonus.steps
    ]


def _deployments(config: Config, month: int) -> Iterator[Deployment | Created]:
    authority = Ref("Authority")
    token = Ref("CosCredit")
    offset = config.utc_offset_seconds
    governed = ("AUTHORITY", authority)
    yield Deployment("Authority", (DEPLOYER,))
    yield Deployment("CosCredit", (authority,), (governed,))
    yield Deployment(
        "Treasury",
        (authority, token, config.buckets.caps()),
        (governed, ("TOKEN", token), ("bucket_count", len(config.buckets.caps()))),
    )
    yield Deployment("CommunityRegistry", (authority,), (governed,))
    registry = Ref("CommunityRegistry")
    yield Deployment(
        "RuleBook",
        (authority, registry, offset),
        (governed, ("REGISTRY", registry), ("UTC_OFFSET_SECONDS", offset)),
    )
    schedule = schedule_of(config, month)
    yield Deployment(
        "BonusPool",
        (authority, token, offset, config.bonus.window_days * DAY, schedule),
        (governed, ("TOKEN", token), ("UTC_OFFSET_SECONDS", offset), ("schedule", schedule)),
    )
    caps = config.caps
    yield Deployment("GrantDrops", (), is_blueprint=True)
    yield Deployment(
        "QuotaLedger",
        (
            authority,
            token,
            registry,
            Ref("RuleBook"),
            Ref("BonusPool"),
            Ref(blueprint_of("GrantDrops")),
            caps.community,
            caps.contributor,
            caps.manager,
        ),
        (
            governed,
            ("TOKEN", token),
            ("REGISTRY", registry),
            ("RULE_BOOK", Ref("RuleBook")),
            ("BONUS_POOL", Ref("BonusPool")),
            ("DEFAULT_COMMUNITY_CAP", caps.community),
            ("DEFAULT_CONTRIBUTOR_CAP", caps.contributor),
            ("DEFAULT_MANAGER_CAP", caps.manager),
        ),
    )
    yield Created(
        "GrantDrops",
        View("QuotaLedger", "DROPS"),
        (
            governed,
            ("LEDGER", Ref("QuotaLedger")),
            ("TOKEN", token),
            ("REGISTRY", registry),
            ("RULE_BOOK", Ref("RuleBook")),
            ("BONUS_POOL", Ref("BonusPool")),
        ),
    )
    yield from _vesting(config)
    yield from _selling(config)
    yield Deployment("CosStaking", (authority, token), (governed, ("TOKEN", token)))
    yield _fee_router(config)
    yield from _market(config)
    yield from _committee(config)


def _vesting(config: Config) -> Iterator[Deployment]:
    authority, token, offset = Ref("Authority"), Ref("CosCredit"), config.utc_offset_seconds
    governed = ("AUTHORITY", authority)
    treasury = Ref("Treasury")
    yield Deployment(
        "VestingVault",
        (authority, token, treasury, offset),
        (governed, ("TOKEN", token), ("TREASURY", treasury), ("UTC_OFFSET_SECONDS", offset)),
    )
    vault, peak = Ref("VestingVault"), config.management.peak_month
    budget = config.buckets.caps()[Bucket.MANAGEMENT_TEAM]
    yield Deployment(
        "ManagementPool",
        (authority, vault, budget, peak),
        (governed, ("VAULT", vault), ("BUDGET", budget), ("UTC_OFFSET_SECONDS", offset)),
    )


def _selling(config: Config) -> Iterator[Deployment]:
    """The founders' sale, what it fills, and the sale of discounted quota."""
    authority, token, treasury = Ref("Authority"), Ref("CosCredit"), Ref("Treasury")
    ledger, pool = Ref("QuotaLedger"), Ref("BonusPool")
    sale = config.founder_sale
    center = Account(sale.center)
    governed = ("AUTHORITY", authority)
    issuing = (
        ("TOKEN", token),
        ("TREASURY", treasury),
        ("QUOTA_LEDGER", ledger),
        ("BONUS_POOL", pool),
    )
    yield Deployment("FounderRegister", (authority,), (governed,))
    yield Deployment("ServiceCredit", (authority,), (governed,))
    register, credit = Ref("FounderRegister"), Ref("ServiceCredit")
    yield Deployment(
        "FounderSale",
        (
            *(authority, token, treasury, ledger, pool, register, credit, center),
            [tier.on_chain() for _, tier in sale.tiers()],
        ),
        (governed, *issuing, ("REGISTER", register), ("SERVICE_CREDIT", credit)),
    )
    yield Deployment(
        "QuotaSale",
        (authority, token, treasury, ledger, pool, center),
        (governed, *issuing),
    )


def _fee_router(config: Config) -> Deployment:
    fees = config.fees
    token, treasury, staking = Ref("CosCredit"), Ref("Treasury"), Ref("CosStaking")
    center, shares = Account(fees.center), (fees.stakers_bps, fees.system_bps, fees.push_threshold)
    return Deployment(
        "FeeRouter",
        (Ref("Authority"), token, treasury, staking, center, *shares),
        (
            ("AUTHORITY", Ref("Authority")),
            ("TOKEN", token),
            ("TREASURY", treasury),
            ("POLICY_LIMIT", CAP_COS * BASE_UNITS_PER_COS // 100),
            ("staking", staking),
            ("center", center),
            ("shares", (fees.stakers_bps, 0, 10_000 - fees.stakers_bps)),
            ("system_bps", fees.system_bps),
            ("push_threshold", fees.push_threshold),
        ),
    )


def _market(config: Config) -> Iterator[Deployment]:
    """Sub-tokens and their exchange, each after the template of its clones."""
    authority, token, router = Ref("Authority"), Ref("CosCredit"), Ref("FeeRouter")
    issue_fee = config.market.issue_fee * BASE_UNITS_PER_COS
    fee_bps = config.market.trade_fee_bps
    staking, points, shares = Ref("CosStaking"), Ref("SubToken"), Ref("PoolShare")
    yield Deployment("SubToken", ())
    yield Deployment(
        "SubTokenIssuer",
        (authority, staking, router, points, issue_fee),
        (
            *(("AUTHORITY", authority), ("STAKING", staking), ("TEMPLATE", points)),
            *(("router", router), ("issue_fee", issue_fee)),
        ),
    )
    yield Deployment("PoolShare", ())
    yield Deployment(
        "Exchange",
        (authority, token, Ref("SubTokenIssuer"), router, shares, fee_bps),
        (
            *(("AUTHORITY", authority), ("TOKEN", token), ("ISSUER", Ref("SubTokenIssuer"))),
            *(("SHARE_TEMPLATE", shares), ("fee_router", router), ("fee_bps", fee_bps)),
        ),
    )


def _committee(config: Config) -> Iterator[Deployment]:
    authority, token = Ref("Authority"), Ref("CosCredit")
    settings = config.committee.on_chain()
    links = tuple(map(Ref, ("CosStaking", "QuotaLedger", "FounderRegister", "ManagementPool")))
    yield Deployment(
        "Committee",
        (authority, *links, Ref("CommunityRegistry"), settings),
        (("AUTHORITY", authority), ("settings", settings)),
    )
    committee = Ref("Committee")
    yield Deployment(
        "Resolutions",
        (authority, token, committee),
        (("AUTHORITY", authority), ("TOKEN", token), ("COMMITTEE", committee)),
    )


def _wiring(config: Config) -> Iterator[Setting]:
    treasury, ledger, pool = Ref("Treasury"), Ref("QuotaLedger"), Ref("BonusPool")
    drops = Ref("GrantDrops")
    yield Setting(
        "the Treasury mints",
        "CosCredit",
        "set_minter",
        (treasury,),
        View("CosCredit", "minter", (), treasury),
    )
    yield Setting(
        "the ledger accrues bonuses",
        "BonusPool",
        "set_ledger",
        (ledger, True),
        View("BonusPool", "is_ledger", (ledger,), True),
    )
    yield Setting(
        "the founders' sale gives numbers",
        "FounderRegister",
        "set_registrar",
        (Ref("FounderSale"),),
        View("FounderRegister", "registrar", (), Ref("FounderSale")),
    )
    yield Setting(
        "the founders' sale gives service credit",
        "ServiceCredit",
        "set_minter",
        (Ref("FounderSale"),),
        View("ServiceCredit", "minter", (), Ref("FounderSale")),
    )
    yield Setting(
        "who opens a sub-token pays the fee router",
        "FeeRouter",
        "set_collector",
        (Ref("SubTokenIssuer"), True),
        View("FeeRouter", "is_collector", (Ref("SubTokenIssuer"),), True),
    )
    contracts = (*map(Ref, CUSTODY), ledger, pool, drops)
    for custodian in (*contracts, *map(Account, config.supply.custodians)):
        yield Setting(
            f"{custodian[0]} does not circulate",
            "Treasury",
            "set_custodian",
            (custodian, True),
            View("Treasury", "is_custodian", (custodian,), True),
        )


def _rules(config: Config) -> Iterator[Setting]:
    table = config.rule_table
    factor = table.override_factor_bps
    yield Setting(
        "how far communities may override rules",
        "RuleBook",
        "set_override_factor",
        (factor,),
        View("RuleBook", "override_factor_bps", (), factor),
    )
    for rule in table.rules:
        number, definition, name = rule.arguments()
        yield Setting(
            f"rule {number}: {name}",
            "RuleBook",
            "set_rule",
            (number, definition, name),
            View("RuleBook", "name_of", (number,), name),
        )


def _genesis(config: Config) -> Iterator[Setting]:
    allocations = [
        (int(part.bucket), _recipient(part.recipient), part.amount * BASE_UNITS_PER_COS)
        for part in config.genesis
    ]
    yield Setting(
        "genesis",
        "Treasury",
        "genesis",
        (allocations,),
        View("Treasury", "genesis_done", (), True),
    )


def _issuers(config: Config) -> Iterator[Setting]:
    """What each contract may issue out of which bucket, beside its custody."""
    caps = config.buckets.caps()
    vesting = (Bucket.ANGELS, Bucket.INITIAL_TEAM, Bucket.MANAGEMENT_TEAM, Bucket.PARTNERS)
    allowances = [("VestingVault", bucket, caps[bucket]) for bucket in vesting]
    seats, reserve = _needs_of_founders(config)
    allowances += [
        ("FounderSale", Bucket.FOUNDERS, seats),
        ("FounderSale", Bucket.INCENTIVE_RESERVE, reserve),
        ("QuotaSale", Bucket.INCENTIVE_RESERVE, caps[Bucket.INCENTIVE_RESERVE] - reserve),
        ("FeeRouter", Bucket.CENTER_RESERVE, caps[Bucket.CENTER_RESERVE]),
    ]
    for contract, bucket, amount in allowances:
        if amount:
            yield Setting(
                f"{contract} issues out of {bucket.name.lower()}",
                "Treasury",
                "set_issuer",
                (int(bucket), Ref(contract), amount),
                View("Treasury", "issuer_allowance", (int(bucket), Ref(contract)), amount),
            )


def _prices(config: Config) -> Iterator[Setting]:
    for each in config.founder_sale.prices:
        for tier, price in enumerate((each.service, each.industry)):
            coin = Account(each.coin)
            yield Setting(
                f"a seat of tier {tier} costs {price} of {each.coin}",
                "FounderSale",
                "set_price",
                (tier, coin, price),
                View("FounderSale", "price", (tier, coin), price),
            )


def _needs_of_founders(config: Config) -> tuple[int, int]:
    """What all seats need beside the custody, and the bonus reserve of their quota."""
    tiers = [tier for _, tier in config.founder_sale.tiers()]
    quota = sum(sum(tier.quotas()) for tier in tiers)
    free = sum(sum(tier.unlocked_amounts()) for tier in tiers)
    custody = sum(
        part.amount * BASE_UNITS_PER_COS
        for part in config.genesis
        if part.bucket is Bucket.FOUNDERS and part.recipient == "FounderSale"
    )
    highest_bps = max(step.sponsor_bps + step.manager_bps for step in config.bonus.steps)
    # Each seat's reserve is rounded up by itself: another seller may use what one leaves over.
    reserve = sum(-(-seat * highest_bps // 10_000) for tier in tiers for seat in tier.quotas())
    return max(quota + free - custody, 0), reserve


def _grantors(config: Config) -> Iterator[Setting]:
    bucket, pool = Bucket.MANAGEMENT_TEAM, Ref("ManagementPool")
    budget = config.buckets.caps()[bucket]
    if budget:
        yield Setting(
            "the management pool grants",
            "VestingVault",
            "set_grantor",
            (int(bucket), pool, budget),
            View("VestingVault", "grantor_allowance", (int(bucket), pool), budget),
        )


def _grants(config: Config) -> Iterator[Setting]:
    """The batches of the configured tables, each of which the vault accepts once."""
    for table in config.grant_tables:
        for batch in table:
            awards = [Award(Account(account), *rest) for account, *rest in batch.awards]
            yield Setting(
                f"grants of {Bucket(batch.bucket).name.lower()}, {batch}",
                "VestingVault",
                "create_batch",
                (batch.key, batch.bucket, batch.schedules, awards),
                View("VestingVault", "is_loaded", (batch.key,), True),
            )


def _recipient(name: str) -> Ref | Account:
    return Ref(name) if name in CUSTODY else Account(name)


def _roles(config: Config) -> Iterator[Setting]:
    for name, accounts in _operational_roles(config):
        for account in accounts:
            yield _grant(name, role(name), account)


def _operational_roles(config: Config) -> tuple[tuple[str, list[Ref | Account]], ...]:
    """Every role of roles.vy but governance; nobody holds those of later contracts yet."""
    roles = config.roles
    named: tuple[tuple[str, list[str]], ...] = (
        ("AUDITOR", roles.auditors),
        ("SECRETARIAT", roles.secretariat),
        ("ADMISSION", roles.admission),
        ("CASHIER", roles.cashiers),
        ("COMMITTEE", roles.committee),
        ("DESK", roles.desks),
        ("SELLER", roles.sellers),
        ("GUARDIAN", []),
        ("LOCKER", []),
    )
    contracts = {
        "SELLER": [Ref("FounderSale"), Ref("QuotaSale")],
        "LOCKER": [Ref("SubTokenIssuer"), Ref("Committee")],
        "COMMITTEE": [Ref("Committee")],
        "SECRETARIAT": [Ref("Committee")],
    }
    return tuple(
        (name, [*contracts.get(name, ()), *map(Account, dict.fromkeys(accounts))])
        for name, accounts in named
    )


def _hand_over(config: Config) -> Iterator[Setting]:
    """Governance to its account, and the deployer ends with nothing; the admin role last."""
    governance = Account(config.roles.governance)
    for name, identifier in (("GOVERNANCE", role("GOVERNANCE")), ("admin", ADMIN_ROLE)):
        yield _grant(name, identifier, governance)
    for name, identifier in (("GOVERNANCE", role("GOVERNANCE")), ("admin", ADMIN_ROLE)):
        yield Setting(
            f"the deployer gives up {name}",
            "Authority",
            "renounceRole",
            (identifier, DEPLOYER),
            View("Authority", "hasRole", (identifier, DEPLOYER), False),
        )


def _grant(name: str, identifier: bytes, account: Ref | Account) -> Setting:
    return Setting(
        f"{account[0]} has {name}",
        "Authority",
        "grantRole",
        (identifier, account),
        View("Authority", "hasRole", (identifier, account), True),
    )


def _final(config: Config) -> Iterator[View]:
    """What no single setting shows: nobody else holds a role, rules and buckets as configured."""
    for identifier in (ADMIN_ROLE, role("GOVERNANCE")):
        yield View("Authority", "member_count", (identifier,), 1)
    for name, accounts in _operational_roles(config):
        yield View("Authority", "member_count", (role(name),), len(accounts))
    for rule in config.rule_table.rules:
        number, definition, _ = rule.arguments()
        yield View("RuleBook", "rule_of", (number,), definition)
        yield View("RuleBook", "version_of", (number,), 1)
    for bucket, cap in enumerate(config.buckets.caps()):
        yield View("Treasury", "bucket_cap", (bucket,), cap)
        issued = sum(part.amount for part in config.genesis if part.bucket == bucket)
        yield View("Treasury", "issued", (bucket,), issued * BASE_UNITS_PER_COS)
    total = sum(part.amount for part in config.genesis) * BASE_UNITS_PER_COS
    yield View("CosCredit", "totalSupply", (), total)
