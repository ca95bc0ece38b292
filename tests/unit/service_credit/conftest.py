"""A card with a minter, two desks and a holder of 1,000 yuan."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pytest

from cos.chain import Chain, Contract
from tests.models.authority import DESK_ROLE

if TYPE_CHECKING:
    from eth_account.datastructures import SignedMessage
    from eth_account.signers.local import LocalAccount

SUPPLY = 100_000  # fen
BILL, OTHER_BILL, UNUSED = b"\x01" * 32, b"\x02" * 32, b"\x03" * 32
ACTORS = ("governance", "minter", "desk", "other desk", "holder", "other holder", "attacker")
DEADLINE = 1_700_000_000 + 3_600


@dataclass(frozen=True)
class Charge:
    """The typed data of a signed bill; `but` gives a copy with other fields."""

    credit: str
    holder: str
    desk: str
    amount: int
    reference: bytes
    deadline: int
    chain_id: int
    name: str = "COS ServiceCredit"
    version: str = "1"

    def but(self, **fields: object) -> Charge:
        return replace(self, **fields)

    def sign(self, signer: LocalAccount) -> SignedMessage:
        types = {
            "Charge": [
                {"name": "holder", "type": "address"},
                {"name": "desk", "type": "address"},
                {"name": "amount", "type": "uint256"},
                {"name": "reference", "type": "bytes32"},
                {"name": "deadline", "type": "uint256"},
            ]
        }
        domain = {
            "name": self.name,
            "version": self.version,
            "chainId": self.chain_id,
            "verifyingContract": self.credit,
        }
        fields = ("holder", "desk", "amount", "reference", "deadline")
        message = {field: getattr(self, field) for field in fields}
        return signer.sign_typed_data(domain, types, message)


@pytest.fixture
def governance(chain: Chain) -> str:
    return chain.account("governance")


@pytest.fixture
def minter(chain: Chain) -> str:
    return chain.account("minter")


@pytest.fixture
def desk(chain: Chain) -> str:
    return chain.account("desk")


@pytest.fixture
def other_desk(chain: Chain) -> str:
    return chain.account("other desk")


@pytest.fixture
def holder(chain: Chain) -> str:
    return chain.account("holder")


@pytest.fixture
def other_holder(chain: Chain) -> str:
    return chain.account("other holder")


@pytest.fixture
def attacker(chain: Chain) -> str:
    return chain.account("attacker")


@pytest.fixture
def authority(chain: Chain, governance: str, desk: str, other_desk: str) -> Contract:
    authority = chain.deploy("Authority", governance, sender=governance)
    authority.grantRole(DESK_ROLE, desk, sender=governance)
    authority.grantRole(DESK_ROLE, other_desk, sender=governance)
    return authority


@pytest.fixture
def credit(
    chain: Chain, authority: Contract, governance: str, minter: str, holder: str
) -> Contract:
    credit = chain.deploy("ServiceCredit", authority, sender=governance)
    credit.set_minter(minter, sender=governance)
    credit.mint(holder, SUPPLY, sender=minter)
    return credit


@pytest.fixture
def state(chain: Chain, credit: Contract) -> Callable[[], object]:
    """Everything that the card tells about the actors and the bills of these tests."""
    people = [chain.account(label) for label in ACTORS]

    def read() -> object:
        return (
            credit.totalSupply(),
            credit.minter(),
            [credit.balanceOf(person) for person in people],
            [credit.allowance(one, other) for one in people for other in people],
            [credit.receipt(one, bill) for one in people for bill in (BILL, OTHER_BILL, UNUSED)],
        )

    return read


@pytest.fixture
def bill(chain: Chain, credit: Contract, holder: str, desk: str) -> Charge:
    """A bill of 30 yuan that the holder is to sign."""
    return Charge(credit.address, holder, desk, 3_000, BILL, DEADLINE, chain.chain_id)


@pytest.fixture
def show(chain: Chain, credit: Contract) -> Callable[..., object]:
    """The bill's desk charges it with a signature: the holder's, if none is given."""

    def charge(bill: Charge, signature: bytes | None = None, sender: str | None = None) -> object:
        if signature is None:
            signature = bytes(bill.sign(chain.signer("holder")).signature)
        terms = (bill.holder, bill.amount, bill.reference, bill.deadline)
        return credit.transact("charge_signed", *terms, signature, sender=sender or bill.desk)

    return charge
