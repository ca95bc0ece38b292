# pragma version 0.4.3
"""
@title IdleCoin
@notice A token that says yes to every transfer and moves nothing.
@custom:license AGPL-3.0-only
"""

balanceOf: public(HashMap[address, uint256])


@external
def transfer(to: address, amount: uint256) -> bool:
    return True
