"""Reference model of contracts/treasury/FounderRegister.vy. Capital and votes are fen.

Nothing is stored but the founders in their order and who delegated to whom when: votes of any
second are summed up from that history.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import NamedTuple

from tests.models import ZERO_ADDRESS, require
from tests.models.authority import GOVERNANCE_ROLE, AuthorityModel
from tests.models.clock import Clock

MAX_CAPITAL = 2**64 - 1
MAX_SEAT = 2**32 - 1
MAX_PAGE = 100
FOUNDING_TITLES, PRIORITY_RANKS = 30, 10
PRIORITY_SECONDS = 731 * 86_400


class Founder(NamedTuple):
    """As `IFounderRegister.Founder`."""

    account: str
    tier: int
    seat: int
    capital_fen: int
    admitted_at: int
    is_team: bool
    rank: int


@dataclass(frozen=True)
class Delegation:
    """From `since` on."""

    since: int
    to: str


class FounderRegisterModel:
    """The register."""

    def __init__(self, authority: AuthorityModel, clock: Clock) -> None:
        self.authority = authority
        self.clock = clock
        self.registrar = ZERO_ADDRESS
        self.founders: list[Founder] = []
        self.delegations: dict[str, list[Delegation]] = defaultdict(list)
        self.nonces: dict[str, int] = defaultdict(int)

    # ---- actions

    def admit(
        self, sender: str, founder: str, tier: int, seat: int, capital_fen: int, is_team: bool
    ) -> int:
        """Returns the founder's number."""
        require(sender == self.registrar != ZERO_ADDRESS, "founders: not registrar")
        require(founder != ZERO_ADDRESS, "founders: no account")
        require(self.number_of(founder) == 0, "founders: already a founder")
        require(max(tier, seat) <= MAX_SEAT, "founders: seat out of bounds")
        require(0 < capital_fen <= MAX_CAPITAL, "founders: capital out of bounds")
        require(self.total_votes() + capital_fen <= MAX_CAPITAL, "votes: too many")
        outsiders = sum(not each.is_team for each in self.founders)
        rank = 0 if is_team else outsiders + 1
        entry = Founder(founder, tier, seat, capital_fen, self.clock.now, is_team, rank)
        self.founders.append(entry)
        return len(self.founders)

    def set_registrar(self, sender: str, new_registrar: str) -> None:
        require(self.authority.has_role(GOVERNANCE_ROLE, sender), "founders: not governance")
        self.registrar = new_registrar

    def delegate(self, sender: str, to: str) -> None:
        require(to != ZERO_ADDRESS, "votes: no delegate")
        self.delegations[sender].append(Delegation(self.clock.now, to))

    def delegate_by_sig(self, signer: str, to: str, nonce: int, expiry: int) -> None:
        """`signer` is who has signed exactly this."""
        require(self.clock.now <= expiry, "votes: signature expired")
        require(nonce == self.nonces[signer], "votes: wrong nonce")
        self.delegate(signer, to)
        self.nonces[signer] += 1

    # ---- views

    def delegates(self, account: str, at: int | None = None) -> str:
        """Whom an account's votes go to (at the end of a second): itself once it is a founder."""
        at = self.clock.now if at is None else at
        made = [each.to for each in self.delegations[account] if each.since <= at]
        is_founder = any(f.account == account and f.admitted_at <= at for f in self.founders)
        return made[-1] if made else account if is_founder else ZERO_ADDRESS

    def votes(self, account: str, at: int | None = None) -> int:
        """Now, or at the end of a past second."""
        at = self.clock.now if at is None else at
        return sum(
            each.capital_fen
            for each in self.founders
            if each.admitted_at <= at and self.delegates(each.account, at) == account
        )

    def total_votes(self, at: int | None = None) -> int:
        at = self.clock.now if at is None else at
        return sum(each.capital_fen for each in self.founders if each.admitted_at <= at)

    def past_votes(self, account: str, timepoint: int) -> int:
        require(timepoint < self.clock.now, "votes: not in the past")
        return self.votes(account, timepoint)

    def past_total_supply(self, timepoint: int) -> int:
        require(timepoint < self.clock.now, "votes: not in the past")
        return self.total_votes(timepoint)

    def number_of(self, account: str) -> int:
        accounts = [each.account for each in self.founders]
        return accounts.index(account) + 1 if account in accounts else 0

    def page(self, first: int, length: int) -> list[Founder]:
        require(0 < first <= len(self.founders), "founders: no such founder")
        require(length <= MAX_PAGE, "founders: page too long")
        return self.founders[first - 1 : first - 1 + length]

    def has_founding_title(self, number: int) -> bool:
        return 0 < number <= min(len(self.founders), FOUNDING_TITLES)

    def has_principal_priority(self, number: int) -> bool:
        if not 0 < number <= len(self.founders):
            return False
        entry = self.founders[number - 1]
        is_early = 0 < entry.rank <= PRIORITY_RANKS
        return is_early and self.clock.now < entry.admitted_at + PRIORITY_SECONDS
