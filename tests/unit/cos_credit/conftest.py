from __future__ import annotations

from collections.abc import Callable

import pyrevm
import pytest

from cos.chain import Chain, Contract
from tests.models import ZERO_ADDRESS

SUPPLY = 1_000_000
ACTORS = ("governance", "minter", "holder", "recipient", "spender", "attacker")


@pytest.fixture
def governance(chain: Chain) -> str:
    return chain.account("governance")


@pytest.fixture
def minter(chain: Chain) -> str:
    return chain.account("minter")


@pytest.fixture
def holder(chain: Chain) -> str:
    return chain.account("holder")


@pytest.fixture
def recipient(chain: Chain) -> str:
    return chain.account("recipient")


@pytest.fixture
def spender(chain: Chain) -> str:
    return chain.account("spender")


@pytest.fixture
def attacker(chain: Chain) -> str:
    return chain.account("attacker")


@pytest.fixture
def authority(chain: Chain, governance: str) -> Contract:
    return chain.deploy("Authority", governance, sender=chain.account("deployer"))


@pytest.fixture
def token(chain: Chain, authority: Contract, governance: str, minter: str, holder: str) -> Contract:
    """COS with a minter; `holder` has the whole supply of `SUPPLY` base units."""
    token = chain.deploy("CosCredit", authority, sender=chain.account("deployer"))
    token.set_minter(minter, sender=governance)
    token.mint(holder, SUPPLY, sender=minter)
    return token


@pytest.fixture
def state(chain: Chain, token: Contract) -> Callable[[], object]:
    """Everything that the token holds about the actors, the token itself and the zero address."""
    accounts = [*(chain.account(actor) for actor in ACTORS), token.address, ZERO_ADDRESS]

    def dump() -> object:
        return (
            token.totalSupply(),
            token.minter(),
            [token.balanceOf(account) for account in accounts],
            [token.nonces(account) for account in accounts],
            [token.allowance(owner, other) for owner in accounts for other in accounts],
        )

    return dump


def place_code(chain: Chain, address: str, code: bytes) -> None:
    """Give an account code: as after a fork, or as EIP-7702 delegation does to one with a key."""
    chain.backend._evm.insert_account_info(address, pyrevm.AccountInfo(code=code))


@pytest.fixture
def forked(chain: Chain, token: Contract) -> tuple[Chain, Contract]:
    """A chain with another id, and the same token at the same address there."""
    other = Chain(timestamp=chain.timestamp, chain_id=chain.chain_id + 1)
    place_code(other, token.address, chain.backend.code(token.address))
    return other, other.at("CosCredit", token.address)
