"""ServiceCredit.spend(desk, amount, reference)

├── the desk has no DESK role, or has lost it: reverts
├── no amount: reverts
├── more than a receipt holds (2^48 fen): reverts
├── no reference: reverts
├── the reference has been used at the desk, by whomever, also if all was given back: reverts;
│   at another desk it is another bill
├── more than the caller has, or nothing held: reverts
└── else, to the last fen: burns it, keeps a receipt, logs Transfer to zero and Spent
"""

from __future__ import annotations

import pytest

from cos.chain import Event
from tests.models import ZERO_ADDRESS
from tests.models.authority import DESK_ROLE
from tests.models.service_credit import MAX_AMOUNT
from tests.unit.service_credit.conftest import BILL, OTHER_BILL, SUPPLY


@pytest.mark.parametrize("amount", [1, 3_000, SUPPLY])
def test_burns_what_is_spent_and_keeps_a_receipt(credit, holder, desk, amount):
    receipt = credit.transact("spend", desk, amount, BILL, sender=holder)
    assert credit.balanceOf(holder) == credit.totalSupply() == SUPPLY - amount
    assert credit.balanceOf(desk) == 0
    assert credit.receipt(desk, BILL) == (holder, amount, 0)
    burnt = {"sender": holder, "receiver": ZERO_ADDRESS, "value": amount}
    spent = {"holder": holder, "desk": desk, "reference": BILL, "amount": amount}
    assert receipt.logs == [
        Event(credit.address, "Transfer", burnt),
        Event(credit.address, "Spent", spent),
    ]


def test_reverts_where_there_is_no_desk(credit, holder, attacker, refuses):
    with refuses("credit: not a desk"):
        credit.spend(attacker, 1, BILL, sender=holder)


def test_reverts_at_a_former_desk(authority, credit, governance, holder, desk, refuses):
    authority.revokeRole(DESK_ROLE, desk, sender=governance)
    with refuses("credit: not a desk"):
        credit.spend(desk, 1, BILL, sender=holder)


def test_reverts_without_an_amount(credit, holder, desk, refuses):
    with refuses("credit: no amount"):
        credit.spend(desk, 0, BILL, sender=holder)


def test_reverts_above_what_a_receipt_holds(credit, minter, holder, desk, refuses):
    """Pitfall 36: the highest amount fits, one fen more would spill into what was given back."""
    credit.mint(holder, 2 * MAX_AMOUNT, sender=minter)
    for amount in (MAX_AMOUNT + 1, 2**256 - 1):
        with refuses("credit: amount too large"):
            credit.spend(desk, amount, BILL, sender=holder)
    credit.spend(desk, MAX_AMOUNT, BILL, sender=holder)
    assert credit.receipt(desk, BILL) == (holder, MAX_AMOUNT, 0)


def test_reverts_without_a_reference(credit, holder, desk, refuses):
    with refuses("credit: no reference"):
        credit.spend(desk, 1, bytes(32), sender=holder)


@pytest.mark.parametrize("again", ["holder", "other holder"])
def test_reverts_when_the_reference_is_used(chain, credit, minter, holder, desk, refuses, again):
    credit.mint(chain.account("other holder"), 100, sender=minter)
    credit.spend(desk, 100, BILL, sender=holder)
    with refuses("credit: reference used"):
        credit.spend(desk, 100, BILL, sender=chain.account(again))


def test_a_reference_stays_used_when_all_was_given_back(credit, holder, desk, refuses):
    credit.spend(desk, 100, BILL, sender=holder)
    credit.give_back(BILL, 100, sender=desk)
    with refuses("credit: reference used"):
        credit.spend(desk, 100, BILL, sender=holder)


def test_references_of_two_desks_are_apart(credit, holder, desk, other_desk):
    credit.spend(desk, 100, BILL, sender=holder)
    credit.spend(other_desk, 200, BILL, sender=holder)
    assert credit.receipt(desk, BILL) == (holder, 100, 0)
    assert credit.receipt(other_desk, BILL) == (holder, 200, 0)


def test_reverts_above_the_balance(credit, holder, attacker, desk, refuses):
    with refuses("credit: insufficient balance"):
        credit.spend(desk, SUPPLY + 1, BILL, sender=holder)
    with refuses("credit: insufficient balance"):
        credit.spend(desk, 1, BILL, sender=attacker)


def test_what_was_spent_cannot_be_spent_again(credit, holder, desk, refuses):
    credit.spend(desk, SUPPLY, BILL, sender=holder)
    with refuses("credit: insufficient balance"):
        credit.spend(desk, 1, OTHER_BILL, sender=holder)
