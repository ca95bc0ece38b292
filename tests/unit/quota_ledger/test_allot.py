"""QuotaLedger.allot(lot, community, to_community, to, amount)

the community is
├── unknown: reverts
├── closed: reverts
├── frozen: reverts
└── open, and the caller is
    ├── not its admin (its manager, a parent's or child's admin, a replaced admin): reverts
    └── its admin, and the target is
        ├── in the same community
        │   ├── no manager, or the pool itself: reverts
        │   ├── a manager of another community only: reverts
        │   └── a manager, of any level, the admin itself included: passes
        ├── a child
        │   ├── to a holder other than its pool, its manager too: reverts
        │   ├── closed: reverts
        │   ├── frozen: reverts (pitfall 39)
        │   └── open, to its pool: passes
        └── any other community (parent, grandchild, other tree, unknown, 0): reverts
    and the amount is
    ├── zero: reverts
    ├── above what the pool holds of this lot: reverts
    │   ├── an unknown lot, and lot 0
    │   └── a number whose bits would reach into another holding's key
    └── within it: moves it, logs Moved, leaves quota and locked coins alone
"""

from __future__ import annotations

import pytest

from tests.contribution_loop import CHILD, COS, GRANDCHILD, OTHER, POOL, ROOT

AMOUNT = 1_000 * COS
AFTER_2106 = 2**32 + 86_400


@pytest.fixture
def lot(loop) -> int:
    return loop.donate(AMOUNT)


@pytest.mark.parametrize("community", [0, OTHER + 1, 2**32 + ROOT, 2**256 - 1])
def test_reverts_for_an_unknown_community(loop, refused, lot, community):
    with refused("registry: no such community"):
        loop.ledger.allot(lot, community, community, loop.manager, 1, sender=loop.admin)


def test_reverts_for_a_closed_community(loop, refused, lot):
    loop.close(ROOT)
    with refused("registry: community closed"):
        loop.allot(lot, 1)


def test_reverts_for_a_frozen_community(loop, refused, lot):
    loop.freeze(ROOT)
    with refused("registry: community frozen"):
        loop.allot(lot, 1)


@pytest.mark.parametrize(
    "role", ["manager", "child_admin", "sponsor", "governance", "secretariat", "attacker"]
)
def test_reverts_for_who_is_not_the_admin(loop, refused, lot, role):
    with refused("ledger: not admin"):
        loop.ledger.allot(lot, ROOT, ROOT, loop.manager, 1, sender=getattr(loop, role))


def test_reverts_for_the_admin_of_the_parent(loop, refused):
    lot = loop.donate(AMOUNT, CHILD)
    with refused("ledger: not admin"):
        loop.ledger.allot(lot, CHILD, CHILD, loop.child_manager, 1, sender=loop.admin)


def test_reverts_for_a_replaced_admin_and_obeys_the_new_one(loop, refused, lot):
    loop.registry.replace_admin(ROOT, loop.child_admin, sender=loop.governance)
    with refused("ledger: not admin"):
        loop.ledger.allot(lot, ROOT, ROOT, loop.manager, 1, sender=loop.admin)
    loop.ledger.allot(lot, ROOT, ROOT, loop.manager, 1, sender=loop.child_admin)
    assert loop.ledger.holding(lot, ROOT, loop.manager) == 1


def test_an_offered_administration_counts_only_when_accepted(loop, refused, lot):
    loop.registry.transfer_admin(ROOT, loop.child_admin, sender=loop.admin)
    with refused("ledger: not admin"):
        loop.ledger.allot(lot, ROOT, ROOT, loop.manager, 1, sender=loop.child_admin)
    loop.allot(lot, 1)


@pytest.mark.parametrize("holder", ["contributor", "sponsor", "admin", "child_manager"])
def test_reverts_for_who_is_no_manager(loop, refused, lot, holder):
    with refused("ledger: not a manager"):
        loop.allot(lot, 1, manager=getattr(loop, holder))


def test_reverts_from_the_pool_to_itself(loop, refused, lot):
    with refused("ledger: not a manager"):
        loop.ledger.allot(lot, ROOT, ROOT, POOL, 1, sender=loop.admin)


def test_reverts_for_a_removed_manager(loop, refused, lot):
    loop.registry.remove_manager(ROOT, loop.manager, sender=loop.admin)
    with refused("ledger: not a manager"):
        loop.allot(lot, 1)


@pytest.mark.parametrize("holder", ["child_manager", "child_admin", "manager"])
def test_reverts_past_the_childs_admin(loop, refused, lot, holder):
    with refused("ledger: only to the child's pool"):
        loop.ledger.allot(lot, ROOT, CHILD, getattr(loop, holder), 1, sender=loop.admin)


def test_reverts_for_a_closed_child(loop, refused, lot):
    loop.close(CHILD)
    with refused("registry: community closed"):
        loop.ledger.allot(lot, ROOT, CHILD, POOL, 1, sender=loop.admin)


def test_reverts_for_a_frozen_child(loop, refused, lot):
    loop.freeze(CHILD)
    with refused("registry: community frozen"):
        loop.ledger.allot(lot, ROOT, CHILD, POOL, 1, sender=loop.admin)


@pytest.mark.parametrize("target", [GRANDCHILD, OTHER])
def test_reverts_for_a_community_that_is_no_child(loop, refused, lot, target):
    with refused("ledger: not a child"):
        loop.ledger.allot(lot, ROOT, target, POOL, 1, sender=loop.admin)


def test_reverts_upwards(loop, refused):
    lot = loop.donate(AMOUNT, CHILD)
    with refused("ledger: not a child"):
        loop.ledger.allot(lot, CHILD, ROOT, POOL, 1, sender=loop.child_admin)


@pytest.mark.parametrize("target", [0, OTHER + 1, 2**32 + CHILD])
def test_reverts_for_an_unknown_target(loop, refused, lot, target):
    with refused("registry: no such community"):
        loop.ledger.allot(lot, ROOT, target, POOL, 1, sender=loop.admin)


def test_reverts_without_an_amount(loop, refused, lot):
    with refused("ledger: no amount"):
        loop.allot(lot, 0)


@pytest.mark.parametrize("amount", [AMOUNT + 1, 2**64, 2**95, 2**256 - 1])
def test_reverts_above_what_the_pool_holds(loop, refused, lot, amount):
    with refused("ledger: allotment too small"):
        loop.allot(lot, amount)


def test_reverts_above_what_is_left_of_this_lot(loop, refused, lot):
    """Another lot of the same sponsor in the same pool does not help."""
    loop.donate(AMOUNT)
    loop.allot(lot, AMOUNT - 1)
    with refused("ledger: allotment too small"):
        loop.allot(lot, 2)


@pytest.mark.parametrize("unknown", [0, 2])
def test_reverts_for_an_unknown_lot(loop, refused, lot, unknown):
    with refused("ledger: allotment too small"):
        loop.allot(unknown, 1)


@pytest.mark.parametrize("shift", [64, 96, 192])
def test_reverts_for_a_number_that_would_alias_a_lot(loop, refused, lot, shift):
    """Pitfall 36: lot + 2**64 would shift out of the key and mean the same holding."""
    with refused("ledger: no such lot"):
        loop.allot(lot + (1 << shift), 1)


def moved(loop, lot, target, holder, amount):
    return {
        "lot": lot,
        "from_community": ROOT,
        "to_community": target,
        "from_holder": POOL,
        "to_holder": holder,
        "amount": amount,
    }


def check_move(loop, lot, target, holder, amount):
    ledger = loop.ledger
    receipt = ledger.transact("allot", lot, ROOT, target, holder, amount, sender=loop.admin)
    assert [(log.name, log.args) for log in receipt.logs] == [
        ("Moved", moved(loop, lot, target, holder, amount))
    ]
    assert ledger.holding(lot, ROOT, POOL) == AMOUNT - amount
    assert ledger.holding(lot, target, holder) == amount
    assert ledger.lot(lot) == (loop.sponsor, ROOT, False)
    assert ledger.locked_quota() == ledger.quota_issued() == AMOUNT
    assert ledger.quota_of(loop.sponsor) == 0


@pytest.mark.parametrize("amount", [1, AMOUNT - 1, AMOUNT])
def test_passes_to_a_manager(loop, lot, amount):
    check_move(loop, lot, ROOT, loop.manager, amount)


def test_passes_to_a_manager_of_the_lowest_rank(loop, lot):
    loop.registry.set_manager(ROOT, loop.contributor, 255, "helper", sender=loop.admin)
    check_move(loop, lot, ROOT, loop.contributor, AMOUNT)


def test_passes_to_an_admin_who_is_manager_too(loop, lot):
    loop.registry.set_manager(ROOT, loop.admin, 1, "both", sender=loop.admin)
    check_move(loop, lot, ROOT, loop.admin, AMOUNT)


def test_passes_to_a_sponsor_who_is_manager(loop, lot):
    loop.registry.set_manager(ROOT, loop.sponsor, 1, "both", sender=loop.admin)
    check_move(loop, lot, ROOT, loop.sponsor, AMOUNT)


@pytest.mark.parametrize("amount", [1, AMOUNT])
def test_passes_to_the_pool_of_a_child(loop, lot, amount):
    check_move(loop, lot, CHILD, POOL, amount)


def test_allots_after_2106(loop, lot):
    """Pitfall 35."""
    loop.chain.warp(AFTER_2106)
    check_move(loop, lot, ROOT, loop.manager, AMOUNT)


def test_parts_add_up_in_one_hand(loop, lot):
    for part in (1, 2, AMOUNT - 3):
        loop.allot(lot, part)
    assert loop.ledger.holding(lot, ROOT, loop.manager) == AMOUNT
    assert loop.ledger.holding(lot, ROOT, POOL) == 0


def test_keeps_lots_of_quota_and_of_own_coins_apart(loop, lot):
    own = loop.donate_own(AMOUNT)
    loop.allot(own, 5)
    loop.allot(lot, 7)
    assert loop.ledger.holding(own, ROOT, loop.manager) == 5
    assert loop.ledger.holding(lot, ROOT, loop.manager) == 7
    assert loop.ledger.locked_own() == AMOUNT
    assert loop.ledger.lot(own)[2] is True
