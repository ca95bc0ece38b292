# pragma version 0.4.3
"""
@title SubToken
@notice Units of one sub-token: points, a coupon, a crowdfunded benefit. ERC-20 with ERC-2612 permits
        and ERC-5267; a minimal clone (EIP-1167) for each sub-token.
@dev Amounts are smallest units. The minter, SubTokenIssuer, is the only one that mints and burns, and
     units on their way to a redemption are its own balance, which nobody else can add to. So what is
     outstanding and what is set aside stands here and nowhere else.
     - Anybody can clone this contract: only the register of SubTokenIssuer (`is_sub_token`) tells
       which clones it opened. Names and symbols are the issuer's choice and tell nothing.
     - Where units are not transferable, the minter still moves them: out and back in a redemption.
     - This contract itself has a minter that never calls (itself), and can't be initialised again.
     - No re-entrancy lock: the only calls are static (ERC-1271 wallets).
@custom:license AGPL-3.0-only
"""

from ethereum.ercs import IERC20
from ethereum.ercs import IERC20Detailed
from interfaces import ISubToken
from snekmate.utils import ecdsa
from contracts.lib import erc1271

implements: IERC20
implements: IERC20Detailed
implements: ISubToken

PERMIT_TYPEHASH: constant(bytes32) = keccak256(
    "Permit(address owner,address spender,uint256 value,uint256 nonce,uint256 deadline)"
)
DOMAIN_TYPEHASH: constant(bytes32) = keccak256(
    "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"
)
VERSION: constant(String[1]) = "1"
# Which fields of the domain are used (ERC-5267): name, version, chain id, contract.
DOMAIN_FIELDS: constant(bytes1) = 0x0f

MINTER_MASK: constant(uint256) = 2**160 - 1
FACE_SHIFT: constant(uint256) = 160
MASK_64: constant(uint256) = 2**64 - 1
DECIMALS_SHIFT: constant(uint256) = 224
MASK_8: constant(uint256) = 2**8 - 1
TRANSFERABLE_FLAG: constant(uint256) = 1 << 232

LENGTH_MASK: constant(uint256) = 2**8 - 1

# Amounts fit the field of a request.
MAX_SUPPLY: constant(uint256) = 2**96 - 1
MAX_RECIPIENTS: constant(uint256) = 200


# minter 160 | face value 64 | decimals 8 | transferable 1. Zero: not initialised.
_head: uint256

# First 31 bytes of the name | its length 8; the rest of it, if it is longer. A string of Vyper's would
# take a slot more.
_name: uint256
_rest_of_name: bytes32

# The symbol's bytes, left-aligned | its length 8
_symbol: uint256

# Invariant: sum of balanceOf = totalSupply <= MAX_SUPPLY. Hence adding to a balance can't overflow.
balanceOf: public(HashMap[address, uint256])
allowance: public(HashMap[address, HashMap[address, uint256]])
totalSupply: public(uint256)
nonces: public(HashMap[address, uint256])


@deploy
def __init__():
    """
    @notice Deploys the template of the clones, which is nobody's token.
    """
    self._head = convert(self, uint256)


@external
def initialize(
    name: String[63], symbol: String[16], decimals: uint8, face_value: uint64, is_transferable: bool
):
    """
    @notice Makes a fresh clone a token whose minter is the caller. Once.
    @param name Its name
    @param symbol Its symbol
    @param decimals Of a whole unit, for display
    @param face_value COS base units for each smallest unit; 0 for plain points
    @param is_transferable Whether holders may pass units on
    """
    assert self._head == 0, "points: already initialised"
    head: uint256 = convert(msg.sender, uint256) | (convert(face_value, uint256) << FACE_SHIFT)
    head |= convert(decimals, uint256) << DECIMALS_SHIFT
    if is_transferable:
        head |= TRANSFERABLE_FLAG
    self._head = head
    padded: Bytes[95] = concat(convert(name, Bytes[63]), empty(bytes32))
    first: uint256 = extract32(padded, 0, output_type=uint256)
    self._name = (first ^ (first & LENGTH_MASK)) | len(name)
    if len(name) > 31:
        self._rest_of_name = extract32(padded, 31)
    # At most 16 bytes, so the place of the length is free.
    padded_symbol: Bytes[48] = concat(convert(symbol, Bytes[16]), empty(bytes32))
    self._symbol = extract32(padded_symbol, 0, output_type=uint256) | len(symbol)


# --- ERC-20 --------------------------------------------------------------------------------------

@external
def transfer(to: address, amount: uint256) -> bool:
    """
    @notice Moves the caller's units, if they are transferable.
    @param to Recipient; neither zero nor the token nor the minter
    @param amount Smallest units, zero included
    @return Always true: a transfer that can't be made reverts
    """
    self._transfer(msg.sender, to, amount)
    return True


@external
def transferFrom(owner: address, to: address, amount: uint256) -> bool:
    """
    @notice Moves units that their owner allowed the caller to move, if they are transferable.
    @dev An allowance of max_value(uint256) is infinite and stays as it is. No Approval event, as in
         CosCredit.
    @param owner Account that gives
    @param to Recipient; neither zero nor the token nor the minter
    @param amount Smallest units, zero included
    @return Always true: a transfer that can't be made reverts
    """
    allowed: uint256 = self.allowance[owner][msg.sender]
    if allowed != max_value(uint256):
        assert amount <= allowed, "points: insufficient allowance"
        self.allowance[owner][msg.sender] = unsafe_sub(allowed, amount)
    self._transfer(owner, to, amount)
    return True


@external
def approve(spender: address, amount: uint256) -> bool:
    """
    @notice Allows `spender` to move up to `amount` of the caller's units. Replaces the old allowance.
    @param spender Account that may spend
    @param amount Smallest units; max_value(uint256) is infinite
    @return Always true
    """
    self.allowance[msg.sender][spender] = amount
    log IERC20.Approval(owner=msg.sender, spender=spender, value=amount)
    return True


# --- ERC-2612, ERC-5267 --------------------------------------------------------------------------

@external
def permit(
    owner: address,
    spender: address,
    amount: uint256,
    deadline: uint256,
    v: uint8,
    r: bytes32,
    s: bytes32,
):
    """
    @notice Sets an allowance by the owner's secp256k1 signature. Anyone may submit it.
    @dev Signatures with s in the upper half are refused (ecdsa), and so is whatever recovers to the
         zero address: a zero owner is never authorised.
    @param owner Signer, whose units may be spent
    @param spender Account that may spend
    @param amount Allowance; max_value(uint256) is infinite
    @param deadline Last second in which the signature is valid
    @param v Recovery id, 27 or 28
    @param r First half of the signature
    @param s Second half of the signature
    """
    digest: bytes32 = self._use_permit(owner, spender, amount, deadline)
    signer: address = ecdsa._recover_vrs(
        digest, convert(v, uint256), convert(r, uint256), convert(s, uint256)
    )
    assert signer == owner, "points: invalid signature"
    self.allowance[owner][spender] = amount
    log IERC20.Approval(owner=owner, spender=spender, value=amount)


@external
def permit_signature(
    owner: address,
    spender: address,
    amount: uint256,
    deadline: uint256,
    signature: Bytes[erc1271.MAX_SIGNATURE_BYTES],
):
    """
    @notice Sets an allowance by a signature that the owner, a contract wallet, confirms (ERC-1271).
    @dev The same typed data and nonces as permit; the nonce is used before the wallet is asked, which
         is a static call.
    @param owner Wallet whose units may be spent
    @param spender Account that may spend
    @param amount Allowance; max_value(uint256) is infinite
    @param deadline Last second in which the signature is valid
    @param signature Whatever the wallet accepts, at most 2,048 bytes
    """
    digest: bytes32 = self._use_permit(owner, spender, amount, deadline)
    assert erc1271._is_valid(owner, digest, signature), "points: invalid signature"
    self.allowance[owner][spender] = amount
    log IERC20.Approval(owner=owner, spender=spender, value=amount)


@external
@view
def DOMAIN_SEPARATOR() -> bytes32:
    """
    @notice EIP-712 domain separator, with the token's own name, for the chain id that is valid now.
    @return keccak256 of the encoded domain
    """
    return self._domain_separator()


@external
@view
def eip712Domain() -> (
    bytes1, String[63], String[1], uint256, address, bytes32, DynArray[uint256, 1]
):
    """
    @notice The fields of the EIP-712 domain (ERC-5267).
    @return Which fields are used, name, version, chain id, contract, no salt, no extensions
    """
    return (DOMAIN_FIELDS, self._text_of_name(), VERSION, chain.id, self, empty(bytes32), [])


# --- the minter ----------------------------------------------------------------------------------

@external
def mint(to: address, amount: uint256):
    """
    @notice Creates units. Only the minter, which has locked their collateral.
    @param to Recipient; neither zero nor the token nor the minter
    @param amount Smallest units
    """
    self._check_recipient(to, self._minter_only())
    supply: uint256 = self.totalSupply
    # supply <= MAX_SUPPLY always.
    assert amount <= unsafe_sub(MAX_SUPPLY, supply), "points: too many units"
    self.totalSupply = unsafe_add(supply, amount)
    self.balanceOf[to] += amount
    log IERC20.Transfer(sender=empty(address), receiver=to, value=amount)


@external
def mint_batch(
    recipients: DynArray[address, MAX_RECIPIENTS], amounts: DynArray[uint256, MAX_RECIPIENTS]
) -> uint256:
    """
    @notice Creates units of many holders. Only the minter.
    @param recipients As for `mint`; one more than once is fine
    @param amounts As many, smallest units
    @return The sum of the amounts
    """
    minter: address = self._minter_only()
    supply: uint256 = self.totalSupply
    # supply <= MAX_SUPPLY always.
    room: uint256 = unsafe_sub(MAX_SUPPLY, supply)
    left: uint256 = room
    i: uint256 = 0
    for to: address in recipients:
        amount: uint256 = amounts[i]
        self._check_recipient(to, minter)
        assert amount <= left, "points: too many units"
        left = unsafe_sub(left, amount)
        self.balanceOf[to] += amount
        log IERC20.Transfer(sender=empty(address), receiver=to, value=amount)
        i = unsafe_add(i, 1)
    total: uint256 = unsafe_sub(room, left)
    self.totalSupply = unsafe_add(supply, total)
    return total


@external
def burn(owner: address, amount: uint256):
    """
    @notice Destroys units. Only the minter: its own, or those of who asks it to.
    @param owner Whose units
    @param amount Smallest units
    """
    minter: address = self._minter_only()
    balance: uint256 = self.balanceOf[owner]
    assert amount <= balance, "points: insufficient balance"
    self.balanceOf[owner] = unsafe_sub(balance, amount)
    # A balance is part of the supply, so this can't underflow.
    self.totalSupply = unsafe_sub(self.totalSupply, amount)
    log IERC20.Transfer(sender=owner, receiver=empty(address), value=amount)


@external
def put_aside(owner: address, amount: uint256):
    """
    @notice Takes units of a holder that asks the minter for a redemption. Only the minter.
    @param owner Whose units
    @param amount Smallest units
    """
    self._move(owner, self._minter_only(), amount)


@external
def give_back(owner: address, amount: uint256):
    """
    @notice Gives units back that were put aside. Only the minter.
    @param owner Who gets them
    @param amount Smallest units
    """
    self._move(self._minter_only(), owner, amount)


# --- views ---------------------------------------------------------------------------------------

@view
@external
def name() -> String[63]:
    """
    @notice The token's name, which is the issuer's choice and proves nothing.
    @return At most 63 bytes
    """
    return self._text_of_name()


@view
@external
def symbol() -> String[16]:
    """
    @notice The token's symbol, the issuer's choice, too.
    @return At most 16 bytes
    """
    word: uint256 = self._symbol
    text: Bytes[16] = slice(slice(convert(word, bytes32), 0, 16), 0, word & LENGTH_MASK)
    return convert(text, String[16])


@view
@external
def decimals() -> uint8:
    """
    @notice How many decimals a whole unit has, for display.
    @return 0 to 8
    """
    return convert((self._head >> DECIMALS_SHIFT) & MASK_8, uint8)


@view
@external
def face_value() -> uint256:
    """
    @notice What the minter pays for each smallest unit, out of staked collateral. 0: plain points,
            without any.
    @return COS base units
    """
    return (self._head >> FACE_SHIFT) & MASK_64


@view
@external
def is_transferable() -> bool:
    """
    @notice Whether holders may pass units on.
    @return True if they may
    """
    return self._head & TRANSFERABLE_FLAG != 0


@view
@external
def minter() -> address:
    """
    @notice Who mints and burns, and redeems. Ask it (`is_sub_token`) if it knows this token.
    @return SubTokenIssuer
    """
    return self._minter(self._head)


# --- internal ------------------------------------------------------------------------------------

@internal
def _transfer(owner: address, to: address, amount: uint256):
    head: uint256 = self._head
    assert head & TRANSFERABLE_FLAG != 0, "points: not transferable"
    self._check_recipient(to, self._minter(head))
    self._move(owner, to, amount)


@internal
def _move(owner: address, to: address, amount: uint256):
    balance: uint256 = self.balanceOf[owner]
    assert amount <= balance, "points: insufficient balance"
    self.balanceOf[owner] = unsafe_sub(balance, amount)
    self.balanceOf[to] += amount
    log IERC20.Transfer(sender=owner, receiver=to, value=amount)


@view
@internal
def _check_recipient(to: address, minter: address):
    """
    @dev With the first two units would be lost; the minter's own are those of open redemptions.
    """
    assert to != empty(address) and to != self and to != minter, "points: bad recipient"


@view
@internal
def _minter_only() -> address:
    minter: address = self._minter(self._head)
    assert msg.sender == minter, "points: not minter"
    return minter


@view
@internal
def _text_of_name() -> String[63]:
    word: uint256 = self._name
    length: uint256 = word & LENGTH_MASK
    rest: bytes32 = empty(bytes32)
    if length > 31:
        rest = self._rest_of_name
    padded: Bytes[63] = concat(slice(convert(word, bytes32), 0, 31), rest)
    return convert(slice(padded, 0, length), String[63])


@pure
@internal
def _minter(head: uint256) -> address:
    return convert(head & MINTER_MASK, address)


@internal
def _use_permit(owner: address, spender: address, amount: uint256, deadline: uint256) -> bytes32:
    """
    @dev Uses the owner's next nonce and returns the EIP-712 digest that the owner must have signed. A
         refused signature reverts the whole call, and the nonce with it.
    """
    assert block.timestamp <= deadline, "points: permit expired"
    nonce: uint256 = self.nonces[owner]
    self.nonces[owner] = unsafe_add(nonce, 1)
    struct_hash: bytes32 = keccak256(
        abi_encode(PERMIT_TYPEHASH, owner, spender, amount, nonce, deadline)
    )
    return keccak256(concat(b"\x19\x01", self._domain_separator(), struct_hash))


@view
@internal
def _domain_separator() -> bytes32:
    """
    @dev Nothing is cached: the chain id may change, and a clone has no immutables of its own.
    """
    return keccak256(
        abi_encode(
            DOMAIN_TYPEHASH, keccak256(self._text_of_name()), keccak256(VERSION), chain.id, self
        )
    )
