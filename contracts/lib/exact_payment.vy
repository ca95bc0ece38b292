# pragma version 0.4.3
# pragma nonreentrancy on
"""
@title Payments in foreign tokens, to the unit
@notice Moves another project's ERC-20 (a stablecoin) so that exactly the stated amount arrives, or
        reverts: a token that takes a fee, or moves nothing, is refused. Tokens that return nothing
        are accepted.
@dev The recipient's balance is read before and after, so the caller must be locked against
     re-entrancy: a token that calls back could pay twice for one difference otherwise.
@custom:license AGPL-3.0-only
"""

from ethereum.ercs import IERC20


@internal
def _take(coin: address, payer: address, recipient: address, amount: uint256):
    """
    @dev Pulls `amount` of `coin` from `payer` by this contract's allowance.
    @param coin An ERC-20 that governance accepts; an address without code reverts
    @param payer Who pays; differs from the recipient
    @param recipient Who receives exactly the amount
    @param amount The token's base units
    """
    before: uint256 = staticcall IERC20(coin).balanceOf(recipient)
    assert extcall IERC20(coin).transferFrom(
        payer, recipient, amount, default_return_value=True
    ), "payment: transfer failed"
    # Wraps around if the balance fell, to what is no amount that anyone can pay.
    received: uint256 = unsafe_sub(staticcall IERC20(coin).balanceOf(recipient), before)
    assert received == amount, "payment: not the exact amount"


@internal
def _pay(coin: address, recipient: address, amount: uint256):
    """
    @dev Pays `amount` of `coin` out of this contract's balance, and not a unit more: a token that
         charges the sender extra would pay with what the contract holds for others. What it keeps on
         the way is the recipient's loss; tokens that do so are not accepted in the first place.
    @param coin An ERC-20 that came in by `_take`
    @param recipient Who is paid; differs from this contract
    @param amount The token's base units
    """
    before: uint256 = staticcall IERC20(coin).balanceOf(self)
    assert extcall IERC20(coin).transfer(
        recipient, amount, default_return_value=True
    ), "payment: transfer failed"
    paid: uint256 = unsafe_sub(before, staticcall IERC20(coin).balanceOf(self))
    assert paid == amount, "payment: not the exact amount"
