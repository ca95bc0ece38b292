"""What the chain says of stakes and fees at a month's end, and the rows of the month."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from cos.calendar import month_name
from cos.economy.fees_book import Owed
from cos.economy.staking_book import NEW_WEIGHT, NO_EXITS, WEIGHT_STEP, Exits
from cos.economy.tables import AMOUNT, COUNT, REAL, TEXT

if TYPE_CHECKING:
    from cos.economy.books import Books
    from cos.economy.state import State
    from cos.economy.world import World

STAKING_COLUMNS = {
    "month": TEXT,
    "stakers": COUNT,
    "staked": AMOUNT,
    "circulating": AMOUNT,
    "leaving": AMOUNT,
    "mean_age_weeks": REAL,
    "income_fees": AMOUNT,
    "income_policy": AMOUNT,
    "dividends": AMOUNT,
    "restaked": AMOUNT,
    "claimable": AMOUNT,
    "waiting": AMOUNT,
    "fees": AMOUNT,
    "app_uses": COUNT,
    "to_developers": AMOUNT,
    "to_center": AMOUNT,
    "owed_by_router": AMOUNT,
}
"""A row a month, base units. `staked` is a part of `circulating`, `leaving` is in exit tickets.
Totals so far: `income_fees` and `income_policy` reached the stakers, `dividends` were paid to them
(`restaked` of them staked again), `fees` were paid to the router, of which `to_developers` and
`to_center` were paid out. `claimable` is earned and not paid, `waiting` is income of the running
epoch, `owed_by_router` what the router has not passed on."""


class Stake(NamedTuple):
    """A position as `CosStaking.position` and `claimable` show it."""

    active: int
    pending: int
    starts: int
    claimable: int


@dataclass(frozen=True)
class StakingState:
    """What the chain says of staking; amounts in base units, weights in those of a base unit."""

    total: int
    total_weight: int
    epoch: int
    pot: int
    carry: int
    stakes: dict[str, Stake]
    votes: dict[str, int]
    """Of everyone whom stake ever voted for."""

    exits: dict[str, Exits]
    past_total: int
    """What all had staked at the end of the month before."""

    @property
    def claimable(self) -> int:
        """What claims of everybody would pay."""
        return sum(stake.claimable for stake in self.stakes.values())

    @property
    def leaving(self) -> int:
        """All that is on its way out."""
        return sum(each.due + each.first + each.second for each in self.exits.values())

    @property
    def owed(self) -> int:
        """All that the contract owes but for fractions."""
        return self.total + self.leaving + self.claimable + self.pot


@dataclass(frozen=True)
class FeesState:
    """What the chain says of the router; `_e8` are 1e-8 base units."""

    owed: Owed
    total_owed: int
    developers_e8: dict[str, int]
    apps: int
    allowance: int
    """Of the router for staking; between transactions there is none."""


def read_staking(world: World, books: Books) -> StakingState:
    """Ask the chain for every account that has ever staked, or was delegated to."""
    staking, stakes = world.suite.staking, books.staking
    stakes.pass_to(world.chain.timestamp)
    pot, carry = staking.income()
    past = stakes.last_end
    return StakingState(
        total=staking.total_staked(),
        total_weight=staking.total_weight(),
        epoch=staking.epoch(),
        pot=pot,
        carry=carry,
        stakes={
            account: Stake(*staking.position(account)[:3], staking.claimable(account))
            for account in stakes.positions
        },
        votes={account: staking.getVotes(account) for account in stakes.votes()},
        exits={
            account: exits
            for account in stakes.leavers()
            if (exits := _amounts(Exits(*staking.exits(account)))) != NO_EXITS
        },
        past_total=staking.getPastTotalSupply(past) if past else 0,
    )


def read_fees(world: World, books: Books) -> FeesState:
    """Ask the chain for every developer."""
    router, token, fees = world.suite.fee_router, world.suite.token, books.fees
    return FeesState(
        owed=Owed(*router.owed()),
        total_owed=router.total_owed(),
        developers_e8={app.developer: router.owed_to(app.developer) for app in fees.apps},
        apps=router.app_count(),
        allowance=token.allowance(router.address, world.suite.staking.address),
    )


def _amounts(exits: Exits) -> Exits:
    """Times mean nothing where there is no amount."""
    first_due_at = exits.first_due_at if exits.first else 0
    return exits._replace(
        first_due_at=first_due_at, second_due_at=exits.second_due_at if exits.second else 0
    )


def weights(state: StakingState) -> int:
    """The sum of all weights, position by position."""
    per_unit = NEW_WEIGHT + WEIGHT_STEP * state.epoch
    return sum(each.active * per_unit - WEIGHT_STEP * each.starts for each in state.stakes.values())


def rounded_off(state: StakingState, books: Books) -> int:
    """What was received and is neither paid, claimable nor waiting, in base units, rounded down."""
    stakes = books.staking
    return stakes.received - stakes.paid_by_chain - state.claimable - state.pot


def most_rounded_off(books: Books) -> int:
    """Less than a unit an account, one for the carry and 2^-22 for each settlement, rounded up."""
    stakes = books.staking
    return len(stakes.positions) + 1 + -(-stakes.settlements // 2**22)


def staking_row(state: State, books: Books) -> dict[str, Any]:
    """Return the row of a month's end in the order of STAKING_COLUMNS: totals and what is open by
    the chain's word, what was paid by the transactions' events."""
    staking, fees, stakes = state.staking, state.fees, books.staking
    return {
        "month": month_name(state.month),
        "stakers": sum(1 for each in staking.stakes.values() if each.active + each.pending),
        "staked": staking.total,
        "circulating": state.circulating,
        "leaving": staking.leaving,
        "mean_age_weeks": stakes.mean_age(),
        "income_fees": books.fees.forwarded,
        "income_policy": books.fees.dividends,
        "dividends": stakes.paid_by_chain,
        "restaked": stakes.restaked,
        "claimable": staking.claimable,
        "waiting": staking.pot,
        "fees": books.fees.received,
        "app_uses": books.fees.uses,
        "to_developers": sum(books.fees.paid.values()),
        "to_center": books.fees.paid_center,
        "owed_by_router": fees.total_owed,
    }


_SUMMARY = ("staked", "income_fees", "income_policy", "dividends", "claimable", "fees")


def summary_of(row: dict[str, Any]) -> dict[str, Any]:
    """Return the summary's section on staking out of the last month's row; amounts are strings of
    base units."""
    return {"stakers": row["stakers"], **{key: str(row[key]) for key in _SUMMARY}}
