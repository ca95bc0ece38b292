"""CosStaking under attack, by the numbers of the pitfalls

├── coins borrowed for a second: vote in no snapshot that they could leave after (1)
├── vote, move, vote again: Σ of what any accounts can cast at a snapshot ≤ its total (2)
├── what lies in the contract has no vote but its stakers': gifts, income, exits, dividends (7)
├── around every boundary second: stake, claim, exit, votes at t - 1, t, t + 1 (8)
├── supply to zero and back: the next staker takes no windfall (10, 18)
├── COS sent directly changes nobody's claim (12, 18)
├── claiming between and in whatever order changes nobody's dividends (19, 25)
├── a token that calls back, on every way out, finds every door shut (28)
├── wallets (contracts) stake, claim, withdraw, delegate (29)
├── a locker takes nothing that its owner didn't offer, and never twice (43)
├── no way out is shorter than seven days: withdrawal, seizure, restake, through another (44)
├── everything after 2106, where 32 bits of seconds end (35)
└── fields at their bounds: all COS in one position, at the calendar's end (36)
"""

from __future__ import annotations

import itertools

import pytest

from cos.chain import Revert
from tests.models import INFINITE, ZERO_ADDRESS
from tests.models.authority import LOCKER_ROLE
from tests.models.cos_staking import LAST_EPOCH, MIN_WEIGHT
from tests.unit.cos_staking.conftest import COS, EPOCH, FUND, SUPPLY, start_of

DAY, DELAY, WEEK = 86_400, 7 * 86_400, 7 * 86_400
N, K = 208, 2


def test_borrowed_coins_vote_in_no_snapshot_that_they_leave_after(
    chain, staking, token, old_stake, attacker, refuses
):
    """A flash loan: staked and given back in one second weighs nothing at that second's end; and
    staked over the end of a second it can't be given back for seven days."""
    snapshot = chain.timestamp
    staking.stake(FUND, sender=attacker)
    assert staking.getVotes(attacker) == FUND
    with refuses("votes: not in the past"):
        staking.transact("getPastVotes", attacker, snapshot, sender=attacker)
    due_at = staking.withdraw(FUND, sender=attacker)
    with refuses("staking: nothing due"):
        staking.pay_exit(attacker, sender=attacker)
    assert token.balanceOf(attacker) == 0
    chain.advance(1)
    assert staking.getPastVotes(attacker, snapshot) == 0
    assert staking.getPastTotalSupply(snapshot) == 4 * COS
    assert due_at == snapshot + DELAY


def test_moved_votes_count_once(chain, staking, token, ada, ben, cyd, attacker):
    """Every way of moving votes between accounts: at no second are there more than were staked."""
    people = [ada, ben, cyd, attacker]
    moments = []

    def check() -> None:
        chain.advance(1)
        moments.append(chain.timestamp - 1)
        for moment in moments:
            cast = sum(staking.getPastVotes(person, moment) for person in people)
            assert cast == staking.getPastTotalSupply(moment)

    staking.stake(5 * COS, sender=ada)
    check()
    staking.delegate(ben, sender=ada)
    check()
    staking.delegate(cyd, sender=ben)  # of nothing: what was delegated to ben stays with ben
    check()
    assert staking.getVotes(ben) == 5 * COS
    due_at = staking.withdraw(5 * COS, sender=ada)
    check()
    chain.warp(due_at)
    staking.pay_exit(ada, sender=ada)
    token.transfer(attacker, 5 * COS, sender=ada)
    staking.stake(5 * COS, sender=attacker)
    check()
    assert [staking.getVotes(person) for person in people] == [0, 0, 0, 5 * COS]


def test_what_is_not_staked_has_no_vote(
    chain, staking, token, old_stake, ada, ben, giver, next_epoch
):
    token.transfer(staking.address, 7 * COS, sender=giver)
    staking.notify(9 * COS, sender=giver)
    staking.withdraw(COS, sender=ada)
    next_epoch()
    assert staking.claimable(ben) > 0
    assert staking.getVotes(ada) + staking.getVotes(ben) == staking.total_staked() == 3 * COS
    for nobody in (staking.address, token.address, ZERO_ADDRESS, giver):
        assert staking.getVotes(nobody) == 0
        assert staking.getPastVotes(nobody, chain.timestamp - 1) == 0


@pytest.mark.parametrize("off", [-1, 0, 1])
def test_around_an_epochs_beginning(chain, staking, ada, ben, giver, off):
    staking.stake(COS, sender=ada)
    chain.warp(start_of(EPOCH + 1))
    staking.notify(400, sender=giver)
    chain.warp(start_of(EPOCH + 2) + off)
    is_over = off >= 0
    assert staking.claimable(ada) == (399 if is_over else 0)
    staking.stake(COS, sender=ben)
    staking.notify(400, sender=giver)
    chain.warp(start_of(EPOCH + 3))
    # Ben's stake of the last second counts from the new epoch on; of a later one, from the next.
    first = EPOCH + 3 if is_over else EPOCH + 2
    assert staking.claimable(ben) == 0
    assert staking.claimable(ada) == 799
    assert staking.weight(ada) == COS * (N + 2 * K)
    assert staking.weight(ben) == COS * (N + K * (EPOCH + 3 - first))
    staking.notify(1_000, sender=giver)
    share = 1_000 * staking.weight(ben) // staking.total_weight()
    chain.warp(start_of(EPOCH + 4) - 1)
    assert staking.claimable(ben) == 0
    chain.advance(1)
    assert staking.claimable(ben) == share


@pytest.mark.parametrize("off", [-1, 0, 1])
def test_votes_around_a_snapshot(chain, staking, ada, off):
    snapshot = chain.timestamp + 10
    chain.warp(snapshot + off)
    staking.stake(COS, sender=ada)
    chain.warp(snapshot + 100)
    assert staking.getPastVotes(ada, snapshot) == (COS if off <= 0 else 0)
    assert staking.getPastTotalSupply(snapshot) == (COS if off <= 0 else 0)


def test_supply_to_zero_and_back(staking, token, old_stake, ada, ben, attacker, giver, next_epoch):
    staking.notify(400, sender=giver)
    staking.withdraw(3 * COS, sender=ada)
    staking.withdraw(COS, sender=ben)
    assert staking.total_weight() == 0
    next_epoch()
    assert staking.claimable(ada) == staking.claimable(ben) == 0
    token.transfer(staking.address, 10**9, sender=giver)
    staking.stake(1, sender=attacker)
    staking.stake(COS, sender=ada)
    next_epoch(2)
    assert staking.claimable(attacker) == 0, "a share of 400 by weight"
    assert staking.claimable(ada) == 399
    assert staking.income()[0] == 0


@pytest.mark.parametrize("gift", [1, FUND])
def test_cos_sent_directly_changes_no_claim(
    chain, staking, token, ada, ben, giver, next_epoch, gift
):
    def story(*, with_gifts: bool) -> object:
        def send() -> None:
            if with_gifts:
                token.transfer(staking.address, gift // 4 + 1, sender=chain.account("cyd"))

        send()
        staking.stake(3 * COS, sender=ada)
        next_epoch()
        send()
        staking.notify(10**9, sender=giver)
        staking.stake(COS, sender=ben)
        next_epoch(2)
        send()
        staking.restake(sender=ada)
        staking.withdraw(COS, sender=ada)
        next_epoch(2)
        staking.pay_exit(ada, sender=ben)
        return (
            [token.balanceOf(person) for person in (ada, ben, giver)],
            [staking.position(person) for person in (ada, ben)],
            staking.totals(),
            staking.income(),
        )

    with chain.anchor():
        expected = story(with_gifts=False)
    assert story(with_gifts=True) == expected


def test_the_order_of_claims_is_irrelevant(chain, staking, ada, ben, cyd, giver, next_epoch):
    for person, amount in ((ada, COS), (ben, 3 * COS + 1), (cyd, 10 * COS + 7)):
        staking.stake(amount, sender=person)
        next_epoch(5)
    for amount in (10**9 + 1, 7, 10**12):
        staking.notify(amount, sender=giver)
        next_epoch(2)
    results = set()
    for order in itertools.permutations((ada, ben, cyd)):
        with chain.anchor():
            for person in order:
                staking.claim(sender=person)
                staking.stake(1, sender=person)
            results.add(tuple(staking.position(person) for person in (ada, ben, cyd)))
    assert len(results) == 1


# --- a token that calls back


@pytest.fixture
def foreign(chain, authority, governance):
    token = chain.deploy("FickleToken", sender=governance)
    return token, chain.deploy("CosStaking", authority, token, sender=governance)


FUNCTIONS = {
    "stake": (COS,),
    "stake_for": ("ben", COS),
    "stake_with_permit": (COS, 2**40, 27, bytes(32), bytes(32)),
    "restake": (),
    "claim": (),
    "withdraw": (COS,),
    "pay_exit": ("ada",),
    "notify": (COS,),
    "delegate": ("ben",),
    "delegateBySig": ("ben", 0, 2**40, 27, bytes(32), bytes(32)),
    "delegate_signature": ("ada", "ben", 0, 2**40, b""),
    "approve_lock": ("ben", COS),
    "approve_lock_signature": ("ada", "ben", COS, 0, 2**40, b""),
    "release": ("ada", 1),
    "seize": ("ada", "ben", 1),
    "claimable": ("ada",),
    "staked": ("ada",),
    "position": ("ada",),
    "exits": ("ada",),
    "total_weight": (),
}


@pytest.mark.parametrize("inner", FUNCTIONS)
@pytest.mark.parametrize("outer", ["stake", "claim", "pay_exit", "notify", "seize"])
def test_a_token_that_calls_back_finds_every_door_shut(
    chain, foreign, governance, ada, giver, locker, outer, inner
):
    token, staking = foreign
    staking.stake(10 * COS, sender=ada)
    staking.approve_lock(locker, COS, sender=ada)
    staking.lock(ada, COS, sender=locker)
    chain.advance(WEEK)
    staking.notify(COS, sender=giver)
    staking.withdraw(COS, sender=ada)
    chain.advance(WEEK)
    args = [chain.account(a) if a in ("ada", "ben") else a for a in FUNCTIONS[inner]]
    data = staking.abi.functions[inner].encode(args)
    token.behave(True, staking.address, data, sender=governance)
    before = staking.claimable(ada), staking.exits(ada), staking.position(ada)
    outer_args = {"stake": (COS,), "pay_exit": (ada,), "notify": (COS,), "seize": (ada, giver, 1)}
    sender = locker if outer == "seize" else ada
    with pytest.raises(Revert) as caught:
        staking.transact(outer, *outer_args.get(outer, ()), sender=sender)
    assert not caught.value.reason, "the lock's revert has none"
    assert (staking.claimable(ada), staking.exits(ada), staking.position(ada)) == before


def test_lock_while_the_token_is_called_sees_the_final_state(
    chain, foreign, authority, governance, ada
):
    """The one function without the re-entrancy lock: it can lock what will be there, no more."""
    token, staking = foreign
    authority.grantRole(LOCKER_ROLE, token.address, sender=governance)
    staking.stake(10 * COS, sender=ada)
    staking.approve_lock(token.address, INFINITE, sender=ada)
    staking.withdraw(4 * COS, sender=ada)
    chain.advance(DELAY)
    too_much = staking.abi.functions["lock"].encode([ada, 6 * COS + 1])
    token.behave(True, staking.address, too_much, sender=governance)
    with pytest.raises(Revert, match="staking: stake is locked"):
        staking.pay_exit(ada, sender=ada)
    token.behave(
        True,
        staking.address,
        staking.abi.functions["lock"].encode([ada, 6 * COS]),
        sender=governance,
    )
    staking.pay_exit(ada, sender=ada)
    assert staking.locked(ada) == staking.staked(ada) == 6 * COS
    # A stake is there before its transfer, which reverts the whole of it if it fails.
    token.behave(
        True, staking.address, staking.abi.functions["lock"].encode([ada, COS]), sender=governance
    )
    staking.stake(COS, sender=ada)
    assert staking.locked(ada) == staking.staked(ada) == 7 * COS


# --- wallets, lockers, exits


def test_wallets_do_all_of_it(chain, staking, token, ada, giver, ben, next_epoch):
    wallet = chain.deploy("SharedWallet", [ada], 1, sender=ada)
    token.transfer(wallet.address, 10 * COS, sender=giver)

    def call(target, function, *args):
        data = target.abi.functions[function].encode(args)
        wallet.execute(target.address, data, sender=ada)

    call(token, "approve", staking.address, 10 * COS)
    call(staking, "stake", 10 * COS)
    next_epoch()
    staking.notify(400, sender=giver)
    next_epoch()
    call(staking, "claim")
    assert token.balanceOf(wallet.address) == 399
    call(staking, "delegate", ben)
    assert staking.getVotes(ben) == 10 * COS
    call(staking, "withdraw", 10 * COS)
    next_epoch()
    staking.pay_exit(wallet.address, sender=ben)
    assert token.balanceOf(wallet.address) == 10 * COS + 399


def test_a_locker_takes_what_was_offered_and_once(
    staking, old_stake, ada, ben, locker, other_locker, refuses
):
    with refuses("staking: more than locked"):
        staking.seize(ada, locker, 1, sender=locker)
    staking.approve_lock(locker, COS, sender=ada)
    with refuses("staking: more than locked"):
        staking.seize(ada, locker, 1, sender=locker)
    staking.lock(ada, COS, sender=locker)
    staking.seize(ada, locker, COS, sender=locker)
    for attempt in ("seize", "lock"):
        args = (ada, locker, 1) if attempt == "seize" else (ada, 1)
        reason = "staking: more than locked" if attempt == "seize" else "staking: not offered"
        with refuses(reason):
            staking.transact(attempt, *args, sender=locker)
    assert staking.staked(ada) == 2 * COS
    assert staking.exits(locker)[1] == COS


def test_no_way_out_is_shorter_than_seven_days(
    chain, staking, token, old_stake, ada, locker, cyd, refuses, next_epoch, giver
):
    """Withdrawn, seized by a locker of one's own, or joined to an older ticket."""
    staking.approve_lock(locker, 2 * COS, sender=ada)
    staking.lock(ada, 2 * COS, sender=locker)
    start = chain.timestamp
    staking.withdraw(1, sender=ada)
    for days in range(6):
        chain.warp(start + days * DAY)
        staking.seize(ada, ada, 1_000, sender=locker)
        staking.seize(ada, cyd, 1_000, sender=locker)
    chain.warp(start + DELAY)
    # Of day 0: the first ticket. All later ones joined the second, which is due a week after day 5.
    assert staking.pay_exit(ada, sender=ada) == 1_001
    assert staking.pay_exit(cyd, sender=cyd) == 1_000
    for _ in range(5):
        chain.advance(DAY - 1)
        with refuses("staking: nothing due"):
            staking.pay_exit(ada, sender=ada)
    chain.warp(start + 12 * DAY)
    assert staking.pay_exit(ada, sender=ada) == 5_000
    assert staking.pay_exit(cyd, sender=cyd) == 5_000


# --- years and bounds


def test_everything_after_2106(
    chain, staking, token, old_stake, ada, ben, cyd, giver, locker, next_epoch
):
    next_epoch((2**32) // WEEK + 2 - chain.timestamp // WEEK)
    assert chain.timestamp > 2**32
    now_epoch = chain.timestamp // WEEK
    staking.stake(COS, sender=cyd)
    staking.notify(10**9, sender=giver)
    then = chain.timestamp
    chain.advance(1)
    staking.delegate(cyd, sender=ada)
    assert staking.getVotes(cyd) == 4 * COS
    assert staking.getPastVotes(cyd, then) == COS
    assert staking.getPastVotes(ada, then) == 3 * COS
    assert staking.getPastTotalSupply(then) == 5 * COS
    assert staking.weight(ada) == 3 * COS * (N + K * (now_epoch - EPOCH - 1))
    next_epoch()
    assert staking.claim(sender=ada) == 3 * 10**9 // 4 - 1
    staking.approve_lock(locker, COS, sender=ada)
    staking.lock(ada, COS, sender=locker)
    first = staking.withdraw(2 * COS, sender=ada)
    assert first == chain.timestamp + DELAY
    chain.advance(5)
    second = staking.seize(ada, ada, COS, sender=locker)
    assert staking.exits(ada) == (0, 2 * COS, first, COS, second)
    chain.warp(first)
    assert staking.pay_exit(ada, sender=ada) == 2 * COS
    chain.warp(second)
    assert staking.pay_exit(ada, sender=ada) == COS


def test_all_cos_in_one_position_to_the_calendars_end(
    chain, authority, token, staking, governance, ada, ben, giver, locker, next_epoch
):
    """Every field at its most: the whole supply staked by one, old as can be, income in between."""
    rest = SUPPLY - token.totalSupply()
    token.mint(ada, rest, sender=governance)
    for person in (ben, chain.account("cyd"), chain.account("attacker")):
        token.transfer(ada, FUND, sender=person)
    income = FUND
    token.transfer(ada, FUND - income, sender=giver)
    most = SUPPLY - income
    staking.stake(most, sender=ada)
    staking.approve_lock(locker, INFINITE, sender=ada)
    staking.lock(ada, most, sender=locker)
    next_epoch(3)
    staking.notify(income // 2, sender=giver)
    chain.warp(start_of(LAST_EPOCH) - 1)
    staking.notify(income // 2, sender=giver)
    chain.advance(1)
    starts = most * (EPOCH + 1)
    assert staking.position(ada)[:4] == (most, 0, starts, LAST_EPOCH)
    assert staking.total_weight() == most * (N + K * (LAST_EPOCH - EPOCH - 1)) < 2**78
    assert staking.claimable(ada) == income - 1
    assert staking.getVotes(ada) == most
    staking.seize(ada, ben, most, sender=locker)
    assert staking.exits(ben)[1] == most
    assert staking.position(ada)[:3] == (0, 0, 0)
    assert staking.totals()[:3] == (0, 0, 0)
    chain.advance(DELAY)
    assert staking.pay_exit(ben, sender=ben) == most


def test_the_sums_hold_the_largest_incomes_at_the_least_weight(chain, authority, governance):
    """As much as there can be of COS in every epoch, for the smallest weight that is divided by:
    P and Q stay within their fields, which is what a claim then shows."""
    token = chain.deploy("FickleToken", sender=governance)
    staking = chain.deploy("CosStaking", authority, token, sender=governance)
    staking.stake(MIN_WEIGHT // N, sender=governance)
    epochs = 400
    expected = 0
    for _ in range(epochs):
        chain.advance(WEEK)
        staking.notify(SUPPLY, sender=governance)
        expected += SUPPLY
    chain.advance(WEEK)
    # P grows by 2^78 * SUPPLY / weight each epoch: 16,384 of them fit 121 bits.
    assert (SUPPLY << 78) // MIN_WEIGHT * 2**14 < 2**121
    found = staking.claimable(governance)
    assert expected - 1 <= found <= expected
