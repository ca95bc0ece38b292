"""Vesting grants from a table: `address,amount,start,months,cliff`, read strictly, in batches.

    grants = load_grants(Path("angels.csv"))
    for batch in batches(grants, Bucket.ANGELS, revocable=False):
        vault.create_batch(*batch.arguments(chain.account), sender=grantor)

`address` is 0x and 40 hex digits, or the name of an account, which development chains resolve;
`amount` is in COS, with up to 8 decimals; `start` is the calendar month from which boundaries are
counted, such as 2026-03; `months` after it all is vested, and nothing before `cliff` of them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from eth_hash.auto import keccak

from cos.calendar import month_name
from cos.csv_input import read_table, wrong_field
from cos.fields import cos_text, read_address, read_cos, read_month
from cos.toml_input import refusal

HEADER = ["address", "amount", "start", "months", "cliff"]

# The bounds of contracts/treasury/VestingVault.vy.
MAX_MONTHS = 480
MAX_START_DISTANCE = 240
MAX_AWARDS = 100
MAX_SCHEDULES = 16
MAX_AMOUNT = 2**64 - 1

Schedule = tuple[int, int, int, bool]
"""`IVestingVault.Schedule`: start month, months, cliff months, revocable."""

_WHOLE = re.compile(r"[0-9]{1,9}")


@dataclass(frozen=True, slots=True)
class Grant:
    """A row. `account` is an address in checksum form or an account's name, `amount` base units,
    `start_month` an index of calendar months (year * 12 + month - 1)."""

    line: int
    account: str
    amount: int
    start_month: int
    months: int
    cliff_months: int

    @property
    def is_named(self) -> bool:
        """Whether the account is a name, not an address."""
        return not self.account.startswith("0x")

    def terms(self) -> tuple[str, int, int, int, int]:
        """All but the line."""
        return self.account, self.amount, self.start_month, self.months, self.cliff_months


@dataclass(frozen=True)
class GrantBatch:
    """Grants of one transaction. `position` counts a table's batches from 1.

    `key` is what the vault accepts once: a hash of bucket, position, revocability and all rows, so
    that another content never passes for one that is loaded.
    """

    bucket: int
    position: int
    revocable: bool
    grants: tuple[Grant, ...]

    @cached_property
    def key(self) -> bytes:
        """32 bytes."""
        content = [
            "cos grants",
            int(self.bucket),
            self.position,
            self.revocable,
            [grant.terms() for grant in self.grants],
        ]
        return keccak(json.dumps(content, separators=(",", ":")).encode())

    @property
    def total(self) -> int:
        """Base units."""
        return sum(grant.amount for grant in self.grants)

    @cached_property
    def schedules(self) -> tuple[Schedule, ...]:
        """Each once, in the order of the rows."""
        return tuple(dict.fromkeys(_schedule(grant, self.revocable) for grant in self.grants))

    @cached_property
    def awards(self) -> tuple[tuple[str, int, int], ...]:
        """Account, amount and position of the schedule of each row."""
        places = {schedule: place for place, schedule in enumerate(self.schedules)}
        return tuple(
            (grant.account, grant.amount, places[_schedule(grant, self.revocable)])
            for grant in self.grants
        )

    def arguments(
        self, resolve: Callable[[str], str]
    ) -> tuple[bytes, int, tuple[Schedule, ...], tuple[int, ...]]:
        """The arguments of `VestingVault.create_batch`; `resolve` gives each account's address."""
        words = tuple(
            award_word(resolve(account), amount, place) for account, amount, place in self.awards
        )
        return self.key, int(self.bucket), self.schedules, words

    def __str__(self) -> str:
        lines = f"lines {self.grants[0].line} to {self.grants[-1].line}"
        return f"batch {self.position} ({lines})"


def award_word(address: str, amount: int, schedule: int) -> int:
    """An award as the vault takes it: beneficiary 160 | amount 64 | position in schedules 32."""
    return int(address, 16) | amount << 160 | schedule << 224


def load_grants(path: Path) -> list[Grant]:
    """Read and check a table of grants, in the order of its rows.

    Raises InputError, one line with file, line and remedy, for the first thing that is wrong. What
    only a chain can tell is for `check_start` and `check_room`.
    """
    grants: list[Grant] = []
    seen: dict[object, int] = {}
    total = 0
    for line, fields in read_table(path, HEADER):
        grant = _grant(path, line, fields)
        first = seen.setdefault(grant.terms(), line)
        if first != line:
            remedy = "remove it, or add the amounts up in one row if both are meant"
            raise refusal(path, line, f"the row repeats line {first}", remedy)
        total += grant.amount
        if total > MAX_AMOUNT:
            problem = f"the amounts up to this row are {cos_text(total)}, more than there can be"
            raise refusal(path, line, problem, "correct them")
        grants.append(grant)
    return grants


def check_start(path: Path, grants: Iterable[Grant], month: int) -> None:
    """Refuse what the vault would, in the calendar month `month`: starts far away in time."""
    for grant in grants:
        if abs(grant.start_month - month) > MAX_START_DISTANCE:
            first, last = month - MAX_START_DISTANCE, month + MAX_START_DISTANCE
            start = month_name(grant.start_month)
            problem = f"start {start} is more than {MAX_START_DISTANCE} months away"
            remedy = f"give a month from {month_name(first)} to {month_name(last)}"
            raise refusal(path, grant.line, problem, remedy)


def check_room(path: Path, grants: Iterable[Grant], room: int, what: str) -> None:
    """Refuse the first row with which the amounts are above the `room` (base units) of `what`."""
    total = 0
    for grant in grants:
        total += grant.amount
        if total > room:
            problem = (
                f"the amounts up to this row are {cos_text(total)}; {what} has {cos_text(room)}"
            )
            raise refusal(path, grant.line, problem, "lower them or take rows out")


def check_contracts(path: Path, grants: Iterable[Grant], contracts: Mapping[str, str]) -> None:
    """Refuse grants to the suite's own contracts (names by address): they could never pay out."""
    for grant in grants:
        if grant.account in contracts:
            problem = f"address {grant.account} is the contract {contracts[grant.account]}"
            raise refusal(path, grant.line, problem, "give the beneficiary's own address")


def check_addresses(path: Path, grants: Iterable[Grant], network: str) -> None:
    """Refuse names, which only a development chain resolves."""
    for grant in grants:
        if grant.is_named:
            problem = f"'{grant.account}' is a name, which {network} does not resolve"
            raise refusal(path, grant.line, problem, "write the account's address, 0x...")


def batches(
    grants: Sequence[Grant], bucket: int, revocable: bool, size: int = MAX_AWARDS
) -> list[GrantBatch]:
    """Divide a table into batches, in the order of its rows: the same table, the same batches.

    A batch has at most `size` rows, and no more schedules than the vault takes.
    """
    if not 1 <= size <= MAX_AWARDS:
        raise ValueError(f"a batch has 1 to {MAX_AWARDS} rows, not {size}")
    made: list[GrantBatch] = []
    rows: list[Grant] = []
    schedules: set[Schedule] = set()

    def close() -> None:
        made.append(GrantBatch(int(bucket), len(made) + 1, revocable, tuple(rows)))
        rows.clear()
        schedules.clear()

    for grant in grants:
        schedule = _schedule(grant, revocable)
        if len(rows) == size or len(schedules | {schedule}) > MAX_SCHEDULES:
            close()
        rows.append(grant)
        schedules.add(schedule)
    if rows:
        close()
    return made


def _schedule(grant: Grant, revocable: bool) -> Schedule:
    return grant.start_month, grant.months, grant.cliff_months, revocable


def _grant(path: Path, line: int, fields: list[str]) -> Grant:
    for name, text in zip(HEADER, fields, strict=True):
        if not text:
            raise refusal(path, line, f"column '{name}' is empty", "fill it in")
    address, amount_text, start_text, months_text, cliff_text = fields
    try:
        account = read_account(address)
    except ValueError as error:
        raise wrong_field(path, line, f"address '{address}'", error) from None
    try:
        amount = read_cos(amount_text)
    except ValueError as error:
        raise wrong_field(path, line, f"amount '{amount_text}'", error) from None
    if not amount:
        raise refusal(path, line, "amount is zero", "correct it or remove the row")
    if amount > MAX_AMOUNT:
        raise refusal(path, line, f"amount '{amount_text}' is too large", "lower it")
    try:
        start_month = read_month(start_text)
    except ValueError as error:
        raise wrong_field(path, line, f"start '{start_text}'", error) from None
    months = _whole(path, line, "months", months_text)
    if not 1 <= months <= MAX_MONTHS:
        raise refusal(path, line, f"months is {months}", f"give 1 to {MAX_MONTHS}")
    cliff = _whole(path, line, "cliff", cliff_text)
    if cliff > months:
        problem = f"cliff is {cliff}, more than the {months} months"
        raise refusal(path, line, problem, f"give 0 to {months}")
    return Grant(line, account, amount, start_month, months, cliff)


def read_account(text: str) -> str:
    """An address in checksum form, or an account's name as it is. Raises ValueError."""
    if text[:2].lower() == "0x":
        return read_address(text)
    if re.fullmatch(r"[0-9a-fA-F]{40}", text):
        raise ValueError("is an address without its 0x; write it in front")
    if not text.isprintable():
        raise ValueError("has control characters; write the name on one line")
    return text


def _whole(path: Path, line: int, column: str, text: str) -> int:
    if not _WHOLE.fullmatch(text):
        raise refusal(path, line, f"{column} '{text}' is not a whole number", "write digits only")
    return int(text)
