"""BonusPool.set_ledger(ledger, allowed)

├── registers and removes, event with old and new; repeated: no change
├── several ledgers at a time, each by itself
├── a new ledger may void what another one accrued (the successor audits on)
├── the zero address -> revert
└── not governance (the auditor, a ledger), or not any more -> revert
"""

from __future__ import annotations

import pytest

from tests.models import ZERO_ADDRESS
from tests.models.authority import GOVERNANCE_ROLE
from tests.unit.bonus_pool.conftest import MONTH


@pytest.mark.parametrize(
    ("old", "new"), [(False, True), (True, False), (True, True), (False, False)]
)
def test_set_ledger_says_who_is_a_ledger(pool, governance, other_ledger, event, old, new):
    pool.set_ledger(other_ledger, old, sender=governance)
    receipt = pool.transact("set_ledger", other_ledger, new, sender=governance)
    assert receipt.logs == [event("LedgerChanged", ledger=other_ledger, old=old, new=new)]
    assert pool.is_ledger(other_ledger) is new


def test_set_ledger_touches_no_other_ledger(pool, governance, ledger, other_ledger):
    pool.set_ledger(other_ledger, True, sender=governance)
    pool.set_ledger(ledger, False, sender=governance)
    assert not pool.is_ledger(ledger)
    assert pool.is_ledger(other_ledger)
    assert not pool.is_ledger(governance)
    assert not pool.is_ledger(ZERO_ADDRESS)


def test_set_ledger_lets_a_successor_void(pool, governance, ledger, other_ledger, accrue, sponsor):
    accrue(70)
    pool.set_ledger(ledger, False, sender=governance)
    pool.set_ledger(other_ledger, True, sender=governance)
    pool.void_bonus(sponsor, MONTH, 70 * 2_500, False, sender=other_ledger)
    assert pool.bucket(sponsor, MONTH) == (0, 0, False)


@pytest.mark.parametrize("allowed", [False, True])
def test_set_ledger_reverts_for_the_zero_address(pool, governance, refuses, allowed):
    with refuses("bonus: no ledger"):
        pool.set_ledger(ZERO_ADDRESS, allowed, sender=governance)


def test_set_ledger_reverts_for_others(pool, auditor, ledger, attacker, refuses):
    for sender in (auditor, ledger, attacker):
        with refuses("bonus: not governance"):
            pool.set_ledger(attacker, True, sender=sender)


def test_set_ledger_reverts_for_former_governance(pool, authority, governance, attacker, refuses):
    authority.revokeRole(GOVERNANCE_ROLE, governance, sender=governance)
    with refuses("bonus: not governance"):
        pool.set_ledger(attacker, True, sender=governance)
