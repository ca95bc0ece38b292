# pragma version 0.4.3
"""
@title ServiceCredit
@notice The consumption card: every founder receives credit equal to what it paid, and spends it on
        the Center's services, at desks that governance registers. It can't be transferred and is
        backed by nothing but the Center's word.
@dev Amounts are fen, 1/100 of a yuan (2 decimals). Nothing is divided. Wallets and explorers read
     it like an ERC-20 (name, balances, allowances, Transfer events); it has no transfer functions.
     Spending burns, so that the supply is what the Center still owes in services.
     No re-entrancy lock: the only calls are static (Authority, and ERC-1271 wallets).
@custom:license AGPL-3.0-only
"""

from ethereum.ercs import IERC20
from interfaces import IServiceCredit
from snekmate.utils import eip712_domain_separator
from contracts.lib import erc1271
from contracts.lib import governed
from contracts.lib import roles
from contracts.lib import signatures

implements: IServiceCredit

initializes: governed
initializes: eip712_domain_separator

exports: (
    governed.AUTHORITY,
    # ERC-5267
    eip712_domain_separator.eip712Domain,
)


# --- constants -----------------------------------------------------------------------------------

name: public(constant(String[18])) = "COS Service Credit"
symbol: public(constant(String[3])) = "CSC"
decimals: public(constant(uint8)) = 2

CHARGE_TYPEHASH: constant(bytes32) = keccak256(
    "Charge(address holder,address desk,uint256 amount,bytes32 reference,uint256 deadline)"
)

# Layout of a receipt: holder 160 | amount 48 | given back 48.
MASK_48: constant(uint256) = 2**48 - 1
MASK_160: constant(uint256) = 2**160 - 1
AMOUNT_SHIFT: constant(uint256) = 160
GIVEN_BACK_SHIFT: constant(uint256) = 208


# --- storage -------------------------------------------------------------------------------------

# Invariant: sum of balanceOf = totalSupply = minted - spent + given back.
balanceOf: public(HashMap[address, uint256])
totalSupply: public(uint256)

# @notice What a desk may still charge a holder, in fen.
allowance: public(HashMap[address, HashMap[address, uint256]])

# @notice The only account that may mint: the FounderSale, or its successor by vote. Zero: nobody.
minter: public(address)

# desk -> reference -> receipt; zero: the reference has not been used there.
# Invariant: given back <= amount. Only given back ever changes.
_receipts: HashMap[address, HashMap[bytes32, uint256]]


# --- constructor ---------------------------------------------------------------------------------

@deploy
def __init__(authority: address):
    """
    @notice Deploys the card without supply and without a minter.
    @param authority The suite's Authority: it knows governance and the desks
    """
    governed.__init__(authority)
    eip712_domain_separator.__init__("COS ServiceCredit", "1")


# --- minting -------------------------------------------------------------------------------------

@external
def mint(account: address, amount_fen: uint256):
    """
    @notice Gives credit for what a founder paid. Only the minter.
    @param account The founder; not the zero address
    @param amount_fen Fen
    """
    # A minter that is not set authorises nobody, not even a simulated call from the zero address.
    assert msg.sender != empty(address), "credit: not minter"
    assert msg.sender == self.minter, "credit: not minter"
    assert account != empty(address), "credit: no account"
    self._create(account, amount_fen)


# --- spending ------------------------------------------------------------------------------------

@external
def spend(desk: address, amount: uint256, reference: bytes32):
    """
    @notice Spends the caller's credit at a desk.
    @dev A reference that a stranger uses first (with its own credit, which it loses) is used up: a
         desk that fears it hashes the holder's address into its references.
    @param desk An account with the DESK role
    @param amount Fen, above zero
    @param reference The desk's bill, used once there; not zero
    """
    self._spend(msg.sender, desk, amount, reference)


@external
def approve(desk: address, amount: uint256) -> bool:
    """
    @notice Allows a desk to charge up to `amount` of the caller's credit.
    @dev Replaces the old allowance, which the desk may use up as it sees the change coming. There
         is no infinite allowance: every charge lowers it.
    @param desk Who may charge, as long as it has the DESK role
    @param amount Fen
    @return Always true
    """
    self.allowance[msg.sender][desk] = amount
    log IERC20.Approval(owner=msg.sender, spender=desk, value=amount)
    return True


@external
def charge(holder: address, amount: uint256, reference: bytes32):
    """
    @notice A desk charges a holder within the holder's allowance.
    @param holder Who pays
    @param amount Fen, above zero
    @param reference The desk's bill, used once there; not zero
    """
    allowed: uint256 = self.allowance[holder][msg.sender]
    assert amount <= allowed, "credit: insufficient allowance"
    self.allowance[holder][msg.sender] = unsafe_sub(allowed, amount)
    self._spend(holder, msg.sender, amount, reference)


@external
def charge_signed(
    holder: address,
    amount: uint256,
    reference: bytes32,
    deadline: uint256,
    signature: Bytes[erc1271.MAX_SIGNATURE_BYTES],
):
    """
    @notice A desk charges a holder who has signed the bill.
    @dev EIP-712, domain "COS ServiceCredit", version "1":
         Charge(address holder,address desk,uint256 amount,bytes32 reference,uint256 deadline).
         No nonce: the desk uses a reference once, and nobody but the desk can use the signature.
    @param holder Who pays
    @param amount Fen, above zero
    @param reference The desk's bill, used once there; not zero
    @param deadline Last second in which the signature is valid
    @param signature 65 bytes (r, s, v) of the holder's key with s in the lower half, or whatever
           its wallet accepts (ERC-1271), at most 2,048 bytes
    """
    assert block.timestamp <= deadline, "credit: signature expired"
    self._spend(holder, msg.sender, amount, reference)
    digest: bytes32 = eip712_domain_separator._hash_typed_data_v4(
        keccak256(abi_encode(CHARGE_TYPEHASH, holder, msg.sender, amount, reference, deadline))
    )
    assert signatures._has_signed(holder, digest, signature), "credit: invalid signature"


@external
def give_back(reference: bytes32, amount: uint256):
    """
    @notice A desk gives back what was spent there by mistake, to the holder who spent it.
    @param reference Of what was spent; it stays used
    @param amount Fen, above zero; at most what was spent under it and has not been given back
    """
    assert governed._holds(roles.DESK_ROLE, msg.sender), "credit: not a desk"
    assert amount > 0, "credit: no amount"
    word: uint256 = self._receipts[msg.sender][reference]
    assert word != 0, "credit: no such receipt"
    receipt: IServiceCredit.Receipt = self._unpack(word)
    assert amount <= receipt.amount - receipt.given_back, "credit: more than spent"
    # Unchecked: given back <= amount < 2**48 afterwards.
    self._receipts[msg.sender][reference] = unsafe_add(word, amount << GIVEN_BACK_SHIFT)
    self._create(receipt.holder, amount)
    log IServiceCredit.GivenBack(
        holder=receipt.holder, desk=msg.sender, reference=reference, amount=amount
    )


# --- settings ------------------------------------------------------------------------------------

@external
def set_minter(new_minter: address):
    """
    @notice Replaces the minter. Only governance.
    @param new_minter The FounderSale or its successor; the zero address stops minting
    """
    assert governed._holds(roles.GOVERNANCE_ROLE, msg.sender), "credit: not governance"
    old_minter: address = self.minter
    self.minter = new_minter
    log IServiceCredit.MinterChanged(old_minter=old_minter, new_minter=new_minter)


# --- views ---------------------------------------------------------------------------------------

@external
@view
def receipt(desk: address, reference: bytes32) -> IServiceCredit.Receipt:
    """
    @notice What was spent at a desk under a reference.
    @param desk The desk
    @param reference The desk's bill
    @return Holder, fen spent, fen given back; all zero if the reference has not been used there
    """
    return self._unpack(self._receipts[desk][reference])


@external
@view
def DOMAIN_SEPARATOR() -> bytes32:
    """
    @notice EIP-712 domain separator, for the chain id that is valid now (also after a fork).
    @return keccak256 of the encoded domain
    """
    return eip712_domain_separator._domain_separator_v4()


# --- internal ------------------------------------------------------------------------------------

@internal
def _create(account: address, amount: uint256):
    self.totalSupply += amount
    # A balance is part of the supply, so this can't overflow.
    self.balanceOf[account] = unsafe_add(self.balanceOf[account], amount)
    log IERC20.Transfer(sender=empty(address), receiver=account, value=amount)


@internal
def _spend(holder: address, desk: address, amount: uint256, reference: bytes32):
    """
    @dev The holder's consent has been checked, or is checked next. A desk that has lost the role
         takes nothing more, whatever was approved or signed for it.
    """
    assert governed._holds(roles.DESK_ROLE, desk), "credit: not a desk"
    assert amount > 0, "credit: no amount"
    assert amount <= MASK_48, "credit: amount too large"
    assert reference != empty(bytes32), "credit: no reference"
    assert self._receipts[desk][reference] == 0, "credit: reference used"
    balance: uint256 = self.balanceOf[holder]
    assert amount <= balance, "credit: insufficient balance"
    self._receipts[desk][reference] = convert(holder, uint256) | (amount << AMOUNT_SHIFT)
    self.balanceOf[holder] = unsafe_sub(balance, amount)
    # A balance is part of the supply, so this can't underflow.
    self.totalSupply = unsafe_sub(self.totalSupply, amount)
    log IERC20.Transfer(sender=holder, receiver=empty(address), value=amount)
    log IServiceCredit.Spent(holder=holder, desk=desk, reference=reference, amount=amount)


@internal
@pure
def _unpack(word: uint256) -> IServiceCredit.Receipt:
    return IServiceCredit.Receipt(
        holder=convert(word & MASK_160, address),
        amount=(word >> AMOUNT_SHIFT) & MASK_48,
        given_back=word >> GIVEN_BACK_SHIFT,
    )
