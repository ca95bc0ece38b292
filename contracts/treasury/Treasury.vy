# pragma version 0.4.3
# pragma nonreentrancy on
"""
@title Treasury
@notice Sole minter of COS. Every COS comes out of a bucket whose cap is fixed at deployment; the
        caps add up to the token's cap exactly, and genesis issues exactly 30 % of it.
@dev Amounts are base units (1e-8 COS). Nothing is divided here but the cap once (exactly), so there
     are no roundings. COS that is given back is issued again before anything is minted. COS sent
     here by a plain transfer is surplus: it is not in circulation, belongs to no bucket and is
     never issued.
     A bucket's id is its position: 0 angels, 1 founders, 2 initial team, 3 management team,
     4 community incentive reserve, 5 strategic partners, 6 node income, 7 Center reserve.
@custom:license AGPL-3.0-only
"""

from ethereum.ercs import IERC20
from interfaces import ICosCredit
from interfaces import ITreasury
from contracts.lib import governed
from contracts.lib import roles

implements: ITreasury

initializes: governed

exports: governed.AUTHORITY


# --- constants -----------------------------------------------------------------------------------

MAX_BUCKETS: constant(uint256) = 16
MAX_ALLOCATIONS: constant(uint256) = 64
MAX_CUSTODIANS: constant(uint256) = 32

INCENTIVE_RESERVE: constant(uint256) = 4
CENTER_RESERVE: constant(uint256) = 7

GENESIS_PERCENT: constant(uint256) = 30


# --- immutables ----------------------------------------------------------------------------------

TOKEN: public(immutable(address))
GENESIS_AMOUNT: public(immutable(uint256))


# --- storage -------------------------------------------------------------------------------------

# @notice Whether genesis has been issued. Nothing else is issued before.
genesis_done: public(bool)

# @notice Number of buckets.
bucket_count: public(uint256)

# @notice Room of a bucket, in base units.
# Invariant: the sum over all buckets is the token's cap, for ever.
bucket_cap: public(HashMap[uint256, uint256])

# @notice COS ever minted out of a bucket.
# Invariant: returned <= minted <= bucket_cap, for each bucket.
minted: public(HashMap[uint256, uint256])

# @notice COS given back to a bucket and waiting here to be issued again.
# Invariant: the sum over all buckets <= the Treasury's balance, whatever is sent here.
returned: public(HashMap[uint256, uint256])

# @notice What genesis issued to an account out of a bucket: contracts of the suite that hold COS in
# custody know from here how much of it is of which bucket, and need not trust their balance.
genesis_allocation: public(HashMap[uint256, HashMap[address, uint256]])

# @notice What an issuer may still issue out of a bucket.
issuer_allowance: public(HashMap[uint256, HashMap[address, uint256]])

# Accounts whose COS does not circulate. The Treasury always counts and is never in the list.
_custodians: DynArray[address, MAX_CUSTODIANS]

# Position in the list, from 1 on; 0 means no custodian.
_position: HashMap[address, uint256]


# --- constructor ---------------------------------------------------------------------------------

@deploy
def __init__(authority: address, token: address, caps: DynArray[uint256, MAX_BUCKETS]):
    """
    @notice Fixes the buckets. Issuing needs the token's minter to be this contract.
    @param authority The suite's Authority
    @param token CosCredit
    @param caps Room of each bucket; at least eight, adding up to the token's cap exactly
    """
    governed.__init__(authority)
    assert token != empty(address), "treasury: zero token"
    assert len(caps) > CENTER_RESERVE, "treasury: too few buckets"
    cap: uint256 = staticcall ICosCredit(token).CAP()
    unassigned: uint256 = cap
    for bucket: uint256 in range(len(caps), bound=MAX_BUCKETS):
        assert caps[bucket] <= unassigned, "treasury: caps do not add up"
        unassigned -= caps[bucket]
        self.bucket_cap[bucket] = caps[bucket]
    assert unassigned == 0, "treasury: caps do not add up"
    self.bucket_count = len(caps)
    TOKEN = token
    GENESIS_AMOUNT = cap * GENESIS_PERCENT // 100


# --- issuing -------------------------------------------------------------------------------------

@external
def genesis(allocations: DynArray[ITreasury.Allocation, MAX_ALLOCATIONS]):
    """
    @notice Issues exactly 30 % of the cap, once. Only governance.
    @param allocations Bucket, recipient and amount of each part; a bucket may appear repeatedly
    """
    self._check_governance()
    assert not self.genesis_done, "treasury: genesis done"
    self.genesis_done = True
    total: uint256 = 0
    for allocation: ITreasury.Allocation in allocations:
        self._issue(allocation.bucket, allocation.recipient, allocation.amount)
        # Both at most the cap, so neither sum wraps.
        self.genesis_allocation[allocation.bucket][allocation.recipient] += allocation.amount
        total += allocation.amount
    assert total == GENESIS_AMOUNT, "treasury: genesis is not 30 %"
    log ITreasury.GenesisIssued(amount=total, allocations=len(allocations))


@external
def issue(bucket: uint256, to: address, amount: uint256):
    """
    @notice Issues COS out of a bucket: first what was given back to it, then newly minted COS.
            Governance, or an issuer within its allowance for the bucket.
    @dev An issuer's allowance counts what it issues, minted or not; giving back restores nothing.
    @param bucket Id of the bucket
    @param to Recipient; not the Treasury
    @param amount Base units, above zero
    """
    assert self.genesis_done, "treasury: before genesis"
    if not governed._holds(roles.GOVERNANCE_ROLE, msg.sender):
        allowed: uint256 = self.issuer_allowance[bucket][msg.sender]
        # Zero means that the account was never made an issuer, or has used its allowance up.
        assert allowed > 0, "treasury: not an issuer"
        assert amount <= allowed, "treasury: above allowance"
        self.issuer_allowance[bucket][msg.sender] = allowed - amount
    self._issue(bucket, to, amount)


@external
def give_back(bucket: uint256, amount: uint256):
    """
    @notice Takes COS of the caller back into a bucket, for which it is issued again before any is
            minted. Open to all: a giver can only give.
    @param bucket Id of the bucket; its amount in others' hands bounds what can be given back
    @param amount Base units, above zero; the caller has approved them
    """
    self._check_bucket(bucket)
    assert amount > 0, "treasury: zero amount"
    assert amount <= self._issued(bucket), "treasury: more than issued"
    self.returned[bucket] += amount
    log ITreasury.GivenBack(bucket=bucket, giver=msg.sender, amount=amount)
    assert extcall IERC20(TOKEN).transferFrom(msg.sender, self, amount), "treasury: transfer failed"


@external
def merge_center_reserve(amount: uint256):
    """
    @notice Moves room that was never minted from the Center reserve to the community incentive
            reserve. Only governance; one way.
    @param amount Base units, above zero
    """
    self._check_governance()
    assert self.genesis_done, "treasury: before genesis"
    assert amount > 0, "treasury: zero amount"
    old_cap: uint256 = self.bucket_cap[CENTER_RESERVE]
    assert (amount <= old_cap - self.minted[CENTER_RESERVE]), "treasury: above center reserve"
    self._set_cap(CENTER_RESERVE, old_cap - amount)
    self._set_cap(INCENTIVE_RESERVE, self.bucket_cap[INCENTIVE_RESERVE] + amount)


# --- settings ------------------------------------------------------------------------------------

@external
def set_issuer(bucket: uint256, issuer: address, allowance: uint256):
    """
    @notice Sets what an issuer may issue out of a bucket from now on. Only governance.
    @param bucket Id of the bucket
    @param issuer A contract or a person
    @param allowance Base units, at most the bucket's cap; zero takes the right away
    """
    self._check_governance()
    self._check_bucket(bucket)
    assert issuer != empty(address), "treasury: zero issuer"
    assert allowance <= self.bucket_cap[bucket], "treasury: allowance above cap"
    old_allowance: uint256 = self.issuer_allowance[bucket][issuer]
    self.issuer_allowance[bucket][issuer] = allowance
    log ITreasury.IssuerSet(
        bucket=bucket,
        issuer=issuer,
        old_allowance=old_allowance,
        new_allowance=allowance,
    )


@external
def set_custodian(account: address, status: bool):
    """
    @notice Says whether the COS of an account counts as not circulating. Only governance.
    @param account Holds locked, unvested or reserved COS; at most 32 beside the Treasury itself
    @param status True to count it out
    """
    self._check_governance()
    assert account != empty(address), "treasury: zero custodian"
    assert account != self, "treasury: always a custodian"
    position: uint256 = self._position[account]
    old_status: bool = position != 0
    assert status != old_status, "treasury: status unchanged"
    if status:
        assert (len(self._custodians) < MAX_CUSTODIANS), "treasury: too many custodians"
        self._custodians.append(account)
        self._position[account] = len(self._custodians)
    else:
        # The last one takes the free place.
        last: address = self._custodians[len(self._custodians) - 1]
        self._custodians[position - 1] = last
        self._position[last] = position
        self._position[account] = 0
        self._custodians.pop()
    log ITreasury.CustodianSet(account=account, old_status=old_status, new_status=status)


# --- views ---------------------------------------------------------------------------------------

@external
@view
def issued(bucket: uint256) -> uint256:
    """
    @notice COS of a bucket that is in others' hands: minted and not given back.
    @param bucket Id of the bucket
    @return Base units
    """
    self._check_bucket(bucket)
    return self._issued(bucket)


@external
@view
def room(bucket: uint256) -> uint256:
    """
    @notice What a bucket can still issue, returned amounts included.
    @param bucket Id of the bucket
    @return Base units
    """
    self._check_bucket(bucket)
    return self.bucket_cap[bucket] - self._issued(bucket)


@external
@view
def custodians() -> DynArray[address, MAX_CUSTODIANS]:
    """
    @notice The registered custodians, in no particular order; the Treasury is one by nature.
    @return Accounts
    """
    return self._custodians


@external
@view
def is_custodian(account: address) -> bool:
    """
    @notice Whether an account's COS is counted out of the circulating supply.
    @param account Any account
    @return True for registered custodians and for the Treasury
    """
    return account == self or self._position[account] != 0


@external
@view
def circulating_supply() -> uint256:
    """
    @notice Total supply less what the Treasury and the registered custodians hold.
    @dev The accounts differ, so their balances are at most the supply. At most 33 balances.
    @return Base units
    """
    circulating: uint256 = staticcall IERC20(TOKEN).totalSupply()
    circulating -= staticcall IERC20(TOKEN).balanceOf(self)
    for account: address in self._custodians:
        circulating -= staticcall IERC20(TOKEN).balanceOf(account)
    return circulating


# --- internal ------------------------------------------------------------------------------------

@internal
@view
def _check_governance():
    assert governed._holds(roles.GOVERNANCE_ROLE, msg.sender), "treasury: not governance"


@internal
@view
def _check_bucket(bucket: uint256):
    assert bucket < self.bucket_count, "treasury: no such bucket"


@internal
@view
def _issued(bucket: uint256) -> uint256:
    return self.minted[bucket] - self.returned[bucket]


@internal
def _set_cap(bucket: uint256, new_cap: uint256):
    old_cap: uint256 = self.bucket_cap[bucket]
    self.bucket_cap[bucket] = new_cap
    log ITreasury.BucketCapChanged(bucket=bucket, old_cap=old_cap, new_cap=new_cap)


@internal
def _issue(bucket: uint256, to: address, amount: uint256):
    """
    @dev The caller's right has been checked. State first, then the token, which calls nobody back.
    """
    self._check_bucket(bucket)
    assert to != empty(address) and to != self, "treasury: bad recipient"
    assert amount > 0, "treasury: zero amount"
    old_returned: uint256 = self.returned[bucket]
    again: uint256 = min(amount, old_returned)
    fresh: uint256 = amount - again
    already: uint256 = self.minted[bucket]
    assert (fresh <= self.bucket_cap[bucket] - already), "treasury: above bucket cap"
    self.returned[bucket] = old_returned - again
    self.minted[bucket] = already + fresh
    log ITreasury.Issued(
        bucket=bucket,
        recipient=to,
        issuer=msg.sender,
        amount=amount,
        minted=fresh,
    )
    if again > 0:
        assert extcall IERC20(TOKEN).transfer(to, again), "treasury: transfer failed"
    if fresh > 0:
        extcall ICosCredit(TOKEN).mint(to, fresh)
