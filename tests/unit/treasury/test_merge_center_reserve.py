"""Treasury.merge_center_reserve(amount)

the caller is
├── not governance: reverts
└── governance
    ├── before genesis, or with a zero amount: reverts
    ├── more than the Center reserve never minted: reverts; what was given back stays its own
    └── otherwise: moves room to the incentive reserve, logs both caps, old and new
        └── the caps still add up to the token's cap; no COS moves
"""

from __future__ import annotations

import pytest

from cos.chain import Event
from tests.models.cos_credit import CAP
from tests.reverts import reverts
from tests.unit.treasury.conftest import CAPS, CENTER, INCENTIVE


def test_reverts_for_anyone_but_governance(treasury, state, attacker):
    with reverts("treasury: not governance", state):
        treasury.merge_center_reserve(1, sender=attacker)


def test_reverts_before_genesis(fresh, state, governance):
    with reverts("treasury: before genesis", state):
        fresh.merge_center_reserve(1, sender=governance)


def test_reverts_with_nothing(treasury, state, governance):
    with reverts("treasury: zero amount", state):
        treasury.merge_center_reserve(0, sender=governance)


@pytest.mark.parametrize("amount", [CAPS[CENTER] + 1, 2**256 - 1])
def test_reverts_above_the_reserve(treasury, state, governance, amount):
    with reverts("treasury: above center reserve", state):
        treasury.merge_center_reserve(amount, sender=governance)


def test_what_was_minted_cannot_be_merged(treasury, token, state, governance, recipient):
    treasury.issue(CENTER, recipient, 100, sender=governance)
    with reverts("treasury: above center reserve", state):
        treasury.merge_center_reserve(CAPS[CENTER] - 99, sender=governance)
    # Given back, it is the Center reserve's to issue again: minted is minted.
    token.approve(treasury, 100, sender=recipient)
    treasury.give_back(CENTER, 100, sender=recipient)
    with reverts("treasury: above center reserve", state):
        treasury.merge_center_reserve(CAPS[CENTER] - 99, sender=governance)
    treasury.merge_center_reserve(CAPS[CENTER] - 100, sender=governance)
    assert treasury.bucket_cap(CENTER) == 100 == treasury.room(CENTER)
    treasury.issue(CENTER, recipient, 100, sender=governance)
    with reverts("treasury: above bucket cap", state):
        treasury.issue(CENTER, recipient, 1, sender=governance)


@pytest.mark.parametrize("amount", [1, CAPS[CENTER]])
def test_moves_the_room(treasury, token, governance, amount):
    supply = token.totalSupply()
    receipt = treasury.transact("merge_center_reserve", amount, sender=governance)
    new_center, new_incentive = CAPS[CENTER] - amount, CAPS[INCENTIVE] + amount
    assert treasury.bucket_cap(CENTER) == new_center
    assert treasury.bucket_cap(INCENTIVE) == new_incentive
    assert sum(treasury.bucket_cap(b) for b in range(8)) == CAP
    assert token.totalSupply() == supply
    center = {"bucket": CENTER, "old_cap": CAPS[CENTER], "new_cap": new_center}
    incentive = {"bucket": INCENTIVE, "old_cap": CAPS[INCENTIVE], "new_cap": new_incentive}
    assert receipt.logs == [
        Event(treasury.address, "BucketCapChanged", center),
        Event(treasury.address, "BucketCapChanged", incentive),
    ]


def test_the_room_can_be_issued(treasury, token, state, governance, recipient):
    with reverts("treasury: above bucket cap", state):
        treasury.issue(INCENTIVE, recipient, CAPS[INCENTIVE] + 5, sender=governance)
    treasury.merge_center_reserve(5, sender=governance)
    treasury.issue(INCENTIVE, recipient, CAPS[INCENTIVE] + 5, sender=governance)
    assert token.balanceOf(recipient) == CAPS[INCENTIVE] + 5
