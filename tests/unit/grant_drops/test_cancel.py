"""GrantDrops.cancel(drop, reason_hash)

├── the caller is no auditor, or not any more: reverts
├── there is no reason: reverts
├── the terms are not those of a drop: reverts
├── it is cancelled already: reverts
└── otherwise: logs DropCancelled with what is left
    ├── nobody can claim any more; what was claimed stays claimed, settled or to be settled
    ├── the rest can be returned at once
    ├── other drops go on
    ├── in a frozen or closed community, too
    └── before any claim, after all claims, after the deadline, after the return
"""

from __future__ import annotations

import pytest

from tests.contribution_loop import COS, DAY, ROOT, digest_of
from tests.models.authority import AUDITOR_ROLE
from tests.models.grant_drops import Drop
from tests.unit.grant_drops.conftest import DURATION, FIRST, REASON, SECOND, TOTAL, people_of


@pytest.mark.parametrize("role", ["governance", "admin", "manager", "sponsor", "attacker"])
def test_reverts_for_who_is_no_auditor(loop, desk, listed, refused, role):
    with refused("drops: not auditor"):
        desk.cancel(listed.terms, sender=getattr(loop, role))


def test_reverts_for_a_dismissed_auditor(loop, desk, listed, refused):
    loop.authority.revokeRole(AUDITOR_ROLE, loop.auditor, sender=loop.governance)
    with refused("drops: not auditor"):
        desk.cancel(listed.terms)


def test_reverts_without_a_reason(desk, listed, refused):
    with refused("drops: no reason"):
        desk.cancel(listed.terms, bytes(32))


@pytest.mark.parametrize("field", Drop._fields)
def test_reverts_for_terms_that_were_never_published(loop, desk, listed, refused, field):
    value = getattr(listed.terms, field)
    if isinstance(value, int):
        forged = value + 1
    else:
        forged = digest_of("forged") if isinstance(value, bytes) else loop.attacker
    with refused("drops: no such drop"):
        desk.cancel(listed.terms._replace(**{field: forged}))


def test_reverts_the_second_time(desk, listed, refused):
    desk.cancel(listed.terms)
    with refused("drops: already cancelled"):
        desk.cancel(listed.terms)


def test_stops_the_drop(loop, desk, listed, refused):
    desk.claim(listed, FIRST)
    receipt = desk.cancel(listed.terms)
    left = TOTAL - 100 * COS
    assert [log.name for log in receipt.logs] == ["DropCancelled"]
    assert desk.logs(receipt) == [
        ("DropCancelled", {"drop": listed.terms.drop, "amount": left, "reason_hash": REASON})
    ]
    assert desk.contract.state_of(listed.terms) == (True, True, left, 100 * COS, 1)
    with refused("drops: cancelled"):
        desk.claim(listed, SECOND)
    assert loop.token.balanceOf(loop.contributor) == 100 * COS
    assert loop.ledger.standing(ROOT, loop.contributor)[:2] == (100 * COS, 1)


def test_what_was_claimed_is_settled_and_the_rest_returned(loop, desk, listed):
    desk.claim(listed, FIRST)
    desk.cancel(listed.terms)
    assert desk.return_unclaimed(listed.terms).value == TOTAL - 100 * COS
    assert desk.contract.state_of(listed.terms) == (True, True, 0, 100 * COS, 1)
    assert loop.header(desk.settle(listed.terms)).total == 100 * COS
    assert desk.contract.state_of(listed.terms) == (True, True, 0, 0, 0)


def test_stays_cancelled_after_a_settlement(desk, listed, refused):
    desk.claim(listed, FIRST)
    desk.cancel(listed.terms)
    desk.settle(listed.terms)
    with refused("drops: cancelled"):
        desk.claim(listed, SECOND)
    with refused("drops: already cancelled"):
        desk.cancel(listed.terms)


def test_other_drops_go_on(desk, loop, lot, listed):
    other = desk.publish(lot, *people_of(loop))
    desk.cancel(listed.terms)
    desk.claim(other, FIRST)
    assert desk.contract.state_of(other.terms)[:2] == (True, False)


def test_in_a_frozen_and_closed_community(loop, desk, listed):
    loop.freeze(seconds=90 * DAY)
    loop.close()
    desk.cancel(listed.terms)
    assert desk.contract.state_of(listed.terms)[1]


def test_an_open_drop(desk, opened, refused):
    desk.cancel(opened)
    with refused("drops: cancelled"):
        desk.claim_once(opened)


def test_after_the_deadline_and_after_the_return(loop, desk, listed):
    loop.chain.advance(DURATION + 1)
    desk.return_unclaimed(listed.terms)
    receipt = desk.cancel(listed.terms)
    assert desk.logs(receipt)[0][1]["amount"] == 0
    assert desk.contract.state_of(listed.terms) == (True, True, 0, 0, 0)
