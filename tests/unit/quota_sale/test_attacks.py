"""Attacks on QuotaSale, and who else must be able to buy.

coins (pitfalls 12, 28)
├── takes a fee since the offer was opened, returns false: reverts
├── calls back while it is taken, to buy twice or past the limit: refused; if it insists, reverts
├── calls back and uses up the reserve's surplus: the reserve is asked afterwards, and covers all
└── was sent to the sale, like COS: changes nobody's claim
reverts leave the payer its coins
an old offer's terms (pitfall 27): nothing rewrites them, and no function of the sale could
a buyer is a wallet with code (pitfall 29): buys like any other
"""

from __future__ import annotations

import pytest

from cos.chain import compile_contract
from tests.contribution_loop import COS
from tests.models import ZERO_ADDRESS
from tests.models.authority import SELLER_ROLE
from tests.unit.quota_sale.conftest import BUYER_LIMIT, INFINITE, LIMIT, MONEY


@pytest.fixture
def calling(shop, sale, make_coin, terms):
    """A coin that calls back, the offer that takes it, and the call that buys once more."""
    coin = make_coin("CallingCoin")
    own = terms._replace(coin=coin.address, limit=LIMIT, buyer_limit=LIMIT)
    offer = sale.open_offer(own, sender=shop.governance)
    # It may buy in its own name, and has what that takes.
    coin.mint(coin, MONEY, sender=shop.governance)
    approval = coin.abi.functions["approve"].encode([sale.address, INFINITE])
    coin.execute(coin, approval, sender=shop.attacker)
    again = sale.abi.functions["buy"].encode([offer, LIMIT, INFINITE])
    return coin, offer, again


def test_a_coin_that_takes_a_fee_is_refused(shop, sale, coin, offer, refuses):
    coin.set_fee(2_500, sender=shop.governance)
    with refuses("payment: not the exact amount"):
        sale.buy(offer, COS, INFINITE, sender=shop.buyer)
    coin.set_fee(0, sender=shop.governance)
    sale.buy(offer, COS, INFINITE, sender=shop.buyer)


def test_a_coin_that_returns_false_is_refused(shop, sale, calling, refuses):
    coin, offer, _ = calling
    coin.behave(False, ZERO_ADDRESS, b"", False, False, sender=shop.attacker)
    with refuses("payment: transfer failed"):
        sale.buy(offer, COS, INFINITE, sender=shop.buyer)


@pytest.mark.parametrize("is_early", [True, False])
def test_a_coin_cannot_buy_while_it_is_taken(shop, sale, calling, refuses, is_early):
    coin, offer, again = calling
    coin.behave(True, sale, again, is_early, False, sender=shop.attacker)
    sale.buy(offer, COS, INFINITE, sender=shop.buyer)
    assert coin.calls_refused() == coin.calls_made() == 1
    assert (sale.sold(offer), sale.bought(offer, coin)) == (COS, 0)
    assert shop.ledger.quota_issued() == COS
    assert coin.balanceOf(shop.center) == 14
    coin.behave(True, sale, again, is_early, True, sender=shop.attacker)
    with refuses("coin: called in vain"):
        sale.buy(offer, COS, INFINITE, sender=shop.buyer)


def test_outside_a_purchase_the_same_call_buys(shop, sale, calling):
    """So it was the lock that refused above."""
    coin, offer, again = calling
    coin.execute(sale, again, sender=shop.attacker)
    assert sale.bought(offer, coin) == LIMIT


def test_the_reserve_is_asked_after_the_coin_has_moved(shop, sale, calling):
    """The coin, a seller itself, uses up in its call what the reserve had too much."""
    coin, offer, _ = calling
    shop.token.approve(shop.pool, 35 * COS, sender=shop.holder)
    shop.pool.fund(35 * COS, sender=shop.holder)
    shop.authority.grantRole(SELLER_ROLE, coin, sender=shop.governance)
    shop.token.transfer(coin, 100 * COS, sender=shop.holder)
    approval = shop.token.abi.functions["approve"].encode([shop.ledger.address, INFINITE])
    coin.execute(shop.token, approval, sender=shop.attacker)
    issue = shop.ledger.abi.functions["issue_quota"].encode([shop.attacker, 100 * COS])
    coin.behave(True, shop.ledger, issue, False, True, sender=shop.attacker)
    sale.buy(offer, 100 * COS, INFINITE, sender=shop.buyer)
    assert shop.pool.totals() == (70 * COS, 200 * COS, 0)
    assert shop.ledger.quota_of(shop.attacker) == shop.ledger.quota_of(shop.buyer) == 100 * COS


def test_what_is_sent_to_the_sale_changes_nothing(shop, sale, coin, offer, allowed):
    shop.token.transfer(sale, 50 * COS, sender=shop.holder)
    coin.mint(sale, MONEY, sender=shop.governance)
    before = allowed()
    sale.buy(offer, 10 * COS, INFINITE, sender=shop.buyer)
    assert shop.token.balanceOf(sale) == 50 * COS
    assert (coin.balanceOf(sale), coin.balanceOf(shop.center)) == (MONEY, 137)
    assert before - allowed() == 10 * COS * 135 // 100


def test_nothing_but_opening_writes_terms(shop, sale, terms, offer):
    sale.buy(offer, COS, INFINITE, sender=shop.buyer)
    cheaper = terms._replace(price=1, limit=1, buyer_limit=1)
    sale.open_offer(cheaper, sender=shop.governance)
    sale.set_center(shop.holder, sender=shop.governance)
    sale.close_offer(offer, sender=shop.governance)
    assert sale.terms(offer) == terms
    changing = {
        entry["name"]
        for entry in compile_contract("QuotaSale").abi
        if entry["type"] == "function" and entry["stateMutability"] not in ("view", "pure")
    }
    assert changing == {"open_offer", "close_offer", "buy", "set_center"}


def test_a_wallet_with_code_buys(shop, sale, coin, offer):
    wallet = shop.deploy("SharedWallet", [shop.buyer], 1)
    coin.mint(wallet, MONEY, sender=shop.governance)
    approve = coin.abi.functions["approve"].encode([sale.address, INFINITE])
    wallet.execute(coin, approve, sender=shop.buyer)
    buy = sale.abi.functions["buy"].encode([offer, BUYER_LIMIT, INFINITE])
    wallet.execute(sale, buy, sender=shop.buyer)
    assert shop.ledger.quota_of(wallet) == BUYER_LIMIT
