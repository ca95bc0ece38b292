"""Reference model of contracts/market/SubTokenIssuer.vy and SubToken.vy.

Amounts are smallest units of a sub-token, everything of COS in base units (1e-8 COS). Nothing is
packed or looked up from the token as the contract does it: who holds what is a table of each
sub-token, what is set aside is the sum over open requests, and collateral is added up anew from
both.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import NamedTuple

from tests.models import INFINITE, ZERO_ADDRESS, require
from tests.models.atomic import atomic
from tests.models.authority import GOVERNANCE_ROLE
from tests.models.clock import Clock
from tests.models.cos_staking import CosStakingModel
from tests.models.fee_router import FeeRouterModel

COS = 10**8
DAY = 86_400
MAX_ISSUE_FEE = 100_000 * COS
MAX_SUPPLY = 2**96 - 1
WINDOW_BOUNDS = (3 * DAY, 90 * DAY)
GRACE_BOUNDS = (30 * DAY, 3_660 * DAY)
NO_HASH = bytes(32)

UNKNOWN, OPEN, EXPIRED, RECLAIMABLE, CLOSED = range(5)
ASKED, ACCEPTED, FULFILLED, DISPUTED, GRANTED, REDEEMED, RETURNED, PAID = range(1, 9)
FINAL = (REDEEMED, RETURNED, PAID)


class Terms(NamedTuple):
    """What `open` is given."""

    name: str
    symbol: str
    decimals: int
    face_value: int
    description_hash: bytes
    expiry: int
    grace_seconds: int
    window_seconds: int
    arbiter: str
    is_transferable: bool


@dataclass
class SubToken:
    """One sub-token: its terms and who holds units."""

    issuer: str
    terms: Terms
    balances: Counter[str] = field(default_factory=Counter)
    is_closed: bool = False

    @property
    def grace_ends_at(self) -> int:
        return self.terms.expiry + self.terms.grace_seconds


@dataclass
class Request:
    """One request; `since` is when it came to stand where it stands."""

    holder: str
    sub_token: str
    amount: int
    state: int
    deadline: int


class SubTokenIssuerModel:
    """The contract at `address`, with all its tokens."""

    def __init__(
        self,
        staking: CosStakingModel,
        address: str,
        clock: Clock,
        router: FeeRouterModel | None,
        issue_fee: int,
    ) -> None:
        self.staking = staking
        self.authority = staking.authority
        self.address = address
        self.clock = clock
        self.router = router
        self.issue_fee = issue_fee
        self.sub_tokens: dict[str, SubToken] = {}
        self.requests: list[Request] = []
