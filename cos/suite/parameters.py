"""Every value that governance sets: where it stands, within which bounds, and when it last changed.

    values = read_parameters(contracts, changes)

`PARAMETERS` is the one list of them; a test compares it with docs/roles.md, and another tries the
bounds on the contracts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from cos.chain import Contract, Event
from cos.chain.chain import ZERO_ADDRESS
from cos.fields import cos_text
from cos.paths import PROJECT_ROOT
from cos.suite.config import Bucket
from cos.suite.plan import ADMIN_ROLE, role
from cos.suite.rules import BASE_UNITS_PER_COS

PAGE = PROJECT_ROOT / "docs" / "parameters.md"
BEGIN, END = "<!-- parameters: begin -->\n", "<!-- parameters: end -->\n"

DAY = 86_400
BPS, SECONDS, AMOUNT, COS, ADDRESS = "bps", "seconds", "base units", "COS", "address"

ROLE_NAMES = {
    ADMIN_ROLE: "admin",
    **{
        role(name): name
        for name in (
            *("GOVERNANCE", "AUDITOR", "SECRETARIAT", "SELLER", "ADMISSION", "CASHIER"),
            *("COMMITTEE", "DESK", "GUARDIAN", "LOCKER"),
        )
    },
}


@dataclass(frozen=True)
class Parameter:
    """A value that governance sets by `setter` and anyone reads by `view`.

    One that stands under keys (a bucket and an issuer, say) has one value for each combination that
    its events name, and for `known_keys`: `keys` are the events' fields, in the order of the view's
    arguments. `low` and `high` are in `unit`, both included. `fields` name a struct's parts.
    """

    contract: str
    name: str
    view: str
    setter: str
    events: tuple[str, ...]
    unit: str = ""
    low: int = 0
    high: int | None = None
    note: str = ""
    keys: tuple[str, ...] = ()
    known_keys: tuple[tuple[Any, ...], ...] = ()
    fields: tuple[str, ...] = ()

    @property
    def bounds(self) -> str:
        """In words."""
        limits = ""
        if self.high is not None and self.unit == AMOUNT:
            limits = f"{self.low // BASE_UNITS_PER_COS:,} to {cos_text(self.high)}"
        elif self.high is not None:
            limits = f"{self.low:,} to {self.high:,} {self.unit}".rstrip()
        return "; ".join(part for part in (limits, self.note) if part)


class Change(NamedTuple):
    """An event of one of the suite's contracts, and the block that it was mined in."""

    event: Event
    block: int


@dataclass(frozen=True)
class Value:
    """What a parameter is, under one key, and its last change, if the chain was asked for it."""

    parameter: Parameter
    key: tuple[Any, ...]
    value: Any
    change: Change | None

    def facts(self) -> dict[str, Any]:
        """For JSON; numbers beyond 2^53 as text."""
        parameter = self.parameter
        return {
            "contract": parameter.contract,
            "name": parameter.name,
            "key": [_plain(part) for part in self.key],
            "value": _plain(self.value),
            "unit": parameter.unit,
            "bounds": parameter.bounds,
            "setter": parameter.setter,
            "block": self.change.block if self.change else None,
        }


PARAMETERS = (
    Parameter(
        *("Authority", "who holds a role", "hasRole", "grantRole", ("RoleGranted", "RoleRevoked")),
        note="the last admin can't go",
        keys=("role", "account"),
    ),
    Parameter("CosCredit", "minter", "minter", "set_minter", ("MinterChanged",), ADDRESS),
    Parameter(
        *("Treasury", "cap of a bucket", "bucket_cap", "merge_center_reserve"),
        ("BucketCapChanged",),
        AMOUNT,
        note="Center reserve to incentive reserve only",
        keys=("bucket",),
        known_keys=tuple((int(bucket),) for bucket in Bucket),
    ),
    Parameter(
        *("Treasury", "what an issuer may issue", "issuer_allowance", "set_issuer"),
        ("IssuerSet",),
        AMOUNT,
        note="at most the bucket's cap",
        keys=("bucket", "issuer"),
    ),
    Parameter(
        *("Treasury", "whose COS does not circulate", "is_custodian", "set_custodian"),
        ("CustodianSet",),
        note="at most 32",
        keys=("account",),
    ),
    Parameter(
        *("RuleBook", "rule", "rule_of", "set_rule", ("RuleSet",)),
        note="rule 1 to 255; amounts in base units",
        keys=("rule",),
        fields=(*("category", "unit", "minimum", "maximum", "once bit", "participants", "active"),),
    ),
    Parameter(
        *("RuleBook", "index of all amounts", "index_bps", "set_index", ("IndexSet",), BPS),
        *(1, 9_999, "10,000 at first, only falling"),
    ),
    Parameter(
        *("RuleBook", "how far communities may override", "override_factor_bps"),
        *("set_override_factor", ("OverrideFactorSet",), BPS, 10_000, 100_000),
    ),
    Parameter(
        *("BonusPool", "ledger", "is_ledger", "set_ledger", ("LedgerChanged",)), keys=("ledger",)
    ),
    Parameter(
        *("BonusPool", "schedule of bonuses", "schedule", "set_schedule", ("ScheduleChanged",)),
        note="sponsors 1,000 to 2,500, managers 500 to 1,000 bps; at most 6 steps",
        fields=("month", "sponsors", "managers"),
    ),
    Parameter(
        *("BonusPool", "challenge window from a month on", "window_of", "set_window"),
        *(("WindowChanged",), SECONDS, DAY, 90 * DAY, "months that have not begun"),
        keys=("from_month",),
    ),
    Parameter(
        *("QuotaLedger", "monthly caps of a community", "caps", "set_community_cap"),
        ("CommunityCapChanged",),
        AMOUNT,
        note="a child's comes out of its parent's",
        keys=("community",),
    ),
    Parameter(
        *("FounderRegister", "registrar", "registrar", "set_registrar", ("RegistrarChanged",)),
        ADDRESS,
    ),
    Parameter("ServiceCredit", "minter", "minter", "set_minter", ("MinterChanged",), ADDRESS),
    Parameter(
        *("FounderSale", "price of a seat in a coin", "price", "set_price", ("PriceSet",)),
        note="the coin's base units; 0: not sold for it",
        keys=("tier", "coin"),
    ),
    Parameter("FounderSale", "Center", "center", "set_center", ("CenterChanged",), ADDRESS),
    Parameter("QuotaSale", "Center", "center", "set_center", ("CenterChanged",), ADDRESS),
    Parameter(
        *("VestingVault", "what a grantor may grant", "grantor_allowance", "set_grantor"),
        ("GrantorSet",),
        AMOUNT,
        note="at most the bucket's cap",
        keys=("bucket", "grantor"),
    ),
    Parameter(
        *("ManagementPool", "peak of the release from a month on", "curve_of", "set_peak"),
        *(("PeakChanged",), "", 6, 120, "months to come"),
        keys=("begin_month",),
        fields=("after month", "peak", "rest in base units"),
    ),
    Parameter(
        *("FeeRouter", "shares of stakers, nodes, Center", "shares", "set_shares"),
        *(("SharesChanged",), BPS),
        note="stakers at least 2,000, nodes at most 4,000 bps",
        fields=("stakers", "nodes", "Center"),
    ),
    Parameter(
        *("FeeRouter", "the system's share of app fees", "system_bps", "set_system_share"),
        *(("SystemShareChanged",), BPS, 0, 3_000),
    ),
    Parameter(
        *("FeeRouter", "what waits for the stakers at most", "push_threshold"),
        *("set_push_threshold", ("PushThresholdChanged",), COS, 0, 1_000_000),
    ),
    Parameter(
        *("FeeRouter", "collector of fees", "is_collector", "set_collector"),
        ("CollectorChanged",),
        keys=("collector",),
    ),
    Parameter("FeeRouter", "staking", "staking", "set_staking", ("StakingChanged",), ADDRESS),
    Parameter("FeeRouter", "Center", "center", "set_center", ("CenterChanged",), ADDRESS),
    Parameter("FeeRouter", "nodes", "nodes", "set_nodes", ("NodesChanged",), ADDRESS),
    Parameter(
        *("FeeRouter", "app", "app", "set_app_listed", ("AppListingChanged",)), keys=("app",)
    ),
    Parameter(
        *("FeeRouter", "official app", "app", "set_official", ("AppOfficialChanged",)),
        note="of the Center's address",
        keys=("app",),
    ),
    Parameter(
        *("SubTokenIssuer", "what opening a sub-token costs", "issue_fee", "set_issue_fee"),
        *(("IssueFeeChanged",), AMOUNT, 0, 100_000 * BASE_UNITS_PER_COS),
    ),
    Parameter(
        *("SubTokenIssuer", "fee router", "router", "set_router", ("RouterChanged",), ADDRESS)
    ),
    Parameter(
        *("Exchange", "fee of trades, of the COS side", "fee_bps", "set_fee", ("FeeChanged",)),
        *(BPS, 0, 100),
    ),
    Parameter(
        *("Exchange", "fee router", "fee_router", "set_fee_router", ("FeeRouterChanged",)),
        ADDRESS,
    ),
    Parameter(
        *("Committee", "settings", "settings", "set_settings", ("SettingsChanged",)),
        note="seats 3 to 15, signatures more than half; weights 1,000 to 9,000 bps; bond 1,000 to "
        "100,000,000 COS; notice 7 to 90, term 90 to 1,461, release 21 to 366 days",
        fields=(
            *("seats", "signatures", "points in bps", "bond in base units"),
            *("notice seconds", "term seconds", "release seconds"),
        ),
    ),
    Parameter(
        *("Committee", "open to all, not to founders only", "is_open", "open_to_all"),
        ("OpenedToAll",),
        note="once, for good",
    ),
    Parameter(
        *("Committee", "community whose points count", "is_counted", "set_counted"),
        ("CommunityCounted",),
        keys=("community",),
    ),
)


def read_parameters(
    contracts: Mapping[str, Contract], changes: Iterable[Change] = ()
) -> Iterator[Value]:
    """Read every parameter of these contracts, those under keys as far as `changes` name keys.

    `changes` are events in the chain's order.
    """
    last: dict[tuple[str, str], dict[tuple[Any, ...], Change]] = {}
    for change in changes:
        for parameter in _by_event(change.event, contracts):
            key = tuple(change.event.args[name] for name in parameter.keys)
            last.setdefault((parameter.contract, parameter.setter), {})[key] = change
    for parameter in PARAMETERS:
        if parameter.contract not in contracts:
            continue
        contract = contracts[parameter.contract]
        found = last.get((parameter.contract, parameter.setter), {})
        for key in dict.fromkeys((*parameter.known_keys, *found)) if parameter.keys else [()]:
            value = contract.call(parameter.view, *key)
            yield Value(parameter, key, value, found.get(key))


def _by_event(event: Event, contracts: Mapping[str, Contract]) -> Iterator[Parameter]:
    for parameter in PARAMETERS:
        contract = contracts.get(parameter.contract)
        if contract and event.name in parameter.events and event.address == contract.address:
            yield parameter


def in_words(value: Value, names: Mapping[str, str]) -> tuple[str, str]:
    """Key and value for people; `names` are the contracts' by address."""
    parameter = value.parameter
    key = ", ".join(
        _key_word(name, part, names) for name, part in zip(parameter.keys, value.key, strict=True)
    )
    return key, _word(value.value, parameter, names)


def _key_word(name: str, part: Any, names: Mapping[str, str]) -> str:
    if name == "role":
        return ROLE_NAMES.get(part, "0x" + part.hex())
    if name == "bucket":
        return Bucket(part).name.lower()
    return _word(part, None, names)


def _word(value: Any, parameter: Parameter | None, names: Mapping[str, str]) -> str:
    unit = parameter.unit if parameter else ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return cos_text(value) if unit == AMOUNT else f"{value:,} {unit}".rstrip()
    if isinstance(value, bytes):
        return "0x" + value.hex()
    if isinstance(value, list | tuple):
        words = [_word(part, parameter, names) for part in value]
        if parameter and parameter.fields and not isinstance(value[0], list | tuple):
            pairs = zip(parameter.fields, words, value, strict=True)
            return ", ".join(f"{name} {word}" for name, word, part in pairs if part)
        return "; ".join(words)
    return "none" if value == ZERO_ADDRESS else names.get(value, str(value))


def to_markdown(values: Iterable[Value], names: Mapping[str, str]) -> str:
    """The table of docs/parameters.md: what stands under keys is there without values."""
    lines = [
        "| contract | value | set by | bounds | after the default deployment |",
        "|---|---|---|---|---|",
    ]
    found = {(value.parameter, value.key): value for value in values}
    for parameter in PARAMETERS:
        value = found.get((parameter, ()))
        name = parameter.name
        if parameter.keys:
            name += f", by {' and '.join(parameter.keys)}".replace("_", " ")
        shown = in_words(value, names)[1] if value else ""
        setter = f"`{parameter.setter}`"
        lines.append(f"| {parameter.contract} | {name} | {setter} | {parameter.bounds} | {shown} |")
    return "\n".join(lines) + "\n"


def with_table(page: str, table: str) -> str:
    """The page with its table replaced."""
    head, _, rest = page.partition(BEGIN)
    return head + BEGIN + table + END + rest.partition(END)[2]


def _plain(value: Any) -> Any:
    if isinstance(value, bytes):
        return "0x" + value.hex()
    if isinstance(value, list | tuple):
        return [_plain(part) for part in value]
    if isinstance(value, int) and not isinstance(value, bool) and value >= 2**53:
        return str(value)
    return value
