"""close(community, reason_hash)

├── by the admin: closed, event, everything else as it was
├── by governance, also while frozen
├── by the admin of a frozen community -> revert: closing returns the lots to their sponsors
├── by the admin from the second the freeze ends
├── by a manager, the parent's admin, the auditor -> revert
├── closed already -> revert, for the admin and for governance
├── unknown community -> revert
├── children stay open
└── nothing opens it again: the functions that need an open community refuse
"""

import pytest

from tests.unit.community_registry.conftest import CHILD, DAY, REASON, ROOT, UNKNOWN


def test_close_by_the_admin(registry, admin, manager, member, event):
    receipt = registry.transact("close", ROOT, REASON, sender=admin)
    assert receipt.logs == [event("CommunityClosed", community=ROOT, by=admin, reason_hash=REASON)]
    assert registry.is_closed(ROOT)
    assert registry.admin_of(ROOT) == admin
    assert (registry.parent_of(ROOT), registry.depth_of(ROOT)) == (0, 1)
    assert registry.manager_level(ROOT, manager) == 3
    assert registry.is_member(ROOT, member)


@pytest.mark.usefixtures("frozen")
def test_close_a_frozen_community_by_governance(registry, governance, event):
    until = registry.frozen_until(ROOT)
    receipt = registry.transact("close", ROOT, REASON, sender=governance)
    assert receipt.logs == [
        event("CommunityClosed", community=ROOT, by=governance, reason_hash=REASON)
    ]
    assert registry.is_closed(ROOT)
    assert registry.frozen_until(ROOT) == until


def test_close_reverts_for_the_admin_until_the_freeze_ends(
    chain, registry, admin, auditor, refuses
):
    registry.freeze(ROOT, REASON, DAY, sender=auditor)
    chain.advance(DAY - 1)
    with refuses("registry: community frozen"):
        registry.close(ROOT, REASON, sender=admin)
    chain.advance(1)
    registry.close(ROOT, REASON, sender=admin)
    assert registry.is_closed(ROOT)


def test_close_reverts_for_others(registry, manager, admin, auditor, refuses):
    for community, sender in ((ROOT, manager), (CHILD, admin), (ROOT, auditor)):
        with refuses("registry: not governance"):
            registry.close(community, REASON, sender=sender)


@pytest.mark.usefixtures("closed")
def test_close_reverts_when_closed(registry, admin, governance, refuses):
    for sender in (admin, governance):
        with refuses("registry: community closed"):
            registry.close(ROOT, REASON, sender=sender)


def test_close_reverts_for_an_unknown_community(registry, governance, refuses):
    for community in (0, UNKNOWN):
        with refuses("registry: no such community"):
            registry.close(community, REASON, sender=governance)


@pytest.mark.usefixtures("closed")
def test_close_leaves_children_open(registry, child_admin):
    assert not registry.is_closed(CHILD)
    assert registry.admin_of_open(CHILD) == child_admin


@pytest.mark.usefixtures("closed")
@pytest.mark.parametrize(
    ("function", "args", "role"),
    [
        ("replace_admin", ("newcomer",), "governance"),
        ("freeze", (REASON, DAY), "auditor"),
        ("unfreeze", (), "governance"),
        ("extend_freeze", (2**39,), "governance"),
    ],
)
def test_close_is_final_for_auditor_and_governance(chain, registry, refuses, function, args, role):
    args = [chain.account(a) if a == "newcomer" else a for a in args]
    with refuses("registry: community closed"):
        registry.transact(function, ROOT, *args, sender=chain.account(role))
