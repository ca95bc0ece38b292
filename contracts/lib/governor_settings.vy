# pragma version 0.4.3
"""
@title Settings of a governor
@notice Delay, period, thresholds and quorums, within hard bounds; only the governor itself changes
        them, by a proposal.
@dev Changing a setting alters no proposal that exists. What a proposal uses up when it is made (delay,
     period, threshold) is kept once; what holds for it until its end (extension, execution delay,
     quorum) is kept in numbered terms that never change, and the proposal names the number.
     The setters are not locked: they are called out of `execute`. Nobody but the governor calls them.
@custom:license AGPL-3.0-only
"""

from interfaces import ICosGovernor

# --- constants -----------------------------------------------------------------------------------

# The assemblies.
FOUNDERS: constant(uint256) = 0
GENERAL: constant(uint256) = 1

HOUR: constant(uint256) = 3_600
DAY: constant(uint256) = 86_400

MIN_VOTING_DELAY: constant(uint256) = 1 * HOUR
MAX_VOTING_DELAY: constant(uint256) = 14 * DAY
MIN_VOTING_PERIOD: constant(uint256) = 1 * DAY
MAX_VOTING_PERIOD: constant(uint256) = 30 * DAY
MIN_EXTENSION: constant(uint256) = 1 * HOUR
MAX_EXTENSION: constant(uint256) = 7 * DAY
MIN_EXECUTION_DELAY: constant(uint256) = 1 * DAY
MAX_EXECUTION_DELAY: constant(uint256) = 30 * DAY
MAX_GUARDIAN_TIME: constant(uint256) = 731 * DAY

BPS: constant(uint256) = 10_000
MIN_QUORUM_BPS: constant(uint256) = 100
MAX_QUORUM_BPS: constant(uint256) = 5_000

# Fen: what one of the dearest seats costs; of all seats together a thousandth and a tenth.
MAX_FOUNDERS_THRESHOLD: constant(uint256) = 30_000_000
MIN_FOUNDERS_FLOOR: constant(uint256) = 3_300_000
MAX_FOUNDERS_FLOOR: constant(uint256) = 330_000_000

# Base units of COS: of the cap a thousandth; a ten-thousandth and a hundredth. A higher floor could
# be out of reach for those who stake.
MAX_GENERAL_THRESHOLD: constant(uint256) = 10_240_000_000_000_000
MIN_GENERAL_FLOOR: constant(uint256) = 1_024_000_000_000_000
MAX_GENERAL_FLOOR: constant(uint256) = 102_400_000_000_000_000

MASK_14: constant(uint256) = 2**14 - 1
MASK_22: constant(uint256) = 2**22 - 1
MASK_31: constant(uint256) = 2**31 - 1
MASK_40: constant(uint256) = 2**40 - 1
MASK_64: constant(uint256) = 2**64 - 1

# Of `_current`.
GENERAL_FROM_SHIFT: constant(uint256) = 31
DELAY_SHIFT: constant(uint256) = 71
PERIOD_SHIFT: constant(uint256) = 93
FOUNDERS_THRESHOLD_SHIFT: constant(uint256) = 115
GENERAL_THRESHOLD_SHIFT: constant(uint256) = 155

# Of a version's terms.
EXTENSION_SHIFT: constant(uint256) = 40
EXECUTION_SHIFT: constant(uint256) = 62
TERM_PERIOD_SHIFT: constant(uint256) = 84
FOUNDERS_BPS_SHIFT: constant(uint256) = 106
GENERAL_BPS_SHIFT: constant(uint256) = 120
FOUNDERS_FLOOR_SHIFT: constant(uint256) = 134
GENERAL_FLOOR_SHIFT: constant(uint256) = 174


# --- storage -------------------------------------------------------------------------------------

# version 31 | general from 40 | voting delay 22 | voting period 22 | founders' threshold 40 |
# general threshold 64. One slot, because every proposal reads all of it. The bounds of all fit.
# `general from` is the first snapshot at which the general assembly votes, 0: not switched.
_current: uint256

# version -> since 40 | extension 22 | execution delay 22 | voting period 22 | founders' bps 14 |
# general bps 14 | founders' floor 40 | general floor 64. Written once; the newest is _current's.
_terms: HashMap[uint256, uint256]

# No proposal made before the last shortening of the voting delay has a later snapshot.
_snapshots_until: uint256

# @notice From this second on the guardian has no right any more.
guardian_expires_at: public(uint256)


# --- constructor ---------------------------------------------------------------------------------

@deploy
def __init__(first: ICosGovernor.Settings, guardian_expiry: uint256):
    """
    @param first The settings to begin with
    @param guardian_expiry At most 731 days ahead
    """
    self._check(first.voting_delay, MIN_VOTING_DELAY, MAX_VOTING_DELAY)
    self._check(first.voting_period, MIN_VOTING_PERIOD, MAX_VOTING_PERIOD)
    self._check(first.vote_extension, MIN_EXTENSION, MAX_EXTENSION)
    self._check(first.execution_delay, MIN_EXECUTION_DELAY, MAX_EXECUTION_DELAY)
    self._check_threshold(FOUNDERS, first.founders.threshold)
    self._check_threshold(GENERAL, first.general.threshold)
    self._check_quorum(FOUNDERS, first.founders.quorum_bps, first.founders.quorum_floor)
    self._check_quorum(GENERAL, first.general.quorum_bps, first.general.quorum_floor)
    assert guardian_expiry <= block.timestamp + MAX_GUARDIAN_TIME, "governor: out of bounds"
    self._current = (
        (first.voting_delay << DELAY_SHIFT)
        | (first.voting_period << PERIOD_SHIFT)
        | (first.founders.threshold << FOUNDERS_THRESHOLD_SHIFT)
        | (first.general.threshold << GENERAL_THRESHOLD_SHIFT)
    )
    self._terms[0] = (
        block.timestamp
        | (first.vote_extension << EXTENSION_SHIFT)
        | (first.execution_delay << EXECUTION_SHIFT)
        | (first.voting_period << TERM_PERIOD_SHIFT)
        | (first.founders.quorum_bps << FOUNDERS_BPS_SHIFT)
        | (first.general.quorum_bps << GENERAL_BPS_SHIFT)
        | (first.founders.quorum_floor << FOUNDERS_FLOOR_SHIFT)
        | (first.general.quorum_floor << GENERAL_FLOOR_SHIFT)
    )
    self.guardian_expires_at = guardian_expiry
    log ICosGovernor.VotingDelaySet(oldVotingDelay=0, newVotingDelay=first.voting_delay)
    log ICosGovernor.VotingPeriodSet(oldVotingPeriod=0, newVotingPeriod=first.voting_period)
    log ICosGovernor.LateQuorumVoteExtensionSet(
        oldVoteExtension=0, newVoteExtension=convert(first.vote_extension, uint64)
    )
    log ICosGovernor.ExecutionDelaySet(old_delay=0, new_delay=first.execution_delay)
    log ICosGovernor.ThresholdSet(
        assembly=FOUNDERS, old_threshold=0, new_threshold=first.founders.threshold
    )
    log ICosGovernor.ThresholdSet(
        assembly=GENERAL, old_threshold=0, new_threshold=first.general.threshold
    )
    log ICosGovernor.QuorumSet(
        assembly=FOUNDERS,
        old_bps=0,
        new_bps=first.founders.quorum_bps,
        old_floor=0,
        new_floor=first.founders.quorum_floor,
    )
    log ICosGovernor.QuorumSet(
        assembly=GENERAL,
        old_bps=0,
        new_bps=first.general.quorum_bps,
        old_floor=0,
        new_floor=first.general.quorum_floor,
    )
    log ICosGovernor.GuardianExpirySet(old_expiry=0, new_expiry=guardian_expiry)


# --- setters -------------------------------------------------------------------------------------

@external
def setVotingDelay(newVotingDelay: uint48):
    """
    @notice Sets how long after a proposal its snapshot is, for proposals to come. Only by a proposal.
    @param newVotingDelay Seconds: 1 hour to 14 days
    """
    self._check_executor()
    new: uint256 = convert(newVotingDelay, uint256)
    self._check(new, MIN_VOTING_DELAY, MAX_VOTING_DELAY)
    old: uint256 = self._change_current(new, DELAY_SHIFT, MASK_22)
    self._snapshots_until = max(self._snapshots_until, block.timestamp + old)
    log ICosGovernor.VotingDelaySet(oldVotingDelay=old, newVotingDelay=new)


@external
def setVotingPeriod(newVotingPeriod: uint32):
    """
    @notice Sets how long the vote on a proposal is open, for proposals to come. Only by a proposal.
    @param newVotingPeriod Seconds: 1 to 30 days
    """
    self._check_executor()
    new: uint256 = convert(newVotingPeriod, uint256)
    self._check(new, MIN_VOTING_PERIOD, MAX_VOTING_PERIOD)
    old: uint256 = self._change_current(new, PERIOD_SHIFT, MASK_22)
    self._add_version(self._with(self._newest_terms(), new, TERM_PERIOD_SHIFT, MASK_22))
    log ICosGovernor.VotingPeriodSet(oldVotingPeriod=old, newVotingPeriod=new)


@external
def setLateQuorumVoteExtension(newVoteExtension: uint48):
    """
    @notice Sets how long a vote is open at least after it has turned, for proposals to come. Only by a
            proposal.
    @param newVoteExtension Seconds: 1 hour to 7 days
    """
    self._check_executor()
    new: uint256 = convert(newVoteExtension, uint256)
    self._check(new, MIN_EXTENSION, MAX_EXTENSION)
    terms: uint256 = self._newest_terms()
    self._add_version(self._with(terms, new, EXTENSION_SHIFT, MASK_22))
    log ICosGovernor.LateQuorumVoteExtensionSet(
        oldVoteExtension=convert((terms >> EXTENSION_SHIFT) & MASK_22, uint64),
        newVoteExtension=convert(new, uint64),
    )


@external
def set_execution_delay(new_delay: uint256):
    """
    @notice Sets how long a queued proposal waits for its execution, for proposals to come. Only by a
            proposal.
    @param new_delay Seconds: 1 to 30 days
    """
    self._check_executor()
    self._check(new_delay, MIN_EXECUTION_DELAY, MAX_EXECUTION_DELAY)
    terms: uint256 = self._newest_terms()
    self._add_version(self._with(terms, new_delay, EXECUTION_SHIFT, MASK_22))
    log ICosGovernor.ExecutionDelaySet(
        old_delay=(terms >> EXECUTION_SHIFT) & MASK_22, new_delay=new_delay
    )


@external
def set_threshold(assembly: uint256, new_threshold: uint256):
    """
    @notice Sets the votes that a proposer needs, for proposals to come. Only by a proposal.
    @param assembly 0: founders, 1: general
    @param new_threshold Fen, 1 to 30,000,000; or base units, 1 to a thousandth of the cap
    """
    self._check_executor()
    self._check_assembly(assembly)
    self._check_threshold(assembly, new_threshold)
    old: uint256 = 0
    if assembly == FOUNDERS:
        old = self._change_current(new_threshold, FOUNDERS_THRESHOLD_SHIFT, MASK_40)
    else:
        old = self._change_current(new_threshold, GENERAL_THRESHOLD_SHIFT, MASK_64)
    log ICosGovernor.ThresholdSet(assembly=assembly, old_threshold=old, new_threshold=new_threshold)


@external
def set_quorum(assembly: uint256, new_bps: uint256, new_floor: uint256):
    """
    @notice Sets the votes, for and abstaining, that a proposal needs, for proposals to come. Only by a
            proposal.
    @param assembly 0: founders, 1: general
    @param new_bps Of all votes at the snapshot: 100 to 5,000
    @param new_floor At least so many: 3,300,000 to 330,000,000 fen; or a ten-thousandth to a hundredth
           of the cap
    """
    self._check_executor()
    self._check_assembly(assembly)
    self._check_quorum(assembly, new_bps, new_floor)
    terms: uint256 = self._newest_terms()
    old_bps: uint256 = self._quorum_bps(terms, assembly)
    old_floor: uint256 = self._quorum_floor(terms, assembly)
    if assembly == FOUNDERS:
        terms = self._with(terms, new_bps, FOUNDERS_BPS_SHIFT, MASK_14)
        terms = self._with(terms, new_floor, FOUNDERS_FLOOR_SHIFT, MASK_40)
    else:
        terms = self._with(terms, new_bps, GENERAL_BPS_SHIFT, MASK_14)
        terms = self._with(terms, new_floor, GENERAL_FLOOR_SHIFT, MASK_64)
    self._add_version(terms)
    log ICosGovernor.QuorumSet(
        assembly=assembly,
        old_bps=old_bps,
        new_bps=new_bps,
        old_floor=old_floor,
        new_floor=new_floor,
    )


@external
def set_guardian_expiry(new_expiry: uint256):
    """
    @notice Ends the guardian's right earlier; it can't be extended. Only by a proposal, and the guardian
            can't cancel one that does nothing else.
    @param new_expiry UNIX seconds, before the present expiry; now or earlier: at once
    """
    self._check_executor()
    old: uint256 = self.guardian_expires_at
    assert new_expiry < old, "governor: expiry not earlier"
    self.guardian_expires_at = new_expiry
    log ICosGovernor.GuardianExpirySet(old_expiry=old, new_expiry=new_expiry)


# --- views ---------------------------------------------------------------------------------------

@external
@view
def settings() -> ICosGovernor.Settings:
    """
    @notice All settings, as they hold for a proposal that is made now.
    @return Seconds, votes of each assembly, bps
    """
    current: uint256 = self._current
    terms: uint256 = self._newest_terms()
    return ICosGovernor.Settings(
        voting_delay=self._delay(current),
        voting_period=self._period(current),
        vote_extension=(terms >> EXTENSION_SHIFT) & MASK_22,
        execution_delay=(terms >> EXECUTION_SHIFT) & MASK_22,
        founders=ICosGovernor.Terms(
            threshold=self._threshold(current, False),
            quorum_bps=self._quorum_bps(terms, FOUNDERS),
            quorum_floor=self._quorum_floor(terms, FOUNDERS),
        ),
        general=ICosGovernor.Terms(
            threshold=self._threshold(current, True),
            quorum_bps=self._quorum_bps(terms, GENERAL),
            quorum_floor=self._quorum_floor(terms, GENERAL),
        ),
    )


@external
@view
def votingDelay() -> uint256:
    """
    @notice How long after a proposal its snapshot is.
    @return Seconds
    """
    return self._delay(self._current)


@external
@view
def votingPeriod() -> uint256:
    """
    @notice How long the vote on a proposal is open, late turns apart.
    @return Seconds
    """
    return self._period(self._current)


@external
@view
def lateQuorumVoteExtension() -> uint48:
    """
    @notice How long a vote is open at least after it has turned.
    @return Seconds
    """
    return convert((self._newest_terms() >> EXTENSION_SHIFT) & MASK_22, uint48)


@external
@view
def proposalThreshold() -> uint256:
    """
    @notice The votes that the proposer of a proposal made now needs, unless it is of the committee.
    @return Fen or base units, by the assembly that will vote
    """
    current: uint256 = self._current
    snapshot: uint256 = block.timestamp + self._delay(current)
    return self._threshold(current, self._is_general(current, snapshot))


@external
@view
def general_from() -> uint256:
    """
    @notice The first snapshot at which the general assembly votes and no longer the founders'.
    @return UNIX seconds, 0 before the switch
    """
    return (self._current >> GENERAL_FROM_SHIFT) & MASK_40


# --- for the governor ----------------------------------------------------------------------------

@internal
@view
def _newest_terms() -> uint256:
    return self._terms[self._current & MASK_31]


@internal
@view
def _terms_at(timepoint: uint256) -> uint256:
    """
    @dev The terms in force at a time: the last version since then or earlier, by binary search. Before
         the first one: the first.
    """
    # Versions below `low` are since then or earlier, those from `high` on later.
    low: uint256 = 1
    high: uint256 = (self._current & MASK_31) + 1
    for _: uint256 in range(31):
        if low == high:
            break
        middle: uint256 = (low + high) >> 1
        if self._terms[middle] & MASK_40 <= timepoint:
            low = middle + 1
        else:
            high = middle
    return self._terms[low - 1]


@internal
@pure
def _quorum(terms: uint256, is_general: bool, total: uint256) -> uint256:
    """
    @dev The part of all votes, rounded up, which is harder for the proposal; at least the floor.
    """
    assembly: uint256 = GENERAL if is_general else FOUNDERS
    share: uint256 = (total * self._quorum_bps(terms, assembly) + BPS - 1) // BPS
    return max(share, self._quorum_floor(terms, assembly))


@internal
def _make_general() -> uint256:
    """
    @dev The general assembly votes at every snapshot after those of all proposals made so far, in
         this very second too, under whatever delay; so none changes its assembly while it runs.
    @return The first such snapshot
    """
    latest: uint256 = block.timestamp + self._delay(self._current)
    snapshot: uint256 = max(latest, self._snapshots_until) + 1
    self._change_current(snapshot, GENERAL_FROM_SHIFT, MASK_40)
    return snapshot


# --- internal: words -----------------------------------------------------------------------------

@internal
@pure
def _delay(current: uint256) -> uint256:
    return (current >> DELAY_SHIFT) & MASK_22


@internal
@pure
def _period(current: uint256) -> uint256:
    return (current >> PERIOD_SHIFT) & MASK_22


@internal
@pure
def _is_general(current: uint256, timepoint: uint256) -> bool:
    """
    @dev Whether the general assembly votes at a snapshot.
    """
    since: uint256 = (current >> GENERAL_FROM_SHIFT) & MASK_40
    return since != 0 and timepoint >= since


@internal
@pure
def _threshold(current: uint256, is_general: bool) -> uint256:
    if is_general:
        return current >> GENERAL_THRESHOLD_SHIFT
    return (current >> FOUNDERS_THRESHOLD_SHIFT) & MASK_40


@internal
@pure
def _quorum_bps(terms: uint256, assembly: uint256) -> uint256:
    at_bit: uint256 = FOUNDERS_BPS_SHIFT if assembly == FOUNDERS else GENERAL_BPS_SHIFT
    return (terms >> at_bit) & MASK_14


@internal
@pure
def _quorum_floor(terms: uint256, assembly: uint256) -> uint256:
    if assembly == FOUNDERS:
        return (terms >> FOUNDERS_FLOOR_SHIFT) & MASK_40
    return terms >> GENERAL_FLOOR_SHIFT


@internal
@pure
def _with(word: uint256, field: uint256, at_bit: uint256, mask: uint256) -> uint256:
    """
    @dev The word with one field replaced; the caller has checked that the field fits.
    """
    return (word ^ (word & (mask << at_bit))) | (field << at_bit)


@internal
def _change_current(field: uint256, at_bit: uint256, mask: uint256) -> uint256:
    """
    @return What the field was
    """
    word: uint256 = self._current
    self._current = self._with(word, field, at_bit, mask)
    return (word >> at_bit) & mask


@internal
def _add_version(terms: uint256):
    current: uint256 = self._current
    # Not to spill into the neighbour; each version took a proposal.
    assert current & MASK_31 < MASK_31, "governor: too many versions"
    self._current = current + 1
    self._terms[(current & MASK_31) + 1] = self._with(terms, block.timestamp, 0, MASK_40)


# --- internal: bounds ----------------------------------------------------------------------------

@internal
@view
def _check_executor():
    # The governor calls nobody but out of `execute`.
    assert msg.sender == self, "governor: only by proposal"


@internal
@pure
def _check(value_: uint256, lowest: uint256, highest: uint256):
    assert value_ >= lowest and value_ <= highest, "governor: out of bounds"


@internal
@pure
def _check_assembly(assembly: uint256):
    assert assembly <= GENERAL, "governor: no such assembly"


@internal
@pure
def _check_threshold(assembly: uint256, threshold: uint256):
    # Not zero: whoever makes the others vote shall have a vote.
    highest: uint256 = (MAX_FOUNDERS_THRESHOLD if assembly == FOUNDERS else MAX_GENERAL_THRESHOLD)
    self._check(threshold, 1, highest)


@internal
@pure
def _check_quorum(assembly: uint256, quorum_bps: uint256, quorum_floor: uint256):
    self._check(quorum_bps, MIN_QUORUM_BPS, MAX_QUORUM_BPS)
    if assembly == FOUNDERS:
        self._check(quorum_floor, MIN_FOUNDERS_FLOOR, MAX_FOUNDERS_FLOOR)
    else:
        self._check(quorum_floor, MIN_GENERAL_FLOOR, MAX_GENERAL_FLOOR)
