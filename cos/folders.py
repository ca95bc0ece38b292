"""Results: written beside their place and moved there when they are complete."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator, Set
from contextlib import contextmanager
from pathlib import Path

from cos.errors import InputError


def check_target(target: Path, files: Set[str]) -> None:
    """Refuse a target that holds anything but `files` of an earlier run. Raises InputError."""
    if target.is_symlink() or (target.exists() and not target.is_dir()):
        raise InputError(f"{target}: is not a folder; choose another with --out")
    if target.is_dir():
        foreign = sorted({path.name for path in target.iterdir()} - files)
        if foreign:
            raise InputError(
                f"{target}: holds '{foreign[0]}', which this command did not write; "
                "choose another folder with --out"
            )


def write_whole(path: Path, text: str) -> None:
    """Write a file so that whatever happens it holds the old text or the new one, on the disk."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        work = path.with_name(f".{path.name}.new")  # what a killed writer leaves is written over
        with work.open("w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        work.replace(path)
    except OSError as error:
        raise InputError(
            f"{path}: cannot be written ({error.strerror}); check the folder and its rights"
        ) from None


@contextmanager
def whole_folder(target: Path, files: Set[str]) -> Iterator[Path]:
    """Give a temporary folder that becomes `target` at the end, whole or not at all.

    `files` are the names that the caller may write. Those of an earlier run in `target` are
    replaced; anything else there is refused (InputError).
    """
    check_target(target, files)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        work = Path(tempfile.mkdtemp(prefix=f".{target.name}-", dir=target.parent))
    except OSError as error:
        raise InputError(
            f"{target}: cannot be created ({error.strerror}); choose another with --out"
        ) from None
    try:
        yield work
        work.chmod(0o755)  # mkdtemp's folders are private
        check_target(target, files)
        _replace(target, work)
    except BaseException:
        shutil.rmtree(work, ignore_errors=True)
        raise


def _replace(target: Path, work: Path) -> None:
    """Move `work` to `target`; an earlier run's folder goes only once the new one is in place."""
    if not target.exists():
        work.rename(target)
        return
    earlier = work.with_name(f"{work.name}-earlier")
    target.rename(earlier)
    try:
        work.rename(target)
    except BaseException:
        earlier.rename(target)
        raise
    shutil.rmtree(earlier)
