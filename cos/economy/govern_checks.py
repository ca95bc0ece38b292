"""Invariant 18: what governs is what was voted for, and nothing else does.

The chain's views against the books, which follow events and times.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from cos.economy.checks import Check, equal, same
from cos.economy.govern_state import Holders
from cos.economy.motions_book import FOUNDERS

if TYPE_CHECKING:
    from cos.economy.books import Books
    from cos.economy.state import State


def check_governance(state: State, books: Books) -> Iterator[Check]:
    """Yield the checks of a month's end."""
    book = books.governance
    if not book.handed_over_at:
        return
    found = state.governance
    yield from _proposals(state, books)
    outsiders = len(book.outsiders)
    holders = {
        "admin": Holders(1, True, False, 0),
        "GOVERNANCE": Holders(1 + outsiders, True, False, outsiders),
    }
    yield same(18, "number, governor, wallet, outsiders who hold", found.holders, holders)
    fees = books.fees
    center_bps = 10_000 - fees.stakers_bps - fees.nodes_bps
    values = {
        "system share": fees.system_bps,
        "shares": (fees.stakers_bps, fees.nodes_bps, center_bps),
        "schedule": [tuple(step) for step in books.schedule],
        "national cap": book.root_cap,
        "fee of trades": books.exchange.fee_bps,
    }
    yield same(18, "changed by executed proposals alone:", found.values, values)
    yield equal(18, "general assembly from", found.general_from, book.general_from)
    yield equal(18, "enough staked since", found.held_since, book.held_since)


def _proposals(state: State, books: Books) -> Iterator[Check]:
    book, found = books.governance, state.governance.proposals
    motions = book.motions
    states = {number: each.state for number, each in found.items()}
    quorums = {number: each.quorum for number, each in found.items()}
    expected = {
        number: motion.state(state.time, quorums[number]) for number, motion in motions.items()
    }
    yield same(18, "state of proposal", states, expected)
    tallies = {number: each.tally for number, each in found.items()}
    by_events = {number: motion.tally for number, motion in motions.items()}
    yield same(18, "votes by the events", tallies, by_events)
    times = {number: (each.snapshot, each.deadline, each.due_at) for number, each in found.items()}
    expected_times = {
        number: (motion.snapshot, motion.deadline, motion.due_at)
        for number, motion in motions.items()
    }
    yield same(18, "snapshot, deadline, due time", times, expected_times)
    capital = sum(seat.capital_fen for seat in books.sale.seats)
    needed = {
        number: book.terms_of(motion).quorum(found[number].possible)
        if state.time > motion.snapshot
        else 0
        for number, motion in motions.items()
    }
    yield same(18, "quorum", quorums, needed)
    wrong = [
        number
        for number, motion in motions.items()
        if motion.assembly == FOUNDERS
        and state.time > motion.snapshot
        and found[number].possible != capital
    ]
    yield equal(18, "founders' votes other than their capital", wrong, [])
    more = [number for number, each in found.items() if each.tally.cast > each.possible]
    yield equal(18, "more votes than there are", more, [])
    twice = [number for number, motion in motions.items() if len(motion.executed_at) > 1]
    yield equal(18, "executed twice", twice, [])
    done = [motion for motion in motions.values() if motion.executed_at]
    early = [
        motion.number
        for motion in done
        if not motion.queued_at
        or motion.executed_at[0] < motion.queued_at + book.execution_delay
        or motion.queued_at <= motion.deadline
    ]
    yield equal(18, "executed before its delay", early, [])
    unpassed = [each.number for each in done if not each.has_passed(quorums[each.number])]
    yield equal(18, "executed without having passed", unpassed, [])
    vetoed = [each.number for each in done if each.canceled_at]
    yield equal(18, "executed although canceled", vetoed, [])
