# pragma version 0.4.3
"""
@title Stakes, their weights and their dividends
@notice A position earns in every epoch by amount and age. Income of an epoch is divided by the
        weights of that epoch when it is over; whoever claims for any number of epochs gets exactly
        the sum of the epochs' shares, at the same cost.
@dev An epoch is a week since 1970-01-01 (Thursday) UTC. Coins staked in epoch t are pending until it
     is over and count from epoch s = t + 1 on. The weight of `a` of them in epoch e >= s is
     a * (N + K * (e - s)), so of a position, and in the same way of all together,

         W(e) = active * (N + K * e) - K * starts,     starts = sum of a * s over its coins.

     When epoch e is over, its income R makes p = floor((R * 2^78 + carry) / W(e)); the remainder is
     the next carry. With P the sum of all p, and Q the sum of all e * p, what a position earned
     between two points is (N * dP + K * dQ) * active - K * starts * dP, in 2^-78 base units.
     Proofs and bounds stand in docs/economics.md, section "Staking".
     - P and Q are stored per epoch that had income; a position remembers the last of those before
       its own epoch (`paid_to`), so nothing is looked for however long nobody came.
     - Income of an epoch whose weight is below that of one new COS goes to the first later epoch
       that has more, whoever comes when.
     - After the last epoch of 14 bits (2283) the calendar stands still: no income is taken, and
       everything else goes on.
@custom:license AGPL-3.0-only
"""

from interfaces import ICosStaking

WEEK: constant(uint256) = 7 * 86_400
LAST_EPOCH: constant(uint256) = 2**14 - 1

# Weight of a base unit in its first epoch, and what it gains an epoch: three times as much after
# four years.
N: constant(uint256) = 208
K: constant(uint256) = 2
# One new COS.
MIN_WEIGHT: constant(uint256) = 10**8 * N

MASK_14: constant(uint256) = 2**14 - 1
MASK_22: constant(uint256) = 2**22 - 1
MASK_64: constant(uint256) = 2**64 - 1
MASK_78: constant(uint256) = 2**78 - 1
MASK_128: constant(uint256) = 2**128 - 1
MASK_121: constant(uint256) = 2**121 - 1
PENDING_SHIFT: constant(uint256) = 64
STARTS_SHIFT: constant(uint256) = 128
EPOCH_SHIFT: constant(uint256) = 206
KEY_SHIFT: constant(uint256) = 220
FRACTION_SHIFT: constant(uint256) = 234
# Epoch and key, at the same place in a position and in the totals.
MARKS: constant(uint256) = (2**28 - 1) << EPOCH_SHIFT
CARRY_SHIFT: constant(uint256) = 64
INCOME_EPOCH_SHIFT: constant(uint256) = 142
Q_SHIFT: constant(uint256) = 121
SCALE_BITS: constant(uint256) = 78
# From 2^-78 to the 2^-22 base units of a position's fraction.
FRACTION_DROP: constant(uint256) = 56


# account -> active 64 | pending 64 | starts 78 | epoch 14 | paid_to 14 | fraction 22.
# active + pending is at most the supply, below 2^64, and starts <= active * 2^14. The epoch is that of
# the last change, paid_to the key of the totals then; the fraction is of a base unit, in 2^-22.
_positions: HashMap[address, uint256]

# active 64 | pending 64 | starts 78 | epoch 14 | key 14: sums over all positions, brought forward to
# `epoch`. `key` is the last epoch whose income was divided, 0 before the first.
_totals: uint256

# pot 64 | carry 78 | epoch 14: base units that wait for their epoch to be over, and the remainder of
# the last division in 2^-78 units, less than the weight that it was divided by.
# The epoch is that of `_totals`; here too, so that notifying reads one slot.
_income: uint256

# Epoch whose income was divided -> P 121 | Q 135, with this epoch's share.
_sums: HashMap[uint256, uint256]


@deploy
def __init__():
    epoch: uint256 = self._epoch()
    self._totals = epoch << EPOCH_SHIFT
    self._income = epoch << INCOME_EPOCH_SHIFT


# --- changes -------------------------------------------------------------------------------------

@internal
def _receive(amount: uint256) -> uint256:
    """
    @dev Income of the running epoch.
    @return The running epoch
    """
    epoch: uint256 = self._epoch()
    assert epoch < LAST_EPOCH, "staking: last epoch"
    if self._income >> INCOME_EPOCH_SHIFT != epoch:
        self._enter()
    income: uint256 = self._income
    assert amount <= MASK_64 - (income & MASK_64), "staking: too much income"
    self._income = income + amount
    return epoch


@internal
def _put_in(account: address, amount: uint256) -> uint256:
    """
    @dev Adds to a position; the coins count from the next epoch on. That all units together fit 64
         bits is for the caller's votes to check, in the same transaction.
    @return Dividends that the position had earned, base units
    """
    assert amount <= MASK_64, "staking: too much"
    totals: uint256 = self._enter()
    position: uint256 = 0
    earned: uint256 = 0
    position, earned = self._settled(self._positions[account], totals, 0)
    self._positions[account] = position + (amount << PENDING_SHIFT)
    self._totals = totals + (amount << PENDING_SHIFT)
    return earned


@internal
def _put_in_earned(account: address) -> uint256:
    """
    @dev Adds to a position what it has earned.
    @return Base units
    """
    totals: uint256 = self._enter()
    position: uint256 = 0
    earned: uint256 = 0
    position, earned = self._settled(self._positions[account], totals, 0)
    self._positions[account] = position + (earned << PENDING_SHIFT)
    self._totals = totals + (earned << PENDING_SHIFT)
    return earned


@internal
def _take_earned(account: address) -> uint256:
    """
    @dev What a position has earned and not been paid.
    @return Base units
    """
    totals: uint256 = self._enter()
    position: uint256 = 0
    earned: uint256 = 0
    position, earned = self._settled(self._positions[account], totals, 0)
    self._positions[account] = position
    return earned


@internal
def _take_out(account: address, amount: uint256, locked: uint256) -> uint256:
    """
    @dev Takes coins out of a position: pending ones first, then active ones of its mean age, which
         earn nothing of the running epoch. What is left gets no older by it: rounded against it.
    @param locked Base units that must stay
    @return Dividends that the position had earned, base units
    """
    totals: uint256 = self._enter()
    position: uint256 = 0
    earned: uint256 = 0
    position, earned = self._settled(self._positions[account], totals, 0)
    active: uint256 = position & MASK_64
    pending: uint256 = (position >> PENDING_SHIFT) & MASK_64
    units: uint256 = active + pending
    assert amount <= units, "staking: more than staked"
    assert locked <= units - amount, "staking: stake is locked"
    from_pending: uint256 = min(amount, pending)
    taken: uint256 = from_pending << PENDING_SHIFT
    if amount > from_pending:
        from_active: uint256 = amount - from_pending
        starts: uint256 = (position >> STARTS_SHIFT) & MASK_78
        taken |= from_active | ((starts * from_active // active) << STARTS_SHIFT)
    # Each field holds at least what is taken out of it, here and in the totals.
    self._positions[account] = position - taken
    self._totals = totals - taken
    return earned


@internal
def _enter() -> uint256:
    """
    @dev Brings the totals forward to the running epoch and divides the income of the past.
    @return The totals
    """
    old: uint256 = self._totals
    epoch: uint256 = self._epoch()
    if (old >> EPOCH_SHIFT) & MASK_14 == epoch:
        return old
    totals: uint256 = 0
    income: uint256 = 0
    step: uint256 = 0
    totals, income, step = self._brought_forward(old, self._income, epoch)
    if step > 0:
        self._sums[totals >> KEY_SHIFT] = self._sums[old >> KEY_SHIFT] + step
    self._income = income
    self._totals = totals
    return totals


# --- views ---------------------------------------------------------------------------------------

@internal
@view
def _epoch() -> uint256:
    return min(block.timestamp // WEEK, LAST_EPOCH)


@internal
@pure
def _weight(active: uint256, starts: uint256, epoch: uint256) -> uint256:
    """
    @dev No coin starts after `epoch`. Below 2^78: all coins since the first epoch, until the last.
    """
    return active * (N + K * epoch) - K * starts


@internal
@view
def _units(account: address) -> uint256:
    word: uint256 = self._positions[account]
    return (word & MASK_64) + ((word >> PENDING_SHIFT) & MASK_64)


@internal
@view
def _now() -> (uint256, uint256, uint256):
    """
    @dev What `_enter` would leave behind.
    @return Totals, income, and P and Q up to the running epoch
    """
    old: uint256 = self._totals
    income: uint256 = self._income
    sums: uint256 = self._sums[old >> KEY_SHIFT]
    epoch: uint256 = self._epoch()
    if (old >> EPOCH_SHIFT) & MASK_14 == epoch:
        return old, income, sums
    totals: uint256 = 0
    step: uint256 = 0
    totals, income, step = self._brought_forward(old, self._income, epoch)
    return totals, income, sums + step


@internal
@view
def _totals_now() -> ICosStaking.Totals:
    totals: uint256 = 0
    income: uint256 = 0
    sums: uint256 = 0
    totals, income, sums = self._now()
    return ICosStaking.Totals(
        active=totals & MASK_64,
        pending=(totals >> PENDING_SHIFT) & MASK_64,
        starts=(totals >> STARTS_SHIFT) & MASK_78,
        epoch=(totals >> EPOCH_SHIFT) & MASK_14,
        key=totals >> KEY_SHIFT,
    )


@internal
@view
def _income_now() -> ICosStaking.Income:
    totals: uint256 = 0
    income: uint256 = 0
    sums: uint256 = 0
    totals, income, sums = self._now()
    return ICosStaking.Income(pot=income & MASK_64, carry=(income >> CARRY_SHIFT) & MASK_78)


@internal
@view
def _position_now(account: address) -> (ICosStaking.Position, uint256):
    """
    @return The position in the running epoch, and what it has earned
    """
    totals: uint256 = 0
    income: uint256 = 0
    sums: uint256 = 0
    totals, income, sums = self._now()
    position: uint256 = 0
    earned: uint256 = 0
    position, earned = self._settled(self._positions[account], totals, sums)
    return (
        ICosStaking.Position(
            active=position & MASK_64,
            pending=(position >> PENDING_SHIFT) & MASK_64,
            starts=(position >> STARTS_SHIFT) & MASK_78,
            epoch=(position >> EPOCH_SHIFT) & MASK_14,
            paid_to=(position >> KEY_SHIFT) & MASK_14,
            fraction=position >> FRACTION_SHIFT,
        ),
        earned,
    )


# --- internal ------------------------------------------------------------------------------------

@internal
@view
def _brought_forward(old: uint256, income: uint256, epoch: uint256) -> (uint256, uint256, uint256):
    """
    @dev From the totals' epoch to a later one; nobody came in between. Pending coins count from the
         epoch after that of the totals on.
    @return Totals, income, and the step of P and Q, which is that of the new key (0: none)
    """
    last: uint256 = (old >> EPOCH_SHIFT) & MASK_14
    active: uint256 = old & MASK_64
    starts: uint256 = (old >> STARTS_SHIFT) & MASK_78
    pending: uint256 = (old >> PENDING_SHIFT) & MASK_64
    weight: uint256 = self._weight(active, starts, last)
    active += pending
    starts += pending * (last + 1)
    key: uint256 = old >> KEY_SHIFT
    pot: uint256 = income & MASK_64
    carry: uint256 = (income >> CARRY_SHIFT) & MASK_78
    step: uint256 = 0
    if pot > 0:
        paid: uint256 = last
        if weight < MIN_WEIGHT:
            # Carried on to the first epoch after it that weighs enough, if that is over.
            paid = self._first_weighty(active, starts, last + 1)
            weight = self._weight(active, starts, paid) if paid < epoch else 0
        if weight > 0:
            scaled: uint256 = (pot << SCALE_BITS) + carry
            share: uint256 = scaled // weight
            # Unchecked: P and Q fit their fields for all epochs (docs/economics.md).
            step = unsafe_add(share, unsafe_mul(paid, share) << Q_SHIFT)
            key = paid
            carry = scaled % weight
            pot = 0
    return (
        active | (starts << STARTS_SHIFT) | (epoch << EPOCH_SHIFT) | (key << KEY_SHIFT),
        pot | (carry << CARRY_SHIFT) | (epoch << INCOME_EPOCH_SHIFT),
        step,
    )


@internal
@pure
def _first_weighty(active: uint256, starts: uint256, first: uint256) -> uint256:
    """
    @dev The first epoch, from `first` on, in which these coins weigh MIN_WEIGHT.
    @return LAST_EPOCH or more if there is none
    """
    if active == 0:
        return LAST_EPOCH
    wanted: uint256 = MIN_WEIGHT + K * starts
    has: uint256 = active * N
    if wanted <= has:
        return first
    gain: uint256 = active * K
    return max(first, (wanted - has + gain - 1) // gain)


@internal
@view
def _settled(old: uint256, totals: uint256, sums_now: uint256) -> (uint256, uint256):
    """
    @dev Rounds down to 2^-22 base units against the position, which keeps the fraction.
    @param sums_now P and Q up to the running epoch, 0: as stored
    @return The position in the running epoch, and what it has earned in base units
    """
    # The key of the totals moves with their epoch only.
    if (old ^ totals) & MARKS == 0:
        return old, 0
    marks: uint256 = totals & MARKS
    if old & MASK_128 == 0:
        return marks | ((old >> FRACTION_SHIFT) << FRACTION_SHIFT), 0

    last: uint256 = (old >> EPOCH_SHIFT) & MASK_14
    active: uint256 = old & MASK_64
    starts: uint256 = (old >> STARTS_SHIFT) & MASK_78
    pending: uint256 = (old >> PENDING_SHIFT) & MASK_64
    pending_starts: uint256 = pending * (last + 1)
    fraction: uint256 = old >> FRACTION_SHIFT
    earned: uint256 = 0
    paid_to: uint256 = (old >> KEY_SHIFT) & MASK_14
    key: uint256 = (totals >> KEY_SHIFT) & MASK_14
    if paid_to != key:
        after: uint256 = sums_now if sums_now != 0 else self._sums[key]
        before: uint256 = self._sums[paid_to]
        # Both fields at once: neither P nor Q ever falls.
        scaled: uint256 = self._share(active, starts, unsafe_sub(after, before))
        if pending > 0:
            # These had no part in their own epoch, if that divided an income.
            own: uint256 = after if last == key else self._sums[last]
            if own != 0:
                before = own
            scaled += self._share(pending, pending_starts, unsafe_sub(after, before))
        scaled += fraction << FRACTION_DROP
        fraction = (scaled >> FRACTION_DROP) & MASK_22
        earned = scaled >> SCALE_BITS
    return (
        (active + pending)
        | ((starts + pending_starts) << STARTS_SHIFT)
        | marks
        | (fraction << FRACTION_SHIFT),
        earned,
    )


@internal
@pure
def _share(active: uint256, starts: uint256, sums: uint256) -> uint256:
    """
    @dev What coins earned while P and Q rose by `sums`, all of them active meanwhile. In 2^-78.
    """
    p: uint256 = sums & MASK_121
    return active * (N * p + K * (sums >> Q_SHIFT)) - K * starts * p
