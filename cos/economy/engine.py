"""A scenario, month by month."""

from __future__ import annotations

from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

from cos.calendar import DAY, month_start
from cos.economy import (
    agents,
    assembly,
    beneficiaries,
    customers,
    drops,
    holders,
    issuers,
    lists,
    members,
    misconduct,
    payers,
    retention,
    welcome,
)
from cos.economy.auditor import Auditor
from cos.economy.cases import behaviour_summary, case_rows, voided_e4
from cos.economy.checks import equal
from cos.economy.founding import found_tree
from cos.economy.people import Economy
from cos.economy.run import Population, Progress, Refusal, Result, Run
from cos.economy.sale import seats_of, sell_seats, who_pays_fiat
from cos.economy.streams import Streams

if TYPE_CHECKING:
    from cos.chain import Chain
    from cos.economy.pricing import Rules
    from cos.economy.scenario import Scenario
    from cos.suite import Suite

JOINING, STAKES, CLAIMS, GRANTS, CLOSING = 5 * DAY, 13 * DAY, 20 * DAY, 25 * DAY, 27 * DAY
USES, DIVIDENDS, FEES = 10 * DAY, 17 * DAY, 26 * DAY
CHECKS = (3 * DAY, 10 * DAY, 17 * DAY, 26 * DAY)
PROPOSALS = CHECKS[0]
"""Seconds from the beginning of a month. Every month has these days."""

RESULTS = (0, JOINING, STAKES, CLAIMS, GRANTS)
"""The auditor acts on what has come in also when it begins no checks: among others on the day
before the usual challenge window of 14 days is over, and before the claims."""


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
    return live(run, found(run, scenario, rules))


def found(run: Run, scenario: Scenario, rules: Rules) -> Economy:
    """Let founders, communities and managers come into being; return them and the members."""
    founders = seats_of(run.world.suite.config.founder_sale, scenario)
    share, streams = scenario.founders.fiat_share, Streams(scenario.seed)
    sell_seats(run.loop, founders, who_pays_fiat(founders, share, streams))
    national = found_tree(run.loop, scenario)
    economy = Economy(run.loop, scenario, rules, Random(scenario.seed), founders, national)
    economy.auditor = Auditor(economy)
    run.loop.on_batch = economy.auditor.was_granted
    misconduct.deal_characters(economy)
    economy.claimants = [founder.label for founder in founders]
    economy.claimants += [each.label for every in national.walk() for each in every.managers]
    members.make_members(economy)
    return economy


def live(run: Run, economy: Economy) -> Result:
    """Live through the scenario's months, write the files."""
    scenario = economy.scenario
    for elapsed in range(scenario.months):
        active = _live_a_month(economy, scenario.first_month + elapsed, elapsed)
        population = _population(economy, active)
        state = run.end_month(population)
        voided = voided_e4(economy), run.loop.books.voided_e4
        run.invariants.note(equal(4, "bonus voided, batch by batch, in 1e-4", *voided), state.time)
    return run.finish(
        state,
        scenario.seed,
        population,
        _refusals(economy),
        behaviour_summary(economy),
        case_rows(economy),
    )


def _live_a_month(economy: Economy, month: int, elapsed: int) -> int:
    """Let everyone do what they do in a month; return how many members were active."""
    world = economy.loop.world
    first = month_start(month, world.offset_seconds)
    active = 0
    closes = elapsed + 1 == economy.scenario.communities.closing_month
    for day in sorted({*CHECKS, *RESULTS, *([CLOSING] if closes else [])}):
        world.wait_until(first + day)
        economy.auditor.conclude_checks()
        agents.dismiss_managers(economy)
        if day == 0:
            if elapsed == 0:
                payers.open_apps(economy)
            assembly.begin_month(economy, elapsed)
            beneficiaries.release(economy)
            drops.close(economy)
            issuers.wind_up(economy)
            agents.replace_managers(economy)
            agents.donate(economy)
            misconduct.fund_rings(economy)
            agents.supply(economy)
        elif day == JOINING:
            members.join(economy, elapsed)
            welcome.open_claims(economy)
            retention.fade(economy)
            issuers.settle(economy)
            issuers.open_sub_tokens(economy)
            issuers.keep_desks(economy)
        elif day == STAKES:
            holders.stake(economy)
            issuers.accept(economy)
        elif day == CLAIMS:
            agents.claim(economy)
            holders.collect(economy)
            customers.judge(economy)
        elif day == GRANTS:
            active = members.work(economy)
            members.grant(economy)
            drops.settle(economy)
            retention.remember(economy)
            beneficiaries.award(economy)
        elif day == CLOSING:
            agents.close_city(economy)
        elif day == USES:
            payers.use_apps(economy)
            customers.trade(economy)
        elif day == DIVIDENDS:
            payers.pay_dividends(economy, elapsed)
            issuers.vanish(economy)
            issuers.fulfil(economy)
        elif day == FEES:
            payers.pay_fees(economy)
            payers.fetch(economy)
            customers.decide(economy)
        if day == PROPOSALS:
            assembly.propose(economy, elapsed)
        assembly.sit(economy)
        lists.claim(economy)
        welcome.claim(economy)
        if day in CHECKS:
            economy.auditor.begin_checks(CHECKS.index(day))
            economy.auditor.conclude_checks()
            agents.dismiss_managers(economy)
    return active


def _population(economy: Economy, active: int) -> Population:
    communities = economy.communities
    return Population(
        communities=len(communities),
        members=sum(len(community.members) for community in communities),
        active=active,
        rows=economy.contributions - economy.withdrawn,
        refused=len(economy.refused),
    )


def _refusals(economy: Economy) -> list[Refusal]:
    labels, keys = economy.loop.world.labels, {rule.id: key for key, rule in economy.rules.items()}
    return [
        Refusal(0, labels[entry.contributor], keys[entry.rule], entry.evidence.hex(), reason)
        for entry, reason in economy.refused
    ]
