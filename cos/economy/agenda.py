"""What is proposed: policy dividends, the bonus schedule, shares of fees, a cap; by the bloc, to
take over. Each plan says in words what it changes, and how that is booked when it is executed.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from cos.calendar import month_name
from cos.economy.books import Rates
from cos.economy.govern_loop import GOVERNANCE, Call, Plan
from cos.economy.payers import dividend_payable
from cos.economy.pricing import BASE_UNITS
from cos.suite.config import Bucket

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

    from cos.economy.people import Economy

DIVIDEND, SCHEDULE, SYSTEM, SHARES, CAP, TRADES = (
    *("policy dividend", "bonus schedule", "system's share", "stakers' share", "cap"),
    "fee of trades",
)
TAKE_OVER, TREASURY = "governance role", "COS of the Treasury"

_STEP_BPS = 50
_LEAST_BPS = (1_000, 500)
"""Of sponsors and managers, as BonusPool has them."""


def plans(economy: Economy, elapsed: int, since: int) -> Iterator[Plan]:
    """Yield what is proposed in a month, `since` months after the hand-over."""
    if (amount := dividend_payable(economy, elapsed)) > 0:
        yield _dividend(economy, amount)
    changes = economy.scenario.governance.changes
    kinds: tuple[tuple[int, str, Callable[[Economy, Random], Plan | None]], ...] = (
        (changes.schedule_every, SCHEDULE, _schedule),
        (changes.system_share_every, SYSTEM, _system_share),
        (changes.shares_every, SHARES, _shares),
        (changes.cap_every, CAP, _cap),
        (changes.trade_fee_every, TRADES, _trade_fee),
    )
    for place, (every, kind, draw) in enumerate(kinds):
        # One after another, not all in one month.
        if every and since % every == place % every:
            rng = economy.streams.of("proposes", kind, economy.loop.world.month)
            if plan := draw(economy, rng):
                yield plan


def take_over(economy: Economy, leader: str, place: int) -> Plan:
    """The governance role for the bloc's leader; every other time, COS of the Treasury."""
    world, book = economy.loop.world, economy.loop.governing.book
    suite, address = world.suite, world.address(leader)
    if place % 2 == 0:
        return Plan(
            TAKE_OVER,
            [Call(suite.authority, "grantRole", (GOVERNANCE, address))],
            f"GOVERNANCE to {leader}",
            lambda: book.let_in(address),
        )
    amount = suite.token.CAP() // 100
    return Plan(
        TREASURY,
        [Call(suite.treasury, "issue", (int(Bucket.NODES), address, amount))],
        f"{amount // BASE_UNITS:,} COS of the node income to {leader}",
        lambda: None,
    )


def _dividend(economy: Economy, amount: int) -> Plan:
    stakes = economy.loop.stakes
    return Plan(
        DIVIDEND,
        [Call(economy.loop.world.suite.fee_router, "pay_policy_dividend", (amount,))],
        f"{amount // BASE_UNITS:,} COS of the Center reserve to the stakers",
        lambda: stakes.dividend_was_paid(amount),
    )


def _schedule(economy: Economy, rng: Random) -> Plan | None:
    """Other rates in the steps to come, never above the running ones, which the reserve covers."""
    world, books = economy.loop.world, economy.loop.books
    running = books.rates(world.month)
    later = [step for step in books.schedule if step.month > running.month]
    change = rng.choice((-4, -3, -2, -1, 1, 2)) * _STEP_BPS
    steps = [running, *(_changed(step, running, change) for step in later)]
    if steps == [running, *later]:
        return None

    def enact() -> None:
        books.schedule = steps

    words = ", ".join(
        f"{month_name(new.month)} {old.sponsor_bps:,} + {old.manager_bps:,} -> "
        f"{new.sponsor_bps:,} + {new.manager_bps:,}"
        for old, new in zip(later, steps[1:], strict=True)
        if old != new
    )
    call = Call(world.suite.bonus_pool, "set_schedule", ([tuple(step) for step in steps],))
    return Plan(SCHEDULE, [call], f"bonus of sponsors + managers, bps: {words}", enact)


def _changed(step: Rates, running: Rates, change: int) -> Rates:
    sponsor = min(max(step.sponsor_bps + change, _LEAST_BPS[0]), running.sponsor_bps)
    manager = min(max(step.manager_bps + change // 2, _LEAST_BPS[1]), running.manager_bps)
    return Rates(step.month, sponsor, manager)


def _system_share(economy: Economy, rng: Random) -> Plan:
    fees = economy.loop.stakes.fees
    new = rng.choice([bps for bps in range(500, 2_001, 250) if bps != fees.system_bps])

    def enact() -> None:
        fees.system_bps = new

    return Plan(
        SYSTEM,
        [Call(economy.loop.world.suite.fee_router, "set_system_share", (new,))],
        f"the system's share of app fees, bps: {fees.system_bps:,} -> {new:,}",
        enact,
    )


def _shares(economy: Economy, rng: Random) -> Plan:
    fees = economy.loop.stakes.fees
    new = rng.choice([bps for bps in range(3_000, 7_001, 500) if bps != fees.stakers_bps])
    nodes = fees.nodes_bps
    return Plan(
        SHARES,
        [Call(economy.loop.world.suite.fee_router, "set_shares", (new, nodes))],
        f"the stakers' share of fees, bps: {fees.stakers_bps:,} -> {new:,}",
        lambda: fees.shares_were_set(new, nodes),
    )


def _trade_fee(economy: Economy, rng: Random) -> Plan:
    book = economy.loop.books.exchange
    new = rng.choice([bps for bps in (5, 8, 10, 12, 15, 20) if bps != book.fee_bps])

    def enact() -> None:
        book.fee_bps = new

    return Plan(
        TRADES,
        [Call(economy.loop.world.suite.exchange, "set_fee", (new,))],
        f"the fee of trades, bps: {book.fee_bps:,} -> {new:,}",
        enact,
    )


def _cap(economy: Economy, rng: Random) -> Plan:
    book, suite = economy.loop.governing.book, economy.loop.world.suite
    old = book.root_cap
    new = old * rng.choice((105, 110, 120)) // 100

    def enact() -> None:
        book.root_cap = new

    return Plan(
        CAP,
        [Call(suite.quota_ledger, "set_community_cap", (book.root, new))],
        f"the national community's cap a month, COS: {old:,} -> {new:,}",
        enact,
    )
