"""The deployment's configuration.

load_config
|- the default
|  |- adds up to the cap and to 30 %
|  `- brings its rules
`- refuses, with file, line, key and remedy
   |- an unknown key, and suggests the known one
   |- a missing key
   |- buckets that do not add up to the cap
   |- a genesis other than 30 %
   |- a genesis above its bucket
   |- an unknown bucket
   |- rates and windows out of bounds
   |- steps out of order, or in the future
   |- an offset out of bounds
   |- accounts that are empty or no address
   |- rules that are wrong, by their own file's name
   `- a file that is no TOML, or is not there
"""

import pytest

from cos.errors import InputError
from cos.paths import CONFIG_FOLDER
from cos.suite import load_config

CAP = 102_400_000_000 * 10**8
DEFAULT = (CONFIG_FOLDER / "default.toml").read_text()


@pytest.fixture
def refused(tmp_path):
    """Load the default configuration with one text replaced; return the error's one line."""
    (tmp_path / "rules.toml").write_text((CONFIG_FOLDER / "rules.toml").read_text())

    def load(old: str, new: str) -> str:
        assert DEFAULT.count(old) == 1, old
        file = tmp_path / "suite.toml"
        file.write_text(DEFAULT.replace(old, new))
        with pytest.raises(InputError) as error:
            load_config(file)
        message = str(error.value)
        assert "\n" not in message
        assert message.startswith(f"{file}:")
        return message.removeprefix(f"{file}:")

    return load


def line_of(text: str) -> str:
    return str(DEFAULT[: DEFAULT.index(text)].count("\n") + 1)


def test_the_default_adds_up_to_the_cap_and_to_30_percent():
    config = load_config()
    assert sum(config.buckets.caps()) == CAP
    assert sum(part.amount for part in config.genesis) * 10**8 * 10 == CAP * 3


def test_the_default_brings_its_rules():
    assert "donate_money" in load_config().rule_table


@pytest.mark.parametrize(
    ("old", "new", "line_at", "parts"),
    [
        (
            "partners = ",
            "partnres = ",
            "partners = ",
            ("unknown key 'buckets.partnres'", "'partners'"),
        ),
        ("partners = 5", "# 5", "[buckets]", ("'buckets.partners' is missing", "add it")),
        ("window_days = 14", "# 14", "[bonus]", ("'bonus.window_days' is missing",)),
        (
            "window_days = 14",
            "window_days = 14\nwindow_hours = 2",
            None,
            ("unknown key 'bonus.window_hours'", "window_days"),
        ),
        (
            "nodes = 5_120_000_000",
            "nodes = 5_120_000_001",
            "[buckets]",
            ("'buckets'", "102,400,000,001 COS, not to the cap", "take off 1"),
        ),
        (
            "partners = 5_120_000_000",
            "partners = 5_120_000_00",
            "[buckets]",
            ("'buckets'", "add 4,608,000,000"),
        ),
        (
            "amount = 17_408_000_000",
            "amount = 17_407_999_999",
            None,
            ("genesis adds up to 30,719,999,999 COS, not to 30 %", "make it 30,720,000,000"),
        ),
        (
            'bucket = "founders"',
            'bucket = "angels"',
            None,
            ("genesis issues 22,528,000,000 COS from 'angels'", "holds 5,120,000,000"),
        ),
        (
            'bucket = "founders"',
            'bucket = "funders"',
            'bucket = "founders"',
            ("'genesis.2.bucket'", "is no bucket", "use one of angels, founders"),
        ),
        ("sponsor_bps = 2_500", "sponsor_bps = 2_501", "sponsor_bps = 2_500", ("2500",)),
        ("sponsor_bps = 1_000", "sponsor_bps = 999", "sponsor_bps = 1_000", ("1000",)),
        ("manager_bps = 1_000", "manager_bps = 1_001", "manager_bps = 1_000", ("1000",)),
        ("manager_bps = 500", "manager_bps = 499", "manager_bps = 500", ("500",)),
        ("window_days = 14", "window_days = 91", "window_days = 14", ("'bonus.window_days'", "90")),
        ("window_days = 14", "window_days = 0", "window_days = 14", ("'bonus.window_days'", "1")),
        ("after_months = 24", "after_months = 12", None, ("do not ascend", "put them in order")),
        ("after_months = 0", "after_months = 1", None, ("in the future", "after_months = 0")),
        (
            "utc_offset_hours = 8",
            "utc_offset_hours = 15",
            "utc_offset_hours = 8",
            ("'utc_offset_hours'", "14"),
        ),
        (
            'governance = "governance"',
            'governance = ""',
            'governance = "governance"',
            ("'roles.governance'", "is empty", "give an account's name or address"),
        ),
        (
            'sellers = ["seller"]',
            'sellers = ["0x12"]',
            'sellers = ["seller"]',
            ("is not an address", "40 hexadecimal digits"),
        ),
        (
            'auditors = ["auditor"]',
            "auditors = []",
            'auditors = ["auditor"]',
            ("'roles.auditors'", "at least 1"),
        ),
        ("contributor = 200_000", "contributor = 0", "contributor = 200_000", ("1",)),
        (
            "manager = 2_000_000",
            "manager = 2_000_000.5",
            "manager = 2_000_000",
            ("'caps.manager'", "integer"),
        ),
        (
            "peak_month = 24",
            "peak_month = 121",
            "peak_month = 24",
            ("'management.peak_month'", "120"),
        ),
        (
            "capital_yuan = 300_000",
            "capital_yuan = 0",
            "capital_yuan = 300_000",
            ("'founder_sale.industry.capital_yuan'", "greater than 0"),
        ),
        (
            "first = 500_000_000, last = 40",
            "first = 5_000_000, last = 40",
            "first = 500_000_000",
            ("earlier founders get more",),
        ),
        (
            "stakers_bps = 5_000",
            "stakers_bps = 1_999",
            "stakers_bps = 5_000",
            ("'fees.stakers_bps'", "greater than or equal to 2000"),
        ),
        (
            "push_threshold = 1_000",
            "push_threshold = 1_000_001",
            "push_threshold = 1_000",
            ("'fees.push_threshold'", "1000000"),
        ),
        (
            "voting_delay_hours = 24",
            "voting_delay_hours = 0",
            "voting_delay_hours = 24",
            ("'governor.voting_delay_hours'", "greater than or equal to 1"),
        ),
        (
            "voting_period_hours = 168",
            "voting_period_hours = 23",
            "voting_period_hours = 168",
            ("'governor.voting_period_hours'", "24"),
        ),
        (
            "execution_delay_hours = 48",
            "execution_delay_hours = 721",
            "execution_delay_hours = 48",
            ("'governor.execution_delay_hours'", "720"),
        ),
        (
            "guardian_days = 365",
            "guardian_days = 732",
            "guardian_days = 365",
            ("'governor.guardian_days'", "731"),
        ),
        (
            "floor_yuan = 330_000",
            "floor_yuan = 32_999",
            "floor_yuan = 330_000",
            ("'governor.founders.floor_yuan'", "33000"),
        ),
        (
            "threshold = 1_000_000 ",
            "threshold = 102_400_001 ",
            "threshold = 1_000_000 ",
            ("'governor.general.threshold'", "102400000"),
        ),
        (
            "quorum_bps = 2_000",
            "quorum_bps = 5_001",
            "quorum_bps = 2_000",
            ("'governor.founders.quorum_bps'", "5000"),
        ),
        (
            "stake_bps = 500",
            "stake_bps = 99",
            "stake_bps = 500",
            ("'governor.switch.stake_bps'", "100"),
        ),
        (
            'bucket = "angels"\nfile',
            'bucket = "angel"\nfile',
            'bucket = "angels"\nfile',
            ("is no bucket", "angels, founders"),
        ),
    ],
)
def test_it_refuses_with_line_key_and_remedy(refused, old, new, line_at, parts):
    message = refused(old, new)
    for part in parts:
        assert part in message
    if line_at:
        assert message.startswith(f"{line_of(line_at)}:"), message


@pytest.fixture
def folder(tmp_path):
    """The default configuration, to be changed."""
    for path in CONFIG_FOLDER.rglob("*"):
        if path.is_file():
            copy = tmp_path / path.relative_to(CONFIG_FOLDER)
            copy.parent.mkdir(exist_ok=True)
            copy.write_bytes(path.read_bytes())
    return tmp_path


def test_it_refuses_a_row_of_a_table_of_grants_by_its_own_line(folder):
    table = folder / "grants" / "team.csv"
    table.write_text(table.read_text().replace("team member 3,2048000000", "team member 3,-1"))
    with pytest.raises(InputError, match=r"grants/team\.csv:4: amount '-1'"):
        load_config(folder / "default.toml")


def test_it_refuses_grants_above_what_genesis_issues_to_the_vault(folder):
    table = folder / "grants" / "team.csv"
    table.write_text(table.read_text() + "team member 5,0.00000001,2019-04,48,0\n")
    with pytest.raises(InputError, match=r"grants/team\.csv:6: .*initial_team in genesis"):
        load_config(folder / "default.toml")


def test_two_tables_share_a_bucket(folder):
    file = folder / "default.toml"
    text = file.read_text().replace('bucket = "angels"\nfile', 'bucket = "initial_team"\nfile', 1)
    file.write_text(text)
    with pytest.raises(InputError, match=r"grants/team\.csv:3: .* has 3,072,000,000 COS"):
        load_config(file)


def test_it_refuses_a_table_of_grants_that_is_not_there(folder):
    (folder / "grants" / "angels.csv").unlink()
    with pytest.raises(InputError, match=r"grants/angels\.csv:1: cannot be read"):
        load_config(folder / "default.toml")


def test_it_refuses_rules_that_are_wrong_by_their_own_files_name(tmp_path):
    (tmp_path / "suite.toml").write_text(DEFAULT)
    (tmp_path / "rules.toml").write_text("override_factor_bps = 20_000\nrules = []\n")
    with pytest.raises(InputError, match=r"rules\.toml:2: 'rules'"):
        load_config(tmp_path / "suite.toml")


def test_it_refuses_a_file_that_is_no_toml(tmp_path):
    file = tmp_path / "suite.toml"
    file.write_text("utc_offset_hours = = 8\n")
    with pytest.raises(InputError, match=r"suite\.toml:1: not valid TOML"):
        load_config(file)


def test_it_refuses_a_file_that_is_not_there(tmp_path):
    with pytest.raises(InputError, match=r"none\.toml:1: cannot be read"):
        load_config(tmp_path / "none.toml")
