"""clear_override(community, rule)

├── by the admin: the rule's own amounts again from the next month on, event
├── one that never came into force: it never will
├── a pending change of one in force: that one holds to the month's end, then the rule's own
├── set again in the month of clearing: only the setting counts
├── none set, or cleared already -> revert
├── no such rule -> revert
│   └── a rule number that reaches into the next community's overrides (the attack) -> revert
├── not the admin -> revert
├── frozen, closed -> revert
└── after the year 5461 the month does not fit -> revert
"""

import pytest

from tests.models.calendar_months import month_start
from tests.unit.rule_book.conftest import (
    ARTICLE,
    COS,
    DAY,
    NEXT,
    OWN,
    UNKNOWN,
    UTC_8,
)

DEFAULT = (1_000 * COS, 4_000 * COS)
OTHERS = (1_200 * COS, 5_000 * COS)


@pytest.fixture
def overridden(book, admin, month, to_month):
    """OTHERS came into force when this month began."""
    book.set_override(OWN, ARTICLE, *OTHERS, sender=admin)
    to_month(month + 1)
    return month + 1


def test_clear_override_from_the_next_month_on(book, admin, amounts, overridden, event):
    month = overridden
    receipt = book.transact("clear_override", OWN, ARTICLE, sender=admin)
    assert receipt.logs == [
        event("OverrideCleared", community=OWN, rule=ARTICLE, from_month=month + 1)
    ]
    assert amounts(ARTICLE, OWN, month) == OTHERS
    assert amounts(ARTICLE, OWN, month + 1) == DEFAULT
    assert book.overrides_of(OWN, ARTICLE) == (
        (True, *OTHERS, month),
        (False, 0, 0, month + 1),
    )


def test_clear_override_before_it_came_into_force(book, admin, amounts, month):
    book.set_override(OWN, ARTICLE, *OTHERS, sender=admin)
    book.clear_override(OWN, ARTICLE, sender=admin)
    for later in (0, 1, 2):
        assert amounts(ARTICLE, OWN, month + later) == DEFAULT


def test_clear_override_of_a_pending_change(book, admin, amounts, overridden):
    month = overridden
    book.set_override(OWN, ARTICLE, 900 * COS, 4_000 * COS, sender=admin)
    book.clear_override(OWN, ARTICLE, sender=admin)
    assert amounts(ARTICLE, OWN, month) == OTHERS
    assert amounts(ARTICLE, OWN, month + 1) == DEFAULT


def test_clear_override_and_set_again_in_a_month(book, admin, amounts, overridden):
    month = overridden
    again = (900 * COS, 4_000 * COS)
    book.clear_override(OWN, ARTICLE, sender=admin)
    book.set_override(OWN, ARTICLE, *again, sender=admin)
    assert amounts(ARTICLE, OWN, month) == OTHERS
    assert amounts(ARTICLE, OWN, month + 1) == again


def test_clear_override_reverts_when_there_is_none(book, admin, refuses):
    with refuses("rules: no override"):
        book.clear_override(OWN, ARTICLE, sender=admin)
    book.set_override(OWN, ARTICLE, *OTHERS, sender=admin)
    book.clear_override(OWN, ARTICLE, sender=admin)
    with refuses("rules: no override"):
        book.clear_override(OWN, ARTICLE, sender=admin)


def test_clear_override_reverts_for_an_unknown_rule(book, admin, refuses):
    with refuses("rules: no such rule"):
        book.clear_override(OWN, UNKNOWN, sender=admin)


def test_clear_override_cannot_reach_the_next_community(book, admin, next_admin, month, refuses):
    """Overrides are kept by community * 256 + rule: rule 256 + r of one is r of the next."""
    assert (OWN, NEXT) == (2, 3)
    book.set_override(NEXT, ARTICLE, *OTHERS, sender=next_admin)
    with refuses("rules: no such rule"):
        book.clear_override(OWN, 256 + ARTICLE, sender=admin)
    with refuses("rules: no such rule"):
        book.overrides_of(OWN, 256 + ARTICLE)


def test_clear_override_reverts_for_others(book, governance, next_admin, overridden, refuses):
    for sender in (governance, next_admin):
        with refuses("rules: not admin"):
            book.clear_override(OWN, ARTICLE, sender=sender)


def test_clear_override_reverts_while_frozen(book, registry, auditor, admin, overridden, refuses):
    registry.freeze(OWN, bytes(32), DAY, sender=auditor)
    with refuses("registry: community frozen"):
        book.clear_override(OWN, ARTICLE, sender=admin)


def test_clear_override_reverts_when_closed(book, registry, admin, overridden, refuses):
    registry.close(OWN, bytes(32), sender=admin)
    with refuses("registry: community closed"):
        book.clear_override(OWN, ARTICLE, sender=admin)


def test_clear_override_reverts_when_the_month_does_not_fit(
    chain, book, admin, overridden, refuses
):
    chain.warp(month_start(2**16 - 1, UTC_8))
    with refuses("rules: month out of range"):
        book.clear_override(OWN, ARTICLE, sender=admin)
