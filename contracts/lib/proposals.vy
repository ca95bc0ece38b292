# pragma version 0.4.3
"""
@title Proposals of a governor: their words, states and votes
@notice What is known of a proposal, in which state it is, and the count of its votes.
@dev The states, the way of counting and the views are those of OpenZeppelin's Governor with
     GovernorCountingSimple; late turns extend GovernorPreventLateQuorum's rule.
     A vote turns a proposal when it reaches the quorum, or when the leading side changes, either way.
     If less than the extension is left then, the deadline moves to an extension from now, and all in
     all by one voting period at most: without a bound, small votes to and fro could hold a proposal up
     for ever.
@custom:license AGPL-3.0-only
"""

from interfaces import ICosGovernor
from contracts.lib import assemblies
from contracts.lib import governor_settings

uses: assemblies
uses: governor_settings

# --- constants -----------------------------------------------------------------------------------

# States, in OpenZeppelin's order.
PENDING: constant(uint8) = 0
ACTIVE: constant(uint8) = 1
CANCELED: constant(uint8) = 2
DEFEATED: constant(uint8) = 3
SUCCEEDED: constant(uint8) = 4
QUEUED: constant(uint8) = 5
EXPIRED: constant(uint8) = 6
EXECUTED: constant(uint8) = 7

# Kinds of votes: 0 against, 1 for, 2 abstaining.
ABSTAIN: constant(uint8) = 2

# So long a proposal that passed waits to be queued, and once due to be executed. Later the world may
# have changed, and it has to be voted on again.
GRACE_SECONDS: constant(uint256) = 30 * 86_400

MASK_22: constant(uint256) = 2**22 - 1
MASK_23: constant(uint256) = 2**23 - 1
MASK_31: constant(uint256) = 2**31 - 1
MASK_40: constant(uint256) = 2**40 - 1
MASK_63: constant(uint256) = 2**63 - 1
MASK_64: constant(uint256) = 2**64 - 1
MASK_160: constant(uint256) = 2**160 - 1

# Of a core.
SNAPSHOT_SHIFT: constant(uint256) = 160
DURATION_SHIFT: constant(uint256) = 200
VERSION_SHIFT: constant(uint256) = 223
EXECUTED_FLAG: constant(uint256) = 1 << 254
CANCELED_FLAG: constant(uint256) = 1 << 255

# Of a tally.
FOR_SHIFT: constant(uint256) = 64
ABSTAIN_SHIFT: constant(uint256) = 128
QUORUM_SHIFT: constant(uint256) = 192
GENERAL_FLAG: constant(uint256) = 1 << 255

# Of a plan.
PIN_SHIFT: constant(uint256) = 40


# --- storage -------------------------------------------------------------------------------------

# id -> proposer 160 | snapshot 40 | duration 23 | version of the terms 31 | executed 1 | canceled 1.
# The duration grows by late turns, to two voting periods at most: 60 days fit 23 bits. Never zero for
# a proposal: the proposer and the snapshot are not.
_cores: HashMap[uint256, uint256]

# id -> due 40 | pin 216: when it may be executed (0: not queued), and the upper bits of the hash of
# its targets' codes. 216 bits: two codes of one pin take 2^108 trials.
_plans: HashMap[uint256, uint256]

# id -> against 64 | for 64 | abstaining 64 | quorum 63 | general assembly 1. Zero until the first vote,
# which looks quorum and assembly up: at the snapshot all votes are known, and never change again.
# Each sum is at most all votes at the snapshot, below 2^64; a quorum is at most half of them or its
# floor, below 2^63, and never zero.
_tallies: HashMap[uint256, uint256]

# @notice Whether an account has voted on a proposal.
hasVoted: public(HashMap[uint256, HashMap[address, bool]])


# --- views ---------------------------------------------------------------------------------------

@external
@view
def state(proposalId: uint256) -> uint8:
    """
    @notice The state of a proposal.
    @param proposalId The proposal
    @return 0 pending, 1 active, 2 canceled, 3 defeated, 4 succeeded, 5 queued, 6 expired, 7 executed
    """
    return self._state(proposalId)


@external
@view
def proposalSnapshot(proposalId: uint256) -> uint256:
    """
    @notice The second at whose end votes are looked up; voting begins in the next.
    @param proposalId The proposal
    @return UNIX seconds, 0 for an unknown proposal
    """
    return self._snapshot(self._cores[proposalId])


@external
@view
def proposalDeadline(proposalId: uint256) -> uint256:
    """
    @notice The last second in which votes are cast.
    @param proposalId The proposal
    @return UNIX seconds, 0 for an unknown proposal
    """
    return self._deadline(self._cores[proposalId])


@external
@view
def proposalProposer(proposalId: uint256) -> address:
    """
    @notice Who made a proposal.
    @param proposalId The proposal
    @return Zero for an unknown proposal
    """
    return self._proposer(self._cores[proposalId])


@external
@view
def proposalEta(proposalId: uint256) -> uint256:
    """
    @notice The first second in which a proposal may be executed.
    @param proposalId The proposal
    @return UNIX seconds, 0 if it is not queued
    """
    return self._plans[proposalId] & MASK_40


@external
@view
def proposalNeedsQueuing(proposalId: uint256) -> bool:
    """
    @notice Whether a proposal has to be queued before it is executed.
    @param proposalId Any proposal
    @return True
    """
    return True


@external
@view
def proposalVotes(proposalId: uint256) -> (uint256, uint256, uint256):
    """
    @notice The votes cast so far.
    @param proposalId The proposal
    @return Against, for, abstaining: fen or base units
    """
    tally: uint256 = self._tallies[proposalId]
    return (
        tally & MASK_64,
        (tally >> FOR_SHIFT) & MASK_64,
        (tally >> ABSTAIN_SHIFT) & MASK_64,
    )


@external
@view
def proposal_quorum(proposalId: uint256) -> uint256:
    """
    @notice The votes, for and abstaining, that a proposal needs.
    @param proposalId A proposal whose snapshot is in the past
    @return Fen or base units
    """
    core: uint256 = self._cores[proposalId]
    assert core != 0, "governor: unknown proposal"
    return (self._first_tally(core) >> QUORUM_SHIFT) & MASK_63


# --- for the governor ----------------------------------------------------------------------------

@internal
@view
def _state(proposal_id: uint256) -> uint8:
    core: uint256 = self._cores[proposal_id]
    assert core != 0, "governor: unknown proposal"
    if core & EXECUTED_FLAG != 0:
        return EXECUTED
    if core & CANCELED_FLAG != 0:
        return CANCELED
    if block.timestamp <= self._snapshot(core):
        return PENDING
    deadline: uint256 = self._deadline(core)
    if block.timestamp <= deadline:
        return ACTIVE
    tally: uint256 = self._tallies[proposal_id]
    if not (self._leads(tally) and self._has_quorum(tally)):
        return DEFEATED
    due: uint256 = self._plans[proposal_id] & MASK_40
    if due == 0:
        return SUCCEEDED if block.timestamp <= deadline + GRACE_SECONDS else EXPIRED
    return QUEUED if block.timestamp <= due + GRACE_SECONDS else EXPIRED


@internal
def _open(
    proposal_id: uint256, proposer: address, snapshot: uint256, current: uint256, pin: uint256
):
    """
    @param current The word of the settings in force
    @param pin Of the targets' codes
    """
    assert self._cores[proposal_id] == 0, "governor: proposal exists"
    self._cores[proposal_id] = (
        convert(proposer, uint256)
        | (snapshot << SNAPSHOT_SHIFT)
        | (governor_settings._period(current) << DURATION_SHIFT)
        | ((current & MASK_31) << VERSION_SHIFT)
    )
    self._plans[proposal_id] = pin << PIN_SHIFT


@internal
def _queue(proposal_id: uint256) -> uint256:
    """
    @return When it may be executed
    """
    assert self._state(proposal_id) == SUCCEEDED, "governor: not succeeded"
    terms: uint256 = self._terms_of(self._cores[proposal_id])
    due: uint256 = (block.timestamp + ((terms >> governor_settings.EXECUTION_SHIFT) & MASK_22))
    # Not queued so far: the field is empty.
    self._plans[proposal_id] |= due
    return due


@internal
def _begin_execution(proposal_id: uint256, pin: uint256):
    """
    @dev Marks a proposal as executed before anything is called.
    @param pin Of the targets' codes now
    """
    assert self._state(proposal_id) == QUEUED, "governor: not queued"
    plan: uint256 = self._plans[proposal_id]
    assert block.timestamp >= plan & MASK_40, "governor: not due"
    assert pin == plan >> PIN_SHIFT, "governor: code has changed"
    self._cores[proposal_id] |= EXECUTED_FLAG


@internal
def _cancel(proposal_id: uint256):
    self._cores[proposal_id] |= CANCELED_FLAG


@internal
def _cast(
    proposal_id: uint256,
    voter: address,
    support: uint8,
    reason: String[2048],
    params: Bytes[1024],
) -> uint256:
    """
    @dev A voter without votes may vote, as in OpenZeppelin's: with nothing.
    @return The votes that were cast
    """
    core: uint256 = self._cores[proposal_id]
    assert core != 0, "governor: unknown proposal"
    snapshot: uint256 = self._snapshot(core)
    deadline: uint256 = self._deadline(core)
    # What has been executed is past its deadline.
    assert (
        core & CANCELED_FLAG == 0 and block.timestamp > snapshot and block.timestamp <= deadline
    ), "governor: not active"
    assert support <= ABSTAIN, "governor: no such vote"
    assert not self.hasVoted[proposal_id][voter], "governor: voted already"
    self.hasVoted[proposal_id][voter] = True

    tally: uint256 = self._tallies[proposal_id]
    if tally == 0:
        tally = self._first_tally(core)
    weight: uint256 = assemblies._votes(tally & GENERAL_FLAG != 0, voter, snapshot)
    at_bit: uint256 = convert(support, uint256) * FOR_SHIFT
    # Past votes never change and each is cast once, so a sum is at most all votes. Should a source be
    # wrong, nothing spills into the neighbouring sum.
    assert weight <= MASK_64 - ((tally >> at_bit) & MASK_64), "governor: too many votes"
    counted: uint256 = tally + (weight << at_bit)
    self._tallies[proposal_id] = counted

    if len(params) == 0:
        log ICosGovernor.VoteCast(
            voter=voter, proposalId=proposal_id, support=support, weight=weight, reason=reason
        )
    else:
        log ICosGovernor.VoteCastWithParams(
            voter=voter,
            proposalId=proposal_id,
            support=support,
            weight=weight,
            reason=reason,
            params=params,
        )
    if self._leads(tally) != self._leads(counted) or self._has_quorum(tally) != self._has_quorum(
        counted
    ):
        self._extend(proposal_id, core, snapshot, deadline)
    return weight


# --- internal ------------------------------------------------------------------------------------

@internal
def _extend(proposal_id: uint256, core: uint256, snapshot: uint256, deadline: uint256):
    terms: uint256 = self._terms_of(core)
    extension: uint256 = (terms >> governor_settings.EXTENSION_SHIFT) & MASK_22
    period: uint256 = (terms >> governor_settings.TERM_PERIOD_SHIFT) & MASK_22
    extended: uint256 = min(block.timestamp + extension, snapshot + 2 * period)
    if extended > deadline:
        # Unchecked by nature: at most two periods, which fit the field.
        self._cores[proposal_id] = core + ((extended - deadline) << DURATION_SHIFT)
        log ICosGovernor.ProposalExtended(
            proposalId=proposal_id, extendedDeadline=convert(extended, uint64)
        )


@internal
@view
def _first_tally(core: uint256) -> uint256:
    """
    @dev No votes yet: quorum and assembly.
    """
    snapshot: uint256 = self._snapshot(core)
    is_general: bool = assemblies._is_general_at(snapshot)
    total: uint256 = assemblies._total(is_general, snapshot)
    # Votes are below 2^64 by both sources; a wrong one must not spill into the flag.
    assert total <= MASK_64, "governor: too many votes"
    tally: uint256 = (
        governor_settings._quorum(self._terms_of(core), is_general, total) << QUORUM_SHIFT
    )
    return tally | GENERAL_FLAG if is_general else tally


@internal
@view
def _terms_of(core: uint256) -> uint256:
    return governor_settings._terms[(core >> VERSION_SHIFT) & MASK_31]


@internal
@pure
def _proposer(core: uint256) -> address:
    return convert(core & MASK_160, address)


@internal
@pure
def _snapshot(core: uint256) -> uint256:
    return (core >> SNAPSHOT_SHIFT) & MASK_40


@internal
@pure
def _deadline(core: uint256) -> uint256:
    return ((core >> SNAPSHOT_SHIFT) & MASK_40) + ((core >> DURATION_SHIFT) & MASK_23)


@internal
@pure
def _leads(tally: uint256) -> bool:
    """
    @dev Whether there are more votes for than against; equal votes are a no.
    """
    return (tally >> FOR_SHIFT) & MASK_64 > tally & MASK_64


@internal
@pure
def _has_quorum(tally: uint256) -> bool:
    """
    @dev Whether those for and abstaining are enough; never without any vote, where the quorum is unknown.
    """
    needed: uint256 = (tally >> QUORUM_SHIFT) & MASK_63
    taking_part: uint256 = (((tally >> FOR_SHIFT) & MASK_64) + ((tally >> ABSTAIN_SHIFT) & MASK_64))
    return needed != 0 and taking_part >= needed
