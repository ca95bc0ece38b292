"""Reference model of contracts/governance/Authority.vy."""

from __future__ import annotations

from eth_hash.auto import keccak

from tests.models import ZERO_ADDRESS, require

DEFAULT_ADMIN_ROLE = bytes(32)
GOVERNANCE_ROLE = keccak(b"GOVERNANCE")
AUDITOR_ROLE = keccak(b"AUDITOR")
SECRETARIAT_ROLE = keccak(b"SECRETARIAT")
SELLER_ROLE = keccak(b"SELLER")
CASHIER_ROLE = keccak(b"CASHIER")
GUARDIAN_ROLE = keccak(b"GUARDIAN")
LOCKER_ROLE = keccak(b"LOCKER")
COMMITTEE_ROLE = keccak(b"COMMITTEE")
DESK_ROLE = keccak(b"DESK")
ADMISSION_ROLE = keccak(b"ADMISSION")


class AuthorityModel:
    """Role -> the set of accounts that hold it."""

    def __init__(self, admin: str) -> None:
        require(admin != ZERO_ADDRESS, "authority: zero account")
        self.members: dict[bytes, set[str]] = {
            DEFAULT_ADMIN_ROLE: {admin},
            GOVERNANCE_ROLE: {admin},
        }

    def has_role(self, role: bytes, account: str) -> bool:
        return account in self.members.get(role, ())

    def member_count(self, role: bytes) -> int:
        return len(self.members.get(role, ()))

    def grant_role(self, sender: str, role: bytes, account: str) -> None:
        self._check_admin(sender)
        require(account != ZERO_ADDRESS, "authority: zero account")
        self.members.setdefault(role, set()).add(account)

    def revoke_role(self, sender: str, role: bytes, account: str) -> None:
        self._check_admin(sender)
        self._revoke(role, account)

    def renounce_role(self, sender: str, role: bytes, account: str) -> None:
        require(sender == account, "authority: not your own role")
        self._revoke(role, account)

    def _check_admin(self, sender: str) -> None:
        require(self.has_role(DEFAULT_ADMIN_ROLE, sender), "authority: not admin")

    def _revoke(self, role: bytes, account: str) -> None:
        if self.has_role(role, account):
            is_last = role == DEFAULT_ADMIN_ROLE and self.member_count(role) == 1
            require(not is_last, "authority: last admin")
            self.members[role].remove(account)
