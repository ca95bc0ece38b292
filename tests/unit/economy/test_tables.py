"""Parquet tables: exact values, fixed columns, the same bytes for the same rows."""

from pathlib import Path

import polars as pl
import pytest

from cos.economy.tables import AMOUNT, COUNT, FLAG, REAL, TEXT, Table

COLUMNS = {"name": TEXT, "amount": AMOUNT, "count": COUNT, "ok": FLAG, "part": REAL}
SUPPLY = 102_400_000_000 * 10**8


def write(path: Path, rows: int, chunk_rows: int = 100) -> bytes:
    table = Table(path, COLUMNS, chunk_rows)
    for number in range(rows):
        table.append(f"row {number % 7}", SUPPLY - number, number, number % 2 == 0, number / 3)
    table.close()
    assert table.rows == rows
    return path.read_bytes()


@pytest.mark.parametrize("rows", [0, 1, 99, 100, 101, 350])
def test_rows_come_back_as_they_were_whatever_the_chunks(tmp_path: Path, rows: int) -> None:
    write(tmp_path / "table.parquet", rows)
    frame = pl.read_parquet(tmp_path / "table.parquet")
    assert frame.columns == list(COLUMNS)
    assert frame.schema["amount"] == pl.UInt64
    assert frame["amount"].to_list() == [SUPPLY - number for number in range(rows)]
    assert frame["count"].to_list() == list(range(rows))
    assert [path.name for path in tmp_path.iterdir()] == ["table.parquet"]


@pytest.mark.parametrize("rows", [10, 350])
def test_the_same_rows_give_the_same_bytes(tmp_path: Path, rows: int) -> None:
    assert write(tmp_path / "one.parquet", rows) == write(tmp_path / "two.parquet", rows)


def test_files_are_compressed_by_zstd(tmp_path: Path) -> None:
    raw = 350 * (5 + 8 + 4 + 8)
    assert len(write(tmp_path / "table.parquet", 350, 1_000)) < raw


def test_an_amount_beyond_64_bits_is_an_error_not_a_wrong_number(tmp_path: Path) -> None:
    table = Table(tmp_path / "table.parquet", COLUMNS)
    table.append("x", 2**64, 0, True, 0.0)
    with pytest.raises((OverflowError, TypeError, pl.exceptions.PolarsError)):
        table.close()
