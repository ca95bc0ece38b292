"""FounderRegister(authority), set_registrar(new_registrar)

constructor
├── authority zero: reverts
└── else: nobody in it, no registrar
set_registrar
├── the caller is not governance: reverts
└── governance: replaces the registrar, zero included; logs both
"""

from __future__ import annotations

import pytest

from cos.chain import Event, Revert
from tests.models import ZERO_ADDRESS


def test_the_register_begins_empty(chain, authority, governance):
    register = chain.deploy("FounderRegister", authority, sender=governance)
    assert (register.count(), register.registrar()) == (0, ZERO_ADDRESS)
    assert register.AUTHORITY() == authority.address


def test_the_constructor_reverts_without_an_authority(chain, governance):
    with pytest.raises(Revert) as caught:
        chain.deploy("FounderRegister", ZERO_ADDRESS, sender=governance)
    assert caught.value.reason == "governed: zero authority"


@pytest.mark.parametrize("actor", ["registrar", "ada", "attacker"])
def test_reverts_for_anyone_but_governance(chain, register, attacker, refuses, actor):
    with refuses("founders: not governance"):
        register.set_registrar(attacker, sender=chain.account(actor))


def test_replaces_the_registrar(register, governance, registrar, ada, refuses):
    receipt = register.transact("set_registrar", ZERO_ADDRESS, sender=governance)
    args = {"old_registrar": registrar, "new_registrar": ZERO_ADDRESS}
    assert receipt.logs == [Event(register.address, "RegistrarChanged", args)]
    with refuses("founders: not registrar"):
        register.admit(ada, 1, 1, 1, False, sender=registrar)
