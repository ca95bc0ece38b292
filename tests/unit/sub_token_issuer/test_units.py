"""SubTokenIssuer.mint, burn, close, reclaim, collateral

mint
├── locks face x amount of the issuer's own stake, to the unit; event
├── plain points lock nothing
├── nobody but the issuer, another's sub-token, nothing, after the expiry, closed -> revert
├── more than the issuer has offered, than it has staked free, without the locker role -> revert
├── to zero, to the token, to the issuer contract -> revert (their collateral would be stuck)
└── more units than a request can hold -> revert (36)
mint_batch
├── one lock of the sum; a Transfer each, one event; the same holder twice; zeros among others
├── up to 200, less for each than alone
└── lengths differ, nothing, a bad recipient, more than offered, too many, another's -> revert
burn
├── the issuer's unused units: unlocked for it; a customer's own: for the issuer, too
├── what was burnt is not there to redeem
├── after the closing nothing is unlocked twice
└── nothing, more than one has -> revert
close
├── when nothing is outstanding, also before the expiry; final
└── units outstanding (escrowed ones, too), another's, closed -> revert
reclaim
├── from the second in which the grace period ends: all but what requests hold
├── one second earlier, another's, twice -> revert
└── plain points: nothing to unlock, but closed
"""

from __future__ import annotations

import pytest

from cos.chain import Revert
from tests.models import ZERO_ADDRESS
from tests.models.authority import LOCKER_ROLE
from tests.models.sub_token import CLOSED, EXPIRED, OPEN, RECLAIMABLE
from tests.sub_token_shop import FACE, FUND, GRACE, LIFE


def test_mint_locks_the_face_value(shop, issuer, staking, merchant, ann, ben):
    coupon = shop.open(merchant)
    receipt = issuer.transact("mint", coupon, ann, 1_000, sender=merchant)
    names = {"sub_token": coupon.address, "to": ann, "amount": 1_000, "collateral": 1_000 * FACE}
    assert shop.event("UnitsMinted", **names) in receipt.logs
    assert (coupon.balanceOf(ann), coupon.totalSupply()) == (1_000, 1_000)
    assert issuer.collateral(coupon) == 1_000 * FACE == staking.locked(merchant)
    issuer.mint(coupon, ben, 1, sender=merchant)
    assert staking.lock_of(merchant, issuer)[1] == 1_001 * FACE
    assert staking.staked(merchant) == FUND, "it stays the merchant's stake"


def test_mint_of_plain_points_locks_nothing(issuer, staking, points, merchant, governance, shop):
    shop.authority.revokeRole(LOCKER_ROLE, issuer.address, sender=governance)
    issuer.mint(points, merchant, 5, sender=merchant)
    assert (issuer.collateral(points), staking.locked(merchant)) == (0, 0)


def test_mint_reverts(shop, issuer, coupon, merchant, other_merchant, ann, refuses):
    for sender in (other_merchant, ann):
        with refuses("subtoken: not the issuer"):
            issuer.mint(coupon, sender, 1, sender=sender)
    with refuses("subtoken: no amount"):
        issuer.mint(coupon, ann, 0, sender=merchant)
    for to in (ZERO_ADDRESS, coupon.address, issuer.address):
        with refuses("points: bad recipient"):
            issuer.mint(coupon, to, 1, sender=merchant)


def test_mint_until_the_expiry(chain, issuer, coupon, merchant, ann, refuses):
    chain.warp(issuer.info(coupon)[4] - 1)
    issuer.mint(coupon, ann, 1, sender=merchant)
    chain.advance(1)
    with refuses("subtoken: expired"):
        issuer.mint(coupon, ann, 1, sender=merchant)


def test_mint_reverts_beyond_what_is_offered(shop, issuer, staking, merchant, ann, refuses):
    """Pitfall 43."""
    coupon = shop.open(merchant)
    staking.approve_lock(issuer, 10 * FACE, sender=merchant)
    issuer.mint(coupon, ann, 10, sender=merchant)
    with refuses("staking: not offered"):
        issuer.mint(coupon, ann, 1, sender=merchant)
    staking.approve_lock(issuer, 2**64 - 1, sender=merchant)
    free = FUND // FACE - 10
    with refuses("staking: stake is locked"):
        issuer.mint(coupon, ann, free + 1, sender=merchant)
    issuer.mint(coupon, ann, free, sender=merchant)
    with refuses("staking: stake is locked"):
        staking.withdraw(FUND % FACE + 1, sender=merchant)


def test_mint_reverts_without_the_role(shop, issuer, coupon, merchant, ann, governance, refuses):
    shop.authority.revokeRole(LOCKER_ROLE, issuer.address, sender=governance)
    with refuses("staking: not a locker"):
        issuer.mint(coupon, ann, 1, sender=merchant)


def test_mint_batch(shop, issuer, staking, coupon, merchant, ann, ben, attacker):
    people, amounts = [ann, ben, attacker, ann], [10, 20, 0, 5]
    receipt = issuer.transact("mint_batch", coupon, people, amounts, sender=merchant)
    names = {"sub_token": coupon.address, "recipients": 4, "amount": 35, "collateral": 35 * FACE}
    assert shop.event("BatchMinted", **names) in receipt.logs
    moved = [log.args for log in receipt.logs if log.name == "Transfer"]
    expected = zip(people, amounts, strict=True)
    assert moved == [
        {"sender": ZERO_ADDRESS, "receiver": to, "value": amount} for to, amount in expected
    ]
    assert [coupon.balanceOf(each) for each in (ann, ben, attacker)] == [1_015, 520, 0]
    assert coupon.totalSupply() == 1_535
    assert issuer.collateral(coupon) == 1_535 * FACE == staking.locked(merchant)


def test_mint_batch_of_two_hundred(chain, issuer, staking, coupon, points, merchant):
    people = [chain.account(f"member {number}") for number in range(200)]
    for sub_token in (coupon, points):
        receipt = issuer.transact("mint_batch", sub_token, people, [7] * 200, sender=merchant)
        assert [sub_token.balanceOf(each) for each in people] == [7] * 200
    one = issuer.transact("mint", points, chain.account("another"), 7, sender=merchant)
    assert receipt.gas_used / 200 < one.gas_used
    assert staking.locked(merchant) == (1_500 + 1_400) * FACE
    with pytest.raises(Revert):  # by the ABI, without a reason
        issuer.mint_batch(points, [*people, merchant], [7] * 201, sender=merchant)


def test_mint_batch_reverts(
    chain, shop, issuer, staking, coupon, points, merchant, other_merchant, ann, ben, refuses
):
    for people, amounts in (([ann], []), ([ann], [1, 1]), ([], [1])):
        with refuses("subtoken: lengths differ"):
            issuer.mint_batch(coupon, people, amounts, sender=merchant)
    for people, amounts in (([], []), ([ann, ben], [0, 0])):
        with refuses("subtoken: no amount"):
            issuer.mint_batch(coupon, people, amounts, sender=merchant)
    for bad in (ZERO_ADDRESS, coupon.address, issuer.address):
        with refuses("points: bad recipient"):
            issuer.mint_batch(coupon, [ann, bad], [1, 1], sender=merchant)
    with refuses("subtoken: not the issuer"):
        issuer.mint_batch(coupon, [ann], [1], sender=other_merchant)
    with refuses("subtoken: not a sub-token"):
        issuer.mint_batch(shop.token, [ann], [1], sender=merchant)
    for amounts in ([2**96 - 1_000, 1], [2**255, 2**255], [1, 2**256 - 1], [2**96 - 1_001, 2]):
        with refuses("points: too many units"):
            issuer.mint_batch(points, [ann, ben], amounts, sender=merchant)
    staking.approve_lock(issuer, 10 * FACE, sender=merchant)
    with refuses("staking: not offered"):
        issuer.mint_batch(coupon, [ann, ben], [5, 6], sender=merchant)
    chain.advance(LIFE)
    with refuses("subtoken: expired"):
        issuer.mint_batch(coupon, [ann], [1], sender=merchant)


@pytest.mark.parametrize("amount", [2**96 - 1_000, 2**96, 2**256 - 1])
def test_mint_reverts_beyond_the_bound_of_units(issuer, points, merchant, refuses, amount):
    with refuses("points: too many units"):
        issuer.mint(points, merchant, amount, sender=merchant)


def test_a_product_never_overflows(shop, issuer, merchant, refuses):
    """The highest face value times the most units."""
    coupon = shop.open(merchant, face_value=2**64 - 1)
    with refuses("staking: not offered"):
        issuer.mint(coupon, merchant, 2**96 - 1, sender=merchant)


def test_burn_unused_units(shop, issuer, staking, coupon, merchant):
    issuer.mint(coupon, merchant, 100, sender=merchant)
    receipt = issuer.transact("burn", coupon, 60, sender=merchant)
    names = {"sub_token": coupon.address, "owner": merchant, "amount": 60, "released": 60 * FACE}
    assert shop.event("UnitsBurnt", **names) in receipt.logs
    assert (coupon.totalSupply(), coupon.balanceOf(merchant)) == (1_540, 40)
    assert issuer.collateral(coupon) == 1_540 * FACE == staking.locked(merchant)


def test_a_customer_gives_units_back(shop, issuer, staking, coupon, points, merchant, ann, refuses):
    issuer.burn(coupon, 1_000, sender=ann)
    assert staking.locked(merchant) == 500 * FACE
    assert staking.exits(ann) == (0, 0, 0, 0, 0), "for nothing in return"
    with refuses("points: insufficient balance"):
        issuer.redeem(coupon, 1, sender=ann)
    issuer.burn(points, 1_000, sender=ann)
    assert points.totalSupply() == 0


def test_burn_reverts(issuer, coupon, merchant, ann, refuses):
    with refuses("subtoken: no amount"):
        issuer.burn(coupon, 0, sender=ann)
    with refuses("points: insufficient balance"):
        issuer.burn(coupon, 1_001, sender=ann)
    with refuses("points: insufficient balance"):
        issuer.burn(coupon, 2**256 - 1, sender=merchant)


def test_close(shop, issuer, coupon, merchant, ann, ben, refuses):
    with refuses("subtoken: units outstanding"):
        issuer.close(coupon, sender=merchant)
    issuer.burn(coupon, 1_000, sender=ann)
    shop.ask(coupon, 500, ben)
    with refuses("subtoken: units outstanding"):
        issuer.close(coupon, sender=merchant)
    issuer.confirm([1], sender=ben)
    with refuses("subtoken: not the issuer"):
        issuer.close(coupon, sender=ben)
    receipt = issuer.transact("close", coupon, sender=merchant)
    names = {"sub_token": coupon.address, "issuer": merchant, "released": 0}
    assert receipt.logs == [shop.event("SubTokenClosed", **names)]
    assert (issuer.state(coupon), issuer.info(coupon)[7]) == (CLOSED, True)
    with refuses("subtoken: closed"):
        issuer.mint(coupon, ann, 1, sender=merchant)
    for function in ("close", "reclaim"):
        with refuses("subtoken: closed"):
            issuer.transact(function, coupon, sender=merchant)


def test_reclaim(chain, shop, issuer, staking, coupon, merchant, ann, ben, refuses):
    """What ann has asked for in time keeps its collateral; ben's units lose theirs."""
    shop.ask(coupon, 300, ann)
    assert issuer.state(coupon) == OPEN
    chain.advance(LIFE)
    assert issuer.state(coupon) == EXPIRED
    chain.advance(GRACE - 1)
    assert issuer.state(coupon) == EXPIRED
    with refuses("subtoken: grace not over"):
        issuer.reclaim(coupon, sender=merchant)
    issuer.redeem(coupon, 200, sender=ann)
    chain.advance(1)
    assert issuer.state(coupon) == RECLAIMABLE
    issuer.redeem(coupon, 100, sender=ann)
    with refuses("subtoken: not the issuer"):
        issuer.reclaim(coupon, sender=ann)
    receipt = issuer.transact("reclaim", coupon, sender=merchant)
    released = (1_500 - 600) * FACE
    names = {"sub_token": coupon.address, "issuer": merchant, "released": released}
    assert shop.event("SubTokenClosed", **names) in receipt.logs
    assert receipt.value == released
    assert issuer.state(coupon) == CLOSED
    assert issuer.collateral(coupon) == 300 * FACE == staking.locked(merchant)
    for function in ("close", "reclaim"):
        with refuses("subtoken: closed"):
            issuer.transact(function, coupon, sender=merchant)
    with refuses("subtoken: closed"):
        issuer.redeem(coupon, 1, sender=ben)
    # Worthless units can still be thrown away, and unlock nothing a second time.
    issuer.burn(coupon, 500, sender=ben)
    assert issuer.collateral(coupon) == 300 * FACE == staking.locked(merchant)


def test_reclaim_of_plain_points(chain, issuer, points, merchant, ann, refuses):
    chain.advance(LIFE + GRACE)
    assert issuer.reclaim(points, sender=merchant) == 0
    assert issuer.state(points) == CLOSED
    with refuses("subtoken: closed"):
        issuer.request([(points, 1, bytes(32))], sender=ann)
    points.transfer(merchant, 1_000, sender=ann)


def test_reclaim_when_nothing_is_left(chain, issuer, coupon, merchant, ann, ben):
    issuer.redeem(coupon, 1_000, sender=ann)
    issuer.redeem(coupon, 500, sender=ben)
    chain.advance(LIFE + GRACE)
    assert issuer.reclaim(coupon, sender=merchant) == 0
