"""FeeRouter.pay_fee_from(payer, amount)

├── by a collector: pulls from the payer, event with both, splits like any fee
├── several collectors, each by itself; dismissed -> revert
├── not a collector (the payer itself, governance, an attacker) -> revert (PITFALLS 17)
├── from who approved nothing, or less -> revert; from the router itself -> revert
└── nothing -> revert
"""

from __future__ import annotations

import pytest

from tests.unit.fee_router.conftest import E8, FUND


def test_pay_fee_from_splits_what_it_pulls(router, token, collector, payer, event, all_is_owed):
    receipt = router.transact("pay_fee_from", payer, 8, sender=collector)
    assert event("FeePaid", payer=payer, collector=collector, amount=8) in receipt.logs
    assert router.owed() == (4 * E8, 0, 4 * E8, 0)
    assert token.balanceOf(payer) == FUND - 8
    all_is_owed()


def test_pay_fee_from_reverts_for_a_dismissed_collector(
    router, governance, collector, payer, refuses
):
    other = governance
    router.set_collector(other, True, sender=governance)
    router.set_collector(collector, False, sender=governance)
    with refuses("router: not a collector"):
        router.pay_fee_from(payer, 8, sender=collector)
    router.pay_fee_from(payer, 8, sender=other)
    assert router.total_owed() == 8


def test_pay_fee_from_reverts_for_others(router, governance, center, payer, attacker, refuses):
    """Else anyone could spend a user's allowance, meant for an app, on fees that it doesn't owe."""
    for sender in (payer, governance, center, attacker):
        with refuses("router: not a collector"):
            router.pay_fee_from(payer, 1, sender=sender)


def test_pay_fee_from_reverts_without_an_allowance(
    router, token, collector, payer, center, refuses
):
    token.approve(router, 7, sender=payer)
    for owner in (payer, center, router.address):
        with refuses("token: insufficient allowance"):
            router.pay_fee_from(owner, 8, sender=collector)


@pytest.mark.parametrize(("amount", "reason"), [(0, "no amount"), (2**64, "amount too large")])
def test_pay_fee_from_reverts_out_of_bounds(router, collector, payer, refuses, amount, reason):
    with refuses(f"router: {reason}"):
        router.pay_fee_from(payer, amount, sender=collector)
