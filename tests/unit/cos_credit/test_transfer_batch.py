"""CosCredit.transfer_batch(recipients, amounts)

the lists are
├── of different lengths: reverts
├── longer than 500: reverts while the call data is decoded
├── empty: nothing happens
└── of the same length, and
    ├── a recipient is the zero address or the token: reverts
    ├── the sum is above the balance
    │   ├── in the last amount: reverts
    │   ├── because it wraps around 2**256: reverts
    │   └── but for what the sender sends to itself: reverts
    └── the sum is within the balance
        ├── moves each amount, logs each Transfer in order; the sender is written once
        ├── a recipient appears twice: gets both
        └── the sender is a recipient: keeps that part
500 recipients fit a block's gas; the result is that of single transfers
"""

from __future__ import annotations

import pytest

from cos.chain import Event
from cos.chain.accounts import checksum
from tests.models import ZERO_ADDRESS
from tests.models.cos_credit import MAX_BATCH
from tests.reverts import reverts
from tests.unit.cos_credit.conftest import SUPPLY


def crowd(count: int) -> list[str]:
    return [checksum((0x1000 + k).to_bytes(20, "big")) for k in range(count)]


@pytest.mark.parametrize(("recipients", "amounts"), [(1, 0), (0, 1), (3, 2), (499, 500)])
def test_reverts_with_lists_of_different_lengths(token, state, holder, recipients, amounts):
    with reverts("token: lengths differ", state):
        token.transfer_batch(crowd(recipients), [1] * amounts, sender=holder)


def test_reverts_with_more_than_500(token, state, holder):
    """Refused by the ABI decoder, which gives no reason."""
    with reverts("", state):
        token.transfer_batch(crowd(MAX_BATCH + 1), [1] * (MAX_BATCH + 1), sender=holder)


@pytest.mark.parametrize("position", [0, 1, 2])
def test_reverts_to_the_zero_address(token, state, holder, position):
    recipients = crowd(3)
    recipients[position] = ZERO_ADDRESS
    with reverts("token: transfer to zero", state):
        token.transfer_batch(recipients, [1, 1, 1], sender=holder)


@pytest.mark.parametrize("position", [0, 1, 2])
def test_reverts_to_the_token(token, state, holder, position):
    recipients = crowd(3)
    recipients[position] = token.address
    with reverts("token: transfer to token", state):
        token.transfer_batch(recipients, [1, 1, 1], sender=holder)


@pytest.mark.parametrize(
    "amounts",
    [
        [SUPPLY, 1],
        [SUPPLY - 1, 2],
        [1, SUPPLY],
        [2**255, 2**255],  # wraps around to 0
        [2**256 - 1, 2],  # wraps around to 1
        [5, 2**256 - 5],
    ],
)
def test_reverts_when_the_sum_is_above_the_balance(
    token, state, holder, recipient, spender, amounts
):
    with reverts("token: insufficient balance", state):
        token.transfer_batch([recipient, spender], amounts, sender=holder)


def test_reverts_when_a_transfer_to_oneself_would_pay_for_another(token, state, holder, recipient):
    with reverts("token: insufficient balance", state):
        token.transfer_batch([holder, recipient], [SUPPLY, 1], sender=holder)
    with reverts("token: insufficient balance", state):
        token.transfer_batch([holder, recipient], [SUPPLY + 1, 0], sender=holder)


def test_an_empty_batch_does_nothing(token, state, attacker):
    before = state()
    receipt = token.transact("transfer_batch", [], [], sender=attacker)
    assert receipt.value is True
    assert receipt.logs == []
    assert state() == before


def test_moves_each_amount(token, holder):
    recipients, amounts = crowd(4), [7, 0, SUPPLY - 10, 3]
    receipt = token.transact("transfer_batch", recipients, amounts, sender=holder)
    assert receipt.value is True
    assert [token.balanceOf(account) for account in recipients] == amounts
    assert token.balanceOf(holder) == 0
    assert token.totalSupply() == SUPPLY
    assert receipt.logs == [
        Event(token.address, "Transfer", {"sender": holder, "receiver": to, "value": amount})
        for to, amount in zip(recipients, amounts, strict=True)
    ]


def test_a_recipient_may_appear_twice(token, holder, recipient):
    token.transfer_batch([recipient, holder, recipient], [3, 5, 4], sender=holder)
    assert (token.balanceOf(recipient), token.balanceOf(holder)) == (7, SUPPLY - 7)


@pytest.mark.parametrize("to_itself", [0, 1, SUPPLY - 5])
def test_the_sender_keeps_what_it_sends_to_itself(token, holder, recipient, to_itself):
    token.transfer_batch([holder, recipient, holder], [to_itself, 5, 0], sender=holder)
    assert (token.balanceOf(recipient), token.balanceOf(holder)) == (5, SUPPLY - 5)
    assert token.totalSupply() == SUPPLY


def test_equals_single_transfers(chain, token, state, holder, recipient, spender, attacker):
    recipients = [recipient, holder, spender, recipient, attacker, holder]
    amounts = [10, 20, 0, 40, SUPPLY - 71, 1]
    with chain.anchor():
        for to, amount in zip(recipients, amounts, strict=True):
            token.transfer(to, amount, sender=holder)
        expected = state()
    token.transfer_batch(recipients, amounts, sender=holder)
    assert state() == expected


def test_500_new_holders_fit_a_block(token, holder):
    receipt = token.transact("transfer_batch", crowd(MAX_BATCH), [3] * MAX_BATCH, sender=holder)
    assert len(receipt.logs) == MAX_BATCH
    assert all(token.balanceOf(account) == 3 for account in crowd(MAX_BATCH))
    assert token.balanceOf(holder) == SUPPLY - 3 * MAX_BATCH
    assert receipt.gas_used < 16_000_000
