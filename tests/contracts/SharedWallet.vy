# pragma version 0.4.3
"""
@title SharedWallet
@notice A small wallet of several owners, used as an actor: enough of them must have signed.
@dev A signature is the owners' 65-byte signatures (r, s, v) one after another, owners ascending, so
     that none counts twice. With 17 owners it takes 1,105 bytes.
@custom:license AGPL-3.0-only
"""

MAX_OWNERS: constant(uint256) = 31
MAX_BYTES: constant(uint256) = 65 * 31 + 33
MAGIC: constant(bytes4) = 0x1626ba7e

threshold: public(uint256)
is_owner: public(HashMap[address, bool])


@deploy
def __init__(owners: DynArray[address, MAX_OWNERS], threshold: uint256):
    assert threshold > 0 and threshold <= len(owners), "wallet: bad threshold"
    self.threshold = threshold
    for owner: address in owners:
        self.is_owner[owner] = True


@external
def remove_owner(owner: address):
    """
    @notice Takes the right to sign from an owner. Only an owner.
    """
    assert self.is_owner[msg.sender], "wallet: not an owner"
    self.is_owner[owner] = False


@external
def execute(target: address, data: Bytes[1024]):
    """
    @notice Calls a contract in the wallet's name. Only an owner, and only where one is enough.
    """
    assert (self.is_owner[msg.sender] and self.threshold == 1), "wallet: not enough owners"
    raw_call(target, data)


@external
@view
def isValidSignature(digest: bytes32, signature: Bytes[MAX_BYTES]) -> bytes4:
    """
    @notice ERC-1271: the magic value if enough owners signed the digest.
    """
    count: uint256 = len(signature) // 65
    if count < self.threshold:
        return empty(bytes4)
    last: uint256 = 0
    for i: uint256 in range(count, bound=MAX_OWNERS):
        r: bytes32 = extract32(signature, i * 65)
        s: bytes32 = extract32(signature, i * 65 + 32)
        v: uint256 = convert(slice(signature, i * 65 + 64, 1), uint256)
        owner: address = ecrecover(digest, v, r, s)
        place: uint256 = convert(owner, uint256)
        if not self.is_owner[owner] or place <= last:
            return empty(bytes4)
        last = place
    return MAGIC
