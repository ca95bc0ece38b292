"""Git repositories made for the occasion: commits exactly as they are wanted, odd ones too."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

DAY = 86_400
START = 1_577_880_000  # 2020-01-01T12:00:00Z


def git(folder: Path, *arguments: str, data: bytes = b"") -> bytes:
    """Run git for a test. The user's settings don't matter."""
    environment = {key: text for key, text in os.environ.items() if not key.startswith("GIT_")}
    environment |= {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    return subprocess.run(
        ["git", "-C", str(folder), *arguments],
        input=data,
        capture_output=True,
        env=environment,
        check=True,
    ).stdout


class History:
    """Commits in the order in which they are added, one after the other unless told otherwise."""

    def __init__(self, folder: Path, *options: str) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        git(folder, "init", "--quiet", "--initial-branch=main", *options)
        self._stream: list[bytes] = []
        self._count = 0
        self.ids: list[str] = []
        """The commits' ids, after `write`."""

    def commit(
        self,
        files: Mapping[str | bytes, str | bytes] | None = None,
        *,
        subject: str | bytes = "work",
        author: str | bytes = "Ann <ann@example.org>",
        at: int | None = None,
        committed: int | None = None,
        renames: Mapping[str, str] | None = None,
        parents: Sequence[int] | None = None,
        submodule: str | None = None,
    ) -> int:
        """Add a commit and return its number, from 1, by which `parents` name it.

        The n-th commit is made on the n-th day. `renames` come before `files`.
        """
        self._count += 1
        at = START + self._count * DAY if at is None else at
        committed = at if committed is None else committed
        lines = [
            b"commit refs/heads/main",
            b"mark :%d" % self._count,
            b"author %b %d +0000" % (_bytes(author), at),
            b"committer Committer <committer@example.org> %d +0000" % committed,
            _data(_bytes(subject)),
        ]
        if parents is None:
            parents = [self._count - 1] if self._count > 1 else []
        lines += [
            b"%b :%d" % (b"merge" if position else b"from", parent)
            for position, parent in enumerate(parents)
        ]
        lines += [b"R %b %b" % (_path(old), _path(new)) for old, new in (renames or {}).items()]
        for path, content in (files or {}).items():
            lines += [b"M 100644 inline " + _path(path), _data(_bytes(content))]
        if submodule is not None:
            lines.append(b"M 160000 %b %b" % (b"1" * 40, _path(submodule)))
        self._stream += lines
        return self._count

    def write(self) -> Path:
        """Make the commits and check them out; return the folder."""
        marks = self.folder / ".git" / "marks"
        options = ("--quiet", "--force", f"--export-marks={marks}")
        git(self.folder, "fast-import", *options, data=b"\n".join([*self._stream, b""]))
        git(self.folder, "reset", "--quiet", "--hard")
        numbered = dict(line.split() for line in marks.read_text().splitlines())
        self.ids = [numbered[f":{number}"] for number in range(1, self._count + 1)]
        return self.folder


def lines(count: int) -> str:
    """Text of so many lines, all of them different."""
    return "".join(f"line {number}\n" for number in range(count))


def _bytes(text: str | bytes) -> bytes:
    return text.encode() if isinstance(text, str) else text


def _path(text: str | bytes) -> bytes:
    """A path, quoted as C does it where that is needed."""
    path = _bytes(text)
    if not any(byte in path for byte in b' "\\\n\t'):
        return path
    for plain, quoted in ((b"\\", b"\\\\"), (b'"', b'\\"'), (b"\n", b"\\n"), (b"\t", b"\\t")):
        path = path.replace(plain, quoted)
    return b'"' + path + b'"'


def _data(content: bytes) -> bytes:
    return b"data %d\n%b" % (len(content), content)
