"""VestingVault.release(beneficiary, index)

├── pays what is vested and not paid, to the beneficiary, whoever calls; event
├── again in the same month, before the cliff, before the start: reverts
├── the second before and the second of each boundary, the cliff, the end (pitfalls 8, 21)
├── released month by month, or once: the same to the unit; the last tranche leaves no dust (19)
├── years of idleness: as cheap, and all of it (pitfall 9)
├── a revoked grant, a moved one, one that does not exist: reverts
└── the token answers false: reverts
"""

from __future__ import annotations

import pytest

from tests.reverts import reverts
from tests.unit.vesting_vault.conftest import AMOUNT, COS, MONTH, REASON, TEAM, start_of


def test_pays_the_beneficiary(chain, vault, token, give, go_to, ada, attacker, event, moved):
    give()
    go_to(2)
    receipt = vault.transact("release", ada, 0, sender=attacker)
    assert receipt.value == 200 * COS
    assert receipt.logs == [
        event("Released", beneficiary=ada, index=0, amount=200 * COS),
        moved(vault.address, ada, 200 * COS),
    ]
    assert (token.balanceOf(ada), token.balanceOf(attacker)) == (200 * COS, 0)


def test_pays_each_tranche_once(vault, give, go_to, ada, state):
    give()
    go_to(1)
    assert vault.release(ada, 0, sender=ada) == 100 * COS
    with reverts("vault: nothing to release", state):
        vault.release(ada, 0, sender=ada)
    go_to(2, late=-1)
    with reverts("vault: nothing to release", state):
        vault.release(ada, 0, sender=ada)
    go_to(2)
    assert vault.release(ada, 0, sender=ada) == 100 * COS
    go_to(5, late=1)
    assert vault.release(ada, 0, sender=ada) == 300 * COS


def test_grants_of_one_account_are_released_apart(vault, shown, give, go_to, ada):
    give()
    give(amount=2 * AMOUNT)
    go_to(1)
    assert vault.release(ada, 1, sender=ada) == 200 * COS
    assert (shown(ada, 0).released, shown(ada, 1).released) == (0, 200 * COS)
    assert vault.release(ada, 0, sender=ada) == 100 * COS
    assert (shown(ada, 0).released, shown(ada, 1).released) == (100 * COS, 200 * COS)


def test_nothing_before_the_start(vault, give, go_to, ada, state):
    give(start=MONTH + 10)
    for boundary, late in ((0, 20 * 86_400), (9, 0), (10, 0), (11, -1)):
        go_to(boundary, late=late)
        with reverts("vault: nothing to release", state):
            vault.release(ada, 0, sender=ada)
    go_to(11)
    assert vault.release(ada, 0, sender=ada) == 100 * COS


def test_a_start_in_the_past_is_caught_up_at_once(vault, give, ada):
    give(start=MONTH - 7)
    assert vault.release(ada, 0, sender=ada) == 700 * COS


@pytest.mark.parametrize("cliff", [1, 2, 12, 47, 48])
def test_the_cliff_holds_back_and_is_caught_up(vault, give, go_to, ada, state, cliff):
    """Pitfall 21: to the second."""
    give(cliff=cliff)
    go_to(cliff, late=-1)
    with reverts("vault: nothing to release", state):
        vault.release(ada, 0, sender=ada)
    go_to(cliff)
    assert vault.release(ada, 0, sender=ada) == cliff * 100 * COS


@pytest.mark.parametrize(("amount", "months"), [(101, 48), (47, 48), (1, 480), (2**40 + 7, 31)])
def test_the_last_tranche_leaves_no_dust(vault, token, give, go_to, ada, state, amount, months):
    give(amount=amount, months=months)
    go_to(months, late=-1)
    if vested := amount * (months - 1) // months:
        assert vault.release(ada, 0, sender=ada) == vested
    go_to(months)
    assert vault.release(ada, 0, sender=ada) == amount - vested
    assert token.balanceOf(ada) == amount
    go_to(months + 1)
    with reverts("vault: nothing to release", state):
        vault.release(ada, 0, sender=ada)


def test_monthly_or_once_is_the_same(vault, token, give, go_to, ada, ben):
    """Pitfall 19."""
    give(ada, 12_345_679, months=29, cliff=3)
    give(ben, 12_345_679, months=29, cliff=3)
    for boundary in range(1, 30):
        go_to(boundary)
        if boundary >= 3:
            vault.release(ada, 0, sender=ben)
        assert token.balanceOf(ada) == vault.vested(ben, 0)
    vault.release(ben, 0, sender=ada)
    assert token.balanceOf(ada) == token.balanceOf(ben) == 12_345_679


def test_ten_idle_years_change_nothing(chain, vault, token, give, ada, ben):
    """Pitfalls 9 and 22: nothing has to be caught up."""
    give(ada, months=480)
    give(ben, months=480)
    chain.warp(start_of(MONTH + 1))
    soon = vault.transact("release", ada, 0, sender=ada).gas_used
    chain.warp(start_of(MONTH + 121))
    late = vault.transact("release", ben, 0, sender=ben).gas_used
    assert token.balanceOf(ben) == AMOUNT * 121 // 480
    assert abs(late - soon) < soon // 20


def test_a_revoked_grant_has_nothing_more(vault, give, go_to, governance, ada, state):
    give(revocable=True)
    go_to(3)
    vault.revoke(ada, 0, REASON, sender=governance)
    go_to(60)
    with reverts("vault: nothing to release", state):
        vault.release(ada, 0, sender=ada)


def test_a_moved_grant_pays_its_new_beneficiary_only(
    vault, token, give, go_to, hand_over, ada, ben, state
):
    give()
    hand_over(ada, 0, ben)
    go_to(1)
    with reverts("vault: grant was moved", state):
        vault.release(ada, 0, sender=ada)
    assert vault.release(ben, 0, sender=ada) == 100 * COS
    assert (token.balanceOf(ada), token.balanceOf(ben)) == (0, 100 * COS)


@pytest.mark.parametrize("index", [1, 2**32 - 2, 2**32 - 1, 2**96, 2**256 - 1])
def test_what_does_not_exist_pays_nothing(vault, give, go_to, ada, ben, state, index):
    """Pitfall 36: an index doesn't reach into another place of the map."""
    give()
    go_to(1)
    with reverts("vault: no such grant", state):
        vault.release(ada, index, sender=ada)
    with reverts("vault: no such grant", state):
        vault.release(ben, 0, sender=ada)


def test_a_token_that_answers_false_pays_nothing(
    chain, authority, treasury, governance, empty_vault, ada
):
    token = chain.deploy("RefusingToken", sender=governance)
    parts = (authority, token, treasury, 8 * 3_600)
    vault = chain.deploy("VestingVault", *parts, sender=governance)
    rest = 30_720_000_000 * COS - AMOUNT
    treasury.genesis([(TEAM, vault.address, AMOUNT), (1, ada, rest)], sender=governance)
    vault.create(TEAM, ada, AMOUNT, MONTH - 1, 48, 0, True, sender=governance)
    for call in (
        lambda: vault.release(ada, 0, sender=ada),
        lambda: vault.release_many([(ada, 0)], sender=ada),
        lambda: vault.revoke(ada, 0, REASON, sender=governance),
    ):
        with reverts("vault: transfer failed", lambda: vault.grants_of(ada, 0, 9)):
            call()
