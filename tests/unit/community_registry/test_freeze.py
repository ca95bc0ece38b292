"""freeze(community, reason_hash, duration_seconds)

├── by the auditor: frozen until the stated second, event; children are not
├── ends by itself: at t - 1 frozen, at t and t + 1 not (PITFALLS 8)
├── 1 second, 90 days; 0 and 90 days + 1 second -> revert
├── frozen already -> revert
├── after a freeze ended by itself
│   └── within 30 days -> revert at t - 1; possible at t and t + 1
├── after it was lifted: the 30 days count from the lifting
├── however often it is repeated, the auditor alone freezes at most 90 days of any 120
├── not the auditor (governance, the admin, the secretariat) -> revert
├── an auditor whose role was revoked -> revert
├── closed -> revert
├── unknown community -> revert
├── after 2106 the neighbouring fields are untouched (PITFALLS 35, 36)
└── a time above 40 bits -> revert; exactly 40 bits fit
"""

import pytest

from tests.models.authority import AUDITOR_ROLE
from tests.unit.community_registry.conftest import CHILD, DAY, REASON, ROOT, UNKNOWN


def test_freeze_by_the_auditor(chain, registry, admin, auditor, event):
    until = chain.timestamp + 90 * DAY
    receipt = registry.transact("freeze", ROOT, REASON, 90 * DAY, sender=auditor)
    assert receipt.logs == [
        event("CommunityFrozen", community=ROOT, auditor=auditor, until=until, reason_hash=REASON)
    ]
    assert registry.is_frozen(ROOT)
    assert registry.frozen_until(ROOT) == until
    assert registry.admin_of(ROOT) == admin
    assert not registry.is_closed(ROOT)
    assert not registry.is_frozen(CHILD)


@pytest.mark.parametrize("duration_seconds", [1, DAY, 90 * DAY])
def test_freeze_ends_by_itself(chain, registry, auditor, duration_seconds):
    registry.freeze(ROOT, REASON, duration_seconds, sender=auditor)
    assert registry.is_frozen(ROOT)
    chain.advance(duration_seconds - 1)
    assert registry.is_frozen(ROOT)
    chain.advance(1)
    assert not registry.is_frozen(ROOT)
    chain.advance(1)
    assert not registry.is_frozen(ROOT)


@pytest.mark.parametrize("duration_seconds", [0, 90 * DAY + 1, 2**256 - 1])
def test_freeze_reverts_with_a_bad_duration(registry, auditor, duration_seconds, refuses):
    with refuses("registry: bad duration"):
        registry.freeze(ROOT, REASON, duration_seconds, sender=auditor)


@pytest.mark.usefixtures("frozen")
def test_freeze_reverts_when_frozen_already(registry, auditor, refuses):
    with refuses("registry: already frozen"):
        registry.freeze(ROOT, REASON, 90 * DAY, sender=auditor)


@pytest.mark.parametrize("later", [0, 1])
def test_freeze_again_30_days_after_the_last_one_ended(chain, registry, auditor, refuses, later):
    registry.freeze(ROOT, REASON, DAY, sender=auditor)
    chain.advance(DAY)
    with refuses("registry: frozen too recently"):
        registry.freeze(ROOT, REASON, DAY, sender=auditor)
    chain.advance(30 * DAY - 1)
    with refuses("registry: frozen too recently"):
        registry.freeze(ROOT, REASON, DAY, sender=auditor)
    chain.advance(1 + later)
    registry.freeze(ROOT, REASON, DAY, sender=auditor)
    assert registry.frozen_until(ROOT) == chain.timestamp + DAY


@pytest.mark.usefixtures("frozen")
def test_freeze_again_30_days_after_it_was_lifted(chain, registry, auditor, governance, refuses):
    chain.advance(5 * DAY)
    registry.unfreeze(ROOT, sender=governance)
    chain.advance(30 * DAY - 1)
    with refuses("registry: frozen too recently"):
        registry.freeze(ROOT, REASON, DAY, sender=auditor)
    chain.advance(1)
    registry.freeze(ROOT, REASON, DAY, sender=auditor)
    assert registry.is_frozen(ROOT)


def test_freeze_by_the_auditor_alone_never_exceeds_90_days_of_120(chain, registry, auditor):
    started = chain.timestamp
    frozen_days = 0
    for day in range(360):
        if not registry.is_frozen(ROOT):
            last = registry.frozen_until(ROOT)
            if last == 0 or chain.timestamp >= last + 30 * DAY:
                registry.freeze(ROOT, REASON, 90 * DAY, sender=auditor)
        frozen_days += registry.is_frozen(ROOT)
        chain.warp(started + (day + 1) * DAY)
    assert frozen_days == 270


def test_freeze_reverts_for_others(registry, governance, admin, secretariat, refuses):
    for sender in (governance, admin, secretariat):
        with refuses("registry: not auditor"):
            registry.freeze(ROOT, REASON, DAY, sender=sender)


def test_freeze_reverts_for_a_former_auditor(registry, authority, governance, auditor, refuses):
    authority.revokeRole(AUDITOR_ROLE, auditor, sender=governance)
    with refuses("registry: not auditor"):
        registry.freeze(ROOT, REASON, DAY, sender=auditor)


@pytest.mark.usefixtures("closed")
def test_freeze_reverts_when_closed(registry, auditor, refuses):
    with refuses("registry: community closed"):
        registry.freeze(ROOT, REASON, DAY, sender=auditor)


def test_freeze_reverts_for_an_unknown_community(registry, auditor, refuses):
    with refuses("registry: no such community"):
        registry.freeze(UNKNOWN, REASON, DAY, sender=auditor)


def test_freeze_after_2106_touches_no_neighbouring_field(chain, registry, child_admin, auditor):
    chain.warp(2**32 + 5)
    registry.freeze(CHILD, REASON, DAY, sender=auditor)
    assert registry.frozen_until(CHILD) == 2**32 + 5 + DAY
    assert registry.is_frozen(CHILD)
    assert registry.admin_of(CHILD) == child_admin
    assert (registry.parent_of(CHILD), registry.depth_of(CHILD)) == (ROOT, 2)
    chain.advance(DAY)
    assert registry.admin_of_open(CHILD) == child_admin


def test_freeze_fits_40_bits_exactly(chain, registry, child_admin, auditor, refuses):
    chain.warp(2**40 - 1 - DAY)
    with refuses("registry: time out of range"):
        registry.freeze(CHILD, REASON, DAY + 1, sender=auditor)
    registry.freeze(CHILD, REASON, DAY, sender=auditor)
    assert registry.frozen_until(CHILD) == 2**40 - 1
    assert registry.admin_of(CHILD) == child_admin
    assert (registry.parent_of(CHILD), registry.depth_of(CHILD)) == (ROOT, 2)
    assert not registry.is_closed(CHILD)
