"""extend_freeze(community, until)

├── by governance: frozen until then, event with old and new; at t - 1, t, t + 1 of the new end
├── again, for more
├── a year ahead; one second more -> revert
├── not later than the present end -> revert
├── not frozen: never, or no longer at the very second it ended -> revert
├── the auditor's 30 days count from the new end
├── not governance (the auditor, the admin) -> revert
├── closed -> revert
└── unknown community -> revert
"""

import pytest

from tests.unit.community_registry.conftest import CHILD, DAY, REASON, ROOT, UNKNOWN


@pytest.mark.usefixtures("frozen")
def test_extend_freeze_by_governance(chain, registry, governance, event):
    old_until = registry.frozen_until(ROOT)
    until = old_until + 100 * DAY
    receipt = registry.transact("extend_freeze", ROOT, until, sender=governance)
    assert receipt.logs == [
        event("FreezeExtended", community=ROOT, old_until=old_until, until=until)
    ]
    assert registry.frozen_until(ROOT) == until
    for second, frozen in ((until - 1, True), (until, False), (until + 1, False)):
        chain.warp(second)
        assert registry.is_frozen(ROOT) is frozen


@pytest.mark.usefixtures("frozen")
def test_extend_freeze_again(chain, registry, governance):
    registry.extend_freeze(ROOT, chain.timestamp + 365 * DAY, sender=governance)
    chain.advance(364 * DAY)
    registry.extend_freeze(ROOT, chain.timestamp + 365 * DAY, sender=governance)
    assert registry.frozen_until(ROOT) == chain.timestamp + 365 * DAY


@pytest.mark.usefixtures("frozen")
def test_extend_freeze_by_a_year_at_most(chain, registry, governance, refuses):
    latest = chain.timestamp + 365 * DAY
    for until in (latest + 1, 2**40, 2**256 - 1):
        with refuses("registry: bad extension"):
            registry.extend_freeze(ROOT, until, sender=governance)
    registry.extend_freeze(ROOT, latest, sender=governance)
    assert registry.frozen_until(ROOT) == latest


@pytest.mark.usefixtures("frozen")
def test_extend_freeze_reverts_unless_it_is_longer(chain, registry, governance, refuses):
    present = registry.frozen_until(ROOT)
    for until in (0, chain.timestamp, present):
        with refuses("registry: bad extension"):
            registry.extend_freeze(ROOT, until, sender=governance)
    registry.extend_freeze(ROOT, present + 1, sender=governance)
    assert registry.frozen_until(ROOT) == present + 1


def test_extend_freeze_reverts_when_not_frozen(chain, registry, governance, auditor, refuses):
    with refuses("registry: not frozen"):
        registry.extend_freeze(CHILD, chain.timestamp + DAY, sender=governance)
    registry.freeze(CHILD, REASON, DAY, sender=auditor)
    chain.advance(DAY)
    with refuses("registry: not frozen"):
        registry.extend_freeze(CHILD, chain.timestamp + DAY, sender=governance)


@pytest.mark.usefixtures("frozen")
def test_extend_freeze_moves_the_auditors_pause(chain, registry, governance, auditor, refuses):
    until = registry.frozen_until(ROOT) + 10 * DAY
    registry.extend_freeze(ROOT, until, sender=governance)
    chain.warp(until + 30 * DAY - 1)
    with refuses("registry: frozen too recently"):
        registry.freeze(ROOT, REASON, DAY, sender=auditor)
    chain.advance(1)
    registry.freeze(ROOT, REASON, DAY, sender=auditor)
    assert registry.is_frozen(ROOT)


@pytest.mark.usefixtures("frozen")
def test_extend_freeze_reverts_for_others(registry, auditor, admin, refuses):
    for sender in (auditor, admin):
        with refuses("registry: not governance"):
            registry.extend_freeze(ROOT, 2**39, sender=sender)


@pytest.mark.usefixtures("frozen")
def test_extend_freeze_reverts_when_closed(chain, registry, governance, refuses):
    registry.close(ROOT, REASON, sender=governance)
    with refuses("registry: community closed"):
        registry.extend_freeze(ROOT, chain.timestamp + 100 * DAY, sender=governance)


def test_extend_freeze_reverts_for_an_unknown_community(chain, registry, governance, refuses):
    with refuses("registry: no such community"):
        registry.extend_freeze(UNKNOWN, chain.timestamp + DAY, sender=governance)
