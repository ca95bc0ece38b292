"""Treasury.give_back(bucket, amount)

├── an unknown bucket or a zero amount: reverts
├── more than the bucket has issued, also before genesis: reverts
├── more than the caller approved, or has: reverts, no COS sent here before counts (pitfall 12)
├── a token that answers false instead of moving COS: reverts
└── otherwise, whoever gives: takes the COS, adds it to what the bucket issues again, logs it
    ├── circulating supply falls, total supply stays
    └── no allowance is left behind, and the Treasury never gives one (pitfall 16)
"""

from __future__ import annotations

import pytest

from cos.chain import Event
from tests.reverts import reverts
from tests.unit.treasury.conftest import (
    FOUNDERS,
    GENESIS,
    INCENTIVE,
    TEAM,
    deploy_with_refusing_token,
)


@pytest.mark.parametrize("bucket", [8, 2**256 - 1])
def test_reverts_for_an_unknown_bucket(treasury, state, founder, bucket):
    with reverts("treasury: no such bucket", state):
        treasury.give_back(bucket, 1, sender=founder)


def test_reverts_with_nothing(treasury, state, founder):
    with reverts("treasury: zero amount", state):
        treasury.give_back(FOUNDERS, 0, sender=founder)


def test_reverts_before_genesis(fresh, state, founder):
    with reverts("treasury: more than issued", state):
        fresh.give_back(FOUNDERS, 1, sender=founder)


@pytest.mark.parametrize(
    ("bucket", "amount"),
    [(INCENTIVE, 1), (TEAM, GENESIS[TEAM] + 1), (FOUNDERS, GENESIS[FOUNDERS] + 1)],
)
def test_reverts_above_what_the_bucket_has_issued(treasury, token, state, founder, bucket, amount):
    token.approve(treasury, 2**256 - 1, sender=founder)
    with reverts("treasury: more than issued", state):
        treasury.give_back(bucket, amount, sender=founder)


def test_reverts_when_all_of_it_is_back(treasury, token, state, founder):
    token.approve(treasury, 2**256 - 1, sender=founder)
    treasury.give_back(TEAM, GENESIS[TEAM], sender=founder)
    with reverts("treasury: more than issued", state):
        treasury.give_back(TEAM, 1, sender=founder)


@pytest.mark.parametrize("allowed", [0, 99])
def test_reverts_above_the_allowance(treasury, token, state, founder, allowed):
    token.approve(treasury, allowed, sender=founder)
    with reverts("token: insufficient allowance", state):
        treasury.give_back(FOUNDERS, 100, sender=founder)


def test_reverts_above_the_givers_balance(treasury, token, state, founder, attacker):
    """COS that someone sent to the Treasury before does not count as given."""
    token.transfer(treasury, 100, sender=founder)
    token.approve(treasury, 100, sender=attacker)
    with reverts("token: insufficient balance", state):
        treasury.give_back(FOUNDERS, 100, sender=attacker)


def test_reverts_when_the_token_answers_false(chain, authority, governance, recipient):
    _, treasury = deploy_with_refusing_token(chain, authority, governance, recipient)
    with reverts("treasury: transfer failed", lambda: treasury.returned(INCENTIVE)):
        treasury.give_back(INCENTIVE, 7, sender=recipient)


def test_takes_the_cos(treasury, token, founder):
    token.approve(treasury, 100, sender=founder)
    circulating = treasury.circulating_supply()
    receipt = treasury.transact("give_back", FOUNDERS, 100, sender=founder)
    assert token.balanceOf(founder) == GENESIS[FOUNDERS] - 100
    assert token.balanceOf(treasury) == treasury.returned(FOUNDERS) == 100
    assert treasury.minted(FOUNDERS) == GENESIS[FOUNDERS]
    assert treasury.issued(FOUNDERS) == GENESIS[FOUNDERS] - 100
    assert treasury.circulating_supply() == circulating - 100
    given = {"bucket": FOUNDERS, "giver": founder, "amount": 100}
    moved = {"sender": founder, "receiver": treasury.address, "value": 100}
    assert receipt.logs == [
        Event(treasury.address, "GivenBack", given),
        Event(token.address, "Transfer", moved),
    ]


def test_anyone_may_give(treasury, token, founder, attacker):
    token.transfer(attacker, 50, sender=founder)
    token.approve(treasury, 50, sender=attacker)
    treasury.give_back(TEAM, 50, sender=attacker)
    assert treasury.returned(TEAM) == 50
    assert token.balanceOf(attacker) == 0


def test_leaves_no_allowance_behind(chain, treasury, token, founder, governance, recipient):
    token.approve(treasury, 100, sender=founder)
    treasury.give_back(FOUNDERS, 100, sender=founder)
    treasury.issue(FOUNDERS, recipient, 100, sender=governance)
    assert token.allowance(founder, treasury) == 0
    for account in (founder, recipient, governance, token.address):
        assert token.allowance(treasury, account) == 0
