"""load_rules(path) -> RuleTable

the project's own table
├── every line of the white paper's table is there, with its numbers
├── yearly, hourly and other units, participants and the once-per-member rule as the paper says
├── what the paper calls case by case has neither minimum nor maximum
└── arguments are those of RuleBook.set_rule, in base units
a file of the user's
├── rules come sorted by number, whatever their order in the file
├── active defaults to true and can be false
├── each key out of its bounds: one line naming file, line, key, remedy
├── an unknown key, a missing key
├── a number, key, name or once bit used twice
└── minimum above maximum
"""

from __future__ import annotations

from pathlib import Path

import pytest

from cos.errors import InputError
from cos.suite.rules import Category, Rule, RuleTable, Unit, load_rules

COS = 10**8

# Category, unit, whole COS per unit (least, most; 0: none), participants; by the paper's lines.
WHITE_PAPER = {
    "捐钱": (Category.GENERAL, Unit.YUAN, 10, 10, 0),
    "捐物": (Category.GENERAL, Unit.YUAN, 1, 1, 0),
    "贡献时间": (Category.GENERAL, Unit.HOUR, 1_000, 1_000, 0),
    "贡献功劳": (Category.GENERAL, Unit.CASE, 0, 0, 0),
    "秘书长": (Category.OFFICE, Unit.YEAR, 1_000_000, 1_000_000, 0),
    "大区秘书长": (Category.OFFICE, Unit.YEAR, 500_000, 500_000, 0),
    "城市秘书长": (Category.OFFICE, Unit.YEAR, 300_000, 300_000, 0),
    "工作建议": (Category.MERIT, Unit.ITEM, 10_000, 0, 0),
    "工作成果": (Category.MERIT, Unit.ITEM, 10_000, 0, 0),
    "其他对组织的贡献": (Category.MERIT, Unit.CASE, 0, 0, 0),
    "大型活动 (线下)": (Category.EVENT_ORGANISATION, Unit.ITEM, 10_000, 0, 150),
    "中性活动 (线下)": (Category.EVENT_ORGANISATION, Unit.ITEM, 5_000, 0, 50),
    "小型活动 (线下)": (Category.EVENT_ORGANISATION, Unit.ITEM, 2_000, 0, 10),
    "其他+线上活动": (Category.EVENT_ORGANISATION, Unit.CASE, 0, 0, 0),
    "活动宣讲": (Category.EVENT_SERVICE, Unit.ITEM, 10_000, 0, 0),
    "活动义工": (Category.EVENT_SERVICE, Unit.HOUR, 1_000, 0, 0),
    "自组织成员凭成员身份领取": (Category.EVENT_PARTICIPATION, Unit.ITEM, 500, 500, 0),
    "主题小文章": (Category.WRITING, Unit.ITEM, 2_000, 0, 0),
    "主题大文章": (Category.WRITING, Unit.ITEM, 10_000, 0, 0),
    "网络媒体": (Category.PUBLISHING, Unit.ITEM, 10_000, 0, 0),
    "纸媒": (Category.PUBLISHING, Unit.ITEM, 20_000, 0, 0),
    "微信建群": (Category.CHAT_GROUP, Unit.ITEM, 20_000, 0, 200),
    "参与在线社群活动(微信群)": (Category.CHAT_GROUP, Unit.ITEM, 100, 100, 0),
}

FILE = """\
override_factor_bps = 20_000

[[rules]]
id = 2
key = "article"
name = "Article"
name_zh = "文章"
wording_zh = "每篇2000个起"
category = "writing"
unit = "item"
minimum = 2_000
maximum = 0

[[rules]]
id = 1
key = "welcome"
name = "Welcome"
name_zh = "领取"
wording_zh = "仅能领取1次"
category = "event_participation"
unit = "item"
minimum = 500
maximum = 500
once_bit = 40
min_participants = 7
active = false
"""


@pytest.fixture
def load(tmp_path: Path):
    """Load FILE with some text replaced; returns the table. The file is `folder/rules.toml`."""

    def replaced(old: str = "", new: str = "", count: int = 1) -> RuleTable:
        assert old in FILE
        path = tmp_path / "rules.toml"
        path.write_text(FILE.replace(old, new, count) if old else FILE, encoding="utf-8")
        return load_rules(path)

    return replaced


def test_the_table_has_every_line_of_the_white_paper() -> None:
    found = {
        rule.name_zh: (
            rule.category,
            rule.unit,
            rule.minimum // COS,
            rule.maximum // COS,
            rule.min_participants,
        )
        for rule in load_rules().rules
    }
    expected = dict(WHITE_PAPER)
    expected["中型活动 (线下)"] = expected.pop("中性活动 (线下)")  # a slip of the paper's
    assert found == expected


def test_amounts_are_whole_cos_in_base_units() -> None:
    for rule in load_rules().rules:
        assert rule.minimum % COS == rule.maximum % COS == 0


def test_wordings_name_the_amounts() -> None:
    written = {1_000_000: "100万", 500_000: "50万", 300_000: "30万", 10: "10倍", 1: "等额"}
    for rule in load_rules().rules:
        amount = rule.minimum // COS
        if amount:
            assert written.get(amount, str(amount)) in rule.wording_zh
            assert (rule.maximum == 0) == ("起" in rule.wording_zh), rule.key


def test_only_the_welcome_is_once_per_member() -> None:
    table = load_rules()
    assert [rule.key for rule in table.rules if rule.once_per_member] == ["member_welcome"]
    assert table["member_welcome"].once_bit == 1


def test_case_by_case_rules_are_unbounded() -> None:
    cases = [rule for rule in load_rules().rules if rule.unit is Unit.CASE]
    assert {rule.key for rule in cases} == {
        "give_merit",
        "other_contribution",
        "organise_other_event",
    }
    assert all(rule.minimum == rule.maximum == 0 for rule in cases)


def test_numbers_are_1_to_23_and_all_are_active() -> None:
    table = load_rules()
    assert [rule.id for rule in table.rules] == list(range(1, 24))
    assert all(rule.active for rule in table.rules)
    assert table.override_factor_bps == 20_000


def test_arguments_are_those_of_set_rule() -> None:
    table = load_rules()
    assert table["organise_large_event"].arguments() == (
        11,
        (4, 1, 10_000 * COS, 0, 0, 150, True),
        "Large event organised (offline)",
    )
    assert table["member_welcome"].arguments()[1] == (6, 1, 500 * COS, 500 * COS, 1, 0, True)


def test_rules_are_looked_up_by_key(load) -> None:
    table = load()
    assert table["article"].id == 2
    assert "article" in table
    assert "articles" not in table
    with pytest.raises(KeyError):
        table["articles"]


def test_rules_come_sorted_by_number(load) -> None:
    first, second = load().rules
    assert first == Rule(
        id=1,
        key="welcome",
        name="Welcome",
        name_zh="领取",
        wording_zh="仅能领取1次",
        category=Category.EVENT_PARTICIPATION,
        unit=Unit.ITEM,
        minimum=500 * COS,
        maximum=500 * COS,
        once_bit=40,
        min_participants=7,
        active=False,
    )
    assert (second.id, second.active, second.once_per_member) == (2, True, False)


@pytest.mark.parametrize(
    ("old", "new", "line", "named"),
    [
        ("override_factor_bps = 20_000", "override_factor_bps = 9_999", 1, "override_factor_bps"),
        ("override_factor_bps = 20_000", "override_factor_bps = 100_001", 1, "override_factor_bps"),
        ("id = 2", "id = 0", 4, "id"),
        ("id = 2", "id = 256", 4, "id"),
        ("id = 2", 'id = "2"', 4, "id"),
        ('key = "article"', 'key = "Article"', 5, "snake_case"),
        ('key = "article"', 'key = "1article"', 5, "snake_case"),
        ('name = "Article"', 'name = "文章"', 6, "ASCII"),
        ('name = "Article"', 'name = ""', 6, "ASCII"),
        ('name = "Article"', f'name = "{"a" * 65}"', 6, "ASCII"),
        ('name_zh = "文章"', 'name_zh = " "', 7, "name_zh"),
        ('wording_zh = "每篇2000个起"', 'wording_zh = ""', 8, "wording_zh"),
        ('category = "writing"', 'category = "reading"', 9, "use one of general, office"),
        ('unit = "item"', 'unit = "month"', 10, "use one of item, hour"),
        ('unit = "item"', "unit = [1]", 10, "use one of item, hour"),
        ("minimum = 2_000", "minimum = -1", 11, "minimum"),
        ("minimum = 2_000", "minimum = 184_467_440_738", 11, "from 0 to 184467440737"),
        ("minimum = 2_000", "minimum = 0.5", 11, "minimum"),
        ("maximum = 0", "maximum = true", 12, "maximum"),
        ("once_bit = 40", "once_bit = 41", 24, "once_bit"),
        ("once_bit = 40", "once_bit = -1", 24, "once_bit"),
        ("min_participants = 7", "min_participants = 4_294_967_296", 25, "min_participants"),
        ("active = false", 'active = "no"', 26, "active"),
        ("active = false", "activ = false", 26, "did you mean 'active'"),
        ('unit = "item"\n', "", 3, "unit"),
    ],
)
def test_a_wrong_value_is_refused_in_one_line(load, tmp_path, old, new, line, named) -> None:
    with pytest.raises(InputError) as caught:
        load(old, new)
    message = str(caught.value)
    assert message.startswith(f"{tmp_path / 'rules.toml'}:{line}: ")
    assert named in message
    assert "; " in message
    assert "\n" not in message


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("id = 2", "id = 255"),
        ("minimum = 2_000", "minimum = 184_467_440_737"),
        ("once_bit = 40", "once_bit = 0"),
        ("min_participants = 7", "min_participants = 4_294_967_295"),
        ("override_factor_bps = 20_000", "override_factor_bps = 100_000"),
        ("override_factor_bps = 20_000", "override_factor_bps = 10_000"),
        ('name = "Article"', f'name = "{"a" * 64}"'),
    ],
)
def test_values_at_their_bounds_are_taken(load, old, new) -> None:
    assert len(load(old, new).rules) == 2


@pytest.mark.parametrize(
    ("old", "new", "line", "problem"),
    [
        ("id = 1", "id = 2", 15, "id 2 of 'welcome' is already used by 'article'"),
        ('key = "welcome"', 'key = "article"', 16, "key 'article' of 'article' is already used"),
        ('name = "Welcome"', 'name = "Article"', 17, "name 'Article' of 'welcome' is already used"),
        ("maximum = 0", "maximum = 0\nonce_bit = 40", 25, "once_bit 40 of 'welcome' is already"),
    ],
)
def test_what_must_be_unique_is_refused_twice(load, tmp_path, old, new, line, problem) -> None:
    with pytest.raises(InputError) as caught:
        load(old, new)
    message = str(caught.value)
    assert message.startswith(f"{tmp_path / 'rules.toml'}:{line}: {problem}")
    assert message.endswith("choose another")


def test_a_minimum_above_its_maximum_is_refused(load) -> None:
    with pytest.raises(InputError, match="minimum of 'welcome' is above its maximum; lower it"):
        load("maximum = 500", "maximum = 499")


def test_a_table_without_rules_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "rules.toml"
    path.write_text("override_factor_bps = 20_000\nrules = []\n", encoding="utf-8")
    with pytest.raises(InputError, match="rules"):
        load_rules(path)
