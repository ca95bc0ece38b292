# pragma version 0.4.3
"""
@title Exit tickets
@notice Coins on their way out: due seven days later, then payable by anyone to their owner.
@dev One word an account, and nothing to loop over, whoever opens tickets for it and however many:
     an account has at most two tickets that are not due. A third one joins the second, which then
     is due seven days from now. That happens only while the first is not due, so nobody's coins
     wait for longer than fourteen days, whatever others do.
@custom:license AGPL-3.0-only
"""

from interfaces import ICosStaking

EXIT_DELAY: constant(uint256) = 7 * 86_400

MASK_40: constant(uint256) = 2**40 - 1
MASK_64: constant(uint256) = 2**64 - 1
FIRST_SHIFT: constant(uint256) = 64
SECOND_SHIFT: constant(uint256) = 128
DUE_SHIFT: constant(uint256) = 192
GAP_SHIFT: constant(uint256) = 232


# account -> due 64 | first 64 | second 64 | first is due at 40 | and the second so much later 24.
# Amounts are parts of the supply, below 2^64; times fit until the year 36,812; the second is due
# less than EXIT_DELAY after the first. The time stays when all is paid, so that the next ticket
# finds an open slot, and means nothing without its amount.
_exits: HashMap[address, uint256]


@internal
def _open(account: address, amount: uint256) -> uint256:
    """
    @dev The amount is above zero and was taken off what the contract owes for stakes.
    @return When it is due, UNIX seconds
    """
    due_at: uint256 = block.timestamp + EXIT_DELAY
    exits: ICosStaking.Exits = self._ripened(account)
    if exits.first == 0 or exits.first_due_at == due_at:
        exits.first += amount
        exits.first_due_at = due_at
    else:
        exits.second += amount
        exits.second_due_at = due_at
    self._write(account, exits)
    return due_at


@internal
def _close(account: address) -> uint256:
    """
    @dev Takes off what is due.
    @return Base units
    """
    exits: ICosStaking.Exits = self._ripened(account)
    amount: uint256 = exits.due
    assert amount > 0, "staking: nothing due"
    exits.due = 0
    self._write(account, exits)
    return amount


@internal
@view
def _ripened(account: address) -> ICosStaking.Exits:
    """
    @dev The account's tickets, with what is due by now moved to `due`.
    """
    word: uint256 = self._exits[account]
    first_due_at: uint256 = (word >> DUE_SHIFT) & MASK_40
    exits: ICosStaking.Exits = ICosStaking.Exits(
        due=word & MASK_64,
        first=(word >> FIRST_SHIFT) & MASK_64,
        first_due_at=first_due_at,
        second=(word >> SECOND_SHIFT) & MASK_64,
        second_due_at=first_due_at + (word >> GAP_SHIFT),
    )
    if exits.first > 0 and exits.first_due_at <= block.timestamp:
        exits.due += exits.first
        exits.first = exits.second
        exits.first_due_at = exits.second_due_at
        exits.second = 0
        if exits.first > 0 and exits.first_due_at <= block.timestamp:
            exits.due += exits.first
            exits.first = 0
    return exits


@internal
def _write(account: address, exits: ICosStaking.Exits):
    gap: uint256 = 0
    if exits.second > 0:
        gap = exits.second_due_at - exits.first_due_at
    self._exits[account] = (
        exits.due
        | (exits.first << FIRST_SHIFT)
        | (exits.second << SECOND_SHIFT)
        | (exits.first_due_at << DUE_SHIFT)
        | (gap << GAP_SHIFT)
    )
