"""QuotaLedger.set_community_cap(community, cap)

├── a root's, by governance: any whole COS up to the supply, event, at once
│   ├── below what it has granted this month: nothing more until the next month
│   └── not governance (its admin, the auditor) -> revert
├── a child's, by the parent's admin: carved out of the parent's own, event
│   ├── up and down and up again; a grandchild's out of the child's
│   ├── more than the parent has -> revert; all of it is possible
│   └── not the parent's admin (governance, its own admin, the grandparent's) -> revert
├── no room is spent twice in a month
│   ├── a parent that spent it -> revert, to the base unit; in the next month it can (PITFALLS 8)
│   ├── a child that spent it -> revert, to the base unit; in the next month it can
│   ├── room that went to a child, was spent there, can't come back through a grandchild
│   ├── more children and more managers add none
│   ├── after governance lowered a parent below what it spent, its admin can still take room back
│   └── whatever the parents' admins do, a tree never grants more than its root's cap in a month
├── under what the children have -> revert; exactly that leaves nothing of its own
├── above the supply -> revert
├── the parent frozen or closed -> revert; the child frozen or closed: its room returns
├── an unknown community -> revert
└── from the year 5461 on, when months pass 16 bits -> revert (PITFALLS 36)
"""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from cos.chain import Revert
from tests.contribution_loop import (
    CHILD,
    COMMUNITY_CAP,
    COS,
    DAY,
    GRANDCHILD,
    OTHER,
    ROOT,
    digest_of,
)
from tests.unit.spending_caps.conftest import MAX_CAP

UNKNOWN = 5
pytestmark = pytest.mark.usefixtures("free_members")


def totals(loop, *communities):
    """(cap, children's part) of communities."""
    return [loop.ledger.caps(community)[:2] for community in communities]


# --- roots


@pytest.mark.parametrize("cap", [0, 1, COMMUNITY_CAP + 1, MAX_CAP])
def test_root_by_governance(loop, cap):
    receipt = loop.ledger.transact("set_community_cap", ROOT, cap, sender=loop.governance)
    changed = {"community": ROOT, "old": COMMUNITY_CAP, "new": cap}
    assert loop.logs(receipt) == [("CommunityCapChanged", changed)]
    assert totals(loop, ROOT, OTHER) == [(cap, 0), (COMMUNITY_CAP, 0)]


def test_root_below_what_it_has_granted(loop, spend, refuses):
    spend(ROOT, 10 * COS)
    loop.ledger.set_community_cap(ROOT, 9, sender=loop.governance)
    with refuses("ledger: community cap"):
        spend(ROOT, 1)
    loop.warp_to_month(loop.month + 1)
    with refuses("ledger: community cap"):
        spend(ROOT, 9 * COS + 1)
    spend(ROOT, 9 * COS)


def test_root_at_once(loop, spend, refuses):
    loop.ledger.set_community_cap(ROOT, 10, sender=loop.governance)
    with refuses("ledger: community cap"):
        spend(ROOT, 10 * COS + 1)
    loop.ledger.set_community_cap(ROOT, 11, sender=loop.governance)
    spend(ROOT, 10 * COS + 1)


def test_root_reverts_for_others(loop, refuses):
    for sender in (loop.admin, loop.auditor, loop.secretariat, loop.attacker):
        with refuses("ledger: not governance"):
            loop.ledger.set_community_cap(ROOT, 1, sender=sender)


# --- children


def test_child_out_of_the_parents(loop, spend, refuses):
    receipt = loop.ledger.transact("set_community_cap", CHILD, 30, sender=loop.admin)
    changed = {"community": CHILD, "old": 0, "new": 30}
    assert loop.logs(receipt) == [("CommunityCapChanged", changed)]
    assert totals(loop, ROOT, CHILD) == [(COMMUNITY_CAP, 30), (30, 0)]
    with refuses("ledger: community cap"):
        spend(CHILD, 30 * COS + 1)
    spend(CHILD, 30 * COS)
    with refuses("ledger: community cap"):
        spend(ROOT, (COMMUNITY_CAP - 30) * COS + 1)
    spend(ROOT, (COMMUNITY_CAP - 30) * COS)


def test_child_up_and_down(loop):
    for cap in (30, 10, 0, COMMUNITY_CAP, COMMUNITY_CAP, 7):
        loop.ledger.set_community_cap(CHILD, cap, sender=loop.admin)
        assert totals(loop, ROOT, CHILD) == [(COMMUNITY_CAP, cap), (cap, 0)]


def test_grandchild_out_of_the_childs(loop):
    loop.ledger.set_community_cap(CHILD, 30, sender=loop.admin)
    loop.ledger.set_community_cap(GRANDCHILD, 20, sender=loop.child_admin)
    assert totals(loop, ROOT, CHILD, GRANDCHILD) == [(COMMUNITY_CAP, 30), (30, 20), (20, 0)]


def test_two_children_share_the_parents(loop, refuses):
    sister = loop.registry.create(ROOT, loop.admin, "sister", bytes(32), sender=loop.secretariat)
    loop.ledger.set_community_cap(CHILD, COMMUNITY_CAP - 5, sender=loop.admin)
    with refuses("ledger: cap over parent's"):
        loop.ledger.set_community_cap(sister, 6, sender=loop.admin)
    loop.ledger.set_community_cap(sister, 5, sender=loop.admin)
    assert totals(loop, ROOT, CHILD, sister) == [
        (COMMUNITY_CAP, COMMUNITY_CAP),
        (COMMUNITY_CAP - 5, 0),
        (5, 0),
    ]


def test_child_reverts_over_the_parents(loop, refuses):
    for cap in (COMMUNITY_CAP + 1, MAX_CAP):
        with refuses("ledger: cap over parent's"):
            loop.ledger.set_community_cap(CHILD, cap, sender=loop.admin)
    with refuses("ledger: cap over parent's"):
        loop.ledger.set_community_cap(GRANDCHILD, 1, sender=loop.child_admin)


def test_child_reverts_for_others(loop, refuses):
    for sender in (loop.governance, loop.child_admin, loop.manager, loop.attacker):
        with refuses("ledger: not parent's admin"):
            loop.ledger.set_community_cap(CHILD, 1, sender=sender)
    with refuses("ledger: not parent's admin"):
        loop.ledger.set_community_cap(GRANDCHILD, 0, sender=loop.admin)


# --- no room is spent twice


def test_parent_that_spent_it(loop, spend, refuses):
    spend(ROOT, (COMMUNITY_CAP - 10) * COS + 1)
    with refuses("ledger: parent spent it"):
        loop.ledger.set_community_cap(CHILD, 10, sender=loop.admin)
    loop.ledger.set_community_cap(CHILD, 9, sender=loop.admin)
    loop.warp_to_month(loop.month + 1, -1)
    with refuses("ledger: parent spent it"):
        loop.ledger.set_community_cap(CHILD, 10, sender=loop.admin)
    loop.chain.advance(1)
    loop.ledger.set_community_cap(CHILD, COMMUNITY_CAP, sender=loop.admin)


def test_child_that_spent_it(loop, spend, refuses):
    loop.ledger.set_community_cap(CHILD, 10, sender=loop.admin)
    spend(CHILD, 8 * COS + 1)
    with refuses("ledger: child spent it"):
        loop.ledger.set_community_cap(CHILD, 8, sender=loop.admin)
    loop.ledger.set_community_cap(CHILD, 9, sender=loop.admin)
    loop.warp_to_month(loop.month + 1, -1)
    with refuses("ledger: child spent it"):
        loop.ledger.set_community_cap(CHILD, 8, sender=loop.admin)
    loop.chain.advance(1)
    loop.ledger.set_community_cap(CHILD, 0, sender=loop.admin)
    assert totals(loop, ROOT, CHILD) == [(COMMUNITY_CAP, 0), (0, 0)]


def test_room_spent_by_a_grandchild_stays_with_it(loop, spend, refuses):
    loop.ledger.set_community_cap(CHILD, 10, sender=loop.admin)
    loop.ledger.set_community_cap(GRANDCHILD, 10, sender=loop.child_admin)
    spend(GRANDCHILD, 10 * COS)
    with refuses("ledger: cap under children's"):
        loop.ledger.set_community_cap(CHILD, 9, sender=loop.admin)
    with refuses("ledger: child spent it"):
        loop.ledger.set_community_cap(GRANDCHILD, 9, sender=loop.child_admin)
    with refuses("ledger: community cap"):
        spend(CHILD, 1)


def test_new_children_and_managers_add_no_room(loop, spend, refuses):
    spend(ROOT, COMMUNITY_CAP * COS)
    with refuses("ledger: community cap"):
        spend(ROOT, 1, loop.sub_manager)
    with refuses("ledger: community cap"):
        spend(CHILD, 1)
    with refuses("ledger: parent spent it"):
        loop.ledger.set_community_cap(CHILD, 1, sender=loop.admin)


def test_room_returns_to_a_parent_that_was_lowered(loop, spend, refuses):
    loop.ledger.set_community_cap(CHILD, 10, sender=loop.admin)
    spend(ROOT, 100 * COS)
    loop.ledger.set_community_cap(ROOT, 20, sender=loop.governance)
    with refuses("ledger: parent spent it"):
        loop.ledger.set_community_cap(CHILD, 11, sender=loop.admin)
    loop.ledger.set_community_cap(CHILD, 1, sender=loop.admin)
    assert totals(loop, ROOT, CHILD) == [(20, 1), (1, 0)]


TREE = (ROOT, CHILD, GRANDCHILD)
MOVES = st.one_of(
    st.tuples(st.just("cap"), st.sampled_from((CHILD, GRANDCHILD)), st.integers(0, 20)),
    st.tuples(st.just("spend"), st.sampled_from(TREE), st.integers(1, 20)),
)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(moves=st.lists(MOVES, min_size=5, max_size=30))
def test_a_tree_never_grants_more_than_its_roots_cap(loop, spend, moves):
    """Admins of parents move caps and managers spend, in any order within one month."""
    with loop.chain.anchor():
        loop.ledger.set_community_cap(ROOT, 20, sender=loop.governance)
        granted = 0
        for action, community, amount in moves:
            try:
                if action == "cap":
                    parent = loop.registry.parent_of(community)
                    loop.ledger.set_community_cap(community, amount, sender=loop.admins[parent])
                else:
                    spend(community, amount * COS)
                    granted += amount
            except Revert as refusal:
                event(refusal.reason)
            assert granted <= 20
            for number in TREE:
                total, carved, _, _, _, spent, _ = loop.ledger.caps(number)
                assert spent <= (total - carved) * COS
        event(f"granted {granted}")


# --- bounds and states


def test_reverts_under_the_childrens(loop, refuses):
    loop.ledger.set_community_cap(CHILD, 30, sender=loop.admin)
    loop.ledger.set_community_cap(GRANDCHILD, 20, sender=loop.child_admin)
    with refuses("ledger: cap under children's"):
        loop.ledger.set_community_cap(ROOT, 29, sender=loop.governance)
    with refuses("ledger: cap under children's"):
        loop.ledger.set_community_cap(CHILD, 19, sender=loop.admin)


def test_exactly_the_childrens_leaves_nothing(loop, spend, refuses):
    loop.ledger.set_community_cap(CHILD, 30, sender=loop.admin)
    loop.ledger.set_community_cap(ROOT, 30, sender=loop.governance)
    with refuses("ledger: community cap"):
        spend(ROOT, 1)
    spend(CHILD, 30 * COS)


@pytest.mark.parametrize("cap", [MAX_CAP + 1, 2**37, 2**256 - 1])
def test_reverts_above_the_supply(loop, cap, refuses):
    with refuses("ledger: cap too large"):
        loop.ledger.set_community_cap(ROOT, cap, sender=loop.governance)
    with refuses("ledger: cap too large"):
        loop.ledger.set_community_cap(CHILD, cap, sender=loop.admin)


def test_reverts_while_the_parent_is_frozen(loop, refuses):
    loop.freeze(ROOT, DAY)
    with refuses("registry: community frozen"):
        loop.ledger.set_community_cap(CHILD, 1, sender=loop.admin)
    loop.chain.advance(DAY)
    loop.ledger.set_community_cap(CHILD, 1, sender=loop.admin)


def test_reverts_when_the_parent_is_closed(loop, refuses):
    loop.close(ROOT)
    with refuses("registry: community closed"):
        loop.ledger.set_community_cap(CHILD, 1, sender=loop.admin)


def test_room_of_a_frozen_or_closed_child_returns(loop):
    loop.ledger.set_community_cap(CHILD, 30, sender=loop.admin)
    loop.freeze(CHILD)
    loop.ledger.set_community_cap(CHILD, 10, sender=loop.admin)
    loop.registry.close(CHILD, digest_of("reason"), sender=loop.governance)
    loop.ledger.set_community_cap(CHILD, 0, sender=loop.admin)
    assert totals(loop, ROOT, CHILD) == [(COMMUNITY_CAP, 0), (0, 0)]


@pytest.mark.parametrize("community", [0, UNKNOWN, 2**32 + ROOT, 2**256 - 1])
def test_reverts_for_an_unknown_community(loop, community, refuses):
    with refuses("registry: no such community"):
        loop.ledger.set_community_cap(community, 1, sender=loop.governance)


def test_reverts_when_months_pass_16_bits(loop, refuses):
    loop.warp_to_month(2**16, -1)
    loop.ledger.set_community_cap(CHILD, 1, sender=loop.admin)
    loop.chain.advance(1)
    with refuses("ledger: no such month"):
        loop.ledger.set_community_cap(CHILD, 2, sender=loop.admin)
