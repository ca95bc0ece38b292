# pragma version 0.4.3
"""
@title Vesting grants, one storage slot each
@notice Where the grants of a VestingVault lie, how they unlock month by month, and where one is
        after it was handed over.
@dev A place is beneficiary 160 | index 32: the grants of an account are its places 0, 1, 2, ...
     What is vested is computed from the grant's start month each time, never from the month before,
     so no rounding adds up and idle years cost nothing.
@custom:license AGPL-3.0-only
"""

from interfaces import IVestingVault


# From the start month, in calendar months. Bounds against slips of the pen: 480 months are 40 years.
MAX_MONTHS: constant(uint256) = 480
# How far a start may lie in the past or in the future.
MAX_START_DISTANCE: constant(uint256) = 240
MAX_BUCKET: constant(uint256) = 2**4 - 1
# The highest number of an account's places; its count then still fits 32 bits.
MAX_INDEX: constant(uint256) = 2**32 - 2

MASK_4: constant(uint256) = 2**4 - 1
MASK_12: constant(uint256) = 2**12 - 1
MASK_16: constant(uint256) = 2**16 - 1
MASK_64: constant(uint256) = 2**64 - 1
MASK_160: constant(uint256) = 2**160 - 1
MASK_192: constant(uint256) = 2**192 - 1
MASK_224: constant(uint256) = 2**224 - 1

RELEASED_SHIFT: constant(uint256) = 64
START_SHIFT: constant(uint256) = 128
MONTHS_SHIFT: constant(uint256) = 144
CLIFF_SHIFT: constant(uint256) = 156
BUCKET_SHIFT: constant(uint256) = 168
COUNT_SHIFT: constant(uint256) = 224
INDEX_SHIFT: constant(uint256) = 160

REVOCABLE: constant(uint256) = 1 << 192
REVOKED: constant(uint256) = 1 << 193
MOVED: constant(uint256) = 1 << 194
ONE_PLACE: constant(uint256) = 1 << 224


# place -> amount 64 | released 64 | start month 16 | months 12 | cliff months 12 | bucket 4 | unused 20
#          | revocable 1 | revoked 1 | moved 1 | unused 29 | count 32.
# The count is that of the account's places and stands at its place 0 only, so that a first grant
# writes one slot. Of a moved grant nothing is left but the mark, the count, and in the lowest 192
# bits the place to ask next (see _where).
# Invariant: released <= vested <= amount; what is owed is amount - released unless revoked or moved.
_words: HashMap[uint256, uint256]

# place -> the place at which its grant was created, for a grant that was handed over.
_origins: HashMap[uint256, uint256]


# --- words: pure functions of a grant -------------------------------------------------------------

@internal
@pure
def _terms(
    bucket: uint256,
    start_month: uint256,
    months: uint256,
    cliff_months: uint256,
    revocable: bool,
    month: uint256,
) -> uint256:
    """
    @dev All of a new grant's word but its amount.
    @param bucket Id of the Treasury's bucket that it comes out of
    @param start_month Index of the calendar month from which the boundaries are counted
    @param months After so many boundaries all is vested
    @param cliff_months Before so many boundaries nothing is
    @param revocable Whether governance may revoke it
    @param month The running calendar month
    """
    assert bucket <= MAX_BUCKET, "vault: bucket too large"
    # The second sum can't wrap once the first comparison holds.
    assert start_month <= month + MAX_START_DISTANCE, "vault: start out of bounds"
    assert start_month + MAX_START_DISTANCE >= month, "vault: start out of bounds"
    assert start_month <= MASK_16, "vault: start out of bounds"
    assert months > 0 and months <= MAX_MONTHS, "vault: months out of bounds"
    assert cliff_months <= months, "vault: cliff out of bounds"
    word: uint256 = (start_month << START_SHIFT) | (months << MONTHS_SHIFT)
    word |= (cliff_months << CLIFF_SHIFT) | (bucket << BUCKET_SHIFT)
    if revocable:
        word |= REVOCABLE
    return word


@internal
@pure
def _unpack(word: uint256) -> IVestingVault.Grant:
    """
    @dev What the word itself says; the fields that depend on time and place are left empty.
    """
    grant: IVestingVault.Grant = empty(IVestingVault.Grant)
    grant.bucket = self._bucket(word)
    grant.amount = word & MASK_64
    grant.released = self._released(word)
    grant.start_month = (word >> START_SHIFT) & MASK_16
    grant.months = (word >> MONTHS_SHIFT) & MASK_12
    grant.cliff_months = (word >> CLIFF_SHIFT) & MASK_12
    grant.revocable = word & REVOCABLE != 0
    grant.revoked = word & REVOKED != 0
    return grant


@internal
@pure
def _released(word: uint256) -> uint256:
    return (word >> RELEASED_SHIFT) & MASK_64


@internal
@pure
def _bucket(word: uint256) -> uint256:
    return (word >> BUCKET_SHIFT) & MASK_4


@internal
@pure
def _unreleased(word: uint256) -> uint256:
    """
    @dev What is owed to the beneficiary, vested or not.
    """
    if word & (REVOKED | MOVED) != 0:
        return 0
    return (word & MASK_64) - ((word >> RELEASED_SHIFT) & MASK_64)


@internal
@pure
def _vested(word: uint256, month: uint256) -> uint256:
    """
    @dev amount * k // months after k whole boundaries of calendar months, nothing before the cliff,
         all of it from the last boundary on. Rounds down, in the vault's favour, by less than a
         base unit, which the later tranches make good. A revoked grant stays as it was paid.
    @param word A grant that is not moved
    @param month The running calendar month
    @return Base units
    """
    if word & REVOKED != 0:
        return (word >> RELEASED_SHIFT) & MASK_64
    start_month: uint256 = (word >> START_SHIFT) & MASK_16
    if month < start_month:
        return 0
    passed: uint256 = unsafe_sub(month, start_month)
    if passed < (word >> CLIFF_SHIFT) & MASK_12:
        return 0
    months: uint256 = (word >> MONTHS_SHIFT) & MASK_12
    if passed >= months:
        return word & MASK_64
    # 64 bits times 12 bits, and more months than passed ones are not none.
    return unsafe_div(unsafe_mul(word & MASK_64, passed), months)


@internal
@pure
def _next_unlock(word: uint256, month: uint256) -> (uint256, uint256):
    """
    @dev The next boundary that unlocks something: the least k with amount * k // months > vested,
         which is (vested + 1) * months / amount rounded up, and not before the cliff. Not simply
         the next boundary: of 5 base units in 48 months most tranches are empty.
    @param word A grant that is not moved
    @param month The running calendar month
    @return The calendar month that begins there and the base units; zeros if all is vested
    """
    vested: uint256 = self._vested(word, month)
    amount: uint256 = word & MASK_64
    if word & REVOKED != 0 or vested == amount:
        return 0, 0
    months: uint256 = (word >> MONTHS_SHIFT) & MASK_12
    passed: uint256 = ((vested + 1) * months + amount - 1) // amount
    passed = max(passed, (word >> CLIFF_SHIFT) & MASK_12)
    month_then: uint256 = ((word >> START_SHIFT) & MASK_16) + passed
    return month_then, self._vested(word, month_then) - vested


# --- places --------------------------------------------------------------------------------------

@internal
@pure
def _place(beneficiary: address, index: uint256) -> uint256:
    """
    @dev The bound keeps an index from reaching into what is above it: no two pairs share a place.
    """
    assert index <= MAX_INDEX, "vault: no such grant"
    return convert(beneficiary, uint256) | (index << INDEX_SHIFT)


@internal
@pure
def _beneficiary(place: uint256) -> address:
    return convert(place & MASK_160, address)


@internal
@pure
def _index(place: uint256) -> uint256:
    return place >> INDEX_SHIFT


@internal
@view
def _count(beneficiary: address) -> uint256:
    return self._words[convert(beneficiary, uint256)] >> COUNT_SHIFT


@internal
@view
def _is_moved(place: uint256) -> bool:
    return self._words[place] & MOVED != 0


@internal
@view
def _load(place: uint256) -> uint256:
    """
    @dev The word of a grant that is at this place now.
    """
    word: uint256 = self._words[place]
    assert word != 0, "vault: no such grant"
    assert word & MOVED == 0, "vault: grant was moved"
    return word


@internal
@view
def _where(place: uint256) -> uint256:
    """
    @dev Where the grant of a place is now. The place of its creation always points to it, and every
         place in between to that of its creation: two steps, however often it was handed over.
    """
    found: uint256 = place
    word: uint256 = self._words[place]
    assert word != 0, "vault: no such grant"
    for _: uint256 in range(2):
        if word & MOVED == 0:
            break
        found = word & MASK_192
        word = self._words[found]
    return found


@internal
def _append(beneficiary: address, word: uint256) -> uint256:
    """
    @dev Puts a grant at the next place of an account.
    @return Its index
    """
    first_place: uint256 = convert(beneficiary, uint256)
    first: uint256 = self._words[first_place]
    count: uint256 = first >> COUNT_SHIFT
    if count == 0:
        self._words[first_place] = word | ONE_PLACE
        return 0
    assert count <= MAX_INDEX, "vault: too many grants"
    self._words[first_place] = unsafe_add(first, ONE_PLACE)
    self._words[first_place | (count << INDEX_SHIFT)] = word
    return count


@internal
def _move(place: uint256, recipient: address) -> uint256:
    """
    @dev Hands a grant over as it is and closes its old place for good.
    @return The recipient's index
    """
    word: uint256 = self._load(place) & MASK_224
    index: uint256 = self._append(recipient, word)
    new_place: uint256 = convert(recipient, uint256) | (index << INDEX_SHIFT)
    origin: uint256 = self._origins[place]
    if origin == 0:
        origin = place
    else:
        self._origins[place] = 0
        self._words[place] = (self._words[place] & ~MASK_224) | MOVED | origin
    self._origins[new_place] = origin
    # Read again: the recipient may be the first beneficiary, whose count has just risen there.
    self._words[origin] = (self._words[origin] & ~MASK_224) | MOVED | new_place
    return index


@internal
def _release(place: uint256, month: uint256) -> uint256:
    """
    @dev Takes what is vested and not released out of a grant.
    @return Base units to pay, 0 if there is nothing
    """
    word: uint256 = self._load(place)
    owed: uint256 = unsafe_sub(self._vested(word, month), self._released(word))
    if owed > 0:
        # At most the amount, so the field doesn't spill.
        self._words[place] = unsafe_add(word, owed << RELEASED_SHIFT)
    return owed


@internal
def _revoke(place: uint256, month: uint256) -> (uint256, uint256):
    """
    @dev Ends a grant: what is vested is the beneficiary's, the rest is not.
    @return Base units to pay, and the rest
    """
    word: uint256 = self._load(place)
    assert word & REVOKED == 0, "vault: already revoked"
    assert word & REVOCABLE != 0, "vault: not revocable"
    vested: uint256 = self._vested(word, month)
    rest: uint256 = unsafe_sub(word & MASK_64, vested)
    assert rest > 0, "vault: fully vested"
    owed: uint256 = unsafe_sub(vested, self._released(word))
    self._words[place] = unsafe_add(word, owed << RELEASED_SHIFT) | REVOKED
    return owed, rest
