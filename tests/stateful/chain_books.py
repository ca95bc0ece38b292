"""Invariants 1 to 8 (docs/invariants.md) on the chain's own word: books kept from events, held
against what the views say. They know nothing of the models, so a fault that contract and model had
in common would still be seen; and a difference between those two is laid at an invariant's door
where one is broken.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from cos.chain import Event, Receipt
from tests.contribution_loop import (
    CAP,
    COS,
    INCENTIVE_BUCKET,
    POOL,
    UTC_8,
    ContributionLoop,
)
from tests.models.calendar_months import month_of, month_start
from tests.models.grant_drops import Drop

E4 = 10_000
FULL_EVERY = 4  # steps
BUCKETS = 8


class InvariantError(AssertionError):
    """An invariant, by its number, does not hold."""


def holds(number: int, condition: bool, text: str, *values: object) -> None:
    if not condition:
        shown = ": " + " against ".join(map(str, values)) if values else ""
        raise InvariantError(f"invariant {number}: {text}{shown}")


@dataclass
class DropBook:
    """What events say of a drop."""

    terms: Drop
    total: int
    left: int
    unsettled: int = 0
    count: int = 0
    claims: dict[int, str] = field(default_factory=dict)  # index -> who was paid

    @property
    def is_own(self) -> bool:
        return self.terms.sponsor_bps == 0

    @property
    def rate_bps(self) -> int:
        return self.terms.sponsor_bps + self.terms.manager_bps


class ChainBooks:
    """`saw` every receipt, `check` after every step."""

    def __init__(self, loop: ContributionLoop) -> None:
        self.loop = loop
        self.token, self.ledger, self.pool = loop.token, loop.ledger, loop.pool
        self.drops, self.registry, self.treasury = loop.drops, loop.registry, loop.treasury
        self.contracts = {c.address for c in (self.ledger, self.pool, self.drops)}
        self.steps = 0
        # 1, 2
        self.accounts = {loop.center, loop.seller, loop.treasury.address, *self.contracts}
        self.gifts: Counter[str] = Counter()  # what contracts hold and owe to nobody
        # 3
        self.issued = self.own_in = self.own_out = 0
        self.quota: Counter[str] = Counter()
        self.lots: dict[int, tuple[str, int, bool]] = {}  # sponsor, community, is_own
        self.places: set[tuple[int, int, str]] = set()  # lot, community, holder
        self.granted = {False: 0, True: 0}  # is_own -> base units
        self.drop_books: dict[int, DropBook] = {}
        # 4
        self.funded = self.earned_e4 = self.voided_e4 = self.paid = 0
        self.earners: set[tuple[str, int]] = set()  # account, month
        # 5
        self.records: Counter[tuple[int, str]] = Counter()
        self.points: Counter[tuple[int, str]] = Counter()
        self.voided_points: Counter[tuple[int, str]] = Counter()
        self.voided: set[tuple[int, int, int]] = set()  # community, number, index; or 0, drop, ...
        self.digests: dict[tuple[int, int], bytes] = {}
        self.numbers: Counter[int] = Counter()
        self.fresh: set[tuple[int, str]] = set()  # standings that have just changed
        # 7
        self.spent: Counter[tuple] = Counter()
        self.highest_caps: dict[int, int] = defaultdict(int)  # root -> in this month, base units
        self.month = 0
        self.begin_month()

    # ---- what a receipt says

    def saw(self, receipt: Receipt) -> None:
        """Notes all events of a successful call, and checks what one call may do (5, 7, 8)."""
        self.begin_month()
        logs = receipt.logs
        is_settlement = any(log.name == "DropSettled" for log in logs)
        waiting: list[dict] = []  # records whose batch or claim is still to come
        for log in logs:
            if log.name == "ContributionRecorded":
                waiting.append(log.args)
            elif log.name == "BatchGranted":
                self._granted(log.args, None if is_settlement else waiting)
                waiting = []
            elif log.name == "Claimed":
                self._claimed(log.args, waiting, logs)
                waiting = []
            elif handler := getattr(self, f"_on_{log.name}", None):
                handler(log.args, logs)
        holds(5, not waiting, "a record without its batch or claim", *waiting)

    def gave(self, contract: str, amount: int) -> None:
        """COS that was sent to a contract directly."""
        self.gifts[contract] += amount

    def _on_Transfer(self, args: dict, _: list[Event]) -> None:  # noqa: N802, the event's name
        self.accounts.add(args["receiver"])

    def _on_Funded(self, args: dict, _: list[Event]) -> None:  # noqa: N802
        self.funded += args["amount"]

    def _on_QuotaIssued(self, args: dict, _: list[Event]) -> None:  # noqa: N802
        self.issued += args["amount"]
        self.quota[args["sponsor"]] += args["amount"]

    def _on_Donated(self, args: dict, _: list[Event]) -> None:  # noqa: N802
        lot, sponsor, is_own = args["lot"], args["sponsor"], args["is_own"]
        holds(3, lot == len(self.lots) + 1, "lots are numbered one by one", lot)
        self.lots[lot] = (sponsor, args["community"], is_own)
        self.places.add((lot, args["community"], POOL))
        if is_own:
            self.own_in += args["amount"]
        else:
            self.quota[sponsor] -= args["amount"]

    def _on_Moved(self, args: dict, _: list[Event]) -> None:  # noqa: N802
        self._check_active(args["from_community"], "moved")
        self.places.add((args["lot"], args["to_community"], args["to_holder"]))

    def _on_LotReturned(self, args: dict, logs: list[Event]) -> None:  # noqa: N802
        sponsor, _, is_own = self.lots[args["lot"]]
        is_closed = self.registry.is_closed(args["community"])
        holds(8, is_closed, "only what a closed community holds returns", args["community"])
        holds(8, args["sponsor"] == sponsor, "it returns to its sponsor", args["sponsor"], sponsor)
        if is_own:
            self.own_out += args["amount"]
            self._check_paid(8, self.ledger.address, sponsor, args["amount"], logs)
        else:
            self.quota[sponsor] += args["amount"]

    def _on_PutBack(self, args: dict, _: list[Event]) -> None:  # noqa: N802
        is_closed = self.registry.is_closed(args["community"])
        holds(8, not is_closed, "nothing goes into a closed community's pool", args["community"])
        self.places.add((args["lot"], args["community"], POOL))

    def _on_SetAside(self, args: dict, _: list[Event]) -> None:  # noqa: N802
        self._check_active(args["community"], "set aside")
        self._spends(args["community"], args["manager"], args["amount"])

    def _on_DropPublished(self, args: dict, logs: list[Event]) -> None:  # noqa: N802
        terms = Drop(**{name: args[name] for name in Drop._fields})
        holds(5, terms.drop not in self.drop_books, "a drop's number is used once", terms.drop)
        self.drop_books[terms.drop] = DropBook(terms, args["total"], args["total"])
        self._check_paid(3, self.ledger.address, self.drops.address, args["total"], logs)

    def _on_DropSettled(self, args: dict, _: list[Event]) -> None:  # noqa: N802
        book = self.drop_books[args["drop"]]
        settled = (args["amount"], args["claims"])
        holds(4, settled == (book.unsettled, book.count), "a settlement is of all claims since")
        book.unsettled = book.count = 0

    def _on_DropReturned(self, args: dict, _: list[Event]) -> None:  # noqa: N802
        book = self.drop_books[args["drop"]]
        holds(3, args["amount"] == book.left, "what nobody claimed returns", args["amount"])
        book.left = 0

    def _on_BatchBonusVoided(self, args: dict, _: list[Event]) -> None:  # noqa: N802
        self.voided_e4 += args["amount_e4"]

    def _on_MonthVoided(self, args: dict, _: list[Event]) -> None:  # noqa: N802
        self.voided_e4 += args["amount_e4"]

    def _on_BonusClaimed(self, args: dict, logs: list[Event]) -> None:  # noqa: N802
        self.paid += args["amount"]
        self._check_paid(4, self.pool.address, args["account"], args["amount"], logs)

    def _on_PointsVoided(self, args: dict, _: list[Event]) -> None:  # noqa: N802
        self._voids((args["community"], args["number"], args["index"]))
        self.voided_points[args["community"], args["contributor"]] += args["amount"]

    def _on_ClaimVoided(self, args: dict, _: list[Event]) -> None:  # noqa: N802
        book = self.drop_books[args["drop"]]
        self._voids((0, args["drop"], args["index"]))
        paid = book.claims.get(args["index"])
        holds(5, paid == args["recipient"], "points are voided of who has them", paid)
        self.voided_points[book.terms.community, args["recipient"]] += args["amount"]

    def _granted(self, args: dict, records: list[dict] | None) -> None:
        """A grant with its records, or the settlement of a drop."""
        community, number, total = args["community"], args["number"], args["total"]
        self.numbers[community] += 1
        holds(5, number == self.numbers[community], "batches are numbered one by one", number)
        self.digests[community, number] = self.ledger.batch_digest(community, number)
        sponsor, _, is_own = self.lots[args["lot"]]
        rate_bps = args["sponsor_bps"] + args["manager_bps"]
        holds(4, not is_own or rate_bps == 0, "own coins earn nothing", rate_bps)
        self.granted[is_own] += total
        self.earned_e4 += total * rate_bps
        self.earners |= {(sponsor, self.month), (args["manager"], self.month)}
        if records is None:
            return
        amounts = [record["work"] >> 128 for record in records]
        found = (len(amounts), sum(amounts))
        holds(5, found == (args["count"], total), "one record for each grant", found)
        self._check_active(community, "granted")
        self._spends(community, args["manager"], total)
        cap = self.ledger.caps(community)[2]
        for record in records:
            self._recorded(record, is_own, cap, (sponsor, args["manager"]))

    def _claimed(self, args: dict, records: list[dict], logs: list[Event]) -> None:
        book, index = self.drop_books[args["drop"]], args["index"]
        terms = book.terms
        holds(5, len(records) == 1, "one record for each claim", len(records))
        (record,) = records
        amount, contributor = record["work"] >> 128, record["contributor"]
        holds(5, index not in book.claims, "a place is claimed once", args["drop"], index)
        holds(5, record["evidence"] == terms.evidence, "a claim's evidence is the drop's")
        holds(5, record["community"] == terms.community, "a claim's community is the drop's")
        is_frozen = self.registry.is_frozen(terms.community)
        holds(8, not is_frozen, "nothing leaves a frozen community by a claim", terms.community)
        self._check_paid(3, self.drops.address, contributor, amount, logs)
        barred = (terms.sponsor, terms.manager)
        self._recorded(record, book.is_own, terms.contributor_cap, barred)
        book.claims[index] = contributor
        book.left -= amount
        book.unsettled += amount
        book.count += 1
        holds(3, book.left >= 0, "a drop gives no more than it has", book.left)

    def _recorded(self, record: dict, is_own: bool, cap: int, barred: tuple[str, ...]) -> None:
        community, contributor = record["community"], record["contributor"]
        amount = record["work"] >> 128
        key = (community, contributor)
        holds(5, contributor not in barred, "nobody rewards itself", contributor)
        self.records[key] += 1
        self.points[key] += 0 if is_own else amount
        self.fresh.add(key)
        self.spent["contributor", *key] += amount
        spent = self.spent["contributor", *key]
        holds(7, spent <= cap * COS, "a contributor's cap", spent, cap * COS)
        if contributor in self.contracts:
            self.gifts[contributor] += amount  # granted to a contract of the loop: stuck there

    def _spends(self, community: int, manager: str, amount: int) -> None:
        """Invariant 7, when the spending is done; and no cap is used twice in a month, however it
        was moved about the tree meanwhile."""
        caps = self.ledger.caps(community)
        root = community
        while parent := self.registry.parent_of(root):
            root = parent
        self.note_cap(root)
        room = (caps[0] - caps[1]) * COS
        for key, cap, text in (
            (("manager", community, manager), caps[3] * COS, "a manager's cap"),
            (("community", community), room, "a community's cap"),
            (("tree", root), self.highest_caps[root], "a root's cap for its whole tree"),
        ):
            self.spent[key] += amount
            holds(7, self.spent[key] <= cap, text, self.spent[key], cap)

    def _voids(self, key: tuple[int, int, int]) -> None:
        holds(5, key not in self.voided, "points are voided once", key)
        self.voided.add(key)

    def _check_active(self, community: int, what: str) -> None:
        is_frozen = self.registry.is_frozen(community)
        holds(8, not is_frozen, f"{what} out of a frozen community", community)
        is_closed = self.registry.is_closed(community)
        holds(8, not is_closed, f"{what} out of a closed community", community)

    def _check_paid(
        self, number: int, sender: str, receiver: str, amount: int, logs: list[Event]
    ) -> None:
        expected = {"sender": sender, "receiver": receiver, "value": amount}
        transfers = [log.args for log in logs if log.name == "Transfer"]
        holds(number, expected in transfers, "what is booked is paid", expected, transfers)

    # ---- time and caps

    def begin_month(self) -> None:
        """Counters of a month that is over go."""
        month = month_of(self.loop.chain.timestamp, UTC_8)
        if month != self.month:
            self.month = month
            self.spent.clear()
            self.highest_caps.clear()

    def note_cap(self, root: int) -> None:
        """A root's cap of now, as a part of its highest in the month."""
        cap = self.ledger.caps(root)[0] * COS
        self.highest_caps[root] = max(self.highest_caps[root], cap)

    # ---- what must hold

    def check(self, *, is_full: bool = False) -> None:
        """All invariants; standings, digests and buckets that did not just change now and then."""
        self.steps += 1
        self.begin_month()
        is_full = is_full or self.steps % FULL_EVERY == 0
        self.supply_adds_up()
        self.contracts_hold_what_they_owe()
        self.quota_adds_up()
        self.bonus_adds_up(is_full)
        self.records_add_up(is_full)
        self.months_are_pythons()
        self.caps_add_up()
        self.lots_stay_below_their_community()

    def supply_adds_up(self) -> None:
        """Invariant 1."""
        total = sum(map(self.token.balanceOf, self.accounts))
        supply = self.token.totalSupply()
        holds(1, total == supply, "sum of balances = total supply", total, supply)
        holds(1, supply <= CAP, "total supply <= cap", supply)
        issued, cap = self.treasury.issued(INCENTIVE_BUCKET), self.treasury.bucket_cap
        holds(1, issued <= cap(INCENTIVE_BUCKET), "issued <= cap of the bucket", issued)
        caps = sum(map(cap, range(BUCKETS)))
        holds(1, caps == CAP, "sum of bucket caps = cap", caps)

    def contracts_hold_what_they_owe(self) -> None:
        """Invariant 2; exactly, as every gift is known."""
        ledger, pool, drops = self.ledger, self.pool, self.drops
        owed = {
            ledger.address: ledger.locked_quota() + ledger.locked_own(),
            pool.address: pool.totals()[0],
            drops.address: sum(state[2] for _, state in self.drop_states()),
        }
        for contract, amount in owed.items():
            held = self.token.balanceOf(contract)
            expected = amount + self.gifts[contract]
            holds(2, held == expected, "a contract holds what it owes", held, expected)

    def drop_states(self) -> Iterator[tuple[DropBook, Any]]:
        """is_published, is_cancelled, left, unsettled, unsettled claims of each drop."""
        for book in self.drop_books.values():
            yield book, self.drops.state_of(book.terms)

    def quota_adds_up(self) -> None:
        """Invariant 3."""
        ledger = self.ledger
        held = {False: 0, True: 0}
        for lot, community, holder in self.places:
            held[self.lots[lot][2]] += ledger.holding(lot, community, holder)
        in_drops = {False: 0, True: 0}
        for book, (_, _, left, unsettled, count) in self.drop_states():
            found = (left, unsettled, count)
            expected = (book.left, book.unsettled, book.count)
            holds(3, found == expected, "a drop's state is its events'", found, expected)
            in_drops[book.is_own] += left + unsettled
        for person, amount in self.quota.items():
            found = ledger.quota_of(person)
            holds(3, found == amount, "undonated quota is its events'", found, amount)
        undonated, aside = sum(self.quota.values()), ledger.quota_aside()
        issued = ledger.quota_issued()
        holds(3, issued == self.issued, "quota issued", issued, self.issued)
        holds(3, aside == in_drops[False], "quota aside = in drops", aside, in_drops[False])
        parts = undonated + held[False] + aside + self.granted[False]
        holds(
            3, issued == parts, "issued = undonated + in lots + in drops + granted", issued, parts
        )
        own = held[True] + in_drops[True] + self.granted[True] + self.own_out
        holds(3, own == self.own_in, "own = in lots + in drops + granted + returned", own)
        locked = ledger.locked_quota()
        holds(3, locked == undonated + held[False], "locked quota", locked, undonated)
        holds(3, locked == self.pool.totals()[1], "the pool's open quota", locked)
        holds(3, ledger.locked_own() == held[True], "locked own coins", held[True])

    def bonus_adds_up(self, is_full: bool) -> None:
        """Invariant 4, in 1e-4 base units."""
        reserve, open_quota, accrued_e4 = self.pool.totals()
        holds(4, reserve == self.funded - self.paid, "reserve = funded - paid", reserve)
        aside_e4 = sum(
            (left + unsettled) * book.rate_bps
            for book, (_, _, left, unsettled, _) in self.drop_states()
        )
        expected = self.earned_e4 + aside_e4 - self.voided_e4 - self.paid * E4
        holds(4, accrued_e4 == expected, "accrued = earned - voided - paid", accrued_e4, expected)
        steps = self.pool.schedule()
        months = {self.month, *(step[0] for step in steps if step[0] > self.month)}
        for month in months:
            needed = open_quota * sum(self.pool.rates(month)) + accrued_e4
            holds(4, reserve * E4 >= needed, "the reserve covers all", reserve * E4, needed)
        if is_full:
            unpaid = sum(sum(self.pool.bucket(*key)[:2]) for key in self.earners)
            unpaid += sum(self.pool.carried_e4(who) for who in {who for who, _ in self.earners})
            holds(4, unpaid + aside_e4 == accrued_e4, "accrued = sum of what is each one's")

    def records_add_up(self, is_full: bool) -> None:
        """Invariant 5: and no digest of the past has changed."""
        for key in self.records if is_full else self.fresh:
            points, count, *_ = self.ledger.standing(*key)
            found, expected = (points, count), (self.points[key], self.records[key])
            holds(5, found == expected, "points and records", key, found, expected)
        self.fresh.clear()
        if is_full:
            for key, amount in self.voided_points.items():
                found = self.ledger.voided_points(*key)
                holds(5, found == amount <= self.points[key], "voided points", key, found, amount)
            for key, digest in self.digests.items():
                found = self.ledger.batch_digest(*key)
                holds(5, found == digest != bytes(32), "digests of the past stay", key)

    def months_are_pythons(self) -> None:
        """Invariant 6, for now and for both sides of the next month's beginning."""
        begin = month_start(self.month + 1, UTC_8)
        times = (self.loop.chain.timestamp, begin - 1, begin)
        found = (*map(self.pool.month_of, times), self.loop.rules.current_month())
        expected = (self.month, self.month, self.month + 1, self.month)
        holds(6, found == expected, "months are Python's", found, expected)

    def caps_add_up(self) -> None:
        """Invariant 7: children's caps are carved out of the parent's."""
        carved: Counter[int] = Counter()
        count = self.registry.community_count()
        caps = {number: self.ledger.caps(number) for number in range(1, count + 1)}
        for number in caps:
            if parent := self.registry.parent_of(number):
                carved[parent] += caps[number][0]
            else:
                self.note_cap(number)
        for number, cap in caps.items():
            found = carved[number]
            holds(7, found == cap[1] <= cap[0], "children's caps", found, cap[:2])

    def lots_stay_below_their_community(self) -> None:
        """What was donated to a community is held by it and those below it (3)."""
        parents: dict[int, int] = {}
        for lot, community, _ in self.places:
            origin, above = self.lots[lot][1], community
            while above not in (origin, 0):
                if above not in parents:
                    parents[above] = self.registry.parent_of(above)
                above = parents[above]
            holds(3, above == origin, "a lot stays below its community", lot, community)
