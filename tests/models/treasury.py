"""Reference model of contracts/treasury/Treasury.vy. Amounts are base units (1e-8 COS)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from tests.models import ZERO_ADDRESS, require
from tests.models.authority import GOVERNANCE_ROLE
from tests.models.cos_credit import CAP, CosCreditModel

INCENTIVE_RESERVE = 4
CENTER_RESERVE = 7
MAX_CUSTODIANS = 32
GENESIS_AMOUNT = 30_720_000_000 * 10**8  # 30 % of the cap


@dataclass
class Bucket:
    """`cap` bounds what is ever minted; `returned` waits in the Treasury to be issued again."""

    cap: int
    minted: int = 0
    returned: int = 0

    @property
    def issued(self) -> int:
        return self.minted - self.returned


class TreasuryModel:
    """The Treasury at `address`, moving the COS of `token`."""

    def __init__(self, token: CosCreditModel, address: str, caps: Sequence[int]) -> None:
        require(len(caps) > CENTER_RESERVE, "treasury: too few buckets")
        require(sum(caps) == CAP, "treasury: caps do not add up")
        self.token = token
        self.authority = token.authority
        self.address = address
        self.buckets = [Bucket(cap) for cap in caps]
        self.allowances: dict[tuple[int, str], int] = defaultdict(int)
        self.genesis_allocations: dict[tuple[int, str], int] = defaultdict(int)
        self.custodians: set[str] = set()
        self.genesis_done = False

    def genesis(self, sender: str, allocations: Sequence[tuple[int, str, int]]) -> None:
        self._check_governance(sender)
        require(not self.genesis_done, "treasury: genesis done")
        planned: dict[int, int] = defaultdict(int)
        for bucket, to, amount in allocations:
            self._check_issue(bucket, to, amount)
            planned[bucket] += amount
            require(planned[bucket] <= self.buckets[bucket].cap, "treasury: above bucket cap")
            self._check_mint(to)
        require(sum(planned.values()) == GENESIS_AMOUNT, "treasury: genesis is not 30 %")
        for bucket, to, amount in allocations:
            self._issue(bucket, to, amount)
            self.genesis_allocations[bucket, to] += amount
        self.genesis_done = True

    def issue(self, sender: str, bucket: int, to: str, amount: int) -> None:
        require(self.genesis_done, "treasury: before genesis")
        allowed = self.allowances[bucket, sender]
        is_governance = self.authority.has_role(GOVERNANCE_ROLE, sender)
        if not is_governance:
            require(allowed > 0, "treasury: not an issuer")
            require(amount <= allowed, "treasury: above allowance")
        self._issue(bucket, to, amount)
        if not is_governance:
            self.allowances[bucket, sender] = allowed - amount

    def give_back(self, sender: str, bucket: int, amount: int) -> None:
        self._check_bucket(bucket)
        require(amount > 0, "treasury: zero amount")
        require(amount <= self.buckets[bucket].issued, "treasury: more than issued")
        self.token.transfer_from(self.address, sender, self.address, amount)
        self.buckets[bucket].returned += amount

    def merge_center_reserve(self, sender: str, amount: int) -> None:
        self._check_governance(sender)
        require(self.genesis_done, "treasury: before genesis")
        require(amount > 0, "treasury: zero amount")
        center = self.buckets[CENTER_RESERVE]
        require(amount <= center.cap - center.minted, "treasury: above center reserve")
        center.cap -= amount
        self.buckets[INCENTIVE_RESERVE].cap += amount

    def set_issuer(self, sender: str, bucket: int, issuer: str, allowance: int) -> None:
        self._check_governance(sender)
        self._check_bucket(bucket)
        require(issuer != ZERO_ADDRESS, "treasury: zero issuer")
        require(allowance <= self.buckets[bucket].cap, "treasury: allowance above cap")
        self.allowances[bucket, issuer] = allowance

    def set_custodian(self, sender: str, account: str, status: bool) -> None:
        self._check_governance(sender)
        require(account != ZERO_ADDRESS, "treasury: zero custodian")
        require(account != self.address, "treasury: always a custodian")
        require(status != (account in self.custodians), "treasury: status unchanged")
        if status:
            require(len(self.custodians) < MAX_CUSTODIANS, "treasury: too many custodians")
            self.custodians.add(account)
        else:
            self.custodians.remove(account)

    def circulating_supply(self) -> int:
        held = sum(self.token.balances[account] for account in {*self.custodians, self.address})
        return self.token.total_supply - held

    def _check_governance(self, sender: str) -> None:
        require(self.authority.has_role(GOVERNANCE_ROLE, sender), "treasury: not governance")

    def _check_bucket(self, bucket: int) -> None:
        require(bucket < len(self.buckets), "treasury: no such bucket")

    def _check_issue(self, bucket: int, to: str, amount: int) -> None:
        self._check_bucket(bucket)
        require(to not in (ZERO_ADDRESS, self.address), "treasury: bad recipient")
        require(amount > 0, "treasury: zero amount")

    def _check_mint(self, to: str) -> None:
        require(self.token.minter == self.address, "token: not minter")
        require(to != self.token.address, "token: transfer to token")

    def _issue(self, bucket: int, to: str, amount: int) -> None:
        self._check_issue(bucket, to, amount)
        entry = self.buckets[bucket]
        again = min(amount, entry.returned)
        fresh = amount - again
        require(fresh <= entry.cap - entry.minted, "treasury: above bucket cap")
        if again > 0:
            require(to != self.token.address, "token: transfer to token")
        if fresh > 0:
            self._check_mint(to)
            self.token.mint(self.address, to, fresh)
        if again > 0:
            self.token.transfer(self.address, to, again)
        entry.returned -= again
        entry.minted += fresh
