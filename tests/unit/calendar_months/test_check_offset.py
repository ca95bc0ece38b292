"""calendar_months._check_offset(offset_seconds)

the offset is
├── from -12 to +14 hours, both included: accepted
└── a second more on either side, or absurd: reverts
"""

from __future__ import annotations

import pytest

from tests.models import ModelRevert, calendar_months
from tests.reverts import reverts

HOUR = 3_600


def no_state() -> None:
    """The functions are pure."""


@pytest.mark.parametrize("offset_seconds", [-12 * HOUR, -1, 0, 8 * HOUR, 14 * HOUR])
def test_accepts_the_offsets_in_use_on_earth(calendar, offset_seconds):
    assert calendar.check_offset(offset_seconds) is None
    calendar_months.check_offset(offset_seconds)


@pytest.mark.parametrize("offset_seconds", [-12 * HOUR - 1, 14 * HOUR + 1, -(2**255), 2**255 - 1])
def test_reverts_outside(calendar, offset_seconds):
    with reverts("calendar: offset out of range", no_state):
        calendar.check_offset(offset_seconds)
    with pytest.raises(ModelRevert, match="calendar: offset out of range"):
        calendar_months.check_offset(offset_seconds)
