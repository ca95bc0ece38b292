"""The register of apps: register_app, set_app_fee, set_app_metadata, set_app_paused, offer_app,
accept_app, set_app_listed, set_official, app

register_app
├── by anyone; ids count from 1; event; reads back
└── a fee of zero or above 1,000,000 COS, no metadata -> revert; the bounds fit
set_app_fee, set_app_metadata, set_app_paused
├── by the developer: event with old and new; nothing else of the app changes
├── out of bounds -> revert
└── not the developer (governance, the former one, the offered one), no such app -> revert
offer_app, accept_app
├── two steps: the former developer acts until it is accepted; flags and terms stay
├── an offer is replaced, taken back; accepted once
└── not offered to the caller, no such app -> revert
set_app_listed
├── governance, with a reason: event; nothing that is owed changes (PITFALLS 25)
└── no reason, no such app, not governance -> revert
set_official
├── governance, of an app of the Center's: event; a hand-over doesn't take it away
├── another developer's app -> revert: a vote can't take its income (27)
├── not official any more: also after the Center's address has changed
└── no such app, not governance -> revert
app
└── no such app -> revert; apps never touch each other (36)
"""

from __future__ import annotations

import pytest

from tests.models import ZERO_ADDRESS
from tests.unit.fee_router.conftest import COS, E8, FEE, METADATA, REASON, REFERENCE

OTHER = b"\x44" * 32
MAX_FEE = 1_000_000 * COS


def test_register_app_reads_back(router, developer, other_developer, event):
    receipt = router.transact("register_app", FEE, METADATA, sender=developer)
    assert receipt.value == 1
    assert receipt.logs == [
        event("AppRegistered", app=1, developer=developer, fee=FEE, metadata_hash=METADATA)
    ]
    assert router.app(1) == (developer, FEE, False, True, False, METADATA, ZERO_ADDRESS)
    assert router.register_app(1, OTHER, sender=other_developer) == 2
    assert router.register_app(MAX_FEE, OTHER, sender=developer) == 3
    assert router.app_count() == 3
    assert [router.app(app)[1] for app in (1, 2, 3)] == [FEE, 1, MAX_FEE]


@pytest.mark.parametrize(
    ("fee", "metadata", "reason"),
    [
        (0, METADATA, "fee out of bounds"),
        (MAX_FEE + 1, METADATA, "fee out of bounds"),
        (2**256 - 1, METADATA, "fee out of bounds"),
        (FEE, bytes(32), "no metadata"),
    ],
)
def test_register_app_reverts(router, developer, refuses, fee, metadata, reason):
    with refuses(f"router: {reason}"):
        router.register_app(fee, metadata, sender=developer)


@pytest.mark.parametrize(
    ("function", "new", "name", "place"),
    [
        ("set_app_fee", 1, "AppFeeChanged", 1),
        ("set_app_fee", MAX_FEE, "AppFeeChanged", 1),
        ("set_app_metadata", OTHER, "AppMetadataChanged", 5),
        ("set_app_paused", True, "AppPauseChanged", 2),
        ("set_app_paused", False, "AppPauseChanged", 2),
    ],
)
def test_the_developer_changes_its_app(router, app, developer, event, function, new, name, place):
    before = router.app(app)
    receipt = router.transact(function, app, new, sender=developer)
    assert receipt.logs == [event(name, app=app, old=before[place], new=new)]
    assert router.app(app) == (*before[:place], new, *before[place + 1 :])


@pytest.mark.parametrize(
    ("function", "value", "reason"),
    [
        ("set_app_fee", 0, "fee out of bounds"),
        ("set_app_fee", MAX_FEE + 1, "fee out of bounds"),
        ("set_app_metadata", bytes(32), "no metadata"),
    ],
)
def test_the_developer_stays_within_bounds(
    router, app, developer, refuses, function, value, reason
):
    with refuses(f"router: {reason}"):
        router.transact(function, app, value, sender=developer)


SETTERS = (
    ("set_app_fee", 1),
    ("set_app_metadata", OTHER),
    ("set_app_paused", True),
    ("offer_app", ZERO_ADDRESS),
)


@pytest.mark.parametrize(("function", "value"), SETTERS)
def test_nobody_else_changes_an_app(
    router, app, developer, other_developer, governance, attacker, refuses, function, value
):
    router.register_app(FEE, METADATA, sender=attacker)
    router.offer_app(app, other_developer, sender=developer)
    for sender in (other_developer, governance, attacker):
        with refuses("router: not the developer"):
            router.transact(function, app, value, sender=sender)
    router.accept_app(app, sender=other_developer)
    with refuses("router: not the developer"):
        router.transact(function, app, value, sender=developer)


@pytest.mark.parametrize(("function", "value"), SETTERS)
def test_there_is_nothing_to_change_without_an_app(router, app, attacker, refuses, function, value):
    for other in (0, app + 1, 2**256 - 1):
        with refuses("router: no such app"):
            router.transact(function, other, value, sender=attacker)
        with refuses("router: no such app"):
            router.app(other)


def test_an_app_is_handed_over_in_two_steps(router, app, developer, other_developer, event):
    router.set_app_paused(app, True, sender=developer)
    receipt = router.transact("offer_app", app, other_developer, sender=developer)
    offered = {"app": app, "developer": developer, "to": other_developer}
    assert receipt.logs == [event("AppOffered", **offered)]
    assert router.app(app)[6] == other_developer
    router.set_app_fee(app, 5, sender=developer)
    receipt = router.transact("accept_app", app, sender=other_developer)
    assert receipt.logs == [event("AppHandedOver", app=app, old=developer, new=other_developer)]
    assert router.app(app) == (other_developer, 5, True, True, False, METADATA, ZERO_ADDRESS)


def test_an_offer_is_accepted_once(router, app, developer, other_developer, refuses):
    router.offer_app(app, other_developer, sender=developer)
    router.accept_app(app, sender=other_developer)
    router.offer_app(app, developer, sender=other_developer)
    router.accept_app(app, sender=developer)
    with refuses("router: not offered to you"):
        router.accept_app(app, sender=other_developer)


@pytest.mark.parametrize("instead", ["attacker", ""])
def test_an_offer_is_replaced_or_taken_back(
    chain, router, app, developer, other_developer, refuses, instead
):
    router.offer_app(app, other_developer, sender=developer)
    to = chain.account(instead) if instead else ZERO_ADDRESS
    router.offer_app(app, to, sender=developer)
    with refuses("router: not offered to you"):
        router.accept_app(app, sender=other_developer)


def test_accept_app_reverts_without_an_offer(router, app, developer, attacker, refuses):
    for sender in (attacker, developer, ZERO_ADDRESS):
        with refuses("router: no such app"):
            router.accept_app(app + 1, sender=sender)
    for sender in (attacker, developer):
        with refuses("router: not offered to you"):
            router.accept_app(app, sender=sender)


def test_set_app_listed_touches_nothing_that_is_owed(
    router, app, payer, developer, governance, event
):
    router.use_app(app, 1, FEE, REFERENCE, sender=payer)
    owed = router.owed()
    for old, new in ((True, False), (False, False), (False, True)):
        receipt = router.transact("set_app_listed", app, new, REASON, sender=governance)
        change = {"app": app, "old": old, "new": new, "reason_hash": REASON}
        assert receipt.logs == [event("AppListingChanged", **change)]
        assert router.app(app) == (developer, FEE, False, new, False, METADATA, ZERO_ADDRESS)
    assert router.owed() == owed


def test_set_app_listed_reverts(router, app, governance, developer, center, refuses):
    with refuses("router: no reason"):
        router.set_app_listed(app, False, bytes(32), sender=governance)
    with refuses("router: no such app"):
        router.set_app_listed(app + 1, False, REASON, sender=governance)
    for sender in (developer, center):
        with refuses("router: not governance"):
            router.set_app_listed(app, False, REASON, sender=sender)


def test_set_official_of_an_app_of_the_centers(router, governance, center, other_developer, event):
    app = router.register_app(FEE, METADATA, sender=center)
    receipt = router.transact("set_official", app, True, sender=governance)
    assert receipt.logs == [event("AppOfficialChanged", app=app, old=False, new=True)]
    assert router.app(app) == (center, FEE, False, True, True, METADATA, ZERO_ADDRESS)
    router.offer_app(app, other_developer, sender=center)
    router.accept_app(app, sender=other_developer)
    assert router.app(app)[4], "or the Center's keys could give the income away"


def test_set_official_reverts_for_anothers_app(
    router, app, governance, center, developer, payer, refuses
):
    router.offer_app(app, center, sender=developer)
    with refuses("router: not the center's app"):
        router.set_official(app, True, sender=governance)
    router.use_app(app, 1, FEE, REFERENCE, sender=payer)
    assert router.owed_to(developer) == FEE * E8 * 9 // 10


def test_set_official_takes_it_away(chain, router, official, governance, payer, center):
    router.set_center(chain.account("other center"), sender=governance)
    router.set_official(official, False, sender=governance)
    router.use_app(official, 1, FEE, REFERENCE, sender=payer)
    assert router.owed_to(center) == FEE * E8 * 9 // 10


def test_set_official_reverts(router, official, governance, center, attacker, refuses):
    with refuses("router: no such app"):
        router.set_official(official + 1, True, sender=governance)
    for sender in (center, attacker):
        with refuses("router: not governance"):
            router.set_official(official, False, sender=sender)


def test_apps_never_touch_each_other(router, governance, center, developer):
    apps = [router.register_app(FEE, METADATA, sender=center) for _ in range(3)]
    before = [router.app(app) for app in apps]
    router.set_app_fee(apps[1], MAX_FEE, sender=center)
    router.set_app_paused(apps[1], True, sender=center)
    router.set_app_listed(apps[1], False, REASON, sender=governance)
    router.set_official(apps[1], True, sender=governance)
    router.offer_app(apps[1], developer, sender=center)
    assert router.app(apps[1]) == (center, MAX_FEE, True, False, True, METADATA, developer)
    assert [router.app(apps[0]), router.app(apps[2])] == [before[0], before[2]]
