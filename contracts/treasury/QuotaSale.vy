# pragma version 0.4.3
# pragma nonreentrancy on
"""
@title QuotaSale
@notice Sells discounted quota out of the community incentive reserve to managers, donors and
        sponsors, for stablecoins, by offers that governance opens. What is bought is quota: it can
        only be donated to a community, where it rewards contributions.
@dev Quota is base units (1e-8 COS), payments are the coin's base units. A payment is rounded up, in
     the Center's favour, so that buying in parts never costs less. The quota and the bonus reserve
     that it needs come out of the same bucket, within what governance allows this contract to
     issue: an offer can promise more than there is, but then a purchase reverts as a whole.
     The terms of an offer never change; governance closes it and opens another one.
     Holds neither coins nor COS between two calls.
@custom:license AGPL-3.0-only
"""

from interfaces import IQuotaSale
from contracts.lib import bucket_custody
from contracts.lib import exact_payment
from contracts.lib import governed
from contracts.lib import quota_issuing
from contracts.lib import roles

implements: IQuotaSale

initializes: governed
initializes: bucket_custody
initializes: quota_issuing[bucket_custody := bucket_custody]

exports: (
    governed.AUTHORITY,
    bucket_custody.TREASURY,
    bucket_custody.custody_of,
    quota_issuing.TOKEN,
    quota_issuing.QUOTA_LEDGER,
    quota_issuing.BONUS_POOL,
)


# --- constants -----------------------------------------------------------------------------------

# The bucket out of which quota is sold.
INCENTIVE_RESERVE: constant(uint256) = 4

MAX_AMOUNT: constant(uint256) = 2**64 - 1  # of quota: the cap of COS fits it
MAX_PRICE: constant(uint256) = 2**128 - 1  # so that amount * price can't overflow
MAX_TIME: constant(uint256) = 2**40 - 1


# --- storage -------------------------------------------------------------------------------------

# @notice Where payments go.
center: public(address)

# @notice Number of offers; they are numbered 1, 2, 3, ...
offer_count: public(uint256)

# Never rewritten.
_terms: HashMap[uint256, IQuotaSale.Terms]
_is_closed: HashMap[uint256, bool]

# @notice Base units of quota sold by an offer.
# Invariant: the sum of `bought` over all buyers, and at most the offer's limit.
sold: public(HashMap[uint256, uint256])

# @notice offer -> buyer -> base units of quota; at most the offer's limit for one buyer.
bought: public(HashMap[uint256, HashMap[address, uint256]])


# --- constructor ---------------------------------------------------------------------------------

@deploy
def __init__(
    authority: address,
    token: address,
    treasury: address,
    quota_ledger: address,
    bonus_pool: address,
    center: address,
):
    """
    @notice Creates the sale without offers.
    @param authority The suite's Authority
    @param token CosCredit
    @param treasury The Treasury, which must allow this contract to issue the incentive reserve
    @param quota_ledger The QuotaLedger, for which this contract needs the SELLER role
    @param bonus_pool The ledger's BonusPool
    @param center Where payments go
    """
    governed.__init__(authority)
    bucket_custody.__init__(treasury)
    quota_issuing.__init__(token, quota_ledger, bonus_pool)
    self._set_center(center)


# --- offers --------------------------------------------------------------------------------------

@external
def open_offer(terms: IQuotaSale.Terms) -> uint256:
    """
    @notice Opens an offer, whose terms are fixed for good. Only governance.
    @param terms Coin, price, limits and time; see IQuotaSale. The coin must move exactly what it
           is told to: one that takes a fee can't be paid with
    @return The number of the offer
    """
    self._check_governance()
    # An address without code would make every purchase revert without a reason.
    assert terms.coin.is_contract, "quota sale: no coin"
    assert terms.price > 0 and terms.price <= MAX_PRICE, "quota sale: price out of bounds"
    assert terms.per > 0 and terms.per <= MAX_AMOUNT, "quota sale: price out of bounds"
    assert terms.limit > 0 and terms.limit <= MAX_AMOUNT, "quota sale: limit out of bounds"
    assert (
        terms.buyer_limit > 0 and terms.buyer_limit <= terms.limit
    ), "quota sale: limit out of bounds"
    assert terms.start < terms.end and terms.end <= MAX_TIME, "quota sale: bad time"
    assert terms.end > block.timestamp, "quota sale: bad time"
    offer: uint256 = self.offer_count + 1
    self.offer_count = offer
    self._terms[offer] = terms
    log IQuotaSale.OfferOpened(
        offer=offer,
        coin=terms.coin,
        price=terms.price,
        per=terms.per,
        limit=terms.limit,
        buyer_limit=terms.buyer_limit,
        start=terms.start,
        end=terms.end,
    )
    return offer


@external
def close_offer(offer: uint256):
    """
    @notice Closes an offer for good. Only governance.
    @dev What was bought stays bought.
    @param offer An offer that is not closed
    """
    self._check_governance()
    self._check_exists(offer)
    assert not self._is_closed[offer], "quota sale: offer closed"
    self._is_closed[offer] = True
    log IQuotaSale.OfferClosed(offer=offer, sold=self.sold[offer])


# --- buying --------------------------------------------------------------------------------------

@external
def buy(offer: uint256, amount: uint256, max_payment: uint256) -> uint256:
    """
    @notice Buys quota for the caller, with the offer's coin straight to the Center.
    @dev Booked before anything is called. The reserve's need is read after the coin has moved, so
         whatever the coin does on its way counts.
    @param offer An offer that is selling
    @param amount Base units of quota
    @param max_payment The most that the caller would pay: guards against another offer's number
    @return What was paid, the coin's base units: amount * price / per, rounded up
    """
    self._check_exists(offer)
    assert not self._is_closed[offer], "quota sale: offer closed"
    terms: IQuotaSale.Terms = self._terms[offer]
    assert block.timestamp >= terms.start, "quota sale: not begun"
    assert block.timestamp < terms.end, "quota sale: over"
    assert amount > 0, "quota sale: no amount"
    sold: uint256 = self.sold[offer]
    assert amount <= terms.limit - sold, "quota sale: above limit"
    bought: uint256 = self.bought[offer][msg.sender]
    assert amount <= terms.buyer_limit - bought, "quota sale: above buyer's limit"
    payment: uint256 = self._payment(terms, amount)
    assert payment <= max_payment, "quota sale: above max payment"
    self.sold[offer] = sold + amount
    self.bought[offer][msg.sender] = bought + amount
    log IQuotaSale.QuotaSold(offer=offer, buyer=msg.sender, amount=amount, payment=payment)
    exact_payment._take(terms.coin, msg.sender, self.center, payment)
    quota_issuing._issue_quota(INCENTIVE_RESERVE, msg.sender, amount)
    return payment


# --- settings ------------------------------------------------------------------------------------

@external
def set_center(new_center: address):
    """
    @notice Says where payments go from now on. Only governance.
    @param new_center The Center's account; neither zero nor this contract, which couldn't pay out
    """
    self._check_governance()
    self._set_center(new_center)


# --- views ---------------------------------------------------------------------------------------

@external
@view
def terms(offer: uint256) -> IQuotaSale.Terms:
    """
    @notice The terms of an offer, as they were opened.
    @param offer Number of the offer
    @return Coin, price, limits and time
    """
    self._check_exists(offer)
    return self._terms[offer]


@external
@view
def is_selling(offer: uint256) -> bool:
    """
    @notice Whether an offer sells now: open, in its time, not sold out.
    @dev What the Treasury and the reserve can still give is not asked.
    @param offer Number of the offer
    @return False also for an offer that does not exist
    """
    terms: IQuotaSale.Terms = self._terms[offer]
    return (
        not self._is_closed[offer]
        and block.timestamp >= terms.start
        and block.timestamp < terms.end
        and self.sold[offer] < terms.limit
    )


@external
@view
def payment_for(offer: uint256, amount: uint256) -> uint256:
    """
    @notice What an amount of quota costs.
    @dev Rounded up, in the Center's favour.
    @param offer Number of the offer
    @param amount Base units of quota, at most the offer's limit
    @return The coin's base units
    """
    self._check_exists(offer)
    terms: IQuotaSale.Terms = self._terms[offer]
    assert amount <= terms.limit, "quota sale: above limit"
    return self._payment(terms, amount)


# --- internal ------------------------------------------------------------------------------------

@internal
@view
def _check_governance():
    assert governed._holds(roles.GOVERNANCE_ROLE, msg.sender), "quota sale: not governance"


@internal
@view
def _check_exists(offer: uint256):
    # Numbers begin at 1: the default value is no offer.
    assert offer > 0 and offer <= self.offer_count, "quota sale: no such offer"


@internal
@pure
def _payment(terms: IQuotaSale.Terms, amount: uint256) -> uint256:
    # amount < 2**64, price < 2**128, per < 2**64: nothing overflows.
    return (amount * terms.price + terms.per - 1) // terms.per


@internal
def _set_center(new_center: address):
    assert new_center != empty(address) and new_center != self, "quota sale: bad center"
    old_center: address = self.center
    self.center = new_center
    log IQuotaSale.CenterChanged(old_center=old_center, new_center=new_center)
