"""Founders' tiers: what each seat gets."""

from itertools import pairwise

import pytest

from cos.suite import load_config
from cos.suite.founders import SeatRange, seat_amounts
from cos.suite.rules import BASE_UNITS_PER_COS as BASE_UNITS


@pytest.mark.parametrize(
    ("first", "last", "total"),
    [
        (100_000_000, 12_000_000, 5_600_000_000),
        (500_000_000, 40_000_000, 27_000_000_000),
        (3_000_000, 200_000, 160_000_000),
    ],
)
def test_the_seats_ends_and_totals_are_exact(first: int, last: int, total: int) -> None:
    amounts = seat_amounts(SeatRange(first=first, last=last))
    assert amounts[0] == first * BASE_UNITS
    assert amounts[-1] == last * BASE_UNITS
    assert sum(amounts) == total * BASE_UNITS
    assert amounts == sorted(amounts, reverse=True)
    steps = {earlier - later for earlier, later in pairwise(amounts)}
    assert max(steps) - min(steps) <= 3  # linear, but for three roundings to a base unit


def test_the_default_tiers_are_the_white_paper_s():
    (_, service), (_, industry) = load_config().founder_sale.tiers()
    assert (service.capital_fen, industry.capital_fen) == (3_000_000, 30_000_000)
    assert sum(service.quotas()) == 5_600_000_000 * BASE_UNITS
    assert sum(industry.quotas()) == 27_000_000_000 * BASE_UNITS
    for tier in (service, industry):
        assert sum(tier.unlocked_amounts()) == 160_000_000 * BASE_UNITS
