"""Late turns: a vote that reaches the quorum or changes the leading side near the end (3)

├── the quorum, the lead, a lost lead: each leaves an extension's time from then on; event
├── with just the extension or more left: nothing changes, one second less: extended (8)
├── a vote that turns nothing extends nothing; neither does one of nothing
├── to and fro: in total by one voting period at most, then the vote is over
├── a longer extension than the period: still one period at most
└── the extension is that of the time of the proposal (25)
"""

from __future__ import annotations

import pytest

from tests.governing import (
    ABSTAIN,
    ACTIVE,
    AGAINST,
    DAY,
    DEFEATED,
    FOR,
    SUCCEEDED,
    YUAN,
    Settings,
    build,
    call_of,
)

TWO_DAYS, PERIOD = 2 * DAY, 7 * DAY


@pytest.fixture
def crowd(chain):
    """Twenty founders of 100,000 yuan: each alone has a quarter of the quorum."""
    house = build(chain)
    people = [house.admit(f"founder {k}", 100_000 * YUAN, k + 1) for k in range(20)]
    chain.advance(1)
    payment = call_of(house.token, "transfer", people[0], 1)
    number = house.open_vote(payment, people[0])
    return house, people, number


@pytest.mark.parametrize("left", [TWO_DAYS + 1, TWO_DAYS, TWO_DAYS - 1, 0])
def test_a_late_quorum_extends(chain, crowd, event, left):
    house, people, number = crowd
    governor = house.governor
    deadline = governor.proposalDeadline(number)
    for person in people[:3]:
        governor.castVote(number, FOR, sender=person)
    chain.warp(deadline - left)
    receipt = governor.transact("castVote", number, ABSTAIN, sender=people[3])
    extended = max(deadline, chain.timestamp + TWO_DAYS)
    assert governor.proposalDeadline(number) == extended
    assert len(receipt.logs) == 1 + (left < TWO_DAYS)
    if left < TWO_DAYS:
        assert receipt.logs[1].args == {"proposalId": number, "extendedDeadline": extended}
        assert receipt.logs[1].name == "ProposalExtended"
    chain.warp(extended)
    assert governor.state(number) == ACTIVE
    chain.advance(1)
    assert governor.state(number) == SUCCEEDED


def test_a_late_lead_extends_and_a_lost_one_too(chain, crowd):
    house, people, number = crowd
    governor, voters = house.governor, iter(people)

    def vote(support: int) -> None:
        governor.castVote(number, support, sender=next(voters))

    # The quorum is there long before the end, and the lead.
    for _ in range(4):
        vote(FOR)
    for _ in range(3):
        vote(AGAINST)
    deadline = governor.proposalDeadline(number)
    chain.warp(deadline - 1)
    vote(AGAINST)  # a tie: the lead is lost
    assert governor.proposalDeadline(number) == chain.timestamp + TWO_DAYS
    chain.warp(governor.proposalDeadline(number))
    vote(FOR)
    assert governor.proposalDeadline(number) == chain.timestamp + TWO_DAYS
    chain.warp(governor.proposalDeadline(number) + 1)
    assert governor.state(number) == SUCCEEDED


def test_what_turns_nothing_extends_nothing(chain, crowd, attacker):
    house, people, number = crowd
    governor = house.governor
    for person in people[:6]:
        governor.castVote(number, FOR, sender=person)
    deadline = governor.proposalDeadline(number)
    chain.warp(deadline)
    for support, person in ((FOR, 6), (AGAINST, 7), (ABSTAIN, 8)):
        governor.castVote(number, support, sender=people[person])
        governor.castVote(number, support, sender=chain.account(f"nobody {support}"))
    assert governor.proposalDeadline(number) == deadline


def test_the_lead_below_the_quorum_counts_too(chain, crowd):
    """Else the quorum, reached earlier by abstaining, and the lead could come apart."""
    house, people, number = crowd
    governor = house.governor
    chain.warp(governor.proposalDeadline(number))
    governor.castVote(number, FOR, sender=people[0])
    assert governor.proposalDeadline(number) == chain.timestamp + TWO_DAYS


def test_to_and_fro_ends_after_one_more_period(chain, crowd):
    """Small votes at every deadline would hold a proposal up as long as they last."""
    house, people, number = crowd
    governor = house.governor
    snapshot = governor.proposalSnapshot(number)
    for person in people[:5]:
        governor.castVote(number, FOR, sender=person)
    for person in people[5:9]:
        governor.castVote(number, AGAINST, sender=person)
    turns = 0
    for k, person in enumerate(people[9:]):
        chain.warp(governor.proposalDeadline(number))
        governor.castVote(number, FOR if k % 2 else AGAINST, sender=person)
        turns += 1
        if governor.proposalDeadline(number) == chain.timestamp:
            break
    assert governor.proposalDeadline(number) == snapshot + 2 * PERIOD
    assert turns < 11
    chain.advance(1)
    assert governor.state(number) in (SUCCEEDED, DEFEATED)


def test_a_long_extension_is_cut(chain):
    house = build(chain, Settings(voting_period=DAY, vote_extension=7 * DAY))
    governor = house.governor
    ada = house.admit("ada", 10**8)
    chain.advance(1)
    number = house.open_vote(call_of(house.token, "transfer", ada, 1), ada)
    snapshot = governor.proposalSnapshot(number)
    governor.castVote(number, FOR, sender=ada)
    assert governor.proposalDeadline(number) == snapshot + 2 * DAY


def test_the_extension_is_that_of_the_proposal(chain, house, governor, payment, ada, ben):
    """25: changed while it runs, it changes nothing."""
    change = call_of(governor, "setLateQuorumVoteExtension", 5 * DAY)
    shorter = call_of(governor, "setVotingPeriod", DAY)
    for each in (change, shorter):
        house.make_due(each, (ada, ben))
    number = house.open_vote(payment, ada)
    deadline = governor.proposalDeadline(number)
    for each in (change, shorter):
        governor.execute(*each.hashed, sender=ada)
    assert governor.lateQuorumVoteExtension() == 5 * DAY
    chain.warp(deadline)
    governor.castVote(number, FOR, sender=ada)
    assert governor.proposalDeadline(number) == deadline + TWO_DAYS
