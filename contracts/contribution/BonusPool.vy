# pragma version 0.4.3
# pragma nonreentrancy on
"""
@title BonusPool
@notice Pays the bonus of sponsors and managers: a part of every COS granted out of donated quota,
        earned at the rate of the day of the grant and claimable once the challenge window of the
        grant's calendar month is over.
@dev The reserve covers the highest bonus that all open quota can still earn, at every moment:

         reserve * 10_000 >= open_quota * highest(sponsor_bps + manager_bps, now or later) + accrued_e4

     which is checked when quota is opened and when the schedule changes, and which accruing keeps
     true; so the pool can't run dry. Bonuses accrue in 1e-4 base units without rounding: four
     grants of 1 earn what one grant of 4 earns. A payout rounds down to a base unit (in the pool's
     favour) and carries the remainder to the account's next payout.
@custom:license AGPL-3.0-only
"""
from ethereum.ercs import IERC20

from interfaces import IBonusPool
from contracts.lib import calendar_months
from contracts.lib import governed
from contracts.lib import roles

initializes: governed

implements: IBonusPool

exports: governed.AUTHORITY


# --- constants -----------------------------------------------------------------------------------

E4: constant(uint256) = 10_000
MIN_SPONSOR_BPS: constant(uint256) = 1_000
MAX_SPONSOR_BPS: constant(uint256) = 2_500
MIN_MANAGER_BPS: constant(uint256) = 500
MAX_MANAGER_BPS: constant(uint256) = 1_000

DAY: constant(uint256) = 86_400
MIN_WINDOW: constant(uint256) = 1 * DAY
MAX_WINDOW: constant(uint256) = 90 * DAY

MAX_STEPS: constant(uint256) = 6
MAX_MONTHS: constant(uint256) = 60

MASK_12: constant(uint256) = 2**12 - 1
MASK_16: constant(uint256) = 2**16 - 1
MASK_24: constant(uint256) = 2**24 - 1
MASK_32: constant(uint256) = 2**32 - 1
MASK_64: constant(uint256) = 2**64 - 1
MASK_80: constant(uint256) = 2**80 - 1
MASK_96: constant(uint256) = 2**96 - 1
MASK_208: constant(uint256) = 2**208 - 1
STEP_BITS: constant(uint256) = 40
RATES_SHIFT: constant(uint256) = 208
END_SHIFT: constant(uint256) = 232
VOIDED_FLAG: constant(uint256) = 1 << 192


# --- immutables ----------------------------------------------------------------------------------

TOKEN: public(immutable(address))
UTC_OFFSET_SECONDS: public(immutable(int256))


# --- storage -------------------------------------------------------------------------------------

# reserve 64 | open quota 64 | accrued_e4 80 | sponsor_bps 12 | manager_bps 12 | end month 24.
# One slot, because every grant writes open quota and accrued_e4. The rates are the schedule's, kept
# here so that a grant need not read it: they hold until the end month, then it is asked again.
# The reserve is at most the supply (< 2**64), and accrued_e4 <= reserve * 10_000 < 2**78.
_totals: uint256

# Up to six steps of 40 bits, the first in the lowest bits: month 16 | sponsor_bps 12 | manager_bps 12.
# Months ascend; an empty step ends the list.
_schedule: uint256

# account -> month -> sponsor_e4 96 | manager_e4 96 | voided 1.
# The sum of all buckets and carries, and of what open drops can earn, is `accrued_e4`.
_buckets: HashMap[address, HashMap[uint256, uint256]]
_carried_e4: HashMap[address, uint256]

# Each change of the window: seconds 32 | first month 224. A month's window is the last entry that
# begins at or before it, so that a later change never locks earned money again. At most one a month.
_windows: HashMap[uint256, uint256]
_window_count: uint256

_ledgers: HashMap[address, bool]


# --- constructor ---------------------------------------------------------------------------------

@deploy
def __init__(
    authority: address,
    token: address,
    utc_offset_seconds: int256,
    window_seconds: uint256,
    steps: DynArray[IBonusPool.Step, MAX_STEPS],
):
    """
    @notice Creates the pool with an empty reserve.
    @param authority The Authority that says who governs and audits
    @param token The COS token
    @param utc_offset_seconds The offset in which calendar months are counted, for the whole suite
    @param window_seconds The challenge window of the first months (1 to 90 days)
    @param steps The schedule of rates: first months ascending, the first one not in the future
    """
    governed.__init__(authority)
    assert token != empty(address), "bonus: no token"
    TOKEN = token
    calendar_months._check_offset(utc_offset_seconds)
    UTC_OFFSET_SECONDS = utc_offset_seconds
    self._set_schedule(steps)
    self._set_window(0, window_seconds)


# --- reserve -------------------------------------------------------------------------------------

@external
def fund(amount: uint256):
    """
    @notice Adds COS to the reserve. COS sent here in any other way counts for nothing.
    @param amount Base units, pulled from the caller by `transferFrom`
    """
    assert amount > 0, "bonus: no amount"
    totals: IBonusPool.Totals = self._load()
    totals.reserve += amount
    self._store(totals)
    log IBonusPool.Funded(funder=msg.sender, amount=amount)
    assert extcall IERC20(TOKEN).transferFrom(msg.sender, self, amount), "bonus: transfer failed"


@external
def open_quota(amount: uint256):
    """
    @notice Takes newly issued quota into account; refused unless the reserve covers its bonus.
    @param amount Base units
    """
    self._check_ledger()
    totals: IBonusPool.Totals = self._load()
    totals.open_quota += amount
    self._check_covered(totals)
    self._store(totals)


# --- accrual and voids ---------------------------------------------------------------------------

@external
def accrue(
    sponsor: address, manager: address, amount: uint256, month: uint256
) -> (uint256, uint256):
    """
    @notice Records the bonus of a grant.
    @dev Open quota turns into accrued bonus at a rate that the reserve already covers, so nothing
         has to be checked here but that the quota is open.
    @param sponsor The account whose quota was granted
    @param manager The account that granted it
    @param amount Base units granted
    @param month The running calendar month
    @return The sponsor's and the manager's rate in bps (0 for a manager whose month is void)
    """
    self._check_ledger()
    word: uint256 = self._totals
    assert amount <= (word >> 64) & MASK_64, "bonus: quota not open"
    if month >= word >> END_SHIFT:
        word = self._with_rates(word, month)
    sponsor_bps: uint256 = (word >> RATES_SHIFT) & MASK_12
    manager_bps: uint256 = (word >> (RATES_SHIFT + 12)) & MASK_12

    # Unchecked: 64 bits of amount times 12 bits of rate, and all that is earned fits 78 bits.
    # The sponsor first and the manager from a fresh read: they may be one account.
    self._buckets[sponsor][month] += unsafe_mul(amount, sponsor_bps)
    bucket: uint256 = self._buckets[manager][month]
    if bucket & VOIDED_FLAG != 0:
        manager_bps = 0
    else:
        manager_e4: uint256 = unsafe_mul(amount, manager_bps)
        self._buckets[manager][month] = unsafe_add(bucket, manager_e4 << 96)
    earned_e4: uint256 = unsafe_mul(amount, unsafe_add(sponsor_bps, manager_bps))
    self._totals = unsafe_add(unsafe_sub(word, amount << 64), earned_e4 << 128)
    return sponsor_bps, manager_bps


@external
def set_aside(manager: address, amount: uint256, month: uint256) -> (uint256, uint256):
    """
    @notice Fixes the bonus of quota that is put into a drop: it is earned at today's rates as claims
            are settled, whenever that is.
    @dev The whole of it counts as accrued from now on, so the reserve covers it like a grant's; what
         is not claimed comes back by `put_back`.
    @param manager The account that publishes the drop
    @param amount Base units put into the drop
    @param month The running calendar month
    @return The sponsor's and the manager's rate in bps (0 for a manager whose month is void)
    """
    self._check_ledger()
    word: uint256 = self._totals
    assert amount <= (word >> 64) & MASK_64, "bonus: quota not open"
    if month >= word >> END_SHIFT:
        word = self._with_rates(word, month)
    sponsor_bps: uint256 = (word >> RATES_SHIFT) & MASK_12
    manager_bps: uint256 = (word >> (RATES_SHIFT + 12)) & MASK_12
    if self._buckets[manager][month] & VOIDED_FLAG != 0:
        manager_bps = 0
    # Unchecked for the reasons given in `accrue`.
    earned_e4: uint256 = unsafe_mul(amount, unsafe_add(sponsor_bps, manager_bps))
    self._totals = unsafe_add(unsafe_sub(word, amount << 64), earned_e4 << 128)
    return sponsor_bps, manager_bps


@external
def accrue_aside(
    sponsor: address,
    manager: address,
    amount: uint256,
    sponsor_bps: uint256,
    manager_bps: uint256,
    month: uint256,
) -> uint256:
    """
    @notice Records the bonus of what was claimed from a drop.
    @param sponsor The account whose quota was set aside
    @param manager The account that published the drop
    @param amount Base units claimed
    @param sponsor_bps The sponsor's rate, as `set_aside` returned it
    @param manager_bps The manager's
    @param month The running calendar month, in which it is earned
    @return The manager's rate that was earned (0 for a manager whose month is void)
    """
    self._check_ledger()
    self._buckets[sponsor][month] += amount * sponsor_bps
    bucket: uint256 = self._buckets[manager][month]
    if bucket & VOIDED_FLAG == 0:
        self._buckets[manager][month] = bucket + ((amount * manager_bps) << 96)
        return manager_bps
    self._release(amount * manager_bps)
    return 0


@external
def put_back(amount: uint256, rate_bps: uint256):
    """
    @notice Opens again the quota that was set aside and not claimed.
    @dev Refused as long as the reserve does not cover it at the rates of now, which can only be if a
         vote has raised them since: funding the reserve helps.
    @param amount Base units that come back
    @param rate_bps The sum of the two rates, as `set_aside` returned them
    """
    self._check_ledger()
    totals: IBonusPool.Totals = self._load()
    totals.accrued_e4 -= amount * rate_bps
    totals.open_quota += amount
    self._check_covered(totals)
    self._store(totals)


@external
def void_bonus(account: address, month: uint256, amount_e4: uint256, is_manager: bool):
    """
    @notice Takes back the sponsor's or the manager's part of a batch, on the ledger's word.
    @dev What is voided returns to the free reserve. Voiding the same part twice is the ledger's to
         refuse; this contract only refuses to void more than the bucket holds.
    @param account The sponsor or the manager
    @param month The calendar month of the grant
    @param amount_e4 1e-4 base units
    @param is_manager Whether it is the manager's part
    """
    self._check_ledger()
    bucket: uint256 = self._voidable_bucket(account, month, is_manager)
    bits: uint256 = 96 if is_manager else 0
    assert amount_e4 <= (bucket >> bits) & MASK_96, "bonus: more than accrued"
    self._buckets[account][month] = bucket - (amount_e4 << bits)
    self._release(amount_e4)
    log IBonusPool.BonusVoided(
        account=account, month=month, amount_e4=amount_e4, is_manager=is_manager
    )


@external
def void_month(manager: address, month: uint256, reason_hash: bytes32):
    """
    @notice The auditor takes back all that a manager has earned as a manager in a calendar month;
            further grants of that month earn the manager nothing.
    @param manager The manager
    @param month The running month, or one whose challenge window is open
    @param reason_hash keccak256 of the published reason
    """
    assert governed._holds(roles.AUDITOR_ROLE, msg.sender), "bonus: not auditor"
    assert reason_hash != empty(bytes32), "bonus: no reason"
    assert month <= self._month_of(block.timestamp), "bonus: month not begun"
    bucket: uint256 = self._voidable_bucket(manager, month, True)
    amount_e4: uint256 = (bucket >> 96) & MASK_96
    self._buckets[manager][month] = (bucket & MASK_96) | VOIDED_FLAG
    self._release(amount_e4)
    log IBonusPool.MonthVoided(
        manager=manager, month=month, amount_e4=amount_e4, reason_hash=reason_hash
    )


# --- claims --------------------------------------------------------------------------------------

@external
def claim(account: address, months: DynArray[uint256, MAX_MONTHS]) -> uint256:
    """
    @notice Pays an account what it earned in the given months. Anyone may call it; the COS goes to
            the account.
    @dev Rounds down to a base unit in the pool's favour; the remainder is carried on.
    @param account The sponsor or manager
    @param months Calendar months whose challenge window is over
    @return Base units paid
    """
    earned_e4: uint256 = 0
    for month: uint256 in months:
        assert block.timestamp >= self._claimable_from(month), "bonus: window is open"
        bucket: uint256 = self._buckets[account][month]
        earned_e4 += (bucket & MASK_96) + ((bucket >> 96) & MASK_96)
        self._buckets[account][month] = bucket & VOIDED_FLAG
    assert earned_e4 > 0, "bonus: nothing to claim"

    earned_e4 += self._carried_e4[account]
    amount: uint256 = earned_e4 // E4
    carried_e4: uint256 = earned_e4 % E4
    self._carried_e4[account] = carried_e4

    totals: IBonusPool.Totals = self._load()
    totals.reserve -= amount
    totals.accrued_e4 -= amount * E4
    self._store(totals)
    log IBonusPool.BonusClaimed(account=account, amount=amount, carried_e4=carried_e4)
    assert extcall IERC20(TOKEN).transfer(account, amount), "bonus: transfer failed"
    return amount


# --- governance ----------------------------------------------------------------------------------

@external
def set_ledger(ledger: address, allowed: bool):
    """
    @notice Says which contracts may open quota and accrue or void bonuses.
    @dev Kept here and not as a role in Authority: every grant reads it, and this read costs 3,300
         gas less than a call to another contract.
    @param ledger The contract
    @param allowed Whether it may
    """
    self._check_governance()
    assert ledger != empty(address), "bonus: no ledger"
    old: bool = self._ledgers[ledger]
    self._ledgers[ledger] = allowed
    log IBonusPool.LedgerChanged(ledger=ledger, old=old, new=allowed)


@external
def set_schedule(steps: DynArray[IBonusPool.Step, MAX_STEPS]):
    """
    @notice Replaces the schedule of rates. What was earned before stays as it was earned.
    @dev The reserve must cover the new rates.
    @param steps First months ascending, the first one not in the future; sponsors earn 1,000 to
           2,500 bps, managers 500 to 1,000 bps
    """
    self._check_governance()
    self._set_schedule(steps)


@external
def set_window(window_seconds: uint256):
    """
    @notice Changes the challenge window of the months that have not begun yet.
    @param window_seconds 1 to 90 days
    """
    self._check_governance()
    self._set_window(self._month_of(block.timestamp) + 1, window_seconds)


# --- views ---------------------------------------------------------------------------------------

@view
@external
def totals() -> IBonusPool.Totals:
    """
    @notice The reserve, the open quota and the bonus that is earned and unpaid.
    @return Reserve and open quota in base units, the bonus in 1e-4 base units
    """
    return self._load()


@view
@external
def bucket(account: address, month: uint256) -> IBonusPool.Bucket:
    """
    @notice What an account has earned in a calendar month and has not claimed.
    @param account A sponsor or manager
    @param month The calendar month
    @return 1e-4 base units as a sponsor and as a manager, and whether the manager's part is void
    """
    word: uint256 = self._buckets[account][month]
    return IBonusPool.Bucket(
        sponsor_e4=word & MASK_96,
        manager_e4=(word >> 96) & MASK_96,
        manager_voided=word & VOIDED_FLAG != 0,
    )


@view
@external
def carried_e4(account: address) -> uint256:
    """
    @notice The remainder of an account's earlier payouts.
    @param account A sponsor or manager
    @return 1e-4 base units, below 10,000
    """
    return self._carried_e4[account]


@view
@external
def is_ledger(account: address) -> bool:
    """
    @notice Whether a contract may open quota and accrue or void bonuses.
    @param account The contract
    @return True if it may
    """
    return self._ledgers[account]


@view
@external
def rates(month: uint256) -> (uint256, uint256):
    """
    @notice The rates of a calendar month by the schedule in force.
    @param month The calendar month
    @return The sponsor's and the manager's rate in bps
    """
    step: IBonusPool.Step = self._unpack_step(self._steps_from(month))
    return step.sponsor_bps, step.manager_bps


@view
@external
def schedule() -> DynArray[IBonusPool.Step, MAX_STEPS]:
    """
    @notice The schedule in force.
    @return Its steps, first months ascending
    """
    steps: DynArray[IBonusPool.Step, MAX_STEPS] = []
    word: uint256 = self._schedule
    for _: uint256 in range(MAX_STEPS):
        if word == 0:
            break
        steps.append(self._unpack_step(word))
        word >>= STEP_BITS
    return steps


@view
@external
def required_reserve() -> uint256:
    """
    @notice The reserve that covers all that is earned or can still be earned.
    @dev Rounds up, in favour of the earners.
    @return Base units
    """
    return (self._required_e4(self._load()) + E4 - 1) // E4


@view
@external
def shortfall(quota: uint256) -> uint256:
    """
    @notice What has to be funded before more quota can be issued.
    @dev Rounds up, in favour of the earners.
    @param quota Base units of further quota
    @return Base units, 0 if the reserve suffices
    """
    totals: IBonusPool.Totals = self._load()
    totals.open_quota += quota
    required_e4: uint256 = self._required_e4(totals)
    held_e4: uint256 = totals.reserve * E4
    if required_e4 <= held_e4:
        return 0
    return (required_e4 - held_e4 + E4 - 1) // E4


@view
@external
def window_of(month: uint256) -> uint256:
    """
    @notice The challenge window of a calendar month.
    @param month The calendar month
    @return Seconds after the month's end
    """
    return self._window_of(month)


@view
@external
def claimable_from(month: uint256) -> uint256:
    """
    @notice When the bonuses of a calendar month become claimable and can no longer be voided.
    @param month The calendar month
    @return Unix time in seconds
    """
    return self._claimable_from(month)


@view
@external
def month_of(timestamp: uint256) -> uint256:
    """
    @notice The calendar month of a moment, in the suite's UTC offset.
    @param timestamp Unix time in seconds
    @return year * 12 + month - 1
    """
    return self._month_of(timestamp)


# --- internal: authorisation ---------------------------------------------------------------------

@view
@internal
def _check_governance():
    assert governed._holds(roles.GOVERNANCE_ROLE, msg.sender), "bonus: not governance"


@view
@internal
def _check_ledger():
    assert self._ledgers[msg.sender], "bonus: not a ledger"


# --- internal: reserve ---------------------------------------------------------------------------

@view
@internal
def _required_e4(totals: IBonusPool.Totals) -> uint256:
    return totals.open_quota * self._highest_rate_bps() + totals.accrued_e4


@view
@internal
def _check_covered(totals: IBonusPool.Totals):
    assert totals.reserve * E4 >= self._required_e4(totals), "bonus: reserve too small"


@internal
def _release(amount_e4: uint256):
    totals: IBonusPool.Totals = self._load()
    totals.accrued_e4 -= amount_e4
    self._store(totals)


@view
@internal
def _voidable_bucket(account: address, month: uint256, is_manager: bool) -> uint256:
    assert block.timestamp < self._claimable_from(month), "bonus: window is over"
    bucket: uint256 = self._buckets[account][month]
    if is_manager:
        assert bucket & VOIDED_FLAG == 0, "bonus: month already void"
    return bucket


@view
@internal
def _load() -> IBonusPool.Totals:
    word: uint256 = self._totals
    return IBonusPool.Totals(
        reserve=word & MASK_64,
        open_quota=(word >> 64) & MASK_64,
        accrued_e4=(word >> 128) & MASK_80,
    )


@internal
def _store(totals: IBonusPool.Totals):
    assert totals.reserve <= MASK_64, "bonus: reserve too large"
    assert totals.open_quota <= MASK_64, "bonus: quota too large"
    amounts: uint256 = totals.reserve | (totals.open_quota << 64) | (totals.accrued_e4 << 128)
    self._totals = amounts | (self._totals & ~MASK_208)


# --- internal: schedule --------------------------------------------------------------------------

@internal
def _set_schedule(steps: DynArray[IBonusPool.Step, MAX_STEPS]):
    assert len(steps) > 0, "bonus: no steps"
    assert steps[0].month <= self._month_of(block.timestamp), "bonus: first step in the future"
    word: uint256 = 0
    bits: uint256 = 0
    earlier: uint256 = 0
    for step: IBonusPool.Step in steps:
        assert step.month > earlier, "bonus: months not ascending"
        assert step.month <= MASK_16, "bonus: month too large"
        self._check_rate(step.sponsor_bps, MIN_SPONSOR_BPS, MAX_SPONSOR_BPS)
        self._check_rate(step.manager_bps, MIN_MANAGER_BPS, MAX_MANAGER_BPS)
        word |= (step.month | (step.sponsor_bps << 16) | (step.manager_bps << 28)) << bits
        bits += STEP_BITS
        earlier = step.month
    old: uint256 = self._schedule
    self._schedule = word
    self._totals = self._totals & MASK_208  # no rates: to be read at the next grant
    self._check_covered(self._load())
    log IBonusPool.ScheduleChanged(old=old, new=word)


@pure
@internal
def _check_rate(rate_bps: uint256, lowest_bps: uint256, highest_bps: uint256):
    assert rate_bps >= lowest_bps and rate_bps <= highest_bps, "bonus: rate out of bounds"


@pure
@internal
def _unpack_step(word: uint256) -> IBonusPool.Step:
    return IBonusPool.Step(
        month=word & MASK_16,
        sponsor_bps=(word >> 16) & MASK_12,
        manager_bps=(word >> 28) & MASK_12,
    )


@view
@internal
def _with_rates(totals: uint256, month: uint256) -> uint256:
    # The totals' word with the rates of a month and their end, if they have one.
    steps: uint256 = self._steps_from(month)
    rates: uint256 = (steps >> 16) & MASK_24
    end: uint256 = (steps >> STEP_BITS) & MASK_16
    if end == 0:
        end = MASK_24
    return (totals & MASK_208) | (rates << RATES_SHIFT) | (end << END_SHIFT)


@view
@internal
def _highest_rate_bps() -> uint256:
    # The highest sum of the step in force and all later ones; an empty step adds up to 0.
    word: uint256 = self._steps_from(self._month_of(block.timestamp))
    highest: uint256 = 0
    for _: uint256 in range(MAX_STEPS):
        highest = max(highest, ((word >> 16) & MASK_12) + ((word >> 28) & MASK_12))
        word >>= STEP_BITS
    return highest


@view
@internal
def _steps_from(month: uint256) -> uint256:
    # The schedule without the steps that are over in a month: the step in force in the lowest bits.
    # A month before the first step has the first step's rates.
    word: uint256 = self._schedule
    for _: uint256 in range(MAX_STEPS - 1):
        later: uint256 = (word >> STEP_BITS) & MASK_16
        if later == 0 or later > month:
            break
        word >>= STEP_BITS
    return word


# --- internal: windows ---------------------------------------------------------------------------

@internal
def _set_window(from_month: uint256, window_seconds: uint256):
    assert (
        window_seconds >= MIN_WINDOW and window_seconds <= MAX_WINDOW
    ), "bonus: window out of bounds"
    count: uint256 = self._window_count
    old_seconds: uint256 = 0
    if count > 0:
        last: uint256 = self._windows[count - 1]
        old_seconds = last & MASK_32
        # A second change in one month replaces the first.
        if last >> 32 == from_month:
            count -= 1
    self._windows[count] = window_seconds | (from_month << 32)
    self._window_count = count + 1
    log IBonusPool.WindowChanged(
        from_month=from_month, old_seconds=old_seconds, new_seconds=window_seconds
    )


@view
@internal
def _window_of(month: uint256) -> uint256:
    # Binary search for the last change that begins at or before the month; entry 0 begins at month 0.
    # Enough steps: there is at most one change a month, and the calendar ends before month 2**17.
    low: uint256 = 0
    high: uint256 = self._window_count
    for _: uint256 in range(17):
        if high - low <= 1:
            break
        middle: uint256 = (low + high) // 2
        if self._windows[middle] >> 32 <= month:
            low = middle
        else:
            high = middle
    return self._windows[low] & MASK_32


@view
@internal
def _claimable_from(month: uint256) -> uint256:
    # The calendar refuses what it doesn't know, and the 0 that the last uint256 wraps to.
    month_end: uint256 = calendar_months._month_start(unsafe_add(month, 1), UTC_OFFSET_SECONDS)
    return month_end + self._window_of(month)


@view
@internal
def _month_of(timestamp: uint256) -> uint256:
    return calendar_months._month_of(timestamp, UTC_OFFSET_SECONDS)
