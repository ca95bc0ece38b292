# pragma version 0.4.3
"""
@title Votes by time
@notice Who votes with how many units, now and at every second of the past: ERC-5805 delegation with
        checkpoints, and ERC-6372 with the block's timestamp as its clock.
@dev The units of an account (stake, capital) are kept by the contract that uses this module, which
     says when they change: a module can't ask back. An account's first units are delegated to the
     account itself unless it has chosen somebody before, so every unit has one delegate and the sum
     of all votes is the total. Nobody delegates to the zero address.
     The newest one or two checkpoints of an account stay in its head, and move to the trace as a
     pair: a first stake opens one slot, and later every second checkpoint a new one. A second
     change in the same second overwrites: the past begins a second later, and never changes.
     Votes are at most 2^64 - 1 (all COS fits), times fit 40 bits until the year 36,812.
@custom:license AGPL-3.0-only
"""

from interfaces import IVotes
from snekmate.utils import ecdsa
from snekmate.utils import eip712_domain_separator
from contracts.lib import erc1271
from contracts.lib import signatures

initializes: eip712_domain_separator

exports: eip712_domain_separator.eip712Domain

DELEGATION_TYPEHASH: constant(bytes32) = keccak256(
    "Delegation(address delegatee,uint256 nonce,uint256 expiry)"
)

# The trace of the total is kept under the zero address, which is nobody's delegate.
TOTAL: constant(address) = empty(address)

MASK_40: constant(uint256) = 2**40 - 1
MASK_64: constant(uint256) = 2**64 - 1
MASK_208: constant(uint256) = 2**208 - 1
VOTES_SHIFT: constant(uint256) = 40
PAIR_SHIFT: constant(uint256) = 104
MASK_104: constant(uint256) = 2**104 - 1
COUNT_SHIFT: constant(uint256) = 208
CHOICE_SHIFT: constant(uint256) = 248

# An account's choice of a delegate.
NOBODY: constant(uint256) = 0
ITSELF: constant(uint256) = 1
SOMEBODY: constant(uint256) = 2


# account -> checkpoint 104 | checkpoint 104 | count 40 | choice 2.
# A checkpoint is time 40 | votes 64 and holds from its second on until the next one; times ascend
# strictly, so there are never more than times. Of all checkpoints, numbered from 0, the head has the
# newest and, if its number is odd, the one before: the even one in the lowest bits.
_heads: HashMap[address, uint256]

# account -> pair -> the checkpoints 2 * pair and 2 * pair + 1, laid out as in the head.
_traces: HashMap[address, HashMap[uint256, uint256]]

# Who votes for an account whose choice is SOMEBODY.
_delegates: HashMap[address, address]

# @notice The next nonce of a signed delegation.
nonces: public(HashMap[address, uint256])


@deploy
def __init__(name: String[50], version: String[20]):
    """
    @param name Of the EIP-712 domain
    @param version Of the EIP-712 domain
    """
    eip712_domain_separator.__init__(name, version)


# --- views ---------------------------------------------------------------------------------------

@view
@external
def DOMAIN_SEPARATOR() -> bytes32:
    """
    @notice EIP-712 domain separator, for the chain id that is valid now (also after a fork).
    @return keccak256 of the encoded domain
    """
    return eip712_domain_separator._domain_separator_v4()


@view
@external
def clock() -> uint48:
    """
    @notice The time by which votes are looked up (ERC-6372).
    @return UNIX seconds
    """
    return convert(block.timestamp, uint48)


@view
@external
def CLOCK_MODE() -> String[14]:
    """
    @notice What the clock counts (ERC-6372).
    @return mode=timestamp
    """
    return "mode=timestamp"


@view
@external
def delegates(account: address) -> address:
    """
    @notice Who votes with an account's units.
    @param account Any account
    @return Zero for an account that never had any and never chose
    """
    return self._delegate_of(account)


@view
@external
def getVotes(account: address) -> uint256:
    """
    @notice What an account votes with now: the units that are delegated to it.
    @param account Any account
    @return Units
    """
    if account == TOTAL:
        return 0
    return self._newest(self._heads[account]) >> VOTES_SHIFT


@view
@external
def getPastVotes(account: address, timepoint: uint256) -> uint256:
    """
    @notice What an account voted with at the end of a second of the past.
    @param account Any account
    @param timepoint UNIX seconds, before now: within the running second votes may still change
    @return Units
    """
    votes_then: uint256 = self._past(account, timepoint)
    return 0 if account == TOTAL else votes_then


@view
@external
def getPastTotalSupply(timepoint: uint256) -> uint256:
    """
    @notice All votes at the end of a second of the past.
    @param timepoint UNIX seconds, before now
    @return Units
    """
    return self._past(TOTAL, timepoint)


# --- for the contract that keeps the units -------------------------------------------------------

@internal
@view
def _delegate_of(account: address) -> address:
    choice: uint256 = self._heads[account] >> CHOICE_SHIFT
    if choice == SOMEBODY:
        return self._delegates[account]
    return account if choice == ITSELF else empty(address)


@internal
@view
def _total() -> uint256:
    return self._newest(self._heads[TOTAL]) >> VOTES_SHIFT


@internal
def _add(account: address, units: uint256):
    """
    @dev The account has so many units more.
    @param account Not the zero address
    """
    head: uint256 = self._heads[account]
    choice: uint256 = head >> CHOICE_SHIFT
    if choice == NOBODY:
        head |= ITSELF << CHOICE_SHIFT
        log IVotes.DelegateChanged(
            delegator=account, fromDelegate=empty(address), toDelegate=account
        )
    if choice == SOMEBODY:
        delegatee: address = self._delegates[account]
        self._push(delegatee, self._heads[delegatee], units, True)
    else:
        self._push(account, head, units, True)
    self._push(TOTAL, self._heads[TOTAL], units, True)


@internal
def _remove(account: address, units: uint256):
    """
    @dev The account has so many units fewer; it had at least that many, so it has a delegate.
    """
    delegatee: address = account
    head: uint256 = self._heads[account]
    if head >> CHOICE_SHIFT == SOMEBODY:
        delegatee = self._delegates[account]
        head = self._heads[delegatee]
    self._push(delegatee, head, units, False)
    self._push(TOTAL, self._heads[TOTAL], units, False)


@internal
def _delegate(account: address, delegatee: address, units: uint256):
    """
    @dev All of the account's units vote with the delegatee from now on, also those to come.
    @param units What the account has
    """
    assert delegatee != empty(address), "votes: no delegate"
    old: address = self._delegate_of(account)
    log IVotes.DelegateChanged(delegator=account, fromDelegate=old, toDelegate=delegatee)
    if old == delegatee:
        return
    choice: uint256 = ITSELF
    if delegatee != account:
        choice = SOMEBODY
        self._delegates[account] = delegatee
    head: uint256 = self._heads[account] & (2**CHOICE_SHIFT - 1)
    self._heads[account] = head | (choice << CHOICE_SHIFT)
    if units > 0:
        self._push(old, self._heads[old], units, False)
        self._push(delegatee, self._heads[delegatee], units, True)


@internal
def _signer(
    delegatee: address, nonce: uint256, expiry: uint256, v: uint8, r: bytes32, s: bytes32
) -> address:
    """
    @dev Who has signed a delegation with its key; uses the nonce. What recovers to the zero address
         is refused (ecdsa).
    """
    assert block.timestamp <= expiry, "votes: signature expired"
    digest: bytes32 = eip712_domain_separator._hash_typed_data_v4(
        self._struct_hash(delegatee, nonce, expiry)
    )
    signer: address = ecdsa._recover_vrs(
        digest, convert(v, uint256), convert(r, uint256), convert(s, uint256)
    )
    self._use_nonce(signer, nonce)
    return signer


@internal
def _check_signed(
    account: address,
    delegatee: address,
    nonce: uint256,
    expiry: uint256,
    signature: Bytes[erc1271.MAX_SIGNATURE_BYTES],
):
    """
    @dev The account, a key or a wallet (ERC-1271), has signed a delegation; uses the nonce first.
    """
    self._check_struct(
        account, self._struct_hash(delegatee, nonce, expiry), nonce, expiry, signature
    )


@internal
def _check_struct(
    account: address,
    struct_hash: bytes32,
    nonce: uint256,
    expiry: uint256,
    signature: Bytes[erc1271.MAX_SIGNATURE_BYTES],
):
    """
    @dev The same of any typed data of the using contract's, which binds nonce and expiry. All of an
         account's signatures share one row of nonces.
    """
    assert block.timestamp <= expiry, "votes: signature expired"
    self._use_nonce(account, nonce)
    digest: bytes32 = eip712_domain_separator._hash_typed_data_v4(struct_hash)
    assert signatures._has_signed(account, digest, signature), "votes: invalid signature"


# --- internal ------------------------------------------------------------------------------------

@internal
@pure
def _struct_hash(delegatee: address, nonce: uint256, expiry: uint256) -> bytes32:
    return keccak256(abi_encode(DELEGATION_TYPEHASH, delegatee, nonce, expiry))


@internal
def _use_nonce(account: address, nonce: uint256):
    assert nonce == self.nonces[account], "votes: wrong nonce"
    self.nonces[account] = nonce + 1


@internal
@pure
def _newest(head: uint256) -> uint256:
    """
    @dev The newest checkpoint of a head, time 40 | votes 64; 0 if there is none.
    """
    if (head >> COUNT_SHIFT) & 1 == 1:
        return head & MASK_104
    return (head >> PAIR_SHIFT) & MASK_104


@internal
def _push(account: address, head: uint256, units: uint256, is_more: bool):
    """
    @dev Changes what an account votes with, from this second on. The caller reads the head.
    """
    newest: uint256 = self._newest(head)
    old: uint256 = newest >> VOTES_SHIFT
    new: uint256 = old + units if is_more else old - units
    assert new <= MASK_64, "votes: too many"
    checkpoint: uint256 = block.timestamp | (new << VOTES_SHIFT)
    choice: uint256 = (head >> CHOICE_SHIFT) << CHOICE_SHIFT
    count: uint256 = (head >> COUNT_SHIFT) & MASK_40
    # Unchecked: there are not more checkpoints than seconds, and those fit.
    if count == 0 or newest & MASK_40 != block.timestamp:
        count = unsafe_add(count, 1)
        if count & 1 == 1 and count > 1:
            self._traces[account][unsafe_sub(count >> 1, 1)] = head & MASK_208
    if count & 1 == 0:
        checkpoint = (head & MASK_104) | (checkpoint << PAIR_SHIFT)
    self._heads[account] = checkpoint | (count << COUNT_SHIFT) | choice
    if account != TOTAL:
        log IVotes.DelegateVotesChanged(delegate=account, previousVotes=old, newVotes=new)


@internal
@view
def _past(account: address, timepoint: uint256) -> uint256:
    """
    @dev The votes of the last checkpoint at or before the timepoint: in the head, or by binary
         search in the trace, one slot a step.
    """
    assert timepoint < block.timestamp, "votes: not in the past"
    head: uint256 = self._heads[account]
    count: uint256 = (head >> COUNT_SHIFT) & MASK_40
    if count == 0:
        return 0
    if head & MASK_40 <= timepoint:
        return self._of_pair(head, timepoint)
    # Pairs below `low` begin at or before the timepoint, those from `high` on after it.
    low: uint256 = 0
    high: uint256 = unsafe_sub(count, 1) >> 1
    found: uint256 = 0
    for _: uint256 in range(40):
        if low == high:
            break
        middle: uint256 = (low + high) >> 1
        pair: uint256 = self._traces[account][middle]
        if pair & MASK_40 <= timepoint:
            low = middle + 1
            found = pair
        else:
            high = middle
    return self._of_pair(found, timepoint)


@internal
@pure
def _of_pair(pair: uint256, timepoint: uint256) -> uint256:
    """
    @dev The votes at a timepoint not before the first of two checkpoints; the second may be empty.
    """
    second: uint256 = (pair >> PAIR_SHIFT) & MASK_104
    if second != 0 and second & MASK_40 <= timepoint:
        return second >> VOTES_SHIFT
    return (pair >> VOTES_SHIFT) & MASK_64
