"""ERC-2612 permits, signed as a wallet signs them (eth_account's EIP-712)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from eth_account.datastructures import SignedMessage
    from eth_account.signers.local import LocalAccount

HALF_ORDER = 0x7FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF5D576E7357A4501DDFE92F46681B20A0
ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141


@dataclass(frozen=True)
class Permit:
    """The typed data of one permit; `but` gives a copy with other fields."""

    token: str
    owner: str
    spender: str
    amount: int
    nonce: int
    deadline: int
    chain_id: int
    name: str = "COS Credit"
    version: str = "1"

    def but(self, **fields: object) -> Permit:
        return replace(self, **fields)

    def sign(self, signer: LocalAccount) -> SignedMessage:
        """The signature, with its `v`, `r`, `s` and `message_hash`."""
        types = {
            "Permit": [
                {"name": "owner", "type": "address"},
                {"name": "spender", "type": "address"},
                {"name": "value", "type": "uint256"},
                {"name": "nonce", "type": "uint256"},
                {"name": "deadline", "type": "uint256"},
            ]
        }
        domain = {
            "name": self.name,
            "version": self.version,
            "chainId": self.chain_id,
            "verifyingContract": self.token,
        }
        message = {
            "owner": self.owner,
            "spender": self.spender,
            "value": self.amount,
            "nonce": self.nonce,
            "deadline": self.deadline,
        }
        return signer.sign_typed_data(domain, types, message)


def words(signature: SignedMessage) -> tuple[int, bytes, bytes]:
    """(v, r, s) as permit takes them."""
    return signature.v, signature.r.to_bytes(32, "big"), signature.s.to_bytes(32, "big")


def malleated(signature: SignedMessage) -> tuple[int, bytes, bytes]:
    """The other (v, r, s) that recovers to the same signer: s in the upper half."""
    s = ORDER - signature.s
    assert s > HALF_ORDER
    return 55 - signature.v, signature.r.to_bytes(32, "big"), s.to_bytes(32, "big")
