"""GrantDrops.void_points(drop, index, account, recipient, quantity, amount, proof, reason_hash)

├── the caller is no auditor, or not any more: reverts
├── there is no reason: reverts
├── the drop is of own coins: reverts, also with forged rates
├── it was not claimed, or not so (another recipient, amount, proof, drop ...): reverts
├── the window
│   ├── is that of the deadline's month, on the community's clock: to its last second
│   ├── a freeze puts it off
│   └── a longer window that was set meanwhile does not lengthen it (40)
├── it is void already: reverts
└── otherwise: counts the points as void, logs ClaimVoided
    ├── of a listed account, of a voucher's recipient, of a member
    ├── voids add up, with those of grants' records
    ├── coins, record, standing and bonus stay
    └── cancelled, returned, settled, frozen, closed: all the same
"""

from __future__ import annotations

import pytest

from tests.contribution_loop import COS, DAY, ONCE, ONE, OTHER, ROOT, RULES, digest_of
from tests.models import ZERO_ADDRESS
from tests.models.authority import AUDITOR_ROLE
from tests.models.calendar_months import month_start
from tests.models.grant_drops import Drop
from tests.models.quota_ledger import RecordProof
from tests.unit.grant_drops.conftest import (
    DURATION,
    FIRST,
    KEY,
    OTHER_PAPER,
    PAPER,
    REASON,
    SECOND,
    people_of,
)

PAID = RULES[ONCE].minimum
UTC_8 = 8 * 3_600


@pytest.fixture
def claimed(loop, desk, listed):
    desk.claim(listed, FIRST)
    desk.claim_by_voucher(listed, PAPER, loop.other_contributor)
    return listed


def voided(loop, person, community=ROOT) -> int:
    return loop.ledger.voided_points(community, person)


@pytest.mark.parametrize("role", ["governance", "admin", "manager", "contributor", "attacker"])
def test_reverts_for_who_is_no_auditor(loop, desk, claimed, refused, role):
    with refused("drops: not auditor"):
        desk.void(claimed, FIRST, sender=getattr(loop, role))


def test_reverts_for_a_dismissed_auditor(loop, desk, claimed, refused):
    loop.authority.revokeRole(AUDITOR_ROLE, loop.auditor, sender=loop.governance)
    with refused("drops: not auditor"):
        desk.void(claimed, FIRST)


def test_reverts_without_a_reason(desk, claimed, refused):
    with refused("drops: no reason"):
        desk.void(claimed, FIRST, reason_hash=bytes(32))


def test_reverts_for_own_coins(desk, own_listed, refused):
    """Pitfall 38: they have no points."""
    desk.claim(own_listed, FIRST)
    with refused("drops: no points in drop"):
        desk.void(own_listed, FIRST)
    with refused("drops: no such claim"):
        desk.void(own_listed, FIRST, drop=own_listed.terms._replace(sponsor_bps=2_500))


def test_reverts_for_what_was_not_claimed(loop, desk, claimed, refused):
    for position, recipient in (
        (SECOND, ""),
        (OTHER_PAPER, loop.other_contributor),
        (PAPER, loop.chain.account(KEY)),
        (PAPER, loop.contributor),
        (FIRST, loop.other_contributor),
        (FIRST, ZERO_ADDRESS),
        (OTHER_PAPER, ZERO_ADDRESS),
    ):
        with refused("drops: no such claim"):
            desk.void(claimed, position, recipient)


@pytest.mark.parametrize("position", [FIRST, PAPER])
def test_reverts_for_a_claim_changed_in_one_field(loop, desk, claimed, refused, position):
    recipient = loop.contributor if position == FIRST else loop.other_contributor
    proof = claimed.roll.proof(position)
    for changes in (
        {"index": SECOND},
        {"index": position + 256},
        {"account": loop.attacker},
        {"recipient": loop.attacker},
        {"quantity": 1},
        {"amount": 100 * COS - 1},
        {"amount": 2**256 - 1},
        {"proof": proof[1:]},
        {"proof": []},
    ):
        with refused("drops: no such claim"):
            desk.void(claimed, position, recipient, **changes)


@pytest.mark.parametrize("field", [name for name in Drop._fields if name != "sponsor_bps"])
def test_reverts_for_terms_that_were_never_published(loop, desk, claimed, refused, field):
    value = getattr(claimed.terms, field)
    if isinstance(value, int):
        forged = value + 1
    else:
        forged = digest_of("forged") if isinstance(value, bytes) else loop.attacker
    with refused("drops: no such claim"):
        desk.void(claimed, FIRST, drop=claimed.terms._replace(**{field: forged}))


def test_reverts_the_second_time(loop, desk, claimed, refused):
    desk.void(claimed, FIRST)
    with refused("drops: already void"):
        desk.void(claimed, FIRST)
    desk.void(claimed, PAPER, loop.other_contributor)
    with refused("drops: already void"):
        desk.void(claimed, PAPER, loop.other_contributor)


# --- the window


def check_the_window(desk, drop, refused, end: int) -> None:
    """`end` is the first second in which nothing can be voided any more."""
    chain = desk.loop.chain
    chain.warp(end - 1)
    with chain.anchor():
        desk.void(drop, FIRST)
    for moment in (end, end + 1):
        chain.warp(moment)
        with refused("drops: window is over"):
            desk.void(drop, FIRST)


def end_of_window(loop, terms) -> int:
    return loop.pool.claimable_from(loop.pool.month_of(terms.deadline))


def test_voids_until_the_last_second_of_the_window(loop, desk, claimed, refused):
    end = end_of_window(loop, claimed.terms)
    assert end == month_start(loop.month + 2, UTC_8) + 14 * DAY, "the deadline is next month"
    check_the_window(desk, claimed, refused, end)


@pytest.mark.parametrize("seconds", [-1, 0])
def test_the_window_is_that_of_the_deadlines_month(loop, desk, lot, refused, seconds):
    """A deadline in the last second of a month, and in the first one of the next."""
    month = loop.month
    duration = month_start(month + 1, UTC_8) + seconds - loop.chain.timestamp
    drop = desk.publish(lot, *people_of(loop), duration_seconds=duration)
    desk.claim(drop, FIRST)
    end = month_start(month + (1 if seconds < 0 else 2), UTC_8) + 14 * DAY
    check_the_window(desk, drop, refused, end)


def test_a_freeze_puts_the_window_off(loop, desk, claimed, refused):
    end = end_of_window(loop, claimed.terms)
    loop.freeze(seconds=20 * DAY)
    loop.chain.advance(5 * DAY)
    loop.registry.unfreeze(ROOT, sender=loop.auditor)
    check_the_window(desk, claimed, refused, end + 5 * DAY)


def test_a_freeze_before_publication_does_too(loop, desk, lot, refused):
    """The clock of the community is behind for good, and so is the window on it."""
    loop.freeze(seconds=5 * DAY)
    loop.chain.advance(5 * DAY)
    drop = desk.publish(lot, *people_of(loop))
    desk.claim(drop, FIRST)
    check_the_window(desk, drop, refused, end_of_window(loop, drop.terms) + 5 * DAY)


def test_voids_while_the_community_is_frozen(loop, desk, claimed):
    loop.freeze()
    desk.void(claimed, FIRST)


def test_a_longer_window_does_not_lengthen_that_of_a_begun_month(loop, desk, claimed, refused):
    """Pitfall 40."""
    end = end_of_window(loop, claimed.terms)
    loop.warp_to_month(loop.month + 1)
    loop.pool.set_window(90 * DAY, sender=loop.governance)
    check_the_window(desk, claimed, refused, end)


# --- what it does


def test_voids_the_points_of_a_listed_account(loop, desk, claimed):
    standing = loop.ledger.standing(ROOT, loop.contributor)
    totals = loop.pool.totals()
    receipt = desk.void(claimed, FIRST)
    assert [log.name for log in receipt.logs] == ["ClaimVoided"]
    assert desk.logs(receipt) == [
        (
            "ClaimVoided",
            {
                "drop": claimed.terms.drop,
                "index": FIRST,
                "recipient": loop.contributor,
                "amount": 100 * COS,
                "reason_hash": REASON,
            },
        )
    ]
    assert voided(loop, loop.contributor) == 100 * COS
    assert voided(loop, loop.contributor, OTHER) == voided(loop, loop.other_contributor) == 0
    assert loop.ledger.standing(ROOT, loop.contributor) == standing
    assert loop.token.balanceOf(loop.contributor) == 100 * COS
    assert loop.pool.totals() == totals
    assert desk.verify(claimed, FIRST), "the record stays"


def test_voids_the_points_of_a_vouchers_recipient(loop, desk, claimed):
    receipt = desk.void(claimed, PAPER, loop.other_contributor)
    assert desk.logs(receipt)[0][1]["recipient"] == loop.other_contributor
    assert voided(loop, loop.other_contributor) == 300 * COS
    assert voided(loop, loop.chain.account(KEY)) == 0


def void_member(loop, desk, terms, member, **changes):
    arguments = {
        "drop": terms,
        "index": int(member, 16),
        "account": member,
        "recipient": member,
        "quantity": ONE,
        "amount": terms.amount,
        "proof": [],
        "reason_hash": REASON,
    }
    return desk.contract.transact(
        "void_points", *(arguments | changes).values(), sender=loop.auditor
    )


def test_voids_the_points_of_a_member(loop, desk, opened, refused):
    member = loop.contributor
    with refused("drops: no such claim"):
        void_member(loop, desk, opened, member)
    desk.claim_once(opened)
    for changes in (
        {"index": 0},
        {"account": loop.other_contributor},
        {"recipient": loop.other_contributor},
        {"quantity": ONE + 1},
        {"amount": PAID + 1},
    ):
        with refused("drops: no such claim"):
            void_member(loop, desk, opened, member, **changes)
    receipt = void_member(loop, desk, opened, member)
    assert desk.logs(receipt)[0][1]["index"] == int(member, 16)
    assert voided(loop, member) == PAID
    with refused("drops: already void"):
        void_member(loop, desk, opened, member)
    with refused("drops: already void"):
        void_member(loop, desk, opened, member, proof=[digest_of("a proof not looked at")])


def test_voids_add_up(loop, desk, lot, claimed):
    header = loop.header(loop.grant(lot, loop.entry(amount=7)))
    proof = RecordProof(0, loop.entry(amount=7), 1, [])
    loop.ledger.void_points(header, [proof], REASON, sender=loop.auditor)
    desk.void(claimed, FIRST)
    desk.claim_by_voucher(claimed, OTHER_PAPER, loop.contributor, signer="other voucher key")
    desk.void(claimed, OTHER_PAPER, loop.contributor)
    assert voided(loop, loop.contributor) == 500 * COS + 7
    assert loop.ledger.standing(ROOT, loop.contributor)[0] == 500 * COS + 7


def test_voids_whatever_has_become_of_the_drop(loop, desk, claimed):
    desk.settle(claimed.terms)
    desk.cancel(claimed.terms)
    desk.return_unclaimed(claimed.terms)
    loop.chain.advance(DURATION)
    loop.close()
    desk.void(claimed, FIRST)
    assert voided(loop, loop.contributor) == 100 * COS
