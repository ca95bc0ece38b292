"""A locked harness; the payer lets it take what it has."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from cos.chain import Chain, Contract

BALANCE = 1_000_000
PRICE = 30_000


@pytest.fixture
def payer(chain: Chain) -> str:
    return chain.account("payer")


@pytest.fixture
def recipient(chain: Chain) -> str:
    return chain.account("recipient")


@pytest.fixture
def harness(chain: Chain, payer: str) -> Contract:
    return chain.deploy("PaymentHarness", sender=payer)


@pytest.fixture
def make_coin(chain: Chain, harness: Contract, payer: str) -> Callable[..., Contract]:
    """A coin of which payer and harness have BALANCE each, the payer's approved."""

    def make(contract: str, *args: object) -> Contract:
        coin = chain.deploy(contract, *args, sender=payer)
        for account in (payer, harness):
            coin.mint(account, BALANCE, sender=payer)
        coin.approve(harness, BALANCE, sender=payer)
        return coin

    return make


@pytest.fixture
def books(harness: Contract, payer: str, recipient: str) -> Callable[[Contract], object]:
    """Balances and the payer's allowance in a coin."""

    def read(coin: Contract) -> object:
        accounts = (payer, recipient, harness)
        return [coin.balanceOf(a) for a in accounts], coin.allowance(payer, harness)

    return read
