"""`ape run sweep` as a user runs it; what needs no process of its own is called in this one."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from cos.paths import PROJECT_ROOT
from scripts.sweep import cli

BUSY = Path(__file__).with_name("busy.toml")


def ape_sweep(*arguments: object) -> subprocess.CompletedProcess[str]:
    ape = Path(sys.executable).with_name("ape")
    return subprocess.run(
        [ape, "run", "sweep", *map(str, arguments)],
        capture_output=True,
        text=True,
        cwd=PROJECT_ROOT,
        env={**os.environ, "COLUMNS": "200"},
        check=False,
    )


def test_a_small_sweep_ends_with_its_files_and_a_narrow_table(tmp_path: Path) -> None:
    scenario, out = tmp_path / "short.toml", tmp_path / "out"
    scenario.write_text(BUSY.read_text().replace("months = 5", "months = 1", 1))
    axes = ("--windows", "7, 30", "--caps", "0.5", "--checks", "4", "--seeds", 1)
    run = ape_sweep("--scenario", scenario, *axes, "--out", out)
    assert run.returncode == 0, run.stderr
    assert max(map(len, run.stdout.splitlines()[:-1])) <= 100  # the last line is a path
    assert "all of them hold" in run.stdout
    files = {path.name for path in out.iterdir()}
    assert files == {"runs", "sweep.parquet", "sweep.json", "sweep.html"}
    again = ["--scenario", scenario, *axes, "--out", out, "--json"]
    summary = json.loads(CliRunner().invoke(cli, list(map(str, again))).stdout)
    assert summary == json.loads((out / "sweep.json").read_text())
    assert [point["window_days"] for point in summary["points"]] == [7, 30]
    assert [point["caps_bps"] for point in summary["points"]] == [5_000, 5_000]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--windows", "0,14"), "is no list of days from 1 to 90, such as 7,14,30"),
        (("--caps", "half"), "'half' is no list of factors"),
        (("--checks", "-1"), "'-1' is no list of numbers"),
        (("--seeds", "0"), "--seeds"),
        (("--scenario", "nowhere.toml"), "nowhere.toml:1: cannot be read"),
    ],
)
def test_bad_options_end_with_code_2_and_no_traceback(
    arguments: tuple[object, ...], message: str, tmp_path: Path
) -> None:
    run = CliRunner().invoke(cli, [*arguments, "--out", str(tmp_path / "out")])
    assert run.exit_code == 2
    assert message in run.output
    assert isinstance(run.exception, SystemExit)
    assert list(tmp_path.iterdir()) == []
