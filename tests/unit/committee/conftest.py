"""A committee of three seats, two signatures, in its real surroundings; see CommitteeHouse."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from cos.chain import Chain, Contract
from tests.committee_house import CommitteeHouse


@pytest.fixture
def house(chain: Chain) -> CommitteeHouse:
    return CommitteeHouse(chain)


@pytest.fixture
def committee(house: CommitteeHouse) -> Contract:
    return house.committee


@pytest.fixture
def governance(house: CommitteeHouse) -> str:
    return house.governance


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
    return chain.account("dan")


@pytest.fixture
def eve(chain: Chain) -> str:
    return chain.account("eve")


@pytest.fixture
def attacker(chain: Chain) -> str:
    return chain.account("attacker")


@pytest.fixture
def full(house: CommitteeHouse, ada: str, ben: str, cyd: str) -> CommitteeHouse:
    """Ada, ben and cyd are founders 1 to 3 and have the three seats, with BOND and no points."""
    house.seat_all(ada, ben, cyd)
    return house


@pytest.fixture
def state(house: CommitteeHouse) -> Callable[[], object]:
    return house.committee_state
