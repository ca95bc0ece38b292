"""terms(rule, community, month) -> (version, minimum_scaled, maximum_scaled, once_bit)

├── of a rule as it stands, in any community, known or not
├── no such rule (0, 256 and above too), not active -> revert
├── what a grant must satisfy, with quantities in hundredths
│   ├── an hour and a half at 1,000 to 4,000: exactly 1,500 to 6,000 COS
│   └── at an index of 3,333: the next base unit below and above are refused
├── yearly rules are paid in twelfths
│   ├── twelve payments, each allowed, add up to the year's amount exactly
│   ├── every hundredth of a month has an amount, at any index, within 100 base units a month
│   └── a small amount never becomes "no maximum"
├── a changed rule leaves other months, rules and earlier answers as they were (PITFALLS 25)
└── equals the model for arbitrary rules, indexes, overrides and months
"""

from fractions import Fraction
from math import ceil, floor

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.models import ModelRevert
from tests.models.authority import AuthorityModel
from tests.models.clock import Clock
from tests.models.rule_book import Rule, RuleBookModel
from tests.reverts import reverts
from tests.unit.rule_book.conftest import (
    ARTICLE,
    BPS,
    COS,
    FREE,
    MAX_AMOUNT,
    OWN,
    RULES,
    SALARY,
    UNKNOWN,
    UTC_8,
    YEAR,
)


def fits(terms, quantity_hundredths: int, amount: int) -> bool:
    """The ledger's test of an amount."""
    _, minimum, maximum, _ = terms
    enough = quantity_hundredths * minimum <= amount * 1_000_000
    return enough and (maximum == 0 or amount * 1_000_000 <= quantity_hundredths * maximum)


def test_terms_of_a_rule_as_it_stands(book, month):
    for community in (0, OWN, 2**31 - 1):
        assert book.terms(ARTICLE, community, month) == (1, 1_000 * COS * BPS, 4_000 * COS * BPS, 0)
        assert book.terms(FREE, community, month) == (1, 0, 0, 0)


@pytest.mark.parametrize("rule", [0, UNKNOWN, 256 + ARTICLE, 2**256 - 1])
def test_terms_revert_for_an_unknown_rule(book, month, rule, refuses):
    with refuses("rules: no such rule"):
        book.terms(rule, OWN, month)


def test_terms_revert_for_an_inactive_rule(book, governance, month, refuses):
    inactive = RULES[ARTICLE]._replace(active=False)
    book.set_rule(ARTICLE, inactive, "Off", sender=governance)
    with refuses("rules: rule not active"):
        book.terms(ARTICLE, OWN, month)


def test_terms_bound_the_amount_exactly(book, month):
    terms = book.terms(ARTICLE, OWN, month)
    lowest, highest = 1_500 * COS, 6_000 * COS
    assert fits(terms, 150, lowest)
    assert not fits(terms, 150, lowest - 1)
    assert fits(terms, 150, highest)
    assert not fits(terms, 150, highest + 1)


def test_terms_bound_the_amount_exactly_at_an_odd_index(book, governance, month):
    odd = RULES[ARTICLE]._replace(minimum=7, maximum=7)
    book.set_rule(ARTICLE, odd, "Odd", sender=governance)
    book.set_index(3_333, sender=governance)
    terms = book.terms(ARTICLE, OWN, month)
    # 1,000,000 items of 7 * 0.3333 base units
    assert fits(terms, 100 * 1_000_000, 2_333_100)
    assert not fits(terms, 100 * 1_000_000, 2_333_099)
    assert not fits(terms, 100 * 1_000_000, 2_333_101)


def test_terms_of_a_yearly_rule_add_up_to_the_year(book, month):
    terms = book.terms(SALARY, OWN, month)
    yearly = 1_000_000 * COS
    payments = [yearly * k // 12 - yearly * (k - 1) // 12 for k in range(1, 13)]
    assert sum(payments) == yearly
    assert all(fits(terms, 100, payment) for payment in payments)


@pytest.mark.parametrize("index_bps", [BPS, 9_999, 3_333, 1])
def test_terms_of_a_yearly_rule_can_be_paid_for_every_part_of_a_month(
    book, governance, month, index_bps
):
    """A fixed price must not be a range without a whole number in it."""
    if index_bps < BPS:
        book.set_index(index_bps, sender=governance)
    terms = book.terms(SALARY, OWN, month)
    exact = Fraction(1_000_000 * COS * index_bps, 12 * BPS)
    for quantity in (*range(1, 101), 1_200):
        amount = exact * quantity / 100
        assert fits(terms, quantity, round(amount))
        # and no more than 100 base units a month from the exact amount
        assert not fits(terms, quantity, floor(amount - quantity) - 1)
        assert not fits(terms, quantity, ceil(amount + quantity) + 1)


def test_terms_of_a_tiny_yearly_rule_keep_their_maximum(book, governance, month):
    book.set_rule(SALARY, RULES[SALARY]._replace(minimum=1, maximum=1), "S", sender=governance)
    book.set_index(1, sender=governance)
    assert book.terms(SALARY, OWN, month) == (2, 0, 100 * BPS, 0)


def test_terms_of_other_rules_are_untouched_by_a_change(book, governance, month):
    before = [book.terms(rule, OWN, month) for rule in (FREE, SALARY)]
    changed = RULES[ARTICLE]._replace(minimum=1)
    book.set_rule(ARTICLE, changed, "Changed", sender=governance)
    assert [book.terms(rule, OWN, month) for rule in (FREE, SALARY)] == before
    assert Rule(*book.rule_at(ARTICLE, 1)) == RULES[ARTICLE]
    assert book.terms(ARTICLE, OWN, month)[:2] == (2, BPS)


class AdminOf:
    """A registry of which the model only asks for the admin."""

    def __init__(self, admin: str) -> None:
        self.admin = admin

    def admin_of_open(self, community: int) -> str:
        return self.admin


AMOUNTS = st.one_of(
    st.sampled_from([0, 1, 11, 12, MAX_AMOUNT - 1, MAX_AMOUNT]), st.integers(0, 10**13)
)
RULE = st.builds(
    lambda unit, amounts, active: Rule(1, unit, min(amounts), max(amounts), 0, 0, active),
    st.sampled_from([1, YEAR]),
    st.tuples(AMOUNTS, AMOUNTS),
    st.just(True),
)
FACTORS = st.one_of(st.sampled_from([BPS, 2 * BPS, 10 * BPS]), st.integers(BPS, 10 * BPS))
OWN_SHARES = st.tuples(st.fractions("0.1", 10), st.fractions("0.1", 10))


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    rules=st.tuples(RULE, RULE),
    factors=st.tuples(FACTORS, FACTORS),
    shares=OWN_SHARES,
    index_bps=st.integers(1, BPS - 1),
    second_open_ended=st.booleans(),
)
def test_terms_equal_the_model(
    chain, book, governance, admin, month, rules, factors, shares, index_bps, second_open_ended
):
    """A rule, an override of it, then a changed rule, factor and index."""
    with chain.anchor():
        clock = Clock(chain.timestamp)
        model = RuleBookModel(AuthorityModel(governance), AdminOf(admin), UTC_8, clock)
        first, second = rules
        if second_open_ended:
            second = second._replace(maximum=0)

        def both(function, sender, *args):
            try:
                getattr(model, function)(sender, *args)
            except ModelRevert as revert:
                with reverts(revert.reason, lambda: book.version_of(ARTICLE)):
                    book.transact(function, *args, sender=sender)
            else:
                book.transact(function, *args, sender=sender)

        model.set_rule(governance, ARTICLE, first, "Before the test")
        book.set_rule(ARTICLE, first, "First", sender=governance)
        both("set_override_factor", governance, factors[0])
        own = [int(default * share) for default, share in zip(first[2:4], shares, strict=True)]
        both("set_override", admin, OWN, ARTICLE, *own)
        model.set_rule(governance, ARTICLE, second, "Second")
        book.set_rule(ARTICLE, second, "Second", sender=governance)
        both("set_override_factor", governance, factors[1])
        both("set_index", governance, index_bps)
        for later in (0, 1):
            version, *amounts = book.terms(ARTICLE, OWN, month + later)
            expected = model.terms(ARTICLE, OWN, month + later)
            assert version == expected.version + 1  # the fixture's own
            assert tuple(amounts) == expected[1:]
