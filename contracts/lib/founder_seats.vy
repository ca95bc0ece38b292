# pragma version 0.4.3
"""
@title Founders' seats
@notice Two tiers of a hundred seats: what each seat gets, and who has it. The lowest free seat is
        always the next one.
@dev Earlier seats get more, linearly. With S(k) = k * first - ceil((first - last) * k * (k - 1) / 198)
     seat k gets S(k) - S(k - 1): the first and the last seat get exactly `first` and `last`, and the
     hundred add up to 50 * (first + last) exactly, since each rounding is made up by a later seat.
     A seat is free, reserved or activated. A freed one is the next one sold, so none is skipped.
@custom:license AGPL-3.0-only
"""

from interfaces import IFounderSale

TIERS: constant(uint256) = 2
SEATS: constant(uint256) = 100
ALL_SEATS: constant(uint256) = 2**100 - 1

MAX_CAPITAL: constant(uint256) = 2**64 - 1
MAX_AMOUNT: constant(uint256) = 2**64 - 1


# Never written after the constructor.
_tiers: IFounderSale.Tier[TIERS]

# tier -> bit k: seat k + 1 is taken, or activated. Invariant: activated seats are taken.
_taken: uint256[TIERS]
_activated: uint256[TIERS]

# tier -> seat -> who has reserved or activated it, zero for a free seat.
_holders: HashMap[uint256, HashMap[uint256, address]]


@deploy
def __init__(tiers: IFounderSale.Tier[TIERS]):
    for tier: IFounderSale.Tier in tiers:
        assert tier.capital_fen > 0 and tier.capital_fen <= MAX_CAPITAL, "sale: bad tier"
        assert (
            tier.first_quota <= MAX_AMOUNT and tier.first_unlocked <= MAX_AMOUNT
        ), "sale: bad tier"
        assert tier.last_quota > 0 and tier.last_quota <= tier.first_quota, "sale: bad tier"
        assert tier.last_unlocked > 0, "sale: bad tier"
        assert tier.last_unlocked <= tier.first_unlocked, "sale: bad tier"
    self._tiers = tiers


@internal
@pure
def _check_tier(tier: uint256):
    assert tier < TIERS, "sale: no such tier"


@internal
@pure
def _amount(first: uint256, last: uint256, seat: uint256) -> uint256:
    """
    @dev What a seat gets, from `last` to `first`: S(seat) - S(seat - 1). Each S is rounded down, in
         the sale's favour, which later seats make up for.
    @param seat 1 to 100
    """
    slope: uint256 = first - last
    return first - (self._fall(slope, seat) - self._fall(slope, seat - 1))


@internal
@pure
def _fall(slope: uint256, count: uint256) -> uint256:
    """
    @dev How far S(count) stays below count * first. Products stay below 2**64 * 10,000.
    """
    twice: uint256 = 2 * (SEATS - 1)
    return (slope * (count * count - count) + twice - 1) // twice


@internal
@view
def _quota(tier: uint256, seat: uint256) -> uint256:
    return self._amount(self._tiers[tier].first_quota, self._tiers[tier].last_quota, seat)


@internal
@view
def _unlocked(tier: uint256, seat: uint256) -> uint256:
    return self._amount(self._tiers[tier].first_unlocked, self._tiers[tier].last_unlocked, seat)


@internal
@view
def _next(tier: uint256) -> uint256:
    """
    @dev The lowest free seat, or 0 if all are taken.
    """
    free: uint256 = ~self._taken[tier] & ALL_SEATS
    for seat: uint256 in range(1, SEATS + 1):
        if free & 1 == 1:
            return seat
        free >>= 1
    return 0


@internal
def _reserve(tier: uint256, founder: address) -> uint256:
    """
    @dev Gives the lowest free seat to a founder.
    @return The seat
    """
    seat: uint256 = self._next(tier)
    assert seat > 0, "sale: tier is sold out"
    self._taken[tier] |= 1 << (seat - 1)
    self._holders[tier][seat] = founder
    return seat


@internal
def _free(tier: uint256, seat: uint256):
    """
    @dev Of a reserved seat.
    """
    self._taken[tier] ^= 1 << (seat - 1)
    self._holders[tier][seat] = empty(address)


@internal
def _activate(tier: uint256, seat: uint256):
    """
    @dev Of a reserved seat, for good.
    """
    self._activated[tier] |= 1 << (seat - 1)


# --- views ---------------------------------------------------------------------------------------

@view
@external
def tier(tier: uint256) -> IFounderSale.Tier:
    """
    @notice Price and range of a tier.
    @param tier 0 (service) or 1 (industry)
    @return Capital in fen; quota and free COS of the first and the last seat in base units
    """
    self._check_tier(tier)
    return self._tiers[tier]


@view
@external
def seat_terms(tier: uint256, seat: uint256) -> (uint256, uint256):
    """
    @notice What a seat gets.
    @param tier 0 (service) or 1 (industry)
    @param seat 1 to 100
    @return Quota and free COS, in base units
    """
    self._check_tier(tier)
    assert seat > 0 and seat <= SEATS, "sale: no such seat"
    return self._quota(tier, seat), self._unlocked(tier, seat)


@view
@external
def next_seat(tier: uint256) -> uint256:
    """
    @notice The seat that is sold next: the lowest one that is free.
    @param tier 0 (service) or 1 (industry)
    @return 1 to 100; 0 if all are taken
    """
    self._check_tier(tier)
    return self._next(tier)


@view
@external
def free_seats(tier: uint256) -> uint256:
    """
    @notice The free seats of a tier.
    @param tier 0 (service) or 1 (industry)
    @return Bit k: seat k + 1 is free
    """
    self._check_tier(tier)
    return ~self._taken[tier] & ALL_SEATS


@view
@external
def holder(tier: uint256, seat: uint256) -> address:
    """
    @notice Who has reserved or activated a seat.
    @param tier 0 (service) or 1 (industry)
    @param seat 1 to 100
    @return Zero for a free seat
    """
    return self._holders[tier][seat]


@view
@external
def is_activated(tier: uint256, seat: uint256) -> bool:
    """
    @notice Whether a seat has been activated, which is for good.
    @param tier 0 (service) or 1 (industry)
    @param seat 1 to 100
    @return False for seats that are free or reserved, and for others than 1 to 100
    """
    if tier >= TIERS or seat == 0 or seat > SEATS:
        return False
    return (self._activated[tier] >> (seat - 1)) & 1 == 1
