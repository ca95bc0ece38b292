"""What people type after an option, read strictly. Every refusal is an InputError naming it."""

from __future__ import annotations

import re
from datetime import datetime

from cos import fields
from cos.drops.leaves import MAX_WORD
from cos.economy.contributions import EARLIEST, LATEST
from cos.errors import InputError

MAX_COMMUNITY = 2**31 - 1
MAX_LOT = 2**64 - 1

_HASH = re.compile(r"0x[0-9a-fA-F]{64}")


def wrong(option: str, text: str, why: object) -> InputError:
    """Return the error for an option's value; `why` follows the value, remedy after a semicolon."""
    shown = text if len(text) <= 80 else f"{text[:77]}..."
    return InputError(" ".join(f"{option}: '{shown}' {why}".split()))


def read_account(option: str, text: str) -> str:
    """An address in checksum form."""
    try:
        return fields.read_address(text)
    except ValueError as error:
        raise wrong(option, text, error) from None


def read_amount(option: str, text: str) -> int:
    """Base units from COS; more than zero."""
    try:
        amount = fields.read_cos(text)
    except ValueError as error:
        raise wrong(option, text, error) from None
    if not 0 < amount <= MAX_WORD:
        raise wrong(option, text, f"is out of range; give COS above 0, at most {MAX_WORD // 10**8}")
    return amount


def read_hash(option: str, text: str | None) -> bytes:
    """32 bytes from 0x and 64 hex digits; zeros if there is none."""
    if text is None:
        return bytes(32)
    if not _HASH.fullmatch(text):
        raise wrong(option, text, "is not a hash; write 0x and 64 hex digits")
    return bytes.fromhex(text[2:])


def read_name(option: str, text: str, most: int) -> str:
    """A text for the chain: printable, not blank, at most so many bytes of UTF-8."""
    if not text.strip() or not text.isprintable():
        raise wrong(option, text, "is blank or not printable; write it on one line")
    if text != text.strip():
        raise wrong(option, text, "begins or ends with a space; remove it")
    size = len(text.encode())
    if size > most:
        raise wrong(
            option, text, f"has {size} bytes; shorten it to {most} (a Chinese character has 3)"
        )
    return text


def read_time(option: str, text: str) -> int:
    """Unix seconds from ISO 8601 with an offset from UTC, or from a number of them."""
    example = "2030-12-31T23:59:59+08:00"
    if re.fullmatch(r"[0-9]{1,12}", text):
        seconds = int(text)
    else:
        try:
            moment = datetime.fromisoformat(text)
        except ValueError:
            raise wrong(option, text, f"is not a time; write it like {example}") from None
        if moment.utcoffset() is None:
            raise wrong(option, text, f"has no offset from UTC; write it like {example}")
        if moment.microsecond:
            raise wrong(option, text, "has parts of a second; a block's time has none")
        try:
            seconds = int(moment.timestamp())
        except OverflowError:
            seconds = -1
    if not EARLIEST <= seconds < LATEST:
        raise wrong(option, text, "is outside 1971 to 2149; correct it")
    return seconds


def read_month(option: str, text: str) -> int:
    """The index of a calendar month, year * 12 + month - 1, from 2026-03."""
    try:
        return fields.read_month(text)
    except ValueError as error:
        raise wrong(option, text, error) from None
