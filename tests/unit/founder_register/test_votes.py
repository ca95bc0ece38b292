"""FounderRegister's votes: getVotes, getPastVotes, getPastTotalSupply, delegates, delegate, clock

clock (ERC-6372)
└── the block's time, with mode=timestamp
admission
├── the capital is the founder's own votes, delegated to itself
├── who delegated before it became a founder: its votes go there
└── not in the past: a second before the admission there are none (pitfalls 1, 8)
delegate
├── to zero: reverts
├── to another founder, to anybody: all of its votes move; to itself: they come back
├── does not pass on what others delegated to the founder
├── twice in one second: the last one counts (pitfall 2)
└── changes no past value (pitfall 25)
getPastVotes, getPastTotalSupply
├── of now or later: reverts (pitfall 1)
├── at t - 1, t, t + 1 of every change
├── after ten idle years, at the same cost (pitfall 9); after 2106 (pitfall 35)
└── of nobody: zero; capital that is not admitted has no vote (pitfall 7)
the largest capital, the sum of all (pitfall 36)
"""

from __future__ import annotations

import pytest

from tests.models import ZERO_ADDRESS
from tests.unit.founder_register.conftest import LARGE, NOW, SMALL

YEAR = 365 * 86_400


def past(register, person, moment):
    return register.getPastVotes(person, moment), register.getPastTotalSupply(moment)


def test_the_clock_is_time(chain, register):
    chain.warp(to=NOW + 77)
    assert register.clock() == NOW + 77
    assert register.CLOCK_MODE() == "mode=timestamp"


def test_capital_is_votes_of_the_founders_own(register, admit, ada, ben):
    admit(ada, LARGE)
    admit(ben, SMALL)
    assert (register.getVotes(ada), register.getVotes(ben)) == (LARGE, SMALL)
    assert (register.delegates(ada), register.delegates(ben)) == (ada, ben)


def test_an_admission_counts_from_its_second_on(chain, register, admit, ada, ben):
    chain.warp(to=NOW + 10)
    admit(ada, LARGE)
    chain.warp(to=NOW + 20)
    admit(ben, SMALL)
    chain.warp(to=NOW + 30)
    moments = [NOW + at for at in (9, 10, 11, 19, 20, 21, 29)]
    votes = [past(register, ada, moment) for moment in moments]
    both = LARGE + SMALL
    expected = [(0, 0), (LARGE, LARGE), (LARGE, LARGE), (LARGE, LARGE)]
    assert votes == expected + 3 * [(LARGE, both)]
    assert [register.getPastVotes(ben, moment) for moment in moments] == [0] * 4 + [SMALL] * 3


@pytest.mark.parametrize("ahead", [0, 1, 10**6, 2**48 - 1 - NOW, 2**256 - 1 - NOW])
def test_the_past_is_strictly_past(register, admit, ada, refuses, ahead):
    admit(ada)
    with refuses("votes: not in the past"):
        register.getPastVotes(ada, NOW + ahead)
    with refuses("votes: not in the past"):
        register.getPastTotalSupply(NOW + ahead)


def test_votes_follow_the_delegate_and_come_back(register, admit, ada, ben, attacker):
    admit(ada, LARGE)
    admit(ben, SMALL)
    register.delegate(ben, sender=ada)
    assert (register.getVotes(ada), register.getVotes(ben)) == (0, LARGE + SMALL)
    assert register.delegates(ada) == ben
    register.delegate(attacker, sender=ada)
    assert [register.getVotes(p) for p in (ada, ben, attacker)] == [0, SMALL, LARGE]
    register.delegate(ada, sender=ada)
    assert [register.getVotes(p) for p in (ada, ben, attacker)] == [LARGE, SMALL, 0]


def test_votes_of_others_are_not_passed_on(register, admit, ada, ben, cyd):
    admit(ada, LARGE)
    admit(ben, SMALL)
    register.delegate(ben, sender=ada)
    register.delegate(cyd, sender=ben)
    assert [register.getVotes(p) for p in (ada, ben, cyd)] == [0, LARGE, SMALL]


def test_a_delegate_chosen_before_admission_has_the_votes(register, admit, ada, ben):
    register.delegate(ben, sender=ada)
    assert register.getVotes(ben) == 0
    admit(ada, LARGE)
    assert (register.getVotes(ada), register.getVotes(ben)) == (0, LARGE)
    assert register.delegates(ada) == ben


def test_a_stranger_has_nothing_to_delegate(register, admit, ada, attacker):
    admit(ada, LARGE)
    register.delegate(attacker, sender=attacker)
    assert (register.getVotes(attacker), register.getVotes(ada)) == (0, LARGE)
    assert register.delegates(ZERO_ADDRESS) == ZERO_ADDRESS


def test_moved_votes_do_not_count_twice_in_a_second(chain, register, admit, ada, ben, cyd):
    """Pitfall 2: through every hand in one second, and the last one has them in the end."""
    admit(ada, LARGE)
    chain.warp(to=NOW + 10)
    for person in (ben, cyd, ada, cyd):
        register.delegate(person, sender=ada)
    chain.warp(to=NOW + 11)
    votes = [register.getPastVotes(person, NOW + 10) for person in (ada, ben, cyd)]
    assert votes == [0, 0, LARGE]
    assert register.getPastTotalSupply(NOW + 10) == LARGE
    assert register.getPastVotes(ada, NOW + 9) == LARGE


def test_past_votes_never_change(chain, register, admit, ada, ben, cyd):
    moments = {}
    for step in range(1, 12):
        chain.warp(to=NOW + 100 * step)
        if step in (1, 4, 7):
            admit({1: ada, 4: ben, 7: cyd}[step], LARGE + step)
        else:
            register.delegate((ada, ben, cyd)[step % 3], sender=ada)
        chain.warp(to=NOW + 100 * step + 1)
        for moment in range(NOW + 100 * step - 1, NOW + 100 * step + 1):
            found = [register.getPastVotes(person, moment) for person in (ada, ben, cyd)]
            moments[moment] = found, register.getPastTotalSupply(moment)
            assert sum(found) == moments[moment][1]
    chain.warp(to=NOW + 10 * YEAR)
    for moment, (votes, total) in moments.items():
        assert [register.getPastVotes(person, moment) for person in (ada, ben, cyd)] == votes
        assert register.getPastTotalSupply(moment) == total


def test_idle_years_cost_nothing(chain, register, admit, ada, ben):
    admit(ada, LARGE)
    admit(ben, SMALL)
    with chain.anchor():
        chain.warp(to=NOW + 10)
        soon = register.transact("delegate", ben, sender=ada).gas_used
    chain.warp(to=NOW + 10 * YEAR)
    late = register.transact("delegate", ben, sender=ada).gas_used
    assert abs(late - soon) <= 200
    chain.warp(to=NOW + 20 * YEAR)
    assert past(register, ben, NOW + 10 * YEAR - 1) == (SMALL, LARGE + SMALL)
    assert past(register, ben, NOW + 10 * YEAR) == (LARGE + SMALL, LARGE + SMALL)


def test_votes_after_2106(chain, register, admit, ada, ben):
    late = 2**32 + 5
    chain.warp(to=2**32 - 2)
    admit(ada, LARGE)
    chain.warp(to=late)
    admit(ben, SMALL)
    register.delegate(ada, sender=ben)
    chain.warp(to=late + 1)
    assert past(register, ada, late - 1) == (LARGE, LARGE)
    assert past(register, ada, late) == (LARGE + SMALL, LARGE + SMALL)
    assert past(register, ada, 2**32 - 3) == (0, 0)
    assert past(register, ada, 2**32 - 2) == (LARGE, LARGE)


def test_the_largest_capitals_add_up(chain, register, admit, ada, ben, cyd, refuses):
    most = (2**64 - 1) // 3
    for person in (ada, ben, cyd):
        admit(person, most)
        register.delegate(ada, sender=person)
    assert register.getVotes(ada) == 3 * most
    chain.warp(to=NOW + 1)
    assert past(register, ada, NOW) == (3 * most, 3 * most)
    register.delegate(ben, sender=ben)
    assert (register.getVotes(ada), register.getVotes(ben)) == (2 * most, most)
    with refuses("votes: too many"):
        admit(chain.account("dee"), 1)


def test_delegating_to_zero_is_refused(register, admit, ada, refuses):
    admit(ada)
    with refuses("votes: no delegate"):
        register.delegate(ZERO_ADDRESS, sender=ada)
