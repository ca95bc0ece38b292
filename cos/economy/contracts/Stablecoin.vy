# pragma version 0.4.3
"""
@title Stablecoin
@notice The foreign token in which simulated founders pay: snekmate's ERC-20 with 6 decimals, whose
        owner mints.
@custom:license AGPL-3.0-only
"""

from snekmate.auth import ownable
from snekmate.tokens import erc20

initializes: ownable
initializes: erc20[ownable := ownable]

exports: (
    erc20.mint,
    erc20.approve,
    erc20.transfer,
    erc20.transferFrom,
    erc20.balanceOf,
    erc20.allowance,
    erc20.totalSupply,
    erc20.decimals,
    erc20.symbol,
)


@deploy
def __init__():
    ownable.__init__()
    erc20.__init__("Simulated yuan", "SCNY", 6, "Simulated yuan", "1")
