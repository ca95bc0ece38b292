"""An exchange over the real token, treasury, staking, router and issuer.

Half of each fee is the stakers', half the Center's; what is less than 1,000 COS waits for stakers.
"""

from __future__ import annotations

from cos.chain import Chain, Contract
from tests.models import INFINITE
from tests.models.cos_credit import CAP

COS = 10**8
DAY = 86_400
WEEK = 7 * DAY
YEAR = 365 * DAY
HASH = b"\x11" * 32
START = (1_700_000_000 // WEEK + 1) * WEEK  # the beginning of an epoch
FUND = 1_000_000_000 * COS
ROUTER = (5_000, 1_000, 1_000)  # stakers_bps, system_bps, whole COS of the threshold
FEE_BPS = 10


class Market:
    """Everything deployed; whoever is named by `people` has COS and has approved the exchange."""

    def __init__(self, chain: Chain, people: tuple[str, ...], fee_bps: int = FEE_BPS) -> None:
        self.chain = chain
        self.governance = governance = chain.account("governance")
        self.people = {label: chain.account(label) for label in people}
        self.authority = chain.deploy("Authority", governance, sender=governance)
        self.token = token = chain.deploy("CosCredit", self.authority, sender=governance)
        arguments = (self.authority, token, [CAP // 8] * 8)
        self.treasury = chain.deploy("Treasury", *arguments, sender=governance)
        token.set_minter(self.treasury, sender=governance)
        supply = CAP * 30 // 100
        parts = [(bucket, governance, supply // 3) for bucket in range(3)]
        self.treasury.genesis(parts, sender=governance)
        self.staking = chain.deploy("CosStaking", self.authority, token, sender=governance)
        center = chain.account("center")
        arguments = (self.authority, token, self.treasury, self.staking, center, *ROUTER)
        self.router = chain.deploy("FeeRouter", *arguments, sender=governance)
        template = chain.deploy("SubToken", sender=governance)
        arguments = (self.authority, self.staking, self.router, template, 0)
        self.issuing = chain.deploy("SubTokenIssuer", *arguments, sender=governance)
        self.template = chain.deploy("PoolShare", sender=governance)
        self.exchange = self.deploy(fee_bps=fee_bps)
        for person in self.people.values():
            token.transfer(person, FUND, sender=governance)
            token.approve(self.exchange, INFINITE, sender=person)

    def deploy(self, **changes: object) -> Contract:
        """An exchange; keywords change what its constructor is given."""
        arguments = {
            "authority": self.authority,
            "token": self.token,
            "issuer": self.issuing,
            "fee_router": self.router,
            "share_template": self.template,
            "fee_bps": FEE_BPS,
            **changes,
        }
        return self.chain.deploy("Exchange", *arguments.values(), sender=self.governance)

    def fees(self) -> int:
        """All fees that the router was ever paid, forwarded or not; nobody has withdrawn any."""
        return self.token.balanceOf(self.router) + self.token.balanceOf(self.staking)

    def open(
        self, issuer: str, symbol: str, decimals: int, is_transferable: bool = True
    ) -> Contract:
        """Plain points of `issuer`'s; everybody has approved the exchange."""
        expiry = self.chain.timestamp + 10 * YEAR
        times = (expiry, 30 * DAY, 7 * DAY, self.chain.account("arbiter"))
        terms = (f"{symbol} of the market", symbol, decimals, 0, HASH, *times, is_transferable)
        sub = self.chain.at("SubToken", self.issuing.open(terms, 0, sender=issuer))
        for person in self.people.values():
            sub.approve(self.exchange, INFINITE, sender=person)
        return sub

    def mint(self, sub: Contract, to: str, amount: int) -> None:
        """Units of a sub-token for somebody."""
        issuer = self.issuing.issuer_of(sub)
        self.issuing.mint(sub, to, amount, sender=issuer)
