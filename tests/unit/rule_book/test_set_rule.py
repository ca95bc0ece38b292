"""set_rule(rule, definition, name)

├── a new rule: version 1, read back, event
├── the same rule again: version 2, the first one can still be read (PITFALLS 25)
├── a rule made inactive and active again
├── every field at its lowest and at its highest value, each apart from its neighbours
├── once-per-member bits
│   ├── a bit belongs to its rule from the first use on
│   ├── another rule wants it -> revert, even while its owner does not use it
│   ├── a rule wants another bit -> revert, even while it uses none
│   └── a rule may drop its bit and take it again
├── overrides stay
├── one step out of range of each field -> revert
├── minimum above maximum -> revert; equal, or with no maximum: taken
├── no name -> revert
├── a rule's last version -> revert
└── not governance (an admin, the auditor) -> revert
"""

import pytest

from tests.models.rule_book import Rule
from tests.reverts import reverts
from tests.unit.rule_book.conftest import (
    ARTICLE,
    COS,
    FREE,
    ITEM,
    MAX_AMOUNT,
    NEXT,
    OWN,
    RULES,
    UTC_8,
)

NEW = 3
PLAIN = Rule(1, ITEM, 10, 20, 0, 0, True)
LOWEST = Rule(1, 1, 0, 0, 0, 0, False)
HIGHEST = Rule(255, 5, MAX_AMOUNT, MAX_AMOUNT, 40, 2**32 - 1, True)


def event_args(rule, version, definition, name):
    return dict(rule=rule, version=version, **definition._asdict(), name=name)


def test_set_rule_adds_a_rule(book, governance, event):
    receipt = book.transact("set_rule", NEW, PLAIN, "Plain", sender=governance)
    assert receipt.logs == [event("RuleSet", **event_args(NEW, 1, PLAIN, "Plain"))]
    assert book.version_of(NEW) == 1
    assert Rule(*book.rule_of(NEW)) == Rule(*book.rule_at(NEW, 1)) == PLAIN
    assert book.name_of(NEW) == "Plain"


def test_set_rule_again_makes_a_version_and_keeps_the_old(book, governance, event):
    dearer = RULES[ARTICLE]._replace(minimum=2_000 * COS, category=8)
    receipt = book.transact("set_rule", ARTICLE, dearer, "Dearer", sender=governance)
    assert receipt.logs == [event("RuleSet", **event_args(ARTICLE, 2, dearer, "Dearer"))]
    assert book.version_of(ARTICLE) == 2
    assert Rule(*book.rule_of(ARTICLE)) == Rule(*book.rule_at(ARTICLE, 2)) == dearer
    assert Rule(*book.rule_at(ARTICLE, 1)) == RULES[ARTICLE]
    assert book.name_of(ARTICLE) == "Dearer"
    assert book.version_of(FREE) == 1


def test_set_rule_inactive_and_active_again(book, governance, month):
    book.set_rule(ARTICLE, RULES[ARTICLE]._replace(active=False), "Off", sender=governance)
    with reverts("rules: rule not active", lambda: book.version_of(ARTICLE)):
        book.terms(ARTICLE, OWN, month)
    book.set_rule(ARTICLE, RULES[ARTICLE], "On", sender=governance)
    assert book.terms(ARTICLE, OWN, month)[0] == 3


@pytest.mark.parametrize("number", [1, 255])
@pytest.mark.parametrize("field", Rule._fields)
def test_set_rule_keeps_every_field_apart(empty_book, governance, number, field):
    """One field at its highest among lowest ones, and one lowest among highest (PITFALLS 36)."""
    book = empty_book
    alone = LOWEST._replace(**{field: getattr(HIGHEST, field)})
    book.set_rule(number, alone, "n" * 64, sender=governance)
    assert Rule(*book.rule_of(number)) == alone
    assert book.version_of(number) == 1
    assert book.name_of(number) == "n" * 64

    missing = HIGHEST._replace(**{field: getattr(LOWEST, field)})
    if field != "maximum":  # a maximum of 0 is none; a minimum may be anything then
        missing = missing._replace(maximum=MAX_AMOUNT)
    book.set_rule(number, missing, "m", sender=governance)
    assert Rule(*book.rule_of(number)) == missing
    assert book.version_of(number) == 2


def test_set_rule_binds_a_once_bit(book, governance, month):
    once = PLAIN._replace(once_bit=40)
    book.set_rule(NEW, once, "Once", sender=governance)
    assert book.once_bit_owner(40) == NEW
    assert book.terms(NEW, OWN, month)[3] == 40
    assert [book.once_bit_owner(bit) for bit in (0, 39, 41)] == [0, 0, 0]


def test_set_rule_reverts_when_another_rule_owns_the_bit(book, governance, refuses):
    once = PLAIN._replace(once_bit=1)
    book.set_rule(NEW, once, "Once", sender=governance)
    with refuses("rules: once bit taken"):
        book.set_rule(254, once, "Thief", sender=governance)
    book.set_rule(NEW, PLAIN, "Not any more", sender=governance)
    with refuses("rules: once bit taken"):
        book.set_rule(254, once, "Thief", sender=governance)


def test_set_rule_reverts_when_a_rule_changes_its_bit(book, governance, refuses):
    """Else every member could use the rule again: used bits live in the ledger."""
    book.set_rule(NEW, PLAIN._replace(once_bit=1), "Once", sender=governance)
    with refuses("rules: once bit is fixed"):
        book.set_rule(NEW, PLAIN._replace(once_bit=2), "Again", sender=governance)
    book.set_rule(NEW, PLAIN, "Often", sender=governance)
    with refuses("rules: once bit is fixed"):
        book.set_rule(NEW, PLAIN._replace(once_bit=2), "Again", sender=governance)


def test_set_rule_may_drop_its_bit_and_take_it_again(book, governance, month):
    once = PLAIN._replace(once_bit=1)
    book.set_rule(NEW, once, "Once", sender=governance)
    book.set_rule(NEW, PLAIN, "Often", sender=governance)
    assert book.terms(NEW, OWN, month)[3] == 0
    assert Rule(*book.rule_of(NEW)) == PLAIN
    book.set_rule(NEW, once, "Once", sender=governance)
    assert book.terms(NEW, OWN, month)[3] == 1
    assert Rule(*book.rule_of(NEW)) == once


def test_set_rule_keeps_overrides(book, governance, admin, amounts, month):
    book.set_override(OWN, ARTICLE, 1_500 * COS, 5_000 * COS, sender=admin)
    book.set_rule(ARTICLE, RULES[ARTICLE]._replace(minimum=900 * COS), "A", sender=governance)
    assert amounts(ARTICLE, OWN, month + 1) == (1_500 * COS, 5_000 * COS)
    assert amounts(ARTICLE, NEXT, month + 1) == (900 * COS, 4_000 * COS)


@pytest.mark.parametrize("number", [0, 256, 2**256 - 1])
def test_set_rule_reverts_with_a_number_out_of_range(book, governance, number, refuses):
    with refuses("rules: bad rule number"):
        book.set_rule(number, PLAIN, "Plain", sender=governance)


@pytest.mark.parametrize(
    ("field", "value", "reason"),
    [
        ("category", 0, "rules: bad category"),
        ("category", 256, "rules: bad category"),
        ("unit", 0, "rules: bad unit"),
        ("unit", 6, "rules: bad unit"),
        ("unit", 256, "rules: bad unit"),
        ("once_bit", 41, "rules: bad once bit"),
        ("once_bit", 64, "rules: bad once bit"),
        ("min_participants", 2**32, "rules: too many participants"),
        ("maximum", 2**64, "rules: amount too large"),
        ("minimum", 2**64, "rules: amount too large"),
        ("minimum", 21, "rules: minimum above maximum"),
    ],
)
def test_set_rule_reverts_with_a_field_out_of_range(
    book, governance, field, value, reason, refuses
):
    with refuses(reason):
        book.set_rule(NEW, PLAIN._replace(**{field: value}), "Plain", sender=governance)


@pytest.mark.parametrize(("minimum", "maximum"), [(20, 20), (20, 0), (0, 1), (0, 0)])
def test_set_rule_takes_a_minimum_up_to_the_maximum(book, governance, minimum, maximum):
    rule = PLAIN._replace(minimum=minimum, maximum=maximum)
    book.set_rule(NEW, rule, "Plain", sender=governance)
    assert Rule(*book.rule_of(NEW)) == rule


def test_set_rule_reverts_without_a_name(book, governance, refuses):
    with refuses("rules: no name"):
        book.set_rule(NEW, PLAIN, "", sender=governance)


def test_set_rule_ends_at_the_last_version_that_fits(chain, authority, registry, governance):
    arguments = (authority.address, registry.address, UTC_8)
    book = chain.deploy("RuleBookHarness", *arguments, sender=governance)
    book.set_rule(NEW, PLAIN, "Plain", sender=governance)
    book.put_version(NEW, 2**32 - 2, sender=governance)
    book.set_rule(NEW, PLAIN, "Plain", sender=governance)
    assert book.version_of(NEW) == 2**32 - 1
    assert Rule(*book.rule_of(NEW)) == PLAIN
    with reverts("rules: too many versions", lambda: book.rule_of(NEW)):
        book.set_rule(NEW, PLAIN, "Plain", sender=governance)


def test_set_rule_reverts_for_others(book, admin, auditor, refuses):
    for sender in (admin, auditor):
        with refuses("rules: not governance"):
            book.set_rule(NEW, PLAIN, "Mine", sender=sender)
