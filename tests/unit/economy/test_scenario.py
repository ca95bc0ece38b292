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
        ("members_share = 0.04", "members_share = 4", "correct the value"),
        ("least = 2_000 ", "least = 0 ", "correct the value"),
        ("part = [0.3, 0.9]", "part = [0.9, 0.3]", "write the smaller number first"),
        ("withdrawn_part = [0.1, 0.5]", "withdrawn_part = [0.1, 1.5]", "correct the value"),
        ("official_apps = 1", "official_apps = 4", "is more than apps; lower it"),
        ("apps = 3 ", "apps = 0 ", "is more than apps; lower it"),
        ("app_fee = [5, 50]", "app_fee = [0, 50]", "correct the value"),
        ("app_fee = [5, 50]", "app_fee = [50, 5]", "write the smaller number first"),
        ("payers = 6", "payers = 0", "correct the value"),
        ("yearly_share = 0.001", "yearly_share = 0.011", "correct the value"),
        ("every_months = 3", "every_months = 13", "correct the value"),
        ("every_months = 3", "every_month = 3", "did you mean 'every_months'?"),
        ("coupons = 10", "coupons = 201", "correct the value"),
        ("face_value = [20, 300]", "face_value = [0, 20]", "correct the value"),
        ("face_value = [20, 300]", "face_value = [20, 2]", "write the smaller number first"),
        ("grace_days = 60", "grace_days = 29", "correct the value"),
        ("window_days = 14", "window_days = 7", "correct the value"),
        ("arbiters = 3", "arbiters = 0", "correct the value"),
        ("honest = 0.6", "honest = 0.7", "do not add up to 1; correct one"),
        ("worth = [0.8, 1.4]", "worth = [1.4, 0.8]", "write the smaller number first"),
        ("thanks = [10, 100]", "thanks = [10, 10.5]", "correct the value"),
        ("premium = 0.15", "premiums = 0.15", "did you mean 'premium'?"),
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


def test_a_staker_s_month_has_one_thing(tmp_path: Path) -> None:
    path = tmp_path / "scenario.toml"
    path.write_text(TEXT.replace("\nleave_chance = 0.01", "\nleave_chance = 0.9"))
    table = line_with(TEXT, "[staking]")
    with pytest.raises(InputError, match=rf":{table}: .* add up to more than 1; lower one"):
        load_scenario(path, RULES)


def test_a_holder_confirms_or_disputes_what_it_was_given(tmp_path: Path) -> None:
    path = tmp_path / "scenario.toml"
    path.write_text(TEXT.replace("confirm_chance = 0.8 ", "confirm_chance = 0.98 "))
    table = line_with(TEXT, "[market.customers]")
    with pytest.raises(InputError, match=rf":{table}: .* add up to more than 1; lower one"):
        load_scenario(path, RULES)


def test_uses_need_an_app(tmp_path: Path) -> None:
    path = tmp_path / "scenario.toml"
    text = TEXT.replace("official_apps = 1", "official_apps = 0").replace("apps = 3 ", "apps = 0 ")
    path.write_text(text)
    with pytest.raises(InputError, match="set apps to 1 or more, or uses_monthly to 0"):
        load_scenario(path, RULES)


@pytest.mark.parametrize(
    "path", sorted(DEFAULT_SCENARIO.parent.glob("*.toml")), ids=lambda p: p.stem
)
def test_every_scenario_can_be_read(path: Path) -> None:
    assert load_scenario(path, RULES).policy_dividends.yearly_share <= 0.01


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
