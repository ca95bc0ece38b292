# pragma version 0.4.3
"""
@title BoundlessVotes
@notice A source of votes that tells what it is told to tell, used as an actor.
"""

votes: public(HashMap[address, uint256])
total: public(uint256)


@external
def behave(account: address, votes: uint256, total: uint256):
    """
    @notice From now on, and for all the past, the account has so many votes of so many.
    """
    self.votes[account] = votes
    self.total = total


@external
@view
def getPastVotes(account: address, timepoint: uint256) -> uint256:
    """
    @notice ERC-5805, whatever the time.
    """
    return self.votes[account]


@external
@view
def getPastTotalSupply(timepoint: uint256) -> uint256:
    """
    @notice ERC-5805, whatever the time.
    """
    return self.total
