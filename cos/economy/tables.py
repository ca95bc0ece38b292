"""Parquet tables that come out the same, byte for byte, for the same rows.

Rows are gathered in Python and written in chunks, so that memory stays bounded; the chunks become
one file at the end. Columns, order, compression and row groups are fixed.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import polars as pl

CHUNK_ROWS = 100_000
COMPRESSION_LEVEL = 3

TEXT, COUNT, AMOUNT, FLAG, REAL = "text", "count", "amount", "flag", "real"
"""Kinds of columns. Amounts are base units: they fit 64 bits only without a sign."""


class Table:
    """A Parquet file that grows row by row.

    `columns` maps names to kinds. Rows are tuples in that order. Chunks are kept in `folder`
    beside the final file until `close`.
    """

    def __init__(
        self, path: Path, columns: Mapping[str, str], chunk_rows: int = CHUNK_ROWS
    ) -> None:
        self.path = path
        self.columns = dict(columns)
        self.rows = 0
        self._chunk_rows = chunk_rows
        self._pending: list[tuple[Any, ...]] = []
        self._chunks: list[Path] = []

    def append(self, *row: Any) -> None:
        """Add one row."""
        self._pending.append(row)
        self.rows += 1
        if len(self._pending) >= self._chunk_rows:
            self._spill()

    def close(self) -> None:
        """Write the file. Chunks are joined in order and removed."""
        if not self._chunks:
            self._write(self._frame(), self.path)
            return
        import polars as pl

        if self._pending:
            self._spill()
        pl.scan_parquet(self._chunks).sink_parquet(
            self.path,
            compression="zstd",
            compression_level=COMPRESSION_LEVEL,
            row_group_size=self._chunk_rows,
            maintain_order=True,
        )
        for chunk in self._chunks:
            chunk.unlink()

    def _spill(self) -> None:
        chunk = self.path.with_suffix(f".{len(self._chunks):04d}.part")
        self._write(self._frame(), chunk)
        self._chunks.append(chunk)

    def _frame(self) -> pl.DataFrame:
        import polars as pl

        kinds = {
            TEXT: pl.String,
            COUNT: pl.UInt32,
            AMOUNT: pl.UInt64,
            FLAG: pl.Boolean,
            REAL: pl.Float64,
        }
        schema = {name: kinds[kind] for name, kind in self.columns.items()}
        frame = pl.DataFrame(self._pending, schema=schema, orient="row")
        self._pending = []
        return frame

    def _write(self, frame: pl.DataFrame, path: Path) -> None:
        frame.write_parquet(
            path,
            compression="zstd",
            compression_level=COMPRESSION_LEVEL,
            row_group_size=self._chunk_rows,
        )
