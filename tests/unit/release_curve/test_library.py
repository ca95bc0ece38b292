"""cos.release_curve: the curve for the simulator and the report

├── the same integers as the model, through changes of the peak
├── a change leaves the past as it was; another in the same month replaces it
└── refuses budgets, peaks and months out of bounds, in words
"""

from __future__ import annotations

import pytest

from cos.errors import InputError
from cos.release_curve import ReleaseCurve
from tests.models.release_curve import released
from tests.unit.release_curve.conftest import BUDGET


def test_curve_through_changes_is_the_models():
    changes = [(0, 24), (1, 30), (20, 6), (21, 120), (400, 24)]
    curve = ReleaseCurve.start(BUDGET, 24)
    for month, peak in changes[1:]:
        curve = curve.with_peak(peak, month)
    for month in range(1_000):
        assert curve.released(month) == released(BUDGET, changes, month)
        assert curve.monthly(month) == curve.released(month) - curve.released(month - 1) >= 0


def test_curve_before_the_first_month():
    curve = ReleaseCurve.start(BUDGET, 24)
    assert (curve.released(-3), curve.released(0), curve.monthly(0)) == (0, 0, 0)


def test_change_leaves_the_past_as_it_was():
    curve = ReleaseCurve.start(BUDGET, 24)
    later = curve.with_peak(60, 12)
    assert [later.released(n) for n in range(13)] == [curve.released(n) for n in range(13)]
    assert later.released(13) < curve.released(13)


def test_second_change_in_a_month_replaces_the_first():
    curve = ReleaseCurve.start(BUDGET, 24)
    assert curve.with_peak(60, 12).with_peak(30, 12) == curve.with_peak(30, 12)
    assert curve.with_peak(60, 12).with_peak(24, 12).released(99) == pytest.approx(
        curve.released(99), abs=1
    )


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        (lambda: ReleaseCurve.start(0, 24), "budget of 0 base units"),
        (lambda: ReleaseCurve.start(2**64, 24), "1 to 18446744073709551615 would be right"),
        (lambda: ReleaseCurve.start(1, 5), "peak at month 5: 6 to 120 would be right"),
        (lambda: ReleaseCurve.start(1, 24).with_peak(121, 1), "peak at month 121"),
        (lambda: ReleaseCurve.start(1, 24).with_peak(30, 0), "month 0: 1 or later"),
        (lambda: ReleaseCurve.start(1, 24).with_peak(30, 9).with_peak(6, 8), "month 8: 9 or later"),
    ],
)
def test_bad_input_is_refused_in_words(bad, message):
    with pytest.raises(InputError, match=message):
        bad()
