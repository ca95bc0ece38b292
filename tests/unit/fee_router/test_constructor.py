"""FeeRouter.__init__(authority, token, treasury, staking, center, stakers_bps, system_bps,
                      push_threshold)

├── reads back: addresses, shares (none for nodes), threshold, limit of policy dividends (1 %)
├── nothing is owed, there are no apps, no collectors, no nodes
├── logs every setting with old values of zero
├── the bounds of each setting fit
├── no Authority, token or treasury -> revert
├── staking or Center: zero, the token, the treasury -> revert
└── what a setter would refuse -> revert
"""

from __future__ import annotations

import pytest

from cos.chain import Event, Revert
from tests.models import ZERO_ADDRESS
from tests.unit.fee_router.conftest import POLICY_LIMIT, STAKERS_BPS, SYSTEM_BPS, THRESHOLD


def test_constructor_reads_back(deploy, authority, token, treasury, staking, center):
    router = deploy()
    assert router.AUTHORITY() == authority.address
    assert router.TOKEN() == token.address
    assert router.TREASURY() == treasury.address
    assert router.staking() == staking.address
    assert router.center() == center
    assert router.shares() == (STAKERS_BPS, 0, 10_000 - STAKERS_BPS)
    assert router.system_bps() == SYSTEM_BPS
    assert router.push_threshold() == THRESHOLD
    assert router.POLICY_LIMIT() == router.policy_room() == POLICY_LIMIT == 1_024_000_000 * 10**8


def test_constructor_owes_nothing(deploy, governance, center):
    router = deploy()
    assert router.owed() == (0, 0, 0, 0)
    assert router.total_owed() == router.app_count() == 0
    assert router.nodes() == ZERO_ADDRESS
    assert not router.is_collector(governance)
    assert not router.is_collector(ZERO_ADDRESS)


def test_constructor_logs_its_settings(chain, deploy, staking, center):
    router = deploy()
    shares = {"old_stakers_bps": 0, "new_stakers_bps": STAKERS_BPS}
    assert chain.last_logs == [
        Event(router.address, name, args)
        for name, args in (
            ("StakingChanged", {"old": ZERO_ADDRESS, "new": staking.address}),
            ("CenterChanged", {"old": ZERO_ADDRESS, "new": center}),
            ("SharesChanged", {**shares, "old_nodes_bps": 0, "new_nodes_bps": 0}),
            ("SystemShareChanged", {"old_bps": 0, "new_bps": SYSTEM_BPS}),
            ("PushThresholdChanged", {"old": 0, "new": THRESHOLD}),
        )
    ]


@pytest.mark.parametrize("stakers_bps", [2_000, 10_000])
@pytest.mark.parametrize(("system_bps", "threshold"), [(0, 1_000_000), (3_000, 0)])
def test_constructor_accepts_the_bounds(deploy, stakers_bps, system_bps, threshold):
    router = deploy(stakers_bps=stakers_bps, system_bps=system_bps, push_threshold=threshold)
    assert router.shares() == (stakers_bps, 0, 10_000 - stakers_bps)
    assert router.system_bps() == system_bps
    assert router.push_threshold() == threshold


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"authority": ZERO_ADDRESS}, "governed: zero authority"),
        ({"token": ZERO_ADDRESS}, "router: no token"),
        ({"treasury": ZERO_ADDRESS}, "router: no treasury"),
        ({"staking": ZERO_ADDRESS}, "router: bad account"),
        ({"center": ZERO_ADDRESS}, "router: bad account"),
        ({"stakers_bps": 1_999}, "router: shares out of bounds"),
        ({"stakers_bps": 10_001}, "router: shares out of bounds"),
        ({"system_bps": 3_001}, "router: system share too large"),
        ({"push_threshold": 1_000_001}, "router: threshold too large"),
    ],
)
def test_constructor_reverts(deploy, changes, reason):
    with pytest.raises(Revert) as caught:
        deploy(**changes)
    assert caught.value.reason == reason


@pytest.mark.parametrize("which", ["staking", "center"])
@pytest.mark.parametrize("what", ["token", "treasury"])
def test_constructor_reverts_where_coins_would_be_lost(deploy, request, which, what):
    with pytest.raises(Revert) as caught:
        deploy(**{which: request.getfixturevalue(what)})
    assert caught.value.reason == "router: bad account"
