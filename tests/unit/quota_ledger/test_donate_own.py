"""QuotaLedger.donate_own(community, amount)

the amount is
├── zero: reverts
├── above 64 bits: reverts
├── not approved, or not there: reverts
└── there, and the community is
    ├── unknown: reverts
    ├── closed: reverts
    ├── frozen: reverts
    └── open: pulls exactly the amount into a lot of own coins, logs Donated
        ├── it needs no quota and no reserve, and touches neither
        ├── its grants bear no points and no bonus, and are on record (pitfall 38)
        └── after 2106: the same
"""

from __future__ import annotations

import pytest

from tests.contribution_loop import CHILD, COS, OTHER, POOL, ROOT

AMOUNT = 1_000 * COS
AFTER_2106 = 2**32 + 86_400


@pytest.fixture(autouse=True)
def coins(loop):
    loop.give(loop.sponsor, AMOUNT)


def test_reverts_without_an_amount(loop, refused):
    with refused("ledger: no amount"):
        loop.ledger.donate_own(ROOT, 0, sender=loop.sponsor)


def test_reverts_above_64_bits(loop, refused):
    """Pitfall 36: the amount would spill out of the lot's word."""
    loop.token.approve(loop.ledger.address, 2**256 - 1, sender=loop.sponsor)
    with refused("ledger: amount too large"):
        loop.ledger.donate_own(ROOT, 2**64, sender=loop.sponsor)


def test_reverts_above_the_allowance(loop, refused):
    loop.token.approve(loop.ledger.address, AMOUNT - 1, sender=loop.sponsor)
    with refused("token: insufficient allowance"):
        loop.ledger.donate_own(ROOT, AMOUNT, sender=loop.sponsor)


def test_reverts_above_the_balance(loop, refused):
    loop.token.approve(loop.ledger.address, 2**256 - 1, sender=loop.sponsor)
    with refused("token: insufficient balance"):
        loop.ledger.donate_own(ROOT, AMOUNT + 1, sender=loop.sponsor)


def test_quota_does_not_pay_for_own_coins(loop, refused):
    """Pitfall 12: what the ledger holds for someone is not what someone brings."""
    loop.issue(AMOUNT)
    loop.token.transfer(loop.center, AMOUNT, sender=loop.sponsor)
    with refused("token: insufficient balance"):
        loop.ledger.donate_own(ROOT, AMOUNT, sender=loop.sponsor)


@pytest.mark.parametrize("community", [0, OTHER + 1, 2**32 + ROOT])
def test_reverts_for_an_unknown_community(loop, refused, community):
    with refused("registry: no such community"):
        loop.ledger.donate_own(community, 1, sender=loop.sponsor)


def test_reverts_for_a_closed_community(loop, refused):
    loop.close(ROOT)
    with refused("registry: community closed"):
        loop.ledger.donate_own(ROOT, 1, sender=loop.sponsor)


def test_reverts_for_a_frozen_community(loop, refused):
    loop.freeze(ROOT)
    with refused("registry: community frozen"):
        loop.ledger.donate_own(ROOT, 1, sender=loop.sponsor)


def check_donation(loop, community, amount):
    ledger, token = loop.ledger, loop.token
    held = token.balanceOf(ledger.address)
    receipt = ledger.transact("donate_own", community, amount, sender=loop.sponsor)
    lot = receipt.value
    assert loop.logs(receipt) == [
        (
            "Donated",
            {
                "lot": lot,
                "sponsor": loop.sponsor,
                "community": community,
                "amount": amount,
                "is_own": True,
            },
        )
    ]
    assert ledger.lot(lot) == (loop.sponsor, community, True)
    assert ledger.holding(lot, community, POOL) == amount
    assert token.balanceOf(ledger.address) == held + amount
    assert token.balanceOf(loop.sponsor) == AMOUNT - amount
    assert ledger.locked_own() == amount
    assert ledger.quota_issued() == ledger.locked_quota() == ledger.quota_of(loop.sponsor) == 0
    assert loop.pool.totals() == (0, 0, 0)


@pytest.mark.parametrize("community", [ROOT, CHILD])
@pytest.mark.parametrize("amount", [1, AMOUNT])
def test_pulls_the_amount_into_a_lot_of_own_coins(loop, community, amount):
    check_donation(loop, community, amount)


def test_donates_after_2106(loop):
    """Pitfall 35."""
    loop.chain.warp(AFTER_2106)
    check_donation(loop, ROOT, AMOUNT)


def test_its_grants_bear_no_points_and_no_bonus(loop):
    """Pitfall 38: points can't be bought with one's own coins and washed through an accomplice."""
    lot = loop.ledger.donate_own(ROOT, AMOUNT, sender=loop.sponsor)
    loop.allot(lot, AMOUNT)
    receipt = loop.grant(lot, loop.entry(amount=AMOUNT))
    header = loop.header(receipt)
    assert (header.sponsor_bps, header.manager_bps) == (0, 0)
    points, records, _, _, month_amount, _ = loop.ledger.standing(ROOT, loop.contributor)
    assert (points, records, month_amount) == (0, 1, AMOUNT)
    assert loop.ledger.batch_digest(ROOT, 1) != bytes(32)
    for account in (loop.sponsor, loop.manager):
        assert loop.pool.bucket(account, loop.month) == (0, 0, False)
    assert loop.ledger.locked_own() == 0
    assert loop.token.balanceOf(loop.contributor) == AMOUNT
