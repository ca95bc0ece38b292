"""benchmarks/vaults.py: what it says of the vault is what the table of gas names as the peer."""

from __future__ import annotations

import importlib.util
import shutil
import sys

import pytest

from cos.paths import PROJECT_ROOT
from cos.report import gas

# By its path, as `python benchmarks/vaults.py` does: others have packages called benchmarks, too.
_SPEC = importlib.util.spec_from_file_location("vaults", PROJECT_ROOT / "benchmarks" / "vaults.py")
vaults = sys.modules["vaults"] = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(vaults)


@pytest.mark.skipif(
    not (vaults.MODULES / "solc").exists() or shutil.which("node") is None,
    reason="needs solc: `make node` installs it, where there is a program `node`",
)
def test_the_peer_is_the_cheapest_vault() -> None:
    minted, redeemed = vaults.compare()
    assert minted.vault == gas.MINT_UNITS.peer
    assert redeemed.vault == gas.REDEEM_FACE.peer
    # What a sub-token does in addition: a lock on stake that earns; votes, an exit ticket.
    assert minted.vault < minted.ours < 2 * minted.vault
    assert redeemed.vault < redeemed.ours < 3 * redeemed.vault
    assert "| mint, again, to a holder |" in vaults.to_markdown([minted, redeemed])
