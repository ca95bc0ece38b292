# pragma version 0.4.3
# pragma nonreentrancy on
"""
@title SubTokenIssuer
@notice Communities and merchants open sub-tokens: points, coupons, crowdfunded benefits. Units with a
        face value are backed by the issuer's own staked COS, which goes on earning and voting for it.
        A holder redeems a unit once: for its face value, or for the right.
@dev `amount` is smallest units, everything of COS in base units (1e-8 COS). The face value is an
     integer for each smallest unit, so nothing is ever rounded.
     Of every sub-token, at every moment, what is locked with CosStaking is

         face_value * outstanding        until it is closed, escrowed units included
         face_value * escrowed           from then on

     and the sum over an issuer's sub-tokens is its lock by this contract (`lock_of`). What is
     outstanding and escrowed is the token's own supply and this contract's balance of it, which only
     this contract changes; no second copy of them is kept.
     - All terms are fixed when a sub-token is opened. Nobody, governance included, changes them.
     - COS never passes through here: fees go from the issuer to the router, collateral from the
       issuer's stake to the holder's exit ticket. COS sent here counts for nothing.
     - Only own clones, CosStaking and the router are called, none of which calls back.
@custom:license AGPL-3.0-only
"""

from ethereum.ercs import IERC20
from interfaces import ICosStaking
from interfaces import IFeeRouter
from interfaces import ISubToken
from interfaces import ISubTokenIssuer
from contracts.lib import governed
from contracts.lib import right_requests
from contracts.lib import roles
from contracts.lib import sub_token_terms

implements: ISubTokenIssuer

initializes: governed
initializes: sub_token_terms
initializes: right_requests

exports: (
    governed.AUTHORITY,
    right_requests.request_count,
)


# --- constants, immutables, storage --------------------------------------------------------------

MAX_ISSUE_FEE: constant(uint256) = 100_000 * 10**8
MAX_BATCH: constant(uint256) = 50
MAX_RECIPIENTS: constant(uint256) = 200

STAKING: public(immutable(address))
TEMPLATE: public(immutable(address))

# @notice Where the issue fee goes (FeeRouter).
router: public(address)

# @notice What it costs to open a sub-token, COS base units.
issue_fee: public(uint256)


# --- constructor ---------------------------------------------------------------------------------

@deploy
def __init__(
    authority: address, staking: address, router: address, template: address, issue_fee: uint256
):
    """
    @notice Creates the contract without sub-tokens. To lock collateral it needs the locker role, to
            charge a fee it has to be a collector of the router.
    @param authority The suite's Authority
    @param staking CosStaking
    @param router FeeRouter
    @param template A SubToken, whose code all clones run
    @param issue_fee Base units (at most 100,000 COS)
    """
    governed.__init__(authority)
    assert staking != empty(address), "subtoken: no staking"
    assert template != empty(address), "subtoken: no template"
    STAKING = staking
    TEMPLATE = template
    self._set_router(router)
    self._set_issue_fee(issue_fee)


# --- issuers -------------------------------------------------------------------------------------

@external
def open(terms: ISubTokenIssuer.Terms, max_fee: uint256) -> address:
    """
    @notice Opens a sub-token of the caller's, with no units yet. Its terms are final.
    @dev The fee goes from the caller to the router, which the caller has approved; this contract never
         holds it, nor an allowance for it.
    @param terms Name (1 to 63 bytes) and symbol (1 to 16); decimals 0 to 8; face value in base units
           for each smallest unit, 0 for plain points; hash of the published description; expiry, a
           time to come; grace of 30 to 3,660 days; window of 3 to 90 days for each step of a
           redemption for the right; arbiter, not the caller; whether units may be passed on
    @param max_fee Base units that the caller is ready to pay
    @return The sub-token
    """
    sub_token_terms._check_terms(terms, msg.sender)
    fee: uint256 = self.issue_fee
    assert fee <= max_fee, "subtoken: above your maximum"
    sub_token: address = create_minimal_proxy_to(TEMPLATE)
    sub_token_terms._enter(sub_token, terms, msg.sender)
    log ISubTokenIssuer.SubTokenOpened(
        sub_token=sub_token, issuer=msg.sender, arbiter=terms.arbiter, terms=terms, fee=fee
    )
    extcall ISubToken(sub_token).initialize(
        terms.name,
        terms.symbol,
        convert(terms.decimals, uint8),
        convert(terms.face_value, uint64),
        terms.is_transferable,
    )
    if fee > 0:
        extcall IFeeRouter(self.router).pay_fee_from(msg.sender, fee)
    return sub_token


@external
def mint(sub_token: address, to: address, amount: uint256):
    """
    @notice The issuer mints units, and as much of its stake is locked as they are worth: it has allowed
            this contract to (`CosStaking.approve_lock`). Not after the expiry.
    @param sub_token The caller's sub-token
    @param to Who gets the units; neither zero nor the token nor this contract
    @param amount Smallest units
    """
    terms: uint256 = sub_token_terms._own_terms_of(sub_token, msg.sender)
    more: uint256 = sub_token_terms._more_of(sub_token)
    sub_token_terms._check_open(terms, more)
    assert amount > 0, "subtoken: no amount"
    # First, because the token bounds the amount; the product then can't overflow.
    extcall ISubToken(sub_token).mint(to, amount)
    collateral: uint256 = sub_token_terms._face_value(more) * amount
    log ISubTokenIssuer.UnitsMinted(
        sub_token=sub_token, to=to, amount=amount, collateral=collateral
    )
    self._lock(collateral)


@external
def mint_batch(
    sub_token: address,
    recipients: DynArray[address, MAX_RECIPIENTS],
    amounts: DynArray[uint256, MAX_RECIPIENTS],
):
    """
    @notice The issuer mints units of many holders, with one lock of the sum; as `mint`, all or nothing.
    @param sub_token The caller's sub-token
    @param recipients 1 to 200 accounts
    @param amounts As many, smallest units, not all zero
    """
    terms: uint256 = sub_token_terms._own_terms_of(sub_token, msg.sender)
    more: uint256 = sub_token_terms._more_of(sub_token)
    sub_token_terms._check_open(terms, more)
    assert len(recipients) == len(amounts), "subtoken: lengths differ"
    amount: uint256 = extcall ISubToken(sub_token).mint_batch(recipients, amounts)
    assert amount > 0, "subtoken: no amount"
    collateral: uint256 = sub_token_terms._face_value(more) * amount
    log ISubTokenIssuer.BatchMinted(
        sub_token=sub_token, recipients=len(recipients), amount=amount, collateral=collateral
    )
    self._lock(collateral)


@external
def burn(sub_token: address, amount: uint256):
    """
    @notice Burns the caller's own units for nothing in return: an issuer those that it did not use, a
            customer those that it gives back. Their collateral is unlocked for the issuer.
    @param sub_token A sub-token
    @param amount Smallest units
    """
    terms: uint256 = sub_token_terms._terms_of(sub_token)
    more: uint256 = sub_token_terms._more_of(sub_token)
    assert amount > 0, "subtoken: no amount"
    extcall ISubToken(sub_token).burn(msg.sender, amount)
    released: uint256 = 0
    # The collateral of what is in circulation was released with the closing.
    if not sub_token_terms._is_closed(more):
        released = sub_token_terms._face_value(more) * amount
    log ISubTokenIssuer.UnitsBurnt(
        sub_token=sub_token, owner=msg.sender, amount=amount, released=released
    )
    self._release(sub_token_terms._issuer(terms), released)


@external
def close(sub_token: address):
    """
    @notice The issuer closes a sub-token of which nothing is outstanding, for good.
    @param sub_token The caller's sub-token
    """
    sub_token_terms._own_terms_of(sub_token, msg.sender)
    assert not sub_token_terms._is_closed(sub_token_terms._more_of(sub_token)), "subtoken: closed"
    assert staticcall IERC20(sub_token).totalSupply() == 0, "subtoken: units outstanding"
    sub_token_terms._close(sub_token)
    log ISubTokenIssuer.SubTokenClosed(sub_token=sub_token, issuer=msg.sender, released=0)


@external
def reclaim(sub_token: address) -> uint256:
    """
    @notice The issuer takes back the collateral of units that nobody redeemed, once the grace period
            is over, and closes the sub-token. Units of open requests keep theirs.
    @param sub_token The caller's sub-token
    @return Base units unlocked
    """
    terms: uint256 = sub_token_terms._own_terms_of(sub_token, msg.sender)
    more: uint256 = sub_token_terms._more_of(sub_token)
    assert not sub_token_terms._is_closed(more), "subtoken: closed"
    assert block.timestamp >= sub_token_terms._grace_ends_at(terms), "subtoken: grace not over"
    outstanding: uint256 = staticcall IERC20(sub_token).totalSupply()
    escrowed: uint256 = staticcall IERC20(sub_token).balanceOf(self)
    released: uint256 = sub_token_terms._face_value(more) * (outstanding - escrowed)
    sub_token_terms._close(sub_token)
    log ISubTokenIssuer.SubTokenClosed(sub_token=sub_token, issuer=msg.sender, released=released)
    self._release(msg.sender, released)
    return released


# --- the face value ------------------------------------------------------------------------------

@external
def redeem(sub_token: address, amount: uint256) -> uint256:
    """
    @notice Pays the caller the face value of its units, whatever the issuer does: COS out of the
            collateral by an exit ticket, due in seven days (`CosStaking.pay_exit`).
    @dev Until the issuer has reclaimed, which it can't before the end of the grace period.
    @param sub_token A sub-token with a face value
    @param amount Smallest units, which are burnt
    @return When the exit is due, UNIX seconds
    """
    terms: uint256 = sub_token_terms._terms_of(sub_token)
    more: uint256 = sub_token_terms._more_of(sub_token)
    assert not sub_token_terms._is_closed(more), "subtoken: closed"
    face_value: uint256 = sub_token_terms._face_value(more)
    assert face_value > 0, "subtoken: no face value"
    assert amount > 0, "subtoken: no amount"
    extcall ISubToken(sub_token).burn(msg.sender, amount)
    paid: uint256 = face_value * amount
    due_at: uint256 = extcall ICosStaking(STAKING).seize(
        sub_token_terms._issuer(terms), msg.sender, paid
    )
    log ISubTokenIssuer.FaceRedeemed(
        sub_token=sub_token, holder=msg.sender, amount=amount, paid=paid, due_at=due_at
    )
    return due_at


# --- the right -----------------------------------------------------------------------------------

@external
def request(orders: DynArray[ISubTokenIssuer.Order, MAX_BATCH]) -> uint256:
    """
    @notice Asks issuers for what the caller's units stand for. The units are put aside and can't be
            redeemed in another way meanwhile. Not after the expiry. Until the issuer accepts, the
            caller may leave again (`take_units`, `take_face`).
    @dev Arbiters may not ask, so that nobody decides its own dispute openly.
    @param orders 1 to 50: sub-token, smallest units, hash of what the issuer has to know
    @return The first request's id; the others follow it
    """
    assert len(orders) > 0, "subtoken: nothing to do"
    first: uint256 = right_requests.request_count + 1
    for order: ISubTokenIssuer.Order in orders:
        terms: uint256 = sub_token_terms._terms_of(order.sub_token)
        more: uint256 = sub_token_terms._more_of(order.sub_token)
        sub_token_terms._check_open(terms, more)
        assert order.amount > 0, "subtoken: no amount"
        assert msg.sender != sub_token_terms._arbiter(more), "subtoken: arbiter can't ask"
        # First, because the token bounds the amount, which then fits its field.
        extcall ISubToken(order.sub_token).put_aside(msg.sender, order.amount)
        deadline: uint256 = self._deadline(terms)
        id: uint256 = right_requests._ask(msg.sender, order.sub_token, order.amount, deadline)
        log ISubTokenIssuer.RightRequested(
            request=id,
            sub_token=order.sub_token,
            holder=msg.sender,
            amount=order.amount,
            details_hash=order.details_hash,
            deadline=deadline,
        )
    return first


@external
def accept(requests: DynArray[uint256, MAX_BATCH]):
    """
    @notice The issuer takes requests on, within the window since they were made: it now has one more
            window to fulfil each, in which the holder can't leave.
    @param requests 1 to 50 ids, all or nothing
    """
    assert len(requests) > 0, "subtoken: nothing to do"
    for id: uint256 in requests:
        stands: uint256 = right_requests._stands_of(id)
        sub_token: address = right_requests._sub_token(stands)
        terms: uint256 = sub_token_terms._own_terms_of(sub_token, msg.sender)
        deadline: uint256 = self._deadline(terms)
        right_requests._accept(id, stands, deadline)
        log ISubTokenIssuer.RequestAccepted(request=id, sub_token=sub_token, deadline=deadline)


@external
def fulfil(requests: DynArray[uint256, MAX_BATCH], evidence_hashes: DynArray[bytes32, MAX_BATCH]):
    """
    @notice The issuer says that it has delivered, within the window since it accepted (or since the
            request was made). The holder has one window to dispute it.
    @param requests 1 to 50 ids, all or nothing
    @param evidence_hashes For each, keccak256 of the evidence
    """
    assert len(requests) > 0, "subtoken: nothing to do"
    assert len(requests) == len(evidence_hashes), "subtoken: lengths differ"
    i: uint256 = 0
    for id: uint256 in requests:
        assert evidence_hashes[i] != empty(bytes32), "subtoken: no evidence"
        stands: uint256 = right_requests._stands_of(id)
        sub_token: address = right_requests._sub_token(stands)
        terms: uint256 = sub_token_terms._own_terms_of(sub_token, msg.sender)
        deadline: uint256 = self._deadline(terms)
        right_requests._fulfil(id, stands, deadline)
        log ISubTokenIssuer.RequestFulfilled(
            request=id, sub_token=sub_token, evidence_hash=evidence_hashes[i], deadline=deadline
        )
        i += 1


@external
def confirm(requests: DynArray[uint256, MAX_BATCH]):
    """
    @notice The holder says that it got what it asked for, at any time while the request is open. The
            units are burnt, their collateral is unlocked for the issuer.
    @param requests 1 to 50 ids of the caller's, all or nothing
    """
    assert len(requests) > 0, "subtoken: nothing to do"
    for id: uint256 in requests:
        stands: uint256 = right_requests._stands_of(id)
        amount: uint256 = right_requests._own_ask_of(id, msg.sender)
        right_requests._confirm(id, stands)
        self._redeem_right(id, stands, msg.sender, amount)


@external
def settle(requests: DynArray[uint256, MAX_BATCH]):
    """
    @notice Ends fulfilled requests whose window has passed without a dispute, as if confirmed. Open to
            anyone.
    @param requests 1 to 50 ids, all or nothing
    """
    assert len(requests) > 0, "subtoken: nothing to do"
    for id: uint256 in requests:
        stands: uint256 = right_requests._stands_of(id)
        right_requests._settle(id, stands)
        self._redeem_asked(id, stands)


@external
def dispute(request: uint256, reason_hash: bytes32):
    """
    @notice The holder denies a fulfilment, within the window since it. The arbiter has one window to
            decide; if it doesn't, the holder leaves with the units or the face value.
    @param request A request of the caller's
    @param reason_hash keccak256 of the reason
    """
    assert reason_hash != empty(bytes32), "subtoken: no reason"
    stands: uint256 = right_requests._stands_of(request)
    right_requests._own_ask_of(request, msg.sender)
    sub_token: address = right_requests._sub_token(stands)
    deadline: uint256 = self._deadline(sub_token_terms._terms_of(sub_token))
    right_requests._dispute(request, stands, deadline)
    log ISubTokenIssuer.RequestDisputed(
        request=request, sub_token=sub_token, reason_hash=reason_hash, deadline=deadline
    )


@external
def decide(request: uint256, for_holder: bool, reason_hash: bytes32):
    """
    @notice The arbiter decides a dispute, within the window since it was raised.
    @param request A disputed request of a sub-token whose arbiter is the caller
    @param for_holder True: the holder leaves with the units or the face value; false: redeemed
    @param reason_hash keccak256 of the published reason
    """
    assert reason_hash != empty(bytes32), "subtoken: no reason"
    stands: uint256 = right_requests._stands_of(request)
    sub_token: address = right_requests._sub_token(stands)
    more: uint256 = sub_token_terms._more_of(sub_token)
    assert msg.sender == sub_token_terms._arbiter(more), "subtoken: not the arbiter"
    right_requests._decide(request, stands, for_holder)
    log ISubTokenIssuer.DisputeDecided(
        request=request, sub_token=sub_token, for_holder=for_holder, reason_hash=reason_hash
    )
    if not for_holder:
        self._redeem_asked(request, stands)


@external
def take_units(request: uint256):
    """
    @notice The holder leaves a request with its units: before the issuer accepts, when the issuer or
            the arbiter has let its time pass, or when the arbiter has decided so.
    @dev Not when the grace period is over and the units may be worth nothing: then for the face value.
    @param request A request of the caller's
    """
    stands: uint256 = right_requests._stands_of(request)
    amount: uint256 = right_requests._own_ask_of(request, msg.sender)
    sub_token: address = right_requests._sub_token(stands)
    if sub_token_terms._face_value(sub_token_terms._more_of(sub_token)) > 0:
        terms: uint256 = sub_token_terms._terms_of(sub_token)
        grace_ends_at: uint256 = sub_token_terms._grace_ends_at(terms)
        assert block.timestamp < grace_ends_at, "subtoken: take the face value"
    right_requests._leave(request, stands, right_requests.RETURNED)
    log ISubTokenIssuer.UnitsReturned(
        request=request, sub_token=sub_token, holder=msg.sender, amount=amount
    )
    extcall ISubToken(sub_token).give_back(msg.sender, amount)


@external
def take_face(request: uint256) -> uint256:
    """
    @notice The holder leaves a request with the face value of its units, in the same cases, also after
            the grace period: who asked in time does not lose. Paid like `redeem`.
    @dev When nothing else is left for the holder to choose (the grace period and the request's deadline
         are over), anyone may do it for the holder: an absent one can't hold the collateral for ever.
    @param request A request
    @return When the exit is due, UNIX seconds
    """
    stands: uint256 = right_requests._stands_of(request)
    holder: address = empty(address)
    amount: uint256 = 0
    holder, amount = right_requests._ask_of(request)
    sub_token: address = right_requests._sub_token(stands)
    terms: uint256 = sub_token_terms._terms_of(sub_token)
    if msg.sender != holder:
        last: uint256 = max(sub_token_terms._grace_ends_at(terms), right_requests._deadline(stands))
        assert block.timestamp >= last, "subtoken: not the holder"
    face_value: uint256 = sub_token_terms._face_value(sub_token_terms._more_of(sub_token))
    assert face_value > 0, "subtoken: no face value"
    right_requests._leave(request, stands, right_requests.PAID)
    paid: uint256 = face_value * amount
    extcall ISubToken(sub_token).burn(self, amount)
    due_at: uint256 = extcall ICosStaking(STAKING).seize(
        sub_token_terms._issuer(terms), holder, paid
    )
    log ISubTokenIssuer.FacePaid(
        request=request,
        sub_token=sub_token,
        holder=holder,
        amount=amount,
        paid=paid,
        due_at=due_at,
    )
    return due_at


# --- settings ------------------------------------------------------------------------------------

@external
def set_issue_fee(fee: uint256):
    """
    @notice Changes what it costs to open a sub-token from now on. Only governance.
    @param fee Base units (at most 100,000 COS); 0 for nothing
    """
    assert governed._holds(roles.GOVERNANCE_ROLE, msg.sender), "subtoken: not governance"
    self._set_issue_fee(fee)


@external
def set_router(router: address):
    """
    @notice Names another router for issue fees. Only governance.
    @param router Neither zero nor this contract nor CosStaking
    """
    assert governed._holds(roles.GOVERNANCE_ROLE, msg.sender), "subtoken: not governance"
    self._set_router(router)


# --- views ---------------------------------------------------------------------------------------

@view
@external
def is_sub_token(account: address) -> bool:
    """
    @notice Whether an address is a sub-token that was opened here. Names prove nothing; this does.
    @param account Any address
    @return True if it is
    """
    return sub_token_terms._terms[account] != 0


@view
@external
def issuer_of(sub_token: address) -> address:
    """
    @notice Who opened a sub-token.
    @param sub_token Any address
    @return The issuer; zero if it is not a sub-token
    """
    return sub_token_terms._issuer(sub_token_terms._terms[sub_token])


@view
@external
def info(sub_token: address) -> ISubTokenIssuer.SubTokenInfo:
    """
    @notice What was fixed of a sub-token, and whether it is closed.
    @param sub_token Any address
    @return Its parts; all zero if it is not a sub-token
    """
    return sub_token_terms._info(sub_token)


@view
@external
def state(sub_token: address) -> uint256:
    """
    @notice Where a sub-token stands, for holders to be warned by.
    @param sub_token Any address
    @return 0 unknown, 1 open, 2 expired, in grace, 3 reclaimable, 4 closed
    """
    return sub_token_terms._state(sub_token)


@view
@external
def collateral(sub_token: address) -> uint256:
    """
    @notice What is locked of the issuer's stake for a sub-token.
    @param sub_token Any address
    @return Base units, exactly its face value times what it backs
    """
    found: ISubTokenIssuer.SubTokenInfo = sub_token_terms._info(sub_token)
    if found.face_value == 0:
        return 0
    if found.is_closed:
        return found.face_value * staticcall IERC20(sub_token).balanceOf(self)
    return found.face_value * staticcall IERC20(sub_token).totalSupply()


@view
@external
def request_of(request: uint256) -> ISubTokenIssuer.Request:
    """
    @notice A request for a right, and where it stands.
    @param request Its id
    @return Its parts; all zero if there is none. State 1 asked, 2 accepted, 3 fulfilled, 4 disputed,
            5 granted; for good 6 redeemed, 7 returned, 8 paid
    """
    return right_requests._request(request)


# --- internal ------------------------------------------------------------------------------------

@view
@internal
def _deadline(terms: uint256) -> uint256:
    return block.timestamp + sub_token_terms._window_seconds(terms)


@internal
def _redeem_asked(id: uint256, stands: uint256):
    holder: address = empty(address)
    amount: uint256 = 0
    holder, amount = right_requests._ask_of(id)
    self._redeem_right(id, stands, holder, amount)


@internal
def _redeem_right(id: uint256, stands: uint256, holder: address, amount: uint256):
    """
    @dev Burns escrowed units. Their collateral was kept, whether the sub-token is closed or not.
    """
    sub_token: address = right_requests._sub_token(stands)
    terms: uint256 = sub_token_terms._terms_of(sub_token)
    released: uint256 = sub_token_terms._face_value(sub_token_terms._more_of(sub_token)) * amount
    log ISubTokenIssuer.RightRedeemed(
        request=id, sub_token=sub_token, holder=holder, amount=amount, released=released
    )
    extcall ISubToken(sub_token).burn(self, amount)
    self._release(sub_token_terms._issuer(terms), released)


@internal
def _lock(amount: uint256):
    """
    @dev Of the caller's stake, which is the issuer's.
    """
    if amount > 0:
        extcall ICosStaking(STAKING).lock(msg.sender, amount)


@internal
def _release(issuer: address, amount: uint256):
    if amount > 0:
        extcall ICosStaking(STAKING).release(issuer, amount)


@internal
def _set_issue_fee(fee: uint256):
    assert fee <= MAX_ISSUE_FEE, "subtoken: fee too large"
    log ISubTokenIssuer.IssueFeeChanged(old=self.issue_fee, new=fee)
    self.issue_fee = fee


@internal
def _set_router(router: address):
    assert (router not in [empty(address), self, STAKING]), "subtoken: bad router"
    log ISubTokenIssuer.RouterChanged(old=self.router, new=router)
    self.router = router
