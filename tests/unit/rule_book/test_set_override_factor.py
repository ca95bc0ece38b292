"""set_override_factor(factor_bps)

├── stored, event with old and new; the index as before
├── 10,000 and 100,000; one less and one more -> revert
├── existing overrides are brought within it at once; their stored amounts stay
└── not governance -> revert
"""

import pytest

from tests.unit.rule_book.conftest import ARTICLE, BPS, COS, OWN


def test_set_override_factor(book, governance, event):
    book.set_index(1_234, sender=governance)
    receipt = book.transact("set_override_factor", 30_000, sender=governance)
    assert receipt.logs == [event("OverrideFactorSet", old_factor_bps=20_000, factor_bps=30_000)]
    assert book.override_factor_bps() == 30_000
    assert book.index_bps() == 1_234


@pytest.mark.parametrize("factor_bps", [BPS, 10 * BPS])
def test_set_override_factor_at_its_bounds(book, governance, factor_bps):
    book.set_override_factor(factor_bps, sender=governance)
    assert book.override_factor_bps() == factor_bps


@pytest.mark.parametrize("factor_bps", [0, BPS - 1, 10 * BPS + 1, 2**32 + BPS])
def test_set_override_factor_reverts_out_of_range(book, governance, factor_bps, refuses):
    with refuses("rules: factor out of range"):
        book.set_override_factor(factor_bps, sender=governance)


def test_set_override_factor_holds_for_existing_overrides(book, governance, admin, amounts, month):
    book.set_override(OWN, ARTICLE, 500 * COS, 8_000 * COS, sender=admin)
    assert amounts(ARTICLE, OWN, month + 1) == (500 * COS, 8_000 * COS)
    book.set_override_factor(12_500, sender=governance)
    assert amounts(ARTICLE, OWN, month + 1) == (800 * COS, 5_000 * COS)
    book.set_override_factor(BPS, sender=governance)
    assert amounts(ARTICLE, OWN, month + 1) == (1_000 * COS, 4_000 * COS)
    book.set_override_factor(5 * BPS, sender=governance)
    assert amounts(ARTICLE, OWN, month + 1) == (500 * COS, 8_000 * COS)


def test_set_override_factor_reverts_for_others(book, admin, auditor, refuses):
    for sender in (admin, auditor):
        with refuses("rules: not governance"):
            book.set_override_factor(30_000, sender=sender)
