"""Stakes and fees as people use them: each function sends transactions and, if they succeeded,
enters them in the books. Amounts are base units, people are labels."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from eth_hash.auto import keccak

from cos.economy.fees_book import App

if TYPE_CHECKING:
    from cos.chain import Contract, Receipt
    from cos.economy.books import Books
    from cos.economy.world import World

WITHOUT_END = 2**256 - 1
"""An allowance that is never used up."""

_DIVIDENDS = {"DividendsPaid": "amount", "Restaked": "amount", "Withdrawn": "dividends"}
"""Events of staking that tell of dividends -> the argument that holds them."""


class StakeLoop:
    """The transactions of stakers, payers of fees, developers and the Center."""

    def __init__(self, world: World, books: Books) -> None:
        self.world = world
        self.stakes = books.staking
        self.fees = books.fees
        self._sub_tokens = books.sub_tokens
        self._staking = world.suite.staking
        self._router = world.suite.fee_router
        self._approved: set[tuple[str, str]] = set()

    # --- stakers ---------------------------------------------------------------------------------

    def stake(self, holder: str, amount: int) -> bool:
        """Stake free COS; what the position has earned is paid."""
        self.approve(holder, self._staking)
        if not self._act(holder, "stake", amount, amount=amount):
            return False
        self.stakes.was_staked(self.world.address(holder), amount, self._now)
        return True

    def restake(self, holder: str) -> int:
        """Stake what was earned; return it."""
        if not self._earned(holder) or not self._act(
            holder, "restake", amount=self._earned(holder)
        ):
            return 0
        return self.stakes.was_restaked(self.world.address(holder), self._now)

    def claim(self, holder: str) -> int:
        """Claim what was earned; return it."""
        if not self._earned(holder) or not self._act(holder, "claim", amount=self._earned(holder)):
            return 0
        return self.stakes.was_claimed(self.world.address(holder), self._now)

    def withdraw(self, holder: str, amount: int) -> bool:
        """Take stake out; it can be collected in seven days."""
        if not self._act(holder, "withdraw", amount, amount=amount):
            return False
        self.stakes.was_withdrawn(self.world.address(holder), amount, self._now)
        return True

    def collect(self, holder: str) -> int:
        """Collect what is due of a holder's exits, if anything is; return it."""
        address = self.world.address(holder)
        due = self.stakes.exits(address, self._now).due
        if not due or not self._act(holder, "pay_exit", address, amount=due):
            return 0
        return self.stakes.was_paid_out(address, self._now)

    def delegate(self, holder: str, delegate: str) -> None:
        """Let another account vote with a holder's stake."""
        to = self.world.address(delegate)
        if self._act(holder, "delegate", to):
            self.stakes.was_delegated(self.world.address(holder), to)

    def unlocked(self, holder: str) -> int:
        """What of a holder's stake is no collateral."""
        address = self.world.address(holder)
        position = self.stakes.positions.get(address)
        return position.units - self._sub_tokens.locked(address) if position else 0

    # --- fees ------------------------------------------------------------------------------------

    def register_app(self, developer: str, fee: int, *, is_official: bool = False) -> int:
        """Register an app, the Center's by a vote as official; return its number."""
        about = keccak(f"app {len(self.fees.apps) + 1} of {developer}".encode())
        number = self.world.must(developer, self._router, "register_app", fee, about).value
        if is_official:
            self.world.must(self.world.governance, self._router, "set_official", number, True)
        self.fees.apps.append(App(self.world.address(developer), fee, is_official))
        return number

    def use_app(self, user: str, number: int, times: int) -> bool:
        """Pay for uses of an app."""
        self.approve(user, self._router)
        amount = self.fees.apps[number - 1].fee * times
        reference = keccak(f"{times} uses by {user}".encode())
        args = (number, times, amount, reference)
        if not self.world.act(user, self._router, "use_app", *args, amount=amount):
            return False
        self._forwarded(self.fees.was_used(number, times))
        return True

    def pay_fee(self, payer: str, amount: int) -> bool:
        """Pay a fee that is split as a whole."""
        self.approve(payer, self._router)
        if not self.world.act(payer, self._router, "pay_fee", amount, amount=amount):
            return False
        self._forwarded(self.fees.was_paid(amount))
        return True

    def fee_was_taken(self, amount: int, source: str) -> None:
        """Book a fee that a contract has paid for somebody: split as a whole."""
        if amount:
            self._forwarded(self.fees.was_paid(amount, source))

    def stake_was_seized(self, owner: str, to: str, amount: int, receipt: Receipt) -> None:
        """Book that a contract has paid locked stake out; addresses."""
        self.note_dividends(receipt)
        self.stakes.was_seized(owner, to, amount, self._now)

    def note_dividends(self, receipt: Receipt | None) -> None:
        """Count what the chain's events of a transaction say of dividends."""
        for log in receipt.logs if receipt else ():
            if log.name in _DIVIDENDS and log.address == self._staking.address:
                self.stakes.paid_by_chain += log.args[_DIVIDENDS[log.name]]

    def distribute(self, caller: str) -> None:
        """Forward what waits for the stakers, if anything does."""
        waiting = self.fees.owed().stakers_e8 // 10**8
        if waiting and self.world.act(caller, self._router, "distribute", amount=waiting):
            self._forwarded(self.fees.was_distributed())

    def withdraw_fees(self, developer: str) -> None:
        """Pay a developer what its apps have earned, if it is a unit at least."""
        address = self.world.address(developer)
        owed = self.fees.owed_to(address) // 10**8
        if owed and self.world.act(developer, self._router, "withdraw", address, amount=owed):
            self.fees.was_withdrawn(address)

    def pay_center(self, caller: str) -> None:
        """Pay the Center its part, if it is a unit at least."""
        owed = self.fees.owed().center_e8 // 10**8
        if owed and self.world.act(caller, self._router, "withdraw_center", amount=owed):
            self.fees.center_was_paid()

    def pay_policy_dividend(self, amount: int) -> bool:
        """Let governance issue a policy dividend out of the Center reserve."""
        governance, function = self.world.governance, "pay_policy_dividend"
        if not self.world.act(governance, self._router, function, amount, amount=amount):
            return False
        self.dividend_was_paid(amount)
        return True

    def dividend_was_paid(self, amount: int) -> None:
        """Book a policy dividend."""
        self.fees.policy.append((self._now, amount))
        self._forwarded(amount)

    # --- internal --------------------------------------------------------------------------------

    @property
    def _now(self) -> int:
        return self.world.chain.timestamp

    def _forwarded(self, amount: int) -> None:
        if amount:
            self.stakes.was_notified(amount, self._now)

    def _earned(self, holder: str) -> int:
        self.stakes.pass_to(self._now)
        return self.stakes.positions[self.world.address(holder)].claimable

    def _act(self, holder: str, function: str, *args: Any, amount: int = 0) -> Receipt | None:
        receipt = self.world.act(holder, self._staking, function, *args, amount=amount)
        self.note_dividends(receipt)
        return receipt

    def approve(self, holder: str, contract: Contract) -> None:
        """Let a contract take a holder's COS, once and for all."""
        key = holder, contract.address
        if key not in self._approved:
            self._approved.add(key)
            args = (contract.address, WITHOUT_END)
            self.world.must(holder, self.world.suite.token, "approve", *args)
