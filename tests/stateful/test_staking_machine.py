"""CosStaking against its model, call by call, from seconds to decades.

Three people stake, for themselves and for each other, two plain accounts play lockers. After every
call all that the contract tells is compared; every part of a base unit that came in is accounted
for; votes add up, at every second that was looked at, then and ever after. Whatever is sent to the
contract directly must change nothing.
"""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, precondition, rule

from cos.chain import Chain
from tests.delegations import Delegation
from tests.models import INFINITE, ZERO_ADDRESS
from tests.models.authority import LOCKER_ROLE, AuthorityModel
from tests.models.clock import Clock
from tests.models.cos_credit import CAP, CosCreditModel
from tests.models.cos_staking import COS, GRAIN, LAST_EPOCH, SCALE, WEEK, CosStakingModel
from tests.permits import Permit, words
from tests.stateful.machine import Machine, check_call_mix, run_settings
from tests.unit.cos_staking.conftest import LockApproval

DAY, YEAR = 86_400, 365 * 86_400
LABELS = ("ada", "ben", "cyd")
FUND = 10**9 * COS

# All but those that a supply below 2^64 rules out.
REASONS = {
    *(
        f"staking: {reason}"
        for reason in (
            "bad account",
            "last epoch",
            "more than locked",
            "more than staked",
            "no amount",
            "not a locker",
            "not offered",
            "nothing due",
            "nothing earned",
            "stake is locked",
        )
    ),
    "token: insufficient balance",
    "votes: no delegate",
    "votes: signature expired",
    "votes: wrong nonce",
}

# Parts of something in hundredths: mostly within it, sometimes all of it or too much.
SHARES = st.integers(0, 69).map(lambda n: n if n <= 60 else (100, 100, 101)[n % 3])
RARELY = st.integers(0, 15).map(lambda n: n == 15)
AMOUNTS = st.one_of(
    st.integers(1, 30), st.integers(COS // 4, 4 * COS), st.integers(COS, 10**6 * COS)
)


class StakingActions(Machine):
    """Calls to the contract and its model alike, and what must be equal between them."""

    def __init__(self) -> None:
        super().__init__()
        self.chain = chain = Chain(timestamp=1_700_000_000)
        self.clock = Clock(chain.timestamp)
        self.governance, self.giver, self.stranger = (
            chain.account(label) for label in ("governance", "giver", "stranger")
        )
        self.people = [chain.account(label) for label in LABELS]
        self.lockers = [chain.account("locker"), chain.account("other locker")]
        self._deploy()
        self.sent = 0
        # (account, second) -> votes that were read when the second was over.
        self.seen: dict[tuple[str, int], int] = {}

    def _deploy(self) -> None:
        chain, governance = self.chain, self.governance
        self.authority = authority = chain.deploy("Authority", governance, sender=governance)
        self.token = token = chain.deploy("CosCredit", authority, sender=governance)
        token.set_minter(governance, sender=governance)
        self.staking = chain.deploy("CosStaking", authority, token, sender=governance)
        self.authority_model = AuthorityModel(governance)
        self.token_model = CosCreditModel(self.authority_model, token.address)
        self.token_model.set_minter(governance, governance)
        for account in (*self.people, self.giver):
            token.mint(account, FUND, sender=governance)
            token.approve(self.staking.address, INFINITE, sender=account)
            self.token_model.mint(governance, account, FUND)
            self.token_model.approve(account, self.staking.address, INFINITE)
        self.model = CosStakingModel(self.token_model, self.staking.address, self.clock)
        self.set_locker(self.lockers[0], True)

    def call(self, function: str, sender: str, *args: Any) -> bool:
        """Both sides with the same arguments; whether they succeeded, with equal results."""
        return self.call_as(function, function, sender, args, (sender, *args))

    def call_as(
        self, function: str, of_model: str, sender: str, args: tuple[Any, ...], model_args: tuple
    ) -> bool:
        """The same with a function of the model that has other arguments."""
        results = []
        succeeded = self.attempt(
            function,
            lambda: results.append(getattr(self.staking, function)(*args, sender=sender)),
            lambda: results.append(getattr(self.model, of_model)(*model_args)),
        )
        assert not succeeded or results[0] == results[1], (function, *results)
        return succeeded

    def set_locker(self, locker: str, allowed: bool) -> None:
        change = "grantRole" if allowed else "revokeRole"
        getattr(self.authority, change)(LOCKER_ROLE, locker, sender=self.governance)
        change = "grant_role" if allowed else "revoke_role"
        getattr(self.authority_model, change)(self.governance, LOCKER_ROLE, locker)

    def stake_with_permit(self, who: int, amount: int, is_stolen: bool) -> None:
        """The permit may be submitted by somebody else before."""
        person, token = self.people[who], self.token
        nonce, until = token.nonces(person), self.clock.now
        fields = (token.address, person, self.staking.address, amount, nonce, until)
        permit = Permit(*fields, self.chain.chain_id)
        signature = words(permit.sign(self.chain.signer(LABELS[who])))
        if is_stolen:
            args = (person, self.staking.address, amount, until, *signature)
            token.permit(*args, sender=self.stranger)
        # Either way the allowance is the amount; afterwards it is infinite again.
        self.token_model.approve(person, self.staking.address, amount)
        args = (amount, until, *signature)
        self.call_as("stake_with_permit", "stake", person, args, (person, amount))
        token.approve(self.staking.address, INFINITE, sender=person)
        self.token_model.approve(person, self.staking.address, INFINITE)

    def delegate_signed(self, who: int, to: str, nonce_off: int, late: int, is_key: bool) -> None:
        person, signer = self.people[who], self.chain.signer(LABELS[who])
        nonce, expiry = self.model.votes.nonces[person] + nonce_off, self.clock.now - late
        message = Delegation(self.staking.address, to, nonce, expiry, self.chain.chain_id)
        signature = message.sign(signer)
        args: tuple[Any, ...] = (to, nonce, expiry, *words(signature))
        function = "delegateBySig"
        if not is_key:
            function = "delegate_signature"
            args = (person, to, nonce, expiry, bytes(signature.signature))
        model_args = (person, to, nonce, expiry)
        self.call_as(function, "delegate_by_sig", self.stranger, args, model_args)

    def approve_lock_signed(self, who: int, locker: str, amount: int, late: int) -> None:
        person, nonce = self.people[who], self.model.votes.nonces[self.people[who]]
        fields = (person, locker, amount, nonce, self.clock.now - late)
        message = LockApproval(self.staking.address, *fields, self.chain.chain_id)
        signature = message.sign(self.chain.signer(LABELS[who]))
        args = (*fields, signature)
        function = "approve_lock_signature"
        self.call_as(function, function, self.stranger, args, fields)

    def send_directly(self, amount: int) -> None:
        self.token.transfer(self.staking.address, amount, sender=self.giver)
        self.token_model.transfer(self.giver, self.staking.address, amount)
        self.sent += amount

    def warp(self, to: int) -> None:
        if to <= self.clock.now:
            return
        self.chain.warp(to)
        before, self.clock.now = self.clock.now, to
        for account in self.people:
            self.seen[account, before] = self.staking.getPastVotes(account, before)

    def check_totals(self) -> None:
        staking, model = self.staking, self.model
        model.advance()
        totals, positions = staking.totals(), list(model.positions.values())
        for index, name in enumerate(("active", "pending", "starts")):
            assert totals[index] == sum(getattr(each, name) for each in positions)
        assert totals[3] == model.epoch == staking.epoch()
        assert staking.income() == (model.pot, model.carry)
        assert staking.total_weight() == model.total_weight()
        units = sum(each.units for each in positions)
        assert staking.total_staked() == units, "invariant 14: not all stake votes"
        held = self.token.balanceOf(staking.address)
        assert held == self.token_model.balances[staking.address] >= model.owed + self.sent
        # All that came in is somewhere, and only fractions are not owed.
        model.check_exact()
        unowed = held - model.owed - self.sent
        assert unowed <= len(positions) + 1, "invariant 13: more than a unit an account is apart"

    def check_accounts(self) -> None:
        staking, model = self.staking, self.model
        model.advance()
        weights = 0
        for account in (*self.people, *self.lockers):
            position = model.positions[account]
            found = staking.position(account)
            assert found[:3] == (position.active, position.pending, position.starts)
            held = position.unsettled + position.fraction * GRAIN
            earned = staking.claimable(account), found[5]
            exact = held // SCALE, held % SCALE // GRAIN
            assert earned == exact, "invariant 13: not the sum of the epochs' shares"
            assert staking.staked(account) == position.units
            weights += staking.weight(account)
            assert staking.exits(account)[:2] == model.exits(account)[:2]
            expected = model.exits(account)
            assert expected.second == staking.exits(account)[3]
            if expected.first:
                assert staking.exits(account)[2] == expected.first_due_at
            if expected.second:
                assert staking.exits(account)[4] == expected.second_due_at
            assert staking.locked(account) == model.locked(account) <= position.units
            for locker in self.lockers:
                key = account, locker
                assert staking.lock_of(*key) == (model.allowances[key], model.locks[key])
            assert self.token.balanceOf(account) == self.token_model.balances[account]
            # What rational numbers give, but for a carry and for what is less than a unit.
            apart = position.fair - position.paid - position.earned
            assert -1 < apart < 2 + position.settlements / 2**22
        assert weights == staking.total_weight(), "invariant 13: weights don't add up"

    def check_votes(self) -> None:
        """Invariant 14."""
        staking, votes = self.staking, self.model.votes
        delegates = {*self.people, *self.lockers, self.stranger}
        everybody = sum(map(staking.getVotes, delegates))
        assert everybody == staking.total_staked(), "invariant 14: votes don't add up"
        for account in self.people:
            assert staking.getVotes(account) == votes.votes(account)
            assert staking.delegates(account) == votes.delegates(account)
            assert staking.nonces(account) == votes.nonces[account]
        moments = sorted({moment for _, moment in self.seen})
        for moment in {*moments[:1], *moments[len(moments) // 2 :][:1], *moments[-2:]}:
            past = [staking.getPastVotes(account, moment) for account in self.people]
            seen = [self.seen[account, moment] for account in self.people]
            assert past == seen, "invariant 14: the past has changed"
            expected = [votes.past_votes(account, moment) for account in self.people]
            assert past == expected, "invariant 14: not the votes of that second"
            others = sum(staking.getPastVotes(a, moment) for a in delegates - {*self.people})
            total = staking.getPastTotalSupply(moment)
            assert sum(past) + others == total, "invariant 14: past votes don't add up"


class StakingMachine(StakingActions):
    """Which calls are made, in what order."""

    person = st.integers(0, 2)
    locker = st.integers(0, 4).map(lambda n: int(n == 4))

    @initialize(amounts=st.tuples(AMOUNTS, AMOUNTS, AMOUNTS))
    def begins(self, amounts: tuple[int, int, int]) -> None:
        for person, amount in zip(self.people, amounts, strict=True):
            self.call("stake", person, amount)
            self.call("approve_lock", person, self.lockers[0], amount)
        self.call("notify", self.giver, 10**9)

    @rule(who=person, amount=AMOUNTS, fault=st.integers(0, 30))
    def stakes(self, who: int, amount: int, fault: int) -> None:
        amount = {0: 0, 1: CAP}.get(fault, amount)
        self.call("stake", self.people[who], amount)

    @rule(who=person, whom=person, amount=AMOUNTS, fault=st.integers(0, 30))
    def stakes_for(self, who: int, whom: int, amount: int, fault: int) -> None:
        bad = {0: ZERO_ADDRESS, 1: self.token.address, 2: self.staking.address}
        self.call("stake_for", self.people[who], bad.get(fault, self.people[whom]), amount)

    @rule(who=person, amount=AMOUNTS, is_stolen=st.booleans())
    def stakes_with_permit(self, who: int, amount: int, is_stolen: bool) -> None:
        self.stake_with_permit(who, amount, is_stolen)

    @rule(who=person, share=SHARES)
    def withdraws(self, who: int, share: int) -> None:
        units = self.model.positions[self.people[who]].units
        free = units - self.model.locked(self.people[who])
        amount = units + 1 if share > 100 else max(free * share // 100, free > 0 and share > 0)
        self.call("withdraw", self.people[who], amount)

    @precondition(lambda self: any(self.model.locks.values()))
    @rule(choice=st.integers(0, 5), part=st.integers(0, 3))
    def withdraws_without_looking(self, choice: int, part: int) -> None:
        """What a locker has locked, or a part of it, with all that is free."""
        owner, _ = self.a_lock(choice)
        locked = self.model.locked(owner)
        free = self.model.positions[owner].units - locked
        self.call("withdraw", owner, free + max(1, locked * part // 3))

    @rule(who=person, again=RARELY, waits=st.booleans())
    def claims(self, who: int, again: bool, waits: bool) -> None:
        account = self.who_earned(who, waits)
        self.call("claim", account)
        if again:
            self.call("claim", account)

    @rule(who=person, waits=st.booleans())
    def restakes(self, who: int, waits: bool) -> None:
        self.call("restake", self.who_earned(who, waits))

    def who_earned(self, who: int, waits: bool) -> str:
        """Somebody who has earned something, if anybody has; perhaps after the running epoch."""
        if waits or not any(map(self.model.claimable, self.people)):
            if not self.model.pot:
                self.call("notify", self.giver, 10**9)
            self.warp((self.clock.now // WEEK + 1) * WEEK)
        earning = [p for p in self.people if self.model.claimable(p)] or self.people
        return earning[who % len(earning)]

    @rule(who=person, early=RARELY, late=st.booleans())
    def pays_an_exit(self, who: int, early: bool, late: bool) -> None:
        leaving = [p for p in self.people if any(self.model.tickets[p])]
        account = leaving[who % len(leaving)] if leaving else self.people[who]
        exits = self.model.exits(account)
        if exits.first and not exits.due:
            self.warp(
                (exits.second_due_at if late and exits.second else exits.first_due_at) - early
            )
        self.call("pay_exit", self.stranger, account)

    @rule(amount=AMOUNTS, fault=st.integers(0, 30))
    def notifies(self, amount: int, fault: int) -> None:
        self.call("notify", self.giver, {0: 0, 1: CAP}.get(fault, amount))

    @rule(who=person, whom=st.integers(0, 4), fault=RARELY)
    def delegates(self, who: int, whom: int, fault: bool) -> None:
        to = [*self.people, self.stranger, self.lockers[0]][whom]
        self.call("delegate", self.people[who], ZERO_ADDRESS if fault else to)

    @rule(who=person, whom=person, is_key=st.booleans(), fault=st.integers(0, 15))
    def delegates_by_signature(self, who: int, whom: int, is_key: bool, fault: int) -> None:
        to = ZERO_ADDRESS if fault == 2 else self.people[whom]
        # Of another nonce a key's signature is another account's: only the other function says so.
        is_key = is_key and fault != 0
        self.delegate_signed(who, to, int(fault == 0), int(fault == 1), is_key)

    @rule(who=person, number=locker, share=st.integers(0, 150), kind=st.integers(0, 19))
    def approves_a_lock(self, who: int, number: int, share: int, kind: int) -> None:
        units = self.model.positions[self.people[who]].units
        amount = {0: INFINITE, 1: 0}.get(kind, units * share // 100)
        locker = self.lockers[number]
        if kind > 15:
            self.approve_lock_signed(who, locker, amount, int(kind == 19))
        else:
            self.call("approve_lock", self.people[who], locker, amount)

    @rule(who=person, number=locker, share=SHARES)
    def locks(self, who: int, number: int, share: int) -> None:
        owner, locker = self.people[who], self.lockers[number]
        free = self.model.positions[owner].units - self.model.locked(owner)
        if self.model.allowances[owner, locker] < free // 2:
            self.call("approve_lock", owner, locker, free)
        most = min(self.model.allowances[owner, locker], free)
        amount = free + 1 if share > 100 else max(share > 0, most * share // 100)
        self.call("lock", locker, owner, amount)

    @precondition(lambda self: any(self.model.locks.values()))
    @rule(choice=st.integers(0, 5), share=SHARES)
    def releases(self, choice: int, share: int) -> None:
        owner, locker = self.a_lock(choice)
        held = self.model.locks[owner, locker]
        self.call(
            "release", locker, owner, held + 1 if share > 100 else max(1, held * share // 100)
        )

    @precondition(lambda self: any(self.model.locks.values()))
    @rule(choice=st.integers(0, 5), whom=st.integers(0, 30), share=SHARES)
    def seizes(self, choice: int, whom: int, share: int) -> None:
        owner, locker = self.a_lock(choice)
        held = self.model.locks[owner, locker]
        amount = held + 1 if share > 100 else max(1, held * share // 100)
        to = {30: ZERO_ADDRESS, 29: self.staking.address}.get(whom, self.people[whom % 3])
        self.call("seize", locker, owner, to, amount)

    def a_lock(self, choice: int) -> tuple[str, str]:
        """Owner and locker of something that is locked."""
        held = [key for key, amount in self.model.locks.items() if amount]
        return held[choice % len(held)]

    @rule(number=locker, allowed=st.integers(0, 3))
    def changes_a_locker(self, number: int, allowed: int) -> None:
        self.set_locker(self.lockers[number], allowed > 0)

    @rule(amount=AMOUNTS)
    def sends_directly(self, amount: int) -> None:
        if amount <= self.token_model.balances[self.giver]:
            self.send_directly(amount)

    @rule(seconds=st.sampled_from([1, 1, 2, DAY, 5 * DAY, 8 * DAY]))
    def time_passes(self, seconds: int) -> None:
        self.warp(self.clock.now + seconds)

    @rule(epochs=st.sampled_from([1, 1, 1, 1, 2, 3, 52, 520]), late=st.sampled_from([-1, 0, 0, 1]))
    def an_epoch_begins(self, epochs: int, late: int) -> None:
        """To the second around the beginning of an epoch to come."""
        self.warp((self.clock.now // WEEK + epochs) * WEEK + late)

    @rule(years=st.integers(0, 60))
    def decades_pass(self, years: int) -> None:
        """Mostly less than ten years; rarely to where the calendar ends, and on from there."""
        end = (LAST_EPOCH - 1) * WEEK
        if years == 60 or self.clock.now >= end:
            self.warp(max(self.clock.now + years * DAY, end))
        else:
            self.warp(min(self.clock.now + (years if years > 55 else years // 6) * YEAR, end))

    @invariant()
    def totals_are_equal(self) -> None:
        self.check_totals()

    @invariant()
    def accounts_are_equal(self) -> None:
        self.check_accounts()

    @invariant()
    def votes_are_equal(self) -> None:
        self.check_votes()


class TestStaking(StakingMachine.TestCase):
    settings = run_settings(examples=20, steps=50)

    def runTest(self) -> None:  # noqa: N802, the name is unittest's
        StakingMachine.calls.clear()
        super().runTest()
        check_call_mix(StakingMachine, REASONS)
