"""VestingVault.create_batch(batch_id, bucket, schedules, awards)

├── creates every award by its schedule, at the next index of its beneficiary, in order
│   ├── a beneficiary may appear repeatedly
│   ├── one event with all of it; the COS is drawn once, the grantor charged once
│   └── 100 awards by 16 schedules fit
├── is the same as one `create` for each award
├── a batch id is accepted once, whoever sends it, whatever it contains; zero: reverts
│   └── after a refused batch its id is free
├── any award or schedule that `create` refuses: all of it reverts, also an unused schedule
├── no awards, a schedule that is not in the list: reverts
└── not a grantor, above the allowance (pitfall 36: by the sum): reverts
is_loaded, loaded_by: who created a batch
"""

from __future__ import annotations

import pytest

from cos.chain import address_of
from tests.models import ZERO_ADDRESS
from tests.models.vesting_vault import Award, Schedule
from tests.reverts import reverts
from tests.unit.vesting_vault.conftest import (
    ALLOWANCE,
    AMOUNT,
    ANGELS,
    BATCH,
    CAPS,
    MANAGEMENT,
    MONTH,
    REASON,
    TEAM,
)

FLAT = Schedule(MONTH, 48, 0, False)
CLIFF = Schedule(MONTH - 3, 36, 12, True)


def words(*awards: Award) -> list[int]:
    return [award.word for award in awards]


def test_creates_every_award(vault, treasury, shown, loader, ada, ben, event):
    awards = words(Award(ada, 5), Award(ben, 2**40, 1), Award(ada, 7, 1))
    receipt = vault.transact("create_batch", BATCH, TEAM, [FLAT, CLIFF], awards, sender=loader)
    assert receipt.logs == [
        event(
            "BatchCreated",
            batch_id=BATCH,
            bucket=TEAM,
            grantor=loader,
            total=12 + 2**40,
            schedules=[FLAT, CLIFF],
            awards=awards,
        )
    ]
    assert (vault.grant_count(ada), vault.grant_count(ben)) == (2, 1)
    grants = [shown(ada, 0), shown(ben, 0), shown(ada, 1)]
    assert [grant.amount for grant in grants] == [5, 2**40, 7]
    assert [Schedule(*grant[6:10]) for grant in grants] == [FLAT, CLIFF, CLIFF]
    assert {grant.bucket for grant in grants} == {TEAM}
    assert vault.custody_of(TEAM) == CAPS[TEAM] - 12 - 2**40
    assert vault.grantor_allowance(TEAM, loader) == ALLOWANCE - 12 - 2**40


def test_is_the_same_as_single_creates(chain, vault, governance, ada, ben, cyd):
    awards = [
        Award(person, amount, number % 2)
        for number, (person, amount) in enumerate([(ada, 1), (ben, 9), (ada, 48), (cyd, 2**50)])
    ]
    with chain.anchor():
        for award in awards:
            terms = (FLAT, CLIFF)[award.schedule]
            vault.create(ANGELS, award.beneficiary, award.amount, *terms, sender=governance)
        expected = [vault.grants_of(person, 0, 50) for person in (ada, ben, cyd)]
    vault.create_batch(BATCH, ANGELS, [FLAT, CLIFF], words(*awards), sender=governance)
    assert [vault.grants_of(person, 0, 50) for person in (ada, ben, cyd)] == expected


def test_a_full_batch(vault, treasury, token, shown, pool):
    """100 awards by 16 schedules, issued by the Treasury."""
    people = [address_of(f"member {k}") for k in range(100)]
    schedules = [Schedule(MONTH - k, 48 - k, k, k % 2 == 0) for k in range(16)]
    awards = [Award(person, 10 + k, k % 16) for k, person in enumerate(people)]
    before = token.balanceOf(vault.address)
    vault.create_batch(BATCH, MANAGEMENT, schedules, words(*awards), sender=pool)
    total = sum(award.amount for award in awards)
    assert token.balanceOf(vault.address) - before == treasury.minted(MANAGEMENT) == total
    assert vault.grantor_allowance(MANAGEMENT, pool) == ALLOWANCE - total
    for award in awards:
        grant = shown(award.beneficiary, 0)
        assert (grant.amount, Schedule(*grant[6:10])) == (award.amount, schedules[award.schedule])


# --- the id


def test_a_batch_is_created_once(vault, governance, loader, pool, ada, ben, state):
    """Whoever tries: an interrupted loader starts again, or another one takes over."""
    vault.create_batch(BATCH, TEAM, [FLAT], words(Award(ada, AMOUNT)), sender=loader)
    for sender in (loader, governance, pool):
        for awards in (words(Award(ada, AMOUNT)), words(Award(ben, 1))):
            with reverts("vault: batch already loaded", state):
                vault.create_batch(BATCH, TEAM, [FLAT], awards, sender=sender)


def test_who_created_a_batch_is_kept(vault, loader, ada):
    assert (vault.is_loaded(BATCH), vault.loaded_by(BATCH)) == (False, ZERO_ADDRESS)
    vault.create_batch(BATCH, TEAM, [FLAT], words(Award(ada, AMOUNT)), sender=loader)
    assert (vault.is_loaded(BATCH), vault.loaded_by(BATCH)) == (True, loader)
    assert not vault.is_loaded(REASON)
    vault.create_batch(REASON, TEAM, [FLAT], words(Award(ada, AMOUNT)), sender=loader)
    assert vault.grant_count(ada) == 2


def test_a_refused_batch_leaves_its_id_free(vault, loader, ada, state):
    with reverts("vault: no amount", state):
        awards = words(Award(ada, 1), Award(ada, 0))
        vault.create_batch(BATCH, TEAM, [FLAT], awards, sender=loader)
    vault.create_batch(BATCH, TEAM, [FLAT], words(Award(ada, 1)), sender=loader)
    assert vault.is_loaded(BATCH)


def test_the_zero_id_is_refused(vault, loader, ada, state):
    with reverts("vault: no batch id", state):
        vault.create_batch(bytes(32), TEAM, [FLAT], words(Award(ada, 1)), sender=loader)


# --- awards and schedules


@pytest.mark.parametrize(
    ("schedule", "reason"),
    [
        ((MONTH + 241, 48, 0, False), "vault: start out of bounds"),
        ((MONTH - 241, 48, 0, False), "vault: start out of bounds"),
        ((MONTH, 0, 0, False), "vault: months out of bounds"),
        ((MONTH, 481, 0, False), "vault: months out of bounds"),
        ((MONTH, 48, 49, False), "vault: cliff out of bounds"),
    ],
)
@pytest.mark.parametrize("used", [0, 1])
def test_a_bad_schedule_spoils_the_batch(vault, loader, ada, state, schedule, reason, used):
    """Also one that no award uses."""
    with reverts(reason, state):
        awards = words(Award(ada, 1, used))
        vault.create_batch(BATCH, TEAM, [FLAT, schedule], awards, sender=loader)


def test_bad_awards_spoil_the_batch(vault, token, loader, ada, state):
    for bad, reason in (
        (Award(ada, 0), "vault: no amount"),
        (Award(ZERO_ADDRESS, 1), "vault: bad beneficiary"),
        (Award(token.address, 1), "vault: bad beneficiary"),
        (Award(vault.address, 1), "vault: bad beneficiary"),
        (Award(ada, 1, 1), "vault: no such schedule"),
        (Award(ada, 1, 2**32 - 1), "vault: no such schedule"),
    ):
        with reverts(reason, state):
            awards = words(Award(ada, 1), bad, Award(ada, 1))
            vault.create_batch(BATCH, TEAM, [FLAT], awards, sender=loader)


def test_nothing_is_no_batch(vault, loader, ada, state):
    with reverts("vault: no awards", state):
        vault.create_batch(BATCH, TEAM, [FLAT], [], sender=loader)
    with reverts("vault: no such schedule", state):
        vault.create_batch(BATCH, TEAM, [], words(Award(ada, 1)), sender=loader)


def test_a_bucket_beyond_four_bits_is_refused(vault, governance, ada, state):
    with reverts("vault: bucket too large", state):
        vault.create_batch(BATCH, 16, [FLAT], words(Award(ada, 1)), sender=governance)


# --- the caller


def test_the_sum_has_to_be_within_the_allowance(vault, loader, ada, ben, state):
    half = ALLOWANCE // 2
    with reverts("vault: above allowance", state):
        awards = words(Award(ada, half), Award(ben, half + 1))
        vault.create_batch(BATCH, TEAM, [FLAT], awards, sender=loader)
    awards = words(Award(ada, half), Award(ben, half))
    vault.create_batch(BATCH, TEAM, [FLAT], awards, sender=loader)
    assert vault.grantor_allowance(TEAM, loader) == 0


def test_the_sum_of_the_largest_amounts_does_not_wrap(vault, governance, loader, ada, state):
    """Pitfall 36: 100 amounts of 64 bits."""
    awards = words(*[Award(ada, 2**64 - 1)] * 100)
    with reverts("vault: above allowance", state):
        vault.create_batch(BATCH, TEAM, [FLAT], awards, sender=loader)
    with reverts("treasury: not an issuer", state):
        vault.create_batch(BATCH, TEAM, [FLAT], awards, sender=governance)


def test_strangers_are_refused(vault, pool, ada, attacker, state):
    for sender in (pool, ada, attacker):
        with reverts("vault: not a grantor", state):
            vault.create_batch(BATCH, TEAM, [FLAT], words(Award(ada, 1)), sender=sender)
