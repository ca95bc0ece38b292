# pragma version 0.4.3
# pragma nonreentrancy on
"""
@title PaymentHarness
@notice Opens contracts/lib/exact_payment.vy to tests, locked as its users must be.
@custom:license AGPL-3.0-only
"""

from contracts.lib import exact_payment


@external
def take(coin: address, payer: address, recipient: address, amount: uint256):
    exact_payment._take(coin, payer, recipient, amount)


@external
def pay(coin: address, recipient: address, amount: uint256):
    exact_payment._pay(coin, recipient, amount)
