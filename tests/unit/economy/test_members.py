"""How members are drawn: activity, joining, amounts."""

import itertools
import math
from random import Random

import pytest

from cos.economy.members import _joined, _poisson, make_members
from cos.economy.people import Community, Economy
from cos.economy.pricing import highest_amount, lowest_amount, twelfth
from cos.economy.scenario import DEFAULT_SCENARIO, load_scenario
from cos.suite.rules import load_rules

RULES = load_rules().by_key


@pytest.fixture
def economy() -> Economy:
    scenario = load_scenario(DEFAULT_SCENARIO, RULES)
    nowhere = Community(1, "national", "national", None)
    return Economy(None, scenario, RULES, Random(1), [], nowhere)  # type: ignore[arg-type]


def test_activity_is_heavy_tailed_with_the_wanted_mean(economy: Economy) -> None:
    make_members(economy)
    activities = sorted(member.activity for member in economy.members)
    count = len(activities)
    assert count == 2_000
    mean = math.fsum(activities) / count
    assert mean == pytest.approx(economy.scenario.members.contributions_monthly, rel=0.1)
    assert math.fsum(activities[-count // 10 :]) > 0.35 * math.fsum(activities)
    assert activities[-1] <= 60 * activities[0] * 1.001


def test_fewer_join_each_month_until_all_have(economy: Economy) -> None:
    joined = [_joined(economy, months) for months in range(25)]
    new = [after - before for before, after in itertools.pairwise(joined)]
    assert joined[0] == 0
    assert joined[18:] == [2_000] * 7
    assert new == sorted(new, reverse=True)
    assert sum(new) == 2_000


def test_poisson_has_its_mean_and_variance() -> None:
    rng = Random(2)
    draws = [_poisson(rng, 3.0) for _ in range(20_000)]
    mean = sum(draws) / len(draws)
    variance = sum((draw - mean) ** 2 for draw in draws) / len(draws)
    assert mean == pytest.approx(3, rel=0.03)
    assert variance == pytest.approx(3, rel=0.05)
    assert _poisson(rng, 0.0) == 0


@pytest.mark.parametrize("yearly", [1_000_000 * 10**8, 300_000 * 10**8, 7])
def test_twelve_parts_of_a_year_add_up_to_it(yearly: int) -> None:
    parts = [twelfth(yearly, month) for month in range(24_231, 24_243)]
    assert sum(parts) == yearly
    assert max(parts) - min(parts) <= 1


def test_amounts_stay_inside_the_rule_by_rounding() -> None:
    assert lowest_amount(1, 101) == 2  # 1.01: up, or it would be under the minimum
    assert highest_amount(1, 199) == 1  # 1.99: down, or it would be over the maximum
    assert lowest_amount(250, 10**11) == highest_amount(250, 10**11) == 250 * 10**9
