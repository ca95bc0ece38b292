# pragma version 0.4.3
# pragma nonreentrancy on
"""
@title GrantDrops
@notice Grants that their contributors fetch themselves. A manager sets COS aside from its allotment:
        for a published list of thousands of people, whose Merkle root the drop carries (people
        without a wallet get a voucher key on paper), or for the members of its community, each of
        whom may claim a once-per-member rule itself. The record is made at the claim.
@dev The contract holds the coins of all open drops and nothing else: a fault here can't reach the
     ledger's. The community's and the manager's caps count at publication and are not given back;
     the contributor's counts at the claim, at its size of publication.
     Terms can't change once published. Only their hash is kept, so a claim reads one slot of them;
     callers bring the terms along. Bonus is earned at the rate of publication, as claims are
     settled; each settlement is a batch of the ledger, so that the auditor voids it like any other.
     A closed community's drops stay open until their deadline: who earned a place on a list must
     not lose it because an admin closes. A freeze stops claims and the clock of the deadline.
@custom:license AGPL-3.0-only
"""
from ethereum.ercs import IERC20
from snekmate.utils import ecdsa
from snekmate.utils import eip712_domain_separator

from interfaces import IBonusPool
from interfaces import ICommunityRegistry
from interfaces import IGrantDrops
from interfaces import IQuotaLedger
from interfaces import IRuleBook
from contracts.lib import governed
from contracts.lib import merkle_path
from contracts.lib import roles

initializes: governed
initializes: eip712_domain_separator

implements: IGrantDrops

exports: (
    governed.AUTHORITY,
    # ERC-5267
    eip712_domain_separator.eip712Domain,
)


# --- constants -----------------------------------------------------------------------------------

MAX_PROOF: constant(uint256) = 32
MIN_DURATION: constant(uint256) = 86_400
MAX_DURATION: constant(uint256) = 366 * 86_400

ONE: constant(uint256) = 100  # a quantity of 1, in hundredths
TERMS_SCALE: constant(uint256) = 1_000_000  # hundredths times 1e-4 base units
MAX_WORD: constant(uint256) = 2**64 - 1  # of amounts and quantities

COUNT_BITS: constant(uint256) = 96

# Layout of a drop's state: left 64 | unsettled 64 | unsettled claims 64 | cancelled 1 | published 1.
MASK_64: constant(uint256) = 2**64 - 1
CANCELLED: constant(uint256) = 1 << 192
PUBLISHED: constant(uint256) = 1 << 193
ONE_CLAIM: constant(uint256) = 1 << 128

# Kinds of leaves.
ADDRESS: constant(uint256) = 0
VOUCHER: constant(uint256) = 1

VOUCHER_TYPEHASH: constant(bytes32) = keccak256(
    "Voucher(uint256 drop,uint256 index,address recipient)"
)


# --- immutables ----------------------------------------------------------------------------------

LEDGER: public(immutable(address))
TOKEN: public(immutable(address))
REGISTRY: public(immutable(address))
RULE_BOOK: public(immutable(address))
BONUS_POOL: public(immutable(address))

# That of the deployment: lists published before a fork stay claimable on both sides.
CHAIN_ID: immutable(uint256)


# --- storage -------------------------------------------------------------------------------------

# keccak256 of a drop's terms -> its state; zero: no such drop
_states: HashMap[bytes32, uint256]

# manager -> drops published
_counts: HashMap[address, uint256]

# drop -> index // 256 -> one bit a claim of a listed address
_claimed: HashMap[uint256, HashMap[uint256, uint256]]

# drop -> index -> who claimed by a voucher, or the member (whose index is its address)
_recipients: HashMap[uint256, HashMap[uint256, address]]

# drop -> index -> whether the points of the claim are void
_voided: HashMap[uint256, HashMap[uint256, bool]]


# --- constructor ---------------------------------------------------------------------------------

@deploy
def __init__(
    ledger: address,
    authority: address,
    token: address,
    registry: address,
    rule_book: address,
    bonus_pool: address,
):
    """
    @notice Creates the contract without drops. The ledger does, with its own parts: it accepts no
            other contract.
    @param ledger The QuotaLedger
    @param authority The ledger's Authority
    @param token The ledger's token
    @param registry The ledger's CommunityRegistry
    @param rule_book The ledger's RuleBook
    @param bonus_pool The ledger's BonusPool
    """
    governed.__init__(authority)
    eip712_domain_separator.__init__("COS GrantDrops", "1")
    LEDGER = ledger
    TOKEN = token
    REGISTRY = registry
    RULE_BOOK = rule_book
    BONUS_POOL = bonus_pool
    CHAIN_ID = chain.id


# --- publication ---------------------------------------------------------------------------------

@external
def publish(
    drop: uint256,
    lot: uint256,
    community: uint256,
    total: uint256,
    rule: uint256,
    max_amount: uint256,
    duration_seconds: uint256,
    root: bytes32,
    list_hash: bytes32,
) -> IGrantDrops.Drop:
    """
    @notice A manager sets COS of its allotment aside for a published list of contributors.
    @param drop The drop's number, `next_drop(manager)`: the leaves of the list name it
    @param lot The lot
    @param community The community for which the caller is a manager
    @param total Base units; what the list adds up to beyond it finds nothing left
    @param rule A rule that may be used any number of times
    @param max_amount The most that one claim may be, base units
    @param duration_seconds 1 to 366 days on the community's clock
    @param root Merkle root of the list
    @param list_hash keccak256 of the published list
    @return The drop's terms
    """
    assert root != empty(bytes32), "drops: no root"
    assert drop == self._next(msg.sender), "drops: not the next drop"
    terms: IGrantDrops.Drop = self._terms(rule, community)
    assert terms.once_bit == 0, "drops: once-per-member rule"
    terms.lot = lot
    terms.amount = max_amount
    terms.root = root
    terms.evidence = list_hash
    return self._publish(terms, total, duration_seconds)


@external
def open_claims(
    lot: uint256,
    community: uint256,
    total: uint256,
    rule: uint256,
    amount: uint256,
    duration_seconds: uint256,
    evidence: bytes32,
) -> IGrantDrops.Drop:
    """
    @notice A manager sets COS of its allotment aside for members who claim a once-per-member rule
            themselves, first come, first served.
    @param lot The lot
    @param community The community for which the caller is a manager
    @param total Base units
    @param rule A once-per-member rule
    @param amount What each member is paid, within the rule's terms; base units
    @param duration_seconds 1 to 366 days on the community's clock
    @param evidence keccak256 of the announcement
    @return The drop's terms
    """
    terms: IGrantDrops.Drop = self._terms(rule, community)
    assert terms.once_bit > 0, "drops: not once per member"
    self._check_amount(ONE, amount, terms.minimum_scaled, terms.maximum_scaled)
    terms.lot = lot
    terms.amount = amount
    terms.evidence = evidence
    return self._publish(terms, total, duration_seconds)


# --- claims --------------------------------------------------------------------------------------

@external
def claim(
    drop: IGrantDrops.Drop,
    index: uint256,
    account: address,
    quantity: uint256,
    amount: uint256,
    proof: DynArray[bytes32, MAX_PROOF],
):
    """
    @notice Pays a listed account and puts its contribution on record. Anyone may call it.
    @param drop The drop's terms
    @param index Position in the list, from 0
    @param account The listed account
    @param quantity Hundredths of the rule's unit
    @param amount Base units
    @param proof Merkle proof, leaf to top; sides by the bits of the index (see merkle_path)
    """
    # First, so that nothing can be claimed twice whatever follows.
    word: uint256 = self._claimed[drop.drop][index >> 8]
    bit: uint256 = 1 << (index & 255)
    assert word & bit == 0, "drops: already claimed"
    self._claimed[drop.drop][index >> 8] = word | bit
    leaf: bytes32 = self._leaf(drop.drop, index, ADDRESS, account, quantity, amount)
    assert merkle_path._root(leaf, index, proof) == drop.root, "drops: not in the list"
    self._pay(drop, index, account, quantity, amount)


@external
def claim_by_voucher(
    drop: IGrantDrops.Drop,
    index: uint256,
    key: address,
    quantity: uint256,
    amount: uint256,
    proof: DynArray[bytes32, MAX_PROOF],
    recipient: address,
    v: uint8,
    r: bytes32,
    s: bytes32,
):
    """
    @notice Pays whom the holder of a voucher names. Anyone may call it: the signature of the
            voucher's key says who is paid.
    @param drop The drop's terms
    @param index Position in the list, from 0
    @param key The address of the voucher's key, which the list names
    @param quantity Hundredths of the rule's unit
    @param amount Base units
    @param proof Merkle proof, leaf to top
    @param recipient Who is paid and recorded
    @param v Recovery part of the key's EIP-712 signature of Voucher(drop, index, recipient)
    @param r First half of it
    @param s Second half of it, in the lower half of the curve's order
    """
    assert recipient != empty(address), "drops: no recipient"
    assert self._recipients[drop.drop][index] == empty(address), "drops: already claimed"
    self._recipients[drop.drop][index] = recipient
    leaf: bytes32 = self._leaf(drop.drop, index, VOUCHER, key, quantity, amount)
    assert merkle_path._root(leaf, index, proof) == drop.root, "drops: not in the list"
    digest: bytes32 = eip712_domain_separator._hash_typed_data_v4(
        keccak256(abi_encode(VOUCHER_TYPEHASH, drop.drop, index, recipient))
    )
    signer: address = ecdsa._recover_vrs(
        digest, convert(v, uint256), convert(r, uint256), convert(s, uint256)
    )
    # A key of zero is never authorised: that is what a bad signature recovers to.
    assert signer == key and key != empty(address), "drops: invalid signature"
    self._pay(drop, index, recipient, quantity, amount)


@external
def claim_once(drop: IGrantDrops.Drop):
    """
    @notice A registered member claims a once-per-member rule itself.
    @dev The ledger refuses a second claim of the rule in the community, from whatever drop.
    @param drop The drop's terms
    """
    assert drop.root == empty(bytes32), "drops: not open to members"
    assert staticcall ICommunityRegistry(REGISTRY).is_member(
        drop.community, msg.sender
    ), "drops: not a member"
    index: uint256 = convert(msg.sender, uint256)
    self._recipients[drop.drop][index] = msg.sender
    self._pay(drop, index, msg.sender, ONE, drop.amount)


# --- settlement, cancellation, return ------------------------------------------------------------

@external
def settle(drop: IGrantDrops.Drop) -> uint256:
    """
    @notice Accrues the bonus of what was claimed since the last settlement, in the running month,
            and seals it as a batch of the ledger. Anyone may call it.
    @param drop The drop's terms
    @return The number of the batch in the community
    """
    key: bytes32 = keccak256(abi_encode(drop))
    state: uint256 = self._state(key)
    amount: uint256 = (state >> 64) & MASK_64
    claims: uint256 = (state >> 128) & MASK_64
    assert claims > 0, "drops: nothing to settle"
    self._states[key] = state & (MASK_64 | CANCELLED | PUBLISHED)
    header: IQuotaLedger.BatchHeader = IQuotaLedger.BatchHeader(
        community=drop.community,
        number=0,  # the ledger's to give, as the time
        lot=drop.lot,
        manager=convert(drop.drop >> COUNT_BITS, address),
        timestamp=0,
        count=claims,
        total=amount,
        sponsor_bps=drop.sponsor_bps,
        manager_bps=drop.manager_bps,
        evidence=drop.evidence,
        root=drop.root,
    )
    number: uint256 = extcall IQuotaLedger(LEDGER).settle_drop(header)
    log IGrantDrops.DropSettled(
        drop=drop.drop, community=drop.community, number=number, amount=amount, claims=claims
    )
    return number


@external
def cancel(drop: IGrantDrops.Drop, reason_hash: bytes32):
    """
    @notice The auditor stops a drop whose list does not match what it stands for. What was claimed
            stays claimed; the rest can be returned at once.
    @param drop The drop's terms
    @param reason_hash keccak256 of the published reason
    """
    assert governed._holds(roles.AUDITOR_ROLE, msg.sender), "drops: not auditor"
    assert reason_hash != empty(bytes32), "drops: no reason"
    key: bytes32 = keccak256(abi_encode(drop))
    state: uint256 = self._state(key)
    assert state & CANCELLED == 0, "drops: already cancelled"
    self._states[key] = state | CANCELLED
    log IGrantDrops.DropCancelled(drop=drop.drop, amount=state & MASK_64, reason_hash=reason_hash)


@external
def return_unclaimed(drop: IGrantDrops.Drop) -> uint256:
    """
    @notice Returns what nobody has claimed, after the deadline or a cancellation: to the pool of the
            community, or to the sponsor if the community is closed. Anyone may call it.
    @dev Caps that were used at publication stay used.
    @param drop The drop's terms
    @return Base units
    """
    key: bytes32 = keccak256(abi_encode(drop))
    state: uint256 = self._state(key)
    if state & CANCELLED == 0:
        assert self._clock(drop.community) > drop.deadline, "drops: still open"
    amount: uint256 = state & MASK_64
    assert amount > 0, "drops: nothing to return"
    self._states[key] = state & ~MASK_64
    log IGrantDrops.DropReturned(drop=drop.drop, amount=amount)
    assert extcall IERC20(TOKEN).approve(LEDGER, amount), "drops: approval failed"
    rate_bps: uint256 = drop.sponsor_bps + drop.manager_bps
    extcall IQuotaLedger(LEDGER).put_back(drop.lot, drop.community, amount, rate_bps)
    return amount


@external
def void_points(
    drop: IGrantDrops.Drop,
    index: uint256,
    account: address,
    recipient: address,
    quantity: uint256,
    amount: uint256,
    proof: DynArray[bytes32, MAX_PROOF],
    reason_hash: bytes32,
):
    """
    @notice The auditor voids the points of a claim, until the challenge window of the deadline's
            month is over. The record stays.
    @param drop The drop's terms
    @param index Position in the list; a member's is its address
    @param account The listed account or voucher key; the member
    @param recipient Who was paid
    @param quantity Hundredths of the rule's unit
    @param amount Base units
    @param proof Merkle proof, empty for a member
    @param reason_hash keccak256 of the published reason
    """
    assert governed._holds(roles.AUDITOR_ROLE, msg.sender), "drops: not auditor"
    assert reason_hash != empty(bytes32), "drops: no reason"
    assert drop.sponsor_bps > 0, "drops: no points in drop"  # own coins
    assert self._is_claim(
        drop, index, account, recipient, quantity, amount, proof
    ), "drops: no such claim"
    # Both sides on the community's clock.
    month: uint256 = staticcall IBonusPool(BONUS_POOL).month_of(drop.deadline)
    assert (
        self._clock(drop.community) < staticcall IBonusPool(BONUS_POOL).claimable_from(month)
    ), "drops: window is over"
    assert not self._voided[drop.drop][index], "drops: already void"
    self._voided[drop.drop][index] = True
    log IGrantDrops.ClaimVoided(
        drop=drop.drop, index=index, recipient=recipient, amount=amount, reason_hash=reason_hash
    )
    extcall IQuotaLedger(LEDGER).void_claim_points(drop.community, recipient, amount)


# --- views ---------------------------------------------------------------------------------------

@view
@external
def next_drop(manager: address) -> uint256:
    """
    @notice The number that a manager's next drop will have.
    @param manager The manager
    @return The manager's address << 96 | the count of its drops, from 1
    """
    return self._next(manager)


@view
@external
def state_of(drop: IGrantDrops.Drop) -> IGrantDrops.DropState:
    """
    @notice What has become of a drop.
    @param drop Its terms
    @return Its state; nothing but zeros if there is no drop of these terms
    """
    state: uint256 = self._states[keccak256(abi_encode(drop))]
    return IGrantDrops.DropState(
        is_published=state != 0,
        is_cancelled=state & CANCELLED != 0,
        left=state & MASK_64,
        unsettled=(state >> 64) & MASK_64,
        unsettled_claims=(state >> 128) & MASK_64,
    )


@view
@external
def closes_at(drop: IGrantDrops.Drop) -> uint256:
    """
    @notice The last second in which a drop can be claimed if its community is not frozen again (and,
            while it is frozen, if the freeze ended now).
    @param drop Its terms
    @return Unix time in seconds
    """
    return block.timestamp + drop.deadline - self._clock(drop.community)


@view
@external
def is_claimed(drop: uint256, index: uint256) -> bool:
    """
    @notice Whether a position of a list has been claimed, by a listed account or by voucher.
    @param drop The drop's number
    @param index Position in the list; a member's is its address
    @return True if it has
    """
    word: uint256 = self._claimed[drop][index >> 8]
    return word & (1 << (index & 255)) != 0 or self._recipients[drop][index] != empty(address)


@view
@external
def recipient_of(drop: uint256, index: uint256) -> address:
    """
    @notice Who was paid by a voucher, or as a member.
    @param drop The drop's number
    @param index Position in the list; a member's is its address
    @return The account; zero for none, and for a listed account, which the list names
    """
    return self._recipients[drop][index]


@view
@external
def verify_claim(
    drop: IGrantDrops.Drop,
    index: uint256,
    account: address,
    recipient: address,
    quantity: uint256,
    amount: uint256,
    proof: DynArray[bytes32, MAX_PROOF],
) -> bool:
    """
    @notice Whether a contribution was claimed from a drop of this contract: its record.
    @param drop The drop's terms
    @param index Position in the list; a member's is its address
    @param account The listed account or voucher key; the member
    @param recipient Who was paid
    @param quantity Hundredths of the rule's unit
    @param amount Base units
    @param proof Merkle proof, empty for a member
    @return True if the chain vouches for all of it
    """
    return self._is_claim(drop, index, account, recipient, quantity, amount, proof)


# --- internal ------------------------------------------------------------------------------------

@view
@internal
def _terms(rule: uint256, community: uint256) -> IGrantDrops.Drop:
    # The number and the rule's terms of a new drop of the caller.
    month: uint256 = staticcall IRuleBook(RULE_BOOK).current_month()
    version: uint256 = 0
    minimum: uint256 = 0
    maximum: uint256 = 0
    once_bit: uint256 = 0
    (version, minimum, maximum, once_bit) = staticcall IRuleBook(RULE_BOOK).terms(
        rule, community, month
    )
    terms: IGrantDrops.Drop = empty(IGrantDrops.Drop)
    terms.drop = self._next(msg.sender)
    terms.community = community
    terms.rule = rule
    terms.rule_version = version
    terms.minimum_scaled = minimum
    terms.maximum_scaled = maximum
    terms.once_bit = once_bit
    return terms


@internal
def _publish(drop: IGrantDrops.Drop, total: uint256, duration_seconds: uint256) -> IGrantDrops.Drop:
    terms: IGrantDrops.Drop = drop
    assert terms.evidence != empty(bytes32), "drops: no evidence"
    assert terms.amount > 0, "drops: no amount"
    assert (
        duration_seconds >= MIN_DURATION and duration_seconds <= MAX_DURATION
    ), "drops: bad duration"
    terms.deadline = self._clock(terms.community) + duration_seconds
    self._counts[msg.sender] += 1
    # Refuses a community that is closed or frozen, who is no manager, what is not allotted, caps.
    # A total that the ledger takes is below 2**64.
    sponsor: address = empty(address)
    contributor_cap: uint256 = 0
    sponsor_bps: uint256 = 0
    manager_bps: uint256 = 0
    (sponsor, contributor_cap, sponsor_bps, manager_bps) = extcall IQuotaLedger(LEDGER).set_aside(
        msg.sender, terms.lot, terms.community, total
    )
    terms.sponsor = sponsor
    terms.contributor_cap = contributor_cap
    terms.sponsor_bps = sponsor_bps
    terms.manager_bps = manager_bps
    self._states[keccak256(abi_encode(terms))] = total | PUBLISHED
    log IGrantDrops.DropPublished(
        drop=terms.drop,
        community=terms.community,
        manager=msg.sender,
        total=total,
        lot=terms.lot,
        sponsor=terms.sponsor,
        contributor_cap=terms.contributor_cap,
        rule=terms.rule,
        rule_version=terms.rule_version,
        once_bit=terms.once_bit,
        minimum_scaled=terms.minimum_scaled,
        maximum_scaled=terms.maximum_scaled,
        amount=terms.amount,
        sponsor_bps=terms.sponsor_bps,
        manager_bps=terms.manager_bps,
        deadline=terms.deadline,
        root=terms.root,
        evidence=terms.evidence,
    )
    return terms


@internal
def _pay(
    drop: IGrantDrops.Drop, index: uint256, recipient: address, quantity: uint256, amount: uint256
):
    key: bytes32 = keccak256(abi_encode(drop))
    state: uint256 = self._state(key)
    assert state & CANCELLED == 0, "drops: cancelled"
    clock: uint256 = 0
    is_frozen: bool = False
    clock, is_frozen = staticcall ICommunityRegistry(REGISTRY).clock_of(drop.community)
    assert not is_frozen, "drops: community frozen"
    assert clock <= drop.deadline, "drops: deadline is over"
    # Reward for work of one's own is not for the giver, nor for the hand that gives.
    assert recipient != drop.sponsor, "drops: sponsor as contributor"
    assert (convert(recipient, uint256) != drop.drop >> COUNT_BITS), "drops: manager as contributor"
    assert amount <= drop.amount, "drops: amount over maximum"
    self._check_amount(quantity, amount, drop.minimum_scaled, drop.maximum_scaled)
    assert amount <= state & MASK_64, "drops: nothing left"
    # At most `left` goes from the lowest field to the next, and claims are fewer than base units.
    self._states[key] = unsafe_add(unsafe_sub(state, amount), (amount << 64) | ONE_CLAIM)

    work: uint256 = drop.rule | (drop.rule_version << 8) | (quantity << 64) | (amount << 128)
    extcall IQuotaLedger(LEDGER).record_claim(
        drop.community,
        recipient,
        work,
        drop.evidence,
        drop.contributor_cap,
        drop.once_bit,
        drop.sponsor_bps > 0,
    )
    log IGrantDrops.Claimed(drop=drop.drop, index=index)
    assert extcall IERC20(TOKEN).transfer(recipient, amount), "drops: transfer failed"


@pure
@internal
def _check_amount(quantity: uint256, amount: uint256, minimum: uint256, maximum: uint256):
    # As in a grant: amounts and quantities are below 2**64 and scaled terms below 2**78.
    assert amount > 0, "drops: no amount"
    assert quantity > 0, "drops: no quantity"
    assert amount | quantity <= MAX_WORD, "drops: number too large"
    scaled: uint256 = unsafe_mul(amount, TERMS_SCALE)
    assert scaled >= unsafe_mul(quantity, minimum), "drops: amount under rule"
    if maximum > 0:
        assert scaled <= unsafe_mul(quantity, maximum), "drops: amount over rule"


@view
@internal
def _is_claim(
    drop: IGrantDrops.Drop,
    index: uint256,
    account: address,
    recipient: address,
    quantity: uint256,
    amount: uint256,
    proof: DynArray[bytes32, MAX_PROOF],
) -> bool:
    if self._states[keccak256(abi_encode(drop))] == 0 or recipient == empty(address):
        return False
    # An index of a list has one leaf, so it was claimed in one of the two ways.
    kind: uint256 = ADDRESS
    if self._recipients[drop.drop][index] == recipient:
        if drop.root == empty(bytes32):
            return account == recipient and quantity == ONE and amount == drop.amount
        kind = VOUCHER
    elif account != recipient or self._claimed[drop.drop][index >> 8] & (1 << (index & 255)) == 0:
        return False
    leaf: bytes32 = self._leaf(drop.drop, index, kind, account, quantity, amount)
    return merkle_path._root(leaf, index, proof) == drop.root


@view
@internal
def _leaf(
    drop: uint256,
    index: uint256,
    kind: uint256,
    account: address,
    quantity: uint256,
    amount: uint256,
) -> bytes32:
    # Eight words, never the 64 bytes of an inner node.
    return keccak256(abi_encode(CHAIN_ID, self, drop, index, kind, account, quantity, amount))


@view
@internal
def _next(manager: address) -> uint256:
    # Numbers of one manager never meet another's, so nobody can take the number that a list was
    # built for.
    return (convert(manager, uint256) << COUNT_BITS) | (self._counts[manager] + 1)


@view
@internal
def _state(key: bytes32) -> uint256:
    state: uint256 = self._states[key]
    assert state != 0, "drops: no such drop"
    return state


@view
@internal
def _clock(community: uint256) -> uint256:
    clock: uint256 = 0
    is_frozen: bool = False
    clock, is_frozen = staticcall ICommunityRegistry(REGISTRY).clock_of(community)
    return clock
