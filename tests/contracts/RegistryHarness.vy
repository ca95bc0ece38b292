# pragma version 0.4.3
"""
@title Test harness: a registry near the end of its numbers
@license GNU Affero General Public License v3.0 only
@notice The registry itself, plus a way to put its counter where no test could bring it by calls.
"""

from contracts.contribution import CommunityRegistry

initializes: CommunityRegistry

exports: CommunityRegistry.__interface__


@deploy
def __init__(authority: address):
    CommunityRegistry.__init__(authority)


@external
def put_community_count(count: uint256):
    CommunityRegistry.community_count = count
