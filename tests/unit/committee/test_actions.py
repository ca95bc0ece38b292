"""propose_award, propose_community
|- refused: no member, a candidate, term over, seated in this second, the committee itself as
|  account
`- a member: numbered from 1, with its signature, its digest and terms in the log
sign
|- refused: no such action, executed, expired, another digest, no member, seated after the
|  proposal or in
|  its second, signed already
`- a member: its seat's bit
withdraw_signature
|- refused: the same, not signed
`- a member: its bit is gone; it may sign again
execute_award, execute_community
|- refused: no such action, other terms in any part, of the other kind, too few signatures, expired,
|  executed; what pool or registry refuse, and then it stays open
|- anyone, with enough signatures of current members: once
|- signatures of who resigned, was displaced, removed, or whose term is over do not count; nor
|  when it is
|  back, on the same seat or another; nor do they become the successor's
|- a member that renewed in time is the same member
`- the threshold in force when it is executed
"""

import pytest

from cos.chain import Event
from tests.committee_house import BOND, LIFETIME, NOTICE, REASON, TERM
from tests.contribution_loop import COS
from tests.models.authority import COMMITTEE_ROLE, SECRETARIAT_ROLE

AMOUNT = 1_000 * COS
PROFILE = b"\x33" * 32


@pytest.fixture
def terms(eve):
    """Of an award."""
    return eve, AMOUNT, REASON


@pytest.fixture
def opening(eve):
    """Terms of a new community."""
    return 0, eve, "hangzhou", PROFILE


@pytest.fixture
def award(full, ada, terms):
    """Proposed by ada."""
    return full.committee.propose_award(*terms, sender=ada)


@pytest.fixture
def sign(full, committee):
    def send(number, *members):
        for member in members:
            committee.sign(number, committee.action(number)[1], sender=member)

    return send


# --- proposing


def test_only_members_propose(full, committee, terms, opening, attacker, dan, refuses):
    full.prepare(dan)
    for account in (attacker, dan):
        with refuses("committee: not a member"):
            committee.propose_award(*terms, sender=account)
        with refuses("committee: not a member"):
            committee.propose_community(*opening, sender=account)


def test_a_term_that_is_over_proposes_nothing(full, committee, terms, opening, ada, refuses):
    full.chain.warp(full.shown(1).until)
    with refuses("committee: term is over"):
        committee.propose_award(*terms, sender=ada)
    with refuses("committee: term is over"):
        committee.propose_community(*opening, sender=ada)


def test_nobody_proposes_in_the_second_in_which_it_is_seated(house, committee, terms, ada, refuses):
    house.seat(ada)
    with refuses("committee: seated too late"):
        committee.propose_award(*terms, sender=ada)
    house.later(1)
    committee.propose_award(*terms, sender=ada)


def test_nothing_goes_to_the_committee_itself(full, committee, ada, refuses):
    with refuses("committee: bad account"):
        committee.propose_award(committee.address, AMOUNT, REASON, sender=ada)
    with refuses("committee: bad account"):
        committee.propose_community(0, committee.address, "x", PROFILE, sender=ada)


def test_an_award_is_proposed_and_signed(full, committee, terms, ben, eve):
    receipt = committee.transact("propose_award", *terms, sender=ben)
    now = full.chain.timestamp
    kind, digest, *rest = committee.action(1)
    assert (receipt.value, kind) == (1, 1)
    assert rest == [now, now + LIFETIME, 0b10, 1, False]
    assert receipt.logs == [
        full.event(
            "AwardProposed",
            action=1,
            proposer=ben,
            beneficiary=eve,
            amount=AMOUNT,
            reason_hash=REASON,
            digest=digest,
            expires_at=now + LIFETIME,
        ),
        full.event("Signed", action=1, member=ben, seat=2),
    ]


def test_a_community_is_proposed_and_signed(full, committee, opening, cyd, eve):
    receipt = committee.transact("propose_community", *opening, sender=cyd)
    now = full.chain.timestamp
    kind, digest, *rest = committee.action(1)
    assert (receipt.value, kind) == (1, 2)
    assert rest == [now, now + LIFETIME, 0b100, 1, False]
    assert receipt.logs == [
        full.event(
            "CommunityProposed",
            action=1,
            proposer=cyd,
            parent=0,
            admin=eve,
            name="hangzhou",
            profile_hash=PROFILE,
            digest=digest,
            expires_at=now + LIFETIME,
        ),
        full.event("Signed", action=1, member=cyd, seat=3),
    ]


def test_no_two_actions_are_mistaken_for_each_other(full, committee, terms, opening, ada):
    """The same terms twice are two actions; anything else has another digest."""
    changes = [terms, (ada, *terms[1:]), (terms[0], 1, REASON), (*terms[:2], PROFILE), terms]
    for each in changes:
        committee.propose_award(*each, sender=ada)
    committee.propose_community(*opening, sender=ada)
    digests = [action[1] for action in committee.actions(1, 50)]
    assert len(set(digests)) == 5
    assert digests[0] == digests[4]


# --- signing


def test_only_actions_that_are_there_are_signed(full, committee, award, ada, refuses):
    for number in (0, 2):
        with refuses("committee: no such action"):
            committee.sign(number, bytes(32), sender=ada)
        with refuses("committee: no such action"):
            committee.withdraw_signature(number, sender=ada)
        with refuses("committee: no such action"):
            committee.execute_award(number, ada, AMOUNT, REASON, sender=ada)


def test_a_member_signs_what_it_means(full, committee, terms, award, ben, refuses):
    with refuses("committee: another action"):
        committee.sign(award, b"\x01" * 32, sender=ben)


def test_only_members_sign(full, committee, terms, ada, attacker, dan, refuses):
    full.prepare(dan)
    award = committee.propose_award(*terms, sender=ada)
    digest = committee.action(award)[1]
    for account in (attacker, dan):
        with refuses("committee: not a member"):
            committee.sign(award, digest, sender=account)


def test_a_member_signs(full, committee, award, cyd):
    receipt = committee.transact("sign", award, committee.action(award)[1], sender=cyd)
    assert receipt.logs == [full.event("Signed", action=award, member=cyd, seat=3)]
    assert committee.action(award)[4:] == (0b101, 2, False)


def test_nobody_signs_twice(full, award, sign, ada, ben, refuses):
    sign(award, ben)
    for account in (ada, ben):
        with refuses("committee: already signed"):
            sign(award, account)


def test_a_term_that_is_over_signs_nothing(full, committee, terms, sign, cyd, ben, refuses):
    full.chain.warp(full.shown(3).until - 1)
    full.stand(cyd)
    full.later(NOTICE)
    committee.take_seat(sender=cyd)
    full.later(1)
    number = committee.propose_award(*terms, sender=cyd)
    with refuses("committee: term is over"):
        sign(number, ben)


def test_who_came_after_the_proposal_does_not_sign(full, committee, award, sign, dan, refuses):
    full.prepare(dan, BOND + 1)  # takes as long as an action lives
    number = committee.propose_award(dan, 1, REASON, sender=full.holders()[0])
    committee.challenge(sender=dan)  # in the same second
    with refuses("committee: seated too late"):
        sign(number, dan)
    full.later(1)
    with refuses("committee: seated too late"):
        sign(number, dan)


def test_an_action_expires_at_its_second(
    full, committee, terms, award, sign, ada, ben, cyd, refuses
):
    full.later(LIFETIME - 1)
    sign(award, ben)
    full.later(1)
    with refuses("committee: action expired"):
        sign(award, cyd)
    with refuses("committee: action expired"):
        committee.withdraw_signature(award, sender=ada)
    with refuses("committee: action expired"):
        committee.execute_award(award, *terms, sender=ada)


def test_a_signature_is_taken_back_and_given_again(full, committee, terms, award, sign, ada, ben):
    sign(award, ben)
    receipt = committee.transact("withdraw_signature", award, sender=ada)
    assert receipt.logs == [full.event("SignatureWithdrawn", action=award, member=ada, seat=1)]
    assert committee.action(award)[4:] == (0b10, 1, False)
    sign(award, ada)
    committee.execute_award(award, *terms, sender=ada)


def test_only_an_own_signature_is_taken_back(full, committee, award, ben, attacker, refuses):
    with refuses("committee: not signed"):
        committee.withdraw_signature(award, sender=ben)
    with refuses("committee: not a member"):
        committee.withdraw_signature(award, sender=attacker)


# --- executing


def test_enough_signatures_award_once(
    full, committee, terms, award, sign, ben, eve, attacker, refuses
):
    sign(award, ben)
    receipt = committee.transact("execute_award", award, *terms, sender=attacker)
    assert receipt.value == 0
    assert receipt.logs[-1] == full.event("Executed", action=award, by=attacker, result=0)
    made = {"index": 0, "amount": AMOUNT, "reason_hash": REASON}
    pool = full.management.address
    made |= {"beneficiary": eve, "awarder": committee.address}
    assert Event(pool, "AwardMade", made) in receipt.logs
    assert full.management.awarded() == AMOUNT
    assert committee.action(award)[6]
    for _ in range(2):
        with refuses("committee: already executed"):
            committee.execute_award(award, *terms, sender=attacker)
    with refuses("committee: already executed"):
        sign(award, full.holders()[2])
    with refuses("committee: already executed"):
        committee.withdraw_signature(award, sender=ben)


def test_enough_signatures_open_a_community_once(
    full, committee, opening, sign, ada, ben, eve, attacker, refuses
):
    number = committee.propose_community(*opening, sender=ada)
    sign(number, ben)
    before = full.registry.community_count()
    receipt = committee.transact("execute_community", number, *opening, sender=attacker)
    community = before + 1
    assert receipt.value == full.registry.community_count() == community
    assert receipt.logs[-1] == full.event("Executed", action=number, by=attacker, result=community)
    assert full.registry.admin_of(community) == eve
    assert full.registry.name_of(community) == "hangzhou"
    with refuses("committee: already executed"):
        committee.execute_community(number, *opening, sender=attacker)


def test_one_signature_too_few(full, committee, terms, award, attacker, refuses):
    with refuses("committee: too few signatures"):
        committee.execute_award(award, *terms, sender=attacker)


def test_nothing_but_what_was_signed_is_executed(
    full, committee, terms, opening, award, sign, ada, ben, refuses
):
    sign(award, ben)
    number = committee.propose_community(*opening, sender=ada)
    sign(number, ben)
    for bad in ((ada, *terms[1:]), (terms[0], AMOUNT + 1, REASON), (*terms[:2], PROFILE)):
        with refuses("committee: another action"):
            committee.execute_award(award, *bad, sender=ben)
    parent, admin, name, profile = opening
    for bad in (
        (1, admin, name, profile),
        (parent, ada, name, profile),
        (parent, admin, "hangzhoU", profile),
        (parent, admin, name, REASON),
    ):
        with refuses("committee: another action"):
            committee.execute_community(number, *bad, sender=ben)
    with refuses("committee: another action"):
        committee.execute_award(number, *terms, sender=ben)
    with refuses("committee: another action"):
        committee.execute_community(award, *opening, sender=ben)


def test_what_the_pool_refuses_stays_open(full, committee, sign, ada, ben, eve, refuses):
    terms = (eve, full.management.unallocated() + 1, REASON)
    number = committee.propose_award(*terms, sender=ada)
    sign(number, ben)
    with refuses("pool: above released"):
        committee.execute_award(number, *terms, sender=ada)
    full.later(10 * 86_400)  # a month later
    committee.execute_award(number, *terms, sender=ada)


def test_without_its_roles_the_committee_does_nothing(
    full, committee, terms, opening, award, sign, governance, ada, ben, refuses
):
    number = committee.propose_community(*opening, sender=ada)
    sign(award, ben)
    sign(number, ben)
    for role in (COMMITTEE_ROLE, SECRETARIAT_ROLE):
        full.authority.revokeRole(role, committee, sender=governance)
    with refuses("pool: not committee or governance"):
        committee.execute_award(award, *terms, sender=ada)
    with refuses("registry: not secretariat"):
        committee.execute_community(number, *opening, sender=ada)


def test_members_alone_have_no_role(full, terms, opening, ada, refuses):
    with refuses("pool: not committee or governance"):
        full.management.award(*terms, sender=ada)
    with refuses("registry: not secretariat"):
        full.registry.create(*opening, sender=ada)


# --- signatures of former members


def leave_by_resigning(house, ada):
    house.committee.resign(sender=ada)


def leave_by_removal(house, ada):
    house.committee.remove(ada, 0, REASON, sender=house.governance)


@pytest.mark.parametrize("leave", [leave_by_resigning, leave_by_removal])
def test_who_left_does_not_count(
    full, committee, terms, award, sign, ada, ben, cyd, refuses, leave
):
    sign(award, ben)
    assert committee.action(award)[5] == 2
    leave(full, ada)
    assert committee.action(award)[4:6] == (0b11, 1)
    with refuses("committee: too few signatures"):
        committee.execute_award(award, *terms, sender=ben)
    sign(award, cyd)
    committee.execute_award(award, *terms, sender=ben)


def test_a_term_that_is_over_does_not_count(full, committee, terms, ada, ben, sign, refuses):
    full.chain.warp(full.shown(1).until - 1)
    number = committee.propose_award(*terms, sender=ada)
    sign(number, ben)
    assert committee.action(number)[5] == 2
    full.later(1)
    assert committee.action(number)[5] == 1
    with refuses("committee: too few signatures"):
        committee.execute_award(number, *terms, sender=ben)


def test_a_successor_does_not_inherit_a_signature(
    full, committee, terms, sign, ben, cyd, dan, refuses
):
    """Cyd signs, dan takes its seat in the same second, then in a later one."""
    full.prepare(dan, BOND + 1)
    number = committee.propose_award(*terms, sender=cyd)
    sign(number, ben)
    assert committee.action(number)[4:6] == (0b110, 2)
    assert committee.challenge(sender=dan) == 3
    for _ in range(2):
        assert committee.action(number)[4:6] == (0b110, 1)
        with refuses("committee: too few signatures"):
            committee.execute_award(number, *terms, sender=dan)
        full.later(1)


def test_who_is_back_has_to_be_asked_again(full, committee, terms, sign, ada, ben, refuses):
    """Ada signs, resigns, and takes the same seat again within the action's time."""
    full.stand(ada)
    full.later(NOTICE)
    committee.resign(sender=ada)
    full.stand(ada)
    full.later(NOTICE)
    committee.take_seat(sender=ada)
    full.later(1)
    full.stand(ada)
    full.later(NOTICE - 10)
    number = committee.propose_award(*terms, sender=ada)
    sign(number, ben)
    full.chain.warp(full.shown(1).until)  # the term is over, and it renews
    assert committee.action(number)[5] == 0
    committee.take_seat(sender=ada)
    assert committee.is_member(ada)
    assert committee.action(number)[4:6] == (0b11, 0)


def test_a_renewal_in_time_keeps_the_signatures(full, committee, terms, sign, ada, ben):
    full.stand(ada)
    full.later(NOTICE)
    number = committee.propose_award(*terms, sender=ada)
    sign(number, ben)
    assert committee.take_seat(sender=ada) == 1
    assert committee.action(number)[5] == 2
    committee.execute_award(number, *terms, sender=ada)


def test_the_threshold_in_force_decides(
    full, committee, terms, award, sign, governance, ben, cyd, refuses
):
    sign(award, ben)
    settings = list(committee.settings())
    settings[1] = 3
    committee.set_settings(settings, sender=governance)
    with refuses("committee: too few signatures"):
        committee.execute_award(award, *terms, sender=ben)
    sign(award, cyd)
    committee.execute_award(award, *terms, sender=ben)


def test_the_only_member_does_nothing_alone(house, committee, terms, ada, refuses):
    """The threshold counts seats, not members."""
    house.seat_all(ada)
    number = committee.propose_award(*terms, sender=ada)
    with refuses("committee: too few signatures"):
        committee.execute_award(number, *terms, sender=ada)


# --- views


def test_actions_are_read_page_by_page(full, committee, terms, ada, ben, refuses):
    for number in range(1, 53):
        assert committee.propose_award(*terms, sender=ada if number % 2 else ben) == number
    assert committee.action_count() == 52
    everything = [committee.action(number) for number in range(1, 53)]
    assert committee.actions(1, 50) == everything[:50]
    assert committee.actions(51, 50) == everything[50:]
    assert committee.actions(52, 0) == []
    with refuses("committee: page too long"):
        committee.actions(1, 51)
    for number in (0, 53):
        with refuses("committee: no such action"):
            committee.actions(number, 1)
        with refuses("committee: no such action"):
            committee.action(number)


def test_signatures_for_others_are_counted(full, committee, ada, dan, refuses):
    now = full.chain.timestamp
    assert [committee.count_valid(bits, now) for bits in (0, 1, 0b111, 2**15 - 1)] == [0, 1, 3, 3]
    assert committee.count_valid(2**256 - 1, now) == 3
    assert committee.count_valid(0b111, full.shown(3).since) == 2
    assert committee.signing_seat(ada, now) == 1
    with refuses("committee: not a member"):
        committee.signing_seat(dan, now)
    with refuses("committee: seated too late"):
        committee.signing_seat(ada, full.shown(1).since)
    full.later(TERM)
    with refuses("committee: term is over"):
        committee.signing_seat(ada, now)
    assert committee.count_valid(0b111, now) == 0
