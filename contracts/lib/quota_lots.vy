# pragma version 0.4.3
# pragma nonreentrancy on
"""
@title Quota, lots and allotments
@notice Who holds how much of which donation: quota in a sponsor's hands, and every lot on its way
        down the tree of communities and back.
@dev For quota: issued = undonated + in lots + in drops + granted. Lots of own coins have the same
     equation of their own. A lot's parts are held by (community, holder), where the zero address is the
     community's pool, which its admin disposes of.
     Nothing leaves a frozen community, in no direction; what a closed one holds can only return to
     the sponsors.
@custom:license AGPL-3.0-only
"""
from interfaces import ICommunityRegistry
from interfaces import IQuotaLedger


# --- constants -----------------------------------------------------------------------------------

OWN_FLAG: constant(uint256) = 1 << 160
ORIGIN_MASK: constant(uint256) = 2**161 - 1  # sponsor and own flag
AMOUNT_SHIFT: constant(uint256) = 161
MAX_AMOUNT: constant(uint256) = 2**64 - 1
MAX_COMMUNITY: constant(uint256) = 2**32 - 1
MAX_LOT: constant(uint256) = 2**64 - 1
POOL: constant(address) = empty(address)


# --- immutables ----------------------------------------------------------------------------------

REGISTRY: immutable(address)


# --- storage -------------------------------------------------------------------------------------

_quota: HashMap[address, uint256]  # sponsor -> undonated quota
quota_issued: public(uint256)
quota_aside: public(uint256)  # in drops: set aside, neither settled nor put back

# lot -> sponsor 160 | own 1 | community 32; never rewritten
_lots: HashMap[uint256, uint256]
lot_count: public(uint256)
locked_own: public(uint256)  # own coins in lots

# (lot 64 | community 32 | holder 160) -> sponsor 160 | own 1 | amount 64.
# Whose coins they are travels with them, so that a grant reads one slot and not two.
_holdings: HashMap[uint256, uint256]


# --- constructor ---------------------------------------------------------------------------------

@deploy
def __init__(registry: address):
    REGISTRY = registry


# --- external ------------------------------------------------------------------------------------

@external
def donate(community: uint256, amount: uint256) -> uint256:
    """
    @notice A sponsor donates quota to a community.
    @param community An open community
    @param amount Base units out of the caller's undonated quota
    @return The new lot
    """
    quota: uint256 = self._quota[msg.sender]
    assert amount <= quota, "ledger: quota too small"
    self._quota[msg.sender] = unsafe_sub(quota, amount)  # checked above
    return self._open_lot(community, amount, False)


@external
def allot(lot: uint256, community: uint256, to_community: uint256, to: address, amount: uint256):
    """
    @notice The admin passes a part of its community's pool to a manager, or to a child's pool.
    @param lot The lot
    @param community The admin's community
    @param to_community The same community, or a child
    @param to A manager of the community, or the zero address for the child's pool
    @param amount Base units
    """
    self._check_admin(community)
    if to_community == community:
        assert (
            staticcall ICommunityRegistry(REGISTRY).manager_level(community, to) > 0
        ), "ledger: not a manager"
    else:
        self._check_child_pool(community, to_community, to)
    self._move(lot, community, POOL, to_community, to, amount)


@external
def pass_on(lot: uint256, community: uint256, to_community: uint256, to: address, amount: uint256):
    """
    @notice A manager passes a part of its allotment to a manager of lower rank, or to a child's pool.
    @param lot The lot
    @param community The manager's community
    @param to_community The same community, or a child
    @param to A manager with a higher level number, or the zero address for the child's pool
    @param amount Base units
    """
    level: uint256 = staticcall ICommunityRegistry(REGISTRY).spender_level(community, msg.sender)
    if to_community == community:
        assert (
            staticcall ICommunityRegistry(REGISTRY).manager_level(community, to) > level
        ), "ledger: not a sub-manager"
    else:
        self._check_child_pool(community, to_community, to)
    self._move(lot, community, msg.sender, to_community, to, amount)


@external
def take_back(
    lot: uint256, from_community: uint256, holder: address, to_community: uint256, amount: uint256
):
    """
    @notice Brings unspent parts back into the pool of the community or of its parent: by the admin
            of the pool they go to, or by who holds them. What was donated to a community itself
            does not go to its parent.
    @param lot The lot
    @param from_community The community in which they are held
    @param holder The manager who holds them, or the zero address for the community's pool
    @param to_community The same community, or its parent
    @param amount Base units
    """
    admin: address = staticcall ICommunityRegistry(REGISTRY).admin_of_open(from_community)
    is_holder: bool = msg.sender == (admin if holder == POOL else holder)
    if to_community == from_community:
        assert holder != POOL, "ledger: already in the pool"
        assert is_holder or msg.sender == admin, "ledger: not admin or holder"
    else:
        assert (
            staticcall ICommunityRegistry(REGISTRY).parent_of(from_community) == to_community
        ), "ledger: not the parent"
        # A parent takes back what it gave, never what a sponsor gave to the child itself: so a lot
        # stays with the community that it was donated to and those below.
        assert self._lot(lot) >> AMOUNT_SHIFT != from_community, "ledger: donated to this community"
        to_admin: address = staticcall ICommunityRegistry(REGISTRY).admin_of_open(to_community)
        assert is_holder or msg.sender == to_admin, "ledger: not admin or holder"
    self._move(lot, from_community, holder, to_community, POOL, amount)


@view
@external
def quota_of(sponsor: address) -> uint256:
    """
    @notice The quota that a sponsor has not donated yet.
    @param sponsor The sponsor
    @return Base units
    """
    return self._quota[sponsor]


@view
@external
def lot(lot: uint256) -> IQuotaLedger.Lot:
    """
    @notice Whose donation a lot is.
    @param lot The lot
    @return Its sponsor, the community that it was donated to, and whether it is of own coins
    """
    word: uint256 = self._lot(lot)
    return IQuotaLedger.Lot(
        sponsor=self._sponsor(word),
        community=word >> AMOUNT_SHIFT,
        is_own=word & OWN_FLAG != 0,
    )


@view
@external
def holding(lot: uint256, community: uint256, holder: address) -> uint256:
    """
    @notice The part of a lot in someone's hands.
    @param lot The lot
    @param community The community in which it is held
    @param holder A manager, or the zero address for the community's pool
    @return Base units
    """
    return self._holdings[self._key(lot, community, holder)] >> AMOUNT_SHIFT


# --- internal ------------------------------------------------------------------------------------

@internal
def _open_lot(community: uint256, amount: uint256, is_own: bool) -> uint256:
    assert amount > 0, "ledger: no amount"
    # Refuses unknown, closed and frozen communities, with the registry's reason.
    admin: address = staticcall ICommunityRegistry(REGISTRY).admin_of_open(community)
    lot: uint256 = self.lot_count + 1
    assert lot <= MAX_LOT, "ledger: too many lots"
    self.lot_count = lot
    assert amount <= MAX_AMOUNT, "ledger: amount too large"
    origin: uint256 = convert(msg.sender, uint256)
    if is_own:
        origin |= OWN_FLAG
        self.locked_own += amount
    self._lots[lot] = origin | (community << AMOUNT_SHIFT)
    self._holdings[self._key(lot, community, POOL)] = origin | (amount << AMOUNT_SHIFT)
    log IQuotaLedger.Donated(
        lot=lot, sponsor=msg.sender, community=community, amount=amount, is_own=is_own
    )
    return lot


@internal
def _move(
    lot: uint256,
    from_community: uint256,
    from_holder: address,
    to_community: uint256,
    to_holder: address,
    amount: uint256,
):
    assert amount > 0, "ledger: no amount"
    origin: uint256 = self._take(lot, from_community, from_holder, amount)
    self._put(lot, to_community, to_holder, origin, amount)
    log IQuotaLedger.Moved(
        lot=lot,
        from_community=from_community,
        to_community=to_community,
        from_holder=from_holder,
        to_holder=to_holder,
        amount=amount,
    )


@internal
def _put(lot: uint256, community: uint256, holder: address, origin: uint256, amount: uint256):
    # All parts of a lot add up to its amount (< 2**64), so the sum can't spill.
    key: uint256 = self._key(lot, community, holder)
    held: uint256 = self._holdings[key] >> AMOUNT_SHIFT
    self._holdings[key] = origin | ((held + amount) << AMOUNT_SHIFT)


@view
@internal
def _origin(lot: uint256, community: uint256, holder: address) -> uint256:
    # Sponsor and own flag of what is held; zero where nothing ever was.
    return self._holdings[self._key(lot, community, holder)] & ORIGIN_MASK


@internal
def _take(lot: uint256, community: uint256, holder: address, amount: uint256) -> uint256:
    # Returns the origin, too.
    key: uint256 = self._key(lot, community, holder)
    word: uint256 = self._holdings[key]
    assert amount <= word >> AMOUNT_SHIFT, "ledger: allotment too small"
    self._holdings[key] = unsafe_sub(word, amount << AMOUNT_SHIFT)  # checked above
    return word & ORIGIN_MASK


@internal
def _clear(lot: uint256, community: uint256, holder: address) -> uint256:
    key: uint256 = self._key(lot, community, holder)
    amount: uint256 = self._holdings[key] >> AMOUNT_SHIFT
    self._holdings[key] = 0
    return amount


@view
@internal
def _lot(lot: uint256) -> uint256:
    word: uint256 = self._lots[lot]
    assert word != 0, "ledger: no such lot"
    return word


@pure
@internal
def _sponsor(word: uint256) -> address:
    return convert(word & convert(max_value(uint160), uint256), address)


@view
@internal
def _check_admin(community: uint256):
    assert (
        msg.sender == staticcall ICommunityRegistry(REGISTRY).admin_of_open(community)
    ), "ledger: not admin"


@view
@internal
def _check_child_pool(community: uint256, child: uint256, to: address):
    assert (
        staticcall ICommunityRegistry(REGISTRY).parent_of(child) == community
    ), "ledger: not a child"
    assert to == POOL, "ledger: only to the child's pool"
    # A closed or frozen child is refused, with the registry's reason.
    admin: address = staticcall ICommunityRegistry(REGISTRY).admin_of_open(child)


@pure
@internal
def _key(lot: uint256, community: uint256, holder: address) -> uint256:
    # A lot that exists is below 2**64 and a community below 2**32, so keys of real lots are unique;
    # the asserts keep a made-up number from shifting into another key.
    assert lot <= MAX_LOT, "ledger: no such lot"
    assert community <= MAX_COMMUNITY, "ledger: no such community"
    return (lot << 192) | (community << 160) | convert(holder, uint256)
