"""Real logs of volunteer communities. They don't ship: without them these tests are skipped."""

import time
from pathlib import Path

import pytest

from cos.economy.command import run
from cos.paths import CONFIG_FOLDER, PROJECT_ROOT
from tests.integration.reference import expected_points

DATA = PROJECT_ROOT.parent / "shared" / "data"
MAP = CONFIG_FOLDER / "maps" / "software.toml"

pytestmark = pytest.mark.skipif(
    not DATA.is_dir(), reason="the folder ../shared/data with real logs is not here"
)


@pytest.mark.parametrize(
    ("name", "rows", "people"),
    [("contributions-a.csv", 4_185, 515), ("contributions-small.csv", 166, 17)],
)
def test_a_real_log_is_replayed_row_by_row(
    name: str, rows: int, people: int, tmp_path: Path
) -> None:
    started = time.perf_counter()
    result = run(log_file=DATA / name, map_file=MAP, out=tmp_path / "out")
    assert time.perf_counter() - started < 30  # seconds
    summary = result.summary
    assert summary["rows"] == rows
    assert summary["contributors"] == people
    assert summary["records"] >= 0.99 * rows
    assert len(result.refusals) == summary["refused"] == rows - summary["records"]
    assert summary["invariants"]["violations"] == []
    refused = {refusal.line for refusal in result.refusals}
    assert int(summary["points"]) == expected_points(DATA / name, MAP, without=refused)
