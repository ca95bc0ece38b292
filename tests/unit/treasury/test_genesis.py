"""Treasury.genesis(allocations)

the caller is
├── not governance: reverts
└── governance, and
    ├── the Treasury is not the minter: reverts
    ├── genesis has been done: reverts, whatever was given back or burnt since
    ├── the sum is a unit short of 30 % of the cap, or a unit above, or nothing: reverts
    ├── an allocation is
    │   ├── of an unknown bucket: reverts
    │   ├── above its bucket's cap, also in two parts: reverts
    │   ├── zero, or wraps around with the others: reverts
    │   └── to the zero address, the Treasury or the token: reverts
    ├── there are more than 64: reverts while the call data is decoded
    └── the sum is exactly 30 %: issues all, in any split, logs each part and the whole, keeps what
        each recipient got out of each bucket, which no later issue adds to
"""

from __future__ import annotations

import pytest

from cos.chain import Event
from tests.models import ZERO_ADDRESS
from tests.models.authority import AUDITOR_ROLE
from tests.models.treasury import GENESIS_AMOUNT
from tests.reverts import reverts
from tests.unit.treasury.conftest import CAPS, FOUNDERS, GENESIS, INCENTIVE, TEAM


def test_reverts_for_anyone_but_governance(
    fresh, authority, state, allocations, governance, attacker
):
    authority.grantRole(AUDITOR_ROLE, attacker, sender=governance)
    with reverts("treasury: not governance", state):
        fresh.genesis(allocations, sender=attacker)


def test_reverts_unless_the_treasury_is_the_minter(
    fresh, token, state, allocations, governance, attacker
):
    token.set_minter(attacker, sender=governance)
    with reverts("token: not minter", state):
        fresh.genesis(allocations, sender=governance)


def test_reverts_the_second_time(treasury, token, state, allocations, governance, founder):
    token.burn(CAPS[0], sender=founder)
    token.approve(treasury, CAPS[0], sender=founder)
    treasury.give_back(FOUNDERS, CAPS[0], sender=founder)
    with reverts("treasury: genesis done", state):
        treasury.genesis(allocations, sender=governance)


@pytest.mark.parametrize("difference", [-1, 1, -GENESIS[FOUNDERS] + 1])
def test_reverts_unless_the_sum_is_30_percent(fresh, state, allocations, governance, difference):
    bucket, to, amount = allocations[1]
    allocations[1] = (bucket, to, amount + difference)
    with reverts("treasury: genesis is not 30 %", state):
        fresh.genesis(allocations, sender=governance)


def test_reverts_with_nothing(fresh, state, governance):
    with reverts("treasury: genesis is not 30 %", state):
        fresh.genesis([], sender=governance)


@pytest.mark.parametrize(
    ("bucket", "to", "amount", "reason"),
    [
        (8, "recipient", 1, "treasury: no such bucket"),
        (2**256 - 1, "recipient", 1, "treasury: no such bucket"),
        (INCENTIVE, "recipient", CAPS[INCENTIVE] + 1, "treasury: above bucket cap"),
        (INCENTIVE, "recipient", 2**256 - 1, "treasury: above bucket cap"),
        (TEAM, "recipient", 1, "treasury: above bucket cap"),
        (INCENTIVE, "recipient", 0, "treasury: zero amount"),
        (INCENTIVE, "zero", 1, "treasury: bad recipient"),
        (INCENTIVE, "treasury", 1, "treasury: bad recipient"),
        (INCENTIVE, "token", 1, "token: transfer to token"),
    ],
)
def test_reverts_with_a_wrong_allocation(
    chain, fresh, token, state, allocations, governance, bucket, to, amount, reason
):
    special = {"zero": ZERO_ADDRESS, "treasury": fresh.address, "token": token.address}
    allocations.append((bucket, special.get(to) or chain.account(to), amount))
    with reverts(reason, state):
        fresh.genesis(allocations, sender=governance)


def test_reverts_with_65_allocations(fresh, state, recipient, governance):
    part = GENESIS_AMOUNT // 65
    with reverts("", state):  # by the ABI decoder, which gives no reason
        fresh.genesis([(INCENTIVE, recipient, part)] * 65, sender=governance)


def test_issues_the_default(chain, fresh, token, allocations, governance):
    receipt = fresh.transact("genesis", allocations, sender=governance)
    assert fresh.genesis_done() is True
    assert token.totalSupply() == GENESIS_AMOUNT == token.CAP() * 3 // 10
    for bucket, to, amount in allocations:
        assert fresh.minted(bucket) == fresh.issued(bucket) == amount
        assert fresh.room(bucket) == CAPS[bucket] - amount
        assert token.balanceOf(to) == amount
        assert fresh.genesis_allocation(bucket, to) == amount
    logs = [event for event in receipt.logs if event.address == fresh.address]
    assert logs == [
        *(issued(fresh, bucket, to, governance, amount) for bucket, to, amount in allocations),
        Event(fresh.address, "GenesisIssued", {"amount": GENESIS_AMOUNT, "allocations": 3}),
    ]


def issued(treasury, bucket, to, issuer, amount):
    args = {
        "bucket": bucket,
        "recipient": to,
        "issuer": issuer,
        "amount": amount,
        "minted": amount,
    }
    return Event(treasury.address, "Issued", args)


def test_issues_any_split_of_64_parts(fresh, token, recipient, governance):
    part = GENESIS[FOUNDERS] // 62
    parts = [(FOUNDERS, recipient, part)] * 61
    parts.append((FOUNDERS, recipient, GENESIS[FOUNDERS] - 61 * part))
    parts += [(0, recipient, GENESIS[0]), (TEAM, recipient, GENESIS[TEAM])]
    assert len(parts) == 64
    fresh.genesis(parts, sender=governance)
    assert token.balanceOf(recipient) == GENESIS_AMOUNT
    assert fresh.genesis_allocation(FOUNDERS, recipient) == GENESIS[FOUNDERS]
    assert fresh.genesis_allocation(TEAM, recipient) == GENESIS[TEAM]
    assert fresh.minted(FOUNDERS) == GENESIS[FOUNDERS]


def test_what_is_issued_later_is_no_allocation_of_genesis(treasury, recipient, governance):
    treasury.issue(INCENTIVE, recipient, 1, sender=governance)
    assert treasury.genesis_allocation(INCENTIVE, recipient) == 0
