# pragma version 0.4.3
"""
@title Test harness: a rule book near the end of its versions
@license GNU Affero General Public License v3.0 only
@notice The rule book itself, plus a way to put a rule's version where no test could bring it.
"""

from contracts.contribution import RuleBook

initializes: RuleBook

exports: RuleBook.__interface__


@deploy
def __init__(authority: address, registry: address, utc_offset_seconds: int256):
    RuleBook.__init__(authority, registry, utc_offset_seconds)


@external
def put_version(rule: uint256, version: uint256):
    RuleBook.rules[rule] = (RuleBook.rules[rule] & ~(2**32 - 1)) | version
