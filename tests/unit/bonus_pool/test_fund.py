"""BonusPool.fund(amount)

├── by anyone: adds to the reserve what it pulls, event
├── the whole supply fits
├── COS sent directly adds nothing to the reserve (PITFALLS 12, 18)
├── nothing -> revert
├── more than was approved -> revert
├── more than the funder has -> revert
├── a token that refuses without reverting -> revert
├── a reserve above 64 bits, which COS can't reach -> revert (PITFALLS 36)
└── a token that calls back into the pool -> revert (PITFALLS 28)
"""

from __future__ import annotations

import pytest

from cos.chain import Revert
from tests.models import ZERO_ADDRESS
from tests.unit.bonus_pool.conftest import COS, OFFSET, QUOTA, RESERVE, STEPS, SUPPLY, WINDOW


@pytest.fixture
def fickle(chain, governance):
    return chain.deploy("FickleToken", sender=governance)


@pytest.fixture
def fickle_pool(chain, authority, fickle, governance):
    return chain.deploy("BonusPool", authority, fickle, OFFSET, WINDOW, STEPS, sender=governance)


def test_fund_adds_what_it_pulls(pool, token, funder, event):
    receipt = pool.transact("fund", 7, sender=funder)
    assert pool.totals() == (RESERVE + 7, QUOTA, 0)
    assert token.balanceOf(pool.address) == RESERVE + 7
    assert token.balanceOf(funder) == SUPPLY - RESERVE - 7
    assert event("Funded", funder=funder, amount=7) in receipt.logs


def test_fund_by_anyone(pool, token, funder, attacker):
    token.transfer(attacker, 5, sender=funder)
    token.approve(pool.address, 5, sender=attacker)
    pool.fund(5, sender=attacker)
    assert pool.totals() == (RESERVE + 5, QUOTA, 0)
    assert token.balanceOf(attacker) == 0


def test_fund_with_the_whole_supply(empty_pool, funder):
    empty_pool.fund(SUPPLY, sender=funder)
    assert empty_pool.totals() == (SUPPLY, 0, 0)


def test_cos_sent_directly_is_no_reserve(pool, token, funder, ledger, refuses):
    token.transfer(pool.address, 10**6 * COS, sender=funder)
    assert pool.totals() == (RESERVE, QUOTA, 0)
    assert pool.shortfall(QUOTA) == QUOTA * 7 // 10 - RESERVE
    with refuses("bonus: reserve too small"):
        pool.open_quota(QUOTA, sender=ledger)


def test_fund_reverts_with_nothing(pool, funder, refuses):
    with refuses("bonus: no amount"):
        pool.fund(0, sender=funder)


def test_fund_reverts_above_the_allowance(pool, token, funder, refuses):
    token.approve(pool.address, 9, sender=funder)
    with refuses("token: insufficient allowance"):
        pool.fund(10, sender=funder)


def test_fund_reverts_above_the_balance(pool, funder, refuses):
    with refuses("token: insufficient balance"):
        pool.fund(SUPPLY - RESERVE + 1, sender=funder)


def test_fund_reverts_when_the_token_refuses(fickle, fickle_pool, funder):
    fickle.behave(False, ZERO_ADDRESS, b"", sender=funder)
    with pytest.raises(Revert) as caught:
        fickle_pool.fund(1, sender=funder)
    assert caught.value.reason == "bonus: transfer failed"
    assert fickle_pool.totals() == (0, 0, 0)


def test_fund_reverts_above_64_bits(fickle_pool, funder):
    fickle_pool.fund(2**64 - 1, sender=funder)
    assert fickle_pool.totals() == (2**64 - 1, 0, 0)
    with pytest.raises(Revert) as caught:
        fickle_pool.fund(1, sender=funder)
    assert caught.value.reason == "bonus: reserve too large"
    assert fickle_pool.totals() == (2**64 - 1, 0, 0)


@pytest.mark.parametrize(("function", "arguments"), [("fund", (1,)), ("totals", ())])
def test_fund_reverts_when_the_token_calls_back(fickle, fickle_pool, funder, function, arguments):
    data = fickle_pool.abi.functions[function].encode(arguments)
    fickle.behave(True, fickle_pool.address, data, sender=funder)
    with pytest.raises(Revert) as caught:
        fickle_pool.fund(1, sender=funder)
    assert caught.value.reason == ""  # the compiler's lock gives no reason
    fickle.behave(True, ZERO_ADDRESS, b"", sender=funder)
    fickle_pool.fund(1, sender=funder)
    assert fickle_pool.totals() == (1, 0, 0)
