"""_rest(rest, begin, month, peak): what is left in `month` of the `rest` in `begin`

├── equals the model to the unit, from the first month and from later ones, to the bounds
├── against exact rationals, months 1 to 1,200: never below, less than 1 + 2**-31 units above
│   ├── of one curve
│   └── of many, one after the other: the sum of their errors
├── in the month in which it begins: the rest itself
├── the tail: one unit for ever, also of the largest budget; beyond the last month the same
├── never rises: every peak, every month until one unit is left of the largest budget
└── month releases
    ├── unique maximum in the peak month, for every peak, from a budget of one COS on
    ├── after a change: in the new peak month, or at once if that is past
    └── at most 2 / (2 peak + 1) of the rest
"""

from __future__ import annotations

import random
from fractions import Fraction
from itertools import islice, pairwise

import pytest

from cos import release_curve
from tests.models.release_curve import ERROR, exact_released, parts, ratio, released, rest
from tests.unit.release_curve.conftest import BUDGET, MAX_BUDGET, MAX_MONTH, PEAKS

COS = 10**8


@pytest.mark.parametrize("peak", [6, 7, 24, 119, 120])
@pytest.mark.parametrize("budget", [1, COS, BUDGET, MAX_BUDGET])
def test_rest_is_the_models_for_a_hundred_years(curve, budget, peak):
    expected = [rest(budget, 0, month, peak) for month in range(1_201)]
    assert curve.rests(budget, 0, 0, 1_201, peak) == expected
    assert [release_curve.rest_after(budget, 0, month, peak) for month in range(1_201)] == expected


def test_rest_is_the_models_from_any_month_on(curve):
    rng = random.Random(5)
    for _ in range(400):
        peak, begin = rng.choice(PEAKS), rng.choice([rng.randrange(1_200), rng.randrange(96_000)])
        month = begin + rng.choice([rng.randrange(600), rng.randrange(MAX_MONTH - begin)])
        left = rng.choice([1, rng.randrange(10**6), rng.randrange(1, BUDGET), MAX_BUDGET])
        expected = rest(left, begin, month, peak)
        assert curve.rest(left, begin, month, peak) == expected
        assert release_curve.rest_after(left, begin, month, peak) == expected


@pytest.mark.parametrize("peak", [6, 24, 25, 120])
def test_closed_form_is_the_sum_of_the_months(peak):
    q, total = ratio(peak), Fraction(0)
    for month, part in enumerate(islice(parts(peak), 150), start=1):
        total += part
        assert 1 - total == q**month * (1 + month * (1 - q))


@pytest.mark.parametrize("peak", [6, 24, 61, 120])
@pytest.mark.parametrize("budget", [BUDGET, MAX_BUDGET])
def test_rest_is_within_a_unit_of_the_exact_one(budget, peak):
    exact = exact_released(budget, [(0, peak)], 1_200)
    for month, value in enumerate(exact):
        assert 0 <= value - (budget - rest(budget, 0, month, peak)) < ERROR


@pytest.mark.parametrize(
    "changes",
    [
        [(0, 24), (1, 120)],
        [(0, 120), (24, 6)],
        [(0, 24), (600, 36)],
        [(0, 24), (12, 60), (13, 6), (14, 120), (15, 24), (300, 23)],
        [(0, 24), *((month, 6 + month % 115) for month in range(1, 160))],
    ],
    ids=["at once", "at the peak", "in the tail", "to and fro", "every month"],
)
def test_rest_adds_the_errors_of_all_changes_up(changes):
    months = 700
    for month, value in enumerate(exact_released(BUDGET, changes, months)):
        curves = len([begin for begin, _ in changes if begin <= month])
        assert 0 <= value - released(BUDGET, changes, month) < ERROR * curves


@pytest.mark.parametrize("peak", [6, 24, 120])
def test_rest_is_itself_in_the_month_in_which_it_begins(curve, peak):
    for begin in (0, 1, 1_000, MAX_MONTH):
        for left in (0, 1, 2, BUDGET, MAX_BUDGET):
            assert curve.rest(left, begin, begin, peak) == left


@pytest.mark.parametrize("peak", [6, 24, 120])
def test_rest_has_an_endless_tail(curve, peak):
    """The budget is never released to its end; far beyond 1,200 months nothing happens any more."""
    for month in (10_000, 96_000, MAX_MONTH, MAX_MONTH + 1, 2**256 - 1):
        assert curve.rest(MAX_BUDGET, 0, month, peak) == 1
    assert curve.rest(MAX_BUDGET, 0, 2**255, peak) == curve.rest(MAX_BUDGET, 0, MAX_MONTH, peak)
    assert curve.rest(0, 0, 10_000, peak) == 0


def test_rest_never_rises_for_any_peak_in_any_month():
    """Exhaustive. As long as more than one unit can be left of 2**64 - 1, power times factor falls
    with each month; that is so for `begin` = 0, hence for every other (docs/economics.md)."""
    for peak in PEAKS:
        odd = 2 * peak + 1
        before = release_curve.power(peak, 0) * odd
        month = 0
        while before > odd << 63:
            month += 1
            now = release_curve.power(peak, month) * (odd + 2 * month)
            assert now < before, (peak, month)
            before = now
        assert release_curve.rest_after(MAX_BUDGET, 0, month, peak) == 1
        assert 40 * peak < month < 60 * peak + 20, "that was more than a few months"


@pytest.mark.parametrize("peak", [6, 24, 120])
@pytest.mark.parametrize("begin", [0, 1, 47, 1_199])
def test_rest_never_rises_on_the_chain(curve, peak, begin):
    found = curve.rests(MAX_BUDGET, begin, begin, 2_000, peak)
    assert all(after <= before for before, after in pairwise(found))
    assert all(after < before for before, after in pairwise(found) if before > 1_000)


@pytest.mark.parametrize("budget", [COS, BUDGET, MAX_BUDGET])
def test_peak_month_alone_releases_most(budget):
    for peak in PEAKS:
        left = [release_curve.rest_after(budget, 0, month, peak) for month in range(4 * peak)]
        monthly = [before - after for before, after in pairwise(left)]
        most = max(monthly)
        assert monthly.count(most) == 1
        assert monthly.index(most) + 1 == peak


@pytest.mark.parametrize("peak", [6, 24, 120])
@pytest.mark.parametrize("begin", [1, 5, 20, 60, 119, 500])
def test_peak_month_after_a_change(curve, peak, begin):
    """The new peak's month, or the first month after the change if that is past."""
    left = curve.rests(BUDGET // 3, begin, begin, 4 * peak + 2, peak)
    monthly = [before - after for before, after in pairwise(left)]
    most = max(monthly)
    assert monthly.count(most) == 1
    assert begin + 1 + monthly.index(most) == max(peak, begin + 1)


@pytest.mark.parametrize("peak", [6, 24, 120])
def test_month_releases_a_bounded_part_of_the_rest(curve, peak):
    for begin in (0, 6, 1_000, 90_000):
        after = curve.rest(BUDGET, begin, begin + 1, peak)
        assert 0 < BUDGET - after <= BUDGET * 2 // (2 * peak + 1)
