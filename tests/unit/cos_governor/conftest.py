"""A governor of three founders, of whom two pass anything, over the real sources of votes. The
roles are handed over; a guardian and a member of the committee have theirs."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from cos.chain import Chain, Contract, Event
from tests.governing import COS, YUAN, House, Proposal, build, call_of

NOW = 1_700_000_000
LARGE, SMALL = 300_000 * YUAN, 30_000 * YUAN  # capital
TOTAL = 2 * LARGE + SMALL
PAID = 100 * COS
PEOPLE = ("ada", "ben", "cyd", "guardian", "member", "attacker", "recipient", "governance")


@pytest.fixture
def house(chain: Chain) -> House:
    """`ada` and `ben` have paid LARGE, `cyd` SMALL, a second before the proposals."""
    house = build(chain)
    for seat, (label, capital) in enumerate((("ada", LARGE), ("ben", LARGE), ("cyd", SMALL))):
        house.admit(label, capital, seat + 1)
    chain.advance(1)
    return house


@pytest.fixture
def governor(house: House) -> Contract:
    return house.governor


@pytest.fixture
def ada(chain: Chain) -> str:
    return chain.account("ada")


@pytest.fixture
def ben(chain: Chain) -> str:
    return chain.account("ben")


@pytest.fixture
def cyd(chain: Chain) -> str:
    return chain.account("cyd")


@pytest.fixture
def guardian(chain: Chain) -> str:
    return chain.account("guardian")


@pytest.fixture
def member(chain: Chain) -> str:
    """Of the committee; no founder, and without a stake."""
    return chain.account("member")


@pytest.fixture
def attacker(chain: Chain) -> str:
    return chain.account("attacker")


@pytest.fixture
def recipient(chain: Chain) -> str:
    return chain.account("recipient")


@pytest.fixture
def payment(house: House, recipient: str) -> Proposal:
    """PAID of the governor's COS to the recipient."""
    return call_of(house.token, "transfer", recipient, PAID, why="Pay for the winter's work")


@pytest.fixture
def number(house: House, payment: Proposal, ada: str) -> int:
    """The payment, in the first second of its vote."""
    return house.open_vote(payment, ada)


@pytest.fixture
def passed(house: House, payment: Proposal, ada: str, ben: str) -> int:
    """The payment, in the first second after its vote."""
    return house.pass_vote(payment, (ada, ben))


@pytest.fixture
def due(house: House, payment: Proposal, ada: str, ben: str) -> int:
    """The payment, in the first second in which it can be executed."""
    return house.make_due(payment, (ada, ben))


@pytest.fixture
def state(chain: Chain, house: House) -> Callable[[], object]:
    """Everything that the governor tells, roles, and where the COS is."""
    people = [chain.account(label) for label in PEOPLE]
    return lambda: house.told(people)


@pytest.fixture
def event(governor: Contract) -> Callable[..., Event]:
    """An event as the governor emits it."""
    return lambda name, /, **args: Event(governor.address, name, args)
