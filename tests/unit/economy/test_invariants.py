"""Each invariant check fires: on planted bugs in a running economy, and on single wrong numbers."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from cos.calendar import month_of
from cos.economy import run as run_module
from cos.economy.books import POOL, Books, Entry, Rates
from cos.economy.command import run
from cos.economy.invariants import Invariants
from cos.economy.state import Bucket, Standing, State, TreasuryBucket

BUSY = Path(__file__).parents[2] / "integration" / "busy.toml"
CAP = 1_000_000
GENESIS = 300_000
ANN, BOB, SUE = "0xA", "0xB", "0xC"
MONTH = 24_240
RATES = Rates(MONTH - 5, 2_500, 1_000)


@pytest.fixture
def books() -> Books:
    """A sponsor's quota of 1,000, of which 400 was donated, 200 allotted, 32 granted, a bonus of
    half a unit claimed."""
    books = Books([RATES])
    books.quota_was_issued(SUE, 1_000)
    books.funded = 350
    books.was_donated(1, SUE, 7, 400, is_own=False)
    books.was_donated(2, SUE, 7, 50, is_own=True)
    books.was_moved(1, (7, POOL), (7, BOB), 200)
    books.was_granted(1, 7, BOB, [Entry(ANN, 3, 100, 2, b"d")], MONTH - 1)
    books.was_claimed(SUE, [MONTH - 1])
    books.was_granted(1, 7, BOB, [Entry(ANN, 3, 100, 30, b"e")], MONTH)
    books.points_were_voided(7, [Entry(ANN, 3, 100, 2, b"d")])
    return books


@pytest.fixture
def state() -> State:
    """The chain's state that agrees with these books."""
    return State(
        time=1_577_836_800,
        supply=GENESIS,
        supply_cap=CAP,
        circulating=200_000,
        balances={ANN: 32, BOB: 0, SUE: 298_600},
        contract_balances={"QuotaLedger": 1_018, "BonusPool": 350, "Treasury": 0},
        treasury_buckets=[TreasuryBucket(CAP, GENESIS, 0)],
        quota_issued=1_000,
        quota_of={SUE: 600},
        locked_quota=968,
        locked_own=50,
        holdings={(1, 7, POOL): 200, (1, 7, BOB): 168, (2, 7, POOL): 50},
        reserve=350,
        open_quota=968,
        accrued_e4=32 * 3_500,
        highest_bps=3_500,
        buckets={
            (SUE, MONTH): Bucket(75_000, 0, False),
            (BOB, MONTH): Bucket(0, 30_000, False),
            (BOB, MONTH - 1): Bucket(0, 2_000, False),
        },
        carried_e4={SUE: 5_000},
        standings={(7, ANN): Standing(32, 2, 1_577_836_800, MONTH, 30, 0)},
        voided_points={(7, ANN): 2},
        batches={7: 2},
        digests={(7, 1): b"\1" * 32, (7, 2): b"\2" * 32},
    )


def check(state: State, books: Books) -> Invariants:
    invariants = Invariants(genesis_supply=GENESIS)
    invariants.check(state, books)
    return invariants


def test_a_state_that_agrees_with_the_books_passes(state: State, books: Books) -> None:
    invariants = check(state, books)
    assert invariants.violations == []
    assert invariants.violated == 0
    assert invariants.checked > 20


@pytest.mark.parametrize(
    ("change", "number"),
    [
        ({"balances": {ANN: 33, BOB: 0, SUE: 298_600}}, 1),
        ({"supply_cap": GENESIS - 1}, 1),
        ({"treasury_buckets": [TreasuryBucket(GENESIS - 1, GENESIS, 0)]}, 1),
        ({"treasury_buckets": [TreasuryBucket(CAP, GENESIS - 1, 0)]}, 1),
        ({"contract_balances": {"QuotaLedger": 1_017, "BonusPool": 351, "Treasury": 0}}, 2),
        ({"contract_balances": {"QuotaLedger": 1_019, "BonusPool": 349, "Treasury": 0}}, 2),
        ({"treasury_buckets": [TreasuryBucket(CAP, GENESIS - 1, 1)]}, 2),
        ({"quota_issued": 1_001}, 3),
        ({"quota_of": {SUE: 601}}, 3),
        ({"locked_quota": 967}, 3),
        ({"locked_own": 49}, 3),
        ({"holdings": {(1, 7, POOL): 201, (1, 7, BOB): 167, (2, 7, POOL): 50}}, 3),
        ({"holdings": {(1, 7, POOL): 200, (1, 7, BOB): 168}}, 3),
        ({"accrued_e4": 32 * 3_500 - 1}, 4),
        ({"reserve": 349}, 4),
        ({"open_quota": 969}, 4),
        ({"highest_bps": 3_600}, 4),
        ({"buckets": {(SUE, MONTH): Bucket(75_000, 0, False)}}, 4),
        ({"carried_e4": {SUE: 4_999}}, 4),
        (
            {
                "buckets": {
                    (SUE, MONTH): Bucket(75_000, 0, False),
                    (BOB, MONTH): Bucket(0, 30_000, False),
                    (BOB, MONTH - 1): Bucket(0, 2_000, True),
                }
            },
            4,
        ),
        ({"standings": {(7, ANN): Standing(32, 3, 0, MONTH, 30, 0)}}, 5),
        ({"standings": {(7, ANN): Standing(31, 2, 0, MONTH, 30, 0)}}, 5),
        ({"voided_points": {(7, ANN): 3}}, 5),
        ({"voided_points": {}}, 5),
        ({"batches": {7: 3}}, 5),
        ({"digests": {(7, 1): b"\1" * 32, (7, 2): bytes(32)}}, 5),
    ],
)
def test_a_wrong_number_is_a_violation_that_cites_it(
    state: State, books: Books, change: dict[str, Any], number: int
) -> None:
    invariants = check(replace(state, **change), books)
    assert invariants.violated > 0
    assert any(
        each.startswith(f"{number} at 2020-01-01 00:00:00: ") for each in invariants.violations
    ), invariants.violations
    assert all(" against " in each for each in invariants.violations)


def test_a_past_record_that_changes_is_a_violation(state: State, books: Books) -> None:
    invariants = check(state, books)
    invariants.check(replace(state, digests={(7, 1): b"\3" * 32, (7, 2): b"\2" * 32}), books)
    (violation,) = invariants.violations
    assert violation.startswith("5 at 2020-01-01 00:00:00: digests of past batches (7, 1)")


def test_a_genesis_other_than_30_percent_is_a_violation(state: State, books: Books) -> None:
    invariants = Invariants(genesis_supply=GENESIS + 1)
    invariants.check(state, books)
    assert [each[0] for each in invariants.violations] == ["1"]


def test_only_the_first_hundred_violations_are_listed_but_all_are_counted(
    state: State, books: Books
) -> None:
    invariants = Invariants(genesis_supply=GENESIS)
    for _ in range(200):
        invariants.check(replace(state, supply=GENESIS - 1), books)
    assert len(invariants.violations) == 100
    assert invariants.violated >= 200


@pytest.mark.parametrize(("error", "violated"), [(0, 0), (1, 3)])
def test_a_month_other_than_python_s_is_a_violation(error: int, violated: int) -> None:
    utc8 = 8 * 3_600
    pool = SimpleNamespace(month_of=lambda time: month_of(time, utc8) + error)
    world = SimpleNamespace(
        month=month_of(1_577_836_800, utc8),
        offset_seconds=utc8,
        chain=SimpleNamespace(timestamp=1_577_836_800),
        suite=SimpleNamespace(
            bonus_pool=pool, rule_book=SimpleNamespace(current_month=lambda: 24_240)
        ),
    )
    invariants = Invariants(genesis_supply=GENESIS)
    invariants.check_months(world)
    assert (invariants.checked, invariants.violated) == (4, violated)


def _forgets_a_unit(books: Books) -> None:
    books.quota_issued += 1


def _rounds_bonuses(books: Books) -> None:
    books.sponsor_e4 -= books.sponsor_e4 % 10_000 + 1


def _loses_a_record(books: Books) -> None:
    books.records -= 1


@pytest.mark.parametrize(
    ("void", "number"), [("bonus_was_voided", "4"), ("points_were_voided", "5")]
)
def test_a_void_that_is_not_booked_is_found(
    void: str, number: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Books, void, lambda *args, **how: 0)
    result = run(scenario_file=BUSY, months=3, out=tmp_path / "out")
    assert number in {each[0] for each in result.summary["invariants"]["violations"]}


@pytest.mark.parametrize(
    ("bug", "number"), [(_forgets_a_unit, "3"), (_rounds_bonuses, "4"), (_loses_a_record, "5")]
)
def test_a_bug_planted_in_a_running_economy_is_found(
    bug: Callable[[Books], None], number: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class BuggyBooks(Books):
        def was_granted(self, *args: Any) -> int:
            total = super().was_granted(*args)
            bug(self)
            return total

    monkeypatch.setattr(run_module, "Books", BuggyBooks)
    result = run(scenario_file=BUSY, months=1, out=tmp_path / "out")
    invariants = result.summary["invariants"]
    assert invariants["violated"] > 0
    assert number in {each[0] for each in invariants["violations"]}
