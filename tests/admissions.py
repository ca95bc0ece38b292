"""Admissions of founders, signed as a wallet signs them (eth_account's EIP-712)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from eth_account.datastructures import SignedMessage
    from eth_account.signers.local import LocalAccount


class Terms(NamedTuple):
    """As `IFounderSale.Admission`."""

    founder: str
    person: bytes
    tier: int
    is_team: bool
    deadline: int


@dataclass(frozen=True)
class Admission:
    """The typed data of one admission; `but` gives a copy with other fields."""

    sale: str
    founder: str
    person: bytes
    tier: int
    is_team: bool
    nonce: int
    deadline: int
    chain_id: int
    name: str = "COS FounderSale"
    version: str = "1"

    def but(self, **fields: object) -> Admission:
        return replace(self, **fields)

    @property
    def terms(self) -> Terms:
        return Terms(self.founder, self.person, self.tier, self.is_team, self.deadline)

    def sign(self, signer: LocalAccount) -> SignedMessage:
        """The signature, with its `v`, `r`, `s`, and the 65 bytes as `signature`."""
        types = {
            "Admission": [
                {"name": "founder", "type": "address"},
                {"name": "person", "type": "bytes32"},
                {"name": "tier", "type": "uint256"},
                {"name": "is_team", "type": "bool"},
                {"name": "nonce", "type": "uint256"},
                {"name": "deadline", "type": "uint256"},
            ]
        }
        domain = {
            "name": self.name,
            "version": self.version,
            "chainId": self.chain_id,
            "verifyingContract": self.sale,
        }
        message = {
            "founder": self.founder,
            "person": self.person,
            "tier": self.tier,
            "is_team": self.is_team,
            "nonce": self.nonce,
            "deadline": self.deadline,
        }
        return signer.sign_typed_data(domain, types, message)
