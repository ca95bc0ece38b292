"""benchmarks/swaps.py: nothing costs more at the Exchange than at Uniswap v2; and its numbers are
those that the table of gas names as the peer's."""

from __future__ import annotations

import importlib.util
import sys

import pytest

from cos.paths import PROJECT_ROOT
from cos.report import gas
from cos.report.gas import on_a_node

# By its path, as `python benchmarks/swaps.py` does: others have packages called benchmarks, too.
_SPEC = importlib.util.spec_from_file_location("swaps", PROJECT_ROOT / "benchmarks" / "swaps.py")
swaps = sys.modules["swaps"] = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(swaps)

PEERS = {
    "buy for exact COS": gas.SWAP_BUY,
    "buy an exact amount": gas.SWAP_BUY_OUT,
    "sell an exact amount": gas.SWAP_SELL,
    "sell for exact COS": gas.SWAP_SELL_OUT,
    "from one sub-token to another": gas.ROUTE,
    "add liquidity": gas.ADD_LIQUIDITY,
    "remove liquidity": gas.REMOVE_LIQUIDITY,
}


@pytest.mark.skipif(
    not swaps.PACKAGES.exists(), reason="needs Uniswap's contracts: `make node` installs them"
)
def test_nothing_costs_more_than_at_uniswap() -> None:
    rows = swaps.compare(on_a_node())
    assert {row.operation for row in rows} == set(PEERS)
    for row in rows:
        assert row.ours < row.uniswap
        assert row.uniswap == PEERS[row.operation].peer
    print(swaps.to_markdown(rows))
