"""report
|- refused: no such item, of a draft, no assignee, twice, no evidence, closed
`- the assignee, late too
vote
|- refused: no such item, not reported, another report, no member, seated later, own item, closed
|- acceptance by enough members pays the assignee, rejection the maker
`- a vote may be changed; who left does not count; counted anew
decide
|- refused: no governance, no reason, accepting what is not reported, closed
`- accepts, rejects, also what is not reported
decline: the assignee, open or reported; refused for others
lapse: refused before its second; what is open, what is reported
attacks: the reward twice, re-entrancy, a former member's vote, gifts, terms (18, 26, 27, 28)
"""

import pytest

from tests.committee_house import BOND, SETTINGS
from tests.contribution_loop import COS, DAY
from tests.models import INFINITE
from tests.models.resolutions import Task
from tests.unit.resolutions.conftest import (
    DOCUMENT,
    EVIDENCE,
    FUND,
    OTHER_REWARD,
    REASON,
    REWARD,
    TEXT,
)


def closed(event, item, status, recipient, reward, reason=bytes(32)):
    return event(
        "ItemClosed",
        item=item,
        status=status,
        recipient=recipient,
        reward=reward,
        reason_hash=reason,
    )


# --- report


def test_only_items_of_adopted_resolutions_are_reported(register, draft, dan, refuses):
    for number in (0, 1, 9):
        with refuses("resolutions: not adopted"):
            register.report(number, EVIDENCE, sender=dan)


def test_only_the_assignee_reports_once_with_evidence(register, live, dan, eve, ada, refuses):
    for account in (eve, ada):
        with refuses("resolutions: not the assignee"):
            register.report(live, EVIDENCE, sender=account)
    with refuses("resolutions: no evidence"):
        register.report(live, bytes(32), sender=dan)
    register.report(live, EVIDENCE, sender=dan)
    with refuses("resolutions: reported already"):
        register.report(live, REASON, sender=dan)


def test_a_report_is_kept(house, register, live, event, tasks, dan):
    house.chain.warp(tasks[0].due_at + 29 * DAY)  # late
    receipt = register.transact("report", live, EVIDENCE, sender=dan)
    assert receipt.logs == [event("Reported", item=live, assignee=dan, evidence=EVIDENCE)]
    now = house.chain.timestamp
    assert register.item(live) == (1, *tasks[0], 2, now, 0, 0, EVIDENCE)


# --- vote


def test_only_reports_are_voted_on(register, live, ada, refuses):
    with refuses("resolutions: not reported"):
        register.vote(live, EVIDENCE, True, sender=ada)
    with refuses("resolutions: not adopted"):
        register.vote(9, EVIDENCE, True, sender=ada)


def test_only_members_vote_on_what_they_mean(register, reported, dan, ada, governance, refuses):
    for account in (dan, governance):
        with refuses("committee: not a member"):
            register.vote(reported, EVIDENCE, True, sender=account)
    with refuses("resolutions: another report"):
        register.vote(reported, REASON, True, sender=ada)


def test_who_came_after_the_report_does_not_vote(house, register, live, dan, eve, refuses):
    house.prepare(eve, BOND + 1)
    register.report(live, EVIDENCE, sender=dan)
    house.committee.challenge(sender=eve)
    for _ in range(2):
        with refuses("committee: seated too late"):
            register.vote(live, EVIDENCE, True, sender=eve)
        house.later(1)


def test_a_member_does_not_vote_on_its_own_item(house, register, governance, ada, refuses):
    tasks = [Task(ada, house.chain.timestamp + DAY, COS)]
    number = register.open(TEXT, DOCUMENT, tasks, sender=governance)
    item = register.resolution(number)[3]
    register.report(item, EVIDENCE, sender=ada)
    house.later(1)
    with refuses("resolutions: own item"):
        register.vote(item, EVIDENCE, True, sender=ada)


def test_enough_votes_pay_the_assignee(house, register, reported, event, ada, ben, dan):
    receipt = register.transact("vote", reported, EVIDENCE, True, sender=ada)
    assert receipt.value is False
    voted = event("Voted", item=reported, member=ada, seat=1, accepts=True)
    assert receipt.logs == [voted]
    assert house.token.balanceOf(dan) == 0
    receipt = register.transact("vote", reported, EVIDENCE, True, sender=ben)
    assert receipt.value is True
    assert closed(event, reported, 3, dan, REWARD) in receipt.logs
    assert house.token.balanceOf(dan) == REWARD
    assert register.escrowed() == OTHER_REWARD
    assert register.item(reported)[4] == 3


def test_enough_votes_return_it_to_the_maker(
    house, register, reported, event, governance, ada, ben, dan
):
    before = house.token.balanceOf(governance)
    register.vote(reported, EVIDENCE, False, sender=ada)
    receipt = register.transact("vote", reported, EVIDENCE, False, sender=ben)
    assert closed(event, reported, 4, governance, REWARD) in receipt.logs
    assert house.token.balanceOf(governance) == before + REWARD
    assert house.token.balanceOf(dan) == 0
    assert register.escrowed() == OTHER_REWARD


def test_a_vote_may_be_changed(register, reported, ada, ben, cyd):
    register.vote(reported, EVIDENCE, False, sender=ada)
    register.vote(reported, EVIDENCE, True, sender=ben)
    assert register.item(reported)[6:8] == (0b10, 0b1)
    assert register.vote(reported, EVIDENCE, True, sender=ada) is True
    assert register.item(reported)[6:8] == (0b11, 0)


def test_a_vote_of_who_left_does_not_count(house, register, reported, ada, ben, cyd):
    register.vote(reported, EVIDENCE, True, sender=ada)
    house.committee.resign(sender=ada)
    assert register.vote(reported, EVIDENCE, True, sender=ben) is False
    assert register.item(reported)[6] == 0b11
    assert register.vote(reported, EVIDENCE, True, sender=cyd) is True


def test_votes_are_counted_anew(house, register, reported, governance, ada, ben):
    house.committee.set_settings(SETTINGS._replace(threshold=3), sender=governance)
    register.vote(reported, EVIDENCE, True, sender=ada)
    register.vote(reported, EVIDENCE, True, sender=ben)
    house.committee.set_settings(SETTINGS, sender=governance)
    assert register.vote(reported, EVIDENCE, True, sender=ben) is True


# --- decide


def test_only_governance_decides_with_a_reason(register, live, governance, ada, refuses):
    with refuses("resolutions: not governance"):
        register.decide(live, False, REASON, sender=ada)
    with refuses("resolutions: no reason"):
        register.decide(live, False, bytes(32), sender=governance)
    with refuses("resolutions: not reported"):
        register.decide(live, True, REASON, sender=governance)
    with refuses("resolutions: not adopted"):
        register.decide(9, False, REASON, sender=governance)


def test_governance_accepts(house, register, reported, event, governance, dan):
    receipt = register.transact("decide", reported, True, REASON, sender=governance)
    assert closed(event, reported, 3, dan, REWARD, REASON) in receipt.logs
    assert house.token.balanceOf(dan) == REWARD


def test_governance_rejects_what_is_not_reported(house, register, live, event, governance):
    before = house.token.balanceOf(governance)
    receipt = register.transact("decide", live, False, REASON, sender=governance)
    assert closed(event, live, 4, governance, REWARD, REASON) in receipt.logs
    assert house.token.balanceOf(governance) == before + REWARD


# --- decline, lapse


@pytest.mark.parametrize("is_reported", [False, True])
def test_the_assignee_gives_up(
    house, register, live, event, governance, dan, eve, refuses, is_reported
):
    if is_reported:
        register.report(live, EVIDENCE, sender=dan)
    with refuses("resolutions: not the assignee"):
        register.decline(live, sender=eve)
    before = house.token.balanceOf(governance)
    receipt = register.transact("decline", live, sender=dan)
    assert closed(event, live, 5, governance, REWARD) in receipt.logs
    assert house.token.balanceOf(governance) == before + REWARD


def test_what_nobody_reports_lapses_to_the_second(
    house, register, live, event, tasks, governance, attacker, refuses
):
    house.chain.warp(tasks[0].due_at + 30 * DAY - 1)
    with refuses("resolutions: not lapsed yet"):
        register.lapse(live, sender=attacker)
    house.later(1)
    receipt = register.transact("lapse", live, sender=attacker)
    assert closed(event, live, 6, governance, REWARD) in receipt.logs
    assert register.escrowed() == OTHER_REWARD


def test_a_report_that_nobody_decides_lapses_to_the_second(
    house, register, live, tasks, governance, dan, attacker, refuses
):
    house.chain.warp(tasks[0].due_at + 29 * DAY)
    register.report(live, EVIDENCE, sender=dan)
    house.later(90 * DAY - 1)
    with refuses("resolutions: not lapsed yet"):
        register.lapse(live, sender=attacker)
    house.later(1)
    before = house.token.balanceOf(governance)
    register.lapse(live, sender=attacker)
    assert house.token.balanceOf(governance) == before + REWARD


# --- attacks


def test_an_item_that_is_closed_is_closed_for_good(
    house, register, reported, governance, ada, dan, refuses
):
    """No reward is paid twice, by whatever way."""
    register.decide(reported, True, REASON, sender=governance)
    house.later(1_000 * DAY)
    for action in (
        lambda: register.report(reported, EVIDENCE, sender=dan),
        lambda: register.vote(reported, EVIDENCE, True, sender=ada),
        lambda: register.vote(reported, EVIDENCE, False, sender=ada),
        lambda: register.decide(reported, True, REASON, sender=governance),
        lambda: register.decide(reported, False, REASON, sender=governance),
        lambda: register.decline(reported, sender=dan),
        lambda: register.lapse(reported, sender=dan),
    ):
        with refuses("resolutions: item is closed"):
            action()


def test_everything_comes_back_or_goes_out(house, register, governance, ada, dan, eve, adopt):
    """Pitfall 26: after every item's end nothing is left in escrow."""
    due_at = house.chain.timestamp + 30 * DAY
    tasks = [Task(dan, due_at, 10 + k) for k in range(6)]
    number = register.open(TEXT, DOCUMENT, tasks, sender=governance)
    first = register.resolution(number)[3]
    for item in (first, first + 1, first + 5):
        register.report(item, EVIDENCE, sender=dan)
    register.decide(first, True, REASON, sender=governance)
    register.decide(first + 1, False, REASON, sender=governance)
    register.decide(first + 2, False, REASON, sender=governance)
    register.decline(first + 3, sender=dan)
    house.later(200 * DAY)
    register.lapse(first + 4, sender=eve)
    register.lapse(first + 5, sender=eve)
    assert register.escrowed() == house.token.balanceOf(register) == 0
    assert house.token.balanceOf(dan) == 10


def test_coins_sent_to_the_register_are_nobodys(house, register, reported, governance, dan):
    house.token.transfer(register, 10**6 * COS, sender=house.center)
    assert register.escrowed() == REWARD + OTHER_REWARD
    register.decide(reported, True, REASON, sender=governance)
    assert house.token.balanceOf(dan) == REWARD
    assert house.token.balanceOf(register) == OTHER_REWARD + 10**6 * COS


@pytest.mark.parametrize("is_early", [False, True])
@pytest.mark.parametrize("way", ["decide", "decline", "lapse", "vote", "withdraw", "open"])
def test_no_way_in_from_a_payment(house, governance, ada, ben, dan, is_early, way):
    """A coin that calls back while it moves: every way in is locked."""
    coin = house.create("CallingCoin")
    register = house.create("Resolutions", house.authority, coin, house.committee)
    for maker in (governance, ada):
        coin.mint(maker, FUND, sender=governance)
        coin.approve(register, INFINITE, sender=maker)
    due_at = house.chain.timestamp + DAY
    tasks = [Task(dan, due_at, 5), Task(dan, due_at, 7)]
    register.open(TEXT, DOCUMENT, tasks, sender=governance)
    draft = register.open(TEXT, DOCUMENT, tasks[:1], sender=ada)
    register.report(1, EVIDENCE, sender=dan)
    house.later(1)
    register.vote(1, EVIDENCE, True, sender=ada)
    house.later(100 * DAY)
    codec = register.abi.functions["lapse"]
    coin.behave(True, register, codec.encode((2,)), is_early, False, sender=governance)
    actions = {
        "decide": lambda: register.decide(1, True, REASON, sender=governance),
        "decline": lambda: register.decline(1, sender=dan),
        "lapse": lambda: register.lapse(1, sender=dan),
        "vote": lambda: register.vote(1, EVIDENCE, True, sender=ben),
        "withdraw": lambda: register.withdraw(draft, sender=ada),
        "open": lambda: register.open(
            TEXT, DOCUMENT, [Task(dan, house.chain.timestamp + 1, 3)], sender=governance
        ),
    }
    actions[way]()
    assert (coin.calls_made(), coin.calls_refused()) == (1, 1)
    assert register.item(2)[4] == 1
    assert coin.balanceOf(register) == register.escrowed()


def test_all_of_it_after_2106(house, register, governance, ada, ben, cyd, dan):
    for member in (ada, ben, cyd):
        house.committee.resign(sender=member)
    house.chain.warp(2**32 + 10 * DAY)
    for member in (ada, ben, cyd):
        house.stand(member)
    house.later(14 * DAY)
    for member in (ada, ben, cyd):
        house.committee.take_seat(sender=member)
    house.later(1)
    tasks = [Task(dan, house.chain.timestamp + DAY, COS)]
    number = register.open(TEXT, DOCUMENT, tasks, sender=governance)
    item = register.resolution(number)[3]
    register.report(item, EVIDENCE, sender=dan)
    house.later(1)
    register.vote(item, EVIDENCE, True, sender=ada)
    register.vote(item, EVIDENCE, True, sender=ben)
    assert house.token.balanceOf(dan) == COS
