"""GrantDrops.settle(drop), sent by anyone

├── the terms are not those of a drop: reverts
├── nothing was claimed since the last settlement: reverts
└── otherwise: seals what was claimed as a batch of the community
    ├── logs BatchGranted and DropSettled; the batch's digest is that of its header
    ├── accrues both bonuses in the running month, at the rates of publication (25)
    │   ├── also if the schedule has changed since: fallen or risen
    │   └── claims and the settlement may be in different months
    ├── many settlements earn what one earns, to the unit, whatever the order of the claims (19)
    ├── numbers follow those of grants; the caps are not used again
    ├── needs no more reserve (24)
    ├── the manager's month is void
    │   ├── at publication: its part is never earned
    │   ├── at the settlement: its part of that settlement goes to the free reserve
    │   └── in another month than the settlement's: earned
    ├── own coins: a batch without bonus
    ├── the pool does not take this ledger any more: reverts, works again afterwards
    ├── frozen, closed, cancelled, over, returned, manager dismissed: what was claimed is settled
    └── void_bonus takes a part of the batch back once, and the other part once
"""

from __future__ import annotations

import pytest
from eth_abi import encode
from eth_hash.auto import keccak
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.contribution_loop import COS, FREE, ONE, OTHER, ROOT, WINDOW, digest_of
from tests.models.grant_drops import Drop, Listed
from tests.models.quota_ledger import HEADER_TYPE, Header
from tests.unit.grant_drops.conftest import (
    AMOUNT,
    FIRST,
    LIST_HASH,
    PAPER,
    REASON,
    SECOND,
    TOTAL,
    Desk,
    people_of,
)

RATE_BPS = 3_500


def test_reverts_if_nothing_was_claimed(desk, listed, refused):
    with refused("drops: nothing to settle"):
        desk.settle(listed.terms)
    desk.claim(listed, FIRST)
    desk.settle(listed.terms)
    with refused("drops: nothing to settle"):
        desk.settle(listed.terms)


@pytest.mark.parametrize("field", Drop._fields)
def test_reverts_for_terms_that_were_never_published(loop, desk, listed, refused, field):
    desk.claim(listed, FIRST)
    value = getattr(listed.terms, field)
    if isinstance(value, int):
        forged = value + 1
    else:
        forged = digest_of("forged") if isinstance(value, bytes) else loop.attacker
    with refused("drops: no such drop"):
        desk.settle(listed.terms._replace(**{field: forged}))


def test_seals_a_batch(loop, desk, lot, listed):
    loop.grant(lot, loop.entry(amount=1))
    desk.claim(listed, FIRST)
    desk.claim(listed, SECOND)
    desk.claim_by_voucher(listed, PAPER, loop.chain.account("newcomer"))
    receipt = desk.settle(listed.terms)
    total = 600 * COS
    assert receipt.value == 2
    header = loop.header(receipt)
    assert header == Header(
        community=ROOT,
        number=2,
        lot=lot,
        manager=loop.manager,
        timestamp=loop.chain.timestamp,
        count=3,
        total=total,
        sponsor_bps=2_500,
        manager_bps=1_000,
        evidence=LIST_HASH,
        root=listed.roll.root,
    )
    assert [log.name for log in receipt.logs] == ["BatchGranted", "DropSettled"]
    assert desk.logs(receipt) == [
        (
            "DropSettled",
            {
                "drop": listed.terms.drop,
                "community": ROOT,
                "number": 2,
                "amount": total,
                "claims": 3,
            },
        )
    ]
    assert desk.contract.state_of(listed.terms) == (True, False, TOTAL - total, 0, 0)
    assert loop.ledger.batch_digest(ROOT, 2) != bytes(32)


def test_its_digest_is_chained(loop, desk, listed):
    """As the reference computes it: on the batch before it, and under the batch after it."""
    digest = bytes(32)
    for position in (FIRST, SECOND):
        desk.claim(listed, position)
        header = loop.header(desk.settle(listed.terms))
        types = ["uint256", "address", "bytes32", HEADER_TYPE]
        words = [loop.chain.chain_id, loop.ledger.address, digest, tuple(header)]
        digest = keccak(encode(types, words))
        assert loop.ledger.batch_digest(ROOT, header.number) == digest


def test_accrues_the_bonus_in_the_running_month(loop, desk, listed):
    desk.claim(listed, FIRST)
    month, claimed = loop.month, 100 * COS
    loop.warp_to_month(month + 1, -1)
    desk.settle(listed.terms)
    assert loop.pool.bucket(loop.sponsor, month) == (claimed * 2_500, 0, False)
    assert loop.pool.bucket(loop.manager, month) == (0, claimed * 1_000, False)
    assert loop.ledger.quota_aside() == TOTAL - claimed
    assert loop.pool.totals()[1:] == (AMOUNT - TOTAL, TOTAL * RATE_BPS), "it was counted before"


def test_claims_of_one_month_may_be_settled_in_the_next(loop, desk, listed):
    desk.claim(listed, FIRST)
    month, claimed = loop.month, 100 * COS
    loop.warp_to_month(month + 1)
    desk.settle(listed.terms)
    assert loop.pool.bucket(loop.sponsor, month) == (0, 0, False)
    assert loop.pool.bucket(loop.sponsor, month + 1) == (claimed * 2_500, 0, False)
    loop.warp_to_month(month + 2, WINDOW)
    assert loop.pool.claim(loop.sponsor, [month + 1], sender=loop.attacker) == claimed // 4


@pytest.mark.parametrize("rates", [(1_000, 500), (2_499, 999)])
def test_earns_at_the_rates_of_publication_after_a_fall(loop, desk, listed, rates):
    """Pitfall 25."""
    loop.pool.set_schedule([(loop.month, *rates)], sender=loop.governance)
    desk.claim(listed, FIRST)
    header = loop.header(desk.settle(listed.terms))
    assert (header.sponsor_bps, header.manager_bps) == (2_500, 1_000)
    assert loop.pool.bucket(loop.sponsor, loop.month)[0] == 100 * COS * 2_500
    assert loop.pool.bucket(loop.manager, loop.month)[1] == 100 * COS * 1_000


def test_earns_at_the_rates_of_publication_after_a_rise(loop, desk, lot):
    loop.pool.set_schedule([(loop.month, 1_000, 500)], sender=loop.governance)
    drop = desk.publish(lot, *people_of(loop))
    loop.pool.set_schedule([(loop.month, 2_500, 1_000)], sender=loop.governance)
    desk.claim(drop, FIRST)
    header = loop.header(desk.settle(drop.terms))
    assert (header.sponsor_bps, header.manager_bps) == (1_000, 500)
    assert loop.pool.bucket(loop.sponsor, loop.month)[0] == 100 * COS * 1_000


@settings(
    max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    amounts=st.lists(st.integers(1, COS), min_size=2, max_size=6),
    cuts=st.sets(st.integers(0, 5)),
    order=st.randoms(use_true_random=False),
)
def test_many_settlements_earn_what_one_earns(loop, amounts, cuts, order):
    """Pitfall 19: exactly, in 1e-4 base units; and what a grant of the same entries earns."""
    people = [loop.chain.account(f"person {k}") for k in range(len(amounts))]
    lines = [Listed(person, ONE, amount) for person, amount in zip(people, amounts, strict=True)]

    def earned(positions, after) -> tuple:
        with loop.chain.anchor():
            desk = Desk(loop)
            drop = desk.publish(loop.allotted(sum(amounts)), *lines, total=sum(amounts))
            for done, position in enumerate(positions):
                desk.claim(drop, position)
                if done in after or done == len(positions) - 1:
                    desk.settle(drop.terms)
            return both_bonuses(loop)

    def granted() -> tuple:
        with loop.chain.anchor():
            lot = loop.allotted(sum(amounts))
            loop.grant(lot, *(loop.entry(line.account, line.amount) for line in lines))
            return both_bonuses(loop)

    shuffled = order.sample(range(len(amounts)), len(amounts))
    assert earned(range(len(amounts)), ()) == earned(shuffled, cuts) == granted()


def both_bonuses(loop) -> tuple:
    pool, month = loop.pool, loop.month
    people = (loop.sponsor, loop.manager)
    totals = pool.totals()
    return [pool.bucket(person, month) for person in people], totals, loop.ledger.quota_aside()


def test_uses_no_cap_again(loop, desk, lot):
    loop.set_caps(total=TOTAL // COS, manager=TOTAL // COS)
    drop = desk.publish(lot, *people_of(loop))
    desk.claim(drop, FIRST)
    desk.settle(drop.terms)
    assert loop.ledger.caps(ROOT)[4:] == (loop.month, TOTAL, 1)
    assert loop.ledger.manager_spent(ROOT, loop.manager, loop.month) == TOTAL
    loop.warp_to_month(loop.month + 1, -10)
    desk.claim(drop, SECOND)
    loop.chain.advance(20)
    desk.settle(drop.terms)
    assert loop.ledger.caps(ROOT)[4:] == (loop.month - 1, TOTAL, 2), "the month of publication"
    assert loop.ledger.manager_spent(ROOT, loop.manager, loop.month) == 0


def test_needs_no_more_reserve(loop, desk, listed):
    """Pitfall 24."""
    for position in (FIRST, SECOND):
        required = loop.pool.required_reserve()
        desk.claim(listed, position)
        assert loop.pool.required_reserve() == required
        desk.settle(listed.terms)
        assert loop.pool.required_reserve() == required


def test_two_drops_of_one_manager_are_settled_apart(loop, desk, lot, listed):
    other = desk.publish(lot, *people_of(loop), total=100 * COS)
    desk.claim(listed, FIRST)
    desk.claim(other, FIRST)
    assert loop.header(desk.settle(other.terms)).root == other.roll.root
    assert desk.contract.state_of(listed.terms)[3:] == (100 * COS, 1)
    assert loop.header(desk.settle(listed.terms)).number == 2
    assert loop.pool.bucket(loop.sponsor, loop.month)[0] == 200 * COS * 2_500


# --- void months


def test_of_a_month_void_at_publication_the_manager_earns_nothing(loop, desk, lot):
    loop.pool.void_month(loop.manager, loop.month, REASON, sender=loop.auditor)
    drop = desk.publish(lot, *people_of(loop), total=100 * COS)
    desk.claim(drop, FIRST)
    month = loop.month
    loop.warp_to_month(month + 1)
    header = loop.header(desk.settle(drop.terms))
    assert (header.sponsor_bps, header.manager_bps) == (2_500, 0)
    assert loop.pool.bucket(loop.manager, month + 1) == (0, 0, False)
    assert loop.pool.totals()[2] == 100 * COS * 2_500


def test_of_a_month_void_at_the_settlement_the_managers_part_is_freed(loop, desk, listed):
    desk.claim(listed, FIRST)
    loop.pool.void_month(loop.manager, loop.month, REASON, sender=loop.auditor)
    receipt = desk.settle(listed.terms)
    header = loop.header(receipt)
    assert (header.sponsor_bps, header.manager_bps) == (2_500, 0)
    assert loop.pool.bucket(loop.manager, loop.month) == (0, 0, True)
    claimed = 100 * COS
    assert loop.pool.totals()[2] == TOTAL * RATE_BPS - claimed * 1_000
    month = loop.month
    loop.warp_to_month(month + 1)
    desk.claim(listed, SECOND)
    assert loop.header(desk.settle(listed.terms)).manager_bps == 1_000
    assert loop.pool.bucket(loop.manager, month + 1)[1] == 200 * COS * 1_000


def test_a_void_month_takes_what_was_settled_in_it(loop, desk, listed):
    """A settlement put off to the next month escapes void_month; void_bonus takes it there."""
    desk.claim(listed, FIRST)
    desk.settle(listed.terms)
    desk.claim(listed, SECOND)
    month = loop.month
    loop.pool.void_month(loop.manager, month, REASON, sender=loop.auditor)
    assert loop.pool.bucket(loop.manager, month) == (0, 0, True)
    loop.warp_to_month(month + 1)
    header = loop.header(desk.settle(listed.terms))
    assert loop.pool.bucket(loop.manager, month + 1) == (0, 200 * COS * 1_000, False)
    loop.ledger.void_bonus(header, True, REASON, sender=loop.auditor)
    assert loop.pool.bucket(loop.manager, month + 1) == (0, 0, False)


@pytest.mark.parametrize("is_manager", [False, True])
def test_void_bonus_takes_a_part_back_once(loop, desk, listed, refused, is_manager):
    for position in (FIRST, SECOND):
        desk.claim(listed, position)
        header = loop.header(desk.settle(listed.terms))
    before = loop.pool.totals()[2]
    loop.ledger.void_bonus(header, is_manager, REASON, sender=loop.auditor)
    voided = 200 * COS * (1_000 if is_manager else 2_500)
    assert loop.pool.totals()[2] == before - voided
    with refused("ledger: already void"):
        loop.ledger.void_bonus(header, is_manager, REASON, sender=loop.auditor)
    loop.ledger.void_bonus(header, not is_manager, REASON, sender=loop.auditor)
    assert loop.pool.bucket(loop.sponsor, loop.month)[0] == 100 * COS * 2_500
    assert loop.ledger.voided_parts(ROOT, 2) == 3


def test_void_bonus_of_a_managers_part_that_was_never_earned(loop, desk, listed, refused):
    loop.pool.void_month(loop.manager, loop.month, REASON, sender=loop.auditor)
    desk.claim(listed, FIRST)
    header = loop.header(desk.settle(listed.terms))
    with refused("ledger: no bonus in batch"):
        loop.ledger.void_bonus(header, True, REASON, sender=loop.auditor)


def test_one_who_is_sponsor_and_manager_earns_both(loop, desk):
    loop.registry.set_manager(ROOT, loop.sponsor, 1, "both", sender=loop.admin)
    lot = loop.allotted(AMOUNT, manager=loop.sponsor)
    drop = desk.publish(lot, Listed(loop.contributor, ONE, COS), manager=loop.sponsor)
    desk.claim(drop, 0)
    desk.settle(drop.terms)
    assert loop.pool.bucket(loop.sponsor, loop.month) == (COS * 2_500, COS * 1_000, False)


# --- own coins


def test_own_coins_make_a_batch_without_bonus(loop, desk, own_lot, own_listed, refused):
    desk.claim(own_listed, FIRST)
    header = loop.header(desk.settle(own_listed.terms))
    assert (header.lot, header.total, header.count) == (own_lot, 100 * COS, 1)
    assert (header.sponsor_bps, header.manager_bps) == (0, 0)
    assert loop.pool.totals()[1:] == (0, 0)
    assert loop.ledger.locked_own() == AMOUNT - TOTAL
    assert loop.ledger.quota_aside() == 0
    for is_manager in (False, True):
        with refused("ledger: no bonus in batch"):
            loop.ledger.void_bonus(header, is_manager, REASON, sender=loop.auditor)


# --- whatever state the drop is in


def test_reverts_while_the_pool_does_not_take_the_ledger(loop, desk, listed, refused):
    desk.claim(listed, FIRST)
    loop.pool.set_ledger(loop.ledger.address, False, sender=loop.governance)
    with refused("bonus: not a ledger"):
        desk.settle(listed.terms)
    loop.pool.set_ledger(loop.ledger.address, True, sender=loop.governance)
    desk.settle(listed.terms)


def test_settles_what_was_claimed_whatever_has_happened(loop, desk, lot, listed):
    other = desk.publish(lot, *people_of(loop), total=100 * COS)
    for drop in (listed, other):
        desk.claim(drop, FIRST)
    desk.cancel(listed.terms)
    desk.return_unclaimed(listed.terms)
    loop.registry.remove_manager(ROOT, loop.manager, sender=loop.admin)
    loop.freeze()
    loop.close()
    desk.settle(listed.terms)
    loop.chain.advance(400 * 86_400)
    desk.settle(other.terms)
    assert desk.contract.state_of(listed.terms) == (True, True, 0, 0, 0)
    assert desk.contract.state_of(other.terms) == (True, False, 0, 0, 0)
    assert loop.ledger.quota_aside() == 0
    assert loop.pool.bucket(loop.manager, loop.month)[1] == 100 * COS * 1_000


def test_communities_count_their_batches_apart(loop, desk, listed):
    lot = loop.allotted(AMOUNT, OTHER)
    other = desk.publish(
        lot, *people_of(loop), community=OTHER, manager=loop.managers[OTHER], rule=FREE
    )
    desk.claim(listed, FIRST)
    desk.claim(other, FIRST)
    assert desk.settle(listed.terms).value == desk.settle(other.terms).value == 1
    assert loop.ledger.standing(OTHER, loop.contributor)[0] == 100 * COS
