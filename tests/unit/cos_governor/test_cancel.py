"""CosGovernor.cancel, and the guardian

cancel
├── the proposer, while it is pending; not once the vote has begun, unless it is the guardian
├── the guardian: pending, active, passed, queued; event
├── what is canceled, defeated, expired, executed -> revert
├── a stranger, another proposer, another role, who has lost the role -> revert
└── from its expiry on the guardian has no right; a second before it has
the guardian
├── can't cancel what does nothing but remove it: its expiry, its role, both, of several
│   └── by any other call, or with another call beside it, it can
├── can't propose or execute (but what anyone can)
└── its expiry only ever comes nearer: by a vote, for proposals that run, too
"""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.governing import (
    CANCELED,
    DAY,
    DEFEATED,
    FOR,
    GRACE,
    Proposal,
    Settings,
    build,
    call_of,
    calls_of,
    data_of,
)
from tests.models.authority import COMMITTEE_ROLE, GUARDIAN_ROLE

MAY_NOT = "governor: may not cancel"
NOTHING = "governor: nothing to cancel"


def test_the_proposer_cancels_while_pending(chain, house, governor, payment, ada, event):
    number = house.propose(payment, ada)
    chain.warp(governor.proposalSnapshot(number))
    receipt = governor.transact("cancel", *payment.hashed, sender=ada)
    assert receipt.value == number
    assert receipt.logs == [event("ProposalCanceled", proposalId=number)]
    assert governor.state(number) == CANCELED


def test_the_proposer_does_not_cancel_a_vote(chain, house, governor, payment, number, ada, refuses):
    with refuses(MAY_NOT):
        governor.cancel(*payment.hashed, sender=ada)
    house.close_vote(number)
    with refuses(MAY_NOT):
        governor.cancel(*payment.hashed, sender=ada)


def test_the_guardian_cancels_at_every_stage(chain, house, governor, payment, ada, guardian, event):
    def cancels() -> None:
        with chain.anchor():
            receipt = governor.transact("cancel", *payment.hashed, sender=guardian)
            assert receipt.logs == [event("ProposalCanceled", proposalId=payment.id)]
            assert governor.state(payment.id) == CANCELED

    number = house.propose(payment, ada)
    cancels()
    chain.warp(governor.proposalSnapshot(number) + 1)
    governor.castVote(number, FOR, sender=ada)
    cancels()
    house.close_vote(number)
    cancels()
    governor.queue(*payment.hashed, sender=ada)
    cancels()
    chain.warp(governor.proposalEta(number) + GRACE)
    cancels()


def test_what_is_over_is_not_canceled(chain, house, governor, payment, ada, ben, guardian, refuses):
    def refused() -> None:
        with refuses(NOTHING):
            governor.cancel(*payment.hashed, sender=guardian)

    number = house.open_vote(payment, ada)
    with chain.anchor():
        house.close_vote(number)
        assert governor.state(number) == DEFEATED
        refused()
    with chain.anchor():
        governor.cancel(*payment.hashed, sender=guardian)
        refused()
    for voter in (ada, ben):
        governor.castVote(number, FOR, sender=voter)
    house.close_vote(number)
    with chain.anchor():
        chain.advance(GRACE)
        refused()
    governor.queue(*payment.hashed, sender=ada)
    chain.warp(governor.proposalEta(number))
    governor.execute(*payment.hashed, sender=ada)
    refused()


def test_a_proposer_cancels_once(house, governor, payment, ada, refuses):
    house.propose(payment, ada)
    governor.cancel(*payment.hashed, sender=ada)
    with refuses(MAY_NOT):
        governor.cancel(*payment.hashed, sender=ada)


def test_nobody_else_cancels(chain, house, governor, payment, ada, ben, member, attacker, refuses):
    house.propose(payment, ada)
    house.propose(replace(payment, description="other"), ben)
    for sender in (ben, member, attacker, house.governance):
        with refuses(MAY_NOT):
            governor.cancel(*payment.hashed, sender=sender)


def test_who_has_lost_the_role_cancels_nothing(
    house, governor, payment, ada, ben, guardian, refuses
):
    removal = call_of(house.authority, "revokeRole", GUARDIAN_ROLE, guardian)
    house.carry_out(removal, (ada, ben))
    house.propose(payment, ada)
    with refuses(MAY_NOT):
        governor.cancel(*payment.hashed, sender=guardian)


@pytest.mark.parametrize("late", [-1, 0, 1])
def test_the_guardian_expires(chain, house, governor, payment, ada, guardian, refuses, late):
    expiry = governor.guardian_expires_at()
    chain.warp(expiry - DAY)
    house.propose(payment, ada)
    chain.warp(expiry + late)
    if late < 0:
        governor.cancel(*payment.hashed, sender=guardian)
        return
    with refuses(MAY_NOT):
        governor.cancel(*payment.hashed, sender=guardian)


def removals(house, guardian: str) -> dict[str, Proposal]:
    """Each does nothing but remove the guardian."""
    expire = (house.governor, "set_guardian_expiry", 0)
    revoke = (house.authority, "revokeRole", GUARDIAN_ROLE, guardian)
    other = (*revoke[:3], house.chain.account("second guardian"))
    later = (house.governor, "set_guardian_expiry", house.chain.timestamp + 30 * DAY)
    return {
        "expiry": calls_of([expire], "expire"),
        "earlier": calls_of([later], "expire soon"),
        "role": calls_of([revoke], "revoke"),
        "both": calls_of([revoke, expire], "both"),
        "several": calls_of([revoke, other], "several"),
    }


@pytest.mark.parametrize("which", ["expiry", "earlier", "role", "both", "several"])
def test_the_guardian_can_not_stop_its_removal(
    chain, house, governor, payment, ada, ben, guardian, refuses, which
):
    removal = removals(house, guardian)[which]
    number = house.propose(removal, ada)

    def refused() -> None:
        with refuses("governor: removes the guardian"):
            governor.cancel(*removal.hashed, sender=guardian)

    refused()
    chain.warp(governor.proposalSnapshot(number) + 1)
    for voter in (ada, ben):
        governor.castVote(number, FOR, sender=voter)
    refused()
    house.close_vote(number)
    refused()
    governor.queue(*removal.hashed, sender=ada)
    chain.warp(governor.proposalEta(number))
    refused()
    governor.execute(*removal.hashed, sender=ada)
    if which != "earlier":
        house.propose(payment, ada)
        with refuses(MAY_NOT):
            governor.cancel(*payment.hashed, sender=guardian)


def test_the_proposer_of_a_removal_can_cancel_it(house, governor, ada, guardian):
    removal = removals(house, guardian)["both"]
    house.propose(removal, ada)
    governor.cancel(*removal.hashed, sender=ada)


def test_what_does_more_can_be_canceled(house, governor, payment, ada, guardian):
    """Else a removal beside it would get anything past the guardian."""
    authority, token = house.authority, house.token
    expire = (governor, "set_guardian_expiry", 0)
    revoke = (authority, "revokeRole", GUARDIAN_ROLE, guardian)
    pay = (token, "transfer", ada, 1)
    data = data_of(governor, "set_guardian_expiry", 0)
    revoking = data_of(authority, "revokeRole", GUARDIAN_ROLE, guardian)
    for k, proposal in enumerate(
        (
            calls_of([expire, pay], "a"),
            calls_of([pay, revoke], "b"),
            calls_of([(authority, "grantRole", GUARDIAN_ROLE, ada)], "c"),
            calls_of([(authority, "revokeRole", COMMITTEE_ROLE, guardian)], "d"),
            calls_of([(authority, "renounceRole", GUARDIAN_ROLE, governor.address)], "e"),
            calls_of([(governor, "set_execution_delay", DAY)], "f"),
            Proposal([token.address], [0], [data], "g"),
            Proposal([token.address], [0], [revoking], "h"),
            Proposal([governor.address], [0], [data + b"\0"], "i"),
            Proposal([governor.address], [0], [data[:35]], "j"),
            Proposal([authority.address], [0], [revoking + b"\0"], "k"),
            Proposal([authority.address], [0], [revoking[:67]], "l"),
            Proposal([authority.address], [0], [revoking[:4]], "m"),
            Proposal([governor.address], [0], [b""], "n"),
        )
    ):
        number = house.propose(proposal, ada)
        governor.cancel(*proposal.hashed, sender=guardian)
        assert governor.state(number) == CANCELED, k


def test_the_guardian_does_not_propose(governor, payment, guardian, refuses):
    with refuses("governor: below threshold"):
        governor.propose(*payment.words, sender=guardian)


def test_the_expiry_only_comes_nearer(chain, house, governor, ada, ben, refuses, event):
    expiry = governor.guardian_expires_at()
    for later in (expiry, expiry + 1, 2**256 - 1):
        extension = call_of(governor, "set_guardian_expiry", later, why=f"to {later}")
        with chain.anchor():
            house.make_due(extension, (ada, ben))
            with refuses("governor: expiry not earlier"):
                governor.execute(*extension.hashed, sender=ada)
            house.known.pop()
    sooner = call_of(governor, "set_guardian_expiry", expiry - 1)
    house.make_due(sooner, (ada, ben))
    receipt = governor.transact("execute", *sooner.hashed, sender=ada)
    changed = {"old_expiry": expiry, "new_expiry": expiry - 1}
    assert receipt.logs[1:] == [event("GuardianExpirySet", **changed)]
    assert governor.guardian_expires_at() == expiry - 1
    back = call_of(governor, "set_guardian_expiry", expiry, why="back")
    house.make_due(back, (ada, ben))
    with refuses("governor: expiry not earlier"):
        governor.execute(*back.hashed, sender=ada)


def test_an_expiry_in_the_past_ends_it_at_once(
    house, governor, payment, ada, ben, guardian, refuses
):
    number = house.open_vote(payment, ada)
    removal = call_of(governor, "set_guardian_expiry", 0)
    house.carry_out(removal, (ada, ben))
    assert governor.state(number) == DEFEATED
    again = replace(payment, description="again")
    house.propose(again, ada)
    with refuses(MAY_NOT):
        governor.cancel(*again.hashed, sender=guardian)


def test_a_governor_without_a_guardian(chain, refuses):
    """Its expiry may be the beginning."""
    house = build(chain, Settings(), guardian_time=0)
    ada = house.admit("ada", 10**8)
    chain.advance(1)
    proposal = call_of(house.token, "transfer", ada, 1)
    house.propose(proposal, ada)
    assert house.governor.guardian_expires_at() == chain.timestamp - 1
    with refuses(MAY_NOT):
        house.governor.cancel(*proposal.hashed, sender=chain.account("guardian"))
