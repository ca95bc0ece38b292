"""Signed delegations of votes (ERC-5805), signed as a wallet signs them (eth_account's EIP-712)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from eth_account.datastructures import SignedMessage
    from eth_account.signers.local import LocalAccount


@dataclass(frozen=True)
class Delegation:
    """The typed data of one delegation; `but` gives a copy with other fields."""

    contract: str
    delegatee: str
    nonce: int
    expiry: int
    chain_id: int
    name: str = "COS Staking"
    version: str = "1"

    def but(self, **fields: object) -> Delegation:
        return replace(self, **fields)

    def sign(self, signer: LocalAccount) -> SignedMessage:
        """The signature, with its `v`, `r`, `s` and `message_hash`."""
        types = {
            "Delegation": [
                {"name": "delegatee", "type": "address"},
                {"name": "nonce", "type": "uint256"},
                {"name": "expiry", "type": "uint256"},
            ]
        }
        domain = {
            "name": self.name,
            "version": self.version,
            "chainId": self.chain_id,
            "verifyingContract": self.contract,
        }
        message = {"delegatee": self.delegatee, "nonce": self.nonce, "expiry": self.expiry}
        return signer.sign_typed_data(domain, types, message)
