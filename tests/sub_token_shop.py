"""What sub-tokens need, deployed and wired on an embedded chain for tests.

Merchants have staked COS and let SubTokenIssuer lock it; customers have nothing but what they are
given. Everything is the real contract; only the router's Treasury, which fees never reach, is not
there.
"""

from __future__ import annotations

from typing import Any

from cos.chain import Chain, Contract, Event
from tests.models import INFINITE
from tests.models.authority import LOCKER_ROLE
from tests.models.sub_token import COS, DAY, Terms

WEEK = 7 * DAY
START = (1_700_000_000 // WEEK + 1) * WEEK  # the beginning of an epoch
SUPPLY = 102_400_000_000 * COS
FUND = 1_000_000 * COS  # what each merchant has staked
FREE = 100_000 * COS  # and what it has besides
FACE = 3_000
FEE = 5 * COS
WINDOW = 7 * DAY
GRACE = 60 * DAY
LIFE = 365 * DAY
EVIDENCE = b"\x44" * 32
REASON = b"\x55" * 32
DETAILS = b"\x66" * 32
MERCHANTS = ("merchant", "other merchant")
CUSTOMERS = ("ann", "ben")
OTHERS = ("arbiter", "attacker", "center", "governance")
PEOPLE = (*MERCHANTS, *CUSTOMERS, *OTHERS)


class SubTokenShop:
    """Authority, token, staking, router, template and issuer contract."""

    def __init__(self, chain: Chain, fee: int = 0) -> None:
        self.chain = chain
        self.governance, self.center = chain.account("governance"), chain.account("center")
        self.people = [chain.account(label) for label in PEOPLE]
        self.authority = self.deploy("Authority", self.governance)
        self.token = self.deploy("CosCredit", self.authority)
        self.token.set_minter(self.governance, sender=self.governance)
        self.staking = self.deploy("CosStaking", self.authority, self.token)
        treasury = chain.account("treasury")
        places = (self.authority, self.token, treasury, self.staking, self.center)
        self.router = self.deploy("FeeRouter", *places, 5_000, 1_000, 1_000)
        self.template = self.deploy("SubToken")
        self.issuer = self.deploy(
            "SubTokenIssuer", self.authority, self.staking, self.router, self.template, fee
        )
        self.authority.grantRole(LOCKER_ROLE, self.issuer.address, sender=self.governance)
        self.router.set_collector(self.issuer, True, sender=self.governance)
        self.sub_tokens: list[Contract] = []
        for label in MERCHANTS:
            self.fund(chain.account(label))

    def deploy(self, name: str, *args: Any) -> Contract:
        return self.chain.deploy(name, *args, sender=self.governance)

    def fund(self, merchant: str, staked: int = FUND, free: int = FREE) -> None:
        """A merchant that has staked COS, offers all of it as collateral and can pay fees."""
        token, staking = self.token, self.staking
        token.mint(merchant, staked + free, sender=self.governance)
        token.approve(staking, staked, sender=merchant)
        token.approve(self.router, INFINITE, sender=merchant)
        staking.stake(staked, sender=merchant)
        staking.approve_lock(self.issuer, INFINITE, sender=merchant)

    def terms(self, **changes: object) -> Terms:
        """Of a coupon that costs two decimals' FACE; valid for a year from now."""
        standard = Terms(
            name="Ten Coffees",
            symbol="COFFEE",
            decimals=2,
            face_value=FACE,
            description_hash=b"\x11" * 32,
            expiry=self.chain.timestamp + LIFE,
            grace_seconds=GRACE,
            window_seconds=WINDOW,
            arbiter=self.chain.account("arbiter"),
            is_transferable=True,
        )
        return standard._replace(**changes)

    def open(self, merchant: str, **changes: object) -> Contract:
        """A sub-token of the merchant's."""
        address = self.issuer.open(self.terms(**changes), INFINITE, sender=merchant)
        return self.know(address)

    def know(self, address: str) -> Contract:
        """The clone at an address, of which `state` tells from now on."""
        sub_token = self.chain.at("SubToken", address)
        self.sub_tokens.append(sub_token)
        return sub_token

    def ask(self, sub_token: Contract, amount: int, holder: str) -> int:
        return self.issuer.request([(sub_token, amount, DETAILS)], sender=holder)

    def event(self, name: str, /, **args: Any) -> Event:
        """An event as the issuer contract emits it."""
        return Event(self.issuer.address, name, args)

    def state(self) -> object:
        """Everything that the contracts tell about sub-tokens, requests, stakes and COS."""
        issuer, staking, token, people = self.issuer, self.staking, self.token, self.people
        holders = [*people, issuer.address]
        return (
            (issuer.router(), issuer.issue_fee(), issuer.request_count()),
            [issuer.request_of(n) for n in range(1, issuer.request_count() + 1)],
            [
                (
                    issuer.info(each),
                    issuer.state(each),
                    issuer.collateral(each),
                    each.totalSupply(),
                    [each.balanceOf(holder) for holder in holders],
                    [each.allowance(owner, other) for owner in people for other in people],
                    [each.nonces(holder) for holder in holders],
                )
                for each in self.sub_tokens
            ],
            [staking.lock_of(person, issuer) for person in people],
            [(staking.staked(person), staking.exits(person)) for person in people],
            [token.balanceOf(account) for account in (*holders, staking, self.router)],
            [token.allowance(account, self.router) for account in holders],
            [token.allowance(issuer, account) for account in (staking, self.router)],
            self.router.owed(),
        )
