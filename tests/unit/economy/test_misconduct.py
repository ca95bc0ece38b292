"""What people do who are not honest, on the chain.

characters   dealt exactly in the scenario's proportions; successors by chance
honest       nothing granted without work
lazy         what members pad and invent passes, and some months it comes late
nepotistic   friends are paid for nothing out of others' lots
colluding    own quota, own manager, own contributors; as much as the caps allow
"""

from collections import Counter
from pathlib import Path

import polars as pl
import pytest

from cos.economy.cases import CASE_COLUMNS
from cos.economy.conduct import CHARACTERS
from cos.economy.pricing import BASE_UNITS
from cos.economy.truth import Kind
from tests.unit.economy.small import HONEST, NOTHING_HANDED_IN, Lived, begin, live, scenario_with

NO_AUDIT = {"checks_monthly": 0}


def only(character: str) -> dict[str, int]:
    return {each: int(each == character) for each in CHARACTERS}


def kinds(lived: Lived) -> Counter[Kind]:
    """How many granted records of each kind there are."""
    truth = lived.economy.truth
    return Counter(
        truth.of(entry).kind
        for batch in lived.economy.auditor.record.batches
        for entry in batch.entries
    )


def test_an_honest_economy_farms_nothing() -> None:
    lived = live(characters=HONEST, audit={"checks_monthly": 1_000})
    assert kinds(lived).keys() == {Kind.GENUINE}
    assert lived.behaviour["farmed"] == {
        **dict.fromkeys(("principal", "padded", "invented", "farmed"), "0"),
        **dict.fromkeys(("sponsor_bonus", "manager_bonus"), "0"),
        **dict.fromkeys(("sponsor_bonus_kept", "manager_bonus_kept"), "0"),
        "batches": 0,
    }
    assert lived.result.cases == []
    assert set(lived.behaviour["voided"].values()) == {"0"}
    assert lived.behaviour["turned_down"] > 0  # members tried


def test_first_managers_have_the_scenario_s_characters_exactly(tmp_path: Path) -> None:
    shares = {"honest": 0.5, "lazy": 0.25, "nepotistic": 0.125, "colluding": 0.125}
    managers = {"count": {"national": 2, "region": 1, "city": 3}}
    _, economy = begin(scenario_with(characters=shares, managers=managers), tmp_path)
    assert Counter(economy.characters.values()) == {
        "honest": 8,
        "lazy": 4,
        "nepotistic": 2,
        "colluding": 2,
    }


def test_successors_have_characters_too() -> None:
    lived = live(characters=only("lazy"), managers={"replaced_monthly_chance": 0.5}, months=4)
    assert lived.behaviour["managers"]["lazy"] == len(lived.economy.characters) > 15


def test_lazy_managers_pass_what_members_pad_and_invent() -> None:
    lived = live(characters=only("lazy"), audit=NO_AUDIT)
    found = kinds(lived)
    assert found[Kind.PADDED] > 5
    assert found[Kind.INVENTED] > 5
    assert found[Kind.FARMED] == 0
    assert lived.behaviour["turned_down"] == 0
    farmed = lived.behaviour["farmed"]
    assert int(farmed["principal"]) == int(farmed["padded"]) + int(farmed["invented"]) > 0


def test_a_padded_record_is_half_for_work() -> None:
    lived = live(characters=only("lazy"), audit=NO_AUDIT)
    truth = lived.economy.truth
    padded = [
        entry
        for batch in lived.economy.auditor.record.batches
        for entry in batch.entries
        if truth.of(entry).kind is Kind.PADDED
    ]
    assert all(truth.of(entry).worth * 2 == entry.amount for entry in padded)
    assert int(lived.behaviour["farmed"]["padded"]) == sum(each.amount // 2 for each in padded)


def test_lazy_managers_grant_late() -> None:
    slow = live(
        characters=only("lazy"), audit=NO_AUDIT, misconduct={"lazy": {"late_chance": 1}}, months=1
    )
    # Members claim their welcome all the same.
    assert slow.result.summary["records"] == slow.behaviour["drops"]["claims"] > 0
    assert slow.result.summary["waiting"] > 0


def test_nepotistic_managers_pay_friends_out_of_honest_sponsors_lots() -> None:
    lived = live(
        characters=only("nepotistic"),
        audit=NO_AUDIT,
        misconduct={"members": NOTHING_HANDED_IN},
    )
    assert kinds(lived)[Kind.INVENTED] > 10
    assert int(lived.behaviour["farmed"]["invented"]) > 0
    assert not any(case["sponsor_is_in"] for case in lived.result.cases)
    # Five thousand to twenty thousand each, two friends a manager.
    for case in lived.result.cases:
        assert 5_000 <= case["invented"] // BASE_UNITS // case["wrong_records"] <= 20_000


@pytest.fixture(scope="module")
def ring() -> Lived:
    """Some managers collude, and nobody looks."""
    shares = {"honest": 0.8, "lazy": 0, "nepotistic": 0, "colluding": 0.2}
    return live(
        characters=shares,
        audit=NO_AUDIT,
        misconduct={"members": NOTHING_HANDED_IN},
        managers={"allotment": {"city": 200_000}},
    )


def test_colluders_farm_what_the_caps_leave(ring: Lived) -> None:
    caps = ring.economy.scenario.caps
    rings = [
        (community, manager)
        for community in ring.economy.communities
        for manager in community.managers
        if manager.ring
    ]
    assert len(rings) >= 2
    for community, manager in rings:
        spent = ring.economy.loop.books.spent_in(
            community.id,
            ring.economy.loop.world.address(manager.label),
            ring.economy.loop.world.month,
        )
        # Five puppets at the contributor's cap are the manager's cap; honest work comes first.
        assert spent == caps.manager * BASE_UNITS
    puppets = {
        ring.economy.loop.world.address(puppet)
        for _, manager in rings
        for puppet in manager.ring.puppets
    }
    granted = Counter()
    for batch in ring.economy.auditor.record.batches:
        for entry in batch.entries:
            if entry.contributor in puppets:
                granted[entry.contributor, batch.month] += entry.amount
    assert max(granted.values()) == caps.contributor * BASE_UNITS


def test_farmed_coins_are_the_colluders_own_quota_and_earn_both_bonuses(ring: Lived) -> None:
    cases = ring.result.cases
    assert cases
    assert all(case["sponsor_is_in"] and case["character"] == "colluding" for case in cases)
    founders = {
        manager.ring.founder.label
        for community in ring.economy.communities
        for manager in community.managers
        if manager.ring
    }
    assert {case["sponsor"] for case in cases} == founders
    for case in cases:
        assert case["principal"] == case["farmed"] == case["granted"]
        assert case["sponsor_bonus"] == case["principal"] * 2_500 // 10_000
        assert case["manager_bonus"] == case["principal"] * 1_000 // 10_000


def test_nobody_s_honest_work_is_granted_out_of_a_ring_s_lots(ring: Lived) -> None:
    lots = set().union(
        *(
            manager.ring.lots
            for community in ring.economy.communities
            for manager in community.managers
            if manager.ring
        )
    )
    truth = ring.economy.truth
    for batch in ring.economy.auditor.record.batches:
        farmed = {truth.of(entry).kind is Kind.FARMED for entry in batch.entries}
        assert farmed == {batch.lot in lots}


def test_ring_founders_give_to_nobody_else(ring: Lived) -> None:
    founders = {
        ring.economy.loop.world.address(manager.ring.founder.label): manager.ring.lots
        for community in ring.economy.communities
        for manager in community.managers
        if manager.ring
    }
    for number, lot in ring.economy.loop.books.lots.items():
        if lot.sponsor in founders:
            assert number in founders[lot.sponsor]


def test_the_same_seed_gives_the_same_bytes(tmp_path: Path) -> None:
    from cos.economy.command import run
    from tests.unit.economy.small import BUSY

    for name in ("one", "two"):
        run(scenario_file=BUSY, months=2, out=tmp_path / name)
    one, two = ((tmp_path / name / "cases.parquet").read_bytes() for name in ("one", "two"))
    assert one == two
    frame = pl.read_parquet(tmp_path / "one" / "cases.parquet")
    assert frame.columns == list(CASE_COLUMNS)
    assert frame.height > 0
