"""Accounts from labels: the same label always means the same key and address. For tests only."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from coincurve import PublicKey
from eth_hash.auto import keccak

if TYPE_CHECKING:
    from eth_account.signers.local import LocalAccount


@cache
def checksum(address: bytes) -> str:
    """The EIP-55 checksum form of a 20-byte address."""
    text = address.hex()
    digest = keccak(text.encode()).hex()
    return "0x" + "".join(
        letter.upper() if int(nibble, 16) > 7 else letter
        for letter, nibble in zip(text, digest, strict=False)
    )


def created_address(creator: str, nonce: int) -> str:
    """The checksum address of the contract that an account creates with its transaction `nonce`."""
    number = nonce.to_bytes((nonce.bit_length() + 7) // 8, "big")
    if not 0 < nonce < 0x80:
        number = bytes([0x80 + len(number)]) + number
    items = b"\x94" + bytes.fromhex(creator[2:]) + number
    return checksum(keccak(bytes([0xC0 + len(items)]) + items)[12:])


_keys: dict[str, bytes] = {}  # by address


@cache
def address_of(label: str) -> str:
    """The checksum address whose private key is derived from `label`."""
    key = keccak(b"cos account: " + label.encode())
    point = PublicKey.from_valid_secret(key).format(compressed=False)
    address = checksum(keccak(point[1:])[12:])
    _keys[address] = key
    return address


def key_of(address: str) -> bytes:
    """The private key of an address that `address_of` returned. Raises KeyError for others."""
    return _keys[address]


def signer_of(label: str) -> LocalAccount:
    """The account of `address_of(label)` as an eth_account signer (its import is slow)."""
    from eth_account import Account

    return Account.from_key(key_of(address_of(label)))
