"""CosCredit.supportsInterface(interface_id)

the interface is
├── one that the token's own functions make up: true
│   (ERC-165, ERC-20, its metadata, ERC-2612, ERC-5267)
└── another, or 0xffffffff: false
"""

from __future__ import annotations

from functools import reduce

import pytest

INTERFACES = {
    "ERC-165": ["supportsInterface"],
    "ERC-20": ["totalSupply", "balanceOf", "transfer", "transferFrom", "approve", "allowance"],
    "ERC-20 metadata": ["name", "symbol", "decimals"],
    "ERC-2612": ["permit", "nonces", "DOMAIN_SEPARATOR"],
    "ERC-5267": ["eip712Domain"],
}


@pytest.mark.parametrize("interface", INTERFACES)
def test_is_true_for_what_its_functions_make_up(token, interface):
    selectors = [token.abi.functions[name].selector for name in INTERFACES[interface]]
    interface_id = reduce(lambda a, b: bytes(x ^ y for x, y in zip(a, b, strict=True)), selectors)
    assert token.supportsInterface(interface_id) is True


@pytest.mark.parametrize("interface_id", ["0xffffffff", "0x00000000", "0x80ac58cd", "0x7965db0b"])
def test_is_false_for_others(token, interface_id):
    assert token.supportsInterface(interface_id) is False
