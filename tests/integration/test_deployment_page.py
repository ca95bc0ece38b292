"""docs/deployment.md says what is: its options, table, refusals and bounds are the commands'."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from cos.errors import InputError
from cos.paths import PROJECT_ROOT
from cos.suite.grants import HEADER, MAX_AWARDS, MAX_MONTHS, MAX_SCHEDULES, load_grants
from cos.suite.grants import MAX_START_DISTANCE as DISTANCE
from cos.suite.network import NAMES
from scripts import deploy, grants, parameters

PAGE = (PROJECT_ROOT / "docs" / "deployment.md").read_text()
TABLE = re.search(r"```csv\n(.*?)```", PAGE, re.DOTALL)[1]


def test_every_option_is_on_the_page_and_every_option_on_it_exists() -> None:
    options = {option for each in deploy.cli.params for option in each.opts}
    assert set(re.findall(r"^\| `(--[a-z]+)", PAGE, re.MULTILINE)) == options
    for command in (*grants.cli.commands.values(), parameters.cli):
        options |= {option for each in command.params for option in each.opts}
    assert set(re.findall(r"--[a-z]+", PAGE)) <= options
    assert "--revocable" in PAGE


def test_its_table_is_read(tmp_path: Path) -> None:
    path = tmp_path / "partners.csv"
    path.write_text(TABLE)
    first, second = load_grants(path)
    assert first.amount == 125_000_050_000_000
    assert second.months == 48
    assert all(f"| `{column}` |" in PAGE for column in HEADER)


@pytest.mark.parametrize("number", range(3))
def test_its_refusals_are_those_of_the_command(number: int, tmp_path: Path) -> None:
    shown = re.findall(r"^error: partners\.csv:(.*)$", PAGE, re.MULTILINE)
    assert len(shown) == 3
    header, first, second = TABLE.splitlines()
    row = ["0xCf84,1,2026-03,48,12", first, second.replace(",12", ",49")][number]
    path = tmp_path / "partners.csv"
    path.write_text("\n".join([header, first, row]))
    with pytest.raises(InputError) as caught:
        load_grants(path)
    assert str(caught.value) == f"{path}:{shown[number]}"


def test_its_bounds_and_networks_are_those_of_the_code() -> None:
    assert f"at most {DISTANCE} months away" in PAGE
    assert f"1 to {MAX_MONTHS}." in PAGE
    assert f"up to {MAX_AWARDS} (and up to {MAX_SCHEDULES} different terms)" in PAGE
    for name in NAMES.values():
        assert f"`{name}`" in PAGE
