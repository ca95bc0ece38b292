"""unfreeze(community)

├── by the auditor, by governance: over at once, event with the old end
├── also when governance had extended it
├── in the freeze's last second; a second later -> revert
├── not frozen -> revert
├── by others (the admin, the secretariat) -> revert
├── closed -> revert
└── unknown community -> revert
"""

import pytest

from tests.unit.community_registry.conftest import DAY, REASON, ROOT, UNKNOWN


@pytest.mark.usefixtures("frozen")
@pytest.mark.parametrize("role", ["auditor", "governance"])
def test_unfreeze(chain, registry, admin, manager, event, role):
    old_until = registry.frozen_until(ROOT)
    chain.advance(DAY)
    by = chain.account(role)
    receipt = registry.transact("unfreeze", ROOT, sender=by)
    assert receipt.logs == [event("CommunityUnfrozen", community=ROOT, by=by, old_until=old_until)]
    assert not registry.is_frozen(ROOT)
    assert registry.frozen_until(ROOT) == chain.timestamp
    assert registry.admin_of_open(ROOT) == admin
    assert registry.spender_level(ROOT, manager) == 3


@pytest.mark.usefixtures("frozen")
def test_unfreeze_what_governance_extended(registry, governance, auditor):
    registry.extend_freeze(ROOT, registry.frozen_until(ROOT) + DAY, sender=governance)
    registry.unfreeze(ROOT, sender=auditor)
    assert not registry.is_frozen(ROOT)


def test_unfreeze_in_the_last_second_and_not_later(chain, registry, auditor, refuses):
    registry.freeze(ROOT, REASON, DAY, sender=auditor)
    chain.advance(DAY - 1)
    with chain.anchor():
        registry.unfreeze(ROOT, sender=auditor)
        assert not registry.is_frozen(ROOT)
    chain.advance(1)
    with refuses("registry: not frozen"):
        registry.unfreeze(ROOT, sender=auditor)


def test_unfreeze_reverts_when_never_frozen(registry, auditor, governance, refuses):
    for sender in (auditor, governance):
        with refuses("registry: not frozen"):
            registry.unfreeze(ROOT, sender=sender)


@pytest.mark.usefixtures("frozen")
def test_unfreeze_reverts_for_others(registry, admin, secretariat, refuses):
    for sender in (admin, secretariat):
        with refuses("registry: not auditor or governance"):
            registry.unfreeze(ROOT, sender=sender)


@pytest.mark.usefixtures("frozen")
def test_unfreeze_reverts_when_closed(registry, governance, auditor, refuses):
    registry.close(ROOT, REASON, sender=governance)
    with refuses("registry: community closed"):
        registry.unfreeze(ROOT, sender=auditor)


def test_unfreeze_reverts_for_an_unknown_community(registry, auditor, refuses):
    with refuses("registry: no such community"):
        registry.unfreeze(UNKNOWN, sender=auditor)
