"""What people write in a field or after an option, read strictly.

Every function raises ValueError, worded to follow the text that was given, with the remedy after a
semicolon: "0x12" "is not 0x and 40 hex digits; copy it from the wallet again".
"""

from __future__ import annotations

import re

from cos.chain.accounts import checksum

AMOUNT_DECIMALS = 8
BASE_UNITS = 10**AMOUNT_DECIMALS
"""In one COS."""

_ADDRESS = re.compile(r"0x[0-9a-fA-F]{40}")
_NUMBER = re.compile(r"([0-9]{1,30})(?:\.([0-9]{1,30}))?")
_MONTH = re.compile(r"(2[0-9]{3})-(0[1-9]|1[0-2])")


def read_address(text: str) -> str:
    """Return an address in its checksum form.

    One in a single case has no checksum to check. The zero address is refused.
    """
    if not _ADDRESS.fullmatch(text):
        raise ValueError("is not 0x and 40 hex digits; copy it from the wallet again")
    digits = text[2:]
    address = checksum(bytes.fromhex(digits))
    if text != address and digits not in (digits.lower(), digits.upper()):
        raise ValueError("has a wrong checksum; copy it from the wallet again")
    if not int(digits, 16):
        raise ValueError("is zero; give that of a wallet")
    return address


def read_decimal(text: str, decimals: int) -> int:
    """Return a decimal number in units of its last place: "1.5" with 2 decimals is 150.

    ASCII digits and one dot are all it may have.
    """
    found = _NUMBER.fullmatch(text)
    if not found:
        raise ValueError("is not a number; write digits, with a dot for decimals")
    whole, fraction = found.group(1), found.group(2) or ""
    if len(fraction) > decimals:
        raise ValueError(f"has more than {decimals} decimals; round it")
    return int(whole + fraction.ljust(decimals, "0"))


def read_cos(text: str) -> int:
    """Return an amount in COS as base units."""
    return read_decimal(text, AMOUNT_DECIMALS)


def show_cos(amount: int) -> str:
    """Return base units as COS with all of their decimals."""
    return f"{amount // BASE_UNITS:,}.{amount % BASE_UNITS:08d}"


def cos_text(amount: int) -> str:
    """Base units in words: "3,500 COS"."""
    return show_cos(amount).rstrip("0").removesuffix(".") + " COS"


def read_month(text: str) -> int:
    """Return the index of a calendar month, year * 12 + month - 1, from 2026-03."""
    found = _MONTH.fullmatch(text)
    if not found:
        raise ValueError("is not a month; write it like 2026-03")
    return int(found.group(1)) * 12 + int(found.group(2)) - 1
