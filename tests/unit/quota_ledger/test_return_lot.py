"""QuotaLedger.return_lot(lot, community, holders)

the lot is
├── unknown: reverts
└── known, and the community is
    ├── unknown: reverts
    ├── open, frozen or not: reverts
    └── closed, and it holds of the lot
        ├── nothing, or nothing any more: reverts
        ├── nothing in the pool and the named hands, but something in others: reverts
        └── something: anyone returns it, logs LotReturned
            ├── the pool's part, always; the parts of the named holders
            ├── a holder named twice counts once; one that holds nothing counts nothing
            ├── up to 256 holders in a call, the rest in another
            ├── quota becomes undonated quota again, and can be donated again
            ├── own coins are paid out as free COS, never as quota
            └── what other communities hold of the lot stays
a community that was frozen when governance closed it: the same
"""

from __future__ import annotations

import pytest

from tests.contribution_loop import CHILD, COS, OTHER, POOL, ROOT

AMOUNT = 1_000 * COS
AFTER_2106 = 2**32 + 86_400


def return_lot(loop, lot, *holders, community=ROOT, sender=""):
    return loop.ledger.transact(
        "return_lot", lot, community, list(holders), sender=sender or loop.attacker
    )


@pytest.fixture
def lot(loop) -> int:
    """One part in the pool, two with the manager, three with the sub-manager."""
    lot = loop.donate(6 * AMOUNT)
    loop.allot(lot, 2 * AMOUNT)
    loop.allot(lot, 3 * AMOUNT, manager=loop.sub_manager)
    return lot


@pytest.mark.parametrize("unknown", [0, 2, 2**64 + 1, 2**256 - 1])
def test_reverts_for_an_unknown_lot(loop, refused, lot, unknown):
    loop.close()
    with refused("ledger: no such lot"):
        return_lot(loop, unknown)


@pytest.mark.parametrize("community", [0, OTHER + 1, 2**32 + ROOT])
def test_reverts_for_an_unknown_community(loop, refused, lot, community):
    loop.close()
    with refused("registry: no such community"):
        return_lot(loop, lot, community=community)


@pytest.mark.parametrize("role", ["admin", "sponsor", "governance", "attacker"])
def test_reverts_while_the_community_is_open(loop, refused, lot, role):
    with refused("ledger: community is open"):
        return_lot(loop, lot, sender=getattr(loop, role))


def test_reverts_while_the_community_is_frozen(loop, refused, lot):
    """Pitfall 39: a freeze is no way back to a sponsor who may be the admin's accomplice."""
    loop.freeze()
    with refused("ledger: community is open"):
        return_lot(loop, lot, loop.manager)


def test_reverts_if_the_community_holds_nothing_of_it(loop, refused, lot):
    loop.close(OTHER)
    with refused("ledger: nothing to return"):
        return_lot(loop, lot, loop.manager, community=OTHER)


def test_reverts_the_second_time(loop, refused, lot):
    loop.close()
    return_lot(loop, lot, loop.manager, loop.sub_manager)
    with refused("ledger: nothing to return"):
        return_lot(loop, lot, loop.manager, loop.sub_manager)


def test_reverts_if_only_others_hold_a_part(loop, refused, lot):
    loop.close()
    return_lot(loop, lot, loop.manager)
    with refused("ledger: nothing to return"):
        return_lot(loop, lot, loop.manager, loop.contributor)


def returned(loop, lot, amount, community=ROOT):
    args = {"lot": lot, "community": community, "sponsor": loop.sponsor, "amount": amount}
    return [("LotReturned", args)]


def test_returns_the_pools_part_without_holders(loop, lot):
    loop.close()
    receipt = return_lot(loop, lot)
    assert receipt.value == AMOUNT
    assert [(log.name, log.args) for log in receipt.logs] == returned(loop, lot, AMOUNT)
    assert loop.ledger.holding(lot, ROOT, POOL) == 0
    assert loop.ledger.holding(lot, ROOT, loop.manager) == 2 * AMOUNT
    assert loop.ledger.quota_of(loop.sponsor) == AMOUNT


def test_returns_the_parts_of_the_named_holders(loop, lot):
    loop.close()
    receipt = return_lot(loop, lot, loop.manager, loop.sub_manager)
    assert receipt.value == loop.ledger.quota_of(loop.sponsor) == 6 * AMOUNT
    assert loop.logs(receipt) == returned(loop, lot, 6 * AMOUNT)
    for holder in (POOL, loop.manager, loop.sub_manager):
        assert loop.ledger.holding(lot, ROOT, holder) == 0
    assert loop.ledger.quota_issued() == loop.ledger.locked_quota() == 6 * AMOUNT
    assert loop.token.balanceOf(loop.sponsor) == 0, "quota returns as quota, never as free COS"


def test_a_holder_named_twice_counts_once(loop, lot):
    loop.close()
    receipt = return_lot(loop, lot, loop.manager, POOL, loop.manager, loop.attacker)
    assert receipt.value == loop.ledger.quota_of(loop.sponsor) == 3 * AMOUNT


def test_the_rest_is_returned_by_another_call(loop, lot):
    loop.close()
    return_lot(loop, lot, *[loop.chain.account(f"nobody {k}") for k in range(255)], loop.manager)
    return_lot(loop, lot, loop.sub_manager)
    assert loop.ledger.quota_of(loop.sponsor) == 6 * AMOUNT


def test_returns_the_part_of_a_removed_manager(loop, lot):
    loop.registry.remove_manager(ROOT, loop.manager, sender=loop.admin)
    loop.close()
    assert return_lot(loop, lot, loop.manager).value == 3 * AMOUNT


def test_returns_what_grants_have_left(loop, lot):
    loop.grant(lot, loop.entry(amount=AMOUNT // 2))
    loop.close()
    assert return_lot(loop, lot, loop.manager).value == 3 * AMOUNT - AMOUNT // 2
    assert loop.ledger.locked_quota() == 6 * AMOUNT - AMOUNT // 2


def test_returned_quota_is_donated_again_as_a_new_lot(loop, lot):
    loop.close()
    return_lot(loop, lot)
    assert loop.ledger.donate(OTHER, AMOUNT, sender=loop.sponsor) == lot + 1
    assert loop.ledger.quota_of(loop.sponsor) == 0


def test_own_coins_return_as_free_coins(loop):
    lot = loop.donate_own(AMOUNT)
    loop.allot(lot, AMOUNT // 4)
    loop.close()
    receipt = return_lot(loop, lot, loop.manager)
    assert receipt.value == loop.token.balanceOf(loop.sponsor) == AMOUNT
    assert loop.logs(receipt) == returned(loop, lot, AMOUNT)
    assert loop.logs(receipt, loop.token) == [
        (
            "Transfer",
            {"sender": loop.ledger.address, "receiver": loop.sponsor, "value": AMOUNT},
        )
    ]
    assert loop.ledger.locked_own() == loop.ledger.quota_of(loop.sponsor) == 0


def test_what_other_communities_hold_of_the_lot_stays(loop, lot):
    loop.ledger.allot(lot, ROOT, CHILD, POOL, AMOUNT, sender=loop.admin)
    loop.close(CHILD)
    assert return_lot(loop, lot, loop.manager, community=CHILD).value == AMOUNT
    assert loop.ledger.holding(lot, ROOT, loop.manager) == 2 * AMOUNT
    loop.grant(lot, loop.entry())


def test_the_child_of_a_closed_community_keeps_and_grants_its_part(loop, lot, refused):
    loop.ledger.allot(lot, ROOT, CHILD, POOL, AMOUNT, sender=loop.admin)
    loop.give_child_cap(1_000)
    loop.close(ROOT)
    return_lot(loop, lot, loop.manager, loop.sub_manager)
    with refused("ledger: community is open"):
        return_lot(loop, lot, community=CHILD)
    loop.allot(lot, AMOUNT, CHILD)
    loop.grant(lot, loop.entry(), community=CHILD)


def test_a_community_closed_while_frozen_returns_its_lots(loop, lot):
    loop.freeze()
    loop.close()
    assert return_lot(loop, lot).value == AMOUNT


def test_returns_after_2106(loop, lot):
    """Pitfall 35."""
    loop.chain.warp(AFTER_2106)
    loop.close()
    assert return_lot(loop, lot, loop.manager).value == 3 * AMOUNT
