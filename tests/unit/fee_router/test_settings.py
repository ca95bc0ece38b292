"""set_shares, set_system_share, set_push_threshold, set_collector, set_staking, set_center and
set_nodes

├── each reads back, event with old and new, nothing else changes: neither a setting nor what is
│   owed (PITFALLS 25, 36)
├── the bounds fit, beyond them -> revert
├── accounts at which coins would be lost: zero, the token, the treasury, the router -> revert
└── not governance, or not any more -> revert
"""

from __future__ import annotations

import pytest

from tests.models import ZERO_ADDRESS
from tests.models.authority import GOVERNANCE_ROLE
from tests.unit.fee_router.conftest import STAKERS_BPS, SYSTEM_BPS, THRESHOLD

# Function, view, arguments within bounds.
NUMBERS = (
    ("set_system_share", "system_bps", (0,)),
    ("set_system_share", "system_bps", (3_000,)),
    ("set_push_threshold", "push_threshold", (0,)),
    ("set_push_threshold", "push_threshold", (1_000_000,)),
    ("set_shares", "shares", (2_000, 0)),
    ("set_shares", "shares", (10_000, 0)),
    ("set_shares", "shares", (2_000, 4_000)),
    ("set_shares", "shares", (6_000, 4_000)),
)
SETTINGS = ("shares", "system_bps", "push_threshold", "staking", "center", "nodes", "owed")
BEFORE = {"system_bps": SYSTEM_BPS, "push_threshold": THRESHOLD}


@pytest.fixture
def settings(router):
    return lambda: {name: router.call(name) for name in SETTINGS}


@pytest.mark.parametrize(("function", "view", "arguments"), NUMBERS)
def test_numbers_read_back(router, governance, payer, settings, event, function, view, arguments):
    router.pay_fee(2 * THRESHOLD - 1, sender=payer)
    before = settings()
    receipt = router.transact(function, *arguments, sender=governance)
    if view == "shares":
        stakers_bps, nodes_bps = arguments
        after = (stakers_bps, nodes_bps, 10_000 - stakers_bps - nodes_bps)
        old = {"old_stakers_bps": STAKERS_BPS, "old_nodes_bps": 0}
        new = {"new_stakers_bps": stakers_bps, "new_nodes_bps": nodes_bps}
        expected = event("SharesChanged", **old, **new)
    elif view == "system_bps":
        (after,) = arguments
        expected = event("SystemShareChanged", old_bps=SYSTEM_BPS, new_bps=after)
    else:
        (after,) = arguments
        expected = event("PushThresholdChanged", old=THRESHOLD, new=after)
    assert receipt.logs == [expected]
    assert settings() == {**before, view: after}
    # And back: what was set to all its bits leaves nothing behind.
    back = (STAKERS_BPS, 0) if view == "shares" else (BEFORE[view],)
    router.transact(function, *back, sender=governance)
    assert settings() == before


@pytest.mark.parametrize(
    ("function", "arguments", "reason"),
    [
        ("set_shares", (1_999, 0), "shares out of bounds"),
        ("set_shares", (10_001, 0), "shares out of bounds"),
        ("set_shares", (2_000, 4_001), "shares out of bounds"),
        ("set_shares", (6_001, 4_000), "shares out of bounds"),
        ("set_shares", (2**256 - 1, 2), "shares out of bounds"),
        ("set_shares", (2_000, 2**256 - 1), "shares out of bounds"),
        ("set_system_share", (3_001,), "system share too large"),
        ("set_system_share", (2**256 - 1,), "system share too large"),
        ("set_push_threshold", (1_000_001,), "threshold too large"),
        ("set_push_threshold", (2**256 - 1,), "threshold too large"),
    ],
)
def test_numbers_stay_within_bounds(router, governance, refuses, function, arguments, reason):
    with refuses(f"router: {reason}"):
        router.transact(function, *arguments, sender=governance)


ACCOUNTS = (
    ("set_staking", "StakingChanged", "staking"),
    ("set_center", "CenterChanged", "center"),
    ("set_nodes", "NodesChanged", "nodes"),
)


@pytest.mark.parametrize(("function", "name", "view"), ACCOUNTS)
def test_accounts_read_back(
    chain, router, governance, payer, settings, event, function, name, view
):
    router.pay_fee(99, sender=payer)
    for label in ("one", "two"):
        before = settings()
        account = chain.account(label)
        receipt = router.transact(function, account, sender=governance)
        assert receipt.logs == [event(name, old=before[view], new=account)]
        assert settings() == {**before, view: account}


@pytest.mark.parametrize("function", [function for function, *_ in ACCOUNTS])
def test_accounts_at_which_coins_would_be_lost(
    router, token, treasury, governance, refuses, function
):
    for account in (ZERO_ADDRESS, token, treasury, router):
        with refuses("router: bad account"):
            router.transact(function, account, sender=governance)


@pytest.mark.parametrize(
    ("old", "new"), [(False, True), (True, False), (True, True), (False, False)]
)
def test_set_collector_says_who_is_one(router, governance, collector, attacker, event, old, new):
    router.set_collector(attacker, old, sender=governance)
    receipt = router.transact("set_collector", attacker, new, sender=governance)
    assert receipt.logs == [event("CollectorChanged", collector=attacker, old=old, new=new)]
    assert router.is_collector(attacker) is new
    assert router.is_collector(collector)


def test_set_collector_reverts_for_the_zero_address(router, governance, refuses):
    with refuses("router: bad account"):
        router.set_collector(ZERO_ADDRESS, True, sender=governance)


EVERY = (
    ("set_shares", (5_000, 0)),
    ("set_system_share", (0,)),
    ("set_push_threshold", (0,)),
    ("set_collector", ("attacker", True)),
    ("set_staking", ("attacker",)),
    ("set_center", ("attacker",)),
    ("set_nodes", ("attacker",)),
)


@pytest.mark.parametrize(("function", "arguments"), EVERY)
def test_settings_revert_for_others(
    chain, router, authority, governance, center, collector, attacker, refuses, function, arguments
):
    known = [chain.account(a) if a == "attacker" else a for a in arguments]
    for sender in (center, collector, attacker):
        with refuses("router: not governance"):
            router.transact(function, *known, sender=sender)
    authority.revokeRole(GOVERNANCE_ROLE, governance, sender=governance)
    with refuses("router: not governance"):
        router.transact(function, *known, sender=governance)
