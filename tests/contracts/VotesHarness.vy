# pragma version 0.4.3
"""
@title VotesHarness
@notice Opens contracts/lib/votes.vy to tests: units come and go as the caller says.
@custom:license AGPL-3.0-only
"""

from contracts.lib import erc1271
from contracts.lib import votes

initializes: votes

exports: (
    votes.nonces,
    votes.DOMAIN_SEPARATOR,
    votes.eip712Domain,
    votes.delegates,
    votes.getVotes,
    votes.getPastVotes,
    votes.getPastTotalSupply,
    votes.clock,
    votes.CLOCK_MODE,
)

units: public(HashMap[address, uint256])


@deploy
def __init__(name: String[50]):
    votes.__init__(name, "1")


@external
def add(account: address, amount: uint256):
    self.units[account] += amount
    votes._add(account, amount)


@external
def remove(account: address, amount: uint256):
    self.units[account] -= amount
    votes._remove(account, amount)


@external
def add_many(account: address, amounts: DynArray[uint256, 8]):
    for amount: uint256 in amounts:
        self.units[account] += amount
        votes._add(account, amount)


@external
def delegate(delegatee: address):
    votes._delegate(msg.sender, delegatee, self.units[msg.sender])


@external
def delegateBySig(
    delegatee: address, nonce: uint256, expiry: uint256, v: uint8, r: bytes32, s: bytes32
):
    signer: address = votes._signer(delegatee, nonce, expiry, v, r, s)
    votes._delegate(signer, delegatee, self.units[signer])


@external
def delegate_signature(
    account: address,
    delegatee: address,
    nonce: uint256,
    expiry: uint256,
    signature: Bytes[erc1271.MAX_SIGNATURE_BYTES],
):
    votes._check_signed(account, delegatee, nonce, expiry, signature)
    votes._delegate(account, delegatee, self.units[account])


@external
@view
def total() -> uint256:
    return votes._total()


@external
@view
def head(account: address) -> uint256:
    return votes._heads[account]


@external
@view
def pair(account: address, number: uint256) -> uint256:
    return votes._traces[account][number]
