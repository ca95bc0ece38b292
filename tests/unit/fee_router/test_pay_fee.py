"""FeeRouter.pay_fee(amount)

├── by anyone: pulls the amount, event, splits it by the shares in force
├── nodes get nothing while their share is zero, and theirs when it isn't
├── exact (PITFALLS 11, 19)
│   ├── the parts add up to the whole, for every amount and all shares
│   └── a fee paid in many parts is split as if it were paid at once
├── the stakers' part
│   ├── waits below the threshold; the fee with which it reaches it forwards all of it
│   ├── is income of the running epoch then, the allowance is used up (16)
│   ├── threshold 0: every fee forwards it, but for fractions
│   ├── so never as much as the threshold waits after a fee
│   └── staking that takes no income any more (2283) -> revert; not below the threshold (35)
├── changed shares alter nothing that was split before (25)
├── COS sent directly is no fee, and nobody's (12, 18)
├── nothing, more than approved, more than the payer has -> revert
├── amounts above 64 bits -> revert; all COS there is fits; owed above 90 bits -> revert (36)
├── costs the same for the first and for the 1,000th payer (22)
└── a token that refuses, or calls back -> revert (28)
"""

from __future__ import annotations

import random

import pytest

from cos.chain import Event, Revert
from tests.models import ZERO_ADDRESS
from tests.models.fee_router import Owed
from tests.unit.fee_router.conftest import COS, E4, E8, FUND, THRESHOLD, WEEK


def test_pay_fee_splits_what_it_pulls(router, token, payer, event, all_is_owed):
    receipt = router.transact("pay_fee", 7, sender=payer)
    transfer = {"sender": payer, "receiver": router.address, "value": 7}
    assert receipt.logs == [
        event("FeePaid", payer=payer, collector=payer, amount=7),
        Event(token.address, "Transfer", transfer),
    ]
    assert router.owed() == (7 * E8 // 2, 0, 7 * E8 // 2, 0)
    assert router.total_owed() == 7
    assert token.balanceOf(payer) == FUND - 7
    all_is_owed()


def test_pay_fee_gives_nodes_their_share(router, governance, payer, all_is_owed):
    router.pay_fee(1_000, sender=payer)
    assert Owed(*router.owed()).nodes_e8 == 0
    router.set_shares(3_333, 1_111, sender=governance)
    router.pay_fee(1, sender=payer)
    before = 500 * E8
    expected = (before + 3_333 * E4, 1_111 * E4, before + (E4 - 4_444) * E4, 0)
    assert router.owed() == expected
    all_is_owed()


@pytest.mark.parametrize("seed", range(4))
def test_pay_fee_parts_are_the_whole(router, token, governance, payer, all_is_owed, seed):
    rng = random.Random(seed)
    total, expected = 0, [0, 0, 0]
    router.set_push_threshold(1_000_000, sender=governance)
    for _ in range(40):
        nodes_bps = rng.randrange(4_001)
        stakers_bps = rng.randrange(2_000, E4 - nodes_bps + 1)
        router.set_shares(stakers_bps, nodes_bps, sender=governance)
        amount = rng.choice((1, 2, 3, rng.randrange(1, 10**4), rng.randrange(1, 10**12)))
        router.pay_fee(amount, sender=payer)
        total += amount
        for place, share in enumerate((stakers_bps, nodes_bps, E4 - stakers_bps - nodes_bps)):
            expected[place] += amount * share * E4
    assert list(router.owed()) == [*expected, 0]
    assert sum(expected) == total * E8 == router.total_owed() * E8
    all_is_owed()


def test_pay_fee_in_parts_is_split_like_the_whole(chain, router, governance, payer):
    router.set_shares(3_333, 333, sender=governance)
    with chain.anchor():
        router.pay_fee(100, sender=payer)
        whole = Owed(*router.owed())
    for _ in range(100):
        router.pay_fee(1, sender=payer)
    assert router.owed() == whole


def test_pay_fee_forwards_at_the_threshold(router, token, staking, payer, event, all_is_owed):
    router.pay_fee(2 * THRESHOLD * COS - 1, sender=payer)
    assert staking.income()[0] == 0
    assert Owed(*router.owed()).stakers_e8 == THRESHOLD * COS * E8 - E8 // 2
    receipt = router.transact("pay_fee", 4, sender=payer)
    amount = THRESHOLD * COS + 1
    assert event("StakersPaid", staking=staking.address, amount=amount) in receipt.logs
    assert Owed(*router.owed()).stakers_e8 == E8 // 2, "the fraction waits"
    assert staking.income()[0] == amount
    assert token.allowance(router, staking) == 0
    all_is_owed()


def test_pay_fee_exactly_at_the_threshold(router, staking, payer):
    router.pay_fee(2 * THRESHOLD * COS - 2, sender=payer)
    router.pay_fee(2, sender=payer)
    assert Owed(*router.owed()).stakers_e8 == 0
    assert staking.income()[0] == THRESHOLD * COS


def test_pay_fee_forwards_every_fee_without_a_threshold(router, staking, governance, payer):
    router.set_push_threshold(0, sender=governance)
    pots = []
    for _ in range(4):
        router.pay_fee(1, sender=payer)
        pots.append(staking.income()[0])
    assert pots == [0, 1, 1, 2]
    assert router.owed() == (0, 0, 2 * E8, 0)


def test_pay_fee_is_income_of_the_same_epoch(chain, router, staking, governance, payer, staker):
    router.set_push_threshold(0, sender=governance)
    chain.advance(WEEK)
    attacker = chain.account("attacker")
    staking_token = chain.at("CosCredit", router.TOKEN())
    staking_token.approve(staking, 10**12, sender=attacker)
    staking.stake(10**12, sender=attacker)  # just in time
    router.pay_fee(2_000, sender=payer)
    assert staking.claimable(staker) == 0
    chain.advance(WEEK)
    assert staking.claimable(staker) in (999, 1_000), "all of it, but for a fraction"
    assert staking.claimable(attacker) == 0


@pytest.mark.parametrize("threshold", [0, 1, 1_000])
def test_pay_fee_leaves_less_than_the_threshold(router, governance, payer, threshold):
    router.set_push_threshold(threshold, sender=governance)
    rng = random.Random(threshold)
    for _ in range(60):
        router.pay_fee(rng.randrange(1, 900 * COS), sender=payer)
        assert Owed(*router.owed()).stakers_e8 < max(threshold * COS * E8, E8)


def test_pay_fee_after_the_last_epoch_of_staking(
    chain, router, staking, payer, governance, refuses
):
    chain.warp((2**14 - 1) * WEEK)
    router.pay_fee(2 * THRESHOLD * COS - 2, sender=payer)
    with refuses("staking: last epoch"):
        router.pay_fee(2, sender=payer)
    router.set_push_threshold(1_000_000, sender=governance)
    router.pay_fee(2, sender=payer)
    assert router.total_owed() == 2 * THRESHOLD * COS


@pytest.mark.parametrize("time", [2**32 - 1, 2**32, 2**32 + 1])
def test_pay_fee_after_2106(chain, router, staking, payer, all_is_owed, time):
    chain.warp(time)
    router.pay_fee(2 * THRESHOLD * COS, sender=payer)
    assert staking.income()[0] == THRESHOLD * COS
    all_is_owed()


def test_pay_fee_keeps_what_was_split_before(router, governance, payer):
    router.pay_fee(1_000, sender=payer)
    before = Owed(*router.owed())
    router.set_shares(10_000, 0, sender=governance)
    router.set_system_share(3_000, sender=governance)
    assert router.owed() == before
    router.pay_fee(1, sender=payer)
    assert router.owed() == (before.stakers_e8 + E8, 0, before.center_e8, 0)


def test_cos_sent_directly_is_no_fee(router, token, payer, center, all_is_owed, refuses):
    token.transfer(router, 10**6 * COS, sender=payer)
    assert router.total_owed() == 0
    for function in ("distribute", "withdraw_center"):
        with pytest.raises(Revert):
            router.transact(function, sender=center)
    router.pay_fee(10, sender=payer)
    assert router.owed() == (5 * E8, 0, 5 * E8, 0)
    assert router.distribute(sender=payer) == router.withdraw_center(sender=payer) == 5
    assert router.total_owed() == 0
    all_is_owed(surplus=10**6 * COS)


def test_pay_fee_reverts_with_nothing(router, payer, refuses):
    with refuses("router: no amount"):
        router.pay_fee(0, sender=payer)


def test_pay_fee_reverts_above_the_allowance(router, token, payer, refuses):
    token.approve(router, 9, sender=payer)
    with refuses("token: insufficient allowance"):
        router.pay_fee(10, sender=payer)


@pytest.mark.parametrize("amount", [FUND + 1, 2**64 - 1])
def test_pay_fee_reverts_above_the_balance(router, payer, amount, refuses):
    with refuses("token: insufficient balance"):
        router.pay_fee(amount, sender=payer)


@pytest.mark.parametrize("amount", [2**64, 2**256 - 1])
def test_pay_fee_reverts_above_64_bits(router, payer, amount, refuses):
    with refuses("router: amount too large"):
        router.pay_fee(amount, sender=payer)


def test_pay_fee_costs_the_same_for_everybody(chain, router, token, payer):
    costs = []
    for number in range(1_000):
        somebody = chain.account(f"payer {number}")
        token.transfer(somebody, 100, sender=payer)
        token.approve(router, 50, sender=somebody)
        costs.append(router.transact("pay_fee", 49, sender=somebody).gas_used)
    assert max(costs[1:]) <= min(costs[1:]) * 105 // 100


@pytest.fixture
def fickle(chain, governance):
    return chain.deploy("FickleToken", sender=governance)


@pytest.fixture
def fickle_router(chain, deploy, authority, fickle, governance):
    """Over a token that need not obey; the stakers' part is forwarded by every fee."""
    staking = chain.deploy("CosStaking", authority, fickle, sender=governance)
    return deploy(token=fickle, staking=staking, push_threshold=0)


def test_pay_fee_reverts_when_the_token_refuses(fickle, fickle_router, payer):
    fickle.behave(False, ZERO_ADDRESS, b"", sender=payer)
    with pytest.raises(Revert) as caught:
        fickle_router.pay_fee(1, sender=payer)
    assert caught.value.reason == "router: transfer failed"
    assert fickle_router.total_owed() == 0


def test_pay_fee_fits_90_bits_and_no_more(fickle_router, governance, payer):
    router = fickle_router
    router.set_push_threshold(1_000_000, sender=governance)
    router.set_shares(2_000, 4_000, sender=governance)
    amount = 2**64 - 1
    paid = 0
    while True:
        center_e8 = (paid + amount) * E4 * 4_000
        if center_e8 > 2**90 - 1:
            break
        router.pay_fee(amount, sender=payer)
        paid += amount
    assert Owed(*router.owed()).nodes_e8 == Owed(*router.owed()).center_e8 == paid * E4 * 4_000
    with pytest.raises(Revert) as caught:
        router.pay_fee(amount, sender=payer)
    assert caught.value.reason == "router: too much owed"
    assert Owed(*router.owed()).center_e8 == paid * E4 * 4_000
    assert router.shares() == (2_000, 4_000, 4_000)
    assert router.push_threshold() == 1_000_000


@pytest.mark.parametrize(
    ("function", "arguments"), [("pay_fee", (1,)), ("distribute", ()), ("owed", ())]
)
def test_pay_fee_reverts_when_the_token_calls_back(
    fickle, fickle_router, payer, function, arguments
):
    data = fickle_router.abi.functions[function].encode(arguments)
    fickle.behave(True, fickle_router.address, data, sender=payer)
    with pytest.raises(Revert) as caught:
        fickle_router.pay_fee(4, sender=payer)
    assert caught.value.reason == ""  # the compiler's lock gives no reason
    fickle.behave(True, ZERO_ADDRESS, b"", sender=payer)
    fickle_router.pay_fee(4, sender=payer)
    assert fickle_router.owed() == (0, 0, 2 * E8, 0)
