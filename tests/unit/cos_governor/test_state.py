"""CosGovernor.state(proposalId): how a vote ends

├── passes with more for than against, if those for and abstaining make the quorum
│   ├── exactly the quorum suffices, one less doesn't; abstaining counts for it, against doesn't
│   ├── a tie is a no; abstaining alone is a no
│   └── the floor, where a part of all votes is less
├── the boundary seconds: pending, active, defeated or succeeded (8)
├── without any vote: defeated
├── not queued within 30 days, not executed within 30 days after its delay: expired, for good
└── after 2106 like before (35)
"""

from __future__ import annotations

import pytest

from tests.governing import (
    ABSTAIN,
    ACTIVE,
    AGAINST,
    CANCELED,
    DAY,
    DEFEATED,
    EXECUTED,
    EXPIRED,
    FOR,
    GRACE,
    PENDING,
    QUEUED,
    SUCCEEDED,
    YUAN,
    Settings,
    build,
    call_of,
)

F, A, N = FOR, AGAINST, ABSTAIN
MILLION = 1_000_000 * YUAN


@pytest.mark.parametrize(
    ("votes", "result"),
    [
        # Of 1,000,000 yuan 20 % are needed.
        ({F: 200_000}, SUCCEEDED),
        ({F: 199_999}, DEFEATED),
        ({F: 199_999, N: 1}, SUCCEEDED),
        ({F: 1, N: 199_999}, SUCCEEDED),
        ({F: 1, N: 199_998}, DEFEATED),
        ({N: 500_000}, DEFEATED),
        ({A: 199_999, F: 200_000}, SUCCEEDED),
        ({A: 200_000, F: 200_000}, DEFEATED),
        ({A: 200_000, F: 200_000, N: 100_000}, DEFEATED),
        ({A: 300_000, F: 200_000}, DEFEATED),
        ({A: 100_000, F: 150_000}, DEFEATED),
        ({A: 100_000, F: 150_000, N: 50_000}, SUCCEEDED),
        ({}, DEFEATED),
    ],
)
def test_majority_and_quorum(chain, votes, result):
    house = build(chain)
    governor = house.governor
    labels = {F: "for", A: "against", N: "abstaining"}
    for support, yuan in votes.items():
        house.admit(labels[support], yuan * YUAN, support + 1)
    house.admit("silent", MILLION - sum(votes.values()) * YUAN, 4)
    chain.advance(1)
    payment = call_of(house.token, "transfer", house.treasurer, 1)
    number = house.open_vote(payment, chain.account("silent"))
    for support in votes:
        governor.castVote(number, support, sender=chain.account(labels[support]))
    assert governor.proposal_quorum(number) == MILLION // 5
    house.close_vote(number)
    assert governor.state(number) == result


@pytest.mark.parametrize(("yuan", "result"), [(100_000, SUCCEEDED), (99_999, DEFEATED)])
def test_the_floor(chain, yuan, result):
    house = build(chain)
    founder = house.admit("founder", yuan * YUAN)
    house.admit("other", 300_000 * YUAN - yuan * YUAN, 2)
    chain.advance(1)
    number = house.open_vote(call_of(house.token, "transfer", founder, 1), founder)
    house.governor.castVote(number, FOR, sender=founder)
    house.close_vote(number)
    assert house.governor.state(number) == result


def test_the_boundary_seconds(chain, house, governor, payment, ada):
    proposed_at = chain.timestamp
    number = house.propose(payment, ada)
    for at, state in (
        (proposed_at, PENDING),
        (proposed_at + DAY, PENDING),
        (proposed_at + DAY + 1, ACTIVE),
        (proposed_at + 8 * DAY, ACTIVE),
        (proposed_at + 8 * DAY + 1, DEFEATED),
        (proposed_at + 1_000 * DAY, DEFEATED),
    ):
        chain.warp(at)
        assert governor.state(number) == state


def test_what_nobody_queues_expires(chain, house, governor, payment, passed, ada, refuses):
    chain.warp(governor.proposalDeadline(passed) + GRACE)
    assert governor.state(passed) == SUCCEEDED
    with chain.anchor():
        governor.queue(*payment.hashed, sender=ada)
    chain.advance(1)
    assert governor.state(passed) == EXPIRED
    with refuses("governor: not succeeded"):
        governor.queue(*payment.hashed, sender=ada)


def test_what_nobody_executes_expires(chain, house, governor, payment, due, ada, refuses):
    chain.warp(governor.proposalEta(due) + GRACE)
    assert governor.state(due) == QUEUED
    with chain.anchor():
        governor.execute(*payment.hashed, sender=ada)
        assert governor.state(due) == EXECUTED
    chain.advance(1)
    assert governor.state(due) == EXPIRED
    for function, reason in (
        ("execute", "governor: not queued"),
        ("queue", "governor: not succeeded"),
    ):
        with refuses(reason):
            governor.transact(function, *payment.hashed, sender=ada)


def test_what_is_over_stays_as_it_is(chain, house, governor, payment, due, ada, guardian):
    other = call_of(house.token, "transfer", ada, 1)
    house.propose(other, ada)
    governor.execute(*payment.hashed, sender=ada)
    governor.cancel(*other.hashed, sender=guardian)
    for _ in range(3):
        chain.advance(50 * DAY)
        assert governor.state(due) == EXECUTED
        assert governor.state(other.id) == CANCELED


@pytest.mark.parametrize("at", [2**32 - 5 * DAY, 2**32 - 1, 2**32, 2**33])
def test_after_2106_like_before(chain, at):
    chain.warp(at)
    house = build(chain, Settings())
    ada = house.admit("ada", MILLION)
    chain.advance(1)
    payment = call_of(house.token, "transfer", ada, 1)
    number = house.carry_out(payment, [ada])
    assert house.governor.state(number) == EXECUTED
    assert house.governor.proposalEta(number) == chain.timestamp
    house.stake("staker", 6 * 10**17)
    house.make_general()
    assert house.governor.general_from() == chain.timestamp
    assert house.governor.token() == house.staking.address
