# pragma version 0.4.3
# pragma nonreentrancy on
"""
@title Seats of the committee
@notice Who has which seat with what score, and the settings by which seats are given.
@dev Of each seat one word: empty, or points, votes, since when, until when, and rank in ties. A
     holder whose term is over is no member any more, and its seat is vacant. Scores are computed
     when they are compared, so that all of them are by the same weights.
@custom:license AGPL-3.0-only
"""

from interfaces import ICommittee


# --- constants -----------------------------------------------------------------------------------

E4: constant(uint256) = 10_000
COS: constant(uint256) = 10**8
DAY: constant(uint256) = 86_400
YEAR: constant(uint256) = 366 * DAY

MIN_SEATS: constant(uint256) = 3
MAX_SEATS: constant(uint256) = 15
MAX_COMMUNITIES: constant(uint256) = 6
MIN_WEIGHT_BPS: constant(uint256) = 1_000
MIN_BOND: constant(uint256) = 1_000 * COS
MAX_BOND: constant(uint256) = 100_000_000 * COS
# Not shorter than an exit of stake, nor than it takes an auditor to see points.
MIN_NOTICE: constant(uint256) = 7 * DAY
MAX_NOTICE: constant(uint256) = 90 * DAY
MIN_TERM: constant(uint256) = 90 * DAY
MAX_TERM: constant(uint256) = 4 * YEAR
# Long enough for a vote on the bond of a member that left after a misuse.
MIN_RELEASE: constant(uint256) = 21 * DAY
MAX_RELEASE: constant(uint256) = 1 * YEAR

MASK_8: constant(uint256) = 2**8 - 1
MASK_16: constant(uint256) = 2**16 - 1
MASK_32: constant(uint256) = 2**32 - 1
MASK_40: constant(uint256) = 2**40 - 1
MASK_64: constant(uint256) = 2**64 - 1
BOND_SHIFT: constant(uint256) = 128
STOOD_SHIFT: constant(uint256) = 192
SEAT_SHIFT: constant(uint256) = 232
SINCE_SHIFT: constant(uint256) = 128
UNTIL_SHIFT: constant(uint256) = 168
PRIORITY_SHIFT: constant(uint256) = 208


# --- storage -------------------------------------------------------------------------------------

# seats 8 | threshold 8 | points_bps 16 | notice 32 | term 32 | release 32 | min_bond 64
_settings: uint256

# account -> points 64 | votes 64 | bond 64 | stood at 40 | seat 8, from 1
# Points and votes are 0 unless it stands; the seat's own are in the seat's word.
_records: HashMap[address, uint256]

# Of each seat, from 0: who has it, points 64 | votes 64 | since 40 | until 40 | priority 8, and the
# communities 6 * 32. The word is 0 if and only if nobody has it.
# Invariant: _records[_holders[k]]'s seat is k + 1, so holders are distinct.
_holders: HashMap[uint256, address]
_seats: HashMap[uint256, uint256]
_communities: HashMap[uint256, uint256]


# --- views ---------------------------------------------------------------------------------------

@view
@external
def settings() -> ICommittee.Settings:
    """
    @notice The settings in force.
    @return Its parts
    """
    word: uint256 = self._settings
    return ICommittee.Settings(
        seats=word & MASK_8,
        threshold=(word >> 8) & MASK_8,
        points_bps=(word >> 16) & MASK_16,
        min_bond=word >> 128,
        notice_seconds=(word >> 32) & MASK_32,
        term_seconds=(word >> 64) & MASK_32,
        release_seconds=(word >> 96) & MASK_32,
    )


@view
@external
def threshold() -> uint256:
    """
    @notice How many members have to sign an action.
    @return Signatures
    """
    return (self._settings >> 8) & MASK_8


@view
@external
def members() -> DynArray[ICommittee.Seat, MAX_SEATS]:
    """
    @notice All seats in the order of their numbers, with who has them.
    @return The seats; one whose term is over is vacant though it still shows who had it
    """
    settings: uint256 = self._settings
    found: DynArray[ICommittee.Seat, MAX_SEATS] = []
    for index: uint256 in range(settings & MASK_8, bound=MAX_SEATS):
        word: uint256 = self._seats[index]
        found.append(
            ICommittee.Seat(
                member=self._holders[index],
                points=word & MASK_64,
                votes=(word >> 64) & MASK_64,
                score=self._score(word, settings),
                since=(word >> SINCE_SHIFT) & MASK_40,
                until=(word >> UNTIL_SHIFT) & MASK_40,
                priority=word >> PRIORITY_SHIFT,
                communities=self._unpack(self._communities[index]),
            )
        )
    return found


@view
@external
def is_member(account: address) -> bool:
    """
    @notice Whether an account is a member now: it has a seat and its term is not over.
    @param account Any account
    @return True if it is
    """
    seat: uint256 = self._records[account] >> SEAT_SHIFT
    return seat > 0 and self._is_current(self._seats[seat - 1])


@view
@external
def seat_to_take() -> (uint256, bool):
    """
    @notice The seat that the next candidate takes.
    @return Its number, from 1, and whether it is vacant; else it has to be won by a challenge
    """
    index: uint256 = 0
    is_vacant: bool = False
    lowest: uint256 = 0
    index, is_vacant, lowest = self._seat_to_take(self._settings)
    return index + 1, is_vacant


@view
@external
def signing_seat(member: address, before: uint256) -> uint256:
    """
    @notice The seat of who is a member now and was one already before a moment; reverts with the
            reason otherwise. For contracts that let members decide.
    @param member The member
    @param before UNIX seconds
    @return The seat's number, from 1
    """
    return self._signing_seat(member, before)


@view
@external
def count_valid(signatures: uint256, before: uint256) -> uint256:
    """
    @notice How many of some signatures are those of members of now that were members before a
            moment.
    @param signatures Bit k - 1 is that of seat k; higher bits than there are seats do not count
    @param before UNIX seconds
    @return Signatures
    """
    return self._count_valid(signatures, before)


# --- for the contract ----------------------------------------------------------------------------

@internal
def _set_settings(new: ICommittee.Settings):
    assert new.seats >= MIN_SEATS and new.seats <= MAX_SEATS, "committee: seats out of bounds"
    assert (
        new.threshold * 2 > new.seats and new.threshold <= new.seats
    ), "committee: threshold out of bounds"
    assert (
        new.points_bps >= MIN_WEIGHT_BPS and new.points_bps <= E4 - MIN_WEIGHT_BPS
    ), "committee: weight out of bounds"
    assert (new.min_bond >= MIN_BOND and new.min_bond <= MAX_BOND), "committee: bond out of bounds"
    assert (
        new.notice_seconds >= MIN_NOTICE and new.notice_seconds <= MAX_NOTICE
    ), "committee: notice out of bounds"
    assert (
        new.term_seconds >= MIN_TERM and new.term_seconds <= MAX_TERM
    ), "committee: term out of bounds"
    assert (
        new.release_seconds >= MIN_RELEASE and new.release_seconds <= MAX_RELEASE
    ), "committee: release out of bounds"
    for index: uint256 in range(new.seats, MAX_SEATS, bound=MAX_SEATS):
        assert self._seats[index] == 0, "committee: seat taken"
    old: uint256 = self._settings
    word: uint256 = (
        new.seats
        | (new.threshold << 8)
        | (new.points_bps << 16)
        | (new.notice_seconds << 32)
        | (new.term_seconds << 64)
        | (new.release_seconds << 96)
        | (new.min_bond << 128)
    )
    self._settings = word
    log ICommittee.SettingsChanged(old=old, new=word)


@internal
def _put(index: uint256, member: address, word: uint256, communities: uint256):
    """
    @dev A member gets an empty seat, or a new word for its own; its candidacy ends by it.
    """
    self._holders[index] = member
    self._seats[index] = word
    self._communities[index] = communities
    bond: uint256 = self._records[member] & (MASK_64 << BOND_SHIFT)
    self._records[member] = bond | ((index + 1) << SEAT_SHIFT)


@internal
def _clear(index: uint256) -> address:
    """
    @return Who had the seat, if anyone; its candidacy goes on
    """
    holder: address = self._holders[index]
    if holder != empty(address):
        self._holders[index] = empty(address)
        self._seats[index] = 0
        self._communities[index] = 0
        self._records[holder] &= 2**SEAT_SHIFT - 1
    return holder


@pure
@internal
def _score(word: uint256, settings: uint256) -> uint256:
    # Below 2**78.
    points_bps: uint256 = (settings >> 16) & MASK_16
    return (word & MASK_64) * points_bps + ((word >> 64) & MASK_64) * (E4 - points_bps)


@view
@internal
def _is_current(word: uint256) -> bool:
    return block.timestamp < (word >> UNTIL_SHIFT) & MASK_40


@view
@internal
def _seat_to_take(settings: uint256) -> (uint256, bool, uint256):
    """
    @dev The first empty seat; else the first whose term is over; else the lowest.
    @return Its index, whether it is vacant, and else its key: score | priority 8 | 2**40 - 1 -
            since
    """
    expired: uint256 = MAX_SEATS
    lowest_index: uint256 = 0
    lowest: uint256 = max_value(uint256)
    for index: uint256 in range(settings & MASK_8, bound=MAX_SEATS):
        word: uint256 = self._seats[index]
        if word == 0:
            return index, True, 0
        if not self._is_current(word):
            expired = min(expired, index)
        seniority: uint256 = MASK_40 - ((word >> SINCE_SHIFT) & MASK_40)
        key: uint256 = (
            (self._score(word, settings) << 48) | ((word >> PRIORITY_SHIFT) << 40) | seniority
        )
        # Of two that came in the same second the one with the higher number.
        if key <= lowest:
            lowest = key
            lowest_index = index
    if expired < MAX_SEATS:
        return expired, True, 0
    return lowest_index, False, lowest


@view
@internal
def _member_seat(member: address) -> uint256:
    seat: uint256 = self._records[member] >> SEAT_SHIFT
    assert seat > 0, "committee: not a member"
    assert self._is_current(self._seats[seat - 1]), "committee: term is over"
    return seat


@view
@internal
def _signing_seat(member: address, before: uint256) -> uint256:
    seat: uint256 = self._member_seat(member)
    self._check_seated(seat, before)
    return seat


@view
@internal
def _check_seated(seat: uint256, before: uint256):
    since: uint256 = (self._seats[seat - 1] >> SINCE_SHIFT) & MASK_40
    assert since < before, "committee: seated too late"


@view
@internal
def _count_valid(signatures: uint256, before: uint256) -> uint256:
    count: uint256 = 0
    rest: uint256 = signatures
    for index: uint256 in range(MAX_SEATS):
        if rest == 0:
            break
        if rest & 1 != 0:
            word: uint256 = self._seats[index]
            if self._is_current(word) and (word >> SINCE_SHIFT) & MASK_40 < before:
                count += 1
        rest >>= 1
    return count


@pure
@internal
def _unpack(communities: uint256) -> DynArray[uint256, MAX_COMMUNITIES]:
    found: DynArray[uint256, MAX_COMMUNITIES] = []
    for place: uint256 in range(MAX_COMMUNITIES):
        community: uint256 = (communities >> (32 * (MAX_COMMUNITIES - 1 - place))) & MASK_32
        if community > 0:
            found.append(community)
    return found
