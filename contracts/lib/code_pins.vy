# pragma version 0.4.3
"""
@title Pins of code
@notice What the accounts that a proposal calls consist of, so that nobody puts other code there between
        the vote and its execution.
@dev Only the account's own code: what a proxy points to, or a contract reads elsewhere, is not pinned.
     An account with EIP-7702 delegation is refused: its key can point it elsewhere at any time.
@custom:license AGPL-3.0-only
"""

# A delegation's code is 0xef0100 and an address. Source: https://eips.ethereum.org/EIPS/eip-7702.
DELEGATION: constant(bytes3) = 0xef0100
DELEGATION_SIZE: constant(uint256) = 23

# Above the 40 bits beside which a pin is kept.
PIN_BITS: constant(uint256) = 216


@internal
@view
def _pin(targets: DynArray[address, 10]) -> uint256:
    """
    @dev The upper 216 bits of the chained hash of the targets' code hashes.
    """
    chained: bytes32 = empty(bytes32)
    for target: address in targets:
        chained = keccak256(concat(chained, self._code_of(target)))
    return convert(chained, uint256) >> (256 - PIN_BITS)


@internal
@view
def _code_of(target: address) -> bytes32:
    """
    @return The hash of the target's code; zero if it has none. Not the bare hash: who sends a wei to an
            account that doesn't exist changes that.
    """
    size: uint256 = target.codesize
    if size == 0:
        return empty(bytes32)
    if size == DELEGATION_SIZE:
        head: bytes3 = convert(slice(target.code, 0, 3), bytes3)
        assert head != DELEGATION, "governor: delegated target"
    return target.codehash
