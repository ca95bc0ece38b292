"""ServiceCredit.give_back(reference, amount)

├── the caller has no DESK role, or has lost it: reverts
├── no amount: reverts
├── nothing was spent there under the reference, but perhaps at another desk: reverts
├── more than was spent under it, in one go or in several: reverts
└── else, in parts to the last fen: the holder who spent it has it again and can spend it;
    logs Transfer from zero and GivenBack
"""

from __future__ import annotations

import pytest

from cos.chain import Event
from tests.models import ZERO_ADDRESS
from tests.models.authority import DESK_ROLE
from tests.models.service_credit import MAX_AMOUNT
from tests.unit.service_credit.conftest import BILL, OTHER_BILL, SUPPLY


@pytest.fixture
def spent(credit, holder, desk):
    credit.spend(desk, 3_000, BILL, sender=holder)
    return 3_000


@pytest.mark.parametrize("actor", ["governance", "minter", "holder", "attacker"])
def test_reverts_for_who_is_no_desk(chain, credit, spent, refuses, actor):
    with refuses("credit: not a desk"):
        credit.give_back(BILL, 1, sender=chain.account(actor))


def test_reverts_for_a_former_desk(authority, credit, governance, desk, spent, refuses):
    authority.revokeRole(DESK_ROLE, desk, sender=governance)
    with refuses("credit: not a desk"):
        credit.give_back(BILL, 1, sender=desk)


def test_reverts_without_an_amount(credit, desk, spent, refuses):
    with refuses("credit: no amount"):
        credit.give_back(BILL, 0, sender=desk)


def test_reverts_without_a_receipt_of_its_own(credit, desk, other_desk, spent, refuses):
    with refuses("credit: no such receipt"):
        credit.give_back(OTHER_BILL, 1, sender=desk)
    with refuses("credit: no such receipt"):
        credit.give_back(BILL, 1, sender=other_desk)


@pytest.mark.parametrize("amount", [3_001, 2**48, 2**256 - 1])
def test_reverts_above_what_was_spent(credit, desk, spent, refuses, amount):
    with refuses("credit: more than spent"):
        credit.give_back(BILL, amount, sender=desk)


def test_parts_add_up_to_no_more_than_what_was_spent(credit, holder, desk, spent, refuses):
    credit.spend(desk, 5_000, OTHER_BILL, sender=holder)
    credit.give_back(BILL, 1_000, sender=desk)
    credit.give_back(BILL, 1_999, sender=desk)
    with refuses("credit: more than spent"):
        credit.give_back(BILL, 2, sender=desk)
    credit.give_back(BILL, 1, sender=desk)
    assert credit.receipt(desk, BILL) == (holder, 3_000, 3_000)
    assert credit.receipt(desk, OTHER_BILL) == (holder, 5_000, 0)
    with refuses("credit: more than spent"):
        credit.give_back(BILL, 1, sender=desk)


def test_returns_it_to_who_spent_it(credit, holder, desk, spent):
    receipt = credit.transact("give_back", BILL, 2_000, sender=desk)
    assert credit.balanceOf(holder) == credit.totalSupply() == SUPPLY - 1_000
    assert credit.balanceOf(desk) == 0
    made = {"sender": ZERO_ADDRESS, "receiver": holder, "value": 2_000}
    given = {"holder": holder, "desk": desk, "reference": BILL, "amount": 2_000}
    assert receipt.logs == [
        Event(credit.address, "Transfer", made),
        Event(credit.address, "GivenBack", given),
    ]
    credit.spend(desk, SUPPLY - 1_000, OTHER_BILL, sender=holder)
    assert credit.totalSupply() == 0


def test_the_largest_receipt_is_given_back_whole(credit, minter, holder, desk):
    """Pitfall 36: the uppermost field of the word."""
    credit.mint(holder, MAX_AMOUNT, sender=minter)
    credit.spend(desk, MAX_AMOUNT, BILL, sender=holder)
    credit.give_back(BILL, MAX_AMOUNT, sender=desk)
    assert credit.receipt(desk, BILL) == (holder, MAX_AMOUNT, MAX_AMOUNT)
    assert credit.balanceOf(holder) == SUPPLY + MAX_AMOUNT
