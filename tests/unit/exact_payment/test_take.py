"""exact_payment._take(coin, payer, recipient, amount)

the coin
├── returns true, with 6 or 18 decimals: the recipient has exactly the amount
├── returns nothing: the same
├── returns false, whether it has moved or not: reverts
├── takes a fee: reverts; but not where the fee rounds to nothing
├── moves nothing, or more arrives than was asked for: reverts
├── is asked for more than the balance or the allowance: reverts with what the coin says
├── calls back before or after it moves, to be paid twice for one difference: the caller's lock
│   refuses, and a coin that insists reverts the whole payment
└── is no contract: reverts, also for an amount of zero
the recipient is the payer: reverts, as nothing arrives, unless the amount is zero
"""

from __future__ import annotations

import pytest

from tests.models import ZERO_ADDRESS
from tests.reverts import reverts
from tests.unit.exact_payment.conftest import BALANCE, PRICE

TRANSFER_FAILED = "payment: transfer failed"
NOT_EXACT = "payment: not the exact amount"


@pytest.mark.parametrize("contract", ["FeeCoin", "SilentCoin"])
@pytest.mark.parametrize("decimals", [6, 18])
@pytest.mark.parametrize("amount", [0, 1, PRICE, BALANCE])
def test_exactly_the_amount_arrives(
    harness, make_coin, payer, recipient, books, contract, decimals, amount
):
    coin = make_coin(contract, decimals)
    harness.take(coin, payer, recipient, amount, sender=payer)
    assert books(coin) == ([BALANCE - amount, amount, BALANCE], BALANCE - amount)


def test_the_recipient_may_be_the_contract_itself(harness, make_coin, payer, books):
    coin = make_coin("FeeCoin", 6)
    harness.take(coin, payer, harness, PRICE, sender=payer)
    assert books(coin) == ([BALANCE - PRICE, 0, BALANCE + PRICE], BALANCE - PRICE)


@pytest.mark.parametrize("amount", [0, 1, PRICE])
def test_reverts_when_the_coin_returns_false(harness, make_coin, payer, recipient, books, amount):
    coin = make_coin("CallingCoin")
    coin.behave(False, ZERO_ADDRESS, b"", False, False, sender=payer)
    with reverts(TRANSFER_FAILED, lambda: books(coin)):
        harness.take(coin, payer, recipient, amount, sender=payer)


@pytest.mark.parametrize("fee_bps", [1, 10, 10_000])
def test_reverts_when_the_coin_takes_a_fee(harness, make_coin, payer, recipient, books, fee_bps):
    coin = make_coin("FeeCoin", 6)
    coin.set_fee(fee_bps, sender=payer)
    with reverts(NOT_EXACT, lambda: books(coin)):
        harness.take(coin, payer, recipient, PRICE, sender=payer)


def test_a_fee_that_rounds_to_nothing_takes_nothing(harness, make_coin, payer, recipient, books):
    coin = make_coin("FeeCoin", 6)
    coin.set_fee(1, sender=payer)
    harness.take(coin, payer, recipient, 9_999, sender=payer)
    assert books(coin)[0] == [BALANCE - 9_999, 9_999, BALANCE]


def test_reverts_when_more_arrives(harness, make_coin, payer, recipient, books):
    """The difference is the caller's measure of what was paid, so more is as wrong as less."""
    coin = make_coin("CallingCoin")
    gift = coin.abi.functions["mint"].encode([recipient, 1])
    coin.behave(True, coin, gift, False, True, sender=payer)
    with reverts(NOT_EXACT, lambda: books(coin)):
        harness.take(coin, payer, recipient, PRICE, sender=payer)


def test_reverts_when_the_balance_falls(harness, make_coin, payer, recipient, books):
    """The difference wraps around, to what nobody can have asked for."""
    coin = make_coin("CallingCoin")
    coin.mint(recipient, 5, sender=payer)
    coin.approve(coin, 5, sender=recipient)
    theft = coin.abi.functions["transferFrom"].encode([recipient, payer, 5])
    with reverts(NOT_EXACT, lambda: books(coin)):
        # The inner transfer calls once more, in vain, as nothing is allowed any longer.
        coin.behave(True, coin, theft, False, False, sender=payer)
        harness.take(coin, payer, recipient, 1, sender=payer)


def test_reverts_when_the_payer_is_the_recipient(harness, make_coin, payer, books):
    coin = make_coin("FeeCoin", 6)
    with reverts(NOT_EXACT, lambda: books(coin)):
        harness.take(coin, payer, payer, PRICE, sender=payer)


@pytest.mark.parametrize("contract", ["FeeCoin", "SilentCoin"])
def test_reverts_with_the_coin_above_balance_or_allowance(
    harness, make_coin, payer, recipient, books, contract
):
    coin = make_coin(contract, 6)
    with reverts("", lambda: books(coin)):
        harness.take(coin, payer, recipient, BALANCE + 1, sender=payer)
    coin.approve(harness, BALANCE + 1, sender=payer)
    with reverts("", lambda: books(coin)):
        harness.take(coin, payer, recipient, BALANCE + 1, sender=payer)


@pytest.mark.parametrize("is_early", [True, False])
def test_a_coin_that_calls_back_is_not_paid_twice(
    harness, make_coin, payer, recipient, books, is_early
):
    """Pitfall 28."""
    coin = make_coin("CallingCoin")
    again = harness.abi.functions["take"].encode([coin.address, payer, recipient, PRICE])
    coin.behave(True, harness, again, is_early, False, sender=payer)
    harness.take(coin, payer, recipient, PRICE, sender=payer)
    assert books(coin) == ([BALANCE - PRICE, PRICE, BALANCE], BALANCE - PRICE)
    assert coin.calls_made() == coin.calls_refused() == 1
    coin.behave(True, harness, again, is_early, True, sender=payer)
    with reverts("coin: called in vain", lambda: books(coin)):
        harness.take(coin, payer, recipient, PRICE, sender=payer)


@pytest.mark.parametrize("amount", [0, PRICE])
@pytest.mark.parametrize("coin", [ZERO_ADDRESS, "0x" + "11" * 20, "0x" + "00" * 19 + "04"])
def test_reverts_without_code_at_the_address(chain, harness, payer, recipient, coin, amount):
    """Precompiles, too: the one at 4 returns what it is sent."""
    with reverts("", lambda: chain.backend.code(harness.address)):
        harness.take(coin, payer, recipient, amount, sender=payer)
