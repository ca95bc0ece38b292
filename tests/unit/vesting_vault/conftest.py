"""A vault with the genesis custody of angels and team, an allowance for the management bucket, a
loader and a pool as grantors. `give` creates a grant."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from cos.chain import Chain, Contract, Event
from tests.models.calendar_months import month_start
from tests.models.cos_credit import CAP
from tests.models.vesting_vault import Shown

COS = 10**8
OFFSET = 8 * 3_600
MONTH = 2023 * 12 + 10  # November 2023, in which the chain's clock starts
REASON = b"\x22" * 32
BATCH = b"\x33" * 32

ANGELS, FOUNDERS, TEAM, MANAGEMENT = range(4)
CAPS = [CAP * percent // 100 for percent in (5, 33, 8, 12, 27, 5, 5, 5)]
FOUNDERS_PART = CAP * 17 // 100
ALLOWANCE = 1_000_000 * COS
AMOUNT = 4_800 * COS  # 100 COS a month
PEOPLE = (
    *("governance", "loader", "pool", "founder"),
    *("ada", "ben", "cyd", "attacker"),
)


def start_of(month: int) -> int:
    """The first second of a month."""
    return month_start(month, OFFSET)


@pytest.fixture
def governance(chain: Chain) -> str:
    return chain.account("governance")


@pytest.fixture
def loader(chain: Chain) -> str:
    """A grantor of angels and team."""
    return chain.account("loader")


@pytest.fixture
def pool(chain: Chain) -> str:
    """A grantor of the management bucket, whose COS the Treasury issues."""
    return chain.account("pool")


@pytest.fixture
def founder(chain: Chain) -> str:
    """Has free COS of the founders' bucket."""
    return chain.account("founder")


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
def token(chain: Chain, authority: Contract, governance: str) -> Contract:
    return chain.deploy("CosCredit", authority, sender=governance)


@pytest.fixture
def treasury(chain: Chain, authority: Contract, token: Contract, governance: str) -> Contract:
    """Before genesis."""
    treasury = chain.deploy("Treasury", authority, token, CAPS, sender=governance)
    token.set_minter(treasury, sender=governance)
    return treasury


@pytest.fixture
def empty_vault(
    chain: Chain, authority: Contract, token: Contract, treasury: Contract, governance: str
) -> Contract:
    """Before genesis, without grantors."""
    return chain.deploy("VestingVault", authority, token, treasury, OFFSET, sender=governance)


@pytest.fixture
def vault(
    empty_vault: Contract,
    treasury: Contract,
    governance: str,
    loader: str,
    pool: str,
    founder: str,
) -> Contract:
    vault = empty_vault
    allocations = [
        (ANGELS, vault.address, CAPS[ANGELS]),
        (TEAM, vault.address, CAPS[TEAM]),
        (FOUNDERS, founder, FOUNDERS_PART),
    ]
    treasury.genesis(allocations, sender=governance)
    treasury.set_issuer(MANAGEMENT, vault.address, CAPS[MANAGEMENT], sender=governance)
    vault.set_grantor(ANGELS, loader, CAPS[ANGELS], sender=governance)
    vault.set_grantor(TEAM, loader, ALLOWANCE, sender=governance)
    vault.set_grantor(MANAGEMENT, pool, ALLOWANCE, sender=governance)
    return vault


@pytest.fixture
def give(vault: Contract, loader: str, ada: str) -> Callable[..., int]:
    """Creates a grant, of the team's bucket to ada unless told otherwise; returns its index."""

    def create(
        beneficiary: str = ada,
        amount: int = AMOUNT,
        *,
        start: int = MONTH,
        months: int = 48,
        cliff: int = 0,
        revocable: bool = False,
        bucket: int = TEAM,
    ) -> int:
        terms = (start, months, cliff, revocable)
        return vault.create(bucket, beneficiary, amount, *terms, sender=loader)

    return create


@pytest.fixture
def shown(vault: Contract) -> Callable[[str, int], Shown]:
    """A grant as the vault shows it, by names."""
    return lambda beneficiary, index=0: Shown(*vault.grant_at(beneficiary, index))


@pytest.fixture
def hand_over(vault: Contract) -> Callable[[str, int, str], int]:
    """From a beneficiary to another; returns the new index."""

    def move(beneficiary: str, index: int, recipient: str) -> int:
        vault.offer(index, recipient, sender=beneficiary)
        return vault.accept(beneficiary, index, 0, sender=recipient)

    return move


@pytest.fixture
def go_to(chain: Chain) -> Callable[..., None]:
    """`go_to(k)`: the first second after k boundaries; `late` seconds later."""
    return lambda boundaries, late=0: chain.warp(start_of(MONTH + boundaries) + late)


@pytest.fixture
def state(
    chain: Chain, vault: Contract, token: Contract, treasury: Contract
) -> Callable[[], object]:
    """Everything that vault, Treasury and token tell about the people of these tests."""
    people = [chain.account(label) for label in PEOPLE]
    accounts = [*people, vault.address, treasury.address]

    def read() -> object:
        buckets = range(len(CAPS))
        return (
            [vault.grants_of(person, 0, 50) for person in people],
            [vault.grant_count(person) for person in people],
            [vault.grantor_allowance(b, person) for b in buckets for person in people],
            [vault.custody_of(b) for b in buckets],
            [vault.loaded_by(batch) for batch in (BATCH, REASON)],
            [(treasury.minted(b), treasury.returned(b)) for b in buckets],
            [treasury.issuer_allowance(b, vault.address) for b in buckets],
            [token.balanceOf(account) for account in accounts],
            [token.allowance(vault.address, account) for account in accounts],
            token.totalSupply(),
        )

    return read


@pytest.fixture
def event(vault: Contract) -> Callable[..., Event]:
    """An event as the vault emits it."""
    return lambda name, /, **args: Event(vault.address, name, args)


@pytest.fixture
def moved(token: Contract) -> Callable[..., Event]:
    """A Transfer of COS."""

    def transfer(sender: str, receiver: str, value: int) -> Event:
        args = {"sender": sender, "receiver": receiver, "value": value}
        return Event(token.address, "Transfer", args)

    return transfer
