"""What voters do: propose, vote, queue, execute; what a bloc tries against them; what the guardian
cancels.

Everything goes through CosGovernor from the hand-over on. All chance comes from streams of their
own: nothing here moves anybody else's dice.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cos.economy import agenda
from cos.economy.motions_book import (
    ABSTAIN,
    ACTIVE,
    AGAINST,
    DEFEATED,
    FOR,
    FOUNDERS,
    PENDING,
    QUEUED,
    SUCCEEDED,
    Motion,
)

if TYPE_CHECKING:
    from decimal import Decimal

    from cos.economy.people import Economy

KEEPER = "keeper"
"""Who queues, executes and tends the switch: anyone may."""

HASTY = "hasty"
"""Who tries to execute before the time has come."""

MAX_FAILURES = 3
_OPEN = (PENDING, ACTIVE, SUCCEEDED, QUEUED)


def begin_month(economy: Economy, elapsed: int) -> None:
    """Hand over, if it is time; then look after the switch of the assemblies."""
    loop, terms = economy.loop.governing, economy.scenario.governance
    if elapsed == 0:
        loop.book.root = economy.national.id
        loop.book.root_cap = economy.scenario.caps.national
    if elapsed + 1 == terms.hand_over_month:
        loop.hand_over()
        router = loop.world.suite.fee_router
        other = (economy.loop.stakes.fees.system_bps + 1) % 3_000
        loop.attempt(loop.world.governance, router, "set_system_share", other)
    if loop.is_handed_over:
        loop.tend_switch(KEEPER)


def propose(economy: Economy, elapsed: int) -> None:
    """Propose what the month's agenda has, and what the bloc wants."""
    loop, terms = economy.loop.governing, economy.scenario.governance
    if not loop.is_handed_over:
        return
    since = elapsed + 1 - terms.hand_over_month
    votes = voters(economy, loop.world.chain.timestamp + loop.governor.votingDelay())
    able = [who for who, weight in votes.items() if weight >= loop.governor.proposalThreshold()]
    pending = {motion.kind for motion in _open_motions(economy)}
    for plan in agenda.plans(economy, elapsed, since):
        if able and plan.kind not in pending:
            rng = economy.streams.of("proposer", plan.kind, loop.world.month)
            loop.propose(rng.choice(able), plan)
    bloc = bloc_of(economy, votes, terms.bloc.share)
    leader = next((who for who in bloc if who in able), None)
    every = terms.bloc.every_months
    if leader and every and since % every == every - 1:
        plan = agenda.take_over(economy, leader, since // every)
        loop.propose(leader, plan, is_hostile=True)


def sit(economy: Economy) -> None:
    """Take every open proposal one step further, if its time has come."""
    loop = economy.loop.governing
    for motion in list(loop.book.motions.values()):
        if motion.executed_at or motion.canceled_at or motion.failed >= MAX_FAILURES:
            continue
        state = loop.governor.state(motion.number)
        if state == ACTIVE:
            _vote(economy, motion)
        elif state == SUCCEEDED:
            if loop.queue(KEEPER, motion):
                _hurry(economy, motion)
                _veto(economy, motion)
        elif state == QUEUED:
            _execute(economy, motion)
        elif state == DEFEATED and motion.is_hostile:
            _insist(economy, motion)


def voters(economy: Economy, snapshot: int) -> dict[str, int]:
    """Who has votes now in the assembly of a snapshot to come -> how many."""
    loop = economy.loop.governing
    if loop.book.assembly_at(snapshot) == FOUNDERS:
        return {founder.label: founder.capital_fen for founder in economy.founders}
    labels = loop.world.labels
    votes = economy.loop.stakes.stakes.votes()
    return {labels[account]: weight for account, weight in votes.items() if weight}


def bloc_of(economy: Economy, votes: dict[str, int], share: Decimal) -> list[str]:
    """The same people as long as they have votes: drawn until no more fit into the share."""
    room = int(sum(votes.values()) * share)
    bloc: list[str] = []
    for who in sorted(votes, key=lambda each: economy.streams.draw("bloc", each)):
        if votes[who] <= room:
            bloc.append(who)
            room -= votes[who]
    return sorted(bloc, key=lambda each: (-votes[each], each))


# --- internal ------------------------------------------------------------------------------------


def _open_motions(economy: Economy) -> list[Motion]:
    loop = economy.loop.governing
    return [
        motion
        for motion in loop.book.motions.values()
        if not motion.executed_at
        and motion.failed < MAX_FAILURES
        and loop.governor.state(motion.number) in _OPEN
    ]


def _vote(economy: Economy, motion: Motion) -> None:
    """Most vote when the vote has begun, the others on the days after it."""
    loop, terms = economy.loop.governing, economy.scenario.governance
    votes = voters(economy, motion.snapshot)
    bloc = bloc_of(economy, votes, terms.bloc.share) if motion.is_hostile else []
    turnout = terms.alarm_turnout if motion.is_hostile else terms.turnout
    approval = economy.streams.of("approval", motion.place).uniform(*terms.approval)
    motion.sittings += 1
    for voter in votes:
        rng = economy.streams.of("votes", motion.place, voter)
        takes_part, is_late = rng.random() < turnout, rng.random() < terms.late_share
        support = _support(approval, terms.abstain_share, rng.random(), rng.random())
        if voter in bloc:
            takes_part, is_late, support = True, False, FOR
        elif motion.is_hostile:
            support = FOR if rng.random() < terms.bloc.fooled_share else AGAINST
        address = loop.world.address(voter)
        if (
            takes_part
            and is_late == (motion.sittings > 1)
            and address not in motion.votes
            and loop.governor.getVotes(address, motion.snapshot)
        ):
            loop.vote(voter, motion, support)


def _support(approval: float, abstain_share: float, first: float, second: float) -> int:
    if first < abstain_share:
        return ABSTAIN
    return FOR if second < approval else AGAINST


def _veto(economy: Economy, motion: Motion) -> None:
    """The guardian looks at what has passed, as long as it may."""
    loop, guardians = economy.loop.governing, economy.loop.world.suite.config.roles.guardians
    is_in_office = loop.world.chain.timestamp < loop.governor.guardian_expires_at()
    if motion.is_hostile and guardians and is_in_office:
        chance = economy.scenario.governance.guardian_chance
        if economy.streams.draw("guardian", motion.place) < chance:
            loop.cancel(guardians[0], motion)


def _hurry(economy: Economy, motion: Motion) -> None:
    """Somebody tries to execute what has just been queued."""
    loop = economy.loop.governing
    if not loop.execute(HASTY, motion):
        loop.book.refused += 1


def _execute(economy: Economy, motion: Motion) -> None:
    loop = economy.loop.governing
    if loop.world.chain.timestamp >= motion.due_at and not loop.execute(KEEPER, motion):
        motion.failed += 1


def _insist(economy: Economy, motion: Motion) -> None:
    """The bloc tries to go on with what was voted down."""
    loop = economy.loop.governing
    motion.failed = MAX_FAILURES
    if not loop.queue(motion.proposer, motion):
        loop.book.refused += 1
