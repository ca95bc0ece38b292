# pragma version 0.4.3
# pragma nonreentrancy on
"""
@title QuotaIssuingHarness
@notice Opens contracts/lib/quota_issuing.vy to tests, with any bucket.
@custom:license AGPL-3.0-only
"""

from contracts.lib import bucket_custody
from contracts.lib import quota_issuing

initializes: bucket_custody
initializes: quota_issuing[bucket_custody := bucket_custody]

exports: (
    bucket_custody.TREASURY,
    bucket_custody.custody_of,
    quota_issuing.TOKEN,
    quota_issuing.QUOTA_LEDGER,
    quota_issuing.BONUS_POOL,
)


@deploy
def __init__(treasury: address, token: address, quota_ledger: address, bonus_pool: address):
    bucket_custody.__init__(treasury)
    quota_issuing.__init__(token, quota_ledger, bonus_pool)


@external
def issue_quota(bucket: uint256, sponsor: address, amount: uint256):
    quota_issuing._issue_quota(bucket, sponsor, amount)
