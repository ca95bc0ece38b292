# pragma version 0.4.3
"""
@title Authority
@notice Who holds which role, in one place: every contract of the suite asks here.
@dev The ABI and the events of OpenZeppelin's AccessControl, on snekmate's storage. Three things
     are stricter: the zero address never holds a role, every role has DEFAULT_ADMIN_ROLE as its
     admin for good, and the last admin cannot go. `member_count` makes it possible to read back
     that an account is the only holder of a role (after the hand-over: CosGovernor of the admin
     and the governance role). Makes no calls, so it needs no lock.
@custom:license AGPL-3.0-only
"""

from interfaces import IAuthority
from snekmate.auth import access_control
from contracts.lib import roles

implements: IAuthority
initializes: access_control

exports: (
    access_control.hasRole,
    access_control.getRoleAdmin,
    access_control.supportsInterface,
    access_control.DEFAULT_ADMIN_ROLE,
)


# @notice Accounts that hold a role now.
# Invariant: member_count[r] = number of accounts a with hasRole[r][a]; it is >= 1 for the admin.
member_count: public(HashMap[bytes32, uint256])


@deploy
def __init__(admin: address):
    """
    @notice Gives the admin and the governance role to `admin`, and nothing to the deployer.
    @param admin First holder of both roles; hands them over to the governor later.
    """
    access_control.__init__()
    # The module makes the deployer an admin: taken back before anything is counted.
    access_control._revoke_role(access_control.DEFAULT_ADMIN_ROLE, msg.sender)
    self._grant(access_control.DEFAULT_ADMIN_ROLE, admin)
    self._grant(roles.GOVERNANCE_ROLE, admin)


@external
def grantRole(role: bytes32, account: address):
    """
    @notice Gives `role` to `account`. Only an admin. No effect if the account holds it already.
    @param role One of the identifiers of contracts/lib/roles.vy; others mean nothing, yet.
    @param account New holder, a person or a contract.
    """
    self._check_admin()
    self._grant(role, account)


@external
def revokeRole(role: bytes32, account: address):
    """
    @notice Takes `role` from `account`. Only an admin. No effect if the account does not hold it.
    @param role Identifier of the role.
    @param account Holder that loses it.
    """
    self._check_admin()
    self._revoke(role, account)


@external
def renounceRole(role: bytes32, account: address):
    """
    @notice Gives up a role that the caller holds.
    @param role Identifier of the role.
    @param account The caller itself: a guard against renouncing by a wrong call (as in the ABI).
    """
    assert account == msg.sender, "authority: not your own role"
    self._revoke(role, account)


@internal
@view
def _check_admin():
    admin_role: bytes32 = access_control.DEFAULT_ADMIN_ROLE
    assert access_control.hasRole[admin_role][msg.sender], "authority: not admin"


@internal
def _grant(role: bytes32, account: address):
    assert account != empty(address), "authority: zero account"
    if access_control.hasRole[role][account]:
        return
    self.member_count[role] += 1
    access_control._grant_role(role, account)


@internal
def _revoke(role: bytes32, account: address):
    if not access_control.hasRole[role][account]:
        return
    holders: uint256 = self.member_count[role]
    # Without an admin no role could ever be given again.
    assert (role != access_control.DEFAULT_ADMIN_ROLE or holders > 1), "authority: last admin"
    self.member_count[role] = holders - 1
    access_control._revoke_role(role, account)
