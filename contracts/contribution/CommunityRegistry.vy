# pragma version 0.4.3
"""
@title Community registry
@license GNU Affero General Public License v3.0 only
@notice The tree of communities: who administers each one, who its managers and members are,
    and whether it is frozen or closed. Holds no money and no personal data.
@dev The contract makes no calls but static ones (to the Authority, and to a wallet that is
    asked for its signature), so it needs no re-entrancy lock.

    What a freeze means. The ledger asks `spender_level` and `admin_of_open`, which refuse a
    frozen community, so nothing flows out of it. Here its admin may then only take away:
    remove a manager or a member, revoke invitations. Whatever would outlast the inquiry or lead around it is
    refused: new children, managers, members and admins, and also closing, because closing
    hands what is left of each lot back to a sponsor who may be the admin's accomplice.
    Members may always apply and leave; governance may replace the admin, and close.
    A freeze is not inherited by children and ends by itself: no transaction is needed.
    Meanwhile the community's clock (`clock_of`) stands still, so that deadlines held against it
    give back what a freeze took.

    Two ways lead in: an application that is approved, and an invitation that is signed off
    chain by the admin or a manager and costs only the invited person a transaction. An
    invitation binds chain, registry, community, person, deadline and the person's nonce there.
"""

from contracts.lib import erc1271
from contracts.lib import governed
from contracts.lib import roles
from interfaces import ICommunityRegistry
from snekmate.utils import eip712_domain_separator

initializes: governed
initializes: eip712_domain_separator

implements: ICommunityRegistry

exports: (
    governed.AUTHORITY,
    # ERC-5267
    eip712_domain_separator.eip712Domain,
)


# ---------------------------------------------------------------------------- constants

MAX_DEPTH: constant(uint256) = 8
MAX_COMMUNITY: constant(uint256) = 2**31 - 1
MAX_LEVEL: constant(uint256) = 255
MAX_TIME: constant(uint256) = 2**40 - 1
MAX_APPROVALS: constant(uint256) = 256

MAX_FREEZE_SECONDS: constant(uint256) = 90 * 86400
FREEZE_PAUSE_SECONDS: constant(uint256) = 30 * 86400
MAX_EXTENSION_SECONDS: constant(uint256) = 365 * 86400

# Layout of a community: admin 160 | frozen_until 40 | parent 31 | depth 4 | closed 1.
ADMIN_MASK: constant(uint256) = 2**160 - 1
TIME_SHIFT: constant(uint256) = 160
TIME_MASK: constant(uint256) = 2**40 - 1
PARENT_SHIFT: constant(uint256) = 200
PARENT_MASK: constant(uint256) = 2**31 - 1
DEPTH_SHIFT: constant(uint256) = 231
DEPTH_MASK: constant(uint256) = 2**4 - 1
CLOSED: constant(uint256) = 1 << 235

# Layout of a person in a community: manager's level 8 | applied 1 | member 1 | nonce 64.
LEVEL_MASK: constant(uint256) = 2**8 - 1
APPLIED: constant(uint256) = 1 << 8
MEMBER: constant(uint256) = 1 << 9
NONCE_SHIFT: constant(uint256) = 10
MAX_NONCE: constant(uint256) = 2**64 - 1

INVITATION_TYPEHASH: constant(bytes32) = keccak256(
    "Invitation(uint256 community,address invitee,uint256 nonce,uint256 deadline)"
)
# Half of the order of secp256k1, rounded down: the highest s of a signature (EIP-2).
MAX_S: constant(uint256) = (
    57_896_044_618_658_097_711_785_492_504_343_953_926_418_782_139_537_452_191_302_581_570_759_080_747_168
)


# ------------------------------------------------------------------------------ storage

# Communities are numbered 1, 2, 3 ...; 0 means "none".
community_count: public(uint256)

# One word a community: the ledger reads it for every batch. Not zero once created, since
# there is always an admin.
communities: HashMap[uint256, uint256]

# One word a person in a community. APPLIED and MEMBER are never both set. The nonce is that of
# the next invitation; it only rises, and nobody is invited any more once it is MAX_NONCE.
people: HashMap[uint256, HashMap[address, uint256]]

pending_admins: HashMap[uint256, address]
names: HashMap[uint256, String[64]]
community_profiles: HashMap[uint256, bytes32]
member_profiles: HashMap[uint256, HashMap[address, bytes32]]
titles: HashMap[uint256, HashMap[address, String[32]]]

# What a community's clock showed when its last freeze began; it goes on from there when the
# freeze ends. Written by freeze() alone: extending or lifting a freeze moves its end, which is
# in the community's word. Never ahead of the time, and 0 until the first freeze.
stopped_clocks: HashMap[uint256, uint256]


@deploy
def __init__(authority: address):
    """
    @param authority The contract that says who holds which role.
    """
    governed.__init__(authority)
    eip712_domain_separator.__init__("COS CommunityRegistry", "1")


# ---------------------------------------------------------------- what the ledger asks
# First in the file: functions of one bucket of the selector table are tried in this order.


@external
@view
def spender_level(community: uint256, account: address) -> uint256:
    """
    @notice The level of a manager who may spend now; reverts with the reason if it may not.
    @dev The ledger's one question for each batch: two storage slots.
    @param community The community.
    @param account The manager.
    @return 1 (highest) to 255.
    """
    self._active(community)
    level: uint256 = self.people[community][account] & LEVEL_MASK
    assert level != 0, "registry: not a manager"
    return level


@external
@view
def admin_of_open(community: uint256) -> address:
    """
    @notice The admin of a community that is neither closed nor frozen; reverts with the
        reason otherwise. One storage slot.
    @param community The community.
    @return Its admin.
    """
    return self._admin(self._active(community))


@external
@view
def clock_of(community: uint256) -> (uint256, bool):
    """
    @notice The community's own clock: the time less every second in which it was frozen since
        it was created. It stands still during a freeze, which closing does not end.
    @dev For deadlines that a freeze must not eat up. One storage slot while the community was
        never frozen, two afterwards.
    @param community The community, open or closed.
    @return What the clock shows, in seconds, and whether the community is frozen now.
    """
    until: uint256 = self._frozen_until(self._record(community))
    return self._clock(community, until), block.timestamp < until


# -------------------------------------------------------------------------- communities


@external
def create(parent: uint256, admin: address, name: String[64], profile_hash: bytes32) -> uint256:
    """
    @notice Opens a community. The secretariat opens one anywhere; the admin of an open and
        unfrozen community opens children of it.
    @param parent The community above it; 0 for a root.
    @param admin Who administers it; may be a contract.
    @param name Shown to people; need not be unique.
    @param profile_hash Hash of its off-chain profile; 0 for none.
    @return The number of the new community.
    """
    assert admin != empty(address), "registry: no admin"
    assert len(name) != 0, "registry: no name"

    depth: uint256 = 1
    by_admin: bool = False
    if parent != 0:
        record: uint256 = self._open(parent)
        depth = self._depth(record) + 1
        assert depth <= MAX_DEPTH, "registry: too deep"
        by_admin = msg.sender == self._admin(record)
        if by_admin:
            assert not self._is_frozen(record), "registry: community frozen"
    if not by_admin:
        assert governed._holds(roles.SECRETARIAT_ROLE, msg.sender), "registry: not secretariat"

    community: uint256 = self.community_count + 1
    assert community <= MAX_COMMUNITY, "registry: too many communities"
    self.community_count = community
    self.communities[community] = (
        convert(admin, uint256) | (parent << PARENT_SHIFT) | (depth << DEPTH_SHIFT)
    )
    self.names[community] = name
    self.community_profiles[community] = profile_hash
    log ICommunityRegistry.CommunityCreated(
        community=community,
        parent=parent,
        admin=admin,
        depth=depth,
        name=name,
        profile_hash=profile_hash,
    )
    return community


@external
def update_community_profile(community: uint256, profile_hash: bytes32):
    """
    @notice Replaces the hash of the community's off-chain profile. By its admin.
    @param community An open and unfrozen community.
    @param profile_hash The new hash; 0 for none.
    """
    self._check_admin(self._active(community))
    self.community_profiles[community] = profile_hash
    log ICommunityRegistry.CommunityProfileUpdated(community=community, profile_hash=profile_hash)


@external
def close(community: uint256, reason_hash: bytes32):
    """
    @notice Closes a community for good. By governance, or by its admin unless it is frozen.
    @dev Its children stay open; what only a parent's admin may do for them falls away.
    @param community An open community.
    @param reason_hash Hash of the reason given.
    """
    record: uint256 = self._open(community)
    if msg.sender == self._admin(record):
        assert not self._is_frozen(record), "registry: community frozen"
    else:
        self._check_governance()
    self.communities[community] = record | CLOSED
    log ICommunityRegistry.CommunityClosed(
        community=community, by=msg.sender, reason_hash=reason_hash
    )


# ------------------------------------------------------------------------------- admins


@external
def transfer_admin(community: uint256, new_admin: address):
    """
    @notice Offers the administration to someone, who has to accept it. By the admin.
    @param community An open and unfrozen community.
    @param new_admin Who may accept; the zero address withdraws the offer.
    """
    record: uint256 = self._active(community)
    self._check_admin(record)
    self.pending_admins[community] = new_admin
    log ICommunityRegistry.AdminOffered(community=community, admin=msg.sender, new_admin=new_admin)


@external
def accept_admin(community: uint256):
    """
    @notice Takes over the administration. By whom it was offered to.
    @param community An open and unfrozen community.
    """
    record: uint256 = self._active(community)
    assert msg.sender == self.pending_admins[community], "registry: not the pending admin"
    self._set_admin(community, record, msg.sender)


@external
def replace_admin(community: uint256, new_admin: address):
    """
    @notice Puts another admin in charge, frozen or not, and voids any offer. By governance.
    @dev Managers stay; the new admin removes whom it does not want.
    @param community An open community.
    @param new_admin The new admin.
    """
    self._check_governance()
    assert new_admin != empty(address), "registry: no admin"
    self._set_admin(community, self._open(community), new_admin)


# ----------------------------------------------------------------------------- managers


@external
def set_manager(community: uint256, manager: address, level: uint256, title: String[32]):
    """
    @notice Appoints a manager, or changes its level and title. By the admin.
    @param community An open and unfrozen community.
    @param manager The account; may be the admin itself.
    @param level 1 (highest) to 255.
    @param title Shown to people.
    """
    self._check_admin(self._active(community))
    assert manager != empty(address), "registry: no manager"
    assert level != 0 and level <= MAX_LEVEL, "registry: bad level"
    person: uint256 = self.people[community][manager]
    self.people[community][manager] = (person & ~LEVEL_MASK) | level
    self.titles[community][manager] = title
    log ICommunityRegistry.ManagerSet(
        community=community, manager=manager, level=level, title=title
    )


@external
def remove_manager(community: uint256, manager: address):
    """
    @notice Dismisses a manager, also while the community is frozen. By the admin.
    @param community An open community.
    @param manager The manager.
    """
    self._check_admin(self._open(community))
    self._remove_manager(community, manager)


@external
def resign_manager(community: uint256):
    """
    @notice Gives up being a manager, at any time. By the manager itself.
    @param community The community.
    """
    self._remove_manager(community, msg.sender)


# ------------------------------------------------------------------------------ members


@external
def apply(community: uint256, profile_hash: bytes32):
    """
    @notice Asks to become a member. Asking again replaces the hash. By the person itself.
    @param community An open community.
    @param profile_hash Commitment to an off-chain profile (never personal data); 0 for none.
    """
    self._open(community)
    person: uint256 = self.people[community][msg.sender]
    assert person & MEMBER == 0, "registry: already a member"
    self.people[community][msg.sender] = person | APPLIED
    self.member_profiles[community][msg.sender] = profile_hash
    log ICommunityRegistry.MembershipApplied(
        community=community, account=msg.sender, profile_hash=profile_hash
    )


@external
def approve_members(community: uint256, accounts: DynArray[address, MAX_APPROVALS]) -> uint256:
    """
    @notice Makes applicants members. By the admin or any manager.
    @dev Accounts without an application are passed over, not refused: otherwise one that
        withdraws in time, or that another manager approved, would void the whole list.
    @param community An open and unfrozen community.
    @param accounts Up to 256 accounts.
    @return How many became members; never 0.
    """
    self._check_admin_or_manager(community, self._active(community), msg.sender)
    approved: uint256 = 0
    for account: address in accounts:
        person: uint256 = self.people[community][account]
        if person & APPLIED != 0:
            self.people[community][account] = (person & ~APPLIED) | MEMBER
            approved += 1
            log ICommunityRegistry.MemberApproved(
                community=community, account=account, by=msg.sender
            )
    assert approved != 0, "registry: nobody has applied"
    return approved


@external
def accept_invitation(
    community: uint256,
    manager: address,
    deadline: uint256,
    profile_hash: bytes32,
    signature: Bytes[erc1271.MAX_SIGNATURE_BYTES],
):
    """
    @notice Becomes a member by an invitation that the admin or a manager has signed. An
        application is used up. By the invited person itself.
    @dev EIP-712, domain "COS CommunityRegistry", version "1":
        Invitation(uint256 community,address invitee,uint256 nonce,uint256 deadline)
        with the nonce of `invitation_nonce`. Of several invitations with the same nonce one can
        be accepted. The signer must be in charge now, so dismissing a manager voids what it has
        signed; appointing it again before the deadline revives that, unless it was revoked.
    @param community An open and unfrozen community.
    @param manager Who signed; its admin or one of its managers.
    @param deadline Last second in which the invitation is valid.
    @param profile_hash Commitment to an off-chain profile (never personal data); 0 for none.
    @param signature 65 bytes (r, s, v) of the manager's key with s in the lower half, or
        whatever its wallet accepts (ERC-1271), at most 2,048 bytes.
    """
    self._check_admin_or_manager(community, self._active(community), manager)
    assert block.timestamp <= deadline, "registry: invitation expired"
    person: uint256 = self.people[community][msg.sender]
    assert person & MEMBER == 0, "registry: already a member"
    nonce: uint256 = person >> NONCE_SHIFT
    assert nonce < MAX_NONCE, "registry: too many invitations"
    # before a wallet is asked; a signature that is refused reverts all of it
    self.people[community][msg.sender] = (self._next_nonce(person) & ~APPLIED) | MEMBER
    self.member_profiles[community][msg.sender] = profile_hash
    digest: bytes32 = eip712_domain_separator._hash_typed_data_v4(
        keccak256(abi_encode(INVITATION_TYPEHASH, community, msg.sender, nonce, deadline))
    )
    assert self._has_signed(manager, digest, signature), "registry: invalid signature"
    log ICommunityRegistry.InvitationAccepted(
        community=community, account=msg.sender, manager=manager, profile_hash=profile_hash
    )


@external
def revoke_invitations(community: uint256, invitee: address):
    """
    @notice Voids the invitations to a person that are valid now, whoever signed them, also while
        the community is frozen. By the admin or any manager.
    @dev Raises the nonce by one. Should a manager have signed ahead, for nonces to come, only its
        dismissal ends that.
    @param community An open community.
    @param invitee The person; a member stays one.
    """
    self._check_admin_or_manager(community, self._open(community), msg.sender)
    person: uint256 = self._next_nonce(self.people[community][invitee])
    self.people[community][invitee] = person
    log ICommunityRegistry.InvitationsRevoked(
        community=community, account=invitee, by=msg.sender, nonce=person >> NONCE_SHIFT
    )


@external
def leave(community: uint256):
    """
    @notice Leaves the community, or withdraws an application, at any time. Management and
        contributions are not touched. By the person itself.
    @param community The community.
    """
    was_member: bool = self._remove_member(community, msg.sender)
    if was_member:
        log ICommunityRegistry.MemberLeft(community=community, account=msg.sender)
    else:
        log ICommunityRegistry.ApplicationWithdrawn(community=community, account=msg.sender)


@external
def remove_member(community: uint256, account: address, reason_hash: bytes32):
    """
    @notice Removes a member or turns down an application, also while the community is
        frozen. By the admin.
    @dev Voids the invitations to the person, too, as `revoke_invitations` does.
    @param community An open community.
    @param account The member or applicant.
    @param reason_hash Hash of the reason given.
    """
    self._check_admin(self._open(community))
    self._remove_member(community, account)
    self.people[community][account] = self._next_nonce(self.people[community][account])
    log ICommunityRegistry.MemberRemoved(
        community=community, account=account, reason_hash=reason_hash
    )


@external
def update_profile(community: uint256, profile_hash: bytes32):
    """
    @notice Replaces the commitment to one's own profile, at any time. By a member or an
        applicant.
    @param community The community.
    @param profile_hash The new commitment; 0 for none.
    """
    person: uint256 = self.people[community][msg.sender]
    assert person & (APPLIED | MEMBER) != 0, "registry: not a member"
    self.member_profiles[community][msg.sender] = profile_hash
    log ICommunityRegistry.ProfileUpdated(
        community=community, account=msg.sender, profile_hash=profile_hash
    )


# ----------------------------------------------------------------------------- freezing


@external
def freeze(community: uint256, reason_hash: bytes32, duration_seconds: uint256):
    """
    @notice Stops a community's outflow for a while. By the auditor role.
    @dev Bounded so that an auditor alone cannot stop a community for ever: at most 90 days,
        and again only 30 days after the last freeze ended, however it ended.
    @param community An open community that is not frozen.
    @param reason_hash Hash of the reason given.
    @param duration_seconds 1 second to 90 days.
    """
    assert governed._holds(roles.AUDITOR_ROLE, msg.sender), "registry: not auditor"
    record: uint256 = self._open(community)
    assert not self._is_frozen(record), "registry: already frozen"
    last: uint256 = self._frozen_until(record)
    assert (
        last == 0 or block.timestamp >= last + FREEZE_PAUSE_SECONDS
    ), "registry: frozen too recently"
    assert (
        duration_seconds != 0 and duration_seconds <= MAX_FREEZE_SECONDS
    ), "registry: bad duration"
    until: uint256 = block.timestamp + duration_seconds
    self.stopped_clocks[community] = self._clock(community, last)
    self._set_frozen_until(community, record, until)
    log ICommunityRegistry.CommunityFrozen(
        community=community, auditor=msg.sender, until=until, reason_hash=reason_hash
    )


@external
def extend_freeze(community: uint256, until: uint256):
    """
    @notice Prolongs a running freeze. By governance.
    @dev At most a year ahead; to be repeated by another vote if need be.
    @param community An open community that is frozen.
    @param until The first second in which it will not be frozen any more; later than now
        agreed on.
    """
    self._check_governance()
    record: uint256 = self._open(community)
    assert self._is_frozen(record), "registry: not frozen"
    old_until: uint256 = self._frozen_until(record)
    assert (
        until > old_until and until <= block.timestamp + MAX_EXTENSION_SECONDS
    ), "registry: bad extension"
    self._set_frozen_until(community, record, until)
    log ICommunityRegistry.FreezeExtended(community=community, old_until=old_until, until=until)


@external
def unfreeze(community: uint256):
    """
    @notice Ends a freeze now. By the auditor role or governance.
    @param community An open community that is frozen.
    """
    may: bool = governed._holds(roles.AUDITOR_ROLE, msg.sender)
    if not may:
        may = governed._holds(roles.GOVERNANCE_ROLE, msg.sender)
    assert may, "registry: not auditor or governance"
    record: uint256 = self._open(community)
    assert self._is_frozen(record), "registry: not frozen"
    old_until: uint256 = self._frozen_until(record)
    # not zero: the auditor's pause counts from here
    self._set_frozen_until(community, record, block.timestamp)
    log ICommunityRegistry.CommunityUnfrozen(
        community=community, by=msg.sender, old_until=old_until
    )


# -------------------------------------------------------------------------------- views


@external
@view
def parent_of(community: uint256) -> uint256:
    """
    @notice The community above this one.
    @param community The community.
    @return Its parent; 0 for a root.
    """
    return (self._record(community) >> PARENT_SHIFT) & PARENT_MASK


@external
@view
def admin_of(community: uint256) -> address:
    """
    @notice The admin, whether the community is open or not.
    @param community The community.
    @return Its admin.
    """
    return self._admin(self._record(community))


@external
@view
def pending_admin_of(community: uint256) -> address:
    """
    @notice To whom the administration is offered.
    @param community The community.
    @return The account; the zero address for none.
    """
    return self.pending_admins[community]


@external
@view
def depth_of(community: uint256) -> uint256:
    """
    @notice How deep in the tree the community is.
    @param community The community.
    @return 1 for a root, at most 8.
    """
    return self._depth(self._record(community))


@external
@view
def name_of(community: uint256) -> String[64]:
    """
    @notice The community's name.
    @param community The community.
    @return Its name; empty if there is no such community.
    """
    return self.names[community]


@external
@view
def profile_hash_of(community: uint256) -> bytes32:
    """
    @notice The hash of the community's off-chain profile.
    @param community The community.
    @return The hash; 0 for none.
    """
    return self.community_profiles[community]


@external
@view
def is_closed(community: uint256) -> bool:
    """
    @notice Whether the community is closed, which is final.
    @param community The community.
    @return True if it is.
    """
    return self._record(community) & CLOSED != 0


@external
@view
def is_frozen(community: uint256) -> bool:
    """
    @notice Whether the community is frozen now. Its parents' freezes do not count.
    @param community The community.
    @return True if it is.
    """
    return self._is_frozen(self._record(community))


@external
@view
def frozen_until(community: uint256) -> uint256:
    """
    @notice When the last freeze ends or ended.
    @param community The community.
    @return The first second in which it is not frozen; 0 if it never was.
    """
    return self._frozen_until(self._record(community))


@external
@view
def manager_level(community: uint256, account: address) -> uint256:
    """
    @notice The level of a manager, whatever the state of the community.
    @param community The community.
    @param account The account.
    @return 1 (highest) to 255; 0 if it is no manager.
    """
    return self.people[community][account] & LEVEL_MASK


@external
@view
def manager_title(community: uint256, account: address) -> String[32]:
    """
    @notice The title of a manager.
    @param community The community.
    @param account The account.
    @return The title; empty if it is no manager.
    """
    return self.titles[community][account]


@external
@view
def is_member(community: uint256, account: address) -> bool:
    """
    @notice Whether the account is an approved member.
    @param community The community.
    @param account The account.
    @return True if it is.
    """
    return self.people[community][account] & MEMBER != 0


@external
@view
def has_applied(community: uint256, account: address) -> bool:
    """
    @notice Whether an application waits for approval.
    @param community The community.
    @param account The account.
    @return True if one does.
    """
    return self.people[community][account] & APPLIED != 0


@external
@view
def member_profile(community: uint256, account: address) -> bytes32:
    """
    @notice A member's or applicant's commitment to its off-chain profile.
    @param community The community.
    @param account The account.
    @return The commitment; 0 for none.
    """
    return self.member_profiles[community][account]


@external
@view
def invitation_nonce(community: uint256, account: address) -> uint256:
    """
    @notice The nonce of the next invitation to a person. It rises by one when an invitation is
        accepted, when the admin removes the person, and when invitations are revoked.
    @param community The community.
    @param account The person.
    @return The nonce, from 0; at 2^64 - 1 it stays, and nobody can be invited with that one.
    """
    return self.people[community][account] >> NONCE_SHIFT


# ----------------------------------------------------------------------------- internal


@internal
@view
def _record(community: uint256) -> uint256:
    record: uint256 = self.communities[community]
    assert record != 0, "registry: no such community"
    return record


@internal
@view
def _open(community: uint256) -> uint256:
    record: uint256 = self._record(community)
    assert record & CLOSED == 0, "registry: community closed"
    return record


@internal
@view
def _active(community: uint256) -> uint256:
    # written out: the ledger pays for this in every batch
    record: uint256 = self.communities[community]
    assert record != 0, "registry: no such community"
    assert record & CLOSED == 0, "registry: community closed"
    assert block.timestamp >= (record >> TIME_SHIFT) & TIME_MASK, "registry: community frozen"
    return record


@internal
@pure
def _admin(record: uint256) -> address:
    return convert(record & ADMIN_MASK, address)


@internal
@pure
def _depth(record: uint256) -> uint256:
    return (record >> DEPTH_SHIFT) & DEPTH_MASK


@internal
@pure
def _frozen_until(record: uint256) -> uint256:
    return (record >> TIME_SHIFT) & TIME_MASK


@internal
@view
def _is_frozen(record: uint256) -> bool:
    return block.timestamp < self._frozen_until(record)


@internal
@view
def _clock(community: uint256, until: uint256) -> uint256:
    # `until`: the end of the community's last freeze, which may lie ahead
    if until == 0:
        return block.timestamp
    stopped_at: uint256 = self.stopped_clocks[community]
    if block.timestamp <= until:
        return stopped_at
    return stopped_at + (block.timestamp - until)


@internal
@view
def _check_governance():
    assert governed._holds(roles.GOVERNANCE_ROLE, msg.sender), "registry: not governance"


@internal
@view
def _check_admin(record: uint256):
    assert msg.sender == self._admin(record), "registry: not admin"


@internal
@view
def _check_admin_or_manager(community: uint256, record: uint256, account: address):
    if account != self._admin(record):
        level: uint256 = self.people[community][account] & LEVEL_MASK
        assert level != 0, "registry: not admin or manager"


@internal
@pure
def _next_nonce(person: uint256) -> uint256:
    # Stops at the bound instead of refusing: nobody may become impossible to remove.
    if person >> NONCE_SHIFT == MAX_NONCE:
        return person
    return person + (1 << NONCE_SHIFT)


@internal
@view
def _has_signed(
    signer: address, digest: bytes32, signature: Bytes[erc1271.MAX_SIGNATURE_BYTES]
) -> bool:
    # First as a key's signature, whether there is code at the account or not (EIP-7702). Not by
    # snekmate's ecdsa, which reverts where a wallet could still confirm the same 65 bytes.
    if len(signature) == 65:
        s: uint256 = extract32(signature, 32, output_type=uint256)
        if s <= MAX_S:
            r: uint256 = extract32(signature, 0, output_type=uint256)
            v: uint256 = convert(slice(signature, 64, 1), uint256)
            recovered: address = ecrecover(digest, v, r, s)
            # of a broken signature the zero address is recovered
            if recovered != empty(address) and recovered == signer:
                return True
    return erc1271._is_valid(signer, digest, signature)


@internal
def _set_admin(community: uint256, record: uint256, new_admin: address):
    old_admin: address = self._admin(record)
    self.communities[community] = (record & ~ADMIN_MASK) | convert(new_admin, uint256)
    # an offer of the old admin must not outlive it
    self.pending_admins[community] = empty(address)
    log ICommunityRegistry.AdminChanged(
        community=community, old_admin=old_admin, new_admin=new_admin
    )


@internal
def _set_frozen_until(community: uint256, record: uint256, until: uint256):
    assert until <= MAX_TIME, "registry: time out of range"
    self.communities[community] = (record & ~(TIME_MASK << TIME_SHIFT)) | (until << TIME_SHIFT)


@internal
def _remove_manager(community: uint256, manager: address):
    person: uint256 = self.people[community][manager]
    assert person & LEVEL_MASK != 0, "registry: not a manager"
    self.people[community][manager] = person & ~LEVEL_MASK
    self.titles[community][manager] = ""
    log ICommunityRegistry.ManagerRemoved(community=community, manager=manager, by=msg.sender)


@internal
def _remove_member(community: uint256, account: address) -> bool:
    person: uint256 = self.people[community][account]
    assert person & (APPLIED | MEMBER) != 0, "registry: not a member"
    self.people[community][account] = person & ~(APPLIED | MEMBER)
    self.member_profiles[community][account] = empty(bytes32)
    return person & MEMBER != 0
