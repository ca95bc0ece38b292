"""SubTokenIssuer: constructor, set_issue_fee, set_router

├── without Authority, staking, router or template, with too high a fee -> revert
├── governance sets the fee from 0 to its bound, old and new value in the event
├── governance names a router: fees go there from then on; neither zero nor itself nor CosStaking
├── nobody else -> revert
└── a changed fee touches nothing that was opened before
"""

from __future__ import annotations

import pytest

from tests.models import INFINITE, ZERO_ADDRESS
from tests.models.sub_token import MAX_ISSUE_FEE
from tests.sub_token_shop import FEE


def test_constructor(shop, issuer):
    assert issuer.AUTHORITY() == shop.authority.address
    assert issuer.STAKING() == shop.staking.address
    assert issuer.TEMPLATE() == shop.template.address
    assert (issuer.router(), issuer.issue_fee()) == (shop.router.address, 0)
    assert issuer.request_count() == 0


@pytest.mark.parametrize(
    ("place", "value", "reason"),
    [
        (0, ZERO_ADDRESS, "governed: zero authority"),
        (1, ZERO_ADDRESS, "subtoken: no staking"),
        (2, ZERO_ADDRESS, "subtoken: bad router"),
        (3, ZERO_ADDRESS, "subtoken: no template"),
        (4, MAX_ISSUE_FEE + 1, "subtoken: fee too large"),
    ],
)
def test_constructor_reverts(shop, refuses, place, value, reason):
    arguments = [shop.authority, shop.staking, shop.router, shop.template, 0]
    arguments[place] = value
    with refuses(reason):
        shop.deploy("SubTokenIssuer", *arguments)


def test_set_issue_fee(shop, issuer, coupon, governance, merchant, refuses):
    before = issuer.info(coupon)
    receipt = issuer.transact("set_issue_fee", FEE, sender=governance)
    assert receipt.logs == [shop.event("IssueFeeChanged", old=0, new=FEE)]
    receipt = issuer.transact("set_issue_fee", MAX_ISSUE_FEE, sender=governance)
    assert receipt.logs == [shop.event("IssueFeeChanged", old=FEE, new=MAX_ISSUE_FEE)]
    shop.open(merchant)
    forwarded = shop.staking.income()[0]
    assert shop.router.total_owed() + forwarded == MAX_ISSUE_FEE
    issuer.set_issue_fee(0, sender=governance)
    assert (issuer.issue_fee(), issuer.info(coupon)) == (0, before)
    with refuses("subtoken: fee too large"):
        issuer.set_issue_fee(MAX_ISSUE_FEE + 1, sender=governance)
    for sender in (merchant, shop.center):
        with refuses("subtoken: not governance"):
            issuer.set_issue_fee(0, sender=sender)


def test_set_router(chain, shop, issuer, token, governance, merchant, refuses):
    places = (shop.authority, token, chain.account("treasury"), shop.staking, shop.center)
    other = shop.deploy("FeeRouter", *places, 5_000, 1_000, 1_000)
    other.set_collector(issuer, True, sender=governance)
    receipt = issuer.transact("set_router", other, sender=governance)
    assert receipt.logs == [shop.event("RouterChanged", old=shop.router.address, new=other.address)]
    issuer.set_issue_fee(FEE, sender=governance)
    with refuses("token: insufficient allowance"):
        shop.open(merchant)
    token.approve(other, INFINITE, sender=merchant)
    shop.open(merchant)
    assert (shop.router.total_owed(), other.total_owed()) == (0, FEE)
    for bad in (ZERO_ADDRESS, issuer.address, shop.staking.address):
        with refuses("subtoken: bad router"):
            issuer.set_router(bad, sender=governance)
    with refuses("subtoken: not governance"):
        issuer.set_router(other, sender=merchant)
