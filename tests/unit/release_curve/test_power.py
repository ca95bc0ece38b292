"""_power(peak, exponent): q**exponent in 128 bits, q = (2 peak - 1) / (2 peak + 1)

├── equals the model to the last bit, for small, large and the largest exponents
├── never below the exact power, and less than 2 * exponent units of the last place above it
├── is 2**128 for 0, less for all others, never 0
└── costs by the bits of the exponent, not by the exponent
"""

from __future__ import annotations

import random

import pytest

from cos import release_curve
from tests.models.release_curve import power
from tests.unit.release_curve.conftest import BUDGET, MAX_MONTH, PEAKS


@pytest.mark.parametrize("peak", [6, 24, 73, 120])
def test_power_is_the_models(curve, peak):
    rng = random.Random(peak)
    exponents = [*range(70), MAX_MONTH - 1, MAX_MONTH, *(2**k for k in range(17))]
    exponents += [rng.randrange(MAX_MONTH) for _ in range(200)]
    for exponent in exponents:
        assert curve.power(peak, exponent) == power(peak, exponent)


def test_power_is_the_librarys():
    rng = random.Random(1)
    for peak in PEAKS:
        for exponent in [*range(100), *(rng.randrange(MAX_MONTH) for _ in range(20)), MAX_MONTH]:
            assert release_curve.power(peak, exponent) == power(peak, exponent)


@pytest.mark.parametrize("peak", [6, 24, 60, 120])
def test_power_is_less_than_2k_units_above_the_exact_one(peak):
    above, below = 2**128, 1
    for exponent in range(1, 1_201):
        above, below = above * (2 * peak - 1), below * (2 * peak + 1)
        found = power(peak, exponent)
        assert above <= found * below < above + 2 * exponent * below


@pytest.mark.parametrize("peak", [6, 120])
def test_power_is_never_zero(curve, peak):
    assert curve.power(peak, 0) == 2**128
    assert curve.power(peak, 1) < 2**128
    for exponent in (10_000, 2**16, MAX_MONTH):
        assert 0 < curve.power(peak, exponent) <= 2 * exponent


@pytest.mark.parametrize("month", [1, 24, 1_200, 12_000, MAX_MONTH])
def test_power_is_cheap_for_every_exponent(curve, month):
    assert curve.gas_of(BUDGET, 0, month, 24) < 1_300 + 180 * month.bit_length()
