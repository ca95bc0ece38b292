"""Reference model of contracts/lib/bucket_custody.vy. Amounts are base units (1e-8 COS)."""

from __future__ import annotations

from collections import Counter

from tests.models.treasury import TreasuryModel


class BucketCustodyModel:
    """The COS of the Treasury's buckets that the contract at `address` may draw."""

    def __init__(self, treasury: TreasuryModel, address: str) -> None:
        self.treasury = treasury
        self.address = address
        self.drawn: Counter[int] = Counter()  # bucket -> of what genesis issued here

    def custody_of(self, bucket: int) -> int:
        return self.treasury.genesis_allocations[bucket, self.address] - self.drawn[bucket]

    def draw(self, bucket: int, amount: int) -> None:
        held = min(amount, self.custody_of(bucket))
        if amount > held:
            self.treasury.issue(self.address, bucket, self.address, amount - held)
        self.drawn[bucket] += held
