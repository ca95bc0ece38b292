"""SubTokenIssuer and its clones against their model, over the real staking, router and token.

Three issuers: one delivers, one says that it has delivered and takes out whatever stake is free,
one vanishes. They open any number of sub-tokens, two customers and the issuers themselves hold
them; of two arbiters one is silent. After every call all that the contracts tell is compared, and
on the chain's own word: collateral is face times what it backs, of each sub-token and in sum, and
is there; of all units ever minted each is outstanding, burnt, or was redeemed once (invariant 16).
"""

from __future__ import annotations

from collections import Counter
from random import Random
from typing import Any

from hypothesis import note, strategies
from hypothesis.stateful import initialize, invariant, rule

from cos.chain import Chain, Contract
from tests.models import INFINITE, ZERO_ADDRESS
from tests.models.authority import LOCKER_ROLE, AuthorityModel
from tests.models.clock import Clock
from tests.models.cos_credit import CAP, CosCreditModel
from tests.models.cos_staking import CosStakingModel
from tests.models.fee_router import FeeRouterModel
from tests.models.sub_token import (
    ACCEPTED,
    ASKED,
    COS,
    DAY,
    DISPUTED,
    FULFILLED,
    GRANTED,
    MAX_ISSUE_FEE,
    OPEN,
    PAID,
    REDEEMED,
    Order,
    Request,
    SubTokenIssuerModel,
    Terms,
)
from tests.models.treasury import TreasuryModel
from tests.stateful import draws as st
from tests.stateful.draws import Repertoire, action
from tests.stateful.machine import Machine, check_call_mix, run_settings

HASH, EVIDENCE, REASON = b"\x11" * 32, b"\x44" * 32, b"\x55" * 32
FUND = 10**6 * COS
DELIVERS, LIES, VANISHES = range(3)

# All but those of the constructor and of what no clone of the contract's can be told.
REASONS = {
    *(
        f"subtoken: {reason}"
        for reason in (
            "above your maximum",
            "arbiter can't ask",
            "bad arbiter",
            "closed",
            "expired",
            "expiry out of bounds",
            "face value too large",
            "fee too large",
            "grace not over",
            "grace out of bounds",
            "lengths differ",
            "no amount",
            "no description",
            "no evidence",
            "no face value",
            "no name",
            "no reason",
            "no such request",
            "not a sub-token",
            "not accepted",
            "not asked",
            "not disputed",
            "not fulfilled",
            "not governance",
            "not open",
            "not the arbiter",
            "not the holder",
            "not the issuer",
            "nothing to do",
            "take the face value",
            "too late",
            "too many decimals",
            "units outstanding",
            "window is open",
            "window out of bounds",
        )
    ),
    "points: bad recipient",
    "points: insufficient allowance",
    "points: insufficient balance",
    "points: not transferable",
    "points: too many units",
    "staking: not a locker",
    "staking: not offered",
    "staking: stake is locked",
}

# Parts of something in hundredths: mostly within it, sometimes all of it or too much.
SHARES = st.integers(0, 69).map(lambda n: n if n <= 60 else (100, 100, 101)[n % 3])
RARELY = st.integers(0, 15).map(lambda n: n == 15)
FACES = st.sampled_from([0, 1, 3_000, COS, 2 * 10**6 * COS])
WINDOWS = st.sampled_from([3 * DAY, 3 * DAY, 10 * DAY, 90 * DAY])
GRACES = st.sampled_from([30 * DAY, 60 * DAY, 3_660 * DAY])
LIVES = st.sampled_from([20 * DAY, 40 * DAY, 400 * DAY, 10**10])
# Which request, which step of it, with others.
STEPS = st.tuples(st.integers(0, 1_000), st.integers(0, 1_000), st.booleans())
BAD_TERMS = st.sampled_from(
    [
        {"name": ""},
        {"decimals": 9},
        {"face_value": 2**64},
        {"description_hash": bytes(32)},
        {"expiry": 1},
        {"grace_seconds": 30 * DAY - 1},
        {"window_seconds": 90 * DAY + 1},
        {"arbiter": ZERO_ADDRESS},
    ]
)


class SubTokenActions(Machine):
    """Calls to the contracts and their models alike, and what must be equal between them."""

    def __init__(self) -> None:
        super().__init__()
        self.chain = chain = Chain(timestamp=1_700_000_000)
        self.clock = Clock(chain.timestamp)
        self.governance, self.center, self.stranger, self.treasury = (
            chain.account(label) for label in ("governance", "center", "stranger", "treasury")
        )
        self.issuers = [chain.account(label) for label in ("ada", "bob", "cyd")]
        self.holders = [*map(chain.account, ("dan", "eve")), *self.issuers]
        self.arbiters = [chain.account(label) for label in ("arbiter", "silent arbiter")]
        self.clones: dict[str, Contract] = {}
        self.sent = self.steps = 0
        # How units came to be and ceased to be, counted apart from the model.
        self.minted: Counter[str] = Counter()
        self.gone: Counter[str] = Counter()
        self._deploy()

    def _deploy(self) -> None:
        chain, governance, clock = self.chain, self.governance, self.clock
        self.authority = authority = chain.deploy("Authority", governance, sender=governance)
        self.token = token = chain.deploy("CosCredit", authority, sender=governance)
        token.set_minter(governance, sender=governance)
        self.staking = chain.deploy("CosStaking", authority, token, sender=governance)
        settings = (5_000, 1_000, 10)
        places = (authority, token, self.treasury, self.staking, self.center)
        self.router = chain.deploy("FeeRouter", *places, *settings, sender=governance)
        template = chain.deploy("SubToken", sender=governance)
        arguments = (authority, self.staking, self.router, template, COS)
        self.issuer = chain.deploy("SubTokenIssuer", *arguments, sender=governance)
        authority.grantRole(LOCKER_ROLE, self.issuer.address, sender=governance)
        self.router.set_collector(self.issuer, True, sender=governance)

        self.authority_model = AuthorityModel(governance)
        self.authority_model.grant_role(governance, LOCKER_ROLE, self.issuer.address)
        self.token_model = CosCreditModel(self.authority_model, token.address)
        self.token_model.set_minter(governance, governance)
        self.staking_model = CosStakingModel(self.token_model, self.staking.address, clock)
        treasury_model = TreasuryModel(self.token_model, self.treasury, [CAP // 8] * 8)
        self.router_model = FeeRouterModel(
            treasury_model, self.router.address, clock, self.staking_model, self.center, *settings
        )
        self.router_model.set_collector(governance, self.issuer.address, True)
        self.model = SubTokenIssuerModel(
            self.staking_model, self.router_model, self.issuer.address, clock, COS
        )
        for account in self.issuers:
            token.mint(account, 2 * FUND, sender=governance)
            self.token_model.mint(governance, account, 2 * FUND)
            for spender in (self.staking.address, self.router.address):
                token.approve(spender, INFINITE, sender=account)
                self.token_model.approve(account, spender, INFINITE)
            self.of_staking("stake", account, FUND)
            self.of_staking("approve_lock", account, self.issuer.address, INFINITE)

    # ---- calls

    def both(self, contract: Contract, model: Any, function: str, sender: str, *args: Any) -> bool:
        """Both sides with the same arguments; whether they succeeded, with equal results."""
        results = []
        succeeded = self.attempt(
            function,
            lambda: results.append(contract.transact(function, *args, sender=sender).value),
            lambda: results.append(getattr(model, function)(sender, *args)),
        )
        assert not succeeded or results[0] == results[1], (function, *results)
        return succeeded

    def call(self, function: str, sender: str, *args: Any) -> bool:
        return self.both(self.issuer, self.model, function, sender, *args)

    def of_staking(self, function: str, sender: str, *args: Any) -> bool:
        return self.both(self.staking, self.staking_model, function, sender, *args)

    def open(self, sender: str, terms: Terms, max_fee: int) -> bool:
        address = self.chain.next_address(self.issuer.address)
        results = []
        succeeded = self.attempt(
            "open",
            lambda: results.append(self.issuer.open(terms, max_fee, sender=sender)),
            lambda: results.append(self.model.open(sender, terms, max_fee, address)),
        )
        if succeeded:
            assert results[0] == results[1]
            self.clones[address] = self.chain.at("SubToken", address)
        return succeeded

    def mint(self, sender: str, address: str, to: str, amount: int) -> bool:
        succeeded = self.call("mint", sender, address, to, amount)
        self.minted[address] += amount * succeeded
        return succeeded

    def mint_batch(
        self, sender: str, address: str, recipients: list[str], amounts: list[int]
    ) -> None:
        if self.call("mint_batch", sender, address, recipients, amounts):
            self.minted[address] += sum(amounts)

    def burn(self, sender: str, address: str, amount: int) -> None:
        self.gone[address] += amount * self.call("burn", sender, address, amount)

    def redeem(self, sender: str, address: str, amount: int) -> None:
        self.gone[address] += amount * self.call("redeem", sender, address, amount)

    def transfer(self, sender: str, address: str, to: str, amount: int, is_spent: bool) -> None:
        clone, model = self.clones[address], self.model.sub_tokens[address]
        if is_spent:
            clone.approve(self.stranger, amount // 2 * 2, sender=sender)
            model.approve(sender, self.stranger, amount // 2 * 2)
            args = (sender, to, amount)
            self.attempt(
                "transferFrom",
                lambda: clone.transferFrom(*args, sender=self.stranger),
                lambda: model.transfer_from(self.stranger, *args),
            )
        else:
            self.attempt(
                "transfer",
                lambda: clone.transfer(to, amount, sender=sender),
                lambda: model.transfer(sender, to, amount),
            )

    def end(self, function: str, sender: str, argument: Any, *more: Any) -> None:
        """A step of one request or of several, by which they may end."""
        numbers = argument if isinstance(argument, list) else [argument]
        known = [n for n in {*numbers} if 0 < n <= len(self.model.requests)]
        before = {n: self.model.requests[n - 1].is_open for n in known}
        if self.call(function, sender, argument, *more):
            for number in known:
                request = self.model.requests[number - 1]
                if before[number] and request.state in (REDEEMED, PAID):
                    self.gone[request.sub_token] += request.amount

    def set_locker(self, allowed: bool) -> None:
        change, of_model = ("grantRole", "grant_role") if allowed else ("revokeRole", "revoke_role")
        role = (LOCKER_ROLE, self.issuer.address)
        getattr(self.authority, change)(*role, sender=self.governance)
        getattr(self.authority_model, of_model)(self.governance, *role)

    def send_directly(self, amount: int) -> None:
        self.token.transfer(self.issuer.address, amount, sender=self.issuers[0])
        self.token_model.transfer(self.issuers[0], self.issuer.address, amount)
        self.sent += amount

    def warp(self, to: int) -> None:
        if to > self.clock.now:
            self.chain.warp(to)
            self.clock.now = to

    # ---- choices

    def conduct(self, issuer: str) -> int:
        return self.issuers.index(issuer)

    def some_clone(self, choice: int) -> str:
        return list(self.clones)[choice % len(self.clones)]

    def some_holding(self, choice: int) -> tuple[str, str]:
        """A sub-token and somebody who has units of it, the open ones first."""
        found = [
            (address, holder)
            for address, each in self.model.sub_tokens.items()
            for holder in self.holders
            if each.held[holder] and not each.is_closed
        ]
        return found[choice % len(found)] if found else (self.some_clone(choice), self.holders[0])

    def some_request(self, choice: int) -> tuple[int, Request]:
        """An open one, if there is any."""
        numbered = list(enumerate(self.model.requests, start=1))
        numbered = [pair for pair in numbered if pair[1].is_open] or numbered
        return numbered[choice % len(numbered)]

    def next_steps(self, request: Request) -> list[str]:
        """What can be done about a request now, and would be by these people."""
        model = self.model.sub_tokens[request.sub_token]
        is_late = self.clock.now >= request.deadline
        leave = ["take_face"] if model.face_value else []
        if not model.face_value or self.clock.now < model.grace_ends_at:
            leave.append("take_units")
        if request.state == FULFILLED:
            return ["settle", "confirm"] if is_late else ["dispute", "dispute", "confirm"]
        if request.state == GRANTED or (is_late and request.state != ASKED):
            return leave
        if request.state == DISPUTED:
            is_silent = model.terms.arbiter == self.arbiters[1]
            return ["confirm"] if is_silent else ["decide", "decide", "confirm"]
        if is_late:
            return leave
        steps = [["accept", "accept", "fulfil"], ["fulfil"], []][self.conduct(model.issuer)]
        if request.state == ACCEPTED:
            return [step for step in steps if step != "accept"] or ["confirm"]
        return [*steps, *steps, *leave]

    def go_on(self, step: str, number: int, sender: str | None, alike: list[int]) -> None:
        """One step of a request, by whom it is due unless there is a sender."""
        request = self.model.requests[number - 1]
        model = self.model.sub_tokens[request.sub_token]
        if step in ("accept", "fulfil"):
            more = [[EVIDENCE] * len(alike)] if step == "fulfil" else []
            self.call(step, sender or model.issuer, alike, *more)
        elif step in ("confirm", "settle"):
            self.end(step, sender or request.holder, alike)
        elif step == "dispute":
            self.call(step, sender or request.holder, number, REASON)
        elif step == "decide":
            self.end(step, sender or model.terms.arbiter, number, number % 2 == 0, REASON)
        else:
            self.end(step, sender or request.holder, number)

    def alike(self, number: int, step: str) -> list[int]:
        """That request and others of the same issuer and holder for which it is the same step."""
        request = self.model.requests[number - 1]
        issuer = self.model.sub_tokens[request.sub_token].issuer
        found = [number]
        for other, each in enumerate(self.model.requests, start=1):
            is_same = self.model.sub_tokens[each.sub_token].issuer == issuer
            is_same &= each.holder == request.holder and each.is_open and other != number
            if is_same and step in self.next_steps(each):
                found.append(other)
        return found[:50]

    # ---- what must hold

    def sub_tokens_are_equal(self) -> None:
        issuer, model = self.issuer, self.model
        assert issuer.request_count() == len(model.requests)
        for number, request in enumerate(model.requests, start=1):
            assert tuple(issuer.request_of(number)) == request.as_view()
        for address, clone in self.clones.items():
            expected = model.sub_tokens[address]
            assert issuer.is_sub_token(address)
            assert issuer.issuer_of(address) == expected.issuer
            assert tuple(issuer.info(address)) == model.info(address)
            assert issuer.state(address) == model.state(address)
            assert clone.totalSupply() == model.supply(address)
            assert clone.balanceOf(issuer) == model.aside(address)
            for holder in (*self.holders, *self.arbiters):
                assert clone.balanceOf(holder) == expected.held[holder]
            assert issuer.collateral(address) == model.collateral(address)

    def stakes_are_equal(self) -> None:
        staking, model, issuer = self.staking, self.staking_model, self.issuer.address
        for account in self.holders:
            expected = model.allowances[account, issuer], model.locks[account, issuer]
            assert staking.lock_of(account, issuer) == expected
            assert staking.staked(account) == model.positions[account].units
            exits = model.exits(account)
            found = staking.exits(account)
            assert (found[0], found[1], found[3]) == (exits.due, exits.first, exits.second)
            assert self.token.balanceOf(account) == self.token_model.balances[account]
        assert self.token.balanceOf(self.issuer) == self.sent
        assert self.router.total_owed() == self.router_model.total_owed()

    def collateral_covers_all(self) -> None:
        """Invariant 16, on the chain's own word."""
        issuer, locked = self.issuer, Counter()
        for address, clone in self.clones.items():
            face, of, is_closed = clone.face_value(), issuer.issuer_of(address), False
            is_closed = issuer.info(address)[7]
            backed = clone.balanceOf(issuer) if is_closed else clone.totalSupply()
            collateral = issuer.collateral(address)
            assert collateral == face * backed, "invariant 16: not face times what it backs"
            locked[of] += collateral
            outstanding = clone.totalSupply() + self.gone[address]
            assert outstanding == self.minted[address], "invariant 16: not redeemed once"
        for account in self.issuers:
            found = self.staking.lock_of(account, issuer)[1]
            assert found == locked[account], "invariant 16: not the sum over its sub-tokens"
            assert self.staking.staked(account) >= locked[account]


class SubTokenMachine(SubTokenActions):
    """Which calls are made, in what order."""

    person = st.integers(0, 4)
    merchant = st.integers(0, 2)
    any_number = st.integers(0, 1_000)

    def terms(self, sender: str, face: int, life: int, **changes: Any) -> Terms:
        standard = Terms(
            name="Ten Coffees",
            symbol="COFFEE",
            decimals=2,
            face_value=face,
            description_hash=HASH,
            expiry=self.clock.now + life,
            grace_seconds=30 * DAY,
            window_seconds=3 * DAY,
            arbiter=self.arbiters[0],
            is_transferable=True,
        )
        return standard._replace(**changes)

    @initialize(seed=strategies.binary(min_size=6, max_size=6))
    def begins(self, seed: bytes) -> None:
        """So that there is something to redeem in every example."""
        rng = Random(seed)
        for who, face in enumerate((3_000, FACES.make(rng), FACES.make(rng))):
            life = LIVES.make(rng)
            issuer = self.issuers[who]
            terms = self.terms(issuer, face, life, is_transferable=who != 1)
            assert self.open(issuer, terms, INFINITE)
            address = self.some_clone(who)
            for holder in self.holders[:2]:
                self.mint(issuer, address, holder, 1_000)
                self.call("request", holder, [Order(address, 10 + who, HASH)] * 2)

    @action(
        weight=3,
        who=merchant,
        face=FACES,
        life=LIVES,
        grace=GRACES,
        window=WINDOWS,
        is_transferable=st.booleans(),
        is_silent=st.booleans(),
        is_mean=RARELY,
    )
    def opens(
        self,
        who: int,
        face: int,
        life: int,
        grace: int,
        window: int,
        is_transferable: bool,
        is_silent: bool,
        is_mean: bool,
    ) -> None:
        issuer = self.issuers[who]
        changes = {"grace_seconds": grace, "window_seconds": window}
        changes |= {"is_transferable": is_transferable, "arbiter": self.arbiters[is_silent]}
        terms = self.terms(issuer, face, life, **changes)
        max_fee = max(self.model.issue_fee - 1, 0) if is_mean else INFINITE
        if self.open(issuer, terms, max_fee) and not is_silent:
            self.mint(issuer, list(self.clones)[-1], self.holders[who % 2], 100)

    @action(weight=1, who=merchant, changes=BAD_TERMS)
    def opens_badly(self, who: int, changes: dict[str, Any]) -> None:
        issuer = self.issuers[who]
        self.open(issuer, self.terms(issuer, 1, DAY, **changes), INFINITE)

    @action(
        weight=5,
        choice=any_number,
        to=person,
        amount=st.integers(1, 10_000),
        fault=st.integers(0, 30),
    )
    def mints(self, choice: int, to: int, amount: int, fault: int) -> None:
        """For as much as is free, at most, unless something is wrong with it."""
        is_open = [a for a in self.clones if self.model.state(a) == OPEN] or list(self.clones)
        address = is_open[choice % len(is_open)] if fault != 1 else self.some_clone(choice)
        model = self.model.sub_tokens[address]
        free = self.staking_model.positions[model.issuer].units
        free -= self.staking_model.locked(model.issuer)
        allowance = self.staking_model.allowances[model.issuer, self.issuer.address]
        if model.face_value and fault > 3:
            amount = min(amount, min(free, allowance) // model.face_value)
        amount = {2: 0, 3: free // max(model.face_value, 1) + 1, 4: 2**96}.get(fault, amount)
        sender = self.stranger if fault == 5 else model.issuer
        recipient = {6: address, 7: self.issuer.address}.get(fault, self.holders[to])
        if amount or fault == 2:
            self.mint(sender, address, recipient, amount)

    @action(
        weight=3,
        choice=any_number,
        rows=st.lists(st.tuples(person, st.integers(0, 300)), min_size=0, max_size=4),
        fault=st.integers(0, 20),
    )
    def mints_many(self, choice: int, rows: list[tuple[int, int]], fault: int) -> None:
        """For as much as is free, mostly; the same holder more than once, too."""
        is_open = [a for a in self.clones if self.model.state(a) == OPEN] or list(self.clones)
        address = is_open[choice % len(is_open)]
        model = self.model.sub_tokens[address]
        free = self.staking_model.positions[model.issuer].units
        free -= self.staking_model.locked(model.issuer)
        recipients = [self.holders[who] for who, _ in rows]
        amounts = [amount for _, amount in rows]
        if model.face_value and sum(amounts) * model.face_value > free and fault:
            amounts = [min(amount, 1) for amount in amounts]
        if fault == 1:
            amounts.append(1)
        if fault == 2:
            recipients, amounts = [*recipients, address], [*amounts, 1]
        if fault == 3:
            recipients, amounts = [*recipients, self.holders[0]], [*amounts, 2**96]
        sender = self.stranger if fault == 4 else model.issuer
        self.mint_batch(sender, address, recipients, amounts)

    @action(
        choice=any_number, to=person, share=SHARES, is_spent=st.booleans(), fault=st.integers(0, 20)
    )
    def transfers(self, choice: int, to: int, share: int, is_spent: bool, fault: int) -> None:
        address, holder = self.some_holding(choice)
        held = self.model.sub_tokens[address].held[holder]
        recipient = {0: address, 1: self.issuer.address}.get(fault, self.holders[to])
        if fault == 2:
            recipient = self.arbiters[0]
        self.transfer(holder, address, recipient, held * share // 100, is_spent)

    @action(choice=any_number, share=SHARES, is_burnt=RARELY, is_fake=RARELY)
    def redeems(self, choice: int, share: int, is_burnt: bool, is_fake: bool) -> None:
        address, holder = self.some_holding(choice)
        amount = self.model.sub_tokens[address].held[holder] * share // 100 + (share > 100)
        if is_fake:
            address = self.token.address
        (self.burn if is_burnt else self.redeem)(holder, address, amount)

    @action(
        weight=8,
        choices=st.lists(st.tuples(any_number, SHARES), min_size=0, max_size=4),
        fault=st.integers(0, 30),
    )
    def requests(self, choices: list[tuple[int, int]], fault: int) -> None:
        """Of all that one holder has, in parts."""
        address, holder = self.some_holding(choices[0][0] if choices else 0)
        orders = []
        mine = [a for a, each in self.model.sub_tokens.items() if each.held[holder]]
        mine = [a for a in mine if self.model.state(a) == OPEN or fault == 0] or [address]
        for choice, share in choices:
            address = mine[choice % len(mine)]
            held = self.model.sub_tokens[address].held[holder]
            amount = held * share // 100 // (1 if share > 60 else len(choices))
            orders.append(Order(address, max(amount, int(fault > 1)), HASH))
        if orders or fault == 2:
            self.call("request", holder, orders)

    @action(weight=2, fault=st.booleans(), choice=any_number)
    def an_arbiter_asks(self, fault: bool, choice: int) -> None:
        """It has units as anybody may, and can only take their face value."""
        for address, each in self.model.sub_tokens.items():
            arbiter = each.terms.arbiter
            if each.held[arbiter] and self.model.state(address) == OPEN:
                self.call("request", arbiter, [Order(address, 1, HASH)])
                if each.face_value:
                    self.redeem(arbiter, address, 1)
                break

    @action(weight=20, choices=st.lists(STEPS, min_size=1, max_size=5))
    def goes_on(self, choices: list[tuple[int, int, bool]]) -> None:
        for choice, taste, is_many in choices:
            number, request = self.some_request(choice)
            if request.is_open:
                steps = self.next_steps(request)
                step = steps[taste % len(steps)] if steps else "confirm"
                alike = self.alike(number, step) if is_many else [number]
                self.go_on(step, number, None, alike)

    @action(
        choice=any_number,
        step=st.sampled_from(
            [
                "accept",
                "fulfil",
                "confirm",
                "settle",
                "dispute",
                "decide",
                "take_units",
                "take_face",
            ]
        ),
        who=st.integers(0, 7),
        fault=st.integers(0, 9),
    )
    def tries_anything(self, choice: int, step: str, who: int, fault: int) -> None:
        """Also what has ended, by somebody else, without a reason, twice in one call."""
        if not self.model.requests:
            return
        number = choice % len(self.model.requests) + 1
        if who > 3:
            number, _ = self.some_request(choice)
        request = self.model.requests[number - 1]
        model = self.model.sub_tokens[request.sub_token]
        people = [model.issuer, request.holder, model.terms.arbiter, self.stranger]
        due = {"accept": 0, "fulfil": 0, "decide": 2}.get(step, 1)
        sender = people[who if who < 4 else due]
        number += (fault == 0) * 1_000
        numbers = {1: [number, number], 2: []}.get(fault, [number])
        if step == "fulfil":
            hashes = [EVIDENCE] * len(numbers) if fault not in (3, 4) else [bytes(32)] * (fault - 2)
            self.call(step, sender, numbers, hashes)
        elif step == "accept":
            self.call(step, sender, numbers)
        elif step in ("confirm", "settle"):
            self.end(step, sender, numbers)
        elif step == "dispute":
            self.call(step, sender, number, bytes(32) if fault == 3 else REASON)
        elif step == "decide":
            reason = bytes(32) if fault == 3 else REASON
            self.end(step, sender, number, choice % 2 == 0, reason)
        else:
            self.end(step, sender, number)

    @action(weight=2, choice=any_number, is_foreign=RARELY)
    def ends_a_sub_token(self, choice: int, is_foreign: bool) -> None:
        is_open = [a for a, each in self.model.sub_tokens.items() if not each.is_closed]
        empty = [a for a in is_open if self.model.supply(a) == 0]
        address = empty[choice % len(empty)] if empty else self.some_clone(choice)
        sender = self.stranger if is_foreign else self.model.sub_tokens[address].issuer
        is_empty = self.model.supply(address) == 0
        self.call("close" if is_empty or choice % 9 == 0 else "reclaim", sender, address)

    @action(weight=4)
    def reclaims_at_once(self) -> None:
        for address in self.clones:
            if self.model.state(address) == 3:
                self.call("reclaim", self.model.sub_tokens[address].issuer, address)

    @action(weight=2, who=merchant, share=SHARES)
    def an_issuer_takes_what_is_free(self, who: int, share: int) -> None:
        """Bob takes all of it, and tries to take more."""
        issuer = self.issuers[who]
        free = self.staking_model.positions[issuer].units - self.staking_model.locked(issuer)
        amount = free + share // 100 if who == LIES else free * share // 100
        if amount:
            self.of_staking("withdraw", issuer, amount)
        if who == LIES:
            self.of_staking("approve_lock", issuer, self.issuer.address, amount)

    @action(weight=2, who=merchant)
    def an_issuer_stakes_more(self, who: int) -> None:
        issuer = self.issuers[who]
        if self.token_model.balances[issuer] > 10 * COS:
            self.of_staking("stake", issuer, self.token_model.balances[issuer] // 4)
        self.of_staking("approve_lock", issuer, self.issuer.address, INFINITE)

    @action(weight=2, who=person)
    def is_paid(self, who: int) -> None:
        account = self.holders[who]
        if self.staking_model.exits(account).due:
            self.of_staking("pay_exit", self.stranger, account)

    @action(weight=1, amount=st.integers(1, 10**9))
    def sends_directly(self, amount: int) -> None:
        if self.token_model.balances[self.issuers[0]] >= amount:
            self.send_directly(amount)

    @action(
        weight=1, fee=st.sampled_from([0, 1, COS, 5 * COS, MAX_ISSUE_FEE + 1]), is_stranger=RARELY
    )
    def sets_the_fee(self, fee: int, is_stranger: bool) -> None:
        sender = self.stranger if is_stranger else self.governance
        self.call("set_issue_fee", sender, fee)

    @action(weight=1, choice=any_number)
    def without_its_role_it_can_only_release(self, choice: int) -> None:
        self.set_locker(False)
        address, holder = self.some_holding(choice)
        self.burn(holder, address, min(self.model.sub_tokens[address].held[holder], 1))
        if choice % 3 == 0:
            self.redeem(holder, address, 1)
        self.set_locker(True)

    @action(seconds=st.sampled_from([1, DAY, 3 * DAY, 20 * DAY]))
    def time_passes(self, seconds: int) -> None:
        self.warp(self.clock.now + seconds)

    @action(weight=6, choice=any_number, late=st.sampled_from([-1, 0, 1]))
    def a_deadline_comes(self, choice: int, late: int) -> None:
        if not self.model.requests:
            return
        self.warp(self.some_request(choice)[1].deadline + late)

    @action(weight=4, choice=any_number, late=st.sampled_from([-1, 0, 1]), is_expiry=st.booleans())
    def a_sub_token_comes_to_its_end(self, choice: int, late: int, is_expiry: bool) -> None:
        model = self.model.sub_tokens[self.some_clone(choice)]
        end = model.terms.expiry if is_expiry else model.grace_ends_at
        if end < self.clock.now + 500 * DAY:
            self.warp(end + late)

    @rule(seed=strategies.binary(min_size=6, max_size=6))
    def acts(self, seed: bytes) -> None:
        self.steps += 1
        name, arguments = REPERTOIRE.choose(seed, self.steps)
        note(f"{name}: {arguments}")
        getattr(self, name)(**arguments)

    @invariant()
    def it_is_covered_and_both_sides_are_equal(self) -> None:
        self.collateral_covers_all()
        self.sub_tokens_are_equal()
        self.stakes_are_equal()


REPERTOIRE = Repertoire(SubTokenMachine)


class TestSubTokens(SubTokenMachine.TestCase):
    settings = run_settings(examples=25, steps=60)

    def runTest(self) -> None:  # noqa: N802, the name is unittest's
        SubTokenMachine.calls.clear()
        super().runTest()
        check_call_mix(SubTokenMachine, REASONS)
