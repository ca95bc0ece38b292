"""challenge
|- refused: not standing, notice running, seated already, a vacancy, a score that is not higher
|- a higher score takes the lowest seat: by votes, by points, by the weights in force
|- the lowest: by score, then priority, then seniority, then the higher number
|- ties: of founders 1 to 30 against all others, of 1 to 10 against 11 to 30; equal: the senior
|  stays
`- who loses its seat may stand again; its bond waits
"""

import pytest

from tests.committee_house import BOND, NOTICE, REASON, RELEASE, TERM
from tests.contribution_loop import COS, ROOT


@pytest.fixture
def open_house(house, committee, governance):
    """Open to all, and ten founders already there who do nothing."""
    committee.open_to_all(sender=governance)
    return house


def test_who_is_not_ready_is_refused(full, committee, dan, refuses):
    with refuses("committee: not standing"):
        committee.challenge(sender=dan)
    full.prepare(dan, 2 * BOND)
    full.stand(dan, 2 * BOND)
    full.later(NOTICE - 1)
    with refuses("committee: notice is running"):
        committee.challenge(sender=dan)


def test_a_member_does_not_challenge(full, committee, ada, refuses):
    full.stake(ada, BOND)
    full.stand(ada, 2 * BOND)
    full.later(NOTICE)
    with refuses("committee: already seated"):
        committee.challenge(sender=ada)


def test_nobody_is_challenged_while_a_seat_is_vacant(full, committee, ben, dan, refuses):
    full.prepare(dan, 2 * BOND)
    committee.resign(sender=ben)
    with refuses("committee: seat is vacant"):
        committee.challenge(sender=dan)


def test_nor_while_a_term_is_over(full, committee, dan, refuses):
    full.prepare(dan, 2 * BOND)
    full.chain.warp(full.shown(1).until)
    with refuses("committee: seat is vacant"):
        committee.challenge(sender=dan)


def test_an_equal_score_is_not_enough(full, committee, dan, refuses):
    full.prepare(dan)
    with refuses("committee: score too low"):
        committee.challenge(sender=dan)


def test_one_base_unit_more_takes_the_youngest_seat(full, committee, cyd, dan):
    full.prepare(dan, BOND + 1)
    assert committee.seat_to_take() == (3, False)
    receipt = committee.transact("challenge", sender=dan)
    assert receipt.value == 3
    now = full.chain.timestamp
    assert receipt.logs == [
        full.event("SeatLost", member=cyd, seat=3, by=dan, free_from=now + RELEASE),
        full.event(
            "SeatTaken",
            member=dan,
            seat=3,
            points=0,
            votes=BOND + 1,
            priority=2,
            until=now + TERM,
        ),
    ]
    assert full.about(cyd) == (0, 0, BOND, 0, 0, now + RELEASE, 0, [])
    assert full.about(dan) == (0, 0, BOND + 1, 0, 3, 0, 0, [])
    assert not committee.is_member(cyd)
    assert (full.locked(cyd), full.locked(dan)) == (BOND, BOND + 1)


def test_one_point_more_takes_it_too(full, committee, dan):
    full.prepare(dan, BOND, 1)
    assert committee.challenge(sender=dan) == 3


def test_the_weights_in_force_decide(full, committee, governance, ada, dan, refuses):
    """Ada has BOND and no points; dan ten less votes and fifteen points: 5,000 to 5,000 he is
    higher, 9,000 to 1,000 too; 1,000 to 9,000 he is not."""
    settings = list(committee.settings())
    settings[3] = 1_000 * COS
    committee.set_settings(settings, sender=governance)
    full.prepare(dan, BOND - 10 * COS, 15 * COS)
    settings[2] = 1_000
    committee.set_settings(settings, sender=governance)
    assert full.shown(1).score == BOND * 9_000
    with refuses("committee: score too low"):
        committee.challenge(sender=dan)
    settings[2] = 9_000
    committee.set_settings(settings, sender=governance)
    assert full.shown(1).score == BOND * 1_000
    committee.challenge(sender=dan)
    assert full.shown(3).score == 15 * COS * 9_000 + (BOND - 10 * COS) * 1_000


def test_the_lowest_score_is_challenged(house, committee, ada, ben, cyd, dan):
    house.seat(ada, 3 * BOND)
    house.seat(ben, 2 * BOND)
    house.seat(cyd, 4 * BOND)
    house.prepare(dan, 3 * BOND)
    assert committee.seat_to_take() == (2, False)
    assert committee.challenge(sender=dan) == 2


def test_of_equal_scores_the_lower_rank_is_challenged(open_house, committee, ada, ben, cyd, dan):
    open_house.prepare(ada, is_founder=False)
    committee.take_seat(sender=ada)
    open_house.admit_others(10)
    open_house.seat(ben)  # founder 11
    open_house.seat(cyd)  # founder 12
    assert [open_house.shown(number).priority for number in (1, 2, 3)] == [0, 1, 1]
    assert committee.seat_to_take() == (1, False)


def test_of_members_of_one_second_the_last_seat_is_challenged(house, committee, ada, ben, cyd):
    for account in (ada, ben, cyd):
        house.prepare(account)
    for account in (ada, ben, cyd):
        committee.take_seat(sender=account)
    assert committee.seat_to_take() == (3, False)


@pytest.mark.parametrize(
    ("theirs", "mine", "wins"),
    [
        (0, 1, True),  # who is no founder, against the first
        (0, 30, True),
        (0, 31, False),
        (31, 30, True),
        (31, 32, False),
        (30, 10, True),
        (11, 10, True),
        (30, 11, False),
        (10, 1, False),
        (10, 30, False),
    ],
)
def test_ties_go_to_the_earlier_titles(
    open_house, committee, governance, ada, ben, cyd, dan, refuses, theirs, mine, wins
):
    """Three members of rank `theirs` with equal scores, the youngest of which is challenged."""
    house, numbers = open_house, {}
    for number in range(1, max(theirs, mine) + 1):
        account = cyd if number == theirs else dan if number == mine else ""
        numbers[number] = house.admit(account or house.chain.account(f"founder {number}"))
    for account in (ada, ben):  # higher
        house.prepare(account, 2 * BOND, is_founder=False)
        committee.take_seat(sender=account)
    house.prepare(cyd, is_founder=False)
    committee.take_seat(sender=cyd)
    house.prepare(dan, is_founder=False)
    if wins:
        assert committee.challenge(sender=dan) == 3
    else:
        with refuses("committee: score too low"):
            committee.challenge(sender=dan)


def test_the_loser_may_come_back(full, committee, cyd, dan):
    full.prepare(dan, BOND + 1)
    committee.challenge(sender=dan)
    full.stake(cyd, BOND)
    full.stand(cyd, 2 * BOND)
    full.later(NOTICE)
    assert committee.challenge(sender=cyd) == 2  # ben's, the younger of the lowest


def test_a_member_that_stands_goes_on_as_a_candidate_when_it_is_displaced(
    full, committee, cyd, dan
):
    full.stake(cyd, 2 * BOND)
    full.prepare(dan, BOND + 1)
    full.stand(cyd, 3 * BOND)
    committee.challenge(sender=dan)
    about = full.about(cyd)
    assert (about.seat, about.votes, about.bond) == (0, 3 * BOND, 3 * BOND)
    full.later(NOTICE)
    assert committee.challenge(sender=cyd) == 2


def test_voided_points_do_not_challenge(full, committee, dan, refuses):
    full.admit(dan)
    full.stake(dan, BOND)
    header = full.contribute(dan, 500 * COS)
    full.stand(dan, BOND, ROOT)
    full.void(header, 500 * COS, dan)
    full.later(NOTICE)
    with refuses("committee: score too low"):
        committee.challenge(sender=dan)


def test_a_removed_candidate_does_not_challenge(full, committee, governance, dan, refuses):
    full.prepare(dan, 2 * BOND)
    committee.remove(dan, 0, REASON, sender=governance)
    with refuses("committee: not standing"):
        committee.challenge(sender=dan)
