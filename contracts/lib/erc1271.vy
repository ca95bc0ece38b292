# pragma version 0.4.3
"""
@title ERC-1271 signatures of any length up to a bound
@notice Asks an account whether a signature is its own. Signatures of wallets with several owners,
        passkeys or nested wallets are longer than 65 bytes, so the bound is 2,048.
@dev Never looks at the account's code or at tx.origin: an account with EIP-7702 delegation is
     asked like any other, and the answer of an account without code is empty, hence no.
     Source: https://eips.ethereum.org/EIPS/eip-1271.
@custom:license AGPL-3.0-only
"""

MAX_SIGNATURE_BYTES: constant(uint256) = 2_048

# Selector of isValidSignature(bytes32,bytes), and its magic answer.
IS_VALID_SIGNATURE: constant(bytes4) = 0x1626ba7e


@internal
@view
def _is_valid(account: address, digest: bytes32, signature: Bytes[MAX_SIGNATURE_BYTES]) -> bool:
    """
    @dev True only if `account` answers with the magic value. A revert, a missing function and a
         short answer are a plain no; of a long answer only 32 bytes are copied, so a wallet
         cannot make its caller pay for memory. The zero address signs nothing.
    """
    if account == empty(address):
        return False
    success: bool = False
    answer: Bytes[32] = b""
    success, answer = raw_call(
        account,
        abi_encode(digest, signature, method_id=IS_VALID_SIGNATURE),
        max_outsize=32,
        is_static_call=True,
        revert_on_failure=False,
    )
    # The whole word: left-aligned, and nothing but zeros behind.
    magic: bytes32 = convert(IS_VALID_SIGNATURE, bytes32)
    return success and len(answer) == 32 and convert(answer, bytes32) == magic
