"""take_seat
|- refused: not standing; notice running, to its last second; no vacancy
|- an empty seat, the first one; its bond stays locked; the candidacy is used up
|- an empty seat goes before one whose term is over; of these the first; the former holder loses it
|- points: the lower of those at standing and now: voided ones, those of a community that does not
|  count
|  any more, never those that came later
|- a member renews: the new score, a new term; seniority as long as the term is not over
`- priority: 2 for founders 1 to 10, 1 for 11 to 30, 0 for later ones and for all others
"""

import pytest

from tests.committee_house import BOND, NOTICE, REASON, RELEASE, TERM
from tests.contribution_loop import COS, OTHER, ROOT
from tests.models import ZERO_ADDRESS


def test_who_does_not_stand_is_refused(committee, attacker, refuses):
    with refuses("committee: not standing"):
        committee.take_seat(sender=attacker)


def test_a_candidacy_takes_one_seat_only(house, committee, ada, refuses):
    house.seat(ada)
    with refuses("committee: not standing"):
        committee.take_seat(sender=ada)


def test_the_notice_runs_to_its_last_second(house, committee, ada, refuses):
    house.prepare(ada)
    house.stand(ada)
    house.later(NOTICE - 1)
    with refuses("committee: notice is running"):
        committee.take_seat(sender=ada)
    house.later(1)
    assert committee.take_seat(sender=ada) == 1


def test_no_seat_without_a_vacancy(full, committee, dan, refuses):
    full.prepare(dan, 9 * BOND)
    with refuses("committee: no vacancy"):
        committee.take_seat(sender=dan)


def test_the_first_empty_seat_is_taken(house, committee, ada, ben):
    house.prepare(ada, 2 * BOND, 300 * COS)
    receipt = committee.transact("take_seat", sender=ada)
    assert receipt.value == 1
    now = house.chain.timestamp
    expected = {"points": 300 * COS, "votes": 2 * BOND, "priority": 2, "until": now + TERM}
    assert receipt.logs == [house.event("SeatTaken", member=ada, seat=1, **expected)]
    score = (300 * COS + 2 * BOND) * 5_000
    assert house.shown(1) == (ada, 300 * COS, 2 * BOND, score, now, now + TERM, 2, [ROOT])
    assert house.about(ada) == (0, 0, 2 * BOND, 0, 1, 0, 0, [ROOT])
    assert house.locked(ada) == 2 * BOND
    assert committee.is_member(ada)
    assert house.seat(ben) == 2
    assert house.holders() == [ada, ben, ZERO_ADDRESS]


def test_a_seat_in_the_middle_is_taken_first(full, committee, ben, dan):
    full.prepare(dan)
    committee.resign(sender=ben)
    assert committee.seat_to_take() == (2, True)
    assert committee.take_seat(sender=dan) == 2


def test_an_empty_seat_goes_before_one_whose_term_is_over(full, committee, ben, dan, eve, ada):
    full.prepare(dan)
    full.prepare(eve)
    committee.resign(sender=ben)
    full.later(TERM)
    assert committee.take_seat(sender=dan) == 2
    receipt = committee.transact("take_seat", sender=eve)
    assert receipt.value == 1
    free_from = full.chain.timestamp + RELEASE
    lost = full.event("SeatLost", member=ada, seat=1, by=eve, free_from=free_from)
    assert receipt.logs[0] == lost
    assert full.about(ada) == (0, 0, BOND, 0, 0, free_from, 0, [])
    assert full.locked(ada) == BOND


def test_a_term_ends_at_its_second(full, committee, ada, dan, refuses):
    full.prepare(dan)
    until = full.shown(1).until
    full.chain.warp(until - 1)
    assert committee.is_member(ada)
    with refuses("committee: no vacancy"):
        committee.take_seat(sender=dan)
    full.chain.warp(until)
    assert not committee.is_member(ada)
    assert committee.take_seat(sender=dan) == 1


def test_points_voided_in_the_notice_do_not_count(house, committee, ada):
    house.admit(ada)
    house.stake(ada, BOND)
    house.contribute(ada, 40 * COS)
    header = house.contribute(ada, 500 * COS)
    house.stand(ada, BOND, ROOT)
    assert house.about(ada).points == 540 * COS
    house.void(header, 500 * COS, ada)
    house.later(NOTICE)
    committee.take_seat(sender=ada)
    assert house.shown(1).points == 40 * COS


def test_points_of_a_community_that_is_struck_off_do_not_count(house, committee, ada, governance):
    house.admit(ada)
    house.stake(ada, BOND)
    house.contribute(ada, 40 * COS)
    house.contribute(ada, 500 * COS, OTHER)
    house.stand(ada, BOND, ROOT, OTHER)
    committee.set_counted(OTHER, False, sender=governance)
    house.later(NOTICE)
    committee.take_seat(sender=ada)
    assert house.shown(1).points == 40 * COS


def test_points_that_came_in_the_notice_do_not_count(house, committee, ada):
    house.admit(ada)
    house.stake(ada, BOND)
    house.contribute(ada, 40 * COS)
    house.stand(ada, BOND, ROOT)
    house.contribute(ada, 500 * COS)
    house.later(NOTICE)
    committee.take_seat(sender=ada)
    assert house.shown(1).points == 40 * COS


def test_a_member_renews_with_its_new_score_and_keeps_its_seniority(full, committee, ben):
    since = full.shown(2).since
    full.contribute(ben, 77 * COS)
    full.stake(ben, BOND)
    full.stand(ben, 2 * BOND, ROOT)
    assert full.shown(2).votes == BOND  # not yet
    full.later(NOTICE)
    assert committee.take_seat(sender=ben) == 2
    until = full.chain.timestamp + TERM
    score = (77 * COS + 2 * BOND) * 5_000
    assert full.shown(2) == (ben, 77 * COS, 2 * BOND, score, since, until, 2, [ROOT])


def test_a_member_whose_term_is_over_begins_as_the_youngest(full, committee, ben):
    full.later(TERM)
    full.stand(ben)
    full.later(NOTICE)
    assert committee.take_seat(sender=ben) == 2
    assert full.shown(2).since == full.chain.timestamp


@pytest.mark.parametrize(
    ("number", "priority"), [(1, 2), (10, 2), (11, 1), (30, 1), (31, 0), (0, 0)]
)
def test_priority_follows_the_founders_number(house, committee, ada, number, priority):
    house.admit_others(max(number - 1, 0))
    if number == 0:
        committee.open_to_all(sender=house.governance)
    house.prepare(ada, is_founder=number > 0)
    committee.take_seat(sender=ada)
    assert house.founders.number_of(ada) == number
    assert house.shown(1).priority == priority


def test_a_removed_candidate_takes_no_seat(house, committee, ada, governance, refuses):
    house.prepare(ada)
    committee.remove(ada, 0, REASON, sender=governance)
    with refuses("committee: not standing"):
        committee.take_seat(sender=ada)
