# pragma version 0.4.3
"""
@title CosCredit
@notice COS, the credit of the community: 102,400,000,000 COS at most, 8 decimals. ERC-20 with
        ERC-2612 permits, ERC-5267, ERC-165, burning and batch transfers. Transfers can never be
        paused, taxed or blocked.
@dev Amounts are base units (1e-8 COS); the whole cap fits 64 bits.
     - Infinite allowance: max_value(uint256) is never decremented, every other value is.
     - The zero address and the token itself receive nothing: both are always mistakes, and COS
       sent to the token could never leave it.
     - No re-entrancy lock: the only calls are static (Authority, and ERC-1271 wallets).
     - Transfers are written out in each function and a mapping's slot is hashed as few times as
       possible: this is the most called contract of the suite.
@custom:license AGPL-3.0-only
"""

from ethereum.ercs import IERC20
from ethereum.ercs import IERC20Detailed
from ethereum.ercs import IERC165
from interfaces import ICosCredit
from snekmate.utils import ecdsa
from snekmate.utils import eip712_domain_separator
from contracts.lib import erc1271
from contracts.lib import governed
from contracts.lib import roles

implements: IERC20
implements: IERC20Detailed
implements: IERC165
implements: ICosCredit

initializes: governed
initializes: eip712_domain_separator

exports: (
    governed.AUTHORITY,
    # ERC-5267
    eip712_domain_separator.eip712Domain,
)

name: public(constant(String[10])) = "COS Credit"
symbol: public(constant(String[3])) = "COS"
decimals: public(constant(uint8)) = 8

# 102.4 billion COS in base units, below 2 ** 64.
CAP: public(constant(uint256)) = 102_400_000_000 * 10**8
MAX_BATCH: public(constant(uint256)) = 500

PERMIT_TYPEHASH: constant(bytes32) = keccak256(
    "Permit(address owner,address spender,uint256 value,uint256 nonce,uint256 deadline)"
)
SUPPORTED_INTERFACES: constant(bytes4[5]) = [
    0x01ffc9a7,  # ERC-165
    0x36372b07,  # ERC-20
    0xa219a025,  # ERC-20 metadata
    0x9d8ff7da,  # ERC-2612
    0x84b0196e,  # ERC-5267
]


# Invariant: sum of balanceOf = totalSupply <= CAP. Hence adding to a balance cannot overflow.
balanceOf: public(HashMap[address, uint256])
allowance: public(HashMap[address, HashMap[address, uint256]])
totalSupply: public(uint256)
# @notice The only account that may mint: the Treasury, or its successor by vote. Zero: nobody.
minter: public(address)
nonces: public(HashMap[address, uint256])


@deploy
def __init__(authority: address):
    """
    @notice Deploys COS with a supply of zero and no minter.
    @param authority The suite's Authority: its governance role sets the minter.
    """
    governed.__init__(authority)
    eip712_domain_separator.__init__(name, "1")


# ERC-20


@external
def transfer(to: address, amount: uint256) -> bool:
    """
    @notice Moves the caller's COS.
    @param to Recipient; not the zero address, not the token itself.
    @param amount Base units, zero included.
    @return Always true: a transfer that cannot be made reverts.
    """
    assert to != empty(address), "token: transfer to zero"
    assert to != self, "token: transfer to token"
    balance: uint256 = self.balanceOf[msg.sender]
    assert amount <= balance, "token: insufficient balance"
    self.balanceOf[msg.sender] = unsafe_sub(balance, amount)
    self.balanceOf[to] += amount
    log IERC20.Transfer(sender=msg.sender, receiver=to, value=amount)
    return True


@external
def transferFrom(owner: address, to: address, amount: uint256) -> bool:
    """
    @notice Moves COS that its owner allowed the caller to move.
    @dev An allowance of max_value(uint256) is infinite and stays as it is. No Approval event: the
         standard asks for one by approve only, and the Transfer event says as much.
    @param owner Account that pays.
    @param to Recipient; not the zero address, not the token itself.
    @param amount Base units, zero included.
    @return Always true: a transfer that cannot be made reverts.
    """
    assert to != empty(address), "token: transfer to zero"
    assert to != self, "token: transfer to token"
    allowed: uint256 = self.allowance[owner][msg.sender]
    if allowed != max_value(uint256):
        assert amount <= allowed, "token: insufficient allowance"
        self.allowance[owner][msg.sender] = unsafe_sub(allowed, amount)
    balance: uint256 = self.balanceOf[owner]
    assert amount <= balance, "token: insufficient balance"
    self.balanceOf[owner] = unsafe_sub(balance, amount)
    self.balanceOf[to] += amount
    log IERC20.Transfer(sender=owner, receiver=to, value=amount)
    return True


@external
def approve(spender: address, amount: uint256) -> bool:
    """
    @notice Allows `spender` to move up to `amount` of the caller's COS.
    @dev Replaces the old allowance. A spender who sees the change coming may spend the old one
         first: set it to zero in between when it matters.
    @param spender Account that may spend.
    @param amount Base units; max_value(uint256) is infinite.
    @return Always true.
    """
    self.allowance[msg.sender][spender] = amount
    log IERC20.Approval(owner=msg.sender, spender=spender, value=amount)
    return True


# ERC-2612


@external
@view
def DOMAIN_SEPARATOR() -> bytes32:
    """
    @notice EIP-712 domain separator, for the chain id that is valid now (also after a fork).
    @return keccak256 of the encoded domain.
    """
    return eip712_domain_separator._domain_separator_v4()


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
    @dev Signatures with s in the upper half are refused (ecdsa), and so is whatever recovers to
         the zero address: a zero owner is never authorised. Works for EIP-7702 accounts too.
    @param owner Signer, whose COS may be spent.
    @param spender Account that may spend.
    @param amount Allowance in base units; max_value(uint256) is infinite.
    @param deadline Last second in which the signature is valid.
    @param v Recovery id, 27 or 28.
    @param r First half of the signature.
    @param s Second half of the signature.
    """
    assert block.timestamp <= deadline, "token: permit expired"
    digest: bytes32 = self._use_permit(owner, spender, amount, deadline)
    signer: address = ecdsa._recover_vrs(
        digest, convert(v, uint256), convert(r, uint256), convert(s, uint256)
    )
    assert signer == owner, "token: invalid signature"
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
    @dev The same typed data and nonces as permit. Strictly ERC-1271: accounts with a key use
         permit, EIP-7702 accounts either. Longer signatures are refused while the call data is
         decoded, where the ABI leaves no room for a reason. The nonce is used before the wallet
         is asked, and the wallet is called statically.
    @param owner Wallet whose COS may be spent.
    @param spender Account that may spend.
    @param amount Allowance in base units; max_value(uint256) is infinite.
    @param deadline Last second in which the signature is valid.
    @param signature Whatever the wallet accepts, at most 2,048 bytes.
    """
    assert block.timestamp <= deadline, "token: permit expired"
    digest: bytes32 = self._use_permit(owner, spender, amount, deadline)
    assert erc1271._is_valid(owner, digest, signature), "token: invalid signature"
    self.allowance[owner][spender] = amount
    log IERC20.Approval(owner=owner, spender=spender, value=amount)


# Batches, burning, minting


@external
def transfer_batch(
    recipients: DynArray[address, MAX_BATCH],
    amounts: DynArray[uint256, MAX_BATCH],
) -> bool:
    """
    @notice Moves the caller's COS to many recipients, with one write of the caller's balance.
    @dev All or nothing. Each amount is held against what the balance still has after the amounts
         before it, so that the sum can neither overflow nor exceed the balance; what the caller
         sends to itself cannot pay for the rest. Repeated recipients are fine.
    @param recipients At most 500; none of them the zero address or the token itself.
    @param amounts Base units, one for each recipient.
    @return Always true: a batch that cannot be made reverts.
    """
    assert len(recipients) == len(amounts), "token: lengths differ"
    balance: uint256 = self.balanceOf[msg.sender]
    left: uint256 = balance
    i: uint256 = 0
    for to: address in recipients:
        amount: uint256 = amounts[i]
        assert to != empty(address), "token: transfer to zero"
        assert to != self, "token: transfer to token"
        assert amount <= left, "token: insufficient balance"
        left = unsafe_sub(left, amount)
        self.balanceOf[to] += amount
        log IERC20.Transfer(sender=msg.sender, receiver=to, value=amount)
        i = unsafe_add(i, 1)
    # A subtraction, not `= left`: the caller may be one of the recipients.
    self.balanceOf[msg.sender] -= unsafe_sub(balance, left)
    return True


@external
def burn(amount: uint256):
    """
    @notice Destroys COS of the caller. A bucket of the Treasury does not regain room by it.
    @param amount Base units.
    """
    balance: uint256 = self.balanceOf[msg.sender]
    assert amount <= balance, "token: insufficient balance"
    self.balanceOf[msg.sender] = unsafe_sub(balance, amount)
    # A balance is part of the supply, so this cannot underflow.
    self.totalSupply = unsafe_sub(self.totalSupply, amount)
    log IERC20.Transfer(sender=msg.sender, receiver=empty(address), value=amount)


@external
def mint(to: address, amount: uint256):
    """
    @notice Creates COS, never above the cap. Only the minter.
    @param to Recipient; not the zero address, not the token itself.
    @param amount Base units.
    """
    # A minter that is not set authorises nobody, not even a simulated call from the zero address.
    assert msg.sender != empty(address), "token: not minter"
    assert msg.sender == self.minter, "token: not minter"
    assert to != empty(address), "token: transfer to zero"
    assert to != self, "token: transfer to token"
    supply: uint256 = self.totalSupply
    # supply <= CAP always.
    assert amount <= unsafe_sub(CAP, supply), "token: above cap"
    self.totalSupply = unsafe_add(supply, amount)
    self.balanceOf[to] += amount
    log IERC20.Transfer(sender=empty(address), receiver=to, value=amount)


@external
def set_minter(new_minter: address):
    """
    @notice Replaces the minter. Only governance.
    @param new_minter The Treasury or its successor; the zero address stops minting.
    """
    assert governed._holds(roles.GOVERNANCE_ROLE, msg.sender), "token: not governance"
    old_minter: address = self.minter
    self.minter = new_minter
    log ICosCredit.MinterChanged(old_minter=old_minter, new_minter=new_minter)


# ERC-165


@external
@view
def supportsInterface(interface_id: bytes4) -> bool:
    """
    @notice Whether the token implements an interface (ERC-165).
    @param interface_id Xor of the interface's selectors.
    @return True for ERC-165, ERC-20 and its metadata, ERC-2612 and ERC-5267.
    """
    return interface_id in SUPPORTED_INTERFACES


@internal
def _use_permit(owner: address, spender: address, amount: uint256, deadline: uint256) -> bytes32:
    """
    @dev Uses the owner's next nonce and returns the EIP-712 digest that the owner must have signed.
         A refused signature reverts the whole call, and the nonce with it.
    """
    nonce: uint256 = self.nonces[owner]
    self.nonces[owner] = unsafe_add(nonce, 1)
    return eip712_domain_separator._hash_typed_data_v4(
        keccak256(abi_encode(PERMIT_TYPEHASH, owner, spender, amount, nonce, deadline))
    )
