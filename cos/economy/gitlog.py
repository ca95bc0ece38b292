"""A git history as a contribution log: every commit is a row, and nobody's name is kept.

What a row is made of:

- Commits are those that HEAD reaches, without merges: a merge adds nothing that the commits which
  it brings together have not (what it took to resolve a conflict is lost, which is the price of
  counting nothing twice).
- Contributors are authors, by e-mail address in whatever case and as `.mailmap` has it; by name
  where there is none. They are numbered in the order in which they first appear. Names, addresses
  and subjects stay in memory.
- The time is the author's date. Clocks were wrong at times, and a history can't be corrected:
  where that date is before 1971 or in the future, it is the committer's; where that is no better,
  it is the time of the commit before it in topological order (parents first).
- Lines are those of `git log --numstat` with renames found (a moved file has no new lines). A
  binary file is a file without lines.
- The first commits of a shallow clone seem to add everything that was there before; what they did
  add can't be known, so they are left out.
- The evidence is the commit's id.

The columns are those of `COLUMNS`; from there on a history is read like any other log.
"""

from __future__ import annotations

import os
import re
import subprocess
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from cos.csv_input import Record
from cos.economy.contributions import EARLIEST, LATEST, Contribution, read_rows
from cos.economy.logmap import GitMap
from cos.errors import InputError

COLUMNS = ("timestamp", "contributor", "kind", "files", "insertions", "deletions", "evidence")

_MARK = b"commit"  # begins a commit's fields; what numstat writes has a tab in it
_FIELDS = ("%H", "%at", "%ct", "%aE", "%aN", "%s")
_SETTINGS = ("-c", "log.showRoot=true", "-c", "diff.relative=false")
_LOG = (
    "log",
    "-z",
    "--no-merges",
    "--topo-order",
    "--reverse",
    "--format=" + "%x00".join((_MARK.decode(), *_FIELDS)),
    "--numstat",
    "--encoding=UTF-8",
    # Whatever the user's settings: the same history gives the same rows.
    "--find-renames=50%",
    "-l1000",
    "--diff-algorithm=myers",
    "--ignore-submodules=none",
    "--no-show-signature",
    "HEAD",
    "--",
)
_ELSEWHERE = (
    "GIT_DIR",
    "GIT_WORK_TREE",
    "GIT_COMMON_DIR",
    "GIT_INDEX_FILE",
    "GIT_OBJECT_DIRECTORY",
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_NAMESPACE",
    "GIT_SHALLOW_FILE",
)
"""Variables by which git reads another repository than the one it is told (hooks have them set)."""

_SECONDS = re.compile(rb"-?[0-9]{1,18}")


@dataclass(frozen=True, slots=True)
class Commit:
    """What a log says of one commit. Times are UNIX seconds as they were written, or None."""

    id: str
    author_time: int | None
    committer_time: int | None
    author: str
    subject: str
    paths: Sequence[str]
    insertions: int
    deletions: int


def read_git(repo: Path, gitmap: GitMap, now: int | None = None) -> list[Contribution]:
    """Read the history of a repository as rows of a log, sorted by time.

    `now` (UNIX seconds; by default the clock's) is where the future begins. Raises InputError, one
    line, if there is no such history or the map does not fit it.
    """
    is_shallow = _git(repo, "rev-parse", "--is-shallow-repository").strip() == b"true"
    if not _git(repo, "rev-parse", "--verify", "--quiet", "HEAD^{commit}", fails=True):
        raise InputError(f"{repo}: the repository has no commits yet; name another")
    commits = list(parse_log(_git(repo, *_LOG)))
    if is_shallow:
        first = set(_shallow_commits(repo))
        commits = [commit for commit in commits if commit.id not in first]
    if not commits:  # a whole history has a first commit, which is no merge
        problem = "is a shallow clone in which no commit's changes are known"
        raise InputError(f"{repo}: {problem}; run git fetch --unshallow in it")
    times = credible_times(commits, int(time.time()) if now is None else now)
    if not times:
        raise InputError(f"{repo}: no commit has a date from 1971 to now; correct the clock")
    return read_rows(repo, _records(commits, times, gitmap), gitmap)


def parse_log(output: bytes) -> Iterator[Commit]:
    """Yield the commits of what git wrote, in its order (parents first)."""
    tokens = iter(output.split(b"\0"))
    fields: list[bytes] = []
    changes: list[tuple[bytes, bytes, bytes]] = []
    for token in tokens:
        if token == _MARK:
            if fields:
                yield _commit(fields, changes)
            fields, changes = [next(tokens) for _ in _FIELDS], []
        elif b"\t" in token:
            added, deleted, path = token.lstrip(b"\n").split(b"\t", 2)
            if not path:  # a rename: the old and the new name follow
                _, path = next(tokens), next(tokens)
            changes.append((added, deleted, path))
    if fields:
        yield _commit(fields, changes)


def _commit(fields: Sequence[bytes], changes: Sequence[tuple[bytes, bytes, bytes]]) -> Commit:
    identity, author_time, committer_time, email, name, subject = fields
    address, name_only = _text(email).strip().casefold(), _text(name).strip().casefold()
    return Commit(
        id=identity.decode(),
        author_time=_seconds(author_time),
        committer_time=_seconds(committer_time),
        author=f"<{address}>" if address else name_only,
        subject=_text(subject),
        paths=[_text(path) for _, _, path in changes],
        insertions=sum(_lines(added) for added, _, _ in changes),
        deletions=sum(_lines(deleted) for _, deleted, _ in changes),
    )


def credible_times(commits: Sequence[Commit], now: int) -> list[int]:
    """Return a time from 1971 to `now` for each commit, or nothing if no commit has one."""
    latest = min(now, LATEST - 1)
    own = [
        next((at for at in dates if at is not None and EARLIEST <= at <= latest), None)
        for dates in ((commit.author_time, commit.committer_time) for commit in commits)
    ]
    before = next((at for at in own if at is not None), None)
    if before is None:
        return []
    times = []
    for at in own:
        before = before if at is None else at
        times.append(before)
    return times


def _records(commits: Sequence[Commit], times: Sequence[int], gitmap: GitMap) -> Iterator[Record]:
    """Yield the header and the rows in the order of time; a row's line is its place, from 1."""
    yield 0, list(COLUMNS)
    numbers: dict[str, int] = {}
    in_time = sorted(zip(times, commits, strict=True), key=lambda pair: pair[0])
    for line, (at, commit) in enumerate(in_time, start=1):
        number = numbers.setdefault(commit.author, len(numbers) + 1)
        kind = gitmap.kind_of(commit.subject, commit.paths)
        counts = (len(commit.paths), commit.insertions, commit.deletions)
        when = datetime.fromtimestamp(at, UTC).isoformat()
        yield line, [when, f"contributor {number}", kind, *map(str, counts), commit.id]


def _git(repo: Path, *arguments: str, fails: bool = False) -> bytes:
    """Return what git writes. Raises InputError if it can't, unless it `fails` for good reason."""
    environment = {key: text for key, text in os.environ.items() if key not in _ELSEWHERE}
    environment |= {"LC_ALL": "C", "GIT_OPTIONAL_LOCKS": "0", "GIT_NO_LAZY_FETCH": "1"}
    command = ["git", "-C", str(repo), *_SETTINGS, *arguments]
    try:
        done = subprocess.run(command, capture_output=True, env=environment, check=False)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise InputError(
            f"--git: git cannot be run ({reason}); install it, or give a log by --contributions"
        ) from None
    if done.returncode and not fails:
        said = done.stderr.decode(errors="replace").splitlines()
        fatal = [line.removeprefix("fatal: ") for line in said if line.startswith("fatal: ")]
        reason = (fatal or said or ["no reason given"])[0]
        raise InputError(f"{repo}: git cannot read it ({reason}); name a repository's folder")
    return done.stdout


def _shallow_commits(repo: Path) -> list[str]:
    """Return the ids of the commits whose parents a shallow clone does not have."""
    path = _git(repo, "rev-parse", "--git-path", "shallow").decode(errors="surrogateescape")
    return (repo / path.rstrip("\n")).read_text().split()


def _text(data: bytes) -> str:
    """Return text that may have been written in any encoding; equal bytes give equal text."""
    return data.decode(errors="surrogateescape")


def _seconds(data: bytes) -> int | None:
    return int(data) if _SECONDS.fullmatch(data) else None


def _lines(count: bytes) -> int:
    return 0 if count == b"-" else int(count)  # a dash: a binary file
