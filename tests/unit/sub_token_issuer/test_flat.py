"""What the actions of SubTokenIssuer cost does not grow (pitfall 22)

├── with the issuer's sub-tokens, with holders, with requests
├── after ten years in which nothing happened
└── each of a batch costs less than one alone
"""

from __future__ import annotations

import pytest

from cos.chain import Chain
from tests.models import INFINITE
from tests.sub_token_shop import DETAILS, EVIDENCE, REASON, START, WINDOW, SubTokenShop

FLAT = 0.05
YEARS = 10 * 365 * 86_400

# What leads to the action, and the action: sender, function, arguments.
ASK = ("ann", "request", [("coupon", 10, DETAILS)])
FULFIL = ("merchant", "fulfil", ["last"], [EVIDENCE])
DISPUTE = ("ann", "dispute", "last", REASON)
WAIT = ("", "wait")
ACTIONS = {
    "open": [("merchant", "open", "terms", INFINITE)],
    "mint": [("merchant", "mint", "coupon", "ann", 10)],
    "burn": [("ann", "burn", "coupon", 10)],
    "redeem": [("ann", "redeem", "coupon", 10)],
    "request": [ASK],
    "accept": [ASK, ("merchant", "accept", ["last"])],
    "fulfil": [ASK, FULFIL],
    "confirm": [ASK, ("ann", "confirm", ["last"])],
    "settle": [ASK, FULFIL, WAIT, ("attacker", "settle", ["last"])],
    "dispute": [ASK, FULFIL, DISPUTE],
    "decide": [ASK, FULFIL, DISPUTE, ("arbiter", "decide", "last", False, REASON)],
    "take_units": [ASK, ("ann", "take_units", "last")],
    "take_face": [ASK, ("ann", "take_face", "last")],
}


def cost(action: str, sub_tokens: int, holders: int, requests: int, idle: int = 0) -> int:
    """Of the action on a fresh coupon beside so many others."""
    chain = Chain(timestamp=START)
    shop = SubTokenShop(chain)
    issuer, merchant = shop.issuer, chain.account("merchant")
    terms = shop.terms(expiry=START + 2 * YEARS)
    others = [issuer.open(terms, INFINITE, sender=merchant) for _ in range(sub_tokens)]
    for number in range(holders):
        issuer.mint(others[-1], chain.account(f"holder {number}"), 10, sender=merchant)
    for number in range(requests):
        order = (others[-1], 1, DETAILS)
        issuer.request([order], sender=chain.account(f"holder {number % holders}"))
    coupon = issuer.open(terms, INFINITE, sender=merchant)
    for holder in ("ann", "ben"):
        issuer.mint(coupon, chain.account(holder), 1_000, sender=merchant)
    issuer.request([(coupon, 5, DETAILS)], sender=chain.account("ann"))
    issuer.redeem(coupon, 5, sender=chain.account("ann"))
    chain.advance(WINDOW + idle)

    def resolve(value: object) -> object:
        if isinstance(value, list | tuple):
            return type(value)(map(resolve, value))
        names = {"coupon": coupon, "last": issuer.request_count(), "terms": terms}
        names |= {label: chain.account(label) for label in ("ann", "merchant")}
        return names.get(value, value) if isinstance(value, str) else value

    spent = 0
    for sender, function, *arguments in ACTIONS[action]:
        if function == "wait":
            chain.advance(WINDOW)
            continue
        call = (function, *map(resolve, arguments))
        spent = issuer.transact(*call, sender=chain.account(sender)).gas_used
    return spent


@pytest.mark.parametrize("action", ACTIONS)
def test_the_same_with_many(action):
    few, many = cost(action, 1, 2, 2), cost(action, 100, 50, 500)
    assert abs(few - many) <= FLAT * few


@pytest.mark.parametrize("action", ACTIONS)
def test_the_same_after_ten_idle_years(action):
    now, later = cost(action, 1, 1, 1), cost(action, 1, 1, 1, idle=YEARS)
    assert abs(now - later) <= FLAT * now


def test_each_of_a_batch_costs_less():
    chain = Chain(timestamp=START)
    shop = SubTokenShop(chain)
    issuer, merchant, ann = shop.issuer, chain.account("merchant"), chain.account("ann")
    coupon = shop.open(merchant)
    issuer.mint(coupon, ann, 1_000, sender=merchant)
    order = (coupon, 1, DETAILS)
    spent = {}
    for size in (1, 50):
        first = issuer.request_count() + 1
        ids = list(range(first, first + size))
        calls = [("request", [order] * size, ann), ("fulfil", ids, [EVIDENCE] * size, merchant)]
        calls += [("confirm", ids, ann)]
        for function, *arguments, sender in calls:
            receipt = issuer.transact(function, *arguments, sender=sender)
            spent[function, size] = receipt.gas_used / size
    for function in ("request", "fulfil", "confirm"):
        assert spent[function, 50] < spent[function, 1]
