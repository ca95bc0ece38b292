"""FeeRouter.use_app(app, times, max_fee, reference)

├── pays the app's fee, event: the system's share is split, the rest is the developer's
├── many uses at once cost as much as one by one, to the last fraction (PITFALLS 19)
├── an official app: all is split, the developer gets nothing
├── the stakers' part is forwarded at the threshold, as by any fee
├── a developer may use its own app: that costs the system's share
├── a changed system share, official or not, a hand-over: only of uses from then on (25, 27)
├── above the maximum -> revert: a fee raised in between costs nobody more
├── paused, delisted -> revert
├── no such app (0, the next one, any other) -> revert (17)
├── times 0, above 10,000 -> revert; the largest fee as often as possible fits
├── more than approved, more than the user has -> revert
├── developers' earnings above 90 bits, which COS can't reach -> revert (36)
├── after 2106 like before (35)
├── costs the same in the first and in the 300th app (22)
└── a token that refuses or calls back -> revert (28)
"""

from __future__ import annotations

import random

import pytest

from cos.chain import Event, Revert
from tests.models import ZERO_ADDRESS
from tests.models.fee_router import Owed
from tests.unit.fee_router.conftest import (
    COS,
    E4,
    E8,
    FEE,
    FUND,
    METADATA,
    REASON,
    REFERENCE,
    SYSTEM_BPS,
    THRESHOLD,
)

MAX = 2**256 - 1


def test_use_app_pays_the_fee(router, token, app, payer, developer, event, all_is_owed):
    receipt = router.transact("use_app", app, 2, 2 * FEE, REFERENCE, sender=payer)
    assert receipt.value == 2 * FEE
    system_e8 = 2 * FEE * SYSTEM_BPS * E4
    developer_e8 = 2 * FEE * E8 - system_e8
    transfer = {"sender": payer, "receiver": router.address, "value": 2 * FEE}
    assert receipt.logs == [
        event(
            "AppUsed",
            app=app,
            user=payer,
            reference=REFERENCE,
            times=2,
            amount=2 * FEE,
            developer=developer,
            developer_e8=developer_e8,
        ),
        Event(token.address, "Transfer", transfer),
    ]
    assert router.owed() == (system_e8 // 2, 0, system_e8 // 2, developer_e8)
    assert router.owed_to(developer) == developer_e8
    assert token.balanceOf(payer) == FUND - 2 * FEE
    all_is_owed()


def test_use_app_many_times_at_once_or_one_by_one(chain, router, governance, payer, developer):
    """A fee of 7 units of which 3 bps are the system's: nothing is whole but the sum."""
    app = router.register_app(7, METADATA, sender=developer)
    router.set_system_share(3, sender=governance)
    router.set_shares(3_333, 333, sender=governance)
    with chain.anchor():
        router.use_app(app, 100, MAX, REFERENCE, sender=payer)
        whole = Owed(*router.owed())
    for _ in range(100):
        router.use_app(app, 1, MAX, REFERENCE, sender=payer)
    assert router.owed() == whole
    assert sum(whole) == 700 * E8
    assert whole.developers_e8 == 700 * 9_997 * E4


@pytest.mark.parametrize("seed", range(3))
def test_use_app_parts_are_the_whole(router, governance, payer, all_is_owed, chain, seed):
    rng = random.Random(seed)
    developers = [chain.account(label) for label in ("developer", "other developer")]
    earned = dict.fromkeys(developers, 0)
    router.set_push_threshold(1_000_000, sender=governance)
    total = 0
    for _ in range(30):
        who, fee = rng.choice(developers), rng.randrange(1, 10**9)
        app = router.register_app(fee, METADATA, sender=who)
        system_bps, nodes_bps = rng.randrange(3_001), rng.randrange(4_001)
        router.set_system_share(system_bps, sender=governance)
        router.set_shares(rng.randrange(2_000, 6_000), nodes_bps, sender=governance)
        times = rng.randrange(1, 9)
        assert router.use_app(app, times, MAX, REFERENCE, sender=payer) == fee * times
        total += fee * times
        earned[who] += fee * times * (E4 - system_bps) * E4
    assert {who: router.owed_to(who) for who in developers} == earned
    assert Owed(*router.owed()).developers_e8 == sum(earned.values())
    assert router.total_owed() == total
    all_is_owed()


def test_use_app_of_the_center_is_split(router, official, payer, center, all_is_owed):
    receipt = router.transact("use_app", official, 1, FEE, REFERENCE, sender=payer)
    assert receipt.logs[0].args["developer_e8"] == 0
    assert router.owed() == (FEE * E8 // 2, 0, FEE * E8 // 2, 0)
    assert router.owed_to(center) == 0
    all_is_owed()


def test_use_app_forwards_at_the_threshold(router, staking, official, payer, all_is_owed):
    times = -(-2 * THRESHOLD * COS // FEE)
    router.use_app(official, times - 1, MAX, REFERENCE, sender=payer)
    assert staking.income()[0] == 0
    router.use_app(official, 1, MAX, REFERENCE, sender=payer)
    assert staking.income()[0] == times * FEE // 2
    assert Owed(*router.owed()).stakers_e8 == 0
    all_is_owed()


def test_use_app_by_its_developer(router, token, app, payer, developer):
    token.transfer(developer, FEE, sender=payer)
    token.approve(router, FEE, sender=developer)
    router.use_app(app, 1, FEE, REFERENCE, sender=developer)
    assert router.withdraw(developer, sender=developer) == FEE * 9 // 10


def test_use_app_keeps_what_was_earned_before(
    router, app, governance, payer, developer, other_developer, center
):
    router.use_app(app, 1, FEE, REFERENCE, sender=payer)
    before = Owed(*router.owed())
    router.set_system_share(3_000, sender=governance)
    router.set_app_fee(app, 1, sender=developer)
    router.offer_app(app, other_developer, sender=developer)
    router.accept_app(app, sender=other_developer)
    router.set_app_listed(app, False, REASON, sender=governance)
    router.set_app_listed(app, True, REASON, sender=governance)
    assert router.owed() == before
    assert router.owed_to(developer) == before.developers_e8
    router.use_app(app, 10, 10, REFERENCE, sender=payer)
    assert router.owed_to(developer) == before.developers_e8
    assert router.owed_to(other_developer) == 7 * E8


def test_use_app_reverts_above_the_maximum(router, app, payer, developer, refuses):
    with refuses("router: above your maximum"):
        router.use_app(app, 2, 2 * FEE - 1, REFERENCE, sender=payer)
    router.set_app_fee(app, FEE + 1, sender=developer)  # just before the user's transaction
    with refuses("router: above your maximum"):
        router.use_app(app, 1, FEE, REFERENCE, sender=payer)
    router.use_app(app, 1, FEE + 1, REFERENCE, sender=payer)


def test_use_app_reverts_while_paused(router, app, payer, developer, refuses):
    router.set_app_paused(app, True, sender=developer)
    with refuses("router: app is paused"):
        router.use_app(app, 1, FEE, REFERENCE, sender=payer)
    router.set_app_paused(app, False, sender=developer)
    router.use_app(app, 1, FEE, REFERENCE, sender=payer)


def test_use_app_reverts_while_delisted(router, app, payer, developer, governance, refuses):
    router.set_app_listed(app, False, REASON, sender=governance)
    router.set_app_paused(app, False, sender=developer)  # is no way around
    with refuses("router: app is delisted"):
        router.use_app(app, 1, FEE, REFERENCE, sender=payer)
    router.set_app_listed(app, True, REASON, sender=governance)
    router.use_app(app, 1, FEE, REFERENCE, sender=payer)


def test_use_app_reverts_without_such_an_app(router, app, payer, refuses):
    for other in (0, app + 1, 2**160, 2**256 - 1):
        with refuses("router: no such app"):
            router.use_app(other, 1, FEE, REFERENCE, sender=payer)


@pytest.mark.parametrize("times", [0, 10_001, 2**256 - 1])
def test_use_app_reverts_for_bad_times(router, app, payer, refuses, times):
    with refuses("router: times out of bounds"):
        router.use_app(app, times, MAX, REFERENCE, sender=payer)


def test_use_app_as_dear_as_can_be(router, payer, developer, all_is_owed):
    app = router.register_app(1_000_000 * COS, METADATA, sender=developer)
    assert router.use_app(app, 10_000, MAX, bytes(32), sender=payer) == FUND
    assert router.owed_to(developer) == FUND * 9_000 * E4
    all_is_owed()


def test_use_app_reverts_above_allowance_or_balance(router, token, app, payer, center, refuses):
    token.approve(router, FEE - 1, sender=payer)
    token.approve(router, FEE, sender=center)
    with refuses("token: insufficient allowance"):
        router.use_app(app, 1, FEE, REFERENCE, sender=payer)
    with refuses("token: insufficient balance"):
        router.use_app(app, 1, FEE, REFERENCE, sender=center)


@pytest.mark.parametrize("time", [2**32 - 1, 2**32, 2**40])
def test_use_app_after_2106(chain, router, app, payer, developer, time):
    chain.warp(time)
    router.use_app(app, 1, FEE, REFERENCE, sender=payer)
    assert router.withdraw(developer, sender=payer) == FEE * 9 // 10


def test_use_app_costs_the_same_in_every_app(chain, router, payer):
    costs = []
    for number in range(300):
        developer = chain.account(f"developer {number}")
        app = router.register_app(FEE, METADATA, sender=developer)
        receipt = router.transact("use_app", app, 1, FEE, REFERENCE, sender=payer)
        costs.append(receipt.gas_used)
    assert max(costs[1:]) <= min(costs[1:]) * 105 // 100


@pytest.fixture
def fickle(chain, governance):
    return chain.deploy("FickleToken", sender=governance)


@pytest.fixture
def fickle_router(deploy, fickle):
    return deploy(token=fickle, push_threshold=1_000_000)


def test_use_app_earns_90_bits_and_no_more(fickle_router, governance, payer, developer):
    router = fickle_router
    router.set_system_share(0, sender=governance)
    app = router.register_app(1_000_000 * COS, METADATA, sender=developer)
    amount = 10_000 * 1_000_000 * COS
    most = (2**90 - 1) // (amount * E8)
    for _ in range(most):
        router.use_app(app, 10_000, MAX, REFERENCE, sender=payer)
    with pytest.raises(Revert) as caught:
        router.use_app(app, 10_000, MAX, REFERENCE, sender=payer)
    assert caught.value.reason == "router: too much owed"
    assert router.owed() == (0, 0, 0, most * amount * E8)


@pytest.mark.parametrize(
    ("function", "arguments"),
    [
        ("use_app", (1, 1, MAX, REFERENCE)),
        ("withdraw", ("developer",)),
        ("set_app_fee", (1, 1)),
        ("register_app", (1, METADATA)),
    ],
)
def test_use_app_reverts_when_the_token_calls_back(
    chain, fickle, fickle_router, payer, developer, function, arguments
):
    router = fickle_router
    app = router.register_app(FEE, METADATA, sender=developer)
    known = [chain.account(a) if a == "developer" else a for a in arguments]
    data = router.abi.functions[function].encode(known)
    fickle.behave(True, router.address, data, sender=payer)
    with pytest.raises(Revert) as caught:
        router.use_app(app, 1, FEE, REFERENCE, sender=payer)
    assert caught.value.reason == ""  # the compiler's lock gives no reason
    fickle.behave(False, ZERO_ADDRESS, b"", sender=payer)
    with pytest.raises(Revert) as caught:
        router.use_app(app, 1, FEE, REFERENCE, sender=payer)
    assert caught.value.reason == "router: transfer failed"
    assert router.total_owed() == 0
