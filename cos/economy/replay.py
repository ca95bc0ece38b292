"""A contribution log, replayed on the chain: every row is granted in its own calendar month."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from cos.calendar import month_start
from cos.economy.books import Entry
from cos.economy.contributions import Batch, Contribution, batches
from cos.economy.founding import (
    allot_to,
    appoint,
    found_root,
    text_hash,
)
from cos.economy.logmap import amount_of
from cos.economy.people import Community, Founder, Manager
from cos.economy.pricing import BASE_UNITS
from cos.economy.run import PERSON, Population, Progress, Refusal, Result, Run
from cos.economy.sale import seats_of, sell_seats
from cos.errors import InputError

if TYPE_CHECKING:
    from cos.chain import Chain
    from cos.economy.logmap import LogMap
    from cos.economy.pricing import Rules
    from cos.economy.scenario import Caps, Scenario
    from cos.suite import Suite


class Desk(NamedTuple):
    """A manager of a community in the log, by names."""

    community: str
    manager: str


class Donation(NamedTuple):
    """What a founder gives for one desk, in base units."""

    founder: Founder
    desk: Desk
    amount: int


class Log:
    """The rows of a log that are replayed, by calendar month, with what they are worth."""

    def __init__(
        self,
        rows: Sequence[Contribution],
        logmap: LogMap,
        rules: Rules,
        offset_seconds: int,
        months: int | None,
    ) -> None:
        self.map = logmap
        self._rules = rules
        by_month = {month[0].month: month for month in batches(rows, logmap, offset_seconds)}
        first, last = min(by_month), max(by_month)
        if months is not None:
            last = min(last, first + months - 1)
        self.months = range(first, last + 1)
        self.batches = [by_month.get(month, []) for month in self.months]
        """The batches of each month, some of which may have none."""

    @property
    def start(self) -> int:
        """The first month."""
        return self.months[0]

    def entry(self, row: Contribution, contributor: str) -> Entry:
        """Return a row as the ledger takes it."""
        kind = self.map.kinds[row.kind]
        rule = self._rules[kind.rule]
        amount = amount_of(kind, row.quantity, rule)
        return Entry(contributor, rule.id, row.quantity, amount, row.evidence)

    def needs(self) -> dict[Desk, tuple[int, int]]:
        """Return for each desk the sum of its rows and the largest of them, in base units."""
        needs: dict[Desk, tuple[int, int]] = {}
        for batch in joined(self.batches):
            desk = Desk(batch.community, batch.manager)
            for row in batch.rows:
                total, largest = needs.get(desk, (0, 0))
                amount = self.entry(row, "").amount
                needs[desk] = (total + amount, max(largest, amount))
        return needs


def joined(months: Iterable[Sequence[Batch]]) -> Iterable[Batch]:
    """Yield the batches of all months."""
    for month in months:
        yield from month


def plan_donations(
    needs: dict[Desk, tuple[int, int]], founders: Sequence[Founder]
) -> list[Donation]:
    """Cover each desk's need by the quota of the earliest seats. Raises InputError if it can't.

    Where a need is parted, a row might fit neither part: each further part is larger by the
    desk's largest row. A desk whose rows are worth nothing gets 1 COS, to ask the chain with.
    """
    plan: list[Donation] = []
    seats = iter(founders)
    founder = next(seats, None)
    left = founder.quota if founder else 0
    for desk, (need, largest) in needs.items():
        need = max(need, BASE_UNITS)
        while need > 0:
            if founder is None:
                total = sum(each.quota for each in founders) // BASE_UNITS
                raise InputError(
                    f"the log is worth more than the founders' quota of {total:,} COS; activate "
                    "more founders in the scenario or lower the map's quantities"
                )
            part = min(need, left)
            if part:
                plan.append(Donation(founder, desk, part))
            need, left = need - part, left - part
            if need:
                need += largest
                founder = next(seats, None)
                left = founder.quota if founder else 0
    return plan


class Replay:
    """The people of a log and their transactions."""

    def __init__(self, run: Run, log: Log, scenario: Scenario) -> None:
        self._run = run
        self._log = log
        self._caps = _caps(log.map, scenario.caps)
        self._communities: dict[str, Community] = {}
        self._managers: dict[Desk, Manager] = {}
        self._claimants: list[str] = []
        self._members: set[tuple[int, str]] = set()
        self._rows = 0
        self.refusals: list[Refusal] = []

    def set_up(self, founders: Sequence[Founder]) -> None:
        """Activate the founders that are needed, open the communities, fill the desks."""
        loop, needs = self._run.loop, self._log.needs()
        plan = plan_donations(needs, founders)
        sponsors = list({id(each.founder): each.founder for each in plan}.values())
        sell_seats(loop, sponsors)
        for desk in needs:
            community = self._communities.get(desk.community)
            if community is None:
                cap = self._log.map.caps.community or self._caps.city
                community = found_root(loop, desk.community, "community", cap, self._caps)
                self._communities[desk.community] = community
            manager = Manager(PERSON + desk.manager, 1)
            appoint(loop, community, manager, desk.manager)
            self._managers[desk] = manager
        for donation in plan:
            community = self._communities[donation.desk.community]
            loop.donate(donation.founder.label, community.id, donation.amount)
            allot_to(loop, community, self._managers[donation.desk], donation.amount)
        labels = [manager.label for manager in self._managers.values()]
        self._claimants = list(dict.fromkeys([each.label for each in sponsors] + labels))

    def live_a_month(self, month: int, work: Sequence[Batch]) -> Population:
        """Grant a month's batches, each when its last row has happened, then claim bonuses."""
        world = self._run.world
        world.wait_until(month_start(month, world.offset_seconds))
        for batch in work:
            world.wait_until(batch.time)
            self._grant(batch)
        self._run.loop.claim_all(self._claimants)
        active = {row.contributor for batch in work for row in batch.rows}
        return Population(
            communities=len(self._communities),
            members=len({person for _, person in self._members}),
            active=len(active),
            rows=self._rows,
            refused=len(self.refusals),
        )

    def _grant(self, batch: Batch) -> None:
        community = self._communities[batch.community]
        manager = self._managers[Desk(batch.community, batch.manager)]
        self._welcome(community, manager, batch)
        rows = {row.evidence: row for row in batch.rows}
        world = self._run.world
        entries = [
            self._log.entry(row, world.address(PERSON + row.contributor)) for row in batch.rows
        ]
        outcome = self._run.loop.grant(manager.label, community.id, entries)
        reason = outcome.reason or "no allotment left"
        refused = outcome.refused + [(entry, reason) for entry in outcome.waiting]
        for entry, why in refused:
            row = rows[entry.evidence]
            self.refusals.append(
                Refusal(row.line, row.contributor, row.kind, row.evidence_text, why)
            )
        self._rows += len(batch.rows)

    def _welcome(self, community: Community, manager: Manager, batch: Batch) -> None:
        """Let people join the community with their first contribution to it."""
        world, registry = self._run.world, self._run.world.suite.registry
        people = dict.fromkeys(row.contributor for row in batch.rows)
        new = [person for person in people if (community.id, person) not in self._members]
        if not new:
            return
        for person in new:
            args = (community.id, text_hash(f"profile of {person}"))
            world.must(PERSON + person, registry, "apply", *args)
            self._members.add((community.id, person))
        accounts = [world.address(PERSON + person) for person in new]
        world.must(manager.label, registry, "approve_members", community.id, accounts)


def _caps(logmap: LogMap, caps: Caps) -> Caps:
    """Return the scenario's caps with what the map says otherwise."""
    own = logmap.caps.model_dump(exclude_none=True, exclude={"community"})
    return caps.model_copy(update=own)


def replay(
    log: Log,
    scenario: Scenario,
    folder: Path,
    chain: Chain,
    suite: Suite,
    progress: Progress,
) -> Result:
    """Replay a log on a freshly deployed suite and write its files to `folder`.

    The chain's time must be before the log's first month. Founders and caps are the scenario's,
    except for caps that the map sets. Nothing is left to chance.
    """
    run = Run(folder, chain, suite, len(log.months), progress)
    players = Replay(run, log, scenario)
    players.set_up(seats_of(suite.config.founder_sale, scenario))
    for month, work in zip(log.months, log.batches, strict=True):
        population = players.live_a_month(month, work)
        state = run.end_month(population)
    return run.finish(state, scenario.seed, population, players.refusals)
