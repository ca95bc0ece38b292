"""__init__(authority, registry, utc_offset_seconds)

├── zero authority, zero registry -> revert
├── offset below -12 h or above +14 h -> revert; the bounds themselves are taken
└── begins with no rules, the index at 10,000, and a factor that allows no deviation
"""

import pytest

from cos.chain import Revert
from tests.models.calendar_months import month_of
from tests.unit.rule_book.conftest import BPS, UTC_8

ZERO = "0x" + "00" * 20
HOUR = 3_600


@pytest.mark.parametrize(
    ("missing", "reason"),
    [("authority", "governed: zero authority"), ("registry", "rules: no registry")],
)
def test_constructor_reverts_without_a_contract(
    chain, authority, registry, governance, missing, reason
):
    given = {"authority": authority.address, "registry": registry.address, missing: ZERO}
    with pytest.raises(Revert) as caught:
        chain.deploy("RuleBook", *given.values(), UTC_8, sender=governance)
    assert caught.value.reason == reason


@pytest.mark.parametrize("offset", [-12 * HOUR - 1, 14 * HOUR + 1, 2**255 - 1, -(2**255)])
def test_constructor_reverts_with_an_offset_out_of_range(
    chain, authority, registry, governance, offset
):
    with pytest.raises(Revert) as caught:
        chain.deploy("RuleBook", authority.address, registry.address, offset, sender=governance)
    assert caught.value.reason == "calendar: offset out of range"


@pytest.mark.parametrize("offset", [-12 * HOUR, 0, 14 * HOUR])
def test_constructor_takes_offsets_up_to_the_bounds(chain, authority, registry, governance, offset):
    book = chain.deploy("RuleBook", authority.address, registry.address, offset, sender=governance)
    assert book.UTC_OFFSET_SECONDS() == offset
    assert book.current_month() == month_of(chain.timestamp, offset)


def test_constructor_begins_empty(empty_book, authority, registry):
    assert empty_book.AUTHORITY() == authority.address
    assert empty_book.REGISTRY() == registry.address
    assert empty_book.index_bps() == BPS
    assert empty_book.override_factor_bps() == BPS
    assert [empty_book.version_of(rule) for rule in range(257)] == [0] * 257
