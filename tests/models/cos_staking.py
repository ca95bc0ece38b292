"""Reference model of contracts/staking/CosStaking.vy. Amounts are base units (1e-8 COS).

Where the contract uses closed forms, this goes epoch by epoch: each epoch's income is divided by
the weights of the positions that were active in it, and added to each of them. `fair` keeps beside
it what each account would have got with rational numbers, nothing rounded and nothing carried.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from fractions import Fraction
from typing import NamedTuple

from tests.models import ZERO_ADDRESS, require
from tests.models.authority import LOCKER_ROLE
from tests.models.clock import Clock
from tests.models.cos_credit import CosCreditModel
from tests.models.votes import VotesModel

COS = 10**8
WEEK = 7 * 86_400
LAST_EPOCH = 2**14 - 1
N, K = 208, 2
MIN_WEIGHT = COS * N
SCALE = 2**78  # parts of a base unit in which shares are divided
GRAIN = 2**56  # and those that a position's fraction is rounded down to: 2^-22 base units
EXIT_DELAY = 7 * 86_400
UNLIMITED = 2**64 - 1
MAX_AMOUNT = 2**64 - 1


class Exits(NamedTuple):
    """What `exits()` returns."""

    due: int
    first: int
    first_due_at: int
    second: int
    second_due_at: int


@dataclass
class Position:
    """Of one account. `unsettled` is what epochs have added since the last action, in 1 / SCALE."""

    active: int = 0
    pending: int = 0
    starts: int = 0
    unsettled: int = 0
    fraction: int = 0  # in 2^-22
    lost: int = 0  # rounded off so far, in 1 / SCALE
    settlements: int = 0
    paid: int = 0
    fair: Fraction = field(default_factory=Fraction)

    @property
    def units(self) -> int:
        return self.active + self.pending

    @property
    def earned(self) -> int:
        """Whole base units that a claim would pay."""
        return (self.unsettled + self.fraction * GRAIN) // SCALE

    def weight(self, epoch: int) -> int:
        return self.active * (N + K * epoch) - K * self.starts


class CosStakingModel:
    """The contract at `address`."""

    def __init__(self, token: CosCreditModel, address: str, clock: Clock) -> None:
        self.token = token
        self.authority = token.authority
        self.address = address
        self.clock = clock
        self.votes = VotesModel(clock)
        self.positions: dict[str, Position] = defaultdict(Position)
        self.epoch = self._epoch_now()
        self.pot = 0
        self.carry = 0
        self.received = 0
        self.tickets: dict[str, list[list[int]]] = defaultdict(list)  # [amount, due at]
        self.allowances: dict[tuple[str, str], int] = defaultdict(int)
        self.locks: dict[tuple[str, str], int] = defaultdict(int)

    # ---- stakes

    def stake(self, sender: str, amount: int) -> None:
        self._stake(sender, sender, amount)

    def stake_for(self, sender: str, account: str, amount: int) -> None:
        self._check_recipient(account)
        self._stake(sender, account, amount)

    def restake(self, sender: str) -> int:
        self.advance()
        require(self.positions[sender].earned > 0, "staking: nothing earned")
        earned = self._settle(sender)
        self.positions[sender].pending += earned
        self.votes.add(sender, earned)
        return earned

    def claim(self, sender: str) -> int:
        self.advance()
        require(self.positions[sender].earned > 0, "staking: nothing earned")
        earned = self._settle(sender)
        self.token.transfer(self.address, sender, earned)
        return earned

    def withdraw(self, sender: str, amount: int) -> int:
        """Returns when the exit is due."""
        self.advance()
        require(amount > 0, "staking: no amount")
        units = self.positions[sender].units
        require(amount <= units, "staking: more than staked")
        require(self.locked(sender) <= units - amount, "staking: stake is locked")
        earned = self._take_out(sender, amount)
        return self._open_exit(sender, amount + earned)

    def pay_exit(self, sender: str, account: str) -> int:
        due = self.exits(account).due
        require(due > 0, "staking: nothing due")
        self.token.transfer(self.address, account, due)
        self.tickets[account] = [t for t in self.tickets[account] if t[1] > self.clock.now]
        return due

    def notify(self, sender: str, amount: int) -> None:
        self.advance()
        require(amount > 0, "staking: no amount")
        require(self.epoch < LAST_EPOCH, "staking: last epoch")
        require(self.pot + amount <= MAX_AMOUNT, "staking: too much income")
        self.token.transfer_from(self.address, sender, self.address, amount)
        self.pot += amount
        self.received += amount

    # ---- votes

    def delegate(self, sender: str, delegatee: str) -> None:
        self.votes.delegate(sender, delegatee)

    def delegate_by_sig(self, signer: str, delegatee: str, nonce: int, expiry: int) -> None:
        """`signer` is who has signed exactly this."""
        self.votes.check_nonce(signer, nonce, expiry)
        self.votes.delegate(signer, delegatee)
        self.votes.nonces[signer] += 1

    # ---- locks

    def approve_lock(self, sender: str, locker: str, amount: int) -> None:
        self.allowances[sender, locker] = min(amount, UNLIMITED)

    def approve_lock_signature(
        self, owner: str, locker: str, amount: int, nonce: int, deadline: int
    ) -> None:
        """`owner` has signed exactly this."""
        self.votes.check_nonce(owner, nonce, deadline)
        self.votes.nonces[owner] += 1
        self.approve_lock(owner, locker, amount)

    def lock(self, sender: str, owner: str, amount: int) -> None:
        require(self.authority.has_role(LOCKER_ROLE, sender), "staking: not a locker")
        require(amount > 0, "staking: no amount")
        allowance = self.allowances[owner, sender]
        require(amount <= allowance, "staking: not offered")
        free = self.positions[owner].units - self.locked(owner)
        require(amount <= free, "staking: stake is locked")
        if allowance != UNLIMITED:
            self.allowances[owner, sender] -= amount
        self.locks[owner, sender] += amount

    def release(self, sender: str, owner: str, amount: int) -> None:
        require(amount > 0, "staking: no amount")
        require(amount <= self.locks[owner, sender], "staking: more than locked")
        self.locks[owner, sender] -= amount

    def seize(self, sender: str, owner: str, to: str, amount: int) -> int:
        """Returns when the exit is due."""
        require(self.authority.has_role(LOCKER_ROLE, sender), "staking: not a locker")
        self.advance()
        require(amount > 0, "staking: no amount")
        self._check_recipient(to)
        require(amount <= self.locks[owner, sender], "staking: more than locked")
        self.locks[owner, sender] -= amount
        earned = self._take_out(owner, amount)
        if earned:
            self.token.transfer(self.address, owner, earned)
        return self._open_exit(to, amount)

    # ---- views

    def locked(self, owner: str) -> int:
        return sum(amount for (who, _), amount in self.locks.items() if who == owner)

    def claimable(self, account: str) -> int:
        self.advance()
        return self.positions[account].earned

    def weight(self, account: str) -> int:
        self.advance()
        return self.positions[account].weight(self.epoch)

    def total_weight(self) -> int:
        self.advance()
        return sum(position.weight(self.epoch) for position in self.positions.values())

    def exits(self, account: str) -> Exits:
        due = sum(amount for amount, at in self.tickets[account] if at <= self.clock.now)
        later = [tuple(each) for each in self.tickets[account] if each[1] > self.clock.now]
        first, second = [*later, (0, 0), (0, 0)][:2]
        return Exits(due, *first, *second)

    @property
    def owed(self) -> int:
        """Everything but fractions: stakes, exits, dividends that could be claimed, the pot."""
        stakes = sum(position.units + position.earned for position in self.positions.values())
        exits = sum(amount for tickets in self.tickets.values() for amount, _ in tickets)
        return stakes + exits + self.pot

    def check_exact(self) -> None:
        """Invariant 8 of the design: every part of a base unit that came in is somewhere."""
        self.advance()
        everything = self.pot * SCALE + self.carry
        for position in self.positions.values():
            held = position.unsettled + position.fraction * GRAIN
            everything += position.paid * SCALE + held + position.lost
            assert position.lost <= position.settlements * (GRAIN - 1)
        assert everything == self.received * SCALE
        assert self.carry < SCALE, "what is carried is less than a base unit"

    # ---- epochs

    def advance(self) -> None:
        """Finish the epochs that are over, one after another."""
        now = self._epoch_now()
        while self.epoch < now:
            if self.pot:
                self._divide()
            for position in self.positions.values():
                position.starts += position.pending * (self.epoch + 1)
                position.active += position.pending
                position.pending = 0
            self.epoch += 1
            if not self.pot:
                self.epoch = now  # nothing happens in the epochs between

    def _divide(self) -> None:
        weights = {who: each.weight(self.epoch) for who, each in self.positions.items()}
        total = sum(weights.values())
        if total < MIN_WEIGHT:
            return
        share, self.carry = divmod(self.pot * SCALE + self.carry, total)
        for who, weight in weights.items():
            self.positions[who].unsettled += weight * share
            self.positions[who].fair += Fraction(self.pot * weight, total)
        self.pot = 0

    def _epoch_now(self) -> int:
        return min(self.clock.now // WEEK, LAST_EPOCH)

    # ---- internal

    def _stake(self, payer: str, account: str, amount: int) -> None:
        self.advance()
        require(amount > 0, "staking: no amount")
        require(amount <= MAX_AMOUNT, "staking: too much")
        require(self.votes.total_votes() + amount <= MAX_AMOUNT, "votes: too many")
        self.token.transfer_from(self.address, payer, self.address, amount)
        earned = self._settle(account)
        if earned:
            self.token.transfer(self.address, account, earned)
        self.positions[account].pending += amount
        self.votes.add(account, amount)

    def _settle(self, account: str) -> int:
        position = self.positions[account]
        whole, rest = divmod(position.unsettled + position.fraction * GRAIN, SCALE)
        position.settlements += position.unsettled > 0
        position.unsettled = 0
        position.fraction, lost = divmod(rest, GRAIN)
        position.lost += lost
        position.paid += whole
        return whole

    def _take_out(self, account: str, amount: int) -> int:
        earned = self._settle(account)
        position = self.positions[account]
        from_pending = min(amount, position.pending)
        position.pending -= from_pending
        if from_active := amount - from_pending:
            position.starts -= position.starts * from_active // position.active
            position.active -= from_active
        self.votes.remove(account, amount)
        return earned

    def _open_exit(self, account: str, amount: int) -> int:
        due_at = self.clock.now + EXIT_DELAY
        open_tickets = [each for each in self.tickets[account] if each[1] > self.clock.now]
        if len(open_tickets) == 1 and open_tickets[0][1] == due_at:
            open_tickets[0][0] += amount
        elif len(open_tickets) == 2:
            open_tickets[1][:] = [open_tickets[1][0] + amount, due_at]
        else:
            self.tickets[account].append([amount, due_at])
        return due_at

    def _check_recipient(self, account: str) -> None:
        bad = (ZERO_ADDRESS, self.token.address, self.address)
        require(account not in bad, "staking: bad account")
