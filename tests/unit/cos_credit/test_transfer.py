"""CosCredit.transfer(to, amount)

the recipient is
├── the zero address: reverts
├── the token itself: reverts
└── anyone else, and the amount is
    ├── above the sender's balance: reverts
    ├── the whole balance: moves it, logs Transfer
    ├── a part of it: moves that part
    ├── zero: logs Transfer, also for an account that has nothing
    └── sent to oneself: leaves the balance, logs Transfer
nothing pauses it: a change of the minter or a missing governance does not matter
after 2106: the same
"""

from __future__ import annotations

import pytest

from cos.chain import Event
from tests.models import ZERO_ADDRESS
from tests.models.authority import GOVERNANCE_ROLE
from tests.reverts import reverts
from tests.unit.cos_credit.conftest import SUPPLY


def transferred(token, sender, receiver, amount):
    args = {"sender": sender, "receiver": receiver, "value": amount}
    return Event(token.address, "Transfer", args)


def test_reverts_to_the_zero_address(token, state, holder):
    with reverts("token: transfer to zero", state):
        token.transfer(ZERO_ADDRESS, 1, sender=holder)


def test_reverts_to_the_token(token, state, holder):
    with reverts("token: transfer to token", state):
        token.transfer(token, 1, sender=holder)


@pytest.mark.parametrize("amount", [SUPPLY + 1, 2**64, 2**256 - 1])
def test_reverts_above_the_balance(token, state, holder, recipient, amount):
    with reverts("token: insufficient balance", state):
        token.transfer(recipient, amount, sender=holder)


def test_reverts_above_the_balance_to_oneself(token, state, holder):
    with reverts("token: insufficient balance", state):
        token.transfer(holder, SUPPLY + 1, sender=holder)


@pytest.mark.parametrize("amount", [1, 400_000, SUPPLY])
def test_moves_the_amount(token, holder, recipient, amount):
    receipt = token.transact("transfer", recipient, amount, sender=holder)
    assert receipt.value is True
    assert token.balanceOf(holder) == SUPPLY - amount
    assert token.balanceOf(recipient) == amount
    assert token.totalSupply() == SUPPLY
    assert receipt.logs == [transferred(token, holder, recipient, amount)]


def test_adds_to_what_the_recipient_has(token, holder, recipient):
    token.transfer(recipient, 3, sender=holder)
    token.transfer(recipient, 4, sender=holder)
    assert (token.balanceOf(recipient), token.balanceOf(holder)) == (7, SUPPLY - 7)


def test_zero_from_an_empty_account_is_a_transfer(token, state, attacker, recipient):
    before = state()
    receipt = token.transact("transfer", recipient, 0, sender=attacker)
    assert receipt.value is True
    assert receipt.logs == [transferred(token, attacker, recipient, 0)]
    assert state() == before


def test_to_oneself_changes_nothing(token, state, holder):
    before = state()
    receipt = token.transact("transfer", holder, SUPPLY, sender=holder)
    assert receipt.logs == [transferred(token, holder, holder, SUPPLY)]
    assert state() == before


def test_nobody_can_stop_it(token, authority, governance, holder, recipient):
    """Neither the minter's removal nor the loss of every governance role touches transfers."""
    token.set_minter(ZERO_ADDRESS, sender=governance)
    authority.renounceRole(GOVERNANCE_ROLE, governance, sender=governance)
    assert token.transfer(recipient, 5, sender=holder) is True
    assert token.balanceOf(recipient) == 5


def test_after_2106(chain, token, holder, recipient):
    chain.warp(to=2**32 + 1)
    assert token.transfer(recipient, 5, sender=holder) is True
    assert token.balanceOf(recipient) == 5
