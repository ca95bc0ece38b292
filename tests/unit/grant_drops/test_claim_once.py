"""GrantDrops.claim_once(drop), by the member itself

├── the drop has a list: reverts
├── the terms are not those of a drop: reverts
├── the caller is no member, not any more, or of another community: reverts
├── it has used the rule before
│   ├── from this drop, from another drop of any manager, or by a grant: reverts
│   ├── and a claim keeps it from a grant
│   ├── in another community: works
│   └── another rule: works
├── cancelled, frozen, over: reverts
├── it is the sponsor or the manager of the drop: reverts
├── its cap is exceeded, nothing is left: reverts
└── otherwise: pays the amount of the drop, for a quantity of one
    ├── logs ContributionRecorded, Claimed with the member's address as index, the transfer
    ├── first come, first served
    ├── own coins: a record without points, but the rule is used
    └── the rule is changed, out of use, its bit another's: the drop stays what it was
"""

from __future__ import annotations

import pytest

from cos.chain import Event
from tests.contribution_loop import COS, DAY, ONCE, ONCE_40, ONE, OTHER, ROOT, RULES, digest_of
from tests.models.grant_drops import Drop
from tests.unit.grant_drops.conftest import AMOUNT, DURATION, LIST_HASH, REASON, TOTAL

PAID = RULES[ONCE].minimum


def test_pays_and_records_the_member(loop, desk, opened):
    receipt = desk.claim_once(opened)
    member, index = loop.contributor, int(loop.contributor, 16)
    assert loop.token.balanceOf(member) == PAID
    assert loop.ledger.standing(ROOT, member) == (
        *(PAID, 1, loop.chain.timestamp, loop.month, PAID, 1),
    )
    assert desk.contract.state_of(opened) == (True, False, TOTAL - PAID, PAID, 1)
    assert desk.contract.is_claimed(opened.drop, index)
    assert desk.contract.recipient_of(opened.drop, index) == member
    record = {
        "contributor": member,
        "community": ROOT,
        "work": ONCE | 1 << 8 | ONE << 64 | PAID << 128,
        "evidence": LIST_HASH,
    }
    assert receipt.logs[:2] == [
        Event(loop.ledger.address, "ContributionRecorded", record),
        Event(desk.contract.address, "Claimed", {"drop": opened.drop, "index": index}),
    ]
    assert list(receipt.logs[2].args.values()) == [desk.contract.address, member, PAID]
    assert len(receipt.logs) == 3


def test_reverts_for_a_drop_with_a_list(loop, desk, listed, refused):
    loop.join(loop.contributor)
    with refused("drops: not open to members"):
        desk.claim_once(listed.terms)


@pytest.mark.parametrize("field", [name for name in Drop._fields if name != "root"])
def test_reverts_for_terms_that_were_never_published(loop, desk, opened, refused, field):
    value = getattr(opened, field)
    if isinstance(value, int):
        forged = value + 1
    else:
        forged = digest_of("forged") if isinstance(value, bytes) else loop.attacker
    reason = "drops: not a member" if field == "community" else "drops: no such drop"
    with refused(reason):
        desk.claim_once(opened._replace(**{field: forged}))


def test_reverts_for_a_list_posed_as_an_open_drop(loop, desk, listed, refused):
    loop.join(loop.contributor)
    with refused("drops: no such drop"):
        desk.claim_once(listed.terms._replace(root=bytes(32)))


def test_reverts_for_who_is_no_member(loop, desk, opened, refused):
    loop.registry.apply(ROOT, bytes(32), sender=loop.attacker)
    loop.join(loop.child_manager, OTHER)
    for caller in (loop.attacker, loop.child_manager, loop.admin):
        with refused("drops: not a member"):
            desk.claim_once(opened, caller)


def test_reverts_for_who_is_a_member_no_more(loop, desk, opened, refused):
    loop.registry.leave(ROOT, sender=loop.contributor)
    with refused("drops: not a member"):
        desk.claim_once(opened)
    loop.join(loop.contributor)
    desk.claim_once(opened)


# --- once


def test_reverts_the_second_time(loop, desk, opened, refused):
    desk.claim_once(opened)
    with refused("ledger: rule already used"):
        desk.claim_once(opened)
    loop.warp_to_month(loop.month + 1)
    with refused("ledger: rule already used"):
        desk.claim_once(opened)


def test_reverts_in_every_drop_of_the_rule(loop, desk, lot, opened, refused):
    loop.allot(loop.donate(AMOUNT), AMOUNT, manager=loop.sub_manager)
    others = [desk.open(lot), desk.open(2, manager=loop.sub_manager)]
    desk.claim_once(opened)
    for other in others:
        with refused("ledger: rule already used"):
            desk.claim_once(other)
    desk.claim_once(others[1], loop.other_contributor)
    desk.claim_once(desk.open(lot, rule=ONCE_40, amount=RULES[ONCE_40].minimum))


def test_reverts_after_a_grant_of_the_rule(loop, desk, lot, opened, refused):
    loop.grant(lot, loop.entry(rule=ONCE, amount=PAID))
    with refused("ledger: rule already used"):
        desk.claim_once(opened)


def test_a_claim_keeps_one_from_a_grant_of_the_rule(loop, desk, lot, opened, refused):
    desk.claim_once(opened)
    with refused("ledger: rule already used"):
        loop.grant(lot, loop.entry(rule=ONCE, amount=PAID))
    loop.grant(lot, loop.entry(rule=ONCE_40, amount=RULES[ONCE_40].minimum))
    assert loop.ledger.standing(ROOT, loop.contributor)[5] == 1 | 1 << 39


def test_each_community_has_its_own(loop, desk, opened):
    loop.join(loop.contributor, OTHER)
    lot = loop.allotted(AMOUNT, OTHER)
    other = desk.open(lot, community=OTHER, manager=loop.managers[OTHER])
    desk.claim_once(opened)
    desk.claim_once(other)
    assert loop.token.balanceOf(loop.contributor) == 2 * PAID


# --- as in claim


def test_reverts_if_cancelled(desk, opened, refused):
    desk.cancel(opened, REASON)
    with refused("drops: cancelled"):
        desk.claim_once(opened)


def test_reverts_while_the_community_is_frozen(loop, desk, opened, refused):
    loop.freeze(seconds=DAY)
    with refused("drops: community frozen"):
        desk.claim_once(opened)
    loop.chain.advance(DAY)
    desk.claim_once(opened)


@pytest.mark.parametrize("freeze", [0, 9 * DAY])
def test_pays_until_the_second_of_the_deadline(loop, desk, opened, refused, freeze):
    last = loop.chain.timestamp + DURATION + freeze
    if freeze:
        loop.freeze(seconds=freeze)
    loop.chain.warp(last)
    desk.claim_once(opened)
    loop.chain.advance(1)
    with refused("drops: deadline is over"):
        desk.claim_once(opened, loop.other_contributor)


def test_a_closed_community_pays_until_the_deadline(loop, desk, opened):
    loop.close()
    loop.chain.advance(DURATION)
    desk.claim_once(opened)


@pytest.mark.parametrize("role", ["sponsor", "manager"])
def test_reverts_for_sponsor_and_manager(loop, desk, opened, refused, role):
    """Pitfall 23."""
    loop.join(getattr(loop, role))
    with refused(f"drops: {role} as contributor"):
        desk.claim_once(opened, getattr(loop, role))


def test_another_manager_may_claim(loop, desk, opened):
    loop.join(loop.sub_manager)
    desk.claim_once(opened, loop.sub_manager)
    assert loop.token.balanceOf(loop.sub_manager) == PAID


def test_reverts_above_the_members_cap_of_publication(loop, desk, lot, opened, refused):
    loop.set_caps(contributor=PAID // COS)
    drop = desk.open(lot, rule=ONCE_40, amount=RULES[ONCE_40].minimum)
    loop.set_caps(contributor=PAID // COS + 1_000)
    desk.claim_once(opened)
    with refused("ledger: contributor cap"):
        desk.claim_once(drop)
    loop.warp_to_month(loop.month + 1)
    desk.claim_once(drop)


def test_first_come_first_served(loop, desk, lot, opened, refused):
    drop = desk.open(lot, total=2 * PAID - 1)
    desk.claim_once(drop)
    with refused("drops: nothing left"):
        desk.claim_once(drop, loop.other_contributor)
    exact = desk.open(lot, total=PAID)
    desk.claim_once(exact, loop.other_contributor)
    assert desk.contract.state_of(exact) == (True, False, 0, PAID, 1)


def test_own_coins_use_the_rule_without_points(loop, desk, own_lot, opened, refused):
    own = desk.open(own_lot)
    desk.claim_once(own)
    assert loop.ledger.standing(ROOT, loop.contributor) == (
        *(0, 1, loop.chain.timestamp, loop.month, PAID, 1),
    )
    with refused("ledger: rule already used"):
        desk.claim_once(opened)


def test_goes_on_whatever_becomes_of_the_rule(loop, desk, opened):
    """Pitfalls 25 and 27."""
    for changes in ({"minimum": 7, "maximum": 7}, {"active": False}):
        loop.rules.set_rule(
            ONCE, RULES[ONCE]._replace(**changes), "changed", sender=loop.governance
        )
    loop.rules.set_index(1, sender=loop.governance)
    receipt = desk.claim_once(opened)
    ((entry, version, _),) = loop.contributions(receipt)
    assert (entry.rule, version, entry.quantity, entry.amount) == (ONCE, 1, ONE, PAID)
