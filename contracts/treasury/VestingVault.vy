# pragma version 0.4.3
# pragma nonreentrancy on
"""
@title VestingVault
@notice Every vesting schedule of COS: angels, initial team, what the management pool awards. A grant
        unlocks at the boundaries of calendar months; anyone may trigger a release, and only the
        beneficiary is ever paid. Unvested COS has no vote: it lies here, and nothing here stakes.
@dev After k whole boundaries since the start month amount * k // months is vested (rounded down, in
     the vault's favour; the last tranche is exact), nothing before the cliff, which catches up.
     Grants are paid out of the Treasury's buckets: first what genesis issued to this contract, then
     the vault's allowance there. The balance here is never read, so what is sent here directly
     changes nothing.
     A grant that was handed over can still be revoked by the name under which it was created: else
     a beneficiary who sees a vote coming would move it to a second account of its own.
@custom:license AGPL-3.0-only
"""
from ethereum.ercs import IERC20

from interfaces import ITreasury
from interfaces import IVestingVault
from contracts.lib import bucket_custody
from contracts.lib import calendar_months
from contracts.lib import governed
from contracts.lib import roles
from contracts.lib import vesting_grants

initializes: governed
initializes: bucket_custody
initializes: vesting_grants

implements: IVestingVault

exports: governed.AUTHORITY
exports: (bucket_custody.TREASURY, bucket_custody.custody_of)


# --- constants -----------------------------------------------------------------------------------

MAX_AWARDS: constant(uint256) = 100
MAX_SCHEDULES: constant(uint256) = 16
MAX_PLACES: constant(uint256) = 100
MAX_PAGE: constant(uint256) = 50

MASK_64: constant(uint256) = 2**64 - 1
MASK_160: constant(uint256) = 2**160 - 1


# --- immutables ----------------------------------------------------------------------------------

TOKEN: public(immutable(address))
UTC_OFFSET_SECONDS: public(immutable(int256))


# --- storage -------------------------------------------------------------------------------------

# @notice What a grantor may still grant out of a bucket, in base units.
grantor_allowance: public(HashMap[uint256, HashMap[address, uint256]])

# @notice Who created a batch; zero if nobody did. A loader that was interrupted asks here which of
# its batches it need not send again, and sees that no other grantor took the id.
loaded_by: public(HashMap[bytes32, address])

# place -> to whom the grant there is offered.
_offers: HashMap[uint256, address]


# --- constructor ---------------------------------------------------------------------------------

@deploy
def __init__(authority: address, token: address, treasury: address, utc_offset_seconds: int256):
    """
    @notice Creates the vault without any grant.
    @param authority The Authority that says who governs
    @param token The COS token
    @param treasury The Treasury out of whose buckets grants are paid
    @param utc_offset_seconds The offset in which calendar months are counted, for the whole suite
    """
    governed.__init__(authority)
    bucket_custody.__init__(treasury)
    assert token != empty(address), "vault: no token"
    TOKEN = token
    calendar_months._check_offset(utc_offset_seconds)
    UTC_OFFSET_SECONDS = utc_offset_seconds


# --- creation ------------------------------------------------------------------------------------

@external
def create(
    bucket: uint256,
    beneficiary: address,
    amount: uint256,
    start_month: uint256,
    months: uint256,
    cliff_months: uint256,
    revocable: bool,
) -> uint256:
    """
    @notice Creates a grant out of a bucket. Governance, or a grantor within its allowance.
    @param bucket Id of the Treasury's bucket
    @param beneficiary Who is paid
    @param amount Base units, above zero
    @param start_month Calendar month from which boundaries are counted, at most 240 months ago or
           ahead
    @param months After so many boundaries all is vested, 1 to 480
    @param cliff_months Before so many boundaries nothing is, at most `months`
    @param revocable Whether governance may revoke it
    @return The grant's index among the beneficiary's grants
    """
    month: uint256 = self._month()
    terms: uint256 = vesting_grants._terms(
        bucket, start_month, months, cliff_months, revocable, month
    )
    self._check_award(beneficiary, amount)
    index: uint256 = vesting_grants._append(beneficiary, terms | amount)
    self._fund(bucket, amount)
    log IVestingVault.GrantCreated(
        bucket=bucket,
        beneficiary=beneficiary,
        grantor=msg.sender,
        index=index,
        amount=amount,
        start_month=start_month,
        months=months,
        cliff_months=cliff_months,
        revocable=revocable,
    )
    return index


@external
def create_batch(
    batch_id: bytes32,
    bucket: uint256,
    schedules: DynArray[IVestingVault.Schedule, MAX_SCHEDULES],
    awards: DynArray[uint256, MAX_AWARDS],
):
    """
    @notice Creates up to 100 grants out of a bucket, once: all or none. Governance, or a grantor
            within its allowance.
    @dev Rows may differ in all terms: each names its schedule by the position in the list. A row is
         one word, as it stands in the batch's event: structs would cost 46,000 gas more a hundred.
         In hex its last 40 digits are the beneficiary, the 16 before them the amount. Indices
         follow each beneficiary's last one, in the order of the awards.
    @param batch_id Accepted once; any but zero, best the hash of what the batch contains
    @param bucket Id of the Treasury's bucket
    @param schedules Terms, as in `create`
    @param awards beneficiary 160 | amount 64 in base units, above zero | position in `schedules` 32
    """
    assert batch_id != empty(bytes32), "vault: no batch id"
    assert self.loaded_by[batch_id] == empty(address), "vault: batch already loaded"
    self.loaded_by[batch_id] = msg.sender

    month: uint256 = self._month()
    terms: DynArray[uint256, MAX_SCHEDULES] = []
    for schedule: IVestingVault.Schedule in schedules:
        terms.append(
            vesting_grants._terms(
                bucket,
                schedule.start_month,
                schedule.months,
                schedule.cliff_months,
                schedule.revocable,
                month,
            )
        )

    total: uint256 = 0
    for award: uint256 in awards:
        beneficiary: address = convert(award & MASK_160, address)
        amount: uint256 = (award >> 160) & MASK_64
        schedule: uint256 = award >> 224
        self._check_award(beneficiary, amount)
        assert schedule < len(terms), "vault: no such schedule"
        vesting_grants._append(beneficiary, terms[schedule] | amount)
        # 100 amounts of 64 bits each.
        total = unsafe_add(total, amount)
    assert total > 0, "vault: no awards"
    self._fund(bucket, total)
    log IVestingVault.BatchCreated(
        batch_id=batch_id,
        bucket=bucket,
        grantor=msg.sender,
        total=total,
        schedules=schedules,
        awards=awards,
    )


# --- release -------------------------------------------------------------------------------------

@external
def release(beneficiary: address, index: uint256) -> uint256:
    """
    @notice Pays what is vested of a grant and not paid yet. Anyone may call it; the COS goes to the
            beneficiary.
    @param beneficiary Who holds the grant
    @param index Its index
    @return Base units paid, above zero
    """
    amount: uint256 = self._release(beneficiary, index, self._month())
    assert amount > 0, "vault: nothing to release"
    return amount


@external
def release_many(places: DynArray[IVestingVault.Place, MAX_PLACES]) -> uint256:
    """
    @notice The same for up to 100 grants of any beneficiaries.
    @dev What has nothing to release or was handed over is passed over, so that nobody can spoil the
         call by releasing or moving one of them first.
    @param places Beneficiaries and indices
    @return Base units paid in total, above zero
    """
    month: uint256 = self._month()
    total: uint256 = 0
    for place: IVestingVault.Place in places:
        if vesting_grants._is_moved(vesting_grants._place(place.beneficiary, place.index)):
            continue
        total += self._release(place.beneficiary, place.index, month)
    assert total > 0, "vault: nothing to release"
    return total


# --- hand-over -----------------------------------------------------------------------------------

@external
def offer(index: uint256, recipient: address):
    """
    @notice The beneficiary offers a grant to another account, which accepts it or doesn't. Another
            offer replaces it. Until it is accepted the beneficiary is paid as before.
    @param index The caller's grant
    @param recipient Who may accept it; zero withdraws the offer
    """
    place: uint256 = vesting_grants._place(msg.sender, index)
    word: uint256 = vesting_grants._load(place)
    assert vesting_grants._unreleased(word) > 0, "vault: nothing to hand over"
    assert recipient != msg.sender, "vault: own grant"
    old: address = self._offers[place]
    self._offers[place] = recipient
    log IVestingVault.GrantOffered(
        beneficiary=msg.sender, index=index, old_recipient=old, new_recipient=recipient
    )


@external
def accept(beneficiary: address, index: uint256, min_remaining: uint256) -> uint256:
    """
    @notice Takes a grant over that was offered to the caller, with all its terms and with what is
            vested and not released. The old place is closed for good.
    @param beneficiary Who offered it
    @param index The grant's index there
    @param min_remaining Refused if less than this is unreleased: a release or a revocation may come
           just before
    @return The grant's index among the caller's grants
    """
    place: uint256 = vesting_grants._place(beneficiary, index)
    assert self._offers[place] == msg.sender, "vault: not offered to you"
    remaining: uint256 = vesting_grants._unreleased(vesting_grants._load(place))
    assert remaining > 0, "vault: nothing to hand over"
    assert remaining >= min_remaining, "vault: less than expected"
    self._offers[place] = empty(address)
    new_index: uint256 = vesting_grants._move(place, msg.sender)
    log IVestingVault.GrantHandedOver(
        beneficiary=beneficiary,
        recipient=msg.sender,
        old_index=index,
        new_index=new_index,
        unreleased=remaining,
    )
    return new_index


# --- governance ----------------------------------------------------------------------------------

@external
def revoke(beneficiary: address, index: uint256, reason_hash: bytes32):
    """
    @notice Ends a revocable grant. Only governance. What is vested is paid to who holds the grant
            now, the rest returns to its bucket, which can issue it again without minting.
    @dev Follows a grant that was handed over, from any place at which it ever was. What is paid,
         was released and returns adds up to the grant, to the unit. Giving back is open to all, so
         somebody else's COS may have taken a part of the bucket's room for it; so much of the rest
         stays here as surplus: the bucket has got it, and the vote can't be stopped with it.
    @param beneficiary Who holds the grant, or held it
    @param index Its index there
    @param reason_hash keccak256 of the published reason
    """
    self._check_governance()
    assert reason_hash != empty(bytes32), "vault: no reason"
    place: uint256 = vesting_grants._where(vesting_grants._place(beneficiary, index))
    bucket: uint256 = vesting_grants._bucket(vesting_grants._load(place))
    holder: address = vesting_grants._beneficiary(place)
    paid: uint256 = 0
    rest: uint256 = 0
    paid, rest = vesting_grants._revoke(place, self._month())
    log IVestingVault.GrantRevoked(
        beneficiary=holder,
        index=vesting_grants._index(place),
        paid=paid,
        returned=rest,
        reason_hash=reason_hash,
    )
    if paid > 0:
        assert extcall IERC20(TOKEN).transfer(holder, paid), "vault: transfer failed"
    treasury: address = bucket_custody.TREASURY
    rest = min(rest, staticcall ITreasury(treasury).issued(bucket))
    if rest > 0:
        # Exactly what is taken at once: no allowance is left behind.
        assert extcall IERC20(TOKEN).approve(treasury, rest), "vault: approval failed"
        extcall ITreasury(treasury).give_back(bucket, rest)


@external
def set_grantor(bucket: uint256, grantor: address, allowance: uint256):
    """
    @notice Sets what a grantor may grant out of a bucket from now on. Only governance. What it has
            granted stays.
    @param bucket Id of the Treasury's bucket
    @param grantor A contract or a person
    @param allowance Base units, at most the bucket's cap; zero takes the right away
    """
    self._check_governance()
    assert grantor != empty(address), "vault: no grantor"
    cap: uint256 = staticcall ITreasury(bucket_custody.TREASURY).bucket_cap(bucket)
    assert allowance <= cap, "vault: allowance above cap"
    old: uint256 = self.grantor_allowance[bucket][grantor]
    self.grantor_allowance[bucket][grantor] = allowance
    log IVestingVault.GrantorSet(
        bucket=bucket, grantor=grantor, old_allowance=old, new_allowance=allowance
    )


# --- views ---------------------------------------------------------------------------------------

@view
@external
def grant_count(beneficiary: address) -> uint256:
    """
    @notice How many grants an account has or had: those that ended or were handed over count.
    @param beneficiary Any account
    @return Number of its places; indices are below it
    """
    return vesting_grants._count(beneficiary)


@view
@external
def grant_at(beneficiary: address, index: uint256) -> IVestingVault.Grant:
    """
    @notice All about a grant.
    @param beneficiary Who holds it, or held it
    @param index Its index
    @return Its terms and where it stands at this moment
    """
    return self._show(beneficiary, index, self._month())


@view
@external
def grants_of(
    beneficiary: address, start: uint256, count: uint256
) -> DynArray[IVestingVault.Grant, MAX_PAGE]:
    """
    @notice The grants of an account, page by page.
    @param beneficiary Any account
    @param start Index of the page's first grant
    @param count How many at most; a page has no more than 50
    @return The grants in order, none past the last one
    """
    page: DynArray[IVestingVault.Grant, MAX_PAGE] = []
    grants: uint256 = vesting_grants._count(beneficiary)
    if start >= grants:
        return page
    month: uint256 = self._month()
    length: uint256 = min(min(count, MAX_PAGE), grants - start)
    for k: uint256 in range(length, bound=MAX_PAGE):
        page.append(self._show(beneficiary, start + k, month))
    return page


@view
@external
def vested(beneficiary: address, index: uint256) -> uint256:
    """
    @notice What a grant has unlocked so far, released or not.
    @param beneficiary Who holds it
    @param index Its index
    @return Base units
    """
    return vesting_grants._vested(self._word(beneficiary, index), self._month())


@view
@external
def releasable(beneficiary: address, index: uint256) -> uint256:
    """
    @notice What `release` would pay now.
    @param beneficiary Who holds the grant
    @param index Its index
    @return Base units
    """
    word: uint256 = self._word(beneficiary, index)
    return vesting_grants._vested(word, self._month()) - vesting_grants._released(word)


@view
@external
def next_unlock(beneficiary: address, index: uint256) -> (uint256, uint256):
    """
    @notice When a grant unlocks more, and how much then.
    @param beneficiary Who holds it
    @param index Its index
    @return Unix time and base units; zeros if nothing more unlocks
    """
    return self._next_unlock(self._word(beneficiary, index), self._month())


@view
@external
def current_place(beneficiary: address, index: uint256) -> IVestingVault.Place:
    """
    @notice Where a grant is now, however often it was handed over.
    @param beneficiary Who holds it, or held it
    @param index Its index there
    @return Its beneficiary and index now
    """
    place: uint256 = vesting_grants._where(vesting_grants._place(beneficiary, index))
    return IVestingVault.Place(
        beneficiary=vesting_grants._beneficiary(place), index=vesting_grants._index(place)
    )


@view
@external
def is_loaded(batch_id: bytes32) -> bool:
    """
    @notice Whether a batch has been created.
    @param batch_id The batch's id
    @return True if it has
    """
    return self.loaded_by[batch_id] != empty(address)


# --- internal ------------------------------------------------------------------------------------

@view
@internal
def _check_governance():
    assert governed._holds(roles.GOVERNANCE_ROLE, msg.sender), "vault: not governance"


@view
@internal
def _month() -> uint256:
    return calendar_months._month_of(block.timestamp, UTC_OFFSET_SECONDS)


@view
@internal
def _check_award(beneficiary: address, amount: uint256):
    # Zero and the token refuse every payment; to be paid here is to lose it.
    assert beneficiary != empty(address), "vault: bad beneficiary"
    assert beneficiary != TOKEN and beneficiary != self, "vault: bad beneficiary"
    assert amount > 0, "vault: no amount"
    assert amount <= MASK_64, "vault: amount too large"


@internal
def _fund(bucket: uint256, amount: uint256):
    """
    @dev Checks the caller's right and takes the COS out of the bucket.
    """
    if not governed._holds(roles.GOVERNANCE_ROLE, msg.sender):
        allowed: uint256 = self.grantor_allowance[bucket][msg.sender]
        # Zero means that the account was never made a grantor, or has used its allowance up.
        assert allowed > 0, "vault: not a grantor"
        assert amount <= allowed, "vault: above allowance"
        self.grantor_allowance[bucket][msg.sender] = allowed - amount
    bucket_custody._draw(bucket, amount)


@internal
def _release(beneficiary: address, index: uint256, month: uint256) -> uint256:
    place: uint256 = vesting_grants._place(beneficiary, index)
    amount: uint256 = vesting_grants._release(place, month)
    if amount > 0:
        log IVestingVault.Released(beneficiary=beneficiary, index=index, amount=amount)
        assert extcall IERC20(TOKEN).transfer(beneficiary, amount), "vault: transfer failed"
    return amount


@view
@internal
def _word(beneficiary: address, index: uint256) -> uint256:
    return vesting_grants._load(vesting_grants._place(beneficiary, index))


@view
@internal
def _next_unlock(word: uint256, month: uint256) -> (uint256, uint256):
    month_then: uint256 = 0
    amount: uint256 = 0
    month_then, amount = vesting_grants._next_unlock(word, month)
    if amount == 0:
        return 0, 0
    return calendar_months._month_start(month_then, UTC_OFFSET_SECONDS), amount


@view
@internal
def _show(beneficiary: address, index: uint256, month: uint256) -> IVestingVault.Grant:
    place: uint256 = vesting_grants._place(beneficiary, index)
    grant: IVestingVault.Grant = empty(IVestingVault.Grant)
    if vesting_grants._is_moved(place):
        grant.index = index
        grant.moved = True
        return grant
    word: uint256 = vesting_grants._load(place)
    grant = vesting_grants._unpack(word)
    grant.index = index
    grant.vested = vesting_grants._vested(word, month)
    grant.releasable = grant.vested - grant.released
    # An offer of what has ended meanwhile is void.
    if vesting_grants._unreleased(word) > 0:
        grant.offered_to = self._offers[place]
    grant.next_unlock, grant.next_amount = self._next_unlock(word, month)
    return grant
