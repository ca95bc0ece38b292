"""A contract that draws: genesis issued the team's part to it, and it may be made an issuer."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from cos.chain import Chain, Contract
from tests.models.cos_credit import CAP

FOUNDERS, TEAM, MANAGEMENT = 1, 2, 3
CAPS = [CAP * percent // 100 for percent in (5, 33, 8, 12, 27, 5, 5, 5)]
CUSTODY = 1_000
ALLOWANCE = 500


@pytest.fixture
def governance(chain: Chain) -> str:
    return chain.account("governance")


@pytest.fixture
def token(chain: Chain, governance: str) -> Contract:
    authority = chain.deploy("Authority", governance, sender=governance)
    return chain.deploy("CosCredit", authority, sender=governance)


@pytest.fixture
def treasury(chain: Chain, token: Contract, governance: str) -> Contract:
    """Before genesis."""
    treasury = chain.deploy("Treasury", token.AUTHORITY(), token, CAPS, sender=governance)
    token.set_minter(treasury, sender=governance)
    return treasury


@pytest.fixture
def fresh(chain: Chain, treasury: Contract, governance: str) -> Contract:
    """Before genesis."""
    return chain.deploy("CustodyHarness", treasury, sender=governance)


@pytest.fixture
def custody(chain: Chain, fresh: Contract, treasury: Contract, governance: str) -> Contract:
    """After genesis, which named it twice; an issuer of the team's and the management bucket."""
    rest = CAP * 30 // 100 - CUSTODY
    allocations = [
        (TEAM, fresh.address, CUSTODY - 1),
        (TEAM, fresh.address, 1),
        (FOUNDERS, chain.account("founder"), rest),
    ]
    treasury.genesis(allocations, sender=governance)
    for bucket in (TEAM, MANAGEMENT):
        treasury.set_issuer(bucket, fresh.address, ALLOWANCE, sender=governance)
    return fresh


@pytest.fixture
def state(custody: Contract, treasury: Contract, token: Contract) -> Callable[[], object]:
    def read() -> object:
        buckets = range(len(CAPS))
        return (
            [custody.custody_of(b) for b in buckets],
            [(treasury.minted(b), treasury.returned(b)) for b in buckets],
            [treasury.issuer_allowance(b, custody.address) for b in buckets],
            token.balanceOf(custody.address),
        )

    return read
