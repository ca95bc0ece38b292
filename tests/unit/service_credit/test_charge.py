"""ServiceCredit.approve(desk, amount), charge(holder, amount, reference)

approve
└── sets the allowance, in place of the old one; logs Approval; returns true
charge
├── above the allowance, or without one: reverts, for a desk and for anyone
├── the caller has lost the DESK role, or never had it, whatever was approved: reverts
├── all that a spend is refused for: reverts, and the allowance stays
└── else: as a spend of the holder's; lowers the allowance, also the largest
"""

from __future__ import annotations

import pytest

from cos.chain import Event
from tests.models import ZERO_ADDRESS
from tests.models.authority import DESK_ROLE
from tests.unit.service_credit.conftest import BILL, OTHER_BILL, SUPPLY


def test_approve_sets_the_allowance(credit, holder, desk):
    credit.approve(desk, 500, sender=holder)
    receipt = credit.transact("approve", desk, 70, sender=holder)
    assert receipt.value is True
    assert credit.allowance(holder, desk) == 70
    args = {"owner": holder, "spender": desk, "value": 70}
    assert receipt.logs == [Event(credit.address, "Approval", args)]


@pytest.mark.parametrize("allowed", [100, 101, 2**256 - 1])
def test_charges_within_the_allowance(credit, holder, desk, allowed):
    credit.approve(desk, allowed, sender=holder)
    receipt = credit.transact("charge", holder, 100, BILL, sender=desk)
    assert credit.allowance(holder, desk) == allowed - 100
    assert credit.balanceOf(holder) == credit.totalSupply() == SUPPLY - 100
    assert credit.receipt(desk, BILL) == (holder, 100, 0)
    burnt = {"sender": holder, "receiver": ZERO_ADDRESS, "value": 100}
    spent = {"holder": holder, "desk": desk, "reference": BILL, "amount": 100}
    assert receipt.logs == [
        Event(credit.address, "Transfer", burnt),
        Event(credit.address, "Spent", spent),
    ]


def test_reverts_above_the_allowance(credit, holder, desk, refuses):
    credit.approve(desk, 150, sender=holder)
    credit.charge(holder, 100, BILL, sender=desk)
    with refuses("credit: insufficient allowance"):
        credit.charge(holder, 51, OTHER_BILL, sender=desk)


def test_an_allowance_is_of_one_desk_and_one_holder(
    credit, minter, holder, other_holder, desk, other_desk, refuses
):
    credit.mint(other_holder, SUPPLY, sender=minter)
    credit.approve(desk, 150, sender=holder)
    with refuses("credit: insufficient allowance"):
        credit.charge(holder, 1, BILL, sender=other_desk)
    with refuses("credit: insufficient allowance"):
        credit.charge(other_holder, 1, BILL, sender=desk)


def test_reverts_for_who_is_no_desk(authority, credit, governance, holder, desk, attacker, refuses):
    for spender in (desk, attacker):
        credit.approve(spender, SUPPLY, sender=holder)
    authority.revokeRole(DESK_ROLE, desk, sender=governance)
    for spender in (desk, attacker):
        with refuses("credit: not a desk"):
            credit.charge(holder, 1, BILL, sender=spender)


@pytest.mark.parametrize(
    ("amount", "reference", "reason"),
    [
        (0, BILL, "no amount"),
        (2**48, BILL, "amount too large"),
        (1, bytes(32), "no reference"),
        (1, OTHER_BILL, "reference used"),
        (SUPPLY, BILL, "insufficient balance"),
    ],
)
def test_reverts_where_a_spend_does(credit, holder, desk, refuses, amount, reference, reason):
    credit.spend(desk, 1, OTHER_BILL, sender=holder)
    credit.approve(desk, 2**256 - 1, sender=holder)
    with refuses(f"credit: {reason}"):
        credit.charge(holder, amount, reference, sender=desk)
