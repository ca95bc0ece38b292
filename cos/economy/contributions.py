"""Contribution logs: strict reading, stable order, batches by calendar month and manager.

Everything that is wrong with a log is an InputError before anything runs, one line with file,
line number and remedy. Whether a well-formed row is *granted* is for the chain to judge.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_FLOOR, Decimal
from pathlib import Path

from eth_hash.auto import keccak

from cos.calendar import month_of
from cos.csv_input import Record, read_csv
from cos.economy.logmap import ABSURD_QUANTITY, COMMUNITY_BYTES, Kind, LogMap, Quantity
from cos.toml_input import refusal

MAX_BATCH = 256
EARLIEST = 31_536_000  # 1971-01-01T00:00:00Z: zero and near-zero stamps mean "unknown"
LATEST = 5_680_281_600  # 2150-01-01T00:00:00Z: the end of the months that the suite is tested for

_HASH = re.compile(r"(?:0x)?([0-9a-fA-F]{64})")
_NUMBER = re.compile(r"-?[0-9]{1,30}(?:\.[0-9]{1,18})?")


@dataclass(frozen=True, slots=True)
class Contribution:
    """One row of a log. `quantity` is in hundredths of the rule's unit, `time` in UNIX seconds;
    `line` is that of a file, or the position among a history's commits."""

    line: int
    time: int
    contributor: str
    kind: str
    community: str
    quantity: int
    evidence_text: str
    evidence: bytes


@dataclass(frozen=True, slots=True)
class Batch:
    """Rows that one manager grants in one transaction: one community, one calendar month."""

    month: int
    community: str
    manager: str
    rows: tuple[Contribution, ...]

    @property
    def time(self) -> int:
        """The time of the last row, at which all of them have happened."""
        return self.rows[-1].time


def evidence_hash(text: str) -> bytes:
    """Return 32 bytes: a 64-digit hex hash as it is, anything else by keccak256 of its UTF-8."""
    found = _HASH.fullmatch(text)
    return bytes.fromhex(found.group(1)) if found else keccak(text.encode())


def read_log(path: Path, logmap: LogMap) -> list[Contribution]:
    """Read a log in CSV, sorted by time (rows of the same second keep their order).

    Raises InputError for the first row, from the top, that cannot be understood.
    """
    return read_rows(path, read_csv(path), logmap)


def read_rows(source: Path, records: Iterator[Record], logmap: LogMap) -> list[Contribution]:
    """Read the records of a log, the header first, each with one field per column; as `read_log`.

    `source` is what errors name.
    """
    _, header = next(records)
    columns = _columns(source, header, logmap)
    rows: list[Contribution] = []
    seen: dict[bytes, int] = {}
    for line, fields in records:
        row = _row(source, line, fields, columns, logmap)
        first = seen.setdefault(row.evidence, line)
        if first != line:
            problem = f"evidence '{row.evidence_text}' repeats line {first}"
            raise refusal(source, line, problem, "give each contribution its own evidence")
        rows.append(row)
    rows.sort(key=lambda row: row.time)
    return rows


def batches(
    rows: Iterable[Contribution], logmap: LogMap, offset_seconds: int
) -> Iterator[list[Batch]]:
    """Yield, for each calendar month that has rows, its batches in the order of their last rows.

    `rows` must be sorted by time. A batch holds at most 256 rows.
    """
    month = -1
    groups: dict[tuple[str, str], list[Contribution]] = defaultdict(list)
    for row in rows:
        of_row = month_of(row.time, offset_seconds)
        if of_row != month and groups:
            yield _batches_of(month, groups)
            groups.clear()
        month = of_row
        groups[row.community, logmap.kinds[row.kind].manager].append(row)
    if groups:
        yield _batches_of(month, groups)


def _batches_of(month: int, groups: Mapping[tuple[str, str], list[Contribution]]) -> list[Batch]:
    made = [
        Batch(month, community, manager, tuple(rows[start : start + MAX_BATCH]))
        for (community, manager), rows in groups.items()
        for start in range(0, len(rows), MAX_BATCH)
    ]
    return sorted(made, key=lambda batch: batch.time)


def _columns(path: Path, header: list[str], logmap: LogMap) -> dict[str, int]:
    """Return the position of each column that the map names."""
    for name in header:
        if header.count(name) > 1:
            raise refusal(path, 1, f"column '{name}' appears twice", "rename one of them")
    wanted = [name for name in logmap.columns.model_dump().values() if name is not None]
    wanted += [kind.quantity.column for kind in logmap.kinds.values() if kind.quantity.column]
    for name in wanted:
        if name not in header:
            present = ", ".join(header)
            remedy = f"add it, or name another in the map (present: {present})"
            raise refusal(path, 1, f"column '{name}' is missing", remedy)
    return {name: header.index(name) for name in wanted}


def _row(
    path: Path,
    line: int,
    fields: list[str],
    columns: Mapping[str, int],
    logmap: LogMap,
) -> Contribution:
    names = logmap.columns

    def text(column: str) -> str:
        value = fields[columns[column]].strip()
        if not value:
            raise refusal(path, line, f"column '{column}' is empty", "fill it in")
        return value

    kind_name = text(names.kind)
    kind = logmap.kinds.get(kind_name)
    if kind is None:
        known = ", ".join(logmap.kinds)
        remedy = f"add [kinds.{kind_name}] to the map or use one of: {known}"
        raise refusal(path, line, f"unknown kind '{kind_name}'", remedy)
    community = text(names.community) if names.community else logmap.community
    if len(community.encode()) > COMMUNITY_BYTES:
        problem = f"community '{community[:20]}...' is longer than {COMMUNITY_BYTES} bytes"
        raise refusal(path, line, problem, "shorten it, in all of its rows")
    evidence = text(names.evidence)
    return Contribution(
        line=line,
        time=_time(path, line, text(names.time)),
        contributor=text(names.contributor),
        kind=kind_name,
        community=community,
        quantity=_quantity(path, line, fields, columns, kind),
        evidence_text=evidence,
        evidence=evidence_hash(evidence),
    )


def _time(path: Path, line: int, text: str) -> int:
    example = "2019-03-31T18:00:00+08:00"
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        problem = f"'{text}' is not a time"
        raise refusal(path, line, problem, f"write ISO 8601 like {example}") from None
    if moment.utcoffset() is None:
        raise refusal(path, line, f"time '{text}' has no UTC offset", f"write it like {example}")
    try:
        seconds = int(moment.replace(microsecond=0).timestamp())
    except OverflowError:  # year 1 or 9999, moved out of range by the offset
        seconds = -1
    if not EARLIEST <= seconds < LATEST:
        problem = f"time '{text}' is outside 1971 to 2149"
        raise refusal(path, line, problem, "correct the clock that wrote it or remove the row")
    return seconds


def _quantity(
    path: Path, line: int, fields: list[str], columns: Mapping[str, int], kind: Kind
) -> int:
    """Return the row's quantity in hundredths, rounded down."""
    terms = kind.quantity
    if terms.constant is not None:
        units = terms.constant
    else:
        assert terms.column is not None  # Quantity has one source or the other
        text = fields[columns[terms.column]].strip()
        units = _measured(path, line, terms.column, text, terms)
    return int((units * 100).to_integral_value(ROUND_FLOOR))


def _measured(path: Path, line: int, column: str, text: str, terms: Quantity) -> Decimal:
    """Return a column's number, scaled and within the map's limits."""
    if not _NUMBER.fullmatch(text):
        problem = f"'{text}' in column '{column}' is not a number"
        raise refusal(path, line, problem, "write digits, with a dot for decimals")
    number = Decimal(text)
    if number < 0:
        problem = f"quantity {text} in column '{column}' is negative"
        raise refusal(path, line, problem, "correct the row; records are never taken back")
    units = number * terms.scale
    if units >= ABSURD_QUANTITY:
        problem = f"quantity {text} in column '{column}' is absurdly large"
        raise refusal(path, line, problem, "correct the row, or lower the scale in the map")
    if terms.minimum is not None:
        units = max(units, terms.minimum)
    return units if terms.maximum is None else min(units, terms.maximum)
