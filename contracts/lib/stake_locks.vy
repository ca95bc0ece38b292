# pragma version 0.4.3
"""
@title Locks on stake
@notice How much of an account's stake which locker may lock, and has locked.
@dev An account's locked sum is that of its lockers' amounts; the caller sees to it that it never
     exceeds the account's stake. Who is a locker is the caller's to know, too.
@custom:license AGPL-3.0-only
"""

from interfaces import ICosStaking

# More than there can be: an allowance of so much is never used up.
UNLIMITED: constant(uint256) = 2**64 - 1
MASK_64: constant(uint256) = 2**64 - 1
LOCKED_SHIFT: constant(uint256) = 64


# owner -> locker -> allowance 64 | locked 64; both are parts of the supply, below 2^64 - 1
_locks: HashMap[address, HashMap[address, uint256]]

# owner -> sum of its locks
_locked: HashMap[address, uint256]


@internal
def _approve(owner: address, locker: address, amount: uint256):
    """
    @dev Replaces the allowance; what is locked stays so.
    """
    word: uint256 = self._locks[owner][locker]
    new: uint256 = min(amount, UNLIMITED)
    self._locks[owner][locker] = (word ^ (word & MASK_64)) | new
    log ICosStaking.LockApproved(owner=owner, locker=locker, old=word & MASK_64, new=new)


@internal
def _lock(owner: address, locker: address, amount: uint256, units: uint256):
    """
    @param units The owner's whole stake
    """
    word: uint256 = self._locks[owner][locker]
    allowance: uint256 = word & MASK_64
    assert amount <= allowance, "staking: not offered"
    locked: uint256 = self._locked[owner]
    assert amount <= unsafe_sub(units, locked), "staking: stake is locked"
    # Unchecked: no more than the allowance, and no more locked than staked.
    self._locked[owner] = unsafe_add(locked, amount)
    if allowance != UNLIMITED:
        word = unsafe_sub(word, amount)
    self._locks[owner][locker] = unsafe_add(word, amount << LOCKED_SHIFT)


@internal
def _unlock(owner: address, locker: address, amount: uint256) -> uint256:
    """
    @dev The allowance that was used for it does not come back.
    @return What is still locked of the owner's stake
    """
    word: uint256 = self._locks[owner][locker]
    assert amount <= word >> LOCKED_SHIFT, "staking: more than locked"
    # Unchecked: a locker's part of the sum.
    self._locks[owner][locker] = unsafe_sub(word, amount << LOCKED_SHIFT)
    locked: uint256 = unsafe_sub(self._locked[owner], amount)
    self._locked[owner] = locked
    return locked


@internal
@view
def _lock_of(owner: address, locker: address) -> (uint256, uint256):
    """
    @return What the locker may lock more, and has locked
    """
    word: uint256 = self._locks[owner][locker]
    return word & MASK_64, word >> LOCKED_SHIFT
