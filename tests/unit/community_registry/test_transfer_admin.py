"""transfer_admin(community, new_admin), accept_admin(community)

transfer_admin
├── by the admin: offered, event; the admin stays until it is accepted
├── again: the later offer replaces the earlier one
├── to the zero address: withdrawn
├── not the admin (a manager, governance, the parent's admin) -> revert
├── frozen -> revert
├── closed -> revert
└── unknown community -> revert
accept_admin
├── by whom it was offered to: admin changed, offer gone, event; parent, depth, freeze as before
├── the old admin has lost every right
├── not the one it was offered to -> revert; nobody, when there is no offer
├── a second time -> revert
├── frozen -> revert; again possible from the second the freeze ends
├── closed -> revert
└── unknown community -> revert
"""

import pytest

from tests.unit.community_registry.conftest import CHILD, DAY, REASON, ROOT, UNKNOWN

ZERO = "0x" + "00" * 20


@pytest.fixture
def offered(registry, admin, newcomer):
    registry.transfer_admin(ROOT, newcomer, sender=admin)


def test_transfer_admin_offers(registry, admin, newcomer, event):
    receipt = registry.transact("transfer_admin", ROOT, newcomer, sender=admin)
    assert receipt.logs == [event("AdminOffered", community=ROOT, admin=admin, new_admin=newcomer)]
    assert registry.pending_admin_of(ROOT) == newcomer
    assert registry.admin_of(ROOT) == admin
    assert registry.pending_admin_of(CHILD) == ZERO


@pytest.mark.usefixtures("offered")
def test_transfer_admin_replaces_an_offer(registry, admin, newcomer, manager, refuses):
    registry.transfer_admin(ROOT, manager, sender=admin)
    with refuses("registry: not the pending admin"):
        registry.accept_admin(ROOT, sender=newcomer)
    registry.accept_admin(ROOT, sender=manager)
    assert registry.admin_of(ROOT) == manager


@pytest.mark.usefixtures("offered")
def test_transfer_admin_to_zero_withdraws(registry, admin, newcomer, event, refuses):
    receipt = registry.transact("transfer_admin", ROOT, ZERO, sender=admin)
    assert receipt.logs == [event("AdminOffered", community=ROOT, admin=admin, new_admin=ZERO)]
    with refuses("registry: not the pending admin"):
        registry.accept_admin(ROOT, sender=newcomer)


def test_transfer_admin_reverts_for_others(registry, manager, governance, admin, refuses):
    for community, sender in ((ROOT, manager), (ROOT, governance), (CHILD, admin)):
        with refuses("registry: not admin"):
            registry.transfer_admin(community, sender, sender=sender)


@pytest.mark.usefixtures("frozen")
def test_transfer_admin_reverts_while_frozen(registry, admin, newcomer, refuses):
    with refuses("registry: community frozen"):
        registry.transfer_admin(ROOT, newcomer, sender=admin)


@pytest.mark.usefixtures("closed")
def test_transfer_admin_reverts_when_closed(registry, admin, newcomer, refuses):
    with refuses("registry: community closed"):
        registry.transfer_admin(ROOT, newcomer, sender=admin)


def test_transfer_admin_reverts_for_an_unknown_community(registry, admin, refuses):
    with refuses("registry: no such community"):
        registry.transfer_admin(UNKNOWN, admin, sender=admin)


@pytest.mark.usefixtures("offered")
def test_accept_admin_takes_over(chain, registry, auditor, admin, newcomer, event):
    registry.freeze(ROOT, REASON, DAY, sender=auditor)
    chain.advance(DAY)
    receipt = registry.transact("accept_admin", ROOT, sender=newcomer)
    assert receipt.logs == [
        event("AdminChanged", community=ROOT, old_admin=admin, new_admin=newcomer)
    ]
    assert registry.admin_of(ROOT) == registry.admin_of_open(ROOT) == newcomer
    assert registry.pending_admin_of(ROOT) == ZERO
    assert (registry.parent_of(ROOT), registry.depth_of(ROOT)) == (0, 1)
    assert registry.frozen_until(ROOT) == chain.timestamp


def test_accept_admin_keeps_the_place_in_the_tree(registry, child_admin, newcomer):
    registry.transfer_admin(CHILD, newcomer, sender=child_admin)
    registry.accept_admin(CHILD, sender=newcomer)
    assert (registry.parent_of(CHILD), registry.depth_of(CHILD)) == (ROOT, 2)


@pytest.mark.usefixtures("offered")
def test_accept_admin_leaves_the_old_admin_no_right(registry, admin, newcomer, refuses):
    registry.accept_admin(ROOT, sender=newcomer)
    with refuses("registry: not admin"):
        registry.transfer_admin(ROOT, admin, sender=admin)
    with refuses("registry: not secretariat"):
        registry.create(ROOT, admin, "City", REASON, sender=admin)


@pytest.mark.usefixtures("offered")
def test_accept_admin_reverts_for_others(registry, admin, attacker, newcomer, refuses):
    for sender in (admin, attacker):
        with refuses("registry: not the pending admin"):
            registry.accept_admin(ROOT, sender=sender)
    with refuses("registry: not the pending admin"):
        registry.accept_admin(CHILD, sender=newcomer)


@pytest.mark.usefixtures("offered")
def test_accept_admin_reverts_the_second_time(registry, newcomer, refuses):
    registry.accept_admin(ROOT, sender=newcomer)
    with refuses("registry: not the pending admin"):
        registry.accept_admin(ROOT, sender=newcomer)


@pytest.mark.usefixtures("offered")
def test_accept_admin_reverts_until_the_freeze_ends(chain, registry, auditor, newcomer, refuses):
    registry.freeze(ROOT, REASON, DAY, sender=auditor)
    chain.advance(DAY - 1)
    with refuses("registry: community frozen"):
        registry.accept_admin(ROOT, sender=newcomer)
    chain.advance(1)
    registry.accept_admin(ROOT, sender=newcomer)
    assert registry.admin_of(ROOT) == newcomer


@pytest.mark.usefixtures("offered")
def test_accept_admin_reverts_when_closed(registry, admin, newcomer, refuses):
    registry.close(ROOT, REASON, sender=admin)
    with refuses("registry: community closed"):
        registry.accept_admin(ROOT, sender=newcomer)


def test_accept_admin_reverts_for_an_unknown_community(registry, newcomer, refuses):
    with refuses("registry: no such community"):
        registry.accept_admin(UNKNOWN, sender=newcomer)
