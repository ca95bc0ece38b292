"""delegateBySig (votes._signer) and the signature of any account (votes._check_signed)

by a key (v, r, s)
├── moves the signer's votes, uses the nonce, whoever submits it
├── in the last second; a second later -> revert
├── used twice, a later nonce, an older one -> revert (pitfall 31)
├── of another contract, name, version, chain, delegatee, expiry: nobody's votes but those of
│   whom it recovers to, whose nonce has to fit; broken (zero signer) -> revert
├── s in the upper half, v of 26 or 29 -> revert
└── after a fork to another chain id: the old signature is another's, a new one works (pitfall 31)
by any account (bytes)
├── 65 bytes of a key: the same; the other half of s, another's key -> revert
├── a wallet of several owners (ERC-1271, pitfall 29), at most 2,048 bytes; too few -> revert
├── a key with code (EIP-7702): by its key
├── the zero address -> revert
└── one nonce for both functions
"""

from __future__ import annotations

import pytest

from cos.chain import Chain, Revert
from tests.models import ZERO_ADDRESS
from tests.permits import ORDER, malleated, words
from tests.unit.cos_credit.conftest import place_code


@pytest.fixture(autouse=True)
def units(votes, ada):
    votes.add(ada, 5, sender=ada)


def submit(votes, delegation, signature, sender):
    fields = (delegation.delegatee, delegation.nonce, delegation.expiry)
    return votes.transact("delegateBySig", *fields, *signature, sender=sender)


def submit_bytes(votes, account, delegation, signature, sender):
    fields = (account, delegation.delegatee, delegation.nonce, delegation.expiry)
    return votes.transact("delegate_signature", *fields, signature, sender=sender)


def test_moves_the_signers_votes(chain, votes, delegation, ada, ben, attacker):
    submit(votes, delegation, words(delegation.sign(chain.signer("ada"))), attacker)
    assert (votes.delegates(ada), votes.getVotes(ben), votes.nonces(ada)) == (ben, 5, 1)


def test_is_valid_to_its_last_second(chain, votes, delegation, ada, attacker, refuses):
    signature = delegation.sign(chain.signer("ada"))
    chain.warp(delegation.expiry + 1)
    with refuses("votes: signature expired"):
        submit(votes, delegation, words(signature), attacker)
    with refuses("votes: signature expired"):
        submit_bytes(votes, ada, delegation, signature.signature, attacker)
    delegation = delegation.but(expiry=chain.timestamp)
    submit(votes, delegation, words(delegation.sign(chain.signer("ada"))), attacker)
    assert votes.nonces(ada) == 1


def test_reverts_when_replayed(chain, votes, delegation, ada, attacker, refuses):
    signature = delegation.sign(chain.signer("ada"))
    later = delegation.but(nonce=1, delegatee=attacker)
    with refuses("votes: wrong nonce"):
        submit(votes, later, words(later.sign(chain.signer("ada"))), attacker)
    submit(votes, delegation, words(signature), attacker)
    with refuses("votes: wrong nonce"):
        submit(votes, delegation, words(signature), attacker)
    with refuses("votes: wrong nonce"):
        submit_bytes(votes, ada, delegation, signature.signature, attacker)
    submit_bytes(votes, ada, later, later.sign(chain.signer("ada")).signature, attacker)
    assert votes.delegates(ada) == attacker


@pytest.mark.parametrize(
    "field",
    [
        {"contract": "0x" + "11" * 20},
        {"name": "Voted"},
        {"version": "2"},
        {"chain_id": 1},
        {"expiry": 1},
        {"nonce": 1},
        {"delegatee": "0x" + "22" * 20},
    ],
    ids=lambda field: next(iter(field)),
)
def test_another_message_moves_nothing(chain, votes, delegation, ada, attacker, refuses, field):
    signature = delegation.but(**field).sign(chain.signer("ada"))
    submit(votes, delegation, words(signature), attacker)  # some account's without units
    assert (votes.delegates(ada), votes.getVotes(ada), votes.nonces(ada)) == (ada, 5, 0)
    with refuses("votes: invalid signature"):
        submit_bytes(votes, ada, delegation, signature.signature, attacker)


def test_reverts_for_broken_signatures(chain, votes, delegation, ada, attacker, refuses):
    signature = delegation.sign(chain.signer("ada"))
    v, r, s = words(signature)
    for broken in ((26, r, s), (29, r, s), (v, bytes(32), s), (v, r, bytes(32))):
        with refuses("ecdsa: invalid signature"):
            submit(votes, delegation, broken, attacker)
    with refuses("ecdsa: invalid signature `s` value"):
        submit(votes, delegation, malleated(signature), attacker)
    other = (ORDER - signature.s).to_bytes(32, "big") + bytes([55 - v])
    for broken in (r + other, r + s + b"\x1a", r + s, r + s + bytes([v, 0]), b""):
        with refuses("votes: invalid signature"):
            submit_bytes(votes, ada, delegation, broken, attacker)


def test_another_chain_id_is_another_domain(chain, votes, delegation, ada, ben):
    other = Chain(timestamp=chain.timestamp, chain_id=chain.chain_id + 1)
    place_code(other, votes.address, chain.backend.code(votes.address))
    there = other.at("VotesHarness", votes.address)
    sender = other.account("submitter")
    old = delegation.sign(chain.signer("ada")).signature
    with pytest.raises(Revert, match="votes: invalid signature"):
        submit_bytes(there, ada, delegation, old, sender)
    new = delegation.but(chain_id=other.chain_id).sign(chain.signer("ada")).signature
    submit_bytes(there, ada, delegation, new, sender)
    assert there.delegates(ada) == ben


@pytest.mark.parametrize("has_code", [False, True], ids=["key", "EIP-7702"])
def test_65_bytes_of_a_key(chain, votes, delegation, ada, ben, attacker, refuses, has_code):
    if has_code:
        wallet = chain.deploy("DelegateWallet", sender=ada)
        place_code(chain, ada, bytes.fromhex("ef0100" + wallet.address[2:]))
    foreign = delegation.sign(chain.signer("attacker")).signature
    with refuses("votes: invalid signature"):
        submit_bytes(votes, ada, delegation, foreign, attacker)
    submit_bytes(votes, ada, delegation, delegation.sign(chain.signer("ada")).signature, attacker)
    assert (votes.delegates(ada), votes.getVotes(ben), votes.nonces(ada)) == (ben, 5, 1)


def test_a_wallet_of_several_owners(chain, votes, delegation, ada, ben, attacker, refuses):
    labels = [f"owner {k}" for k in range(31)]
    owners = [chain.account(label) for label in labels]
    wallet = chain.deploy("SharedWallet", owners, 31, sender=ada).address
    votes.add(wallet, 8, sender=ada)
    signers = sorted((chain.signer(label) for label in labels), key=lambda s: int(s.address, 16))
    signatures = [delegation.sign(signer).signature for signer in signers]
    with refuses("votes: invalid signature"):
        submit_bytes(votes, wallet, delegation, b"".join(signatures[1:]), attacker)
    with refuses(""):  # the ABI's bound
        submit_bytes(votes, wallet, delegation, bytes(2_049), attacker)
    submit_bytes(votes, wallet, delegation, b"".join(signatures), attacker)
    assert (votes.delegates(wallet), votes.getVotes(ben), votes.nonces(wallet)) == (ben, 8, 1)


def test_the_zero_address_signs_nothing(votes, delegation, attacker, refuses):
    for signature in (b"", bytes(65), bytes(64) + b"\x1b"):
        with refuses("votes: invalid signature"):
            submit_bytes(votes, ZERO_ADDRESS, delegation, signature, attacker)
