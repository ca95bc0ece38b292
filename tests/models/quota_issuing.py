"""Reference model of contracts/lib/quota_issuing.vy. Amounts are base units (1e-8 COS)."""

from __future__ import annotations

from tests.models.atomic import atomic
from tests.models.bucket_custody import BucketCustodyModel
from tests.models.quota_ledger import QuotaLedgerModel
from tests.models.treasury import INCENTIVE_RESERVE


class QuotaIssuingModel:
    """Issues quota of `ledger` with the reserve of its pool, out of what `custody` may draw."""

    def __init__(self, custody: BucketCustodyModel, ledger: QuotaLedgerModel) -> None:
        self.custody = custody
        self.ledger = ledger
        self.pool = ledger.pool
        self.token = ledger.token

    @property
    def state(self) -> tuple[tuple[object, str], ...]:
        """What an issue changes, for a caller's own `atomic`."""
        treasury = self.custody.treasury
        return (
            (self.custody, "drawn"),
            (treasury, "buckets"),
            (treasury, "allowances"),
            (self.token, "balances"),
            (self.token, "allowances"),
            (self.token, "total_supply"),
            (self.pool, "funded"),
            (self.pool, "opened"),
        )

    def issue_quota(self, bucket: int, sponsor: str, amount: int) -> None:
        seller = self.custody.address
        with atomic(*self.state):
            lacking = self.pool.shortfall(amount)
            if lacking > 0:
                self.custody.draw(INCENTIVE_RESERVE, lacking)
                self.token.approve(seller, self.pool.address, lacking)
                self.pool.fund(seller, lacking)
            self.custody.draw(bucket, amount)
            self.token.approve(seller, self.ledger.address, amount)
            self.ledger.issue_quota(seller, sponsor, amount)
