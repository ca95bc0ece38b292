# pragma version 0.4.3
"""
@title CurveHarness
@notice Opens the functions of contracts/lib/release_curve.vy to tests.
@custom:license AGPL-3.0-only
"""

from contracts.lib import release_curve

MAX_RESTS: constant(uint256) = 2_000


@external
@pure
def check_peak(peak: uint256):
    release_curve._check_peak(peak)


@external
@pure
def power(peak: uint256, exponent: uint256) -> uint256:
    return release_curve._power(peak, exponent)


@external
@pure
def rest(rest: uint256, begin: uint256, month: uint256, peak: uint256) -> uint256:
    return release_curve._rest(rest, begin, month, peak)


@external
@pure
def rests(
    rest: uint256, begin: uint256, first: uint256, count: uint256, peak: uint256
) -> DynArray[uint256, MAX_RESTS]:
    """
    @return What is left in `count` months, from month `first` on
    """
    found: DynArray[uint256, MAX_RESTS] = []
    for k: uint256 in range(count, bound=MAX_RESTS):
        found.append(release_curve._rest(rest, begin, first + k, peak))
    return found


@external
@view
def gas_of(rest: uint256, begin: uint256, month: uint256, peak: uint256) -> uint256:
    """
    @return Gas of one _rest, the measurement itself included
    """
    before: uint256 = msg.gas
    left: uint256 = release_curve._rest(rest, begin, month, peak)
    return before - msg.gas
