"""SubTokenIssuer.open, is_sub_token, issuer_of, info, state

open
├── a clone (EIP-1167) with its terms, its event, in the register; anybody may
├── face value 0: plain points, and they say so
├── every bound of the terms, and one beyond -> revert
├── the arbiter is nobody, the issuer, the contract -> revert
├── the fee: from the issuer to the router, exactly; no allowance of the contract's is left (16)
│   ├── not approved, not enough COS, the contract is no collector -> revert
│   ├── more than the issuer's maximum -> revert
│   └── zero: the router is not called
└── fakes: a foreign token, a clone of the template, the template itself are none (17)
"""

from __future__ import annotations

import pytest

from tests.models import INFINITE, ZERO_ADDRESS
from tests.models.sub_token import GRACE_BOUNDS, OPEN, UNKNOWN, WINDOW_BOUNDS
from tests.sub_token_shop import FACE, FEE, FREE, GRACE, LIFE, WINDOW


def test_open(chain, shop, issuer, merchant, arbiter):
    terms = shop.terms()
    receipt = issuer.transact("open", terms, 0, sender=merchant)
    coupon = shop.know(receipt.value)
    names = {"sub_token": coupon.address, "issuer": merchant, "arbiter": arbiter}
    assert receipt.logs == [shop.event("SubTokenOpened", **names, terms=terms, fee=0)]
    assert (coupon.name(), coupon.symbol(), coupon.decimals()) == ("Ten Coffees", "COFFEE", 2)
    assert (coupon.face_value(), coupon.is_transferable()) == (FACE, True)
    assert (coupon.minter(), coupon.totalSupply()) == (issuer.address, 0)
    assert issuer.is_sub_token(coupon)
    assert issuer.issuer_of(coupon) == merchant
    assert issuer.state(coupon) == OPEN
    grace_ends_at = chain.timestamp + LIFE + GRACE
    expected = (merchant, arbiter, FACE, b"\x11" * 32, terms.expiry, grace_ends_at, WINDOW, False)
    assert issuer.info(coupon) == expected


def test_a_clone_is_minimal(chain, shop, merchant):
    """EIP-1167's 45 bytes."""
    code = chain.backend.code(shop.open(merchant).address)
    template = bytes.fromhex(shop.template.address[2:])
    head, tail = (
        bytes.fromhex("363d3d373d3d3d363d73"),
        bytes.fromhex("5af43d82803e903d91602b57fd5bf3"),
    )
    assert code == head + template + tail


def test_plain_points(shop, issuer, staking, merchant, ann):
    points = shop.open(merchant, face_value=0, is_transferable=False, decimals=0)
    assert (points.face_value(), points.is_transferable(), points.decimals()) == (0, False, 0)
    issuer.mint(points, ann, 2**96 - 1, sender=merchant)
    assert (issuer.collateral(points), staking.locked(merchant)) == (0, 0)


BOUNDS = {
    "decimals": (0, 8),
    "face_value": (0, 2**64 - 1),
    "grace_seconds": GRACE_BOUNDS,
    "window_seconds": WINDOW_BOUNDS,
    "name": ("n", "n" * 63),
    "symbol": ("s", "s" * 16),
}


@pytest.mark.parametrize("field", BOUNDS)
def test_terms_at_their_bounds(shop, issuer, merchant, field):
    """Packed beside each other without touching each other."""
    for value in BOUNDS[field]:
        for expiry in (shop.chain.timestamp + 1, 2**40 - 1):
            terms = shop.terms(expiry=expiry, **{field: value})
            opened = shop.open(merchant, **terms._asdict())
            info = issuer.info(opened)
            assert info[:4] == (merchant, terms.arbiter, terms.face_value, terms.description_hash)
            assert info[4:] == (expiry, expiry + terms.grace_seconds, terms.window_seconds, False)
            assert (opened.name(), opened.symbol()) == (terms.name, terms.symbol)
            assert (opened.decimals(), opened.face_value()) == (terms.decimals, terms.face_value)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"name": ""}, "no name"),
        ({"symbol": ""}, "no name"),
        ({"decimals": 9}, "too many decimals"),
        ({"decimals": 2**256 - 1}, "too many decimals"),
        ({"face_value": 2**64}, "face value too large"),
        ({"description_hash": bytes(32)}, "no description"),
        ({"expiry": 0}, "expiry out of bounds"),
        ({"expiry": 2**40}, "expiry out of bounds"),
        ({"grace_seconds": GRACE_BOUNDS[0] - 1}, "grace out of bounds"),
        ({"grace_seconds": GRACE_BOUNDS[1] + 1}, "grace out of bounds"),
        ({"window_seconds": WINDOW_BOUNDS[0] - 1}, "window out of bounds"),
        ({"window_seconds": WINDOW_BOUNDS[1] + 1}, "window out of bounds"),
        ({"arbiter": ZERO_ADDRESS}, "bad arbiter"),
    ],
)
def test_open_reverts_with_bad_terms(shop, issuer, merchant, refuses, changes, reason):
    with refuses(f"subtoken: {reason}"):
        issuer.open(shop.terms(**changes), 0, sender=merchant)


def test_open_reverts_when_the_expiry_is_now(chain, shop, issuer, merchant, refuses):
    with refuses("subtoken: expiry out of bounds"):
        issuer.open(shop.terms(expiry=chain.timestamp), 0, sender=merchant)


def test_open_reverts_when_the_issuer_or_the_contract_would_decide(shop, issuer, merchant, refuses):
    for arbiter in (merchant, issuer.address):
        with refuses("subtoken: bad arbiter"):
            issuer.open(shop.terms(arbiter=arbiter), 0, sender=merchant)


def test_the_fee_goes_to_the_router(shop, issuer, token, merchant, governance):
    issuer.set_issue_fee(FEE, sender=governance)
    token.approve(shop.router, FEE, sender=merchant)
    receipt = issuer.transact("open", shop.terms(), FEE, sender=merchant)
    assert receipt.logs[0].args["fee"] == FEE
    assert token.balanceOf(merchant) == FREE - FEE
    assert shop.router.total_owed() == FEE == token.balanceOf(shop.router)
    assert token.balanceOf(issuer) == 0
    assert token.allowance(merchant, shop.router) == 0
    assert token.allowance(issuer, shop.router) == 0
    assert token.allowance(merchant, issuer) == 0


def test_open_reverts_when_the_fee_is_not_paid(
    shop, issuer, token, merchant, attacker, governance, refuses
):
    issuer.set_issue_fee(FEE, sender=governance)
    with refuses("subtoken: above your maximum"):
        issuer.open(shop.terms(), FEE - 1, sender=merchant)
    token.approve(shop.router, FEE - 1, sender=merchant)
    with refuses("token: insufficient allowance"):
        issuer.open(shop.terms(), FEE, sender=merchant)
    token.approve(shop.router, FEE, sender=attacker)
    with refuses("token: insufficient balance"):
        issuer.open(shop.terms(), FEE, sender=attacker)
    token.approve(shop.router, FEE, sender=merchant)
    shop.router.set_collector(issuer, False, sender=governance)
    with refuses("router: not a collector"):
        issuer.open(shop.terms(), FEE, sender=merchant)
    issuer.set_issue_fee(0, sender=governance)
    assert issuer.is_sub_token(shop.open(merchant)), "without a fee the router isn't asked"


def test_fakes_are_not_in_the_register(chain, shop, issuer, token, coupon, attacker, refuses):
    """Same code, same names, same minter even: the register is what counts."""
    head, tail = "3d602d80600a3d3981f3363d3d373d3d3d363d73", "5af43d82803e903d91602b57fd5bf3"
    code = bytes.fromhex(head + shop.template.address[2:] + tail)
    fake = chain.at("SubToken", chain.backend.create(attacker, code)[0])
    fake.initialize("Ten Coffees", "COFFEE", 2, FACE, True, sender=attacker)
    fake.mint(chain.account("ann"), 10**6, sender=attacker)
    for address in (fake.address, shop.template.address, token.address, attacker, ZERO_ADDRESS):
        assert not issuer.is_sub_token(address)
        assert issuer.issuer_of(address) == ZERO_ADDRESS
        assert issuer.state(address) == UNKNOWN
        assert issuer.collateral(address) == 0
        assert issuer.info(address)[0] == ZERO_ADDRESS
        for call in (
            ("redeem", address, 1),
            ("request", [(address, 1, bytes(32))]),
            ("mint", address, attacker, 1),
            ("burn", address, 1),
            ("close", address),
            ("reclaim", address),
        ):
            with refuses("subtoken: not a sub-token"):
                issuer.transact(*call, sender=attacker)


def test_nobody_else_moves_a_sub_tokens_units(shop, issuer, coupon, merchant, ann, refuses):
    """Neither the issuer nor a holder: only the issuer contract mints, burns and puts aside."""
    for sender in (merchant, ann):
        for call in (
            ("mint", ann, 1),
            ("burn", ann, 1),
            ("put_aside", ann, 1),
            ("give_back", ann, 1),
        ):
            with refuses("points: not minter"):
                coupon.transact(*call, sender=sender)


def test_terms_never_change_again(shop, coupon, merchant, refuses):
    for sender in (merchant, shop.governance):
        with refuses("points: already initialised"):
            coupon.initialize("Nothing", "NIL", 0, 0, False, sender=sender)


def test_the_template_is_nobodys_token(shop, attacker, refuses):
    template = shop.template
    assert template.minter() == template.address
    with refuses("points: already initialised"):
        template.initialize("Mine", "MINE", 0, 1, True, sender=attacker)
    with refuses("points: not minter"):
        template.mint(attacker, 1, sender=attacker)
    with refuses("points: not transferable"):
        template.transfer(attacker, 0, sender=attacker)
    assert template.totalSupply() == 0


def test_max_fee_may_be_anything_without_a_fee(shop, issuer, merchant):
    assert issuer.is_sub_token(issuer.open(shop.terms(), INFINITE, sender=merchant))
