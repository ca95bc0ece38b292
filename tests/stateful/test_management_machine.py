"""ManagementPool against its model, call by call, over decades of calendar months, with the real
vault, Treasury and token behind it.

The committee and governance award, governance moves the peak, to and fro, and the vault pays what
unlocks. After every call the chain's own word must keep invariants 2 and 11, and all that pool and
vault tell is compared with the models. What is sent to the pool directly must change nothing.
"""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, precondition, rule

from cos.chain import Chain, Revert
from tests.models import ZERO_ADDRESS
from tests.models.authority import COMMITTEE_ROLE, AuthorityModel
from tests.models.calendar_months import month_start
from tests.models.clock import Clock
from tests.models.cos_credit import CAP, CosCreditModel
from tests.models.management_pool import BUCKET, ManagementPoolModel
from tests.models.treasury import TreasuryModel
from tests.models.vesting_vault import VestingVaultModel
from tests.stateful.machine import Machine, check_call_mix, run_settings

DAY = 86_400
UTC_8 = 8 * 3_600
REASON = b"\x22" * 32
CAPS = [CAP * percent // 100 for percent in (5, 33, 8, 12, 27, 5, 5, 5)]
GENESIS = [CAP * percent // 100 for percent in (5, 17, 8)]
BUDGET = CAPS[BUCKET]
LATEST = month_start(5_400 * 12, UTC_8)  # the vault's months end in 5461

# All but those of the constructor and of the views.
REASONS = {
    "curve: peak out of bounds",
    "pool: above released",
    "pool: bad beneficiary",
    "pool: no reason",
    "pool: not committee or governance",
    "pool: not governance",
    "vault: bad beneficiary",
    "vault: no amount",
    "vault: nothing to release",
}

RARELY = st.integers(0, 15).map(lambda n: n == 15)
# Parts of what is not awarded, in hundredths: mostly within it, often all, sometimes a unit more.
SHARES = st.integers(0, 99).map(lambda n: n if 0 < n <= 60 else (100, 100, 100, 101, 0)[n % 5])
PEAKS = st.integers(6, 120)
BAD_PEAKS = st.sampled_from([0, 5, 121, 2**8 + 6, 2**256 - 1])


class ManagementActions(Machine):
    """Calls to both sides, and what must be equal between them or hold on the chain alone."""

    def __init__(self) -> None:
        super().__init__()
        self.chain = chain = Chain(timestamp=1_700_000_000)
        self.clock = Clock(chain.timestamp)
        self.governance, self.committee, self.founder, self.stranger = (
            chain.account(label) for label in ("governance", "committee", "founder", "stranger")
        )
        self.people = [self.committee, *(chain.account(label) for label in ("ada", "ben"))]
        self._deploy()
        # month -> what had been released by then
        self.seen = {self.pool.FIRST_MONTH() - 1: 0}
        self.sent = 0

    def _deploy(self) -> None:
        chain, governance = self.chain, self.governance
        authority = chain.deploy("Authority", governance, sender=governance)
        authority.grantRole(COMMITTEE_ROLE, self.committee, sender=governance)
        self.token = token = chain.deploy("CosCredit", authority, sender=governance)
        treasury = chain.deploy("Treasury", authority, token, CAPS, sender=governance)
        token.set_minter(treasury, sender=governance)
        allocations = [(bucket, self.founder, amount) for bucket, amount in enumerate(GENESIS)]
        treasury.genesis(allocations, sender=governance)
        vault = chain.deploy("VestingVault", authority, token, treasury, UTC_8, sender=governance)
        pool = chain.deploy("ManagementPool", authority, vault, BUDGET, 24, sender=governance)
        treasury.set_issuer(BUCKET, vault.address, BUDGET, sender=governance)
        vault.set_grantor(BUCKET, pool.address, BUDGET, sender=governance)
        self.treasury, self.vault, self.pool = treasury, vault, pool

        authority_model = AuthorityModel(governance)
        authority_model.grant_role(governance, COMMITTEE_ROLE, self.committee)
        self.token_model = CosCreditModel(authority_model, token.address)
        treasury_model = TreasuryModel(self.token_model, treasury.address, CAPS)
        self.token_model.set_minter(governance, treasury.address)
        treasury_model.genesis(governance, allocations)
        treasury_model.set_issuer(governance, BUCKET, vault.address, BUDGET)
        self.vault_model = VestingVaultModel(
            self.token_model, treasury_model, vault.address, self.clock, UTC_8
        )
        self.vault_model.set_grantor(governance, BUCKET, pool.address, BUDGET)
        self.model = ManagementPoolModel(self.vault_model, pool.address, self.clock, BUDGET, 24)

    def call(self, function: str, sender: str, *args: Any) -> bool:
        """Pool and model with the same arguments; whether they succeeded, with equal results."""
        return self._call(self.pool, self.model, function, sender, *args)

    def call_vault(self, function: str, sender: str, *args: Any) -> bool:
        return self._call(self.vault, self.vault_model, function, sender, *args)

    def _call(self, contract: Any, model: Any, function: str, sender: str, *args: Any) -> bool:
        results = []
        succeeded = self.attempt(
            function,
            lambda: results.append(getattr(contract, function)(*args, sender=sender)),
            lambda: results.append(getattr(model, function)(sender, *args)),
        )
        assert not succeeded or results[0] == results[1], (function, *results)
        return succeeded

    def award(self, sender: str, beneficiary: str, share: int, reason: bytes = REASON) -> None:
        """A share of what is not awarded, when there is some; 101: a unit more than there is."""
        if self.model.unallocated == 0 and 0 < share <= 100:
            self.warp(month_start(self.model.running_month + 1, UTC_8))
        amount = self.model.unallocated * share // 100
        if share > 100:
            amount = self.model.unallocated + 1
        self.call("award", sender, beneficiary, amount, reason)

    def set_peak(self, sender: str, peak: int) -> None:
        before = self.pool.released()
        self.call("set_peak", sender, peak)
        after = self.pool.released()
        assert before == after, f"invariant 11: a change of the peak alters the past: {after}"

    def send_directly(self, account: str, amount: int) -> None:
        self.token.transfer(account, amount, sender=self.founder)
        self.token_model.transfer(self.founder, account, amount)
        self.sent += amount

    def warp(self, to: int) -> None:
        to = min(max(to, self.clock.now), LATEST)
        self.chain.warp(to)
        self.clock.now = to

    def both_are_equal(self) -> None:
        pool, model, now = self.pool, self.model, self.model.running_month
        assert (pool.released(), pool.awarded(), pool.unallocated()) == (
            model.released,
            model.awarded,
            model.unallocated,
        )
        assert pool.curve_count() == len(model.changes)
        for month in (model.first_month, now - 1, now, now + 1, now + 100):
            assert pool.released_by(month) == model.released_by(month)
            assert pool.monthly_release(month) == model.monthly_release(month)
            assert pool.curve_of(month) == model.curve_of(month)
        assert pool.curve_at(len(model.changes) - 1) == model.curve_at(len(model.changes) - 1)
        for person in self.people:
            assert self.token.balanceOf(person) == self.token_model.balances[person]

    def awards_are_in_the_vault(self) -> None:
        """The newest ones: every award was the newest once."""
        for award in self.model.awards[-2:]:
            grant = self.vault.grant_at(award.beneficiary, award.index)
            assert grant == self.vault_model.grant_at(award.beneficiary, award.index)
            assert (grant[1], grant[2], grant[6:11]) == (
                BUCKET,
                award.amount,
                (award.month, 48, 0, False, False),
            )

    def told(self, month: int) -> int | None:
        """What the pool says was released by a month, if it can tell."""
        try:
            return self.pool.released_by(month)
        except Revert:
            return None

    def the_chain_keeps_its_invariants(self) -> None:
        """On the chain's own word (docs/invariants.md)."""
        released, awarded = self.pool.released(), self.pool.awarded()
        now = self.pool.month_of(self.clock.now)
        assert 0 <= awarded <= released < BUDGET, f"invariant 11: {awarded} of {released} awarded"
        last = max(self.seen.values())
        assert released >= last, f"invariant 11: released falls from {last} to {released}"
        self.seen.setdefault(now, released)
        for month in (*list(self.seen)[:3], *list(self.seen)[-3:]):
            told, seen = self.told(month), self.seen[month]
            assert told == seen, f"invariant 11: what was {seen} in month {month} is {told} now"
        assert self.treasury.minted(BUCKET) == awarded, "invariant 11: awarded and not issued"
        held = self.token.balanceOf(self.vault.address)
        owed = self.vault_model.owed()
        assert held == owed, f"invariant 2: {held} held, {owed} owed"
        assert self.token.balanceOf(self.pool.address) == self.sent


class ManagementMachine(ManagementActions):
    """Which calls are made, in what order."""

    person = st.integers(0, 2)

    @initialize(share=SHARES)
    def begins(self, share: int) -> None:
        self.award(self.committee, self.people[1], share)

    @rule(
        choice=person,
        share=SHARES,
        awarder=st.sampled_from([*["committee"] * 8, *["governance"] * 4, "stranger", "founder"]),
        silent=RARELY,
    )
    def awards(self, choice: int, share: int, awarder: str, silent: bool) -> None:
        reason = bytes(32) if silent else REASON
        self.award(getattr(self, awarder), self.people[choice], share, reason)

    @rule(number=st.integers(0, 11))
    def awards_where_it_would_be_lost(self, number: int) -> None:
        """Mostly next to it: to what is just an account."""
        contracts = [self.pool.address, self.vault.address, self.token.address, ZERO_ADDRESS]
        self.award(self.committee, [*contracts, *self.people * 3][number], 50)

    @rule(peak=PEAKS, then=st.integers(0, 3))
    def sets_the_peak(self, peak: int, then: int) -> None:
        """And awards at once, all there is or a unit more: no peak may make room."""
        self.set_peak(self.governance, peak)
        if then == 0:
            self.award(self.committee, self.people[0], 101)
        if then == 1:
            self.award(self.governance, self.people[2], 100)

    @rule(peak=BAD_PEAKS, sender=st.sampled_from(["governance", "committee", "stranger"]))
    def sets_a_bad_peak(self, peak: int, sender: str) -> None:
        self.set_peak(getattr(self, sender), peak)

    @precondition(lambda self: self.model.awards)
    @rule(choice=st.integers(0, 20), share=SHARES)
    def is_paid(self, choice: int, share: int) -> None:
        """By the vault, at the next boundary; then there is more to award again, too."""
        award = self.model.awards[choice % len(self.model.awards)]
        if self.vault_model.releasable(award.beneficiary, award.index) == 0:
            self.warp(month_start(self.model.running_month + 1, UTC_8))
        self.call_vault("release", self.stranger, award.beneficiary, award.index)
        self.award(self.committee, award.beneficiary, share)

    @rule(amount=st.integers(1, 10**12))
    def is_sent_coins(self, amount: int) -> None:
        self.send_directly(self.pool.address, amount)

    @rule(seconds=st.sampled_from([1, DAY, 20 * DAY]))
    def time_passes(self, seconds: int) -> None:
        self.warp(self.clock.now + seconds)

    @rule(
        months=st.sampled_from([1, 1, 1, 2, 5, 13, 40, 240]),
        late=st.sampled_from([-1, 0, 1]),
        share=SHARES,
    )
    def a_month_begins(self, months: int, late: int, share: int) -> None:
        """To the second around the beginning of a month to come, in which something is awarded."""
        self.warp(month_start(self.model.running_month + months, UTC_8) + late)
        self.award(self.committee, self.people[1], share)

    @rule(months=st.integers(1, 6), peaks=st.lists(PEAKS, min_size=1, max_size=6))
    def the_peak_moves_to_and_fro(self, months: int, peaks: list[int]) -> None:
        for peak in peaks:
            self.set_peak(self.governance, peak)
            self.warp(month_start(self.model.running_month + months, UTC_8))
            self.the_chain_keeps_its_invariants()

    @invariant()
    def all_is_well(self) -> None:
        """The chain's own word first: that says what is wrong, not only that something is."""
        self.the_chain_keeps_its_invariants()
        self.both_are_equal()
        self.awards_are_in_the_vault()


class TestManagement(ManagementMachine.TestCase):
    settings = run_settings(examples=25, steps=40)

    def runTest(self) -> None:  # noqa: N802, the name is unittest's
        ManagementMachine.calls.clear()
        super().runTest()
        check_call_mix(ManagementMachine, REASONS)
