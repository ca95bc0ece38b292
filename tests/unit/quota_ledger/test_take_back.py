"""QuotaLedger.take_back(lot, from_community, holder, to_community, amount)

the community in which it is held is
├── unknown: reverts
├── closed: reverts (only the sponsors get it back)
├── frozen: reverts (pitfall 39)
└── open, and it goes to
    ├── the pool of the same community
    │   ├── from that pool: reverts
    │   ├── by the admin: passes, also from a removed manager
    │   ├── by who holds it: passes, also if removed
    │   └── by anyone else (the parent's admin, another manager): reverts
    ├── the parent's pool
    │   ├── what was donated to the child itself: reverts, whoever asks
    │   ├── the parent is closed, or frozen: reverts
    │   ├── from the child's pool: by either admin; nobody else
    │   └── from a manager: by the parent's admin or the manager; not by the child's admin
    └── any other community, or from a root to nowhere: reverts
and the amount is
├── zero: reverts
├── above what is held: reverts
└── within it: moves it, logs Moved
"""

from __future__ import annotations

import pytest

from tests.contribution_loop import CHILD, COS, GRANDCHILD, OTHER, POOL, ROOT

AMOUNT = 1_000 * COS
AFTER_2106 = 2**32 + 86_400


@pytest.fixture
def lot(loop) -> int:
    """Half of it in the manager's hands, a quarter in the child's pool and its manager's hands."""
    lot = loop.donate(4 * AMOUNT)
    loop.allot(lot, 2 * AMOUNT)
    loop.ledger.allot(lot, ROOT, CHILD, POOL, 2 * AMOUNT, sender=loop.admin)
    loop.allot(lot, AMOUNT, CHILD)
    return lot


def take_back(loop, lot, source, holder, target, amount, sender):
    return loop.ledger.transact("take_back", lot, source, holder, target, amount, sender=sender)


def check_move(loop, lot, source, holder, target, amount, sender):
    ledger = loop.ledger
    held, pool = ledger.holding(lot, source, holder), ledger.holding(lot, target, POOL)
    receipt = take_back(loop, lot, source, holder, target, amount, sender)
    assert [(log.name, log.args) for log in receipt.logs] == [
        (
            "Moved",
            {
                "lot": lot,
                "from_community": source,
                "to_community": target,
                "from_holder": holder,
                "to_holder": POOL,
                "amount": amount,
            },
        )
    ]
    assert ledger.holding(lot, source, holder) == held - amount
    assert ledger.holding(lot, target, POOL) == pool + amount
    assert ledger.locked_quota() == 4 * AMOUNT


@pytest.mark.parametrize("community", [0, OTHER + 1, 2**32 + ROOT])
def test_reverts_for_an_unknown_community(loop, refused, lot, community):
    with refused("registry: no such community"):
        take_back(loop, lot, community, loop.manager, community, 1, loop.admin)


@pytest.mark.parametrize(("source", "target"), [(ROOT, ROOT), (CHILD, CHILD), (CHILD, ROOT)])
def test_reverts_from_a_closed_community(loop, refused, lot, source, target):
    loop.close(source)
    with refused("registry: community closed"):
        take_back(loop, lot, source, loop.managers[source], target, 1, loop.admins[target])


@pytest.mark.parametrize(("source", "target"), [(ROOT, ROOT), (CHILD, CHILD), (CHILD, ROOT)])
@pytest.mark.parametrize("is_holder", [False, True])
def test_reverts_from_a_frozen_community(loop, refused, lot, source, target, is_holder):
    """Pitfall 39: neither the holder nor the admin above brings it out."""
    loop.freeze(source)
    sender = loop.managers[source] if is_holder else loop.admins[target]
    with refused("registry: community frozen"):
        take_back(loop, lot, source, loop.managers[source], target, 1, sender)


def test_reverts_from_the_pool_into_itself(loop, refused, lot):
    with refused("ledger: already in the pool"):
        take_back(loop, lot, CHILD, POOL, CHILD, 1, loop.child_admin)


@pytest.mark.parametrize(
    "role", ["admin", "manager", "sponsor", "governance", "auditor", "attacker"]
)
def test_reverts_for_who_is_neither_admin_nor_holder(loop, refused, lot, role):
    with refused("ledger: not admin or holder"):
        take_back(loop, lot, CHILD, loop.child_manager, CHILD, 1, getattr(loop, role))


@pytest.mark.parametrize("role", ["child_admin", "sub_manager", "sponsor", "attacker"])
def test_reverts_for_another_manager_or_admin_below(loop, refused, lot, role):
    with refused("ledger: not admin or holder"):
        take_back(loop, lot, ROOT, loop.manager, ROOT, 1, getattr(loop, role))


@pytest.mark.parametrize("amount", [1, AMOUNT])
def test_the_admin_takes_back_from_a_manager(loop, lot, amount):
    check_move(loop, lot, CHILD, loop.child_manager, CHILD, amount, loop.child_admin)


def test_the_admin_takes_back_from_a_removed_manager(loop, lot):
    loop.registry.remove_manager(CHILD, loop.child_manager, sender=loop.child_admin)
    check_move(loop, lot, CHILD, loop.child_manager, CHILD, AMOUNT, loop.child_admin)


def test_a_replaced_admin_takes_nothing_back(loop, refused, lot):
    loop.registry.replace_admin(CHILD, loop.contributor, sender=loop.governance)
    with refused("ledger: not admin or holder"):
        take_back(loop, lot, CHILD, loop.child_manager, CHILD, 1, loop.child_admin)
    check_move(loop, lot, CHILD, loop.child_manager, CHILD, 1, loop.contributor)


def test_a_manager_gives_back(loop, lot):
    check_move(loop, lot, CHILD, loop.child_manager, CHILD, AMOUNT, loop.child_manager)


def test_a_removed_manager_may_still_give_back(loop, lot):
    loop.registry.remove_manager(CHILD, loop.child_manager, sender=loop.child_admin)
    check_move(loop, lot, CHILD, loop.child_manager, CHILD, AMOUNT, loop.child_manager)


# --- to the parent


@pytest.mark.parametrize("holder", ["pool", "manager"])
@pytest.mark.parametrize("role", ["admin", "child_admin", "child_manager"])
def test_reverts_for_what_was_donated_to_the_child_itself(loop, refused, holder, role):
    """A parent's admin must not get at what a sponsor gave to the city and not to the country."""
    lot = loop.donate(2 * AMOUNT, CHILD)
    loop.allot(lot, AMOUNT, CHILD)
    source = POOL if holder == "pool" else loop.child_manager
    with refused("ledger: donated to this community"):
        take_back(loop, lot, CHILD, source, ROOT, 1, getattr(loop, role))


def test_what_was_donated_to_the_child_comes_back_from_below_it(loop):
    lot = loop.donate(AMOUNT, CHILD)
    loop.ledger.allot(lot, CHILD, GRANDCHILD, POOL, AMOUNT, sender=loop.child_admin)
    take_back(loop, lot, GRANDCHILD, POOL, CHILD, AMOUNT, loop.child_admin)
    assert loop.ledger.holding(lot, CHILD, POOL) == AMOUNT


def test_reverts_for_an_unknown_lot(loop, refused, lot):
    with refused("ledger: no such lot"):
        take_back(loop, lot + 1, CHILD, POOL, ROOT, 1, loop.admin)


def test_reverts_to_a_closed_parent(loop, refused, lot):
    loop.close(ROOT)
    with refused("registry: community closed"):
        take_back(loop, lot, CHILD, POOL, ROOT, 1, loop.child_admin)


def test_reverts_to_a_frozen_parent(loop, refused, lot):
    loop.freeze(ROOT)
    with refused("registry: community frozen"):
        take_back(loop, lot, CHILD, POOL, ROOT, 1, loop.child_admin)


@pytest.mark.parametrize("role", ["admin", "child_admin"])
@pytest.mark.parametrize("amount", [1, AMOUNT])
def test_either_admin_brings_the_childs_pool_up(loop, lot, role, amount):
    check_move(loop, lot, CHILD, POOL, ROOT, amount, getattr(loop, role))


@pytest.mark.parametrize("role", ["manager", "child_manager", "sponsor", "attacker"])
def test_reverts_for_anyone_else_on_the_childs_pool(loop, refused, lot, role):
    with refused("ledger: not admin or holder"):
        take_back(loop, lot, CHILD, POOL, ROOT, 1, getattr(loop, role))


@pytest.mark.parametrize("role", ["admin", "child_manager"])
def test_the_parents_admin_or_the_manager_brings_an_allotment_up(loop, lot, role):
    check_move(loop, lot, CHILD, loop.child_manager, ROOT, AMOUNT, getattr(loop, role))


@pytest.mark.parametrize("role", ["child_admin", "manager", "attacker"])
def test_reverts_for_anyone_else_on_an_allotment(loop, refused, lot, role):
    with refused("ledger: not admin or holder"):
        take_back(loop, lot, CHILD, loop.child_manager, ROOT, 1, getattr(loop, role))


# --- elsewhere


@pytest.mark.parametrize("target", [OTHER, GRANDCHILD, OTHER + 1, 0])
def test_reverts_to_a_community_that_is_not_the_parent(loop, refused, lot, target):
    with refused("ledger: not the parent"):
        take_back(loop, lot, CHILD, POOL, target, 1, loop.child_admin)


def test_reverts_past_the_parent(loop, refused, lot):
    loop.ledger.allot(lot, CHILD, GRANDCHILD, POOL, 1, sender=loop.child_admin)
    with refused("ledger: not the parent"):
        take_back(loop, lot, GRANDCHILD, POOL, ROOT, 1, loop.admin)


def test_reverts_from_a_root_to_community_zero(loop, refused, lot):
    """A root's parent is 0, which is no community and has no pool: nothing vanishes there."""
    loop.issue(1)
    with refused("ledger: donated to this community"):
        take_back(loop, lot, ROOT, loop.manager, 0, 1, loop.manager)


# --- amounts


def test_reverts_without_an_amount(loop, refused, lot):
    with refused("ledger: no amount"):
        take_back(loop, lot, CHILD, loop.child_manager, CHILD, 0, loop.child_admin)


@pytest.mark.parametrize("amount", [AMOUNT + 1, 2**95, 2**256 - 1])
def test_reverts_above_what_is_held(loop, refused, lot, amount):
    with refused("ledger: allotment too small"):
        take_back(loop, lot, CHILD, loop.child_manager, CHILD, amount, loop.child_admin)


def test_reverts_for_what_has_been_granted(loop, refused, lot):
    loop.grant(lot, loop.entry(amount=AMOUNT))
    with refused("ledger: allotment too small"):
        take_back(loop, lot, ROOT, loop.manager, ROOT, AMOUNT + 1, loop.admin)
    check_rest = loop.ledger.holding(lot, ROOT, loop.manager)
    take_back(loop, lot, ROOT, loop.manager, ROOT, check_rest, loop.admin)
    assert loop.ledger.holding(lot, ROOT, POOL) == AMOUNT


def test_takes_back_after_2106(loop, lot):
    """Pitfall 35."""
    loop.chain.warp(AFTER_2106)
    check_move(loop, lot, CHILD, loop.child_manager, ROOT, AMOUNT, loop.admin)


def test_own_coins_come_back_like_quota(loop):
    lot = loop.allotted_own(AMOUNT)
    take_back(loop, lot, ROOT, loop.manager, ROOT, AMOUNT, loop.admin)
    assert loop.ledger.holding(lot, ROOT, POOL) == loop.ledger.locked_own() == AMOUNT
    assert loop.ledger.lot(lot) == (loop.sponsor, ROOT, True)
