"""Reference model of contracts/lib/votes.vy: units, delegates and every value they ever had.

Nothing is packed and nothing is overwritten: the votes of a second are those of the last change in
it or before it, found by looking through all of them.
"""

from __future__ import annotations

from collections import defaultdict

from tests.models import ZERO_ADDRESS, require
from tests.models.clock import Clock

MAX_VOTES = 2**64 - 1


class VotesModel:
    """Votes by delegation. Of each account: (time, votes) of every change, in order."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.units: dict[str, int] = defaultdict(int)
        self.delegate_of: dict[str, str] = {}
        self.history: dict[str, list[tuple[int, int]]] = defaultdict(list)
        self.total_history: list[tuple[int, int]] = []
        self.nonces: dict[str, int] = defaultdict(int)

    # ---- actions

    def add(self, account: str, amount: int) -> None:
        require(self.total_votes() + amount <= MAX_VOTES, "votes: too many")
        self.delegate_of.setdefault(account, account)
        self.units[account] += amount
        self._change(self.delegate_of[account], amount)
        self.total_history.append((self.clock.now, self.total_votes() + amount))

    def remove(self, account: str, amount: int) -> None:
        assert amount <= self.units[account]
        self.units[account] -= amount
        self._change(self.delegate_of[account], -amount)
        self.total_history.append((self.clock.now, self.total_votes() - amount))

    def delegate(self, sender: str, delegatee: str) -> None:
        require(delegatee != ZERO_ADDRESS, "votes: no delegate")
        old = self.delegates(sender)
        self.delegate_of[sender] = delegatee
        if self.units[sender] and old != delegatee:
            self._change(old, -self.units[sender])
            self._change(delegatee, self.units[sender])

    def check_nonce(self, signer: str, nonce: int, expiry: int) -> None:
        """What holds of a valid signature; `signer` is who has signed exactly this."""
        require(self.clock.now <= expiry, "votes: signature expired")
        require(nonce == self.nonces[signer], "votes: wrong nonce")

    # ---- views

    def delegates(self, account: str) -> str:
        return self.delegate_of.get(account, ZERO_ADDRESS)

    def votes(self, account: str) -> int:
        return self.history[account][-1][1] if self.history[account] else 0

    def total_votes(self) -> int:
        return self.total_history[-1][1] if self.total_history else 0

    def past_votes(self, account: str, timepoint: int) -> int:
        require(timepoint < self.clock.now, "votes: not in the past")
        return _at(self.history[account], timepoint)

    def past_total_supply(self, timepoint: int) -> int:
        require(timepoint < self.clock.now, "votes: not in the past")
        return _at(self.total_history, timepoint)

    def _change(self, account: str, by: int) -> None:
        self.history[account].append((self.clock.now, self.votes(account) + by))


def _at(history: list[tuple[int, int]], timepoint: int) -> int:
    before = [votes for time, votes in history if time <= timepoint]
    return before[-1] if before else 0
