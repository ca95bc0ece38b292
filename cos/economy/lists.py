"""Lists of events: published by the secretary, claimed by those who are on them.

An event with many participants is paid by two drops, because a drop has one rule: a list of the
efforts and a list of the merits. Participants without a wallet (guests, who are no members) hold a
voucher for each; the others are listed by account.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from cos.calendar import DAY, month_start
from cos.drops import Person
from cos.economy import retention
from cos.economy.drops import CAPPED, FROZEN, OpenDrop, Place, lot_for
from cos.economy.founding import text_hash

if TYPE_CHECKING:
    from cos.economy.books import Entry
    from cos.economy.people import Community, Economy, Member


class Listed(NamedTuple):
    """Someone on a list: claims so many days after its publication, or never (None)."""

    label: str
    member: Member | None
    delay: int | None
    entry: Entry


class Pot(NamedTuple):
    """What an event's participants get by one rule, to be published as one list."""

    community: Community
    listed: list[Listed]


def publish(economy: Economy) -> None:
    """Secretaries publish the lists that they can set aside enough for; the others wait."""
    economy.pots = [pot for pot in economy.pots if not _publish(economy, pot)]


def _publish(economy: Economy, pot: Pot) -> bool:
    community, loop = pot.community, economy.loop
    secretary, listed = community.secretary, pot.listed
    lot = lot_for(economy, community, secretary, sum(each.entry.amount for each in listed))
    if lot is None:
        return False
    people = [
        Person(
            line,
            each.label,
            each.entry.contributor if each.member else None,
            each.entry.quantity,
            each.entry.amount,
        )
        for line, each in enumerate(listed, start=2)
    ]
    rule, days = listed[0].entry.rule, economy.scenario.events.lists.open_days
    seed = text_hash(f"{economy.scenario.seed}: vouchers")
    drop = loop.drops.publish(secretary.label, community.id, lot, rule, people, days, seed)
    if drop is None:
        return False
    now = loop.world.chain.timestamp
    places = [
        Place(index, each.label, each.member, each.entry, now + each.delay * DAY)
        for index, each in enumerate(listed)
        if each.delay is not None
    ]
    economy.drops.append(OpenDrop(drop, community, places, len(listed)))
    return True


def claim(economy: Economy) -> None:
    """Who is on a list and due claims its place."""
    now = economy.loop.world.chain.timestamp
    for each in economy.drops:
        for place in [place for place in each.places if place.due <= now]:
            if not _claim(economy, each, place):
                break


def _claim(economy: Economy, each: OpenDrop, place: Place) -> bool:
    """Claim a place; return whether others can claim theirs."""
    world = economy.loop.world
    entry = place.entry._replace(contributor=world.address(place.label))
    if economy.loop.drops.claim(each.drop, place.index, place.label, entry):
        each.places.remove(place)
        each.unclaimed -= 1
        economy.events_paid += entry.amount
        retention.was_paid(economy, each.community.id, entry, place.member)
    elif world.last_reason == FROZEN:
        return False
    elif world.last_reason == CAPPED:
        place.due = month_start(world.month + 1, world.offset_seconds)
    else:
        each.places.remove(place)
    return True
