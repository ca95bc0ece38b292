"""QuotaLedger.grant: the caps of a calendar month

├── of the contributor in the community
│   ├── one base unit above it: reverts, in one entry, over entries, over batches and managers
│   ├── exactly it: passes
│   ├── own coins count like quota
│   └── another community has a cap of its own
├── of the manager in the community
│   ├── one base unit above it, over batches and lots: reverts
│   └── another manager has a cap of its own
├── of the community
│   ├── one base unit above it, over all managers: reverts
│   ├── what its children have is not its own
│   └── a child has none at first
└── a new month begins
    ├── at 00:00 in UTC+8, at the end of January and February of a leap year: at t - 1, t, t + 1
    ├── a cap used up at t - 1 is whole again at t
    └── idle months add no room
"""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.contribution_loop import (
    CHILD,
    COMMUNITY_CAP,
    CONTRIBUTOR_CAP,
    COS,
    MANAGER_CAP,
    OTHER,
    ROOT,
)

CONTRIBUTOR = CONTRIBUTOR_CAP * COS
MANAGER = MANAGER_CAP * COS
COMMUNITY = COMMUNITY_CAP * COS


def crowd(loop, total: int):
    """Entries over new contributors who stay within their caps."""
    count, rest = divmod(total, CONTRIBUTOR)
    amounts = [CONTRIBUTOR] * count + [rest] * (rest > 0)
    start = loop.ledger.lot_count() * 1_000 + loop.ledger.caps(ROOT)[6]
    return [
        loop.entry(loop.chain.account(f"crowd {start} {k}"), amount=amount)
        for k, amount in enumerate(amounts)
    ]


# --- contributor


def test_reverts_one_unit_above_the_contributors_cap(loop, refused):
    lot = loop.allotted(CONTRIBUTOR + 1)
    with refused("ledger: contributor cap"):
        loop.grant(lot, loop.entry(amount=CONTRIBUTOR + 1))


def test_reverts_above_the_contributors_cap_over_entries(loop, refused):
    lot = loop.allotted(CONTRIBUTOR + 1)
    with refused("ledger: contributor cap"):
        loop.grant(lot, loop.entry(amount=CONTRIBUTOR), loop.entry(amount=1))


def test_reverts_above_the_contributors_cap_over_batches_and_managers(loop, refused):
    lot = loop.allotted(CONTRIBUTOR)
    own = loop.allotted_own(CONTRIBUTOR, manager=loop.sub_manager)
    loop.grant(lot, loop.entry(amount=CONTRIBUTOR - 1))
    loop.grant(own, loop.entry(amount=1), manager=loop.sub_manager)
    for number, manager in ((lot, loop.manager), (own, loop.sub_manager)):
        with refused("ledger: contributor cap"):
            loop.grant(number, loop.entry(amount=1), manager=manager)


def test_grants_exactly_the_contributors_cap(loop):
    lot = loop.allotted(2 * CONTRIBUTOR)
    loop.grant(lot, loop.entry(amount=CONTRIBUTOR))
    assert loop.ledger.standing(ROOT, loop.contributor)[4] == CONTRIBUTOR
    loop.grant(lot, loop.entry(loop.other_contributor, amount=CONTRIBUTOR))


def test_a_contributor_has_a_cap_in_each_community(loop):
    for community in (ROOT, OTHER):
        lot = loop.allotted(CONTRIBUTOR, community)
        loop.grant(lot, loop.entry(amount=CONTRIBUTOR), community=community)


def test_a_changed_cap_holds_at_once_and_takes_nothing_back(loop, refused):
    lot = loop.allotted(3 * COS)
    loop.grant(lot, loop.entry(amount=2 * COS))
    loop.set_caps(contributor=1)
    with refused("ledger: contributor cap"):
        loop.grant(lot, loop.entry(amount=1))
    assert loop.token.balanceOf(loop.contributor) == 2 * COS
    loop.set_caps(contributor=3)
    loop.grant(lot, loop.entry(amount=COS))


# --- manager


def test_reverts_one_unit_above_the_managers_cap(loop, refused):
    lot = loop.allotted(MANAGER + 1)
    with refused("ledger: manager cap"):
        loop.grant(lot, *crowd(loop, MANAGER + 1))


def test_reverts_above_the_managers_cap_over_batches_and_lots(loop, refused):
    lots = [loop.allotted(MANAGER), loop.allotted_own(MANAGER)]
    loop.grant(lots[0], *crowd(loop, MANAGER - 1))
    loop.grant(lots[1], *crowd(loop, 1))
    for lot in lots:
        with refused("ledger: manager cap"):
            loop.grant(lot, *crowd(loop, 1))
    assert loop.ledger.manager_spent(ROOT, loop.manager, loop.month) == MANAGER


def test_another_manager_has_a_cap_of_its_own(loop):
    lot = loop.donate(2 * MANAGER)
    for manager in (loop.manager, loop.sub_manager):
        loop.allot(lot, MANAGER, manager=manager)
        loop.grant(lot, *crowd(loop, MANAGER), manager=manager)
    assert loop.ledger.caps(ROOT)[5] == 2 * MANAGER


# --- community


def spend_all(loop) -> int:
    """Uses up the root's cap by three managers; returns a lot of which the last has some left."""
    third = loop.chain.account("third manager")
    loop.registry.set_manager(ROOT, third, 1, "third", sender=loop.admin)
    lot = loop.donate(2 * COMMUNITY)
    for manager, share in ((loop.manager, 2), (loop.sub_manager, 2), (third, 1)):
        loop.allot(lot, MANAGER, manager=manager)
        loop.grant(lot, *crowd(loop, share * COMMUNITY // 5), manager=manager)
    return lot


def test_reverts_one_unit_above_the_communitys_cap(loop, refused):
    lot = spend_all(loop)
    assert loop.ledger.caps(ROOT)[5] == COMMUNITY
    third = loop.chain.account("third manager")
    with refused("ledger: community cap"):
        loop.grant(lot, loop.entry(amount=1), manager=third)


def test_new_managers_add_no_room(loop, refused):
    """Pitfall 23: caps of managers add up, the community's does not."""
    lot = spend_all(loop)
    for k in range(3):
        manager = loop.chain.account(f"straw man {k}")
        loop.registry.set_manager(ROOT, manager, 1, "straw man", sender=loop.admin)
        loop.allot(lot, 1, manager=manager)
        with refused("ledger: community cap"):
            loop.grant(lot, loop.entry(amount=1), manager=manager)


def test_a_child_has_no_cap_at_first(loop, refused):
    lot = loop.allotted(COS, CHILD)
    with refused("ledger: community cap"):
        loop.grant(lot, loop.entry(amount=1), community=CHILD)


def test_a_childs_cap_is_carved_out_of_the_parents(loop, refused):
    loop.give_child_cap(1)
    loop.set_caps(total=3)
    lot, below = loop.allotted(3 * COS), loop.allotted(3 * COS, CHILD)
    with refused("ledger: community cap"):
        loop.grant(lot, loop.entry(amount=2 * COS + 1))
    with refused("ledger: community cap"):
        loop.grant(below, loop.entry(amount=COS + 1), community=CHILD)
    loop.grant(lot, loop.entry(amount=2 * COS))
    loop.grant(below, loop.entry(amount=COS), community=CHILD)


def test_a_cap_is_not_used_twice_in_a_month(loop, refused):
    """The parent spends its cap, then carves it; or the child its own, then gives it up."""
    loop.set_caps(total=2)
    loop.give_child_cap(1)
    lot, below = loop.allotted(3 * COS), loop.allotted(3 * COS, CHILD)
    loop.grant(lot, loop.entry(amount=COS))
    with refused("ledger: parent spent it"):
        loop.give_child_cap(2)
    loop.grant(below, loop.entry(amount=COS), community=CHILD)
    with refused("ledger: child spent it"):
        loop.give_child_cap(0)
    loop.warp_to_month(loop.month + 1)
    loop.give_child_cap(0)
    loop.grant(lot, loop.entry(amount=2 * COS))
    with refused("ledger: parent spent it"):
        loop.give_child_cap(1)


# --- months


def utc(*moment: int) -> int:
    return int(datetime(*moment, tzinfo=UTC).timestamp())


@pytest.mark.parametrize(
    "start",
    [
        utc(2023, 11, 30, 16),
        utc(2023, 12, 31, 16),
        utc(2024, 1, 31, 16),
        utc(2024, 2, 29, 16),
        utc(2025, 2, 28, 16),
        utc(2100, 2, 28, 16),
        utc(2106, 2, 28, 16),
        utc(2149, 12, 31, 16),
    ],
)
def test_a_month_begins_at_midnight_in_utc_8(loop, refused, start):
    """Pitfalls 8, 20, 35: the cap used up at t - 1 is whole at t, and used up again at t + 1."""
    loop.set_caps(total=1, contributor=1, manager=1)
    lot = loop.allotted(3 * COS)
    loop.chain.warp(start - 1)
    loop.grant(lot, loop.entry(amount=COS))
    for cap in ("contributor", "manager", "community"):
        loop.set_caps(total=1 + (cap != "community"))
        loop.set_caps(contributor=1 + (cap != "contributor"), manager=1 + (cap != "manager"))
        with refused(f"ledger: {cap} cap"):
            loop.grant(lot, loop.entry(amount=1))
    loop.set_caps(total=1, contributor=1, manager=1)
    loop.chain.warp(start)
    loop.grant(lot, loop.entry(amount=COS))
    month = loop.month
    assert loop.ledger.standing(ROOT, loop.contributor)[2:5] == (start, month, COS)
    assert loop.ledger.caps(ROOT)[4:6] == (month, COS)
    assert loop.ledger.manager_spent(ROOT, loop.manager, month) == COS
    assert loop.ledger.manager_spent(ROOT, loop.manager, month - 1) == 0
    loop.chain.warp(start + 1)
    with refused("ledger: contributor cap"):
        loop.grant(lot, loop.entry(amount=1))


def test_idle_months_add_no_room(loop, refused):
    lot = loop.allotted(2 * CONTRIBUTOR)
    loop.grant(lot, loop.entry(amount=1))
    loop.warp_to_month(loop.month + 120)
    with refused("ledger: contributor cap"):
        loop.grant(lot, loop.entry(amount=CONTRIBUTOR + 1))
    loop.grant(lot, loop.entry(amount=CONTRIBUTOR))


def test_caps_of_the_whole_supply_are_no_obstacle(loop):
    """Pitfall 36: a cap of 102.4 bn COS fits its 37 bits, and the month's amount its 64."""
    loop.lift_caps()
    lot = loop.allotted(10**9 * COS)
    loop.grant(lot, loop.entry(amount=10**9 * COS))
    assert loop.ledger.caps(ROOT)[5] == 10**9 * COS
    assert loop.ledger.standing(ROOT, loop.contributor)[4] == 10**9 * COS
