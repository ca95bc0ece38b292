"""Reference model of contracts/lib/spending_caps.vy, the ledger's caps.

Caps are whole COS a calendar month, amounts base units. What children hold of a cap is not stored
but added up, and spending is kept for every month.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from tests.models import require
from tests.models.authority import GOVERNANCE_ROLE, AuthorityModel
from tests.models.calendar_months import month_of
from tests.models.clock import Clock

COS = 10**8
MAX_CAP = 102_400_000_000
MAX_BATCHES = 2**28 - 1
MAX_MONTH = 2**16 - 1


class CommunityTree(Protocol):
    """What the caps ask the registry; both raise its `ModelRevert` for unknown communities."""

    def parent_of(self, community: int) -> int:
        """The parent, 0 for a root."""

    def admin_of_open(self, community: int) -> str:
        """The admin; refuses a closed or frozen community."""


class Caps(NamedTuple):
    """What `caps()` returns: the month is that of the last grant or drop, 0 before the first."""

    total: int
    carved: int
    contributor: int
    manager: int
    month: int
    month_amount: int
    batches: int


@dataclass
class Community:
    """Settings of one community, the month of its last grant or drop, and how many batches."""

    parent: int
    total: int
    contributor: int
    manager: int
    month: int = 0
    batches: int = 0


class SpendingCapsModel:
    """The caps of the communities in `registry`."""

    def __init__(
        self,
        authority: AuthorityModel,
        registry: CommunityTree,
        clock: Clock,
        utc_offset_seconds: int,
        community_cap: int,
        contributor_cap: int,
        manager_cap: int,
    ) -> None:
        require(community_cap <= MAX_CAP, "ledger: cap too large")
        _check_member_caps(contributor_cap, manager_cap)
        self.authority = authority
        self.registry = registry
        self.clock = clock
        self.utc_offset_seconds = utc_offset_seconds
        self.default_caps = (community_cap, contributor_cap, manager_cap)
        self.communities: dict[int, Community] = {}
        self.spent: dict[tuple[int, int], int] = defaultdict(int)  # community, month
        self.spent_by: dict[tuple[int, str, int], int] = defaultdict(int)  # ..., manager, month
        self.last_month_of: dict[tuple[int, str], int] = {}

    # ---- actions

    def set_community_cap(self, sender: str, community: int, cap: int) -> None:
        require(cap <= MAX_CAP, "ledger: cap too large")
        own = self._community(community)
        require(cap >= self.carved(community), "ledger: cap under children's")
        if own.parent == 0:
            is_governance = self.authority.has_role(GOVERNANCE_ROLE, sender)
            require(is_governance, "ledger: not governance")
        else:
            admin = self.registry.admin_of_open(own.parent)
            require(sender == admin, "ledger: not parent's admin")
            above = self._community(own.parent)
            room = above.total - self.carved(own.parent) + own.total - cap
            require(room >= 0, "ledger: cap over parent's")
            month = self.month()
            if cap > own.total:
                require(room * COS >= self.spent[own.parent, month], "ledger: parent spent it")
            else:
                room = cap - self.carved(community)
                require(room * COS >= self.spent[community, month], "ledger: child spent it")
        own.total = cap
        self.communities[community] = own

    def set_member_caps(
        self, sender: str, community: int, contributor_cap: int, manager_cap: int
    ) -> None:
        require(sender == self.registry.admin_of_open(community), "ledger: not admin")
        _check_member_caps(contributor_cap, manager_cap)
        own = self._community(community)
        own.contributor, own.manager = contributor_cap, manager_cap
        self.communities[community] = own

    def check_spend(self, community: int, manager: str, amount: int, batches: int = 1) -> None:
        """Raises what `spend` would raise, and changes nothing."""
        month = self.month()
        own = self._community(community)
        by_manager = self.spent_by[community, manager, month] + amount
        require(by_manager <= own.manager * COS, "ledger: manager cap")
        by_all = self.spent[community, month] + amount
        room = own.total - self.carved(community)
        require(by_all <= room * COS, "ledger: community cap")
        require(own.batches + batches <= MAX_BATCHES, "ledger: too many batches")

    def spend(self, community: int, manager: str, amount: int, batches: int = 1) -> int:
        """A batch of a manager whom the registry lets spend; `batches` 0: a drop, whose batches are
        its settlements. Returns the number of the community's last batch."""
        self.check_spend(community, manager, amount, batches)
        month = self.month()
        own = self._community(community)
        self.spent_by[community, manager, month] += amount
        self.spent[community, month] += amount
        self.last_month_of[community, manager] = month
        own.month = month
        own.batches += batches
        self.communities[community] = own
        return own.batches

    def next_batch(self, community: int) -> int:
        """The number of a batch whose amount was booked before: a drop's settlement."""
        own = self._community(community)
        require(own.batches < MAX_BATCHES, "ledger: too many batches")
        own.batches += 1
        self.communities[community] = own
        return own.batches

    # ---- views

    def caps(self, community: int) -> Caps:
        own = self._community(community)
        return Caps(
            total=own.total,
            carved=self.carved(community),
            contributor=own.contributor,
            manager=own.manager,
            month=own.month,
            month_amount=self.spent[community, own.month],
            batches=own.batches,
        )

    def manager_spent(self, community: int, manager: str, month: int) -> int:
        """0 for any month but the last one in which the manager granted."""
        if self.last_month_of.get((community, manager)) != month:
            return 0
        return self.spent_by[community, manager, month]

    def carved(self, community: int) -> int:
        """What of a community's cap its children hold."""
        return sum(c.total for c in self.communities.values() if c.parent == community)

    def month(self) -> int:
        month = month_of(self.clock.now, self.utc_offset_seconds)
        require(month <= MAX_MONTH, "ledger: no such month")
        return month

    # ---- internal

    def _community(self, community: int) -> Community:
        """The community's own entry, or the defaults of one that is untouched."""
        if community in self.communities:
            return self.communities[community]
        parent = self.registry.parent_of(community)
        total, contributor, manager = self.default_caps
        return Community(parent, 0 if parent else total, contributor, manager)


def _check_member_caps(contributor_cap: int, manager_cap: int) -> None:
    require(min(contributor_cap, manager_cap) > 0, "ledger: member cap is zero")
    require(max(contributor_cap, manager_cap) <= MAX_CAP, "ledger: cap too large")
