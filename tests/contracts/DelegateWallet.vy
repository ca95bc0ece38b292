# pragma version 0.4.3
"""
@title DelegateWallet
@notice Code for accounts with EIP-7702 delegation: it confirms the signatures of the account's own
        key. It keeps nothing in storage, which would be the account's.
@custom:license AGPL-3.0-only
"""

MAGIC: constant(bytes4) = 0x1626ba7e


@external
@view
def isValidSignature(digest: bytes32, signature: Bytes[65]) -> bytes4:
    """
    @notice ERC-1271: the magic value if the account's key signed the digest.
    """
    if len(signature) != 65:
        return empty(bytes4)
    r: bytes32 = extract32(signature, 0)
    s: bytes32 = extract32(signature, 32)
    v: uint256 = convert(slice(signature, 64, 1), uint256)
    if ecrecover(digest, v, r, s) != self:
        return empty(bytes4)
    return MAGIC
