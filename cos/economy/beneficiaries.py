"""What angels, team and management do in a month: the committee awards COS out of the management
pool, and beneficiaries fetch what has vested.

All chance comes from streams of their own: nothing here moves anybody else's dice.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cos.calendar import month_name
from cos.economy.founding import text_hash
from cos.economy.vesting import AWARD_MONTHS, Grant, Place
from cos.suite.config import Bucket

if TYPE_CHECKING:
    from cos.economy.people import Economy

MAX_RELEASES = 100
"""Grants in one transaction."""


def award(economy: Economy) -> None:
    """The committee divides a part of what is unallocated among the managers it thanks this month;
    the rest stays for later."""
    world, vesting = economy.loop.world, economy.loop.books.vesting
    terms, month = economy.scenario.management, world.month
    rng = economy.streams.of("awards", month)
    low, high = map(float, terms.awarded_part)
    total = int(vesting.unallocated(month) * rng.uniform(low, high))
    people = rng.sample(range(1, terms.people + 1), min(terms.awards_monthly, terms.people))
    weights = [rng.randint(1, 4) for _ in people]
    for person, weight in zip(people, weights, strict=True):
        amount = total * weight // sum(weights)
        if not amount:
            continue
        address = world.address(f"manager {person} of the Center")
        reason = text_hash(f"award of {month_name(month)} to {person}")
        pool = world.suite.management_pool
        if world.act(world.committee, pool, "award", address, amount, reason, amount=amount):
            vesting.was_awarded(address, Grant(Bucket.MANAGEMENT_TEAM, amount, month, AWARD_MONTHS))


def release(economy: Economy) -> None:
    """Some beneficiaries fetch what has vested of all their grants, the others wait."""
    world, vesting = economy.loop.world, economy.loop.books.vesting
    month, vault = world.month, world.suite.vesting_vault
    due: dict[str, list[Place]] = {}
    for place in vesting.due(month):
        due.setdefault(place.beneficiary, []).append(place)
    for beneficiary, places in due.items():
        person = world.labels[beneficiary]
        if economy.streams.draw("release", month, person) >= economy.scenario.vesting.fetch_chance:
            continue
        for first in range(0, len(places), MAX_RELEASES):
            part = places[first : first + MAX_RELEASES]
            amount = sum(vesting.grants[place].releasable(month) for place in part)
            if world.act(person, vault, "release_many", part, amount=amount):
                for place in part:
                    vesting.was_released(place, month)
