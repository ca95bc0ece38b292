"""What members do: join, contribute, leave; and how managers grant what was contributed."""

from __future__ import annotations

import math
from itertools import accumulate
from random import Random
from typing import TYPE_CHECKING

from cos.economy import events, lists, misconduct, retention, welcome
from cos.economy.entries import new_entry
from cos.economy.founding import text_hash
from cos.economy.people import CITY, Community, Economy, Manager, Member
from cos.economy.pricing import BASE_UNITS, HUNDREDTHS, lowest_amount, twelfth
from cos.economy.truth import Kind

if TYPE_CHECKING:
    from cos.economy.books import Entry
    from cos.economy.scenario import Work

MAX_APPROVALS = 256

# --- members -------------------------------------------------------------------------------------


def make_members(economy: Economy) -> None:
    """Draw the members and their heavy-tailed activity."""
    terms = economy.scenario.members
    tail, limit = terms.activity_tail, terms.activity_limit
    mean = 1 + (1 - math.pow(limit, 1 - tail)) / (tail - 1)  # of a Pareto variable cut at limit
    for number in range(terms.count):
        activity = min(economy.rng.paretovariate(tail), limit) / mean
        economy.members.append(
            Member(f"member {number + 1}", activity * terms.contributions_monthly)
        )


def join(economy: Economy, elapsed: int) -> None:
    """Members apply (fewer each month) and are approved by the secretaries; some leave."""
    communities = economy.communities
    homes = [each for each in communities if each.level == CITY] or communities
    weights = list(accumulate(1 / math.sqrt(rank) for rank in range(1, len(homes) + 1)))
    start, end = (_joined(economy, months) for months in (elapsed, elapsed + 1))
    for member in economy.members[start:end]:
        apply(economy, member, economy.rng.choices(homes, cum_weights=weights)[0])
    for community in communities:
        _approve(economy, community)
    retention.leave(economy)


def _joined(economy: Economy, months: int) -> int:
    """Return how many members have applied after so many months."""
    terms = economy.scenario.members
    left = max(terms.joining_months - months, 0)
    return terms.count - terms.count * left**2 // terms.joining_months**2


def apply(economy: Economy, member: Member, community: Community) -> None:
    """Ask to be a member of a community."""
    world = economy.loop.world
    args = (community.id, text_hash(f"profile of {member.label}"))
    if world.act(member.label, world.suite.registry, "apply", *args):
        economy.applicants[community.id].append(member)


def _approve(economy: Economy, community: Community) -> None:
    world, waiting = economy.loop.world, economy.applicants[community.id]
    while waiting:
        part = waiting[:MAX_APPROVALS]
        args = (community.id, [world.address(member.label) for member in part])
        secretary = community.secretary.label
        if not world.act(secretary, world.suite.registry, "approve_members", *args):
            return
        del waiting[:MAX_APPROVALS]
        community.members += part
        for member in part:
            if not member.has_welcome:
                welcome.invite(economy, member)
            economy.auditor.record.joined[community.id, world.address(member.label)] = world.month


# --- work and grants -----------------------------------------------------------------------------


def work(economy: Economy) -> int:
    """Members contribute, managers take note; return how many members were active."""
    weights = list(accumulate(each.weight for each in economy.scenario.work))
    rng = economy.streams.of("handed in", economy.loop.world.month)
    active = 0
    for community in economy.communities:
        for member in community.members:
            count = _poisson(economy.rng, member.activity)
            active += count > 0
            for _ in range(count):
                terms = economy.rng.choices(economy.scenario.work, cum_weights=weights)[0]
                manager = economy.rng.choice(community.managers)
                quantity, amount = _measure(economy, terms)
                _hand_in(economy, manager, member, terms.rule, amount, quantity, rng)
    _pay_secretaries(economy)
    return active


def _pay_secretaries(economy: Economy) -> None:
    """Each secretary gets a twelfth of its yearly rule from a manager who is not itself."""
    month = economy.loop.world.month
    for community in economy.communities:
        payer = community.parent.secretary if community.parent else community.managers[1]
        rule = economy.rules[economy.scenario.salaries.at(community.level)]
        amount = twelfth(rule.minimum, month)
        _note(economy, payer, community.secretary.label, rule.key, amount)


def _measure(economy: Economy, terms: Work) -> tuple[int, int]:
    """Draw quantity (hundredths) and amount (base units) of a contribution."""
    low, high = (int(units * HUNDREDTHS) for units in terms.quantity)
    quantity = economy.rng.randint(low, high)
    if terms.price is None:
        return quantity, lowest_amount(quantity, economy.rules[terms.rule].minimum)
    price = economy.rng.randint(*terms.price) * BASE_UNITS
    return quantity, lowest_amount(quantity, price)


def _hand_in(
    economy: Economy,
    manager: Manager,
    member: Member,
    rule: str,
    amount: int,
    quantity: int,
    rng: Random,
) -> None:
    """Let a member ask for what it did, or for more; the manager takes note of it or refuses."""
    kind = misconduct.draw_kind(economy, rng)
    worth = 0 if kind is Kind.INVENTED else amount
    if kind is Kind.PADDED:
        factor = economy.scenario.misconduct.members.padding_factor
        amount, quantity = amount * factor, quantity * factor
    lately, address = member.experience, economy.loop.world.address(member.label)
    lately.submitted += 1
    lately.worth += worth
    if misconduct.accepts(economy, manager, address, kind, rng):
        manager.waiting.append(new_entry(economy, address, rule, amount, quantity, kind, worth))
    else:
        lately.refused += 1
        economy.turned_down += 1


def _note(economy: Economy, manager: Manager, contributor: str, rule: str, amount: int) -> None:
    address = economy.loop.world.address(contributor)
    manager.waiting.append(new_entry(economy, address, rule, amount))


def _poisson(rng: Random, mean: float) -> int:
    """Draw a Poisson number by Knuth's method; means here are far below 100."""
    limit, product, count = math.exp(-mean), rng.random(), 0
    while product > limit:
        product *= rng.random()
        count += 1
    return count


def grant(economy: Economy) -> None:
    """Managers grant what they have noted, as far as caps and allotments reach: events first, as
    batches of their own or as lists, and their own accounts last."""
    for community, entries in events.hold(economy):
        _grant_event(economy, community, entries)
    lists.publish(economy)
    for community in economy.communities:
        for manager in community.managers:
            misconduct.favour_friends(economy, community, manager)
            if misconduct.is_late(economy, manager):
                continue
            now, later = _within_caps(economy, community, manager, manager.waiting)
            manager.waiting = _grant(economy, community, manager, now) + later
            misconduct.farm(economy, community, manager)


def _grant(
    economy: Economy, community: Community, manager: Manager, entries: list[Entry]
) -> list[Entry]:
    """Grant entries; return those that have to wait."""
    if not entries:
        return []
    lots = misconduct.ordinary_lots(economy, community, manager)
    outcome = economy.loop.grant(manager.label, community.id, entries, lots)
    economy.refused += outcome.refused
    return outcome.waiting


def _grant_event(economy: Economy, community: Community, entries: list[Entry]) -> None:
    """Let the secretary pay an event at once, or note what doesn't fit."""
    secretary = community.secretary
    now, later = _within_caps(economy, community, secretary, entries)
    waiting = _grant(economy, community, secretary, now) + later
    secretary.waiting += waiting
    economy.events_paid += sum(entry.amount for entry in entries)
    economy.events_paid -= sum(entry.amount for entry in waiting)


def _within_caps(
    economy: Economy, community: Community, manager: Manager, entries: list[Entry]
) -> tuple[list[Entry], list[Entry]]:
    """Part entries of a manager into what the month's caps allow and what has to wait."""
    books, world, caps = economy.loop.books, economy.loop.world, economy.scenario.caps
    month = world.month
    room = misconduct.room_of(economy, community, manager)
    granted: dict[str, int] = {}
    now: list[Entry] = []
    later: list[Entry] = []
    for entry in sorted(entries, key=lambda entry: entry.rule):
        person = entry.contributor
        if person not in granted:
            granted[person] = books.granted_in(community.id, person, month)
        is_over = granted[person] + entry.amount > caps.contributor * BASE_UNITS
        if is_over or entry.amount > room:
            later.append(entry)
        else:
            now.append(entry)
            granted[person] += entry.amount
            room -= entry.amount
    return now, later
