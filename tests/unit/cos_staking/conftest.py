"""Staking with a locker, three stakers and a giver of income, at the beginning of an epoch."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pytest

from cos.chain import Chain, Contract, Event
from tests.delegations import Delegation
from tests.models import INFINITE, ZERO_ADDRESS
from tests.models.authority import LOCKER_ROLE
from tests.models.cos_staking import COS, WEEK

if TYPE_CHECKING:
    from eth_account.signers.local import LocalAccount

EPOCH = 1_700_000_000 // WEEK + 1  # the first whole epoch after the chain's clock starts
SUPPLY = 102_400_000_000 * COS
FUND = 10_000_000 * COS
PEOPLE = ("ada", "ben", "cyd", "giver", "attacker")
LOCKERS = ("locker", "other locker")


def start_of(epoch: int) -> int:
    """The first second of an epoch."""
    return epoch * WEEK


def is_share(found: object, exact: object) -> bool:
    """Whether each is the exact share or less than a unit below it, which a fraction holds."""
    pairs = zip(found, exact, strict=True) if isinstance(found, list) else [(found, exact)]
    return all(0 <= due - paid <= 1 for paid, due in pairs)


@dataclass(frozen=True)
class LockApproval:
    """The typed data of a signed allowance for a locker; `but` gives a copy with other fields."""

    contract: str
    owner: str
    locker: str
    amount: int
    nonce: int
    deadline: int
    chain_id: int
    name: str = "COS Staking"
    version: str = "1"

    def but(self, **fields: object) -> LockApproval:
        return replace(self, **fields)

    def sign(self, signer: LocalAccount) -> bytes:
        """65 bytes: r, s, v."""
        kinds = {"owner": "address", "locker": "address", "amount": "uint256"}
        kinds |= {"nonce": "uint256", "deadline": "uint256"}
        types = {"ApproveLock": [{"name": name, "type": kind} for name, kind in kinds.items()]}
        domain = {
            "name": self.name,
            "version": self.version,
            "chainId": self.chain_id,
            "verifyingContract": self.contract,
        }
        message = {name: getattr(self, name) for name in kinds}
        return bytes(signer.sign_typed_data(domain, types, message).signature)


@pytest.fixture
def governance(chain: Chain) -> str:
    return chain.account("governance")


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
def giver(chain: Chain) -> str:
    return chain.account("giver")


@pytest.fixture
def attacker(chain: Chain) -> str:
    return chain.account("attacker")


@pytest.fixture
def locker(chain: Chain) -> str:
    """A plain account with the role plays the contract."""
    return chain.account("locker")


@pytest.fixture
def other_locker(chain: Chain) -> str:
    return chain.account("other locker")


@pytest.fixture
def authority(chain: Chain, governance: str, locker: str, other_locker: str) -> Contract:
    authority = chain.deploy("Authority", governance, sender=governance)
    for account in (locker, other_locker):
        authority.grantRole(LOCKER_ROLE, account, sender=governance)
    return authority


@pytest.fixture
def token(chain: Chain, authority: Contract, governance: str) -> Contract:
    """COS; everybody has FUND."""
    token = chain.deploy("CosCredit", authority, sender=governance)
    token.set_minter(governance, sender=governance)
    for label in PEOPLE:
        token.mint(chain.account(label), FUND, sender=governance)
    return token


@pytest.fixture
def staking(chain: Chain, authority: Contract, token: Contract, governance: str) -> Contract:
    """In the first second of EPOCH, approved by everybody."""
    staking = chain.deploy("CosStaking", authority, token, sender=governance)
    for label in PEOPLE:
        token.approve(staking.address, INFINITE, sender=chain.account(label))
    chain.warp(start_of(EPOCH))
    return staking


@pytest.fixture
def next_epoch(chain: Chain) -> Callable[..., None]:
    """To the first second of a later epoch."""

    def warp(epochs: int = 1) -> None:
        chain.warp(start_of(chain.timestamp // WEEK + epochs))

    return warp


@pytest.fixture
def old_stake(staking: Contract, ada: str, ben: str, next_epoch: Callable[..., None]) -> None:
    """Ada has 3 COS and ben 1 COS, active in EPOCH + 1, which is running."""
    staking.stake(3 * COS, sender=ada)
    staking.stake(COS, sender=ben)
    next_epoch()


@pytest.fixture
def delegation(chain: Chain, staking: Contract, ben: str) -> Delegation:
    """A delegation to ben that is valid now."""
    return Delegation(staking.address, ben, 0, chain.timestamp + 2 * WEEK, chain.chain_id)


@pytest.fixture
def approval(chain: Chain, staking: Contract, ada: str, locker: str) -> LockApproval:
    """Ada's allowance for the locker that is valid now."""
    deadline = chain.timestamp + 2 * WEEK
    return LockApproval(staking.address, ada, locker, 2 * COS, 0, deadline, chain.chain_id)


@pytest.fixture
def state(chain: Chain, staking: Contract, token: Contract) -> Callable[[], object]:
    """Everything that the contract tells about everybody."""

    def read() -> object:
        people = [chain.account(label) for label in (*PEOPLE, *LOCKERS)] + [ZERO_ADDRESS]
        return (
            staking.totals(),
            staking.income(),
            staking.total_staked(),
            [staking.position(person) for person in people],
            [staking.claimable(person) for person in people],
            [staking.exits(person) for person in people],
            [staking.getVotes(person) for person in people],
            [staking.delegates(person) for person in people],
            [staking.nonces(person) for person in people],
            [staking.locked(person) for person in people],
            [staking.lock_of(a, chain.account(b)) for a in people for b in LOCKERS],
            [token.balanceOf(account) for account in (*people, staking.address)],
            [token.allowance(person, staking.address) for person in people],
        )

    return read


@pytest.fixture
def event(staking: Contract) -> Callable[..., Event]:
    """An event as the contract emits it."""
    return lambda name, /, **args: Event(staking.address, name, args)


@pytest.fixture
def moved(token: Contract) -> Callable[[str, str, int], Event]:
    """A transfer of COS."""

    def transfer(sender: str, receiver: str, value: int) -> Event:
        names = {"sender": sender, "receiver": receiver, "value": value}
        return Event(token.address, "Transfer", names)

    return transfer
