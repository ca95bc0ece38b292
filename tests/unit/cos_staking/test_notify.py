"""CosStaking.notify(amount)

├── pulls what it says, event, transfer; from anybody; several in one epoch add up
├── nothing, more than approved, more than one has -> revert (pitfall 12)
├── COS sent directly is no income (pitfalls 12, 18)
├── goes to who is active in the running epoch until its end, by weight
│   └── to the second: the last of an epoch, the first of the next (pitfall 8)
├── nobody active, nobody at all: waits for the next epoch with stake (pitfall 10)
│   ├── also if nobody comes for years: to the epoch after the stake, whoever comes when
│   ├── also without stake for years; the first staker gets it with the second, by weight
│   └── stake to zero and back (pitfall 18)
├── less weight than one new COS: waits for as long as that, to the epoch (pitfall 37)
├── remainders go on to the next income, less than a base unit (pitfall 11)
├── the first income of a contract without stake, all COS that there is (pitfall 36)
├── the last epoch, and after it -> revert; the last but one is still paid (pitfall 35)
└── a token that refuses, or calls back -> revert (pitfall 28)
"""

from __future__ import annotations

import pytest

from cos.chain import Revert
from tests.models import INFINITE, ZERO_ADDRESS
from tests.models.cos_staking import COS, LAST_EPOCH, SCALE, WEEK
from tests.unit.cos_staking.conftest import EPOCH, FUND, is_share, start_of


def shares(staking, *people):
    return [staking.claimable(person) for person in people]


def test_pulls_what_it_says(staking, token, giver, attacker, event, moved):
    receipt = staking.transact("notify", 100, sender=giver)
    assert receipt.logs == [
        event("IncomeReceived", giver=giver, epoch=EPOCH, amount=100),
        moved(giver, staking.address, 100),
    ]
    staking.notify(11, sender=attacker)
    assert staking.income() == (111, 0)
    assert token.balanceOf(staking.address) == 111


def test_reverts(staking, token, giver, refuses):
    with refuses("staking: no amount"):
        staking.notify(0, sender=giver)
    with refuses("token: insufficient balance"):
        staking.notify(FUND + 1, sender=giver)
    staking.notify(1, sender=giver)
    for amount in (2**64 - 1, 2**64, INFINITE):
        with refuses("staking: too much income"):
            staking.notify(amount, sender=giver)
    token.approve(staking.address, 5, sender=giver)
    with refuses("token: insufficient allowance"):
        staking.notify(6, sender=giver)


def test_cos_sent_directly_is_no_income(
    staking, token, old_stake, ada, ben, giver, attacker, next_epoch
):
    token.transfer(staking.address, FUND, sender=attacker)
    staking.notify(8, sender=giver)
    next_epoch()
    assert is_share(shares(staking, ada, ben), [6, 2])
    assert staking.income()[0] == 0


def test_goes_to_the_running_epoch_by_weight(
    staking, token, old_stake, ada, ben, cyd, giver, next_epoch
):
    staking.notify(500, sender=giver)
    staking.stake(10**6 * COS, sender=cyd)
    staking.notify(500, sender=giver)
    assert is_share(shares(staking, ada, ben, cyd), [0, 0, 0]), "the epoch is not over"
    next_epoch()
    assert is_share(shares(staking, ada, ben, cyd), [750, 250, 0])
    next_epoch(103)
    before = token.balanceOf(ben)
    staking.stake(2 * COS, sender=ben)
    paid = token.balanceOf(ben) + 2 * COS - before
    next_epoch()
    staking.notify(10**6, sender=giver)
    next_epoch()
    weights = [3 * (208 + 2 * 105), (208 + 2 * 105) + 2 * 208, 10**6 * (208 + 2 * 104)]
    earned = [10**6 * weight // sum(weights) for weight in weights]
    earned = [earned[0] + 750, earned[1] + 250 - paid, earned[2]]
    assert is_share(shares(staking, ada, ben, cyd), earned)


@pytest.mark.parametrize("late", [-1, 0, 1])
def test_around_the_end_of_an_epoch(chain, staking, old_stake, ada, ben, cyd, giver, late):
    staking.stake(4 * COS, sender=cyd)
    chain.warp(start_of(EPOCH + 2) + late)
    staking.notify(10**6, sender=giver)
    chain.warp(start_of(EPOCH + 3))
    if late < 0:
        assert is_share(shares(staking, ada, ben, cyd), [750_000, 250_000, 0])
    else:
        weights = [3 * 210, 210, 4 * 208]
        expected = [10**6 * each // sum(weights) for each in weights]
        assert is_share(shares(staking, ada, ben, cyd), expected)


@pytest.mark.parametrize("idle", [1, 2, 52, 520])
@pytest.mark.parametrize("with_pending", [False, True])
def test_waits_for_stake(staking, ada, ben, giver, next_epoch, idle, with_pending):
    """Carried to the first epoch with stake, however late that is found out."""
    staking.notify(1_000, sender=giver)
    next_epoch(3)
    assert staking.income() == (1_000, 0)
    staking.stake(3 * COS, sender=ada)
    if with_pending:
        next_epoch()
        staking.stake(COS, sender=ben)
    next_epoch(idle)
    if with_pending or idle > 1:
        assert is_share(shares(staking, ada, ben), [1_000, 0])
        assert staking.totals()[4] == EPOCH + 4
    else:
        assert is_share(shares(staking, ada, ben), [0, 0])
        next_epoch()
        assert is_share(staking.claimable(ada), 1_000)
    staking.claim(sender=ada)
    assert staking.income()[0] == 0


def test_first_stakers_share_what_has_waited(staking, ada, ben, giver, next_epoch):
    """No windfall for who is first by a second."""
    staking.notify(1_000, sender=giver)
    next_epoch(52)
    staking.stake(1, sender=ada)
    staking.stake(COS, sender=ben)
    next_epoch(2)
    assert is_share(shares(staking, ada, ben), [0, 1_000])


def test_to_zero_and_back(staking, token, ada, ben, giver, next_epoch):
    staking.stake(COS, sender=ada)
    next_epoch()
    staking.notify(1_000, sender=giver)
    staking.withdraw(COS, sender=ada)
    assert staking.total_weight() == 0
    staking.stake(COS, sender=ben)
    next_epoch()
    assert staking.claimable(ada) == staking.claimable(ben) == 0, "nobody was active to the end"
    assert staking.income() == (1_000, 0)
    next_epoch()
    assert is_share(shares(staking, ada, ben), [0, 1_000])


@pytest.mark.parametrize("units", [1, COS // 2, COS - 1])
def test_waits_for_the_weight_of_one_cos(staking, ada, ben, giver, next_epoch, units):
    """The weight of dust grows: its epoch comes by itself, to the epoch (or never)."""
    staking.stake(units, sender=ada)
    next_epoch()
    staking.notify(1_000, sender=giver)
    if units == 1:
        next_epoch(600)
        assert (staking.claimable(ada), staking.income()) == (0, (1_000, 0))
        staking.stake(COS, sender=ben)
        next_epoch(2)
        assert is_share(shares(staking, ada, ben), [0, 1_000])
        return
    later = 104 if units == COS // 2 else 1  # the first epoch in which it weighs 208 * COS
    next_epoch(later)
    assert (staking.claimable(ada), staking.income()) == (0, (1_000, 0))
    next_epoch()
    assert is_share(staking.claimable(ada), 1_000)
    assert staking.totals()[4] == EPOCH + 1 + later
    staking.claim(sender=ada)
    assert staking.income()[0] == 0


def test_carries_remainders(staking, token, ada, ben, cyd, giver, next_epoch):
    for person, amount in ((ada, COS), (ben, 2 * COS), (cyd, 4 * COS + 1)):
        staking.stake(amount, sender=person)
    next_epoch()
    for epoch in range(60):
        staking.notify(1 + epoch % 5, sender=giver)
        next_epoch()
        assert staking.income()[0] == 0
        assert 0 <= staking.income()[1] < SCALE
    given = sum(1 + epoch % 5 for epoch in range(60))
    claimable = sum(shares(staking, ada, ben, cyd))
    assert given - 3 <= claimable <= given, "less than a unit an account"


def test_all_cos_that_there_is(chain, staking, token, governance, ada, ben, next_epoch):
    """With the least weight that income is divided by, for the largest quotients."""
    staking.stake(COS, sender=ada)
    next_epoch()
    rest = token.CAP() - token.totalSupply()
    token.mint(ben, rest, sender=governance)
    amount = token.balanceOf(ben)
    for _ in range(50):
        staking.notify(amount, sender=ben)
        next_epoch(260)
        assert is_share(staking.claimable(ada), amount)
        amount = staking.claim(sender=ada)
        token.transfer(ben, amount, sender=ada)
    assert COS <= token.balanceOf(staking.address) <= COS + 2
    assert staking.claimable(ada) == 0


def test_ends_with_the_calendar(chain, staking, old_stake, ada, ben, giver, refuses):
    chain.warp((LAST_EPOCH - 1) * WEEK)
    staking.notify(1_000, sender=giver)
    chain.warp(LAST_EPOCH * WEEK - 1)
    staking.notify(1_000, sender=giver)
    for late in (0, WEEK, 100 * WEEK):
        chain.warp(LAST_EPOCH * WEEK + late)
        with refuses("staking: last epoch"):
            staking.notify(1_000, sender=giver)
        assert is_share(shares(staking, ada, ben), [1_500, 500])
        assert staking.epoch() == LAST_EPOCH
    assert is_share(staking.claim(sender=ada), 1_500)
    staking.withdraw(3 * COS, sender=ada)
    chain.advance(WEEK)
    assert staking.pay_exit(ada, sender=ben) == 3 * COS


@pytest.fixture
def fickle(chain, authority, governance):
    """A token of its own mind, and a staking contract for it with some stake and income."""
    fickle = chain.deploy("FickleToken", sender=governance)
    staking = chain.deploy("CosStaking", authority, fickle, sender=governance)
    return fickle, staking


def test_a_token_that_refuses(fickle, giver):
    token, staking = fickle
    token.behave(False, ZERO_ADDRESS, b"", sender=giver)
    with pytest.raises(Revert) as caught:
        staking.notify(5, sender=giver)
    assert caught.value.reason == "staking: transfer failed"
    assert staking.income() == (0, 0)


def test_a_token_that_calls_back(chain, fickle, ada, giver, locker):
    token, staking = fickle
    staking.stake(5 * COS, sender=ada)
    functions = {
        "stake": (1,),
        "notify": (1,),
        "withdraw": (1,),
        "claim": (),
        "restake": (),
        "pay_exit": (ada,),
        "delegate": (ada,),
        "claimable": (ada,),
    }
    calls = {
        name: staking.abi.functions[name].encode(arguments) for name, arguments in functions.items()
    }
    staking.approve_lock(locker, COS, sender=ada)
    staking.lock(ada, COS, sender=locker)
    chain.advance(WEEK)
    staking.notify(10**9, sender=giver)
    staking.withdraw(1, sender=ada)
    chain.advance(WEEK)
    ways = (
        ("notify", (5,), giver),
        ("stake", (5,), giver),
        ("stake_for", (ada, 5), giver),
        ("claim", (), ada),
        ("pay_exit", (ada,), giver),
        ("seize", (ada, giver, 1), locker),
    )
    for data in calls.values():
        token.behave(True, staking.address, data, sender=giver)
        for function, arguments, sender in ways:
            with pytest.raises(Revert) as caught:
                getattr(staking, function)(*arguments, sender=sender)
            assert caught.value.reason == "", "the compiler's lock gives no reason"
    token.behave(False, ZERO_ADDRESS, b"", sender=giver)
    for function, arguments, sender in ways:
        with pytest.raises(Revert) as caught:
            getattr(staking, function)(*arguments, sender=sender)
        assert caught.value.reason == "staking: transfer failed"
    for function, arguments, sender in ways:
        token.behave(True, ZERO_ADDRESS, b"", sender=giver)
        with chain.anchor():
            getattr(staking, function)(*arguments, sender=sender)
    token.behave(True, ZERO_ADDRESS, b"", sender=giver)
    staking.notify(5, sender=giver)
