"""CosCredit.transferFrom(owner, to, amount)

the recipient is
├── the zero address or the token itself: reverts
└── anyone else, and the allowance is
    ├── none, or below the amount: reverts, also for the owner itself
    ├── finite and enough, and the owner's balance is
    │   ├── too low: reverts
    │   └── enough: moves the amount, takes it off the allowance, logs Transfer and no Approval
    ├── just below infinite: is taken off as well
    └── infinite: stays
a zero amount needs no allowance, logs Transfer
an allowance is spent once (a second use reverts), and leaves nothing behind
"""

from __future__ import annotations

import pytest

from cos.chain import Event
from tests.models import INFINITE, ZERO_ADDRESS
from tests.reverts import reverts
from tests.unit.cos_credit.conftest import SUPPLY


def test_reverts_to_the_zero_address(token, state, holder, spender):
    token.approve(spender, 10, sender=holder)
    with reverts("token: transfer to zero", state):
        token.transferFrom(holder, ZERO_ADDRESS, 1, sender=spender)


def test_reverts_to_the_token(token, state, holder, spender):
    token.approve(spender, 10, sender=holder)
    with reverts("token: transfer to token", state):
        token.transferFrom(holder, token, 1, sender=spender)


@pytest.mark.parametrize("allowed", [0, 9])
def test_reverts_above_the_allowance(token, state, holder, recipient, spender, allowed):
    token.approve(spender, allowed, sender=holder)
    with reverts("token: insufficient allowance", state):
        token.transferFrom(holder, recipient, 10, sender=spender)


def test_reverts_for_the_owner_without_an_allowance(token, state, holder, recipient):
    with reverts("token: insufficient allowance", state):
        token.transferFrom(holder, recipient, 1, sender=holder)


def test_reverts_with_another_spenders_allowance(token, state, holder, spender, attacker):
    token.approve(spender, 10, sender=holder)
    with reverts("token: insufficient allowance", state):
        token.transferFrom(holder, attacker, 1, sender=attacker)


@pytest.mark.parametrize("allowed", [SUPPLY + 1, INFINITE])
def test_reverts_above_the_balance(token, state, holder, recipient, spender, allowed):
    token.approve(spender, allowed, sender=holder)
    with reverts("token: insufficient balance", state):
        token.transferFrom(holder, recipient, SUPPLY + 1, sender=spender)


@pytest.mark.parametrize(("allowed", "left"), [(10, 0), (25, 15), (INFINITE - 1, INFINITE - 11)])
def test_moves_the_amount_and_takes_it_off_the_allowance(
    token, holder, recipient, spender, allowed, left
):
    token.approve(spender, allowed, sender=holder)
    receipt = token.transact("transferFrom", holder, recipient, 10, sender=spender)
    assert receipt.value is True
    assert token.allowance(holder, spender) == left
    assert token.balanceOf(holder) == SUPPLY - 10
    assert token.balanceOf(recipient) == 10
    assert token.balanceOf(spender) == 0
    args = {"sender": holder, "receiver": recipient, "value": 10}
    assert receipt.logs == [Event(token.address, "Transfer", args)]


def test_an_infinite_allowance_stays(token, holder, recipient, spender):
    token.approve(spender, INFINITE, sender=holder)
    token.transferFrom(holder, recipient, SUPPLY, sender=spender)
    assert token.allowance(holder, spender) == INFINITE
    assert token.balanceOf(recipient) == SUPPLY


def test_an_allowance_is_spent_once(token, state, holder, recipient, spender):
    token.approve(spender, 10, sender=holder)
    token.transferFrom(holder, recipient, 10, sender=spender)
    assert token.allowance(holder, spender) == 0
    with reverts("token: insufficient allowance", state):
        token.transferFrom(holder, recipient, 1, sender=spender)


def test_to_the_owner_itself_uses_the_allowance_only(token, holder, spender):
    token.approve(spender, 10, sender=holder)
    token.transferFrom(holder, holder, 4, sender=spender)
    assert (token.balanceOf(holder), token.allowance(holder, spender)) == (SUPPLY, 6)


def test_zero_needs_no_allowance(token, state, holder, recipient, attacker):
    before = state()
    receipt = token.transact("transferFrom", holder, recipient, 0, sender=attacker)
    args = {"sender": holder, "receiver": recipient, "value": 0}
    assert receipt.logs == [Event(token.address, "Transfer", args)]
    assert state() == before
