"""GrantDrops.open_claims(lot, community, total, rule, amount, duration_seconds, evidence)

├── no evidence, no amount: reverts
├── the rule is unknown, out of use, or not once per member: reverts
├── the amount is under the rule's minimum, over its maximum or over 64 bits: reverts
│   └── at both bounds of a rule with a range: works
├── duration, community, manager, allotment, caps: as in publish
└── otherwise: sets the total aside, logs DropPublished, returns the terms
    ├── it takes the manager's next number, like a list
    ├── no root; the bit of the rule; what each member is paid
    └── own coins: no rates
"""

from __future__ import annotations

import pytest

from tests.contribution_loop import COS, DAY, FREE, ONCE, ONCE_40, OTHER, RETIRED, ROOT, RULES
from tests.models.grant_drops import Drop, drop_number
from tests.models.rule_book import Rule
from tests.unit.grant_drops.conftest import AMOUNT, DURATION, LIST_HASH, TOTAL

PAID = RULES[ONCE].minimum
RANGE = 7  # a once-per-member rule of 10 to 20 COS


@pytest.fixture
def open_claims(loop, desk, lot):
    def send(manager="", **changes):
        arguments = desk.open_arguments(changes.pop("lot", lot), **changes)
        return desk.contract.transact("open_claims", *arguments, sender=manager or loop.manager)

    return send


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"evidence": bytes(32)}, "drops: no evidence"),
        ({"amount": 0}, "drops: no amount"),
        ({"amount": PAID - 1}, "drops: amount under rule"),
        ({"amount": PAID + 1}, "drops: amount over rule"),
        ({"amount": 2**64}, "drops: number too large"),
        ({"amount": 2**256 - 1}, "drops: number too large"),
        ({"rule": 0}, "rules: no such rule"),
        ({"rule": RETIRED}, "rules: rule not active"),
        ({"rule": FREE}, "drops: not once per member"),
        ({"duration_seconds": DAY - 1}, "drops: bad duration"),
        ({"duration_seconds": 366 * DAY + 1}, "drops: bad duration"),
        ({"community": 0}, "registry: no such community"),
        ({"community": OTHER}, "registry: not a manager"),
        ({"total": 0}, "ledger: no amount"),
        ({"total": AMOUNT + 1}, "ledger: allotment too small"),
        ({"lot": 2}, "ledger: allotment too small"),
    ],
)
def test_reverts_for_a_bad_argument(open_claims, refused, changes, reason):
    with refused(reason):
        open_claims(**changes)


@pytest.mark.parametrize("bound", [10 * COS, 20 * COS])
def test_takes_the_bounds_of_a_range(loop, open_claims, refused, bound):
    loop.rules.set_rule(
        RANGE, Rule(1, 1, 10 * COS, 20 * COS, 3, 0, True), "range", sender=loop.governance
    )
    with refused(f"drops: amount {'under' if bound == 10 * COS else 'over'} rule"):
        open_claims(rule=RANGE, amount=bound + (-1 if bound == 10 * COS else 1))
    terms = Drop(*open_claims(rule=RANGE, amount=bound).value)
    assert (terms.once_bit, terms.amount) == (3, bound)


def test_reverts_for_a_frozen_or_closed_community(loop, open_claims, refused):
    with loop.chain.anchor():
        loop.freeze()
        with refused("registry: community frozen"):
            open_claims()
    loop.close()
    with refused("registry: community closed"):
        open_claims()


def test_reverts_for_who_is_no_manager(loop, open_claims, refused):
    for caller in (loop.admin, loop.sponsor, loop.child_manager, loop.attacker):
        with refused("registry: not a manager"):
            open_claims(caller)


def test_reverts_above_a_cap(loop, open_claims, refused):
    loop.set_caps(manager=TOTAL // COS)
    with refused("ledger: manager cap"):
        open_claims(total=TOTAL + 1)
    open_claims(total=TOTAL)


def test_returns_and_logs_all_terms(loop, desk, open_claims, lot):
    receipt = open_claims(rule=ONCE_40, amount=RULES[ONCE_40].minimum)
    terms = Drop(*receipt.value)
    assert terms == Drop(
        drop=drop_number(loop.manager, 1),
        community=ROOT,
        lot=lot,
        sponsor=loop.sponsor,
        contributor_cap=loop.ledger.caps(ROOT)[2],
        rule=ONCE_40,
        rule_version=1,
        once_bit=40,
        minimum_scaled=RULES[ONCE_40].minimum * 10_000,
        maximum_scaled=RULES[ONCE_40].maximum * 10_000,
        amount=RULES[ONCE_40].minimum,
        sponsor_bps=2_500,
        manager_bps=1_000,
        deadline=loop.chain.timestamp + DURATION,
        root=bytes(32),
        evidence=LIST_HASH,
    )
    ((name, event),) = desk.logs(receipt)
    assert name == "DropPublished"
    assert event == {**terms._asdict(), "manager": loop.manager, "total": TOTAL}


def test_sets_the_coins_aside(loop, desk, open_claims, lot):
    terms = open_claims().value
    assert desk.contract.state_of(terms) == (True, False, TOTAL, 0, 0)
    assert loop.ledger.holding(lot, ROOT, loop.manager) == AMOUNT - TOTAL
    assert loop.ledger.quota_aside() == loop.token.balanceOf(desk.contract.address) == TOTAL
    assert loop.ledger.caps(ROOT)[4:] == (loop.month, TOTAL, 0)


def test_own_coins_earn_nothing(loop, desk, own_lot):
    terms = desk.open(own_lot)
    assert (terms.sponsor_bps, terms.manager_bps) == (0, 0)
    assert loop.ledger.quota_aside() == 0
    assert loop.ledger.locked_own() == AMOUNT - TOTAL


def test_lists_and_open_drops_share_the_numbers(loop, desk, lot, listed):
    opened = desk.open(lot)
    assert opened.drop == listed.terms.drop + 1 == drop_number(loop.manager, 2)
    assert desk.next() == opened.drop + 1
