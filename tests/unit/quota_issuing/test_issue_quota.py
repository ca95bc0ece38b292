"""quota_issuing._issue_quota(bucket, sponsor, amount)

the reserve
├── lacks something: exactly that is drawn out of the incentive bucket and funded, whatever bucket
│   the quota is from
└── has a surplus (COS that a lower rate freed): only what lacks, or nothing, is drawn
the quota's COS
├── is drawn out of the given bucket: custody of genesis first, then issued
└── from the incentive bucket, custody is used up by both, the reserve first
COS that is sent to the contract directly (pitfall 12): used for nothing
nothing of an approval is left (pitfall 16)
reverts as a whole
├── with the Treasury: no issuer, allowance or bucket used up, at either of the two draws
└── with the ledger: the contract is no seller, no sponsor, no amount
constructor
└── token, ledger, pool or treasury zero: reverts
"""

from __future__ import annotations

import pytest

from cos.chain import Chain, Revert
from tests.contribution_loop import CAP, COS
from tests.models import ZERO_ADDRESS
from tests.models.authority import SELLER_ROLE
from tests.quota_shop import ALLOWANCE, FOUNDERS, HIGHEST_BPS, INCENTIVE, QuotaShop
from tests.reverts import reverts

QUOTA = 100_001  # base units: its reserve isn't a whole number
RESERVE = 35_001  # 35 % of it, rounded up


def make_shop(custody=None):
    shop = QuotaShop(Chain(timestamp=1_700_000_000))
    args = (shop.treasury, shop.token, shop.ledger, shop.pool)
    return shop, shop.deploy_seller("QuotaIssuingHarness", *args, custody=custody)


@pytest.fixture(scope="module")
def _deployed():
    return make_shop(), make_shop({FOUNDERS: 60_000, INCENTIVE: 50_000})


@pytest.fixture
def shop(_deployed):
    """Shop and harness without custody."""
    found, harness = _deployed[0]
    with found.chain.anchor():
        yield found, harness


@pytest.fixture
def stocked(_deployed):
    """Shop and harness with custody in both buckets."""
    found, harness = _deployed[1]
    with found.chain.anchor():
        yield found, harness


def minted(shop):
    return {bucket: shop.treasury.minted(bucket) for bucket in (FOUNDERS, INCENTIVE)}


def check_issued(shop, harness, amount, reserve):
    assert shop.ledger.quota_of(shop.buyer) == shop.ledger.locked_quota() == amount
    assert shop.token.balanceOf(shop.ledger) == amount
    assert shop.pool.totals() == (reserve, amount, 0)
    assert shop.token.balanceOf(shop.pool) == reserve
    assert shop.token.balanceOf(harness) == sum(map(harness.custody_of, (FOUNDERS, INCENTIVE)))
    for spender in (shop.pool, shop.ledger):
        assert shop.token.allowance(harness, spender) == 0


@pytest.mark.parametrize("bucket", [FOUNDERS, INCENTIVE])
def test_issues_quota_with_its_reserve(shop, bucket):
    shop, harness = shop
    before = minted(shop)
    harness.issue_quota(bucket, shop.buyer, QUOTA, sender=shop.attacker)
    check_issued(shop, harness, QUOTA, RESERVE)
    drawn = {FOUNDERS: 0, INCENTIVE: RESERVE}
    drawn[bucket] += QUOTA
    assert minted(shop) == {bucket: before[bucket] + drawn[bucket] for bucket in before}
    for bucket, amount in drawn.items():
        assert shop.treasury.issuer_allowance(bucket, harness) == ALLOWANCE - amount


@pytest.mark.parametrize("surplus", [1, RESERVE - 1, RESERVE, RESERVE + 1])
def test_draws_only_what_the_reserve_lacks(shop, surplus):
    shop, harness = shop
    shop.token.approve(shop.pool, surplus, sender=shop.holder)
    shop.pool.fund(surplus, sender=shop.holder)
    harness.issue_quota(FOUNDERS, shop.buyer, QUOTA, sender=shop.attacker)
    check_issued(shop, harness, QUOTA, max(surplus, RESERVE))
    left = ALLOWANCE - max(0, RESERVE - surplus)
    assert shop.treasury.issuer_allowance(INCENTIVE, harness) == left


def test_the_reserve_of_parts_is_no_more_than_that_of_the_whole(shop):
    """Rounded up once, not once a part (pitfall 19)."""
    shop, harness = shop
    for amount in (1, 1, QUOTA - 2):
        harness.issue_quota(FOUNDERS, shop.buyer, amount, sender=shop.attacker)
    check_issued(shop, harness, QUOTA, RESERVE)


def test_custody_is_used_up_first(stocked):
    shop, harness = stocked
    before = minted(shop)
    harness.issue_quota(FOUNDERS, shop.buyer, 60_000, sender=shop.attacker)
    assert minted(shop) == before
    assert (harness.custody_of(FOUNDERS), harness.custody_of(INCENTIVE)) == (0, 29_000)
    harness.issue_quota(FOUNDERS, shop.buyer, 40_001, sender=shop.attacker)
    assert minted(shop) == {FOUNDERS: before[FOUNDERS] + 40_001, INCENTIVE: before[INCENTIVE]}
    check_issued(shop, harness, QUOTA, RESERVE)
    assert harness.custody_of(INCENTIVE) == 50_000 - RESERVE


def test_quota_and_reserve_share_the_custody_of_one_bucket(stocked):
    shop, harness = stocked
    before = minted(shop)
    harness.issue_quota(INCENTIVE, shop.buyer, QUOTA, sender=shop.attacker)
    check_issued(shop, harness, QUOTA, RESERVE)
    fresh = QUOTA + RESERVE - 50_000
    assert minted(shop) == {FOUNDERS: before[FOUNDERS], INCENTIVE: before[INCENTIVE] + fresh}
    assert harness.custody_of(FOUNDERS) == 60_000


def test_coins_sent_directly_are_used_for_nothing(shop):
    shop, harness = shop
    shop.token.transfer(harness, 10 * QUOTA, sender=shop.holder)
    before = minted(shop)
    harness.issue_quota(FOUNDERS, shop.buyer, QUOTA, sender=shop.attacker)
    assert shop.token.balanceOf(harness) == 10 * QUOTA
    after = {FOUNDERS: before[FOUNDERS] + QUOTA, INCENTIVE: before[INCENTIVE] + RESERVE}
    assert minted(shop) == after


@pytest.mark.parametrize(
    ("allowances", "reason"),
    [
        ({INCENTIVE: 0}, "treasury: not an issuer"),
        ({INCENTIVE: RESERVE - 1}, "treasury: above allowance"),
        ({FOUNDERS: 0}, "treasury: not an issuer"),
        ({FOUNDERS: QUOTA - 1}, "treasury: above allowance"),
    ],
)
def test_reverts_with_the_treasury(shop, allowances, reason):
    shop, harness = shop
    for bucket, amount in allowances.items():
        shop.treasury.set_issuer(bucket, harness, amount, sender=shop.governance)
    with reverts(reason, lambda: shop.state(harness)):
        harness.issue_quota(FOUNDERS, shop.buyer, QUOTA, sender=shop.attacker)


def test_reverts_when_the_bucket_is_used_up(shop):
    shop, harness = shop
    room = shop.treasury.room(FOUNDERS) - QUOTA + 1
    shop.treasury.issue(FOUNDERS, shop.holder, room, sender=shop.governance)
    with reverts("treasury: above bucket cap", lambda: shop.state(harness)):
        harness.issue_quota(FOUNDERS, shop.buyer, QUOTA, sender=shop.attacker)
    harness.issue_quota(FOUNDERS, shop.buyer, QUOTA - 1, sender=shop.attacker)
    assert shop.treasury.room(FOUNDERS) == 0


def test_all_of_a_bucket_can_be_sold_with_its_reserve(shop):
    """20.48 bn of 27.648 bn, if nothing else is sold: the rest is their reserve."""
    shop, harness = shop
    room = shop.treasury.room(INCENTIVE)
    most = room * 10_000 // (10_000 + HIGHEST_BPS)
    shop.treasury.set_issuer(INCENTIVE, harness, CAP * 27 // 100, sender=shop.governance)
    with reverts("treasury: above allowance", lambda: shop.state(harness)):
        harness.issue_quota(INCENTIVE, shop.buyer, most + 1, sender=shop.attacker)
    harness.issue_quota(INCENTIVE, shop.buyer, most, sender=shop.attacker)
    assert most == 20_480_000_000 * COS
    assert shop.treasury.room(INCENTIVE) == 0


def test_reverts_with_the_ledger(shop):
    shop, harness = shop
    with reverts("ledger: no sponsor", lambda: shop.state(harness)):
        harness.issue_quota(FOUNDERS, ZERO_ADDRESS, COS, sender=shop.attacker)
    with reverts("ledger: no amount", lambda: shop.state(harness)):
        harness.issue_quota(FOUNDERS, shop.buyer, 0, sender=shop.attacker)
    shop.authority.revokeRole(SELLER_ROLE, harness, sender=shop.governance)
    with reverts("ledger: not a seller", lambda: shop.state(harness)):
        harness.issue_quota(FOUNDERS, shop.buyer, COS, sender=shop.attacker)


@pytest.mark.parametrize(
    ("position", "reason"),
    [
        (0, "custody: no treasury"),
        (1, "quota: no token"),
        (2, "quota: no ledger"),
        (3, "quota: no pool"),
    ],
)
def test_the_constructor_refuses_zero(shop, position, reason):
    shop, _ = shop
    args = [shop.treasury, shop.token, shop.ledger, shop.pool]
    args[position] = ZERO_ADDRESS
    with pytest.raises(Revert) as caught:
        shop.deploy("QuotaIssuingHarness", *args)
    assert caught.value.reason == reason
