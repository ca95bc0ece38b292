"""QuotaLedger.issue_quota(sponsor, amount)

the caller is
├── no seller (a sponsor, the governance, a seller dismissed): reverts
└── a seller, and
    ├── the sponsor is the zero address: reverts
    ├── the amount is zero, or beyond what the supply or 256 bits can hold: reverts
    ├── the bonus pool
    │   ├── is one base unit short of the bonus on it: reverts
    │   └── does not know the ledger: reverts
    ├── the seller
    │   ├── has not approved the amount: reverts
    │   └── does not have it: reverts
    └── otherwise: pulls exactly the amount, which is locked, and logs QuotaIssued
        ├── more for the same sponsor adds up
        ├── two sponsors have quota of their own
        ├── after 2106: the same
        └── a reserve exactly large enough will do
quota is not a token: COS sent to the ledger is nobody's quota
"""

from __future__ import annotations

import pytest

from cos.chain import Revert
from tests.contribution_loop import CAP, COS
from tests.models import ZERO_ADDRESS
from tests.models.authority import SELLER_ROLE

AMOUNT = 1_000 * COS
AFTER_2106 = 2**32 + 86_400


@pytest.mark.parametrize("role", ["sponsor", "governance", "auditor", "attacker"])
def test_reverts_for_who_is_no_seller(loop, refused, role):
    loop.fund(loop.pool.shortfall(AMOUNT))
    with refused("ledger: not a seller"):
        loop.ledger.issue_quota(loop.sponsor, AMOUNT, sender=getattr(loop, role))


def test_reverts_for_a_dismissed_seller(loop, refused):
    loop.fund(loop.pool.shortfall(AMOUNT))
    loop.authority.revokeRole(SELLER_ROLE, loop.seller, sender=loop.governance)
    with refused("ledger: not a seller"):
        loop.ledger.issue_quota(loop.sponsor, AMOUNT, sender=loop.seller)


def test_reverts_without_a_sponsor(loop, refused):
    loop.fund(loop.pool.shortfall(AMOUNT))
    with refused("ledger: no sponsor"):
        loop.ledger.issue_quota(ZERO_ADDRESS, AMOUNT, sender=loop.seller)


def test_reverts_without_an_amount(loop, refused):
    with refused("ledger: no amount"):
        loop.ledger.issue_quota(loop.sponsor, 0, sender=loop.seller)


def test_reverts_if_the_reserve_is_one_unit_short(loop, refused):
    """Pitfall 24: what is issued can always earn its highest bonus."""
    loop.fund(loop.pool.shortfall(AMOUNT) - 1)
    with refused("bonus: reserve too small"):
        loop.ledger.issue_quota(loop.sponsor, AMOUNT, sender=loop.seller)


def test_accepts_a_reserve_exactly_large_enough(loop):
    loop.fund(AMOUNT * 3_500 // 10_000)
    loop.ledger.issue_quota(loop.sponsor, AMOUNT, sender=loop.seller)
    assert loop.pool.totals() == (AMOUNT * 3_500 // 10_000, AMOUNT, 0)


def test_reverts_if_the_pool_does_not_know_the_ledger(loop, refused):
    loop.fund(loop.pool.shortfall(AMOUNT))
    loop.pool.set_ledger(loop.ledger.address, False, sender=loop.governance)
    with refused("bonus: not a ledger"):
        loop.ledger.issue_quota(loop.sponsor, AMOUNT, sender=loop.seller)


def test_reverts_if_the_seller_has_not_approved(loop, refused):
    loop.fund(loop.pool.shortfall(AMOUNT))
    loop.token.approve(loop.ledger.address, AMOUNT - 1, sender=loop.seller)
    with refused("token: insufficient allowance"):
        loop.ledger.issue_quota(loop.sponsor, AMOUNT, sender=loop.seller)


def test_reverts_if_the_seller_does_not_have_it(loop, refused):
    loop.fund(loop.pool.shortfall(AMOUNT))
    balance = loop.token.balanceOf(loop.seller)
    loop.token.transfer(loop.center, balance - AMOUNT + 1, sender=loop.seller)
    with refused("token: insufficient balance"):
        loop.ledger.issue_quota(loop.sponsor, AMOUNT, sender=loop.seller)


@pytest.mark.parametrize("amount", [2**64, 2**244, 2**255, 2**256 - 1])
def test_reverts_for_an_absurd_amount(loop, amount):
    """Nothing overflows on the way: neither the sums nor the bonus on it."""
    loop.issue(AMOUNT)
    loop.fund(AMOUNT)
    before = loop.state()
    with pytest.raises(Revert):
        loop.ledger.issue_quota(loop.sponsor, amount, sender=loop.seller)
    assert loop.state() == before


def check_issue(loop):
    ledger, token = loop.ledger, loop.token
    held, sold = token.balanceOf(ledger.address), token.balanceOf(loop.seller)
    receipt = loop.issue(AMOUNT)
    assert loop.logs(receipt) == [
        ("QuotaIssued", {"sponsor": loop.sponsor, "seller": loop.seller, "amount": AMOUNT})
    ]
    assert ledger.quota_of(loop.sponsor) == AMOUNT
    assert ledger.quota_issued() == ledger.locked_quota() == AMOUNT
    assert ledger.locked_own() == 0
    assert token.balanceOf(ledger.address) == held + AMOUNT
    assert token.balanceOf(loop.seller) == sold - AMOUNT
    assert loop.pool.totals()[1] == AMOUNT


def test_pulls_the_amount_and_locks_it(loop):
    check_issue(loop)


def test_issues_after_2106(loop):
    """Pitfall 35."""
    loop.chain.warp(AFTER_2106)
    check_issue(loop)


def test_adds_to_the_quota_of_the_same_sponsor(loop):
    loop.issue(AMOUNT)
    loop.issue(1)
    assert loop.ledger.quota_of(loop.sponsor) == AMOUNT + 1
    assert loop.ledger.quota_issued() == AMOUNT + 1


def test_keeps_sponsors_apart(loop):
    loop.issue(AMOUNT)
    loop.issue(7, loop.other_sponsor)
    assert loop.ledger.quota_of(loop.sponsor) == AMOUNT
    assert loop.ledger.quota_of(loop.other_sponsor) == 7
    assert loop.ledger.quota_issued() == AMOUNT + 7


def test_coins_sent_directly_are_nobodys_quota(loop):
    """Pitfalls 12 and 18: the seller still has to bring the amount itself."""
    loop.issue(AMOUNT)
    loop.token.transfer(loop.ledger.address, CAP // 100, sender=loop.center)
    assert loop.ledger.quota_issued() == loop.ledger.locked_quota() == AMOUNT
    assert loop.ledger.quota_of(loop.center) == loop.ledger.quota_of(loop.sponsor) - AMOUNT == 0
    sold = loop.token.balanceOf(loop.seller)
    loop.issue(AMOUNT)
    assert loop.token.balanceOf(loop.seller) == sold - AMOUNT
