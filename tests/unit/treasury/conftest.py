from __future__ import annotations

from collections.abc import Callable

import pytest

from cos.chain import Chain, Contract
from tests.models.cos_credit import CAP

ANGELS, FOUNDERS, TEAM, MANAGEMENT, INCENTIVE, PARTNERS, NODES, CENTER = range(8)
PERCENT = (5, 33, 8, 12, 27, 5, 5, 5)
CAPS = [CAP * percent // 100 for percent in PERCENT]
GENESIS = {ANGELS: CAPS[ANGELS], FOUNDERS: CAP * 17 // 100, TEAM: CAPS[TEAM]}
ACTORS = ("governance", "angel", "founder", "member", "issuer", "recipient", "attacker")


@pytest.fixture
def governance(chain: Chain) -> str:
    return chain.account("governance")


@pytest.fixture
def issuer(chain: Chain) -> str:
    return chain.account("issuer")


@pytest.fixture
def recipient(chain: Chain) -> str:
    return chain.account("recipient")


@pytest.fixture
def attacker(chain: Chain) -> str:
    return chain.account("attacker")


@pytest.fixture
def founder(chain: Chain) -> str:
    return chain.account("founder")


@pytest.fixture
def authority(chain: Chain, governance: str) -> Contract:
    return chain.deploy("Authority", governance, sender=chain.account("deployer"))


@pytest.fixture
def token(chain: Chain, authority: Contract) -> Contract:
    return chain.deploy("CosCredit", authority, sender=chain.account("deployer"))


@pytest.fixture
def allocations(chain: Chain) -> list[tuple[int, str, int]]:
    """The default genesis: angels 5 %, founders 17 %, initial team 8 %."""
    return [
        (ANGELS, chain.account("angel"), GENESIS[ANGELS]),
        (FOUNDERS, chain.account("founder"), GENESIS[FOUNDERS]),
        (TEAM, chain.account("member"), GENESIS[TEAM]),
    ]


@pytest.fixture
def fresh(chain: Chain, authority: Contract, token: Contract, governance: str) -> Contract:
    """A Treasury before genesis, already the token's minter."""
    treasury = chain.deploy("Treasury", authority, token, CAPS, sender=chain.account("deployer"))
    token.set_minter(treasury, sender=governance)
    return treasury


@pytest.fixture
def treasury(fresh: Contract, allocations: list, governance: str) -> Contract:
    """A Treasury after the default genesis; `founder` holds 17 % of the cap."""
    fresh.genesis(allocations, sender=governance)
    return fresh


@pytest.fixture
def state(chain: Chain, token: Contract, fresh: Contract) -> Callable[[], object]:
    """Everything that Treasury and token hold about the buckets and the actors."""
    accounts = [*(chain.account(actor) for actor in ACTORS), fresh.address, token.address]

    def dump() -> object:
        buckets = range(fresh.bucket_count())
        return (
            fresh.genesis_done(),
            [(fresh.bucket_cap(b), fresh.minted(b), fresh.returned(b)) for b in buckets],
            [fresh.issuer_allowance(b, account) for b in buckets for account in accounts],
            fresh.custodians(),
            token.totalSupply(),
            [token.balanceOf(account) for account in accounts],
            [token.allowance(account, fresh) for account in accounts],
        )

    return dump


def deploy_with_refusing_token(
    chain: Chain, authority: Contract, governance: str, holder: str
) -> tuple[Contract, Contract]:
    """Token and Treasury; the token answers false to every transfer, as ERC-20 lets it."""
    token = chain.deploy("RefusingToken", sender=holder)
    treasury = chain.deploy("Treasury", authority, token, CAPS, sender=holder)
    treasury.genesis(
        [(INCENTIVE, holder, CAPS[INCENTIVE]), (0, holder, CAP * 3 // 100)], sender=governance
    )
    return token, treasury
