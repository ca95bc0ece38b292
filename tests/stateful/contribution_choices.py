"""What the contribution machine may choose from: it asks the models what is there, so that most
calls are possible ones, and turns drawn numbers into arguments."""

from __future__ import annotations

from tests.contribution_loop import (
    COS,
    FREE,
    HOURS,
    ONCE,
    ONCE_40,
    ONE,
    POOL,
    RETIRED,
    RULES,
    digest_of,
)
from tests.models import ModelRevert
from tests.models.quota_ledger import Batch, Entry
from tests.stateful.contribution_actions import ContributionActions

# What can be wrong with an entry.
FLAWS = (
    *(
        "sponsor",
        "sponsor",
        "manager",
        "manager",
        "nobody",
        "token",
        "no evidence",
        "nothing",
        "no work",
        "too large",
    ),
    *("too many", "under", "over", "unknown rule", "retired rule", "two of once", "again"),
)
UNKNOWN_RULE = 77
Hand = tuple[int, int, str]  # lot, community, holder


def part(whole: int, share: int) -> int:
    """Hundredths of the whole, at least 1; above 100: one more than there is."""
    return whole + 1 if share > 100 else max(1, whole * share // 100)


class ContributionChoices(ContributionActions):
    """`pick` is any number: it chooses from a list. `is_wild` allows what will be refused."""

    def person(self, pick: int) -> str:
        return self.people[pick % len(self.people)]

    def community(self, pick: int, is_wild: bool = False) -> int:
        """An open and unfrozen one, unless it is to be any, or one that is not there."""
        numbers = list(self.registry_model.communities)
        if is_wild:
            return [0, len(numbers) + 1, *numbers][pick % (len(numbers) + 2)]
        active = [number for number in numbers if self.is_active(number)]
        return (active or numbers)[pick % len(active or numbers)]

    def is_active(self, community: int) -> bool:
        model = self.registry_model
        return not (model.is_closed(community) or model.is_frozen(community))

    def admin_of(self, community: int) -> str:
        """Somebody's for a community that is not there."""
        known = community in self.registry_model.communities
        return self.registry_model.admin_of(community) if known else self.people[0]

    def managers(self, community: int, above: int = 0) -> list[str]:
        levels = self.registry_model.communities[community].levels
        return sorted(person for person, level in levels.items() if level > above)

    def children(self, community: int) -> list[int]:
        found = self.registry_model.communities.items()
        return [n for n, child in found if child.parent == community and self.is_active(n)]

    def hands(self, *, is_pool: bool, is_wild: bool = False) -> list[Hand]:
        """Every part that is held: by pools, or by managers who may use it."""
        return [
            (number, community, holder)
            for number, lot in enumerate(self.model.lots, 1)
            for (community, holder), amount in lot.parts.items()
            if amount > 0
            and (holder == POOL) == is_pool
            and (is_wild or self.is_usable(community, holder))
        ]

    def all_hands(self) -> list[Hand]:
        return self.hands(is_pool=True, is_wild=True) + self.hands(is_pool=False, is_wild=True)

    def may_go(self, hand: Hand, is_up: bool) -> bool:
        """Whether someone may take this part back: into its pool, or up to the parent's."""
        lot, community, holder = hand
        if not is_up:
            return holder != POOL and self.is_active(community)
        parent = self.registry_model.parent_of(community)
        is_donated_here = self.model.lots[lot - 1].community == community
        return not is_donated_here and self.is_active(community) and self.is_active(parent)

    def is_usable(self, community: int, holder: str) -> bool:
        if not self.is_active(community):
            return False
        return holder == POOL or self.registry_model.manager_level(community, holder) > 0

    def target(self, hand: Hand, pick: int, is_wild: bool) -> tuple[int, str] | None:
        """Where the holder may pass its part on: a manager of lower rank, or a child's pool."""
        _, community, holder = hand
        if is_wild:
            anywhere = self.community(pick // 5, True)
            return [
                (anywhere, POOL),
                (anywhere, self.person(pick // 7)),
                (community, self.person(pick // 7)),
                (community, POOL),
                (next(iter(self.children(community)), community), holder),
            ][pick % 5]
        level = 0 if holder == POOL else self.registry_model.manager_level(community, holder)
        targets = [(community, manager) for manager in self.managers(community, level)]
        targets += [(child, POOL) for child in self.children(community)]
        return targets[pick % len(targets)] if targets else None

    def batches(self) -> list[Batch]:
        return [batch for each in self.model.batches.values() for batch in each]

    def voidable(self, is_manager: bool) -> list[Batch]:
        """Batches whose part is earned, not void, and in an open window."""
        month_of, claimable = self.pool_model.month_of, self.pool_model.claimable_from
        return [
            batch
            for batch in self.batches()
            if is_manager not in batch.voided
            and (batch.header.manager_bps if is_manager else batch.header.sponsor_bps)
            and self.clock.now < claimable(month_of(batch.header.timestamp))
        ]

    def unclaimed(self) -> dict[str, list[int]]:
        """Accounts and the months for which they have something."""
        earned: dict[str, list[int]] = {}
        for (account, month), bucket in self.pool_model.buckets.items():
            if bucket.sponsor_e4 + bucket.manager_e4:
                earned.setdefault(account, []).append(month)
        return {account: sorted(earned[account]) for account in sorted(earned)}

    def coverable(self) -> int:
        """The quota that the reserve covers without more funds."""
        model = self.pool_model
        free_e4 = model.totals.reserve * 10_000 - model.required_e4(model.totals.open_quota)
        return free_e4 // model.highest_bps()

    # --- entries

    def room(self, hand: Hand) -> int:
        """What the manager may still grant of the lot in this month."""
        lot, community, manager = hand
        caps, month = self.caps_model.caps(community), self.month
        return min(
            self.model.holding(lot, community, manager),
            max(0, (caps.total - caps.carved) * COS - self.caps_model.spent[community, month]),
            max(0, caps.manager * COS - self.caps_model.spent_by[community, manager, month]),
        )

    def headroom(self, community: int, person: str) -> int:
        """What the contributor may still be granted in this month."""
        standing = self.model.standing(community, person)
        spent = standing.month_amount if standing.month == self.month else 0
        return max(0, self.caps_model.caps(community).contributor * COS - spent)

    def has_used(self, community: int, person: str, number: int) -> bool:
        bits = self.model.standing(community, person).once_bits
        return bool(bits >> (RULES[number].once_bit - 1) & 1)

    def entry(self, hand: Hand, room: int, pick: int, number: int, flaw: str | None) -> Entry:
        """One that rules, room and caps allow if that is possible, but for its flaw."""
        lot, community, manager = hand
        sponsor = self.model.lots[lot - 1].sponsor
        barred = (sponsor, manager) if pick % 29 != 7 else ()
        others = [person for person in self.people if person not in barred]
        members = self.registry_model.communities[community].members
        if number in (ONCE, ONCE_40):
            users = [p for p in others if p in members and self.has_used(community, p, number)]
            fresh = [p for p in others if p in members and p not in users]
            wanted = users if flaw == "again" else fresh
            if not wanted and pick % 9 != 5:
                number = FREE
            others = wanted or others
        if not self.rules_model.rule_of(number).active and pick % 9 != 5:
            number = FREE
        number = {"unknown rule": UNKNOWN_RULE, "retired rule": RETIRED}.get(flaw or "", number)
        quantity = ONE if number in (ONCE, ONCE_40) else pick % 500 + 1
        if flaw in ("under", "over"):
            number, quantity = HOURS, 33
        if flaw == "two of once":
            number, quantity = ONCE, 2 * ONE
        contributor = others[pick % len(others)]
        low, high = self.bounds(number, community, quantity)
        within = min(room, self.headroom(community, contributor))
        if flaw is None and low > within:
            number, low, high = FREE, 1, 0
        if high == 0:
            high = max(low, within // 3)
        amount = low + (min(high, max(low, within)) - low) * (pick % 101) // 100
        if flaw in ("under", "over"):
            amount = low - 1 if flaw == "under" else high + 1
        entry = Entry(contributor, number, quantity, max(amount, 1), digest_of(str(pick)))
        changes = {
            "sponsor": {"contributor": sponsor},
            "manager": {"contributor": manager},
            "nobody": {"contributor": POOL},
            "token": {"contributor": self.token.address},
            "no evidence": {"evidence": bytes(32)},
            "nothing": {"amount": 0},
            "no work": {"quantity": 0},
            "too large": {"quantity": 2**64},
            "too many": {"rule": FREE, "amount": room + 1},
        }
        return entry._replace(**changes.get(flaw or "", {}))

    def bounds(self, number: int, community: int, quantity: int) -> tuple[int, int]:
        """Lowest and highest amount by the rule; highest 0: none."""
        try:
            terms = self.rules_model.terms(number, community, self.month)
        except ModelRevert:
            return 1, 1
        low = -(-quantity * terms.minimum_scaled // 10**6)
        return max(low, 1), quantity * terms.maximum_scaled // 10**6

    def entries(self, hand: Hand, drawn: list[tuple[int, int]], flaw: str | None) -> list[Entry]:
        """A batch that fits; the flaw is in its last entry."""
        room, entries = self.room(hand), []
        for position, (pick, number) in enumerate(drawn):
            wrong = flaw if position == len(drawn) - 1 else None
            entry = self.entry(hand, room, pick, number, wrong)
            if wrong or entry.amount <= room or not entries:
                entries.append(entry)
                room -= min(entry.amount, room)
        return entries
