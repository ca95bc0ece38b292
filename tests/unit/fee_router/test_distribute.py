"""FeeRouter.distribute()

├── by anyone: forwards the stakers' part to staking as income of the running epoch, event
├── the fraction of a unit waits for the next time (PITFALLS 11)
├── no allowance is left (16)
├── nothing, or a fraction -> revert
├── nobody has staked: staking keeps it for who will (10)
├── a successor of staking gets what waits (what was distributed before stays)
├── a successor that doesn't take what it is told -> revert, nothing is lost (17)
├── an account without code as staking -> revert, nothing is lost
└── a token that refuses to approve -> revert
"""

from __future__ import annotations

import pytest

from cos.chain import Revert
from tests.models import ZERO_ADDRESS
from tests.unit.fee_router.conftest import COS, E8, WEEK


def test_distribute_forwards_the_stakers_part(
    chain, router, token, staking, payer, attacker, staker, event, all_is_owed
):
    chain.advance(WEEK)
    router.pay_fee(2_001, sender=payer)
    receipt = router.transact("distribute", sender=attacker)
    assert receipt.value == 1_000
    assert receipt.logs[0] == event("StakersPaid", staking=staking.address, amount=1_000)
    assert router.owed() == (E8 // 2, 0, 2_001 * E8 // 2, 0)
    assert staking.income()[0] == 1_000
    assert token.allowance(router, staking) == 0
    all_is_owed()
    chain.advance(WEEK)
    assert staking.claimable(staker) in (999, 1_000)


def test_distribute_keeps_fractions_for_the_next_time(router, payer):
    router.pay_fee(3, sender=payer)
    assert router.distribute(sender=payer) == 1
    router.pay_fee(3, sender=payer)
    assert router.distribute(sender=payer) == 2
    assert router.owed() == (0, 0, 3 * E8, 0)


def test_distribute_reverts_without_a_whole_unit(router, payer, refuses):
    with refuses("router: nothing to distribute"):
        router.distribute(sender=payer)
    router.pay_fee(1, sender=payer)
    with refuses("router: nothing to distribute"):
        router.distribute(sender=payer)


def test_distribute_while_nobody_has_staked(chain, deploy, authority, token, governance, payer):
    empty = chain.deploy("CosStaking", authority, token, sender=governance)
    router = deploy(staking=empty)
    token.approve(router, 100, sender=payer)
    router.pay_fee(100, sender=payer)
    assert router.distribute(sender=payer) == 50
    token.approve(empty, COS, sender=payer)
    empty.stake(COS, sender=payer)
    chain.advance(3 * WEEK)
    assert empty.claimable(payer) in (49, 50)


def test_distribute_to_a_successor(chain, router, staking, authority, token, governance, payer):
    router.pay_fee(100, sender=payer)
    router.distribute(sender=payer)
    router.pay_fee(40, sender=payer)
    successor = chain.deploy("CosStaking", authority, token, sender=governance)
    router.set_staking(successor, sender=governance)
    assert router.distribute(sender=payer) == 20
    assert (staking.income()[0], successor.income()[0]) == (50, 20)
    assert token.allowance(router, staking) == token.allowance(router, successor) == 0


def test_distribute_reverts_if_the_income_is_not_taken(chain, router, governance, payer, refuses):
    idle = chain.deploy("IdleStaking", sender=governance)
    router.set_staking(idle, sender=governance)
    router.pay_fee(100, sender=payer)
    with refuses("router: income not taken"):
        router.distribute(sender=payer)
    with refuses("router: income not taken"):
        router.pay_policy_dividend(1, sender=governance)


def test_distribute_reverts_without_a_contract(router, staking, governance, payer, nodes, refuses):
    router.set_staking(nodes, sender=governance)
    router.pay_fee(100, sender=payer)
    with refuses(""):
        router.distribute(sender=payer)
    router.set_staking(staking, sender=governance)
    assert router.distribute(sender=payer) == 50


def test_distribute_reverts_when_the_token_refuses(chain, deploy, governance, payer):
    fickle = chain.deploy("FickleToken", sender=governance)
    router = deploy(token=fickle)
    router.pay_fee(100, sender=payer)
    fickle.behave(False, ZERO_ADDRESS, b"", sender=payer)
    with pytest.raises(Revert) as caught:
        router.distribute(sender=payer)
    assert caught.value.reason == "router: approval failed"
    assert router.owed() == (50 * E8, 0, 50 * E8, 0)
