"""CosGovernor under attack, by the numbers of the pitfalls, where no function's own file has it

├── malicious proposals that were passed
│   ├── settings far out of bounds, in every setter, alone or after a good call: nothing of it
│   ├── a shorter delay for itself or for what is queued: for later proposals only (25)
│   ├── its own roles given up before the last call: all or nothing
│   ├── a call back, an id of its own, a relay: see test_queue_execute
│   ├── the guardian's right renewed by its role: expired is expired
│   └── a target that returns or reverts with a megabyte
├── after the hand-over no other account has admin or governance, whatever is tried (33)
├── a copied proposal, sent first and canceled, stops only what has no suffix (6)
├── a hundred other proposals change nothing of one
├── each setting's field at its highest beside the others (36); votes at 2^64 - 1; more -> revert
├── versions of terms at the end of their field -> revert, and nothing spills (36)
├── a plan that is queued doesn't spill into its pin, also after 2106 (35)
└── the same gas for the first and the hundredth proposal, after many changes of settings (22)
"""

from __future__ import annotations

from dataclasses import replace

import pytest

from cos.chain import Revert, compile_contract
from tests.governing import (
    AGAINST,
    CAP,
    COS,
    DAY,
    EXECUTED,
    FOR,
    FOUNDERS,
    GENERAL,
    GUARDIAN_TIME,
    HOUR,
    QUEUED,
    SWITCH_SECONDS,
    SWITCH_STAKE,
    YUAN,
    Proposal,
    Settings,
    call_of,
    calls_of,
    data_of,
)
from tests.models.authority import (
    COMMITTEE_ROLE,
    DEFAULT_ADMIN_ROLE,
    GOVERNANCE_ROLE,
    GUARDIAN_ROLE,
)
from tests.unit.cos_credit.conftest import place_code

OUT = "governor: out of bounds"
MASK = 2**64 - 1


@pytest.mark.parametrize(
    ("setter", "args", "reason"),
    [
        ("setVotingDelay", (0,), OUT),
        ("setVotingDelay", (2**48 - 1,), OUT),
        ("setVotingPeriod", (2**32 - 1,), OUT),
        ("setVotingPeriod", (1,), OUT),
        ("setLateQuorumVoteExtension", (2**48 - 1,), OUT),
        ("set_execution_delay", (0,), OUT),
        ("set_execution_delay", (2**256 - 1,), OUT),
        ("set_threshold", (FOUNDERS, 0), OUT),
        ("set_threshold", (GENERAL, 2**256 - 1), OUT),
        ("set_quorum", (FOUNDERS, 0, 0), OUT),
        ("set_quorum", (GENERAL, 10_001, CAP // 1_000), OUT),
        ("set_quorum", (GENERAL, 400, CAP), OUT),
        ("set_guardian_expiry", (2**256 - 1,), "governor: expiry not earlier"),
    ],
)
def test_settings_far_out_of_bounds(house, governor, ada, ben, refuses, setter, args, reason):
    good = (house.token, "transfer", ada, 1)
    proposal = calls_of([good, (governor, setter, *args)], "capture")
    house.make_due(proposal, (ada, ben))
    with refuses(reason):
        governor.execute(*proposal.hashed, sender=ada)


def test_a_shorter_delay_is_for_later_proposals(chain, house, governor, payment, ada, ben, refuses):
    """25: a proposal that was queued before waits as long as it did."""
    shorter = calls_of(
        [(governor, "set_execution_delay", DAY), (governor, "setVotingDelay", HOUR)], "hurry"
    )
    house.make_due(shorter, (ada, ben))
    house.pass_vote(payment, (ada, ben))
    governor.execute(*shorter.hashed, sender=ada)
    governor.queue(*payment.hashed, sender=ada)
    assert governor.proposalEta(payment.id) == chain.timestamp + 2 * DAY
    chain.advance(DAY)
    with refuses("governor: not due"):
        governor.execute(*payment.hashed, sender=ada)
    later = call_of(house.token, "transfer", ada, 2)
    house.make_due(later, (ada, ben))
    assert governor.settings()[3] == DAY
    with chain.anchor():
        governor.execute(*later.hashed, sender=ada)


def test_roles_given_up_in_the_middle(house, governor, ada, ben, attacker, refuses):
    authority = house.authority
    calls = [
        (authority, "grantRole", DEFAULT_ADMIN_ROLE, attacker),
        (authority, "renounceRole", DEFAULT_ADMIN_ROLE, governor.address),
        (authority, "grantRole", GOVERNANCE_ROLE, attacker),
    ]
    proposal = calls_of(calls, "give up")
    house.make_due(proposal, (ada, ben))
    with refuses("authority: not admin"):
        governor.execute(*proposal.hashed, sender=ada)
    assert not authority.hasRole(DEFAULT_ADMIN_ROLE, attacker)


def test_the_last_admin_does_not_go(house, governor, ada, ben, refuses):
    for function in ("renounceRole", "revokeRole"):
        proposal = call_of(house.authority, function, DEFAULT_ADMIN_ROLE, governor.address)
        house.make_due(proposal, (ada, ben))
        with refuses("authority: last admin"):
            governor.execute(*proposal.hashed, sender=ada)


def test_a_new_guardian_has_no_new_time(chain, house, governor, payment, ada, ben, refuses):
    chain.advance(GUARDIAN_TIME)
    house.carry_out(call_of(house.authority, "grantRole", GUARDIAN_ROLE, ada), (ada, ben))
    number = house.open_vote(payment, ben)
    with refuses("governor: may not cancel"):
        governor.cancel(*payment.hashed, sender=ada)
    assert not governor.hasVoted(number, ada)


@pytest.mark.parametrize(("last", "is_fine"), [("f3", True), ("fd", False)])
def test_a_megabyte_comes_back(chain, house, governor, ada, ben, state, last, is_fine):
    bomb = "0x" + "77" * 20
    place_code(chain, bomb, bytes.fromhex("621000005f" + last))  # 1 MiB of zeros
    proposal = Proposal([bomb], [0], [b"\x01"], "bomb")
    house.make_due(proposal, (ada, ben))
    if is_fine:
        governor.execute(*proposal.hashed, sender=ada)
        assert governor.state(proposal.id) == EXECUTED
        return
    before = state()
    with pytest.raises(Revert):
        governor.execute(*proposal.hashed, sender=ada)
    assert state() == before


def test_nobody_but_the_governor_governs(chain, house, governor, ada, guardian, member, attacker):
    """33: every role's holder, and whoever deployed it all, tries everything."""
    authority = house.authority
    people = (ada, guardian, member, attacker, house.governance, house.treasurer)
    for role in (DEFAULT_ADMIN_ROLE, GOVERNANCE_ROLE):
        for person in people:
            for function in ("grantRole", "revokeRole"):
                with pytest.raises(Revert, match="^authority: not admin$"):
                    authority.transact(function, role, person, sender=person)
            with pytest.raises(Revert, match="^authority: not your own role$"):
                authority.renounceRole(role, governor.address, sender=person)
            assert not authority.hasRole(role, person)
        assert authority.member_count(role) == 1
        assert authority.hasRole(role, governor.address)


def test_a_copied_proposal_is_canceled_by_its_copier(
    chain, house, governor, payment, ada, ben, refuses
):
    """6: without a suffix who sends it first is its proposer; with one it can't be copied."""
    house.propose(payment, ben)
    governor.cancel(*payment.hashed, sender=ben)
    with refuses("governor: proposal exists"):
        governor.propose(*payment.words, sender=ada)
    bound = replace(payment, description=f"{payment.description}\n\n#proposer={ada}")
    with refuses("governor: another's proposal"):
        governor.propose(*bound.words, sender=ben)
    house.propose(bound, ada)
    with refuses("governor: may not cancel"):
        governor.cancel(*bound.hashed, sender=ben)


def test_other_proposals_change_nothing(chain, house, governor, payment, due, ada, member, state):
    before = state()
    for k in range(100):
        spam = call_of(house.token, "transfer", member, k, why=f"spam {k}")
        governor.propose(*spam.words, sender=member)
    assert state() == before
    governor.execute(*payment.hashed, sender=ada)


@pytest.fixture
def boundless(chain, house):
    """A governor over a source that tells anything."""
    source = chain.deploy("BoundlessVotes", sender=house.governance)
    governor = chain.deploy(
        "CosGovernor",
        *(house.authority, source, house.staking, Settings().words),
        *(SWITCH_STAKE, SWITCH_SECONDS, 0),
        sender=house.governance,
    )
    return governor, source


def test_all_votes_of_64_bits(chain, boundless, payment, ada, ben, cyd):
    governor, source = boundless
    source.behave(ada, MASK - 1, MASK, sender=ada)
    number = governor.propose(*payment.words, sender=ada)
    chain.warp(governor.proposalSnapshot(number) + 1)
    assert governor.proposal_quorum(number) == -(-MASK * 2_000 // 10_000)
    governor.castVote(number, AGAINST, sender=ada)
    source.behave(ben, 1, MASK, sender=ada)
    governor.castVote(number, AGAINST, sender=ben)
    assert governor.proposalVotes(number) == (MASK, 0, 0)
    source.behave(cyd, MASK, MASK, sender=ada)
    governor.castVote(number, FOR, sender=cyd)
    assert governor.proposalVotes(number) == (MASK, MASK, 0)


@pytest.mark.parametrize("support", range(3))
def test_votes_beyond_64_bits_spill_nowhere(chain, boundless, payment, ada, ben, refuses, support):
    """A wrong source, as by a defect: no vote at all is better than another's."""
    governor, source = boundless
    source.behave(ada, MASK, MASK, sender=ada)
    number = governor.propose(*payment.words, sender=ada)
    chain.warp(governor.proposalSnapshot(number) + 1)
    source.behave(ada, MASK, MASK + 1, sender=ada)
    with refuses("governor: too many votes"):
        governor.castVote(number, support, sender=ada)
    source.behave(ada, MASK, MASK, sender=ada)
    governor.castVote(number, support, sender=ada)
    votes = governor.proposalVotes(number)
    for weight in (1, MASK, 2**256 - 1):
        source.behave(ben, weight, MASK, sender=ada)
        with refuses("governor: too many votes"):
            governor.castVote(number, support, sender=ben)
    assert governor.proposalVotes(number) == votes


def test_versions_end_before_they_spill(chain, house, governor, ada, ben, refuses):
    """Each took a proposal; the storage is set to what 2^31 - 1 of them would leave."""
    layout = compile_contract("CosGovernor").storage_layout["storage_layout"]
    slot = layout["governor_settings"]["_current"]["slot"]
    word = chain.backend._evm.storage(governor.address, slot)
    change = call_of(governor, "set_execution_delay", 3 * DAY)
    house.make_due(change, (ada, ben))
    for version in (2**31 - 1, 0):
        chain.backend._evm.insert_account_storage(governor.address, slot, word | version)
        if version:
            with refuses("governor: too many versions"):
                governor.execute(*change.hashed, sender=ada)
    governor.execute(*change.hashed, sender=ada)


@pytest.mark.parametrize("at", [2**32 - 1, 2**33 + 12_345, 2**39])
def test_a_due_time_does_not_spill_into_the_pin(chain, house, governor, payment, ada, ben, at):
    chain.warp(at)
    house.make_due(payment, (ada, ben))
    assert governor.state(payment.id) == QUEUED
    governor.execute(*payment.hashed, sender=ada)


def test_costs_stay_flat(chain, house, governor, payment, ada, ben, cyd):
    """22: the whole way costs the same after a hundred proposals and many versions of terms."""

    def costs(name: str) -> list[int]:
        one = replace(payment, description=f"payment {name}")

        def gas(function: str, *args: object, sender: str = ada) -> int:
            return governor.transact(function, *args, sender=sender).gas_used

        used = [gas("propose", *one.words)]
        chain.warp(governor.proposalSnapshot(one.id) + 1)
        used += [gas("castVote", one.id, FOR, sender=voter) for voter in (ada, ben, cyd)]
        chain.warp(governor.proposalDeadline(one.id) + 1)
        used.append(gas("queue", *one.hashed))
        chain.warp(governor.proposalEta(one.id))
        used.append(gas("execute", *one.hashed))
        return used

    costs("00")
    with chain.anchor():
        before = costs("01")
    for k in range(20):
        terms = call_of(
            governor, "set_quorum", FOUNDERS, 2_000 + k % 2, 100_000 * YUAN, why=f"terms {k}"
        )
        house.carry_out(terms, (ada, ben))
    for k in range(100):
        spam = call_of(house.token, "transfer", ada, COS, why=f"spam {k:03}")
        governor.propose(*spam.words, sender=ada)
    for now, then in zip(costs("02"), before, strict=True):
        assert now <= then * 1.05


def test_a_committee_without_votes_passes_nothing(chain, house, governor, payment, member, refuses):
    """Its right to propose is no vote."""
    assert house.authority.hasRole(COMMITTEE_ROLE, member)
    number = house.open_vote(payment, member)
    assert governor.castVote(number, FOR, sender=member) == 0
    house.close_vote(number)
    with refuses("governor: not succeeded"):
        governor.queue(*payment.hashed, sender=member)


def test_data_of_one_call_is_not_that_of_two(house, governor, ada):
    """Ids differ wherever the actions do, also where their bytes are the same one after another."""
    token, data = house.token.address, data_of(house.token, "transfer", ada, 1)
    ids = {
        Proposal(targets, values, calldatas, "same").id
        for targets, values, calldatas in (
            ([token], [0], [data]),
            ([token], [0], [data + b"\0"]),
            ([token, token], [0, 0], [data[:4], data[4:]]),
            ([token, token], [0, 0], [data, b""]),
            ([token, token], [0, 0], [b"", data]),
            ([token], [1], [data]),
        )
    }
    assert len(ids) == 6
