"""How a grant vests: VestingVault against Python's calendar, and what no split or date may gain

vested and next_unlock
├── equal the model, which walks through the calendar, in the seconds around every boundary
│   └── at offsets from -12 to +14 hours, over leap years, after 2106 (pitfalls 8, 20, 35)
├── never fall; all of it is vested after the last month (invariant 10)
├── n grants of parts vest at most what one grant of the whole does (pitfall 19)
└── a page, a date or a grantor's changed allowance changes nothing of a grant (pitfall 25)
"""

from __future__ import annotations

import random

import pytest

from cos.chain import Chain
from tests.models.calendar_months import month_of, month_start
from tests.models.vesting_vault import Grant, Schedule
from tests.unit.vesting_vault.conftest import AMOUNT, CAPS, MONTH, TEAM

HOUR = 3_600
# 31 December, 31 January, leap days and what is none, the end of 32 bits.
BEGINNINGS = (
    1_709_164_800,  # 2024-02-29
    1_738_281_600,  # 2025-01-31
    2_398_291_200,  # 2045-12-31
    4_107_542_400,  # 2100-03-01: no leap year
    4_291_747_200,  # 2105-12-31
    4_294_967_295,  # the last second of 32 bits, in February 2106
    13_569_465_600,  # 2400-01-01: a leap year
)


def deploy(chain: Chain, offset: int):
    governance = chain.account("governance")
    authority = chain.deploy("Authority", governance, sender=governance)
    token = chain.deploy("CosCredit", authority, sender=governance)
    treasury = chain.deploy("Treasury", authority, token, CAPS, sender=governance)
    token.set_minter(treasury, sender=governance)
    vault = chain.deploy("VestingVault", authority, token, treasury, offset, sender=governance)
    rest = 30_720_000_000 * 10**8 - CAPS[TEAM]
    allocations = [(TEAM, vault.address, CAPS[TEAM]), (1, governance, rest)]
    treasury.genesis(allocations, sender=governance)
    return vault, governance


@pytest.mark.parametrize("beginning", BEGINNINGS)
@pytest.mark.parametrize("hours", [-12, 0, 8, 14])
def test_vests_by_pythons_calendar(beginning, hours):
    rng = random.Random(beginning + hours)
    chain, offset = Chain(timestamp=beginning), hours * HOUR
    vault, governance = deploy(chain, offset)
    month, ada = month_of(beginning, offset), chain.account("ada")
    grants = []
    for months, cliff, start in (
        (48, 0, 0),
        (13, 12, -2),
        (7, 7, 3),
        (rng.randrange(14, 40), 5, 1),
    ):
        amount = rng.choice([rng.randrange(1, 100), rng.randrange(1, 10**15)])
        schedule = Schedule(month + start, months, cliff, False)
        vault.create(TEAM, ada, amount, *schedule, sender=governance)
        grants.append(Grant(TEAM, amount, schedule, offset, ada, len(grants)))
    seconds = {
        month_start(month + boundary, offset) + late
        for boundary in range(1, 52)
        for late in (-1, 0, 1)
    }
    seconds.add(beginning)
    seen = [0] * len(grants)
    for second in sorted(seconds):
        chain.warp(second)
        for index, grant in enumerate(grants):
            vested = vault.vested(ada, index)
            assert vested == grant.vested(second), (index, second)
            assert vault.next_unlock(ada, index) == grant.next_unlock(second), (index, second)
            assert seen[index] <= vested <= grant.amount
            seen[index] = vested
    assert seen == [grant.amount for grant in grants], "all of it after the last month"


def test_every_length_ends_exactly(chain, vault, governance, ada):
    """Invariant 10: 1 to 480 months, an awkward amount; the last boundary completes it."""
    lengths = (1, 2, 3, 7, 11, 12, 13, 24, 36, 47, 48, 49, 96, 239, 479, 480)
    for months in lengths:
        vault.create(TEAM, ada, 10**9 + 7, MONTH, months, 0, False, sender=governance)
    for index, months in enumerate(lengths):
        end = month_start(MONTH + months, 8 * HOUR)
        chain.warp(end - 1)
        assert vault.vested(ada, index) == (10**9 + 7) * (months - 1) // months
        assert vault.next_unlock(ada, index) == (end, 10**9 + 7 - vault.vested(ada, index))
        chain.warp(end)
        assert vault.vested(ada, index) == 10**9 + 7
        assert vault.next_unlock(ada, index) == (0, 0)


@pytest.mark.parametrize("parts", [(1, 1), (7, 11, 13), (1,) * 20, (47, 48, 49), (10**9, 1)])
def test_parts_never_vest_more_than_the_whole(vault, give, go_to, ada, ben, parts):
    """Pitfall 19: each part rounds down by itself."""
    for part in parts:
        give(ada, part, cliff=2)
    give(ben, sum(parts), cliff=2)
    for boundary in range(1, 50):
        go_to(boundary)
        vested = sum(vault.vested(ada, index) for index in range(len(parts)))
        assert vested <= vault.vested(ben, 0) < vested + len(parts)
    assert vested == sum(parts), "and all of it in the end"


def test_a_changed_allowance_changes_no_grant(vault, give, governance, loader, shown, ada):
    """Pitfall 25."""
    give(revocable=True)
    before = shown(ada)
    vault.set_grantor(TEAM, loader, 0, sender=governance)
    assert shown(ada) == before
    vault.set_grantor(TEAM, loader, AMOUNT, sender=governance)
    give(amount=1, start=MONTH - 5)
    assert shown(ada) == before
