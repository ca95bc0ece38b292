"""The books of sub-tokens and their exchange: they say what the contracts' reference models say.

sub-tokens  - any order of actions and times -> the model's units, collateral, requests, stakes
exchange    - any order of trades and liquidity -> the model's desks, pools, shares, fees
            - a route's change is what is left of the COS between its trades
"""

from collections import Counter
from random import Random

import pytest

from cos.economy.exchange_book import Exchange, Passage, Pool, Trade
from cos.economy.staking_book import Staking
from cos.economy.sub_token_book import (
    ACCEPTED,
    DISPUTED,
    FULFILLED,
    SubToken,
    SubTokens,
)
from tests.models import INFINITE, ModelRevert
from tests.models.authority import LOCKER_ROLE, AuthorityModel
from tests.models.clock import Clock
from tests.models.cos_credit import CAP, CosCreditModel
from tests.models.cos_staking import CosStakingModel
from tests.models.exchange import Desk as ModelDesk
from tests.models.exchange import Erc20Model, ExchangeModel, Listed
from tests.models.fee_router import FeeRouterModel
from tests.models.sub_token import Order, SubTokenIssuerModel, Terms
from tests.models.treasury import TreasuryModel

COS, DAY, START = 10**8, 86_400, 1_577_836_800
ISSUER, ANN, BOB, ARBITER = "0xA", "0xB", "0xC", "0xD"
ADMIN, STAKING, ROUTER, CENTER, CONTRACT, EXCHANGE = "0xE", "0xF", "0x1", "0x2", "0x3", "0x4"
POINTS, COUPON = "0x5", "0x6"
HOLDERS = (ISSUER, ANN, BOB)


def token() -> CosCreditModel:
    token = CosCreditModel(AuthorityModel(ADMIN), "0x7")
    for person in HOLDERS:
        token.balances[person] = 10**9 * COS
        token.total_supply += token.balances[person]
        for spender in (STAKING, ROUTER, EXCHANGE):
            token.approve(person, spender, INFINITE)
    return token


def router_of(staking: CosStakingModel, clock: Clock) -> FeeRouterModel:
    treasury = TreasuryModel(staking.token, "0x8", [CAP // 8] * 8)
    return FeeRouterModel(treasury, ROUTER, clock, staking, CENTER, 5_000, 1_000, 0)


class Both:
    """Book and model of sub-tokens over staking, told the same."""

    def __init__(self) -> None:
        self.clock = Clock(START)
        coin = token()
        self.stakes, self.book = Staking(), SubTokens()
        staking = CosStakingModel(coin, STAKING, self.clock)
        staking.authority.grant_role(ADMIN, LOCKER_ROLE, CONTRACT)
        router = router_of(staking, self.clock)
        self.model = SubTokenIssuerModel(staking, router, CONTRACT, self.clock, 0)
        staking.stake(ISSUER, 10**6 * COS)
        self.stakes.was_staked(ISSUER, 10**6 * COS, START)
        staking.approve_lock(ISSUER, CONTRACT, INFINITE)
        for address, face in ((POINTS, 0), (COUPON, 7 * COS)):
            expiry = START + 120 * DAY
            terms = Terms("n", "s", 0, face, b"d" * 32, expiry, 30 * DAY, 5 * DAY, ARBITER, True)
            self.model.open(ISSUER, terms, 0, address)
            ends_at = expiry + 30 * DAY
            sub_token = SubToken(address, ISSUER, face, expiry, ends_at, 5 * DAY)
            self.book.was_opened(sub_token, 0)

    def act(self, rng: Random) -> str:
        """One action by chance, in the model and, if it is possible, in the book."""
        model, book, now = self.model, self.book, self.clock.now
        at, who = rng.choice((POINTS, COUPON)), rng.choice(HOLDERS)
        held = model.sub_tokens[at].held[who]
        amount = rng.randint(1, held) if held else rng.randint(1, 50)
        last = len(book.requests)
        number = rng.randint(max(1, last - 5), last) if last else 0
        kind = rng.choice([*_ALWAYS, *(_LATER if number else ())])
        if kind == "mint":
            model.mint(ISSUER, at, who, amount)
            book.was_minted(at, who, amount)
        elif kind == "burn":
            model.burn(who, at, amount)
            book.was_burnt(at, who, amount)
        elif kind == "move":
            model.sub_tokens[at].transfer(who, BOB, amount)
            book.was_moved(at, who, BOB, amount)
        elif kind == "redeem":
            model.redeem(who, at, amount)
            paid = book.was_redeemed(at, who, amount)
            self.stakes.was_seized(ISSUER, who, paid, now)
        elif kind == "request":
            assert model.request(who, [Order(at, amount, b"")]) == book.was_asked(
                at, who, amount, now
            )
        elif kind == "end":
            model.reclaim(ISSUER, at)
            book.was_closed(at)
        else:
            self._go_on(kind, number, model.requests[number - 1].holder, now)
        return kind

    def _go_on(self, kind: str, number: int, holder: str, now: int) -> None:
        model, book = self.model, self.book
        if kind == "accept":
            model.accept(ISSUER, [number])
            book.was_turned(number, ACCEPTED, now)
        elif kind == "fulfil":
            model.fulfil(ISSUER, [number], [b"e" * 32])
            book.was_turned(number, FULFILLED, now)
        elif kind == "dispute":
            model.dispute(holder, number, b"r" * 32)
            book.was_turned(number, DISPUTED, now)
        elif kind == "grant":
            model.decide(ARBITER, number, True, b"r" * 32)
            book.was_granted(number, now)
        elif kind == "refuse":
            model.decide(ARBITER, number, False, b"r" * 32)
            book.right_was_redeemed(number, now)
        elif kind == "confirm":
            model.confirm(holder, [number])
            book.right_was_redeemed(number, now)
        elif kind == "settle":
            model.settle(BOB, [number])
            book.right_was_redeemed(number, now)
        elif kind == "take units":
            model.take_units(holder, number)
            book.units_were_taken(number, now)
        elif kind == "take face":
            model.take_face(holder, number)
            paid = book.face_was_taken(number, now)
            self.stakes.was_seized(ISSUER, holder, paid, now)

    def compare(self) -> None:
        book, model, staking = self.book, self.model, self.model.staking
        for at, found in book.sub_tokens.items():
            units = {who: amount for who, amount in model.sub_tokens[at].held.items() if amount}
            assert dict(found.held) == units
            assert found.outstanding == model.supply(at)
            assert found.outstanding == found.held.total() + found.aside
            assert found.collateral == model.collateral(at)
        assert [tuple(ask) for ask in book.requests] == [each.as_view() for each in model.requests]
        assert book.locked(ISSUER) == staking.locked(ISSUER)
        assert self.stakes.positions[ISSUER].units == staking.positions[ISSUER].units
        for who in HOLDERS:
            assert self.stakes.exits(who, self.clock.now) == tuple(staking.exits(who))


_ALWAYS = ("mint", "mint", "mint", "burn", "move", "redeem", "request", "request", "end")
_TURNS = ("accept", "fulfil", "dispute", "grant", "refuse")
_LATER = (*_TURNS * 4, "confirm", "settle", "take units", "take face")


@pytest.mark.parametrize("seed", range(4))
def test_sub_tokens_are_the_model_s(seed: int) -> None:
    """About 260 days: long past the end of the grace period."""
    rng, done = Random(seed), Counter[str]()
    for _ in range(4):
        both = Both()
        for _ in range(1_000):
            try:
                done[both.act(rng)] += 1
            except ModelRevert:
                continue
            finally:
                both.clock.now += rng.choice((0, 0, 3_600, DAY))
                both.stakes.pass_to(both.clock.now)
            both.compare()
        assert both.book.sub_tokens[COUPON].is_closed
    assert set(done) == {*_ALWAYS, *_LATER}, done


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("fee_bps", [0, 10, 100])
def test_the_exchange_is_the_model_s(seed: int, fee_bps: int) -> None:
    rng, clock, coin = Random(seed), Clock(START), token()
    staking = CosStakingModel(coin, STAKING, clock)
    router = router_of(staking, clock)
    model, book = ExchangeModel(router, EXCHANGE, clock, fee_bps), Exchange(fee_bps)
    for number, at in enumerate((POINTS, COUPON)):
        units = Erc20Model(at, "points")
        model.listed[at] = Listed(units, ISSUER)
        for who in HOLDERS:
            units.mint(who, 10**9)
            units.approve(who, EXCHANGE, INFINITE)
        model.open_pool(ANN, at, f"0x9{number}")
        book.pools[at] = Pool()
        desk = 3 * COS, 5 * COS // 2 * 2 + COS, 10**6, 10**6
        model.set_desk(ISSUER, at, *desk)
        model.fund_desk(ISSUER, at, 10**5 * COS, 10**5)
        assert model.listed[at].desk == ModelDesk(*desk, 10**5 * COS, 10**5)
        found = book.desks[at]
        found.buy_rate_e8, found.sell_rate_e8, found.buy_left, found.sell_left = desk
        found.stock_cos, found.stock_sub = 10**5 * COS, 10**5
    fees = done = 0
    while done < 120:
        try:
            fees += _trade(rng, model, book)
            done += 1
        except ModelRevert:
            continue
        for at, listed in model.listed.items():
            pool = book.pools[at]
            assert book.desks[at].as_view() == listed.desk.as_view()
            assert (pool.cos, pool.sub) == (listed.pool.cos, listed.pool.sub)
            shares = listed.pool.shares
            assert shares is not None
            held = {who: amount for who, amount in shares.balances.items() if amount}
            assert dict(pool.holders) == held
            assert book.units(at) == listed.token.balances[EXCHANGE]
        assert book.cos == coin.balances[EXCHANGE]
        assert book.fees == fees


def _trade(rng: Random, model: ExchangeModel, book: Exchange) -> int:
    """One action by chance, in both; return its fees. Raises ModelRevert if it can't be done."""
    at, other = rng.sample((POINTS, COUPON), 2)
    who, at_desk, amount = rng.choice(HOLDERS), rng.random() < 0.4, rng.randint(1, 2_000)
    pool, shares = book.pools[at], model.listed[at].pool.shares
    assert shares is not None
    if not pool.shares or rng.random() < 0.2:
        most = amount * rng.randint(1, 9) * COS
        added = model.add_liquidity(who, at, most, amount * 5, 0, START)
        assert book.adding(at, most, amount * 5) == added
        book.was_added(at, who, book.adding(at, most, amount * 5))
        return 0
    kind = rng.choice(("buy", "sell", "route", "remove"))
    if kind == "remove":
        part = rng.choice((pool.holders[who], pool.holders[who] // 2))
        removed = model.remove_liquidity(who, at, part, 0, 0, START)
        assert book.removing(at, part) == removed
        book.was_removed(at, who, book.removing(at, part))
        return 0
    if kind == "buy":
        buying = model.desk_buy if at_desk else model.buy
        paid = buying(who, at, amount, 2**64, START)
        trade = book.buying(at, amount, at_desk=at_desk)
        assert trade.gross_cos == paid
        book.was_bought(at, trade, at_desk=at_desk)
        return trade.fee
    if kind == "sell":
        selling = model.desk_sell if at_desk else model.sell
        got = selling(who, at, amount, 0, START)
        trade = book.selling(at, amount, at_desk=at_desk)
        assert trade.net_cos == got
        book.was_sold(at, trade, at_desk=at_desk)
        return trade.fee
    from_desk = rng.random() < 0.5
    passage = model.route(who, at, amount, at_desk, other, 0, from_desk, START)
    found = book.passing(at, amount, at_desk, other, from_desk)
    assert found == passage
    book.was_sold(at, found.sold, at_desk=at_desk)
    book.was_bought(other, found.bought, at_desk=from_desk)
    return found.sold.fee + found.bought.fee


def test_a_route_s_change_is_what_no_further_unit_costs() -> None:
    book = Exchange(fee_bps=10)
    book.pools = {POINTS: Pool(1_000, 1_000, Counter({ANN: 1})), COUPON: Pool(9_000, 30)}
    book.pools[COUPON].holders[ANN] = 1
    found = book.passing(POINTS, 500, False, COUPON, False)
    assert found == Passage(Trade(333, 500, 1), Trade(312, 1, 1), 332 - 312)
    assert book.buying(COUPON, 2, at_desk=False).gross_cos > 332
