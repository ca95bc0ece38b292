"""Scenario files: what is refused and where."""

from pathlib import Path

import pytest

from cos.economy.scenario import DEFAULT_SCENARIO, load_scenario
from cos.errors import InputError
from cos.suite.rules import load_rules

RULES = load_rules().by_key
TEXT = DEFAULT_SCENARIO.read_text()


def line_with(text: str, part: str) -> int:
    return next(n for n, line in enumerate(text.splitlines(), 1) if part in line)


def test_the_default_scenario_is_the_white_paper_s() -> None:
    scenario = load_scenario(DEFAULT_SCENARIO, RULES)
    assert (scenario.months, scenario.members.count, scenario.communities.count) == (24, 2_000, 20)
    assert scenario.first_month == 2019 * 12 + 3
    assert {work.rule for work in scenario.work} <= set(RULES)


@pytest.mark.parametrize(
    ("old", "new", "remedy"),
    [
        ("months = 24", "montths = 24", "did you mean 'months'?"),
        ("months = 24", "months = 0", "correct the value"),
        ('start = "2019-04"', 'start = "2019-13"', "correct the value"),
        ("service = 24", "service = 101", "less than or equal to 100"),
        ("monthly_chance = 0.25", "monthly_chance = 1.5", "correct the value"),
        ("regions = 4", "regions = 0", "set regions to 1 or more"),
        ("count = { national = 3,", "count = { national = 1,", "use 2 or more"),
        ('city = "city_secretary"', 'city = "city_secretery"', "mean 'city_secretary'?"),
        ('rule = "give_time"', 'rule = "give_tme"', "did you mean 'give_time'?"),
        ("activity_tail = 1.4", "activity_tail = 1", "correct the value"),
        ("weight = 34", "weight = 0", "correct the value"),
        ("quantity = [0.5, 8]", "quantity = [8, 0.5]", "write the smaller number first"),
        ("price = [1_000, 1_500]", "price = [1_500, 1_000]", "write the smaller number first"),
        ("price = [1_000, 1_500]", "price = [999, 1_500]", "use whole COS from 1000 to any"),
        ("price = [5_000, 50_000]", "", "add price = [from, to]"),
        ("freezing_days = 25", "freezing_days = 91", "correct the value"),
        ("honest = 0.80", "honest = 0.81", "correct one of them"),
        ("late_chance = 0.4", "late_chance = 1.4", "correct the value"),
        ("padding_chance = 0.04", "padding_chance = 0.99", "lower one of them"),
        ("check_days = [2, 30]", "check_days = [30, 2]", "write the smaller number first"),
        ("merit = [0, 10]", "merit = [10, 0]", "write the smaller number first"),
        ("claim_days = [1, 45]", "claim_days = [45, 1]", "write the smaller number first"),
        ("open_days = 60 ", "open_days = 367 ", "correct the value"),
        ("guest_share = 0.25", "guest_share = 1.25", "correct the value"),
        ("late_share = 0.15", "late_share = 0.35", "lower one of them"),
        ("low = 10", "low = 41", "lower it"),
        ("prompt_days = [0, 20]", "prompt_days = [20, 0]", "write the smaller number first"),
        ('welcome_rule = "member_welcome"', 'welcome_rule = "give_time"', "use 'member_welcome'"),
        ("memory = 0.7", "memory = 1", "correct the value"),
        ('rule = "give_merit"            #', 'rule = "give_time"            #', "case by case"),
        ('merit_rule = "give_merit"', 'merit_rule = "event_talk"', "case by case"),
        ('effort_rule = "give_time"', 'effort_rule = "donate_money"', "use 'give_time'"),
    ],
)
def test_a_bad_scenario_is_refused_with_file_line_and_remedy(
    tmp_path: Path, old: str, new: str, remedy: str
) -> None:
    assert old in TEXT
    path = tmp_path / "scenario.toml"
    path.write_text(TEXT.replace(old, new, 1))
    with pytest.raises(InputError) as error:
        load_scenario(path, RULES)
    message = str(error.value)
    line = int(message.removeprefix(f"{path}:").split(":")[0])
    assert abs(line - line_with(TEXT, old)) <= 6, message  # the key, or the table that holds it
    assert remedy in message
    assert "\n" not in message


@pytest.mark.parametrize(
    ("old", "new", "remedy"),
    [
        ("region = 24_000_000", "region = 19_000_000", "raise it"),
        ("national = 100_000_000", "national = 95_000_000", "raise it"),
    ],
)
def test_caps_must_hold_the_children_s(tmp_path: Path, old: str, new: str, remedy: str) -> None:
    path = tmp_path / "scenario.toml"
    path.write_text(TEXT.replace(old, new, 1))
    with pytest.raises(InputError, match=remedy):
        load_scenario(path, RULES)
