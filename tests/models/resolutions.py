"""Reference model of contracts/governance/Resolutions.vy. Amounts are base units (1e-8 COS).

Votes are accounts with the time since which they had their seats, as in the committee's model; what
is in escrow is added up over the items each time.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from tests.models import ZERO_ADDRESS, require
from tests.models.authority import GOVERNANCE_ROLE
from tests.models.committee import CommitteeModel
from tests.models.cos_credit import CosCreditModel

DAY = 86_400
MAX_TASKS, MAX_PAGE = 20, 50
MAX_AHEAD = 5 * 366 * DAY
DRAFT_SECONDS, GRACE_SECONDS, DECISION_SECONDS = 14 * DAY, 30 * DAY, 90 * DAY
MAX_REWARD = 2**64 - 1
DRAFT, ADOPTED, WITHDRAWN = 1, 2, 3
OPEN, REPORTED, ACCEPTED, REJECTED, DECLINED, LAPSED = range(1, 7)
NO_HASH = bytes(32)

Votes = dict[int, tuple[str, int]]  # seat -> (account, since when it had the seat)


class Task(NamedTuple):
    """As `IResolutions.Task`."""

    assignee: str
    due_at: int
    reward: int


class ResolutionShown(NamedTuple):
    """What `resolution` returns, without the digest."""

    maker: str
    status: int
    opened_at: int
    first_item: int
    item_count: int
    signatures: int
    document_hash: bytes


class ItemShown(NamedTuple):
    """What `item` returns."""

    resolution: int
    assignee: str
    due_at: int
    reward: int
    status: int
    reported_at: int
    accepting: int
    rejecting: int
    evidence: bytes


@dataclass
class Resolution:
    """`supporters`: who wants it adopted."""

    maker: str
    status: int
    opened_at: int
    first_item: int
    item_count: int
    document_hash: bytes
    supporters: Votes = field(default_factory=dict)


@dataclass
class Item:
    """With the votes on its report."""

    resolution: int
    task: Task
    status: int = OPEN
    reported_at: int = 0
    evidence: bytes = NO_HASH
    accepting: Votes = field(default_factory=dict)
    rejecting: Votes = field(default_factory=dict)


class ResolutionsModel:
    """The contract at `address`."""

    def __init__(self, token: CosCreditModel, committee: CommitteeModel, address: str) -> None:
        self.token, self.committee, self.address = token, committee, address
        self.authority, self.clock = committee.authority, committee.clock
        self.resolutions: list[Resolution] = []
        self.items: list[Item] = []

    # ---- resolutions

    def open(self, sender: str, text: str, document_hash: bytes, tasks: Sequence[Task]) -> int:
        now = self.clock.now
        require(text != "", "resolutions: no text")
        supporters: Votes = {}
        is_governance = self.authority.has_role(GOVERNANCE_ROLE, sender)
        if not is_governance:
            seat = self.committee.signing_seat(sender, now)
            supporters = {seat: (sender, self.committee.seats[seat].since)}
        for task in tasks:
            bad = (ZERO_ADDRESS, self.token.address, self.address)
            require(task.assignee not in bad, "resolutions: bad assignee")
            require(task.due_at > now, "resolutions: due in the past")
            require(task.due_at <= now + MAX_AHEAD, "resolutions: due too late")
            require(task.reward <= MAX_REWARD, "resolutions: reward too large")
        if rewards := sum(task.reward for task in tasks):
            self.token.transfer_from(self.address, sender, self.address, rewards)
        first, number = len(self.items) + 1, len(self.resolutions) + 1
        status = ADOPTED if is_governance else DRAFT
        made = Resolution(sender, status, now, first, len(tasks), document_hash, supporters)
        self.resolutions.append(made)
        self.items += [Item(number, task) for task in tasks]
        return number

    def adopt(self, sender: str, number: int, is_right: bool = True) -> bool:
        """`is_right`: whether the digest that is given is the resolution's."""
        found = self._find(number)
        seat = self.committee.signing_seat(sender, found.opened_at if found else 0)
        require(found is not None and found.status == DRAFT, "resolutions: not a draft")
        over = self.clock.now >= found.opened_at + DRAFT_SECONDS
        require(not over, "resolutions: draft expired")
        require(is_right, "resolutions: another resolution")
        found.supporters[seat] = (sender, self.committee.seats[seat].since)
        if self._suffices(found.supporters):
            found.status = ADOPTED
        return found.status == ADOPTED

    def withdraw(self, sender: str, number: int) -> int:
        found = self._find(number)
        require(found is not None and found.status == DRAFT, "resolutions: not a draft")
        expired = self.clock.now >= found.opened_at + DRAFT_SECONDS
        require(sender == found.maker or expired, "resolutions: not the maker")
        returned = sum(each.task.reward for each in self.items if each.resolution == number)
        found.status = WITHDRAWN
        self._pay(found.maker, returned)
        return returned

    # ---- items

    def report(self, sender: str, number: int, evidence: bytes) -> None:
        item = self._live(number)
        require(sender == item.task.assignee, "resolutions: not the assignee")
        require(item.status == OPEN, "resolutions: reported already")
        require(evidence != NO_HASH, "resolutions: no evidence")
        item.status, item.reported_at, item.evidence = REPORTED, self.clock.now, evidence

    def vote(self, sender: str, number: int, evidence: bytes, accepts: bool) -> bool:
        item = self._live(number)
        require(item.status == REPORTED, "resolutions: not reported")
        require(evidence == item.evidence, "resolutions: another report")
        seat = self.committee.signing_seat(sender, item.reported_at)
        require(sender != item.task.assignee, "resolutions: own item")
        chosen, other = item.accepting, item.rejecting
        if not accepts:
            chosen, other = other, chosen
        chosen[seat] = (sender, self.committee.seats[seat].since)
        other.pop(seat, None)
        is_decided = self._suffices(chosen)
        if is_decided:
            self._close(item, ACCEPTED if accepts else REJECTED)
        return is_decided

    def decide(self, sender: str, number: int, accepts: bool, reason_hash: bytes) -> None:
        is_governance = self.authority.has_role(GOVERNANCE_ROLE, sender)
        require(is_governance, "resolutions: not governance")
        require(reason_hash != NO_HASH, "resolutions: no reason")
        item = self._live(number)
        require(not accepts or item.status == REPORTED, "resolutions: not reported")
        self._close(item, ACCEPTED if accepts else REJECTED)

    def decline(self, sender: str, number: int) -> None:
        item = self._live(number)
        require(sender == item.task.assignee, "resolutions: not the assignee")
        self._close(item, DECLINED)

    def lapse(self, _sender: str, number: int) -> None:
        item = self._live(number)
        ends_at = item.task.due_at + GRACE_SECONDS
        if item.status == REPORTED:
            ends_at = item.reported_at + DECISION_SECONDS
        require(self.clock.now >= ends_at, "resolutions: not lapsed yet")
        self._close(item, LAPSED)

    # ---- views

    @property
    def escrowed(self) -> int:
        return sum(
            item.task.reward
            for item in self.items
            if item.status <= REPORTED
            and self.resolutions[item.resolution - 1].status in (DRAFT, ADOPTED)
        )

    def resolution(self, number: int) -> ResolutionShown:
        found = self.resolutions[number - 1]
        shape = (found.opened_at, found.first_item, found.item_count, _bits(found.supporters))
        return ResolutionShown(found.maker, found.status, *shape, found.document_hash)

    def item(self, number: int) -> ItemShown:
        item = self.items[number - 1]
        votes = _bits(item.accepting), _bits(item.rejecting)
        shape = (item.status, item.reported_at, *votes, item.evidence)
        return ItemShown(item.resolution, *item.task, *shape)

    def overdue(self) -> list[int]:
        """Of all items."""
        return [
            number
            for number, item in enumerate(self.items, 1)
            if item.status == OPEN
            and self.clock.now > item.task.due_at
            and self.resolutions[item.resolution - 1].status == ADOPTED
        ]

    # ---- internal

    def _find(self, number: int) -> Resolution | None:
        return self.resolutions[number - 1] if 0 < number <= len(self.resolutions) else None

    def _live(self, number: int) -> Item:
        item = self.items[number - 1] if 0 < number <= len(self.items) else None
        adopted = item is not None and self.resolutions[item.resolution - 1].status == ADOPTED
        require(adopted, "resolutions: not adopted")
        require(item.status <= REPORTED, "resolutions: item is closed")
        return item

    def _suffices(self, votes: Votes) -> bool:
        """Votes of who has been a member without a break."""
        committee = self.committee
        valid = [
            account
            for account, since in votes.values()
            if committee.is_member(account)
            and committee.seats[committee.seat_of(account)].since == since
        ]
        return len(valid) >= committee.settings.threshold

    def _close(self, item: Item, status: int) -> None:
        maker = self.resolutions[item.resolution - 1].maker
        item.status = status
        self._pay(item.task.assignee if status == ACCEPTED else maker, item.task.reward)

    def _pay(self, recipient: str, amount: int) -> None:
        if amount:
            self.token.transfer(self.address, recipient, amount)


def _bits(votes: Votes) -> int:
    return sum(1 << (seat - 1) for seat in votes)
