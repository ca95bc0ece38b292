"""The invariants of the contribution loop, checked on the chain's state against the books.

Numbers are those of `docs/invariants.md`. A violation is recorded with its numbers; nothing is
raised, so that a run shows all of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from cos.calendar import month_of, month_start, utc_text
from cos.economy.books import POOL, Books
from cos.economy.checks import Check, at_most, equal, same
from cos.economy.fees_book import E8
from cos.economy.market_invariants import exchange_checks, sub_token_checks
from cos.economy.pricing import BASE_UNITS as COS
from cos.economy.stake_state import most_rounded_off, rounded_off, weights
from cos.economy.state import State

if TYPE_CHECKING:
    from cos.economy.world import World

MAX_LISTED = 100


@dataclass
class Invariants:
    """Counts checks and lists violations over a run."""

    genesis_supply: int
    checked: int = 0
    violated: int = 0
    violations: list[str] = field(default_factory=list)
    """The first hundred, each with number, time and the values that differ."""

    _digests: dict[tuple[int, int], bytes] = field(default_factory=dict)

    def check(self, state: State, books: Books) -> None:
        """Check everything that can be told from a state and the books."""
        for each in self._all(state, books):
            self.note(each, state.time)
        self._digests = state.digests

    def check_months(self, world: World) -> None:
        """6: The contracts' months are Python's, now and around the end of the month."""
        month = world.month
        last = month_start(month + 1, world.offset_seconds) - 1
        for time in (world.chain.timestamp, last, last + 1):
            chains = world.suite.bonus_pool.month_of(time)
            python = month_of(time, world.offset_seconds)
            self.note(equal(6, "month of a time", chains, python), time)
        current = world.suite.rule_book.current_month()
        self.note(equal(6, "current month", current, month), world.chain.timestamp)

    def note(self, check: Check, time: int) -> None:
        """Count a comparison made at a time."""
        self.checked += 1
        if not check.holds:
            self.violated += 1
            if len(self.violations) < MAX_LISTED:
                self.violations.append(
                    f"{check.number} at {utc_text(time)}: {check.text}: "
                    f"{check.left} against {check.right}"
                )

    def _all(self, state: State, books: Books) -> Iterator[Check]:
        yield from _supply(state)
        yield equal(1, "genesis is 30 % of the cap", self.genesis_supply * 10, state.supply_cap * 3)
        yield from _backing(state)
        yield from _vesting(state, books)
        yield from _sale(state, books)
        yield from _staking(state, books)
        yield from _fees(state, books)
        yield from sub_token_checks(state, books)
        yield from exchange_checks(state, books)
        yield from _quota(state, books)
        yield from _bonuses(state, books)
        yield from _records(state, books)
        yield from _caps(state, books)
        kept = {key: state.digests.get(key) for key in self._digests}
        yield same(5, "digests of past batches", kept, self._digests)


def _supply(state: State) -> Iterator[Check]:
    balances = sum(state.balances.values()) + sum(state.contract_balances.values())
    yield equal(1, "sum of balances = total supply", balances, state.supply)
    yield at_most(1, "total supply <= cap", state.supply, state.supply_cap)
    for number, bucket in enumerate(state.treasury_buckets):
        yield at_most(1, f"bucket {number}: issued <= cap", bucket.issued, bucket.cap)
    minted = sum(bucket.issued + bucket.returned for bucket in state.treasury_buckets)
    yield equal(1, "minted from all buckets = total supply", minted, state.supply)
    caps = sum(bucket.cap for bucket in state.treasury_buckets)
    yield equal(1, "sum of bucket caps = cap", caps, state.supply_cap)


def _backing(state: State) -> Iterator[Check]:
    balances = state.contract_balances
    locked = state.locked_quota + state.locked_own
    yield at_most(2, "locked COS <= QuotaLedger's balance", locked, balances["QuotaLedger"])
    left = sum(drop.left for drop in state.drops.values())
    yield at_most(2, "left in drops <= GrantDrops' balance", left, balances["GrantDrops"])
    yield at_most(2, "reserve <= BonusPool's balance", state.reserve, balances["BonusPool"])
    returned = sum(bucket.returned for bucket in state.treasury_buckets)
    yield at_most(2, "returned COS <= Treasury's balance", returned, balances["Treasury"])
    owed = state.vesting.unreleased + sum(state.vesting.custody.values())
    yield at_most(
        2, "in custody <= FounderSale's balance", state.sale.custody, balances["FounderSale"]
    )
    yield at_most(
        2, "owed by staking <= CosStaking's balance", state.staking.owed, balances["CosStaking"]
    )
    total = state.fees.total_owed
    yield at_most(2, "owed by the router <= FeeRouter's balance", total, balances["FeeRouter"])
    yield at_most(2, "owed by the vault <= VestingVault's balance", owed, balances["VestingVault"])


def _vesting(state: State, books: Books) -> Iterator[Check]:
    """The chain against the closed forms: the calendar's months, the management pool's curve."""
    vesting, month = books.vesting, state.month
    analytic = {
        tuple(place): (grant.bucket, grant.amount, grant.vested(month), grant.released)
        for place, grant in vesting.grants.items()
    }
    yield same(10, "grant of (beneficiary, index)", state.vesting.grants, analytic)
    early = [place for place, each in state.vesting.grants.items() if each.released > each.vested]
    yield equal(10, "released before it is vested", early, [])
    released = vesting.budget_released(month)
    yield equal(11, "released to the management pool", state.vesting.budget_released, released)
    yield equal(11, "awarded", state.vesting.awarded, vesting.awarded)
    yield at_most(11, "awarded <= released", state.vesting.awarded, state.vesting.budget_released)


def _sale(state: State, books: Books) -> Iterator[Check]:
    sale, seats = state.sale, books.sale.seats
    yield equal(12, "founders by number", sale.founders, [tuple(seat) for seat in seats])
    capital = sum(seat.capital_fen for seat in seats)
    yield equal(12, "founders' votes = capital", sale.votes, capital)
    yield equal(12, "service credit = capital", sale.credit, capital)
    left = max(books.sale.custody - books.sale.paid_out, 0)
    yield equal(12, "founders' custody = genesis - quota and free COS", sale.custody, left)
    yield equal(12, "in escrow", sale.escrowed, 0)
    yield equal(12, "received by the Center", sale.income, books.sale.income)


def _staking(state: State, books: Books) -> Iterator[Check]:
    """The chain's closed forms against the epochs one by one; see the proofs in the economics."""
    staking, stakes = state.staking, books.staking
    positions = {
        account: (each.active, each.pending, each.starts, each.claimable)
        for account, each in stakes.positions.items()
    }
    yield same(13, "active, pending, starts, claimable of", staking.stakes, positions)
    yield equal(13, "sum of weights = total weight", weights(staking), staking.total_weight)
    yield equal(13, "income that waits", staking.pot, stakes.pot)
    yield equal(13, "carried remainder, in 2^-78", staking.carry, stakes.carry)
    yield equal(13, "dividends by the events", stakes.paid_by_chain, stakes.paid)
    off = rounded_off(staking, books)
    yield at_most(13, "paid + claimable <= received", -off, 0)
    yield at_most(13, "received - paid - claimable", off, most_rounded_off(books) - 1)
    yield same(13, "exits of", staking.exits, stakes.all_exits(state.time))
    yield equal(14, "sum of votes = total staked", sum(staking.votes.values()), staking.total)
    yield same(14, "votes of", staking.votes, stakes.votes())
    yield equal(14, "staked a month ago, read now", staking.past_total, stakes.last_total)


def _fees(state: State, books: Books) -> Iterator[Check]:
    """The router owes what it received and has not paid, and the parts are exact."""
    found, fees = state.fees, books.fees
    yield equal(15, "owed to stakers, nodes, Center, developers, in 1e-8", found.owed, fees.owed())
    yield equal(15, "parts = total owed, in 1e-8", sum(found.owed), found.total_owed * E8)
    paid = fees.forwarded + fees.paid_center + sum(fees.paid.values())
    yield equal(15, "received - paid = total owed", fees.received - paid, found.total_owed)
    developers = sum(found.developers_e8.values())
    yield equal(15, "sum of developers, in 1e-8", developers, found.owed.developers_e8)
    owed_to = {account: fees.owed_to(account) for account in found.developers_e8}
    yield same(15, "owed to developer, in 1e-8", found.developers_e8, owed_to)
    limit = state.supply_cap // 100
    yield at_most(15, "policy dividends in 366 days", fees.most_dividends(), limit)
    yield equal(15, "allowance left to staking", found.allowance, 0)
    yield equal(15, "apps", found.apps, len(fees.apps))
    income = fees.forwarded + fees.dividends
    yield equal(15, "forwarded = received by the stakers", income, books.staking.received)


def _quota(state: State, books: Books) -> Iterator[Check]:
    in_lots = in_own_lots = 0
    for (lot, _, _), amount in state.holdings.items():
        if books.lots[lot].is_own:
            in_own_lots += amount
        else:
            in_lots += amount
    undonated = sum(state.quota_of.values())
    drops_of_quota = [
        drop
        for number, drop in state.drops.items()
        if not books.lots[books.drops[number].lot].is_own
    ]
    in_drops = sum(drop.left for drop in drops_of_quota)
    unsettled = sum(drop.unsettled for drop in drops_of_quota)
    yield equal(3, "quota issued", state.quota_issued, books.quota_issued)
    yield equal(
        3,
        "quota issued = undonated + in lots + in drops + granted",
        state.quota_issued,
        undonated + in_lots + in_drops + books.granted_quota,
    )
    yield equal(3, "quota aside = in drops, unsettled too", state.quota_aside, in_drops + unsettled)
    yield equal(3, "quota aside", state.quota_aside, books.quota_aside)
    yield equal(3, "locked quota = undonated + in lots", state.locked_quota, undonated + in_lots)
    yield equal(3, "locked own coins = in own lots", state.locked_own, in_own_lots)
    yield equal(3, "own coins not granted", state.locked_own, books.locked_own)
    yield same(3, "undonated quota of", state.quota_of, books.quota)
    held = {(lot, where, who): amount for lot, where, who, amount in books.all_holdings()}
    yield same(3, "holding (lot, community, holder)", state.holdings, held)
    drops = {
        number: (True, each.is_cancelled, each.left, each.unsettled, each.unsettled_claims)
        for number, each in books.drops.items()
    }
    yield same(3, "drop", state.drops, drops)


def _bonuses(state: State, books: Books) -> Iterator[Check]:
    yield equal(4, "bonus accrued, in 1e-4", state.accrued_e4, books.accrued_e4)
    yield equal(4, "reserve = funded - paid", state.reserve, books.funded - books.paid)
    yield equal(4, "open quota = locked quota", state.open_quota, books.locked_quota)
    needed = state.open_quota * state.highest_bps + state.accrued_e4
    yield at_most(4, "what can be earned <= reserve, in 1e-4", needed, state.reserve * 10_000)
    on_chain = {key: (each.sponsor_e4, each.manager_e4) for key, each in state.buckets.items()}
    in_books = {key: (each.sponsor_e4, each.manager_e4) for key, each in books.buckets().items()}
    yield same(4, "bonus of (account, month), in 1e-4", on_chain, in_books)
    void_months = {key for key, each in state.buckets.items() if each.manager_voided}
    yield equal(4, "void months of managers", sorted(void_months), sorted(books.void_months))
    yield same(4, "carried remainder of account, in 1e-4", state.carried_e4, books.carried_e4)


def _records(state: State, books: Books) -> Iterator[Check]:
    standings = state.standings
    records = sum(standing.records for standing in standings.values())
    yield equal(5, "sum of records", records, books.records)
    points = sum(standing.points for standing in standings.values())
    yield equal(5, "sum of points = granted out of quota", points, books.granted_quota)
    on_chain = {key: (each.points, each.records) for key, each in standings.items()}
    in_books = {key: (each.points, each.records) for key, each in books.standings.items()}
    yield same(5, "points and records of (community, contributor)", on_chain, in_books)
    yield same(
        5, "void points of (community, contributor)", state.voided_points, books.voided_points
    )
    batches = {community: caps.batches for community, caps in state.caps.items() if caps.batches}
    yield same(5, "batches of community", batches, books.batches)
    sealed = sum(1 for digest in state.digests.values() if any(digest))
    yield equal(5, "batches with a digest", sealed, sum(books.batches.values()))


def _caps(state: State, books: Books) -> Iterator[Check]:
    """What a drop holds counts at its publication for manager and community, at the claim for
    the contributor."""
    month, caps = state.month, state.caps
    by_chain = {key: each for key, each in caps.items() if each.month == month}
    by_chain = {(key, POOL): each.month_amount for key, each in by_chain.items()}
    in_books = {key: months[month] for key, months in books.spent.items() if months.get(month)}
    yield same(7, "spent in the month by", by_chain | state.managers_spent, in_books)
    over = [
        (community, contributor)
        for (community, contributor), each in state.standings.items()
        if each.month_amount > caps[community].contributor * COS
    ]
    over += [
        (community, manager)
        for (community, manager), spent in state.managers_spent.items()
        if spent > caps[community].manager * COS
    ]
    over += [
        (community, POOL)
        for community, each in caps.items()
        if each.month_amount > (each.total - each.carved) * COS
    ]
    yield equal(7, "over a cap", over, [])
