# pragma version 0.4.3
"""
@title Terms of sub-tokens
@notice The register: which sub-tokens there are, whose they are, and what was fixed when they were
        opened. Nothing of it ever changes but that a sub-token is closed, once.
@dev Two words a sub-token and the hash of its description. The caller takes a word out once
     (`_terms_of`, `_more_of`) and reads its fields.
@custom:license AGPL-3.0-only
"""

from interfaces import ISubTokenIssuer


# --- constants -----------------------------------------------------------------------------------

DAY: constant(uint256) = 86_400
# A holder has at least so long to see what it disputes.
MIN_WINDOW: constant(uint256) = 3 * DAY
MAX_WINDOW: constant(uint256) = 90 * DAY
# Holders are told by the state for at least so long.
MIN_GRACE: constant(uint256) = 30 * DAY
MAX_GRACE: constant(uint256) = 3_660 * DAY
MAX_DECIMALS: constant(uint256) = 8

UNKNOWN: constant(uint256) = 0
OPEN: constant(uint256) = 1
EXPIRED: constant(uint256) = 2
RECLAIMABLE: constant(uint256) = 3
CLOSED: constant(uint256) = 4

ADDRESS_MASK: constant(uint256) = 2**160 - 1
MASK_24: constant(uint256) = 2**24 - 1
MASK_32: constant(uint256) = 2**32 - 1
MASK_40: constant(uint256) = 2**40 - 1
MASK_64: constant(uint256) = 2**64 - 1
EXPIRY_SHIFT: constant(uint256) = 160
GRACE_SHIFT: constant(uint256) = 200
WINDOW_SHIFT: constant(uint256) = 232
FACE_SHIFT: constant(uint256) = 160
CLOSED_FLAG: constant(uint256) = 1 << 224


# --- storage -------------------------------------------------------------------------------------

# issuer 160 | expiry 40 | grace_seconds 32 | window_seconds 24. Zero: not a sub-token of this
# contract. Times of 40 bits end in the year 36,812; the other two are bounded far below their masks.
_terms: HashMap[address, uint256]

# arbiter 160 | face_value 64 | closed 1
_more: HashMap[address, uint256]

_description_hashes: HashMap[address, bytes32]


# --- writing -------------------------------------------------------------------------------------

@internal
@view
def _check_terms(terms: ISubTokenIssuer.Terms, issuer: address):
    """
    @dev What can be refused of an arbiter: that it is the issuer or nobody. That they are one person
         with two accounts can't be seen here; holders see the arbiter before they take units.
    """
    assert len(terms.name) > 0 and len(terms.symbol) > 0, "subtoken: no name"
    assert terms.decimals <= MAX_DECIMALS, "subtoken: too many decimals"
    assert terms.face_value <= MASK_64, "subtoken: face value too large"
    assert terms.description_hash != empty(bytes32), "subtoken: no description"
    assert terms.expiry > block.timestamp, "subtoken: expiry out of bounds"
    assert terms.expiry <= MASK_40, "subtoken: expiry out of bounds"
    assert terms.grace_seconds >= MIN_GRACE, "subtoken: grace out of bounds"
    assert terms.grace_seconds <= MAX_GRACE, "subtoken: grace out of bounds"
    assert terms.window_seconds >= MIN_WINDOW, "subtoken: window out of bounds"
    assert terms.window_seconds <= MAX_WINDOW, "subtoken: window out of bounds"
    assert (terms.arbiter not in [empty(address), self, issuer]), "subtoken: bad arbiter"


@internal
def _enter(sub_token: address, terms: ISubTokenIssuer.Terms, issuer: address):
    """
    @dev The terms were checked, so every field fits.
    """
    word: uint256 = convert(issuer, uint256) | (terms.expiry << EXPIRY_SHIFT)
    word |= (terms.grace_seconds << GRACE_SHIFT) | (terms.window_seconds << WINDOW_SHIFT)
    self._terms[sub_token] = word
    self._more[sub_token] = convert(terms.arbiter, uint256) | (terms.face_value << FACE_SHIFT)
    self._description_hashes[sub_token] = terms.description_hash


@internal
def _close(sub_token: address):
    self._more[sub_token] |= CLOSED_FLAG


# --- reading -------------------------------------------------------------------------------------

@internal
@view
def _terms_of(sub_token: address) -> uint256:
    """
    @dev A foreign contract is refused: this is where fake sub-tokens stop.
    """
    terms: uint256 = self._terms[sub_token]
    assert terms != 0, "subtoken: not a sub-token"
    return terms


@internal
@view
def _own_terms_of(sub_token: address, issuer: address) -> uint256:
    terms: uint256 = self._terms_of(sub_token)
    assert self._issuer(terms) == issuer, "subtoken: not the issuer"
    return terms


@internal
@view
def _more_of(sub_token: address) -> uint256:
    return self._more[sub_token]


@internal
@view
def _check_open(terms: uint256, more: uint256):
    assert not self._is_closed(more), "subtoken: closed"
    assert block.timestamp < self._expiry(terms), "subtoken: expired"


@internal
@view
def _state(sub_token: address) -> uint256:
    terms: uint256 = self._terms[sub_token]
    if terms == 0:
        return UNKNOWN
    if self._is_closed(self._more[sub_token]):
        return CLOSED
    if block.timestamp < self._expiry(terms):
        return OPEN
    if block.timestamp < self._grace_ends_at(terms):
        return EXPIRED
    return RECLAIMABLE


@internal
@view
def _info(sub_token: address) -> ISubTokenIssuer.SubTokenInfo:
    terms: uint256 = self._terms[sub_token]
    more: uint256 = self._more[sub_token]
    return ISubTokenIssuer.SubTokenInfo(
        issuer=self._issuer(terms),
        arbiter=self._arbiter(more),
        face_value=self._face_value(more),
        description_hash=self._description_hashes[sub_token],
        expiry=self._expiry(terms),
        grace_ends_at=self._grace_ends_at(terms),
        window_seconds=self._window_seconds(terms),
        is_closed=self._is_closed(more),
    )


# --- fields --------------------------------------------------------------------------------------

@internal
@pure
def _issuer(terms: uint256) -> address:
    return convert(terms & ADDRESS_MASK, address)


@internal
@pure
def _expiry(terms: uint256) -> uint256:
    return (terms >> EXPIRY_SHIFT) & MASK_40


@internal
@pure
def _grace_ends_at(terms: uint256) -> uint256:
    # Added up here, where nothing can spill: 41 bits.
    return ((terms >> EXPIRY_SHIFT) & MASK_40) + ((terms >> GRACE_SHIFT) & MASK_32)


@internal
@pure
def _window_seconds(terms: uint256) -> uint256:
    return terms >> WINDOW_SHIFT


@internal
@pure
def _arbiter(more: uint256) -> address:
    return convert(more & ADDRESS_MASK, address)


@internal
@pure
def _face_value(more: uint256) -> uint256:
    return (more >> FACE_SHIFT) & MASK_64


@internal
@pure
def _is_closed(more: uint256) -> bool:
    return more & CLOSED_FLAG != 0
