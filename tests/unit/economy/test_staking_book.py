"""The books of stakes and fees: they say what the contracts' reference models say.

stakes   - any order of actions and times -> the model's positions, exits, votes, remainders
fees     - any order of fees and payouts -> the model's parts
policy   - the most in any 366 days
"""

from fractions import Fraction
from random import Random

import pytest

from cos.economy.fees_book import App, Fees, Owed
from cos.economy.staking_book import FOUR_YEARS, SCALE, WEEK, Position, Staking
from cos.economy.yields import Line, times_a_new_coin
from tests.models import INFINITE
from tests.models.authority import AuthorityModel
from tests.models.clock import Clock
from tests.models.cos_credit import CAP, CosCreditModel
from tests.models.cos_staking import CosStakingModel
from tests.models.fee_router import FeeRouterModel
from tests.models.treasury import TreasuryModel

COS = 10**8
START = 2_600 * WEEK + 12_345
PEOPLE = ("0xA", "0xB", "0xC", "0xD")
ADMIN, STAKING, ROUTER, CENTER = "0xE", "0xF", "0x1", "0x2"


def token() -> CosCreditModel:
    token = CosCreditModel(AuthorityModel(ADMIN), "0x3")
    for person in PEOPLE:
        token.balances[person] = 10**9 * COS
        token.total_supply += token.balances[person]
        token.approve(person, STAKING, INFINITE)
        token.approve(person, ROUTER, INFINITE)
    return token


class Both:
    """Book and model of staking, told the same."""

    def __init__(self) -> None:
        self.clock = Clock(START)
        self.book = Staking()
        self.model = CosStakingModel(token(), STAKING, self.clock)

    def act(self, rng: Random) -> str:
        """One possible action by chance; return its name."""
        book, model, now = self.book, self.model, self.clock.now
        who = rng.choice(PEOPLE)
        units, earned = model.positions[who].units, model.claimable(who)
        kind = rng.choice(
            ["stake", "income", "withdraw", "restake", "claim", "collect", "delegate"]
        )
        if kind == "stake":
            amount = rng.choice([1, COS - 1, rng.randrange(1, 10**6 * COS)])
            model.stake(who, amount)
            book.was_staked(who, amount, now)
        elif kind == "income":
            amount = rng.choice([1, rng.randrange(1, 10**5 * COS)])
            model.notify(who, amount)
            book.was_notified(amount, now)
        elif kind == "withdraw" and units:
            amount = rng.choice([1, units, rng.randint(1, units)])
            due_at = model.withdraw(who, amount)
            book.was_withdrawn(who, amount, now)
            assert book.tickets[who][-1][1] == due_at
        elif kind == "restake" and earned:
            assert book.was_restaked(who, now) == model.restake(who)
        elif kind == "claim" and earned:
            assert book.was_claimed(who, now) == model.claim(who)
        elif kind == "collect" and model.exits(who).due:
            assert book.was_paid_out(who, now) == model.pay_exit(who, who)
        elif kind == "delegate" and units:
            to = rng.choice(PEOPLE)
            model.delegate(who, to)
            book.was_delegated(who, to)
        else:
            return "nothing"
        return kind

    def compare(self) -> None:
        book, model = self.book, self.model
        book.pass_to(self.clock.now)
        model.advance()
        assert (book.pot, book.carry, book.received) == (model.pot, model.carry, model.received)
        for who, position in book.positions.items():
            found = model.positions[who]
            assert (position.active, position.pending) == (found.active, found.pending)
            assert (position.starts, position.claimable) == (found.starts, found.earned)
            assert position.paid == found.paid
            assert book.exits(who, self.clock.now) == model.exits(who)
        assert book.votes() == {who: model.votes.votes(who) for who in book.votes()}
        assert book.total == model.votes.total_votes()
        off = book.received - book.pot - book.paid - book.claimable
        assert 0 <= off < len(book.positions) + 1 + Fraction(book.settlements, 2**22)


@pytest.mark.parametrize("seed", range(8))
def test_the_book_of_stakes_is_the_model(seed: int) -> None:
    rng, both = Random(seed), Both()
    done = set()
    for _ in range(300):
        both.clock.now += rng.choice([0, 1, 3_600, WEEK // 3, WEEK, 5 * WEEK])
        done.add(both.act(rng))
        both.compare()
    assert len(done) == 8
    assert len(both.book.shares) > 20


@pytest.mark.parametrize("seed", range(4))
def test_the_book_of_fees_is_the_model(seed: int) -> None:
    rng, clock = Random(seed), Clock(START)
    treasury = TreasuryModel(token(), "0x4", [CAP // 8] * 8)
    treasury.token.minter = treasury.address
    staking = CosStakingModel(treasury.token, STAKING, clock)
    shares = (rng.randint(2_000, 10_000), rng.randint(0, 3_000), rng.choice([0, 1, 50]))
    model = FeeRouterModel(treasury, ROUTER, clock, staking, CENTER, *shares)
    book = Fees(shares[0], 0, *shares[1:])
    for number, person in enumerate(PEOPLE[:2]):
        fee = rng.randint(1, 10**6)
        model.register_app(person, fee, b"\1" * 32)
        book.apps.append(App(person, fee))
        if number:
            model.apps[number].is_official = True
            book.apps[number] = book.apps[number]._replace(is_official=True)
    forwarded = 0
    for _ in range(200):
        who, kind = rng.choice(PEOPLE), rng.randrange(5)
        if kind == 0:
            amount = rng.randrange(1, 40 * COS)
            model.pay_fee(who, amount)
            forwarded += book.was_paid(amount)
        elif kind == 1:
            number, times = rng.randint(1, 2), rng.randint(1, 10_000)
            model.use_app(who, number, times, CAP, b"")
            forwarded += book.was_used(number, times)
        elif kind == 2 and model.owed().stakers_e8 >= 10**8:
            forwarded += model.distribute(who)
            book.was_distributed()
        elif kind == 3 and model.owed_to(who) >= 10**8:
            assert model.withdraw(who, who) == book.was_withdrawn(who)
        elif kind == 4 and model.owed().center_e8 >= 10**8:
            assert model.withdraw_center(who) == book.center_was_paid()
        assert book.owed() == Owed(*model.owed())
        assert {who: book.owed_to(who) for who in PEOPLE} == {
            who: model.owed_to(who) for who in PEOPLE
        }
    assert forwarded == book.forwarded == staking.received > 0


def test_the_most_policy_dividends_of_any_366_days_are_found() -> None:
    day = 86_400
    fees = Fees(policy=[(0, 5), (100 * day, 7), (366 * day, 20), (465 * day, 1), (467 * day, 2)])
    assert fees.most_dividends() == 20 + 7 + 1  # the first is over, the last comes a day too late
    assert Fees().most_dividends() == 0


def test_a_third_exit_joins_the_second() -> None:
    staking = Staking()
    staking.was_staked("0xA", 100, 0)
    for amount, day in ((1, 0), (2, 1), (4, 2)):
        staking.was_withdrawn("0xA", amount, day * 86_400)
    assert staking.exits("0xA", 3 * 86_400) == (0, 1, WEEK, 6, WEEK + 2 * 86_400)
    assert staking.exits("0xA", WEEK) == (1, 6, WEEK + 2 * 86_400, 0, 0)
    assert staking.leaving == 7


def test_weights_are_three_times_a_new_coin_s_after_four_years() -> None:
    new, old = Position(active=5, starts=5 * 400), Position(active=5, starts=5 * (400 - FOUR_YEARS))
    assert old.weight(400) == 3 * new.weight(400) == 5 * 624
    assert (times_a_new_coin(0), times_a_new_coin(FOUR_YEARS)) == (1, 3)
    assert old.age(400) == FOUR_YEARS


def test_the_line_of_yields_is_the_sum_over_the_epochs() -> None:
    shares = {400: 2**70, 403: 3 * 2**69, 451: 2**66 + 1}
    moment = sum(share * (epoch - 400) for epoch, share in shares.items())
    line = Line(400, sum(shares.values()), moment)
    position = Position(active=7 * COS, starts=7 * COS * 300)
    earned = sum(share * position.weight(epoch) for epoch, share in shares.items())
    assert line.analytic(position.active, position.starts) == earned // SCALE
    assert line.earned(100) == pytest.approx(earned / SCALE / position.active)
    multiple = line.multiple(earned // SCALE, position.active)
    assert multiple == pytest.approx(times_a_new_coin(line.mean_age(100)))
