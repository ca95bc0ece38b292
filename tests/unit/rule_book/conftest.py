"""A rule book at UTC+8 with three rules, and communities 1 to 3 of one admin each."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from cos.chain import Chain, Contract, Event
from tests.models.authority import AUDITOR_ROLE, SECRETARIAT_ROLE
from tests.models.calendar_months import month_of, month_start
from tests.models.rule_book import Rule

COS = 10**8
DAY = 86_400
UTC_8 = 8 * 3_600
BPS = 10_000

ITEM, HOUR, YUAN, YEAR, CASE = 1, 2, 3, 4, 5
ARTICLE, FREE, SALARY, UNKNOWN = 1, 2, 255, 9
NEIGHBOUR, OWN, NEXT = 1, 2, 3

MAX_AMOUNT = 2**64 - 1
NOT_SET = (False, 0, 0, 0)

# from 1,000 to 4,000 COS an item; case by case; 1,000,000 COS a year
RULES = {
    ARTICLE: Rule(7, ITEM, 1_000 * COS, 4_000 * COS, 0, 0, True),
    FREE: Rule(3, CASE, 0, 0, 0, 0, True),
    SALARY: Rule(2, YEAR, 1_000_000 * COS, 1_000_000 * COS, 0, 0, True),
}


@pytest.fixture
def governance(chain: Chain) -> str:
    return chain.account("governance")


@pytest.fixture
def auditor(chain: Chain) -> str:
    return chain.account("auditor")


@pytest.fixture
def admin(chain: Chain) -> str:
    """Of the community OWN."""
    return chain.account("admin")


@pytest.fixture
def next_admin(chain: Chain) -> str:
    """Of the community NEXT."""
    return chain.account("next admin")


@pytest.fixture
def manager(chain: Chain) -> str:
    return chain.account("manager")


@pytest.fixture
def attacker(chain: Chain) -> str:
    return chain.account("attacker")


@pytest.fixture
def authority(chain: Chain, governance: str, auditor: str) -> Contract:
    authority = chain.deploy("Authority", governance, sender=governance)
    authority.grantRole(AUDITOR_ROLE, auditor, sender=governance)
    authority.grantRole(SECRETARIAT_ROLE, governance, sender=governance)
    return authority


@pytest.fixture
def registry(
    chain: Chain,
    authority: Contract,
    governance: str,
    admin: str,
    next_admin: str,
    manager: str,
) -> Contract:
    registry = chain.deploy("CommunityRegistry", authority.address, sender=governance)
    for name, head in (("One", attacker_of(chain)), ("Two", admin), ("Three", next_admin)):
        registry.create(0, head, name, bytes(32), sender=governance)
    registry.set_manager(OWN, manager, 1, "Treasurer", sender=admin)
    return registry


def attacker_of(chain: Chain) -> str:
    """The admin of NEIGHBOUR, who would like to be the admin of others."""
    return chain.account("attacker")


@pytest.fixture
def empty_book(chain: Chain, authority: Contract, registry: Contract, governance: str) -> Contract:
    arguments = (authority.address, registry.address, UTC_8)
    return chain.deploy("RuleBook", *arguments, sender=governance)


@pytest.fixture
def book(empty_book: Contract, governance: str) -> Contract:
    for number, rule in RULES.items():
        empty_book.set_rule(number, rule, f"Rule {number}", sender=governance)
    empty_book.set_override_factor(2 * BPS, sender=governance)
    return empty_book


@pytest.fixture
def month(chain: Chain) -> int:
    """The calendar month in which every test begins."""
    return month_of(chain.timestamp, UTC_8)


@pytest.fixture
def to_month(chain: Chain) -> Callable[..., None]:
    """`to_month(m, seconds)`: go to so many seconds after month m begins at UTC+8."""
    return lambda m, seconds=0: chain.warp(month_start(m, UTC_8) + seconds)


@pytest.fixture
def amounts(book: Contract) -> Callable[..., tuple[int, int]]:
    """Minimum and maximum of a rule in a community and month, at the founding's index."""

    def read(rule: int, community: int, month: int) -> tuple[int, int]:
        assert book.index_bps() == BPS
        _, minimum, maximum, _ = book.terms(rule, community, month)
        assert minimum % BPS == maximum % BPS == 0
        return minimum // BPS, maximum // BPS

    return read


@pytest.fixture
def state(book: Contract) -> Callable[[], object]:
    """Everything that the book tells about the rules and communities of these tests."""

    def read() -> object:
        versions = {rule: book.version_of(rule) for rule in (0, 1, 2, 3, 9, 254, 255)}
        known = [rule for rule, version in versions.items() if version]
        return (
            versions,
            [book.rule_at(rule, v) for rule in known for v in range(1, versions[rule] + 1)],
            [(book.rule_of(rule), book.name_of(rule)) for rule in known],
            [book.once_bit_owner(bit) for bit in range(42)],
            [book.overrides_of(c, rule) for c in (NEIGHBOUR, OWN, NEXT) for rule in known],
            book.index_bps(),
            book.override_factor_bps(),
        )

    return read


@pytest.fixture
def event(book: Contract) -> Callable[..., Event]:
    """An event as the book emits it."""
    return lambda name, /, **args: Event(book.address, name, args)
