"""CosStaking.withdraw(amount), pay_exit(account), exits(account)

withdraw
├── all of it: votes and weight are gone at once, the ticket is due in seven days, event
├── pending coins first, then active ones at the mean age, rounded against the staker (pitfall 19)
├── takes what was earned along, and keeps the fraction
├── forfeits the running epoch for what goes, and only for that (pitfall 13)
├── nothing, more than staked, what is locked -> revert
└── a snapshot taken while coins are leaving does not count them (pitfall 1)
pay_exit
├── by anyone, to the owner; event; at the second, not before (pitfall 8)
├── nothing due, twice, nobody -> revert
├── three exits: the third joins the second, nobody waits longer than 14 days
├── several in one second are one
├── however many tickets others open for an account: two, and one word (pitfall 22)
├── packed words at their bounds (pitfall 36)
└── after 2106 (pitfall 35)
no path returns coins sooner (pitfall 44)
"""

from __future__ import annotations

from contextlib import suppress

from hypothesis import given
from hypothesis import strategies as st

from cos.chain import Revert
from tests.models.cos_staking import COS, EXIT_DELAY, LAST_EPOCH, WEEK
from tests.unit.cos_staking.conftest import EPOCH, FUND, is_share, start_of
from tests.unit.cos_staking.fresh import Setup

DAY = 86_400


def test_all_of_it(chain, staking, token, old_stake, ada, event):
    chain.advance(5)
    receipt = staking.transact("withdraw", 3 * COS, sender=ada)
    due_at = chain.timestamp + EXIT_DELAY
    assert receipt.value == due_at
    assert receipt.logs == [
        event("DelegateVotesChanged", delegate=ada, previousVotes=3 * COS, newVotes=0),
        event("Withdrawn", account=ada, amount=3 * COS, dividends=0, due_at=due_at),
    ]
    assert staking.position(ada)[:3] == (0, 0, 0)
    assert staking.totals()[:3] == (COS, 0, COS * (EPOCH + 1))
    assert (staking.getVotes(ada), staking.total_staked()) == (0, COS)
    assert (staking.weight(ada), staking.total_weight()) == (0, COS * 208)
    assert staking.exits(ada)[:3] == (0, 3 * COS, due_at)
    assert token.balanceOf(staking.address) == 4 * COS


def test_pending_coins_first(staking, old_stake, ada):
    staking.stake(2 * COS, sender=ada)
    staking.withdraw(COS, sender=ada)
    assert staking.position(ada)[:3] == (3 * COS, COS, 3 * COS * (EPOCH + 1))
    staking.withdraw(2 * COS, sender=ada)
    assert staking.position(ada)[:3] == (2 * COS, 0, 2 * COS * (EPOCH + 1))


def test_the_mean_age_is_rounded_against_the_staker(staking, ada, next_epoch):
    staking.stake(2, sender=ada)
    next_epoch()
    staking.stake(1, sender=ada)
    next_epoch()
    starts = 2 * (EPOCH + 1) + EPOCH + 2
    assert staking.position(ada)[:3] == (3, 0, starts)
    staking.withdraw(1, sender=ada)
    assert staking.position(ada)[2] == starts - starts // 3 > 2 * starts / 3
    assert staking.totals()[2] == starts - starts // 3
    staking.withdraw(2, sender=ada)
    assert staking.position(ada)[:3] == (0, 0, 0) == staking.totals()[:3]


def test_takes_along_what_was_earned(staking, old_stake, ada, giver, next_epoch, event):
    staking.notify(10, sender=giver)
    next_epoch()
    receipt = staking.transact("withdraw", COS, sender=ada)
    expected = {"account": ada, "amount": COS, "dividends": 7, "due_at": receipt.value}
    assert receipt.logs[-1] == event("Withdrawn", **expected)
    assert staking.exits(ada)[1] == COS + 7
    assert staking.claimable(ada) == 0
    assert staking.position(ada)[5] > 2**20


def test_forfeits_the_running_epoch(staking, old_stake, ada, ben, giver, next_epoch):
    staking.notify(10**6, sender=giver)
    staking.withdraw(2 * COS, sender=ada)
    next_epoch()
    assert is_share([staking.claimable(ada), staking.claimable(ben)], [500_000, 500_000])
    staking.notify(10**6, sender=giver)
    staking.withdraw(COS, sender=ada)
    next_epoch()
    assert is_share([staking.claimable(ada), staking.claimable(ben)], [0, 1_500_000])


def test_reverts(staking, old_stake, ada, cyd, locker, refuses):
    with refuses("staking: no amount"):
        staking.withdraw(0, sender=ada)
    for person, amount in ((ada, 3 * COS + 1), (ada, 2**64), (ada, 2**256 - 1), (cyd, 1)):
        with refuses("staking: more than staked"):
            staking.withdraw(amount, sender=person)
    staking.approve_lock(locker, COS, sender=ada)
    staking.lock(ada, COS, sender=locker)
    with refuses("staking: stake is locked"):
        staking.withdraw(2 * COS + 1, sender=ada)
    staking.withdraw(2 * COS, sender=ada)
    assert staking.staked(ada) == staking.locked(ada) == COS


def test_leaving_coins_are_in_no_snapshot(chain, staking, old_stake, ada):
    chain.advance(10)
    snapshot = chain.timestamp
    staking.withdraw(3 * COS, sender=ada)
    chain.advance(1)
    assert staking.getPastVotes(ada, snapshot) == 0
    assert staking.getPastVotes(ada, snapshot - 1) == 3 * COS
    assert staking.getPastTotalSupply(snapshot) == COS


def test_pay_exit(chain, staking, token, old_stake, ada, attacker, refuses, event, moved):
    due_at = staking.withdraw(3 * COS, sender=ada)
    before = token.balanceOf(ada)
    chain.warp(due_at - 1)
    with refuses("staking: nothing due"):
        staking.pay_exit(ada, sender=ada)
    chain.warp(due_at)
    receipt = staking.transact("pay_exit", ada, sender=attacker)
    assert receipt.value == 3 * COS
    assert receipt.logs == [
        event("ExitPaid", account=ada, amount=3 * COS),
        moved(staking.address, ada, 3 * COS),
    ]
    assert token.balanceOf(ada) == before + 3 * COS
    for account in (ada, attacker):
        with refuses("staking: nothing due"):
            staking.pay_exit(account, sender=ada)


def test_a_third_exit_joins_the_second(chain, staking, old_stake, ada, refuses):
    first = staking.withdraw(1, sender=ada)
    chain.advance(DAY)
    staking.withdraw(2, sender=ada)
    chain.advance(5 * DAY)
    second = staking.withdraw(4, sender=ada)
    assert staking.exits(ada) == (0, 1, first, 6, second)
    chain.warp(first)
    assert staking.exits(ada)[:3] == (1, 6, second)
    third = staking.withdraw(8, sender=ada)
    assert staking.exits(ada) == (1, 6, second, 8, third)
    assert staking.pay_exit(ada, sender=ada) == 1
    chain.warp(second - 1)
    with refuses("staking: nothing due"):
        staking.pay_exit(ada, sender=ada)
    chain.warp(second)
    assert staking.pay_exit(ada, sender=ada) == 6
    chain.warp(third)
    assert staking.pay_exit(ada, sender=ada) == 8
    assert staking.withdraw(16, sender=ada) == third + EXIT_DELAY
    assert staking.exits(ada)[:4] == (0, 16, third + EXIT_DELAY, 0)


def test_two_that_are_due_are_one(chain, staking, old_stake, ada):
    staking.withdraw(1, sender=ada)
    chain.advance(DAY)
    staking.withdraw(2, sender=ada)
    chain.advance(WEEK)
    last = staking.withdraw(4, sender=ada)
    assert staking.exits(ada)[:4] == (3, 4, last, 0)
    chain.advance(WEEK)
    assert staking.pay_exit(ada, sender=ada) == 7


def test_several_in_one_second_are_one(chain, staking, old_stake, ada):
    first = staking.withdraw(1, sender=ada)
    staking.withdraw(2, sender=ada)
    assert staking.exits(ada)[:4] == (0, 3, first, 0)
    chain.advance(1)
    second = staking.withdraw(4, sender=ada)
    staking.withdraw(8, sender=ada)
    assert staking.exits(ada) == (0, 3, first, 12, second)


@given(
    exits=st.lists(
        st.tuples(st.integers(0, 4 * DAY), st.integers(1, 10**9), st.booleans()),
        min_size=1,
        max_size=30,
    )
)
def test_nobody_waits_for_longer_than_14_days(exits):
    """Whatever is added, paid or not; every unit comes within 7 to 14 days after it left."""
    setup = Setup()
    chain, staking, ada = setup.chain, setup.staking, setup.people[0]
    staking.stake(10**12, sender=ada)
    left, paid = [], 0
    for seconds, amount, pays in exits:
        staking.withdraw(amount, sender=ada)
        left.append((chain.timestamp, amount))
        chain.advance(seconds)
        now = chain.timestamp
        due = staking.exits(ada)[0] + paid
        assert due >= sum(amount for at, amount in left if at + 2 * EXIT_DELAY <= now)
        assert due <= sum(amount for at, amount in left if at + EXIT_DELAY <= now)
        if pays and staking.exits(ada)[0]:
            paid += staking.pay_exit(ada, sender=ada)
    chain.advance(EXIT_DELAY)
    if staking.exits(ada)[0]:
        paid += staking.pay_exit(ada, sender=ada)
    assert paid == sum(amount for _, amount in left)


def test_the_largest_amounts_and_times(chain, staking, token, governance, ada, ben, cyd):
    rest = token.CAP() - token.totalSupply()
    token.mint(ada, rest, sender=governance)
    chain.warp(LAST_EPOCH * WEEK - 3)
    whole = token.balanceOf(ada)
    staking.stake(whole, sender=ada)
    chain.warp(2**40 - EXIT_DELAY - 3)
    first = staking.withdraw(whole // 3, sender=ada)
    chain.advance(1)
    staking.withdraw(whole // 3, sender=ada)
    chain.advance(1)
    second = staking.withdraw(whole - 2 * (whole // 3), sender=ada)
    rest = whole - whole // 3
    assert staking.exits(ada) == (0, whole // 3, first, rest, second)
    assert second == 2**40 - 1
    chain.warp(second)
    assert staking.exits(ada)[:2] == (whole, 0)
    assert staking.pay_exit(ada, sender=cyd) == whole


def test_no_path_returns_coins_sooner(chain, staking, token, old_stake, ada, ben, cyd, locker):
    """Every function, for seven days, by everybody concerned: ada's coins stay where they are."""
    staking.approve_lock(locker, COS, sender=ada)
    staking.lock(ada, COS, sender=locker)
    chain.advance(1)
    begin = chain.timestamp
    staking.withdraw(COS, sender=ada)
    staking.seize(ada, ben, COS // 2, sender=locker)
    staking.seize(ada, ada, COS // 2, sender=locker)
    balances = [token.balanceOf(each) for each in (ada, ben, cyd, locker)]
    attempts = [
        ("pay_exit", (ada,)),
        ("pay_exit", (ben,)),
        ("pay_exit", (locker,)),
        ("claim", ()),
        ("restake", ()),
        ("release", (ada, 1)),
        ("seize", (ada, cyd, 1)),
        ("withdraw", (1,)),
    ]
    for moment in (begin, begin + 1, begin + DAY, begin + EXIT_DELAY - 1):
        chain.warp(moment)
        for sender in (ada, ben, locker):
            for function, arguments in attempts:
                if function == "withdraw" and sender == ben:
                    continue
                with suppress(Revert):
                    getattr(staking, function)(*arguments, sender=sender)
                now = [token.balanceOf(each) for each in (ada, ben, cyd, locker)]
                assert now == balances, (function, moment - begin)
    chain.warp(begin + EXIT_DELAY)
    assert staking.pay_exit(ben, sender=cyd) == COS // 2
    paid = 3 * COS // 2 + 1  # the unit that was withdrawn in the first second
    assert staking.pay_exit(ada, sender=cyd) == paid
    assert FUND > token.balanceOf(ada) == balances[0] + paid


def test_after_2106(chain, staking, ada):
    chain.warp(2**32 + 5 * WEEK)
    staking.stake(COS, sender=ada)
    chain.advance(2 * WEEK)
    due_at = staking.withdraw(COS, sender=ada)
    assert due_at == chain.timestamp + EXIT_DELAY > 2**32
    chain.warp(start_of(due_at // WEEK + 1))
    assert staking.pay_exit(ada, sender=ada) == COS
