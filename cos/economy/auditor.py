"""The auditor: chooses batches by what everyone sees, checks some, acts on what it finds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from cos.calendar import DAY
from cos.economy import drops
from cos.economy.cases import Case
from cos.economy.flags import Choice, PublicRecord, choose
from cos.economy.founding import text_hash
from cos.economy.pricing import BASE_UNITS

if TYPE_CHECKING:
    from cos.economy.loop import Batch
    from cos.economy.people import Community, Economy, Manager

SESSIONS = 4
"""On so many days of a month checks are begun."""


class Check(NamedTuple):
    """A check that is going on: result at UNIX time `due`."""

    choice: Choice
    due: int
    attempt: int


@dataclass(slots=True)
class Tally:
    """What the auditor did."""

    checks: int = 0
    freezes: int = 0
    dismissals: int = 0
    void_months: int = 0


class Auditor:
    """Knows what is public, what it has checked, and what it found."""

    def __init__(self, economy: Economy) -> None:
        self._economy = economy
        self._terms = economy.scenario.audit
        scenario, caps = economy.scenario, economy.scenario.caps
        routine = [scenario.members.welcome_rule, *scenario.salaries.model_dump().values()]
        self.record = PublicRecord(
            self._terms.flags,
            caps.contributor * BASE_UNITS,
            caps.manager * BASE_UNITS,
            [economy.rules[rule].id for rule in routine],
        )
        self.cases: dict[tuple[int, int], Case] = {}
        """What became of every batch. The truth in it is for the report alone."""

        self.tally = Tally()
        self.begun: list[tuple[int, int, int]] = []
        """Every check: time, community, number of the batch."""

        self._running: list[Check] = []
        self._looked_at: dict[tuple[int, int], int] = {}
        """Batch -> how many findings its manager had when it was checked last."""

        self._attempts: dict[tuple[int, int], int] = {}

    # --- what is going on ------------------------------------------------------------------------

    def was_granted(self, batch: Batch) -> None:
        """Take note of a batch, and keep for the report what is behind it."""
        self.record.add(batch)
        economy = self._economy
        label = economy.loop.world.labels[batch.manager]
        ring = economy.rings.get(label)
        wrong = economy.truth.wrong_in(batch.entries)
        is_in = ring is not None and batch.lot in ring.lots
        self.cases[batch.key] = Case(batch, wrong, economy.characters[label], is_in)
        economy.truth.was_granted(batch.community, batch.entries)

    # --- checks ----------------------------------------------------------------------------------

    def begin_checks(self, session: int) -> None:
        """Begin a session's part of the month's checks, on batches that can still be voided
        first."""
        budget, rest = divmod(self._terms.checks_monthly, SESSIONS)
        count = budget + (session < rest)
        world = self._economy.loop.world
        rng = self._economy.streams.of("choice", world.month, session)
        now, claimable = world.chain.timestamp, world.suite.bonus_pool.claimable_from
        closing = {batch.month: 0 for batch in self._candidates()}
        closing = {month: claimable(month) for month in closing}
        for is_open in (True, False):
            batches = [
                batch for batch in self._candidates() if (now < closing[batch.month]) == is_open
            ]
            choices = choose(
                self.record,
                batches,
                count,
                needed=self._terms.flags.needed,
                random_share=self._terms.random_share,
                rng=rng,
            )
            count -= len(choices)
            for choice in choices:
                self._begin(choice)

    def _candidates(self) -> list[Batch]:
        """Return the batches worth a check: not too old, and with something new to find. Who
        claims a welcome is a member, and the chain checks that."""
        earliest = self._economy.loop.world.chain.timestamp - self._terms.lookback_days * DAY
        running = {check.choice.batch.key for check in self._running}
        findings = self.record.findings
        return [
            batch
            for batch in self.record.batches
            if batch.timestamp >= earliest
            and not batch.is_welcome
            and batch.key not in running
            and self.cases[batch.key].found_at is None
            and self._looked_at.get(batch.key, -1) < findings[batch.manager]
        ]

    def _begin(self, choice: Choice) -> None:
        key, now = choice.batch.key, self._economy.loop.world.chain.timestamp
        attempt = self._attempts[key] = self._attempts.get(key, 0) + 1
        self._looked_at[key] = self.record.findings[choice.batch.manager]
        days = self._economy.streams.of("days", *key, attempt).randint(*self._terms.check_days)
        self._running.append(Check(choice, now + days * DAY, attempt))
        self.tally.checks += 1
        self.begun.append((now, *key))
        case = self.cases[key]
        case.checks, case.how, case.flags = attempt, choice.how, choice.flags

    def conclude_checks(self) -> None:
        """Act on the results that have come in by now."""
        now = self._economy.loop.world.chain.timestamp
        due = [check for check in self._running if check.due <= now]
        self._running = [check for check in self._running if check.due > now]
        for check in due:
            if self._finds(check):
                self._act(check.choice.batch)

    def _finds(self, check: Check) -> bool:
        """Whether a check finds something: what is wrong, or by mistake what is not."""
        batch, streams = check.choice.batch, self._economy.streams
        if self._economy.truth.wrong_in(batch.entries).records:
            chance = self._terms.detection_chance
        else:
            chance = self._terms.false_alarm_chance
        return streams.draw("finding", *batch.key, check.attempt) < chance

    # --- consequences ----------------------------------------------------------------------------

    def _act(self, batch: Batch) -> None:
        economy, case = self._economy, self.cases[batch.key]
        world, earlier = economy.loop.world, self.record.findings[batch.manager]
        case.found_at = world.chain.timestamp
        case.is_in_time = case.found_at < world.suite.bonus_pool.claimable_from(batch.month)
        reason = text_hash(f"finding in batch {batch.number} of community {batch.community}")
        if case.is_in_time:
            self._void_manager(case, earlier, reason)
            suspected = economy.streams.draw("suspicion", *batch.key)
            if self.record.is_pair(batch) or suspected < self._terms.wrong_suspicion_chance:
                self._void_sponsor(case, reason)
            self._void_points(case, reason)
        self.record.findings[batch.manager] += 1
        if batch.settled:
            drops.stop(economy, batch.settled.drop, reason)
        community = next(each for each in economy.national.walk() if each.id == batch.community)
        if not community.is_closed:
            self._freeze(community, reason)
            self._dismiss(community, batch)

    def _void_manager(self, case: Case, earlier: int, reason: bytes) -> None:
        batch, loop = case.batch, self._economy.loop
        if case.is_manager_void or not batch.manager_e4:
            return
        if earlier < self._terms.month_void_after:
            case.is_manager_void = loop.void_bonus(batch, is_manager=True, reason_hash=reason)
        elif loop.void_month(batch.manager, batch.month, reason):
            self.tally.void_months += 1
            for each in self.cases.values():
                if (each.batch.manager, each.batch.month) == (batch.manager, batch.month):
                    each.is_manager_void = each.batch.manager_e4 > 0

    def _void_sponsor(self, case: Case, reason: bytes) -> None:
        if case.batch.sponsor_e4 and not case.is_sponsor_void:
            case.is_sponsor_void = self._economy.loop.void_bonus(
                case.batch, is_manager=False, reason_hash=reason
            )

    def _void_points(self, case: Case, reason: bytes) -> None:
        """Void the points of the records that the check found nothing behind; a padded record
        counts as a whole, because a record has no part."""
        truth, batch = self._economy.truth, case.batch
        found = [
            position
            for position, entry in enumerate(batch.entries)
            if truth.of(entry).worth < entry.amount
        ]
        if found and batch.sponsor_bps:
            case.points_voided = self._economy.loop.void_points(batch, found, reason)

    def _freeze(self, community: Community, reason: bytes) -> None:
        world = self._economy.loop.world
        registry = world.suite.registry
        args = (community.id, reason, self._terms.freezing_days * DAY)
        if not registry.is_frozen(community.id) and world.act(
            world.auditor, registry, "freeze", *args
        ):
            self.tally.freezes += 1

    def _dismiss(self, community: Community, batch: Batch) -> None:
        """Let the admin decide on the manager; it goes as soon as it can be replaced."""
        economy, label = self._economy, self._economy.loop.world.labels[batch.manager]
        manager = next((each for each in community.managers if each.label == label), None)
        if manager is None or self._is_leaving(manager):
            return
        if economy.streams.draw("removal", *batch.key) < self._terms.removal_chance:
            economy.dismissals.append((community, manager))
            self.tally.dismissals += 1

    def _is_leaving(self, manager: Manager) -> bool:
        return any(each is manager for _, each in self._economy.dismissals)
