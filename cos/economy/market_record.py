"""The tables of sub-tokens and their exchange, month by month."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from cos.economy import output
from cos.economy.market_state import (
    MARKET_COLUMNS,
    REDEMPTION_COLUMNS,
    SUB_TOKEN_COLUMNS,
    market_row,
    market_summary,
    redemption_rows,
    sub_token_rows,
)
from cos.economy.tables import Table

if TYPE_CHECKING:
    from cos.economy.loop import Loop
    from cos.economy.state import State

Rows = list[dict[str, Any]]


class MarketRecord:
    """What `market.parquet`, `sub_tokens.parquet` and `redemptions.parquet` hold."""

    def __init__(self, folder: Path) -> None:
        self.market: Rows = []
        self.sub_tokens: Rows = []
        self.redemptions: Rows = []
        self._tables = (
            (Table(folder / output.MARKET, MARKET_COLUMNS), self.market),
            (Table(folder / output.SUB_TOKENS, SUB_TOKEN_COLUMNS), self.sub_tokens),
            (Table(folder / output.REDEMPTIONS, REDEMPTION_COLUMNS), self.redemptions),
        )

    def month_has_ended(self, state: State, loop: Loop) -> None:
        """Add a month's rows."""
        self.market.append(market_row(state, loop.books))
        self.sub_tokens += sub_token_rows(state, loop)
        self.redemptions += redemption_rows(state, loop.books)

    def close(self) -> None:
        """Write the files."""
        for table, rows in self._tables:
            for row in rows:
                table.append(*row.values())
            table.close()

    def summary(self) -> dict[str, Any]:
        """The summary's section, of the last month's end."""
        last = self.market[-1]
        return market_summary(last, [r for r in self.redemptions if r["month"] == last["month"]])
