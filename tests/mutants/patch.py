"""A planted bug as a text to find and a text to put there; white space does not count, so that
reformatting does not break it. A text that is not there exactly once is an error."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

TOKEN = re.compile(r"\w+|[^\w\s]")


class PatchError(Exception):
    """The mutant does not fit the source any more."""


@dataclass(frozen=True)
class Mutant:
    """`rule` is the invariant (docs/invariants.md) that it breaks, or 0 for a check that several
    stand on; `tests` are what must fail; `says` must be in what they print."""

    name: str
    rule: int
    path: str
    old: str
    new: str
    tests: tuple[str, ...]
    says: str = ""

    @property
    def contract(self) -> str:
        return Path(self.path).stem

    def span(self, source: str) -> tuple[int, int]:
        """Where the old text is. Raises PatchError unless it is there exactly once."""
        found = [match.span() for match in pattern(self.old).finditer(source)]
        if len(found) != 1:
            raise PatchError(f"{self.name}: {self.path} has its text {len(found)} times, not once")
        return found[0]

    def apply(self, source: str) -> str:
        begin, end = self.span(source)
        return source[:begin] + self.new + source[end:]


def pattern(text: str) -> re.Pattern[str]:
    """The text's words and signs, however they are spaced, and whether what is asserted stands in
    brackets or not."""
    tokens = TOKEN.findall(text)
    parts = [("\\b" if is_word(tokens[0]) else "") + re.escape(tokens[0])]
    for before, token in pairwise(tokens):
        gap = r"\s+" if is_word(before) and is_word(token) else r"\s*"
        if before == "assert":
            gap = r"\s*\(?\s*"
        elif token == "," and tokens[0] == "assert":
            gap = r"\s*\)?\s*"
        parts.append(gap + re.escape(token))
    return re.compile("".join(parts) + ("\\b" if is_word(tokens[-1]) else ""))


def is_word(token: str) -> bool:
    return token[0].isalnum() or token[0] == "_"
