"""What managers do who are not honest, and what members hand in who are not.

Everything that goes wrong here stays within what the contracts allow: a batch of puppets is as
valid as any other. Only the auditor can tell, and only in time or not.
"""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

from cos.economy.books import POOL
from cos.economy.conduct import CHARACTERS, COLLUDING, HONEST, LAZY, NEPOTISTIC
from cos.economy.entries import new_entry
from cos.economy.founding import text_hash
from cos.economy.merit import largest_remainders
from cos.economy.people import Community, Economy, Manager, Ring
from cos.economy.pricing import BASE_UNITS
from cos.economy.truth import Kind

if TYPE_CHECKING:
    from cos.economy.scenario import Caps

_PRECISION = 10**9

# --- characters ----------------------------------------------------------------------------------


def deal_characters(economy: Economy) -> None:
    """Give the first managers their characters: exactly in the scenario's proportions."""
    managers = [
        (community, manager)
        for community in economy.national.walk()
        for manager in community.managers
    ]
    deck = [
        character
        for character, count in zip(
            CHARACTERS, largest_remainders(len(managers), _weights(economy)), strict=True
        )
        for _ in range(count)
    ]
    economy.streams.of("characters").shuffle(deck)
    for (community, manager), character in zip(managers, deck, strict=True):
        _become(economy, community, manager, character)


def draw_character(economy: Economy, community: Community, manager: Manager) -> None:
    """Give a successor its character, by chance."""
    rng = economy.streams.of("character", manager.label)
    (character,) = rng.choices(CHARACTERS, weights=_weights(economy))
    _become(economy, community, manager, character)


def _weights(economy: Economy) -> list[int]:
    return [int(part * _PRECISION) for part in economy.scenario.characters.parts()]


def _become(economy: Economy, community: Community, manager: Manager, character: str) -> None:
    if character == COLLUDING:
        taken = ring_founders(economy)
        free = [each for each in economy.founders if each.label not in taken]
        if not free:
            character = HONEST
        else:
            founder = economy.streams.of("ring", manager.label).choice(free)
            count = economy.scenario.misconduct.colluding.puppets
            puppets = [f"puppet {number + 1} of {manager.label}" for number in range(count)]
            manager.ring = economy.rings[manager.label] = Ring(founder, puppets)
            _join_some(economy, community, manager)
    manager.character = economy.characters[manager.label] = character


def _join_some(economy: Economy, community: Community, manager: Manager) -> None:
    """Let some puppets join the community, so that they don't look like outsiders."""
    assert manager.ring is not None
    share = economy.scenario.misconduct.colluding.joining_share
    world, registry = economy.loop.world, economy.loop.world.suite.registry
    joining = manager.ring.puppets[: int(len(manager.ring.puppets) * share)]
    for puppet in joining:
        args = (community.id, text_hash(f"profile of {puppet}"))
        world.must(puppet, registry, "apply", *args)
    if joining:
        accounts = [world.address(puppet) for puppet in joining]
        world.must(manager.label, registry, "approve_members", community.id, accounts)
        for account in accounts:
            economy.auditor.record.joined[community.id, account] = world.month


def ring_founders(economy: Economy) -> set[str]:
    """Return the labels of the founders who keep their quota for a ring of their own."""
    return {
        manager.ring.founder.label
        for community in economy.communities
        for manager in community.managers
        if manager.ring
    }


# --- what is handed in ---------------------------------------------------------------------------


def draw_kind(economy: Economy, rng: Random) -> Kind:
    """Draw what is behind a contribution that a member hands in."""
    terms, number = economy.scenario.misconduct.members, rng.random()
    if number < terms.inventing_chance:
        return Kind.INVENTED
    if number < terms.inventing_chance + terms.padding_chance:
        return Kind.PADDED
    return Kind.GENUINE


def accepts(economy: Economy, manager: Manager, member: str, kind: Kind, rng: Random) -> bool:
    """Whether a manager takes a note of what a member (an address) hands in."""
    is_mistaken = rng.random() < economy.scenario.misconduct.honest.wrong_refusal_chance
    if manager.character == LAZY or member in manager.friends:
        return True
    return kind is Kind.GENUINE and not is_mistaken


# --- what is granted -----------------------------------------------------------------------------


def is_late(economy: Economy, manager: Manager) -> bool:
    """Whether a manager does not get round to granting this month."""
    chance = economy.scenario.misconduct.lazy.late_chance
    key = ("late", manager.label, economy.loop.world.month)
    return manager.character == LAZY and economy.streams.draw(*key) < chance


def favour_friends(economy: Economy, community: Community, manager: Manager) -> None:
    """Let a nepotistic manager note records for its friends, who did nothing for them."""
    if manager.character != NEPOTISTIC:
        return
    terms, world = economy.scenario.misconduct.nepotistic, economy.loop.world
    make_friends(economy, community, manager)
    rng = economy.streams.of("favours", manager.label, world.month)
    for friend in manager.friends:
        for _ in range(terms.records_monthly):
            amount = rng.randint(*terms.price) * BASE_UNITS
            rule = economy.scenario.misconduct.rule
            manager.waiting.append(
                new_entry(economy, friend, rule, amount, kind=Kind.INVENTED, worth=0)
            )


def make_friends(economy: Economy, community: Community, manager: Manager) -> None:
    """Give a nepotistic manager its friends among the members, once there are any."""
    if manager.character != NEPOTISTIC or manager.friends or not community.members:
        return
    rng = economy.streams.of("friends", manager.label)
    count = min(economy.scenario.misconduct.nepotistic.friends, len(community.members))
    chosen = rng.sample(community.members, count)
    manager.friends = [economy.loop.world.address(friend.label) for friend in chosen]


def fund_rings(economy: Economy) -> None:
    """Colluding sponsors donate what their manager can grant in a month, for that manager.

    The admin honours the donor's wish and allots the lot to the manager at once.
    """
    loop = economy.loop
    for community in economy.communities:
        for manager in community.managers:
            ring = manager.ring
            if ring is None:
                continue
            address = loop.world.address(manager.label)
            held = loop.books.holdings[community.id, address]
            caps = economy.scenario.caps
            wanted = min(caps.manager, own_cap(community, caps)) * BASE_UNITS
            wanted -= sum(amount for lot, amount in held.items() if lot in ring.lots)
            amount = min(wanted, loop.books.quota[loop.world.address(ring.founder.label)])
            if amount <= 0:
                continue
            lot = loop.donate(ring.founder.label, community.id, amount)
            if lot is not None:
                ring.lots.add(lot)
                loop.allot_lot(community.admin, community.id, lot, address)


def farm(economy: Economy, community: Community, manager: Manager) -> None:
    """Let a colluding manager grant its own accounts as much as rules and caps allow."""
    ring = manager.ring
    if ring is None or not ring.lots:
        return
    books, world, caps = economy.loop.books, economy.loop.world, economy.scenario.caps
    month, address = world.month, world.address(manager.label)
    held = books.holdings[community.id, address]
    for lot in sorted(ring.lots & held.keys()):
        room = min(room_of(economy, community, manager), held[lot])
        entries = []
        for puppet in ring.puppets:
            account = world.address(puppet)
            granted = books.granted_in(community.id, account, month)
            amount = min(caps.contributor * BASE_UNITS - granted, room)
            if amount > 0:
                rule = economy.scenario.misconduct.rule
                entries.append(new_entry(economy, account, rule, amount, kind=Kind.FARMED, worth=0))
                room -= amount
        if entries:
            outcome = economy.loop.grant(manager.label, community.id, entries, [lot])
            economy.withdrawn += len(outcome.waiting)  # nobody waits for what nobody did
            economy.refused += outcome.refused
            if outcome.reason:
                return


def ordinary_lots(economy: Economy, community: Community, manager: Manager) -> list[int] | None:
    """Return the lots that a manager grants honest work from; None for all that it holds."""
    if manager.ring is None:
        return None
    address = economy.loop.world.address(manager.label)
    held = economy.loop.books.holdings[community.id, address]
    return [lot for lot in held if lot not in manager.ring.lots]


# --- caps ----------------------------------------------------------------------------------------


def room_of(economy: Economy, community: Community, manager: Manager) -> int:
    """Return what a manager can still grant this month under its and the community's cap."""
    books, world, caps = economy.loop.books, economy.loop.world, economy.scenario.caps
    month, address = world.month, world.address(manager.label)
    return min(
        caps.manager * BASE_UNITS - books.spent_in(community.id, address, month),
        own_cap(community, caps) * BASE_UNITS - books.spent_in(community.id, POOL, month),
    )


def own_cap(community: Community, caps: Caps) -> int:
    """Return what a community itself may grant in a month, in whole COS: its cap less the part
    that its children (closed ones too) have."""
    return caps.at(community.level) - sum(caps.at(child.level) for child in community.children)
