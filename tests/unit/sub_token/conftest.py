"""A clone whose minter is a plain account; `holder` has all units."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from cos.chain import Chain, Contract
from tests.models import ZERO_ADDRESS

SUPPLY = 1_000_000
NAME, SYMBOL, DECIMALS, FACE = "Ten Coffees", "COFFEE", 2, 3_000
ACTORS = ("minter", "holder", "recipient", "spender", "attacker")


def clone_code(template: str) -> bytes:
    """Init code of an EIP-1167 clone."""
    head, tail = "3d602d80600a3d3981f3363d3d373d3d3d363d73", "5af43d82803e903d91602b57fd5bf3"
    return bytes.fromhex(head + template[2:] + tail)


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
def template(chain: Chain) -> Contract:
    return chain.deploy("SubToken", sender=chain.account("deployer"))


@pytest.fixture
def make(chain: Chain, template: Contract, minter: str) -> Callable[..., Contract]:
    """A clone, initialised by the minter unless `blank`."""

    def create(*, is_transferable: bool = True, blank: bool = False) -> Contract:
        address, _ = chain.backend.create(minter, clone_code(template.address))
        token = chain.at("SubToken", address)
        if not blank:
            token.initialize(NAME, SYMBOL, DECIMALS, FACE, is_transferable, sender=minter)
        return token

    return create


@pytest.fixture
def token(make: Callable[..., Contract], minter: str, holder: str) -> Contract:
    token = make()
    token.mint(holder, SUPPLY, sender=minter)
    return token


@pytest.fixture
def read(chain: Chain) -> Callable[[Contract], object]:
    """Everything that a token holds about the actors, itself and the zero address."""

    def dump(token: Contract) -> object:
        accounts = [*(chain.account(actor) for actor in ACTORS), token.address, ZERO_ADDRESS]
        return (
            token.totalSupply(),
            (token.minter(), token.face_value(), token.decimals(), token.is_transferable()),
            (token.name(), token.symbol()),
            [token.balanceOf(account) for account in accounts],
            [token.nonces(account) for account in accounts],
            [token.allowance(owner, other) for owner in accounts for other in accounts],
        )

    return dump


@pytest.fixture
def state(token: Contract, read: Callable[[Contract], object]) -> Callable[[], object]:
    return lambda: read(token)
