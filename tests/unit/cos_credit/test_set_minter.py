"""CosCredit.set_minter(new_minter)

the caller is
├── without the governance role (the minter, the deployer, an admin who is not governance): reverts
└── governance, a person or a contract
    ├── a new minter: replaces the old one, logs both
    └── the zero address: nobody can mint, until governance names one again
"""

from __future__ import annotations

import pytest

from cos.chain import Event
from tests.models import ZERO_ADDRESS
from tests.models.authority import DEFAULT_ADMIN_ROLE, GOVERNANCE_ROLE
from tests.reverts import reverts


@pytest.mark.parametrize("actor", ["minter", "deployer", "attacker"])
def test_reverts_without_the_role(chain, token, state, actor):
    sender = chain.account(actor)
    with reverts("token: not governance", state):
        token.set_minter(sender, sender=sender)


def test_reverts_for_an_admin_who_is_not_governance(token, authority, state, governance, attacker):
    authority.grantRole(DEFAULT_ADMIN_ROLE, attacker, sender=governance)
    with reverts("token: not governance", state):
        token.set_minter(attacker, sender=attacker)


def test_reverts_for_a_former_governor(token, authority, state, governance):
    authority.renounceRole(GOVERNANCE_ROLE, governance, sender=governance)
    with reverts("token: not governance", state):
        token.set_minter(governance, sender=governance)


def test_replaces_the_minter(token, state, governance, minter, recipient, spender):
    receipt = token.transact("set_minter", spender, sender=governance)
    assert token.minter() == spender
    args = {"old_minter": minter, "new_minter": spender}
    assert receipt.logs == [Event(token.address, "MinterChanged", args)]
    token.mint(recipient, 5, sender=spender)
    assert token.balanceOf(recipient) == 5
    with reverts("token: not minter", state):
        token.mint(recipient, 1, sender=minter)


def test_zero_stops_minting_until_a_minter_is_named(token, state, governance, minter, recipient):
    token.set_minter(ZERO_ADDRESS, sender=governance)
    with reverts("token: not minter", state):
        token.mint(recipient, 1, sender=minter)
    token.set_minter(minter, sender=governance)
    token.mint(recipient, 1, sender=minter)
    assert token.balanceOf(recipient) == 1


def test_governance_may_be_a_contract(chain, token, authority, governance, minter):
    owner = chain.account("owner")
    wallet = chain.deploy("SharedWallet", [owner], 1, sender=owner)
    authority.grantRole(GOVERNANCE_ROLE, wallet, sender=governance)
    authority.renounceRole(GOVERNANCE_ROLE, governance, sender=governance)
    call = token.abi.functions["set_minter"].encode([owner])
    wallet.execute(token, call, sender=owner)
    assert token.minter() == owner
