"""Voucher keys for people without a wallet, and their signatures.

A voucher is a private key on paper. Whoever holds it signs, once, which account is paid
(EIP-712 `Voucher(uint256 drop,uint256 index,address recipient)`); anyone may then send the claim.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from itertools import count

from coincurve import PrivateKey, PublicKey
from eth_hash.auto import keccak

from cos.chain.accounts import checksum
from cos.drops.leaves import Terms

ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
"""Order of secp256k1: private keys are 1 to ORDER - 1."""

DOMAIN_NAME, DOMAIN_VERSION = "COS GrantDrops", "1"

_DOMAIN = keccak(
    b"EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"
)
_VOUCHER = keccak(b"Voucher(uint256 drop,uint256 index,address recipient)")


def voucher_keys(drop: int, seed: bytes | None = None) -> Iterator[bytes]:
    """Yield private keys (32 bytes) without end: from the system's randomness, or from a seed.

    A seed gives the same keys for the same drop id. Whoever knows it knows all of them: it has to
    be as secret, and at least as long, as a key.
    """
    for number in count():
        if seed is None:
            key = secrets.token_bytes(32)
        else:
            key = keccak(b"COS voucher: " + _word(drop) + _word(number) + seed)
        if 0 < int.from_bytes(key, "big") < ORDER:
            yield key


def address_of_key(key: bytes) -> str:
    """Return the checksum address of a private key."""
    return checksum(keccak(PublicKey.from_secret(key).format(compressed=False)[1:])[12:])


def voucher_digest(terms: Terms, index: int, recipient: str) -> bytes:
    """Return the 32 bytes that a voucher key signs so that entry `index` is paid to `recipient`."""
    domain = keccak(
        _DOMAIN
        + keccak(DOMAIN_NAME.encode())
        + keccak(DOMAIN_VERSION.encode())
        + _word(terms.chain_id)
        + _word(int(terms.contract, 16))
    )
    message = keccak(_VOUCHER + _word(terms.drop) + _word(index) + _word(int(recipient, 16)))
    return keccak(b"\x19\x01" + domain + message)


def sign_voucher(terms: Terms, index: int, recipient: str, key: bytes) -> tuple[int, bytes, bytes]:
    """Return (v, r, s) as `claim_by_voucher` takes them: 27 or 28, and 32 bytes each; s is low.

    The same arguments give the same signature (RFC 6979).
    """
    digest = voucher_digest(terms, index, recipient)
    signature = PrivateKey(key).sign_recoverable(digest, hasher=None)
    return signature[64] + 27, signature[:32], signature[32:64]


def _word(number: int) -> bytes:
    return number.to_bytes(32, "big")
