"""Treasury.set_custodian(account, status) and circulating_supply()

the caller is
├── not governance: reverts
└── governance, and the account is
    ├── the zero address, or the Treasury (which always counts): reverts
    ├── what it is to become already: reverts
    ├── the 33rd: reverts, until one of the 32 is taken off
    └── otherwise: is put on or taken off the list, logs old and new
circulating supply is the total supply less what the Treasury and the custodians hold
├── also for COS sent to them directly: it changes nobody's claim (pitfall 18)
└── after a removal from the beginning, the middle or the end of the list
"""

from __future__ import annotations

import pytest

from cos.chain import Event
from tests.models import ZERO_ADDRESS
from tests.models.treasury import GENESIS_AMOUNT, MAX_CUSTODIANS
from tests.reverts import reverts
from tests.unit.treasury.conftest import GENESIS, TEAM


def test_reverts_for_anyone_but_governance(treasury, state, attacker):
    with reverts("treasury: not governance", state):
        treasury.set_custodian(attacker, True, sender=attacker)


@pytest.mark.parametrize("status", [False, True])
def test_reverts_for_the_zero_address(treasury, state, governance, status):
    with reverts("treasury: zero custodian", state):
        treasury.set_custodian(ZERO_ADDRESS, status, sender=governance)


@pytest.mark.parametrize("status", [False, True])
def test_reverts_for_the_treasury(treasury, state, governance, status):
    with reverts("treasury: always a custodian", state):
        treasury.set_custodian(treasury, status, sender=governance)


def test_reverts_when_nothing_would_change(treasury, state, governance, founder, attacker):
    treasury.set_custodian(founder, True, sender=governance)
    with reverts("treasury: status unchanged", state):
        treasury.set_custodian(founder, True, sender=governance)
    with reverts("treasury: status unchanged", state):
        treasury.set_custodian(attacker, False, sender=governance)


def test_reverts_for_the_33rd(chain, treasury, state, governance):
    accounts = [chain.account(f"custodian {k}") for k in range(MAX_CUSTODIANS + 1)]
    for account in accounts[:-1]:
        treasury.set_custodian(account, True, sender=governance)
    assert treasury.custodians() == accounts[:-1]
    assert treasury.circulating_supply() == GENESIS_AMOUNT
    with reverts("treasury: too many custodians", state):
        treasury.set_custodian(accounts[-1], True, sender=governance)
    treasury.set_custodian(accounts[5], False, sender=governance)
    treasury.set_custodian(accounts[-1], True, sender=governance)
    assert set(treasury.custodians()) == set(accounts) - {accounts[5]}


@pytest.mark.parametrize("status", [True, False])
def test_sets_the_status(treasury, governance, founder, status):
    if not status:
        treasury.set_custodian(founder, True, sender=governance)
    receipt = treasury.transact("set_custodian", founder, status, sender=governance)
    assert treasury.is_custodian(founder) is status
    assert treasury.custodians() == ([founder] if status else [])
    args = {"account": founder, "old_status": not status, "new_status": status}
    assert receipt.logs == [Event(treasury.address, "CustodianSet", args)]


@pytest.mark.parametrize("removed", [0, 1, 2])
def test_a_removal_leaves_the_others(chain, treasury, token, governance, founder, removed):
    accounts = [chain.account(f"custodian {k}") for k in range(3)]
    for weight, account in enumerate(accounts, start=1):
        token.transfer(account, 10**weight, sender=founder)
        treasury.set_custodian(account, True, sender=governance)
    treasury.set_custodian(accounts[removed], False, sender=governance)
    left = [account for account in accounts if account != accounts[removed]]
    assert set(treasury.custodians()) == set(left)
    assert [treasury.is_custodian(account) for account in accounts] == [
        account in left for account in accounts
    ]
    assert treasury.circulating_supply() == GENESIS_AMOUNT - 1110 + 10 ** (removed + 1)
    # The list still finds each of them.
    for account in left:
        treasury.set_custodian(account, False, sender=governance)
    assert treasury.custodians() == []
    assert treasury.circulating_supply() == GENESIS_AMOUNT


def test_circulating_supply_leaves_out_what_custodians_hold(chain, treasury, governance):
    assert treasury.circulating_supply() == GENESIS_AMOUNT
    treasury.set_custodian(chain.account("member"), True, sender=governance)
    assert treasury.circulating_supply() == GENESIS_AMOUNT - GENESIS[TEAM]
    treasury.set_custodian(chain.account("member"), False, sender=governance)
    assert treasury.circulating_supply() == GENESIS_AMOUNT


def test_cos_sent_to_a_custodian_does_not_circulate(treasury, token, governance, founder):
    treasury.set_custodian(token, True, sender=governance)
    token.transfer(treasury, 700, sender=founder)
    assert treasury.circulating_supply() == GENESIS_AMOUNT - 700
    assert sum(treasury.returned(b) for b in range(8)) == 0


def test_burnt_cos_does_not_circulate(treasury, token, founder):
    token.burn(300, sender=founder)
    assert treasury.circulating_supply() == GENESIS_AMOUNT - 300
