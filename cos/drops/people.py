"""The organisers' table of people: `name,account,quantity,amount`, read strictly.

`account` is empty for people without a wallet, who get a voucher. `quantity` is in the rule's
units, with up to 2 decimals; `amount` in COS, with up to 8.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from cos.csv_input import read_table, wrong_field
from cos.drops.leaves import MAX_WORD, Terms
from cos.fields import AMOUNT_DECIMALS, read_address, read_decimal
from cos.toml_input import refusal

HEADER = ["name", "account", "quantity", "amount"]
QUANTITY_DECIMALS = 2


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
    for line, fields in read_table(path, HEADER):
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


def _person(path: Path, line: int, fields: list[str], terms: Terms) -> Person:
    name, account, quantity, amount = fields
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
        error = ValueError(f"{error}, or leave it empty for a voucher")
        raise wrong_field(path, line, f"account '{text}'", error) from None
    if account == terms.manager:
        problem = f"account {account} is the drop's manager, whom the contract does not pay"
        raise refusal(path, line, problem, "let another manager grant it")
    return account


def _number(path: Path, line: int, column: str, text: str, decimals: int, most: int) -> int:
    """Return the units of a column's number, which are 1 to `most`."""
    try:
        number = read_decimal(text, decimals)
    except ValueError as error:
        raise wrong_field(path, line, f"'{text}' in column '{column}'", error) from None
    if number == 0:
        raise refusal(path, line, f"{column} is zero", "correct it or remove the row")
    if number > most:
        limit = f"{most // 10**decimals}.{most % 10**decimals:0{decimals}d}"
        problem = f"{column} {text} is above the most that it may be, {limit}"
        raise refusal(path, line, problem, "lower it")
    return number
