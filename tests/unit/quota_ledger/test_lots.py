"""QuotaLedger.quota_of, lot, lot_count, holding: who holds what, and the words behind it

lot
├── unknown, 0, or a number that would alias one: reverts
└── known: its sponsor, its community, whether it is of own coins; never rewritten
holding
├── of an unknown lot below 2**64, a stranger, another community: 0
└── of a lot or community number that would alias another key: reverts
the packed words (pitfall 36)
├── an amount of 64 bits in a sponsor's, a pool's and a manager's hands spills nowhere
├── an amount above 64 bits: reverts
├── the last lot number fits its key; one more: reverts
└── moving all of it there and back leaves sponsor and own flag as they were
"""

from __future__ import annotations

import pytest

from cos.chain import Revert
from tests.contribution_loop import CHILD, COS, GRANDCHILD, OTHER, POOL, ROOT

AMOUNT = 1_000 * COS
MAX_64 = 2**64 - 1


@pytest.fixture
def harness(loop):
    return loop.chain.deploy("LotsHarness", loop.registry, sender=loop.attacker)


def reason_of(call, *arguments) -> str:
    with pytest.raises(Revert) as caught:
        call(*arguments)
    return caught.value.reason


@pytest.mark.parametrize("unknown", [0, 2, MAX_64, MAX_64 + 2, 2**256 - 1])
def test_an_unknown_lot_is_refused(loop, unknown):
    loop.donate(AMOUNT)
    assert reason_of(loop.ledger.lot, unknown) == "ledger: no such lot"


def test_a_lot_is_never_rewritten(loop):
    lots = [loop.donate(AMOUNT), loop.donate_own(AMOUNT, CHILD, loop.other_sponsor)]
    origins = [(loop.sponsor, ROOT, False), (loop.other_sponsor, CHILD, True)]
    assert [loop.ledger.lot(lot) for lot in lots] == origins
    loop.ledger.allot(lots[0], ROOT, CHILD, POOL, AMOUNT, sender=loop.admin)
    loop.ledger.allot(lots[1], CHILD, GRANDCHILD, POOL, AMOUNT, sender=loop.child_admin)
    loop.close(GRANDCHILD)
    loop.ledger.return_lot(lots[1], GRANDCHILD, [], sender=loop.attacker)
    assert [loop.ledger.lot(lot) for lot in lots] == origins
    assert loop.ledger.lot_count() == 2


def test_nothing_is_held_elsewhere(loop):
    lot = loop.allotted(AMOUNT)
    holding = loop.ledger.holding
    assert holding(lot, ROOT, loop.manager) == AMOUNT
    assert holding(lot + 1, ROOT, loop.manager) == holding(MAX_64, ROOT, loop.manager) == 0
    assert holding(lot, CHILD, loop.manager) == holding(lot, OTHER + 1, loop.manager) == 0
    assert holding(lot, ROOT, loop.sub_manager) == holding(lot, ROOT, POOL) == 0


@pytest.mark.parametrize("shift", [64, 96, 255])
def test_a_number_that_would_alias_a_lot_is_refused(loop, shift):
    lot = loop.donate(AMOUNT)
    reason = reason_of(loop.ledger.holding, lot + (1 << shift), ROOT, POOL)
    assert reason == "ledger: no such lot"


@pytest.mark.parametrize("shift", [32, 64, 255])
def test_a_number_that_would_alias_a_community_is_refused(loop, shift):
    lot = loop.donate(AMOUNT)
    reason = reason_of(loop.ledger.holding, lot, ROOT + (1 << shift), POOL)
    assert reason == "ledger: no such community"


def test_64_bits_spill_nowhere(loop, harness):
    harness.put_quota(loop.sponsor, MAX_64, sender=loop.attacker)
    lot = harness.donate(ROOT, MAX_64, sender=loop.sponsor)
    origin = (loop.sponsor, ROOT, False)
    assert (harness.lot(lot), harness.holding(lot, ROOT, POOL)) == (origin, MAX_64)
    harness.allot(lot, ROOT, ROOT, loop.manager, MAX_64, sender=loop.admin)
    assert harness.holding(lot, ROOT, loop.manager) == MAX_64
    assert harness.holding(lot, ROOT, POOL) == 0
    harness.pass_on(lot, ROOT, ROOT, loop.sub_manager, MAX_64 - 1, sender=loop.manager)
    assert harness.holding(lot, ROOT, loop.sub_manager) == MAX_64 - 1
    harness.pass_on(lot, ROOT, CHILD, POOL, 1, sender=loop.manager)
    harness.take_back(lot, CHILD, POOL, ROOT, 1, sender=loop.admin)
    harness.take_back(lot, ROOT, loop.sub_manager, ROOT, MAX_64 - 1, sender=loop.admin)
    assert (harness.lot(lot), harness.holding(lot, ROOT, POOL)) == (origin, MAX_64)
    with pytest.raises(Revert, match="allotment too small"):
        harness.allot(lot, ROOT, ROOT, loop.manager, 2**64, sender=loop.admin)


def test_more_than_64_bits_are_refused(loop, harness):
    harness.put_quota(loop.sponsor, 2**256 - 1, sender=loop.attacker)
    for amount in (2**64, 2**95, 2**256 - 1):
        with pytest.raises(Revert, match="ledger: amount too large"):
            harness.donate(ROOT, amount, sender=loop.sponsor)
    assert harness.quota_of(loop.sponsor) == 2**256 - 1


def test_the_last_lot_number_fits_and_is_the_last(loop, harness):
    harness.put_quota(loop.sponsor, 10, sender=loop.attacker)
    first = harness.donate(ROOT, 1, sender=loop.sponsor)
    harness.put_lot_count(MAX_64 - 1, sender=loop.attacker)
    last = harness.donate(CHILD, 2, sender=loop.sponsor)
    assert (first, last) == (1, MAX_64)
    assert harness.lot(last) == (loop.sponsor, CHILD, False)
    assert harness.holding(last, CHILD, POOL) == 2
    assert harness.holding(first, ROOT, POOL) == 1
    with pytest.raises(Revert, match="ledger: too many lots"):
        harness.donate(ROOT, 1, sender=loop.sponsor)
    assert harness.lot_count() == MAX_64
