"""rule_of, rule_at, version_of, name_of, once_bit_owner, overrides_of, current_month

├── of an unknown rule: rule_of, rule_at, overrides_of revert; version 0, no name
├── rule_at: version 0 and one too many -> revert
└── current_month: follows UTC+8 at the second
"""

import pytest

from tests.unit.rule_book.conftest import ARTICLE, NOT_SET, OWN, UNKNOWN


def test_views_of_an_unknown_rule(book, refuses):
    with refuses("rules: no such rule"):
        book.rule_of(UNKNOWN)
    with refuses("rules: no such rule"):
        book.overrides_of(OWN, UNKNOWN)
    with refuses("rules: no such version"):
        book.rule_at(UNKNOWN, 1)
    assert book.version_of(UNKNOWN) == 0
    assert book.name_of(UNKNOWN) == ""


@pytest.mark.parametrize("version", [0, 2, 2**256 - 1])
def test_rule_at_reverts_for_a_version_that_never_was(book, version, refuses):
    with refuses("rules: no such version"):
        book.rule_at(ARTICLE, version)


def test_overrides_of_a_rule_that_was_never_overridden(book):
    assert book.overrides_of(OWN, ARTICLE) == (NOT_SET, NOT_SET)


def test_current_month_changes_at_the_second(book, month, to_month):
    for seconds, later in ((-1, 0), (0, 1), (1, 1)):
        to_month(month + 1, seconds)
        assert book.current_month() == month + later
