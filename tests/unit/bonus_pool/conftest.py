"""A funded pool with open quota. A plain account that governance registers plays the ledger."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from cos.chain import Chain, Contract, Event
from tests.models.authority import AUDITOR_ROLE
from tests.models.calendar_months import month_start

COS = 10**8
DAY = 86_400
OFFSET = 8 * 3_600
MONTH = 2023 * 12 + 10  # November 2023, the month in which the chain's clock starts
WINDOW = 14 * DAY
STEPS = [(MONTH - 1, 2_500, 1_000), (MONTH + 12, 2_200, 900), (MONTH + 24, 1_000, 500)]
HIGHEST_BPS = 3_500

RESERVE = 1_000 * COS
QUOTA = 2_000 * COS
SUPPLY = 102_400_000_000 * COS
REASON = b"\x22" * 32
PEOPLE = (
    "governance",
    "auditor",
    "ledger",
    "other ledger",
    "funder",
    "sponsor",
    "manager",
    "other manager",
    "attacker",
)


def start_of(month: int) -> int:
    """The first second of a month."""
    return month_start(month, OFFSET)


def due(month: int, window_seconds: int = WINDOW) -> int:
    """The first second in which a month's bonuses are claimable."""
    return start_of(month + 1) + window_seconds


@pytest.fixture
def governance(chain: Chain) -> str:
    return chain.account("governance")


@pytest.fixture
def auditor(chain: Chain) -> str:
    return chain.account("auditor")


@pytest.fixture
def ledger(chain: Chain) -> str:
    return chain.account("ledger")


@pytest.fixture
def other_ledger(chain: Chain) -> str:
    return chain.account("other ledger")


@pytest.fixture
def funder(chain: Chain) -> str:
    return chain.account("funder")


@pytest.fixture
def sponsor(chain: Chain) -> str:
    return chain.account("sponsor")


@pytest.fixture
def manager(chain: Chain) -> str:
    return chain.account("manager")


@pytest.fixture
def other_manager(chain: Chain) -> str:
    return chain.account("other manager")


@pytest.fixture
def attacker(chain: Chain) -> str:
    return chain.account("attacker")


@pytest.fixture
def authority(chain: Chain, governance: str, auditor: str) -> Contract:
    authority = chain.deploy("Authority", governance, sender=governance)
    authority.grantRole(AUDITOR_ROLE, auditor, sender=governance)
    return authority


@pytest.fixture
def token(chain: Chain, authority: Contract, governance: str, funder: str) -> Contract:
    """COS; `funder` has the whole supply."""
    token = chain.deploy("CosCredit", authority, sender=governance)
    token.set_minter(governance, sender=governance)
    token.mint(funder, SUPPLY, sender=governance)
    return token


@pytest.fixture
def empty_pool(
    chain: Chain, authority: Contract, token: Contract, governance: str, funder: str, ledger: str
) -> Contract:
    """A pool without reserve, with a ledger, and approved by the funder."""
    pool = chain.deploy("BonusPool", authority, token, OFFSET, WINDOW, STEPS, sender=governance)
    pool.set_ledger(ledger, True, sender=governance)
    token.approve(pool.address, 2**256 - 1, sender=funder)
    return pool


@pytest.fixture
def pool(empty_pool: Contract, funder: str, ledger: str) -> Contract:
    """A pool with a reserve of RESERVE, of which the open QUOTA needs seven tenths."""
    empty_pool.fund(RESERVE, sender=funder)
    empty_pool.open_quota(QUOTA, sender=ledger)
    return empty_pool


@pytest.fixture
def accrue(
    chain: Chain, pool: Contract, ledger: str, sponsor: str, manager: str
) -> Callable[..., tuple[int, int]]:
    """A grant of the running month by `sponsor` and `manager`; returns the rates."""

    def grant(amount: int, *, sponsor: str = sponsor, manager: str = manager) -> tuple[int, int]:
        month = pool.month_of(chain.timestamp)
        return pool.accrue(sponsor, manager, amount, month, sender=ledger)

    return grant


@pytest.fixture
def state(chain: Chain, pool: Contract, token: Contract) -> Callable[[], object]:
    """Everything that the pool tells, for the people and the months of these tests."""
    people = [chain.account(label) for label in PEOPLE]

    def read() -> object:
        months = range(MONTH - 1, pool.month_of(chain.timestamp) + 4)
        return (
            pool.totals(),
            pool.schedule(),
            pool.required_reserve(),
            [pool.window_of(month) for month in months],
            [pool.bucket(person, month) for person in people for month in months],
            [pool.carried_e4(person) for person in people],
            [pool.is_ledger(person) for person in people],
            [token.balanceOf(account) for account in (*people, pool.address)],
            [token.allowance(person, pool.address) for person in people],
        )

    return read


@pytest.fixture
def event(pool: Contract) -> Callable[..., Event]:
    """An event as the pool emits it."""
    return lambda name, /, **args: Event(pool.address, name, args)
