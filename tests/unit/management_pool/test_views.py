"""ManagementPool's views

├── released_by(month)
│   ├── the model's and the library's, to the unit, for a hundred years
│   ├── 0 before the first month; below the budget for ever
│   └── of the past through a hundred changes, by a bounded look-up (22)
├── released(): released_by the running month; at t - 1, t, t + 1 of a boundary (8)
├── monthly_release(month): adds up to released_by; most in the peak month; 0 before the first month
│   and at the end of all months
├── unallocated() = released() - awarded()
├── curve_of(month), curve_at(position); past the last one -> revert
├── month_of(timestamp): the vault's calendar
└── cost: by the bits of the month's number, not by idle months (9)
"""

from __future__ import annotations

import random
from itertools import accumulate

import pytest

from cos.chain import Revert
from cos.release_curve import ReleaseCurve
from tests.models.calendar_months import month_of
from tests.models.release_curve import released
from tests.unit.management_pool.conftest import BUDGET, FIRST, MONTH, OFFSET, PEAK


def test_released_by_is_the_models_for_a_hundred_years(released_so_far):
    found = released_so_far(1_200)
    curve = ReleaseCurve.start(BUDGET, PEAK)
    assert found == [released(BUDGET, [(0, PEAK)], number) for number in range(1_201)]
    assert found == [curve.released(number) for number in range(1_201)]


def test_released_by_outside_the_months_of_the_curve(pool):
    assert [pool.released_by(month) for month in (0, 1, MONTH - 1)] == [0, 0, 0]
    for month in (MONTH + 20_000, MONTH + 2**17, 2**255, 2**256 - 1):
        assert pool.released_by(month) == BUDGET - 1


def test_released_by_of_the_past_through_many_changes(chain, pool, governance, go_to):
    """Ever more changes cost the look-up of a past month one more step for twice as many."""
    rng = random.Random(3)
    changes = [(0, PEAK)]
    for number in sorted(rng.sample(range(2, 400), 100)):
        go_to(number)
        changes.append((number, rng.randrange(6, 121)))
        pool.set_peak(changes[-1][1], sender=governance)
    for number in range(0, 420):
        assert pool.released_by(MONTH - 1 + number) == released(BUDGET, changes, number)
    past = pool.transact("released_by", MONTH + 150, sender=governance).gas_used
    now = pool.transact("released_by", MONTH + 400, sender=governance).gas_used
    assert past - now < 8 * 2_500


def test_released_around_the_beginning_of_a_month(pool, go_to):
    second = released(BUDGET, [(0, PEAK)], 2)
    for late, expected in ((-1, FIRST), (0, second), (1, second)):
        go_to(2, late=late)
        assert pool.released() == pool.released_by(MONTH + max(0, 1 + min(late, 0))) == expected


def test_monthly_release_adds_up(pool, released_so_far):
    monthly = [pool.monthly_release(MONTH - 1 + number) for number in range(200)]
    assert list(accumulate(monthly)) == released_so_far(199)
    most = max(monthly)
    assert (monthly.index(most), monthly.count(most)) == (PEAK, 1)


def test_monthly_release_outside_the_months_of_the_curve(pool):
    for month in (0, MONTH - 1, MONTH + 2**17, 2**256 - 1):
        assert pool.monthly_release(month) == 0


def test_unallocated(pool, award, go_to):
    assert (pool.released(), pool.awarded(), pool.unallocated()) == (FIRST, 0, FIRST)
    award(1_000)
    assert (pool.released(), pool.awarded(), pool.unallocated()) == (FIRST, 1_000, FIRST - 1_000)
    go_to(2)
    second = released(BUDGET, [(0, PEAK)], 2)
    assert (pool.released(), pool.awarded(), pool.unallocated()) == (second, 1_000, second - 1_000)


def test_curve_of_months_and_positions(pool, governance, go_to):
    go_to(3)
    pool.set_peak(48, sender=governance)
    go_to(9)
    pool.set_peak(12, sender=governance)
    curves = [pool.curve_at(position) for position in range(3)]
    assert [(begin, peak) for begin, peak, _ in curves] == [
        (MONTH - 1, PEAK),
        (MONTH + 2, 48),
        (MONTH + 8, 12),
    ]
    months = [0, MONTH - 1, MONTH, MONTH + 2, MONTH + 3, MONTH + 8, MONTH + 9, 2**256 - 1]
    assert [curves.index(pool.curve_of(month)) for month in months] == [0, 0, 0, 0, 1, 1, 2, 2]
    for position in (3, 4, 2**256 - 1):
        with pytest.raises(Revert) as caught:
            pool.curve_at(position)
        assert caught.value.reason == "pool: no such curve"


@pytest.mark.parametrize("timestamp", [1_700_000_000, 4_294_967_296, 2**33])
def test_month_of_is_the_vaults_calendar(pool, timestamp):
    assert pool.month_of(timestamp) == month_of(timestamp, OFFSET)


def test_released_costs_the_same_after_idle_years(pool, go_to, ada):
    def gas():
        return pool.transact("released", sender=ada).gas_used

    first = gas()
    go_to(120)
    assert gas() - first < 7 * 200
    go_to(90_000)
    assert gas() - first < 17 * 200
