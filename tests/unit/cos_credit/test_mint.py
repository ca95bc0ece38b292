"""CosCredit.mint(to, amount)

the caller is
├── not the minter (governance, the deployer, a former minter, anyone before there is one): reverts
└── the minter, and the recipient is
    ├── the zero address or the token itself: reverts
    └── anyone else, and the amount is
        ├── above what the cap leaves, or so large that adding would wrap around: reverts
        └── within it, to the last unit: creates it, logs Transfer from zero
"""

from __future__ import annotations

import pytest

from cos.chain import Event
from tests.models import ZERO_ADDRESS
from tests.models.cos_credit import CAP
from tests.reverts import reverts
from tests.unit.cos_credit.conftest import SUPPLY


@pytest.mark.parametrize("actor", ["governance", "deployer", "holder", "attacker"])
def test_reverts_for_anyone_but_the_minter(chain, token, state, actor):
    with reverts("token: not minter", state):
        token.mint(chain.account("attacker"), 1, sender=chain.account(actor))


def test_reverts_for_a_former_minter(chain, token, state, governance, minter):
    token.set_minter(chain.account("successor"), sender=governance)
    with reverts("token: not minter", state):
        token.mint(minter, 1, sender=minter)


def test_reverts_for_the_zero_address_while_there_is_no_minter(token, state, governance, attacker):
    """The default value of the minter authorises nobody."""
    token.set_minter(ZERO_ADDRESS, sender=governance)
    with reverts("token: not minter", state):
        token.mint(attacker, 1, sender=ZERO_ADDRESS)


def test_reverts_to_the_zero_address(token, state, minter):
    with reverts("token: transfer to zero", state):
        token.mint(ZERO_ADDRESS, 1, sender=minter)


def test_reverts_to_the_token(token, state, minter):
    with reverts("token: transfer to token", state):
        token.mint(token, 1, sender=minter)


@pytest.mark.parametrize("amount", [CAP - SUPPLY + 1, 2**64, 2**256 - 1, 2**256 - SUPPLY])
def test_reverts_above_the_cap(token, state, minter, recipient, amount):
    with reverts("token: above cap", state):
        token.mint(recipient, amount, sender=minter)


@pytest.mark.parametrize("amount", [0, 1, CAP - SUPPLY])
def test_creates_the_amount(token, minter, recipient, amount):
    receipt = token.transact("mint", recipient, amount, sender=minter)
    assert token.balanceOf(recipient) == amount
    assert token.totalSupply() == SUPPLY + amount
    args = {"sender": ZERO_ADDRESS, "receiver": recipient, "value": amount}
    assert receipt.logs == [Event(token.address, "Transfer", args)]
