"""Sub-tokens kept beside the chain, from the arguments of the transactions that succeeded.

Who holds how many units is counted one way, what was minted, burnt and redeemed another: both must
say the same. `amount` is units (smallest ones), everything of COS is base units, times are UNIX
seconds, people are addresses.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

ASKED, ACCEPTED, FULFILLED, DISPUTED, GRANTED, REDEEMED, RETURNED, PAID = range(1, 9)
"""States of a request, as SubTokenIssuer numbers them."""

FINAL = frozenset({REDEEMED, RETURNED, PAID})


class Ask(NamedTuple):
    """A request as `SubTokenIssuer.request_of` shows it."""

    holder: str
    sub_token: str
    amount: int
    state: int
    deadline: int


@dataclass(slots=True)
class SubToken:
    """One sub-token: what its issuer fixed, and what became of its units."""

    address: str
    issuer: str
    face_value: int
    expiry: int
    grace_ends_at: int
    window_seconds: int
    kind: str = ""
    """What its issuer really is; no contract knows that."""

    symbol: str = ""
    held: Counter[str] = field(default_factory=Counter)
    """Holder -> units, the exchange's among them, those put aside not."""

    aside: int = 0
    minted: int = 0
    burnt: int = 0
    paid: int = 0
    """Units that were redeemed for the face value, at once or out of a request."""

    redemptions: int = 0
    """How often that happened at once."""

    redeemed: int = 0
    """Units that were redeemed for the right."""

    is_closed: bool = False

    @property
    def outstanding(self) -> int:
        """Units that were minted and not destroyed."""
        return self.minted - self.burnt - self.paid - self.redeemed

    @property
    def backed(self) -> int:
        """Units that must be covered: after the end, those of open requests alone."""
        return self.aside if self.is_closed else self.outstanding

    @property
    def collateral(self) -> int:
        """What must be locked for them."""
        return self.face_value * self.backed

    def is_open(self, time: int) -> bool:
        """Whether units are minted and rights asked for."""
        return not self.is_closed and time < self.expiry


@dataclass
class SubTokens:
    """All sub-tokens and requests."""

    sub_tokens: dict[str, SubToken] = field(default_factory=dict)
    requests: list[Ask] = field(default_factory=list)
    """By their ids, from 1 on."""

    delivered: set[int] = field(default_factory=set)
    """Requests whose holder really got what it asked for. No contract knows that."""

    disputed: set[int] = field(default_factory=set)
    issue_fees: int = 0
    paid: int = 0
    """Face values that holders were paid so far."""

    paid_by_chain: int = 0
    """The same by the chain's own events."""

    # --- what happened ---------------------------------------------------------------------------

    def was_opened(self, sub_token: SubToken, fee: int) -> None:
        """Book a new sub-token."""
        self.sub_tokens[sub_token.address] = sub_token
        self.issue_fees += fee

    def was_minted(self, address: str, to: str, amount: int) -> None:
        """Book new units."""
        sub_token = self.sub_tokens[address]
        sub_token.held[to] += amount
        sub_token.minted += amount

    def was_burnt(self, address: str, owner: str, amount: int) -> None:
        """Book units that their owner gave up."""
        sub_token = self.sub_tokens[address]
        _take(sub_token.held, owner, amount)
        sub_token.burnt += amount

    def was_closed(self, address: str) -> None:
        """Book the end of a sub-token, for good."""
        self.sub_tokens[address].is_closed = True

    def was_moved(self, address: str, owner: str, to: str, amount: int) -> None:
        """Book a transfer."""
        held = self.sub_tokens[address].held
        _take(held, owner, amount)
        held[to] += amount

    def was_redeemed(self, address: str, holder: str, amount: int) -> int:
        """Book a redemption for the face value; return what it pays."""
        sub_token = self.sub_tokens[address]
        _take(sub_token.held, holder, amount)
        sub_token.redemptions += 1
        return self._pay(sub_token, amount)

    def was_asked(self, address: str, holder: str, amount: int, time: int) -> int:
        """Book a request for the right; return its id."""
        sub_token = self.sub_tokens[address]
        _take(sub_token.held, holder, amount)
        sub_token.aside += amount
        deadline = time + sub_token.window_seconds
        self.requests.append(Ask(holder, address, amount, ASKED, deadline))
        return len(self.requests)

    def was_turned(self, number: int, state: int, time: int) -> None:
        """Book a step in time: the next one has a window."""
        window = self.sub_tokens[self.requests[number - 1].sub_token].window_seconds
        self._set(number, state, time + window)
        if state == DISPUTED:
            self.disputed.add(number)

    def was_granted(self, number: int, time: int) -> None:
        """Book that the arbiter has decided for the holder."""
        self._set(number, GRANTED, time)

    def right_was_redeemed(self, number: int, time: int) -> None:
        """Book the end of a request as the issuer wants it."""
        sub_token, amount = self._end(number, REDEEMED, time)
        sub_token.redeemed += amount

    def units_were_taken(self, number: int, time: int) -> None:
        """Book that a holder left with the units."""
        sub_token, amount = self._end(number, RETURNED, time)
        sub_token.held[self.requests[number - 1].holder] += amount

    def face_was_taken(self, number: int, time: int) -> int:
        """Book that a holder left with the face value; return it."""
        sub_token, amount = self._end(number, PAID, time)
        return self._pay(sub_token, amount)

    # --- what follows from it --------------------------------------------------------------------

    def of_issuer(self, issuer: str) -> Iterator[SubToken]:
        """Yield an issuer's sub-tokens."""
        return (each for each in self.sub_tokens.values() if each.issuer == issuer)

    def locked(self, issuer: str) -> int:
        """What must be locked of an issuer's stake."""
        return sum(each.collateral for each in self.of_issuer(issuer))

    def issuers(self) -> list[str]:
        """Everyone who ever opened one, in that order."""
        return list(dict.fromkeys(each.issuer for each in self.sub_tokens.values()))

    def open_requests(self) -> Iterator[tuple[int, Ask]]:
        """Yield ids and requests that have not ended."""
        for number, ask in enumerate(self.requests, start=1):
            if ask.state not in FINAL:
                yield number, ask

    # --- internal --------------------------------------------------------------------------------

    def _set(self, number: int, state: int, deadline: int) -> None:
        self.requests[number - 1] = self.requests[number - 1]._replace(
            state=state, deadline=deadline
        )

    def _end(self, number: int, state: int, time: int) -> tuple[SubToken, int]:
        ask = self.requests[number - 1]
        self._set(number, state, time)
        sub_token = self.sub_tokens[ask.sub_token]
        sub_token.aside -= ask.amount
        return sub_token, ask.amount

    def _pay(self, sub_token: SubToken, amount: int) -> int:
        sub_token.paid += amount
        self.paid += sub_token.face_value * amount
        return sub_token.face_value * amount


def _take(held: Counter[str], owner: str, amount: int) -> None:
    held[owner] -= amount
    if not held[owner]:
        del held[owner]
