"""What CosStaking's actions cost does not grow (pitfalls 9, 22)

├── a claim for 1, 10, 500 epochs with income
├── every action, as the first after one epoch and after ten idle years
├── with 3 and with 300 stakers
└── the past of votes after 10 and after 1,000 checkpoints: a slot a step of a binary search
"""

from __future__ import annotations

import pytest

from tests.models import INFINITE
from tests.models.cos_staking import COS, WEEK
from tests.unit.cos_staking.fresh import Setup

FLAT = 0.05


def within(found: int, other: int) -> bool:
    return abs(found - other) <= FLAT * min(found, other)


def test_a_claim_for_any_number_of_epochs():
    costs = []
    for epochs in (1, 10, 500):
        setup = Setup()
        staking, (ada, *_) = setup.staking, setup.people
        staking.stake(COS, sender=ada)
        setup.next_epoch()
        staking.notify(10**6, sender=setup.giver)
        setup.next_epoch()
        staking.claim(sender=ada)
        for _ in range(epochs):
            staking.notify(10**6, sender=setup.giver)
            setup.next_epoch()
        staking.notify(10**6, sender=setup.giver)
        costs.append(staking.transact("claim", sender=ada).gas_used)
    assert within(min(costs), max(costs)), costs


ACTIONS = {
    "stake": (COS,),
    "stake_for": ("ben", COS),
    "restake": (),
    "claim": (),
    "withdraw": (COS,),
    "pay_exit": ("ada",),
    "notify": (10**6,),
    "delegate": ("ben",),
    "approve_lock": ("locker", COS),
    "lock": ("ada", COS),
    "release": ("ada", COS),
    "seize": ("ada", "cyd", COS),
}


def cost(action: str, epochs: int, stakers: int = 0) -> int:
    """Of the first action after so many epochs, with income from before and pending stake."""
    setup = Setup()
    chain, staking = setup.chain, setup.staking
    ada, ben, *_ = setup.people
    staking.stake(10 * COS, sender=ada)
    for number in range(stakers):
        staking.stake_for(chain.account(f"staker {number}"), COS + number, sender=setup.giver)
    staking.approve_lock(setup.locker, INFINITE, sender=ada)
    staking.lock(ada, COS, sender=setup.locker)
    setup.next_epoch()
    staking.withdraw(COS, sender=ada)
    staking.notify(10**6, sender=setup.giver)
    setup.next_epoch()
    staking.stake(COS, sender=ben)
    staking.notify(10**6, sender=setup.giver)
    setup.next_epoch(epochs)
    arguments = [chain.account(each) if isinstance(each, str) else each for each in ACTIONS[action]]
    sender = setup.locker if action in ("lock", "release", "seize") else ada
    return staking.transact(action, *arguments, sender=sender).gas_used


@pytest.mark.parametrize("action", ACTIONS)
def test_after_ten_idle_years(action):
    assert within(cost(action, 1), cost(action, 522))


@pytest.mark.parametrize("action", ["stake", "claim", "withdraw", "notify", "seize"])
def test_with_many_stakers(action):
    assert within(cost(action, 2, 2), cost(action, 2, 300))


def test_the_past_of_votes():
    setup = Setup()
    chain, staking, ada = setup.chain, setup.staking, setup.people[0]
    moments = []
    for number in range(1_000):
        staking.stake(1, sender=ada)
        moments.append(chain.timestamp)
        chain.advance(WEEK // 50)
        if number in (9, 999):
            found = [staking.getPastVotes(ada, moment) for moment in moments[:: 1 + number // 10]]
            assert found == list(range(1, number + 2, 1 + number // 10))
