"""From the founders' assembly to the general assembly (45)

the clock
├── started by anyone while more than 5 % of the cap is staked: exactly 5 % are too little
├── not in the second in which it was staked, not twice -> revert
├── stopped by anyone who names a second since the start at which it was too little
│   └── a second with enough, before the start, or not yet over; a stopped clock -> revert
└── a stake that goes and comes back within the 90 days: stopped, begins anew
the switch
├── by anyone, when the 90 days are over, not a second earlier; event
├── with too little now, or at one of the seconds that it looks at itself -> revert
├── nobody watching: coins that left and came back are found
└── once and for good: no clock, no switch, no way back, whatever is staked then
proposals across the switch
├── made before it, or in its second: the founders'; behind its snapshots: the general assembly's
├── a delay shortened before the switch moves nobody's proposal
├── voted, queued, executed across it: threshold, quorum, votes of their own assembly
└── views: token, getVotes, quorum, proposalThreshold tell it by snapshot
the general assembly
├── stakers vote with what was staked at the snapshot; founders without stake have nothing
├── coins borrowed for a second, staked and gone; locked while they leave (1)
├── vote, withdraw, stake elsewhere, vote again: nothing (2)
└── its settings are its own
"""

from __future__ import annotations

import pytest

from tests.governing import (
    CAP,
    COS,
    DAY,
    DEFEATED,
    EXECUTED,
    FOR,
    HOUR,
    SUCCEEDED,
    SWITCH_SECONDS,
    SWITCH_STAKE,
    Settings,
    build,
    call_of,
)
from tests.unit.cos_governor.conftest import LARGE, SMALL, TOTAL

TOO_LITTLE = "governor: too little staked"
MUCH = SWITCH_STAKE + 1


@pytest.fixture
def staked(chain, house) -> str:
    """One base unit more than 5 % of the cap, a second ago."""
    staker = house.stake("staker", MUCH)
    chain.advance(1)
    return staker


@pytest.fixture
def ready(chain, house, governor, staked) -> str:
    """The clock has run for 90 days."""
    governor.start_switch(sender=staked)
    chain.advance(SWITCH_SECONDS)
    return staked


def test_start_needs_more_than_five_percent(chain, house, governor, attacker, refuses, event):
    house.stake("staker", SWITCH_STAKE)
    chain.advance(1)
    with refuses(TOO_LITTLE):
        governor.start_switch(sender=attacker)
    house.stake("staker", 1)
    with refuses(TOO_LITTLE):
        governor.start_switch(sender=attacker)
    chain.advance(1)
    receipt = governor.transact("start_switch", sender=attacker)
    assert receipt.logs == [event("SwitchStarted", held_since=chain.timestamp)]
    assert governor.held_since() == chain.timestamp
    with refuses("governor: clock is running"):
        governor.start_switch(sender=attacker)


def test_stop_names_a_second(chain, house, governor, staked, attacker, refuses, event):
    governor.start_switch(sender=staked)
    started = chain.timestamp
    chain.advance(DAY)
    house.staking.withdraw(1, sender=staked)
    low = chain.timestamp
    chain.advance(HOUR)
    house.stake("other", 1)
    high = chain.timestamp
    chain.advance(1)
    for timepoint, reason in (
        (started - 1, "governor: before the start"),
        (0, "governor: before the start"),
        (started, "governor: enough was staked"),
        (low - 1, "governor: enough was staked"),
        (high, "governor: enough was staked"),
        (chain.timestamp, "votes: not in the past"),
    ):
        with refuses(reason):
            governor.stop_switch(timepoint, sender=attacker)
    for timepoint in (low, high - 1):
        with chain.anchor():
            receipt = governor.transact("stop_switch", timepoint, sender=attacker)
            stopped = {"held_since": started, "timepoint": timepoint}
            assert receipt.logs == [event("SwitchStopped", **stopped)]
            assert governor.held_since() == 0
    governor.stop_switch(low, sender=attacker)
    for call in (("stop_switch", low), ("switch_assembly",)):
        with refuses("governor: clock is not running"):
            governor.transact(*call, sender=attacker)
    governor.start_switch(sender=attacker)
    assert governor.held_since() == chain.timestamp


@pytest.mark.parametrize("early", [1, 0])
def test_switch_after_ninety_days(chain, house, governor, staked, attacker, refuses, event, early):
    governor.start_switch(sender=staked)
    chain.advance(SWITCH_SECONDS - early)
    if early:
        with refuses("governor: too early to switch"):
            governor.switch_assembly(sender=attacker)
        return
    receipt = governor.transact("switch_assembly", sender=attacker)
    general_from = chain.timestamp + DAY + 1
    assert receipt.logs == [event("AssemblySwitched", general_from=general_from)]
    assert governor.general_from() == general_from


def test_a_clock_that_began_anew_runs_anew(chain, house, governor, ready, attacker, refuses):
    house.staking.withdraw(1, sender=ready)
    chain.advance(1)
    house.stake("other", 1)
    chain.advance(1)
    governor.stop_switch(chain.timestamp - 2, sender=attacker)
    governor.start_switch(sender=attacker)
    chain.advance(SWITCH_SECONDS - 1)
    with refuses("governor: too early to switch"):
        governor.switch_assembly(sender=attacker)
    chain.advance(1)
    governor.switch_assembly(sender=attacker)


def test_switch_needs_the_stake_now(chain, house, governor, ready, attacker, refuses):
    house.staking.withdraw(1, sender=ready)
    governor_now = chain.timestamp
    chain.advance(1)
    with refuses(TOO_LITTLE):
        governor.switch_assembly(sender=attacker)
    house.stake("other", 1)
    with refuses(TOO_LITTLE):
        governor.switch_assembly(sender=attacker)
    chain.advance(1)
    with chain.anchor():
        governor.switch_assembly(sender=attacker)
    governor.stop_switch(governor_now, sender=attacker)


@pytest.mark.parametrize("gone_after", [1, 6 * DAY - 1, 30 * DAY, 83 * DAY])
def test_coins_that_left_and_came_back_are_found(
    chain, house, governor, staked, attacker, refuses, gone_after
):
    """45: nobody watches, so nobody stops the clock; the coins come back as soon as they can. The
    switch looks every six days, and they were away for seven."""
    started = chain.timestamp
    governor.start_switch(sender=staked)
    chain.advance(gone_after)
    due = house.staking.withdraw(MUCH, sender=staked)
    chain.warp(due)
    house.staking.pay_exit(staked, sender=staked)
    house.token.approve(house.staking.address, MUCH, sender=staked)
    house.staking.stake(MUCH, sender=staked)
    chain.warp(max(started + SWITCH_SECONDS, chain.timestamp + 1))
    with refuses(TOO_LITTLE):
        governor.switch_assembly(sender=attacker)


@pytest.mark.parametrize("sample", range(1, 15))
@pytest.mark.parametrize("off", [-1, 0, 1])
def test_the_switch_looks_at_every_sixth_day(
    chain, house, governor, staked, attacker, refuses, sample, off
):
    """A second of too little is found only there; elsewhere it is for others to name it."""
    governor.start_switch(sender=staked)
    started = chain.timestamp
    chain.warp(started + sample * 6 * DAY + off)
    house.staking.withdraw(1, sender=staked)
    chain.advance(1)
    house.stake("other", 1)
    chain.warp(started + SWITCH_SECONDS)
    if off == 0:
        with refuses(TOO_LITTLE):
            governor.switch_assembly(sender=attacker)
    else:
        governor.switch_assembly(sender=attacker)


def test_the_switch_is_for_good(chain, house, governor, ready, attacker, refuses):
    governor.switch_assembly(sender=attacker)
    general_from = governor.general_from()
    for call in (("start_switch",), ("stop_switch", chain.timestamp - 1), ("switch_assembly",)):
        with refuses("governor: switched"):
            governor.transact(*call, sender=attacker)
    house.staking.withdraw(MUCH, sender=ready)
    chain.warp(general_from + 1_000 * DAY)
    for call in (("start_switch",), ("stop_switch", chain.timestamp - 1), ("switch_assembly",)):
        with refuses("governor: switched"):
            governor.transact(*call, sender=attacker)
    assert governor.token() == house.staking.address


@pytest.mark.parametrize("late", [-1, 0, 1])
def test_a_proposal_keeps_its_assembly(
    chain, house, governor, ready, ada, ben, payment, attacker, refuses, late
):
    """A second before the switch, in its second, a second later."""
    if late == 1:
        governor.switch_assembly(sender=attacker)
        chain.advance(1)
        with refuses("governor: below threshold"):
            governor.propose(*payment.words, sender=ada)
        number = house.propose(payment, ready)
    else:
        with refuses("governor: below threshold"):
            governor.propose(*payment.words, sender=ready)
        number = house.propose(payment, ada)
        chain.advance(-late)
        governor.switch_assembly(sender=attacker)
    chain.warp(governor.proposalSnapshot(number) + 1)
    weights = [governor.castVote(number, FOR, sender=each) for each in (ada, ben, ready)]
    assert weights == ([0, 0, MUCH] if late == 1 else [LARGE, LARGE, 0])
    quorum = CAP // 1_000 if late == 1 else TOTAL * 2_000 // 10_000
    if late == 1:
        quorum = max(quorum, -(-MUCH * 400 // 10_000))
    assert governor.proposal_quorum(number) == quorum
    assert governor.quorum(governor.proposalSnapshot(number)) == quorum
    house.close_vote(number)
    governor.queue(*payment.hashed, sender=attacker)
    chain.warp(governor.proposalEta(number))
    governor.execute(*payment.hashed, sender=attacker)
    assert governor.state(number) == EXECUTED


def test_a_shortened_delay_moves_no_proposal(chain, house, governor, ready, ada, ben, payment):
    """The founders' proposal has its snapshot behind that of a proposal made after the switch."""
    longer = call_of(governor, "setVotingDelay", 14 * DAY)
    shorter = call_of(governor, "setVotingDelay", HOUR)
    house.carry_out(longer, (ada, ben))
    house.make_due(shorter, (ada, ben))
    number = house.propose(payment, ada)
    snapshot = governor.proposalSnapshot(number)
    governor.execute(*shorter.hashed, sender=ada)
    governor.switch_assembly(sender=ada)
    assert governor.general_from() == snapshot + 1
    # What is proposed meanwhile is still the founders'.
    chain.advance(1)
    between = call_of(house.token, "transfer", ada, 7)
    house.propose(between, ben)
    for each in (between.id, number):
        chain.warp(max(chain.timestamp, governor.proposalSnapshot(each) + 1))
        assert governor.castVote(each, FOR, sender=ada) == LARGE
        assert governor.castVote(each, FOR, sender=ready) == 0
    after = call_of(house.token, "transfer", ada, 8)
    house.open_vote(after, ready)
    assert governor.castVote(after.id, FOR, sender=ready) == MUCH


def test_a_proposal_of_before_an_older_shortening_keeps_its_assembly(
    chain, house, governor, ready, ada, ben, payment
):
    """Two shortenings: the latest snapshot of all counts, not that of the last one."""
    longer = call_of(governor, "setVotingDelay", 14 * DAY)
    house.carry_out(longer, (ada, ben))
    first = call_of(governor, "setVotingDelay", 2 * HOUR)
    second = call_of(governor, "setVotingDelay", HOUR)
    for each in (first, second):
        house.make_due(each, (ada, ben))
    number = house.propose(payment, ada)
    for each in (first, second):
        governor.execute(*each.hashed, sender=ada)
    governor.switch_assembly(sender=ada)
    assert governor.general_from() == governor.proposalSnapshot(number) + 1


def test_views_tell_the_assembly_by_snapshot(chain, house, governor, ready, ada, attacker):
    governor.switch_assembly(sender=attacker)
    general_from = governor.general_from()
    assert governor.proposalThreshold() == SMALL  # a snapshot a second too early
    chain.advance(1)
    assert governor.proposalThreshold() == Settings().general[0]
    assert governor.token() == house.register.address
    chain.warp(general_from)
    assert governor.token() == house.staking.address
    chain.advance(1)
    assert governor.getVotes(ada, general_from - 1) == LARGE
    assert governor.getVotes(ada, general_from) == 0
    assert governor.getVotes(ready, general_from) == MUCH
    assert governor.getVotesWithParams(ready, general_from, b"") == MUCH
    assert governor.quorum(general_from - 1) == TOTAL * 2_000 // 10_000
    assert governor.quorum(general_from) == -(-MUCH * 400 // 10_000)


def test_borrowed_coins_do_not_vote(chain, house, governor, payment, ready, attacker, refuses):
    """1: staked in the snapshot's second and withdrawn in it, they weigh nothing, and they are
    gone for seven days all the same."""
    governor.switch_assembly(sender=ready)
    house.known.clear()
    chain.advance(1)
    house.token.transfer(attacker, 2 * MUCH, sender=house.treasurer)
    house.token.approve(house.staking.address, 2 * MUCH, sender=attacker)
    number = house.propose(payment, ready)
    chain.warp(governor.proposalSnapshot(number))
    house.staking.stake(MUCH, sender=attacker)
    house.staking.withdraw(MUCH, sender=attacker)
    with refuses("governor: not active"):
        governor.castVote(number, FOR, sender=attacker)
    with refuses("staking: nothing due"):
        house.staking.pay_exit(attacker, sender=attacker)
    chain.advance(1)
    assert governor.castVote(number, FOR, sender=attacker) == 0
    # Nor is a proposal made with them.
    house.staking.stake(MUCH, sender=attacker)
    other = call_of(house.token, "transfer", attacker, 1)
    with refuses("governor: below threshold"):
        governor.propose(*other.words, sender=attacker)


def test_nothing_happens_in_one_second(chain, house, governor, ready, attacker, refuses):
    """1: stake, propose, vote, queue, execute without time (Beanstalk)."""
    governor.switch_assembly(sender=ready)
    chain.warp(governor.general_from())
    house.stake("attacker", 5 * MUCH)
    theft = call_of(house.token, "transfer", attacker, 1)
    with refuses("governor: below threshold"):
        governor.propose(*theft.words, sender=attacker)
    chain.advance(1)
    number = house.propose(theft, attacker)
    with refuses("governor: not active"):
        governor.castVote(number, FOR, sender=attacker)
    with refuses("governor: not succeeded"):
        governor.queue(*theft.hashed, sender=attacker)
    with refuses("governor: not queued"):
        governor.execute(*theft.hashed, sender=attacker)
    earliest = chain.timestamp + DAY + 7 * DAY + 1 + 2 * DAY
    chain.warp(governor.proposalSnapshot(number) + 1)
    governor.castVote(number, FOR, sender=attacker)
    house.close_vote(number)
    governor.queue(*theft.hashed, sender=attacker)
    assert governor.proposalEta(number) == earliest


def test_coins_that_voted_vote_no_more_elsewhere(chain, attacker):
    """2: voted with, withdrawn, paid out, given away, staked again, all within one vote."""
    house = build(chain, Settings(voting_period=30 * DAY))
    governor, staking, token = house.governor, house.staking, house.token
    staker, friend = house.stake("staker", MUCH), chain.account("friend")
    house.make_general()
    chain.advance(1)
    payment = call_of(token, "transfer", staker, 1)
    number = house.open_vote(payment, staker)
    assert governor.castVote(number, FOR, sender=staker) == MUCH
    staking.delegate(attacker, sender=staker)
    chain.advance(1)
    assert governor.castVote(number, FOR, sender=attacker) == 0
    chain.warp(staking.withdraw(MUCH, sender=staker))
    staking.pay_exit(staker, sender=staker)
    token.transfer(friend, MUCH, sender=staker)
    token.approve(staking.address, MUCH, sender=friend)
    staking.stake(MUCH, sender=friend)
    chain.advance(1)
    assert staking.getVotes(friend) == MUCH
    assert governor.castVote(number, FOR, sender=friend) == 0
    cast = sum(governor.proposalVotes(number))
    assert cast == MUCH == staking.getPastTotalSupply(governor.proposalSnapshot(number))


def test_the_general_assemblys_settings_are_its_own(chain, house, governor, ready, refuses):
    governor.switch_assembly(sender=ready)
    chain.warp(governor.general_from())
    small = house.stake("small", Settings().general[0] - 1)
    chain.advance(1)
    payment = call_of(house.token, "transfer", small, COS)
    with refuses("governor: below threshold"):
        governor.propose(*payment.words, sender=small)
    house.stake("small", 1)
    chain.advance(1)
    number = house.open_vote(payment, small)
    governor.castVote(number, FOR, sender=small)
    house.close_vote(number)
    assert governor.state(number) == DEFEATED
    again = call_of(house.token, "transfer", small, COS, why="again")
    assert governor.state(house.pass_vote(again, [ready])) == SUCCEEDED


def test_a_defeat_is_not_undone_by_the_switch(chain, house, governor, ready, ada, cyd, payment):
    number = house.open_vote(payment, ada)
    governor.castVote(number, FOR, sender=cyd)
    house.close_vote(number)
    governor.switch_assembly(sender=ready)
    for _ in range(3):
        chain.advance(DAY)
        assert governor.state(number) == DEFEATED
        assert governor.proposalVotes(number) == (0, SMALL, 0)
