# pragma version 0.4.3
# pragma nonreentrancy on
"""
@title Actions of the committee
@notice What members of the committee sign on chain, and how many of them have.
@dev A signature is a seat's bit. It counts as long as the seat's holder is a member that took the
     seat before the action was proposed: a holder that came later can't have given it, and whoever
     left and came back took its seat later. So a signature of who is no member any more dies with
     the seat, without anybody having to take it away.
@custom:license AGPL-3.0-only
"""

from interfaces import ICommittee
from contracts.lib import committee_seats

uses: committee_seats


# --- constants -----------------------------------------------------------------------------------

LIFETIME: constant(uint256) = 14 * 86_400
MAX_PAGE: constant(uint256) = 50

MASK_8: constant(uint256) = 2**8 - 1
MASK_16: constant(uint256) = 2**16 - 1
MASK_40: constant(uint256) = 2**40 - 1
SIGNATURES_SHIFT: constant(uint256) = 40
KIND_SHIFT: constant(uint256) = 56
EXECUTED_FLAG: constant(uint256) = 1 << 64


# --- storage -------------------------------------------------------------------------------------

# @notice How many actions have been proposed; they are numbered 1, 2, 3, ...
action_count: public(uint256)

# action -> proposed at 40 | signatures 16 | kind 8 | executed 1, and what it is about.
_actions: HashMap[uint256, uint256]
_digests: HashMap[uint256, bytes32]


# --- signatures ----------------------------------------------------------------------------------

@external
def sign(action: uint256, digest: bytes32):
    """
    @notice A member signs an action. Only who was a member before it was proposed.
    @param action The action's number
    @param digest What it is about: after a reorganisation the number may be another action's
    """
    seat: uint256 = committee_seats._member_seat(msg.sender)
    word: uint256 = self._open_action(action)
    assert digest == self._digests[action], "committee: another action"
    committee_seats._check_seated(seat, word & MASK_40)
    bit: uint256 = 1 << (seat - 1 + SIGNATURES_SHIFT)
    # A bit that is set is this member's own: nobody else had the seat since the proposal.
    assert word & bit == 0, "committee: already signed"
    self._actions[action] = word | bit
    log ICommittee.Signed(action=action, member=msg.sender, seat=seat)


@external
def withdraw_signature(action: uint256):
    """
    @notice A member takes its signature back, while the action is open.
    @param action The action's number
    """
    seat: uint256 = committee_seats._member_seat(msg.sender)
    word: uint256 = self._open_action(action)
    committee_seats._check_seated(seat, word & MASK_40)
    bit: uint256 = 1 << (seat - 1 + SIGNATURES_SHIFT)
    assert word & bit != 0, "committee: not signed"
    self._actions[action] = word ^ bit
    log ICommittee.SignatureWithdrawn(action=action, member=msg.sender, seat=seat)


# --- views ---------------------------------------------------------------------------------------

@view
@external
def action(number: uint256) -> ICommittee.Action:
    """
    @notice An action.
    @param number From 1
    @return What it is, and which signatures it has
    """
    assert number > 0 and number <= self.action_count, "committee: no such action"
    return self._action(number)


@view
@external
def actions(first: uint256, length: uint256) -> DynArray[ICommittee.Action, MAX_PAGE]:
    """
    @notice Actions in the order of their numbers.
    @param first The first number, from 1
    @param length How many, at most 50; fewer are returned where there are no more
    @return The actions
    """
    count: uint256 = self.action_count
    assert first > 0 and first <= count, "committee: no such action"
    assert length <= MAX_PAGE, "committee: page too long"
    found: DynArray[ICommittee.Action, MAX_PAGE] = []
    for number: uint256 in range(first, first + min(length, count - first + 1), bound=MAX_PAGE):
        found.append(self._action(number))
    return found


# --- for the contract ----------------------------------------------------------------------------

@internal
def _propose(kind: uint256, digest: bytes32, seat: uint256) -> uint256:
    number: uint256 = self.action_count + 1
    self.action_count = number
    bit: uint256 = 1 << (seat - 1 + SIGNATURES_SHIFT)
    self._actions[number] = block.timestamp | bit | (kind << KIND_SHIFT)
    self._digests[number] = digest
    return number


@internal
def _execute(action: uint256, digest: bytes32):
    """
    @dev Marks the action as executed before it is: whoever is called can't execute it again.
    """
    word: uint256 = self._open_action(action)
    assert digest == self._digests[action], "committee: another action"
    signatures: uint256 = (word >> SIGNATURES_SHIFT) & MASK_16
    valid: uint256 = committee_seats._count_valid(signatures, word & MASK_40)
    assert valid >= (committee_seats._settings >> 8) & MASK_8, "committee: too few signatures"
    self._actions[action] = word | EXECUTED_FLAG


@view
@internal
def _open_action(action: uint256) -> uint256:
    word: uint256 = self._actions[action]
    assert word != 0, "committee: no such action"
    assert word & EXECUTED_FLAG == 0, "committee: already executed"
    assert block.timestamp < (word & MASK_40) + LIFETIME, "committee: action expired"
    return word


@view
@internal
def _action(number: uint256) -> ICommittee.Action:
    word: uint256 = self._actions[number]
    proposed_at: uint256 = word & MASK_40
    signatures: uint256 = (word >> SIGNATURES_SHIFT) & MASK_16
    return ICommittee.Action(
        kind=(word >> KIND_SHIFT) & MASK_8,
        digest=self._digests[number],
        proposed_at=proposed_at,
        expires_at=proposed_at + LIFETIME,
        signatures=signatures,
        valid=committee_seats._count_valid(signatures, proposed_at),
        is_executed=word & EXECUTED_FLAG != 0,
    )
