"""FeeRouter.pay_policy_dividend(amount)

├── issues out of the Center reserve and gives all of it to the stakers, event
│   ├── who was active in the epoch gets it, just-in-time stake gets nothing (PITFALLS 13)
│   ├── what waits of fees is not touched; no part is the Center's
│   └── no allowance is left (16)
├── at most 1 % of the cap in any 366 days
│   ├── at once or in parts, not a unit more
│   ├── no 2 % around New Year, or after a year without any (the limit doesn't refill or add up)
│   ├── each payment counts to the last second of 366 days (8)
│   ├── a leap year sees no more than 1 %
│   └── after idle decades, after 2106, the limit is what it was (9, 35)
├── nothing -> revert
├── not an issuer, above the allowance, above the bucket -> revert, the room is what it was
├── after the last epoch of staking -> revert
└── not governance -> revert
"""

from __future__ import annotations

import datetime

import pytest

from tests.models.cos_credit import CAP
from tests.models.fee_router import Owed
from tests.models.treasury import CENTER_RESERVE
from tests.unit.fee_router.conftest import COS, DAY, POLICY_LIMIT, THRESHOLD, WEEK, YEAR


def test_pay_policy_dividend_reaches_the_stakers(
    chain, router, token, treasury, staking, governance, payer, staker, attacker, event, all_is_owed
):
    chain.advance(WEEK)
    router.pay_fee(100, sender=payer)
    owed, supply = router.owed(), token.totalSupply()
    token.approve(staking, 10**9 * COS, sender=attacker)
    staking.stake(10**9 * COS, sender=attacker)  # having seen the vote
    receipt = router.transact("pay_policy_dividend", 10**12, sender=governance)
    assert receipt.logs[0] == event("PolicyDividendPaid", amount=10**12, room=POLICY_LIMIT - 10**12)
    assert event("StakersPaid", staking=staking.address, amount=10**12) in receipt.logs
    assert router.owed() == owed
    assert token.totalSupply() == supply + 10**12
    assert treasury.issued(CENTER_RESERVE) == 10**12
    assert staking.income()[0] == 10**12
    assert token.allowance(router, staking) == 0
    all_is_owed()
    chain.advance(WEEK)
    assert staking.claimable(staker) in (10**12 - 1, 10**12)
    assert staking.claimable(attacker) == 0


def test_pay_policy_dividend_up_to_the_limit(router, governance, refuses):
    with refuses("router: above policy limit"):
        router.pay_policy_dividend(POLICY_LIMIT + 1, sender=governance)
    router.pay_policy_dividend(POLICY_LIMIT - 5, sender=governance)
    assert router.policy_room() == 5
    with refuses("router: above policy limit"):
        router.pay_policy_dividend(6, sender=governance)
    router.pay_policy_dividend(5, sender=governance)
    assert router.policy_room() == 0
    with refuses("router: above policy limit"):
        router.pay_policy_dividend(1, sender=governance)


def test_pay_policy_dividend_not_twice_around_new_year(chain, router, governance, refuses):
    new_year = int(datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC).timestamp())
    chain.warp(new_year - 1)
    router.pay_policy_dividend(POLICY_LIMIT, sender=governance)
    for days in (0, 1, 31, 365):
        chain.warp(new_year + days * DAY)
        with refuses("router: above policy limit"):
            router.pay_policy_dividend(1, sender=governance)


def test_pay_policy_dividend_does_not_save_up(chain, router, governance, refuses):
    """A limit that refills would admit 1 % at once after idle years, and 1 % within the next."""
    chain.advance(10 * YEAR)
    router.pay_policy_dividend(POLICY_LIMIT, sender=governance)
    for _ in range(12):
        chain.advance(30 * DAY)
        with refuses("router: above policy limit"):
            router.pay_policy_dividend(1, sender=governance)


def test_pay_policy_dividend_counts_for_366_days(chain, router, governance, refuses):
    start = chain.timestamp
    router.pay_policy_dividend(3 * COS, sender=governance)
    chain.advance(100 * DAY)
    router.pay_policy_dividend(POLICY_LIMIT - 3 * COS, sender=governance)
    chain.warp(start + YEAR - 1)
    with refuses("router: above policy limit"):
        router.pay_policy_dividend(1, sender=governance)
    chain.advance(1)
    assert router.policy_room() == 3 * COS
    router.pay_policy_dividend(3 * COS, sender=governance)
    chain.warp(start + 100 * DAY + YEAR - 1)
    assert router.policy_room() == 0
    chain.advance(1)
    assert router.policy_room() == POLICY_LIMIT - 3 * COS


def test_pay_policy_dividend_once_in_a_leap_year(chain, router, governance, refuses):
    year = [
        int(datetime.datetime(2028, *day, tzinfo=datetime.UTC).timestamp())
        for day in ((1, 1, 0, 0, 0), (12, 31, 23, 59, 59))
    ]
    chain.warp(year[0])
    router.pay_policy_dividend(POLICY_LIMIT, sender=governance)
    chain.warp(year[1])
    with refuses("router: above policy limit"):
        router.pay_policy_dividend(1, sender=governance)
    chain.advance(1)
    router.pay_policy_dividend(POLICY_LIMIT, sender=governance)


@pytest.mark.parametrize("time", [2**32 - YEAR // 2, 2**32 + YEAR])
def test_pay_policy_dividend_around_2106(chain, router, governance, time):
    chain.warp(time)
    router.pay_policy_dividend(POLICY_LIMIT, sender=governance)
    chain.advance(YEAR - 1)
    assert router.policy_room() == 0
    chain.advance(1)
    assert router.policy_room() == POLICY_LIMIT


def test_pay_policy_dividend_reverts_with_nothing(router, governance, refuses):
    with refuses("router: no amount"):
        router.pay_policy_dividend(0, sender=governance)


def test_pay_policy_dividend_reverts_without_the_treasurys_leave(
    router, treasury, governance, refuses
):
    treasury.set_issuer(CENTER_RESERVE, router, 10, sender=governance)
    with refuses("treasury: above allowance"):
        router.pay_policy_dividend(11, sender=governance)
    router.pay_policy_dividend(10, sender=governance)
    with refuses("treasury: not an issuer"):
        router.pay_policy_dividend(1, sender=governance)


def test_pay_policy_dividend_reverts_above_the_bucket(router, treasury, governance, refuses):
    treasury.issue(CENTER_RESERVE, governance, CAP // 8 - 10, sender=governance)
    with refuses("treasury: above bucket cap"):
        router.pay_policy_dividend(11, sender=governance)
    router.pay_policy_dividend(10, sender=governance)


def test_pay_policy_dividend_reverts_after_the_last_epoch(chain, router, governance, refuses):
    chain.warp((2**14 - 1) * WEEK)
    with refuses("staking: last epoch"):
        router.pay_policy_dividend(1, sender=governance)


def test_pay_policy_dividend_reverts_for_others(
    router, center, collector, developer, attacker, refuses
):
    for sender in (center, collector, developer, attacker):
        with refuses("router: not governance"):
            router.pay_policy_dividend(1, sender=sender)


def test_pay_policy_dividend_leaves_the_threshold_to_fees(router, governance, payer):
    router.pay_fee(2 * THRESHOLD * COS - 2, sender=payer)
    router.pay_policy_dividend(THRESHOLD * COS, sender=governance)
    assert Owed(*router.owed()).stakers_e8 == (THRESHOLD * COS - 1) * 10**8
