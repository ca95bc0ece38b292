"""VestingVault.accept(beneficiary, index, min_remaining)

├── the grant moves with all its terms, with what is vested and unreleased; events link both places
│   ├── the old place reads as moved and takes no part in anything any more
│   ├── to an account without grants, with grants, and back to the first beneficiary
│   └── an offer is accepted once
├── not offered, withdrawn, offered to somebody else: reverts
├── less left than min_remaining, by a release or a revocation just before: reverts
└── nothing left: reverts
current_place
└── leads from every place at which a grant ever was to where it is, in bounded gas
"""

from __future__ import annotations

import pytest

from tests.models import ZERO_ADDRESS
from tests.models.vesting_vault import Shown
from tests.reverts import reverts
from tests.unit.vesting_vault.conftest import AMOUNT, COS, MONTH, REASON


def test_moves_the_grant_as_it_is(vault, token, shown, give, go_to, ada, ben, event):
    give(revocable=True, cliff=3, start=MONTH - 4)
    vault.release(ada, 0, sender=ada)
    go_to(2)
    before = shown(ada)
    vault.offer(0, ben, sender=ada)
    receipt = vault.transact("accept", ada, 0, AMOUNT - 400 * COS, sender=ben)
    assert receipt.value == 0
    assert receipt.logs == [
        event(
            "GrantHandedOver",
            beneficiary=ada,
            recipient=ben,
            old_index=0,
            new_index=0,
            unreleased=AMOUNT - 400 * COS,
        )
    ]
    assert shown(ben) == before
    assert shown(ada) == Shown(0, moved=True)
    assert (vault.grant_count(ada), vault.grant_count(ben)) == (1, 1)
    assert vault.release(ben, 0, sender=ada) == 200 * COS
    assert (token.balanceOf(ada), token.balanceOf(ben)) == (400 * COS, 200 * COS)


def test_gets_the_next_index_of_the_recipient(vault, shown, give, hand_over, ada, ben):
    for amount in (1, 2, 3):
        give(ada, amount)
        give(ben, 10 * amount)
    assert hand_over(ada, 1, ben) == 3
    assert [grant[2] for grant in vault.grants_of(ben, 0, 50)] == [10, 20, 30, 2]
    assert [grant[2] for grant in vault.grants_of(ada, 0, 50)] == [1, 0, 3]
    assert [Shown(*grant).moved for grant in vault.grants_of(ada, 0, 50)] == [False, True, False]


def test_the_first_place_keeps_its_account_in_order(vault, shown, give, hand_over, ada, ben):
    """The count of an account's grants stands in its first place, which moves."""
    give(ada, 1)
    give(ada, 2)
    hand_over(ada, 0, ben)
    assert vault.grant_count(ada) == 2
    assert give(ada, 3) == 2
    assert [grant[2] for grant in vault.grants_of(ada, 0, 50)] == [0, 2, 3]
    assert give(ben, 4) == 1
    assert [grant[2] for grant in vault.grants_of(ben, 0, 50)] == [1, 4]


def test_a_grant_may_come_back(vault, shown, give, hand_over, ada, ben):
    give(ada, 1)
    before = shown(ada)
    hand_over(ada, 0, ben)
    assert hand_over(ben, 0, ada) == 1
    assert shown(ada, 1) == before._replace(index=1)
    assert (shown(ada, 0), shown(ben, 0)) == (Shown(0, moved=True), Shown(0, moved=True))
    assert (vault.grant_count(ada), vault.grant_count(ben)) == (2, 1)
    assert hand_over(ada, 1, ben) == 1
    assert vault.current_place(ada, 0) == vault.current_place(ada, 1) == (ben, 1)


def test_an_offer_is_accepted_once(vault, give, hand_over, ada, ben, state):
    give()
    hand_over(ada, 0, ben)
    with reverts("vault: not offered to you", state):
        vault.accept(ada, 0, 0, sender=ben)
    hand_over(ben, 0, ada)
    with reverts("vault: not offered to you", state):
        vault.accept(ada, 1, 0, sender=ben)


def test_only_to_whom_it_is_offered(vault, give, ada, ben, attacker, state):
    give()
    for sender in (ada, ben, attacker):
        with reverts("vault: not offered to you", state):
            vault.accept(ada, 0, 0, sender=sender)
    vault.offer(0, ben, sender=ada)
    for sender in (ada, attacker):
        with reverts("vault: not offered to you", state):
            vault.accept(ada, 0, 0, sender=sender)
    vault.offer(0, ZERO_ADDRESS, sender=ada)
    with reverts("vault: not offered to you", state):
        vault.accept(ada, 0, 0, sender=ben)


def test_what_does_not_exist_is_not_offered(vault, give, ada, ben, state):
    give()
    vault.offer(0, ben, sender=ada)
    with reverts("vault: not offered to you", state):
        vault.accept(ada, 1, 0, sender=ben)
    for index in (2**32 - 1, 2**96, 2**256 - 1):
        with reverts("vault: no such grant", state):
            vault.accept(ada, index, 0, sender=ben)


def test_a_release_just_before_is_seen(vault, shown, give, go_to, ada, ben, state):
    """The attack: sell the grant with three months vested, and release them first."""
    give()
    go_to(3)
    vault.offer(0, ben, sender=ada)
    vault.release(ada, 0, sender=ada)
    with reverts("vault: less than expected", state):
        vault.accept(ada, 0, AMOUNT, sender=ben)
    with reverts("vault: less than expected", state):
        vault.accept(ada, 0, AMOUNT - 300 * COS + 1, sender=ben)
    vault.accept(ada, 0, AMOUNT - 300 * COS, sender=ben)
    assert shown(ben).released == 300 * COS


@pytest.mark.parametrize("least", [0, 1])
def test_a_revocation_just_before_is_seen(vault, give, governance, ada, ben, state, least):
    give(revocable=True)
    vault.offer(0, ben, sender=ada)
    vault.revoke(ada, 0, REASON, sender=governance)
    with reverts("vault: nothing to hand over", state):
        vault.accept(ada, 0, least, sender=ben)


def test_a_completed_grant_is_not_accepted(vault, give, go_to, ada, ben, state):
    give()
    vault.offer(0, ben, sender=ada)
    go_to(48)
    vault.release(ada, 0, sender=ada)
    with reverts("vault: nothing to hand over", state):
        vault.accept(ada, 0, 0, sender=ben)


def test_a_vested_and_unreleased_grant_is(vault, token, give, go_to, hand_over, ada, ben):
    give()
    go_to(48)
    hand_over(ada, 0, ben)
    assert vault.release(ben, 0, sender=ben) == AMOUNT
    assert (token.balanceOf(ada), token.balanceOf(ben)) == (0, AMOUNT)


def test_every_place_leads_to_where_the_grant_is(chain, vault, give, hand_over, ada, ben):
    give(ada)
    give(ben)  # something else, so that indices differ
    assert vault.current_place(ada, 0) == (ada, 0)
    places = [(ada, 0)]
    for k in range(20):
        holder, index = places[-1]
        recipient = (ben, ada, chain.account(f"holder {k}"))[k % 3]
        if recipient == holder:
            recipient = chain.account("another")
        places.append((recipient, hand_over(holder, index, recipient)))
        assert {vault.current_place(*place) for place in places} == {places[-1]}
        # Not that it stands still at what is not a grant of this chain of hands.
        assert vault.current_place(ben, 0) == (ben, 0)
    assert len(set(places)) == 21
    with reverts("vault: no such grant", lambda: None):
        vault.current_place(ada, 99)
