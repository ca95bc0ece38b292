"""Treasury.set_issuer(bucket, issuer, allowance)

the caller is
├── not governance: reverts, also for its own allowance
└── governance, before or after genesis
    ├── an unknown bucket, the zero address, more than the bucket's cap: reverts
    └── otherwise: replaces the allowance, zero included, logs old and new
"""

from __future__ import annotations

import pytest

from cos.chain import Event
from tests.models import ZERO_ADDRESS
from tests.reverts import reverts
from tests.unit.treasury.conftest import CAPS, INCENTIVE, NODES


def test_reverts_for_anyone_but_governance(treasury, state, governance, issuer, attacker):
    treasury.set_issuer(INCENTIVE, issuer, 100, sender=governance)
    for sender in (issuer, attacker):
        with reverts("treasury: not governance", state):
            treasury.set_issuer(INCENTIVE, sender, 101, sender=sender)


@pytest.mark.parametrize("bucket", [8, 2**256 - 1])
def test_reverts_for_an_unknown_bucket(treasury, state, governance, issuer, bucket):
    with reverts("treasury: no such bucket", state):
        treasury.set_issuer(bucket, issuer, 0, sender=governance)


def test_reverts_for_the_zero_address(treasury, state, governance):
    with reverts("treasury: zero issuer", state):
        treasury.set_issuer(INCENTIVE, ZERO_ADDRESS, 1, sender=governance)


@pytest.mark.parametrize("allowance", [CAPS[NODES] + 1, 2**256 - 1])
def test_reverts_above_the_buckets_cap(treasury, state, governance, issuer, allowance):
    with reverts("treasury: allowance above cap", state):
        treasury.set_issuer(NODES, issuer, allowance, sender=governance)


@pytest.mark.parametrize("allowance", [0, 1, CAPS[INCENTIVE]])
def test_replaces_the_allowance(fresh, governance, issuer, allowance):
    fresh.set_issuer(INCENTIVE, issuer, 100, sender=governance)
    receipt = fresh.transact("set_issuer", INCENTIVE, issuer, allowance, sender=governance)
    assert fresh.issuer_allowance(INCENTIVE, issuer) == allowance
    assert fresh.issuer_allowance(NODES, issuer) == 0
    args = {
        "bucket": INCENTIVE,
        "issuer": issuer,
        "old_allowance": 100,
        "new_allowance": allowance,
    }
    assert receipt.logs == [Event(fresh.address, "IssuerSet", args)]
