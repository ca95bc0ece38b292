# pragma version 0.4.3
"""
@title Link to the suite's Authority
@notice Every contract of the suite asks one Authority who holds a role.
@dev The caller asserts, so that the reason of a revert names the contract that refused. A role may
     be held by a contract as well as by a person: nothing here looks at an account's code.
@custom:license AGPL-3.0-only
"""

from interfaces import IAuthority


# Immutable: when a governor is replaced, Authority's roles change hands, not this address.
AUTHORITY: public(immutable(address))


@deploy
def __init__(authority: address):
    assert authority != empty(address), "governed: zero authority"
    AUTHORITY = authority


@internal
@view
def _holds(role: bytes32, account: address) -> bool:
    """
    @dev Whether `account` holds `role` now. About 5,000 gas when nothing is warm.
    """
    return staticcall IAuthority(AUTHORITY).hasRole(role, account)
