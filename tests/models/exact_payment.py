"""Reference model of contracts/lib/exact_payment.vy, and of the coins that it moves in tests."""

from __future__ import annotations

from collections import defaultdict

from tests.models import require

NO_REASON = "(no reason)"  # an underflow in the test coins


class CoinModel:
    """tests/contracts/FeeCoin.vy, and SilentCoin.vy, which never takes a fee."""

    def __init__(self) -> None:
        self.balances: dict[str, int] = defaultdict(int)
        self.allowances: dict[tuple[str, str], int] = defaultdict(int)
        self.fee_bps = 0

    def mint(self, to: str, amount: int) -> None:
        self.balances[to] += amount

    def approve(self, owner: str, spender: str, amount: int) -> None:
        self.allowances[owner, spender] = amount

    def take(self, spender: str, payer: str, recipient: str, amount: int) -> None:
        """What `_take` of the contract `spender` does, or refuses."""
        require(amount <= self.allowances[payer, spender], NO_REASON)
        require(amount <= self.balances[payer], NO_REASON)
        received = 0 if payer == recipient else amount - amount * self.fee_bps // 10_000
        require(received == amount, "payment: not the exact amount")
        self.allowances[payer, spender] -= amount
        self.balances[payer] -= amount
        self.balances[recipient] += amount

    def pay(self, payer: str, recipient: str, amount: int) -> None:
        """What `_pay` of the contract `payer` does: a fee is the recipient's loss."""
        require(amount <= self.balances[payer], NO_REASON)
        self.balances[payer] -= amount
        self.balances[recipient] += amount - amount * self.fee_bps // 10_000
