"""Packed words of contracts/lib/vesting_grants.vy at the bounds of every field (pitfall 36)

a word
├── gives back what was put into it, each field at its lowest and highest value
├── refuses what does not fit, and what is out of bounds
├── vests and releases up to 2^64 - 1 without touching a neighbour
└── next_unlock is the first boundary that unlocks something, for small and large amounts
the count of an account's grants, in its first place
├── survives release, revocation and move of that place
└── at its last value another grant is refused; the one before fits
places
└── an index above 32 bits is none: no two pairs share a place
"""

from __future__ import annotations

import itertools

import pytest

from tests.models.vesting_vault import Shown
from tests.reverts import reverts

MONTH = 2023 * 12 + 10
LARGEST = 2**64 - 1
COUNT = 1 << 224
REVOKED, MOVED = 1 << 193, 1 << 194
LAST_INDEX = 2**32 - 2


@pytest.mark.parametrize(
    ("bucket", "start", "months", "cliff", "revocable"),
    [
        *itertools.product((0, 15), (MONTH - 120, MONTH + 120), (1, 480), (0, 1), (False, True)),
        (15, MONTH, 480, 480, True),
    ],
)
def test_terms_come_back(grants, bucket, start, months, cliff, revocable):
    terms = grants.terms(bucket, start, months, cliff, revocable, MONTH)
    assert terms & LARGEST == 0, "room for the amount"
    assert terms >> 224 == 0, "room for the count"
    for amount in (1, LARGEST):
        shown = Shown(*grants.unpack(terms | amount | COUNT * (2**32 - 1)))
        assert shown == Shown(
            index=0,
            bucket=bucket,
            amount=amount,
            start_month=start,
            months=months,
            cliff_months=cliff,
            revocable=revocable,
        )


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        ((16, MONTH, 48, 0), "vault: bucket too large"),
        ((0, MONTH - 241, 48, 0), "vault: start out of bounds"),
        ((0, MONTH + 241, 48, 0), "vault: start out of bounds"),
        ((0, MONTH, 0, 0), "vault: months out of bounds"),
        ((0, MONTH, 481, 0), "vault: months out of bounds"),
        ((0, MONTH, 48, 49), "vault: cliff out of bounds"),
    ],
)
def test_terms_are_refused(grants, arguments, reason):
    with reverts(reason, lambda: None):
        grants.terms(*arguments, True, MONTH)


def test_the_last_month_of_16_bits(grants):
    last = 2**16 - 1
    shown = Shown(*grants.unpack(grants.terms(0, last, 480, 480, False, last - 60) | 1))
    assert (shown.start_month, shown.months, shown.cliff_months) == (last, 480, 480)
    with reverts("vault: start out of bounds", lambda: None):
        grants.terms(0, last + 1, 480, 480, False, last - 60)


@pytest.mark.parametrize("amount", [1, 2, LARGEST - 1, LARGEST])
@pytest.mark.parametrize("months", [1, 47, 480])
def test_vests_up_to_the_largest_amount(grants, amount, months):
    word = grants.terms(15, MONTH, months, 0, True, MONTH) | amount
    for passed in {0, 1, months // 2, months - 1, months, months + 1, 10**6}:
        expected = amount * min(passed, months) // months
        assert grants.vested(word, MONTH + passed) == expected
    assert grants.vested(word, 0) == grants.vested(word, MONTH - 1) == 0


@pytest.mark.parametrize("amount", [1, 3, 47, 48, 49, 1_000, LARGEST])
@pytest.mark.parametrize("cliff", [0, 1, 20, 48])
def test_the_next_unlock_is_the_first_rise(grants, amount, cliff):
    word = grants.terms(0, MONTH, 48, cliff, False, MONTH) | amount
    for passed in range(-3, 50):
        now = grants.vested(word, MONTH + passed)
        later = ((k, grants.vested(word, MONTH + k) - now) for k in range(passed + 1, 50))
        expected = next(((MONTH + k, rise) for k, rise in later if rise > 0), (0, 0))
        assert grants.next_unlock(word, MONTH + passed) == expected


def test_releases_up_to_the_largest_amount(grants, ada):
    """Neither the terms above nor the amount below are touched."""
    word = grants.terms(15, MONTH, 480, 480, True, MONTH) | LARGEST
    count = grants.append(ada, word, sender=ada) + 1
    grants.release(ada, 0, MONTH + 480, sender=ada)
    assert grants.word(ada, 0) == word | LARGEST << 64 | count << 224
    released = Shown(*grants.unpack(grants.word(ada, 0)))
    assert released == Shown(*grants.unpack(word))._replace(released=LARGEST)


def test_a_revocation_keeps_amount_terms_and_count(grants, ada):
    word = grants.terms(15, MONTH, 2, 0, True, MONTH) | LARGEST
    grants.put(ada, 0, word | COUNT * (2**32 - 1), sender=ada)
    parts = grants.revoke(ada, 0, MONTH + 1, sender=ada)
    assert parts == (LARGEST // 2, LARGEST - LARGEST // 2)
    expected = word | LARGEST // 2 << 64 | REVOKED | COUNT * (2**32 - 1)
    assert grants.word(ada, 0) == expected
    assert grants.vested(expected, MONTH + 2) == LARGEST // 2


def test_a_move_keeps_the_count(grants, ada, ben):
    word = grants.terms(15, MONTH, 480, 480, True, MONTH) | LARGEST | LARGEST << 64
    grants.put(ada, 0, word | COUNT * (2**32 - 1), sender=ada)
    assert grants.move(ada, 0, ben, sender=ada) == 0
    assert grants.word(ben, 0) == word | COUNT
    assert grants.word(ada, 0) == int(ben, 16) | MOVED | COUNT * (2**32 - 1)
    assert (grants.count(ada), grants.count(ben)) == (2**32 - 1, 1)


def test_the_last_count(grants, ada, ben):
    word = grants.terms(15, MONTH, 480, 480, True, MONTH) | LARGEST
    grants.put(ada, 0, word | COUNT * LAST_INDEX, sender=ada)
    assert grants.append(ada, word, sender=ada) == LAST_INDEX
    assert grants.word(ada, LAST_INDEX) == word
    assert grants.word(ada, 0) == word | COUNT * (2**32 - 1)
    with reverts("vault: too many grants", lambda: grants.word(ada, 0)):
        grants.append(ada, word, sender=ada)
    # From there to somebody else and the other way round.
    assert grants.move(ada, LAST_INDEX, ben, sender=ada) == 0
    with reverts("vault: too many grants", lambda: grants.word(ben, 0)):
        grants.move(ben, 0, ada, sender=ada)


@pytest.mark.parametrize("index", [LAST_INDEX + 1, 2**32, 2**96, 2**255])
def test_a_larger_index_is_no_place(grants, ada, index):
    grants.append(ada, grants.terms(15, MONTH, 480, 480, True, MONTH) | 1, sender=ada)
    for call in (
        lambda: grants.word(ada, index),
        lambda: grants.release(ada, index, MONTH + 480, sender=ada),
        lambda: grants.move(ada, index, ada, sender=ada),
    ):
        with reverts("vault: no such grant", lambda: grants.word(ada, 0)):
            call()
