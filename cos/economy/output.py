"""The output folder of a simulation: its files, and how they get there whole or not at all."""

from __future__ import annotations

from contextlib import AbstractContextManager
from pathlib import Path

from cos import folders

SUMMARY = "summary.json"
ACTIONS = "actions.parquet"
METRICS = "metrics.parquet"
CASES = "cases.parquet"
RELEASE = "release.parquet"
STAKING = "staking.parquet"
YIELDS = "yields.parquet"
GOVERNANCE = "governance.parquet"
POWER = "power.parquet"
MARKET = "market.parquet"
SUB_TOKENS = "sub_tokens.parquet"
REDEMPTIONS = "redemptions.parquet"
REFUSED = "refused.csv"
REPORT = "report.html"
TABLES = frozenset(
    {
        *(ACTIONS, METRICS, CASES, RELEASE, STAKING, YIELDS, MARKET, SUB_TOKENS, REDEMPTIONS),
        *(GOVERNANCE, POWER),
    }
)
FILES = TABLES | {SUMMARY, REFUSED, REPORT}


def check_target(target: Path) -> None:
    """Refuse a target that holds anything but an earlier run's files. Raises InputError."""
    folders.check_target(target, FILES)


def output_folder(target: Path) -> AbstractContextManager[Path]:
    """Give a temporary folder that becomes `target` at the end (`cos.folders.whole_folder`)."""
    return folders.whole_folder(target, FILES)
