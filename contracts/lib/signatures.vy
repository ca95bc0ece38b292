# pragma version 0.4.3
"""
@title Signatures of keys and of wallets
@notice Whether an account has signed a digest: with its key, or as a wallet (ERC-1271).
@dev Never looks at the account's code: with EIP-7702 an account may sign either way.
@custom:license AGPL-3.0-only
"""

from contracts.lib import erc1271

# Half of the order of secp256k1, rounded down: the highest s of a signature (EIP-2).
MAX_S: constant(uint256) = (
    57_896_044_618_658_097_711_785_492_504_343_953_926_418_782_139_537_452_191_302_581_570_759_080_747_168
)


@internal
@view
def _has_signed(
    account: address, digest: bytes32, signature: Bytes[erc1271.MAX_SIGNATURE_BYTES]
) -> bool:
    """
    @dev True if `signature` is 65 bytes (r, s, v) by the account's key with s in the lower half,
         or what the account itself confirms. The zero address has signed nothing.
    """
    # Not by snekmate's ecdsa, which reverts where a wallet could still confirm the same 65 bytes.
    if len(signature) == 65:
        s: uint256 = extract32(signature, 32, output_type=uint256)
        if s <= MAX_S:
            r: uint256 = extract32(signature, 0, output_type=uint256)
            v: uint256 = convert(slice(signature, 64, 1), uint256)
            signer: address = ecrecover(digest, v, r, s)
            # The zero address is recovered from a broken signature.
            if signer != empty(address) and signer == account:
                return True
    return erc1271._is_valid(account, digest, signature)
