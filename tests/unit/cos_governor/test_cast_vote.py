"""CosGovernor.castVote and castVoteWithReason(AndParams)

├── counts for, against, abstaining with the votes at the snapshot; events
├── before the voting begins, after its end -> revert; the boundary seconds (8)
├── twice, also with another choice or by another function -> revert
├── no such choice, no such proposal, canceled -> revert
├── votes that came after the snapshot, or in its second by a borrower, weigh nothing (1)
├── vote, move, vote again: what moved weighs nothing (2)
├── an account without votes votes with nothing, as in OpenZeppelin's
├── COS in the Treasury, as gifts, unstaked: no votes, and no part of the quorum (7)
├── Σ cast ≤ past total, and the sums are those of the accounts (18)
└── a reason of 2,048 bytes fits, a longer one -> revert
"""

from __future__ import annotations

import pytest

from cos.chain import Revert
from tests.governing import ABSTAIN, AGAINST, DEFEATED, FOR
from tests.unit.cos_governor.conftest import LARGE, SMALL, TOTAL


def test_votes_are_counted(governor, number, ada, ben, cyd, event):
    receipt = governor.transact("castVote", number, FOR, sender=ada)
    assert receipt.value == LARGE
    cast = {"proposalId": number, "weight": LARGE, "reason": ""}
    assert receipt.logs == [event("VoteCast", voter=ada, support=FOR, **cast)]
    receipt = governor.transact("castVoteWithReason", number, AGAINST, "too dear", sender=ben)
    assert receipt.value == LARGE
    cast["reason"] = "too dear"
    assert receipt.logs == [event("VoteCast", voter=ben, support=AGAINST, **cast)]
    args = (number, ABSTAIN, "who knows", b"\x01\x02")
    receipt = governor.transact("castVoteWithReasonAndParams", *args, sender=cyd)
    assert receipt.value == SMALL
    cast |= {"weight": SMALL, "reason": "who knows", "params": b"\x01\x02"}
    assert receipt.logs == [event("VoteCastWithParams", voter=cyd, support=ABSTAIN, **cast)]
    assert governor.proposalVotes(number) == (LARGE, LARGE, SMALL)
    assert all(governor.hasVoted(number, each) for each in (ada, ben, cyd))
    assert governor.COUNTING_MODE() == "support=bravo&quorum=for,abstain"


def test_without_params_the_plain_event(governor, number, ada, event):
    args = (number, FOR, "yes", b"")
    receipt = governor.transact("castVoteWithReasonAndParams", *args, sender=ada)
    cast = {"proposalId": number, "weight": LARGE, "reason": "yes"}
    assert receipt.logs == [event("VoteCast", voter=ada, support=FOR, **cast)]


@pytest.mark.parametrize("late", [0, 1])
def test_voting_begins_after_the_snapshot(chain, house, governor, payment, ada, refuses, late):
    number = house.propose(payment, ada)
    chain.warp(governor.proposalSnapshot(number) + late)
    if late:
        assert governor.castVote(number, FOR, sender=ada) == LARGE
        return
    with refuses("governor: not active"):
        governor.castVote(number, FOR, sender=ada)


@pytest.mark.parametrize("late", [0, 1])
def test_voting_ends_with_the_deadline(chain, governor, number, ada, refuses, late):
    chain.warp(governor.proposalDeadline(number) + late)
    if not late:
        assert governor.castVote(number, FOR, sender=ada) == LARGE
        return
    with refuses("governor: not active"):
        governor.castVote(number, FOR, sender=ada)


def test_nobody_votes_twice(governor, number, ada, refuses):
    governor.castVote(number, FOR, sender=ada)
    for function, *more in (
        ("castVote",),
        ("castVoteWithReason", "again"),
        ("castVoteWithReasonAndParams", "again", b"\x01"),
    ):
        for support in (FOR, AGAINST):
            with refuses("governor: voted already"):
                governor.transact(function, number, support, *more, sender=ada)


@pytest.mark.parametrize("support", [3, 255])
def test_there_are_three_choices(governor, number, ada, refuses, support):
    with refuses("governor: no such vote"):
        governor.castVote(number, support, sender=ada)


@pytest.mark.parametrize("unknown", [0, 1, 2**256 - 1])
def test_there_is_no_such_proposal(governor, number, ada, refuses, unknown):
    with refuses("governor: unknown proposal"):
        governor.castVote(unknown, FOR, sender=ada)
    for view in ("state", "proposal_quorum"):
        with pytest.raises(Revert, match="^governor: unknown proposal$"):
            governor.call(view, unknown)


def test_a_canceled_proposal_takes_no_votes(governor, payment, number, guardian, ada, refuses):
    governor.cancel(*payment.hashed, sender=guardian)
    with refuses("governor: not active"):
        governor.castVote(number, FOR, sender=ada)


@pytest.mark.parametrize(("late", "weight"), [(0, LARGE), (1, 0)])
def test_votes_are_those_of_the_snapshots_second(
    chain, house, governor, payment, ada, late, weight
):
    """1, 8: who comes in the snapshot's second counts, who comes later doesn't."""
    number = house.propose(payment, ada)
    chain.warp(governor.proposalSnapshot(number) + late)
    dan = house.admit("dan", LARGE, 4)
    chain.warp(governor.proposalSnapshot(number) + 2)
    assert governor.castVote(number, FOR, sender=dan) == weight


def test_vote_move_vote_again(chain, house, governor, payment, ada, attacker):
    """2: of delegated votes, at and after the snapshot."""
    number = house.open_vote(payment, ada)
    governor.castVote(number, FOR, sender=ada)
    house.register.delegate(attacker, sender=ada)
    chain.advance(1)
    assert house.register.getVotes(attacker) == LARGE
    assert governor.castVote(number, FOR, sender=attacker) == 0
    assert governor.proposalVotes(number) == (0, LARGE, 0)


def test_an_account_without_votes_votes_with_nothing(governor, number, attacker, event):
    receipt = governor.transact("castVote", number, AGAINST, sender=attacker)
    assert receipt.value == 0
    assert governor.hasVoted(number, attacker)
    assert governor.proposalVotes(number) == (0, 0, 0)


def test_cast_votes_are_all_votes_at_most(chain, house, governor, number, ada, ben, cyd):
    """Invariant 18, with delegations to and fro in between."""
    snapshot = governor.proposalSnapshot(number)
    people = [ada, ben, cyd, *(chain.account(f"friend {k}") for k in range(3))]
    for k, person in enumerate(people):
        governor.castVote(number, k % 3, sender=person)
        house.register.delegate(people[(k + 1) % 6], sender=person)
        chain.advance(1)
    assert sum(governor.proposalVotes(number)) == TOTAL
    assert house.register.getPastTotalSupply(snapshot) == TOTAL


def test_coins_that_are_not_staked_have_no_vote(chain, house, governor, attacker):
    """7: half of all COS, of which a part lies in the governor and in staking, as gifts."""
    house.stake("staker", 6 * 10**17 + 1)
    house.token.transfer(house.staking.address, 10**17, sender=house.treasurer)
    house.token.transfer(attacker, 10**18, sender=house.treasurer)
    house.make_general()
    chain.advance(1)
    now = chain.timestamp - 1
    for account in (attacker, house.treasurer, house.staking.address, governor.address):
        assert governor.getVotes(account, now) == 0
    # 4 % of what is staked, rounded up.
    assert governor.quorum(now) == (6 * 10**17 + 1) * 4 // 100 + 1


def test_reasons_have_a_bound(governor, number, ada, ben, refuses):
    governor.castVoteWithReason(number, FOR, "r" * 2_048, sender=ada)
    with refuses(""):
        governor.castVoteWithReason(number, FOR, "r" * 2_049, sender=ben)
    with refuses(""):
        governor.castVoteWithReasonAndParams(number, FOR, "", b"p" * 1_025, sender=ben)


def test_views_of_votes(chain, house, governor, ada, attacker):
    now = chain.timestamp - 1
    assert governor.getVotes(ada, now) == LARGE
    assert governor.getVotesWithParams(ada, now, b"\x01") == LARGE
    assert governor.getVotes(attacker, now) == 0
    for view, *args in (("getVotes", ada), ("quorum",)):
        with pytest.raises(Revert, match="^votes: not in the past$"):
            governor.call(view, *args, chain.timestamp)
    assert governor.token() == house.register.address
    assert governor.clock() == chain.timestamp
    assert governor.CLOCK_MODE() == "mode=timestamp"
    # ERC-165, IGovernor with and without getProposalId, the receiver of ERC-1155; and no other.
    for interface in ("01ffc9a7", "cdbdfcee", "65455a86", "4e2312e0"):
        assert governor.supportsInterface(bytes.fromhex(interface))
    for interface in ("ffffffff", "00000000", "80ac58cd"):
        assert not governor.supportsInterface(bytes.fromhex(interface))


def test_a_vote_of_nothing_decides_nothing(
    house, governor, payment, number, attacker, ada, refuses
):
    """As the first of a proposal it looks the quorum up like any other."""
    governor.castVote(number, FOR, sender=attacker)
    assert governor.proposal_quorum(number) == TOTAL * 2_000 // 10_000
    house.close_vote(number)
    assert governor.state(number) == DEFEATED
    with refuses("governor: not succeeded"):
        governor.queue(*payment.hashed, sender=ada)
