"""Results: whole or not at all, readable by all, and never somebody else's."""

import stat
from pathlib import Path

import pytest

from cos.errors import InputError
from cos.folders import whole_folder, write_whole

FILES = frozenset({"a", "b"})


def write(target: Path, name: str = "a") -> None:
    with whole_folder(target, FILES) as folder:
        (folder / name).write_text(name)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_folder_and_its_parents_appear_and_an_earlier_run_s_goes(tmp_path: Path) -> None:
    target = tmp_path / "x" / "y"
    write(target)
    write(target, "b")
    assert names(target) == ["b"]
    assert names(tmp_path / "x") == ["y"]
    assert stat.S_IMODE(target.stat().st_mode) == 0o755


def test_foreign_files_are_refused_before_anything_is_written(tmp_path: Path) -> None:
    (tmp_path / "diary.txt").write_text("mine")
    problem = "holds 'diary.txt', which this command did not write; "
    with pytest.raises(InputError, match=problem), whole_folder(tmp_path, FILES):
        pytest.fail("the block ran")
    assert names(tmp_path) == ["diary.txt"]


def test_foreign_files_that_come_meanwhile_are_refused_too(tmp_path: Path) -> None:
    target = tmp_path / "out"
    with pytest.raises(InputError, match=r"holds 'diary.txt'"), whole_folder(target, FILES):
        target.mkdir()
        (target / "diary.txt").write_text("mine")
    assert names(tmp_path) == ["out"]
    assert names(target) == ["diary.txt"]


def test_a_file_is_written_whole_over_the_old_one_and_what_a_killed_writer_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "new" / "file.json"
    write_whole(target, "first")
    assert stat.S_IMODE(target.stat().st_mode) & 0o077 == 0o044

    def die(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", die)
        with pytest.raises(KeyboardInterrupt):
            write_whole(target, "second")
    assert target.read_text() == "first"
    write_whole(target, "third")
    assert target.read_text() == "third"
    assert names(target.parent) == ["file.json"]


def test_a_file_that_cannot_be_written_is_refused_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match="x.json: cannot be written .*; check the folder and its"):
        write_whole(tmp_path / "file" / "x.json", "text")
