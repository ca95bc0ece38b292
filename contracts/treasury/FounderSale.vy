# pragma version 0.4.3
# pragma nonreentrancy on
"""
@title FounderSale
@notice Sells the founders' seats: two tiers of a hundred, each seat for one admitted person. Who pays
        in a stablecoin has the payment in escrow here until it accepts the seat; who pays in fiat is
        entered by the cashier, and the auditor has three days to object. Accepting (`activate`)
        issues the seat's quota with its bonus reserve, pays its free COS, gives service credit, a
        founder's number and votes equal to the capital, and sends the escrow to the Center.
@dev Amounts are COS base units, capital is fen, payments are the coin's base units; nothing is
     rounded but the seats' amounts (see founder_seats).
     Until a seat is activated its founder can give it back and has its payment back at once, to the
     unit; nobody else can touch the payment. Neither a changed price nor a changed Center address
     changes what is escrowed. A coin is accepted for a tier while it has a price there.
     COS comes out of the founders' bucket: what genesis issued to this contract is used up first.
     What is sent here directly counts for nothing.
@custom:license AGPL-3.0-only
"""

from ethereum.ercs import IERC20

from interfaces import IFounderRegister
from interfaces import IFounderSale
from interfaces import IServiceCredit
from contracts.lib import admissions
from contracts.lib import bucket_custody
from contracts.lib import erc1271
from contracts.lib import exact_payment
from contracts.lib import founder_seats
from contracts.lib import governed
from contracts.lib import quota_issuing
from contracts.lib import roles

implements: IFounderSale

initializes: governed
initializes: bucket_custody
initializes: quota_issuing[bucket_custody := bucket_custody]
initializes: founder_seats
initializes: admissions[governed := governed]

exports: governed.AUTHORITY
exports: (
    bucket_custody.TREASURY,
    bucket_custody.custody_of,
    quota_issuing.TOKEN,
    quota_issuing.QUOTA_LEDGER,
    quota_issuing.BONUS_POOL,
)
exports: (
    # admissions
    admissions.revoke_admissions,
    admissions.seated,
    admissions.admission_nonce,
    admissions.DOMAIN_SEPARATOR,
    admissions.eip712Domain,
)
exports: (
    # seats
    founder_seats.tier,
    founder_seats.seat_terms,
    founder_seats.next_seat,
    founder_seats.free_seats,
    founder_seats.holder,
    founder_seats.is_activated,
)


# --- constants -----------------------------------------------------------------------------------

# The Treasury's bucket out of which founders' quota and free COS come.
FOUNDERS: constant(uint256) = 1

DAY: constant(uint256) = 86_400
# In which the auditor can reject what the cashier has recorded.
OBJECTION_SECONDS: constant(uint256) = 3 * DAY
# The cashier records at most so many payments in any seven days.
RECORDS_A_WEEK: constant(uint256) = 10
WEEK: constant(uint256) = 7 * DAY
# After so long without activation governance can free a seat.
ACCEPTANCE_SECONDS: constant(uint256) = 30 * DAY

MAX_PRICE: constant(uint256) = 2**128 - 1


# --- immutables ----------------------------------------------------------------------------------

REGISTER: public(immutable(address))
SERVICE_CREDIT: public(immutable(address))


# --- storage -------------------------------------------------------------------------------------

# @notice Where payments of activated seats go.
center: public(address)

# @notice tier -> coin -> what a seat costs, in the coin's base units; 0: the coin is not accepted.
price: public(HashMap[uint256, HashMap[address, uint256]])

# A founder's seat that is reserved and not activated; `seat` 0: none.
_reservations: HashMap[address, IFounderSale.Reservation]

# @notice coin -> what reserved seats have been paid with.
# Invariant: escrowed[c] = sum of the reservations' payments in c; the balance of c is at least that
# and what is owed.
escrowed: public(HashMap[address, uint256])

# @notice founder -> coin -> what it can withdraw after governance has freed its seat.
owed: public(HashMap[address, HashMap[address, uint256]])

# @notice Whether a receipt was ever recorded; each is good for one seat, once.
is_receipt_used: public(HashMap[bytes32, bool])

# The times of the last ten records, in turn: the next one takes the place of the tenth last.
_record_times: uint256[RECORDS_A_WEEK]
_records: uint256


# --- constructor ---------------------------------------------------------------------------------

@deploy
def __init__(
    authority: address,
    token: address,
    treasury: address,
    quota_ledger: address,
    bonus_pool: address,
    register: address,
    service_credit: address,
    center: address,
    tiers: IFounderSale.Tier[founder_seats.TIERS],
):
    """
    @notice Creates the sale with all seats free and no coin accepted.
    @param authority The suite's Authority
    @param token CosCredit
    @param treasury The Treasury, which must allow this contract to issue of the founders' bucket and
           of the incentive reserve
    @param quota_ledger The QuotaLedger, for which this contract needs the SELLER role
    @param bonus_pool The ledger's BonusPool
    @param register The FounderRegister, whose registrar this contract must be
    @param service_credit ServiceCredit, whose minter this contract must be
    @param center Where payments go
    @param tiers Capital and range of amounts of the two tiers, for good
    """
    governed.__init__(authority)
    bucket_custody.__init__(treasury)
    quota_issuing.__init__(token, quota_ledger, bonus_pool)
    founder_seats.__init__(tiers)
    admissions.__init__()
    assert register != empty(address), "sale: no register"
    assert service_credit != empty(address), "sale: no service credit"
    REGISTER = register
    SERVICE_CREDIT = service_credit
    self._set_center(center)


# --- reserving a seat ----------------------------------------------------------------------------

@external
def buy(
    admission: IFounderSale.Admission,
    signer: address,
    signature: Bytes[erc1271.MAX_SIGNATURE_BYTES],
    coin: address,
    min_quota: uint256,
    max_payment: uint256,
) -> uint256:
    """
    @notice Reserves the next seat of a tier for the caller, who pays it into escrow.
    @param admission Who is admitted to which tier, with the caller as the founder
    @param signer Who signed it; must hold the admission role
    @param signature Its signature: 65 bytes of a key, or a wallet's (ERC-1271)
    @param coin A stablecoin that has a price for the tier
    @param min_quota Refused if the seat has less quota: an earlier founder may have come first
    @param max_payment Refused if the price is higher: it may have been changed
    @return The seat, 1 to 100
    """
    assert admission.founder == msg.sender, "sale: not your admission"
    founder_seats._check_tier(admission.tier)
    payment: uint256 = self.price[admission.tier][coin]
    assert payment > 0, "sale: coin not accepted"
    assert payment <= max_payment, "sale: price above maximum"
    seat: uint256 = self._reserve(
        admission, signer, signature, coin, payment, empty(bytes32), min_quota
    )
    self.escrowed[coin] += payment
    exact_payment._take(coin, msg.sender, self, payment)
    return seat


@external
def record_payment(
    admission: IFounderSale.Admission,
    signer: address,
    signature: Bytes[erc1271.MAX_SIGNATURE_BYTES],
    receipt_hash: bytes32,
    min_quota: uint256,
) -> uint256:
    """
    @notice The cashier reserves the next seat of a tier for a founder who has paid in fiat. It can be
            activated after three days, in which the auditor can reject it.
    @dev Ten records in any seven days, so that a stolen key can't sell out the seats before anyone
         looks.
    @param admission Who is admitted to which tier
    @param signer Who signed it; must hold the admission role
    @param signature Its signature
    @param receipt_hash keccak256 of the receipt; each is good once, also if its seat is freed again
    @param min_quota Refused if the seat has less quota than what was agreed on
    @return The seat, 1 to 100
    """
    assert governed._holds(roles.CASHIER_ROLE, msg.sender), "sale: not cashier"
    founder_seats._check_tier(admission.tier)
    assert receipt_hash != empty(bytes32), "sale: no receipt"
    assert not self.is_receipt_used[receipt_hash], "sale: receipt already used"
    self.is_receipt_used[receipt_hash] = True
    number: uint256 = self._records
    place: uint256 = number % RECORDS_A_WEEK
    if number >= RECORDS_A_WEEK:
        assert block.timestamp >= self._record_times[place] + WEEK, "sale: weekly limit"
    self._record_times[place] = block.timestamp
    self._records = number + 1
    return self._reserve(admission, signer, signature, empty(address), 0, receipt_hash, min_quota)


# --- accepting a seat ----------------------------------------------------------------------------

@external
def activate() -> uint256:
    """
    @notice The founder accepts its reserved seat, for good: it gets the quota, the free COS, service
            credit, a number and votes; its payment goes to the Center.
    @dev All or nothing. COS and service credit call nobody back; the coin is paid last.
    @return The founder's number
    """
    reserved: IFounderSale.Reservation = self._reservation(msg.sender)
    if reserved.coin == empty(address):
        effective: uint256 = reserved.reserved_at + OBJECTION_SECONDS
        assert block.timestamp >= effective, "sale: auditor may object"
    self._reservations[msg.sender] = empty(IFounderSale.Reservation)
    founder_seats._activate(reserved.tier, reserved.seat)

    quota: uint256 = founder_seats._quota(reserved.tier, reserved.seat)
    unlocked: uint256 = founder_seats._unlocked(reserved.tier, reserved.seat)
    capital: uint256 = founder_seats._tiers[reserved.tier].capital_fen
    quota_issuing._issue_quota(FOUNDERS, msg.sender, quota)
    bucket_custody._draw(FOUNDERS, unlocked)
    assert extcall IERC20(quota_issuing.TOKEN).transfer(
        msg.sender, unlocked
    ), "sale: transfer failed"
    extcall IServiceCredit(SERVICE_CREDIT).mint(msg.sender, capital)
    number: uint256 = extcall IFounderRegister(REGISTER).admit(
        msg.sender, reserved.tier, reserved.seat, capital, reserved.is_team
    )
    log IFounderSale.SeatActivated(
        founder=msg.sender,
        tier=reserved.tier,
        seat=reserved.seat,
        number=number,
        quota=quota,
        unlocked=unlocked,
    )
    if reserved.payment > 0:
        self.escrowed[reserved.coin] -= reserved.payment
        exact_payment._pay(reserved.coin, self.center, reserved.payment)
    return number


# --- giving a seat back --------------------------------------------------------------------------

@external
def refund():
    """
    @notice The founder gives back a seat that it has not activated, and has its payment back at once.
            Fiat is paid back by the Center, on the event's word.
    """
    reserved: IFounderSale.Reservation = self._reservation(msg.sender)
    self._free(msg.sender, reserved, empty(bytes32))
    if reserved.payment > 0:
        self.escrowed[reserved.coin] -= reserved.payment
        exact_payment._pay(reserved.coin, msg.sender, reserved.payment)


@external
def reject(founder: address, reason_hash: bytes32):
    """
    @notice The auditor rejects a payment that the cashier has recorded, within three days.
    @param founder Whose seat it is
    @param reason_hash keccak256 of the published reason
    """
    assert governed._holds(roles.AUDITOR_ROLE, msg.sender), "sale: not auditor"
    assert reason_hash != empty(bytes32), "sale: no reason"
    reserved: IFounderSale.Reservation = self._reservation(founder)
    assert reserved.coin == empty(address), "sale: paid into escrow"
    effective: uint256 = reserved.reserved_at + OBJECTION_SECONDS
    assert block.timestamp < effective, "sale: objection is over"
    self._free(founder, reserved, reason_hash)


@external
def cancel(founder: address, reason_hash: bytes32):
    """
    @notice Governance frees a seat that was not activated in 30 days. An escrowed payment waits for
            its founder (`withdraw`): a coin that refuses to pay it can't keep the seat.
    @param founder Whose seat it is
    @param reason_hash keccak256 of the published reason
    """
    assert governed._holds(roles.GOVERNANCE_ROLE, msg.sender), "sale: not governance"
    assert reason_hash != empty(bytes32), "sale: no reason"
    reserved: IFounderSale.Reservation = self._reservation(founder)
    due: uint256 = reserved.reserved_at + ACCEPTANCE_SECONDS
    assert block.timestamp >= due, "sale: founder may still accept"
    self._free(founder, reserved, reason_hash)
    if reserved.payment > 0:
        self.escrowed[reserved.coin] -= reserved.payment
        self.owed[founder][reserved.coin] += reserved.payment


@external
def withdraw(founder: address, coin: address) -> uint256:
    """
    @notice Pays a founder what it is owed for a seat that governance has freed. Anyone may call it.
    @param founder Who is paid
    @param coin The coin that was paid with
    @return The coin's base units paid
    """
    payment: uint256 = self.owed[founder][coin]
    assert payment > 0, "sale: nothing owed"
    self.owed[founder][coin] = 0
    log IFounderSale.RefundPaid(founder=founder, coin=coin, payment=payment)
    exact_payment._pay(coin, founder, payment)
    return payment


# --- settings ------------------------------------------------------------------------------------

@external
def set_price(tier: uint256, coin: address, price: uint256):
    """
    @notice Sets what a seat of a tier costs in a coin from now on. Only governance. The coin must move
            exactly what it is told to.
    @param tier 0 (service) or 1 (industry)
    @param coin An ERC-20
    @param price The coin's base units, below 2^128; 0: the coin is not accepted any more
    """
    assert governed._holds(roles.GOVERNANCE_ROLE, msg.sender), "sale: not governance"
    founder_seats._check_tier(tier)
    # An address without code would make every purchase revert without a reason.
    assert coin.is_contract, "sale: no coin"
    assert coin != quota_issuing.TOKEN, "sale: coin is COS"
    assert price <= MAX_PRICE, "sale: price out of bounds"
    old: uint256 = self.price[tier][coin]
    self.price[tier][coin] = price
    log IFounderSale.PriceSet(tier=tier, coin=coin, old_price=old, new_price=price)


@external
def set_center(new_center: address):
    """
    @notice Sets where payments of seats go that are activated from now on. Only governance.
    @param new_center The Center's account
    """
    assert governed._holds(roles.GOVERNANCE_ROLE, msg.sender), "sale: not governance"
    self._set_center(new_center)


# --- views ---------------------------------------------------------------------------------------

@view
@external
def reservation(founder: address) -> IFounderSale.Reservation:
    """
    @notice A founder's seat that is reserved and not activated.
    @param founder Any account
    @return Tier, seat (0: there is none), time, and how it was paid
    """
    return self._reservations[founder]


@view
@external
def activatable_from(founder: address) -> uint256:
    """
    @notice From when on a founder can activate its reserved seat.
    @param founder Who has reserved one
    @return Unix time
    """
    reserved: IFounderSale.Reservation = self._reservation(founder)
    if reserved.coin == empty(address):
        return reserved.reserved_at + OBJECTION_SECONDS
    return reserved.reserved_at


@view
@external
def records_left() -> uint256:
    """
    @notice How many payments the cashier can record now.
    @return 0 to 10
    """
    left: uint256 = 0
    for place: uint256 in range(RECORDS_A_WEEK):
        if place >= self._records or block.timestamp >= self._record_times[place] + WEEK:
            left += 1
    return left


# --- internal ------------------------------------------------------------------------------------

@internal
def _reserve(
    admission: IFounderSale.Admission,
    signer: address,
    signature: Bytes[erc1271.MAX_SIGNATURE_BYTES],
    coin: address,
    payment: uint256,
    receipt_hash: bytes32,
    min_quota: uint256,
) -> uint256:
    founder: address = admission.founder
    assert self._reservations[founder].seat == 0, "sale: founder has a seat"
    # Who is a founder already could not be entered again: refused now, not after the payment.
    assert not staticcall IFounderRegister(REGISTER).is_founder(founder), "sale: founder has a seat"
    admissions._admit(admission, signer, signature)
    seat: uint256 = founder_seats._reserve(admission.tier, founder)
    assert founder_seats._quota(admission.tier, seat) >= min_quota, "sale: seat has moved"
    self._reservations[founder] = IFounderSale.Reservation(
        tier=admission.tier,
        seat=seat,
        person=admission.person,
        is_team=admission.is_team,
        reserved_at=block.timestamp,
        coin=coin,
        payment=payment,
        receipt_hash=receipt_hash,
    )
    log IFounderSale.SeatReserved(
        founder=founder,
        tier=admission.tier,
        seat=seat,
        person=admission.person,
        coin=coin,
        payment=payment,
        receipt_hash=receipt_hash,
    )
    return seat


@internal
@view
def _reservation(founder: address) -> IFounderSale.Reservation:
    reserved: IFounderSale.Reservation = self._reservations[founder]
    assert reserved.seat > 0, "sale: no reserved seat"
    return reserved


@internal
def _free(founder: address, reserved: IFounderSale.Reservation, reason_hash: bytes32):
    """
    @dev The seat is the next one sold, and the person may be admitted again.
    """
    self._reservations[founder] = empty(IFounderSale.Reservation)
    founder_seats._free(reserved.tier, reserved.seat)
    admissions._dismiss(reserved.person)
    log IFounderSale.SeatFreed(
        founder=founder,
        tier=reserved.tier,
        seat=reserved.seat,
        coin=reserved.coin,
        payment=reserved.payment,
        reason_hash=reason_hash,
    )


@internal
def _set_center(new_center: address):
    assert new_center != empty(address), "sale: no center"
    assert new_center != self, "sale: no center"
    old: address = self.center
    self.center = new_center
    log IFounderSale.CenterChanged(old_center=old, new_center=new_center)
