"""The books' own arithmetic, by hand."""

import pytest

from cos.economy.books import POOL, Books, Entry, Rates
from cos.economy.vesting import Vesting
from cos.release_curve import ReleaseCurve

ANN, BOB, SUE = "0xA", "0xB", "0xC"
RATES = [Rates(100, 2_500, 1_000), Rates(112, 2_200, 900)]


@pytest.fixture
def books() -> Books:
    books = Books(RATES, Vesting(100, ReleaseCurve.start(1_000, 24)))
    books.quota_was_issued(SUE, 1_000)
    books.was_donated(1, SUE, 7, 400, is_own=False)
    return books


def entry(amount: int) -> Entry:
    return Entry(ANN, 3, 100, amount, b"e")


def test_rates_are_those_of_the_running_step(books: Books) -> None:
    assert [books.rates(month).sponsor_bps for month in (100, 111, 112, 500)] == [
        2_500,
        2_500,
        2_200,
        2_200,
    ]


def test_a_move_takes_here_and_puts_there(books: Books) -> None:
    books.was_moved(1, (7, POOL), (8, POOL), 150)
    books.was_moved(1, (8, POOL), (8, BOB), 150)
    assert sorted(books.all_holdings()) == [(1, 7, POOL, 250), (1, 8, BOB, 150)]
    assert books.held(8, POOL) == 0


def test_four_grants_of_one_earn_what_one_of_four_earns(books: Books) -> None:
    books.was_moved(1, (7, POOL), (7, BOB), 8)
    for _ in range(4):
        books.was_granted(1, 7, BOB, [entry(1)], 100)
    split = books.bonuses[SUE, 100].sponsor_e4
    books.was_granted(1, 7, BOB, [entry(4)], 101)
    assert books.bonuses[SUE, 101].sponsor_e4 == split == 10_000


def test_a_claim_pays_whole_units_and_carries_the_rest(books: Books) -> None:
    books.was_moved(1, (7, POOL), (7, BOB), 10)
    books.was_granted(1, 7, BOB, [entry(7)], 100)  # 1.75 for the sponsor
    books.was_granted(1, 7, BOB, [entry(3)], 101)  # 0.75 more
    assert books.was_claimed(SUE, [100]) == 1
    assert books.carried_e4[SUE] == 7_500
    assert books.was_claimed(SUE, [101]) == 1
    assert books.carried_e4[SUE] == 5_000
    assert books.unpaid_e4 == 5_000 + 10 * 1_000  # the manager's is unclaimed


@pytest.mark.parametrize(("is_manager", "sponsor", "manager"), [(True, 25, 0), (False, 0, 10)])
def test_voiding_takes_one_part_only(
    books: Books, is_manager: bool, sponsor: int, manager: int
) -> None:
    books.was_moved(1, (7, POOL), (7, BOB), 10)
    books.was_granted(1, 7, BOB, [entry(10)], 100)
    amount_e4 = 10_000 if is_manager else 25_000
    books.bonus_was_voided(BOB if is_manager else SUE, 100, amount_e4, is_manager=is_manager)
    assert books.unpaid_e4 == (sponsor + manager) * 1_000
    assert books.bonuses[SUE, 100].sponsor_e4 == sponsor * 1_000
    assert books.bonuses[BOB, 100].manager_e4 == manager * 1_000
    assert books.voided_e4 == amount_e4


def test_a_void_month_takes_what_was_earned_and_what_would_be(books: Books) -> None:
    books.was_moved(1, (7, POOL), (7, BOB), 20)
    books.was_granted(1, 7, BOB, [entry(10)], 100)
    books.month_was_voided(BOB, 100)
    assert (books.voided_e4, books.unpaid_e4) == (10_000, 25_000)
    books.was_granted(1, 7, BOB, [entry(4)], 100)
    assert books.bonuses[BOB, 100].manager_e4 == 0
    assert books.bonuses[SUE, 100].sponsor_e4 == 14 * 2_500
    books.was_granted(1, 7, BOB, [entry(6)], 101)
    assert books.bonuses[BOB, 101].manager_e4 == 6_000
    assert books.buckets().keys() == books.bonuses.keys()


def test_own_coins_earn_neither_points_nor_bonus_and_return_as_coins(books: Books) -> None:
    books.was_donated(2, SUE, 7, 50, is_own=True)
    books.was_moved(2, (7, POOL), (7, BOB), 20)
    books.was_granted(2, 7, BOB, [entry(5)], 100)
    assert books.standings[7, ANN].points == 0
    assert books.standings[7, ANN].records == 1
    assert books.sponsor_e4 == 0
    assert books.was_returned(2, 7, [BOB]) == 45
    assert books.locked_own == 0
    assert books.quota[SUE] == 600


@pytest.fixture
def with_drop(books: Books) -> Books:
    """A drop of 20 out of quota, published in month 100."""
    books.was_moved(1, (7, POOL), (7, BOB), 50)
    books.was_set_aside(11, None, 1, 7, BOB, 20, 100)
    return books


def test_a_drop_counts_against_the_caps_when_it_is_published(with_drop: Books) -> None:
    assert with_drop.held(7, BOB) == 30
    assert with_drop.spent_in(7, BOB, 100) == with_drop.spent_in(7, POOL, 100) == 20
    with_drop.was_drawn(11, ANN, 5, 101)
    assert with_drop.spent_in(7, BOB, 101) == 0
    assert with_drop.granted_in(7, ANN, 101) == with_drop.granted[101] == 5
    assert with_drop.locked_quota == 980


def test_a_drop_s_bonus_is_set_aside_then_earned_as_claims_are_settled(with_drop: Books) -> None:
    assert (with_drop.unpaid_e4, with_drop.accrued_e4) == (0, 20 * 3_500)
    with_drop.was_drawn(11, ANN, 5, 100)
    with_drop.was_drawn(11, ANN, 3, 112)
    assert (with_drop.unpaid_e4, with_drop.accrued_e4) == (0, 20 * 3_500)
    assert with_drop.quota_aside == 20
    # At the rates of the publication, in the month of the settlement.
    assert with_drop.was_settled(11, 112) == (8, 2_500, 1_000)
    assert with_drop.bonuses[SUE, 112].sponsor_e4 == 20_000
    assert with_drop.bonuses[BOB, 112].manager_e4 == 8_000
    assert (with_drop.unpaid_e4, with_drop.accrued_e4) == (8 * 3_500, 20 * 3_500)
    assert with_drop.quota_aside == with_drop.in_drops(is_own=False) == 12
    assert with_drop.batches[7] == 1


def test_a_settlement_in_a_void_month_earns_the_manager_nothing(with_drop: Books) -> None:
    with_drop.month_was_voided(BOB, 101)
    with_drop.was_drawn(11, ANN, 8, 101)
    assert with_drop.was_settled(11, 101) == (8, 2_500, 0)
    assert with_drop.accrued_e4 == 8 * 2_500 + 12 * 3_500
    assert with_drop.voided_e4 == 0


def test_a_drop_of_a_void_month_earns_its_manager_nothing_ever(books: Books) -> None:
    books.was_moved(1, (7, POOL), (7, BOB), 50)
    books.month_was_voided(BOB, 100)
    books.was_set_aside(11, None, 1, 7, BOB, 20, 100)
    books.was_drawn(11, ANN, 8, 101)
    assert books.was_settled(11, 101) == (8, 2_500, 0)


@pytest.mark.parametrize(("is_closed", "pool", "undonated"), [(False, 362, 600), (True, 350, 612)])
def test_what_nobody_claims_goes_to_the_pool_or_home(
    with_drop: Books, is_closed: bool, pool: int, undonated: int
) -> None:
    with_drop.was_drawn(11, ANN, 8, 100)
    assert with_drop.was_put_back(11, is_closed=is_closed) == 12
    assert with_drop.held(7, POOL) == pool
    assert with_drop.undonated == undonated
    assert with_drop.accrued_e4 == 8 * 3_500
    assert with_drop.locked_quota == 992


@pytest.mark.parametrize(("is_closed", "locked"), [(False, 45), (True, 30)])
def test_a_drop_of_own_coins_earns_nothing_and_returns_as_coins(
    books: Books, is_closed: bool, locked: int
) -> None:
    books.was_donated(2, SUE, 7, 50, is_own=True)
    books.was_moved(2, (7, POOL), (7, BOB), 20)
    books.was_set_aside(11, None, 2, 7, BOB, 20, 100)
    assert (books.locked_own, books.in_drops(is_own=True), books.quota_aside) == (30, 20, 0)
    books.was_drawn(11, ANN, 5, 100)
    assert books.was_settled(11, 100) == (5, 0, 0)
    assert (books.standings[7, ANN].points, books.accrued_e4) == (0, 0)
    books.was_put_back(11, is_closed=is_closed)
    assert books.locked_own == locked


def test_a_returned_lot_is_undonated_quota_again(books: Books) -> None:
    books.was_moved(1, (7, POOL), (7, BOB), 100)
    assert books.was_returned(1, 7, [BOB]) == 400
    assert books.undonated == books.locked_quota == 1_000


def test_a_contributor_s_month_begins_at_zero(books: Books) -> None:
    books.was_moved(1, (7, POOL), (7, BOB), 30)
    books.was_granted(1, 7, BOB, [entry(10), entry(5)], 100)
    assert books.granted_in(7, ANN, 100) == 15
    assert books.granted_in(7, ANN, 101) == 0
    books.was_granted(1, 7, BOB, [entry(3)], 101)
    assert books.granted_in(7, ANN, 101) == 3
    assert books.spent_in(7, BOB, 100) == books.spent_in(7, POOL, 100) == 15
