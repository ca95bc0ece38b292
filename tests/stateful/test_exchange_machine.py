"""Exchange against its model, call by call, with the real issuer, router and staking.

Three sub-tokens of two issuers: eight decimals, none, and one of which a unit is worth far less
than a base unit. Three people trade, provide liquidity and pass shares on; the issuers run desks;
governance changes the fee and the router. After every call all that the exchange tells and where
all coins are is compared, and invariant 17 holds: it has what it has booked and what was sent to it
directly, no more and no less; k does not fall by a trade, nor a share's part of k by anything; each
fee is what the router got, within its bounds.
"""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, rule

from cos.chain import Chain, Contract
from tests.market import COS, ROUTER, START, Market
from tests.models import INFINITE, ZERO_ADDRESS
from tests.models.authority import AuthorityModel
from tests.models.clock import Clock
from tests.models.cos_credit import CAP, CosCreditModel
from tests.models.cos_staking import CosStakingModel
from tests.models.exchange import (
    E4,
    E8,
    MAX_COS,
    MAX_FEE_BPS,
    MAX_RATE,
    MAX_SUB,
    MIN_SHARES,
    Erc20Model,
    ExchangeModel,
    Listed,
    Trade,
)
from tests.models.fee_router import FeeRouterModel
from tests.models.treasury import TreasuryModel
from tests.stateful.machine import Machine, check_call_mix, run_settings

PEOPLE = ("ada", "ben", "eve", "issuer", "other issuer")
# Symbol, decimals, issuer, units for everybody, COS and units of a usual first deposit.
TOKENS = (
    ("PTS", 8, 3, 10**9 * COS, 10**6 * COS, 5 * 10**5 * COS),
    ("TEA", 0, 4, 10**6, 2_500 * 25 * COS, 2_500),
    ("BIT", 8, 4, 2**90, 1_000 * COS, 2**70),
)
REASONS = {
    f"exchange: {reason}"
    for reason in (
        "above desk limit",
        "above your maximum",
        "amount too large",
        "bad account",
        "below your minimum",
        "desk does not buy",
        "desk does not sell",
        "desk holds less",
        "expired",
        "fee too large",
        "more than all shares",
        "no amount",
        "no output",
        "no pool",
        "no shares",
        "not a sub-token",
        "not governance",
        "not the issuer",
        "pool holds less",
        "pool is empty",
        "pool is open",
        "rate too large",
        "same token",
        "sells below its buy rate",
        "too few shares would stay",
    )
} | {
    "points: insufficient allowance",
    "share: insufficient balance",
    "token: insufficient allowance",
}
# Function -> (is_buy, whether the exact amount is COS, is_desk).
TRADES = {
    "buy": (True, False, False),
    "buy_with": (True, True, False),
    "sell": (False, False, False),
    "sell_for": (False, True, False),
    "desk_buy": (True, False, True),
    "desk_sell": (False, False, True),
}

RARELY = st.integers(0, 15).map(lambda n: n == 15)
VERY_RARELY = st.integers(0, 40).map(lambda n: n == 40)
PERSON = st.integers(0, 2)
TOKEN = st.integers(0, 2)
# A part of something in 1/10,000, and a few units more.
PART = st.tuples(st.sampled_from([1, 3, 10, 100, 777, 3_333, 0]), st.integers(0, 25))
TRADE = {
    "choice": st.sampled_from([0, 0, 1, 1, 2]),
    "person": PERSON,
    "part": PART,
    "beyond": RARELY,
    "late": VERY_RARELY,
    "odd": st.sampled_from([0] * 30 + [1, 2, 3]),
}


def part_of(whole: int, part: tuple[int, int]) -> int:
    return whole * part[0] // E4 + part[1]


class ExchangeActions(Machine):
    """Calls to the exchange and its model alike, and what must be equal between them."""

    def __init__(self) -> None:
        super().__init__()
        self.chain = chain = Chain(timestamp=START)
        self.clock = Clock(chain.timestamp)
        self.market = market = Market(chain, PEOPLE)
        self.governance, self.stranger = market.governance, chain.account("stranger")
        self.people = list(market.people.values())
        self.exchange, self.token = market.exchange, market.token
        arguments = (market.authority, self.token, market.treasury, market.staking)
        settings = (chain.account("center"), *ROUTER)
        other = chain.deploy("FeeRouter", *arguments, *settings, sender=self.governance)
        self.routers = [market.router, other]
        self._mirror()
        self.subs: list[Contract] = []
        for symbol, decimals, issuer, units, _, _ in TOKENS:
            self._list(symbol, decimals, self.people[issuer], units)
        self.sent: dict[str, int] = {each.address: 0 for each in (self.token, *self.subs)}

    def _mirror(self) -> None:
        authority = AuthorityModel(self.governance)
        self.token_model = token = CosCreditModel(authority, self.token.address)
        for person in (*self.people, self.governance):
            token.balances[person] = self.token.balanceOf(person)
        for person in self.people:
            token.approve(person, self.exchange.address, INFINITE)
        treasury = TreasuryModel(token, self.market.treasury.address, [CAP // 8] * 8)
        center = self.chain.account("center")
        models = []
        for router in self.routers:
            staking = CosStakingModel(token, self.market.staking.address, self.clock)
            arguments = (treasury, router.address, self.clock, staking, center, *ROUTER)
            models.append(FeeRouterModel(*arguments))
        models[1].stakings = models[0].stakings
        address = self.exchange.address
        self.model = ExchangeModel(models[0], address, self.clock, self.exchange.fee_bps())
        self.model.routers[self.routers[1].address] = models[1]

    def _list(self, symbol: str, decimals: int, issuer: str, units: int) -> None:
        sub = self.market.open(issuer, symbol, decimals)
        model = Erc20Model(sub.address, "points")
        for person in self.people:
            self.market.mint(sub, person, units)
            model.mint(person, units)
            model.approve(person, self.exchange.address, INFINITE)
        self.subs.append(sub)
        self.model.listed[sub.address] = Listed(model, issuer)

    # ---- calls

    def call(self, function: str, sender: str, *args: Any) -> bool:
        """Both sides with the same arguments; whether they succeeded, with equal results."""
        results: list[Any] = []
        before = {sub.address: self._standing(sub.address) for sub in self.subs}
        succeeded = self.attempt(
            function,
            lambda: results.append(self.exchange.transact(function, *args, sender=sender).value),
            lambda: results.append(getattr(self.model, function)(sender, *args)),
        )
        if succeeded:
            assert results[0] == results[1], (function, *results)
            for address, (k, shares) in before.items():
                k_after, shares_after = self._standing(address)
                if function in TRADES or function == "route":
                    assert k_after >= k, "invariant 17: k has fallen"
                if shares and shares_after:
                    part = k_after * shares**2 >= k * shares_after**2
                    assert part, "invariant 17: a share has lost"
        return succeeded

    def _standing(self, address: str) -> tuple[int, int]:
        """k and the number of shares, from the chain."""
        share, cos, sub = self.exchange.pool(address)
        shares = 0 if share == ZERO_ADDRESS else self._share(share).totalSupply()
        return cos * sub, shares

    def _share(self, address: str) -> Contract:
        return self.chain.at("PoolShare", address)

    def open_pool(self, sub: str, sender: str) -> bool:
        share = self.chain.next_address(self.exchange.address)
        return self.attempt(
            "open_pool",
            lambda: self.exchange.transact("open_pool", sub, sender=sender),
            lambda: self.model.open_pool(sender, sub, share),
        )

    def quote(self, function: str, *args: Any) -> Any:
        """As the contract gives it, which must be the model's; None if both refuse."""
        results: list[Any] = []
        name = f"quote_{function}"
        succeeded = self.attempt(
            "a quote",
            lambda: results.append(self.exchange.call(name, *args)),
            lambda: results.append(getattr(self.model, name)(*args)),
        )
        if not succeeded:
            return None
        assert results[0] == results[1], (name, *results)
        return results[0]

    def send_directly(self, coin: Contract, sender: str, amount: int) -> None:
        coin.transfer(self.exchange, amount, sender=sender)
        model = self.token_model if coin is self.token else self.model.listed[coin.address].token
        model.transfer(sender, self.exchange.address, amount)
        self.sent[coin.address] += amount

    def limit_allowance(self, coin: Contract, owner: str, amount: int) -> None:
        model = self.token_model if coin is self.token else self.model.listed[coin.address].token
        coin.approve(self.exchange, amount, sender=owner)
        model.approve(owner, self.exchange.address, amount)

    # ---- comparisons

    def both_are_equal(self) -> None:
        exchange, model = self.exchange, self.model
        assert exchange.fee_bps() == model.fee_bps <= MAX_FEE_BPS, "invariant 17: fee"
        assert exchange.fee_router() == model.fee_router
        for address, listed in model.listed.items():
            assert exchange.pool(address) == listed.pool.as_view()
            assert exchange.desk(address) == listed.desk.as_view()
            if listed.pool.shares:
                share = self._share(listed.pool.shares.address)
                assert share.totalSupply() == listed.pool.shares.total_supply
                for person in self.people:
                    assert share.balanceOf(person) == listed.pool.shares.balances[person]
        for router in self.routers:
            assert router.owed() == model.routers[router.address].owed()

    def coins_are_where_they_should_be(self) -> None:
        """Invariants 2 and 17, by the chain's own books; and no allowance stays behind."""
        token, here = self.token, self.exchange.address
        pools = {sub: self.exchange.pool(sub) for sub in self.subs}
        desks = {sub: self.exchange.desk(sub) for sub in self.subs}
        booked = sum(pools[sub][1] + desks[sub][4] for sub in self.subs)
        held = token.balanceOf(here) - self.sent[token.address]
        assert held == booked, "invariant 17: COS held is not COS booked"
        for router in self.routers:
            assert token.allowance(here, router) == 0, "invariant 17: an allowance is left"
        for account in (*self.people, here, *(each.address for each in self.routers)):
            assert token.balanceOf(account) == self.token_model.balances[account]
        for sub in self.subs:
            held = sub.balanceOf(here) - self.sent[sub.address]
            booked = pools[sub][2] + desks[sub][5]
            assert held == booked, "invariant 17: units held are not units booked"
            for account in (*self.people, here):
                balance = self.model.listed[sub.address].token.balances[account]
                assert sub.balanceOf(account) == balance


class ExchangeMachine(ExchangeActions):
    """Which calls are made, in what order."""

    def deadline(self, is_late: bool) -> int:
        return self.clock.now - is_late

    def sub_at(self, choice: int, is_foreign: bool = False) -> str:
        return self.token.address if is_foreign else self.subs[choice].address

    def desk_rates(self, choice: int, buy: int, spread: int) -> tuple[int, int]:
        """Around the price of the usual first deposit, a hundredth of it a step."""
        _, _, _, _, cos, units = TOKENS[choice]
        rate = cos * E8 // units
        buy_rate = max(rate * buy // 100, 1)
        return buy_rate, buy_rate + rate * spread // 100

    @initialize(fee=st.sampled_from([0, 1, 10, 33, 100]), ready=st.sampled_from([3, 3, 3, 2]))
    def begins(self, fee: int, ready: int) -> None:
        """So that there are pools and desks in every example; sometimes the third comes later."""
        self.call("set_fee", self.governance, fee)
        for choice in range(ready):
            _, _, issuer, _, cos, units = TOKENS[choice]
            sub, owner = self.subs[choice].address, self.people[issuer]
            self.open_pool(sub, self.people[0])
            args = (sub, cos, units, 0, self.clock.now)
            self.call("add_liquidity", self.people[0], *args)
            rates = self.desk_rates(choice, 98, 4)
            self.call("set_desk", owner, sub, *rates, units, units)
            self.call("fund_desk", owner, sub, cos, units)

    @rule(choice=TOKEN, person=PERSON, foreign=RARELY)
    def opens(self, choice: int, person: int, foreign: bool) -> None:
        sub = self.sub_at(choice, foreign)
        if foreign or self.model.listed[sub].pool.shares is None or choice == person == 2:
            self.open_pool(sub, self.people[person])

    @rule(function=st.sampled_from(["buy", "buy_with"]), **TRADE)
    def buys_from_a_pool(self, **drawn: Any) -> None:
        self.trade(**drawn)

    @rule(function=st.sampled_from(["sell", "sell_for"]), **TRADE)
    def sells_to_a_pool(self, **drawn: Any) -> None:
        self.trade(**drawn)

    @rule(function=st.sampled_from(["desk_buy", "desk_sell"]), **TRADE)
    def trades_at_a_desk(self, **drawn: Any) -> None:
        self.trade(**drawn)

    @rule(function=st.sampled_from([*TRADES]), **TRADE)
    def trades_anywhere(self, **drawn: Any) -> None:
        self.trade(**drawn)

    def refill(self, choice: int, is_desk: bool) -> None:
        """Mostly there is a pool or a desk to trade with."""
        _, _, issuer, _, cos, units = TOKENS[choice]
        sub, owner = self.sub_at(choice), self.people[issuer]
        pool, desk = self.model.listed[sub].pool, self.model.listed[sub].desk
        if not is_desk and pool.k == 0:
            if pool.shares is None:
                self.open_pool(sub, owner)
            self.call("add_liquidity", self.people[0], sub, cos, units, 0, self.clock.now)
        elif is_desk and 0 in vars(desk).values():
            self.call("set_desk", owner, sub, *self.desk_rates(choice, 99, 2), units, units)
            self.call("fund_desk", owner, sub, cos // 10 + 1, units // 10 + 1)

    def trade(
        self,
        function: str,
        choice: int,
        person: int,
        part: tuple[int, int],
        beyond: bool,
        late: bool,
        odd: int,
    ) -> None:
        is_buy, is_cos, is_desk = TRADES[function]
        sub = self.sub_at(choice)
        listed = self.model.listed[sub]
        if part[1] % 5:
            self.refill(choice, is_desk)
        if is_desk:
            whole = listed.desk.stock_sub if is_buy else listed.desk.buy_left
        else:
            whole = listed.pool.cos if is_cos else listed.pool.sub
        amount = (part_of(whole, part), 0, MAX_SUB + 1, whole + 1)[odd]
        quote = self.quote(function, sub, amount)
        has_maximum = is_buy != is_cos
        limit = INFINITE if has_maximum else 0
        if quote is not None:
            limit = self.result(function, Trade(*quote))
            limit += (-1 if has_maximum else 1) * beyond
        args = (sub, amount, limit, self.deadline(late))
        before = {
            router.address: self.model.routers[router.address].received for router in self.routers
        }
        if self.call(function, self.people[person], *args):
            router = self.model.fee_router
            paid = self.model.routers[router].received - before[router]
            fee = Trade(*quote).fee
            assert paid == fee == -(-quote[0] * self.model.fee_bps // E4), "invariant 17: the fee"

    @staticmethod
    def result(function: str, trade: Trade) -> int:
        is_buy, is_cos, _ = TRADES[function]
        if is_cos:
            return trade.sub_amount
        return trade.gross_cos if is_buy else trade.net_cos

    @rule(
        sold=TOKEN,
        step=st.sampled_from([*[1, 2] * 5, 0]),
        person=PERSON,
        part=PART,
        at_desk=st.booleans(),
        from_desk=st.booleans(),
        beyond=RARELY,
        late=VERY_RARELY,
    )
    def routes(
        self,
        sold: int,
        step: int,
        person: int,
        part: tuple[int, int],
        at_desk: bool,
        from_desk: bool,
        beyond: bool,
        late: bool,
    ) -> None:
        seller, buyer = self.sub_at(sold), self.sub_at((sold + step) % 3)
        if part[1] % 5:
            self.refill(sold, at_desk)
            self.refill((sold + step) % 3, from_desk)
        listed = self.model.listed[seller]
        amount = part_of(listed.desk.buy_left if at_desk else listed.pool.sub, part)
        way = (seller, amount, at_desk, buyer)
        quote = self.quote("route", *way, from_desk)
        least = 0 if quote is None else quote[1][1] + beyond
        args = (*way, least, from_desk, self.deadline(late))
        self.call("route", self.people[person], *args)

    @rule(
        choice=TOKEN,
        person=PERSON,
        part=PART,
        skew=st.sampled_from([1, 1, 1, 2, 100]),
        beyond=RARELY,
        late=VERY_RARELY,
        odd=st.sampled_from([0] * 30 + [1, 2]),
    )
    def adds(
        self,
        choice: int,
        person: int,
        part: tuple[int, int],
        skew: int,
        beyond: bool,
        late: bool,
        odd: int,
    ) -> None:
        sub = self.sub_at(choice)
        pool = self.model.listed[sub].pool
        if pool.shares is None and person:
            self.open_pool(sub, self.people[person])
        _, _, _, _, cos, units = TOKENS[choice]
        reserves = (pool.cos, pool.sub) if pool.k else (cos, units)
        offer = part_of(reserves[0], part) * skew, part_of(reserves[1], part)
        offer = (offer, (0, 1), (MAX_COS + 1, 1))[odd]
        quote = self.quote("add", sub, *offer)
        least = 0 if quote is None else quote[2] + beyond
        args = (sub, *offer, least, self.deadline(late))
        self.call("add_liquidity", self.people[person], *args)

    @rule(
        choice=TOKEN,
        person=PERSON,
        share=st.sampled_from([1, 10, 50, 99, 100, 100]),
        odd=st.sampled_from([0] * 20 + [1, 2, 3, 4, 4]),
        beyond=RARELY,
        late=VERY_RARELY,
    )
    def removes(
        self, choice: int, person: int, share: int, odd: int, beyond: bool, late: bool
    ) -> None:
        sub = self.sub_at(choice)
        shares = self.model.listed[sub].pool.shares
        total = shares.total_supply if shares else 0
        holders = [each for each in self.people[:3] if shares and shares.balances[each]]
        if not holders and not odd:
            return
        holder = holders[person % len(holders)] if holders else self.people[person]
        owned = shares.balances[holder] if shares else 0
        amount = (owned * share // 100, 0, total + 1, max(total - MIN_SHARES + 1, 1), owned + 1)[
            odd
        ]
        quote = self.quote("remove", sub, amount)
        least = (0, 0) if quote is None else (quote[0] + beyond, quote[1])
        self.call("remove_liquidity", holder, sub, amount, *least, self.deadline(late))

    @rule(choice=TOKEN, giver=PERSON, to=PERSON, share=st.sampled_from([1, 50, 100]))
    def passes_shares_on(self, choice: int, giver: int, to: int, share: int) -> None:
        shares = self.model.listed[self.sub_at(choice)].pool.shares
        if shares is None:
            return
        owner, heir = self.people[giver], self.people[to]
        amount = shares.balances[owner] * share // 100
        self.attempt(
            "a share's transfer",
            lambda: self._share(shares.address).transact("transfer", heir, amount, sender=owner),
            lambda: shares.transfer(owner, heir, amount),
        )

    @rule(
        choice=TOKEN,
        buy=st.integers(1, 150),
        spread=st.sampled_from([0, 0, 1, 4, 40]),
        closed=st.sampled_from([0] * 10 + [1, 2]),
        left=st.sampled_from([1, 100, 10**4]),
        odd=st.sampled_from([0] * 20 + [1, 2, 3, 4]),
        stranger=RARELY,
    )
    def sets_a_desk(
        self,
        choice: int,
        buy: int,
        spread: int,
        closed: int,
        left: int,
        odd: int,
        stranger: bool,
    ) -> None:
        sub, units = self.sub_at(choice, odd == 4), TOKENS[choice][5]
        buy_rate, sell_rate = self.desk_rates(choice, buy, spread)
        rates = ((buy_rate, sell_rate), (0, sell_rate), (buy_rate, 0))[closed]
        rates = (rates, (sell_rate + 1, sell_rate), (0, MAX_RATE + 1), rates, rates)[odd]
        limits = (units * left // 100, MAX_SUB + 1 if odd == 3 else units * left // 100)
        issuer = self.people[TOKENS[choice][2]]
        sender = self.stranger if stranger else issuer
        self.call("set_desk", sender, sub, *rates, *limits)

    @rule(
        choice=TOKEN,
        part=PART,
        sides=st.sampled_from([(1, 1), (1, 0), (0, 1), (1, 1), (0, 0)]),
        stranger=RARELY,
        huge=RARELY,
    )
    def funds(
        self, choice: int, part: tuple[int, int], sides: tuple[int, int], stranger: bool, huge: bool
    ) -> None:
        _, _, issuer, _, cos, units = TOKENS[choice]
        amounts = part_of(cos, part) * sides[0], part_of(units, part) * sides[1]
        if huge:
            amounts = MAX_COS + 1, amounts[1]
        sender = self.stranger if stranger else self.people[issuer]
        self.call("fund_desk", sender, self.sub_at(choice), *amounts)

    @rule(
        choice=TOKEN,
        share=st.sampled_from([1, 10, 50, 100]),
        sides=st.sampled_from([(1, 1), (1, 0), (0, 1)]),
        more=RARELY,
        stranger=RARELY,
    )
    def withdraws(
        self, choice: int, share: int, sides: tuple[int, int], more: bool, stranger: bool
    ) -> None:
        desk = self.model.listed[self.sub_at(choice)].desk
        if not more:
            self.refill(choice, True)
        amounts = (
            desk.stock_cos * share // 100 * sides[0] + more * (desk.stock_cos + 1),
            desk.stock_sub * share // 100 * sides[1],
        )
        sender = self.stranger if stranger else self.people[TOKENS[choice][2]]
        self.call("withdraw_desk", sender, self.sub_at(choice), *amounts)

    @rule(
        fee=st.sampled_from([0, 1, 10, 50, 100, 101]),
        which=st.sampled_from([0, 1, 0, 1, None]),
        is_fee=st.booleans(),
        stranger=RARELY,
    )
    def governs(self, fee: int, which: int | None, is_fee: bool, stranger: bool) -> None:
        sender = self.stranger if stranger else self.governance
        if is_fee:
            self.call("set_fee", sender, fee)
        else:
            router = ZERO_ADDRESS if which is None else self.routers[which].address
            self.call("set_fee_router", sender, router)

    @rule(choice=st.integers(0, 3), person=PERSON, amount=st.integers(1, 10**9))
    def sends_directly(self, choice: int, person: int, amount: int) -> None:
        coin = (self.token, *self.subs)[choice]
        if choice == 2:
            amount = amount % 10 + 1
        self.send_directly(coin, self.people[person], amount)

    @rule(choice=TOKEN, person=PERSON, is_cos=st.booleans(), seconds=st.integers(0, 10**5))
    def has_approved_too_little(self, choice: int, person: int, is_cos: bool, seconds: int) -> None:
        """Then trades in vain, approves again, and trades; and time passes."""
        owner, coin = self.people[person], self.token if is_cos else self.subs[choice]
        self.refill(choice, False)
        self.limit_allowance(coin, owner, 1)
        pool = self.model.listed[self.sub_at(choice)].pool
        function, whole = ("buy_with", pool.cos) if is_cos else ("sell", pool.sub)
        args = (self.sub_at(choice), whole // 50 + 2, 0, self.clock.now)
        self.call(function, owner, *args)
        self.limit_allowance(coin, owner, INFINITE)
        self.call(function, owner, *args)
        self.clock.now += seconds
        self.chain.warp(self.clock.now)

    @invariant()
    def all_holds(self) -> None:
        self.coins_are_where_they_should_be()
        self.both_are_equal()


class TestExchange(ExchangeMachine.TestCase):
    settings = run_settings(examples=40, steps=40)

    def runTest(self) -> None:  # noqa: N802, the name is unittest's
        ExchangeMachine.calls.clear()
        super().runTest()
        check_call_mix(ExchangeMachine, REASONS)
