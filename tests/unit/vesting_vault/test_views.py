"""What a wallet shows: grant_at, grants_of, grant_count, vested, releasable, next_unlock

grants_of
├── pages of at most 50, in order, without gap or repetition; past the end: empty
└── a page says what the single views say, and costs the same wherever it is (pitfall 22)
next_unlock
├── at the start, under the cliff: the cliff, with all that it held back
├── of few units in many months: the first boundary that unlocks something, not the next one
└── after the end, of a revoked grant: zeros
a grant that was moved: its page entry says so, the single views revert
"""

from __future__ import annotations

import pytest

from tests.models.vesting_vault import Shown
from tests.reverts import reverts
from tests.unit.vesting_vault.conftest import AMOUNT, COS, MONTH, REASON, TEAM, start_of


@pytest.fixture
def many(vault, governance, ada) -> int:
    """ada's 120 grants, of 1, 2, 3, ... units."""
    for k in range(120):
        vault.create(TEAM, ada, k + 1, MONTH, 48, 0, False, sender=governance)
    return 120


def test_pages_add_up(vault, many, ada):
    def page(start, count):
        return [Shown(*grant).amount for grant in vault.grants_of(ada, start, count)]

    assert vault.grant_count(ada) == many
    assert page(0, 50) + page(50, 50) + page(100, 50) == list(range(1, 121))
    assert page(7, 3) == [8, 9, 10]
    assert page(119, 50) == [120]
    assert page(0, 0) == page(120, 50) == page(2**256 - 1, 50) == []
    assert page(0, 51) == page(0, 2**256 - 1) == list(range(1, 51)), "no more than 50"


def test_a_page_says_what_the_single_views_say(vault, many, go_to, ada):
    go_to(5)
    for grant in map(Shown._make, vault.grants_of(ada, 30, 50)):
        place = ada, grant.index
        assert grant == vault.grant_at(*place)
        assert grant.vested == vault.vested(*place) == grant.amount * 5 // 48
        assert grant.releasable == vault.releasable(*place)
        assert (grant.next_unlock, grant.next_amount) == vault.next_unlock(*place)


def test_nobody_has_no_grants(vault, attacker):
    assert vault.grant_count(attacker) == 0
    assert vault.grants_of(attacker, 0, 50) == []
    for view in (vault.grant_at, vault.vested, vault.releasable, vault.next_unlock):
        with reverts("vault: no such grant", lambda: None):
            view(attacker, 0)


def test_costs_do_not_grow_with_the_number_of_grants(chain, vault, give, go_to, many, ada, ben):
    """Pitfall 22: ada has 120 grants, ben has one."""
    give(ben)
    give(ada)
    go_to(1)
    with chain.anchor():
        few = vault.transact("release", ben, 0, sender=ben).gas_used
    with chain.anchor():
        lots = vault.transact("release", ada, many, sender=ada).gas_used
    assert abs(lots - few) < few // 20


def test_what_unlocks_next(vault, give, go_to, ada):
    give(cliff=12)
    assert vault.next_unlock(ada, 0) == (start_of(MONTH + 12), 1_200 * COS)
    go_to(12, late=-1)
    assert vault.next_unlock(ada, 0) == (start_of(MONTH + 12), 1_200 * COS)
    go_to(12)
    assert vault.next_unlock(ada, 0) == (start_of(MONTH + 13), 100 * COS)
    vault.release(ada, 0, sender=ada)
    assert vault.next_unlock(ada, 0) == (start_of(MONTH + 13), 100 * COS)
    go_to(48)
    assert vault.next_unlock(ada, 0) == (0, 0)


def test_empty_tranches_are_passed_over(vault, give, ada):
    """5 units in 48 months: the first one after ten boundaries."""
    give(amount=5)
    assert vault.next_unlock(ada, 0) == (start_of(MONTH + 10), 1)


def test_before_a_start_to_come(vault, give, ada):
    give(start=MONTH + 9, cliff=1)
    assert vault.next_unlock(ada, 0) == (start_of(MONTH + 10), 100 * COS)


def test_nothing_more_of_a_revoked_grant(vault, give, go_to, governance, ada):
    give(revocable=True)
    go_to(1)
    vault.revoke(ada, 0, REASON, sender=governance)
    assert vault.next_unlock(ada, 0) == (0, 0)
    assert (vault.vested(ada, 0), vault.releasable(ada, 0)) == (100 * COS, 0)
    go_to(30)
    assert (vault.vested(ada, 0), vault.releasable(ada, 0)) == (100 * COS, 0)


def test_a_moved_grant(vault, shown, give, hand_over, ada, ben):
    give(ada, AMOUNT)
    give(ada, 2 * AMOUNT)
    hand_over(ada, 0, ben)
    assert vault.grants_of(ada, 0, 50) == [Shown(0, moved=True), shown(ada, 1)]
    for view in (vault.vested, vault.releasable, vault.next_unlock):
        with reverts("vault: grant was moved", lambda: None):
            view(ada, 0)
    assert vault.current_place(ada, 0) == (ben, 0)
