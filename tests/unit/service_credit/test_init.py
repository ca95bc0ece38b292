"""ServiceCredit(authority)

├── authority zero: reverts
└── else: no supply, no minter; reads like an ERC-20 of 2 decimals, and has no function that moves
    credit from one holder to another
"""

from __future__ import annotations

import pytest

from cos.chain import Revert, compile_contract
from tests.models import ZERO_ADDRESS


def test_is_readable_like_an_erc20(chain, authority, governance):
    credit = chain.deploy("ServiceCredit", authority, sender=governance)
    assert (credit.name(), credit.symbol(), credit.decimals()) == ("COS Service Credit", "CSC", 2)
    assert (credit.totalSupply(), credit.balanceOf(governance)) == (0, 0)
    assert credit.minter() == ZERO_ADDRESS
    assert credit.AUTHORITY() == authority.address


def test_tells_its_domain(chain, credit):
    domain = credit.eip712Domain()
    assert domain[1:5] == ("COS ServiceCredit", "1", chain.chain_id, credit.address)


def test_reverts_without_an_authority(chain, governance):
    with pytest.raises(Revert) as caught:
        chain.deploy("ServiceCredit", ZERO_ADDRESS, sender=governance)
    assert caught.value.reason == "governed: zero authority"


def test_has_no_way_to_move_credit_between_holders():
    abi = compile_contract("ServiceCredit").abi
    changing = {
        entry["name"]
        for entry in abi
        if entry["type"] == "function" and entry["stateMutability"] not in ("view", "pure")
    }
    assert changing == {
        "mint",
        "spend",
        "approve",
        "charge",
        "charge_signed",
        "give_back",
        "set_minter",
    }
