"""Vouchers, signed as a wallet signs them (eth_account's EIP-712)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from eth_account.datastructures import SignedMessage
    from eth_account.signers.local import LocalAccount


@dataclass(frozen=True)
class Voucher:
    """The typed data of one voucher; `but` gives a copy with other fields."""

    contract: str
    drop: int
    index: int
    recipient: str
    chain_id: int
    name: str = "COS GrantDrops"
    version: str = "1"

    def but(self, **fields: object) -> Voucher:
        return replace(self, **fields)

    def sign(self, signer: LocalAccount) -> SignedMessage:
        """The signature, with its `v`, `r` and `s`."""
        types = {
            "Voucher": [
                {"name": "drop", "type": "uint256"},
                {"name": "index", "type": "uint256"},
                {"name": "recipient", "type": "address"},
            ]
        }
        domain = {
            "name": self.name,
            "version": self.version,
            "chainId": self.chain_id,
            "verifyingContract": self.contract,
        }
        message = {"drop": self.drop, "index": self.index, "recipient": self.recipient}
        return signer.sign_typed_data(domain, types, message)
