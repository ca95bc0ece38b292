"""ServiceCredit.mint(account, amount_fen)

the caller is
├── not the minter (governance, a desk, a former minter, anyone before there is one): reverts
└── the minter, and the account is
    ├── the zero address: reverts
    └── anyone else: creates credit, logs Transfer from zero
"""

from __future__ import annotations

import pytest

from cos.chain import Event
from tests.models import ZERO_ADDRESS
from tests.reverts import reverts
from tests.unit.service_credit.conftest import SUPPLY


@pytest.mark.parametrize("actor", ["governance", "desk", "holder", "attacker"])
def test_reverts_for_anyone_but_the_minter(chain, credit, holder, refuses, actor):
    with refuses("credit: not minter"):
        credit.mint(holder, 1, sender=chain.account(actor))


def test_reverts_for_a_former_minter(credit, governance, minter, holder, attacker, refuses):
    credit.set_minter(attacker, sender=governance)
    with refuses("credit: not minter"):
        credit.mint(holder, 1, sender=minter)


def test_reverts_before_there_is_a_minter_even_for_the_zero_address(
    chain, authority, governance, holder
):
    """A simulated call from zero must not pass for the minter that is not set."""
    credit = chain.deploy("ServiceCredit", authority, sender=governance)
    for sender in (ZERO_ADDRESS, governance):
        with reverts("credit: not minter", credit.totalSupply):
            credit.mint(holder, 1, sender=sender)


def test_reverts_for_the_zero_address(credit, minter, refuses):
    with refuses("credit: no account"):
        credit.mint(ZERO_ADDRESS, 1, sender=minter)


def test_creates_credit(credit, minter, other_holder):
    receipt = credit.transact("mint", other_holder, 3_000_000, sender=minter)
    assert credit.balanceOf(other_holder) == 3_000_000
    assert credit.totalSupply() == SUPPLY + 3_000_000
    args = {"sender": ZERO_ADDRESS, "receiver": other_holder, "value": 3_000_000}
    assert receipt.logs == [Event(credit.address, "Transfer", args)]
