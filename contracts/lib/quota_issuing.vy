# pragma version 0.4.3
# pragma nonreentrancy on
"""
@title Issuing quota together with its bonus reserve
@notice For contracts that sell quota: draws the quota's COS and what the bonus reserve lacks for it
        out of the Treasury's buckets, and issues the quota to its sponsor.
@dev The ledger and the pool pull exactly what they are approved for, so nothing of either approval
     is left. The reserve is asked after the payment and immediately before it is funded: nobody
     acts in between. The contract needs the SELLER role and its issuer allowances in the Treasury.
@custom:license AGPL-3.0-only
"""

from ethereum.ercs import IERC20
from interfaces import IBonusPool
from interfaces import IQuotaLedger
from contracts.lib import bucket_custody

uses: bucket_custody

# The bonus is paid out of the community incentive reserve, whatever bucket the quota is from.
INCENTIVE_RESERVE: constant(uint256) = 4

TOKEN: public(immutable(address))
QUOTA_LEDGER: public(immutable(address))
BONUS_POOL: public(immutable(address))


@deploy
def __init__(token: address, quota_ledger: address, bonus_pool: address):
    assert token != empty(address), "quota: no token"
    assert quota_ledger != empty(address), "quota: no ledger"
    assert bonus_pool != empty(address), "quota: no pool"
    TOKEN = token
    QUOTA_LEDGER = quota_ledger
    BONUS_POOL = bonus_pool


@internal
def _issue_quota(bucket: uint256, sponsor: address, amount: uint256):
    """
    @dev Issues quota and everything that it needs, or reverts with the reason of the Treasury
         (bucket or allowance used up) or of the ledger (no seller, no sponsor, no amount).
    @param bucket Id of the Treasury's bucket out of which the quota's COS comes
    @param sponsor Who may donate the quota
    @param amount Base units of quota
    """
    lacking: uint256 = staticcall IBonusPool(BONUS_POOL).shortfall(amount)
    if lacking > 0:
        bucket_custody._draw(INCENTIVE_RESERVE, lacking)
        # COS approves or reverts.
        extcall IERC20(TOKEN).approve(BONUS_POOL, lacking)
        extcall IBonusPool(BONUS_POOL).fund(lacking)
    bucket_custody._draw(bucket, amount)
    extcall IERC20(TOKEN).approve(QUOTA_LEDGER, amount)
    extcall IQuotaLedger(QUOTA_LEDGER).issue_quota(sponsor, amount)
