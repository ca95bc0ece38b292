"""An account of the contribution loop kept beside the chain, from what was sent to it.

Nothing here is read from the chain: the books follow the arguments of the transactions that
succeeded, so that the invariants compare two independent computations. Amounts are base units,
`e4` is 1e-4 base units, communities are the chain's ids, holders and accounts are addresses.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from cos.chain.chain import ZERO_ADDRESS as POOL
from cos.economy.exchange_book import Exchange
from cos.economy.fees_book import Fees
from cos.economy.founders_book import Sale
from cos.economy.motions_book import Governance
from cos.economy.staking_book import Staking
from cos.economy.sub_token_book import SubTokens
from cos.economy.vesting import Vesting


class Entry(NamedTuple):
    """One contribution as `QuotaLedger.grant` takes it: quantity in hundredths."""

    contributor: str
    rule: int
    quantity: int
    amount: int
    evidence: bytes


class Rates(NamedTuple):
    """The bonus rates from a calendar month on."""

    month: int
    sponsor_bps: int
    manager_bps: int


@dataclass(slots=True)
class Lot:
    """A donation; `is_own` for the sponsor's own coins."""

    sponsor: str
    is_own: bool


@dataclass(slots=True)
class Standing:
    """What one contributor got in one community."""

    points: int = 0
    records: int = 0
    month: int = 0
    month_amount: int = 0


@dataclass(slots=True)
class Bonus:
    """What an account earned in one calendar month and has not claimed, in e4."""

    sponsor_e4: int = 0
    manager_e4: int = 0


@dataclass(slots=True)
class Aside:
    """What a manager set aside for a drop. `terms` are the chain's name for it, nothing more."""

    terms: Any
    lot: int
    community: int
    manager: str
    sponsor_bps: int
    manager_bps: int
    left: int
    """What nobody has claimed or returned yet."""

    unsettled: int = 0
    """What was claimed since the last settlement."""

    unsettled_claims: int = 0
    is_cancelled: bool = False

    @property
    def aside_e4(self) -> int:
        """The bonus that it can still earn."""
        return (self.left + self.unsettled) * (self.sponsor_bps + self.manager_bps)


@dataclass
class Books:
    """Running totals of everything that the invariants need."""

    schedule: Sequence[Rates]
    vesting: Vesting
    sale: Sale = field(default_factory=Sale)
    staking: Staking = field(default_factory=Staking)
    fees: Fees = field(default_factory=Fees)
    sub_tokens: SubTokens = field(default_factory=SubTokens)
    exchange: Exchange = field(default_factory=Exchange)
    governance: Governance = field(default_factory=Governance)
    quota: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    quota_issued: int = 0
    own_donated: int = 0
    lots: dict[int, Lot] = field(default_factory=dict)
    holdings: dict[tuple[int, str], dict[int, int]] = field(
        default_factory=lambda: defaultdict(dict)
    )
    """(community, holder) -> lot -> amount, the oldest lot first."""

    standings: dict[tuple[int, str], Standing] = field(
        default_factory=lambda: defaultdict(Standing)
    )
    spent: dict[tuple[int, str], dict[int, int]] = field(
        default_factory=lambda: defaultdict(lambda: defaultdict(int))
    )
    """(community, manager or POOL for all) -> month -> granted or set aside: what counts against
    the caps."""

    granted: dict[int, int] = field(default_factory=lambda: defaultdict(int))
    """Month -> what contributors were paid, by grants and by claims."""

    drops: dict[int, Aside] = field(default_factory=dict)
    """Number of a drop -> what is in it."""

    claims: int = 0
    claimed: int = 0
    returned_unclaimed: int = 0
    batches: dict[int, int] = field(default_factory=lambda: defaultdict(int))
    records: int = 0
    granted_quota: int = 0
    granted_own: int = 0
    returned_own: int = 0
    bonuses: dict[tuple[str, int], Bonus] = field(default_factory=lambda: defaultdict(Bonus))
    """(account, month) -> what is still in the bucket."""

    sponsor_e4: int = 0
    manager_e4: int = 0
    voided_e4: int = 0
    voided_points: dict[tuple[int, str], int] = field(default_factory=lambda: defaultdict(int))
    """(community, contributor) -> points that count no more; they stay in the standing."""

    void_months: set[tuple[str, int]] = field(default_factory=set)
    """(manager, month) in which the manager earns nothing as a manager."""

    paid: int = 0
    carried_e4: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    funded: int = 0

    # --- what happened ---------------------------------------------------------------------------

    def quota_was_issued(self, sponsor: str, amount: int) -> None:
        self.quota[sponsor] += amount
        self.quota_issued += amount

    def was_donated(
        self, lot: int, sponsor: str, community: int, amount: int, *, is_own: bool
    ) -> None:
        self.lots[lot] = Lot(sponsor, is_own)
        if is_own:
            self.own_donated += amount
        else:
            self.quota[sponsor] -= amount
        self._put(lot, community, POOL, amount)

    def was_moved(
        self, lot: int, source: tuple[int, str], target: tuple[int, str], amount: int
    ) -> None:
        self._take(lot, *source, amount)
        self._put(lot, *target, amount)

    def was_returned(self, lot: int, community: int, holders: Sequence[str]) -> int:
        """Book the return of a lot from a closed community; return the amount."""
        amount = sum(self.holdings[community, each].pop(lot, 0) for each in (POOL, *holders))
        self._send_home(lot, amount)
        return amount

    def was_granted(
        self, lot: int, community: int, manager: str, entries: Sequence[Entry], month: int
    ) -> int:
        """Book a batch; return its total."""
        origin = self.lots[lot]
        total = sum(entry.amount for entry in entries)
        for entry in entries:
            self._record(community, entry.contributor, entry.amount, month, origin)
        self._take(lot, community, manager, total)
        self.batches[community] += 1
        self._spend(community, manager, month, total)
        self._earn(lot, manager, month, total, *self.bonus_rates(lot, manager, month))
        return total

    def was_set_aside(
        self, drop: int, terms: Any, lot: int, community: int, manager: str, amount: int, month: int
    ) -> None:
        """Book a drop: it counts against the caps now, and earns at the rates of now."""
        self._take(lot, community, manager, amount)
        self._spend(community, manager, month, amount)
        rates = self.bonus_rates(lot, manager, month)
        self.drops[drop] = Aside(terms, lot, community, manager, *rates, amount)

    def was_drawn(self, drop: int, contributor: str, amount: int, month: int) -> None:
        """Book a claim from a drop."""
        aside = self.drops[drop]
        aside.left -= amount
        aside.unsettled += amount
        aside.unsettled_claims += 1
        self.claims += 1
        self.claimed += amount
        self._record(aside.community, contributor, amount, month, self.lots[aside.lot])

    def was_settled(self, drop: int, month: int) -> tuple[int, int, int]:
        """Book a settlement; return what was claimed and the rates at which it earns."""
        aside = self.drops[drop]
        total, aside.unsettled, aside.unsettled_claims = aside.unsettled, 0, 0
        is_void = (aside.manager, month) in self.void_months
        rates = aside.sponsor_bps, 0 if is_void else aside.manager_bps
        self.batches[aside.community] += 1
        self._earn(aside.lot, aside.manager, month, total, *rates)
        return total, *rates

    def was_put_back(self, drop: int, *, is_closed: bool) -> int:
        """Book the return of what nobody claimed, to the pool or a closed community's sponsor."""
        aside = self.drops[drop]
        amount, aside.left = aside.left, 0
        self.returned_unclaimed += amount
        if is_closed:
            self._send_home(aside.lot, amount)
        else:
            self._put(aside.lot, aside.community, POOL, amount)
        return amount

    def _send_home(self, lot: int, amount: int) -> None:
        origin = self.lots[lot]
        if origin.is_own:
            self.returned_own += amount
        else:
            self.quota[origin.sponsor] += amount

    def _record(
        self, community: int, contributor: str, amount: int, month: int, origin: Lot
    ) -> None:
        standing = self.standings[community, contributor]
        standing.records += 1
        if standing.month != month:
            standing.month, standing.month_amount = month, 0
        standing.month_amount += amount
        self.records += 1
        self.granted[month] += amount
        if origin.is_own:
            self.granted_own += amount
        else:
            standing.points += amount
            self.granted_quota += amount

    def _spend(self, community: int, manager: str, month: int, amount: int) -> None:
        self.spent[community, manager][month] += amount
        self.spent[community, POOL][month] += amount

    def _earn(
        self, lot: int, manager: str, month: int, total: int, sponsor_bps: int, manager_bps: int
    ) -> None:
        if self.lots[lot].is_own:
            return
        self.bonuses[self.lots[lot].sponsor, month].sponsor_e4 += total * sponsor_bps
        self.bonuses[manager, month].manager_e4 += total * manager_bps
        self.sponsor_e4 += total * sponsor_bps
        self.manager_e4 += total * manager_bps

    def bonus_was_voided(
        self, account: str, month: int, amount_e4: int, *, is_manager: bool
    ) -> None:
        bonus = self.bonuses[account, month]
        if is_manager:
            bonus.manager_e4 -= amount_e4
        else:
            bonus.sponsor_e4 -= amount_e4
        self.voided_e4 += amount_e4

    def month_was_voided(self, manager: str, month: int) -> None:
        bonus = self.bonuses[manager, month]
        self.voided_e4 += bonus.manager_e4
        bonus.manager_e4 = 0
        self.void_months.add((manager, month))

    def points_were_voided(self, community: int, entries: Sequence[Entry]) -> int:
        """Book the voiding of records' points; return how many they were."""
        for entry in entries:
            self.voided_points[community, entry.contributor] += entry.amount
        return sum(entry.amount for entry in entries)

    def was_claimed(self, account: str, months: Sequence[int]) -> int:
        """Book a claim; return the base units that it pays (rounded down, the rest carried)."""
        buckets = [self.bonuses.pop((account, month), Bonus()) for month in months]
        earned = sum(bucket.sponsor_e4 + bucket.manager_e4 for bucket in buckets)
        paid, self.carried_e4[account] = divmod(earned + self.carried_e4[account], 10_000)
        self.paid += paid
        return paid

    # --- what follows from it --------------------------------------------------------------------

    def rates(self, month: int) -> Rates:
        """The rates that hold in a month."""
        return max(step for step in self.schedule if step.month <= month)

    def bonus_rates(self, lot: int, manager: str, month: int) -> tuple[int, int]:
        """The sponsor's and the manager's rate for a grant out of a lot, in bps."""
        if self.lots[lot].is_own:
            return 0, 0
        rates = self.rates(month)
        return rates.sponsor_bps, 0 if (manager, month) in self.void_months else rates.manager_bps

    def shortfall(self, quota: int) -> int:
        """What the bonus reserve lacks for so much more quota, by the highest rates to come."""
        highest = max(rates.sponsor_bps + rates.manager_bps for rates in self.schedule)
        needed_e4 = (self.locked_quota + quota) * highest + self.accrued_e4
        return max(0, -(-needed_e4 // 10_000) - (self.funded - self.paid))

    def points_of(self, community: int, contributor: str) -> int:
        """A contributor's points in a community but for those that are void."""
        key = community, contributor
        return self.standings[key].points - self.voided_points.get(key, 0)

    def held(self, community: int, holder: str) -> int:
        """All that a holder has of all lots in a community."""
        return sum(self.holdings[community, holder].values())

    def spent_in(self, community: int, manager: str, month: int) -> int:
        """What a manager (or everyone, by POOL) has granted or set aside in a month."""
        return self.spent[community, manager][month]

    def granted_in(self, community: int, contributor: str, month: int) -> int:
        """What a contributor was granted in a community in a month."""
        standing = self.standings.get((community, contributor))
        return standing.month_amount if standing and standing.month == month else 0

    @property
    def undonated(self) -> int:
        """Quota in the sponsors' hands."""
        return sum(self.quota.values())

    @property
    def locked_quota(self) -> int:
        """Quota that is neither granted nor in drops, by what was issued, granted, set aside."""
        return self.quota_issued - self.granted_quota - self.in_drops(is_own=False)

    @property
    def locked_own(self) -> int:
        """Own coins in lots, by what was donated, granted, set aside and returned."""
        in_drops = self.in_drops(is_own=True)
        return self.own_donated - self.granted_own - self.returned_own - in_drops

    def in_drops(self, *, is_own: bool) -> int:
        """What is left in drops, out of own coins or of quota."""
        return sum(
            aside.left for aside in self.drops.values() if self.lots[aside.lot].is_own == is_own
        )

    @property
    def quota_aside(self) -> int:
        """Quota in drops, neither settled nor put back."""
        return sum(
            aside.left + aside.unsettled
            for aside in self.drops.values()
            if not self.lots[aside.lot].is_own
        )

    @property
    def accrued_e4(self) -> int:
        """Bonus that is earned and unpaid, and all that drops can still earn."""
        return self.unpaid_e4 + sum(aside.aside_e4 for aside in self.drops.values())

    @property
    def unpaid_e4(self) -> int:
        """Bonus that is earned, neither paid nor voided, the carried remainders included."""
        return self.sponsor_e4 + self.manager_e4 - self.voided_e4 - self.paid * 10_000

    def buckets(self) -> dict[tuple[str, int], Bonus]:
        """(account, month) -> unclaimed bonus, void months included."""
        return {key: Bonus() for key in sorted(self.void_months)} | self.bonuses

    def all_holdings(self) -> Iterator[tuple[int, int, str, int]]:
        """Yield lot, community, holder and amount of everything that is held."""
        for (community, holder), lots in self.holdings.items():
            for lot, amount in lots.items():
                yield lot, community, holder, amount

    def _put(self, lot: int, community: int, holder: str, amount: int) -> None:
        lots = self.holdings[community, holder]
        lots[lot] = lots.get(lot, 0) + amount

    def _take(self, lot: int, community: int, holder: str, amount: int) -> None:
        lots = self.holdings[community, holder]
        lots[lot] -= amount
        if lots[lot] == 0:
            del lots[lot]
