"""QuotaLedger.grant: what the rule book asks of an entry

the rule is
├── unknown (0, one never set, 256, one whose bits would alias, the largest number): reverts
├── retired: reverts
└── active, and the amount is
    ├── under quantity * minimum: reverts, by one base unit
    ├── over quantity * maximum: reverts, by one base unit
    ├── exactly either: passes
    ├── anything, if there is no maximum
    └── compared exactly: a hundredth of an hour, an index that leaves fractions
a change of the rule
├── holds from the next grant on; the record names the version that it used
└── does not touch what was granted (pitfall 25)
a community's own amounts hold in it, from the next month on, and nowhere else
a yearly rule is paid in twelfths
a once-per-member rule
├── for who is no member, or only applied, or is one elsewhere: reverts
├── with a quantity other than 1: reverts
├── a second time, in the same batch, in another, years later, after leaving: reverts
├── the first time: passes, and sets its bit
└── two such rules, bits 1 and 40: independent of each other
rules are read once a run of equal ones, and again where they change: no entry gets another's terms
"""

from __future__ import annotations

import pytest

from tests.contribution_loop import (
    CHILD,
    COS,
    FREE,
    HOURS,
    ONCE,
    ONCE_40,
    ONE,
    OTHER,
    RETIRED,
    ROOT,
    RULES,
    YEARLY,
)

AMOUNT = 150_000 * COS
LOW, HIGH = RULES[HOURS].minimum, RULES[HOURS].maximum
ONCE_AMOUNT = RULES[ONCE].minimum


@pytest.fixture
def lot(loop) -> int:
    return loop.allotted(AMOUNT)


def set_rule(loop, rule, **changes):
    definition = RULES[rule]._replace(**changes)
    loop.rules.set_rule(rule, definition, f"rule {rule}", sender=loop.governance)


def grant(loop, lot, rule, quantity, amount, **options):
    return loop.grant(lot, loop.entry(rule=rule, quantity=quantity, amount=amount), **options)


# --- known and active


@pytest.mark.parametrize("rule", [0, 6, 256, 256 + FREE, 2**255, 2**256 - 2, 2**256 - 1])
@pytest.mark.parametrize("position", [0, 1])
def test_reverts_for_an_unknown_rule(loop, refused, lot, rule, position):
    """2**256 - 1 once meant "no rule read yet" in the contract, and passed without any terms."""
    entries = [loop.entry(amount=1), loop.entry(amount=1)]
    entries[position] = entries[position]._replace(rule=rule)
    with refused("rules: no such rule"):
        loop.grant(lot, *entries)
    with refused("rules: no such rule"):
        loop.grant(lot, entries[position])


def test_reverts_for_a_retired_rule(loop, refused, lot):
    with refused("rules: rule not active"):
        grant(loop, lot, RETIRED, ONE, 1)


def test_reverts_from_the_moment_in_which_a_rule_is_retired(loop, refused, lot):
    grant(loop, lot, FREE, ONE, 1)
    set_rule(loop, FREE, active=False)
    with refused("rules: rule not active"):
        grant(loop, lot, FREE, ONE, 1)


# --- amounts


@pytest.mark.parametrize("quantity", [1, 33, ONE, 250, 4_999])
def test_amounts_are_bounded_to_the_base_unit(loop, refused, lot, quantity):
    low, high = quantity * LOW // 100, quantity * HIGH // 100
    with refused("ledger: amount under rule"):
        grant(loop, lot, HOURS, quantity, low - 1)
    with refused("ledger: amount over rule"):
        grant(loop, lot, HOURS, quantity, high + 1)
    grant(loop, lot, HOURS, quantity, low)
    grant(loop, lot, HOURS, quantity, high)


def test_reverts_for_nothing_done(loop, refused, lot):
    for rule in (HOURS, FREE):
        with refused("ledger: no quantity"):
            grant(loop, lot, rule, 0, 1)


@pytest.mark.parametrize("amount", [1, AMOUNT])
def test_a_rule_without_amounts_takes_any_amount(loop, lot, amount):
    grant(loop, lot, FREE, ONE, amount)


def test_a_minimum_without_a_maximum_has_no_upper_bound(loop, refused, lot):
    set_rule(loop, HOURS, maximum=0)
    with refused("ledger: amount under rule"):
        grant(loop, lot, HOURS, ONE, LOW - 1)
    grant(loop, lot, HOURS, ONE, AMOUNT)


def test_an_index_that_leaves_fractions_is_compared_exactly(loop, refused, lot):
    """A minimum of 500 COS at 33.33 %, for 0.01 hours, is 166,650,000 base units and a bit."""
    set_rule(loop, HOURS, minimum=LOW + 1)
    loop.rules.set_index(3_333, sender=loop.governance)
    exact_e6 = (LOW + 1) * 3_333
    assert exact_e6 % 10**6 != 0
    with refused("ledger: amount under rule"):
        grant(loop, lot, HOURS, 1, exact_e6 // 10**6)
    grant(loop, lot, HOURS, 1, exact_e6 // 10**6 + 1)


def test_a_falling_index_lowers_both_bounds(loop, refused, lot):
    loop.rules.set_index(5_000, sender=loop.governance)
    with refused("ledger: amount over rule"):
        grant(loop, lot, HOURS, ONE, HIGH // 2 + 1)
    with refused("ledger: amount under rule"):
        grant(loop, lot, HOURS, ONE, LOW // 2 - 1)
    grant(loop, lot, HOURS, ONE, LOW // 2)
    grant(loop, lot, HOURS, ONE, HIGH // 2)


def test_the_largest_amounts_and_quantities_do_not_overflow(loop, refused, lot):
    """64 bits each, times the index: all products stay far below 256 bits."""
    set_rule(loop, HOURS, minimum=2**64 - 1, maximum=2**64 - 1)
    with refused("ledger: amount under rule"):
        grant(loop, lot, HOURS, 2**64 - 1, 2**64 - 1)


# --- versions


def test_a_record_names_the_version_that_it_used(loop, lot):
    first = grant(loop, lot, HOURS, ONE, LOW)
    set_rule(loop, HOURS, minimum=LOW + 1)
    second = grant(loop, lot, HOURS, ONE, LOW + 1)
    versions = [loop.contributions(receipt)[0][1] for receipt in (first, second)]
    assert versions == [1, 2]


def test_a_change_does_not_touch_what_was_granted(loop, refused, lot):
    """Pitfall 25."""
    grant(loop, lot, HOURS, ONE, HIGH)
    before = loop.state()
    set_rule(loop, HOURS, minimum=1, maximum=2)
    loop.rules.set_index(1, sender=loop.governance)
    assert loop.state() == before
    with refused("ledger: amount over rule"):
        grant(loop, lot, HOURS, ONE, HIGH)


# --- a community's own amounts


def test_a_communitys_own_amounts_hold_in_it_from_next_month_on(loop, refused, lot):
    other = loop.allotted(AMOUNT, OTHER)
    loop.rules.set_override_factor(20_000, sender=loop.governance)
    loop.rules.set_override(ROOT, HOURS, 2 * LOW, 2 * HIGH, sender=loop.admin)
    next_month = loop.month + 1
    loop.warp_to_month(next_month, -1)
    grant(loop, lot, HOURS, ONE, LOW)
    with refused("ledger: amount over rule"):
        grant(loop, lot, HOURS, ONE, 2 * HIGH)
    loop.warp_to_month(next_month)
    with refused("ledger: amount under rule"):
        grant(loop, lot, HOURS, ONE, LOW)
    grant(loop, lot, HOURS, ONE, 2 * HIGH)
    with refused("ledger: amount over rule"):
        grant(loop, other, HOURS, ONE, HIGH + 1, community=OTHER)
    grant(loop, other, HOURS, ONE, LOW, community=OTHER)


# --- yearly rules


def test_a_yearly_rule_is_paid_in_twelfths(loop, refused, lot):
    """1,000 COS a year is no whole number of base units a month: twelve payments still add up."""
    year = RULES[YEARLY].minimum
    low, high = year // 1_200 * 100, (year + 1_199) // 1_200 * 100
    assert (high - low) == 100
    with refused("ledger: amount under rule"):
        grant(loop, lot, YEARLY, ONE, low - 1)
    with refused("ledger: amount over rule"):
        grant(loop, lot, YEARLY, ONE, high + 1)
    amounts = [year * (k + 1) // 12 - year * k // 12 for k in range(12)]
    assert sum(amounts) == year
    assert len(set(amounts)) == 2
    for amount in amounts:
        grant(loop, lot, YEARLY, ONE, amount)
    assert loop.token.balanceOf(loop.contributor) == year


# --- once per member


def test_reverts_for_who_is_no_member(loop, refused, lot):
    with refused("ledger: not a member"):
        grant(loop, lot, ONCE, ONE, ONCE_AMOUNT)


def test_reverts_for_an_applicant(loop, refused, lot):
    loop.registry.apply(ROOT, bytes(32), sender=loop.contributor)
    with refused("ledger: not a member"):
        grant(loop, lot, ONCE, ONE, ONCE_AMOUNT)


@pytest.mark.parametrize("community", [CHILD, OTHER])
def test_reverts_for_a_member_of_another_community(loop, refused, lot, community):
    loop.join(loop.contributor, community)
    with refused("ledger: not a member"):
        grant(loop, lot, ONCE, ONE, ONCE_AMOUNT)


@pytest.mark.parametrize(("quantity", "amount"), [(2 * ONE, 2 * ONCE_AMOUNT), (50, 250 * COS)])
def test_reverts_for_more_or_less_than_one(loop, refused, lot, quantity, amount):
    loop.join(loop.contributor)
    with refused("ledger: once means one"):
        grant(loop, lot, ONCE, quantity, amount)


def test_sets_the_bit_of_the_rule(loop, lot):
    loop.join(loop.contributor)
    grant(loop, lot, ONCE, ONE, ONCE_AMOUNT)
    assert loop.ledger.standing(ROOT, loop.contributor)[5] == 1


def test_reverts_the_second_time(loop, refused, lot):
    loop.join(loop.contributor)
    grant(loop, lot, ONCE, ONE, ONCE_AMOUNT)
    with refused("ledger: rule already used"):
        grant(loop, lot, ONCE, ONE, ONCE_AMOUNT)
    loop.warp_to_month(loop.month + 120)
    with refused("ledger: rule already used"):
        grant(loop, lot, ONCE, ONE, ONCE_AMOUNT)


def test_reverts_the_second_time_in_one_batch(loop, refused, lot):
    loop.join(loop.contributor)
    entry = loop.entry(rule=ONCE, amount=ONCE_AMOUNT)
    with refused("ledger: rule already used"):
        loop.grant(lot, entry, loop.entry(), entry)


def test_reverts_the_second_time_from_another_lot_and_manager(loop, refused, lot):
    loop.join(loop.contributor)
    grant(loop, lot, ONCE, ONE, ONCE_AMOUNT)
    own = loop.allotted_own(AMOUNT, manager=loop.sub_manager)
    with refused("ledger: rule already used"):
        grant(loop, own, ONCE, ONE, ONCE_AMOUNT, manager=loop.sub_manager)


def test_reverts_for_a_member_who_left_and_came_back(loop, refused, lot):
    loop.join(loop.contributor)
    grant(loop, lot, ONCE, ONE, ONCE_AMOUNT)
    loop.registry.leave(ROOT, sender=loop.contributor)
    with refused("ledger: not a member"):
        grant(loop, lot, ONCE, ONE, ONCE_AMOUNT)
    loop.join(loop.contributor)
    with refused("ledger: rule already used"):
        grant(loop, lot, ONCE, ONE, ONCE_AMOUNT)


def test_reverts_after_the_rule_was_opened_and_closed_to_repetition(loop, refused, lot):
    """A rule that was repeatable for a while does not forget who used it before."""
    loop.join(loop.contributor)
    grant(loop, lot, ONCE, ONE, ONCE_AMOUNT)
    set_rule(loop, ONCE, once_bit=0)
    grant(loop, lot, ONCE, ONE, ONCE_AMOUNT)
    set_rule(loop, ONCE)
    with refused("ledger: rule already used"):
        grant(loop, lot, ONCE, ONE, ONCE_AMOUNT)


def test_two_rules_of_one_member_are_independent(loop, refused, lot):
    loop.join(loop.contributor)
    grant(loop, lot, ONCE_40, ONE, RULES[ONCE_40].minimum)
    assert loop.ledger.standing(ROOT, loop.contributor)[5] == 1 << 39
    grant(loop, lot, ONCE, ONE, ONCE_AMOUNT)
    assert loop.ledger.standing(ROOT, loop.contributor)[5] == (1 << 39) | 1
    with refused("ledger: rule already used"):
        grant(loop, lot, ONCE_40, ONE, RULES[ONCE_40].minimum)


def test_two_members_and_two_communities_are_independent(loop, lot):
    other = loop.allotted(AMOUNT, OTHER)
    for person in (loop.contributor, loop.other_contributor):
        loop.join(person)
    entries = [
        loop.entry(person, rule=ONCE, amount=ONCE_AMOUNT)
        for person in (loop.contributor, loop.other_contributor)
    ]
    loop.grant(lot, *entries)
    loop.join(loop.contributor, OTHER)
    loop.grant(other, entries[0], community=OTHER)
    assert loop.token.balanceOf(loop.contributor) == 2 * ONCE_AMOUNT


# --- runs of equal rules


def test_no_entry_gets_the_terms_of_another(loop, refused, lot):
    """The rule is read when it changes: bounds, once bit and version must all follow."""
    loop.join(loop.contributor)
    free = loop.entry(amount=HIGH * 10)
    hours = loop.entry(rule=HOURS, amount=HIGH)
    once = loop.entry(rule=ONCE, amount=ONCE_AMOUNT)
    set_rule(loop, HOURS)  # version 2
    with refused("ledger: amount over rule"):
        loop.grant(lot, free, hours._replace(amount=HIGH + 1))
    with refused("ledger: not a member"):
        loop.grant(lot, free, once._replace(contributor=loop.other_contributor))
    with refused("ledger: amount under rule"):
        loop.grant(lot, once, hours._replace(amount=LOW - 1), free)
    receipt = loop.grant(lot, free, hours, free, once, free, free, hours, hours)
    versions = [version for _, version, _ in loop.contributions(receipt)]
    assert versions == [1, 2, 1, 1, 1, 1, 2, 2]
