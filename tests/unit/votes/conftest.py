"""The module in a harness whose units come and go as the test says."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from cos.chain import Chain, Contract
from tests.delegations import Delegation
from tests.models.clock import Clock
from tests.models.votes import VotesModel

NOW = 1_700_000_000
NAME = "Votes"
ACTORS = ("ada", "ben", "cyd", "attacker")


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
def attacker(chain: Chain) -> str:
    return chain.account("attacker")


@pytest.fixture
def votes(chain: Chain) -> Contract:
    return chain.deploy("VotesHarness", NAME, sender=chain.account("deployer"))


@pytest.fixture
def model(chain: Chain) -> VotesModel:
    return VotesModel(Clock(chain.timestamp))


@pytest.fixture
def delegation(chain: Chain, votes: Contract, ben: str) -> Delegation:
    """A delegation to ben that is valid now."""
    return Delegation(votes.address, ben, 0, chain.timestamp + 60, chain.chain_id, NAME)


@pytest.fixture
def state(chain: Chain, votes: Contract) -> Callable[[], object]:
    people = [chain.account(label) for label in ACTORS]

    def read() -> object:
        return [
            (votes.head(p), votes.delegates(p), votes.nonces(p), votes.units(p), votes.total())
            for p in people
        ]

    return read
