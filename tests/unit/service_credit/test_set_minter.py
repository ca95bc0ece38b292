"""ServiceCredit.set_minter(new_minter)

the caller is
├── not governance: reverts
└── governance: replaces the minter, zero included; logs both
"""

from __future__ import annotations

import pytest

from cos.chain import Event
from tests.models import ZERO_ADDRESS


@pytest.mark.parametrize("actor", ["minter", "desk", "attacker"])
def test_reverts_for_anyone_but_governance(chain, credit, attacker, refuses, actor):
    with refuses("credit: not governance"):
        credit.set_minter(attacker, sender=chain.account(actor))


def test_replaces_the_minter(credit, governance, minter, holder, refuses):
    receipt = credit.transact("set_minter", ZERO_ADDRESS, sender=governance)
    args = {"old_minter": minter, "new_minter": ZERO_ADDRESS}
    assert receipt.logs == [Event(credit.address, "MinterChanged", args)]
    assert credit.minter() == ZERO_ADDRESS
    with refuses("credit: not minter"):
        credit.mint(holder, 1, sender=minter)
