"""CSV files whose errors name file, line and remedy."""

import csv
import io
from collections.abc import Iterator
from pathlib import Path

from cos.errors import InputError
from cos.toml_input import read_text, refusal

Record = tuple[int, list[str]]
"""The line (from 1) on which a row of a file begins, and its fields."""


def read_table(path: Path, header: list[str]) -> Iterator[Record]:
    """Yield the rows of a file with exactly these columns, without the spaces around its fields.

    Raises InputError as `read_csv` does.
    """
    for line, fields in read_csv(path):
        fields = [field.strip() for field in fields]
        if line > 1:
            yield line, fields
        elif fields != header:
            problem = f"the header is '{','.join(fields)}'"
            raise refusal(path, 1, problem, f"write {','.join(header)}")


def wrong_field(path: Path, line: int, shown: str, error: ValueError) -> InputError:
    """The error for a field that `cos.fields` refuses; `shown` says which and what it holds."""
    problem, _, remedy = str(error).partition("; ")
    return refusal(path, line, f"{shown} {problem}", remedy)


def read_csv(path: Path) -> Iterator[Record]:
    """Yield the header and then every row but empty ones, all with one field per column.

    Raises InputError for a file that is unreadable, empty, without rows or not well-formed; rows
    before the bad one have been yielded by then.
    """
    text = read_text(path)
    if not text.strip():
        raise refusal(path, 1, "the file is empty", "give a CSV file with a header and rows")
    reader = csv.reader(io.StringIO(text), strict=True)
    columns = rows = 0
    line = 1
    try:
        for fields in reader:
            if line == 1:
                columns = len(fields)
                yield line, fields
            elif fields:  # csv yields [] for an empty line
                if len(fields) != columns:
                    problem = f"{len(fields)} fields where the header has {columns}"
                    raise refusal(path, line, problem, "give every row one field per column")
                rows += 1
                yield line, fields
            line = reader.line_num + 1
    except csv.Error as error:
        raise refusal(path, line, f"not valid CSV ({error})", "correct the quoting") from None
    if not rows:
        raise refusal(path, line, "there are no rows below the header", "add some")
