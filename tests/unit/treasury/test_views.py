"""Treasury.issued(bucket), room(bucket), is_custodian(account)

├── issued, room: of an unknown bucket: revert; otherwise issued + room = cap, for each bucket
└── is_custodian: true for the Treasury, false for anyone unlisted
every bucket's numbers after 2106 and ten idle years: the same (pitfalls 9, 35)
"""

from __future__ import annotations

import pytest

from tests.reverts import reverts
from tests.unit.treasury.conftest import CAPS, FOUNDERS, INCENTIVE


@pytest.mark.parametrize("view", ["issued", "room"])
def test_reverts_for_an_unknown_bucket(treasury, state, view):
    with reverts("treasury: no such bucket", state):
        treasury.call(view, 8)


def test_issued_and_room_make_up_the_cap(treasury, token, governance, founder, recipient):
    token.approve(treasury, 1_000, sender=founder)
    treasury.give_back(FOUNDERS, 1_000, sender=founder)
    treasury.issue(FOUNDERS, recipient, 300, sender=governance)
    treasury.issue(INCENTIVE, recipient, 20, sender=governance)
    for bucket, cap in enumerate(CAPS):
        assert treasury.issued(bucket) + treasury.room(bucket) == cap
        assert treasury.issued(bucket) == treasury.minted(bucket) - treasury.returned(bucket)
    assert sum(treasury.issued(b) for b in range(8)) == token.totalSupply() - 700


def test_the_treasury_is_a_custodian_by_nature(treasury, attacker):
    assert treasury.is_custodian(treasury) is True
    assert treasury.is_custodian(attacker) is False


def test_years_change_nothing(chain, treasury, token, state, governance, founder, recipient):
    before = state()
    chain.warp(to=2**32 + 10 * 365 * 86_400)
    assert state() == before
    token.approve(treasury, 10, sender=founder)
    treasury.give_back(FOUNDERS, 10, sender=founder)
    treasury.issue(FOUNDERS, recipient, 15, sender=governance)
    assert token.balanceOf(recipient) == 15
    assert treasury.minted(FOUNDERS) == token.balanceOf(founder) + 15
