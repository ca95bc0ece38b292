"""constructor: needs every contract
open
|- refused: no text, no member, seated in this second, bad assignee, due now or too late, reward too
|  large, without the COS or its approval
|- a member: a draft with its support; all rewards are pulled, exactly
`- governance: adopted at once; no tasks, no rewards; up to the bounds
adopt
|- refused: no member, seated later, no draft (none, adopted, withdrawn), expired, another digest
|- not enough, then enough; those who left do not count; anew after a lower threshold
withdraw
|- refused: no draft, a stranger before its time
`- the maker at once, anyone to the second; the rewards return; nothing of it goes on
views: page by page, overdue
"""

import pytest

from cos.chain import Revert
from tests.committee_house import BOND, SETTINGS
from tests.contribution_loop import DAY
from tests.models import ZERO_ADDRESS
from tests.models.resolutions import MAX_AHEAD, Task
from tests.unit.resolutions.conftest import (
    DOCUMENT,
    EVIDENCE,
    FUND,
    OTHER_REWARD,
    REASON,
    REWARD,
    TEXT,
)

TOTAL = REWARD + OTHER_REWARD


def test_every_contract_is_needed(house):
    for changed in (1, 2):
        args = [house.authority, house.token, house.committee]
        args[changed] = ZERO_ADDRESS
        with pytest.raises(Revert, match="resolutions: no contract"):
            house.create("Resolutions", *args)


def test_a_new_register_is_empty(house, register):
    assert register.TOKEN() == house.token.address
    assert register.COMMITTEE() == house.committee.address
    assert register.AUTHORITY() == house.authority.address
    counts = (register.resolution_count(), register.item_count(), register.escrowed())
    assert counts == (0, 0, 0)


# --- open


def test_only_members_and_governance_open(house, register, tasks, dan, attacker, refuses):
    house.prepare(dan)
    for account in (attacker, dan):
        with refuses("committee: not a member"):
            register.open(TEXT, DOCUMENT, tasks, sender=account)


def test_a_member_of_this_second_does_not_open(house, register, dan, refuses):
    house.prepare(dan, BOND + 1)
    house.committee.challenge(sender=dan)
    with refuses("committee: seated too late"):
        register.open(TEXT, DOCUMENT, [], sender=dan)


def test_a_resolution_has_a_text(register, ada, refuses):
    with refuses("resolutions: no text"):
        register.open("", DOCUMENT, [], sender=ada)


def test_tasks_have_bounds(house, register, dan, ada, refuses):
    now = house.chain.timestamp
    for account in (ZERO_ADDRESS, house.token.address, register.address):
        with refuses("resolutions: bad assignee"):
            register.open(TEXT, DOCUMENT, [Task(account, now + 1, 0)], sender=ada)
    for task, reason in (
        (Task(dan, now, 0), "due in the past"),
        (Task(dan, now + MAX_AHEAD + 1, 0), "due too late"),
        (Task(dan, now + 1, 2**64), "reward too large"),
    ):
        with refuses(f"resolutions: {reason}"):
            register.open(TEXT, DOCUMENT, [Task(dan, now + 1, 1), task], sender=ada)


def test_rewards_are_paid_in_or_nothing_is_opened(house, register, dan, ada, ben, refuses):
    due_at = house.chain.timestamp + DAY
    with refuses("token: insufficient balance"):
        register.open(TEXT, DOCUMENT, [Task(dan, due_at, FUND + 1)], sender=ada)
    with refuses("token: insufficient allowance"):
        register.open(TEXT, DOCUMENT, [Task(dan, due_at, 1)], sender=ben)


def test_a_member_opens_a_draft(house, register, tasks, event, ada, dan, eve):
    receipt = register.transact("open", TEXT, DOCUMENT, tasks, sender=ada)
    now = house.chain.timestamp
    assert receipt.value == 1
    *found, digest, document = register.resolution(1)
    assert found == [ada, 1, now, 1, 2, 0b1]
    assert document == DOCUMENT
    items = [
        event(
            "ItemAdded",
            item=number,
            resolution=1,
            assignee=task.assignee,
            due_at=task.due_at,
            reward=task.reward,
        )
        for number, task in enumerate(tasks, 1)
    ]
    opened = {"first_item": 1, "rewards": TOTAL, "document_hash": DOCUMENT}
    opened |= {"resolution": 1, "maker": ada, "digest": digest, "text": TEXT}
    assert [log for log in receipt.logs if log.address == register.address] == [
        *items,
        event("Opened", **opened),
        event("Supported", resolution=1, member=ada, seat=1),
    ]
    assert register.items(1, 50) == [(1, *task, 1, 0, 0, 0, bytes(32)) for task in tasks]
    assert house.token.balanceOf(register) == register.escrowed() == TOTAL
    assert house.token.balanceOf(ada) == FUND - TOTAL


def test_governance_adopts_by_opening(house, register, event, tasks, governance):
    receipt = register.transact("open", TEXT, bytes(32), tasks, sender=governance)
    assert event("Adopted", resolution=1) in receipt.logs
    assert register.resolution(1)[1] == 2
    assert register.resolution(1)[5] == 0


def test_to_the_bounds(house, register, governance, dan):
    now = house.chain.timestamp
    tasks = [Task(dan, now + 1 + k * (MAX_AHEAD - 1) // 19, k) for k in range(20)]
    assert register.open("x" * 1_024, DOCUMENT, tasks, sender=governance) == 1
    assert register.item_count() == 20
    assert register.open(TEXT, DOCUMENT, [], sender=governance) == 2
    assert register.resolution(2)[3:5] == (21, 0)
    assert register.escrowed() == sum(range(20))


def test_no_two_resolutions_are_mistaken_for_each_other(house, register, tasks, ada, governance):
    for text, document, given, maker in (
        (TEXT, DOCUMENT, tasks, ada),
        (TEXT + ".", DOCUMENT, tasks, ada),
        (TEXT, REASON, tasks, ada),
        (TEXT, DOCUMENT, tasks[:1], ada),
        (TEXT, DOCUMENT, [tasks[0]._replace(reward=1), tasks[1]], ada),
        (TEXT, DOCUMENT, tasks, governance),
        (TEXT, DOCUMENT, tasks, ada),
    ):
        register.open(text, document, given, sender=maker)
    digests = [each[6] for each in register.resolutions(1, 50)]
    assert len(set(digests)) == 6
    assert digests[0] == digests[6]


# --- adopt


def test_only_members_adopt(house, register, draft, adopt, attacker, refuses):
    with refuses("committee: not a member"):
        adopt(draft, attacker)


def test_a_draft_is_adopted_by_enough(house, register, draft, event, ben, refuses, adopt):
    digest = register.resolution(draft)[6]
    receipt = register.transact("adopt", draft, digest, sender=ben)
    assert receipt.value is True
    assert receipt.logs == [
        event("Supported", resolution=draft, member=ben, seat=2),
        event("Adopted", resolution=draft),
    ]
    assert register.resolution(draft)[1] == 2
    with refuses("resolutions: not a draft"):
        adopt(draft, ben)


def test_a_member_adopts_what_it_means(register, draft, ben, refuses):
    with refuses("resolutions: another resolution"):
        register.adopt(draft, REASON, sender=ben)


def test_no_such_resolution_is_adopted(register, ben, refuses):
    with refuses("committee: seated too late"):
        register.adopt(7, REASON, sender=ben)


def test_the_maker_alone_adopts_nothing(register, draft, adopt, ada):
    for _ in range(2):
        adopt(draft, ada)
        assert register.resolution(draft)[1] == 1


def test_who_left_does_not_count(house, register, draft, adopt, ada, ben, cyd):
    house.committee.resign(sender=ada)
    adopt(draft, ben)
    assert register.resolution(draft)[1:6:4] == (1, 0b11)
    adopt(draft, cyd)
    assert register.resolution(draft)[1] == 2


def test_who_came_later_does_not_adopt(house, register, tasks, adopt, ada, dan, refuses):
    house.prepare(dan, BOND + 1)
    draft = register.open(TEXT, DOCUMENT, tasks, sender=ada)
    house.committee.challenge(sender=dan)
    house.later(1)
    with refuses("committee: seated too late"):
        adopt(draft, dan)


def test_a_draft_expires_to_the_second(house, register, draft, adopt, ben, refuses):
    house.later(14 * DAY)
    with refuses("resolutions: draft expired"):
        adopt(draft, ben)


def test_support_is_counted_anew(house, register, governance, adopt, ada, ben):
    """A threshold of three was lowered after two had supported."""
    house.committee.set_settings(SETTINGS._replace(threshold=3), sender=governance)
    draft = register.open(TEXT, DOCUMENT, [], sender=ada)
    adopt(draft, ben)
    house.committee.set_settings(SETTINGS, sender=governance)
    assert register.resolution(draft)[1] == 1
    adopt(draft, ben)
    assert register.resolution(draft)[1] == 2


# --- withdraw


def test_only_drafts_are_withdrawn(register, live, governance, refuses):
    for number in (0, 1, 2):
        with refuses("resolutions: not a draft"):
            register.withdraw(number, sender=governance)


def test_the_maker_withdraws_and_has_everything_back(
    house, register, draft, event, ada, dan, refuses, adopt
):
    receipt = register.transact("withdraw", draft, sender=ada)
    assert receipt.value == TOTAL
    withdrawn = event("ResolutionWithdrawn", resolution=draft, by=ada, returned=TOTAL)
    assert withdrawn in receipt.logs
    assert (house.token.balanceOf(ada), register.escrowed()) == (FUND, 0)
    assert register.resolution(draft)[1] == 3
    for action in (
        lambda: register.report(1, EVIDENCE, sender=dan),
        lambda: register.decline(1, sender=dan),
        lambda: register.lapse(1, sender=dan),
        lambda: register.vote(1, EVIDENCE, True, sender=ada),
        lambda: register.decide(1, False, REASON, sender=house.governance),
    ):
        with refuses("resolutions: not adopted"):
            action()
    with refuses("resolutions: not a draft"):
        register.withdraw(draft, sender=ada)
    with refuses("resolutions: not a draft"):
        adopt(draft, house.holders()[1])


def test_anyone_ends_an_expired_draft_for_its_maker(house, register, draft, ada, attacker, refuses):
    house.later(14 * DAY - 1)
    with refuses("resolutions: not the maker"):
        register.withdraw(draft, sender=attacker)
    house.later(1)
    register.withdraw(draft, sender=attacker)
    assert house.token.balanceOf(ada) == FUND


def test_a_draft_without_rewards_is_withdrawn(register, ada):
    number = register.open(TEXT, DOCUMENT, [], sender=ada)
    assert register.withdraw(number, sender=ada) == 0


# --- views


def test_everything_is_read_page_by_page(house, register, governance, dan, refuses):
    due_at = house.chain.timestamp + DAY
    for _ in range(51):
        register.open(TEXT, DOCUMENT, [Task(dan, due_at, 1)], sender=governance)
    for one, many in ((register.resolution, register.resolutions), (register.item, register.items)):
        assert many(1, 50) == [one(number) for number in range(1, 51)]
        assert many(51, 50) == [one(51)]
        assert many(51, 0) == []
        for first in (0, 52):
            with refuses("resolutions: no such page"):
                many(first, 1)
        with refuses("resolutions: page too long"):
            many(1, 51)
    for number in (0, 52):
        with refuses("resolutions: no such resolution"):
            register.resolution(number)
        with refuses("resolutions: no such item"):
            register.item(number)
    with refuses("resolutions: no such page"):
        register.overdue(52, 1)
    with refuses("resolutions: page too long"):
        register.overdue(1, 51)


def test_overdue_is_what_nobody_reported_in_time(house, register, governance, tasks, ada, dan):
    """Items 1 and 2 are adopted, 3 and 4 a draft's."""
    for maker in (governance, ada):
        register.open(TEXT, DOCUMENT, tasks, sender=maker)
    house.chain.warp(tasks[0].due_at)
    assert register.overdue(1, 50) == []
    house.later(1)
    assert register.overdue(1, 50) == [1]
    house.later(DAY)
    assert register.overdue(1, 50) == [1, 2]
    assert register.overdue(2, 1) == [2]
    register.report(1, EVIDENCE, sender=dan)
    assert register.overdue(1, 50) == [2]
    register.decide(2, False, REASON, sender=governance)
    assert register.overdue(1, 50) == []
