"""_check_peak(peak): 6 to 120 pass, all else -> revert"""

import pytest

from cos.chain import Revert
from tests.unit.release_curve.conftest import PEAKS


def test_check_peak_accepts_half_a_year_to_ten_years(curve):
    for peak in PEAKS:
        curve.check_peak(peak)


@pytest.mark.parametrize("peak", [0, 1, 5, 121, 2**8 + 24, 2**256 - 1])
def test_check_peak_reverts_out_of_bounds(curve, peak):
    with pytest.raises(Revert) as caught:
        curve.check_peak(peak)
    assert caught.value.reason == "curve: peak out of bounds"
