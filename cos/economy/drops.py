"""What becomes of drops once they are published: settled each month, stopped, emptied."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from cos.economy import misconduct

if TYPE_CHECKING:
    from cos.economy.books import Entry
    from cos.economy.drop_loop import Drop
    from cos.economy.people import Community, Economy, Manager, Member

FROZEN, CAPPED = "drops: community frozen", "ledger: contributor cap"
"""Reasons why a claim has to wait; any other is for good."""


@dataclass(slots=True)
class Place:
    """A place on a list whose holder will claim it from UNIX time `due` on. A guest is no member:
    until it claims by its voucher, its entry names no contributor."""

    index: int
    label: str
    member: Member | None
    entry: Entry
    due: int


@dataclass(slots=True)
class OpenDrop:
    """A drop that is not empty and settled yet; `places` only if it has a list."""

    drop: Drop
    community: Community
    places: list[Place] = field(default_factory=list)
    unclaimed: int = 0
    """Places that nobody has claimed, also by those who never will."""


def lot_for(economy: Economy, community: Community, manager: Manager, amount: int) -> int | None:
    """Return the oldest lot that a manager can set an amount aside from, under the caps; lots of
    its own ring are not for honest work."""
    loop = economy.loop
    if misconduct.room_of(economy, community, manager) < amount:
        return None
    held = loop.books.holdings[community.id, loop.world.address(manager.label)]
    lots = misconduct.ordinary_lots(economy, community, manager)
    fitting = (lot for lot in (held if lots is None else lots) if held[lot] >= amount)
    return next(fitting, None)


def settle(economy: Economy) -> None:
    """Managers settle what was claimed from their drops, also when they are managers no more."""
    for each in economy.drops:
        if each.drop.unsettled:
            economy.loop.settle(each.drop)


def close(economy: Economy) -> None:
    """What nobody claimed in time comes back, and drops that are empty and settled are past."""
    loop = economy.loop
    for each in economy.drops:
        if loop.drops.left(each.drop) and loop.drops.is_over(each.drop):
            is_closed = each.community.is_closed
            if loop.drops.return_unclaimed(each.drop, is_closed=is_closed):
                economy.withdrawn += each.unclaimed
                each.unclaimed, each.places = 0, []
    economy.drops = [
        each for each in economy.drops if loop.drops.left(each.drop) or each.drop.unsettled
    ]


def stop(economy: Economy, drop: Drop, reason: bytes) -> None:
    """The auditor cancels a drop; the secretary notes what members on its list really did."""
    loop = economy.loop
    for each in economy.drops:
        if each.drop is not drop or not loop.drops.left(drop) or loop.drops.is_over(drop):
            continue
        if loop.drops.cancel(drop, reason) and not each.community.is_closed:
            earned = [
                place.entry
                for place in each.places
                if place.member and economy.truth.of(place.entry).worth == place.entry.amount
            ]
            each.community.secretary.waiting += earned
            each.unclaimed -= len(earned)
            each.places = []
