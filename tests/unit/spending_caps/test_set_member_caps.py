"""QuotaLedger.set_member_caps(community, contributor_cap, manager_cap)

├── by the community's admin: at once, event, nothing else changes
│   ├── the contributor's holds to the base unit; so does the manager's (PITFALLS 21)
│   ├── below what was granted already: nothing more until the next month
│   └── each community has its own
├── from 1 COS to the supply; 0 or more -> revert
├── a frozen, closed or unknown community -> revert
└── not its admin (governance, the parent's admin, a manager) -> revert
"""

from __future__ import annotations

import pytest

from tests.contribution_loop import (
    CHILD,
    COMMUNITY_CAP,
    CONTRIBUTOR_CAP,
    COS,
    DAY,
    MANAGER_CAP,
    OTHER,
    ROOT,
)
from tests.unit.spending_caps.conftest import MAX_CAP

UNKNOWN = 5


@pytest.mark.parametrize(("contributor", "manager"), [(1, MAX_CAP), (MAX_CAP, 1), (7, 8)])
def test_by_the_admin(loop, contributor, manager):
    receipt = loop.ledger.transact("set_member_caps", ROOT, contributor, manager, sender=loop.admin)
    changed = {
        "community": ROOT,
        "old_contributor": CONTRIBUTOR_CAP,
        "new_contributor": contributor,
        "old_manager": MANAGER_CAP,
        "new_manager": manager,
    }
    assert loop.logs(receipt) == [("MemberCapsChanged", changed)]
    assert loop.ledger.caps(ROOT) == (COMMUNITY_CAP, 0, contributor, manager, 0, 0, 0)
    assert loop.ledger.caps(OTHER) == (COMMUNITY_CAP, 0, CONTRIBUTOR_CAP, MANAGER_CAP, 0, 0, 0)


def test_keeps_what_was_carved_and_granted(loop, spend):
    loop.ledger.set_community_cap(CHILD, 30, sender=loop.admin)
    spend(ROOT, 5)
    loop.ledger.set_member_caps(ROOT, 7, 8, sender=loop.admin)
    assert loop.ledger.caps(ROOT) == (COMMUNITY_CAP, 30, 7, 8, loop.month, 5, 1)
    assert loop.ledger.manager_spent(ROOT, loop.manager, loop.month) == 5


def test_contributors_to_the_base_unit(loop, spend, refuses):
    loop.ledger.set_member_caps(ROOT, 7, 100, sender=loop.admin)
    spend(ROOT, 7 * COS - 1)
    with refuses("ledger: contributor cap"):
        spend(ROOT, 2, loop.sub_manager)
    spend(ROOT, 1, loop.sub_manager)
    with refuses("ledger: contributor cap"):
        spend(ROOT, 1)


def test_managers_to_the_base_unit(loop, spend, refuses):
    loop.ledger.set_member_caps(ROOT, 100, 7, sender=loop.admin)
    spend(ROOT, 7 * COS - 1)
    with refuses("ledger: manager cap"):
        spend(ROOT, 2)
    spend(ROOT, 1)
    with refuses("ledger: manager cap"):
        spend(ROOT, 1)
    spend(ROOT, 7 * COS, loop.sub_manager)


def test_below_what_was_granted(loop, spend, refuses):
    spend(ROOT, 10 * COS)
    loop.ledger.set_member_caps(ROOT, 100, 9, sender=loop.admin)
    with refuses("ledger: manager cap"):
        spend(ROOT, 1)
    loop.ledger.set_member_caps(ROOT, 9, 100, sender=loop.admin)
    with refuses("ledger: contributor cap"):
        spend(ROOT, 1)
    loop.warp_to_month(loop.month + 1)
    spend(ROOT, 9 * COS)


def test_reverts_with_zero(loop, refuses):
    for caps in ((0, 1), (1, 0), (0, 0)):
        with refuses("ledger: member cap is zero"):
            loop.ledger.set_member_caps(ROOT, *caps, sender=loop.admin)


@pytest.mark.parametrize("cap", [MAX_CAP + 1, 2**37, 2**37 + 1, 2**256 - 1])
def test_reverts_above_the_supply(loop, cap, refuses):
    for caps in ((cap, 1), (1, cap)):
        with refuses("ledger: cap too large"):
            loop.ledger.set_member_caps(ROOT, *caps, sender=loop.admin)


def test_reverts_while_frozen(loop, refuses):
    loop.freeze(ROOT, DAY)
    with refuses("registry: community frozen"):
        loop.ledger.set_member_caps(ROOT, 1, 1, sender=loop.admin)


def test_reverts_when_closed(loop, refuses):
    loop.close(ROOT)
    with refuses("registry: community closed"):
        loop.ledger.set_member_caps(ROOT, 1, 1, sender=loop.admin)


def test_reverts_for_an_unknown_community(loop, refuses):
    with refuses("registry: no such community"):
        loop.ledger.set_member_caps(UNKNOWN, 1, 1, sender=loop.admin)


def test_reverts_for_others(loop, refuses):
    for sender in (loop.governance, loop.auditor, loop.manager, loop.child_admin):
        with refuses("ledger: not admin"):
            loop.ledger.set_member_caps(ROOT, 1, 1, sender=sender)
    with refuses("ledger: not admin"):
        loop.ledger.set_member_caps(CHILD, 1, 1, sender=loop.admin)
