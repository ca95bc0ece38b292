"""VestingVault.create(bucket, beneficiary, amount, start_month, months, cliff_months, revocable)

the caller is
├── governance: no allowance is asked or used
├── a grantor: within its allowance for the bucket, which it uses up; of another bucket: reverts
└── anyone else, the beneficiary, a former grantor: reverts
the COS
├── comes out of what genesis issued here, then from the Treasury within the vault's allowance
├── not before genesis, not out of an unknown bucket, not above the vault's allowance or the cap
└── never from the caller, and never from what was sent here (pitfall 12)
the terms
├── amount 1 to 2^64 - 1; not to zero, the token, the vault
├── start at most 240 months ago or ahead
├── months 1 to 480, cliff at most that
└── one more or less: reverts
the grant gets the next index of its beneficiary, event with all terms
no code of a beneficiary is looked at (pitfall 29)
"""

from __future__ import annotations

import pytest

from tests.models import ZERO_ADDRESS
from tests.models.authority import GOVERNANCE_ROLE
from tests.reverts import reverts
from tests.unit.vesting_vault.conftest import (
    ALLOWANCE,
    AMOUNT,
    ANGELS,
    CAPS,
    COS,
    FOUNDERS,
    MANAGEMENT,
    MONTH,
    TEAM,
)

TERMS = (MONTH, 48, 12, True)


def test_creates_a_grant(shown, vault, loader, ada, event):
    receipt = vault.transact("create", TEAM, ada, AMOUNT, *TERMS, sender=loader)
    assert receipt.value == 0
    assert receipt.logs == [
        event(
            "GrantCreated",
            bucket=TEAM,
            beneficiary=ada,
            grantor=loader,
            index=0,
            amount=AMOUNT,
            start_month=MONTH,
            months=48,
            cliff_months=12,
            revocable=True,
        )
    ]
    grant = shown(ada, 0)
    assert (grant.bucket, grant.amount, grant.vested, grant.released) == (TEAM, AMOUNT, 0, 0)
    assert (grant.start_month, grant.months, grant.cliff_months) == (MONTH, 48, 12)
    assert (grant.revocable, grant.revoked, grant.moved) == (True, False, False)


def test_the_next_grant_gets_the_next_index(vault, give, ada, ben):
    assert [give(), give(ben), give(), give(ben), give()] == [0, 0, 1, 1, 2]
    assert (vault.grant_count(ada), vault.grant_count(ben)) == (3, 2)


def test_later_grants_leave_the_first_one_as_it_is(shown, vault, give, ada):
    give(amount=7, revocable=True)
    before = shown(ada, 0)
    give(amount=2**40, cliff=48)
    assert shown(ada, 0) == before
    assert shown(ada, 1).amount == 2**40


# --- the caller


def test_a_grantor_uses_its_allowance_up(vault, loader, ada, state):
    vault.create(TEAM, ada, ALLOWANCE - 1, *TERMS, sender=loader)
    assert vault.grantor_allowance(TEAM, loader) == 1
    with reverts("vault: above allowance", state):
        vault.create(TEAM, ada, 2, *TERMS, sender=loader)
    vault.create(TEAM, ada, 1, *TERMS, sender=loader)
    with reverts("vault: not a grantor", state):
        vault.create(TEAM, ada, 1, *TERMS, sender=loader)


def test_governance_needs_no_allowance_and_uses_none(vault, governance, ada):
    vault.set_grantor(TEAM, governance, 5, sender=governance)
    vault.create(TEAM, ada, AMOUNT, *TERMS, sender=governance)
    assert vault.grantor_allowance(TEAM, governance) == 5


def test_former_governance_is_refused(vault, authority, governance, ada, state):
    authority.revokeRole(GOVERNANCE_ROLE, governance, sender=governance)
    with reverts("vault: not a grantor", state):
        vault.create(TEAM, ada, AMOUNT, *TERMS, sender=governance)


def test_strangers_are_refused(vault, pool, ada, attacker, state):
    """Also a grantor of another bucket, and who would profit."""
    for sender in (pool, ada, attacker):
        with reverts("vault: not a grantor", state):
            vault.create(TEAM, ada, 1, *TERMS, sender=sender)


def test_a_former_grantor_is_refused(vault, governance, loader, ada, state):
    vault.set_grantor(TEAM, loader, 0, sender=governance)
    with reverts("vault: not a grantor", state):
        vault.create(TEAM, ada, 1, *TERMS, sender=loader)


# --- the COS


def test_custody_of_genesis_is_used_first(vault, treasury, token, loader, ada):
    balance = token.balanceOf(vault.address)
    vault.create(ANGELS, ada, AMOUNT, *TERMS, sender=loader)
    assert vault.custody_of(ANGELS) == CAPS[ANGELS] - AMOUNT
    assert vault.custody_of(TEAM) == CAPS[TEAM]
    assert token.balanceOf(vault.address) == balance, "it lay here already"
    assert treasury.minted(ANGELS) == CAPS[ANGELS]


def test_without_custody_the_treasury_issues(vault, treasury, token, pool, ada):
    balance = token.balanceOf(vault.address)
    vault.create(MANAGEMENT, ada, AMOUNT, *TERMS, sender=pool)
    assert token.balanceOf(vault.address) == balance + AMOUNT
    assert treasury.minted(MANAGEMENT) == AMOUNT
    assert treasury.issuer_allowance(MANAGEMENT, vault.address) == CAPS[MANAGEMENT] - AMOUNT


def test_nothing_is_created_before_genesis(empty_vault, governance, ada):
    with reverts("treasury: before genesis", lambda: empty_vault.grant_count(ada)):
        empty_vault.create(TEAM, ada, AMOUNT, *TERMS, sender=governance)


def test_the_vaults_own_allowance_bounds_it(vault, treasury, governance, ada, state):
    treasury.set_issuer(MANAGEMENT, vault.address, AMOUNT - 1, sender=governance)
    with reverts("treasury: above allowance", state):
        vault.create(MANAGEMENT, ada, AMOUNT, *TERMS, sender=governance)
    with reverts("treasury: not an issuer", state):
        vault.create(FOUNDERS, ada, 1, *TERMS, sender=governance)


@pytest.mark.parametrize(
    ("bucket", "reason"),
    [
        (8, "treasury: not an issuer"),
        (15, "treasury: not an issuer"),
        (16, "vault: bucket too large"),
        (2**256 - 1, "vault: bucket too large"),
    ],
)
def test_unknown_buckets_are_refused(vault, governance, ada, state, bucket, reason):
    with reverts(reason, state):
        vault.create(bucket, ada, 1, *TERMS, sender=governance)


def test_cos_sent_here_is_never_granted(vault, token, treasury, founder, governance, ada, state):
    """Pitfall 12: it belongs to no bucket."""
    token.transfer(vault.address, AMOUNT, sender=founder)
    custody = vault.custody_of(ANGELS)
    vault.create(ANGELS, ada, custody, *TERMS, sender=governance)
    with reverts("treasury: not an issuer", state):
        vault.create(ANGELS, ada, 1, *TERMS, sender=governance)


def test_the_callers_own_cos_is_never_taken(vault, token, founder, governance, ada):
    token.approve(vault.address, 2**256 - 1, sender=founder)
    vault.set_grantor(TEAM, founder, AMOUNT, sender=governance)
    before = token.balanceOf(founder)
    vault.create(TEAM, ada, AMOUNT, *TERMS, sender=founder)
    assert token.balanceOf(founder) == before


# --- the terms


@pytest.mark.parametrize(
    ("start", "months", "cliff"),
    [
        (MONTH - 240, 1, 0),
        (MONTH + 240, 480, 480),
        (MONTH, 480, 0),
        (MONTH, 1, 1),
    ],
)
def test_terms_at_their_bounds(shown, vault, give, ada, start, months, cliff):
    give(start=start, months=months, cliff=cliff)
    grant = shown(ada, 0)
    assert (grant.start_month, grant.months, grant.cliff_months) == (start, months, cliff)
    assert (grant.amount, grant.released, grant.bucket) == (AMOUNT, 0, TEAM)


@pytest.mark.parametrize(
    ("terms", "reason"),
    [
        ((MONTH - 241, 48, 0), "vault: start out of bounds"),
        ((MONTH + 241, 48, 0), "vault: start out of bounds"),
        ((0, 48, 0), "vault: start out of bounds"),
        ((2**16 + MONTH, 48, 0), "vault: start out of bounds"),
        ((2**256 - 1, 48, 0), "vault: start out of bounds"),
        ((MONTH, 0, 0), "vault: months out of bounds"),
        ((MONTH, 481, 0), "vault: months out of bounds"),
        ((MONTH, 2**12 + 48, 0), "vault: months out of bounds"),
        ((MONTH, 2**256 - 1, 0), "vault: months out of bounds"),
        ((MONTH, 48, 49), "vault: cliff out of bounds"),
        ((MONTH, 48, 2**12), "vault: cliff out of bounds"),
        ((MONTH, 48, 2**256 - 1), "vault: cliff out of bounds"),
    ],
)
def test_terms_out_of_bounds_are_refused(vault, governance, ada, state, terms, reason):
    with reverts(reason, state):
        vault.create(TEAM, ada, AMOUNT, *terms, True, sender=governance)


def test_a_start_after_16_bits_of_months_is_refused(shown, chain, vault, governance, ada, state):
    """In the year 5461 (pitfall 36)."""
    chain.warp(110_180_000_000)
    last = 2**16 - 1
    vault.create(TEAM, ada, AMOUNT, last, 480, 480, True, sender=governance)
    assert shown(ada, 0)[6:9] == (last, 480, 480)
    with reverts("vault: start out of bounds", state):
        vault.create(TEAM, ada, AMOUNT, last + 1, 480, 480, True, sender=governance)


@pytest.mark.parametrize(
    ("amount", "reason"),
    [(0, "vault: no amount"), (2**64, "vault: amount too large"), (2**256 - 1, None)],
)
def test_amounts_out_of_bounds_are_refused(vault, governance, ada, state, amount, reason):
    with reverts(reason or "vault: amount too large", state):
        vault.create(TEAM, ada, amount, *TERMS, sender=governance)


def test_the_largest_amount_has_to_be_covered(shown, vault, governance, ada, state):
    with reverts("treasury: not an issuer", state):
        vault.create(TEAM, ada, 2**64 - 1, *TERMS, sender=governance)
    vault.create(TEAM, ada, CAPS[TEAM], *TERMS, sender=governance)
    assert shown(ada, 0).amount == CAPS[TEAM] == 8_192_000_000 * COS


@pytest.mark.parametrize("who", ["zero", "token", "vault"])
def test_beneficiaries_that_can_not_be_paid_are_refused(vault, token, governance, state, who):
    beneficiary = {"zero": ZERO_ADDRESS, "token": token.address, "vault": vault.address}[who]
    with reverts("vault: bad beneficiary", state):
        vault.create(TEAM, beneficiary, AMOUNT, *TERMS, sender=governance)
