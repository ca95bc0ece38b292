"""FounderRegister.founder, page, is_founder, has_founding_title, has_principal_priority, number_of

founder(number): 0 and count + 1 revert
page(first, length)
├── the first is 0 or beyond the last: reverts; more than 100: reverts
└── else: in order, as many as there are; none at all for a length of 0; 100 of 250
is_founder, number_of: nobody before its admission; for ever after
has_founding_title(number): 1 to 30, of those who are there
has_principal_priority(number)
├── of the team: never, and they take no place from others
├── the first ten outside the team: until 731 days after their own admission; t - 1, t, t + 1
└── the eleventh, nobody: never
"""

from __future__ import annotations

import pytest

from tests.models import ZERO_ADDRESS
from tests.unit.founder_register.conftest import NOW, SMALL

DAY = 86_400
PRIORITY = 731 * DAY


def test_founder_reverts_where_there_is_none(register, admit, ada, refuses):
    for number in (0, 1, 2**256 - 1):
        with refuses("founders: no such founder"):
            register.founder(number)
    admit(ada)
    for number in (0, 2):
        with refuses("founders: no such founder"):
            register.founder(number)


def test_nobody_is_a_founder_before_admission(register, admit, ada, ben):
    assert not register.is_founder(ada) and register.number_of(ada) == 0
    admit(ada)
    assert register.is_founder(ada) and register.number_of(ada) == 1
    assert not register.is_founder(ben) and not register.is_founder(ZERO_ADDRESS)


def test_pages_are_in_order_and_end_with_the_last(register, admit):
    for number in range(7):
        admit(f"founder {number}")
    everyone = [register.founder(number) for number in range(1, 8)]
    assert register.page(1, 100) == everyone
    assert register.page(1, 7) == everyone
    assert register.page(3, 2) == everyone[2:4]
    assert register.page(7, 100) == everyone[6:]
    assert register.page(7, 1) == everyone[6:]
    assert register.page(2, 0) == []


def test_a_page_reverts_out_of_bounds(register, admit, ada, refuses):
    with refuses("founders: no such founder"):
        register.page(1, 1)
    admit(ada)
    for first in (0, 2, 2**256 - 1):
        with refuses("founders: no such founder"):
            register.page(first, 1)
    for length in (101, 2**256 - 1):
        with refuses("founders: page too long"):
            register.page(1, length)


def test_all_seats_are_read_in_three_pages(register, admit):
    for number in range(250):
        admit(f"founder {number}")
    pages = [register.page(first, 100) for first in (1, 101, 201)]
    assert [len(page) for page in pages] == [100, 100, 50]
    seats = [entry[2] for page in pages for entry in page]
    assert seats == list(range(1, 251))


def test_the_first_thirty_have_the_title(register, admit):
    assert not register.has_founding_title(1)
    for number in range(1, 33):
        assert not register.has_founding_title(number)
        admit(f"founder {number}", is_team=number % 7 == 0)
        assert register.has_founding_title(number) == (number <= 30)
    assert not register.has_founding_title(0)
    assert not register.has_founding_title(2**256 - 1)


def test_the_first_ten_outside_the_team_have_priority(register, admit):
    """Four of the team come first, as in the white paper, and one later."""
    team = {1, 2, 3, 4, 9}
    for number in range(1, 20):
        assert not register.has_principal_priority(number)
        admit(f"founder {number}", is_team=number in team)
    having = {number for number in range(30) if register.has_principal_priority(number)}
    assert having == {5, 6, 7, 8, 10, 11, 12, 13, 14, 15}
    assert not register.has_principal_priority(2**256 - 1)


@pytest.mark.parametrize(("seconds", "has"), [(-1, True), (0, False), (1, False)])
def test_the_priority_ends_after_two_years(chain, register, admit, ada, ben, seconds, has):
    admit(ada)
    chain.warp(to=NOW + 100 * DAY)
    admit(ben)
    chain.warp(to=NOW + PRIORITY + seconds)
    assert (register.has_principal_priority(1), register.has_principal_priority(2)) == (has, True)
    chain.warp(to=NOW + 100 * DAY + PRIORITY + seconds)
    assert register.has_principal_priority(2) == has
    assert register.has_founding_title(1)


def test_two_calendar_years_are_never_longer(chain, register, admit, ada):
    """From 29 February 2028 to 1 March 2030, as from any other day, are at most 731 days."""
    chain.warp(to=1_835_395_200)  # 2028-02-29 00:00 UTC
    admit(ada, SMALL)
    chain.warp(to=1_898_553_600 - 1)  # 2030-03-01 00:00 UTC
    assert register.has_principal_priority(1)
    chain.warp(to=1_898_553_600)
    assert not register.has_principal_priority(1)
