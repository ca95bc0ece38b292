"""assess
|- refused: no seat; nothing voided
`- anyone takes off what was voided, or what does not count any more; never adds
resign
|- refused: neither seated nor standing
|- a member: its seat is empty, its bond waits
|- a candidate: its bond is free at once
`- a member that stands: both end
release_bond
|- refused: seated, standing, no bond, before its time
`- anyone, for the account, to the second; also when the committee has lost its role; once
"""

from tests.committee_house import BOND, RELEASE
from tests.contribution_loop import COS, OTHER, ROOT
from tests.models import ZERO_ADDRESS
from tests.models.authority import LOCKER_ROLE


def test_only_seats_are_assessed(house, committee, ada, attacker, refuses):
    house.prepare(ada)
    with refuses("committee: not seated"):
        committee.assess(ada, sender=attacker)


def test_a_seat_keeps_the_points_that_are_not_void(house, committee, ada, attacker, refuses):
    house.seat(ada, BOND, 300 * COS)
    with refuses("committee: nothing voided"):
        committee.assess(ada, sender=attacker)
    house.contribute(ada, 100 * COS)
    with refuses("committee: nothing voided"):
        committee.assess(ada, sender=attacker)


def test_anyone_takes_off_what_was_voided(house, committee, ada, attacker):
    house.admit(ada)
    house.stake(ada, BOND)
    house.contribute(ada, 40 * COS)
    header = house.contribute(ada, 500 * COS)
    house.stand(ada, BOND, ROOT)
    house.later(14 * 86_400)
    committee.take_seat(sender=ada)
    before = house.shown(1)
    house.void(header, 500 * COS, ada)
    receipt = committee.transact("assess", ada, sender=attacker)
    points = {"old_points": 540 * COS, "new_points": 40 * COS}
    assert receipt.logs == [house.event("SeatAssessed", member=ada, seat=1, **points)]
    score = (40 * COS + BOND) * 5_000
    assert house.shown(1) == before._replace(points=40 * COS, score=score)


def test_a_community_that_does_not_count_any_more_is_taken_off(
    house, committee, governance, ada, attacker
):
    house.seat(ada, BOND, 300 * COS)
    committee.set_counted(ROOT, False, sender=governance)
    assert house.shown(1).points == 300 * COS
    committee.assess(ada, sender=attacker)
    assert house.shown(1).points == 0


def test_a_seat_is_assessed_by_its_own_communities(house, committee, ada, attacker, refuses):
    """A member that stands again with others loses nothing before it takes its seat anew."""
    house.seat(ada, BOND, 300 * COS)
    house.stand(ada, BOND, OTHER)
    with refuses("committee: nothing voided"):
        committee.assess(ada, sender=attacker)


def test_who_has_nothing_does_not_resign(committee, attacker, refuses):
    with refuses("committee: neither seated nor standing"):
        committee.resign(sender=attacker)


def test_a_member_resigns(full, committee, ben, refuses):
    receipt = committee.transact("resign", sender=ben)
    free_from = full.chain.timestamp + RELEASE
    assert receipt.logs == [full.event("SeatLost", member=ben, seat=2, by=ben, free_from=free_from)]
    assert full.holders()[1] == ZERO_ADDRESS
    assert full.shown(2) == (ZERO_ADDRESS, 0, 0, 0, 0, 0, 0, [])
    assert full.about(ben) == (0, 0, BOND, 0, 0, free_from, 0, [])
    assert not committee.is_member(ben)
    with refuses("committee: neither seated nor standing"):
        committee.resign(sender=ben)


def test_a_candidate_resigns_and_has_its_bond_at_once(house, committee, ada):
    house.prepare(ada)
    receipt = committee.transact("resign", sender=ada)
    assert receipt.logs == [house.event("CandidacyEnded", candidate=ada, by=ada)]
    assert committee.release_bond(ada, sender=ada) == BOND
    assert house.locked(ada) == 0


def test_seat_and_candidacy_end_together(full, committee, ben):
    full.stand(ben)
    receipt = committee.transact("resign", sender=ben)
    assert [event.name for event in receipt.logs] == ["SeatLost", "CandidacyEnded"]
    about = full.about(ben)
    assert (about.points, about.votes, about.stood_at, about.seat) == (0, 0, 0, 0)


def test_no_bond_of_members_and_candidates_is_released(full, committee, ada, dan, refuses):
    full.prepare(dan)
    for account in (ada, dan):
        with refuses("committee: seated or standing"):
            committee.release_bond(account, sender=account)


def test_a_term_that_is_over_frees_no_bond(full, committee, ada, refuses):
    full.later(400 * 86_400)
    with refuses("committee: seated or standing"):
        committee.release_bond(ada, sender=ada)


def test_no_bond_no_release(committee, attacker, refuses):
    with refuses("committee: no bond"):
        committee.release_bond(attacker, sender=attacker)


def test_a_bond_is_released_to_the_second_by_anyone_once(full, committee, ben, attacker, refuses):
    committee.resign(sender=ben)
    full.later(RELEASE - 1)
    with refuses("committee: bond not free yet"):
        committee.release_bond(ben, sender=ben)
    full.later(1)
    receipt = committee.transact("release_bond", ben, sender=attacker)
    assert receipt.value == BOND
    assert full.event("BondReleased", account=ben, amount=BOND) in receipt.logs
    assert (full.locked(ben), full.about(ben).bond) == (0, 0)
    full.staking.withdraw(BOND, sender=ben)
    with refuses("committee: no bond"):
        committee.release_bond(ben, sender=ben)


def test_a_longer_wait_set_later_does_not_hold_a_bond_that_waits(full, committee, governance, ben):
    committee.resign(sender=ben)
    longer = [*committee.settings()[:6], 366 * 86_400]
    committee.set_settings(longer, sender=governance)
    full.later(RELEASE)
    assert committee.release_bond(ben, sender=ben) == BOND


def test_bonds_are_released_without_the_role(full, committee, governance, ben):
    committee.resign(sender=ben)
    full.later(RELEASE)
    full.authority.revokeRole(LOCKER_ROLE, committee, sender=governance)
    assert committee.release_bond(ben, sender=ben) == BOND
