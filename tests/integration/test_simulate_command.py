"""`ape run simulate` as a user runs it: in a process of its own."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from cos.economy.output import FILES
from cos.paths import PROJECT_ROOT

EXAMPLES = PROJECT_ROOT / "examples"
LOG, MAP = EXAMPLES / "contributions.csv", EXAMPLES / "contributions.toml"


def simulate(*arguments: object) -> subprocess.CompletedProcess[str]:
    ape = Path(sys.executable).with_name("ape")
    environment = {**os.environ, "COLUMNS": "200"}
    return subprocess.run(
        [ape, "run", "simulate", *map(str, arguments)],
        capture_output=True,
        text=True,
        cwd=PROJECT_ROOT,
        env=environment,
        check=False,
    )


def test_the_example_log_is_replayed_and_json_is_all_of_stdout(tmp_path: Path) -> None:
    out = tmp_path / "out"
    run = simulate("--contributions", LOG, "--map", MAP, "--out", out, "--json")
    assert run.returncode == 0, run.stderr
    summary = json.loads(run.stdout)
    assert summary["rows"] == 200
    assert summary["invariants"]["violated"] == 0
    assert json.loads((out / "summary.json").read_text()) == summary
    assert {path.name for path in out.iterdir()} == FILES


def test_a_month_of_the_default_scenario_ends_with_a_narrow_table(tmp_path: Path) -> None:
    run = simulate("--months", 1, "--seed", 5, "--out", tmp_path / "out")
    assert run.returncode == 0, run.stderr
    assert "0 violated" in run.stdout
    assert max(map(len, run.stdout.splitlines()[:-1])) <= 100  # the last line is a path
    assert run.stdout.splitlines()[-1].endswith("report.html")


def test_a_bad_log_ends_in_one_line_and_code_2_and_leaves_no_folder(tmp_path: Path) -> None:
    log, out = tmp_path / "log.csv", tmp_path / "out"
    log.write_text(LOG.read_text() + "yesterday,m001,Beijing,talk,,p\n")
    run = simulate("--contributions", log, "--map", MAP, "--out", out)
    assert run.returncode == 2
    assert run.stdout == ""
    (line,) = run.stderr.splitlines()
    assert line.startswith(f"error: {log}:202: 'yesterday' is not a time; write")
    assert [path.name for path in tmp_path.iterdir()] == ["log.csv"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--contributions", LOG), "--contributions and --map belong together"),
        (("--scenario", "nowhere.toml"), "nowhere.toml:1: cannot be read"),
        (("--months", "0"), "--months"),
        (("--seed", "x"), "--seed"),
    ],
)
def test_bad_options_end_with_code_2_and_no_traceback(
    arguments: tuple[object, ...], message: str, tmp_path: Path
) -> None:
    run = simulate(*arguments, "--out", tmp_path / "out")
    assert run.returncode == 2
    assert message in run.stderr
    assert "Traceback" not in run.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_folder_with_other_files_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "diary.txt").write_text("mine")
    run = simulate("--months", 1, "--out", tmp_path)
    assert run.returncode == 2
    assert "holds 'diary.txt'" in run.stderr
    assert (tmp_path / "diary.txt").read_text() == "mine"


def test_the_example_log_is_what_its_generator_writes() -> None:
    ape = Path(sys.executable).with_name("ape")
    command = [ape, "run", "generate_log"]
    run = subprocess.run(command, capture_output=True, text=True, cwd=PROJECT_ROOT, check=True)
    assert run.stdout == LOG.read_text()
