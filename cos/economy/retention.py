"""Why members leave.

Each month a member leaves with the chance

    p = 1 / (1 + exp(-z))        z = ln(p0 / (1 - p0)) + sum over grievances of weight * size

where p0 is the chance of leaving without any grievance (`members.leaving_monthly_chance`). The
sizes are parts of 1, from sums in which the past fades by `memory` each month:

    shortfall   1 - paid / worth: what the work was worth against what was paid for it so far
    overtaken   (rank by pay - rank by worth) / members: places lost to people who did less
    refused     the part of one's contributions that managers refused
    farmers     the part of the community's leaderboard (its top by points that are not void) who
                got most of theirs for nothing, as people on the spot know

A member who would have stayed without grievances (the same draw against p0) left because of the one
that weighed most. Assumption throughout; all weights are settings.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Sequence
from typing import TYPE_CHECKING

from cos.economy.people import Experience

if TYPE_CHECKING:
    from cos.economy.books import Entry
    from cos.economy.conduct import Retention
    from cos.economy.people import Community, Economy, Member

NO_GRIEVANCE = "no grievance"
GRIEVANCES = ("shortfall", "overtaken", "refused", "farmers")


def leave(economy: Economy) -> None:
    """Let members leave who have had enough."""
    base = economy.scenario.members.leaving_monthly_chance
    rng = economy.streams.of("leaving", economy.loop.world.month)
    draws = {member.label: rng.random() for member in economy.members}
    for community in economy.communities:
        grievances = Grievances(economy, community)
        for member in list(community.members):
            terms = grievances.of(member)
            draw = draws[member.label]
            if draw < hazard(base, sum(terms)) and _leave(economy, community, member):
                economy.left[reason(draw, base, terms)] += 1


def hazard(base: float, grievance: float) -> float:
    """Return the chance of leaving in a month: `base` without grievance, logistic in it."""
    if base in (0.0, 1.0):
        return base
    return 1 / (1 + math.exp(-(math.log(base / (1 - base)) + grievance)))


def reason(draw: float, base: float, terms: Sequence[float]) -> str:
    """Return why a member left that drew a number and had grievances of these weights."""
    if draw < base or not any(terms):
        return NO_GRIEVANCE
    return GRIEVANCES[max(range(len(terms)), key=lambda position: terms[position])]


def _leave(economy: Economy, community: Community, member: Member) -> bool:
    world = economy.loop.world
    if not world.act(member.label, world.suite.registry, "leave", community.id):
        return False
    community.members.remove(member)
    economy.auditor.record.joined.pop((community.id, world.address(member.label)), None)
    return True


class Grievances:
    """What members of one community compare themselves with."""

    def __init__(self, economy: Economy, community: Community) -> None:
        self._terms: Retention = economy.scenario.retention
        self._count = len(community.members)
        self._paid = sorted(economy.recent.get(community.id, {}).values())
        self._worth = sorted(member.experience.worth for member in community.members)
        self._farmers = _farmers_on_top(economy, community, self._terms.leaderboard)

    def of(self, member: Member) -> tuple[float, ...]:
        """Return a member's grievances in the order of GRIEVANCES, times their weights."""
        lately, terms = member.experience, self._terms
        if not lately.submitted:
            return (0.0, 0.0, 0.0, 0.0)
        shortfall = max(0.0, 1 - lately.paid / lately.worth) if lately.worth else 0.0
        by_pay = len(self._paid) - bisect_right(self._paid, lately.paid)
        by_worth = len(self._worth) - bisect_right(self._worth, lately.worth)
        return (
            terms.shortfall * shortfall,
            terms.overtaken * max(0, by_pay - by_worth) / self._count,
            terms.refused * lately.refused / lately.submitted,
            terms.farmers * self._farmers,
        )


def _farmers_on_top(economy: Economy, community: Community, places: int) -> float:
    """Return the part of the leaderboard's first places that people hold who did nothing."""
    points_of = economy.loop.books.points_of
    people = economy.recent.get(community.id, {})
    top = sorted(people, key=lambda who: (-points_of(community.id, who), who))[:places]
    return sum(economy.truth.is_farmer(community.id, who) for who in top) / places


def remember(economy: Economy) -> None:
    """Enter what the month's grants paid; called once, after them."""
    month, addresses = economy.loop.world.month, economy.loop.world.address
    by_address = {addresses(member.label): member for member in economy.members}
    for batch in reversed(economy.auditor.record.batches):
        if batch.month != month:
            break
        if batch.settled:
            continue  # entered at the claims
        for entry in batch.entries:
            was_paid(economy, batch.community, entry, by_address.get(entry.contributor))


def was_paid(economy: Economy, community: int, entry: Entry, member: Member | None) -> None:
    """Enter what a record paid."""
    recent = economy.recent.setdefault(community, {})
    recent[entry.contributor] = recent.get(entry.contributor, 0.0) + entry.amount
    if member:
        member.experience.paid += entry.amount


def fade(economy: Economy) -> None:
    """Let the past fade by a month."""
    kept = economy.scenario.retention.memory
    for member in economy.members:
        past = member.experience
        member.experience = Experience(
            past.worth * kept, past.paid * kept, past.submitted * kept, past.refused * kept
        )
    for recent in economy.recent.values():
        for person in recent:
            recent[person] *= kept
