"""CosCredit.burn(amount)

the amount is
├── above the caller's balance: reverts
└── within it, zero included: leaves the caller and the supply, logs Transfer to zero
what was burnt may be minted again by the minter, never above the cap
"""

from __future__ import annotations

import pytest

from cos.chain import Event
from tests.models import ZERO_ADDRESS
from tests.models.cos_credit import CAP
from tests.reverts import reverts
from tests.unit.cos_credit.conftest import SUPPLY


@pytest.mark.parametrize("amount", [SUPPLY + 1, 2**256 - 1])
def test_reverts_above_the_balance(token, state, holder, amount):
    with reverts("token: insufficient balance", state):
        token.burn(amount, sender=holder)


def test_reverts_for_an_account_that_has_nothing(token, state, attacker):
    with reverts("token: insufficient balance", state):
        token.burn(1, sender=attacker)


@pytest.mark.parametrize("amount", [0, 1, SUPPLY])
def test_destroys_the_amount(token, holder, amount):
    receipt = token.transact("burn", amount, sender=holder)
    assert token.balanceOf(holder) == SUPPLY - amount
    assert token.totalSupply() == SUPPLY - amount
    args = {"sender": holder, "receiver": ZERO_ADDRESS, "value": amount}
    assert receipt.logs == [Event(token.address, "Transfer", args)]


def test_makes_room_below_the_cap(token, state, holder, minter):
    token.burn(400, sender=holder)
    token.mint(holder, CAP - SUPPLY + 400, sender=minter)
    assert token.totalSupply() == CAP
    with reverts("token: above cap", state):
        token.mint(holder, 1, sender=minter)
