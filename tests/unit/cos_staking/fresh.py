"""The same contracts for property tests, which need fresh ones in every example."""

from __future__ import annotations

from cos.chain import Chain
from tests.models import INFINITE
from tests.models.authority import LOCKER_ROLE
from tests.models.cos_staking import COS, WEEK
from tests.unit.cos_staking.conftest import EPOCH, start_of

FUND = 10**9 * COS


class Setup:
    """Four people and a giver with FUND each, at the beginning of EPOCH."""

    def __init__(self) -> None:
        self.chain = chain = Chain(timestamp=1_700_000_000)
        governance = chain.account("governance")
        self.people = [chain.account(label) for label in ("ada", "ben", "cyd", "dan")]
        self.giver, self.locker = chain.account("giver"), chain.account("locker")
        authority = chain.deploy("Authority", governance, sender=governance)
        authority.grantRole(LOCKER_ROLE, self.locker, sender=governance)
        self.token = chain.deploy("CosCredit", authority, sender=governance)
        self.token.set_minter(governance, sender=governance)
        self.staking = chain.deploy("CosStaking", authority, self.token, sender=governance)
        for account in (*self.people, self.giver):
            self.token.mint(account, FUND, sender=governance)
            self.token.approve(self.staking.address, INFINITE, sender=account)
        chain.warp(start_of(EPOCH))

    def next_epoch(self, epochs: int = 1) -> None:
        self.chain.warp(start_of(self.chain.timestamp // WEEK + epochs))

    def earned(self, *accounts: str) -> list[int]:
        """Exact earnings, never claimed before, in 2^-22 base units."""
        found = []
        for account in accounts:
            whole, fraction = self.staking.claimable(account), self.staking.position(account)[5]
            found.append(whole * 2**22 + fraction)
        return found
