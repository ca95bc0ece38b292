# pragma version 0.4.3
# pragma nonreentrancy on
"""
@title Register of apps
@notice Anyone registers an app and is its developer: sets what one use of it costs, pauses it, hands
        it over. Governance takes apps off the list and says which ones the Center has built.
@dev Nothing here moves coins or touches what is owed: a developer's earnings are booked to the
     account that was the developer at the time of the use, and stay there.
     A fee holds from the moment in which it is set. Users are protected by the maximum that they
     name with each use, not by a delay, which would need two fees an app.
@custom:license AGPL-3.0-only
"""

from interfaces import IFeeRouter
from contracts.lib import governed
from contracts.lib import roles

uses: governed


# --- constants -----------------------------------------------------------------------------------

MAX_APP_FEE: constant(uint256) = 1_000_000 * 10**8

DEVELOPER_MASK: constant(uint256) = 2**160 - 1
FEE_SHIFT: constant(uint256) = 160
MASK_64: constant(uint256) = 2**64 - 1
PAUSED_FLAG: constant(uint256) = 1 << 224
DELISTED_FLAG: constant(uint256) = 1 << 225
OFFICIAL_FLAG: constant(uint256) = 1 << 226


# --- storage -------------------------------------------------------------------------------------

# @notice How many apps were ever registered. Their ids are 1, 2, ...
app_count: public(uint256)

# developer 160 | fee 64 | paused 1 | delisted 1 | official 1. Zero: no such app.
_apps: HashMap[uint256, uint256]
_metadata: HashMap[uint256, bytes32]
_offered_to: HashMap[uint256, address]


# --- developers ----------------------------------------------------------------------------------

@external
def register_app(fee: uint256, metadata_hash: bytes32) -> uint256:
    """
    @notice Registers an app of the caller's, for use from now on.
    @param fee Base units for one use: 1 to 1,000,000 COS
    @param metadata_hash keccak256 of the app's published description
    @return The app's id
    """
    self._check_terms(fee, metadata_hash)
    app: uint256 = self.app_count + 1
    self.app_count = app
    self._apps[app] = convert(msg.sender, uint256) | (fee << FEE_SHIFT)
    self._metadata[app] = metadata_hash
    log IFeeRouter.AppRegistered(
        app=app, developer=msg.sender, fee=fee, metadata_hash=metadata_hash
    )
    return app


@external
def set_app_fee(app: uint256, fee: uint256):
    """
    @notice The developer changes what one use costs from now on. Who has named a lower maximum is
            refused, not charged more.
    @param app The app
    @param fee Base units for one use: 1 to 1,000,000 COS
    """
    word: uint256 = self._own(app)
    self._check_terms(fee, self._metadata[app])
    old: uint256 = self._fee(word)
    self._apps[app] = (word & ~(MASK_64 << FEE_SHIFT)) | (fee << FEE_SHIFT)
    log IFeeRouter.AppFeeChanged(app=app, old=old, new=fee)


@external
def set_app_metadata(app: uint256, metadata_hash: bytes32):
    """
    @notice The developer publishes another description.
    @param app The app
    @param metadata_hash keccak256 of the description
    """
    word: uint256 = self._own(app)
    self._check_terms(self._fee(word), metadata_hash)
    old: bytes32 = self._metadata[app]
    self._metadata[app] = metadata_hash
    log IFeeRouter.AppMetadataChanged(app=app, old=old, new=metadata_hash)


@external
def set_app_paused(app: uint256, paused: bool):
    """
    @notice The developer says whether the app can be used.
    @param app The app
    @param paused True to refuse uses from now on
    """
    word: uint256 = self._own(app)
    self._apps[app] = self._with_flag(word, PAUSED_FLAG, paused)
    log IFeeRouter.AppPauseChanged(app=app, old=word & PAUSED_FLAG != 0, new=paused)


@external
def offer_app(app: uint256, to: address):
    """
    @notice The developer offers the app to another account, which has to accept.
    @param app The app
    @param to Who may take it over; zero takes an offer back
    """
    word: uint256 = self._own(app)
    self._offered_to[app] = to
    log IFeeRouter.AppOffered(app=app, developer=msg.sender, to=to)


@external
def accept_app(app: uint256):
    """
    @notice Takes over an app that was offered to the caller. What its former developer has earned
            stays with the former developer; an official app stays official.
    @param app The app
    """
    word: uint256 = self._app(app)
    assert self._offered_to[app] == msg.sender, "router: not offered to you"
    self._offered_to[app] = empty(address)
    self._apps[app] = (word & ~DEVELOPER_MASK) | convert(msg.sender, uint256)
    log IFeeRouter.AppHandedOver(app=app, old=self._developer(word), new=msg.sender)


# --- governance ----------------------------------------------------------------------------------

@external
def set_app_listed(app: uint256, listed: bool, reason_hash: bytes32):
    """
    @notice Takes an app off the list, so that it can't be used, or puts it back. Only governance.
            What its developer has earned is not touched.
    @param app The app
    @param listed False to refuse uses from now on
    @param reason_hash keccak256 of the published reason
    """
    assert governed._holds(roles.GOVERNANCE_ROLE, msg.sender), "router: not governance"
    assert reason_hash != empty(bytes32), "router: no reason"
    word: uint256 = self._app(app)
    self._apps[app] = self._with_flag(word, DELISTED_FLAG, not listed)
    log IFeeRouter.AppListingChanged(
        app=app, old=word & DELISTED_FLAG == 0, new=listed, reason_hash=reason_hash
    )


# --- views ---------------------------------------------------------------------------------------

@view
@external
def app(app: uint256) -> IFeeRouter.App:
    """
    @notice What is registered of an app.
    @param app Its id
    @return Its terms and state
    """
    word: uint256 = self._app(app)
    return IFeeRouter.App(
        developer=self._developer(word),
        fee=self._fee(word),
        is_paused=word & PAUSED_FLAG != 0,
        is_listed=word & DELISTED_FLAG == 0,
        is_official=self._is_official(word),
        metadata_hash=self._metadata[app],
        offered_to=self._offered_to[app],
    )


# --- internal ------------------------------------------------------------------------------------

@internal
def _set_official(app: uint256, official: bool, center: address):
    """
    @dev Only an app of the Center's can become official, or a vote could take another developer's
         income; taking the flag away gives income, so it needs nothing.
    """
    word: uint256 = self._app(app)
    assert not official or self._developer(word) == center, "router: not the center's app"
    self._apps[app] = self._with_flag(word, OFFICIAL_FLAG, official)
    log IFeeRouter.AppOfficialChanged(app=app, old=self._is_official(word), new=official)


@view
@internal
def _usable(app: uint256) -> uint256:
    word: uint256 = self._app(app)
    assert word & DELISTED_FLAG == 0, "router: app is delisted"
    assert word & PAUSED_FLAG == 0, "router: app is paused"
    return word


@view
@internal
def _app(app: uint256) -> uint256:
    word: uint256 = self._apps[app]
    assert word != 0, "router: no such app"
    return word


@view
@internal
def _own(app: uint256) -> uint256:
    word: uint256 = self._app(app)
    assert self._developer(word) == msg.sender, "router: not the developer"
    return word


@pure
@internal
def _developer(word: uint256) -> address:
    return convert(word & DEVELOPER_MASK, address)


@pure
@internal
def _fee(word: uint256) -> uint256:
    return (word >> FEE_SHIFT) & MASK_64


@pure
@internal
def _is_official(word: uint256) -> bool:
    return word & OFFICIAL_FLAG != 0


@pure
@internal
def _with_flag(word: uint256, flag: uint256, on: bool) -> uint256:
    return word | flag if on else word & ~flag


@pure
@internal
def _check_terms(fee: uint256, metadata_hash: bytes32):
    assert fee > 0 and fee <= MAX_APP_FEE, "router: fee out of bounds"
    assert metadata_hash != empty(bytes32), "router: no metadata"
