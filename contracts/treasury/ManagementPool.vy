# pragma version 0.4.3
# pragma nonreentrancy on
"""
@title ManagementPool
@notice Releases the management bucket month by month along a right-skewed curve with an endless
        tail; the committee or governance awards what is released, and each award vests over 48
        calendar months. What is not awarded in its month stays: the unallocated management bonus.
@dev The pool holds no COS. It says how much may be awarded; the VestingVault, whose grantor it is,
     draws the COS from the Treasury. So COS that is sent here can't be awarded, nor got back.
     Month number 1 is the calendar month of the deployment, whose part is released at once.
     Invariant: awarded <= released <= BUDGET, and released never falls. See contracts/lib/
     release_curve.vy for the formula; rounded down, in favour of later months.
@custom:license AGPL-3.0-only
"""
from interfaces import IManagementPool
from interfaces import IVestingVault
from contracts.lib import calendar_months
from contracts.lib import governed
from contracts.lib import release_curve
from contracts.lib import roles

initializes: governed

implements: IManagementPool

exports: governed.AUTHORITY


# --- constants -----------------------------------------------------------------------------------

# The Treasury's bucket of the management team.
BUCKET: constant(uint256) = 3
# Of an award; white paper: released evenly over 48 calendar months.
VESTING_MONTHS: constant(uint256) = 48

MASK_8: constant(uint256) = 2**8 - 1
MASK_64: constant(uint256) = 2**64 - 1
PEAK_SHIFT: constant(uint256) = 64
BEGIN_SHIFT: constant(uint256) = 72


# --- immutables ----------------------------------------------------------------------------------

VAULT: public(immutable(address))
# In base units, below 2**64.
BUDGET: public(immutable(uint256))
FIRST_MONTH: public(immutable(uint256))
UTC_OFFSET_SECONDS: public(immutable(int256))


# --- storage -------------------------------------------------------------------------------------

# @notice What has been awarded in all, in base units.
awarded: public(uint256)

# Position -> rest 64 | peak 8 | begin 184: from the month with the number `begin` on, in which `rest`
# was left, the curve with this peak holds. Begins ascend, the first is 0; at most one a month is
# added. Earlier ones are kept, so that the past stays known as it was. The peak is at most 120, and
# a begin at most the calendar's last month, below release_curve's MAX_MONTH.
_curves: HashMap[uint256, uint256]

# @notice How many curves there are or were.
curve_count: public(uint256)


# --- constructor ---------------------------------------------------------------------------------

@deploy
def __init__(authority: address, vault: address, budget: uint256, peak: uint256):
    """
    @notice Begins to release in the running calendar month. To award, the pool must be made a
            grantor of bucket 3 in the vault.
    @param authority The Authority that says who governs and who is the committee
    @param vault The VestingVault; its UTC offset holds here, too
    @param budget Base units to be released in all, above zero and below 2**64
    @param peak Number of the month that releases most, 6 to 120; the running month is number 1
    """
    governed.__init__(authority)
    assert vault != empty(address), "pool: no vault"
    assert budget > 0, "pool: no budget"
    assert budget <= MASK_64, "pool: budget too large"
    VAULT = vault
    BUDGET = budget
    UTC_OFFSET_SECONDS = staticcall IVestingVault(vault).UTC_OFFSET_SECONDS()
    calendar_months._check_offset(UTC_OFFSET_SECONDS)
    FIRST_MONTH = self._running_month()
    release_curve._check_peak(peak)
    self._store(0, 0, peak, budget)
    self.curve_count = 1
    log IManagementPool.PeakChanged(
        begin_month=FIRST_MONTH - 1, old_peak=0, new_peak=peak, rest=budget
    )


# --- awards --------------------------------------------------------------------------------------

@external
def award(beneficiary: address, amount: uint256, reason_hash: bytes32) -> uint256:
    """
    @notice Awards COS that is released and not awarded yet. It unlocks evenly at the beginnings of
            the next 48 calendar months and can't be revoked. The committee or governance.
    @dev The committee may award to its own members; what bounds it is the monthly release, the
         vesting, and that every award is public with its reason.
    @param beneficiary Who is paid, by the vault; not this contract, which could never spend it
    @param amount Base units, above zero
    @param reason_hash keccak256 of the published reason
    @return The grant's index among the beneficiary's grants in the vault
    """
    is_committee: bool = governed._holds(roles.COMMITTEE_ROLE, msg.sender)
    assert (
        is_committee or governed._holds(roles.GOVERNANCE_ROLE, msg.sender)
    ), "pool: not committee or governance"
    assert reason_hash != empty(bytes32), "pool: no reason"
    assert beneficiary != self, "pool: bad beneficiary"
    month: uint256 = self._running_month()
    already: uint256 = self.awarded
    assert amount <= self._released(month) - already, "pool: above released"
    self.awarded = already + amount
    index: uint256 = extcall IVestingVault(VAULT).create(
        BUCKET, beneficiary, amount, month, VESTING_MONTHS, 0, False
    )
    log IManagementPool.AwardMade(
        beneficiary=beneficiary,
        awarder=msg.sender,
        index=index,
        amount=amount,
        reason_hash=reason_hash,
    )
    return index


# --- governance ----------------------------------------------------------------------------------

@external
def set_peak(peak: uint256):
    """
    @notice Changes the peak of the curve for the months after the running one. Only governance. What
            is released so far, the running month included, stays as it is.
    @dev What is left is released along the new curve from its running month on: a peak that is past
         by then means that each month releases less than the one before. Another change in the same
         month replaces the first. Each change can lower what is released later by less than
         1 + 2**-31 base units through rounding, and never raises it.
    @param peak Number of the month that releases most, 6 to 120; the month of the deployment is 1
    """
    self._check_governance()
    release_curve._check_peak(peak)
    month: uint256 = self._running_month()
    number: uint256 = self._number(month)
    count: uint256 = self.curve_count
    current: uint256 = self._curves[count - 1]
    rest: uint256 = self._rest(current, number)
    if current >> BEGIN_SHIFT < number:
        count += 1
        self.curve_count = count
    self._store(count - 1, number, peak, rest)
    log IManagementPool.PeakChanged(
        begin_month=month,
        old_peak=(current >> PEAK_SHIFT) & MASK_8,
        new_peak=peak,
        rest=rest,
    )


# --- views ---------------------------------------------------------------------------------------

@view
@external
def released() -> uint256:
    """
    @notice What has been released so far, the running month's part included.
    @dev Rounds down, in favour of later months. Never falls.
    @return Base units, below BUDGET
    """
    return self._released(self._running_month())


@view
@external
def released_by(month: uint256) -> uint256:
    """
    @notice What had been released when a calendar month had begun, or will have been if the peak is
            not changed.
    @param month The calendar month, whose own part is included; 0 is released before the first one
    @return Base units, below BUDGET
    """
    return self._released(month)


@view
@external
def monthly_release(month: uint256) -> uint256:
    """
    @notice What a calendar month releases, awarded or not.
    @param month The calendar month; 0 is released before the first one
    @return Base units; over any months they add up to the difference of `released_by`
    """
    number: uint256 = self._number(month)
    if number == 0:
        return 0
    return self._rest_of(number - 1) - self._rest_of(number)


@view
@external
def unallocated() -> uint256:
    """
    @notice The unallocated management bonus: what is released and not awarded.
    @return Base units
    """
    return self._released(self._running_month()) - self.awarded


@view
@external
def curve_of(month: uint256) -> IManagementPool.Curve:
    """
    @notice The curve that gives a calendar month its part.
    @param month The calendar month; the first curve's before the first month
    @return Its peak, and what was left in the month after which it holds
    """
    number: uint256 = self._number(month)
    return self._unpack(self._curve_of(max(number, 1) - 1))


@view
@external
def curve_at(position: uint256) -> IManagementPool.Curve:
    """
    @notice The curves one by one, in order.
    @param position From 0, below `curve_count`
    @return Its peak, and what was left in the month after which it holds
    """
    assert position < self.curve_count, "pool: no such curve"
    return self._unpack(self._curves[position])


@view
@external
def month_of(timestamp: uint256) -> uint256:
    """
    @notice The calendar month of a moment, in the suite's UTC offset.
    @param timestamp Unix time in seconds
    @return year * 12 + month - 1
    """
    return calendar_months._month_of(timestamp, UTC_OFFSET_SECONDS)


# --- internal ------------------------------------------------------------------------------------

@view
@internal
def _check_governance():
    assert governed._holds(roles.GOVERNANCE_ROLE, msg.sender), "pool: not governance"


@view
@internal
def _running_month() -> uint256:
    return calendar_months._month_of(block.timestamp, UTC_OFFSET_SECONDS)


@view
@internal
def _number(month: uint256) -> uint256:
    """
    @dev 1 for the first month, 0 for all before it.
    """
    if month < FIRST_MONTH:
        return 0
    return month - FIRST_MONTH + 1


@view
@internal
def _released(month: uint256) -> uint256:
    return BUDGET - self._rest_of(self._number(month))


@view
@internal
def _rest_of(number: uint256) -> uint256:
    return self._rest(self._curve_of(number), number)


@pure
@internal
def _rest(curve: uint256, number: uint256) -> uint256:
    return release_curve._rest(
        curve & MASK_64, curve >> BEGIN_SHIFT, number, (curve >> PEAK_SHIFT) & MASK_8
    )


@view
@internal
def _curve_of(number: uint256) -> uint256:
    """
    @dev The last curve that begins in a month or before it. In the month in which a curve begins it
         leaves the same rest as the curve before it. Asked for a running month, which is what
         awards do, it is the last one: one read, however many there were.
    """
    high: uint256 = self.curve_count - 1
    curve: uint256 = self._curves[high]
    if curve >> BEGIN_SHIFT <= number:
        return curve
    # The first begins at 0, so low is always one that begins at `number` or before. Enough steps:
    # there is at most one change a month, and the calendar ends before month 2**17.
    low: uint256 = 0
    for _: uint256 in range(17):
        if high - low == 1:
            break
        middle: uint256 = (low + high) // 2
        if self._curves[middle] >> BEGIN_SHIFT <= number:
            low = middle
        else:
            high = middle
    return self._curves[low]


@internal
def _store(position: uint256, begin: uint256, peak: uint256, rest: uint256):
    self._curves[position] = rest | (peak << PEAK_SHIFT) | (begin << BEGIN_SHIFT)


@view
@internal
def _unpack(curve: uint256) -> IManagementPool.Curve:
    return IManagementPool.Curve(
        begin_month=FIRST_MONTH + (curve >> BEGIN_SHIFT) - 1,
        peak=(curve >> PEAK_SHIFT) & MASK_8,
        rest=curve & MASK_64,
    )
