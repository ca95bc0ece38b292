"""SubTokenIssuer.request, accept, fulfil, confirm, settle, dispute, decide, take_units, take_face

request
├── puts units aside, of several sub-tokens at once, with an id and an event each
├── nothing, an empty order, more than one has, 51 orders, the arbiter -> revert
├── after the expiry, when closed -> revert
└── a part of the units, several times
accept, fulfil
├── until the second before the deadline; with a new one; event
├── fulfil without accepting first
├── many in one call, of several sub-tokens; one bad id and none of them
└── another's, no such request, in any other state, too late, nothing, no evidence -> revert
confirm, settle
├── burns the units, unlocks their collateral for the issuer; event
├── the holder in every open state, also before the issuer has said anything
├── anyone from the deadline on
└── another's, too early, in any other state -> revert
dispute, decide
├── for the holder; for the issuer; silence
├── until the second before the deadline
└── another's, without a reason, in any other state, too late -> revert
take_units, take_face
├── before it is accepted; when the issuer is silent; when the arbiter is; when it decided so
├── not while the issuer or the arbiter has its turn, nor after a fulfilment
├── another's -> revert
├── plain points have no face -> revert
└── see test_time.py for the end of the grace period
"""

from __future__ import annotations

import pytest

from cos.chain import Revert
from tests.models.sub_token import (
    ACCEPTED,
    ASKED,
    DISPUTED,
    FULFILLED,
    GRANTED,
    PAID,
    REDEEMED,
    RETURNED,
)
from tests.sub_token_shop import DETAILS, EVIDENCE, FACE, FUND, LIFE, REASON, WINDOW

NO_HASH = bytes(32)


@pytest.fixture
def bring(chain, issuer, merchant, ann, arbiter):
    """Ann's request to a state."""

    def go(request: int, state: int) -> None:
        if state >= ACCEPTED:
            issuer.accept([request], sender=merchant)
        if state >= FULFILLED:
            issuer.fulfil([request], [EVIDENCE], sender=merchant)
        if state >= DISPUTED and state != REDEEMED:
            issuer.dispute(request, REASON, sender=ann)
        if state in (GRANTED, RETURNED, PAID):
            issuer.decide(request, True, REASON, sender=arbiter)
        if state == REDEEMED:
            issuer.confirm([request], sender=ann)
        if state == RETURNED:
            issuer.take_units(request, sender=ann)
        if state == PAID:
            issuer.take_face(request, sender=ann)
        assert issuer.request_of(request)[3] == state

    return go


@pytest.fixture
def refused_but(issuer, asked, bring, refuses):
    """`call` is refused for `reason` in every state but those of `states`."""

    def check(states, reasons, call, wait=0):
        for state in range(ASKED, PAID + 1):
            if state in states:
                continue
            anchor = issuer._chain.snapshot()
            bring(asked, state)
            issuer._chain.advance(wait)
            reason = reasons.get(state, reasons["else"])
            with refuses(f"subtoken: {reason}"):
                call()
            issuer._chain.restore(anchor)

    return check


def test_request(chain, shop, issuer, staking, coupon, merchant, ann):
    order = (coupon, 300, DETAILS)
    receipt = issuer.transact("request", [order], sender=ann)
    deadline = chain.timestamp + WINDOW
    names = {"request": 1, "sub_token": coupon.address, "holder": ann, "amount": 300}
    event = shop.event("RightRequested", **names, details_hash=DETAILS, deadline=deadline)
    assert (receipt.value, receipt.logs[-1]) == (1, event)
    assert issuer.request_of(1) == (ann, coupon.address, 300, ASKED, deadline)
    assert (coupon.balanceOf(ann), coupon.balanceOf(issuer)) == (700, 300)
    assert issuer.collateral(coupon) == 1_500 * FACE == staking.locked(merchant)


def test_request_of_several_sub_tokens(shop, issuer, coupon, points, other_merchant, ann):
    other = shop.open(other_merchant, face_value=7)
    issuer.mint(other, ann, 9, sender=other_merchant)
    orders = [(coupon, 100, DETAILS), (points, 1_000, NO_HASH), (other, 9, DETAILS)]
    orders += [(coupon, 100, DETAILS)]
    assert issuer.request(orders, sender=ann) == 1
    assert issuer.request_count() == 4
    assert [issuer.request_of(n)[1:3] for n in (1, 2, 3, 4)] == [
        (coupon.address, 100),
        (points.address, 1_000),
        (other.address, 9),
        (coupon.address, 100),
    ]
    assert issuer.request([(coupon, 1, DETAILS)], sender=ann) == 5


def test_request_reverts(issuer, coupon, merchant, ann, ben, arbiter, refuses):
    with refuses("subtoken: nothing to do"):
        issuer.request([], sender=ann)
    with refuses("subtoken: no amount"):
        issuer.request([(coupon, 1, DETAILS), (coupon, 0, DETAILS)], sender=ann)
    for amount in (501, 2**96, 2**256 - 1):
        with refuses("points: insufficient balance"):
            issuer.request([(coupon, amount, DETAILS)], sender=ben)
    with refuses("points: insufficient balance"):
        issuer.request([(coupon, 300, DETAILS), (coupon, 201, DETAILS)], sender=ben)
    issuer.mint(coupon, arbiter, 1, sender=merchant)
    with refuses("subtoken: arbiter can't ask"):
        issuer.request([(coupon, 1, DETAILS)], sender=arbiter)
    issuer.redeem(coupon, 1, sender=arbiter)


def test_request_of_fifty(issuer, coupon, merchant, ann, state):
    orders = [(coupon, 1, DETAILS)] * 50
    issuer.request(orders, sender=ann)
    before = state()
    with pytest.raises(Revert):  # by the ABI, without a reason
        issuer.request([*orders, orders[0]], sender=ann)
    assert state() == before
    everything = list(range(1, 51))
    issuer.accept(everything, sender=merchant)
    issuer.fulfil(everything, [EVIDENCE] * 50, sender=merchant)
    issuer.confirm(everything, sender=ann)
    assert coupon.totalSupply() == 1_450


def test_request_until_the_expiry(chain, issuer, coupon, ann, refuses):
    chain.advance(LIFE - 1)
    issuer.request([(coupon, 1, DETAILS)], sender=ann)
    chain.advance(1)
    with refuses("subtoken: expired"):
        issuer.request([(coupon, 1, DETAILS)], sender=ann)


def test_accept(chain, shop, issuer, coupon, asked, merchant):
    chain.advance(WINDOW - 1)
    receipt = issuer.transact("accept", [asked], sender=merchant)
    deadline = chain.timestamp + WINDOW
    names = {"request": asked, "sub_token": coupon.address, "deadline": deadline}
    assert receipt.logs == [shop.event("RequestAccepted", **names)]
    assert issuer.request_of(asked)[3:] == (ACCEPTED, deadline)


def test_fulfil(chain, shop, issuer, staking, coupon, asked, merchant):
    issuer.accept([asked], sender=merchant)
    chain.advance(WINDOW - 1)
    receipt = issuer.transact("fulfil", [asked], [EVIDENCE], sender=merchant)
    deadline = chain.timestamp + WINDOW
    names = {"request": asked, "sub_token": coupon.address, "evidence_hash": EVIDENCE}
    assert receipt.logs == [shop.event("RequestFulfilled", **names, deadline=deadline)]
    assert issuer.request_of(asked)[3:] == (FULFILLED, deadline)
    assert issuer.collateral(coupon) == 1_500 * FACE == staking.locked(merchant)


def test_accept_and_fulfil_until_the_deadline(chain, issuer, asked, merchant, ann, refuses):
    chain.advance(WINDOW)
    with refuses("subtoken: too late"):
        issuer.accept([asked], sender=merchant)
    with refuses("subtoken: too late"):
        issuer.fulfil([asked], [EVIDENCE], sender=merchant)


def test_fulfil_after_accepting_until_the_deadline(chain, issuer, asked, merchant, refuses):
    issuer.accept([asked], sender=merchant)
    chain.advance(WINDOW)
    with refuses("subtoken: too late"):
        issuer.fulfil([asked], [EVIDENCE], sender=merchant)


def test_accept_reverts(issuer, asked, merchant, other_merchant, ann, refuses, refused_but):
    for sender in (other_merchant, ann):
        with refuses("subtoken: not the issuer"):
            issuer.accept([asked], sender=sender)
    for request in (0, asked + 1, 2**256 - 1):
        with refuses("subtoken: no such request"):
            issuer.accept([request], sender=merchant)
    with refuses("subtoken: nothing to do"):
        issuer.accept([], sender=merchant)
    with refuses("subtoken: not asked"):
        issuer.accept([asked, asked], sender=merchant)
    refused_but([ASKED], {"else": "not asked"}, lambda: issuer.accept([asked], sender=merchant))


def test_fulfil_reverts(issuer, asked, merchant, other_merchant, ann, refuses, refused_but):
    for sender in (other_merchant, ann):
        with refuses("subtoken: not the issuer"):
            issuer.fulfil([asked], [EVIDENCE], sender=sender)
    with refuses("subtoken: no such request"):
        issuer.fulfil([asked + 1], [EVIDENCE], sender=merchant)
    with refuses("subtoken: nothing to do"):
        issuer.fulfil([], [], sender=merchant)
    for hashes in ([], [EVIDENCE, EVIDENCE]):
        with refuses("subtoken: lengths differ"):
            issuer.fulfil([asked], hashes, sender=merchant)
    with refuses("subtoken: no evidence"):
        issuer.fulfil([asked], [NO_HASH], sender=merchant)
    refused_but(
        [ASKED, ACCEPTED],
        {"else": "not accepted"},
        lambda: issuer.fulfil([asked], [EVIDENCE], sender=merchant),
    )


def test_a_batch_is_done_or_not(
    shop, issuer, coupon, points, merchant, other_merchant, ann, refuses
):
    other = shop.open(other_merchant)
    issuer.mint(other, ann, 5, sender=other_merchant)
    orders = [(coupon, 10, DETAILS), (points, 20, DETAILS), (other, 5, DETAILS)]
    issuer.request(orders, sender=ann)
    for call in (("accept", [1, 2, 3]), ("fulfil", [1, 2, 3], [EVIDENCE] * 3)):
        with refuses("subtoken: not the issuer"):
            issuer.transact(*call, sender=merchant)
    issuer.accept([2, 1], sender=merchant)
    issuer.fulfil([1, 2], [EVIDENCE, REASON], sender=merchant)
    issuer.confirm([3, 1, 2], sender=ann)
    assert (coupon.totalSupply(), points.totalSupply(), other.totalSupply()) == (1_490, 980, 0)


@pytest.mark.parametrize("stands", [ASKED, ACCEPTED, FULFILLED, DISPUTED])
@pytest.mark.parametrize("late", [False, True])
def test_confirm(chain, shop, issuer, staking, coupon, asked, merchant, ann, bring, stands, late):
    bring(asked, stands)
    if late:
        chain.advance(WINDOW)
    receipt = issuer.transact("confirm", [asked], sender=ann)
    names = {"request": asked, "sub_token": coupon.address, "holder": ann, "amount": 300}
    assert shop.event("RightRedeemed", **names, released=300 * FACE) in receipt.logs
    assert issuer.request_of(asked)[2:4] == (300, REDEEMED)
    assert (coupon.balanceOf(issuer), coupon.totalSupply()) == (0, 1_200)
    assert issuer.collateral(coupon) == 1_200 * FACE == staking.locked(merchant)
    assert staking.staked(merchant) == FUND


def test_confirm_reverts(issuer, asked, merchant, ann, ben, refuses, refused_but):
    for sender in (merchant, ben):
        with refuses("subtoken: not the holder"):
            issuer.confirm([asked], sender=sender)
    with refuses("subtoken: no such request"):
        issuer.confirm([asked + 1], sender=ann)
    with refuses("subtoken: nothing to do"):
        issuer.confirm([], sender=ann)
    with refuses("subtoken: not open"):
        issuer.confirm([asked, asked], sender=ann)
    refused_but(
        [ASKED, ACCEPTED, FULFILLED, DISPUTED],
        {"else": "not open"},
        lambda: issuer.confirm([asked], sender=ann),
    )


def test_settle(
    chain, shop, issuer, staking, coupon, asked, merchant, ann, attacker, bring, refuses
):
    bring(asked, FULFILLED)
    chain.advance(WINDOW - 1)
    with refuses("subtoken: window is open"):
        issuer.settle([asked], sender=merchant)
    chain.advance(1)
    receipt = issuer.transact("settle", [asked], sender=attacker)
    names = {"request": asked, "sub_token": coupon.address, "holder": ann, "amount": 300}
    assert shop.event("RightRedeemed", **names, released=300 * FACE) in receipt.logs
    assert issuer.collateral(coupon) == 1_200 * FACE == staking.locked(merchant)


def test_settle_reverts(chain, issuer, asked, merchant, refuses, refused_but):
    with refuses("subtoken: no such request"):
        issuer.settle([asked + 1], sender=merchant)
    with refuses("subtoken: nothing to do"):
        issuer.settle([], sender=merchant)

    def settle():
        issuer.settle([asked], sender=merchant)

    refused_but([FULFILLED], {"else": "not fulfilled"}, settle, WINDOW)


def test_dispute(chain, shop, issuer, coupon, asked, ann, bring):
    bring(asked, FULFILLED)
    chain.advance(WINDOW - 1)
    receipt = issuer.transact("dispute", asked, REASON, sender=ann)
    deadline = chain.timestamp + WINDOW
    names = {"request": asked, "sub_token": coupon.address, "reason_hash": REASON}
    assert receipt.logs == [shop.event("RequestDisputed", **names, deadline=deadline)]
    assert issuer.request_of(asked)[3:] == (DISPUTED, deadline)


def test_dispute_reverts(chain, issuer, asked, merchant, ann, ben, bring, refuses, refused_but):
    refused_but(
        [FULFILLED], {"else": "not fulfilled"}, lambda: issuer.dispute(asked, REASON, sender=ann)
    )
    bring(asked, FULFILLED)
    for sender in (merchant, ben):
        with refuses("subtoken: not the holder"):
            issuer.dispute(asked, REASON, sender=sender)
    with refuses("subtoken: no reason"):
        issuer.dispute(asked, NO_HASH, sender=ann)
    with refuses("subtoken: no such request"):
        issuer.dispute(asked + 1, REASON, sender=ann)
    chain.advance(WINDOW)
    with refuses("subtoken: too late"):
        issuer.dispute(asked, REASON, sender=ann)


def test_decide_for_the_holder(chain, shop, issuer, staking, coupon, asked, arbiter, ann, bring):
    bring(asked, DISPUTED)
    chain.advance(WINDOW - 1)
    receipt = issuer.transact("decide", asked, True, REASON, sender=arbiter)
    names = {"request": asked, "sub_token": coupon.address, "for_holder": True}
    assert receipt.logs == [shop.event("DisputeDecided", **names, reason_hash=REASON)]
    assert issuer.request_of(asked)[3] == GRANTED
    issuer.take_face(asked, sender=ann)
    assert staking.exits(ann)[1] == 300 * FACE


def test_decide_for_the_issuer(
    chain, shop, issuer, staking, coupon, asked, merchant, arbiter, ann, bring, refuses
):
    bring(asked, DISPUTED)
    receipt = issuer.transact("decide", asked, False, REASON, sender=arbiter)
    names = {"request": asked, "sub_token": coupon.address}
    decided = shop.event("DisputeDecided", **names, for_holder=False, reason_hash=REASON)
    redeemed = {"holder": ann, "amount": 300, "released": 300 * FACE}
    assert receipt.logs[0] == decided
    assert shop.event("RightRedeemed", **names, **redeemed) in receipt.logs
    assert issuer.request_of(asked)[3] == REDEEMED
    assert issuer.collateral(coupon) == 1_200 * FACE == staking.locked(merchant)
    for function in ("take_face", "take_units"):
        with refuses("subtoken: not open"):
            issuer.transact(function, asked, sender=ann)


def test_decide_reverts(
    chain, issuer, asked, merchant, ann, governance, arbiter, bring, refuses, refused_but
):
    refused_but(
        [DISPUTED],
        {"else": "not disputed"},
        lambda: issuer.decide(asked, True, REASON, sender=arbiter),
    )
    bring(asked, DISPUTED)
    for sender in (merchant, ann, governance):
        for for_holder in (True, False):
            with refuses("subtoken: not the arbiter"):
                issuer.decide(asked, for_holder, REASON, sender=sender)
    with refuses("subtoken: no reason"):
        issuer.decide(asked, False, NO_HASH, sender=arbiter)
    with refuses("subtoken: no such request"):
        issuer.decide(asked + 1, False, REASON, sender=arbiter)
    chain.advance(WINDOW)
    for for_holder in (True, False):
        with refuses("subtoken: too late"):
            issuer.decide(asked, for_holder, REASON, sender=arbiter)


@pytest.mark.parametrize("stands", [ASKED, ACCEPTED, DISPUTED, GRANTED])
def test_take_units(
    chain, shop, issuer, staking, coupon, asked, merchant, ann, bring, stands, refuses
):
    bring(asked, stands)
    if stands in (ACCEPTED, DISPUTED):
        chain.advance(WINDOW - 1)
        with refuses("subtoken: window is open"):
            issuer.take_units(asked, sender=ann)
        chain.advance(1)
    receipt = issuer.transact("take_units", asked, sender=ann)
    names = {"request": asked, "sub_token": coupon.address, "holder": ann, "amount": 300}
    assert shop.event("UnitsReturned", **names) in receipt.logs
    assert issuer.request_of(asked)[3] == RETURNED
    assert (coupon.balanceOf(ann), coupon.balanceOf(issuer)) == (1_000, 0)
    assert issuer.collateral(coupon) == 1_500 * FACE == staking.locked(merchant)


@pytest.mark.parametrize("stands", [ASKED, ACCEPTED, DISPUTED, GRANTED])
def test_take_face(
    chain, shop, issuer, staking, coupon, asked, merchant, ann, bring, stands, refuses
):
    bring(asked, stands)
    if stands in (ACCEPTED, DISPUTED):
        chain.advance(WINDOW - 1)
        with refuses("subtoken: window is open"):
            issuer.take_face(asked, sender=ann)
        chain.advance(1)
    receipt = issuer.transact("take_face", asked, sender=ann)
    names = {"request": asked, "sub_token": coupon.address, "holder": ann, "amount": 300}
    due_at = chain.timestamp + 7 * 86_400
    assert shop.event("FacePaid", **names, paid=300 * FACE, due_at=due_at) in receipt.logs
    assert (receipt.value, staking.exits(ann)[1]) == (due_at, 300 * FACE)
    assert issuer.request_of(asked)[3] == PAID
    assert issuer.collateral(coupon) == 1_200 * FACE == staking.locked(merchant)


@pytest.mark.parametrize("function", ["take_units", "take_face"])
def test_leaving_reverts(chain, issuer, asked, merchant, ann, ben, refuses, refused_but, function):
    for sender in (merchant, ben):
        with refuses("subtoken: not the holder"):
            issuer.transact(function, asked, sender=sender)

    def leave():
        issuer.transact(function, asked, sender=ann)

    reasons = {"else": "not open", ACCEPTED: "window is open", DISPUTED: "window is open"}
    refused_but([ASKED, GRANTED], reasons, leave)
    refused_but([ASKED, ACCEPTED, DISPUTED, GRANTED], reasons, leave, WINDOW)
    for request in (0, asked + 1):
        with refuses("subtoken: no such request"):
            issuer.transact(function, request, sender=ann)


def test_plain_points_are_taken_back_as_units(chain, issuer, points, merchant, ann, refuses):
    """Also when everything is over: nothing else is theirs."""
    issuer.request([(points, 10, DETAILS), (points, 20, DETAILS)], sender=ann)
    with refuses("subtoken: no face value"):
        issuer.take_face(1, sender=ann)
    issuer.take_units(1, sender=ann)
    chain.advance(10 * LIFE)
    issuer.reclaim(points, sender=merchant)
    issuer.take_units(2, sender=ann)
    assert points.balanceOf(ann) == 1_000


def test_the_issuer_as_its_own_holder(issuer, staking, coupon, merchant):
    """It gains nothing by it, and nothing is refused."""
    issuer.mint(coupon, merchant, 30, sender=merchant)
    issuer.request([(coupon, 10, DETAILS)] * 3, sender=merchant)
    issuer.fulfil([1], [EVIDENCE], sender=merchant)
    issuer.confirm([1], sender=merchant)
    issuer.take_units(2, sender=merchant)
    issuer.take_face(3, sender=merchant)
    assert issuer.collateral(coupon) == 1_510 * FACE == staking.locked(merchant)
    assert staking.exits(merchant)[1] == 10 * FACE
    assert staking.staked(merchant) == FUND - 10 * FACE
