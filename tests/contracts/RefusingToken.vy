# pragma version 0.4.3
"""
@title RefusingToken
@notice A token of the old kind that answers false instead of reverting, as ERC-20 allows.
@custom:license AGPL-3.0-only
"""

CAP: public(constant(uint256)) = 102_400_000_000 * 10**8

refuses: public(bool)


@deploy
def __init__():
    self.refuses = True


@external
def refuse(refuses: bool):
    """
    @notice Whether transfers are refused from now on.
    """
    self.refuses = refuses


@external
def mint(to: address, amount: uint256):
    """
    @notice Agrees to everything, keeps no books.
    """
    pass


@external
def transfer(to: address, amount: uint256) -> bool:
    """
    @notice False while it refuses.
    """
    return not self.refuses


@external
def transferFrom(owner: address, to: address, amount: uint256) -> bool:
    """
    @notice False while it refuses.
    """
    return not self.refuses
