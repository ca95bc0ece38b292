"""The terms of a drop, the entries of its list, and the leaf that binds the two."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from eth_hash.auto import keccak

from cos.chain.accounts import checksum
from cos.fields import read_address

ADDRESS, VOUCHER = 0, 1
"""Kinds of entries: paid to a listed account, or to whom a listed voucher key names."""

MAX_WORD = 2**64 - 1
"""The contract's limit of amounts (base units) and quantities (hundredths)."""

COUNT_BITS = 96
"""A drop's id is its manager's address above so many bits of that manager's count, from 1."""


@dataclass(frozen=True, slots=True)
class Terms:
    """What a list is bound to, and the most that one claim may be (base units).

    `contract` is a GrantDrops in checksum form, `chain_id` that of the chain on which it was
    deployed, `drop` what its `next_drop(manager)` says before publication. Raises ValueError, with
    the remedy after a semicolon.
    """

    drop: int
    chain_id: int
    contract: str
    max_amount: int

    def __post_init__(self) -> None:
        count = self.drop % 2**COUNT_BITS
        if not (0 < self.drop < 2**256 and count and self.drop >> COUNT_BITS):
            raise ValueError("the drop id has no manager or count; read it from next_drop(manager)")
        if not 0 < self.chain_id < 2**256:
            raise ValueError("the chain id must be above zero; ask the node for eth_chainId")
        if read_address(self.contract) != self.contract:
            raise ValueError("the contract's address is not in checksum form; use read_address")
        if not 0 < self.max_amount <= MAX_WORD:
            raise ValueError(f"the maximum must be 1 to {MAX_WORD} base units; correct it")

    @property
    def manager(self) -> str:
        """The manager who publishes the drop, whom the contract does not let claim from it."""
        return checksum((self.drop >> COUNT_BITS).to_bytes(20, "big"))


class Entry(NamedTuple):
    """A line of a list. `account` is the account or the voucher key's address, in checksum form;
    `quantity` in hundredths of the rule's unit, `amount` in base units."""

    kind: int
    account: str
    quantity: int
    amount: int


def leaf(terms: Terms, index: int, entry: Entry) -> bytes:
    """Return the 32 bytes that stand for entry `index` (from 0): the hash of eight words."""
    words = (
        terms.chain_id,
        int(terms.contract, 16),
        terms.drop,
        index,
        entry.kind,
        int(entry.account, 16),
        entry.quantity,
        entry.amount,
    )
    return keccak(b"".join(word.to_bytes(32, "big") for word in words))
