"""CosCredit.approve(spender, amount)

the amount is
├── any value, first or later: replaces the allowance, logs Approval; no COS is needed for it
└── zero: takes the allowance away
an allowance is one owner's for one spender
"""

from __future__ import annotations

import pytest

from cos.chain import Event
from tests.models import INFINITE
from tests.reverts import reverts


@pytest.mark.parametrize("amount", [1, 2**64, INFINITE])
def test_sets_the_allowance(token, holder, attacker, spender, amount):
    receipt = token.transact("approve", spender, amount, sender=attacker)
    assert receipt.value is True
    assert token.allowance(attacker, spender) == amount
    assert token.allowance(spender, attacker) == 0
    assert token.allowance(holder, spender) == 0
    args = {"owner": attacker, "spender": spender, "value": amount}
    assert receipt.logs == [Event(token.address, "Approval", args)]


@pytest.mark.parametrize("later", [0, 7, INFINITE])
def test_replaces_the_allowance(token, holder, spender, later):
    token.approve(spender, 100, sender=holder)
    token.approve(spender, later, sender=holder)
    assert token.allowance(holder, spender) == later


def test_zero_ends_an_infinite_allowance(token, state, holder, recipient, spender):
    token.approve(spender, INFINITE, sender=holder)
    token.approve(spender, 0, sender=holder)
    with reverts("token: insufficient allowance", state):
        token.transferFrom(holder, recipient, 1, sender=spender)
