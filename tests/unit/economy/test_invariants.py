"""Each invariant check fires: on planted bugs in a running economy, and on single wrong numbers."""

from collections import Counter
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
from cos.economy.exchange_book import Desk, Exchange, Pool
from cos.economy.fees_book import App, Fees, Owed
from cos.economy.founders_book import Sale, Seat
from cos.economy.invariants import Invariants
from cos.economy.market_state import Backing, Locked, MarketState, PoolWord
from cos.economy.sale import SaleState
from cos.economy.stake_state import FeesState, Stake, StakingState
from cos.economy.staking_book import WEEK, Exits, Staking
from cos.economy.state import Bucket, Caps, DropState, Standing, State, TreasuryBucket
from cos.economy.sub_token_book import Ask, SubToken, SubTokens
from cos.economy.vesting import Grant, Place, Vested, Vesting, VestingState
from cos.release_curve import ReleaseCurve
from cos.suite import config

BUSY = Path(__file__).parents[2] / "integration" / "busy.toml"
CAP = 1_000_000
GENESIS = 300_000
ANN, BOB, SUE, CAT = "0xA", "0xB", "0xC", "0xD"
DROP = 11
MONTH = 24_240
RATES = Rates(MONTH - 5, 2_500, 1_000)
SALE = SaleState(
    founders=[(SUE, 0, 1, 3_000_000), (CAT, 1, 1, 30_000_000)],
    votes=33_000_000,
    credit=33_000_000,
    custody=60,
    escrowed=0,
    income=5,
)
VESTING = VestingState(
    grants={
        (ANN, 0): Vested(config.Bucket.ANGELS, 480, 100, 90),
        (BOB, 0): Vested(config.Bucket.MANAGEMENT_TEAM, 96, 2, 0),
    },
    custody={0: 20, 2: 0},
    budget_released=ReleaseCurve.start(10_000_000, 24).released(3),
    awarded=96,
)
TIME = 1_577_836_800
EPOCH = TIME // WEEK
STAKING = StakingState(
    total=800,
    total_weight=600 * 210,
    epoch=EPOCH,
    pot=70,
    carry=0,
    stakes={ANN: Stake(600, 0, 600 * (EPOCH - 1), 0), BOB: Stake(0, 200, 0, 0)},
    votes={ANN: 600, BOB: 0, CAT: 200},
    exits={BOB: Exits(0, 20, TIME - 50 + WEEK, 0, 0)},
    past_total=600,
)
FEES = FeesState(
    owed=Owed(0, 0, 23 * 10**8, 9 * 10**8),
    total_owed=32,
    developers_e8={BOB: 9 * 10**8},
    apps=1,
    allowance=0,
)
SUB, EXCHANGE = "0x51", "0x52"
ASK = Ask(CAT, SUB, 10, 1, TIME + 50)
MARKET = MarketState(
    backing={SUB: Backing(90, 10, 180)},
    held={(SUB, ANN): 10, (SUB, EXCHANGE): 60, (SUB, CAT): 10},
    locks={ANN: Locked(180, 180, 600)},
    requests=[ASK],
    desks={SUB: (10**8, 3 * 10**8, 100, 100, 30, 20)},
    pools={SUB: PoolWord(80, 40, 5)},
    shares={(SUB, BOB): 5},
    in_exchange={SUB: 60},
    allowance=0,
    fee_bps=10,
)
CAPS = Caps(1, 0, 1, 1, MONTH, 50, 3)
"""Whole COS, but for what was spent: in base units."""


@pytest.fixture
def books() -> Books:
    """A sponsor's quota of 1,000, of which 400 was donated, 200 allotted, 32 granted and 20 set
    aside for a drop, of which 6 are settled and 4 claimed since, a bonus of half a unit claimed."""
    vesting = Vesting(MONTH - 2, ReleaseCurve.start(10_000_000, 24))
    vesting.was_granted(ANN, Grant(config.Bucket.ANGELS, 480, MONTH - 10, 48))
    vesting.was_awarded(BOB, Grant(config.Bucket.MANAGEMENT_TEAM, 96, MONTH - 1, 48))
    vesting.was_released(Place(ANN, 0), MONTH - 1)
    seats = [Seat(SUE, 0, 1, 3_000_000), Seat(CAT, 1, 1, 30_000_000)]
    sale = Sale(custody=100, seats=seats, paid_out=40, coin="0xE", income=5)
    books = Books([RATES], vesting, sale, staking(), fees(), sub_tokens(), exchange())
    books.quota_was_issued(SUE, 1_000)
    books.funded = 350
    books.was_donated(1, SUE, 7, 400, is_own=False)
    books.was_donated(2, SUE, 7, 50, is_own=True)
    books.was_moved(1, (7, POOL), (7, BOB), 200)
    books.was_granted(1, 7, BOB, [Entry(ANN, 3, 100, 2, b"d")], MONTH - 1)
    books.was_claimed(SUE, [MONTH - 1])
    books.was_granted(1, 7, BOB, [Entry(ANN, 3, 100, 30, b"e")], MONTH)
    books.points_were_voided(7, [Entry(ANN, 3, 100, 2, b"d")])
    books.was_set_aside(DROP, None, 1, 7, BOB, 20, MONTH)
    books.was_drawn(DROP, CAT, 6, MONTH)
    books.was_settled(DROP, MONTH)
    books.was_drawn(DROP, CAT, 4, MONTH)
    return books


def staking() -> Staking:
    """Ann has staked 600 two weeks ago; Bob 220 in this week, takes 20 of it out, and lets Cat vote
    for the others. 70 wait for a week in which as much as one COS is staked."""
    staking = Staking()
    staking.was_staked(ANN, 600, TIME - 2 * WEEK)
    staking.month_has_ended(TIME - WEEK)
    staking.was_staked(BOB, 220, TIME - 100)
    staking.was_delegated(BOB, CAT)
    staking.was_withdrawn(BOB, 20, TIME - 50)
    staking.was_notified(70, TIME - 20)
    return staking


def fees() -> Fees:
    """A fee of 45, two uses of Bob's app at 5; the stakers' 23 were forwarded; 47 are a policy
    dividend."""
    fees = Fees(5_000, 0, 1_000, 1_000)
    fees.apps.append(App(BOB, 5))
    fees.was_paid(45)
    fees.was_used(1, 2)
    fees.was_distributed()
    fees.policy.append((TIME - 20, 47))
    return fees


def sub_tokens() -> SubTokens:
    """Ann has minted 100 units at a face value of 2, put 60 on the exchange, given 25 to Cat, burnt
    5. Cat has redeemed 5 and asks for the right of 10."""
    book = SubTokens()
    book.was_opened(SubToken(SUB, ANN, 2, TIME + 1_000, TIME + 9_000, 100), 0)
    book.was_minted(SUB, ANN, 100)
    book.was_moved(SUB, ANN, EXCHANGE, 60)
    book.was_moved(SUB, ANN, CAT, 25)
    book.was_burnt(SUB, ANN, 5)
    book.paid_by_chain += book.was_redeemed(SUB, CAT, 5)
    book.was_asked(SUB, CAT, 10, TIME - 50)
    return book


def exchange() -> Exchange:
    """A desk with 30 and 20 units, a pool with 80 and 40, all of it Bob's."""
    book = Exchange(fee_bps=10)
    book.desks[SUB] = Desk(10**8, 3 * 10**8, 100, 100, 30, 20)
    book.pools[SUB] = Pool(80, 40, Counter({BOB: 5}))
    book.last[SUB] = (3_200, 5)
    return book


@pytest.fixture
def state() -> State:
    """The chain's state that agrees with these books."""
    return State(
        time=TIME,
        supply=GENESIS,
        supply_cap=CAP,
        circulating=200_000,
        balances={ANN: 32, BOB: 0, SUE: 297_002, CAT: 10},
        contract_balances=balances(),
        treasury_buckets=[TreasuryBucket(CAP, GENESIS, 0)],
        vesting=VESTING,
        sale=SALE,
        staking=STAKING,
        fees=FEES,
        market=MARKET,
        quota_issued=1_000,
        quota_of={SUE: 600},
        locked_quota=948,
        locked_own=50,
        quota_aside=14,
        drops={DROP: DropState(True, False, 10, 4, 1)},
        holdings={(1, 7, POOL): 200, (1, 7, BOB): 148, (2, 7, POOL): 50},
        reserve=350,
        open_quota=948,
        accrued_e4=52 * 3_500,
        highest_bps=3_500,
        buckets={
            (SUE, MONTH): Bucket(90_000, 0, False),
            (BOB, MONTH): Bucket(0, 36_000, False),
            (BOB, MONTH - 1): Bucket(0, 2_000, False),
        },
        carried_e4={SUE: 5_000},
        standings={
            (7, ANN): Standing(32, 2, 1_577_836_800, MONTH, 30, 0),
            (7, CAT): Standing(10, 2, 1_577_836_800, MONTH, 10, 0),
        },
        voided_points={(7, ANN): 2},
        month=MONTH,
        caps={7: CAPS},
        managers_spent={(7, BOB): 50},
        digests={(7, 1): b"\1" * 32, (7, 2): b"\2" * 32, (7, 3): b"\3" * 32},
    )


def balances(**changes: int) -> dict[str, int]:
    return {
        "QuotaLedger": 998,
        "GrantDrops": 10,
        "BonusPool": 350,
        "Treasury": 0,
        "VestingVault": 506,
        "FounderSale": 60,
        "CosStaking": 890,
        "FeeRouter": 32,
        "Exchange": 110,
    } | changes


def vesting_with(place: tuple[str, int], **changes: int) -> VestingState:
    grants = {**VESTING.grants, place: VESTING.grants[place]._replace(**changes)}
    return replace(VESTING, grants=grants)


def stakes_with(account: str, **changes: int) -> StakingState:
    stakes = {**STAKING.stakes, account: STAKING.stakes[account]._replace(**changes)}
    return replace(STAKING, stakes=stakes)


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
        ({"balances": {ANN: 33, BOB: 0, SUE: 297_002, CAT: 10}}, 1),
        ({"supply_cap": GENESIS - 1}, 1),
        ({"treasury_buckets": [TreasuryBucket(GENESIS - 1, GENESIS, 0)]}, 1),
        ({"treasury_buckets": [TreasuryBucket(CAP, GENESIS - 1, 0)]}, 1),
        ({"contract_balances": balances(QuotaLedger=997, VestingVault=507)}, 2),
        ({"contract_balances": balances(QuotaLedger=999, BonusPool=349)}, 2),
        ({"contract_balances": balances(QuotaLedger=999, GrantDrops=9)}, 2),
        ({"treasury_buckets": [TreasuryBucket(CAP, GENESIS - 1, 1)]}, 2),
        ({"quota_issued": 1_001}, 3),
        ({"quota_of": {SUE: 601}}, 3),
        ({"locked_quota": 947}, 3),
        ({"locked_own": 49}, 3),
        ({"quota_aside": 10}, 3),
        ({"drops": {}}, 3),
        ({"drops": {DROP: DropState(True, False, 9, 5, 1)}}, 3),
        ({"drops": {DROP: DropState(True, False, 10, 4, 2)}}, 3),
        ({"drops": {DROP: DropState(True, True, 10, 4, 1)}}, 3),
        ({"drops": {DROP: DropState(False, False, 10, 4, 1)}}, 3),
        ({"holdings": {(1, 7, POOL): 201, (1, 7, BOB): 147, (2, 7, POOL): 50}}, 3),
        ({"holdings": {(1, 7, POOL): 200, (1, 7, BOB): 148}}, 3),
        ({"accrued_e4": 38 * 3_500}, 4),
        ({"reserve": 349}, 4),
        ({"open_quota": 949}, 4),
        ({"highest_bps": 3_600}, 4),
        ({"buckets": {(SUE, MONTH): Bucket(90_000, 0, False)}}, 4),
        ({"carried_e4": {SUE: 4_999}}, 4),
        (
            {
                "buckets": {
                    (SUE, MONTH): Bucket(90_000, 0, False),
                    (BOB, MONTH): Bucket(0, 36_000, False),
                    (BOB, MONTH - 1): Bucket(0, 2_000, True),
                }
            },
            4,
        ),
        ({"standings": {(7, ANN): Standing(32, 3, 0, MONTH, 30, 0)}}, 5),
        ({"standings": {(7, ANN): Standing(31, 2, 0, MONTH, 30, 0)}}, 5),
        ({"voided_points": {(7, ANN): 3}}, 5),
        ({"voided_points": {}}, 5),
        ({"caps": {7: CAPS._replace(batches=4)}}, 5),
        ({"digests": {(7, 1): b"\1" * 32, (7, 2): b"\2" * 32, (7, 3): bytes(32)}}, 5),
        ({"managers_spent": {(7, BOB): 49}}, 7),
        ({"caps": {7: CAPS._replace(month_amount=30)}}, 7),
        ({"caps": {7: CAPS._replace(contributor=0)}}, 7),
        ({"caps": {7: CAPS._replace(manager=0)}}, 7),
        ({"caps": {7: CAPS._replace(carved=1)}}, 7),
        ({"contract_balances": balances(QuotaLedger=999, VestingVault=505)}, 2),
        ({"vesting": replace(VESTING, custody={0: 21, 2: 0})}, 2),
        ({"vesting": vesting_with((ANN, 0), vested=99)}, 10),
        ({"vesting": vesting_with((ANN, 0), released=91)}, 10),
        ({"vesting": vesting_with((ANN, 0), amount=481)}, 10),
        ({"vesting": vesting_with((BOB, 0), bucket=config.Bucket.PARTNERS)}, 10),
        ({"vesting": vesting_with((BOB, 0), released=3)}, 10),
        ({"vesting": replace(VESTING, grants={})}, 10),
        ({"vesting": replace(VESTING, budget_released=VESTING.budget_released + 1)}, 11),
        ({"vesting": replace(VESTING, awarded=95)}, 11),
        ({"vesting": replace(VESTING, budget_released=95)}, 11),
        ({"contract_balances": balances(QuotaLedger=999, FounderSale=59)}, 2),
        ({"sale": replace(SALE, founders=SALE.founders[:1])}, 12),
        ({"sale": replace(SALE, founders=SALE.founders[::-1])}, 12),
        ({"sale": replace(SALE, votes=32_999_999)}, 12),
        ({"sale": replace(SALE, credit=33_000_001)}, 12),
        ({"sale": replace(SALE, custody=59)}, 12),
        ({"sale": replace(SALE, escrowed=1)}, 12),
        ({"sale": replace(SALE, income=4)}, 12),
        ({"contract_balances": balances(QuotaLedger=999, CosStaking=889)}, 2),
        ({"contract_balances": balances(QuotaLedger=999, FeeRouter=31)}, 2),
        ({"staking": replace(STAKING, stakes={ANN: STAKING.stakes[ANN]})}, 13),
        ({"staking": stakes_with(ANN, active=601)}, 13),
        ({"staking": stakes_with(ANN, starts=600 * EPOCH)}, 13),
        ({"staking": stakes_with(BOB, pending=199)}, 13),
        ({"staking": stakes_with(BOB, claimable=1)}, 13),
        ({"staking": replace(STAKING, total_weight=600 * 210 + 1)}, 13),
        ({"staking": replace(STAKING, pot=69)}, 13),
        ({"staking": replace(STAKING, carry=1)}, 13),
        ({"staking": replace(STAKING, exits={BOB: STAKING.exits[BOB]._replace(first=19)})}, 13),
        ({"staking": replace(STAKING, exits={BOB: Exits(0, 20, TIME - 1, 0, 0)})}, 13),
        ({"staking": replace(STAKING, exits={})}, 13),
        ({"staking": replace(STAKING, total=801)}, 14),
        ({"staking": replace(STAKING, votes={ANN: 600, BOB: 200, CAT: 0})}, 14),
        ({"staking": replace(STAKING, votes={ANN: 600, BOB: 0, CAT: 199})}, 14),
        ({"staking": replace(STAKING, past_total=599)}, 14),
        ({"fees": replace(FEES, owed=FEES.owed._replace(center_e8=22 * 10**8))}, 15),
        ({"fees": replace(FEES, total_owed=31)}, 15),
        ({"fees": replace(FEES, developers_e8={BOB: 8 * 10**8})}, 15),
        ({"fees": replace(FEES, apps=2)}, 15),
        ({"fees": replace(FEES, allowance=1)}, 15),
        ({"market": replace(MARKET, backing={})}, 16),
        ({"market": replace(MARKET, backing={SUB: Backing(91, 10, 180)})}, 16),
        ({"market": replace(MARKET, backing={SUB: Backing(90, 9, 180)})}, 16),
        ({"market": replace(MARKET, backing={SUB: Backing(90, 10, 179)})}, 16),
        ({"market": replace(MARKET, held={**MARKET.held, (SUB, CAT): 11})}, 16),
        ({"market": replace(MARKET, locks={ANN: Locked(179, 180, 600)})}, 16),
        ({"market": replace(MARKET, locks={ANN: Locked(180, 601, 600)})}, 16),
        ({"market": replace(MARKET, locks={})}, 16),
        ({"market": replace(MARKET, requests=[])}, 16),
        ({"market": replace(MARKET, requests=[ASK, ASK])}, 16),
        ({"market": replace(MARKET, requests=[ASK._replace(state=6)])}, 16),
        ({"market": replace(MARKET, requests=[ASK._replace(deadline=TIME)])}, 16),
        ({"market": replace(MARKET, desks={SUB: (10**8, 3 * 10**8, 100, 99, 30, 20)})}, 17),
        ({"market": replace(MARKET, pools={SUB: PoolWord(80, 41, 5)})}, 17),
        ({"market": replace(MARKET, pools={SUB: PoolWord(80, 40, 6)})}, 17),
        ({"market": replace(MARKET, shares={(SUB, BOB): 4})}, 17),
        ({"market": replace(MARKET, in_exchange={SUB: 59})}, 17),
        ({"market": replace(MARKET, allowance=1)}, 17),
        ({"market": replace(MARKET, fee_bps=101)}, 17),
        ({"contract_balances": balances(QuotaLedger=999, Exchange=109)}, 17),
        ({"contract_balances": balances(QuotaLedger=997, Exchange=111)}, 17),
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
    invariants.check(replace(state, digests={**state.digests, (7, 1): rb"\9" * 32}), books)
    (violation,) = invariants.violations
    assert violation.startswith("5 at 2020-01-01 00:00:00: digests of past batches (7, 1)")


def _pays_too_much(books: Books) -> None:
    books.staking.paid_by_chain += 1


def _loses_income(books: Books) -> None:
    books.staking.received += 4


def _pays_above_the_limit(books: Books) -> None:
    books.fees.policy.append((TIME - 10, CAP // 100 - 46))


def _pays_a_face_value_twice(books: Books) -> None:
    books.sub_tokens.paid_by_chain += 2


def _takes_a_fee_of_its_own(books: Books) -> None:
    books.exchange.fees_by_chain += 1


def _had_more_for_a_share(books: Books) -> None:
    books.exchange.last[SUB] = (3_201, 5)


def _lost_by_a_trade(books: Books) -> None:
    books.exchange.falls.append("a trade")


@pytest.mark.parametrize(
    ("wrong", "text"),
    [
        (_pays_a_face_value_twice, "16 at 2020-01-01 00:00:00: face values paid by the events"),
        (_takes_a_fee_of_its_own, "17 at 2020-01-01 00:00:00: fees by the events"),
        (_had_more_for_a_share, "17 at 2020-01-01 00:00:00: pools whose k / shares^2 is smaller"),
        (_lost_by_a_trade, "17 at 2020-01-01 00:00:00: trades that made k smaller"),
        (_pays_too_much, "13 at 2020-01-01 00:00:00: dividends by the events"),
        (_loses_income, "13 at 2020-01-01 00:00:00: received - paid - claimable"),
        (_loses_income, "15 at 2020-01-01 00:00:00: forwarded = received by the stakers"),
        (_pays_above_the_limit, "15 at 2020-01-01 00:00:00: policy dividends in 366 days"),
    ],
)
def test_a_wrong_total_of_transactions_is_a_violation(
    state: State, books: Books, wrong: Callable[[Books], None], text: str
) -> None:
    wrong(books)
    assert any(each.startswith(text) for each in check(state, books).violations)


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


def _set_aside_for_free(books: Books, drop: int, *what: Any) -> None:
    Books.was_set_aside(books, drop, *what)
    *_, community, manager, amount, month = what
    books.spent[community, manager][month] -= amount


def _drawn_without_a_record(books: Books, drop: int, contributor: str, *what: int) -> None:
    Books.was_drawn(books, drop, contributor, *what)
    books.standings[books.drops[drop].community, contributor].records -= 1


def _drawn_from_nothing(books: Books, drop: int, *what: Any) -> None:
    Books.was_drawn(books, drop, *what)
    books.drops[drop].left += 1


def _settled_for_the_sponsor_alone(books: Books, drop: int, month: int) -> tuple[int, ...]:
    books.drops[drop].manager_bps = 0
    return Books.was_settled(books, drop, month)


def _put_back_and_kept(books: Books, drop: int, *, is_closed: bool) -> int:
    kept = books.drops[drop].left
    Books.was_put_back(books, drop, is_closed=is_closed)
    books.drops[drop].left = kept
    return kept


@pytest.mark.parametrize(
    ("function", "bug", "number"),
    [
        ("was_set_aside", _set_aside_for_free, "7"),
        ("was_drawn", _drawn_without_a_record, "5"),
        ("was_drawn", _drawn_from_nothing, "3"),
        ("was_settled", _settled_for_the_sponsor_alone, "4"),
        ("was_put_back", _put_back_and_kept, "3"),
    ],
)
def test_a_bug_in_the_account_of_drops_is_found(
    function: str,
    bug: Callable[..., Any],
    number: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    buggy = type("BuggyBooks", (Books,), {function: bug})
    monkeypatch.setattr(run_module, "Books", buggy)
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
