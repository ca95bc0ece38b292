"""The configuration of a deployment: one TOML file, checked before anything is sent.

    config = load_config()                 # config/default.toml
    config.buckets.caps()                  # base units, by bucket id

The file gives amounts in whole COS.
"""

import re
from enum import IntEnum
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Self

from pydantic import AfterValidator, BeforeValidator, Field, PrivateAttr, model_validator

from cos.paths import CONFIG_FOLDER
from cos.suite.founders import Tier
from cos.suite.grants import GrantBatch, batches, check_room, load_grants
from cos.suite.rules import BASE_UNITS_PER_COS, RuleTable, load_rules
from cos.toml_input import Strict, load_toml

CONFIG_FILE = CONFIG_FOLDER / "default.toml"
CAP_COS = 102_400_000_000
GENESIS_COS = CAP_COS * 30 // 100
MAX_STEPS = 6


class Bucket(IntEnum):
    """The Treasury's buckets with their ids on chain."""

    ANGELS = 0
    FOUNDERS = 1
    INITIAL_TEAM = 2
    MANAGEMENT_TEAM = 3
    INCENTIVE_RESERVE = 4
    PARTNERS = 5
    NODES = 6
    CENTER_RESERVE = 7


BUCKET_NAMES = tuple(bucket.name.lower() for bucket in Bucket)


def _account(text: str) -> str:
    if text.startswith("0x"):
        if not re.fullmatch(r"0x[0-9a-fA-F]{40}", text) or not int(text, 16):
            raise ValueError("is not an address; give 0x and 40 hexadecimal digits, not all zero")
    elif not text.strip():
        raise ValueError("is empty; give an account's name or address")
    return text


def _bucket(name: object) -> Bucket:
    if name not in BUCKET_NAMES:
        raise ValueError(f"is no bucket; use one of {', '.join(BUCKET_NAMES)}")
    return Bucket[str(name).upper()]


Account = Annotated[str, AfterValidator(_account)]
Accounts = Annotated[list[Account], Field(min_length=1)]
Cos = Annotated[int, Field(strict=True, ge=0, le=CAP_COS)]
PositiveCos = Annotated[int, Field(strict=True, ge=1, le=CAP_COS)]


class Roles(Strict):
    """Who holds which role after the deployment."""

    governance: Account
    auditors: Accounts
    secretariat: Accounts
    admission: Accounts
    cashiers: Accounts
    committee: Accounts
    desks: Accounts
    sellers: Annotated[list[Account], Field(default=[])]


class Buckets(Strict):
    """Caps of the Treasury's buckets, whole COS; together exactly the token's cap."""

    angels: Cos
    founders: Cos
    initial_team: Cos
    management_team: Cos
    incentive_reserve: Cos
    partners: Cos
    nodes: Cos
    center_reserve: Cos

    @model_validator(mode="after")
    def _add_up(self) -> Self:
        total = sum(self.in_order())
        if total != CAP_COS:
            raise ValueError(
                f"the buckets add up to {total:,} COS, not to the cap; "
                f"{'add' if total < CAP_COS else 'take off'} {abs(CAP_COS - total):,}"
            )
        return self

    def in_order(self) -> list[int]:
        """Whole COS by bucket id."""
        return [getattr(self, name) for name in BUCKET_NAMES]

    def caps(self) -> list[int]:
        """Base units by bucket id."""
        return [amount * BASE_UNITS_PER_COS for amount in self.in_order()]


class Allocation(Strict):
    """A part of genesis; `amount` is whole COS."""

    bucket: Annotated[Bucket, BeforeValidator(_bucket)]
    recipient: Account
    amount: PositiveCos


class Supply(Strict):
    """Accounts whose COS does not circulate, beside the suite's own contracts."""

    custodians: Annotated[list[Account], Field(max_length=30)]


class BonusStep(Strict):
    """Rates in bps from a number of calendar months after the deployment's month."""

    after_months: Annotated[int, Field(strict=True, ge=0, le=1_200)]
    sponsor_bps: Annotated[int, Field(strict=True, ge=1_000, le=2_500)]
    manager_bps: Annotated[int, Field(strict=True, ge=500, le=1_000)]


class Bonus(Strict):
    """Challenge window in days and the schedule of rates."""

    window_days: Annotated[int, Field(strict=True, ge=1, le=90)]
    steps: Annotated[list[BonusStep], Field(min_length=1, max_length=MAX_STEPS)]

    @model_validator(mode="after")
    def _ascending(self) -> Self:
        months = [step.after_months for step in self.steps]
        if months[0] != 0:
            raise ValueError("the first step is in the future; give it after_months = 0")
        if any(later <= earlier for earlier, later in pairwise(months)):
            raise ValueError("the steps' after_months do not ascend; put them in order")
        return self


class Caps(Strict):
    """First caps a calendar month, whole COS."""

    community: Cos
    contributor: PositiveCos
    manager: PositiveCos


class Management(Strict):
    """The curve along which the management team's bucket is released for awards."""

    peak_month: Annotated[int, Field(strict=True, ge=6, le=120)]


class GrantsFile(Strict):
    """A table of grants that the deployment loads into the vault, relative to this file."""

    bucket: Annotated[Bucket, BeforeValidator(_bucket)]
    file: Annotated[str, Field(min_length=1)]
    revocable: bool


class Price(Strict):
    """What a seat of each tier costs in a stablecoin, in its base units; 0: not sold for it."""

    coin: Account
    service: Annotated[int, Field(strict=True, ge=0, lt=2**128)]
    industry: Annotated[int, Field(strict=True, ge=0, lt=2**128)]


class Fees(Strict):
    """What fees become, and the account of the Center; `push_threshold` is whole COS."""

    center: Account
    stakers_bps: Annotated[int, Field(strict=True, ge=2_000, le=10_000)]
    system_bps: Annotated[int, Field(strict=True, ge=0, le=3_000)]
    push_threshold: Annotated[int, Field(strict=True, ge=0, le=1_000_000)]


class Market(Strict):
    """What opening a sub-token costs, whole COS, and the fee of trades."""

    issue_fee: Annotated[int, Field(strict=True, ge=0, le=100_000)]
    trade_fee_bps: Annotated[int, Field(strict=True, ge=0, le=100)]


class Committee(Strict):
    """The executive committee's settings; `min_bond` is whole COS."""

    seats: Annotated[int, Field(strict=True, ge=3, le=15)]
    threshold: Annotated[int, Field(strict=True, ge=2, le=15)]
    points_bps: Annotated[int, Field(strict=True, ge=1_000, le=9_000)]
    min_bond: Annotated[int, Field(strict=True, ge=1_000, le=100_000_000)]
    notice_days: Annotated[int, Field(strict=True, ge=7, le=90)]
    term_days: Annotated[int, Field(strict=True, ge=90, le=1_461)]
    release_days: Annotated[int, Field(strict=True, ge=21, le=366)]

    @model_validator(mode="after")
    def _majority(self) -> Self:
        if not self.seats < 2 * self.threshold <= 2 * self.seats:
            raise ValueError(
                f"threshold {self.threshold} is not more than half of {self.seats} seats, or more "
                f"than all; give {self.seats // 2 + 1} to {self.seats}"
            )
        return self

    def on_chain(self) -> tuple[int, ...]:
        """Seats, signatures, bps, base units, and seconds."""
        days = (self.notice_days, self.term_days, self.release_days)
        bond = self.min_bond * BASE_UNITS_PER_COS
        return self.seats, self.threshold, self.points_bps, bond, *(day * 86_400 for day in days)


class FounderSale(Strict):
    """The founders' tiers, the account that their payments go to, and the coins they pay in."""

    center: Account
    service: Tier
    industry: Tier
    prices: Annotated[list[Price], Field(default=[])]

    def tiers(self) -> tuple[tuple[str, Tier], ...]:
        """Names and tiers by their ids on chain."""
        return ("service", self.service), ("industry", self.industry)


class Config(Strict):
    """A whole deployment."""

    utc_offset_hours: Annotated[int, Field(strict=True, ge=-12, le=14)]
    rules: Annotated[str, Field(min_length=1)]
    roles: Roles
    buckets: Buckets
    genesis: Annotated[list[Allocation], Field(min_length=1, max_length=64)]
    supply: Supply
    bonus: Bonus
    caps: Caps
    management: Management
    grants: Annotated[list[GrantsFile], Field(default=[])]
    fees: Fees
    market: Market
    committee: Committee
    founder_sale: FounderSale

    _folder: Path = PrivateAttr(default=CONFIG_FOLDER)

    @model_validator(mode="after")
    def _genesis_is_30_percent(self) -> Self:
        total = sum(part.amount for part in self.genesis)
        if total != GENESIS_COS:
            raise ValueError(
                f"genesis adds up to {total:,} COS, not to 30 % of the cap; make it {GENESIS_COS:,}"
            )
        caps = self.buckets.in_order()
        for bucket in Bucket:
            issued = sum(part.amount for part in self.genesis if part.bucket is bucket)
            if issued > caps[bucket]:
                raise ValueError(
                    f"genesis issues {issued:,} COS from '{bucket.name.lower()}'; "
                    f"its bucket holds {caps[bucket]:,}"
                )
        return self

    @property
    def utc_offset_seconds(self) -> int:
        return self.utc_offset_hours * 3_600

    @cached_property
    def rule_table(self) -> RuleTable:
        """The rules that `rules` names. Raises InputError."""
        return load_rules(self._folder / self.rules)

    @property
    def grant_tables(self) -> list[list[GrantBatch]]:
        """The batches of each table that `grants` names. Raises InputError."""
        return [self._batches(each) for each in self.grants]

    def path_of(self, table: GrantsFile) -> Path:
        """Where a table of grants is."""
        return self._folder / table.file

    def _batches(self, table: GrantsFile) -> list[GrantBatch]:
        """Out of what genesis issues to the vault: its allowances stay whole, to be read back."""
        path, name = self.path_of(table), table.bucket.name.lower()
        rows = load_grants(path)
        held = sum(
            part.amount
            for part in self.genesis
            if part.bucket is table.bucket and part.recipient == "VestingVault"
        )
        others = sum(
            grant.amount
            for other in self.grants[: self.grants.index(table)]
            if other.bucket is table.bucket
            for grant in load_grants(self.path_of(other))
        )
        room = held * BASE_UNITS_PER_COS - others
        check_room(path, rows, room, f"the vault's part of {name} in genesis")
        return batches(rows, table.bucket, table.revocable)


def load_config(path: Path = CONFIG_FILE) -> Config:
    """Read and check a deployment's configuration and its rules.

    Raises InputError, one line with file, line, key and remedy, for the first thing wrong.
    """
    config = load_toml(path, Config)
    config._folder = path.parent
    _ = config.rule_table, config.grant_tables
    return config
