"""A scenario, month by month."""

from __future__ import annotations

from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

from cos.calendar import DAY, month_start
from cos.economy import agents, members
from cos.economy.founding import activate_founders, found_tree, seats_of
from cos.economy.people import Economy
from cos.economy.run import Population, Progress, Refusal, Result, Run

if TYPE_CHECKING:
    from cos.chain import Chain
    from cos.economy.pricing import Rules
    from cos.economy.scenario import Scenario
    from cos.suite import Suite

JOINING, AUDIT, CLAIMS, GRANTS, CLOSING = 5 * DAY, 12 * DAY, 20 * DAY, 25 * DAY, 27 * DAY
"""Seconds from the beginning of a month. Every month has these days; the usual challenge window
of 14 days is open at the audit and over at the claims."""


def simulate(
    scenario: Scenario,
    rules: Rules,
    folder: Path,
    chain: Chain,
    suite: Suite,
    progress: Progress,
) -> Result:
    """Run a scenario on a freshly deployed suite and write its files to `folder`.

    The chain's time must be before the scenario's first month. All chance comes from the seed.
    """
    run = Run(folder, chain, suite, scenario.months, progress)
    founders = seats_of(scenario)
    activate_founders(run.loop, founders)
    national = found_tree(run.loop, scenario)
    economy = Economy(run.loop, scenario, rules, Random(scenario.seed), founders, national)
    economy.claimants = [founder.label for founder in founders]
    economy.claimants += [each.label for every in national.walk() for each in every.managers]
    members.make_members(economy)
    for elapsed in range(scenario.months):
        active = _live_a_month(economy, scenario.first_month + elapsed, elapsed)
        population = _population(economy, active)
        state = run.end_month(population)
    return run.finish(state, scenario.seed, population, _refusals(economy))


def _live_a_month(economy: Economy, month: int, elapsed: int) -> int:
    """Let everyone do what they do in a month; return how many members were active."""
    world = economy.loop.world
    first = month_start(month, world.offset_seconds)
    world.wait_until(first)
    agents.replace_managers(economy)
    agents.donate(economy)
    agents.supply(economy)
    world.wait_until(first + JOINING)
    members.join(economy, elapsed)
    world.wait_until(first + AUDIT)
    agents.audit(economy)
    world.wait_until(first + CLAIMS)
    agents.claim(economy)
    world.wait_until(first + GRANTS)
    active = members.work(economy)
    members.grant(economy)
    if elapsed + 1 == economy.scenario.communities.closing_month:
        world.wait_until(first + CLOSING)
        agents.close_city(economy)
    return active


def _population(economy: Economy, active: int) -> Population:
    communities = economy.communities
    return Population(
        communities=len(communities),
        members=sum(len(community.members) for community in communities),
        active=active,
        rows=economy.contributions,
        refused=len(economy.refused),
    )


def _refusals(economy: Economy) -> list[Refusal]:
    labels, keys = economy.loop.world.labels, {rule.id: key for key, rule in economy.rules.items()}
    return [
        Refusal(0, labels[entry.contributor], keys[entry.rule], entry.evidence.hex(), reason)
        for entry, reason in economy.refused
    ]
