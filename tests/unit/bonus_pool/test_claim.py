"""BonusPool.claim(account, months)

├── pays what was earned as a sponsor and as a manager, event, transfer; the reserve falls by it
├── by anyone: the COS goes to the account
├── several months at once, up to 60; 61 -> revert
├── a month named twice pays once
├── fractions of a base unit (PITFALLS 11)
│   ├── are carried to the next claim, in the pool's favour until then
│   ├── less than one unit: pays nothing, carries all
│   └── however the months are split into claims, the same is paid and carried
├── from the first second after the window (8); before -> revert
│   └── one month among several still open -> revert, nothing is paid
├── nothing earned, no months, claimed already, all void -> revert
├── a fall or rise of the rates, a longer window or an unregistered ledger change nothing (25, 40)
├── the pool can't run dry: all quota granted at the highest rates, everything is paid (24)
├── COS sent directly changes nobody's claim (18)
├── a month that the calendar doesn't know -> revert
├── a token that refuses without reverting -> revert
└── a token that calls back into the pool -> revert (28)
"""

from __future__ import annotations

import random

import pytest

from cos.chain import Event, Revert
from tests.models import ZERO_ADDRESS
from tests.unit.bonus_pool.conftest import (
    COS,
    DAY,
    MONTH,
    OFFSET,
    QUOTA,
    REASON,
    RESERVE,
    STEPS,
    SUPPLY,
    WINDOW,
    due,
    start_of,
)

E4 = 10_000


def test_claim_pays_both_parts(chain, pool, token, accrue, sponsor, event):
    accrue(7, manager=sponsor)
    chain.warp(due(MONTH))
    receipt = pool.transact("claim", sponsor, [MONTH], sender=sponsor)
    assert receipt.value == 2  # 7 * 35 % = 2.45
    assert receipt.logs == [
        event("BonusClaimed", account=sponsor, amount=2, carried_e4=4_500),
        Event(token.address, "Transfer", {"sender": pool.address, "receiver": sponsor, "value": 2}),
    ]
    assert token.balanceOf(sponsor) == 2
    assert pool.bucket(sponsor, MONTH) == (0, 0, False)
    assert pool.carried_e4(sponsor) == 4_500
    assert pool.totals() == (RESERVE - 2, QUOTA - 7, 4_500)


def test_claim_by_anyone_pays_the_account(chain, pool, token, accrue, manager, attacker):
    accrue(40)
    chain.warp(due(MONTH))
    pool.claim(manager, [MONTH], sender=attacker)
    assert token.balanceOf(manager) == 4
    assert token.balanceOf(attacker) == 0


def test_claim_60_months_at_once(chain, pool, token, accrue, sponsor, refuses):
    months = range(MONTH, MONTH + 61)
    for month in months:
        chain.warp(max(chain.timestamp, start_of(month)))
        accrue(1_000)
    chain.warp(due(months[-1]))
    with refuses(""):
        pool.claim(sponsor, list(months), sender=sponsor)
    earned = [250] * 12 + [220] * 12 + [100] * 37
    assert pool.claim(sponsor, list(months[:60]), sender=sponsor) == sum(earned[:60])
    assert pool.claim(sponsor, [months[60]], sender=sponsor) == 100
    assert token.balanceOf(sponsor) == sum(earned)


def test_claim_pays_a_month_named_twice_once(chain, pool, accrue, sponsor):
    accrue(40)
    chain.warp(due(MONTH))
    assert pool.claim(sponsor, [MONTH, MONTH, MONTH + 1 - 1], sender=sponsor) == 10
    assert pool.totals() == (RESERVE - 10, QUOTA - 40, 40 * 1_000)


def test_claim_carries_fractions(chain, pool, token, accrue, sponsor):
    paid, carried = [], []
    for month in range(MONTH, MONTH + 4):
        chain.warp(max(chain.timestamp, start_of(month)))
        accrue(3)  # 0.75
    chain.warp(due(MONTH + 3))
    for month in range(MONTH, MONTH + 4):
        paid.append(pool.claim(sponsor, [month], sender=sponsor))
        carried.append(pool.carried_e4(sponsor))
    assert paid == [0, 1, 1, 1]
    assert carried == [7_500, 5_000, 2_500, 0]
    assert token.balanceOf(sponsor) == 3


def test_claim_below_one_unit_pays_nothing(chain, pool, token, accrue, manager, event):
    accrue(9)
    chain.warp(due(MONTH))
    receipt = pool.transact("claim", manager, [MONTH], sender=manager)
    assert receipt.value == 0
    assert event("BonusClaimed", account=manager, amount=0, carried_e4=9_000) in receipt.logs
    assert token.balanceOf(manager) == 0
    assert pool.totals() == (RESERVE, QUOTA - 9, 9 * 3_500)


def test_claim_in_any_portions_pays_the_same(chain, pool, accrue, manager):
    rng = random.Random(20_240_101)
    months = list(range(MONTH, MONTH + 30))
    earned_e4 = 0
    for month in months:
        chain.warp(max(chain.timestamp, start_of(month)))
        amount = rng.randrange(1, 10**6)
        earned_e4 += amount * accrue(amount)[1]
    chain.warp(due(months[-1]))
    for _ in range(5):
        rng.shuffle(months)
        cuts = sorted(rng.sample(range(1, 30), rng.randrange(0, 12)))
        portions = [months[a:b] for a, b in zip([0, *cuts], [*cuts, 30], strict=True)]
        with chain.anchor():
            paid = sum(pool.claim(manager, portion, sender=manager) for portion in portions)
            assert (paid, pool.carried_e4(manager)) == divmod(earned_e4, E4)


@pytest.mark.parametrize("later", [0, 1])
def test_claim_from_the_first_second_after_the_window(chain, pool, accrue, sponsor, refuses, later):
    accrue(40)
    chain.warp(due(MONTH) - 1)
    with refuses("bonus: window is open"):
        pool.claim(sponsor, [MONTH], sender=sponsor)
    chain.advance(1 + later)
    assert pool.claim(sponsor, [MONTH], sender=sponsor) == 10


def test_claim_reverts_with_one_month_open(chain, pool, accrue, sponsor, refuses):
    accrue(40)
    chain.warp(start_of(MONTH + 1))
    accrue(40)
    chain.warp(due(MONTH + 1) - 1)
    for months in ([MONTH, MONTH + 1], [MONTH + 1, MONTH], [MONTH, MONTH + 50]):
        with refuses("bonus: window is open"):
            pool.claim(sponsor, months, sender=sponsor)
    assert pool.claim(sponsor, [MONTH], sender=sponsor) == 10


def test_claim_reverts_without_anything_earned(
    chain, pool, auditor, accrue, sponsor, manager, refuses
):
    accrue(42)
    pool.void_month(manager, MONTH, REASON, sender=auditor)
    chain.warp(due(MONTH))
    pool.claim(sponsor, [MONTH], sender=sponsor)
    assert pool.carried_e4(sponsor) == 5_000, "which is nothing to claim by itself"
    for account, months in (
        (sponsor, [MONTH]),
        (sponsor, []),
        (sponsor, [MONTH - 1]),
        (manager, [MONTH]),
        (ZERO_ADDRESS, [MONTH]),
    ):
        with refuses("bonus: nothing to claim"):
            pool.claim(account, months, sender=sponsor)


def test_claim_is_not_touched_by_later_changes(
    chain, pool, token, governance, ledger, accrue, sponsor, manager
):
    accrue(100)
    chain.advance(DAY)
    pool.set_schedule([(MONTH, 1_000, 500)], sender=governance)
    accrue(100)
    pool.set_window(90 * DAY, sender=governance)
    pool.set_ledger(ledger, False, sender=governance)
    chain.warp(due(MONTH))
    pool.set_schedule(STEPS, sender=governance)
    assert pool.claim(sponsor, [MONTH], sender=sponsor) == 25 + 10
    assert pool.claim(manager, [MONTH], sender=manager) == 10 + 5
    assert token.balanceOf(sponsor) == 35


def test_claim_of_all_that_can_be_earned(
    chain, empty_pool, token, funder, ledger, sponsor, manager
):
    """A reserve without a unit to spare, all of its quota granted: everyone is paid in full."""
    pool, quota = empty_pool, 123_456_789
    reserve = pool.shortfall(quota)
    pool.fund(reserve, sender=funder)
    pool.open_quota(quota, sender=ledger)
    pool.accrue(sponsor, manager, quota, MONTH, sender=ledger)
    chain.warp(due(MONTH))
    paid = (
        pool.claim(sponsor, [MONTH], sender=sponsor),
        pool.claim(manager, [MONTH], sender=manager),
    )
    assert paid == (quota * 2_500 // E4, quota * 1_000 // E4)
    left = reserve - sum(paid)
    assert pool.totals() == (left, 0, quota * 2_500 % E4 + quota * 1_000 % E4)
    assert token.balanceOf(pool.address) == left <= 2, "a unit for each of the two"


def test_claim_is_not_changed_by_cos_sent_directly(chain, pool, token, funder, accrue, sponsor):
    accrue(40)
    token.transfer(pool.address, 10**9 * COS, sender=funder)
    chain.warp(due(MONTH))
    assert pool.claim(sponsor, [MONTH], sender=sponsor) == 10
    assert pool.totals() == (RESERVE - 10, QUOTA - 40, 40_000)
    assert token.balanceOf(pool.address) == RESERVE - 10 + 10**9 * COS


def test_claim_of_the_largest_bonus(chain, pool, funder, ledger, accrue, sponsor):
    pool.fund(SUPPLY - RESERVE, sender=funder)
    pool.open_quota(2**64 - 1 - QUOTA, sender=ledger)
    accrue(2**64 - 1, manager=sponsor)
    chain.warp(due(MONTH))
    earned_e4 = (2**64 - 1) * 3_500
    assert pool.claim(sponsor, [MONTH], sender=sponsor) == earned_e4 // E4
    assert pool.totals() == (SUPPLY - earned_e4 // E4, 0, earned_e4 % E4)


@pytest.mark.parametrize("month", [0, 1970 * 12 - 2, 10_000 * 12 - 1, 2**256 - 1])
def test_claim_reverts_outside_the_calendar(pool, sponsor, month, refuses):
    with refuses("calendar: month out of range"):
        pool.claim(sponsor, [month], sender=sponsor)


@pytest.fixture
def fickle(chain, governance):
    return chain.deploy("FickleToken", sender=governance)


@pytest.fixture
def fickle_pool(chain, authority, fickle, governance, ledger, sponsor):
    """A pool over a token that need not obey, with 10 units for the sponsor to claim."""
    pool = chain.deploy("BonusPool", authority, fickle, OFFSET, WINDOW, STEPS, sender=governance)
    pool.set_ledger(ledger, True, sender=governance)
    pool.fund(100, sender=governance)
    pool.open_quota(100, sender=ledger)
    pool.accrue(sponsor, governance, 40, MONTH, sender=ledger)
    chain.warp(due(MONTH))
    return pool


def test_claim_reverts_when_the_token_refuses(fickle, fickle_pool, sponsor):
    fickle.behave(False, ZERO_ADDRESS, b"", sender=sponsor)
    with pytest.raises(Revert) as caught:
        fickle_pool.claim(sponsor, [MONTH], sender=sponsor)
    assert caught.value.reason == "bonus: transfer failed"
    assert fickle_pool.totals() == (100, 60, 40 * 3_500)
    assert fickle_pool.bucket(sponsor, MONTH) == (40 * 2_500, 0, False)


def test_claim_reverts_when_the_token_calls_back(fickle, fickle_pool, governance, sponsor):
    data = fickle_pool.abi.functions["claim"].encode((governance, [MONTH]))
    fickle.behave(True, fickle_pool.address, data, sender=sponsor)
    with pytest.raises(Revert) as caught:
        fickle_pool.claim(sponsor, [MONTH], sender=sponsor)
    assert caught.value.reason == ""  # the compiler's lock gives no reason
    fickle.behave(True, ZERO_ADDRESS, b"", sender=sponsor)
    assert fickle_pool.claim(sponsor, [MONTH], sender=sponsor) == 10
