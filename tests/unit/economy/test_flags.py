"""Each flag rises on the batch that it is about, and stays down on an ordinary one."""

from random import Random

import pytest

from cos.economy.books import Entry
from cos.economy.conduct import Flags
from cos.economy.flags import AT_RANDOM, BY_FLAGS, PublicRecord, choose
from cos.economy.loop import Batch

TERMS = Flags(
    contributors=3,
    amount_share=0.5,
    cap_share=0.8,
    new_months=2,
    price_factor=2,
    pair_share=0.8,
    favourite_share=0.8,
    needed=2,
)
MONTH, SALARY, WORK = 100, 9, 1
PEOPLE = [f"person {number}" for number in range(10)]
SUE, BOB, EVE = "sponsor", "manager", "other manager"


def batch(
    number: int,
    amounts: dict[str, int],
    *,
    month: int = MONTH,
    manager: str = BOB,
    sponsor: str = SUE,
    rule: int = WORK,
    quantity: int = 100,
) -> Batch:
    entries = tuple(Entry(who, rule, quantity, amount, b"e") for who, amount in amounts.items())
    total = sum(amounts.values())
    return Batch(7, number, 1, sponsor, manager, 0, month, total, 2_500, 1_000, entries, None)


@pytest.fixture
def record() -> PublicRecord:
    """A community of ten old members who all got 10 from each of two managers."""
    record = PublicRecord(TERMS, contributor_cap=100, manager_cap=1_000, routine=[SALARY])
    record.joined = {(7, person): MONTH - 10 for person in PEOPLE}
    for number, manager in enumerate((BOB, EVE) * 2):
        sponsor = f"sponsor of {number}"
        amounts = dict.fromkeys(PEOPLE, 10)
        record.add(batch(number + 1, amounts, month=MONTH - 1, manager=manager, sponsor=sponsor))
    return record


def flags(record: PublicRecord, added: Batch) -> tuple[str, ...]:
    record.add(added)
    return record.flags_of(added)


def test_an_ordinary_batch_has_no_flag(record: PublicRecord) -> None:
    assert flags(record, batch(9, dict.fromkeys(PEOPLE, 10))) == ()


def test_few_contributors_are_counted_by_their_shares(record: PublicRecord) -> None:
    assert flags(record, batch(9, dict.fromkeys(PEOPLE[:4], 5))) == ()
    assert flags(record, batch(10, dict.fromkeys(PEOPLE[:3], 5))) == ("few",)
    lopsided = {PEOPLE[0]: 16, **dict.fromkeys(PEOPLE[1:], 1)}
    assert "few" in flags(record, batch(11, lopsided))


def test_outsiders_are_neither_old_members_nor_managers(record: PublicRecord) -> None:
    strangers = {f"stranger {number}": 10 for number in range(5)}
    assert flags(record, batch(9, strangers)) == ("outsiders",)
    newcomers = [f"newcomer {number}" for number in range(5)]
    record.joined |= {(7, person): MONTH - 1 for person in newcomers}
    assert "outsiders" in flags(record, batch(10, dict.fromkeys(newcomers, 10)))
    record.managers |= set(strangers)
    assert flags(record, batch(11, strangers)) == ()


def test_used_up_caps_of_contributors_and_managers(record: PublicRecord) -> None:
    record.add(batch(9, dict.fromkeys(PEOPLE, 50), quantity=500, manager=EVE))
    assert flags(record, batch(10, dict.fromkeys(PEOPLE, 40), quantity=400)) == ("caps",)
    assert "manager" in flags(record, batch(11, dict.fromkeys(PEOPLE, 40), quantity=400))


def test_prices_far_above_the_rule_s_average(record: PublicRecord) -> None:
    assert flags(record, batch(9, dict.fromkeys(PEOPLE, 50), quantity=500)) == ()
    assert "prices" in flags(record, batch(10, dict.fromkeys(PEOPLE[:5], 25)))


def test_favourites_get_nearly_all_from_one_manager(record: PublicRecord) -> None:
    favours = dict.fromkeys(PEOPLE[:4], 20)
    for number in range(8):
        added = batch(9 + number, favours, month=MONTH + number)
        raised = flags(record, added)
    assert "favourites" in raised
    assert "favourites" not in record.flags_of(record.batches[0])


def test_a_pair_shows_in_its_second_month(record: PublicRecord) -> None:
    amounts = dict.fromkeys(PEOPLE, 10)
    assert "pair" not in flags(record, batch(9, amounts))
    assert "pair" not in flags(record, batch(10, amounts))  # the same month
    assert "pair" in flags(record, batch(11, amounts, month=MONTH + 1))
    record.add(batch(12, dict.fromkeys(PEOPLE, 10), manager=EVE, month=MONTH + 1))
    assert "pair" not in record.flags_of(record.batches[-2])


def test_a_finding_stays_with_the_manager(record: PublicRecord) -> None:
    record.findings[BOB] += 1
    assert flags(record, batch(9, dict.fromkeys(PEOPLE, 10))) == ("convicted",)
    assert flags(record, batch(10, dict.fromkeys(PEOPLE, 10), manager=EVE)) == ()


def test_salaries_raise_no_flags(record: PublicRecord) -> None:
    assert flags(record, batch(9, {"secretary": 70}, rule=SALARY)) == ()


def test_the_most_flags_are_chosen_first_then_the_largest_bonus_then_chance(
    record: PublicRecord,
) -> None:
    plain = [
        batch(20 + number, dict.fromkeys(PEOPLE, 1), quantity=10, manager=(BOB, EVE)[number % 2])
        for number in range(10)
    ]
    dear = batch(40, dict.fromkeys(PEOPLE[:2], 25))  # few, prices
    dearer = batch(41, dict.fromkeys(PEOPLE[:2], 26))
    worst = batch(42, {"stranger": 30})  # few, outsiders, prices
    batches = [*plain, dear, dearer, worst]
    for each in batches:
        record.add(each)
    chosen = choose(record, batches, 6, needed=2, random_share=0.5, rng=Random(1))
    assert [choice.batch.number for choice in chosen[:3]] == [42, 41, 40]
    assert [choice.how for choice in chosen] == [BY_FLAGS] * 3 + [AT_RANDOM] * 3
    assert len({choice.batch.key for choice in chosen}) == 6
    few = choose(record, batches, 2, needed=2, random_share=0.5, rng=Random(1))
    assert [choice.how for choice in few] == [BY_FLAGS, AT_RANDOM]
    everything = choose(record, batches, 100, needed=2, random_share=0.25, rng=Random(1))
    assert len(everything) == len(batches)
    assert choose(record, batches, 0, needed=2, random_share=1, rng=Random(1)) == []
