"""The output folder: whole or not at all, and never somebody else's."""

from pathlib import Path

import pytest

from cos.economy.output import REPORT, SUMMARY, output_folder
from cos.errors import InputError


def write(target: Path, text: str) -> None:
    with output_folder(target) as folder:
        (folder / SUMMARY).write_text(text)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_new_folder_appears_with_its_parents(tmp_path: Path) -> None:
    write(tmp_path / "a" / "b", "1")
    assert (tmp_path / "a" / "b" / SUMMARY).read_text() == "1"
    assert names(tmp_path / "a") == ["b"]


def test_an_earlier_run_is_replaced_as_a_whole(tmp_path: Path) -> None:
    with output_folder(tmp_path / "out") as folder:
        (folder / REPORT).write_text("old")
    write(tmp_path / "out", "new")
    assert names(tmp_path / "out") == [SUMMARY]
    assert names(tmp_path) == ["out"]


def test_a_failure_leaves_no_folder(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), output_folder(tmp_path / "out") as folder:
        (folder / SUMMARY).write_text("half")
        raise ZeroDivisionError
    assert names(tmp_path) == []


def test_a_failure_leaves_the_earlier_run_as_it_was(tmp_path: Path) -> None:
    write(tmp_path / "out", "earlier")
    with pytest.raises(KeyboardInterrupt), output_folder(tmp_path / "out"):
        raise KeyboardInterrupt
    assert (tmp_path / "out" / SUMMARY).read_text() == "earlier"
    assert names(tmp_path) == ["out"]


def test_a_folder_with_other_files_is_refused_and_kept(tmp_path: Path) -> None:
    (tmp_path / "diary.txt").write_text("mine")
    with pytest.raises(InputError, match="holds 'diary.txt'.*choose another folder"):
        write(tmp_path, "1")
    assert names(tmp_path) == ["diary.txt"]


def test_files_that_appear_during_the_run_are_kept_too(tmp_path: Path) -> None:
    target = tmp_path / "out"
    with pytest.raises(InputError, match="holds 'diary.txt'"), output_folder(target):
        target.mkdir()
        (target / "diary.txt").write_text("mine")
    assert names(target) == ["diary.txt"]


def test_a_file_and_a_link_in_its_place_are_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    (tmp_path / "link").symlink_to(tmp_path)
    for name in ("file", "link"):
        with pytest.raises(InputError, match="is not a folder"):
            write(tmp_path / name, "1")


def test_a_place_that_cannot_be_written_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match="cannot be created"):
        write(tmp_path / "file" / "out", "1")
