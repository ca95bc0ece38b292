"""CSV files whose errors name file, line and remedy."""

import csv
import io
from collections.abc import Iterator
from pathlib import Path

from cos.toml_input import read_text, refusal

Record = tuple[int, list[str]]
"""The line (from 1) on which a row of a file begins, and its fields."""


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
