"""What holders of free COS do in a month: stake, top up, stake their dividends again, claim them,
withdraw a part or all, and collect it seven days later.

All chance comes from streams of their own: nothing here moves anybody else's dice.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import accumulate
from typing import TYPE_CHECKING

from cos.economy.pricing import BASE_UNITS

if TYPE_CHECKING:
    from decimal import Decimal
    from random import Random

    from cos.economy.people import Economy


def stake(economy: Economy) -> None:
    """Who has a stake does at most one thing with it; some of the others begin."""
    positions, world = economy.loop.stakes.stakes.positions, economy.loop.world
    staking = [world.labels[at] for at, position in positions.items() if position.units]
    for holder in staking:
        _act(economy, holder)
    taken = set(staking)
    for holder in _willing(economy):
        if holder not in taken:
            _begin(economy, holder)


def collect(economy: Economy) -> None:
    """Some collect the exits that are due, the others wait."""
    world, chance = economy.loop.world, economy.scenario.staking.collect_chance
    for address in list(economy.loop.stakes.stakes.tickets):
        holder = world.labels[address]
        if economy.streams.draw("collects", world.month, holder) < chance:
            economy.loop.stakes.collect(holder)


def _willing(economy: Economy) -> Iterator[str]:
    """Yield the labels of all who stake in their life, if they can: drawn once for everyone."""
    terms, labels = economy.scenario.staking, economy.loop.world.labels
    grants = economy.loop.books.vesting.grants
    kinds = (
        (terms.founders_share, [founder.label for founder in economy.founders]),
        (terms.beneficiaries_share, dict.fromkeys(labels[each.beneficiary] for each in grants)),
        (
            terms.members_share,
            [each.label for community in economy.communities for each in community.members],
        ),
    )
    for share, holders in kinds:
        for holder in holders:
            draw = economy.stakers_drawn.get(holder)
            if draw is None:
                draw = economy.streams.draw("stakes", holder)
                economy.stakers_drawn[holder] = draw
            if draw < share:
                yield holder


def _begin(economy: Economy, holder: str) -> None:
    terms, stakes = economy.scenario.staking, economy.loop.stakes
    rng = economy.streams.of("begins to stake", economy.loop.world.month, holder)
    if rng.random() >= terms.begin_chance:
        return
    is_new = economy.loop.world.address(holder) not in stakes.stakes.positions
    if _stake_part(economy, holder, rng) and is_new and rng.random() < terms.delegate_share:
        others = [each.label for each in economy.founders if each.label != holder]
        if others:
            stakes.delegate(holder, rng.choice(others))


def _act(economy: Economy, holder: str) -> None:
    """Draw what a staker does this month, if anything."""
    terms, stakes, world = economy.scenario.staking, economy.loop.stakes, economy.loop.world
    rng = economy.streams.of("staker", world.month, holder)
    draw = rng.random()
    choice = next((n for n, upto in enumerate(accumulate(terms.chances())) if draw < upto), None)
    units = stakes.unlocked(holder)
    if choice == 0:
        if units:
            stakes.withdraw(holder, units)
    elif choice == 1:
        if amount := part_of(units, terms.withdrawn_part, rng):
            stakes.withdraw(holder, amount)
    elif choice == 2:
        _stake_part(economy, holder, rng)
    elif choice == 3:
        stakes.restake(holder)
    elif choice == 4:
        stakes.claim(holder)


def _stake_part(economy: Economy, holder: str, rng: Random) -> bool:
    """Stake a part of what the holder has free, if that is enough."""
    terms, world = economy.scenario.staking, economy.loop.world
    free = world.suite.token.balanceOf(world.address(holder))
    if free < terms.least * BASE_UNITS:
        return False
    amount = part_of(free, terms.part, rng)
    return bool(amount) and economy.loop.stakes.stake(holder, amount)


def part_of(amount: int, part: tuple[Decimal, Decimal], rng: Random) -> int:
    """Draw a part of an amount, in thousandths."""
    low, high = (int(each * 1_000) for each in part)
    return amount * rng.randint(low, high) // 1_000
