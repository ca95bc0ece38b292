"""votes._add, votes._remove, getVotes, getPastVotes, getPastTotalSupply, clock

clock (ERC-6372)
└── the block's time, with mode=timestamp
units that come and go
├── first units: the account is its own delegate, both events
├── more, fewer, none: votes follow, one event each
├── several in one second: one checkpoint, the last one counts
└── the largest sum of votes (pitfall 36); more -> revert
the past
├── of now or later -> revert (pitfall 1)
├── at t - 1, t, t + 1 of each of many checkpoints, of the head and of the trace (pitfall 8)
├── does not change by what comes later (pitfall 25)
├── of an account without votes, of the zero address, before the first checkpoint: 0
├── after 2106 and in the last second of 40 bits (pitfall 35)
└── any sequence against the model, at every second around every change
words
├── a pair of checkpoints in each slot, laid out as documented; neighbours are not touched
└── the first checkpoints need one slot, later every second one a new slot
"""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cos.chain import Chain, Event
from tests.models import ZERO_ADDRESS
from tests.models.clock import Clock
from tests.models.votes import VotesModel
from tests.unit.votes.conftest import NAME, NOW

MAX_VOTES = 2**64 - 1
LAST_SECOND = 2**40 - 1


def changed(votes, delegate, old, new):
    names = {"delegate": delegate, "previousVotes": old, "newVotes": new}
    return Event(votes.address, "DelegateVotesChanged", names)


def test_the_clock_is_time(chain, votes):
    chain.warp(NOW + 77)
    assert (votes.clock(), votes.CLOCK_MODE()) == (NOW + 77, "mode=timestamp")


def test_first_units_are_the_accounts_own_votes(votes, ada):
    receipt = votes.transact("add", ada, 5, sender=ada)
    delegated = {"delegator": ada, "fromDelegate": ZERO_ADDRESS, "toDelegate": ada}
    assert receipt.logs == [
        Event(votes.address, "DelegateChanged", delegated),
        changed(votes, ada, 0, 5),
    ]
    assert (votes.getVotes(ada), votes.delegates(ada), votes.total()) == (5, ada, 5)


def test_votes_follow_the_units(chain, votes, ada):
    votes.add(ada, 5, sender=ada)
    chain.advance(1)
    assert votes.transact("add", ada, 7, sender=ada).logs == [changed(votes, ada, 5, 12)]
    chain.advance(1)
    assert votes.transact("remove", ada, 12, sender=ada).logs == [changed(votes, ada, 12, 0)]
    assert (votes.getVotes(ada), votes.delegates(ada), votes.total()) == (0, ada, 0)


def test_the_last_change_of_a_second_counts(chain, votes, ada):
    votes.add_many(ada, [5, 6, 7], sender=ada)
    votes.remove(ada, 1, sender=ada)
    head = votes.head(ada)
    assert (head >> 208) & (2**40 - 1) == 1, "one checkpoint"
    chain.advance(1)
    assert (votes.getPastVotes(ada, NOW), votes.getPastTotalSupply(NOW)) == (17, 17)
    assert votes.getPastVotes(ada, NOW - 1) == 0


def test_the_largest_sum_of_votes(chain, votes, ada, ben, refuses):
    votes.add(ada, MAX_VOTES - 1, sender=ada)
    votes.add(ben, 1, sender=ada)
    votes.delegate(ada, sender=ben)
    assert votes.getVotes(ada) == votes.total() == MAX_VOTES
    with refuses("votes: too many"):
        votes.add(ada, 1, sender=ada)
    with refuses("votes: too many"):
        votes.add(ben, 1, sender=ada)
    chain.advance(1)
    assert votes.getPastVotes(ada, NOW) == votes.getPastTotalSupply(NOW) == MAX_VOTES
    assert votes.delegates(ada) == ada, "the choice beside the count is untouched"


@pytest.mark.parametrize("ahead", [0, 1, 10**6, 2**48 - 1 - NOW, 2**256 - 1 - NOW])
def test_the_past_is_strictly_past(votes, ada, refuses, ahead):
    votes.add(ada, 5, sender=ada)
    for account in (ada, ZERO_ADDRESS):
        with refuses("votes: not in the past"):
            votes.getPastVotes(account, NOW + ahead)
    with refuses("votes: not in the past"):
        votes.getPastTotalSupply(NOW + ahead)


@pytest.mark.parametrize("count", [1, 2, 3, 4, 5, 8, 33])
def test_the_past_around_every_checkpoint(chain, votes, ada, count):
    rng = random.Random(count)
    times, values, units = [], [], 0
    for _ in range(count):
        chain.advance(rng.choice([2, 3, 1_000, 10**7]))
        more = rng.randrange(1, 10**6)
        votes.add(ada, more, sender=ada)
        units += more
        times.append(chain.timestamp)
        values.append(units)
    chain.advance(2)
    before = [0, *values[:-1]]
    for time, old, new in zip(times, before, values, strict=True):
        for moment, expected in ((time - 1, old), (time, new), (time + 1, new)):
            assert votes.getPastVotes(ada, moment) == expected
            assert votes.getPastTotalSupply(moment) == expected
    assert votes.getPastVotes(ada, 0) == 0


def test_the_past_is_not_changed_by_what_follows(chain, votes, ada, ben):
    votes.add(ada, 9, sender=ada)
    chain.advance(5)
    seen = {}
    for step in range(40):
        # The second in which something is read is over before anything else happens.
        seen |= {moment: votes.getPastVotes(ada, moment) for moment in range(NOW - 1, NOW + step)}
        if step % 3 == 0:
            votes.delegate(ben if step % 2 else ada, sender=ada)
        elif step % 3 == 1:
            votes.add(ada, step, sender=ada)
        else:
            votes.remove(ada, 1, sender=ada)
        chain.advance(1 if step % 2 else 0)
        chain.advance(1)
        assert {moment: votes.getPastVotes(ada, moment) for moment in seen} == seen


def test_nobody_has_no_votes(chain, votes, ada, ben):
    votes.add(ada, 9, sender=ada)
    chain.advance(1)
    assert votes.getVotes(ben) == votes.getPastVotes(ben, NOW) == 0
    assert votes.getVotes(ZERO_ADDRESS) == votes.getPastVotes(ZERO_ADDRESS, NOW) == 0
    assert votes.getPastTotalSupply(0) == 0
    assert votes.delegates(ben) == votes.delegates(ZERO_ADDRESS) == ZERO_ADDRESS


@pytest.mark.parametrize("moment", [2**32 - 1, 2**32, 2**32 + 1, LAST_SECOND - 1])
def test_far_away_times(chain, votes, ada, ben, moment):
    votes.add(ada, 1, sender=ada)
    chain.warp(moment)
    votes.add(ada, 2, sender=ada)
    votes.delegate(ben, sender=ada)
    chain.advance(1)
    votes.add(ada, MAX_VOTES - 3, sender=ada)
    chain.advance(1)
    read = [votes.getPastVotes(p, moment + at) for p in (ada, ben) for at in (-1, 0, 1)]
    assert read == [1, 0, 0, 0, 3, MAX_VOTES]
    assert votes.getPastTotalSupply(moment) == 3
    assert (votes.delegates(ada), votes.clock()) == (ben, chain.timestamp)


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["add", "add", "remove", "delegate"]),
        st.integers(0, 2),
        st.integers(0, 2),
        st.integers(0, 100),
        st.sampled_from([0, 0, 1, 1, 2, 10**6]),
    ),
    min_size=1,
    max_size=40,
)


@given(steps=STEPS)
def test_any_sequence_is_the_models(steps):
    chain = Chain(timestamp=NOW)
    people = [chain.account(label) for label in ("ada", "ben", "cyd")]
    votes = chain.deploy("VotesHarness", NAME, sender=people[0])
    model = VotesModel(Clock(NOW))
    moments = set()
    for action, who, whom, amount, seconds in steps:
        account, other = people[who], people[whom]
        if action == "add":
            votes.add(account, amount, sender=account)
            model.add(account, amount)
        elif action == "remove" and model.units[account]:
            amount = amount * model.units[account] // 100
            votes.remove(account, amount, sender=account)
            model.remove(account, amount)
        elif action == "delegate":
            votes.delegate(other, sender=account)
            model.delegate(account, other)
        moments |= {chain.timestamp - 1, chain.timestamp, chain.timestamp + 1}
        assert [votes.getVotes(p) for p in people] == [model.votes(p) for p in people]
        assert [votes.delegates(p) for p in people] == [model.delegates(p) for p in people]
        assert sum(votes.getVotes(p) for p in people) == votes.total() == model.total_votes()
        chain.advance(seconds)
        model.clock.now = chain.timestamp
    chain.advance(2)
    model.clock.now = chain.timestamp
    for moment in moments:
        read = [votes.getPastVotes(p, moment) for p in people]
        assert read == [model.past_votes(p, moment) for p in people]
        # Invariant 14.
        assert sum(read) == votes.getPastTotalSupply(moment) == model.past_total_supply(moment)


def test_words_are_laid_out_as_documented(chain, votes, ada, ben):
    votes.delegate(ben, sender=ben)
    chain.warp(LAST_SECOND - 4)
    votes.add(ben, MAX_VOTES, sender=ada)
    checkpoints = [LAST_SECOND - 4 | MAX_VOTES << 40]
    for step in range(1, 5):
        chain.advance(1)
        votes.remove(ben, 1, sender=ada)
        checkpoints.append(LAST_SECOND - 4 + step | (MAX_VOTES - step) << 40)
    itself = 1 << 248
    assert votes.pair(ben, 0) == checkpoints[0] | checkpoints[1] << 104
    assert votes.pair(ben, 1) == checkpoints[2] | checkpoints[3] << 104
    assert votes.pair(ben, 2) == 0
    assert votes.head(ben) == checkpoints[4] | 5 << 208 | itself
    assert votes.head(ada) == 0


def test_every_second_checkpoint_opens_a_slot(chain, votes, ada):
    opened = []
    for _ in range(7):
        votes.add(ada, 1, sender=ada)
        opened.append(sum(votes.pair(ada, number) != 0 for number in range(4)))
        chain.advance(1)
    assert opened == [0, 0, 1, 1, 2, 2, 3]
