"""From files to files: what `ape run drop` does, as functions."""

from __future__ import annotations

import re
from pathlib import Path

from cos.drops.build import Drop, build_drop
from cos.drops.folder import check_drop_target, write_drop
from cos.drops.leaves import Terms
from cos.drops.people import read_people
from cos.errors import InputError
from cos.fields import read_address, read_cos

DEFAULT_OUT = Path("out/drop")

_INTEGER = re.compile(r"[0-9]{1,78}|0x[0-9a-fA-F]{1,64}")


def build(
    people_file: Path,
    *,
    drop: str,
    chain_id: int,
    contract: str,
    max_amount: str,
    out: Path = DEFAULT_OUT,
    replace_vouchers: bool = False,
) -> Drop:
    """Make a drop of a table of people and write its folder.

    `drop` is decimal or 0x and hex, `max_amount` in COS. Raises InputError, before anything is
    written, if an input is wrong.
    """
    terms = read_terms(drop, chain_id, contract, max_amount)
    check_drop_target(out, replace_vouchers=replace_vouchers)
    made = build_drop(read_people(people_file, terms), terms)
    write_drop(made, out, replace_vouchers=replace_vouchers)
    return made


def read_terms(drop: str, chain_id: int, contract: str, max_amount: str) -> Terms:
    """Return the terms that a command line spells out. Raises InputError naming the option."""
    if not _INTEGER.fullmatch(drop):
        raise InputError(f"--drop: '{drop}' is not a number; copy what next_drop(manager) says")
    try:
        address = read_address(contract)
    except ValueError as error:
        raise InputError(f"--contract: address '{contract}' {error}") from None
    try:
        most = read_cos(max_amount)
    except ValueError as error:
        raise InputError(f"--max-amount: '{max_amount}' {error}") from None
    try:
        return Terms(int(drop, 16 if drop.startswith("0x") else 10), chain_id, address, most)
    except ValueError as error:
        raise InputError(f"--drop, --chain-id, --contract, --max-amount: {error}") from None
