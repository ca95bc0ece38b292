"""What a rule allows: the same as the RuleBook's terms say, for every rule of the project."""

from __future__ import annotations

import pytest

from cos.chain import Chain
from cos.desk.terms import Rules, load
from cos.errors import InputError
from cos.suite import Suite, deploy, load_rules

TABLE = load_rules()
INDICES = (10_000, 9_999, 3_333, 1)


@pytest.fixture(scope="module")
def suites() -> dict[int, Suite]:
    """A suite at each index."""
    made = {}
    for index in INDICES:
        chain = Chain(timestamp=1_772_337_600)
        suite = deploy(chain)
        if index < 10_000:
            suite.rule_book.set_index(index, sender=chain.account("governance"))
        made[index] = suite
    return made


@pytest.mark.parametrize("index", INDICES)
@pytest.mark.parametrize("rule", TABLE.rules, ids=lambda rule: rule.key)
def test_bounds_are_those_of_the_rule_book(rule, index: int, suites: dict[int, Suite]) -> None:
    rules = Rules(TABLE, index)
    month = suites[index].rule_book.current_month()
    _, minimum, maximum, _ = suites[index].rule_book.terms(rule.id, 1, month)
    for quantity in (1, 3, 99, 100, 101, 1_200, 123_457):
        least, most = rules.bounds(rule, quantity)
        assert least >= 1
        assert least * 1_000_000 >= quantity * minimum
        assert least == 1 or (least - 1) * 1_000_000 < quantity * minimum
        assert (most is None) == (maximum == 0)
        if most is not None:
            assert most * 1_000_000 <= quantity * maximum < (most + 1) * 1_000_000
            assert rules.problem(rule, quantity, most + 1)
        if most is None or least <= most:
            assert rules.problem(rule, quantity, least) is None
        assert least == 1 or rules.problem(rule, quantity, least - 1)


def test_a_rule_is_named_by_its_key() -> None:
    rules = load(None, 10_000)
    assert rules.named("--rule", "event_volunteer").id == 16
    with pytest.raises(InputError) as caught:
        rules.named("--rule", "event_voluntear")
    assert str(caught.value) == (
        "--rule: there is no rule 'event_voluntear'; did you mean 'event_volunteer'?"
    )
