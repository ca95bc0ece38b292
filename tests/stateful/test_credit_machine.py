"""ServiceCredit against its model, call by call.

Three holders, one of them a wallet that confirms what its owner signs; two desks, of which one
loses the role at times. After every call balances, allowances and all receipts are compared, and
the supply must be what was minted and not spent.
"""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, precondition, rule

from cos.chain import Chain
from tests.models import ZERO_ADDRESS
from tests.models.authority import DESK_ROLE, AuthorityModel
from tests.models.clock import Clock
from tests.models.service_credit import NO_REFERENCE, ServiceCreditModel
from tests.stateful.machine import Machine, check_call_mix, run_settings
from tests.unit.service_credit.conftest import Charge

REASONS = {
    f"credit: {reason}"
    for reason in (
        "amount too large",
        "insufficient allowance",
        "insufficient balance",
        "invalid signature",
        "more than spent",
        "no account",
        "no amount",
        "no reference",
        "no such receipt",
        "not a desk",
        "not governance",
        "not minter",
        "reference used",
        "signature expired",
    )
}

# Parts of something in hundredths: mostly within it, sometimes all of it, too much or nothing.
SHARES = st.integers(0, 79).map(lambda n: (n or 1) if n <= 70 else (100, 101, 0)[n % 3])
RARELY = st.integers(0, 15).map(lambda n: n == 15)
AMOUNTS = st.one_of(st.integers(1, 100), st.integers(10**4, 3 * 10**7))


class CreditActions(Machine):
    """Calls to the card and its model alike, and what must be equal between them."""

    def __init__(self) -> None:
        super().__init__()
        self.chain = chain = Chain(timestamp=1_700_000_000)
        self.clock = Clock(chain.timestamp)
        self.governance, self.minter, self.stranger = (
            chain.account(label) for label in ("governance", "minter", "stranger")
        )
        self.desks = [chain.account("desk"), chain.account("other desk")]
        authority = chain.deploy("Authority", self.governance, sender=self.governance)
        self.authority = authority
        self.credit = chain.deploy("ServiceCredit", authority, sender=self.governance)
        wallet = chain.deploy("SharedWallet", [chain.account("cyd")], 1, sender=self.governance)
        # The label of who signs for each holder.
        self.keys = {
            chain.account("ada"): "ada",
            chain.account("ben"): "ben",
            wallet.address: "cyd",
        }
        self.wallet = wallet
        self.holders = list(self.keys)

        self.authority_model = AuthorityModel(self.governance)
        self.model = ServiceCreditModel(self.authority_model, self.clock)
        for desk in self.desks:
            self.set_desk(desk, True)
        self.minted = self.spent = self.given_back = self.bills = 0

    def call(self, function: str, sender: str, *args: Any) -> bool:
        """Both sides with the same arguments. What the wallet does, it does by itself."""

        def contract() -> None:
            if sender != self.wallet.address:
                getattr(self.credit, function)(*args, sender=sender)
                return
            data = self.credit.abi.functions[function].encode(args)
            self.wallet.execute(self.credit, data, sender=self.chain.account("cyd"))

        return self.attempt(
            function, contract, lambda: getattr(self.model, function)(sender, *args)
        )

    def set_desk(self, desk: str, allowed: bool) -> None:
        if allowed:
            self.authority.grantRole(DESK_ROLE, desk, sender=self.governance)
            self.authority_model.grant_role(self.governance, DESK_ROLE, desk)
        else:
            self.authority.revokeRole(DESK_ROLE, desk, sender=self.governance)
            self.authority_model.revoke_role(self.governance, DESK_ROLE, desk)

    def new_bill(self) -> bytes:
        self.bills += 1
        return self.bills.to_bytes(32, "big")

    def mint(self, sender: str, account: str, amount: int) -> None:
        if self.call("mint", sender, account, amount):
            self.minted += amount

    def spend(self, holder: str, desk: str, amount: int, reference: bytes) -> None:
        if self.call("spend", holder, desk, amount, reference):
            self.spent += amount

    def charge(self, desk: str, holder: str, amount: int, reference: bytes) -> None:
        if self.call("charge", desk, holder, amount, reference):
            self.spent += amount

    def charge_signed(self, charge: Charge, signed: Charge, sender: str) -> None:
        """`charge` is asked for, `signed` is what the holder has signed."""
        signature = bytes(signed.sign(self.chain.signer(self.keys[charge.holder])).signature)
        terms = (charge.holder, charge.amount, charge.reference, charge.deadline)
        if self.attempt(
            "charge_signed",
            lambda: self.credit.charge_signed(*terms, signature, sender=sender),
            lambda: self.model.charge_signed(
                sender, *terms, has_signed=signed == charge.but(desk=sender)
            ),
        ):
            self.spent += charge.amount

    def give_back(self, desk: str, reference: bytes, amount: int) -> None:
        if self.call("give_back", desk, reference, amount):
            self.given_back += amount

    def books_are_equal(self) -> None:
        credit, model = self.credit, self.model
        accounts = (*self.holders, *self.desks, self.stranger)
        balances = [credit.balanceOf(account) for account in accounts]
        assert balances == [model.balance_of(account) for account in accounts]
        assert credit.totalSupply() == model.total_supply == sum(balances)
        assert credit.totalSupply() == self.minted - self.spent + self.given_back
        for holder in self.holders:
            for desk in self.desks:
                assert credit.allowance(holder, desk) == model.allowances[holder, desk]
        for desk, reference in model.receipts:
            assert credit.receipt(desk, reference) == model.receipt(desk, reference)
        assert credit.minter() == model.minter


class CreditMachine(CreditActions):
    """Which calls are made, in what order."""

    holder = st.integers(0, 2)
    # The second desk does not always have the role.
    desk = st.integers(0, 5).map(lambda n: int(n == 5))

    def balance(self, holder: str, share: int) -> int:
        held = self.model.balance_of(holder)
        return held * share // 100 + (share > 100)

    def bill(self, is_old: bool, is_missing: bool = False) -> bytes:
        """The next one; or one that has been used somewhere."""
        if is_missing:
            return NO_REFERENCE
        if is_old and self.model.receipts:
            return next(reversed(self.model.receipts))[1]
        return self.new_bill()

    @initialize(amounts=st.lists(AMOUNTS, min_size=3, max_size=3))
    def begins(self, amounts: list[int]) -> None:
        self.call("set_minter", self.governance, self.minter)
        for holder, amount in zip(self.holders, amounts, strict=True):
            self.mint(self.minter, holder, 10_000 + amount)

    @rule(number=holder, amount=AMOUNTS, stranger=RARELY, nobody=RARELY)
    def mints(self, number: int, amount: int, stranger: bool, nobody: bool) -> None:
        account = ZERO_ADDRESS if nobody else self.holders[number]
        self.mint(self.stranger if stranger else self.minter, account, amount)

    @rule(number=holder, desk=desk, share=SHARES, old=RARELY, missing=RARELY)
    def spends(self, number: int, desk: int, share: int, old: bool, missing: bool) -> None:
        holder = self.holders[number]
        amount = self.balance(holder, share)
        self.spend(holder, self.desks[desk], amount, self.bill(old, missing))

    @rule(number=holder, desk=desk, wrong=st.integers(0, 3))
    def spends_wrongly(self, number: int, desk: int, wrong: int) -> None:
        holder, bill = self.holders[number], self.new_bill()
        if wrong == 3:
            self.spend(holder, self.stranger, 1, bill)
        else:
            self.spend(holder, self.desks[desk], (1, 1, 2**48)[wrong], bill)

    @rule(number=holder, desk=desk, share=SHARES)
    def approves(self, number: int, desk: int, share: int) -> None:
        holder = self.holders[number]
        self.call("approve", holder, self.desks[desk], self.balance(holder, share))

    @precondition(lambda self: any(self.model.allowances.values()))
    @rule(choice=st.integers(0, 5), share=SHARES, old=RARELY)
    def charges(self, choice: int, share: int, old: bool) -> None:
        allowed = [key for key, amount in self.model.allowances.items() if amount]
        holder, desk = allowed[choice % len(allowed)]
        amount = self.model.allowances[holder, desk] * share // 100 + (share > 100)
        self.charge(desk, holder, amount, self.bill(old))

    @rule(
        number=holder,
        desk=desk,
        share=SHARES,
        wait=st.sampled_from([0, 1, 3_600, -1]),
        old=RARELY,
        forged=RARELY,
        stolen=RARELY,
    )
    def charges_what_was_signed(
        self,
        number: int,
        desk: int,
        share: int,
        wait: int,
        old: bool,
        forged: bool,
        stolen: bool,
    ) -> None:
        holder = self.holders[number]
        signed = Charge(
            self.credit.address,
            holder,
            self.desks[desk],
            self.balance(holder, share),
            self.bill(old),
            self.clock.now + wait,
            self.chain.chain_id,
        )
        asked = signed.but(amount=signed.amount + 1) if forged else signed
        self.charge_signed(asked, signed, self.desks[1 - desk] if stolen else signed.desk)

    @precondition(lambda self: self.model.receipts)
    @rule(choice=st.integers(0, 20), share=SHARES, other=RARELY)
    def gives_back(self, choice: int, share: int, other: bool) -> None:
        """Of what is left of a receipt; mostly of one of which there is something left."""
        open_ones = [
            key for key, each in self.model.receipts.items() if each.given_back < each.amount
        ]
        chosen = open_ones if open_ones and choice < 18 else list(self.model.receipts)
        desk, reference = chosen[choice % len(chosen)]
        receipt = self.model.receipts[desk, reference]
        amount = (receipt.amount - receipt.given_back) * share // 100 + (share > 100)
        desk = next(each for each in self.desks if each != desk) if other else desk
        self.give_back(desk, reference, max(amount, share > 0))

    @rule(allowed=st.booleans())
    def the_other_desk_changes(self, allowed: bool) -> None:
        self.set_desk(self.desks[1], allowed)

    @rule(number=st.integers(0, 9), stranger=RARELY)
    def sets_the_minter(self, number: int, stranger: bool) -> None:
        """To somebody else at times, and back at once."""
        sender = self.stranger if stranger else self.governance
        if self.call("set_minter", sender, ZERO_ADDRESS if number == 9 else self.stranger):
            self.mint(self.minter, self.holders[0], 1)
            self.call("set_minter", self.governance, self.minter)

    @rule(seconds=st.sampled_from([1, 3_600, 10**8]))
    def time_passes(self, seconds: int) -> None:
        self.clock.now += seconds
        self.chain.warp(self.clock.now)

    @invariant()
    def both_sides_are_equal(self) -> None:
        self.books_are_equal()


class TestCredit(CreditMachine.TestCase):
    settings = run_settings(examples=20, steps=40)

    def runTest(self) -> None:  # noqa: N802, the name is unittest's
        CreditMachine.calls.clear()
        super().runTest()
        check_call_mix(CreditMachine, REASONS)
