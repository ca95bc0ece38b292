"""caps(community), manager_spent(community, manager, month) and the words behind them

caps
├── untouched: the defaults; a child has none
├── unknown community -> revert
├── after grants: their month, its amount and the number of batches; a new month starts at 0
└── deployed with caps out of bounds -> revert
manager_spent
├── counts what the manager granted in its last month, 0 for any other month
└── by community and manager
the packed word of a community (PITFALLS 36)
├── each field at its largest value spills into no other, read and written back
├── batches beyond 28 bits -> revert
└── the whole supply can be granted in one month
at any time (35)
├── after 2106: as ever
└── from the year 5461 on, when months pass 16 bits -> revert
"""

from __future__ import annotations

import pytest

from cos.chain import Revert
from tests.contribution_loop import (
    CHILD,
    COMMUNITY_CAP,
    CONTRIBUTOR_CAP,
    COS,
    MANAGER_CAP,
    ROOT,
    UTC_8,
)
from tests.models import ZERO_ADDRESS
from tests.unit.spending_caps.conftest import MAX_CAP

UNKNOWN = 5
# Field of the word: its lowest bit, its largest value; positions as in `caps()`.
FIELDS = {
    "total": (108, MAX_CAP),
    "carved": (145, MAX_CAP),
    "contributor": (182, MAX_CAP),
    "manager": (219, MAX_CAP),
    "month": (64, 2**16 - 1),
    "month_amount": (0, MAX_CAP * COS),
    "batches": (80, 2**28 - 1),
}


def packed(**values):
    return sum(value << FIELDS[name][0] for name, value in values.items())


@pytest.fixture
def harness(loop):
    return loop.chain.deploy(
        "CapsHarness", loop.authority, loop.registry, UTC_8, sender=loop.attacker
    )


# --- caps


def test_caps_by_default(loop):
    assert loop.ledger.caps(ROOT) == (COMMUNITY_CAP, 0, CONTRIBUTOR_CAP, MANAGER_CAP, 0, 0, 0)
    assert loop.ledger.caps(CHILD) == (0, 0, CONTRIBUTOR_CAP, MANAGER_CAP, 0, 0, 0)
    assert loop.ledger.DEFAULT_COMMUNITY_CAP() == COMMUNITY_CAP
    assert loop.ledger.DEFAULT_CONTRIBUTOR_CAP() == CONTRIBUTOR_CAP
    assert loop.ledger.DEFAULT_MANAGER_CAP() == MANAGER_CAP


@pytest.mark.parametrize("community", [0, UNKNOWN, 2**32 + ROOT])
def test_caps_of_an_unknown_community(loop, community):
    with pytest.raises(Revert, match="^registry: no such community$"):
        loop.ledger.caps(community)


def test_caps_after_grants(loop, spend):
    month = loop.month
    spend(ROOT, 5)
    spend(ROOT, 7, loop.sub_manager)
    assert loop.ledger.caps(ROOT)[4:] == (month, 12, 2)
    loop.warp_to_month(month + 3)
    assert loop.ledger.caps(ROOT)[4:] == (month, 12, 2)
    spend(ROOT, 4)
    assert loop.ledger.caps(ROOT)[4:] == (month + 3, 4, 3)
    assert loop.ledger.caps(ROOT)[:4] == (COMMUNITY_CAP, 0, CONTRIBUTOR_CAP, MANAGER_CAP)


@pytest.mark.parametrize(
    ("caps", "reason"),
    [
        ((MAX_CAP + 1, 1, 1), "ledger: cap too large"),
        ((1, MAX_CAP + 1, 1), "ledger: cap too large"),
        ((1, 1, MAX_CAP + 1), "ledger: cap too large"),
        ((1, 0, 1), "ledger: member cap is zero"),
        ((1, 1, 0), "ledger: member cap is zero"),
    ],
)
def test_caps_out_of_bounds_at_deployment(loop, caps, reason):
    wiring = (
        *(loop.authority, loop.token, loop.registry, loop.rules, loop.pool),
        loop.drops_blueprint,
    )
    with pytest.raises(Revert) as caught:
        loop.chain.deploy("QuotaLedger", *wiring, *caps, sender=loop.attacker)
    assert caught.value.reason == reason


@pytest.mark.parametrize("caps", [(0, 1, 1), (MAX_CAP, MAX_CAP, MAX_CAP)])
def test_caps_at_their_bounds_at_deployment(loop, caps):
    wiring = (
        *(loop.authority, loop.token, loop.registry, loop.rules, loop.pool),
        loop.drops_blueprint,
    )
    ledger = loop.chain.deploy("QuotaLedger", *wiring, *caps, sender=loop.attacker)
    total, contributor, manager = caps
    assert ledger.caps(ROOT) == (total, 0, contributor, manager, 0, 0, 0)


# --- manager_spent


def test_manager_spent_in_the_last_month(loop, spend):
    ledger, month = loop.ledger, loop.month
    spend(ROOT, 5)
    spend(ROOT, 6)
    assert [ledger.manager_spent(ROOT, loop.manager, month + k) for k in (-1, 0, 1)] == [0, 11, 0]
    loop.warp_to_month(month + 1)
    assert [ledger.manager_spent(ROOT, loop.manager, month + k) for k in (0, 1)] == [11, 0]
    spend(ROOT, 7)
    assert [ledger.manager_spent(ROOT, loop.manager, month + k) for k in (0, 1, 2)] == [0, 7, 0]


def test_manager_spent_by_community_and_manager(loop, spend):
    loop.give_child_cap(100)
    loop.registry.set_manager(CHILD, loop.manager, 1, "of both", sender=loop.child_admin)
    lot = loop.allotted(8, CHILD, loop.manager)
    spend(ROOT, 5)
    spend(ROOT, 6, loop.sub_manager)
    spend(CHILD, 7)
    loop.grant(lot, loop.entry(amount=8), community=CHILD, manager=loop.manager)
    spent = [
        loop.ledger.manager_spent(community, manager, loop.month)
        for community in (ROOT, CHILD)
        for manager in (loop.manager, loop.sub_manager, loop.child_manager)
    ]
    assert spent == [5, 6, 0, 8, 0, 7]


# --- the packed word


@pytest.mark.parametrize("largest", FIELDS)
def test_word_with_one_field_at_its_largest(harness, largest):
    least = {"contributor": 1, "manager": 1}
    values = {name: least.get(name, 0) for name in FIELDS}
    values[largest] = FIELDS[largest][1]
    harness.put(ROOT, packed(**values), sender=ZERO_ADDRESS)
    assert harness.caps(ROOT) == tuple(values.values())


def test_word_with_all_fields_at_their_largest(loop, harness):
    values = {name: limit for name, (_, limit) in FIELDS.items()}
    harness.put(ROOT, packed(**values), sender=loop.attacker)
    assert harness.caps(ROOT) == tuple(values.values())
    harness.set_member_caps(ROOT, 1, MAX_CAP, sender=loop.admin)
    assert harness.word(ROOT) == packed(**{**values, "contributor": 1})
    harness.set_member_caps(ROOT, MAX_CAP, 1, sender=loop.admin)
    assert harness.word(ROOT) == packed(**{**values, "manager": 1})


def test_word_after_the_largest_spending(loop, harness):
    month = 2**16 - 1
    values = {"total": MAX_CAP, "contributor": MAX_CAP, "manager": MAX_CAP, "batches": 2**28 - 2}
    harness.put(ROOT, packed(**values), sender=loop.attacker)
    loop.warp_to_month(month)
    assert harness.spend(ROOT, loop.manager, MAX_CAP * COS, sender=loop.attacker) == 2**28 - 1
    spent = {"month": month, "month_amount": MAX_CAP * COS, "batches": 2**28 - 1}
    assert harness.word(ROOT) == packed(**{**values, **spent})
    assert harness.manager_spent(ROOT, loop.manager, month) == MAX_CAP * COS


def test_word_with_batches_beyond_28_bits(loop, harness):
    values = {"total": 9, "contributor": 9, "manager": 9, "batches": 2**28 - 1}
    harness.put(ROOT, packed(**values), sender=loop.attacker)
    with pytest.raises(Revert) as caught:
        harness.spend(ROOT, loop.manager, 1, sender=loop.attacker)
    assert caught.value.reason == "ledger: too many batches"
    assert harness.word(ROOT) == packed(**values)
    assert harness.manager_spent(ROOT, loop.manager, loop.month) == 0


# --- at any time


@pytest.mark.parametrize("timestamp", [2**32 - 1, 2**32, 2**32 + 1, 2**36])
def test_caps_after_2106(loop, spend, timestamp):
    loop.chain.warp(timestamp)
    spend(ROOT, 5)
    assert loop.ledger.caps(ROOT)[4:] == (loop.month, 5, 1)
    assert loop.ledger.manager_spent(ROOT, loop.manager, loop.month) == 5


def test_caps_when_months_pass_16_bits(loop, harness):
    loop.warp_to_month(2**16)
    with pytest.raises(Revert) as caught:
        harness.spend(ROOT, loop.manager, 1, sender=loop.attacker)
    assert caught.value.reason == "ledger: no such month"
    assert harness.word(ROOT) == 0
