"""The project's own table of rules on chain

├── every rule of config/rules.toml is taken and reads back as it is in the file
├── twice in a row: a second version of each, nothing else
└── the white paper's example: a secretary general's month, and 500 COS to wake a member, once
"""

from cos.suite.rules import load_rules
from tests.unit.rule_book.conftest import BPS, COS, OWN


def test_the_table_reads_back(empty_book, governance):
    book, table = empty_book, load_rules()
    for version in (1, 2):
        for rule in table.rules:
            book.set_rule(*rule.arguments(), sender=governance)
        for rule in table.rules:
            number, definition, name = rule.arguments()
            assert book.rule_of(number) == book.rule_at(number, version) == definition
            assert book.name_of(number) == name == rule.name
            assert book.version_of(number) == version
    book.set_override_factor(table.override_factor_bps, sender=governance)
    assert book.override_factor_bps() == table.override_factor_bps
    assert book.version_of(len(table.rules) + 1) == 0


def test_the_tables_amounts_are_the_white_papers(empty_book, governance, month):
    book, table = empty_book, load_rules()
    for rule in table.rules:
        book.set_rule(*rule.arguments(), sender=governance)
    _, minimum, maximum, _ = book.terms(table["secretary_general"].id, OWN, month)
    # 83,333.333333 to 83,333.333334 COS a month
    assert (minimum, maximum) == (83_333_333_333 * 100 * BPS, 83_333_333_334 * 100 * BPS)
    once = book.terms(table["member_welcome"].id, OWN, month)
    assert once == (1, 500 * COS * BPS, 500 * COS * BPS, 1)
    assert book.once_bit_owner(1) == table["member_welcome"].id
