"""Invitations to a community, signed as a wallet signs them (eth_account's EIP-712)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from eth_account.datastructures import SignedMessage
    from eth_account.signers.local import LocalAccount


@dataclass(frozen=True)
class Invitation:
    """The typed data of one invitation; `but` gives a copy with other fields."""

    registry: str
    community: int
    invitee: str
    nonce: int
    deadline: int
    chain_id: int
    name: str = "COS CommunityRegistry"
    version: str = "1"

    def but(self, **fields: object) -> Invitation:
        return replace(self, **fields)

    def sign(self, signer: LocalAccount) -> SignedMessage:
        """The signature, with its `v`, `r`, `s`, and the 65 bytes as `signature`."""
        types = {
            "Invitation": [
                {"name": "community", "type": "uint256"},
                {"name": "invitee", "type": "address"},
                {"name": "nonce", "type": "uint256"},
                {"name": "deadline", "type": "uint256"},
            ]
        }
        domain = {
            "name": self.name,
            "version": self.version,
            "chainId": self.chain_id,
            "verifyingContract": self.registry,
        }
        message = {
            "community": self.community,
            "invitee": self.invitee,
            "nonce": self.nonce,
            "deadline": self.deadline,
        }
        return signer.sign_typed_data(domain, types, message)
