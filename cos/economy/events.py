"""Monthly events, paid by the split of effort and merit (`cos.economy.merit`).

An event's budget is its hours x 1,000 COS. Each participant's effort part is a record of
`effort_rule` over a fifth of its hours, so that the rule's price of an hour holds to the unit; its
merit part is a record of `merit_rule`, which has no price. Small events are granted at once; larger
ones, to which guests come, are paid by lists (`cos.economy.lists`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from cos.calendar import month_name
from cos.economy import misconduct
from cos.economy.entries import new_entry
from cos.economy.lists import Listed, Pot
from cos.economy.merit import COS_PER_HOUR, Participant, split_budget
from cos.economy.people import CITY
from cos.economy.pricing import BASE_UNITS, HUNDREDTHS
from cos.economy.truth import Kind

if TYPE_CHECKING:
    from random import Random

    from cos.economy.books import Entry
    from cos.economy.people import Community, Economy, Member

QUARTER_HOUR = HUNDREDTHS // 4


class Attendee(NamedTuple):
    """Someone of whom the organisers say that it was there: a member, or a guest by label. `delay`
    is in days: when it claims its place on a list; None for never."""

    label: str
    member: Member | None
    kind: Kind
    delay: int | None = 0


def hold(economy: Economy) -> list[tuple[Community, list[Entry]]]:
    """Hold the month's events; return what each community's secretary has to grant for them. What
    is paid by lists is left in `economy.pots`."""
    terms = economy.scenario.events
    cities = [each for each in economy.communities if each.level == CITY]
    held = []
    for community in cities[: terms.communities]:
        rng = economy.streams.of("event", community.label, economy.loop.world.month)
        count = min(rng.randint(*terms.participants), len(community.members))
        if not count:
            continue
        economy.events += 1
        if count > terms.lists.above:
            pots = _pay(economy, _audience(economy, community, count, rng), rng)
            economy.pots += [Pot(community, pot) for pot in pots if pot]
            economy.listed_events += 1
        else:
            people = rng.sample(community.members, count)
            there = [Attendee(each.label, each, Kind.GENUINE) for each in people]
            pots = _pay(economy, there, rng)
            held.append((community, [each.entry for pot in pots for each in pot]))
    return held


def _audience(economy: Economy, community: Community, count: int, rng: Random) -> list[Attendee]:
    """Return who is on a large event's list: members, guests without a wallet, and friends of a
    nepotistic secretary who were not there."""
    terms = economy.scenario.events.lists
    guests = int(count * terms.guest_share)
    members = rng.sample(community.members, count - guests)
    where = f"{community.label} in {month_name(economy.loop.world.month)}"
    there = [(each.label, each, Kind.GENUINE) for each in members]
    there += [(f"guest {n + 1} of {where}", None, Kind.GENUINE) for n in range(guests)]

    misconduct.make_friends(economy, community, community.secretary)
    friends = set(community.secretary.friends)
    world, present = economy.loop.world, {each.label for each in members}
    there += [
        (each.label, each, Kind.INVENTED)
        for each in community.members
        if each.label not in present and world.address(each.label) in friends
    ]
    audience = []
    for label, member, kind in there:
        delay = rng.randint(*terms.claim_days)
        is_never = rng.random() < terms.never_share
        audience.append(Attendee(label, member, kind, None if is_never else delay))
    return audience


def _pay(
    economy: Economy, people: list[Attendee], rng: Random
) -> tuple[list[Listed], list[Listed]]:
    """Return the records of an event's participants: efforts, and merits."""
    terms = economy.scenario.events
    shares = [
        Participant(rng.randint(*terms.hours) * QUARTER_HOUR, rng.randint(*terms.merit))
        for _ in people
    ]
    efforts: list[Listed] = []
    merits: list[Listed] = []
    for each, part in zip(people, split_budget(shares), strict=True):
        is_genuine = each.kind is Kind.GENUINE
        if each.member and is_genuine and each.delay is not None:  # who never claims complains not
            each.member.experience.worth += part.amount
            each.member.experience.submitted += 1
        hours = part.effort * HUNDREDTHS // (COS_PER_HOUR * BASE_UNITS)
        for pot, rule, amount, quantity in (
            (efforts, terms.effort_rule, part.effort, hours),
            (merits, terms.merit_rule, part.merit, HUNDREDTHS),
        ):
            if amount:
                entry = _entry(economy, each, rule, amount, quantity)
                pot.append(Listed(each.label, each.member, each.delay, entry))
    return efforts, merits


def _entry(economy: Economy, each: Attendee, rule: str, amount: int, quantity: int) -> Entry:
    account = economy.loop.world.address(each.label) if each.member else ""
    worth = amount if each.kind is Kind.GENUINE else 0
    return new_entry(economy, account, rule, amount, quantity, each.kind, worth)
