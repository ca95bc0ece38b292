"""SubTokenIssuer under attack, by the numbers of the pitfalls

├── permits: a front-runner blocks neither an opening nor a redemption (15)
├── no allowance of the contract's is left after anything, none is ever given (16)
├── fakes: see test_open.py (17)
├── COS and units sent directly change nobody's claim; supply to zero and back (18)
├── a router that calls back finds every door shut (28)
├── contracts and wallets issue, hold and redeem; delegated accounts, too (29)
├── after 2106: see test_time.py (35); fields at their bounds, in the contract's own words (36)
├── a coupon used is not paid out, too; nor paid out and used; nor twice of anything (42)
├── nobody's stake backs another's sub-token (43)
├── no way out of staking is shorter than seven days: see test_redeem.py; by a request (44)
├── one sub-token's holders never eat another's collateral
├── the issuer's tricks: late acceptance, late fulfilment, reclaiming first, a new arbiter
├── who is arbiter and what it can and can't do
└── dividends: an issuer with 100 sub-tokens earns exactly as if it had none
"""

from __future__ import annotations

import itertools

import pytest
from eth_abi import encode
from eth_hash.auto import keccak

from cos.chain import Chain
from tests.models import INFINITE, ZERO_ADDRESS
from tests.models.sub_token import COS, DAY, PAID, REDEEMED, RETURNED
from tests.permits import Permit, words
from tests.sub_token_shop import (
    DETAILS,
    EVIDENCE,
    FACE,
    FEE,
    FREE,
    FUND,
    GRACE,
    LIFE,
    REASON,
    START,
    WEEK,
    WINDOW,
    SubTokenShop,
)
from tests.unit.cos_credit.conftest import place_code


def call_data(signature: str, *args: object) -> bytes:
    kinds = signature[signature.index("(") + 1 : -1]
    return keccak(signature.encode())[:4] + encode(kinds.split(","), args)


def test_a_front_run_permit_blocks_no_opening(chain, shop, issuer, token, merchant, attacker):
    """The fee is approved by a COS permit, which anybody may submit first. `open` takes no permit,
    so there is nothing of it to block."""
    issuer.set_issue_fee(FEE, sender=shop.governance)
    token.approve(shop.router, 0, sender=merchant)
    fields = (token.address, merchant, shop.router.address, FEE, 0, chain.timestamp)
    permit = Permit(*fields, chain.chain_id)
    signature = words(permit.sign(chain.signer("merchant")))
    token.permit(merchant, shop.router.address, FEE, chain.timestamp, *signature, sender=attacker)
    shop.open(merchant)
    assert token.allowance(merchant, shop.router) == 0


def test_redeeming_needs_no_permit_and_no_allowance(issuer, coupon, ann, attacker):
    """So none can be left behind, used by others or taken away."""
    coupon.approve(attacker, 0, sender=ann)
    issuer.redeem(coupon, 1, sender=ann)
    issuer.request([(coupon, 1, DETAILS)], sender=ann)
    assert coupon.allowance(ann, issuer) == 0


def test_an_allowance_gives_no_right_to_redeem(issuer, coupon, ann, attacker, asked, refuses):
    """Who may spend ann's units can take them, but not redeem hers where they lie."""
    coupon.approve(attacker, INFINITE, sender=ann)
    with refuses("points: insufficient balance"):
        issuer.redeem(coupon, 1, sender=attacker)
    with refuses("points: insufficient balance"):
        issuer.request([(coupon, 1, DETAILS)], sender=attacker)
    with refuses("points: insufficient balance"):
        coupon.transferFrom(ann, attacker, 701, sender=attacker)


def test_no_allowance_is_ever_left(chain, shop, issuer, token, coupon, merchant, ann, arbiter):
    issuer.set_issue_fee(FEE, sender=shop.governance)
    shop.open(merchant)
    issuer.request([(coupon, 10, DETAILS)] * 3, sender=ann)
    issuer.fulfil([1, 2], [EVIDENCE] * 2, sender=merchant)
    issuer.dispute(2, REASON, sender=ann)
    issuer.decide(2, False, REASON, sender=arbiter)
    issuer.confirm([1], sender=ann)
    issuer.take_face(3, sender=ann)
    others = (shop.router, shop.staking, coupon, shop.template, merchant, ann)
    for spender in others:
        assert token.allowance(issuer, spender) == 0
        assert coupon.allowance(issuer, spender) == 0
    assert token.balanceOf(issuer) == 0


def test_direct_transfers_change_nobodys_claim(
    shop, issuer, staking, token, coupon, asked, merchant, ann, refuses
):
    before = (issuer.collateral(coupon), issuer.info(coupon), issuer.request_of(asked))
    for to in (issuer.address, coupon.address, shop.template.address):
        token.transfer(to, COS, sender=merchant)
    with refuses("points: bad recipient"):
        coupon.transfer(issuer.address, 1, sender=ann)
    assert (issuer.collateral(coupon), issuer.info(coupon), issuer.request_of(asked)) == before
    assert staking.locked(merchant) == 1_500 * FACE


def test_supply_to_zero_and_back(issuer, staking, coupon, merchant, ann, ben):
    issuer.redeem(coupon, 1_000, sender=ann)
    issuer.burn(coupon, 500, sender=ben)
    assert (coupon.totalSupply(), issuer.collateral(coupon)) == (0, 0)
    issuer.mint(coupon, ben, 1, sender=merchant)
    assert issuer.collateral(coupon) == FACE == staking.locked(merchant)
    issuer.redeem(coupon, 1, sender=ben)
    assert staking.exits(ben)[1] == FACE


def test_a_router_that_calls_back_finds_every_door_shut(shop, issuer, coupon, merchant, ann):
    """The router is governance's choice and the only foreign contract that is called. Here it is a
    holder, too, and tries to redeem while a sub-token is being opened."""
    rude = shop.deploy("RudeWallet")
    coupon.transfer(rude.address, 10, sender=ann)
    issuer.set_issue_fee(FEE, sender=shop.governance)
    issuer.set_router(rude, sender=shop.governance)
    attempts = [
        call_data("redeem(address,uint256)", coupon.address, 10),
        call_data("burn(address,uint256)", coupon.address, 10),
        call_data("is_sub_token(address)", coupon.address),
    ]
    for data in attempts:
        rude.behave(b"", False, issuer.address, data, sender=merchant)
        shop.open(merchant)
        assert coupon.balanceOf(rude.address) == 10
    # The same call is fine once the door is open again.
    rude.behave(b"", False, issuer.address, attempts[0], sender=merchant)
    shop.chain.backend.execute(merchant, rude.address, b"\x01\x02\x03\x04")
    assert coupon.balanceOf(rude.address) == 0


def test_wallets_issue_hold_and_redeem(chain, shop, issuer, staking, token, merchant, attacker):
    """Pitfall 29: contracts as issuer and as holder, through calls of their own."""
    make = [chain.account("merchant")], 1
    shop_wallet, holder_wallet = (
        chain.deploy("SharedWallet", *make, sender=merchant) for _ in "ab"
    )

    def act(wallet, target, signature, *args):
        wallet.execute(target, call_data(signature, *args), sender=merchant)

    token.transfer(shop_wallet.address, 10_000 * FACE, sender=merchant)
    act(shop_wallet, token, "approve(address,uint256)", staking.address, 10_000 * FACE)
    act(shop_wallet, staking, "stake(uint256)", 10_000 * FACE)
    act(shop_wallet, staking, "approve_lock(address,uint256)", issuer.address, 10_000 * FACE)
    data = issuer.abi.functions["open"].encode((shop.terms(), 0))
    address = chain.next_address(issuer.address)
    shop_wallet.execute(issuer, data, sender=merchant)
    coupon = shop.know(address)
    assert issuer.issuer_of(coupon) == shop_wallet.address
    names = (coupon.address, holder_wallet.address, 100)
    act(shop_wallet, issuer, "mint(address,address,uint256)", *names)
    act(holder_wallet, issuer, "redeem(address,uint256)", coupon.address, 40)
    order = (coupon.address, 60, DETAILS)
    data = issuer.abi.functions["request"].encode(([order],))
    holder_wallet.execute(issuer, data, sender=merchant)
    act(shop_wallet, issuer, "fulfil(uint256[],bytes32[])", [1], [EVIDENCE])
    act(holder_wallet, issuer, "confirm(uint256[])", [1])
    chain.advance(7 * DAY)
    staking.pay_exit(holder_wallet.address, sender=attacker)
    assert token.balanceOf(holder_wallet.address) == 40 * FACE
    assert staking.locked(shop_wallet.address) == 0


def test_delegated_accounts_are_paid(chain, shop, issuer, staking, token, coupon, ann, ben):
    """Nothing looks at an account's code, at no step at which it receives something."""
    shop.ask(coupon, 500, ben)
    wallet = shop.deploy("DelegateWallet")
    place_code(chain, ben, chain.backend.code(wallet.address))
    coupon.transfer(ben, 10, sender=ann)
    chain.warp(issuer.info(coupon)[5])
    issuer.take_face(1, sender=ann)
    chain.advance(7 * DAY)
    staking.pay_exit(ben, sender=ann)
    assert (coupon.balanceOf(ben), token.balanceOf(ben)) == (10, 500 * FACE)


def test_a_request_at_the_bounds_of_its_fields(shop, issuer, merchant, ann):
    points = shop.open(merchant, face_value=0, expiry=2**40 - 1)
    most = 2**96 - 1
    issuer.mint(points, ann, most, sender=merchant)
    shop.ask(points, most, ann)
    deadline = shop.chain.timestamp + WINDOW
    assert issuer.request_of(1) == (ann, points.address, most, 1, deadline)
    issuer.accept([1], sender=merchant)
    issuer.fulfil([1], [EVIDENCE], sender=merchant)
    issuer.dispute(1, REASON, sender=ann)
    assert issuer.request_of(1) == (ann, points.address, most, 4, deadline)
    issuer.confirm([1], sender=ann)
    assert issuer.request_of(1)[:4] == (ann, points.address, most, REDEEMED)
    assert points.totalSupply() == 0


def test_a_coupon_used_is_not_paid_out_too(issuer, coupon, asked, merchant, ann, refuses):
    """Pitfall 42: escrowed units are nobody's to redeem or to sell; what has ended has ended."""
    for amount in (701, 1_000):
        with refuses("points: insufficient balance"):
            issuer.redeem(coupon, amount, sender=ann)
        with refuses("points: insufficient balance"):
            issuer.burn(coupon, amount, sender=ann)
        with refuses("points: insufficient balance"):
            coupon.transfer(merchant, amount, sender=ann)
    issuer.fulfil([asked], [EVIDENCE], sender=merchant)
    for function in ("take_units", "take_face"):
        with refuses("subtoken: not open"):
            issuer.transact(function, asked, sender=ann)
    issuer.confirm([asked], sender=ann)
    with refuses("subtoken: not fulfilled"):
        issuer.dispute(asked, REASON, sender=ann)
    for function in ("take_units", "take_face"):
        with refuses("subtoken: not open"):
            issuer.transact(function, asked, sender=ann)


ENDS = ("confirm", "settle", "decide", "take_units", "take_face")


@pytest.mark.parametrize(("first", "second"), itertools.product(ENDS, ENDS))
def test_a_request_ends_once(
    chain, issuer, staking, coupon, asked, merchant, ann, arbiter, refuses, first, second
):
    """Every pair of ends, the second long after the first."""

    def end(how):
        calls = {
            "confirm": ("confirm", [asked], ann),
            "settle": ("settle", [asked], merchant),
            "decide": ("decide", asked, False, REASON, arbiter),
        }
        *call, sender = calls.get(how, (how, asked, ann))
        issuer.transact(*call, sender=sender)

    if first in ("settle", "decide"):
        issuer.fulfil([asked], [EVIDENCE], sender=merchant)
    if first == "settle":
        chain.advance(WINDOW)
    if first == "decide":
        issuer.dispute(asked, REASON, sender=ann)
    end(first)
    ended = issuer.request_of(asked)[3]
    assert ended in (REDEEMED, RETURNED, PAID)
    chain.advance(3 * WINDOW)
    reasons = {"settle": "not fulfilled", "decide": "not disputed"}
    with refuses(f"subtoken: {reasons.get(second, 'not open')}"):
        end(second)
    assert issuer.request_of(asked)[3] == ended
    outstanding = 1_500 if ended == RETURNED else 1_200
    assert coupon.totalSupply() == outstanding
    assert issuer.collateral(coupon) == outstanding * FACE == staking.locked(merchant)


def test_nobodys_stake_backs_anothers_sub_token(shop, issuer, staking, attacker, merchant, refuses):
    """Pitfall 43: merchant has offered all its stake to this contract; the attacker has none."""
    fake = shop.open(attacker)
    with refuses("staking: not offered"):
        issuer.mint(fake, attacker, 1, sender=attacker)
    staking.approve_lock(issuer, INFINITE, sender=attacker)
    with refuses("staking: stake is locked"):
        issuer.mint(fake, attacker, 1, sender=attacker)
    with refuses("staking: not a locker"):
        staking.lock(merchant, 1, sender=attacker)


def test_one_sub_tokens_holders_never_eat_anothers_collateral(
    chain, shop, issuer, staking, coupon, merchant, ann, ben
):
    """All of one issuer is one lock in CosStaking; each sub-token's part of it is its own."""
    other = shop.open(merchant, face_value=11)
    issuer.mint(other, ben, 10_000, sender=merchant)
    locked = 1_500 * FACE + 10_000 * 11
    assert staking.locked(merchant) == locked
    issuer.redeem(other, 10_000, sender=ben)
    assert (issuer.collateral(other), issuer.collateral(coupon)) == (0, 1_500 * FACE)
    chain.advance(LIFE + GRACE)
    issuer.reclaim(other, sender=merchant)
    assert staking.locked(merchant) == 1_500 * FACE
    issuer.redeem(coupon, 1_000, sender=ann)
    issuer.redeem(coupon, 500, sender=ben)
    assert staking.locked(merchant) == 0


def test_an_issuer_that_accepts_to_trap_a_holder(chain, issuer, asked, merchant, ann, refuses):
    """It sees the holder leave and accepts first: the holder waits for one window, not longer."""
    issuer.accept([asked], sender=merchant)
    with refuses("subtoken: window is open"):
        issuer.take_units(asked, sender=ann)
    with refuses("subtoken: not asked"):
        issuer.accept([asked], sender=merchant)
    chain.advance(WINDOW)
    with refuses("subtoken: too late"):
        issuer.fulfil([asked], [EVIDENCE], sender=merchant)
    issuer.take_units(asked, sender=ann)


def test_an_issuer_that_reclaims_first(
    chain, issuer, staking, coupon, asked, merchant, ann, refuses
):
    """In the first second of the state that holders were warned of: what was asked for stays."""
    chain.warp(issuer.info(coupon)[5])
    issuer.reclaim(coupon, sender=merchant)
    with refuses("staking: stake is locked"):
        staking.withdraw(FUND - 300 * FACE + 1, sender=merchant)
    issuer.take_face(asked, sender=ann)
    assert staking.exits(ann)[1] == 300 * FACE


def test_the_arbiter_decides_disputes_and_nothing_else(
    issuer, coupon, asked, merchant, ann, arbiter, refuses
):
    for call in (
        ("accept", [asked]),
        ("fulfil", [asked], [EVIDENCE]),
        ("mint", coupon, arbiter, 1),
        ("close", coupon),
        ("reclaim", coupon),
    ):
        with refuses("subtoken: not the issuer"):
            issuer.transact(*call, sender=arbiter)
    for call in (("confirm", [asked]), ("take_units", asked), ("take_face", asked)):
        with refuses("subtoken: not the holder"):
            issuer.transact(*call, sender=arbiter)
    for for_holder in (True, False):
        with refuses("subtoken: not disputed"):
            issuer.decide(asked, for_holder, REASON, sender=arbiter)


def test_a_silent_arbiter_favours_the_holder(
    chain, issuer, staking, coupon, asked, merchant, ann, arbiter, refuses
):
    """Even one that lies and has the right already: the issuer has chosen the arbiter."""
    issuer.fulfil([asked], [EVIDENCE], sender=merchant)
    issuer.dispute(asked, REASON, sender=ann)
    chain.advance(WINDOW)
    with refuses("subtoken: too late"):
        issuer.decide(asked, False, REASON, sender=arbiter)
    with refuses("subtoken: not fulfilled"):
        issuer.settle([asked], sender=merchant)
    issuer.take_face(asked, sender=ann)
    assert staking.exits(ann)[1] == 300 * FACE


def test_requests_are_no_way_around_the_exit_delay(
    chain, issuer, staking, merchant, coupon, refuses
):
    """Pitfall 44."""
    issuer.mint(coupon, merchant, 100, sender=merchant)
    issuer.request([(coupon, 100, DETAILS)], sender=merchant)
    due_at = issuer.take_face(1, sender=merchant)
    assert due_at == chain.timestamp + 7 * DAY
    chain.advance(7 * DAY - 1)
    with refuses("staking: nothing due"):
        staking.pay_exit(merchant, sender=merchant)


def test_many_small_requests_cost_their_holder_and_bind_nobody(issuer, coupon, merchant, ben):
    """An issuer need not answer: they end without it."""
    for _ in range(4):
        issuer.request([(coupon, 1, DETAILS)] * 50, sender=ben)
    for request in (1, 100, 200):
        issuer.take_face(request, sender=ben)
    issuer.accept([50], sender=merchant)


def test_dividends_are_the_issuers_all_along():
    """Two chains with the same life; in one the merchant has 100 sub-tokens that lock nearly all it
    has staked, and that are minted, given back, burnt and used for the right."""
    earned = []
    for count in (0, 100):
        chain = Chain(timestamp=START)
        shop = SubTokenShop(chain)
        merchant, ann = chain.account("merchant"), chain.account("ann")
        issuer, staking, token = shop.issuer, shop.staking, shop.token
        giver = shop.governance
        token.mint(giver, FUND, sender=giver)
        token.approve(staking, FUND, sender=giver)
        units = FUND // FACE // 100
        opened = [shop.open(merchant) for _ in range(count)]
        for each in opened:
            issuer.mint(each, ann, units, sender=merchant)
        for _ in range(3):
            chain.advance(WEEK)
            staking.notify(123_456_789, sender=giver)
            for each in opened:
                issuer.request([(each, 2, DETAILS)], sender=ann)
                issuer.confirm([issuer.request_count()], sender=ann)
                issuer.burn(each, 1, sender=ann)
                issuer.mint(each, merchant, 3, sender=merchant)
        if opened:
            assert staking.locked(merchant) == 100 * units * FACE
        chain.advance(WEEK)
        before = token.balanceOf(merchant)
        staking.claim(sender=merchant)
        assert staking.getVotes(merchant) == FUND
        earned.append((token.balanceOf(merchant) - before, staking.weight(merchant)))
    assert earned[0] == earned[1]
    assert earned[0][0] > 10**8


def test_what_is_seized_stops_earning_and_what_it_has_earned_is_the_issuers(
    chain, shop, issuer, staking, token, coupon, merchant, other_merchant, ann
):
    giver = shop.governance
    token.mint(giver, 2 * COS, sender=giver)
    token.approve(staking, 2 * COS, sender=giver)
    chain.advance(WEEK)
    staking.notify(2 * COS, sender=giver)
    chain.advance(WEEK)
    earned = staking.claimable(merchant)
    assert COS - 2 <= earned <= COS
    issuer.redeem(coupon, 1_000, sender=ann)
    assert token.balanceOf(merchant) == FREE + earned, "paid with the redemption"
    assert staking.exits(ann)[1] == 1_000 * FACE


def test_there_is_no_sub_token_at_zero(issuer):
    assert not issuer.is_sub_token(ZERO_ADDRESS)
    assert tuple(issuer.request_of(0)) == (ZERO_ADDRESS, ZERO_ADDRESS, 0, 0, 0)
