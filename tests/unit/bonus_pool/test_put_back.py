"""BonusPool.put_back(amount, rate_bps), called by a ledger when a drop is over

├── what was set aside is open quota again; what was kept for it is not accrued any more; no event
│   └── set aside and put back, in parts or at once: nothing has changed (19)
├── the schedule
│   ├── has been raised, and the reserve does not cover it: reverts
│   │   └── to the unit; works after funding
│   └── has fallen: needs less reserve than before
├── it can be granted or set aside again, at the rates of then
├── 0 changes nothing
├── more than was set aside -> revert
└── not a ledger, or not any more -> revert
"""

from __future__ import annotations

import pytest

from tests.unit.bonus_pool.conftest import COS, MONTH, QUOTA, REASON, RESERVE, start_of

RATE_BPS = 3_500


@pytest.fixture
def set_aside(pool, ledger, manager):
    return lambda amount: pool.set_aside(manager, amount, MONTH, sender=ledger)


@pytest.fixture
def put_back(pool, ledger):
    def call(amount: int, rate_bps: int = RATE_BPS):
        return pool.transact("put_back", amount, rate_bps, sender=ledger)

    return call


def test_put_back_opens_the_quota_again(pool, set_aside, put_back):
    set_aside(10)
    receipt = put_back(7)
    assert receipt.value is None
    assert receipt.logs == []
    assert pool.totals() == (RESERVE, QUOTA - 3, 3 * RATE_BPS)


@pytest.mark.parametrize("parts", [[10], [1] * 10, [3, 7]])
def test_put_back_undoes_set_aside(set_aside, put_back, state, parts):
    before = state()
    set_aside(10)
    for part in parts:
        put_back(part)
    assert state() == before


def test_put_back_of_a_void_months_drop(pool, auditor, manager, set_aside, put_back):
    pool.void_month(manager, MONTH, REASON, sender=auditor)
    rates = set_aside(10)
    put_back(10, sum(rates))
    assert pool.totals() == (RESERVE, QUOTA, 0)


def test_put_back_reverts_if_a_raised_schedule_is_not_covered(
    pool, governance, funder, ledger, manager, put_back, refuses
):
    """Pitfall 24: set aside at 15 %; to be opened at 35 % it needs a fifth of it as reserve."""
    pool.set_schedule([(MONTH, 1_000, 500)], sender=governance)
    pool.open_quota(RESERVE * 10_000 // 1_500 - QUOTA, sender=ledger)
    amount = pool.totals()[1]
    pool.set_aside(manager, amount, MONTH, sender=ledger)
    pool.set_schedule([(MONTH, 2_500, 1_000)], sender=governance)
    missing = -(-amount * (RATE_BPS - 1_500) // 10_000)
    with refuses("bonus: reserve too small"):
        put_back(amount, 1_500)
    pool.fund(missing - 1, sender=funder)
    with refuses("bonus: reserve too small"):
        put_back(amount, 1_500)
    pool.fund(1, sender=funder)
    put_back(amount, 1_500)
    assert pool.totals() == (RESERVE + missing, amount, 0)
    assert pool.required_reserve() <= RESERVE + missing < pool.required_reserve() + 2


def test_put_back_after_the_schedule_has_fallen(chain, pool, set_aside, put_back, accrue):
    set_aside(QUOTA)
    needed = pool.required_reserve()
    chain.warp(start_of(MONTH + 12))
    put_back(COS)
    assert pool.totals() == (RESERVE, COS, (QUOTA - COS) * RATE_BPS)
    assert pool.required_reserve() == needed - COS * (RATE_BPS - 3_100) // 10_000
    assert accrue(COS) == (2_200, 900)


def test_put_back_can_be_set_aside_again(pool, set_aside, put_back):
    set_aside(QUOTA)
    put_back(QUOTA)
    assert set_aside(QUOTA) == (2_500, 1_000)


def test_put_back_of_nothing_changes_nothing(put_back, state):
    before = state()
    put_back(0)
    assert state() == before


def test_put_back_reverts_for_more_than_was_set_aside(set_aside, put_back, refuses):
    set_aside(10)
    with refuses(""):
        put_back(11)
    put_back(10)
    with refuses(""):
        put_back(1)


def test_put_back_reverts_for_others(pool, governance, auditor, manager, set_aside, refuses):
    set_aside(10)
    for sender in (governance, auditor, manager):
        with refuses("bonus: not a ledger"):
            pool.put_back(1, RATE_BPS, sender=sender)


def test_put_back_reverts_for_a_former_ledger(
    pool, governance, ledger, set_aside, put_back, refuses
):
    set_aside(10)
    pool.set_ledger(ledger, False, sender=governance)
    with refuses("bonus: not a ledger"):
        put_back(1)
