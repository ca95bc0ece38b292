"""An auditor's check: is a published list the one behind the numbers of its drop?

It needs `list.csv` and `drop.json` only, and takes nothing in them for granted. What the chain says
(root, evidence and total of the publication) is to be compared with what this returns.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

from eth_hash.auto import keccak
from pydantic import Field, ValidationError

from cos.drops.build import LIST_HEADER, tree_of
from cos.drops.folder import CLAIMS, LIST, SUMMARY, claim_of
from cos.drops.leaves import ADDRESS, MAX_WORD, Entry, Terms
from cos.drops.tree import Tree
from cos.errors import CosError
from cos.fields import read_address
from cos.json_input import read_json
from cos.toml_input import Strict, read_text, refusal

_LINE = re.compile(
    r"(0|[1-9][0-9]{0,9}),([01]),(0x[0-9a-fA-F]{40}),([1-9][0-9]{0,19}),([1-9][0-9]{0,19})"
)

Number = Annotated[str, Field(pattern=r"^(0|[1-9][0-9]{0,77})\z")]
Hash = Annotated[str, Field(pattern=r"^0x[0-9a-f]{64}\z")]


class Mismatch(CosError):
    """A published list is not what its drop says. The message is one line."""


class Summary(Strict):
    """`drop.json`: numbers that may pass 2^53 are strings; amounts are base units."""

    drop: Number
    chain_id: Number
    contract: str
    root: Hash
    list_hash: Hash
    total: Number
    count: Annotated[int, Field(gt=0, strict=True)]
    max_amount: Number

    def terms(self) -> Terms:
        """Raises ValueError, with the remedy after a semicolon."""
        return Terms(
            int(self.drop), int(self.chain_id), read_address(self.contract), int(self.max_amount)
        )


def check_folder(folder: Path) -> Summary:
    """Check a published list against its `drop.json`, and `claims.json` if it is there.

    Raises Mismatch naming the first thing that does not match, InputError for a `drop.json` that
    cannot be read. Returns what has been confirmed.
    """
    summary = _read_summary(folder / SUMMARY)
    try:
        terms = summary.terms()
    except ValueError as error:
        problem, _, remedy = str(error).partition("; ")
        raise refusal(folder / SUMMARY, 1, problem, remedy) from None
    data = _read_bytes(folder / LIST)
    _same(folder, "list_hash", summary.list_hash, "0x" + keccak(data).hex())
    entries = list(_entries(folder / LIST, data.decode(errors="replace"), terms))
    _same(folder, "count", summary.count, len(entries))
    _same(folder, "total", summary.total, str(sum(entry.amount for entry in entries)))
    tree = tree_of(terms, entries)
    _same(folder, "root", summary.root, "0x" + tree.root.hex())
    if (folder / CLAIMS).exists():
        _check_claims(folder / CLAIMS, summary, entries, tree)
    return summary


def _read_summary(path: Path) -> Summary:
    try:
        return Summary.model_validate_json(read_text(path))
    except ValidationError as errors:
        error = errors.errors()[0]
        name = ".".join(str(part) for part in error["loc"])
        problem = f"'{name}': {error['msg']}" if name else error["msg"]
        raise refusal(path, 1, problem, "get the published file again") from None


def _read_bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise refusal(path, 1, f"cannot be read ({reason})", "check the path") from None


def _same(folder: Path, name: str, said: object, found: object) -> None:
    if said != found:
        raise Mismatch(f"{folder / SUMMARY}: {name} is {said}, but that of {LIST} is {found}")


def _mismatch(path: Path, line: int, problem: str) -> Mismatch:
    return Mismatch(f"{path}:{line}: {problem}")


def _entries(path: Path, text: str, terms: Terms) -> Iterator[Entry]:
    """Yield the list's entries; every line must be as the builder writes it."""
    header, *lines = text.split("\n")
    if header != LIST_HEADER:
        raise _mismatch(path, 1, f"does not begin with the header {LIST_HEADER}")
    if not lines or lines.pop():
        raise _mismatch(path, len(lines) + 2, "the last line does not end with a line feed")
    seen: dict[str, int] = {}
    for index, line in enumerate(lines):
        number = index + 2
        found = _LINE.fullmatch(line)
        if not found:
            raise _mismatch(path, number, f"is not {LIST_HEADER} in plain numbers")
        if int(found.group(1)) != index:
            raise _mismatch(path, number, f"index {found.group(1)} where {index} is next")
        entry = Entry(int(found.group(2)), found.group(3), int(found.group(4)), int(found.group(5)))
        if problem := _problem_of(entry, terms):
            raise _mismatch(path, number, problem)
        first = seen.setdefault(entry.account, number)
        if first != number:
            raise _mismatch(path, number, f"account {entry.account} repeats line {first}")
        yield entry


def _problem_of(entry: Entry, terms: Terms) -> str:
    """Return why an entry could not be claimed, or "" if it can."""
    try:
        if read_address(entry.account) != entry.account:
            return f"account {entry.account} is not in checksum form"
    except ValueError as error:
        return f"account {entry.account} {str(error).partition('; ')[0]}"
    if entry.kind == ADDRESS and entry.account == terms.manager:
        return f"account {entry.account} is the drop's manager"
    if entry.amount > terms.max_amount:
        return f"amount {entry.amount} is above the maximum of {terms.max_amount}"
    if entry.quantity > MAX_WORD:
        return f"quantity {entry.quantity} is above 2^64 - 1"
    return ""


def _check_claims(path: Path, summary: Summary, entries: list[Entry], tree: Tree) -> None:
    claims = read_json(path)
    if not isinstance(claims, dict) or not isinstance(claims.get("claims"), list):
        raise refusal(path, 1, "has no list of claims", "get the file again")
    for name in ("drop", "chain_id", "contract", "root"):
        if claims.get(name) != getattr(summary, name):
            raise Mismatch(f"{path}: {name} is not that of {SUMMARY}")
    if len(claims["claims"]) != len(entries):
        raise Mismatch(f"{path}: {len(claims['claims'])} claims for {len(entries)} entries")
    for index, entry in enumerate(entries):
        if claims["claims"][index] != claim_of(index, entry, tree):
            raise Mismatch(f"{path}: the claim of index {index} is not that of {LIST}")
