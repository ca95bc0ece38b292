# pragma version 0.4.3
# pragma nonreentrancy on
"""
@title Requests for a right
@notice Each request of a holder and where it stands. A request is a number that is used once; what
        it ends as is final, so its units are redeemed once.
@dev In which state who may do what, and until when. Who the callers are, and what a step does to units
     and collateral, is the importing contract's. Whose turn it is has until the deadline, in the
     seconds before it; from the deadline on it is the other side's turn:

         asked      the issuer accepts or fulfils      | nobody; the holder may leave at any time
         accepted   the issuer fulfils                 | the holder leaves
         fulfilled  the holder disputes                | anyone settles: redeemed
         disputed   the arbiter decides                | the holder leaves
         granted    the holder leaves                  |

     The holder may confirm in the first four at any time. To leave is to take the units or the face.
@custom:license AGPL-3.0-only
"""

from interfaces import ISubTokenIssuer


# --- constants -----------------------------------------------------------------------------------

ASKED: constant(uint256) = 1
ACCEPTED: constant(uint256) = 2
FULFILLED: constant(uint256) = 3
DISPUTED: constant(uint256) = 4
GRANTED: constant(uint256) = 5
REDEEMED: constant(uint256) = 6
RETURNED: constant(uint256) = 7
PAID: constant(uint256) = 8

ADDRESS_MASK: constant(uint256) = 2**160 - 1
MASK_40: constant(uint256) = 2**40 - 1
AMOUNT_SHIFT: constant(uint256) = 160
DEADLINE_SHIFT: constant(uint256) = 160
STATE_SHIFT: constant(uint256) = 200


# --- storage -------------------------------------------------------------------------------------

# @notice How many requests there ever were. Their ids are 1, 2, ...
request_count: public(uint256)

# sub_token 160 | deadline 40 | state 8. Zero: no such request. A time fits until the year 36,812.
_stands: HashMap[uint256, uint256]

# holder 160 | amount 96, never changed
_asks: HashMap[uint256, uint256]


# --- steps ---------------------------------------------------------------------------------------

@internal
def _ask(holder: address, sub_token: address, amount: uint256, deadline: uint256) -> uint256:
    """
    @param amount Smallest units that were put aside: the token has no more than 2^96 - 1
    @return The request's id
    """
    id: uint256 = self.request_count + 1
    self.request_count = id
    self._asks[id] = convert(holder, uint256) | (amount << AMOUNT_SHIFT)
    self._write(id, convert(sub_token, uint256), ASKED, deadline)
    return id


@internal
def _accept(id: uint256, stands: uint256, deadline: uint256):
    assert self._state(stands) == ASKED, "subtoken: not asked"
    assert block.timestamp < self._deadline(stands), "subtoken: too late"
    self._write(id, stands, ACCEPTED, deadline)


@internal
def _fulfil(id: uint256, stands: uint256, deadline: uint256):
    assert (self._state(stands) in [ASKED, ACCEPTED]), "subtoken: not accepted"
    assert block.timestamp < self._deadline(stands), "subtoken: too late"
    self._write(id, stands, FULFILLED, deadline)


@internal
def _dispute(id: uint256, stands: uint256, deadline: uint256):
    assert self._state(stands) == FULFILLED, "subtoken: not fulfilled"
    assert block.timestamp < self._deadline(stands), "subtoken: too late"
    self._write(id, stands, DISPUTED, deadline)


@internal
def _decide(id: uint256, stands: uint256, for_holder: bool):
    assert self._state(stands) == DISPUTED, "subtoken: not disputed"
    assert block.timestamp < self._deadline(stands), "subtoken: too late"
    if for_holder:
        self._write(id, stands, GRANTED, block.timestamp)
    else:
        self._write(id, stands, REDEEMED, block.timestamp)


@internal
def _confirm(id: uint256, stands: uint256):
    assert self._state(stands) <= DISPUTED, "subtoken: not open"
    self._write(id, stands, REDEEMED, block.timestamp)


@internal
def _settle(id: uint256, stands: uint256):
    assert self._state(stands) == FULFILLED, "subtoken: not fulfilled"
    assert block.timestamp >= self._deadline(stands), "subtoken: window is open"
    self._write(id, stands, REDEEMED, block.timestamp)


@internal
def _leave(id: uint256, stands: uint256, end: uint256):
    """
    @param end RETURNED or PAID
    """
    state: uint256 = self._state(stands)
    assert (state in [ASKED, ACCEPTED, DISPUTED, GRANTED]), "subtoken: not open"
    if state != ASKED:
        assert block.timestamp >= self._deadline(stands), "subtoken: window is open"
    self._write(id, stands, end, block.timestamp)


@internal
def _write(id: uint256, stands: uint256, state: uint256, deadline: uint256):
    self._stands[id] = (
        (stands & ADDRESS_MASK) | (deadline << DEADLINE_SHIFT) | (state << STATE_SHIFT)
    )


# --- reading -------------------------------------------------------------------------------------

@internal
@view
def _stands_of(id: uint256) -> uint256:
    stands: uint256 = self._stands[id]
    assert stands != 0, "subtoken: no such request"
    return stands


@internal
@view
def _ask_of(id: uint256) -> (address, uint256):
    """
    @return Holder and amount
    """
    ask: uint256 = self._asks[id]
    return convert(ask & ADDRESS_MASK, address), ask >> AMOUNT_SHIFT


@internal
@view
def _own_ask_of(id: uint256, holder: address) -> uint256:
    """
    @return The amount
    """
    found: address = empty(address)
    amount: uint256 = 0
    found, amount = self._ask_of(id)
    assert found == holder, "subtoken: not the holder"
    return amount


@internal
@view
def _request(id: uint256) -> ISubTokenIssuer.Request:
    stands: uint256 = self._stands[id]
    holder: address = empty(address)
    amount: uint256 = 0
    holder, amount = self._ask_of(id)
    return ISubTokenIssuer.Request(
        holder=holder,
        sub_token=self._sub_token(stands),
        amount=amount,
        state=self._state(stands),
        deadline=self._deadline(stands),
    )


@internal
@pure
def _sub_token(stands: uint256) -> address:
    return convert(stands & ADDRESS_MASK, address)


@internal
@pure
def _deadline(stands: uint256) -> uint256:
    return (stands >> DEADLINE_SHIFT) & MASK_40


@internal
@pure
def _state(stands: uint256) -> uint256:
    return stands >> STATE_SHIFT
