"""The output folder: written beside its place and moved there when it is complete."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from cos.errors import InputError

SUMMARY = "summary.json"
ACTIONS = "actions.parquet"
METRICS = "metrics.parquet"
CASES = "cases.parquet"
REFUSED = "refused.csv"
REPORT = "report.html"
FILES = frozenset({SUMMARY, ACTIONS, METRICS, CASES, REFUSED, REPORT})


def check_target(target: Path) -> None:
    """Refuse a target that holds anything but an earlier run's files. Raises InputError."""
    if target.is_symlink() or (target.exists() and not target.is_dir()):
        raise InputError(f"{target}: is not a folder; choose another with --out")
    if target.is_dir():
        foreign = sorted({path.name for path in target.iterdir()} - FILES)
        if foreign:
            raise InputError(
                f"{target}: holds '{foreign[0]}', which no simulation wrote; "
                "choose another folder with --out"
            )


@contextmanager
def output_folder(target: Path) -> Iterator[Path]:
    """Give a temporary folder that becomes `target` at the end, whole or not at all.

    Files of an earlier run in `target` are replaced; anything else is refused (InputError).
    """
    check_target(target)
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
        check_target(target)
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
