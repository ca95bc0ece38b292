"""contracts/lib/bucket_custody.vy: _draw(bucket, amount), custody_of(bucket)

custody
├── is what genesis issued to the contract out of a bucket, in how many parts so ever
└── nothing before genesis, of another bucket, of an unknown one
a draw
├── uses custody first: no coin moves, nothing is issued
├── issues what is missing, and only that, within the contract's allowance and the bucket
├── of nothing: does nothing
├── draws of parts are the draw of the whole, also in one transaction (pitfall 19)
└── more than both: reverts with the Treasury's reason, and nothing has changed
COS sent to the contract directly is never drawn (pitfall 12)
any sequence of draws agrees with the model
"""

from __future__ import annotations

import random

import pytest

from cos.chain import Revert
from tests.models import ZERO_ADDRESS, ModelRevert
from tests.models.authority import AuthorityModel
from tests.models.bucket_custody import BucketCustodyModel
from tests.models.cos_credit import CAP, CosCreditModel
from tests.models.treasury import TreasuryModel
from tests.reverts import reverts
from tests.unit.bucket_custody.conftest import (
    ALLOWANCE,
    CAPS,
    CUSTODY,
    FOUNDERS,
    MANAGEMENT,
    TEAM,
)


@pytest.fixture
def draw(custody, governance):
    return lambda bucket, amount: custody.draw(bucket, amount, sender=governance)


def test_a_treasury_is_needed(chain, governance):
    with pytest.raises(Revert) as refusal:
        chain.deploy("CustodyHarness", ZERO_ADDRESS, sender=governance)
    assert refusal.value.reason == "custody: no treasury"


def test_custody_is_what_genesis_issued(fresh, treasury, custody):
    assert custody.TREASURY() == treasury.address
    assert custody.custody_of(TEAM) == CUSTODY
    assert [custody.custody_of(b) for b in (0, FOUNDERS, MANAGEMENT, 8, 2**256 - 1)] == [0] * 5


def test_nothing_before_genesis(fresh, governance):
    assert fresh.custody_of(TEAM) == 0
    with reverts("treasury: before genesis", lambda: fresh.custody_of(TEAM)):
        fresh.draw(TEAM, 1, sender=governance)


def test_custody_is_used_first(custody, treasury, token, draw, state):
    balance, minted = token.balanceOf(custody.address), treasury.minted(TEAM)
    for amount, left in ((1, CUSTODY - 1), (CUSTODY - 2, 1), (1, 0)):
        draw(TEAM, amount)
        assert custody.custody_of(TEAM) == left
    assert (token.balanceOf(custody.address), treasury.minted(TEAM)) == (balance, minted)
    assert treasury.issuer_allowance(TEAM, custody.address) == ALLOWANCE


def test_what_is_missing_is_issued(custody, treasury, token, draw):
    minted = treasury.minted(TEAM)
    draw(TEAM, CUSTODY + 7)
    assert custody.custody_of(TEAM) == 0
    assert token.balanceOf(custody.address) == CUSTODY + 7
    assert treasury.minted(TEAM) == minted + 7
    assert treasury.issuer_allowance(TEAM, custody.address) == ALLOWANCE - 7


def test_without_custody_all_is_issued(custody, token, draw):
    draw(MANAGEMENT, ALLOWANCE)
    assert token.balanceOf(custody.address) == CUSTODY + ALLOWANCE
    assert custody.custody_of(TEAM) == CUSTODY, "of another bucket"


def test_nothing_does_nothing(draw, state):
    before = state()
    for bucket in (TEAM, MANAGEMENT, 8):
        draw(bucket, 0)
    assert state() == before


def test_more_than_there_is(draw, state):
    for bucket, amount, reason in (
        (TEAM, CUSTODY + ALLOWANCE + 1, "treasury: above allowance"),
        (TEAM, 2**256 - 1, "treasury: above allowance"),
        (MANAGEMENT, ALLOWANCE + 1, "treasury: above allowance"),
        (FOUNDERS, 1, "treasury: not an issuer"),
        (8, 1, "treasury: not an issuer"),
    ):
        with reverts(reason, state):
            draw(bucket, amount)


def test_the_bucket_bounds_it_too(custody, treasury, governance, draw, state):
    treasury.set_issuer(TEAM, custody.address, CAPS[TEAM], sender=governance)
    with reverts("treasury: above bucket cap", state):
        draw(TEAM, CAPS[TEAM] + 1)
    draw(TEAM, CAPS[TEAM])
    assert (custody.custody_of(TEAM), treasury.room(TEAM)) == (0, 0)


@pytest.mark.parametrize("first", [0, 1, CUSTODY - 1, CUSTODY, CUSTODY + 1, CUSTODY + 7])
def test_parts_are_the_whole(chain, custody, governance, draw, state, first):
    with chain.anchor():
        draw(TEAM, CUSTODY + 7)
        expected = state()
    with chain.anchor():
        draw(TEAM, first)
        draw(TEAM, CUSTODY + 7 - first)
        assert state() == expected
    custody.draw_twice(TEAM, first, CUSTODY + 7 - first, sender=governance)
    assert state() == expected


def test_cos_sent_directly_is_never_drawn(chain, custody, token, draw, state):
    """Pitfall 12."""
    token.transfer(custody.address, 10**6, sender=chain.account("founder"))
    draw(TEAM, CUSTODY + ALLOWANCE)
    with reverts("treasury: not an issuer", state):
        draw(TEAM, 1)
    assert token.balanceOf(custody.address) == CUSTODY + ALLOWANCE + 10**6


def test_any_draws_agree_with_the_model(chain, custody, treasury, token, governance, draw):
    rng = random.Random(5)
    coins = CosCreditModel(AuthorityModel(governance), token.address)
    coins.set_minter(governance, treasury.address)
    books = TreasuryModel(coins, treasury.address, CAPS)
    rest = CAP * 30 // 100 - CUSTODY
    allocations = [(TEAM, custody.address, CUSTODY), (FOUNDERS, chain.account("founder"), rest)]
    books.genesis(governance, allocations)
    for bucket in (TEAM, MANAGEMENT):
        books.set_issuer(governance, bucket, custody.address, ALLOWANCE)
    model = BucketCustodyModel(books, custody.address)
    outcomes = set()
    for _ in range(200):
        bucket, amount = rng.choice([TEAM, TEAM, MANAGEMENT, FOUNDERS]), rng.randrange(0, 60)
        found = expected = ""
        try:
            model.draw(bucket, amount)
        except ModelRevert as refused:
            expected = refused.reason
        try:
            draw(bucket, amount)
        except Revert as refused:
            found = refused.reason
        assert found == expected
        outcomes.add(found)
        for each in range(8):
            assert custody.custody_of(each) == model.custody_of(each)
            assert treasury.minted(each) == books.buckets[each].minted
        assert token.balanceOf(custody.address) == coins.balances[custody.address]
    assert outcomes == {"", "treasury: not an issuer", "treasury: above allowance"}
