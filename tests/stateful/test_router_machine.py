"""FeeRouter against its model, call by call, with the real Treasury and two staking contracts.

Two people pay, one of them also through a collector; three accounts register apps, the Center's
address among them, and hand them over. After every call all that the router tells is compared, what
it holds is owed to the last unit (invariant 15), and less than the threshold waits for the stakers
after a fee. Whatever is sent to the router directly must change nothing.
"""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, precondition, rule

from cos.chain import Chain
from tests.models import INFINITE, ZERO_ADDRESS
from tests.models.authority import AuthorityModel
from tests.models.clock import Clock
from tests.models.cos_credit import CAP, CosCreditModel
from tests.models.cos_staking import CosStakingModel
from tests.models.fee_router import (
    COS,
    E4,
    E8,
    MAX_APP_FEE,
    POLICY_LIMIT,
    POLICY_WINDOW,
    FeeRouterModel,
)
from tests.models.treasury import CENTER_RESERVE, GENESIS_AMOUNT, TreasuryModel
from tests.stateful.machine import Machine, check_call_mix, run_settings

DAY = 86_400
HASH, OTHER, REASON = b"\x11" * 32, b"\x12" * 32, b"\x22" * 32
FUND = 10**9 * COS

# All but those that a supply of 64 bits rules out.
REASONS = {
    f"router: {reason}"
    for reason in (
        "above policy limit",
        "above your maximum",
        "amount too large",
        "app is delisted",
        "app is paused",
        "bad account",
        "fee out of bounds",
        "no amount",
        "no metadata",
        "no nodes yet",
        "no reason",
        "no such app",
        "not a collector",
        "not governance",
        "not offered to you",
        "not the center's app",
        "not the developer",
        "not the nodes' account",
        "nothing to distribute",
        "nothing to withdraw",
        "shares out of bounds",
        "system share too large",
        "threshold too large",
        "times out of bounds",
    )
} | {"token: insufficient allowance", "treasury: above allowance", "treasury: not an issuer"}

RARELY = st.integers(0, 15).map(lambda n: n == 15)
AMOUNTS = st.one_of(st.integers(1, 30), st.integers(10**3, 10**12), st.integers(1, 5_000 * COS))
FEES = st.one_of(st.integers(1, 30), st.integers(1, 10**9), st.just(MAX_APP_FEE))
PERSON = st.integers(0, 2)


class RouterActions(Machine):
    """Calls to the router and its model alike, and what must be equal between them."""

    def __init__(self) -> None:
        super().__init__()
        self.chain = chain = Chain(timestamp=1_700_000_000)
        self.clock = Clock(chain.timestamp)
        self.governance, self.stranger, self.collector = (
            chain.account(label) for label in ("governance", "stranger", "collector")
        )
        self.payers = [chain.account(label) for label in ("ada", "ben")]
        self.centers = [chain.account(label) for label in ("center", "other center")]
        self.nodes = [chain.account(label) for label in ("nodes", "other nodes")]
        self.developers = [*map(chain.account, ("dev", "other dev")), self.centers[0]]
        self.sent = 0
        self._deploy()

    def _deploy(self) -> None:
        chain, governance, clock = self.chain, self.governance, self.clock
        authority = chain.deploy("Authority", governance, sender=governance)
        self.token = token = chain.deploy("CosCredit", authority, sender=governance)
        caps = [CAP // 8] * 8
        self.treasury = treasury = chain.deploy(
            "Treasury", authority, token, caps, sender=governance
        )
        token.set_minter(treasury, sender=governance)
        self.stakings = [
            chain.deploy("CosStaking", authority, token, sender=governance) for _ in range(2)
        ]
        settings = (3_333, 1_000, 10)
        arguments = (authority, token, treasury, self.stakings[0], self.centers[0], *settings)
        self.router = router = chain.deploy("FeeRouter", *arguments, sender=governance)

        authority_model = AuthorityModel(governance)
        self.token_model = token_model = CosCreditModel(authority_model, token.address)
        self.treasury_model = TreasuryModel(token_model, treasury.address, caps)
        token_model.set_minter(governance, treasury.address)
        models = [CosStakingModel(token_model, s.address, clock) for s in self.stakings]
        self.model = FeeRouterModel(
            self.treasury_model, router.address, clock, models[0], self.centers[0], *settings
        )
        self.model.stakings[models[1].address] = models[1]

        parts = [(bucket, governance, GENESIS_AMOUNT // 3) for bucket in range(3)]
        treasury.genesis(parts, sender=governance)
        self.treasury_model.genesis(governance, parts)
        for payer in self.payers:
            token.transfer(payer, FUND, sender=governance)
            token_model.transfer(governance, payer, FUND)
            token.approve(router, INFINITE, sender=payer)
            token_model.approve(payer, router.address, INFINITE)
        router.set_collector(self.collector, True, sender=governance)
        self.model.set_collector(governance, self.collector, True)
        self.set_allowance(CAP // 8)

    def call(self, function: str, sender: str, *args: Any) -> bool:
        """Both sides with the same arguments; whether they succeeded, with equal results."""
        results = []
        succeeded = self.attempt(
            function,
            lambda: results.append(self.router.transact(function, *args, sender=sender).value),
            lambda: results.append(getattr(self.model, function)(sender, *args)),
        )
        assert not succeeded or results[0] == results[1], (function, *results)
        return succeeded

    def set_allowance(self, amount: int) -> None:
        """What the router may issue."""
        args = (CENTER_RESERVE, self.router.address, amount)
        self.treasury.set_issuer(*args, sender=self.governance)
        self.treasury_model.set_issuer(self.governance, *args)

    def send_directly(self, amount: int) -> None:
        before = self.router.owed()
        self.token.transfer(self.router.address, amount, sender=self.payers[0])
        self.token_model.transfer(self.payers[0], self.router.address, amount)
        self.sent += amount
        assert self.router.owed() == before

    def little_waits(self) -> None:
        threshold_e8 = self.model.push_threshold * COS * E8
        assert self.router.owed()[0] < max(threshold_e8, E8)

    def warp(self, to: int) -> None:
        self.chain.warp(to)
        self.clock.now = to

    def both_are_equal(self) -> None:
        router, model = self.router, self.model
        assert router.owed() == model.owed()
        assert router.total_owed() == model.total_owed()
        assert router.shares() == model.shares()
        assert router.system_bps() == model.system_bps
        assert router.push_threshold() == model.push_threshold
        assert router.policy_room() == model.policy_room()
        addresses = (router.staking(), router.center(), router.nodes())
        assert addresses == (model.staking, model.center, model.nodes)
        assert router.is_collector(self.collector) == (self.collector in model.collectors)
        assert router.app_count() == len(model.apps)
        for number, app in enumerate(model.apps, start=1):
            assert router.app(number) == app.as_view()
        for developer in self.developers:
            assert router.owed_to(developer) == model.owed_to(developer)

    def coins_are_where_they_should_be(self) -> None:
        """Invariants 2 and 15; and no allowance stays behind."""
        token = self.token
        staking = [each.address for each in self.stakings]
        owed, total = self.router.owed(), self.router.total_owed()
        assert sum(owed) == total * E8, "invariant 15: parts of a unit are owed to nobody"
        held = token.balanceOf(self.router.address) - self.sent
        assert held == total, "invariant 15: not what came in is owed"
        earned = sum(map(self.router.owed_to, self.developers))
        assert earned == owed[3], "invariant 15: developers don't add up"
        assert all(token.allowance(self.router.address, each) == 0 for each in staking)
        for each, contract in zip(staking, self.stakings, strict=True):
            assert contract.income()[0] == self.model.stakings[each].pot
        people = (*self.payers, *self.centers, *self.nodes, *self.developers)
        for account in (*people, *staking, self.router.address):
            assert token.balanceOf(account) == self.token_model.balances[account]


class RouterMachine(RouterActions):
    """Which calls are made, in what order."""

    def governance_or(self, is_stranger: bool) -> str:
        return self.stranger if is_stranger else self.governance

    def an_app(self, choice: int) -> int:
        """One that there is, mostly."""
        return choice % len(self.model.apps) + 1 if choice < 60 else choice - 60

    def developer_of(self, number: int, is_stranger: bool) -> str:
        known = 1 <= number <= len(self.model.apps) and not is_stranger
        return self.model.apps[number - 1].developer if known else self.stranger

    @initialize(fee=FEES)
    def begins(self, fee: int) -> None:
        """So that there are apps in every example."""
        for developer in self.developers:
            self.call("register_app", developer, fee, HASH)

    @rule(payer=st.integers(0, 1), amount=AMOUNTS, odd=st.sampled_from([0] * 14 + [1, 2]))
    def pays(self, payer: int, amount: int, odd: int) -> None:
        if self.call("pay_fee", self.payers[payer], (amount, 0, 2**64)[odd]):
            self.little_waits()

    @rule(amount=AMOUNTS, stranger=RARELY, poor=RARELY)
    def collects(self, amount: int, stranger: bool, poor: bool) -> None:
        payer = self.stranger if poor else self.payers[0]
        sender = self.stranger if stranger else self.collector
        if self.call("pay_fee_from", sender, payer, amount):
            self.little_waits()

    @rule(
        payer=st.integers(0, 1),
        choice=st.integers(0, 63),
        times=st.sampled_from([1, 1, 2, 3, 100, 10_000, 0, 10_001]),
        short=RARELY,
    )
    def uses(self, payer: int, choice: int, times: int, short: bool) -> None:
        number = self.an_app(choice)
        fee = self.model.apps[number - 1].fee if 1 <= number <= len(self.model.apps) else 1
        if fee * times > 1_000 * COS:
            times = min(times, 1)
        maximum = max(fee * times - short, 0)
        if self.call("use_app", self.payers[payer], number, times, maximum, HASH):
            self.little_waits()

    @rule(amount=AMOUNTS)
    def sends_directly(self, amount: int) -> None:
        self.send_directly(amount)

    @rule(payer=st.integers(0, 1), amount=AMOUNTS)
    def distributes(self, payer: int, amount: int) -> None:
        self.call("pay_fee", self.payers[payer], amount)
        self.call("distribute", self.stranger)

    @rule(choice=PERSON)
    def pays_a_developer(self, choice: int) -> None:
        """Who has earned something; nobody has: the first app is used, and its developer asks."""
        owing = [each for each in self.developers if self.model.owed_to(each) >= E8]
        if not owing:
            self.uses(0, 0, 3, False)
            owing = [self.model.apps[0].developer]
        self.call("withdraw", self.stranger, owing[choice % len(owing)])

    @rule(amount=AMOUNTS)
    def pays_the_center(self, amount: int) -> None:
        self.call("pay_fee", self.payers[0], amount)
        self.call("withdraw_center", self.stranger)

    @rule(amount=AMOUNTS, stranger=RARELY)
    def pays_the_nodes(self, amount: int, stranger: bool) -> None:
        if self.model.nodes == ZERO_ADDRESS or self.model.nodes_bps == 0:
            self.call("withdraw_nodes", self.nodes[0])
            self.call("set_shares", self.governance, 3_000, 1_234)
            self.call("set_nodes", self.governance, self.nodes[0])
        self.call("pay_fee", self.payers[0], amount)
        self.call("withdraw_nodes", self.stranger if stranger else self.model.nodes)

    @rule(
        share=st.sampled_from([1, 10, 33, 50, 100, 0]),
        over=RARELY,
        stranger=RARELY,
        late=st.sampled_from([-1, 0, 1, None, None]),
    )
    def pays_a_policy_dividend(
        self, share: int, over: bool, stranger: bool, late: int | None
    ) -> None:
        """Of what may still be paid; sometimes in the second around which an old one drops out."""
        if late is not None and self.model.policy:
            old = [time + POLICY_WINDOW for time, _ in self.model.policy]
            ahead = [time for time in old if time + late >= self.clock.now]
            if ahead:
                self.warp(ahead[0] + late)
        room = self.model.policy_room()
        if room == 0:
            self.call("pay_policy_dividend", self.governance, 1)
            self.warp(self.clock.now + POLICY_WINDOW // 2)
            return
        amount = room * share // 100 + over * (room + 1)
        self.call("pay_policy_dividend", self.governance_or(stranger), amount)

    @rule(amount=st.sampled_from([CAP // 8, CAP // 8, CAP // 8, POLICY_LIMIT // 10, 1, 0]))
    def sets_the_allowance(self, amount: int) -> None:
        self.set_allowance(amount)

    @rule(choice=PERSON, fee=FEES, odd=st.sampled_from([0] * 12 + [1, 2, 3]))
    def registers(self, choice: int, fee: int, odd: int) -> None:
        args = ((fee, HASH), (0, HASH), (MAX_APP_FEE + 1, HASH), (fee, bytes(32)))[odd]
        if len(self.model.apps) < 12 or odd:
            self.call("register_app", self.developers[choice], *args)

    @rule(choice=st.integers(0, 61), fee=FEES, odd=st.sampled_from([0] * 12 + [1]), who=RARELY)
    def sets_a_fee(self, choice: int, fee: int, odd: int, who: bool) -> None:
        number = self.an_app(choice)
        self.call("set_app_fee", self.developer_of(number, who), number, (fee, 0)[odd])

    @rule(choice=st.integers(0, 61), metadata=st.sampled_from([HASH, OTHER, bytes(32)]), who=RARELY)
    def sets_metadata(self, choice: int, metadata: bytes, who: bool) -> None:
        number = self.an_app(choice)
        self.call("set_app_metadata", self.developer_of(number, who), number, metadata)

    @rule(choice=st.integers(0, 61), paused=st.sampled_from([False, False, True]), who=RARELY)
    def pauses(self, choice: int, paused: bool, who: bool) -> None:
        number = self.an_app(choice)
        self.call("set_app_paused", self.developer_of(number, who), number, paused)

    @rule(choice=st.integers(0, 61), to=PERSON, back=RARELY, who=RARELY, wrong=RARELY)
    def hands_over(self, choice: int, to: int, back: bool, who: bool, wrong: bool) -> None:
        number, heir = self.an_app(choice), self.developers[to]
        developer = self.developer_of(number, who)
        self.call("offer_app", developer, number, ZERO_ADDRESS if back else heir)
        self.call("accept_app", self.stranger if wrong else heir, number)

    @rule(
        choice=st.integers(0, 61),
        listed=st.sampled_from([True, True, False]),
        silent=RARELY,
        stranger=RARELY,
    )
    def lists(self, choice: int, listed: bool, silent: bool, stranger: bool) -> None:
        reason = bytes(32) if silent else REASON
        sender = self.governance_or(stranger)
        self.call("set_app_listed", sender, self.an_app(choice), listed, reason)

    @rule(choice=st.integers(0, 61), official=st.booleans(), stranger=RARELY, any_=RARELY)
    def makes_official(self, choice: int, official: bool, stranger: bool, any_: bool) -> None:
        apps = enumerate(self.model.apps, start=1)
        centers = [number for number, app in apps if app.developer == self.model.center]
        number = centers[choice % len(centers)] if centers and not any_ else self.an_app(choice)
        self.call("set_official", self.governance_or(stranger), number, official)
        self.uses(0, number - 1, 2, False)

    @rule(
        stakers=st.integers(2_000, E4),
        nodes=st.integers(0, 4_000),
        odd=st.sampled_from([0] * 12 + [1, 2, 3]),
        stranger=RARELY,
    )
    def sets_shares(self, stakers: int, nodes: int, odd: int, stranger: bool) -> None:
        inside = (min(stakers, E4 - nodes), nodes)
        args = (inside, (1_999, 0), (2_000, 4_001), (E4 - nodes + 1, nodes))[odd]
        self.call("set_shares", self.governance_or(stranger), *args)

    @rule(bps=st.sampled_from([0, 1, 333, 1_000, 2_999, 3_000, 3_001]), stranger=RARELY)
    def sets_the_system_share(self, bps: int, stranger: bool) -> None:
        self.call("set_system_share", self.governance_or(stranger), bps)

    @rule(cos=st.sampled_from([0, 1, 10, 1_000, 1_000_000, 1_000_001]), stranger=RARELY)
    def sets_the_threshold(self, cos: int, stranger: bool) -> None:
        self.call("set_push_threshold", self.governance_or(stranger), cos)

    @rule(allowed=st.booleans(), odd=RARELY, stranger=RARELY)
    def sets_the_collector(self, allowed: bool, odd: bool, stranger: bool) -> None:
        """It is dismissed, or not; and back again, or little would be collected."""
        sender = self.governance_or(stranger)
        self.call("set_collector", sender, ZERO_ADDRESS if odd else self.collector, allowed)
        if self.collector not in self.model.collectors:
            self.call("pay_fee_from", self.collector, self.payers[0], 1)
            self.call("set_collector", self.governance, self.collector, True)

    @rule(
        which=st.sampled_from(["set_staking", "set_center", "set_nodes"]),
        choice=st.integers(0, 1),
        odd=st.sampled_from([0] * 12 + [1, 2, 3, 4]),
        stranger=RARELY,
    )
    def sets_an_account(self, which: str, choice: int, odd: int, stranger: bool) -> None:
        good = {
            "set_staking": self.stakings[choice].address,
            "set_center": self.centers[choice],
            "set_nodes": self.nodes[choice],
        }[which]
        bad = (self.token.address, self.treasury.address, self.router.address, ZERO_ADDRESS)
        self.call(which, self.governance_or(stranger), (good, *bad)[odd])

    @rule(seconds=st.sampled_from([1, DAY, 5 * DAY, 30 * DAY, 200 * DAY]))
    def time_passes(self, seconds: int) -> None:
        self.warp(self.clock.now + seconds)

    @precondition(lambda self: self.clock.now < 2**33)
    @rule()
    def decades_pass(self) -> None:
        """Past 2106, once; staking takes income until 2283."""
        self.warp(max(self.clock.now, min(self.clock.now + 10**9, 2**32 + 10**9)))

    @invariant()
    def all_is_owed_and_both_sides_are_equal(self) -> None:
        self.coins_are_where_they_should_be()
        self.both_are_equal()


class TestRouter(RouterMachine.TestCase):
    settings = run_settings(examples=20, steps=40)

    def runTest(self) -> None:  # noqa: N802, the name is unittest's
        RouterMachine.calls.clear()
        super().runTest()
        check_call_mix(RouterMachine, REASONS)
