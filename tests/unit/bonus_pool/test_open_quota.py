"""BonusPool.open_quota(amount), called by a ledger that issues quota

├── adds to the open quota; several add up, of several ledgers, too
├── the reserve must cover the highest bonus on it (PITFALLS 24)
│   ├── exactly covered: opened; one base unit more -> revert
│   ├── what is earned and unpaid is covered first, to 1e-4 of a base unit
│   ├── a higher rate that only comes later counts now
│   ├── a higher rate of the past doesn't count
│   └── what a lower step frees can be used from the first second of its month on (PITFALLS 8)
├── quota of 64 bits fits; more -> revert (PITFALLS 36)
├── 0 changes nothing
└── not a ledger, or not any more -> revert
"""

from __future__ import annotations

from tests.unit.bonus_pool.conftest import HIGHEST_BPS, MONTH, QUOTA, RESERVE, SUPPLY, start_of

E4 = 10_000


def test_open_quota_adds_up(pool, governance, ledger, other_ledger):
    pool.set_ledger(other_ledger, True, sender=governance)
    pool.open_quota(3, sender=ledger)
    pool.open_quota(4, sender=other_ledger)
    assert pool.totals() == (RESERVE, QUOTA + 7, 0)


def test_open_quota_exactly_covered(pool, ledger, refuses):
    room = RESERVE * E4 // HIGHEST_BPS - QUOTA
    with refuses("bonus: reserve too small"):
        pool.open_quota(room + 1, sender=ledger)
    pool.open_quota(room, sender=ledger)
    assert pool.totals() == (RESERVE, QUOTA + room, 0)
    with refuses("bonus: reserve too small"):
        pool.open_quota(1, sender=ledger)


def test_open_quota_covers_what_is_earned_first(pool, accrue, ledger, refuses):
    accrue(QUOTA)
    earned = QUOTA * HIGHEST_BPS // E4
    room = (RESERVE - earned) * E4 // HIGHEST_BPS
    with refuses("bonus: reserve too small"):
        pool.open_quota(room + 1, sender=ledger)
    pool.open_quota(room, sender=ledger)
    assert pool.totals() == (RESERVE, room, earned * E4)


def test_open_quota_covers_earned_fractions_of_a_unit(chain, pool, accrue, ledger, refuses):
    accrue(1)
    chain.warp(start_of(MONTH + 12))
    room = (RESERVE * E4 - HIGHEST_BPS) // 3_100 - (QUOTA - 1)
    assert room == RESERVE * E4 // 3_100 - (QUOTA - 1) - 1, "0.35 units cost one unit of quota"
    with refuses("bonus: reserve too small"):
        pool.open_quota(room + 1, sender=ledger)
    pool.open_quota(room, sender=ledger)
    assert pool.totals() == (RESERVE, QUOTA - 1 + room, HIGHEST_BPS)


def test_open_quota_covers_a_higher_rate_to_come(pool, governance, ledger, refuses):
    pool.set_schedule([(MONTH, 1_000, 500), (MONTH + 30, 2_500, 1_000)], sender=governance)
    room = RESERVE * E4 // 3_500 - QUOTA
    with refuses("bonus: reserve too small"):
        pool.open_quota(room + 1, sender=ledger)
    pool.open_quota(room, sender=ledger)


def test_open_quota_ignores_a_rate_of_the_past(pool, governance, ledger, refuses):
    pool.set_schedule([(MONTH - 9, 2_500, 1_000), (MONTH, 1_000, 500)], sender=governance)
    room = RESERVE * E4 // 1_500 - QUOTA
    with refuses("bonus: reserve too small"):
        pool.open_quota(room + 1, sender=ledger)
    pool.open_quota(room, sender=ledger)


def test_open_quota_uses_what_a_lower_step_frees(chain, pool, ledger, refuses):
    room = RESERVE * E4 // 3_100 - QUOTA
    chain.warp(start_of(MONTH + 12) - 1)
    with refuses("bonus: reserve too small"):
        pool.open_quota(room, sender=ledger)
    chain.advance(1)
    with refuses("bonus: reserve too small"):
        pool.open_quota(room + 1, sender=ledger)
    pool.open_quota(room, sender=ledger)


def test_open_quota_fits_64_bits_exactly(pool, funder, ledger, refuses):
    pool.fund(SUPPLY - RESERVE, sender=funder)
    with refuses("bonus: quota too large"):
        pool.open_quota(2**64 - QUOTA, sender=ledger)
    pool.open_quota(2**64 - 1 - QUOTA, sender=ledger)
    assert pool.totals() == (SUPPLY, 2**64 - 1, 0)


def test_open_quota_of_nothing_changes_nothing(pool, ledger, state):
    before = state()
    pool.open_quota(0, sender=ledger)
    assert state() == before


def test_open_quota_reverts_for_others(pool, governance, auditor, attacker, refuses):
    for sender in (governance, auditor, attacker):
        with refuses("bonus: not a ledger"):
            pool.open_quota(1, sender=sender)


def test_open_quota_reverts_for_a_former_ledger(pool, governance, ledger, refuses):
    pool.set_ledger(ledger, False, sender=governance)
    with refuses("bonus: not a ledger"):
        pool.open_quota(1, sender=ledger)
