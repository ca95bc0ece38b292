"""Git histories replayed on the chain: this project's own, and one with every odd commit."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import polars as pl
import pytest

from cos.economy.command import run
from cos.economy.output import FILES
from cos.economy.run import Result
from cos.errors import InputError
from cos.paths import PROJECT_ROOT
from tests.git_history import DAY, START, History, git, lines

SECRETS = ("zebulon", "quillfeather", "xyloid", "umbrage", "nargle", "wombat", "committer@")
"""Parts of the names, addresses, subjects and paths of the odd history, in no other text."""


@pytest.fixture(scope="module")
def odd(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Twelve commits of which ten are rows worth something."""
    history = History(tmp_path_factory.mktemp("odd") / "wombat")
    mailmap = "Z <z@x> <ZEB@umbrage.example>\n"
    zeb, quill = "Zebulon <zebulon@umbrage.example>", b"Qu\xefllfeather <quillfeather@x>"
    history.commit({"nargle.py": lines(100), ".mailmap": mailmap}, author=zeb)
    base = history.commit({"docs/nargle.md": lines(50)}, author=quill, subject="docs: xyloid")
    left = history.commit(
        {"nargle.py": lines(125)}, author=zeb, subject="fix: xyloid", parents=[base]
    )
    right = history.commit({"tests/a.py": lines(100)}, author=quill, parents=[base])
    history.commit(author=zeb, subject="Merge xyloid", parents=[left, right])
    history.commit(author=zeb, subject="xyloid without files")
    history.commit(renames={"nargle.py": "nargle/nargle.py"}, author=quill, subject=b"\xff xyloid")
    history.commit({"wombat.bin": bytes(range(256)) * 9}, author="Zebulon <>")
    history.commit({"a.toml": lines(400)}, author=zeb, at=0, committed=START + 40 * DAY)
    history.commit({"b.py": lines(10_000)}, author=quill, at=2**33, committed=2**33)
    history.commit({"b.py": lines(9_000)}, author="zeb <zebulon@UMBRAGE.example>")
    history.commit({"c.py": lines(75)}, author=zeb, subject='Revert "xyloid"')
    return history.write()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("replay") / "out"


@pytest.fixture(scope="module")
def result(odd: Path, folder: Path) -> Result:
    return run(git_repo=odd, out=folder)


def test_every_commit_but_merges_is_a_record_or_refused(result: Result) -> None:
    summary = result.summary
    assert summary["rows"] == 11
    assert summary["records"] == 10
    assert [(each.kind, each.reason) for each in result.refusals] == [
        ("empty", "ledger: no amount")
    ]
    assert summary["invariants"]["violations"] == []
    assert [row["month"] for row in result.metrics] == ["2020-01", "2020-02"]


def test_the_points_are_the_hours_of_the_map(result: Result) -> None:
    # In hundredths, by the person: what the map makes of the lines of each commit.
    code_and_mailmap = 202  # 101 lines
    fix = 100  # 25 lines: an hour at least
    configuration = 200  # 400 lines, cut to two hours
    fewer_lines, revert = 25, 25  # the least; a revert is a quarter of an hour
    hours = {
        "contributor 1": code_and_mailmap + fix + configuration + fewer_lines + revert,
        "contributor 2": 100 + 100 + 25 + 800,  # docs, tests, a rename, ten thousand lines
        "contributor 3": 25,  # a binary file by somebody without an address
    }
    points = {leader.label: leader.points for leader in result.leaders}
    assert points == {label: each * 10 * 10**8 for label, each in hours.items()}
    assert {leader.label: leader.records for leader in result.leaders} == {
        "contributor 1": 5,
        "contributor 2": 4,
        "contributor 3": 1,
    }


def test_nothing_of_names_addresses_subjects_and_paths_is_in_any_file(
    result: Result, folder: Path
) -> None:
    assert {path.name for path in folder.iterdir()} == FILES
    texts = {
        path.name: path.read_bytes().decode(errors="replace").casefold()
        for path in folder.iterdir()
    }
    for name in FILES:
        if name.endswith(".parquet"):  # compressed: its strings are read, not its bytes
            frame = pl.read_parquet(folder / name)
            columns = [each for each, kind in frame.schema.items() if kind == pl.String]
            assert columns
            texts[f"{name} (strings)"] = "\n".join(
                text for each in columns for text in frame[each].unique()
            ).casefold()
    assert "contributor 1" in texts["actions.parquet (strings)"]
    for name, text in texts.items():
        for secret in SECRETS:
            assert secret not in text, name


def test_the_same_history_gives_the_same_state(odd: Path, result: Result, tmp_path: Path) -> None:
    again = run(git_repo=odd, out=tmp_path / "out")
    assert again.summary["state_hash"] == result.summary["state_hash"]
    assert again.refusals == result.refusals


def test_another_map_changes_what_commits_are_worth(odd: Path, tmp_path: Path) -> None:
    mapping = tmp_path / "map.toml"
    mapping.write_text(
        'community = "elsewhere"\n[[commits]]\nkind = "work"\n'
        '[kinds.work]\nrule = "give_time"\nquantity = 1\n'
    )
    result = run(git_repo=odd, map_file=mapping, out=tmp_path / "out")
    assert result.summary["records"] == 11
    assert int(result.summary["points"]) == 11 * 1_000 * 10**8


def own_history(tmp_path: Path) -> Path:
    """This checkout, or a small repository where there is none with a whole history that git reads
    (an archive, a shallow clone, somebody else's files)."""
    if (PROJECT_ROOT / ".git").exists():
        with suppress(subprocess.CalledProcessError):
            if git(PROJECT_ROOT, "rev-parse", "--is-shallow-repository").strip() == b"false":
                return PROJECT_ROOT
    history = History(tmp_path / "repo")
    for number in range(1, 4):
        history.commit({"a.py": lines(number)})
    return history.write()


def test_the_project_s_own_history_is_replayed(tmp_path: Path) -> None:
    repo = own_history(tmp_path)
    known = {line.decode() for line in git(repo, "log", "--format=%H").split()}
    result = run(git_repo=repo, out=tmp_path / "out")
    summary = result.summary
    assert 0 < summary["rows"] <= len(known)
    assert summary["records"] + summary["refused"] == summary["rows"]
    assert summary["records"] > 0
    assert summary["invariants"]["violated"] == 0
    assert {each.evidence for each in result.refusals} <= known
    assert all(leader.label.startswith("contributor ") for leader in result.leaders)


def test_a_history_and_a_log_together_are_refused_in_one_line(odd: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError) as error:
        run(git_repo=odd, log_file=tmp_path / "log.csv", out=tmp_path / "out")
    assert str(error.value) == "--git and --contributions are a log each; give one of them"
    assert list(tmp_path.iterdir()) == []


def test_the_map_of_a_csv_is_refused_for_a_history(odd: Path, tmp_path: Path) -> None:
    mapping = PROJECT_ROOT / "config" / "maps" / "software.toml"
    with pytest.raises(InputError, match=r"software.toml:1: key 'commits' is missing; add it"):
        run(git_repo=odd, map_file=mapping, out=tmp_path / "out")


def test_the_command_takes_a_repository(odd: Path, result: Result, tmp_path: Path) -> None:
    def simulate(*arguments: object) -> subprocess.CompletedProcess[str]:
        ape = Path(sys.executable).with_name("ape")
        return subprocess.run(
            [ape, "run", "simulate", *map(str, arguments), "--json"],
            capture_output=True,
            text=True,
            cwd=PROJECT_ROOT,
            env={**os.environ, "COLUMNS": "200"},
            check=False,
        )

    done = simulate("--git", odd, "--out", tmp_path / "out")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["state_hash"] == result.summary["state_hash"]

    refused = simulate("--git", tmp_path / "none", "--out", tmp_path / "other")
    assert (refused.returncode, refused.stdout) == (2, "")
    (line,) = refused.stderr.splitlines()
    assert line.startswith(f"error: {tmp_path / 'none'}: git cannot read it (")
    assert not (tmp_path / "other").exists()
