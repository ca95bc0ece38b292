"""Attacks on the committee, by their pitfalls.

|- 1: flash score: coins borrowed for a second; coins that leave as soon as they counted
|- 2: the same coins for a second candidate; delegated to one after another
|- seat stuffing: many accounts of one owner score no more than one
|- 15, 43: the committee locks nothing but what its owner offered, and nobody stands for another
|- 16, 18: COS sent to the committee changes nothing
|- 23, 38: points washed in communities of one's own
|- 25: other settings leave terms and waiting bonds alone
|- 31: a signature is good for one action of one committee on one chain
|- 33: governance alone does not sign; members alone do not govern
|- 35: all of it after 2106
`- misuse: who awarded to itself leaves with no bond before a vote can be held
"""

from tests.committee_house import BOND, NOTICE, REASON, RELEASE, TERM
from tests.contribution_loop import COS, ROOT
from tests.models import INFINITE
from tests.models.authority import LOCKER_ROLE

DAY = 86_400


def test_coins_borrowed_for_a_second_do_not_count_and_do_not_come_back(
    house, committee, ada, attacker, refuses
):
    """All within one second: borrow, stake, stand; then pay back."""
    house.admit(attacker)
    house.token.transfer(attacker, 100 * BOND, sender=house.center)
    house.token.approve(house.staking, INFINITE, sender=attacker)
    house.staking.approve_lock(committee, INFINITE, sender=attacker)
    house.staking.stake(100 * BOND, sender=attacker)
    committee.stand([], 100 * BOND, sender=attacker)
    assert house.about(attacker).votes == 0
    with refuses("staking: stake is locked"):
        house.staking.withdraw(1, sender=attacker)
    with refuses("committee: notice is running"):
        committee.take_seat(sender=attacker)


def test_coins_that_left_do_not_count(house, committee, attacker, refuses):
    """Voting with coins in the snapshot and withdrawing them before the bond is locked."""
    house.admit(attacker)
    house.stake(attacker, 100 * BOND)
    house.staking.withdraw(99 * BOND, sender=attacker)  # still votes in the last second
    with refuses("staking: stake is locked"):
        committee.stand([], 100 * BOND, sender=attacker)
    house.stand(attacker)
    assert house.about(attacker).votes == BOND


def test_the_bond_does_not_leave_with_or_without_a_seat(house, committee, ada, refuses):
    house.prepare(ada)
    for step in ("standing", "seated", "left"):
        if step == "seated":
            committee.take_seat(sender=ada)
        if step == "left":
            committee.resign(sender=ada)
            house.later(RELEASE - 1)
        with refuses("staking: stake is locked"):
            house.staking.withdraw(1, sender=ada)
    house.later(1)
    committee.release_bond(ada, sender=ada)
    house.staking.withdraw(BOND, sender=ada)


def test_the_same_coins_do_not_stand_twice(house, committee, ada, ben, refuses):
    """Ada's coins reach ben only after ada's candidacy is over and an exit of seven days."""
    house.admit(ben)
    house.prepare(ada)
    committee.resign(sender=ada)
    committee.release_bond(ada, sender=ada)
    house.staking.withdraw(BOND, sender=ada)
    house.later(7 * DAY - 1)
    with refuses("staking: nothing due"):
        house.staking.pay_exit(ada, sender=ada)
    assert house.staking.staked(ada) == house.staking.staked(ben) == 0


def test_delegated_votes_hop_without_gain(house, committee, ada, ben, attacker):
    """A whale delegates to one candidate after another; each counts its own bond."""
    house.stake(attacker, 1_000 * BOND)
    for candidate in (ada, ben):
        house.admit(candidate)
        house.stake(candidate, BOND)
        house.staking.delegate(candidate, sender=attacker)
        house.later(1)
        house.stand(candidate)
    assert [house.about(each).votes for each in (ada, ben)] == [BOND, BOND]


def test_many_accounts_of_one_owner_score_no_more_than_one(
    full, committee, governance, attacker, refuses
):
    """Three bonds of the lowest member's score take one seat from one account, and none when they
    are spread over many."""
    committee.open_to_all(sender=governance)
    crowd = [full.chain.account(f"puppet {number}") for number in range(9)]
    for puppet in crowd:
        full.stake(puppet, BOND)
        full.stand(puppet)
    full.later(NOTICE)
    for puppet in crowd:
        with refuses("committee: score too low"):
            committee.challenge(sender=puppet)
    full.prepare(attacker, 9 * BOND, is_founder=False)
    committee.challenge(sender=attacker)
    assert full.holders().count(attacker) == 1


def test_one_account_has_one_seat(house, committee, ada, refuses):
    for _ in range(3):
        house.prepare(ada)
        assert committee.take_seat(sender=ada) == 1
        house.staking.approve_lock(committee, INFINITE, sender=ada)
    assert house.holders().count(ada) == 1


def test_nobody_stands_for_another(house, committee, ada, attacker):
    """What ada offered is bonded by ada's own call only."""
    house.admit(attacker)
    house.admit(ada)
    house.stake(ada, BOND)
    house.stake(attacker, BOND)
    committee.stand([], BOND, sender=attacker)
    assert (house.locked(ada), house.locked(attacker)) == (0, BOND)


def test_coins_sent_to_the_committee_change_nothing(full, committee, ada):
    before = full.committee_state()[:-1]
    full.token.transfer(committee, 10**9 * COS, sender=full.center)
    assert full.committee_state()[:-1] == before


def test_points_washed_in_an_own_community_do_not_count(house, committee, attacker, eve, refuses):
    """The attacker is admin and manager of a community of its own; eve is the same person."""
    house.registry.create(0, attacker, "mine", bytes(32), sender=house.secretariat)
    own = house.registry.community_count()
    house.registry.set_manager(own, attacker, 1, "manager", sender=attacker)
    lot = house.donate(1_000 * COS, own)
    house.ledger.allot(lot, own, own, attacker, 1_000 * COS, sender=attacker)
    house.ledger.grant(lot, own, [house.entry(eve, 1_000 * COS)], bytes(32), sender=attacker)
    assert house.ledger.standing(own, eve)[0] == 1_000 * COS
    house.admit(eve)
    house.stake(eve, BOND)
    with refuses("committee: community not counted"):
        committee.stand([own], BOND, sender=eve)


def test_other_settings_leave_the_past_alone(full, committee, governance, ada, ben):
    committee.resign(sender=ben)
    before = (full.shown(1).until, full.about(ben).free_from)
    settings = [*committee.settings()[:5], 90 * DAY, 366 * DAY]
    committee.set_settings(settings, sender=governance)
    assert (full.shown(1).until, full.about(ben).free_from) == before
    full.chain.warp(before[1])
    assert committee.release_bond(ben, sender=ben) == BOND
    full.chain.warp(before[0] - 1)
    assert committee.is_member(ada)


def test_what_is_signed_is_bound_to_committee_and_chain(full, committee, ada, ben, cyd, eve):
    """The same terms in another committee have another digest, and so have they after a fork."""
    other = full.create("Committee", *full.arguments())
    full.authority.grantRole(LOCKER_ROLE, other, sender=full.governance)
    full.stake(ada, BOND)
    full.staking.approve_lock(other, BOND, sender=ada)
    other.stand([], BOND, sender=ada)
    full.later(NOTICE)
    other.take_seat(sender=ada)
    full.later(1)
    terms = (eve, COS, REASON)
    committee.propose_award(*terms, sender=ada)
    other.propose_award(*terms, sender=ada)
    assert committee.action(1)[1] != other.action(1)[1]


def test_governance_does_not_sign_and_members_do_not_govern(
    full, committee, governance, ada, eve, refuses
):
    with refuses("committee: not a member"):
        committee.propose_award(eve, COS, REASON, sender=governance)
    with refuses("committee: not governance"):
        committee.set_counted(ROOT, False, sender=ada)
    with refuses("committee: not governance"):
        committee.open_to_all(sender=ada)


def test_a_misuse_is_answered_before_the_bond_is_free(full, committee, governance, ada, ben, eve):
    """Two members award to themselves and resign at once; a vote takes their bonds."""
    terms = (ada, COS, REASON)
    number = committee.propose_award(*terms, sender=ada)
    committee.sign(number, committee.action(number)[1], sender=ben)
    committee.execute_award(number, *terms, sender=ada)
    for member in (ada, ben):
        committee.resign(sender=member)
    full.later(RELEASE - 1)
    for member in (ada, ben):
        committee.seize_bond(member, eve, BOND, REASON, sender=governance)
    assert full.staking.staked(ada) == full.staking.staked(ben) == 0


def test_all_of_it_after_2106(house, committee, ada, ben, eve):
    house.chain.warp(2**32 + 10 * DAY)
    house.seat_all(ada, ben)
    terms = (0, eve, "x", REASON)
    number = committee.propose_community(*terms, sender=ada)
    committee.sign(number, committee.action(number)[1], sender=ben)
    committee.execute_community(number, *terms, sender=eve)
    assert house.shown(1).until > 2**32 + TERM
    committee.resign(sender=ada)
    house.later(RELEASE)
    assert committee.release_bond(ada, sender=ada) == BOND
