"""The suite's state as its views show it: what invariants, metrics and the state's hash read."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from cos.economy.books import POOL
from cos.economy.govern_state import GovernanceState, read_governance
from cos.economy.market_state import MarketState, read_market
from cos.economy.sale import SaleState, read_sale
from cos.economy.stake_state import FeesState, StakingState, read_fees, read_staking
from cos.economy.vesting import VestingState, read_vesting

if TYPE_CHECKING:
    from cos.economy.loop import Loop


class Standing(NamedTuple):
    """`QuotaLedger.standing`; amounts in base units."""

    points: int
    records: int
    last_timestamp: int
    month: int
    month_amount: int
    once_bits: int


class Bucket(NamedTuple):
    """`BonusPool.bucket`, in 1e-4 base units."""

    sponsor_e4: int
    manager_e4: int
    manager_voided: bool


class DropState(NamedTuple):
    """`GrantDrops.state_of`; amounts in base units."""

    is_published: bool
    is_cancelled: bool
    left: int
    unsettled: int
    unsettled_claims: int


class Caps(NamedTuple):
    """`QuotaLedger.caps`: caps in whole COS, the month's amount in base units."""

    total: int
    carved: int
    contributor: int
    manager: int
    month: int
    month_amount: int
    batches: int


class TreasuryBucket(NamedTuple):
    """One of the Treasury's buckets, in base units."""

    cap: int
    issued: int
    returned: int


_TIMES = ("time", "month")


@dataclass(frozen=True)
class State:
    """Everything at one moment. Amounts are base units, `e4` 1e-4 base units."""

    time: int
    supply: int
    supply_cap: int
    circulating: int
    balances: dict[str, int]
    contract_balances: dict[str, int]
    treasury_buckets: list[TreasuryBucket]
    vesting: VestingState
    sale: SaleState
    staking: StakingState
    fees: FeesState
    market: MarketState
    quota_issued: int
    quota_of: dict[str, int]
    locked_quota: int
    locked_own: int
    quota_aside: int
    drops: dict[int, DropState]
    """Number of a drop -> what has become of it."""

    holdings: dict[tuple[int, int, str], int]
    """(lot, community, holder) -> amount."""

    reserve: int
    open_quota: int
    accrued_e4: int
    highest_bps: int
    buckets: dict[tuple[str, int], Bucket]
    """(account, month) -> what is unclaimed."""

    carried_e4: dict[str, int]
    """account -> the remainder of its last payout."""

    standings: dict[tuple[int, str], Standing]
    """(community, contributor) -> standing."""

    voided_points: dict[tuple[int, str], int]
    """(community, contributor) -> void points, where there are any."""

    month: int
    caps: dict[int, Caps]
    managers_spent: dict[tuple[int, str], int]
    """(community, manager) -> what counts against its cap in `month`, where there is any."""

    digests: dict[tuple[int, int], bytes]
    """(community, number of the batch) -> digest."""

    governance: GovernanceState = field(default_factory=GovernanceState)

    def hash(self) -> str:
        """Return a SHA-256 over all of it but the time, in hex; the order of reading is no part."""
        fields = {key: _plain(value) for key, value in asdict(self).items() if key not in _TIMES}
        return hashlib.sha256(json.dumps(fields, sort_keys=True).encode()).hexdigest()


def read_state(loop: Loop) -> State:
    """Read the chain's state. The books say which accounts, lots and batches exist, not how much
    is in them."""
    world, books = loop.world, loop.books
    suite, ledger, pool = world.suite, world.suite.quota_ledger, world.suite.bonus_pool
    token, treasury = suite.token, suite.treasury
    contracts = {name: contract.address for name, contract in suite.deployed.items()}
    communities = sorted({community for community, _ in books.holdings})
    caps = {community: Caps(*ledger.caps(community)) for community in communities}
    month, totals = world.month, pool.totals()
    return State(
        time=world.chain.timestamp,
        supply=token.totalSupply(),
        supply_cap=token.CAP(),
        circulating=treasury.circulating_supply(),
        balances={address: token.balanceOf(address) for address in world.labels},
        contract_balances={name: token.balanceOf(at) for name, at in contracts.items()},
        treasury_buckets=[
            TreasuryBucket(
                treasury.bucket_cap(bucket), treasury.issued(bucket), treasury.returned(bucket)
            )
            for bucket in range(treasury.bucket_count())
        ],
        vesting=read_vesting(suite, books.vesting),
        sale=read_sale(world, books.sale),
        staking=read_staking(world, books),
        fees=read_fees(world, books),
        market=read_market(loop),
        quota_issued=ledger.quota_issued(),
        quota_of={sponsor: ledger.quota_of(sponsor) for sponsor in books.quota},
        locked_quota=ledger.locked_quota(),
        locked_own=ledger.locked_own(),
        quota_aside=ledger.quota_aside(),
        drops={
            drop: DropState(*suite.grant_drops.state_of(aside.terms))
            for drop, aside in books.drops.items()
        },
        holdings={
            (lot, community, holder): ledger.holding(lot, community, holder)
            for lot, community, holder, _ in books.all_holdings()
        },
        reserve=totals[0],
        open_quota=totals[1],
        accrued_e4=totals[2],
        highest_bps=_highest_bps(pool.schedule(), month),
        buckets={key: Bucket(*pool.bucket(*key)) for key in books.buckets()},
        carried_e4={account: pool.carried_e4(account) for account in books.carried_e4},
        standings={key: Standing(*ledger.standing(*key)) for key in books.standings},
        voided_points={
            key: voided for key in books.standings if (voided := ledger.voided_points(*key))
        },
        month=month,
        caps=caps,
        managers_spent={
            key: spent
            for key, months in books.spent.items()
            if key[1] != POOL and month in months and (spent := ledger.manager_spent(*key, month))
        },
        digests={
            (community, number): ledger.batch_digest(community, number)
            for community, each in caps.items()
            for number in range(1, each.batches + 1)
        },
        governance=read_governance(world, books),
    )


def _highest_bps(steps: list[tuple[int, int, int]], month: int) -> int:
    """Return the highest sum of both rates that holds now or later."""
    running = max(step[0] for step in steps if step[0] <= month)
    return max(sponsor + manager for first, sponsor, manager in steps if first >= running)


def _plain(value: Any) -> Any:
    """Return a value as JSON can hold it: tuples as keys become text, bytes become hex."""
    if isinstance(value, dict):
        return {repr(key): _plain(each) for key, each in value.items()}
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    return value
