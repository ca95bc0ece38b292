"""CosGovernor.castVoteBySig and castVoteWithReasonAndParamsBySig

├── a key's 65 bytes, by anyone: counts as the voter's vote, with reason and parameters too
├── a wallet of several owners (ERC-1271), an account with EIP-7702 delegation (29)
├── each once: nonces, also across both functions; another's vote in between stops nobody (31)
├── for another proposal, choice, voter, reason, nonce, governor, chain, name -> revert (31)
├── on a fork with another chain id the old signature is none, a new one is (31)
├── a malleated or broken signature, of the zero address -> revert
├── who has voted can't be made to vote again, and the other way round
└── domain and types are those of EIP-712, ERC-5267 and OpenZeppelin's
"""

from __future__ import annotations

from dataclasses import replace

import pytest
from eth_hash.auto import keccak

from cos.chain import Chain, Revert
from tests.governing import AGAINST, FOR, Ballot
from tests.models import ZERO_ADDRESS
from tests.unit.cos_credit.conftest import place_code
from tests.unit.cos_governor.conftest import LARGE

INVALID = "governor: invalid signature"
ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141


@pytest.fixture
def ballot(chain, governor, number, ada) -> Ballot:
    """Of ada, for the payment."""
    return Ballot(governor.address, number, FOR, ada, 0, chain.chain_id)


@pytest.fixture
def submit(governor, attacker):
    """As anyone; a ballot with a reason by the function for those."""

    def send(ballot: Ballot, signature: bytes):
        start = (ballot.proposal, ballot.support, ballot.voter)
        if ballot.reason is None:
            return governor.transact("castVoteBySig", *start, signature, sender=attacker)
        args = (*start, ballot.reason, ballot.params, signature)
        return governor.transact("castVoteWithReasonAndParamsBySig", *args, sender=attacker)

    return send


def test_a_keys_vote(chain, governor, number, ballot, submit, ada, event):
    receipt = submit(ballot, ballot.sign(chain.signer("ada")))
    assert receipt.value == LARGE
    cast = {"proposalId": number, "support": FOR, "weight": LARGE, "reason": ""}
    assert receipt.logs == [event("VoteCast", voter=ada, **cast)]
    assert governor.proposalVotes(number) == (0, LARGE, 0)
    assert governor.nonces(ada) == 1


@pytest.mark.parametrize("params", [b"", b"\x01" * 1_024])
@pytest.mark.parametrize("reason", ["", "because", "r" * 2_048])
def test_a_vote_with_reason_and_params(chain, number, ballot, submit, ada, event, reason, params):
    extended = ballot.but(reason=reason, params=params, support=AGAINST)
    receipt = submit(extended, extended.sign(chain.signer("ada")))
    cast = {"proposalId": number, "support": AGAINST, "weight": LARGE, "reason": reason}
    name = "VoteCast"
    if params:
        name, cast["params"] = "VoteCastWithParams", params
    assert receipt.logs == [event(name, voter=ada, **cast)]


def test_a_wallet_of_several_owners(chain, house, governor, payment, ballot, submit, ada, refuses):
    labels = [f"owner {k}" for k in range(31)]
    owners = [chain.account(label) for label in labels]
    wallet = chain.deploy("SharedWallet", owners, 31, sender=ada).address
    house.register.delegate(wallet, sender=ada)
    house.known.clear()
    chain.advance(1)
    governor.cancel(*payment.hashed, sender=chain.account("guardian"))
    number = house.open_vote(replace(payment, description="by a wallet"), chain.account("ben"))
    ballot = ballot.but(voter=wallet, proposal=number)
    signers = sorted((chain.signer(label) for label in labels), key=lambda s: int(s.address, 16))
    signatures = [ballot.sign(signer) for signer in signers]
    with refuses(INVALID):
        submit(ballot, b"".join(signatures[1:]))
    with refuses(""):  # the ABI's bound
        submit(ballot, bytes(2_049))
    submit(ballot, b"".join(signatures))
    assert governor.proposalVotes(number) == (0, LARGE, 0)
    assert (governor.nonces(wallet), governor.nonces(ada)) == (1, 0)


@pytest.mark.parametrize("signer", ["ada", "attacker"])
def test_an_account_with_delegated_code(chain, governor, ballot, submit, ada, refuses, signer):
    wallet = chain.deploy("DelegateWallet", sender=ada)
    place_code(chain, ada, bytes.fromhex("ef0100" + wallet.address[2:]))
    signature = ballot.sign(chain.signer(signer))
    if signer == "ada":
        assert submit(ballot, signature).value == LARGE
        return
    with refuses(INVALID):
        submit(ballot, signature)


def test_a_signature_counts_once(chain, governor, number, ballot, submit, refuses):
    signature = ballot.sign(chain.signer("ada"))
    submit(ballot, signature)
    with refuses(INVALID):
        submit(ballot, signature)
    again = ballot.but(nonce=1)
    with refuses("governor: voted already"):
        submit(again, again.sign(chain.signer("ada")))
    extended = ballot.but(reason="", nonce=1)
    with refuses("governor: voted already"):
        submit(extended, extended.sign(chain.signer("ada")))


def test_who_has_voted_is_not_made_to_vote(chain, governor, number, ballot, submit, ada, refuses):
    signature = ballot.sign(chain.signer("ada"))
    governor.castVote(number, AGAINST, sender=ada)
    with refuses("governor: voted already"):
        submit(ballot, signature)


def test_another_voters_signature_stops_nobody(chain, governor, number, ballot, submit, ben):
    """Nonces are the voter's own."""
    other = ballot.but(voter=ben)
    submit(other, other.sign(chain.signer("ben")))
    submit(ballot, ballot.sign(chain.signer("ada")))
    assert governor.proposalVotes(number) == (0, 2 * LARGE, 0)


@pytest.mark.parametrize(
    "field",
    [
        {"support": AGAINST},
        {"nonce": 1},
        {"chain_id": 1},
        {"name": "Governor"},
        {"version": "2"},
        {"governor": "0x" + "11" * 20},
        {"proposal": 1},
        {"reason": "", "params": b""},
        {"voter": "0x" + "22" * 20},
    ],
)
def test_what_was_not_signed(chain, ballot, submit, refuses, field):
    with refuses(INVALID):
        submit(ballot, ballot.but(**field).sign(chain.signer("ada")))


@pytest.mark.parametrize("field", [{"reason": "other"}, {"params": b"\x02"}, {"reason": None}])
def test_what_was_not_signed_of_an_extended_ballot(chain, ballot, submit, refuses, field):
    extended = ballot.but(reason="reason", params=b"\x01")
    with refuses(INVALID):
        submit(extended, extended.but(**field).sign(chain.signer("ada")))


def test_broken_signatures(chain, ballot, submit, refuses):
    good = ballot.sign(chain.signer("ada"))
    r, s, v = good[:32], good[32:64], good[64]
    malleated = r + (ORDER - int.from_bytes(s, "big")).to_bytes(32, "big") + bytes([55 - v])
    for broken in (malleated, good[:64], good + b"\0", r + s + b"\x1a", bytes(65), b""):
        with refuses(INVALID):
            submit(ballot, broken)


def test_the_zero_address_signs_nothing(ballot, submit, refuses):
    for signature in (b"", bytes(65), bytes(64) + b"\x1b"):
        with refuses(INVALID):
            submit(ballot.but(voter=ZERO_ADDRESS), signature)


def test_another_chain_id_is_another_domain(chain, governor, ballot):
    """31: after a fork. The copy has the code but no proposals: a valid signature goes further."""
    other = Chain(timestamp=chain.timestamp, chain_id=chain.chain_id + 1)
    place_code(other, governor.address, chain.backend.code(governor.address))
    there = other.at("CosGovernor", governor.address)
    sender = other.account("submitter")
    args = (ballot.proposal, ballot.support, ballot.voter)
    with pytest.raises(Revert, match=f"^{INVALID}$"):
        there.castVoteBySig(*args, ballot.sign(chain.signer("ada")), sender=sender)
    new = ballot.but(chain_id=other.chain_id).sign(chain.signer("ada"))
    with pytest.raises(Revert, match="^governor: unknown proposal$"):
        there.castVoteBySig(*args, new, sender=sender)
    assert there.eip712Domain()[3] == other.chain_id


def test_the_domain(chain, governor):
    assert governor.eip712Domain() == (
        *(b"\x0f", "CosGovernor", "1", chain.chain_id, governor.address, bytes(32)),
        [],
    )
    assert (governor.name(), governor.version()) == ("CosGovernor", "1")
    types = "uint256 proposalId,uint8 support,address voter,uint256 nonce"
    assert governor.BALLOT_TYPEHASH() == keccak(f"Ballot({types})".encode())
    extended = f"ExtendedBallot({types},string reason,bytes params)"
    assert governor.EXTENDED_BALLOT_TYPEHASH() == keccak(extended.encode())
