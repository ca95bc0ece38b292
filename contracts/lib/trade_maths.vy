# pragma version 0.4.3
"""
@title Arithmetic of trades and pool shares
@notice What a trade costs and gives, in whole base units, every rounding against who trades, and
        against who adds to or takes from a pool.
@dev Constant product: Uniswap v2's formula (x + dx) * (y - dy) >= x * y, with the fee taken from the
     COS side before or after it, never from the reserves. Proofs stand in docs/economics.md.
     Bounds that callers keep, so that nothing here overflows: COS below 2^64, sub-tokens below
     2^96, shares below 2^100, a fee of at most 10,000 bps - 1.
@custom:license AGPL-3.0-only
"""

E4: constant(uint256) = 10_000
# Shares of a first deposit are sqrt(cos * sub) * 1e6: fine enough for coupons without decimals.
SHARES_SCALE_SQUARED: constant(uint256) = 10**12


@pure
@internal
def _ceil_div(numerator: uint256, denominator: uint256) -> uint256:
    return (numerator + denominator - 1) // denominator


# --- fees ----------------------------------------------------------------------------------------

@pure
@internal
def _fee(gross_cos: uint256, fee_bps: uint256) -> uint256:
    """
    @dev The fee within `gross_cos`, rounded up.
    """
    return self._ceil_div(gross_cos * fee_bps, E4)


@pure
@internal
def _gross(net_cos: uint256, fee_bps: uint256) -> uint256:
    """
    @dev The least amount that leaves `net_cos` after its fee. It leaves exactly that:
         gross - _fee(gross) = net.
    """
    return self._ceil_div(net_cos * E4, E4 - fee_bps)


# --- constant product ----------------------------------------------------------------------------

@pure
@internal
def _out(paid: uint256, reserve_in: uint256, reserve_out: uint256) -> uint256:
    """
    @dev The most that can be taken out for `paid`; always less than the reserve.
    """
    return reserve_out * paid // (reserve_in + paid)


@pure
@internal
def _paid(out: uint256, reserve_in: uint256, reserve_out: uint256) -> uint256:
    """
    @dev The least that pays for `out`, which is less than the reserve.
    """
    return self._ceil_div(reserve_in * out, reserve_out - out)


# --- shares --------------------------------------------------------------------------------------

@pure
@internal
def _first_shares(cos: uint256, sub: uint256) -> uint256:
    """
    @dev At most 1e6 times the root of k, which later additions and removals keep true.
    """
    return isqrt(cos * sub * SHARES_SCALE_SQUARED)


@pure
@internal
def _shares_for(amount: uint256, reserve: uint256, supply: uint256) -> uint256:
    """
    @dev How many shares `amount` of one side can pay for.
    """
    return amount * supply // reserve


@pure
@internal
def _cost_of(shares: uint256, reserve: uint256, supply: uint256) -> uint256:
    """
    @dev What new shares cost on one side, rounded up: less than a unit too much, and never more
         than the amount that `_shares_for` was asked about.
    """
    return self._ceil_div(shares * reserve, supply)


@pure
@internal
def _worth_of(shares: uint256, reserve: uint256, supply: uint256) -> uint256:
    """
    @dev What shares take out on one side, rounded down; all of it for all shares.
    """
    return shares * reserve // supply
