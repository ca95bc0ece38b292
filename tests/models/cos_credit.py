"""Reference model of contracts/token/CosCredit.vy. Amounts are base units (1e-8 COS)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from tests.models import INFINITE, ZERO_ADDRESS, require
from tests.models.authority import GOVERNANCE_ROLE, AuthorityModel

CAP = 102_400_000_000 * 10**8
MAX_BATCH = 500


class CosCreditModel:
    """Balances, allowances, supply, minter and nonces of the token at `address`."""

    def __init__(self, authority: AuthorityModel, address: str) -> None:
        self.authority = authority
        self.address = address
        self.balances: dict[str, int] = defaultdict(int)
        self.allowances: dict[tuple[str, str], int] = defaultdict(int)
        self.nonces: dict[str, int] = defaultdict(int)
        self.total_supply = 0
        self.minter = ZERO_ADDRESS

    def transfer(self, sender: str, to: str, amount: int) -> None:
        self._check_recipient(to)
        self._move(sender, to, amount)

    def transfer_from(self, sender: str, owner: str, to: str, amount: int) -> None:
        self._check_recipient(to)
        allowed = self.allowances[owner, sender]
        require(amount <= allowed, "token: insufficient allowance")
        self._move(owner, to, amount)
        if allowed != INFINITE:
            self.allowances[owner, sender] = allowed - amount

    def approve(self, sender: str, spender: str, amount: int) -> None:
        self.allowances[sender, spender] = amount

    def permit(
        self, now: int, owner: str, spender: str, amount: int, deadline: int, signer: str | None
    ) -> None:
        """`signer` is who signed the permit with the owner's present nonce; None if nobody did."""
        require(now <= deadline, "token: permit expired")
        require(signer == owner != ZERO_ADDRESS, "token: invalid signature")
        self.nonces[owner] += 1
        self.allowances[owner, spender] = amount

    def transfer_batch(
        self, sender: str, recipients: Sequence[str], amounts: Sequence[int]
    ) -> None:
        require(len(recipients) == len(amounts), "token: lengths differ")
        left = self.balances[sender]
        for to, amount in zip(recipients, amounts, strict=True):
            self._check_recipient(to)
            require(amount <= left, "token: insufficient balance")
            left -= amount
        for to, amount in zip(recipients, amounts, strict=True):
            self._move(sender, to, amount)

    def burn(self, sender: str, amount: int) -> None:
        require(amount <= self.balances[sender], "token: insufficient balance")
        self.balances[sender] -= amount
        self.total_supply -= amount

    def mint(self, sender: str, to: str, amount: int) -> None:
        require(sender == self.minter != ZERO_ADDRESS, "token: not minter")
        self._check_recipient(to)
        require(self.total_supply + amount <= CAP, "token: above cap")
        self.balances[to] += amount
        self.total_supply += amount

    def set_minter(self, sender: str, new_minter: str) -> None:
        require(self.authority.has_role(GOVERNANCE_ROLE, sender), "token: not governance")
        self.minter = new_minter

    def _check_recipient(self, to: str) -> None:
        require(to != ZERO_ADDRESS, "token: transfer to zero")
        require(to != self.address, "token: transfer to token")

    def _move(self, owner: str, to: str, amount: int) -> None:
        require(amount <= self.balances[owner], "token: insufficient balance")
        self.balances[owner] -= amount
        self.balances[to] += amount
