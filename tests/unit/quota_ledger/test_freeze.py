"""Pitfall 39: every way out of a frozen community, and every way around its freeze

in the ledger, by admin, managers, parent's admin, sponsor, anyone
├── grants, also of own coins
├── allotments: to its managers, to a child's pool
├── passing on: to a sub-manager, to a child's pool
├── taking back: from its managers, from its pool and managers to the parent, from a child
├── donations to it, and allotments to it from its parent
├── returning lots
└── caps of its members and children
in the registry
├── a new child, a new manager, a manager of other rank, a new admin, closing by its admin
└── what may be done then: an admin replaced, a manager removed; it opens no way
what was passed to a child before the freeze is the child's; its own freeze is needed
after the freeze everything goes on as before
"""

from __future__ import annotations

import pytest

from cos.chain import Revert
from tests.contribution_loop import CHILD, COS, DAY, GRANDCHILD, OTHER, POOL, ROOT, digest_of
from tests.reverts import reverts

AMOUNT = 1_000 * COS
FROZEN = "registry: community frozen"


@pytest.fixture
def lots(loop):
    """CHILD, which is to be frozen, holds quota and own coins: its pool and both its managers."""
    loop.give_child_cap(10_000)
    lots = [loop.donate(8 * AMOUNT), loop.donate_own(8 * AMOUNT), loop.donate(AMOUNT, CHILD)]
    for lot in lots[:2]:
        loop.ledger.allot(lot, ROOT, CHILD, POOL, 6 * AMOUNT, sender=loop.admin)
        loop.allot(lot, 2 * AMOUNT, CHILD)
        loop.allot(lot, AMOUNT, CHILD, loop.sub_managers[CHILD])
        loop.ledger.allot(lot, CHILD, GRANDCHILD, POOL, AMOUNT, sender=loop.child_admin)
        loop.allot(lot, AMOUNT, ROOT)
    return lots


def routes(loop, lots):
    """Name, function, arguments and sender of every call that would move something."""
    lot, own, donated = lots
    manager, sub = loop.child_manager, loop.sub_managers[CHILD]
    admin, above, below = loop.child_admin, loop.admin, loop.admins[GRANDCHILD]
    entries = [loop.entry()]
    yield "grant", "grant", (lot, CHILD, entries, bytes(32)), manager
    yield "grant by a sub-manager", "grant", (lot, CHILD, entries, bytes(32)), sub
    yield "grant of own coins", "grant", (own, CHILD, entries, bytes(32)), manager
    yield "allot", "allot", (lot, CHILD, CHILD, manager, 1), admin
    yield "allot to the child", "allot", (lot, CHILD, GRANDCHILD, POOL, 1), admin
    yield "allot what was donated to it", "allot", (donated, CHILD, GRANDCHILD, POOL, 1), admin
    yield "pass on", "pass_on", (lot, CHILD, CHILD, sub, 1), manager
    yield "pass on to the child", "pass_on", (lot, CHILD, GRANDCHILD, POOL, 1), manager
    for who in (admin, manager):
        yield "take back", "take_back", (lot, CHILD, manager, CHILD, 1), who
    for who in (above, manager):
        yield "take back to the parent", "take_back", (lot, CHILD, manager, ROOT, 1), who
    for who in (above, admin):
        yield "take the pool to the parent", "take_back", (own, CHILD, POOL, ROOT, 1), who
    for who in (admin, below):
        yield "take back from below", "take_back", (lot, GRANDCHILD, POOL, CHILD, 1), who
    yield "donate", "donate", (CHILD, 1), loop.sponsor
    yield "donate own", "donate_own", (CHILD, 1), loop.sponsor
    yield "allot to it", "allot", (lot, ROOT, CHILD, POOL, 1), above
    yield "pass on to it", "pass_on", (lot, ROOT, CHILD, POOL, 1), loop.manager
    yield "member caps", "set_member_caps", (CHILD, 1, 1), admin
    yield "child's cap", "set_community_cap", (GRANDCHILD, 1), admin


def call(loop, route):
    _, function, arguments, sender = route
    return loop.ledger.transact(function, *arguments, sender=sender)


@pytest.fixture
def prepared(loop, lots):
    loop.issue(AMOUNT)
    loop.give(loop.sponsor, AMOUNT)
    return lots


def test_no_way_leads_out_of_a_frozen_community(loop, prepared):
    loop.freeze(CHILD)
    for route in routes(loop, prepared):
        with reverts(FROZEN, loop.state):
            call(loop, route)


def test_every_one_of_these_ways_is_open_otherwise(loop, prepared):
    """So that the test above fails for the freeze and for nothing else; also when it has ended."""
    loop.freeze(CHILD, 10)
    loop.chain.advance(10)
    for route in routes(loop, prepared):
        with loop.chain.anchor():
            call(loop, route)


def test_lots_of_a_frozen_community_do_not_return(loop, prepared, refused):
    loop.freeze(CHILD)
    for lot in prepared:
        with refused("ledger: community is open"):
            loop.ledger.return_lot(lot, CHILD, [loop.child_manager], sender=loop.sponsor)


def test_the_registry_opens_no_way(loop, prepared):
    """A new manager, a new child, a new admin, a closing: each would be a way around."""
    loop.freeze(CHILD)
    registry, admin = loop.registry, loop.child_admin
    reason = digest_of("reason")
    for function, arguments in (
        ("create", (CHILD, admin, "a way out", bytes(32))),
        ("set_manager", (CHILD, loop.attacker, 1, "helper")),
        ("set_manager", (CHILD, loop.sub_managers[CHILD], 1, "risen")),
        ("transfer_admin", (CHILD, loop.attacker)),
        ("close", (CHILD, reason)),
    ):
        with reverts(FROZEN, loop.state):
            registry.transact(function, *arguments, sender=admin)
    with pytest.raises(Revert, match="not governance"):
        registry.close(CHILD, reason, sender=loop.admin)


def test_a_replaced_admin_and_removed_managers_open_no_way(loop, prepared):
    loop.freeze(CHILD)
    loop.registry.replace_admin(CHILD, loop.attacker, sender=loop.governance)
    loop.registry.remove_manager(CHILD, loop.child_manager, sender=loop.attacker)
    attempts = [
        ("allot", (prepared[0], CHILD, CHILD, loop.sub_managers[CHILD], 1), loop.attacker),
        ("take_back", (prepared[0], CHILD, loop.child_manager, CHILD, 1), loop.attacker),
        ("take_back", (prepared[0], CHILD, loop.child_manager, CHILD, 1), loop.child_manager),
        ("grant", (prepared[0], CHILD, [loop.entry()], bytes(32)), loop.child_manager),
    ]
    for function, arguments, sender in attempts:
        with reverts(FROZEN, loop.state):
            loop.ledger.transact(function, *arguments, sender=sender)


def test_freezing_the_parent_does_not_stop_the_child(loop, prepared):
    """Not inherited: the child goes on with what it has, gets nothing, and gives nothing up."""
    loop.freeze(ROOT)
    loop.grant(prepared[0], loop.entry(), community=CHILD)
    for sender in (loop.child_admin, loop.admin):
        with reverts(FROZEN, loop.state):
            loop.ledger.take_back(prepared[0], CHILD, POOL, ROOT, 1, sender=sender)
    with reverts(FROZEN, loop.state):
        loop.ledger.allot(prepared[0], ROOT, CHILD, POOL, 1, sender=loop.admin)


def test_what_contributors_hold_is_not_touched(loop, prepared):
    loop.grant(prepared[0], loop.entry(), community=CHILD)
    loop.freeze(CHILD)
    loop.token.transfer(loop.sponsor, COS, sender=loop.contributor)
    assert loop.ledger.standing(CHILD, loop.contributor)[0] == COS


def test_sponsor_and_manager_still_claim_what_they_earned(loop, prepared):
    month = loop.month
    loop.grant(prepared[0], loop.entry(), community=CHILD)
    loop.warp_to_month(month + 1, 14 * DAY)
    loop.freeze(CHILD)
    assert loop.pool.claim(loop.sponsor, [month], sender=loop.attacker) == COS // 4
    assert loop.pool.claim(loop.child_manager, [month], sender=loop.attacker) == COS // 10


def test_another_community_is_not_affected(loop, prepared):
    loop.freeze(CHILD)
    lot = loop.allotted(AMOUNT, OTHER)
    loop.grant(lot, loop.entry(), community=OTHER)
