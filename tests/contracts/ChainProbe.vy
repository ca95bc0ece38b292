# pragma version 0.4.3
"""
@title A contract that shows what the embedded EVM does; used by the tests of cos.chain only
"""


event Stored:
    who: indexed(address)
    amount: uint256
    label: String[32]


struct Pair:
    owner: address
    amount: uint256


stored: public(uint256)
calls: transient(uint256)


@deploy
@payable
def __init__(amount: uint256):
    assert amount != 13, "probe: unlucky"
    self.stored = amount


@external
def store(amount: uint256, label: String[32]) -> uint256:
    """@notice Store a value, log it, and return the one before."""
    before: uint256 = self.stored
    self.stored = amount
    log Stored(who=msg.sender, amount=amount, label=label)
    return before


@external
def count() -> uint256:
    """@notice How often this was called in this transaction."""
    self.calls += 1
    return self.calls


@external
@payable
def pay():
    pass


@external
def fail(kind: uint256):
    """@notice Fail: 0 with a reason, 1 bare, 2 overflow, 3 without end."""
    self.stored = 99
    if kind == 0:
        raise "probe: asked to"
    if kind == 1:
        raise  # the bare revert is what this case is about
    if kind == 2:
        self.stored = max_value(uint256) + kind
    for i: uint256 in range(max_value(uint256)):
        self.stored = i


@external
@view
def now() -> (uint256, uint256, uint256, uint256):
    return block.timestamp, block.number, chain.id, tx.gasprice


@external
@view
def caller() -> address:
    return msg.sender


@external
@pure
def flip(pairs: DynArray[Pair, 8]) -> DynArray[Pair, 8]:
    """@notice The pairs in reverse order."""
    result: DynArray[Pair, 8] = []
    count: uint256 = len(pairs)
    for i: uint256 in range(count, bound=8):
        result.append(pairs[count - 1 - i])
    return result
