"""Requests that are open when the sub-token expires, when its grace period ends, and for ever

├── who asked in the last second before the expiry gets the right, each step at its last second
├── and if the issuer is silent, lies or vanishes: the face value, long after the issuer reclaimed
├── the issuer can't make anybody lose by reclaiming first
├── after the grace period a holder is not given units that may be worth nothing
├── an absent holder can't hold the collateral for ever: anyone ends what has one end only
│   └── not before, and never to the holder's disadvantage
├── each boundary at t - 1, t, t + 1
└── everything after 2106, where 32 bits of seconds end (35), and at the end of 40 bits (36)
"""

from __future__ import annotations

import pytest

from cos.chain import Chain
from tests.models.sub_token import CLOSED, DAY, EXPIRED, OPEN, PAID, RECLAIMABLE, REDEEMED
from tests.sub_token_shop import (
    DETAILS,
    EVIDENCE,
    FACE,
    FREE,
    GRACE,
    LIFE,
    REASON,
    WINDOW,
    SubTokenShop,
)

SHORT = 30 * DAY  # the shortest grace, and
LONG = 90 * DAY  # the longest windows


@pytest.fixture
def late(chain, shop, issuer, merchant, ann):
    """A coupon with a short grace and long windows; ann asked for 10 in its last second."""
    coupon = shop.open(merchant, grace_seconds=SHORT, window_seconds=LONG)
    issuer.mint(coupon, ann, 100, sender=merchant)
    chain.advance(LIFE - 1)
    shop.ask(coupon, 10, ann)
    return coupon


def test_asked_in_the_last_second(chain, issuer, staking, late, merchant, ann, arbiter):
    """A year later than the grace period's end the right is still delivered and disputed."""
    chain.advance(LONG - 1)
    issuer.reclaim(late, sender=merchant)
    issuer.accept([1], sender=merchant)
    chain.advance(LONG - 1)
    issuer.fulfil([1], [EVIDENCE], sender=merchant)
    chain.advance(LONG - 1)
    issuer.dispute(1, REASON, sender=ann)
    chain.advance(LONG - 1)
    assert issuer.collateral(late) == 10 * FACE == staking.locked(merchant)
    issuer.decide(1, False, REASON, sender=arbiter)
    assert issuer.collateral(late) == 0 == staking.locked(merchant)
    assert issuer.request_of(1)[3] == REDEEMED


@pytest.mark.parametrize("steps", ["", "a", "af", "afd", "afg"])
def test_who_asked_in_time_does_not_lose(
    chain, shop, issuer, staking, token, late, merchant, ann, arbiter, steps, refuses
):
    if "a" in steps:
        issuer.accept([1], sender=merchant)
    if "f" in steps:
        issuer.fulfil([1], [EVIDENCE], sender=merchant)
        issuer.dispute(1, REASON, sender=ann)
    if "g" in steps:
        issuer.decide(1, True, REASON, sender=arbiter)
    chain.advance(LONG)
    issuer.reclaim(late, sender=merchant)
    assert issuer.state(late) == CLOSED
    staking.withdraw(staking.staked(merchant) - 10 * FACE, sender=merchant)
    with refuses("staking: stake is locked"):
        staking.withdraw(1, sender=merchant)
    chain.advance(20 * LIFE)
    with refuses("subtoken: take the face value"):
        issuer.take_units(1, sender=ann)
    issuer.take_face(1, sender=ann)
    chain.advance(7 * DAY)
    staking.pay_exit(ann, sender=ann)
    assert token.balanceOf(ann) == 10 * FACE
    assert staking.staked(merchant) == 0 == staking.locked(merchant)


@pytest.mark.parametrize("late_by", [-1, 0, 1])
def test_units_until_the_grace_period_ends(chain, issuer, asked, coupon, ann, late_by, refuses):
    chain.warp(issuer.info(coupon)[5] + late_by)
    if late_by < 0:
        issuer.take_units(asked, sender=ann)
        issuer.redeem(coupon, 1_000, sender=ann)
    else:
        with refuses("subtoken: take the face value"):
            issuer.take_units(asked, sender=ann)
        issuer.take_face(asked, sender=ann)


def test_anyone_ends_what_has_one_end_only(
    chain, issuer, staking, token, coupon, asked, merchant, ann, attacker, refuses
):
    """The issuer itself, to get rid of its collateral; the COS goes to the holder."""
    chain.warp(issuer.info(coupon)[5] - 1)
    for sender in (merchant, attacker):
        with refuses("subtoken: not the holder"):
            issuer.take_face(asked, sender=sender)
    chain.advance(1)
    with refuses("subtoken: not the holder"):
        issuer.take_units(asked, sender=merchant)
    issuer.take_face(asked, sender=merchant)
    chain.advance(7 * DAY)
    staking.pay_exit(ann, sender=attacker)
    assert token.balanceOf(ann) == 300 * FACE
    assert issuer.request_of(asked)[3] == PAID
    issuer.reclaim(coupon, sender=merchant)
    assert staking.locked(merchant) == 0


def test_but_not_while_the_right_can_still_come(chain, issuer, late, merchant, attacker, refuses):
    """After the grace period, but before the request's own deadline: it is the issuer's turn, and
    the holder may want the right, which may be worth more than the face."""
    chain.advance(LONG - 1)
    assert issuer.state(late) == RECLAIMABLE
    with refuses("subtoken: not the holder"):
        issuer.take_face(1, sender=attacker)
    issuer.accept([1], sender=merchant)
    chain.advance(LONG - 1)
    with refuses("subtoken: not the holder"):
        issuer.take_face(1, sender=attacker)
    issuer.fulfil([1], [EVIDENCE], sender=merchant)
    chain.advance(LONG)
    with refuses("subtoken: not open"):
        issuer.take_face(1, sender=attacker)


def test_decided_for_an_absent_holder(chain, issuer, late, merchant, ann, arbiter, attacker):
    chain.advance(LONG - 1)
    issuer.fulfil([1], [EVIDENCE], sender=merchant)
    issuer.dispute(1, REASON, sender=ann)
    issuer.decide(1, True, REASON, sender=arbiter)
    issuer.take_face(1, sender=attacker)
    assert issuer.request_of(1)[3] == PAID


@pytest.mark.parametrize("late_by", [-1, 0, 1])
def test_states_at_their_boundaries(chain, issuer, coupon, late_by):
    before, after = [(OPEN, EXPIRED), (EXPIRED, RECLAIMABLE)]
    chain.warp(issuer.info(coupon)[4] + late_by)
    assert issuer.state(coupon) == before[late_by >= 0]
    chain.warp(issuer.info(coupon)[5] + late_by)
    assert issuer.state(coupon) == after[late_by >= 0]


@pytest.mark.parametrize("now", [2**32 - 2 * DAY, 2**32 + 1, 2**33, 2**40 - 3 * 365 * DAY])
def test_after_2106(now):
    """32 bits of seconds end on 2106-02-07."""
    chain = Chain(timestamp=now)
    shop = SubTokenShop(chain)
    issuer, staking = shop.issuer, shop.staking
    merchant, ann, arbiter = map(chain.account, ("merchant", "ann", "arbiter"))
    coupon = shop.open(merchant)
    assert issuer.info(coupon)[4:6] == (now + LIFE, now + LIFE + GRACE)
    issuer.mint(coupon, ann, 1_000, sender=merchant)
    issuer.request([(coupon, 100, DETAILS)] * 4, sender=ann)
    assert issuer.request_of(1)[1:] == (coupon.address, 100, 1, now + WINDOW)
    issuer.accept([1, 2, 3], sender=merchant)
    issuer.fulfil([1, 2, 3], [EVIDENCE] * 3, sender=merchant)
    issuer.confirm([1], sender=ann)
    issuer.dispute(2, REASON, sender=ann)
    issuer.decide(2, True, REASON, sender=arbiter)
    issuer.take_units(2, sender=ann)
    issuer.take_face(4, sender=ann)
    chain.advance(WINDOW)
    issuer.settle([3], sender=merchant)
    issuer.redeem(coupon, 400, sender=ann)
    chain.advance(LIFE + GRACE)
    assert issuer.reclaim(coupon, sender=merchant) == 300 * FACE
    assert staking.locked(merchant) == 0
    staking.pay_exit(ann, sender=ann)
    assert shop.token.balanceOf(ann) == 500 * FACE
    assert shop.token.balanceOf(merchant) == FREE


def test_the_latest_expiry(chain, shop, issuer, merchant, ann):
    """For ever, as far as anybody is concerned."""
    coupon = shop.open(merchant, expiry=2**40 - 1, grace_seconds=3_660 * DAY, window_seconds=LONG)
    issuer.mint(coupon, ann, 10, sender=merchant)
    chain.warp(2**40 - 2 - LONG)
    shop.ask(coupon, 1, ann)
    assert issuer.request_of(1)[3:] == (1, 2**40 - 2)
    issuer.take_units(1, sender=ann)
    issuer.redeem(coupon, 10, sender=ann)
