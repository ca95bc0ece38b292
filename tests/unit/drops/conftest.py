"""A drop's terms, and people for its list."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from cos.chain import address_of
from cos.drops import Drop, Terms, build_drop, read_people
from cos.drops.people import HEADER

COS = 10**8
MANAGER = address_of("manager")
SEED = b"a seed of these tests, known to all"


@pytest.fixture
def terms() -> Terms:
    """The first drop of a manager, with 1,000 COS at most for each."""
    drop = (int(MANAGER, 16) << 96) | 1
    return Terms(drop, 31_337, address_of("drops contract"), 1_000 * COS)


@pytest.fixture
def table(tmp_path: Path) -> Callable[[str], Path]:
    """Writes rows under the header of a table of people."""

    def write(rows: str, header: str = ",".join(HEADER)) -> Path:
        path = tmp_path / "people.csv"
        path.write_text(f"{header}\n{rows}", encoding="utf-8")
        return path

    return write


@pytest.fixture
def drop(terms: Terms, table: Callable[[str], Path]) -> Drop:
    """Two people with accounts and three without."""
    path = table(
        f"Ann Ash,{address_of('ann')},1.5,1000\n"
        "Bo Birch,,1,12.00000001\n"
        '"Cid, the elder",,0.01,0.00000001\n'
        f"校友,{address_of('dee').lower()},2.25,999.99999999\n"
        "Bo Birch,,3,7\n"
    )
    return build_drop(read_people(path, terms), terms, SEED)
