"""CosGovernor.queue and execute

queue
├── anyone, once a proposal has passed: its delay of two days begins; event
├── pending, active, defeated, canceled, unknown, queued, executed -> revert
└── other actions, another description -> revert: another proposal
execute
├── anyone, from the second on in which it is due: all calls in order; event first
├── a second too early, not queued, unknown -> revert
├── once (18), also of its own calls -> revert
├── one call fails: its reason, and none has happened; it can be tried again
├── pays coins of the chain, out of the governor's or of what comes along
├── code swapped, put there, taken away, delegated since the proposal -> revert (4)
├── a wei sent to a target that doesn't exist yet stops nothing
├── calls the governor's own setters (34), grants and revokes roles, takes tokens
├── while it calls: nobody proposes, votes, queues, cancels, executes, not even itself (28)
└── a call with ten actions and all their data
"""

from __future__ import annotations

from dataclasses import replace

import pytest

from cos.chain import Event
from tests.governing import (
    CANCELED,
    COS,
    DAY,
    EXECUTED,
    FOR,
    QUEUED,
    Proposal,
    call_of,
    calls_of,
    data_of,
)
from tests.models.authority import (
    AUDITOR_ROLE,
    COMMITTEE_ROLE,
    DEFAULT_ADMIN_ROLE,
    GOVERNANCE_ROLE,
)
from tests.unit.cos_credit.conftest import place_code
from tests.unit.cos_governor.conftest import PAID


def test_queue_begins_the_delay(chain, governor, payment, passed, attacker, event):
    receipt = governor.transact("queue", *payment.hashed, sender=attacker)
    assert receipt.value == passed
    due = chain.timestamp + 2 * DAY
    assert receipt.logs == [event("ProposalQueued", proposalId=passed, etaSeconds=due)]
    assert governor.proposalEta(passed) == due
    assert governor.state(passed) == QUEUED


def test_queue_only_what_has_passed(chain, house, governor, payment, ada, ben, refuses):
    def refused() -> None:
        with refuses("governor: not succeeded"):
            governor.queue(*payment.hashed, sender=ada)

    with refuses("governor: unknown proposal"):
        governor.queue(*payment.hashed, sender=ada)
    number = house.propose(payment, ada)
    refused()
    chain.warp(governor.proposalSnapshot(number) + 1)
    for voter in (ada, ben):
        governor.castVote(number, FOR, sender=voter)
    refused()
    house.close_vote(number)
    with chain.anchor():
        governor.cancel(*payment.hashed, sender=chain.account("guardian"))
        refused()
    governor.queue(*payment.hashed, sender=ada)
    refused()
    chain.warp(governor.proposalEta(number))
    governor.execute(*payment.hashed, sender=ada)
    refused()


def test_what_differs_is_another_proposal(house, governor, payment, due, ada, refuses):
    targets, values, calldatas, text = payment.hashed
    for changed in (
        ([house.staking.address], values, calldatas, text),
        (targets, [1], calldatas, text),
        (targets, values, [calldatas[0] + b"\0"], text),
        (targets, values, calldatas, b"\x01" * 32),
        (targets * 2, values * 2, calldatas * 2, text),
        ([], [], [], text),
    ):
        for function in ("queue", "execute", "cancel"):
            with refuses("governor: unknown proposal"):
                governor.transact(function, *changed, sender=ada)


def test_execute_calls(house, governor, payment, due, attacker, recipient, event):
    receipt = governor.transact("execute", *payment.hashed, sender=attacker)
    assert receipt.value == due
    transfer = {"sender": governor.address, "receiver": recipient, "value": PAID}
    assert receipt.logs == [
        event("ProposalExecuted", proposalId=due),
        Event(house.token.address, "Transfer", transfer),
    ]
    assert house.token.balanceOf(recipient) == PAID
    assert governor.state(due) == EXECUTED


def test_execute_not_a_second_too_early(chain, house, governor, payment, passed, ada, refuses):
    with refuses("governor: not queued"):
        governor.execute(*payment.hashed, sender=ada)
    governor.queue(*payment.hashed, sender=ada)
    for at in (chain.timestamp, governor.proposalEta(passed) - 1):
        chain.warp(at)
        with refuses("governor: not due"):
            governor.execute(*payment.hashed, sender=ada)
    chain.advance(1)
    governor.execute(*payment.hashed, sender=ada)


def test_execute_once(chain, governor, payment, due, ada, refuses):
    governor.execute(*payment.hashed, sender=ada)
    for days in (0, 1, 29, 1_000):
        chain.advance(days * DAY)
        with refuses("governor: not queued"):
            governor.execute(*payment.hashed, sender=ada)


def test_a_failing_call_undoes_all(house, governor, ada, ben, recipient, refuses):
    """Two payments, of which the governor can make one; later it has the means."""
    all_ = 1_000 * COS
    twice = calls_of([(house.token, "transfer", recipient, all_)] * 2, "twice")
    number = house.make_due(twice, (ada, ben))
    with refuses("token: insufficient balance"):
        governor.execute(*twice.hashed, sender=ada)
    assert governor.state(number) == QUEUED
    house.token.transfer(governor.address, all_, sender=house.treasurer)
    governor.execute(*twice.hashed, sender=ada)
    assert house.token.balanceOf(recipient) == 2 * all_


def test_execute_pays_coins(chain, house, governor, ada, ben):
    heir = "0x" + "77" * 20
    paying = Proposal([heir, heir], [3, 4], [b"", b""], "pay coins")
    house.make_due(paying, (ada, ben))
    chain.backend.set_balance(governor.address, 2)
    governor.execute(*paying.hashed, sender=ada, value=5)
    assert chain.backend.balance(heir) == 7
    assert chain.backend.balance(governor.address) == 0


def test_execute_takes_no_more_coins_than_there_are(chain, house, governor, ada, ben, refuses):
    heir = "0x" + "77" * 20
    paying = Proposal([heir, heir], [3, 4], [b"", b""], "pay coins")
    house.make_due(paying, (ada, ben))
    with refuses(""):
        governor.execute(*paying.hashed, sender=ada, value=6)
    assert chain.backend.balance(heir) == 0


def test_a_wei_at_a_target_that_is_not_there_stops_nothing(chain, house, governor, ada, ben):
    """The hash of an account's code changes with its existence."""
    heir = "0x" + "77" * 20
    paying = Proposal([heir], [0], [b""], "nothing")
    house.make_due(paying, (ada, ben))
    chain.backend.set_balance(heir, 1)
    governor.execute(*paying.hashed, sender=ada)


@pytest.mark.parametrize("code", [b"", b"\x00", b"\x60\x01", "wallet", "delegated"])
def test_swapped_code_is_not_called(chain, house, governor, ada, ben, refuses, code):
    """4: as by selfdestruct and create2 (Tornado Cash's governance)."""
    wallet = chain.deploy("DelegateWallet", sender=ada)
    if code == "wallet":
        code = chain.backend.code(wallet.address)
    target = chain.deploy("SharedWallet", [ada], 1, sender=ada)
    hidden = call_of(target, "remove_owner", ada)
    both = calls_of([(house.token, "transfer", ada, 1), (target, "remove_owner", ada)], "both")
    for proposal in (hidden, both):
        house.make_due(proposal, (ada, ben))
    reason = "governor: code has changed"
    if code == "delegated":
        code = bytes.fromhex("ef0100") + bytes.fromhex(wallet.address[2:])
        reason = "governor: delegated target"
    place_code(chain, target.address, code)
    for proposal in (hidden, both):
        with refuses(reason):
            governor.execute(*proposal.hashed, sender=ada)


def test_code_put_where_there_was_none_is_not_called(chain, house, governor, ada, ben, refuses):
    heir = "0x" + "77" * 20
    paying = Proposal([heir], [0], [b""], "nothing")
    house.make_due(paying, (ada, ben))
    place_code(chain, heir, chain.backend.code(house.token.address))
    with refuses("governor: code has changed"):
        governor.execute(*paying.hashed, sender=ada)


def test_delegation_of_a_plain_account_is_not_called(
    chain, house, governor, ada, ben, attacker, refuses
):
    """A key's account that was paid as it was; since then it runs code (EIP-7702)."""
    paying = Proposal([attacker], [0], [b""], "pay")
    house.make_due(paying, (ada, ben))
    place_code(chain, attacker, bytes.fromhex("ef0100") + bytes.fromhex(house.token.address[2:]))
    with refuses("governor: delegated target"):
        governor.execute(*paying.hashed, sender=ada)


def test_code_that_only_looks_like_a_delegation(chain, house, governor, ada, ben):
    """23 bytes of other code, or more that begins like one."""
    places = ["0x" + f"7{k}" * 20 for k in (1, 2)]
    place_code(chain, places[0], b"\x00" * 23)
    place_code(chain, places[1], b"\x00\x01\x00" + b"\x00" * 21)
    calls = Proposal(places, [0, 0], [b"", b"\x01"], "looks like it")
    house.carry_out(calls, (ada, ben))


def test_a_proposal_changes_the_governors_settings(house, governor, ada, ben, event):
    """34: its lock doesn't stop it from calling itself."""
    both = calls_of(
        [(governor, "setVotingDelay", 2 * DAY), (governor, "set_execution_delay", 3 * DAY)], "slow"
    )
    house.make_due(both, (ada, ben))
    receipt = governor.transact("execute", *both.hashed, sender=ada)
    assert receipt.logs == [
        event("ProposalExecuted", proposalId=both.id),
        event("VotingDelaySet", oldVotingDelay=DAY, newVotingDelay=2 * DAY),
        event("ExecutionDelaySet", old_delay=2 * DAY, new_delay=3 * DAY),
    ]
    assert governor.votingDelay() == 2 * DAY


def test_a_proposal_gives_and_takes_roles(chain, house, governor, ada, ben, member):
    authority = house.authority
    calls = [
        (authority, "grantRole", AUDITOR_ROLE, ada),
        (authority, "revokeRole", COMMITTEE_ROLE, member),
    ]
    house.carry_out(calls_of(calls, "roles"), (ada, ben))
    assert authority.hasRole(AUDITOR_ROLE, ada)
    assert not authority.hasRole(COMMITTEE_ROLE, member)


def test_a_successor_takes_over(chain, house, governor, ada, ben):
    """Authority is the pivot when a governor is replaced."""
    authority = house.authority
    heir = chain.account("successor")
    roles = [DEFAULT_ADMIN_ROLE, GOVERNANCE_ROLE]
    calls = [(authority, "grantRole", each, heir) for each in roles]
    calls += [(authority, "renounceRole", each, governor.address) for each in roles]
    house.carry_out(calls_of(calls, "successor"), (ada, ben))
    for each in roles:
        assert authority.hasRole(each, heir)
        assert not authority.hasRole(each, governor.address)


@pytest.mark.parametrize("function", ["propose", "queue", "execute", "cancel", "castVote"])
def test_nothing_is_called_back_meanwhile(
    chain, house, governor, payment, ada, ben, refuses, function
):
    """28: a wallet with votes that calls the governor, out of an execution and on its own."""
    wallet = chain.deploy("SharedWallet", [ada, governor.address], 1, sender=ada)
    house.register.delegate(wallet.address, sender=ada)
    other = replace(payment, description="other")

    def by_wallet(name: str, *args: object) -> tuple[str, bytes]:
        return governor.address, data_of(governor, name, *args)

    args = {
        "propose": replace(payment, description="new").words,
        "queue": payment.hashed,
        "execute": payment.hashed,
        "cancel": other.hashed,
        "castVote": (other.id, FOR),
    }[function]
    if function in ("queue", "execute"):
        (house.pass_vote if function == "queue" else house.make_due)(payment, [ben])
    call = call_of(wallet, "execute", *by_wallet(function, *args), why="call back")
    house.make_due(call, [ben])
    if function in ("cancel", "castVote"):
        wallet.execute(*by_wallet("propose", *other.words), sender=ada)
    if function == "castVote":
        chain.warp(governor.proposalSnapshot(other.id) + 1)
    with chain.anchor():
        wallet.execute(*by_wallet(function, *args), sender=ada)
    with refuses(""):
        governor.execute(*call.hashed, sender=ada)


def test_a_proposal_does_not_execute_itself_again(house, governor, ada, ben, refuses):
    """18: its own calls can't name their own id; another's execution is locked."""
    first = call_of(house.token, "transfer", ada, 1)
    house.make_due(first, (ada, ben))
    inside = Proposal(
        [governor.address], [0], [data_of(governor, "execute", *first.hashed)], "inside"
    )
    house.make_due(inside, (ada, ben))
    with refuses(""):
        governor.execute(*inside.hashed, sender=ada)
    governor.execute(*first.hashed, sender=ada)


def test_ten_actions(house, governor, ada, ben, recipient):
    calls = [(house.token, "transfer", recipient, k + 1) for k in range(10)]
    house.carry_out(calls_of(calls, "ten"), (ada, ben))
    assert house.token.balanceOf(recipient) == 55


def test_the_governor_takes_tokens_and_coins(chain, house, governor, ada, attacker, refuses):
    wallet = chain.deploy("SharedWallet", [ada], 1, sender=ada)
    for name, args in (
        ("onERC721Received", (ada, ada, 1, b"x")),
        ("onERC1155Received", (ada, ada, 1, 2, b"x")),
        ("onERC1155BatchReceived", (ada, ada, [1], [2], b"x")),
    ):
        data = data_of(governor, name, *args)
        assert governor.transact(name, *args, sender=ada).value == data[:4]
    wallet.execute(governor.address, b"", sender=ada)
    chain.backend.execute(ada, governor.address, b"", 5)
    assert chain.backend.balance(governor.address) == 5


def test_nothing_else_is_answered(chain, governor, ada, refuses):
    with refuses("governor: unknown function"):
        chain.backend.execute(ada, governor.address, b"\x01\x02\x03\x04", 0)
    with refuses("governor: relays nothing"):
        governor.relay(ada, 0, b"", sender=ada)


def test_relay_is_refused_to_a_proposal_too(chain, house, governor, ada, ben, refuses):
    """What it calls would pass by the pins."""
    relayed = data_of(house.token, "transfer", ada, 1)
    call = call_of(governor, "relay", house.token.address, 0, relayed)
    house.make_due(call, (ada, ben))
    with refuses("governor: relays nothing"):
        governor.execute(*call.hashed, sender=ada)


def test_a_canceled_proposal_is_not_executed(governor, payment, due, guardian, ada, refuses):
    governor.cancel(*payment.hashed, sender=guardian)
    assert governor.state(due) == CANCELED
    with refuses("governor: not queued"):
        governor.execute(*payment.hashed, sender=ada)
