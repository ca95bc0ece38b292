"""Reference model of contracts/treasury/ServiceCredit.vy. Amounts are fen.

Nothing is counted twice: balances and the supply are sums over what was minted and spent.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from tests.models import ZERO_ADDRESS, require
from tests.models.authority import DESK_ROLE, GOVERNANCE_ROLE, AuthorityModel
from tests.models.clock import Clock

MAX_AMOUNT = 2**48 - 1
NO_REFERENCE = bytes(32)


@dataclass
class Receipt:
    """What was spent at a desk under one reference."""

    holder: str
    amount: int
    given_back: int = 0


class ServiceCreditModel:
    """The card; `clock` is needed for signed charges only."""

    def __init__(self, authority: AuthorityModel, clock: Clock) -> None:
        self.authority = authority
        self.clock = clock
        self.minter = ZERO_ADDRESS
        self.minted: dict[str, int] = defaultdict(int)
        self.receipts: dict[tuple[str, bytes], Receipt] = {}  # by desk and reference
        self.allowances: dict[tuple[str, str], int] = defaultdict(int)

    # ---- actions

    def mint(self, sender: str, account: str, amount_fen: int) -> None:
        require(sender == self.minter != ZERO_ADDRESS, "credit: not minter")
        require(account != ZERO_ADDRESS, "credit: no account")
        self.minted[account] += amount_fen

    def spend(self, sender: str, desk: str, amount: int, reference: bytes) -> None:
        self._spend(sender, desk, amount, reference)

    def approve(self, sender: str, desk: str, amount: int) -> None:
        self.allowances[sender, desk] = amount

    def charge(self, sender: str, holder: str, amount: int, reference: bytes) -> None:
        require(amount <= self.allowances[holder, sender], "credit: insufficient allowance")
        self._spend(holder, sender, amount, reference)
        self.allowances[holder, sender] -= amount

    def charge_signed(
        self,
        sender: str,
        holder: str,
        amount: int,
        reference: bytes,
        deadline: int,
        has_signed: bool,
    ) -> None:
        """`has_signed`: whether the holder has signed exactly this for this desk."""
        require(self.clock.now <= deadline, "credit: signature expired")
        self._check_spend(holder, sender, amount, reference)
        require(has_signed, "credit: invalid signature")
        self._spend(holder, sender, amount, reference)

    def give_back(self, sender: str, reference: bytes, amount: int) -> None:
        require(self.authority.has_role(DESK_ROLE, sender), "credit: not a desk")
        require(amount > 0, "credit: no amount")
        require((sender, reference) in self.receipts, "credit: no such receipt")
        receipt = self.receipts[sender, reference]
        require(receipt.given_back + amount <= receipt.amount, "credit: more than spent")
        receipt.given_back += amount

    def set_minter(self, sender: str, new_minter: str) -> None:
        require(self.authority.has_role(GOVERNANCE_ROLE, sender), "credit: not governance")
        self.minter = new_minter

    # ---- views

    def balance_of(self, account: str) -> int:
        spent = sum(
            receipt.amount - receipt.given_back
            for receipt in self.receipts.values()
            if receipt.holder == account
        )
        return self.minted[account] - spent

    @property
    def total_supply(self) -> int:
        spent = sum(receipt.amount - receipt.given_back for receipt in self.receipts.values())
        return sum(self.minted.values()) - spent

    def receipt(self, desk: str, reference: bytes) -> tuple[str, int, int]:
        found = self.receipts.get((desk, reference), Receipt(ZERO_ADDRESS, 0))
        return found.holder, found.amount, found.given_back

    # ---- internal

    def _check_spend(self, holder: str, desk: str, amount: int, reference: bytes) -> None:
        require(self.authority.has_role(DESK_ROLE, desk), "credit: not a desk")
        require(amount > 0, "credit: no amount")
        require(amount <= MAX_AMOUNT, "credit: amount too large")
        require(reference != NO_REFERENCE, "credit: no reference")
        require((desk, reference) not in self.receipts, "credit: reference used")
        require(amount <= self.balance_of(holder), "credit: insufficient balance")

    def _spend(self, holder: str, desk: str, amount: int, reference: bytes) -> None:
        self._check_spend(holder, desk, amount, reference)
        self.receipts[desk, reference] = Receipt(holder, amount)
