"""What everyone can see of grants, and which of it looks wrong.

A flag is a fact about a batch, computed from public data alone: events of the ledger and the
registry, caps, the rule book, and earlier findings of the auditor. Nothing here knows what really
happened; `tests/unit/economy/test_auditor.py` holds that against the code.

    few         the batch is shared by few contributors (effectively: 1 / sum of squared shares)
    outsiders   most of it goes to people who are neither members nor managers, or are new
    caps        most of it goes to contributors who have used up their monthly cap
    prices      most of it is paid at prices far above the rule's average
    favourites  most of it goes to people who get nearly all of their COS from this manager
    pair        the sponsor's quota is granted by this manager alone, month after month
    manager     the manager has used up its own monthly cap
    convicted   the auditor has found something against the manager before

Secretaries' salaries and welcomes are left out: everyone knows them.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from random import Random
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from cos.economy.books import Entry
    from cos.economy.conduct import Flags
    from cos.economy.loop import Batch

FLAGS = ("few", "outsiders", "caps", "prices", "favourites", "pair", "manager", "convicted")
_RECORDS_OF_A_FAVOURITE = 3
_BATCHES_OF_A_PAIR = 2

BY_FLAGS, AT_RANDOM = "flags", "random"


class Choice(NamedTuple):
    """A batch to check, and why."""

    batch: Batch
    flags: tuple[str, ...]
    how: str


class Work(NamedTuple):
    """What a batch pays but for the routine: its records, and what each contributor gets."""

    entries: list[Entry]
    shares: dict[str, int]
    amount: int
    effective_number: float
    """1 / sum of squared shares."""


class PublicRecord:
    """Running totals over all grants. Caps are base units; `routine` are rules left out."""

    def __init__(
        self, terms: Flags, contributor_cap: int, manager_cap: int, routine: Collection[int]
    ) -> None:
        self._terms = terms
        self._contributor_cap = contributor_cap
        self._manager_cap = manager_cap
        self._routine = frozenset(routine)
        self.batches: list[Batch] = []
        self.joined: dict[tuple[int, str], int] = {}
        """(community, account) -> month in which it became a member."""

        self.managers: set[str] = set()
        self.findings: Counter[str] = Counter()
        """Manager -> how often the auditor found something."""

        self._work: dict[tuple[int, int], Work] = {}
        self._of_month: Counter[tuple[int, str, int]] = Counter()
        self._by_manager: Counter[tuple[int, str, int]] = Counter()
        self._gifts: Counter[tuple[int, str, str]] = Counter()
        self._received: Counter[tuple[int, str]] = Counter()
        self._records: Counter[tuple[int, str]] = Counter()
        self._prices: dict[int, list[int]] = defaultdict(lambda: [0, 0])
        self._pairs: Counter[tuple[str, str]] = Counter()
        self._pair_months: dict[tuple[str, str], set[int]] = defaultdict(set)
        self._sponsored: Counter[str] = Counter()

    def add(self, batch: Batch) -> None:
        """Take note of a grant."""
        self.batches.append(batch)
        self._work[batch.key] = work = _work_of(batch, self._routine)
        self.managers.add(batch.manager)
        community, month = batch.community, batch.month
        self._by_manager[community, batch.manager, month] += batch.total
        for entry in batch.entries:
            self._of_month[community, entry.contributor, month] += entry.amount
        for entry in work.entries:
            self._records[community, entry.contributor] += 1
            price = self._prices[entry.rule]
            price[0] += entry.amount
            price[1] += entry.quantity
        for person, amount in work.shares.items():
            self._gifts[community, person, batch.manager] += amount
            self._received[community, person] += amount
        if batch.sponsor_bps:
            self._pairs[batch.sponsor, batch.manager] += batch.total
            self._pair_months[batch.sponsor, batch.manager].add(month)
            self._sponsored[batch.sponsor] += batch.total

    def flags_of(self, batch: Batch) -> tuple[str, ...]:
        """Return the flags of a batch as of now, in the order of FLAGS."""
        raised = {
            "manager": self._near_cap(batch),
            "pair": self.is_pair(batch),
            "convicted": self.findings[batch.manager] > 0,
        }
        work = self._work[batch.key]
        if work.amount:
            enough = self._terms.amount_share * work.amount
            tests = {
                "outsiders": self._is_outsider,
                "caps": self._is_capped,
                "favourites": self._is_favourite,
            }
            raised["few"] = work.effective_number <= self._terms.contributors
            for name, test in tests.items():
                amount = sum(part for who, part in work.shares.items() if test(batch, who))
                raised[name] = amount >= enough
            raised["prices"] = self._dear_part(work.entries) >= enough
        return tuple(name for name in FLAGS if raised.get(name))

    def is_pair(self, batch: Batch) -> bool:
        """Whether the sponsor's quota is granted by the batch's manager alone, repeatedly."""
        pair = batch.sponsor, batch.manager
        if len(self._pair_months[pair]) < _BATCHES_OF_A_PAIR:
            return False
        return self._pairs[pair] >= self._terms.pair_share * self._sponsored[batch.sponsor]

    def _near_cap(self, batch: Batch) -> bool:
        spent = self._by_manager[batch.community, batch.manager, batch.month]
        return spent >= self._terms.cap_share * self._manager_cap

    def _is_outsider(self, batch: Batch, person: str) -> bool:
        if person in self.managers:
            return False
        joined = self.joined.get((batch.community, person))
        return joined is None or batch.month - joined < self._terms.new_months

    def _is_capped(self, batch: Batch, person: str) -> bool:
        granted = self._of_month[batch.community, person, batch.month]
        return granted >= self._terms.cap_share * self._contributor_cap

    def _is_favourite(self, batch: Batch, person: str) -> bool:
        key = batch.community, person
        if self._records[key] < _RECORDS_OF_A_FAVOURITE:
            return False
        return self._gifts[batch.community, person, batch.manager] >= (
            self._terms.favourite_share * self._received[key]
        )

    def _dear_part(self, entries: Sequence[Entry]) -> int:
        """Return the amount of records at prices far above their rule's average."""
        limits = {}
        for rule in {entry.rule for entry in entries}:
            amount, quantity = self._prices[rule]
            limits[rule] = self._terms.price_factor * amount / quantity
        return sum(
            entry.amount for entry in entries if entry.amount > limits[entry.rule] * entry.quantity
        )


def _work_of(batch: Batch, routine: Collection[int]) -> Work:
    entries = [entry for entry in batch.entries if entry.rule not in routine]
    shares: dict[str, int] = {}
    for entry in entries:
        shares[entry.contributor] = shares.get(entry.contributor, 0) + entry.amount
    amount = sum(shares.values())
    squares = sum(share * share for share in shares.values())
    return Work(entries, shares, amount, amount * amount / squares if squares else 0.0)


def choose(
    record: PublicRecord,
    candidates: Sequence[Batch],
    count: int,
    *,
    needed: int,
    random_share: float,
    rng: Random,
) -> list[Choice]:
    """Choose up to `count` batches: those with the most flags (and of these the largest bonus)
    first, then others at random. `random_share` of the checks are kept for chance."""
    count = min(count, len(candidates))
    if count == 0:
        return []
    choices = [Choice(batch, record.flags_of(batch), BY_FLAGS) for batch in candidates]
    flagged = [choice for choice in choices if len(choice.flags) >= needed]
    flagged.sort(key=_urgency)
    chosen = flagged[: count - int(count * random_share + 0.5)]
    taken = {choice.batch.key for choice in chosen}
    others = [choice for choice in choices if choice.batch.key not in taken]
    drawn = rng.sample(others, count - len(chosen))
    return chosen + [choice._replace(how=AT_RANDOM) for choice in drawn]


def _urgency(choice: Choice) -> tuple[int, int, tuple[int, int]]:
    batch = choice.batch
    return -len(choice.flags), -(batch.sponsor_e4 + batch.manager_e4), batch.key
