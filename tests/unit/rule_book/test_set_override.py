"""set_override(community, rule, minimum, maximum)

├── by the admin: from the next month on, event; this month, other rules and communities as before
├── in the month's last second and the next one's first, at UTC+8 (PITFALLS 8)
├── set in one month and changed in the next: each from its own month on
├── changed again in the same month: the one that never came into force is forgotten
├── long idle, then changed: the old one holds until the new month
├── within the factor
│   ├── minimum and maximum at both bounds; one base unit beyond -> revert
│   ├── bounds that do not divide: rounded inwards
│   ├── a rule with no maximum: none, or any from the minimum on
│   ├── a rule with a maximum: none -> revert
│   ├── a rule without a minimum: none but 0
│   └── bounds beyond 64 bits: all of 64 bits
├── the rule changed since
│   ├── its amounts are raised or lowered: the override is brought within the factor
│   ├── it gets a maximum: an override without one gets the highest one
│   ├── it loses its maximum: the override's own stays, but never below its minimum
│   └── it became inactive -> terms revert
├── a rule that is not active may have one, for the day when it is
├── minimum above maximum -> revert
├── an amount above 64 bits -> revert; 64 bits in both fields at the largest month
├── no such rule -> revert
├── not the admin (a manager, governance, another admin, one who was replaced) -> revert
├── frozen, closed, unknown community -> revert
└── after the year 5461 the month does not fit -> revert
"""

import pytest

from tests.models.calendar_months import month_start
from tests.unit.rule_book.conftest import (
    ARTICLE,
    BPS,
    COS,
    DAY,
    FREE,
    MAX_AMOUNT,
    NEIGHBOUR,
    NEXT,
    NOT_SET,
    OWN,
    RULES,
    SALARY,
    UNKNOWN,
    UTC_8,
)

DEFAULT = (1_000 * COS, 4_000 * COS)
OTHERS = (1_200 * COS, 5_000 * COS)


def test_set_override_counts_from_the_next_month_on(book, admin, amounts, month, event):
    receipt = book.transact("set_override", OWN, ARTICLE, *OTHERS, sender=admin)
    assert receipt.logs == [
        event(
            "OverrideSet",
            community=OWN,
            rule=ARTICLE,
            minimum=OTHERS[0],
            maximum=OTHERS[1],
            from_month=month + 1,
        )
    ]
    assert amounts(ARTICLE, OWN, month) == DEFAULT
    assert amounts(ARTICLE, OWN, month + 1) == OTHERS
    assert amounts(ARTICLE, OWN, month + 120) == OTHERS
    assert amounts(ARTICLE, NEIGHBOUR, month + 1) == amounts(ARTICLE, NEXT, month + 1) == DEFAULT
    assert amounts(FREE, OWN, month + 1) == (0, 0)
    assert book.overrides_of(OWN, ARTICLE) == (NOT_SET, (True, *OTHERS, month + 1))


@pytest.mark.parametrize(("seconds", "later"), [(-1, 0), (0, 1), (1, 1)])
def test_set_override_at_the_month_boundary_of_utc_8(
    chain, book, admin, month, to_month, seconds, later
):
    to_month(month + 1, seconds)
    assert book.current_month() == month + later
    book.set_override(OWN, ARTICLE, *OTHERS, sender=admin)
    assert book.overrides_of(OWN, ARTICLE)[1][3] == month + later + 1


def test_set_override_in_two_months(book, admin, amounts, month, to_month):
    second = (900 * COS, 4_500 * COS)
    book.set_override(OWN, ARTICLE, *OTHERS, sender=admin)
    to_month(month + 1)
    book.set_override(OWN, ARTICLE, *second, sender=admin)
    assert amounts(ARTICLE, OWN, month + 1) == OTHERS
    assert amounts(ARTICLE, OWN, month + 2) == second
    assert book.overrides_of(OWN, ARTICLE) == (
        (True, *OTHERS, month + 1),
        (True, *second, month + 2),
    )


def test_set_override_twice_in_a_month_forgets_the_first(book, admin, amounts, month, to_month):
    second, third = (900 * COS, 4_500 * COS), (800 * COS, 4_000 * COS)
    book.set_override(OWN, ARTICLE, *second, sender=admin)
    book.set_override(OWN, ARTICLE, *OTHERS, sender=admin)
    assert amounts(ARTICLE, OWN, month) == DEFAULT
    assert amounts(ARTICLE, OWN, month + 1) == OTHERS
    to_month(month + 1)
    book.set_override(OWN, ARTICLE, *second, sender=admin)
    book.set_override(OWN, ARTICLE, *third, sender=admin)
    assert amounts(ARTICLE, OWN, month + 1) == OTHERS
    assert amounts(ARTICLE, OWN, month + 2) == third


def test_set_override_after_ten_idle_years(book, admin, amounts, month, to_month):
    second = (900 * COS, 4_500 * COS)
    book.set_override(OWN, ARTICLE, *OTHERS, sender=admin)
    to_month(month + 120)
    assert amounts(ARTICLE, OWN, month + 120) == OTHERS
    book.set_override(OWN, ARTICLE, *second, sender=admin)
    assert amounts(ARTICLE, OWN, month + 120) == OTHERS
    assert amounts(ARTICLE, OWN, month + 121) == second


@pytest.mark.parametrize(
    ("minimum", "maximum", "reason"),
    [
        (500 * COS - 1, 4_000 * COS, "rules: minimum outside the factor"),
        (500 * COS, 4_000 * COS, None),
        (2_000 * COS, 4_000 * COS, None),
        (2_000 * COS + 1, 4_000 * COS, "rules: minimum outside the factor"),
        (1_000 * COS, 2_000 * COS - 1, "rules: maximum outside the factor"),
        (1_000 * COS, 2_000 * COS, None),
        (1_000 * COS, 8_000 * COS, None),
        (1_000 * COS, 8_000 * COS + 1, "rules: maximum outside the factor"),
        (1_000 * COS, 0, "rules: maximum outside the factor"),
        (2_000 * COS, 2_000 * COS, None),
    ],
)
def test_set_override_within_the_factor(
    book, admin, amounts, month, minimum, maximum, reason, refuses
):
    if reason is None:
        book.set_override(OWN, ARTICLE, minimum, maximum, sender=admin)
        assert amounts(ARTICLE, OWN, month + 1) == (minimum, maximum)
    else:
        with refuses(reason):
            book.set_override(OWN, ARTICLE, minimum, maximum, sender=admin)


def test_set_override_rounds_bounds_inwards(book, governance, admin, month, refuses):
    """10 to 10 base units and a factor of 1.5: 6.67 is no bound to be reached, 15 is."""
    book.set_rule(ARTICLE, RULES[ARTICLE]._replace(minimum=10, maximum=11), "S", sender=governance)
    book.set_override_factor(15_000, sender=governance)
    with refuses("rules: minimum outside the factor"):
        book.set_override(OWN, ARTICLE, 6, 11, sender=admin)
    book.set_override(OWN, ARTICLE, 7, 16, sender=admin)
    with refuses("rules: maximum outside the factor"):
        book.set_override(OWN, ARTICLE, 7, 17, sender=admin)
    assert book.overrides_of(OWN, ARTICLE)[1] == (True, 7, 16, month + 1)


@pytest.mark.parametrize("maximum", [0, 1_000 * COS, MAX_AMOUNT])
def test_set_override_of_a_rule_with_no_maximum(
    book, governance, admin, amounts, month, maximum, refuses
):
    open_ended = RULES[ARTICLE]._replace(maximum=0)
    book.set_rule(ARTICLE, open_ended, "Open-ended", sender=governance)
    book.set_override(OWN, ARTICLE, 1_000 * COS, maximum, sender=admin)
    assert amounts(ARTICLE, OWN, month + 1) == (1_000 * COS, maximum)
    with refuses("rules: minimum above maximum"):
        book.set_override(OWN, ARTICLE, 1_000 * COS, 1_000 * COS - 1, sender=admin)


def test_set_override_of_a_rule_without_a_minimum(book, admin, amounts, month, refuses):
    with refuses("rules: minimum outside the factor"):
        book.set_override(OWN, FREE, 1, 0, sender=admin)
    book.set_override(OWN, FREE, 0, 50_000 * COS, sender=admin)
    assert amounts(FREE, OWN, month + 1) == (0, 50_000 * COS)


def test_set_override_up_to_64_bits(book, governance, admin, amounts, month, refuses):
    """The factor would allow more than fits."""
    large = RULES[ARTICLE]._replace(minimum=MAX_AMOUNT - 1, maximum=MAX_AMOUNT)
    book.set_rule(ARTICLE, large, "Large", sender=governance)
    with refuses("rules: amount too large"):
        book.set_override(OWN, ARTICLE, MAX_AMOUNT, MAX_AMOUNT + 1, sender=admin)
    with refuses("rules: amount too large"):
        book.set_override(OWN, ARTICLE, MAX_AMOUNT + 1, MAX_AMOUNT, sender=admin)
    book.set_override(OWN, ARTICLE, MAX_AMOUNT, MAX_AMOUNT, sender=admin)
    assert amounts(ARTICLE, OWN, month + 1) == (MAX_AMOUNT, MAX_AMOUNT)


@pytest.mark.parametrize(
    ("minimum", "maximum", "expected"),
    [
        (100, 400, (200, 800)),  # lowered to a tenth: at most twice the new ones
        (10_000, 40_000, (5_000, 20_000)),  # raised tenfold: at least half of the new ones
        (1_500, 1_500, (1_200, 3_000)),  # only the maximum is too high now
    ],
)
def test_set_override_is_brought_within_a_changed_rule(
    book, governance, admin, amounts, month, minimum, maximum, expected
):
    book.set_override(OWN, ARTICLE, *OTHERS, sender=admin)
    changed = RULES[ARTICLE]._replace(minimum=minimum * COS, maximum=maximum * COS)
    book.set_rule(ARTICLE, changed, "Changed", sender=governance)
    assert amounts(ARTICLE, OWN, month + 1) == (expected[0] * COS, expected[1] * COS)
    assert amounts(ARTICLE, OWN, month) == (minimum * COS, maximum * COS)


def test_set_override_without_maximum_when_the_rule_gets_one(
    book, governance, admin, amounts, month
):
    open_ended = RULES[ARTICLE]._replace(maximum=0)
    book.set_rule(ARTICLE, open_ended, "Open-ended", sender=governance)
    book.set_override(OWN, ARTICLE, 1_200 * COS, 0, sender=admin)
    book.set_rule(ARTICLE, RULES[ARTICLE], "Bounded", sender=governance)
    assert amounts(ARTICLE, OWN, month + 1) == (1_200 * COS, 8_000 * COS)
    largest = RULES[ARTICLE]._replace(maximum=MAX_AMOUNT)
    book.set_rule(ARTICLE, largest, "Bounded by what fits", sender=governance)
    assert amounts(ARTICLE, OWN, month + 1) == (1_200 * COS, MAX_AMOUNT)


def test_set_override_keeps_its_maximum_when_the_rule_loses_its_own(
    book, governance, admin, amounts, month
):
    book.set_override(OWN, ARTICLE, *OTHERS, sender=admin)
    book.set_rule(ARTICLE, RULES[ARTICLE]._replace(maximum=0), "Open", sender=governance)
    assert amounts(ARTICLE, OWN, month + 1) == OTHERS
    dear = RULES[ARTICLE]._replace(minimum=20_000 * COS, maximum=0)
    book.set_rule(ARTICLE, dear, "Dear", sender=governance)
    assert amounts(ARTICLE, OWN, month + 1) == (10_000 * COS, 10_000 * COS)


def test_set_override_of_an_inactive_rule(book, governance, admin, amounts, month, refuses):
    inactive = RULES[ARTICLE]._replace(active=False)
    book.set_rule(ARTICLE, inactive, "Off", sender=governance)
    book.set_override(OWN, ARTICLE, *OTHERS, sender=admin)
    with refuses("rules: rule not active"):
        book.terms(ARTICLE, OWN, month + 1)
    book.set_rule(ARTICLE, RULES[ARTICLE], "On", sender=governance)
    assert amounts(ARTICLE, OWN, month + 1) == OTHERS


def test_set_override_reverts_with_minimum_above_maximum(book, admin, refuses):
    with refuses("rules: minimum above maximum"):
        book.set_override(OWN, SALARY, 1_000_001 * COS, 1_000_000 * COS, sender=admin)


@pytest.mark.parametrize("rule", [0, UNKNOWN, 256 + ARTICLE])
def test_set_override_reverts_for_an_unknown_rule(book, admin, rule, refuses):
    with refuses("rules: no such rule"):
        book.set_override(OWN, rule, *OTHERS, sender=admin)


def test_set_override_reverts_for_others(
    book, registry, governance, admin, next_admin, manager, refuses
):
    for sender in (manager, governance, next_admin):
        with refuses("rules: not admin"):
            book.set_override(OWN, ARTICLE, *OTHERS, sender=sender)
    registry.replace_admin(OWN, manager, sender=governance)
    with refuses("rules: not admin"):
        book.set_override(OWN, ARTICLE, *OTHERS, sender=admin)
    book.set_override(OWN, ARTICLE, *OTHERS, sender=manager)
    assert book.overrides_of(OWN, ARTICLE)[1][0]


def test_set_override_reverts_until_a_freeze_ends(chain, book, registry, auditor, admin, refuses):
    registry.freeze(OWN, bytes(32), DAY, sender=auditor)
    chain.advance(DAY - 1)
    with refuses("registry: community frozen"):
        book.set_override(OWN, ARTICLE, *OTHERS, sender=admin)
    chain.advance(1)
    book.set_override(OWN, ARTICLE, *OTHERS, sender=admin)
    assert book.overrides_of(OWN, ARTICLE)[1][0]


def test_set_override_reverts_when_closed_or_unknown(book, registry, admin, refuses):
    registry.close(OWN, bytes(32), sender=admin)
    with refuses("registry: community closed"):
        book.set_override(OWN, ARTICLE, *OTHERS, sender=admin)
    with refuses("registry: no such community"):
        book.set_override(4, ARTICLE, *OTHERS, sender=admin)


def test_set_override_fits_months_of_16_bits(chain, book, governance, admin, refuses):
    """At the last month that fits, with all bits of the amounts set (PITFALLS 35, 36)."""
    large = RULES[ARTICLE]._replace(minimum=MAX_AMOUNT, maximum=MAX_AMOUNT)
    book.set_rule(ARTICLE, large, "Large", sender=governance)
    last = 2**16 - 1
    chain.warp(month_start(last, UTC_8) - 1)
    book.set_override(OWN, ARTICLE, MAX_AMOUNT, MAX_AMOUNT, sender=admin)
    latest = (True, MAX_AMOUNT, MAX_AMOUNT, last)
    assert book.overrides_of(OWN, ARTICLE) == (NOT_SET, latest)
    assert book.terms(ARTICLE, OWN, last)[1:3] == (MAX_AMOUNT * BPS, MAX_AMOUNT * BPS)
    chain.advance(1)
    with refuses("rules: month out of range"):
        book.set_override(OWN, ARTICLE, MAX_AMOUNT, MAX_AMOUNT, sender=admin)


def test_set_override_after_2106(chain, book, admin, amounts):
    chain.warp(2**32 + 1)
    month = book.current_month()
    assert month == 2106 * 12 + 1
    book.set_override(OWN, ARTICLE, *OTHERS, sender=admin)
    assert amounts(ARTICLE, OWN, month) == DEFAULT
    assert amounts(ARTICLE, OWN, month + 1) == OTHERS
