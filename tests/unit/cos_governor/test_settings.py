"""Settings of CosGovernor: the constructor's, and the setters'

the constructor
├── keeps and logs what it is given, at both ends of every bound
└── beyond a bound, without a source, one source for both, no authority -> revert
setters
├── anyone but the governor, also an admin and the guardian -> revert
├── at both ends of every bound: set, event with old and new, no other setting touched (36)
├── beyond a bound -> revert, and the whole proposal with it
└── a threshold or quorum of no assembly -> revert
a change alters nothing that exists (5, 25)
├── pending, running, passed, queued proposals: same snapshot, deadline, quorum, delay
├── a lower quorum revives no defeated proposal; a higher one kills no passed one
├── the quorum is a part of the votes at the snapshot, whatever comes later
└── quorum(time) tells what was in force then, over many changes
"""

from __future__ import annotations

import pytest

from cos.chain import Revert
from tests.governing import (
    CAP,
    COS,
    DAY,
    DEFEATED,
    FOR,
    FOUNDERS,
    GENERAL,
    GUARDIAN_TIME,
    HOUR,
    SUCCEEDED,
    SWITCH_SECONDS,
    SWITCH_STAKE,
    YUAN,
    Settings,
    build,
    call_of,
    calls_of,
)
from tests.models import ZERO_ADDRESS
from tests.unit.cos_governor.conftest import LARGE, TOTAL

OUT = "governor: out of bounds"
# Of each setting: how the constructor's settings take it, its setter, and its bounds.
BOUNDS = {
    "voting_delay": (HOUR, 14 * DAY),
    "voting_period": (DAY, 30 * DAY),
    "vote_extension": (HOUR, 7 * DAY),
    "execution_delay": (DAY, 30 * DAY),
    "founders threshold": (1, 300_000 * YUAN),
    "founders bps": (100, 5_000),
    "founders floor": (33_000 * YUAN, 3_300_000 * YUAN),
    "general threshold": (1, CAP // 1_000),
    "general bps": (100, 5_000),
    "general floor": (CAP // 10_000, CAP // 100),
}
FIELDS = ("threshold", "bps", "floor")


def settings_with(name: str, value: int) -> Settings:
    if name in Settings.__dataclass_fields__:
        return Settings(**{name: value})
    assembly, which = name.split()
    terms = list(getattr(Settings(), assembly))
    terms[FIELDS.index(which)] = value
    return Settings(**{assembly: tuple(terms)})


def change(house, name: str, value: int):
    """A proposal that sets one value."""
    setters = {
        "voting_delay": "setVotingDelay",
        "voting_period": "setVotingPeriod",
        "vote_extension": "setLateQuorumVoteExtension",
        "execution_delay": "set_execution_delay",
    }
    why = f"{name} = {value}"
    if name in setters:
        return call_of(house.governor, setters[name], value, why=why)
    assembly, which = name.split()
    number = GENERAL if assembly == "general" else FOUNDERS
    if which == "threshold":
        return call_of(house.governor, "set_threshold", number, value, why=why)
    terms = list(house.governor.settings()[4 + number])
    terms[FIELDS.index(which)] = value
    return call_of(house.governor, "set_quorum", number, *terms[1:], why=why)


@pytest.mark.parametrize("end", [0, 1])
@pytest.mark.parametrize("name", BOUNDS)
def test_the_constructor_takes_what_is_within(chain, name, end):
    settings = settings_with(name, BOUNDS[name][end])
    governor = build(chain, settings).governor
    assert governor.settings() == settings.words


def test_the_constructor_takes_all_bounds_at_once(chain):
    for end in (0, 1):
        low_or_high = {name: bounds[end] for name, bounds in BOUNDS.items()}
        parts = list(low_or_high.values())
        settings = Settings(*parts[:4], tuple(parts[4:7]), tuple(parts[7:]))
        assert build(chain, settings).governor.settings() == settings.words


@pytest.mark.parametrize(("end", "by"), [(0, -1), (1, 1)])
@pytest.mark.parametrize("name", BOUNDS)
def test_the_constructor_refuses_what_is_beyond(chain, name, end, by):
    with pytest.raises(Revert, match=f"^{OUT}$"):
        build(chain, settings_with(name, BOUNDS[name][end] + by))


def test_the_constructor_logs_all(chain, house):
    args = (house.authority, house.register, house.staking, Settings().words)
    switch = (SWITCH_STAKE, SWITCH_SECONDS, chain.timestamp + 731 * DAY)
    governor = chain.deploy("CosGovernor", *args, *switch, sender=house.governance)
    logs = [(each.name, tuple(each.args.values())) for each in chain.last_logs]
    settings = Settings()
    assert logs == [
        ("VotingDelaySet", (0, settings.voting_delay)),
        ("VotingPeriodSet", (0, settings.voting_period)),
        ("LateQuorumVoteExtensionSet", (0, settings.vote_extension)),
        ("ExecutionDelaySet", (0, settings.execution_delay)),
        ("ThresholdSet", (FOUNDERS, 0, settings.founders[0])),
        ("ThresholdSet", (GENERAL, 0, settings.general[0])),
        ("QuorumSet", (FOUNDERS, 0, settings.founders[1], 0, settings.founders[2])),
        ("QuorumSet", (GENERAL, 0, settings.general[1], 0, settings.general[2])),
        ("GuardianExpirySet", (0, switch[2])),
    ]
    assert governor.AUTHORITY() == house.authority.address
    assert governor.FOUNDERS_SOURCE() == house.register.address
    assert governor.GENERAL_SOURCE() == house.staking.address
    assert (governor.SWITCH_STAKE(), governor.SWITCH_SECONDS()) == (SWITCH_STAKE, SWITCH_SECONDS)
    assert (governor.general_from(), governor.held_since()) == (0, 0)


@pytest.mark.parametrize(
    ("place", "value", "reason"),
    [
        (0, ZERO_ADDRESS, "governed: zero authority"),
        (1, ZERO_ADDRESS, "governor: no source"),
        (2, ZERO_ADDRESS, "governor: no source"),
        (2, "register", "governor: one source for both"),
        (4, CAP // 100 - 1, "governor: switch out of bounds"),
        (4, CAP // 2 + 1, "governor: switch out of bounds"),
        (5, 30 * DAY - 1, "governor: switch out of bounds"),
        (5, 365 * DAY + 1, "governor: switch out of bounds"),
        (6, "too late", OUT),
    ],
)
def test_the_constructor_refuses(chain, house, place, value, reason):
    args = [
        *(house.authority, house.register, house.staking, Settings().words),
        *(SWITCH_STAKE, SWITCH_SECONDS, chain.timestamp + GUARDIAN_TIME),
    ]
    named = {"register": house.register, "too late": chain.timestamp + 731 * DAY + 1}
    args[place] = named.get(value, value)
    with pytest.raises(Revert) as caught:
        chain.deploy("CosGovernor", *args, sender=house.governance)
    assert caught.value.reason == reason


@pytest.mark.parametrize("stake", [CAP // 100, CAP // 2])
@pytest.mark.parametrize("time", [30 * DAY, 365 * DAY])
def test_the_constructor_takes_the_switches_bounds(chain, house, stake, time):
    args = (house.authority, house.register, house.staking, Settings().words, stake, time, 0)
    governor = chain.deploy("CosGovernor", *args, sender=house.governance)
    assert (governor.SWITCH_STAKE(), governor.SWITCH_SECONDS()) == (stake, time)


SETTERS = (
    ("setVotingDelay", 2 * DAY),
    ("setVotingPeriod", 2 * DAY),
    ("setLateQuorumVoteExtension", DAY),
    ("set_execution_delay", 3 * DAY),
    ("set_threshold", FOUNDERS, 1),
    ("set_quorum", FOUNDERS, 100, 33_000 * YUAN),
    ("set_guardian_expiry", 0),
)


@pytest.mark.parametrize("setter", SETTERS, ids=lambda each: each[0])
def test_only_a_proposal_sets(chain, house, governor, ada, guardian, member, refuses, setter):
    function, *args = setter
    for sender in (ada, guardian, member, house.governance):
        with refuses("governor: only by proposal"):
            governor.transact(function, *args, sender=sender)


@pytest.mark.parametrize("end", [0, 1])
@pytest.mark.parametrize("name", BOUNDS)
def test_a_proposal_sets_what_is_within(house, governor, ada, ben, name, end):
    value = BOUNDS[name][end]
    before = settings_with(name, value)
    house.make_due(change(house, name, value), (ada, ben))
    governor.execute(*change(house, name, value).hashed, sender=ada)
    assert governor.settings() == before.words
    views = (governor.votingDelay(), governor.votingPeriod(), governor.lateQuorumVoteExtension())
    assert views == before.words[:3]
    assert governor.proposalThreshold() == before.founders[0]


@pytest.mark.parametrize(("end", "by"), [(0, -1), (1, 1)])
@pytest.mark.parametrize("name", BOUNDS)
def test_a_proposal_sets_nothing_beyond(house, governor, ada, ben, refuses, name, end, by):
    beyond = change(house, name, BOUNDS[name][end] + by)
    house.make_due(beyond, (ada, ben))
    with refuses(OUT):
        governor.execute(*beyond.hashed, sender=ada)


@pytest.mark.parametrize("setter", [("set_threshold", 2, 1), ("set_quorum", 2, 100, CAP // 100)])
def test_there_are_two_assemblies(house, governor, ada, ben, refuses, setter):
    proposal = calls_of([(governor, *setter)], "third")
    house.make_due(proposal, (ada, ben))
    with refuses("governor: no such assembly"):
        governor.execute(*proposal.hashed, sender=ada)


def test_setters_log_old_and_new(house, governor, ada, ben, event):
    calls = [
        (governor, "setVotingDelay", 2 * DAY),
        (governor, "setVotingPeriod", 3 * DAY),
        (governor, "setLateQuorumVoteExtension", DAY),
        (governor, "set_execution_delay", 4 * DAY),
        (governor, "set_threshold", FOUNDERS, 5),
        (governor, "set_threshold", GENERAL, 6),
        (governor, "set_quorum", FOUNDERS, 700, 50_000 * YUAN),
        (governor, "set_quorum", GENERAL, 800, CAP // 200),
    ]
    proposal = calls_of(calls, "all")
    house.make_due(proposal, (ada, ben))
    receipt = governor.transact("execute", *proposal.hashed, sender=ada)
    old = Settings()
    quorums = [
        {"old_bps": old.founders[1], "new_bps": 700, "old_floor": old.founders[2]},
        {"old_bps": old.general[1], "new_bps": 800, "old_floor": old.general[2]},
    ]
    assert receipt.logs[1:] == [
        event("VotingDelaySet", oldVotingDelay=DAY, newVotingDelay=2 * DAY),
        event("VotingPeriodSet", oldVotingPeriod=7 * DAY, newVotingPeriod=3 * DAY),
        event("LateQuorumVoteExtensionSet", oldVoteExtension=2 * DAY, newVoteExtension=DAY),
        event("ExecutionDelaySet", old_delay=2 * DAY, new_delay=4 * DAY),
        event("ThresholdSet", assembly=0, old_threshold=old.founders[0], new_threshold=5),
        event("ThresholdSet", assembly=1, old_threshold=old.general[0], new_threshold=6),
        event("QuorumSet", assembly=0, new_floor=50_000 * YUAN, **quorums[0]),
        event("QuorumSet", assembly=1, new_floor=CAP // 200, **quorums[1]),
    ]
    changed = Settings(
        *(2 * DAY, 3 * DAY, DAY, 4 * DAY),
        *((5, 700, 50_000 * YUAN), (6, 800, CAP // 200)),
    )
    assert governor.settings() == changed.words


# Everything changes, as far as it can, in one execution.
def upheaval(house):
    governor = house.governor
    calls = [
        (governor, "setVotingDelay", HOUR),
        (governor, "setVotingPeriod", 30 * DAY),
        (governor, "setLateQuorumVoteExtension", 7 * DAY),
        (governor, "set_execution_delay", 30 * DAY),
        (governor, "set_threshold", FOUNDERS, 300_000 * YUAN),
        (governor, "set_quorum", FOUNDERS, 5_000, 3_300_000 * YUAN),
    ]
    return calls_of(calls, "everything")


@pytest.mark.parametrize("stage", ["pending", "snapshot", "active", "voted", "passed", "queued"])
def test_a_change_alters_no_running_proposal(
    chain, house, governor, payment, ada, ben, recipient, stage
):
    """5, 25: the same way, second by second, as without the change."""

    def whole_way(at_stage) -> list[object]:
        number = house.propose(payment, ada)
        steps = {"pending": lambda: None}
        steps["snapshot"] = lambda: chain.warp(governor.proposalSnapshot(number))
        steps["active"] = lambda: chain.advance(1)
        steps["voted"] = lambda: governor.castVote(number, FOR, sender=ben)
        steps["passed"] = lambda: house.close_vote(number)
        steps["queued"] = lambda: governor.queue(*payment.hashed, sender=ada)
        for name, step in steps.items():
            step()
            if name == stage:
                at_stage()
        told = [governor.proposal_quorum(number), governor.proposalVotes(number)]
        chain.warp(governor.proposalEta(number))
        governor.execute(*payment.hashed, sender=ada)
        snapshot, deadline = governor.proposalSnapshot(number), governor.proposalDeadline(number)
        return [*told, snapshot, deadline, governor.proposalEta(number), chain.timestamp]

    change = upheaval(house)
    house.make_due(change, (ada, ben))
    with chain.anchor():
        without = whole_way(lambda: None)
    assert whole_way(lambda: governor.execute(*change.hashed, sender=ada)) == without
    assert governor.votingPeriod() == 30 * DAY


@pytest.mark.parametrize("lower", [True, False])
def test_a_changed_quorum_revives_and_kills_nothing(chain, house, governor, ada, ben, cyd, lower):
    """5: an old result stays; also when the terms go back to what they were."""
    to = (100, 33_000 * YUAN) if lower else (5_000, 3_300_000 * YUAN)
    quorum = call_of(governor, "set_quorum", FOUNDERS, *to)
    house.make_due(quorum, (ada, ben))
    payment = call_of(house.token, "transfer", ada, 1, why="old")
    number = house.pass_vote(payment, [cyd] if lower else [ada])
    result = governor.state(number)
    assert result == (DEFEATED if lower else SUCCEEDED)
    needed = governor.proposal_quorum(number)
    governor.execute(*quorum.hashed, sender=ada)
    assert governor.state(number) == result
    assert governor.proposal_quorum(number) == needed == TOTAL * 2_000 // 10_000
    assert governor.settings()[4][1:] == to


def test_the_quorum_is_of_the_snapshots_votes(chain, house, governor, payment, ada):
    """Ten times the capital comes in the second after the snapshot."""
    number = house.propose(payment, ada)
    chain.warp(governor.proposalSnapshot(number) + 1)
    house.admit("late", 10 * TOTAL, 4)
    chain.advance(1)
    governor.castVote(number, FOR, sender=ada)
    house.close_vote(number)
    assert governor.proposal_quorum(number) == TOTAL * 2_000 // 10_000
    assert governor.state(number) == SUCCEEDED


def test_quorum_tells_the_terms_of_a_time(chain, house, governor, ada, ben):
    """Looked up among many versions, at the second of each change and around it."""
    since, shares = [chain.timestamp - 1], [2_000]
    for k in range(7):
        proposal = call_of(governor, "set_quorum", FOUNDERS, 2_100 + k, 33_000 * YUAN, why=str(k))
        house.carry_out(proposal, (ada, ben))
        since.append(chain.timestamp)
        shares.append(2_100 + k)
    chain.advance(1)
    for k, (time, bps) in enumerate(zip(since, shares, strict=True)):
        assert governor.quorum(time) == -(-TOTAL * bps // 10_000)
        if k:
            assert governor.quorum(time - 1) == -(-TOTAL * shares[k - 1] // 10_000)


def test_terms_changed_twice_in_a_second(house, governor, ada, ben, chain):
    calls = [(governor, "set_quorum", FOUNDERS, bps, 33_000 * YUAN) for bps in (3_000, 4_000)]
    house.carry_out(calls_of(calls, "twice"), (ada, ben))
    chain.advance(1)
    assert governor.quorum(chain.timestamp - 1) == -(-TOTAL * 4_000 // 10_000)


def test_a_threshold_holds_for_what_comes(chain, house, governor, payment, ada, ben, cyd, refuses):
    """A running proposal of one who would now have too little goes on."""
    higher = call_of(governor, "set_threshold", FOUNDERS, LARGE)
    house.make_due(higher, (ada, ben))
    number = house.open_vote(payment, cyd)
    governor.execute(*higher.hashed, sender=ada)
    other = call_of(house.token, "transfer", cyd, COS)
    with refuses("governor: below threshold"):
        governor.propose(*other.words, sender=cyd)
    governor.castVote(number, FOR, sender=ada)
    house.close_vote(number)
    assert governor.state(number) == SUCCEEDED
