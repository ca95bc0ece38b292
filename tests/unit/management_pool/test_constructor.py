"""ManagementPool(authority, vault, budget, peak)

├── what it was given, the vault's UTC offset, the running month, one curve from the month before;
│   event
├── the first month is the calendar month in that offset: t - 1, t (8)
├── budgets of 1 and of 2**64 - 1 fit; zero or more -> revert
├── peaks 6 and 120 fit, all else -> revert
└── no authority, no vault -> revert
"""

from __future__ import annotations

import pytest

from cos.chain import Event, Revert
from tests.models import ZERO_ADDRESS
from tests.unit.management_pool.conftest import BUDGET, MONTH, OFFSET, PEAK, start_of


@pytest.fixture
def deploy(chain, authority, vault, governance):
    return lambda budget=BUDGET, peak=PEAK, authority=authority, vault=vault: chain.deploy(
        "ManagementPool", authority, vault, budget, peak, sender=governance
    )


@pytest.fixture
def refused(deploy):
    def check(reason, **arguments):
        with pytest.raises(Revert) as caught:
            deploy(**arguments)
        assert caught.value.reason == reason

    return check


def test_constructor(deploy, authority, vault):
    pool = deploy()
    assert (pool.AUTHORITY(), pool.VAULT()) == (authority.address, vault.address)
    assert (pool.BUDGET(), pool.FIRST_MONTH(), pool.UTC_OFFSET_SECONDS()) == (BUDGET, MONTH, OFFSET)
    assert (pool.awarded(), pool.curve_count()) == (0, 1)
    assert pool.curve_at(0) == (MONTH - 1, PEAK, BUDGET)


def test_constructor_logs_the_first_peak(chain, deploy):
    pool = deploy()
    args = {"begin_month": MONTH - 1, "old_peak": 0, "new_peak": PEAK, "rest": BUDGET}
    assert chain.last_logs == [Event(pool.address, "PeakChanged", args)]


@pytest.mark.parametrize("offset", [-12 * 3_600, 0, 8 * 3_600, 14 * 3_600])
def test_constructor_takes_the_month_in_the_vaults_offset(
    chain, authority, token, treasury, governance, deploy, offset
):
    vault = chain.deploy("VestingVault", authority, token, treasury, offset, sender=governance)
    chain.warp(start_of(MONTH + 3) + OFFSET - offset - 1)
    last = deploy(vault=vault)
    chain.advance(1)
    first = deploy(vault=vault)
    assert (last.FIRST_MONTH(), first.FIRST_MONTH()) == (MONTH + 2, MONTH + 3)
    assert last.released() > first.released() > 0
    assert last.UTC_OFFSET_SECONDS() == offset


@pytest.mark.parametrize("budget", [1, 2**64 - 1])
def test_constructor_fits_every_budget_of_64_bits(deploy, budget):
    pool = deploy(budget)
    assert pool.curve_at(0) == (MONTH - 1, PEAK, budget)
    assert pool.released_by(MONTH - 1) == 0
    assert pool.released_by(2**256 - 1) == budget - 1


def test_constructor_reverts_without_a_budget(refused):
    refused("pool: no budget", budget=0)


@pytest.mark.parametrize("budget", [2**64, 2**72, 2**256 - 1])
def test_constructor_reverts_for_more_than_64_bits(refused, budget):
    refused("pool: budget too large", budget=budget)


@pytest.mark.parametrize("peak", [6, 120])
def test_constructor_accepts_the_bounds_of_the_peak(deploy, peak):
    assert deploy(peak=peak).curve_of(MONTH) == (MONTH - 1, peak, BUDGET)


@pytest.mark.parametrize("peak", [0, 5, 121, 2**8 + 24, 2**256 - 1])
def test_constructor_reverts_for_a_peak_out_of_bounds(refused, peak):
    refused("curve: peak out of bounds", peak=peak)


def test_constructor_reverts_without_authority_or_vault(refused):
    refused("governed: zero authority", authority=ZERO_ADDRESS)
    refused("pool: no vault", vault=ZERO_ADDRESS)
