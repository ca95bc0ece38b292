# pragma version 0.4.3
"""
@title Proposer suffix
@notice A description that ends with `#proposer=0x` and forty hex digits belongs to that account: nobody
        else can submit the proposal first, to hold it up or to cancel it.
@dev As in OpenZeppelin's Governor: anything that is not exactly such a suffix restricts nobody. The caller
     has found the marker, so that descriptions need not be handed over as a whole.
@custom:license AGPL-3.0-only
"""


@internal
@pure
def _belongs_to_other(account: String[42], proposer: address) -> bool:
    """
    @param account The last 42 characters of the description
    @param proposer Who proposes
    """
    text: Bytes[42] = convert(account, Bytes[42])
    if convert(slice(text, 0, 2), bytes2) != 0x3078:
        return False
    # Two words cover the forty digits: 32 and the last 8.
    first: uint256 = extract32(text, 2, output_type=uint256)
    last: uint256 = extract32(text, 10, output_type=uint256)
    parsed: uint256 = 0
    for i: uint256 in range(40):
        character: uint256 = 0
        if i < 32:
            character = (first >> (8 * (31 - i))) & 255
        else:
            character = (last >> (8 * (39 - i))) & 255
        # 0 to 9, and letters in either case, which differ in one bit.
        digit: uint256 = 0
        if character >= 48 and character <= 57:
            digit = character - 48
        else:
            character |= 32
            if character < 97 or character > 102:
                return False
            digit = character - 87
        parsed = (parsed << 4) | digit
    return convert(parsed, address) != proposer
