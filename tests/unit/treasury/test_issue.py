"""Treasury.issue(bucket, to, amount)

genesis is
├── not done: reverts for governance and for issuers
└── done, and the caller is
    ├── nobody special (a holder of another role, an issuer of another bucket): reverts
    ├── an issuer, and the amount is
    │   ├── above its allowance for the bucket: reverts
    │   ├── within it: issues, lowers the allowance
    │   └── within it, but above the bucket's room: reverts
    └── governance: issues without an allowance
        ├── an unknown bucket, a zero amount, the zero address, the Treasury or the token: reverts
        ├── a unit above the bucket's room: reverts, while other buckets have room
        ├── nothing was given back: mints all
        ├── less was given back than the amount: issues that first, mints the rest
        └── at least the amount was given back: mints nothing, needs no minter
a token that answers false instead of moving COS: reverts
a newly minted amount never exceeds the bucket's cap, however often COS goes round (pitfall 19)
an allowance that is taken away, or of a replaced governor, is worth nothing
"""

from __future__ import annotations

import pytest

from cos.chain import Event
from tests.models import ZERO_ADDRESS
from tests.models.authority import DEFAULT_ADMIN_ROLE, GOVERNANCE_ROLE, SELLER_ROLE
from tests.reverts import reverts
from tests.unit.treasury.conftest import (
    CAPS,
    FOUNDERS,
    GENESIS,
    INCENTIVE,
    NODES,
    PARTNERS,
    deploy_with_refusing_token,
)


def test_reverts_before_genesis(fresh, state, governance, issuer, recipient):
    fresh.set_issuer(INCENTIVE, issuer, 100, sender=governance)
    for sender in (governance, issuer):
        with reverts("treasury: before genesis", state):
            fresh.issue(INCENTIVE, recipient, 1, sender=sender)


@pytest.mark.parametrize("role", [None, SELLER_ROLE, DEFAULT_ADMIN_ROLE])
def test_reverts_for_anyone_else(treasury, authority, state, governance, attacker, role):
    if role is not None:
        authority.grantRole(role, attacker, sender=governance)
    with reverts("treasury: not an issuer", state):
        treasury.issue(INCENTIVE, attacker, 1, sender=attacker)


@pytest.mark.parametrize("bucket", [8, 2**256 - 1])
def test_reverts_for_an_unknown_bucket(treasury, state, governance, issuer, recipient, bucket):
    with reverts("treasury: no such bucket", state):
        treasury.issue(bucket, recipient, 1, sender=governance)
    with reverts("treasury: not an issuer", state):
        treasury.issue(bucket, recipient, 1, sender=issuer)


def test_an_issuer_of_another_bucket_is_nobody(treasury, state, governance, issuer, recipient):
    treasury.set_issuer(NODES, issuer, 100, sender=governance)
    with reverts("treasury: not an issuer", state):
        treasury.issue(INCENTIVE, recipient, 1, sender=issuer)


def test_zero_does_not_pass_without_an_allowance(treasury, state, attacker, recipient):
    """An unset allowance equals zero: issuing zero must not count as being within it."""
    with reverts("treasury: not an issuer", state):
        treasury.issue(INCENTIVE, recipient, 0, sender=attacker)


def test_an_issuer_stays_within_its_allowance(
    treasury, token, state, governance, issuer, recipient
):
    treasury.set_issuer(INCENTIVE, issuer, 100, sender=governance)
    with reverts("treasury: above allowance", state):
        treasury.issue(INCENTIVE, recipient, 101, sender=issuer)
    treasury.issue(INCENTIVE, recipient, 60, sender=issuer)
    assert treasury.issuer_allowance(INCENTIVE, issuer) == 40
    with reverts("treasury: above allowance", state):
        treasury.issue(INCENTIVE, recipient, 41, sender=issuer)
    treasury.issue(INCENTIVE, recipient, 40, sender=issuer)
    assert token.balanceOf(recipient) == 100
    with reverts("treasury: not an issuer", state):
        treasury.issue(INCENTIVE, recipient, 1, sender=issuer)


def test_giving_back_does_not_restore_an_allowance(treasury, token, state, governance, issuer):
    treasury.set_issuer(INCENTIVE, issuer, 100, sender=governance)
    treasury.issue(INCENTIVE, issuer, 100, sender=issuer)
    token.approve(treasury, 100, sender=issuer)
    treasury.give_back(INCENTIVE, 100, sender=issuer)
    with reverts("treasury: not an issuer", state):
        treasury.issue(INCENTIVE, issuer, 1, sender=issuer)


def test_an_allowance_does_not_reach_beyond_the_buckets_room(
    treasury, state, governance, issuer, recipient
):
    treasury.set_issuer(NODES, issuer, CAPS[NODES], sender=governance)
    treasury.issue(NODES, recipient, 1, sender=governance)
    with reverts("treasury: above bucket cap", state):
        treasury.issue(NODES, recipient, CAPS[NODES], sender=issuer)


def test_an_allowance_that_was_taken_away_is_worth_nothing(
    treasury, state, governance, issuer, recipient
):
    treasury.set_issuer(INCENTIVE, issuer, 100, sender=governance)
    treasury.set_issuer(INCENTIVE, issuer, 0, sender=governance)
    with reverts("treasury: not an issuer", state):
        treasury.issue(INCENTIVE, recipient, 1, sender=issuer)


def test_a_replaced_governor_issues_nothing(treasury, authority, state, governance, recipient):
    authority.renounceRole(GOVERNANCE_ROLE, governance, sender=governance)
    with reverts("treasury: not an issuer", state):
        treasury.issue(INCENTIVE, recipient, 1, sender=governance)


def test_governance_does_not_use_an_allowance(treasury, governance, recipient):
    treasury.set_issuer(INCENTIVE, governance, 10, sender=governance)
    treasury.issue(INCENTIVE, recipient, 1_000, sender=governance)
    assert treasury.issuer_allowance(INCENTIVE, governance) == 10


@pytest.mark.parametrize(
    ("to", "amount", "reason"),
    [
        ("recipient", 0, "treasury: zero amount"),
        ("zero", 1, "treasury: bad recipient"),
        ("treasury", 1, "treasury: bad recipient"),
        ("token", 1, "token: transfer to token"),
    ],
)
def test_reverts_with_a_wrong_argument(
    chain, treasury, token, state, governance, to, amount, reason
):
    special = {"zero": ZERO_ADDRESS, "treasury": treasury.address, "token": token.address}
    with reverts(reason, state):
        treasury.issue(INCENTIVE, special.get(to) or chain.account(to), amount, sender=governance)


@pytest.mark.parametrize("excess", [1, 2**255])
def test_reverts_above_the_buckets_room(treasury, state, governance, recipient, excess):
    room = CAPS[FOUNDERS] - GENESIS[FOUNDERS]
    with reverts("treasury: above bucket cap", state):
        treasury.issue(FOUNDERS, recipient, room + excess, sender=governance)


def test_issues_all_the_room(treasury, token, state, governance, recipient):
    room = CAPS[FOUNDERS] - GENESIS[FOUNDERS]
    receipt = treasury.transact("issue", FOUNDERS, recipient, room, sender=governance)
    assert token.balanceOf(recipient) == room
    assert treasury.minted(FOUNDERS) == CAPS[FOUNDERS]
    assert treasury.room(FOUNDERS) == 0
    assert receipt.logs == [
        issued(treasury, FOUNDERS, recipient, governance, room, room),
        transferred(token, ZERO_ADDRESS, recipient, room),
    ]
    with reverts("treasury: above bucket cap", state):
        treasury.issue(FOUNDERS, recipient, 1, sender=governance)


@pytest.mark.parametrize(("amount", "minted"), [(30, 0), (100, 0), (101, 1), (170, 70)])
def test_issues_what_was_given_back_before_minting(
    treasury, token, governance, founder, recipient, amount, minted
):
    token.approve(treasury, 100, sender=founder)
    treasury.give_back(FOUNDERS, 100, sender=founder)
    supply, minted_before = token.totalSupply(), treasury.minted(FOUNDERS)
    receipt = treasury.transact("issue", FOUNDERS, recipient, amount, sender=governance)
    assert token.balanceOf(recipient) == amount
    assert token.totalSupply() == supply + minted
    assert treasury.minted(FOUNDERS) == minted_before + minted
    assert treasury.returned(FOUNDERS) == 100 - (amount - minted)
    assert receipt.logs[0] == issued(treasury, FOUNDERS, recipient, governance, amount, minted)
    parts = [(treasury.address, amount - minted), (ZERO_ADDRESS, minted)]
    assert receipt.logs[1:] == [
        transferred(token, payer, recipient, part) for payer, part in parts if part
    ]


def test_what_was_given_back_makes_room_once(
    treasury, token, state, governance, founder, recipient
):
    token.approve(treasury, 100, sender=founder)
    treasury.give_back(FOUNDERS, 100, sender=founder)
    room = CAPS[FOUNDERS] - GENESIS[FOUNDERS] + 100
    assert treasury.room(FOUNDERS) == room
    with reverts("treasury: above bucket cap", state):
        treasury.issue(FOUNDERS, recipient, room + 1, sender=governance)
    treasury.issue(FOUNDERS, recipient, room, sender=governance)
    assert treasury.minted(FOUNDERS) == CAPS[FOUNDERS] == treasury.issued(FOUNDERS)


def test_what_was_given_back_needs_no_minter(
    treasury, token, state, governance, founder, recipient
):
    token.approve(treasury, 100, sender=founder)
    treasury.give_back(FOUNDERS, 100, sender=founder)
    token.set_minter(ZERO_ADDRESS, sender=governance)
    treasury.issue(FOUNDERS, recipient, 60, sender=governance)
    assert token.balanceOf(recipient) == 60
    with reverts("token: not minter", state):
        treasury.issue(FOUNDERS, recipient, 41, sender=governance)


def test_what_was_given_back_to_one_bucket_is_not_issued_from_another(
    treasury, token, governance, founder, recipient
):
    token.approve(treasury, 100, sender=founder)
    treasury.give_back(FOUNDERS, 100, sender=founder)
    treasury.issue(PARTNERS, recipient, 40, sender=governance)
    assert treasury.minted(PARTNERS) == 40
    assert treasury.returned(FOUNDERS) == 100


def test_going_round_never_exceeds_the_cap(treasury, token, state, governance, founder):
    room = CAPS[FOUNDERS] - GENESIS[FOUNDERS]
    token.approve(treasury, 2**256 - 1, sender=founder)
    for part in (room, 7, room // 3, room):
        treasury.issue(FOUNDERS, founder, part, sender=governance)
        treasury.give_back(FOUNDERS, part, sender=founder)
        assert treasury.minted(FOUNDERS) <= CAPS[FOUNDERS]
        assert treasury.issued(FOUNDERS) == GENESIS[FOUNDERS] == token.balanceOf(founder)
    treasury.issue(FOUNDERS, founder, room, sender=governance)
    with reverts("treasury: above bucket cap", state):
        treasury.issue(FOUNDERS, founder, 1, sender=governance)


def test_reverts_when_the_token_answers_false(chain, authority, governance, recipient):
    token, treasury = deploy_with_refusing_token(chain, authority, governance, recipient)
    token.refuse(False, sender=recipient)
    treasury.give_back(INCENTIVE, 7, sender=recipient)
    token.refuse(True, sender=recipient)
    with reverts("treasury: transfer failed", lambda: treasury.returned(INCENTIVE)):
        treasury.issue(INCENTIVE, recipient, 7, sender=governance)


def test_cos_sent_here_is_neither_issued_nor_in_the_way(
    treasury, token, state, governance, founder, recipient
):
    """A plain transfer is surplus: it changes no bucket (pitfall 18)."""
    token.transfer(treasury, 1_000, sender=founder)
    supply = token.totalSupply()
    treasury.issue(FOUNDERS, recipient, 10, sender=governance)
    assert token.totalSupply() == supply + 10
    assert token.balanceOf(treasury) == 1_000
    room = treasury.room(FOUNDERS)
    with reverts("treasury: above bucket cap", state):
        treasury.issue(FOUNDERS, recipient, room + 1, sender=governance)


def issued(treasury, bucket, to, issuer, amount, minted):
    args = {
        "bucket": bucket,
        "recipient": to,
        "issuer": issuer,
        "amount": amount,
        "minted": minted,
    }
    return Event(treasury.address, "Issued", args)


def transferred(token, sender, receiver, amount):
    args = {"sender": sender, "receiver": receiver, "value": amount}
    return Event(token.address, "Transfer", args)
