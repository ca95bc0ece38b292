"""SubTokenIssuer.redeem: the face value

├── an exit ticket of exactly face x amount out of the issuer's stake, paid after seven days; event
├── in parts as at once: not a base unit is gained or lost (19)
├── whatever the issuer does: withdraws, takes its allowance back, locks elsewhere, is gone
├── open, in grace, until the second in which it was reclaimed
├── by a buyer who has the units from somebody else; by the issuer itself, which gains nothing (44)
├── with all of the issuer's stake
└── plain points, nothing, more than one has, escrowed units, without the role -> revert
"""

from __future__ import annotations

import pytest

from tests.models.authority import LOCKER_ROLE
from tests.models.sub_token import COS, DAY
from tests.sub_token_shop import FACE, FREE, FUND, GRACE, LIFE


def test_redeem(chain, shop, issuer, staking, token, coupon, merchant, ann, refuses):
    receipt = issuer.transact("redeem", coupon, 400, sender=ann)
    due_at = chain.timestamp + 7 * DAY
    assert receipt.value == due_at
    paid = 400 * FACE
    names = {"sub_token": coupon.address, "holder": ann, "amount": 400, "paid": paid}
    assert shop.event("FaceRedeemed", **names, due_at=due_at) in receipt.logs
    assert (coupon.balanceOf(ann), coupon.totalSupply()) == (600, 1_100)
    assert issuer.collateral(coupon) == 1_100 * FACE == staking.locked(merchant)
    assert staking.staked(merchant) == FUND - paid
    chain.advance(7 * DAY - 1)
    with refuses("staking: nothing due"):
        staking.pay_exit(ann, sender=ann)
    chain.advance(1)
    staking.pay_exit(ann, sender=ann)
    assert token.balanceOf(ann) == paid
    assert token.balanceOf(merchant) == FREE


def test_parts_are_as_much_as_the_whole(issuer, staking, coupon, ann, ben):
    for part in (1, 2, 3, 94, 400):
        issuer.redeem(coupon, part, sender=ann)
    issuer.redeem(coupon, 500, sender=ben)
    assert sum(staking.exits(ann)[i] for i in (0, 1, 3)) == 500 * FACE
    assert staking.exits(ben)[1] == 500 * FACE


def test_redeem_whatever_the_issuer_does(
    chain, shop, issuer, staking, coupon, merchant, other_merchant, ann, ben, governance, refuses
):
    staking.approve_lock(issuer, 0, sender=merchant)
    shop.authority.grantRole(LOCKER_ROLE, other_merchant, sender=governance)
    staking.approve_lock(other_merchant, FUND, sender=merchant)
    free = FUND - 1_500 * FACE
    with refuses("staking: stake is locked"):
        staking.lock(merchant, free + 1, sender=other_merchant)
    staking.lock(merchant, free - COS, sender=other_merchant)
    staking.withdraw(COS, sender=merchant)
    with refuses("staking: stake is locked"):
        staking.withdraw(1, sender=merchant)
    with refuses("staking: more than locked"):
        staking.release(merchant, free - COS + 1, sender=other_merchant)
    issuer.redeem(coupon, 1_000, sender=ann)
    chain.advance(LIFE)
    issuer.redeem(coupon, 500, sender=ben)
    assert staking.exits(ben)[1] == 500 * FACE
    assert staking.lock_of(merchant, issuer)[1] == 0


@pytest.mark.parametrize("after", [0, LIFE, LIFE + GRACE - 1, LIFE + GRACE, 50 * LIFE])
def test_redeem_until_it_is_reclaimed(
    chain, issuer, staking, coupon, merchant, ann, after, refuses
):
    chain.advance(after)
    issuer.redeem(coupon, 999, sender=ann)
    assert staking.exits(ann)[1] == 999 * FACE
    chain.advance(max(LIFE + GRACE - after, 0))
    issuer.reclaim(coupon, sender=merchant)
    with refuses("subtoken: closed"):
        issuer.redeem(coupon, 1, sender=ann)


def test_whoever_has_the_units_redeems_them(issuer, staking, coupon, ann, attacker):
    coupon.transfer(attacker, 10, sender=ann)
    issuer.redeem(coupon, 10, sender=attacker)
    assert staking.exits(attacker)[1] == 10 * FACE


def test_the_issuer_itself_finds_no_way_around_the_exit_delay(
    chain, shop, issuer, staking, token, merchant, ann, refuses
):
    """Pitfall 44: by a coupon of one's own, to oneself or to a friend: seven days."""
    coupon = shop.open(merchant)
    issuer.mint(coupon, merchant, 1_000, sender=merchant)
    coupon.transfer(ann, 500, sender=merchant)
    snapshot = chain.timestamp
    for person in (merchant, ann):
        issuer.redeem(coupon, 500, sender=person)
        with refuses("staking: nothing due"):
            staking.pay_exit(person, sender=person)
    assert staking.getVotes(merchant) == FUND - 1_000 * FACE, "votes end at once"
    chain.advance(7 * DAY - 1)
    for person in (merchant, ann):
        with refuses("staking: nothing due"):
            staking.pay_exit(person, sender=person)
    assert staking.getPastVotes(merchant, snapshot) == FUND - 1_000 * FACE
    chain.advance(1)
    staking.pay_exit(merchant, sender=merchant)
    assert token.balanceOf(merchant) == FREE + 500 * FACE


def test_redeem_all_that_the_issuer_has(shop, issuer, staking, merchant, ann):
    coupon = shop.open(merchant, face_value=COS)
    issuer.mint(coupon, ann, FUND // COS, sender=merchant)
    issuer.redeem(coupon, FUND // COS, sender=ann)
    assert (staking.staked(merchant), staking.locked(merchant)) == (0, 0)
    assert staking.exits(ann)[1] == FUND


def test_redeem_reverts(shop, issuer, coupon, points, merchant, ann, governance, asked, refuses):
    with refuses("subtoken: no face value"):
        issuer.redeem(points, 1, sender=ann)
    with refuses("subtoken: no amount"):
        issuer.redeem(coupon, 0, sender=ann)
    for amount in (701, 2**96, 2**256 - 1):
        with refuses("points: insufficient balance"):
            issuer.redeem(coupon, amount, sender=ann)
    shop.authority.revokeRole(LOCKER_ROLE, issuer.address, sender=governance)
    with refuses("staking: not a locker"):
        issuer.redeem(coupon, 1, sender=ann)
