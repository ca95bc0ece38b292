"""QuotaLedger.standing(community, contributor)

├── nothing was granted: all zero, also for a community that is not there
├── after grants: points, records, time and month of the last one, the month's amount, once bits
│   ├── own coins: a record and the month's amount, no points
│   ├── a new month: the month's amount begins again, points and records go on
│   ├── communities and contributors are apart
│   └── voids, freezes, closings, leaving the community change nothing
├── it equals the sum over the record events, whatever the order of grants
└── the packed fields (pitfall 36), one at its bound, the others full of other values
    ├── points saturate at 64 bits, exactly there and from below
    ├── records saturate at 24 bits
    ├── all 40 once bits, each its own
    ├── a month's amount up to 64 bits, refused above
    ├── 40 bits of time, 16 bits of month
    └── no field leaks into another when it changes
"""

from __future__ import annotations

import random
from collections import Counter

import pytest

from tests.contribution_loop import (
    CHILD,
    COS,
    HOURS,
    ONCE,
    ONE,
    OTHER,
    ROOT,
    RULES,
    digest_of,
)
from tests.reverts import reverts

AMOUNT = 100_000 * COS
AFTER_2106 = 2**32 + 86_400
MAX_64, MAX_40, MAX_24, MAX_16 = 2**64 - 1, 2**40 - 1, 2**24 - 1, 2**16 - 1
RECORDS_BIT = 104


@pytest.fixture
def lot(loop) -> int:
    return loop.allotted(AMOUNT)


def standing(loop, community=ROOT, contributor=""):
    return loop.ledger.standing(community, contributor or loop.contributor)


@pytest.mark.parametrize("community", [ROOT, 0, OTHER + 1, 2**256 - 1])
def test_nothing_granted_is_all_zero(loop, community):
    assert standing(loop, community) == (0, 0, 0, 0, 0, 0)


def test_shows_what_was_granted(loop, lot):
    loop.join(loop.contributor)
    loop.grant(
        lot,
        loop.entry(amount=3),
        loop.entry(rule=ONCE, amount=RULES[ONCE].minimum),
        loop.entry(rule=HOURS, quantity=2 * ONE, amount=2_000 * COS),
    )
    total = 3 + 2_500 * COS
    now = loop.chain.timestamp
    assert standing(loop) == (total, 3, now, loop.month, total, 1)


def test_shows_the_time_of_the_last_record_after_2106(loop, lot):
    """Pitfall 35: the time does not spill into the bits beside it."""
    loop.chain.warp(AFTER_2106)
    loop.grant(lot, loop.entry(amount=3))
    assert standing(loop) == (3, 1, AFTER_2106, loop.month, 3, 0)


def test_own_coins_make_a_record_without_points(loop, lot):
    """Pitfall 38."""
    own = loop.allotted_own(AMOUNT)
    loop.grant(own, loop.entry(amount=5))
    assert standing(loop) == (0, 1, loop.chain.timestamp, loop.month, 5, 0)
    loop.grant(lot, loop.entry(amount=7))
    loop.grant(own, loop.entry(amount=11))
    assert standing(loop) == (7, 3, loop.chain.timestamp, loop.month, 23, 0)


def test_a_new_month_begins_a_new_amount(loop, lot):
    loop.grant(lot, loop.entry(amount=5))
    month = loop.month
    loop.warp_to_month(month + 1)
    assert standing(loop)[3:5] == (month, 5), "the last month that had a record"
    loop.grant(lot, loop.entry(amount=7))
    assert standing(loop) == (12, 2, loop.chain.timestamp, month + 1, 7, 0)


def test_communities_and_contributors_are_apart(loop, lot):
    other = loop.allotted(AMOUNT, OTHER)
    loop.grant(lot, loop.entry(amount=1), loop.entry(loop.other_contributor, amount=2))
    loop.grant(other, loop.entry(amount=4), community=OTHER)
    assert standing(loop)[0] == 1
    assert standing(loop, contributor=loop.other_contributor)[0] == 2
    assert standing(loop, OTHER)[0] == 4
    assert standing(loop, CHILD)[0] == 0


def test_nothing_that_happens_later_changes_it(loop, lot):
    loop.join(loop.contributor)
    header = loop.header(loop.grant(lot, loop.entry(amount=9)))
    before = standing(loop)
    loop.ledger.void_bonus(header, False, digest_of("reason"), sender=loop.auditor)
    loop.pool.void_month(loop.manager, loop.month, digest_of("reason"), sender=loop.auditor)
    loop.registry.leave(ROOT, sender=loop.contributor)
    loop.token.transfer(loop.attacker, 9, sender=loop.contributor)
    loop.freeze()
    loop.close()
    assert standing(loop) == before


def test_equals_the_sum_over_the_events(loop):
    """Invariant 5, over 40 random batches of quota and own coins in two communities."""
    draw = random.Random(5)
    lots = {}
    for community in (ROOT, OTHER):
        lots[community] = [loop.allotted(AMOUNT, community), loop.allotted_own(AMOUNT, community)]
    people = [loop.chain.account(f"person {k}") for k in range(5)]
    points, records = Counter(), Counter()
    for _ in range(40):
        community, is_own = draw.choice([ROOT, OTHER]), draw.random() < 0.4
        entries = [
            loop.entry(draw.choice(people), amount=draw.randrange(1, 10**10))
            for _ in range(draw.randrange(1, 6))
        ]
        receipt = loop.grant(lots[community][is_own], *entries, community=community)
        for entry, _, where in loop.contributions(receipt):
            points[where, entry.contributor] += 0 if is_own else entry.amount
            records[where, entry.contributor] += 1
        loop.chain.advance(draw.randrange(86_400))
    for community in (ROOT, OTHER):
        for person in people:
            found = loop.ledger.standing(community, person)[:2]
            assert found == (points[community, person], records[community, person])


# --- packed fields


@pytest.fixture
def harness(loop):
    return loop.chain.deploy("RecordsHarness", sender=loop.attacker)


@pytest.fixture
def record(loop, harness):
    """`record(amount, month, once_bit=0, cap=2**64 - 1, bears_points=True)`."""

    def book(amount, month, once_bit=0, cap=MAX_64, bears_points=True):
        harness.record(
            ROOT, loop.contributor, amount, month, cap, once_bit, bears_points, sender=loop.attacker
        )
        return harness.standing(ROOT, loop.contributor)

    return book


def test_points_saturate(loop, record):
    assert record(MAX_64 - 1, 1)[0] == MAX_64 - 1
    assert record(1, 2)[0] == MAX_64, "exactly the bound"
    assert record(1, 3) == (MAX_64, 3, loop.chain.timestamp, 3, 1, 0)
    assert record(MAX_64, 4) == (MAX_64, 4, loop.chain.timestamp, 4, MAX_64, 0)


def test_points_that_pass_the_bound_by_far_saturate(loop, record):
    record(MAX_64 - 5, 1, once_bit=1)
    assert record(MAX_64, 2) == (MAX_64, 2, loop.chain.timestamp, 2, MAX_64, 1)


def test_records_saturate(loop, harness, record):
    word = (MAX_24 - 1) << RECORDS_BIT
    harness.put_standing(ROOT, loop.contributor, word, sender=loop.attacker)
    assert harness.standing(ROOT, loop.contributor) == (0, MAX_24 - 1, 0, 0, 0, 0)
    assert record(5, 7)[1] == MAX_24
    assert record(5, 7) == (10, MAX_24, loop.chain.timestamp, 7, 10, 0)
    assert record(5, 7, once_bit=40) == (15, MAX_24, loop.chain.timestamp, 7, 15, 1 << 39)


def test_every_once_bit_is_its_own(loop, harness, record):
    bits = 0
    for once_bit in (40, 1, *range(2, 40)):
        found = record(1, 1, once_bit=once_bit)
        bits |= 1 << (once_bit - 1)
        assert found[5] == bits
    assert found == (40, 40, loop.chain.timestamp, 1, 40, MAX_40)
    for once_bit in range(1, 41):
        with reverts("ledger: rule already used", lambda: harness.standing(ROOT, loop.contributor)):
            record(1, 1, once_bit=once_bit)


def test_a_months_amount_reaches_64_bits_and_not_beyond(loop, harness, record):
    assert record(MAX_64, MAX_16, bears_points=False) == (
        *(0, 1, loop.chain.timestamp),
        *(MAX_16, MAX_64, 0),
    )
    for amount in (1, MAX_64):
        with reverts("ledger: contributor cap", lambda: harness.standing(ROOT, loop.contributor)):
            record(amount, MAX_16)


@pytest.mark.parametrize("timestamp", [2**32 - 1, 2**32, MAX_40])
def test_the_time_fits_40_bits(loop, record, timestamp):
    loop.chain.warp(timestamp)
    assert record(3, 5) == (3, 1, timestamp, 5, 3, 0)
    assert record(3, 5) == (6, 2, timestamp, 5, 6, 0)


def test_no_field_leaks_into_another(loop, harness, record):
    """All fields full; then each of them changes back and the others stay."""
    loop.chain.warp(MAX_40)
    everything = 0
    for bits, shift in ((64, 0), (40, 64), (24, RECORDS_BIT)):
        everything |= (2**bits - 1) << shift
    harness.put_standing(ROOT, loop.contributor, everything, sender=loop.attacker)
    assert record(MAX_64, MAX_16) == (MAX_64, MAX_24, MAX_40, MAX_16, MAX_64, MAX_40)
    assert record(1, MAX_16 - 1) == (MAX_64, MAX_24, MAX_40, MAX_16 - 1, 1, MAX_40)


def test_a_refused_record_changes_nothing(loop, harness, record):
    record(5, 7, once_bit=3)
    with reverts("ledger: contributor cap", lambda: harness.standing(ROOT, loop.contributor)):
        record(1, 7, once_bit=4, cap=5)
    assert record(1, 8, once_bit=4, cap=1)[4] == 1
