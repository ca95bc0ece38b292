"""Stakes kept beside the chain, from the arguments of the transactions that succeeded.

Where `CosStaking` uses closed forms in two sums, this goes epoch by epoch: each epoch's income is
divided by the weights of the positions that were active in it, and added to each of them. Amounts
are base units, epochs weeks since 1970-01-01 UTC, shares parts of a base unit (1 / SCALE).
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import NamedTuple

from cos.economy.pricing import BASE_UNITS

WEEK = 7 * 86_400
NEW_WEIGHT, WEIGHT_STEP = 208, 2
"""What a base unit weighs in its first epoch, and what it gains in each later one."""

FOUR_YEARS = 208
"""In epochs."""

SCALE = 2**78
GRAIN = 2**56
"""What a position's fraction is rounded down to, in 1 / SCALE."""

_LEAST_WEIGHT = BASE_UNITS * NEW_WEIGHT
EXIT_DELAY = WEEK


class Exits(NamedTuple):
    """What of an account's stake is on its way out, as `CosStaking.exits` shows it."""

    due: int
    first: int
    first_due_at: int
    second: int
    second_due_at: int


NO_EXITS = Exits(0, 0, 0, 0, 0)


@dataclass(slots=True)
class Position:
    """One account's stake."""

    active: int = 0
    pending: int = 0
    starts: int = 0
    """Sum of amount x first epoch over the active coins."""

    share: int = 0
    """What all epochs together have given to it, in 1 / SCALE."""

    settled: int = 0
    """What of it was settled, in 1 / SCALE; what a settlement rounds off is counted in."""

    paid: int = 0
    changes: int = 0
    """How often the stake was changed."""

    @property
    def units(self) -> int:
        """All that is staked."""
        return self.active + self.pending

    @property
    def claimable(self) -> int:
        """What a claim would pay."""
        return (self.share - self.settled) // SCALE

    def weight(self, epoch: int) -> int:
        """Its weight in an epoch."""
        return self.active * (NEW_WEIGHT + WEIGHT_STEP * epoch) - WEIGHT_STEP * self.starts

    def age(self, epoch: int) -> float:
        """Mean age of its active coins in weeks."""
        return epoch - self.starts / self.active


class Share(NamedTuple):
    """What an epoch gave for each unit of weight, in 1 / SCALE."""

    epoch: int
    share: int


@dataclass
class Staking:
    """All positions, and the income that waits for its epoch's end."""

    epoch: int = 0
    positions: dict[str, Position] = field(default_factory=dict)
    """Of everyone who ever staked, in that order."""

    pot: int = 0
    carry: int = 0
    received: int = 0
    settlements: int = 0
    restaked: int = 0
    shares: list[Share] = field(default_factory=list)
    """Of each epoch that divided an income."""

    delegates: dict[str, str] = field(default_factory=dict)
    tickets: dict[str, list[tuple[int, int]]] = field(default_factory=lambda: defaultdict(list))
    """account -> (amount, due at), the oldest first."""

    paid_by_chain: int = 0
    """What the chain's own events say of dividends: paid out, staked again, and added to exits."""

    last_end: int = 0
    """When the last month ended, and what was staked then."""

    last_total: int = 0

    # --- what happened ---------------------------------------------------------------------------

    def was_staked(self, account: str, amount: int, time: int) -> int:
        """Book a stake; return the dividends that it pays."""
        self.pass_to(time)
        position = self.positions.setdefault(account, Position())
        paid = self._settle(position)
        self._add(account, amount)
        return paid

    def was_restaked(self, account: str, time: int) -> int:
        """Book that dividends were staked; return them."""
        self.pass_to(time)
        earned = self._settle(self.positions[account])
        self._add(account, earned)
        self.restaked += earned
        return earned

    def was_claimed(self, account: str, time: int) -> int:
        """Book a claim; return what it pays."""
        self.pass_to(time)
        return self._settle(self.positions[account])

    def was_withdrawn(self, account: str, amount: int, time: int) -> int:
        """Book a withdrawal; return the dividends that leave with it."""
        earned = self._take_out(account, amount, time)
        self._open_exit(account, amount + earned, time)
        return earned

    def was_seized(self, owner: str, to: str, amount: int, time: int) -> int:
        """Book that locked stake leaves to somebody else; return the dividends that its owner is
        paid at once."""
        earned = self._take_out(owner, amount, time)
        self._open_exit(to, amount, time)
        return earned

    def was_paid_out(self, account: str, time: int) -> int:
        """Book the payment of exits that are due; return what it pays."""
        due = self.exits(account, time).due
        self.tickets[account] = [each for each in self.tickets[account] if each[1] > time]
        return due

    def was_delegated(self, account: str, delegate: str) -> None:
        """Book who votes with an account's stake."""
        self.delegates[account] = delegate

    def was_notified(self, amount: int, time: int) -> None:
        """Book income of the running epoch."""
        self.pass_to(time)
        self.pot += amount
        self.received += amount

    def pass_to(self, time: int) -> None:
        """Let the epochs that are over by then end, one after another."""
        now = time // WEEK
        while self.epoch < now:
            self._divide()
            for position in self.positions.values():
                if position.pending:
                    position.starts += position.pending * (self.epoch + 1)
                    position.active += position.pending
                    position.pending = 0
            self.epoch += 1
            if not self.pot:
                self.epoch = now  # nothing happens in the epochs between

    def month_has_ended(self, time: int) -> None:
        """Remember what is staked at the end of a month."""
        self.last_end, self.last_total = time, self.total

    def _divide(self) -> None:
        if not self.pot:
            return
        weights = [(each, each.weight(self.epoch)) for each in self.positions.values()]
        total = sum(weight for _, weight in weights)
        if total < _LEAST_WEIGHT:
            return
        share, self.carry = divmod(self.pot * SCALE + self.carry, total)
        self.shares.append(Share(self.epoch, share))
        for position, weight in weights:
            position.share += weight * share
        self.pot = 0

    def _take_out(self, account: str, amount: int, time: int) -> int:
        self.pass_to(time)
        position = self.positions[account]
        earned = self._settle(position)
        from_pending = min(amount, position.pending)
        from_active = amount - from_pending
        position.pending -= from_pending
        if from_active:
            position.starts -= position.starts * from_active // position.active
            position.active -= from_active
        position.changes += 1
        return earned

    def _settle(self, position: Position) -> int:
        """Pay whole units; the fraction stays, rounded down."""
        whole, rest = divmod(position.share - position.settled, SCALE)
        self.settlements += 1
        position.settled = position.share - rest // GRAIN * GRAIN
        position.paid += whole
        return whole

    def _add(self, account: str, amount: int) -> None:
        self.positions[account].pending += amount
        self.positions[account].changes += 1
        self.delegates.setdefault(account, account)

    def _open_exit(self, account: str, amount: int, time: int) -> None:
        """A third exit joins the second, if neither is due."""
        due_at = time + EXIT_DELAY
        due = [each for each in self.tickets[account] if each[1] <= time]
        later = [each for each in self.tickets[account] if each[1] > time]
        joined = 0
        if (later and later[-1][1] == due_at) or len(later) == 2:
            joined = later.pop()[0]
        self.tickets[account] = [*due, *later, (amount + joined, due_at)]

    # --- what follows from it --------------------------------------------------------------------

    @property
    def total(self) -> int:
        """All that is staked."""
        return sum(position.units for position in self.positions.values())

    @property
    def claimable(self) -> int:
        """What claims of everybody would pay."""
        return sum(position.claimable for position in self.positions.values())

    @property
    def paid(self) -> int:
        """All dividends so far: paid out, staked again, and added to exits."""
        return sum(position.paid for position in self.positions.values())

    @property
    def stakers(self) -> int:
        """How many accounts have a stake."""
        return sum(1 for position in self.positions.values() if position.units)

    def votes(self) -> dict[str, int]:
        """Who votes -> with how much; whoever was ever voted for is named."""
        votes = dict.fromkeys([*self.delegates, *self.delegates.values()], 0)
        for account, position in self.positions.items():
            votes[self.delegates[account]] += position.units
        return votes

    def exits(self, account: str, time: int) -> Exits:
        """An account's exits as the chain would show them at a time."""
        tickets = self.tickets.get(account, [])
        due = sum(amount for amount, due_at in tickets if due_at <= time)
        first, second = [*(each for each in tickets if each[1] > time), (0, 0), (0, 0)][:2]
        return Exits(due, *first, *second)

    def all_exits(self, time: int) -> dict[str, Exits]:
        """account -> its exits, of all who have any: stakers, and who was paid out of stake."""
        exits = {account: self.exits(account, time) for account in self.leavers()}
        return {account: each for account, each in exits.items() if each != NO_EXITS}

    def leavers(self) -> list[str]:
        """Everyone who may have exits."""
        return list(dict.fromkeys([*self.positions, *self.tickets]))

    @property
    def leaving(self) -> int:
        """All that is on its way out, due or not."""
        return sum(amount for tickets in self.tickets.values() for amount, _ in tickets)

    def mean_age(self) -> float:
        """Mean age of all active coins in weeks; 0 without any."""
        active = sum(position.active for position in self.positions.values())
        starts = sum(position.starts for position in self.positions.values())
        return self.epoch - starts / active if active else 0.0
