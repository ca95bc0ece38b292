# pragma version 0.4.3
"""
@title VestingHarness
@notice Opens the storage words of contracts/lib/vesting_grants.vy to tests, for the values of packed
        fields that no vault reaches in a lifetime.
@custom:license AGPL-3.0-only
"""

from interfaces import IVestingVault
from contracts.lib import vesting_grants

initializes: vesting_grants


@external
def put(beneficiary: address, index: uint256, word: uint256):
    vesting_grants._words[vesting_grants._place(beneficiary, index)] = word


@external
@view
def word(beneficiary: address, index: uint256) -> uint256:
    return vesting_grants._words[vesting_grants._place(beneficiary, index)]


@external
@pure
def terms(
    bucket: uint256,
    start_month: uint256,
    months: uint256,
    cliff_months: uint256,
    revocable: bool,
    month: uint256,
) -> uint256:
    return vesting_grants._terms(bucket, start_month, months, cliff_months, revocable, month)


@external
@pure
def unpack(word: uint256) -> IVestingVault.Grant:
    return vesting_grants._unpack(word)


@external
@pure
def vested(word: uint256, month: uint256) -> uint256:
    return vesting_grants._vested(word, month)


@external
@pure
def next_unlock(word: uint256, month: uint256) -> (uint256, uint256):
    return vesting_grants._next_unlock(word, month)


@external
@view
def count(beneficiary: address) -> uint256:
    return vesting_grants._count(beneficiary)


@external
def append(beneficiary: address, word: uint256) -> uint256:
    return vesting_grants._append(beneficiary, word)


@external
def move(beneficiary: address, index: uint256, recipient: address) -> uint256:
    place: uint256 = vesting_grants._place(beneficiary, index)
    return vesting_grants._move(place, recipient)


@external
def release(beneficiary: address, index: uint256, month: uint256) -> uint256:
    return vesting_grants._release(vesting_grants._place(beneficiary, index), month)


@external
def revoke(beneficiary: address, index: uint256, month: uint256) -> (uint256, uint256):
    return vesting_grants._revoke(vesting_grants._place(beneficiary, index), month)
