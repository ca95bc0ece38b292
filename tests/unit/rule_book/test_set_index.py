"""set_index(index_bps)

├── lower: stored, event with old and new; the factor as before
├── at once, for every rule and community, overridden or not; exactly (no rounding)
├── down to 1; to 0 -> revert
├── the same or higher -> revert (it never rises, not even back)
└── not governance -> revert
"""

import pytest

from tests.unit.rule_book.conftest import ARTICLE, BPS, COS, FREE, OWN, RULES


def test_set_index_lowers(book, governance, event):
    receipt = book.transact("set_index", 9_999, sender=governance)
    assert receipt.logs == [event("IndexSet", old_index_bps=BPS, index_bps=9_999)]
    assert book.index_bps() == 9_999
    assert book.override_factor_bps() == 2 * BPS


@pytest.mark.parametrize("index_bps", [9_999, 7_777, 1])
def test_set_index_scales_exactly(book, governance, admin, month, index_bps):
    odd = RULES[ARTICLE]._replace(minimum=99_999_999_999, maximum=100_000_000_001)
    book.set_rule(ARTICLE, odd, "Odd", sender=governance)
    book.set_override(OWN, ARTICLE, 99_999_999_997, 100_000_000_003, sender=admin)
    book.set_index(index_bps, sender=governance)
    assert book.terms(ARTICLE, OWN, month) == (
        2,
        99_999_999_999 * index_bps,
        100_000_000_001 * index_bps,
        0,
    )
    assert book.terms(ARTICLE, OWN, month + 1) == (
        2,
        99_999_999_997 * index_bps,
        100_000_000_003 * index_bps,
        0,
    )
    assert book.terms(FREE, OWN, month) == (1, 0, 0, 0)


def test_set_index_keeps_the_largest_amounts_exact(book, governance, month):
    largest = RULES[ARTICLE]._replace(minimum=2**64 - 1, maximum=2**64 - 1)
    book.set_rule(ARTICLE, largest, "Largest", sender=governance)
    assert book.terms(ARTICLE, OWN, month)[1:3] == ((2**64 - 1) * BPS,) * 2
    book.set_index(1, sender=governance)
    assert book.terms(ARTICLE, OWN, month)[1:3] == (2**64 - 1,) * 2


def test_set_index_reverts_at_zero(book, governance, refuses):
    with refuses("rules: index is zero"):
        book.set_index(0, sender=governance)


def test_set_index_reverts_unless_it_falls(book, governance, refuses):
    book.set_index(5_000, sender=governance)
    for index_bps in (5_000, 5_001, BPS, 2**16 + 1, 2**256 - 1):
        with refuses("rules: index may only fall"):
            book.set_index(index_bps, sender=governance)


def test_set_index_reverts_for_others(book, admin, auditor, refuses):
    for sender in (admin, auditor):
        with refuses("rules: not governance"):
            book.set_index(5_000, sender=sender)


def test_set_index_changes_no_rule(book, governance):
    book.set_index(5_000, sender=governance)
    assert book.version_of(ARTICLE) == 1
    assert book.rule_of(ARTICLE)[2] == 1_000 * COS
