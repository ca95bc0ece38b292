"""GrantDrops.publish(drop, lot, community, total, rule, max_amount, duration, root, list_hash)

├── no root, no list hash, no maximum: reverts
├── the number is not the manager's next one: reverts
├── the rule is unknown, out of use or once per member: reverts
├── the duration
│   ├── is under a day or over 366: reverts
│   └── is one of the two: works
├── the community is unknown, closed or frozen: reverts
├── the caller is no manager of it, or not any more: reverts
├── the total is zero, more than the manager holds of the lot, or the lot is not there: reverts
├── the caps (all of it counts at once, in the month of publication)
│   ├── of the manager or of the community are exceeded: reverts
│   ├── are met exactly: works, and no grant fits any more
│   ├── are used up by a grant before it, or by another drop
│   ├── that of a contributor does not bind a drop's total
│   └── begin again next month
├── the pool does not take this ledger any more: reverts
└── otherwise
    ├── sets the coins aside: out of the allotment, of open quota, of the ledger
    ├── logs DropPublished with all terms, after SetAside and the transfer, and returns them
    ├── needs no more reserve (24)
    ├── both rates are those of the month; the manager's is 0 if its month is void
    ├── own coins: no rates, and they leave the own coins that the ledger counts
    ├── the terms of the rule are those of the community, in the month
    ├── the deadline is on the community's clock, less every freeze before
    ├── one number after the other, for each manager by itself, over all its communities
    └── nobody's record or standing, and no batch, comes of it
"""

from __future__ import annotations

import pytest

from cos.chain import Event
from tests.contribution_loop import (
    CHILD,
    CONTRIBUTOR_CAP,
    COS,
    DAY,
    FREE,
    HOURS,
    ONCE,
    ONCE_40,
    ONE,
    OTHER,
    POOL,
    RETIRED,
    ROOT,
    RULES,
    YEARLY,
)
from tests.models.grant_drops import Drop, Listed, drop_number
from tests.unit.grant_drops.conftest import (
    AMOUNT,
    DURATION,
    LIST_HASH,
    MAXIMUM,
    REASON,
    TOTAL,
)

YEAR = 12


@pytest.fixture
def roll(loop, desk):
    return desk.roll(Listed(loop.contributor, ONE, COS))


@pytest.fixture
def publish(loop, desk, lot, roll):
    """Publishes with other arguments; returns the receipt."""

    def send(manager="", **changes):
        arguments = desk.publish_arguments(roll, changes.pop("lot", lot), **changes)
        return desk.contract.transact("publish", *arguments, sender=manager or loop.manager)

    return send


# --- arguments


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"root": bytes(32)}, "drops: no root"),
        ({"list_hash": bytes(32)}, "drops: no evidence"),
        ({"max_amount": 0}, "drops: no amount"),
        ({"total": 0}, "ledger: no amount"),
        ({"rule": 0}, "rules: no such rule"),
        ({"rule": 254}, "rules: no such rule"),
        ({"rule": RETIRED}, "rules: rule not active"),
        ({"rule": ONCE}, "drops: once-per-member rule"),
        ({"rule": ONCE_40}, "drops: once-per-member rule"),
    ],
)
def test_reverts_without_what_a_drop_needs(publish, refused, changes, reason):
    with refused(reason):
        publish(**changes)


@pytest.mark.parametrize("duration", [0, 1, DAY - 1, 366 * DAY + 1, 2**256 - 1])
def test_reverts_for_a_duration_out_of_bounds(publish, refused, duration):
    with refused("drops: bad duration"):
        publish(duration_seconds=duration)


@pytest.mark.parametrize("duration", [DAY, 366 * DAY])
def test_takes_the_shortest_and_the_longest_duration(loop, publish, duration):
    terms = Drop(*publish(duration_seconds=duration).value)
    assert terms.deadline == loop.chain.timestamp + duration


def test_reverts_for_a_number_that_is_not_next(loop, desk, publish, roll, refused):
    """Else a manager could take the number that another list was built for."""
    others = [
        *(0, 1, roll.drop - 1, roll.drop + 1, 2**256 - 1),
        *(desk.next(manager) for manager in (loop.sub_manager, loop.admin)),
        drop_number(POOL, 1),
    ]
    for drop in others:
        with refused("drops: not the next drop"):
            publish(drop=drop)
    publish()
    with refused("drops: not the next drop"):
        publish()


# --- community and manager


@pytest.mark.parametrize("community", [0, OTHER + 1, 2**256 - 1])
def test_reverts_for_a_community_that_is_not_there(publish, refused, community):
    with refused("registry: no such community"):
        publish(community=community)


def test_reverts_for_a_frozen_community(loop, publish, refused):
    loop.freeze()
    with refused("registry: community frozen"):
        publish()


def test_reverts_for_a_closed_community(loop, publish, refused):
    loop.close()
    with refused("registry: community closed"):
        publish()


@pytest.mark.parametrize("role", ["sponsor", "admin", "child_manager", "governance", "attacker"])
def test_reverts_for_who_is_no_manager(loop, desk, publish, refused, role):
    caller = getattr(loop, role)
    with refused("registry: not a manager"):
        publish(manager=caller, drop=desk.next(caller))


def test_reverts_for_a_dismissed_manager(loop, publish, refused):
    loop.registry.remove_manager(ROOT, loop.manager, sender=loop.admin)
    with refused("registry: not a manager"):
        publish()


# --- allotment


@pytest.mark.parametrize("excess", [1, 2**64, 2**256 - 1 - AMOUNT])
def test_reverts_above_the_allotment(loop, publish, refused, excess):
    with refused("ledger: allotment too small"):
        publish(total=AMOUNT + excess)
    publish(total=AMOUNT)
    assert loop.ledger.holding(1, ROOT, loop.manager) == 0


@pytest.mark.parametrize(
    ("lot", "reason"),
    [
        (0, "ledger: allotment too small"),
        (2, "ledger: allotment too small"),
        (2**64 - 1, "ledger: allotment too small"),
        (2**64, "ledger: no such lot"),
        (2**256 - 1, "ledger: no such lot"),
    ],
)
def test_reverts_for_a_lot_that_is_not_there(publish, refused, lot, reason):
    with refused(reason):
        publish(lot=lot)


def test_reverts_for_what_others_hold(loop, desk, publish, refused):
    """Neither the pool's part nor another manager's, nor one's own in another community."""
    lot = loop.donate(AMOUNT)
    loop.allot(lot, 1, ROOT, loop.sub_manager)
    with refused("ledger: allotment too small"):
        publish(lot=lot, total=1)
    loop.registry.set_manager(CHILD, loop.manager, 1, "both", sender=loop.child_admin)
    with refused("ledger: allotment too small"):
        publish(community=CHILD, total=1)


# --- caps


def test_reverts_above_the_managers_cap(loop, publish, refused):
    loop.set_caps(manager=TOTAL // COS)
    with refused("ledger: manager cap"):
        publish(total=TOTAL + 1)
    publish(total=TOTAL)
    with refused("ledger: manager cap"):
        loop.grant(1, loop.entry(amount=1))


def test_reverts_above_the_communitys_cap(loop, desk, publish, refused):
    loop.set_caps(total=TOTAL // COS)
    with refused("ledger: community cap"):
        publish(total=TOTAL + 1)
    publish(total=TOTAL)
    loop.allot(loop.donate(COS), COS, manager=loop.sub_manager)
    with refused("ledger: community cap"):
        loop.grant(2, loop.entry(amount=1), manager=loop.sub_manager)


def test_counts_with_grants_and_other_drops_of_the_month(loop, desk, lot, refused):
    loop.set_caps(manager=1_000)
    loop.grant(lot, loop.entry(amount=300 * COS))
    desk.publish(lot, Listed(loop.contributor, ONE, COS), total=500 * COS)
    with refused("ledger: manager cap"):
        desk.publish(lot, Listed(loop.contributor, ONE, COS), total=200 * COS + 1)
    desk.publish(lot, Listed(loop.contributor, ONE, COS), total=200 * COS)
    assert loop.ledger.manager_spent(ROOT, loop.manager, loop.month) == 1_000 * COS


def test_caps_begin_again_next_month(loop, desk, lot):
    loop.set_caps(manager=TOTAL // COS)
    desk.publish(lot, Listed(loop.contributor, ONE, COS))
    loop.warp_to_month(loop.month + 1)
    desk.publish(lot, Listed(loop.contributor, ONE, COS))
    assert loop.ledger.caps(ROOT)[4:] == (loop.month, TOTAL, 0)


def test_the_contributors_cap_does_not_bind_the_total(loop, publish):
    loop.set_caps(contributor=1)
    assert Drop(*publish().value).contributor_cap == 1


def test_reverts_if_the_pool_does_not_take_the_ledger(loop, publish, refused):
    loop.pool.set_ledger(loop.ledger.address, False, sender=loop.governance)
    with refused("bonus: not a ledger"):
        publish()


# --- what it does


def test_returns_and_logs_all_terms(loop, desk, lot, roll, publish):
    receipt = publish()
    expected = Drop(
        drop=drop_number(loop.manager, 1),
        community=ROOT,
        lot=lot,
        sponsor=loop.sponsor,
        contributor_cap=CONTRIBUTOR_CAP,
        rule=FREE,
        rule_version=1,
        once_bit=0,
        minimum_scaled=0,
        maximum_scaled=0,
        amount=MAXIMUM,
        sponsor_bps=2_500,
        manager_bps=1_000,
        deadline=loop.chain.timestamp + DURATION,
        root=roll.root,
        evidence=LIST_HASH,
    )
    assert receipt.value == expected
    ledger, token = loop.ledger.address, loop.token.address
    aside = {"lot": lot, "community": ROOT, "manager": loop.manager, "amount": TOTAL}
    coins = {"sender": ledger, "receiver": desk.contract.address, "amount": TOTAL}
    terms = expected._asdict()
    event = {
        "drop": terms.pop("drop"),
        "community": terms.pop("community"),
        "manager": loop.manager,
        "total": TOTAL,
        **terms,
    }
    assert receipt.logs[0] == Event(ledger, "SetAside", aside)
    assert receipt.logs[1].address == token
    assert list(receipt.logs[1].args.values()) == list(coins.values())
    assert receipt.logs[2] == Event(desk.contract.address, "DropPublished", event)
    assert list(receipt.logs[2].args) == list(event), "the order of the struct"
    assert len(receipt.logs) == 3


def test_sets_the_coins_aside(loop, desk, lot, publish):
    required, held = loop.pool.required_reserve(), loop.token.balanceOf(loop.ledger.address)
    terms = publish().value
    assert desk.contract.state_of(terms) == (True, False, TOTAL, 0, 0)
    assert loop.ledger.holding(lot, ROOT, loop.manager) == AMOUNT - TOTAL
    assert loop.ledger.quota_aside() == TOTAL
    assert loop.ledger.locked_quota() == AMOUNT - TOTAL
    assert loop.ledger.quota_issued() == AMOUNT
    assert loop.ledger.locked_own() == 0
    assert loop.token.balanceOf(desk.contract.address) == TOTAL
    assert loop.token.balanceOf(loop.ledger.address) == held - TOTAL
    assert loop.pool.totals()[1:] == (AMOUNT - TOTAL, TOTAL * 3_500)
    assert loop.pool.required_reserve() == required
    assert loop.pool.bucket(loop.sponsor, loop.month) == (0, 0, False), "earned as it is settled"


def test_makes_no_batch_and_no_record(loop, publish):
    publish()
    assert loop.ledger.caps(ROOT)[4:] == (loop.month, TOTAL, 0)
    assert loop.ledger.manager_spent(ROOT, loop.manager, loop.month) == TOTAL
    assert loop.ledger.batch_digest(ROOT, 1) == bytes(32)
    assert loop.ledger.standing(ROOT, loop.contributor) == (0, 0, 0, 0, 0, 0)


def test_own_coins_earn_nothing(loop, desk, own_lot):
    drop = desk.publish(own_lot, Listed(loop.contributor, ONE, COS))
    assert (drop.terms.sponsor, drop.terms.sponsor_bps, drop.terms.manager_bps) == (
        loop.sponsor,
        0,
        0,
    )
    assert loop.ledger.locked_own() == AMOUNT - TOTAL
    assert loop.ledger.quota_aside() == loop.ledger.locked_quota() == 0
    assert loop.pool.totals()[1:] == (0, 0)
    assert loop.token.balanceOf(loop.ledger.address) == AMOUNT - TOTAL
    assert loop.token.balanceOf(desk.contract.address) == TOTAL


@pytest.mark.parametrize(("seconds", "rates"), [(-1, (2_500, 1_000)), (0, (2_200, 900))])
def test_takes_the_rates_of_the_month(loop, publish, seconds, rates):
    """Pitfall 8: the last second before a step of the schedule, and its first one."""
    loop.warp_to_month(loop.month + YEAR, seconds)
    terms = Drop(*publish().value)
    assert (terms.sponsor_bps, terms.manager_bps) == rates
    assert loop.pool.totals()[2] == TOTAL * sum(rates)


def test_a_manager_whose_month_is_void_earns_nothing(loop, desk, lot, publish):
    loop.pool.void_month(loop.manager, loop.month, REASON, sender=loop.auditor)
    terms = Drop(*publish().value)
    assert (terms.sponsor_bps, terms.manager_bps) == (2_500, 0)
    assert loop.pool.totals()[2] == TOTAL * 2_500
    loop.warp_to_month(loop.month + 1)
    later = desk.publish(lot, Listed(loop.contributor, ONE, COS)).terms
    assert (later.sponsor_bps, later.manager_bps) == (2_500, 1_000)


def test_takes_the_rules_terms_of_the_community_and_month(loop, desk, lot, publish):
    hours = RULES[HOURS]
    loop.rules.set_override_factor(20_000, sender=loop.governance)
    loop.rules.set_override(ROOT, HOURS, 2 * hours.minimum, hours.maximum, sender=loop.admin)
    loop.rules.set_rule(HOURS, hours, "again", sender=loop.governance)
    terms = Drop(*publish(rule=HOURS).value)
    assert (terms.rule, terms.rule_version) == (HOURS, 2)
    assert terms.minimum_scaled == hours.minimum * 10_000, "the override is next month's"
    assert terms.maximum_scaled == hours.maximum * 10_000
    loop.warp_to_month(loop.month + 1)
    later = desk.publish(lot, Listed(loop.contributor, ONE, COS), rule=HOURS).terms
    assert later.minimum_scaled == 2 * hours.minimum * 10_000
    other = loop.allotted(AMOUNT, OTHER)
    elsewhere = desk.publish(
        other,
        Listed(loop.contributor, ONE, COS),
        rule=HOURS,
        community=OTHER,
        manager=loop.managers[OTHER],
    ).terms
    assert elsewhere.minimum_scaled == hours.minimum * 10_000
    yearly = desk.publish(lot, Listed(loop.contributor, ONE, COS), rule=YEARLY).terms
    assert yearly.minimum_scaled == loop.rules.terms(YEARLY, ROOT, loop.month)[1]


def test_the_deadline_is_on_the_communitys_clock(loop, publish):
    """40 days of a freeze, ended early, are not on the clock; other communities' neither."""
    began = loop.chain.timestamp
    loop.freeze(OTHER, 10 * DAY)
    loop.freeze(seconds=50 * DAY)
    loop.chain.advance(40 * DAY)
    loop.registry.unfreeze(ROOT, sender=loop.auditor)
    terms = Drop(*publish().value)
    assert terms.deadline == began + DURATION
    assert loop.drops.closes_at(terms) == loop.chain.timestamp + DURATION


def test_after_2106(loop, publish):
    """Pitfall 35."""
    loop.chain.warp(2**32 + 7)
    terms = Drop(*publish().value)
    assert terms.deadline == 2**32 + 7 + DURATION
    assert loop.drops.state_of(terms)[2] == TOTAL


def test_numbers_go_up_by_one_for_each_manager(loop, desk, lot):
    loop.allot(loop.donate(AMOUNT), AMOUNT, manager=loop.sub_manager)
    loop.registry.set_manager(OTHER, loop.manager, 1, "both", sender=loop.admins[OTHER])
    other = loop.allotted(AMOUNT, OTHER, loop.manager)
    person = Listed(loop.contributor, ONE, COS)
    numbers = [
        desk.publish(lot, person).terms.drop,
        desk.publish(other, person, community=OTHER).terms.drop,
        desk.publish(2, person, manager=loop.sub_manager).terms.drop,
        desk.publish(lot, person).terms.drop,
    ]
    assert numbers == [
        *(drop_number(loop.manager, 1), drop_number(loop.manager, 2)),
        *(drop_number(loop.sub_manager, 1), drop_number(loop.manager, 3)),
    ]
    assert desk.next() == drop_number(loop.manager, 4)


def test_all_that_quota_can_be(loop, desk):
    """Pitfall 36: a quarter of the supply at once, with its bonus, in the packed words."""
    loop.lift_caps()
    total = loop.token.balanceOf(loop.seller)
    lot = loop.allotted(total)
    drop = desk.publish(lot, Listed(loop.contributor, ONE, COS), total=total)
    assert desk.contract.state_of(drop.terms) == (True, False, total, 0, 0)
    assert loop.ledger.caps(ROOT)[5] == loop.ledger.quota_aside() == total
    assert loop.pool.totals()[1:] == (0, total * 3_500)


def test_equal_drops_are_different_ones(loop, desk, lot):
    """Only the number tells them apart."""
    person = Listed(loop.contributor, ONE, COS)
    one, other = desk.publish(lot, person), desk.publish(lot, person)
    assert one.terms._replace(drop=0, root=b"") == other.terms._replace(drop=0, root=b"")
    desk.claim(one, 0)
    assert desk.contract.state_of(one.terms)[2] == TOTAL - COS
    assert desk.contract.state_of(other.terms)[2] == TOTAL
