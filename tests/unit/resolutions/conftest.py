"""Resolutions over a committee of ada, ben and cyd, two of whom decide; ada and governance pay.

`draft` is ada's with two items, `live` the first item of an adopted one of governance.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from cos.chain import Chain, Contract, Event
from tests.committee_house import CommitteeHouse
from tests.contribution_loop import COS, DAY
from tests.models import INFINITE
from tests.models.resolutions import Task

FUND = 10_000 * COS
REWARD, OTHER_REWARD = 300 * COS, 20 * COS
DUE = 40 * DAY  # after the opening
DOCUMENT, EVIDENCE, REASON = b"\x44" * 32, b"\x55" * 32, b"\x22" * 32
TEXT = "Open the alumni house by May."


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
def dan(chain: Chain) -> str:
    """The assignee of the first item."""
    return chain.account("dan")


@pytest.fixture
def eve(chain: Chain) -> str:
    """The assignee of the second."""
    return chain.account("eve")


@pytest.fixture
def attacker(chain: Chain) -> str:
    return chain.account("attacker")


@pytest.fixture
def house(chain: Chain, ada: str, ben: str, cyd: str) -> CommitteeHouse:
    house = CommitteeHouse(chain)
    house.seat_all(ada, ben, cyd)
    return house


@pytest.fixture
def governance(house: CommitteeHouse) -> str:
    return house.governance


@pytest.fixture
def register(house: CommitteeHouse, governance: str, ada: str) -> Contract:
    register = house.create("Resolutions", house.authority, house.token, house.committee)
    for maker in (governance, ada):
        house.token.transfer(maker, FUND, sender=house.center)
        house.token.approve(register, INFINITE, sender=maker)
    return register


@pytest.fixture
def tasks(chain: Chain, dan: str, eve: str) -> list[Task]:
    due_at = chain.timestamp + 100 * DAY  # seating takes 42 days
    return [Task(dan, due_at, REWARD), Task(eve, due_at + DAY, OTHER_REWARD)]


@pytest.fixture
def draft(register: Contract, tasks: list[Task], ada: str) -> int:
    return register.open(TEXT, DOCUMENT, tasks, sender=ada)


@pytest.fixture
def adopt(register: Contract) -> Callable[..., None]:
    def send(number: int, *members: str) -> None:
        for member in members:
            register.adopt(number, register.resolution(number)[6], sender=member)

    return send


@pytest.fixture
def live(house: CommitteeHouse, register: Contract, tasks: list[Task], governance: str) -> int:
    """An item of dan's, a second old."""
    number = register.open(TEXT, DOCUMENT, tasks, sender=governance)
    house.later(1)
    return register.resolution(number)[3]


@pytest.fixture
def reported(house: CommitteeHouse, register: Contract, live: int, dan: str) -> int:
    """The same, reported a second ago."""
    register.report(live, EVIDENCE, sender=dan)
    house.later(1)
    return live


@pytest.fixture
def event(register: Contract) -> Callable[..., Event]:
    return lambda name, /, **args: Event(register.address, name, args)


@pytest.fixture
def state(house: CommitteeHouse, register: Contract) -> Callable[[], object]:
    """Everything that the register tells, and where the COS is."""

    def read() -> object:
        count, items = register.resolution_count(), register.item_count()
        accounts = [*house.people, house.governance, register]
        return (
            register.escrowed(),
            [register.resolution(number) for number in range(1, count + 1)],
            [register.item(number) for number in range(1, items + 1)],
            [house.token.balanceOf(account) for account in accounts],
            [house.token.allowance(account, register) for account in house.people],
        )

    return read
