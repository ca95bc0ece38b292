"""A pool with its real vault, Treasury and token; `award` makes an award of the committee's."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from cos.chain import Chain, Contract, Event
from tests.models.authority import COMMITTEE_ROLE
from tests.models.calendar_months import month_start
from tests.models.cos_credit import CAP
from tests.models.release_curve import released
from tests.models.vesting_vault import Shown

COS = 10**8
OFFSET = 8 * 3_600
MONTH = 2023 * 12 + 10  # November 2023, the month in which the chain's clock starts
PEAK = 24
MANAGEMENT = 3
CAPS = [CAP * percent // 100 for percent in (5, 33, 8, 12, 27, 5, 5, 5)]
BUDGET = CAPS[MANAGEMENT]
GENESIS = [CAP * percent // 100 for percent in (5, 17, 8)]
FIRST = released(BUDGET, [(0, PEAK)], 1)  # of month number 1
REASON = b"\x22" * 32
PEOPLE = ("governance", "committee", "founder", "ada", "ben", "attacker")


def start_of(month: int) -> int:
    """The first second of a month."""
    return month_start(month, OFFSET)


@pytest.fixture
def governance(chain: Chain) -> str:
    return chain.account("governance")


@pytest.fixture
def committee(chain: Chain) -> str:
    return chain.account("committee")


@pytest.fixture
def founder(chain: Chain) -> str:
    """Has what genesis issued."""
    return chain.account("founder")


@pytest.fixture
def ada(chain: Chain) -> str:
    return chain.account("ada")


@pytest.fixture
def ben(chain: Chain) -> str:
    return chain.account("ben")


@pytest.fixture
def attacker(chain: Chain) -> str:
    return chain.account("attacker")


@pytest.fixture
def authority(chain: Chain, governance: str, committee: str) -> Contract:
    authority = chain.deploy("Authority", governance, sender=governance)
    authority.grantRole(COMMITTEE_ROLE, committee, sender=governance)
    return authority


@pytest.fixture
def token(chain: Chain, authority: Contract, governance: str) -> Contract:
    return chain.deploy("CosCredit", authority, sender=governance)


@pytest.fixture
def treasury(
    chain: Chain, authority: Contract, token: Contract, governance: str, founder: str
) -> Contract:
    """After genesis, which issues nothing of the management bucket."""
    treasury = chain.deploy("Treasury", authority, token, CAPS, sender=governance)
    token.set_minter(treasury, sender=governance)
    allocations = [(bucket, founder, amount) for bucket, amount in enumerate(GENESIS)]
    treasury.genesis(allocations, sender=governance)
    return treasury


@pytest.fixture
def vault(
    chain: Chain, authority: Contract, token: Contract, treasury: Contract, governance: str
) -> Contract:
    """May issue all of the management bucket."""
    vault = chain.deploy("VestingVault", authority, token, treasury, OFFSET, sender=governance)
    treasury.set_issuer(MANAGEMENT, vault.address, BUDGET, sender=governance)
    return vault


@pytest.fixture
def pool(chain: Chain, authority: Contract, vault: Contract, governance: str) -> Contract:
    pool = chain.deploy("ManagementPool", authority, vault, BUDGET, PEAK, sender=governance)
    vault.set_grantor(MANAGEMENT, pool.address, BUDGET, sender=governance)
    return pool


@pytest.fixture
def award(pool: Contract, committee: str, ada: str) -> Callable[..., int]:
    """By the committee, to ada unless told otherwise; returns the grant's index in the vault."""
    return lambda amount, beneficiary=ada: pool.award(beneficiary, amount, REASON, sender=committee)


@pytest.fixture
def shown(vault: Contract) -> Callable[..., Shown]:
    """A grant as the vault shows it, by names."""
    return lambda beneficiary, index=0: Shown(*vault.grant_at(beneficiary, index))


@pytest.fixture
def go_to(chain: Chain) -> Callable[..., None]:
    """`go_to(n)`: the first second of month number n, if that is still to come; `late` seconds
    later."""
    return lambda number, late=0: chain.warp(
        max(start_of(MONTH + number - 1) + late, chain.timestamp)
    )


@pytest.fixture
def released_so_far(pool: Contract) -> Callable[..., list[int]]:
    """What the pool says was released by each of its first months."""
    return lambda months: [pool.released_by(MONTH - 1 + number) for number in range(months + 1)]


@pytest.fixture
def state(
    chain: Chain, pool: Contract, vault: Contract, treasury: Contract, token: Contract
) -> Callable[[], object]:
    """Everything that pool, vault, Treasury and token tell about the people of these tests."""
    people = [chain.account(label) for label in PEOPLE]
    accounts = [*people, pool.address, vault.address, treasury.address]

    def read() -> object:
        now = pool.month_of(chain.timestamp)
        return (
            [pool.released_by(month) for month in range(MONTH - 1, now + 40)],
            [pool.curve_at(position) for position in range(pool.curve_count())],
            (pool.released(), pool.awarded(), pool.unallocated()),
            [vault.grants_of(account, 0, 50) for account in accounts],
            [vault.grantor_allowance(MANAGEMENT, account) for account in accounts],
            (treasury.minted(MANAGEMENT), treasury.returned(MANAGEMENT)),
            treasury.issuer_allowance(MANAGEMENT, vault.address),
            [token.balanceOf(account) for account in accounts],
            token.totalSupply(),
        )

    return read


@pytest.fixture
def event(pool: Contract) -> Callable[..., Event]:
    """An event as the pool emits it."""
    return lambda name, /, **args: Event(pool.address, name, args)
