"""Addresses of contracts that are still to be created.

- known ones, for nonces of no byte, of one below and above 0x7f, and of several
- those that the embedded chain gives
"""

from __future__ import annotations

import pytest

from cos.chain import Chain
from cos.chain.accounts import created_address

CREATOR = "0x6ac7ea33F8831eA9dcC53393aaA88b25a785DbF0"


@pytest.mark.parametrize(
    ("nonce", "address"),
    [
        (0, "0xcd234A471b72ba2F1Ccf0A70FCABA648a5eeCD8d"),
        (1, "0x343c43A37D37dfF08AE8C4A11544c718AbB4fCF8"),
        (0x7F, "0x06d9a77f5E4b311Bae8D559DB9CDB4dF94104aA0"),
        (0x80, "0x08e190dcB7b73F5fcDAbb43e102215c83659A76D"),
        (0xFF, "0x3eF7c1a519E4b4431E317d7839340E3139B03c65"),
        (0x100, "0x3837C1Ae70354f670550C746580199Ac6a73Cb0a"),
        (2**32, "0xf4bf328880432064068338F915C49f817dC4Ce18"),
    ],
)
def test_it_is_the_hash_of_creator_and_nonce(nonce: int, address: str) -> None:
    assert created_address(CREATOR, nonce) == address


def test_the_embedded_chain_creates_contracts_there(chain: Chain) -> None:
    alice = chain.account("alice")
    for _ in range(3):
        expected = chain.next_address(alice)
        assert chain.deploy("ChainProbe", 1, sender=alice).address == expected
