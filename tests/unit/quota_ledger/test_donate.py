"""QuotaLedger.donate(community, amount)

the amount is
├── above the caller's undonated quota: reverts
├── zero: reverts
└── within it, and the community is
    ├── unknown, or 0: reverts
    ├── closed: reverts
    ├── frozen: reverts
    └── open: opens the next lot in the community's pool, logs Donated
        ├── a root and a child alike; all of the quota or a base unit
        ├── no coins move, nothing more is locked
        ├── lots are numbered 1, 2, 3 over all communities and sponsors
        └── after 2106: the same
a sponsor has no way to transfer quota, or to donate another's
"""

from __future__ import annotations

import pytest

from tests.contribution_loop import CHILD, COS, GRANDCHILD, OTHER, POOL, ROOT

QUOTA = 1_000 * COS
AFTER_2106 = 2**32 + 86_400


@pytest.fixture(autouse=True)
def quota(loop):
    loop.issue(QUOTA)


@pytest.mark.parametrize("amount", [QUOTA + 1, 2**64, 2**256 - 1])
def test_reverts_above_the_quota(loop, refused, amount):
    with refused("ledger: quota too small"):
        loop.ledger.donate(ROOT, amount, sender=loop.sponsor)


def test_reverts_above_what_earlier_donations_left(loop, refused):
    loop.ledger.donate(ROOT, QUOTA - 1, sender=loop.sponsor)
    with refused("ledger: quota too small"):
        loop.ledger.donate(ROOT, 2, sender=loop.sponsor)


def test_reverts_for_who_has_no_quota(loop, refused):
    """Nor can anyone donate in a sponsor's name: there is no such argument."""
    with refused("ledger: quota too small"):
        loop.ledger.donate(ROOT, 1, sender=loop.attacker)


def test_reverts_without_an_amount(loop, refused):
    with refused("ledger: no amount"):
        loop.ledger.donate(ROOT, 0, sender=loop.sponsor)


@pytest.mark.parametrize("community", [0, OTHER + 1, 2**32 + ROOT, 2**256 - 1])
def test_reverts_for_an_unknown_community(loop, refused, community):
    with refused("registry: no such community"):
        loop.ledger.donate(community, 1, sender=loop.sponsor)


def test_reverts_for_a_closed_community(loop, refused):
    loop.close(ROOT)
    with refused("registry: community closed"):
        loop.ledger.donate(ROOT, 1, sender=loop.sponsor)


def test_reverts_for_a_frozen_community(loop, refused):
    loop.freeze(ROOT)
    with refused("registry: community frozen"):
        loop.ledger.donate(ROOT, 1, sender=loop.sponsor)


def check_donation(loop, community, amount):
    ledger = loop.ledger
    before = ledger.lot_count()
    receipt = loop.ledger.transact("donate", community, amount, sender=loop.sponsor)
    lot = receipt.value
    assert lot == ledger.lot_count() == before + 1
    assert receipt.logs == [log for log in receipt.logs if log.address == ledger.address], (
        "no coins move"
    )
    assert loop.logs(receipt) == [
        (
            "Donated",
            {
                "lot": lot,
                "sponsor": loop.sponsor,
                "community": community,
                "amount": amount,
                "is_own": False,
            },
        )
    ]
    assert ledger.lot(lot) == (loop.sponsor, community, False)
    assert ledger.holding(lot, community, POOL) == amount
    assert ledger.quota_of(loop.sponsor) == QUOTA - amount
    assert ledger.quota_issued() == ledger.locked_quota() == QUOTA
    assert ledger.locked_own() == 0


@pytest.mark.parametrize("community", [ROOT, CHILD, GRANDCHILD, OTHER])
@pytest.mark.parametrize("amount", [1, QUOTA - 1, QUOTA])
def test_opens_a_lot_in_the_communitys_pool(loop, community, amount):
    check_donation(loop, community, amount)


def test_donates_after_2106(loop):
    """Pitfall 35."""
    loop.chain.warp(AFTER_2106)
    check_donation(loop, ROOT, 1)


def test_donates_in_the_second_in_which_a_freeze_ends(loop, refused):
    loop.freeze(ROOT, seconds=100)
    loop.chain.advance(99)
    with refused("registry: community frozen"):
        loop.ledger.donate(ROOT, 1, sender=loop.sponsor)
    loop.chain.advance(1)
    check_donation(loop, ROOT, 1)


def test_numbers_lots_over_all_communities_and_sponsors(loop):
    loop.issue(QUOTA, loop.other_sponsor)
    lots = [
        loop.ledger.donate(ROOT, 1, sender=loop.sponsor),
        loop.ledger.donate(OTHER, 2, sender=loop.other_sponsor),
        loop.ledger.donate(ROOT, 3, sender=loop.sponsor),
    ]
    assert lots == [1, 2, 3]
    assert [loop.ledger.lot(lot)[:2] for lot in lots] == [
        (loop.sponsor, ROOT),
        (loop.other_sponsor, OTHER),
        (loop.sponsor, ROOT),
    ]
    assert [loop.ledger.holding(lot, ROOT, POOL) for lot in lots] == [1, 0, 3]
