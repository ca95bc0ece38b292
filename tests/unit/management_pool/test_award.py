"""ManagementPool.award(beneficiary, amount, reason_hash)

├── the committee or governance: a grant of 48 months from the running one in the vault, COS of the
│   Treasury's management bucket, event, the grant's index
├── the committee may award to itself, as much as is released
├── bounds
│   ├── all that is released and not awarded fits, one unit more -> revert
│   ├── the first month's part is there at once
│   ├── what a month leaves, later months have
│   ├── the last second of a month has that month's part, the first of the next has more (8)
│   └── month after month all of it: the Treasury has issued what was awarded, below the budget
├── unlocks
│   ├── a 48th at each boundary, from the next one on, the rest at the last
│   ├── made in the last second of a month: the first boundary is a second away
│   └── can't be revoked, by governance neither
├── attacks
│   ├── a stranger, the beneficiary, a former committee -> revert
│   ├── no reason -> revert
│   ├── to the pool itself, which could never spend it; to whom the vault refuses -> revert
│   ├── of nothing, of more than 64 bits -> revert
│   └── COS sent to the pool or the vault makes no room (12, 18)
├── the vault or the Treasury refuses -> revert, nothing counts as awarded
└── time
    ├── years after 2106 (35)
    └── the same gas after ten idle years and after a hundred changes of the peak (9, 22)
"""

from __future__ import annotations

import pytest

from tests.models import ZERO_ADDRESS
from tests.models.authority import AUDITOR_ROLE, COMMITTEE_ROLE
from tests.models.release_curve import released
from tests.unit.management_pool.conftest import (
    BUDGET,
    COS,
    FIRST,
    GENESIS,
    MANAGEMENT,
    MONTH,
    PEAK,
    REASON,
    start_of,
)

AMOUNT = 4_800 * COS
NOT_ALLOWED = "pool: not committee or governance"


def released_by(number):
    return released(BUDGET, [(0, PEAK)], number)


# --- who


@pytest.mark.parametrize("awarder", ["committee", "governance"])
def test_award(chain, pool, vault, treasury, token, shown, ada, event, awarder):
    sender = chain.account(awarder)
    receipt = pool.transact("award", ada, AMOUNT, REASON, sender=sender)
    assert receipt.value == 0
    assert receipt.logs[-1] == event(
        "AwardMade",
        beneficiary=ada,
        awarder=sender,
        index=0,
        amount=AMOUNT,
        reason_hash=REASON,
    )
    created = next(log for log in receipt.logs if log.name == "GrantCreated")
    assert (created.address, created.args["grantor"]) == (vault.address, pool.address)

    grant = shown(ada)
    assert (grant.bucket, grant.amount, grant.vested) == (MANAGEMENT, AMOUNT, 0)
    assert (grant.start_month, grant.months, grant.cliff_months) == (MONTH, 48, 0)
    assert not grant.revocable
    assert (pool.awarded(), pool.unallocated()) == (AMOUNT, FIRST - AMOUNT)
    assert treasury.minted(MANAGEMENT) == token.balanceOf(vault.address) == AMOUNT
    assert token.balanceOf(pool.address) == 0


def test_award_again_to_the_same_person(pool, award, shown, ada):
    assert [award(AMOUNT), award(1), award(AMOUNT)] == [0, 1, 2]
    assert [shown(ada, index).amount for index in range(3)] == [AMOUNT, 1, AMOUNT]
    assert pool.awarded() == 2 * AMOUNT + 1


def test_award_of_the_committee_to_itself_is_bounded_like_any_other(
    pool, committee, award, shown, refuses
):
    award(FIRST, committee)
    assert shown(committee).amount == FIRST
    with refuses("pool: above released"):
        award(1, committee)


# --- bounds


def test_award_of_all_that_is_released(pool, award, refuses):
    with refuses("pool: above released"):
        award(FIRST + 1)
    award(FIRST)
    assert (pool.unallocated(), pool.awarded()) == (0, pool.released())
    with refuses("pool: above released"):
        award(1)


def test_award_leaves_the_rest_to_later_months(pool, award, go_to, refuses, ben):
    award(FIRST // 3)
    go_to(5)
    left = released_by(5) - FIRST // 3
    assert pool.unallocated() == left
    with refuses("pool: above released"):
        award(left + 1, ben)
    award(left, ben)
    assert pool.awarded() == released_by(5)


def test_award_around_the_beginning_of_a_month(pool, award, go_to, shown, refuses, ada, ben):
    go_to(2, late=-1)
    with refuses("pool: above released"):
        award(FIRST + 1)
    award(FIRST)
    go_to(2)
    part = released_by(2) - FIRST
    with refuses("pool: above released"):
        award(part + 1, ben)
    award(part - 1, ben)
    go_to(2, late=1)
    award(1, ben)
    assert pool.unallocated() == 0
    starts = [shown(who, index).start_month for who, index in ((ada, 0), (ben, 0), (ben, 1))]
    assert starts == [MONTH, MONTH + 1, MONTH + 1]


def test_award_of_all_of_it_month_after_month(pool, treasury, award, go_to):
    for number in range(1, 121):
        go_to(number)
        award(pool.unallocated())
        assert pool.awarded() == treasury.minted(MANAGEMENT) == released_by(number) < BUDGET


# --- unlocks


def test_award_unlocks_over_48_calendar_months(chain, pool, vault, token, award, go_to, ada):
    go_to(4, late=12_345)  # February 2024
    award(AMOUNT + 47)
    for boundaries in range(1, 49):
        go_to(4 + boundaries, late=-1)
        assert vault.vested(ada, 0) == (AMOUNT + 47) * (boundaries - 1) // 48
        chain.advance(1)
        assert vault.vested(ada, 0) == (AMOUNT + 47) * boundaries // 48
        vault.release(ada, 0, sender=ada)
    assert token.balanceOf(ada) == AMOUNT + 47
    assert token.balanceOf(vault.address) == 0


def test_award_in_the_last_second_of_a_month_unlocks_a_second_later(vault, award, go_to, ada):
    go_to(2, late=-1)
    award(AMOUNT)
    assert vault.vested(ada, 0) == 0
    go_to(2)
    assert vault.vested(ada, 0) == AMOUNT // 48


def test_award_can_not_be_revoked(vault, award, governance, ada, refuses):
    award(AMOUNT)
    with refuses("vault: not revocable"):
        vault.revoke(ada, 0, REASON, sender=governance)


# --- attacks


def test_award_reverts_for_others(
    pool, authority, governance, award, ada, ben, attacker, founder, refuses
):
    award(AMOUNT)
    authority.grantRole(AUDITOR_ROLE, ben, sender=governance)
    for sender in (attacker, ada, ben, founder):
        with refuses(NOT_ALLOWED):
            pool.award(attacker, 1, REASON, sender=sender)


def test_award_reverts_for_a_former_committee(
    pool, authority, governance, committee, award, refuses
):
    award(AMOUNT)
    authority.revokeRole(COMMITTEE_ROLE, committee, sender=governance)
    with refuses(NOT_ALLOWED):
        award(1)


def test_award_reverts_without_a_reason(pool, committee, ada, refuses):
    with refuses("pool: no reason"):
        pool.award(ada, AMOUNT, bytes(32), sender=committee)


def test_award_reverts_where_it_would_be_lost(pool, vault, token, award, refuses):
    with refuses("pool: bad beneficiary"):
        award(AMOUNT, pool.address)
    for account in (ZERO_ADDRESS, vault.address, token.address):
        with refuses("vault: bad beneficiary"):
            award(AMOUNT, account)


def test_award_reverts_for_nothing(award, refuses):
    with refuses("vault: no amount"):
        award(0)


@pytest.mark.parametrize("amount", [FIRST + 1, BUDGET, BUDGET + 1, 2**64, 2**256 - 1])
def test_award_reverts_above_what_is_released(award, refuses, amount):
    award(AMOUNT)
    with refuses("pool: above released"):
        award(amount)


def test_award_has_no_more_room_for_coins_sent_here(
    pool, vault, treasury, token, founder, award, refuses
):
    gift = GENESIS[0] // 4
    token.transfer(pool.address, gift, sender=founder)
    token.transfer(vault.address, gift, sender=founder)
    assert (pool.released(), pool.unallocated()) == (FIRST, FIRST)
    with refuses("pool: above released"):
        award(FIRST + 1)
    award(FIRST)
    assert treasury.minted(MANAGEMENT) == FIRST
    assert token.balanceOf(vault.address) == gift + FIRST
    assert token.balanceOf(pool.address) == gift


# --- what stands behind it refuses


def test_award_reverts_when_the_pool_is_no_grantor(pool, vault, governance, award, refuses):
    vault.set_grantor(MANAGEMENT, pool.address, 0, sender=governance)
    with refuses("vault: not a grantor"):
        award(AMOUNT)


def test_award_reverts_above_the_vaults_allowances(
    pool, vault, treasury, governance, award, refuses
):
    vault.set_grantor(MANAGEMENT, pool.address, AMOUNT, sender=governance)
    with refuses("vault: above allowance"):
        award(AMOUNT + 1)
    vault.set_grantor(MANAGEMENT, pool.address, BUDGET, sender=governance)
    treasury.set_issuer(MANAGEMENT, vault.address, AMOUNT, sender=governance)
    with refuses("treasury: above allowance"):
        award(AMOUNT + 1)
    award(AMOUNT)


def test_award_reverts_when_a_vote_has_emptied_the_bucket(
    treasury, governance, ben, award, refuses
):
    treasury.issue(MANAGEMENT, ben, BUDGET - AMOUNT, sender=governance)
    with refuses("treasury: above bucket cap"):
        award(AMOUNT + 1)
    award(AMOUNT)


# --- time


@pytest.mark.parametrize("year", [2106, 2107, 2150, 2999])
def test_award_in_later_centuries(pool, vault, award, chain, shown, ada, refuses, year):
    month = year * 12 + 1
    chain.warp(start_of(month))
    left = released_by(month - MONTH + 1)
    assert pool.unallocated() == pool.released() == left < BUDGET
    with refuses("pool: above released"):
        award(left + 1)
    award(left)
    assert (shown(ada).start_month, pool.unallocated()) == (month, 0)
    chain.warp(start_of(month + 48))
    assert vault.vested(ada, 0) == left
    assert pool.unallocated() == released_by(month - MONTH + 49) - left


def test_award_costs_the_same_after_idle_years_and_many_changes(
    chain, pool, committee, governance, award, go_to, ben
):
    def gas():
        with chain.anchor():
            return pool.transact("award", ben, COS, REASON, sender=committee).gas_used

    award(COS)
    go_to(64)  # the first number with as many bits as ten years have
    soon = gas()
    go_to(127)
    assert abs(gas() - soon) < 1_500
    for number in range(128, 228):
        go_to(number)
        pool.set_peak(6 + number % 2, sender=governance)
    go_to(228 + 127)
    assert abs(gas() - soon) < 1_500
