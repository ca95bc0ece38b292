"""Small monthly events: granted in one batch, by the split, to the last unit, inside the rules."""

from collections import defaultdict

import pytest

from cos.economy.merit import COS_PER_HOUR
from cos.economy.pricing import BASE_UNITS
from tests.unit.economy.small import HONEST, Lived, live

SMALL = {"lists": {"above": 6}}


@pytest.fixture(scope="module")
def lived() -> Lived:
    """Nobody does anything but come to events."""
    return live(
        characters=HONEST,
        audit={"checks_monthly": 0},
        members={"contributions_monthly": 0},
        events={
            "communities": 2,
            "participants": [2, 6],
            "merit": [0, 3],
            **SMALL,
        },
        months=4,
    )


def test_an_event_is_one_batch_that_adds_up_to_its_hours(lived: Lived) -> None:
    rules = lived.economy.rules
    effort, merit = rules["give_time"].id, rules["give_merit"].id
    events = [
        batch
        for batch in lived.economy.auditor.record.batches
        if {entry.rule for entry in batch.entries} <= {effort, merit}
    ]
    assert len(events) == lived.behaviour["events"]["held"] == 8
    assert sum(batch.total for batch in events) == int(lived.behaviour["events"]["paid"])
    for batch in events:
        hours, amounts = 0, defaultdict(int)
        for entry in batch.entries:
            amounts[entry.rule] += entry.amount
            if entry.rule == effort:
                assert entry.amount == entry.quantity * COS_PER_HOUR * BASE_UNITS // 100
                hours += entry.quantity
        if merit in amounts:  # a fifth of the hours is paid as effort
            assert amounts[merit] == 4 * amounts[effort]
            assert batch.total == 5 * hours * COS_PER_HOUR * BASE_UNITS // 100
        else:
            assert batch.total == hours * COS_PER_HOUR * BASE_UNITS // 100


def test_events_count_as_work_that_was_paid(lived: Lived) -> None:
    people = [member.experience for member in lived.economy.members]
    assert any(each.paid for each in people)
    # The welcome is paid on top of what the work was worth.
    assert all(each.paid >= each.worth for each in people)
