"""CosGovernor.propose(targets, values, calldatas, description)

├── the id is keccak256 of the ABI's encoding, by eth_abi; the event; pending until the snapshot
├── needs the threshold a second ago: exactly it suffices, one less doesn't; never today's votes (1)
├── the committee proposes without votes; who has lost the role doesn't
├── the same once more, while running and after -> revert; another description is another proposal
├── no actions, lengths that differ -> revert
├── 10 actions of 1,024 bytes and 8,192 bytes of description fit; one more of any -> revert
├── a call of an account without code -> revert; its payment is fine
├── a target with EIP-7702 delegation -> revert (4)
└── `#proposer=`
    ├── binds the proposal to that account, in either letter case (6)
    └── anything that isn't exactly it binds nobody, as in OpenZeppelin's
"""

from __future__ import annotations

from dataclasses import replace

import pytest

from cos.chain import Revert
from tests.governing import DAY, PENDING, ROLES, YUAN, Proposal, Settings, build, call_of
from tests.models.authority import COMMITTEE_ROLE
from tests.unit.cos_credit.conftest import place_code
from tests.unit.cos_governor.conftest import LARGE, SMALL

NO_ONE = "0x" + "99" * 20


def test_a_proposal_has_the_id_of_its_content(chain, governor, payment, ada, event):
    receipt = governor.transact("propose", *payment.words, sender=ada)
    number = receipt.value
    assert number == payment.id
    assert number == governor.hashProposal(*payment.hashed)
    assert number == governor.getProposalId(*payment.hashed)
    snapshot = chain.timestamp + DAY
    assert receipt.logs == [
        event(
            "ProposalCreated",
            proposalId=number,
            proposer=ada,
            targets=list(payment.targets),
            values=[0],
            signatures=[""],
            calldatas=list(payment.calldatas),
            voteStart=snapshot,
            voteEnd=snapshot + 7 * DAY,
            description=payment.description,
        )
    ]
    assert governor.proposalSnapshot(number) == snapshot
    assert governor.proposalDeadline(number) == snapshot + 7 * DAY
    assert governor.proposalProposer(number) == ada
    assert governor.proposalEta(number) == 0
    assert governor.proposalVotes(number) == (0, 0, 0)
    assert governor.proposalNeedsQueuing(number)
    chain.warp(snapshot)
    assert governor.state(number) == PENDING


@pytest.mark.parametrize(("capital", "is_enough"), [(SMALL, True), (SMALL - 1, False)])
def test_the_threshold_is_needed(chain, house, governor, payment, capital, is_enough):
    dan = house.admit("dan", capital, 4)
    chain.advance(1)
    if is_enough:
        assert house.propose(payment, dan) == payment.id
    else:
        with pytest.raises(Revert, match="^governor: below threshold$"):
            governor.propose(*payment.words, sender=dan)
    assert governor.proposalThreshold() == SMALL


def test_votes_of_the_running_second_propose_nothing(chain, house, governor, payment, refuses):
    """Who borrows votes and gives them back within a second has none."""
    dan = house.admit("dan", LARGE, 4)
    with refuses("governor: below threshold"):
        governor.propose(*payment.words, sender=dan)
    chain.advance(1)
    house.propose(payment, dan)


def test_delegated_votes_propose(chain, house, governor, payment, ada, attacker, refuses):
    house.register.delegate(attacker, sender=ada)
    chain.advance(1)
    with refuses("governor: below threshold"):
        governor.propose(*payment.words, sender=ada)
    house.propose(payment, attacker)


def test_the_committee_proposes_without_votes(house, governor, payment, member):
    assert house.propose(payment, member) == payment.id
    assert governor.proposalProposer(payment.id) == member


def test_who_has_left_the_committee_proposes_nothing(
    house, governor, payment, ada, ben, member, refuses
):
    removal = call_of(house.authority, "revokeRole", COMMITTEE_ROLE, member)
    house.carry_out(removal, (ada, ben))
    with refuses("governor: below threshold"):
        governor.propose(*payment.words, sender=member)


def test_the_same_is_proposed_once(house, governor, payment, ada, ben, refuses):
    house.propose(payment, ada)
    for proposer in (ada, ben):
        with refuses("governor: proposal exists"):
            governor.propose(*payment.words, sender=proposer)
    again = replace(payment, description=payment.description + " ")
    assert house.propose(again, ben) != payment.id


def test_what_was_executed_is_not_proposed_again(house, governor, payment, due, ada, refuses):
    governor.execute(*payment.hashed, sender=ada)
    with refuses("governor: proposal exists"):
        governor.propose(*payment.words, sender=ada)


def test_a_canceled_proposal_is_not_revived(house, governor, payment, ada, refuses):
    house.propose(payment, ada)
    governor.cancel(*payment.hashed, sender=ada)
    with refuses("governor: proposal exists"):
        governor.propose(*payment.words, sender=ada)


def test_no_actions(governor, ada, refuses):
    with refuses("governor: no actions"):
        governor.propose([], [], [], "nothing", sender=ada)


@pytest.mark.parametrize("field", ["values", "calldatas"])
@pytest.mark.parametrize("count", [0, 2])
def test_lengths_that_differ(governor, payment, ada, refuses, field, count):
    broken = replace(payment, **{field: getattr(payment, field) * count})
    with refuses("governor: lengths differ"):
        governor.propose(*broken.words, sender=ada)


def test_the_largest_proposal_fits(house, governor, ada, ben):
    target = house.token.address
    largest = Proposal([target] * 10, [0] * 10, [b"\x11" * 1_024] * 10, "d" * 8_192)
    number = house.open_vote(largest, ada)
    assert number == largest.id
    assert governor.hashProposal(*largest.hashed) == largest.id


@pytest.mark.parametrize("what", ["actions", "calldata", "description"])
def test_what_is_longer_is_refused(house, governor, payment, ada, refuses, what):
    """While the arguments are read, so there is no room for a reason."""
    longer = {
        "actions": Proposal([house.token.address] * 11, [0] * 11, [b""] * 11, "x"),
        "calldata": replace(payment, calldatas=[b"\x11" * 1_025]),
        "description": replace(payment, description="d" * 8_193),
    }[what]
    with refuses(""):
        governor.propose(*longer.words, sender=ada)


def test_a_call_needs_code(house, governor, ada, refuses):
    """A call of what isn't there would succeed and do nothing."""
    with refuses("governor: no code to call"):
        governor.propose([NO_ONE], [0], [b"\x11" * 4], "call", sender=ada)
    paying = Proposal([NO_ONE], [1], [b""], "pay")
    assert house.propose(paying, ada) == paying.id


def test_a_delegated_target_is_refused(chain, house, governor, ada, attacker, refuses):
    """Its key can point it to other code at any time (EIP-7702)."""
    place_code(chain, attacker, bytes.fromhex("ef0100") + bytes.fromhex(house.token.address[2:]))
    for calldata in (b"", b"\x11" * 4):
        with refuses("governor: delegated target"):
            governor.propose([attacker], [0], [calldata], "call", sender=ada)
    targets = [house.token.address, attacker]
    with refuses("governor: delegated target"):
        governor.propose(targets, [0, 0], [b"", b""], "call", sender=ada)


def test_the_suffix_binds_the_proposer(house, governor, payment, ada, ben, refuses):
    """Nobody submits it first, to hold it up or to cancel it."""
    for account in (ada, ada.lower(), "0x" + ada[2:].upper()):
        bound = replace(payment, description=f"Pay #proposer={account}")
        with refuses("governor: another's proposal"):
            governor.propose(*bound.words, sender=ben)
        assert house.propose(bound, ada) == bound.id
    alone = replace(payment, description=f"#proposer={ada}")
    with refuses("governor: another's proposal"):
        governor.propose(*alone.words, sender=ben)
    house.propose(alone, ada)


@pytest.mark.parametrize(
    "suffix",
    [
        "#proposer={0} ",
        "#proposer={0}0",
        "#proposer=0X{1}",
        "#proposer=00{1}",
        "#Proposer={0}",
        "proposer={0}",
        "#proposer={0}\n",
        "#proposer=0xg{2}",
        "#proposer=0x:{2}",
        "#proposer=0x/{2}",
        "#proposer=0x@{2}",
        "#proposer=0x`{2}",
        "#proposer=0xG{2}",
    ],
)
def test_what_is_no_suffix_binds_nobody(house, payment, ada, ben, suffix):
    text = suffix.format(ada, ada[2:], ada[3:])
    assert house.propose(replace(payment, description=text), ben)


@pytest.mark.parametrize("last", "g:/@`G\x10\x50")
def test_a_suffix_with_a_wrong_last_digit_binds_nobody(house, payment, ada, ben, last):
    text = f"#proposer={ada[:-1]}{last}"
    assert house.propose(replace(payment, description=text), ben)


def test_the_roles_are_the_governors(house, governor):
    """33: nobody but the governor is admin or governance after the hand-over."""
    for role in ROLES[:2]:
        assert house.authority.member_count(role) == 1
        assert house.authority.hasRole(role, governor.address)


def test_a_founder_of_one_fen_can_be_enough(chain):
    house = build(chain, Settings(founders=(1, 2_000, 100_000 * YUAN)))
    ada = house.admit("ada", 1)
    chain.advance(1)
    proposal = call_of(house.token, "transfer", ada, 1)
    assert house.propose(proposal, ada) == proposal.id
