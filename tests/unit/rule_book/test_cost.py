"""What terms cost

receipts of a node (eth-tester, Prague), everything cold
├── three storage slots and a small overhead, with an override and without
└── a fourth slot only while an override waits for its month
on the embedded chain
└── the same with 1 rule and version as with 255 rules and 21 versions (PITFALLS 22)
"""

import pytest

from tests.models.authority import SECRETARIAT_ROLE
from tests.receipts import Node
from tests.unit.rule_book.conftest import ARTICLE, BPS, COS, RULES, SALARY, UTC_8

COLD_SLOT = 2_100
COMMUNITY = 1


@pytest.fixture(scope="module")
def node_book():
    node = Node()
    authority = node.deploy("Authority", node.deployer)
    node.send(authority.functions.grantRole(SECRETARIAT_ROLE, node.deployer))
    registry = node.deploy("CommunityRegistry", authority.address)
    node.send(registry.functions.create(0, node.deployer, "Alumni", bytes(32)))
    book = node.deploy("RuleBook", authority.address, registry.address, UTC_8)
    for number in (ARTICLE, SALARY):
        node.send(book.functions.set_rule(number, tuple(RULES[number]), "Rule"))
    node.send(book.functions.set_override_factor(2 * BPS))
    return node, book


def test_terms_cost_their_slots(node_book):
    node, book = node_book
    terms = book.functions.terms
    month = book.functions.current_month().call()
    plain = node.execution(terms(ARTICLE, COMMUNITY, month))
    yearly = node.execution(terms(SALARY, COMMUNITY, month))
    assert 3 * COLD_SLOT < plain <= 3 * COLD_SLOT + 950
    assert plain < yearly <= plain + 350

    override = book.functions.set_override(COMMUNITY, ARTICLE, 1_500 * COS, 5_000 * COS)
    node.send(override)
    waiting = node.execution(terms(ARTICLE, COMMUNITY, month))
    in_force = node.execution(terms(ARTICLE, COMMUNITY, month + 1))
    assert 0 < waiting - plain - COLD_SLOT <= 100
    assert plain < in_force <= plain + 1_400


def test_terms_cost_the_same_among_many_rules(book, governance, month):
    def cost() -> int:
        """The second of two calls, since the first one finds slots that nothing has touched."""
        book.transact("terms", SALARY, COMMUNITY, month, sender=governance)
        return book.transact("terms", SALARY, COMMUNITY, month, sender=governance).gas_used

    before = cost()
    for number in range(2, 255):
        book.set_rule(number, RULES[ARTICLE], "Rule", sender=governance)
    for _ in range(20):
        book.set_rule(SALARY, RULES[SALARY], "Rule", sender=governance)
    assert book.version_of(SALARY) == 21
    assert abs(cost() - before) <= before * 0.05
