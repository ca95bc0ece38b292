"""ManagementPool.set_peak(peak)

├── holds for the months after the running one: a curve more, event with old, new and rest
├── 6 and 120 fit, all else -> revert
├── the past is as it was (25)
│   ├── what every month up to the running one has released, to the unit, for every peak
│   ├── what can be awarded now: no peak makes room, none takes what is not awarded
│   ├── in the last second of a month its part stays, in the first of the next that one's (8)
│   └── also of months before earlier changes
├── later months follow the new curve from what is left
│   ├── a peak to come is where most is released
│   └── a peak that is past: less each month
├── again in the same month: replaces the first, as if that had not been
├── the same peak again: within a unit of no change
├── every month for 20 years: never falls, never reaches the budget, the whole past can be read
├── years after 2106 (35); the largest rest and the last month in their packed word (36)
└── not governance (the committee, a stranger), or not any more -> revert
"""

from __future__ import annotations

from itertools import pairwise

import pytest

from tests.models.authority import GOVERNANCE_ROLE
from tests.models.release_curve import released
from tests.unit.management_pool.conftest import BUDGET, FIRST, MONTH, PEAK, start_of


def history(changes, months):
    return [released(BUDGET, changes, number) for number in range(months + 1)]


@pytest.mark.parametrize("number", [1, 2, 30])
def test_set_peak(pool, governance, go_to, event, released_so_far, number):
    go_to(number)
    changes = [(0, PEAK), (number, 36)]
    rest = BUDGET - released(BUDGET, changes, number)
    month = MONTH + number - 1
    receipt = pool.transact("set_peak", 36, sender=governance)
    assert receipt.logs == [
        event("PeakChanged", begin_month=month, old_peak=PEAK, new_peak=36, rest=rest)
    ]
    assert pool.curve_count() == 2
    assert [pool.curve_at(k) for k in range(2)] == [(MONTH - 1, PEAK, BUDGET), (month, 36, rest)]
    assert pool.curve_of(month) == (MONTH - 1, PEAK, BUDGET)
    assert pool.curve_of(month + 1) == (month, 36, rest)
    assert released_so_far(150) == history(changes, 150)


@pytest.mark.parametrize("peak", [6, 120])
def test_set_peak_accepts_the_bounds(pool, governance, peak):
    pool.set_peak(peak, sender=governance)
    assert pool.curve_of(MONTH + 1)[1] == peak


@pytest.mark.parametrize("peak", [0, 1, 5, 121, 2**8 + 24, 2**64, 2**256 - 1])
def test_set_peak_reverts_out_of_bounds(pool, governance, peak, refuses):
    with refuses("curve: peak out of bounds"):
        pool.set_peak(peak, sender=governance)


# --- the past


@pytest.mark.parametrize("number", [1, 17])
def test_set_peak_leaves_what_is_released(
    chain, pool, governance, award, go_to, released_so_far, refuses, number
):
    go_to(number)
    award(12_345)
    before, unallocated = released_so_far(number), pool.unallocated()
    for peak in range(6, 121):
        with chain.anchor():
            pool.set_peak(peak, sender=governance)
            assert released_so_far(number) == before
            assert (pool.released(), pool.unallocated()) == (before[-1], unallocated)
    pool.set_peak(6, sender=governance)
    with refuses("pool: above released"):
        award(unallocated + 1)
    award(unallocated)


def test_set_peak_around_the_beginning_of_a_month(pool, governance, go_to, released_so_far):
    """A second before the boundary the new curve rules the month that begins; on it, no more."""
    go_to(10, late=-1)
    pool.set_peak(6, sender=governance)
    go_to(10)
    by_six = released(BUDGET, [(0, PEAK), (9, 6)], 10)
    assert pool.released() == by_six
    pool.set_peak(120, sender=governance)
    assert pool.released() == by_six
    go_to(11)
    changes = [(0, PEAK), (9, 6), (10, 120)]
    assert pool.released() == released(BUDGET, changes, 11) > by_six
    assert released_so_far(40) == history(changes, 40)


# --- later months


def test_set_peak_moves_the_month_that_releases_most(pool, governance, go_to):
    go_to(12)
    pool.set_peak(40, sender=governance)
    monthly = [pool.monthly_release(MONTH + number - 1) for number in range(13, 121)]
    most = max(monthly)
    assert (monthly.count(most), 13 + monthly.index(most)) == (1, 40)


@pytest.mark.parametrize("peak", [6, 12, 13])
def test_set_peak_that_is_past_releases_less_each_month(pool, governance, go_to, peak):
    go_to(12)
    pool.set_peak(peak, sender=governance)
    monthly = [pool.monthly_release(MONTH + number - 1) for number in range(13, 121)]
    assert all(before > after for before, after in pairwise(monthly))


# --- again


def test_set_peak_again_in_the_same_month(chain, pool, governance, go_to, event, released_so_far):
    go_to(8)
    rest = BUDGET - pool.released()
    pool.set_peak(120, sender=governance)
    go_to(9, late=-1)
    receipt = pool.transact("set_peak", 7, sender=governance)
    assert receipt.logs == [
        event("PeakChanged", begin_month=MONTH + 7, old_peak=120, new_peak=7, rest=rest)
    ]
    assert pool.curve_count() == 2
    assert released_so_far(60) == history([(0, PEAK), (8, 7)], 60)


def test_set_peak_to_what_it_is(pool, governance, go_to, released_so_far):
    go_to(30)
    before = released_so_far(300)
    pool.set_peak(PEAK, sender=governance)
    differences = {old - new for old, new in zip(before, released_so_far(300), strict=True)}
    assert differences == {0, 1}, "rounded down once more, never up"


def test_set_peak_every_month(pool, governance, go_to, released_so_far):
    changes, seen = [(0, PEAK)], [0, FIRST]
    for number in range(1, 241):
        go_to(number)
        seen[number:] = [pool.released()]
        changes.append((number, 6 + 37 * number % 115))
        pool.set_peak(changes[-1][1], sender=governance)
        assert pool.released() == seen[-1]
    assert pool.curve_count() == 241
    assert seen == released_so_far(240) == history(changes, 240)
    assert all(before < after for before, after in pairwise(seen))
    assert seen[-1] < pool.released_by(2**256 - 1) < BUDGET


@pytest.mark.parametrize("year", [2106, 2150, 9999])
def test_set_peak_in_later_centuries(chain, pool, governance, year):
    month = year * 12 + 1
    chain.warp(start_of(month))
    number = month - MONTH + 1
    before = pool.released()
    pool.set_peak(120, sender=governance)
    assert pool.curve_at(1) == (month, 120, BUDGET - before)
    for later in (0, 1, 600):
        expected = released(BUDGET, [(0, PEAK), (number, 120)], number + later)
        assert pool.released_by(month + later) == expected


@pytest.mark.parametrize("month", [MONTH, 9_999 * 12 + 11])
def test_set_peak_at_the_bounds_of_its_word(chain, authority, vault, governance, month):
    most = 2**64 - 1
    pool = chain.deploy("ManagementPool", authority, vault, most, 120, sender=governance)
    chain.warp(max(start_of(month), chain.timestamp))
    pool.set_peak(6, sender=governance)
    pool.set_peak(120, sender=governance)
    changes = [(0, 120), (month - MONTH + 1, 120)]
    rest = most - released(most, changes, month - MONTH + 1)
    assert [pool.curve_at(k) for k in range(2)] == [(MONTH - 1, 120, most), (month, 120, rest)]
    assert pool.released_by(month + 1) == released(most, changes, month - MONTH + 2)


# --- who


def test_set_peak_reverts_for_others(pool, committee, ada, attacker, refuses):
    for sender in (committee, ada, attacker):
        with refuses("pool: not governance"):
            pool.set_peak(30, sender=sender)


def test_set_peak_reverts_for_former_governance(pool, authority, governance, refuses):
    authority.revokeRole(GOVERNANCE_ROLE, governance, sender=governance)
    with refuses("pool: not governance"):
        pool.set_peak(30, sender=governance)
