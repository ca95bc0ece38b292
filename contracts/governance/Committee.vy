# pragma version 0.4.3
# pragma nonreentrancy on
"""
@title Committee
@notice The executive committee. Its seats go to those who have contributed most and bonded most
        stake; its members award from the management pool and approve communities together, by
        signing on chain.
@dev A score is points * points_bps + votes * (10,000 - points_bps).
     - Points are those of up to six communities that the candidate names out of a governed list,
       less what the auditor has voided. Counted is the lower of those at standing and those at
       taking the seat, so that points have been public for the whole notice.
     - Votes are those that the candidate had in the last second before it stood, and never more
       than its bond. The bond is stake locked from standing until after the seat is left: a coin
       counts in one bond only, so all scores together can't count more stake than there is, and no
       stake can be moved from one candidate to the next while it counts for the first.
     A candidate with a higher score takes the lowest seat. Ties: founders 1 to 10, then 11 to 30,
     then all others; among those the senior keeps its seat.
     No loop but over seats, at most 15, and six communities: candidates may be a million.
     Invariant: a member's votes <= its bond = what this contract has locked of its stake.
     The contract holds no COS; COS sent here is lost and changes nothing.
@custom:license AGPL-3.0-only
"""

from interfaces import ICommittee
from interfaces import ICommunityRegistry
from interfaces import ICosStaking
from interfaces import IFounderRegister
from interfaces import IManagementPool
from interfaces import IQuotaLedger
from contracts.lib import committee_actions
from contracts.lib import committee_seats
from contracts.lib import governed
from contracts.lib import roles

implements: ICommittee

initializes: governed
initializes: committee_seats
initializes: committee_actions[committee_seats := committee_seats]

exports: (
    governed.AUTHORITY,
    committee_seats.settings,
    committee_seats.threshold,
    committee_seats.members,
    committee_seats.is_member,
    committee_seats.seat_to_take,
    committee_seats.signing_seat,
    committee_seats.count_valid,
    committee_actions.sign,
    committee_actions.withdraw_signature,
    committee_actions.action,
    committee_actions.actions,
    committee_actions.action_count,
)


interface PastVotes:
    def getPastVotes(account: address, timepoint: uint256) -> uint256: view


# --- constants -----------------------------------------------------------------------------------

DAY: constant(uint256) = 86_400
MAX_COMMUNITIES: constant(uint256) = 6
MAX_BAR: constant(uint256) = 4 * 366 * DAY

FOUNDING_TITLES: constant(uint256) = 30
FIRST_TITLES: constant(uint256) = 10

# Kinds of actions.
AWARD: constant(uint256) = 1
COMMUNITY: constant(uint256) = 2

MASK_32: constant(uint256) = 2**32 - 1
MASK_40: constant(uint256) = 2**40 - 1
MASK_64: constant(uint256) = 2**64 - 1
MASK_192: constant(uint256) = 2**192 - 1
FREE_SHIFT: constant(uint256) = 192
# Of a record and a seat, see contracts/lib/committee_seats.vy.
BOND_SHIFT: constant(uint256) = 128
STOOD_SHIFT: constant(uint256) = 192
SEAT_SHIFT: constant(uint256) = 232
SINCE_SHIFT: constant(uint256) = 128
UNTIL_SHIFT: constant(uint256) = 168
PRIORITY_SHIFT: constant(uint256) = 208


# --- immutables ----------------------------------------------------------------------------------

STAKING: public(immutable(address))
QUOTA_LEDGER: public(immutable(address))
FOUNDERS: public(immutable(address))
MANAGEMENT_POOL: public(immutable(address))
REGISTRY: public(immutable(address))


# --- storage -------------------------------------------------------------------------------------

# @notice Whether who is no founder may stand, too. Never false again once it is true.
is_open: public(bool)

# @notice Whether a community's points count.
is_counted: public(HashMap[uint256, bool])

# account -> communities 6 * 32 | free from 40
_notes: HashMap[address, uint256]

# @notice Until when an account may not stand, by a vote that removed it.
barred_until: public(HashMap[address, uint256])


# --- constructor ---------------------------------------------------------------------------------

@deploy
def __init__(
    authority: address,
    staking: address,
    quota_ledger: address,
    founders: address,
    management_pool: address,
    registry: address,
    settings: ICommittee.Settings,
):
    """
    @notice Creates a committee without members, open to founders only. It needs LOCKER, to lock
            bonds, COMMITTEE and SECRETARIAT, to carry out what its members sign.
    @param authority The Authority that says who governs
    @param staking CosStaking: stake, votes, bonds
    @param quota_ledger QuotaLedger: contribution points
    @param founders FounderRegister: founders' numbers
    @param management_pool ManagementPool: awards
    @param registry CommunityRegistry: communities
    @param settings The first settings
    """
    governed.__init__(authority)
    for account: address in [staking, quota_ledger, founders, management_pool, registry]:
        assert account != empty(address), "committee: no contract"
    STAKING = staking
    QUOTA_LEDGER = quota_ledger
    FOUNDERS = founders
    MANAGEMENT_POOL = management_pool
    REGISTRY = registry
    committee_seats._set_settings(settings)


# --- candidates ----------------------------------------------------------------------------------

@external
def stand(communities: DynArray[uint256, MAX_COMMUNITIES], bond: uint256):
    """
    @notice The caller stands for a seat: its bond is locked, its points and votes are taken, and
            its notice begins. Standing again takes all of them anew, and begins a new notice; a
            member does so to renew its term.
    @dev Votes are those of the last second, and at most the bond: coins staked in this second do
         not count, and those that count stay locked.
    @param communities Communities whose points count for the caller: up to six, ascending
    @param bond Base units to be bonded in all, not less than is bonded already. CosStaking must
           have the caller's allowance for what is added
    """
    settings: uint256 = committee_seats._settings
    if not self.is_open:
        assert staticcall IFounderRegister(FOUNDERS).is_founder(
            msg.sender
        ), "committee: not a founder"
    assert block.timestamp >= self.barred_until[msg.sender], "committee: barred"
    record: uint256 = committee_seats._records[msg.sender]
    bonded: uint256 = (record >> BOND_SHIFT) & MASK_64
    assert bond >= settings >> 128, "committee: bond too small"
    assert bond >= bonded, "committee: below your bond"
    assert bond <= MASK_64, "committee: bond too large"

    packed: uint256 = 0
    earlier: uint256 = 0
    for community: uint256 in communities:
        assert community > earlier, "committee: communities not ascending"
        assert self.is_counted[community], "committee: community not counted"
        earlier = community
        packed = (packed << 32) | community
    points: uint256 = self._points(msg.sender, packed)
    past: uint256 = staticcall PastVotes(STAKING).getPastVotes(msg.sender, block.timestamp - 1)
    votes: uint256 = min(past, bond)
    committee_seats._records[msg.sender] = (
        points
        | (votes << 64)
        | (bond << BOND_SHIFT)
        | (block.timestamp << STOOD_SHIFT)
        | ((record >> SEAT_SHIFT) << SEAT_SHIFT)
    )
    self._notes[msg.sender] = (self._notes[msg.sender] & ~MASK_192) | packed
    log ICommittee.Stood(
        candidate=msg.sender, points=points, votes=votes, bond=bond, communities=communities
    )
    if bond > bonded:
        extcall ICosStaking(STAKING).lock(msg.sender, bond - bonded)


@external
def take_seat() -> uint256:
    """
    @notice A candidate takes a vacant seat: an empty one, else the first whose term is over. A
            member renews its own: the score is the new one, higher or not, and the term begins
            anew.
    @dev A member that renews in time keeps its seniority.
    @return The seat's number, from 1
    """
    settings: uint256 = committee_seats._settings
    record: uint256 = self._ready(settings)
    index: uint256 = record >> SEAT_SHIFT
    since: uint256 = block.timestamp
    if index > 0:
        index -= 1
        word: uint256 = committee_seats._seats[index]
        if committee_seats._is_current(word):
            since = (word >> SINCE_SHIFT) & MASK_40
    else:
        is_vacant: bool = False
        lowest: uint256 = 0
        index, is_vacant, lowest = committee_seats._seat_to_take(settings)
        assert is_vacant, "committee: no vacancy"
        self._vacate(index, settings, msg.sender)
    points: uint256 = self._points_now(msg.sender, record)
    self._seat(index, record, points, since, self._priority(msg.sender), settings)
    return index + 1


@external
def challenge() -> uint256:
    """
    @notice A candidate with a higher score than the lowest seat's takes that seat. Equal scores:
            only a founder of the first 30 against a member that ranks behind it.
    @return The seat's number, from 1
    """
    settings: uint256 = committee_seats._settings
    record: uint256 = self._ready(settings)
    assert record >> SEAT_SHIFT == 0, "committee: already seated"
    index: uint256 = 0
    is_vacant: bool = False
    lowest: uint256 = 0
    index, is_vacant, lowest = committee_seats._seat_to_take(settings)
    assert not is_vacant, "committee: seat is vacant"
    points: uint256 = self._points_now(msg.sender, record)
    priority: uint256 = self._priority(msg.sender)
    score: uint256 = committee_seats._score(points | (record & (MASK_64 << 64)), settings)
    # What both keys have in their 40 lowest bits is seniority, of which the challenger has none.
    assert (score << 8) | priority > lowest >> 40, "committee: score too low"
    self._vacate(index, settings, msg.sender)
    self._seat(index, record, points, block.timestamp, priority, settings)
    return index + 1


@external
def assess(member: address):
    """
    @notice Takes off a seat's points what has been voided since. Anyone may call it; it never adds.
    @param member Who has the seat
    """
    index: uint256 = committee_seats._records[member] >> SEAT_SHIFT
    assert index > 0, "committee: not seated"
    word: uint256 = committee_seats._seats[index - 1]
    old: uint256 = word & MASK_64
    new: uint256 = self._points(member, committee_seats._communities[index - 1])
    assert new < old, "committee: nothing voided"
    committee_seats._seats[index - 1] = word - (old - new)
    log ICommittee.SeatAssessed(member=member, seat=index, old_points=old, new_points=new)


@external
def resign():
    """
    @notice The caller gives up its seat and its candidacy. A former member's bond stays locked for
            a while; that of who was only a candidate can be released at once.
    """
    self._leave(msg.sender)


@external
def release_bond(account: address) -> uint256:
    """
    @notice Unlocks the bond of who neither has a seat nor stands, once a former member's time is
            over. Anyone may call it.
    @param account Whose bond
    @return Base units
    """
    record: uint256 = committee_seats._records[account]
    amount: uint256 = self._free_bond(record)
    assert block.timestamp >= self._notes[account] >> FREE_SHIFT, "committee: bond not free yet"
    committee_seats._records[account] = 0
    log ICommittee.BondReleased(account=account, amount=amount)
    extcall ICosStaking(STAKING).release(account, amount)
    return amount


# --- actions of the members ----------------------------------------------------------------------

@external
def propose_award(beneficiary: address, amount: uint256, reason_hash: bytes32) -> uint256:
    """
    @notice A member proposes an award from the management pool, and signs it.
    @param beneficiary Who is paid; not this contract
    @param amount Base units
    @param reason_hash keccak256 of the published reason
    @return The action's number
    """
    assert beneficiary != self, "committee: bad account"
    digest: bytes32 = self._award_digest(beneficiary, amount, reason_hash)
    seat: uint256 = committee_seats._signing_seat(msg.sender, block.timestamp)
    number: uint256 = committee_actions._propose(AWARD, digest, seat)
    log ICommittee.AwardProposed(
        action=number,
        proposer=msg.sender,
        beneficiary=beneficiary,
        amount=amount,
        reason_hash=reason_hash,
        digest=digest,
        expires_at=block.timestamp + committee_actions.LIFETIME,
    )
    log ICommittee.Signed(action=number, member=msg.sender, seat=seat)
    return number


@external
def propose_community(
    parent: uint256, admin: address, name: String[64], profile_hash: bytes32
) -> uint256:
    """
    @notice A member proposes to open a community, and signs it.
    @param parent The community above it; 0 for a root
    @param admin Who administers it; not this contract
    @param name Shown to people
    @param profile_hash Hash of its off-chain profile
    @return The action's number
    """
    assert admin != self, "committee: bad account"
    digest: bytes32 = self._community_digest(parent, admin, name, profile_hash)
    seat: uint256 = committee_seats._signing_seat(msg.sender, block.timestamp)
    number: uint256 = committee_actions._propose(COMMUNITY, digest, seat)
    log ICommittee.CommunityProposed(
        action=number,
        proposer=msg.sender,
        parent=parent,
        admin=admin,
        name=name,
        profile_hash=profile_hash,
        digest=digest,
        expires_at=block.timestamp + committee_actions.LIFETIME,
    )
    log ICommittee.Signed(action=number, member=msg.sender, seat=seat)
    return number


@external
def execute_award(
    action: uint256, beneficiary: address, amount: uint256, reason_hash: bytes32
) -> uint256:
    """
    @notice Carries out an award that enough members have signed. Anyone may call it, once.
    @param action The action's number
    @param beneficiary As proposed
    @param amount As proposed
    @param reason_hash As proposed
    @return The grant's index among the beneficiary's grants in the vault
    """
    committee_actions._execute(action, self._award_digest(beneficiary, amount, reason_hash))
    index: uint256 = extcall IManagementPool(MANAGEMENT_POOL).award(
        beneficiary, amount, reason_hash
    )
    log ICommittee.Executed(action=action, by=msg.sender, result=index)
    return index


@external
def execute_community(
    action: uint256, parent: uint256, admin: address, name: String[64], profile_hash: bytes32
) -> uint256:
    """
    @notice Opens a community that enough members have signed for. Anyone may call it, once.
    @param action The action's number
    @param parent As proposed
    @param admin As proposed
    @param name As proposed
    @param profile_hash As proposed
    @return The new community's number
    """
    committee_actions._execute(action, self._community_digest(parent, admin, name, profile_hash))
    community: uint256 = extcall ICommunityRegistry(REGISTRY).create(
        parent, admin, name, profile_hash
    )
    log ICommittee.Executed(action=action, by=msg.sender, result=community)
    return community


# --- governance ----------------------------------------------------------------------------------

@external
def remove(account: address, barred_until: uint256, reason_hash: bytes32):
    """
    @notice Takes an account's seat and candidacy, and bars it from standing. Only governance.
    @param account Any account
    @param barred_until UNIX seconds, at most four years ahead; in the past: not barred
    @param reason_hash keccak256 of the published reason
    """
    self._check_governance()
    assert reason_hash != empty(bytes32), "committee: no reason"
    assert barred_until <= block.timestamp + MAX_BAR, "committee: barred too long"
    self.barred_until[account] = barred_until
    log ICommittee.Removed(account=account, barred_until=barred_until, reason_hash=reason_hash)
    record: uint256 = committee_seats._records[account]
    if record >> STOOD_SHIFT != 0:
        self._leave(account)


@external
def seize_bond(account: address, to: address, amount: uint256, reason_hash: bytes32):
    """
    @notice Pays out the bond of a former member to somebody else, while it is not free. Only
            governance, for a misuse; a member has to be removed first.
    @param account The former member
    @param to Who gets it, by an exit of seven days
    @param amount Base units, at most the bond
    @param reason_hash keccak256 of the published reason
    """
    self._check_governance()
    assert reason_hash != empty(bytes32), "committee: no reason"
    record: uint256 = committee_seats._records[account]
    bond: uint256 = self._free_bond(record)
    assert block.timestamp < self._notes[account] >> FREE_SHIFT, "committee: bond is free"
    assert amount <= bond, "committee: more than the bond"
    committee_seats._records[account] = record - (amount << BOND_SHIFT)
    log ICommittee.BondSeized(account=account, recipient=to, amount=amount, reason_hash=reason_hash)
    extcall ICosStaking(STAKING).seize(account, to, amount)


@external
def open_to_all():
    """
    @notice From now on, for good, members need not be founders. Only governance, when the general
            assembly has taken over.
    """
    self._check_governance()
    assert not self.is_open, "committee: open already"
    self.is_open = True
    log ICommittee.OpenedToAll(by=msg.sender)


@external
def set_counted(community: uint256, counted: bool):
    """
    @notice Says which communities' points count. Only governance.
    @dev Points of a community of one's own could be granted to oneself. What a seat has stays until
         it is assessed.
    @param community The community
    @param counted Whether they count
    """
    self._check_governance()
    assert community > 0 and community <= MASK_32, "committee: no such community"
    old: bool = self.is_counted[community]
    self.is_counted[community] = counted
    log ICommittee.CommunityCounted(community=community, old=old, new=counted)


@external
def set_settings(new: ICommittee.Settings):
    """
    @notice Changes seats, weights, bond and times. Only governance. Terms that have begun and bonds
            that wait for their release keep their ends; scores are by the new weights at once.
    @param new Seats 3 to 15, those that fall away must be empty; signatures more than half of them;
           points_bps 1,000 to 9,000; bond 1,000 to 100,000,000 COS; notice 7 to 90 days; term 90
           days to four years; release 21 days to a year
    """
    self._check_governance()
    committee_seats._set_settings(new)


# --- views ---------------------------------------------------------------------------------------

@view
@external
def candidate(account: address) -> ICommittee.Candidate:
    """
    @notice What there is about an account.
    @param account Any account
    @return Its candidacy, bond, seat and bar
    """
    record: uint256 = committee_seats._records[account]
    note: uint256 = self._notes[account]
    return ICommittee.Candidate(
        points=record & MASK_64,
        votes=(record >> 64) & MASK_64,
        bond=(record >> BOND_SHIFT) & MASK_64,
        stood_at=(record >> STOOD_SHIFT) & MASK_40,
        seat=record >> SEAT_SHIFT,
        free_from=note >> FREE_SHIFT,
        barred_until=self.barred_until[account],
        communities=committee_seats._unpack(note & MASK_192),
    )


@view
@external
def points_of(account: address, communities: DynArray[uint256, MAX_COMMUNITIES]) -> uint256:
    """
    @notice The points that would count for an account that stands now.
    @param account Any account
    @param communities Communities; those that do not count add nothing, each one is added as often
           as it is named
    @return Base units
    """
    packed: uint256 = 0
    for community: uint256 in communities:
        assert community <= MASK_32, "committee: no such community"
        packed = (packed << 32) | community
    return self._points(account, packed)


# --- internal: authorisation ---------------------------------------------------------------------

@view
@internal
def _check_governance():
    assert governed._holds(roles.GOVERNANCE_ROLE, msg.sender), "committee: not governance"


# --- internal: scores ----------------------------------------------------------------------------

@view
@internal
def _points(account: address, communities: uint256) -> uint256:
    # What is voided counts apart in the ledger. A sum of 64-bit numbers, of which all COS is one.
    total: uint256 = 0
    rest: uint256 = communities
    for _: uint256 in range(MAX_COMMUNITIES):
        if rest == 0:
            break
        community: uint256 = rest & MASK_32
        rest >>= 32
        if not self.is_counted[community]:
            continue
        standing: IQuotaLedger.Standing = staticcall IQuotaLedger(QUOTA_LEDGER).standing(
            community, account
        )
        voided: uint256 = staticcall IQuotaLedger(QUOTA_LEDGER).voided_points(community, account)
        if voided < standing.points:
            total += standing.points - voided
    return min(total, MASK_64)


@view
@internal
def _points_now(account: address, record: uint256) -> uint256:
    return min(record & MASK_64, self._points(account, self._notes[account] & MASK_192))


@view
@internal
def _priority(account: address) -> uint256:
    number: uint256 = staticcall IFounderRegister(FOUNDERS).number_of(account)
    if number == 0 or number > FOUNDING_TITLES:
        return 0
    return 2 if number <= FIRST_TITLES else 1


# --- internal: seats -----------------------------------------------------------------------------

@view
@internal
def _ready(settings: uint256) -> uint256:
    record: uint256 = committee_seats._records[msg.sender]
    stood_at: uint256 = (record >> STOOD_SHIFT) & MASK_40
    assert stood_at > 0, "committee: not standing"
    notice: uint256 = (settings >> 32) & MASK_32
    assert block.timestamp >= stood_at + notice, "committee: notice is running"
    return record


@internal
def _seat(
    index: uint256,
    record: uint256,
    points: uint256,
    since: uint256,
    priority: uint256,
    settings: uint256,
):
    """
    @dev Seats the caller, whose candidacy ends by it. Times fit 40 bits until the year 36,812.
    """
    until: uint256 = block.timestamp + ((settings >> 64) & MASK_32)
    votes: uint256 = (record >> 64) & MASK_64
    word: uint256 = (
        points
        | (votes << 64)
        | (since << SINCE_SHIFT)
        | (until << UNTIL_SHIFT)
        | (priority << PRIORITY_SHIFT)
    )
    committee_seats._put(index, msg.sender, word, self._notes[msg.sender] & MASK_192)
    log ICommittee.SeatTaken(
        member=msg.sender,
        seat=index + 1,
        points=points,
        votes=votes,
        priority=priority,
        until=until,
    )


@internal
def _vacate(index: uint256, settings: uint256, by: address):
    """
    @dev Whoever has the seat leaves it, and may still stand again. The bond waits from here on.
    """
    holder: address = committee_seats._clear(index)
    if holder == empty(address):
        return
    free_from: uint256 = block.timestamp + ((settings >> 96) & MASK_32)
    self._notes[holder] = (self._notes[holder] & MASK_192) | (free_from << FREE_SHIFT)
    log ICommittee.SeatLost(member=holder, seat=index + 1, by=by, free_from=free_from)


@internal
def _leave(account: address):
    record: uint256 = committee_seats._records[account]
    assert record >> STOOD_SHIFT != 0, "committee: neither seated nor standing"
    if record >> SEAT_SHIFT != 0:
        self._vacate((record >> SEAT_SHIFT) - 1, committee_seats._settings, msg.sender)
    if (record >> STOOD_SHIFT) & MASK_40 != 0:
        log ICommittee.CandidacyEnded(candidate=account, by=msg.sender)
    committee_seats._records[account] = record & (MASK_64 << BOND_SHIFT)


@pure
@internal
def _free_bond(record: uint256) -> uint256:
    """
    @return The bond of who neither has a seat nor stands
    """
    assert record >> STOOD_SHIFT == 0, "committee: seated or standing"
    bond: uint256 = record >> BOND_SHIFT
    assert bond > 0, "committee: no bond"
    return bond


# --- internal: actions ---------------------------------------------------------------------------

@view
@internal
def _award_digest(beneficiary: address, amount: uint256, reason_hash: bytes32) -> bytes32:
    return keccak256(abi_encode(chain.id, self, AWARD, beneficiary, amount, reason_hash))


@view
@internal
def _community_digest(
    parent: uint256, admin: address, name: String[64], profile_hash: bytes32
) -> bytes32:
    return keccak256(
        abi_encode(chain.id, self, COMMUNITY, parent, admin, keccak256(name), profile_hash)
    )
