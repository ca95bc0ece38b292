"""The organisers' table of people: `name,account,quantity,amount`, read strictly.

`account` is empty for people without a wallet, who get a voucher. `quantity` is in the rule's
units, with up to 2 decimals; `amount` in COS, with up to 8.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from cos.csv_input import read_csv
from cos.drops.leaves import MAX_WORD, Terms, read_address
from cos.economy.pricing import BASE_UNITS
from cos.toml_input import refusal

HEADER = ["name", "account", "quantity", "amount"]
AMOUNT_DECIMALS, QUANTITY_DECIMALS = 8, 2

_NUMBER = re.compile(r"([0-9]{1,30})(?:\.([0-9]{1,30}))?")


@dataclass(frozen=True, slots=True)
class Person:
    """A row: `account` in checksum form or None, `quantity` in hundredths, `amount` base units."""

    line: int
    name: str
    account: str | None
    quantity: int
    amount: int


def read_people(path: Path, terms: Terms) -> list[Person]:
    """Read the people of a drop, in the order of their rows.

    Raises InputError, one line with file, line and remedy, for the first thing that is wrong.
    """
    people: list[Person] = []
    seen: dict[str, int] = {}
    total = 0
    for line, fields in read_csv(path):
        if line == 1:
            if fields != HEADER:
                problem = f"the header is '{','.join(fields)}'"
                raise refusal(path, 1, problem, f"write {','.join(HEADER)}")
            continue
        person = _person(path, line, fields, terms)
        total += person.amount
        if total > MAX_WORD:
            problem = "the amounts up to this row are above 2^64 - 1 base units together"
            raise refusal(path, line, problem, "lower them or make two drops")
        if person.account is not None:
            first = seen.setdefault(person.account, line)
            if first != line:
                problem = f"account {person.account} repeats line {first}"
                raise refusal(path, line, problem, "add the two rows up")
        people.append(person)
    return people


def read_decimal(text: str, decimals: int) -> int:
    """Return a decimal number in units of its last place: "1.5" with 2 decimals is 150.

    ASCII digits and one dot are all it may have. Raises ValueError, worded to follow the number
    with its remedy after a semicolon.
    """
    found = _NUMBER.fullmatch(text)
    if not found:
        raise ValueError("is not a number; write digits, with a dot for decimals")
    whole, fraction = found.group(1), found.group(2) or ""
    if len(fraction) > decimals:
        raise ValueError(f"has more than {decimals} decimals; round it")
    return int(whole + fraction.ljust(decimals, "0"))


def _person(path: Path, line: int, fields: list[str], terms: Terms) -> Person:
    name, account, quantity, amount = (field.strip() for field in fields)
    if not name:
        remedy = "say who it is; names stay out of the published list"
        raise refusal(path, line, "column 'name' is empty", remedy)
    if not name.isprintable():
        remedy = "write the name on one line"
        raise refusal(path, line, f"name {name!r} has line breaks or control characters", remedy)
    return Person(
        line,
        name,
        _account(path, line, account, terms) if account else None,
        _number(path, line, "quantity", quantity, QUANTITY_DECIMALS, MAX_WORD),
        _number(path, line, "amount", amount, AMOUNT_DECIMALS, terms.max_amount),
    )


def _account(path: Path, line: int, text: str, terms: Terms) -> str:
    try:
        account = read_address(text)
    except ValueError as error:
        problem, _, remedy = str(error).partition("; ")
        remedy += ", or leave it empty for a voucher"
        raise refusal(path, line, f"account '{text}' {problem}", remedy) from None
    if account == terms.manager:
        problem = f"account {account} is the drop's manager, whom the contract does not pay"
        raise refusal(path, line, problem, "let another manager grant it")
    return account


def _number(path: Path, line: int, column: str, text: str, decimals: int, most: int) -> int:
    """Return the units of a column's number, which are 1 to `most`."""
    try:
        number = read_decimal(text, decimals)
    except ValueError as error:
        problem, _, remedy = str(error).partition("; ")
        raise refusal(path, line, f"'{text}' in column '{column}' {problem}", remedy) from None
    if number == 0:
        raise refusal(path, line, f"{column} is zero", "correct it or remove the row")
    if number > most:
        limit = f"{most // 10**decimals}.{most % 10**decimals:0{decimals}d}"
        problem = f"{column} {text} is above the most that it may be, {limit}"
        raise refusal(path, line, problem, "lower it")
    return number


def read_cos(text: str) -> int:
    """Return an amount in COS as base units. Raises ValueError as `read_decimal` does."""
    return read_decimal(text, AMOUNT_DECIMALS)


def show_cos(amount: int) -> str:
    """Return base units as COS with all of their decimals."""
    return f"{amount // BASE_UNITS:,}.{amount % BASE_UNITS:08d}"
