"""stand
|- refused: no founder while the committee is not open, barred, bond too small, below what is
|  bonded,
|  too large, communities not ascending (twice, zero), not counted, stake not offered, not enough
|  stake,
|  locked by another locker, the committee without its role
|- a founder: the bond is locked, points and votes are noted, the notice begins
|- votes: of the last second; at most the bond; not delegated away; stake of this second counts
|  nothing
|- points: of the named communities only; without what is void; a community of one's own counts
|  nothing
|- again: a new notice; adds to the bond; a former member too, whose bond stays bound as long as
|  before
`- open to all: who is no founder may
"""

import pytest

from tests.committee_house import BOND, NOTICE, REASON, RELEASE
from tests.contribution_loop import CHILD, COS, OTHER, ROOT
from tests.models.authority import LOCKER_ROLE


@pytest.fixture
def candidate(house, ada):
    """A founder with three times the bond at stake, and points in ROOT and OTHER."""
    house.admit(ada)
    house.stake(ada, 3 * BOND)
    house.contribute(ada, 500 * COS, ROOT)
    house.contribute(ada, 70 * COS, OTHER)
    return ada


def test_who_is_no_founder_is_refused(house, committee, attacker, refuses):
    house.stake(attacker, BOND)
    with refuses("committee: not a founder"):
        committee.stand([], BOND, sender=attacker)


def test_open_to_all_lets_others_stand(house, committee, governance, attacker):
    house.stake(attacker, BOND)
    committee.open_to_all(sender=governance)
    house.stand(attacker)
    assert house.about(attacker).bond == BOND


def test_the_barred_are_refused_until_the_last_second(
    house, committee, candidate, governance, refuses
):
    until = house.chain.timestamp + 1_000
    committee.remove(candidate, until, REASON, sender=governance)
    house.chain.warp(until - 1)
    with refuses("committee: barred"):
        committee.stand([], BOND, sender=candidate)
    house.chain.warp(until)
    house.stand(candidate)


@pytest.mark.parametrize(
    ("communities", "bond", "reason"),
    [
        ([], BOND - 1, "committee: bond too small"),
        ([], 2**64, "committee: bond too large"),
        ([OTHER, ROOT], BOND, "committee: communities not ascending"),
        ([ROOT, ROOT], BOND, "committee: communities not ascending"),
        ([0], BOND, "committee: communities not ascending"),
        ([ROOT, CHILD], BOND, "committee: community not counted"),
        ([99], BOND, "committee: community not counted"),
        ([2**32 + ROOT], BOND, "committee: community not counted"),
        ([], 3 * BOND + 1, "staking: stake is locked"),
    ],
)
def test_bad_terms_are_refused(committee, candidate, refuses, communities, bond, reason):
    with refuses(reason):
        committee.stand(communities, bond, sender=candidate)


def test_stake_that_was_not_offered_is_not_taken(house, committee, candidate, refuses):
    house.staking.approve_lock(committee, BOND - 1, sender=candidate)
    with refuses("staking: not offered"):
        committee.stand([], BOND, sender=candidate)


def test_stake_that_another_contract_locked_is_no_bond(house, committee, candidate, eve, refuses):
    house.authority.grantRole(LOCKER_ROLE, eve, sender=house.governance)
    house.staking.approve_lock(eve, 3 * BOND, sender=candidate)
    house.staking.lock(candidate, 2 * BOND + 1, sender=eve)
    with refuses("staking: stake is locked"):
        committee.stand([], BOND, sender=candidate)


def test_without_its_role_the_committee_bonds_nothing(house, committee, candidate, refuses):
    house.authority.revokeRole(LOCKER_ROLE, committee, sender=house.governance)
    with refuses("staking: not a locker"):
        committee.stand([], BOND, sender=candidate)


def test_a_founder_stands(house, committee, candidate):
    receipt = committee.transact("stand", [ROOT, OTHER], BOND, sender=candidate)
    assert (
        house.event(
            "Stood",
            candidate=candidate,
            points=570 * COS,
            votes=BOND,
            bond=BOND,
            communities=[ROOT, OTHER],
        )
        in receipt.logs
    )
    now = house.chain.timestamp
    assert house.about(candidate) == (570 * COS, BOND, BOND, now, 0, 0, 0, [ROOT, OTHER])
    assert house.locked(candidate) == BOND
    assert not committee.is_member(candidate)


def test_votes_are_at_most_the_bond(house, candidate):
    house.stand(candidate, 2 * BOND)
    assert house.about(candidate).votes == 2 * BOND  # of three that it has


def test_stake_of_this_second_does_not_count(house, committee, ada):
    house.admit(ada)
    house.stake(ada, BOND)
    house.token.transfer(ada, BOND, sender=house.center)
    house.token.approve(house.staking, BOND, sender=ada)
    house.staking.stake(BOND, sender=ada)
    house.stand(ada, 2 * BOND)
    assert (house.about(ada).votes, house.about(ada).bond) == (BOND, 2 * BOND)


def test_votes_that_are_delegated_away_do_not_count(house, candidate, ben):
    house.staking.delegate(ben, sender=candidate)
    house.later(1)
    house.stand(candidate)
    assert house.about(candidate).votes == 0


def test_votes_of_others_count_no_more_than_the_own_bond(house, candidate, ben):
    house.stake(ben, 1_000 * BOND)
    house.staking.delegate(candidate, sender=ben)
    house.later(1)
    house.stand(candidate)
    assert house.about(candidate).votes == BOND


@pytest.mark.parametrize(
    ("communities", "points"), [([], 0), ([ROOT], 500), ([OTHER], 70), ([ROOT, OTHER], 570)]
)
def test_points_are_those_of_the_named_communities(
    house, committee, candidate, communities, points
):
    assert committee.points_of(candidate, communities) == points * COS
    house.stand(candidate, BOND, *communities)
    assert house.about(candidate).points == points * COS


def test_points_of_what_does_not_count_are_zero(house, committee, candidate, governance):
    house.give_child_cap(1_000)
    house.contribute(candidate, 9 * COS, CHILD)
    assert house.ledger.standing(CHILD, candidate)[0] == 9 * COS
    assert committee.points_of(candidate, [CHILD, 99]) == 0
    committee.set_counted(OTHER, False, sender=governance)
    assert committee.points_of(candidate, [ROOT, OTHER]) == 500 * COS


def test_points_of_own_coins_are_zero(house, candidate, ben):
    lot = house.allotted_own(1_000 * COS)
    house.grant(lot, house.entry(ben, 1_000 * COS))
    assert house.committee.points_of(ben, [ROOT]) == 0


def test_points_of_no_community_number_are_refused(committee, ada, refuses):
    with refuses("committee: no such community"):
        committee.points_of(ada, [2**32])


def test_standing_again_begins_a_new_notice(house, committee, candidate, refuses):
    house.stand(candidate, BOND, ROOT)
    house.later(NOTICE)
    house.stand(candidate, 2 * BOND, OTHER)
    about = house.about(candidate)
    assert about == (70 * COS, 2 * BOND, 2 * BOND, house.chain.timestamp, 0, 0, 0, [OTHER])
    assert house.locked(candidate) == 2 * BOND
    house.later(NOTICE - 1)
    with refuses("committee: notice is running"):
        committee.take_seat(sender=candidate)


def test_a_bond_does_not_shrink_by_standing_again(committee, house, candidate, refuses):
    house.stand(candidate, 2 * BOND)
    with refuses("committee: below your bond"):
        committee.stand([], 2 * BOND - 1, sender=candidate)


def test_a_former_member_stands_with_its_bond_and_keeps_it_bound(house, committee, ada, refuses):
    house.seat(ada)
    committee.resign(sender=ada)
    left_at = house.chain.timestamp
    house.later(1)
    house.stand(ada)
    assert house.locked(ada) == BOND
    assert house.about(ada).free_from == left_at + RELEASE
    committee.resign(sender=ada)
    house.chain.warp(left_at + RELEASE - 1)
    with refuses("committee: bond not free yet"):
        committee.release_bond(ada, sender=ada)
    house.chain.warp(left_at + RELEASE)
    assert committee.release_bond(ada, sender=ada) == BOND
