"""The effort and merit split: exact sums, fair roundings, the white paper's 20 % and 80 %."""

from dataclasses import FrozenInstanceError
from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from cos.economy.merit import Part, Participant, budget_of, largest_remainders, split_budget

COS = 10**8

participants = st.builds(
    Participant,
    hours=st.integers(0, 10_000) | st.sampled_from([1, 25, 100]),
    merit=st.integers(0, 50) | st.integers(0, 10**12),
)
groups = st.lists(participants, min_size=1, max_size=12).filter(
    lambda group: any(each.hours for each in group)
)
budgets = st.integers(0, 20) | st.integers(0, 2**64 - 1)


def shares(budget: int, group: list[Participant], effort_bps: int) -> list[tuple[Fraction, ...]]:
    """Exact shares (effort, merit) of two pots of which the first is rounded down."""
    hours, merit = sum(each.hours for each in group), sum(each.merit for each in group)
    pot = int(Fraction(budget * effort_bps, 10_000)) if merit else budget
    return [
        (
            Fraction(pot * each.hours, hours),
            Fraction((budget - pot) * each.merit, merit) if merit else Fraction(0),
        )
        for each in group
    ]


def replaced(group: list[Participant], position: int, other: Participant) -> list[Participant]:
    return [*group[:position], other, *group[position + 1 :]]


def test_an_hour_is_a_thousand_cos_a_fifth_by_hours_and_the_rest_by_merit() -> None:
    group = [Participant(hours=300, merit=1), Participant(hours=100, merit=3)]
    assert budget_of(group) == 4_000 * COS
    assert split_budget(group) == [
        Part(effort=600 * COS, merit=800 * COS),
        Part(effort=200 * COS, merit=2_400 * COS),
    ]
    assert [part.amount for part in split_budget(group)] == [1_400 * COS, 2_600 * COS]


def test_rate_budget_and_proportion_are_adjustable() -> None:
    group = [Participant(hours=150, merit=1), Participant(hours=50)]
    assert budget_of(group, cos_per_hour=7) == 14 * COS
    assert split_budget(group, cos_per_hour=7, effort_bps=5_000) == [
        Part(525_000_000, 7 * COS),
        Part(175_000_000, 0),
    ]
    assert split_budget(group, budget=8, effort_bps=10_000) == [Part(6, 0), Part(2, 0)]
    assert split_budget(group, budget=8, effort_bps=0) == [Part(0, 8), Part(0, 0)]


def test_merit_without_hours_is_paid_and_hours_without_merit_too() -> None:
    group = [Participant(hours=0, merit=5), Participant(hours=100)]
    assert split_budget(group, budget=10) == [Part(0, 8), Part(2, 0)]


def test_without_merit_points_everything_is_divided_by_hours() -> None:
    group = [Participant(hours=100), Participant(hours=300)]
    assert split_budget(group, budget=9) == [Part(2, 0), Part(7, 0)]  # 2.25 and 6.75


def test_the_odd_unit_of_the_two_pots_is_merit_s() -> None:
    assert split_budget([Participant(hours=1, merit=1)], budget=9) == [Part(1, 8)]
    assert split_budget([Participant(hours=1, merit=1)], budget=4) == [Part(0, 4)]


def test_equal_remainders_are_served_by_position() -> None:
    group = [Participant(hours=1)] * 4
    assert [part.amount for part in split_budget(group, budget=6)] == [2, 2, 1, 1]
    # 0.5, 1.5, 1, 1: the first two tie for the one unit that is left
    assert largest_remainders(4, [1, 3, 2, 2]) == [1, 1, 1, 1]
    assert largest_remainders(4, [3, 1, 2, 2]) == [2, 0, 1, 1]


def test_the_largest_remainder_is_served_before_an_earlier_position() -> None:
    assert largest_remainders(10, [34, 33, 33]) == [4, 3, 3]
    assert largest_remainders(10, [33, 33, 34]) == [3, 3, 4]
    assert largest_remainders(2, [0, 0, 1]) == [0, 0, 2]


@given(budgets, groups, st.integers(0, 10_000))
def test_parts_add_up_and_are_within_a_unit_of_the_exact_shares(
    budget: int, group: list[Participant], effort_bps: int
) -> None:
    parts = split_budget(group, budget=budget, effort_bps=effort_bps)
    assert len(parts) == len(group)
    assert sum(part.amount for part in parts) == budget
    for part, (effort, merit) in zip(parts, shares(budget, group, effort_bps), strict=True):
        assert abs(part.effort - effort) < 1
        assert abs(part.merit - merit) < 1


@given(groups, st.integers(0, 5_000))
def test_a_budget_of_hours_is_cut_into_pots_without_rounding(
    group: list[Participant], cos_per_hour: int
) -> None:
    budget = budget_of(group, cos_per_hour)
    assert budget == sum(Fraction(each.hours, 100) for each in group) * cos_per_hour * COS
    parts = split_budget(group, cos_per_hour=cos_per_hour)
    if any(each.merit for each in group):
        for part, each in zip(parts, group, strict=True):  # effort needs no rounding either
            assert part.effort == Fraction(each.hours, 100) * cos_per_hour * COS / 5
        assert 4 * sum(part.effort for part in parts) == sum(part.merit for part in parts)
    assert sum(part.amount for part in parts) == budget


@given(budgets, groups, st.data())
def test_more_hours_or_merit_never_give_less(
    budget: int, group: list[Participant], data: st.DataObject
) -> None:
    position = data.draw(st.integers(0, len(group) - 1))
    before = group[position]
    after = Participant(
        before.hours + data.draw(st.integers(0, 10_000)),
        before.merit + data.draw(st.integers(0, 100)),
    )
    grown = replaced(group, position, after)
    # within a given budget, and in one that the hours make
    for terms in ({"budget": budget}, {}):
        had = split_budget(group, **terms)[position].amount
        has = split_budget(grown, **terms)[position].amount
        assert has >= had


@given(budgets, groups)
def test_whoever_has_more_gets_no_less_than_another(budget: int, group: list[Participant]) -> None:
    parts = split_budget(group, budget=budget)
    for one, more in zip(group, parts, strict=True):
        for other, less in zip(group, parts, strict=True):
            if one.hours > other.hours:
                assert more.effort >= less.effort
            if one.merit > other.merit:
                assert more.merit >= less.merit


@given(budgets, groups, st.integers(1, 1_000), st.integers(1, 10**9))
def test_only_proportions_matter_within_a_budget(
    budget: int, group: list[Participant], hours_factor: int, merit_factor: int
) -> None:
    scaled = [Participant(each.hours * hours_factor, each.merit * merit_factor) for each in group]
    assert split_budget(scaled, budget=budget) == split_budget(group, budget=budget)


@given(budgets, groups)
def test_equals_differ_by_a_unit_at_most_and_in_favour_of_the_first(
    budget: int, group: list[Participant]
) -> None:
    twice = group + group
    parts = split_budget(twice, budget=budget)
    for first, second in zip(parts[: len(group)], parts[len(group) :], strict=True):
        assert first.effort - second.effort in (0, 1)
        assert first.merit - second.merit in (0, 1)


@given(budgets, groups, st.data())
def test_a_stranger_without_hours_and_merit_changes_nothing(
    budget: int, group: list[Participant], data: st.DataObject
) -> None:
    position = data.draw(st.integers(0, len(group)))
    parts = split_budget(group, budget=budget)
    with_one = split_budget([*group[:position], Participant(0), *group[position:]], budget=budget)
    assert with_one[position] == Part(0, 0)
    assert with_one[:position] + with_one[position + 1 :] == parts


@given(groups, st.integers(0, 10**6))
def test_a_larger_budget_gives_nobody_less_than_a_unit_less(
    group: list[Participant], budget: int
) -> None:
    """Largest remainders know the Alabama paradox: the bound is one unit a pot, not zero."""
    assume(len(group) > 2)
    smaller, larger = (split_budget(group, budget=amount) for amount in (budget, budget + 1))
    for before, after in zip(smaller, larger, strict=True):
        assert after.effort >= before.effort - 1
        assert after.merit >= before.merit - 1


@pytest.mark.parametrize(
    ("group", "terms", "problem"),
    [
        ([], {}, "there are no participants"),
        ([Participant(0, 5), Participant(0)], {}, "have no hours"),
        ([Participant(1)], {"budget": -1}, "budget .* must not be negative: -1"),
        ([Participant(1)], {"budget": 1.5}, "budget .* must be an integer, not 1.5"),
        ([Participant(1)], {"cos_per_hour": -1}, "COS an hour must not be negative"),
        ([Participant(1)], {"effort_bps": -1}, "effort .* must not be negative"),
        ([Participant(1)], {"effort_bps": 10_001}, "at most 10000 basis points: 10001"),
        ([Participant(1)], {"effort_bps": True}, "effort .* must be an integer"),
    ],
)
def test_terms_that_make_no_sense_are_refused(group: list, terms: dict, problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        split_budget(group, **terms)


@pytest.mark.parametrize(
    ("hours", "merit", "problem"),
    [
        (-1, 0, "hours .* must not be negative: -1"),
        (1.5, 0, "hours .* must be an integer, not 1.5"),
        (True, 0, "hours .* must be an integer, not True"),
        (1, -1, "merit must not be negative: -1"),
        (1, "3", "merit must be an integer, not '3'"),
    ],
)
def test_a_participant_has_integers_from_zero_on(hours: int, merit: int, problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        Participant(hours, merit)


def test_a_participant_does_not_change() -> None:
    with pytest.raises(FrozenInstanceError):
        Participant(1).hours = 2


@pytest.mark.parametrize(("total", "weights"), [(-1, [1]), (1, [2, -1]), (1, []), (0, [0, 0])])
def test_units_are_divided_by_weights_of_which_one_is_above_zero(
    total: int, weights: list[int]
) -> None:
    with pytest.raises(ValueError, match="negative|no weight"):
        largest_remainders(total, weights)
