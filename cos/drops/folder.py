"""The files of a drop: two to publish, one for claimants, two to keep.

| file | whose | holds |
|---|---|---|
| `list.csv` | public | `index,kind,account,quantity,amount`; its keccak256 is the list hash |
| `drop.json` | public | drop, chain, contract, root, list hash, total, count, maximum |
| `claims.json` | public | for each index what `claim` or `claim_by_voucher` takes, with its proof |
| `vouchers.csv` | secret | `name,index,key`: the private keys of the vouchers |
| `names.csv` | private | `index,name` |

Numbers in JSON that may pass 2^53 are strings: many readers lose digits of numbers.
"""

from __future__ import annotations

import csv
import io
import json
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from cos.drops.build import Drop
from cos.drops.leaves import VOUCHER, Entry, Terms
from cos.drops.tree import Tree
from cos.errors import InputError
from cos.folders import check_target, whole_folder

LIST, SUMMARY, CLAIMS, VOUCHERS, NAMES = (
    "list.csv",
    "drop.json",
    "claims.json",
    "vouchers.csv",
    "names.csv",
)
FILES = frozenset({LIST, SUMMARY, CLAIMS, VOUCHERS, NAMES})
_VOUCHER_HEADER = "name,index,key\n"


def summary_of(drop: Drop) -> dict[str, Any]:
    """Return what `drop.json` says."""
    terms = drop.terms
    return {
        "drop": str(terms.drop),
        "chain_id": str(terms.chain_id),
        "contract": terms.contract,
        "root": _hex(drop.tree.root),
        "list_hash": _hex(drop.list_hash),
        "total": str(drop.total),
        "count": len(drop.entries),
        "max_amount": str(terms.max_amount),
    }


def claim_of(index: int, entry: Entry, tree: Tree) -> dict[str, Any]:
    """Return what a claimant hands over, by the contract's names, but for the drop's terms (they
    are in the event of its publication) and a voucher's signature."""
    is_voucher = entry.kind == VOUCHER
    return {
        "index": index,
        "function": "claim_by_voucher" if is_voucher else "claim",
        "key" if is_voucher else "account": entry.account,
        "quantity": str(entry.quantity),
        "amount": str(entry.amount),
        "proof": [_hex(node) for node in tree.proof(index)],
    }


def write_drop(drop: Drop, target: Path, *, replace_vouchers: bool = False) -> None:
    """Write the folder of a drop, whole or not at all.

    Files of an earlier run are replaced. But if that made vouchers, `target` holds the only copy of
    their keys: then it takes `replace_vouchers`. Raises InputError for that, for a folder that
    holds anything else, and for one that cannot be written.
    """
    check_drop_target(target, replace_vouchers=replace_vouchers)
    with whole_folder(target, FILES) as folder:
        (folder / LIST).write_bytes(drop.list_bytes)
        _write(folder / SUMMARY, [json.dumps(summary_of(drop), indent=2), "\n"])
        _write(folder / CLAIMS, _claims(drop.terms, drop.entries, drop.tree))
        vouchers = [(drop.names[index], index, _hex(key)) for index, key in drop.keys.items()]
        _write(folder / VOUCHERS, [_VOUCHER_HEADER, _rows(vouchers)], is_private=True)
        _write(folder / NAMES, ["index,name\n", _rows(enumerate(drop.names))], is_private=True)


def check_drop_target(target: Path, *, replace_vouchers: bool) -> None:
    """Refuse a target that `write_drop` would. Raises InputError."""
    check_target(target, FILES)
    vouchers = target / VOUCHERS
    if replace_vouchers or not vouchers.is_file():
        return
    if vouchers.stat().st_size > len(_VOUCHER_HEADER):
        raise InputError(
            f"{vouchers}: holds the only copy of voucher keys; choose another folder with --out, "
            "or --replace-vouchers if none of them was handed out"
        )


def _claims(terms: Terms, entries: Iterable[Entry], tree: Tree) -> Iterator[str]:
    """Yield `claims.json`, one line a claim."""
    head = {
        "drop": str(terms.drop),
        "chain_id": str(terms.chain_id),
        "contract": terms.contract,
        "root": _hex(tree.root),
    }
    yield json.dumps(head)[:-1] + ', "claims": ['
    comma = "\n"
    for index, entry in enumerate(entries):
        yield comma + json.dumps(claim_of(index, entry, tree))
        comma = ",\n"
    yield "\n]}\n"


def _write(path: Path, parts: Iterable[str], *, is_private: bool = False) -> None:
    """Write UTF-8 text to a new file; a private one is its owner's alone from the start."""
    mode = 0o600 if is_private else 0o644
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
        file.writelines(parts)


def _rows(rows: Iterable[tuple[Any, ...]]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue()


def _hex(data: bytes) -> str:
    return "0x" + data.hex()
