"""Authority.supportsInterface(interface_id)

├── ERC-165, and OpenZeppelin's AccessControl as Authority's own functions make it up: true
└── another, or 0xffffffff: false
"""

from __future__ import annotations

from functools import reduce

import pytest

ACCESS_CONTROL = ("hasRole", "getRoleAdmin", "grantRole", "revokeRole", "renounceRole")


@pytest.mark.parametrize("functions", [ACCESS_CONTROL, ("supportsInterface",)])
def test_is_true_for_what_its_functions_make_up(authority, functions):
    selectors = [authority.abi.functions[name].selector for name in functions]
    interface_id = reduce(lambda a, b: bytes(x ^ y for x, y in zip(a, b, strict=True)), selectors)
    assert authority.supportsInterface(interface_id) is True


@pytest.mark.parametrize("interface_id", ["0xffffffff", "0x00000000", "0x36372b07"])
def test_is_false_for_others(authority, interface_id):
    assert authority.supportsInterface(interface_id) is False
