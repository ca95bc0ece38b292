"""Monthly events, paid at once by the split of effort and merit (`cos.economy.merit`).

An event's budget is its hours x 1,000 COS. Each participant's effort part is a record of
`effort_rule` over a fifth of its hours, so that the rule's price of an hour holds to the unit; its
merit part is a record of `merit_rule`, which has no price.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cos.economy.entries import new_entry
from cos.economy.merit import COS_PER_HOUR, Participant, split_budget
from cos.economy.people import CITY
from cos.economy.pricing import BASE_UNITS, HUNDREDTHS

if TYPE_CHECKING:
    from random import Random

    from cos.economy.books import Entry
    from cos.economy.people import Community, Economy, Member

QUARTER_HOUR = HUNDREDTHS // 4


def hold(economy: Economy) -> list[tuple[Community, list[Entry]]]:
    """Hold the month's events; return what each community's secretary has to grant for them."""
    terms = economy.scenario.events
    cities = [each for each in economy.communities if each.level == CITY]
    held = []
    for community in cities[: terms.communities]:
        rng = economy.streams.of("event", community.label, economy.loop.world.month)
        count = min(rng.randint(*terms.participants), len(community.members))
        people = rng.sample(community.members, count)
        if people:
            held.append((community, _pay(economy, people, rng)))
    return held


def _pay(economy: Economy, people: list[Member], rng: Random) -> list[Entry]:
    """Return the records of an event's participants: efforts first, then merits."""
    terms = economy.scenario.events
    shares = [
        Participant(rng.randint(*terms.hours) * QUARTER_HOUR, rng.randint(*terms.merit))
        for _ in people
    ]
    parts = split_budget(shares)
    efforts, merits = [], []
    for member, part in zip(people, parts, strict=True):
        member.experience.worth += part.amount
        member.experience.submitted += 1
        account = economy.loop.world.address(member.label)
        if part.effort:
            quantity = part.effort * HUNDREDTHS // (COS_PER_HOUR * BASE_UNITS)
            efforts.append(new_entry(economy, account, terms.effort_rule, part.effort, quantity))
        if part.merit:
            merits.append(new_entry(economy, account, terms.merit_rule, part.merit))
    return efforts + merits
