# pragma version 0.4.3
# pragma nonreentrancy on
"""
@title CosGovernor
@notice Proposals, votes, a delay and execution, in the ABI of OpenZeppelin's Governor: the founders'
        assembly votes first, and from the switch on, for good, everyone who stakes COS.
@dev Holds the admin and the governance role of Authority, so what it executes is governance; nothing in
     it is decided by an account alone. What a proposal may do is up to its votes; how:
     - Votes are looked up at a snapshot in the past, a voting delay after the proposal.
     - It is queued by anyone once it has passed, and executed by anyone after its own delay, of at
       least a day. Only this contract executes, so nothing passes by the pins of the targets' codes.
     - A guardian can cancel until its expiry, which only moves towards now. It can't cancel what does
       nothing but remove it.
     - `execute` is locked, so nothing that it calls can propose, vote, queue, cancel or execute
       meanwhile. A proposal calls the governor's own setters, which are not locked; the proposal is
       marked as executed before anything is called.
     Proposals with more than ten actions, 1,024 bytes of call data or 8,192 bytes of description fail
     when their arguments are read.
@custom:license AGPL-3.0-only
"""

from interfaces import ICosGovernor
from snekmate.utils import eip712_domain_separator
from contracts.lib import assemblies
from contracts.lib import code_pins
from contracts.lib import erc1271
from contracts.lib import governed
from contracts.lib import governor_settings
from contracts.lib import proposals
from contracts.lib import proposer_suffix
from contracts.lib import roles
from contracts.lib import signatures

implements: ICosGovernor

initializes: governed
initializes: eip712_domain_separator
initializes: governor_settings
initializes: assemblies[governor_settings := governor_settings]
initializes: proposals[assemblies := assemblies, governor_settings := governor_settings]

exports: (
    governed.AUTHORITY,
    # ERC-5267
    eip712_domain_separator.eip712Domain,
    # proposals
    proposals.state,
    proposals.proposalSnapshot,
    proposals.proposalDeadline,
    proposals.proposalProposer,
    proposals.proposalEta,
    proposals.proposalNeedsQueuing,
    proposals.proposalVotes,
    proposals.proposal_quorum,
    proposals.hasVoted,
    # assemblies
    assemblies.FOUNDERS_SOURCE,
    assemblies.GENERAL_SOURCE,
    assemblies.SWITCH_STAKE,
    assemblies.SWITCH_SECONDS,
    assemblies.held_since,
    assemblies.start_switch,
    assemblies.stop_switch,
    assemblies.switch_assembly,
    assemblies.getVotes,
    assemblies.getVotesWithParams,
    assemblies.quorum,
    assemblies.token,
    # settings
    governor_settings.setVotingDelay,
    governor_settings.setVotingPeriod,
    governor_settings.setLateQuorumVoteExtension,
    governor_settings.set_execution_delay,
    governor_settings.set_threshold,
    governor_settings.set_quorum,
    governor_settings.set_guardian_expiry,
    governor_settings.settings,
    governor_settings.votingDelay,
    governor_settings.votingPeriod,
    governor_settings.lateQuorumVoteExtension,
    governor_settings.proposalThreshold,
    governor_settings.general_from,
    governor_settings.guardian_expires_at,
)


# --- constants -----------------------------------------------------------------------------------

MAX_ACTIONS: constant(uint256) = 10
MAX_CALLDATA: constant(uint256) = 1_024
MAX_DESCRIPTION: constant(uint256) = 8_192
MAX_REASON: constant(uint256) = 2_048
MAX_PARAMS: constant(uint256) = 1_024

NAME: constant(String[11]) = "CosGovernor"
VERSION: constant(String[1]) = "1"

BALLOT_TYPEHASH: public(constant(bytes32)) = keccak256(
    "Ballot(uint256 proposalId,uint8 support,address voter,uint256 nonce)"
)
EXTENDED_BALLOT_TYPEHASH: public(constant(bytes32)) = keccak256(
    "ExtendedBallot(uint256 proposalId,uint8 support,address voter,uint256 nonce,string reason,bytes params)"
)

# What precedes the proposer's account at the end of a description; with it, 52 characters.
MARKER: constant(String[10]) = "#proposer="
SUFFIX_LENGTH: constant(uint256) = 52

# Selectors of set_guardian_expiry(uint256), and of Authority's revokeRole(bytes32,address).
SET_GUARDIAN_EXPIRY: constant(bytes4) = method_id(
    "set_guardian_expiry(uint256)", output_type=bytes4
)
REVOKE_ROLE: constant(bytes4) = method_id("revokeRole(bytes32,address)", output_type=bytes4)

# The interfaces of ERC-165, of IGovernor with and without getProposalId, of the ERC-1155 receiver.
ERC165_ID: constant(bytes4) = 0x01ffc9a7
GOVERNOR_ID: constant(bytes4) = 0xcdbdfcee
GOVERNOR_ID_5_0: constant(bytes4) = 0x65455a86
ERC1155_RECEIVER_ID: constant(bytes4) = 0x4e2312e0


# --- storage -------------------------------------------------------------------------------------

# @notice The next nonce of a vote by signature.
nonces: public(HashMap[address, uint256])


# --- constructor ---------------------------------------------------------------------------------

@deploy
def __init__(
    authority: address,
    founders: address,
    staking: address,
    first_settings: ICosGovernor.Settings,
    switch_stake: uint256,
    switch_seconds: uint256,
    guardian_expiry: uint256,
):
    """
    @notice Creates a governor of the founders' assembly. Authority's admin gives it its roles.
    @param authority The suite's Authority
    @param founders The founders' register, whose votes are fen
    @param staking CosStaking, whose votes are base units
    @param first_settings Within the bounds of the setters
    @param switch_stake More base units than this must be staked (1 to 50 % of the cap)
    @param switch_seconds For so long, before the general assembly takes over (30 to 365 days)
    @param guardian_expiry Until when holders of the guardian role can cancel: at most 731 days ahead
    """
    governed.__init__(authority)
    eip712_domain_separator.__init__(NAME, VERSION)
    governor_settings.__init__(first_settings, guardian_expiry)
    assemblies.__init__(founders, staking, switch_stake, switch_seconds)


# --- coins ---------------------------------------------------------------------------------------

@external
@payable
@reentrant
def __default__():
    """
    @notice Takes coins of the chain, which proposals can spend. Nothing else has no name here.
    """
    assert len(msg.data) == 0, "governor: unknown function"


@external
@reentrant
def onERC721Received(
    operator: address, sender: address, token_id: uint256, data: Bytes[MAX_PARAMS]
) -> bytes4:
    """
    @notice Takes tokens of ERC-721, which proposals can move.
    @return The function's selector
    """
    return method_id("onERC721Received(address,address,uint256,bytes)", output_type=bytes4)


@external
@reentrant
def onERC1155Received(
    operator: address, sender: address, token_id: uint256, amount: uint256, data: Bytes[MAX_PARAMS]
) -> bytes4:
    """
    @notice Takes tokens of ERC-1155, which proposals can move.
    @return The function's selector
    """
    return method_id("onERC1155Received(address,address,uint256,uint256,bytes)", output_type=bytes4)


@external
@reentrant
def onERC1155BatchReceived(
    operator: address,
    sender: address,
    token_ids: DynArray[uint256, 64],
    amounts: DynArray[uint256, 64],
    data: Bytes[MAX_PARAMS],
) -> bytes4:
    """
    @notice Takes tokens of ERC-1155, which proposals can move.
    @return The function's selector
    """
    return method_id(
        "onERC1155BatchReceived(address,address,uint256[],uint256[],bytes)", output_type=bytes4
    )


@external
@payable
@reentrant
def relay(target: address, amount: uint256, data: Bytes[MAX_CALLDATA]):
    """
    @notice Refused: what a proposal relays would pass by the pins of code. Propose the call itself.
    """
    raise "governor: relays nothing"


# --- proposals -----------------------------------------------------------------------------------

@external
def propose(
    targets: DynArray[address, MAX_ACTIONS],
    values: DynArray[uint256, MAX_ACTIONS],
    calldatas: DynArray[Bytes[MAX_CALLDATA], MAX_ACTIONS],
    description: String[MAX_DESCRIPTION],
) -> uint256:
    """
    @notice Makes a proposal. Needs the threshold of votes a second ago, or the committee's role. A
            description that ends with `#proposer=0x...` belongs to that account.
    @param targets Whom to call, 1 to 10; their code is pinned, and delegated accounts are refused
    @param values Wei for each call
    @param calldatas Up to 1,024 bytes for each call; none for a target without code
    @param description Up to 8,192 bytes
    @return The proposal's id: keccak256(abi.encode(targets, values, calldatas, keccak256(description)))
    """
    count: uint256 = len(targets)
    assert count > 0, "governor: no actions"
    assert len(values) == count and len(calldatas) == count, "governor: lengths differ"
    length: uint256 = len(description)
    if length >= SUFFIX_LENGTH:
        if slice(description, length - SUFFIX_LENGTH, 10) == MARKER:
            assert not proposer_suffix._belongs_to_other(
                slice(description, length - 42, 42), msg.sender
            ), "governor: another's proposal"
    current: uint256 = governor_settings._current
    snapshot: uint256 = block.timestamp + governor_settings._delay(current)
    is_general: bool = governor_settings._is_general(current, snapshot)
    votes: uint256 = assemblies._votes(is_general, msg.sender, block.timestamp - 1)
    if votes < governor_settings._threshold(current, is_general):
        assert governed._holds(roles.COMMITTEE_ROLE, msg.sender), "governor: below threshold"

    signatures_: DynArray[String[1], MAX_ACTIONS] = []
    for i: uint256 in range(count, bound=MAX_ACTIONS):
        signatures_.append("")
        # A call of what isn't there succeeds, and does nothing.
        assert targets[i].codesize > 0 or len(calldatas[i]) == 0, "governor: no code to call"
    # Not by `_hash`, which takes a copy of its arguments: 7,000 gas of memory beside a description.
    proposal_id: uint256 = convert(
        keccak256(abi_encode(targets, values, calldatas, keccak256(description))), uint256
    )
    proposals._open(proposal_id, msg.sender, snapshot, current, code_pins._pin(targets))
    log ICosGovernor.ProposalCreated(
        proposalId=proposal_id,
        proposer=msg.sender,
        targets=targets,
        values=values,
        signatures=signatures_,
        calldatas=calldatas,
        voteStart=snapshot,
        voteEnd=snapshot + governor_settings._period(current),
        description=description,
    )
    return proposal_id


@external
def queue(
    targets: DynArray[address, MAX_ACTIONS],
    values: DynArray[uint256, MAX_ACTIONS],
    calldatas: DynArray[Bytes[MAX_CALLDATA], MAX_ACTIONS],
    descriptionHash: bytes32,
) -> uint256:
    """
    @notice Lets the delay of a proposal that has passed begin, within 30 days. Open to anyone.
    @param targets As proposed
    @param values As proposed
    @param calldatas As proposed
    @param descriptionHash keccak256 of the description
    @return The proposal's id
    """
    proposal_id: uint256 = self._hash(targets, values, calldatas, descriptionHash)
    due: uint256 = proposals._queue(proposal_id)
    log ICosGovernor.ProposalQueued(proposalId=proposal_id, etaSeconds=due)
    return proposal_id


@external
@payable
def execute(
    targets: DynArray[address, MAX_ACTIONS],
    values: DynArray[uint256, MAX_ACTIONS],
    calldatas: DynArray[Bytes[MAX_CALLDATA], MAX_ACTIONS],
    descriptionHash: bytes32,
) -> uint256:
    """
    @notice Makes a queued proposal's calls, all or none, within 30 days after its delay. Open to anyone.
    @dev Fails with the reason of the call that fails, and if a target's code is not the one proposed.
    @param targets As proposed
    @param values As proposed; out of what the governor has and what comes along
    @param calldatas As proposed
    @param descriptionHash keccak256 of the description
    @return The proposal's id
    """
    proposal_id: uint256 = self._hash(targets, values, calldatas, descriptionHash)
    proposals._begin_execution(proposal_id, code_pins._pin(targets))
    log ICosGovernor.ProposalExecuted(proposalId=proposal_id)
    for i: uint256 in range(len(targets), bound=MAX_ACTIONS):
        raw_call(targets[i], calldatas[i], value=values[i])
    return proposal_id


@external
def cancel(
    targets: DynArray[address, MAX_ACTIONS],
    values: DynArray[uint256, MAX_ACTIONS],
    calldatas: DynArray[Bytes[MAX_CALLDATA], MAX_ACTIONS],
    descriptionHash: bytes32,
) -> uint256:
    """
    @notice Cancels a proposal: by its proposer while it is pending, by the guardian until it is executed
            unless it only removes the guardian.
    @param targets As proposed
    @param values As proposed
    @param calldatas As proposed
    @param descriptionHash keccak256 of the description
    @return The proposal's id
    """
    proposal_id: uint256 = self._hash(targets, values, calldatas, descriptionHash)
    state: uint8 = proposals._state(proposal_id)
    proposer: address = proposals._proposer(proposals._cores[proposal_id])
    if msg.sender != proposer or state != proposals.PENDING:
        assert block.timestamp < governor_settings.guardian_expires_at, "governor: may not cancel"
        assert governed._holds(roles.GUARDIAN_ROLE, msg.sender), "governor: may not cancel"
        assert (
            state == proposals.PENDING
            or state == proposals.ACTIVE
            or state == proposals.SUCCEEDED
            or state == proposals.QUEUED
        ), "governor: nothing to cancel"
        removes_only: bool = True
        for i: uint256 in range(len(targets), bound=MAX_ACTIONS):
            if not self._removes_a_guardian(targets[i], calldatas[i]):
                removes_only = False
                break
        assert not removes_only, "governor: removes the guardian"
    proposals._cancel(proposal_id)
    log ICosGovernor.ProposalCanceled(proposalId=proposal_id)
    return proposal_id


# --- votes ---------------------------------------------------------------------------------------

@external
def castVote(proposalId: uint256, support: uint8) -> uint256:
    """
    @notice Votes with the caller's votes at the snapshot. Once, and for good.
    @param proposalId An active proposal
    @param support 0 against, 1 for, 2 abstaining
    @return The votes cast
    """
    return proposals._cast(proposalId, msg.sender, support, "", b"")


@external
def castVoteWithReason(proposalId: uint256, support: uint8, reason: String[MAX_REASON]) -> uint256:
    """
    @notice The same with a reason.
    @param proposalId An active proposal
    @param support 0 against, 1 for, 2 abstaining
    @param reason Up to 2,048 bytes, for the event
    @return The votes cast
    """
    return proposals._cast(proposalId, msg.sender, support, reason, b"")


@external
def castVoteWithReasonAndParams(
    proposalId: uint256, support: uint8, reason: String[MAX_REASON], params: Bytes[MAX_PARAMS]
) -> uint256:
    """
    @notice The same with parameters, which change nothing, as in OpenZeppelin's simple counting.
    @param proposalId An active proposal
    @param support 0 against, 1 for, 2 abstaining
    @param reason Up to 2,048 bytes, for the event
    @param params Up to 1,024 bytes, for the event
    @return The votes cast
    """
    return proposals._cast(proposalId, msg.sender, support, reason, params)


@external
def castVoteBySig(
    proposalId: uint256,
    support: uint8,
    voter: address,
    signature: Bytes[erc1271.MAX_SIGNATURE_BYTES],
) -> uint256:
    """
    @notice The same by the voter's signature: 65 bytes of a key, or a wallet's (ERC-1271). Anyone may
            submit it.
    @param proposalId An active proposal
    @param support 0 against, 1 for, 2 abstaining
    @param voter Who votes
    @param signature Of the ballot with the voter's next nonce
    @return The votes cast
    """
    nonce: uint256 = self._use_nonce(voter)
    ballot: bytes32 = keccak256(abi_encode(BALLOT_TYPEHASH, proposalId, support, voter, nonce))
    self._check_signature(voter, ballot, signature)
    return proposals._cast(proposalId, voter, support, "", b"")


@external
def castVoteWithReasonAndParamsBySig(
    proposalId: uint256,
    support: uint8,
    voter: address,
    reason: String[MAX_REASON],
    params: Bytes[MAX_PARAMS],
    signature: Bytes[erc1271.MAX_SIGNATURE_BYTES],
) -> uint256:
    """
    @notice The same with reason and parameters.
    @param proposalId An active proposal
    @param support 0 against, 1 for, 2 abstaining
    @param voter Who votes
    @param reason Up to 2,048 bytes, for the event
    @param params Up to 1,024 bytes, for the event
    @param signature Of the extended ballot with the voter's next nonce
    @return The votes cast
    """
    nonce: uint256 = self._use_nonce(voter)
    ballot: bytes32 = keccak256(
        abi_encode(
            EXTENDED_BALLOT_TYPEHASH,
            proposalId,
            support,
            voter,
            nonce,
            keccak256(reason),
            keccak256(params),
        )
    )
    self._check_signature(voter, ballot, signature)
    return proposals._cast(proposalId, voter, support, reason, params)


# --- views ---------------------------------------------------------------------------------------

@external
@view
def hashProposal(
    targets: DynArray[address, MAX_ACTIONS],
    values: DynArray[uint256, MAX_ACTIONS],
    calldatas: DynArray[Bytes[MAX_CALLDATA], MAX_ACTIONS],
    descriptionHash: bytes32,
) -> uint256:
    """
    @notice The id of a proposal.
    @param targets Of its calls
    @param values Of its calls
    @param calldatas Of its calls
    @param descriptionHash keccak256 of the description
    @return keccak256 of the four, as the ABI encodes them
    """
    return self._hash(targets, values, calldatas, descriptionHash)


@external
@view
def getProposalId(
    targets: DynArray[address, MAX_ACTIONS],
    values: DynArray[uint256, MAX_ACTIONS],
    calldatas: DynArray[Bytes[MAX_CALLDATA], MAX_ACTIONS],
    descriptionHash: bytes32,
) -> uint256:
    """
    @notice The id of a proposal; the same as `hashProposal`.
    @param targets Of its calls
    @param values Of its calls
    @param calldatas Of its calls
    @param descriptionHash keccak256 of the description
    @return keccak256 of the four, as the ABI encodes them
    """
    return self._hash(targets, values, calldatas, descriptionHash)


@external
@pure
def name() -> String[11]:
    """
    @notice The governor's name, also of its EIP-712 domain.
    @return CosGovernor
    """
    return NAME


@external
@pure
def version() -> String[1]:
    """
    @notice The governor's version, also of its EIP-712 domain.
    @return 1
    """
    return VERSION


@external
@pure
def COUNTING_MODE() -> String[32]:
    """
    @notice How votes count: against, for, abstaining; those for and abstaining make the quorum.
    @return In the form that OpenZeppelin describes
    """
    return "support=bravo&quorum=for,abstain"


@external
@view
def clock() -> uint48:
    """
    @notice The time by which proposals run (ERC-6372).
    @return UNIX seconds
    """
    return convert(block.timestamp, uint48)


@external
@pure
def CLOCK_MODE() -> String[14]:
    """
    @notice What the clock counts (ERC-6372).
    @return mode=timestamp
    """
    return "mode=timestamp"


@external
@pure
def supportsInterface(interfaceId: bytes4) -> bool:
    """
    @notice Whether the governor has an interface (ERC-165).
    @param interfaceId The interface
    @return True for ERC-165, IGovernor and the receiver of ERC-1155
    """
    return (
        interfaceId == ERC165_ID
        or interfaceId == GOVERNOR_ID
        or interfaceId == GOVERNOR_ID_5_0
        or interfaceId == ERC1155_RECEIVER_ID
    )


# --- internal ------------------------------------------------------------------------------------

@internal
@pure
def _hash(
    targets: DynArray[address, MAX_ACTIONS],
    values: DynArray[uint256, MAX_ACTIONS],
    calldatas: DynArray[Bytes[MAX_CALLDATA], MAX_ACTIONS],
    descriptionHash: bytes32,
) -> uint256:
    return convert(keccak256(abi_encode(targets, values, calldatas, descriptionHash)), uint256)


@internal
@view
def _removes_a_guardian(target: address, data: Bytes[MAX_CALLDATA]) -> bool:
    """
    @dev Whether a call ends the guardian's right earlier, or takes its role from an account.
    """
    if target == self and len(data) == 36:
        return convert(slice(data, 0, 4), bytes4) == SET_GUARDIAN_EXPIRY
    if target == governed.AUTHORITY and len(data) == 68:
        return (
            convert(slice(data, 0, 4), bytes4) == REVOKE_ROLE
            and extract32(data, 4) == roles.GUARDIAN_ROLE
        )
    return False


@internal
def _use_nonce(account: address) -> uint256:
    nonce: uint256 = self.nonces[account]
    self.nonces[account] = nonce + 1
    return nonce


@internal
@view
def _check_signature(
    voter: address, ballot: bytes32, signature: Bytes[erc1271.MAX_SIGNATURE_BYTES]
):
    digest: bytes32 = eip712_domain_separator._hash_typed_data_v4(ballot)
    assert signatures._has_signed(voter, digest, signature), "governor: invalid signature"
