"""QuotaLedger.pass_on(lot, community, to_community, to, amount)

the community is
├── unknown: reverts
├── closed: reverts
├── frozen: reverts (pitfall 39: to a sub-manager and to a child alike)
└── open, and the caller is
    ├── no manager of it (its admin, the child's manager): reverts
    ├── a manager removed while it holds an allotment: reverts
    └── a manager, and the target is
        ├── in the same community
        │   ├── no manager, or the pool: reverts
        │   ├── a manager of its own rank or above, itself included: reverts
        │   └── a manager of lower rank: passes
        ├── a child
        │   ├── to a holder other than its pool: reverts
        │   ├── closed, or frozen: reverts
        │   └── open, to its pool: passes
        └── any other community: reverts
    and the amount is
    ├── zero: reverts
    ├── above the manager's own allotment, however full the pool is: reverts
    └── within it: moves it, logs Moved
"""

from __future__ import annotations

import pytest

from tests.contribution_loop import CHILD, COS, GRANDCHILD, OTHER, POOL, ROOT

AMOUNT = 1_000 * COS
AFTER_2106 = 2**32 + 86_400


@pytest.fixture
def lot(loop) -> int:
    return loop.allotted(AMOUNT)


def pass_on(loop, lot, target, holder, amount, sender="", community=ROOT):
    sender = sender or loop.manager
    return loop.ledger.transact("pass_on", lot, community, target, holder, amount, sender=sender)


@pytest.mark.parametrize("community", [0, OTHER + 1, 2**32 + ROOT])
def test_reverts_for_an_unknown_community(loop, refused, lot, community):
    with refused("registry: no such community"):
        pass_on(loop, lot, community, loop.sub_manager, 1, community=community)


def test_reverts_for_a_closed_community(loop, refused, lot):
    loop.close(ROOT)
    with refused("registry: community closed"):
        pass_on(loop, lot, ROOT, loop.sub_manager, 1)


@pytest.mark.parametrize("target", [ROOT, CHILD])
def test_reverts_for_a_frozen_community(loop, refused, lot, target):
    loop.freeze(ROOT)
    with refused("registry: community frozen"):
        pass_on(loop, lot, target, loop.sub_manager if target == ROOT else POOL, 1)


@pytest.mark.parametrize("role", ["admin", "child_manager", "sponsor", "attacker"])
def test_reverts_for_who_is_no_manager(loop, refused, lot, role):
    with refused("registry: not a manager"):
        pass_on(loop, lot, ROOT, loop.sub_manager, 1, sender=getattr(loop, role))


def test_reverts_for_a_removed_manager(loop, refused, lot):
    loop.registry.remove_manager(ROOT, loop.manager, sender=loop.admin)
    with refused("registry: not a manager"):
        pass_on(loop, lot, ROOT, loop.sub_manager, 1)


@pytest.mark.parametrize("holder", ["contributor", "admin", "child_manager"])
def test_reverts_to_who_is_no_manager(loop, refused, lot, holder):
    with refused("ledger: not a sub-manager"):
        pass_on(loop, lot, ROOT, getattr(loop, holder), 1)


def test_reverts_into_the_pool(loop, refused, lot):
    """Giving back is `take_back`, and says so in its event."""
    with refused("ledger: not a sub-manager"):
        pass_on(loop, lot, ROOT, POOL, 1)


def test_reverts_to_oneself(loop, refused, lot):
    with refused("ledger: not a sub-manager"):
        pass_on(loop, lot, ROOT, loop.manager, 1)


def test_reverts_to_a_manager_of_the_same_rank(loop, refused, lot):
    loop.registry.set_manager(ROOT, loop.contributor, 1, "equal", sender=loop.admin)
    with refused("ledger: not a sub-manager"):
        pass_on(loop, lot, ROOT, loop.contributor, 1)


def test_reverts_to_a_manager_of_higher_rank(loop, refused, lot):
    loop.allot(loop.donate(AMOUNT), AMOUNT, manager=loop.sub_manager)
    with refused("ledger: not a sub-manager"):
        pass_on(loop, 2, ROOT, loop.manager, 1, sender=loop.sub_manager)


@pytest.mark.parametrize("holder", ["child_manager", "child_admin", "sub_manager"])
def test_reverts_past_the_childs_admin(loop, refused, lot, holder):
    with refused("ledger: only to the child's pool"):
        pass_on(loop, lot, CHILD, getattr(loop, holder), 1)


def test_reverts_for_a_closed_child(loop, refused, lot):
    loop.close(CHILD)
    with refused("registry: community closed"):
        pass_on(loop, lot, CHILD, POOL, 1)


def test_reverts_for_a_frozen_child(loop, refused, lot):
    loop.freeze(CHILD)
    with refused("registry: community frozen"):
        pass_on(loop, lot, CHILD, POOL, 1)


@pytest.mark.parametrize("target", [GRANDCHILD, OTHER])
def test_reverts_for_a_community_that_is_no_child(loop, refused, lot, target):
    with refused("ledger: not a child"):
        pass_on(loop, lot, target, POOL, 1)


def test_reverts_upwards(loop, refused):
    lot = loop.allotted(AMOUNT, CHILD)
    with refused("ledger: not a child"):
        pass_on(loop, lot, ROOT, POOL, 1, sender=loop.child_manager, community=CHILD)


@pytest.mark.parametrize("target", [0, OTHER + 1])
def test_reverts_for_an_unknown_target(loop, refused, lot, target):
    with refused("registry: no such community"):
        pass_on(loop, lot, target, POOL, 1)


def test_reverts_without_an_amount(loop, refused, lot):
    with refused("ledger: no amount"):
        pass_on(loop, lot, ROOT, loop.sub_manager, 0)


@pytest.mark.parametrize("amount", [AMOUNT + 1, 2**256 - 1])
def test_reverts_above_the_managers_allotment(loop, refused, lot, amount):
    with refused("ledger: allotment too small"):
        pass_on(loop, lot, ROOT, loop.sub_manager, amount)


def test_reverts_on_what_the_pool_or_another_manager_holds(loop, refused):
    lot = loop.donate(2 * AMOUNT)
    loop.registry.set_manager(ROOT, loop.contributor, 1, "equal", sender=loop.admin)
    loop.allot(lot, AMOUNT, manager=loop.contributor)
    with refused("ledger: allotment too small"):
        pass_on(loop, lot, ROOT, loop.sub_manager, 1)


@pytest.mark.parametrize(
    ("unknown", "reason"),
    [(0, "allotment too small"), (9, "allotment too small"), (2**64 + 1, "no such lot")],
)
def test_reverts_for_an_unknown_lot(loop, refused, lot, unknown, reason):
    with refused(f"ledger: {reason}"):
        pass_on(loop, unknown, ROOT, loop.sub_manager, 1)


def check_move(loop, lot, target, holder, amount):
    receipt = pass_on(loop, lot, target, holder, amount)
    assert [(log.name, log.args) for log in receipt.logs] == [
        (
            "Moved",
            {
                "lot": lot,
                "from_community": ROOT,
                "to_community": target,
                "from_holder": loop.manager,
                "to_holder": holder,
                "amount": amount,
            },
        )
    ]
    assert loop.ledger.holding(lot, ROOT, loop.manager) == AMOUNT - amount
    assert loop.ledger.holding(lot, target, holder) == amount
    assert loop.ledger.locked_quota() == AMOUNT


@pytest.mark.parametrize("amount", [1, AMOUNT])
def test_passes_to_a_manager_of_lower_rank(loop, lot, amount):
    check_move(loop, lot, ROOT, loop.sub_manager, amount)


@pytest.mark.parametrize("amount", [1, AMOUNT])
def test_passes_to_the_pool_of_a_child(loop, lot, amount):
    check_move(loop, lot, CHILD, POOL, amount)


def test_passes_on_after_2106(loop, lot):
    """Pitfall 35."""
    loop.chain.warp(AFTER_2106)
    check_move(loop, lot, ROOT, loop.sub_manager, 1)


def test_passes_down_three_levels_of_the_tree(loop, lot):
    """The origin travels along: the grandchild's manager still can't pay the sponsor."""
    pass_on(loop, lot, CHILD, POOL, AMOUNT)
    loop.allot(lot, AMOUNT, CHILD)
    pass_on(loop, lot, GRANDCHILD, POOL, AMOUNT, sender=loop.child_manager, community=CHILD)
    loop.allot(lot, AMOUNT, GRANDCHILD)
    manager = loop.managers[GRANDCHILD]
    assert loop.ledger.holding(lot, GRANDCHILD, manager) == AMOUNT
    assert loop.ledger.lot(lot) == (loop.sponsor, ROOT, False)
    loop.give_child_cap(1_000, CHILD)
    loop.give_child_cap(1_000, GRANDCHILD)
    loop.grant(lot, loop.entry(), community=GRANDCHILD)
    assert loop.pool.bucket(loop.sponsor, loop.month)[0] == COS * 2_500
