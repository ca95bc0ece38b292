"""contracts/lib/rolling_sum.vy

├── nothing booked -> 0, whatever the window
├── an entry counts from its second on, up to window - 1 seconds later (PITFALLS 8)
├── entries of one second add up; entries of zero change nothing
├── a window longer than the time since 1970 takes everything
├── equal to a plain sum over any history, window and time
├── times after 2106 and amounts of 64 bits, hundreds of them (PITFALLS 35, 36)
└── costs the same after 10 and after 3,000 entries, but for a step of the search (PITFALLS 9, 22)
"""

from __future__ import annotations

import random

import pytest

from cos.chain import Chain, Contract

WINDOW = 366 * 86_400


@pytest.fixture
def sums(chain: Chain) -> Contract:
    return chain.deploy("RollingSumHarness", sender=chain.account("anyone"))


@pytest.fixture
def book(chain: Chain, sums: Contract):
    return lambda amount: sums.book(amount, sender=chain.account("anyone"))


@pytest.mark.parametrize("window", [1, WINDOW, 2**256 - 1])
def test_nothing_booked(sums, window):
    assert sums.booked_within(window) == 0


def test_an_entry_counts_for_a_window(chain, sums, book):
    book(7)
    assert sums.booked_within(WINDOW) == sums.booked_within(1) == 7
    chain.advance(1)
    assert sums.booked_within(1) == 0
    chain.advance(WINDOW - 2)
    assert sums.booked_within(WINDOW) == 7
    chain.advance(1)
    assert sums.booked_within(WINDOW) == 0
    assert sums.booked_within(WINDOW + 1) == 7


def test_entries_of_one_second_add_up(chain, sums, book):
    for amount in (1, 0, 2, 0, 4):
        book(amount)
    assert sums.booked_within(1) == 7
    chain.advance(9)
    assert sums.booked_within(9) == 0
    assert sums.booked_within(10) == 7


def test_a_window_before_1970_takes_everything(chain, sums, book):
    book(3)
    chain.advance(WINDOW)
    book(4)
    assert sums.booked_within(chain.timestamp) == sums.booked_within(2**256 - 1) == 7


@pytest.mark.parametrize("seed", range(8))
def test_equal_to_a_plain_sum(chain, sums, book, seed):
    rng = random.Random(seed)
    history = []
    for _ in range(rng.choice((1, 2, 3, 17, 64, 65))):
        chain.advance(rng.choice((0, 1, 1, 2, 10, 1_000)))
        history.append((chain.timestamp, rng.randrange(100)))
        book(history[-1][1])
        for window in (1, 2, 3, 11, 1_000, 1_001, 5_000):
            expected = sum(a for time, a in history if chain.timestamp < time + window)
            assert sums.booked_within(window) == expected


def test_large_amounts_after_2106(chain, sums, book):
    chain.warp(2**32 + 5)
    for number in range(1, 301):
        book(2**64 - 1)
        assert sums.booked_within(1) == number * (2**64 - 1)
    chain.warp(2**40)
    assert sums.booked_within(1) == 0
    book(5)
    assert sums.booked_within(1) == 5
    assert sums.booked_within(2**256 - 1) == 300 * (2**64 - 1) + 5


def test_cost_is_flat(chain, sums):
    """The embedded chain keeps slots warm: this counts the steps, not the cold reads."""

    def grow(entries: int) -> int:
        for _ in range(entries):
            chain.advance(3_600)
            gas = sums.transact("book", 1, sender=chain.account("anyone")).gas_used
        return gas

    few, many = grow(10), grow(3_000)
    assert abs(many - few) <= few * 5 // 100
    assert sums.booked_within(1_800 * 3_600) == 1_800
