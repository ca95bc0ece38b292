"""Admissions to the founders' sale, as the admission role signs them (EIP-712).

admission = Admission(founder, person, tier=0, is_team=False, deadline=deadline)
signature = sign_admission(sale, admission, nonce, key)
sale.buy(admission, signer, signature, coin, min_quota, max_payment, sender=founder)
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from coincurve import PrivateKey
from eth_hash.auto import keccak

if TYPE_CHECKING:
    from cos.chain import Contract

_TYPEHASH = keccak(
    b"Admission(address founder,bytes32 person,uint256 tier,bool is_team,uint256 nonce,"
    b"uint256 deadline)"
)


class Admission(NamedTuple):
    """`IFounderSale.Admission`: `person` is a commitment of 32 bytes, `deadline` UNIX time."""

    founder: str
    person: bytes
    tier: int
    is_team: bool
    deadline: int


def admission_digest(domain_separator: bytes, admission: Admission, nonce: int) -> bytes:
    """The 32 bytes that are signed. `nonce` is `admission_nonce(person)`."""
    words = (
        _TYPEHASH,
        bytes(12) + bytes.fromhex(admission.founder[2:]),
        admission.person,
        *map(_word, (admission.tier, admission.is_team, nonce, admission.deadline)),
    )
    return keccak(b"\x19\x01" + domain_separator + keccak(b"".join(words)))


def sign_admission(sale: Contract, admission: Admission, nonce: int, key: bytes) -> bytes:
    """The 65 bytes r, s, v of a private key; the same arguments give the same signature."""
    digest = admission_digest(sale.DOMAIN_SEPARATOR(), admission, nonce)
    signature = PrivateKey(key).sign_recoverable(digest, hasher=None)
    return signature[:64] + bytes([signature[64] + 27])


def _word(number: int) -> bytes:
    return number.to_bytes(32, "big")
