# pragma version 0.4.3
"""
@title Two assemblies
@notice Who votes: the founders by capital paid, until enough COS has been staked for long enough; from
        then on, for good, everyone who stakes.
@dev The assembly of a proposal is a function of its snapshot alone. The switch takes effect behind the
     snapshots of all proposals made before it (one voting delay later, unless the delay was shortened
     meanwhile), so none changes its assembly.
     That more than a fixed stake has been staked in every second can't be looked up at bounded cost. So
     anyone starts the clock while it is, anyone stops it by naming a second at which it was not (of
     any time since the start: past votes can be looked up), and when the time is over anyone makes
     the switch. Should nobody watch, the switch itself looks at one second in every six days: that is
     less than the seven days which coins take to leave and come back (CosStaking's exit delay), so no
     coins can be counted twice running without having been staked all the time.
@custom:license AGPL-3.0-only
"""

from interfaces import ICosGovernor
from interfaces import IPastVotes
from contracts.lib import governor_settings

uses: governor_settings

DAY: constant(uint256) = 86_400
# A hundredth of the cap; a half of it.
MIN_SWITCH_STAKE: constant(uint256) = 102_400_000_000_000_000
MAX_SWITCH_STAKE: constant(uint256) = 5_120_000_000_000_000_000
MIN_SWITCH_TIME: constant(uint256) = 30 * DAY
MAX_SWITCH_TIME: constant(uint256) = 365 * DAY
# Shorter than CosStaking's exit delay.
SAMPLE_TIME: constant(uint256) = 6 * DAY
MAX_SAMPLES: constant(uint256) = 61

# @notice The founders' register, whose votes are fen.
FOUNDERS_SOURCE: public(immutable(address))
# @notice CosStaking, whose votes are base units.
GENERAL_SOURCE: public(immutable(address))
# @notice Base units of which more must be staked, and for how many seconds, before the switch.
SWITCH_STAKE: public(immutable(uint256))
SWITCH_SECONDS: public(immutable(uint256))

# @notice When the clock was started; 0 if it is stopped. It stays where it was after the switch.
held_since: public(uint256)


@deploy
def __init__(founders: address, staking: address, switch_stake: uint256, switch_seconds: uint256):
    """
    @param founders Source of the founders' votes
    @param staking Source of the general assembly's votes
    @param switch_stake Base units: 1 to 50 % of the cap
    @param switch_seconds 30 to 365 days
    """
    assert founders != empty(address) and staking != empty(address), "governor: no source"
    assert founders != staking, "governor: one source for both"
    assert (
        switch_stake >= MIN_SWITCH_STAKE and switch_stake <= MAX_SWITCH_STAKE
    ), "governor: switch out of bounds"
    assert (
        switch_seconds >= MIN_SWITCH_TIME and switch_seconds <= MAX_SWITCH_TIME
    ), "governor: switch out of bounds"
    FOUNDERS_SOURCE = founders
    GENERAL_SOURCE = staking
    SWITCH_STAKE = switch_stake
    SWITCH_SECONDS = switch_seconds


# --- the switch ----------------------------------------------------------------------------------

@external
def start_switch():
    """
    @notice Starts the clock: from now on more than the switch's stake must be staked. Open to anyone.
    """
    self._check_not_switched()
    assert self.held_since == 0, "governor: clock is running"
    assert self._is_enough(block.timestamp - 1), "governor: too little staked"
    self.held_since = block.timestamp
    log ICosGovernor.SwitchStarted(held_since=block.timestamp)


@external
def stop_switch(timepoint: uint256):
    """
    @notice Stops the clock, by a second at which no more than the switch's stake was staked. Open to
            anyone; it has to be started again.
    @param timepoint UNIX seconds, since the start and before now
    """
    self._check_not_switched()
    since: uint256 = self.held_since
    assert since != 0, "governor: clock is not running"
    assert timepoint >= since, "governor: before the start"
    assert not self._is_enough(timepoint), "governor: enough was staked"
    self.held_since = 0
    log ICosGovernor.SwitchStopped(held_since=since, timepoint=timepoint)


@external
def switch_assembly():
    """
    @notice Switches to the general assembly, once and for good: for proposals whose snapshot is after
            the present voting delay. Open to anyone.
    """
    self._check_not_switched()
    since: uint256 = self.held_since
    assert since != 0, "governor: clock is not running"
    assert block.timestamp >= since + SWITCH_SECONDS, "governor: too early to switch"
    assert self._is_enough(block.timestamp - 1), "governor: too little staked"
    samples: uint256 = (SWITCH_SECONDS - 1) // SAMPLE_TIME
    for i: uint256 in range(samples, bound=MAX_SAMPLES):
        sampled_at: uint256 = since + (i + 1) * SAMPLE_TIME
        assert self._is_enough(sampled_at), "governor: too little staked"
    snapshot: uint256 = governor_settings._make_general()
    log ICosGovernor.AssemblySwitched(general_from=snapshot)


# --- views ---------------------------------------------------------------------------------------

@external
@view
def getVotes(account: address, timepoint: uint256) -> uint256:
    """
    @notice What an account votes with on a proposal with this snapshot.
    @param account Any account
    @param timepoint UNIX seconds, before now
    @return Fen or base units, by the assembly that votes at that snapshot
    """
    return self._votes(self._is_general_at(timepoint), account, timepoint)


@external
@view
def getVotesWithParams(account: address, timepoint: uint256, params: Bytes[1024]) -> uint256:
    """
    @notice The same; parameters change nothing, as in OpenZeppelin's GovernorVotes.
    @param account Any account
    @param timepoint UNIX seconds, before now
    @param params Ignored
    @return Fen or base units
    """
    return self._votes(self._is_general_at(timepoint), account, timepoint)


@external
@view
def quorum(timepoint: uint256) -> uint256:
    """
    @notice The votes, for and abstaining, that a proposal with this snapshot needs, by the terms that
            were in force then. Those of a proposal are the terms in force when it was made:
            `proposal_quorum` tells them also if they were changed between the two.
    @param timepoint UNIX seconds, before now
    @return Fen or base units
    """
    is_general: bool = self._is_general_at(timepoint)
    terms: uint256 = governor_settings._terms_at(timepoint)
    return governor_settings._quorum(terms, is_general, self._total(is_general, timepoint))


@external
@view
def token() -> address:
    """
    @notice The source of votes for a snapshot of now.
    @return The founders' register or CosStaking
    """
    return GENERAL_SOURCE if self._is_general_at(block.timestamp) else FOUNDERS_SOURCE


# --- for the governor ----------------------------------------------------------------------------

@internal
@view
def _is_general_at(timepoint: uint256) -> bool:
    return governor_settings._is_general(governor_settings._current, timepoint)


@internal
@view
def _votes(is_general: bool, account: address, timepoint: uint256) -> uint256:
    source: address = GENERAL_SOURCE if is_general else FOUNDERS_SOURCE
    return staticcall IPastVotes(source).getPastVotes(account, timepoint)


@internal
@view
def _total(is_general: bool, timepoint: uint256) -> uint256:
    source: address = GENERAL_SOURCE if is_general else FOUNDERS_SOURCE
    return staticcall IPastVotes(source).getPastTotalSupply(timepoint)


@internal
@view
def _is_enough(timepoint: uint256) -> bool:
    return self._total(True, timepoint) > SWITCH_STAKE


@internal
@view
def _check_not_switched():
    current: uint256 = governor_settings._current
    assert not governor_settings._is_general(current, max_value(uint256)), "governor: switched"
