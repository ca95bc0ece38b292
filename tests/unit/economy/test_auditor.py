"""The auditor: what it may know, what it catches, what that costs.

choice       by public data alone: it does not change when the truth does
budget 0     nothing is caught
perfect      everything inside the window is caught, and its bonus void
window       what is found after it is too late; a longer one never catches less
books        all that is void is void on chain, once
mistakes     false suspicions and wrongly suspected sponsors cost honest people
"""

from collections import Counter
from typing import Any

import pytest

from cos.calendar import DAY
from cos.economy.truth import Kind, Truth
from tests.unit.economy.small import HONEST, NOTHING_HANDED_IN, PERFECT, Lived, live

BLIND = {"detection_chance": 0, "checks_monthly": 8}
RING = {"honest": 0.8, "lazy": 0, "nepotistic": 0, "colluding": 0.2}


class Upside(Truth):
    """Every genuine record is called invented, every other one genuine."""

    def note(self, evidence: bytes, kind: Kind, worth: int) -> None:
        super().note(evidence, Kind.INVENTED if kind is Kind.GENUINE else Kind.GENUINE, 0)


@pytest.fixture(scope="module")
def caught() -> Lived:
    """Much misconduct, an auditor who sees everything at once."""
    return live(audit={**PERFECT, "removal_chance": 0.3, "freezing_days": 1}, months=4)


def test_the_choice_does_not_depend_on_the_truth(monkeypatch: pytest.MonkeyPatch) -> None:
    # A blind auditor finds nothing, so nothing that it does can change what comes after. Leaving
    # members know the truth and are kept from going.
    begun = live(audit=BLIND).economy.auditor.begun
    from cos.economy import people

    monkeypatch.setattr(people.Economy, "__post_init__", _with_other_truth)
    other = live(audit=BLIND)
    assert other.economy.auditor.begun == begun
    assert len(begun) == 2 + 8 + 8  # the first month has batches at its last session only
    assert len(other.result.cases) > 0


def _with_other_truth(economy: Any) -> None:
    from cos.economy.streams import Streams

    economy.streams = Streams(economy.scenario.seed)
    economy.truth = Upside()


def test_without_a_budget_nothing_is_caught() -> None:
    lived = live(audit={**PERFECT, "checks_monthly": 0})
    behaviour = lived.behaviour
    assert int(behaviour["farmed"]["principal"]) > 0
    assert behaviour["caught"]["batches"] == behaviour["too_late"]["batches"] == 0
    assert behaviour["audit"]["checks"] == behaviour["audit"]["findings"] == 0
    assert lived.economy.loop.books.voided_e4 == 0


def test_a_perfect_auditor_catches_everything_inside_the_window(caught: Lived) -> None:
    behaviour = caught.behaviour
    assert behaviour["caught"]["batches"] == behaviour["farmed"]["batches"] > 10
    assert behaviour["missed"]["batches"] == behaviour["too_late"]["batches"] == 0
    assert behaviour["caught"]["manager_bonus_kept"] == "0"
    assert {case["days"] for case in caught.result.cases if case["wrong_records"]} == {1}
    assert behaviour["audit"]["false_suspicions"] == 0


def test_what_is_void_is_void_on_chain_and_counted_once(caught: Lived) -> None:
    loop, cases = caught.economy.loop, caught.economy.auditor.cases
    ledger = loop.world.suite.quota_ledger
    by_month: Counter[str] = Counter()
    for (community, number), case in cases.items():
        parts = ledger.voided_parts(community, number)
        assert (parts & 1 == 1) == case.is_sponsor_void
        if parts & 2:
            assert case.is_manager_void
        elif case.is_manager_void:
            by_month[case.batch.manager, case.batch.month] += case.batch.manager_e4
    # A manager's part that is not void by itself is so by its month.
    assert by_month.keys() <= loop.books.void_months
    voided = caught.behaviour["voided"]
    total = sum(case.sponsor_voided_e4 + case.manager_voided_e4 for case in cases.values())
    assert total == loop.books.voided_e4
    assert sum(map(int, voided.values())) in range(total // 10_000 - 3, total // 10_000 + 1)
    assert caught.behaviour["audit"]["void_months"] > 0
    sums = caught.behaviour
    parts = [sums[name] for name in ("caught", "too_late", "open", "missed")]
    for name in ("batches", "principal", "padded", "invented", "farmed"):
        assert sum(int(part[name]) for part in parts) == int(sums["farmed"][name])


def test_the_points_of_what_was_not_done_are_void(caught: Lived) -> None:
    truth, books = caught.economy.truth, caught.economy.loop.books
    expected: Counter[tuple[int, str]] = Counter()
    for case in caught.economy.auditor.cases.values():
        if case.found_at is not None and case.batch.sponsor_bps:
            for entry in case.batch.entries:
                if truth.of(entry).worth < entry.amount:
                    expected[case.batch.community, entry.contributor] += entry.amount
    assert expected
    assert books.voided_points == expected
    ledger = caught.economy.loop.world.suite.quota_ledger
    for key, points in expected.items():
        assert ledger.voided_points(*key) == points
    assert sum(expected.values()) == int(caught.behaviour["audit"]["points_voided"])


def test_a_finding_freezes_the_community_and_may_cost_the_manager_its_place(
    caught: Lived,
) -> None:
    tally = caught.economy.auditor.tally
    assert tally.freezes > 0
    assert 0 < tally.dismissals <= caught.behaviour["audit"]["findings"]
    kept = live(audit={**PERFECT, "removal_chance": 0})
    assert kept.economy.auditor.tally.dismissals == 0
    assert len(kept.economy.characters) < len(caught.economy.characters)


def test_results_after_the_window_are_too_late() -> None:
    lived = live(audit={**PERFECT, "check_days": [40, 40]}, months=4)
    assert lived.behaviour["caught"]["batches"] == 0
    assert lived.behaviour["too_late"]["batches"] > 0
    assert lived.economy.loop.books.voided_e4 == 0
    assert all(case["days"] is None or case["days"] >= 40 for case in lived.result.cases)


def test_a_longer_window_never_catches_less() -> None:
    audit = {"checks_monthly": 40, "check_days": [5, 45], "detection_chance": 1}
    # Whoever is found goes on: what is farmed is the same, whenever it is found.
    audit |= {"removal_chance": 0, "freezing_days": 1}
    runs = [
        live(days, audit=audit, characters=RING, misconduct={"members": NOTHING_HANDED_IN})
        for days in (2, 14, 30, 60)
    ]
    farmed = {int(run.behaviour["farmed"]["principal"]) for run in runs}
    assert len(farmed) == 1
    caught = [int(run.behaviour["caught"]["principal"]) for run in runs]
    assert caught == sorted(caught)
    assert caught[0] < caught[-1]


def test_a_sponsor_in_it_loses_its_part_once_the_pair_shows() -> None:
    lived = live(audit={**PERFECT, "removal_chance": 0, "freezing_days": 1}, characters=RING)
    ring = [case for case in lived.result.cases if case["sponsor_is_in"]]
    assert any(case["sponsor_voided"] for case in ring)
    first = min(case["month"] for case in ring)
    assert not any(case["sponsor_voided"] for case in ring if case["month"] == first)
    assert lived.behaviour["voided"]["sponsors_in_it"] != "0"


def test_wrong_suspicions_cost_honest_sponsors() -> None:
    lived = live(
        characters=HONEST,
        audit={**PERFECT, "false_alarm_chance": 1, "wrong_suspicion_chance": 1},
        months=2,
    )
    voided = {name: int(amount) for name, amount in lived.behaviour["voided"].items()}
    assert voided["honest_sponsors"] > voided["managers_of_clean_batches"] > 0
    assert voided["sponsors_in_it"] == voided["managers_of_wrong_batches"] == 0
    outcomes = Counter(case["outcome"] for case in lived.result.cases)
    assert outcomes.keys() <= {"false suspicion", "collateral"}
    assert lived.behaviour["audit"]["false_suspicions"] == outcomes["false suspicion"] > 0
    assert all(case["points_voided"] == 0 for case in lived.result.cases)


def test_checks_are_spent_as_the_budget_says() -> None:
    lived = live(audit={**BLIND, "checks_monthly": 7})
    first = lived.economy.auditor.begun[0][0]
    assert lived.behaviour["audit"]["checks"] <= 3 * 7
    batches = {key[1:] for key in lived.economy.auditor.begun}
    assert len(batches) == lived.behaviour["audit"]["checked"] == len(lived.economy.auditor.begun)
    ages = [
        time - lived.economy.auditor.cases[key].batch.timestamp
        for time, *rest in lived.economy.auditor.begun
        for key in [tuple(rest)]
    ]
    assert first > 0
    assert 0 <= min(ages) <= max(ages) <= 120 * DAY
