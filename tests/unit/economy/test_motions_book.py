"""Proposals kept beside the chain.

state     - follows from times and votes, at both sides of each boundary
passed    - more for than against, not as many; those for and abstaining make the quorum
quorum    - the part of all votes, rounded up; the floor at least
nakamoto  - the fewest with more than half: exactly half is not enough; ties, nobody, one
assembly  - the general one from its first snapshot on
fees      - shares that are changed divide what comes after them
"""

from __future__ import annotations

from typing import Any

import pytest

from cos.economy.fees_book import App, Fees
from cos.economy.motions_book import (
    ABSTAIN,
    ACTIVE,
    AGAINST,
    CANCELED,
    DEFEATED,
    EXECUTED,
    EXPIRED,
    FOR,
    FOUNDERS,
    GRACE,
    PENDING,
    QUEUED,
    STAKERS,
    SUCCEEDED,
    Governance,
    Motion,
    Tally,
    Terms,
    nakamoto,
)

SNAPSHOT, DEADLINE, DUE = 1_000, 2_000, 3_000
QUORUM = 10


def motion(votes: tuple[tuple[int, int], ...] = ((FOR, QUORUM),), **fields: Any) -> Motion:
    """A proposal with votes (support, weight)."""
    made = Motion(
        *(7, 1, "kind", "ann", False, "A.b", "a -> b", (), lambda: None),
        *(900, SNAPSHOT, DEADLINE, FOUNDERS),
    )
    made.votes = {str(place): vote for place, vote in enumerate(votes)}
    for name, value in fields.items():
        setattr(made, name, value)
    return made


@pytest.mark.parametrize(
    ("now", "fields", "state"),
    [
        (SNAPSHOT, {}, PENDING),
        (SNAPSHOT + 1, {}, ACTIVE),
        (DEADLINE, {}, ACTIVE),
        (DEADLINE + 1, {}, SUCCEEDED),
        (DEADLINE + 1, {"votes": ((AGAINST, QUORUM),)}, DEFEATED),
        (DEADLINE + GRACE, {}, SUCCEEDED),
        (DEADLINE + GRACE + 1, {}, EXPIRED),
        (DUE, {"due_at": DUE}, QUEUED),
        (DUE + GRACE, {"due_at": DUE}, QUEUED),
        (DUE + GRACE + 1, {"due_at": DUE}, EXPIRED),
        (DUE + GRACE + 1, {"due_at": DUE, "executed_at": [DUE]}, EXECUTED),
        (DUE, {"canceled_at": DUE}, CANCELED),
    ],
)
def test_a_state_follows_from_times_and_votes(now: int, fields: dict[str, Any], state: int) -> None:
    assert motion(**fields).state(now, QUORUM) == state


@pytest.mark.parametrize(
    ("votes", "passed"),
    [
        (((FOR, 10),), True),
        (((FOR, 9),), False),
        (((FOR, 9), (ABSTAIN, 1)), True),
        (((FOR, 9), (AGAINST, 8)), False),
        (((FOR, 10), (AGAINST, 10)), False),
        (((FOR, 11), (AGAINST, 10)), True),
        (((ABSTAIN, 10),), False),
        ((), False),
    ],
)
def test_what_carries_a_proposal(votes: tuple[tuple[int, int], ...], passed: bool) -> None:
    assert motion(votes).has_passed(QUORUM) is passed


def test_a_tally_sums_up_by_support() -> None:
    tally = motion(((FOR, 5), (AGAINST, 3), (FOR, 2), (ABSTAIN, 1))).tally
    assert tally == Tally(against=3, in_favour=7, abstaining=1)
    assert tally.cast == 11


def test_a_quorum_is_rounded_up_and_has_a_floor() -> None:
    terms = Terms(threshold=1, quorum_bps=2_000, floor=30)
    assert [terms.quorum(total) for total in (0, 150, 151, 155, 156)] == [30, 30, 31, 31, 32]


@pytest.mark.parametrize(
    ("votes", "least"),
    [
        ([], 0),
        ([0, 0], 0),
        ([5], 1),
        ([5, 5], 2),
        ([6, 5], 1),
        ([5, 3, 2], 2),
        ([1] * 10, 6),
        ([1, 0, 9, 4, 4], 2),
    ],
)
def test_the_fewest_with_more_than_half(votes: list[int], least: int) -> None:
    assert nakamoto(votes) == least


def test_the_general_assembly_votes_from_its_first_snapshot_on() -> None:
    book = Governance()
    assert book.assembly_at(2**40) == FOUNDERS
    book.general_from = SNAPSHOT
    assert [book.assembly_at(SNAPSHOT - 1), book.assembly_at(SNAPSHOT)] == [FOUNDERS, STAKERS]
    general = Terms(2, 2, 2)
    book.founders, book.general = Terms(1, 1, 1), general
    assert book.terms_of(motion(assembly=STAKERS)) == general


def test_shares_that_are_changed_divide_what_comes_after_them() -> None:
    """Of 100 at 5,000 bps and 100 at 3,000 the stakers have 80, whatever was forwarded between."""
    fees = Fees(5_000, 0, 1_000, 1_000)
    fees.apps.append(App("bob", 10))
    fees.was_paid(100)
    fees.was_distributed()
    fees.shares_were_set(3_000, 2_000)
    fees.was_paid(100)
    owed = fees.owed()
    assert (owed.stakers_e8, owed.nodes_e8, owed.center_e8) == (30 * 10**8, 20 * 10**8, 100 * 10**8)
    assert fees.forwarded == 50
    fees.was_used(1, 10)
    fees.shares_were_set(10_000, 0)
    assert fees.received == 300
    assert sum(fees.owed()) == (300 - 50) * 10**8
    assert fees.owed_to("bob") == 90 * 10**8


def test_where_the_stakers_part_came_from_adds_up_over_changed_shares() -> None:
    fees = Fees(5_000, 0, 1_000, 1_000)
    fees.apps.append(App("bob", 10))
    fees.was_paid(100)
    fees.shares_were_set(3_000, 2_000)
    fees.was_paid(100)
    fees.was_used(1, 10)
    assert fees.stakers_e8("others") == (50 + 30) * 10**8
    assert fees.stakers_e8("apps") == 3 * 10**8
    assert fees.owed().stakers_e8 == 83 * 10**8
