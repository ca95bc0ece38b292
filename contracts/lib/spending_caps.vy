# pragma version 0.4.3
# pragma nonreentrancy on
"""
@title Spending caps of communities, managers and contributors
@notice How much a community, each of its managers and each of its contributors may grant or be
        granted in a calendar month.
@dev A community's cap covers its children: what a parent gives a child is carved out of its own, so
     new children and new managers add no room. Caps change at once; a cap is never moved away from
     coins that were already granted under it in the running month, or one cap could be used twice.
     The batch counter lives here because every grant writes this slot anyway.
@custom:license AGPL-3.0-only
"""
from interfaces import ICommunityRegistry
from interfaces import IQuotaLedger
from contracts.lib import calendar_months
from contracts.lib import governed
from contracts.lib import roles

uses: governed


# --- constants -----------------------------------------------------------------------------------

COS: constant(uint256) = 10**8
# The supply in whole COS, below 2**37.
MAX_CAP: constant(uint256) = 102_400_000_000

MASK_16: constant(uint256) = 2**16 - 1
MASK_28: constant(uint256) = 2**28 - 1
MASK_37: constant(uint256) = 2**37 - 1
MASK_64: constant(uint256) = 2**64 - 1


# --- immutables ----------------------------------------------------------------------------------

REGISTRY: immutable(address)
UTC_OFFSET_SECONDS: immutable(int256)
DEFAULT_COMMUNITY_CAP: public(immutable(uint256))
DEFAULT_CONTRIBUTOR_CAP: public(immutable(uint256))
DEFAULT_MANAGER_CAP: public(immutable(uint256))


# --- storage -------------------------------------------------------------------------------------

# month_amount 64 | month 16 | batches 28 | total 37 | carved 37 | contributor 37 | manager 37.
# Zero means untouched: the defaults hold. It can't come back, as member caps are at least 1.
# carved <= total, and total - carved is what the community itself may grant in a month.
_communities: HashMap[uint256, uint256]

# (community << 160 | manager) -> month_amount 64 | month 16
_managers: HashMap[uint256, uint256]


# --- constructor ---------------------------------------------------------------------------------

@deploy
def __init__(
    registry: address,
    utc_offset_seconds: int256,
    community_cap: uint256,
    contributor_cap: uint256,
    manager_cap: uint256,
):
    assert community_cap <= MAX_CAP, "ledger: cap too large"
    self._check_member_caps(contributor_cap, manager_cap)
    REGISTRY = registry
    UTC_OFFSET_SECONDS = utc_offset_seconds
    DEFAULT_COMMUNITY_CAP = community_cap
    DEFAULT_CONTRIBUTOR_CAP = contributor_cap
    DEFAULT_MANAGER_CAP = manager_cap


# --- external ------------------------------------------------------------------------------------

@external
def set_community_cap(community: uint256, cap: uint256):
    """
    @notice Sets a community's cap: governance for a root community, the parent's admin for a child,
            out of the parent's own cap.
    @param community The community
    @param cap Whole COS a calendar month, the community's children included
    """
    assert cap <= MAX_CAP, "ledger: cap too large"
    caps: IQuotaLedger.Caps = self._caps(community)
    assert cap >= caps.carved, "ledger: cap under children's"
    parent: uint256 = staticcall ICommunityRegistry(REGISTRY).parent_of(community)
    if parent == 0:
        assert governed._holds(roles.GOVERNANCE_ROLE, msg.sender), "ledger: not governance"
    else:
        assert (
            msg.sender == staticcall ICommunityRegistry(REGISTRY).admin_of_open(parent)
        ), "ledger: not parent's admin"
        month: uint256 = self._current_month()
        above: IQuotaLedger.Caps = self._caps(parent)
        carved: uint256 = above.carved + cap - caps.total
        assert carved <= above.total, "ledger: cap over parent's"
        left: uint256 = above.total - carved
        # Who gives room away must not have spent it. (Who receives room may have spent more than it
        # has, after governance lowered its cap: that must not keep it from taking room back.)
        if cap > caps.total:
            assert left * COS >= self._spent(above, month), "ledger: parent spent it"
        else:
            assert (cap - caps.carved) * COS >= self._spent(caps, month), "ledger: child spent it"
        above.carved = carved
        self._store(parent, above)
    log IQuotaLedger.CommunityCapChanged(community=community, old=caps.total, new=cap)
    caps.total = cap
    self._store(community, caps)


@external
def set_member_caps(community: uint256, contributor_cap: uint256, manager_cap: uint256):
    """
    @notice The admin sets what each contributor and each manager of its community may be granted or
            grant in a calendar month.
    @param community The community
    @param contributor_cap Whole COS, at least 1
    @param manager_cap Whole COS, at least 1
    """
    assert (
        msg.sender == staticcall ICommunityRegistry(REGISTRY).admin_of_open(community)
    ), "ledger: not admin"
    self._check_member_caps(contributor_cap, manager_cap)
    caps: IQuotaLedger.Caps = self._caps(community)
    log IQuotaLedger.MemberCapsChanged(
        community=community,
        old_contributor=caps.contributor,
        new_contributor=contributor_cap,
        old_manager=caps.manager,
        new_manager=manager_cap,
    )
    caps.contributor = contributor_cap
    caps.manager = manager_cap
    self._store(community, caps)


@view
@external
def caps(community: uint256) -> IQuotaLedger.Caps:
    """
    @notice A community's caps and what it has granted.
    @param community The community
    @return Caps in whole COS, and the amount granted in `month` in base units
    """
    return self._caps(community)


@view
@external
def manager_spent(community: uint256, manager: address, month: uint256) -> uint256:
    """
    @notice What a manager has granted in a calendar month, for the last month it granted in.
    @param community The community
    @param manager The manager
    @param month The calendar month
    @return Base units, 0 for any month but the last one
    """
    word: uint256 = self._managers[(community << 160) | convert(manager, uint256)]
    if (word >> 64) & MASK_16 != month:
        return 0
    return word & MASK_64


# --- internal ------------------------------------------------------------------------------------

@internal
def _spend(
    community: uint256,
    caps: IQuotaLedger.Caps,
    manager: address,
    amount: uint256,
    month: uint256,
    batches: uint256,
) -> uint256:
    """
    @notice Books a batch or a drop against the community's and the manager's cap.
    @param community The community
    @param caps Its caps, as `_caps` returned them
    @param manager The granting manager
    @param amount Base units of the whole batch
    @param month The running month
    @param batches 1 for a batch, 0 for a drop, whose batches are its settlements
    @return The number of the batch
    """
    key: uint256 = (community << 160) | convert(manager, uint256)
    word: uint256 = self._managers[key]
    spent: uint256 = amount
    if (word >> 64) & MASK_16 == month:
        spent += word & MASK_64
    assert spent <= caps.manager * COS, "ledger: manager cap"
    self._managers[key] = spent | (month << 64)

    booked: IQuotaLedger.Caps = caps
    booked.month_amount = amount + self._spent(caps, month)
    booked.month = month
    booked.batches += batches
    assert booked.month_amount <= (caps.total - caps.carved) * COS, "ledger: community cap"
    self._store(community, booked)
    return booked.batches


@internal
def _next_batch(community: uint256) -> uint256:
    # The number of a batch whose amount was booked before.
    caps: IQuotaLedger.Caps = self._caps(community)
    caps.batches += 1
    self._store(community, caps)
    return caps.batches


@view
@internal
def _caps(community: uint256) -> IQuotaLedger.Caps:
    word: uint256 = self._communities[community]
    if word == 0:
        total: uint256 = 0
        if staticcall ICommunityRegistry(REGISTRY).parent_of(community) == 0:
            total = DEFAULT_COMMUNITY_CAP
        return IQuotaLedger.Caps(
            total=total,
            carved=0,
            contributor=DEFAULT_CONTRIBUTOR_CAP,
            manager=DEFAULT_MANAGER_CAP,
            month=0,
            month_amount=0,
            batches=0,
        )
    return IQuotaLedger.Caps(
        total=(word >> 108) & MASK_37,
        carved=(word >> 145) & MASK_37,
        contributor=(word >> 182) & MASK_37,
        manager=word >> 219,
        month=(word >> 64) & MASK_16,
        month_amount=word & MASK_64,
        batches=(word >> 80) & MASK_28,
    )


@internal
def _store(community: uint256, caps: IQuotaLedger.Caps):
    # Caps are checked where they are set (< 2**37), months where they are made, and month_amount is
    # at most a cap: 102.4e9 * 1e8 < 2**64.
    assert caps.batches <= MASK_28, "ledger: too many batches"
    self._communities[community] = (
        caps.month_amount
        | (caps.month << 64)
        | (caps.batches << 80)
        | (caps.total << 108)
        | (caps.carved << 145)
        | (caps.contributor << 182)
        | (caps.manager << 219)
    )


@view
@internal
def _current_month() -> uint256:
    month: uint256 = self._month_of(block.timestamp)
    assert month <= MASK_16, "ledger: no such month"  # from the year 5461 on
    return month


@view
@internal
def _month_of(timestamp: uint256) -> uint256:
    return calendar_months._month_of(timestamp, UTC_OFFSET_SECONDS)


@pure
@internal
def _spent(caps: IQuotaLedger.Caps, month: uint256) -> uint256:
    return caps.month_amount if caps.month == month else 0


@pure
@internal
def _check_member_caps(contributor_cap: uint256, manager_cap: uint256):
    assert min(contributor_cap, manager_cap) > 0, "ledger: member cap is zero"
    assert max(contributor_cap, manager_cap) <= MAX_CAP, "ledger: cap too large"
