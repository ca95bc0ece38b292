"""exact_payment._pay(coin, recipient, amount)

the coin
├── returns true or nothing, with 6 or 18 decimals: the recipient is paid
├── returns false: reverts
├── charges the sender extra: reverts, or other payers' coins would pay for it
├── moves nothing and returns true: reverts
├── does not have so much for the contract: reverts with what the coin says
├── calls back: the caller's lock refuses
└── is no contract: reverts
"""

from __future__ import annotations

import pytest

from tests.models import ZERO_ADDRESS
from tests.reverts import reverts
from tests.unit.exact_payment.conftest import BALANCE, PRICE


@pytest.mark.parametrize("contract", ["FeeCoin", "SilentCoin"])
@pytest.mark.parametrize("decimals", [6, 18])
@pytest.mark.parametrize("amount", [1, BALANCE])
def test_pays(harness, make_coin, payer, recipient, books, contract, decimals, amount):
    coin = make_coin(contract, decimals)
    harness.pay(coin, recipient, amount, sender=payer)
    assert books(coin) == ([BALANCE, amount, BALANCE - amount], BALANCE)


def test_reverts_when_the_coin_returns_false(harness, make_coin, payer, recipient, books):
    coin = make_coin("CallingCoin")
    coin.behave(False, ZERO_ADDRESS, b"", False, False, sender=payer)
    with reverts("payment: transfer failed", lambda: books(coin)):
        harness.pay(coin, recipient, PRICE, sender=payer)


def test_reverts_when_the_coin_charges_the_sender(harness, make_coin, payer, recipient, books):
    coin = make_coin("FeeCoin", 6)
    coin.charge_senders(1, sender=payer)
    with reverts("payment: not the exact amount", lambda: books(coin)):
        harness.pay(coin, recipient, PRICE, sender=payer)


def test_reverts_when_the_coin_moves_nothing(chain, harness, payer, recipient):
    coin = chain.deploy("IdleCoin", sender=payer)
    with reverts("payment: not the exact amount", lambda: chain.backend.code(coin.address)):
        harness.pay(coin, recipient, PRICE, sender=payer)


def test_reverts_with_the_coin_above_the_balance(harness, make_coin, payer, recipient, books):
    coin = make_coin("SilentCoin", 6)
    with reverts("", lambda: books(coin)):
        harness.pay(coin, recipient, BALANCE + 1, sender=payer)


def test_a_coin_that_calls_back_is_not_paid_twice(harness, make_coin, payer, recipient, books):
    coin = make_coin("CallingCoin")
    again = harness.abi.functions["pay"].encode([coin.address, recipient, PRICE])
    coin.behave(True, harness, again, False, False, sender=payer)
    harness.pay(coin, recipient, PRICE, sender=payer)
    assert books(coin)[0] == [BALANCE, PRICE, BALANCE - PRICE]
    assert coin.calls_refused() == 1


def test_reverts_without_code_at_the_address(chain, harness, payer, recipient):
    with reverts("", lambda: chain.backend.code(harness.address)):
        harness.pay("0x" + "11" * 20, recipient, 0, sender=payer)
