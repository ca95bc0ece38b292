"""Caps and drops: what is set aside counts like a grant, but is no batch

├── a drop books its amount in the month, for community and manager, and no batch number
├── a settlement takes the next batch number, and books no amount and no month
├── at the last batch number a drop still fits, a settlement does not
└── a child's drops count against the child's cap, and keep it from being given back
"""

from __future__ import annotations

import pytest

from cos.chain import Revert
from tests.contribution_loop import CHILD, COS, DAY, FREE, ROOT, UTC_8, digest_of
from tests.unit.spending_caps.conftest import MAX_CAP
from tests.unit.spending_caps.test_caps import packed

MAX_BATCHES = 2**28 - 1


@pytest.fixture
def harness(loop):
    parts = (loop.authority, loop.registry, UTC_8)
    return loop.chain.deploy("CapsHarness", *parts, sender=loop.attacker)


@pytest.fixture
def publish(loop):
    """`publish(community, amount)`: a drop of the community's manager."""

    def send(community: int, amount: int) -> None:
        manager = loop.managers[community]
        number = loop.drops.next_drop(manager)
        hashes = (digest_of("root"), digest_of("list"))
        arguments = (number, community, community, amount, FREE, COS, DAY, *hashes)
        loop.drops.publish(*arguments, sender=manager)

    return send


def test_a_drop_books_its_amount_and_no_batch(loop, spend, publish):
    spend(ROOT, 5)
    publish(ROOT, 7)
    assert loop.ledger.caps(ROOT)[4:] == (loop.month, 12, 1)
    assert loop.ledger.manager_spent(ROOT, loop.manager, loop.month) == 12
    loop.warp_to_month(loop.month + 1)
    publish(ROOT, 3)
    assert loop.ledger.caps(ROOT)[4:] == (loop.month, 3, 1)
    spend(ROOT, 1)
    assert loop.ledger.caps(ROOT)[4:] == (loop.month, 4, 2)


def test_a_drop_and_a_settlement_at_the_last_batch_numbers(loop, harness):
    """Pitfall 36: no field of the word spills into the next."""
    values = {"total": MAX_CAP, "contributor": MAX_CAP, "manager": MAX_CAP}
    harness.put(ROOT, packed(**values, batches=MAX_BATCHES - 1), sender=loop.attacker)
    assert harness.next_batch(ROOT, sender=loop.attacker) == MAX_BATCHES
    assert harness.word(ROOT) == packed(**values, batches=MAX_BATCHES), "no month, no amount"
    harness.set_aside(ROOT, loop.manager, MAX_CAP * COS, sender=loop.attacker)
    spent = packed(**values, batches=MAX_BATCHES, month=loop.month, month_amount=MAX_CAP * COS)
    assert harness.word(ROOT) == spent
    assert harness.manager_spent(ROOT, loop.manager, loop.month) == MAX_CAP * COS
    with pytest.raises(Revert) as caught:
        harness.next_batch(ROOT, sender=loop.attacker)
    assert caught.value.reason == "ledger: too many batches"
    assert harness.word(ROOT) == spent


def test_a_settlement_of_an_untouched_community_keeps_its_defaults(loop, harness):
    before = harness.caps(ROOT)
    assert harness.next_batch(ROOT, sender=loop.attacker) == 1
    assert harness.caps(ROOT) == (*before[:6], 1)


def test_a_childs_drops_count_against_its_cap(loop, free_members, publish, refuses):
    loop.give_child_cap(10)
    publish(CHILD, 6 * COS)
    with refuses("ledger: community cap"):
        publish(CHILD, 4 * COS + 1)
    publish(CHILD, 4 * COS)
    with refuses("ledger: child spent it"):
        loop.give_child_cap(9)
    loop.warp_to_month(loop.month + 1)
    loop.give_child_cap(9)


def test_a_parents_drops_keep_it_from_giving_its_cap_away(loop, free_members, publish, refuses):
    total = loop.ledger.caps(ROOT)[0]
    publish(ROOT, (total - 10) * COS)
    with refuses("ledger: parent spent it"):
        loop.give_child_cap(11)
    loop.give_child_cap(10)
