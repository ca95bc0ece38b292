"""An empty register with a registrar."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pytest

from cos.chain import Chain, Contract

if TYPE_CHECKING:
    from eth_account.datastructures import SignedMessage
    from eth_account.signers.local import LocalAccount

NOW = 1_700_000_000
SERVICE, INDUSTRY = 1, 2  # tiers
SMALL, LARGE = 3_000_000, 30_000_000  # 30,000 and 300,000 yuan in fen
ACTORS = ("governance", "registrar", "ada", "ben", "cyd", "attacker")


@dataclass(frozen=True)
class Delegation:
    """The typed data of a signed delegation (ERC-5805); `but` gives a copy with other fields."""

    register: str
    delegatee: str
    nonce: int
    expiry: int
    chain_id: int
    name: str = "COS FounderRegister"
    version: str = "1"

    def but(self, **fields: object) -> Delegation:
        return replace(self, **fields)

    def sign(self, signer: LocalAccount) -> SignedMessage:
        types = {
            "Delegation": [
                {"name": "delegatee", "type": "address"},
                {"name": "nonce", "type": "uint256"},
                {"name": "expiry", "type": "uint256"},
            ]
        }
        domain = {
            "name": self.name,
            "version": self.version,
            "chainId": self.chain_id,
            "verifyingContract": self.register,
        }
        message = {"delegatee": self.delegatee, "nonce": self.nonce, "expiry": self.expiry}
        return signer.sign_typed_data(domain, types, message)


@pytest.fixture
def governance(chain: Chain) -> str:
    return chain.account("governance")


@pytest.fixture
def registrar(chain: Chain) -> str:
    return chain.account("registrar")


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
def authority(chain: Chain, governance: str) -> Contract:
    return chain.deploy("Authority", governance, sender=governance)


@pytest.fixture
def register(chain: Chain, authority: Contract, governance: str, registrar: str) -> Contract:
    register = chain.deploy("FounderRegister", authority, sender=governance)
    register.set_registrar(registrar, sender=governance)
    return register


@pytest.fixture
def admit(chain: Chain, register: Contract, registrar: str) -> Callable[..., int]:
    """Enters an account, or who has a label; returns the number."""
    seats = iter(range(1, 10**6))

    def enter(account: str, capital: int = SMALL, *, is_team: bool = False) -> int:
        founder = account if account.startswith("0x") else chain.account(account)
        return register.admit(founder, SERVICE, next(seats), capital, is_team, sender=registrar)

    return enter


@pytest.fixture
def state(chain: Chain, register: Contract) -> Callable[[], object]:
    """Everything that the register tells about the founders and the actors."""
    people = [chain.account(label) for label in ACTORS]

    def read() -> object:
        numbers = range(1, register.count() + 1)
        return (
            register.registrar(),
            [register.founder(number) for number in numbers],
            [register.has_founding_title(number) for number in numbers],
            [register.has_principal_priority(number) for number in numbers],
            [register.number_of(person) for person in people],
            [register.delegates(person) for person in people],
            [register.getVotes(person) for person in people],
            register.getPastTotalSupply(chain.timestamp - 1),
        )

    return read
